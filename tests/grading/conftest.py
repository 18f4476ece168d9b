"""One class with every hostile submission, graded once; units as notebooks; skips where there is no bubblewrap."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path
from typing import Any

import pytest

from coursereg.course import notebooks
from coursereg.course._places import notebook_sources
from coursereg.grading import sandbox
from coursereg.grading.sandbox import Limits

QUICK = Limits(cell_seconds=4.0, call_seconds=3.0, total_seconds=90.0)


def need_sandbox() -> None:
    """Skip, or in continuous integration fail, where the sandbox does not work."""
    why = sandbox.unavailable()
    if why and os.environ.get("COURSEREG_CI") == "1":
        pytest.fail(f"bubblewrap {why}, and this is the machine where it must work")
    if why:
        pytest.skip(f"bubblewrap {why}")


@pytest.fixture(scope="session")
def sandboxed() -> None:
    need_sandbox()


@pytest.fixture(scope="session")
def solved() -> dict[str, Any]:
    """The solved notebook of U02."""
    from grading.hostile import STEM

    return notebooks.read(notebook_sources() / f"{STEM}.ipynb")


@pytest.fixture(scope="session")
def graded_class(tmp_path_factory: pytest.TempPathFactory, solved: dict[str, Any]) -> Path:
    """A folder with ``class`` (the hostile set) and ``out`` (its course folder), graded once for all test processes."""
    need_sandbox()
    pytest.importorskip("nbgrader", reason="grading needs nbgrader: pip install 'coursereg[grade]'")
    base = tmp_path_factory.getbasetemp()
    root = (base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base) / "hostile"
    try:
        root.mkdir()
    except FileExistsError:
        for _ in range(12000):
            if (root / "done").exists():
                return root
            if (root / "failed").exists():
                pytest.fail("grading the hostile class failed in another test process")
            time.sleep(0.1)
        pytest.fail("grading the hostile class took more than 20 minutes")
    try:
        _grade(root, solved)
    except BaseException:
        (root / "failed").touch()
        raise
    return root


def _grade(root: Path, solved: dict[str, Any]) -> None:
    from grading.hostile import SET

    from coursereg.grading.command import grade_folder

    (root / "class").mkdir()
    for hostile in SET:
        hostile.put(root / "class", solved)
    (root / "class" / "notes.txt").write_text("not a notebook", encoding="utf-8")
    done = grade_folder(root / "class", root / "out", jobs=2, limits=QUICK)
    lines = [[p.student, p.what, p.where] for p in done.problems]
    (root / "done").write_text(json.dumps({"problems": lines, "seconds": done.seconds}), encoding="utf-8")
