"""U01 What is an image grid?: the exercises, in the order of the notebook."""

from __future__ import annotations

import inspect
from typing import Any

import numpy as np

from coursereg.course.exercises import _u01_bug, _u01_grey, _u01_pixels, _u01_plugin, _u01_voxels
from coursereg.course.exercises._base import Unit, add_parsons, add_predictions, expect, expect_shape
from coursereg.course.plain import grids as plain

UNIT = Unit("U01", "01_image_grid", "What is an image grid?", budget=10, widgets=("where_is", "dtype_dial"))

# --- predictions and the warm-ups -------------------------------------------------------------------------------------

add_predictions(
    UNIT,
    [
        ["3 down and 7 right", "3 right and 7 down", "3 right and 7 up"],
        ["down", "right", "both are equal"],
        [300, 255, 44],
    ],
)

PARSONS_LINES = (
    "ones = np.ones((len(ij), 1))",
    "points = np.hstack([ij, ones])",
    "world = points @ S",
    "world = points @ S.T",
    "there = world @ np.linalg.inv(M).T",
    "ij_moving = there[:, :2]",
)
add_parsons(
    UNIT,
    PARSONS_LINES,
    orders=[[1, 2, 4, 5, 6]],
    distractor="it multiplies rows of points with S itself, and the origin in the last column of S is lost: with one "
    "point per row, the product with S is points @ S.T",
    why="Put a 1 behind each point, go to the world, go on to the other grid, take the 1 away.",
)


def grid2world(rng: Any) -> np.ndarray:
    """The matrix of a picture that lies askew, with pixels that are no squares; one axis may be mirrored."""
    t = rng.uniform(0.3, 1.2)
    turn = np.array([[np.cos(t), -np.sin(t)], [np.sin(t), np.cos(t)]])
    steps = rng.uniform(0.6, 4, 2) * [1, rng.choice([-1, 1])]
    return _u01_voxels.matrix(turn * steps, rng.uniform(-50, 50, 2))


EXAMPLE = np.array([[3.0, 0, 10], [0, 2, 5], [0, 0, 1]])


def _add_fade(
    name: str,
    right: Any,
    argument: str,
    statement: str,
    hints: tuple[str, ...],
    example: tuple[Any, Any],
    looks: tuple[tuple[str, Any], ...],
) -> None:
    ex = UNIT.exercise(
        name,
        3.0,
        kind="fade",
        signature=f"{name}({argument}, A)",
        statement=statement,
        hints=hints,
        reference=right,
        solution=inspect.getsource(right),
        read="3. Worked example",
    )

    @ex.check("one row of two for each point", kind="shape", weight=0.5)
    def _(f: Any, rng: Any) -> None:
        expect_shape(f(rng.uniform(0, 9, (4, 2)), EXAMPLE), (4, 2))

    @ex.check("the example of the hint", kind="fixed")
    def _(f: Any, rng: Any) -> None:
        expect(f(np.array(example[0]), EXAMPLE), example[1], atol=1e-9)

    @ex.check("any points on any grid", kind="value", weight=2)
    def _(f: Any, rng: Any) -> None:
        points, A = rng.uniform(-20, 60, (5, 2)), grid2world(rng)
        expect(f(points, A), right(points, A), atol=1e-9)

    @ex.check("whole numbers; three points, two, and one", kind="value", public=False)
    def _(f: Any, rng: Any) -> None:
        for n in (3, 2, 1):
            points, A = rng.integers(0, 60, (n, 2)), grid2world(rng)
            expect(f(points, A), right(points, A), atol=1e-9)

    for message, function in looks:
        ex.looks_like(message, function)


def _by(change: Any) -> Any:
    """A wrong version: points through a matrix made of A."""
    return lambda points, A: (np.hstack([points, np.ones((len(points), 1))]) @ change(A).T)[:, :-1]


_add_fade(
    "fade_1",
    plain.to_world,
    "ij",
    "Millimetres of pixels: `ij` holds one pixel per row, `A` is grid2world of shape (3, 3). The points with their 1 "
    "are there: write the last line.",
    (
        "# 1 grid: from the grid to the world",
        "A = [[3, 0, 10], [0, 2, 5], [0, 0, 1]]: pixel (1, 2) lies at (13, 9) mm.",
        "return (points @ ...)[:, :2]",
    ),
    ([[1.0, 2.0]], [[13, 9]]),
    (
        ("this looks like points @ A: rows of points take A.T", _by(lambda A: A.T)),
        ("this looks like the way back: from mm to pixels", _by(np.linalg.inv)),
        (
            "the 1 is still there: take the first two columns",
            lambda ij, A: np.c_[plain.to_world(ij, A), np.ones(len(ij))],
        ),
        ("this looks like the linear part alone: the origin is missing", lambda ij, A: np.asarray(ij) @ A[:2, :2].T),
    ),
)
_add_fade(
    "fade_2",
    plain.to_grid,
    "mm",
    "The way back, pixels of places in mm: `mm` holds one place per row, `A` is grid2world. The points with their 1 "
    "are there: write the last two lines.",
    (
        "# 2 pull: from the world to the grid. Which matrix undoes A?",
        "A = [[3, 0, 10], [0, 2, 5], [0, 0, 1]]: (13, 9) mm is pixel (1, 2).",
        "world2grid = np.linalg.inv(A); return ...",
    ),
    ([[13.0, 9.0]], [[1, 2]]),
    (
        ("this looks like points @ inv(A): rows of points take the transpose", _by(lambda A: np.linalg.inv(A).T)),
        ("this looks like the way there: A takes pixels to mm", _by(lambda A: A)),
        ("this looks like the transpose of A for its inverse", _by(lambda A: A.T)),
        (
            "the 1 is still there: take the first two columns",
            lambda mm, A: np.c_[plain.to_grid(mm, A), np.ones(len(mm))],
        ),
    ),
)

# --- the written functions, the plug-in, the bug ----------------------------------------------------------------------

_u01_voxels.add_spacings(UNIT)
_u01_voxels.add_map_voxel(UNIT)
_u01_pixels.add_crop(UNIT)
_u01_grey.add_to_float01(UNIT)
_u01_plugin.add_plugin(UNIT)
_u01_bug.add_bug(UNIT)
