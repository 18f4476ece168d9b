"""Minimisers by name: SciPy's, under their own names and nipy's, and steepest descent with a line search of Brent's."""

import numpy as np
from scipy import optimize as scipy_optimize

from coursereg.optimize.recorder import StopSearchError

NIPY = {"powell": "Powell", "simplex": "Nelder-Mead", "cg": "CG", "bfgs": "BFGS", "ncg": "Newton-CG"}
SCIPY = {  # SciPy's name: its names for our xtol, ftol and gtol
    "Nelder-Mead": {"xtol": "xatol", "ftol": "fatol"},
    "Powell": {"xtol": "xtol", "ftol": "ftol"},
    "CG": {"gtol": "gtol"},
    "BFGS": {"gtol": "gtol"},
    "Newton-CG": {"xtol": "xtol"},
    "L-BFGS-B": {"ftol": "ftol", "gtol": "gtol"},
    "TNC": {"xtol": "xtol", "ftol": "ftol", "gtol": "gtol"},
    "COBYLA": {"xtol": "tol"},
    "COBYQA": {"xtol": "final_tr_radius"},
    "SLSQP": {"ftol": "ftol"},
    "trust-constr": {"xtol": "xtol", "gtol": "gtol"},
    "dogleg": {"gtol": "gtol"},
    "trust-ncg": {"gtol": "gtol"},
    "trust-exact": {"gtol": "gtol"},
    "trust-krylov": {"gtol": "gtol"},
}
NO_GRADIENT = ("Nelder-Mead", "Powell", "COBYLA", "COBYQA")
HESSIAN = ("Newton-CG", "dogleg", "trust-ncg", "trust-exact", "trust-krylov")
_SPELLING = {name.lower(): name for name in SCIPY} | NIPY


def scipy_name(name):
    """Return SciPy's spelling of a name of its own or of nipy's, in any case of letters; None if it is neither."""
    return _SPELLING.get(name.lower())


def run_named(name, record, x0, tolerances, maxiter=None, hess=None, callback=None, step=1.0, options=None):
    """Run SciPy's minimiser with tolerances by our names, gradients and Hessians of the record, and a sane simplex."""
    given = {theirs: tolerances[ours] for ours, theirs in SCIPY[name].items()} | (options or {})
    if name == "Nelder-Mead":
        given.setdefault("initial_simplex", np.vstack([x0, x0 + step * np.eye(x0.size)]))
    if maxiter is not None and name != "TNC":  # which has no such option; `run_scipy` counts
        given["maxiter"] = maxiter
    jac = None if name in NO_GRADIENT else record.gradient
    if name in HESSIAN and hess is None:
        hess = record.hessian
    return run_scipy(name, record, x0, given, maxiter, callback, jac=jac, hess=hess if name in HESSIAN else None)


def run_scipy(name, record, x0, options, maxiter=None, callback=None, **keywords):
    """Run SciPy's minimiser on the record and return the `Result`; the record ends it when a budget is used up."""

    def note(x, *_):
        record.iteration(x)
        if callback is not None:
            callback(np.array(x))
        if maxiter is not None and len(record.trace) - 1 > maxiter:
            msg = f"the budget of {maxiter} iterations is used up"
            raise StopSearchError(msg)

    try:
        record.iteration(x0)
        with np.errstate(all="ignore"):  # infinite values are expected, and compared correctly
            found = scipy_optimize.minimize(record, x0, method=name, options=options, callback=note, **keywords)
    except StopSearchError as stop:
        return record.result(str(stop), False)
    if keywords.get("constraints"):  # the best value of all may break them
        record.best_x, record.best_fun = np.array(found.x), float(found.fun)
    elif found.success:
        record(found.x)
    return record.result(f"{name}: {' '.join(str(found.message).split())}", found.success)


def run_steepest(record, x, tolerances, maxiter=None, callback=None):
    """
    Go down the gradient's direction as far as the value falls, again and again.

    Stops when twice the fall of an iteration is at most ``ftol (|before| + |after|) + 1e-20``.
    """
    maxiter, value = 200 if maxiter is None else maxiter, np.inf
    try:
        value = record.iteration(x)
        for _ in range(maxiter):
            g = record.gradient(x)
            steep = np.linalg.norm(g)
            if np.abs(g).max() <= tolerances["gtol"]:
                return record.result(f"the gradient is at most gtol = {tolerances['gtol']:g}", True)
            x = x - _length(record, x, -g / steep, tolerances["xtol"]) * (g / steep)
            before, value = value, record.iteration(x)
            if callback is not None:
                callback(x.copy())
            if not 2 * (before - value) > tolerances["ftol"] * (abs(before) + abs(value)) + 1e-20:
                if value >= record.trace[0][1]:
                    return record.result("no lower value along the gradient at the start", False)
                return record.result(f"the value falls by no more than ftol = {tolerances['ftol']:g} of it", True)
    except StopSearchError as stop:
        return record.result(str(stop), False)
    return record.result(f"the budget of {maxiter} iterations is used up", False)


def _length(record, x, direction, xtol):
    """Return how far to go along a direction of length 1, by Brent's search; 0 if the value falls nowhere there."""

    def along(t):
        return record(x + t * direction)

    try:
        with np.errstate(all="ignore"):
            found = scipy_optimize.minimize_scalar(along, bracket=(0.0, 1.0), method="brent", options={"xtol": xtol})
    except RuntimeError as error:
        if not hasattr(error, "data"):  # not SciPy's "no valid bracket"
            raise
        return 0.0
    return found.x if found.fun < along(0.0) else 0.0
