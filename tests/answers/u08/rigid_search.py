"""Answers to U08.rigid_search."""

import numpy as np
from scipy import ndimage

from answers import right, wrong


def _places(shape, t, pivot):
    """R (x - pivot) of all pixels."""
    r, c = np.indices(shape)
    a, b = r - pivot[0], c - pivot[1]
    return np.cos(t) * a - np.sin(t) * b, np.sin(t) * a + np.cos(t) * b


def _at(P, a, b, u, pivot, order=1, mode="constant"):
    return ndimage.map_coordinates(P, [a + pivot[0] - u[0], b + pivot[1] - u[1]], order=order, mode=mode)


def _make(
    change=lambda slope, scale: slope,
    warped_slopes=True,
    order=1,
    steps=None,
    pivot_of=lambda shape: (np.array(shape) - 1) / 2,
    where=lambda start: start,
    groups=((0, 1, 2),),
    mode="constant",
    best=False,
    cost=lambda d: float(np.mean(d**2)),
    out=lambda t, u, history: (float(np.rad2deg(t)), u, history),
    after=False,
    turned=True,
    residual=True,
    arms="turned",
    move=None,
):
    """A search with its parts to be exchanged."""

    def search(I, J, step, scale, start=(0.0, (0.0, 0.0)), iters=150):
        I, J = np.asarray(I, float), np.asarray(J, float)
        pivot = np.asarray(pivot_of(I.shape), float)
        slopes_of_j = np.gradient(J)
        theta, u = where(start)
        x, history, visited = np.array([scale * np.deg2rad(theta), *u]), [], []

        def look(x):
            t, u = x[0] / scale, x[1:]
            a, b = _places(I.shape, t, pivot)
            d = (_at(J, a, b, u, pivot, order, mode) if residual else J) - I
            down, across = (_at(g, a, b, u, pivot, order) if warped_slopes else g for g in slopes_of_j)
            r, c = (k - m for k, m in zip(np.indices(I.shape), pivot, strict=True))
            arm = {"turned": (a, b), "unturned": (r, c), "shifted": (a - u[0], b - u[1])}[arms]
            slope = [np.mean(d * (across * arm[0] - down * arm[1])) / scale, -np.mean(d * down), -np.mean(d * across)]
            return cost(d), 2 * np.array(slope) * [turned, 1, 1]

        for _ in range(steps or iters):
            value, slope = look(x)
            visited.append(x)
            if not after:
                history.append(value)
            if move:
                x = move(x, -step * slope, lambda at: look(at)[0])
                continue
            for k, group in enumerate(groups):
                moving = np.isin(range(3), group)
                x = x - step * change(look(x)[1] if k else slope, scale) * moving
            if after:
                history.append(look(x)[0])
        if best:
            ends = [*visited, x] if best == "of all" else visited
            x = min(ends, key=lambda at: look(at)[0])
        return out(x[0] / scale, x[1:], history)

    return search


def _add(mark, name, **parts):
    function = _make(**parts)
    function.__name__ = name
    function.__module__ = __name__
    mark(function)


@right("slopes of the moved picture and the arms of x, as arrays")
def moved_slopes(I, J, step, scale, start=(0.0, (0.0, 0.0)), iters=150):
    I, J = np.asarray(I, float), np.asarray(J, float)
    middle, history = (np.array(I.shape) - 1) / 2, np.zeros(iters)
    x = np.array([scale * np.deg2rad(start[0]), *start[1]])
    r, c = (k - m for k, m in zip(np.indices(I.shape), middle, strict=True))
    for k in range(iters):
        t = x[0] / scale
        a, b = _places(I.shape, t, middle)
        moved = _at(J, a, b, x[1:], middle)
        d = moved - I
        history[k] = (d**2).mean()
        down, across = np.gradient(moved)
        # the slopes lie in the frame of I; those of J are R times them
        down_j, across_j = np.cos(t) * down - np.sin(t) * across, np.sin(t) * down + np.cos(t) * across
        gradient = 2 * np.array([(d * (across * r - down * c)).mean() / scale, *(-(d * g).mean() for g in (down_j, across_j))])
        x -= step * gradient
    return np.degrees(x[0] / scale), (x[1], x[2]), history


@right("angle and shift kept apart, with a start and a number of steps of its own")
def apart(I, J, step, scale, start=(0, (0, 0)), iters=150):
    I, J = np.asarray(I, float), np.asarray(J, float)
    m = (np.array(I.shape) - 1) / 2
    t, u, history = np.deg2rad(start[0]), np.array(start[1], float), []
    for _ in range(iters):
        a, b = _places(I.shape, t, m)
        d = _at(J, a, b, u, m) - I
        down, across = (_at(g, a, b, u, m) for g in np.gradient(J))
        history += [np.square(d).sum() / d.size]
        t, u = (
            t - step * 2 * np.mean(d * (across * a - down * b)) / scale**2,
            u + step * 2 * np.array([np.mean(d * down), np.mean(d * across)]),
        )
    return t * 180 / np.pi, u, history


@right("central differences of the cost, four tenths of a pixel wide; no start of its own, as the plan of the course has it")
def differences(I, J, step, scale):
    I, J = np.asarray(I, float), np.asarray(J, float)
    m = (np.array(I.shape) - 1) / 2

    def cost(x):
        return np.mean((_at(J, *_places(I.shape, x[0] / scale, m), x[1:], m) - I) ** 2)

    x, history = np.zeros(3), []
    for _ in range(150):
        history.append(cost(x))
        x = x - step * np.array([(cost(x + e) - cost(x - e)) / 0.4 for e in 0.2 * np.eye(3)])
    return [np.rad2deg(x[0] / scale), x[1:].tolist(), history]


_add(right("cubic splines"), "cubic", order=3)
_add(right("theta as an array without axes"), "no_axes", out=lambda t, u, h: (np.array(np.rad2deg(t)), list(u), np.array(h)))

_add(wrong("half the slope", says="a factor of 2"), "half", change=lambda s, scale: s / 2)
_add(wrong("uphill", says="uphill"), "uphill", change=lambda s, scale: -s)
_add(wrong("the slope per radian", says="divided by scale"), "per_radian", change=lambda s, scale: s * [scale, 1, 1])
_add(wrong("scale twice"), "twice", change=lambda s, scale: s / [scale, 1, 1])
_add(wrong("the slope of the shift without its minus", says="minus"), "shift_sign", change=lambda s, scale: s * [1, -1, -1])
_add(wrong("the slope of the angle with the other sign", says="the angle's slope with the other sign"), "angle_sign", change=lambda s, scale: s * [-1, 1, 1])
_add(wrong("arms of x with J's slope at R x", says="without u"), "unturned_arms", arms="unturned")
_add(wrong("arms that include u", says="without u"), "arms_with_u", arms="shifted")
_add(wrong("the best place of all, the last included", says="the last step ends"), "best_of_all", best="of all")
_add(wrong("steps of two pixels at most", says="the last step ends"), "clipped_step", move=lambda x, way, cost: x + np.clip(way, -2, 2))
_add(wrong("a step is taken only if the cost falls"), "only_down", move=lambda x, way, cost: x + way * (cost(x + way) <= cost(x)))
_add(wrong("the result is rounded to a tenth", says="do not round"), "rounded", out=lambda t, u, h: (np.round(np.rad2deg(t), 1), np.round(u, 1), h))
_add(wrong("never turns"), "never_turns", turned=False)
_add(wrong("steps of one length"), "one_length", change=lambda s, scale: s / np.linalg.norm(s))
_add(wrong("slopes of J that are not moved along"), "unmoved_slopes", warped_slopes=False)
_add(wrong("the residual of the start, in every step"), "old_residual", residual=False)
_add(wrong("turns about the corner"), "corner", pivot_of=lambda shape: (0, 0))
_add(wrong("turns about shape / 2, half a pixel beside the centre", says="the pivot the centre"), "beside", pivot_of=lambda shape: np.array(shape) / 2)
_add(wrong("costs after the step instead of before"), "after", after=True)
_add(wrong("a history of sums"), "sums", cost=lambda d: float(np.sum(d**2)))
_add(wrong("a history of zeros"), "zeros", cost=lambda d: 0.0)
_add(wrong("theta in radians"), "in_radians", out=lambda t, u, h: (t, u, h))
_add(wrong("theta with the other sign"), "minus_theta", out=lambda t, u, h: (-np.rad2deg(t), u, h))
_add(wrong("u as (columns, rows)"), "exchanged", out=lambda t, u, h: (np.rad2deg(t), u[::-1], h))
_add(wrong("minus u"), "minus_u", out=lambda t, u, h: (np.rad2deg(t), -u, h))
_add(wrong("ten steps"), "ten", steps=10)
_add(wrong("150 steps, whatever iters says"), "always_150", steps=150)
_add(wrong("the angle first, then the shift with a new slope", says="once per step"), "in_turn", groups=((0,), (1, 2)))
_add(wrong("one parameter after the other", says="once per step"), "one_by_one", groups=((1,), (2,), (0,)))
_add(wrong("the best place visited, not the last"), "best", best=True)
_add(wrong("begins at the identity, whatever start says", says="history[0] of a start"), "no_start", where=lambda start: (0.0, (0.0, 0.0)))
_add(wrong("the start's angle in radians"), "start_in_radians", where=lambda start: (np.rad2deg(start[0]), start[1]))
_add(wrong("the start as (columns, rows)"), "start_exchanged", where=lambda start: (start[0], start[1][::-1]))
_add(wrong("the rim of J goes on for ever", says="0 outside"), "endless_rim", mode="nearest")
_add(wrong("slopes of the sum: the step is thousands of times too long"), "of_the_sum", change=lambda s, scale: s * 3000)


@wrong("scale is not used: radians and pixels in one step")
def without_scale(I, J, step, scale, start=(0.0, (0.0, 0.0)), iters=150):
    return _make()(I, J, step, 1.0, start, iters)


@wrong("moves the static picture")
def static(I, J, step, scale, start=(0.0, (0.0, 0.0)), iters=150):
    return _make()(J, I, step, scale, start, iters)


@wrong("bytes wrap")
def wraps(I, J, step, scale, start=(0.0, (0.0, 0.0)), iters=150):
    theta, u, history = _make()(I, J, step, scale, start, iters)
    if np.asarray(I).dtype == np.uint8:
        history[0] = float(((J - I) ** 2).mean())
    return theta, u, history


@wrong("changes J if it is of floats", says="changed its input")
def clears_floats(I, J, step, scale, start=(0.0, (0.0, 0.0)), iters=150):
    out = _make()(I, J, step, scale, start, iters)
    if J.dtype == float:
        J -= J.mean()
    return out
