"""
Wrong versions of U10's functions that students really write; the checks name them when they see their numbers.

Each says in its docstring what it does.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from coursereg.course.plain import matrices as plain

# --- putting together -------------------------------------------------------------------------------------------------


def turns(theta: float, omega: float, phi: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The three turns as homogeneous matrices, of angles in degrees."""
    Rx = plain.rigid_matrix(theta, 0, 0, 0, 0, 0)
    Ry = plain.rigid_matrix(0, omega, 0, 0, 0, 0)
    Rz = plain.rigid_matrix(0, 0, phi, 0, 0, 0)
    return Rx, Ry, Rz


def shift(p: float, q: float, r: float) -> np.ndarray:
    """The shift."""
    return plain.rigid_matrix(0, 0, 0, p, q, r)


def order_of_the_blog(theta: float, omega: float, phi: float, p: float, q: float, r: float) -> np.ndarray:
    """T Rx Ry Rz: the turn about axis 2 acts first."""
    Rx, Ry, Rz = turns(theta, omega, phi)
    return shift(p, q, r) @ Rx @ Ry @ Rz


def shift_first(theta: float, omega: float, phi: float, p: float, q: float, r: float) -> np.ndarray:
    """The shift stands on the right, and is turned."""
    return plain.rigid_matrix(theta, omega, phi, 0, 0, 0) @ shift(p, q, r)


def in_radians(theta: float, omega: float, phi: float, p: float, q: float, r: float) -> np.ndarray:
    """Angles taken as radians."""
    a, b, c = np.rad2deg([theta, omega, phi])
    return plain.rigid_matrix(a, b, c, p, q, r)


def turned_back(theta: float, omega: float, phi: float, p: float, q: float, r: float) -> np.ndarray:
    """Each turn the other way."""
    return plain.rigid_matrix(-theta, -omega, -phi, p, q, r)


def transposed_turn(theta: float, omega: float, phi: float, p: float, q: float, r: float) -> np.ndarray:
    """The inverse of the whole turn."""
    M = plain.rigid_matrix(theta, omega, phi, p, q, r)
    M[:3, :3] = M[:3, :3].T
    return M


def other_way_about_axis_1(theta: float, omega: float, phi: float, p: float, q: float, r: float) -> np.ndarray:
    """The sine of the middle turn has the other sign."""
    return plain.rigid_matrix(theta, -omega, phi, p, q, r)


def inverse_motion(theta: float, omega: float, phi: float, p: float, q: float, r: float) -> np.ndarray:
    """The way back."""
    return np.linalg.inv(plain.rigid_matrix(theta, omega, phi, p, q, r))


def axes_exchanged(theta: float, omega: float, phi: float, p: float, q: float, r: float) -> np.ndarray:
    """The first angle about axis 2, the last about axis 0."""
    return plain.rigid_matrix(phi, omega, theta, p, q, r)


def without_shift(theta: float, omega: float, phi: float, p: float, q: float, r: float) -> np.ndarray:  # noqa: ARG001
    """The turn alone."""
    return plain.rigid_matrix(theta, omega, phi, 0, 0, 0)


def shift_scaled(s: float, *rest: float) -> np.ndarray:
    """Scaled last: the shift is scaled, too."""
    return np.diag([s, s, s, 1]) @ plain.rigid_matrix(*rest)


def all_scaled(s: float, *rest: float) -> np.ndarray:
    """Every entry times s, the corner as well."""
    return s * plain.rigid_matrix(*rest)


def upper_scaled(s: float, *rest: float) -> np.ndarray:
    """The upper left entry only."""
    return plain.rigid_matrix(*rest) @ np.diag([s, 1, 1, 1])


def scaled_down(s: float, *rest: float) -> np.ndarray:
    """Divided by s."""
    return plain.similarity_matrix(1 / s, *rest)


def not_scaled(s: float, *rest: float) -> np.ndarray:  # noqa: ARG001 - as its exercise
    """Rigid."""
    return plain.rigid_matrix(*rest)


# --- naming -----------------------------------------------------------------------------------------------------------


def linear(M: Any) -> np.ndarray:
    """The linear part."""
    return np.asarray(M, float)[:-1, :-1]


def _named(s: np.ndarray) -> str:
    """The class by numbers that stand for singular values, whatever they are."""
    s = np.sort(np.abs(s))
    if s[0] <= 1e-3 * s[-1]:
        return "singular"
    if s[-1] - s[0] > 1e-3 * s[-1]:
        return "affine"
    return "rigid" if abs(s[0] - 1) <= 1e-3 else "similarity"


def mirrors_are_rigid(M: Any) -> str:
    """By singular values alone: what mirrors is rigid."""
    return _named(np.linalg.svd(linear(M), compute_uv=False))


def by_determinant(M: Any) -> str:
    """The determinant alone."""
    d = float(np.linalg.det(linear(M)))
    if abs(d) < 1e-3:
        return "singular"
    return "rigid" if abs(d - 1) < 1e-3 else "similarity"


def by_small_determinant(M: Any) -> str:
    """A small determinant for singular, singular values for the rest."""
    return "singular" if abs(np.linalg.det(linear(M))) < 1e-3 else plain.classify(M)


def by_eigenvalues(M: Any) -> str:
    """Eigenvalues for singular values."""
    return _named(np.linalg.eigvals(linear(M)))


def by_column_lengths(M: Any) -> str:
    """Lengths of the columns for singular values."""
    return _named(np.linalg.norm(linear(M), axis=0))


def of_the_whole_matrix(M: Any) -> str:
    """Singular values of all four rows and columns."""
    return _named(np.linalg.svd(np.asarray(M, float), compute_uv=False))


def exactly(M: Any) -> str:
    """Singular values must agree to nine digits, where four are printed."""
    s = np.linalg.svd(linear(M), compute_uv=False)
    if s[-1] <= 1e-9:
        return "singular"
    if np.ptp(s) > 1e-9 or np.linalg.det(linear(M)) < 0:
        return "affine"
    return "rigid" if abs(s[0] - 1) <= 1e-9 else "similarity"


def generously(M: Any, part: float = 0.1) -> str:
    """A tolerance of one in ten."""
    s = np.linalg.svd(linear(M), compute_uv=False)
    if s[-1] <= part * s[0]:
        return "singular"
    if np.ptp(s) > part * s[0] or np.linalg.det(linear(M)) < 0:
        return "affine"
    return "rigid" if abs(s[0] - 1) <= part else "similarity"


def somewhat_generously(M: Any) -> str:
    """A tolerance of one in a hundred."""
    return generously(M, 0.01)


def never_singular(M: Any) -> str:
    """What flattens is affine, too."""
    name = plain.classify(M)
    return "affine" if name == "singular" else name


# --- taking apart -----------------------------------------------------------------------------------------------------


def _taken(M: Any, size: int, R: np.ndarray, U: np.ndarray) -> np.ndarray:
    """Angles of R without a word about gimbal lock, scale and shear of U."""
    d: Any = np.diag(U)
    angles = [
        np.arctan2(R[2, 1], R[2, 2]),
        np.arctan2(-R[2, 0], np.hypot(R[0, 0], R[1, 0])),
        np.arctan2(R[1, 0], R[0, 0]),
    ]
    shears = [U[0, 1] / d[1], U[0, 2] / d[2], U[1, 2] / d[2]]
    more: Any = {6: [], 7: [np.prod(d) ** (1 / 3)], 9: d, 12: [*d, *shears]}[size]
    return np.array([*np.rad2deg(angles), *np.asarray(M, float)[:3, 3], *more])


def _qr(M: Any) -> tuple[np.ndarray, np.ndarray]:
    """Turn, and upper triangle with a positive diagonal."""
    R, U = np.linalg.qr(linear(M))
    signs = np.where(np.diag(U) < 0, -1.0, 1.0)
    return R * signs, signs[:, None] * U


def gimbal_forgotten(M: Any, size: int) -> np.ndarray:
    """At gimbal lock both angles become 0."""
    R, U = _qr(M)
    R[np.abs(R) < 1e-12] = 0.0
    return _taken(M, size, R, U)


def params_in_radians(M: Any, size: int) -> np.ndarray:
    """Angles in radians."""
    x = plain.params_of(M, size)
    return np.r_[np.deg2rad(x[:3]), x[3:]]


def shift_before_angles(M: Any, size: int) -> np.ndarray:
    """The shift before the angles."""
    x = plain.params_of(M, size)
    return np.r_[x[3:6], x[:3], x[6:]]


def scale_before_all(M: Any, size: int) -> np.ndarray:
    """The scales before the angles, as in similarity_matrix."""
    x = plain.params_of(M, size)
    return np.r_[x[6:], x[:6]]


def signs_of_qr(M: Any, size: int) -> np.ndarray:
    """Turn and triangle as QR gives them: mirrored axes and negative scales."""
    return _taken(M, size, *np.linalg.qr(linear(M)))


def turn_not_cleaned(M: Any, size: int) -> np.ndarray:
    """Angles of the linear part, scale and shear still in it."""
    return _taken(M, size, linear(M), _qr(M)[1])


def scale_is_determinant(M: Any, size: int) -> np.ndarray:
    """The determinant for the scale."""
    x = plain.params_of(M, size)
    if size == 7:
        x[6] **= 3
    return x


def shear_not_divided(M: Any, size: int) -> np.ndarray:
    """Shears that still contain the scales."""
    x = plain.params_of(M, size)
    if size == 12:
        x[9:] *= x[[7, 8, 8]]
    return x


def shear_by_its_row(M: Any, size: int) -> np.ndarray:
    """Shears divided by the scale of their row."""
    x = plain.params_of(M, size)
    if size == 12:
        x[9:] *= x[[7, 8, 8]] / x[[6, 6, 7]]
    return x


def angles_of_the_inverse(M: Any, size: int) -> np.ndarray:
    """Angles of the transposed turn."""
    R, U = _qr(M)
    return _taken(M, size, R.T, U)


def order_of_the_blog_taken(M: Any, size: int) -> np.ndarray:
    """Angles of Rx Ry Rz."""
    R, _U = _qr(M)
    x = plain.params_of(M, size)
    angles = [np.arctan2(-R[1, 2], R[2, 2]), np.arcsin(np.clip(R[0, 2], -1, 1)), np.arctan2(-R[0, 1], R[0, 0])]
    return np.r_[np.rad2deg(angles), x[3:]]


# --- inverting --------------------------------------------------------------------------------------------------------


def transposed(M: Any) -> np.ndarray:
    """The transpose for the inverse."""
    return np.asarray(M, float).T


def shift_turned_around(M: Any) -> np.ndarray:
    """The inverse of the linear part, and minus the shift as it is."""
    out = np.eye(len(M))
    out[:-1, :-1], out[:-1, -1] = np.linalg.inv(linear(M)), -np.asarray(M, float)[:-1, -1]
    return out


def turn_transposed(M: Any) -> np.ndarray:
    """The inverse of a rigid matrix, for every matrix."""
    out = np.eye(len(M))
    out[:-1, :-1] = linear(M).T
    out[:-1, -1] = -linear(M).T @ np.asarray(M, float)[:-1, -1]
    return out


def shift_not_turned_around(M: Any) -> np.ndarray:
    """The sign of the shift is that of the way there."""
    out = plain.safe_inverse(M)
    out[:-1, -1] *= -1
    return out
