"""
A picture on another grid, in the convention of DIPY. Letters: P, R, C planes, rows and columns of the picture.

Linear: a neighbour outside counts as 0, so that the picture fades to 0 over one sample around it; a neighbour of weight
0 is not read, whatever it holds. Nearest: inside is ``0 <= x <= n - 1``, and a half goes down. (The kernels of
`coursereg.kernels.sampling` cut the picture off at its outermost samples, and take halves up.)

``m`` is a matrix from the indices of ``out`` to those of the picture; parallel over the slowest axis.
"""

import numpy as np

from coursereg._jit import kernel, share

HAIR = 1e-9  # what rounding may put outside and is inside still


@kernel()
def _fade_2d(image, r, c):
    rows, columns = image.shape
    if not (-1.0 < r < rows and -1.0 < c < columns):
        return 0.0
    i, j = int(np.floor(r)), int(np.floor(c))
    s, t = r - i, c - j
    total = 0.0
    for a in range(2):
        for b in range(2):
            w = (s if a else 1.0 - s) * (t if b else 1.0 - t)
            if w > 0.0 and 0 <= i + a < rows and 0 <= j + b < columns:
                total += w * image[i + a, j + b]
    return total


@kernel()
def _inner_3d(image, k, i, j, s, t, u):
    """Trilinear interpolation between eight samples that are all there."""
    v = 1.0 - u
    a = (1.0 - t) * (v * image[k, i, j] + u * image[k, i, j + 1])
    a += t * (v * image[k, i + 1, j] + u * image[k, i + 1, j + 1])
    b = (1.0 - t) * (v * image[k + 1, i, j] + u * image[k + 1, i, j + 1])
    b += t * (v * image[k + 1, i + 1, j] + u * image[k + 1, i + 1, j + 1])
    return (1.0 - s) * a + s * b


@kernel()
def _fade_3d(image, p, r, c):
    planes, rows, columns = image.shape
    if not (-1.0 < p < planes and -1.0 < r < rows and -1.0 < c < columns):
        return 0.0
    k = int(np.floor(p))
    s = p - k
    if 0.0 <= p < planes - 1.0 and 0.0 <= r < rows - 1.0 and 0.0 <= c < columns - 1.0:  # all neighbours are there
        value = _inner_3d(image, k, int(r), int(c), s, r - int(r), c - int(c))
        if not np.isnan(value):
            return value
    total = 0.0
    if k >= 0 and s < 1.0:
        total += (1.0 - s) * _fade_2d(image[k], r, c)
    if k + 1 < planes and s > 0.0:
        total += s * _fade_2d(image[k + 1], r, c)
    return total


@kernel()
def _nearest(x, n):
    """Return the index nearest to x of n samples, halves down; -1 outside."""
    if not -HAIR <= x <= n - 1.0 + HAIR:
        return -1
    i = int(np.floor(x))
    i += x - i > 0.5
    return min(max(i, 0), n - 1)


def _fade_2d_examples():
    yield np.zeros((1, 1)), np.eye(3), np.zeros((1, 1))


@kernel(parallel=True, examples=_fade_2d_examples)
def pull_fade_2d(image, m, out, part):  # (R, C), (3, 3), (R', C')
    """Bilinear interpolation at the points ``m @ (row, column, 1)`` of the pixels of ``out``."""
    for i in share(out.shape[0], part):
        for j in range(out.shape[1]):
            r = m[0, 0] * i + m[0, 1] * j + m[0, 2]
            c = m[1, 0] * i + m[1, 1] * j + m[1, 2]
            out[i, j] = _fade_2d(image, r, c)


def _fade_3d_examples():
    yield np.zeros((1, 1, 1)), np.eye(4), np.zeros((1, 1, 1))


@kernel(parallel=True, examples=_fade_3d_examples)
def pull_fade_3d(image, m, out, part):  # (P, R, C), (4, 4), (P', R', C')
    """Trilinear interpolation at the points ``m @ (plane, row, column, 1)`` of the voxels of ``out``."""
    for k in share(out.shape[0], part):
        for i in range(out.shape[1]):
            for j in range(out.shape[2]):
                p = m[0, 0] * k + m[0, 1] * i + m[0, 2] * j + m[0, 3]
                r = m[1, 0] * k + m[1, 1] * i + m[1, 2] * j + m[1, 3]
                c = m[2, 0] * k + m[2, 1] * i + m[2, 2] * j + m[2, 3]
                out[k, i, j] = _fade_3d(image, p, r, c)


def _label_2d_examples():
    yield (1, 1), np.eye(3), np.zeros((1, 1), np.intp)


@kernel(parallel=True, examples=_label_2d_examples)
def pull_label_2d(shape, m, out, part):  # (2,), (3, 3), (R', C')
    """Flat index of the nearest sample at the points ``m @ (row, column, 1)``; -1 outside."""
    for i in share(out.shape[0], part):
        for j in range(out.shape[1]):
            r = _nearest(m[0, 0] * i + m[0, 1] * j + m[0, 2], shape[0])
            c = _nearest(m[1, 0] * i + m[1, 1] * j + m[1, 2], shape[1])
            out[i, j] = r * shape[1] + c if r >= 0 and c >= 0 else -1


def _label_3d_examples():
    yield (1, 1, 1), np.eye(4), np.zeros((1, 1, 1), np.intp)


@kernel(parallel=True, examples=_label_3d_examples)
def pull_label_3d(shape, m, out, part):  # (3,), (4, 4), (P', R', C')
    """Flat index of the nearest sample at the points ``m @ (plane, row, column, 1)``; -1 outside."""
    for k in share(out.shape[0], part):
        for i in range(out.shape[1]):
            for j in range(out.shape[2]):
                p = _nearest(m[0, 0] * k + m[0, 1] * i + m[0, 2] * j + m[0, 3], shape[0])
                r = _nearest(m[1, 0] * k + m[1, 1] * i + m[1, 2] * j + m[1, 3], shape[1])
                c = _nearest(m[2, 0] * k + m[2, 1] * i + m[2, 2] * j + m[2, 3], shape[2])
                out[k, i, j] = (p * shape[1] + r) * shape[2] + c if p >= 0 and r >= 0 and c >= 0 else -1
