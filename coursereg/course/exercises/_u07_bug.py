"""The bug of unit U07: one gradient for all steps, and pictures that are looked up in looked-up pictures."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from scipy import ndimage

from coursereg.course.exercises._base import Unit, Wrong, add_bug_check, expect, expect_shape
from coursereg.course.exercises._base import numbers as as_numbers
from coursereg.course.exercises._u07_pictures import Shifted, apart, shifted
from coursereg.course.plain import descent_translation as plain

STEPS = 40
GREY = 2.0  # grey levels of 200: linear and cubic look-ups are within 1.4 of the formula, look-ups of look-ups are not

SOLUTION = """def bug_fixed(I, J, lr, iters):
    u, looked_up = np.zeros(2), J
    for _ in range(iters):
        d = looked_up - I
        slope_r, slope_c = np.gradient(looked_up)
        g = 2 * np.array([(d * slope_r).mean(), (d * slope_c).mean()])
        u = u - lr * g
        looked_up = ndimage.shift(J, -u, order=1)
    return u, looked_up
"""


def add_bug(unit: Unit) -> None:
    """Add ``bug`` and ``bug_check``."""
    ex = unit.exercise(
        "bug",
        4.0,
        kind="bug",
        signature="bug_fixed(I, J, lr, iters)",
        statement="The broken descent of the notebook, mended: return u after `iters` steps from (0, 0), and J looked "
        "up at x + u. I and J are float pictures of one shape.",
        hints=(
            "Which of the lines before the loop depend on u?",
            "In the loop, write down what `looked_up` is made from. How often has a grey value been interpolated after "
            "ten steps?",
            "looked_up = ndimage.shift(J, -u, order=1): from J, by all of u",
        ),
        reference=plain.descend,
        solution=SOLUTION,
        read="8. Bug of the unit",
    )

    @ex.check("arrives at the truth", kind="value")
    def _(f: Any, rng: Any) -> None:
        pair = _pair(rng)
        u, _picture = _outcome(f, pair, 0.5 / pair.curvature, STEPS)
        expect(u, pair.truth, atol=0.1, what="u")

    @ex.check("what it shows is J, looked up once", kind="value")
    def _(f: Any, rng: Any) -> None:
        pair = _pair(rng)
        for lr, steps in ((0.5, 1), (0.5, 12), (0.08, STEPS)):
            u, picture = _outcome(f, pair, lr / pair.curvature, steps)
            why = "interpolated more than once?" if steps > 1 else "after one step: is it looked up at the u before it?"
            expect(picture, pair.scene(*u), atol=GREY, what="J at x + u", hint=why)

    @ex.check("every step is that of a descent", kind="value", public=False)
    def _(f: Any, rng: Any) -> None:
        pair = _pair(rng)
        lr = 0.25 / pair.curvature
        for k in (0, 4):
            u = _outcome(f, pair, lr, k)[0] if k else np.zeros(2)
            after, _picture = _outcome(f, pair, lr, k + 1)
            want = -lr * pair.gradient(u) / pair.I.size
            expect(after - u, want, atol=0.1 * float(np.linalg.norm(want)), what=f"step {k}")

    for message, function in (
        ("one gradient for all steps is still computed before the loop", _gradient_once),
        ("the picture is still looked up in a looked-up picture, again and again", _look_up_again),
        ("the slopes are still those of J where it is not moved", _slopes_once),
        ("the picture is looked up before u takes its step: gradient and result are one step late", _one_step_late),
    ):
        ex.looks_like(message, function)
    _add_check(unit)


def _pair(rng: Any) -> Shifted:
    return shifted(rng, apart(rng, 2.0, 4.0))


def _outcome(f: Any, pair: Shifted, lr: float, iters: int) -> tuple[np.ndarray, np.ndarray]:
    got = f(pair.I, pair.J, lr, iters)
    if not isinstance(got, (tuple, list)) or len(got) != 2:
        raise Wrong("the result must be a pair (u, looked_up)", got)
    expect_shape(got[0], (2,), "u")
    expect_shape(got[1], pair.I.shape, "looked_up")
    return as_numbers(got[0], "u"), as_numbers(got[1], "looked_up")


def _add_check(unit: Unit) -> None:
    add_bug_check(
        unit,
        mutants=(_gradient_once, _look_up_again, _as_printed),
        rights=(_linear, _cubic, _fixed_slopes),
        kind="bug_check",
        signature="bug_check(descent)",
        statement="A check of your own for any function descent(I, J, lr, iters) that claims to return u and J looked "
        "up at x + u. It must use assert, or return True or False; it must let right functions live, whether they look "
        "up with linear or with cubic interpolation, and notice those that walk past the truth and those that "
        "interpolate again and again.",
        hints=(
            "Two laws: u is near a truth that you know, and the picture is J looked up once. Which pictures have "
            "a known "
            "truth?",
            "On samples.blob() a linear and a cubic look-up differ by less than two grey levels; sixty look-ups "
            "in a row "
            "with small steps (lr = 0.005) differ from one by ten.",
            "u, picture = descent(I, J, 0.005, 60); assert np.abs(picture - ndimage.shift(J, -u)).max() < 3",
        ),
        solution="def bug_check(descent):\n"
        "    I, J = samples.blob(centre=(24, 32)), samples.blob(centre=(27.5, 29.6))\n"
        "    u, picture = descent(I, J, 0.005, 60)\n"
        "    assert np.abs(u - [3.5, -2.4]).max() < 0.1\n"
        "    assert np.abs(picture - ndimage.shift(J, -u)).max() < 3\n",
        read="8. Bug of the unit",
    )


# --- wrong and right descents -----------------------------------------------------------------------------------------


def _step(d: np.ndarray, slopes: Any) -> np.ndarray:
    return np.array([2 * (d * slope).mean() for slope in slopes])


def _run(
    I: Any,
    J: Any,
    lr: float,
    iters: int,
    slopes: Callable[[np.ndarray], Any] = np.gradient,
    order: int = 1,
) -> tuple[np.ndarray, np.ndarray]:
    I, J = np.asarray(I, float), np.asarray(J, float)
    u, looked_up = np.zeros(2), J
    for _k in range(iters):
        u = u - lr * _step(looked_up - I, slopes(looked_up))
        looked_up = ndimage.shift(J, -u, order=order)
    return u, looked_up


def _gradient_once(I: Any, J: Any, lr: float, iters: int) -> tuple[np.ndarray, np.ndarray]:
    """One gradient for all steps, computed before the loop."""
    I, J = np.asarray(I, float), np.asarray(J, float)
    g = _step(J - I, np.gradient(J))
    u = np.zeros(2)
    for _k in range(iters):
        u = u - lr * g
    return u, ndimage.shift(J, -u, order=1)


def _look_up_again(I: Any, J: Any, lr: float, iters: int) -> tuple[np.ndarray, np.ndarray]:
    """Looks the picture up in the picture that was looked up before."""
    I, looked_up, u = np.asarray(I, float), np.asarray(J, float), np.zeros(2)
    for _k in range(iters):
        step = -lr * _step(looked_up - I, np.gradient(looked_up))
        u = u + step
        looked_up = ndimage.shift(looked_up, -step, order=1)
    return u, looked_up


def _as_printed(I: Any, J: Any, lr: float, iters: int) -> tuple[np.ndarray, np.ndarray]:
    """One gradient for all steps, and a look-up of the looked-up picture."""
    I, looked_up, u = np.asarray(I, float), np.asarray(J, float), np.zeros(2)
    g = _step(looked_up - I, np.gradient(looked_up))
    for _k in range(iters):
        u = u - lr * g
        looked_up = ndimage.shift(looked_up, lr * g, order=1)
    return u, looked_up


def _slopes_once(I: Any, J: Any, lr: float, iters: int) -> tuple[np.ndarray, np.ndarray]:
    """The slopes of J where it is not moved."""
    there = np.gradient(np.asarray(J, float))
    return _run(I, J, lr, iters, slopes=lambda _looked_up: there)


def _one_step_late(I: Any, J: Any, lr: float, iters: int) -> tuple[np.ndarray, np.ndarray]:
    """Looks J up where u was before the step."""
    I, J = np.asarray(I, float), np.asarray(J, float)
    u, looked_up = np.zeros(2), J
    for _k in range(iters):
        g = _step(looked_up - I, np.gradient(looked_up))
        looked_up = ndimage.shift(J, -u, order=1)
        u = u - lr * g
    return u, looked_up


def _linear(I: Any, J: Any, lr: float, iters: int) -> tuple[np.ndarray, np.ndarray]:
    """Linear look-up from J at every step."""
    return _run(I, J, lr, iters)


def _cubic(I: Any, J: Any, lr: float, iters: int) -> tuple[np.ndarray, np.ndarray]:
    """Cubic look-up from J at every step."""
    return _run(I, J, lr, iters, order=3)


def _fixed_slopes(I: Any, J: Any, lr: float, iters: int) -> tuple[np.ndarray, np.ndarray]:
    """Slopes of the static picture, which give the same gradient."""
    there = np.gradient(np.asarray(I, float))
    return _run(I, J, lr, iters, slopes=lambda _looked_up: there)
