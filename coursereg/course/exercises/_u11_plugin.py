"""U11's plug-in: the student's `SSDMetric2D` and `Adam` inside `AffineRegistration`."""

from __future__ import annotations

import inspect
import warnings
from typing import Any

import numpy as np

from coursereg.course.exercises._base import NotAttempted, Raised, Unit, Wrong, expect_true
from coursereg.course.exercises._u09_plugin import Held as HeldRule
from coursereg.course.exercises._u11_scenes import Held, kind_of, sampled, some_spots
from coursereg.course.plain import optimisers
from coursereg.course.plain import scale_space as plain
from coursereg.engines.affine.registration import AffineRegistration

SHAPE = (128, 128)
LEFT = 0.1  # of the sum of absolute differences
ARRIVED = 1.0  # mm
LEVELS = {"level_iters": [25, 15], "sigmas": [3, 1], "factors": [8, 4], "verbosity": 0}


def pair(rng: Any, kind: str) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Two pictures of one scene, their grid, and the map from the static to the moving one."""
    middle = np.array([70.0, 60.0])
    grid = np.eye(3)
    grid[:2, 2] = middle - 63.5
    angle, shift = float(rng.uniform(0.12, 0.2) * rng.choice([-1, 1])), rng.uniform(4, 8, 2) * rng.choice([-1, 1], 2)
    if kind == "TRANSLATION":
        angle = 0.0
    L = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    if kind == "AFFINE":
        L = L @ np.diag(rng.uniform([0.9, 1.05], [0.95, 1.1]))
    truth = np.eye(3)
    truth[:2, :2] = L
    truth[:2, 2] = middle - L @ middle + shift
    spots = some_spots(rng, middle, 26, 12)
    spots[:, 3] = rng.uniform(6, 11, 12)
    # the static picture is the moving one, looked up through the map: spots that are round there, and drawn out here
    return sampled(spots, truth @ grid, SHAPE), sampled(spots, grid, SHAPE), grid, truth


def judged(kind: str, metric: Any, rule: Any, scene: tuple[np.ndarray, ...]) -> tuple[float, float]:
    """The part of the sum of absolute differences that is left, and the error at the targets."""
    static, moving, grid, truth = scene
    engine = AffineRegistration(metric=metric, method=rule, **LEVELS)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # a fixed number of steps need not converge
        found = engine.optimize(static, moving, kind_of(kind), None, grid, grid)
    left = np.abs(found.transform(moving) - static).sum() / np.abs(moving - static).sum()
    P = (grid @ [*(p.ravel() for p in np.mgrid[32:97:16, 32:97:16]), np.ones(25)])[:2].T
    Q = P @ truth[:2, :2].T + truth[:2, 2]
    return float(left), plain.tre(found.affine, P, Q)


def _both(f: Any) -> Any:
    """The student's two classes; whoever hands in one of them is told."""
    try:
        parts = f.parts()
    except NotAttempted:
        _ = f.value  # which says so if there is nothing at all
        parts = []
    except Raised as error:
        if "not iterable" not in str(error):
            raise
        parts = []
    if len(parts) != 2:
        raise Wrong("hand in both, in a list: [SSDMetric2D, Adam]")
    return parts


def add_plugin(unit: Unit) -> None:
    """Add ``plugin``."""
    ex = unit.exercise(
        "plugin",
        15.0,
        kind="plugin",
        signature="check('U11.plugin', [SSDMetric2D, Adam])",
        statement="An object of your `SSDMetric2D` is the metric of `AffineRegistration`, and one of your `Adam` (that "
        "of U09, or the one that is given) its method. On pairs of 128 x 128 whose map is known, two levels must take "
        "away at least 90 % of the sum of absolute differences, with a target registration error of at most 1 mm.",
        hints=(
            "# 6 step: the engine calls setup once for each level, and distance_and_gradient for each step.",
            "At the second level, starting_affine is the map that the first one found.",
            "If it is too slow: one call of transform.jacobians for all points, not one of jacobian for each.",
        ),
        solution=inspect.getsource(plain.SSDMetric2D) + "\n\n" + inspect.getsource(optimisers.Adam),
        read="7. Plug in",
    )

    def arrives(f: Any, rng: Any, kind: str, method: str) -> None:
        metric, rule = _both(f)
        held = Held(metric)
        left, error = judged(kind, held, HeldRule(rule(0.15)) if method == "Adam" else method, pair(rng, kind))
        expect_true(left <= LEFT, f"{100 * left:.1f} % of the differences are left, and 10 % may be", left, LEFT)
        expect_true(error <= ARRIVED, f"the target registration error is {error:.2f} mm", error, ARRIVED)

    @ex.check("a shift, with your metric and L-BFGS-B", kind="value", weight=2)
    def _(f: Any, rng: Any) -> None:
        arrives(f, rng, "TRANSLATION", "L-BFGS-B")

    @ex.check("a rigid map, with your metric and L-BFGS-B", kind="value", weight=2)
    def _(f: Any, rng: Any) -> None:
        arrives(f, rng, "RIGID", "L-BFGS-B")

    @ex.check("a rigid map, with your metric and your Adam", kind="value", weight=2)
    def _(f: Any, rng: Any) -> None:
        arrives(f, rng, "RIGID", "Adam")

    @ex.check("an affine map, with your metric and L-BFGS-B", kind="value", weight=2, public=False)
    def _(f: Any, rng: Any) -> None:
        arrives(f, rng, "AFFINE", "L-BFGS-B")

    @ex.check("an affine map, with your metric and your Adam", kind="value", public=False)
    def _(f: Any, rng: Any) -> None:
        arrives(f, rng, "AFFINE", "Adam")
