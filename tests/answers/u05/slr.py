"""Answers to U05.slr."""

import numpy as np
from scipy.special import xlogy

from answers import right, wrong


def _check(H, dist):
    H, q = np.asarray(H, float), np.array(dist, float)
    if H.shape != q.shape:
        raise ValueError("shapes differ")
    return H / H.sum(), q


@right("one sum over the full cells of H")
def one_sum(H, dist):
    p, q = _check(H, dist)
    a, b = q.sum(axis=1, keepdims=True), q.sum(axis=0, keepdims=True)
    f = p > 0
    return (p[f] * np.log(q[f] / (a * b)[f])).sum()


@right("three terms with xlogy")
def three_terms(H, dist):
    p, q = _check(H, dist)
    return xlogy(p, q).sum() - xlogy(p.sum(axis=1), q.sum(axis=1)).sum() - xlogy(p.sum(axis=0), q.sum(axis=0)).sum()


@right("the model normalised once more, loops, shapes compared by assert-like test")
def loops(H, dist):
    if np.shape(H) != np.shape(dist):
        raise ValueError(f"H {np.shape(H)}, dist {np.shape(dist)}")
    s, n = float(np.sum(dist)), float(np.sum(H))
    rows = [float(sum(r)) / s for r in dist]
    cols = [float(sum(c)) / s for c in zip(*dist, strict=True)]
    total = 0.0
    for i, a in enumerate(rows):
        for j, b in enumerate(cols):
            if H[i][j] > 0:
                total += float(H[i][j]) / n * float(np.log(dist[i][j] / s / (a * b)))
    return total


@right("an epsilon of 1e-9 in the logarithms")
def tiny_epsilon(H, dist):
    p, q = _check(H, dist)
    return np.sum(p * (np.log(q + 1e-9) - np.log(np.outer(q.sum(1), q.sum(0)) + 1e-9)))


@right("a table of scores first, impossible cells set to 0 where no pixel falls")
def table_of_scores(H, dist):
    p, q = _check(H, dist)
    with np.errstate(all="ignore"):
        score = np.log(q) - np.log(q.sum(1))[:, None] - np.log(q.sum(0))
    score[p == 0] = 0
    return float(np.vdot(p, score))


@wrong("MI of H: the model is not used", says="MI of H")
def ignores_the_model(H, dist):
    _check(H, dist)
    return one_sum(H, H / H.sum())


@wrong("marginals of the pixels instead of the model", says="totals of H")
def marginals_of_h(H, dist):
    p, q = _check(H, dist)
    f = p > 0
    return (p[f] * np.log(q[f] / np.outer(p.sum(1), p.sum(0))[f])).sum()


@wrong("mean over the model: the pixels are not used", says="mean over the model")
def mean_over_model(H, dist):
    _, q = _check(H, dist)
    return one_sum(q, q)


@wrong("negative values cut off, as MI is never negative", says="cut off at 0")
def cut_off(H, dist):
    return max(one_sum(H, dist), 0.0)


@wrong("log q alone", says="log q alone")
def log_likelihood(H, dist):
    p, q = _check(H, dist)
    return xlogy(p, q).sum()


@wrong("divergence of the data from the model", says="log(p / q)")
def divergence(H, dist):
    p, q = _check(H, dist)
    f = p > 0
    return (p[f] * np.log(p[f] / q[f])).sum()


@wrong("total over the pixels", says="total over all pixels", credit=0.5)
def total(H, dist):
    return np.sum(H) * one_sum(H, dist)


@wrong("bits instead of nats", says="bits", credit=0.5)
def bits(H, dist):
    return one_sum(H, dist) / np.log(2)


@wrong("shapes not compared: NumPy stretches one row over the table")
def stretches(H, dist):
    p, q = H / np.sum(H), np.asarray(dist, float)
    with np.errstate(all="ignore"):
        score = np.log(q / np.outer(q.sum(axis=1), q.sum(axis=0)))
    return float(np.where(p > 0, p * score, 0).sum())


@wrong("sizes compared instead of shapes: a transposed model is read row by row")
def sizes_compared(H, dist):
    if np.size(H) != np.size(dist):
        raise ValueError("sizes differ")
    return one_sum(H, np.reshape(dist, np.shape(H)))


@wrong("normalises the caller's model in place")
def in_place(H, dist):
    if H.shape != dist.shape:
        raise ValueError("shapes differ")
    dist /= dist.sum()
    return one_sum(H, dist)


@wrong("exchanged marginals of the model")
def transposed(H, dist):
    p, q = _check(H, dist)
    i, j = np.nonzero(p)
    return np.sum(p[i, j] * np.log(q[i, j] / (q.sum(axis=0)[i] * q.sum(axis=1)[j])))


@wrong("cells without pixels not left out: 0 log 0 is nan")
def empty_cells_in(H, dist):
    p, q = _check(H, dist)
    with np.errstate(all="ignore"):
        return np.sum(p * np.log(q / np.outer(q.sum(1), q.sum(0))))


@wrong("exponential of the mean: a likelihood ratio without its logarithm")
def without_logarithm(H, dist):
    return np.exp(one_sum(H, dist))


@wrong("counts not divided by their sum, each score averaged over the cells")
def mean_over_cells(H, dist):
    p, q = _check(H, dist)
    f = p > 0
    return np.log(q[f] / np.outer(q.sum(1), q.sum(0))[f]).mean()


class _ShapeError(ValueError):
    pass


@right("a ValueError of its own class")
def own_error(H, dist):
    if np.shape(H) != np.shape(dist):
        raise _ShapeError("shapes differ")
    return one_sum(H, dist)


@right("shapes compared by assert")
def by_assert(H, dist):
    assert np.shape(H) == np.shape(dist)
    return one_sum(H, dist)


@wrong("only the numbers of rows compared: a model of one column is stretched")
def rows_compared(H, dist):
    if len(H) != len(dist):
        raise ValueError("shapes differ")
    return stretches(H, dist)


def _above(H, dist, least_q, least_p):
    p, q = _check(H, dist)
    f = (p > least_p) & (q > least_q)
    return (p[f] * np.log(q[f] / np.outer(q.sum(1), q.sum(0))[f])).sum()


@wrong("cells that the model gives at most 1e-3 are left out")
def unlikely_cells_out(H, dist):
    return _above(H, dist, 1e-3, 0)


@wrong("cells that the model gives at most 5e-6 are left out")
def most_unlikely_cell_out(H, dist):
    return _above(H, dist, 5e-6, 0)


@wrong("cells with few pixels are left out")
def few_pixels_out(H, dist):
    return _above(H, dist, 0, 1e-4)


@wrong("an epsilon of 1e-5 in the logarithm")
def epsilon(H, dist):
    p, q = _check(H, dist)
    return np.sum(p * (np.log(q + 1e-5) - np.log(np.outer(q.sum(1), q.sum(0)) + 1e-5)))
