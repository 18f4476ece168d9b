"""The page that plans courses: hours, seconds and needs are those of the units, sums are right, its code runs."""

from __future__ import annotations

import contextlib
import io
import re
from pathlib import Path

import pytest

from coursereg.course import notebooks
from coursereg.course.bench.units import BUDGETS

ROOT = Path(__file__).parents[2]
NOTEBOOKS = {f"U{path.name[:2]}": path for path in sorted((ROOT / "notebooks").glob("[0-9][0-9]_*.ipynb"))}
ROW = re.compile(r"^\| (U\d\d) \| ([^|]+) \| ([\d.–]+) \| (\d+) \| ([^|]+) \| (yes|not yet) \|$", re.MULTILINE)
WORDS = {"two": 2.0, "two and a half": 2.5, "three": 3.0}


@pytest.fixture(scope="module")
def page() -> str:
    return (ROOT / "book" / "teachers" / "plan.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def units(page: str) -> dict[str, tuple[str, ...]]:
    """Title, hours, seconds, needs, there, by unit."""
    return {key: rest for key, *rest in ROW.findall(page)}  # type: ignore[misc]


def part(page: str, heading: str) -> str:
    return page.split(f"\n## {heading}")[1].split("\n## ")[0]


def hours(units: dict[str, tuple[str, ...]], first: int, last: int) -> float:
    return sum(float(units[f"U{k:02d}"][1]) for k in range(first, last + 1))


def test_units__that_are_there_have_a_notebook_and_the_others_have_none(units: dict[str, tuple[str, ...]]) -> None:
    assert len(units) == 16
    assert {key for key, row in units.items() if row[4] == "yes"} == set(NOTEBOOKS)


@pytest.mark.parametrize("key", NOTEBOOKS)
def test_times__are_those_of_the_notebook_and_its_budget(units: dict[str, tuple[str, ...]], key: str) -> None:
    title, student, seconds, *_ = units[key]
    first = notebooks.source(notebooks.read(NOTEBOOKS[key])["cells"][0])
    said = re.search(r"\*\*Time:\*\* about ([a-z ]+?) hours", first)
    assert said, "the notebook's first cell says how long the unit takes"
    assert WORDS[said[1]] == float(student)
    computed = re.search(r"in (?:less than )?(\d+) seconds", first)
    assert computed
    assert int(computed[1]) == int(seconds) == BUDGETS[key[1:]]
    assert title.split()[0].strip(",:").lower() in first.lower()


def test_needs__come_before_the_unit_and_stand_in_the_figure(page: str, units: dict[str, tuple[str, ...]]) -> None:
    figure = (ROOT / "book" / "_static" / "units.svg").read_text(encoding="utf-8")
    assert sorted(re.findall(r">(U\d\d)</text>", figure)) == sorted(units)
    assert figure.count('stroke-dasharray="5 4"') - 1 == sum(row[4] != "yes" for row in units.values())  # 1: the legend
    for key, row in units.items():
        assert all(need < key for need in re.findall(r"U\d\d", row[3]) if key != "U16")


def test_sums__are_right(page: str, units: dict[str, tuple[str, ...]]) -> None:
    lab, alone = part(page, "Lab course"), part(page, "Self-study")
    week, tracts = part(page, "Intensive week"), part(page, "Streamline track")
    assert f"{hours(units, 1, 12) + 3:g} hours of units" in lab
    assert f"{hours(units, 1, 15):g} hours for U01 to U15" in alone
    assert f"U01 to U11, {hours(units, 1, 11):g} hours" in alone
    for last in (3, 6, 9, 10, 11):
        assert f"| U{last:02d} | {hours(units, 1, last):g} |" in alone
    assert f"{hours(units, 2, 13):g} hours of units" in week
    assert f"{hours(units, 1, 10) + hours(units, 14, 14):g} hours of units" in tracts
    for text in (lab, week):
        for handed, _, taken in re.findall(r"\| ((?:U\d\d,? ?)+)(?: \(not yet\))? \| ([U\d, ]*) ?\| ([\d.]+) \|", text):
            assert sum(float(units[u][1]) for u in re.findall(r"U\d\d", handed)) == float(taken)
    shares = re.findall(r"(\d+) × (\d+) %(?: \| (\d+) %)?", part(page, "Points and weights"))
    assert len(shares) == 4
    assert all(int(n) * int(each) + int(rest or 0) == 100 for n, each, rest in shares)


def test_code__prints_a_mark_for_each_student(page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    code = re.search(r"```python\n(.*?)```", page, flags=re.DOTALL)
    assert code
    (tmp_path / "grades").mkdir()
    lines = ["student,name,unit,automatic,say_it,total,maximum,state,problems"]
    lines += [f"ada,,U{k:02d},80,{k},{80 + k},100,marked," for k in range(1, 12)]
    lines += ["ben,,U01,90,,90,100,marked,", "cleo,,,0,,0,,nothing graded,"]
    (tmp_path / "grades" / "marks.csv").write_text("\n".join(lines), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    with contextlib.redirect_stdout(io.StringIO()) as said:
        exec(code[1], {})
    assert said.getvalue().splitlines() == ["ada 86.5", "ben 9.0"]
