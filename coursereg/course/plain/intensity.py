"""
Unit U03 in readable NumPy: two pictures, one number.

Pictures are arrays of one shape, any real dtype. Every function casts to float before it subtracts, because
differences of unsigned integers wrap around.
"""

import numpy as np


def SSD(I, J):
    """
    Sum of squared differences of two pictures: a cost, small is alike.

    Parameters
    ----------
    I, J : array_like of one shape
        The pictures, any real dtype.

    Returns
    -------
    float
        At least 0, in grey levels squared; 0 only if every pixel is equal.

    Raises
    ------
    ValueError
        If the shapes differ: broadcasting would compare pixels that do not belong together.

    Examples
    --------
    >>> SSD(np.uint8([[200, 0]]), np.uint8([[100, 1]]))
    10001.0
    """
    I, J = np.asarray(I, float), np.asarray(J, float)
    if I.shape != J.shape:
        msg = f"the pictures must have one shape, got {I.shape} and {J.shape}"
        raise ValueError(msg)
    residual = I - J  # 4 residual
    return float((residual**2).sum())


def corr(I, J):
    """
    Pearson correlation of two pictures: a similarity, large is alike.

    Parameters
    ----------
    I, J : array_like of one shape
        The pictures, any real dtype.

    Returns
    -------
    float
        Between -1 and 1; 1 if ``J = a * I + b`` with a > 0, -1 with a < 0. nan if a picture is constant: then there is
        no line to speak of.

    References
    ----------
    .. [1] Rodgers and Nicewander (1988). Thirteen ways to look at the correlation coefficient. The American
       Statistician 42, 59-66. https://doi.org/10.1080/00031305.1988.10475524

    Examples
    --------
    >>> round(corr([[1, 2], [3, 4]], [[1, 3], [2, 4]]), 3)
    0.8
    """
    I, J = np.asarray(I, float), np.asarray(J, float)
    # ask for equality: rounding can leave a constant picture with a tiny spread about its mean
    if I.min() == I.max() or J.min() == J.max():
        return float("nan")
    x, y = I - I.mean(), J - J.mean()
    r = (x * y).sum() / np.sqrt((x * x).sum() * (y * y).sum())
    return float(min(max(r, -1.0), 1.0))


def msd_overlap(I, J, mask):
    """
    Mean squared difference of two pictures where both can be seen.

    Parameters
    ----------
    I, J : array_like of shape (R, C)
        The pictures, any real dtype.
    mask : array_like of bool of shape (R, C)
        True where both pictures are valid. What stands elsewhere, NaN included, has no influence; a pixel that is NaN
        is left out as well.

    Returns
    -------
    float
        In grey levels squared, at least 0; nan if no pixel is left.

    Examples
    --------
    >>> msd_overlap([[1, 2, 99]], [[1, 4, np.nan]], np.array([[True, True, False]]))
    2.0
    """
    I, J = np.asarray(I, float), np.asarray(J, float)
    valid = np.asarray(mask, bool) & ~np.isnan(I) & ~np.isnan(J)
    if not valid.any():
        return float("nan")
    residual = I[valid] - J[valid]
    return float((residual**2).mean())


def rank_pairs(pairs, measure):
    """
    Put pairs of pictures in order, the most alike first.

    Parameters
    ----------
    pairs : sequence of (I, J)
        Pairs of pictures.
    measure : callable
        ``measure(I, J) -> float``, a similarity: higher is more alike. nan means "cannot be told".

    Returns
    -------
    list of int
        The positions in `pairs`, best first. Equal values keep their order; nan comes last.

    Examples
    --------
    >>> rank_pairs([(0, 9), (0, 1), (0, 4)], lambda I, J: -abs(I - J))
    [1, 2, 0]
    """
    values = [float(measure(I, J)) for I, J in pairs]
    unknown = [k for k, v in enumerate(values) if np.isnan(v)]  # nan cannot be compared: keep it out of the sorting
    known = [k for k, v in enumerate(values) if not np.isnan(v)]
    return sorted(known, key=lambda k: -values[k]) + unknown  # sorted() keeps the order of equals
