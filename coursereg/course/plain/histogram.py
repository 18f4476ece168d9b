"""
Unit U04 in readable NumPy: the joint histogram, the bins it counts in, the region it looks at, and its smooth forms.

Axis 0 of a joint histogram belongs to the first (static) picture, axis 1 to the second (moving) one.
"""

import numpy as np


def JointHist(I, J, bins):  # noqa: N802 - the hand-out's name
    """
    Joint histogram of two pictures: how often each pair of grey values occurs.

    Parameters
    ----------
    I, J : array_like of one shape
        The pictures, any real dtype, no NaN.
    bins : int
        Number of bins of each picture, of equal width from its own minimum to its own maximum. A bin contains its lower
        edge and not its upper one; the last bin contains both.

    Returns
    -------
    ndarray of int, of shape (bins, bins)
        Counts, axis 0 is ``I``. They sum to the number of pixels.

    Notes
    -----
    A constant picture has no width: a range of one grey level about it is used, so all its pixels share one bin.

    Examples
    --------
    >>> JointHist([[0, 0], [1, 4]], [[5, 5], [7, 9]], bins=2)
    array([[2, 1],
           [0, 1]])
    """
    numbers = []
    for x in (I, J):
        x = np.asarray(x, float).ravel()
        lo, hi = x.min(), x.max()
        if lo == hi:
            lo, hi = lo - 0.5, hi + 0.5
        edges = np.linspace(lo, hi, bins + 1)
        k = np.searchsorted(edges, x, side="right") - 1  # the last edge that is not above x
        numbers.append(np.minimum(k, bins - 1))  # the maximum belongs to the last bin
    i, j = numbers
    return np.bincount(i * bins + j, minlength=bins * bins).reshape(bins, bins)


def clamp(x, bins, mask=None):
    """
    Turn grey values into bin numbers: integers that fit are only shifted, all else is rescaled and rounded.

    Parameters
    ----------
    x : array_like
        Grey values, integer or float, of any shape.
    bins : int
        The largest number of bins, 1 to 32767.
    mask : array_like of bool, of the shape of ``x``, optional
        Where to look; everywhere when not given. Only these values make the minimum and the maximum.

    Returns
    -------
    y : ndarray of int16, of the shape of ``x``
        Bin numbers 0 ... used - 1, and -1 outside the mask.
    used : int
        Number of bins in use: ``max - min + 1`` for integers that fit, 1 for a constant, else ``bins``.

    Raises
    ------
    ValueError
        If ``bins`` is out of range, the mask is empty, or there is NaN inside the mask.

    Examples
    --------
    >>> clamp([-3, -1, 2], 256)
    (array([0, 2, 5], dtype=int16), 6)
    >>> clamp([0, 100, 255], 10)
    (array([0, 4, 9], dtype=int16), 10)
    """
    if not 1 <= bins <= 32767:
        msg = f"bins must be 1 to 32767, got {bins}"
        raise ValueError(msg)
    x = np.asarray(x)
    mask = np.ones(x.shape, bool) if mask is None else np.asarray(mask, bool)
    values = x[mask].astype(float)  # before any subtraction: small integers wrap around
    if values.size == 0 or np.isnan(values).any():
        msg = "the mask must hold at least one value, and no NaN: take NaN out of the mask"
        raise ValueError(msg)
    lo, width = values.min(), values.max() - values.min()
    if width == 0 or (x.dtype.kind in "biu" and width <= bins - 1):
        binned, used = values - lo, int(width) + 1
    else:
        binned, used = np.round((bins - 1) / width * (values - lo)), bins
    y = np.full(x.shape, -1, np.int16)
    y[mask] = binned
    return y, used


def bounding_box(mask):
    """
    Smallest box that contains a mask.

    Parameters
    ----------
    mask : array_like of bool, of any number of dimensions
        True (or 1) inside.

    Returns
    -------
    corner : tuple of int
        Smallest index along each axis.
    size : tuple of int
        Number of pixels along each axis: largest index - smallest index + 1.

    Raises
    ------
    ValueError
        If the mask is empty.

    Examples
    --------
    >>> bounding_box([[0, 0, 0, 0], [0, 0, 1, 1], [0, 0, 0, 1]])
    ((1, 2), (2, 2))
    """
    where = np.argwhere(np.asarray(mask))
    if len(where) == 0:
        msg = "an empty mask has no box"
        raise ValueError(msg)
    corner, last = where.min(axis=0), where.max(axis=0)
    size = last - corner + 1
    return tuple(corner.tolist()), tuple(size.tolist())


def ideal_spacing(data, npoints):
    """
    Steps along each axis that leave at most ``npoints`` valid pixels.

    Parameters
    ----------
    data : array_like, of any number of dimensions
        Bin numbers; a negative one is masked and does not count.
    npoints : int
        At least 1.

    Returns
    -------
    tuple of int
        One step per axis. They start as 1; while more than ``npoints`` values ``>= 0`` are left, the axis with the
        largest ``length / step`` gets 1 more (the first such axis at a tie).

    Examples
    --------
    >>> ideal_spacing(np.zeros((4, 6)), 12)
    (1, 2)
    """
    data = np.asarray(data)
    step = np.ones(data.ndim, int)
    while (data[tuple(slice(None, None, s) for s in step)] >= 0).sum() > npoints:
        step[np.argmax(data.shape / step)] += 1  # argmax takes the first of equals
    return tuple(step.tolist())


def parzen_weights(x, lo, hi, nbins):
    """
    Spread one grey value over four bins with the cubic B-spline.

    Parameters
    ----------
    x : float
        The grey value, ``lo <= x <= hi``.
    lo, hi : float
        Range of the grey values, ``lo < hi``.
    nbins : int
        At least 5. Two bins at each end are spare, so that no weight can fall off: ``lo`` is at u = 2 and ``hi`` at
        u = nbins - 2 of the bin axis.

    Returns
    -------
    ndarray of float, of shape (4,)
        Weights of the bins k - 1, k, k + 1, k + 2 with k = floor(u) (but at most nbins - 3), at least 0, of sum 1.

    References
    ----------
    D. Mattes et al., PET-CT image registration in the chest using free-form deformations, IEEE Trans. Med. Imaging 22,
    2003, doi:10.1109/TMI.2003.809072

    Examples
    --------
    >>> parzen_weights(0.0, 0.0, 1.0, 10).round(3)
    array([0.167, 0.667, 0.167, 0.   ])
    """
    u = 2 + (x - lo) / (hi - lo) * (nbins - 4)
    k = min(int(np.floor(u)), nbins - 3)
    t = np.abs(np.arange(k - 1, k + 3) - u)  # distance of the four bins from u
    near = (4 - 6 * t**2 + 3 * t**3) / 6
    far = (2 - t) ** 3 / 6
    return np.where(t <= 1, near, far)


# --- a joint histogram between the pixels: three ways -----------------------------------------------------------------


def neighbours(b, r, c):
    """
    Four neighbours of points between the pixels of ``b``, and how much each of them weighs.

    Parameters
    ----------
    b : ndarray of int, of shape (R, C)
        Bin numbers of the moving picture, -1 where masked.
    r, c : ndarray of one shape
        Row and column coordinates of the points, in pixels.

    Returns
    -------
    values : ndarray of int, of shape (4, number of points)
        Bin numbers; -1 for a neighbour that is masked or outside.
    weights : ndarray of float, of shape (4, number of points)
        Bilinear weights; 0 for a neighbour of value -1.
    """
    padded = np.pad(np.asarray(b, int), 2, constant_values=-1)  # beyond the frame nothing is valid
    r, c = np.clip(np.ravel(r), -2, b.shape[0]), np.clip(np.ravel(c), -2, b.shape[1])
    r0, c0 = np.floor(r).astype(int), np.floor(c).astype(int)
    values, weights = [], []
    for down in (0, 1):
        for right in (0, 1):
            values.append(padded[np.minimum(r0 + down, b.shape[0]) + 2, np.minimum(c0 + right, b.shape[1]) + 2])
            weights.append((1 - np.abs(r - r0 - down)) * (1 - np.abs(c - c0 - right)))
    values, weights = np.array(values), np.array(weights)
    weights[values < 0] = 0
    return values, weights


def joint_between(a, b, r, c, shape, interp="pv", rng=None):
    """
    Joint histogram of bin numbers when the moving picture is looked up between its pixels.

    Parameters
    ----------
    a : ndarray of int
        Bin numbers of the static picture, -1 where masked.
    b : ndarray of int, of shape (R, C)
        Bin numbers of the moving picture, -1 where masked.
    r, c : ndarray of the shape of ``a``
        Where each pixel of ``a`` looks in ``b``: row and column coordinates in pixels.
    shape : pair of int
        Numbers of bins, static and moving.
    interp : {"pv", "tri", "rand"}
        Partial volume: each of the four neighbours' bins gets its weight. Tri (linear along each axis): the mean bin
        number is rounded, and that bin gets 1. Rand: one neighbour is drawn with its weight, and its bin gets 1.
    rng : numpy.random.Generator, optional
        For "rand"; the same numbers at every call when not given.

    Returns
    -------
    ndarray of float, of shape ``shape``
        What falls on masked or outside neighbours is lost: the sum is at most the number of pixels of ``a``.

    References
    ----------
    F. Maes et al., Multimodality image registration by maximization of mutual information, IEEE Trans. Med. Imaging 16,
    1997, doi:10.1109/42.563664

    Examples
    --------
    >>> a = np.array([[0, 1]])
    >>> joint_between(a, a, np.zeros((1, 2)), np.array([[0, 0.75]]), (2, 2))
    array([[1.  , 0.  ],
           [0.25, 0.75]])
    >>> joint_between(a, a, np.zeros((1, 2)), np.array([[0, 0.75]]), (2, 2), "tri")
    array([[1., 0.],
           [0., 1.]])
    """
    i = np.ravel(a)
    j, w = neighbours(b, r, c)
    total = w.sum(axis=0)
    use = (i >= 0) & (total > 0)
    i, j, w, total = i[use], j[:, use], w[:, use], total[use]
    H = np.zeros(shape)
    if interp == "pv":
        for k in range(4):
            kept = w[k] > 0
            np.add.at(H, (i[kept], j[k][kept]), w[k][kept])
    elif interp == "tri":
        np.add.at(H, (i, np.floor((w * j).sum(axis=0) / total + 0.5).astype(int)), 1)
    elif interp == "rand":
        rng = np.random.default_rng(0) if rng is None else rng
        draw = rng.random(i.size) * total
        k = (draw >= np.cumsum(w, axis=0)[:3]).sum(axis=0)  # the neighbour in whose share the draw fell
        np.add.at(H, (i, j[k, np.arange(i.size)]), 1)
    else:
        msg = f'interp must be "pv", "tri" or "rand", got {interp!r}'
        raise ValueError(msg)
    return H
