"""
Samples of a static image compared with a moving one under an affine map, with slopes by the map's twelve numbers.

Letters: N samples; P, R, C planes, rows and columns of the moving image; S static and M moving bins; K chunks.

``m`` (3, 4) takes places of samples to indices of the moving image, which is linear between its samples and goes on
with the same value beyond its border: everything is continuous and piecewise smooth in ``m``. On a sample of the image,
where it has a kink, a slope is the mean of those on both sides. Each sample counts by a weight that does not change.

The image is in single precision, all else in double. Each chunk of samples has sums of its own, however many threads
there are.
"""

import numpy as np

from coursereg._jit import kernel, share

U = np.uintp  # an index without a sign is not looked at for being negative, which saves a tenth of the time
ONE = U(1)
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
    """Return the weighted sum of the neighbours that are there and not NaN, and the sum of their weights."""
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
def _in_cell(image, i, j, k, s, t, u):
    """Trilinear value between eight samples, at (s, t, u) in their cell, and its three slopes."""
    i, j, k = U(i), U(j), U(k)
    ahead, below, right = i + ONE, j + ONE, k + ONE
    a, b, d, e = image[i, j, k], image[i, below, k], image[ahead, j, k], image[ahead, below, k]
    slope_a, slope_b = image[i, j, right] - a, image[i, below, right] - b
    slope_d, slope_e = image[ahead, j, right] - d, image[ahead, below, right] - e
    a, b, d, e = a + u * slope_a, b + u * slope_b, d + u * slope_d, e + u * slope_e
    near, far = a + t * (b - a), d + t * (e - d)
    down = (b - a) + s * ((e - d) - (b - a))
    slope_near, slope_far = slope_a + t * (slope_b - slope_a), slope_d + t * (slope_e - slope_d)
    return near + s * (far - near), far - near, down, slope_near + s * (slope_far - slope_near)


@kernel(inline=True)
def _inner(image, p, r, c):
    """As `_in_cell`, at a place that has eight samples around it."""
    i, j, k = int(p), int(r), int(c)
    return _in_cell(image, i, j, k, p - i, r - j, c - k)


@kernel()
def _cell(x, n):
    """Return the sample below x, clamped to the image, the one above, and the weight of that one."""
    x = min(max(x, 0.0), n - 1.0)
    i = int(x)
    return i, min(i + 1, n - 1), x - i


@kernel()
def _clamped(image, p, r, c):
    """Trilinear value anywhere: beyond the border it is that of the border."""
    i, i1, s = _cell(p, image.shape[0])
    j, j1, t = _cell(r, image.shape[1])
    k, k1, u = _cell(c, image.shape[2])
    v = 1.0 - u
    a = (1.0 - t) * (v * image[i, j, k] + u * image[i, j, k1]) + t * (v * image[i, j1, k] + u * image[i, j1, k1])
    b = (1.0 - t) * (v * image[i1, j, k] + u * image[i1, j, k1]) + t * (v * image[i1, j1, k] + u * image[i1, j1, k1])
    return (1.0 - s) * a + s * b


@kernel()
def _ends(x):
    """Return the two places from which the slope at x follows: the samples around, or half a step to both sides."""
    low = np.floor(x)
    if x - low < KINK or x - low > 1.0 - KINK:
        return x - 0.5, x + 0.5
    return low, low + 1.0


@kernel()
def _edge(image, p, r, c):
    """Return value and three slopes, anywhere."""
    low, high = _ends(p)
    a = _clamped(image, high, r, c) - _clamped(image, low, r, c)
    low, high = _ends(r)
    b = _clamped(image, p, high, c) - _clamped(image, p, low, c)
    low, high = _ends(c)
    d = _clamped(image, p, r, high) - _clamped(image, p, r, low)
    return _clamped(image, p, r, c), a, b, d


@kernel(inline=True)
def _is_inner(image, p, r, c):
    """Tell whether there are eight samples around the place."""
    planes, rows, columns = image.shape
    return 0.0 <= p < planes - 1 and 0.0 <= r < rows - 1 and 0.0 <= c < columns - 1


@kernel(inline=True)
def _value(image, p, r, c):
    """Return the value at a place, and whether it is inside, but for the last half of the outermost samples."""
    if _is_inner(image, p, r, c):
        v, _, _, _ = _inner(image, p, r, c)
        return v, 1.0
    planes, rows, columns = image.shape
    near = -0.5 <= p <= planes - 0.5 and -0.5 <= r <= rows - 0.5 and -0.5 <= c <= columns - 0.5
    return _clamped(image, p, r, c), 1.0 if near else 0.0


@kernel(inline=True)
def _look_up(image, p, r, c):
    """Return the value and three slopes."""
    if _is_inner(image, p, r, c):
        s, t, u = p - int(p), r - int(r), c - int(c)
        if min(s, t, u) >= KINK and max(s, t, u) <= 1.0 - KINK:
            return _inner(image, p, r, c)
    return _edge(image, p, r, c)


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
    """Return two samples, their weights, a small moving image and a map."""
    image = np.full((2, 2, 2), 2.5, np.float32)
    return np.full((3, 2), 0.5, np.float32), np.ones(2, np.float32), image, np.eye(3, 4)


def _known_examples():
    points, _, image, m = _some()
    yield image, points, m, np.zeros(2), np.zeros(2, np.float32)


@kernel(parallel=True, examples=_known_examples)
def known_3d(image, points, m, values, weights, part):  # (P, R, C), (3, N), (3, 4), (N,), (N,)
    """Write the mean of the known neighbours of every sample, and their weight: 1 inside, 0 if there are none."""
    for n in share(points.shape[1], part):
        p, r, c = _place(m, points[0, n], points[1, n], points[2, n])
        total, weight = _blend(image, p, r, c)
        values[n] = total / weight if weight > 0.0 else np.nan
        weights[n] = weight


def _count_examples():
    points, weights, image, m = _some()
    yield points, weights, np.full(2, 2, np.uint16), image, m, np.zeros((1, 6, 6)), np.zeros(1)


@kernel(parallel=True, examples=_count_examples)
def count_3d(
    points, weights, bins, moving, m, out, inside, part
):  # (3, N), (N,), (N,), (P, R, C), (3, 4), (K, S, M), (K,)
    """
    Fill the tables ``out`` with weights, shared by cubic windows, and sum those of samples ``inside``.

    The moving image is in units of bins, 2 to M - 2.
    """
    total, chunks, last = points.shape[1], out.shape[0], out.shape[2] - 3
    for q in share(chunks, part):
        table = out[q]
        table[:] = 0.0
        near = 0.0
        for n in range(total * q // chunks, total * (q + 1) // chunks):
            p, r, c = _place(m, points[0, n], points[1, n], points[2, n])
            v, there = _value(moving, p, r, c)
            w = np.float64(weights[n])
            near += w * there
            k = min(max(int(v), 2), last)
            t = v - k
            u = 1.0 - t
            row = table[bins[n]]
            row[k - 1] += w * (u * u * u / 6.0)
            row[k] += w * (2.0 / 3.0 - t * t * (1.0 - 0.5 * t))
            row[k + 1] += w * (2.0 / 3.0 - u * u * (1.0 - 0.5 * u))
            row[k + 2] += w * (t * t * t / 6.0)
        inside[q] = near


def _collect_examples():
    points, weights, image, m = _some()
    yield points, weights, np.full(2, 2, np.uint16), image, m, np.zeros((6, 6)), np.zeros(3), np.zeros((1, 12))


@kernel(parallel=True, examples=_collect_examples)
def collect_3d(points, weights, bins, moving, m, scores, centre, out, part):
    # (3, N), (N,), (N,), (P, R, C), (3, 4), (S, M), (3,), (K, 12)
    """Sum what ``m``, about ``centre``, changes in ``sum(scores * table)`` of `count_3d`, into twelve numbers."""
    total, chunks, last = points.shape[1], out.shape[0], scores.shape[1] - 3
    for q in share(chunks, part):
        g = np.zeros(12)
        for n in range(total * q // chunks, total * (q + 1) // chunks):
            x, y, z = points[0, n], points[1, n], points[2, n]
            p, r, c = _place(m, x, y, z)
            v, a, b, d = _look_up(moving, p, r, c)
            if a == 0.0 and b == 0.0 and d == 0.0:  # flat background is common
                continue
            k = min(max(int(v), 2), last)
            t = v - k
            u = 1.0 - t
            row = scores[bins[n]]
            gain = 0.5 * (t * t * row[k + 2] - u * u * row[k - 1])
            gain += t * (1.5 * t - 2.0) * row[k] - u * (1.5 * u - 2.0) * row[k + 1]
            gain *= weights[n]
            _add_moments(g, gain * a, gain * b, gain * d, x - centre[0], y - centre[1], z - centre[2])
        out[q] = g


def _sums_examples():
    points, weights, image, m = _some()
    yield points, weights, np.zeros(2, np.float32), image, m, np.zeros((1, 7))


@kernel(parallel=True, examples=_sums_examples)
def sums_3d(points, weights, static, moving, m, out, part):  # (3, N), (N,), (N,), (P, R, C), (3, 4), (K, 7)
    """
    Write the weighted sums of 1, s, v, s * s, s * v, v * v for static values s and moving ones v.

    The seventh is the weight of the samples inside.
    """
    total, chunks = points.shape[1], out.shape[0]
    for q in share(chunks, part):
        g = np.zeros(7)
        for n in range(total * q // chunks, total * (q + 1) // chunks):
            p, r, c = _place(m, points[0, n], points[1, n], points[2, n])
            v, there = _value(moving, p, r, c)
            w, s = np.float64(weights[n]), np.float64(static[n])
            g[0] += w
            g[1] += w * s
            g[2] += w * v
            g[3] += w * s * s
            g[4] += w * s * v
            g[5] += w * v * v
            g[6] += w * there
        out[q] = g


def _pull_examples():
    points, weights, image, m = _some()
    yield points, weights, np.zeros(2, np.float32), image, m, np.zeros(3), np.zeros(3), np.zeros((1, 12))


@kernel(parallel=True, examples=_pull_examples)
def collect_sums_3d(points, weights, static, moving, m, factors, centre, out, part):
    # (3, N), (N,), (N,), (P, R, C), (3, 4), (3,), (3,), (K, 12)
    """Sum what ``m``, about ``centre``, changes in ``factors @ (v, s v, v v)`` of `sums_3d`, into twelve numbers."""
    total, chunks = points.shape[1], out.shape[0]
    for q in share(chunks, part):
        g = np.zeros(12)
        for n in range(total * q // chunks, total * (q + 1) // chunks):
            x, y, z = points[0, n], points[1, n], points[2, n]
            p, r, c = _place(m, x, y, z)
            v, a, b, d = _look_up(moving, p, r, c)
            gain = weights[n] * (factors[0] + factors[1] * static[n] + 2.0 * factors[2] * v)
            _add_moments(g, gain * a, gain * b, gain * d, x - centre[0], y - centre[1], z - centre[2])
        out[q] = g
