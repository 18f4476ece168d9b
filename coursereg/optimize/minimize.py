"""One door to all minimisers: by name, as a function, or as an object with ``step``."""

import copy
import inspect

import numpy as np

from coursereg import _check
from coursereg.optimize.descent import DESCENT
from coursereg.optimize.differences import as_point
from coursereg.optimize.named import NIPY, SCIPY, run_named, run_steepest, scipy_name
from coursereg.optimize.recorder import Recorder, StopSearchError
from coursereg.optimize.steps import run_steps


def minimize(
    fun,
    x0,
    method="powell",
    *,
    jac=None,
    hess=None,
    callback=None,
    maxiter=None,
    xtol=1e-2,
    ftol=1e-2,
    gtol=1e-3,
    maxfun=None,
    epsilon=0.1,
    progress=None,
    **options,
):
    """
    Minimise a function of a few parameters, by any of many methods.

    Parameters
    ----------
    fun : callable
        ``fun(x) -> float``. Where it is not finite it counts as +inf.
    x0 : array_like of shape (n,)
        Where to start.
    method : str, callable or object, default: "powell"
        - a name as in nipy: ``"powell"``, ``"simplex"``, ``"steepest"``, ``"cg"``, ``"bfgs"``, ``"ncg"``;
        - a name of `scipy.optimize.minimize`, such as ``"L-BFGS-B"``;
        - a rule of descent: ``"gd"``, ``"vgd"``, ``"momentum"``, ``"nag"``, ``"adagrad"``, ``"rmsprop"``, ``"adam"``,
          ``"linesearch"``;
        - a function as SciPy's custom methods: ``method(fun, x0, ...)`` returns x or an ``OptimizeResult``. It gets
          those of ``args, jac, hess, callback`` and of the options that it takes;
        - an object with ``step(x, grad) -> new x``, ``grad`` being a function from points to gradients.
    jac : callable or True, optional
        ``jac(x) -> (n,)``; True: `fun` returns (value, gradient). Without it, central differences.
    hess : callable, optional
        ``hess(x) -> (n, n)``; without it, central differences. Only for methods of second order.
    callback : callable, optional
        ``callback(x)`` after every iteration.
    maxiter : int, optional
        Largest number of iterations: 200 for descent and ``"steepest"``, SciPy's choice for SciPy's methods.
    xtol, ftol, gtol : float, default: 1e-2, 1e-2 and 1e-3
        When to stop: by the movement, by the fall of the value (relative, but for SciPy's methods that know an absolute
        one only), by the gradient (absolute); each where the method knows it. As in nipy, they suit similarities and
        parameters that are counted in pixels.
    maxfun : int, optional
        Largest number of calls of `fun`, those for numeric gradients included.
    epsilon : float or array_like of shape (n,), default: 0.1
        Full width of the central differences.
    progress : bool, optional
        True or False; by default a bar on a terminal. It appears after a second.
    **options
        ``step`` (default 1.0), the size of the first simplex; for a rule of descent ``lr`` and the like; for SciPy's
        methods and for functions whatever they take.

    Returns
    -------
    Result
        The best point of all that were met. ``success`` is False, with a reason, if the search did not converge.

    Raises
    ------
    TypeError
        If `fun` is not a function or does not return one number, if `method` is nothing of the above or does not take
        an option, or `x0` does not hold real numbers.
    ValueError
        If `method` is an unknown name, `x0` is not 1-D or not finite, or a tolerance or budget is out of its range.

    See Also
    --------
    coursereg.Optimizer : the same in the manner of DIPY.
    coursereg.approx_gradient : the central differences.

    Notes
    -----
    ``"cg"``, ``"bfgs"``, ``"ncg"`` and ``"steepest"`` never difference over a step near the rounding of a double: a
    sampled similarity has kinks at every pixel, and a step of 1e-8 sees only the nearest one.

    Examples
    --------
    >>> def valley(x):
    ...     return (x[0] - 3) ** 2 + 10 * (x[1] + 1) ** 2
    >>> minimize(valley, [0, 0], "powell").x.round(2)
    array([ 3., -1.])
    >>> from coursereg import Adam
    >>> found = minimize(valley, [0, 0], Adam(lr=0.3), xtol=1e-3)
    >>> bool(np.abs(found.x - [3, -1]).max() < 0.05)
    True
    """
    known = _known(method)
    x0 = as_point("x0", x0)
    tolerances = {n: _tolerance(n, value) for n, value in (("xtol", xtol), ("ftol", ftol), ("gtol", gtol))}
    maxiter = None if maxiter is None else _check.whole("maxiter", maxiter, lowest=0)
    maxfun = None if maxfun is None else _check.whole("maxfun", maxfun, lowest=1)
    record = Recorder(fun, jac, maxfun=maxfun, epsilon=epsilon, progress=progress)
    if known == "steepest":
        _takes_no(options, known)
        return run_steepest(record, x0, tolerances, maxiter, callback)
    if isinstance(known, str):
        step = options.pop("step", 1.0)
        return run_named(known, record, x0, tolerances, maxiter, hess, callback, step, options)
    if hasattr(known, "step"):
        stepper = _stepper(known, record, options)
        return run_steps(stepper, record, x0, 200 if maxiter is None else maxiter, callback=callback, **tolerances)
    return _run_function(known, record, x0, hess, callback, options)


def _known(method):
    """Return SciPy's name, "steepest", a class or object with ``step``, or a function; say what is none of these."""
    if not isinstance(method, str):
        if callable(method) or hasattr(method, "step"):
            return method
        msg = f"method must be a name, a function or an object with step(x, grad), got {method!r}"
        raise TypeError(msg)
    name = method.lower()
    if name == "steepest" or name in DESCENT:
        return DESCENT.get(name, name)
    if scipy_name(name) is None:
        names = dict.fromkeys(["steepest", *NIPY, *SCIPY, *DESCENT])
        msg = f"unknown optimizer: {method!r}, must be one of {', '.join(names)}"
        raise ValueError(msg)
    return scipy_name(name)


def _tolerance(name, value):
    value = _check.number(name, value)
    if value < 0:
        msg = f"{name} must be at least 0, got {value:g}"
        raise ValueError(msg)
    return value


def _takes_no(options, name):
    if options:
        msg = f"{name} does not take the options {sorted(options)}"
        raise TypeError(msg)


def _stepper(rule, record, options):
    """Return an object with ``step``: a class is made one; a rule that compares values is given the function."""
    if isinstance(rule, type):
        rule = rule(**options)
    else:
        _takes_no(options, f"an object {type(rule).__name__}, made already,")
    if getattr(rule, "fun", record) is None:
        rule = copy.copy(rule)
        rule.fun = record
    return rule


def _run_function(method, record, x0, hess, callback, options):
    """Call a minimiser that someone has written, with those arguments that it takes."""

    def note(x, *_):
        record.iteration(x)
        if callback is not None:
            callback(np.array(x))

    offered = {"args": (), "jac": record.gradient, "hess": hess, "hessp": None, "bounds": None,
               "constraints": (), "callback": note}  # fmt: skip
    takes = inspect.signature(method).parameters
    if not any(p.kind is p.VAR_KEYWORD for p in takes.values()):
        _takes_no({name: value for name, value in options.items() if name not in takes}, "method")
        offered = {name: value for name, value in offered.items() if name in list(takes)[2:]}
    try:
        record.iteration(x0)
        found = method(record, x0.copy(), **offered | options)
        x = as_point("what method returns", found.x if hasattr(found, "x") else found)
        if x.shape != x0.shape:
            msg = f"method must return a point of shape {x0.shape}, got shape {x.shape}"
            raise ValueError(msg)
        record(x)
    except StopSearchError as stop:
        return record.result(str(stop), False)
    reason = str(getattr(found, "message", "")) or "the method returned"
    return record.result(reason, bool(getattr(found, "success", True)))
