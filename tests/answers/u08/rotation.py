"""Answers to U08.rotation."""

import numpy as np
from scipy import interpolate, ndimage

from answers import right, wrong


def _places(shape, t):
    r, c = np.indices(shape)
    return np.cos(t) * r - np.sin(t) * c, np.sin(t) * r + np.cos(t) * c


def _turned(I, theta, **words):
    return ndimage.map_coordinates(np.asarray(I, float), _places(np.shape(I), np.deg2rad(theta)), **words)


@right("cubic splines")
def cubic(I, theta):
    return _turned(I, theta, order=3)


@right("affine_transform with the matrix")
def by_matrix(I, theta):
    c, s = np.cos(np.radians(theta)), np.sin(np.radians(theta))
    return ndimage.affine_transform(np.asarray(I, dtype=float), np.array([[c, -s], [s, c]]), order=1)


@right("interpn on a list of points")
def by_interpn(I, theta):
    I = np.asarray(I, float)
    c, s = np.cos(theta * np.pi / 180), np.sin(theta * np.pi / 180)
    x = np.stack(np.meshgrid(*map(np.arange, I.shape), indexing="ij"), -1).reshape(-1, 2)
    y = x @ np.array([[c, -s], [s, c]]).T
    return interpolate.interpn(tuple(map(np.arange, I.shape)), I, y, bounds_error=False, fill_value=0).reshape(I.shape)


@right("bilinear by hand, float32")
def by_hand(I, theta):
    I = np.asarray(I, np.float32)
    rows, columns = _places(I.shape, np.deg2rad(theta))
    rows, columns = rows.round(9), columns.round(9)
    inside = (rows >= 0) & (rows <= I.shape[0] - 1) & (columns >= 0) & (columns <= I.shape[1] - 1)
    r0, c0 = np.floor(rows).astype(int), np.floor(columns).astype(int)
    a, b = rows - r0, columns - c0
    r0, c0 = np.clip(r0, 0, I.shape[0] - 1), np.clip(c0, 0, I.shape[1] - 1)
    r1, c1 = np.minimum(r0 + 1, I.shape[0] - 1), np.minimum(c0 + 1, I.shape[1] - 1)
    top, bottom = (1 - b) * I[r0, c0] + b * I[r0, c1], (1 - b) * I[r1, c0] + b * I[r1, c1]
    return np.where(inside, (1 - a) * top + a * bottom, 0).astype(np.float32)


@right("complex numbers, row by row, as a list of lists")
def complex_rows(I, theta):
    I, out = np.asarray(I, float), []
    for r in range(I.shape[0]):
        z = (r + 1j * np.arange(I.shape[1])) * np.exp(1j * np.deg2rad(theta))
        out.append(ndimage.map_coordinates(I, [z.real, z.imag], order=1).tolist())
    return out


@right("splines of order 2")
def quadratic(I, theta):
    return _turned(I, theta, order=2)


@wrong("R transposed: counter-clockwise", says="the other way")
def transposed(I, theta):
    return _turned(I, -theta, order=1)


@wrong("the angle in radians", says="an angle in radians")
def radians(I, theta):
    return ndimage.map_coordinates(np.asarray(I, float), _places(np.shape(I), theta), order=1)


@wrong("about the centre", says="about the middle")
def centre(I, theta):
    I = np.asarray(I, float)
    m = (np.array(I.shape) - 1) / 2
    c, s = np.cos(np.deg2rad(theta)), np.sin(np.deg2rad(theta))
    R = np.array([[c, -s], [s, c]])
    return ndimage.affine_transform(I, R, m - R @ m, order=1)


@wrong("ndimage.rotate without reshape: about the centre, counter-clockwise")
def rotate(I, theta):
    return ndimage.rotate(np.asarray(I, float), theta, reshape=False, order=1)


@wrong("ndimage.rotate, which makes the frame larger")
def reshaped(I, theta):
    return ndimage.rotate(np.asarray(I, float), -theta, order=1)


@wrong("the nearest pixel", says="the nearest pixel")
def nearest(I, theta):
    return _turned(I, theta, order=0)


@wrong("pushes the pixels", says="a push")
def push(I, theta):
    I, t = np.asarray(I, float), np.deg2rad(theta)
    out = np.zeros(I.shape)
    for r in range(I.shape[0]):
        for c in range(I.shape[1]):
            a, b = round(np.cos(t) * r + np.sin(t) * c), round(np.cos(t) * c - np.sin(t) * r)
            if 0 <= a < I.shape[0] and 0 <= b < I.shape[1]:
                out[a, b] = I[r, c]
    return out


@wrong("keeps the dtype of bytes: map_coordinates of a uint8 picture is uint8", says="whole numbers")
def bytes_stay(I, theta):
    return ndimage.map_coordinates(np.asarray(I), _places(np.shape(I), np.deg2rad(theta)), order=1)


@wrong("outside, the border goes on")
def border(I, theta):
    return _turned(I, theta, order=1, mode="nearest")


@wrong("outside, the picture is mirrored")
def mirrored(I, theta):
    return _turned(I, theta, order=1, mode="reflect")


@wrong("nan outside")
def nan(I, theta):
    return _turned(I, theta, order=1, cval=np.nan)


@wrong("a grid of R x R: square pictures only")
def square(I, theta):
    n = np.shape(I)[0]
    return ndimage.map_coordinates(np.asarray(I, float), _places((n, n), np.deg2rad(theta)), order=1)


@wrong("meshgrid in its default order: the result is transposed")
def meshgrid(I, theta):
    r, c = np.meshgrid(np.arange(np.shape(I)[0]), np.arange(np.shape(I)[1]))
    t = np.deg2rad(theta)
    return ndimage.map_coordinates(
        np.asarray(I, float), [np.cos(t) * r - np.sin(t) * c, np.sin(t) * r + np.cos(t) * c], order=1
    )


@wrong("rows and columns exchanged in the look-up")
def exchanged(I, theta):
    rows, columns = _places(np.shape(I), np.deg2rad(theta))
    return ndimage.map_coordinates(np.asarray(I, float), [columns, rows], order=1)


@wrong("rows are overwritten before columns are computed")
def overwritten(I, theta):
    r, c = np.indices(np.shape(I)).astype(float)
    t = np.deg2rad(theta)
    r = np.cos(t) * r - np.sin(t) * c
    c = np.sin(t) * r + np.cos(t) * c
    return ndimage.map_coordinates(np.asarray(I, float), [r, c], order=1)


@wrong("small angles only: cos = 1, sin = t")
def small(I, theta):
    r, c = np.indices(np.shape(I))
    t = np.deg2rad(theta)
    return ndimage.map_coordinates(np.asarray(I, float), [r - t * c, t * r + c], order=1)


@wrong("a mirror: one sign is wrong")
def mirror(I, theta):
    r, c = np.indices(np.shape(I))
    t = np.deg2rad(theta)
    return ndimage.map_coordinates(
        np.asarray(I, float), [np.cos(t) * r - np.sin(t) * c, -np.sin(t) * r + np.cos(t) * c], order=1
    )


@wrong("whole degrees only")
def whole_degrees(I, theta):
    return _turned(I, int(theta), order=1)


@wrong("cuts the places to whole pixels")
def cut_places(I, theta):
    rows, columns = _places(np.shape(I), np.deg2rad(theta))
    return ndimage.map_coordinates(np.asarray(I, float), [np.trunc(rows), np.trunc(columns)], order=1)


@wrong("clears the picture that was passed")
def clears(I, theta):
    out = _turned(I, theta, order=1)
    I[:] = 0
    return out


@right("einsum, in Fortran's order, after whole turns are taken away")
def einsum(I, theta):
    t = np.deg2rad((theta + 180) % 360 - 180)
    R = np.array([[np.cos(t), -np.sin(t)], [np.sin(t), np.cos(t)]])
    places = np.einsum("ij,jrc->irc", R, np.indices(np.shape(I)))
    return np.asfortranarray(ndimage.map_coordinates(np.asarray(I, np.float32), places, order=1))


@right("a copy where there is no angle")
def copy_at_0(I, theta):
    return np.array(I, float) if theta == 0 else _turned(I, theta, order=1)


@wrong("clipped to the values of a byte", says="a moved picture of values from 0 to 500")
def clipped(I, theta):
    return np.clip(_turned(I, theta, order=1), 0, 255)


@wrong("clipped at 0", says="a moved picture of values from 0 to -300")
def clipped_at_0(I, theta):
    return np.maximum(_turned(I, theta, order=1), 0)


@wrong("absolute values")
def absolute(I, theta):
    return np.abs(_turned(I, theta, order=1))


@wrong("only bytes become floats: int16 is rounded", says="holds whole numbers")
def only_bytes(I, theta):
    I = np.asarray(I)
    return ndimage.map_coordinates(
        I.astype(float) if I.dtype == np.uint8 else I, _places(I.shape, np.deg2rad(theta)), order=1
    )


@wrong("True and False stay what they are", says="no fractions at the edge")
def not_bool(I, theta):
    I = np.asarray(I)
    return ndimage.map_coordinates(I if I.dtype == bool else I.astype(float), _places(I.shape, np.deg2rad(theta)), order=1)


@wrong("whole numbers are cast to bytes first")
def through_bytes(I, theta):
    I = np.asarray(I)
    return _turned(I.astype(np.uint8) if I.dtype.kind in "iu" else I, theta, order=1)


@wrong("the input itself where there is no angle: bytes stay bytes", says="must hold floats")
def itself_at_0(I, theta):
    return I if theta == 0 else _turned(I, theta, order=1)


@wrong("no copy where there is no angle", says="a view of the input")
def no_copy_at_0(I, theta):
    return np.asarray(I, float) if theta == 0 else _turned(I, theta, order=1)


@wrong("fades to 0 over the pixel outside of the frame", says="looked up outside")
def fades(I, theta):
    return _turned(I, theta, order=1, mode="grid-constant")


def _margin(I, theta, wide):
    rows, columns = _places(np.shape(I), np.deg2rad(theta))
    inside = [(k >= -wide) & (k <= n - 1 + wide) for k, n in zip((rows, columns), np.shape(I), strict=True)]
    return np.where(inside[0] & inside[1], _turned(I, theta, order=1, mode="nearest"), 0)


@wrong("half a pixel of the border is repeated", says="looked up outside")
def half_a_pixel(I, theta):
    return _margin(I, theta, 0.5)


@wrong("a tenth of a pixel of the border is repeated", says="looked up outside")
def a_tenth(I, theta):
    return _margin(I, theta, 0.1)


@wrong("angles end at a quarter of a turn")
def a_quarter_at_most(I, theta):
    return _turned(I, np.clip(theta, -90, 90), order=1)


@wrong("the cosine is taken from the sine: it is never negative")
def never_negative(I, theta):
    r, c = np.indices(np.shape(I))
    s = np.sin(np.deg2rad(theta))
    return ndimage.map_coordinates(
        np.asarray(I, float), [np.sqrt(1 - s * s) * r - s * c, s * r + np.sqrt(1 - s * s) * c], order=1
    )


@wrong("an error beyond half a turn")
def half_a_turn_at_most(I, theta):
    if abs(theta) > 180:
        raise ValueError(theta)
    return _turned(I, theta, order=1)


@wrong("drops the axis of one row")
def squeezed(I, theta):
    return np.squeeze(_turned(I, theta, order=1))


@wrong("zeros for one row or one column")
def not_thin(I, theta):
    return _turned(I, theta, order=1) if min(np.shape(I)) > 1 else np.zeros(np.shape(I))


@wrong("angles below one degree are none")
def no_small_angles(I, theta):
    return np.array(I, float) if abs(theta) < 1 else _turned(I, theta, order=1)
