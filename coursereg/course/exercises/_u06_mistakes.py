"""
Wrong versions of U06's functions that students really write; the checks name them when they see their numbers.

Each says in its docstring what it does. ``moved_...`` are mistakes of the class `Rigid2D`, as functions of its numbers
and of the points.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from coursereg.course.plain import landscapes as plain

Cost = Callable[[Any], Any]


def _along(f: Cost, x: Any, steps: Any) -> np.ndarray:
    """Return ``slope(f, x, e_i)`` for each axis, as a vector."""
    x = np.asarray(x, float)
    return np.array([steps(f, x, e) for e in np.eye(x.size)])


# --- gradients --------------------------------------------------------------------------------------------------------


def forward(f: Cost, x: Any, eps: float) -> np.ndarray:
    """One-sided: a step of eps ahead."""
    return _along(f, x, lambda f, x, e: (f(x + eps * e) - f(x)) / eps)


def backward(f: Cost, x: Any, eps: float) -> np.ndarray:
    """One-sided: a step of eps back."""
    return _along(f, x, lambda f, x, e: (f(x) - f(x - eps * e)) / eps)


def forward_by_half(f: Cost, x: Any, eps: float) -> np.ndarray:
    """One-sided: half a step ahead, divided by the whole one."""
    return _along(f, x, lambda f, x, e: (f(x + eps / 2 * e) - f(x)) / eps)


def half_of_it(f: Cost, x: Any, eps: float) -> np.ndarray:
    """Half the full width to each side, divided by twice the full width."""
    return plain.approx_gradient(f, x, eps) / 2


def twice_of_it(f: Cost, x: Any, eps: float) -> np.ndarray:
    """The full width to each side, divided by it once."""
    return 2 * plain.approx_gradient(f, x, 2 * eps)


def not_divided(f: Cost, x: Any, eps: float) -> np.ndarray:
    """Differences instead of slopes."""
    return eps * plain.approx_gradient(f, x, eps)


def downhill(f: Cost, x: Any, eps: float) -> np.ndarray:
    """The other sign."""
    return -plain.approx_gradient(f, x, eps)


def all_at_once(f: Cost, x: Any, eps: float) -> np.ndarray:
    """Every parameter is changed, in each difference."""
    x = np.asarray(x, float)
    return np.full(x.size, (f(x + eps / 2) - f(x - eps / 2)) / eps)


def steps_add_up(f: Cost, x: Any, eps: float) -> np.ndarray:
    """The step is not taken back: parameter i is changed with all before it."""
    x = np.asarray(x, float)
    return np.array(
        [(f(x + eps / 2 * h) - f(x - eps / 2 * h)) / eps for h in np.tril(np.ones((x.size, x.size)))],
    )


def whole_steps(f: Cost, x: Any, eps: float) -> np.ndarray:
    """Steps in the dtype of x."""
    x, out = np.asarray(x), []
    for i in range(x.size):
        h = np.zeros_like(x)
        h[i] = eps / 2
        out.append((f(x + h) - f(x - h)) / eps)
    return np.array(out, float)


def whole_result(f: Cost, x: Any, eps: float) -> np.ndarray:
    """The result in the dtype of x."""
    x = np.asarray(x)
    return plain.approx_gradient(f, x, eps).astype(x.dtype)


def whole_throughout(f: Cost, x: Any, eps: float) -> np.ndarray:
    """Steps and result in the dtype of x."""
    return whole_steps(f, x, eps).astype(np.asarray(x).dtype)


# --- Hessians ---------------------------------------------------------------------------------------------------------


def forward_of_forward(f: Cost, x: Any, eps: float) -> np.ndarray:
    """Two one-sided differences, one of the other."""
    g = forward(f, x, eps)
    return _along(f, x, lambda f, x, e: (forward(f, x + eps * e, eps) - g) / eps)


def forward_of_central(f: Cost, x: Any, eps: float) -> np.ndarray:
    """A one-sided difference of a central one."""
    g = plain.approx_gradient(f, x, eps)
    return _along(f, x, lambda f, x, e: (plain.approx_gradient(f, x + eps * e, eps) - g) / eps)


def diagonal_only(f: Cost, x: Any, eps: float) -> np.ndarray:
    """No mixed terms."""
    return np.diag(np.diag(plain.approx_hessian(f, x, eps)))


def diagonal_vector(f: Cost, x: Any, eps: float) -> np.ndarray:
    """The diagonal as a vector."""
    return np.diag(plain.approx_hessian(f, x, eps)).copy()


def upper_triangle(f: Cost, x: Any, eps: float) -> np.ndarray:
    """The lower half is left at 0."""
    return np.triu(plain.approx_hessian(f, x, eps))


def gradient_squared(f: Cost, x: Any, eps: float) -> np.ndarray:
    """The outer product of the gradient with itself."""
    g = plain.approx_gradient(f, x, eps)
    return np.outer(g, g)


def divided_once(f: Cost, x: Any, eps: float) -> np.ndarray:
    """Divided by eps instead of its square."""
    return eps * plain.approx_hessian(f, x, eps)


def quarter_of_it(f: Cost, x: Any, eps: float) -> np.ndarray:
    """Both denominators are doubled."""
    return plain.approx_hessian(f, x, eps) / 4


def four_times(f: Cost, x: Any, eps: float) -> np.ndarray:
    """The full width to each side, in both differences."""
    return 4 * plain.approx_hessian(f, x, 2 * eps)


def negative_hessian(f: Cost, x: Any, eps: float) -> np.ndarray:
    """The other sign."""
    return -plain.approx_hessian(f, x, eps)


def whole_hessian(f: Cost, x: Any, eps: float) -> np.ndarray:
    """The result in the dtype of x."""
    return plain.approx_hessian(f, x, eps).astype(np.asarray(x).dtype)


def hessian_of_whole_steps(f: Cost, x: Any, eps: float) -> np.ndarray:
    """Steps in the dtype of x: of whole numbers nothing moves, and nothing curves."""
    if np.asarray(x).dtype.kind == "f":
        return plain.approx_hessian(f, x, eps)
    return np.zeros((np.size(x), np.size(x)))


# --- walks ------------------------------------------------------------------------------------------------------------

Walk = tuple[np.ndarray, np.ndarray]


def _walk(cost: Cost, trials: list[np.ndarray]) -> Walk:
    return np.array([float(cost(x)) for x in trials]), np.array(trials).T


def absolute_values(cost: Cost, x0: Any, axis: int, values: Any) -> Walk:
    """The values replace the parameter instead of being added to it."""
    trials = [np.array(x0, float) for _ in values]
    for x, v in zip(trials, values, strict=True):
        x[axis] = v
    return _walk(cost, trials)


def walks_on(cost: Cost, x0: Any, axis: int, values: Any) -> Walk:
    """Every trial starts where the last one ended."""
    return plain.explore_1d(cost, x0, axis, np.cumsum(values))


def other_axis(cost: Cost, x0: Any, axis: int, values: Any) -> Walk:
    """The first parameter, whatever was asked for."""
    return plain.explore_1d(cost, x0, 0, values)


def all_parameters(cost: Cost, x0: Any, axis: int, values: Any) -> Walk:
    """Every parameter is changed."""
    return _walk(cost, [np.asarray(x0, float) + v for v in values])


def increments(cost: Cost, x0: Any, axis: int, values: Any) -> Walk:
    """Increments: p holds what was added, not what was tried."""
    s, p = plain.explore_1d(cost, x0, axis, values)
    return s, p - np.asarray(x0, float)[:, None]


def swapped(cost: Cost, x0: Any, axis: int, values: Any) -> tuple[np.ndarray, np.ndarray]:
    """(p, s) instead of (s, p)."""
    return plain.explore_1d(cost, x0, axis, values)[::-1]


def last_of_all(cost: Cost, x0: Any, axis: int, values: Any) -> Walk:
    """One array for all trials: every column of p is the last one."""
    s, p = plain.explore_1d(cost, x0, axis, values)
    return s, np.repeat(p[:, -1:], p.shape[1], axis=1)


def whole_trials(cost: Cost, x0: Any, axis: int, values: Any) -> Walk:
    """Trials in the dtype of x0."""
    trials = [np.array(x0) for _ in values]
    for x, v in zip(trials, values, strict=True):
        x[axis] = x[axis] + v
    return _walk(cost, trials)


# --- rigid motions ----------------------------------------------------------------------------------------------------


def _turned(param: Any, points: Any, angle: float, sign: float = 1.0) -> np.ndarray:
    c, s = np.cos(angle), sign * np.sin(angle)
    return np.asarray(points, float) @ np.array([[c, -s], [s, c]]).T


def moved(param: Any, points: Any) -> np.ndarray:
    """The right one."""
    return plain.Rigid2D(param).apply(np.asarray(points, float))


def moved_by_transpose(param: Any, points: Any) -> np.ndarray:
    """The turn goes the other way."""
    return _turned(param, points, param[2] / 100, -1) + param[:2]


def moved_by_radians(param: Any, points: Any) -> np.ndarray:
    """The angle is not divided by 100."""
    return _turned(param, points, param[2]) + param[:2]


def moved_by_degrees(param: Any, points: Any) -> np.ndarray:
    """The angle is taken for degrees."""
    return _turned(param, points, np.deg2rad(param[2])) + param[:2]


def moved_by_hundredths_of_degrees(param: Any, points: Any) -> np.ndarray:
    """The angle is taken for hundredths of a degree."""
    return _turned(param, points, np.deg2rad(param[2] / 100)) + param[:2]


def moved_before(param: Any, points: Any) -> np.ndarray:
    """The shift comes first, and is turned too."""
    return _turned(param, np.asarray(points, float) + param[:2], param[2] / 100)


def moved_backwards(param: Any, points: Any) -> np.ndarray:
    """The inverse motion."""
    return _turned(param, np.asarray(points, float) - param[:2], param[2] / 100, -1)


def moved_with_swapped_shift(param: Any, points: Any) -> np.ndarray:
    """The column shift is added to the rows."""
    return _turned(param, points, param[2] / 100) + np.asarray(param, float)[[1, 0]]


def moved_less(param: Any, points: Any) -> np.ndarray:
    """The shift is subtracted."""
    return _turned(param, points, param[2] / 100) - param[:2]


def moved_about_the_middle(param: Any, points: Any) -> np.ndarray:
    """The turn is about the mean of the points."""
    x = np.asarray(points, float)
    return _turned(param, x - x.mean(axis=0), param[2] / 100) + x.mean(axis=0) + param[:2]


def moved_by_shift_only(param: Any, points: Any) -> np.ndarray:
    """No turn."""
    return np.asarray(points, float) + param[:2]
