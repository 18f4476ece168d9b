"""Every hostile submission gets its right score, hurts nobody else, and leaves a clear line in the report."""

from __future__ import annotations

import csv
import json
import subprocess
from pathlib import Path

import pytest
from grading.hostile import FULL, SET, Hostile

from coursereg.grading.intake import safe_id


def points(root: Path, student: str) -> float | None:
    file = root / "out" / "marks" / student / "U02.json"
    if not file.exists():
        return None
    return round(sum(e["points"] for e in json.loads(file.read_text())["exercises"].values()), 6)


def table(root: Path) -> list[dict[str, str]]:
    with (root / "out" / "marks.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("hostile", SET, ids=lambda h: safe_id(h.name))
def test_hostile_submission__gets_its_right_score(graded_class: Path, hostile: Hostile) -> None:
    assert points(graded_class, safe_id(hostile.name)) == hostile.points


@pytest.mark.parametrize("hostile", [h for h in SET if h.says], ids=lambda h: safe_id(h.name))
def test_hostile_submission__leaves_a_line_in_the_report(graded_class: Path, hostile: Hostile) -> None:
    problems = json.loads((graded_class / "done").read_text())["problems"]
    mine = [what for student, what, _ in problems if student == safe_id(hostile.name)]
    assert any(words in line for line in mine for words in hostile.says.split("|")), mine
    report = (graded_class / "out" / "problems.txt").read_text()
    assert all(line in report for line in mine)


def test_perfect_student_among_hostile_ones__keeps_all_points_and_has_no_problem(graded_class: Path) -> None:
    assert points(graded_class, "perfect") == FULL
    problems = json.loads((graded_class / "done").read_text())["problems"]
    assert not [p for p in problems if p[0] == "perfect"]


def test_submissions__are_never_changed(graded_class: Path, tmp_path: Path, solved: dict) -> None:
    for hostile in SET:
        if hostile.name not in ("huge", "fifo", "link"):
            hostile.put(tmp_path, solved)
            for file in (tmp_path / hostile.name).iterdir():
                assert file.read_bytes() == (graded_class / "class" / hostile.name / file.name).read_bytes()
    there = {p.name for p in (graded_class / "class").iterdir()}
    assert there == {h.name for h in SET} | {"notes.txt"}


def test_processes_of_students__are_gone_afterwards(graded_class: Path) -> None:
    assert graded_class.is_dir()
    seen = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True).stdout
    assert "98765" not in seen


def test_gradebook__has_the_same_automatic_points_as_the_marks(graded_class: Path) -> None:
    nbgrader = pytest.importorskip("nbgrader.api")
    with nbgrader.Gradebook(f"sqlite:///{graded_class}/out/gradebook.db", "coursereg") as book:
        for submission in book.find_assignment("U02").submissions:
            auto = sum(
                g.auto_score or 0.0 for n in submission.notebooks for g in n.grades if g.cell.cell_type == "code"
            )
            assert auto == pytest.approx(points(graded_class, submission.student.id), abs=0.01), submission.student.id
            assert max(g.max_score for n in submission.notebooks for g in n.grades) <= 22


def test_marks_table__lists_everybody_and_holds_no_formula(graded_class: Path) -> None:
    rows = table(graded_class)
    assert {r["student"] for r in rows} >= {safe_id(h.name) for h in SET}
    assert not [v for r in rows for v in r.values() if v[:1] in ("=", "+", "-", "@")]
    unread = next(r for r in rows if r["student"] == "corrupt")
    assert "is not a notebook" in unread["problems"]


def test_reports__hold_no_control_character(graded_class: Path) -> None:
    for name in ("problems.txt", "marks.csv", "class.csv", "class.html", "report.json"):
        text = (graded_class / "out" / name).read_text(encoding="utf-8")
        assert not [c for c in text if not c.isprintable() and c not in "\n\r"], name


def test_feedback_page__shows_a_students_text_as_text(graded_class: Path) -> None:
    page = (graded_class / "out" / "feedback" / "script.html").read_text(encoding="utf-8")
    assert "<script" not in page
    assert "<img" not in page
    assert page.count("&lt;script&gt;alert(") >= 3
    assert "http" not in page.replace('http-equiv="Content-Security-Policy"', "")


def test_feedback_page__names_hidden_checks_but_shows_no_source_of_them(graded_class: Path) -> None:
    page = (graded_class / "out" / "feedback" / "nan.html").read_text(encoding="utf-8")
    assert "Checks at grading" in page
    assert "rng" not in page
    assert "expect(" not in page


def test_secret_and_course_folder__are_for_the_instructor_only(graded_class: Path) -> None:
    assert (graded_class / "out" / "secret.txt").stat().st_mode & 0o077 == 0
    assert (graded_class / "out").stat().st_mode & 0o077 == 0
    secret = (graded_class / "out" / "secret.txt").read_text().strip()
    told = [
        p
        for p in (graded_class / "out").rglob("*")
        if p.is_file() and p.suffix in (".html", ".csv", ".json", ".txt", ".log")
    ]
    assert [p.name for p in told if secret in p.read_text(errors="replace")] == ["secret.txt"]
