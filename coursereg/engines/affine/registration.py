"""Registration through scale space, with a metric and an optimiser of your choice, as DIPY's class of that name."""

import time
import warnings

import numpy as np
from tqdm import tqdm

from coursereg import _check
from coursereg.engines.affine.frame import Frame, middle_and_spread
from coursereg.engines.affine.levels import (
    AffineSearchResult,
    LevelSearch,
    Objective,
    check_lists,
    check_method,
    check_metric,
    in_parameters,
    look_at,
    search,
)
from coursereg.engines.affine.metrics import MutualInformationMetric
from coursereg.engines.affine.scene import as_kind_of, as_parameters, as_scene, as_start
from coursereg.engines.affine.shortcut import shortcut
from coursereg.space.affine_map import AffineMap, get_direction_and_spacings
from coursereg.space.pyramid import IsotropicScaleSpace, ScaleSpace

LEVEL_ITERS, SIGMAS, FACTORS, METHOD = (1000, 500, 100), (3, 1, 0), (4, 2, 1), "L-BFGS-B"
SMALLEST = 4  # samples along the shortest axis of a coarse level's grid


class AffineRegistration:
    """
    Search for an affine map between two images, level by level, from coarse to fine.

    Parameters
    ----------
    metric : object, optional
        How alike the images are: any object with ``setup``, ``distance``, ``gradient`` and ``distance_and_gradient``,
        as `coursereg.MutualInformationMetric` has, which is the default. Without the last two, differences are taken.
    level_iters : sequence of int, default: 1000, 500, 100
        Budget of each level, the coarsest first: evaluations for "L-BFGS-B" and "TNC", else iterations.
    sigmas : sequence of float, default: 3, 1, 0
        Standard deviation of the smoothing of each level, in samples of the image.
    factors : sequence of int, default: 4, 2, 1
        How many samples of the finest axis make one of each level's static grid. The moving image is never thinned.
    method : str, callable or object, default: "L-BFGS-B"
        As in `coursereg.minimize`: a name, a function as SciPy's custom methods, or an object with ``step(x, grad)``.
    ss_sigma_factor : float, optional
        If given, levels are those of `coursereg.ScaleSpace` with that ``sigma_factor``, and `sigmas` and `factors` are
        ignored.
    options : dict, optional
        Of the optimiser, such as ``{"gtol": 1e-5}``; it is left as it is. Tolerances count in voxels of the level's
        grid, and in units of the distance at the start.
    verbosity : int, default: 1
        0: silent; 1: a bar on a terminal; 2: also a line per level; 3: also a line per iteration.
    max_seconds : float, optional
        Stop after that time with what was found.

    Attributes
    ----------
    result : AffineSearchResult or None
        Of the last `optimize`: the trace of all levels with its matrices, counts, why it stopped, time.

    Raises
    ------
    TypeError
        If `metric` or `method` is none, a budget is not whole, or `options` is no dict.
    ValueError
        If `level_iters` is empty, `sigmas` or `factors` have another length, a number is out of range, or `method` is
        an unknown name.

    See Also
    --------
    coursereg.register_affine : the fast way, with a global start.
    coursereg.affine_registration : several kinds of maps in a row.

    Notes
    -----
    Where everything is left to it (no metric, level, method or option is given, and `optimize` gets no ``params0``),
    the map is found as `coursereg.register_affine` finds it, from `starting_affine`; `result` then holds its stages.

    At each level the transform is searched from its identity, after the map of the level before. Inside the optimiser,
    parameters are replaced by others: turns and scales are about the image's centre of mass, and a step of one moves
    the image by one voxel. `optimize` returns the transform's own parameters.

    Examples
    --------
    >>> from coursereg import samples
    >>> pair = samples.t1_pd(moved=True)
    >>> engine = AffineRegistration(level_iters=[100, 100, 50])
    >>> found = engine.optimize(pair.static, pair.moving, "translation", None, starting_affine="mass")
    >>> found.affine.round()
    array([[ 1.,  0., 17.],
           [ 0.,  1., 13.],
           [ 0.,  0.,  1.]])
    """

    docstring_addendum = "verbosity : int\n    0: silent; 1: a bar; 2: also a line per level; 3: and per iteration."
    """What DIPY's class offers to docstrings of functions that take a ``verbosity``."""

    def __init__(
        self,
        metric=None,
        level_iters=None,
        sigmas=None,
        factors=None,
        method=METHOD,
        ss_sigma_factor=None,
        options=None,
        verbosity=1,
        max_seconds=None,
    ):
        self.metric = self._own = MutualInformationMetric() if metric is None else check_metric(metric)
        chosen = metric is not None or any(c is not None for c in (level_iters, sigmas, factors, options))
        chosen |= not (isinstance(method, str) and method == METHOD)
        self.ss_sigma_factor = ss_sigma_factor
        self.sigmas = SIGMAS if sigmas is None else sigmas
        self.factors = FACTORS if factors is None else factors
        lists = {} if ss_sigma_factor is not None else {"sigmas": self.sigmas, "factors": self.factors}
        self.level_iters = check_lists(LEVEL_ITERS if level_iters is None else level_iters, **lists)
        if not (options is None or isinstance(options, dict)):
            msg = f"options must be a dict, got {options!r}"
            raise TypeError(msg)
        self.method, self.options = check_method(method), dict(options or {})
        self.verbosity = _check.whole("verbosity", verbosity, lowest=0)
        self.max_seconds = np.inf if max_seconds is None else _check.number("max_seconds", max_seconds)
        if self.max_seconds <= 0:
            msg = f"max_seconds must be more than 0, got {max_seconds}"
            raise ValueError(msg)
        self.result = None
        self._left_alone = None if chosen else self._settings()

    def _settings(self):
        """Return what decides how the search goes; users also set it after construction."""
        lists = (tuple(np.atleast_1d(values)) for values in (self.level_iters, self.sigmas, self.factors))
        return self.metric is self._own, *lists, self.method, self.ss_sigma_factor, tuple(self.options)

    def optimize(
        self,
        static,
        moving,
        transform,
        params0=None,
        static_grid2world=None,
        moving_grid2world=None,
        starting_affine=None,
        ret_metric=False,
        static_mask=None,
        moving_mask=None,
    ):
        """
        Search for the map that makes the metric's distance small.

        Parameters
        ----------
        static, moving : array_like of shape (R, C) or (S, R, C), or NIfTI image
            The images. What is NaN or infinite is not known.
        transform : ParametricTransform or str
            Kind of map: one of `coursereg.regtransforms`, or its name, such as "rigid", "similarity" or "affine".
        params0 : array_like of shape (K,), optional
            Its parameters at the start; by default those of the identity.
        static_grid2world, moving_grid2world : array_like of shape (D + 1, D + 1), optional
            Matrices from indices to the world; by default the image's own if it is a NIfTI image, else the identity.
        starting_affine : array_like of shape (D + 1, D + 1) or str, optional
            Map from the static to the moving world that is applied first: a matrix, "mass" (`coursereg.
            transform_centers_of_mass`), "voxel-origin" (`coursereg.transform_origins`), "centers" (`coursereg.
            transform_geometric_centers`) or "search" (the rigid map of `coursereg.register_affine`, which tries many
            turns, for a metric that would not find it from further away); by default the identity.
        ret_metric : bool, default: False
            Also return the parameters and the distance of the last level.
        static_mask, moving_mask : array_like of the images' shapes, optional
            Where they are not above 0, an image is not known.

        Returns
        -------
        affine_map : AffineMap
            From the static to the moving world, with both grids.
        xopt : ndarray of shape (K,)
            Parameters of the transform at the last level, applied after the maps of the levels before. Only with
            `ret_metric`.
        fopt : float
            Distance of the last level. Only with `ret_metric`.

        Raises
        ------
        TypeError
            If an image or a matrix does not hold real numbers, or `transform` is no transform.
        ValueError
            If images, matrices, masks, parameters and transform do not fit each other, an image is known nowhere or
            constant where it is known, a name is unknown, or the images do not overlap at the start.

        Warns
        -----
        UserWarning
            If a mask is nowhere above 0; it is ignored.
        RuntimeWarning
            If the last level did not converge.
        """
        began = time.monotonic()
        static = as_scene("static", static, static_grid2world, static_mask)
        moving = as_scene("moving", moving, moving_grid2world, moving_mask)
        if static.data.ndim != moving.data.ndim:
            msg = (
                f"images must have one number of dimensions, got static {static.data.shape}, moving {moving.data.shape}"
            )
            raise ValueError(msg)
        transform, at_identity = as_kind_of(transform, static.data.ndim), params0 is None
        params0, affine = as_parameters(transform, params0), as_start(starting_affine, static, moving)
        deadline = began + self.max_seconds
        levels, doubt = [], ""
        if at_identity and self.ss_sigma_factor is None and self._left_alone == self._settings():
            levels, doubt = shortcut(static, moving, transform, affine, deadline)
        levels = levels or self._through_levels(static, moving, transform, params0, affine, deadline)
        if doubt:
            warnings.warn(f"the map may be wrong: the fast way found that {doubt}", RuntimeWarning, stacklevel=2)
        last = levels[-1]
        self.result = AffineSearchResult.of(levels, time.monotonic() - began)
        if not self.result.success:
            warnings.warn(f"the registration did not converge: {self.result.reason}", RuntimeWarning, stacklevel=2)
        out = AffineMap(last.affine, static.data.shape, static.affine, moving.data.shape, moving.affine)
        return (out, self.result.x, self.result.fun) if ret_metric else out

    def _through_levels(self, static, moving, transform, params0, affine, deadline):
        """Search level after level; return what was done at each."""
        count, levels = len(self.level_iters), []
        scales = self._scale_space(static), self._scale_space(moving)
        known = np.ones(static.data.shape, bool) if static.mask is None else static.mask
        places = middle_and_spread(scales[0].get_image(0).astype(np.float64), known, static.affine)
        with tqdm(desc="registering", unit="step", delay=1, leave=False, disable=self.verbosity < 1 or None) as bar:
            for k, iterations in enumerate(self.level_iters):
                level = count - 1 - k
                look = look_at(level, scales, (static.mask, moving.mask), static.affine)
                thin = look.static_mask is not None and not look.static_mask.any()  # the coarse grid misses the mask
                if level and (thin or min(look.static.shape) < SMALLEST):
                    continue
                bar.set_description(f"level {k + 1} of {count}")
                self._set_up(look, transform, moving.affine, affine)
                frame = Frame(transform, params0, *_moved(affine, *places), look.voxel)
                objective = Objective(self.metric, frame, deadline)
                if not levels and not np.isfinite(objective.first):
                    raise ValueError(_why_no_start(objective.first))
                done = self._search(level, look, objective, iterations, affine, bar)
                levels.append(done)
                affine, params0 = done.affine, np.array(transform.get_identity_parameters(), dtype=np.float64)
                if time.monotonic() > deadline:
                    break
        return levels

    def _scale_space(self, scene):
        """Return the levels of an image."""
        _, spacing = get_direction_and_spacings(scene.affine, scene.data.ndim)
        if self.ss_sigma_factor is not None:
            return ScaleSpace(scene.data, len(self.level_iters), scene.affine, spacing, self.ss_sigma_factor)
        return IsotropicScaleSpace(scene.data, self.factors, self.sigmas, scene.affine, spacing)

    def _set_up(self, look, transform, moving_affine, affine):
        """Hand the images of a level to the metric, and masks only if there are some."""
        masks = {"static_mask": look.static_mask, "moving_mask": look.moving_mask}
        masks = {name: mask for name, mask in masks.items() if mask is not None}
        self.metric.setup(transform, look.static, look.moving, look.static_grid2world, moving_affine, affine, **masks)

    def _search(self, level, look, objective, iterations, affine, bar):
        """Minimise at one level; return what was done."""

        def note(z):
            bar.update()
            if self.verbosity >= 3:
                print(f"  {objective.value(z) * objective.scale:.8g}  {objective.frame.theta(z)}")  # noqa: T201

        silent = False  # this engine has a bar of its own
        found = in_parameters(search(objective, self.method, iterations, self.options, note, silent), objective)
        maps = [
            np.asarray(objective.frame.transform.param_to_matrix(x)) @ affine for x, _ in [*found.trace, (found.x, 0)]
        ]
        if self.verbosity >= 2:
            grid, fall = " x ".join(map(str, look.static.shape)), f"{objective.first:.6g} -> {found.fun:.6g}"
            print(f"level {level}: {grid} samples, {found.n_eval} evaluations, {fall}, {found.reason}")  # noqa: T201
        return LevelSearch(level, look.static.shape, found, maps[:-1], maps[-1])


def _why_no_start(distance):
    """Say what a first distance that is not finite means."""
    if np.isnan(distance):
        return "metric.distance must be a number at the start, got nan"
    return (
        f"images must overlap at the start, got the distance {distance}; lay one on the other by starting_affine='mass'"
    )


def _moved(affine, middle, spread):
    """Return mean and covariance of points that are moved by a map."""
    linear = affine[:-1, :-1]
    return linear @ middle + affine[:-1, -1], linear @ spread @ linear.T
