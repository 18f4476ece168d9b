"""
Samples of a static image compared with a moving one under an affine map, with slopes by the map's twelve numbers.

Letters: N samples; P, R, C planes, rows and columns of the moving image; S static and M moving bins; K chunks.

``m`` (3, 4) takes places of samples to indices of the moving image. There the image has a value and a weight: the
weight is what linear interpolation makes of 1 for a known sample and 0 for one that is NaN or outside, the value is the
mean of the known neighbours. So a sample fades out, and everything is continuous and piecewise smooth in ``m``. On a
sample of the image, where it has a kink, a slope is the mean of those on both sides.

The image is in single precision, all else in double. Each chunk of samples has sums of its own, however many threads
there are.
"""

import numpy as np

from coursereg._jit import kernel, prange

KINK = 1e-9  # voxels: that near a sample counts as on it


@kernel(inline=True)
def _place(m, x, y, z):
    """Return where the sample lies in the moving image."""
    return (
        m[0, 0] * x + m[0, 1] * y + m[0, 2] * z + m[0, 3],
        m[1, 0] * x + m[1, 1] * y + m[1, 2] * z + m[1, 3],
        m[2, 0] * x + m[2, 1] * y + m[2, 2] * z + m[2, 3],
    )


@kernel()
def _blend(image, p, r, c):
    """Return the weighted sum of the known neighbours, and the sum of their weights."""
    planes, rows, columns = image.shape
    if not (-1.0 < p < planes and -1.0 < r < rows and -1.0 < c < columns):
        return 0.0, 0.0
    i, j, k = int(np.floor(p)), int(np.floor(r)), int(np.floor(c))
    s, t, u = p - i, r - j, c - k
    total = weight = 0.0
    for a in range(2):
        for b in range(2):
            for d in range(2):
                w = (s if a else 1.0 - s) * (t if b else 1.0 - t) * (u if d else 1.0 - u)
                if w > 0.0 and 0 <= i + a < planes and 0 <= j + b < rows and 0 <= k + d < columns:
                    v = image[i + a, j + b, k + d]
                    if not np.isnan(v):
                        total += w * v
                        weight += w
    return total, weight


@kernel(inline=True)
def _inner(image, p, r, c):
    """Trilinear value between eight samples that are there, and its three slopes; NaN next to a NaN."""
    i, j, k = int(p), int(r), int(c)
    s, t, u = p - i, r - j, c - k
    a, b, d, e = image[i, j, k], image[i, j + 1, k], image[i + 1, j, k], image[i + 1, j + 1, k]
    slope_a, slope_b = image[i, j, k + 1] - a, image[i, j + 1, k + 1] - b
    slope_d, slope_e = image[i + 1, j, k + 1] - d, image[i + 1, j + 1, k + 1] - e
    a, b, d, e = a + u * slope_a, b + u * slope_b, d + u * slope_d, e + u * slope_e
    near, far = a + t * (b - a), d + t * (e - d)
    down = (b - a) + s * ((e - d) - (b - a))
    slope_near, slope_far = slope_a + t * (slope_b - slope_a), slope_d + t * (slope_e - slope_d)
    return near + s * (far - near), far - near, down, slope_near + s * (slope_far - slope_near)


@kernel(inline=True)
def _value(image, p, r, c):
    """Return value and weight of the image at a place."""
    planes, rows, columns = image.shape
    v, w = np.nan, 1.0
    if 0.0 <= p < planes - 1 and 0.0 <= r < rows - 1 and 0.0 <= c < columns - 1:
        v, _, _, _ = _inner(image, p, r, c)
    if np.isnan(v):
        v, w = _blend(image, p, r, c)
        if w > 0.0:
            v /= w
    return v, w


@kernel()
def _ends(x):
    """Return the two places from which the slope at x follows: the samples around, or half a step to both sides."""
    low = np.floor(x)
    if x - low < KINK or x - low > 1.0 - KINK:
        return x - 0.5, x + 0.5
    return low, low + 1.0


@kernel()
def _edge(image, p, r, c):
    """Return value, weight, three slopes of the value and three of the weight, anywhere."""
    v, w = _blend(image, p, r, c)
    if w <= 0.0:
        return 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
    v /= w
    low, high = _ends(p)
    (a, wa), (b, wb) = _blend(image, low, r, c), _blend(image, high, r, c)
    by_p, weight_p = b - a, wb - wa
    low, high = _ends(r)
    (a, wa), (b, wb) = _blend(image, p, low, c), _blend(image, p, high, c)
    by_r, weight_r = b - a, wb - wa
    low, high = _ends(c)
    (a, wa), (b, wb) = _blend(image, p, r, low), _blend(image, p, r, high)
    by_c, weight_c = b - a, wb - wa
    by_p, by_r, by_c = (by_p - v * weight_p) / w, (by_r - v * weight_r) / w, (by_c - v * weight_c) / w
    return v, w, by_p, by_r, by_c, weight_p, weight_r, weight_c


@kernel(inline=True)
def _look_up(image, p, r, c):
    """Return value, weight, three slopes of the value and three of the weight."""
    planes, rows, columns = image.shape
    v = a = b = d = np.nan
    if 0.0 <= p < planes - 1 and 0.0 <= r < rows - 1 and 0.0 <= c < columns - 1:
        s, t, u = p - int(p), r - int(r), c - int(c)
        if min(s, t, u) >= KINK and max(s, t, u) <= 1.0 - KINK:
            v, a, b, d = _inner(image, p, r, c)
    if np.isnan(v):
        return _edge(image, p, r, c)
    return v, 1.0, a, b, d, 0.0, 0.0, 0.0


@kernel(inline=True)
def _add_moments(g, a, b, c, x, y, z):
    """Add (a, b, c) x (x, y, z, 1) to the twelve numbers g."""
    g[0] += a * x
    g[1] += a * y
    g[2] += a * z
    g[3] += a
    g[4] += b * x
    g[5] += b * y
    g[6] += b * z
    g[7] += b
    g[8] += c * x
    g[9] += c * y
    g[10] += c * z
    g[11] += c


def _some():
    """Return two samples, a small moving image and a map."""
    return np.full((3, 2), 0.5, np.float32), np.full((2, 2, 2), 2.5, np.float32), np.eye(3, 4)


def _values_examples():
    points, image, _ = _some()
    yield image, points, np.zeros(2)


@kernel(parallel=True, examples=_values_examples)
def values_3d(image, points, out):  # (P, R, C), (3, N), (N,)
    """Write the mean of the known neighbours of every point; NaN where there are none."""
    for n in prange(points.shape[1]):
        v, w = _blend(image, float(points[0, n]), float(points[1, n]), float(points[2, n]))
        out[n] = v / w if w > 0.0 else np.nan


def _count_examples():
    points, image, m = _some()
    yield points, np.full(2, 2, np.uint16), image, m, np.zeros((1, 6, 6))


@kernel(parallel=True, examples=_count_examples)
def count_3d(points, bins, moving, m, out):  # (3, N), (N,), (P, R, C), (3, 4), (K, S, M)
    """Fill the tables ``out`` with weights, shared by cubic windows; the moving image is in bins, 2 to M - 2."""
    total, chunks, last = points.shape[1], out.shape[0], out.shape[2] - 3
    for q in prange(chunks):
        table = out[q]
        table[:] = 0.0
        for n in range(total * q // chunks, total * (q + 1) // chunks):
            p, r, c = _place(m, points[0, n], points[1, n], points[2, n])
            v, w = _value(moving, p, r, c)
            if w <= 0.0:
                continue
            k = min(max(int(v), 2), last)
            t = v - k
            u = 1.0 - t
            first, second = u * u * u / 6.0, 2.0 / 3.0 - t * t * (1.0 - 0.5 * t)
            third, fourth = 2.0 / 3.0 - u * u * (1.0 - 0.5 * u), t * t * t / 6.0
            row = table[bins[n]]
            row[k - 1] += w * first
            row[k] += w * second
            row[k + 1] += w * third
            row[k + 2] += w * fourth


def _collect_examples():
    points, image, m = _some()
    yield points, np.full(2, 2, np.uint16), image, m, np.zeros((6, 6)), np.zeros(3), np.zeros((1, 12))


@kernel(parallel=True, examples=_collect_examples)
def collect_3d(points, bins, moving, m, scores, centre, out):
    # (3, N), (N,), (P, R, C), (3, 4), (S, M), (3,), (K, 12)
    """Sum what ``m``, about ``centre``, changes in ``sum(scores * table)`` of `count_3d`, into twelve numbers."""
    total, chunks, last = points.shape[1], out.shape[0], scores.shape[1] - 3
    for q in prange(chunks):
        g = np.zeros(12)
        for n in range(total * q // chunks, total * (q + 1) // chunks):
            x, y, z = points[0, n], points[1, n], points[2, n]
            p, r, c = _place(m, x, y, z)
            v, w, a, b, d, wa, wb, wd = _look_up(moving, p, r, c)
            if w <= 0.0:
                continue
            k = min(max(int(v), 2), last)
            t = v - k
            u = 1.0 - t
            row = scores[bins[n]]
            gain = 0.5 * (t * t * row[k + 2] - u * u * row[k - 1])
            gain += t * (1.5 * t - 2.0) * row[k] - u * (1.5 * u - 2.0) * row[k + 1]
            gain *= w
            worth = (u * u * u * row[k - 1] + t * t * t * row[k + 2]) / 6.0
            worth += (2.0 / 3.0 - t * t * (1.0 - 0.5 * t)) * row[k] + (2.0 / 3.0 - u * u * (1.0 - 0.5 * u)) * row[k + 1]
            x, y, z = x - centre[0], y - centre[1], z - centre[2]
            _add_moments(g, gain * a + worth * wa, gain * b + worth * wb, gain * d + worth * wd, x, y, z)
        out[q] = g


def _sums_examples():
    points, image, m = _some()
    yield points, np.zeros(2, np.float32), image, m, np.zeros((1, 6))


@kernel(parallel=True, examples=_sums_examples)
def sums_3d(points, static, moving, m, out):  # (3, N), (N,), (P, R, C), (3, 4), (K, 6)
    """Write the weighted sums of 1, s, v, s * s, s * v, v * v for static values s and moving ones v."""
    total, chunks = points.shape[1], out.shape[0]
    for q in prange(chunks):
        g = np.zeros(6)
        for n in range(total * q // chunks, total * (q + 1) // chunks):
            p, r, c = _place(m, points[0, n], points[1, n], points[2, n])
            v, w = _value(moving, p, r, c)
            if w <= 0.0:
                continue
            s = float(static[n])
            g[0] += w
            g[1] += w * s
            g[2] += w * v
            g[3] += w * s * s
            g[4] += w * s * v
            g[5] += w * v * v
        out[q] = g


def _pull_examples():
    points, image, m = _some()
    yield points, np.zeros(2, np.float32), image, m, np.zeros(6), np.zeros(3), np.zeros((1, 12))


@kernel(parallel=True, examples=_pull_examples)
def collect_sums_3d(points, static, moving, m, factors, centre, out):
    # (3, N), (N,), (P, R, C), (3, 4), (6,), (3,), (K, 12)
    """Sum what ``m``, about ``centre``, changes in ``factors @ sums`` of `sums_3d`, into twelve numbers."""
    total, chunks = points.shape[1], out.shape[0]
    for q in prange(chunks):
        g = np.zeros(12)
        for n in range(total * q // chunks, total * (q + 1) // chunks):
            x, y, z = points[0, n], points[1, n], points[2, n]
            p, r, c = _place(m, x, y, z)
            v, w, a, b, d, wa, wb, wd = _look_up(moving, p, r, c)
            if w <= 0.0:
                continue
            s = float(static[n])
            gain = w * (factors[2] + factors[4] * s + 2.0 * factors[5] * v)
            worth = factors[0] + factors[1] * s + factors[2] * v
            worth += factors[3] * s * s + factors[4] * s * v + factors[5] * v * v
            x, y, z = x - centre[0], y - centre[1], z - centre[2]
            _add_moments(g, gain * a + worth * wa, gain * b + worth * wb, gain * d + worth * wd, x, y, z)
        out[q] = g
