"""
Translations that lay the middle of one image on that of another: where a registration may start.

Each takes ``static, static_grid2world, moving, moving_grid2world`` and gives the map of points from the static to the
moving world, an `coursereg.AffineMap` with both grids; None for a matrix is the identity. Four meanings of "middle":
the centre of mass, the middle between the first and the last sample, DIPY's geometric centre (half a sample further),
and the first sample.
"""

import numpy as np

from coursereg import _check
from coursereg.space.affine_map import AffineMap
from coursereg.space.grid import as_affine

CANCELLED = 1e-9  # a sum smaller than that part of what was summed is rounding, and no mass to divide by


def transform_centers_of_mass(static, static_grid2world, moving, moving_grid2world):
    """
    Translation that brings the centres of mass of two images together.

    Parameters
    ----------
    static, moving : array_like of shape (R, C) or (S, R, C)
        The images. All samples are weights, negative ones, too.
    static_grid2world, moving_grid2world : array_like of shape (D + 1, D + 1) or None
        Homogeneous matrices from indices to the world; None is the identity.

    Returns
    -------
    AffineMap
        Takes the centre of mass of `static` to that of `moving`, in world coordinates.

    Raises
    ------
    TypeError
        If an argument does not hold real numbers.
    ValueError
        If an image is not 2-D or 3-D, has NaN or infinite samples or a sum of 0, the images are not of one dimension,
        or a matrix is not an invertible homogeneous one.

    See Also
    --------
    coursereg.transform_grid_centers : where brightness says nothing.

    Examples
    --------
    >>> static, moving = np.zeros((5, 5)), np.zeros((8, 8))
    >>> static[1, 1] = moving[4, 2] = 7
    >>> print(f"{transform_centers_of_mass(static, None, moving, None):t}")
    [[3.]
     [1.]]
    """
    return _translation(_centre_of_mass, static, static_grid2world, moving, moving_grid2world)


def transform_geometric_centers(static, static_grid2world, moving, moving_grid2world):
    """
    Translation that brings DIPY's geometric centres of two grids together: half the shape, in samples.

    Parameters
    ----------
    static, moving : array_like of shape (R, C) or (S, R, C)
        The images, of which only the shapes matter.
    static_grid2world, moving_grid2world : array_like of shape (D + 1, D + 1) or None
        Homogeneous matrices from indices to the world; None is the identity.

    Returns
    -------
    AffineMap
        Takes index ``shape / 2`` of `static` to that of `moving`, in world coordinates.

    Raises
    ------
    TypeError
        If an argument does not hold real numbers.
    ValueError
        If the images are not of one dimension, 2 or 3, or a matrix is not an invertible homogeneous one.

    See Also
    --------
    coursereg.transform_grid_centers : what you want.

    Notes
    -----
    The middle between the first and the last sample is ``(shape - 1) / 2``. That this one is half a sample off on both
    sides matters where the grids differ: by 0.5 mm along each axis between voxels of 2 mm and of 1 mm.

    Examples
    --------
    >>> print(f"{transform_geometric_centers(np.ones((4, 4)), None, np.ones((10, 20)), None):t}")
    [[3.]
     [8.]]
    """
    return _translation(_half_the_shape, static, static_grid2world, moving, moving_grid2world)


def transform_grid_centers(static, static_grid2world, moving, moving_grid2world):
    """
    Translation that brings the middles of two grids together: half way from the first to the last sample.

    Parameters
    ----------
    static, moving : array_like of shape (R, C) or (S, R, C)
        The images, of which only the shapes matter.
    static_grid2world, moving_grid2world : array_like of shape (D + 1, D + 1) or None
        Homogeneous matrices from indices to the world; None is the identity.

    Returns
    -------
    AffineMap
        Takes index ``(shape - 1) / 2`` of `static` to that of `moving`, in world coordinates.

    Raises
    ------
    TypeError
        If an argument does not hold real numbers.
    ValueError
        If the images are not of one dimension, 2 or 3, or a matrix is not an invertible homogeneous one.

    See Also
    --------
    coursereg.Grid.centre : the middle of one grid.

    Examples
    --------
    >>> coarse, fine = np.ones((5, 5)), np.ones((10, 10))  # of one field, in samples of 2 mm and of 1 mm
    >>> print(f"{transform_grid_centers(coarse, np.diag([2, 2, 1]), fine, None):t}")
    [[0.5]
     [0.5]]
    """
    return _translation(_middle_of_samples, static, static_grid2world, moving, moving_grid2world)


def transform_origins(static, static_grid2world, moving, moving_grid2world):
    """
    Translation that brings the first samples of two images together.

    Parameters
    ----------
    static, moving : array_like of shape (R, C) or (S, R, C)
        The images, of which only the shapes matter.
    static_grid2world, moving_grid2world : array_like of shape (D + 1, D + 1) or None
        Homogeneous matrices from indices to the world; None is the identity.

    Returns
    -------
    AffineMap
        Takes the sample with index 0 of `static` to that of `moving`, in world coordinates.

    Raises
    ------
    TypeError
        If an argument does not hold real numbers.
    ValueError
        If the images are not of one dimension, 2 or 3, or a matrix is not an invertible homogeneous one.

    Examples
    --------
    >>> there = [[1, 0, 5], [0, 1, -2], [0, 0, 1]]
    >>> print(f"{transform_origins(np.ones((4, 4)), None, np.ones((4, 4)), there):t}")
    [[ 5.]
     [-2.]]
    """
    return _translation(_first_sample, static, static_grid2world, moving, moving_grid2world)


align_centers_of_mass = transform_centers_of_mass
align_geometric_centers = transform_geometric_centers
align_origins = transform_origins


def _translation(middle, static, static_grid2world, moving, moving_grid2world):
    """Return the map that takes the middle of one image, an index found by ``middle``, to that of the other."""
    static = _check.as_numbers("static", static, ndim=(2, 3))
    moving = _check.as_numbers("moving", moving, ndim=(2, 3))
    if static.ndim != moving.ndim:
        msg = f"images must have one number of dimensions, got static {static.shape}, moving {moving.shape}"
        raise ValueError(msg)
    static_grid2world = _grid2world("static_grid2world", static_grid2world, static.ndim)
    moving_grid2world = _grid2world("moving_grid2world", moving_grid2world, moving.ndim)
    here = static_grid2world @ [*middle(static, "static"), 1]
    there = moving_grid2world @ [*middle(moving, "moving"), 1]
    affine = np.eye(static.ndim + 1)
    affine[:-1, -1] = (there - here)[:-1]
    return AffineMap(affine, static.shape, static_grid2world, moving.shape, moving_grid2world)


def _grid2world(name, matrix, ndim):
    return np.eye(ndim + 1) if matrix is None else as_affine(name, matrix, ndim)


def _half_the_shape(image, _):
    return np.array(image.shape) / 2


def _middle_of_samples(image, _):
    return (np.array(image.shape) - 1) / 2


def _first_sample(image, _):
    return np.zeros(image.ndim)


def _centre_of_mass(image, name):
    """Return the mean index, weighted by the samples."""
    low, high = _check.finite(name, image)
    largest = max(abs(low), abs(high))
    image = image / largest if largest > 1e200 else image  # or sums may overflow
    axes = set(range(image.ndim))
    lines = [image.sum(axis=tuple(axes - {axis}), dtype=np.float64) for axis in axes]
    mass = lines[0].sum()
    weight = mass if low >= 0 else np.abs(image, dtype=np.float64).sum()
    if not abs(mass) > CANCELLED * weight:
        msg = f"{name} must have a sum other than 0 to have a centre of mass, got {mass:g}, samples {low:g} to {high:g}"
        raise ValueError(msg)
    return [line @ np.arange(line.size) / mass for line in lines]
