"""U10 Matrices: compose, decompose, classify: the exercises, in the order of the notebook."""

from __future__ import annotations

import inspect
from itertools import permutations
from typing import Any

import numpy as np

from coursereg.course.exercises import _u10_bug, _u10_classes, _u10_compose, _u10_params, _u10_plugin
from coursereg.course.exercises._base import Unit, Wrong, add_parsons, add_predictions, expect, expect_shape

UNIT = Unit(
    "U10",
    "10_matrices",
    "Matrices: compose, decompose, classify",
    budget=5,
    widgets=("order_swapper", "circle_to_ellipse"),
)

# --- predictions and the warm-ups -------------------------------------------------------------------------------------

add_predictions(
    UNIT,
    [
        ["the same place", "another place"],
        ["lengths", "areas", "both"],
        ["a rotation", "nearly flat", "neither"],
    ],
)

PARSONS_LINES = (
    "a = np.deg2rad(angle)",
    "R = turn(a)",
    "to_origin = shift(-pivot)",
    "back = shift(pivot)",
    "M = to_origin @ R @ back",
    "M = back @ R @ to_origin",
)
add_parsons(
    UNIT,
    PARSONS_LINES,
    orders=[[1, 2, 3, 4, 6]]
    + [
        [*order, 6] for order in permutations((1, 2, 3, 4)) if order.index(1) < order.index(2) and order != (1, 2, 3, 4)
    ],
    distractor="read it from the right: it moves the pivot away from the origin, to twice its place, before it turns",
    why="Bring the pivot to the origin, turn there, bring it back: the first of these stands on the right.",
)


def compose_2d(s: float, theta: float, p: float, q: float) -> Any:
    """Matrix that scales by s, turns by theta degrees, and shifts by (p, q)."""
    c, d = np.cos(np.deg2rad(theta)), np.sin(np.deg2rad(theta))
    S = np.diag([s, s, 1])
    R = np.array([[c, -d, 0], [d, c, 0], [0, 0, 1]])
    T = np.array([[1, 0, p], [0, 1, q], [0, 0, 1]])
    return T @ R @ S


def params_2d(M: Any) -> Any:
    """Return s, theta in degrees, p, q of a matrix that compose_2d made."""
    p, q = M[0, 2], M[1, 2]
    s = np.sqrt(M[0, 0] ** 2 + M[1, 0] ** 2)
    theta = np.rad2deg(np.arctan2(M[1, 0], M[0, 0]))
    return s, theta, p, q


def _drawn(rng: Any) -> tuple[float, ...]:
    """Scale, angle in any quadrant, shift."""
    angle = rng.uniform(20, 160) * rng.choice([-1, 1])
    return tuple(float(v) for v in (rng.uniform(1.3, 3), angle, *rng.uniform(3, 20, 2)))


def _fade_words(name: str, right: Any) -> dict[str, Any]:
    return {
        "kind": "fade",
        "reference": right,
        "solution": inspect.getsource(right)
        .replace(f"def {right.__name__}", f"def {name}")
        .replace("(s: float, theta: float, p: float, q: float) -> Any", "(s, theta, p, q)")
        .replace("(M: Any) -> Any", "(M)"),
        "read": "3. Worked example",
    }


def _add_fade_1() -> None:
    ex = UNIT.exercise(
        "fade_1",
        3.0,
        signature="fade_1(s, theta, p, q)",
        statement="The matrix of the plane that scales by s, then turns by theta degrees, then shifts by (p, q). The "
        "three matrices are there: write the last line.",
        hints=(
            "# 2 pull: what acts first stands next to the point.",
            "For s = 2, theta = 90, (p, q) = (5, 7): the point (1, 0) goes to (2, 0), to (0, 2), to (5, 9).",
            "return T @ ...",
        ),
        **_fade_words("fade_1", compose_2d),
    )

    @ex.check("the example of the hint", kind="fixed")
    def _(f: Any, rng: Any) -> None:
        expect(f(2, 90, 5, 7), [[0, -2, 5], [2, 0, 7], [0, 0, 1]], atol=1e-5, what="the matrix")

    @ex.check("any scale, angle and shift", kind="value", weight=2)
    def _(f: Any, rng: Any) -> None:
        x = _drawn(rng)
        expect(f(*x), compose_2d(*x), atol=1e-5, what="the matrix")

    @ex.check("others", kind="value", public=False)
    def _(f: Any, rng: Any) -> None:
        for _k in range(2):
            x = _drawn(rng)
            expect(f(*x), compose_2d(*x), atol=1e-5, what="the matrix")

    def parts(s: float, theta: float, p: float, q: float) -> tuple[Any, Any, Any]:
        return compose_2d(1, 0, p, q), compose_2d(1, theta, 0, 0), compose_2d(s, 0, 0, 0)

    for message, order in (
        ("this looks like S R T: the shift acts first here, and is turned and scaled", (2, 1, 0)),
        ("this looks like R T S: the shift is turned", (1, 0, 2)),
        ("this looks like S T R: the shift is scaled", (2, 0, 1)),
    ):
        ex.looks_like(message, lambda *x, order=order: np.linalg.multi_dot([parts(*x)[k] for k in order]))


def _add_fade_2() -> None:
    ex = UNIT.exercise(
        "fade_2",
        3.0,
        signature="fade_2(M)",
        statement="The way back: s, theta in degrees, p and q of a matrix that fade_1 made, with s > 0. The shift and "
        "the scale are there: write the angle, and return all four.",
        hints=(
            "The first column of M is s times (cos theta, sin theta, 0).",
            "M = [[0, -2, 5], [2, 0, 7], [0, 0, 1]] gives 2, 90, 5, 7.",
            "theta = np.rad2deg(np.arctan2(...))",
        ),
        **_fade_words("fade_2", params_2d),
    )

    def taken(f: Any, x: tuple[float, ...]) -> None:
        got = f(compose_2d(*x))
        expect_shape(got, (4,), "the result")
        if np.isfinite(np.asarray(got, float)).all():
            expect(compose_2d(*got), compose_2d(*x), atol=1e-5, what="fade_1 of the four numbers")
        else:
            raise Wrong("the result has a number that is not finite", got)

    @ex.check("the example of the hint", kind="fixed")
    def _(f: Any, rng: Any) -> None:
        taken(f, (2.0, 90.0, 5.0, 7.0))

    @ex.check("any matrix of fade_1", kind="value", weight=2)
    def _(f: Any, rng: Any) -> None:
        taken(f, _drawn(rng))

    @ex.check("angles in all quadrants", kind="value", public=False)
    def _(f: Any, rng: Any) -> None:
        for quadrant in (-180, -90, 0, 90):
            s, _angle, p, q = _drawn(rng)
            taken(f, (s, quadrant + float(rng.uniform(15, 75)), p, q))

    def other(change: Any) -> Any:
        return lambda M: change(M, *params_2d(M))

    for message, change in (
        ("this looks like radians: np.rad2deg", lambda M, s, t, p, q: (s, np.deg2rad(t), p, q)),
        ("this looks like the other way: M[1, 0] is s sin theta", lambda M, s, t, p, q: (s, -t, p, q)),
        (
            "this looks like an arc tangent that cannot tell half a turn: np.arctan2 takes two numbers",
            lambda M, s, t, p, q: (s, np.rad2deg(np.arctan(M[1, 0] / M[0, 0])), p, q),
        ),
        (
            "this looks like an arc sine, which ends at 90 degrees",
            lambda M, s, t, p, q: (s, np.rad2deg(np.arcsin(M[1, 0] / s)), p, q),
        ),
        (
            "this looks like an arc cosine, which knows no sign",
            lambda M, s, t, p, q: (s, np.rad2deg(np.arccos(M[0, 0] / s)), p, q),
        ),
        ("this looks like theta and s exchanged", lambda M, s, t, p, q: (t, s, p, q)),
    ):
        ex.looks_like(message, other(change))


_add_fade_1()
_add_fade_2()

# --- the written functions, the plug-in, the bug ----------------------------------------------------------------------

_u10_compose.add_rigid_matrix(UNIT)
_u10_compose.add_similarity_matrix(UNIT)
_u10_classes.add_classify(UNIT)
_u10_params.add_params_of(UNIT)
_u10_classes.add_safe_inverse(UNIT)
_u10_plugin.add_plugin(UNIT)
_u10_bug.add_bug(UNIT)
