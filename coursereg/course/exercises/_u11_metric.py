"""U11's class `SSDMetric2D`: its laws."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from scipy import ndimage

from coursereg.course.exercises import _u11_metric_mistakes as mistakes
from coursereg.course.exercises._base import Exercise, Unit, Wrong, expect, expect_shape, numbers
from coursereg.course.exercises._u11_metric_edges import add_edges
from coursereg.course.exercises._u11_scenes import (
    LEAVES,
    Scene,
    answer_of,
    asked,
    held,
    is_clear,
    same_distance,
    same_slope,
    sampled,
    some_spots,
    steep,
)
from coursereg.course.plain import scale_space as plain

SAME = 1e-5  # two ways to ask one object
CLOSE = 0.02  # of a distance


def add_metric(unit: Unit) -> None:
    """Add ``SSDMetric2D``."""
    ex = unit.exercise(
        "SSDMetric2D",
        20.0,
        signature="class SSDMetric2D: setup(self, transform, static, moving, static_grid2world=None, "
        "moving_grid2world=None, starting_affine=None, **_), distance(params), gradient(params), "
        "distance_and_gradient(params)",
        statement="The mean squared difference of two pictures as a function of a transform's parameters. `setup` gets "
        "the transform, two pictures and three matrices of shape (3, 3), each the identity if it is None; it may be "
        "called again, with other pictures. A static index x goes to the world by static_grid2world, then through "
        "starting_affine, then through transform.param_to_matrix(params), and back to an index of the moving picture "
        "by the inverse of moving_grid2world; there the moving picture is looked up, linearly. `distance` returns the "
        "mean of (moving - static)**2, one float: over the samples that fall into the moving picture, or over the "
        "whole static grid with 0 outside (both are legal). A sample is inside if 0 <= index <= n - 1 along each axis "
        "of n samples. If no sample falls inside, the distance is infinite (np.inf; with 0 outside, the mean of "
        "static**2) and the gradient 0. What the methods get is not changed. `gradient` returns its derivative by each "
        "parameter, shape (K,), and `distance_and_gradient` the pair. The transform is any of coursereg.regtransforms "
        "in 2-D; transform.jacobian(params, x), shape (2, K), says how the place where the point x goes changes "
        "with each parameter, and transform.jacobians(params, points), shape (N, 2, K), says it for all points at "
        "once: one call for each point is too slow for the plug-in. Within 5 % of finite differences is enough.",
        hints=(
            "# 2 pull, # 3 interpolate, # 4 residual give the distance; # 5 gradient is 2 * mean of residual * slope "
            "of moving (by the world) * jacobian.",
            "One sample: residual 3, slope (0.5, 0) per mm, jacobian of a translation [[1, 0], [0, 1]]: gradient "
            "2 * 3 * (0.5, 0) = (3, 0). With moving samples 2 mm apart the slope per sample was (1, 0).",
            "self.slopes = np.tensordot(self.back[:2, :2].T, np.stack(np.gradient(self.moving)), 1), where self.back "
            "is np.linalg.inv(moving_grid2world).",
        ),
        reference=answer_of(plain.SSDMetric2D),
        solution=inspect.getsource(plain.SSDMetric2D),
        read="6. Write: a metric",
    )
    _public(ex)
    _hidden(ex)
    add_edges(ex)
    ex.convention("this is the *sum* over the samples: right, but for the number of samples; the mean is asked", _sum)
    ex.convention("this is half the mean, with the slope of that: a legal definition; ours has no half", _half)
    for message, cls in mistakes.METRICS:
        ex.looks_like(message, answer_of(cls))


def _agrees(f: Any, rng: Any, kind: str, plain_grids: bool = False, weigh: str = "both") -> None:
    scene, params = steep(rng, kind, plain_grids)
    got = asked(f, scene, params)
    hint = f"a transform of kind {kind}"
    if weigh in ("both", "distance"):
        same_distance(got[0], scene, params, hint)
    if weigh in ("both", "gradient"):
        same_slope(got[1:], scene, params, hint)


def _public(ex: Exercise) -> None:
    @ex.check("one number, and one for each parameter", kind="shape", weight=0.5)
    def _(f: Any, rng: Any) -> None:
        scene, params = steep(rng, "RIGID")
        metric = held(f, scene)
        expect_shape(metric.call("distance", params), (), "distance(params)")
        metric.gradient(params)
        metric.distance_and_gradient(params)
        pair = metric.call("distance_and_gradient", params)
        expect_shape(pair[0], (), "the first of distance_and_gradient(params)")

    @ex.check("what they are given is left as it was", kind="property")
    def _(f: Any, rng: Any) -> None:
        scene, params = steep(rng, "RIGID")
        metric = held(f, scene)
        _left_alone(f, "setup")
        for method in ("distance", "gradient", "distance_and_gradient"):
            metric.call(method, params)
            _left_alone(f, method)

    @ex.check("the distance under a shift, pictures without grids", kind="value", weight=1.5)
    def _(f: Any, rng: Any) -> None:
        _agrees(f, rng, "TRANSLATION", True, "distance")

    @ex.check("the gradient of a shift, pictures without grids", kind="value", weight=1.5)
    def _(f: Any, rng: Any) -> None:
        _agrees(f, rng, "TRANSLATION", True, "gradient")

    @ex.check("the distance with slanted grids and a starting map", kind="value", weight=2)
    def _(f: Any, rng: Any) -> None:
        for kind in ("TRANSLATION", "RIGID"):
            _agrees(f, rng, kind, weigh="distance")

    @ex.check("the gradient with slanted grids and a starting map", kind="value", weight=2.5)
    def _(f: Any, rng: Any) -> None:
        for kind in ("TRANSLATION", "RIGID"):
            _agrees(f, rng, kind, weigh="gradient")

    @ex.check("distance_and_gradient says what distance and gradient say", kind="property", weight=1.5)
    def _(f: Any, rng: Any) -> None:
        scene, params = steep(rng, "RIGID")
        metric = held(f, scene)
        value, slope = metric.distance_and_gradient(params)
        expect(value, metric.distance(params), rtol=SAME, what="the distance of distance_and_gradient")
        expect(slope, metric.gradient(params), rtol=SAME, atol=SAME, what="the gradient of distance_and_gradient")

    @ex.check("samples outside the moving picture", kind="value", weight=1.5)
    def _(f: Any, rng: Any) -> None:
        _beyond(f, rng, (1, -1), just_in=False)
        _beyond(f, rng, (-1, 1), just_in=True)

    @ex.check("no sample inside: the distance is infinite, the gradient 0", kind="property")
    def _(f: Any, rng: Any) -> None:
        scene, params = at_the_border(rng, (1, -1), just_in=True)
        far = params + [100, -100]
        metric = held(f, scene)
        _worst(metric.distance(far), metric.gradient(far), scene)
        _worst(*metric.distance_and_gradient(far), scene)


def _left_alone(f: Any, method: str) -> None:
    if f.changed_input:
        raise Wrong(f"{method} changed its input: work on a copy, the caller still needs the original")


def _worst(value: float, slope: np.ndarray, scene: Scene) -> None:
    """Where nothing can be compared: no map is worse, and no way out is known."""
    black = float((scene.static**2).mean())  # the mean over the whole grid with 0 outside
    if not np.isposinf(value) and not abs(value - black) <= CLOSE * black:
        raise Wrong(
            f"no sample falls inside, and the distance is {value:.6g}: the best map must not be one that leaves the "
            "picture. Return np.inf",
            value,
            np.inf,
        )
    expect(slope, np.zeros(slope.shape), atol=SAME, what="the gradient where no sample falls inside")


def _hidden(ex: Exercise) -> None:
    @ex.check("an affine map", kind="value", weight=2, public=False)
    def _(f: Any, rng: Any) -> None:
        _agrees(f, rng, "AFFINE")

    @ex.check("turns, scales, and both", kind="value", weight=2, public=False)
    def _(f: Any, rng: Any) -> None:
        for kind in ("ROTATION", "SCALING", "RIGIDISOSCALING"):
            _agrees(f, rng, kind)

    @ex.check("a rigid map without grids", kind="value", public=False)
    def _(f: Any, rng: Any) -> None:
        _agrees(f, rng, "RIGID", True)

    @ex.check("asked in any order, it says the same", kind="property", public=False)
    def _(f: Any, rng: Any) -> None:
        scene, params = steep(rng, "RIGID")
        other = np.array(scene.transform.get_identity_parameters(), float)
        metric = held(f, scene)
        hint = "asked at one place, at another, and at the first again"
        same_slope(metric.gradient(params), scene, params, hint)
        same_distance(metric.distance(other), scene, other, hint)
        same_slope(metric.gradient(params), scene, params, hint)
        same_distance(metric.distance(params), scene, params, hint)

    @ex.check(
        "set up twice, it compares the second pair; two objects know nothing of each other",
        kind="property",
        public=False,
    )
    def _(f: Any, rng: Any) -> None:
        (one, x), (two, y) = steep(rng, "TRANSLATION"), steep(rng, "RIGID")
        metric, beside = held(f, one), held(f, two)
        same_distance(metric.distance(x), one, x, "beside it another object was set up")
        metric.setup(two.transform, two.static, two.moving, *two.grids)
        same_distance(metric.distance(y), two, y, "setup was called a second time")
        same_slope(metric.gradient(y), two, y, "setup was called a second time")
        same_distance(beside.distance(y), two, y)

    @ex.check("samples outside, over other borders", kind="value", public=False)
    def _(f: Any, rng: Any) -> None:
        _beyond(f, rng, (1, 1), just_in=False)
        _beyond(f, rng, (-1, -1), just_in=True)

    @ex.check("8-bit pictures do not wrap around; masks are not minded", kind="value", weight=1.5, public=False)
    def _(f: Any, rng: Any) -> None:
        while True:
            scene, params = steep(rng, "TRANSLATION")
            static, moving = ((p * 250 / p.max()).round().astype(np.uint8) for p in (scene.static, scene.moving))
            scene = Scene(scene.kind, static, moving, scene.grids)
            if is_clear(scene, params):
                break
        metric = held(f, scene)
        metric.setup(scene.transform, static, moving, *scene.grids, static_mask=None, moving_mask=None)
        same_distance(metric.distance(params), scene, params, "dtype uint8")
        same_slope(metric.gradient(params), scene, params, "dtype uint8")


# --- what is outside --------------------------------------------------------------------------------------------------

SMALL = (12, 13)  # a row more or less is to be seen
SEEN = 0.05  # of a distance: how far a mistake at the border is off, at least


class Border(NamedTuple):
    """A way to say which samples are inside, from low to n - 1 + high, and to look them up."""

    low: float
    high: float
    order: int

    def words(self) -> str:
        """What is wrong with it."""
        if self.order == 0:
            return "this is the nearest sample of the moving picture; look it up linearly"
        fewer = self.low > 0 or self.high < 0
        what = "samples at its border are left out" if fewer else "samples beyond its border are taken for inside"
        return f"{what}: inside is 0 <= index <= n - 1, along each axis of n samples"


RIGHT = Border(0, 0, 1)
MISTAKEN = (
    *(Border(low, high, 1) for low, high in ((0, -1), (1, 0), (1, -1), (0, 0.999), (-0.999, 0), (-0.999, 0.999))),
    Border(0.5, -0.5, 1),
    *(Border(low, high, order) for low, high in ((0, 0.5), (-0.5, 0.5)) for order in (1, 0)),  # the nearest is inside
    Border(0, 0, 0),
)


def _distances(scene: Scene, params: np.ndarray, way: Border) -> list[float]:
    """
    Means over the samples that such a border takes for inside, where the rim's grey goes on, or 0; over the whole grid.

    The last one only where the picture is looked up linearly: what is outside is so much more than the rest that the
    nearest sample cannot be told from it.
    """
    at = (scene.made(plain.SSDMetric2D).points + params).T
    last, static = np.array(scene.moving.shape)[:, None] - 1, scene.static.ravel()
    within = ((at >= way.low) & (at <= last + way.high)).all(axis=0)
    on, dark = (
        ndimage.map_coordinates(scene.moving, at, order=way.order, mode=mode) - static
        for mode in ("nearest", "constant")
    )
    means = [(on[within] ** 2).mean(), (dark[within] ** 2).mean()]
    if way.order:
        means.append((np.where(within, on, static) ** 2).mean())
    return [float(mean) for mean in means]


def _shows_its_border(scene: Scene, params: np.ndarray) -> bool:
    legal = _distances(scene, params, RIGHT)
    wrong = [_distances(scene, params, way) for way in MISTAKEN]
    wrong = [means for means in wrong if means != legal]  # the same samples: all cross the other border
    return all(abs(mean - right) > SEEN * right for means in wrong for mean in means for right in legal)


def at_the_border(rng: Any, signs: tuple[int, int], just_in: bool) -> tuple[Scene, np.ndarray]:
    """
    A shift, in the direction of the signs, that takes more than half of the samples out.

    The slope is clear, all ways to take it agree within 3 %; and every mistake at the border shows in the distance.
    Rounding to the nearest sample takes some out that are just inside, or else some in that are just outside.
    """
    return _at_the_border(int(rng.integers(2**62)), signs, just_in)


@lru_cache(256)
def _at_the_border(seed: int, signs: tuple[int, int], just_in: bool) -> tuple[Scene, np.ndarray]:
    rng, up = np.random.default_rng(seed), np.array(signs) > 0
    while True:
        # the nearest sample beyond the border is less than half a sample away from it, or the nearest within it is
        params = np.where(up, 1, -1) * rng.integers(3, 6, 2) + rng.uniform(0.2, 0.4, 2) + np.where(up ^ just_in, 0, 0.4)
        spots = some_spots(rng, np.array(SMALL) / 2, 12, 12)
        spots[:, 3] += 4
        # nearly where they belong: the distance is small, and a little thing is much of it
        there = spots.copy()
        there[:, 1:3] += params + rng.uniform(1.5, 3, 2) * rng.choice([-1, 1], 2)
        # what is outside must not be mistaken for what is black
        static, moving = (60 + sampled(s, np.eye(3), SMALL) for s in (spots, there))
        scene = Scene("TRANSLATION", static, moving, (None, None, None))
        slope, cells = scene.made(plain.SSDMetric2D).gradient(params), scene.slope_in_cells(params)
        most = np.abs(slope).max()
        clear = np.abs(slope - cells).max() < 0.03 * most and np.abs(slope).min() > 0.2 * most
        if clear and _shows_its_border(scene, params):
            return scene, params


def _beyond(f: Any, rng: Any, signs: tuple[int, int], just_in: bool) -> None:
    """Both legal means, where samples fall outside."""
    scene, params = at_the_border(rng, signs, just_in)
    got = asked(f, scene, params)
    slope = scene.made(plain.SSDMetric2D).gradient(params)
    overlap, _, whole = _distances(scene, params, RIGHT)
    part = float(scene.made(plain.SSDMetric2D)._compare(params)[1].mean())
    if _near(got[0], part * overlap) and not _near(got[0], overlap):
        raise Wrong(LEAVES, got[0], overlap)
    in_overlap, in_whole = (_near(got[0], value) for value in (overlap, whole))
    if not (in_overlap or in_whole):
        words = "the distance is neither the mean over the samples inside nor that over the whole grid with 0 outside"
        known = [w.words() for w in MISTAKEN if any(_near(got[0], d, 1e-5) for d in _distances(scene, params, w))]
        raise Wrong("; ".join([words, *known[:1]]), got[0], overlap)
    share = 1.0 if in_overlap else part
    near_enough = 0.05 * share * float(np.abs(slope).max())
    in_cells = share * scene.slope_in_cells(params)
    if got.size == 3 and (np.abs(got[1:] - in_cells) <= near_enough).all():
        return
    expect(got[1:], share * slope, atol=near_enough, what="the gradient with samples outside")


def _near(value: float, want: float, off: float = CLOSE) -> bool:
    return abs(value - want) <= off * want


# --- other legal forms ------------------------------------------------------------------------------------------------


class _Times:
    """The student's object, distance and slope times something."""

    def __init__(self, handle: Any, factor: Callable[[Any], float]) -> None:
        self._handle, self._factor, self._times = handle, factor, 1.0

    def call(self, method: str, *args: Any, **words: Any) -> Any:
        """Call it, and multiply."""
        got = self._handle.call(method, *args, **words)
        if method == "setup":
            self._times = self._factor(args[1])
            return got
        if method == "distance_and_gradient":
            return tuple(self._times * numbers(part) for part in got)
        return self._times * numbers(got)


def _sum(f: Any) -> Any:
    return lambda: _Times(f(), lambda static: 1 / np.size(static))


def _half(f: Any) -> Any:
    return lambda: _Times(f(), lambda static: 2.0)
