"""The update rules: against the readable ones, and the laws of unit U09."""

import numpy as np
import pytest

from coursereg import GD, VGD, Adagrad, Adam, LineSearch, Momentum, Nesterov, RMSProp
from coursereg.course.plain import optimisers as plain
from coursereg.optimize.descent import DESCENT

A = np.array([[3.0, 1.0], [1.0, 20.0]])
START = np.array([2.0, -1.5])


def grad(x):
    return A @ x + np.sin(x)


def value(x):
    return float(0.5 * x @ A @ x - np.cos(x).sum())


def walk(rule, steps, x=START, slope=grad):
    points = []
    for _ in range(steps):
        x = rule.step(x, slope)
        points.append(x)
    return np.array(points)


def plain_walk(name, steps):
    x, v, m, length, points = START, 0.0, 0.0, 1.0, []
    for t in range(1, steps + 1):
        g = grad(x)
        if name == "gd":
            x = plain.gd(x, g, 0.02)
        elif name == "vgd":
            x = plain.vgd(x, g, 0.2, 10)
        elif name == "momentum":
            x, v = plain.momentum(x, g, v, 0.02, 0.8)
        elif name == "nag":
            x, v = plain.nesterov(x, grad, v, 0.02, 0.8)
        elif name == "adagrad":
            x, v = plain.adagrad(x, g, v, 0.5)
        elif name == "rmsprop":
            x, v = plain.rmsprop(x, g, v, 0.2, 0.8)
        elif name == "adam":
            x, m, v = plain.adam(x, g, m, v, t, 0.3, 0.8, 0.9)
        else:
            x, length = plain.line_search(x, g, value, length if t == 1 else 2 * length)
        points.append(x)
    return np.array(points)


def rules():
    return {
        "gd": GD(0.02),
        "vgd": VGD(0.2, size=10),
        "momentum": Momentum(0.02, gamma=0.8),
        "nag": Nesterov(0.02, gamma=0.8),
        "adagrad": Adagrad(0.5),
        "rmsprop": RMSProp(0.2, beta=0.8),
        "adam": Adam(0.3, gamma=0.8, beta=0.9),
        "linesearch": LineSearch(value),
    }


def test_descent__names_every_rule():
    assert {name: type(rule) for name, rule in rules().items()} == DESCENT


@pytest.mark.parametrize("name", DESCENT)
def test_step__is_the_readable_rule(name):
    np.testing.assert_allclose(walk(rules()[name], 3), plain_walk(name, 3), rtol=0, atol=1e-12)
    # 40 steps add up the roundings of 40 sums
    np.testing.assert_allclose(walk(rules()[name], 40), plain_walk(name, 40), rtol=0, atol=1e-9)


@pytest.mark.parametrize("name", DESCENT)
def test_step__leaves_the_point_and_the_gradient_alone(name):
    rule, x, given = rules()[name], START.copy(), []

    def slope(at):
        given.append((grad(at), grad(at)))
        return given[-1][0]

    for _ in range(3):
        new = rule.step(x, slope)
        assert not np.shares_memory(new, x)
    np.testing.assert_array_equal(x, START)
    for mine, copy in given:
        np.testing.assert_array_equal(mine, copy)


@pytest.mark.parametrize("name", DESCENT)
def test_step__state_belongs_to_the_object(name):
    alone = walk(rules()[name], 4)
    one, other, x, y, together = rules()[name], rules()[name], START, -START, []
    for _ in range(4):
        x, y = one.step(x, grad), other.step(y, grad)
        together.append(x)
    np.testing.assert_array_equal(together, alone)


@pytest.mark.parametrize("name", DESCENT)
def test_reset__forgets_everything(name):
    rule = rules()[name]
    first = walk(rule, 4)
    rule.reset()
    np.testing.assert_array_equal(walk(rule, 4), first)


@pytest.mark.parametrize("name", DESCENT)
def test_step__stays_where_the_gradient_is_zero(name):
    np.testing.assert_array_equal(walk(rules()[name], 2, slope=np.zeros_like), [START, START])


@pytest.mark.parametrize("name", ["adagrad", "rmsprop", "adam"])
def test_step__does_not_depend_on_the_scale_of_the_function(name):
    scaled = walk(rules()[name], 10, slope=lambda x: 1e5 * grad(x))
    # eps = 1e-8 beside slopes of 0.1 or more
    np.testing.assert_allclose(scaled, walk(rules()[name], 10), rtol=0, atol=1e-5)


def test_nesterov__asks_where_it_is_about_to_arrive():
    asked, rule = [], Nesterov(0.02, gamma=0.8)
    x1 = rule.step(START, lambda x: asked.append(x) or grad(x))
    rule.step(x1, lambda x: asked.append(x) or grad(x))
    np.testing.assert_allclose(asked, [START, x1 - 0.8 * (START - x1)], atol=1e-12)


def test_adam__first_step_has_the_length_lr_in_every_parameter():
    np.testing.assert_allclose(np.abs(Adam(0.3).step(START, grad) - START), 0.3, rtol=1e-7)


def test_momentum__without_memory_is_descent():
    np.testing.assert_array_equal(walk(Momentum(0.02, gamma=0), 5), walk(GD(0.02), 5))
    np.testing.assert_array_equal(walk(Nesterov(0.02, gamma=0), 5), walk(GD(0.02), 5))


def test_line_search__falls_at_every_step_whatever_the_first_length():
    for lr in (1e-3, 1.0, 1e4):
        values = [value(START)] + [value(x) for x in walk(LineSearch(value, lr=lr), 25)]
        assert all(b < a for a, b in zip(values, values[1:], strict=False) if a > values[-1])
        assert values[-1] < value(np.zeros(2)) + 1e-2


def test_line_search__stays_where_nothing_is_lower():
    uphill = LineSearch(value)
    np.testing.assert_array_equal(uphill.step(START, lambda x: -grad(x)), START)


@pytest.mark.parametrize(
    ("make", "match"),
    [
        (lambda: GD(0), "lr must be more than 0, got 0"),
        (lambda: GD(np.nan), "lr must be a finite number, got nan"),
        (lambda: VGD(size=-1), "size must be more than 0, got -1"),
        (lambda: Momentum(gamma=1), "gamma must be at least 0 and below 1, got 1"),
        (lambda: Nesterov(gamma=-0.1), "gamma must be at least 0 and below 1"),
        (lambda: Adagrad(eps=0), "eps must be more than 0"),
        (lambda: RMSProp(beta=1.5), "beta must be at least 0 and below 1, got 1.5"),
        (lambda: Adam(beta="x"), "beta must be a finite number, got 'x'"),
        (lambda: LineSearch(enough=1), "enough must be below 1, got 1"),
        (lambda: LineSearch().step([1.0], grad), r"LineSearch must know the function .* LineSearch\(fun\)"),
    ],
)
def test_descent__says_what_is_wrong(make, match):
    with pytest.raises(ValueError, match=match):
        make()
