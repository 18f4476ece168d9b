"""U07's descent: `search(I, J, lr, iters)`."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import numpy as np

from coursereg.course.exercises._base import (
    Exercise,
    Unit,
    Wrong,
    expect,
    expect_inputs_untouched,
    expect_shape,
    expect_true,
)
from coursereg.course.exercises._base import numbers as as_numbers
from coursereg.course.exercises._u07_pictures import Shifted, apart, shifted, slanted
from coursereg.course.plain import descent_translation as plain

STEP = 0.06  # of a step: right gradients are within 2.2 % of the formula's
THERE = 0.1  # pixels: right versions end within 0.02 of the truth
COST = 0.05  # of the cost, beside `FLOOR`: what interpolation does to it
FLOOR = 2e-3  # of the first cost


def add_search(unit: Unit) -> None:
    """Add ``search``."""
    ex = unit.exercise(
        "search",
        20.0,
        signature="search(I, J, lr, iters)",
        statement="Gradient descent on the *mean* squared difference E(u) of J(x + u) and I(x). u = (row, column) is "
        "the pull; it starts at (0, 0), and each of the `iters` steps is u - lr * (gradient of E at u), with the same "
        "`lr` and without an early end. Return `(u, history)`: the *last* u, and `iters` costs, `history[k]` = E "
        "before step "
        "k. I and J have one shape, not always square, are of any dtype and stay as they are. Where x + u lies outside "
        "of J, count J as 0, or leave the pixel out of the mean: both are right.",
        hints=(
            "# 6 step: look J up at x + u, write the cost down, take the gradient *there*, go. Again, from J itself.",
            "E(u) = (u[0] - 3)**2 with lr = 0.25: history [9, 2.25], and u[0] goes 0, 1.5, 2.25. The gradient of "
            "the mean is that of the sum divided by I.size.",
            "for k in range(iters): history[k] = ...; u = u - lr * grad_ssd_translation(I, J, u[0], u[1]) / I.size",
        ),
        reference=plain.search,
        solution=inspect.getsource(plain.search),
        read="6. Write: the descent",
    )
    _public(ex)
    _hidden(ex)
    for message, adapt in _CONVENTIONS:
        ex.convention(message, adapt)
    for message, function in _LOOKS:
        ex.looks_like(message, function)


# --- what came back ---------------------------------------------------------------------------------------------------


def outcome(got: Any, iters: int) -> tuple[np.ndarray, np.ndarray]:
    """The last u and the history, or a message that says what is missing."""
    if not isinstance(got, (tuple, list)) or len(got) != 2:
        raise Wrong("the result must be a pair (u, history)", got)
    expect_shape(got[0], (2,), "u")
    history = as_numbers(got[1], "history")
    if history.shape != (iters,):
        raise Wrong(f"history must hold one cost for each of the {iters} steps, got shape {history.shape}", got[1])
    return as_numbers(got[0], "u"), history


def _parts_of_mean(pair: Shifted, u: np.ndarray) -> tuple[float, float]:
    """One over the number of all pixels, and over those that have a partner: both means are right."""
    R, C = pair.I.shape
    partners = max(R - np.ceil(abs(u[0])), 1) * max(C - np.ceil(abs(u[1])), 1)
    return 1 / pair.I.size, 1 / float(partners)


def right_step(pair: Shifted, lr: float, u: np.ndarray, after: np.ndarray, name: str) -> None:
    """Ask that ``after - u`` is -lr times the gradient of the mean at u."""
    low, high = (-lr * part * pair.gradient(u) for part in _parts_of_mean(pair, u))
    step, slack = after - u, STEP * float(np.linalg.norm(low))
    fine = (step >= np.minimum(low, high) - slack) & (step <= np.maximum(low, high) + slack)
    expect_true(
        fine.all(), f"{name} is not -lr times the gradient of the mean at u = {np.round(u, 3).tolist()}", step, low
    )


def right_cost(pair: Shifted, u: np.ndarray, cost: float, first: float, name: str) -> None:
    """Ask that ``cost`` is the mean squared difference at u."""
    low, high = (part * pair.cost(u) for part in _parts_of_mean(pair, u))
    slack = COST * low + FLOOR * first
    expect_true(
        low - slack <= cost <= high + slack, f"{name} is not the mean squared difference before that step", cost, low
    )


def _start(rng: Any, low: float = 2.0, high: float = 4.0, tall: bool = False) -> Shifted:
    return shifted(rng, apart(rng, low, high), tall)


# --- checks -----------------------------------------------------------------------------------------------------------


def _public(ex: Exercise) -> None:
    @ex.check("two numbers u, and one cost for each step", kind="shape", weight=0.5)
    def _(f: Any, rng: Any) -> None:
        pair = _start(rng)
        for iters in (7, 1):
            outcome(f(pair.I, pair.J, 0.1 / pair.curvature, iters), iters)

    @ex.check("history[0] is the mean squared difference of the two pictures as they are, whatever lr", kind="fixed")
    def _(f: Any, rng: Any) -> None:
        pair = _start(np.random.default_rng(1))
        for rate in (0.05, 0.3):
            _u, history = outcome(f(pair.I, pair.J, rate / pair.curvature, 2), 2)
            expect(history[0], float(((pair.J - pair.I) ** 2).mean()), rtol=1e-5, what="history[0]")

    @ex.check("the first step is -lr times the gradient", kind="value", weight=2)
    def _(f: Any, rng: Any) -> None:
        pair = _start(rng)
        for rate in (0.1, 0.4):
            lr = rate / pair.curvature
            u, _history = outcome(f(pair.I, pair.J, lr, 1), 1)
            right_step(pair, lr, np.zeros(2), u, "the first step")

    @ex.check("step k is -lr times the gradient at u after k steps", kind="value", weight=2)
    def _(f: Any, rng: Any) -> None:
        _walk(f, _start(rng, 2.5, 4.0), 0.1, int(rng.integers(3, 6)))

    @ex.check(
        "arrives within a tenth of a pixel of the truth, and the cost falls to almost nothing", kind="value", weight=2
    )
    def _(f: Any, rng: Any) -> None:
        pair = _start(rng)
        u, history = outcome(f(pair.I, pair.J, 0.8 / pair.curvature, 20), 20)
        expect(u, pair.truth, atol=THERE, what="u after 20 steps", hint="J(x + u) looks like I(x)")
        expect_true(history[-1] < FLOOR * history[0], "the last cost is not near 0", history[-1], 0.0)


def _walk(f: Any, pair: Shifted, rate: float, k: int) -> None:
    lr = rate / pair.curvature
    u, before = outcome(f(pair.I, pair.J, lr, k), k)
    after, history = outcome(f(pair.I, pair.J, lr, k + 1), k + 1)
    expect(history[:k], before, rtol=1e-6, what="the history of a longer walk, up to there")
    right_step(pair, lr, u, after, f"step {k}")
    right_cost(pair, u, history[k], history[0], f"history[{k}]")


def _hidden(ex: Exercise) -> None:
    @ex.check("8-bit pictures, tall ones", kind="value", weight=2, public=False)
    def _(f: Any, rng: Any) -> None:
        pair = _start(rng, tall=True)
        I, J = (np.rint(x).astype(np.uint8) for x in (pair.I, pair.J))
        lr = 0.8 / pair.curvature
        u, history = outcome(f(I, J, lr, 1), 1)
        right_step(pair, lr, np.zeros(2), u, "the first step")
        expect(history[0], float(((J.astype(float) - I) ** 2).mean()), rtol=1e-5, what="history[0] of uint8 pictures")
        u, history = outcome(f(I, J, lr, 20), 20)
        expect(u, pair.truth, atol=THERE, what="u after 20 steps")
        expect_true(history[-1] < FLOOR * history[0] + 1, "the last cost is not near 0", history[-1], 0.0)

    @ex.check("history tells the cost before every step", kind="value", weight=1.5, public=False)
    def _(f: Any, rng: Any) -> None:
        pair, n = _start(rng, 2.5, 4.0), 4
        lr = 0.12 / pair.curvature
        _u, history = outcome(f(pair.I, pair.J, lr, n), n)
        for k in range(1, n):
            u, _history = outcome(f(pair.I, pair.J, lr, k), k)
            right_cost(pair, u, history[k], history[0], f"history[{k}]")

    @ex.check(
        "a step too long is taken all the same, and the last u is returned", kind="value", weight=1.5, public=False
    )
    def _(f: Any, rng: Any) -> None:
        pair = _start(rng, 1.0, 1.4)
        lr = 3.6 / pair.curvature
        u, _history = outcome(f(pair.I, pair.J, lr, 1), 1)
        right_step(pair, lr, np.zeros(2), u, "the first step, which ends beyond the truth,")
        _walk(f, pair, 3.6, 1)
        u, _history = outcome(f(pair.I, pair.J, 10 * lr, 1), 1)
        right_step(pair, 10 * lr, np.zeros(2), u, "a first step that leads out of the picture")

    @ex.check("a step too short to be seen is taken all the same", kind="value", public=False)
    def _(f: Any, rng: Any) -> None:
        pair = _start(rng)
        for rate, iters in ((1e-4, 3), (1e-7, 2)):
            lr = rate / pair.curvature
            u, _history = outcome(f(pair.I, pair.J, lr, iters), iters)
            right_step(pair, iters * lr, np.zeros(2), u, f"the sum of {iters} very short steps")

    @ex.check("rows and columns go at once, by the gradient of one place", kind="value", public=False)
    def _(f: Any, rng: Any) -> None:
        pair = slanted(rng)
        lr = 0.4 / pair.curvature
        u, _history = outcome(f(pair.I, pair.J, lr, 1), 1)
        right_step(pair, lr, np.zeros(2), u, "the first step")

    @ex.check("no step at all: u is (0, 0), and no cost is there", kind="fixed", weight=0.5, public=False)
    def _(f: Any, rng: Any) -> None:
        pair = _start(rng)
        u, _history = outcome(f(pair.I, pair.J, 0.1 / pair.curvature, 0), 0)
        expect(u, np.zeros(2), what="u after 0 steps")

    @ex.check(
        "many short steps do not blur the picture: the cost at the end is that of one look-up",
        kind="value",
        public=False,
    )
    def _(f: Any, rng: Any) -> None:
        pair, n = _start(rng, 2.0, 3.0), 36
        u, history = outcome(f(pair.I, pair.J, 0.1 / pair.curvature, n), n)
        # a step later the cost is less, by no more than two fifths; a picture blurred n times keeps far more
        low, high = (part * pair.cost(u) for part in _parts_of_mean(pair, u))
        slack = FLOOR * history[0]
        expect_true(
            0.95 * low - slack <= history[-1] <= 1.4 * high + slack,
            "the last cost is not that of J looked up once near the last u: is it looked up in a looked-up picture?",
            history[-1],
            low,
        )

    @ex.check("pictures that agree: u stays, and every cost is there", kind="property", public=False)
    def _(f: Any, rng: Any) -> None:
        pair = shifted(rng, (0, 0))
        u, history = outcome(f(pair.I, pair.I, 0.5 / pair.curvature, 6), 6)
        expect(u, np.zeros(2), atol=0.05, what="u")
        expect(history, np.zeros(6), atol=FLOOR * float((pair.I**2).mean()), what="history")

    @ex.check("the second call starts anew", kind="property", weight=0.5, public=False)
    def _(f: Any, rng: Any) -> None:
        pair = _start(rng)
        first, second = (outcome(f(pair.I, pair.J, 0.3 / pair.curvature, 4), 4) for _k in range(2))
        expect(second[0], first[0], rtol=1e-9, atol=1e-9, what="u of the second call")
        expect(second[1], first[1], rtol=1e-9, what="history of the second call")

    @ex.check("leaves both pictures as they were", kind="property", weight=0.5, public=False)
    def _(f: Any, rng: Any) -> None:
        pair = _start(rng)
        outcome(f(pair.I, pair.J, 0.3 / pair.curvature, 4), 4)
        expect_inputs_untouched(f)


# --- other definitions, and mistakes ----------------------------------------------------------------------------------


def _pair(got: Any) -> tuple[np.ndarray, np.ndarray]:
    u, history = got
    return as_numbers(u, "u"), as_numbers(history, "history")


def _from_sum(f: Callable[..., Any]) -> Callable[..., Any]:
    def adapted(I: Any, J: Any, lr: float, iters: int) -> Any:
        u, history = _pair(f(I, J, lr / np.size(I), iters))
        return u, history / np.size(I)

    return adapted


def _from_content(f: Callable[..., Any]) -> Callable[..., Any]:
    def adapted(I: Any, J: Any, lr: float, iters: int) -> Any:
        u, history = _pair(f(I, J, lr, iters))
        return -u, history

    return adapted


def _sum_and_content(f: Callable[..., Any]) -> Callable[..., Any]:
    return _from_content(_from_sum(f))


_CONTENT = (
    "your u says how far the content of J goes, as in `translation`: here it is the pull, and J is looked up at x + u"
)
_CONVENTIONS: tuple[tuple[str, Callable[..., Any]], ...] = (
    ("this descends the sum, so that lr depends on the number of pixels: the mean is wanted", _from_sum),
    (_CONTENT, _from_content),
    (_CONTENT + "; and you descend the sum, the mean is wanted", _sum_and_content),
)


def _descent(
    gradient: Callable[..., Any] = plain.grad_ssd_translation,
    cost: Callable[[np.ndarray], float] = lambda d: float((d**2).mean()),
    factor: float = 1.0,
) -> Callable[..., Any]:
    """A search with another gradient or another cost in its history."""

    def run(I: Any, J: Any, lr: float, iters: int) -> Any:
        I, J = np.asarray(I, float), np.asarray(J, float)
        r, c = np.indices(J.shape)
        u, history = np.zeros(2), np.zeros(iters)
        for k in range(iters):
            looked_up = plain.ndimage.map_coordinates(J, [r + u[0], c + u[1]], order=1)
            history[k] = cost(looked_up - I)
            u = u - lr * factor * np.asarray(gradient(I, J, *u)) / I.size
        return u, history

    return run


def _cost_after(I: Any, J: Any, lr: float, iters: int) -> Any:
    u, history = plain.search(I, J, lr, iters + 1)
    return plain.search(I, J, lr, iters)[0], history[1:]


def _best(I: Any, J: Any, lr: float, iters: int) -> Any:
    _u, history = plain.search(I, J, lr, iters + 1)
    return plain.search(I, J, lr, int(np.argmin(history)))[0], history[:iters]


def _one_step_less(I: Any, J: Any, lr: float, iters: int) -> Any:
    return plain.search(I, J, lr, max(iters - 1, 0))[0], plain.search(I, J, lr, iters)[1]


def _one_step_more(I: Any, J: Any, lr: float, iters: int) -> Any:
    u, history = plain.search(I, J, lr, iters + 1)
    return u, history[:iters]


def _once(I: Any, J: Any, lr: float, iters: int) -> Any:
    g = plain.grad_ssd_translation(I, J, 0, 0)
    return _descent(lambda *_: g)(I, J, lr, iters)


_LOOKS: tuple[tuple[str, Callable[..., Any]], ...] = (
    (
        "this looks like steps of half the gradient: the slope of d**2 is 2 d times the slope of d",
        _descent(factor=0.5),
    ),
    (
        "this looks like steps by the gradient of the sum: divide it by I.size",
        _descent(lambda I, J, p, q: plain.grad_ssd_translation(I, J, p, q) * I.size),
    ),
    ("this looks like steps uphill: a descent subtracts the gradient", _descent(factor=-1.0)),
    ("this looks like a history that was never filled", _descent(cost=lambda d: 0.0 * float(d.size))),
    ("this looks like the sum in the history: the mean is wanted", _descent(cost=lambda d: float((d**2).sum()))),
    ("this looks like the cost *after* each step: history[k] is the cost before step k", _cost_after),
    ("this looks like the best u: the last one is wanted", _best),
    ("this looks like u before the last step: the one after it is wanted", _one_step_less),
    ("this looks like one step more than there are costs: `iters` steps are wanted", _one_step_more),
    ("this looks like one gradient for all steps, computed before the loop", _once),
    (
        "this looks like slopes of J where it is not moved: take them of the looked-up picture",
        _descent(
            lambda I, J, p, q: [2 * ((plain.ndimage.shift(J, (-p, -q), order=1) - I) * s).sum() for s in np.gradient(J)]
        ),
    ),
    (
        "this looks like rows and columns exchanged in the gradient",
        _descent(lambda *a: plain.grad_ssd_translation(*a)[::-1]),
    ),
)
