"""
An affine map between the worlds of two images, which it can bring onto each other's grid; in the manner of DIPY.

The map takes points of the *domain* (the static image) to the *codomain* (the moving image); an image is pulled from
the codomain onto the grid of the domain. ``None`` for a matrix always means the identity.
"""

import numpy as np

from coursereg import _check
from coursereg._check import AffineInvalidValuesError, AffineInversionError
from coursereg.kernels import affine_map as kernels
from coursereg.space.grid import Grid, as_affine

INTERPOLATIONS = ("linear", "nearest")
SINGULAR = (
    1e15  # a matrix, its columns and rows brought to length 1, whose condition is worse has no inverse in doubles
)
_number_dim_affine_matrix = 2
_PULL = {
    ("linear", 2): kernels.pull_fade_2d,
    ("linear", 3): kernels.pull_fade_3d,
    ("nearest", 2): kernels.pull_label_2d,
    ("nearest", 3): kernels.pull_label_3d,
}


class AffineMap:
    """
    Affine map from the world of a domain to that of a codomain, together with the grids of both.

    Parameters
    ----------
    affine : array_like of shape (D + 1, D + 1) or None
        Homogeneous matrix from domain to codomain world coordinates; None is the identity.
    domain_grid_shape : sequence of D int, optional
        Shape of the domain's grid, the default grid of `transform`.
    domain_grid2world : array_like of shape (D + 1, D + 1), optional
        Homogeneous matrix from the domain's indices to its world.
    codomain_grid_shape, codomain_grid2world : optional
        The same of the codomain, the default grid of `transform_inverse`.

    Attributes
    ----------
    affine, affine_inv : ndarray of shape (D + 1, D + 1) or None
        The map and its inverse; change them with `set_affine`.
    domain_shape, codomain_shape : tuple of int or None
    domain_grid2world, codomain_grid2world : ndarray or None

    Raises
    ------
    TypeError
        If `affine` does not hold real numbers.
    AffineInversionError
        If `affine` is not 2-D, not square, or has no inverse.
    AffineInvalidValuesError
        If `affine` has entries that are not finite, or its last row is not 0, ..., 0, 1.

    See Also
    --------
    coursereg.resample : the same between two `coursereg.Grid`, also by cubic B-splines.

    Notes
    -----
    ``str``, ``repr`` and ``format`` show the matrix. ``format(m, "r")`` (or "rotation") is its linear part, ``format(m,
    "t")`` (or "translation") its last column; "", " ", "f" and "full" are all of it.

    Examples
    --------
    >>> import numpy as np
    >>> down = AffineMap([[1, 0, 1], [0, 1, 0], [0, 0, 1]], (2, 2))  # the result at row 0 comes from row 1
    >>> down.transform(np.array([[1, 2], [3, 4]]))
    array([[3., 4.],
           [0., 0.]])
    >>> print(f"{down:t}")
    [[1.]
     [0.]]
    """

    def __init__(
        self,
        affine,
        domain_grid_shape=None,
        domain_grid2world=None,
        codomain_grid_shape=None,
        codomain_grid2world=None,
    ):
        self.set_affine(affine)
        self.domain_shape = None if domain_grid_shape is None else tuple(domain_grid_shape)
        self.domain_grid2world = None if domain_grid2world is None else np.array(domain_grid2world)
        self.codomain_shape = None if codomain_grid_shape is None else tuple(codomain_grid_shape)
        self.codomain_grid2world = None if codomain_grid2world is None else np.array(codomain_grid2world)

    def get_affine(self):
        """
        Matrix of the map.

        Returns
        -------
        ndarray of shape (D + 1, D + 1) or None
            A copy; None for a map that is the identity in any dimension.
        """
        return None if self.affine is None else self.affine.copy()

    def set_affine(self, affine):
        """
        Replace the matrix of the map.

        Parameters
        ----------
        affine : array_like of shape (D + 1, D + 1) or None
            Homogeneous matrix from domain to codomain world coordinates; copied.

        Raises
        ------
        TypeError
            If it does not hold real numbers.
        AffineInversionError
            If it is not 2-D, not square, or has no inverse.
        AffineInvalidValuesError
            If it has entries that are not finite, or its last row is not 0, ..., 0, 1.
        """
        if affine is None:
            self.affine = self.affine_inv = None
        else:
            self.affine, self.affine_inv = _with_inverse(affine)

    def image(self, moving, interpolation="linear"):
        """
        Bring an image of the codomain (the moving one) onto the grid of the domain (the static one).

        Parameters
        ----------
        moving : array_like of shape (R, C) or (S, R, C)
            Image on the codomain's grid.
        interpolation : {"linear", "nearest"}
            How to look up values; "nearest" keeps labels.

        Returns
        -------
        ndarray of the domain's shape
            The image where the domain's samples are; 0 outside.

        Raises
        ------
        ValueError
            If the image does not have the shape of the codomain's grid, and as `transform`.

        See Also
        --------
        transform : the same with grids of your own.
        points : takes points the other way, from the domain to the codomain.
        """
        shape = np.shape(moving)
        if self.codomain_shape is not None and shape != tuple(self.codomain_shape):
            which = "; that is the static image's" if shape == self.domain_shape else ""
            msg = f"moving must have the shape of the moving image, {tuple(self.codomain_shape)}, got {shape}{which}"
            raise ValueError(msg)
        return self.transform(moving, interpolation)

    def points(self, points):
        """
        Take points of the domain's world (the static one) to the codomain's (the moving one).

        Parameters
        ----------
        points : array_like of shape (..., D)
            World coordinates. Points go static to moving, images come moving to static.

        Returns
        -------
        ndarray of shape (..., D)
            World coordinates of the codomain.

        Raises
        ------
        ValueError
            If the points do not have the map's number of coordinates.

        See Also
        --------
        image : brings an image the other way, from the codomain to the domain.
        """
        points = np.asarray(points, dtype=np.float64)
        if self.affine is None:
            return points.copy()
        if points.ndim == 0 or points.shape[-1] != len(self.affine) - 1:
            msg = f"points must have {len(self.affine) - 1} coordinates each, got shape {points.shape}"
            raise ValueError(msg)
        return points @ np.ascontiguousarray(self.affine[:-1, :-1].T) + self.affine[:-1, -1]

    def __str__(self):
        return str(self.affine)

    def __repr__(self):
        return repr(self.affine)

    def __format__(self, spec):
        if self.affine is None or spec.lower() in ("", " ", "f", "full"):
            return str(self.affine)
        if spec.lower() in ("r", "rotation"):
            return str(self.affine[:-1, :-1])
        if spec.lower() in ("t", "translation"):
            return str(self.affine[:-1, -1:])
        msg = f"format must be one of '', ' ', 'f', 'full', 'r', 'rotation', 't', 'translation', got {spec!r}"
        raise NotImplementedError(msg)

    def transform(
        self,
        image,
        interpolation="linear",
        image_grid2world=None,
        sampling_grid_shape=None,
        sampling_grid2world=None,
        resample_only=False,
        *,
        interp=None,
    ):
        """
        Pull an image of the codomain onto the grid of the domain.

        Parameters
        ----------
        image : array_like of shape (R, C) or (S, R, C)
            The image, of any real dtype; NaN spreads to what is made of it.
        interpolation : {"linear", "nearest"}, default: "linear"
            How to look between its samples; "nearest" is for labels.
        image_grid2world : array_like of shape (D + 1, D + 1), optional
            Matrix from the image's indices to its world; by default that of the codomain.
        sampling_grid_shape : sequence of D int, optional
            Shape of the result; by default that of the domain.
        sampling_grid2world : array_like of shape (D + 1, D + 1), optional
            Matrix from the result's indices to its world; by default that of the domain.
        resample_only : bool, default: False
            Leave the map itself out: only change the grid.
        interp : str, optional
            Older spelling of `interpolation`.

        Returns
        -------
        ndarray of shape `sampling_grid_shape`
            Float64 for "linear", which fades to 0 over one sample outside the image; the image's dtype for "nearest",
            0 outside.

        Raises
        ------
        TypeError
            If `image` does not hold real numbers.
        ValueError
            If `interpolation` is another one, no shape is known, or an image, shape or matrix is not of one dimension,
            2 or 3, or a matrix is not finite or not invertible.

        Notes
        -----
        ``out[i] = image(inv(image_grid2world) @ affine @ sampling_grid2world @ i)``.
        """
        shape = self.domain_shape if sampling_grid_shape is None else sampling_grid_shape
        grid2world = self.domain_grid2world if sampling_grid2world is None else sampling_grid2world
        own = self.codomain_grid2world if image_grid2world is None else image_grid2world
        affine = None if resample_only else self.affine
        return _pull(image, _spelled(interpolation, interp), own, affine, shape, grid2world)

    def transform_inverse(
        self,
        image,
        interpolation="linear",
        image_grid2world=None,
        sampling_grid_shape=None,
        sampling_grid2world=None,
        resample_only=False,
        *,
        interp=None,
    ):
        """
        Pull an image of the domain onto the grid of the codomain, through the inverse of the map.

        Parameters
        ----------
        image : array_like of shape (R, C) or (S, R, C)
            The image, of any real dtype; NaN spreads to what is made of it.
        interpolation : {"linear", "nearest"}, default: "linear"
            How to look between its samples; "nearest" is for labels.
        image_grid2world : array_like of shape (D + 1, D + 1), optional
            Matrix from the image's indices to its world; by default that of the domain.
        sampling_grid_shape : sequence of D int, optional
            Shape of the result; by default that of the codomain.
        sampling_grid2world : array_like of shape (D + 1, D + 1), optional
            Matrix from the result's indices to its world; by default that of the codomain.
        resample_only : bool, default: False
            Leave the map itself out: only change the grid.
        interp : str, optional
            Older spelling of `interpolation`.

        Returns
        -------
        ndarray of shape `sampling_grid_shape`
            As of `transform`.

        Raises
        ------
        TypeError
            As `transform`.
        ValueError
            As `transform`.
        """
        shape = self.codomain_shape if sampling_grid_shape is None else sampling_grid_shape
        grid2world = self.codomain_grid2world if sampling_grid2world is None else sampling_grid2world
        own = self.domain_grid2world if image_grid2world is None else image_grid2world
        affine = None if resample_only else self.affine_inv
        return _pull(image, _spelled(interpolation, interp), own, affine, shape, grid2world)


def mult_aff(A, B):  # noqa: N803
    """
    Product of two homogeneous matrices, in which None is the identity.

    Parameters
    ----------
    A, B : ndarray of shape (n, n) or None
        The matrices; `B` comes first when points are mapped.

    Returns
    -------
    ndarray of shape (n, n) or None
        ``A @ B``; the other matrix itself if one is None, and None if both are.

    Raises
    ------
    ValueError
        If the shapes do not fit.

    Examples
    --------
    >>> import numpy as np
    >>> mult_aff(np.diag([2, 2, 1]), [[1, 0, 3], [0, 1, 4], [0, 0, 1]])
    array([[2, 0, 6],
           [0, 2, 8],
           [0, 0, 1]])
    >>> mult_aff(None, None) is None
    True
    """
    if A is None:
        return B
    return A if B is None else np.dot(A, B)


def get_direction_and_spacings(affine, dim):
    """
    Split the linear part of a grid's matrix into directions of length 1 and the distances of the samples.

    Parameters
    ----------
    affine : array_like of shape (dim + 1, dim + 1) or None
        Homogeneous matrix from indices to the world; None is the identity.
    dim : int
        Number of axes.

    Returns
    -------
    direction : ndarray of shape (dim, dim)
        Column a is the direction of axis a in the world.
    spacings : ndarray of shape (dim,)
        Distance of neighbouring samples along each axis, in world units.

    Raises
    ------
    TypeError
        If `affine` does not hold real numbers, or `dim` is not whole.
    ValueError
        If `affine` has fewer than `dim` rows or columns, is not finite, or has a column of zeros.

    Examples
    --------
    >>> get_direction_and_spacings([[0, 3, 7], [2, 0, 8], [0, 0, 1]], 2)
    (array([[0., 1.],
           [1., 0.]]), array([2., 3.]))
    """
    dim = _check.whole("dim", dim, lowest=1)
    if affine is None:
        return np.eye(dim), np.ones(dim)
    affine = _check.as_numbers("affine", affine, ndim=2).astype(np.float64)
    if min(affine.shape) < dim:
        msg = f"affine must have at least {dim} rows and columns, got shape {affine.shape}"
        raise ValueError(msg)
    _check.finite("affine", affine)
    spacings = np.linalg.norm(affine[:dim, :dim], axis=0)
    if not spacings.all():
        msg = f"affine must have no axis of zeros, got the spacings {spacings.tolist()}"
        raise ValueError(msg)
    return affine[:dim, :dim] / spacings, spacings


def _with_inverse(affine):
    """Return a matrix and its inverse, both float64; raise the first error that applies."""
    try:
        shape = np.shape(affine)
    except ValueError as error:  # a ragged list
        msg = f"affine must be an array of numbers, got {type(affine).__name__}: {error}"
        raise TypeError(msg) from None
    if len(shape) != _number_dim_affine_matrix or shape[0] != shape[1] or not shape[0]:
        msg = f"affine must be a square matrix, got shape {shape}"
        raise AffineInversionError(msg)
    matrix = _check.as_numbers("affine", affine).astype(np.float64)
    if not np.isfinite(matrix).all():
        msg = f"affine must have finite entries, got {matrix.tolist()}"
        raise AffineInvalidValuesError(msg)
    last = matrix[-1].tolist()
    if any(last[:-1]) or last[-1] != 1.0:
        msg = f"the last row of affine must be {[0] * (len(last) - 1) + [1]}, got {last}"
        raise AffineInvalidValuesError(msg)
    inverse = _inverse(matrix)
    if inverse is None:
        msg = f"affine has no inverse: the columns of its linear part {matrix[:-1, :-1].tolist()} depend on each other"
        raise AffineInversionError(msg)
    return matrix, inverse


def _inverse(matrix):
    """Return the inverse of a homogeneous matrix, None if doubles cannot tell it from a singular one."""
    linear = matrix[:-1, :-1]
    columns = np.abs(linear).max(axis=0, initial=0)
    with np.errstate(all="ignore"):
        scaled = linear / columns
        scaled = scaled / np.abs(scaled).max(axis=1, keepdims=True, initial=0)
    if not np.isfinite(scaled).all() or (scaled.size and np.linalg.cond(scaled) > SINGULAR):
        return None
    inverse = np.linalg.inv(matrix)
    inverse[-1] = matrix[-1]  # free of rounding
    return inverse if np.isfinite(inverse).all() else None


def _spelled(interpolation, interp):
    """Return the kind of interpolation from its two spellings."""
    interpolation = interpolation if interp is None else interp
    _check.one_of("interpolation", interpolation, INTERPOLATIONS)
    return interpolation


def _pull(image, interpolation, image_grid2world, affine, shape, grid2world):
    """Return the image at ``inv(image_grid2world) @ affine @ grid2world @ i`` for all i of a grid of ``shape``."""
    dtype = getattr(image, "dtype", None)
    image = _check.as_numbers("image", image, ndim=(2, 3))
    if shape is None:
        msg = "the shape of the result is not known; pass sampling_grid_shape, or make the map with its grids"
        raise ValueError(msg)
    if np.size(shape) != image.ndim:
        msg = f"the sampling grid must have {image.ndim} axes, as the image of shape {image.shape}, got {shape!r}"
        raise ValueError(msg)
    target = Grid(shape, grid2world)
    chain = target.grid2world
    if affine is not None:
        chain = as_affine("affine", affine, image.ndim) @ chain
    if image_grid2world is not None:
        chain = np.linalg.inv(as_affine("image_grid2world", image_grid2world, image.ndim)) @ chain
    chain = np.ascontiguousarray(chain)
    if interpolation == "linear":
        out = np.empty(target.shape)
        _PULL["linear", image.ndim](np.require(image, np.float64, ["C", "A", "W"]), chain, out)
        return out
    index = np.empty(target.shape, np.intp)
    _PULL["nearest", image.ndim](image.shape, chain, index)
    out = image.ravel()[index]  # index -1, outside, reads the last sample, which is then replaced
    out[index < 0] = 0
    return out if dtype is None else out.astype(dtype, copy=False)
