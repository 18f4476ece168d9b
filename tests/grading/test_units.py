"""Every unit: the solved notebook earns all automatic points, the untouched release nothing."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from coursereg.course import exercises, notebooks
from coursereg.course._places import notebook_sources
from coursereg.grading import intake
from coursereg.grading.released import all_released, check_cell
from coursereg.grading.sandbox import Limits
from coursereg.grading.staging import Stage
from coursereg.grading.submission import Job, mark_submission

RELEASED = all_released()
SLOW_MACHINE = Limits(cell_seconds=60.0, call_seconds=30.0, total_seconds=300.0)


@pytest.fixture(scope="module")
def stage(sandboxed: None) -> Iterator[Stage]:
    with Stage() as made:
        yield made


def marked(unit: str, notebook: dict[str, Any], stage: Stage, folder: Path) -> dict[str, Any]:
    path = folder / "any name.ipynb"
    notebooks.write(notebook, path)
    cells = intake.read(path)
    found = intake.Found("somebody", path, path.name)
    assert intake.unit_of(found, cells, RELEASED) == unit
    submission = intake.clean(found, cells, RELEASED[unit])
    job = Job(submission, tuple(RELEASED[unit].checks), "a secret", stage.folder, limits=SLOW_MACHINE)
    return mark_submission(job)


def solved(unit: str) -> dict[str, Any]:
    return notebooks.read(notebook_sources() / f"{RELEASED[unit].stem}.ipynb")


def points(record: dict[str, Any]) -> float:
    return round(sum(e["points"] for e in record["exercises"].values()), 6)


@pytest.mark.parametrize("unit", exercises.UNITS)
def test_unit__is_released_with_a_check_for_every_exercise(unit: str) -> None:
    assert {c.key for c in RELEASED[unit].checks} == set(exercises.unit(unit).exercises)
    assert exercises.unit(unit).automatic_points + exercises.unit(unit).say_it == 100


@pytest.mark.parametrize("unit", exercises.UNITS)
def test_solved_notebook__earns_all_automatic_points(unit: str, stage: Stage, tmp_path: Path) -> None:
    record = marked(unit, solved(unit), stage, tmp_path)
    lost = {k: e["state"] for k, e in record["exercises"].items() if e["points"] != e["maximum"]}
    assert not lost
    assert points(record) == 90
    assert record["events"] == []


@pytest.mark.parametrize("unit", exercises.UNITS)
def test_untouched_release__earns_nothing(unit: str, stage: Stage, tmp_path: Path) -> None:
    record = marked(unit, RELEASED[unit].notebook, stage, tmp_path)
    assert points(record) == 0
    assert {e["state"] for e in record["exercises"].values()} == {"not attempted"}


def test_cells__may_be_moved_split_and_merged(stage: Stage, tmp_path: Path) -> None:
    notebook = copy.deepcopy(solved("U02"))
    code = [
        c
        for c in notebook["cells"]
        if c["cell_type"] == "code" and notebooks.role(c) not in ("check", "demo", "widget", "")
    ]
    merged = "\n\n".join(notebooks.source(c) for c in code)
    notebook["cells"] = [
        {"cell_type": "code", "id": "all", "metadata": {}, "source": merged, "outputs": [], "execution_count": None}
    ]
    notebook["metadata"] = {"coursereg": {"unit": "U02"}}
    path = tmp_path / "02_interpolation (1).ipynb"
    notebooks.write(notebook, path)
    cells = intake.read(path)
    found = intake.Found("somebody", path, path.name)
    assert intake.unit_of(found, cells, RELEASED) == "U02"
    submission = intake.clean(found, cells, RELEASED["U02"])
    record = mark_submission(Job(submission, tuple(RELEASED["U02"].checks), "s", stage.folder, limits=SLOW_MACHINE))
    assert points(record) == 90


def test_function_that_needs_a_given_cell__is_tried_again_with_it(stage: Stage, tmp_path: Path) -> None:
    notebook = copy.deepcopy(solved("U02"))
    released = copy.deepcopy(RELEASED["U02"])
    demo = next(
        i for i, c in enumerate(notebook["cells"]) if c["cell_type"] == "code" and notebooks.role(c) in ("demo", "")
    )
    notebook["cells"][demo]["source"] = "helper = 1"
    released.given["helper = 1"] = "demo"
    write = next(c for c in notebook["cells"] if notebooks.key(c) == "U02.new_shape" and notebooks.role(c) == "write")
    write["source"] = "".join(write["source"]).replace("extent =", "helper\n    extent =")
    path = tmp_path / "x.ipynb"
    notebooks.write(notebook, path)
    submission = intake.clean(intake.Found("s", path, "x"), intake.read(path), released)
    assert (demo, "helper = 1") in submission.given
    assert (
        points(mark_submission(Job(submission, tuple(released.checks), "s", stage.folder, limits=SLOW_MACHINE))) == 90
    )


def test_missing_function__is_told_what_became_of_its_cell(stage: Stage, tmp_path: Path) -> None:
    notebook = copy.deepcopy(solved("U02"))
    write = next(c for c in notebook["cells"] if notebooks.key(c) == "U02.new_shape" and notebooks.role(c) == "write")
    write["source"] = "def new_shape(shape zooms):\n    return 1"
    result = marked("U02", notebook, stage, tmp_path)["exercises"]["U02.new_shape"]
    assert result["state"] == "not attempted"
    assert "SyntaxError" in result["note"]


@pytest.mark.parametrize("text", ["check('U02.x', f(1))", "print(1)", "check('U02.x', [1, 2])"])
def test_check_cell_that_is_no_plain_check__is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="must call check"):
        check_cell(text, "id")
