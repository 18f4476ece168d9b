"""The loop around anything that has ``step(x, grad)``: when to stop, and what to say then."""

import numpy as np

from coursereg.optimize.recorder import StopSearchError

SHORT = 5  # that many steps below xtol in a row end the search, if it is near
PATIENCE = 30  # that many steps without a better value end it, if it is near; three times as many end it anyway
NEAR = 5.0  # times xtol: what may be left to go for a success
FAR = 100.0  # a value that rises by that many times what the start was worth has diverged


class _Slopes:
    """The gradient as a step asks for it; remembers the last two, from which the way left to go is estimated."""

    def __init__(self, record):
        self.record, self.seen = record, []

    def __call__(self, x):
        g = self.record.gradient(x)
        x = np.array(x, dtype=np.float64)
        if not (self.seen and np.array_equal(x, self.seen[-1][0])):
            self.seen = [*self.seen[-1:], (x, g.copy())]
        return g

    def _no_number(self, *_):
        msg = "grad is a function: step(x, grad) must call it, as in grad(x)"
        raise TypeError(msg)

    __array__ = __neg__ = __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __truediv__ = _no_number
    __pow__ = __getitem__ = __len__ = _no_number

    def left_to_go(self):
        """Return the length of a Newton step along the last movement: slope over curvature."""
        if not self.seen:
            return np.inf
        slope = np.linalg.norm(self.seen[-1][1])
        if slope == 0 or len(self.seen) < 2:
            return np.inf if slope else 0.0
        (x0, g0), (x1, g1) = self.seen
        bend = (g1 - g0) @ (x1 - x0)
        return slope * ((x1 - x0) @ (x1 - x0)) / bend if bend > 0 else np.inf

    def hint(self):
        """Say in words how far it is."""
        left = self.left_to_go()
        return (
            f"with about {left:.3g} left to go; change lr" if np.isfinite(left) else "and there is no valley in sight"
        )


def run_steps(stepper, record, x, maxiter=200, xtol=1e-2, ftol=1e-2, gtol=1e-3, callback=None, far=FAR):
    """
    Call ``x = stepper.step(x, grad)`` until it stops, and return the `Result`.

    It is a success if the gradient is at most ``gtol``; or if `SHORT` steps in a row were shorter than ``xtol``, or the
    best value has not fallen by ``ftol`` of the whole fall for `PATIENCE` steps, and no more than a few ``xtol`` are
    left to go, by the slope and how it changes. Neither a crawl nor a dance around the optimum is one: both go on.
    """
    if hasattr(stepper, "reset"):
        stepper.reset()
    slopes, values, short = _Slopes(record), [], 0
    try:
        for k in range(maxiter + 1):
            values.append(record.iteration(x))
            if callback is not None and k:
                callback(x.copy())
            stop = _trouble(values, far) or _rest(values, short, slopes, xtol, ftol)
            if stop:
                return record.result(*stop)
            if k == maxiter:
                break
            new = _next(stepper, x, slopes)
            if slopes.seen and np.abs(slopes.seen[-1][1]).max() <= gtol:
                return record.result(f"the gradient is at most gtol = {gtol:g}", True)
            short = short + 1 if np.linalg.norm(new - x) <= xtol else 0
            x = new
    except StopSearchError as stop:
        return record.result(str(stop), False)
    return record.result(f"the budget of {maxiter} steps is used up, {slopes.hint()}", False)


def _next(stepper, x, slopes):
    """Return the next point, of the shape of x and finite."""
    new = np.array(stepper.step(x.copy(), slopes), dtype=np.float64)
    if new.shape != x.shape:
        msg = f"step must return a point of shape {x.shape}, got shape {new.shape}"
        raise ValueError(msg)
    if not np.isfinite(new).all():
        msg = "it diverged: a step led to a point that is not finite; lower lr"
        raise StopSearchError(msg)
    return new


def _trouble(values, far):
    """Return (reason, False) if the last value is not finite or far above the best."""
    if not np.isfinite(values[-1]):
        return f"the function is not finite after {len(values) - 1} steps; lower lr", False
    best = min(values)
    if values[-1] - best > far * max(abs(values[0]), values[0] - best):
        return f"it diverged: the value rose from {best:.4g} to {values[-1]:.4g}; lower lr", False
    return None


def _rest(values, short, slopes, xtol, ftol):
    """Return (reason, success) if the search has come to rest, near the optimum or for good."""
    near = slopes.left_to_go() <= NEAR * xtol
    if near and short >= SHORT:
        return f"the last {SHORT} steps were shorter than xtol = {xtol:g}", True
    if near and _stalled(values, PATIENCE, ftol):
        return f"the best value has hardly fallen for {PATIENCE} steps", True
    if _stalled(values, 3 * PATIENCE, ftol):
        what = "was better than the start" if min(values) == values[0] else "lowered the best value much"
        return f"none of the last {3 * PATIENCE} steps {what}, {slopes.hint()}", False
    return None


def _stalled(values, steps, ftol):
    """Tell whether that many steps have lowered the best value by no more than ``ftol`` of the whole fall."""
    if len(values) <= steps:
        return False
    best = min(values)
    return min(values[:-steps]) - best <= ftol * (values[0] - best)
