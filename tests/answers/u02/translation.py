"""Answers to U02.translation: 11 wrong ones, and more than 7 ways of being right."""

import numpy as np
from scipy import interpolate, ndimage

from answers import right, wrong


def _grid(I):
    return np.indices(np.shape(I)).astype(float)


def _pull(I, r, c, order=1, **how):
    return ndimage.map_coordinates(np.asarray(I, float), [r, c], order=order, **how)


@right("linear map_coordinates")
def linear(I, p, q):
    r, c = _grid(I)
    return _pull(I, r - p, c - q)


@right("cubic map_coordinates")
def cubic(I, p, q):
    r, c = _grid(I)
    return _pull(I, r - p, c - q, order=3)


@right("ndimage.shift, cubic by default, on floats")
def scipy_shift(I, p, q):
    return ndimage.shift(np.asarray(I, float), (p, q))


@right("affine_transform with an offset, quintic")
def affine(I, p, q):
    return ndimage.affine_transform(np.asarray(I, float), np.eye(2), offset=(-p, -q), order=5)


@right("interpn on the grid")
def interpn(I, p, q):
    I = np.asarray(I, float)
    r, c = _grid(I)
    axes = (np.arange(I.shape[0]), np.arange(I.shape[1]))
    return interpolate.interpn(axes, I, np.stack([r - p, c - q], -1), bounds_error=False, fill_value=0)


@right("a bivariate spline, 0 outside by hand")
def rect_spline(I, p, q):
    I = np.asarray(I, float)
    x, y = np.arange(I.shape[0]), np.arange(I.shape[1])
    out = interpolate.RectBivariateSpline(x, y, I)(x - p, y - q)
    inside = ((x - p >= 0) & (x - p <= x[-1]))[:, None] & ((y - q >= 0) & (y - q <= y[-1]))[None]
    return np.where(inside, out, 0)


@right("rows first, then columns, with np.interp")
def separable(I, p, q):
    I = np.asarray(I, float)
    x, y = np.arange(I.shape[0]), np.arange(I.shape[1])
    tall = np.stack([np.interp(x - p, x, col, left=0, right=0) for col in I.T], axis=1)
    return np.stack([np.interp(y - q, y, row, left=0, right=0) for row in tall])


@right("a Python loop over pixels, in float32")
def loop(I, p, q):
    I = np.asarray(I, float)
    R, C = I.shape
    out = np.zeros((R, C), np.float32)
    for i in range(R):
        for j in range(C):
            r, c = i - p, j - q
            if 0 <= r <= R - 1 and 0 <= c <= C - 1:
                k, m = min(int(r), R - 2), min(int(c), C - 2)
                a, b = r - k, c - m
                out[i, j] = (
                    (1 - a) * (1 - b) * I[k, m] + a * (1 - b) * I[k + 1, m] + (1 - a) * b * I[k, m + 1] + a * b * I[k + 1, m + 1]
                )
    return out


@wrong("wrong sign: pushes where it should pull", says="wrong sign")
def wrong_sign(I, p, q):
    return linear(I, -p, -q)


@wrong("p and q exchanged: p moves along columns", says="exchanged")
def exchanged(I, p, q):
    return cubic(I, q, p)


@wrong("np.roll: what leaves comes back on the other side", says="np.roll")
def rolled(I, p, q):
    return np.roll(np.asarray(I, float), (round(p), round(q)), (0, 1))


@wrong("rounds the shift to whole pixels", says="rounded")
def whole_pixels(I, p, q):
    return linear(I, round(p), round(q))


@wrong("cuts the shift with int()", says="int()")
def cut(I, p, q):
    return linear(I, int(p), int(q))


@wrong("repeats the border instead of 0", says="border repeated")
def border_repeated(I, p, q):
    r, c = _grid(I)
    return _pull(I, r - p, c - q, mode="nearest")


@wrong("ndimage.shift of a uint8 picture: the result is uint8 again")
def integer_output(I, p, q):
    return ndimage.shift(I, (p, q))


@wrong("grid from linspace(0, n, n): stretched by n / (n - 1)")
def stretched(I, p, q):
    n, m = np.shape(I)
    r, c = np.meshgrid(np.linspace(0, n, n) - p, np.linspace(0, m, m) - q, indexing="ij")
    return _pull(I, r, c)


@wrong("square pictures only: the grid is made from shape[0] twice")
def square_only(I, p, q):
    n = np.shape(I)[0]
    r, c = np.meshgrid(np.arange(n), np.arange(n), indexing="ij")
    return _pull(I, r - p, c - q)


@wrong("meshgrid without indexing='ij': the picture is transposed")
def transposed(I, p, q):
    n, m = np.shape(I)
    c, r = np.meshgrid(np.arange(n), np.arange(m))
    return _pull(I, c.T.T - p, r - q) if n == m else _pull(I, c - p, r - q)


@wrong("writes into the picture it was given")
def in_place(I, p, q):
    out = linear(I, p, q)
    I[...] = out
    return out


@wrong("nearest neighbour: never between pixels")
def nearest(I, p, q):
    r, c = _grid(I)
    return _pull(I, r - p, c - q, order=0)


@wrong("only p is applied")
def only_rows(I, p, q):
    return linear(I, p, 0)


@wrong("reflects at the border instead of 0")
def mirrored(I, p, q):
    r, c = _grid(I)
    return _pull(I, r - p, c - q, mode="reflect")


@wrong("fills what enters with the picture's mean")
def mean_fill(I, p, q):
    r, c = _grid(I)
    return _pull(I, r - p, c - q, cval=float(np.mean(I)))


@wrong("half the shift: divides by 2 as for a symmetric warp")
def half(I, p, q):
    return linear(I, p / 2, q / 2)


@wrong("clips negative grey values to 0")
def clipped(I, p, q):
    return np.clip(linear(I, p, q), 0, None)


@wrong("fails when the shift is larger than the picture")
def beyond_the_frame(I, p, q):
    if abs(p) >= np.shape(I)[0] or abs(q) >= np.shape(I)[1]:
        raise IndexError("nothing left")
    return linear(I, p, q)
