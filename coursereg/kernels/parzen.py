"""
Joint histogram with a box window for one image and a cubic one for the other. Letters: N samples; B bins; K chunks.

A pair adds one to a row, shared out among four neighbouring columns by the cubic B-spline about the second value.
Values are in units of bins; pairs with a NaN are skipped. Columns are those around the second value's own bin, which is
kept within [2, B - 3]: of a value far beyond, less than one is counted. Chunks of samples have a table each, whatever
the number of threads.
"""

import numpy as np

from coursereg._jit import kernel, share


@kernel()
def _bin(x, bins):
    """Return the bin of a value, two bins away from both ends at least."""
    return int(min(max(x, 2.0), bins - 3.0))


@kernel()
def _spline(x):
    """Return the cubic B-spline at x."""
    x = abs(x)
    if x < 1.0:
        return (4.0 - 6.0 * x * x + 3.0 * x * x * x) / 6.0
    if x < 2.0:
        return (2.0 - x) * (2.0 - x) * (2.0 - x) / 6.0
    return 0.0


@kernel()
def _spline_slope(x):
    """Return the derivative of the cubic B-spline at x."""
    sign, x = (1.0 if x > 0.0 else -1.0), abs(x)
    if x < 1.0:
        return sign * (1.5 * x * x - 2.0 * x)
    if x < 2.0:
        return -0.5 * sign * (2.0 - x) * (2.0 - x)
    return 0.0


def _count_examples():
    yield np.full(2, 2.5), np.full(2, 2.5), np.zeros((1, 6, 6))


@kernel(parallel=True, examples=_count_examples)
def count_windows(static, moving, out, part):  # (N,), (N,), (K, B, B)
    """Add the pairs to the tables ``out``, row = static."""
    total, chunks, bins = static.size, out.shape[0], out.shape[1]
    for q in share(chunks, part):
        table = out[q]
        for n in range(total * q // chunks, total * (q + 1) // chunks):
            s, v = static[n], moving[n]
            if np.isnan(s) or np.isnan(v):
                continue
            row, c = table[_bin(s, bins)], _bin(v, bins)
            for k in range(c - 2, c + 3):
                row[k] += _spline(k - v)


def _slope_examples():
    yield np.full(2, 2.5), np.full(2, 2.5), np.zeros((2, 3)), np.zeros((2, 3)), np.zeros((1, 6, 6, 12))


@kernel(parallel=True, examples=_slope_examples)
def slope_moments(static, moving, points, slopes, out, part):  # (N,), (N,), (N, D), (N, D), (K, B, B, D * (D + 1))
    """
    Add ``slope of the window * (slope x (point, 1))`` of every pair to the tables ``out``.

    What multiplies the derivative of an affine map's matrix, row by row, to give the derivative of a cell.
    """
    total, chunks, bins, dim = static.size, out.shape[0], out.shape[1], points.shape[1]
    for q in share(chunks, part):
        outer = np.empty(dim * (dim + 1))
        for n in range(total * q // chunks, total * (q + 1) // chunks):
            s, v = static[n], moving[n]
            if np.isnan(s) or np.isnan(v):
                continue
            for a in range(dim):
                for b in range(dim):
                    outer[a * (dim + 1) + b] = slopes[n, a] * points[n, b]
                outer[a * (dim + 1) + dim] = slopes[n, a]
            r, c = _bin(s, bins), _bin(v, bins)
            for k in range(c - 2, c + 3):
                w = _spline_slope(k - v)
                for j in range(outer.size):
                    out[q, r, k, j] -= w * outer[j]
