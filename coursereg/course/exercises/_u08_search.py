"""U08's `rigid_search(I, J, step, scale)`: descent in three parameters that are all counted in pixels."""

from __future__ import annotations

import inspect
from typing import Any

import numpy as np

from coursereg.course.exercises._base import (
    Exercise,
    Raised,
    Unit,
    Wrong,
    expect,
    expect_inputs_untouched,
    expect_true,
    numbers,
)
from coursereg.course.exercises._u08_scenes import centre, error, far_from_the_pivot, picture, registration_pair
from coursereg.course.plain import rigid as plain

STEPS = 150
TRE = 0.3  # pixels, at four landmarks; right versions come to 0.02
COST = 0.04  # of the first cost: after some steps, bilinear and spline pictures differ by so much
FIRST = 0.12  # relative, of what the first step gains: bilinear interpolation blurs, and so gains a little more
LONG = 0.4  # of the first cost: a slope 5 per cent off differs by 0.3 there, parameters moved in turn by 1.1 and more
MOVED = 0.06  # of the length of one step: right versions differ by 0.02, arms of a wrong place by 0.17 and more
ALIKE = 0.03  # of two steps: so near must the numbers of a mistake be to be named
OUTSIDE = 0.4  # relative, of a cost with a bright rim: how the frame ends differs by 0.2, to ignore its end by 0.7
FRAME, SIZE = (34, 38), 9.5
LARGE, WIDE = (56, 46), 13.0  # room for 10 degrees and 8 pixels
MIDDLE, BROAD = (46, 52), 13.0  # for laws of the first step, which are quick
SMALL, LITTLE = (30, 34), 8.5


def add_search(unit: Unit) -> None:
    """Add ``rigid_search``."""
    ex = unit.exercise(
        "rigid_search",
        12.0,
        signature="rigid_search(I, J, step, scale, start=(0.0, (0.0, 0.0)), iters=150)",
        statement="Rigid registration by gradient descent. The parameters are x = (scale * angle in radians, p, q): "
        "`scale` is in pixels per radian, so all three count pixels. The motion is `transform(J, theta, (p, q), "
        "centre)` with the centre of the frame, ((R - 1) / 2, (C - 1) / 2), as the pivot. The cost E is the MEAN, "
        "over all pixels of I, of (moved J - I)**2; moved J is 0 where nothing of J "
        "arrives. Begin at `start` = (theta in degrees, (p, q)), by default the "
        "identity; do `iters` steps x <- x - `step` * gradient of E at x, gradient and step in these parameters. "
        "Return (theta, u, history): theta in degrees and u = (rows, columns) after the last step, and the `iters` "
        "costs, history[k] before step k.",
        hints=(
            "# 6 step: three slopes, one rule. E depends on theta through x[0] / scale: the chain rule divides its "
            "slope by scale.",
            "With scale = 30 a turn of 0.1 radian (5.7 degrees) has the parameter 3, as a shift of 3 pixels has.",
            "cost, slope = rigid_cost(x, I, J, scale); history.append(cost); x = x - step * slope",
        ),
        reference=plain.rigid_search,
        solution=inspect.getsource(plain.rigid_search) + "\n\n" + inspect.getsource(plain.rigid_cost),
        read="6. Write: the search",
    )
    _search_public(ex)
    _search_hidden(ex)


def _called(f: Any, args: tuple[Any, ...], **words: Any) -> Any:
    """Call the search; one of four parameters, without `start` and `iters`, does its 150 steps from the identity."""
    try:
        return f(*args, **words)
    except Raised as error:
        if "unexpected keyword argument" not in str(error):
            raise
    return None if "start" in words else f(*args)


def _found(
    f: Any, I: np.ndarray, J: np.ndarray, step: float, scale: float, steps: int = STEPS
) -> tuple[float, np.ndarray, np.ndarray]:
    """Run the student's search and take its result apart, or say what is missing."""
    words = {} if steps == STEPS else {"iters": steps}
    return _apart(_called(f, (I, J, step, scale), **words), steps)


def _apart(got: Any, steps: int) -> tuple[float, np.ndarray, np.ndarray]:
    if not isinstance(got, (tuple, list)) or len(got) != 3:
        raise Wrong("the result must be (theta, u, history)", got)
    theta, u, history = (numbers(part, name) for part, name in zip(got, ("theta", "u", "history"), strict=True))
    if theta.size != 1 or u.shape != (2,) or history.shape not in ((steps,), (STEPS,)):
        raise Wrong(
            f"theta must be one number, u two, history {steps}; got {theta.size}, shape {u.shape}, shape "
            f"{history.shape}",
            got,
        )
    return float(theta.reshape(-1)[0]), u, history


def _started(f: Any, args: tuple[Any, ...], theta: float, u: Any) -> Any:
    """One step from a start, taken apart; None if the search takes no start."""
    start = (float(theta), tuple(map(float, u)))
    got = _called(f, args, start=start, iters=1)
    if got is None:
        return None
    theta, u, history = _apart(got, 1)
    if history.size != 1:
        raise Wrong(f"with iters=1 there must be one step and one cost, got {history.size}", history)
    return theta, u, history


def _arrives(
    f: Any, rng: Any, turn_by: float, shift: float, shape: tuple[int, int] = FRAME, size: float = SIZE
) -> None:
    I, J, theta, u, step, scale = registration_pair(rng, shape, size, turn_by, shift)
    got_theta, got_u, _history = _found(f, I, J, step, scale)
    off = error(shape, got_theta, got_u, theta, u)
    expect_true(
        off <= TRE,
        f"the result is {off:.2f} pixels from the truth, at most {TRE} are allowed. theta is in degrees, u (rows, "
        "columns), the pivot is the centre",
        [got_theta, *got_u],
        [theta, *u],
    )


def _costs(
    f: Any, rng: Any, turn_by: float, shift: float, slow: float, steps: int
) -> tuple[np.ndarray, np.ndarray, str]:
    """The student's history and the reference's, with short steps; and which mistake explains the steps."""
    I, J, _theta, _u, step, scale = registration_pair(rng, MIDDLE, BROAD, turn_by, shift)
    step, scale = slow * step, float(rng.uniform(0.6, 1.5)) * scale
    theta, u, history = _found(f, I, J, step, scale, steps)
    ours = np.array(plain.rigid_search(I, J, step, scale, iters=steps)[2])
    found = np.array([scale * np.deg2rad(theta), *u])
    return history, ours, _mistake(found, history, I, J, step, scale) if history.size == steps else ""


def _mistake(found: np.ndarray, history: np.ndarray, I: np.ndarray, J: np.ndarray, step: float, scale: float) -> str:
    """The usual mistake that leads to the same parameters by the same costs, if there is one."""
    for message, change in (
        ("this looks like half the slope: the square gives a factor of 2", np.full(3, 0.5)),
        ("this looks like steps uphill: x - step * slope", -np.ones(3)),
        (
            "this looks like a shift's slope with the other sign: the place moves against u, so there is a minus",
            np.array([1, -1, -1]),
        ),
        ("this looks like the angle's slope with the other sign", np.array([-1, 1, 1])),
        (
            "this looks like the slope per radian: the parameter is scale times the angle, so its slope is that "
            "divided by scale",
            np.array([scale, 1, 1]),
        ),
        ("this looks like a step in radians: x[0] is scale times the angle", np.array([scale**2, 1, 1])),
        ("this looks like a slope divided by scale twice", np.array([1 / scale, 1, 1])),
        ("this looks like the slope of the sum: the cost is the mean", np.full(3, float(I.size))),
    ):
        x, costs = np.zeros(3), []
        for _ in history:
            cost, slope = plain.rigid_cost(x, I, J, scale)
            costs.append(cost)
            x = x - step * change * slope
        near = np.abs(found - x).max() <= ALIKE * np.abs(x).max()
        if near and np.abs(history - costs).max() <= ALIKE * abs(costs[0] - costs[1]):
            return message
    return ""


def _far_starts(rng: Any) -> tuple[tuple[Any, ...], list[tuple[float, np.ndarray]]]:
    """A pair with a large turn and shift, and two starts beside the truth: there R x is not x, and u is not small."""
    I, J, theta, u, step, scale = registration_pair(rng, MIDDLE, BROAD, float(rng.uniform(55, 70)), 8.0)
    # aside of u: with arms that begin u too late, a shift along u would change nothing
    aside = 3.5 * np.array([-u[1], u[0]]) / np.linalg.norm(u)
    return (I, J, step, scale), [(theta + 8 * way, u + aside * way) for way in rng.permutation([-1, 1])]


def _moves(f: Any, args: tuple[Any, ...], theta: float, u: np.ndarray, hint: str = "") -> bool:
    """Ask for one step from a start, each parameter by itself; False if the search takes no start."""
    got = _started(f, args, theta, u)
    if got is None:
        return False
    I, J, step, scale = args
    x = np.array([scale * np.deg2rad(theta), *u])
    moved = np.array([scale * np.deg2rad(got[0]), *got[1]]) - x
    want = -step * plain.rigid_cost(x, I, J, scale)[1]
    what = "how far the angle, p and q move in one step, in pixels,"
    expect(moved, want, atol=MOVED * float(np.linalg.norm(want)), what=what, hint=hint)
    return True


def _search_public(ex: Exercise) -> None:
    @ex.check("(theta, u, history), one cost for each step", kind="shape", weight=0.5)
    def _(f: Any, rng: Any) -> None:
        I, J, _theta, _u, step, scale = registration_pair(rng, (18, 16), 5.0, 3.0, 0.5)
        _found(f, I, J, step, scale)

    @ex.check("finds a turn and a shift, to 0.3 pixels", kind="value", weight=3)
    def _(f: Any, rng: Any) -> None:
        _arrives(f, rng, float(rng.uniform(4, 8)), float(rng.uniform(1.5, 4)))

    @ex.check(
        "history[0] is the cost of the identity, the first step is -step times the gradient", kind="value", weight=2
    )
    def _(f: Any, rng: Any) -> None:
        mine, ours, mistake = _costs(f, rng, 7.0, 4.0, 0.8, 2)
        expect(mine[0], ours[0], rtol=1e-6, what="history[0]", hint="the mean squared difference of J and I")
        gains = mine[0] - mine[1], ours[0] - ours[1]
        expect(*gains, rtol=FIRST, what="what the first step gains, history[0] - [1],", hint=mistake)

    @ex.check("the slope along the angle is that per radian, divided by scale", kind="property")
    def _(f: Any, rng: Any) -> None:
        mine, ours, mistake = _costs(f, rng, 9.0, 0.0, 0.8, 2)
        gains = mine[0] - mine[1], ours[0] - ours[1]
        expect(*gains, rtol=FIRST, what="what the first step gains for a turn alone", hint=mistake)

    @ex.check("begins at start, about the centre, and does iters steps", kind="value", weight=1.5)
    def _(f: Any, rng: Any) -> None:
        I, J, theta, u, step, scale = registration_pair(rng, MIDDLE, BROAD, 40.0, 4.0)
        got = _started(f, (I, J, step, scale), theta, u)
        if got is None:  # the identity is its only start: let it show that it finds something from there
            _arrives(f, rng, 6.0, 3.0)
            return
        most = 0.002 * float(((J - I) ** 2).mean())
        hint = "theta is in degrees, u (rows, columns), the pivot the centre"
        expect(got[2][0], 0.0, atol=most, what="history[0] of a start at the truth", hint=hint)
        _theta, _u, history = _apart(f(I, J, step, scale, start=(theta / 2, tuple(u / 2)), iters=3), 3)
        expect_true(history.size == 3, f"with iters=3 there must be three costs, got {history.size}", history)

    @ex.check("one step from a start with a large angle and a large shift", kind="value", weight=2)
    def _(f: Any, rng: Any) -> None:
        args, starts = _far_starts(rng)
        for theta, u in starts:
            hint = "J's slope is looked up where J is; the arms are those of R (x - centre), without u"
            if not _moves(f, args, theta, u, hint):
                _arrives(f, rng, 5.0, 2.0)
                return


def _search_hidden(ex: Exercise) -> None:
    @ex.check("10 degrees and 8 pixels, tall pictures", kind="value", weight=2, public=False)
    def _(f: Any, rng: Any) -> None:
        _arrives(f, rng, 10.0, 8.0, LARGE, WIDE)

    @ex.check("every step is -step times the gradient there", kind="value", weight=1.5, public=False)
    def _(f: Any, rng: Any) -> None:
        mine, ours, _mistake = _costs(f, rng, 8.0, 4.5, 0.08, 31)
        for k in (5, 15, 30):
            expect(mine[k], ours[k], atol=COST * ours[0], what=f"history[{k}], with small steps")

    @ex.check("all three parameters move at once, from one slope", kind="value", public=False)
    def _(f: Any, rng: Any) -> None:
        I, J, step, scale = far_from_the_pivot(rng, MIDDLE, LITTLE)
        here, slope = plain.rigid_cost(np.zeros(3), I, J, scale)
        there = plain.rigid_cost(-step * slope, I, J, scale)[0]
        # the cost is nearly a parabola: so long a step overshoots to the other side. Moved in turn, the second
        # parameter would see what the first has done, and hold back
        gain = step * slope @ slope
        step *= gain / (gain - (here - there))
        _t, _v, history = _found(f, I, J, step, scale, 2)
        expect(history[0], here, rtol=1e-6, what="history[0]")
        want = plain.rigid_cost(-step * slope, I, J, scale)[0]
        hint = "compute the slope once per step, then move the angle and the shift"
        expect(history[1], want, atol=LONG * here, what="history[1], after a step too long,", hint=hint)

    @ex.check("a crooked scale: the angle crawls, or the shift does", kind="value", weight=1.5, public=False)
    def _(f: Any, rng: Any) -> None:
        I, J, _theta, _u, step, scale = registration_pair(rng, SMALL, LITTLE, 8.0, 3.0)
        wide = 5 * scale
        theta, u, _history = _found(f, I, J, 0.5 * step, wide)
        want_theta, want_u, _ours = plain.rigid_search(I, J, 0.5 * step, wide)
        # at 5 times the scale the angle is 25 times as slow, and has not arrived; slopes by differences are 0.3 off
        expect(theta, want_theta, atol=0.5, what="theta after 150 steps with a large scale")
        expect(u, want_u, atol=0.25, what="u after 150 steps with a large scale")

    @ex.check("all pixels of I count, and J is 0 outside of its frame", kind="value", public=False)
    def _(f: Any, rng: Any) -> None:
        I, J, theta, u, step, scale = registration_pair(rng, MIDDLE, BROAD, 40.0, 4.0)
        I, J, theta, u = I + 90, J + 90, theta / 2, u / 3
        got = _started(f, (I, J, step, scale), theta, u)
        if got is None:
            _arrives(f, rng, 5.0, 3.0)
            return
        want = plain.rigid_cost(np.array([scale * np.deg2rad(theta), *u]), I, J, scale)[0]
        expect(got[2][0], want, rtol=OUTSIDE, what="a cost with a bright rim")

    @ex.check("a step too long goes uphill, and a short one is not rounded", kind="value", weight=2, public=False)
    def _(f: Any, rng: Any) -> None:
        (I, J, step, scale), starts = _far_starts(rng)
        theta, u = starts[0]
        x = np.array([scale * np.deg2rad(theta), *u])
        here, slope = plain.rigid_cost(x, I, J, scale)
        long = 3 * step
        while np.abs(long * slope).max() < 3 or plain.rigid_cost(x - long * slope, I, J, scale)[0] < 1.1 * here:
            long *= 1.3
        hint = "what counts is where the last step ends, also if the cost was lower before"
        if _moves(f, (I, J, long, scale), theta, u, hint):
            _moves(f, (I, J, 0.01 * step, scale), theta, u, "the step is short: do not round")
        else:
            _arrives(f, rng, 4.0, 3.0)

    @ex.check("pictures of bytes", kind="value", weight=1.5, public=False)
    def _(f: Any, rng: Any) -> None:
        I, J, theta, u, step, scale = registration_pair(rng, SMALL, LITTLE, 6.0, 2.5)
        I, J = (np.rint(P).astype(np.uint8) for P in (I, J))
        got_theta, got_u, history = _found(f, I, J, step, scale)
        expect(history[0], float(((J.astype(float) - I) ** 2).mean()), rtol=1e-6, what="history[0]")
        expect_true(error(SMALL, got_theta, got_u, theta, u) <= TRE, "bytes are not found as floats are", got_theta)

    @ex.check("I and J are left as they were", kind="property", weight=0.5, public=False)
    def _(f: Any, rng: Any) -> None:
        I, J = (picture([(100.0, *(centre((16, 18)) + k), 5.0, 6.0, 0.0)], (16, 18)) + 3 for k in (0, 1))
        for dtype in (float, np.uint8):
            _found(f, np.rint(I).astype(dtype), np.rint(J).astype(dtype), 0.01, 10.0, 3)
            expect_inputs_untouched(f)
