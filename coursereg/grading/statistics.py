"""What the class got wrong: for every check how many failed it, and which misconception was recognised most often."""

from __future__ import annotations

import statistics
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from coursereg.grading.released import Released
from coursereg.grading.shown import looks


@dataclass
class CheckRow:
    """One check over the class."""

    name: str
    public: bool
    passed: int = 0
    failed: int = 0
    raised: int = 0
    looks_like: Counter[str] = field(default_factory=Counter)

    @property
    def common(self) -> str:
        """The misconception recognised most often, with how often."""
        return "; ".join(f"{n} × {looks(text)}" for text, n in self.looks_like.most_common(2))

    @property
    def share(self) -> float:
        """Share of those who attempted it that passed."""
        tried = self.passed + self.failed
        return self.passed / tried if tried else 0.0


@dataclass
class ExerciseRow:
    """One exercise over the class."""

    key: str
    maximum: float
    points: list[float] = field(default_factory=list)
    states: Counter[str] = field(default_factory=Counter)
    checks: list[CheckRow] = field(default_factory=list)

    @property
    def mean(self) -> float:
        """Mean of the points."""
        return statistics.fmean(self.points) if self.points else 0.0

    @property
    def misconceptions(self) -> list[tuple[str, int]]:
        """Recognised mistakes with the number of students, most common first."""
        return Counter({t: n for c in self.checks for t, n in c.looks_like.items()}).most_common()


@dataclass
class UnitRow:
    """One unit over the class."""

    unit: str
    title: str
    totals: list[float]
    exercises: list[ExerciseRow]

    @property
    def mean(self) -> float:
        """Mean of the points."""
        return statistics.fmean(self.totals) if self.totals else 0.0

    @property
    def median(self) -> float:
        """Median of the points."""
        return statistics.median(self.totals) if self.totals else 0.0


def of_class(records: list[dict[str, Any]], units: dict[str, Released], titles: dict[str, str]) -> list[UnitRow]:
    """Count over all records.

    Parameters
    ----------
    records : list of dict
        As `coursereg.grading.submission.mark_submission` returns them.
    units : dict of str to Released
        Order of units and of their exercises.
    titles : dict of str to str
        Titles of the units.
    """
    out = []
    for unit, released in units.items():
        mine = [r for r in records if r["unit"] == unit]
        if mine:
            rows = [
                _exercise(c.key, [r["exercises"][c.key] for r in mine if c.key in r["exercises"]])
                for c in released.checks
            ]
            totals = [sum(e["points"] for e in r["exercises"].values()) for r in mine]
            out.append(UnitRow(unit, titles.get(unit, ""), totals, rows))
    return out


def _exercise(key: str, results: list[dict[str, Any]]) -> ExerciseRow:
    row = ExerciseRow(key, max((r["maximum"] for r in results), default=0.0))
    checks: dict[str, CheckRow] = {}
    for result in results:
        row.points.append(result["points"])
        row.states[result["state"]] += 1
        if result["state"] == "not attempted":
            continue
        seen: set[str] = set()
        for check in result["checks"]:
            at = checks.setdefault(check["name"], CheckRow(check["name"], check["public"]))
            at.passed += check["passed"]
            at.failed += not check["passed"]
            at.raised += check["raised"] and not check["passed"]
            # a misconception that shows in several checks is one student's one mistake
            if check["looks_like"] and check["looks_like"] not in seen:
                seen.add(check["looks_like"])
                at.looks_like[check["looks_like"]] += 1
    row.checks = list(checks.values())
    return row
