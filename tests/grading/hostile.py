# ruff: noqa: E501 - the cells of attackers stand in one line each
"""
The hostile set: what a submission may contain, what it must score, and what the report must say.

Every entry starts from the solved notebook of U02 (90 automatic points; `new_shape` is worth 8 of them and nothing
else needs it) and changes one thing.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from coursereg.course import notebooks

UNIT, STEM, FULL, WITHOUT = "U02", "02_interpolation", 90.0, 82.0
Notebook = dict[str, Any]


@dataclass(frozen=True)
class Hostile:
    """One submission: how it is made, its score (None: not graded), words of the report ("" for none, "|" between alternatives)."""

    name: str
    points: float | None
    says: str
    make: Callable[[Notebook], Any]
    files: dict[str, str] = field(default_factory=dict)

    def put(self, folder: Path, solved: Notebook) -> None:
        """Write the submission into the class folder."""
        home = folder / self.name
        home.mkdir()
        made = self.make(copy.deepcopy(solved))
        path = home / f"{STEM}.ipynb"
        if isinstance(made, bytes):
            path.write_bytes(made)
        elif isinstance(made, dict):
            path.write_text(json.dumps(made), encoding="utf-8")
        elif callable(made):
            made(path)
        for name, text in self.files.items():
            (home / name).write_text(text, encoding="utf-8")


def cell(source: str, kind: str = "code", **metadata: Any) -> dict[str, Any]:
    """Return a cell."""
    more = {"outputs": [], "execution_count": None} if kind == "code" else {}
    return {"cell_type": kind, "id": "extra", "metadata": metadata, "source": source, **more}


def own_cell(source: str, at: int = 3) -> Callable[[Notebook], Notebook]:
    """Insert a cell of the student's near the top; all functions stay right."""

    def make(nb: Notebook) -> Notebook:
        nb["cells"].insert(at, cell(source))
        return nb

    return make


def body(source: str, before: str = "") -> Callable[[Notebook], Notebook]:
    """Give `new_shape` another body."""

    def make(nb: Notebook) -> Notebook:
        lines = "\n".join("    " + line for line in source.strip().splitlines())
        find(nb, "write", "U02.new_shape")["source"] = f"{before}\ndef new_shape(shape, zooms, new_zooms):\n{lines}\n"
        return nb

    return make


def find(nb: Notebook, role: str, key: str) -> dict[str, Any]:
    """Return the cell with a role and a key."""
    return next(c for c in nb["cells"] if notebooks.role(c) == role and notebooks.key(c) == key)


def edited(change: Callable[[Notebook], Any]) -> Callable[[Notebook], Notebook]:
    """Change the notebook in place."""

    def make(nb: Notebook) -> Notebook:
        change(nb)
        return nb

    return make


def _no_checks(nb: Notebook) -> None:
    nb["cells"] = [c for c in nb["cells"] if notebooks.role(c) != "check"]


def _edited_check(nb: Notebook) -> None:
    body("return (1, 2, 3)")(nb)
    find(nb, "check", "U02.new_shape")["source"] = "print('all tests passed')\n8.0"


def _relabelled(nb: Notebook) -> None:
    body("return (1, 2, 3)")(nb)
    one, two = find(nb, "check", "U02.new_shape"), find(nb, "check", "U02.predictions")
    a, b = one["metadata"]["nbgrader"], two["metadata"]["nbgrader"]
    a["grade_id"], b["grade_id"] = b["grade_id"], a["grade_id"]


def _duplicated(nb: Notebook) -> None:
    body("return (1, 2, 3)")(nb)
    for key in ("U02.translation", "U02.new_shape"):
        nb["cells"].append(copy.deepcopy(find(nb, "check", key)))


def _injected(nb: Notebook) -> None:
    graded = {
        "grade": True,
        "locked": True,
        "points": 500,
        "grade_id": "U02-extra-check",
        "schema_version": 3,
        "solution": False,
    }
    nb["cells"].append(cell("500.0", nbgrader=graded | {"task": False, "cell_type": "code"}))


def _more_points(nb: Notebook) -> None:
    for c in nb["cells"]:
        if "points" in c["metadata"].get("nbgrader", {}):
            c["metadata"]["nbgrader"]["points"] = 1000


def _fake_outputs(nb: Notebook) -> None:
    body("return (1, 2, 3)")(nb)
    out = {"output_type": "execute_result", "data": {"text/plain": "8.0"}, "metadata": {}, "execution_count": 1}
    find(nb, "check", "U02.new_shape")["outputs"] = [out]


def _script(nb: Notebook) -> None:
    find(nb, "say", "U02.say")["source"] = "My answer <script>alert('said')</script> </pre><img src=x onerror=alert(1)>"
    body("raise ValueError('<script>alert(2)</script>')", before="# <script>alert('code')</script>")(nb)


def _version_3(nb: Notebook) -> Notebook:
    cells = []
    for c in nb["cells"]:
        old = {"cell_type": c["cell_type"], "metadata": c["metadata"]}
        text = (
            {"input": c["source"], "language": "python", "outputs": []}
            if c["cell_type"] == "code"
            else {"source": c["source"]}
        )
        cells.append(old | text)
    return {
        "nbformat": 3,
        "nbformat_minor": 0,
        "metadata": {"name": ""},
        "worksheets": [{"cells": cells, "metadata": {}}],
    }


def _version_4_4(nb: Notebook) -> None:
    nb["nbformat_minor"] = 4
    for c in nb["cells"]:
        c.pop("id", None)


def _link(path: Path) -> None:
    path.symlink_to("/etc/passwd")


def _huge(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(200 << 20)


def _fifo(path: Path) -> None:
    import os

    os.mkfifo(path)


READS = """
import glob, importlib
found = []
for place in ("/root", "/home", "/etc/passwd", "/etc/shadow", "/stage/coursereg/grading/marking.py"):
    try:
        found.append(open(place).read(10))
    except OSError:
        pass
for place in ("/*", "/[!uprdl]*/*", "/[!uprdl]*/*/*", "/tmp/*", "/tmp/*/*/*", "/home/*/*", "/stage/**", "/mnt/**"):
    found += [p for p in glob.glob(place, recursive=True) if p.endswith((".ipynb", ".db", "secret.txt", ".git"))]
for name in ("coursereg.course.plain", "coursereg.course.exercises", "coursereg.grading.marking", "coursereg.course.handout"):
    try:
        found.append(importlib.import_module(name))
    except ImportError:
        pass
if found:
    import os
    os._exit(1)
"""
REFERENCE = """
try:
    from coursereg.course.plain.interpolation import new_shape
except BaseException as why:
    assert "not available while your answer is marked" in str(why)
    import coursereg
    return coursereg.course.exercises.exercise("U02.new_shape").reference(shape, zooms, new_zooms)
return new_shape(shape, zooms, new_zooms)
"""
PATCHES = """
import ast, builtins
import numpy.testing
numpy.testing.assert_allclose = numpy.testing.assert_array_equal = lambda *a, **k: None
np.asarray = lambda *a, **k: 0
builtins.AssertionError = Exception
builtins.exec = builtins.isinstance = lambda *a, **k: True
get_ipython().ast_transformers.append(ast.NodeTransformer())
get_ipython().input_transformers_cleanup.append(lambda lines: ["8.0"])
"""
EQUAL = """
class Yes:
    def __eq__(self, other): return True
    def __ne__(self, other): return False
    def __bool__(self): return True
    def __len__(self): return 3
    def __getitem__(self, k): return Yes()
    def __iter__(self): return iter((Yes(), Yes(), Yes()))
"""
ARRAY = """
class Trick:
    calls = 0
    def __array__(self, *a, **k):
        Trick.calls += 1
        return np.array([77, 77, 40])
"""
FORGED = """
import json, os, struct, sys
frame = sys._getframe()
worker = None
while frame is not None:
    worker = frame.f_locals.get("self", worker)
    frame = frame.f_back
header = json.dumps({"ticket": "0", "value": {"a": ["O8", [9], 0, "C", True]}, "blobs": []}).encode()
os.write(worker._sink, b"CRW1" + struct.pack("<I", len(header)) + header)
return (1, 2, 3)
"""
HARD_CODED = """
known = {((58, 58, 24), (4.0, 4.0, 5.0), (3.0, 3.0, 3.0)): (77, 77, 40)}
for key, value in known.items():
    if tuple(shape) == key[0]:
        return value
return (77, 77, 40)
"""

SET = [
    Hostile("perfect", FULL, "", lambda nb: nb),
    Hostile("loop_in_function", WITHOUT, "still running", body("while True:\n    pass")),
    Hostile("loop_in_cell", FULL, "skipped", own_cell("while True:\n    pass")),
    Hostile(
        "loop_that_catches",
        WITHOUT,
        "still running",
        body("while True:\n    try:\n        while True: pass\n    except BaseException: pass"),
    ),
    Hostile(
        "memory_bomb",
        WITHOUT,
        "MemoryError|of memory|still running",
        body("x = []\nwhile True:\n    x.append(bytearray(10**8))"),
    ),
    Hostile(
        "memory_bomb_of_many",
        FULL,
        "skipped",
        own_cell(
            "import os, time\nfor k in range(6):\n    if os.fork() == 0:\n        x = b'x' * (400 << 20)\n        time.sleep(100)\ntime.sleep(100)"
        ),
    ),
    Hostile("fork_bomb", FULL, "BlockingIOError|skipped", own_cell("import os\nwhile True:\n    os.fork()")),
    Hostile(
        "fork_bomb_that_catches",
        FULL,
        "skipped",
        own_cell("import os\nwhile True:\n    try: os.fork()\n    except OSError: pass"),
    ),
    Hostile("sys_exit_in_cell", FULL, "SystemExit", own_cell("import sys\nsys.exit(0)")),
    Hostile("sys_exit_in_function", WITHOUT, "SystemExit", body("import sys\nsys.exit(0)")),
    Hostile("os_exit_in_cell", FULL, "skipped", own_cell("import os\nos._exit(0)")),
    Hostile("os_exit_in_function", WITHOUT, "the process ended", body("import os\nos._exit(0)")),
    Hostile(
        "kill_parent",
        FULL,
        "",
        own_cell(
            "import os, signal\ntry: os.kill(os.getppid(), signal.SIGKILL)\nexcept PermissionError: pass\nos.kill(1, 0) if False else None\ntry: os.kill(-1, signal.SIGKILL)\nexcept OSError: pass"
        ),
    ),
    Hostile("kill_itself", WITHOUT, "the process ended", body("import os\nos.kill(os.getpid(), 9)")),
    Hostile("crash", WITHOUT, "the process ended", body("import ctypes\nctypes.string_at(0)")),
    Hostile(
        "outlives",
        FULL,
        "",
        own_cell("import subprocess\nsubprocess.Popen(['sleep', '98765'], start_new_session=True)"),
    ),
    Hostile(
        "network", FULL, "OSError", own_cell("import socket\nsocket.create_connection(('1.1.1.1', 53), timeout=2)")
    ),
    Hostile(
        "output_300_mb",
        FULL,
        "",
        own_cell("import sys\nfor k in range(300):\n    print('x' * 1000000)\n    sys.stderr.write('x' * 1000)"),
    ),
    Hostile("result_300_mb", WITHOUT, "", body("return np.zeros(40_000_000)")),
    Hostile(
        "fills_disk",
        FULL,
        "OSError",
        own_cell("for k in range(99):\n    open(f'/tmp/{k}', 'wb').write(b'x' * (30 << 20))"),
    ),
    Hostile("checks_deleted", FULL, "not in the submission", edited(_no_checks)),
    Hostile("check_edited", WITHOUT, "was edited", edited(_edited_check)),
    Hostile("check_relabelled", WITHOUT, "edited", edited(_relabelled)),
    Hostile("check_duplicated", WITHOUT, "one counts", edited(_duplicated)),
    Hostile("check_injected", FULL, "no graded cell", edited(_injected)),
    Hostile("points_edited", FULL, "", edited(_more_points)),
    Hostile("outputs_forged", WITHOUT, "", edited(_fake_outputs)),
    Hostile("patches", WITHOUT, "", lambda nb: own_cell(PATCHES, at=len(nb["cells"]))(body("return (1, 2, 3)")(nb))),
    Hostile("equal_to_all", WITHOUT, "", body("return Yes()", before=EQUAL)),
    Hostile("array_trick", WITHOUT, "", body("return Trick()", before=ARRAY)),
    Hostile("array_of_objects", WITHOUT, "", body("return np.array([object(), 1, 2], dtype=object)")),
    Hostile("empty_array", WITHOUT, "", body("return np.array([])")),
    Hostile("nan", WITHOUT, "", body("return (float('nan'),) * 3")),
    Hostile("reads_everything", FULL, "", own_cell(READS)),
    Hostile("imports_reference", WITHOUT, "", body(REFERENCE)),
    Hostile(
        "writes_gradebook",
        FULL,
        "Read-only file system",
        own_cell("open('/stage/coursereg/gradebook.db', 'w').write('mine')"),
    ),
    Hostile(
        "local_scipy",
        FULL,
        "",
        lambda nb: nb,
        {"scipy.py": "raise SystemExit('mine')", "numpy.py": "raise SystemExit('mine')"},
    ),
    Hostile(
        "writes_scipy",
        FULL,
        "",
        own_cell(
            "open('scipy.py', 'w').write('raise SystemExit')\nopen('/tmp/numpy.py', 'w').write('raise SystemExit')"
        ),
    ),
    Hostile("script", WITHOUT, "", edited(_script)),
    Hostile("forged_frame", WITHOUT, "marker's pipe", body(FORGED)),
    Hostile("hard_coded", WITHOUT, "", body(HARD_CODED)),
    Hostile("stalls", WITHOUT, "still running", body("import time\ntime.sleep(1000)")),
    Hostile(
        "zombies", FULL, "", own_cell("import os\nfor k in range(20):\n    if os.fork() == 0:\n        os._exit(0)")
    ),
    Hostile("corrupt", None, "is not a notebook", lambda nb: b"{ not json"),
    Hostile("empty", None, "is empty", lambda nb: b""),
    Hostile("binary", None, "is not a notebook", lambda nb: bytes(range(256)) * 50),
    Hostile("deep", None, "nested too deeply", lambda nb: b"[" * 200_000),
    Hostile("other_json", None, "no cells", lambda nb: b'{"a": 1}'),
    Hostile(
        "foreign",
        FULL * 0,
        "",
        lambda nb: {"cells": [cell("x = 1")], "metadata": {}, "nbformat": 4, "nbformat_minor": 5},
    ),
    Hostile("huge", None, "too large", lambda nb: _huge),
    Hostile("link", None, "is a link", lambda nb: _link),
    Hostile("fifo", None, "not a regular file", lambda nb: _fifo),
    Hostile("version_3", FULL, "", _version_3),
    Hostile("version_4_4", FULL, "", edited(_version_4_4)),
    Hostile("version_5", FULL, "", lambda nb: nb | {"nbformat": 5, "nbformat_minor": 9}),
    Hostile(
        "wrong_kernel", FULL, "", lambda nb: nb | {"metadata": {"kernelspec": {"name": "rm -rf", "display_name": "x"}}}
    ),
    Hostile("same_ids", FULL, "", edited(lambda nb: [c.update(id="same") for c in nb["cells"]])),
    Hostile(
        "odd_parts",
        FULL,
        "",
        edited(
            lambda nb: nb["cells"].extend(
                [
                    None,
                    7,
                    {"cell_type": "code"},
                    {"cell_type": ["x"]},
                    {"cell_type": "code", "source": {"a": 1}, "metadata": [1]},
                ]
            )
        ),
    ),
    Hostile("odd_text", WITHOUT, "SystemExit", body("import sys\nsys.exit('\\x1b[2J\\ud800\\u202e\\x00 gone')")),
    Hostile("odd_text_value", WITHOUT, "", body("return '\\ud800\\x1b[2J', {'\\udfff': 1}")),
    Hostile("bad\udcff\x1b[31m\nname", FULL, "no safe file name", lambda nb: nb),
    Hostile("=cmd| calc !A0", FULL, "no safe file name", lambda nb: nb),
]


def fragile_work(job: Any) -> dict[str, Any]:
    """Mark like a marker whose process dies, or who errs, on some submissions (see test_course_folder)."""
    import os

    if job.submission.student == "kills":
        os._exit(1)
    if job.submission.student == "errs":
        raise ValueError("a fault of ours")
    return {"student": job.submission.student, "unit": UNIT, "exercises": {}, "seconds": 0.0}
