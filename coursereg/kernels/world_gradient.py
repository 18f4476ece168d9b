"""
Slopes of a picture along the axes of the world. Letters: P, R, C planes, rows and columns of the picture; N points.

A slope is a difference of two values, half a step ahead and half a step behind, times the inverse of the step. Row a of
``steps`` is half a step along axis a of the world, in indices of the picture. Where one of the two is outside the
picture, or the difference is not finite, the slope is 0 and ``inside`` is 0.
"""

import numpy as np

from coursereg._jit import kernel, share

HAIR = 1e-9  # what rounding may put outside and is inside still


@kernel()
def _cell(x, n):
    """Return the index below x, the one above, and the weight of that one, which is not read if it is 0; -1 outside."""
    if not -HAIR <= x <= n - 1.0 + HAIR:
        return -1, -1, 0.0
    x = min(max(x, 0.0), n - 1.0)
    i = int(x)
    return i, i + 1 if x > i else i, x - i


@kernel()
def _value_2d(image, r, c):
    """Return the value between four samples, NaN outside."""
    i, i1, s = _cell(r, image.shape[0])
    j, j1, t = _cell(c, image.shape[1])
    if i < 0 or j < 0:
        return np.nan
    low = (1.0 - t) * image[i, j] + t * image[i, j1]
    high = (1.0 - t) * image[i1, j] + t * image[i1, j1]
    return (1.0 - s) * low + s * high


@kernel()
def _value_3d(image, p, r, c):
    """Return the value between eight samples, NaN outside."""
    k, k1, s = _cell(p, image.shape[0])
    i, i1, t = _cell(r, image.shape[1])
    j, j1, u = _cell(c, image.shape[2])
    if k < 0 or i < 0 or j < 0:
        return np.nan
    v = 1.0 - u
    a = (1.0 - t) * (v * image[k, i, j] + u * image[k, i, j1]) + t * (v * image[k, i1, j] + u * image[k, i1, j1])
    b = (1.0 - t) * (v * image[k1, i, j] + u * image[k1, i, j1]) + t * (v * image[k1, i1, j] + u * image[k1, i1, j1])
    return (1.0 - s) * a + s * b


@kernel()
def _slopes_2d(image, r, c, steps, inverse, out):
    """Write the two slopes at a point; return 1 if both are known."""
    known = 1
    for a in range(2):
        ahead = _value_2d(image, r + steps[a, 0], c + steps[a, 1])
        slope = (ahead - _value_2d(image, r - steps[a, 0], c - steps[a, 1])) * inverse[a]
        if np.isfinite(slope):
            out[a] = slope
        else:
            out[a] = 0.0
            known = 0
    return known


@kernel()
def _slopes_3d(image, p, r, c, steps, inverse, out):
    """Write the three slopes at a point; return 1 if all are known."""
    known = 1
    for a in range(3):
        ahead = _value_3d(image, p + steps[a, 0], r + steps[a, 1], c + steps[a, 2])
        slope = (ahead - _value_3d(image, p - steps[a, 0], r - steps[a, 1], c - steps[a, 2])) * inverse[a]
        if np.isfinite(slope):
            out[a] = slope
        else:
            out[a] = 0.0
            known = 0
    return known


def _gradient_2d_examples():
    for dtype in (np.float32, np.float64):
        grad = np.zeros((1, 1, 2), dtype)
        yield np.zeros((1, 1), dtype), np.eye(3), np.eye(2), np.ones(2), grad, np.zeros((1, 1), np.int32)


@kernel(parallel=True, examples=_gradient_2d_examples)
def gradient_2d(image, m, steps, inverse, grad, inside, part):  # (R, C), (3, 3), (2, 2), (2,), (R', C', 2), (R', C')
    """Slopes at the points ``m @ (row, column, 1)`` of the pixels of ``grad``."""
    for i in share(grad.shape[0], part):
        for j in range(grad.shape[1]):
            r = m[0, 0] * i + m[0, 1] * j + m[0, 2]
            c = m[1, 0] * i + m[1, 1] * j + m[1, 2]
            inside[i, j] = _slopes_2d(image, r, c, steps, inverse, grad[i, j])


def _gradient_3d_examples():
    for dtype in (np.float32, np.float64):
        grad = np.zeros((1, 1, 1, 3), dtype)
        yield np.zeros((1, 1, 1), dtype), np.eye(4), np.eye(3), np.ones(3), grad, np.zeros((1, 1, 1), np.int32)


@kernel(parallel=True, examples=_gradient_3d_examples)
def gradient_3d(
    image, m, steps, inverse, grad, inside, part
):  # (P, R, C), (4, 4), (3, 3), (3,), (P', R', C', 3), (P', R', C')
    """Slopes at the points ``m @ (plane, row, column, 1)`` of the voxels of ``grad``."""
    for k in share(grad.shape[0], part):
        for i in range(grad.shape[1]):
            for j in range(grad.shape[2]):
                p = m[0, 0] * k + m[0, 1] * i + m[0, 2] * j + m[0, 3]
                r = m[1, 0] * k + m[1, 1] * i + m[1, 2] * j + m[1, 3]
                c = m[2, 0] * k + m[2, 1] * i + m[2, 2] * j + m[2, 3]
                inside[k, i, j] = _slopes_3d(image, p, r, c, steps, inverse, grad[k, i, j])


def _sparse_2d_examples():
    for dtype in (np.float32, np.float64):
        grad = np.zeros((1, 2), dtype)
        yield np.zeros((1, 1), dtype), np.zeros((1, 2)), np.eye(2), np.ones(2), grad, np.zeros(1, np.int32)


@kernel(parallel=True, examples=_sparse_2d_examples)
def sparse_gradient_2d(image, points, steps, inverse, grad, inside, part):  # (R, C), (N, 2), (2, 2), (2,), (N, 2), (N,)
    """Slopes at points given as indices."""
    for n in share(points.shape[0], part):
        inside[n] = _slopes_2d(image, points[n, 0], points[n, 1], steps, inverse, grad[n])


def _sparse_3d_examples():
    for dtype in (np.float32, np.float64):
        grad = np.zeros((1, 3), dtype)
        yield np.zeros((1, 1, 1), dtype), np.zeros((1, 3)), np.eye(3), np.ones(3), grad, np.zeros(1, np.int32)


@kernel(parallel=True, examples=_sparse_3d_examples)
def sparse_gradient_3d(
    image, points, steps, inverse, grad, inside, part
):  # (P, R, C), (N, 3), (3, 3), (3,), (N, 3), (N,)
    """Slopes at points given as indices."""
    for n in share(points.shape[0], part):
        inside[n] = _slopes_3d(image, points[n, 0], points[n, 1], points[n, 2], steps, inverse, grad[n])
