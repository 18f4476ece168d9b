"""
The hand-out's turning functions, for pictures of any shape: `rotation`, `transform`.

A motion is a pull: ``out(x) = I(R (x - pivot) + pivot - u)`` with ``R = [[cos, -sin], [sin, cos]]`` on (row, column).
A positive angle turns the picture clockwise on the screen. The hand-out's ``u`` was (columns, rows); here it is (rows,
columns), as everywhere.
"""

import numpy as np

from coursereg import _check
from coursereg.space.resample import pull

_QUARTERS = {0: (1.0, 0.0), 90: (0.0, 1.0), 180: (-1.0, 0.0), 270: (0.0, -1.0)}  # cos, sin without rounding


def rotation(I, theta, pivot=(0, 0)):
    """
    Turn an image about a point.

    Parameters
    ----------
    I : array_like of shape (R, C)
        The image.
    theta : float
        Angle in degrees; positive is clockwise on the screen.
    pivot : pair of float, default: (0, 0)
        (row, column) of the point that stays, in pixels; by default the top-left pixel, as in the hand-out.

    Returns
    -------
    ndarray of shape (R, C)
        Float image, by cubic B-splines between the pixels; 0 where nothing of `I` arrives. Exact where every pixel
        meets a pixel.

    Raises
    ------
    TypeError
        If `I` does not hold real numbers.
    ValueError
        If `I` is not 2-D, is empty or has NaN or infinite samples, `theta` is not a finite number, or `pivot` is not
        two.

    See Also
    --------
    coursereg.transform : turn and shift in one.

    Examples
    --------
    >>> rotation([[1, 2, 3], [4, 5, 6]], 180, pivot=(0.5, 1))
    array([[6., 5., 4.],
           [3., 2., 1.]])
    """
    return transform(I, theta, pivot=pivot)


def transform(I, theta=0, u=(0, 0), pivot=(0, 0)):
    """
    Shift the content of an image by u, then turn it about a point: a rigid motion.

    Parameters
    ----------
    I : array_like of shape (R, C)
        The image.
    theta : float, default: 0
        Angle in degrees; positive is clockwise on the screen.
    u : pair of float, default: (0, 0)
        (rows, columns) by which the content moves down and to the right before it is turned, in pixels.
    pivot : pair of float, default: (0, 0)
        (row, column) of the point about which it is turned, in pixels.

    Returns
    -------
    ndarray of shape (R, C)
        Float image: ``out(x) = I(R (x - pivot) + pivot - u)`` with ``R = [[cos, -sin], [sin, cos]]``, by cubic
        B-splines between the pixels; 0 where nothing of `I` arrives. Exact where every pixel meets a pixel.

    Raises
    ------
    TypeError
        If `I` does not hold real numbers.
    ValueError
        If `I` is not 2-D, is empty or has NaN or infinite samples, `theta` is not a finite number, or `u` or `pivot`
        is not two.

    See Also
    --------
    coursereg.translation : the case ``theta = 0``.
    coursereg.search : find theta and u.

    Notes
    -----
    Another pivot gives the same picture with another shift: ``transform(I, theta, u, pivot)`` is ``transform(I, theta,
    u + R pivot - pivot)``.

    Examples
    --------
    >>> transform([[1, 2, 3], [4, 5, 6]], u=(1, -1))
    array([[0., 0., 0.],
           [2., 3., 0.]])
    >>> transform([[1, 2], [3, 4]], 90, u=(0, 0), pivot=(0.5, 0.5))
    array([[3., 1.],
           [4., 2.]])
    """
    I = _check.as_numbers("I", I, ndim=2)
    _check.finite("I", I)
    theta, u, pivot = _check.number("theta", theta), pair("u", u), pair("pivot", pivot)
    R = turn(theta)
    back = np.eye(3)
    back[:2, :2], back[:2, 2] = R, pivot - R @ pivot - u
    on_pixels = np.array_equal(back, np.round(back))
    return pull(I.astype(np.float64), back, I.shape, order=1 if on_pixels else 3)


def turn(theta):
    """Return R of an angle in degrees; quarters of a turn are exact."""
    c, s = _QUARTERS.get(theta % 360, (np.cos(np.deg2rad(theta)), np.sin(np.deg2rad(theta))))
    return np.array([[c, -s], [s, c]])


def pair(name, value):
    """Return two finite numbers as an array."""
    out = np.asarray(value)
    if out.shape != (2,) or out.dtype.kind not in _check.KINDS or not np.isfinite(out).all():
        msg = f"{name} must be two finite numbers (rows, columns), got {value!r}"
        raise ValueError(msg)
    return out.astype(np.float64)
