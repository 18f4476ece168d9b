"""Answers to U08.transform."""

import numpy as np
from scipy import interpolate, ndimage

from answers import right, wrong


def _R(theta):
    t = np.deg2rad(theta)
    return np.array([[np.cos(t), -np.sin(t)], [np.sin(t), np.cos(t)]])


def _pulled(I, R, offset, **words):
    """I(R x + offset)."""
    return ndimage.affine_transform(np.asarray(I, float), R, offset, **{"order": 1} | words)


def _offset(theta, u, pivot):
    return np.asarray(pivot, float) - _R(theta) @ pivot - u


@right("affine_transform, cubic")
def by_affine(I, theta, u, pivot):
    return _pulled(I, _R(theta), _offset(theta, u, pivot), order=3)


@right("homogeneous matrices, multiplied")
def homogeneous(I, theta, u, pivot):
    to, turn, back = np.eye(3), np.eye(3), np.eye(3)
    to[:2, 2], turn[:2, :2], back[:2, 2] = np.negative(pivot), _R(theta), np.subtract(pivot, u)
    M = back @ turn @ to
    return ndimage.affine_transform(np.asarray(I, float), M, order=1)


@right("a list of points and interpn")
def by_points(I, theta, u, pivot):
    I, p = np.asarray(I, float), np.asarray(pivot, float)
    x = np.indices(I.shape).reshape(2, -1).T
    y = (x - p) @ _R(theta).T + p - np.asarray(u, float)
    y = np.where(np.abs(y - np.round(y)) < 1e-9, np.round(y), y)
    return interpolate.interpn([np.arange(n) for n in I.shape], I, y, bounds_error=False, fill_value=0.0).reshape(
        I.shape
    )


@right("complex numbers and defaults of its own, float32")
def complex_numbers(I, theta=0, u=(0, 0), pivot=(0, 0)):
    r, c = np.indices(np.shape(I))
    z = (r - pivot[0] + 1j * (c - pivot[1])) * np.exp(1j * np.radians(theta))
    places = [z.real + pivot[0] - u[0], z.imag + pivot[1] - u[1]]
    return ndimage.map_coordinates(np.asarray(I, np.float64), places, order=1).astype(np.float32)


@right("row by row, a list")
def by_rows(I, theta, u, pivot):
    R, out = _R(theta), []
    for r in range(np.shape(I)[0]):
        x = np.array([np.full(np.shape(I)[1], float(r)), np.arange(np.shape(I)[1], dtype=float)])
        y = R @ (x - np.reshape(pivot, (2, 1))) + np.reshape(pivot, (2, 1)) - np.reshape(u, (2, 1))
        out.append(list(ndimage.map_coordinates(np.asarray(I, float), y, order=1)))
    return out


@wrong("turn first, then shift", says="the turn first")
def shift_last(I, theta, u, pivot):
    R, p = _R(theta), np.asarray(pivot, float)
    return _pulled(I, R, p - R @ (p + u))


@wrong("plus u", says="+ u")
def plus(I, theta, u, pivot):
    return _pulled(I, _R(theta), _offset(theta, np.negative(u), pivot))


@wrong("u as (columns, rows), as in the hand-out", says="(columns, rows)", defect="B16")
def exchanged(I, theta, u, pivot):
    return _pulled(I, _R(theta), _offset(theta, u[::-1], pivot))


@wrong("the pivot as (column, row)", says="a pivot (column, row)")
def pivot_exchanged(I, theta, u, pivot):
    return _pulled(I, _R(theta), _offset(theta, u, pivot[::-1]))


@wrong("no pivot", says="about (0, 0)")
def no_pivot(I, theta, u, pivot):
    return _pulled(I, _R(theta), -np.asarray(u, float))


@wrong("always the centre", says="about the centre")
def centre(I, theta, u, pivot):
    return _pulled(I, _R(theta), _offset(theta, u, (np.array(np.shape(I)) - 1) / 2))


@wrong("the pivot is not added again", says="never added again")
def not_added(I, theta, u, pivot):
    return _pulled(I, _R(theta), -_R(theta) @ pivot - u)


@wrong("the pivot with the other sign", says="a pivot with the other sign")
def other_pivot(I, theta, u, pivot):
    return _pulled(I, _R(theta), _offset(theta, u, np.negative(pivot)))


@wrong("counter-clockwise", says="the other way")
def counter(I, theta, u, pivot):
    return _pulled(I, _R(-theta), _offset(-theta, u, pivot))


@wrong("radians", says="radians")
def radians(I, theta, u, pivot):
    return _pulled(I, _R(np.rad2deg(theta)), _offset(np.rad2deg(theta), u, pivot))


@wrong("two resamplings: what leaves the frame in between is lost")
def twice(I, theta, u, pivot):
    shifted = ndimage.shift(np.asarray(I, float), u, order=1)
    return _pulled(shifted, _R(theta), _offset(theta, (0, 0), pivot))


@wrong("u in whole pixels")
def whole(I, theta, u, pivot):
    return _pulled(I, _R(theta), _offset(theta, np.asarray(u).astype(int), pivot))


@wrong("the shift is forgotten")
def no_shift(I, theta, u, pivot):
    return _pulled(I, _R(theta), _offset(theta, (0, 0), pivot))


@wrong("the turn is forgotten")
def no_turn(I, theta, u, pivot):
    return _pulled(I, np.eye(2), -np.asarray(u, float))


@wrong("bytes stay bytes", says="whole numbers")
def bytes_stay(I, theta, u, pivot):
    return ndimage.affine_transform(np.asarray(I), _R(theta), _offset(theta, u, pivot), order=1)


@wrong("the border goes on outside")
def border(I, theta, u, pivot):
    return _pulled(np.pad(np.asarray(I, float), 0) + 0.0, _R(theta), _offset(theta, u, pivot), mode="mirror")


@wrong("the nearest pixel")
def nearest(I, theta, u, pivot):
    return _pulled(I, _R(theta), _offset(theta, u, pivot), order=0)


@wrong("a square grid")
def square(I, theta, u, pivot):
    return _pulled(I, _R(theta), _offset(theta, u, pivot), output_shape=(np.shape(I)[0],) * 2)


@wrong("turns the caller's pivot")
def in_place(I, theta, u, pivot):
    out = _pulled(I, _R(theta), _offset(theta, u, pivot))
    if isinstance(pivot, np.ndarray):
        pivot -= pivot
    return out


def _at_all(I, theta, u, pivot):
    return _pulled(I, _R(theta), _offset(theta, u, pivot))


@right("geometric_transform, a copy where nothing moves")
def geometric(I, theta, u, pivot):
    if theta == 0 and not np.any(u):
        return np.array(I, float)
    R, offset = _R(theta), _offset(theta, u, pivot)
    rows, columns = np.tensordot(R, np.indices(np.shape(I)), axes=1) + offset[:, None, None]
    return ndimage.map_coordinates(np.asarray(I, float), [rows.ravel(), columns.ravel()], order=1).reshape(np.shape(I))


@wrong("a list u is changed", says="as lists")
def list_changed(I, theta, u, pivot):
    out = _at_all(I, theta, u, pivot)
    if isinstance(u, list):
        u[0] = -u[0]
    return out


@wrong("clipped to the values of a byte")
def clipped(I, theta, u, pivot):
    return np.clip(_at_all(I, theta, u, pivot), 0, 255)


@wrong("absolute values")
def absolute(I, theta, u, pivot):
    return np.abs(_at_all(I, theta, u, pivot))


@wrong("only bytes become floats", says="holds whole numbers")
def only_bytes(I, theta, u, pivot):
    I = np.asarray(I)
    I = I.astype(float) if I.dtype == np.uint8 else I
    return ndimage.affine_transform(I, _R(theta), _offset(theta, u, pivot), order=1)


@wrong("whole numbers are cast to bytes first")
def through_bytes(I, theta, u, pivot):
    return _at_all(I.astype(np.uint8) if I.dtype.kind in "iu" else I, theta, u, pivot)


@wrong("the input itself where nothing moves", says="must hold floats")
def itself(I, theta, u, pivot):
    return I if theta == 0 and not np.any(u) else _at_all(I, theta, u, pivot)


@wrong("no copy where nothing moves", says="a view of the input")
def no_copy(I, theta, u, pivot):
    return np.asarray(I, float) if theta == 0 and not np.any(u) else _at_all(I, theta, u, pivot)


@wrong("fades to 0 over the pixel outside of the frame", says="looked up outside")
def fades(I, theta, u, pivot):
    return _pulled(I, _R(theta), _offset(theta, u, pivot), mode="grid-constant")


@wrong("angles end at a quarter of a turn")
def a_quarter_at_most(I, theta, u, pivot):
    return _at_all(I, np.clip(theta, -90, 90), u, pivot)


@wrong("angles below one degree are none")
def no_small_angles(I, theta, u, pivot):
    return _at_all(I, 0 if abs(theta) < 1 else theta, u, pivot)
