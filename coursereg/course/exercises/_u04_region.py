"""U04: the checks of `bounding_box` and `ideal_spacing`."""

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
    numbers,
)
from coursereg.course.exercises._u04_clamp import two
from coursereg.course.exercises._u04_unit import UNIT
from coursereg.course.plain import histogram as plain

# --- bounding_box -----------------------------------------------------------------------------------------------------

BOX = UNIT.exercise(
    "bounding_box",
    6.0,
    signature="bounding_box(mask)",
    statement="The smallest box that contains all True pixels of `mask`, an array of bool (or of 0 and 1) with two "
    "or three axes. Return (corner, size), each with one whole number per axis: corner is the smallest index, size "
    "the number of pixels. mask[corner[0]:corner[0]+size[0], ...] is then the box. An empty mask has no box: raise "
    "an error (we accept a size of 0 too).",
    hints=(
        "# 1 grid: along each axis, the smallest and the largest index that occurs.",
        "In [[0, 0], [0, 1]] the corner is (1, 1) and the size (1, 1): one pixel, not (2, 2).",
        "where = np.argwhere(mask); corner = where.min(axis=0); size = where.max(axis=0) - corner + 1",
    ),
    reference=plain.bounding_box,
    solution=inspect.getsource(plain.bounding_box),
    read="6. Write, bounding_box",
)


def random_mask(rng: Any, shape: tuple[int, ...], corner: tuple[int, ...], size: tuple[int, ...]) -> np.ndarray:
    """Scattered True pixels that touch all sides of the given box."""
    block = rng.random(size) < 0.15
    for axis in range(len(size)):
        for end in (0, -1):
            place = [int(rng.integers(0, n)) for n in size]
            place[axis] = end
            block[tuple(place)] = True
    mask = np.zeros(shape, bool)
    mask[tuple(slice(a, a + n) for a, n in zip(corner, size, strict=True))] = block
    return mask


def expect_box(got: Any, want: tuple[Any, Any], hint: str = "") -> None:
    """Compare corner and size."""
    corner, size = two(got, "corner, size")
    expect(corner, want[0], what="corner", hint=hint, integer=True)
    expect(size, want[1], what="size", hint=hint, integer=True)


@BOX.check("returns corner and size, one number per axis", kind="shape")
def _(f: Any, rng: Any) -> None:
    corner, size = two(f(random_mask(rng, (9, 12), (0, 0), (4, 5))), "corner, size")
    expect_shape(corner, (2,), "corner")
    expect_shape(size, (2,), "size")


@BOX.check("three pixels in a corner of a 3 x 4 mask", kind="fixed")
def _(f: Any, rng: Any) -> None:
    expect_box(f(np.array([[0, 0, 0, 0], [0, 0, 1, 1], [0, 0, 0, 1]], bool)), ((1, 2), (2, 2)))


@BOX.check("random boxes in a mask that is not square", kind="value", weight=2)
def _(f: Any, rng: Any) -> None:
    for _ in range(4):
        corner, size = tuple(rng.integers(2, 6, 2).tolist()), tuple(rng.integers(2, 7, 2).tolist())
        expect_box(f(random_mask(rng, (13, 19), corner, size)), (corner, size), f"the box is {size} at {corner}")


@BOX.check("a box that moves keeps its size", kind="property")
def _(f: Any, rng: Any) -> None:
    mask = random_mask(rng, (20, 24), (0, 0), (5, 8))
    p, q = (int(v) for v in rng.integers(3, 12, 2))
    (at, before), (there, after) = two(f(mask), "corner, size"), two(f(np.roll(mask, (p, q), (0, 1))), "corner, size")
    expect(
        after, numbers(before), what="the size after moving the mask", hint="size counts pixels, it is not a position"
    )
    expect(there, numbers(at) + [p, q], what="the corner after moving the mask")


@BOX.check("one pixel has size 1; the whole frame has the frame's size", kind="value", public=False)
def _(f: Any, rng: Any) -> None:
    r, c = (int(v) for v in rng.integers(3, 8, 2))
    mask = np.zeros((10, 11), bool)
    mask[r, c] = True
    expect_box(f(mask), ((r, c), (1, 1)), "one single pixel")
    expect_box(f(np.ones((r, c), bool)), ((0, 0), (r, c)), "all pixels")


@BOX.check("three axes", kind="value", public=False)
def _(f: Any, rng: Any) -> None:
    corner, size = tuple(rng.integers(1, 5, 3).tolist()), tuple(rng.integers(2, 6, 3).tolist())
    expect_box(f(random_mask(rng, (10, 12, 14), corner, size)), (corner, size), f"the box is {size} at {corner}")


@BOX.check("a mask of 0 and 1 as uint8, with large holes", kind="value", public=False)
def _(f: Any, rng: Any) -> None:
    mask = np.zeros((12, 17), np.uint8)
    a, b = (int(v) for v in rng.integers(1, 4, 2))
    mask[a, b + 9] = mask[a + 7, b] = 1
    expect_box(f(mask), ((a, b), (8, 10)), "only two pixels, in opposite corners of the box")


@BOX.check("an empty mask is an error, or has size 0", kind="property", public=False)
def _(f: Any, rng: Any) -> None:
    try:
        got = f(np.zeros((4, 5), bool))
    except Raised:
        return
    if got is None:
        raise Wrong("an empty mask must raise an error, or give a size of 0", got)
    _, size = two(got, "corner, size")
    expect(size, (0, 0), what="the size of an empty mask's box")


def _box_by(size_of: Any, corner_of: Any = lambda lo, hi: lo) -> Any:
    def f(mask: Any) -> Any:
        where = np.argwhere(mask)
        lo, hi = where.min(axis=0), where.max(axis=0)
        return corner_of(lo, hi), size_of(lo, hi)

    return f


BOX.looks_like(
    "this looks like size = largest index + 1: that is where the box ends. The size is largest - smallest + 1",
    _box_by(lambda lo, hi: hi + 1),
)
BOX.looks_like(
    "this looks like one pixel too few: indices 3, 4, 5 are three pixels, 5 - 3 + 1", _box_by(lambda lo, hi: hi - lo)
)
BOX.looks_like("this looks like the largest index instead of the size", _box_by(lambda lo, hi: hi))
BOX.looks_like(
    "this looks like (column, row): the order of the axes is that of the array",
    _box_by(lambda lo, hi: (hi - lo + 1)[::-1], lambda lo, hi: lo[::-1]),
)


def _of_full_frame(mask: Any) -> Any:
    mask = np.asarray(mask)
    return np.zeros(mask.ndim), mask.shape


BOX.looks_like("this looks like the whole frame: ask the mask where it is True", _of_full_frame)

# --- ideal_spacing ----------------------------------------------------------------------------------------------------

SPACING = UNIT.exercise(
    "ideal_spacing",
    6.0,
    signature="ideal_spacing(data, npoints)",
    statement="Steps that thin out an array until at most `npoints` (1 or more) valid values are left. `data` holds "
    "bin numbers, with two or three axes; a value below 0 is masked and does not count. Start with a step of 1 "
    "along every axis. While data[::s0, ::s1, ...] has more than `npoints` values >= 0, add 1 to the step of the "
    "axis that is still the longest: the one with the largest length / step, where length is that of `data`'s axis. "
    "At a tie, the first of them. Return the steps, one whole number per axis.",
    hints=(
        "# 1 grid: a loop that counts what a step leaves, and makes one step larger.",
        "A full 4 x 6 array with npoints = 12: 24 values are too many; axis 1 is longer (6 / 1), its step becomes 2; "
        "4 x 3 = 12 values: done, steps (1, 2).",
        "while (data[...] >= 0).sum() > npoints: step[np.argmax(np.array(data.shape) / step)] += 1",
    ),
    reference=plain.ideal_spacing,
    solution=inspect.getsource(plain.ideal_spacing),
    read="6. Write, ideal_spacing",
)


def expect_steps(f: Any, data: np.ndarray, npoints: int, hint: str = "") -> None:
    """Compare the steps for one array."""
    words = f"shape {data.shape}, {int((data >= 0).sum())} valid, npoints = {npoints}"
    expect(
        f(data, npoints),
        plain.ideal_spacing(data, npoints),
        what="the tuple of steps",
        hint=f"{words}. {hint}",
        integer=True,
    )


@SPACING.check("one step per axis", kind="shape")
def _(f: Any, rng: Any) -> None:
    expect_shape(f(np.zeros((5, 8), np.int16), 15), (2,), "the steps")


@SPACING.check("a full 4 x 6 array, 12 points", kind="fixed")
def _(f: Any, rng: Any) -> None:
    expect(f(np.zeros((4, 6), np.int16), 12), (1, 2), what="the tuple of steps", integer=True)


@SPACING.check("what fits already is not thinned out", kind="property")
def _(f: Any, rng: Any) -> None:
    shape = tuple(rng.integers(4, 9, 2).tolist())
    n = shape[0] * shape[1]
    expect(
        f(np.zeros(shape, np.int16), n),
        (1, 1),
        what="the tuple of steps",
        hint=f"{n} values, and npoints is {n}: at most",
    )


@SPACING.check("random arrays with two and three axes", kind="value", weight=2)
def _(f: Any, rng: Any) -> None:
    for shape in ((11, 17), (23, 7), (7, 9, 13)):
        data = rng.integers(0, 9, shape).astype(np.int16)
        for part in (0.6, 0.2, 0.04):
            expect_steps(f, data, int(part * data.size))


@SPACING.check("masked values (-1) do not count", kind="value")
def _(f: Any, rng: Any) -> None:
    data = np.where(rng.random((18, 14)) < 0.5, -1, rng.integers(0, 9, (18, 14))).astype(np.int16)
    expect_steps(f, data, int((data >= 0).sum()), "the valid ones fit as they are")
    expect_steps(f, data, 40)


@SPACING.check("equally long axes: the first gets the step first", kind="value", public=False)
def _(f: Any, rng: Any) -> None:
    n = int(rng.integers(6, 10))
    for share in (0.7, 0.4, 0.2, 0.1):
        expect_steps(f, np.zeros((n, n, n), np.int16), int(share * n**3), "a tie goes to the first axis")
        expect_steps(f, np.zeros((n, n), np.int16), max(1, int(share * n**2)), "a tie goes to the first axis")


@SPACING.check("the values that are left are counted, not estimated", kind="value", public=False, weight=1.5)
def _(f: Any, rng: Any) -> None:
    data = np.full((13, 15), -1, np.int16)
    data[::2, ::3] = rng.integers(0, 9, data[::2, ::3].shape)  # a grid that a step of 2 or 3 hits or misses as a whole
    for npoints in (34, 12, 5):
        expect_steps(f, data, npoints)
    full = rng.integers(0, 9, (11, 7)).astype(np.int16)
    for npoints in (42, 41, 28, 24, 18, 1):
        expect_steps(f, full, npoints)


@SPACING.check("every value below 0 is masked, not -1 alone", kind="value", public=False)
def _(f: Any, rng: Any) -> None:
    data = np.where(rng.random((13, 16)) < 0.5, rng.choice([-300, -3, -2, -1], (13, 16)), rng.integers(0, 9, (13, 16)))
    expect_steps(f, data.astype(np.int16), int((data >= 0).sum()), "the valid ones fit as they are")
    expect_steps(f, data.astype(np.int16), 30, "a value below 0 is masked, -3 too")


@SPACING.check("bin 0 is a bin and counts", kind="value", public=False)
def _(f: Any, rng: Any) -> None:
    data = (rng.random((9, 16)) < 0.2).astype(np.int16)
    expect_steps(f, data, 50, "0 is valid, only negative numbers are masked")


@SPACING.check("leaves the data as they were", kind="property", public=False)
def _(f: Any, rng: Any) -> None:
    f(rng.integers(-1, 9, (9, 8)).astype(np.int16), 20)
    expect_inputs_untouched(f)


def spaced(count: Any, choose: Any, strict: bool = False) -> Any:
    """An `ideal_spacing` with another way to count and to choose an axis."""

    def f(data: Any, npoints: int) -> Any:
        data = np.asarray(data)
        step = np.ones(data.ndim, int)
        for _ in range(sum(data.shape) + 5):
            left = count(data[tuple(slice(None, None, s) for s in step)])
            if left < npoints or (left == npoints and not strict):
                break
            step[choose(np.asarray(data.shape), step)] += 1
        return step

    return f


def _valid(block: np.ndarray) -> int:
    return int((block >= 0).sum())


def _longest(shape: np.ndarray, step: np.ndarray) -> int:
    return int(np.argmax(shape / step))


def _last_longest(shape: np.ndarray, step: np.ndarray) -> int:
    return len(shape) - 1 - int(np.argmax((shape / step)[::-1]))


SPACING.looks_like("this looks like counting all values: masked ones, below 0, do not count", spaced(np.size, _longest))
SPACING.looks_like("this looks like > 0: bin 0 is a bin and counts", spaced(lambda b: int((b > 0).sum()), _longest))
SPACING.looks_like(
    "this looks like != -1: -3 is masked too, every value below 0 is", spaced(lambda b: int((b != -1).sum()), _longest)
)
SPACING.looks_like(
    "this looks like the last of equally long axes: a tie goes to the first", spaced(_valid, _last_longest)
)
SPACING.looks_like(
    "this looks like the shortest axis: the longest one gets the step",
    spaced(_valid, lambda n, s: int(np.argmin(n / s))),
)
SPACING.looks_like(
    "this looks like the axis that was longest at the start: compare length / step, which falls",
    spaced(_valid, lambda n, s: int(np.argmax(n))),
)
SPACING.looks_like(
    "this looks like one common step for all axes: only the longest one gets it",
    spaced(_valid, lambda n, s: slice(None)),
)
SPACING.looks_like(
    "this looks like fewer than npoints: at most npoints may be left", spaced(_valid, _longest, strict=True)
)
