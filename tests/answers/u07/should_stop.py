"""Answers to U07.should_stop."""

import math
import statistics

import numpy as np

from answers import right, wrong


def _diverged(history):
    return len(history) > 0 and (not np.isfinite(history[-1]) or history[-1] > 2 * history[0])


def _means(history, window):
    h = np.asarray(history, float)
    return h[-2 * window : -window].mean(), h[-window:].mean()


def _go_on_is(nothing, history, window=10, tol=1e-4):
    if _diverged(history):
        return "diverged"
    if len(history) >= 2 * window:
        before, now = _means(history, window)
        if not before - now > tol * before:
            return "plateau"
    return nothing


# --- right ------------------------------------------------------------------------------------------------------------


@right("plain Python, statistics.mean")
def plain_python(history, window=10, tol=1e-4):
    costs = [float(h) for h in history]
    if costs and (math.isnan(costs[-1]) or math.isinf(costs[-1]) or costs[-1] > 2 * costs[0]):
        return "diverged"
    if len(costs) >= 2 * window:
        before, now = statistics.mean(costs[-2 * window : -window]), statistics.mean(costs[-window:])
        if now >= before * (1 - tol):
            return "plateau"
    return ""


@right("a ratio, with 0 treated apart")
def ratio(history, window=10, tol=1e-4):
    if _diverged(history):
        return "diverged"
    if len(history) < 2 * window:
        return ""
    before, now = _means(history, window)
    return "plateau" if before == 0 or 1 - now / before <= tol else ""


@right("sums instead of means, cumulated")
def sums(history, window=10, tol=1e-4):
    if _diverged(history):
        return "diverged"
    total = np.concatenate([[0.0], np.cumsum(np.asarray(history, float))])
    if len(total) <= 2 * window:
        return ""
    now, before = total[-1] - total[-1 - window], total[-1 - window] - total[-1 - 2 * window]
    return "plateau" if now - before >= -(tol + 1e-12) * before else ""


@right("windows cut from a reversed copy")
def reversed_copy(history, window=10, tol=1e-4):
    h = list(history)[::-1]
    if not h:
        return ""
    if not (h[0] <= 2 * h[-1] and h[0] < float("inf")):
        return "diverged"
    now, before = h[:window], h[window : 2 * window]
    if len(before) < window:
        return ""
    gained = sum(before) / window - sum(now) / window
    return "" if gained > tol * sum(before) / window else "plateau"


# --- wrong ------------------------------------------------------------------------------------------------------------


@wrong("compares the last two costs only", says="last two costs alone")
def last_two(history, window=10, tol=1e-4):
    if _diverged(history):
        return "diverged"
    if len(history) < 2 * window:
        return ""
    return "plateau" if history[-2] - history[-1] <= tol * history[-2] else ""


@wrong("compares the two ends of one window", says="two ends of one window")
def ends(history, window=10, tol=1e-4):
    if _diverged(history):
        return "diverged"
    if len(history) < 2 * window:
        return ""
    return "plateau" if history[-window] - history[-1] <= tol * history[-window] else ""


@wrong("tol as a number of its own", says="tol as a number of its own")
def absolute(history, window=10, tol=1e-4):
    if _diverged(history):
        return "diverged"
    if len(history) < 2 * window:
        return ""
    before, now = _means(history, window)
    return "plateau" if before - now <= tol else ""


@wrong("tol as a part of the first cost", says="part of the first cost")
def of_the_first(history, window=10, tol=1e-4):
    if _diverged(history):
        return "diverged"
    if len(history) < 2 * window:
        return ""
    before, now = _means(history, window)
    return "plateau" if before - now <= tol * history[0] else ""


@wrong("tol in per cent")
def per_cent(history, window=10, tol=1e-4):
    return plain_python(history, window, tol / 100)


@wrong("the arguments are not used: 10 and 1e-4 are typed in")
def typed_in(history, window=10, tol=1e-4):
    return plain_python(history, 10, 1e-4)


@wrong("nan is compared with >, and infinity with nothing")
def only_growth(history, window=10, tol=1e-4):
    if len(history) and history[-1] > 2 * history[0] and history[-1] < 1e300:
        return "diverged"
    if len(history) < 2 * window:
        return ""
    before, now = _means(history, window)
    return "plateau" if before - now <= tol * before else ""


@wrong("diverged as soon as one cost is larger than the one before")
def any_rise(history, window=10, tol=1e-4):
    if len(history) > 1 and not history[-1] <= history[-2]:
        return "diverged"
    return _go_on_is("", history, window, tol)


@wrong("diverged when the last cost is more than twice the *lowest*")
def twice_the_lowest(history, window=10, tol=1e-4):
    if len(history) and not history[-1] <= 2 * np.nanmin(history):
        return "diverged"
    return _go_on_is("", history, window, tol)


@wrong("diverged when any cost was ever more than twice the first", says="only the last cost counts")
def ever(history, window=10, tol=1e-4):
    if len(history) and not np.max(history) <= 2 * history[0]:
        return "diverged"
    return _go_on_is("", history, window, tol)


@wrong("diverged only, a plateau is never seen")
def never_a_plateau(history, window=10, tol=1e-4):
    return "diverged" if _diverged(history) else ""


@wrong("one window is enough: the rest is compared with it")
def one_window(history, window=10, tol=1e-4):
    if _diverged(history):
        return "diverged"
    if len(history) <= window:
        return ""
    h = np.asarray(history, float)
    before, now = h[:-window].mean(), h[-window:].mean()
    return "plateau" if before - now <= tol * before else ""


@wrong("the windows overlap: the last one and the same, one step earlier")
def overlapping(history, window=10, tol=1e-4):
    if _diverged(history):
        return "diverged"
    if len(history) < 2 * window:
        return ""
    h = np.asarray(history, float)
    before, now = h[-window - 1 : -1].mean(), h[-window:].mean()
    return "plateau" if before - now <= tol * before else ""


@wrong("a plateau only where nothing changes: a rise goes on", says="a rise that goes on")
def magnitude(history, window=10, tol=1e-4):
    if _diverged(history):
        return "diverged"
    if len(history) < 2 * window:
        return ""
    before, now = _means(history, window)
    return "plateau" if abs(before - now) <= tol * before else ""


@wrong("divides by the earlier mean: 0 / 0 goes on")
def zero_by_zero(history, window=10, tol=1e-4):
    if _diverged(history):
        return "diverged"
    if len(history) < 2 * window:
        return ""
    before, now = _means(history, window)
    return "plateau" if before != 0 and (before - now) / before <= tol else ""


@wrong("an empty history is an error", says="IndexError")
def empty_fails(history, window=10, tol=1e-4):
    if not np.isfinite(history[-1]) or history[-1] > 2 * history[0]:
        return "diverged"
    return plain_python(history, window, tol)


@wrong("True instead of a reason")
def no_reason(history, window=10, tol=1e-4):
    return bool(plain_python(history, window, tol))


@wrong("the plateau is asked for first: nan in a window hides the divergence")
def plateau_first(history, window=10, tol=1e-4):
    if len(history) >= 2 * window:
        before, now = _means(history, window)
        if not before - now > tol * before:
            return "plateau"
    return "diverged" if _diverged(history) else ""


@wrong("sorts the list in place, to find the lowest")
def sorts(history, window=10, tol=1e-4):
    word = plain_python(history, window, tol)
    if isinstance(history, list):
        history.sort()
    return word


@wrong("needs one cost more than two windows")
def off_by_one(history, window=10, tol=1e-4):
    return plain_python(history, window, tol) if _diverged(history) or len(history) > 2 * window else ""


@wrong("None when it may go on, not the empty word", says="the empty one")
def none_for_go_on(history, window=10, tol=1e-4):
    return _go_on_is(None, history, window, tol)


@wrong("False when it may go on, not the empty word", says="the empty one")
def false_for_go_on(history, window=10, tol=1e-4):
    return _go_on_is(False, history, window, tol)


@wrong("another tol where none is given: 1e-3")
def larger_default(history, window=10, tol=1e-3):
    return plain_python(history, window, tol)


@wrong("another window where none is given: 5")
def shorter_default(history, window=5, tol=1e-4):
    return plain_python(history, window, tol)


@wrong("tol is typed in", says="1e-4 typed in")
def tol_typed_in(history, window=10, tol=1e-4):
    return plain_python(history, window, 1e-4)


@wrong("the window is typed in", says="windows of 10, typed in")
def window_typed_in(history, window=10, tol=1e-4):
    return plain_python(history, 10, tol)


def _compared(history, window, tol, before, now):
    """The rule with something else in the place of the two means."""
    if _diverged(history):
        return "diverged"
    h = np.asarray(history, float)
    if len(h) < 2 * window:
        return ""
    return "plateau" if not before(h) - now(h) > tol * before(h) else ""


@wrong("the last window without the last cost", says="without the last cost")
def last_left_out(history, window=10, tol=1e-4):
    return _compared(history, window, tol, lambda h: h[-2 * window : -window].mean(), lambda h: h[-window:-1].mean())


@wrong("medians, not means", says="the median of each window")
def medians(history, window=10, tol=1e-4):
    return _compared(
        history, window, tol, lambda h: np.median(h[-2 * window : -window]), lambda h: np.median(h[-window:])
    )


@wrong("the lowest cost of each window", says="the lowest cost of each window")
def minima(history, window=10, tol=1e-4):
    return _compared(history, window, tol, lambda h: h[-2 * window : -window].min(), lambda h: h[-window:].min())


@wrong("the highest cost of each window")
def maxima(history, window=10, tol=1e-4):
    return _compared(history, window, tol, lambda h: h[-2 * window : -window].max(), lambda h: h[-window:].max())


@wrong("two single costs, a window apart", says="two single costs")
def single_costs(history, window=10, tol=1e-4):
    return _compared(history, window, tol, lambda h: h[-window - 1], lambda h: h[-1])


@wrong("the first window of all", says="first window of all")
def first_window(history, window=10, tol=1e-4):
    return _compared(history, window, tol, lambda h: h[:window].mean(), lambda h: h[-window:].mean())


@wrong("all costs before the last window", says="all costs before the last window")
def all_before(history, window=10, tol=1e-4):
    return _compared(history, window, tol, lambda h: h[:-window].mean(), lambda h: h[-window:].mean())


@wrong("costs cut to whole numbers", says="cut to whole numbers")
def whole_costs(history, window=10, tol=1e-4):
    if _diverged(history):
        return "diverged"
    return _compared(
        history,
        window,
        tol,
        lambda h: h.astype(int)[-2 * window : -window].mean(),
        lambda h: h.astype(int)[-window:].mean(),
    )


@wrong("tol as a part of the later mean", says="the later mean")
def of_the_later(history, window=10, tol=1e-4):
    if _diverged(history):
        return "diverged"
    if len(history) < 2 * window:
        return ""
    before, now = _means(history, window)
    return "plateau" if before - now <= tol * now else ""


@wrong("diverged above the first cost, not above twice the first", says="as soon as a cost is above the first")
def above_the_first(history, window=10, tol=1e-4):
    if len(history) and not history[-1] <= history[0]:
        return "diverged"
    return plain_python(history, window, tol)


@wrong("fails for an empty array: only an empty list is asked for")
def empty_array_fails(history, window=10, tol=1e-4):
    if isinstance(history, list) and not history:
        return ""
    return empty_fails(history, window, tol)


@wrong("one nan or infinite cost on the way is enough to diverge")
def any_odd_cost(history, window=10, tol=1e-4):
    if len(history) and not np.isfinite(np.asarray(history, float)).all():
        return "diverged"
    return plain_python(history, window, tol)


@wrong("divides the costs by the largest one, in the caller's array", says="changed its input")
def scales_in_place(history, window=10, tol=1e-4):
    word = plain_python(history, window, tol)
    h = np.asarray(history, float)
    if len(h) and h.max() > 0:
        h /= h.max()
    return word


@wrong("a first cost of 0 is never doubled")
def nothing_doubled(history, window=10, tol=1e-4):
    if len(history) and (not np.isfinite(history[-1]) or (history[0] > 0 and history[-1] / history[0] > 2)):
        return "diverged"
    before = _means(history, window)[0] if len(history) >= 2 * window else 0.0
    now = _means(history, window)[1] if len(history) >= 2 * window else 0.0
    return "plateau" if len(history) >= 2 * window and before - now <= tol * before else ""


@wrong("infinity is only seen as a growth: of two infinite costs the last is not larger")
def infinite_from_the_start(history, window=10, tol=1e-4):
    if len(history) and (np.isnan(history[-1]) or history[-1] > 2 * history[0]):
        return "diverged"
    if len(history) < 2 * window:
        return ""
    before, now = _means(history, window)
    return "plateau" if before - now <= tol * before else ""
