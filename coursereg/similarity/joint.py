"""
Measures of a joint histogram: how alike two images are, from counts alone.

A joint histogram ``joint[s, m]`` holds how many samples have static bin ``s`` and moving bin ``m``. It need not sum
to one, and may hold weights instead of counts. An all-zero joint histogram (no overlap) is an error in every
measure, never a good value, so that no search is rewarded for sliding the images apart. A weight below 1e-308 of
the largest one counts as none. Logarithms are natural.
"""

import numpy as np

from coursereg import _check


def ssd(joint, static_values=None, moving_values=None):
    """
    Sum of squared differences between the grey values of two images, from their joint histogram.

    Parameters
    ----------
    joint : array_like of shape (S, M)
        Counts or weights, static bins by moving bins.
    static_values, moving_values : array_like of shape (S,) and (M,), optional
        The grey value that each bin stands for; by default the number of the bin, 0, 1, 2 ...

    Returns
    -------
    float
        At least 0, in squared grey values; 0 for equal images; inf beyond the largest double. Grows with the number
        of samples.

    Raises
    ------
    ValueError
        If `joint` is not 2-D, has a negative or non-finite entry or is all zero, or if the values do not fit it.

    See Also
    --------
    coursereg.SSD : the same from two images, without binning.

    Examples
    --------
    >>> ssd([[5, 0], [3, 2]])
    3.0
    >>> ssd([[5, 0], [3, 2]], static_values=[10, 20], moving_values=[10, 20])
    300.0
    """
    counts = _counts(joint)
    s = _values("static_values", static_values, counts.shape[0])
    m = _values("moving_values", moving_values, counts.shape[1])
    full = counts > 0
    with np.errstate(over="ignore"):  # a sum beyond the largest double is inf
        difference = (s[:, None] - m[None, :])[full]
        # The weight between the two factors: the square alone may be no double although the product is one.
        return float((difference * counts[full] * difference).sum())


def correlation(joint, static_values=None, moving_values=None):
    """
    Pearson's correlation coefficient of two images, from their joint histogram.

    Parameters
    ----------
    joint : array_like of shape (S, M)
        Counts or weights, static bins by moving bins.
    static_values, moving_values : array_like of shape (S,) and (M,), optional
        The grey value that each bin stands for; by default the number of the bin. For bins of equal width the
        numbers do as well as the values.

    Returns
    -------
    float
        In [-1, 1]; 1 for ``moving = a * static + b`` with ``a > 0``; nan if one image is constant.

    Raises
    ------
    ValueError
        If `joint` is not 2-D, has a negative or non-finite entry or is all zero, or if the values do not fit it.

    See Also
    --------
    coursereg.corr : the same from two images, without binning.

    Notes
    -----
    ``cov(s, m) / sqrt(var(s) * var(m))``. Some engines maximise its square, which cannot tell a negative from its
    positive.

    Examples
    --------
    >>> correlation([[4, 0], [0, 4]])
    1.0
    >>> correlation([[0, 4], [4, 0]])
    -1.0
    """
    p = _probabilities(joint)
    s = _values("static_values", static_values, p.shape[0])
    m = _values("moving_values", moving_values, p.shape[1])
    p_s, p_m = p.sum(axis=1), p.sum(axis=0)
    ds, dm = _deviations(p_s, s), _deviations(p_m, m)
    if ds is None or dm is None:
        return float("nan")
    # Two roots, because the product of two tiny variances may underflow to 0.
    ds, dm = ds / np.sqrt(p_s @ ds**2), dm / np.sqrt(p_m @ dm**2)
    return float(np.clip(ds @ p @ dm, -1, 1))


def correlation_ratio(joint, moving_values=None):
    """
    Correlation ratio of the moving image given the static one: how well `static` predicts `moving`.

    Parameters
    ----------
    joint : array_like of shape (S, M)
        Counts or weights, static bins by moving bins.
    moving_values : array_like of shape (M,), optional
        The grey value that each moving bin stands for; by default the number of the bin.

    Returns
    -------
    float
        In [0, 1]; 1 if `moving` is a function of `static`, 0 if its mean does not depend on `static`; nan if `moving`
        is constant. Not symmetric: pass ``joint.T`` for the other direction.

    Raises
    ------
    ValueError
        If `joint` is not 2-D, has a negative or non-finite entry or is all zero, or if the values do not fit it.

    See Also
    --------
    coursereg.correlation : symmetric, for a linear relation only.

    Notes
    -----
    ``1 - E[var(moving | static)] / var(moving)`` [1]_, where each row's variance counts by the number of its
    samples. The order of the rows does not matter.

    References
    ----------
    .. [1] A. Roche, G. Malandain, X. Pennec, N. Ayache, "The correlation ratio as a new similarity measure for
       multimodal image registration", MICCAI 1998. :doi:`10.1007/BFb0056301`

    Examples
    --------
    >>> correlation_ratio([[0, 0, 4], [4, 0, 0], [0, 2, 0]])
    1.0
    >>> correlation_ratio([[1, 1], [2, 2]])
    0.0
    """
    p = _probabilities(joint)
    m = _values("moving_values", moving_values, p.shape[1])
    p_s, p_m = p.sum(axis=1), p.sum(axis=0)
    deviation = _deviations(p_m, m)
    if deviation is None:
        return float("nan")
    variance = p_m @ deviation**2
    rows = p_s > 0
    # Variance of the rows' means over the whole variance: the same as the formula, and never below 0.
    means = p[rows] @ deviation / p_s[rows]
    return float(np.clip(p_s[rows] @ means**2 / variance, 0, 1))


def mutual_information(joint):
    """
    Mutual information of two images in nats, from their joint histogram.

    Parameters
    ----------
    joint : array_like of shape (S, M)
        Counts or weights, static bins by moving bins. Need not sum to one.

    Returns
    -------
    float
        At least 0, and at most the smaller of the two marginal entropies. Divide by ``log(2)`` for bits.

    Raises
    ------
    ValueError
        If `joint` is not 2-D, has a negative or non-finite entry or is all zero.

    See Also
    --------
    coursereg.MI : the same from two images.
    coursereg.normalized_mutual_information : between 0 and 1.

    Notes
    -----
    ``sum p[s, m] * log(p[s, m] / (p[s] * p[m]))`` [1]_ [2]_; an empty cell adds nothing. With few samples per
    cell the value is too large: two independent images have more than 0.

    References
    ----------
    .. [1] P. Viola, W. M. Wells, "Alignment by maximization of mutual information", IJCV 24, 1997.
       :doi:`10.1023/A:1007958904918`
    .. [2] F. Maes et al., "Multimodality image registration by maximization of mutual information", IEEE
       Transactions on Medical Imaging 16, 1997. :doi:`10.1109/42.563664`

    Examples
    --------
    >>> round(mutual_information([[4, 0], [0, 4]]), 6)  # log(2)
    0.693147
    >>> mutual_information([[3, 0], [1, 0]])  # a constant image tells nothing
    0.0
    """
    p = _probabilities(joint)
    return _mean_score(p, _score(p))


def normalized_mutual_information(joint):
    """
    Mutual information over the mean of the two marginal entropies.

    Parameters
    ----------
    joint : array_like of shape (S, M)
        Counts or weights, static bins by moving bins.

    Returns
    -------
    float
        In [0, 1]; 1 if each image determines the other, 0 if they are independent; nan if both images are constant
        (0 / 0).

    Raises
    ------
    ValueError
        If `joint` is not 2-D, has a negative or non-finite entry or is all zero.

    See Also
    --------
    coursereg.mutual_information : the same in nats, not divided.

    Notes
    -----
    ``2 * MI / (H_I + H_J)``, also known as the entropy correlation coefficient. Studholme's
    ``N = (H_I + H_J) / H_IJ`` [1]_ orders images in the same way: this value is ``2 - 2 / N``.

    References
    ----------
    .. [1] C. Studholme, D. L. G. Hill, D. J. Hawkes, "An overlap invariant entropy measure of 3D medical image
       alignment", Pattern Recognition 32, 1999. :doi:`10.1016/S0031-3203(98)00091-0`

    Examples
    --------
    >>> normalized_mutual_information([[0, 4], [4, 0]])
    1.0
    >>> round(normalized_mutual_information([[1, 2], [2, 4]]), 12)
    0.0
    """
    p = _probabilities(joint)
    entropies = _entropy(p.sum(axis=1)) + _entropy(p.sum(axis=0))
    if entropies == 0:
        return float("nan")
    return float(np.clip(2 * mutual_information(p) / entropies, 0, 1))


def supervised_likelihood_ratio(joint, dist):
    r"""
    Mean log-likelihood ratio of the samples under a known joint distribution, in nats.

    Parameters
    ----------
    joint : array_like of shape (S, M)
        Counts or weights, static bins by moving bins.
    dist : array_like of shape (S, M)
        The model: a joint histogram of images known to be aligned. Need not sum to one; not modified.

    Returns
    -------
    float
        Mutual information of `joint` if `dist` is proportional to it; ``-inf`` if a sample falls into a cell that the
        model holds impossible although both its bins are possible.

    Raises
    ------
    ValueError
        If the shapes differ, or one of the two is not 2-D, has a negative or non-finite entry or is all zero.

    See Also
    --------
    coursereg.mutual_information : the same where the images are their own model.

    Notes
    -----
    ``sum p[s, m] * log(q[s, m] / (q[s] * q[m]))`` [1]_ with ``p`` from `joint` and ``q`` from `dist`. A sample in
    a row or column that the model never saw adds nothing: the model does not know about it.

    References
    ----------
    .. [1] A. Roche, G. Malandain, N. Ayache, "Unifying maximum likelihood approaches in medical image registration",
       International Journal of Imaging Systems and Technology 11, 2000.
       `doi:10.1002/(SICI)1098-1098(2000)11:1\<71::AID-IMA8\>3.0.CO;2-5
       <https://doi.org/10.1002/(SICI)1098-1098(2000)11:1%3C71::AID-IMA8%3E3.0.CO;2-5>`_

    Examples
    --------
    >>> H = [[4, 0], [0, 4]]
    >>> supervised_likelihood_ratio(H, dist=H) == mutual_information(H)
    True
    """
    p, q = _probabilities(joint), _probabilities(dist, "dist")
    _check.same_shape(joint=p, dist=q)
    return _mean_score(p, _score(q), lowest=-np.inf)


def _counts(joint, name="joint"):
    """Return a joint histogram as float64, checked."""
    counts = _check.as_numbers(name, joint, ndim=2).astype(np.float64)
    _check.finite(name, counts)
    if counts.min() < 0:
        msg = f"{name} must not have negative entries, got a minimum of {counts.min():g}"
        raise ValueError(msg)
    if not counts.any():
        msg = f"{name} is all zero: no sample was counted, the images do not overlap"
        raise ValueError(msg)
    return counts


def _probabilities(joint, name="joint"):
    """Return a joint histogram divided by its sum, checked."""
    counts = _counts(joint, name)
    counts /= counts.max()  # so that the sum cannot overflow
    return counts / counts.sum()


def _values(name, values, size):
    """Return the grey values of one axis: the bins' numbers unless given."""
    if values is None:
        return np.arange(size, dtype=np.float64)
    out = _check.as_numbers(name, values, ndim=1).astype(np.float64)
    _check.finite(name, out)
    if out.size != size:
        msg = f"{name} must have one value per bin, {size}, got {out.size}"
        raise ValueError(msg)
    return out


def _deviations(p, values):
    """Return values minus their mean, in units of their range; 0 in empty bins, None if there is one value only."""
    full = p > 0
    out = np.where(full, values, values[full][0])
    # By a power of two to at most a half: the range and squares of tiny and of huge values are then doubles.
    out = np.ldexp(out, -np.frexp(abs(out).max())[1] - 1)
    out -= out.min()
    if not out.any():
        return None
    out /= out.max()
    return np.where(full, out - p @ out, 0.0)


def _score(q):
    """Return log(q[s, m] / (q[s] q[m])), 0 in rows and columns without any weight, -inf in other empty cells."""
    rows, columns = q.sum(axis=1), q.sum(axis=0)
    # Sums of logarithms, because the product of two tiny marginals may underflow to 0.
    score = np.zeros_like(q)
    with np.errstate(divide="ignore"):
        known = (rows[:, None] > 0) & (columns[None, :] > 0)
        difference = np.log(q) - np.log(np.where(rows > 0, rows, 1))[:, None]
        difference -= np.log(np.where(columns > 0, columns, 1))[None, :]
    score[known] = difference[known]
    return score


def _mean_score(p, score, lowest=0.0):
    """Return the mean of a score over the samples; an empty cell adds nothing, whatever its score."""
    full = p > 0
    return float(max(lowest, (p[full] * score[full]).sum()))


def _entropy(p):
    """Return the entropy of a distribution in nats."""
    p = p[p > 0]
    return float(-(p * np.log(p)).sum())
