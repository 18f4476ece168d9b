"""
Slopes of an image along the axes of the world, wherever they are asked for.

Central differences between two points that are one sample apart along the axis of the *world* concerned, however the
image's grid is turned. (`coursereg.gradient` has the form of NumPy's: along the axes of an array, at its samples.)
"""

import numpy as np

from coursereg import _check
from coursereg.kernels import world_gradient as kernels
from coursereg.space.grid import Grid, as_points, as_rows

_DENSE = {2: kernels.gradient_2d, 3: kernels.gradient_3d}
_SPARSE = {2: kernels.sparse_gradient_2d, 3: kernels.sparse_gradient_3d}


def world_gradient(img, img_world2grid, img_spacing, out_shape, out_grid2world):
    """
    Gradient of an image in world units, at all samples of a grid.

    Parameters
    ----------
    img : array_like of shape (R, C) or (S, R, C)
        The image, linear between its samples.
    img_world2grid : array_like of shape (D + 1, D + 1) or None
        Homogeneous matrix from the world to the image's indices; its last row may be missing. None is the identity.
    img_spacing : sequence of D float or None
        Argument of DIPY's, only checked, and as there may be longer: distances follow from `img_world2grid`.
    out_shape : sequence of D int
        Shape of the grid.
    out_grid2world : array_like of shape (D + 1, D + 1) or None
        Homogeneous matrix from the grid's indices to the world; its last row may be missing. None is the identity.

    Returns
    -------
    grad : ndarray of shape out_shape + (D,)
        Change of the grey value per unit of the world along each of its axes; in the dtype of `img` if that is float32,
        else in float64. 0 where it is not known.
    inside : ndarray of int32 of shape `out_shape`
        1 where all slopes are known: no point that they need is outside the image or next to a sample that is not
        finite.

    Raises
    ------
    TypeError
        If an argument does not hold real numbers, or `out_shape` whole ones.
    ValueError
        If `img` is not 2-D or 3-D, or the shape, the spacing or a matrix is not of that dimension, not finite or
        not positive.

    See Also
    --------
    coursereg.sparse_world_gradient : the same at points of your choice.

    Notes
    -----
    ``grad[..., a] = (img(x + h e_a) - img(x - h e_a)) / (2 h)`` for unit vectors e_a of the world. Half a step ``h`` is
    half the distance of two samples along this axis, ``0.5 / norm(img_world2grid[:D, a])``, whichever axes of the image
    it is made of.

    Examples
    --------
    >>> ramp = np.tile(10.0 * np.arange(4), (3, 1))  # 10 more from column to column, which are 2 mm apart
    >>> grad, inside = world_gradient(ramp, np.diag([1, 0.5, 1]), None, (3, 4), np.diag([1, 2, 1]))
    >>> grad[1, 1], inside[1].tolist()
    (array([0., 5.]), [0, 1, 1, 0])
    """
    img, world2grid, steps, inverse = _prepare(img, img_world2grid, img_spacing)
    shape = Grid(out_shape).shape
    if len(shape) != img.ndim:
        msg = f"out_shape must have {img.ndim} numbers for an image of shape {img.shape}, got {shape}"
        raise ValueError(msg)
    out_grid2world = as_rows("out_grid2world", out_grid2world, img.ndim)
    chain = world2grid @ np.vstack([out_grid2world, np.eye(1, img.ndim + 1, img.ndim)])
    grad, inside = np.empty((*shape, img.ndim), img.dtype), np.empty(shape, np.int32)
    _DENSE[img.ndim](img, np.vstack([chain, np.eye(1, img.ndim + 1, img.ndim)]), steps, inverse, grad, inside)
    return grad, inside


def sparse_world_gradient(img, img_world2grid, img_spacing, sample_points):
    """
    Gradient of an image in world units, at points.

    Parameters
    ----------
    img : array_like of shape (R, C) or (S, R, C)
        The image, linear between its samples.
    img_world2grid : array_like of shape (D + 1, D + 1) or None
        Homogeneous matrix from the world to the image's indices; its last row may be missing. None is the identity.
    img_spacing : sequence of D float or None
        Argument of DIPY's, only checked, and as there may be longer: distances follow from `img_world2grid`.
    sample_points : array_like of shape (N, D)
        Further columns are not looked at, as in DIPY. World coordinates, of no point or many.

    Returns
    -------
    grad : ndarray of shape (N, D)
        As of `world_gradient`.
    inside : ndarray of int32 of shape (N,)
        As of `world_gradient`.

    Raises
    ------
    TypeError
        If an argument does not hold real numbers.
    ValueError
        If `img` is not 2-D or 3-D, or the points, the spacing or the matrix are not of that dimension, not finite or
        not positive.

    See Also
    --------
    coursereg.world_gradient : the same at all samples of a grid.

    Examples
    --------
    >>> ramp = np.tile(10.0 * np.arange(4), (3, 1))
    >>> sparse_world_gradient(ramp, np.diag([1, 0.5, 1]), None, [[1.25, 3.5], [1.25, 7]])
    (array([[0., 5.],
           [0., 0.]]), array([1, 0], dtype=int32))
    """
    img, world2grid, steps, inverse = _prepare(img, img_world2grid, img_spacing)
    points = _check.as_numbers("sample_points", sample_points, may_be_empty=True)
    if points.ndim == 2:
        points = points[:, : img.ndim]
    points = as_points("sample_points", points, img.ndim).astype(np.float64)
    if points.ndim != 2:
        msg = f"sample_points must have shape (N, {img.ndim}), got {points.shape}"
        raise ValueError(msg)
    index = np.ascontiguousarray(points @ world2grid[:, :-1].T + world2grid[:, -1])
    grad, inside = np.empty(points.shape, img.dtype), np.empty(len(points), np.int32)
    _SPARSE[img.ndim](img, index, steps, inverse, grad, inside)
    return grad, inside


def _prepare(img, img_world2grid, img_spacing):
    """Return the image and its matrix as the kernels want them, half steps in indices, and inverses of whole steps."""
    img = _check.as_numbers("img", img, ndim=(2, 3))
    img = np.require(img, np.float32 if img.dtype == np.float32 else np.float64, ["C", "A", "W"])
    world2grid = as_rows("img_world2grid", img_world2grid, img.ndim)
    columns = np.linalg.norm(world2grid[:, :-1], axis=0)
    if not columns.all():
        msg = f"img_world2grid must be invertible, got columns of zeros in {world2grid.tolist()}"
        raise ValueError(msg)
    if img_spacing is not None:
        spacing = _check.as_numbers("img_spacing", img_spacing, ndim=1)
        if spacing.size < img.ndim or not (np.isfinite(spacing) & (spacing > 0)).all():
            msg = f"img_spacing must be {img.ndim} positive numbers, got {spacing.tolist()}"
            raise ValueError(msg)
    steps = np.ascontiguousarray((0.5 * world2grid[:, :-1] / columns).T)
    return img, world2grid, steps, columns
