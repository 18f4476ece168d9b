"""Where the samples of an image are."""

import numpy as np

from coursereg import _check


class Grid:
    """
    The samples' places of an image: its shape, and the map from indices to the world.

    Parameters
    ----------
    shape : sequence of 2 or 3 int
        Samples along each axis, (rows, columns) or (slices, rows, columns).
    grid2world : array_like of shape (D + 1, D + 1), optional
        Homogeneous matrix from indices, in the order of the axes, to world coordinates in mm (or any other unit). By
        default the identity: the world is counted in samples.

    Attributes
    ----------
    shape : tuple of int
        As given.
    grid2world, world2grid : ndarray of shape (D + 1, D + 1)
        The map and its inverse; read-only.

    Raises
    ------
    TypeError
        If `shape` does not hold whole numbers.
    ValueError
        If `shape` does not have 2 or 3 entries of at least 1, or `grid2world` is not a finite, invertible, homogeneous
        matrix of that dimension.

    Examples
    --------
    >>> grid = Grid((256, 128), np.diag([0.5, 2.0, 1.0]))
    >>> grid.to_world([[10, 10]])
    array([[ 5., 20.]])
    >>> grid.spacing
    array([0.5, 2. ])
    """

    def __init__(self, shape, grid2world=None):
        if np.ndim(shape) != 1 or len(shape) not in (2, 3):
            msg = f"shape must have 2 or 3 numbers, got {shape!r}"
            raise ValueError(msg)
        self.shape = tuple(_check.whole("each entry of shape", n, lowest=1) for n in shape)
        matrix = np.eye(self.ndim + 1) if grid2world is None else grid2world
        self.grid2world = as_affine("grid2world", matrix, self.ndim)
        self.world2grid = np.linalg.inv(self.grid2world)
        self.grid2world.flags.writeable = self.world2grid.flags.writeable = False

    @property
    def ndim(self):
        """Number of axes, 2 or 3."""
        return len(self.shape)

    @property
    def spacing(self):
        """Distance of neighbouring samples along each axis, in world units: ndarray of shape (D,)."""
        return np.linalg.norm(self.grid2world[:-1, :-1], axis=0)

    @property
    def centre(self):
        """World coordinates of the middle between the first and the last sample: ndarray of shape (D,)."""
        return self.to_world((np.array([self.shape]) - 1) / 2)[0]

    def to_world(self, points):
        """
        World coordinates of points given as indices.

        Parameters
        ----------
        points : array_like of shape (..., D)
            Indices, not necessarily whole or inside.

        Returns
        -------
        ndarray of shape (..., D)
            World coordinates.

        Raises
        ------
        TypeError
            If `points` does not hold real numbers.
        ValueError
            If the last axis of `points` is not the number of axes.
        """
        return _apply(self.grid2world, points)

    def to_grid(self, points):
        """
        Indices of points given in world coordinates.

        Parameters
        ----------
        points : array_like of shape (..., D)
            World coordinates.

        Returns
        -------
        ndarray of shape (..., D)
            Indices, in general not whole and not inside.

        Raises
        ------
        TypeError
            If `points` does not hold real numbers.
        ValueError
            If the last axis of `points` is not the number of axes.
        """
        return _apply(self.world2grid, points)

    def __eq__(self, other):
        if not isinstance(other, Grid):
            return NotImplemented
        return self.shape == other.shape and np.array_equal(self.grid2world, other.grid2world)

    def __hash__(self):
        return hash((self.shape, self.grid2world.tobytes()))

    def __repr__(self):
        spacing = " x ".join(f"{s:.6g}" for s in self.spacing)
        return f"Grid(shape={self.shape}, spacing {spacing})"


def as_affine(name, matrix, ndim):
    """Return the invertible homogeneous matrix of an affine map as a float64 copy, or say what is wrong with it."""
    out = _check.as_numbers(name, matrix).astype(np.float64)
    if out.shape != (ndim + 1, ndim + 1):
        msg = f"{name} must have shape {(ndim + 1, ndim + 1)} in {ndim}-D, got {out.shape}"
        raise ValueError(msg)
    _check.finite(name, out)
    if not np.array_equal(out[-1], [0] * ndim + [1]):
        msg = f"{name} must have the last row {[0] * ndim + [1]}, got {out[-1].tolist()}"
        raise ValueError(msg)
    if np.linalg.matrix_rank(out[:-1, :-1]) < ndim:
        msg = f"{name} must be invertible, got a matrix whose upper left {ndim} x {ndim} block is singular"
        raise ValueError(msg)
    return out


def as_rows(name, matrix, ndim):
    """
    Return the first ``ndim`` rows of an affine map's matrix as float64, the identity's for None.

    For functions that only apply it: a last row may be missing, and is not looked at.
    """
    if matrix is None:
        return np.eye(ndim, ndim + 1)
    out = _check.as_numbers(name, matrix).astype(np.float64)
    if out.ndim != 2 or out.shape[0] < ndim or out.shape[1] != ndim + 1:
        msg = f"{name} must have {ndim} or {ndim + 1} rows and {ndim + 1} columns in {ndim}-D, got shape {out.shape}"
        raise ValueError(msg)
    _check.finite(name, out)
    return out[:ndim]


def as_points(name, points, ndim):
    """Return points, none or many, as real numbers with one coordinate per axis, or say what is wrong with them."""
    out = _check.as_numbers(name, points, may_be_empty=True)
    if out.shape[-1:] != (ndim,):
        msg = f"{name} must have shape (..., {ndim}), got {out.shape}"
        raise ValueError(msg)
    return out


def _apply(matrix, points):
    """Return points taken through a homogeneous matrix."""
    points = as_points("points", points, len(matrix) - 1).astype(np.float64)
    return points @ matrix[:-1, :-1].T + matrix[:-1, -1]
