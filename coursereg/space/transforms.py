"""
Transforms of the world with few parameters: rigid, similarity, affine, in 2-D and 3-D, and what is built from them.

A transform maps world points of the static ("from") image to world points of the moving ("to") one. All linear ones
are written as ``T(x) = R(r) @ diag(exp(s)) @ R(q) @ x + t``, with twelve natural numbers ``vec12 = (t, r, s, q)``: a
translation in mm, a rotation vector in radians, three logarithms of scales and the vector of a rotation before scaling.
``param`` holds the free ones among them, in units in which one step moves a point 100 mm away by about 1 mm: mm for
``t``, hundredths for all else. An optimiser then sees parameters of one size.

A two-dimensional transform (``Rigid2D`` ...) leaves the third axis alone. It takes points (row, column), too: ``t[0]``
is the shift along rows, ``t[1]`` along columns, and ``r[2]`` turns rows towards columns, ``[[c, -s], [s, c]]``. As
points go from static to moving, the content of the moving image turns clockwise on the screen for a positive angle.
"""

import numpy as np

from coursereg import _check
from coursereg.space.grid import as_points
from coursereg.space.matrices import MAX_DIST, inverse_affine, preconditioner, to_matrix44
from coursereg.space.rotations import nearest_rotation, rotation_mat2vec

RADIUS = 100.0  # mm


class Transform:
    """
    Any map of points, given by a function; without parameters, it cannot be optimised.

    Parameters
    ----------
    func : callable
        ``func(points) -> points``, of shape (..., D).

    Raises
    ------
    TypeError
        If `func` is not callable.

    See Also
    --------
    coursereg.Affine : with parameters.

    Examples
    --------
    >>> Transform(lambda x: 2 * x).compose(Transform(lambda x: x + 1)).apply(np.array([[1.0, 2.0]]))
    array([[4., 6.]])
    """

    def __init__(self, func):
        if not callable(func):
            msg = f"func must be a function of points, got {func!r}"
            raise TypeError(msg)
        self.func = func

    def apply(self, pts):
        """Return the points, shape (..., D), taken through the map."""
        return self.func(pts)

    def compose(self, other):
        """Return the map that applies `other` first and this one to its result."""
        return Transform(lambda pts: self.apply(other.apply(pts)))

    @property
    def param(self):
        """Raise AttributeError: a general map has no parameters."""
        msg = "No param for generic transform"
        raise AttributeError(msg)


class Affine(Transform):
    """
    Affine transform with twelve parameters.

    Parameters
    ----------
    array : array_like of shape (12,), (4, 4) or (3, 3), optional
        Natural parameters ``vec12`` (see the module's docstring), or a homogeneous matrix; (3, 3) for two dimensions.
        By default the identity. A matrix is brought to the nearest transform of the class.
    radius : float, default: 100
        Length, in mm, that relates rotations and scales to translations (see `coursereg.preconditioner`).

    Attributes
    ----------
    param : ndarray
        The free parameters in the units of `precond`; set it to change the transform.
    translation, rotation, scaling, pre_rotation : ndarray of shape (3,)
        mm, radians, factors, radians.
    precond : ndarray of shape (12,)
        Units of the parameters.
    is_direct : bool
        False for a map with negative determinant; its linear part is minus that of the parameters.

    Raises
    ------
    ValueError
        If `array` has another shape, holds NaN, or is a matrix without an inverse.

    See Also
    --------
    coursereg.Rigid, coursereg.Similarity : fewer parameters.
    coursereg.AffineMap : a matrix together with the grids of two images.

    Notes
    -----
    The names and the parameters are those of nipy. The rotations and scales of a matrix are those of its singular value
    decomposition, ``U diag(s) V``.

    Examples
    --------
    >>> T = Affine([10, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0])
    >>> T.apply([[1, 2, 3]])
    array([[11.,  2.,  3.]])
    >>> T.param.size
    12
    """

    param_inds: tuple[int, ...] = tuple(range(12))
    ndim = 3
    _same: int | None = None  # for similarities: the three logarithms of scales are one parameter

    def __init__(self, array=None, radius=RADIUS):
        self._direct = True
        self._precond = preconditioner(radius)
        self._vec12 = np.zeros(12)
        if array is None:
            return
        array = _check.as_numbers("array", array).astype(np.float64)
        _check.finite("array", array)
        if array.size == 12:
            self._vec12 = array.ravel().copy()
        elif array.shape == (4, 4):
            self.from_matrix44(array)
        elif array.shape == (3, 3) and self.ndim == 2:
            self.from_matrix44(_with_third_axis(array))
        else:
            msg = f"Invalid array: 12 numbers or a 4 x 4 matrix are wanted, got shape {array.shape}"
            raise ValueError(msg)

    def from_matrix44(self, aff):
        """Take the parameters from a homogeneous matrix of shape (4, 4), which must have an inverse."""
        linear = np.asarray(aff, dtype=np.float64)[:3, :3]
        determinant = np.linalg.det(linear)
        if not np.isfinite(linear).all() or determinant == 0:
            msg = f"Invalid array: the matrix must be finite and invertible, got {np.asarray(aff).tolist()}"
            raise ValueError(msg)
        if self.ndim == 2 and np.linalg.det(linear[:2, :2]) < 0:
            msg = f"Invalid array: no two-dimensional transform holds a reflection, got {np.asarray(aff).tolist()}"
            raise ValueError(msg)
        self._direct = bool(determinant > 0)
        vec12 = np.zeros(12)
        vec12[:3] = np.asarray(aff, dtype=np.float64)[:3, 3]
        vec12[3:] = self._decompose(linear if self._direct else -linear)
        self._vec12 = vec12

    def _decompose(self, linear):
        """Return rotation vector, three logarithms of scales, and the vector of the rotation before them."""
        if self.ndim == 2:
            U, s, V = (_with_third_axis(x) for x in _svd(linear[:2, :2]))
            scales = np.array([s[0, 0], s[1, 1], linear[2, 2]])
        else:
            U, s, V = _svd(linear)
            scales = np.diag(s)
        return np.concatenate([rotation_mat2vec(U), np.log(np.maximum(scales, 1 / MAX_DIST)), rotation_mat2vec(V)])

    def copy(self):
        """Return an independent copy."""
        new = self.__class__()
        new._direct, new._precond, new._vec12 = self._direct, self._precond.copy(), self._vec12.copy()
        return new

    def as_affine(self, dtype=np.float64, ndim=3):
        """Return the homogeneous matrix, of shape (4, 4), or (3, 3) for ``ndim=2``, without the third axis."""
        out = to_matrix44(self._vec12)
        if not self._direct:
            out[:3, :3] *= -1
        if ndim == 2:
            self._needs_two_dimensions()
            out = np.delete(np.delete(out, 2, axis=0), 2, axis=1)
        return out.astype(dtype)

    def apply(self, pts):
        """
        Take points through the transform.

        Parameters
        ----------
        pts : array_like of shape (..., 3); also (..., 2) for the two-dimensional classes
            World coordinates.

        Returns
        -------
        ndarray of the same shape
            World coordinates.

        Raises
        ------
        TypeError
            If `pts` does not hold real numbers.
        ValueError
            If the last axis has another length.
        """
        pts = np.asarray(pts)
        ndim = 2 if self.ndim == 2 and pts.shape[-1:] == (2,) else 3
        pts = as_points("pts", pts, ndim).astype(np.float64)
        matrix = self.as_affine(ndim=ndim)
        return pts @ np.ascontiguousarray(matrix[:-1, :-1].T) + matrix[:-1, -1]  # the copy is ten times faster

    def compose(self, other):
        """Return the transform that applies `other` first; of the smallest class that holds the product."""
        if not isinstance(other, Affine):
            return super().compose(other)
        kinds = [Rigid, Similarity, Affine]
        level = max(next(k for k, kind in enumerate(kinds) if isinstance(T, kind)) for T in (self, other))
        flat = self.ndim == other.ndim == 2
        out = [Rigid2D, Similarity2D, Affine2D][level]() if flat else kinds[level]()
        out._precond[:] = self._precond
        out.from_matrix44(self.as_affine() @ other.as_affine())
        return out

    def inv(self):
        """Return the inverse transform, of the same class."""
        out = self.__class__()
        out._precond[:] = self._precond
        out.from_matrix44(inverse_affine(self.as_affine()))
        return out

    @property
    def precond(self):
        """Units of the twelve parameters."""
        return self._precond

    @property
    def is_direct(self):
        """False for a map with negative determinant."""
        return self._direct

    @property
    def param(self):
        """The free parameters in the units of `precond`."""
        inds = list(self.param_inds)
        return self._vec12[inds] / self._precond[inds]

    @param.setter
    def param(self, values):
        inds = list(self.param_inds)
        values = _check.as_numbers("param", values).astype(np.float64).ravel()
        if values.size != len(inds):
            msg = f"param must have {len(inds)} numbers, got {values.size}"
            raise ValueError(msg)
        self._vec12[inds] = values * self._precond[inds]
        if self._same is not None:
            self._vec12[6:9] = self._vec12[self._same]

    @property
    def translation(self):
        """Translation in mm, shape (3,)."""
        return self._vec12[:3]

    @translation.setter
    def translation(self, values):
        self._vec12[:3] = values

    @property
    def rotation(self):
        """Rotation vector in radians, shape (3,)."""
        return self._vec12[3:6]

    @rotation.setter
    def rotation(self, values):
        self._vec12[3:6] = values

    @property
    def scaling(self):
        """Three factors."""
        return np.exp(self._vec12[6:9])

    @scaling.setter
    def scaling(self, values):
        self._vec12[6:9] = np.log(values)

    @property
    def pre_rotation(self):
        """Vector of the rotation before scaling, in radians, shape (3,)."""
        return self._vec12[9:12]

    @pre_rotation.setter
    def pre_rotation(self, values):
        self._vec12[9:12] = values

    def _needs_two_dimensions(self):
        if self.ndim != 2:
            names = "Rigid2D, Similarity2D or Affine2D"
            msg = f"{type(self).__name__} is three-dimensional; for points (row, column) take {names}"
            raise ValueError(msg)

    def __str__(self):
        lines = [f"translation : {self.translation}", f"rotation    : {self.rotation}"]
        if not isinstance(self, Rigid):
            lines.append(f"scaling     : {self.scaling}")
        if type(self) in (Affine, Affine2D):
            lines.append(f"pre rotation: {self.pre_rotation}")
        return "\n".join(lines)


class Affine2D(Affine):
    """
    Affine transform in the plane of the first two axes, six parameters: two shifts, a turn, two scales, a turn before.

    See `coursereg.Affine` for the arguments and methods.

    Examples
    --------
    >>> Affine2D([[1, 0, 5], [0, 2, 0], [0, 0, 1]]).apply([[1, 2]])
    array([[6., 4.]])
    """

    param_inds: tuple[int, ...] = (0, 1, 5, 6, 7, 11)
    ndim = 2


class Rigid(Affine):
    """
    Rotation and translation, six parameters.

    See `coursereg.Affine` for the arguments and methods.

    Examples
    --------
    >>> T = Rigid()
    >>> T.param = [0, 0, 0, 0, 0, 50 * np.pi]  # a quarter turn: 157 hundredths of a radian
    >>> T.apply([[1, 0, 0]]).round(12)
    array([[0., 1., 0.]])
    """

    param_inds: tuple[int, ...] = (0, 1, 2, 3, 4, 5)

    def _decompose(self, linear):
        out = np.zeros(9)
        out[:3] = rotation_mat2vec(_rotation_of(linear, self.ndim))
        return out


class Rigid2D(Rigid):
    """
    Rotation and translation in the plane of the first two axes: ``param`` is (row shift, column shift, 100 * angle).

    See `coursereg.Affine` for the arguments and methods.

    Examples
    --------
    >>> T = Rigid2D()
    >>> T.param = [3, -2, 0]
    >>> T.apply([[10, 10]])  # (row, column)
    array([[13.,  8.]])
    """

    param_inds: tuple[int, ...] = (0, 1, 5)
    ndim = 2


class Similarity(Affine):
    """
    Rotation, translation and one scale, seven parameters; the last is 100 times the logarithm of the scale.

    See `coursereg.Affine` for the arguments and methods.

    Examples
    --------
    >>> T = Similarity()
    >>> T.param = [0, 0, 0, 0, 0, 0, 100 * np.log(2)]
    >>> T.apply([[1, 2, 3]])
    array([[2., 4., 6.]])
    """

    param_inds: tuple[int, ...] = (0, 1, 2, 3, 4, 5, 6)
    _same = 6

    def _decompose(self, linear):
        out = np.zeros(9)
        scale = np.sqrt(np.linalg.det(linear[:2, :2])) if self.ndim == 2 else np.cbrt(np.linalg.det(linear))
        out[:3] = rotation_mat2vec(_rotation_of(linear, self.ndim))
        out[3:6] = np.log(max(scale, 1 / MAX_DIST))
        return out


class Similarity2D(Similarity):
    """
    Rotation, translation and one scale in the plane of the first two axes, four parameters.

    See `coursereg.Affine` for the arguments and methods. The scale applies to the third axis, too, if there is one.

    Examples
    --------
    >>> T = Similarity2D()
    >>> T.param = [0, 0, 0, 100 * np.log(2)]
    >>> T.apply([[1, 2]])
    array([[2., 4.]])
    """

    param_inds: tuple[int, ...] = (0, 1, 5, 6)
    ndim = 2


TRANSFORMS = {
    "affine": Affine,
    "affine2d": Affine2D,
    "similarity": Similarity,
    "similarity2d": Similarity2D,
    "rigid": Rigid,
    "rigid2d": Rigid2D,
}


def _svd(linear):
    """Return ``U, diag(s), V``, two rotations about scales, whose product is a matrix with positive determinant."""
    U, s, V = np.linalg.svd(linear)
    if np.linalg.det(U) < 0:
        if len(linear) % 2:
            U, V = -U, -V
        else:
            U[:, -1] *= -1
            V[-1] *= -1
    return U, np.diag(s), V


def _rotation_of(linear, ndim):
    """Return the nearest rotation, about the third axis for ``ndim=2``."""
    if ndim == 2:
        return _with_third_axis(nearest_rotation(linear[:2, :2]))
    return nearest_rotation(linear)


def _with_third_axis(matrix):
    """Return a 2 x 2 matrix as 3 x 3, or a homogeneous 3 x 3 one as 4 x 4, that leaves the third axis alone."""
    out = np.eye(len(matrix) + 1)
    keep = [0, 1] if len(matrix) == 2 else [0, 1, 3]
    out[np.ix_(keep, keep)] = matrix
    return out
