"""From grey values to bins, and from a field of view to the block of samples that is compared."""

import numpy as np
from scipy import ndimage

from coursereg import _check

MAX_BINS = 32767
EXACT = 2**53  # beyond, not every integer is a double


def clamp(x, bins, mask=None):
    """
    Turn grey values into bins: whole numbers from 0 on, and -1 outside a mask.

    Parameters
    ----------
    x : array_like
        Grey values, any real dtype, any shape.
    bins : int
        Largest number of bins, 1 to 32767.
    mask : array_like of bool, tuple or slice, optional
        Where to look: anything such that ``x[mask]`` is an array. Only these values make the minimum and the maximum.

    Returns
    -------
    y : ndarray of int16, of the shape of `x`
        Bins; -1 outside the mask and where `x` is not finite.
    bins : int
        The number of bins in use.

    Raises
    ------
    TypeError
        If `x` does not hold real numbers, or `bins` is not whole.
    ValueError
        If `bins` is out of range, or no value is finite inside the mask.

    See Also
    --------
    coursereg.JointHist : bins of equal width, in which every grey value falls into the bin that contains it.

    Notes
    -----
    Integers whose maximum minus minimum is below `bins` keep their levels: ``x - min``. All else is rescaled and
    rounded, halves to the even neighbour: ``round((bins - 1) / (max - min) * (x - min))``. The first and the last bin
    are therefore half as wide as the others. A constant image has one bin.

    Examples
    --------
    >>> import numpy as np
    >>> clamp(np.int16([-3, -1, 2]), 256)
    (array([0, 2, 5], dtype=int16), 6)
    >>> clamp(np.uint8([0, 100, 255]), 10)
    (array([0, 4, 9], dtype=int16), 10)
    """
    x = _check.as_numbers("x", x)
    known = np.ones(x.shape, bool) if mask is None else np.zeros(x.shape, bool)
    if mask is not None:
        known[mask if isinstance(mask, tuple | slice) else np.asarray(mask, dtype=bool)] = True
    if x.dtype.kind == "f":
        known &= np.isfinite(x)
    return bins_of(x, as_bins("bins", bins), known)


def as_bins(name, bins):
    """Return a number of bins, 1 to 32767."""
    bins = _check.whole(name, bins, lowest=1)
    if bins > MAX_BINS:
        msg = f"Too large a bin size: {name} must be at most {MAX_BINS}, got {bins}"
        raise ValueError(msg)
    return bins


def bins_of(x, bins, known):
    """Return the bin of each known sample, int16 with -1 elsewhere, and the number of bins in use."""
    low, width, used = bin_range(x, bins, known)
    y = np.full(x.shape, -1, np.int16)
    y[known] = 0 if used == 1 else np.rint(in_bins(x[known], low, width, used))
    return y, used


def bin_range(x, bins, known):
    """Return minimum, maximum minus minimum, and the number of bins that `clamp` uses."""
    values = x[known]
    if values.size == 0:
        msg = "x has no finite value inside the mask"
        raise ValueError(msg)
    low, high = values.min().item(), values.max().item()  # of integers Python's, which have all digits
    width = float(high) - float(low) if isinstance(low, float) else int(high) - int(low)
    if width == 0:
        return low, width, 1
    if x.dtype.kind in "biu" and width <= bins - 1:
        return low, width, int(width) + 1
    return low, width, bins


def in_bins(x, low, width, used):
    """Return grey values in units of bins, not rounded, as float64."""
    scale = (used - 1) / width if width > 0 else 0.0
    if x.dtype.kind in "iu" and max(abs(low), abs(low + width)) > EXACT:
        x, low = (
            x.astype(np.uint64) - np.uint64(low % 2**64),
            0,
        )  # right modulo 2**64: doubles would lose the last digits
    return scale * (x.astype(np.float64) - low)


def ideal_spacing(data, npoints):
    """
    Steps along the axes that leave at most a given number of samples.

    Parameters
    ----------
    data : ndarray of shape (R, C) or (S, R, C)
        Bins; samples below 0 are not counted.
    npoints : int
        Wanted number of samples.

    Returns
    -------
    ndarray of unsigned int, shape (D,)
        Steps. The axis that is left with most samples is thinned first; the first of several equal ones.

    Raises
    ------
    TypeError
        If `data` does not hold real numbers, or `npoints` is not whole.
    ValueError
        If `data` is not 2-D or 3-D, or `npoints` is below 1.

    Examples
    --------
    >>> import numpy as np
    >>> ideal_spacing(np.zeros((100, 100, 50)), 64**3)
    array([2, 1, 1], dtype=uint64)
    """
    data = _check.as_numbers("data", data, ndim=(2, 3))
    npoints = _check.whole("npoints", npoints, lowest=1)
    valid = data >= 0
    dims = np.array(data.shape)
    spacing = np.ones(data.ndim, dtype=np.uint64)
    while np.count_nonzero(valid[tuple(slice(None, None, int(s)) for s in spacing)]) > npoints:
        left = dims / spacing
        if left.max() <= 1:
            break  # one sample is left
        spacing[int(left.argmax())] += 1
    return spacing


def smallest_bounding_box(msk):
    """
    Smallest box that contains a mask.

    Parameters
    ----------
    msk : array_like of shape (R, C) or (S, R, C)
        Inside where it is above 0.

    Returns
    -------
    corner, size : ndarray of int, shape (D,)
        First index along each axis, and the number of samples from there to the last one.

    Raises
    ------
    TypeError
        If `msk` does not hold real numbers.
    ValueError
        If `msk` is not 2-D or 3-D, or is nowhere above 0.

    Notes
    -----
    In nipy ``size`` is where the box ends, so that a box away from the corner is too large. Here it is its size.

    Examples
    --------
    >>> import numpy as np
    >>> msk = np.zeros((9, 9), bool)
    >>> msk[3:5, 2:8] = True
    >>> smallest_bounding_box(msk)
    (array([3, 2]), array([2, 6]))
    """
    where = np.argwhere(_check.as_numbers("msk", msk, ndim=(2, 3)) > 0)
    if where.size == 0:
        msg = "msk must be above 0 somewhere, got an empty mask"
        raise ValueError(msg)
    corner = where.min(axis=0)
    return corner, where.max(axis=0) - corner + 1


def smooth_image(data, affine, sigma):
    """
    Blur an image by an isotropic Gaussian.

    Parameters
    ----------
    data : array_like of shape (R, C) or (S, R, C)
        The image.
    affine : array_like of shape (D + 1, D + 1)
        Matrix from indices to the world.
    sigma : float
        Standard deviation in mm; 0 leaves the image as it is.

    Returns
    -------
    ndarray of the shape of `data`
        In the dtype of `data`, where integers are cut off; float64 for bools.

    Raises
    ------
    TypeError
        If `data` does not hold real numbers.
    ValueError
        If `sigma` is negative, or `data` or `affine` has a wrong shape.

    See Also
    --------
    scipy.ndimage.gaussian_filter : the filter, in samples; mirrored at the borders.

    Examples
    --------
    >>> smooth_image([[0.0, 0.0], [1.0, 1.0]], [[2, 0, 0], [0, 2, 0], [0, 0, 1]], sigma=0)
    array([[0., 0.],
           [1., 1.]])
    """
    data = _check.as_numbers("data", data, ndim=(2, 3))
    affine = np.asarray(affine, dtype=np.float64)
    if affine.shape != (data.ndim + 1, data.ndim + 1):
        msg = f"affine must have shape {(data.ndim + 1,) * 2} for data of shape {data.shape}, got {affine.shape}"
        raise ValueError(msg)
    sigma = _check.number("smooth", sigma)
    if sigma < 0:
        msg = f"smooth must be at least 0 mm, got {sigma:g}"
        raise ValueError(msg)
    if sigma == 0:
        return data
    data = data.astype(np.float64) if data.dtype.kind == "b" else data  # a blurred truth is a number
    return ndimage.gaussian_filter(data, sigma / np.linalg.norm(affine[:-1, :-1], axis=0))
