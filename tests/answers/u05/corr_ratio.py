"""Answers to U05.corr_ratio."""

import numpy as np

from answers import right, wrong


@right("variance of the row means over the whole variance")
def between_rows(H):
    H = np.asarray(H, float)
    n = H.sum(axis=1)
    j = np.arange(H.shape[1])
    rows = n > 0
    means = H[rows] @ j / n[rows]
    grand = H.sum(axis=0) @ j / n.sum()
    return n[rows] @ (means - grand) ** 2 / (H.sum(axis=0) @ (j - grand) ** 2)


@right("a loop, with np.average for mean and variance")
def averages(H):
    j = np.arange(H.shape[1], dtype=float)

    def var(w):
        m = np.average(j, weights=w)
        return np.average((j - m) ** 2, weights=w)

    left = sum(row.sum() * var(row) for row in H if row.sum() > 0)
    return 1 - left / H.sum() / var(H.sum(axis=0))


@right("mean of squares less square of the mean, from sums")
def from_moments(H):
    p = H / H.sum()
    j = np.arange(p.shape[1])
    n, s1, s2 = p.sum(axis=1), p @ j, p @ j**2
    left = s2.sum() - np.sum(np.divide(s1**2, n, out=np.zeros_like(n), where=n > 0))
    return 1 - left / (s2.sum() - s1.sum() ** 2)


@right("grey values counted from 1 and scaled by 4: an affine change of J does not matter")
def other_grey_values(H):
    return averages(H) if H.shape[1] < 2 else _with_values(H, 4.0 * np.arange(1, H.shape[1] + 1))


def _with_values(H, v):
    H = np.asarray(H, float)
    H = H[H.sum(axis=1) > 0]
    n = H.sum(axis=1)
    left = (H * (v[None, :] - (H @ v / n)[:, None]) ** 2).sum()
    whole = (H.sum(axis=0) * (v - H.sum(axis=0) @ v / n.sum()) ** 2).sum()
    return 1.0 - left / whole


@right("a tiny epsilon in place of the test for empty rows, in single precision")
def epsilon_for_empty_rows(H):
    H = np.asarray(H, np.float64)
    j = np.arange(H.shape[1])[None, :]
    n = H.sum(axis=1, keepdims=True)
    mean = (H * j).sum(axis=1, keepdims=True) / (n + 1e-12)
    left = (H * (j - mean) ** 2).sum() / H.sum()
    grand = (H * j).sum() / H.sum()
    return np.float32(1 - left / ((H * (j - grand) ** 2).sum() / H.sum()))


@wrong("every row counts the same, however few its pixels", says="plain mean of the rows' variances")
def plain_mean(H):
    H = np.asarray(H, float)
    j = np.arange(H.shape[1])
    variances = []
    for row in H:
        if row.any():
            m = (row * j).sum() / row.sum()
            variances.append((row * (j - m) ** 2).sum() / row.sum())
    t = H.sum(axis=0) / H.sum()
    return 1 - np.mean(variances) / (t @ (j - t @ j) ** 2)


@wrong("of I given J: the other direction", says="I given J", credit=0.5)
def other_direction(H):
    return between_rows(np.asarray(H).T)


@wrong("the square root, eta", says="square root", credit=0.5)
def square_root(H):
    return np.sqrt(between_rows(H))


@wrong("the part that is not explained", says="does not explain")
def not_explained(H):
    return 1 - between_rows(H)


@wrong("squared correlation: only straight lines count", says="squared correlation")
def squared_correlation(H):
    p = H / H.sum()
    i, j = np.indices(p.shape)
    di, dj = i - (p * i).sum(), j - (p * j).sum()
    return (p * di * dj).sum() ** 2 / ((p * di**2).sum() * (p * dj**2).sum())


@wrong("variance of the counts instead of the grey values", says="variance of the counts")
def of_counts(H):
    H = np.asarray(H, float)
    weights = H.sum(axis=1) / H.sum()
    return 1 - np.sum(weights * np.var(H, axis=1)) / np.var(H)


@wrong("the whole variance is that of 0, 1, 2 ...", says="variance of 0, 1, 2")
def unweighted_whole(H):
    H = np.asarray(H, float)
    j = np.arange(H.shape[1])
    left = 0.0
    for row in H[H.sum(axis=1) > 0]:
        m = row @ j / row.sum()
        left += row @ (j - m) ** 2
    return 1 - left / H.sum() / np.var(j)


@wrong("standard deviations instead of variances", says="standard deviations")
def deviations(H):
    H = np.asarray(H, float)
    j = np.arange(H.shape[1])
    rows = H[H.sum(axis=1) > 0]
    n = rows.sum(axis=1)
    sd = np.array([np.sqrt(r @ (j - r @ j / r.sum()) ** 2 / r.sum()) for r in rows])
    t = H.sum(axis=0) / H.sum()
    return 1 - (n * sd).sum() / n.sum() / np.sqrt(t @ (j - t @ j) ** 2)


@wrong("variances with n - 1 in the rows: a probability is no count")
def sample_variance(H):
    H = np.asarray(H, float)
    j = np.arange(H.shape[1])
    left = 0.0
    for row in H:
        if row.sum() > 1:
            left += row.sum() * (row @ (j - row @ j / row.sum()) ** 2) / (row.sum() - 1)
    t = H.sum(axis=0) / H.sum()
    return 1 - left / H.sum() / (t @ (j - t @ j) ** 2)


@wrong("empty rows not left out: 0 / 0")
def empty_rows_in(H):
    p = H / H.sum()
    j = np.arange(p.shape[1])
    with np.errstate(all="ignore"):
        mean = p @ j / p.sum(axis=1)
        left = (p * (j - mean[:, None]) ** 2).sum()
    t = p.sum(axis=0)
    return 1 - left / (t @ (j - t @ j) ** 2)


@wrong("deviations from the grand mean in every row: nothing is ever explained")
def grand_mean(H):
    p = H / H.sum()
    j = np.arange(p.shape[1])
    m = (p @ j).sum()
    return 1 - (p * (j - m) ** 2).sum() / (p.sum(axis=0) @ (j - m) ** 2)


@wrong("absolute deviations from the median (another measure, crl1)")
def absolute(H):
    H = np.asarray(H, float)
    j = np.arange(H.shape[1])

    def spread(w):
        m = j[np.searchsorted(np.cumsum(w), w.sum() / 2)]
        return w @ abs(j - m)

    return 1 - sum(spread(r) for r in H if r.any()) / spread(H.sum(axis=0))


@wrong("both variances along the wrong axis in one place: rows of I, grey values of I for the whole")
def mixed_axes(H):
    H = np.asarray(H, float)
    j, i = np.arange(H.shape[1]), np.arange(H.shape[0])
    left = sum(r @ (j - r @ j / r.sum()) ** 2 for r in H if r.any()) / H.sum()
    t = H.sum(axis=1) / H.sum()
    return 1 - left / (t @ (i - t @ i) ** 2)


def _large_rows(H, share):
    H = np.asarray(H, float)
    j = np.arange(H.shape[1])
    left = sum(r @ (j - r @ j / r.sum()) ** 2 for r in H if r.sum() > share * H.sum())
    t = H.sum(axis=0) / H.sum()
    return 1 - left / H.sum() / (t @ (j - t @ j) ** 2)


@wrong("rows with less than a thousandth of the pixels left out of the sum")
def small_rows_out(H):
    return _large_rows(H, 1e-3)


@wrong("rows up to 5e-5 of the pixels left out of the sum")
def smallest_rows_out(H):
    return _large_rows(H, 5e-5)


@wrong("rows with less than a thousandth of the pixels cut away before anything else")
def small_rows_cut(H):
    H = np.asarray(H, float)
    return between_rows(H[H.sum(axis=1) > 1e-3 * H.sum()])
