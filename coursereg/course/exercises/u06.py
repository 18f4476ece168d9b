"""U06 Cost landscapes and finite differences: the exercises, in the order of the notebook."""

from __future__ import annotations

import inspect
from typing import Any

import numpy as np

from coursereg.course.exercises import _u06_bug, _u06_plugin, _u06_slopes, _u06_walks
from coursereg.course.exercises._base import Unit, add_parsons, add_predictions, expect

UNIT = Unit(
    "U06",
    "06_landscapes",
    "Cost landscapes and finite differences",
    budget=25,
    widgets=("landscape", "difference_step"),
)

# --- predictions and the warm-ups -------------------------------------------------------------------------------------

add_predictions(
    UNIT,
    [
        ["the truth", "a wrong place", "nowhere"],
        ["wider", "as wide", "narrower"],
        ["1e-8", "1e-4", "1"],
    ],
)

PARSONS_LINES = (
    "h = np.zeros(len(x))",
    "h[i] = eps / 2",
    "ahead = f(x + h)",
    "back = f(x - h)",
    "slope = (ahead - back) / (2 * eps)",
    "slope = (ahead - back) / eps",
)
add_parsons(
    UNIT,
    PARSONS_LINES,
    orders=[[1, 2, 3, 4, 6], [1, 2, 4, 3, 6]],
    distractor="x - eps/2 and x + eps/2 lie eps apart; divided by 2 eps, the slope is half of what it is",
    why="Make the step, ask on both sides of x, divide the difference by the distance of the two places.",
)


def slope(cost: Any, p: float, eps: float) -> float:
    """Slope of a cost of one number at p."""
    ahead, back = cost(p + eps / 2), cost(p - eps / 2)
    return (ahead - back) / eps


def curvature(cost: Any, p: float, eps: float) -> float:
    """Curvature of a cost of one number at p."""
    ahead, here, back = cost(p + eps), cost(p), cost(p - eps)
    slope_ahead, slope_back = (ahead - here) / eps, (here - back) / eps
    return (slope_ahead - slope_back) / eps


def wavy(rng: Any) -> Any:
    """A cost of one number, with waves and a kink."""
    a, b, c, k = rng.uniform(1, 3, 4)
    return lambda p: float(a * (p - k) ** 2 + b * np.sin(c * p) + abs(p))


def _add_fade(
    name: str, right: Any, statement: str, hints: tuple[str, ...], looks: tuple[tuple[str, Any], ...]
) -> None:
    ex = UNIT.exercise(
        name,
        3.0,
        kind="fade",
        signature=f"{name}(cost, p, eps)",
        statement=statement,
        hints=hints,
        reference=right,
        solution=inspect.getsource(right),
        read="3. Worked example",
    )

    @ex.check("a parabola", kind="fixed")
    def _(f: Any, rng: Any) -> None:
        want = right(lambda p: float(3 * p**2 + p), 2.0, 0.5)
        expect(f(lambda p: float(3 * p**2 + p), 2.0, 0.5), want, atol=1e-9)

    @ex.check("any cost, anywhere", kind="value", weight=2)
    def _(f: Any, rng: Any) -> None:
        for eps in (0.2, 1.0):
            cost, p = wavy(rng), float(rng.uniform(-2, 2))
            expect(f(cost, p, eps), right(cost, p, eps), atol=1e-7)

    @ex.check("another cost, a wide difference", kind="value", public=False)
    def _(f: Any, rng: Any) -> None:
        cost, p = wavy(rng), float(rng.uniform(-2, 2))
        expect(f(cost, p, 3.0), right(cost, p, 3.0), atol=1e-7)

    for message, function in looks:
        ex.looks_like(message, function)


_add_fade(
    "fade_1",
    slope,
    "The slope of a cost of one number at p. Both values are there: write the last line.",
    (
        "# 5 gradient",
        "cost = 3 p**2 + p at 2 with eps = 0.5: (17.4375 - 10.9375) / 0.5 = 13.",
        "return (ahead - back) / ...",
    ),
    (
        ("half of it: the two places lie eps apart, not 2 eps", lambda *a: slope(*a) / 2),
        ("twice of it: the two places lie eps apart, not eps / 2", lambda *a: slope(*a) * 2),
        ("the way down: ahead comes first", lambda *a: -slope(*a)),
        ("a difference, not a slope: divide by eps", lambda cost, p, eps: eps * slope(cost, p, eps)),
    ),
)
_add_fade(
    "fade_2",
    curvature,
    "The curvature of a cost of one number at p: how fast its slope changes. The three values are there: write the "
    "slope "
    "of each half, and how fast it changes from one to the other.",
    (
        "# 5 gradient, twice",
        "cost = 3 p**2 + p: the slopes are 14.5 ahead and 11.5 back, 0.5 apart, so the curvature is 6.",
        "slope_ahead, slope_back = (ahead - here) / eps, ...",
    ),
    (
        ("a quarter of it: each half is eps wide", lambda *a: curvature(*a) / 4),
        ("four times of it: the halves are eps wide, not eps / 2", lambda *a: curvature(*a) * 4),
        ("the other sign: the slope ahead comes first", lambda *a: -curvature(*a)),
        (
            "the difference of the two slopes: divide it by eps, too",
            lambda cost, p, eps: eps * curvature(cost, p, eps),
        ),
        ("the slope, not how fast it changes", lambda cost, p, eps: slope(cost, p, 2 * eps)),
    ),
)

# --- the written functions, the plug-in, the bug ----------------------------------------------------------------------

_u06_walks.add_explore(UNIT)
_u06_slopes.add_gradient(UNIT)
_u06_slopes.add_hessian(UNIT)
_u06_walks.add_rigid(UNIT)
_u06_plugin.add_plugin(UNIT)
_u06_bug.add_bug(UNIT)
