"""U08's turn about the corner: `rotation(I, theta)` and the slope of the cost along the angle."""

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
    expect_new_memory,
    expect_own_memory,
    expect_shape,
    expect_true,
    numbers,
)
from coursereg.course.exercises._u08_scenes import (
    Scene,
    around_the_corner,
    beside_the_diagonal,
    hill,
    picture,
    turn,
)
from coursereg.course.plain import rigid as plain

GREY = 3.0  # of 200: bilinear interpolation of these pictures is off by at most 2, the nearest pixel by 10 and more
SLOPE = 0.05  # relative: right versions differ from the exact slope by up to 3 per cent, wrong ones by 8 and more
NEAR = 0.2  # relative: one-sided differences of a bilinear cost are off by so much
FRAME = (80, 88)


# --- rotation ---------------------------------------------------------------------------------------------------------


def add_rotation(unit: Unit) -> None:
    """Add ``rotation``."""
    ex = unit.exercise(
        "rotation",
        12.0,
        signature="rotation(I, theta)",
        statement="The picture `I` turned by `theta` degrees about its top-left pixel (0, 0), clockwise on the screen "
        "for positive angles. Pixel x = (row, column) of the result shows what `I` has at R x, with R = [[c, -s], "
        "[s, c]], c and s the cosine and sine of the angle: bilinear between the pixels or smoother, 0 where R x lies "
        "outside of the frame, rows 0 to R - 1 and columns 0 to C - 1. `I` has any shape (R, C), any real dtype and "
        "any grey values; the result is new, has that shape and holds floats.",
        hints=(
            "# 2 pull: for every pixel of the result, compute the place in I where it looks.",
            "[[1, 2, 3], [4, 5, 6]] turned by 90 degrees: R x = (-c, r), so column 0 of the result is row 0 of I, "
            "[[1, 0, 0], [2, 0, 0]]. Everything else has left the frame.",
            "rows, columns = cos * r - sin * c, sin * r + cos * c; ndimage.map_coordinates(I.astype(float), [rows, "
            "columns], order=1)",
        ),
        reference=plain.rotation,
        solution=inspect.getsource(plain.rotation),
        read="6. Write: a turn",
    )
    _rotation_public(ex)
    _rotation_hidden(ex)
    for message, function in (
        ("this looks like a turn the other way: R is [[c, -s], [s, c]] on (row, column)", mistakes.other_way),
        ("this looks like an angle in radians: theta is in degrees", mistakes.angle_in_radians),
        ("this looks like a turn about the middle: the pivot is the pixel (0, 0)", mistakes.about_the_centre),
        ("this looks like the nearest pixel: interpolate between the four around the place", mistakes.nearest),
        ("this looks like a push, which leaves holes: look up where each pixel comes from", mistakes.pushed),
    ):
        ex.looks_like(message, mistakes.not_empty(function))


def _turned_well(f: Any, rng: Any, shape: tuple[int, int], sign: float) -> None:
    size = 0.2 * min(shape)
    scene, theta = around_the_corner(rng, sign, size, 0.72 * min(shape))
    J = picture(scene, shape)
    got = f(J, theta)
    expect(got, picture(scene, shape, theta), atol=GREY, what=f"the picture turned by {theta:.1f} degrees")


def expect_fractions(got: Any, want: np.ndarray, dtype: str = "uint8", atol: float = GREY) -> None:
    """Ask that a moved picture of whole numbers is right, and not rounded to whole numbers again."""
    expect(got, want, atol=atol, what=f"the moved picture of dtype {dtype}")
    values = numbers(got)[np.abs(want) > 20]
    expect_true(
        np.mean(np.abs(values - np.rint(values)) > 0.02) > 0.5,
        f"the result for a {dtype} picture holds whole numbers: interpolate in floats, I.astype(float)",
        got,
    )


def expect_new_floats(f: Any, got: Any) -> None:
    """Ask that the result holds floats, and lies in memory of its own."""
    expect_true(np.asarray(got).dtype.kind == "f", "the result must hold floats, I.astype(float)", got)
    expect_own_memory(f)
    expect_new_memory(f)


def expect_any_dtype(move: Any, scene: Scene, want: np.ndarray, disc: np.ndarray) -> None:
    """
    Ask that dtypes other than bytes are moved as floats are.

    ``move(I)`` gives the student's result for a picture, ``move(None)`` that for a disc of True; ``want`` is the moved
    scene, and ``disc`` how far outside of the moved disc each pixel lies.
    """
    J = picture(scene, want.shape)
    for dtype, factor in (("int16", -2.0), ("int64", 2.5), ("uint16", 250.0)):
        got = move(np.rint(factor * J).astype(dtype))
        expect_fractions(got, factor * want, dtype, abs(factor) * GREY)
    got = move(None)
    expect_shape(got, want.shape)
    edge = numbers(got)[np.abs(disc) < 0.5]
    what = "the moved picture of True and False"
    fractions = np.mean((edge > 0.02) & (edge < 0.98))
    expect_true(fractions > 0.3, f"{what} has no fractions at the edge: interpolate in floats, I.astype(float)", got)
    expect(numbers(got)[disc < -4], np.ones((disc < -4).sum()), atol=0.1, what=f"{what}, inside the disc of True,")
    expect(numbers(got)[disc > 4], np.zeros((disc > 4).sum()), atol=0.1, what=f"{what}, outside the disc of True,")


def expect_any_grey(move: Any, J: np.ndarray, want: np.ndarray) -> None:
    """Ask that values below 0 and above 255 are moved as others are."""
    for factor in (2.5, -1.5):
        got = move(factor * J)
        hint = "grey values may be of any size and sign"
        expect(
            got,
            factor * want,
            atol=abs(factor) * GREY,
            what=f"a moved picture of values from 0 to {factor * 200:.0f}",
            hint=hint,
        )


def expect_empty_outside(got: Any, places: Any, grey: float = 100.0) -> None:
    """Ask that the result for a frame full of ``grey`` is 0 wherever a place lies outside, be it by a hair."""
    beyond = [np.maximum(-k, k - (n - 1)) for k, n in zip(places, np.shape(places[0]), strict=True)]
    out, inner = np.maximum(*beyond) > 1e-3, np.maximum(*beyond) < -3
    expect_shape(got, out.shape)
    hint = "outside are places above row 0, below row R - 1, left of column 0, right of column C - 1"
    expect(numbers(got)[out], np.zeros(out.sum()), atol=1e-6, what="the result where I is looked up outside", hint=hint)
    expect(numbers(got)[inner], np.full(inner.sum(), grey), atol=1.0, what="the result inside")


def _rotation_public(ex: Exercise) -> None:
    @ex.check("a picture of the shape that came", kind="shape", weight=0.5)
    def _(f: Any, rng: Any) -> None:
        for shape in ((5, 7), (8, 4)):
            expect_shape(f(rng.uniform(0, 9, shape), 30.0), shape)

    @ex.check("no angle, no change; a quarter takes row 0 to column 0", kind="fixed")
    def _(f: Any, rng: Any) -> None:
        expect(f(np.array([[1.0, 2, 3], [4, 5, 6]]), 0.0), [[1, 2, 3], [4, 5, 6]], atol=1e-6)
        expect(f(np.array([[1.0, 2, 3], [4, 5, 6]]), 90.0), [[1, 0, 0], [2, 0, 0]], atol=1e-6)

    @ex.check("on the lattice: quarters of a turn take the borders onto each other", kind="value")
    def _(f: Any, rng: Any) -> None:
        I = rng.uniform(20, 200, (6, 9))
        want = np.zeros((6, 9))
        want[:, 0] = I[0, :6]
        expect(f(I, 90.0), want, atol=1e-3, what="the picture turned by 90 degrees")
        want = np.zeros((6, 9))
        want[0, :6] = I[:, 0]
        expect(f(I, -90.0), want, atol=1e-3, what="the picture turned by -90 degrees")

    @ex.check("a smooth picture, clockwise", kind="value", weight=2)
    def _(f: Any, rng: Any) -> None:
        _turned_well(f, rng, FRAME, 1.0)

    @ex.check("a smooth picture, counter-clockwise", kind="value", weight=2)
    def _(f: Any, rng: Any) -> None:
        _turned_well(f, rng, FRAME, -1.0)


def _rotation_hidden(ex: Exercise) -> None:
    @ex.check("tall pictures and wide ones", kind="value", weight=2, public=False)
    def _(f: Any, rng: Any) -> None:
        for shape, sign in (((70, 104), 1.0), ((104, 70), -1.0)):
            _turned_well(f, rng, shape, sign)

    @ex.check("what lies outside of the frame is 0", kind="value", weight=1.5, public=False)
    def _(f: Any, rng: Any) -> None:
        for sign in (1, -1):
            theta = float(sign * rng.uniform(15, 30))
            places = np.tensordot(turn(theta), np.indices((40, 50)), axes=1)
            expect_empty_outside(f(np.full((40, 50), 100.0), theta), places)

    @ex.check("small angles, and none", kind="value", public=False)
    def _(f: Any, rng: Any) -> None:
        scene = hill(rng, 36.0, 48.0, 15.0)
        for theta in (0.0, float(rng.uniform(0.7, 0.95)), float(rng.uniform(-0.95, -0.7)), float(rng.uniform(-6, -3))):
            expect(f(picture(scene, FRAME), theta), picture(scene, FRAME, theta), atol=GREY, what="the turned picture")

    @ex.check("angles beyond a quarter of a turn", kind="value", public=False)
    def _(f: Any, rng: Any) -> None:
        scene, theta = around_the_corner(rng, float(rng.choice([-1, 1])), 17.0, 58.0)
        J, want = picture(scene, FRAME), picture(scene, FRAME, theta)
        for whole in (360.0, -360.0):
            what = f"the picture turned by {theta + whole:.1f} degrees"
            expect(f(J, theta + whole), want, atol=GREY, what=what, hint="a whole turn changes nothing")
        for angle in (rng.uniform(105, 165), rng.uniform(195, 255), rng.uniform(-165, -105)):
            got = f(J + 50, float(angle))
            hint = "beyond 90 degrees all but the pivot has left the frame"
            want = np.zeros(FRAME)
            want[0, 0] = (J + 50)[0, 0]
            expect(got, want, atol=1e-3, what=f"the picture turned by {angle:.1f} degrees", hint=hint)

    @ex.check("one row, one column", kind="value", public=False)
    def _(f: Any, rng: Any) -> None:
        for shape in ((1, 9), (8, 1)):
            I, got = rng.uniform(20, 200, shape), []
            for theta in (0.0, float(rng.choice([-1, 1]) * rng.uniform(20, 60))):
                got.append(f(I, theta))
            corner = np.zeros(shape)
            corner[0, 0] = I[0, 0]
            for value, want in zip(got, (I, corner), strict=True):
                expect(value, want, atol=1e-3, what=f"a turned picture of shape {shape}")

    @ex.check("values below 0, and above 255", kind="value", public=False)
    def _(f: Any, rng: Any) -> None:
        scene, theta = around_the_corner(rng, float(rng.choice([-1, 1])), 17.0, 58.0)
        expect_any_grey(lambda I: f(I, theta), picture(scene, FRAME), picture(scene, FRAME, theta))

    @ex.check("whole numbers of every kind, True and False", kind="value", weight=1.5, public=False)
    def _(f: Any, rng: Any) -> None:
        scene, theta = around_the_corner(rng, float(rng.choice([-1, 1])), 17.0, 58.0)
        (rows, columns), middle = np.indices(FRAME), np.array(scene[0][1:3])
        away, there = np.hypot(rows - middle[0], columns - middle[1]) - 14, turn(theta).T @ middle
        disc = np.hypot(rows - there[0], columns - there[1]) - 14
        expect_any_dtype(lambda I: f(away < 0 if I is None else I, theta), scene, picture(scene, FRAME, theta), disc)

    @ex.check("no angle: the result is new, and holds floats", kind="property", public=False)
    def _(f: Any, rng: Any) -> None:
        I = rng.integers(1, 200, (7, 9))
        for dtype in ("uint8", "float64", "int64"):
            got = f(I.astype(dtype), 0.0)
            expect(got, I, atol=1e-3, what="the result for an angle of 0")
            expect_new_floats(f, got)

    @ex.check("a picture of bytes gives fractions", kind="value", public=False)
    def _(f: Any, rng: Any) -> None:
        scene, theta = around_the_corner(rng, 1.0, 17.0, 58.0)
        expect_fractions(f(np.rint(picture(scene, FRAME)).astype(np.uint8), theta), picture(scene, FRAME, theta))

    @ex.check("I is left as it was", kind="property", weight=0.5, public=False)
    def _(f: Any, rng: Any) -> None:
        I = rng.uniform(0, 100, (9, 8))
        expect_shape(f(I, 10.0), (9, 8))
        expect_inputs_untouched(f)


# --- the slope --------------------------------------------------------------------------------------------------------


def exact_slope(scene: Scene, I: np.ndarray, theta: float) -> float:
    """Slope per degree of the sum of squares, from the formula of the scene."""
    h = 0.01  # degrees

    def ssd(t: float) -> float:
        return float(((picture(scene, I.shape, t) - I) ** 2).sum())

    return (ssd(theta + h) - ssd(theta - h)) / (2 * h)


def slope_task(rng: Any, sign: float, shape: tuple[int, int] = FRAME, off: float = 0.0) -> tuple[Any, ...]:
    """I, J, theta and the exact slope there; the angle is large, the content far from the diagonal."""
    size = 0.2 * min(shape)
    scene, theta = around_the_corner(rng, sign, size, 0.72 * min(shape), off)
    J = picture(scene, shape)
    I = picture(scene, shape, theta + float(rng.choice([-1, 1]) * rng.uniform(3.5, 6)))
    return I, J, theta, exact_slope(scene, I, theta)


def slope_agrees(got: Any, want: float, what: str = "the slope per degree", hint: str = "") -> None:
    """Ask for a number within 5 per cent."""
    value = numbers(got, what)
    if value.size == 1 and SLOPE < abs(float(value.reshape(())) / want - 1) < NEAR:
        near = "it is near: a difference of costs must be central, (cost(theta + h) - cost(theta - h)) / 2 h"
        hint = f"{hint}; {near}" if hint else near
    expect(got, want, rtol=SLOPE, what=what, hint=hint)


def add_slope(unit: Unit) -> None:
    """Add ``grad_ssd_rotation``."""
    ex = unit.exercise(
        "grad_ssd_rotation",
        14.0,
        signature="grad_ssd_rotation(I, J, theta)",
        statement="How fast the sum of squared differences grows with the angle: the derivative by `theta`, per "
        "degree, of the SUM over all pixels x of (J(R x) - I(x))**2, with R as in `rotation`: about the pixel (0, 0), "
        "theta in degrees. `I` and `J` have one shape, any real dtype; return one number. Pictures are smooth and "
        "nothing of them leaves the frame; 5 per cent are allowed.",
        hints=(
            "# 5 gradient, the chain rule: slope of J where it is looked up, times how far that place moves per "
            "degree. To check yours, take a central difference, (cost(theta + h) - cost(theta - h)) / 2 h; a one-sided "
            "one is too coarse where the bilinear picture has kinks.",
            "The place R x of a pixel is (rows, columns). Per radian it moves by (-columns, rows), per degree by that "
            "times pi / 180: at theta = 0, pixel (0, 10) looks 0.17 rows higher for each degree.",
            "2 * np.sum(d * (right * rows - down * columns)) * np.pi / 180, with down and right the slopes of J, "
            "looked up at R x",
        ),
        reference=plain.grad_ssd_rotation,
        solution=inspect.getsource(plain.grad_ssd_rotation),
        read="6. Write: the slope along the angle",
    )
    _slope_public(ex)
    _slope_hidden(ex)
    ex.convention(
        "here the cost is half of the sum of squares. That is a legal definition, often used because its slope has no "
        "2; ours is the slope of the sum itself",
        lambda f: lambda I, J, theta: 2 * np.asarray(f(I, J, theta), float),
    )
    for message, function in (
        ("this looks like the slope per radian: theta is in degrees, so multiply by pi / 180", mistakes.per_radian),
        ("this looks like a factor of 180 / pi: one degree is pi / 180 radians", mistakes.the_other_factor),
        ("this looks like the slope of the mean: here the sum is asked for", mistakes.of_the_mean),
        ("this looks like the way down: the gradient points up", mistakes.downhill),
        ("this looks like I and J exchanged: J is the one that turns", mistakes.pictures_exchanged),
        ("this looks like an angle in radians: theta is in degrees", mistakes.slope_in_radians),
        (
            "this looks like two frames mixed: the slope of the turned picture lies in the frame of I, the arms R x "
            "lie in that of J. Take J's slope and look it up at R x",
            mistakes.mixed_frames,
        ),
        ("this looks like lever arms of x: with J's slope at R x, the arms are those of R x", mistakes.unturned_arms),
        ("this looks like J's slope at x: it is needed where J is looked up, at R x", mistakes.unturned_slopes),
        ("this looks like slopes exchanged: np.gradient gives the one down first", mistakes.exchanged_slopes),
        ("this looks like lever arms about the middle: the pivot is (0, 0)", mistakes.arms_from_the_centre),
        ("this looks like the residual of the unturned picture: it is J(R x) - I(x)", mistakes.unturned_residual),
        ("this looks like the slope for turns the other way: R is [[c, -s], [s, c]]", mistakes.turned_the_other_way),
    ):
        ex.looks_like(message, mistakes.not_empty(function))


def _slope_public(ex: Exercise) -> None:
    @ex.check("one number, 0 where J turned is I", kind="shape", weight=0.5)
    def _(f: Any, rng: Any) -> None:
        scene, theta = around_the_corner(rng, 1.0, 16.0, 57.0)
        J, I = picture(scene, FRAME), picture(scene, FRAME, theta)
        got = f(I, J, theta)
        expect_shape(got, (), "the slope")
        away = abs(exact_slope(scene, I, theta + 4))
        # interpolation leaves a small residual, of either sign
        expect(got, 0.0, atol=0.05 * away, what="the slope at the solution")

    @ex.check("no angle yet", kind="value")
    def _(f: Any, rng: Any) -> None:
        scene = hill(rng, 26.0, 58.0, 16.0)
        J, I = picture(scene, FRAME), picture(scene, FRAME, float(rng.uniform(3.5, 6)))
        got = [f(I, J, theta) for theta in (0.0, -2.0)]
        for value, theta in zip(got, (0.0, -2.0), strict=True):
            slope_agrees(value, exact_slope(scene, I, theta), hint=f"theta is {theta:.1f} degrees")

    @ex.check("a large angle, clockwise, far from the diagonal", kind="value", weight=2)
    def _(f: Any, rng: Any) -> None:
        I, J, theta, want = slope_task(rng, 1.0)
        slope_agrees(f(I, J, theta), want, hint=f"theta is {theta:.1f} degrees")

    @ex.check("a large angle, counter-clockwise", kind="value", weight=2)
    def _(f: Any, rng: Any) -> None:
        I, J, theta, want = slope_task(rng, -1.0)
        slope_agrees(f(I, J, theta), want, hint=f"theta is {theta:.1f} degrees")

    @ex.check("twice the contrast is four times the slope", kind="property")
    def _(f: Any, rng: Any) -> None:
        scene, theta = hill(rng, 30.0, 52.0, 16.0), float(rng.choice([-1, 1]) * rng.uniform(7, 10))
        J, I = picture(scene, FRAME), picture(scene, FRAME, theta + float(rng.choice([-1, 1]) * rng.uniform(3.5, 6)))
        want, k = exact_slope(scene, I, theta), float(rng.uniform(1.5, 3))
        one, two = (float(numbers(f(s * I, s * J, theta)).reshape(-1)[0]) for s in (1.0, k))
        expect_true(abs(one) > 0.5 * abs(want), "the slope is far too small, or 0", one, want)
        expect(two, k * k * one, rtol=1e-6, what=f"the slope of pictures {k:.2f} times as bright")


def _slope_hidden(ex: Exercise) -> None:
    @ex.check("more large angles, beyond the diagonal", kind="value", weight=3, public=False)
    def _(f: Any, rng: Any) -> None:
        for sign, off in ((1.0, 8.0), (-1.0, -8.0), (1.0, -8.0), (-1.0, 8.0)):
            I, J, theta, want = slope_task(rng, sign, off=off)
            slope_agrees(f(I, J, theta), want, hint=f"theta is {theta:.1f} degrees")

    @ex.check("tall pictures and wide ones", kind="value", weight=2, public=False)
    def _(f: Any, rng: Any) -> None:
        for shape, sign in (((76, 112), 1.0), ((112, 76), -1.0)):
            I, J, theta, want = slope_task(rng, sign, shape)
            slope_agrees(f(I, J, theta), want, hint=f"the pictures have the shape {shape}")

    @ex.check("pictures of bytes", kind="value", weight=2, public=False)
    def _(f: Any, rng: Any) -> None:
        I, J, theta, want = slope_task(rng, float(rng.choice([-1, 1])))
        I, J = (np.rint(P).astype(np.uint8) for P in (I, J))
        slope_agrees(f(I, J, theta), want, hint="100 - 200 is 156 in uint8")

    @ex.check("two hills, one on each side of the diagonal", kind="value", weight=3, public=False)
    def _(f: Any, rng: Any) -> None:
        for sign in (-1, 1):
            theta = float(sign * rng.uniform(5, 9))
            scene = hill(rng, 24.0, 56.0, 15.0) + hill(rng, 56.0, 26.0, 15.0, 150.0)
            J, I = picture(scene, FRAME), picture(scene, FRAME, theta + 5.0)
            slope_agrees(f(I, J, theta), exact_slope(scene, I, theta), hint=f"theta is {theta:.1f} degrees")

    @ex.check("a hill beyond the square, far to the right or far below", kind="value", weight=1.5, public=False)
    def _(f: Any, rng: Any) -> None:
        for shape, (row, column) in (((80, 120), (40.0, 96.0)), ((120, 80), (96.0, 40.0))):
            scene, theta = hill(rng, row, column, 13.0), float(rng.choice([-1, 1]) * rng.uniform(5, 9))
            J, I = picture(scene, shape), picture(scene, shape, theta + float(np.sign(theta) * rng.uniform(3.5, 5)))
            slope_agrees(f(I, J, theta), exact_slope(scene, I, theta), hint=f"the pictures have the shape {shape}")

    @ex.check("a slope that a pivot one pixel beside (0, 0) changes much", kind="value", weight=1.5, public=False)
    def _(f: Any, rng: Any) -> None:
        for side in (-1, 1):
            for way in (-1, 1):
                scene, I, theta = beside_the_diagonal(rng, side, way)
                got, want = f(I, picture(scene, I.shape), theta), exact_slope(scene, I, theta)
                slope_agrees(got, want, hint="the pivot is the pixel (0, 0) itself; rows and columns count from 0")

    @ex.check("I and J are left as they were", kind="property", weight=0.5, public=False)
    def _(f: Any, rng: Any) -> None:
        I, J, theta, want = slope_task(rng, 1.0)
        slope_agrees(f(I, J, theta), want)
        expect_inputs_untouched(f)
