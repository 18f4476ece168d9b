"""
The update rules of first-order descent, one class each.

All have ``step(x, grad) -> new x`` with ``grad`` a *function*: most ask it once, at x; Nesterov asks it ahead of x. The
names of the arguments are the hand-out's: ``lr`` learning rate, ``gamma`` how much of the last step is kept, ``beta``
how much of the mean square gradient is kept. The state belongs to the object and is not shared; x is never changed;
``reset`` forgets the state. The same rules as short functions are in `coursereg.course.plain.optimisers`.
"""

import numpy as np

from coursereg import _check

EPS = 1e-8  # keeps Adagrad, RMSProp and Adam from dividing by 0


class GD:
    """
    Gradient descent: ``x - lr * g``.

    Parameters
    ----------
    lr : float, default: 0.1
        Learning rate, more than 0; right only for one scale of the function.

    Raises
    ------
    ValueError
        If a parameter is out of its range.

    See Also
    --------
    coursereg.LineSearch : the same direction, with a length that is found.

    Examples
    --------
    >>> GD(lr=0.25).step([4.0], lambda x: 2 * x)
    array([2.])
    """

    def __init__(self, lr=0.1):
        self.lr = _positive("lr", lr)

    def reset(self):
        """Forget the state; plain descent has none."""

    def step(self, x, grad):
        """Return the next point after x; ``grad`` is a function from points to gradients."""
        x = np.asarray(x, np.float64)
        return x - self.lr * np.asarray(grad(x), np.float64)


class VGD(GD):
    """
    The hand-out's "vgd": gradient descent on the mean, ``x - lr * g / size``.

    Parameters
    ----------
    lr : float, default: 0.1
        Learning rate, more than 0.
    size : float, default: 1
        What the gradient is divided by: the number of pixels, if the function is a sum over them.

    Raises
    ------
    ValueError
        If a parameter is out of its range.

    Examples
    --------
    >>> VGD(lr=0.25, size=2).step([4.0], lambda x: 2 * x)
    array([3.])
    """

    def __init__(self, lr=0.1, size=1):
        super().__init__(lr)
        self.size = _positive("size", size)

    def step(self, x, grad):
        """Return the next point after x; ``grad`` is a function from points to gradients."""
        return super().step(x, lambda at: np.asarray(grad(at), np.float64) / self.size)


class Momentum:
    """
    Descent with momentum: ``v = gamma * v + lr * g``, then ``x - v``.

    Parameters
    ----------
    lr : float, default: 0.1
        Learning rate, more than 0.
    gamma : float, default: 0.9
        Part of the last step that is kept, 0 to below 1; 0 is `GD`.

    Raises
    ------
    ValueError
        If a parameter is out of its range.

    Notes
    -----
    On a slope that stays the same, steps grow to ``1 / (1 - gamma)`` times those of `GD`.

    References
    ----------
    B. T. Polyak, "Some methods of speeding up the convergence of iteration methods", USSR Computational Mathematics
    and Mathematical Physics 4(5):1-17, 1964, doi:10.1016/0041-5553(64)90137-5.

    Examples
    --------
    >>> rule = Momentum(lr=0.25, gamma=0.5)
    >>> x = rule.step([4.0], lambda x: 2 * x)
    >>> x, rule.step(x, lambda x: 2 * x)
    (array([2.]), array([0.]))
    """

    def __init__(self, lr=0.1, gamma=0.9):
        self.lr, self.gamma = _positive("lr", lr), _fraction("gamma", gamma)
        self.reset()

    def reset(self):
        """Forget the velocity."""
        self._v = 0.0

    def step(self, x, grad):
        """Return the next point after x; ``grad`` is a function from points to gradients."""
        x = np.asarray(x, np.float64)
        self._v = self.gamma * self._v + self.lr * np.asarray(grad(x), np.float64)
        return x - self._v


class Nesterov(Momentum):
    """
    Nesterov's accelerated gradient: momentum that asks for the slope where it is about to arrive.

    ``v = gamma * v + lr * g(x - gamma * v)``, then ``x - v``.

    Parameters
    ----------
    lr : float, default: 0.1
        Learning rate, more than 0.
    gamma : float, default: 0.9
        Part of the last step that is kept, 0 to below 1; 0 is `GD`.

    Raises
    ------
    ValueError
        If a parameter is out of its range.

    References
    ----------
    Y. Nesterov, "A method of solving a convex programming problem with convergence rate O(1/k**2)", Soviet Mathematics
    Doklady 27:372-376, 1983.

    Examples
    --------
    >>> rule = Nesterov(lr=0.25, gamma=0.5)
    >>> x = rule.step([4.0], lambda x: 2 * x)
    >>> x, rule.step(x, lambda x: 2 * x)  # v = 2; asked at 2 - 1
    (array([2.]), array([0.5]))
    """

    def step(self, x, grad):
        """Return the next point after x; ``grad`` is a function from points to gradients."""
        x = np.asarray(x, np.float64)
        ahead = self.gamma * self._v
        self._v = ahead + self.lr * np.asarray(grad(x - ahead), np.float64)
        return x - self._v


class Adagrad:
    """
    Adagrad: each parameter's step is divided by the root of the sum of its squared gradients.

    Parameters
    ----------
    lr : float, default: 0.1
        Length of the first step of each parameter, in its units; more than 0. Steps shrink from there.
    eps : float, default: 1e-8
        Added to the divisor; more than 0.

    Raises
    ------
    ValueError
        If a parameter is out of its range.

    Notes
    -----
    ``v = v + g**2``, then ``x - lr * g / (sqrt(v) + eps)``. A function times 100000 gives the same steps.

    References
    ----------
    J. Duchi, E. Hazan, Y. Singer, "Adaptive subgradient methods for online learning and stochastic optimization",
    Journal of Machine Learning Research 12:2121-2159, 2011.

    Examples
    --------
    >>> Adagrad(lr=0.5).step([4.0, -4.0], lambda x: 1000 * x).round(6)
    array([ 3.5, -3.5])
    """

    def __init__(self, lr=0.1, eps=EPS):
        self.lr, self.eps = _positive("lr", lr), _positive("eps", eps)
        self.reset()

    def reset(self):
        """Forget the sum of squares."""
        self._v = 0.0

    def step(self, x, grad):
        """Return the next point after x; ``grad`` is a function from points to gradients."""
        x = np.asarray(x, np.float64)
        g = np.asarray(grad(x), np.float64)
        self._v = self._v + g * g
        return x - self.lr * g / (np.sqrt(self._v) + self.eps)


class RMSProp:
    """
    RMSProp: each parameter's step is divided by the root of the running mean of its squared gradients.

    Parameters
    ----------
    lr : float, default: 0.1
        Size of a step of each parameter on an even slope, in its units; more than 0. It does not shrink by itself.
    beta : float, default: 0.9
        Part of the mean that is kept, 0 to below 1.
    eps : float, default: 1e-8
        Added to the divisor; more than 0.

    Raises
    ------
    ValueError
        If a parameter is out of its range.

    Notes
    -----
    ``v = beta * v + (1 - beta) * g**2``, then ``x - lr * g / (sqrt(v) + eps)``. The mean starts at 0, so the first
    step is ``1 / sqrt(1 - beta)`` times `lr`.

    References
    ----------
    G. Hinton, "Neural networks for machine learning", lecture 6, 2012.

    Examples
    --------
    >>> RMSProp(lr=0.5, beta=0.75).step([4.0, -4.0], lambda x: 1000 * x).round(6)
    array([ 3., -3.])
    """

    def __init__(self, lr=0.1, beta=0.9, eps=EPS):
        self.lr, self.beta, self.eps = _positive("lr", lr), _fraction("beta", beta), _positive("eps", eps)
        self.reset()

    def reset(self):
        """Forget the mean of squares."""
        self._v = 0.0

    def step(self, x, grad):
        """Return the next point after x; ``grad`` is a function from points to gradients."""
        x = np.asarray(x, np.float64)
        g = np.asarray(grad(x), np.float64)
        self._v = self.beta * self._v + (1 - self.beta) * g * g
        return x - self.lr * g / (np.sqrt(self._v) + self.eps)


class Adam:
    """
    Adam: the running mean of the gradients over the root of the running mean of their squares.

    Parameters
    ----------
    lr : float, default: 0.1
        Length of the first step of each parameter, in its units; more than 0.
    gamma, beta : float, default: 0.9 and 0.999
        Parts of the mean and of the mean square that are kept, 0 to below 1; the paper's beta1 and beta2.
    eps : float, default: 1e-8
        Added to the divisor; more than 0.

    Raises
    ------
    ValueError
        If a parameter is out of its range.

    Notes
    -----
    Both means start at 0; dividing them by ``1 - gamma**t`` and ``1 - beta**t`` at step t takes that bias away.

    References
    ----------
    D. P. Kingma, J. Ba, "Adam: a method for stochastic optimization", 3rd International Conference on Learning
    Representations, 2015, doi:10.48550/arXiv.1412.6980.

    Examples
    --------
    >>> Adam(lr=0.5).step([4.0, -4.0], lambda x: 1000 * x).round(6)
    array([ 3.5, -3.5])
    """

    def __init__(self, lr=0.1, gamma=0.9, beta=0.999, eps=EPS):
        self.lr, self.eps = _positive("lr", lr), _positive("eps", eps)
        self.gamma, self.beta = _fraction("gamma", gamma), _fraction("beta", beta)
        self.reset()

    def reset(self):
        """Forget both means."""
        self._m, self._v, self._t = 0.0, 0.0, 0

    def step(self, x, grad):
        """Return the next point after x; ``grad`` is a function from points to gradients."""
        x = np.asarray(x, np.float64)
        g = np.asarray(grad(x), np.float64)
        self._t += 1
        self._m = self.gamma * self._m + (1 - self.gamma) * g
        self._v = self.beta * self._v + (1 - self.beta) * g * g
        m, v = self._m / (1 - self.gamma**self._t), self._v / (1 - self.beta**self._t)
        return x - self.lr * m / (np.sqrt(v) + self.eps)


class LineSearch:
    """
    Steepest descent with Armijo backtracking: try a length, halve it until the function has fallen enough.

    Parameters
    ----------
    fun : callable, optional
        ``fun(x) -> float``; `coursereg.minimize` fills it in.
    lr : float, default: 1.0
        Length of the first try, in units of the parameters; more than 0. Later ones start from twice the last length.
    enough : float, default: 1e-4
        Part of the fall that the slope promises which is asked for; between 0 and 1.
    halvings : int, default: 40
        Give up, and stay, after that many.

    Raises
    ------
    ValueError
        If a parameter is out of its range, or a step is asked for without `fun`.

    References
    ----------
    L. Armijo, "Minimization of functions having Lipschitz continuous first partial derivatives", Pacific Journal of
    Mathematics 16(1):1-3, 1966, doi:10.2140/pjm.1966.16.1.

    Examples
    --------
    >>> LineSearch(lambda x: float(x @ x), lr=1.0).step([4.0], lambda x: 2 * x)
    array([3.])
    """

    def __init__(self, fun=None, lr=1.0, enough=1e-4, halvings=40):
        self.fun, self.lr, self.enough = fun, _positive("lr", lr), _positive("enough", enough)
        self.halvings = _check.whole("halvings", halvings, lowest=1)
        if self.enough >= 1:
            msg = f"enough must be below 1, got {enough:g}"
            raise ValueError(msg)
        self.reset()

    def reset(self):
        """Forget the last length."""
        self._length = None

    def step(self, x, grad):
        """Return the next point after x; ``grad`` is a function from points to gradients."""
        if self.fun is None:
            msg = "LineSearch must know the function to compare values: LineSearch(fun)"
            raise ValueError(msg)
        x = np.asarray(x, np.float64)
        g = np.asarray(grad(x), np.float64)
        steep = float(np.linalg.norm(g))
        if steep == 0:
            return x.copy()
        length, start = self.lr if self._length is None else 2 * self._length, self.fun(x)
        for _ in range(self.halvings):
            new = x - length / steep * g
            if self.fun(new) <= start - self.enough * length * steep:
                self._length = length
                return new
            length /= 2
        return x.copy()


DESCENT = {
    "gd": GD,
    "vgd": VGD,
    "momentum": Momentum,
    "nag": Nesterov,
    "adagrad": Adagrad,
    "rmsprop": RMSProp,
    "adam": Adam,
    "linesearch": LineSearch,
}
"""The rules by the hand-out's names."""


def _positive(name, value):
    value = _check.number(name, value)
    if value <= 0:
        msg = f"{name} must be more than 0, got {value:g}"
        raise ValueError(msg)
    return value


def _fraction(name, value):
    value = _check.number(name, value)
    if not 0 <= value < 1:
        msg = f"{name} must be at least 0 and below 1, got {value:g}"
        raise ValueError(msg)
    return value
