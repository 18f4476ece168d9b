"""Answers to U05.MI."""

import numpy as np
from scipy import stats

from answers import right, wrong


def _mi(H):
    p = H / H.sum()
    q = np.outer(p.sum(axis=1), p.sum(axis=0))
    full = p > 0
    return np.sum(p[full] * np.log(p[full] / q[full]))


@right("histogram2d on the raveled pictures")
def raveled(I, J, bins):
    return _mi(np.histogram2d(I.ravel(), J.ravel(), bins=bins)[0])


def _bin(x, bins):
    x = np.asarray(x, float)
    lo, hi = x.min(), x.max()
    if lo == hi:
        return np.zeros(x.size, int)
    return np.minimum((x.ravel() - lo) / (hi - lo) * bins, bins - 1).astype(int)


@right("own histogram: scale, floor, clip, bincount")
def floor_and_clip(I, J, bins):
    k = _bin(I, bins) * bins + _bin(J, bins)
    return _mi(np.bincount(k, minlength=bins * bins).reshape(bins, bins).astype(float))


@right("a loop over the pixels and a dictionary")
def dictionary(I, J, bins):
    a, b = _bin(I, bins).tolist(), _bin(J, bins).tolist()
    pairs, ones, others = {}, {}, {}
    for i, j in zip(a, b, strict=True):
        pairs[i, j] = pairs.get((i, j), 0) + 1
        ones[i] = ones.get(i, 0) + 1
        others[j] = others.get(j, 0) + 1
    n = len(a)
    return sum(c / n * np.log(c * n / (ones[i] * others[j])) for (i, j), c in pairs.items())


@right("edges and digitize, entropies by scipy")
def digitized(I, J, bins):
    out = []
    for x in (np.asarray(I, float).ravel(), np.asarray(J, float).ravel()):
        lo, hi = x.min(), x.max()
        if lo == hi:
            lo, hi = lo - 0.5, hi + 0.5
        edges = np.linspace(lo, hi, bins + 1)
        out.append(np.clip(np.digitize(x, edges) - 1, 0, bins - 1))
    H = np.zeros((bins, bins))
    np.add.at(H, tuple(out), 1)
    return stats.entropy(H.sum(0)) + stats.entropy(H.sum(1)) - stats.entropy(H.ravel())


@right("density histogram, normalised again, epsilon of 1e-9")
def density(I, J, bins):
    H, _, _ = np.histogram2d(I.flatten(), J.flatten(), bins, density=True)
    p = H / H.sum()
    return float((p * (np.log(p + 1e-9) - np.log(np.outer(p.sum(1), p.sum(0)) + 1e-9))).sum())


@wrong("bins from 0 to 256 whatever the picture holds", says="0 to 256")
def fixed_range(I, J, bins):
    return _mi(np.histogram2d(np.ravel(I), np.ravel(J), bins, range=[[0, 256], [0, 256]])[0])


@wrong("one range for both pictures", says="one range")
def common_range(I, J, bins):
    lo, hi = float(min(I.min(), J.min())), float(max(I.max(), J.max()))
    return _mi(np.histogram2d(np.ravel(I), np.ravel(J), bins, range=[[lo, hi], [lo, hi]])[0])


@wrong("`bins` is not used: as many bins as the largest grey value", says="largest grey value", defect="B11")
def bins_of_the_hand_out(I, J, bins=None):
    n = [max(1, int(I.max())), max(1, int(J.max()))]
    return _mi(np.histogram2d(np.ravel(I), np.ravel(J), n)[0])


@wrong("there is no `bins` at all", defect="B11")
def without_bins(I, J):
    return _mi(np.histogram2d(np.ravel(I), np.ravel(J), 64)[0])


@wrong("`bins` not passed on: NumPy takes 10", says="10 bins")
def default_bins(I, J, bins=32):
    return _mi(np.histogram2d(np.ravel(I), np.ravel(J))[0])


@wrong("linspace with as many edges as bins", says="one bin too few")
def too_few_edges(I, J, bins):
    edges = []
    for x in (I, J):
        lo, hi = (float(x.min()), float(x.max())) if x.min() < x.max() else (float(x.min()) - 0.5, float(x.max()) + 0.5)
        edges.append(np.linspace(lo, hi, bins))
    return _mi(np.histogram2d(np.ravel(I), np.ravel(J), edges)[0])


@wrong("rounds to the nearest of n levels: half-wide bins at both ends", says="rounding to the nearest")
def rounds(I, J, bins):
    def level(x):
        x = np.asarray(x, float).ravel()
        d = x.max() - x.min()
        return np.rint((x - x.min()) * ((bins - 1) / d if d else 0)).astype(int)

    H = np.zeros((bins, bins))
    np.add.at(H, (level(I), level(J)), 1)
    return _mi(H)


@wrong("the largest value falls out of the last bin")
def maximum_lost(I, J, bins):
    def place(x):
        x = np.asarray(x, float).ravel()
        return np.floor((x - x.min()) / (x.max() - x.min() or 1) * bins).astype(int)

    a, b = place(I), place(J)
    fits = (a < bins) & (b < bins)
    H = np.zeros((bins, bins))
    np.add.at(H, (a[fits], b[fits]), 1)
    return _mi(H)


@wrong("H[a, b] += 1 counts each pair once")
def repeats_lost(I, J, bins):
    H = np.zeros((bins, bins))
    H[_bin(I, bins), _bin(J, bins)] += 1
    return _mi(H)


@wrong("exchanged marginals", says="exchanged marginals")
def transposed(I, J, bins):
    H = np.histogram2d(np.ravel(I), np.ravel(J), bins)[0]
    p = H / H.sum()
    q = p.sum(axis=0)[:, None] * p.sum(axis=1)[None, :]
    with np.errstate(all="ignore"):
        return np.nansum(np.where(p > 0, p * np.log(p / q), 0))


@wrong("bits instead of nats", says="bits", credit=0.5)
def bits(I, J, bins):
    return raveled(I, J, bins) / np.log(2)


@wrong("one-dimensional histograms side by side: the pictures never meet")
def side_by_side(I, J, bins):
    a, b = np.histogram(I, bins)[0], np.histogram(J, bins)[0]
    return stats.entropy(a) + stats.entropy(b) - stats.entropy(np.concatenate([a, b]))


@wrong("sorts the grey values first: all places are lost, and all pictures look alike")
def sorted_values(I, J, bins):
    return _mi(np.histogram2d(np.sort(I, axis=None), np.sort(J, axis=None), bins)[0])


@wrong("256 grey levels asked for by casting to uint8 first")
def cast_to_bytes(I, J, bins):
    a, b = (np.asarray(x, float).astype(np.int64).astype(np.uint8) for x in (I, J))
    return _mi(np.histogram2d(a.ravel(), b.ravel(), bins)[0])


@wrong("subtracts in the pictures' own dtype: the range of an int16 picture wraps around")
def own_dtype(I, J, bins):
    out = []
    with np.errstate(all="ignore"):
        for x in (np.ravel(I), np.ravel(J)):
            k = (x - x.min()) / ((x.max() - x.min()) or 1) * bins
            out.append(np.clip(k, 0, bins - 1).astype(int))
    H = np.zeros((bins, bins))
    np.add.at(H, tuple(out), 1)
    return _mi(H)


def _with_numbers(I, J, bins, dtype):
    i, j = (_bin(x, bins).astype(dtype) for x in (I, J))
    k = i * dtype(bins) + j if dtype is np.int16 else i.astype(int) * bins + j
    return _mi(np.bincount(k, minlength=bins * bins).reshape(bins, bins).astype(float))


@wrong("i * bins + j in int16: wraps around at 256 bins")
def narrow_flat_index(I, J, bins):
    return _with_numbers(I, J, bins, np.int16)


@wrong("bin numbers in uint8: wrong beyond 256 bins")
def byte_bin_numbers(I, J, bins):
    return _with_numbers(I, J, bins, np.uint8)
