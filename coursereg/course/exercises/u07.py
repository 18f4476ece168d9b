"""U07 Translation by gradient descent: the exercises, in the order of the notebook."""

from __future__ import annotations

import inspect
from typing import Any

import numpy as np
from scipy import ndimage

from coursereg.course.exercises import _u07_bug, _u07_gradient, _u07_plugin, _u07_report, _u07_search, _u07_stop
from coursereg.course.exercises._base import Unit, add_parsons, add_predictions, expect

UNIT = Unit(
    "U07",
    "07_translation",
    "First registration: translation by gradient descent",
    budget=20,
    widgets=("learning_rate", "start_point", "blur_first"),
)

# --- predictions and the warm-ups -------------------------------------------------------------------------------------

add_predictions(
    UNIT,
    [
        ["sooner", "later", "never"],
        ["a long step", "a short step", "no step"],
        ["the truth", "the same place", "another place"],
    ],
)

PARSONS_LINES = (
    "looked_up = ndimage.shift(J, -u, order=1)",
    "d = looked_up - I",
    "slopes = np.gradient(J)",
    "slopes = np.gradient(looked_up)",
    "g = np.array([2 * (d * s).mean() for s in slopes])",
    "u = u - lr * g",
)
add_parsons(
    UNIT,
    PARSONS_LINES,
    orders=[[1, 2, 4, 5, 6], [1, 4, 2, 5, 6]],
    distractor="these are the slopes of J where it is not moved; d belongs to the picture that was looked up at x + u",
    why="Look up, compare, take the slopes of what was looked up, put both together, step.",
)


def slope_of_profile(I: Any, J: Any, p: float) -> float:
    """Slope of the mean squared difference of two profiles, J looked up at x + p."""
    x = np.arange(len(I))  # 1 grid
    looked_up = np.interp(x + p, x, J)  # 2 pull, 3 interpolate
    d = looked_up - I  # 4 residual
    slope = np.gradient(looked_up)
    return 2 * (d * slope).mean()  # 5 gradient


def step_of_profile(I: Any, J: Any, p: float, lr: float) -> float:
    """The shift after one step of descent from p."""
    x = np.arange(len(I))  # 1 grid
    looked_up = np.interp(x + p, x, J)  # 2 pull, 3 interpolate
    d = looked_up - I  # 4 residual
    slope = np.gradient(looked_up)
    g = 2 * (d * slope).mean()  # 5 gradient
    return p - lr * g  # 6 step


def _profiles(rng: Any) -> tuple[np.ndarray, np.ndarray]:
    """Two smooth profiles, 0 at both ends."""
    lump = ndimage.gaussian_filter1d(np.pad(rng.uniform(0, 300, 40), 20), 3.0)
    return np.roll(lump, int(rng.integers(2, 5))), lump


def _add_fade(
    name: str, right: Any, signature: str, statement: str, hints: tuple[str, ...], looks: tuple[tuple[str, Any], ...]
) -> None:
    ex = UNIT.exercise(
        name,
        3.0,
        kind="fade",
        signature=signature,
        statement=statement,
        hints=hints,
        reference=right,
        solution=inspect.getsource(right),
        read="3. Worked example",
    )
    rate = (0.002,) if "lr" in signature else ()

    @ex.check("the profiles of the hint", kind="fixed")
    def _(f: Any, rng: Any) -> None:
        I, J = np.array([0.0, 2.0, 0.0, 0.0]), np.array([0.0, 0.0, 2.0, 0.0])
        expect(f(I, J, 0.0, *((0.5,) * len(rate))), right(I, J, 0.0, *((0.5,) * len(rate))), atol=1e-9)

    @ex.check("any profiles, any shift", kind="value", weight=2)
    def _(f: Any, rng: Any) -> None:
        for p in rng.uniform(-3, 3, 2):
            I, J = _profiles(rng)
            expect(f(I, J, float(p), *rate), right(I, J, float(p), *rate), rtol=1e-6, atol=1e-9)

    @ex.check("others, further off", kind="value", public=False)
    def _(f: Any, rng: Any) -> None:
        I, J = _profiles(rng)
        more = tuple(10 * r for r in rate)
        expect(f(I, J, 6.25, *more), right(I, J, 6.25, *more), rtol=1e-6, atol=1e-9)

    for message, function in looks:
        ex.looks_like(message, function)


_add_fade(
    "fade_1",
    slope_of_profile,
    "fade_1(I, J, p)",
    "The slope of the mean squared difference of two profiles. Residual and slope of the looked-up profile are there: "
    "write the last line.",
    (
        "# 5 gradient: the mean of d**2 changes as the mean of 2 d times the slope of d",
        "I = [0, 2, 0, 0], J = [0, 0, 2, 0], p = 0: d = [0, -2, 2, 0], slope = [0, 1, 0, -2], so 2 * (-2) / 4 = -1.",
        "return 2 * (... * ...).mean()",
    ),
    (
        ("half of it: the slope of d**2 is 2 d times that of d", lambda *a: slope_of_profile(*a) / 2),
        ("the sum: the mean is wanted", lambda I, J, p: slope_of_profile(I, J, p) * len(I)),
        ("the way down: the slope itself has the other sign", lambda *a: -slope_of_profile(*a)),
    ),
)
_add_fade(
    "fade_2",
    step_of_profile,
    "fade_2(I, J, p, lr)",
    "One step of descent on two profiles: write the last two lines, the slope of the mean and the step.",
    (
        "# 5 gradient # 6 step",
        "In the profiles of the first hint the slope is -1: with lr = 0.5 the step leads from 0 to 0.5.",
        "g = ...; return p - ...",
    ),
    (
        ("a step uphill: subtract", lambda I, J, p, lr: 2 * p - step_of_profile(I, J, p, lr)),
        ("the step alone: add it to p", lambda I, J, p, lr: step_of_profile(I, J, p, lr) - p),
        ("half the slope", lambda I, J, p, lr: step_of_profile(I, J, p, lr / 2)),
    ),
)

# --- the written functions, the plug-in, the bug ----------------------------------------------------------------------

_u07_gradient.add_gradient(UNIT)
_u07_search.add_search(UNIT)
_u07_stop.add_should_stop(UNIT)
_u07_report.add_report(UNIT)
_u07_plugin.add_plugin(UNIT)
_u07_bug.add_bug(UNIT)
