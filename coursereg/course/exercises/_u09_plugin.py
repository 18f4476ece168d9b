"""U09's plug-in: the student's rules inside `Optimizer` and `HistogramRegistration.optimize`."""

from __future__ import annotations

import inspect
from typing import Any

import numpy as np

from coursereg.course.exercises import _heads
from coursereg.course.exercises._base import Unit, Wrong, expect, expect_true, numbers
from coursereg.course.exercises._u09_grounds import lasting
from coursereg.course.plain import landscapes
from coursereg.course.plain import optimisers as plain
from coursereg.course.plain.motion import moved_points
from coursereg.optimize import descent
from coursereg.optimize.optimizer import Optimizer
from coursereg.similarity.rigid import RigidSSD

SHAPE = (44, 52)
SPOTS = ((200, 14, 34, 4, 6), (160, 20, 25, 5, 4), (120, 27, 18, 4, 5), (180, 32, 33, 5, 4))  # grey, place, size
ALONG = 1e-3  # pixels, over the first thirty steps: legal forms of eps differ by less than 1e-6
ARRIVED = 0.1  # pixels
RULES = {  # a rate at which each arrives
    "Momentum": (0.1, descent.Momentum),
    "Nesterov": (0.1, descent.Nesterov),
    "Adagrad": (1.0, descent.Adagrad),
    "RMSProp": (0.05, descent.RMSProp),
    "Adam": (0.3, descent.Adam),
}


class Held:
    """The student's object as the engines want it: ``step``, plain numbers in and out."""

    def __init__(self, handle: Any) -> None:
        if not hasattr(handle, "call"):
            raise Wrong("the class must give an object with a method step(x, grad)", handle)
        self._handle = handle

    def step(self, x: np.ndarray, grad: Any) -> np.ndarray:
        """Return the point after x."""
        new = numbers(self._handle.call("step", x, lasting(grad)), "step(x, grad)")
        if new.shape != x.shape:
            raise Wrong(f"step must return a point of shape {x.shape}, got {new.shape}", new)
        return new


def rigid_cost(rng: Any) -> tuple[RigidSSD, np.ndarray]:
    """The cost of U08 on a picture given by a formula, and the true parameters, all in pixels."""
    theta, u = float(rng.choice([-1, 1]) * rng.uniform(3, 6)), rng.choice([-1, 1], 2) * rng.uniform(1, 3, 2)
    pivot = (np.array(SHAPE) - 1) / 2

    def scene(r: np.ndarray, c: np.ndarray) -> np.ndarray:
        spots = [a * np.exp(-(((r - r0) / h) ** 2) - ((c - c0) / w) ** 2) for a, r0, c0, h, w in SPOTS]
        return np.sum(spots, axis=0)

    cost = RigidSSD(scene(*moved_points(SHAPE, theta, u, pivot)), scene(*np.indices(SHAPE)), pivot)
    return cost, cost.parameters(np.deg2rad(theta), u)


def run(cost: Any, rule: Any, steps: int = 150) -> Optimizer:
    """From the identity, a fixed number of steps at most."""
    return Optimizer(cost, np.zeros(3), method=rule, jac=True, options={"maxiter": steps, "xtol": 1e-3, "gtol": 1e-6})


def add_plugin(unit: Unit) -> None:
    """Add ``plugin``."""
    ex = unit.exercise(
        "plugin",
        15.0,
        kind="plugin",
        signature="check('U09.plugin', [Momentum, Nesterov, Adagrad, RMSProp, Adam])",
        statement="Objects of your classes are the `method` of `Optimizer` on a rigid cost in pixels, and the "
        "`optimizer` of `HistogramRegistration.optimize`: they must walk as the package's own do, to a thousandth of a "
        "pixel; in `Optimizer` they end within a tenth of a pixel of the true motion.",
        hints=(
            "# 6 step: the engine calls step(x, grad) again and again, with the point that the last call returned.",
            "Optimizer(fun, [4.0], method=Momentum(lr=0.25, gamma=0.5), jac=lambda x: 2 * x) begins 4, 2, 0.",
            "If one class fails, look at its own exercise: it must pass there first.",
        ),
        solution="\n\n".join(inspect.getsource(getattr(plain, name)) for name in RULES),
        read="7. Plug in",
    )

    def in_optimizer(name: str, number: int, public: bool) -> None:
        @ex.check(f"{name} in Optimizer walks as the package's own and arrives", kind="value", weight=2, public=public)
        def _(f: Any, rng: Any) -> None:
            (lr, ours), (cost, truth) = RULES[name], rigid_cost(rng)
            lr *= float(rng.uniform(0.8, 1.2))
            mine, want = run(cost, Held(f.parts()[number](lr))), run(cost, ours(lr))
            length = min(30, len(want.result.trace))
            path, theirs = (np.array([x for x, _ in one.result.trace[:length]]) for one in (mine, want))
            expect(path, theirs, atol=ALONG, what=f"the first {length} points", hint=f"with {name}({lr:.3f})")
            off = float(np.linalg.norm(mine.xopt - truth))
            expect_true(off < ARRIVED, f"it ends {off:.2f} pixels from the true motion", mine.xopt, truth)

    for number, name in enumerate(RULES):
        in_optimizer(name, number, public=name in ("Momentum", "Adam"))

    @ex.check("Adam in HistogramRegistration.optimize climbs MI of T1 and PD as the package's own does", kind="plugin")
    def _(f: Any, rng: Any) -> None:
        _between_scans(f.parts()[4](0.3), descent.Adam(0.3), rng)

    @ex.check(
        "Momentum in HistogramRegistration.optimize climbs as the package's own does", kind="plugin", public=False
    )
    def _(f: Any, rng: Any) -> None:
        _between_scans(f.parts()[0](2.0, 0.8), descent.Momentum(2.0, 0.8), rng)


def _between_scans(mine: Any, ours: Any, rng: Any) -> None:
    truth = _heads.draw(rng, 2.0)
    R = _heads.engine(truth, "mi")
    T, want = (
        R.optimize(landscapes.Rigid2D(), optimizer=rule, refine=False, maxiter=25) for rule in (Held(mine), ours)
    )
    # how near they get is the affair of the landscape, which has a dent at every whole pixel
    expect(T.param, want.param, atol=1e-2, what="T.param", hint="the package's own rule ends elsewhere")
