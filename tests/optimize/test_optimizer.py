"""The class in the manner of DIPY."""

import numpy as np
import pytest
from scipy import optimize as scipy_optimize

from coursereg import Adam, Optimizer
from coursereg.optimize.named import HESSIAN, SCIPY


def rosen(x, a=1.0):
    return float((a - x[0]) ** 2 + 100 * (x[1] - x[0] ** 2) ** 2)


def rosen_slope(x, a=1.0):
    return np.array([-2 * (a - x[0]) - 400 * x[0] * (x[1] - x[0] ** 2), 200 * (x[1] - x[0] ** 2)])


@pytest.mark.parametrize("method", [name for name in SCIPY if name not in HESSIAN])
def test_optimizer__is_scipy_minimize(method):
    jac = None if method in ("Nelder-Mead", "Powell", "COBYLA", "COBYQA") else rosen_slope
    opt = Optimizer(rosen, [-0.5, 1.0], method=method, jac=jac, options={"maxiter": 50} if method != "TNC" else None)
    wanted = scipy_optimize.minimize(
        rosen, [-0.5, 1.0], method=method, jac=jac, options={"maxiter": 50} if method != "TNC" else None
    )
    assert opt.fopt <= wanted.fun  # ours keeps the best point
    assert opt.fopt == rosen(opt.xopt)
    assert opt.message.startswith(method)
    assert opt.nfev <= wanted.nfev


def test_optimizer__passes_arguments_on_and_keeps_the_evolution():
    seen = []
    opt = Optimizer(rosen, [2, 2], (2.0,), "BFGS", jac=rosen_slope, callback=seen.append, evolution=True)
    np.testing.assert_allclose(opt.xopt, [2, 4], atol=1e-4)
    assert opt.evolution.shape == (opt.nit, 2)
    np.testing.assert_array_equal(opt.evolution, seen)
    np.testing.assert_array_equal(opt.evolution[-1], opt.xopt)


def test_optimizer__without_evolution_keeps_none():
    assert Optimizer(rosen, [0, 0]).evolution is None


def test_optimizer__takes_jac_true_bounds_constraints_and_hessians():
    both = Optimizer(lambda x: (rosen(x), rosen_slope(x)), [0, 0], jac=True)
    np.testing.assert_allclose(both.xopt, [1, 1], atol=1e-3)
    bounded = Optimizer(rosen, [0, 0], bounds=[(None, 0.5), (None, None)])
    np.testing.assert_allclose(bounded.xopt, [0.5, 0.25], atol=1e-4)
    line = {"type": "eq", "fun": lambda x: x[0] + x[1] - 1}
    constrained = Optimizer(rosen, [5, 5], method="SLSQP", constraints=line)
    assert constrained.xopt.sum() == pytest.approx(1, abs=1e-6)
    newton = Optimizer(rosen, [0, 0], (1.0,), "Newton-CG", rosen_slope, hess=lambda x, a: np.array(
        [[2 - 400 * x[1] + 1200 * x[0] ** 2, -400 * x[0]], [-400 * x[0], 200.0]]))  # fmt: skip
    np.testing.assert_allclose(newton.xopt, [1, 1], atol=1e-3)


def test_optimizer__leaves_the_options_alone():
    options = {"maxiter": 3}
    opt = Optimizer(rosen, [0, 0], method="BFGS", options=options)
    assert options == {"maxiter": 3}
    assert opt.nit == 3
    assert not opt.result.success


def test_optimizer__takes_functions_objects_and_rules():
    bowl = lambda x, a: float((x - a) @ (x - a))  # noqa: E731
    np.testing.assert_allclose(Optimizer(bowl, [0, 0], (3,), Adam(0.1), tol=1e-3).xopt, [3, 3], atol=0.01)
    np.testing.assert_allclose(Optimizer(bowl, [0, 0], (3,), "momentum", options={"lr": 0.05}).xopt, [3, 3], atol=0.1)
    found = Optimizer(bowl, [0, 0], (3,), lambda fun, x0: x0 + 3)
    np.testing.assert_array_equal(found.xopt, [3, 3])
    assert found.fopt == 0


def test_print_summary__says_all_there_is(capsys):
    Optimizer(rosen, [1, 1], method="Powell").print_summary()
    out = capsys.readouterr().out
    assert [line.split()[0] for line in out.splitlines()] == ["xopt", "fopt", "nit", "nfev", "message"]


def test_optimizer__says_what_is_wrong():
    with pytest.raises(ValueError, match="unknown optimizer: 'best'"):
        Optimizer(rosen, [0, 0], method="best")
    with pytest.raises(TypeError, match="fun must be a function"):
        Optimizer("rosen", [0, 0])


def test_optimizer__takes_one_argument_that_is_no_tuple_as_scipy_does():
    def fun(x, a):
        return float(((x - a) ** 2).sum())

    one, other = (Optimizer(fun, [0.0, 0.0], args=args) for args in (3.0, (3.0,)))
    np.testing.assert_array_equal(one.xopt, other.xopt)
    np.testing.assert_allclose(one.xopt, 3, atol=1e-4)
