"""Answers to U04.JointHist."""

import numpy as np

from answers import right, wrong


def _place(x, n):
    """Where each grey value lies on a scale from 0 to n."""
    x = np.asarray(x, float).ravel()
    width = x.max() - x.min()
    return (x - x.min()) / (width if width else 1.0) * n


def _bin(x, bins):
    return np.minimum(np.floor(_place(x, bins)).astype(int), bins - 1)


def _count(i, j, rows, columns):
    H = np.zeros((rows, columns))
    np.add.at(H, (i, j), 1)
    return H


@right("numpy.histogram2d")
def by_histogram2d(I, J, bins):
    return np.histogram2d(I.ravel(), J.ravel(), bins=bins)[0]


@right("edges, searchsorted and bincount")
def by_edges(I, J, bins):
    pair = []
    for x in (I.ravel().astype(np.float64), J.ravel().astype(np.float64)):
        lo, hi = x.min(), x.max()
        edges = np.linspace(lo, hi if hi > lo else lo + 1, bins + 1)
        pair.append(np.searchsorted(edges[1:-1], x, side="right"))
    return np.bincount(np.ravel_multi_index(pair, (bins, bins)), minlength=bins**2).reshape(bins, bins)


@right("floor with clip, counted by np.add.at")
def by_floor(I, J, bins):
    return _count(_bin(I, bins), _bin(J, bins), bins, bins)


@right("a loop over the pixels, a list of lists")
def by_loop(I, J, bins):
    I, J = np.asarray(I, float), np.asarray(J, float)
    a, b = I.min(), J.min()
    wide, high = (I.max() - a) or 1.0, (J.max() - b) or 1.0
    H = [[0] * bins for _ in range(bins)]
    for x, y in zip(I.ravel().tolist(), J.ravel().tolist(), strict=True):
        H[min(int((x - a) * bins / wide), bins - 1)][min(int((y - b) * bins / high), bins - 1)] += 1
    return H


@right("product of two one-hot tables")
def by_one_hot(I, J, bins):
    one = (_bin(I, bins)[:, None] == np.arange(bins)).astype(np.int64)
    two = (_bin(J, bins)[:, None] == np.arange(bins)).astype(np.int64)
    return one.T @ two


@right("np.digitize, and a default for bins")
def by_digitize(I, J, bins=64):
    out = []
    for x in (np.ravel(I).astype(float), np.ravel(J).astype(float)):
        top = x.max() if x.max() > x.min() else x.min() + 1
        out.append(np.clip(np.digitize(x, np.linspace(x.min(), top, bins + 1)) - 1, 0, bins - 1))
    return _count(*out, bins, bins)


@right("counts the distinct pairs with np.unique")
def by_unique(I, J, bins):
    pairs, n = np.unique(np.stack([_bin(I, bins), _bin(J, bins)]), axis=1, return_counts=True)
    H = np.zeros((bins, bins), dtype=int)
    H[pairs[0], pairs[1]] = n
    return H


@wrong("H[i, j] += 1 with arrays: repeats are lost", says="H[i, j] += 1")
def repeats_lost(I, J, bins):
    H = np.zeros((bins, bins))
    H[_bin(I, bins), _bin(J, bins)] += 1
    return H


@wrong("bins + 1 bins: the maximum gets its own", says="a bin too many")
def one_more(I, J, bins):
    i, j = (np.floor(_place(x, bins)).astype(int) for x in (I, J))
    return _count(i, j, bins + 1, bins + 1)


@wrong("the maximum is dropped: all bins half open", says="maximum left out")
def maximum_dropped(I, J, bins):
    i, j = (np.floor(_place(x, bins)).astype(int) for x in (I, J))
    keep = (i < bins) & (j < bins)
    return _count(i[keep], j[keep], bins, bins)


@wrong("axes swapped: axis 0 is J", says="rows and columns exchanged")
def swapped(I, J, bins):
    return np.histogram2d(J.ravel(), I.ravel(), bins)[0]


@wrong("drawn like a plot: J upwards, I to the right")
def as_plotted(I, J, bins):
    return np.histogram2d(I.ravel(), J.ravel(), bins)[0].T[::-1]


@wrong("one common range for both pictures", says="common range")
def common_range(I, J, bins):
    lo, hi = float(min(I.min(), J.min())), float(max(I.max(), J.max()))
    return np.histogram2d(I.ravel(), J.ravel(), bins, range=[[lo, hi + (hi == lo)], [lo, hi + (hi == lo)]])[0]


@wrong("bins by rounding: another legal binning", says="made by rounding", credit=0.5)
def rounding_bins(I, J, bins):
    i, j = (np.rint(_place(x, bins - 1)).astype(int) for x in (I, J))
    return _count(i, j, bins, bins)


@wrong("fixed bins from 0 to 256", says="fixed bins from 0 to 256")
def fixed_range(I, J, bins):
    return np.histogram2d(I.ravel(), J.ravel(), bins, range=[[0, 256], [0, 256]])[0]


@wrong("a counter of 8 bits", says="8 bits")
def eight_bit_counter(I, J, bins):
    H = np.zeros((bins, bins), np.uint8)
    np.add.at(H, (_bin(I, bins), _bin(J, bins)), np.uint8(1))
    return H


@wrong("a counter of 16 bits", says="16 bits")
def sixteen_bit_counter(I, J, bins):
    H = np.zeros((bins, bins), np.uint16)
    np.add.at(H, (_bin(I, bins), _bin(J, bins)), np.uint16(1))
    return H


@wrong("probabilities instead of counts", says="probabilities")
def probabilities(I, J, bins):
    return np.histogram2d(I.ravel(), J.ravel(), bins)[0] / I.size


@wrong("the logarithm, meant for the picture", says="logarithm")
def log_counts(I, J, bins):
    return np.log(1 + np.histogram2d(I.ravel(), J.ravel(), bins)[0])


@wrong("loops over shape[0] twice: square pictures only")
def square_only(I, J, bins):
    i, j = _bin(I, bins).reshape(I.shape), _bin(J, bins).reshape(J.shape)
    H = np.zeros((bins, bins))
    for r in range(I.shape[0]):
        for c in range(min(I.shape)):
            H[i[r, c], j[r, c]] += 1
    return H


@wrong("grey values cut to int first")
def cut_to_int(I, J, bins):
    return by_floor(I.astype(int), J.astype(int), bins)


@wrong("subtracts and multiplies in the picture's own dtype")
def own_dtype(I, J, bins):
    out = []
    with np.errstate(all="ignore"):
        for x in (I.ravel(), J.ravel()):
            width = x.max() - x.min()
            k = (x - x.min()) / (width if width else 1) * bins
            out.append(np.clip(np.nan_to_num(k), 0, bins - 1).astype(int))
    return _count(*out, bins, bins)


@wrong("right-closed bins: an edge belongs to the bin below", says="bin below")
def right_closed(I, J, bins):
    i, j = (np.maximum(np.ceil(_place(x, bins)).astype(int) - 1, 0) for x in (I, J))
    return _count(i, j, bins, bins)


@wrong("ravels in memory order, so that pixels are paired wrongly")
def memory_order(I, J, bins):
    return np.histogram2d(I.ravel(order="K"), J.ravel(order="K"), bins)[0]


@wrong("bins of equally many pixels instead of equal width")
def quantiles(I, J, bins):
    i, j = (np.argsort(np.argsort(np.ravel(x), kind="stable")) * bins // np.size(x) for x in (I, J))
    return _count(i, j, bins, bins)


# --- the defects of the hand-out's function, one by one -----------------------------------------------------------------


def _hand_out(I, J, per_axis):
    """Edges, searchsorted to the right, the last edge closed, the two outer cells cut away."""
    i_j, n = [], []
    for x, b in zip((np.ravel(I), np.ravel(J)), per_axis, strict=True):
        edges = np.linspace(x.min(), x.max(), b + 1) if np.ndim(b) == 0 else np.asarray(b)
        k = np.searchsorted(edges, x, side="right")
        k[x == edges[-1]] -= 1
        i_j.append(k)
        n.append(len(edges) + 1)
    flat = np.bincount(np.ravel_multi_index(i_j, n), minlength=n[0] * n[1])
    return flat.reshape(n).astype(float)[1:-1, 1:-1]


@wrong("wants a sequence of bins: a number fails", says="TypeError", defect="B4")
def only_sequences(I, J, bins=None):
    if bins is None:
        bins = [int(I.max() - I.min()) + 1, int(J.max() - J.min()) + 1]
    return _hand_out(I, J, [bins[0], bins[1]])


@wrong("without bins: as many bins as the maximum, so the two top grey levels are merged", says="fill 7 rows", defect="B5")
def maximum_as_bins(I, J, bins=None):
    n = [int(I.max()), int(J.max())] if bins is None else [bins, bins]
    return np.histogram2d(I.ravel(), J.ravel(), n)[0]


@wrong("top two levels merged: bins - 1 edges' worth of bins, padded to shape", defect="B5")
def top_levels_merged(I, J, bins):
    i, j = (np.minimum(np.floor(_place(x, bins - 1)).astype(int), max(bins - 2, 0)) for x in (I, J))
    return _count(i, j, bins, bins)


@wrong("maximum + 1 in uint8: 255 + 1 is 0", says="without bins", defect="B6")
def overflowing_maximum(I, J, bins=None):
    n = [x.max() + x.dtype.type(1) if x.dtype.kind == "u" else int(x.max()) + 1 for x in (I, J)]
    n = n if bins is None else [bins, bins]
    with np.errstate(over="ignore"):
        return _hand_out(I, J, n)


@wrong("multiplies uint8 by the number of bins: wraps around", defect="B6")
def wrapping_product(I, J, bins):
    out = []
    for x in (I, J):
        x = x.ravel()
        with np.errstate(all="ignore"):
            scaled = (x - x.min()) * (x.dtype.type(bins) if x.dtype.kind in "iu" else bins)
            k = scaled / max(float(x.max()) - float(x.min()), 1e-12)
        out.append(np.clip(k, 0, bins - 1).astype(int))
    return _count(*out, bins, bins)


@wrong("one bin per grey level by default: a float picture has no levels", says="raised", defect="B7")
def float_maximum(I, J, bins=None):
    n = [x.max() + 1 - x.min() if x.dtype.kind == "f" else int(x.max()) + 1 - int(x.min()) for x in (I, J)]
    n = n if bins is None else [bins, bins]
    return by_range(I, J, n)


def by_range(I, J, n):
    return _count(*(_bin(x, len(range(k))) for x, k in zip((I, J), n, strict=True)), *n)


@wrong("a constant picture: 0 bins wide, nothing is counted", says="constant", defect="B8")
def constant_empty(I, J, bins):
    if I.min() == I.max() or J.min() == J.max():
        return np.zeros((bins, bins))
    return by_histogram2d(I, J, bins)


@wrong("a constant picture: division by zero")
def constant_divides(I, J, bins):
    out = []
    with np.errstate(all="ignore"):
        for x in (I.ravel().astype(float), J.ravel().astype(float)):
            out.append(np.minimum(np.floor((x - x.min()) / (x.max() - x.min()) * bins), bins - 1).astype(int))
    return _count(*out, bins, bins)


@wrong("given edges, 0 to 255: what lies outside vanishes", says="fixed bins from 0 to 255", defect="B9")
def edges_of_bytes(I, J, bins):
    edges = np.linspace(0, 255, bins + 1)
    return np.histogram2d(I.ravel(), J.ravel(), [edges, edges])[0]


@wrong("edges of I used for J too: what lies outside vanishes", defect="B9")
def edges_of_first(I, J, bins):
    x = I.ravel().astype(float)
    edges = np.linspace(x.min(), max(x.max(), x.min() + 1), bins + 1)
    return _hand_out(I, J, [edges, edges])


# --- dtypes too narrow, thresholds too wide -----------------------------------------------------------------------------


@wrong("i * bins + j in int16: wraps around at 256 bins")
def narrow_flat_index(I, J, bins):
    i, j = (_bin(x, bins).astype(np.int16) for x in (I, J))
    return np.bincount(i * np.int16(bins) + j, minlength=bins * bins).reshape(bins, bins)


@wrong("bin numbers in uint8: wrong beyond 256 bins")
def byte_bin_numbers(I, J, bins):
    return _count(*(_bin(x, bins).astype(np.uint8) for x in (I, J)), bins, bins)


@wrong("a range below 1e-3 is taken for constant")
def nearly_constant(I, J, bins):
    return by_floor(*(np.zeros(x.shape) if np.ptp(x.astype(float)) < 1e-3 else x for x in (I, J)), bins)


@wrong("an epsilon of 1e-6 added to the width")
def widened(I, J, bins):
    out = []
    for x in (I.ravel().astype(float), J.ravel().astype(float)):
        k = np.floor((x - x.min()) / (x.max() - x.min() + 1e-6) * bins + 1e-9)
        out.append(np.minimum(k, bins - 1).astype(int))
    return _count(*out, bins, bins)


@wrong("all integers read as int16: uint16 beyond 32767 turns negative")
def signed_16_bits(I, J, bins):
    return by_floor(*(x.astype(np.int16) if x.dtype.kind in "iu" else x for x in (I, J)), bins)
