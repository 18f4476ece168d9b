"""
Joint histogram of two images, one of them looked up through a transform.

Letters: P, R, C planes, rows and columns of the static block; p, r, c those of the moving image without its border; N
points; K chunks; S, M bins.

The static image holds bins, -1 where there is none. The moving one is `pairs_of` bins: 32 bits for each sample, its own
bin in the lower half, that of the next sample of the row in the upper one, so that half as many places must be read. It
has a border of one sample without bin on every side: a point half outside finds neighbours that do not count, and no
index needs a check. Points are indices of the image without border; one counts only if every coordinate is above -1 and
below the number of samples.

Three ways to look up between the samples (``how``): `PV` shares a count among the bins of the neighbours, `TRI` counts
the bin of the interpolated value, `RAND` the bin of one neighbour, drawn. The samples are cut into K chunks along the
slowest axis, each with a histogram of its own, which the caller adds up in order: the sum does not depend on the
threads.
"""

import numpy as np

from coursereg._jit import kernel, share

PV, TRI, RAND = 0, 1, 2
HALF, LOWER, NONE = np.uint32(16), np.uint32(0xFFFF), np.uint32(0x80008000)  # of a pair of bins


# --- one sample ----------------------------------------------------------------------------------------------------
# Arrays are flat here and indices unsigned: views of rows would be counted, and signed indices checked, at every
# sample.


LOW = np.uint64(0xFFFFFFFF)


@kernel()
def _mix(z):
    """Scramble 32 bits: shifts and products modulo 2**32, none of which overflows 64 bits."""
    z = ((z ^ (z >> np.uint64(16))) * np.uint64(0x7FEB352D)) & LOW
    z = ((z ^ (z >> np.uint64(15))) * np.uint64(0x846CA68B)) & LOW
    return z ^ (z >> np.uint64(16))


@kernel()
def _uniform(seed, index):
    """Return a number in [0, 1) that depends on both arguments."""
    seed, index = np.uint64(seed), np.uint64(index)
    z = _mix((seed & LOW) ^ _mix(seed >> np.uint64(32)))
    z = _mix(z ^ _mix((index & LOW) ^ _mix(index >> np.uint64(32))))
    return np.float64(z) * (1.0 / 4294967296.0)


@kernel()
def _own(pair):
    """Return the sample's own bin, -1 for none."""
    bin = int(pair & LOWER)
    return bin if bin < 32768 else -1


@kernel()
def _next(pair):
    """Return the bin of the next sample of the row, -1 for none."""
    bin = int(pair >> HALF)
    return bin if bin < 32768 else -1


@kernel(inline=True)
def _add(out, row, bin, weight):
    """Add a weight to a bin of the row of a histogram that starts at ``row``; nothing if there is no bin."""
    if bin >= 0:
        out[row + np.uint64(bin)] += weight


@kernel(inline=True)
def _draw(u, weight, bin, past, chosen):
    """Return the sum of weights so far, and the bin of this neighbour if the draw ``u`` falls to it."""
    if bin < 0:
        return past, chosen
    if chosen < 0 and u < past + weight:
        chosen = bin
    return past + weight, chosen


@kernel(inline=True)
def _kept(weight, bin):
    """Return weight and weighted bin of a neighbour, zeros if it has none."""
    if bin < 0:
        return 0.0, 0.0
    return weight, weight * bin


@kernel()
def _rest_2d(how, seed, index, p0, p1, w0, w1, w2, w3, out, row):
    """Count one sample between 2 x 2 neighbours with weights; for `PV` where a neighbour has no bin."""
    b0, b1, b2, b3 = _own(p0), _next(p0), _own(p1), _next(p1)
    if how == PV:
        _add(out, row, b0, w0)
        _add(out, row, b1, w1)
        _add(out, row, b2, w2)
        _add(out, row, b3, w3)
        return
    a0, v0 = _kept(w0, b0)
    a1, v1 = _kept(w1, b1)
    a2, v2 = _kept(w2, b2)
    a3, v3 = _kept(w3, b3)
    total = a0 + a1 + a2 + a3
    chosen = -1
    if how == TRI:
        if total > 0.0:
            chosen = int((v0 + v1 + v2 + v3) / total + 0.5)
    else:
        u = _uniform(seed, index) * total
        past, chosen = _draw(u, w0, b0, 0.0, chosen)
        past, chosen = _draw(u, w1, b1, past, chosen)
        past, chosen = _draw(u, w2, b2, past, chosen)
        past, chosen = _draw(u, w3, b3, past, chosen)
    _add(out, row, chosen, 1.0)


@kernel()
def _rest_3d(how, seed, index, p0, p1, p2, p3, w0, w1, w2, w3, w4, w5, w6, w7, out, row):
    """Count one sample between 2 x 2 x 2 neighbours with weights; for `PV` where a neighbour has no bin."""
    if how == TRI and ((p0 | p1 | p2 | p3) & NONE) == 0:
        value = w0 * (p0 & LOWER) + w1 * (p0 >> HALF) + w2 * (p1 & LOWER) + w3 * (p1 >> HALF)
        value += w4 * (p2 & LOWER) + w5 * (p2 >> HALF) + w6 * (p3 & LOWER) + w7 * (p3 >> HALF)
        out[row + np.uint64(value + 0.5)] += 1.0
        return
    b0, b1, b2, b3 = _own(p0), _next(p0), _own(p1), _next(p1)
    b4, b5, b6, b7 = _own(p2), _next(p2), _own(p3), _next(p3)
    if how == PV:
        _add(out, row, b0, w0)
        _add(out, row, b1, w1)
        _add(out, row, b2, w2)
        _add(out, row, b3, w3)
        _add(out, row, b4, w4)
        _add(out, row, b5, w5)
        _add(out, row, b6, w6)
        _add(out, row, b7, w7)
        return
    a0, v0 = _kept(w0, b0)
    a1, v1 = _kept(w1, b1)
    a2, v2 = _kept(w2, b2)
    a3, v3 = _kept(w3, b3)
    a4, v4 = _kept(w4, b4)
    a5, v5 = _kept(w5, b5)
    a6, v6 = _kept(w6, b6)
    a7, v7 = _kept(w7, b7)
    total = a0 + a1 + a2 + a3 + a4 + a5 + a6 + a7
    chosen = -1
    if how == TRI:
        if total > 0.0:
            chosen = int((v0 + v1 + v2 + v3 + v4 + v5 + v6 + v7) / total + 0.5)
    else:
        u = _uniform(seed, index) * total
        past, chosen = _draw(u, w0, b0, 0.0, chosen)
        past, chosen = _draw(u, w1, b1, past, chosen)
        past, chosen = _draw(u, w2, b2, past, chosen)
        past, chosen = _draw(u, w3, b3, past, chosen)
        past, chosen = _draw(u, w4, b4, past, chosen)
        past, chosen = _draw(u, w5, b5, past, chosen)
        past, chosen = _draw(u, w6, b6, past, chosen)
        past, chosen = _draw(u, w7, b7, past, chosen)
    _add(out, row, chosen, 1.0)


@kernel(inline=True)
def _look_up_2d(how, seed, index, pairs, width, y, x, static_bin, bins, out, cell, count):
    """
    Count one sample at (y, x) of the bordered image; return the cell and the number of samples that wait to be added.

    Where all neighbours have one bin, the sample waits: the next one is likely to fall into the same cell, and adding
    to a cell again and again is slow.
    """
    i, j = np.int64(y), np.int64(x)
    p0, p1 = pairs[np.uint64(i * width + j)], pairs[np.uint64((i + 1) * width + j)]
    row = np.uint64(static_bin) * bins
    if ((p0 ^ p1) | ((p0 >> HALF) ^ (p0 & LOWER))) != 0:
        v, u = y - i, x - j
        w3 = v * u
        w2, w1 = v - w3, u - w3
        w0 = 1.0 - v - w1
        if how == PV and ((p0 | p1) & NONE) == 0:
            out[row + np.uint64(p0 & LOWER)] += w0
            out[row + np.uint64(p0 >> HALF)] += w1
            out[row + np.uint64(p1 & LOWER)] += w2
            out[row + np.uint64(p1 >> HALF)] += w3
        else:
            _rest_2d(how, seed, index, p0, p1, w0, w1, w2, w3, out, row)
    elif (p0 & NONE) == 0:
        here = row + np.uint64(p0 & LOWER)
        if here != cell:
            out[cell] += count
            cell, count = here, 0.0
        count += 1.0
    return cell, count


def pairs_of(bins):
    """Return an image of int16 bins, with its border, as pairs; the last sample of a row has the next row's first."""
    flat = np.ascontiguousarray(bins).view(np.uint16).ravel().astype(np.uint32)
    flat[:-1] |= flat[1:] << np.uint32(16)
    return flat.reshape(bins.shape)


# --- all samples of a block, through a matrix -----------------------------------------------------------------------


@kernel()
def _inside(start, step, n, low, high):
    """Narrow the range of j to that of ``0 < start + step * j < n``."""
    if step == 0.0:
        return (low, high) if 0.0 < start < n else (low, low)
    first, last = -start / step, (n - start) / step
    if first > last:
        first, last = last, first
    first, last = max(first - 1.0, low), min(last + 2.0, high)  # as floats: they may be huge
    if not first < last:
        return low, low
    low, high = int(first), int(last)
    while low < high and not 0.0 < start + step * low < n:  # what is computed decides, not what it should be
        low += 1
    while low < high and not 0.0 < start + step * (high - 1) < n:
        high -= 1
    return low, high


def _block_2d_examples():
    images = np.zeros((1, 1), np.int16), np.zeros((3, 3), np.uint32)
    yield 0, 1, PV, np.uint64(0), *images, np.eye(3), np.zeros(1), np.uint64(1)


@kernel(examples=_block_2d_examples)
def block_2d(first, last, how, seed, static, pairs, m, out, bins):  # (R, C), (r + 2, c + 2), (3, 3), (S * M,), M
    """
    Count the rows ``first`` to ``last`` of the static block in one histogram, looked up at ``m @ (row, column, 1)``.

    For few samples: to wake other threads takes as long as to count some ten thousands.
    """
    columns, flat, width = static.shape[1], pairs.ravel(), pairs.shape[1]
    rows_m, columns_m = pairs.shape[0] - 1.0, pairs.shape[1] - 1.0  # of the border, where a point is above 0
    dy, dx = m[0, 1], m[1, 1]
    cell, count = np.uint64(0), 0.0
    for i in range(first, last):
        y0, x0 = m[0, 0] * i + m[0, 2] + 1.0, m[1, 0] * i + m[1, 2] + 1.0
        low, high = _inside(y0, dy, rows_m, 0, columns)
        low, high = _inside(x0, dx, columns_m, low, high)
        for j in range(low, high):
            s = static[i, j]
            if s >= 0:
                index, y, x = i * columns + j, y0 + dy * j, x0 + dx * j
                cell, count = _look_up_2d(how, seed, index, flat, width, y, x, s, bins, out, cell, count)
    out[cell] += count


def _block_3d_examples():
    images = np.zeros((1, 1, 1), np.int16), np.zeros((3, 3, 3), np.uint32)
    yield 0, 1, PV, np.uint64(0), *images, np.eye(4), np.zeros(1), np.uint64(1)


@kernel(examples=_block_3d_examples)
def block_3d(first, last, how, seed, static, pairs, m, out, bins):  # (P, R, C), (p + 2, ...), (4, 4), (S * M,), M
    """
    Count the planes ``first`` to ``last`` of the static block in one histogram, as `block_2d`.

    As `_look_up_2d`, for every sample; written out, because the compiler makes it a fifth slower as a function.
    """
    rows, columns = static.shape[1], static.shape[2]
    flat, height, width = pairs.ravel(), pairs.shape[1], pairs.shape[2]
    area = height * width
    down, deep = np.uint64(width), np.uint64(area)
    planes_m, rows_m, columns_m = pairs.shape[0] - 1.0, pairs.shape[1] - 1.0, pairs.shape[2] - 1.0
    dz, dy, dx = m[0, 2], m[1, 2], m[2, 2]
    cell, count = np.uint64(0), 0.0
    for h in range(first, last):
        for i in range(rows):
            z0 = m[0, 0] * h + m[0, 1] * i + m[0, 3] + 1.0
            y0 = m[1, 0] * h + m[1, 1] * i + m[1, 3] + 1.0
            x0 = m[2, 0] * h + m[2, 1] * i + m[2, 3] + 1.0
            low, high = _inside(z0, dz, planes_m, 0, columns)
            low, high = _inside(y0, dy, rows_m, low, high)
            low, high = _inside(x0, dx, columns_m, low, high)
            line = static[h, i]
            for j in range(low, high):
                s = line[j]
                if s < 0:
                    continue
                z, y, x = z0 + dz * j, y0 + dy * j, x0 + dx * j
                k, r, c = np.int64(z), np.int64(y), np.int64(x)
                corner = np.uint64(k * area + r * width + c)
                p0, p1, p2, p3 = flat[corner], flat[corner + down], flat[corner + deep], flat[corner + deep + down]
                row = np.uint64(s) * bins
                if ((p0 ^ p1) | (p0 ^ p2) | (p0 ^ p3) | ((p0 >> HALF) ^ (p0 & LOWER))) == 0:
                    if (p0 & NONE) == 0:
                        here = row + np.uint64(p0 & LOWER)
                        if here != cell:
                            out[cell] += count
                            cell, count = here, 0.0
                        count += 1.0
                    continue
                t, v, u = z - k, y - r, x - c
                f3 = v * u
                f2, f1 = v - f3, u - f3
                f0 = 1.0 - v - f1
                w4, w5, w6, w7 = t * f0, t * f1, t * f2, t * f3
                w0, w1, w2, w3 = f0 - w4, f1 - w5, f2 - w6, f3 - w7
                if how == PV and ((p0 | p1 | p2 | p3) & NONE) == 0:
                    out[row + np.uint64(p0 & LOWER)] += w0
                    out[row + np.uint64(p2 & LOWER)] += w4
                    out[row + np.uint64(p0 >> HALF)] += w1
                    out[row + np.uint64(p2 >> HALF)] += w5
                    out[row + np.uint64(p1 & LOWER)] += w2
                    out[row + np.uint64(p3 & LOWER)] += w6
                    out[row + np.uint64(p1 >> HALF)] += w3
                    out[row + np.uint64(p3 >> HALF)] += w7
                else:
                    index = (h * rows + i) * columns + j
                    _rest_3d(how, seed, index, p0, p1, p2, p3, w0, w1, w2, w3, w4, w5, w6, w7, out, row)
    out[cell] += count


def _affine_2d_examples():
    yield PV, np.uint64(0), np.zeros((1, 1), np.int16), np.zeros((3, 3), np.uint32), np.eye(3), np.zeros((1, 1, 1))


@kernel(parallel=True, examples=_affine_2d_examples)
def affine_2d(how, seed, static, pairs, m, out, part):  # (R, C), (r + 2, c + 2), (3, 3), (K, S, M)
    """Add the samples of the static block to ``out``, looked up at ``m @ (row, column, 1)``."""
    chunks, n = out.shape[0], static.shape[0]
    for k in share(chunks, part):
        first, last = k * n // chunks, (k + 1) * n // chunks
        block_2d(first, last, how, seed, static, pairs, m, out[k].ravel(), np.uint64(out.shape[2]))


def _affine_3d_examples():
    image = np.zeros((3, 3, 3), np.uint32)
    yield PV, np.uint64(0), np.zeros((1, 1, 1), np.int16), image, np.eye(4), np.zeros((1, 1, 1))


@kernel(parallel=True, examples=_affine_3d_examples)
def affine_3d(how, seed, static, pairs, m, out, part):  # (P, R, C), (p + 2, r + 2, c + 2), (4, 4), (K, S, M)
    """Add the samples of the static block to ``out``, looked up at ``m @ (plane, row, column, 1)``."""
    chunks, n = out.shape[0], static.shape[0]
    for k in share(chunks, part):
        first, last = k * n // chunks, (k + 1) * n // chunks
        block_3d(first, last, how, seed, static, pairs, m, out[k].ravel(), np.uint64(out.shape[2]))


# --- a list of points, for transforms that are no matrix ------------------------------------------------------------


@kernel()
def _points_2d(first, last, how, seed, static, pairs, points, out, bins):
    """Count the points ``first`` to ``last`` in one histogram."""
    flat, width = pairs.ravel(), pairs.shape[1]
    rows_m, columns_m = pairs.shape[0] - 1.0, pairs.shape[1] - 1.0
    cell, count = np.uint64(0), 0.0
    for i in range(first, last):
        s, y, x = static[i], points[i, 0] + 1.0, points[i, 1] + 1.0
        if s >= 0 and 0.0 < y < rows_m and 0.0 < x < columns_m:
            cell, count = _look_up_2d(how, seed, i, flat, width, y, x, s, bins, out, cell, count)
    out[cell] += count


@kernel()
def _points_3d(first, last, how, seed, static, pairs, points, out, bins):
    """Count the points ``first`` to ``last`` in one histogram: the loop of `block_3d`."""
    flat, width, area = pairs.ravel(), pairs.shape[2], pairs.shape[1] * pairs.shape[2]
    down, deep = np.uint64(width), np.uint64(area)
    planes_m, rows_m, columns_m = pairs.shape[0] - 1.0, pairs.shape[1] - 1.0, pairs.shape[2] - 1.0
    cell, count = np.uint64(0), 0.0
    for i in range(first, last):
        s, z, y, x = static[i], points[i, 0] + 1.0, points[i, 1] + 1.0, points[i, 2] + 1.0
        if s < 0 or not (0.0 < z < planes_m and 0.0 < y < rows_m and 0.0 < x < columns_m):
            continue
        k, r, c = np.int64(z), np.int64(y), np.int64(x)
        corner = np.uint64(k * area + r * width + c)
        p0, p1, p2, p3 = flat[corner], flat[corner + down], flat[corner + deep], flat[corner + deep + down]
        row = np.uint64(s) * bins
        if ((p0 ^ p1) | (p0 ^ p2) | (p0 ^ p3) | ((p0 >> HALF) ^ (p0 & LOWER))) == 0:
            if (p0 & NONE) == 0:
                here = row + np.uint64(p0 & LOWER)
                if here != cell:
                    out[cell] += count
                    cell, count = here, 0.0
                count += 1.0
            continue
        t, v, u = z - k, y - r, x - c
        f3 = v * u
        f2, f1 = v - f3, u - f3
        f0 = 1.0 - v - f1
        w4, w5, w6, w7 = t * f0, t * f1, t * f2, t * f3
        w0, w1, w2, w3 = f0 - w4, f1 - w5, f2 - w6, f3 - w7
        if how == PV and ((p0 | p1 | p2 | p3) & NONE) == 0:
            out[row + np.uint64(p0 & LOWER)] += w0
            out[row + np.uint64(p2 & LOWER)] += w4
            out[row + np.uint64(p0 >> HALF)] += w1
            out[row + np.uint64(p2 >> HALF)] += w5
            out[row + np.uint64(p1 & LOWER)] += w2
            out[row + np.uint64(p3 & LOWER)] += w6
            out[row + np.uint64(p1 >> HALF)] += w3
            out[row + np.uint64(p3 >> HALF)] += w7
        else:
            _rest_3d(how, seed, i, p0, p1, p2, p3, w0, w1, w2, w3, w4, w5, w6, w7, out, row)
    out[cell] += count


def _points_2d_examples():
    yield PV, np.uint64(0), np.zeros(1, np.int16), np.zeros((3, 3), np.uint32), np.zeros((1, 2)), np.zeros((1, 1, 1))


@kernel(parallel=True, examples=_points_2d_examples)
def points_2d(how, seed, static, pairs, points, out, part):  # (N,), (r + 2, c + 2), (N, 2), (K, S, M)
    """Add the samples, looked up at their points, to ``out``; a point that is NaN is outside."""
    chunks, n = out.shape[0], static.size
    for k in share(chunks, part):
        first, last = k * n // chunks, (k + 1) * n // chunks
        _points_2d(first, last, how, seed, static, pairs, points, out[k].ravel(), np.uint64(out.shape[2]))


def _points_3d_examples():
    image = np.zeros((3, 3, 3), np.uint32)
    yield PV, np.uint64(0), np.zeros(1, np.int16), image, np.zeros((1, 3)), np.zeros((1, 1, 1))


@kernel(parallel=True, examples=_points_3d_examples)
def points_3d(how, seed, static, pairs, points, out, part):  # (N,), (p + 2, r + 2, c + 2), (N, 3), (K, S, M)
    """Add the samples, looked up at their points, to ``out``; a point that is NaN is outside."""
    chunks, n = out.shape[0], static.size
    for k in share(chunks, part):
        first, last = k * n // chunks, (k + 1) * n // chunks
        _points_3d(first, last, how, seed, static, pairs, points, out[k].ravel(), np.uint64(out.shape[2]))
