"""One level of a registration through scale space: its images, its objective, its search."""

import time
from dataclasses import dataclass, field, replace
from typing import NamedTuple

import numpy as np

from coursereg import _check
from coursereg.optimize.descent import DESCENT
from coursereg.optimize.differences import approx_gradient, one_number
from coursereg.optimize.minimize import minimize
from coursereg.optimize.named import NO_GRADIENT, scipy_name
from coursereg.optimize.recorder import StopSearchError
from coursereg.optimize.result import Result
from coursereg.space.affine_map import AffineMap

OUT_OF_TIME = "the time of max_seconds is used up"
STEP = 0.1  # voxels: full width of the differences where a metric has no gradient
SETTLED = 0.05  # voxels: a line search that finds nothing lower after such a step has found the bottom
TOLERANCES = {"gtol": 1e-4, "ftol": 2.2e-9, "xtol": 1e-3}  # in voxels, of the value at the start
ROUGH = {"gtol": 1e-4, "ftol": 1e-2, "xtol": 1e-2}  # for rules of descent, whose ftol is of the whole fall


class Look(NamedTuple):
    """What a metric is given at one level."""

    static: np.ndarray
    moving: np.ndarray
    static_grid2world: np.ndarray
    static_mask: np.ndarray | None
    moving_mask: np.ndarray | None
    voxel: float  # of the static grid


class LevelSearch(NamedTuple):
    """What was done at one level."""

    level: int  # 0 is the finest
    shape: tuple  # of the static grid
    result: Result  # in the parameters of the transform
    matrices: list  # static to moving world, one for each entry of the trace
    affine: np.ndarray  # the best of them


@dataclass(frozen=True, eq=False)
class AffineSearchResult(Result):
    """
    Outcome of `AffineRegistration.optimize`.

    Attributes
    ----------
    x : ndarray of shape (K,)
        Parameters of the transform at the last level, applied after the maps of the levels before.
    fun : float
        The distance there.
    trace : list of (ndarray, float)
        One (parameters, distance) per iteration, all levels in a row. Distances of different levels must not be
        compared: the images are smoothed differently.
    n_eval, n_grad, n_iter : int
        Sums over the levels.
    reason : str
        Why the last level stopped.
    success : bool
        Whether it converged.
    affine : ndarray of shape (D + 1, D + 1)
        The map from the static to the moving world.
    matrices : list of ndarray
        That map at every entry of `trace`: enough to replay the search.
    levels : list of LevelSearch
        The levels, coarsest first.
    seconds : float
        Time of it all.
    """

    affine: np.ndarray | None = field(default=None, repr=False)
    matrices: list = field(default_factory=list, repr=False)
    levels: list = field(default_factory=list, repr=False)
    seconds: float = 0.0

    @classmethod
    def of(cls, levels, seconds):
        """Sum up the levels that led to a map."""
        results, last = [level.result for level in levels], levels[-1].result
        return cls(
            x=last.x,
            fun=last.fun,
            trace=[entry for result in results for entry in result.trace],
            n_eval=sum(result.n_eval for result in results),
            n_grad=sum(result.n_grad for result in results),
            n_iter=sum(result.n_iter for result in results),
            reason=last.reason,
            success=last.success,
            affine=levels[-1].affine,
            matrices=[matrix for level in levels for matrix in level.matrices],
            levels=levels,
            seconds=seconds,
        )


class Objective:
    """The metric as a function of search coordinates, divided by its value at the start."""

    def __init__(self, metric, frame, deadline):
        self.metric, self.frame, self.deadline = metric, frame, deadline
        self.scale = 1.0
        self.first = self._distance(np.zeros(frame.size))
        if np.isfinite(self.first) and self.first:
            self.scale = abs(self.first)

    def value(self, z):
        """Return the value."""
        self._watch()
        return self._distance(z) / self.scale

    def _distance(self, z):
        return one_number("metric.distance", self.metric.distance(self.frame.theta(z)))

    def __call__(self, z):
        """Return value and gradient."""
        self._watch()
        theta = self.frame.theta(z)
        if hasattr(self.metric, "distance_and_gradient"):
            value, slope = _pair(self.metric.distance_and_gradient(theta))
        elif hasattr(self.metric, "gradient"):
            value, slope = self.metric.distance(theta), self.metric.gradient(theta)
        else:
            return self.value(z), approx_gradient(self.value, z, STEP)
        value, slope = one_number("metric.distance", value), np.array(slope, dtype=np.float64).reshape(-1)
        if slope.shape != theta.shape:
            msg = f"the metric's gradient must have one entry for each of {theta.size} parameters, got {slope.size}"
            raise ValueError(msg)
        return value / self.scale, self.frame.pulled(theta, slope) / self.scale

    def _watch(self):
        if time.monotonic() > self.deadline:
            raise StopSearchError(OUT_OF_TIME)


def _pair(found):
    """Return what `distance_and_gradient` returned, if that is two things."""
    try:
        value, slope = found
    except (TypeError, ValueError):
        msg = f"metric.distance_and_gradient must return the distance and its gradient, got {found!r}"
        raise TypeError(msg) from None
    return value, slope


def look_at(level, scales, masks, grid2world):
    """Return the `Look` of a level of two scale spaces, each image with its mask or None."""
    (static_scales, moving_scales), (static_mask, moving_mask) = scales, masks
    image, affine = static_scales.get_image(level), static_scales.get_affine(level)
    if np.any(static_scales.get_scaling(level) != 1.0):
        pull = AffineMap(None, static_scales.get_domain_shape(level), affine, image.shape, grid2world)
        image = pull.transform(image)
        static_mask = None if static_mask is None else pull.transform(static_mask, interpolation="nearest")
    voxel = float(np.prod(static_scales.get_spacing(level)) ** (1 / image.ndim))
    return Look(image, moving_scales.get_image(level), affine, static_mask, moving_mask, voxel)


def search(objective, method, iterations, options, callback, progress):
    """Minimise, with the tolerances that suit the method; return the `Result` in search coordinates."""
    name = scipy_name(method) if isinstance(method, str) else None
    given = (TOLERANCES if name else ROUGH) | {"progress": progress} | options
    given["maxfun" if name in ("L-BFGS-B", "TNC") else "maxiter"] = iterations
    plain = name in NO_GRADIENT
    found = minimize(
        objective.value if plain else objective,
        np.zeros(objective.frame.size),
        method,
        jac=None if plain else True,
        callback=callback,
        **given,
    )
    if found.x is None:  # not even the start was looked at
        return replace(
            found, x=np.zeros(objective.frame.size), fun=objective.first / objective.scale, reason=OUT_OF_TIME
        )
    return replace(found, success=found.success or _settled(found))


def in_parameters(found, objective):
    """Return the `Result` in the parameters of the transform and in units of the metric."""
    frame, scale = objective.frame, objective.scale
    trace = [(frame.theta(z), value * scale) for z, value in found.trace]
    return replace(found, x=frame.theta(found.x), fun=found.fun * scale, trace=trace)


def _settled(found):
    """Tell whether a failed line search means that the bottom is reached: interpolation makes it rough."""
    if "ABNORMAL" not in found.reason and "precision loss" not in found.reason:
        return False
    steps = [np.linalg.norm(b - a) for (a, _), (b, _) in zip(found.trace[:-1], found.trace[1:], strict=True)]
    return len(steps) > 1 and steps[-1] < SETTLED


def check_metric(metric):
    """Raise TypeError unless the object can be a metric."""
    missing = [n for n in ("setup", "distance") if not callable(getattr(metric, n, None))]
    if missing or isinstance(metric, type):
        what = f"the class {metric.__name__}, not an object of it" if isinstance(metric, type) else repr(metric)
        msg = f"metric must be an object with setup, distance, gradient and distance_and_gradient, got {what}"
        raise TypeError(msg)
    return metric


def check_method(method):
    """Return the method, or raise as `minimize` does if there is none of that name."""
    known = callable(method) or hasattr(method, "step")
    if isinstance(method, str):
        known = scipy_name(method) or method.lower() in (*DESCENT, "steepest")
    return method if known else minimize(float, [0.0], method)  # which says what is wrong


def check_lists(level_iters, **lists):
    """Return the budgets, one per level, the coarsest first, if all other lists are as long."""
    for name, values in {"level_iters": level_iters, **lists}.items():
        if np.ndim(values) != 1:
            msg = f"{name} must be a sequence with an entry for each level, got {values!r}"
            raise TypeError(msg)
    iters = [_check.whole("level_iters", n, lowest=1) for n in level_iters]
    if not iters:
        msg = "level_iters must have an entry for each level, got none"
        raise ValueError(msg)
    for name, values in lists.items():
        if len(values) != len(iters):
            msg = f"{name} must have one entry for each level, as level_iters has {len(iters)}, got {len(values)}"
            raise ValueError(msg)
    return iters
