"""
Affine maps as matrices made of a few numbers, with exact derivatives: the transforms that DIPY's registration searches.

Seven kinds, each in 2-D and 3-D. The parameters are, in this order, angles in radians, a translation, and scales; an
affine map has its matrix row by row instead. A point is rotated, then its coordinates are scaled, then it is moved; the
rotation is about the origin of the world. In 3-D ``R = Rz(c) @ Rx(a) @ Ry(b)``, from angles a, b, c about the first,
second and third axis of the world; in 2-D ``R = [[cos, -sin], [sin, cos]]``. (nipy's transforms, with rotation vectors
and units of their own, are in `coursereg.space.transforms`.)

A transform object holds no parameters: they are an argument of each method.
"""

import numpy as np

from coursereg import _check

_ORDER = (1, 0, 2)  # the axes of the three rotations of the 3-D one, the first applied first


class ParametricTransform:
    """
    Affine maps of one kind; the base of the fourteen that can be used.

    Attributes
    ----------
    dim : int
        Number of coordinates of a point, 2 or 3; -1 for the base.
    number_of_parameters : int
        How many numbers make a matrix; -1 for the base.

    See Also
    --------
    coursereg.regtransforms : one object of each kind.
    coursereg.Transform : the base of nipy's transforms, which hold their parameters.

    Examples
    --------
    >>> rigid = RigidTransform2D()
    >>> rigid.param_to_matrix([np.pi / 2, 5, 6]).round(3) + 0.0
    array([[ 0., -1.,  5.],
           [ 1.,  0.,  6.],
           [ 0.,  0.,  1.]])
    >>> rigid.jacobian([0, 5, 6], [10, 20])
    array([[-20.,   1.,   0.],
           [ 10.,   0.,   1.]])
    """

    dim = -1
    number_of_parameters = -1

    def get_dim(self):
        """Return the number of coordinates of a point, -1 for the base."""
        return self.dim

    def get_number_of_parameters(self):
        """Return how many numbers make a matrix, -1 for the base."""
        return self.number_of_parameters

    def get_identity_parameters(self):
        """
        Parameters of the map that moves nothing.

        Returns
        -------
        ndarray of shape (K,)
            The numbers.

        Raises
        ------
        ValueError
            For the base, which has none.
        """
        self._refuse_base()
        return self._identity()

    def param_to_matrix(self, theta):
        """
        Matrix of the map with these parameters.

        Parameters
        ----------
        theta : array_like of shape (K,)
            The parameters. What is not finite gives a matrix that is not finite.

        Returns
        -------
        ndarray of shape (D + 1, D + 1)
            Homogeneous matrix.

        Raises
        ------
        TypeError
            If `theta` does not hold real numbers.
        ValueError
            If `theta` does not have the right number of parameters, and always for the base.
        """
        with np.errstate(invalid="ignore", over="ignore"):
            return self._matrix(self._parameters(theta))

    def matrix_derivatives(self, theta):
        """
        Derivative of the matrix by each parameter.

        Parameters
        ----------
        theta : array_like of shape (K,)
            The parameters.

        Returns
        -------
        ndarray of shape (K, D + 1, D + 1)
            ``out[k]`` is the derivative by parameter k; its last row is 0.

        Raises
        ------
        TypeError
            As `param_to_matrix`.
        ValueError
            As `param_to_matrix`.
        """
        with np.errstate(invalid="ignore", over="ignore"):
            return self._derivatives(self._parameters(theta))

    def jacobian(self, theta, x):
        """
        Derivative of the place where a point goes, by each parameter.

        Parameters
        ----------
        theta : array_like of shape (K,)
            The parameters.
        x : array_like of shape (D,)
            The point; more coordinates than D, as of a homogeneous point, are ignored.

        Returns
        -------
        ndarray of shape (D, K)
            ``out[d, k]`` is the derivative of coordinate d by parameter k.

        Raises
        ------
        TypeError
            If an argument does not hold real numbers.
        ValueError
            If `theta` does not have the right number of parameters, or `x` has too few coordinates, and always for the
            base.

        See Also
        --------
        jacobians : the same for many points.
        """
        derivatives = self.matrix_derivatives(theta)
        x = _check.as_numbers("x", x, ndim=1)
        if x.size < self.dim:
            msg = f"x must have at least {self.dim} coordinates, got {x.size}"
            raise ValueError(msg)
        return _at(derivatives, x[None, : self.dim].astype(np.float64))[0]

    def jacobians(self, theta, points):
        """
        Derivatives of the places where many points go, by each parameter.

        Parameters
        ----------
        theta : array_like of shape (K,)
            The parameters.
        points : array_like of shape (N, D)
            The points, none or many.

        Returns
        -------
        ndarray of shape (N, D, K)
            ``out[n]`` is the `jacobian` at point n.

        Raises
        ------
        TypeError
            If an argument does not hold real numbers.
        ValueError
            If `theta` does not have the right number of parameters, or `points` another shape, and always for the base.
        """
        derivatives = self.matrix_derivatives(theta)
        points = _check.as_numbers("points", points, ndim=2, may_be_empty=True)
        if points.shape[1] != self.dim:
            msg = f"points must have shape (N, {self.dim}), got {points.shape}"
            raise ValueError(msg)
        return _at(derivatives, points.astype(np.float64))

    def _refuse_base(self):
        if self.dim < 0:
            msg = f"{type(self).__name__} has no parameters; use one of its kinds, such as RigidTransform3D"
            raise ValueError(msg)

    def _parameters(self, theta):
        """Return the parameters, float64, if their number is right."""
        self._refuse_base()
        theta = _check.as_numbers("theta", theta, ndim=1)
        if theta.size != self.number_of_parameters:
            msg = f"theta must have {self.number_of_parameters} parameters for {type(self).__name__}, got {theta.size}"
            raise ValueError(msg)
        return theta.astype(np.float64)

    def _identity(self):
        raise NotImplementedError

    def _matrix(self, theta):
        raise NotImplementedError

    def _derivatives(self, theta):
        raise NotImplementedError


class _Composed(ParametricTransform):
    """Rotation, then scales of the axes, then translation; a kind has some of the three."""

    rotates = moves = False
    scales = 0  # 1 for all axes together, D for each

    def __init_subclass__(cls):
        cls.angles = (1 if cls.dim == 2 else 3) if cls.rotates else 0
        cls.shifts = cls.dim if cls.moves else 0
        cls.number_of_parameters = cls.angles + cls.shifts + cls.scales

    def _identity(self):
        return np.array([0.0] * (self.angles + self.shifts) + [1.0] * self.scales)

    def _scale(self, theta):
        """Return the scale of each axis, to be multiplied with rows."""
        return theta[self.angles + self.shifts :, None] if self.scales else 1.0

    def _matrix(self, theta):
        out = np.eye(self.dim + 1)
        out[:-1, :-1] = self._scale(theta) * _rotation(theta[: self.angles], self.dim)
        if self.moves:
            out[:-1, -1] = theta[self.angles : self.angles + self.shifts]
        return out

    def _derivatives(self, theta):
        out = np.zeros((self.number_of_parameters, self.dim + 1, self.dim + 1))
        scale = self._scale(theta)
        for k, slope in enumerate(_rotation_derivatives(theta[: self.angles], self.dim)):
            out[k, :-1, :-1] = scale * slope
        for d in range(self.shifts):
            out[self.angles + d, d, -1] = 1.0
        if self.scales:
            rotation, by_scale = _rotation(theta[: self.angles], self.dim), out[self.angles + self.shifts :]
            if self.scales == 1:
                by_scale[0, :-1, :-1] = rotation
            else:
                for d in range(self.dim):
                    by_scale[d, d, :-1] = rotation[d]
        return out


class _Entries(ParametricTransform):
    """The rows of the matrix, but for the last one, one after the other."""

    def __init_subclass__(cls):
        cls.number_of_parameters = cls.dim * (cls.dim + 1)

    def _identity(self):
        return np.eye(self.dim, self.dim + 1).ravel()

    def _matrix(self, theta):
        return np.vstack([theta.reshape(self.dim, self.dim + 1), np.eye(1, self.dim + 1, self.dim)])

    def _derivatives(self, theta):
        out = np.zeros((theta.size, self.dim + 1, self.dim + 1))
        out[:, :-1] = np.eye(theta.size).reshape(theta.size, self.dim, self.dim + 1)
        return out


def _rotation(angles, dim):
    """Return the rotation by one angle (2-D), three (3-D) or none."""
    if not angles.size:
        return np.eye(dim)
    if dim == 2:
        c, s = np.cos(angles[0]), np.sin(angles[0])
        return np.array([[c, -s], [s, c]])
    first, second, third = (_turn(axis, np.cos(angles[axis]), np.sin(angles[axis]), 1.0) for axis in _ORDER)
    return third @ second @ first


def _rotation_derivatives(angles, dim):
    """Return the derivatives of `_rotation` by each angle."""
    if not angles.size:
        return ()
    cosines, sines = np.cos(angles), np.sin(angles)
    if dim == 2:
        (c,), (s,) = cosines, sines
        return (np.array([[-s, -c], [c, -s]]),)
    turns = [_turn(axis, c, s, 1.0) for axis, (c, s) in enumerate(zip(cosines, sines, strict=True))]
    slopes = [_turn(axis, -s, c, 0.0) for axis, (c, s) in enumerate(zip(cosines, sines, strict=True))]
    out = []
    for k in range(3):
        first, second, third = ((slopes if axis == k else turns)[axis] for axis in _ORDER)
        out.append(third @ second @ first)
    return out


def _turn(axis, c, s, one):
    """Return the matrix about one of three axes with this cosine, sine, and entry on the axis itself."""
    if axis == 0:
        return np.array([[one, 0.0, 0.0], [0.0, c, -s], [0.0, s, c]])
    if axis == 1:
        return np.array([[c, 0.0, s], [0.0, one, 0.0], [-s, 0.0, c]])
    return np.array([[c, -s, 0.0], [s, c, 0.0], [0.0, 0.0, one]])


def _at(derivatives, points):
    """Return the jacobians (N, D, K) at points (N, D) from the derivatives (K, D + 1, D + 1) of the matrix."""
    linear, shift = derivatives[:, :-1, :-1], derivatives[:, :-1, -1]
    return np.einsum("kde,ne->ndk", linear, points) + shift.T


class TranslationTransform2D(_Composed):
    """Translation: two numbers."""

    dim, moves = 2, True


class TranslationTransform3D(_Composed):
    """Translation: three numbers."""

    dim, moves = 3, True


class RotationTransform2D(_Composed):
    """Rotation about the origin: one angle in radians."""

    dim, rotates = 2, True


class RotationTransform3D(_Composed):
    """Rotation about the origin: three angles in radians."""

    dim, rotates = 3, True


class RigidTransform2D(_Composed):
    """Rotation, then translation: an angle in radians and two numbers."""

    dim, rotates, moves = 2, True, True


class RigidTransform3D(_Composed):
    """Rotation, then translation: three angles in radians and three numbers."""

    dim, rotates, moves = 3, True, True


class RigidIsoScalingTransform2D(_Composed):
    """Rotation, one scale, translation: an angle in radians, two numbers and the scale."""

    dim, rotates, moves, scales = 2, True, True, 1


class RigidIsoScalingTransform3D(_Composed):
    """Rotation, one scale, translation: three angles in radians, three numbers and the scale."""

    dim, rotates, moves, scales = 3, True, True, 1


class RigidScalingTransform2D(_Composed):
    """Rotation, a scale of each axis, translation: an angle in radians, two numbers and two scales."""

    dim, rotates, moves, scales = 2, True, True, 2


class RigidScalingTransform3D(_Composed):
    """Rotation, a scale of each axis, translation: three angles in radians, three numbers and three scales."""

    dim, rotates, moves, scales = 3, True, True, 3


class ScalingTransform2D(_Composed):
    """One scale about the origin."""

    dim, scales = 2, 1


class ScalingTransform3D(_Composed):
    """One scale about the origin."""

    dim, scales = 3, 1


class AffineTransform2D(_Entries):
    """Any affine map: the six numbers of the first two rows of its matrix."""

    dim = 2


class AffineTransform3D(_Entries):
    """Any affine map: the twelve numbers of the first three rows of its matrix."""

    dim = 3


regtransforms = {
    ("TRANSLATION", 2): TranslationTransform2D(),
    ("TRANSLATION", 3): TranslationTransform3D(),
    ("ROTATION", 2): RotationTransform2D(),
    ("ROTATION", 3): RotationTransform3D(),
    ("RIGID", 2): RigidTransform2D(),
    ("RIGID", 3): RigidTransform3D(),
    ("RIGIDISOSCALING", 2): RigidIsoScalingTransform2D(),
    ("RIGIDISOSCALING", 3): RigidIsoScalingTransform3D(),
    ("RIGIDSCALING", 2): RigidScalingTransform2D(),
    ("RIGIDSCALING", 3): RigidScalingTransform3D(),
    ("SCALING", 2): ScalingTransform2D(),
    ("SCALING", 3): ScalingTransform3D(),
    ("AFFINE", 2): AffineTransform2D(),
    ("AFFINE", 3): AffineTransform3D(),
}
"""One object of each kind, by name and dimension: ``regtransforms["RIGID", 3]``."""

_OTHER_NAMES = {"SIMILARITY": "RIGIDISOSCALING"}


def kind_of(transform):
    """Return the name of a transform object, or of what is a name already, such as "rigidscaling"; None if unknown."""
    if isinstance(transform, str):
        return transform.lower().replace("_", "")
    return next((name.lower() for (name, _), one in regtransforms.items() if type(one) is type(transform)), None)


def as_kind(name, dim):
    """Return the object of `regtransforms` that is meant by "rigid", "rigid_scaling", "similarity" and so on."""
    key = str(name).upper().replace("_", "")
    key = _OTHER_NAMES.get(key, key), dim
    if key not in regtransforms:
        names = sorted({kind.lower() for kind, _ in regtransforms})
        msg = f"transform must be an object or one of {', '.join(map(repr, names))}, got {name!r}"
        raise ValueError(msg)
    return regtransforms[key]
