"""
Images between their samples, and images moved from one grid to another.

All of it is *pull*: for each sample of the result, look up where it comes from. A point outside the outermost
samples gets the fill value, for every order of interpolation. Order 0 takes the nearest sample (labels), 1 is
linear, 3 cubic B-splines.
"""

import numpy as np
from scipy import ndimage

from coursereg import _check
from coursereg.kernels import sampling
from coursereg.space.grid import Grid, as_affine, as_points

ORDERS = (0, 1, 3)
HUGE, LESS = 2.0**1000, 2.0**20  # beyond the first, sums of a few samples may overflow unless divided by the second
_SAMPLE = {  # (order, dimensions)
    (0, 2): sampling.sample_nearest_2d,
    (0, 3): sampling.sample_nearest_3d,
    (1, 2): sampling.sample_linear_2d,
    (1, 3): sampling.sample_linear_3d,
    (3, 2): sampling.sample_cubic_2d,
    (3, 3): sampling.sample_cubic_3d,
}
_PULL = {
    (0, 2): sampling.pull_nearest_2d,
    (0, 3): sampling.pull_nearest_3d,
    (1, 2): sampling.pull_linear_2d,
    (1, 3): sampling.pull_linear_3d,
    (3, 2): sampling.pull_cubic_2d,
    (3, 3): sampling.pull_cubic_3d,
}


def interpolate(image, points, order=1, fill=0.0):
    """
    Values of an image at points between its samples.

    Parameters
    ----------
    image : array_like of shape (R, C) or (S, R, C)
        The image.
    points : array_like of shape (..., D)
        Indices, in the order of the axes; any real numbers.
    order : {0, 1, 3}, default: 1
        0 nearest sample, 1 linear, 3 cubic B-splines.
    fill : float, default: 0.0
        Value outside, that is where an index is below 0, above the last one, or nan. May be nan or infinite where
        the result holds floats.

    Returns
    -------
    ndarray of shape (...)
        Float64; of the image's dtype for order 0.

    Raises
    ------
    TypeError
        If an array or `fill` does not hold real numbers, or `order` is not whole.
    ValueError
        If `image` is not 2-D or 3-D or has NaN or infinite samples, `points` has another last axis, `order` is another
        one, or `fill` is not one number or does not fit the image's dtype (order 0).

    See Also
    --------
    scipy.ndimage.map_coordinates : the same values with ``mode="constant"``; points come as (D, ...) there.

    Examples
    --------
    >>> interpolate([[0, 10], [20, 30]], [[0.5, 0.5], [0, 0.25], [0, 2]], fill=-1)
    array([15. ,  2.5, -1. ])
    """
    image = _image("image", image, order)
    points = as_points("points", points, image.ndim)
    flat = np.require(points.reshape(-1, image.ndim), np.float64, ["C", "A", "W"])
    return _run(_SAMPLE, image, flat, len(flat), order, fill).reshape(points.shape[:-1])


def pull(image, matrix, shape, order=1, fill=0.0):
    """
    Move an image by an affine map of indices.

    Parameters
    ----------
    image : array_like of shape (R, C) or (S, R, C)
        The image.
    matrix : array_like of shape (D + 1, D + 1)
        Homogeneous matrix from the indices of the result to those of `image`.
    shape : sequence of D int
        Shape of the result.
    order : {0, 1, 3}, default: 1
        0 nearest sample, 1 linear, 3 cubic B-splines.
    fill : float, default: 0.0
        Value where the result comes from outside.

    Returns
    -------
    ndarray of shape `shape`
        Float64; of the image's dtype for order 0.

    Raises
    ------
    TypeError
        If an array or `fill` does not hold real numbers, or `order` is not whole.
    ValueError
        If `image` is not 2-D or 3-D or has NaN or infinite samples, `matrix` or `shape` does not fit it, `order` is
        another one, or `fill` is not one number or does not fit the image's dtype (order 0).

    See Also
    --------
    coursereg.resample : the same between two grids in the world.

    Examples
    --------
    >>> half_right = [[1, 0, 0], [0, 1, -0.5], [0, 0, 1]]  # the result at column 1 comes from column 0.5
    >>> pull([[0, 10, 20]], half_right, (1, 3))
    array([[ 0.,  5., 15.]])
    """
    image = _image("image", image, order)
    onto = Grid(shape)
    if onto.ndim != image.ndim:
        msg = f"shape must have {image.ndim} numbers for an image of shape {image.shape}, got {onto.shape}"
        raise ValueError(msg)
    matrix = as_affine("matrix", matrix, image.ndim)
    return _run(_PULL, image, matrix, onto.shape, order, fill)


def resample(moving, moving_grid, static_grid, static2moving=None, order=1, fill=0.0):
    """
    Bring an image onto another grid, through an affine map of the world.

    Parameters
    ----------
    moving : array_like of shape ``moving_grid.shape``
        The image.
    moving_grid, static_grid : Grid
        Where its samples are, and where those of the result shall be.
    static2moving : array_like of shape (D + 1, D + 1), optional
        Homogeneous matrix from static to moving world coordinates; by default the identity.
    order : {0, 1, 3}, default: 1
        0 nearest sample, 1 linear, 3 cubic B-splines.
    fill : float, default: 0.0
        Value where the result comes from outside.

    Returns
    -------
    ndarray of shape ``static_grid.shape``
        Float64; of the image's dtype for order 0.

    Raises
    ------
    TypeError
        If an array or `fill` does not hold real numbers, `order` is not whole, or a grid is no `Grid`.
    ValueError
        If shapes or dimensions do not fit, `moving` has NaN or infinite samples, `static2moving` is not
        invertible, `order` is another one, or `fill` is not one number or does not fit the image's dtype (order 0).

    See Also
    --------
    coursereg.reslice : another voxel size, nothing else.

    Notes
    -----
    Moving several times? Multiply the matrices and resample once: every interpolation blurs.

    Examples
    --------
    >>> coarse, fine = Grid((1, 3)), Grid((1, 5), [[1, 0, 0], [0, 0.5, 0], [0, 0, 1]])
    >>> resample([[0, 10, 20]], coarse, fine)
    array([[ 0.,  5., 10., 15., 20.]])
    """
    for name, grid in (("moving_grid", moving_grid), ("static_grid", static_grid)):
        if not isinstance(grid, Grid):
            msg = f"{name} must be a Grid, got {type(grid).__name__}"
            raise TypeError(msg)
    moving = _image("moving", moving, order)
    if moving.shape != moving_grid.shape:
        msg = f"moving must have the shape of its grid, {moving_grid.shape}, got {moving.shape}"
        raise ValueError(msg)
    if moving_grid.ndim != static_grid.ndim:
        msg = f"grids must have one number of dimensions, got moving {moving_grid.ndim}, static {static_grid.ndim}"
        raise ValueError(msg)
    world = np.eye(moving.ndim + 1) if static2moving is None else static2moving
    world = as_affine("static2moving", world, moving.ndim)
    matrix = moving_grid.world2grid @ world @ static_grid.grid2world
    matrix[-1] = [0] * moving.ndim + [1]  # an inverse may be a rounding away from it
    return _run(_PULL, moving, as_affine("static2moving", matrix, moving.ndim), static_grid.shape, order, fill)


def spline_coefficients(image):
    """Return the coefficients of the cubic B-splines that pass through the samples, mirrored at the borders."""
    out = np.array(image, dtype=np.float64, order="C")
    for axis, n in enumerate(out.shape):
        lines = int(np.prod(out.shape[axis + 1 :]))
        sampling.spline_filter(out.reshape(-1, n, lines))
    return out


def filled(image, known):
    """Return the image with samples that are not known replaced by the nearest known one; itself if there are none."""
    if known.all():
        return image
    nearest = ndimage.distance_transform_edt(~known, return_distances=False, return_indices=True)
    return image[tuple(nearest)]


def _image(name, image, order):
    """Return the image, checked together with the order that it is to be interpolated with."""
    image = _check.as_numbers(name, image, ndim=(2, 3))
    _check.one_of("order", _check.whole("order", order, lowest=0), ORDERS)
    _check.finite(name, image)
    return image


def _run(kernels, image, where, flat_shape, order, fill):
    """Run the kernel of this order and dimension over a list of points or over the result's own shape."""
    kernel = kernels[order, image.ndim]
    fill = _check.value_of("fill", fill, image.dtype if order == 0 else np.float64)
    if order == 0:
        index = np.empty(flat_shape, np.intp)
        kernel(image.shape, where, index)
        out = image.ravel()[index]  # index -1, outside, reads the last sample, which is then replaced
        out[index < 0] = fill
        return out
    huge = image.dtype == np.float64 and max(-image.min(), image.max()) > HUGE
    if huge:  # a power of two, so that no bit is lost
        image, fill = image / LESS, fill / LESS
    data = np.require(image, np.float64, ["C", "A", "W"]) if order == 1 else spline_coefficients(image)
    out = np.empty(flat_shape)
    kernel(data, where, fill, out)
    if huge:
        with np.errstate(over="ignore"):  # a spline beyond the largest double is inf
            out *= LESS
    return out
