"""
The smooth joint histogram of Mattes in readable NumPy, and how mutual information changes with an affine map.

Grey values are in units of bins. Of the static image a pixel adds to one bin, ``S[i]``; of the moving one to four, with
the weights of a cubic B-spline about its value, so that the histogram has a derivative by that value.
"""

import numpy as np


def cubic_spline(x):
    """
    The cubic B-spline: a smooth bell of width 4.

    Parameters
    ----------
    x : array_like
        Where.

    Returns
    -------
    ndarray
        The values.

    Examples
    --------
    >>> cubic_spline([0, 1, 2]).round(3)
    array([0.667, 0.167, 0.   ])
    """
    x = np.abs(np.asarray(x, float))
    return np.where(x < 1, (4 - 6 * x**2 + 3 * x**3) / 6, np.where(x < 2, (2 - x) ** 3 / 6, 0))


def cubic_spline_derivative(x):
    """
    Slope of the cubic B-spline.

    Parameters
    ----------
    x : array_like
        Where.

    Returns
    -------
    ndarray
        The slopes.

    Examples
    --------
    >>> cubic_spline_derivative([-1, 0, 1])
    array([ 0.5,  0. , -0.5])
    """
    x = np.asarray(x, float)
    a = np.abs(x)
    slope = np.where(a < 1, (9 * a**2 - 12 * a) / 6, np.where(a < 2, -((2 - a) ** 2) / 2, 0))
    return np.where(x < 0, -slope, slope)


def parzen_joint(static, moving, bins, weights=None):
    """
    Joint probabilities with a box window for the static image and a cubic one for the moving image.

    Parameters
    ----------
    static, moving : array_like of shape (N,)
        Grey values in units of bins, 2 to ``bins - 2``.
    bins : int
        Bins of each image.
    weights : array_like of shape (N,), optional
        How much each pair counts; by default 1.

    Returns
    -------
    ndarray of shape (bins, bins)
        Static bins by moving bins; the sum is 1.

    Examples
    --------
    >>> parzen_joint([2.0], [3.0], 6)[2].round(3)
    array([0.   , 0.   , 0.167, 0.667, 0.167, 0.   ])
    """
    rows = np.clip(np.floor(static), 2, bins - 3).astype(int)
    windows = cubic_spline(np.arange(bins) - np.asarray(moving, float)[:, None])  # (N, bins)
    joint = np.zeros((bins, bins))
    weights = np.ones(len(rows)) if weights is None else weights
    for row, window, weight in zip(rows, windows, weights, strict=True):
        joint[row] += weight * window
    return joint / joint.sum()


def parzen_joint_gradient(static, moving, slopes, bins):
    """
    Derivatives of `parzen_joint` by parameters.

    Parameters
    ----------
    static, moving : array_like of shape (N,)
        As of `parzen_joint`.
    slopes : array_like of shape (N, K)
        Change of each value of the moving image, in bins, by each parameter.
    bins : int
        Bins of each image.

    Returns
    -------
    ndarray of shape (bins, bins, K)
        The derivatives.

    Examples
    --------
    >>> parzen_joint_gradient([2.0], [3.0], [[1.0]], 6)[2, :, 0]
    array([ 0. ,  0. , -0.5,  0. ,  0.5,  0. ])
    """
    rows = np.clip(np.floor(static), 2, bins - 3).astype(int)
    windows = -cubic_spline_derivative(np.arange(bins) - np.asarray(moving, float)[:, None])
    out = np.zeros((bins, bins, np.shape(slopes)[1]))
    for row, window, slope in zip(rows, windows, np.asarray(slopes, float), strict=True):
        out[row] += window[:, None] * slope
    return out / len(rows)


def parzen_mi(joint, joint_gradient):
    """
    Mutual information in nats, and its gradient.

    Parameters
    ----------
    joint : array_like of shape (S, M)
        Probabilities.
    joint_gradient : array_like of shape (S, M, K)
        Their derivatives.

    Returns
    -------
    float
        Mutual information.
    ndarray of shape (K,)
        Its gradient.

    Examples
    --------
    >>> value, slope = parzen_mi(np.eye(2) / 2, np.zeros((2, 2, 1)))
    >>> round(value, 6), slope
    (0.693147, array([0.]))
    """
    p = np.asarray(joint, float)
    expected = p.sum(axis=1)[:, None] * p.sum(axis=0)
    seen = p > 0
    score = np.zeros_like(p)
    score[seen] = np.log(p[seen] / expected[seen])
    return float(np.sum(p * score)), np.einsum("ij,ijk->k", score, joint_gradient)


def known_values(image, points):
    """
    Linear interpolation between samples of which some are NaN or beyond the border: the mean of those that are known.

    Parameters
    ----------
    image : array_like of shape (P, R, C)
        The image.
    points : array_like of shape (N, 3)
        Indices, not whole.

    Returns
    -------
    values, weights : ndarray of shape (N,)
        The mean of the known neighbours, weighted by how near they are, and the sum of their weights, 0 to 1.

    Examples
    --------
    >>> known_values([[[1.0, 3.0, np.nan]]], [[0, 0, 0.5], [0, 0, 1.75]])
    (array([2., 3.]), array([1.  , 0.25]))
    """
    image, points = np.asarray(image, float), np.asarray(points, float)
    values, weights = np.zeros((2, len(points)))
    for n, point in enumerate(points):
        total = weight = 0.0
        low = np.floor(point).astype(int)
        for corner in np.ndindex(2, 2, 2):
            at = low + corner
            if (at < 0).any() or (at >= image.shape).any() or np.isnan(image[tuple(at)]):
                continue
            w = np.prod(np.where(corner, point - low, 1 - (point - low)))
            total, weight = total + w * image[tuple(at)], weight + w
        values[n], weights[n] = (total / weight if weight > 0 else 0.0), weight
    return values, weights
