"""U04: the checks of `JointHist`."""

from __future__ import annotations

import inspect
from collections.abc import Callable
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


def picture(rng: Any, shape: tuple[int, int], lo: int, hi: int, bins: int, dtype: Any = np.uint8) -> np.ndarray:
    """Random integers from lo to hi, both present, none on an inner edge: rounding errors then decide nothing."""
    levels = np.arange(lo, hi + 1)
    place = (levels - lo) * bins / (hi - lo)
    inner = np.abs(place - np.round(place)) < 2e-5  # float32 arithmetic is as good as any
    inner[[0, -1]] = False
    out = rng.choice(levels[~inner], shape)
    spots = rng.choice(out.size, 6, replace=False)
    out.flat[spots[:3]], out.flat[spots[3:]] = lo, hi
    return out.astype(dtype)


def follows(other: Callable[..., Any], reference: Callable[..., Any]) -> Callable[..., Any]:
    """Adapt an answer that gives exactly what ``other`` gives; any other answer stays what it is."""

    def adapt(f: Callable[..., Any]) -> Callable[..., Any]:
        def adapted(*args: Any, **kwargs: Any) -> Any:
            got = f(*args, **kwargs)
            try:
                fits = np.allclose(np.asarray(got, float), other(*args, **kwargs), atol=1e-9)
            except (TypeError, ValueError):
                return got
            return reference(*args, **kwargs) if fits else got

        return adapted

    return adapt


JOINT = UNIT.exercise(
    "JointHist",
    20.0,
    signature="JointHist(I, J, bins)",
    statement="The joint histogram of two pictures of one shape (rows, columns), of integers or floats of any size, "
    "no NaN; `bins` is a whole number. Return H of shape (bins, bins): H[a, b] counts the pixels whose grey value "
    "lies in bin a of `I` and in bin b of `J`. So axis 0 is `I`. Each picture has bins of equal width from its own "
    "minimum to its own maximum. A bin contains its lower edge and not its upper one; the last bin contains both, "
    "so the maximum counts. Hence H sums to the number of pixels, always. A constant picture has no width: put all "
    "its pixels into one bin, whichever you like. If you give `bins` a default, it must keep up to eight grey "
    "levels apart.",
    hints=(
        "# 4 residual: instead of a difference, a pair of bin numbers for each pixel; then count the pairs.",
        "I = [[0, 0], [1, 4]] and J = [[5, 5], [7, 9]] in 2 bins: I has bins 0 0 0 1, J has 0 0 1 1 (7 stands on "
        "the inner edge and belongs to the upper bin). H = [[2, 1], [0, 1]].",
        "i = ... of I; j = ... of J, as in the worked example; np.bincount(i * bins + j, minlength=...).reshape(...)",
    ),
    reference=plain.JointHist,
    solution=inspect.getsource(plain.JointHist),
    read="6. Write, JointHist",
)


@JOINT.check("H has bins rows and bins columns, whatever the pictures' shape", kind="shape")
def _(f: Any, rng: Any) -> None:
    expect_shape(f(picture(rng, (5, 9), 0, 200, 7), picture(rng, (5, 9), 10, 90, 7), 7), (7, 7), "H")


@JOINT.check("six pixels, two bins, counted by hand", kind="fixed")
def _(f: Any, rng: Any) -> None:
    I = np.array([[0, 0, 1], [2, 3, 3]], np.uint8)
    J = np.array([[10, 14, 28], [30, 26, 12]], np.uint8)
    expect(f(I, J, 2), [[2, 1], [1, 2]], what="H", hint="I falls into bins 0 0 0 1 1 1, J into 0 0 1 1 1 0")


@JOINT.check("H sums to the number of pixels: negative, large and fractional grey values too", kind="property")
def _(f: Any, rng: Any) -> None:
    I = picture(rng, (8, 11), -700, 900, 6, np.int16)
    J = rng.uniform(-3, 2, (8, 11)) * 1000
    got = numbers(f(I, J, 6), "H")
    expect(got.sum(), 88, what="the sum of H", hint="8 x 11 pixels; is the maximum in? are values outside 0...255 in?")


@JOINT.check("a random pair of uint8 pictures", kind="value", weight=2)
def _(f: Any, rng: Any) -> None:
    I, J = picture(rng, (9, 14), 0, 255, 5), picture(rng, (9, 14), 40, int(rng.integers(90, 130)), 5)
    expect(f(I, J, 5), plain.JointHist(I, J, 5), what="H", hint="each picture has its own minimum and maximum")


@JOINT.check("a pair that occurs many times is counted many times", kind="value")
def _(f: Any, rng: Any) -> None:
    I = rng.choice(np.array([3, 50], np.uint8), (7, 10))
    I.flat[:4] = 3, 50, 3, 50
    J = np.where(rng.random(I.shape) < 0.8, I, 53 - I).astype(np.uint8)
    J.flat[:4] = I.flat[:4]
    expect(f(I, J, 3), plain.JointHist(I, J, 3), what="H", hint="many pixels share one pair")


@JOINT.check("the rows of H sum to the histogram of I, the columns to that of J", kind="property")
def _(f: Any, rng: Any) -> None:
    I, J = picture(rng, (8, 9), 0, 100, 4), picture(rng, (8, 9), 20, 60, 4)
    J[:, 4:] = 20  # most of J is dark, so that I and J cannot be mistaken for each other
    got = numbers(f(I, J, 4), "H")
    expect_shape(got, (4, 4), "H")
    expect(got.sum(axis=1), np.histogram(I, 4)[0], what="H summed along each row", hint="axis 0 is I")
    expect(got.sum(axis=0), np.histogram(J, 4)[0], what="H summed along each column", hint="axis 1 is J")


@JOINT.check("float pictures in 0 ... 1 and below 0", kind="value", public=False, weight=2)
def _(f: Any, rng: Any) -> None:
    I, J = rng.random((9, 8)), rng.uniform(-0.9, -0.2, (9, 8))
    expect(f(I, J, 6), plain.JointHist(I, J, 6), what="H", hint="fractions must not be cut off")


@JOINT.check("an inner edge belongs to the bin above it", kind="value", public=False)
def _(f: Any, rng: Any) -> None:
    # a range of 32 in 8 bins: all edges are whole numbers, and exact in any order of multiplying and dividing
    I, J = (rng.integers(0, 33, (10, 12)) for _ in range(2))
    I.flat[:2], J.flat[:2] = (0, 32), (32, 0)
    J = J + 100
    expect(f(I, J, 8), plain.JointHist(I, J, 8), what="H", hint="a bin contains its lower edge, not its upper one")


@JOINT.check("a cell counts beyond 65535", kind="value", public=False)
def _(f: Any, rng: Any) -> None:
    I = np.zeros((280, 250), np.uint8)
    J = np.zeros((280, 250), np.uint8)
    r, c = rng.integers(0, 250, (2, 30))
    I[r, c], J[r[:9], c[:9]] = 200, 90
    expect(f(I, J, 3), plain.JointHist(I, J, 3), what="H", hint="the background alone has about 70000 pixels")


@JOINT.check("I -> 2 I + 5 changes nothing", kind="property", public=False)
def _(f: Any, rng: Any) -> None:
    I, J = picture(rng, (9, 10), 3, 98, 6), picture(rng, (9, 10), 11, 77, 6)
    before = numbers(f(I, J, 6), "H")
    expect(
        f(I.astype(np.int16) * 2 + 5, J, 6),
        before,
        what="H of (2 I + 5, J)",
        hint="the bins move along with the picture",
    )


@JOINT.check("a constant picture: all its pixels in one bin, none lost", kind="property", public=False)
def _(f: Any, rng: Any) -> None:
    J = picture(rng, (7, 9), 20, 81, 4)
    for level in (0, 7):
        got = numbers(f(np.full((7, 9), level, np.uint8), J, 4), "H")
        expect_shape(got, (4, 4), "H")
        expect(got.sum(), 63, what="the sum of H with a constant I")
        expect_true((got.sum(axis=1) > 0).sum() == 1, "a constant I must fill exactly one row of H", got)
        expect(got.sum(axis=0), np.histogram(J, 4)[0], what="H summed along each column")


@JOINT.check("int16 pictures that use the whole range, stored column by column", kind="value", public=False)
def _(f: Any, rng: Any) -> None:
    I = np.asfortranarray(picture(rng, (8, 13), -30000, 31000, 6, np.int16))
    J = picture(rng, (8, 26), 60, 255, 6)[:, ::2]
    expect(f(I, J, 6), plain.JointHist(I, J, 6), what="H", hint="31000 - (-30000) does not fit into int16")


@JOINT.check("uint16 pictures beyond 32767", kind="value", public=False)
def _(f: Any, rng: Any) -> None:
    I, J = picture(rng, (8, 13), 100, 65000, 7, np.uint16), picture(rng, (8, 13), 0, 65535, 7, np.uint16)
    expect(f(I, J, 7), plain.JointHist(I, J, 7), what="H", hint="65000 does not fit into int16")


@JOINT.check("pictures whose grey values lie close together", kind="value", public=False)
def _(f: Any, rng: Any) -> None:
    I, J = 1e-4 * rng.uniform(-1, 3, (8, 9)), 1e-5 * rng.random((8, 9))
    expect(f(I, J, 5), plain.JointHist(I, J, 5), what="H", hint="only minimum = maximum is constant")


@JOINT.check("256 bins, 300 bins", kind="value", public=False)
def _(f: Any, rng: Any) -> None:
    I, J = rng.normal(size=(2, 7, 12))
    for bins in (256, 300):
        hint = "bin numbers, and i * bins + j, need a dtype that can hold them"
        expect(f(I, J, bins), plain.JointHist(I, J, bins), what=f"H with {bins} bins", hint=hint)


@JOINT.check("one bin, and many more bins than grey levels", kind="value", public=False)
def _(f: Any, rng: Any) -> None:
    I, J = rng.integers(20, 27, (6, 7)).astype(np.uint8), rng.integers(0, 5, (6, 7)).astype(np.uint8)
    I.flat[:2], J.flat[:2] = (20, 26), (0, 4)
    expect(f(I, J, 1), [[42]], what="H with one bin")
    # 29 bins on ranges of 6 and 4: no grey level on an inner edge
    expect(f(I, J, 29), plain.JointHist(I, J, 29), what="H with 29 bins", hint="`bins` decides, not the grey levels")


@JOINT.check(
    "without `bins`, if that is allowed, no pixel is lost and no two of a few grey levels are merged",
    kind="property",
    public=False,
)
def _(f: Any, rng: Any) -> None:
    I = rng.integers(0, 7, (9, 8)).astype(np.uint8)
    I.flat[:7] = range(7)
    few = np.append(rng.permutation(7)[:6] * 36 + 3, 255).astype(np.uint8)  # 255: the maximum + 1 does not fit
    try:
        got = numbers(f(I, np.sort(few)[I]), "H without bins")
    except Raised as error:
        if "missing" in str(error) and "argument" in str(error):
            return
        raise Wrong(
            f"called without `bins`, the function raised {error}; leave the default out, or make it work"
        ) from None
    expect(got.sum(), 72, what="the sum of H without bins")
    rows = (got.sum(axis=1) > 0).sum()
    expect_true(rows == 7, f"the 7 grey levels 0 ... 6 must fill 7 rows of H, they fill {rows}", got)
    zero = numbers(f(np.zeros((3, 4), np.uint8), np.zeros((3, 4), np.uint8)), "H of two black pictures")
    expect(zero.sum(), 12, what="the sum of H of two black pictures")
    real = numbers(f(rng.random((3, 4)), rng.random((3, 4))), "H of float pictures")
    expect(real.sum(), 12, what="the sum of H of float pictures, without bins")


@JOINT.check("leaves the pictures as they were", kind="property", public=False)
def _(f: Any, rng: Any) -> None:
    f(rng.uniform(5, 90, (6, 5)), rng.uniform(-7, 3, (6, 5)), 4)
    expect_inputs_untouched(f)


# --- mistakes that are recognised -------------------------------------------------------------------------------------


def numbered(x: Any, bins: int, low: float | None = None, high: float | None = None) -> np.ndarray:
    """Bin numbers by the rule of the statement, from a given range."""
    x = np.asarray(x, float).ravel()
    lo, hi = (x.min() if low is None else low), (x.max() if high is None else high)
    return np.clip(np.floor((x - lo) / ((hi - lo) or 1) * bins).astype(int), 0, bins - 1)


def table(i: np.ndarray, j: np.ndarray, shape: tuple[int, int]) -> np.ndarray:
    """Count pairs."""
    H = np.zeros(shape)
    np.add.at(H, (i, j), 1)
    return H


def rounding(I: Any, J: Any, bins: int) -> np.ndarray:
    """Bins by rounding, as `clamp` makes them: the first and the last one are half as wide as the others."""
    i, j = (np.rint(numbered_place(x, bins - 1)).astype(int) for x in (I, J))
    return table(i, j, (bins, bins))


def numbered_place(x: Any, n: int) -> np.ndarray:
    """Where a grey value lies on a scale from 0 to n."""
    x = np.asarray(x, float).ravel()
    return (x - x.min()) * (n / ((x.max() - x.min()) or 1))


def _common_range(I: Any, J: Any, bins: int) -> np.ndarray:
    lo, hi = min(np.min(I), np.min(J)), max(np.max(I), np.max(J))
    return table(numbered(I, bins, lo, hi), numbered(J, bins, lo, hi), (bins, bins))


def _fixed_range(top: float) -> Callable[..., np.ndarray]:
    def f(I: Any, J: Any, bins: int) -> np.ndarray:
        return np.histogram2d(np.ravel(I), np.ravel(J), bins, range=[[0, top], [0, top]])[0]

    return f


def _without_maximum(I: Any, J: Any, bins: int) -> np.ndarray:
    i, j = numbered(I, bins), numbered(J, bins)
    keep = (np.ravel(I) < np.max(I)) & (np.ravel(J) < np.max(J))
    return table(i[keep], j[keep], (bins, bins))


def _right_closed(I: Any, J: Any, bins: int) -> np.ndarray:
    i, j = (np.clip(np.ceil(numbered_place(x, bins)).astype(int) - 1, 0, bins - 1) for x in (I, J))
    return table(i, j, (bins, bins))


def _one_more_bin(I: Any, J: Any, bins: int) -> np.ndarray:
    i, j = (np.floor(numbered_place(x, bins)).astype(int) for x in (I, J))
    return table(i, j, (bins + 1, bins + 1))


def _repeats_lost(I: Any, J: Any, bins: int) -> np.ndarray:
    return (plain.JointHist(I, J, bins) > 0).astype(float)


JOINT.looks_like(
    "this looks like `H[i, j] += 1` with arrays: NumPy writes each cell once, however often it occurs. Use "
    "np.add.at or np.bincount",
    _repeats_lost,
)
JOINT.looks_like(
    "this looks like rows and columns exchanged: axis 0 belongs to I", lambda I, J, b: plain.JointHist(J, I, b)
)
JOINT.looks_like(
    "this looks like one common range for both pictures: each has its own minimum and maximum", _common_range
)
JOINT.looks_like(
    "this looks like the maximum left out: it stands on the last edge, and the last bin is closed", _without_maximum
)
JOINT.looks_like("this looks like a bin too many: `bins` bins have `bins` + 1 edges", _one_more_bin)
JOINT.looks_like(
    "this looks like an inner edge counted in the bin below; a small number added to the width does that too",
    _right_closed,
)
for _top in (255, 256):
    JOINT.looks_like(
        f"this looks like fixed bins from 0 to {_top}: what lies outside is lost, and most bins stay empty. Use the "
        "picture's own minimum and maximum",
        _fixed_range(_top),
    )
JOINT.looks_like(
    "this looks like probabilities: return the counts, they sum to the number of pixels",
    lambda I, J, b: plain.JointHist(I, J, b) / np.size(I),
)
JOINT.looks_like(
    "this looks like the logarithm of the counts: take it for the picture only, not for the result",
    lambda I, J, b: np.log1p(plain.JointHist(I, J, b)),
)
JOINT.looks_like(
    "this looks like a counter of 8 bits: it starts again at 256",
    lambda I, J, b: plain.JointHist(I, J, b) % 256,
)
JOINT.looks_like(
    "this looks like a counter of 16 bits: it starts again at 65536",
    lambda I, J, b: plain.JointHist(I, J, b) % 65536,
)
JOINT.looks_like(
    "this looks like bins made by rounding, as in `clamp`: the first and the last are half as wide as the others. Here "
    "all bins are equally wide: floor, not round",
    rounding,
)
JOINT.convention(
    "your bins are made by rounding, as `clamp` does: a legal histogram, but its first and last bin are half as "
    "wide as the others. Here all bins are equally wide",
    follows(rounding, plain.JointHist),
)
