"""Answers to U03.corr."""

import numpy as np
from scipy import spatial, stats

from answers import right, wrong


def _centred(a):
    a = np.asarray(a, float).ravel()
    return a - a.mean()


def _flat(a):
    return a.min() == a.max()


@right("np.corrcoef of the flattened pictures: 0 / 0 is nan already")
def corrcoef(I, J):
    return np.corrcoef(I.ravel(), J.ravel())[0, 1]


@right("mean of the product of standard scores")
def standard_scores(I, J):
    x, y = _centred(I), _centred(J)
    if x.std() == 0 or y.std() == 0:
        return np.nan
    return float((x / x.std() * (y / y.std())).mean())


@right("unit vectors and a dot product, kept within -1 and 1")
def unit_vectors(I, J):
    if _flat(I) or _flat(J):
        return float("nan")
    x, y = _centred(I), _centred(J)
    return max(-1.0, min(1.0, float(np.dot(x / np.linalg.norm(x), y / np.linalg.norm(y)))))


@right("scipy.stats.pearsonr")
def pearsonr(I, J):
    return stats.pearsonr(I.ravel().astype(float), J.ravel().astype(float)).statistic


@right("1 - scipy's correlation distance")
def distance(I, J):
    if _flat(I) or _flat(J):
        return np.nan
    return 1 - spatial.distance.correlation(I.ravel().astype(float), J.ravel().astype(float))


@right("computing formula E[xy] - E[x] E[y]")
def computing_formula(I, J):
    if np.ptp(np.asarray(I, float)) == 0 or np.ptp(np.asarray(J, float)) == 0:
        return np.nan
    x, y = I.astype(float), J.astype(float)
    spread = ((x * x).mean() - x.mean() ** 2) * ((y * y).mean() - y.mean() ** 2)
    return ((x * y).mean() - x.mean() * y.mean()) / np.sqrt(spread)


@right("a loop in Python")
def loop(I, J):
    x, y = (np.asarray(a, float).ravel().tolist() for a in (I, J))
    mx, my = sum(x) / len(x), sum(y) / len(y)
    if min(x) == max(x) or min(y) == max(y):
        return float("nan")
    top = sum((a - mx) * (b - my) for a, b in zip(x, y, strict=True))
    return top / (sum((a - mx) ** 2 for a in x) * sum((b - my) ** 2 for b in y)) ** 0.5


@wrong("no guard for a constant picture, and float32 stays float32: two rounding errors are divided", defect="B12")
def hand_out(I, J):
    I, J = I.ravel(), J.ravel()
    kind = type(1.0 + I[0] + J[0])
    x = I.astype(kind) - I.mean(dtype=kind)
    y = J.astype(kind) - J.mean(dtype=kind)
    r = np.dot(x / np.linalg.norm(x), y / np.linalg.norm(y))
    return max(min(r, 1.0), -1.0)


@wrong("squared, as in nipy's 'cc'", says="the squared correlation")
def squared(I, J):
    return np.corrcoef(I.ravel(), J.ravel())[0, 1] ** 2


@wrong("absolute value", says="the absolute value")
def absolute(I, J):
    return abs(np.corrcoef(I.ravel(), J.ravel())[0, 1])


@wrong("cosine: no mean subtracted", says="the cosine")
def cosine(I, J):
    if _flat(I) or _flat(J):
        return np.nan
    x, y = I.astype(float).ravel(), J.astype(float).ravel()
    return x @ y / np.linalg.norm(x) / np.linalg.norm(y)


@wrong("covariance", says="the covariance")
def covariance(I, J):
    return (_centred(I) * _centred(J)).mean()


@wrong("slope of the regression line", says="the slope of a line")
def slope(I, J):
    x, y = _centred(I), _centred(J)
    return x @ y / (x @ x)


@wrong("np.cov divides by n - 1, np.std by n", says="1/n in one place")
def mixed_n(I, J):
    return np.cov(I.ravel(), J.ravel())[0, 1] / (I.astype(float).std() * J.astype(float).std())


@wrong("np.corrcoef of the tables compares their rows", says="two tables")
def of_rows(I, J):
    return np.corrcoef(I, J)[0, 1]


@wrong("0 for a constant picture", says="0 for a constant picture")
def zero_for_constant(I, J):
    x, y = _centred(I), _centred(J)
    return x @ y / np.linalg.norm(x) / np.linalg.norm(y) if not (_flat(I) or _flat(J)) else 0.0


@wrong("a small number in the denominator: a constant picture and bool pictures suffer")
def epsilon(I, J):
    x, y = _centred(I), _centred(J)
    return (x * y).mean() / (x.std() * y.std() + 1e-2)


@wrong("1 for a constant picture: 'nothing differs'")
def one_for_constant(I, J):
    if _flat(I) or _flat(J):
        return 1.0
    return np.corrcoef(I.ravel(), J.ravel())[0, 1]


@wrong("raises for a constant picture")
def raises_for_constant(I, J):
    if _flat(I) or _flat(J):
        raise ZeroDivisionError("a picture is constant")
    return np.corrcoef(I.ravel(), J.ravel())[0, 1]


@wrong("asks only whether the first picture is constant, and gives 0 for the second")
def guards_one_side(I, J):
    if _flat(I):
        return np.nan
    return np.nan_to_num(np.corrcoef(I.ravel(), J.ravel())[0, 1])


@wrong("products in uint8 wrap around")
def wrapped_products(I, J):
    top = (I * J).mean() - I.mean() * J.mean()
    return top / (I.std() * J.std())


@wrong("one common mean for both pictures")
def common_mean(I, J):
    m = (I.astype(float).mean() + J.astype(float).mean()) / 2
    x, y = I.astype(float) - m, J.astype(float) - m
    return (x * y).sum() / np.sqrt((x * x).sum() * (y * y).sum())


@wrong("rank correlation (Spearman)")
def spearman(I, J):
    return stats.spearmanr(I.ravel(), J.ravel()).statistic


@wrong("mean of the correlations of the rows")
def row_by_row(I, J):
    return np.mean([np.corrcoef(a, b)[0, 1] for a, b in zip(I, J, strict=True)])


@wrong("the mean rounded to a whole grey level")
def rounded_mean(I, J):
    x, y = I.astype(float) - round(float(I.mean())), J.astype(float) - round(float(J.mean()))
    return (x * y).sum() / np.sqrt((x * x).sum() * (y * y).sum()) if not (_flat(I) or _flat(J)) else np.nan


@wrong("subtracts the mean in place from pictures of floats")
def in_place(I, J):
    if _flat(I) or _flat(J):
        return np.nan
    I, J = (a if a.dtype == float else a.astype(float) for a in (I, J))
    I -= I.mean()
    J -= J.mean()
    return (I * J).sum() / np.sqrt((I * I).sum() * (J * J).sum())


@wrong("divides by the wrong power: variances instead of standard deviations")
def by_variances(I, J):
    x, y = _centred(I), _centred(J)
    return (x * y).mean() / (x.var() * y.var())


@wrong("a picture with a small standard deviation counts as constant")
def small_std_is_constant(I, J):
    x, y = _centred(I), _centred(J)
    if x.std() < 1e-2 or y.std() < 1e-2:
        return np.nan
    return (x * y).mean() / (x.std() * y.std())


@wrong("a second picture with a small range counts as constant")
def small_range_is_constant(I, J):
    x, y = np.asarray(I, float), np.asarray(J, float)
    if x.max() == x.min() or y.max() - y.min() < 0.1:
        return np.nan
    return np.corrcoef(x.ravel(), y.ravel())[0, 1]


@wrong("np.isclose(norm, 0): close to 0 in absolute terms, so a faint picture counts as constant")
def isclose_to_zero(I, J):
    x, y = _centred(I), _centred(J)
    a, b = np.linalg.norm(x), np.linalg.norm(y)
    if np.isclose(a, 0) or np.isclose(b, 0):
        return np.nan
    return x @ y / (a * b)


@wrong("'constant' if all rows are equal: vertical stripes")
def equal_rows(I, J):
    if (I == I[0]).all() or (J == J[0]).all():
        return np.nan
    return np.corrcoef(I.ravel(), J.ravel())[0, 1]


@wrong("'constant' if all columns are equal: horizontal stripes")
def equal_columns(I, J):
    if (I == I[:, :1]).all() or (J == J[:, :1]).all():
        return np.nan
    return np.corrcoef(I.ravel(), J.ravel())[0, 1]
