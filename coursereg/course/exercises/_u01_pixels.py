"""U01's exercise on arrays: `crop(I, r0, c0, h, w, cval=0)`."""

from __future__ import annotations

import inspect
from typing import Any

import numpy as np

from coursereg.course.exercises import _u01_mistakes as mistakes
from coursereg.course.exercises._base import (
    Exercise,
    Unit,
    Wrong,
    expect,
    expect_inputs_untouched,
    expect_new_memory,
    expect_own_memory,
    expect_shape,
    expect_true,
    numbers,
)
from coursereg.course.plain import grids as plain

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
    ("this looks like h and w taken for the frame's end: they are its size", mistakes.slice_to_the_end),
    ("this looks like rows and columns counted from 1: the first pixel of the picture is I[0, 0]", mistakes.from_one),
    ("this looks like row 0 and column 0 left out: they belong to the picture", mistakes.first_lost),
    ("this looks like the last row and column left out: they belong to the picture", mistakes.last_lost),
    ("this looks like the picture's rows and columns exchanged: I.shape is (rows, columns)", mistakes.bounds_exchanged),
    ("this looks like 0 outside, whatever cval is", mistakes.always_zero),
    ("this looks like a negative start made 0: the frame then shows another place", mistakes.start_clipped),
    (
        "this looks like the right pixels in the wrong place: a frame that begins above the picture has its empty rows "
        "at the top",
        mistakes.put_into_the_corner,
    ),
)


Frame = tuple[int, int, int, int]


def _cropped(f: Any, I: np.ndarray, *frames: Frame, cval: Any = None, hint: str = "") -> None:
    """Ask about all frames, so that all are seen when a mistake is to be named; then compare one by one."""
    more = () if cval is None else (cval,)
    for frame, got in zip(frames, [f(I, *frame, *more) for frame in frames], strict=True):
        r0, c0, h, w = frame
        what = f"the frame of {h} x {w} pixels at ({r0}, {c0}) of a picture of {I.shape[0]} x {I.shape[1]}"
        expect(got, plain.crop(I, *frame, *more), what=what, hint=hint)


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
        _cropped(f, FOUR_BY_FIVE, (7, 1, 2, 2), (-5, 0, 3, 4), (0, 9, 2, 3), (1, -6, 2, 4))

    @ex.check("any frame of any picture", kind="value", weight=2.5)
    def _(f: Any, rng: Any) -> None:
        for dtype in ("uint8", "float64", "int16"):
            starts = [(int(rng.integers(-4, 6)), int(rng.integers(-4, 9))) for _k in range(4)]
            sizes = [(int(rng.integers(1, 9)), int(rng.integers(1, 12))) for _k in range(4)]
            _cropped(f, picture(rng, (6, 9), dtype), *(a + b for a, b in zip(starts, sizes, strict=True)))

    @ex.check("outside is cval, where one is given", kind="value", weight=1)
    def _(f: Any, rng: Any) -> None:
        for dtype in ("uint8", "float64"):
            cval = int(rng.integers(1, 80))
            _cropped(f, picture(rng, (5, 7), dtype), (-2, 3, 5, 8), (1, 1, 2, 3), (-9, 3, 4, 2), cval=cval)

    @ex.check("the dtype stays, inside and outside", kind="property")
    def _(f: Any, rng: Any) -> None:
        for dtype in DTYPES:
            I = picture(rng, (5, 6), dtype)
            _kept_dtype(f(I, 1, 1, 2, 3), I.dtype)
            _kept_dtype(f(I, -1, 4, 3, 5), I.dtype)
            _kept_dtype(f(I, 9, 9, 2, 2), I.dtype)

    @ex.check("the result is no view of the picture, and a new array in every call", kind="property")
    def _(f: Any, rng: Any) -> None:
        I = picture(rng, (5, 6))
        for frame in ((1, 1, 2, 3), (0, 1, 2, 3), (0, 0, 5, 6), (-1, 2, 4, 9), (2, -3, 4, 9)):
            _cropped(f, I, frame)
            expect_own_memory(f)
            expect_new_memory(f)


def _crop_hidden(ex: Exercise) -> None:
    @ex.check("outside is cval: below 0, a fraction, nan", kind="value", public=False)
    def _(f: Any, rng: Any) -> None:
        for dtype, cval in (("uint8", 7), ("int16", -5), ("float64", float(rng.uniform(200, 300)))):
            _cropped(f, picture(rng, (5, 7), dtype), (-2, 3, 5, 8), (-9, 3, 4, 2), cval=cval)
        _cropped(f, picture(rng, (4, 6), "float64"), (2, -1, 4, 5), cval=float("nan"))

    @ex.check("a frame around the whole picture, and the picture's own frame", kind="value", public=False)
    def _(f: Any, rng: Any) -> None:
        _cropped(f, picture(rng, (4, 7)), (-2, -3, 9, 13), (0, 0, 4, 7))

    @ex.check("one row or column of the picture is left in the frame, or just none", kind="value", public=False)
    def _(f: Any, rng: Any) -> None:
        rows = (-3, 1, 4, 3), (-4, 1, 4, 3), (5, 1, 3, 2), (6, 1, 3, 2), (1, -2, 3, 3), (1, -3, 3, 3), (0, 0, 2, 3)
        _cropped(f, picture(rng, (6, 5)), *rows, (1, 4, 3, 3), (1, 5, 3, 3), (-1, -1, 1, 1), (5, 4, 1, 1))

    @ex.check("frames far outside, a large picture, no row or no column", kind="value", public=False)
    def _(f: Any, rng: Any) -> None:
        far = (-300, 2, 3, 4), (400, 1, 2, 3), (2, -1000, 3, 2), (1, 700, 2, 4), (-150, -3, 310, 9)
        _cropped(f, picture(rng, (5, 7)), *far)
        _cropped(f, picture(rng, (4, 300)), (1, 250, 2, 60), (-1, 120, 3, 20))
        _cropped(f, picture(rng, (290, 3)), (120, 1, 15, 3), (250, -1, 60, 3))
        for dtype in ("uint8", "float32"):
            I = picture(rng, (5, 6), dtype)
            for frame in ((1, 2, 0, 3), (-1, 2, 3, 0), (2, 1, 0, 0)):
                got = f(I, *frame)
                expect_shape(got, frame[2:], f"a frame of {frame[2]} rows and {frame[3]} columns")
                _kept_dtype(got, I.dtype)

    @ex.check("a frame of a frame is a frame", kind="property", public=False)
    def _(f: Any, rng: Any) -> None:
        I = picture(rng, (8, 9), "int16")
        once = f(I, -2, 1, 9, 10)
        expect_shape(once, (9, 10))
        expect(f(once, 1, 2, 6, 5), numbers(f(I, -1, 3, 6, 5)), what="the frame of a frame")

    @ex.check("0, -1, 255, nan, the largest number: all are pixels like others", kind="value", public=False)
    def _(f: Any, rng: Any) -> None:
        frame = (-1, 1, 4, 12)
        for dtype, cval in (("float64", -7.5), ("int16", 9), ("int32", 9), ("uint8", 9)):
            ends = [-np.inf, np.nan, np.inf] if dtype == "float64" else [np.iinfo(dtype).min, np.iinfo(dtype).max]
            special = [0, 1, 2, 255, *ends, *([] if dtype == "uint8" else [-1, -2, -999, -9999])]
            I = picture(rng, (5, 12), dtype)
            I[1, : len(special)] = special
            _cropped(f, I, frame, (0, 0, 5, 13), cval=cval)
        I = np.array([[2**53 + 1, 1, 2], [3, -(2**62) - 1, 4]], np.int64)
        got = f(I, 0, -1, 3, 5)
        _kept_dtype(got, I.dtype)
        want = np.array([[0, 2**53 + 1, 1, 2, 0], [0, 3, -(2**62) - 1, 4, 0], [0] * 5], np.int64)
        expect_true(np.array_equal(got, want), "large whole numbers are changed: they pass through floats", got, want)

    @ex.check("the picture is left as it was", kind="property", weight=0.5, public=False)
    def _(f: Any, rng: Any) -> None:
        _cropped(f, picture(rng, (5, 6)), (1, 1, 3, 3))
        expect_inputs_untouched(f)
        _cropped(f, picture(rng, (5, 6)), (-1, -1, 3, 9), cval=3)
        expect_inputs_untouched(f)
