"""U04: the checks of `parzen_weights`."""

from __future__ import annotations

import inspect
from typing import Any

import numpy as np

from coursereg.course.exercises._base import expect, expect_shape, expect_true, numbers
from coursereg.course.exercises._u04_joint import follows
from coursereg.course.exercises._u04_unit import UNIT
from coursereg.course.plain import histogram as plain

PARZEN = UNIT.exercise(
    "parzen_weights",
    8.0,
    signature="parzen_weights(x, lo, hi, nbins)",
    statement="The shares of four bins in one grey value `x`, a number with lo <= x <= hi, lo < hi; `nbins` is 5 or "
    "more. The bin axis has two spare bins at each end: x lies at u = 2 + (x - lo) * (nbins - 4) / (hi - lo), so lo "
    "is at u = 2 and hi at u = nbins - 2. With k = floor(u) return an array of four numbers, the weights of the "
    "bins k - 1, k, k + 1, k + 2, in this order. The weight of a bin at distance t = |bin - u| is the cubic "
    "B-spline: (4 - 6 t^2 + 3 t^3) / 6 for t <= 1, (2 - t)^3 / 6 for 1 <= t <= 2. The weights are at least 0 and "
    "sum to 1. Only for x = hi let k be nbins - 3, so that bin k + 2 exists (k = nbins - 2 gives the same histogram "
    "and is accepted).",
    hints=(
        "# 3 interpolate: where is x on the bin axis (u)? which four bins are around it? how far is each (t)?",
        "x = lo is at u = 2, exactly on bin 2: the distances of bins 1, 2, 3, 4 are 1, 0, 1, 2, the weights 1/6, "
        "4/6, 1/6, 0.",
        "t = np.abs(np.arange(k - 1, k + 3) - u); return np.where(t <= 1, ..., ...)",
    ),
    reference=plain.parzen_weights,
    solution=inspect.getsource(plain.parzen_weights),
    read="6. Write, parzen_weights",
)
TINY = 1e-6  # float32 arithmetic passes


def place(rng: Any, lo: float, hi: float, nbins: int, k: int | None = None) -> float:
    """A grey value that is not on a bin's centre: rounding errors then do not decide which four bins are meant."""
    k = int(rng.integers(2, nbins - 2)) if k is None else k
    return lo + (k - 2 + float(rng.uniform(0.05, 0.95))) * (hi - lo) / (nbins - 4)


def spread(f: Any, x: float, lo: float, hi: float, nbins: int, k: int) -> np.ndarray:
    """The four weights put where they belong."""
    w = numbers(f(x, lo, hi, nbins), "the weights")
    expect_shape(w, (4,), "the weights")
    out = np.zeros(nbins + 1)
    out[k - 1 : k + 3] = w
    return out


@PARZEN.check("four weights", kind="shape")
def _(f: Any, rng: Any) -> None:
    expect_shape(f(37.5, 0.0, 100.0, 12), (4,), "the weights")


@PARZEN.check("the smallest grey value: 1/6, 4/6, 1/6, 0", kind="fixed")
def _(f: Any, rng: Any) -> None:
    expect(f(10.0, 10.0, 90.0, 20), [1 / 6, 4 / 6, 1 / 6, 0], atol=TINY, what="the array of weights of bins 1, 2, 3, 4")


@PARZEN.check("the weights sum to 1 and none is negative", kind="property")
def _(f: Any, rng: Any) -> None:
    lo, hi = -20.0, 130.0
    for _ in range(12):
        w = numbers(f(place(rng, lo, hi, 16), lo, hi, 16), "the weights")
        expect(w.sum(), 1.0, atol=TINY, what="the sum of the weights")
        expect_true((w >= -TINY).all(), "a weight is negative", w)
        expect_true((w < 0.9).all(), "a cubic B-spline gives no bin more than 4/6", w)


@PARZEN.check("random grey values", kind="value", weight=2)
def _(f: Any, rng: Any) -> None:
    for _ in range(8):
        lo, width, nbins = float(rng.uniform(-50, 50)), float(rng.uniform(20, 300)), int(rng.integers(7, 40))
        x = place(rng, lo, lo + width, nbins)
        expect(
            f(x, lo, lo + width, nbins),
            plain.parzen_weights(x, lo, lo + width, nbins),
            atol=TINY,
            what="the array of weights",
            hint=f"x = {x:.6g}, lo = {lo:.6g}, hi = {lo + width:.6g}, nbins = {nbins}",
        )


@PARZEN.check("continuous: a little step of x changes the shares a little, also across a bin's centre", kind="property")
def _(f: Any, rng: Any) -> None:
    lo, hi, nbins = 0.0, 120.0, 16
    k = int(rng.integers(3, nbins - 4))
    step = (hi - lo) / (nbins - 4)
    eps = 1e-5
    left = spread(f, lo + (k - 2 - eps) * step, lo, hi, nbins, k - 1)
    right = spread(f, lo + (k - 2 + eps) * step, lo, hi, nbins, k)
    expect(
        left,
        right,
        atol=5 * eps,
        what="the table of shares just left of a bin's centre",
        hint="compared with just right of it",
    )


@PARZEN.check("the middle between two bins: 1/48, 23/48, 23/48, 1/48, on a random range", kind="value", public=False)
def _(f: Any, rng: Any) -> None:
    lo, width = float(rng.integers(-9, 9)), float(rng.integers(1, 6)) * 16
    x = lo + (int(rng.integers(0, 15)) + 0.5) * width / 16
    expect(f(x, lo, lo + width, 20), np.array([1, 23, 23, 1]) / 48, atol=TINY, what="the array of weights")


@PARZEN.check("the mean bin is where the grey value is", kind="value", public=False)
def _(f: Any, rng: Any) -> None:
    lo, hi, nbins = float(rng.uniform(-9, 0)), float(rng.uniform(1, 9)), 18
    for _ in range(5):
        x = place(rng, lo, hi, nbins)
        u = 2 + (x - lo) / (hi - lo) * (nbins - 4)
        w = spread(f, x, lo, hi, nbins, int(u))
        expect(w @ np.arange(nbins + 1), u, atol=1e-5, what="the sum of bin number times weight", hint=f"u is {u:.6g}")


@PARZEN.check("the first and the last bin that grey values reach, integers as input", kind="value", public=False)
def _(f: Any, rng: Any) -> None:
    lo, hi = 3, 203
    for x in (int(rng.integers(4, 13)), int(rng.integers(190, 203))):
        expect(
            f(x, lo, hi, 17),
            plain.parzen_weights(x, lo, hi, 17),
            atol=TINY,
            what="the array of weights",
            hint=f"x = {x}, nbins = 17",
        )
    expect(f(7, 0, 10, 5), plain.parzen_weights(7, 0, 10, 5), atol=TINY, what="the array of weights with nbins = 5")


@PARZEN.check("the largest grey value stays inside the bins", kind="property", public=False)
def _(f: Any, rng: Any) -> None:
    got = numbers(f(90.0, 10.0, 90.0, 20), "the weights")
    inside, outside = [0, 1 / 6, 4 / 6, 1 / 6], [1 / 6, 4 / 6, 1 / 6, 0]
    expect_shape(got, (4,), "the weights")
    fine = np.abs(got - inside).max() < TINY or np.abs(got - outside).max() < TINY
    expect_true(fine, "for x = hi the weights must be 0, 1/6, 4/6, 1/6 (or 1/6, 4/6, 1/6, 0)", got, inside)


# --- mistakes that are recognised, and another scale ------------------------------------------------------------------


def kernel(t: Any) -> np.ndarray:
    """The cubic B-spline."""
    t = np.abs(t)
    return np.where(t <= 1, (4 - 6 * t**2 + 3 * t**3) / 6, np.where(t < 2, (2 - t) ** 3 / 6, 0))


def parzen_by(u_of: Any, spline: Any = kernel, first: int = -1) -> Any:
    """A `parzen_weights` with another bin axis, another kernel or other bins."""

    def f(x: float, lo: float, hi: float, nbins: int) -> np.ndarray:
        u = u_of((x - lo) / (hi - lo), nbins)
        k = min(int(np.floor(u)), nbins - 3)
        return np.asarray(spline(np.arange(k + first, k + first + 4) - u))

    return f


def padded(part: float, nbins: int) -> float:
    """The bin axis of the statement."""
    return 2 + part * (nbins - 4)


def unpadded(part: float, nbins: int) -> float:
    """A bin axis whose ends are the centres of the first and the last bin."""
    return part * (nbins - 1)


def _without_padding(x: float, lo: float, hi: float, nbins: int) -> np.ndarray:
    u = unpadded((x - lo) / (hi - lo), nbins)
    return kernel(np.arange(4) - 1 + np.floor(u) - u)


def _catmull(t: Any) -> np.ndarray:
    t = np.abs(t)
    return np.where(t <= 1, 1 - 2.5 * t**2 + 1.5 * t**3, np.where(t < 2, 2 - 4 * t + 2.5 * t**2 - 0.5 * t**3, 0))


PARZEN.looks_like(
    "this looks like the bins k ... k + 3, or k - 2 ... k + 1: the four around u are k - 1, k, k + 1, k + 2",
    parzen_by(padded, first=0),
)
PARZEN.looks_like(
    "this looks like the bins k - 2 ... k + 1: the four around u are k - 1, k, k + 1, k + 2",
    parzen_by(padded, first=-2),
)
PARZEN.looks_like(
    "this looks like the weights in reverse order: the first one belongs to bin k - 1",
    lambda *a: plain.parzen_weights(*a)[::-1],
)
PARZEN.looks_like(
    "this looks like linear weights (a tent): the cubic B-spline reaches two bins far",
    parzen_by(padded, lambda t: np.maximum(1 - np.abs(t), 0)),
)
PARZEN.looks_like(
    "this looks like the interpolating cubic kernel: it goes below 0; the B-spline does not",
    parzen_by(padded, _catmull),
)
PARZEN.looks_like(
    "this looks like the factor 1/6 forgotten: the weights must sum to 1", lambda *a: 6 * plain.parzen_weights(*a)
)
PARZEN.looks_like(
    "this looks like nbins - 2 steps between lo and hi: two spare bins at each end leave nbins - 4",
    parzen_by(lambda part, n: 2 + part * (n - 2)),
)
PARZEN.convention(
    "your bin axis has no spare bins, u = (nbins - 1) (x - lo) / (hi - lo): a legal axis, but near lo and hi the "
    "weights fall outside the histogram. Here two bins are spare at each end",
    follows(_without_padding, plain.parzen_weights),
)
