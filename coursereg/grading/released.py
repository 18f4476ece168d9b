"""The released notebook of a unit, as the grader knows it: which cells carry points, which are given.

Only what stands here counts: a submission may lack, repeat, edit or invent cells, the points come from these.
"""

from __future__ import annotations

import ast
import json
from dataclasses import dataclass, field
from typing import Any

from coursereg.course import exercises, notebooks, workspace


@dataclass(frozen=True)
class CheckCell:
    """A released check cell: the exercise, and the names of the student's whose values it takes."""

    key: str
    grade_id: str
    names: tuple[str, ...]
    many: bool


@dataclass
class Released:
    """One unit's released notebook."""

    unit: str
    stem: str
    notebook: dict[str, Any]
    checks: list[CheckCell] = field(default_factory=list)
    graded: dict[str, dict[str, Any]] = field(default_factory=dict)
    given: dict[str, str] = field(default_factory=dict)
    texts: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        for cell in self.notebook["cells"]:
            text, role = notebooks.source(cell), notebooks.role(cell)
            graded = cell["metadata"].get("nbgrader", {})
            if graded.get("grade_id"):
                self.graded[graded["grade_id"]] = cell
            if role == "check":
                self.checks.append(check_cell(text, graded["grade_id"]))
            if cell["cell_type"] == "code":
                self.given[normal(text)] = role or "demo"
            else:
                self.texts.add(normal(text))

    @property
    def say(self) -> list[str]:
        """The grade ids of the cells that a person marks."""
        return [g for g, c in self.graded.items() if notebooks.role(c) == "say"]

    def grade_id(self, key: str) -> str:
        """The grade id of an exercise's check cell."""
        return next(c.grade_id for c in self.checks if c.key == key)


def normal(text: str) -> str:
    """Return a cell's text without spaces at line ends and empty lines around it, which editors change."""
    return "\n".join(line.rstrip() for line in text.strip().splitlines())


def check_cell(text: str, grade_id: str) -> CheckCell:
    """Read ``check("U03.SSD", SSD)``.

    The second argument is a name, or a list of names; ValueError otherwise (the released notebook is at fault).
    """
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "check":
            key, answer = node.args
            if not isinstance(key, ast.Constant) or not isinstance(key.value, str):
                continue
            if isinstance(answer, ast.Name):
                return CheckCell(key.value, grade_id, (answer.id,), False)
            if isinstance(answer, (ast.List, ast.Tuple)) and all(isinstance(e, ast.Name) for e in answer.elts):
                return CheckCell(key.value, grade_id, tuple(e.id for e in answer.elts), True)  # type: ignore[attr-defined]
    msg = f"the check cell {grade_id!r} must call check(key, name) or check(key, [names]), got {text!r}"
    raise ValueError(msg)


def all_released(texts: dict[str, str] | None = None) -> dict[str, Released]:
    """Return the released notebooks by unit.

    Parameters
    ----------
    texts : dict of str to str, optional
        Notebook texts by file name; default: those of the installed course.
    """
    out = {}
    for name, text in (workspace.released_notebooks() if texts is None else texts).items():
        notebook = json.loads(text)
        unit = notebook["metadata"].get("coursereg", {}).get("unit")
        if unit in exercises.UNITS:
            out[unit] = Released(unit, name.removesuffix(".ipynb"), notebook)
    return out
