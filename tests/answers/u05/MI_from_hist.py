"""Answers to U05.MI_from_hist."""

import math

import numpy as np
from scipy import stats

from answers import right, wrong


def _entropy(p):
    p = p[p > 0]
    return -np.sum(p * np.log(p))


@right("three entropies, H_I + H_J - H_IJ")
def three_entropies(H):
    p = H / H.sum()
    return _entropy(p.sum(axis=1)) + _entropy(p.sum(axis=0)) - _entropy(p)


@right("what J loses of its entropy when I is known, row by row")
def what_is_known(H):
    H = np.asarray(H, dtype=float)
    n = H.sum()
    left = 0.0
    for row in H:
        if row.sum() > 0:
            left += row.sum() / n * stats.entropy(row)
    return stats.entropy(H.sum(axis=0)) - left


@right("two loops and math.log")
def two_loops(H):
    n = float(np.sum(H))
    total = 0.0
    for i in range(len(H)):
        for j in range(len(H[0])):
            if H[i][j] > 0:
                a, b = float(sum(H[i])), float(sum(row[j] for row in H))
                total += H[i][j] / n * math.log(H[i][j] * n / (a * b))
    return total


@right("an epsilon of 1e-9 in the logarithms, as some printed solutions have it")
def tiny_epsilon(H):
    p = H / H.sum()
    pi, pj = p.sum(axis=1, keepdims=True), p.sum(axis=0, keepdims=True)
    return (p * (np.log(p + 1e-9) - np.log(pi + 1e-9) - np.log(pj + 1e-9))).sum()


@right("scipy's relative entropy of the joint and the product")
def relative_entropy(H):
    H = np.asarray(H, float)
    return stats.entropy(H.ravel(), np.outer(H.sum(1), H.sum(0)).ravel())


@right("single precision, nan removed after the fact, result in an array without axes")
def single_precision(H):
    p = (H / H.sum()).astype(np.float32)
    with np.errstate(all="ignore"):
        x = p * np.log(p / (p.sum(1)[:, None] * p.sum(0)[None, :]))
    return np.array(np.nansum(x))


@right("counts kept, empty lines cut away, x log x through xlogy")
def counts_and_xlogy(H):
    from scipy.special import xlogy

    H = np.asarray(H, np.float64)
    H = H[H.any(axis=1)][:, H.any(axis=0)]
    n = H.sum()
    return (xlogy(H, H).sum() - xlogy(H.sum(0), H.sum(0)).sum() - xlogy(H.sum(1), H.sum(1)).sum() + xlogy(n, n)) / n


@right("divides in place, in an array of its own")
def own_copy(H):
    p = np.array(H, dtype=float)
    p /= p.sum()
    q = np.einsum("ik,lj->ij", p, p)
    return float(np.einsum("ij,ij", p, np.log(np.divide(p, q, out=np.ones_like(p), where=p > 0))))


@wrong("exchanged marginals: right where I and J have one histogram (2014 student)", says="exchanged marginals")
def transposed(H):
    p = H / H.sum()
    p_I, p_J = p.sum(axis=0), p.sum(axis=1)
    i, j = np.nonzero(p)
    return np.sum(p[i, j] * np.log(p[i, j] / (p_I[i] * p_J[j])))


@wrong("epsilon of 1e-3 in the logarithm", says="large epsilon")
def epsilon(H):
    p = H / np.sum(H)
    q = np.outer(p.sum(1), p.sum(0))
    return np.sum(p * np.log((p + 1e-3) / (q + 1e-3)))


@wrong("bits instead of nats", says="bits", credit=0.5)
def bits(H):
    p = H / np.sum(H)
    q = np.outer(p.sum(1), p.sum(0))
    return np.sum(p[p > 0] * np.log2(p[p > 0] / q[p > 0]))


@wrong("decimal logarithm")
def decimal(H):
    p = H / np.sum(H)
    q = np.outer(p.sum(1), p.sum(0))
    return np.sum(p[p > 0] * np.log10(p[p > 0] / q[p > 0]))


@wrong("empty cells not left out: 0 log 0 is nan")
def empty_cells_in(H):
    p = H / np.sum(H)
    with np.errstate(all="ignore"):
        return np.sum(p * np.log(p / np.outer(p.sum(1), p.sum(0))))


@wrong("marginals cast to integers: a normalised H breaks", says="whole numbers", defect="B10")
def integer_marginals(H):
    H = np.asarray(H).astype(float)
    a, b = np.nonzero(H)
    h, n = H[a, b], H.sum()
    rows = np.add.reduce(H, axis=1).astype(np.int64)
    cols = np.add.reduce(H, axis=0).astype(np.int64)
    with np.errstate(divide="ignore"):
        expected = np.log(rows[a] * cols[b]) - 2 * np.log(n)
    return max(0.0, float((h / n * (np.log(h / n) - expected)).sum()))


@wrong("the joint entropy taken for MI", says="joint entropy")
def joint_entropy(H):
    return _entropy(H / H.sum())


@wrong("not divided by the number of pixels", says="counts taken for probabilities")
def counts(H):
    H = np.asarray(H, float)
    q = np.outer(H.sum(1), H.sum(0))
    return np.sum(H[H > 0] * np.log(H[H > 0] / q[H > 0]))


@wrong("the mean log-likelihood times the number of pixels", says="total over all pixels", credit=0.5)
def total(H):
    return np.sum(H) * three_entropies(H)


@wrong("sum of logarithms without their weights", says="without their weights")
def unweighted(H):
    p = H / H.sum()
    q = np.outer(p.sum(1), p.sum(0))
    return np.log(p[p > 0] / q[p > 0]).sum()


@wrong("background left out: the first row and column are dropped")
def no_background(H):
    return three_entropies(np.asarray(H, float)[1:, 1:])


@wrong("the logarithm that is good for looking at H", says="log(1 + H)")
def of_log_counts(H):
    return three_entropies(np.log(np.asarray(H, float) + 1))


@wrong("one added to every cell to avoid log 0", says="H + 1")
def plus_one(H):
    return three_entropies(np.asarray(H) + 1)


@wrong("the sign of a cost", says="sign of a cost")
def as_cost(H):
    return -three_entropies(H)


@wrong("each row normalised to one: all grey values of I count the same")
def rows_normalised(H):
    H = np.asarray(H, float)
    n = H.sum(axis=1, keepdims=True)
    return three_entropies(np.divide(H, n, out=np.zeros_like(H), where=n > 0))


@wrong("both loops run over the rows: only square histograms")
def square_loops(H):
    p = H / H.sum()
    t = 0.0
    for i in range(p.shape[0]):
        for j in range(p.shape[0]):
            if p[i, j] > 0:
                t += p[i, j] * np.log(p[i, j] / (p[i].sum() * p[:, j].sum()))
    return t


@wrong("H_I + H_J + H_IJ: a sign slip in the three entropies")
def sign_slip(H):
    p = H / H.sum()
    return _entropy(p.sum(axis=1)) + _entropy(p.sum(axis=0)) + _entropy(p)


@wrong("the divergence the other way round: product from joint")
def reversed_divergence(H):
    p = H / H.sum()
    q = np.outer(p.sum(1), p.sum(0))
    f = p > 0
    return np.sum(q[f] * np.log(q[f] / p[f]))


@wrong("only the diagonal: MI taken for agreement of grey values")
def diagonal(H):
    p = H / H.sum()
    d, a, b = np.diagonal(p), p.sum(1), p.sum(0)
    return sum(x * np.log(x / (u * v)) for x, u, v in zip(d, a, b, strict=False) if x > 0)


@wrong("normalises the caller's array in place")
def in_place(H):
    if H.dtype.kind == "f":
        H /= H.sum()
    return three_entropies(H)


def _above(H, least):
    p = H / H.sum()
    q = np.outer(p.sum(1), p.sum(0))
    f = p > least
    return np.sum(p[f] * np.log(p[f] / q[f]))


@wrong("cells with p up to 1e-4 taken for empty")
def small_cells_out(H):
    return _above(H, 1e-4)


@wrong("cells with p up to 2e-6 taken for empty")
def smallest_cells_out(H):
    return _above(H, 2e-6)


@wrong("three entropies, each without its cells up to 1e-5")
def entropies_without_small_cells(H):
    p = H / H.sum()
    a, b, c = (_entropy(x[x > 1e-5]) for x in (p.sum(1), p.sum(0), p))
    return a + b - c
