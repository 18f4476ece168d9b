"""Answers to U07.grad_ssd_translation."""

import numpy as np
from scipy import interpolate, ndimage

from answers import right, wrong


def _seen(J, p, q, order=1):
    r, c = np.indices(np.shape(J))
    return ndimage.map_coordinates(np.asarray(J, float), [r + p, c + q], order=order)


def _sum(d, slopes):
    return 2 * np.array([(d * s).sum() for s in slopes])


# --- right ------------------------------------------------------------------------------------------------------------


@right("cubic look-up, then np.gradient")
def cubic(I, J, p, q):
    seen = _seen(J, p, q, 3)
    return _sum(seen - I, np.gradient(seen))


@right("ndimage.shift of floats, residual as a vector, dot products, a tuple of floats")
def vectors(I, J, p, q):
    seen = ndimage.shift(J.astype(float), (-p, -q), order=1)
    d = (seen - I).ravel()
    down, across = np.gradient(seen)
    return float(2 * d @ down.ravel()), float(2 * d @ across.ravel())


@right("slopes of J, looked up where J is looked up")
def slopes_looked_up(I, J, p, q):
    d = _seen(J, p, q) - I
    return _sum(d, [_seen(s, p, q) for s in np.gradient(np.asarray(J, float))])


@right("derivatives of a bivariate spline")
def spline(I, J, p, q):
    R, C = J.shape
    s = interpolate.RectBivariateSpline(np.arange(R), np.arange(C), J)
    r, c = np.arange(R) + p, np.arange(C) + q
    inside = ((r >= 0) & (r <= R - 1))[:, None] & ((c >= 0) & (c <= C - 1))
    d = s(r, c) - I
    return _sum(np.where(inside, d, 0), [s(r, c, dx=1), s(r, c, dy=1)])


@right("finite differences of the cost itself, half a pixel to each side")
def differences(I, J, p, q):
    def cost(a, b):
        return float(((_seen(J, a, b, 3) - I) ** 2).sum())

    return [cost(p + 0.5, q) - cost(p - 0.5, q), cost(p, q + 0.5) - cost(p, q - 0.5)]


@right("finite differences of the linear cost, a thousandth of a pixel")
def narrow_differences(I, J, p, q):
    def cost(x):
        return ((_seen(J, *x) - I) ** 2).sum()

    h, x = 1e-3, np.array([p, q], float)
    return np.array([(cost(x + h * e) - cost(x - h * e)) / (2 * h) for e in np.eye(2)])


@right("gradient of the fixed picture: the same number, as long as nothing crosses the frame")
def of_the_fixed(I, J, p, q):
    return _sum(_seen(J, p, q) - I, np.gradient(np.asarray(I, float)))


@right("the mean of both pictures' slopes, as in efficient second-order methods")
def of_both(I, J, p, q):
    seen = _seen(J, p, q)
    both = [(a + b) / 2 for a, b in zip(np.gradient(seen), np.gradient(np.asarray(I, float)), strict=True)]
    return _sum(seen - I, both)


@right("Sobel's slopes, divided by 8")
def sobel(I, J, p, q):
    seen = _seen(J, p, q)
    return _sum(seen - I, [ndimage.sobel(seen, axis) / 8 for axis in (0, 1)])


@right("only the pixels that have a partner, the others are nan")
def overlap_only(I, J, p, q):
    r, c = np.indices(J.shape)
    seen = ndimage.map_coordinates(J.astype(float), [r + p, c + q], order=1, cval=np.nan)
    down, across = np.gradient(seen)
    d = seen - I
    return 2 * np.array([np.nansum(d * down), np.nansum(d * across)])


@right("weighted by hand from four neighbours, central differences by slices, in float32")
def by_hand(I, J, p, q):
    I, J = I.astype(np.float32), np.pad(J.astype(np.float32), 12)
    R, C = I.shape
    a, b = int(np.floor(p)), int(np.floor(q))
    u, v = np.float32(p - a), np.float32(q - b)

    def piece(i, j):
        return J[11 + a + i : 13 + a + i + R, 11 + b + j : 13 + b + j + C]

    seen = (1 - u) * ((1 - v) * piece(0, 0) + v * piece(0, 1)) + u * ((1 - v) * piece(1, 0) + v * piece(1, 1))
    d = seen[1:-1, 1:-1] - I
    down, across = (seen[2:, 1:-1] - seen[:-2, 1:-1]) / 2, (seen[1:-1, 2:] - seen[1:-1, :-2]) / 2
    return np.array([2 * np.sum(d * down), 2 * np.sum(d * across)], np.float32)


@right("by Fourier: shift and slopes as products")
def fourier(I, J, p, q):
    F = np.fft.fft2(np.asarray(J, float))
    k, m = (2j * np.pi * np.fft.fftfreq(n) for n in J.shape)
    F = F * np.exp(p * k[:, None] + q * m)
    seen, down, across = (np.fft.ifft2(x).real for x in (F, F * k[:, None], F * m))
    return _sum(seen - I, [down, across])


# --- wrong ------------------------------------------------------------------------------------------------------------


@wrong("half of it: the 2 of d**2 is forgotten", says="half the sum", credit=0.5)
def half(I, J, p, q):
    return cubic(I, J, p, q) / 2


@wrong("the gradient of the mean", says="gradient of the mean", credit=0.5)
def mean(I, J, p, q):
    return np.array(vectors(I, J, p, q)) / I.size


@wrong("p and q move the content, as in the hand-out", says="how far the content of J goes", credit=0.5)
def content(I, J, p, q):
    seen = ndimage.shift(J.astype(float), (p, q), order=1)
    return -_sum(seen - I, np.gradient(seen))


@wrong("the way down", says="the way down")
def downhill(I, J, p, q):
    return -np.array(vectors(I, J, p, q))


@wrong("d is I - J: the other sign, with a cubic look-up")
def residual_turned(I, J, p, q):
    seen = _seen(J, p, q, 3)
    return _sum(I - seen, np.gradient(seen))


@wrong("columns first, as in the hand-out", says="rows and columns exchanged", defect="B16")
def columns_first(I, J, p, q):
    return vectors(I, J, p, q)[::-1]


@wrong("slopes of J where it is not moved", says="where it is *not* moved")
def unmoved(I, J, p, q):
    return _sum(_seen(J, p, q) - I, np.gradient(np.asarray(J, float)))


@wrong("residual of the unmoved J: p and q are used for the slopes only")
def residual_unmoved(I, J, p, q):
    return _sum(np.asarray(J, float) - I, np.gradient(_seen(J, p, q)))


@wrong("p and q are not used at all")
def ignores_the_shift(I, J, p, q):
    return _sum(np.asarray(J, float) - I, np.gradient(np.asarray(J, float)))


@wrong("looks at x - (p, q), and takes that for x + (p, q)", says="looked up at x - (p, q)")
def pushes(I, J, p, q):
    return vectors(I, J, -p, -q)


@wrong("looks along columns by p and along rows by q")
def shift_exchanged(I, J, p, q):
    return vectors(I, J, q, p)


@wrong("np.roll by the whole part", says="cut to whole numbers")
def cut(I, J, p, q):
    return vectors(I, J, int(p), int(q))


@wrong("np.roll by the rounded shift", says="rounded to whole numbers")
def rolled(I, J, p, q):
    seen = np.roll(J.astype(float), (-round(p), -round(q)), (0, 1))
    return _sum(seen - I, np.gradient(seen))


@wrong("subtracts bytes: differences wrap", defect="B1")
def wraps(I, J, p, q):
    if I.dtype == np.uint8:
        seen = ndimage.shift(J, (-p, -q), order=1)
        return _sum((seen - I).astype(float), np.gradient(seen.astype(float)))
    return cubic(I, J, p, q)


@wrong("the slope of |d|", says="sum of |d|")
def of_magnitudes(I, J, p, q):
    seen = _seen(J, p, q)
    return np.array([(np.sign(seen - I) * s).sum() for s in np.gradient(seen)])


@wrong("slopes of the looked-up picture without the residual", says="sum up to nothing")
def without_residual(I, J, p, q):
    return np.array([2 * s.sum() for s in np.gradient(_seen(J, p, q))])


@wrong("slopes of the residual", says="sum up to nothing")
def of_the_residual(I, J, p, q):
    d = _seen(J, p, q) - I
    return _sum(d, np.gradient(d))


@wrong("one-sided differences of the looked-up picture: half a pixel beside the residual")
def one_sided(I, J, p, q):
    seen = _seen(J, p, q, 3)
    return _sum(seen - I, [np.diff(seen, axis=axis, append=0) for axis in (0, 1)])


@wrong("one-sided difference of the cost, a whole pixel ahead")
def cost_ahead(I, J, p, q):
    def cost(a, b):
        return float(((_seen(J, a, b) - I) ** 2).sum())

    return np.array([cost(p + 1, q), cost(p, q + 1)]) - cost(p, q)


@wrong("differences over two pixels, not divided by two")
def twice(I, J, p, q):
    seen = _seen(J, p, q)
    return _sum(seen - I, [2 * s for s in np.gradient(seen)])


@wrong("Sobel's slopes, not divided")
def sobel_raw(I, J, p, q):
    seen = _seen(J, p, q)
    return _sum(seen - I, [ndimage.sobel(seen, axis) for axis in (0, 1)])


@wrong("of length one: the direction only")
def direction(I, J, p, q):
    g = np.array(vectors(I, J, p, q))
    return g / (np.linalg.norm(g) + 1e-12)


@wrong("the diagonal: both slopes are multiplied before they are summed")
def one_slope(I, J, p, q):
    seen = _seen(J, p, q)
    down, across = np.gradient(seen)
    both = 2 * ((seen - I) * (down + across)).sum()
    return np.array([both, both])


@wrong("square pictures only: the grid is made from shape[0] twice", defect="B15")
def square_only(I, J, p, q):
    n = J.shape[0]
    r, c = np.indices((n, n))
    seen = ndimage.map_coordinates(J.astype(float), [r + p, c + q], order=1)
    return _sum(seen - I, np.gradient(seen))


@wrong("scales the pictures to 0..1 first: the gradient of another cost")
def scaled(I, J, p, q):
    return cubic(I / max(float(I.max()), 1.0), J / max(float(J.max()), 1.0), p, q)


@wrong("whole numbers: cuts the result with astype(int)")
def whole(I, J, p, q):
    return np.array(vectors(I, J, p, q)).astype(int)


@wrong("writes the looked-up picture into J")
def in_place(I, J, p, q):
    g = np.array(vectors(I, J, p, q))
    J[...] = _seen(J, p, q)
    return g


@wrong("a column of two numbers")
def a_column(I, J, p, q):
    return np.array(vectors(I, J, p, q)).reshape(2, 1)


@wrong("only rows: the second number is that of the first")
def rows_twice(I, J, p, q):
    g = vectors(I, J, p, q)
    return np.array([g[0], g[0]])


@wrong("cuts both pictures to the square at the top left", defect="B15")
def top_left_square(I, J, p, q):
    n = min(I.shape)
    seen = _seen(J, p, q)[:n, :n]
    return _sum(seen - I[:n, :n], np.gradient(seen))


@wrong("cuts both pictures to the square at the bottom right")
def bottom_right_square(I, J, p, q):
    n = min(I.shape)
    seen = _seen(J, p, q)[-n:, -n:]
    return _sum(seen - I[-n:, -n:], np.gradient(seen))


@wrong("J is looked up in its own dtype: between two grey levels it is rounded")
def rounded_look_up(I, J, p, q):
    seen = ndimage.shift(J, (-p, -q), order=1).astype(float)
    return _sum(seen - I, np.gradient(seen))


@wrong("whole numbers made int16: 16-bit pictures wrap")
def through_int16(I, J, p, q):
    if I.dtype.kind in "iu":
        I, J = I.astype(np.int16), J.astype(np.int16)
    seen = _seen(J, p, q)
    return _sum(seen - I, np.gradient(seen))


@wrong("differences to the pixel before: half a pixel beside the residual")
def backward(I, J, p, q):
    seen = _seen(J, p, q)
    return _sum(seen - I, [np.diff(seen, axis=axis, prepend=0) for axis in (0, 1)])
