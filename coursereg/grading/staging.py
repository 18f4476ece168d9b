"""What of the package the sandbox may see: a copy without answers.

Modules that hold answers, checks or the grader are replaced by files whose import says why they are missing; compiled
files are not copied. Everything that is not listed as open is closed.
"""

from __future__ import annotations

import compileall
import os
import shutil
import tempfile
from pathlib import Path
from types import TracebackType

import coursereg
from coursereg.course._places import data_folder
from coursereg.grading import wire, worker

OPEN = ("__init__.py", "__init__.pyi", "_check.py", "_jit.py", "course")
CLOSED = (
    "course/handout.py",
    "course/plain",
    "course/exercises",
    "course/notebooks.py",
    "course/lab.py",
    "course/workspace.py",
)
PACKAGE = Path(coursereg.__file__).resolve().parent

CLOSED_TEXT = '''"""Closed while an answer is marked."""
raise ImportError("{name} is not available while your answer is marked: the function asked for is your own")
'''
NOTEBOOK_TEXT = '''"""The notebook's words; here, where nobody looks, they do nothing."""


def check(*args, **named):
    """Do nothing."""


hint = solution = predict = check
'''


class Stage:
    """A folder with the open part of the package, the worker and the wire; use it as a context manager.

    Attributes
    ----------
    folder : Path
        Readable for everybody, since the worker is another user; it holds nothing secret.
    data : Path
        The sample files, to be mounted as ``coursereg/_data``; with ``local`` they are linked there.
    """

    def __init__(self, folder: Path | None = None, local: bool = False) -> None:
        self._made, self._local = folder is None, local
        self.folder = Path(tempfile.mkdtemp(prefix="coursereg-stage-")) if folder is None else Path(folder)
        self.data = data_folder()
        if self._made:
            self._fill()

    def _fill(self) -> None:
        target = self.folder / "coursereg"
        target.mkdir()
        for entry in sorted(PACKAGE.iterdir()):
            self._take(entry, target / entry.name)
        grading = target / "grading"
        (grading / "__init__.py").write_text('"""Stays with the marker."""\n', encoding="utf-8")
        (grading / "notebook.py").write_text(NOTEBOOK_TEXT, encoding="utf-8")
        if self._local:
            # a link needs rights on Windows that few have
            (shutil.copytree if os.name == "nt" else os.symlink)(self.data, target / "_data")
        else:
            (target / "_data").mkdir()
        for module in (wire, worker):
            source = Path(str(module.__file__))
            shutil.copyfile(source, self.folder / source.name)
        self._fonts()
        compileall.compile_dir(str(self.folder), quiet=2, stripdir=str(self.folder), prependdir="/stage")
        for path in [self.folder, *(p for p in self.folder.rglob("*") if not p.is_symlink())]:
            path.chmod(0o755 if path.is_dir() else 0o644)

    def _take(self, entry: Path, target: Path) -> None:
        name = entry.relative_to(PACKAGE).as_posix()
        if entry.name in ("__pycache__", "_data", "_notebooks") or entry.is_symlink():
            return
        is_open = name.split("/")[0] in OPEN and name not in CLOSED
        if entry.is_dir() and is_open:
            target.mkdir()
            for inner in sorted(entry.iterdir()):
                self._take(inner, target / inner.name)
        elif entry.is_dir():
            target.mkdir()
            (target / "__init__.py").write_text(_closed(name), encoding="utf-8")
        elif is_open:
            shutil.copyfile(entry, target)
        elif entry.suffix == ".py":
            target.write_text(_closed(name), encoding="utf-8")

    def _fonts(self) -> None:
        """Take along matplotlib's list of fonts: making it anew costs a second at every start."""
        import matplotlib

        (self.folder / "fonts").mkdir()
        for file in Path(matplotlib.get_cachedir()).glob("fontlist-*.json"):
            shutil.copyfile(file, self.folder / "fonts" / file.name)

    def remove(self) -> None:
        """Delete the folder, if this object made it."""
        if self._made:
            shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self) -> Stage:
        return self

    def __exit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.remove()


def _closed(name: str) -> str:
    return CLOSED_TEXT.format(name="coursereg." + name.removesuffix(".py").replace("/", "."))
