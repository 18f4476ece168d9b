"""Answers to U10.params_of."""

import numpy as np
from scipy import linalg
from scipy.spatial.transform import Rotation

from answers import right, wrong


def _parts(M):
    """Turn, scales, shears, shift."""
    M = np.array(M, float)
    U = np.linalg.cholesky(M[:3, :3].T @ M[:3, :3]).T
    R = M[:3, :3] @ np.linalg.inv(U)
    s = np.diag(U)
    return R, s, np.array([U[0, 1] / s[1], U[0, 2] / s[2], U[1, 2] / s[2]]), M[:3, 3]


def _angles(R):
    """Degrees, gimbal lock included."""
    c = np.hypot(R[0, 0], R[1, 0])
    if c < 1e-7:
        return np.rad2deg([np.arctan2(-R[1, 2], R[1, 1]), np.arctan2(-R[2, 0], c), 0.0])
    return np.rad2deg([np.arctan2(R[2, 1], R[2, 2]), np.arctan2(-R[2, 0], c), np.arctan2(R[1, 0], R[0, 0])])


def _more(s, h, size):
    return {6: [], 7: [s.mean()], 9: s, 12: [*s, *h]}[size]


@right("Cholesky, and arc tangents")
def cholesky(M, size):
    R, s, h, t = _parts(M)
    return np.array([*_angles(R), *t, *_more(s, h, size)])


@right("Gram and Schmidt, arc sine with a clip, theta 0 in gimbal lock")
def gram_schmidt(M, size):
    a, b, c = np.array(M, float)[:3, :3].T
    s0 = np.linalg.norm(a)
    x = a / s0
    h01 = x @ b
    b = b - h01 * x
    s1 = np.linalg.norm(b)
    y = b / s1
    h02, h12 = x @ c, y @ c
    c = c - h02 * x - h12 * y
    s2 = np.linalg.norm(c)
    R = np.column_stack([x, y, c / s2])
    if abs(R[2, 0]) > 1 - 1e-9:
        omega = -np.sign(R[2, 0]) * 90.0
        theta, phi = 0.0, np.rad2deg(np.arctan2(-R[0, 1], R[1, 1]))
    else:
        omega = -np.rad2deg(np.arcsin(np.clip(R[2, 0], -1, 1)))
        theta, phi = np.rad2deg(np.arctan2(R[2, 1], R[2, 2])), np.rad2deg(np.arctan2(R[1, 0], R[0, 0]))
    out = [theta, omega, phi, *np.array(M, float)[:3, 3]]
    if size == 7:
        out.append(np.cbrt(s0 * s1 * s2))
    if size >= 9:
        out += [s0, s1, s2]
    if size == 12:
        out += [h01 / s1, h02 / s2, h12 / s2]
    return out


@right("SciPy's RQ-free way: qr with positive diagonal, Rotation.as_euler")
def scipy_euler(M, size):
    import warnings

    M = np.asarray(M, dtype=float)
    Q, U = linalg.qr(M[:3, :3])
    D = np.diag(np.sign(np.diag(U)))
    Q, U = Q @ D, D @ U
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        angles = Rotation.from_matrix(Q).as_euler("xyz", degrees=True)
    s = np.diag(U)
    H = U / s
    more = {6: (), 7: (np.linalg.det(M[:3, :3]) ** (1 / 3),), 9: tuple(s), 12: (*s, H[0, 1], H[0, 2], H[1, 2])}[size]
    return (*angles, *M[:3, 3], *more)


@right("one column after the other is turned back: angles from phi inwards")
def turned_back(M, size):
    R, s, h, t = _parts(M)
    phi = np.arctan2(R[1, 0], R[0, 0]) if np.hypot(R[0, 0], R[1, 0]) > 1e-9 else 0.4  # any will do in gimbal lock
    c, d = np.cos(phi), np.sin(phi)
    R = np.array([[c, d, 0], [-d, c, 0], [0, 0, 1]]) @ R
    omega = np.arctan2(-R[2, 0], R[0, 0])
    c, d = np.cos(omega), np.sin(omega)
    R = np.array([[c, 0, -d], [0, 1, 0], [d, 0, c]]) @ R
    theta = np.arctan2(-R[1, 2], R[1, 1])
    return np.float64([*np.degrees([theta, omega, phi]), *t, *_more(s, h, size)])


@right("the other triple of angles: the middle one beyond 90 degrees; in single precision")
def other_triple(M, size):
    R, s, h, t = _parts(M)
    theta, omega, phi = _angles(R)
    return np.float32([theta + 180, 180 - omega, phi - 180, *t, *_more(s, h, size)])


@wrong("gimbal lock is not thought of", says="gimbal lock")
def no_gimbal(M, size):
    R, s, h, t = _parts(M)
    R[np.abs(R) < 1e-12] = 0
    c = np.hypot(R[0, 0], R[1, 0])
    angles = np.arctan2(R[2, 1], R[2, 2]), np.arctan2(-R[2, 0], c), np.arctan2(R[1, 0], R[0, 0])
    return np.array([*np.rad2deg(angles), *t, *_more(s, h, size)])


@wrong("arc tangents as they come, with rounding in gimbal lock")
def rounding_in_gimbal(M, size):
    R, s, h, t = _parts(M)
    angles = np.arctan2(R[2, 1], R[2, 2]), -np.arcsin(np.clip(R[2, 0], -1, 1)), np.arctan2(R[1, 0], R[0, 0])
    return np.array([*np.rad2deg(angles), *t, *_more(s, h, size)])


@wrong("gimbal lock at 90 degrees only, with the sign of the other")
def half_of_gimbal(M, size):
    R, s, h, t = _parts(M)
    x = _angles(R)
    if np.hypot(R[0, 0], R[1, 0]) < 1e-7:
        x = np.array([np.rad2deg(np.arctan2(R[0, 1], R[1, 1])), x[1], 0])
    return np.array([*x, *t, *_more(s, h, size)])


@wrong("a wide gimbal lock: what is near it is lost")
def wide_gimbal(M, size):
    R, s, h, t = _parts(M)
    x = _angles(R)
    if np.hypot(R[0, 0], R[1, 0]) < 0.05:
        x = np.array([np.rad2deg(np.arctan2(-R[1, 2], R[1, 1])), np.sign(-R[2, 0]) * 90, 0])
    return np.array([*x, *t, *_more(s, h, size)])


@wrong("a gimbal lock within half a degree")
def half_a_degree(M, size):
    R, s, h, t = _parts(M)
    x = _angles(R)
    if np.hypot(R[0, 0], R[1, 0]) < 0.01:
        x = np.array([np.rad2deg(np.arctan2(-R[1, 2], R[1, 1])), x[1], 0])
    return np.array([*x, *t, *_more(s, h, size)])


@right("gimbal lock by the angle in degrees, theta from R[1]")
def lock_in_degrees(M, size):
    R, s, h, t = _parts(M)
    x = _angles(R)
    if abs(abs(x[1]) - 90) < 0.01:
        x = np.array([np.rad2deg(np.arctan2(-R[1, 2], R[1, 1])), x[1], 0])
    return [*x, *t, *_more(s, h, size)]


@wrong("radians", says="radians")
def radians(M, size):
    R, s, h, t = _parts(M)
    return np.array([*np.deg2rad(_angles(R)), *t, *_more(s, h, size)])


@wrong("shift first", says="the shift before the angles")
def shift_first(M, size):
    R, s, h, t = _parts(M)
    return np.array([*t, *_angles(R), *_more(s, h, size)])


@wrong("scales first, as in similarity_matrix", says="the scales before the angles")
def scales_first(M, size):
    R, s, h, t = _parts(M)
    return np.array([*_more(s, h, size), *_angles(R), *t])


@wrong("QR with whatever signs", says="the signs of QR")
def signs_of_qr(M, size):
    M = np.array(M, float)
    R, U = np.linalg.qr(M[:3, :3])
    s = np.diag(U)
    c = np.hypot(R[0, 0], R[1, 0])
    angles = np.arctan2(R[2, 1], R[2, 2]), np.arctan2(-R[2, 0], c), np.arctan2(R[1, 0], R[0, 0])
    more = {6: [], 7: [np.prod(s) ** (1 / 3)], 9: s, 12: [*s, U[0, 1] / s[1], U[0, 2] / s[2], U[1, 2] / s[2]]}[size]
    return np.array([*np.rad2deg(angles), *M[:3, 3], *more])


@wrong("angles of the linear part as it is", says="still scaled")
def not_cleaned(M, size):
    R, s, h, t = _parts(M)
    L = np.array(M, float)[:3, :3]
    c = np.hypot(L[0, 0], L[1, 0])
    angles = np.arctan2(L[2, 1], L[2, 2]), np.arctan2(-L[2, 0], c), np.arctan2(L[1, 0], L[0, 0])
    return np.array([*np.rad2deg(angles), *t, *_more(s, h, size)])


@wrong("the determinant for the scale", says="it is s cubed")
def determinant(M, size):
    x = cholesky(M, size)
    if size == 7:
        x[6] = np.linalg.det(np.array(M, float)[:3, :3])
    return x


@wrong("shears with their scales", says="still contain a scale")
def undivided(M, size):
    R, s, h, t = _parts(M)
    return np.array([*_angles(R), *t, *_more(s, h * s[[1, 2, 2]], size)])


@wrong("shears divided by the scales of the rows", says="the scale of their row")
def by_rows(M, size):
    R, s, h, t = _parts(M)
    return np.array([*_angles(R), *t, *_more(s, h * s[[1, 2, 2]] / s[[0, 0, 1]], size)])


@wrong("angles of the inverse turn", says="the transposed turn")
def transposed(M, size):
    R, s, h, t = _parts(M)
    c = np.hypot(R[0, 0], R[0, 1])
    angles = np.arctan2(R[1, 2], R[2, 2]), np.arctan2(-R[0, 2], c), np.arctan2(R[0, 1], R[0, 0])
    return np.array([*np.rad2deg(angles), *t, *_more(s, h, size)])


@wrong("the order of the blog", says="Rx Ry Rz")
def blog(M, size):
    R, s, h, t = _parts(M)
    angles = np.arctan2(-R[1, 2], R[2, 2]), np.arcsin(np.clip(R[0, 2], -1, 1)), np.arctan2(-R[0, 1], R[0, 0])
    return np.array([*np.rad2deg(angles), *t, *_more(s, h, size)])


@wrong("arc tangents of one number: half of the circle")
def one_number(M, size):
    R, s, h, t = _parts(M)
    x = _angles(R)
    if np.hypot(R[0, 0], R[1, 0]) > 1e-7:
        x[[0, 2]] = np.rad2deg([np.arctan(R[2, 1] / R[2, 2]), np.arctan(R[1, 0] / R[0, 0])])
    return np.array([*x, *t, *_more(s, h, size)])


@wrong("lengths of rows for the scales")
def row_lengths(M, size):
    R, s, h, t = _parts(M)
    if size in (7, 9):
        s = np.linalg.norm(np.array(M, float)[:3, :3], axis=1)
    return np.array([*_angles(R), *t, *_more(s, h, size)])


@wrong("singular values for the scales: their order is lost")
def singular_values(M, size):
    R, s, h, t = _parts(M)
    return np.array([*_angles(R), *t, *_more(np.linalg.svd(np.array(M, float)[:3, :3])[1], h, size)])


@wrong("lengths of columns for the scales, with shears, too")
def column_lengths(M, size):
    R, s, h, t = _parts(M)
    return np.array([*_angles(R), *t, *_more(np.linalg.norm(np.array(M, float)[:3, :3], axis=0), h, size)])


@wrong("always twelve numbers")
def always_twelve(M, size):
    return cholesky(M, 12)


@wrong("the shift divided by the scale")
def shift_divided(M, size):
    x = cholesky(M, size)
    x[3:6] /= np.cbrt(np.linalg.det(np.array(M, float)[:3, :3]))
    return x


@wrong("the nearest turn (polar) for a matrix with shears")
def polar(M, size):
    R, s, h, t = _parts(M)
    return np.array([*_angles(linalg.polar(np.array(M, float)[:3, :3])[0]), *t, *_more(s, h, size)])


@wrong("shears in the order h01, h12, h02")
def shear_order(M, size):
    R, s, h, t = _parts(M)
    return np.array([*_angles(R), *t, *_more(s, h[[0, 2, 1]], size)])


@wrong("arc sine without a clip: NaN where printing makes it more than 1")
def no_clip(M, size):
    R, s, h, t = _parts(M)
    L = np.array(M, float)[:3, :3]
    x = _angles(R)
    with np.errstate(all="ignore"):
        x[1] = -np.rad2deg(np.arcsin(L[2, 0] / (1.0 if size == 6 else np.linalg.norm(L[:, 0]) - 1e-5)))
    return np.array([*x, *t, *_more(s, h, size)])


@wrong("scales the matrix in place")
def in_place(M, size):
    x = cholesky(M, size)
    if M.dtype == float:
        M[:3, :3] /= x[6] if size > 6 else 2.0
    return x


@wrong("Q of QR as it is: a mirror where a column had nothing to be taken off")
def unsigned(M, size):
    M = np.array(M, float)
    R, U = np.linalg.qr(M[:3, :3])
    s = np.diag(U)
    h = np.array([U[0, 1] / s[1], U[0, 2] / s[2], U[1, 2] / s[2]])
    if size < 12:
        return cholesky(M, size)
    return np.array([*_angles(R), *M[:3, 3], *_more(s, h, size)])


@wrong("M is divided by the lengths of its columns, in place")
def in_place(M, size):
    out = cholesky(M, size)
    if size == 9 and isinstance(M, np.ndarray) and M.dtype.kind == "f":
        M[:3, :3] /= np.linalg.norm(M[:3, :3], axis=0)
    return out
