"""U09 Optimiser zoo: the exercises, in the order of the notebook."""

from __future__ import annotations

import inspect
from typing import Any

import numpy as np

from coursereg.course.exercises import _u09_bug, _u09_plugin, _u09_rules, _u09_tune, _u09_zoo
from coursereg.course.exercises._base import Unit, Wrong, add_parsons, add_predictions, expect

UNIT = Unit(
    "U09",
    "09_optimisers",
    "Optimiser zoo",
    budget=30,
    widgets=("race", "rate_and_memory", "look_ahead"),
)

# --- predictions and the warm-ups -------------------------------------------------------------------------------------

add_predictions(
    UNIT,
    [
        ["all", "gd and momentum", "adagrad, rmsprop and adam"],
        ["adam", "gd", "nag"],
        ["larger", "the same", "smaller"],
        ["momentum", "nag", "neither"],
    ],
)

PARSONS_LINES = (
    "ahead = x - gamma * v",
    "g = grad(ahead)",
    "v = gamma * v + lr * g",
    "x = ahead - v",
    "x = x - v",
)
add_parsons(
    UNIT,
    PARSONS_LINES,
    orders=[[1, 2, 3, 5]],
    distractor="the step is taken from x: gamma v is a part of v already, and would be taken twice",
    why="Where do you look? What is the slope there? What is the new step? Where does it lead from x?",
)


def momentum_step(x: Any, g: Any, v: Any, lr: float, gamma: float) -> Any:
    """One step of momentum: the new point and the step that led there."""
    v = gamma * v + lr * g
    return x - v, v


def divided_step(x: Any, g: Any, total: Any, lr: float, eps: float) -> Any:
    """One step divided by the root of the sum of all squared slopes: the new point and the sum."""
    total = total + g**2
    return x - lr * g / (np.sqrt(total) + eps), total


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

    def agree(f: Any, *args: Any) -> None:
        got = f(*args)
        if not isinstance(got, (tuple, list)) or len(got) != 2:
            raise Wrong("the result must be a pair: the new point, and what must be remembered", got)
        for value, want, what in zip(got, right(*args), ("the new point", "what is remembered"), strict=True):
            expect(value, want, atol=1e-6, rtol=1e-6, what=what)

    def drawn(rng: Any, n: int, last: tuple[float, float]) -> tuple[Any, ...]:
        x, g = rng.uniform(-5, 5, n), rng.choice([-1, 1], n) * rng.uniform(0.5, 3, n)
        return x, g, rng.uniform(0.3, 2, n), float(rng.uniform(0.05, 0.3)), float(rng.uniform(*last))

    ends = (0.3, 0.9) if right is momentum_step else (0.1, 0.5)

    @ex.check("one parameter", kind="fixed")
    def _(f: Any, rng: Any) -> None:
        agree(f, np.array([4.0]), np.array([8.0]), np.array([36.0]), 0.5, 0.25)

    @ex.check("any point, any slope", kind="value", weight=2)
    def _(f: Any, rng: Any) -> None:
        for n in (2, 3):
            agree(f, *drawn(rng, n, ends))

    @ex.check("another place, five parameters", kind="value", public=False)
    def _(f: Any, rng: Any) -> None:
        agree(f, *drawn(rng, 5, ends))

    for message, function in looks:
        ex.looks_like(message, function)


_add_fade(
    "fade_1",
    momentum_step,
    "fade_1(x, g, v, lr, gamma)",
    "One step of momentum from x, where the slope is g and the step before was v. The new v is there: return the new "
    "point, and v.",
    (
        "# 6 step",
        "x = 4 and a new v of 2: the point is 4 - 2 = 2, and (2, 2) is returned.",
        "return x - ..., v",
    ),
    (
        ("uphill: the new point is x - v", lambda x, g, v, lr, gamma: (x + gamma * v + lr * g, gamma * v + lr * g)),
        (
            "lr counted twice: it is in v already",
            lambda x, g, v, lr, gamma: (x - lr * (gamma * v + lr * g), gamma * v + lr * g),
        ),
        (
            "(v, point) instead of (point, v)",
            lambda x, g, v, lr, gamma: (gamma * v + lr * g, x - gamma * v - lr * g),
        ),
    ),
)
_add_fade(
    "fade_2",
    divided_step,
    "fade_2(x, g, total, lr, eps)",
    "One step of a rule that divides: add the square of the slope g to `total`, and return the new point, x - lr g / "
    "(sqrt(total) + eps) with the new total, and the new total. Both lines are yours.",
    (
        "# 6 step",
        "x = 4, g = 8, total = 36, lr = 0.5, eps = 0.25: the new total is 100, and x = 4 - 0.5 * 8 / 10.25 = 3.610.",
        "total = total + ...; return x - lr * g / (...), total",
    ),
    (
        (
            "a division by the old total: add the new square first",
            lambda x, g, total, lr, eps: (x - lr * g / (np.sqrt(total) + eps), total + g**2),
        ),
        (
            "a division without the root",
            lambda x, g, total, lr, eps: (x - lr * g / (total + g**2 + eps), total + g**2),
        ),
        (
            "a total without the square: g may be negative",
            lambda *a: divided_step(a[0], a[1], a[2] + a[1] - a[1] ** 2, *a[3:]),
        ),
        (
            "the right point, but the old total: return the new one",
            lambda x, g, total, lr, eps: (divided_step(x, g, total, lr, eps)[0], total),
        ),
    ),
)

# --- the written classes, the comparison, the plug-in, the bug --------------------------------------------------------

for _rule in _u09_zoo.ZOO:
    _u09_rules.add_rule(UNIT, _rule)
_u09_tune.add_tune(UNIT)
_u09_plugin.add_plugin(UNIT)
_u09_bug.add_bug(UNIT)
