"""
Values of a picture between its samples. Letters: P, R, C planes, rows and columns of the picture; N points.

A point ``(r, c)`` is inside if ``0 <= r <= R - 1`` and ``0 <= c <= C - 1``, for every order; all else, NaN
included, gets the fill value. Cubic means B-splines: `spline_filter` turns samples into coefficients once, for
a picture that is mirrored about its border samples, and the weights of four coefficients per axis make the
value (as scipy.ndimage with ``mode="constant"``).

``sample_*`` take a list of points, ``pull_*`` a matrix from the indices of ``out`` to those of the picture. A
pull counts a point that rounding has put a hair (1e-9) outside as a point on the border, or an identity that is
the product of a matrix and its inverse would lose the last row.
"""

import numpy as np

from coursereg._jit import kernel, share

POLE = np.sqrt(3.0) - 2.0  # of the recursive filter that turns samples into cubic B-spline coefficients
HORIZON = 32  # POLE ** 32 is below the rounding of a double
HAIR = 1e-9


# --- one point ---------------------------------------------------------------------------------------------------


@kernel()
def _snap(x, n):
    """Move a coordinate that is a hair outside [0, n - 1] onto the border."""
    if -HAIR < x < 0.0:
        return 0.0
    if n - 1.0 < x < n - 1.0 + HAIR:
        return n - 1.0
    return x


@kernel()
def _point_3d(m, k, i, j, shape):
    """Return where the voxel (k, i, j) of the output lies in the picture."""
    p = m[0, 0] * k + m[0, 1] * i + m[0, 2] * j + m[0, 3]
    r = m[1, 0] * k + m[1, 1] * i + m[1, 2] * j + m[1, 3]
    c = m[2, 0] * k + m[2, 1] * i + m[2, 2] * j + m[2, 3]
    return _snap(p, shape[0]), _snap(r, shape[1]), _snap(c, shape[2])


@kernel()
def _point_2d(m, i, j, shape):
    """Return where the pixel (i, j) of the output lies in the picture."""
    r = m[0, 0] * i + m[0, 1] * j + m[0, 2]
    c = m[1, 0] * i + m[1, 1] * j + m[1, 2]
    return _snap(r, shape[0]), _snap(c, shape[1])


@kernel()
def _mirror(i, n):
    """Return index i of a line that is mirrored about its first and last sample."""
    if n == 1:
        return 0
    i = abs(i) % (2 * n - 2)
    return i if i < n else 2 * n - 2 - i


@kernel()
def _cubic_weights(t):
    """Return the weights of the cubic B-splines at -1, 0, 1 and 2, for a point t in [0, 1)."""
    u = 1.0 - t
    a, d = u * u * u / 6.0, t * t * t / 6.0
    b = 2.0 / 3.0 - t * t * (1.0 - t / 2.0)
    return a, b, 1.0 - a - b - d, d


@kernel()
def _nearest_2d(shape, r, c):
    rows, columns = shape
    if not (0.0 <= r <= rows - 1.0 and 0.0 <= c <= columns - 1.0):
        return -1
    return int(r + 0.5) * columns + int(c + 0.5)


@kernel()
def _nearest_3d(shape, p, r, c):
    planes, rows, columns = shape
    if not (0.0 <= p <= planes - 1.0 and 0.0 <= r <= rows - 1.0 and 0.0 <= c <= columns - 1.0):
        return -1
    return (int(p + 0.5) * rows + int(r + 0.5)) * columns + int(c + 0.5)


@kernel()
def _linear_2d(image, r, c, fill):
    rows, columns = image.shape
    if not (0.0 <= r <= rows - 1.0 and 0.0 <= c <= columns - 1.0):
        return fill
    i, j = int(r), int(c)
    i1, j1 = min(i + 1, rows - 1), min(j + 1, columns - 1)
    s, t = r - i, c - j
    low = (1.0 - t) * image[i, j] + t * image[i, j1]
    high = (1.0 - t) * image[i1, j] + t * image[i1, j1]
    return (1.0 - s) * low + s * high


@kernel()
def _linear_3d(image, p, r, c, fill):
    planes, rows, columns = image.shape
    if not (0.0 <= p <= planes - 1.0 and 0.0 <= r <= rows - 1.0 and 0.0 <= c <= columns - 1.0):
        return fill
    i = int(p)
    s = p - i
    return (1.0 - s) * _linear_2d(image[i], r, c, fill) + s * _linear_2d(image[min(i + 1, planes - 1)], r, c, fill)


@kernel()
def _cubic_2d(coefficients, r, c, fill):
    rows, columns = coefficients.shape
    if not (0.0 <= r <= rows - 1.0 and 0.0 <= c <= columns - 1.0):
        return fill
    i, j = int(r), int(c)
    weights = _cubic_weights(c - j)
    j0, j1, j2, j3 = _mirror(j - 1, columns), j, _mirror(j + 1, columns), _mirror(j + 2, columns)
    total = 0.0
    for k, w in enumerate(_cubic_weights(r - i)):
        row = coefficients[_mirror(i - 1 + k, rows)]
        total += w * (weights[0] * row[j0] + weights[1] * row[j1] + weights[2] * row[j2] + weights[3] * row[j3])
    return total


@kernel()
def _cubic_3d(coefficients, p, r, c, fill):
    planes, rows, columns = coefficients.shape
    if not (0.0 <= p <= planes - 1.0 and 0.0 <= r <= rows - 1.0 and 0.0 <= c <= columns - 1.0):
        return fill
    i = int(p)
    total = 0.0
    for k, w in enumerate(_cubic_weights(p - i)):
        total += w * _cubic_2d(coefficients[_mirror(i - 1 + k, planes)], r, c, fill)
    return total


# --- many points -------------------------------------------------------------------------------------------------


def _nearest_2d_examples():
    yield (1, 1), np.zeros((1, 2)), np.zeros(1, np.intp)


@kernel(parallel=True, examples=_nearest_2d_examples)
def sample_nearest_2d(shape, points, out, part):  # (2,), (N, 2), (N,)
    """Flat index of the nearest sample, halves go up; -1 outside. An index serves pictures of every dtype."""
    for n in share(points.shape[0], part):
        out[n] = _nearest_2d(shape, points[n, 0], points[n, 1])


def _nearest_3d_examples():
    yield (1, 1, 1), np.zeros((1, 3)), np.zeros(1, np.intp)


@kernel(parallel=True, examples=_nearest_3d_examples)
def sample_nearest_3d(shape, points, out, part):  # (3,), (N, 3), (N,)
    """Flat index of the nearest sample, halves go up; -1 outside."""
    for n in share(points.shape[0], part):
        out[n] = _nearest_3d(shape, points[n, 0], points[n, 1], points[n, 2])


def _points_2d_examples():
    yield np.zeros((1, 1)), np.zeros((1, 2)), 0.0, np.zeros(1)


@kernel(parallel=True, examples=_points_2d_examples)
def sample_linear_2d(image, points, fill, out, part):  # (R, C), (N, 2), scalar, (N,)
    """Bilinear interpolation."""
    for n in share(points.shape[0], part):
        out[n] = _linear_2d(image, points[n, 0], points[n, 1], fill)


@kernel(parallel=True, examples=_points_2d_examples)
def sample_cubic_2d(coefficients, points, fill, out, part):  # (R, C), (N, 2), scalar, (N,)
    """Cubic B-splines, from the coefficients of `spline_filter`."""
    for n in share(points.shape[0], part):
        out[n] = _cubic_2d(coefficients, points[n, 0], points[n, 1], fill)


def _points_3d_examples():
    yield np.zeros((1, 1, 1)), np.zeros((1, 3)), 0.0, np.zeros(1)


def _linear_3d_examples():
    yield from _points_3d_examples()
    yield np.zeros((1, 1, 1), np.float32), np.zeros((1, 3)), 0.0, np.zeros(1)  # as the affine engine keeps its images


@kernel(parallel=True, examples=_linear_3d_examples)
def sample_linear_3d(image, points, fill, out, part):  # (P, R, C), (N, 3), scalar, (N,)
    """Trilinear interpolation."""
    for n in share(points.shape[0], part):
        out[n] = _linear_3d(image, points[n, 0], points[n, 1], points[n, 2], fill)


@kernel(parallel=True, examples=_points_3d_examples)
def sample_cubic_3d(coefficients, points, fill, out, part):  # (P, R, C), (N, 3), scalar, (N,)
    """Cubic B-splines, from the coefficients of `spline_filter`."""
    for n in share(points.shape[0], part):
        out[n] = _cubic_3d(coefficients, points[n, 0], points[n, 1], points[n, 2], fill)


# --- a whole picture ---------------------------------------------------------------------------------------------


def _pull_nearest_2d_examples():
    yield (1, 1), np.eye(3), np.zeros((1, 1), np.intp)


@kernel(parallel=True, examples=_pull_nearest_2d_examples)
def pull_nearest_2d(shape, m, out, part):  # (2,), (3, 3), (R', C')
    """As `sample_nearest_2d` at the points ``m @ (row, column, 1)`` of the pixels of ``out``."""
    for i in share(out.shape[0], part):
        for j in range(out.shape[1]):
            r, c = _point_2d(m, i, j, shape)
            out[i, j] = _nearest_2d(shape, r, c)


def _pull_2d_examples():
    yield np.zeros((1, 1)), np.eye(3), 0.0, np.zeros((1, 1))


@kernel(parallel=True, examples=_pull_2d_examples)
def pull_linear_2d(image, m, fill, out, part):  # (R, C), (3, 3), scalar, (R', C')
    """As `sample_linear_2d` at the points ``m @ (row, column, 1)`` of the pixels of ``out``."""
    for i in share(out.shape[0], part):
        for j in range(out.shape[1]):
            r, c = _point_2d(m, i, j, image.shape)
            out[i, j] = _linear_2d(image, r, c, fill)


@kernel(parallel=True, examples=_pull_2d_examples)
def pull_cubic_2d(coefficients, m, fill, out, part):  # (R, C), (3, 3), scalar, (R', C')
    """As `sample_cubic_2d` at the points ``m @ (row, column, 1)`` of the pixels of ``out``."""
    for i in share(out.shape[0], part):
        for j in range(out.shape[1]):
            r, c = _point_2d(m, i, j, coefficients.shape)
            out[i, j] = _cubic_2d(coefficients, r, c, fill)


def _pull_nearest_3d_examples():
    yield (1, 1, 1), np.eye(4), np.zeros((1, 1, 1), np.intp)


@kernel(parallel=True, examples=_pull_nearest_3d_examples)
def pull_nearest_3d(shape, m, out, part):  # (3,), (4, 4), (P', R', C')
    """As `sample_nearest_3d` at the points ``m @ (plane, row, column, 1)`` of the voxels of ``out``."""
    for k in share(out.shape[0], part):
        for i in range(out.shape[1]):
            for j in range(out.shape[2]):
                p, r, c = _point_3d(m, k, i, j, shape)
                out[k, i, j] = _nearest_3d(shape, p, r, c)


def _pull_3d_examples():
    yield np.zeros((1, 1, 1)), np.eye(4), 0.0, np.zeros((1, 1, 1))


@kernel(parallel=True, examples=_pull_3d_examples)
def pull_linear_3d(image, m, fill, out, part):  # (P, R, C), (4, 4), scalar, (P', R', C')
    """As `sample_linear_3d` at the points ``m @ (plane, row, column, 1)`` of the voxels of ``out``."""
    for k in share(out.shape[0], part):
        for i in range(out.shape[1]):
            for j in range(out.shape[2]):
                p, r, c = _point_3d(m, k, i, j, image.shape)
                out[k, i, j] = _linear_3d(image, p, r, c, fill)


@kernel(parallel=True, examples=_pull_3d_examples)
def pull_cubic_3d(coefficients, m, fill, out, part):  # (P, R, C), (4, 4), scalar, (P', R', C')
    """As `sample_cubic_3d` at the points ``m @ (plane, row, column, 1)`` of the voxels of ``out``."""
    for k in share(out.shape[0], part):
        for i in range(out.shape[1]):
            for j in range(out.shape[2]):
                p, r, c = _point_3d(m, k, i, j, coefficients.shape)
                out[k, i, j] = _cubic_3d(coefficients, p, r, c, fill)


# --- samples to B-spline coefficients ----------------------------------------------------------------------------


def _filter_examples():
    yield (np.zeros((1, 2, 1)),)


@kernel(parallel=True, examples=_filter_examples)
def spline_filter(out, part):  # (A, N, B)
    """
    Turn samples into cubic B-spline coefficients along the middle axis, in place; the lines are mirrored at their ends.

    One recursive pass down and one up each line, all B lines of a block side by side, so that memory is read in order.
    """
    blocks, n, lines = out.shape
    for a in share(blocks, part):
        if n > 1:
            # Down: y[i] = x[i] + POLE y[i - 1]; y[0] sums the mirrored line, whose powers soon vanish.
            for b in range(lines):
                power, first = 1.0, out[a, 0, b]
                for i in range(1, HORIZON):
                    power *= POLE
                    first += power * out[a, _mirror(i, n), b]
                out[a, 0, b] = first
            for i in range(1, n):
                for b in range(lines):
                    out[a, i, b] += POLE * out[a, i - 1, b]
            # Up: z[i] = POLE (z[i + 1] - y[i]); then the gain 6.
            for b in range(lines):
                last = out[a, n - 1, b] + POLE * out[a, n - 2, b]
                out[a, n - 1, b] = POLE / (POLE * POLE - 1.0) * last
            for i in range(n - 2, -1, -1):
                for b in range(lines):
                    out[a, i, b] = POLE * (out[a, i + 1, b] - out[a, i, b])
            for i in range(n):
                for b in range(lines):
                    out[a, i, b] *= 6.0
