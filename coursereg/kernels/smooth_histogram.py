"""
Joint histogram that is a smooth function of where the samples are looked up, and the way back from its derivative.

Letters: N points; D dimensions; P, R, C planes, rows and columns of the moving image; S, M bins; K chunks.

A point looks up the value of a cubic spline and a weight: 1 where the moving image is known, falling to 0, linearly
within a sample, where it is not. It adds its weight to four neighbouring bins, shared by the cubic B-spline (Parzen
window) about its value. Values are in units of bins; what falls below bin 0 or above the last one is added to these.
Everything is differentiable once, but for the weight, which has kinks.
"""

import numpy as np

from coursereg._jit import kernel, share
from coursereg.kernels.sampling import _cubic_weights, _mirror


@kernel()
def _cubic_slopes(t):
    """Return the derivatives of the weights of the cubic B-splines at -1, 0, 1 and 2, for a point t in [0, 1)."""
    u = 1.0 - t
    a, d = -0.5 * u * u, 0.5 * t * t
    b = 1.5 * t * t - 2.0 * t
    return a, b, -a - b - d, d


@kernel(inline=True)
def _split(x, n):
    """Return x cut to [0, n - 1] as a whole number and a rest."""
    x = min(max(x, 0.0), n - 1.0)
    i = int(x)
    return i, x - i


@kernel()
def _weight_2d(known, y, x):
    """Bilinear interpolation of ``known``, 0 outside, and its derivatives: (weight, along rows, along columns)."""
    rows, columns = known.shape
    if not (-1.0 < y < rows and -1.0 < x < columns):
        return 0.0, 0.0, 0.0
    i, j = int(np.floor(y)), int(np.floor(x))
    s, t = y - i, x - j
    k00 = known[i, j] if i >= 0 and j >= 0 else 0.0
    k01 = known[i, j + 1] if i >= 0 and j + 1 < columns else 0.0
    k10 = known[i + 1, j] if i + 1 < rows and j >= 0 else 0.0
    k11 = known[i + 1, j + 1] if i + 1 < rows and j + 1 < columns else 0.0
    low, high = k00 + t * (k01 - k00), k10 + t * (k11 - k10)
    return low + s * (high - low), high - low, (1.0 - s) * (k01 - k00) + s * (k11 - k10)


@kernel()
def _weight_3d(known, z, y, x):
    """As `_weight_2d`: (weight, along planes, along rows, along columns)."""
    planes = known.shape[0]
    if not -1.0 < z < planes:
        return 0.0, 0.0, 0.0, 0.0
    h = int(np.floor(z))
    u = z - h
    w0, r0, c0 = _weight_2d(known[h], y, x) if h >= 0 else (0.0, 0.0, 0.0)
    w1, r1, c1 = _weight_2d(known[h + 1], y, x) if h + 1 < planes else (0.0, 0.0, 0.0)
    return w0 + u * (w1 - w0), w1 - w0, r0 + u * (r1 - r0), c0 + u * (c1 - c0)


@kernel(inline=True)
def _around(i, n):
    """Return the indices i - 1 ... i + 2 of a line that is mirrored about its ends."""
    return _mirror(i - 1, n), i, _mirror(i + 1, n), _mirror(i + 2, n)


@kernel()
def _spline_2d(coefficients, y, x):
    """Value of a cubic spline and its derivatives: (value, along rows, along columns)."""
    i, s = _split(y, coefficients.shape[0])
    j, t = _split(x, coefficients.shape[1])
    a, da = _cubic_weights(t), _cubic_slopes(t)
    b, db = _cubic_weights(s), _cubic_slopes(s)
    j0, j1, j2, j3 = _around(j, coefficients.shape[1])
    value, d_row, d_column = 0.0, 0.0, 0.0
    for k, q in enumerate(_around(i, coefficients.shape[0])):
        c0, c1, c2, c3 = coefficients[q, j0], coefficients[q, j1], coefficients[q, j2], coefficients[q, j3]
        line = a[0] * c0 + a[1] * c1 + a[2] * c2 + a[3] * c3
        value += b[k] * line
        d_row += db[k] * line
        d_column += b[k] * (da[0] * c0 + da[1] * c1 + da[2] * c2 + da[3] * c3)
    return value, d_row, d_column


@kernel()
def _spline_3d(coefficients, z, y, x):
    """As `_spline_2d`: (value, along planes, along rows, along columns)."""
    h, r = _split(z, coefficients.shape[0])
    i, s = _split(y, coefficients.shape[1])
    j, t = _split(x, coefficients.shape[2])
    a, da = _cubic_weights(t), _cubic_slopes(t)
    b, db = _cubic_weights(s), _cubic_slopes(s)
    c, dc = _cubic_weights(r), _cubic_slopes(r)
    j0, j1, j2, j3 = _around(j, coefficients.shape[2])
    rows = _around(i, coefficients.shape[1])
    value, d_plane, d_row, d_column = 0.0, 0.0, 0.0, 0.0
    for l, p in enumerate(_around(h, coefficients.shape[0])):
        for k in range(4):
            q = rows[k]
            c0, c1 = coefficients[p, q, j0], coefficients[p, q, j1]
            c2, c3 = coefficients[p, q, j2], coefficients[p, q, j3]
            line = a[0] * c0 + a[1] * c1 + a[2] * c2 + a[3] * c3
            w = c[l] * b[k]
            value += w * line
            d_plane += dc[l] * b[k] * line
            d_row += c[l] * db[k] * line
            d_column += w * (da[0] * c0 + da[1] * c1 + da[2] * c2 + da[3] * c3)
    return value, d_plane, d_row, d_column


def _look_2d_examples():
    yield (
        np.zeros((2, 2)),
        np.zeros((2, 2), np.float32),
        np.eye(3),
        np.zeros((1, 2)),
        np.zeros((1, 3)),
        np.zeros((1, 3)),
    )


@kernel(parallel=True, examples=_look_2d_examples)
def look_2d(coefficients, known, m, points, values, weights, part):  # (R, C), (R, C), (3, 3), (N, 2), (N, 3), (N, 3)
    """Look up value and weight at ``m @ (point, 1)``, each with its derivatives along the axes behind it."""
    for n in share(points.shape[0], part):
        p, q = points[n, 0], points[n, 1]
        y, x = m[0, 0] * p + m[0, 1] * q + m[0, 2], m[1, 0] * p + m[1, 1] * q + m[1, 2]
        w = _weight_2d(known, y, x)
        weights[n, 0], weights[n, 1], weights[n, 2] = w
        if w[0] > 0.0:
            values[n, 0], values[n, 1], values[n, 2] = _spline_2d(coefficients, y, x)


def _look_3d_examples():
    image = np.zeros((2, 2, 2))
    yield image, image.astype(np.float32), np.eye(4), np.zeros((1, 3)), np.zeros((1, 4)), np.zeros((1, 4))


@kernel(parallel=True, examples=_look_3d_examples)
def look_3d(
    coefficients, known, m, points, values, weights, part
):  # (P, R, C), (P, R, C), (4, 4), (N, 3), (N, 4), (N, 4)
    """Look up value and weight at ``m @ (point, 1)``, each with its derivatives along the axes behind it."""
    for n in share(points.shape[0], part):
        o, p, q = points[n, 0], points[n, 1], points[n, 2]
        z = m[0, 0] * o + m[0, 1] * p + m[0, 2] * q + m[0, 3]
        y = m[1, 0] * o + m[1, 1] * p + m[1, 2] * q + m[1, 3]
        x = m[2, 0] * o + m[2, 1] * p + m[2, 2] * q + m[2, 3]
        w = _weight_3d(known, z, y, x)
        weights[n, 0], weights[n, 1], weights[n, 2], weights[n, 3] = w
        if w[0] > 0.0:
            v = _spline_3d(coefficients, z, y, x)
            values[n, 0], values[n, 1], values[n, 2], values[n, 3] = v


@kernel()
def _fill(first, last, static_bins, values, weights, out):
    """Add the samples ``first`` to ``last`` to one histogram."""
    m = out.shape[1]
    for n in range(first, last):
        w = weights[n, 0]
        if w > 0.0:
            s = static_bins[n]
            b, t = _split(values[n, 0], m)
            v = _cubic_weights(t)
            out[s, max(b - 1, 0)] += w * v[0]
            out[s, b] += w * v[1]
            out[s, min(b + 1, m - 1)] += w * v[2]
            out[s, min(b + 2, m - 1)] += w * v[3]


def _fill_examples():
    for n in (3, 4):
        yield np.zeros(1, np.int16), np.zeros((1, n)), np.zeros((1, n)), np.zeros((1, 1, 1))


@kernel(parallel=True, examples=_fill_examples)
def fill(static_bins, values, weights, out, part):  # (N,), (N, D + 1), (N, D + 1), (K, S, M)
    """Add every sample's weight to four bins of its row, in K chunks."""
    chunks, n = out.shape[0], static_bins.size
    for k in share(chunks, part):
        _fill(k * n // chunks, (k + 1) * n // chunks, static_bins, values, weights, out[k])


def _forces_examples():
    for n in (3, 4):
        yield np.zeros(1, np.int16), np.zeros((1, n)), np.zeros((1, n)), np.zeros((1, 1)), np.zeros((1, n - 1))


@kernel(parallel=True, examples=_forces_examples)
def forces(static_bins, values, weights, slope, out, part):  # (N,), (N, D + 1), (N, D + 1), (S, M), (N, D)
    """Turn the derivative with respect to the histogram into that with respect to where each sample is looked up."""
    m, dims = slope.shape[1], out.shape[1]
    for n in share(static_bins.size, part):
        w = weights[n, 0]
        if w > 0.0:
            s = static_bins[n]
            b, t = _split(values[n, 0], m)
            l0, l1 = slope[s, max(b - 1, 0)], slope[s, b]
            l2, l3 = slope[s, min(b + 1, m - 1)], slope[s, min(b + 2, m - 1)]
            v, d = _cubic_weights(t), _cubic_slopes(t)
            by_weight = v[0] * l0 + v[1] * l1 + v[2] * l2 + v[3] * l3
            by_value = w * (d[0] * l0 + d[1] * l1 + d[2] * l2 + d[3] * l3)
            if not 0.0 < values[n, 0] < m - 1.0:
                by_value = 0.0  # cut off: it does not move
            for a in range(dims):
                out[n, a] = by_value * values[n, a + 1] + by_weight * weights[n, a + 1]
        else:
            for a in range(dims):
                out[n, a] = 0.0


def _moments_examples():
    for n in (2, 3):
        yield np.zeros((1, n)), np.zeros((1, n)), np.zeros((1, n, n + 1))


@kernel(parallel=True, examples=_moments_examples)
def moments(force, points, out, part):  # (N, D), (N, D), (K, D, D + 1)
    """Sum ``outer(force, (point, 1))`` in K chunks: the derivative with respect to a matrix that moves the points."""
    chunks, n, dims = out.shape[0], force.shape[0], force.shape[1]
    for k in share(chunks, part):
        for i in range(k * n // chunks, (k + 1) * n // chunks):
            for a in range(dims):
                for b in range(dims):
                    out[k, a, b] += force[i, a] * points[i, b]
                out[k, a, dims] += force[i, a]
