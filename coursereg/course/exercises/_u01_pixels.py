"""U01's exercises on arrays: `crop(I, r0, c0, h, w, cval=0)` and `to_float01(I)`."""

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
    expect_own_memory,
    expect_shape,
    expect_true,
    numbers,
)
from coursereg.course.plain import grids as plain

RATIO = 1e-6  # float32 is good to 1e-7; the smallest step of a uint16 picture is 1.5e-5
DTYPES = ("uint8", "int16", "uint16", "float32", "float64", "bool")

# --- crop -------------------------------------------------------------------------------------------------------------


def picture(rng: Any, shape: tuple[int, int], dtype: str = "uint8") -> np.ndarray:
    """A picture without a 0, so that what comes from outside can be told from it; bool: of both kinds."""
    if dtype == "bool":
        return rng.random(shape) < 0.6
    if dtype.startswith("float"):
        return rng.uniform(-100, 100, shape).astype(dtype)
    top = np.iinfo(dtype).max
    return rng.integers(top // 3, top, shape, endpoint=True).astype(dtype)


FOUR_BY_FIVE = np.arange(1, 21, dtype=np.uint8).reshape(4, 5)


def add_crop(unit: Unit) -> None:
    """Add ``crop``."""
    ex = unit.exercise(
        "crop",
        12.0,
        signature="crop(I, r0, c0, h, w, cval=0)",
        statement="Cut a frame of `h` rows and `w` columns out of the picture `I`, an array of shape (R, C). The "
        "frame's first pixel is row `r0`, column `c0` of the picture, whole numbers that may be negative or beyond the "
        "picture: pixel (a, b) of the result is I[r0 + a, c0 + b] where the picture has that pixel, and `cval` where "
        "it has not. The result has shape (h, w), always, and the dtype of I. It is a new array: whoever writes into "
        "it leaves I alone.",
        hints=(
            "# 1 grid: make the frame first, full of cval; then find the part of it that the picture has.",
            "[[1, 2], [3, 4]] with r0 = -1, c0 = 1, h = w = 2: only pixel (0, 1) of the picture lies in the frame, at "
            "(1, 0) of it: [[0, 0], [2, 0]].",
            "out = np.full((h, w), cval, dtype=I.dtype); top = max(r0, 0); bottom = min(r0 + h, ...)",
        ),
        reference=plain.crop,
        solution=inspect.getsource(plain.crop),
        read="6. Write: crop",
    )
    _crop_public(ex)
    _crop_hidden(ex)
    for message, function in _CROP_LOOKS:
        ex.looks_like(message, function)


_CROP_LOOKS = (
    (
        "this looks like a plain slice: a negative start counts from the end, and a slice ends with the picture",
        mistakes.plain_slice,
    ),
    (
        "this looks like indices that wrap around: I[-1] is the last row, not the row above the first",
        mistakes.wrapped_around,
    ),
    ("this looks like the edge repeated: outside the picture is cval", mistakes.edge_repeated),
    (
        "this looks like a frame that was pushed back into the picture: it stays where it is",
        mistakes.frame_pushed_inside,
    ),
    ("this looks like a frame cut to what the picture has: its shape is always (h, w)", mistakes.cut_to_the_overlap),
    ("this looks like r0 along the columns: rows come first", mistakes.x_first),
    ("this looks like w rows and h columns: rows come first", mistakes.width_first),
    ("this looks like h and w taken for the frame's end: they are its size", mistakes.to_the_end),
    ("this looks like 0 outside, whatever cval is", mistakes.always_zero),
    ("this looks like a negative start made 0: the frame then shows another place", mistakes.start_clipped),
    (
        "this looks like the right pixels in the wrong place: a frame that begins above the picture has its empty rows "
        "at the top",
        mistakes.put_into_the_corner,
    ),
)


def _cropped(f: Any, I: np.ndarray, frame: tuple[int, int, int, int], cval: Any = None, hint: str = "") -> Any:
    """Ask the student's function and compare with the law."""
    more = () if cval is None else (cval,)
    got = f(I, *frame, *more)
    r0, c0, h, w = frame
    what = f"the frame of {h} x {w} pixels at ({r0}, {c0}) of a picture of {I.shape[0]} x {I.shape[1]}"
    expect(got, plain.crop(I, *frame, *more), what=what, hint=hint)
    return got


def _kept_dtype(got: Any, dtype: Any) -> None:
    if not isinstance(got, np.ndarray):
        raise Wrong(f"the result must be an array, got {type(got).__name__}", got)
    expect_true(got.dtype == dtype, f"the result must have the picture's dtype {dtype}, got {got.dtype}", got)


def _crop_public(ex: Exercise) -> None:
    @ex.check("h rows and w columns, inside and at the border", kind="shape", weight=0.5)
    def _(f: Any, rng: Any) -> None:
        for frame in ((1, 2, 2, 3), (3, 3, 2, 4), (-2, -1, 4, 3)):
            expect_shape(f(FOUR_BY_FIVE, *frame), frame[2:])

    @ex.check("a frame inside a picture of 4 x 5", kind="fixed", weight=0.5)
    def _(f: Any, rng: Any) -> None:
        _cropped(f, FOUR_BY_FIVE, (1, 2, 2, 3))

    @ex.check("a frame that begins above and left of it", kind="fixed")
    def _(f: Any, rng: Any) -> None:
        _cropped(f, FOUR_BY_FIVE, (-1, -2, 3, 4))

    @ex.check("a frame that ends below and right of it", kind="fixed")
    def _(f: Any, rng: Any) -> None:
        _cropped(f, FOUR_BY_FIVE, (2, 3, 4, 3))

    @ex.check("a frame wholly outside", kind="fixed")
    def _(f: Any, rng: Any) -> None:
        for frame in ((7, 1, 2, 2), (-5, 0, 3, 4), (0, 9, 2, 3), (1, -6, 2, 4)):
            _cropped(f, FOUR_BY_FIVE, frame)

    @ex.check("any frame of any picture", kind="value", weight=2.5)
    def _(f: Any, rng: Any) -> None:
        for dtype in ("uint8", "float64", "int16"):
            I = picture(rng, (6, 9), dtype)
            for _k in range(4):
                r0, c0, h, w = (int(rng.integers(a, b)) for a, b in ((-4, 6), (-4, 9), (1, 9), (1, 12)))
                _cropped(f, I, (r0, c0, h, w))

    @ex.check("the dtype stays, inside and outside", kind="property")
    def _(f: Any, rng: Any) -> None:
        for dtype in DTYPES:
            I = picture(rng, (5, 6), dtype)
            _kept_dtype(f(I, 1, 1, 2, 3), I.dtype)
            _kept_dtype(f(I, -1, 4, 3, 5), I.dtype)
            _kept_dtype(f(I, 9, 9, 2, 2), I.dtype)

    @ex.check("the result is no view of the picture", kind="property")
    def _(f: Any, rng: Any) -> None:
        I = picture(rng, (5, 6))
        for frame in ((1, 1, 2, 3), (0, 0, 5, 6), (-1, 2, 4, 9)):
            _cropped(f, I, frame)
            expect_own_memory(f)


def _crop_hidden(ex: Exercise) -> None:
    @ex.check("outside is cval", kind="value", weight=1.5, public=False)
    def _(f: Any, rng: Any) -> None:
        for dtype, cval in (("uint8", 7), ("int16", -5), ("float64", float(rng.uniform(200, 300)))):
            I = picture(rng, (5, 7), dtype)
            _cropped(f, I, (-2, 3, 5, 8), cval)
            _cropped(f, I, (-9, 3, 4, 2), cval)
        _cropped(f, picture(rng, (4, 6), "float64"), (2, -1, 4, 5), float("nan"))

    @ex.check("a frame around the whole picture, and the picture's own frame", kind="value", public=False)
    def _(f: Any, rng: Any) -> None:
        I = picture(rng, (4, 7))
        _cropped(f, I, (-2, -3, 9, 13))
        _cropped(f, I, (0, 0, 4, 7))

    @ex.check("one row or column of the picture is left in the frame, or just none", kind="value", public=False)
    def _(f: Any, rng: Any) -> None:
        I = picture(rng, (6, 5))
        for frame in ((-3, 1, 4, 3), (-4, 1, 4, 3), (5, 1, 3, 2), (6, 1, 3, 2), (1, -2, 3, 3), (1, -3, 3, 3)):
            _cropped(f, I, frame)
        for frame in ((1, 4, 3, 3), (1, 5, 3, 3), (-1, -1, 1, 1), (5, 4, 1, 1)):
            _cropped(f, I, frame)

    @ex.check("a frame of a frame is a frame", kind="property", public=False)
    def _(f: Any, rng: Any) -> None:
        I = picture(rng, (8, 9), "int16")
        once = f(I, -2, 1, 9, 10)
        expect_shape(once, (9, 10))
        expect(f(once, 1, 2, 6, 5), numbers(f(I, -1, 3, 6, 5)), what="the frame of a frame")

    @ex.check("black pixels, and values that are not finite, are pixels like others", kind="value", public=False)
    def _(f: Any, rng: Any) -> None:
        I = picture(rng, (5, 6), "float64")
        I[1, 1:4] = 0, np.nan, np.inf
        _cropped(f, I, (-1, 0, 4, 8), -1.0)

    @ex.check("the picture is left as it was", kind="property", weight=0.5, public=False)
    def _(f: Any, rng: Any) -> None:
        _cropped(f, picture(rng, (5, 6)), (1, 1, 3, 3))
        expect_inputs_untouched(f)
        _cropped(f, picture(rng, (5, 6)), (-1, -1, 3, 9), 3)
        expect_inputs_untouched(f)


# --- to_float01 -------------------------------------------------------------------------------------------------------


def add_to_float01(unit: Unit) -> None:
    """Add ``to_float01``."""
    ex = unit.exercise(
        "to_float01",
        10.0,
        signature="to_float01(I)",
        statement="Bring the grey values of `I` to 0 ... 1 by its own range: return (I - min) / (max - min), where "
        "min and max are the smallest and the largest value that occur in this array. The smallest becomes exactly 0, "
        "the largest exactly 1, however near to each other they are. `I` may be of any shape, and of any real dtype: "
        "uint8, uint16, int16, float, bool ... Return floats of the same shape. If all values are equal, return zeros.",
        hints=(
            "What is np.uint8(10) - np.uint8(20)? What is the largest minus the smallest int16?",
            "uint8 values 10, 20, 30, 110: they become 0, 0.1, 0.2, 1.",
            "I = np.asarray(I).astype(float); low, high = I.min(), I.max(); if low == high: ...",
        ),
        reference=plain.to_float01,
        solution=inspect.getsource(plain.to_float01),
        read="6. Write: to_float01",
    )
    _float_checks(ex)
    ex.convention(
        "you divide by the range of the dtype (255 for uint8) and leave floats alone. That is a legal definition, as "
        "in many image libraries; ours uses the smallest and the largest value of this picture",
        _from_dtype_range,
    )
    for message, function in (
        ("this looks like a division by 255, whatever the dtype and the picture", mistakes.by_255),
        ("this looks like a division by the largest value: the smallest must become 0", mistakes.by_largest),
        ("this looks like (I - min) / max: the range is max - min", mistakes.smallest_left_out),
        ("this looks like I / (max - min): take off the smallest value first", mistakes.divided_by_range),
        (
            "this looks like a difference in the picture's dtype: it wraps around. Make floats first",
            mistakes.differences_in_dtype,
        ),
        ("this looks like a negative: the largest value becomes 1, not 0", mistakes.turned_around),
        ("this looks like mean 0 and deviation 1: the range is wanted", mistakes.standardised),
        ("this looks like values cut off at 0 and 1: the whole range is to be scaled", mistakes.clipped),
        ("this looks like a cast to float and no more", mistakes.only_cast),
        ("this looks like a range for each column: one range for the whole picture", mistakes.row_by_row),
    ):
        ex.looks_like(message, function)


def _scaled(f: Any, I: np.ndarray, hint: str = "") -> None:
    got = f(I)
    expect(got, plain.to_float01(I), atol=RATIO, what=f"the {I.dtype} picture scaled to 0 ... 1", hint=hint)


def _float_checks(ex: Exercise) -> None:
    @ex.check("the shape stays", kind="shape", weight=0.5)
    def _(f: Any, rng: Any) -> None:
        expect_shape(f(picture(rng, (4, 7))), (4, 7))

    @ex.check("the example of the hint", kind="fixed")
    def _(f: Any, rng: Any) -> None:
        expect(f(np.array([[10, 20], [30, 110]], np.uint8)), [[0, 0.1], [0.2, 1]], atol=RATIO)

    @ex.check("uint8, uint16, bool and floats", kind="value", weight=3)
    def _(f: Any, rng: Any) -> None:
        for dtype in ("uint8", "uint16", "float64", "bool", "float32"):
            _scaled(f, picture(rng, (5, 6), dtype))

    @ex.check("a constant picture becomes zeros", kind="property", weight=1.5)
    def _(f: Any, rng: Any) -> None:
        for I in (np.full((3, 4), 7, np.uint8), np.full((3, 4), float(rng.uniform(2, 9))), np.zeros((2, 5), np.uint16)):
            expect(f(I), np.zeros(I.shape), what=f"a constant {I.dtype} picture", hint="0 / 0 is no number")

    @ex.check("int16 from end to end", kind="value", weight=1.5, public=False)
    def _(f: Any, rng: Any) -> None:
        I = rng.integers(-30000, 30000, (5, 6)).astype(np.int16)
        I[0, 0], I[1, 1] = -32768, 32767
        _scaled(f, I, "the range, 65535, is no int16")
        _scaled(f, rng.integers(-900, -100, (4, 5)).astype(np.int16), "negative grey values are common in CT")

    @ex.check("floats below 0, above 255, and very near to each other", kind="value", public=False)
    def _(f: Any, rng: Any) -> None:
        _scaled(f, rng.uniform(-7, -3, (4, 5)))
        _scaled(f, rng.uniform(300, 4000, (4, 5)))
        _scaled(f, rng.uniform(0, 1, (4, 5)) * 1e-7, "no constant is added to the range")

    @ex.check("brightness and contrast do not matter", kind="property", public=False)
    def _(f: Any, rng: Any) -> None:
        I, (a, b) = picture(rng, (5, 6), "float64"), rng.uniform(0.2, 5, 2)
        once = numbers(f(I))
        expect_shape(once, (5, 6))
        expect(f(a * I + b), once, atol=RATIO, what="the picture with another brightness and contrast")
        expect([once.min(), once.max()], [0, 1], atol=RATIO, what="the smallest and the largest value")

    @ex.check("a volume, a row, a single pixel, a constant mask", kind="value", public=False)
    def _(f: Any, rng: Any) -> None:
        _scaled(f, rng.integers(3, 200, (3, 4, 5)).astype(np.uint8))
        _scaled(f, rng.integers(3, 200, 9).astype(np.uint8))
        _scaled(f, np.array([[200]], np.uint8))
        _scaled(f, np.ones((3, 4), bool))

    @ex.check("the picture is left as it was", kind="property", weight=0.5, public=False)
    def _(f: Any, rng: Any) -> None:
        for dtype in ("float64", "uint8"):
            _scaled(f, picture(rng, (4, 5), dtype))
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
        return plain.to_float01(I) if like(I, got) and like(probe, f(probe)) else got

    return ours
