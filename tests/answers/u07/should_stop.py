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


@right("returns None when it may go on")
def none_for_go_on(history, window=10, tol=1e-4):
    if _diverged(history):
        return "diverged"
    if len(history) >= 2 * window:
        before, now = _means(history, window)
        if not before - now > tol * before:
            return "plateau"
    return None


@right("returns False when it may go on; a ratio, with 0 treated apart")
def ratio(history, window=10, tol=1e-4):
    if _diverged(history):
        return "diverged"
    if len(history) < 2 * window:
        return False
    before, now = _means(history, window)
    return "plateau" if before == 0 or 1 - now / before <= tol else False


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
    return none_for_go_on(history, window, tol) or ""


@wrong("diverged when the last cost is more than twice the *lowest*")
def twice_the_lowest(history, window=10, tol=1e-4):
    if len(history) and not history[-1] <= 2 * np.nanmin(history):
        return "diverged"
    return none_for_go_on(history, window, tol) or ""


@wrong("diverged when any cost was ever more than twice the first")
def ever(history, window=10, tol=1e-4):
    if len(history) and not np.max(history) <= 2 * history[0]:
        return "diverged"
    return none_for_go_on(history, window, tol) or ""


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


@wrong("a plateau only where nothing changes: a rise goes on")
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


@wrong("an empty history is an error")
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
