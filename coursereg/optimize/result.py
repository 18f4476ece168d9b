"""What a minimiser hands back."""

from dataclasses import dataclass, field

import numpy as np


@dataclass(frozen=True, eq=False)
class Result:
    """
    Outcome of a minimisation: the best point met, how it was found, and why the search stopped there.

    Attributes
    ----------
    x : ndarray of shape (n,)
        The best point of all that were evaluated, not merely the last.
    fun : float
        The function there; inf if it was finite nowhere.
    trace : list of (ndarray, float)
        One (point, value) per iteration, the start first: ``trace[k]`` is where iteration k began.
    n_eval, n_grad, n_iter : int
        Calls of the function, gradients asked for, iterations. A numeric gradient costs calls of the function, which
        are counted in `n_eval`.
    reason : str
        One sentence: why it stopped.
    success : bool
        False if it did not converge: a budget was used up, it diverged, or the function was not finite.

    Examples
    --------
    >>> from coursereg import minimize
    >>> found = minimize(lambda x: (x[0] - 3) ** 2, [0.0], "bfgs")
    >>> found.success, round(float(found.x[0]), 3)
    (True, 3.0)
    """

    x: np.ndarray
    fun: float
    trace: list = field(repr=False)
    n_eval: int
    n_grad: int
    n_iter: int
    reason: str
    success: bool
