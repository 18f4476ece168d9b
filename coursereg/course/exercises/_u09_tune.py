"""U09's fair comparison: `tune(opt, lrs, budget, fun, grad, x0)`."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from coursereg.course.exercises._base import (
    Exercise,
    Unit,
    Wrong,
    expect,
    expect_inputs_untouched,
    expect_true,
    numbers,
)
from coursereg.course.exercises._u09_grounds import Slope, point
from coursereg.course.plain import optimisers as plain


class Made(NamedTuple):
    """A rule of the marker's, as the student sees it: an object with ``step(x, grad)``."""

    step: Callable[..., Any]


def momentum(lr: float) -> Made:
    """Momentum: whoever uses one object for two rates carries its speed over."""
    v: list[Any] = [0.0]

    def step(x: Any, grad: Any) -> np.ndarray:
        v[0] = 0.8 * v[0] + float(lr) * np.asarray(grad(np.array(x, float)), float)
        return np.asarray(x, float) - v[0]

    return Made(step)


def two_looks(lr: float) -> Made:
    """Heun's step: the mean of the slope here and the slope there; two gradients a step."""

    def step(x: Any, grad: Any) -> np.ndarray:
        x = np.array(x, float)
        here = np.asarray(grad(x), float)
        there = np.asarray(grad(x - float(lr) * here), float)
        return x - float(lr) * (here + there) / 2

    return Made(step)


def restless(rate: float, pattern: tuple[int, ...] = (1, 2)) -> Made:
    """Plain descent that asks once, then twice, then once ... in a step."""
    steps: list[int] = []

    def step(x: Any, grad: Any) -> np.ndarray:
        x, times = np.array(x, float), pattern[len(steps) % len(pattern)]
        steps.append(times)
        return x - float(rate) * np.mean([np.asarray(grad(x), float) for _ in range(times)], axis=0)

    return Made(step)


def late(rate: float) -> Made:
    """Asks, but does not move before its fourth step."""
    steps: list[int] = []

    def step(x: Any, grad: Any) -> np.ndarray:
        steps.append(1)
        g = np.asarray(grad(np.array(x, float)), float)
        return np.array(x, float) - (float(rate) * g if len(steps) > 3 else 0 * g)

    return Made(step)


class Ground:
    """A bowl with its curvatures along the axes; counts how often its slope is asked."""

    def __init__(self, rng: Any, lift: float = 0.0, unit: float = 1.0) -> None:
        self.curvatures, self.centre = rng.uniform(0.6, 3.0, 2), rng.uniform(-3, 3, 2)
        self.lift, self.unit, self.asked = lift, unit, 0
        self.x0 = self.centre + rng.choice([-1, 1], 2) * rng.uniform(3, 5, 2)

    def fun(self, x: Any) -> float:
        """Height."""
        with np.errstate(all="ignore"):
            return float(self.unit * (self.curvatures @ (point(x, 2) - self.centre) ** 2 / 2) + self.lift)

    def grad(self, x: Any) -> np.ndarray:
        """Slope."""
        self.asked += 1
        with np.errstate(all="ignore"):
            return self.curvatures * (point(x, 2) - self.centre)


def rates(rng: Any) -> np.ndarray:
    """Rates from a crawl to just short of too much, in any order; costs after ten steps differ by far."""
    return rng.permutation(np.array([0.004, 0.02, 0.09, 0.35]) * rng.uniform(0.8, 1.2))


def add_tune(unit: Unit) -> None:
    """Add ``tune``."""
    ex = unit.exercise(
        "tune",
        10.0,
        signature="tune(opt, lrs, budget, fun, grad, x0)",
        statement="Find the best rate of a rule by trying each with the same number of gradients. `opt(lr)` makes a "
        "*fresh* object with `.step(x, grad)`, as your classes do; `lrs` are the rates to try, in any order; `fun(x)` "
        "is the cost, `grad(x)` its gradient, `x0` the start, an array of shape (n,) that is not changed. A run begins "
        "at x0 and takes steps until `grad` was asked `budget` times: a rule that asks twice a step gets half as many "
        "steps. What counts is `fun` at the *last* point of the run. Return `(lr, cost)` of the run that ends lowest. "
        "A run whose cost is not finite, nan, inf or -inf, loses against any other.",
        hints=(
            "What must be new for each rate? The object, the point, the count.",
            "fun(x) = x**2, grad(x) = 2 x, plain descent from x = 1 with 2 gradients: lr = 0.25 ends at 0.25, cost "
            "0.0625; lr = 0.5 at 0; lr = 2 at 9, cost 81. The result is (0.5, 0.0).",
            "def counted(at): asked.append(1); return grad(at)   ...   while len(asked) < budget: x = rule.step(x, "
            "counted)",
        ),
        reference=plain.tune,
        solution=inspect.getsource(plain.tune),
        read="6. Write: a fair comparison",
    )
    _public(ex)
    _hidden(ex)
    for message, function in (
        ("this looks like the lowest cost on the way: what counts is where the run ends", lowest_on_the_way),
        ("this looks like the highest cost: low is good", worst),
        ("this looks like (cost, lr): the rate comes first", exchanged),
        ("this looks like a run that goes on from where the last one ended: each starts at x0", one_long_run),
        ("this looks like a budget that is shared: each rate gets all of it", shared_budget),
        ("this looks like one gradient too few", one_short),
        ("this looks like one gradient too many", one_more),
        ("this looks like counting steps: the budget counts calls of grad", by_steps),
        ("this looks like the last rate, not the best one", last_rate),
        ("this looks like an end at the first rate that is no better: try all of them", first_that_is_no_better),
        ("this looks like a count that goes on from rate to rate: each run counts from 0", counted_on),
        ("this looks like the cost at x0: what counts is where the run ends", cost_at_start),
    ):
        ex.looks_like(message, function)


def tuned(f: Any, opt: Any, lrs: Any, budget: int, ground: Ground) -> tuple[float, float]:
    """What the student's `tune` returns, as two numbers."""
    got = f(opt, lrs, budget, ground.fun, ground.grad, ground.x0)
    if not isinstance(got, (tuple, list, np.ndarray)) or len(got) != 2:
        raise Wrong("the result must be a pair (lr, cost)", got)
    lr, cost = (numbers(value, what) for value, what in zip(got, ("lr", "cost"), strict=True))
    if lr.size != 1 or cost.size != 1:
        raise Wrong("lr and cost must be one number each", got)
    return float(lr.reshape(())), float(cost.reshape(()))


Task = tuple[Any, Any, int, Ground, str]


def agree(f: Any, *tasks: Task) -> None:
    """
    Compare with the reference: ``tasks`` are (opt, lrs, budget, ground, hint).

    All calls come before the first comparison: a mistake must fit every one of them to be named.
    """
    wanted = [plain.tune(opt, lrs, budget, g.fun, g.grad, g.x0) for opt, lrs, budget, g, _ in tasks]
    for *_, ground, _hint in tasks:
        ground.asked = 0
    got = [tuned(f, opt, lrs, budget, ground) for opt, lrs, budget, ground, _ in tasks]
    for (lr, cost), (want_lr, want_cost), (*_, ground, hint) in zip(got, wanted, tasks, strict=True):
        expect(lr, want_lr, rtol=1e-9, what="the best rate", hint=hint)
        expect(cost, want_cost, rtol=1e-4, atol=1e-6 * ground.unit, what="its cost", hint=hint)


def _public(ex: Exercise) -> None:
    @ex.check("a pair of numbers", kind="shape", weight=0.5)
    def _(f: Any, rng: Any) -> None:
        tuned(f, momentum, [0.1, 0.2], 4, Ground(rng))

    @ex.check("the example of the hint", kind="fixed")
    def _(f: Any, rng: Any) -> None:
        def opt(lr: float) -> Made:
            return Made(lambda x, grad: np.asarray(x, float) - lr * np.asarray(grad(x), float))

        got = f(opt, [0.25, 0.5, 2.0], 2, lambda x: float(x[0] ** 2), lambda x: 2 * np.asarray(x), np.array([1.0]))
        expect(got, [0.5, 0.0], atol=1e-9, what="(lr, cost)")

    @ex.check("the best of any rates, from a fresh start each", kind="value", weight=3)
    def _(f: Any, rng: Any) -> None:
        agree(f, *((momentum, rates(rng), budget, Ground(rng), "") for budget in (8, 7)))

    @ex.check("each rate gets as many gradients as the budget says", kind="property", weight=1.5)
    def _(f: Any, rng: Any) -> None:
        for budget in (1, 7):
            ground, lrs = Ground(rng), rates(rng)
            tuned(f, momentum, lrs, budget, ground)
            expect(
                ground.asked,
                budget * len(lrs),
                what=f"calls of grad for {len(lrs)} rates and a budget of {budget}",
            )

    @ex.check("a run that ends at nan or inf loses", kind="value", weight=1.5)
    def _(f: Any, rng: Any) -> None:
        agree(f, *(_with_bad(rng, bad, 0) for bad in (float("nan"), float("inf"))))


def _with_bad(rng: Any, bad: float, place: int) -> Task:
    ground, lrs = Ground(rng), list(rates(rng))
    lrs.insert(place, 7e3)
    _cliff(ground, bad)
    hint = f"with the rate 7000, number {place + 1} of {len(lrs)}, the cost ends at {bad}"
    return momentum, lrs, 3, ground, hint


def _cliff(ground: Ground, bad: float) -> None:
    """Make the cost ``bad`` far away."""
    inside = ground.fun
    ground.fun = lambda x: inside(x) if np.abs(np.asarray(x, float)).max() < 1e3 else bad  # type: ignore[method-assign]


def _hidden(ex: Exercise) -> None:
    @ex.check("nan or inf may stand anywhere among the costs", kind="value", weight=1.5, public=False)
    def _(f: Any, rng: Any) -> None:
        places = (("nan", 2), ("nan", 4), ("inf", 1), ("-inf", 3))
        agree(f, *(_with_bad(rng, float(bad), place) for bad, place in places))

    @ex.check("a rule that asks twice a step gets half of the steps", kind="value", weight=4, public=False)
    def _(f: Any, rng: Any) -> None:
        ground, lrs = Ground(rng), rates(rng)
        agree(f, (two_looks, lrs, 6, ground, "this rule asks grad twice in each step; the budget is 6 calls"))
        expect(ground.asked, 6 * len(lrs), what=f"calls of grad for {len(lrs)} rates and a budget of 6")

    @ex.check("a rule that asks now once, now twice, or does not move at first", kind="value", weight=2, public=False)
    def _(f: Any, rng: Any) -> None:
        # the arguments have another name: opt(lr) is called by position
        hints = [f"this rule asks grad {text} ...; the budget is 6 calls" for text in ("once, twice", "twice, once")]
        one, two = (lambda rate: restless(rate, (1, 2))), (lambda rate: restless(rate, (2, 1)))
        tasks = [(opt, rates(rng), 6, Ground(rng), hint) for opt, hint in zip((one, two), hints, strict=True)]
        agree(f, *tasks, (late, rates(rng), 7, Ground(rng), "this rule stands still for three steps: the run goes on"))
        for _opt, lrs, budget, ground, _hint in tasks:
            expect(
                ground.asked,
                budget * len(lrs),
                what=f"calls of grad for {len(lrs)} rates and a budget of {budget}",
            )

    @ex.check("costs below 0, beyond a million millions, and tiny ones", kind="value", weight=1.5, public=False)
    def _(f: Any, rng: Any) -> None:
        agree(
            f,
            (momentum, rates(rng), 8, Ground(rng, lift=-500.0), "every cost is below 0"),
            (momentum, rates(rng), 3, Ground(rng, lift=1e15, unit=1e15), "every cost is large"),
            (momentum, rates(rng), 5, Ground(rng, unit=1e-9), "every cost is tiny"),
        )

    @ex.check("what counts is where a run ends", kind="value", weight=1.5, public=False)
    def _(f: Any, rng: Any) -> None:
        hint = "a run that passes the bottom and ends far from it counts by its end"
        # from the second on, a run rolls past the bottom and back
        lrs = [rng.permutation([0.03, 0.45, 0.8, 1.0]) for _ in range(2)]
        agree(f, *((momentum, some, budget, Ground(rng), hint) for some, budget in zip(lrs, (5, 6), strict=True)))

    @ex.check("a single rate, rates in a tuple, rates in falling order", kind="value", public=False)
    def _(f: Any, rng: Any) -> None:
        kinds = ([0.1], tuple(float(v) for v in rates(rng)), np.sort(rates(rng))[::-1])
        agree(f, *((momentum, lrs, 4, Ground(rng), "") for lrs in kinds))

    @ex.check("the best of fifteen rates", kind="value", public=False)
    def _(f: Any, rng: Any) -> None:
        agree(f, (momentum, rng.permutation(np.geomspace(1e-3, 0.4, 15)), 2, Ground(rng), ""))

    @ex.check("x0 of whole numbers; it is left as it was", kind="property", public=False)
    def _(f: Any, rng: Any) -> None:
        ground = Ground(rng)
        ground.x0 = np.round(ground.x0).astype(int)
        agree(f, (momentum, rates(rng), 5, ground, "x0 is an integer array"))
        expect_inputs_untouched(f)

    @ex.check("asked twice, it says the same", kind="property", weight=0.5, public=False)
    def _(f: Any, rng: Any) -> None:
        ground, lrs = Ground(rng), rates(rng)
        one, two = (tuned(f, momentum, lrs, 3, ground) for _ in range(2))
        expect_true(np.allclose(one, two, rtol=1e-12), "two calls with the same arguments differ", two, one)
        agree(f, (momentum, lrs, 3, ground, ""))


# --- mistakes that are named ------------------------------------------------------------------------------------------

Tuned = tuple[Any, float]


def _best(runs: list[tuple[Any, float]]) -> Tuned:
    finite = [(cost, k) for k, (_, cost) in enumerate(runs) if np.isfinite(cost)]
    return runs[min(finite)[1]]


def _run(rule: Any, x0: Any, grad: Slope, budget: int) -> list[np.ndarray]:
    """The points of a run with so many gradients."""
    points, asked = [np.array(x0, float)], [0]

    def counted(at: Any) -> np.ndarray:
        asked[0] += 1
        return grad(at)

    while asked[0] < budget:
        points.append(np.asarray(rule.step(points[-1], counted), float))
    return points


def lowest_on_the_way(opt: Any, lrs: Any, budget: int, fun: Any, grad: Slope, x0: Any) -> Tuned:
    """The lowest cost of a run, wherever it ended."""
    return _best([(lr, min(float(fun(x)) for x in _run(opt(lr), x0, grad, budget))) for lr in lrs])


def worst(opt: Any, lrs: Any, budget: int, fun: Any, grad: Slope, x0: Any) -> Tuned:
    """The highest cost."""
    runs = [(lr, float(fun(_run(opt(lr), x0, grad, budget)[-1]))) for lr in lrs]
    return max((r for r in runs if np.isfinite(r[1])), key=lambda r: r[1])


def first_that_is_no_better(opt: Any, lrs: Any, budget: int, fun: Any, grad: Slope, x0: Any) -> Tuned:
    """Stops at the first rate that is no better than the best before."""
    best: Tuned = None, np.inf
    for lr in lrs:
        cost = float(fun(_run(opt(lr), x0, grad, budget)[-1]))
        if not cost < best[1]:
            break
        best = lr, cost
    return best


def exchanged(opt: Any, lrs: Any, budget: int, fun: Any, grad: Slope, x0: Any) -> tuple[float, Any]:
    """(cost, rate)."""
    return plain.tune(opt, lrs, budget, fun, grad, x0)[::-1]


def one_long_run(opt: Any, lrs: Any, budget: int, fun: Any, grad: Slope, x0: Any) -> Tuned:
    """Every run goes on from where the last one ended."""
    runs, x = [], x0
    for lr in lrs:
        x = _run(opt(lr), x, grad, budget)[-1]
        runs.append((lr, float(fun(x))))
    return _best(runs)


def shared_budget(opt: Any, lrs: Any, budget: int, fun: Any, grad: Slope, x0: Any) -> Tuned:
    """The budget is divided among the rates."""
    return plain.tune(opt, lrs, budget // len(lrs), fun, grad, x0)


def one_short(opt: Any, lrs: Any, budget: int, fun: Any, grad: Slope, x0: Any) -> Tuned:
    """One gradient too few."""
    return plain.tune(opt, lrs, budget - 1, fun, grad, x0)


def one_more(opt: Any, lrs: Any, budget: int, fun: Any, grad: Slope, x0: Any) -> Tuned:
    """One gradient too many."""
    return plain.tune(opt, lrs, budget + 1, fun, grad, x0)


def by_steps(opt: Any, lrs: Any, budget: int, fun: Any, grad: Slope, x0: Any) -> Tuned:
    """Counts steps, not gradients."""
    runs = []
    for lr in lrs:
        rule, x = opt(lr), np.array(x0, float)
        for _ in range(budget):
            x = np.asarray(rule.step(x, grad), float)
        runs.append((lr, float(fun(x))))
    return _best(runs)


def last_rate(opt: Any, lrs: Any, budget: int, fun: Any, grad: Slope, x0: Any) -> Tuned:
    """The last rate."""
    return plain.tune(opt, [list(lrs)[-1]], budget, fun, grad, x0)


def counted_on(opt: Any, lrs: Any, budget: int, fun: Any, grad: Slope, x0: Any) -> Tuned:
    """The count is not reset: the first rate spends the budget, the others stay at x0."""
    runs = [(lr, float(fun(_run(opt(lr), x0, grad, 0 if k else budget)[-1]))) for k, lr in enumerate(lrs)]
    return _best(runs)


def cost_at_start(opt: Any, lrs: Any, budget: int, fun: Any, grad: Slope, x0: Any) -> Tuned:
    """The cost of x0."""
    return _best([(lr, float(fun(np.array(x0, float)))) for lr in lrs])
