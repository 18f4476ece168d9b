"""Answers to U07.search."""

import numpy as np
from scipy import interpolate, ndimage

from answers import right, wrong


def _seen(J, u, order=1):
    return ndimage.shift(np.asarray(J, float), (-u[0], -u[1]), order=order)


def _gradient(I, J, u, order=1):
    """Of the mean."""
    seen = _seen(J, u, order)
    return np.array([2 * ((seen - I) * s).mean() for s in np.gradient(seen)])


def _cost(I, J, u, order=1):
    return ((_seen(J, u, order) - I) ** 2).mean()


def _descent(I, J, lr, iters, gradient=_gradient, cost=_cost):
    u, history = np.zeros(2), []
    for _ in range(iters):
        history.append(cost(I, J, u))
        u = u - lr * gradient(I, J, u)
    return u, history


# --- right ------------------------------------------------------------------------------------------------------------


@right("lists, cubic look-up")
def lists(I, J, lr, iters):
    u, history = _descent(
        I, J, lr, iters, lambda I, J, u: _gradient(I, J, u, 3), lambda I, J, u: float(_cost(I, J, u, 3))
    )
    return [float(v) for v in u], [float(h) for h in history]


@right("gradient of the fixed picture, computed once and for all")
def fixed(I, J, lr, iters):
    slopes = np.gradient(np.asarray(I, float))
    return _descent(I, J, lr, iters, lambda I, J, u: np.array([2 * ((_seen(J, u) - I) * s).mean() for s in slopes]))


@right("the mean over the pixels that have a partner")
def overlap(I, J, lr, iters):
    r, c = np.indices(J.shape)
    u, history = np.zeros(2), np.zeros(iters)
    for k in range(iters):
        seen = ndimage.map_coordinates(J.astype(float), [r + u[0], c + u[1]], order=1, cval=np.nan)
        d = seen - I
        history[k] = np.nanmean(d**2)
        u -= lr * 2 * np.array([np.nanmean(d * s) for s in np.gradient(seen)])
    return u, history


@right("finite differences of the cost, half a pixel to each side")
def differences(I, J, lr, iters):
    def gradient(I, J, u):
        return np.array([_cost(I, J, u + e, 3) - _cost(I, J, u - e, 3) for e in np.eye(2) / 2])

    return _descent(I, J, lr, iters, gradient)


@right("a spline, made once, and its derivatives; float32 in the end")
def spline(I, J, lr, iters):
    R, C = J.shape
    s = interpolate.RectBivariateSpline(np.arange(R), np.arange(C), J)
    u, history = np.zeros(2), np.zeros(iters, np.float32)
    for k in range(iters):
        r, c = np.arange(R) + u[0], np.arange(C) + u[1]
        inside = ((r >= 0) & (r <= R - 1))[:, None] & ((c >= 0) & (c <= C - 1))
        d = np.where(inside, s(r, c), 0) - I
        history[k] = (d * d).mean()
        u = u - 2 * lr * np.array([(d * inside * s(r, c, dx=1)).mean(), (d * inside * s(r, c, dy=1)).mean()])
    return u.astype(np.float32), history


@right("two plain numbers p and q, and SSD divided by the size")
def two_numbers(I, J, lr, iters):
    I, J, n = I.astype(float), J.astype(float), I.size
    p = q = 0.0
    history = np.empty(iters)
    for k in range(iters):
        seen = _seen(J, (p, q))
        down, across = np.gradient(seen)
        d = seen - I
        history[k] = np.vdot(d, d) / n
        p, q = p - lr * 2 * np.sum(d * down) / n, q - lr * 2 * np.sum(d * across) / n
    return (p, q), history


@right("looks up once more than needed: cost and picture are carried over")
def carried(I, J, lr, iters):
    u, history, seen = np.zeros(2), np.zeros(iters), J.astype(float)
    for k in range(iters):
        d = seen - I
        history[k] = np.mean(np.square(d))
        u = u - lr * 2 * np.array([np.mean(d * s) for s in np.gradient(seen)])
        seen = _seen(J, u)
    return np.array(u), history


# --- wrong ------------------------------------------------------------------------------------------------------------


@wrong("half the gradient", says="half the gradient")
def half(I, J, lr, iters):
    return _descent(I, J, lr, iters, lambda *a: _gradient(*a) / 2)


@wrong("slopes of J where it is not moved: converges all the same", says="where it is not moved")
def unmoved(I, J, lr, iters):
    slopes = np.gradient(np.asarray(J, float))
    return _descent(I, J, lr, iters, lambda I, J, u: np.array([2 * ((_seen(J, u) - I) * s).mean() for s in slopes]))


@wrong("a history full of zeros", says="never filled")
def zeros(I, J, lr, iters):
    return _descent(I, J, lr, iters)[0], np.zeros(iters)


@wrong("the cost after each step", says="*after* each step")
def after(I, J, lr, iters):
    u, history = np.zeros(2), []
    for _ in range(iters):
        u = u - lr * _gradient(I, J, u)
        history.append(_cost(I, J, u))
    return u, history


@wrong("descends the sum, not the mean", says="descends the sum", credit=0.5)
def of_the_sum(I, J, lr, iters):
    return _descent(I, J, lr, iters, lambda *a: _gradient(*a) * a[0].size, lambda *a: _cost(*a) * a[0].size)


@wrong("steps of the mean, sum in the history", says="the sum in the history")
def sum_in_history(I, J, lr, iters):
    return _descent(I, J, lr, iters, cost=lambda *a: _cost(*a) * a[0].size)


@wrong("steps of the sum, mean in the history", says="gradient of the sum")
def steps_of_the_sum(I, J, lr, iters):
    return _descent(I, J, lr, iters, lambda *a: _gradient(*a) * a[0].size)


@wrong("the root of the mean in the history")
def root(I, J, lr, iters):
    return _descent(I, J, lr, iters, cost=lambda *a: np.sqrt(_cost(*a)))


@wrong("uphill", says="uphill")
def uphill(I, J, lr, iters):
    return _descent(I, J, -lr, iters)


@wrong("rows and columns exchanged in the gradient, as in the hand-out", says="rows and columns exchanged", defect="B16")
def exchanged(I, J, lr, iters):
    return _descent(I, J, lr, iters, lambda *a: _gradient(*a)[::-1])


@wrong("returns (column, row)")
def column_first(I, J, lr, iters):
    u, history = _descent(I, J, lr, iters)
    return u[::-1], history


@wrong("u is how far the content goes", says="how far the content of J goes", credit=0.5)
def content(I, J, lr, iters):
    u, history = _descent(I, J, lr, iters)
    return -u, history


@wrong("history first")
def history_first(I, J, lr, iters):
    return _descent(I, J, lr, iters)[::-1]


@wrong("returns the best u, not the last")
def best(I, J, lr, iters):
    u, costs, path = np.zeros(2), [], []
    for _ in range(iters + 1):
        costs.append(_cost(I, J, u))
        path.append(u)
        u = u - lr * _gradient(I, J, u)
    return path[int(np.argmin(costs))], costs[:-1]


@wrong("halves a step until the cost falls")
def backtracks(I, J, lr, iters):
    u, history = np.zeros(2), []
    for _ in range(iters):
        history.append(_cost(I, J, u))
        step = lr * _gradient(I, J, u)
        for _k in range(5):
            if _cost(I, J, u - step) < history[-1]:
                break
            step = step / 2
        u = u - step
    return u, history


@wrong("stops when a step is short: the history is too short")
def early(I, J, lr, iters):
    u, history = np.zeros(2), []
    for _ in range(iters):
        history.append(_cost(I, J, u))
        step = lr * _gradient(I, J, u)
        if np.abs(step).max() < 1e-4:
            break
        u = u - step
    return u, np.array(history)


@wrong("one gradient for all steps", says="computed before the loop")
def gradient_once(I, J, lr, iters):
    g = _gradient(I, J, np.zeros(2))
    return _descent(I, J, lr, iters, lambda *_: g)


@wrong("looks the picture up in the picture that was looked up before: it blurs at every step")
def again_and_again(I, J, lr, iters):
    seen, u, history = np.asarray(J, float), np.zeros(2), np.zeros(iters)
    for k in range(iters):
        history[k] = ((seen - I) ** 2).mean()
        step = -lr * _gradient(I, seen, np.zeros(2))
        u = u + step
        seen = _seen(seen, step)
    return u, history


@wrong("adds up momentum")
def momentum(I, J, lr, iters):
    u, v, history = np.zeros(2), np.zeros(2), []
    for _ in range(iters):
        history.append(_cost(I, J, u))
        v = 0.5 * v + lr * _gradient(I, J, u)
        u = u - v
    return u, history


@wrong("the learning rate shrinks as 1 / (k + 1)")
def shrinking(I, J, lr, iters):
    u, history = np.zeros(2), []
    for k in range(iters):
        history.append(_cost(I, J, u))
        u = u - lr / (k + 1) * _gradient(I, J, u)
    return u, history


@wrong("steps of length lr, whatever the slope")
def normalised(I, J, lr, iters):
    def gradient(I, J, u):
        g = _gradient(I, J, u)
        return g / (np.linalg.norm(g) + 1e-12)

    return _descent(I, J, lr, iters, gradient)


@wrong("rows first, then the columns from the new row: not the gradient at one place")
def one_after_the_other(I, J, lr, iters):
    u, history = np.zeros(2), []
    for k in range(iters):
        history.append(_cost(I, J, u))
        u[k % 2] -= lr * _gradient(I, J, u)[k % 2]
    return u, history


@wrong("rows only")
def rows_only(I, J, lr, iters):
    return _descent(I, J, lr, iters, lambda *a: _gradient(*a) * [1, 0])


@wrong("whole pixels: u is rounded before it is used")
def rounded(I, J, lr, iters):
    return _descent(
        I, J, lr, iters, lambda I, J, u: _gradient(I, J, np.round(u)), lambda I, J, u: _cost(I, J, np.round(u))
    )


@wrong("subtracts bytes", defect="B1")
def wraps(I, J, lr, iters):
    u, history = np.zeros(2), np.zeros(iters)
    for k in range(iters):
        seen = ndimage.shift(J, -u, order=1)
        d = (seen - I).astype(float)
        history[k] = (d**2).mean()
        u = u - lr * 2 * np.array([(d * s).mean() for s in np.gradient(seen.astype(float))])
    return u, history


@wrong("one cost more than steps: that of the end, too")
def one_more(I, J, lr, iters):
    u, history = _descent(I, J, lr, iters)
    return u, [*history, _cost(I, J, u)]


@wrong("one step less than asked for", says="before the last step")
def one_step_less(I, J, lr, iters):
    u, history = np.zeros(2), []
    for k in range(iters):
        history.append(_cost(I, J, u))
        if k < iters - 1:
            u = u - lr * _gradient(I, J, u)
    return u, history


@wrong("square pictures only", defect="B15")
def square_only(I, J, lr, iters):
    n = J.shape[0]
    r, c = np.indices((n, n))
    u, history = np.zeros(2), np.zeros(iters)
    for k in range(iters):
        seen = ndimage.map_coordinates(J.astype(float), [r + u[0], c + u[1]], order=1)
        history[k] = ((seen - I) ** 2).mean()
        u = u - lr * 2 * np.array([((seen - I) * s).mean() for s in np.gradient(seen)])
    return u, history


@wrong("goes on from where the last call ended")
def goes_on(I, J, lr, iters, u=np.zeros(2)):  # noqa: B008 - the mistake itself
    history = []
    for _ in range(iters):
        history.append(_cost(I, J, u))
        u -= lr * _gradient(I, J, u)
    return u.copy(), history


@wrong("starts from the centres of mass, not from (0, 0)")
def from_the_masses(I, J, lr, iters):
    u = np.subtract(ndimage.center_of_mass(J), ndimage.center_of_mass(I))
    history = []
    for _ in range(iters):
        history.append(_cost(I, J, u))
        u = u - lr * _gradient(I, J, u)
    return u, history


@wrong("moves J itself")
def moves_j(I, J, lr, iters):
    u, history = _descent(I, J, lr, iters)
    J[...] = _seen(J, u)
    return u, history


@wrong("scales both pictures to 0..1 first: lr and costs mean something else")
def scaled(I, J, lr, iters):
    return _descent(I / float(I.max()), J / float(J.max()), lr, iters)


@wrong("the lowest cost so far in the history")
def running_minimum(I, J, lr, iters):
    u, history = _descent(I, J, lr, iters)
    return u, np.minimum.accumulate(history)


def _ends_early(I, J, lr, iters, shortest):
    u, history = np.zeros(2), []
    for _ in range(iters):
        history.append(_cost(I, J, u))
        step = lr * _gradient(I, J, u)
        if np.linalg.norm(step) < shortest:
            break
        u = u - step
    return u, history + history[-1:] * (iters - len(history))


@wrong("stops when a step is below a thousandth of a pixel, and pads the history")
def ends_at_a_thousandth(I, J, lr, iters):
    return _ends_early(I, J, lr, iters, 1e-3)


@wrong("stops when a step is below a millionth of a pixel, and pads the history")
def ends_at_a_millionth(I, J, lr, iters):
    return _ends_early(I, J, lr, iters, 1e-6)


@wrong("fails without a step: asks history for its first cost")
def needs_a_step(I, J, lr, iters):
    u, history = _descent(I, J, lr, iters)
    return u, np.array(history) * (history[0] >= 0)


@wrong("the step down the rows is taken before the slope along the columns is asked for")
def row_by_row(I, J, lr, iters):
    u, history = np.zeros(2), []
    for _ in range(iters):
        history.append(_cost(I, J, u))
        u[0] -= lr * _gradient(I, J, u)[0]
        u[1] -= lr * _gradient(I, J, u)[1]
    return u, history


@wrong("the step along the columns is taken before the slope along the rows is asked for")
def column_by_column(I, J, lr, iters):
    u, history = np.zeros(2), []
    for _ in range(iters):
        history.append(_cost(I, J, u))
        u[1] -= lr * _gradient(I, J, u)[1]
        u[0] -= lr * _gradient(I, J, u)[0]
    return u, history


@wrong("one step more than costs", says="one step more")
def one_step_more(I, J, lr, iters):
    u, history = _descent(I, J, lr, iters)
    return u - lr * _gradient(I, J, u), history


@wrong("u is kept within ten pixels")
def kept_near(I, J, lr, iters):
    u, history = np.zeros(2), []
    for _ in range(iters):
        history.append(_cost(I, J, u))
        u = np.clip(u - lr * _gradient(I, J, u), -10, 10)
    return u, history
