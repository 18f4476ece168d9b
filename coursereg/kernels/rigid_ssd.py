"""
Squared difference of two pictures under a rigid motion, and its slope. Letters: R, C rows and columns of the static.

``coefficients`` are the cubic B-splines of the moving picture (m rows, n columns), with one more row and column
mirrored before and two behind, so that no point inside needs a test: shape (m + 3, n + 3).
"""

import numpy as np

from coursereg._jit import kernel, share


@kernel()
def _weights(t):
    """Return the weights of four cubic B-splines for a point t in [0, 1) behind the second, and their slopes."""
    u = 1.0 - t
    a, d = u * u * u / 6.0, t * t * t / 6.0
    b = 2.0 / 3.0 - t * t * (1.0 - t / 2.0)
    da, dd = -u * u / 2.0, t * t / 2.0
    db = t * (1.5 * t - 2.0)
    return a, b, 1.0 - a - b - d, d, da, db, -da - db - dd, dd


@kernel()
def _value_and_slope(coefficients, r, c):
    """Return the picture and its slope along rows and columns at a point inside."""
    i, j = int(r), int(c)
    a0, a1, a2, a3, d0, d1, d2, d3 = _weights(r - i)
    b0, b1, b2, b3, e0, e1, e2, e3 = _weights(c - j)
    value, slope_r, slope_c = 0.0, 0.0, 0.0
    rows, slopes = (a0, a1, a2, a3), (d0, d1, d2, d3)
    for k in range(4):
        w0, w1 = coefficients[i + k, j], coefficients[i + k, j + 1]
        w2, w3 = coefficients[i + k, j + 2], coefficients[i + k, j + 3]
        line = b0 * w0 + b1 * w1 + b2 * w2 + b3 * w3
        value += rows[k] * line
        slope_r += slopes[k] * line
        slope_c += rows[k] * (e0 * w0 + e1 * w1 + e2 * w2 + e3 * w3)
    return value, slope_r, slope_c


def _examples():
    yield np.zeros((1, 1)), np.zeros((4, 4)), np.array([1.0, 0.0, 0.0, 0.0]), np.zeros(2), 1, np.zeros((1, 8))


@kernel(parallel=True, examples=_examples)
def rigid_ssd_2d(
    static, coefficients, motion, pivot, step, out, part
):  # (R, C), (m + 3, n + 3), (4,), (2,), int, (R / step, 8)
    """
    Compare every ``step``-th pixel x with the moving picture at ``y = R (x - pivot) + pivot - u``.

    ``out`` has one line of sums per row. ``motion`` is cos, sin of the angle and u. With d = moving(y) - static(x), g
    the moving picture's slope at y and l the slope along ``dy/dangle`` (per radian), the sums over pixels whose y is
    inside are: 1, d d, d l, d g_r, d g_c, l l, g_r g_r, g_c g_c.
    """
    cos, sin, p, q = motion[0], motion[1], motion[2], motion[3]
    bottom, right = coefficients.shape[0] - 4.0, coefficients.shape[1] - 4.0
    for line in share(out.shape[0], part):
        i = line * step
        x = i - pivot[0]
        n, dd, dl, dr, dc, ll, rr, cc = 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
        for j in range(0, static.shape[1], step):
            y = j - pivot[1]
            r, c = cos * x - sin * y, sin * x + cos * y
            at_r, at_c = r + pivot[0] - p, c + pivot[1] - q
            if 0.0 <= at_r <= bottom and 0.0 <= at_c <= right:
                value, slope_r, slope_c = _value_and_slope(coefficients, at_r, at_c)
                d = value - static[i, j]
                lever = slope_c * r - slope_r * c  # dy/dangle is (-c, r)
                n += 1.0
                dd += d * d
                dl += d * lever
                dr += d * slope_r
                dc += d * slope_c
                ll += lever * lever
                rr += slope_r * slope_r
                cc += slope_c * slope_c
        out[line, 0], out[line, 1], out[line, 2], out[line, 3] = n, dd, dl, dr
        out[line, 4], out[line, 5], out[line, 6], out[line, 7] = dc, ll, rr, cc
