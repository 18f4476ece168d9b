"""U02: `compose_then_warp` and `new_shape`."""

from __future__ import annotations

import inspect
from typing import Any

import numpy as np
from scipy import ndimage

from coursereg.course.exercises._base import (
    expect,
    expect_inputs_untouched,
    expect_shape,
    expect_true,
    numbers,
)
from coursereg.course.exercises._u02_unit import (
    EXACT,
    GREY,
    UNIT,
    blob,
    inner,
    rotation_about,
    shifted_exactly,
    translation_matrix,
)
from coursereg.course.plain import interpolation as plain
from coursereg.space.reslice import reslice

COMPOSE = UNIT.exercise(
    "compose_then_warp",
    10.0,
    signature="compose_then_warp(I, Ts)",
    statement="`Ts` is a list of 3 x 3 pull matrices for (row, column, 1). The picture goes through `Ts[0]` first: "
    "out(x) = I(T0 x); that result goes through `Ts[1]`, and so on. Multiply the matrices first, then look `I` "
    "up once. "
    "The result is float, has the picture's shape, and is 0 where it comes from outside the frame. An empty list gives "
    "the picture back. Linear or cubic interpolation are both right.",
    hints=(
        "# 2 pull: the last warp asks first. out(x) = I(T0 T1 ... Tn x): multiply from left to right.",
        "One row down, then one row up: T0 T1 is the identity, and the row that left the frame in between is "
        "still there.",
        "M = np.eye(3); for T in Ts: M = M @ T; then points = M @ [rows, columns, ones]",
    ),
    reference=plain.compose_then_warp,
    solution=inspect.getsource(plain.compose_then_warp),
    read="6. Write, compose_then_warp",
)


def chained(I: Any, Ts: Any) -> np.ndarray:
    """The thing to avoid: look the picture up again after every matrix."""
    out = np.asarray(I, float)
    for T in Ts:
        out = plain.compose_then_warp(out, [T])
    return out


@COMPOSE.check("returns a picture of the same shape", kind="shape")
def _(f: Any, rng: Any) -> None:
    expect_shape(f(blob((20, 26), (9, 12)), [translation_matrix(1, 2), translation_matrix(0.5, 0)]), (20, 26))


@COMPOSE.check("no matrix, no change", kind="property")
def _(f: Any, rng: Any) -> None:
    I = rng.uniform(10, 200, (6, 8))
    expect(f(I, []), I, atol=EXACT)


@COMPOSE.check("down and up again keeps what left the frame in between", kind="fixed")
def _(f: Any, rng: Any) -> None:
    I = np.arange(1.0, 13.0).reshape(3, 4)
    expect(
        f(I, [translation_matrix(-2, 1), translation_matrix(2, -1)]),
        I,
        atol=EXACT,
        hint="warp once, not once per matrix",
    )


@COMPOSE.check("one matrix of whole pixels", kind="value")
def _(f: Any, rng: Any) -> None:
    I = rng.uniform(10, 200, (9, 11))
    p, q = int(rng.integers(1, 4)), -int(rng.integers(1, 4))
    expect(
        f(I, [translation_matrix(-p, -q)]), shifted_exactly(I, p, q), atol=EXACT, hint="the matrices are pull matrices"
    )


@COMPOSE.check("a shift and a rotation: the order matters", kind="value", weight=2)
def _(f: Any, rng: Any) -> None:
    I = blob((56, 60), (22, 34), 6.0) + blob((56, 60), (30, 22), 5.0) / 2
    Ts = [translation_matrix(*rng.uniform(4, 7, 2)), rotation_about(float(rng.uniform(25, 40)), (27.5, 29.5))]
    expect(f(I, Ts), plain.compose_then_warp(I, Ts), atol=GREY, hint="out(x) = I(T0 T1 x), T0 is the first in the list")


@COMPOSE.check("36 turns by 10 degrees: less than a tenth of the chain's error", kind="value", weight=2)
def _(f: Any, rng: Any) -> None:
    I = ndimage.gaussian_filter(rng.uniform(0, 200, (33, 35)), 0.7)
    Ts = [rotation_about(10, (16, 17))] * 36
    got = numbers(f(I, Ts))
    expect_shape(got, I.shape)
    mse = float(((inner(got, 4) - inner(I, 4)) ** 2).mean())
    limit = 0.1 * float(((inner(chained(I, Ts), 4) - inner(I, 4)) ** 2).mean())
    expect_true(mse < limit, "the full turn is blurred: every extra look-up costs sharpness", mse, limit)


@COMPOSE.check("three matrices with a part of a pixel", kind="value", public=False)
def _(f: Any, rng: Any) -> None:
    I = blob((50, 46), (26, 20), 6.0) + blob((50, 46), (16, 28), 5.0)
    Ts = [
        translation_matrix(*rng.uniform(-3, 3, 2)),
        rotation_about(float(rng.uniform(-40, -20)), (24.5, 22.5)),
        translation_matrix(*rng.uniform(2, 5, 2)),
    ]
    expect(f(I, Ts), plain.compose_then_warp(I, Ts), atol=GREY)


@COMPOSE.check("scalings and shears, not only rigid motions", kind="value", public=False)
def _(f: Any, rng: Any) -> None:
    I = blob((50, 46), (24, 22), 7.0) - blob((50, 46), (16, 28), 5.0) / 2
    scaling, shear = np.diag([float(rng.uniform(1.2, 1.4)), float(rng.uniform(0.7, 0.85)), 1.0]), np.eye(3)
    shear[0, 1] = float(rng.uniform(0.2, 0.3))
    Ts = [scaling, translation_matrix(*rng.uniform(-3, 3, 2)), shear]
    expect(f(I, Ts), plain.compose_then_warp(I, Ts), atol=GREY, hint="any matrix is allowed, not only rotations")


@COMPOSE.check("far out of the frame and back", kind="value", public=False)
def _(f: Any, rng: Any) -> None:
    I = rng.uniform(10, 200, (8, 7))
    p, q = (int(v) for v in rng.integers(5, 9, 2))
    Ts = [translation_matrix(p, -q), translation_matrix(-p + 1, q)]
    expect(f(I, Ts), shifted_exactly(I, -1, 0), atol=EXACT)


@COMPOSE.check("a uint8 picture; picture and matrices stay as they were", kind="property", public=False)
def _(f: Any, rng: Any) -> None:
    I = rng.integers(100, 256, (12, 10), dtype=np.uint8)
    got = f(I, [translation_matrix(1, 0), translation_matrix(0, 1)])
    expect_inputs_untouched(f)
    expect(got, shifted_exactly(I, -1, -1), atol=EXACT)


COMPOSE.looks_like(
    "this looks like one warp per matrix: right place, but blurred, and what leaves the frame is lost", chained
)
COMPOSE.looks_like(
    "this looks like the matrices multiplied in the other order: the last warp asks first, out(x) = I(T0 T1 x)",
    lambda I, Ts: plain.compose_then_warp(I, list(Ts)[::-1]),
)
COMPOSE.looks_like(
    "this looks like push: the inverse of the matrix was used. Ts are pull matrices already",
    lambda I, Ts: plain.compose_then_warp(I, [np.linalg.inv(T) for T in list(Ts)[::-1]]),
)
COMPOSE.looks_like("this looks like only the first matrix", lambda I, Ts: plain.compose_then_warp(I, list(Ts)[:1]))
COMPOSE.looks_like("this looks like only the last matrix", lambda I, Ts: plain.compose_then_warp(I, list(Ts)[-1:]))

NEW_SHAPE = UNIT.exercise(
    "new_shape",
    8.0,
    signature="new_shape(shape, zooms, new_zooms)",
    statement="How many voxels of size `new_zooms` (mm) cover the field of view of a grid of `shape` voxels of "
    "size `zooms`? "
    "Along each axis: shape * zoom / new zoom, rounded to the nearest whole number, a half to the even one (the "
    "rule of "
    "Python's `round` and of `np.round`). Return a tuple of int, one per axis, for 2-D and 3-D grids alike.",
    hints=(
        "# 1 grid: the field of view of an axis is its number of voxels times their size; it stays, the size changes.",
        "58 voxels of 4 mm are 232 mm; with 3 mm that is 77.33, so 77 voxels.",
        "return tuple(round(n * old / new) for n, old, new in zip(...))",
    ),
    reference=plain.new_shape,
    solution=inspect.getsource(plain.new_shape),
    read="6. Write, new_shape",
)


@NEW_SHAPE.check("one number per axis", kind="shape")
def _(f: Any, rng: Any) -> None:
    expect_shape(f((30, 40), (2.0, 1.0), (1.0, 1.0)), (2,))


@NEW_SHAPE.check("(58, 58, 24) voxels of (4, 4, 5) mm become (77, 77, 40) of 3 mm", kind="fixed")
def _(f: Any, rng: Any) -> None:
    expect(f((58, 58, 24), (4.0, 4.0, 5.0), (3.0, 3.0, 3.0)), (77, 77, 40), integer=True)


@NEW_SHAPE.check("the same voxel size gives the same shape", kind="property")
def _(f: Any, rng: Any) -> None:
    zooms = tuple(float(z) for z in rng.uniform(0.7, 3, 3))
    expect(f((31, 47, 12), zooms, zooms), (31, 47, 12), integer=True)


@NEW_SHAPE.check("random grids of three axes", kind="value", weight=2)
def _(f: Any, rng: Any) -> None:
    for _ in range(5):
        shape = tuple(int(n) for n in rng.integers(5, 90, 3))
        old, new = (tuple(float(z) for z in rng.uniform(0.5, 5, 3)) for _ in range(2))
        expect(f(shape, old, new), plain.new_shape(shape, old, new), integer=True, hint=f"for {shape}, {old}, {new}")


@NEW_SHAPE.check("the result holds whole numbers (int)", kind="property")
def _(f: Any, rng: Any) -> None:
    got = f((33, 20, 17), (1.1, 2.0, 0.9), (2.0, 1.3, 1.0))
    array = np.asarray(numbers(got) * 0 + 1 if isinstance(got, np.ndarray) else got)
    kind = got.dtype.kind if isinstance(got, np.ndarray) else array.dtype.kind
    expect_true(kind in "iu", "the numbers of voxels must be int, not float", got)


@NEW_SHAPE.check("nearest, neither always up nor always down", kind="value", public=False)
def _(f: Any, rng: Any) -> None:
    n = int(rng.integers(20, 60)) * 10
    # n * 1 / 1.25 is whole; 2 mm more or less makes .6 and .4 of a voxel
    shape = (n, n + 2, n + 3)
    expect(f(shape, (1.0, 1.0, 1.0), (1.25,) * 3), plain.new_shape(shape, (1, 1, 1), (1.25,) * 3), integer=True)


@NEW_SHAPE.check("two axes, and arrays instead of tuples", kind="value", public=False)
def _(f: Any, rng: Any) -> None:
    shape, old, new = rng.integers(10, 90, 2), rng.uniform(0.5, 4, 2), rng.uniform(0.5, 4, 2)
    expect(f(shape, old, new), plain.new_shape(shape, old, new), integer=True)


@NEW_SHAPE.check("a half goes to the even number", kind="property", public=False)
def _(f: Any, rng: Any) -> None:
    expect(f((5, 7, 9), (1.0, 1.0, 1.0), (2.0, 2.0, 2.0)), (2, 4, 4), integer=True, hint="2.5 -> 2, 3.5 -> 4, 4.5 -> 4")


@NEW_SHAPE.check("has the shape that coursereg.reslice gives", kind="plugin", public=False)
def _(f: Any, rng: Any) -> None:
    shape, old, new = tuple(int(n) for n in rng.integers(6, 14, 3)), rng.uniform(1, 3, 3), rng.uniform(1, 3, 3)
    data, _ = reslice(np.zeros(shape), np.diag([*old, 1.0]), tuple(old), tuple(new))
    expect(f(shape, old, new), data.shape, integer=True)


def _rounded(rule: Any) -> Any:
    return lambda s, z, n: tuple(int(v) for v in rule(np.asarray(s) * np.asarray(z, float) / np.asarray(n, float)))


NEW_SHAPE.looks_like(
    "this looks like zooms and new_zooms exchanged: smaller voxels need more of them",
    lambda s, z, n: plain.new_shape(s, n, z),
)
NEW_SHAPE.looks_like("this looks like int() or floor: 77.9 voxels are 78, not 77", _rounded(np.floor))
NEW_SHAPE.looks_like("this looks like always rounding up", _rounded(np.ceil))
NEW_SHAPE.looks_like(
    "this looks like 2.5 rounded up to 3: a half goes to the even number", _rounded(lambda x: np.floor(x + 0.5))
)
NEW_SHAPE.looks_like(
    "this looks like centre to centre, (n - 1) * zoom / new zoom + 1: here the field of view is n voxels wide",
    lambda s, z, n: tuple(int(round((a - 1) * b / c)) + 1 for a, b, c in zip(s, z, n, strict=True)),
)
