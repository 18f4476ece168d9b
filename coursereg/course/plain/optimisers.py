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
