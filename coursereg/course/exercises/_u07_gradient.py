"""U07's gradient: `grad_ssd_translation(I, J, p, q)`."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import numpy as np
from scipy import ndimage

from coursereg.course.exercises._base import Exercise, Unit, expect, expect_inputs_untouched, expect_shape, expect_true
from coursereg.course.exercises._base import numbers as as_numbers
from coursereg.course.exercises._u07_pictures import Shifted, apart, between, pyramid, same_slope, scene, shifted
from coursereg.course.plain import descent_translation as plain

ZERO = 0.02
"""Of a typical slope. Right versions stay below 0.6 %, differences of the cost between linear samples included."""
BLACK = 0.09
"""Of a typical slope. Differences of the cost between linear samples reach 0.06, one-sided slopes start at 0.15."""
COARSE = 0.08
"""Of the gradient, for pyramids: right versions stay within 5 %, a look-up that rounds is 12 % off, and more."""


def add_gradient(unit: Unit) -> None:
    """Add ``grad_ssd_translation``."""
    ex = unit.exercise(
        "grad_ssd_translation",
        18.0,
        signature="grad_ssd_translation(I, J, p, q)",
        statement="The gradient of `E(p, q) = sum over x of (J(x + (p, q)) - I(x))**2`, an array of two numbers: "
        "dE/dp, then dE/dq. The shift is the pull: p rows down and q columns to the right of the pixel x is where J is "
        "looked up, so (p, q) = (2, 0) brings the content of J two rows up. p and q may be fractions. `I` and `J` have "
        "one shape, not always square, are of any dtype (8-bit integers, too) and stay as they are. Both are 0 near "
        "their border and stay so for every shift that is asked for, so it does not matter whether you count what "
        "lies outside of J as 0 or leave it out.",
        hints=(
            "# 5 gradient: E is a sum of d**2 with d = J(x + (p, q)) - I(x). What is the slope of d**2, if d has the "
            "slope s?",
            "Two pixels: d = [3, -1], and the looked-up J has the row slopes [2, 5]: dE/dp = 2 * (3 * 2 - 1 * 5) = 2.",
            "looked_up = ...; d = looked_up - I; slope_r, slope_c = np.gradient(looked_up); return 2 * np.array(...)",
        ),
        reference=plain.grad_ssd_translation,
        solution=inspect.getsource(plain.grad_ssd_translation),
        read="6. Write: the gradient",
    )
    _public(ex)
    _hidden(ex)
    for message, adapt in _CONVENTIONS:
        ex.convention(message, adapt)
    for message, function in _LOOKS:
        ex.looks_like(message, function)


def _place(rng: Any, tall: bool = False, top: float = 0.0) -> tuple[Shifted, np.ndarray]:
    """A pair, and a shift between the pixels, about two pixels from the truth along rows and columns."""
    u = np.array([between(rng), between(rng)])
    return shifted(rng, u - apart(rng, 1.5, 3.0), tall, top), u


# --- checks -----------------------------------------------------------------------------------------------------------


def _public(ex: Exercise) -> None:
    @ex.check("two numbers, also for a picture that is not square", kind="shape", weight=0.5)
    def _(f: Any, rng: Any) -> None:
        for tall in (False, True):
            pair, u = _place(rng, tall)
            expect_shape(f(pair.I, pair.J, *u), (2,), "the gradient")

    @ex.check("the content of J lies two rows lower: the cost falls when p grows", kind="fixed")
    def _(f: Any, rng: Any) -> None:
        for axis, word in ((0, "rows"), (1, "columns")):
            pair = shifted(np.random.default_rng(7), 2 * np.eye(2)[axis])
            g = as_numbers(f(pair.I, pair.J, 0, 0), "the gradient")
            expect_shape(g, (2,), "the gradient")
            along, across = g[axis], g[1 - axis]
            expect_true(
                abs(along) > 5 * abs(across),
                f"J lies two {word} off, and the slope along {word} is not the large one",
                g,
            )
            expect_true(along < 0, f"J lies two {word} further: a larger shift along {word} must lower the cost", g)

    @ex.check("0 at the truth", kind="property")
    def _(f: Any, rng: Any) -> None:
        pair = shifted(rng, [between(rng), between(rng)])
        g = as_numbers(f(pair.I, pair.J, *pair.truth), "the gradient") / pair.steep
        expect(g, np.zeros(2), atol=ZERO, what="the gradient at the truth, as a part of that two pixels away")

    @ex.check("any shift between the pixels: within 5 per cent of finite differences", kind="value", weight=3)
    def _(f: Any, rng: Any) -> None:
        for _k in range(2):
            pair, u = _place(rng)
            same_slope(f(pair.I, pair.J, *u), pair.gradient(u))

    @ex.check("against a black picture no shift is better than another: 0", kind="property", weight=1.5)
    def _(f: Any, rng: Any) -> None:
        pair, u = _place(rng)
        g = as_numbers(f(np.zeros(pair.I.shape), pair.J, *u), "the gradient") / pair.steep
        expect(
            g,
            np.zeros(2),
            atol=BLACK,
            what="the gradient, as a part of a typical one",
            hint="the slopes must be those of the looked-up J, at the same pixels as d",
        )

    @ex.check("8-bit pictures", kind="value", weight=1.5)
    def _(f: Any, rng: Any) -> None:
        pair, u = _place(rng)
        I, J = (np.rint(x).astype(np.uint8) for x in (pair.I, pair.J))
        same_slope(f(I, J, *u), pair.gradient(u), "I and J are uint8: differences, and what SciPy returns, may wrap")


def _hidden(ex: Exercise) -> None:
    @ex.check("a tall picture with grey values from 0 to 0.1", kind="value", weight=2, public=False)
    def _(f: Any, rng: Any) -> None:
        pair, u = _place(rng, tall=True, top=0.1)
        same_slope(f(pair.I, pair.J, *u), pair.gradient(u))

    @ex.check("the two pictures need not show the same", kind="value", public=False)
    def _(f: Any, rng: Any) -> None:
        pair, u = _place(rng)
        I = 0.6 * pair.I + 0.3 * scene(rng)(*apart(rng, 1, 4))
        other = Shifted(I, pair.J, pair.truth, pair.scene)
        want = other.gradient(u)
        got = f(I, pair.J, *u)
        expect_shape(got, (2,), "the gradient")
        expect(np.asarray(got, float) / pair.steep, want / pair.steep, atol=0.06, what="the gradient")

    @ex.check("whole shifts, as integers, and no shift", kind="value", public=False)
    def _(f: Any, rng: Any) -> None:
        pair = shifted(rng, apart(rng, 1.5, 3.0))
        u = [int(v) for v in rng.choice([-1, 1], 2) * rng.permutation([1, 2]) - np.sign(pair.truth).astype(int) * 3]
        same_slope(f(pair.I, pair.J, *u), pair.gradient(np.array(u, float)))
        same_slope(f(pair.I, pair.J, 0, 0), pair.gradient(np.zeros(2)))

    @ex.check("a border of zeros around both changes nothing", kind="value", public=False)
    def _(f: Any, rng: Any) -> None:
        pair, u = _place(rng)
        # wide and tall, the content on either side: no square holds all of it
        for border in (((4, 9), (45, 3)), ((3, 2), (8, 40)), ((50, 4), (2, 5)), ((2, 55), (6, 1))):
            padded = [np.pad(x, border) for x in (pair.I, pair.J)]
            same_slope(f(*padded, *u), pair.gradient(u), "more black pixels add nothing to a sum")

    @ex.check("8-bit pictures of few grey levels, bright 16-bit ones", kind="value", public=False)
    def _(f: Any, rng: Any) -> None:
        pair = pyramid(rng)
        u = (
            pair.truth
            + rng.choice([-1, 1], 2) * rng.permutation([1, 2])
            + rng.choice([-1, 1], 2) * rng.uniform(0.35, 0.45, 2)
        )
        same_slope(
            f(pair.I, pair.J, *u), pair.gradient(u), "J between two grey levels is no whole number", slope=COARSE
        )
        pair, u = _place(rng, tall=True, top=60000)
        I, J = (np.rint(x).astype(np.uint16) for x in (pair.I, pair.J))
        same_slope(f(I, J, *u), pair.gradient(u), "grey values up to 60000 are no int16")

    @ex.check("leaves both pictures as they were", kind="property", weight=0.5, public=False)
    def _(f: Any, rng: Any) -> None:
        pair, u = _place(rng)
        expect_shape(f(pair.I, pair.J, *u), (2,), "the gradient")
        expect_inputs_untouched(f)


# --- other definitions, and mistakes ----------------------------------------------------------------------------------

_CONVENTIONS: tuple[tuple[str, Callable[..., Any]], ...] = (
    (
        "this is the gradient of half the sum: a legal cost, but E is the sum itself, and the slope of d**2 is 2 "
        "d times "
        "the slope of d",
        lambda f: lambda I, J, p, q: 2 * as_numbers(f(I, J, p, q)),
    ),
    (
        "this is the gradient of the mean over all pixels: a legal cost, but E is the sum",
        lambda f: lambda I, J, p, q: np.size(I) * as_numbers(f(I, J, p, q)),
    ),
    (
        "your p and q say how far the content of J goes, as in `translation`: here they say where J is looked up, "
        "x + (p, q)",
        lambda f: lambda I, J, p, q: -as_numbers(f(I, J, -p, -q)),
    ),
)


def _parts(I: Any, J: Any, p: float, q: float) -> tuple[np.ndarray, list[np.ndarray]]:
    """Residual, and slopes of the looked-up J."""
    looked_up = ndimage.shift(np.asarray(J, float), (-p, -q), order=1)
    return looked_up - np.asarray(I, float), np.gradient(looked_up)


def _summed(d: np.ndarray, slopes: Any) -> np.ndarray:
    return 2 * np.array([(d * s).sum() for s in slopes])


def _of_unmoved(I: Any, J: Any, p: float, q: float) -> np.ndarray:
    return _summed(_parts(I, J, p, q)[0], np.gradient(np.asarray(J, float)))


def _pushed(I: Any, J: Any, p: float, q: float) -> np.ndarray:
    return plain.grad_ssd_translation(I, J, -p, -q)


def _magnitudes(I: Any, J: Any, p: float, q: float) -> np.ndarray:
    d, slopes = _parts(I, J, p, q)
    return np.array([(np.sign(d) * s).sum() for s in slopes])


_LOOKS: tuple[tuple[str, Callable[..., Any]], ...] = (
    ("this looks like the way down: the gradient itself points uphill", lambda *a: -plain.grad_ssd_translation(*a)),
    (
        "this looks like rows and columns exchanged: np.gradient gives the slope along the rows first",
        lambda *a: plain.grad_ssd_translation(*a)[::-1],
    ),
    ("this looks like the slopes of J where it is *not* moved: take them of the looked-up picture", _of_unmoved),
    ("this looks like J looked up at x - (p, q): the pull is x + (p, q)", _pushed),
    (
        "this looks like a shift cut to whole numbers",
        lambda I, J, p, q: plain.grad_ssd_translation(I, J, int(p), int(q)),
    ),
    (
        "this looks like a shift rounded to whole numbers",
        lambda I, J, p, q: plain.grad_ssd_translation(I, J, round(p), round(q)),
    ),
    ("this looks like the slope of a sum of |d|: the slope of d**2 is 2 d times that of d", _magnitudes),
    (
        "this looks like slopes that are not multiplied by the residual d, or slopes of d itself: both sum up to "
        "nothing",
        lambda *a: 2 * np.array([s.sum() for s in _parts(*a)[1]]),
    ),
    (
        "this looks like slopes of the residual: I does not move, so its slopes do not belong; they sum up to nothing",
        lambda *a: _summed(_parts(*a)[0], np.gradient(_parts(*a)[0])),
    ),
)
