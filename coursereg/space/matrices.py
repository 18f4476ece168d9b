"""Matrices of affine maps: from few numbers, of blocks of an image, and back."""

import numpy as np

from coursereg import _check
from coursereg.space.rotations import rotation_vec2mat

MAX_DIST = 1e10  # mm, and the largest factor of a scale
LOG_MAX_DIST = float(np.log(MAX_DIST))


def threshold(x, th):
    """
    Limit values to an interval about 0.

    Parameters
    ----------
    x : array_like
        Values.
    th : float
        Half the length of the interval.

    Returns
    -------
    ndarray of the shape of `x`
        Values in [-th, th].

    Examples
    --------
    >>> threshold([-3, 0.5, 7], 2)
    array([-2. ,  0.5,  2. ])
    """
    return np.clip(np.asarray(x), -th, th)


def preconditioner(radius):
    """
    Units of the parameters: what one step of each of the twelve parameters is in natural numbers.

    Parameters
    ----------
    radius : float
        Distance from the origin, in mm, at which a step of a rotation or a scale shall move a point by about 1 mm.

    Returns
    -------
    ndarray of shape (12,)
        1 for translations, ``1 / radius`` for all else.

    Examples
    --------
    >>> preconditioner(100)[[0, 3]]
    array([1.  , 0.01])
    """
    return np.array([1.0] * 3 + [1.0 / radius] * 9)


def to_matrix44(t, dtype=np.float64):
    """
    Matrix of an affine transform from its natural parameters.

    Parameters
    ----------
    t : array_like of shape (6,), (7,) or (12,)
        Translation in mm and rotation vector in radians; then one scale (7 numbers), or three logarithms of scales and
        a rotation vector that is applied before scaling (12 numbers).
    dtype : dtype, default: float64
        Of the result.

    Returns
    -------
    ndarray of shape (4, 4)
        Translations beyond 1e10 mm and scales beyond a factor of 1e10 are cut off.

    Raises
    ------
    ValueError
        If `t` has another length.

    Examples
    --------
    >>> to_matrix44([1, 2, 3, 0, 0, 0, 2])
    array([[2., 0., 0., 1.],
           [0., 2., 0., 2.],
           [0., 0., 2., 3.],
           [0., 0., 0., 1.]])
    """
    t = _check.as_numbers("t", t, ndim=1).astype(np.float64)
    if t.size not in (6, 7) and t.size < 12:
        msg = f"t must have 6, 7 or 12 numbers, got {t.size}"
        raise ValueError(msg)
    out = np.eye(4)
    out[:3, 3] = threshold(t[:3], MAX_DIST)
    rotation = rotation_vec2mat(t[3:6])
    if t.size == 6:
        out[:3, :3] = rotation
    elif t.size == 7:
        out[:3, :3] = threshold(t[6], MAX_DIST) * rotation
    else:
        scales = np.exp(threshold(t[6:9], LOG_MAX_DIST))
        out[:3, :3] = rotation @ np.diag(scales) @ rotation_vec2mat(t[9:12])
    return out.astype(dtype)


def inverse_affine(affine):
    """
    Inverse of a homogeneous matrix.

    Parameters
    ----------
    affine : array_like of shape (D + 1, D + 1)
        The matrix.

    Returns
    -------
    ndarray of shape (D + 1, D + 1)
        Its inverse.

    Raises
    ------
    numpy.linalg.LinAlgError
        If it has none.

    Examples
    --------
    >>> inverse_affine([[2, 0, 1], [0, 1, 0], [0, 0, 1]]) + 0.0
    array([[ 0.5,  0. , -0.5],
           [ 0. ,  1. ,  0. ],
           [ 0. ,  0. ,  1. ]])
    """
    return np.linalg.inv(np.asarray(affine, dtype=np.float64))


def slices2aff(slices):
    """
    Matrix from the indices of a block cut out by slices to the indices of the whole array.

    Parameters
    ----------
    slices : sequence of D slice
        Start and step count; a missing start is 0, a missing step 1.

    Returns
    -------
    ndarray of shape (D + 1, D + 1)
        Steps on the diagonal, starts in the last column.

    Examples
    --------
    >>> slices2aff([slice(2, 10, 3), slice(None)])
    array([[3., 0., 2.],
           [0., 1., 0.],
           [0., 0., 1.]])
    """
    out = np.diag([*(1.0 if s.step is None else float(s.step) for s in slices), 1.0])
    out[:-1, -1] = [0.0 if s.start is None else float(s.start) for s in slices]
    return out


def subgrid_affine(affine, slices):
    """
    Matrix from the indices of a block cut out by slices to the world.

    Parameters
    ----------
    affine : array_like of shape (D + 1, D + 1)
        Matrix from the indices of the whole array to the world.
    slices : sequence of D slice
        With whole numbers (also as floats).

    Returns
    -------
    ndarray of shape (D + 1, D + 1)
        ``affine @ slices2aff(slices)``.

    Raises
    ------
    ValueError
        If a start or step is no whole number.

    Examples
    --------
    >>> subgrid_affine(np.eye(3), [slice(2, None, 2), slice(1, None)])
    array([[2., 0., 2.],
           [0., 1., 1.],
           [0., 0., 1.]])
    """
    block = slices2aff(slices)
    if not np.array_equal(block, np.rint(block)):
        msg = f"slices must have whole numbers, got {tuple(slices)}"
        raise ValueError(msg)
    return np.asarray(affine, dtype=np.float64) @ block
