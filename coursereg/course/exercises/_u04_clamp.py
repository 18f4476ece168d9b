"""U04: the checks of `clamp`."""

from __future__ import annotations

import inspect
from typing import Any

import numpy as np

from coursereg.course.exercises._base import (
    Raised,
    Wrong,
    expect,
    expect_inputs_untouched,
    expect_shape,
    expect_true,
    numbers,
)
from coursereg.course.exercises._u04_unit import UNIT
from coursereg.course.plain import histogram as plain


def two(got: Any, names: str) -> tuple[Any, Any]:
    """Take a result of two parts apart."""
    if not isinstance(got, (tuple, list, np.ndarray)) or len(got) != 2:
        raise Wrong(f"the result must be two things, ({names})", got)
    return got[0], got[1]


CLAMP = UNIT.exercise(
    "clamp",
    10.0,
    signature="clamp(x, bins, mask=None)",
    statement="Bin numbers for an array `x` of any shape, of integers or floats of any size; at most `bins` bins (1 "
    "to 32767). `mask` is a bool array of x's shape (None: everything). Minimum and maximum are those inside the "
    "mask. Integers that fit, that is of an integer dtype with maximum - minimum <= bins - 1, are only shifted: y = "
    "x - minimum, and maximum - minimum + 1 bins are used. Everything else is rescaled and rounded to the nearest: "
    "y = round((x - minimum) * (bins - 1) / (maximum - minimum)), and `bins` bins are used (a tie, .5, may go "
    "either way). Outside the mask y = -1. Return (y, bins used): y of x's shape, whole numbers of a dtype that can "
    "hold -1. Two corners. A constant float image: y = 0 inside, 1 bin used (we accept `bins` too). NaN outside the "
    "mask does not matter; NaN inside the mask: raise an error, or treat it as masked; it must not become a bin "
    "number, nor spoil others.",
    hints=(
        "# 1 grid: which values count? First the mask, then the minimum and the maximum, then the two cases.",
        "x = [[0, 30], [60, 100]] in 11 bins: 101 levels do not fit, so y = round(x * 10 / 100) = [[0, 3], [6, "
        "10]], 11 bins. In 200 bins it fits: y = [[0, 30], [60, 100]], 101 bins used.",
        "y = np.full(x.shape, -1); y[mask] = values - lo, or np.round((bins - 1) / width * (values - lo)); return "
        "y, used",
    ),
    reference=plain.clamp,
    solution=inspect.getsource(plain.clamp),
    read="6. Write, clamp",
)


def expect_clamp(got: Any, want: tuple[Any, int], hint: str = "") -> None:
    """Compare bin numbers and the number of bins used."""
    y, used = two(got, "y, bins used")
    expect(y, want[0], what="y", hint=hint, integer=True)
    expect(used, want[1], what="the number of bins used", hint=hint, whole_shape=False)


def untied(rng: Any, shape: tuple[int, ...], lo: int, hi: int, bins: int, dtype: Any) -> np.ndarray:
    """Random integers from lo to hi, both present, none half-way between two bins."""
    levels = np.arange(lo, hi + 1)
    place = (levels - lo) * (bins - 1) / (hi - lo) % 1
    out = rng.choice(levels[np.abs(place - 0.5) > 1e-6], shape)
    out.flat[:2] = lo, hi
    return out.astype(dtype)


@CLAMP.check("returns y of x's shape, and the number of bins used", kind="shape")
def _(f: Any, rng: Any) -> None:
    y, used = two(f(rng.integers(0, 200, (4, 7)).astype(np.uint8), 16), "y, bins used")
    expect_shape(y, (4, 7), "y")
    expect_true(numbers(used, "the number of bins used").size == 1, "the number of bins used must be one number", used)


@CLAMP.check("[-2, 0, 5] fits into 32 bins: [0, 2, 7], 8 bins used", kind="fixed")
def _(f: Any, rng: Any) -> None:
    expect_clamp(f(np.array([-2, 0, 5], np.int16), 32), ([0, 2, 7], 8))


@CLAMP.check("integers that fit are only shifted", kind="value")
def _(f: Any, rng: Any) -> None:
    lo = int(rng.integers(20, 90))
    x = rng.integers(lo, lo + 40, (6, 7)).astype(np.uint8)
    expect_clamp(f(x, 64), plain.clamp(x, 64), "40 levels fit into 64 bins: nothing is stretched")


@CLAMP.check("integers that do not fit are rescaled and rounded", kind="value", weight=1.5)
def _(f: Any, rng: Any) -> None:
    x = untied(rng, (7, 8), int(rng.integers(3, 30)), 255, 10, np.uint8)
    expect_clamp(f(x, 10), plain.clamp(x, 10), "the minimum becomes 0, the maximum bins - 1, and 2.7 becomes 3")


@CLAMP.check("the mask decides: -1 outside, minimum and maximum from inside", kind="value", weight=1.5)
def _(f: Any, rng: Any) -> None:
    x = untied(rng, (6, 9), 60, 160, 9, np.int16)
    x = np.vstack([x, rng.choice([-500, 900], (3, 9)).astype(np.int16)])
    mask = np.zeros(x.shape, bool)
    mask[:6] = rng.random((6, 9)) < 0.7
    mask.flat[:2] = True
    expect_clamp(f(x, 9, mask), plain.clamp(x, 9, mask), "the values outside the mask are far away, on purpose")


@CLAMP.check("floats are rescaled, also when they would fit", kind="value", public=False)
def _(f: Any, rng: Any) -> None:
    x = rng.uniform(-2, 5, (6, 5))
    expect_clamp(f(x, 64), plain.clamp(x, 64), "only an integer dtype is left as it is")
    whole = rng.permutation(6).astype(float)
    expect_clamp(f(whole, 31), plain.clamp(whole, 31), "0.0, 1.0 ... 5.0 are floats: rescaled to 0, 6 ... 30")


@CLAMP.check("exactly as many levels as bins fit; one more does not", kind="value", public=False)
def _(f: Any, rng: Any) -> None:
    for levels in (12, 13):
        x = untied(rng, (5, 6), 7, 6 + levels, 12, np.uint8)
        expect_clamp(f(x, 12), plain.clamp(x, 12), f"{levels} levels, 12 bins")


@CLAMP.check("grey values whose range does not fit into their own dtype", kind="value", public=False)
def _(f: Any, rng: Any) -> None:
    x = untied(rng, (6, 6), -30000, 30999, 50, np.int16)
    expect_clamp(f(x, 50), plain.clamp(x, 50), "30999 - (-30000) does not fit into int16")
    small = rng.integers(-100, 101, (6, 6)).astype(np.int8)
    small.flat[:2] = -100, 100
    expect_clamp(f(small, 256), plain.clamp(small, 256), "100 - (-100) does not fit into int8")


@CLAMP.check("large grey values, many bins", kind="value", public=False)
def _(f: Any, rng: Any) -> None:
    lo = int(rng.integers(30000, 50000))
    for low, high, dtype in ((5, 60000, np.uint16), (-200, 100000, np.int32), (lo, lo + 900, np.uint16)):
        x = untied(rng, (7, 9), low, high, 1000, dtype)
        expect_clamp(f(x, 1000), plain.clamp(x, 1000), f"{dtype.__name__}, {low} to {high}, 1000 bins")


@CLAMP.check("a constant image: bin 0, no division by zero", kind="property", public=False)
def _(f: Any, rng: Any) -> None:
    level = int(rng.integers(3, 90))
    expect_clamp(f(np.full((3, 4), level, np.uint8), 16), (np.zeros((3, 4)), 1), "one level, one bin")
    y, used = two(f(np.full((3, 4), level + 0.5), 16), "y, bins used")
    expect(y, np.zeros((3, 4)), what="y of a constant float image", integer=True)
    expect_true(float(numbers(used)) in (1.0, 16.0), "a constant float image must use 1 bin (or `bins`)", used)


@CLAMP.check("NaN outside the mask does not matter", kind="property", public=False)
def _(f: Any, rng: Any) -> None:
    x = rng.uniform(0, 90, (5, 8))
    x[3:, 2:] = np.nan
    expect_clamp(f(x, 12, ~np.isnan(x)), plain.clamp(x, 12, ~np.isnan(x)), "the NaN are all outside the mask")


@CLAMP.check("NaN inside the mask is an error or masked, never a bin", kind="property", public=False)
def _(f: Any, rng: Any) -> None:
    x = rng.uniform(0, 90, (5, 8))
    x[2, 3] = np.nan
    try:
        got = f(x, 12)
    except Raised:
        return
    expect_clamp(got, plain.clamp(x, 12, ~np.isnan(x)), "one NaN at (2, 3), no mask")


@CLAMP.check("leaves x and the mask as they were", kind="property", public=False)
def _(f: Any, rng: Any) -> None:
    f(rng.uniform(0, 90, (5, 8)), 12, rng.random((5, 8)) < 0.8)
    expect_inputs_untouched(f)


def _clamp_by(rule: Any, fits: bool = True, inside: bool = True) -> Any:
    """A clamp with another rule for values that are rescaled; `fits`: shift integers; `inside`: range from the mask."""

    def f(x: Any, bins: int, mask: Any = None) -> Any:
        x = np.asarray(x)
        mask = np.ones(x.shape, bool) if mask is None else mask
        values = (x[mask] if inside else x.ravel()).astype(float)
        lo, width = values.min(), values.max() - values.min()
        if fits and x.dtype.kind in "iu" and width <= bins - 1:
            return np.where(mask, x - lo, -1), int(width) + 1
        return np.where(mask, rule((x.astype(float) - lo) / (width or 1), bins), -1), bins

    return f


def _rounded(place: np.ndarray, bins: int) -> np.ndarray:
    return np.round(place * (bins - 1))


CLAMP.looks_like(
    "this looks like int() or floor: 2.7 is nearer to bin 3",
    _clamp_by(lambda place, bins: np.floor(place * (bins - 1))),
)
CLAMP.looks_like(
    "this looks like the equal bins of JointHist, floor(bins * ...): clamp rounds, with bins - 1 steps",
    _clamp_by(lambda place, bins: np.minimum(np.floor(place * bins), bins - 1)),
)
CLAMP.looks_like(
    "this looks like a factor of bins instead of bins - 1: the maximum then gets number `bins`, one too many",
    _clamp_by(lambda place, bins: np.round(place * bins)),
)
CLAMP.looks_like(
    "this looks like rescaling always: integers that fit are only shifted", _clamp_by(_rounded, fits=False)
)
CLAMP.looks_like(
    "this looks like the minimum and maximum of the whole image: only values inside the mask count",
    _clamp_by(_rounded, inside=False),
)


def _masked_as_zero(x: Any, bins: int, mask: Any = None) -> Any:
    y, used = plain.clamp(x, bins, mask)
    return np.maximum(y, 0), used


def _always_bins(x: Any, bins: int, mask: Any = None) -> Any:
    return plain.clamp(x, bins, mask)[0], bins


def _unsigned(x: Any, bins: int, mask: Any = None) -> Any:
    y, used = plain.clamp(x, bins, mask)
    return y.astype(np.uint8), used


CLAMP.looks_like(
    "this looks like 0 outside the mask: 0 is a bin, so masked pixels would be counted in it", _masked_as_zero
)
CLAMP.looks_like("this looks like an unsigned dtype: -1 has become 255", _unsigned)
CLAMP.looks_like("y is right, but integers that fit use only maximum - minimum + 1 bins", _always_bins)
