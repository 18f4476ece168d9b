"""One door to all minimisers."""

import time
import warnings

import numpy as np
import pytest
from scipy.optimize import OptimizeResult

from coursereg import Adam, LineSearch, Momentum, minimize
from coursereg.optimize.descent import DESCENT
from coursereg.optimize.named import NIPY, SCIPY

A = np.array([[3.0, 1.0], [1.0, 20.0]])
GOAL = np.array([3.0, -1.0])
RATES = {"gd": 0.05, "vgd": 0.05, "momentum": 0.02, "nag": 0.02, "adagrad": 1.0, "rmsprop": 0.1, "adam": 0.1}


class Counted:
    """A bowl, offset and not round, that counts its calls."""

    def __init__(self):
        self.calls = 0

    def __call__(self, x):
        self.calls += 1
        return float(0.5 * (x - GOAL) @ A @ (x - GOAL)) - 5.0


def slope(x):
    return A @ (x - GOAL)


def options(name):
    return {"lr": RATES[name]} if name in RATES else {}


@pytest.mark.parametrize("name", [*NIPY, "steepest", *SCIPY, *DESCENT])
def test_minimize__every_name_finds_the_bottom_of_a_bowl(name):
    bowl = Counted()
    found = minimize(bowl, [0, 0], name, xtol=1e-3, ftol=1e-6, maxiter=400, **options(name))
    assert np.abs(found.x - GOAL).max() < 0.05
    assert found.fun == bowl(found.x) < -4.99
    assert found.success, found.reason
    assert found.n_eval == bowl.calls - 1
    assert len(found.trace) == found.n_iter + 1
    np.testing.assert_array_equal(found.trace[0][0], [0, 0])
    assert found.fun <= min(value for _, value in found.trace)


@pytest.mark.parametrize("name", ["cg", "bfgs", "ncg", "steepest", "L-BFGS-B", "trust-exact", *DESCENT])
def test_minimize__uses_a_gradient_that_is_given(name):
    plain, asked = Counted(), []
    found = minimize(plain, [0, 0], name, jac=lambda x: asked.append(x) or slope(x), xtol=1e-3, maxiter=400,
                     **options(name))  # fmt: skip
    assert np.abs(found.x - GOAL).max() < 0.15
    assert found.n_grad == len(asked) > 0
    assert found.n_eval < minimize(Counted(), [0, 0], name, xtol=1e-3, maxiter=400, **options(name)).n_eval


@pytest.mark.parametrize("name", ["cg", "bfgs", "steepest", "L-BFGS-B", "adam"])
def test_minimize__jac_true_takes_value_and_gradient_from_one_call(name):
    bowl = Counted()
    found = minimize(lambda x: (bowl(x), slope(x)), [0, 0], name, jac=True, xtol=1e-3, maxiter=400, **options(name))
    assert np.abs(found.x - GOAL).max() < 0.15
    assert found.n_eval == bowl.calls


@pytest.mark.parametrize("name", ["cg", "bfgs", "ncg", "steepest"])
def test_minimize__differences_over_epsilon_not_over_a_rounding(name):
    points = []

    def staircase(x):  # flat between steps of 0.02: a step of 1e-8 sees no slope at all
        points.append(x.copy())
        return Counted()(np.round(x / 0.02) * 0.02)

    found = minimize(staircase, [0, 0], name, epsilon=0.2, ftol=1e-6)
    assert np.abs(found.x - GOAL).max() < 0.1
    distances = [np.abs(p - points[0]).max() for p in points[1:3]]
    np.testing.assert_allclose(distances, 0.1, atol=1e-12)


def test_minimize__simplex_moves_from_the_origin():  # nipy's does not: its first simplex is 0.00025 wide
    assert minimize(Counted(), [0, 0], "simplex").n_iter > 5
    seen = []
    minimize(lambda x: seen.append(x.copy()) or 0.0, [0, 0], "simplex", step=7.0, maxiter=1)
    np.testing.assert_array_equal(seen[:3], [[0, 0], [7, 0], [0, 7]])


def test_minimize__ncg_works_with_a_hessian_of_the_caller():
    asked = []
    found = minimize(Counted(), [0, 0], "ncg", jac=slope, hess=lambda x: asked.append(x) or A)
    assert np.abs(found.x - GOAL).max() < 1e-3
    assert asked


@pytest.mark.parametrize("name", [*NIPY, "steepest", "L-BFGS-B", "COBYLA", "adam"])
def test_minimize__is_deaf_to_infinite_and_nan_values(name):
    def walled(x):
        return np.nan if x[0] > 3.2 else np.inf if x[1] < -1.3 else Counted()(x)

    # Silent: a failing test would be a RuntimeWarning of inf - inf.
    found = minimize(walled, [0, 0], name, jac=slope if name in ("ncg", "cg", "bfgs", "adam") else None,
                     xtol=1e-3, **options(name))  # fmt: skip
    assert np.isfinite(found.fun)
    assert found.fun < Counted()([0, 0])


@pytest.mark.parametrize("name", [*NIPY, "steepest", "L-BFGS-B", "COBYLA", *DESCENT])
def test_minimize__never_calls_a_value_that_is_not_finite_a_success(name):
    found = minimize(lambda _x: np.nan, [0, 0], name, jac=slope, maxfun=500)
    assert not found.success
    assert found.fun == np.inf
    assert "finite at none of" in found.reason


def test_minimize__does_not_silence_the_function():
    def divides(x):
        return float(np.float64(1.0) / np.float64(0.0)) + x[0]

    with pytest.warns(RuntimeWarning, match="divide by zero"):
        minimize(divides, [0.0], "powell", maxfun=3)


@pytest.mark.parametrize("name", [*NIPY, "steepest", "L-BFGS-B", "TNC", "COBYLA", "trust-constr", *DESCENT])
def test_minimize__keeps_to_a_budget_of_calls(name):
    bowl = Counted()
    found = minimize(bowl, [0, 0], name, maxfun=4, **options(name))
    assert bowl.calls == found.n_eval == 4
    assert not found.success
    assert "budget of 4 calls" in found.reason


@pytest.mark.parametrize("name", [*NIPY, "steepest", "L-BFGS-B", "TNC", "COBYQA", *DESCENT])
def test_minimize__keeps_to_a_budget_of_iterations(name):
    found = minimize(Counted(), [0, 0], name, maxiter=1, xtol=1e-6, ftol=1e-9, gtol=1e-9, **options(name))
    assert found.n_iter <= 2
    assert not found.success


@pytest.mark.parametrize("name", ["powell", "bfgs", "steepest", "adam"])
def test_minimize__calls_back_once_per_iteration(name):
    seen = []
    found = minimize(Counted(), [0, 0], name, callback=seen.append, **options(name))
    trace = [x for x, _ in found.trace]
    np.testing.assert_array_equal(seen, trace[1:])


# --- functions and objects of someone else ---------------------------------------------------------------------------


def test_minimize__takes_a_function_that_knows_nothing_but_fun_and_x0():
    def mine(fun, x0):
        candidates = [x0, x0 + [3, -1], x0 + [9, 9]]
        return min(candidates, key=fun)

    found = minimize(Counted(), [0, 0], mine)
    np.testing.assert_array_equal(found.x, GOAL)
    assert found.success
    assert found.n_eval == 3


def test_minimize__gives_a_custom_method_of_scipy_what_it_takes():
    given = {}

    def custom(fun, x0, args=(), maxiter=3, callback=None, **keywords):
        given.update(keywords, args=args, maxiter=maxiter)
        x = x0 - np.linalg.solve(A, keywords["jac"](x0))
        callback(x)
        return OptimizeResult(x=x, fun=fun(x), success=True, message="one step of Newton's")

    found = minimize(Counted(), [0, 0], custom, maxiter=9, lazy=True)
    assert np.abs(found.x - GOAL).max() < 1e-9
    assert found.reason == "one step of Newton's"
    assert given["lazy"] is True
    assert given["args"] == ()
    assert found.n_iter == 1


def test_minimize__returns_the_best_point_that_a_function_met_not_the_one_it_returns():
    def forgetful(fun, x0):
        fun(GOAL)
        return x0

    np.testing.assert_array_equal(minimize(Counted(), [0, 0], forgetful).x, GOAL)


class Student:
    """A rule that somebody has written in a hurry."""

    def __init__(self, lr):
        self.lr = lr

    def step(self, x, grad):
        x -= self.lr * grad(x)
        return x


def test_minimize__takes_any_object_with_step():
    found = minimize(Counted(), [0, 0], Student(0.05), xtol=1e-3)
    assert np.abs(found.x - GOAL).max() < 0.01
    assert found.success
    values = [value for _, value in found.trace]
    assert all(b < a for a, b in zip(values, values[1:], strict=False))


def test_minimize__makes_an_object_of_a_class():
    found, other = (minimize(Counted(), [0, 0], method, maxiter=20) for method in (Adam, Adam()))
    np.testing.assert_array_equal(found.x, other.x)


def test_minimize__an_object_begins_each_run_afresh():
    rule = Momentum(0.02)
    first, second = (minimize(Counted(), [0, 0], rule, maxiter=20).x for _ in range(2))
    np.testing.assert_array_equal(first, second)


def test_minimize__leaves_a_line_search_without_a_function():
    rule = LineSearch()
    assert minimize(Counted(), [0, 0], rule, xtol=1e-3).success
    assert rule.fun is None


def test_steps__stop_where_the_gradient_is_zero():
    found = minimize(Counted(), GOAL, Student(0.05))
    assert found.success
    assert "gradient" in found.reason
    assert found.n_iter == 0


def test_steps__a_crawl_is_no_success():
    found = minimize(Counted(), [0, 0], "gd", lr=1e-4)
    assert not found.success
    assert "left to go" in found.reason


def test_steps__a_dance_around_the_bottom_is_no_success():
    found = minimize(Counted(), [0, 0], "rmsprop", lr=1.0, jac=slope)
    assert not found.success
    assert "none of the last 90 steps lowered" in found.reason


@pytest.mark.parametrize("lr", [0.2, 10.0, 1e30])
def test_steps__divergence_is_noticed_and_the_best_point_returned(lr):
    found = minimize(Counted(), [0, 0], "gd", lr=lr, jac=slope)
    assert not found.success
    assert "lower lr" in found.reason
    assert found.n_iter < 40
    assert found.fun <= Counted()([0, 0])


def test_steps__uphill_is_no_success():
    found = minimize(Counted(), [0, 0], "adam", lr=0.1, jac=lambda x: -slope(x))
    assert not found.success
    np.testing.assert_array_equal(found.x, [0, 0])


def test_result__best_point_is_an_iterate_not_a_point_of_a_difference():
    found = minimize(Counted(), [0, 0], "gd", lr=0.05, maxiter=3, epsilon=4.0)
    assert any(np.array_equal(found.x, x) for x, _ in found.trace)


def test_minimize__leaves_the_start_alone_and_takes_whole_numbers():
    x0 = np.array([0, 0])
    found = minimize(Counted(), x0, "powell")
    np.testing.assert_array_equal(x0, [0, 0])
    assert found.x.dtype == np.float64
    assert minimize(lambda x: (x[0] - 2) ** 2, 0, "bfgs").x.shape == (1,)


def test_minimize__a_bar_appears_only_when_asked_for_or_on_a_terminal(capsys):
    minimize(Counted(), [0, 0], "powell")
    minimize(Counted(), [0, 0], "powell", progress=True)  # over in less than a second
    assert capsys.readouterr().err == ""


def test_minimize__is_silent_on_constant_functions():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for name in [*NIPY, "steepest", "L-BFGS-B", *DESCENT]:
            found = minimize(lambda _x: 1.0, [2, 3], name)
            assert found.fun == 1.0


@pytest.mark.parametrize(
    ("arguments", "keywords", "error", "match"),
    [
        ((Counted(), [0, 0], "newton"), {}, ValueError, "unknown optimizer: 'newton', must be one of steepest, powell"),
        ((Counted(), [0, 0], 3), {}, TypeError, "method must be a name, a function or an object with step"),
        ((3, [0, 0]), {}, TypeError, "fun must be a function, got 3"),
        ((lambda x: x, [0, 0]), {}, TypeError, "fun must return one number, got array"),
        ((lambda _x: 1j, [0, 0]), {}, TypeError, "fun must return one number, got 1j"),
        ((Counted(), [0, np.nan]), {}, ValueError, "x0 has NaN at 1 of 2"),
        ((Counted(), [[0, 0]]), {}, ValueError, "x0 must be 0-D or 1-D"),
        ((Counted(), []), {}, ValueError, "x0 must have at least one sample"),
        ((Counted(), [0, 0]), {"jac": 3}, TypeError, "jac must be a function, True or None, got 3"),
        ((Counted(), [0, 0]), {"xtol": -1}, ValueError, "xtol must be at least 0, got -1"),
        ((Counted(), [0, 0]), {"maxiter": -1}, ValueError, "maxiter must be at least 0"),
        ((Counted(), [0, 0]), {"maxfun": 0}, ValueError, "maxfun must be at least 1"),
        ((Counted(), [0, 0], "cg"), {"epsilon": 0}, ValueError, "epsilon must be a positive number"),
        ((Counted(), [0, 0], "cg"), {"jac": lambda x: [1.0]}, ValueError, r"gradient must have shape \(2,\)"),
        ((Counted(), [0, 0], "steepest"), {"lr": 1}, TypeError, r"steepest does not take the options \['lr'\]"),
        ((Counted(), [0, 0], Adam()), {"lr": 1}, TypeError, r"made already, does not take the options \['lr'\]"),
        ((Counted(), [0, 0], lambda fun, x0: x0), {"lr": 1}, TypeError, r"method does not take the options \['lr'\]"),
        ((Counted(), [0, 0], lambda fun, x0: [1.0]), {}, ValueError, r"method must return a point of shape \(2,\)"),
        ((Counted(), [0, 0], "gd"), {"rate": 1}, TypeError, "unexpected keyword argument 'rate'"),
    ],
)
def test_minimize__says_what_is_wrong(arguments, keywords, error, match):
    with pytest.raises(error, match=match):
        minimize(*arguments, **keywords)


def test_minimize__a_step_of_another_shape_is_an_error():
    class Broken:
        def step(self, x, grad):
            return x[:1]

    with pytest.raises(ValueError, match=r"step must return a point of shape \(2,\), got shape \(1,\)"):
        minimize(Counted(), [0, 0], Broken())


def test_minimize__shows_a_bar_after_a_second(capsys):
    def slow(x):
        time.sleep(0.1)
        return float(x @ x)

    minimize(slow, [1.0, 1.0], "gd", jac=lambda x: 2 * x, lr=0.01, maxiter=13, progress=True)
    assert "minimising" in capsys.readouterr().err
