"""U11's class `SSDMetric2D`: its laws."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import numpy as np

from coursereg.course.exercises import _u11_mistakes as mistakes
from coursereg.course.exercises._base import Exercise, Unit, Wrong, expect, expect_true, numbers
from coursereg.course.exercises._u11_scenes import (
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
        "whole static grid with 0 outside (both are legal). `gradient` returns its derivative by each parameter, shape "
        "(K,), and `distance_and_gradient` the pair. The transform is any of coursereg.regtransforms in 2-D; "
        "transform.jacobian(params, x), shape (2, K), says how the place where the point x of the world goes changes "
        "with each parameter, and transform.jacobians(params, points), shape (N, 2, K), says it for all points at "
        "once: one call for each point is too slow for the plug-in. Within 5 % of finite differences is enough.",
        hints=(
            "# 2 pull, # 3 interpolate, # 4 residual give the distance; # 5 gradient is 2 * mean of residual * slope "
            "of moving (by the world) * jacobian.",
            "One sample: residual 3, slope (0.5, 0) per mm, jacobian of a translation [[1, 0], [0, 1]]: gradient "
            "2 * 3 * (0.5, 0) = (3, 0). With moving samples 2 mm apart the slope per sample was (1, 0).",
            "self.slopes = np.tensordot(self.back[:2, :2].T, np.stack(np.gradient(self.moving)), 1)",
        ),
        reference=answer_of(plain.SSDMetric2D),
        solution=inspect.getsource(plain.SSDMetric2D),
        read="6. Write: a metric",
    )
    _public(ex)
    _hidden(ex)
    ex.convention("this is the *sum* over the samples: right, but for the number of samples; the mean is asked", _sum)
    ex.convention("this is half the mean, with the slope of that: a legal definition; ours has no half", _half)
    for message, cls in mistakes.METRICS:
        ex.looks_like(message, answer_of(cls))


def _agrees(f: Any, rng: Any, kind: str, plain_grids: bool = False, weigh: str = "both") -> None:
    scene, params = steep(rng, kind, plain_grids)
    got = asked(f, scene, params)
    hint = f"a transform of kind {kind}"
    if weigh in ("both", "distance"):
        same_distance(got[0], scene.made(plain.SSDMetric2D).distance(params), hint)
    if weigh in ("both", "gradient"):
        same_slope(got[1:], scene, params, hint)


def _public(ex: Exercise) -> None:
    @ex.check("one number, and one for each parameter", kind="shape", weight=0.5)
    def _(f: Any, rng: Any) -> None:
        scene, params = steep(rng, "RIGID")
        metric = held(f, scene)
        metric.distance(params)
        metric.gradient(params)
        metric.distance_and_gradient(params)

    @ex.check("the distance under a shift, pictures without grids", kind="value", weight=1.5)
    def _(f: Any, rng: Any) -> None:
        _agrees(f, rng, "TRANSLATION", True, "distance")

    @ex.check("the gradient of a shift, pictures without grids", kind="value", weight=1.5)
    def _(f: Any, rng: Any) -> None:
        _agrees(f, rng, "TRANSLATION", True, "gradient")

    @ex.check("the distance with grids aslant and a starting map", kind="value", weight=2)
    def _(f: Any, rng: Any) -> None:
        for kind in ("TRANSLATION", "RIGID"):
            _agrees(f, rng, kind, weigh="distance")

    @ex.check("the gradient with grids aslant and a starting map", kind="value", weight=2.5)
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
        same_distance(value, scene.made(plain.SSDMetric2D).distance(params))

    @ex.check("samples outside the moving picture", kind="value", weight=1.5)
    def _(f: Any, rng: Any) -> None:
        _beyond(f, rng)


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
        metric, ours = held(f, scene), scene.made(plain.SSDMetric2D)
        hint = "asked at one place, at another, and at the first again"
        same_slope(metric.gradient(params), scene, params, hint)
        same_distance(metric.distance(other), ours.distance(other), hint)
        same_slope(metric.gradient(params), scene, params, hint)
        same_distance(metric.distance(params), ours.distance(params), hint)

    @ex.check(
        "set up twice, it compares the second pair; two objects know nothing of each other",
        kind="property",
        public=False,
    )
    def _(f: Any, rng: Any) -> None:
        (one, x), (two, y) = steep(rng, "TRANSLATION"), steep(rng, "RIGID")
        metric, beside = held(f, one), held(f, two)
        want = one.made(plain.SSDMetric2D).distance(x), two.made(plain.SSDMetric2D).distance(y)
        same_distance(metric.distance(x), want[0], "beside it another object was set up")
        metric.setup(two.transform, two.static, two.moving, *two.grids)
        same_distance(metric.distance(y), want[1], "setup was called a second time")
        same_slope(metric.gradient(y), two, y, "setup was called a second time")
        same_distance(beside.distance(y), want[1])

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
        same_distance(metric.distance(params), scene.made(plain.SSDMetric2D).distance(params), "dtype uint8")
        same_slope(metric.gradient(params), scene, params, "dtype uint8")


# --- what is outside --------------------------------------------------------------------------------------------------


def _at_the_border(rng: Any) -> tuple[Scene, np.ndarray]:
    """A shift that takes a third of the samples out, where the slope is clear: all ways to take it agree within 3 %."""
    while True:
        spots, others = (some_spots(rng, np.array([15.0, 15.0]), 18) for _ in range(2))
        spots[:, 3] += 3
        others[:, 3] += 3
        # what is outside must not be mistaken for what is black
        static, moving = 60 + sampled(spots, np.eye(3), (22, 25)), 90 + sampled(others, np.eye(3), (22, 25))
        scene = Scene("TRANSLATION", static, moving, (None, None, None))
        # not a whole number, or a sample on the border could be in or out
        params = np.array([rng.integers(4, 7), rng.integers(-7, -3)]) + rng.uniform(0.2, 0.4, 2)
        slope, cells = scene.made(plain.SSDMetric2D).gradient(params), scene.slope_in_cells(params)
        most = np.abs(slope).max()
        if np.abs(slope - cells).max() < 0.03 * most and np.abs(slope).min() > 0.2 * most:
            return scene, params


def _beyond(f: Any, rng: Any) -> None:
    """Both legal means, where samples fall outside."""
    scene, params = _at_the_border(rng)
    static = scene.static
    got = asked(f, scene, params)
    ours = scene.made(plain.SSDMetric2D)
    _at, within, _d = ours._compare(params)
    overlap, slope = ours.distance_and_gradient(params)
    part = float(within.mean())
    whole = part * overlap + float((static.ravel()[~within] ** 2).sum()) / static.size
    skipped = part * overlap
    near = {
        name: abs(got[0] - value) <= 0.02 * value
        for name, value in (("overlap", overlap), ("whole", whole), ("skipped", skipped))
    }
    if near["skipped"] and not near["overlap"]:
        raise Wrong(
            "samples outside count as if they agreed: the sum over the overlap is divided by all samples, so the best "
            "map is one that leaves the picture. Divide by the number of samples inside",
            got[0],
            overlap,
        )
    expect_true(
        near["overlap"] or near["whole"],
        "the distance is neither the mean over the samples inside nor that over the whole grid with 0 outside",
        got[0],
        overlap,
    )
    share = 1.0 if near["overlap"] else part
    near_enough = 0.05 * share * float(np.abs(slope).max())
    in_cells = share * scene.slope_in_cells(params)
    if got.size == 3 and (np.abs(got[1:] - in_cells) <= near_enough).all():
        return
    expect(got[1:], share * slope, atol=near_enough, what="the gradient with samples outside")


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
