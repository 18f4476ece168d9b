"""Answers to U05.NMI."""

import numpy as np
from scipy import stats

from answers import right, wrong


def _entropies(H):
    H = np.asarray(H, float)
    return stats.entropy(H.sum(axis=1)), stats.entropy(H.sum(axis=0)), stats.entropy(H.ravel())


@right("entropies by scipy")
def by_scipy(H):
    a, b, c = _entropies(H)
    return 2 * (a + b - c) / (a + b)


@right("2 - 2 H_IJ / (H_I + H_J)")
def from_the_joint(H):
    a, b, c = _entropies(H)
    return 2 - 2 * c / (a + b)


@right("twice (1 - Studholme's inverse)")
def from_studholme(H):
    a, b, c = _entropies(H)
    return 2 * (1 - 1 / ((a + b) / c))


@right("MI as one sum, entropies in bits: the base cancels")
def in_bits(H):
    p = H / H.sum()

    def h(x):
        return -sum(v * np.log2(v) for v in x.ravel().tolist() if v > 0)

    q = np.outer(p.sum(1), p.sum(0))
    mi = np.sum(p[p > 0] * np.log2(p[p > 0] / q[p > 0]))
    return 2 * mi / (h(p.sum(1)) + h(p.sum(0)))


@right("an epsilon of 1e-9 in every logarithm")
def tiny_epsilon(H):
    p = H / H.sum()
    a, b = p.sum(axis=1), p.sum(axis=0)
    ha, hb, hab = (-(x * np.log(x + 1e-9)).sum() for x in (a, b, p))
    return (ha + hb - hab) / ((ha + hb) / 2)


@wrong("Studholme's definition, from 1 to 2", says="Studholme", credit=0.5)
def studholme(H):
    a, b, c = _entropies(H)
    return (a + b) / c


@wrong("divided by the joint entropy", says="joint entropy", credit=0.5)
def over_joint(H):
    a, b, c = _entropies(H)
    return (a + b - c) / c


@wrong("divided by the geometric mean of the entropies", says="geometric mean", credit=0.5)
def over_geometric(H):
    a, b, c = _entropies(H)
    return (a + b - c) / np.sqrt(a * b)


@wrong("divided by the smaller entropy", says="smaller entropy", credit=0.5)
def over_smaller(H):
    a, b, c = _entropies(H)
    return (a + b - c) / min(a, b)


@wrong("divided by the larger entropy", says="larger entropy", credit=0.5)
def over_larger(H):
    a, b, c = _entropies(H)
    return (a + b - c) / max(a, b)


@wrong("the 2 forgotten", says="the 2 is missing")
def without_two(H):
    a, b, c = _entropies(H)
    return (a + b - c) / (a + b)


@wrong("MI, not normalised", says="MI itself")
def plain_mi(H):
    a, b, c = _entropies(H)
    return a + b - c


@wrong("divided by the logarithm of the number of bins, as if every bin were used equally")
def over_log_bins(H):
    a, b, c = _entropies(H)
    return 2 * (a + b - c) / sum(np.log(n) for n in np.shape(H))


@wrong("the entropy of one picture used twice")
def one_entropy(H):
    a, b, c = _entropies(H)
    return (a + b - c) / a


@wrong("exchanged marginals in MI")
def transposed(H):
    a, b, _ = _entropies(H)
    p = H / H.sum()
    i, j = np.nonzero(p)
    mi = np.sum(p[i, j] * np.log(p[i, j] / (p.sum(axis=0)[i] * p.sum(axis=1)[j])))
    return 2 * mi / (a + b)


@wrong("entropies of the counts, not of probabilities")
def of_counts(H):
    H = np.asarray(H, float)

    def h(x):
        return -np.sum(x[x > 0] * np.log(x[x > 0]))

    a, b, c = h(H.sum(1)), h(H.sum(0)), h(H)
    return 2 * (a + b - c) / (a + b)


@wrong("squared correlation taken for a normalised measure")
def squared_correlation(H):
    p = H / H.sum()
    i, j = np.indices(p.shape)
    di, dj = i - (p * i).sum(), j - (p * j).sum()
    return (p * di * dj).sum() ** 2 / ((p * di**2).sum() * (p * dj**2).sum())


def _above(H, least):
    p = H / H.sum()
    return [-np.sum(x[x > least] * np.log(x[x > least])) for x in (p.sum(axis=1), p.sum(axis=0), p)]


@wrong("cells with p up to 1e-4 taken for empty")
def small_cells_out(H):
    a, b, c = _above(H, 1e-4)
    return 2 * (a + b - c) / (a + b)


@wrong("MI without its cells up to 1e-5, entropies complete")
def small_cells_out_of_mi(H):
    p = H / H.sum()
    f = p > 1e-5
    mi = np.sum(p[f] * np.log(p[f] / np.outer(p.sum(1), p.sum(0))[f]))
    a, b, _ = _entropies(H)
    return 2 * mi / (a + b)
