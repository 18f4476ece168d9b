"""U08 Rotation and rigid motion: the exercises, in the order of the notebook."""

from __future__ import annotations

import inspect
from typing import Any

import numpy as np

from coursereg.course.exercises import _u08_bug, _u08_motion, _u08_plugin, _u08_search, _u08_turn
from coursereg.course.exercises._base import Unit, Wrong, add_parsons, add_predictions, expect

UNIT = Unit(
    "U08",
    "08_rotation_rigid",
    "Rotation and rigid motion",
    budget=30,
    widgets=("pivot_and_shift", "valley_or_bowl", "angle_unit"),
)

# --- predictions and the warm-ups -------------------------------------------------------------------------------------

add_predictions(
    UNIT,
    [
        ["the same but for a shift", "turned by different angles", "of different shapes"],
        ["as many", "twice as many", "more than ten times as many"],
        ["degrees", "radians", "pixels"],
        ["only 2", "2 and 3", "all three"],
    ],
)

PARSONS_LINES = (
    "r, c = np.indices(I.shape)",
    "a, b = r - pivot[0], c - pivot[1]",
    "rows, columns = cos * a - sin * b, sin * a + cos * b",
    "rows, columns = rows - pivot[0], columns - pivot[1]",
    "rows, columns = rows + pivot[0], columns + pivot[1]",
    "turned = ndimage.map_coordinates(I, [rows, columns], order=1)",
)
add_parsons(
    UNIT,
    PARSONS_LINES,
    orders=[[1, 2, 3, 5, 6]],
    distractor="the pivot was subtracted to turn about it, and must be added again, or the pivot itself would move",
    why="Make the grid, measure it from the pivot, turn, measure from the corner again, look up.",
)


def place(r: Any, c: Any, theta: float, pivot: Any) -> tuple[Any, Any]:
    """Where pixel (r, c) of a picture turned about the pivot looks."""
    t = np.deg2rad(theta)
    a, b = r - pivot[0], c - pivot[1]
    rows, columns = np.cos(t) * a - np.sin(t) * b, np.sin(t) * a + np.cos(t) * b
    return rows + pivot[0], columns + pivot[1]


def velocity(r: Any, c: Any, theta: float, pivot: Any) -> tuple[Any, Any]:
    """How far that place moves per degree."""
    t = np.deg2rad(theta)
    a, b = r - pivot[0], c - pivot[1]
    rows, columns = np.cos(t) * a - np.sin(t) * b, np.sin(t) * a + np.cos(t) * b
    return -columns * np.pi / 180, rows * np.pi / 180


def _pair(got: Any, want: Any, what: str) -> None:
    if not isinstance(got, (tuple, list, np.ndarray)) or len(got) != 2:
        raise Wrong(f"{what} must be two things, (down, to the right)", got)
    expect(got, np.array(want, float), atol=1e-9, what=what)


def _add_fade(
    name: str, right: Any, statement: str, hints: tuple[str, ...], looks: tuple[tuple[str, Any], ...]
) -> None:
    ex = UNIT.exercise(
        name,
        3.0,
        kind="fade",
        signature=f"{name}(r, c, theta, pivot)",
        statement=statement,
        hints=hints,
        reference=right,
        solution=inspect.getsource(right),
        read="3. Worked example",
    )

    @ex.check("one pixel, a quarter of a turn", kind="fixed")
    def _(f: Any, rng: Any) -> None:
        _pair(f(3.0, 10.0, 90.0, (0.0, 0.0)), right(3.0, 10.0, 90.0, (0.0, 0.0)), "the result")

    @ex.check("any pixels, any pivot", kind="value", weight=2)
    def _(f: Any, rng: Any) -> None:
        r, c = rng.uniform(0, 60, (2, 5))
        theta, pivot = float(rng.uniform(-90, 90)), rng.uniform(0, 40, 2)
        _pair(f(r, c, theta, pivot), right(r, c, theta, pivot), "the result")

    @ex.check("a whole grid", kind="value", public=False)
    def _(f: Any, rng: Any) -> None:
        r, c = np.indices((4, 6))
        theta, pivot = float(rng.uniform(-40, 40)), rng.uniform(0, 4, 2)
        _pair(f(r, c, theta, pivot), right(r, c, theta, pivot), "the result")

    for message, function in looks:
        ex.looks_like(message, function)


_add_fade(
    "fade_1",
    place,
    "Where pixel (r, c) of a picture turned by theta degrees about the pivot looks: (row, column). Write the last "
    "line.",
    (
        "# 2 pull",
        "(3, 10) at 90 degrees about (0, 0) looks at (-10, 3).",
        "return rows + ..., columns + ...",
    ),
    (
        (
            "measured from the pivot still: add it again",
            lambda r, c, t, p: tuple(k - m for k, m in zip(place(r, c, t, p), p, strict=True)),
        ),
        (
            "the pivot is subtracted twice: add it",
            lambda r, c, t, p: tuple(k - 2 * m for k, m in zip(place(r, c, t, p), p, strict=True)),
        ),
        ("(column, row): rows come first", lambda *a: place(*a)[::-1]),
    ),
)
_add_fade(
    "fade_2",
    velocity,
    "How far that place moves, down and to the right, when theta grows by one degree: the lever arm. Write R (x - "
    "pivot), and what its derivative by theta is, per degree.",
    (
        "# 5 gradient",
        "(3, 10) at 0 degrees about (0, 0) moves (-10, 3) pixels per radian: (-0.1745, 0.0524) per degree.",
        "rows, columns = ...; the derivative of cos t is -sin t: (rows, columns)' = (-columns, rows)",
    ),
    (
        ("per radian: a degree is pi / 180 of it", lambda *a: tuple(k * 180 / np.pi for k in velocity(*a))),
        ("the other sense: (-columns, rows)", lambda *a: tuple(-k for k in velocity(*a))),
        ("the place itself, not how fast it moves", place),
        (
            "the arm of x, not of R x: it turns, too",
            lambda r, c, t, p: velocity(r, c, 0.0, p),
        ),
        (
            "the arm from the corner: measure it from the pivot",
            lambda r, c, t, p: velocity(r, c, t, (0.0, 0.0)),
        ),
    ),
)

# --- the written functions, the plug-in, the bug ----------------------------------------------------------------------

_u08_turn.add_rotation(UNIT)
_u08_turn.add_slope(UNIT)
_u08_motion.add_transform(UNIT)
_u08_motion.add_start(UNIT)
_u08_search.add_search(UNIT)
_u08_plugin.add_plugin(UNIT)
_u08_bug.add_bug(UNIT)
