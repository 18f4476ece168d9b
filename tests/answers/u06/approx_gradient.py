"""Answers to U06.approx_gradient."""

import numpy as np

from answers import right, wrong


def _axes(x):
    x = np.asarray(x, float)
    return x, np.eye(x.size)


@right("one loop over the parameters, a copy for each side")
def copies(f, x, eps):
    g = []
    for i in range(len(x)):
        up, down = np.array(x, dtype=float), np.array(x, dtype=float)
        up[i] += eps / 2
        down[i] -= eps / 2
        g.append((f(up) - f(down)) / eps)
    return np.array(g)


@right("rows of a matrix of steps")
def matrix(f, x, eps):
    x, E = _axes(x)
    return np.array([f(x + e) - f(x - e) for e in E * (eps / 2)]) / eps


@right("a list, the step put in and taken out again")
def in_and_out(f, x, eps):
    x = np.array(x, dtype=np.float64)
    g = []
    for i in range(x.size):
        kept = x[i]
        x[i] = kept + 0.5 * eps
        ahead = f(x.copy())
        x[i] = kept - 0.5 * eps
        g.append((ahead - f(x.copy())) / eps)
        x[i] = kept
    return g


@right("the mean of two one-sided slopes of half the width")
def mean_of_two_sides(f, x, eps):
    x, E = _axes(x)
    h, here = eps / 2, f(x)
    return np.array([((f(x + h * e) - here) / h + (here - f(x - h * e)) / h) / 2 for e in E])


@right("apply_along_axis, and values kept in a dictionary")
def remembers(f, x, eps):
    x, E = _axes(x)
    seen = {}

    def value(y):
        key = tuple(y)
        if key not in seen:
            seen[key] = f(y)
        return seen[key]

    return np.apply_along_axis(lambda e: (value(x + e * eps / 2) - value(x - e * eps / 2)) / eps, 1, E)


@wrong("half to each side, divided by that half")
def divided_by_half(f, x, eps):
    return 2 * matrix(f, x, eps)


@wrong("eps to each side, divided by 2 eps: another definition of eps", says="eps is half of the width", credit=0.5)
def half_width(f, x, eps):
    return matrix(f, x, 2 * eps)


@wrong("one-sided, forward", says="one-sided difference, from x ahead")
def forward(f, x, eps):
    x, E = _axes(x)
    return np.array([(f(x + eps * e) - f(x)) / eps for e in E])


@wrong("one-sided, backward", says="one-sided difference, from x back")
def backward(f, x, eps):
    x, E = _axes(x)
    return np.array([(f(x) - f(x - eps * e)) / eps for e in E])


@wrong("one-sided, half of the width", says="half a step ahead divided by the whole width")
def forward_by_half(f, x, eps):
    x, E = _axes(x)
    return np.array([(f(x + eps / 2 * e) - f(x)) / eps for e in E])


@wrong("one-sided, half of the width, divided by it: a slope, but not in the middle")
def forward_right_slope(f, x, eps):
    x, E = _axes(x)
    return np.array([(f(x + eps / 2 * e) - f(x)) / (eps / 2) for e in E])


@wrong("divides by 2 eps", says="half of the slope")
def half(f, x, eps):
    return matrix(f, x, eps) / 2


@wrong("eps to each side, divided by eps", says="twice the slope")
def twice(f, x, eps):
    return 2 * matrix(f, x, 2 * eps)


@wrong("forgets to divide", says="the difference of two values")
def not_divided(f, x, eps):
    return eps * matrix(f, x, eps)


@wrong("points downhill", says="the way down")
def downhill(f, x, eps):
    return -matrix(f, x, eps)


@wrong("moves all parameters at once", says="all parameters at once")
def all_at_once(f, x, eps):
    x = np.asarray(x, float)
    return np.full(x.shape, (f(x + eps / 2) - f(x - eps / 2)) / eps)


@wrong("the step of one parameter stays for the next", says="steps that add up")
def steps_add_up(f, x, eps):
    h, g = np.zeros(len(x)), np.zeros(len(x))
    for i in range(len(x)):
        h[i] = eps / 2
        g[i] = (f(x + h) - f(x - h)) / eps
    return g


@wrong("np.zeros_like(x) for the steps", says="steps in whole numbers")
def whole_steps(f, x, eps):
    g = np.zeros(len(x))
    for i in range(len(x)):
        h = np.zeros_like(x)
        h[i] = eps / 2
        g[i] = (f(x + h) - f(x - h)) / eps
    return g


@wrong("np.zeros_like(x) for the slopes", says="slopes cut to whole numbers")
def whole_slopes(f, x, eps):
    g = np.zeros_like(x)
    for i, e in enumerate(np.eye(len(x))):
        g[i] = (f(x + eps / 2 * e) - f(x - eps / 2 * e)) / eps
    return g


@wrong("changes x in place, and leaves it changed")
def in_place(f, x, eps):
    g = np.zeros(len(x))
    for i in range(len(x)):
        x[i] += eps / 2
        ahead = f(x)
        x[i] -= eps
        g[i] = (ahead - f(x)) / eps
        x[i] += eps / 2
    x += 1e-3
    return g


@wrong("a width of its own, whatever eps is")
def own_width(f, x, eps):
    return matrix(f, x, 1e-4)


@wrong("a width in proportion to x, so none at x = 0")
def relative_width(f, x, eps):
    x, E = _axes(x)
    return np.array([(f(x + e * v * eps / 2) - f(x - e * v * eps / 2)) / (eps * v) for e, v in zip(E, x, strict=True)])


@wrong("the first parameter only")
def first_only(f, x, eps):
    g = np.zeros(len(x))
    g[0] = matrix(f, x, eps)[0]
    return g


@wrong("a gradient of length one")
def unit_length(f, x, eps):
    g = matrix(f, x, eps)
    return g / np.linalg.norm(g)


@wrong("a formula of higher order: fine for smooth costs, not what was asked for")
def five_points(f, x, eps):
    x, E = _axes(x)
    h = eps / 4
    return np.array([(8 * (f(x + h * e) - f(x - h * e)) - f(x + 2 * h * e) + f(x - 2 * h * e)) / (12 * h) for e in E])


@wrong("a column instead of a vector")
def column(f, x, eps):
    return matrix(f, x, eps)[:, None]


@wrong("float16: three digits")
def three_digits(f, x, eps):
    return matrix(f, x, eps).astype(np.float16)
