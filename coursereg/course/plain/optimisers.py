"""
Unit U09 in readable NumPy: the update rules of descent, one short function each.

``g`` is the gradient at x, an array; only `nesterov` takes ``grad``, a function. What a rule must remember goes in and
comes out; start it with 0. The classes of `coursereg.optimize.descent` keep it inside.
"""

import numpy as np


def gd(x, g, lr):
    """Go down the slope; return x."""
    return x - lr * g


def vgd(x, g, lr, size):
    """Go down the slope of the mean over ``size`` pixels; return x."""
    return x - lr * g / size


def momentum(x, g, v, lr, gamma=0.9):
    """Keep a part of the last step and add to it; return (x, v)."""
    v = gamma * v + lr * g
    return x - v, v


def nesterov(x, grad, v, lr, gamma=0.9):
    """Keep a part of the last step, and ask for the slope where that part ends; return (x, v)."""
    v = gamma * v + lr * grad(x - gamma * v)
    return x - v, v


def adagrad(x, g, v, lr, eps=1e-8):
    """Divide the step by the root of the sum of all squared slopes; return (x, v)."""
    v = v + g**2
    return x - lr * g / (np.sqrt(v) + eps), v


def rmsprop(x, g, v, lr, beta=0.9, eps=1e-8):
    """Divide the step by the root of the running mean of the squared slopes; return (x, v)."""
    v = beta * v + (1 - beta) * g**2
    return x - lr * g / (np.sqrt(v) + eps), v


def adam(x, g, m, v, t, lr, gamma=0.9, beta=0.999, eps=1e-8):
    """Divide the mean of the slopes by the root of that of their squares, at step t = 1, 2, ...; return (x, m, v)."""
    m = gamma * m + (1 - gamma) * g
    v = beta * v + (1 - beta) * g**2
    m_hat, v_hat = m / (1 - gamma**t), v / (1 - beta**t)
    return x - lr * m_hat / (np.sqrt(v_hat) + eps), m, v


def line_search(x, g, f, length):
    """Halve the length of a step down the slope until f falls by a ten-thousandth of what the slope promises."""
    steep = np.linalg.norm(g)
    while f(x - length * g / steep) > f(x) - 1e-4 * length * steep:
        length /= 2
    return x - length * g / steep, length


# --- as classes: the memory stays inside ------------------------------------------------------------------------------


class Momentum:
    """Keep a part of the last step and add to it (Polyak 1964)."""

    def __init__(self, lr=0.1, gamma=0.9):
        self.lr, self.gamma = lr, gamma
        self.v = 0.0

    def step(self, x, grad):
        """Return the point after x."""
        self.v = self.gamma * self.v + self.lr * grad(x)
        return x - self.v


class Nesterov:
    """Momentum that asks for the slope where the kept part of the step ends (Nesterov 1983)."""

    def __init__(self, lr=0.1, gamma=0.9):
        self.lr, self.gamma = lr, gamma
        self.v = 0.0

    def step(self, x, grad):
        """Return the point after x."""
        kept = self.gamma * self.v
        self.v = kept + self.lr * grad(x - kept)
        return x - self.v


class Adagrad:
    """Divide each parameter's step by the root of the sum of its squared slopes (Duchi, Hazan and Singer 2011)."""

    def __init__(self, lr=0.1, eps=1e-8):
        self.lr, self.eps = lr, eps
        self.v = 0.0

    def step(self, x, grad):
        """Return the point after x."""
        g = grad(x)
        self.v = self.v + g**2
        return x - self.lr * g / (np.sqrt(self.v) + self.eps)


class RMSProp:
    """Divide each parameter's step by the root of the running mean of its squared slopes (Hinton 2012)."""

    def __init__(self, lr=0.1, beta=0.9, eps=1e-8):
        self.lr, self.beta, self.eps = lr, beta, eps
        self.v = 0.0

    def step(self, x, grad):
        """Return the point after x."""
        g = grad(x)
        self.v = self.beta * self.v + (1 - self.beta) * g**2
        return x - self.lr * g / (np.sqrt(self.v) + self.eps)


class Adam:
    """Divide the running mean of the slopes by the root of that of their squares (Kingma and Ba 2015)."""

    def __init__(self, lr=0.1, beta1=0.9, beta2=0.999, eps=1e-8):
        self.lr, self.beta1, self.beta2, self.eps = lr, beta1, beta2, eps
        self.m, self.v, self.t = 0.0, 0.0, 0

    def step(self, x, grad):
        """Return the point after x."""
        g = grad(x)
        self.t += 1
        self.m = self.beta1 * self.m + (1 - self.beta1) * g
        self.v = self.beta2 * self.v + (1 - self.beta2) * g**2
        m = self.m / (1 - self.beta1**self.t)  # both means began at 0: these lines take that bias away
        v = self.v / (1 - self.beta2**self.t)
        return x - self.lr * m / (np.sqrt(v) + self.eps)


def tune(opt, lrs, budget, fun, grad, x0):
    """
    Try each rate with the same number of gradients; return (the best rate, the cost at which its run ended).

    ``opt(lr)`` makes a fresh rule; a run begins at x0 and goes on until ``grad`` was asked ``budget`` times. A run that
    ends at a cost that is not finite loses.
    """
    best = None, np.inf
    for lr in lrs:
        rule, x, asked = opt(lr), np.array(x0, float), []

        def counted(at, asked=asked):
            asked.append(1)
            return grad(at)

        while len(asked) < budget:
            x = rule.step(x, counted)
        cost = float(fun(x))
        if np.isfinite(cost) and cost < best[1]:
            best = lr, cost
    return best
