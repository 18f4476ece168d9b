"""
Unit U10 in readable NumPy: homogeneous matrices of space, put together, named, taken apart and inverted.

Angles are in degrees, about fixed axes: positive angles about axis 0 take axis 1 to axis 2, about axis 1 take axis 2 to
axis 0, about axis 2 take axis 0 to axis 1. In a product the matrix on the right acts first. The classes are those of a
hand-out on rigid motions and similarities (``trans_rigide``, ``similitude``, its matrices M1, M2 and M3).
"""

import numpy as np

from coursereg._check import AffineInvalidValuesError, AffineInversionError


def rigid_matrix(theta, omega, phi, p, q, r):
    """
    Turn about axis 0, then about axis 1, then about axis 2, then shift.

    Parameters
    ----------
    theta, omega, phi : float
        Degrees about axes 0, 1 and 2, all three fixed in space.
    p, q, r : float
        Shift along axes 0, 1 and 2.

    Returns
    -------
    ndarray of shape (4, 4)
        ``T @ Rz @ Ry @ Rx``; its last row is 0, 0, 0, 1.

    Examples
    --------
    >>> rigid_matrix(90, 0, 0, 5, 6, 7).round(4) + 0.0
    array([[ 1.,  0.,  0.,  5.],
           [ 0.,  0., -1.,  6.],
           [ 0.,  1.,  0.,  7.],
           [ 0.,  0.,  0.,  1.]])
    """
    (a, b, c), (s, t, u) = np.cos(np.deg2rad([theta, omega, phi])), np.sin(np.deg2rad([theta, omega, phi]))
    Rx = np.array([[1, 0, 0], [0, a, -s], [0, s, a]])
    Ry = np.array([[b, 0, t], [0, 1, 0], [-t, 0, b]])
    Rz = np.array([[c, -u, 0], [u, c, 0], [0, 0, 1]])
    M = np.eye(4)
    M[:3, :3] = Rz @ Ry @ Rx  # the one that acts first stands on the right
    M[:3, 3] = p, q, r
    return M


def similarity_matrix(s, theta, omega, phi, p, q, r):
    """
    Scale by s in all directions, turn, then shift.

    Parameters
    ----------
    s : float
        Scale.
    theta, omega, phi, p, q, r : float
        As of `rigid_matrix`; the shift is not scaled.

    Returns
    -------
    ndarray of shape (4, 4)

    Examples
    --------
    >>> similarity_matrix(2, 0, 0, 0, 5, 6, 7)
    array([[2., 0., 0., 5.],
           [0., 2., 0., 6.],
           [0., 0., 2., 7.],
           [0., 0., 0., 1.]])
    """
    return rigid_matrix(theta, omega, phi, p, q, r) @ np.diag([s, s, s, 1])


def compose(x):
    """
    Make a matrix of 6, 7, 9 or 12 numbers.

    Parameters
    ----------
    x : array_like of shape (6,), (7,), (9,) or (12,)
        ``theta, omega, phi, p, q, r`` as of `rigid_matrix`; then one scale, or three for axes 0, 1 and 2; then
        the three shears ``h01, h02, h12``.

    Returns
    -------
    ndarray of shape (4, 4)
        ``rigid_matrix(...) @ shear @ scale``: scale first, then shear, then turn, then shift.

    Raises
    ------
    ValueError
        If there are as many numbers as none of these.

    Examples
    --------
    >>> compose([0, 0, 0, 7, 8, 9, 1, 2, 3, 0.5, 0, 0])
    array([[1., 1., 0., 7.],
           [0., 2., 0., 8.],
           [0., 0., 3., 9.],
           [0., 0., 0., 1.]])
    """
    x = np.asarray(x, float)
    if x.shape not in ((6,), (7,), (9,), (12,)):
        msg = f"x must hold 6, 7, 9 or 12 numbers, got shape {x.shape}"
        raise ValueError(msg)
    shear, scale = np.eye(4), np.eye(4)
    if len(x) > 6:
        scale[[0, 1, 2], [0, 1, 2]] = x[6] if len(x) == 7 else x[6:9]
    if len(x) == 12:
        shear[[0, 0, 1], [1, 2, 2]] = x[9:]
    return rigid_matrix(*x[:6]) @ shear @ scale


def classify(M):
    """
    Name what a matrix keeps, as far as four printed digits tell.

    Parameters
    ----------
    M : array_like of shape (D + 1, D + 1)
        Homogeneous, finite, with the last row 0, ..., 0, 1.

    Returns
    -------
    {"rigid", "similarity", "affine", "singular"}
        "singular" if the smallest singular value of the linear part is less than a thousandth of the largest;
        "similarity" if all are equal, to a thousandth of the largest, and "rigid" if they are 1, too; else "affine".
        What mirrors (det < 0) is "affine": no motion of a body does it.

    Examples
    --------
    >>> classify(rigid_matrix(10, 20, 30, 4, 5, 6)), classify(np.diag([0.3, 0.3, 0.3, 1]))
    ('rigid', 'similarity')
    """
    L = np.asarray(M, float)[:-1, :-1]  # the shift changes no length and no angle
    s = np.linalg.svd(L, compute_uv=False)  # from the largest to the smallest
    if s[-1] <= 1e-3 * s[0]:
        return "singular"
    if s[0] - s[-1] > 1e-3 * s[0] or np.linalg.det(L) < 0:
        return "affine"
    return "rigid" if np.all(np.abs(s - 1) <= 1e-3) else "similarity"


def params_of(M, size):
    """
    Find the numbers that a matrix was made of: the inverse of `compose`.

    Parameters
    ----------
    M : array_like of shape (4, 4)
        Made by `compose` from ``size`` numbers with positive scales, perhaps printed with a few digits.
    size : {6, 7, 9, 12}
        How many numbers.

    Returns
    -------
    ndarray of shape (size,)
        In the order of `compose`. Where ``omega`` is 90 or -90 degrees many angles give one matrix; ``phi`` is 0 then.

    Examples
    --------
    >>> params_of(compose([10, 20, 30, 4, 5, 6, 2]), 7).round(9)
    array([10., 20., 30.,  4.,  5.,  6.,  2.])
    """
    M = np.asarray(M, float)
    R, U = np.linalg.qr(M[:3, :3])  # turn times (shear times scale), the latter with zeros below its diagonal
    signs = np.where(np.diag(U) < 0, -1.0, 1.0)
    R, U = R * signs, signs[:, None] * U  # scales are positive
    scale = np.diag(U)
    shear = [U[0, 1] / scale[1], U[0, 2] / scale[2], U[1, 2] / scale[2]]
    cos_omega = np.hypot(R[0, 0], R[1, 0])
    omega = np.arctan2(-R[2, 0], cos_omega)
    if cos_omega > 1e-6:
        theta, phi = np.arctan2(R[2, 1], R[2, 2]), np.arctan2(R[1, 0], R[0, 0])
    else:  # gimbal lock: only the sum or the difference of theta and phi can be seen
        theta, phi = np.arctan2(-R[1, 2], R[1, 1]), 0.0
    scales = {6: [], 7: [np.prod(scale) ** (1 / 3)], 9: scale, 12: [*scale, *shear]}[size]
    return np.array([*np.rad2deg([theta, omega, phi]), *M[:3, 3], *scales])


def safe_inverse(M):
    """
    Invert an affine matrix, or say why not.

    Parameters
    ----------
    M : array_like
        Meant to be an affine matrix of shape (D + 1, D + 1).

    Returns
    -------
    ndarray of the shape of ``M``

    Raises
    ------
    AffineInversionError
        If M is not square, or singular: a singular value of its linear part is less than 1e-12 of the largest.
    AffineInvalidValuesError
        If M has NaN or infinite entries, or its last row is not 0, ..., 0, 1.

    Examples
    --------
    >>> safe_inverse([[2, 0, 6], [0, 4, 4], [0, 0, 1]])
    array([[ 0.5 ,  0.  , -3.  ],
           [ 0.  ,  0.25, -1.  ],
           [ 0.  ,  0.  ,  1.  ]])
    """
    M = np.asarray(M, float)
    if M.ndim != 2 or M.shape[0] != M.shape[1]:
        msg = f"only a square matrix has an inverse, got shape {M.shape}"
        raise AffineInversionError(msg)
    if not np.isfinite(M).all():
        msg = "M has an entry that is not finite"
        raise AffineInvalidValuesError(msg)
    if M[-1, -1] != 1 or M[-1, :-1].any():
        msg = f"the last row must be 0, ..., 0, 1, got {M[-1]}"
        raise AffineInvalidValuesError(msg)
    L, t = M[:-1, :-1], M[:-1, -1]
    s = np.linalg.svd(L, compute_uv=False)  # the determinant would be small for small voxels, too
    if s[-1] <= 1e-12 * s[0]:
        msg = f"M flattens space: its singular values are {s}"
        raise AffineInversionError(msg)
    inverse = np.eye(len(M))
    inverse[:-1, :-1] = np.linalg.inv(L)
    inverse[:-1, -1] = -inverse[:-1, :-1] @ t
    return inverse
