"""U11 Scale space and the full affine engine: the exercises, in the order of the notebook."""

from __future__ import annotations

import inspect
from typing import Any

import numpy as np

from coursereg.course.exercises import _u11_bug, _u11_levels, _u11_metric, _u11_plugin, _u11_tre
from coursereg.course.exercises._base import Unit, add_parsons, add_predictions, expect
from coursereg.course.exercises._u11_levels import grid, picture
from coursereg.course.exercises._u11_tre import some_map

UNIT = Unit(
    "U11",
    "11_affine",
    "Scale space and the full affine engine",
    budget=45,
    widgets=("levels", "sampling", "ladder"),
)

# --- predictions and the warm-ups -------------------------------------------------------------------------------------

add_predictions(
    UNIT,
    [
        ["time", "the way", "nothing"],
        ["2 times", "4 times", "16 times"],
        ["fails", "arrives"],
        ["0 mm", "about 1 mm", "it depends"],
    ],
)

PARSONS_LINES = (
    "affine = np.eye(3)",
    "for level in (2, 1, 0):",
    "    metric.setup(transform, static[level], moving[level], starting_affine=affine)",
    "    theta = minimise(metric)",
    "    affine = transform.param_to_matrix(theta) @ affine",
    "    affine = affine @ transform.param_to_matrix(theta)",
)
add_parsons(
    UNIT,
    PARSONS_LINES,
    orders=[[1, 2, 3, 4, 5]],
    distractor="the level before acts first, so its map stands on the right",
    why="Where does the first level begin? What does each level need before it searches? And the next one?",
)


def chained(S: Any, start: Any, T: Any, M: Any) -> Any:
    """Matrix from static indices to moving indices."""
    to_world = S
    started = start @ to_world
    mapped = T @ started
    return np.linalg.inv(M) @ mapped


def world_slopes(J: Any, M: Any) -> Any:
    """Slopes of J by each axis of the world, an array of shape (2, R, C)."""
    by_index = np.array(np.gradient(J))
    back = np.linalg.inv(M[:2, :2])
    return np.tensordot(back.T, by_index, 1)


def _fade_words(name: str, right: Any) -> dict[str, Any]:
    source = inspect.getsource(right).replace(f"def {right.__name__}", f"def {name}")
    return {
        "kind": "fade",
        "reference": right,
        "solution": source.replace(": Any", "").replace(" -> Any", ""),
        "read": "3. Worked example",
    }


def _add_fade_1() -> None:
    ex = UNIT.exercise(
        "fade_1",
        3.0,
        signature="fade_1(S, start, T, M)",
        statement="The matrix of shape (3, 3) that takes an index of the static picture to one of the moving picture: "
        "by the grid S to the world, through the starting map, through T, and by the inverse of the grid M to the "
        "index. Three lines are there: write the last one.",
        hints=(
            "# 2 pull: M goes from the index to the world, and you need the way back.",
            "S, start, T = identity, M = diag(2, 2, 1): index (6, 4) is at (6, 4) mm, the moving index (3, 2).",
            "return np.linalg.inv(M) @ ...",
        ),
        **_fade_words("fade_1", chained),
    )

    def drawn(rng: Any) -> tuple[Any, ...]:
        return grid(rng, 2), some_map(rng, 2), some_map(rng, 2), grid(rng, 2)

    @ex.check("the example of the hint", kind="fixed")
    def _(f: Any, rng: Any) -> None:
        expect(f(np.eye(3), np.eye(3), np.eye(3), np.diag([2.0, 2, 1])), np.diag([0.5, 0.5, 1]), atol=1e-6)

    @ex.check("any grids and maps", kind="value", weight=2)
    def _(f: Any, rng: Any) -> None:
        x = drawn(rng)
        expect(f(*x), chained(*x), atol=1e-4, rtol=1e-4, what="the matrix")

    @ex.check("grids that are slanted, drawn twice more", kind="value", public=False)
    def _(f: Any, rng: Any) -> None:
        for _k in range(2):
            x = drawn(rng)
            expect(f(*x), chained(*x), atol=1e-4, rtol=1e-4, what="the matrix")

    for message, function in (
        ("this looks like M, not its inverse", lambda S, start, T, M: M @ T @ start @ S),
        ("this looks like the inverse on the right", lambda S, start, T, M: T @ start @ S @ np.linalg.inv(M)),
        ("this looks like a place in the world: the way to the index is missing", lambda S, start, T, M: T @ start @ S),
        ("this looks like the way from moving to static", lambda S, start, T, M: np.linalg.inv(T @ start @ S) @ M),
    ):
        ex.looks_like(message, function)


def _add_fade_2() -> None:
    ex = UNIT.exercise(
        "fade_2",
        3.0,
        signature="fade_2(J, M)",
        statement="The slopes of the picture J by each axis of the world, an array of shape (2, R, C). M, of shape "
        "(3, 3), takes indices of J to the world. The slopes by the index are there: write the last two lines. By the "
        "chain rule, the slope by the world is the *transposed* inverse of M's linear part times the slope by the "
        "index.",
        hints=(
            "# 5 gradient: with samples 2 mm apart, a slope of 6 per sample is 3 per mm.",
            "J[r, c] = 6 r and M = diag(2, 5, 1): the slopes are 3 along axis 0, and 0 along axis 1, everywhere.",
            "np.tensordot(back.T, by_index, 1) multiplies the slopes at every pixel by back.T",
        ),
        **_fade_words("fade_2", world_slopes),
    )

    @ex.check("the example of the hint", kind="fixed")
    def _(f: Any, rng: Any) -> None:
        want = np.zeros((2, 4, 5))
        want[0] = 3
        expect(f(6.0 * np.indices((4, 5))[0], np.diag([2.0, 5, 1])), want, atol=1e-6, what="the array of slopes")

    def agree(f: Any, rng: Any) -> None:
        J, M = picture(rng, (9, 12)), grid(rng, 2)
        expect(f(J, M), world_slopes(J, M), atol=1e-3, what="the array of slopes")

    @ex.check("any picture and grid", kind="value", weight=2)
    def _(f: Any, rng: Any) -> None:
        agree(f, rng)

    @ex.check("pictures whose grids are slanted, drawn twice more", kind="value", public=False)
    def _(f: Any, rng: Any) -> None:
        for _k in range(2):
            agree(f, rng)

    def by(matrix: Any) -> Any:
        return lambda J, M: np.tensordot(matrix(M[:2, :2]), np.array(np.gradient(J)), 1)

    for message, matrix in (
        ("this looks like slopes by the index", lambda L: np.eye(2)),
        ("this looks like the inverse: it must be transposed", np.linalg.inv),
        ("this looks like a multiplication by the grid: divide", lambda L: L),
        ("this looks like a multiplication by the transposed grid: take the inverse", lambda L: L.T),
        ("this looks like spacings alone: the grid is slanted", lambda L: np.diag(1 / np.linalg.norm(L, axis=0))),
    ):
        ex.looks_like(message, by(matrix))


_add_fade_1()
_add_fade_2()

# --- the written functions, the plug-in, the bug ----------------------------------------------------------------------

_u11_levels.add_pyramid_level(UNIT)
_u11_levels.add_level_grid2world(UNIT)
_u11_tre.add_tre(UNIT)
_u11_metric.add_metric(UNIT)
_u11_plugin.add_plugin(UNIT)
_u11_bug.add_bug(UNIT)
