"""What a registration tells about itself."""

from dataclasses import dataclass, field

import numpy as np

from coursereg.optimize.result import Result


@dataclass(frozen=True, eq=False)
class RegistrationResult(Result):
    """
    Outcome of `HistogramRegistration.optimize`.

    Attributes
    ----------
    x : ndarray of shape (n,)
        Parameters of the transform.
    fun : float
        What the last stage minimised, there: minus its similarity.
    trace : list of (ndarray, float)
        One (parameters, value) per iteration, all stages in a row. Values of different stages must not be compared:
        each counts in its own way.
    n_eval, n_grad, n_iter : int
        Sums over the stages.
    reason : str
        Why the last stage stopped.
    success : bool
        Whether it converged.
    similarity : float
        `HistogramRegistration.eval` of the transform.
    overlap : float
        Part of the smaller image that lies on the other one.
    stages : list of (str, Result)
        The stages, in order.
    """

    similarity: float = np.nan
    overlap: float = np.nan
    stages: list = field(default_factory=list, repr=False)

    @classmethod
    def of(cls, T, stages, similarity, overlap):  # noqa: N803
        """Sum up the stages that led to the transform T."""
        found = [stage for _, stage in stages]
        last = found[-1]
        return cls(
            x=np.array(T.param, dtype=np.float64),
            fun=last.fun,
            trace=[entry for stage in found for entry in stage.trace],
            n_eval=sum(stage.n_eval for stage in found),
            n_grad=sum(stage.n_grad for stage in found),
            n_iter=sum(stage.n_iter for stage in found),
            reason=last.reason
            if np.isfinite(similarity)
            else "too little of the images overlaps where the search ended",
            success=bool(last.success and np.isfinite(similarity)),
            similarity=float(similarity),
            overlap=float(overlap),
            stages=stages,
        )
