"""What leaves the grader: marks.csv, one feedback page per student, class.html, class.csv, problems.txt.

Everything that a student wrote is text here: escaped in pages, quoted and made harmless in tables, cut to size.
"""

from __future__ import annotations

import csv
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from coursereg.course import exercises
from coursereg.grading import gradebook, statistics
from coursereg.grading.gradebook import HandMark
from coursereg.grading.intake import Problem
from coursereg.grading.marking import CheckResult
from coursereg.grading.released import Released
from coursereg.grading.shown import alike, looks

TEMPLATES = Path(__file__).parent / "templates"
LONGEST_TEXT = 20_000
CLASS = "class"
"""In the place of a student's name: a problem of the whole class."""


def write_all(
    out: Path, units: dict[str, Released], students: dict[str, str] | None, problems: list[Problem] | None
) -> int:
    """Write every page and table of a course folder from its stored marks; return the number of feedback pages.

    Parameters
    ----------
    out : Path
        The course folder.
    units : dict of str to Released
        For the order of units and exercises.
    students : dict of str to str or None
        Names by id; None to keep those of the last run.
    problems : list of Problem or None
        The report; None to keep that of the last run.
    """
    state = _remembered(out, students, problems)
    records = read_records(out)
    hand = gradebook.hand_marks(out)
    names: dict[str, str] = state["students"]
    problem_list = [Problem(**p) for p in state["problems"]]
    _write_problems(out, problem_list)
    _write_marks(out, records, hand, names, problem_list)
    rows = statistics.of_class(records, units, {u: exercises.unit(u).title for u in units})
    _write_class(out, rows, problem_list, len({r["student"] for r in records}))
    folder = out / "feedback"
    folder.mkdir(exist_ok=True)
    everyone = sorted({r["student"] for r in records} | names.keys() | {p.student for p in problem_list} - {CLASS})
    for student in everyone:
        mine = [r for u in units for r in records if r["student"] == student and r["unit"] == u]
        told = [p for p in problem_list if p.student == student]
        page = _page("feedback.html", **_student(student, names.get(student, ""), mine, units, hand, told))
        (folder / f"{student}.html").write_text(page, encoding="utf-8")
    for old in folder.glob("*.html"):
        if old.stem not in everyone:
            old.unlink()
    return len(everyone)


def _remembered(out: Path, students: dict[str, str] | None, problems: list[Problem] | None) -> dict[str, Any]:
    path = out / "report.json"
    state = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {"students": {}, "problems": []}
    if students:
        state["students"] |= students
    if problems is not None:
        state["problems"] = [vars(p) for p in problems]
    path.write_text(json.dumps(state, indent=1, ensure_ascii=False), encoding="utf-8")
    return state


def read_records(out: Path) -> list[dict[str, Any]]:
    """Return all stored records, by student and unit."""
    return [json.loads(p.read_text(encoding="utf-8")) for p in sorted((out / "marks").glob("*/*.json"))]


# --- tables -----------------------------------------------------------------------------------------------------------


def harmless(value: Any) -> Any:
    """Return a table entry that no spreadsheet takes for a formula."""
    if isinstance(value, str):
        value = value.replace("\r", " ").replace("\n", " ")
        if value[:1] in ("=", "+", "-", "@", "\t"):
            return "'" + value
    return value


def _write_table(path: Path, head: list[str], rows: list[list[Any]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        # texts in quotes: a spreadsheet that separates by semicolons must not cut a student's words into cells
        table = csv.writer(file, quoting=csv.QUOTE_NONNUMERIC)
        table.writerow(head)
        table.writerows([harmless(v) for v in row] for row in rows)


def _write_marks(
    out: Path,
    records: list[dict[str, Any]],
    hand: dict[tuple[str, str], HandMark],
    names: dict[str, str],
    problems: list[Problem],
) -> None:
    head = ["student", "name", "unit", "automatic", "say_it", "total", "maximum", "state", "problems"]
    rows: list[list[Any]] = []
    for r in records:
        automatic = round(sum(e["points"] for e in r["exercises"].values()), 2)
        said = hand.get((r["student"], r["unit"]), HandMark(None, 0.0))
        maximum = round(sum(e["maximum"] for e in r["exercises"].values()) + said.maximum, 2)
        state = "marked" if said.points is not None else "say-it to be marked by hand"
        told = "; ".join(p.what for p in problems if p.student == r["student"] and p.where in ("", r["where"]))
        total = round(automatic + (said.points or 0.0), 2)
        rows.append(
            [r["student"], names.get(r["student"], ""), r["unit"], automatic, said.points, total, maximum, state, told]
        )
    came = {r["student"] for r in records}
    for student in dict.fromkeys([*names, *(p.student for p in problems if p.student != CLASS)]):
        if student not in came:
            told = "; ".join(p.what for p in problems if p.student == student)
            rows.append([student, names.get(student, ""), "", 0, "", 0, "", "nothing graded", told])
    _write_table(out / "marks.csv", head, rows)


def _write_problems(out: Path, problems: list[Problem]) -> None:
    text = "".join(f"{p}\n" for p in problems) or "no problems\n"
    (out / "problems.txt").write_text(text, encoding="utf-8")


def _write_class(out: Path, rows: list[statistics.UnitRow], problems: list[Problem], students: int) -> None:
    table = [
        [u.unit, e.key, c.name, "public" if c.public else "hidden", c.passed, c.failed, c.raised, c.common]
        for u in rows
        for e in u.exercises
        for c in e.checks
    ]
    head = ["unit", "exercise", "check", "kind", "passed", "failed", "of these raised", "most common misconception"]
    _write_table(out / "class.csv", head, table)
    page = _page("class.html", units=rows, problems=problems, students=students)
    (out / "class.html").write_text(page, encoding="utf-8")


# --- pages ------------------------------------------------------------------------------------------------------------


def _page(template: str, **words: Any) -> str:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["points"] = points
    made.filters["cut"] = cut
    made.filters["looks"] = looks
    return made.get_template(template).render(made_at=datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"), **words)


def points(value: float | None) -> str:
    """Show points with at most one decimal, "–" for none yet."""
    return "–" if value is None else f"{round(value, 1):g}"


def cut(text: str, limit: int = LONGEST_TEXT) -> str:
    """Cut a text to a length that a page can bear."""
    return text if len(text) <= limit else text[:limit] + f"\n... ({len(text) - limit} more characters)"


def _student(
    student: str,
    name: str,
    records: list[dict[str, Any]],
    units: dict[str, Released],
    hand: dict[tuple[str, str], HandMark],
    problems: list[Problem],
) -> dict[str, Any]:
    shown = []
    for r in records:
        unit = exercises.unit(r["unit"])
        said = hand.get((student, r["unit"]), HandMark(None, unit.say_it))
        automatic = sum(e["points"] for e in r["exercises"].values())
        shown.append(
            {
                "unit": r["unit"],
                "title": unit.title,
                "automatic": automatic,
                "total": automatic + (said.points or 0.0),
                "maximum": sum(e["maximum"] for e in r["exercises"].values()) + said.maximum,
                "hand": said,
                "said": "\n\n".join(t for t in r["say"].values() if t),
                "exercises": [
                    _exercise(k, r["exercises"][k])
                    for k in (c.key for c in units[r["unit"]].checks)
                    if k in r["exercises"]
                ],
                "problems": [p.what for p in problems if p.where in ("", r["where"])],
            }
        )
    return {"student": student, "name": name, "units": shown, "problems": [str(p.what) for p in problems]}


WORDS = {
    "not attempted": ("○", "not attempted"),
    "raised": ("✗", "stopped with an error"),
    "wrong": ("◐", "not right yet"),
    "right": ("✓", "right"),
    "right, another convention": ("✓", "right, by another convention"),
}


def _exercise(key: str, result: dict[str, Any]) -> dict[str, Any]:
    ex = exercises.exercise(key)
    sign, words = WORDS[result["state"]]
    if result["state"] == "wrong" and result["points"] <= 0:
        sign = "✗"
    public = [c for c in result["checks"] if c["public"]]
    hidden = [c for c in result["checks"] if not c["public"]]
    return result | {
        "sign": sign,
        "words": words,
        "signature": ex.signature,
        "passed": sum(c["passed"] for c in result["checks"]),
        "groups": [_group(*g) for g in (("Public checks", public), ("Checks at grading", hidden)) if g[1]],
        "note": result.get("note", ""),
        "zeroed": result["points"] <= 0 and any(c["passed"] for c in result["checks"]) and result["state"] == "wrong",
    }


def _group(title: str, checks: list[dict[str, Any]]) -> tuple[str, list[Any], list[list[Any]]]:
    """Passed checks, and failed ones put together where they say the same."""
    results = [CheckResult(**c) for c in checks]
    return title, [c for c in results if c.passed], alike([c for c in results if not c.passed])
