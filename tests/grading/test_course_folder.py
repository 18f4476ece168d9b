"""Layouts of submissions, the roster, nbgrader's folder, hand marks, the secret, refusal without a sandbox."""

from __future__ import annotations

import csv
import json
import re
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from coursereg.course import notebooks
from coursereg.grading import command, intake, reports, sandbox, submission
from coursereg.grading.released import Released, all_released
from coursereg.grading.reports import harmless
from coursereg.grading.roster import alike, read_roster
from coursereg.grading.sandbox import Limits, SandboxError

U02 = {"U02": all_released()["U02"]}
LONG = Limits(cell_seconds=60.0, call_seconds=30.0, total_seconds=300.0)


def put(path: Path, notebook: dict[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    notebooks.write(notebook, path)


@pytest.mark.parametrize(
    ("place", "student"),
    [
        ("ann/02_interpolation.ipynb", "ann"),
        ("ann/U02/02_interpolation.ipynb", "ann"),
        ("ann/U02/renamed by me.ipynb", "ann"),
        ("ann/my homework.ipynb", "ann"),
        ("ann.ipynb", "ann"),
        ("ann__02_interpolation.ipynb", "ann"),
        ("Åsa Öberg/02_interpolation (2).ipynb", "Åsa Öberg"),
    ],
)
def test_layout__is_understood(tmp_path: Path, place: str, student: str) -> None:
    put(tmp_path / place, U02["U02"].notebook)
    found, problems = intake.find(tmp_path, U02)
    assert [f.student for f in found] == [student]
    assert not problems
    assert intake.unit_of(found[0], intake.read(found[0].path), U02) == "U02"


def test_marks_below_the_submissions__are_no_student(tmp_path: Path) -> None:
    put(tmp_path / "ann" / "02_interpolation.ipynb", U02["U02"].notebook)
    put(tmp_path / "grades" / "autograded" / "02_interpolation.ipynb", U02["U02"].notebook)
    found, problems = intake.find(tmp_path, U02, skip=tmp_path / "ann" / ".." / "grades")
    assert [f.student for f in found] == ["ann"]
    assert not problems


def test_checkpoints_and_hidden_files__are_left_alone(tmp_path: Path) -> None:
    put(tmp_path / "ann" / ".ipynb_checkpoints" / "02_interpolation-checkpoint.ipynb", U02["U02"].notebook)
    put(tmp_path / "ann" / "02_interpolation.ipynb", U02["U02"].notebook)
    put(tmp_path / ".git" / "x.ipynb", U02["U02"].notebook)
    found, problems = intake.find(tmp_path, U02)
    assert len(found) == 1
    assert not problems


@pytest.mark.parametrize(
    ("name", "safe"),
    [("ann", "ann"), ("../../etc", "etc"), ("a b/c", "a_b_c"), ("", "unnamed"), ("Åsa", "Åsa"), ("..", "unnamed")],
)
def test_students_id__is_safe_as_a_file_name(name: str, safe: str) -> None:
    assert intake.safe_id(name) == safe


@pytest.mark.parametrize("value", ["=1+1", "+1", "-1", "@x", "\t=1"])
def test_table_entry__is_never_a_formula(value: str) -> None:
    assert harmless(value).startswith("'")
    assert harmless(-1.5) == -1.5


@pytest.mark.parametrize(
    "text",
    [
        "id,name\nann,Ann A\nben,\n",
        "name;student\nAnn A;ann\n;ben\n",
        "ann\tAnn A\nben\t\n",
        "\ufeffUsername,Last_name,x\nann,Ann A,1\nben,,2\n",
    ],
)
def test_roster__is_read_in_the_usual_forms(tmp_path: Path, text: str) -> None:
    path = tmp_path / "roster.csv"
    path.write_text(text, encoding="utf-8")
    assert read_roster(path) == {"ann": "Ann A", "ben": ""}


def test_roster_that_is_none__is_said(tmp_path: Path) -> None:
    path = tmp_path / "roster.csv"
    path.write_text("\n\n", encoding="utf-8")
    with pytest.raises(ValueError, match="must have at least one row"):
        read_roster(path)
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ValueError, match="must be a CSV file in UTF-8"):
        read_roster(path)


def test_names__are_compared_without_case_and_spaces() -> None:
    assert alike("Ann  Berg", "ann_berg")
    assert not alike("Ann", "Ben")


def test_secret__is_made_once_for_the_instructor_only(tmp_path: Path) -> None:
    path = tmp_path / "out" / "secret.txt"
    first = command._secret(path)
    assert command._secret(path) == first
    assert len(first) >= 32
    assert path.stat().st_mode & 0o077 == 0
    path.write_text("short", encoding="utf-8")
    with pytest.raises(ValueError, match="at least 8 characters, got 5"):
        command._secret(path)


def test_grading__refuses_without_a_sandbox(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sandbox, "unavailable", lambda: "is not installed")
    with pytest.raises(SandboxError, match="bubblewrap, which is not installed"):
        command.grade_folder(tmp_path, tmp_path / "out")
    assert command.grade(tmp_path, tmp_path / "out") == 2
    assert "--unsafe-local" in capsys.readouterr().out
    assert not (tmp_path / "out").exists()


def test_grading_what_is_no_folder__is_said(tmp_path: Path) -> None:
    with pytest.raises(NotADirectoryError, match="must be in a folder"):
        command.grade_folder(tmp_path / "none", tmp_path / "out")


def test_nothing_to_grade__is_an_error_code(tmp_path: Path, sandboxed: None) -> None:
    pytest.importorskip("nbgrader")
    (tmp_path / "class" / "ann").mkdir(parents=True)
    (tmp_path / "class" / "ann" / "x.ipynb").write_text("{", encoding="utf-8")
    assert command.grade(tmp_path / "class", tmp_path / "out") == 1
    assert "is not a notebook" in (tmp_path / "out" / "problems.txt").read_text()


def test_release__never_holds_a_solution(tmp_path: Path) -> None:
    pytest.importorskip("nbgrader")
    words = command.release(tmp_path / "course", units=U02)
    assert "new: U02" in words
    assert "new: none" in command.release(tmp_path / "course", units=U02)
    for folder in ("source", "release"):
        text = (tmp_path / "course" / folder / "U02" / "02_interpolation.ipynb").read_text(encoding="utf-8")
        assert "BEGIN SOLUTION" not in text
        assert "raise NotImplementedError" in text
    assert b"extent = np.asarray(shape)" not in (tmp_path / "course" / "gradebook.db").read_bytes()


@pytest.fixture(scope="module")
def round_trip(tmp_path_factory: pytest.TempPathFactory, solved: dict[str, Any]) -> Path:
    """Two students graded without a sandbox, one of them by the layout of nbgrader; also shows that `unsafe` works."""
    pytest.importorskip("nbgrader")
    root = tmp_path_factory.mktemp("round")
    put(root / "class" / "ann" / "U02" / "02_interpolation.ipynb", solved)
    put(root / "class" / "ben.ipynb", U02["U02"].notebook)
    (root / "class" / "ann" / ".coursereg.json").write_text(json.dumps({"student": "Mallory"}), encoding="utf-8")
    (root / "roster.csv").write_text("id,name\nann,Ann A\ncora,Cora C\n", encoding="utf-8")
    done = command.grade_folder(
        root / "class", root / "out", units=U02, unsafe_local=True, limits=LONG, roster=root / "roster.csv"
    )
    assert len(done.records) == 2
    return root


def rows(root: Path) -> dict[str, dict[str, str]]:
    with (root / "out" / "marks.csv").open(encoding="utf-8", newline="") as file:
        return {r["student"]: r for r in csv.DictReader(file)}


def test_unsafe_local__gives_the_same_marks(round_trip: Path) -> None:
    table = rows(round_trip)
    assert float(table["ann"]["automatic"]) == 90
    assert float(table["ben"]["total"]) == 0
    assert table["ann"]["name"] == "Ann A"
    assert table["cora"]["state"] == "nothing graded"


def test_strangers_and_other_names__are_reported_not_punished(round_trip: Path) -> None:
    report = (round_trip / "out" / "problems.txt").read_text(encoding="utf-8")
    assert "ann: the notebook's owner gave the name 'Mallory'" in report
    assert "ben: is not on the roster" in report
    assert "cora: handed in nothing" in report
    assert "handed in nothing" in (round_trip / "out" / "feedback" / "cora.html").read_text(encoding="utf-8")


def test_hand_mark_of_the_formgrader__reaches_marks_and_feedback(round_trip: Path) -> None:
    from nbgrader.api import Gradebook

    with Gradebook(f"sqlite:///{round_trip}/out/gradebook.db", "coursereg") as book:
        grade = book.find_grade("U02-say-say", "02_interpolation", "U02", "ann")
        assert grade.needs_manual_grade
        grade.manual_score = 7.5
        comment = book.find_comment("U02-say-say", "02_interpolation", "U02", "ann")
        comment.manual_comment = "Good, but <b>why</b>?"
        book.db.commit()
    assert "feedback pages" in command.feedback(round_trip / "out")
    assert float(rows(round_trip)["ann"]["total"]) == 97.5
    page = (round_trip / "out" / "feedback" / "ann.html").read_text(encoding="utf-8")
    assert "Good, but &lt;b&gt;why&lt;/b&gt;?" in page
    assert "97.5 of 100" in page


def test_hand_mark__survives_grading_again(round_trip: Path) -> None:
    command.grade_folder(round_trip / "class", round_trip / "out", units=U02, unsafe_local=True, limits=LONG)
    assert float(rows(round_trip)["ann"]["total"]) == 97.5


def test_nbgraders_own_command__reads_the_course_folder(round_trip: Path) -> None:
    import os
    import subprocess
    import sys

    line = [sys.executable, "-m", "nbgrader", "autograde", "U02", "--force", "--student", "ann"]
    done = subprocess.run(
        line,
        cwd=round_trip / "out",
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"JUPYTER_PLATFORM_DIRS": "1"},
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert float(rows(round_trip)["ann"]["automatic"]) == 90


def test_late_work__is_reported_and_graded(tmp_path: Path) -> None:
    came = intake.Submission("ann", "U02", "ann/x.ipynb", modified=datetime(2026, 11, 20, 14).timestamp())
    assert not command._late([came], None)
    assert not command._late([came], datetime(2026, 11, 20, 15))
    assert [str(p) for p in command._late([came], datetime(2026, 11, 20, 12, 30))] == [
        "ann: late by 1.5 hours (ann/x.ipynb)"
    ]


def test_feedback_of_what_was_never_graded__is_said(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="must have been graded before"):
        command.feedback(tmp_path)


def test_submission_without_marks__is_no_zero_in_the_gradebook(tmp_path: Path) -> None:
    plugin = pytest.importorskip("coursereg.grading.nbgrader_plugin", exc_type=ImportError)
    told = {"db_url": f"sqlite:///{tmp_path}/gradebook.db", "student": "ann", "assignment": "U02"}
    with pytest.raises(FileNotFoundError, match="run coursereg grade on the submissions first"):
        plugin.SandboxExecute().preprocess(None, {"nbgrader": told})


def test_pipe_that_a_thread_reads__works_like_the_other(tmp_path: Path) -> None:
    """The connection of Windows, tried wherever the suite runs."""
    from coursereg.grading import unsafe
    from coursereg.grading.callee import Remote
    from coursereg.grading.connection import Died, ThreadedConnection
    from coursereg.grading.local import Timeout
    from coursereg.grading.staging import Stage

    class Box(unsafe.UnsafeLocal):
        connection = ThreadedConnection

    deeds = ("def f(x):\n    return x * 2", "def dies():\n    os._exit(1)", "def sleeps():\n    time.sleep(60)")
    cells = [(0, "\n".join(("import os, time", *deeds)))]
    with Stage(local=True) as stage, Box(stage, cells, LONG) as box:
        for name in ("f", "dies", "sleeps"):
            box.bind(name, [name], many=False)
        assert Remote(box, "f")([1, 2]) == [1, 2, 1, 2]
        with pytest.raises(Died, match="the process ended"):
            Remote(box, "dies")()
        with pytest.raises(Timeout, match="still running after 0.3 s"):
            Remote(box, "sleeps", 0.3)()
        assert Remote(box, "f")(2) == 4


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "</div><iframe src='x'>",
        "[x](javascript:alert(1))",
        "[x](JaVaScript&colon;alert(1))",
        "[x](&#106;avascript:alert(1))",
        "![x](data:text/html,<script>alert(1)</script>)",
        "<!--x--><svg/onload=alert(1)>",
    ],
)
def test_markdown_of_a_student__is_tame_in_nbgraders_formgrader(text: str) -> None:
    from nbconvert.filters.markdown_mistune import markdown2html_mistune

    html = markdown2html_mistune(intake.tame(text))
    assert not re.search(r"(?i)<(script|img[^>]*onerror|iframe|svg)", html)
    assert not re.search(r"""(?i)(href|src)=["']?\s*(javascript|vbscript|data)\s*:""", html)


def test_markdown_of_a_student__stays_readable_and_that_of_the_unit_as_it_is() -> None:
    assert intake.tame("a < b, 1<2 and *x* `y`") == "a < b, 1<2 and *x* `y`"
    assert intake.tame("<b>x").replace("\u200b", "") == "<b>x"
    unit = U02["U02"]
    cells = [
        {"cell_type": c["cell_type"], "source": notebooks.source(c), "metadata": c["metadata"]}
        for c in unit.notebook["cells"]
    ]
    clean = intake.clean(intake.Found("ann", Path("x"), "x"), cells, unit)
    assert [c["source"] for c in clean.notebook["cells"]] == [c["source"] for c in cells]


def test_marking_process_that_dies__takes_nobody_else_along(tmp_path: Path) -> None:
    from grading.hostile import fragile_work

    from coursereg.grading.submission import Job

    names = ["ann", "kills", "ben", "errs", "cora"]
    jobs = [Job(intake.Submission(n, "U02", f"{n}.ipynb"), (), "secret", tmp_path) for n in names]
    problems: list[intake.Problem] = []
    records = list(command._mark_all(jobs, 2, tmp_path, problems, print, fragile_work))
    assert sorted(r["student"] for r in records) == ["ann", "ben", "cora"]
    told = sorted(str(p) for p in problems)
    assert told == [
        "errs: could not be graded (ValueError): a fault of ours (errs.ipynb)",
        "kills: could not be graded (BrokenProcessPool): the marking process died (kills.ipynb)",
    ]


def test_released__knows_which_cells_are_given() -> None:
    unit = U02["U02"]
    assert isinstance(unit, Released)
    assert {"setup", "check", "write", "predict", "parsons"} <= set(unit.given.values())
    assert unit.say == ["U02-say-say"]


# --- odd names and files of one student -------------------------------------------------------------------------------


def test_names__odd_ones_become_problems_with_safe_names_and_stop_nobody(tmp_path: Path) -> None:
    put(tmp_path / "ann" / "02_interpolation.ipynb", U02["U02"].notebook)
    (tmp_path / ("x" * 250 + ".py")).write_text("no notebook", encoding="utf-8")
    (tmp_path / ("y" * 250)).mkdir()
    (tmp_path / "_bob").mkdir()
    (tmp_path / "__MACOSX").mkdir()
    (tmp_path / "deep").mkdir()
    put(tmp_path / "deep" / "02_interpolation.ipynb", U02["U02"].notebook)
    (tmp_path / "deep" / ".coursereg.json").write_text("[" * 9000, encoding="utf-8")
    found, problems = intake.find(tmp_path, U02)
    assert {f.student for f in found} == {"ann", "deep"}
    assert {p.student[:3] for p in problems} == {"xxx", "yyy", "bob"}
    assert all(p.student == intake.safe_id(p.student) for p in problems)


def test_name__of_one_student_is_not_taken_by_another_with_a_space(tmp_path: Path) -> None:
    for name in (" Ben", "Ben"):
        notebook = json.loads(json.dumps(U02["U02"].notebook))
        notebook["cells"].append(
            {"cell_type": "markdown", "id": "who", "metadata": {}, "source": [f"this is {name!r}"]}
        )
        put(tmp_path / "class" / name / "02_interpolation.ipynb", notebook)
    taken, _ = command._take_in(tmp_path / "class", tmp_path / "out", U02)
    where = {s.student: s.where for s in taken}
    assert where["Ben"].startswith("Ben/")
    assert where["Ben-2"].startswith(" Ben/")


def test_say_it__is_found_below_its_heading_when_all_metadata_is_lost() -> None:
    released = U02["U02"]
    cells = [dict(c, metadata={}, source=notebooks.source(c)) for c in released.notebook["cells"]]
    (said,) = [g for g, c in released.graded.items() if notebooks.role(c) == "say"]
    text = notebooks.source(released.graded[said])
    place = next(k for k, c in enumerate(cells) if c["source"] == text)
    cells[place]["source"] = "Pull, since a push leaves holes."
    clean = intake.clean(intake.Found("ann", Path("a.ipynb"), "ann/a.ipynb"), cells, released)
    assert clean.say[said] == "Pull, since a push leaves holes."
    assert any("lost its id" in note for note in clean.notes)


def test_notes__a_flood_of_them_is_cut() -> None:
    released = U02["U02"]
    cells = [
        {"cell_type": "code", "source": "1", "metadata": {"nbgrader": {"grade_id": f"mine-{k}"}}} for k in range(500)
    ]
    clean = intake.clean(intake.Found("ann", Path("a.ipynb"), "ann/a.ipynb"), cells, released)
    assert len(clean.notes) <= intake.MAX_NOTES + 1
    assert "more notes" in clean.notes[-1]


def test_magics__in_their_thousands_do_not_hold_up_the_marker() -> None:
    bomb = "%ls\n" * 150 + "a = 1\n" * 45000
    assert submission.to_python(bomb) == bomb
    assert "run_line_magic" in submission.to_python("%ls\na = 1\n")


def test_table__a_text_with_semicolons_stays_in_one_cell_where_they_separate(tmp_path: Path) -> None:
    reports._write_table(tmp_path / "t.csv", ["student", "problems"], [["ann", "OSError: ;=1+1;=HYPERLINK(A1);"]])
    with (tmp_path / "t.csv").open(encoding="utf-8", newline="") as file:
        assert '"OSError: ;=1+1;=HYPERLINK(A1);"' in file.read()
