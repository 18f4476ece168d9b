"""nbgrader's course folder and gradebook: made, filled with our marks, read back with the marks given by hand.

nbgrader keeps the database and its formgrader for what people mark. It never runs a student's code here: the step
that would is replaced by `coursereg.grading.nbgrader_plugin.SandboxExecute`.
"""

from __future__ import annotations

import contextlib
import json
import logging
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from coursereg.grading.released import Released

CONFIG = '''"""nbgrader's settings for this course. Start the formgrader with: jupyter lab, from this folder."""

from pathlib import Path

from coursereg.grading.gradebook import configure

c = get_config()  # noqa: F821
configure(c, Path(__file__).parent)
'''


@dataclass(frozen=True)
class HandMark:
    """What a person gave for a said answer: points (None = not marked yet), maximum, comment."""

    points: float | None
    maximum: float
    comment: str = ""


def configure(config: Any, root: Path) -> Any:
    """Fill nbgrader's configuration; used by the config file of the course folder and by `coursereg grade` alike."""
    from nbgrader import preprocessors as nb

    from coursereg.grading.nbgrader_plugin import SandboxExecute

    config.CourseDirectory.root = str(root)
    config.CourseDirectory.course_id = "coursereg"
    config.CourseDirectory.db_url = f"sqlite:///{(root / 'gradebook.db').resolve()}"
    # what is released has no solutions: nothing to clear, and a cell without marks must not be emptied
    config.GenerateAssignment.preprocessors = [
        nb.LockCells,
        nb.ClearOutput,
        nb.CheckCellMetadata,
        nb.ComputeChecksums,
        nb.SaveCells,
        nb.CheckCellMetadata,
    ]
    config.OverwriteCells.add_missing_cells = True
    config.HTMLExporter.sanitize_html = True  # the formgrader shows what students wrote
    # our intake has cleaned the notebooks; the rest of this pass would only read and write them once more
    config.Autograde.sanitize_preprocessors = [nb.OverwriteCells]
    config.Autograde.autograde_preprocessors = [
        SandboxExecute,
        nb.IgnorePattern,
        nb.LimitOutput,
        nb.SaveAutoGrades,
        nb.AssignLatePenalties,
        nb.CheckCellMetadata,
    ]
    return config


def require() -> None:
    """Raise ImportError with the way out where nbgrader is not installed."""
    try:
        import nbgrader  # noqa: F401
    except ImportError as error:
        msg = "release and grade need nbgrader: pip install 'coursereg[grade]'"
        raise ImportError(msg) from error


@contextlib.contextmanager
def _logged(root: Path) -> Iterator[logging.Logger]:
    """Send the many words of nbgrader to a file."""
    from nbgrader import api

    log = logging.getLogger("coursereg.nbgrader")
    log.propagate = False
    log.setLevel(logging.INFO)
    handler = logging.FileHandler(root / "nbgrader.log", encoding="utf-8")
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    log.addHandler(handler)
    theirs, api.get_alembic_version = api.get_alembic_version, _schema_version
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # nbgrader's own, about its database
            yield log
    finally:
        api.get_alembic_version = theirs
        log.removeHandler(handler)
        handler.close()


def _schema_version() -> str:
    """
    Return the version of nbgrader's database that a new gradebook gets.

    nbgrader asks the program ``alembic`` for it, which an environment that is not activated does not find.
    """
    from alembic.config import Config
    from alembic.script import ScriptDirectory
    from nbgrader.dbutil import _temp_alembic_ini

    with _temp_alembic_ini("sqlite://") as settings:
        return str(ScriptDirectory.from_config(Config(settings)).get_current_head())


def _course(root: Path, unit: str, log: logging.Logger) -> tuple[Any, Any]:
    from nbgrader.coursedir import CourseDirectory
    from traitlets.config import Config

    config = configure(Config(), root.resolve())
    config.CourseDirectory.assignment_id = unit
    return config, CourseDirectory(config=config, log=log)


def make_course(root: Path, units: dict[str, Released], students: dict[str, str] | None = None) -> list[str]:
    """Make or complete nbgrader's course folder.

    Parameters
    ----------
    root : Path
        The course folder; made private to this user.
    units : dict of str to Released
        Units to release; one that is there stays as it is.
    students : dict of str to str, optional
        Names by id, for the gradebook.

    Returns
    -------
    list of str
        The units that were added.
    """
    require()
    from nbgrader.api import Gradebook
    from nbgrader.converters import GenerateAssignment
    from nbgrader.converters.base import NbGraderException

    root.mkdir(parents=True, exist_ok=True, mode=0o700)
    (root / "nbgrader_config.py").write_text(CONFIG, encoding="utf-8")
    added = []
    with _logged(root) as log:
        for unit, released in units.items():
            source = root / "source" / unit / f"{released.stem}.ipynb"
            text = json.dumps(released.notebook, indent=1, ensure_ascii=False, sort_keys=True) + "\n"
            if source.is_file() and source.read_text(encoding="utf-8") == text:
                continue
            source.parent.mkdir(parents=True, exist_ok=True)
            source.write_text(text, encoding="utf-8", newline="\n")
            config, course = _course(root, unit, log)
            maker = GenerateAssignment(coursedir=course, config=config, log=log)
            maker.force = True
            try:
                maker.start()
            except NbGraderException:
                msg = f"nbgrader could not take up {unit}; the reason is at the end of {root / 'nbgrader.log'}"
                raise ValueError(msg) from None
            added.append(unit)
        if students:
            with Gradebook(f"sqlite:///{(root / 'gradebook.db').resolve()}", "coursereg") as book:
                for student, name in students.items():
                    book.update_or_create_student(student, last_name=name or None)
    return added


def record(root: Path, unit: str) -> list[str]:
    """Let nbgrader take the marks of a unit's submissions into the gradebook; return what went wrong.

    The marks themselves were computed before (see `coursereg.grading.command`).
    """
    from nbgrader.converters import Autograde
    from nbgrader.converters.base import NbGraderException

    with _logged(root) as log:
        config, course = _course(root, unit, log)
        step = Autograde(coursedir=course, config=config, log=log)
        step.force = True
        try:
            step.start()
        except NbGraderException as error:
            return [f"the gradebook did not take all of {unit} ({error}); see nbgrader.log"]
    return []


def hand_marks(root: Path) -> dict[tuple[str, str], HandMark]:
    """Return what people marked in the formgrader, by student and unit."""
    from nbgrader.api import Gradebook

    out: dict[tuple[str, str], HandMark] = {}
    with Gradebook(f"sqlite:///{(root / 'gradebook.db').resolve()}", "coursereg") as book:
        for assignment in book.assignments:
            for submission in assignment.submissions:
                for notebook in submission.notebooks:
                    comments = {c.name: c.comment or "" for c in notebook.comments}
                    for grade in notebook.grades:
                        if not grade.cell.name.endswith("-say"):
                            continue
                        points = grade.manual_score if grade.manual_score is not None else grade.auto_score
                        key = submission.student.id, assignment.name
                        out[key] = HandMark(points, grade.max_score, comments.get(grade.cell.name, ""))
    return out
