"""Answers to U04.ideal_spacing."""

from fractions import Fraction

import numpy as np

from answers import right, wrong


def _thinned(data, step):
    return data[tuple(slice(None, None, int(s)) for s in step)]


@right("argmax of length / step, returns an array")
def by_argmax(data, npoints):
    step = np.ones(data.ndim, dtype=int)
    while np.count_nonzero(_thinned(data, step) >= 0) > npoints:
        step[np.argmax(np.array(data.shape) / step)] += 1
    return step


@right("exact fractions and a list")
def by_fractions(data, npoints):
    step = [1] * np.ndim(data)
    while int((_thinned(np.asarray(data), step) >= 0).sum()) > npoints:
        ratios = [Fraction(n, s) for n, s in zip(data.shape, step, strict=True)]
        step[ratios.index(max(ratios))] += 1
    return step


@right("if and else for two and three axes")
def by_comparison(data, npoints):
    n = data.shape + (0,) * (3 - data.ndim)
    a = b = c = 1
    while True:
        block = data[::a, ::b] if data.ndim == 2 else data[::a, ::b, ::c]
        if sum(1 for v in block.ravel().tolist() if v >= 0) <= npoints:
            return (a, b, c)[: data.ndim]
        r0, r1, r2 = n[0] / a, n[1] / b, n[2] / c
        if r0 >= r1 and r0 >= r2:
            a += 1
        elif r1 >= r2:
            b += 1
        else:
            c += 1


@right("recursion")
def by_recursion(data, npoints, step=None):
    step = (1,) * data.ndim if step is None else step
    if (_thinned(data, step) > -1).sum() <= npoints:
        return step
    k = max(range(data.ndim), key=lambda a: data.shape[a] / step[a])
    return by_recursion(data, npoints, tuple(s + (a == k) for a, s in enumerate(step)))


def _search(data, npoints, count, choose):
    step = np.ones(data.ndim, int)
    for _ in range(200):
        if count(_thinned(data, step)) <= npoints:
            break
        step[choose(np.array(data.shape), step)] += 1
    return tuple(step.tolist())


def _valid(block):
    return int((block >= 0).sum())


def _longest(n, step):
    return int(np.argmax(n / step))


@wrong("masked values are counted", says="counting all values")
def counts_all(data, npoints):
    return _search(data, npoints, np.size, _longest)


@wrong("bin 0 is taken for masked", says="bin 0 is a bin")
def zero_is_masked(data, npoints):
    return _search(data, npoints, lambda b: int((b > 0).sum()), _longest)


@wrong("a tie goes to the last axis", says="last of equally long")
def last_first(data, npoints):
    return _search(data, npoints, _valid, lambda n, s: len(n) - 1 - int(np.argmax((n / s)[::-1])))


@wrong("the shortest axis gets the step", says="shortest axis")
def shortest(data, npoints):
    return _search(data, npoints, _valid, lambda n, s: int(np.argmin(n / s)))


@wrong("always the axis that was longest at the start", says="longest at the start")
def longest_forever(data, npoints):
    return _search(data, npoints, _valid, lambda n, s: int(np.argmax(n)))


@wrong("one step for all axes", says="one common step")
def common_step(data, npoints):
    return _search(data, npoints, _valid, lambda n, s: slice(None))


@wrong("stops at fewer than npoints only", says="at most npoints")
def fewer_than(data, npoints):
    return _search(data, npoints - 1, _valid, _longest)


@wrong("axes in turn, whatever their length")
def in_turn(data, npoints):
    return _search(data, npoints, _valid, lambda n, s: int(np.argmin(s)))


@wrong("computed from the share, not counted")
def by_formula(data, npoints):
    share = max(1.0, (data >= 0).sum() / npoints)
    step = round(share ** (1 / data.ndim))
    return (step,) * data.ndim


@wrong("counts only once, at the start, then divides")
def estimated(data, npoints):
    n = int((data >= 0).sum())
    return _search(data, npoints, lambda b: n * b.size / data.size, _longest)


@wrong("steps are doubled instead of raised by 1")
def doubled(data, npoints):
    step = np.ones(data.ndim, int)
    while _valid(_thinned(data, step)) > npoints:
        step[_longest(np.array(data.shape), step)] *= 2
    return step


@wrong("returns the step before the last one")
def one_too_early(data, npoints):
    step, before = np.ones(data.ndim, int), np.ones(data.ndim, int)
    while _valid(_thinned(data, step)) > npoints:
        before = step.copy()
        step[_longest(np.array(data.shape), step)] += 1
    return before


@wrong("returns the shape that is left, not the steps")
def shape_left(data, npoints):
    return _thinned(data, by_argmax(data, npoints)).shape


@wrong("only -1 is taken for masked", says="-3 is masked too")
def only_minus_one(data, npoints):
    return _search(data, npoints, lambda b: int((b != -1).sum()), _longest)
