"""Submissions as they come: found in a folder, read as data, made into clean notebooks. Nothing is run or changed.

Only regular files are opened, never links, never larger than `MAX_FILE`. What cannot be read becomes a problem in the
report; the rest of the class goes on.
"""

from __future__ import annotations

import errno
import json
import os
import re
import stat
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from coursereg.course import notebooks, workspace
from coursereg.grading.released import Released, normal
from coursereg.grading.wire import printable

MAX_FILE = 30 << 20
MAX_CELLS = 2000
MAX_SOURCE = 200_000
MAX_NOTES = 10
TOOLS = ("__MACOSX", "__pycache__", ".ipynb_checkpoints", ".git")  # folders that programs leave behind
MISSING = "# This cell was not in the submission.\n"

Cell = dict[str, Any]


class Unreadable(Exception):
    """A file that is no notebook; the text is for the report."""


@dataclass
class Problem:
    """One line of the report."""

    student: str
    what: str
    where: str = ""

    def __post_init__(self) -> None:
        # names of files and words of students go to a terminal, too
        self.student, self.what, self.where = map(printable, (self.student, self.what, self.where))

    def __str__(self) -> str:
        place = f" ({self.where})" if self.where else ""
        return f"{self.student}: {self.what}{place}"


@dataclass
class Found:
    """One notebook file of one student."""

    student: str
    path: Path
    where: str
    folder_unit: str = ""
    modified: float = 0.0
    said_name: str | None = None


@dataclass
class Submission:
    """A clean submission: cells to run, cells given, what the student said, and a notebook for the gradebook."""

    student: str
    unit: str
    where: str
    cells: list[tuple[int, str]] = field(default_factory=list)
    given: list[tuple[int, str]] = field(default_factory=list)
    say: dict[str, str] = field(default_factory=dict)
    notebook: dict[str, Any] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    modified: float = 0.0
    said_name: str = ""


# --- finding ----------------------------------------------------------------------------------------------------------


def find(folder: Path, units: dict[str, Released], skip: Path | None = None) -> tuple[list[Found], list[Problem]]:
    """Find notebook files in one of the layouts that teachers get.

    ``<student>/<notebook>``, ``<student>/<unit>/<notebook>``, ``<student>.ipynb``, ``<student>__<notebook>``. The
    folder ``skip`` (where the marks go) is no student's, wherever it stands.
    """
    found: list[Found] = []
    problems: list[Problem] = []
    for entry in sorted(folder.iterdir()):
        name, known_as = entry.name, safe_id(entry.stem)
        hidden = name.startswith((".", "_")) and not entry.is_symlink()
        if skip and entry.resolve() == skip.resolve():
            continue
        if hidden:
            if entry.is_dir() and name not in TOOLS:
                problems.append(Problem(known_as, "its name begins with a dot or a bar: not read", name))
        elif entry.is_symlink():
            problems.append(Problem(known_as, "is a link, not a file: not read", name))
        elif entry.is_dir():
            try:
                _find_in(entry, entry.name, "", found, problems, units)
            except Exception as error:  # whatever one student's folder holds, the others are marked
                problems.append(Problem(safe_id(name), f"the folder cannot be read: {type(error).__name__}", name))
        elif name.endswith(".ipynb"):
            student = name.removesuffix(".ipynb").split("__")[0]
            found.append(Found(student, entry, name, modified=entry.lstat().st_mtime))
        else:
            problems.append(Problem(known_as, "is not a notebook: not read", name))
    return found, problems


def _find_in(
    folder: Path,
    student: str,
    unit: str,
    found: list[Found],
    problems: list[Problem],
    units: dict[str, Released],
    said: str | None = None,
) -> None:
    before, known_as = len(found), safe_id(student)
    if _small_file(folder / workspace.WHO_FILE):
        said = workspace.read_student(folder) or said
    try:
        entries = sorted(folder.iterdir())
    except OSError as error:
        problems.append(Problem(known_as, f"the folder cannot be read: {error.strerror}", folder.name))
        return
    for entry in entries:
        where = f"{student}/{unit}/{entry.name}" if unit else f"{student}/{entry.name}"
        if entry.is_symlink():
            problems.append(Problem(known_as, "is a link, not a file: not read", where))
        elif entry.is_dir():
            if not unit and not entry.name.startswith((".", "__")):
                _find_in(entry, student, entry.name, found, problems, units, said)
        elif entry.name.endswith(".ipynb"):
            found.append(Found(student, entry, where, unit if unit in units else "", entry.lstat().st_mtime, said))
    if not unit and len(found) == before and not any(p.student == known_as for p in problems):
        problems.append(Problem(known_as, "no notebook found", folder.name))


def _small_file(path: Path) -> bool:
    try:
        info = path.lstat()
    except OSError:
        return False
    return stat.S_ISREG(info.st_mode) and info.st_size < 10_000


# --- reading ----------------------------------------------------------------------------------------------------------


def read(path: Path) -> list[Cell]:
    """Return the cells of a notebook file, each with its type, source and metadata; `Unreadable` if it is none."""
    data = _bytes(path)
    try:
        notebook = json.loads(data.decode("utf-8-sig"))
    except RecursionError:
        msg = "is not a notebook: nested too deeply"
        raise Unreadable(msg) from None
    except ValueError as error:
        what = "is empty" if not data.strip() else f"is not a notebook: {str(error)[:100]}"
        raise Unreadable(what) from None
    raw = _raw_cells(notebook)
    if len(raw) > MAX_CELLS:
        msg = f"has {len(raw)} cells (at most {MAX_CELLS}): not read"
        raise Unreadable(msg)
    return [cell for cell in map(_cell, raw) if cell is not None]


def _bytes(path: Path) -> bytes:
    try:
        number = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
    except OSError as error:
        what = "is a link, not a file: not read" if error.errno == errno.ELOOP else f"cannot be read: {error.strerror}"
        raise Unreadable(what) from None
    with os.fdopen(number, "rb") as file:
        info = os.fstat(file.fileno())
        if not stat.S_ISREG(info.st_mode):
            msg = "is not a regular file: not read"
            raise Unreadable(msg)
        if info.st_size > MAX_FILE:
            msg = f"is too large: {info.st_size >> 20} MB (at most {MAX_FILE >> 20} MB): not read"
            raise Unreadable(msg)
        return file.read(MAX_FILE + 1)


def _raw_cells(notebook: Any) -> list[Any]:
    if not isinstance(notebook, dict):
        msg = "is not a notebook: no cells"
        raise Unreadable(msg)
    if isinstance(notebook.get("cells"), list):
        return notebook["cells"]
    sheets = notebook.get("worksheets")  # nbformat 3
    if isinstance(sheets, list):
        return [c for s in sheets if isinstance(s, dict) and isinstance(s.get("cells"), list) for c in s["cells"]]
    msg = "is not a notebook: no cells"
    raise Unreadable(msg)


def _cell(raw: Any) -> Cell | None:
    if not isinstance(raw, dict):
        return None
    kind = raw.get("cell_type")
    kind = "markdown" if kind == "heading" else kind
    if kind not in ("code", "markdown", "raw"):
        return None
    text = raw.get("source", raw.get("input", ""))
    if isinstance(text, list):
        text = "".join(t for t in text if isinstance(t, str))
    if not isinstance(text, str):
        text = ""
    text = text[:MAX_SOURCE].encode("utf-8", "replace").decode().replace("\x00", "")
    metadata = raw.get("metadata")
    return {"cell_type": kind, "source": text, "metadata": metadata if isinstance(metadata, dict) else {}}


def unit_of(found: Found, cells: list[Cell], units: dict[str, Released]) -> str:
    """Recognise the unit: by what the notebook asks, else by the folder, the file's name; `Unreadable` if by none."""
    votes: Counter[str] = Counter()
    for cell in cells:
        mine = set(re.findall(r"\bcheck\(\s*[\"'](U\d\d)\.", cell["source"]))
        mine |= set(re.findall(r"^(U\d\d)-", _grade_id(cell)))
        votes.update(mine & units.keys())
    if votes:
        return votes.most_common(1)[0][0]
    if found.folder_unit:
        return found.folder_unit
    name = found.path.name.lower()
    for unit, released in units.items():
        if released.stem in name or re.search(rf"(^|[^0-9a-z]){unit.lower()}([^0-9]|$)", name):
            return unit
    raise Unreadable("is a notebook, but of none of the units " + ", ".join(units))


def _grade_id(cell: Cell) -> str:
    graded = cell["metadata"].get("nbgrader")
    name = graded.get("grade_id") if isinstance(graded, dict) else None
    return name if isinstance(name, str) else ""


# --- cleaning ---------------------------------------------------------------------------------------------------------


def clean(found: Found, cells: list[Cell], released: Released) -> Submission:
    """Sort a submission's cells into run, given, said; and write them into a notebook whose graded cells are ours."""
    out = Submission(found.student, released.unit, printable(found.where), modified=found.modified)
    owners = _owners(cells, released, out.notes)
    written: list[Cell] = []
    for index, cell in enumerate(cells):
        grade_id = owners.get(index, "")
        role = notebooks.role(released.graded[grade_id]) if grade_id else ""
        if cell["cell_type"] == "code":
            _sort_code(index, cell["source"], role, notebooks.source(released.graded.get(grade_id, {})), released, out)
        if role == "say":
            out.say[grade_id] = cell["source"]
        written += _written(index, cell, grade_id, role, released)
    missing = [g for g in released.graded if g not in owners.values()]
    for grade_id in missing:
        # a stand-in for the gradebook only, never run; a said answer that is not there counts as untouched
        ours, role = released.graded[grade_id], notebooks.role(released.graded[grade_id])
        text = notebooks.source(ours) if role in ("check", "say") else MISSING
        written.append(_new_cell(f"missing-{grade_id}"[:64], ours["cell_type"], text, ours["metadata"]))
        if role == "say":
            out.say[grade_id] = ""
    if missing:
        out.notes.append("cells that were not in the submission, or had lost their ids: " + ", ".join(missing))
    if len(out.notes) > MAX_NOTES:
        out.notes = [*out.notes[:MAX_NOTES], f"and {len(out.notes) - MAX_NOTES} more notes like these"]
    out.notebook = {"cells": written, "metadata": released.notebook["metadata"], "nbformat": 4, "nbformat_minor": 5}
    return out


def _owners(cells: list[Cell], released: Released, notes: list[str]) -> dict[int, str]:
    """Say which cell stands for which graded cell of ours: by its id, a check also by its text; each only once."""
    owners: dict[int, str] = {}
    claims: dict[str, list[int]] = {}
    for index, cell in enumerate(cells):
        grade_id = _grade_id(cell)
        if grade_id in released.graded and released.graded[grade_id]["cell_type"] == cell["cell_type"]:
            claims.setdefault(grade_id, []).append(index)
        elif grade_id:
            notes.append(f"a cell calls itself {grade_id[:40]!r}, which is no graded cell: it earns nothing")
    for grade_id, places in claims.items():
        ours = normal(notebooks.source(released.graded[grade_id]))
        # of copies, one that the student worked on; of check cells, the unchanged one
        wanted = notebooks.role(released.graded[grade_id]) == "check"
        best = next((p for p in places if (normal(cells[p]["source"]) == ours) is wanted), places[0])
        owners[best] = grade_id
        if len(places) > 1:
            notes.append(f"{len(places)} cells call themselves {grade_id}: one counts")
    texts = {normal(notebooks.source(c)): g for g, c in released.graded.items() if notebooks.role(c) == "check"}
    for index, cell in enumerate(cells):
        grade_id = texts.get(normal(cell["source"]), "")
        if grade_id and index not in owners and grade_id not in owners.values():
            owners[index] = grade_id
    for grade_id in (g for g, c in released.graded.items() if notebooks.role(c) == "say"):
        if grade_id not in owners.values():
            place = _said_at(cells, owners, released)
            if place is not None:
                owners[place] = grade_id
                notes.append(f"{grade_id} had lost its id: the text below the heading 'Say it' was taken for it")
    return owners


def _said_at(cells: list[Cell], owners: dict[int, str], released: Released) -> int | None:
    """Return where a student's own text stands below the heading of the written answer, if it does."""
    below = False
    for index, cell in enumerate(cells):
        if cell["cell_type"] != "markdown":
            continue
        headings = re.findall(r"^#{1,3} .*$", cell["source"], flags=re.MULTILINE)
        if below and index not in owners and cell["source"].strip() and normal(cell["source"]) not in released.texts:
            return index
        if headings:
            below = "Say it" in headings[-1]
    return None


def _sort_code(index: int, text: str, role: str, ours: str, released: Released, out: Submission) -> None:
    given = released.given.get(normal(text))
    if role == "check" and normal(text) != normal(ours):
        out.notes.append(f"cell {index + 1}: a check cell was edited; the released one counts")
    if given in ("demo", "widget"):
        out.given.append((index, text))
    elif given != "check":
        out.cells.append((index, text))


def _written(index: int, cell: Cell, grade_id: str, role: str, released: Released) -> list[Cell]:
    kind, text = cell["cell_type"], cell["source"]
    if kind != "code" and normal(text) not in released.texts:
        kind, text = "markdown", tame(text)
    if not grade_id:
        return [_new_cell(f"cell-{index}", kind, text, {})]
    ours = released.graded[grade_id]
    if role != "check":
        return [_new_cell(f"cell-{index}", ours["cell_type"], text, ours["metadata"])]
    out = [_new_cell(f"cell-{index}", "code", notebooks.source(ours), ours["metadata"])]
    if normal(text) != normal(notebooks.source(ours)):
        out.insert(0, _new_cell(f"cell-{index}-edited", "code", text, {}))
    return out


def tame(text: str) -> str:
    """
    Return a student's Markdown without live HTML and links to scripts.

    nbgrader's formgrader shows Markdown as it is, in the instructor's browser, where a script could do what the
    instructor may. An invisible space after the critical sign keeps the text readable and the browser calm.
    """
    text = re.sub(r"<(?=[A-Za-z/!?])", "<\u200b", text)
    text = text.replace("&#", "&\u200b#")
    return re.sub(r"(?i)(script|data)(?=\s*:|&colon)", "\\1\u200b", text)


def _new_cell(name: str, kind: str, text: str, metadata: dict[str, Any]) -> Cell:
    kept = {k: dict(v) for k, v in metadata.items() if k in ("nbgrader", "coursereg")}
    cell: Cell = {"id": name, "cell_type": kind, "metadata": kept, "source": text}
    if kind == "code":
        cell |= {"outputs": [], "execution_count": None}
    return cell


def safe_id(name: str) -> str:
    """Return a student's id that is safe as a folder, in a CSV and in nbgrader's paths."""
    kept = re.sub(r"[^\w.@-]+", "_", name, flags=re.UNICODE).strip("._") or "unnamed"
    kept = kept[:60]
    return f"{kept}_" if kept.casefold() == "class" else kept  # the page of the whole class has that name
