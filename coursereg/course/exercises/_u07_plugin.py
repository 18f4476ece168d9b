"""U07's plug-in: the student's gradient as ``jac=`` of `coursereg.Optimizer`, on pairs of brain slices."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import numpy as np
from scipy import ndimage

from coursereg.course import samples
from coursereg.course.exercises._base import Unit, expect, expect_shape, expect_true, numbers
from coursereg.course.plain import descent_translation as plain
from coursereg.optimize.optimizer import Optimizer

BLUR, EVERY = 4.0, 2
"""Pixels of the blur before every second pixel is taken: noise of 8 grey levels is a tenth of that then."""
SAME = 0.08  # of the gradient's length; right versions are within 3 %
THERE = 0.1  # pixels; right versions end within 0.03
OPTIONS = {"gtol": 0.02, "ftol": 1e-9, "maxiter": 30}
"""The cost is scaled so that a slope of 0.02 means: about 0.02 pixels left to go."""


class Slices:
    """Two blurred brain slices of half size, their scaled cost, and the truth."""

    def __init__(self, kind: str, seed: int) -> None:
        pair = samples.brain_pair(kind, seed)
        self.I, self.J = (
            ndimage.gaussian_filter(x.astype(float), BLUR)[::EVERY, ::EVERY] for x in (pair.static, pair.moving)
        )
        self.truth = np.array(pair.shift) / EVERY  # content that moved down is looked up further down
        self.scale = self.I.size * float(np.mean([2 * (slope**2).mean() for slope in np.gradient(self.J)]))
        self._grid = np.indices(self.I.shape).astype(float)

    def cost(self, u: np.ndarray) -> float:
        """Sum of squared differences, over a number that makes its curvature about 1."""
        r, c = self._grid
        looked_up = ndimage.map_coordinates(self.J, [r + u[0], c + u[1]], order=3, mode="nearest")
        return float(((looked_up - self.I) ** 2).sum()) / self.scale

    def slope(self, gradient: Callable[..., Any], u: np.ndarray) -> np.ndarray:
        """A gradient of the sum, scaled as the cost."""
        got = gradient(self.I, self.J, float(u[0]), float(u[1]))
        expect_shape(got, (2,), "the gradient")
        return numbers(got, "the gradient") / self.scale

    def run(self, gradient: Callable[..., Any] | None) -> Optimizer:
        """L-BFGS-B from (0, 0), with this gradient or with SciPy's finite differences."""
        jac = None if gradient is None else lambda u: self.slope(gradient, u)
        return Optimizer(self.cost, [0.0, 0.0], jac=jac, options=OPTIONS, evolution=True)


def add_plugin(unit: Unit) -> None:
    """Add ``plugin``."""
    ex = unit.exercise(
        "plugin",
        15.0,
        kind="plugin",
        signature="check('U07.plugin', grad_ssd_translation)",
        statement="Your gradient is the `jac` of `coursereg.Optimizer` (L-BFGS-B) on pairs of brain slices: along the "
        "path of the reference it must be the reference's gradient within 8 per cent, the optimiser must end within a "
        "tenth of a pixel of the truth, and it may ask for the cost half as often, at most, as without `jac`.",
        hints=(
            "# 5 gradient: the optimiser asks for the cost and for your gradient at the same u.",
            "Compare with finite differences of the cost at one u: (E(u + 0.1) - E(u - 0.1)) / 0.2 for each entry.",
            "If it needs many evaluations, cost and gradient disagree: factor, sign, order of rows and columns?",
        ),
        solution=inspect.getsource(plain.grad_ssd_translation),
        read="7. Plug in",
    )

    @ex.check("along the reference's path, yours is the reference's gradient", kind="value", weight=2)
    def _(f: Any, rng: Any) -> None:
        _same_along_the_path(f, Slices("subpixel", int(rng.integers(1000))))

    @ex.check("finds the shift to a tenth of a pixel", kind="value", weight=2)
    def _(f: Any, rng: Any) -> None:
        _found(f, Slices("subpixel", int(rng.integers(1000))))

    @ex.check("half the evaluations, at most, of a run without jac", kind="plugin")
    def _(f: Any, rng: Any) -> None:
        slices = Slices("subpixel", int(rng.integers(1000)))
        with_jac, without = slices.run(f), slices.run(None)
        _there(with_jac, slices)
        expect_true(
            2 * with_jac.nfev <= without.nfev,
            f"{with_jac.nfev} evaluations with your gradient, {without.nfev} without: it does not belong to the cost",
            with_jac.nfev,
        )

    @ex.check("another pair, a longer way", kind="value", weight=2, public=False)
    def _(f: Any, rng: Any) -> None:
        slices = Slices("shift", int(rng.integers(1000)))
        _same_along_the_path(f, slices)
        _found(f, slices)

    @ex.check("as few evaluations as with the reference's gradient, and four more", kind="plugin", public=False)
    def _(f: Any, rng: Any) -> None:
        slices = Slices("shift", int(rng.integers(1000)))
        mine, ours = slices.run(f), slices.run(plain.grad_ssd_translation)
        _there(mine, slices)
        expect_true(
            mine.nfev <= ours.nfev + 4,
            f"{mine.nfev} evaluations, {ours.nfev} with the reference's",
            mine.nfev,
            ours.nfev,
        )


def _same_along_the_path(f: Any, slices: Slices) -> None:
    path = slices.run(plain.grad_ssd_translation).evolution
    for u in [np.zeros(2), *path]:
        want = slices.slope(plain.grad_ssd_translation, u)
        got = slices.slope(f, u)
        slack = SAME * max(float(np.linalg.norm(want)), 0.5)  # half a pixel from the truth, or nearer, noise has a say
        expect(got, want, atol=slack, what=f"the scaled gradient at u = {np.round(u, 2).tolist()}")


def _found(f: Any, slices: Slices) -> None:
    _there(slices.run(f), slices)


def _there(run: Optimizer, slices: Slices) -> None:
    expect(run.xopt, slices.truth, atol=THERE, what="the shift that the optimiser found")
