"""Answers to U06.approx_hessian."""

import numpy as np

from answers import right, wrong


def _gradient(f, x, eps):
    x = np.asarray(x, float)
    return np.array([(f(x + e) - f(x - e)) / eps for e in eps / 2 * np.eye(x.size)])


def _of(gradient, x, eps, ahead=0.5, back=0.5):
    x = np.asarray(x, float)
    return np.array(
        [(gradient(x + ahead * e) - gradient(x - back * e)) / (eps * (ahead + back)) for e in eps * np.eye(x.size)]
    )


@right("the difference of the gradient")
def of_the_gradient(f, x, eps):
    return _of(lambda y: _gradient(f, y, eps), x, eps)


@right("the formula of four values, each half a width away")
def four_values(f, x, eps):
    x = np.asarray(x, float)
    n, h = x.size, eps / 2
    H, E = np.empty((n, n)), np.eye(n)
    for i in range(n):
        for j in range(n):
            a, b = h * E[i], h * E[j]
            H[i, j] = (f(x + a + b) - f(x + a - b) - f(x - a + b) + f(x - a - b)) / eps**2
    return H


@right("three values on the diagonal, four a whole width away off it, one half of the matrix mirrored")
def three_and_four(f, x, eps):
    x = np.array(x, dtype=float)
    n = len(x)
    E, H, here = eps * np.eye(n), np.zeros((n, n)), f(x)
    for i in range(n):
        H[i, i] = (f(x + E[i]) - 2 * here + f(x - E[i])) / eps**2
        for j in range(i):
            four = f(x + E[i] + E[j]) - f(x + E[i] - E[j]) - f(x - E[i] + E[j]) + f(x - E[i] - E[j])
            H[i, j] = H[j, i] = four / (4 * eps**2)
    return H


@right("made symmetric at the end")
def symmetrised(f, x, eps):
    H = of_the_gradient(f, x, eps)
    return (H + H.T) / 2


@right("a list of lists, mixed terms from curvatures along the diagonals of the plane")
def along_diagonals(f, x, eps):
    x = np.asarray(x, float)
    n, E, here = x.size, eps * np.eye(x.size), f(x)
    along = [f(x + e) + f(x - e) - 2 * here for e in E]
    H = [[0.0] * n for _ in range(n)]
    for i in range(n):
        for j in range(n):
            both = f(x + E[i] + E[j]) + f(x - E[i] - E[j]) - 2 * here
            mixed = (both - along[i] - along[j]) / 2
            H[i][j] = (along[i] if i == j else mixed) / eps**2
    return H


@wrong("one-sided differences of one-sided differences", says="one-sided difference of one-sided differences")
def forward_twice(f, x, eps):
    x = np.asarray(x, float)
    E, here = eps * np.eye(x.size), f(x)
    return np.array([[(f(x + a + b) - f(x + a) - f(x + b) + here) / eps**2 for b in E] for a in E])


@wrong("a one-sided difference of the gradient", says="one-sided difference of the gradient")
def forward_once(f, x, eps):
    return _of(lambda y: _gradient(f, y, eps), x, eps, 1, 0)


@wrong("a one-sided difference of the gradient, backward")
def backward_once(f, x, eps):
    return _of(lambda y: _gradient(f, y, eps), x, eps, 0, 1)


@wrong("eps to each side in both differences: another definition of eps", says="eps is half of the width", credit=0.5)
def half_width(f, x, eps):
    return of_the_gradient(f, x, 2 * eps)


@wrong("the diagonal alone", says="the diagonal alone")
def diagonal(f, x, eps):
    return np.diag(np.diag(of_the_gradient(f, x, eps)))


@wrong("the diagonal as a vector", says="the diagonal as a vector")
def vector(f, x, eps):
    return np.diag(of_the_gradient(f, x, eps)).copy()


@wrong("the upper half", says="one half of the matrix")
def upper(f, x, eps):
    return np.triu(of_the_gradient(f, x, eps))


@wrong("the gradient times itself (Gauss-Newton, remembered by halves)", says="the gradient times itself")
def outer(f, x, eps):
    g = _gradient(f, x, eps)
    return np.outer(g, g)


@wrong("divided by eps once", says="a division by eps where eps squared is due")
def divided_once(f, x, eps):
    return eps * of_the_gradient(f, x, eps)


@wrong("both denominators doubled", says="a quarter of it")
def quarter(f, x, eps):
    return of_the_gradient(f, x, eps) / 4


@wrong("eps to each side, divided by eps, twice", says="four times of it")
def four_times(f, x, eps):
    return 4 * of_the_gradient(f, x, 2 * eps)


@wrong("the other sign", says="the other sign")
def negative(f, x, eps):
    return -of_the_gradient(f, x, eps)


@wrong("np.zeros_like for the matrix of an integer x", says="cut to whole numbers")
def whole_numbers(f, x, eps):
    return of_the_gradient(f, x, eps).astype(np.asarray(x).dtype)


@wrong("np.zeros_like(x) for the steps", says="steps in whole numbers")
def whole_steps(f, x, eps):
    H = np.zeros((len(x), len(x)))
    for i in range(len(x)):
        for j in range(len(x)):
            a, b = np.zeros_like(x), np.zeros_like(x)
            a[i], b[j] = eps / 2, eps / 2
            H[i, j] = (f(x + a + b) - f(x + a - b) - f(x - a + b) + f(x - a - b)) / eps**2
    return H


@wrong("right off the diagonal, half widths on it: a quarter there")
def diagonal_too_small(f, x, eps):
    H = of_the_gradient(f, x, eps)
    return H - 0.75 * np.diag(np.diag(H))


@wrong("mixed terms twice: both (i, j) and (j, i) are added up")
def mixed_twice(f, x, eps):
    H = of_the_gradient(f, x, eps)
    return H + H.T - np.diag(np.diag(H))


@wrong("on the diagonal the right formula with half the width")
def narrow_diagonal(f, x, eps):
    H, N = of_the_gradient(f, x, eps), of_the_gradient(f, x, eps / 2)
    np.fill_diagonal(H, np.diag(N))
    return H


@wrong("the inverse, as in a Newton step")
def inverse(f, x, eps):
    return np.linalg.pinv(of_the_gradient(f, x, eps))


@wrong("x is left changed")
def leaves_x_changed(f, x, eps):
    H = of_the_gradient(f, x, eps)
    x += eps
    return H


@wrong("two parameters at most")
def two_by_two(f, x, eps):
    H = of_the_gradient(f, x, eps)
    H[2:], H[:, 2:] = 0, 0
    return H


@wrong("the gradient at x + eps/2 minus that at x, twice as steep as half a step")
def half_step_ahead(f, x, eps):
    x = np.asarray(x, float)
    g = _gradient(f, x, eps)
    return np.array([2 * (_gradient(f, x + e, eps) - g) / eps for e in eps / 2 * np.eye(x.size)])
