"""U02 Pull, don't push: the exercises of interpolation and resampling."""

from __future__ import annotations

import inspect
from typing import Any

import numpy as np
from scipy import ndimage

from coursereg.course.exercises._base import (
    Unit,
    add_bug_check,
    add_parsons,
    add_predictions,
    expect,
    expect_inputs_untouched,
    expect_shape,
    expect_true,
    numbers,
)
from coursereg.course.plain import interpolation as plain
from coursereg.space.reslice import reslice

UNIT = Unit(
    "U02",
    "02_interpolation",
    "Pull, don't push",
    budget=15,
    widgets=("push_or_pull", "kernels_on_an_edge", "small_rotations"),
)

EXACT = 1e-3  # of 200 grey levels: float32 and a spline's prefilter leave less, a wrong neighbour leaves much more
GREY = 3.0  # grey levels of 200: linear and cubic kernels differ by less than this on the smooth phantom


def blob(shape: tuple[int, int], centre: tuple[float, float], width: float = 7.0) -> np.ndarray:
    """A smooth hill of height 200 whose exact value is known between the pixels too."""
    r, c = np.indices(shape)
    return 200.0 * np.exp(-((r - centre[0]) ** 2 + (c - centre[1]) ** 2) / (2 * width**2))


def rotation_about(degrees: float, centre: tuple[float, float], shift: tuple[float, float] = (0, 0)) -> np.ndarray:
    """Pull matrix of a rotation about a centre, followed by a shift."""
    t = np.deg2rad(degrees)
    R = np.array([[np.cos(t), -np.sin(t), 0], [np.sin(t), np.cos(t), 0], [0, 0, 1]])
    to, back = np.eye(3), np.eye(3)
    to[:2, 2], back[:2, 2] = np.negative(centre), np.add(centre, shift)
    return back @ R @ to


def translation_matrix(p: float, q: float) -> np.ndarray:
    """Pull matrix that looks ``p`` rows down and ``q`` columns right."""
    return np.array([[1.0, 0, p], [0, 1, q], [0, 0, 1]])


# --- predictions and the two warm-ups ---------------------------------------------------------------------------------

add_predictions(
    UNIT,
    [["nothing", "holes", "blur"], ["nearest", "linear", "cubic"], ["the same", "blurred", "turned"]],
)

PARSONS_LINES = (
    "r, c = np.indices(I.shape)",
    "r_from, c_from = r - p, c - q",
    "r_from, c_from = r + p, c + q",
    "inside = (r_from >= 0) & (r_from < I.shape[0]) & (c_from >= 0) & (c_from < I.shape[1])",
    "out = np.zeros(I.shape)",
    "out[inside] = I[r_from[inside], c_from[inside]]",
)
add_parsons(
    UNIT,
    PARSONS_LINES,
    orders=[[1, 2, 4, 5, 6], [1, 2, 5, 4, 6], [1, 5, 2, 4, 6], [5, 1, 2, 4, 6]],
    distractor="it asks where the pixel goes. We stand on the result and ask where it comes from: that is r - p",
    why="Grid first, then where each pixel comes from, then which of these places exist, then the look-up.",
)


def zoom(I: Any, factor: float) -> np.ndarray:
    """Magnify a picture about pixel (0, 0), by nearest neighbour."""
    I = np.asarray(I, float)
    r, c = np.indices(I.shape)  # 1 grid: every pixel of the result
    r_from, c_from = r / factor, c / factor  # 2 pull: where it comes from
    return I[np.rint(r_from).astype(int), np.rint(c_from).astype(int)]  # 3 interpolate: the nearest pixel


def _add_fade(name: str, signature: str, statement: str, hints: tuple[str, ...]) -> None:
    ex = UNIT.exercise(
        name,
        3.0,
        kind="fade",
        signature=signature,
        statement=statement,
        hints=hints,
        reference=zoom,
        solution=inspect.getsource(zoom),
        read="3. Worked example",
    )

    @ex.check("factor 1 gives the picture back", kind="fixed")
    def _(f: Any, rng: Any) -> None:
        I = [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]
        expect(f(np.array(I), 1.0), I)

    @ex.check("factor 3 shows every pixel three times in each direction", kind="value", weight=2)
    def _(f: Any, rng: Any) -> None:
        I = rng.integers(0, 200, (10, 13)).astype(float)
        expect(f(I, 3.0), zoom(I, 3.0), hint="the result's pixel (r, c) comes from (r / factor, c / factor)")

    @ex.check("a factor that is no whole number, on another picture", kind="value", public=False)
    def _(f: Any, rng: Any) -> None:
        I = rng.integers(0, 200, (9, 7)).astype(float)
        # 1.7 never puts a pixel half-way between two others, so the rule for halves does not matter
        expect(f(I, 1.7), zoom(I, 1.7))

    ex.looks_like(
        "this looks like r * factor: it asks where a pixel goes. A large factor then looks outside, or shrinks",
        lambda I, k: zoom(I, 1 / k) if k <= 1 else zoom(np.pad(I, ((0, 200), (0, 200))), 1 / k)[: len(I), : len(I[0])],
    )
    ex.looks_like(
        "this looks like rounding down: the nearest pixel to 1.9 is 2, not 1",
        lambda I, k: np.asarray(I)[
            tuple(np.floor(x / k).astype(int) for x in np.indices(np.shape(I)))  # the defect: floor, not round
        ],
    )


_add_fade(
    "fade_1",
    "fade_1(I, factor)",
    "Magnify a picture about pixel (0, 0). The grid and the pull are given; write the last line: look up the nearest pixel.",
    ("# 3 interpolate", "At r_from = 1.6 the nearest pixel is 2.", "return I[np.rint(r_from).astype(int), ...]"),
)
_add_fade(
    "fade_2",
    "fade_2(I, factor)",
    "The same, with only the grid given: write the pull and the look-up.",
    ("# 2 pull", "With factor 2, pixel (4, 6) of the result comes from (2, 3).", "r_from, c_from = r / factor, ..."),
)

# --- bilinear ---------------------------------------------------------------------------------------------------------

BILINEAR = UNIT.exercise(
    "bilinear",
    10.0,
    signature="bilinear(I, r, c, fill=0.)",
    statement="Grey values of the picture `I` at the points (r, c), which may lie between pixels. `r` and `c` are arrays of "
    "one shape, in pixels; the result has that shape. Weight the four pixels around the point by how near they are. "
    "A point with r < 0, r > R - 1, c < 0 or c > C - 1 is outside and gets `fill`; the last row and column are inside.",
    hints=(
        "# 3 interpolate: find the pixel above left, then how far the point is from it, in rows (a) and in columns (b).",
        "In [[0, 10], [20, 30]] the point (0.5, 0.5) is (0 + 10 + 20 + 30) / 4 = 15; the point (0, 0.3) is 3.",
        "(1-a) * ((1-b) * I[r0, c0] + b * I[r0, c1]) + a * ((1-b) * I[r1, c0] + b * I[r1, c1]), and on the last row r1 = r0.",
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


@BILINEAR.check("outside points get the fill value", kind="value")
def _(f: Any, rng: Any) -> None:
    I, fill = rng.uniform(10, 200, (5, 9)), float(rng.uniform(-50, -10))
    r = np.array([-0.2, 1.5, 4.3, 2.5, 2.5, -30.0, 3.0])
    c = np.array([3.0, 2.5, 3.0, -0.4, 8.1, 4.0, 70.0])
    expect(f(I, r, c, fill), plain.bilinear(I, r, c, fill), atol=EXACT, hint="outside begins right after the last pixel")


@BILINEAR.check("a uint8 picture", kind="value", public=False)
def _(f: Any, rng: Any) -> None:
    I = rng.integers(100, 256, (6, 8), dtype=np.uint8)
    r, c = rng.uniform(0, 5, 25), rng.uniform(0, 7, 25)
    expect(f(I, r, c), plain.bilinear(I, r, c), atol=EXACT, hint="grey values of a uint8 picture must not be rounded or wrap")


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


def _bilinear_swapped(I, r, c, fill=0.0):  # type: ignore[no-untyped-def]
    return plain.bilinear(I, c, r, fill)


def _bilinear_clamped(I, r, c, fill=0.0):  # type: ignore[no-untyped-def]
    I = np.asarray(I)
    return plain.bilinear(I, np.clip(r, 0, I.shape[0] - 1), np.clip(c, 0, I.shape[1] - 1), fill)


def _bilinear_short(I, r, c, fill=0.0):  # type: ignore[no-untyped-def]
    I, r, c = np.asarray(I), np.asarray(r), np.asarray(c)
    last = (r >= I.shape[0] - 1) | (c >= I.shape[1] - 1)
    return np.where(last, fill, plain.bilinear(I, r, c, fill))


def _bilinear_weights_swapped(I, r, c, fill=0.0):  # type: ignore[no-untyped-def]
    I, r, c = np.asarray(I, float), np.asarray(r), np.asarray(c)
    R, C = np.floor(r), np.floor(c)
    a, b = r - R, c - C
    inside = (r >= 0) & (r <= I.shape[0] - 1) & (c >= 0) & (c <= I.shape[1] - 1)
    return np.where(inside, plain.bilinear(np.pad(I, ((0, 1), (0, 1)), mode="edge"), R + 1 - a, C + 1 - b, fill), fill)


BILINEAR.looks_like("this looks like rows and columns exchanged: a point is (r, c), row first", _bilinear_swapped)
BILINEAR.looks_like("this looks like clamping: a point outside takes the border's value instead of `fill`", _bilinear_clamped)
BILINEAR.looks_like("this looks like the last row and column left out: they are part of the picture", _bilinear_short)
BILINEAR.looks_like("this looks like the two weights exchanged: the nearer pixel must weigh more", _bilinear_weights_swapped)
BILINEAR.looks_like(
    "this looks like the nearest pixel, not a weighted mean of four",
    lambda I, r, c, fill=0.0: ndimage.map_coordinates(np.asarray(I, float), [r, c], order=0, cval=fill),
)

# --- translation ------------------------------------------------------------------------------------------------------

TRANSLATION = UNIT.exercise(
    "translation",
    22.0,
    signature="translation(I, p, q)",
    statement="A new picture of the same shape in which the content of `I` stands `p` rows further down and `q` columns "
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


def shifted_exactly(I: np.ndarray, p: int, q: int) -> np.ndarray:
    """Whole-pixel shift by slices."""
    rows, columns = I.shape
    out = np.zeros(I.shape)
    out[max(p, 0) : rows + min(p, 0), max(q, 0) : columns + min(q, 0)] = I[
        max(-p, 0) : rows + min(-p, 0), max(-q, 0) : columns + min(-q, 0)
    ]
    return out


@TRANSLATION.check("the result has the picture's shape, also when that is not square", kind="shape")
def _(f: Any, rng: Any) -> None:
    expect_shape(f(blob((20, 31), (9, 14)), 1.25, -2.5), (20, 31))


@TRANSLATION.check("a 4 x 5 picture, one row down and two columns right", kind="fixed")
def _(f: Any, rng: Any) -> None:
    I = np.arange(1.0, 21.0).reshape(4, 5)
    expect(f(I, 1, 2), shifted_exactly(I, 1, 2), atol=EXACT, hint="p counts rows, downwards; q counts columns, to the right")


@TRANSLATION.check("moving by (0, 0) changes nothing", kind="property")
def _(f: Any, rng: Any) -> None:
    I = rng.uniform(10, 200, (7, 9))
    expect(f(I, 0, 0), I, atol=EXACT)


@TRANSLATION.check("whole pixels, up and left", kind="value")
def _(f: Any, rng: Any) -> None:
    I = rng.uniform(10, 200, (6, 8))
    p, q = -int(rng.integers(1, 4)), -int(rng.integers(1, 4))
    # 1e-6 of 200: a cubic spline gives pixels back to rounding error
    expect(f(I, p, q), shifted_exactly(I, p, q), atol=EXACT, hint="negative p moves the content up; outside is 0")


@TRANSLATION.check("half a pixel on a slanted plane, away from the border", kind="value")
def _(f: Any, rng: Any) -> None:
    r, c = np.indices((44, 50))
    a, b = rng.uniform(2, 5, 2)
    p, q = rng.choice([-0.5, 0.5], 2)
    got = f(a * r + b * c + 100, p, q)
    expect_shape(got, (44, 50))
    # 14 pixels: the zero outside rings about 12 pixels inwards in an honest cubic spline
    inner = (slice(14, -14), slice(14, -14))
    expect(np.asarray(got)[inner], (a * (r - p) + b * (c - q) + 100)[inner], atol=0.05, what="the inside of the result")


@TRANSLATION.check("parts of a pixel on a smooth hill: 3 grey levels at most", kind="value", weight=2)
def _(f: Any, rng: Any) -> None:
    # more than half a pixel over a whole number, so that rounding and cutting differ
    p, q = (rng.integers(1, 6, 2) + rng.uniform(0.55, 0.9, 2)) * rng.choice([-1, 1], 2)
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
    p, q = rng.uniform(-4, 4, 2)
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
    expect(f(I, p, q), shifted_exactly(I, p, q), atol=EXACT, hint="nothing wraps around, nothing is repeated at the border")


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

# --- compose_then_warp ------------------------------------------------------------------------------------------------

COMPOSE = UNIT.exercise(
    "compose_then_warp",
    10.0,
    signature="compose_then_warp(I, Ts)",
    statement="`Ts` is a list of 3 x 3 pull matrices for (row, column, 1). The picture goes through `Ts[0]` first: "
    "out(x) = I(T0 x); that result goes through `Ts[1]`, and so on. Multiply the matrices first, then look `I` up once. "
    "The result is float, has the picture's shape, and is 0 where it comes from outside the frame. An empty list gives "
    "the picture back. Linear or cubic interpolation are both right.",
    hints=(
        "# 2 pull: the last warp asks first. out(x) = I(T0 T1 ... Tn x): multiply from left to right.",
        "One row down, then one row up: T0 T1 is the identity, and the row that left the frame in between is still there.",
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


def _inner(a: Any, margin: int) -> np.ndarray:
    return np.asarray(a)[margin:-margin, margin:-margin]


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
    expect(f(I, [translation_matrix(-2, 1), translation_matrix(2, -1)]), I, atol=EXACT, hint="warp once, not once per matrix")


@COMPOSE.check("one matrix of whole pixels", kind="value")
def _(f: Any, rng: Any) -> None:
    I = rng.uniform(10, 200, (9, 11))
    p, q = int(rng.integers(1, 4)), -int(rng.integers(1, 4))
    expect(f(I, [translation_matrix(-p, -q)]), shifted_exactly(I, p, q), atol=EXACT, hint="the matrices are pull matrices")


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
    mse = float(((_inner(got, 4) - _inner(I, 4)) ** 2).mean())
    limit = 0.1 * float(((_inner(chained(I, Ts), 4) - _inner(I, 4)) ** 2).mean())
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
COMPOSE.looks_like(
    "this looks like only the first matrix", lambda I, Ts: plain.compose_then_warp(I, list(Ts)[:1])
)
COMPOSE.looks_like("this looks like only the last matrix", lambda I, Ts: plain.compose_then_warp(I, list(Ts)[-1:]))

# --- new_shape --------------------------------------------------------------------------------------------------------

NEW_SHAPE = UNIT.exercise(
    "new_shape",
    8.0,
    signature="new_shape(shape, zooms, new_zooms)",
    statement="How many voxels of size `new_zooms` (mm) cover the field of view of a grid of `shape` voxels of size `zooms`? "
    "Along each axis: shape * zoom / new zoom, rounded to the nearest whole number, a half to the even one (the rule of "
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
NEW_SHAPE.looks_like("this looks like 2.5 rounded up to 3: a half goes to the even number", _rounded(lambda x: np.floor(x + 0.5)))
NEW_SHAPE.looks_like(
    "this looks like centre to centre, (n - 1) * zoom / new zoom + 1: here the field of view is n voxels wide",
    lambda s, z, n: tuple(int(round((a - 1) * b / c)) + 1 for a, b, c in zip(s, z, n, strict=True)),
)

# --- plug-ins ---------------------------------------------------------------------------------------------------------

PLUGIN = UNIT.exercise(
    "plugin",
    10.0,
    kind="plugin",
    signature="translation(I, p, q)",
    statement="Your `translation` inside `search_shifts(..., move=translation)`: it must find a shift by parts of a pixel.",
    hints=("If the search finds the opposite shift, look at the sign in your pull.",),
    solution=inspect.getsource(plain.translation),
    read="7. Plug in",
)


def _msd(I: np.ndarray, J: np.ndarray) -> float:
    return float(((I - J) ** 2).mean())


def best_shift(move: Any, static: np.ndarray, moving: np.ndarray, axis: int, steps: np.ndarray) -> float:
    """One-dimensional search: try every step along one axis, compare away from the border, keep the best."""
    margin = 12
    costs = []
    for s in steps:
        moved = numbers(move(moving, *((s, 0.0) if axis == 0 else (0.0, s))))
        expect_shape(moved, moving.shape)
        costs.append(_msd(_inner(moved, margin), _inner(static, margin)))
    return float(steps[int(np.nanargmin(costs))])


def _searched(axis: int) -> Any:
    def run(f: Any, rng: Any) -> None:
        steps = np.arange(-4, 4.01, 0.5)
        truth = float(rng.choice(steps[(np.abs(steps) > 0.6) & (steps % 1 != 0)]))  # whole pixels would be too easy
        centre = np.array([24.0, 27.0])
        static = blob((50, 54), tuple(centre), 6.0)
        moving = blob((50, 54), tuple(centre - np.eye(2)[axis] * truth), 6.0)
        found = best_shift(f, static, moving, axis, steps)
        expect(found, truth, atol=1e-9, what="the shift that the search found")

    return run


PLUGIN.check("finds a shift along the rows", kind="value")(_searched(0))
PLUGIN.check("finds a shift along the columns", kind="value", public=False)(_searched(1))

PLUGIN_RESLICE = UNIT.exercise(
    "plugin_reslice",
    5.0,
    kind="plugin",
    signature="bilinear(I, r, c, fill=0.)",
    statement="Your `bilinear` on the grid of `coursereg.reslice`: the same picture within 3 grey levels of 200.",
    hints=("The new pixel (i, j) stands at (i * new zoom / zoom, j * new zoom / zoom) of the old grid.",),
    solution=inspect.getsource(plain.bilinear),
    read="7. Plug in",
)


def _resliced(new_zooms: tuple[float, float]) -> Any:
    def run(f: Any, rng: Any) -> None:
        I = blob((30, 34), tuple(rng.uniform(12, 18, 2)), 5.0)
        data, _ = reslice(I[..., None], np.eye(4), (1.0, 1.0, 1.0), (*new_zooms, 1.0))
        want = data[..., 0]
        r, c = (x * z for x, z in zip(np.indices(want.shape), new_zooms, strict=True))
        # SciPy's constant mode blends the last pixel with 0, so compare where all neighbours exist
        inner = (r <= I.shape[0] - 1) & (c <= I.shape[1] - 1)
        got = numbers(f(I, r, c))
        expect_shape(got, want.shape)
        expect(got[inner], want[inner], atol=GREY, what="your picture on the new grid")

    return run


PLUGIN_RESLICE.check("smaller pixels", kind="value")(_resliced((0.7, 0.6)))
PLUGIN_RESLICE.check("larger pixels", kind="value", public=False)(_resliced((1.3, 1.6)))

# --- the bug of the unit ----------------------------------------------------------------------------------------------


def stretched_shift(I: Any, p: float, q: float) -> np.ndarray:
    """The grid is linspace(0, n, n): it stretches by n / (n - 1)."""
    I = np.asarray(I, float)
    r = np.linspace(0, I.shape[0], I.shape[0])
    c = np.linspace(0, I.shape[1], I.shape[1])
    rr, cc = np.meshgrid(r - p, c - q, indexing="ij")
    return plain.bilinear(I, rr, cc)


def pushed_shift(I: Any, p: float, q: float) -> np.ndarray:
    """The sign of the pull is wrong: the content goes up and left."""
    return plain.translation(I, -p, -q)


def exchanged_shift(I: Any, p: float, q: float) -> np.ndarray:
    """Rows and columns are exchanged."""
    return plain.translation(I, q, p)


def linear_shift(I: Any, p: float, q: float) -> np.ndarray:
    """Linear interpolation by hand."""
    return plain.translation(I, p, q)


def cubic_shift(I: Any, p: float, q: float) -> np.ndarray:
    """Cubic spline of SciPy."""
    return plain.translation_by_spline(I, p, q, 3)


def scipy_shift(I: Any, p: float, q: float) -> np.ndarray:
    """SciPy's shift, linear."""
    return ndimage.shift(np.asarray(I, float), (p, q), order=1)


BUG = UNIT.exercise(
    "bug",
    4.0,
    kind="bug",
    signature="fixed_shift(I, p, q)",
    statement="The broken `shift_picture`, mended: same arguments, same meaning as `translation`.",
    hints=("Print the first and the last row coordinate for a picture of 5 rows. Which pixel is row 5?",),
    reference=plain.translation,
    solution="r = np.arange(I.shape[0]); c = np.arange(I.shape[1])",
    read="8. Bug of the unit",
)


@BUG.check("moving by nothing gives the picture back", kind="value")
def _(f: Any, rng: Any) -> None:
    I = rng.uniform(10, 200, (6, 9))
    expect(f(I, 0.0, 0.0), I, atol=EXACT, hint="is the last coordinate of the grid n - 1?")


@BUG.check("a shift by parts of a pixel", kind="value", public=False)
def _(f: Any, rng: Any) -> None:
    p, q = rng.uniform(-4, 4, 2)
    expect(f(blob((30, 36), (14, 17), 5.0), p, q), blob((30, 36), (14 + p, 17 + q), 5.0), atol=2 * GREY)


BUG.looks_like("this is still linspace(0, n, n): its step is n / (n - 1), a little more than one pixel", stretched_shift)

add_bug_check(
    UNIT,
    mutants=[stretched_shift, pushed_shift, exchanged_shift],
    rights=[linear_shift, cubic_shift, scipy_shift],
    kind="bug_check",
    signature="bug_check(f)",
    statement="A check that would have caught the bug: `bug_check(f)` gets a function f(I, p, q); it uses assert, passes "
    "for every right translation (linear or cubic) and fails for wrong ones.",
    hints=(
        "Which pictures and shifts have an answer that you know without computing?",
        "Moving a single bright pixel by (1, 2) must move it by (1, 2), in a picture that is not square.",
    ),
    solution="""def bug_check(f):
    I = np.zeros((7, 9))
    I[2, 3] = 100.0
    wanted = np.zeros((7, 9))
    wanted[3, 5] = 100.0
    assert np.abs(f(I, 1, 2) - wanted).max() < 1e-6
""",
    read="8. Bug of the unit",
)
