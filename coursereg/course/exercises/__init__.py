"""
The graded exercises: one file per unit, `u01`, `u02` ...; the words they are written in are in `_base`.

Floor: course. Nothing here runs a student's code; `coursereg.grading` does, and calls these checks.
"""

from __future__ import annotations

import difflib
import importlib

from coursereg.course.exercises._base import Exercise, Unit

UNITS = ("U01", "U02", "U03", "U04", "U05", "U06", "U07", "U08", "U09", "U10", "U11")


def unit(key: str) -> Unit:
    """Return the unit ``"U03"``; KeyError names the units there are."""
    if key not in UNITS:
        raise KeyError(f"no unit {key!r}; there are {', '.join(UNITS)}")
    return importlib.import_module(f"coursereg.course.exercises.{key.lower()}").UNIT


def exercise(key: str) -> Exercise:
    """Return the exercise ``"U03.SSD"``; KeyError names the closest keys."""
    there = unit(key.split(".", 1)[0]).exercises
    if key not in there:
        near = difflib.get_close_matches(key, there, n=3, cutoff=0.3) or list(there)
        raise KeyError(f"no exercise {key!r}; did you mean {', '.join(near)}?")
    return there[key]
