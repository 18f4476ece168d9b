"""`scipy.optimize.minimize` as a class, in the manner of DIPY."""

import numpy as np

from coursereg.optimize.differences import as_point
from coursereg.optimize.minimize import minimize
from coursereg.optimize.named import SCIPY, run_scipy
from coursereg.optimize.recorder import Recorder

_SPELLING = {name.lower(): name for name in SCIPY}


class Optimizer:
    """
    Minimise a function at construction; the outcome is in the properties.

    Parameters
    ----------
    fun : callable
        ``fun(x, *args) -> float``.
    x0 : array_like of shape (n,)
        Where to start.
    args : tuple, default: ()
        Further arguments of `fun`, and of `jac`, `hess` and `hessp`.
    method : str, callable or object, default: "L-BFGS-B"
        As in `coursereg.minimize`: a name, a function as SciPy's custom methods, or an object with ``step(x, grad)``.
    jac : callable, True or str, optional
        The gradient; True: `fun` returns (value, gradient); a string: SciPy's name of a numeric scheme.
    hess, hessp, bounds, constraints, tol
        As in `scipy.optimize.minimize`, for the methods that know them.
    callback : callable, optional
        ``callback(x)`` after every iteration.
    options : dict, optional
        SciPy's options of the method, such as ``{"maxiter": 100, "gtol": 1e-4}``; for other methods the keywords of
        `coursereg.minimize`. It is left as it is.
    evolution : bool, default: False
        Keep the parameters of every iteration.

    Attributes
    ----------
    result : Result
        Everything that is known of the run.

    Raises
    ------
    TypeError
        If `fun` is not a function or does not return one number, or an option is unknown to the method.
    ValueError
        If `method` is an unknown name, or `x0` is not finite.

    See Also
    --------
    coursereg.minimize : the same as a function, with tolerances that suit images.

    Notes
    -----
    `xopt` is the best point met (with constraints, SciPy's last one). SciPy's methods keep SciPy's tolerances and its
    numeric gradient of step 1.5e-8, which is for smooth functions only.

    Examples
    --------
    >>> opt = Optimizer(lambda x: float((x - 3) @ (x - 3)), [0, 0], method="BFGS", evolution=True)
    >>> opt.xopt.round(3), opt.evolution.shape == (opt.nit, 2)
    (array([3., 3.]), True)
    """

    def __init__(
        self,
        fun,
        x0,
        args=(),
        method="L-BFGS-B",
        jac=None,
        hess=None,
        hessp=None,
        bounds=None,
        constraints=(),
        tol=None,
        callback=None,
        options=None,
        evolution=False,
    ):
        options = dict(options or {})
        name = _SPELLING.get(method.lower()) if isinstance(method, str) else None
        if name:
            x0, scheme = as_point("x0", x0), jac if isinstance(jac, str) else None
            record = Recorder(fun, None if scheme else jac, args)
            gradient = record.gradient if record.jac else scheme
            keywords = {"jac": gradient, "hess": _bound(hess, args), "hessp": _bound(hessp, args), "bounds": bounds}
            self.result = run_scipy(
                name, record, x0, options, None, callback, constraints=constraints, tol=tol, **keywords
            )
        else:
            if tol is not None:
                options.setdefault("xtol", tol)
            function, jac = _bound(fun, args), jac if jac is True else _bound(jac, args)
            self.result = minimize(function, x0, method, jac=jac, hess=_bound(hess, args), callback=callback, **options)
        self._evolution = evolution

    @property
    def xopt(self):
        """The best parameters: ndarray of shape (n,)."""
        return self.result.x

    @property
    def fopt(self):
        """The function there."""
        return self.result.fun

    @property
    def nit(self):
        """Number of iterations."""
        return self.result.n_iter

    @property
    def nfev(self):
        """Number of calls of the function."""
        return self.result.n_eval

    @property
    def message(self):
        """Why it stopped."""
        return self.result.reason

    @property
    def evolution(self):
        """Parameters after each iteration, ndarray of shape (nit, n), if asked for; None otherwise."""
        if not self._evolution:
            return None
        return np.array([x for x, _ in self.result.trace[1:]]).reshape(-1, self.result.x.size)

    def print_summary(self):
        """Print parameters, value, counts and the reason, one a line."""
        for line in (
            f"xopt     {np.array2string(self.xopt, precision=6)}",
            f"fopt     {self.fopt:.8g}",
            f"nit      {self.nit}",
            f"nfev     {self.nfev}",
            f"message  {self.message}",
        ):
            print(line)  # noqa: T201


def _bound(function, args):
    """Return a function with its further arguments filled in, or what is no function as it is."""
    if not args or not callable(function):
        return function
    return lambda *x: function(*x, *args)
