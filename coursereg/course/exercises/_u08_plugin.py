"""U08's plug-in: the student's cost with its slope, and the student's start, inside `coursereg.Optimizer`."""

from __future__ import annotations

import inspect
from typing import Any

import numpy as np

from coursereg.course.exercises._base import Unit, Wrong, expect, expect_true, numbers
from coursereg.course.exercises._u08_scenes import error, registration_pair
from coursereg.course.plain import rigid as plain
from coursereg.optimize.optimizer import Optimizer

FRAME, SIZE = (52, 60), 14.0
SLOPE = 0.05  # of the largest slope
TRE = 0.3  # pixels
MORE = 2.0  # times the evaluations of the reference, and a few: rounding alone may cost a step or two
FEW = 6


def add_plugin(unit: Unit) -> None:
    """Add ``plugin``."""
    ex = unit.exercise(
        "plugin",
        15.0,
        kind="plugin",
        signature="check('U08.plugin', [rigid_cost, com_init])",
        statement="`rigid_cost(x, I, J, scale)` returns (cost, slope) at x = (scale * angle in radians, p, q), about "
        "the centre: the mean of (moved J - I)**2 over all pixels of I, and its three derivatives by x. The engine "
        "`Optimizer(rigid_cost, x0, args=(I, J, scale), jac=True)` must find the motion to 0.3 pixels from x0 = [0, "
        "*com_init(I, J)], in at most twice as many evaluations (and six) as with the reference.",
        hints=(
            "# 5 gradient: the same three numbers that your rigid_search follows.",
            "jac=True says that the function returns two things: the cost, and an array of three slopes.",
            "return np.mean(d**2), 2 * np.array([np.mean(...) / scale, -np.mean(d * down), -np.mean(d * right)])",
        ),
        solution=inspect.getsource(plain.rigid_cost)
        + "\n\n"
        + inspect.getsource(plain.com_init)
        + "\n\n"
        + inspect.getsource(plain.transform),
        read="7. Plug in",
    )

    @ex.check("the cost is the mean squared difference", kind="value", weight=2)
    def _(f: Any, rng: Any) -> None:
        cost, _start = f.parts()
        I, J, theta, u, _step, scale = registration_pair(rng, FRAME, SIZE, 7.0, 5.0)
        half = np.array([scale * np.deg2rad(theta / 2), *(u / 2)])
        expect(_parted(cost(half, I, J, scale))[0], plain.rigid_cost(half, I, J, scale)[0], rtol=0.03, what="the cost")

    @ex.check("the slope is that of the cost", kind="value", weight=2)
    def _(f: Any, rng: Any) -> None:
        cost, _start = f.parts()
        _slope_is_right(cost, rng, 1.0)

    @ex.check("another scale, larger angles", kind="value", weight=2, public=False)
    def _(f: Any, rng: Any) -> None:
        cost, _start = f.parts()
        _slope_is_right(cost, rng, float(rng.uniform(2, 3)), theta=float(rng.choice([-1, 1]) * rng.uniform(24, 34)))

    @ex.check("the engine finds the motion from your start, in about as many evaluations", kind="plugin", weight=2)
    def _(f: Any, rng: Any) -> None:
        _runs(f, rng, 8.0, 8.0)

    @ex.check("a larger turn, a larger shift", kind="plugin", weight=2, public=False)
    def _(f: Any, rng: Any) -> None:
        _runs(f, rng, 16.0, 11.0)

    @ex.check("your start alone shortens the way", kind="value", public=False)
    def _(f: Any, rng: Any) -> None:
        _cost, start = f.parts()
        I, J, theta, u, _step, _scale = registration_pair(rng, (60, 68), SIZE, 3.0, 9.0)
        guess = numbers(start(I, J), "com_init(I, J)")
        expect(guess, plain.com_init(I, J), atol=1e-3, what="com_init(I, J)")
        expect_true(
            error((60, 68), 0.0, guess, theta, u) < error((60, 68), 0.0, (0, 0), theta, u) / 2,
            "the start is not nearer than the identity",
            guess,
        )


def _parted(got: Any) -> tuple[float, np.ndarray]:
    if not isinstance(got, (tuple, list)) or len(got) != 2:
        raise Wrong("rigid_cost must return two things, (cost, slope)", got)
    value, slope = numbers(got[0], "the cost"), numbers(got[1], "the slope")
    if value.size != 1 or slope.shape != (3,):
        raise Wrong(f"the cost must be one number and the slope three, got {value.size} and {slope.shape}", got)
    return float(value.reshape(-1)[0]), slope


def _slope_is_right(cost: Any, rng: Any, factor: float, theta: float = 5.0) -> None:
    I, J, _theta, _u, _step, scale = registration_pair(rng, FRAME, SIZE, 10.0, 6.0)
    scale = factor * scale
    x = np.array([scale * np.deg2rad(theta), *rng.uniform(-4, 4, 2)])
    _value, slope = _parted(cost(x, I, J, scale))
    want = plain.rigid_cost(x, I, J, scale)[1]
    # each entry by itself: along the angle a large scale makes it small
    floor = np.array([np.linalg.norm(want[1:]) / factor, *[np.linalg.norm(want[1:])] * 2])
    for k, name in enumerate(("the angle", "p", "q")):
        expect(slope[k], want[k], rtol=SLOPE, atol=SLOPE * floor[k], what=f"the slope along {name}")


def _runs(f: Any, rng: Any, turn_by: float, shift: float) -> None:
    cost, start = f.parts()
    shape = (64, 72)
    I, J, theta, u, _step, scale = registration_pair(rng, shape, SIZE, turn_by, shift)
    x0 = np.array([0.0, *numbers(start(I, J), "com_init(I, J)").reshape(-1)[:2]])
    mine = Optimizer(lambda x: _parted(cost(x, I, J, scale)), x0, jac=True)
    ours = Optimizer(plain.rigid_cost, [0.0, *plain.com_init(I, J)], args=(I, J, scale), jac=True)
    off = error(shape, np.rad2deg(mine.xopt[0] / scale), mine.xopt[1:], theta, u)
    expect_true(off <= TRE, f"the engine ends {off:.2f} pixels from the truth with your cost", mine.xopt)
    expect_true(
        mine.nfev <= MORE * ours.nfev + FEW,
        f"it takes {mine.nfev} evaluations with yours, {ours.nfev} with the reference",
        mine.nfev,
        ours.nfev,
    )
