"""U08's rigid motion and its start: `transform(I, theta, u, pivot)` and `com_init(I, J)`."""

from __future__ import annotations

import inspect
from typing import Any

import numpy as np

from coursereg.course.exercises import _u08_mistakes as mistakes
from coursereg.course.exercises._base import (
    Exercise,
    Unit,
    expect,
    expect_inputs_untouched,
    expect_shape,
    expect_true,
    numbers,
)
from coursereg.course.exercises._u08_scenes import centre, hill, other_shift, picture, turn
from coursereg.course.exercises._u08_turn import (
    GREY,
    expect_any_dtype,
    expect_any_grey,
    expect_empty_outside,
    expect_fractions,
    expect_new_floats,
)
from coursereg.course.plain import rigid as plain

SAME = 1e-6  # grey levels: two ways to the same places differ by rounding only
FRAME = (64, 80)
EXACT = 1e-4  # pixels of a centre of mass: sums in float32 stay below 1e-5
SUMMED = 1e-3  # of one of a large picture: naive sums in float32 stay below 5e-5, sums in bytes are off by 0.1 and more


def add_transform(unit: Unit) -> None:
    """Add ``transform``."""
    ex = unit.exercise(
        "transform",
        8.0,
        signature="transform(I, theta, u, pivot)",
        statement="Shift and turn in one: out(x) = I(R (x - pivot) + pivot - u). The content of `I` first moves `u` = "
        "(rows, columns), then turns by `theta` degrees, clockwise on the screen, about `pivot` = (row, column). R, "
        "interpolation, shape, dtype, grey values and the 0 outside are as in `rotation`; look `I` up once. `u` and "
        "`pivot` are tuples, lists or arrays of two numbers, and are not changed.",
        hints=(
            "# 2 pull: go from x to the place in I in three small steps: subtract the pivot, turn, add the pivot. "
            "Then u.",
            "[[1, 2], [3, 4]] with theta = 0 and u = (1, 0): the content goes one row down, [[0, 0], [1, 2]].",
            "a, b = r - pivot[0], c - pivot[1]; rows = cos * a - sin * b + pivot[0] - u[0]",
        ),
        reference=plain.transform,
        solution=inspect.getsource(plain.transform),
        read="6. Write: a rigid motion",
    )
    _transform_public(ex)
    _transform_hidden(ex)
    for message, function in (
        ("this looks like the turn first and the shift after it: R does not act on u", mistakes.shift_last),
        ("this looks like + u: the content moves by u, so each pixel looks u back", mistakes.shift_subtracted),
        ("this looks like u = (columns, rows): it is (rows, columns)", mistakes.shift_exchanged),
        ("this looks like a pivot (column, row): it is (row, column)", mistakes.pivot_exchanged),
        ("this looks like a turn about (0, 0), whatever the pivot is", mistakes.pivot_ignored),
        ("this looks like a turn about the centre, whatever the pivot is", mistakes.pivot_always_the_centre),
        ("this looks like a pivot that is subtracted and never added again", mistakes.pivot_not_added),
        ("this looks like a pivot with the other sign: R (x - pivot) + pivot", mistakes.pivot_negated),
        ("this looks like a turn the other way", mistakes.turned_against),
        ("this looks like an angle in radians: theta is in degrees", mistakes.in_radians),
    ):
        ex.looks_like(message, mistakes.not_empty(function))


def _motion(rng: Any, most: float = 40.0) -> tuple[float, np.ndarray, np.ndarray]:
    """An angle, a shift and a pivot near the middle of the frame, all with fractions."""
    theta = float(rng.choice([-1, 1]) * rng.uniform(12, most))
    return theta, rng.uniform(2, 8, 2) * rng.choice([-1, 1], 2), np.array([rng.uniform(22, 38), rng.uniform(46, 54)])


def _middle_hill(rng: Any) -> Any:
    row, column = centre(FRAME) + rng.uniform(-3, 3, 2)
    return hill(rng, row, column, 16.0)


def _transform_public(ex: Exercise) -> None:
    @ex.check("a picture of the shape that came; nothing moves it nowhere", kind="shape", weight=0.5)
    def _(f: Any, rng: Any) -> None:
        I = rng.uniform(0, 9, (6, 8))
        expect(f(I, 0.0, (0.0, 0.0), (2.0, 5.0)), I, atol=SAME)

    @ex.check("a shift alone: rows down, columns to the right", kind="fixed")
    def _(f: Any, rng: Any) -> None:
        I = np.array([[1.0, 2, 3], [4, 5, 6]])
        expect(f(I, 0.0, (1.0, -1.0), (0.0, 0.0)), [[0, 0, 0], [2, 3, 0]], atol=SAME)

    @ex.check("any motion of a smooth picture", kind="value", weight=3)
    def _(f: Any, rng: Any) -> None:
        for _k in range(2):
            scene, (theta, u, pivot) = _middle_hill(rng), _motion(rng)
            got = f(picture(scene, FRAME), theta, u, pivot)
            want = picture(scene, FRAME, theta, u, pivot)
            expect(got, want, atol=GREY, what=f"the picture moved by {theta:.1f} degrees and a shift")

    @ex.check("turn after shift: shifting first, then turning, is the same", kind="property")
    def _(f: Any, rng: Any) -> None:
        scene, (theta, _u, pivot) = _middle_hill(rng), _motion(rng)
        u = rng.integers(2, 7, 2) * rng.choice([-1, 1], 2)
        I = picture(scene, FRAME)
        shifted = np.roll(I, u, (0, 1))  # nothing crosses the frame
        got, other = f(I, theta, u, pivot), f(shifted, theta, (0, 0), pivot)
        # a spline of the whole picture sees the frame through its prefilter: 1e-3 of a grey level here
        expect(got, numbers(other), atol=0.02, what="transform(I, theta, u, pivot)", hint="compared with two calls")
        expect(got, picture(scene, FRAME, theta, u, pivot), atol=GREY)


def _transform_hidden(ex: Exercise) -> None:
    @ex.check("another pivot with the shift that belongs to it: the same picture", kind="value", weight=2, public=False)
    def _(f: Any, rng: Any) -> None:
        scene, (theta, u, pivot) = _middle_hill(rng), _motion(rng)
        I, new = picture(scene, FRAME), rng.uniform(0, 60, 2)
        one, two = f(I, theta, u, pivot), f(I, theta, other_shift(theta, u, pivot, new), new)
        expect(one, picture(scene, FRAME, theta, u, pivot), atol=GREY, what="the moved picture")
        expect(two, numbers(one), atol=1e-3, what="the same motion about another pivot")

    @ex.check("what the shift takes out of the frame, the turn may bring back", kind="value", public=False)
    def _(f: Any, rng: Any) -> None:
        scene, theta = hill(rng, 28.0, 40.0, 16.0), float(rng.uniform(80, 100))
        u, pivot = np.array([-24.0, 0.0]), np.array([12.0, 32.0])
        want = picture(scene, FRAME, theta, u, pivot)
        hint = "look I up once, at the place where shift and turn lead together"
        expect(f(picture(scene, FRAME), theta, u, pivot), want, atol=GREY, what="the moved picture", hint=hint)

    @ex.check("tall pictures, lists and whole numbers", kind="value", weight=2, public=False)
    def _(f: Any, rng: Any) -> None:
        shape = (88, 60)
        scene = hill(rng, 45.0, 30.0, 16.0)
        I = picture(scene, shape)
        for u, pivot in (([5, -3], [40, 28]), ((-4, 6), (50, 33))):
            theta = int(rng.integers(10, 30))
            want = picture(scene, shape, theta, np.array(u), np.array(pivot))
            expect(f(I, theta, u, pivot), want, atol=GREY, what="the moved picture")

    @ex.check("a picture of bytes gives fractions", kind="value", public=False)
    def _(f: Any, rng: Any) -> None:
        scene, (theta, u, pivot) = _middle_hill(rng), _motion(rng)
        got = f(np.rint(picture(scene, FRAME)).astype(np.uint8), theta, u, pivot)
        expect_fractions(got, picture(scene, FRAME, theta, u, pivot))

    @ex.check("angles below one degree, and beyond a quarter of a turn", kind="value", public=False)
    def _(f: Any, rng: Any) -> None:
        for least, most in ((0.7, 0.95), (100, 170), (200, 260), (-300, -190)):
            scene, (_theta, u, _pivot), theta = (
                hill(rng, 34.0, 54.0, 15.0),
                _motion(rng),
                float(rng.uniform(least, most)),
            )
            u, pivot = np.clip(u, -4, 4), centre(FRAME) + rng.uniform(-3, 3, 2)
            got, want = f(picture(scene, FRAME), theta, u, pivot), picture(scene, FRAME, theta, u, pivot)
            expect(got, want, atol=GREY, what=f"the picture moved by {theta:.2f} degrees and a shift")

    @ex.check("what lies outside of the frame is 0", kind="value", public=False)
    def _(f: Any, rng: Any) -> None:
        turned, full = float(rng.uniform(10, 30)), np.full((30, 36), 100.0)
        for theta, u in ((0.0, (0.4, -0.3)), (0.0, (-0.4, 0.3)), (turned, (1.6, 2.3))):
            pivot = np.array([9.0, 22.0])
            places = np.tensordot(turn(theta), np.indices(full.shape) - pivot[:, None, None], axes=1)
            expect_empty_outside(f(full, theta, u, pivot), places + np.subtract(pivot, u)[:, None, None])

    @ex.check("values below 0, above 255, whole numbers of every kind", kind="value", public=False)
    def _(f: Any, rng: Any) -> None:
        scene, (theta, u, pivot) = _middle_hill(rng), _motion(rng)
        want = picture(scene, FRAME, theta, u, pivot)
        expect_any_grey(lambda I: f(I, theta, u, pivot), picture(scene, FRAME), want)
        rows, columns = np.indices(FRAME)
        away = np.hypot(rows - scene[0][1], columns - scene[0][2]) - 13
        there = turn(theta).T @ (np.array(scene[0][1:3]) + u - pivot) + pivot
        disc = np.hypot(rows - there[0], columns - there[1]) - 13
        expect_any_dtype(lambda I: f(away < 0 if I is None else I, theta, u, pivot), scene, want, disc)

    @ex.check("no motion: the result is new, and holds floats", kind="property", weight=0.5, public=False)
    def _(f: Any, rng: Any) -> None:
        I = rng.integers(1, 200, (7, 9))
        for dtype in ("uint8", "float64", "int64"):
            got = f(I.astype(dtype), 0.0, (0.0, 0.0), (3.0, 4.0))
            expect(got, I, atol=1e-3, what="the result for an angle of 0 and no shift")
            expect_new_floats(f, got)

    @ex.check("I, u and pivot are left as they were", kind="property", weight=0.5, public=False)
    def _(f: Any, rng: Any) -> None:
        scene, (theta, u, pivot) = _middle_hill(rng), _motion(rng)
        for kind in (np.array, list):
            expect_shape(f(picture(scene, FRAME), theta, kind(u.tolist()), kind(pivot.tolist())), FRAME)
            expect_true(
                not f.changed_input,
                f"the function changed its input, with u and pivot as {'lists' if kind is list else 'arrays'}: work on "
                "copies, the caller still needs the originals",
            )


# --- the start --------------------------------------------------------------------------------------------------------


def add_start(unit: Unit) -> None:
    """Add ``com_init``."""
    ex = unit.exercise(
        "com_init",
        4.0,
        signature="com_init(I, J)",
        statement="A first guess of the shift: the u that lays the centre of mass of `J` onto that of `I`. The centre "
        "of mass of a picture is the mean of all places (row, column), each weighted by its grey value. `u` is "
        "(rows, columns), the way that the content of J has to go, as in `transform(J, 0, u, pivot)`: an array, list "
        "or tuple of two floats. Pictures have one shape, are nowhere negative, and may be bytes.",
        hints=(
            "# 6 step, the zeroth: two centres, one difference. Which one is subtracted?",
            "Four rows, five columns; J is 1 at (0, 3) and I is 1 at (2, 2), else 0: J has to go two down and one to "
            "the left, u = (2, -1).",
            "row = (I * r).sum() / I.sum() with r, c = np.indices(I.shape)",
        ),
        reference=plain.com_init,
        solution=inspect.getsource(plain.com_init),
        read="6. Write: where to start",
    )
    _start_public(ex)
    _start_hidden(ex)
    for message, function in (
        ("this looks like the way from I to J: the content of J has to move, onto I", mistakes.start_backwards),
        ("this looks like (columns, rows): u is (rows, columns)", mistakes.start_exchanged),
        ("this looks like centres of outlines: weight each place by its grey value", mistakes.start_of_outlines),
        ("this looks like the way between the brightest pixels", mistakes.start_of_peaks),
        ("this looks like the way to the middle of the frame: go to the centre of I", mistakes.start_of_moving),
        ("this looks like whole pixels: do not round", mistakes.start_in_whole_pixels),
        ("this looks like whole pixels, cut off: do not round", mistakes.start_cut),
        ("this looks like half of the way", mistakes.start_half_way),
        ("this looks like a way without its signs: u may be negative", mistakes.start_without_signs),
        (
            "this looks like the way from the middle of the frame: J's centre of mass is wanted",
            mistakes.start_of_static,
        ),
    ):
        ex.looks_like(message, mistakes.not_empty(function))


def _start_public(ex: Exercise) -> None:
    @ex.check("two numbers", kind="shape", weight=0.5)
    def _(f: Any, rng: Any) -> None:
        expect_shape(f(*rng.uniform(0, 9, (2, 5, 7))), (2,), "u")

    @ex.check("the example of the hint", kind="fixed")
    def _(f: Any, rng: Any) -> None:
        I, J = np.zeros((2, 4, 5))
        I[2, 2] = J[0, 3] = 1
        expect(f(I, J), [2, -1], atol=EXACT, what="u")

    @ex.check("any two pictures", kind="value", weight=3)
    def _(f: Any, rng: Any) -> None:
        pairs = [_far_apart(rng, shape) for shape in ((9, 14), (12, 7))]
        for got, (I, J) in zip([f(*pair) for pair in pairs], pairs, strict=True):
            expect(got, plain.com_init(I, J), atol=EXACT, what="u")

    @ex.check("transform with it lays centre on centre", kind="property")
    def _(f: Any, rng: Any) -> None:
        scene, got = _middle_hill(rng), []
        ways = [rng.uniform(3, 9, 2) * signs for signs in ([1, -1], [-1, 1])]
        for u in ways:
            got.append(f(picture(scene, FRAME, 0, u), picture(scene, FRAME)))
        for value, u in zip(got, ways, strict=True):
            # sampled smooth hills have their centre where the formula has it, to a few thousandths of a pixel
            expect(value, u, atol=0.02, what="u of a shifted picture")


def _far_apart(rng: Any, shape: tuple[int, int]) -> np.ndarray:
    """Two pictures with empty places; J is brighter above and to the right, I below and to the left."""
    I, J = rng.uniform(0, 200, (2, *shape)) ** 2 * (rng.uniform(size=(2, *shape)) > 0.3)
    r, c = (k / (n - 1) for k, n in zip(np.indices(shape), shape, strict=True))
    return np.array([I * (r + 1 - c) ** 4, J * (1 - r + c) ** 4])


def _start_hidden(ex: Exercise) -> None:
    @ex.check("pictures of bytes, large and bright", kind="value", weight=2, public=False)
    def _(f: Any, rng: Any) -> None:
        I, J = rng.integers(0, 256, (2, 40, 300)).astype(np.uint8)
        I[:20] //= 2
        expect(f(I, J), plain.com_init(I, J), atol=SUMMED, what="u", hint="sums of bytes outgrow bytes")

    @ex.check("one picture far brighter than the other", kind="value", weight=2, public=False)
    def _(f: Any, rng: Any) -> None:
        I, J = _far_apart(rng, (11, 8))
        expect(f(2.5 * I, J), plain.com_init(I, J), atol=EXACT, what="u", hint="divide by the sum of each")
        hint = "the values of J lie between 0 and 1"
        expect(f(I, J / J.max()), plain.com_init(I, J), atol=EXACT, what="u", hint=hint)

    @ex.check("one with itself: nothing to do", kind="property", public=False)
    def _(f: Any, rng: Any) -> None:
        I, J = rng.uniform(0, 100, (2, 7, 9))
        expect(f(I, I), [0, 0], atol=EXACT, what="u")
        expect(f(I, J), -numbers(f(J, I), "u"), atol=EXACT, what="u, the pictures exchanged")

    @ex.check("a background counts as every grey value does", kind="value", public=False)
    def _(f: Any, rng: Any) -> None:
        I, J = (picture(hill(rng, 20 + 8 * k, 30 - 5 * k, 9.0), (50, 60)) + 20 for k in (0, 1))
        expect(f(I, J), plain.com_init(I, J), atol=SUMMED, what="u", hint="no threshold is asked for")

    @ex.check("I and J are left as they were", kind="property", weight=0.5, public=False)
    def _(f: Any, rng: Any) -> None:
        expect_shape(f(*rng.uniform(0, 9, (2, 5, 7))), (2,), "u")
        expect_inputs_untouched(f)
