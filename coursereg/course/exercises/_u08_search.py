"""U08's `rigid_search(I, J, step, scale)`: descent in three parameters that are all counted in pixels."""

from __future__ import annotations

import inspect
from typing import Any

import numpy as np

from coursereg.course.exercises import _u08_mistakes as mistakes
from coursereg.course.exercises._base import (
    Exercise,
    Unit,
    Wrong,
    expect,
    expect_inputs_untouched,
    expect_true,
    numbers,
)
from coursereg.course.exercises._u08_scenes import centre, error, picture, registration_pair
from coursereg.course.plain import rigid as plain

STEPS = 150
TRE = 0.3  # pixels, at four landmarks; right versions come to 0.02
COST = 0.04  # of the first cost: after some steps, bilinear and spline pictures differ by so much
FIRST = 0.12  # relative, of what the first step gains: bilinear interpolation blurs, and so gains a little more
FRAME, SIZE = (46, 52), 13.0
SMALL, LITTLE = (38, 44), 11.0  # for laws of single steps


def add_search(unit: Unit) -> None:
    """Add ``rigid_search``."""
    ex = unit.exercise(
        "rigid_search",
        12.0,
        signature="rigid_search(I, J, step, scale, start=(0.0, (0.0, 0.0)), iters=150)",
        statement="Rigid registration by gradient descent. The parameters are x = (scale * angle in radians, p, q): "
        "`scale` is in pixels per radian, so all three count pixels. The motion is `transform(J, theta, (p, q), "
        "centre)` with the centre of the frame, ((R - 1) / 2, (C - 1) / 2), as the pivot. The cost E is the MEAN, "
        "over all pixels of I, of (moved J - I)**2. Begin at `start` = (theta in degrees, (p, q)), by default the "
        "identity; do `iters` steps x <- x - `step` * gradient of E at x, gradient and step in these parameters. "
        "Return (theta, u, history): theta in degrees and u = (rows, columns) after the last step, and the `iters` "
        "costs, history[k] before step k.",
        hints=(
            "# 6 step: three slopes, one rule. E depends on theta through x[0] / scale: the chain rule divides its "
            "slope by scale.",
            "With scale = 30 a turn of 0.1 radian (5.7 degrees) has the parameter 3, as a shift of 3 pixels has.",
            "cost, slope = rigid_cost(x, I, J, scale); history.append(cost); x = x - step * slope",
        ),
        reference=_four_arguments,
        solution=inspect.getsource(plain.rigid_search) + "\n\n" + inspect.getsource(plain.rigid_cost),
        read="6. Write: the search",
    )
    _search_public(ex)
    _search_hidden(ex)
    for message, function in (  # few: each is a search of its own, run on every failed call
        ("this looks like half the slope: the square gives a factor of 2", mistakes.half_slope),
        ("this looks like steps uphill: x - step * slope", mistakes.uphill),
        (
            "this looks like the slope per radian: the parameter is scale times the angle, so its slope is that "
            "divided by scale",
            mistakes.scale_forgotten_in_the_slope,
        ),
    ):
        ex.looks_like(message, function)


def _four_arguments(I: Any, J: Any, step: float, scale: float) -> Any:
    return plain.rigid_search(I, J, step, scale)


def _found(f: Any, I: np.ndarray, J: np.ndarray, step: float, scale: float) -> tuple[float, np.ndarray, np.ndarray]:
    """Run the student's search and take its result apart, or say what is missing."""
    got = f(I, J, step, scale)
    if not isinstance(got, (tuple, list)) or len(got) != 3:
        raise Wrong("the result must be (theta, u, history)", got)
    theta, u, history = (numbers(part, name) for part, name in zip(got, ("theta", "u", "history"), strict=True))
    if theta.size != 1 or u.shape != (2,) or history.shape != (STEPS,):
        raise Wrong(
            f"theta must be one number, u two, history {STEPS}; got {theta.size}, shape {u.shape}, shape "
            f"{history.shape}",
            got,
        )
    return float(theta.reshape(-1)[0]), u, history


def _arrives(f: Any, rng: Any, turn_by: float, shift: float, shape: tuple[int, int] = FRAME) -> None:
    I, J, theta, u, step, scale = registration_pair(rng, shape, SIZE, turn_by, shift)
    got_theta, got_u, _history = _found(f, I, J, step, scale)
    off = error(shape, got_theta, got_u, theta, u)
    expect_true(
        off <= TRE,
        f"the result is {off:.2f} pixels from the truth, at most {TRE} are allowed. theta is in degrees, u (rows, "
        "columns), the pivot is the centre",
        [got_theta, *got_u],
        [theta, *u],
    )


def _costs(f: Any, rng: Any, turn_by: float, shift: float, slow: float) -> tuple[np.ndarray, np.ndarray]:
    """The student's history and the reference's, where the steps are so small that nothing arrives soon."""
    I, J, _theta, _u, step, scale = registration_pair(rng, SMALL, LITTLE, turn_by, shift)
    other = float(rng.uniform(0.6, 1.5)) * scale
    _t, _v, history = _found(f, I, J, slow * step, other)
    return history, np.array(plain.rigid_search(I, J, slow * step, other, iters=31)[2])


def _search_public(ex: Exercise) -> None:
    @ex.check("(theta, u, history), one cost for each step", kind="shape", weight=0.5)
    def _(f: Any, rng: Any) -> None:
        I, J, _theta, _u, step, scale = registration_pair(rng, (30, 26), 8.0, 3.0, 1.0)
        _found(f, I, J, step, scale)

    @ex.check("finds a turn and a shift, to 0.3 pixels", kind="value", weight=3)
    def _(f: Any, rng: Any) -> None:
        _arrives(f, rng, float(rng.uniform(4, 8)), float(rng.uniform(2, 6)))

    @ex.check(
        "history[0] is the cost of the identity, the first step is -step times the gradient", kind="value", weight=2
    )
    def _(f: Any, rng: Any) -> None:
        mine, ours = _costs(f, rng, 7.0, 4.0, 0.5)
        expect(mine[0], ours[0], rtol=1e-6, what="history[0]", hint="the mean squared difference of J and I")
        expect(mine[0] - mine[1], ours[0] - ours[1], rtol=FIRST, what="what the first step gains, history[0] - [1]")

    @ex.check("the slope along the angle is that per radian, divided by scale", kind="property")
    def _(f: Any, rng: Any) -> None:
        mine, ours = _costs(f, rng, 9.0, 0.0, 0.5)
        expect(mine[0] - mine[1], ours[0] - ours[1], rtol=FIRST, what="what the first step gains for a turn alone")


def _search_hidden(ex: Exercise) -> None:
    @ex.check("10 degrees and 8 pixels, tall pictures", kind="value", weight=3, public=False)
    def _(f: Any, rng: Any) -> None:
        _arrives(f, rng, 10.0, 8.0, (56, 46))

    @ex.check("every step is -step times the gradient there", kind="value", weight=3, public=False)
    def _(f: Any, rng: Any) -> None:
        mine, ours = _costs(f, rng, 8.0, 4.5, 0.05)
        for k in (5, 15, 30):
            expect(mine[k], ours[k], atol=COST * ours[0], what=f"history[{k}], with small steps")

    @ex.check("a crooked scale: the angle crawls, or the shift does", kind="value", weight=2, public=False)
    def _(f: Any, rng: Any) -> None:
        I, J, _theta, _u, step, scale = registration_pair(rng, SMALL, LITTLE, 8.0, 4.0)
        wide = 5 * scale
        theta, u, _history = _found(f, I, J, 0.3 * step, wide)
        want_theta, want_u, _ours = plain.rigid_search(I, J, 0.3 * step, wide)
        # at 5 times the scale the angle is 25 times as slow, and has not arrived
        expect(theta, want_theta, atol=0.25, what="theta after 150 steps with a large scale")
        expect(u, want_u, atol=0.25, what="u after 150 steps with a large scale")

    @ex.check("pictures of bytes", kind="value", public=False)
    def _(f: Any, rng: Any) -> None:
        I, J, theta, u, step, scale = registration_pair(rng, SMALL, LITTLE, 6.0, 3.0)
        I, J = (np.rint(P).astype(np.uint8) for P in (I, J))
        got_theta, got_u, history = _found(f, I, J, step, scale)
        expect(history[0], float(((J.astype(float) - I) ** 2).mean()), rtol=1e-6, what="history[0]")
        expect_true(error(SMALL, got_theta, got_u, theta, u) <= TRE, "bytes are not found as floats are", got_theta)

    @ex.check("I and J are left as they were", kind="property", weight=0.5, public=False)
    def _(f: Any, rng: Any) -> None:
        I, J = picture([(100.0, *centre((24, 28)), 8.0, 9.0, 0.0)], (24, 28)), np.zeros((24, 28))
        _found(f, I, J, 0.01, 10.0)
        expect_inputs_untouched(f)
