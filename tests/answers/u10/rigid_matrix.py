"""Answers to U10.rigid_matrix."""

import numpy as np
from scipy.linalg import expm
from scipy.spatial.transform import Rotation

from answers import right, wrong


def _turn(axis, angle):
    """A turn of 3 x 3, by the right-hand rule; degrees."""
    c, s = np.cos(np.deg2rad(angle)), np.sin(np.deg2rad(angle))
    R, i, j = np.eye(3), (axis + 1) % 3, (axis + 2) % 3
    R[i, i], R[i, j], R[j, i], R[j, j] = c, -s, s, c
    return R


def _with(R, p, q, r):
    M = np.eye(4)
    M[:3, :3], M[:3, 3] = R, (p, q, r)
    return M


@right("SciPy's Rotation, extrinsic xyz")
def scipy_rotation(theta, omega, phi, p, q, r):
    return _with(Rotation.from_euler("xyz", [theta, omega, phi], degrees=True).as_matrix(), p, q, r)


@right("intrinsic turns in the reverse order, which are the same")
def intrinsic_reversed(theta, omega, phi, p, q, r):
    return _with(Rotation.from_euler("ZYX", [phi, omega, theta], degrees=True).as_matrix(), p, q, r)


@right("the nine entries written out, as lists")
def written_out(theta, omega, phi, p, q, r):
    a, b, c = np.radians([theta, omega, phi])
    ca, cb, cc, sa, sb, sc = np.cos(a), np.cos(b), np.cos(c), np.sin(a), np.sin(b), np.sin(c)
    return [
        [cb * cc, sa * sb * cc - ca * sc, ca * sb * cc + sa * sc, p],
        [cb * sc, sa * sb * sc + ca * cc, ca * sb * sc - sa * cc, q],
        [-sb, sa * cb, ca * cb, r],
        [0, 0, 0, 1],
    ]


@right("exponentials of the axes' cross products")
def exponentials(theta, omega, phi, p, q, r):
    def about(axis, angle):
        return expm(np.deg2rad(angle) * np.cross(np.eye(3), -np.eye(3)[axis]).T)

    return _with(about(2, phi) @ about(1, omega) @ about(0, theta), p, q, r)


@right("in single precision, four homogeneous matrices")
def single_precision(theta, omega, phi, p, q, r):
    R = [_with(_turn(k, a), 0, 0, 0).astype(np.float32) for k, a in enumerate((theta, omega, phi))]
    return _with(np.eye(3), p, q, r).astype(np.float32) @ R[2] @ R[1] @ R[0]


@right("quaternions")
def quaternions(theta, omega, phi, p, q, r):
    def times(a, b):
        return np.array([a[0] * b[0] - a[1:] @ b[1:], *(a[0] * b[1:] + b[0] * a[1:] + np.cross(a[1:], b[1:]))])

    unit = np.array([1.0, 0, 0, 0])
    for axis, angle in enumerate((theta, omega, phi)):
        half = np.deg2rad(angle) / 2
        unit = times(np.array([np.cos(half), *(np.sin(half) * np.eye(3)[axis])]), unit)
    back = unit * [1, -1, -1, -1]
    R = [times(times(unit, np.array([0, *e])), back)[1:] for e in np.eye(3)]
    return _with(np.transpose(R), p, q, r)


@right("np.matrix")
def old_matrix(theta, omega, phi, p, q, r):
    R = np.asmatrix(_turn(2, phi)) * np.asmatrix(_turn(1, omega)) * np.asmatrix(_turn(0, theta))
    return np.asmatrix(np.vstack([np.hstack([R, [[p], [q], [r]]]), [0, 0, 0, 1]]))


@wrong("T Rx Ry Rz: read from the left", says="T Rx Ry Rz")
def blog(theta, omega, phi, p, q, r):
    return _with(_turn(0, theta) @ _turn(1, omega) @ _turn(2, phi), p, q, r)


@wrong("the shift acts first", says="a shift that is turned")
def shift_first(theta, omega, phi, p, q, r):
    return _with(_turn(2, phi) @ _turn(1, omega) @ _turn(0, theta), 0, 0, 0) @ _with(np.eye(3), p, q, r)


@wrong("radians", says="angles in radians")
def radians(theta, omega, phi, p, q, r):
    angles = np.rad2deg([theta, omega, phi])
    return _with(_turn(2, angles[2]) @ _turn(1, angles[1]) @ _turn(0, angles[0]), p, q, r)


@wrong("turns the other way", says="turns the other way")
def other_way(theta, omega, phi, p, q, r):
    return _with(_turn(2, -phi) @ _turn(1, -omega) @ _turn(0, -theta), p, q, r)


@wrong("the transposed turn", says="the transpose of the turn")
def transposed(theta, omega, phi, p, q, r):
    return _with((_turn(2, phi) @ _turn(1, omega) @ _turn(0, theta)).T, p, q, r)


@wrong("the middle turn has the signs of the other two", says="the other way about axis 1")
def signs_of_the_middle(theta, omega, phi, p, q, r):
    return _with(_turn(2, phi) @ _turn(1, -omega) @ _turn(0, theta), p, q, r)


@wrong("the inverse motion", says="the inverse motion")
def inverse(theta, omega, phi, p, q, r):
    return np.linalg.inv(_with(_turn(2, phi) @ _turn(1, omega) @ _turn(0, theta), p, q, r))


@wrong("theta about z, phi about x", says="theta about axis 2")
def axes_exchanged(theta, omega, phi, p, q, r):
    return _with(_turn(2, theta) @ _turn(1, omega) @ _turn(0, phi), p, q, r)


@wrong("no shift", says="without the shift")
def no_shift(theta, omega, phi, p, q, r):
    return _with(_turn(2, phi) @ _turn(1, omega) @ _turn(0, theta), 0, 0, 0)


@wrong("points as rows: the whole matrix transposed", says="for points as rows", credit=0.5)
def for_rows(theta, omega, phi, p, q, r):
    return _with(_turn(2, phi) @ _turn(1, omega) @ _turn(0, theta), p, q, r).T


@wrong("three rows")
def three_rows(theta, omega, phi, p, q, r):
    return _with(_turn(2, phi) @ _turn(1, omega) @ _turn(0, theta), p, q, r)[:3]


@wrong("T Rz Rx Ry")
def y_first(theta, omega, phi, p, q, r):
    return _with(_turn(2, phi) @ _turn(0, theta) @ _turn(1, omega), p, q, r)


@wrong("T Ry Rz Rx")
def z_before_y(theta, omega, phi, p, q, r):
    return _with(_turn(1, omega) @ _turn(2, phi) @ _turn(0, theta), p, q, r)


@wrong("products entry by entry: * for @")
def star(theta, omega, phi, p, q, r):
    return _with(_turn(2, phi) * _turn(1, omega) * _turn(0, theta), p, q, r)


@wrong("the three angles as one axis times angle")
def rotation_vector(theta, omega, phi, p, q, r):
    return _with(Rotation.from_rotvec(np.deg2rad([theta, omega, phi])).as_matrix(), p, q, r)


@wrong("small angles: sin a = a")
def small_angles(theta, omega, phi, p, q, r):
    a, b, c = np.deg2rad([theta, omega, phi])
    return _with(np.array([[1, -c, b], [c, 1, -a], [-b, a, 1]]), p, q, r)


@wrong("the shift in the last row")
def shift_in_the_last_row(theta, omega, phi, p, q, r):
    M = _with(_turn(2, phi) @ _turn(1, omega) @ _turn(0, theta), 0, 0, 0)
    M[3, :3] = p, q, r
    return M


@wrong("the corner is 0")
def corner_zero(theta, omega, phi, p, q, r):
    M = _with(_turn(2, phi) @ _turn(1, omega) @ _turn(0, theta), p, q, r)
    M[3, 3] = 0
    return M


@wrong("the shift the other way round: r, q, p")
def shift_reversed(theta, omega, phi, p, q, r):
    return _with(_turn(2, phi) @ _turn(1, omega) @ _turn(0, theta), r, q, p)


@wrong("whole numbers stay whole: the matrix has the type of the arguments")
def whole_numbers(theta, omega, phi, p, q, r):
    M = _with(_turn(2, phi) @ _turn(1, omega) @ _turn(0, theta), p, q, r)
    return M.astype(np.asarray([theta, omega, phi, p, q, r]).dtype)


@wrong("pi is 3.14")
def rough_pi(theta, omega, phi, p, q, r):
    k = 3.14 / np.pi
    return _with(_turn(2, k * phi) @ _turn(1, k * omega) @ _turn(0, k * theta), p, q, r)


@wrong("rounded to the four digits of the printed example")
def rounded(theta, omega, phi, p, q, r):
    return _with(_turn(2, phi) @ _turn(1, omega) @ _turn(0, theta), p, q, r).round(4)


@wrong("a sign is lost in the second row")
def lost_sign(theta, omega, phi, p, q, r):
    M = _with(_turn(2, phi) @ _turn(1, omega) @ _turn(0, theta), p, q, r)
    M[1, 2] *= -1
    return M


@wrong("M1 typed in")
def typed_in(theta, omega, phi, p, q, r):
    return [[0.9045, -0.3847, -0.184, 10], [0.2939, 0.875, -0.3847, 10], [0.309, 0.2939, 0.9045, 10], [0, 0, 0, 1]]
