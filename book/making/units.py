"""
Unit pages: the released notebook, run, with the solution folded below each thing the student writes.

The *solved* notebook is run, so that every given cell works and shows its picture; what is *shown* is the released
source. Nothing of the grader goes in: cells come from `notebooks/` alone, and hidden checks are not there.
"""

from __future__ import annotations

import copy
import hashlib
import os
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient

from coursereg.course import notebooks

KERNELS = 2  # notebooks that run at the same time
CELL_LIMIT = 120  # seconds; a cell should need ten, a busy machine may need more
FOLDED = {"write": "Show a solution", "parsons": "Show an order that works"}
SAY_LINE = "*Your answer goes here, in your copy of the notebook.*"
DOWNLOAD = """\
:::{{admonition}} Work in the notebook
:class: tip
This page is for reading. The place to work is
{{download}}`the notebook of this unit <released/{name}>` (opened with `coursereg lab`, where it is already waiting).
The pictures here were made by running the unit with its solutions; moving a slider needs no Python.
Each solution is folded under its exercise: open it after you have tried.
:::
"""

Notebook = dict[str, Any]
Cell = dict[str, Any]


class UnitFailed(RuntimeError):
    """A notebook could not be run; the message names the notebook and the cell."""


def prepare(sources: Path, target: Path, cache: Path, package: Path) -> list[Path]:
    """Write one page per notebook of ``sources`` into ``target``, and the released notebooks beside them."""
    (target / "released").mkdir(parents=True, exist_ok=True)
    sources_here = sorted(sources.glob("[0-9][0-9]_*.ipynb"))
    with ThreadPoolExecutor(KERNELS) as pool:
        runs = pool.map(lambda path: executed(path, cache, fingerprint(path, package)), sources_here)
    pages = []
    for path, done in zip(sources_here, runs, strict=True):
        solved = notebooks.read(path)
        notebooks.write(notebooks.release(solved), target / "released" / path.name)
        page = target / path.name
        notebooks.write(reading_page(solved, done, path.name), page)
        pages.append(page)
    return pages


def fingerprint(path: Path, package: Path) -> str:
    """Digest of everything that an executed notebook depends on: itself, the package and its data."""
    total = hashlib.sha256(path.read_bytes())
    data = package.parent / "data"
    files = [p for folder in (package, data) for p in folder.rglob("*") if p.is_file() and "__pycache__" not in p.parts]
    for file in sorted(files):
        if file.suffix not in (".nbi", ".nbc"):
            total.update(file.relative_to(package.parent).as_posix().encode())
            total.update(file.read_bytes())
    return total.hexdigest()


def executed(path: Path, cache: Path, name: str) -> Notebook:
    """Return the solved notebook with its outputs, from the cache or from a run."""
    cache.mkdir(parents=True, exist_ok=True)
    kept = cache / f"{path.stem}-{name[:16]}.ipynb"
    if not kept.is_file():
        done = _run(path)
        for old in cache.glob(f"{path.stem}-*.ipynb"):
            old.unlink()
        notebooks.write(done, kept)
    return notebooks.read(kept)


def _run(path: Path) -> Notebook:
    book = nbformat.read(path, as_version=4)
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryFile() as said:
        # its own folder: a notebook may write files, and must not find ours; no kernel will be there when a
        # reader moves a slider, so Explore is asked for its pictures
        env = os.environ | {"COURSEREG_STATIC": "1"}
        client = NotebookClient(
            book, timeout=CELL_LIMIT, kernel_name="python3", resources={"metadata": {"path": folder}}
        )
        try:
            client.execute(env=env, stderr=said)
        except Exception as error:
            said.seek(0)
            last = said.read().decode(errors="replace")[-500:]
            msg = f"{path.name} does not run: {error}\nthe kernel said: {last}"
            raise UnitFailed(msg) from error
    for number, cell in enumerate(book.cells):
        for output in cell.get("outputs", []):
            if output.output_type == "stream" and output.name == "stderr":
                msg = f"{path.name}, cell {number}, writes a warning that would stand in the book: {output.text}"
                raise UnitFailed(msg)
    return book


def reading_page(solved: Notebook, done: Notebook, name: str) -> Notebook:
    """Return the page: released sources with the outputs of the run, and folded solutions."""
    page = notebooks.release(solved)
    cells: list[Cell] = []
    for before, after, shown in zip(solved["cells"], done["cells"], page["cells"], strict=True):
        cells += _shown(before, after, shown)
    first = next((k for k, c in enumerate(cells) if c["cell_type"] == "markdown"), 0)
    cells.insert(first + 1, _markdown("download", DOWNLOAD.format(name=name)))
    page["cells"] = cells
    if done.get("metadata", {}).get("widgets"):
        page["metadata"]["widgets"] = done["metadata"]["widgets"]
    return page


def _shown(solved: Cell, done: Cell, shown: Cell) -> list[Cell]:
    role = notebooks.role(solved)
    text = notebooks.source(shown)
    if solved["cell_type"] == "markdown":
        return [shown | {"source": text.replace(notebooks.ANSWER_STUB, SAY_LINE)}]
    lines = [line for line in text.split("\n") if not line.startswith(notebooks.KEEP_OUTPUT)]
    shown = shown | {"source": "\n".join(lines)}
    outputs = copy.deepcopy(done.get("outputs", []))
    has_solution = notebooks.BEGIN in notebooks.source(solved)
    if not has_solution:
        return [shown | {"outputs": outputs}]
    if role not in FOLDED:
        return [shown]  # a prediction: the reader makes it before the picture, so no answer is shown
    return [shown, _folded(solved, outputs, FOLDED[role])]


def _folded(solved: Cell, outputs: list[Any], prompt: str) -> Cell:
    lines = notebooks.source(solved).split("\n")
    marks = (notebooks.BEGIN, notebooks.END, notebooks.KEEP_OUTPUT)
    code = "\n".join(line for line in lines if not any(mark in line for mark in marks))
    return {
        "cell_type": "code",
        "id": f"{solved['id']}-solution"[:64],
        "metadata": {"tags": ["hide-input"], "mystnb": {"code_prompt_show": prompt, "code_prompt_hide": "Hide it"}},
        "source": code,
        "outputs": outputs,
        "execution_count": None,
    }


def _markdown(name: str, text: str) -> Cell:
    return {"cell_type": "markdown", "id": name, "metadata": {}, "source": text}
