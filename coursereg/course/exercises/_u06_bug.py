"""The bug of unit U06: a gradient that takes over the dtype of its argument."""

from __future__ import annotations

from typing import Any

import numpy as np

from coursereg.course.exercises import _u06_mistakes as mistakes
from coursereg.course.exercises._base import Unit, add_bug_check, expect
from coursereg.course.exercises._u06_slopes import ALGEBRA, place, quadratic, rugged, whole_place
from coursereg.course.plain import landscapes as plain


def add_bug(unit: Unit) -> None:
    """Add ``bug`` and ``bug_check``."""
    bug = unit.exercise(
        "bug",
        4.0,
        kind="bug",
        signature="bug_fixed(f, x, eps)",
        statement="The broken gradient of the notebook, mended: central differences of `f` at `x`, whatever the dtype "
        "of x.",
        hints=(
            "Print h and g inside the loop, for x = np.array([0, 0]).",
            "What is np.zeros_like(np.array([0, 0])).dtype? What becomes of 0.5 in it?",
            "np.zeros(len(x)) holds floats.",
        ),
        reference=plain.approx_gradient,
        solution="def bug_fixed(f, x, eps):\n"
        "    g = np.zeros(len(x))\n"
        "    for i in range(len(x)):\n"
        "        h = np.zeros(len(x))\n"
        "        h[i] = eps / 2\n"
        "        g[i] = (f(x + h) - f(x - h)) / eps\n"
        "    return g\n",
        read="8. Bug of the unit",
    )

    @bug.check("x of whole numbers", kind="value", weight=2)
    def _(f: Any, rng: Any) -> None:
        cost, A, b = quadratic(rng, 3)
        x = whole_place(rng, 3)
        expect(f(cost, x, 0.1), A @ x + b, atol=ALGEBRA * 50, what="the gradient", hint="x is an integer array")

    @bug.check("x of floats", kind="value")
    def _(f: Any, rng: Any) -> None:
        cost, x = rugged(rng, 3), place(rng, 3)
        expect(f(cost, x, 0.5), plain.approx_gradient(cost, x, 0.5), atol=ALGEBRA * 50, what="the gradient")

    @bug.check("x of 8-bit integers and a width of several", kind="value", public=False)
    def _(f: Any, rng: Any) -> None:
        cost, A, b = quadratic(rng, 2)
        x = rng.integers(0, 4, 2).astype(np.uint8)
        want = A @ x.astype(float) + b
        expect(f(cost, x, 3.0), want, atol=ALGEBRA * 50, what="the gradient", hint="0 - 1.5 is no byte")

    bug.looks_like("the steps are still whole numbers: h has the dtype of x", mistakes.whole_steps)
    bug.looks_like("the slopes are still cut to whole numbers: g has the dtype of x", mistakes.whole_result)
    bug.looks_like("the steps and the slopes are still whole numbers", mistakes.whole_throughout)

    add_bug_check(
        unit,
        mutants=(_as_printed, _slopes_cut, _steps_cut),
        rights=(_by_loop, _by_matrix, _lists),
        kind="bug_check",
        signature="bug_check(g)",
        statement="A check of your own for any function g(f, x, eps) that claims to be the gradient of f at x by "
        "central "
        "differences. It must use assert, or return True or False; it must let right functions live and notice those "
        "that fail for whole numbers. A function that raises an error counts as noticed.",
        hints=(
            "For which f do you know the gradient without computing it? For which x does the bug show?",
            "A slope of 3.5 tells more than a slope of 3: one of the wrong functions cuts slopes to whole numbers.",
            "g(lambda x: x[0] ** 2 + 3.5 * x[1], np.array([1, 2]), 0.5) is [2, 3.5]",
        ),
        solution="def bug_check(g):\n"
        "    def f(x):\n"
        "        return x[0] ** 2 + 3.5 * x[1]\n\n"
        "    assert np.allclose(g(f, np.array([1, 2]), 0.5), [2.0, 3.5])\n",
        read="8. Bug of the unit",
    )


def _as_printed(f: Any, x: Any, eps: float) -> np.ndarray:
    """Steps and slopes take over the whole numbers of x."""
    return mistakes.whole_throughout(f, x, eps)


def _slopes_cut(f: Any, x: Any, eps: float) -> np.ndarray:
    """Only the slopes are cut to whole numbers."""
    return mistakes.whole_result(f, x, eps)


def _steps_cut(f: Any, x: Any, eps: float) -> np.ndarray:
    """Only the steps are cut to whole numbers."""
    return mistakes.whole_steps(f, x, eps)


def _by_loop(f: Any, x: Any, eps: float) -> np.ndarray:
    """One parameter after the other."""
    return plain.approx_gradient(f, x, eps)


def _by_matrix(f: Any, x: Any, eps: float) -> np.ndarray:
    """All steps as rows of a matrix."""
    steps = eps / 2 * np.eye(np.size(x))
    up, down = (np.array([f(row) for row in np.asarray(x) + sign * steps]) for sign in (1, -1))
    return (up - down) / eps


def _lists(f: Any, x: Any, eps: float) -> list[float]:
    """Changes one entry of a copy and returns a list."""
    out = []
    for i in range(np.size(x)):
        up, down = np.array(x, dtype=float), np.array(x, dtype=float)
        up[i] += eps / 2
        down[i] -= eps / 2
        out.append(float(f(up) - f(down)) / eps)
    return out
