"""U06's plug-in: the student's `Rigid2D` and `MI_from_hist` inside `HistogramRegistration`."""

from __future__ import annotations

import inspect
from typing import Any

import numpy as np

from coursereg.course.exercises._base import Unit, Wrong, expect, numbers
from coursereg.course.exercises._heads import IDENTICAL, draw, engine, found, number_of, same_landscape
from coursereg.course.plain import information, landscapes

SAME_SLOPE = 1e-6  # of the gradient: values agree to 1e-9 at least, and are divided by a width of 0.2 or more


class Held:
    """The student's object as the engine wants it: ``param``, ``apply`` and ``copy``, plain numbers in and out."""

    def __init__(self, handle: Any) -> None:
        if not hasattr(handle, "call"):
            raise Wrong("Rigid2D() and copy() must give a Rigid2D", handle)
        self._handle = handle

    @property
    def param(self) -> np.ndarray:
        """The three numbers."""
        return numbers(self._handle.get("param"), "T.param")

    @param.setter
    def param(self, value: Any) -> None:
        self._handle.set("param", np.array(value, float))

    def apply(self, points: np.ndarray) -> np.ndarray:
        """Move points."""
        moved = numbers(self._handle.call("apply", points), "T.apply(points)")
        if moved.shape != points.shape:
            raise Wrong(f"T.apply must keep the shape {points.shape} of the points, got {moved.shape}", moved)
        return moved

    def copy(self) -> Held:
        """Another one."""
        return Held(self._handle.call("copy"))


def add_plugin(unit: Unit) -> None:
    """Add ``plugin``."""
    ex = unit.exercise(
        "plugin",
        15.0,
        kind="plugin",
        signature="check('U06.plugin', [Rigid2D, MI_from_hist])",
        statement="Your `Rigid2D` is the transform of `HistogramRegistration`, your `MI_from_hist` of U05 its measure: "
        "`explore` with them must give the engine's own numbers to 1e-9, `eval_gradient` the finite differences, and "
        "`optimize` with your `Rigid2D` the motion between a T1 and a proton-density picture.",
        hints=(
            "# 2 pull: the engine sets T.param, asks T.apply for the places of all pixels at once, and reads H.",
            "With T = Rigid2D(), R.explore(T, (0, [-1, 0, 1])) tries the parameters [-1, 0, 0], [0, 0, 0], [1, 0, 0].",
            "If only the last digits of MI differ: select the full cells with p > 0, without an epsilon.",
        ),
        solution=inspect.getsource(landscapes.Rigid2D) + "\n\n" + inspect.getsource(information.MI_from_hist),
        read="7. Plug in",
    )

    @ex.check("explore with your Rigid2D gives the engine's own landscape", kind="value", weight=2)
    def _(f: Any, rng: Any) -> None:
        cls, _measure = f.parts()
        start = draw(rng)
        R = engine(draw(rng), "mi")
        walks = (0, [-1.5, 0, 1.0]), (2, [-2.0, 0, 3.0])
        s, p = R.explore(Held(cls(start)), *walks)
        want_s, want_p = R.explore(landscapes.Rigid2D(start), *walks)
        expect(p, want_p, atol=IDENTICAL, what="the parameters that were tried")
        expect(s, want_s, atol=IDENTICAL, what="the similarity of each trial")

    @ex.check("explore with your MI_from_hist gives the engine's own mutual information", kind="value", weight=2)
    def _(f: Any, rng: Any) -> None:
        _cls, measure = f.parts()
        truth, start = draw(rng), draw(rng)
        walks = (0, [-1.5, 0, 1.0]), (1, [-2.0, 0, 3.0])
        s, _p = engine(truth, number_of(measure)).explore(landscapes.Rigid2D(start), *walks)
        want, _p = engine(truth, "mi").explore(landscapes.Rigid2D(start), *walks)
        same_landscape(s, want)

    @ex.check("eval_gradient with both is the finite difference of the similarity", kind="plugin", weight=2)
    def _(f: Any, rng: Any) -> None:
        _slopes_agree(f, rng, 0.2)

    @ex.check("eval_gradient with another width, elsewhere", kind="plugin", public=False)
    def _(f: Any, rng: Any) -> None:
        _slopes_agree(f, rng, 1.0)

    @ex.check("explore and eval_gradient leave T where it was", kind="property", public=False)
    def _(f: Any, rng: Any) -> None:
        cls, measure = f.parts()
        start = draw(rng)
        T, R = Held(cls(start)), engine(draw(rng), number_of(measure))
        R.explore(T, (1, [-3, 4]))
        R.eval_gradient(T)
        expect(T.param, start, what="T.param afterwards", hint="the engine works on T.copy()")

    @ex.check("optimize with your Rigid2D finds the motion between T1 and PD", kind="value", weight=2, public=False)
    def _(f: Any, rng: Any) -> None:
        cls, _measure = f.parts()
        truth = draw(rng)
        found(engine(truth, "mi").optimize(Held(cls())), truth)


def _slopes_agree(f: Any, rng: Any, eps: float) -> None:
    cls, measure = f.parts()
    truth, start = draw(rng), draw(rng)
    mine = engine(truth, number_of(measure)).eval_gradient(Held(cls(start)), epsilon=eps)
    ours = engine(truth, "mi")
    want = landscapes.approx_gradient(lambda x: ours.eval(landscapes.Rigid2D(x)), start, eps)
    expect(mine, want, atol=SAME_SLOPE, what="the gradient of the similarity")
