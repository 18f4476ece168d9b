"""
Numeric derivatives by central differences.

``epsilon`` is the full width of a difference, in the units of the parameters: the function is asked half of it to each
side. A function with kinks, such as a similarity of sampled images, wants a width of the order of what matters
(0.1 pixel), not the smallest that a double can hold.
"""

import numpy as np

from coursereg import _check


def approx_gradient(f, x, epsilon):
    """
    Gradient of a function, by central differences.

    Parameters
    ----------
    f : callable
        ``f(x) -> float``.
    x : array_like of shape (n,)
        Where; left as it is.
    epsilon : float or array_like of shape (n,)
        Full width of the difference, more than 0; one for all parameters, or one each.

    Returns
    -------
    ndarray of shape (n,)
        ``(f(x + epsilon/2 e_i) - f(x - epsilon/2 e_i)) / epsilon``.

    Raises
    ------
    TypeError
        If `x` does not hold real numbers or `f` does not return one.
    ValueError
        If `x` is not 1-D or not finite, or `epsilon` is not positive.

    Notes
    -----
    ``2 n`` calls of `f`; exact for polynomials up to degree 2.

    Examples
    --------
    >>> approx_gradient(lambda x: x[0] ** 2 + 3 * x[1], [1, 5], 0.5)
    array([2., 3.])
    """
    x = as_point("x", x)
    epsilon = _widths(epsilon, x)
    g = np.empty(x.size)
    for i, e in enumerate(epsilon):
        g[i] = (_at(f, x, i, e / 2) - _at(f, x, i, -e / 2)) / e
    return g


def approx_hessian_diag(f, x, epsilon):
    """
    Diagonal of the Hessian of a function, by central differences.

    Parameters
    ----------
    f : callable
        ``f(x) -> float``.
    x : array_like of shape (n,)
        Where; left as it is.
    epsilon : float or array_like of shape (n,)
        Distance of the three points, more than 0; one for all parameters, or one each.

    Returns
    -------
    ndarray of shape (n,)
        ``(f(x + epsilon e_i) + f(x - epsilon e_i) - 2 f(x)) / epsilon**2``.

    Raises
    ------
    TypeError
        If `x` does not hold real numbers or `f` does not return one.
    ValueError
        If `x` is not 1-D or not finite, or `epsilon` is not positive.

    Notes
    -----
    ``2 n + 1`` calls of `f`.

    Examples
    --------
    >>> approx_hessian_diag(lambda x: x[0] ** 2 + 3 * x[1], [1, 5], 0.5)
    array([2., 0.])
    """
    x = as_point("x", x)
    epsilon = _widths(epsilon, x)
    middle = _at(f, x, 0, 0.0)
    h = np.empty(x.size)
    for i, e in enumerate(epsilon):
        h[i] = (_at(f, x, i, e) + _at(f, x, i, -e) - 2 * middle) / e**2
    return h


def approx_hessian(f, x, epsilon):
    """
    Hessian of a function, by central differences of central differences.

    Parameters
    ----------
    f : callable
        ``f(x) -> float``.
    x : array_like of shape (n,)
        Where; left as it is.
    epsilon : float or array_like of shape (n,)
        Full width of the differences, more than 0; one for all parameters, or one each.

    Returns
    -------
    ndarray of shape (n, n)
        Row i is ``(g(x + epsilon/2 e_i) - g(x - epsilon/2 e_i)) / epsilon`` with g of `approx_gradient`. Symmetric but
        for rounding; it is not made symmetric.

    Raises
    ------
    TypeError
        If `x` does not hold real numbers or `f` does not return one.
    ValueError
        If `x` is not 1-D or not finite, or `epsilon` is not positive.

    Notes
    -----
    ``4 n**2`` calls of `f`.

    Examples
    --------
    >>> approx_hessian(lambda x: x[0] ** 2 + 3 * x[0] * x[1], [1, 5], 0.5)
    array([[2., 3.],
           [3., 0.]])
    """
    x = as_point("x", x)
    epsilon = _widths(epsilon, x)
    h = np.empty((x.size, x.size))
    for i, e in enumerate(epsilon):
        up, down = x.copy(), x.copy()
        up[i] += e / 2
        down[i] -= e / 2
        h[i] = (approx_gradient(f, up, epsilon) - approx_gradient(f, down, epsilon)) / e
    return h


def as_point(name, x):
    """Return a point as a fresh 1-D array of finite float64; a single number is a point with one parameter."""
    x = np.atleast_1d(_check.as_numbers(name, x, ndim=(0, 1))).astype(np.float64)
    _check.finite(name, x)
    return x


def one_number(name, value):
    """Return the value of a function as a float; it may be nan or infinite, but must be one real number."""
    try:
        if np.iscomplexobj(value):
            raise TypeError
        return float(np.asarray(value).item())
    except (TypeError, ValueError):
        msg = f"{name} must return one number, got {value!r}"
        raise TypeError(msg) from None


def _widths(epsilon, x):
    """Return one positive width per parameter."""
    out = np.asarray(epsilon, np.float64)
    if out.shape not in ((), (1,), x.shape) or not (np.isfinite(out) & (out > 0)).all():
        msg = f"epsilon must be a positive number, or one for each of {x.size} parameters, got {epsilon!r}"
        raise ValueError(msg)
    return np.broadcast_to(out, x.shape)


def _at(f, x, i, change):
    """Return f where parameter i is changed; f gets an array of its own."""
    moved = x.copy()
    moved[i] += change
    return one_number("f", f(moved))
