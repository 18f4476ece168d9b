"""The bug of unit U09: a walk that asks ahead and throws the answer away, and whose Adam starts with a leap."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from coursereg.course.exercises._base import Unit, add_bug_check, expect
from coursereg.course.exercises._u09_grounds import LONG, SHORT, bowl, path_of, point
from coursereg.course.plain import optimisers as plain

MEMORY, BETAS = 0.9, (0.9, 0.999)
Slope = Callable[[Any], np.ndarray]

SOLUTION = """def bug_fixed(grad, x, optim, lr, steps):
    v, m, path = np.zeros(len(x)), np.zeros(len(x)), [np.array(x, float)]
    for t in range(1, steps + 1):
        x = path[-1]
        asked_at = x - 0.9 * v if optim == "nag" else x
        g = grad(asked_at)
        if optim == "adam":
            m = 0.9 * m + 0.1 * g
            v = 0.999 * v + 0.001 * g**2
            step = lr * (m / (1 - 0.9**t)) / (np.sqrt(v / (1 - 0.999**t)) + 1e-8)
        else:
            step = v = 0.9 * v + lr * g
        path.append(x - step)
    return np.array(path)
"""


def walk(grad: Slope, x: Any, optim: str, lr: float, steps: int) -> np.ndarray:
    """The right walk: the start and the point after each step."""
    cls, words = {
        "momentum": (plain.Momentum, {"gamma": MEMORY}),
        "nag": (plain.Nesterov, {"gamma": MEMORY}),
        "adam": (plain.Adam, dict(zip(("beta1", "beta2"), BETAS, strict=True))),
    }[optim]
    return np.vstack([np.array(x, float), path_of(cls)({"lr": lr} | words, np.array(x, float), grad, steps)])


def overwritten(grad: Slope, x: Any, optim: str, lr: float, steps: int) -> np.ndarray:
    """Let nag be momentum; the rest is right."""
    if optim == "nag":
        return walk(lambda at: (grad(at), grad(at))[1], x, "momentum", lr, steps)
    return walk(grad, x, optim, lr, steps)


def leaping(grad: Slope, x: Any, optim: str, lr: float, steps: int) -> np.ndarray:
    """Adam's means are not corrected; the rest is right."""
    if optim != "adam":
        return walk(grad, x, optim, lr, steps)
    m, v, path = np.zeros(len(x)), np.zeros(len(x)), [np.array(x, float)]
    for _ in range(steps):
        g = grad(path[-1])
        m, v = BETAS[0] * m + (1 - BETAS[0]) * g, BETAS[1] * v + (1 - BETAS[1]) * g**2
        path.append(path[-1] - lr * m / (np.sqrt(v) + 1e-8))
    return np.array(path)


def both(grad: Slope, x: Any, optim: str, lr: float, steps: int) -> np.ndarray:
    """As printed."""
    return (leaping if optim == "adam" else overwritten)(grad, x, optim, lr, steps)


def half_corrected(grad: Slope, x: Any, optim: str, lr: float, steps: int) -> np.ndarray:
    """Adam's mean square is corrected, its mean is not."""
    if optim != "adam":
        return walk(grad, x, optim, lr, steps)
    m, v, path = np.zeros(len(x)), np.zeros(len(x)), [np.array(x, float)]
    for t in range(1, steps + 1):
        g = grad(path[-1])
        m, v = BETAS[0] * m + (1 - BETAS[0]) * g, BETAS[1] * v + (1 - BETAS[1]) * g**2
        path.append(path[-1] - lr * m / (np.sqrt(v / (1 - BETAS[1] ** t)) + 1e-8))
    return np.array(path)


def add_bug(unit: Unit) -> None:
    """Add ``bug`` and ``bug_check``."""
    bug = unit.exercise(
        "bug",
        4.0,
        kind="bug",
        signature="bug_fixed(grad, x, optim, lr, steps)",
        statement="The broken walk of the notebook, mended in two places: the start x and the point after each step, "
        'an array of shape (steps + 1, n). `optim` is "momentum", "nag" or "adam"; gamma = 0.9, beta1 = 0.9, beta2 = '
        "0.999.",
        hints=(
            'Follow g from where it is computed to where it is used, for optim == "nag".',
            "After one step of Adam m is a tenth of g and v a thousandth of g**2. What is m / sqrt(v)?",
            "One `else:` is missing, and two divisions: by 1 - 0.9**t and by 1 - 0.999**t.",
        ),
        reference=walk,
        solution=SOLUTION,
        read="8. Bug of the unit",
    )

    def agrees(f: Any, rng: Any, optim: str, steps: int, hint: str = "") -> None:
        (grad, x), lr = bowl(rng, 2), float(rng.uniform(0.02, 0.1))
        want = walk(grad, x, optim, lr, steps)
        expect(f(grad, x, optim, lr, steps), want, atol=LONG if steps > 9 else 10 * SHORT, what="the path", hint=hint)

    @bug.check("nag asks ahead", kind="value", weight=1.5)
    def _(f: Any, rng: Any) -> None:
        agrees(f, rng, "nag", 4, 'with optim = "nag"')

    @bug.check("Adam's first step is lr, and the next ones are right, too", kind="value", weight=1.5)
    def _(f: Any, rng: Any) -> None:
        agrees(f, rng, "adam", 4, 'with optim = "adam"')

    @bug.check("momentum is what it was", kind="property")
    def _(f: Any, rng: Any) -> None:
        agrees(f, rng, "momentum", 4, 'with optim = "momentum"')

    @bug.check("thirty steps of each", kind="value", public=False)
    def _(f: Any, rng: Any) -> None:
        for optim in ("nag", "adam", "momentum"):
            agrees(f, rng, optim, 30, f'with optim = "{optim}"')

    @bug.check("nag asks once a step", kind="property", weight=0.5, public=False)
    def _(f: Any, rng: Any) -> None:
        (grad, x), asked = bowl(rng, 2), []

        def counted(at: Any) -> np.ndarray:
            asked.append(point(at, 2))
            return grad(at)

        f(counted, x, "nag", 0.05, 5)
        expect(len(asked), 5, what="calls of grad in 5 steps of nag", hint="an answer that is thrown away costs, too")

    bug.looks_like("the slope ahead is still overwritten by the one at x", overwritten)
    bug.looks_like("Adam still starts with a leap: correct m and v", leaping)
    bug.looks_like("nothing is mended yet", both)
    bug.looks_like("v is corrected, m is not", half_corrected)

    add_bug_check(
        unit,
        mutants=(_as_printed, _nag_is_momentum, _adam_leaps, _adam_creeps),
        rights=(_by_classes, _by_points, _in_single),
        kind="bug_check",
        signature="bug_check(walk)",
        statement="A check of your own for any function walk(grad, x, optim, lr, steps) that claims to return the "
        'start and the point after each step, (steps + 1, n), for optim = "nag" and "adam" (gamma = 0.9, beta1 = 0.9, '
        "beta2 = 0.999). It must use assert, or return True or False; it must let right functions live and notice "
        "those whose nag is momentum, or whose Adam is not corrected.",
        hints=(
            "When do nag and momentum part? Not at the first step.",
            "grad(x) = 2 x from x = [1.0], lr = 0.1. nag: x = 0.8 after one step, then it asks at 0.8 - 0.18 = 0.62: "
            "v = 0.18 + 0.124, x = 0.496. Adam: 0.9 after one step.",
            'path = walk(lambda x: 2 * x, np.array([1.0]), "nag", 0.1, 2); assert np.allclose(path[2], 0.496)',
        ),
        solution="def bug_check(walk):\n"
        "    def grad(x):\n"
        "        return 2 * x\n\n"
        '    nag = walk(grad, np.array([1.0]), "nag", 0.1, 2)\n'
        "    assert np.allclose(np.ravel(nag), [1.0, 0.8, 0.496])\n"
        '    adam = walk(grad, np.array([1.0]), "adam", 0.1, 1)\n'
        "    assert np.allclose(np.ravel(adam), [1.0, 0.9])\n",
        read="8. Bug of the unit",
    )


def _as_printed(grad: Any, x: Any, optim: str, lr: float, steps: int) -> np.ndarray:
    """Nag is momentum, and Adam is not corrected."""
    return both(grad, x, optim, lr, steps)


def _nag_is_momentum(grad: Any, x: Any, optim: str, lr: float, steps: int) -> np.ndarray:
    """Only nag is wrong: it is momentum."""
    return overwritten(grad, x, optim, lr, steps)


def _adam_leaps(grad: Any, x: Any, optim: str, lr: float, steps: int) -> np.ndarray:
    """Only Adam is wrong: it is not corrected."""
    return leaping(grad, x, optim, lr, steps)


def _adam_creeps(grad: Any, x: Any, optim: str, lr: float, steps: int) -> np.ndarray:
    """Only Adam is wrong: one of its two means is not corrected."""
    return half_corrected(grad, x, optim, lr, steps)


def _by_classes(grad: Any, x: Any, optim: str, lr: float, steps: int) -> np.ndarray:
    """With an object for each rule."""
    return walk(grad, x, optim, lr, steps)


def _by_points(grad: Any, x: Any, optim: str, lr: float, steps: int) -> np.ndarray:
    """Momentum and nag from the last two points, Adam with eps inside the root."""
    path, m, v = [np.array(x, float)], np.zeros(len(x)), np.zeros(len(x))
    for t in range(1, steps + 1):
        x, before = path[-1], path[max(len(path) - 2, 0)]
        kept = MEMORY * (x - before)
        g = np.asarray(grad(x + kept if optim == "nag" else x), float)
        if optim == "adam":
            m, v = BETAS[0] * m + (1 - BETAS[0]) * g, BETAS[1] * v + (1 - BETAS[1]) * g * g
            rate = lr * np.sqrt(1 - BETAS[1] ** t) / (1 - BETAS[0] ** t)
            path.append(x - rate * m / np.sqrt(v + 1e-16))
        else:
            path.append(x + kept - lr * g)
    return np.array(path)


def _in_single(grad: Any, x: Any, optim: str, lr: float, steps: int) -> np.ndarray:
    """In single precision."""
    return walk(grad, x, optim, lr, steps).astype(np.float32)
