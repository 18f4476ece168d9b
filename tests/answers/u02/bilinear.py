"""Answers to U02.bilinear."""

import numpy as np
from scipy import interpolate, ndimage

from answers import right, wrong


def _corners(I, r, c):
    I = np.asarray(I, float)
    r, c = np.asarray(r, float), np.asarray(c, float)
    R, C = I.shape
    inside = (r >= 0) & (r <= R - 1) & (c >= 0) & (c <= C - 1)
    r0 = np.clip(np.floor(r), 0, max(R - 2, 0)).astype(int)
    c0 = np.clip(np.floor(c), 0, max(C - 2, 0)).astype(int)
    return I, r, c, inside, r0, c0


@right("clips the corner index to R - 2, so the last row is reached with weight 1")
def clipped_corner(I, r, c, fill=0.0):
    I, r, c, inside, r0, c0 = _corners(I, r, c)
    a, b = r - r0, c - c0
    v = I[r0, c0] * (1 - a) * (1 - b) + I[r0 + 1, c0] * a * (1 - b) + I[r0, c0 + 1] * (1 - a) * b + I[r0 + 1, c0 + 1] * a * b
    return np.where(inside, v, fill)


@right("a loop over the points with hat functions over all pixels")
def hats(I, r, c, fill=0.0):
    I = np.asarray(I, float)
    out = np.empty(np.shape(r))
    for k, (x, y) in enumerate(zip(np.ravel(r), np.ravel(c), strict=True)):
        wr = np.maximum(0, 1 - abs(np.arange(I.shape[0]) - x))
        wc = np.maximum(0, 1 - abs(np.arange(I.shape[1]) - y))
        outside = x < 0 or y < 0 or x > I.shape[0] - 1 or y > I.shape[1] - 1
        out.flat[k] = fill if outside else wr @ I @ wc
    return out


@right("RegularGridInterpolator with fill_value")
def grid_interpolator(I, r, c, fill=0.0):
    I = np.asarray(I, float)
    f = interpolate.RegularGridInterpolator(
        (np.arange(I.shape[0]), np.arange(I.shape[1])), I, bounds_error=False, fill_value=fill
    )
    return f(np.stack([r, c], axis=-1))


@right("map_coordinates, then fill outside by hand")
def mapped(I, r, c, fill=0.0):
    I = np.asarray(I, float)
    v = ndimage.map_coordinates(I, [r, c], order=1, mode="nearest")
    v[(r < 0) | (c < 0) | (r > I.shape[0] - 1) | (c > I.shape[1] - 1)] = fill
    return v


@right("map_coordinates with cval, which is what the statement says")
def mapped_cval(I, r, c, fill=0.0):
    return ndimage.map_coordinates(np.asarray(I, float), [r, c], order=1, cval=fill)


@right("pads by one row and column, returns a list of lists")
def padded(I, r, c, fill=0.0):
    I, r, c, inside, _, _ = _corners(I, r, c)
    P = np.pad(I, ((0, 1), (0, 1)))
    r, c = np.where(inside, r, 0), np.where(inside, c, 0)
    r0, c0 = r.astype(int), c.astype(int)
    a, b = r % 1, c % 1
    top = P[r0, c0] + b * (P[r0, c0 + 1] - P[r0, c0])
    low = P[r0 + 1, c0] + b * (P[r0 + 1, c0 + 1] - P[r0 + 1, c0])
    return np.where(inside, top + a * (low - top), fill).tolist()


@wrong("takes the nearest pixel", says="nearest pixel")
def nearest(I, r, c, fill=0.0):
    return ndimage.map_coordinates(np.asarray(I, float), [r, c], order=0, cval=fill)


@wrong("reads a point as (x, y): rows and columns exchanged", says="exchanged")
def exchanged(I, r, c, fill=0.0):
    return clipped_corner(I, c, r, fill)


@wrong("gives the border's value outside instead of fill", says="clamping")
def clamped(I, r, c, fill=0.0):
    I = np.asarray(I, float)
    return clipped_corner(I, np.clip(r, 0, I.shape[0] - 1), np.clip(c, 0, I.shape[1] - 1), fill)


@wrong("forgets the last row and column: asks r < R - 1", says="last row and column")
def short_frame(I, r, c, fill=0.0):
    I, r, c, _, r0, c0 = _corners(I, r, c)
    inside = (r >= 0) & (r < I.shape[0] - 1) & (c >= 0) & (c < I.shape[1] - 1)
    return np.where(inside, clipped_corner(I, np.where(inside, r, 0), np.where(inside, c, 0)), fill)


@wrong("weights exchanged: the far pixel weighs more")
def weights_exchanged(I, r, c, fill=0.0):
    I, r, c, inside, r0, c0 = _corners(I, r, c)
    a, b = 1 - (r - r0), 1 - (c - c0)
    v = I[r0, c0] * (1 - a) * (1 - b) + I[r0 + 1, c0] * a * (1 - b) + I[r0, c0 + 1] * (1 - a) * b + I[r0 + 1, c0 + 1] * a * b
    return np.where(inside, v, fill)


@wrong("int() instead of floor: points in -1 < r < 0 count as inside")
def int_not_floor(I, r, c, fill=0.0):
    I = np.asarray(I, float)
    r, c = np.asarray(r, float), np.asarray(c, float)
    r0, c0 = r.astype(int), c.astype(int)
    inside = (r0 >= 0) & (r0 <= I.shape[0] - 1) & (c0 >= 0) & (c0 <= I.shape[1] - 1)
    return np.where(inside, clipped_corner(I, np.clip(r, 0, I.shape[0] - 1), np.clip(c, 0, I.shape[1] - 1)), fill)


@wrong("negative indices wrap to the other side of the picture")
def wraps(I, r, c, fill=0.0):
    I = np.asarray(I, float)
    R, C = I.shape
    r0, c0 = np.floor(r).astype(int), np.floor(c).astype(int)
    a, b = r - r0, c - c0
    g = lambda i, j: I[i % R, j % C]  # noqa: E731
    return (1 - a) * ((1 - b) * g(r0, c0) + b * g(r0, c0 + 1)) + a * ((1 - b) * g(r0 + 1, c0) + b * g(r0 + 1, c0 + 1))


@wrong("interpolates along rows only")
def rows_only(I, r, c, fill=0.0):
    return clipped_corner(I, r, np.round(c), fill)


@wrong("the differences are taken in uint8 and wrap around")
def uint8_differences(I, r, c, fill=0.0):
    I = np.asarray(I)
    _, r, c, inside, r0, c0 = _corners(I, r, c)
    a, b = r - r0, c - c0
    top = I[r0, c0] + b * (I[r0, c0 + 1] - I[r0, c0])
    low = I[r0 + 1, c0] + b * (I[r0 + 1, c0 + 1] - I[r0 + 1, c0])
    return np.where(inside, top + a * (low - top), fill)


@wrong("ignores fill: 0 outside whatever is asked")
def no_fill(I, r, c, fill=0.0):
    return clipped_corner(I, r, c, 0.0)


@wrong("the mean of the four pixels, whatever the distance")
def mean_of_four(I, r, c, fill=0.0):
    I, r, c, inside, r0, c0 = _corners(I, r, c)
    return np.where(inside, (I[r0, c0] + I[r0 + 1, c0] + I[r0, c0 + 1] + I[r0 + 1, c0 + 1]) / 4, fill)


@wrong("cubic, so it overshoots: smooth, but not what was asked")
def cubic(I, r, c, fill=0.0):
    return ndimage.map_coordinates(np.asarray(I, float), [r, c], order=3, cval=fill)


@wrong("takes a black pixel for a point outside")
def black_is_outside(I, r, c, fill=0.0):
    v = clipped_corner(I, r, c, 0.0)
    v[v == 0] = fill
    return v


@wrong("clips to 0..255, as if every picture were uint8")
def clipped_values(I, r, c, fill=0.0):
    I = np.asarray(I, float)
    inside = (np.asarray(r) >= 0) & (np.asarray(c) >= 0) & (np.asarray(r) <= I.shape[0] - 1) & (np.asarray(c) <= I.shape[1] - 1)
    return np.where(inside, np.clip(clipped_corner(I, r, c, fill), 0, 255), fill)


@wrong("the weights of the corners above right and below left exchanged", says="above right")
def crossed(I, r, c, fill=0.0):
    I, r, c, inside, r0, c0 = _corners(I, r, c)
    a, b = r - r0, c - c0
    v = I[r0, c0] * (1 - a) * (1 - b) + I[r0 + 1, c0] * b * (1 - a) + I[r0, c0 + 1] * (1 - b) * a + I[r0 + 1, c0 + 1] * a * b
    return np.where(inside, v, fill)
