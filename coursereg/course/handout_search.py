"""
The hand-out's `search`: rigid registration of two pictures by descent on their squared difference.

What was wrong with the printed one (wrong slope, corner as pivot, degrees and pixels at one rate, no end) is told by
`coursereg.course.plain.motion.handout_search`; ``coursereg bench search`` runs both.
"""

import copy
import warnings
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from scipy import ndimage

from coursereg import _check
from coursereg.course.handout_motion import pair, turn
from coursereg.optimize.descent import DESCENT
from coursereg.optimize.recorder import Recorder
from coursereg.optimize.result import Result
from coursereg.optimize.steps import run_steps
from coursereg.similarity.rigid import RigidSSD

MIN_OVERLAP = 0.2  # of the static picture; where less is compared, empty corners fit perfectly
AGREE = 0.5  # correlation of what overlaps in the end; below it is no registration
LEVEL = 1e-9  # slope, in pixels left to go, at which the start is the end: pictures that agree to the rounding
_STARTS = ("identity", "mass", "multi")
_TURNS = np.arange(-180.0, 180.0, 15.0)  # degrees, tried by "multi"
# First rates. The cost is scaled to a curvature of about 1, of at most 3 in all directions together: 0.5 is stable.
_RATES = {"gd": 0.5, "vgd": 0.5, "momentum": 0.1, "nag": 0.1}
# ... and where the rate is the length of a step: parts of the picture's diagonal.
_LENGTHS = {"adagrad": 1 / 90, "rmsprop": 1 / 1000, "adam": 1 / 500, "linesearch": 1 / 90}
_USES = {"momentum": ("gamma",), "nag": ("gamma",), "rmsprop": ("beta",), "adam": ("gamma", "beta")}


@dataclass(frozen=True, eq=False)
class Search:
    """
    Result of `search`; ``theta, u, history = search(...)`` works, too.

    Attributes
    ----------
    theta : float
        Degrees, not wrapped: what was reached from the start.
    u : ndarray of shape (2,)
        (rows, columns). ``transform(J, theta, u)`` is close to `I`: about the top-left corner, whatever the pivot of
        the search was.
    history : ndarray of shape (steps + 1,)
        ``history[k]`` is the cost before step k: the mean squared difference over the overlap of the (blurred)
        pictures.
    best : int
        Where it was lowest: theta and u are those before step `best`, unless a rule tried a lower point between steps.
    overlap : float
        Part of the pixels of `I` that have a partner, 0 to 1.
    agreement : float
        Correlation of the pictures (blurred as they were) over the overlap, -1 to 1.
    reason : str
        Why it stopped.
    success : bool
        Whether it came to rest at an optimum where the pictures agree.
    n_eval : int
        How often the cost was computed, starts included.
    start : tuple of (float, ndarray)
        Theta and u at the start.
    result : Result
        Everything the minimiser knows; its parameters are scaled.
    """

    theta: float
    u: np.ndarray
    history: np.ndarray = field(repr=False)
    best: int
    overlap: float
    agreement: float
    reason: str
    success: bool
    n_eval: int
    start: tuple = field(repr=False)
    result: Result = field(repr=False)

    def __iter__(self):
        return iter((self.theta, self.u, self.history))


def search(
    I,
    J,
    optim="gd",
    lr=None,
    gamma=0.9,
    beta=0.9,
    iters=150,
    *,
    pivot=None,
    init=None,
    blur=2.0,
    tol=5e-3,
    progress=None,
):
    """
    Find the turn and the shift that bring one image onto another, by descent on their squared difference.

    Parameters
    ----------
    I, J : array_like of one shape (R, C)
        The static and the moving image.
    optim : str or object, default: "gd"
        ``"gd"``, ``"vgd"``, ``"momentum"``, ``"nag"``, ``"adagrad"``, ``"rmsprop"``, ``"adam"`` or ``"linesearch"``;
        or any object with ``step(x, grad) -> new x``.
    lr : float, optional
        Learning rate, the same all the way. By default each rule has its own, which is cut to a third, from the best
        point, whenever a dozen steps gained nothing.
    gamma : float, default: 0.9
        Part of the last step that is kept (momentum, nag, adam).
    beta : float, default: 0.9
        Part of the mean square gradient that is kept (rmsprop, adam).
    iters : int, default: 150
        Largest number of steps.
    pivot : pair of float, optional
        (row, column) about which the search turns; by default the centre. It changes the path, not the meaning of the
        result.
    init : str or (float, pair of float), optional
        Where to start: ``"identity"``; ``"mass"``, centre of mass on centre of mass; ``"multi"``, the same with 24
        turns all around, of which the best after a short descent is taken; or (theta, u) as a result. By default the
        better of the first two.
    blur : float, default: 2.0
        Both images are smoothed by a Gaussian of so many pixels. It widens the valley, and keeps noise from setting the
        scale; 0 leaves them.
    tol : float, default: 5e-3
        It stops when five steps in a row are shorter than that many pixels.
    progress : bool, optional
        True or False; by default a bar on a terminal. It appears after a second.

    Returns
    -------
    Search
        ``theta, u, history``, and more as attributes. ``transform(J, theta, u)`` is close to `I`.

    Raises
    ------
    TypeError
        If an image does not hold real numbers, `iters` is not whole, or `optim` has no ``step``.
    ValueError
        If the images are not 2-D or differ in shape, have NaN or infinite samples or are constant; if less than a
        fifth of `I`, or less than 16 pixels, have a partner at the start; if an argument is out of its range.

    Warns
    -----
    RuntimeWarning
        If it did not come to rest, or the images do not agree where it did (``success`` is False).

    See Also
    --------
    coursereg.transform : apply the result.
    coursereg.minimize : the rules, for any function.

    Notes
    -----
    The cost is the *mean* over the pixels that have a partner. Its parameters are all counted in pixels: the angle as
    the way that it moves the edges. Beside the gradient's own length that makes one rate fit all of them, and all grey
    scales. The rule sees the cost divided by the mean squared slope of `J`; `lr` belongs to that.

    Descent finds the valley that it starts in. Where the images do not overlap well at the start, or are turned by more
    than some 30 degrees, use ``init="mass"`` or ``"multi"``.

    Examples
    --------
    >>> from coursereg import samples
    >>> pair = samples.brain_pair("rigid")  # moving is static, moved and turned by pair.theta
    >>> found = search(pair.static, pair.moving)
    >>> pair.theta, round(found.theta, 1), found.success
    (-11.4, 11.4, True)
    """
    images, pivot, iters = _images(I, J, blur), _pivot(pivot, np.shape(I)), _check.whole("iters", iters, lowest=0)
    tol = _positive("tol", tol)
    cost = RigidSSD(*images.pair, pivot, min_overlap=MIN_OVERLAP)
    if cost.scale == 0:  # not constant, but for a ripple that rounding eats
        msg = "J must not be constant once it is blurred; pass a smaller blur"
        raise ValueError(msg)
    theta, u, tried = _start(init, images.pair, cost)
    rule = _rule(optim, lr, gamma, beta, float(np.hypot(*np.shape(I))))
    record = Recorder(cost, True, progress=progress)
    if getattr(rule, "fun", True) is None:
        rule.fun = record
    x0 = cost.parameters(np.deg2rad(theta), u)
    result = run_steps(rule, record, x0, iters, xtol=tol, ftol=1e-4, gtol=LEVEL, far=np.inf)
    return _report(result, cost, images, (theta, _about_corner(theta, u, pivot)), tried)


# --- what is compared -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Images:
    pair: tuple
    unit: float  # grey values per 1


def _images(I, J, blur):
    """Return both images as floats, scaled to a common range of 1 and blurred."""
    I, J = _check.image_pair(I=I, J=J)
    _check.as_numbers("I", I, ndim=2)
    blur = _check.number("blur", blur)
    if blur < 0:
        msg = f"blur must be at least 0 pixels, got {blur:g}"
        raise ValueError(msg)
    for name, image in (("I", I), ("J", J)):
        if image.min() == image.max():
            msg = f"{name} must not be constant: nothing in it can be aligned, got {image.flat[0]!r} everywhere"
            raise ValueError(msg)
    I, J = I.astype(np.float64), J.astype(np.float64)
    low, high = min(I.min(), J.min()), max(I.max(), J.max())
    with np.errstate(over="ignore"):
        unit = high - low
    if not np.isfinite(unit):
        msg = f"the range of the images must fit into a double, got {low:g} to {high:g}"
        raise ValueError(msg)
    scaled = ((image - low) / unit for image in (I, J))
    return _Images(tuple(ndimage.gaussian_filter(image, blur) if blur else image for image in scaled), float(unit))


def _pivot(pivot, shape):
    return (np.array(shape) - 1) / 2 if pivot is None else pair("pivot", pivot)


def _positive(name, value):
    value = _check.number(name, value)
    if value <= 0:
        msg = f"{name} must be more than 0, got {value:g}"
        raise ValueError(msg)
    return value


# --- where to start ---------------------------------------------------------------------------------------------------


def _start(init, images, cost):
    """Return theta, u about the pivot of the cost, and how often the cost was asked for it."""
    if init is None or (isinstance(init, str) and init in ("identity", "mass")):
        by_mass = (0.0, _shift_of_masses(0.0, images, cost.pivot))
        starts = {"mass": [by_mass], "identity": [(0.0, np.zeros(2))]}.get(init, [(0.0, np.zeros(2)), by_mass])
        return *_checked(*min(starts, key=lambda start: _value(cost, *start)), cost), len(starts)
    if isinstance(init, str):
        _check.one_of("init", init, _STARTS)
        return _best_turn(images, cost)
    try:
        theta, u = init
    except (TypeError, ValueError):
        msg = f"init must be one of {', '.join(map(repr, _STARTS))} or (theta, u), got {init!r}"
        raise ValueError(msg) from None
    theta, u = _check.number("theta of init", theta), pair("u of init", u)
    R = turn(theta)
    return *_checked(theta, u - R @ cost.pivot + cost.pivot, cost), 0


def _value(cost, theta, u):
    return cost(cost.parameters(np.deg2rad(theta), u))[0]


def _checked(theta, u, cost):
    """Return a start whose images overlap; raise ValueError otherwise."""
    n = cost.sums(np.deg2rad(theta), u)[0]
    if n < cost.enough:
        msg = (
            f"the images must overlap at the start by at least {cost.enough:.0f} pixels, got {n:.0f}; pass another init"
        )
        raise ValueError(msg)
    return theta, u


def _shift_of_masses(theta, images, pivot):
    """Return the shift about the pivot that lays J's centre of mass onto I's, J turned by theta."""
    a, b = (_centre_of_mass(image) for image in images)
    return turn(theta) @ (a - pivot) + pivot - b


def _centre_of_mass(image):
    """Return (row, column) of the middle of what stands out from the background, the median grey value."""
    weight = np.abs(image - np.median(image))
    weight = np.where(weight > weight.mean(), weight, 0.0)
    return np.array(ndimage.center_of_mass(weight))


def _best_turn(images, cost):
    """Return the start, of all turns, from which a short descent on every few pixels gets lowest."""
    step = max(1, round(min(images[0].shape) / 48))
    coarse = RigidSSD(*(ndimage.gaussian_filter(image, step) for image in images), cost.pivot, step, MIN_OVERLAP)
    tried, found = 0, []
    for theta in _TURNS.tolist():
        x = coarse.parameters(np.deg2rad(theta), _shift_of_masses(theta, images, cost.pivot))
        record = Recorder(coarse, True, progress=False)
        rule = DESCENT["linesearch"](record, lr=float(step))
        result = run_steps(rule, record, x, 20, xtol=0.1, gtol=0.0, far=np.inf)
        tried += result.n_eval
        found.append(result)
    best = min(found, key=lambda result: result.fun)
    if not np.isfinite(best.fun):
        msg = "the images overlap by too little at every start; pass init=(theta, u)"
        raise ValueError(msg)
    angle, u = coarse.motion(best.x)
    return float(np.rad2deg(angle)), u, tried


def _about_corner(theta, u, pivot):
    """Return the shift that with the pivot (0, 0) gives the same motion."""
    return u + turn(theta) @ pivot - pivot


# --- how to go down ---------------------------------------------------------------------------------------------------


class _Cooling:
    """A rule that starts afresh from the best point, at a third of the rate, when `PATIENCE` steps gained nothing."""

    PATIENCE = 12

    def __init__(self, make, lr):
        self.make, self.lr, self.rule, self.fun = make, lr, make(lr), None
        self.best: Any = (np.inf, None)
        self.waited = 0

    def step(self, x, grad):
        value = self.fun(x)
        if value < self.best[0]:
            self.best, self.waited = (value, x.copy()), 0
        else:
            self.waited += 1
        if self.waited >= self.PATIENCE:
            x = self._cool()
        new = self.rule.step(x, grad)
        for _ in range(40):
            if np.isfinite(new).all() and np.isfinite(self.fun(new)):
                break
            new = self.rule.step(self._cool(), grad)
        return new

    def _cool(self):
        self.lr, self.waited = self.lr / 3, 0
        self.rule = self.make(self.lr)
        return self.best[1]


def _rule(optim, lr, gamma, beta, diagonal):
    """Return the rule of descent, an object with ``step``."""
    if not isinstance(optim, str):
        if not hasattr(optim, "step") or isinstance(optim, type):
            msg = f"optim must be one of {', '.join(map(repr, DESCENT))} or an object with step(x, grad), got {optim!r}"
            raise TypeError(msg)
        if lr is not None:
            msg = f"lr must be left out: optim is an object, which has its own, got lr={lr!r}"
            raise TypeError(msg)
        return copy.copy(optim) if getattr(optim, "fun", True) is None else optim
    _check.one_of("optim", optim, tuple(DESCENT))
    memory = {"gamma": gamma, "beta": beta}
    more = {name: memory[name] for name in _USES.get(optim, ())}
    if optim == "linesearch":
        return DESCENT[optim](None, lr=diagonal * _LENGTHS[optim] if lr is None else lr)
    if lr is not None:
        return DESCENT[optim](lr=lr, **more)
    first = _RATES[optim] if optim in _RATES else diagonal * _LENGTHS[optim]
    return _Cooling(lambda rate: DESCENT[optim](lr=rate, **more), first)


# --- what came of it --------------------------------------------------------------------------------------------------


def _report(result, cost, images, start, tried):
    """Return the result in degrees and pixels about the corner; warn if it is none."""
    angle, u = cost.motion(result.x)
    theta = float(np.rad2deg(angle))
    values = np.array([value for _, value in result.trace])
    with np.errstate(over="ignore", under="ignore"):
        history = values * cost.scale * images.unit * images.unit
    agreement = _agreement(cost, images.pair, angle, u)
    success, reason = result.success, result.reason
    if success and not agreement >= AGREE:
        success, reason = False, f"it came to rest where the images do not agree: their correlation is {agreement:.2f}"
    if not success:
        warnings.warn(f"search did not converge: {reason}", RuntimeWarning, stacklevel=3)
    return Search(
        theta,
        _about_corner(theta, u, cost.pivot),
        history,
        int(np.argmin(values)),
        float(cost.overlap(angle, u)),
        agreement,
        reason,
        success,
        result.n_eval + tried,
        start,
        result,
    )


def _agreement(cost, images, angle, u):
    """Return the correlation over the overlap; 0 if one of the pictures is constant there."""
    c, s = np.cos(angle), np.sin(angle)
    R = np.array([[c, -s], [s, c]])
    y = np.moveaxis(np.indices(images[0].shape), 0, -1) - cost.pivot
    y = y @ R.T + cost.pivot - u
    inside = ((y >= 0) & (y <= np.array(images[1].shape) - 1)).all(axis=-1)
    one, other = images[0][inside], ndimage.map_coordinates(images[1], y[inside].T, order=1)
    one, other = one - one.mean(), other - other.mean()
    size = np.sqrt((one * one).sum() * (other * other).sum())
    return float((one * other).sum() / size) if size > 0 else 0.0
