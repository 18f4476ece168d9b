"""
Unit U02 in readable NumPy: look a picture up between its pixels, move it, warp it once, give it a new grid.

Pictures are (rows, columns). Warping is pull: every pixel of the result asks where it comes from.
"""

import numpy as np
from scipy import ndimage


def bilinear(I, r, c, fill=0.0):
    """
    Look up ``I`` at points between its pixels, by linear interpolation along rows and columns.

    Parameters
    ----------
    I : array_like of shape (R, C)
        The picture, any real dtype.
    r, c : array_like of one shape
        Row and column coordinates of the points, in pixels; pixel (0, 0) is at r = 0, c = 0.
    fill : float
        The value of a point outside the picture, that is with r < 0, r > R - 1, c < 0 or c > C - 1.

    Returns
    -------
    ndarray of float, of the shape of ``r``
        Grey values.

    Examples
    --------
    >>> float(bilinear([[0, 10], [20, 30]], 0.5, 0.5))
    15.0
    """
    I = np.asarray(I, float)
    r, c = np.asarray(r, float), np.asarray(c, float)
    rows, columns = I.shape
    inside = (r >= 0) & (r <= rows - 1) & (c >= 0) & (c <= columns - 1)
    r, c = np.where(inside, r, 0), np.where(inside, c, 0)
    # the pixel above left; on the last row or column the neighbour below or right has weight 0, so clip its index
    r0, c0 = np.floor(r).astype(int), np.floor(c).astype(int)
    r1, c1 = np.minimum(r0 + 1, rows - 1), np.minimum(c0 + 1, columns - 1)
    a, b = r - r0, c - c0
    above = (1 - b) * I[r0, c0] + b * I[r0, c1]
    below = (1 - b) * I[r1, c0] + b * I[r1, c1]
    return np.where(inside, (1 - a) * above + a * below, fill)


def translation(I, p, q):
    """
    Move the content of a picture ``p`` rows down and ``q`` columns right.

    Parameters
    ----------
    I : array_like of shape (R, C)
        The picture, any real dtype.
    p, q : float
        Shift of the content in pixels; parts of a pixel are allowed.

    Returns
    -------
    ndarray of float, of shape (R, C)
        The moved picture; what comes from outside the frame is 0.

    Examples
    --------
    >>> translation([[1, 2], [3, 4]], 1, 0)
    array([[0., 0.],
           [1., 2.]])
    """
    I = np.asarray(I, float)
    r, c = np.indices(I.shape)  # 1 grid
    return bilinear(I, r - p, c - q)  # 2 pull, 3 interpolate: pixel (r, c) shows what was at (r - p, c - q)


def compose_then_warp(I, Ts):
    """
    Apply a chain of pull matrices to a picture, but look the picture up only once.

    Parameters
    ----------
    I : array_like of shape (R, C)
        The picture.
    Ts : sequence of array_like of shape (3, 3)
        Matrices for (row, column, 1). Each is a warp ``out(x) = in(T x)``; ``Ts[0]`` is the first warp that the
        picture goes through, ``Ts[-1]`` the last. An empty sequence leaves the picture as it is.

    Returns
    -------
    ndarray of float, of shape (R, C)
        The picture after the whole chain; what comes from outside the frame is 0.

    Notes
    -----
    The last warp asks first: ``out(x) = I(T0 T1 ... Tn x)``.

    Examples
    --------
    >>> down = [[1, 0, -1], [0, 1, 0], [0, 0, 1]]
    >>> up = [[1, 0, 1], [0, 1, 0], [0, 0, 1]]
    >>> compose_then_warp([[1, 2], [3, 4]], [down, up])
    array([[1., 2.],
           [3., 4.]])
    """
    I = np.asarray(I, float)
    M = np.eye(3)
    for T in Ts:
        M = M @ np.asarray(T, float)
    r, c = np.indices(I.shape)  # 1 grid
    points = np.stack([r.ravel(), c.ravel(), np.ones(I.size)])
    pulled = M @ points  # 2 pull
    return bilinear(I, pulled[0].reshape(I.shape), pulled[1].reshape(I.shape))  # 3 interpolate


def new_shape(shape, zooms, new_zooms):
    """
    Count the voxels of a resampled grid that covers the same field of view.

    Parameters
    ----------
    shape : sequence of int
        Voxels along each axis.
    zooms, new_zooms : sequence of float
        Old and new voxel size along each axis, in mm.

    Returns
    -------
    tuple of int
        ``shape * zooms / new_zooms``, rounded to the nearest whole number, a half to the even one.

    Examples
    --------
    >>> new_shape((58, 58, 24), (4, 4, 5), (3, 3, 3))
    (77, 77, 40)
    """
    extent = np.asarray(shape) * np.asarray(zooms, float)
    return tuple(int(n) for n in np.round(extent / np.asarray(new_zooms, float)))


def translation_by_spline(I, p, q, order=3):
    """Move a picture as `translation` does, with a spline of SciPy: order 0 nearest, 1 linear, 3 cubic."""
    I = np.asarray(I, float)
    r, c = np.indices(I.shape)
    return ndimage.map_coordinates(I, [r - p, c - q], order=order, cval=0.0)
