"""Rotations in three dimensions as vectors: the direction is the axis, the length the angle in radians."""

import numpy as np

from coursereg import _check

SMALL = 1e-30  # radians; below, the angle cannot be divided by


def rotation_vec2mat(r):
    """
    Rotation matrix of a rotation vector.

    Parameters
    ----------
    r : array_like of shape (3,)
        Axis times angle, in radians. An angle beyond 1e10 turns counts as none: it has no digit left that means
        anything.

    Returns
    -------
    ndarray of shape (3, 3)
        Orthogonal, determinant 1.

    Raises
    ------
    TypeError
        If `r` does not hold real numbers.
    ValueError
        If `r` is not three numbers, or one is NaN.

    See Also
    --------
    rotation_mat2vec : the way back.

    Notes
    -----
    Rodrigues' formula, ``I + sin(a) K + (1 - cos(a)) K @ K`` with K the cross-product matrix of the axis.

    Examples
    --------
    >>> rotation_vec2mat([0, 0, np.pi / 2]).round(12) + 0.0
    array([[ 0., -1.,  0.],
           [ 1.,  0.,  0.],
           [ 0.,  0.,  1.]])
    """
    r = _three("r", r)
    angle = np.sqrt((r**2).sum()) if abs(r).max() < 1e100 else np.inf
    if angle > 1e10 * 2 * np.pi:
        return np.eye(3)
    if angle <= SMALL:  # second order is exact here
        K = _cross(r)
        return np.eye(3) + K + K @ K / 2
    K = _cross(r / angle)
    return np.eye(3) + np.sin(angle) * K + (1 - np.cos(angle)) * (K @ K)


def rotation_mat2vec(R):  # noqa: N803
    """
    Rotation vector of a rotation matrix.

    Parameters
    ----------
    R : array_like of shape (3, 3)
        Orthogonal, determinant 1.

    Returns
    -------
    ndarray of shape (3,)
        Axis times angle; the angle is in [0, pi]. At pi one of the two opposite axes is taken.

    Raises
    ------
    TypeError
        If `R` does not hold real numbers.
    ValueError
        If `R` is not 3 x 3 or is no rotation.

    See Also
    --------
    rotation_vec2mat : the way back.

    Notes
    -----
    By way of the unit quaternion, whose largest component is found first, so that no angle loses digits [1]_.

    References
    ----------
    .. [1] S. W. Shepperd, "Quaternion from rotation matrix", Journal of Guidance and Control 1, 1978.
       :doi:`10.2514/3.55767b`

    Examples
    --------
    >>> rotation_mat2vec(np.diag([1, -1, -1])) / np.pi
    array([1., 0., 0.])
    """
    R = _check.as_numbers("R", R).astype(np.float64)
    if R.shape != (3, 3):
        msg = f"R must have shape (3, 3), got {R.shape}"
        raise ValueError(msg)
    if not (np.isfinite(R).all() and abs(R @ R.T - np.eye(3)).max() < 1e-6 and np.linalg.det(R) > 0):
        msg = f"R must be a rotation (orthogonal, determinant 1), got {R.tolist()}"
        raise ValueError(msg)
    # Four times the outer product of the quaternion (w, x, y, z) with itself; its fullest row is the safest one.
    d, t = np.diag(R), np.trace(R)
    outer = np.empty((4, 4))
    outer[0, 0] = 1 + t
    outer[0, 1:] = outer[1:, 0] = R[2, 1] - R[1, 2], R[0, 2] - R[2, 0], R[1, 0] - R[0, 1]
    outer[1:, 1:] = R + R.T
    outer[[1, 2, 3], [1, 2, 3]] = 1 + 2 * d - t
    q = outer[outer.diagonal().argmax()]
    q = q / np.linalg.norm(q)
    q = -q if q[0] < 0 else q
    sine = np.linalg.norm(q[1:])
    if sine == 0:
        return np.zeros(3)
    return q[1:] * (2 * np.arctan2(sine, q[0]) / sine)


def nearest_rotation(M):  # noqa: N803
    """Return the rotation that is closest to a matrix with positive determinant."""
    U, _, V = np.linalg.svd(M)
    return U @ np.diag([1] * (len(M) - 1) + [np.sign(np.linalg.det(U @ V))]) @ V


def _cross(r):
    """Return the matrix K with ``K @ x = cross(r, x)``."""
    return np.array([[0, -r[2], r[1]], [r[2], 0, -r[0]], [-r[1], r[0], 0]])


def _three(name, values):
    """Return three numbers that are not NaN."""
    out = _check.as_numbers(name, values).astype(np.float64)
    if out.shape != (3,) or np.isnan(out).any():
        msg = f"{name} must be three numbers, got {values!r}"
        raise ValueError(msg)
    return out
