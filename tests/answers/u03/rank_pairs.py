"""Answers to U03.rank_pairs."""

import math

import numpy as np

from answers import right, wrong


@right("sort by (is nan, minus value)")
def two_keys(pairs, measure):
    v = [measure(I, J) for I, J in pairs]
    return sorted(range(len(v)), key=lambda k: (math.isnan(v[k]), 0 if math.isnan(v[k]) else -v[k]))


@right("a stable argsort of the negative values; NumPy puts nan last")
def stable_argsort(pairs, measure):
    v = np.array([measure(I, J) for I, J in pairs], float)
    return np.argsort(-v, kind="stable")


@right("lexsort")
def lexsort(pairs, measure):
    v = np.array([measure(*pair) for pair in pairs], float)
    return tuple(int(k) for k in np.lexsort((np.arange(len(v)), -v)))


@right("take the best again and again")
def selection(pairs, measure):
    left = {k: float(measure(*pair)) for k, pair in enumerate(pairs)}
    order = []
    while left:
        known = [k for k in left if left[k] == left[k]]
        best = max(known, key=lambda k: (left[k], -k)) if known else min(left)
        order.append(best)
        del left[best]
    return order


@right("sort in reverse keeps the order of equals in Python; what is known goes before what is nan")
def reverse_sort(pairs, measure):
    scores = [measure(I, J) for I, J in pairs]
    keys = [(False, 0.0) if math.isnan(s) else (True, s) for s in scores]
    return sorted(range(len(scores)), key=keys.__getitem__, reverse=True)


@wrong("worst pair first", says="the worst pair first")
def ascending(pairs, measure):
    v = np.array([measure(I, J) for I, J in pairs], float)
    return [int(k) for k in np.argsort(v, kind="stable")]


@wrong("argsort turned round: ties are turned round and nan is first", says="an ascending order turned round")
def turned_round(pairs, measure):
    v = np.array([measure(I, J) for I, J in pairs], float)
    return np.argsort(v, kind="stable")[::-1].tolist()


@wrong("sorts nan as it comes: comparisons with nan are all false")
def plain_sort(pairs, measure):
    v = [measure(I, J) for I, J in pairs]
    return sorted(range(len(v)), key=lambda k: -v[k])


@wrong("the place of each pair instead of the order", says="the place of each pair")
def ranks(pairs, measure):
    v = np.array([measure(I, J) for I, J in pairs], float)
    return np.argsort(np.argsort(-v, kind="stable")).tolist()


@wrong("counts from 1")
def from_one(pairs, measure):
    v = np.array([measure(I, J) for I, J in pairs], float)
    return [int(k) + 1 for k in np.argsort(-v, kind="stable")]


@wrong("the sorted values instead of the positions")
def values(pairs, measure):
    return sorted((measure(I, J) for I, J in pairs), reverse=True)


@wrong("looks at the strength only", says="the sign left out")
def by_strength(pairs, measure):
    v = np.array([measure(I, J) for I, J in pairs], float)
    return np.argsort(-np.abs(v), kind="stable").tolist()


@wrong("correlation, whatever measure is given")
def own_measure(pairs, measure):
    v = np.array([np.corrcoef(np.ravel(I), np.ravel(J))[0, 1] for I, J in pairs])
    return np.argsort(-v, kind="stable").tolist()


@wrong("hands the pictures over in the other order")
def exchanged(pairs, measure):
    v = np.array([measure(J, I) for I, J in pairs], float)
    return np.argsort(-v, kind="stable").tolist()


@wrong("a dictionary from value to pair: of equal pairs only the last survives")
def dictionary(pairs, measure):
    where = {measure(I, J): k for k, (I, J) in enumerate(pairs)}
    known = sorted((v for v in where if v == v), reverse=True)
    return [where[v] for v in known] + [k for v, k in where.items() if v != v]


@wrong("list.index finds the first of two equals twice")
def by_index(pairs, measure):
    v = [measure(I, J) for I, J in pairs]
    v = [-math.inf if math.isnan(x) else x for x in v]
    return [v.index(x) for x in sorted(v, reverse=True)]


@wrong("nan counts as 0")
def nan_is_zero(pairs, measure):
    v = np.nan_to_num([measure(I, J) for I, J in pairs])
    return np.argsort(-v, kind="stable").tolist()


@wrong("leaves pairs that cannot be measured out")
def drops_nan(pairs, measure):
    v = np.array([measure(I, J) for I, J in pairs], float)
    order = np.argsort(-v, kind="stable")
    return [int(k) for k in order if v[k] == v[k]]


@wrong("takes the measure for a cost: the smallest first, nan last")
def as_a_cost(pairs, measure):
    v = [(measure(I, J), k) for k, (I, J) in enumerate(pairs)]
    return [k for x, k in sorted(p for p in v if p[0] == p[0])][::1] + [k for x, k in v if x != x][::-1]


@right("nan becomes minus infinity: no measure of two pictures gives that")
def nan_is_minus_infinity(pairs, measure):
    scores = [measure(I, J) for I, J in pairs]
    scores = [-math.inf if math.isnan(s) else s for s in scores]
    return sorted(range(len(scores)), key=scores.__getitem__, reverse=True)


@wrong("nan becomes -1e6: minus an SSD is often lower")
def nan_is_minus_a_million(pairs, measure):
    v = np.array([measure(I, J) for I, J in pairs], float)
    v[np.isnan(v)] = -1e6
    return np.argsort(-v, kind="stable").tolist()


@wrong("rounds to 3 decimals first: values that differ little are tied")
def rounded(pairs, measure):
    v = np.round([measure(I, J) for I, J in pairs], 3)
    return np.argsort(-v, kind="stable").tolist()
