"""
The notebooks as data: roles of cells, the released version, the normal form. Standard library only.

A cell's role stands in its metadata, ``{"coursereg": {"role": "write", "key": "U03.SSD"}}``:

=========  ==========================================================================================
setup      given, always run: imports and helpers that the student's functions may use
demo       given: pictures, experiments, worked examples; an unchanged one is not run at grading
widget     given: opens an `Explore`
predict    the student replaces None by an answer, ``prediction_1 = None``
parsons    the student orders lines, ``parsons = None``
write      the student writes a function (fades, graded functions, the bug's fix and its check)
check      locked: ``check("U03.SSD", SSD)``; carries the points
say        markdown, the student's words, marked by a person
=========  ==========================================================================================

This file must run without the package: the wheel's build hook loads it by its path.
"""

from __future__ import annotations

import copy
import json
import re
from pathlib import Path
from typing import Any

ROLES = ("setup", "demo", "widget", "predict", "parsons", "write", "check", "say")
BEGIN, END = "### BEGIN SOLUTION", "### END SOLUTION"
STUB = 'raise NotImplementedError("your code here")'
ANSWER_STUB = "YOUR ANSWER HERE"
KEEP_OUTPUT = "# NBVAL_CHECK_OUTPUT"
HEADINGS = (
    "1. Show-off",
    "2. Predict",
    "3. Worked example",
    "4. Parsons",
    "5. Fade",
    "6. Write",
    "7. Plug in",
    "8. Bug of the unit",
    "9. Say it",
    "10. Check yourself",
)
"""The ten sections, each a markdown heading ``## 1. Show-off ...``; "Beyond" is the end of the tenth."""

Notebook = dict[str, Any]
Cell = dict[str, Any]


def read(path: str | Path) -> Notebook:
    """Read a notebook file."""
    return json.loads(Path(path).read_text(encoding="utf-8"))


def write(notebook: Notebook, path: str | Path) -> None:
    """Write a notebook file the way Jupyter does."""
    text = json.dumps(notebook, indent=1, ensure_ascii=False, sort_keys=True) + "\n"
    Path(path).write_text(text, encoding="utf-8", newline="\n")


def source(cell: Cell) -> str:
    """The text of a cell, whether it is stored as one string or as lines."""
    text = cell.get("source", "")
    return text if isinstance(text, str) else "".join(text)


def role(cell: Cell) -> str:
    """The role of a cell, or the empty string."""
    return str(_course(cell).get("role", ""))


def key(cell: Cell) -> str:
    """The exercise a cell belongs to, or the empty string."""
    return str(_course(cell).get("key", ""))


def _course(cell: Cell) -> dict[str, Any]:
    return cell.get("metadata", {}).get("coursereg", {})


def _lines(text: str) -> list[str]:
    return text.splitlines(keepends=True)


# --- the released version ---------------------------------------------------------------------------------------------


def release(notebook: Notebook) -> Notebook:
    """Return the student's version: no solution, no output; the rest is untouched."""
    out = copy.deepcopy(notebook)
    for cell in out["cells"]:
        cell["source"] = _lines(strip_solution(source(cell), role(cell)))
        if cell["cell_type"] == "code":
            cell["outputs"], cell["execution_count"] = [], None
    return out


def strip_solution(text: str, cell_role: str) -> str:
    """Replace what stands between the solution marks: by a stub, by an answer line, or (values) by nothing."""
    kept: list[str] = []
    inside = False
    for line in text.split("\n"):
        if BEGIN in line:
            if inside:
                msg = f"two {BEGIN!r} in a row"
                raise ValueError(msg)
            inside = True
            indent = line[: len(line) - len(line.lstrip())]
            if cell_role == "say":
                kept.append(ANSWER_STUB)
            elif cell_role not in ("predict", "parsons"):
                kept.append(indent + STUB)
        elif END in line:
            if not inside:
                msg = f"{END!r} without {BEGIN!r}"
                raise ValueError(msg)
            inside = False
        elif not inside:
            kept.append(line)
    if inside:
        msg = f"{BEGIN!r} without {END!r}"
        raise ValueError(msg)
    return "\n".join(kept)


def solution_of(text: str) -> str:
    """The lines between the solution marks of a solved cell, marks left out."""
    found = re.findall(rf"{re.escape(BEGIN)}[^\n]*\n(.*?)\n?[ \t]*{re.escape(END)}", text, flags=re.DOTALL)
    return "\n".join(found)


# --- the normal form --------------------------------------------------------------------------------------------------


def normalise(notebook: Notebook, unit: str, points: dict[str, float], say_it: float = 10.0) -> Notebook:
    """
    Return the notebook in the form that is committed.

    Roles folded into ``coursereg`` metadata, stable cell ids, nbgrader metadata with the points of each exercise,
    no outputs except in cells marked ``# NBVAL_CHECK_OUTPUT``. Normalising twice changes nothing.
    """
    out: Notebook = {
        "cells": [],
        "metadata": {
            "coursereg": {"unit": unit, "version": 1},
            "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
            "language_info": {"name": "python", "file_extension": ".py", "mimetype": "text/x-python"},
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    seen: dict[str, int] = {}
    for old in notebook["cells"]:
        cell = _normal_cell(old, points, say_it)
        stem = _stem(cell, unit)
        seen[stem] = seen.get(stem, 0) + 1
        cell["id"] = stem if _graded(cell) else f"{stem}-{seen[stem]}"
        out["cells"].append(cell)
    ids = [c["id"] for c in out["cells"]]
    twice = sorted({i for i in ids if ids.count(i) > 1})
    if twice:
        msg = f"each exercise has one write and one check cell; more than one: {twice}"
        raise ValueError(msg)
    return out


def _normal_cell(old: Cell, points: dict[str, float], say_it: float) -> Cell:
    meta = dict(old.get("metadata", {}))
    course = dict(meta.get("coursereg", {}))
    for name in ("role", "key"):
        if name in meta:
            course[name] = meta[name]
    if course and course.get("role") not in ROLES:
        msg = f"role must be one of {ROLES}, got {course.get('role')!r}"
        raise ValueError(msg)
    cell: Cell = {"cell_type": old["cell_type"], "metadata": {}, "source": _lines(source(old))}
    if course:
        cell["metadata"]["coursereg"] = course
    if meta.get("tags"):
        cell["metadata"]["tags"] = sorted(meta["tags"])
    graded = _nbgrader(course, points, say_it, old["cell_type"])
    if graded:
        cell["metadata"]["nbgrader"] = graded
    if old["cell_type"] == "code":
        keep = KEEP_OUTPUT in source(old)
        cell["outputs"] = old.get("outputs", []) if keep else []
        for output in cell["outputs"]:
            if "execution_count" in output:
                output["execution_count"] = 1
        # nbval compares only cells that look run; the number itself means nothing, so it is always 1
        cell["execution_count"] = 1 if cell["outputs"] else None
    return cell


def _graded(cell: Cell) -> bool:
    return "nbgrader" in cell["metadata"]


def _stem(cell: Cell, unit: str) -> str:
    if _graded(cell):
        return cell["metadata"]["nbgrader"]["grade_id"]
    return f"{unit}-{role(cell) or ('text' if cell['cell_type'] == 'markdown' else 'code')}"


def _nbgrader(course: dict[str, Any], points: dict[str, float], say_it: float, cell_type: str) -> dict[str, Any]:
    kind, exercise = course.get("role"), course.get("key", "")
    base = {"schema_version": 3, "task": False, "locked": False, "grade": False, "solution": False}
    name = exercise.replace(".", "-")
    if kind == "check":
        if exercise not in points:
            msg = f"check cell for {exercise!r}, but the unit has {sorted(points)}"
            raise ValueError(msg)
        # nbgrader adds up floats: keep them short
        worth = round(points[exercise], 3)
        return base | {
            "grade": True,
            "locked": True,
            "points": worth,
            "grade_id": f"{name}-check",
            "cell_type": cell_type,
        }
    if kind in ("predict", "parsons", "write"):
        return base | {"solution": True, "grade_id": f"{name}-{kind}", "cell_type": cell_type}
    if kind == "say":
        return base | {
            "grade": True,
            "solution": True,
            "points": say_it,
            "grade_id": f"{name}-say",
            "cell_type": cell_type,
        }
    return {}
