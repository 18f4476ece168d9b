"""
The functions of the hand-out: names and arguments as printed there, results as they should be.

All of them take any real dtype (bool, integers of any size, floats), in any memory layout, and compute in double
precision: 8-bit images do not wrap around. An image and its copy in another dtype give one result.
"""

import numpy as np

from coursereg import _check
from coursereg.similarity.binning import joint_histogram
from coursereg.similarity.joint import mutual_information
from coursereg.space.resample import pull


def JointHist(I, J, bins=None, normed=False):  # noqa: N802
    """
    Joint histogram of two images: how often each pair of grey values occurs.

    Parameters
    ----------
    I, J : array_like of one shape, any number of dimensions
        The images.
    bins : int, (int, int), array_like of edges, or a pair of any of these, optional
        A number means that many bins of equal width from the image's own minimum to its own maximum. Edges must
        increase and contain all samples. None, also inside a pair, means one bin per grey level for an image of
        integers (or bools) whose maximum minus minimum is at most 255, and 64 bins otherwise. Two numbers in a
        list are always one per image.
    normed : bool, default: False
        Divide by the number of samples, which makes frequencies of counts.

    Returns
    -------
    ndarray of shape (bins of I, bins of J)
        Float counts: ``H[i, j]`` samples have bin i in `I` and bin j in `J`. Axis 0 is `I`. The counts sum to
        the number of samples, always.

    Raises
    ------
    TypeError
        If an image does not hold real numbers, or a number of bins is not whole.
    ValueError
        If the shapes differ, an image is empty or has NaN or infinite samples; if a number of bins is not in 1
        ... 32767, edges do not increase or leave a sample out; if there were more than 2**26 cells.

    See Also
    --------
    coursereg.mutual_information : one of the measures of a joint histogram.
    numpy.histogram2d : the same counts for a number of bins; slower.

    Notes
    -----
    A bin contains its lower edge and not its upper one, but for the last, which contains both. A constant image falls
    into one bin, the middle one. Edges from a number are those of `numpy.histogram2d`, in the same precision.

    Examples
    --------
    >>> JointHist([[0, 0], [1, 2]], [[5, 5], [5, 7]])
    array([[2., 0., 0.],
           [1., 0., 0.],
           [0., 0., 1.]])
    >>> JointHist([0.0, 0.2, 0.9, 1.0], [0, 0, 0, 0], bins=(2, 1), normed=True)
    array([[0.5],
           [0.5]])
    """
    I, J = _check.as_numbers("I", I), _check.as_numbers("J", J)
    _check.same_shape(I=I, J=J)
    H = joint_histogram(("I", "J"), I, J, bins)
    return H / I.size if normed else H


def SSD(I, J):  # noqa: N802
    """
    Sum of squared differences of two images.

    Parameters
    ----------
    I, J : array_like of one shape, any number of dimensions
        The images.

    Returns
    -------
    float
        At least 0, in squared grey values; 0 only for equal images; inf beyond the largest double. Symmetric.

    Raises
    ------
    TypeError
        If an image does not hold real numbers.
    ValueError
        If the shapes differ, or an image is empty or has NaN or infinite samples.

    See Also
    --------
    coursereg.ssd : the same from a joint histogram.

    Notes
    -----
    ``sum((I - J)**2)``, subtracted after the conversion to double: the difference of the 8-bit numbers 100 and
    200 is 100, not 156.

    Examples
    --------
    >>> import numpy as np
    >>> SSD(np.uint8([[100, 7]]), np.uint8([[200, 8]]))
    10001.0
    """
    I, J = _check.image_pair(I=I, J=J)
    with np.errstate(over="ignore"):  # a sum beyond the largest double is inf
        difference = _difference(I.ravel(), J.ravel())
        return float(np.square(difference, out=difference).sum())


def corr(I, J):
    """
    Pearson's correlation coefficient of two images.

    Parameters
    ----------
    I, J : array_like of one shape, any number of dimensions
        The images.

    Returns
    -------
    float
        In [-1, 1]; 1 for ``J = a * I + b`` with ``a > 0``, -1 with ``a < 0``; nan, without a warning, if an image is
        constant. Symmetric.

    Raises
    ------
    TypeError
        If an image does not hold real numbers.
    ValueError
        If the shapes differ, or an image is empty or has NaN or infinite samples.

    See Also
    --------
    coursereg.correlation : the same from a joint histogram.

    Notes
    -----
    ``cov(I, J) / sqrt(var(I) * var(J))``. Both images are brought to [0, 1] first, which does not change the
    result and keeps the sums from overflowing or cancelling.

    Examples
    --------
    >>> corr([1, 2, 3], [12, 14, 16])
    1.0
    >>> corr([1, 2, 3], [5, 5, 5])
    nan
    """
    I, J = _check.image_pair(I=I, J=J)
    if I.min() == I.max() or J.min() == J.max():
        return float("nan")
    x, y = _centred(I.ravel()), _centred(J.ravel())
    # Sums instead of dot products: NumPy's are more accurate than BLAS's, and BLAS's threads keep a busy machine busy.
    return float(np.clip((x * y).sum() / np.sqrt((x * x).sum() * (y * y).sum()), -1, 1))


def MI(I, J, bins=None):  # noqa: N802
    """
    Mutual information of two images, in nats.

    Parameters
    ----------
    I, J : array_like of one shape, any number of dimensions
        The images.
    bins : int, (int, int), array_like of edges, or a pair of any of these, optional
        As in `coursereg.JointHist`. Values with different bins must not be compared.

    Returns
    -------
    float
        At least 0, and at most the logarithm of the smaller number of bins; 0 if an image is constant.
        Symmetric. Divide by ``log(2)`` for bits.

    Raises
    ------
    TypeError
        As `coursereg.JointHist`.
    ValueError
        As `coursereg.JointHist`.

    See Also
    --------
    coursereg.mutual_information : the same from a joint histogram.

    Notes
    -----
    ``sum p[i, j] * log(p[i, j] / (p[i] * p[j]))`` with ``p = JointHist(I, J, bins, normed=True)`` and its marginals;
    an empty cell adds nothing.

    Examples
    --------
    >>> round(MI([0, 0, 9, 9], [3, 3, 1, 1]), 6)  # each grey value of one tells that of the other: log(2)
    0.693147
    >>> MI([0, 0, 9, 9], [1, 3, 1, 3])
    0.0
    """
    return mutual_information(JointHist(I, J, bins))


def translation(I, p, q):
    """
    Move the content of an image p rows down and q columns to the right.

    Parameters
    ----------
    I : array_like of shape (R, C)
        The image.
    p, q : float
        Rows down and columns to the right, in pixels; negative is up and left.

    Returns
    -------
    ndarray of shape (R, C)
        Float image: ``out[r, c] = I(r - p, c - q)``, by cubic B-splines between the pixels, exactly for whole p
        and q; 0 where nothing of `I` arrives. Cubic interpolation may leave the range of `I` at sharp edges,
        up to inf where `I` comes near the largest double.

    Raises
    ------
    TypeError
        If `I` does not hold real numbers.
    ValueError
        If `I` is not 2-D, is empty or has NaN or infinite samples, or if `p` or `q` is not a finite number.

    See Also
    --------
    coursereg.resample : any affine map, between any two grids.

    Examples
    --------
    >>> translation([[1, 2, 3], [4, 5, 6]], 1, -1)
    array([[0., 0., 0.],
           [2., 3., 0.]])
    """
    I = _check.as_numbers("I", I, ndim=2)
    _check.finite("I", I)
    p, q = _check.number("p", p), _check.number("q", q)
    if p == int(p) and q == int(q):
        return _whole_translation(I, int(p), int(q))
    back = np.array([[1.0, 0.0, -p], [0.0, 1.0, -q], [0.0, 0.0, 1.0]])
    return pull(I.astype(np.float64), back, I.shape, order=3)


def _whole_translation(I, p, q):
    """Return the image moved by whole pixels: a copied rectangle, empty if nothing stays inside."""
    out = np.zeros(I.shape)
    (R, C), (p, q) = I.shape, (min(max(p, -I.shape[0]), I.shape[0]), min(max(q, -I.shape[1]), I.shape[1]))
    out[max(p, 0) : R + min(p, 0), max(q, 0) : C + min(q, 0)] = I[
        max(-p, 0) : R + min(-p, 0), max(-q, 0) : C + min(-q, 0)
    ]
    return out


def _difference(x, y):
    """Return ``x - y`` or its negative as float64, from the exact difference even for 64-bit integers."""
    if "f" in (x.dtype.kind, y.dtype.kind) or max(x.dtype.itemsize, y.dtype.itemsize) < 8:
        return x.astype(np.float64) - y.astype(np.float64)
    # Halves, each exact in a double: the high ones cancel before the low ones are added.
    (x_high, x_low), (y_high, y_low) = _halves(x), _halves(y)
    return (x_high - y_high) * 2.0**32 + (x_low - y_low)


def _halves(x):
    """Return integers as floats ``high, low`` with ``x = high * 2**32 + low``."""
    x = x if x.dtype.itemsize == 8 else x.astype(np.int64)
    high = x >> x.dtype.type(32)
    return high.astype(np.float64), (x - (high << x.dtype.type(32))).astype(np.float64)


def _centred(x):
    """Return the samples of an image that is not constant, scaled to a range of 1 and shifted to a mean of 0."""
    if x.dtype.kind == "f":
        x = x.astype(np.float64)
        power = 1 - np.frexp(max(abs(x.min()), abs(x.max())))[1]
        x = (
            np.ldexp(x, int(power) - 2) if power < -1000 or power > 1000 else x
        )  # the range of tiny and huge is a double
        y = x - x.min()
    else:
        y = _difference(x, np.full_like(x, x.min()))
    y /= y.max()
    return y - y.mean()
