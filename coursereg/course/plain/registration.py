"""
Registration by the joint histogram in readable NumPy: how the engine looks up, counts, and finds its way.

Two joint histograms. The first, `joint_histogram_at`, is that of a table of bins, looked up between the samples in one
of two ways. The second, `smooth_joint_histogram`, is a smooth function of where the samples are looked up, so that a
minimiser can follow its slope; `register_smoothly` does.
"""

from itertools import product

import numpy as np
from scipy import ndimage, optimize

from coursereg.course.plain.information import MI_from_hist


def joint_histogram_at(static, moving, matrix, shape, interp="pv"):
    """
    Joint histogram of two images of bins, the moving one looked up through a matrix.

    Parameters
    ----------
    static, moving : ndarray of int, 2-D or 3-D
        Bins; -1 where there is none.
    matrix : ndarray of shape (D + 1, D + 1)
        From indices of `static` to indices of `moving`.
    shape : (int, int)
        Number of bins of each image.
    interp : {"pv", "tri"}, default: "pv"
        Share a count of one among the bins of the neighbours ("partial volume"), or count the bin of the interpolated
        value.

    Returns
    -------
    ndarray of shape `shape`
        Weights; a neighbour outside the moving image, or without bin, gets none, and its share is lost.

    Examples
    --------
    >>> right_by_a_quarter = np.array([[1, 0, 0], [0, 1, 0.25], [0, 0, 1]])
    >>> joint_histogram_at(np.array([[0, 1]]), np.array([[0, 1]]), right_by_a_quarter, (2, 2))
    array([[0.75, 0.25],
           [0.  , 0.75]])
    """
    H = np.zeros(shape)
    for index in np.ndindex(static.shape):
        point = (matrix @ [*index, 1])[:-1]
        inside = all(-1 < x < n for x, n in zip(point, moving.shape, strict=True))
        if static[index] < 0 or not inside:
            continue
        bins, weights = _neighbours(moving, point)
        if interp == "pv":
            np.add.at(H[static[index]], bins, weights)
        elif weights.sum() > 0:
            H[static[index], int((weights * bins).sum() / weights.sum() + 0.5)] += 1
    return H


def _neighbours(moving, point):
    """Return bins and weights of the 2 x 2 (or 2 x 2 x 2) samples around a point, those without bin left out."""
    first = np.floor(point).astype(int)
    bins, weights = [], []
    for step in product((0, 1), repeat=len(point)):
        where = tuple(first + step)
        known = all(0 <= i < n for i, n in zip(where, moving.shape, strict=True)) and moving[where] >= 0
        if known:
            bins.append(moving[where])
            weights.append(np.prod(np.where(step, point - first, 1 - (point - first))))
    return np.array(bins, dtype=int), np.array(weights)


def smooth_joint_histogram(static_bins, moving_values, weights, shape):
    """
    Joint histogram in which every sample is spread over four moving bins by a cubic B-spline.

    Parameters
    ----------
    static_bins : ndarray of int, shape (N,)
        Bin of each sample in the static image.
    moving_values : ndarray of shape (N,)
        Value in the moving image, in units of bins: 2.5 is half way between bins 2 and 3.
    weights : ndarray of shape (N,)
        How much a sample counts.
    shape : (int, int)
        Number of bins of each image.

    Returns
    -------
    ndarray of shape `shape`
        Weights, which sum to ``weights.sum()``: what would fall beside the table goes into its first or last column.

    Examples
    --------
    >>> smooth_joint_histogram(np.array([0]), np.array([1.0]), np.array([6.0]), (1, 4)).round(6)
    array([[1., 4., 1., 0.]])
    """
    S, M = shape
    H = np.zeros(shape)
    value = np.clip(moving_values, 0, M - 1)
    first = np.floor(value).astype(int)
    for k in (-1, 0, 1, 2):
        distance = abs(value - (first + k))
        spline = np.where(distance < 1, 2 / 3 - distance**2 + distance**3 / 2, np.clip(2 - distance, 0, None) ** 3 / 6)
        np.add.at(H, (static_bins, np.clip(first + k, 0, M - 1)), weights * spline)
    return H


def register_smoothly(static, moving, bins=32, samples=4000, blurs=(2.0, 1.0, 0.0), seed=0):
    """
    Find the shift between two images by the mutual information of a smooth joint histogram.

    Parameters
    ----------
    static, moving : ndarray, 2-D or 3-D
        The images, without NaN.
    bins : int, default: 32
        Bins of each image.
    samples : int, default: 4000
        How many random places are compared.
    blurs : sequence of float
        Standard deviations, in pixels, of the Gaussians that blur both images, one stage after the other: far away the
        way can only be seen on a coarse picture.
    seed : int, default: 0
        Of the random places.

    Returns
    -------
    ndarray of shape (D,)
        ``moving`` at ``x + shift`` looks like ``static`` at ``x``.

    Notes
    -----
    The places are random so that no shift is special. On the grid whole shifts are: there nothing is interpolated, so
    nothing is blurred, and the similarity has a peak whether the images fit or not.

    Examples
    --------
    >>> from coursereg import samples
    >>> I, J = samples.blob((48, 64), (24, 30)), samples.blob((48, 64), (25.3, 29.2))
    >>> register_smoothly(I, J).round(2)
    array([ 1.3, -0.8])
    """
    rng = np.random.default_rng(seed)
    places = rng.random((samples, static.ndim)) * (np.array(static.shape) - 1)
    shift = np.zeros(static.ndim)
    for blur in blurs:
        I, J = (_in_bins(ndimage.gaussian_filter(x.astype(float), blur), bins) for x in (static, moving))
        static_bins = np.rint(_value(I, places)).astype(int).clip(0, bins - 1)

        def cost(u, J=J, static_bins=static_bins):
            known = _value(np.ones(J.shape), places + u, order=1).clip(0, 1)
            return -MI_from_hist(smooth_joint_histogram(static_bins, _value(J, places + u), known, (bins, bins)))

        shift = optimize.minimize(cost, shift, method="Powell", options={"xtol": 1e-4, "ftol": 1e-9}).x
    return shift


def _in_bins(image, bins):
    """Return grey values in units of bins, 0 to bins - 1."""
    return (image - image.min()) / (image.max() - image.min()) * (bins - 1)


def _value(image, points, order=3):
    """Return an image between its samples; it is mirrored outside for splines, 0 for linear interpolation."""
    mode = "mirror" if order == 3 else "constant"
    return ndimage.map_coordinates(image, points.T, order=order, mode=mode)
