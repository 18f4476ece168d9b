"""
Wrong versions of U05's functions that students really write; the checks name them when they see their numbers.

Each says in its docstring what it does. All use ``_parts``, so that one sees where they leave the right way.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from coursereg.course.plain import information as plain


def _parts(H: Any) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Return p, both marginals and the full cells."""
    p = np.asarray(H, float) / np.sum(H)
    return p, p.sum(axis=1), p.sum(axis=0), p > 0


def _entropy(p: np.ndarray) -> float:
    p = p[p > 0]
    return float(-np.sum(p * np.log(p)))


# --- mutual information -----------------------------------------------------------------------------------------------


def transposed_marginals(H: Any) -> float:
    """Marginal of J along the rows, marginal of I along the columns."""
    p, p_I, p_J, full = _parts(H)
    return float(np.sum(p[full] * np.log(p[full] / np.outer(p_J, p_I)[full])))


def epsilon(H: Any, eps: float = 1e-3) -> float:
    """A large epsilon inside the logarithm."""
    p, p_I, p_J, _ = _parts(H)
    return float(np.sum(p * np.log((p + eps) / (np.outer(p_I, p_J) + eps))))


def epsilon_in_each_logarithm(H: Any, eps: float = 1e-3) -> float:
    """A large epsilon in three entropies."""
    p, p_I, p_J, _ = _parts(H)
    h = [-np.sum(x * np.log(x + eps)) for x in (p_I, p_J, p)]
    return float(h[0] + h[1] - h[2])


def joint_entropy(H: Any) -> float:
    """H(I, J)."""
    return _entropy(_parts(H)[0])


def conditional_entropy(H: Any) -> float:
    """H(J | I)."""
    p, p_I, _, _ = _parts(H)
    return _entropy(p) - _entropy(p_I)


def unweighted(H: Any) -> float:
    """Sum of the logarithms, without their probabilities."""
    p, p_I, p_J, full = _parts(H)
    return float(np.sum(np.log(p[full] / np.outer(p_I, p_J)[full])))


def negative(H: Any) -> float:
    """The sign of a cost."""
    return -plain.MI_from_hist(H)


def one_more_in_each_cell(H: Any) -> float:
    """Empty cells filled with 1."""
    return plain.MI_from_hist(np.asarray(H, float) + 1)


def log_counts(H: Any) -> float:
    """The histogram as it is shown, log(1 + H)."""
    return plain.MI_from_hist(np.log1p(np.asarray(H, float)))


def counts_as_probabilities(H: Any) -> float:
    """No division by the sum."""
    H = np.asarray(H, float)
    full = H > 0
    return float(np.sum(H[full] * np.log(H[full] / np.outer(H.sum(1), H.sum(0))[full])))


def whole_marginals(H: Any) -> float:
    """Marginals cast to integers: weights below 1 become 0."""
    H = np.asarray(H, float)
    i, j = np.nonzero(H)
    n, h = H.sum(), H[i, j]
    outer = H.sum(axis=1)[i].astype("int64") * H.sum(axis=0)[j].astype("int64")
    return float(max(0.0, np.sum(h / n * (np.log(h) + np.log(n) - np.log(outer)))))


# --- pictures ---------------------------------------------------------------------------------------------------------


def _mi(I: Any, J: Any, bins: Any, ranges: Any = None) -> float:
    I, J = (np.asarray(x, float).ravel() for x in (I, J))
    return plain.MI_from_hist(np.histogram2d(I, J, bins, range=ranges)[0])


def fixed_range(I: Any, J: Any, bins: int) -> float:
    """Bins from 0 to 256 for every picture."""
    return _mi(I, J, bins, [[0, 256], [0, 256]])


def fixed_range_255(I: Any, J: Any, bins: int) -> float:
    """Bins from 0 to 255 for every picture."""
    return _mi(I, J, bins, [[0, 255], [0, 255]])


def common_range(I: Any, J: Any, bins: int) -> float:
    """One range for both pictures."""
    both = [min(np.min(I), np.min(J)), max(np.max(I), np.max(J))]
    return _mi(I, J, bins, [both, both])


def bins_forgotten(I: Any, J: Any, bins: int) -> float:
    """As many bins as the largest grey value."""
    return _mi(I, J, [max(1, int(np.max(I))), max(1, int(np.max(J)))])


def ten_bins(I: Any, J: Any, bins: int) -> float:
    """NumPy's default number of bins."""
    return _mi(I, J, 10)


def one_bin_more(I: Any, J: Any, bins: int) -> float:
    """Bins + 1."""
    return _mi(I, J, bins + 1)


def one_bin_less(I: Any, J: Any, bins: int) -> float:
    """Edges counted as bins."""
    return _mi(I, J, bins - 1)


def rounded_bins(I: Any, J: Any, bins: int) -> float:
    """Rounds to the nearest of ``bins`` levels, so that the first and the last bin are half as wide."""
    levels = []
    for x in (np.asarray(I, float), np.asarray(J, float)):
        d = x.max() - x.min()
        levels.append(np.round((bins - 1) * (x - x.min()) / (d or 1)).ravel())
    return _mi(levels[0], levels[1], bins, [[-0.5, bins - 0.5]] * 2)


# --- the other measures -----------------------------------------------------------------------------------------------


def half_nmi(H: Any) -> float:
    """MI / (H_I + H_J), without the 2."""
    return plain.NMI(H) / 2


def mean_of_variances(H: Any) -> float:
    """Every row counts the same, however few its pixels."""
    return _ratio(H, lambda n: np.full(n.size, 1 / n.size))


def _ratio(H: Any, weights: Any) -> float:
    H = np.asarray(H, float)
    rows = H[H.sum(axis=1) > 0]
    n, j = rows.sum(axis=1), np.arange(H.shape[1])
    mean = rows @ j / n
    var = (rows * (j - mean[:, None]) ** 2).sum(axis=1) / n
    p_J = H.sum(axis=0) / H.sum()
    return float(1 - weights(n) @ var / (p_J @ (j - p_J @ j) ** 2))


def part_left(H: Any) -> float:
    """The part of the variance that is *not* explained."""
    return 1 - plain.corr_ratio(H)


def squared_correlation(H: Any) -> float:
    """The square of the correlation coefficient."""
    p, p_I, p_J, _ = _parts(H)
    i, j = np.arange(p_I.size) - p_I @ np.arange(p_I.size), np.arange(p_J.size) - p_J @ np.arange(p_J.size)
    return float((i @ p @ j) ** 2 / ((p_I @ i**2) * (p_J @ j**2)))


def variance_of_counts(H: Any) -> float:
    """Variance of the entries of H instead of the grey values they count."""
    H = np.asarray(H, float)
    w = H.sum(axis=1) / H.sum()
    return float(1 - w @ H.var(axis=1) / H.var())


def variance_of_bins(H: Any) -> float:
    """Whole variance of the bin numbers, each counted once."""
    p, _, p_J, _ = _parts(H)
    j = np.arange(p_J.size)
    return float(1 - (1 - plain.corr_ratio(H)) * (p_J @ (j - p_J @ j) ** 2) / np.var(j))


def standard_deviations(H: Any) -> float:
    """Standard deviations instead of variances."""
    H = np.asarray(H, float)
    rows = H[H.sum(axis=1) > 0]
    n, j = rows.sum(axis=1), np.arange(H.shape[1])
    spread = np.sqrt((rows * (j - (rows @ j / n)[:, None]) ** 2).sum(axis=1) / n)
    p_J = H.sum(axis=0) / H.sum()
    return float(1 - n @ spread / n.sum() / np.sqrt(p_J @ (j - p_J @ j) ** 2))


def model_ignored(H: Any, dist: Any) -> float:
    """MI of H; the model is not looked at."""
    return plain.MI_from_hist(H)


def marginals_of_the_data(H: Any, dist: Any) -> float:
    """Cells of the model, marginals of H."""
    p, p_I, p_J, full = _parts(H)
    return float(np.sum(p[full] * np.log(np.asarray(dist, float)[full] / np.outer(p_I, p_J)[full])))


def mean_over_the_model(H: Any, dist: Any) -> float:
    """Mean over the model's probabilities: MI of the model."""
    return plain.MI_from_hist(dist)


def clipped(H: Any, dist: Any) -> float:
    """Negative values set to 0."""
    return max(0.0, plain.slr(H, dist))


def no_marginals(H: Any, dist: Any) -> float:
    """Mean log-likelihood, not divided by what independence would give."""
    p, _, _, full = _parts(H)
    return float(np.sum(p[full] * np.log(np.asarray(dist, float)[full])))


def divergence(H: Any, dist: Any) -> float:
    """Kullback-Leibler divergence of the data from the model."""
    p, _, _, full = _parts(H)
    return float(np.sum(p[full] * np.log(p[full] / np.asarray(dist, float)[full])))
