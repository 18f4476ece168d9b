"""
Widgets of the course: `Explore` and its parts, the units' scenes, the Parsons puzzle, the "skip to blank" button.

A scene is a function ``-> Explore`` in a module ``scenes_uNN.py`` here; it is found by its name:
``from coursereg import widgets; widgets.contrast()``. Nothing of Jupyter is imported before a widget is shown.
Below: `coursereg.course.plots`.
"""

import importlib
import inspect
import pkgutil
from typing import Any

from coursereg.course.widgets.controls import Choice, Slider
from coursereg.course.widgets.explore import Explore
from coursereg.course.widgets.panels import Bars, Curve, Image, Text
from coursereg.course.widgets.parsons import parsons
from coursereg.course.widgets.skip import skip_to_blank

__all__ = [
    "Bars",
    "Choice",
    "Curve",
    "Explore",
    "Image",
    "Slider",
    "Text",
    "parsons",
    "scenes",
    "skip_to_blank",
]


def scenes() -> dict[str, Any]:
    """
    Return every scene of every unit by its name.

    Raises
    ------
    RuntimeError
        If two units use one name.
    """
    found: dict[str, Any] = {}
    for module in _scene_modules():
        for name, scene in _scenes_of(module).items():
            if name in found:
                msg = f"two scenes are called {name}: in {found[name].__module__} and in {scene.__module__}"
                raise RuntimeError(msg)
            found[name] = scene
    return found


def _scene_modules() -> list[str]:
    """Return the full names of the modules ``scenes_*`` that exist."""
    return sorted(
        f"{__name__}.{info.name}" for info in pkgutil.iter_modules(__path__) if info.name.startswith("scenes_")
    )


def _scenes_of(module: str) -> dict[str, Any]:
    """Return the functions of a scene module that are declared to return an `Explore`."""
    return {
        name: member
        for name, member in vars(importlib.import_module(module)).items()
        if inspect.isfunction(member) and member.__annotations__.get("return") in ("Explore", Explore)
    }


def __getattr__(name: str) -> Any:
    """Find a scene by its name, the first time it is asked for."""
    if not name.startswith("_"):
        for module in _scene_modules():
            scene = _scenes_of(module).get(name)
            if scene is not None:
                globals()[name] = scene
                return scene
    msg = f"module {__name__} has no scene and no other attribute {name!r}"
    raise AttributeError(msg)


def __dir__() -> list[str]:
    """List the public names, scenes included."""
    return sorted({*__all__, *scenes()})
