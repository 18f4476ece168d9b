"""U01's exercise on grey values: `to_float01(I)`."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import numpy as np

from coursereg.course.exercises import _u01_mistakes as mistakes
from coursereg.course.exercises._base import (
    Exercise,
    Unit,
    Wrong,
    expect,
    expect_inputs_untouched,
    expect_shape,
    expect_true,
    numbers,
)
from coursereg.course.exercises._u01_pixels import picture
from coursereg.course.plain import grids as plain

RATIO = 1e-6  # float32 is good to 1e-7; the smallest step of a uint16 picture is 1.5e-5


def add_to_float01(unit: Unit) -> None:
    """Add ``to_float01``."""
    ex = unit.exercise(
        "to_float01",
        10.0,
        signature="to_float01(I)",
        statement="Bring the grey values of `I` to 0 ... 1 by its own range: return (I - min) / (max - min), where "
        "min and max are the smallest and the largest value that occur in this array. The smallest becomes exactly 0, "
        "the largest exactly 1, however near to each other they are. `I` may be of any shape, and of any real dtype: "
        "uint8, uint16, int16, float, bool ..., with values below 1e15 in size. Return floats of the same shape. If "
        "all values are equal, return zeros.",
        hints=(
            "What is np.uint8(10) - np.uint8(20)? What is the largest minus the smallest int16?",
            "uint8 values 10, 20, 30, 110: they become 0, 0.1, 0.2, 1.",
            "I = np.asarray(I).astype(float); low, high = I.min(), I.max(); if low == high: ...",
        ),
        reference=plain.to_float01,
        solution=inspect.getsource(plain.to_float01),
        read="6. Write: to_float01",
    )
    _public(ex)
    _hidden(ex)
    ex.convention(
        "you divide by the range of the dtype (255 for uint8) and leave floats alone. That is a legal definition, as "
        "in many image libraries; ours uses the smallest and the largest value of this picture",
        _from_dtype_range,
    )
    for message, function in _LOOKS:
        ex.looks_like(message, function)


_WRAPS = "this looks like a difference in the picture's dtype: it wraps around. Make floats first"
_LOOKS = (
    ("this looks like a division by 255, whatever the dtype and the picture", mistakes.by_255),
    ("this looks like a division by the largest value: the smallest must become 0", mistakes.by_largest),
    ("this looks like (I - min) / max: the range is max - min", mistakes.smallest_left_out),
    ("this looks like I / (max - min): take off the smallest value first", mistakes.divided_by_range),
    ("this looks like 0 / 0 where all values are equal: zeros are wanted there", mistakes.no_constant),
    ("this looks like ones where all values are equal: zeros are wanted there", mistakes.constant_to_ones),
    ("this looks like a picture left as it is where all values are equal: zeros are wanted", mistakes.constant_kept),
    (_WRAPS, mistakes.differences_in_dtype),
    (_WRAPS, mistakes.wrapped_twice),
    (_WRAPS, mistakes.range_in_dtype),
    ("this looks like a negative: the largest value becomes 1, not 0", mistakes.turned_around),
    ("this looks like absolute values: what lies below 0 is darker than 0, not brighter", mistakes.absolute),
    ("this looks like results rounded to whole numbers: keep the fractions", mistakes.rounded_grey),
    ("this looks like mean 0 and deviation 1: the range is wanted", mistakes.standardised),
    ("this looks like values cut off at 0 and 1: the whole range is to be scaled", mistakes.clipped),
    ("this looks like a cast to float and no more", mistakes.only_cast),
    ("this looks like a range for each column: one range for the whole picture", mistakes.row_by_row),
)


def _scaled(f: Any, *pictures: np.ndarray, hint: str = "") -> list[Any]:
    """Ask about all pictures, so that all are seen when a mistake is to be named; then compare one by one."""
    got = [f(I) for I in pictures]
    for I, g in zip(pictures, got, strict=True):
        expect(g, plain.to_float01(I), atol=RATIO, what=f"the {I.dtype} picture scaled to 0 ... 1", hint=hint)
    return got


def _as_zeros(f: Any, *pictures: np.ndarray) -> None:
    """Ask about constant pictures: zeros, as floats."""
    for I, got in zip(pictures, [f(I) for I in pictures], strict=True):
        expect(got, np.zeros(I.shape), what=f"a constant {I.dtype} picture", hint="0 / 0 is no number")
        kind = np.asarray(got).dtype
        expect_true(kind.kind == "f", f"zeros of a constant {I.dtype} picture must be floats, too, got {kind}", got)


def unlucky_constant(rng: Any) -> np.ndarray:
    """A constant picture whose mean is not quite its value, so that its deviation is not 0 to the last digit."""
    for _k in range(200):
        I = np.full(rng.integers(3, 9, 2), rng.integers(1, 100) / 10)
        if I.std() > 0:
            return I
    return np.full((5, 6), 0.1)


def inexact_range(rng: Any) -> np.ndarray:
    """Floats whose largest value does not become 1 by a multiplication with 1 / range, or by two divisions."""
    while True:
        I = rng.uniform(0.3, 0.9) + rng.uniform(0, 0.6, (5, 6))
        low, r = I.min(), np.ptp(I)
        if r * (1 / r) != 1 and I.max() / r - low / r < 1 and r / (r + np.finfo(float).eps) < 1:
            return I


def _public(ex: Exercise) -> None:
    @ex.check("the shape stays", kind="shape", weight=0.5)
    def _(f: Any, rng: Any) -> None:
        expect_shape(f(picture(rng, (4, 7))), (4, 7))

    @ex.check("the example of the hint", kind="fixed")
    def _(f: Any, rng: Any) -> None:
        expect(f(np.array([[10, 20], [30, 110]], np.uint8)), [[0, 0.1], [0.2, 1]], atol=RATIO)

    @ex.check("uint8, uint16, bool and floats", kind="value", weight=2.5)
    def _(f: Any, rng: Any) -> None:
        _scaled(f, *(picture(rng, (5, 6), dtype) for dtype in ("uint8", "uint16", "float64", "bool", "float32")))

    @ex.check("int16, where the range is too large for an int16", kind="value")
    def _(f: Any, rng: Any) -> None:
        I = rng.integers(-30000, 30000, (5, 6)).astype(np.int16)
        I[0, 0], I[1, 1] = -32000, 32000
        _scaled(f, I, hint="the range, 64000, is no int16")

    @ex.check("a constant picture becomes zeros", kind="property", weight=1.5)
    def _(f: Any, rng: Any) -> None:
        pictures = np.zeros((2, 5), np.uint16), np.full((3, 4), 7, np.uint8), unlucky_constant(rng)
        _as_zeros(f, *pictures, np.full((3, 3), -3, np.int16))


def _hidden(ex: Exercise) -> None:
    @ex.check("int8, int16, int32 and uint32 from end to end", kind="value", public=False)
    def _(f: Any, rng: Any) -> None:
        ct = rng.integers(-900, -100, (4, 5)).astype(np.int16)
        _scaled(f, ct, hint="negative grey values are common in CT")
        large: list[Any] = [
            np.array([[-128, 127, 3]], np.int8),
            np.array([[-32768, 5, 32767]], np.int16),
            np.array([[0, 4_000_000_000, 7]], np.uint32),
        ]
        _scaled(
            f,
            *large,
            np.array([[-2_000_000_000, 2_000_000_000, -5]], np.int32),
            hint="the range is too large for the dtype",
        )

    @ex.check("half-precision floats from end to end", kind="value", weight=0.5, public=False)
    def _(f: Any, rng: Any) -> None:
        # a float16 ends at 65504; nothing lies between the two ends, it could not say where to six digits
        _scaled(f, np.array([[-60000, 60000], [60000, -60000]], np.float16), hint="the range is no float16")

    @ex.check("floats below 0, above 255, and very near to each other", kind="value", public=False)
    def _(f: Any, rng: Any) -> None:
        _scaled(f, rng.uniform(-7, -3, (4, 5)), rng.uniform(300, 4000, (4, 5)))
        whole = 1_000_000 + np.array([[0, 1], [1, 0]], np.int32), 2**24 + np.array([[1, 0], [0, 1]], np.int32)
        _scaled(f, *whole, hint="near is not equal")
        for size in (1e-7, 5e-9):
            _scaled(f, rng.uniform(0, 1, (4, 5)) * size, hint="no constant is added to the range")
        near = rng.integers(0, 3, (4, 5))
        near[0, :2] = 0, 2
        _scaled(f, 1 + 1e-10 * near, np.array([[0, 1e-12], [3e-13, 0]]), hint="near is not equal")

    @ex.check("the smallest value becomes exactly 0, the largest exactly 1", kind="value", public=False)
    def _(f: Any, rng: Any) -> None:
        # 49 * (1 / 49) is not 1
        for I in (np.array([[9, 20], [58, 9]], np.uint8), inexact_range(rng), rng.uniform(-5, 9, (4, 5))):
            got = numbers(_scaled(f, I)[0])
            ends = got[np.unravel_index([I.argmin(), I.argmax()], I.shape)]
            if not np.array_equal(ends, [0, 1]):
                off = ends - [0, 1]
                raise Wrong(
                    f"the ends of the {I.dtype} picture are not exactly 0 and 1, but off by {off[0]:.1e} and "
                    f"{off[1]:.1e}",
                    ends,
                    [0, 1],
                )

    @ex.check("brightness and contrast do not matter", kind="property", public=False)
    def _(f: Any, rng: Any) -> None:
        I, (a, b) = picture(rng, (5, 6), "float64"), rng.uniform(0.2, 5, 2)
        got = f(I), f(a * I + b)
        once = numbers(got[0])
        expect_shape(once, (5, 6))
        expect(got[1], once, atol=RATIO, what="the picture with another brightness and contrast")
        expect([once.min(), once.max()], [0, 1], atol=RATIO, what="the smallest and the largest value")

    @ex.check("a volume, a row, a single pixel, a constant mask", kind="value", public=False)
    def _(f: Any, rng: Any) -> None:
        _scaled(f, rng.integers(3, 200, (3, 4, 5)).astype(np.uint8), rng.integers(3, 200, 9).astype(np.uint8))
        _as_zeros(f, np.array([[200]], np.uint8), np.ones((3, 4), bool), np.full((2, 3, 4), 0.3), np.full(5, 9, int))
        _as_zeros(f, *(unlucky_constant(rng) for _k in range(2)))

    @ex.check("the picture is left as it was", kind="property", weight=0.5, public=False)
    def _(f: Any, rng: Any) -> None:
        constants = np.full((3, 4), float(rng.uniform(2, 9))), np.full((3, 4), 7, np.uint8)
        for I in (picture(rng, (4, 5), "float64"), picture(rng, (4, 5)), *constants):
            _scaled(f, I)
            expect_inputs_untouched(f)


def _by_dtype(I: np.ndarray) -> list[np.ndarray]:
    """What libraries that scale by the range of the dtype make of a picture; they differ for signed integers."""
    if I.dtype.kind in "bf":
        return [I.astype(float)]
    low, high = float(np.iinfo(I.dtype).min), float(np.iinfo(I.dtype).max)
    scaled = [I / high, (I - low) / (high - low)]
    return scaled if I.dtype.kind == "i" else scaled[:1]


def _from_dtype_range(f: Callable[..., Any]) -> Callable[..., Any]:
    """
    Turn an answer that scales by the dtype's range into ours; any other stays what it is.

    Zeros for a float picture that is nearly black look like a picture left alone, so bytes are asked, too.
    """
    probe = np.array([[10, 110]], np.uint8)

    def like(I: np.ndarray, got: Any) -> bool:
        here = numbers(got)
        return any(here.shape == w.shape and np.allclose(here, w, rtol=0, atol=RATIO) for w in _by_dtype(I))

    def ours(I: np.ndarray) -> Any:
        got = f(I)
        # some scale floats by their own range: whether theirs overflows in half precision is no question of convention
        like_ours = I.dtype == np.float16 or like(I, got)
        return plain.to_float01(I) if like_ours and like(probe, f(probe)) else got

    return ours
