"""
Unit U05 in readable NumPy: what one picture tells about another, read off their joint histogram.

``H[i, j]`` counts the pixels whose grey value is in bin ``i`` of the picture I and in bin ``j`` of the picture J: axis
0 is I, axis 1 is J. ``H`` may hold counts, probabilities or weights; it has at least one entry above 0 and none below.
Logarithms are natural: 1 nat is 1 / log(2), about 1.44, bits.
"""

import numpy as np


def MI_from_hist(H):
    """
    Mutual information of two pictures, in nats, from their joint histogram.

    Parameters
    ----------
    H : array_like of shape (S, M)
        Counts or weights, axis 0 is I. Need not sum to one, may have empty rows and columns.

    Returns
    -------
    float
        0 for independent pictures, at most the smaller of the two entropies.

    Notes
    -----
    ``sum p[i, j] log(p[i, j] / (p_I[i] p_J[j]))``; an empty cell adds nothing, because x log x goes to 0 with x.

    References
    ----------
    .. [1] P. Viola, W. M. Wells, "Alignment by maximization of mutual information", IJCV 24, 1997.
       :doi:`10.1023/A:1007958904918`

    Examples
    --------
    >>> round(MI_from_hist([[4, 0], [0, 4]]), 6)
    0.693147
    """
    p = np.asarray(H, float) / np.sum(H)
    p_I, p_J = p.sum(axis=1), p.sum(axis=0)  # each bin of I over all of J, and the other way round
    independent = np.outer(p_I, p_J)  # what p would be if I told nothing about J
    full = p > 0
    return float(np.sum(p[full] * np.log(p[full] / independent[full])))


def MI(I, J, bins):
    """
    Mutual information of two pictures, in nats.

    Parameters
    ----------
    I, J : array_like of one shape
        Pictures of any real dtype.
    bins : int
        Number of bins for each picture, equally wide from its own smallest to its own largest value; the last bin
        includes the largest value.

    Returns
    -------
    float
        0 for independent pictures; 0 if one of them is constant.

    Examples
    --------
    >>> round(MI([[0, 1], [2, 3]], [[30, 20], [10, 0]], 4), 6)  # log(4)
    1.386294
    """
    H, _, _ = np.histogram2d(np.ravel(I).astype(float), np.ravel(J).astype(float), bins)
    return MI_from_hist(H)


def NMI(H):
    """
    Mutual information divided by the mean of the two entropies.

    Parameters
    ----------
    H : array_like of shape (S, M)
        Counts or weights, axis 0 is I.

    Returns
    -------
    float
        ``2 MI / (H_I + H_J)``, from 0 (independent) to 1 (each picture tells the other); nan if both are constant.

    References
    ----------
    .. [1] C. Studholme, D. L. G. Hill, D. J. Hawkes, "An overlap invariant entropy measure of 3D medical image
       alignment", Pattern Recognition 32, 1999. :doi:`10.1016/S0031-3203(98)00091-0`

    Examples
    --------
    >>> NMI([[0, 4], [4, 0]])
    1.0
    """
    p = np.asarray(H, float) / np.sum(H)

    def entropy(q):
        q = q[q > 0]
        return -np.sum(q * np.log(q))

    H_I, H_J, H_IJ = entropy(p.sum(axis=1)), entropy(p.sum(axis=0)), entropy(p)
    if H_I + H_J == 0:
        return float("nan")
    return float(2 * (H_I + H_J - H_IJ) / (H_I + H_J))


def corr_ratio(H):
    """
    Correlation ratio of J given I: which part of the variance of J is explained by knowing I.

    Parameters
    ----------
    H : array_like of shape (S, M)
        Counts or weights; axis 0 is I, the picture that is given.

    Returns
    -------
    float
        From 0 to 1; 1 if J is a function of I; nan if J is constant. Not symmetric.

    Notes
    -----
    ``1 - sum_i p_I[i] var(J | i) / var(J)``. The grey value of J in column j is taken as j.

    References
    ----------
    .. [1] A. Roche, G. Malandain, X. Pennec, N. Ayache, "The correlation ratio as a new similarity measure for
       multimodal image registration", MICCAI 1998. :doi:`10.1007/BFb0056301`

    Examples
    --------
    >>> corr_ratio([[0, 0, 4], [4, 0, 0], [0, 2, 0]])
    1.0
    """
    p = np.asarray(H, float) / np.sum(H)
    j = np.arange(p.shape[1])
    p_J = p.sum(axis=0)
    variance = p_J @ (j - p_J @ j) ** 2
    if variance == 0:
        return float("nan")
    left = 0.0
    for row in p:  # one bin of I: how much does J still vary there?
        weight = row.sum()
        if weight > 0:
            mean = row @ j / weight
            left += row @ (j - mean) ** 2  # the row's variance times its weight
    return float(1 - left / variance)


def slr(H, dist):
    """
    Supervised log-likelihood ratio: how well a known joint distribution explains these pixels, in nats per pixel.

    Parameters
    ----------
    H : array_like of shape (S, M)
        Counts or weights, axis 0 is I.
    dist : array_like of shape (S, M)
        The model: the joint probabilities of pictures known to be aligned. Sums to one; is not modified.

    Returns
    -------
    float
        ``sum p[i, j] log(q[i, j] / (q_I[i] q_J[j]))`` with p from ``H`` and q from ``dist``. May be negative; ``-inf``
        if a pixel lies in a cell that the model calls impossible. Pixels of a row or column that the model never saw
        add nothing.

    Raises
    ------
    ValueError
        If the shapes differ.

    Examples
    --------
    >>> round(slr([[4, 0], [0, 4]], [[0.5, 0], [0, 0.5]]), 6)
    0.693147
    """
    p, q = np.asarray(H, float) / np.sum(H), np.asarray(dist, float)
    if p.shape != q.shape:
        message = f"H and dist must have one shape, got {p.shape} and {q.shape}"
        raise ValueError(message)
    independent = np.outer(q.sum(axis=1), q.sum(axis=0))  # the marginals of the model, not of H
    full = (p > 0) & (independent > 0)
    with np.errstate(divide="ignore"):  # log(0) is -inf, and meant
        score = np.log(q[full] / independent[full])
    return float(np.sum(p[full] * score))
