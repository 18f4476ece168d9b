"""
Unit U07 in readable NumPy: translation by gradient descent, when to stop, what to report; the printed search.

A shift ``u = (row, column)`` is a pull: the static picture I at x is compared with the moving picture J at x + u. The
content of J therefore comes up and to the left by u.
"""

import numpy as np
from scipy import ndimage


def grad_ssd_translation(I, J, p, q):
    """
    Gradient of the sum of squared differences with respect to a shift.

    Parameters
    ----------
    I, J : array_like of shape (R, C)
        Static and moving picture, of any real dtype.
    p, q : float
        Row and column shift of the pull, in pixels.

    Returns
    -------
    ndarray of shape (2,)
        ``d/dp`` and ``d/dq`` of ``sum((J(x + (p, q)) - I(x))**2)``; J is 0 outside its frame.

    Notes
    -----
    The chain rule: J(x + (p, q)) changes with p as J changes along the rows, *at the place where it is looked up*.

    Examples
    --------
    >>> from coursereg import samples
    >>> I, J = samples.blob(centre=(24, 32)), samples.blob(centre=(27, 32))  # the content of J lies 3 rows lower
    >>> grad_ssd_translation(I, J, 0, 0)[0] < 0, bool(grad_ssd_translation(I, J, 4, 0)[0] > 0)
    (np.True_, True)
    """
    I, J = np.asarray(I, float), np.asarray(J, float)
    r, c = np.indices(J.shape)  # 1 grid
    looked_up = ndimage.map_coordinates(J, [r + p, c + q], order=1)  # 2 pull, 3 interpolate
    d = looked_up - I  # 4 residual
    slope_r, slope_c = np.gradient(looked_up)  # 5 gradient: the slope where J is looked up
    return 2 * np.array([(d * slope_r).sum(), (d * slope_c).sum()])


def search(I, J, lr, iters):
    """
    Find the shift between two pictures by gradient descent on their mean squared difference.

    Parameters
    ----------
    I, J : array_like of shape (R, C)
        Static and moving picture, of any real dtype.
    lr : float
        Learning rate: a step is ``-lr`` times the gradient of the mean.
    iters : int
        Steps.

    Returns
    -------
    u : ndarray of shape (2,)
        The shift (row, column) after the last step; J(x + u) should look like I(x).
    history : ndarray of shape (iters,)
        ``history[k]`` is the mean squared difference before step k.

    Examples
    --------
    >>> from coursereg import samples
    >>> I, J = samples.blob(centre=(24, 32)), samples.blob(centre=(27, 30))
    >>> u, history = search(I, J, lr=0.01, iters=40)
    >>> u.round(2), len(history)
    (array([ 3., -2.]), 40)
    """
    I, J = np.asarray(I, float), np.asarray(J, float)
    r, c = np.indices(J.shape)
    u, history = np.zeros(2), np.zeros(iters)
    for k in range(iters):
        looked_up = ndimage.map_coordinates(J, [r + u[0], c + u[1]], order=1)  # from J itself, each time
        history[k] = ((looked_up - I) ** 2).mean()
        u = u - lr * grad_ssd_translation(I, J, *u) / I.size  # 6 step: down the slope of the mean
    return u, history


def should_stop(history, window=10, tol=1e-4):
    """
    Say whether a descent should stop, and why.

    Parameters
    ----------
    history : sequence of float
        The costs so far, the first one first; may be empty.
    window : int, default: 10
        How many costs are averaged.
    tol : float, default: 1e-4
        Smallest fall that counts, as a part of the mean of the window before.

    Returns
    -------
    str
        ``"diverged"`` if the last cost is nan or infinite, or more than twice the first one. Otherwise ``"plateau"`` if
        there are at least two windows, and the mean of the last one is not below that of the window before by more
        than ``tol`` times the latter. Otherwise ``""``: go on.

    Examples
    --------
    >>> should_stop([9, 4, 3, 3, 3, 3], window=2), should_stop([9, 4, 3], window=2), should_stop([1, 2, 4])
    ('plateau', '', 'diverged')
    """
    history = np.asarray(history, float)
    if len(history) == 0:
        return ""
    if not np.isfinite(history[-1]) or history[-1] > 2 * history[0]:
        return "diverged"
    if len(history) < 2 * window:
        return ""
    before, now = history[-2 * window : -window].mean(), history[-window:].mean()
    return "plateau" if before - now <= tol * before else ""


def report(u, truth, shape):
    """
    Report how good a shift is: its error, and how much of the picture was compared.

    Parameters
    ----------
    u, truth : array_like of shape (2,)
        The shift found and the true one, (row, column), as pulls.
    shape : (int, int)
        Rows and columns of both pictures.

    Returns
    -------
    error : float
        Distance of `u` from `truth`, in pixels.
    overlap : float
        Per cent of the pixels x of I for which x + u lies inside the frame of J: from 0 to R - 1 and from 0 to C - 1.

    Examples
    --------
    >>> report((3, -4), (0, 0), (10, 20))
    (5.0, 56.0)
    """
    p, q = u
    r, c = np.indices(shape)
    inside = (r + p >= 0) & (r + p <= shape[0] - 1) & (c + q >= 0) & (c + q <= shape[1] - 1)
    error = np.hypot(p - truth[0], q - truth[1])
    return float(error), float(100 * inside.sum() / inside.size)


def descend(I, J, lr, iters):
    """
    Descend as `search` does, and return what is seen in the end: the bug of the unit, mended.

    Returns
    -------
    u : ndarray of shape (2,)
        The shift after the last step.
    looked_up : ndarray of shape (R, C)
        J at x + u, interpolated once.
    """
    I, J = np.asarray(I, float), np.asarray(J, float)
    u, looked_up = np.zeros(2), J
    for _ in range(iters):
        slopes = np.gradient(looked_up)  # inside the loop: the slopes go with the picture
        u = u - lr * np.array([2 * ((looked_up - I) * slope).mean() for slope in slopes])
        looked_up = ndimage.shift(J, -u, order=1)  # from J itself, by all of u
    return u, looked_up


def handout_translation_search(I, J, lr=1e-7, iters=100):
    """
    Search for a shift as printed in the hand-out: a museum piece, to be beaten by a student.

    What does not run in print is mended (brackets, names, SciPy's removed function). Its own defects are kept: the
    slope along the columns moves the rows and the other way round; the learning rate belongs to the *sum*, so that it
    depends on the number of pixels; pixels without a partner count; the cost is cut to whole numbers; it never stops by
    itself, and returns where it happens to be in the end.

    Parameters
    ----------
    I, J : array_like of shape (R, R)
        Static and moving picture; the printed one fails for others.
    lr : float
        Learning rate.
    iters : int
        Steps.

    Returns
    -------
    u : ndarray of shape (2,)
        How far the content of J is moved, (rows, columns): the opposite of the pull of `search`.
    history : ndarray of shape (iters,)
        The printed cost.
    """
    I, J = np.asarray(I, float), np.asarray(J, float)
    u, history = np.zeros(2), np.zeros(iters)
    for k in range(iters):
        moved = ndimage.shift(J, u, order=3)
        d = moved - I
        down, right = np.gradient(moved)
        u = u + 2 * lr * np.array([(d * right).sum(), (d * down).sum()])
        history[k] = (np.floor(np.abs(d)) ** 2).sum()
    return u, history
