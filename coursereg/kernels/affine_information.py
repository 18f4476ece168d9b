"""
Mutual information of two images under an affine map, and how it changes with the map's twelve numbers.

Letters: N samples; P, R, C planes, rows and columns of the moving image; S static and M moving bins; T maps; V views,
each with samples, a moving image and a map of its own; K chunks of the samples of each view.

A sample has a place in the static image and a static bin, which never change. Under a map (3, 4) from static to moving
voxels it looks up a value of the moving image, in units of bins, and shares one count among four bins by the cubic
B-spline (Parzen window) about it. Values must lie in [1, M - 2). A sample beyond the moving image, or next to NaN in
it, has no value: -1.

Samples are placed once (`scatter_3d`). The first pass (`count_3d`) fills one table per chunk of samples and keeps value
and slope of every sample. From the tables the caller makes a score for every cell: how much the measure gains by a
count there. The second pass (`collect_3d`) carries the scores back through the windows. All is single precision; the
sums of a chunk are doubles.
"""

import numpy as np

from coursereg._jit import kernel, share
from coursereg.kernels.affine_samples import ONE, U, _add_moments, _in_cell, _place

F = np.float32
NOTHING = F(-1)
TWO = U(2)
UNKNOWN = 255  # instead of a bin of a byte
INSIDE = F(1e-3)  # voxels: a clamped sample stays this far within the last one, so that its cell exists


@kernel(inline=True)
def _clamped(x, n):
    return min(max(x, F(0)), F(n - 1) - INSIDE)


@kernel(inline=True)
def _look_up(image, p, r, c):
    """Trilinear value and its slopes along planes, rows and columns, for a point inside, all in single precision."""
    i, j, k = int(p), int(r), int(c)
    return _in_cell(image, i, j, k, p - F(i), r - F(j), c - F(k))


def _scatter_examples():
    image, places = np.zeros((2, 2, 2), np.float32), np.full((3, 1, 1, 1), 0.5, np.float32)
    first, edge, into = np.zeros(3, np.float32), np.ones(3, np.float32), np.eye(3, 4, dtype=np.float32)
    for region in (np.zeros((0, 0, 0), np.bool_), np.ones((1, 1, 1), np.bool_)):
        yield image, places, first, edge, region, into, F(0), F(1), 2, np.zeros(1, np.uint8)


@kernel(parallel=True, examples=_scatter_examples)
def scatter_3d(image, places, first, edge, region, into, low, scale, boxes, out, part):
    # (P, R, C), (3, I, J, K), (3,), (3,), (A, B, D) bool, (3, 4), float32, float32, int, (I * J * K,)
    """
    Take places within I x J x K cells, as parts of a cell, to voxels, and find the box of the image's value at each.

    The cells begin at voxel ``first`` and are ``edge`` voxels long; boxes of values begin at ``low`` and are
    ``1 / scale`` wide. ``out`` is `UNKNOWN` where the image is, or where ``into`` takes a place to no voxel of
    ``region``, unless that is empty.
    """
    across, deep = places.shape[2], places.shape[3]
    planes, rows, columns = image.shape
    for n in share(out.size, part):
        i, j, k = n // (across * deep), n // deep % across, n % deep
        p = (places[0, i, j, k] + F(i)) * edge[0] + first[0]
        r = (places[1, i, j, k] + F(j)) * edge[1] + first[1]
        c = (places[2, i, j, k] + F(k)) * edge[2] + first[2]
        places[0, i, j, k], places[1, i, j, k], places[2, i, j, k] = p, r, c
        out[n] = UNKNOWN
        if region.size:
            x, y, z = _place(into, p, r, c)
            a = min(max(int(np.rint(x)), 0), region.shape[0] - 1)
            b = min(max(int(np.rint(y)), 0), region.shape[1] - 1)
            d = min(max(int(np.rint(z)), 0), region.shape[2] - 1)
            if not region[a, b, d]:
                continue
        v = _look_up(image, _clamped(p, planes), _clamped(r, rows), _clamped(c, columns))[0]
        if np.isfinite(v):
            out[n] = min(max(int(min((v - low) * scale, F(boxes))), 0), boxes - 1)


def _windows_examples():
    yield np.zeros(2, np.float32), F(0), F(1), F(5), np.zeros(2, np.float32)


@kernel(parallel=True, examples=_windows_examples)
def to_windows(image, low, scale, last, out, part):  # (N,), float32, float32, float32, (N,)
    """Write ``2 + (image - low) * scale``, between 2 and ``last``; NaN stays."""
    for n in share(image.size, part):
        v = (image[n] - low) * scale + F(2)
        out[n] = v if np.isnan(v) else min(max(v, F(2)), last)


def _some():
    """Return two samples, their bins, twice the same small image, and what tells which sample looks up which."""
    points = np.full((3, 2), 0.5, np.float32)
    bins = np.zeros(2, np.uint8)
    moving = np.full((2, 2, 2), 2.5, np.float32)
    return points, bins, (moving, moving), np.zeros(1, np.intp), np.array([0, 2])


def _count_examples():
    for frozen in (False, True):
        yield (
            *_some(),
            np.eye(3, 4, dtype=np.float32)[None],
            frozen,
            np.ones(2, np.bool_),
            np.zeros((1, 2, 6), np.float32),
            np.zeros(2, np.float32),
            np.zeros((3, 2), np.float32),
        )


@kernel(parallel=True, examples=_count_examples)
def count_3d(points, bins, images, which, ends, maps, frozen, inside, out, value, slope, part):
    # (3, N), (N,), two (P, R, C), (V,), (V + 1,), (V, 3, 4), bool, (N,), (V * K, S, M), (N,), (3, N)
    """
    Fill the tables ``out``, and the value and slope of every sample.

    Samples ``ends[v]`` to ``ends[v + 1]`` are those of view v: they look up ``images[which[v]]`` under ``maps[v]``, and
    fill K tables. If ``frozen``, the samples that were ``inside`` before are clamped into the image, so that a search
    sees one and the same set of samples; else ``inside`` is set.
    """
    chunks = out.shape[0] // maps.shape[0]
    for q in share(out.shape[0], part):
        view = q // chunks
        image, m, table = images[which[view]], maps[view], out[q]
        planes, rows, columns = image.shape
        table[:] = F(0)
        begin, total = ends[view], ends[view + 1] - ends[view]
        for sample in range(begin + total * (q % chunks) // chunks, begin + total * (q % chunks + 1) // chunks):
            n = U(sample)
            p, r, c = _place(m, points[0, n], points[1, n], points[2, n])
            if frozen:
                p, r, c = _clamped(p, planes), _clamped(r, rows), _clamped(c, columns)
            else:
                inside[n] = F(0) <= p < F(planes - 1) and F(0) <= r < F(rows - 1) and F(0) <= c < F(columns - 1)
            value[n] = NOTHING
            if not inside[n]:
                continue
            v, a, b, d = _look_up(image, p, r, c)
            if not v >= F(0):  # NaN
                inside[n] = frozen and inside[n]
                continue
            value[n] = v
            slope[0, n], slope[1, n], slope[2, n] = a, b, d
            whole = np.int32(v)
            t = v - F(whole)
            u = F(1) - t
            first, last = u * u * u * F(1 / 6), t * t * t * F(1 / 6)
            second = F(2 / 3) - t * t * (F(1) - F(0.5) * t)
            row, k = table[bins[n]], U(whole)
            row[k - ONE] += first
            row[k] += second
            row[k + ONE] += F(1) - first - second - last
            row[k + TWO] += last


@kernel(inline=True)
def _add_products(h, k, s, x, y, z):
    """Add s times the ten products of two among (x, y, z, 1) to h[k], h[k + 1], ..."""
    h[k] += s * x * x
    h[k + 1] += s * x * y
    h[k + 2] += s * x * z
    h[k + 3] += s * x
    h[k + 4] += s * y * y
    h[k + 5] += s * y * z
    h[k + 6] += s * y
    h[k + 7] += s * z * z
    h[k + 8] += s * z
    h[k + 9] += s


def _collect_examples():
    points, bins, _, _, ends = _some()
    for curved in (False, True):
        yield (
            points,
            bins,
            ends,
            np.full(2, 2.5, np.float32),
            np.ones((3, 2), np.float32),
            np.zeros((1, 2, 6), np.float32),
            np.zeros((1, 3), np.float32),
            curved,
            np.zeros((1, 12)),
            np.zeros((1, 6, 10)),
        )


@kernel(parallel=True, examples=_collect_examples)
def collect_3d(points, bins, ends, value, slope, scores, centres, curved, gradient, curvature, part):
    # (3, N), (N,), (V + 1,), (N,), (3, N), (V, S, M), (V, 3), bool, (V * K, 12), (V * K, 6, 10)
    """
    Sum over samples ``g = score' * slope x (place - centre, 1)``, twelve numbers, into ``gradient``.

    If ``curved``, also ``score'^2 * (slope x slope) * (place, 1) x (place, 1)`` (Fisher's matrix): the six different
    products of two slopes, times the ten of two coordinates. Views are as in `count_3d`.
    """
    chunks = gradient.shape[0] // scores.shape[0]
    for q in share(gradient.shape[0], part):
        view = q // chunks
        g = np.zeros(12)
        h = np.zeros(60)
        table, centre = scores[view], centres[view]
        begin, total = ends[view], ends[view + 1] - ends[view]
        for sample in range(begin + total * (q % chunks) // chunks, begin + total * (q % chunks + 1) // chunks):
            n = U(sample)
            v = value[n]
            a, b, c = slope[0, n], slope[1, n], slope[2, n]
            if v < F(0) or (a == F(0) and b == F(0) and c == F(0)):  # flat background is common
                continue
            whole = np.int32(v)
            t = v - F(whole)
            u = F(1) - t
            first, last = F(-0.5) * u * u, F(0.5) * t * t
            second = t * (F(1.5) * t - F(2))
            row, k = table[bins[n]], U(whole)
            gain = first * row[k - ONE] + second * row[k] - (first + second + last) * row[k + ONE] + last * row[k + TWO]
            x, y, z = points[0, n] - centre[0], points[1, n] - centre[1], points[2, n] - centre[2]
            _add_moments(g, gain * a, gain * b, gain * c, x, y, z)
            if curved:
                w = gain * gain
                _add_products(h, 0, w * a * a, x, y, z)
                _add_products(h, 10, w * a * b, x, y, z)
                _add_products(h, 20, w * a * c, x, y, z)
                _add_products(h, 30, w * b * b, x, y, z)
                _add_products(h, 40, w * b * c, x, y, z)
                _add_products(h, 50, w * c * c, x, y, z)
        gradient[q] = g
        curvature[q] = h.reshape(6, 10)


def _rank_examples():
    points, bins, (moving, _), _, _ = _some()
    yield points, bins, moving, np.eye(3, 4, dtype=np.float32)[None], np.zeros((1, 2, 6), np.float32), np.zeros(1)


@kernel(parallel=True, examples=_rank_examples)
def rank_3d(points, bins, moving, maps, out, known, part):
    # (3, N), (N,), (P, R, C), (T, 3, 4), (T, S, M), (T,)
    """
    Fill one table per map from the nearest samples, their count shared by two bins.

    ``known`` counts the samples inside. Good enough to choose where to begin.
    """
    planes, rows, columns = moving.shape
    for q in share(maps.shape[0], part):
        m, table, seen = maps[q], out[q], 0
        table[:] = F(0)
        for n in range(points.shape[1]):
            p, r, c = _place(m, points[0, n], points[1, n], points[2, n])
            if not (F(0) <= p < F(planes - 1) and F(0) <= r < F(rows - 1) and F(0) <= c < F(columns - 1)):
                continue
            v = moving[int(p + F(0.5)), int(r + F(0.5)), int(c + F(0.5))]
            if not v >= F(0):
                continue
            k = int(v)
            t = v - F(k)
            table[bins[n], k] += F(1) - t
            table[bins[n], k + 1] += t
            seen += 1
        known[q] = seen


@kernel(inline=True)
def _halve_lines(image, i, n, out):  # (N, B), (B,)
    above, first, second, below = (
        image[max(2 * i - 1, 0)],
        image[2 * i],
        image[min(2 * i + 1, n - 1)],
        image[min(2 * i + 2, n - 1)],
    )
    for b in range(out.size):
        out[b] = F(0.375) * (first[b] + second[b]) + F(0.125) * (above[b] + below[b])


def _halve_examples():
    yield np.zeros((1, 2, 1), np.float32), np.zeros((1, 1, 1), np.float32)


@kernel(parallel=True, examples=_halve_examples)
def halve(image, out, part):  # (A, N, B), (A, ceil(N / 2), B)
    """
    Blur along the middle axis by [1, 3, 3, 1] / 8 and keep one of two: ``out[i]`` lies between ``2 i`` and ``2 i + 1``.

    Beyond the ends the last sample is repeated.
    """
    blocks, n, _ = image.shape
    if blocks == 1:
        for i in share(out.shape[1], part):
            _halve_lines(image[0], i, n, out[0, i])
    else:
        for a in share(blocks, part):
            for i in range(out.shape[1]):
                _halve_lines(image[a], i, n, out[a, i])
