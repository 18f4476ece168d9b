"""The function as the minimisers see it: counted, never nan, and with a memory of the best point."""

import numpy as np
from tqdm import tqdm

from coursereg.optimize.differences import approx_gradient, approx_hessian, one_number
from coursereg.optimize.result import Result


class StopSearchError(Exception):
    """Leaves a minimiser from inside the function, with the reason."""


class Recorder:
    """
    Wrap ``fun`` and its gradient for one run.

    Calling it gives the value, +inf where that is not finite. `gradient` gives ``jac``, or central differences of width
    ``epsilon``. With ``jac=True`` the function returns (value, gradient). Every point is handed over as a copy.
    """

    def __init__(self, fun, jac=None, args=(), maxfun=None, epsilon=0.1, progress=None):
        if not callable(fun):
            msg = f"fun must be a function, got {fun!r}"
            raise TypeError(msg)
        if not (jac is None or isinstance(jac, bool) or callable(jac)):
            msg = f"jac must be a function, True or None, got {jac!r}"
            raise TypeError(msg)
        self.fun, self.jac, self.args, self.epsilon = fun, jac, args if isinstance(args, tuple) else (args,), epsilon
        self.maxfun = np.inf if maxfun is None else maxfun
        self.n_eval = self.n_grad = 0
        self.best_x, self.best_fun = None, np.inf
        self.trace: list = []
        self._seen: dict = {}  # point: (value, gradient or None), of the running iteration
        self._outer = np.geterr()
        self._bar = tqdm(
            desc="minimising", unit="step", delay=1, leave=False, disable=None if progress is None else not progress
        )

    def __call__(self, x):
        """Return the value at x, known already or asked for, and keep x if it is the best."""
        x = np.array(x, dtype=np.float64)
        value = self.probe(x)
        if self.best_x is None or value < self.best_fun:
            self.best_x, self.best_fun = x, value
        return value

    def probe(self, x):
        """Return the value at a point that is no candidate, such as those of a difference."""
        return self._known(x)[0]

    def gradient(self, x):
        """Return the gradient at x, finite, of the shape of x."""
        self.n_grad += 1
        x = np.array(x, dtype=np.float64)
        if self.jac is True:
            g = self._known(x)[1]
        elif callable(self.jac):
            with np.errstate(**self._outer):
                g = self.jac(x.copy(), *self.args)
        else:
            g = approx_gradient(self.probe, x, self.epsilon)
        g = np.array(g, dtype=np.float64).reshape(-1)
        if g.shape != x.shape:
            msg = f"the gradient must have shape {x.shape}, as x has, got {g.shape}"
            raise ValueError(msg)
        if not np.isfinite(g).all():
            msg = f"the gradient is not finite at x = {np.array2string(x, precision=4)}"
            raise StopSearchError(msg)
        return g

    def hessian(self, x):
        """Return the symmetric numeric Hessian at x: differences of ``jac`` if there is one, of the values if not."""
        x = np.array(x, dtype=np.float64)
        if self.jac is None:
            h = approx_hessian(self.probe, x, self.epsilon)
        else:
            columns = np.eye(x.size) * self.epsilon
            h = np.array([(self.gradient(x + c / 2) - self.gradient(x - c / 2)) / c.max() for c in columns])
        return (h + h.T) / 2

    def _known(self, x):
        """Return (value, gradient or None) at x; a point is asked for once per iteration."""
        x = np.array(x, dtype=np.float64)
        key = x.tobytes()
        if key not in self._seen:
            if self.n_eval >= self.maxfun:
                msg = f"the budget of {self.maxfun} calls of the function is used up"
                raise StopSearchError(msg)
            self.n_eval += 1
            with np.errstate(**self._outer):  # the minimiser's silence is not the function's
                value = self.fun(x, *self.args)
            value, g = value if self.jac is True else (value, None)
            value = one_number("fun", value)
            self._seen[key] = (value if np.isfinite(value) else np.inf), g
        return self._seen[key]

    def iteration(self, x):
        """Note where an iteration begins, and forget the points of the one before."""
        x = np.array(x, dtype=np.float64)
        value = self(x)
        self.trace.append((x, value))
        self._seen = {x.tobytes(): self._seen[x.tobytes()]}
        self._bar.update(len(self.trace) > 1)
        return value

    def result(self, reason, success):
        """Close the run: the best point, and why it ended; never a success without a finite value."""
        self._bar.close()
        if not np.isfinite(self.best_fun):
            reason, success = f"the function was finite at none of {self.n_eval} points", False
        n_iter = max(len(self.trace) - 1, 0)
        return Result(self.best_x, self.best_fun, self.trace, self.n_eval, self.n_grad, n_iter, reason, bool(success))
