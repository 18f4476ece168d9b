"""Answers to U10.similarity_matrix."""

import numpy as np
from scipy.spatial.transform import Rotation

from answers import right, wrong


def _rigid(theta, omega, phi, p, q, r):
    M = np.eye(4)
    M[:3, :3] = Rotation.from_euler("xyz", [theta, omega, phi], degrees=True).as_matrix()
    M[:3, 3] = p, q, r
    return M


@right("the linear part times s")
def linear_part(s, theta, omega, phi, p, q, r):
    M = _rigid(theta, omega, phi, p, q, r)
    M[:3, :3] *= s
    return M


@right("scaled on the left, before the shift is added")
def on_the_left(s, theta, omega, phi, p, q, r):
    M = np.diag([s, s, s, 1]) @ _rigid(theta, omega, phi, 0, 0, 0)
    M[:3, 3] += [p, q, r]
    return M


@right("a product of three")
def product(s, theta, omega, phi, p, q, r):
    return _rigid(0, 0, 0, p, q, r) @ _rigid(theta, omega, phi, 0, 0, 0) @ np.diag([s, s, s, 1])


@right("columns of lists")
def lists(s, theta, omega, phi, p, q, r):
    M = _rigid(theta, omega, phi, p, q, r).tolist()
    return [[v * s if j < 3 else v for j, v in enumerate(row)] for row in M[:3]] + [[0, 0, 0, 1]]


@right("by einsum, in single precision")
def einsum(s, theta, omega, phi, p, q, r):
    M = _rigid(theta, omega, phi, p, q, r).astype(np.float32)
    return np.einsum("ij,j->ij", M, np.float32([s, s, s, 1]))


@right("everything divided by 1/s, the shift made up for")
def corner(s, theta, omega, phi, p, q, r):
    M = _rigid(theta, omega, phi, p / s, q / s, r / s)
    M[3, 3] = 1 / s
    return M * s


@wrong("scaled last: the shift as well", says="a shift that is scaled")
def shift_scaled(s, theta, omega, phi, p, q, r):
    return np.diag([s, s, s, 1]) @ _rigid(theta, omega, phi, p, q, r)


@wrong("s M: the corner is s", says="the corner must stay 1")
def everything(s, theta, omega, phi, p, q, r):
    return s * _rigid(theta, omega, phi, p, q, r)


@wrong("one axis only", says="along one axis only")
def one_axis(s, theta, omega, phi, p, q, r):
    return _rigid(theta, omega, phi, p, q, r) @ np.diag([s, 1, 1, 1])


@wrong("divided by s", says="1 / s")
def divided(s, theta, omega, phi, p, q, r):
    return _rigid(theta, omega, phi, p, q, r) @ np.diag([1 / s, 1 / s, 1 / s, 1])


@wrong("s is forgotten", says="s is missing")
def forgotten(s, theta, omega, phi, p, q, r):
    return _rigid(theta, omega, phi, p, q, r)


@wrong("the order of the blog", says="T Rx Ry Rz S")
def blog(s, theta, omega, phi, p, q, r):
    M = np.eye(4)
    M[:3, :3] = s * Rotation.from_euler("XYZ", [theta, omega, phi], degrees=True).as_matrix()
    M[:3, 3] = p, q, r
    return M


@wrong("radians", says="in radians")
def radians(s, theta, omega, phi, p, q, r):
    M = _rigid(*np.rad2deg([theta, omega, phi]), p, q, r)
    M[:3, :3] *= s
    return M


@wrong("shift first", says="the shift first")
def shift_first(s, theta, omega, phi, p, q, r):
    return _rigid(theta, omega, phi, 0, 0, 0) @ _rigid(0, 0, 0, p, q, r) @ np.diag([s, s, s, 1])


@wrong("points as rows", says="for points as rows", credit=0.5)
def for_rows(s, theta, omega, phi, p, q, r):
    return (_rigid(theta, omega, phi, p, q, r) @ np.diag([s, s, s, 1])).T


@wrong("the corner is 1/s: a homogeneous scale, not divided out")
def homogeneous(s, theta, omega, phi, p, q, r):
    M = _rigid(theta, omega, phi, p, q, r)
    M[3, 3] = 1 / s
    return M


@wrong("volumes times s: the cube root of it is taken")
def volume(s, theta, omega, phi, p, q, r):
    return _rigid(theta, omega, phi, p, q, r) @ np.diag([*[s ** (1 / 3)] * 3, 1])


@wrong("scaled twice")
def twice(s, theta, omega, phi, p, q, r):
    return np.diag([s, s, s, 1]) @ _rigid(theta, omega, phi, p / s, q / s, r / s) @ np.diag([s, s, s, 1])


@wrong("s on the diagonal of R only")
def on_the_diagonal(s, theta, omega, phi, p, q, r):
    M = _rigid(theta, omega, phi, p, q, r)
    M[[0, 1, 2], [0, 1, 2]] *= s
    return M


@wrong("s is added to the turn's diagonal")
def added(s, theta, omega, phi, p, q, r):
    M = _rigid(theta, omega, phi, p, q, r)
    M[:3, :3] += s * np.eye(3)
    return M


@wrong("the scale last in the list: as similarity_matrix(theta, omega, phi, p, q, r, s)")
def scale_last(theta, omega, phi, p, q, r, s):
    return _rigid(theta, omega, phi, p, q, r) @ np.diag([s, s, s, 1])


@wrong("whole scales only")
def whole_scale(s, theta, omega, phi, p, q, r):
    M = _rigid(theta, omega, phi, p, q, r)
    M[:3, :3] *= int(s)
    return M
