"""`affine_registration`: several kinds of maps in a row, as DIPY's function of that name."""

import time
import warnings
from functools import partial

import numpy as np

from coursereg import _check
from coursereg.engines.affine.alignment import KINDS, register_affine
from coursereg.engines.affine.metrics import AffineCorrelationMetric, AffineSSDMetric, MutualInformationMetric
from coursereg.engines.affine.registration import METHOD, AffineRegistration
from coursereg.engines.affine.scene import as_scene, as_start
from coursereg.space.affine_map import AffineMap
from coursereg.space.grid import as_affine
from coursereg.space.parametric import as_kind

PIPELINE = ("center_of_mass", "translation", "rigid", "affine")
METRICS = {"MI": MutualInformationMetric, "SSD": AffineSSDMetric, "CC": AffineCorrelationMetric}


def affine_registration(
    moving,
    static,
    moving_affine=None,
    static_affine=None,
    pipeline=None,
    starting_affine=None,
    metric="MI",
    level_iters=None,
    sigmas=None,
    factors=None,
    ret_metric=False,
    moving_mask=None,
    static_mask=None,
    optimizer_options=None,
    optimizer_method=METHOD,
    max_seconds=None,
    progress=False,
    **metric_kwargs,
):
    """
    Align a moving image to a static one by an affine map, found in several steps.

    Parameters
    ----------
    moving, static : ndarray of shape (R, C) or (S, R, C), or NIfTI image
        The images. The moving one comes first.
    moving_affine, static_affine : array_like of shape (D + 1, D + 1), optional
        Indices to world, in mm; by default the image's own if it is a NIfTI image, else the identity.
    pipeline : sequence of str or callable, default: center_of_mass, translation, rigid, affine
        What is searched, in this order: "center_of_mass", "translation", "rigid", "rigid_isoscaling", "rigid_scaling",
        "affine"; "similarity" is "rigid_isoscaling". A function stands for its name. Centres of mass are those of the
        images as they are: what stands before "center_of_mass" is not searched.
    starting_affine : array_like of shape (D + 1, D + 1), AffineMap or str, optional
        Static to moving world: where to begin, instead of the centres of mass, as in `AffineRegistration.optimize`.
    metric : {"MI", "SSD", "CC"} or object
        Mutual information, squared differences, correlation, or an object with ``setup``, ``distance``, ``gradient``
        and ``distance_and_gradient``.
    level_iters, sigmas, factors, optimizer_options, optimizer_method : optional
        As `AffineRegistration` has them, the last two as ``options`` and ``method``; one entry per level, the coarsest
        first. If one of them is given, or a metric other than "MI", or one of its arguments, each step is an
        `AffineRegistration`; else all is done by `register_affine`, which is a hundred times faster.
    ret_metric : bool
        Also return the parameters and the cost of the last step.
    moving_mask, static_mask : array_like of the image's shape, optional
        Only where they are above 0, an image is looked at.
    max_seconds : float, optional
        Begin nothing new after that time, with a warning.
    progress : bool
        Show a bar.
    **metric_kwargs
        Arguments of the metric's class, for instance ``nbins=32, sampling_proportion=0.3``.

    Returns
    -------
    resampled : ndarray of the static shape
        The moving image on the static grid.
    affine : ndarray of shape (D + 1, D + 1)
        Static to moving world.
    xopt : ndarray
        Parameters of the last step, relative to what came before it; only with `ret_metric`.
    fopt : float
        Its cost; only with `ret_metric`.

    Raises
    ------
    TypeError
        If an image does not hold real numbers.
    ValueError
        For an unknown name in the pipeline or of a metric; if `ret_metric` is asked for and only centres of mass are
        computed; and as `register_affine`.

    See Also
    --------
    register_affine : the fast way, with a result that tells more.

    Examples
    --------
    >>> from coursereg import affine_registration, samples
    >>> pair = samples.t1_pd(moved=True)
    >>> resampled, affine = affine_registration(pair.moving, pair.static, pipeline=["center_of_mass", "translation"])
    >>> affine.round(1)
    array([[ 1.,  0., 17.],
           [ 0.,  1., 13.],
           [ 0.,  0.,  1.]])
    """
    steps = names_of(PIPELINE if pipeline is None else pipeline)
    before = max((k for k, s in enumerate(steps) if s == "center_of_mass"), default=0)
    if before:
        steps, starting_affine = steps[before:], None
    kinds = tuple(s for s in steps if s != "center_of_mass")
    if not kinds and ret_metric:
        msg = 'cannot return any quality metric: "center_of_mass" alone computes none'
        raise ValueError(msg)
    static, moving = _with_affine(static, static_affine), _with_affine(moving, moving_affine)
    static_mask, moving_mask = _useful("static_mask", static_mask), _useful("moving_mask", moving_mask)
    (s, s_affine), (m, m_affine) = _split(static), _split(moving)
    if starting_affine is not None:
        scenes = as_scene("static", s, s_affine, static_mask), as_scene("moving", m, m_affine, moving_mask)
        starting_affine = as_start(starting_affine, *scenes)
    simple = isinstance(metric, str) and metric == "MI" and not metric_kwargs
    simple &= isinstance(optimizer_method, str) and optimizer_method == METHOD
    if simple and all(v is None for v in (level_iters, sigmas, factors, optimizer_options)):
        how = {"max_seconds": max_seconds, "progress": progress}
        return _fast(static, moving, steps, kinds, starting_affine, ret_metric, static_mask, moving_mask, how)
    began = time.monotonic()
    engine = AffineRegistration(
        metric=_metric_of(metric, metric_kwargs),
        level_iters=level_iters,
        sigmas=sigmas,
        factors=factors,
        method=optimizer_method,
        options=optimizer_options,
        verbosity=int(progress),
        max_seconds=max_seconds,
    )
    T = starting_affine
    if T is None and steps[0] == "center_of_mass":
        # knows of masks and NaN, and weighs grey values above the lowest: a normalised image has a centre, too
        T = register_affine(
            static, moving, (), start="centers_of_mass", static_mask=static_mask, moving_mask=moving_mask
        ).matrix
    found, xopt, fopt = AffineMap(T, s.shape, s_affine, m.shape, m_affine), None, None
    for kind in kinds:
        transform = as_kind(kind, s.ndim)
        if max_seconds is not None:
            engine.max_seconds = max_seconds - (time.monotonic() - began)
            if engine.max_seconds <= 0:
                warnings.warn(f"max_seconds were over before {kind!r}", RuntimeWarning, stacklevel=2)
                break
        found, xopt, fopt = engine.optimize(
            s,
            m,
            transform,
            None,
            s_affine,
            m_affine,
            T,
            ret_metric=True,
            static_mask=static_mask,
            moving_mask=moving_mask,
        )
        T = found.affine
    affine = np.eye(s.ndim + 1) if found.affine is None else found.affine
    m = np.ma.filled(m, 0)
    return (found.image(m), affine, xopt, fopt) if ret_metric else (found.image(m), affine)


def names_of(pipeline):
    """Return the names of a pipeline's steps; functions go by theirs."""
    if isinstance(pipeline, str):
        pipeline = [pipeline]
    names = [_name_of(s) for s in pipeline]
    allowed = ("center_of_mass", *KINDS, "similarity")
    for k, name in enumerate(names):
        if name not in allowed:
            msg = f"pipeline[{k}] must be one of {', '.join(map(repr, allowed))}, got {name!r}"
            raise ValueError(msg)
    if not names:
        msg = "pipeline must have at least one step, got none"
        raise ValueError(msg)
    return names


def _name_of(step):
    """Return the name that a step of a pipeline goes by."""
    if isinstance(step, partial):  # DIPY's functions are `affine_registration` with a pipeline of one step
        inner = step.keywords.get("pipeline", ())
        return inner[0] if isinstance(inner, list | tuple) and len(inner) == 1 else step
    return getattr(step, "__name__", step)


def _fast(static, moving, steps, kinds, starting_affine, ret_metric, static_mask, moving_mask, how):
    if starting_affine is not None:
        start = starting_affine
    elif steps[0] == "center_of_mass":
        start = "search" if kinds and kinds != ("translation",) else "centers_of_mass"
    else:
        start = np.eye(_split(static)[0].ndim + 1)
    masks = {"static_mask": static_mask, "moving_mask": moving_mask}
    found = register_affine(static, moving, kinds, start=start, **masks, **how)
    if not found.success:
        warnings.warn(f"the map must not be trusted: {found.reason}", RuntimeWarning, stacklevel=3)
    out = found.map.image(np.ma.filled(_split(moving)[0], 0)), found.matrix
    return (*out, found.theta, -found.similarity) if ret_metric else out


def _useful(name, mask):
    """Return a mask, or None, with a warning, if it is nowhere above 0."""
    if mask is None or np.any(np.greater(getattr(mask, "dataobj", mask), 0)):
        return mask
    warnings.warn(f"{name} is nowhere above 0 and is ignored", UserWarning, stacklevel=3)
    return None


def _with_affine(image, affine):
    return image if affine is None else (_split(image)[0], affine)


def _split(image):
    """Return array and matrix of an image as `register_affine` takes it; the matrix may be None."""
    if hasattr(image, "dataobj") and hasattr(image, "affine"):
        data = np.asanyarray(image.dataobj)
        return (data[..., 0] if data.ndim == 4 and data.shape[3] == 1 else data), image.affine
    if isinstance(image, tuple):
        return np.asanyarray(image[0]), as_affine("affine", image[1], np.ndim(image[0]))
    return np.asanyarray(image), None


def _metric_of(metric, arguments):
    if not isinstance(metric, str):
        return metric
    _check.one_of("metric", metric, tuple(METRICS))
    return METRICS[metric](**arguments)
