"""U06's derivatives from values alone: `approx_gradient(f, x, eps)` and `approx_hessian(f, x, eps)`."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import numpy as np

from coursereg.course.exercises import _u06_mistakes as mistakes
from coursereg.course.exercises._base import (
    Exercise,
    Unit,
    expect,
    expect_inputs_untouched,
    expect_shape,
    expect_true,
    numbers,
)
from coursereg.course.plain import landscapes as plain

ALGEBRA = 1e-6  # of the largest entry: rounding stays below 1e-9 for the widths used here, a wrong formula is far above
Cost = Callable[[Any], float]


def vector(x: Any, n: int) -> np.ndarray:
    """What a cost makes of its argument: one number for each parameter, or an error that says so."""
    out = np.asarray(x, float)
    if out.shape != (n,):
        raise ValueError(f"the function must be asked with a vector of shape ({n},), got shape {out.shape}")
    return out


def quadratic(rng: Any, n: int) -> tuple[Cost, np.ndarray, np.ndarray]:
    """A bowl or saddle: the function, its matrix A and vector b; the gradient is A x + b."""
    A = rng.uniform(-3, 3, (n, n)) + 3 * np.eye(n)
    A, b, c = A + A.T, rng.uniform(-4, 4, n), float(rng.uniform(-9, 9))

    def f(x: Any) -> float:
        x = vector(x, n)
        return float(x @ A @ x / 2 + b @ x + c)

    return f, A, b


def cubic(rng: Any, n: int) -> tuple[Cost, Callable[[Any], np.ndarray]]:
    """A function of third degree with every mixed term, and its exact Hessian."""
    T = rng.uniform(-1, 1, (n, n, n))
    T[np.arange(n), np.arange(n), np.arange(n)] += 2
    even = sum(np.transpose(T, order) for order in ((0, 1, 2), (0, 2, 1), (1, 0, 2), (1, 2, 0), (2, 0, 1), (2, 1, 0)))
    bowl, A, _ = quadratic(rng, n)

    def f(x: Any) -> float:
        x = vector(x, n)
        return float(np.einsum("ijk,i,j,k", T, x, x, x)) + bowl(x)

    return f, lambda x: A + np.einsum("ijk,k", even, np.asarray(x, float))


def rugged(rng: Any, n: int) -> Cost:
    """A function with kinks and steps, as costs of pictures have; no smooth formula fits it."""
    k, a, b = rng.uniform(-2, 2, n), rng.uniform(1, 3, n), rng.uniform(0.5, 2, n)

    def f(x: Any) -> float:
        x = vector(x, n)
        return float((a * np.abs(x - k)).sum() + (b * np.floor(1.7 * x + k)).sum() + np.abs(x @ a))

    return f


def smooth(rng: Any, n: int) -> tuple[Cost, np.ndarray]:
    """Waves: a smooth function with derivatives of every order, and its wave numbers."""
    W = rng.uniform(-1, 1, (3, n))

    def f(x: Any) -> float:
        return float(np.sin(W @ vector(x, n) + [0, 1, 2]).sum())

    return f, W


def place(rng: Any, n: int) -> np.ndarray:
    """Return a point."""
    return rng.uniform(-2, 2, n)


def whole_place(rng: Any, n: int) -> np.ndarray:
    """Return a point of whole numbers, in an integer dtype."""
    return rng.integers(-3, 4, n)


# --- the gradient -----------------------------------------------------------------------------------------------------


def add_gradient(unit: Unit) -> None:
    """Add ``approx_gradient``."""
    ex = unit.exercise(
        "approx_gradient",
        14.0,
        signature="approx_gradient(f, x, eps)",
        statement="The gradient of `f` at `x` by central differences. `f(x)` takes a vector of shape (n,) and "
        "returns one "
        "number; `x` is an array of shape (n,), of floats or of whole numbers, and is not changed. Return an array of "
        "shape (n,): entry i is `(f(x + eps/2 e_i) - f(x - eps/2 e_i)) / eps`, where e_i is 1 at place i and 0 "
        "elsewhere. `eps` is the full width of the difference: half of it to each side.",
        hints=(
            "# 5 gradient: one parameter after the other; all the others stay where they are.",
            "f(x) = x[0]**2 + 3 x[1] at [1, 5] with eps = 0.5: (f([1.25, 5]) - f([0.75, 5])) / 0.5 = "
            "(16.5625 - 15.5625) / 0.5 = 2. The whole gradient is [2, 3].",
            "h = np.zeros(len(x)); h[i] = eps / 2; ... f(x + h) ... f(x - h)",
        ),
        reference=plain.approx_gradient,
        solution=inspect.getsource(plain.approx_gradient),
        read="6. Write: the gradient",
    )
    _gradient_public(ex)
    _gradient_hidden(ex)
    ex.convention(
        "here eps is half of the width: you ask f at x + eps and x - eps. That is a legal definition, ours asks at "
        "x + eps/2 and x - eps/2, so that eps is the distance of the two points",
        lambda f: lambda cost, x, eps: f(cost, x, eps / 2),
    )
    for message, function in _GRADIENT_LOOKS:
        ex.looks_like(message, function)


_GRADIENT_LOOKS = (
    ("this looks like a one-sided difference, from x ahead: ask on both sides of x", mistakes.forward),
    ("this looks like a one-sided difference, from x back: ask on both sides of x", mistakes.backward),
    (
        "this looks like half a step ahead divided by the whole width: on one side only, and half of the slope",
        mistakes.forward_by_half,
    ),
    (
        "this looks like half of the slope: the two points lie eps apart, so divide by eps, not by 2 eps",
        mistakes.half_of_it,
    ),
    (
        "this looks like twice the slope: from x - eps to x + eps it is 2 eps, and you divide by eps",
        mistakes.twice_of_it,
    ),
    ("this looks like the difference of two values: a slope is that divided by eps", mistakes.not_divided),
    ("this looks like the way down: the gradient points up, f(x + h) comes first", mistakes.downhill),
    ("this looks like a step of all parameters at once: change parameter i only", mistakes.all_at_once),
    ("this looks like steps that add up: take the step of one parameter back before the next", mistakes.steps_add_up),
    (
        "this looks like steps in whole numbers: half a step becomes 0. np.zeros_like(x) takes over the dtype of x; "
        "use np.zeros(len(x))",
        mistakes.whole_steps,
    ),
    (
        "this looks like slopes cut to whole numbers: np.zeros_like(x) takes over the dtype of x; use np.zeros(len(x))",
        mistakes.whole_result,
    ),
)


def _gradient_public(ex: Exercise) -> None:
    @ex.check("one number for each parameter", kind="shape", weight=0.5)
    def _(f: Any, rng: Any) -> None:
        for n in (2, 5):
            cost, _, _ = quadratic(rng, n)
            expect_shape(f(cost, place(rng, n), 0.1), (n,), "the gradient")

    @ex.check("the example of the hint", kind="fixed")
    def _(f: Any, rng: Any) -> None:
        got = f(lambda x: float(vector(x, 2)[0] ** 2 + 3 * vector(x, 2)[1]), np.array([1.0, 5.0]), 0.5)
        expect(got, [2.0, 3.0], atol=1e-9, what="the gradient")

    @ex.check("the gradient of any parabola is exact, for every width", kind="value", weight=2)
    def _(f: Any, rng: Any) -> None:
        for n, eps in ((2, 0.1), (4, 2.0)):
            cost, A, b = quadratic(rng, n)
            x = place(rng, n)
            _agree(f(cost, x, eps), A @ x + b, "the gradient of a parabola is A x + b, whatever eps is")

    @ex.check("eps is the full width: f is asked at x - eps/2 and at x + eps/2", kind="value", weight=2)
    def _(f: Any, rng: Any) -> None:
        cost, _ = cubic(rng, 3)
        x = place(rng, 3)
        hint = "for this cost of third degree, the width changes the result"
        _agree(f(cost, x, 0.8), plain.approx_gradient(cost, x, 0.8), hint)


def _gradient_hidden(ex: Exercise) -> None:
    @ex.check("any cost, with kinks and steps", kind="value", weight=2, public=False)
    def _(f: Any, rng: Any) -> None:
        for eps in (0.3, 1.0, 2.5):
            cost, x = rugged(rng, 4), place(rng, 4)
            _agree(f(cost, x, eps), plain.approx_gradient(cost, x, eps), f"with eps = {eps}")

    @ex.check("x of whole numbers", kind="value", weight=2, public=False)
    def _(f: Any, rng: Any) -> None:
        cost, A, b = quadratic(rng, 3)
        x = whole_place(rng, 3)
        _agree(f(cost, x, 0.1), A @ x + b, "x is an integer array; steps and slopes are no whole numbers")

    @ex.check("one parameter, and nine", kind="value", public=False)
    def _(f: Any, rng: Any) -> None:
        for n in (1, 9):
            cost, A, b = quadratic(rng, n)
            x = place(rng, n)
            _agree(f(cost, x, 0.05), A @ x + b, f"with {n} parameter{'s' * (n > 1)}")

    @ex.check("one parameter counts a thousand times more than another", kind="value", public=False)
    def _(f: Any, rng: Any) -> None:
        w = rng.permutation([1e-3, 1.0, 1e3])
        x = 10 * place(rng, 3)
        got = f(lambda x: float(w @ vector(x, 3) ** 2), x, 0.1)
        expect(got, 2 * w * x, rtol=1e-6, atol=1e-6, what="the gradient", hint="each entry has its own size")

    @ex.check("x is left as it was", kind="property", weight=0.5, public=False)
    def _(f: Any, rng: Any) -> None:
        cost, A, b = quadratic(rng, 3)
        x = place(rng, 3)
        _agree(f(cost, x, 0.1), A @ x + b, "")
        expect_inputs_untouched(f)


def _agree(got: Any, want: np.ndarray, hint: str, what: str = "the gradient") -> None:
    expect(got, want, atol=ALGEBRA * max(1.0, float(np.abs(want).max())), what=what, hint=hint)


# --- the Hessian ------------------------------------------------------------------------------------------------------


def add_hessian(unit: Unit) -> None:
    """Add ``approx_hessian``."""
    ex = unit.exercise(
        "approx_hessian",
        14.0,
        signature="approx_hessian(f, x, eps)",
        statement="The Hessian of `f` at `x`: an array of shape (n, n) whose entry (i, j) says how fast slope j "
        "changes "
        "along parameter i. Take central differences of central differences: row i is `(g(x + eps/2 e_i) - g(x - "
        "eps/2 e_i)) / eps`, with g your `approx_gradient` of the same `eps`. Entry (i, i) is then `(f(x + eps e_i) - "
        "2 f(x) + f(x - eps e_i)) / eps**2`. For entries off the diagonal any central difference will do. `f`, `x` "
        "and `eps` are as before; `x` may hold whole numbers and is not changed.",
        hints=(
            "# 5 gradient, twice: the gradient is a function of x too, so take its difference.",
            "f(x) = x[0]**2 + 3 x[0] x[1] has the gradient [2 x[0] + 3 x[1], 3 x[0]] and so the Hessian "
            "[[2, 3], [3, 0]], everywhere and for every eps.",
            "H[i] = (approx_gradient(f, x + h, eps) - approx_gradient(f, x - h, eps)) / eps",
        ),
        reference=plain.approx_hessian,
        solution=inspect.getsource(plain.approx_hessian),
        read="6. Write: the Hessian",
    )
    _hessian_public(ex)
    _hessian_hidden(ex)
    ex.convention(
        "here eps is half of the width: you ask f as far as 2 eps away. That is a legal definition, ours asks at "
        "x - eps, x and x + eps",
        lambda f: lambda cost, x, eps: f(cost, x, eps / 2),
    )
    for message, function in _HESSIAN_LOOKS:
        ex.looks_like(message, function)


_HESSIAN_LOOKS = (
    ("this looks like a one-sided difference of one-sided differences", mistakes.forward_of_forward),
    (
        "this looks like a one-sided difference of the gradient: take g on both sides of x",
        mistakes.forward_of_central,
    ),
    ("this looks like the diagonal alone: a cost like x[0] x[1] curves in the mixed terms", mistakes.diagonal_only),
    ("this looks like the diagonal as a vector: the Hessian is a matrix", mistakes.diagonal_vector),
    ("this looks like one half of the matrix: entry (j, i) equals entry (i, j)", mistakes.upper_triangle),
    (
        "this looks like the gradient times itself: the Hessian is the slope of the slope, not its square",
        mistakes.gradient_squared,
    ),
    ("this looks like a division by eps where eps squared is due", mistakes.divided_once),
    ("this looks like a quarter of it: each of the two differences is eps wide", mistakes.quarter_of_it),
    (
        "this looks like four times of it: from x - eps to x + eps it is 2 eps, and you divide by eps",
        mistakes.four_times,
    ),
    ("this looks like the other sign: at a minimum the cost curves upwards, H is positive", mistakes.negative_hessian),
    ("this looks like curvatures cut to whole numbers, the dtype of x", mistakes.whole_hessian),
    (
        "this looks like steps in whole numbers: half a step becomes 0, and nothing curves",
        mistakes.hessian_of_whole_steps,
    ),
)


def _square(got: Any, want: Any, hint: str) -> None:
    _agree(got, np.asarray(want, float), hint, "the Hessian")


def _hessian_public(ex: Exercise) -> None:
    @ex.check("one row and one column for each parameter", kind="shape", weight=0.5)
    def _(f: Any, rng: Any) -> None:
        for n in (2, 3):
            expect_shape(f(quadratic(rng, n)[0], place(rng, n), 0.2), (n, n), "the Hessian")

    @ex.check("the example of the hint", kind="fixed")
    def _(f: Any, rng: Any) -> None:
        got = f(lambda x: float(vector(x, 2)[0] * (vector(x, 2)[0] + 3 * vector(x, 2)[1])), np.array([1.0, 5.0]), 0.5)
        expect(got, [[2.0, 3.0], [3.0, 0.0]], atol=1e-6, what="the Hessian")

    @ex.check("the Hessian of any parabola is exact, for every width", kind="value", weight=2)
    def _(f: Any, rng: Any) -> None:
        for n, eps in ((2, 0.1), (4, 1.5)):
            cost, A, _ = quadratic(rng, n)
            _square(f(cost, place(rng, n), eps), A, "the cost is x A x / 2 + b x + c: the Hessian is A")

    @ex.check("mixed terms alone: x[0] x[1]", kind="property")
    def _(f: Any, rng: Any) -> None:
        a = float(rng.uniform(2, 5))
        got = f(lambda x: a * float(vector(x, 2).prod()), place(rng, 2), 0.3)
        _square(got, [[0, a], [a, 0]], "along each axis this cost is a straight line, and yet it is curved")

    @ex.check("symmetric for a smooth cost", kind="property")
    def _(f: Any, rng: Any) -> None:
        cost, _ = smooth(rng, 3)
        H = numbers(f(cost, place(rng, 3), 0.3), "the Hessian")
        expect_shape(H, (3, 3), "the Hessian")
        far = float(np.abs(H - H.T).max())
        expect_true(far <= ALGEBRA and np.abs(H).max() > 0, f"H and its transpose differ by {far:.2g}", H)


def _hessian_hidden(ex: Exercise) -> None:
    @ex.check("central on both sides: a cost of third degree is exact too", kind="value", weight=2, public=False)
    def _(f: Any, rng: Any) -> None:
        for n in (2, 3):
            cost, exact = cubic(rng, n)
            x = place(rng, n)
            _square(f(cost, x, 0.4), exact(x), "one-sided differences are off by a multiple of eps here")

    @ex.check("the diagonal is (f(x + eps) - 2 f(x) + f(x - eps)) / eps²", kind="value", weight=2, public=False)
    def _(f: Any, rng: Any) -> None:
        a, x, eps = rng.uniform(1, 3, 3), place(rng, 3), 0.7

        def quartic(x: Any) -> float:
            return float(a @ vector(x, 3) ** 4)

        H = numbers(f(quartic, x, eps), "the Hessian")
        expect_shape(H, (3, 3), "the Hessian")
        _agree(np.diag(H).copy(), 12 * a * x**2 + 2 * a * eps**2, "for x**4 it is 12 x**2 + 2 eps**2", "the diagonal")

    @ex.check("x of whole numbers", kind="value", weight=2, public=False)
    def _(f: Any, rng: Any) -> None:
        cost, A, _ = quadratic(rng, 3)
        _square(f(cost, whole_place(rng, 3), 0.1), A, "x is an integer array; the steps are no whole numbers")

    @ex.check("one parameter, and six", kind="value", public=False)
    def _(f: Any, rng: Any) -> None:
        for n in (1, 6):
            cost, A, _ = quadratic(rng, n)
            _square(f(cost, place(rng, n), 0.2), A, f"with {n} parameter{'s' * (n > 1)}")

    @ex.check("a long narrow valley, turned", kind="value", public=False)
    def _(f: Any, rng: Any) -> None:
        t = float(rng.uniform(0.3, 1.2))
        Q = np.array([[np.cos(t), -np.sin(t)], [np.sin(t), np.cos(t)]])
        A = Q @ np.diag([1000.0, 1.0]) @ Q.T
        _square(f(lambda x: float(vector(x, 2) @ A @ vector(x, 2) / 2), place(rng, 2), 0.1), A, "")

    @ex.check("a smooth cost of every order, a small width", kind="value", public=False)
    def _(f: Any, rng: Any) -> None:
        cost, W = smooth(rng, 3)
        x = place(rng, 3)
        want = -(W.T * np.sin(W @ x + [0, 1, 2])) @ W
        # a central difference of width 0.01 is off by at most 2e-4 here, a one-sided one by 1e-2
        expect(f(cost, x, 0.01), want, atol=5e-4, what="the Hessian")

    @ex.check("x is left as it was", kind="property", weight=0.5, public=False)
    def _(f: Any, rng: Any) -> None:
        cost, A, _ = quadratic(rng, 3)
        _square(f(cost, place(rng, 3), 0.1), A, "")
        expect_inputs_untouched(f)
