"""The reference pages: every public name of coursereg, grouped by the floor it lives on, one page for each."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import coursereg
import coursereg.course.plain
from making.answers import escaped

HEAD = """\
# Reference

Every name here can be imported from `coursereg` itself. Shapes, units and directions follow {doc}`/conventions`.
The floors go from the bottom of the house to the top; a floor uses only what lies below it.

Commands are listed by `coursereg --help`.
"""

DATA = {"regtransforms": "One object of each kind of transform, by name and dimension."}

PLAIN = """
## Readable algorithms

The modules of `coursereg.course.plain` hold each unit's algorithms in short NumPy, written to be read: no speed, few
checks. They are also what the tests compare the fast versions with. Import them by their full name. They are
solutions, so look after you have tried.
"""


def prepare(target: Path) -> Path:
    """Write ``api.md`` and, below ``api/``, one page per name."""
    stubs = target / "api"
    stubs.mkdir(parents=True, exist_ok=True)
    text = [HEAD]
    for floor, names in floors().items():
        summary = _summary(importlib.import_module(f"coursereg.{floor}"))
        title = "Files" if floor == "io" else floor.capitalize()
        text += [f"\n## {title}\n\n{summary}\n", _table(stubs, coursereg, names)]
    for name in sorted(n for n in coursereg.__all__ if inspect.ismodule(getattr(coursereg, n))):
        module = getattr(coursereg, name)
        text += [
            f"\n## {name.capitalize()}\n\n{_summary(module)}\n",
            _table(stubs, coursereg, public(module), f"{name}."),
        ]
    text.append(PLAIN)
    for module in plain_modules():
        text += [f"\n### {module.__name__.rsplit('.', 1)[1].capitalize()}\n\n{_summary(module)}\n"]
        text += [_table(stubs, module, public(module))]
    page = target / "api.md"
    page.write_text("\n".join(text), encoding="utf-8")
    return page


def floors() -> dict[str, list[str]]:
    """Public functions and classes by floor, the folder of the package they live in, lowest first."""
    found: dict[str, list[str]] = {}
    for name in coursereg.__all__:
        if not inspect.ismodule(getattr(coursereg, name)):
            found.setdefault(_home(name), []).append(name)
    order = ("kernels", "space", "similarity", "io", "optimize", "engines", "pipelines", "report", "course", "grading")
    return {floor: found[floor] for floor in sorted(found, key=order.index)}


def _home(name: str) -> str:
    """Return the floor that a public name comes from: a table has no module of its own, errors live in `_check`."""
    thing = getattr(coursereg, name)
    home = getattr(thing, "__module__", None)
    if home is None or home == "coursereg._check":
        modules = sorted(m for m in sys.modules if re.match(r"coursereg\.[a-z]\w*\.\w+$", m))
        home = next(m for m in modules if vars(sys.modules[m]).get(name) is thing)
    return home.split(".")[1]


def plain_modules() -> list[ModuleType]:
    """The modules of ``course.plain``."""
    package = coursereg.course.plain
    names = [m.name for m in pkgutil.iter_modules(package.__path__) if not m.name.startswith("_")]
    return [importlib.import_module(f"{package.__name__}.{name}") for name in names]


def public(module: ModuleType) -> list[str]:
    """Return the public functions and classes of a module: its ``__all__``, or what it defines itself."""
    names = getattr(module, "__all__", None)
    if names is None:
        names = [
            n
            for n, v in vars(module).items()
            if not n.startswith("_") and getattr(v, "__module__", "") == module.__name__
        ]
    return sorted((n for n in names if callable(getattr(module, n))), key=str.lower)


def _table(stubs: Path, module: ModuleType, names: list[str], inside: str = "") -> str:
    rows = ["| Name | What it is |", "|---|---|"]
    for name in names:
        path = f"{inside}{name}"
        thing: Any = module
        for part in path.split("."):
            thing = getattr(thing, part)
        full = f"{module.__name__}.{path}"
        (stubs / f"{full}.rst").write_text(_stub(module.__name__, path, thing), encoding="utf-8")
        summary = DATA.get(name) or _summary(thing)
        rows.append(f"| [`{path}`](api/{full}.rst) | {escaped(summary.replace('``', '`'))} |")
    return "\n".join(rows)


def _stub(module: str, path: str, thing: object) -> str:
    kind = "class" if inspect.isclass(thing) else "function" if callable(thing) else "data"
    members = "\n   :members:" if kind == "class" else ""
    # a plain version has the name of the fast one: its title says which of the two it is
    title = f"{module.split('.course.')[1]}.{path}" if ".course." in module else path
    return f"{title}\n{'=' * len(title)}\n\n.. auto{kind}:: {module}::{path}{members}\n"


def _summary(thing: object) -> str:
    text = inspect.getdoc(thing) or ""
    return " ".join(text.split("\n\n")[0].split())
