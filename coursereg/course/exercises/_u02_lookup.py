"""U02: `bilinear` and `translation`."""

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
    shifted_exactly,
)
from coursereg.course.plain import interpolation as plain

BILINEAR = UNIT.exercise(
    "bilinear",
    10.0,
    signature="bilinear(I, r, c, fill=0.)",
    statement="Grey values of the picture `I` at the points (r, c), which may lie between pixels. `r` and `c` "
    "are arrays of "
    "one shape, in pixels; the result has that shape. Weight the four pixels around the point by how near they are. "
    "A point with r < 0, r > R - 1, c < 0 or c > C - 1 is outside and gets `fill`; the last row and column are inside.",
    hints=(
        "# 3 interpolate: find the pixel above left, then how far the point is from it, in rows (a) and in "
        "columns (b).",
        "In [[0, 10], [20, 30]] the point (0.5, 0.5) is (0 + 10 + 20 + 30) / 4 = 15; the point (0, 0.3) is 3.",
        "(1-a) * ((1-b) * I[r0, c0] + b * I[r0, c1]) + a * ((1-b) * I[r1, c0] + b * I[r1, c1]), and on the last "
        "row r1 = r0.",
    ),
    reference=plain.bilinear,
    solution=inspect.getsource(plain.bilinear),
    read="6. Write, bilinear",
)


@BILINEAR.check("returns an array of the shape of r", kind="shape")
def _(f: Any, rng: Any) -> None:
    I = rng.uniform(10, 200, (5, 7))
    r, c = rng.uniform(0, 4, (2, 3)), rng.uniform(0, 6, (2, 3))
    expect_shape(f(I, r, c), (2, 3))


@BILINEAR.check("the middle of a 2 x 2 picture is the mean of its four pixels", kind="fixed")
def _(f: Any, rng: Any) -> None:
    expect(f(np.array([[0.0, 10.0], [20.0, 30.0]]), np.array([0.5]), np.array([0.5])), [15.0], atol=EXACT)


@BILINEAR.check("at a pixel it gives that pixel, the last row and column too", kind="property")
def _(f: Any, rng: Any) -> None:
    I = rng.uniform(10, 200, (4, 6))
    r, c = np.indices(I.shape).astype(float)
    expect(f(I, r, c), I, atol=EXACT, hint="the last row and column belong to the picture")


@BILINEAR.check("a slanted plane is reproduced exactly", kind="property")
def _(f: Any, rng: Any) -> None:
    a, b, d = rng.uniform(1, 9, 3)
    r, c = np.indices((6, 9))
    x, y = rng.uniform(0, 5, 20), rng.uniform(0, 8, 20)
    expect(f(a * r + b * c + d, x, y), a * x + b * y + d, atol=EXACT)


@BILINEAR.check("random points in a picture that is not square", kind="value", weight=2)
def _(f: Any, rng: Any) -> None:
    I = rng.uniform(10, 200, (5, 9))
    r, c = rng.uniform(0, 4, 30), rng.uniform(0, 8, 30)
    expect(f(I, r, c), plain.bilinear(I, r, c), atol=EXACT)


@BILINEAR.check("black, negative and very bright pixels are pixels like others", kind="value")
def _(f: Any, rng: Any) -> None:
    I = rng.uniform(-300, 600, (6, 7)) * rng.integers(0, 2, (6, 7))
    r, c = np.append(rng.uniform(0, 5, 20), [-1.0, 5.5]), np.append(rng.uniform(0, 6, 20), [2.0, 3.0])
    fill = float(rng.uniform(30, 60))
    expect(f(I, r, c, fill), plain.bilinear(I, r, c, fill), atol=EXACT, hint="only points outside get `fill`")
    r, c = np.indices(I.shape).astype(float)
    expect(f(I, r, c, fill), I, atol=EXACT, hint="a pixel of value 0 is not outside")


@BILINEAR.check("outside points get the fill value", kind="value")
def _(f: Any, rng: Any) -> None:
    I, fill = rng.uniform(10, 200, (5, 9)), float(rng.uniform(-50, -10))
    r = np.array([-0.2, 1.5, 4.3, 2.5, 2.5, -30.0, 3.0])
    c = np.array([3.0, 2.5, 3.0, -0.4, 8.1, 4.0, 70.0])
    expect(
        f(I, r, c, fill), plain.bilinear(I, r, c, fill), atol=EXACT, hint="outside begins right after the last pixel"
    )


@BILINEAR.check("a uint8 picture", kind="value", public=False)
def _(f: Any, rng: Any) -> None:
    I = rng.integers(100, 256, (6, 8), dtype=np.uint8)
    r, c = rng.uniform(0, 5, 25), rng.uniform(0, 7, 25)
    expect(
        f(I, r, c),
        plain.bilinear(I, r, c),
        atol=EXACT,
        hint="grey values of a uint8 picture must not be rounded or wrap",
    )


@BILINEAR.check("points on the last row or column, between pixels", kind="value", public=False)
def _(f: Any, rng: Any) -> None:
    I = rng.uniform(10, 200, (5, 4))
    r = np.concatenate([np.full(5, 4.0), rng.uniform(0, 4, 5)])
    c = np.concatenate([rng.uniform(0, 3, 5), np.full(5, 3.0)])
    expect(f(I, r, c), plain.bilinear(I, r, c), atol=EXACT, hint="on the last row the neighbour below does not exist")


@BILINEAR.check("fill is 0 when nothing is said", kind="value", public=False)
def _(f: Any, rng: Any) -> None:
    I = rng.uniform(10, 200, (5, 4))
    r, c = np.array([-1.0, 2.5, 9.0]), np.array([1.0, 1.25, 2.0])
    expect(f(I, r, c), plain.bilinear(I, r, c), atol=EXACT)


@BILINEAR.check("leaves the picture and the points as they were", kind="property", public=False)
def _(f: Any, rng: Any) -> None:
    f(rng.uniform(10, 200, (5, 4)), rng.uniform(-1, 6, 9), rng.uniform(-1, 6, 9))
    expect_inputs_untouched(f)


def _bilinear_swapped(I, r, c, fill=0.0):
    return plain.bilinear(I, c, r, fill)


def _bilinear_clamped(I, r, c, fill=0.0):
    I = np.asarray(I)
    return plain.bilinear(I, np.clip(r, 0, I.shape[0] - 1), np.clip(c, 0, I.shape[1] - 1), fill)


def _bilinear_short(I, r, c, fill=0.0):
    I, r, c = np.asarray(I), np.asarray(r), np.asarray(c)
    last = (r >= I.shape[0] - 1) | (c >= I.shape[1] - 1)
    return np.where(last, fill, plain.bilinear(I, r, c, fill))


def _bilinear_weights_swapped(I, r, c, fill=0.0):
    I, r, c = np.asarray(I, float), np.asarray(r), np.asarray(c)
    R, C = np.floor(r), np.floor(c)
    a, b = r - R, c - C
    inside = (r >= 0) & (r <= I.shape[0] - 1) & (c >= 0) & (c <= I.shape[1] - 1)
    return np.where(inside, plain.bilinear(np.pad(I, ((0, 1), (0, 1)), mode="edge"), R + 1 - a, C + 1 - b, fill), fill)


def _bilinear_crossed(I, r, c, fill=0.0):
    # the two corners off the diagonal exchanged: that is the bilinear form with a and b exchanged
    R, C = np.floor(r), np.floor(c)
    inside = (r >= 0) & (r <= np.shape(I)[0] - 1) & (c >= 0) & (c <= np.shape(I)[1] - 1)
    padded = np.pad(np.asarray(I, float), ((0, 1), (0, 1)), mode="edge")
    return np.where(inside, plain.bilinear(padded, R + (c - C), C + (r - R), fill), fill)


BILINEAR.looks_like(
    "this looks like the weights of the corners above right and below left exchanged: a is for rows, b for columns",
    _bilinear_crossed,
)
BILINEAR.looks_like("this looks like rows and columns exchanged: a point is (r, c), row first", _bilinear_swapped)
BILINEAR.looks_like(
    "this looks like clamping: a point outside takes the border's value instead of `fill`", _bilinear_clamped
)
BILINEAR.looks_like("this looks like the last row and column left out: they are part of the picture", _bilinear_short)
BILINEAR.looks_like(
    "this looks like the two weights exchanged: the nearer pixel must weigh more", _bilinear_weights_swapped
)
BILINEAR.looks_like(
    "this looks like the nearest pixel, not a weighted mean of four",
    lambda I, r, c, fill=0.0: ndimage.map_coordinates(np.asarray(I, float), [r, c], order=0, cval=fill),
)

TRANSLATION = UNIT.exercise(
    "translation",
    22.0,
    signature="translation(I, p, q)",
    statement="A new picture of the same shape in which the content of `I` stands `p` rows further down and `q` "
    "columns "
    "further right; p and q may be negative and may be fractions. What comes from outside the frame is 0. Any "
    "interpolation of order 1 or more is right: your own `bilinear`, or one of SciPy's. The result is float, and `I` "
    "itself stays as it is.",
    hints=(
        "# 2 pull: the pixel (r, c) of the result shows what was at (r - p, c - q).",
        "translation([[1, 2], [3, 4]], 1, 0) is [[0, 0], [1, 2]]: the content went down by one row.",
        "r, c = np.indices(I.shape); return bilinear(I, ..., ...)",
    ),
    reference=plain.translation,
    solution=inspect.getsource(plain.translation),
    read="6. Write, translation",
)


@TRANSLATION.check("the result has the picture's shape, also when that is not square", kind="shape")
def _(f: Any, rng: Any) -> None:
    expect_shape(f(blob((20, 31), (9, 14)), 1.25, -2.5), (20, 31))


@TRANSLATION.check("a 4 x 5 picture, one row down and two columns right", kind="fixed")
def _(f: Any, rng: Any) -> None:
    I = np.arange(1.0, 21.0).reshape(4, 5)
    expect(
        f(I, 1, 2),
        shifted_exactly(I, 1, 2),
        atol=EXACT,
        hint="p counts rows, downwards; q counts columns, to the right",
    )


@TRANSLATION.check("moving by (0, 0) changes nothing", kind="property")
def _(f: Any, rng: Any) -> None:
    I = rng.uniform(10, 200, (7, 9))
    expect(f(I, 0, 0), I, atol=EXACT)


@TRANSLATION.check("whole pixels, up and left", kind="value")
def _(f: Any, rng: Any) -> None:
    I = rng.uniform(10, 200, (6, 8))
    # never the same twice: exchanged p and q must show, whatever is drawn
    p, q = (-int(n) for n in rng.permutation([1, 2, 3])[:2])
    # 1e-6 of 200: a cubic spline gives pixels back to rounding error
    expect(f(I, p, q), shifted_exactly(I, p, q), atol=EXACT, hint="negative p moves the content up; outside is 0")


@TRANSLATION.check("half a pixel on a slanted plane, away from the border", kind="value")
def _(f: Any, rng: Any) -> None:
    r, c = np.indices((44, 50))
    a, b = rng.uniform(2, 5, 2)
    p, q = rng.permutation([0.5, 1.5]) * rng.choice([-1, 1], 2)
    got = f(a * r + b * c + 100, p, q)
    expect_shape(got, (44, 50))
    # 14 pixels: the zero outside rings about 12 pixels inwards in an honest cubic spline
    inner = (slice(14, -14), slice(14, -14))
    expect(np.asarray(got)[inner], (a * (r - p) + b * (c - q) + 100)[inner], atol=0.05, what="the inside of the result")


@TRANSLATION.check("parts of a pixel on a smooth hill: 3 grey levels at most", kind="value", weight=2)
def _(f: Any, rng: Any) -> None:
    # more than half a pixel over a whole number, so that rounding and cutting differ
    p, q = (rng.permutation(5)[:2] + 1 + rng.uniform(0.55, 0.9, 2)) * rng.choice([-1, 1], 2)
    I, want = blob((48, 60), (22, 31)), blob((48, 60), (22 + p, 31 + q))
    expect(f(I, p, q), want, atol=GREY, hint="the hill's top must go p rows down and q columns right")


@TRANSLATION.check("the centre of mass moves by (p, q)", kind="value")
def _(f: Any, rng: Any) -> None:
    p, q = rng.uniform(-5, 5, 2)
    I = blob((50, 44), (24, 21), 4.0)
    got = numbers(f(I, p, q))
    expect_shape(got, I.shape)
    expect_true(got.sum() > 0.5 * I.sum(), "most of the picture is lost", got)
    moved = np.subtract(ndimage.center_of_mass(got), ndimage.center_of_mass(I))
    expect(moved, [p, q], atol=0.02, what="the movement of the centre of mass")


@TRANSLATION.check("there and back again", kind="value", public=False)
def _(f: Any, rng: Any) -> None:
    p, q = rng.uniform(1, 4, 2) * rng.choice([-1, 1], 2)  # so far that the movement shows
    I = blob((40, 52), (20, 26), 6.0)
    there = numbers(f(I, p, q))
    expect_shape(there, I.shape)
    expect_true(np.abs(there - I).max() > 2 * GREY, "nothing moved", there)
    expect(f(there, -p, -q), I, atol=2 * GREY)


@TRANSLATION.check("a uint8 picture is not rounded and does not wrap", kind="value", public=False)
def _(f: Any, rng: Any) -> None:
    I = rng.integers(120, 256, (30, 34), dtype=np.uint8)
    got = f(I, 0.5, 0.25)
    wish = [plain.translation_by_spline(I, 0.5, 0.25, order) for order in (1, 2, 3, 4, 5)]
    inner = (slice(12, -12), slice(12, -12))
    g = numbers(got)
    expect_shape(g, I.shape)
    # a result that was cast back to uint8 loses the fractions; linear and cubic results have them
    expect_true(np.abs(g - np.round(g)).max() > 0.05, "the result holds whole numbers only: make it float", got)
    low, high = np.min(wish, axis=0)[inner] - 25, np.max(wish, axis=0)[inner] + 25
    inside = (g[inner] >= low) & (g[inner] <= high)
    expect_true(inside.all(), "grey values far from their neighbours: did uint8 wrap around?", got, wish[0])


@TRANSLATION.check("what enters the frame is 0", kind="value", public=False)
def _(f: Any, rng: Any) -> None:
    p, q = int(rng.integers(3, 6)), -int(rng.integers(3, 6))
    I = rng.uniform(50, 200, (16, 18))
    expect(
        f(I, p, q), shifted_exactly(I, p, q), atol=EXACT, hint="nothing wraps around, nothing is repeated at the border"
    )


@TRANSLATION.check("negative grey values, and a shift beyond the frame", kind="value", public=False)
def _(f: Any, rng: Any) -> None:
    I = rng.uniform(-200, 200, (7, 9))
    p, q = (int(v) for v in rng.integers(1, 4, 2))
    expect(f(I, p, q), shifted_exactly(I, p, q), atol=EXACT, hint="grey values may be negative")
    far = int(rng.integers(10, 30))
    for shift in ((far, 0), (0, -far), (-far, far)):
        expect(f(I, *shift), np.zeros(I.shape), atol=EXACT, hint="all of the content has left the frame")


@TRANSLATION.check("leaves the picture as it was", kind="property", public=False)
def _(f: Any, rng: Any) -> None:
    f(rng.uniform(10, 200, (9, 9)), 1.5, 1)
    expect_inputs_untouched(f)


def _rolled(I: Any, p: float, q: float) -> np.ndarray:
    return np.roll(np.asarray(I), (round(p), round(q)), (0, 1))


TRANSLATION.looks_like(
    "this looks like the wrong sign: the content went up and left. The pixel (r, c) shows what was at (r - p, c - q)",
    lambda I, p, q: plain.translation(I, -p, -q),
)
TRANSLATION.looks_like(
    "this looks like p and q exchanged: p counts rows, q counts columns", lambda I, p, q: plain.translation(I, q, p)
)
TRANSLATION.looks_like("this looks like np.roll: what leaves on one side comes back on the other", _rolled)
TRANSLATION.looks_like(
    "this looks like whole pixels only: p and q were rounded", lambda I, p, q: plain.translation(I, round(p), round(q))
)
TRANSLATION.looks_like(
    "this looks like p and q cut to whole numbers by int()", lambda I, p, q: plain.translation(I, int(p), int(q))
)
TRANSLATION.looks_like(
    "this looks like the border repeated: what comes from outside must be 0",
    lambda I, p, q: ndimage.shift(np.asarray(I, float), (p, q), order=1, mode="nearest"),
)
for _order in (3, 1):
    TRANSLATION.looks_like(
        "this looks like ndimage.shift with an integer picture: the output took the input's dtype",
        lambda I, p, q, order=_order: ndimage.shift(np.asarray(I), (p, q), order=order),
    )
    TRANSLATION.looks_like(
        "this looks like the wrong sign: SciPy's map_coordinates wants where a pixel comes from, r - p",
        lambda I, p, q, order=_order: plain.translation_by_spline(I, -p, -q, order),
    )
    TRANSLATION.looks_like(
        "this looks like p and q exchanged: p counts rows, q counts columns",
        lambda I, p, q, order=_order: plain.translation_by_spline(I, q, p, order),
    )
