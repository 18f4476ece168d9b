"""
Unit U06 in readable NumPy: slopes and curvatures of a cost from its values alone, walks along it, a rigid motion.

A cost is any function of a vector of parameters that returns one number. ``eps`` is always the *full* width of a
central difference: the cost is asked at ``x - eps / 2`` and ``x + eps / 2``. Points are (row, column).
"""

import numpy as np


def approx_gradient(f, x, eps):
    """
    Gradient of a function, by central differences.

    Parameters
    ----------
    f : callable
        ``f(x) -> float``.
    x : array_like of shape (n,)
        Where; floats or whole numbers. Is not modified.
    eps : float
        Full width of the difference, in units of the parameters.

    Returns
    -------
    ndarray of shape (n,)
        ``(f(x + eps / 2 e_i) - f(x - eps / 2 e_i)) / eps``.

    Examples
    --------
    >>> approx_gradient(lambda x: x[0] ** 2 + 3 * x[1], [1, 5], 0.5)
    array([2., 3.])
    """
    x = np.asarray(x, float)  # whole numbers would swallow half a step
    g = np.zeros(x.size)
    for i in range(x.size):
        h = np.zeros(x.size)
        h[i] = eps / 2
        g[i] = (f(x + h) - f(x - h)) / eps  # the two points lie eps apart
    return g


def approx_hessian(f, x, eps):
    """
    Hessian of a function: the central difference of its gradient.

    Parameters
    ----------
    f : callable
        ``f(x) -> float``.
    x : array_like of shape (n,)
        Where; floats or whole numbers. Is not modified.
    eps : float
        Full width of both differences, in units of the parameters.

    Returns
    -------
    ndarray of shape (n, n)
        Row i says how the gradient changes along parameter i. On the diagonal this is
        ``(f(x + eps e_i) - 2 f(x) + f(x - eps e_i)) / eps**2``.

    Examples
    --------
    >>> approx_hessian(lambda x: x[0] ** 2 + 3 * x[0] * x[1], [1, 5], 0.5)
    array([[2., 3.],
           [3., 0.]])
    """
    x = np.asarray(x, float)
    H = np.zeros((x.size, x.size))
    for i in range(x.size):
        h = np.zeros(x.size)
        h[i] = eps / 2
        H[i] = (approx_gradient(f, x + h, eps) - approx_gradient(f, x - h, eps)) / eps
    return H


def explore_1d(cost, x0, axis, values):
    """
    Walk along one parameter and write down the cost.

    Parameters
    ----------
    cost : callable
        ``cost(x) -> float``.
    x0 : array_like of shape (n,)
        Where the walk is centred; floats or whole numbers. Is not modified.
    axis : int
        Which parameter is changed.
    values : array_like of shape (m,)
        What is added to it, in any order.

    Returns
    -------
    s : ndarray of shape (m,)
        The cost at each trial.
    p : ndarray of shape (n, m)
        The parameters that were tried, one column for each trial.

    Examples
    --------
    >>> s, p = explore_1d(lambda x: x[0] + 10 * x[1], [1, 2], 1, [-1, 0, 1])
    >>> s
    array([11., 21., 31.])
    >>> p
    array([[1., 1., 1.],
           [1., 2., 3.]])
    """
    s, p = np.zeros(len(values)), np.zeros((len(x0), len(values)))
    for k in range(len(values)):
        x = np.array(x0, float)  # a fresh copy: the next trial starts from x0 again
        x[axis] += values[k]
        s[k], p[:, k] = cost(x), x
    return s, p


class Rigid2D:
    """
    A rigid motion of the plane: ``T(x) = R x + t``, from points of the static picture to points of the moving one.

    Parameters
    ----------
    param : array_like of shape (3,)
        Row shift and column shift in pixels, and the angle in hundredths of a radian.

    Attributes
    ----------
    param : ndarray of shape (3,)
        May be set at any time.

    Examples
    --------
    >>> T = Rigid2D([3, -2, 0])
    >>> T.apply(np.array([[10.0, 20.0]]))
    array([[13., 18.]])
    """

    def __init__(self, param=(0.0, 0.0, 0.0)):
        self.param = np.array(param, float)  # a copy, so that no two objects share their numbers

    def apply(self, points):
        """Return R x + t for each row x of ``points``, (n, 2)."""
        p, q, hundredths = self.param
        c, s = np.cos(hundredths / 100), np.sin(hundredths / 100)
        R = np.array([[c, -s], [s, c]])
        return points @ R.T + [p, q]  # a row x of points times R.T is R x

    def copy(self):
        """Return another object with the same numbers."""
        return Rigid2D(self.param)
