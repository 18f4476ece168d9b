"""U11's class `SSDMetric2D` where it is seldom tried: on the border, over black samples, after a second setup."""

from __future__ import annotations

from typing import Any

import numpy as np

from coursereg.course.exercises._base import Exercise, Wrong, expect
from coursereg.course.exercises._u11_scenes import (
    LEAVES,
    Scene,
    held,
    same_distance,
    same_slope,
    sampled,
    some_spots,
    steep,
    turned,
)
from coursereg.course.plain.scale_space import SSDMetric2D

EXACT = 1e-4  # of a distance: linear interpolation between the same samples, perhaps in single precision
AGAIN = 1e-5  # an object against a fresh one of the same class


def add_edges(ex: Exercise) -> None:
    """Add the checks."""

    @ex.check("samples on the border, black samples, rough pictures", kind="value", weight=1.5, public=False)
    def _(f: Any, rng: Any) -> None:
        for shift in (0.0, 0.5, -0.5):
            scene = Scene("TRANSLATION", _rough(rng), _rough(rng), (None, None, None))
            _one_of_two(f, scene, np.array([shift, shift]), f"nothing but a shift of {shift:g} samples along each axis")

    @ex.check("a small overlap is an overlap", kind="value", public=False)
    def _(f: Any, rng: Any) -> None:
        scene = Scene("TRANSLATION", _rough(rng), _rough(rng), (None, None, None))
        _one_of_two(f, scene, np.array([7.5, -9.5]), "6 of 130 samples fall inside")
        # and where there is none, the gradient has as many numbers as there are parameters
        scene, params = steep(rng, "RIGID")
        metric, far = held(f, scene), params + [0, 900, 900]
        for slope in (metric.gradient(far), metric.distance_and_gradient(far)[1]):
            expect(slope, np.zeros(3), atol=1e-5, what="the gradient where no sample falls inside")

    @ex.check("each grid may be None by itself", kind="value", public=False)
    def _(f: Any, rng: Any) -> None:
        for missing in ("static_grid2world", "moving_grid2world"):
            scene, params = _with_one_grid(rng, missing)
            same_distance(held(f, scene).distance(params), scene, params, f"{missing} is None, the other is not")

    @ex.check("a second setup forgets the first: pictures, grids, what was computed", kind="property", public=False)
    def _(f: Any, rng: Any) -> None:
        scene, params = steep(rng, "RIGID")
        metric = held(f, scene)
        metric.distance(params)
        metric.gradient(params)
        metric.distance_and_gradient(params)
        brighter = Scene(scene.kind, 1.5 * scene.static, 1.5 * scene.moving, scene.grids)
        metric.setup(brighter.transform, brighter.static, brighter.moving, *brighter.grids)
        hint = "setup was called a second time, and the metric asked at the same parameters"
        same_distance(metric.distance(params), brighter, params, hint)
        same_slope(metric.gradient(params), brighter, params, hint)
        same_slope(metric.distance_and_gradient(params)[1], brighter, params, hint)
        bare = Scene("TRANSLATION", _rough(rng), _rough(rng), (None, None, None))
        metric.setup(bare.transform, bare.static, bare.moving)
        hint = "setup was called a second time, without grids and starting map"
        same_distance(metric.distance(np.zeros(2)), bare, np.zeros(2), hint)

    @ex.check("asked elsewhere, it says what a fresh object says", kind="property", public=False)
    def _(f: Any, rng: Any) -> None:
        scene, params = steep(rng, "RIGID")
        metric, other = held(f, scene), params + np.array([0.03, 0.4, -0.3])
        metric.gradient(params)
        _as_fresh(metric.gradient(other), held(f, scene).gradient(other), "gradient", "gradient")
        metric.distance_and_gradient(params)
        value, slope = metric.distance_and_gradient(other)
        _as_fresh(slope, held(f, scene).gradient(other), "distance_and_gradient", "gradient")
        _as_fresh(value, held(f, scene).distance(other), "distance_and_gradient", "distance")


def _rough(rng: Any) -> np.ndarray:
    """Noise from sample to sample, and rows and a column of black, also at the border."""
    picture = rng.uniform(40, 200, (10, 13))
    picture[int(rng.integers(2, 8)) :: 7] = 0
    picture[:, int(rng.choice([0, 12]))] = 0
    return picture


def _one_of_two(f: Any, scene: Scene, params: np.ndarray, hint: str) -> None:
    """Compare with the two legal means: over the samples inside, and over the whole grid with 0 outside."""
    reference = scene.made(SSDMetric2D)
    _at, within, difference = reference._compare(params)
    static = scene.static.ravel()
    overlap = float(np.mean(difference**2))
    whole = float((np.sum(difference**2) + np.sum(static[~within] ** 2)) / static.size)
    got = held(f, scene).distance(params)
    if not np.isfinite(got):
        raise Wrong(f"distance(params) is {got}, though {hint}", got, overlap)
    if abs(got - whole) <= EXACT * whole:
        return
    if abs(got - overlap * within.mean()) <= EXACT * overlap and not within.all():
        raise Wrong(LEAVES, got, overlap)
    expect(got, overlap, rtol=EXACT, what="distance(params)", hint=hint)


def _with_one_grid(rng: Any, missing: str) -> tuple[Scene, np.ndarray]:
    """A scene with one grid and no starting map; all samples fall inside."""
    shape, big = (11, 13), (66, 72)
    while True:
        if missing == "moving_grid2world":
            middle = (np.array(big) - 1) / 2
            S, M = turned(rng.uniform(0.3, 0.6), (1.9, 1.5), middle, shape), None
        else:
            middle = (np.array(shape) - 1) / 2
            S, M = None, turned(rng.uniform(-0.6, -0.3), (0.8, 1.1), middle, big)
        static = sampled(some_spots(rng, middle, 15), np.eye(3) if S is None else S, shape)
        moving = sampled(some_spots(rng, middle, 30, 30), np.eye(3) if M is None else M, big)
        scene = Scene("TRANSLATION", static, moving, (S, M, None))
        params = scene.parameters(rng)
        if scene.made(SSDMetric2D)._compare(params)[1].all():
            return scene, params


def _as_fresh(got: Any, want: Any, asked: str, of: str) -> None:
    what = f"the {of} by {asked}, asked at other parameters before,"
    expect(
        got, want, rtol=AGAIN, atol=AGAIN * float(np.abs(want).max()), what=what, hint="a fresh object says otherwise"
    )
