"""U10's exercises that put matrices together: `rigid_matrix` and `similarity_matrix`."""

from __future__ import annotations

import inspect
from typing import Any

import numpy as np

from coursereg.course.exercises import _u10_mistakes as mistakes
from coursereg.course.exercises._base import Exercise, Unit, expect, expect_shape, numbers
from coursereg.course.plain import matrices as plain

ENTRY = 5e-6  # shifts are below 40, for which single precision leaves 2e-6; half a degree is a hundredth
PRINTED = 5.1e-5  # half of the fourth digit

AS_ROWS = (
    "this is the matrix for points as rows, point @ M: a legal definition, but here points are columns, M @ point, "
    "and yours is the transpose"
)

M1 = np.array(
    [[0.9045, -0.3847, -0.1840, 10], [0.2939, 0.8750, -0.3847, 10], [0.3090, 0.2939, 0.9045, 10], [0, 0, 0, 1]]
)
M2 = np.array([[0, -0.2598, 0.15, -3], [0, -0.15, -0.2598, 1.5], [0.3, 0, 0, 0], [0, 0, 0, 1]])
M3 = np.array(
    [
        [0.7182, -1.3727, -0.5660, 1.8115],
        [-1.9236, -4.6556, -2.5512, 0.2873],
        [-0.6426, -1.7985, -1.6285, 0.7404],
        [0, 0, 0, 1],
    ]
)


def some_angles(rng: Any) -> list[float]:
    """Three different angles, none near 0, none beyond a quarter turn."""
    return [float(v) for v in rng.permutation([25.0, 50.0, 75.0]) + rng.uniform(-9, 9, 3)]


def signed_angles(rng: Any) -> list[float]:
    """Three different angles of either sign."""
    return [float(v) for v in np.array(some_angles(rng)) * rng.choice([-1, 1], 3)]


def some_shift(rng: Any) -> list[float]:
    """Three different shifts of either sign, none near 0."""
    return [float(v) for v in (rng.permutation([6.0, 14.0, 22.0]) + rng.uniform(-3, 3, 3)) * rng.choice([-1, 1], 3)]


# --- rigid_matrix -----------------------------------------------------------------------------------------------------


def add_rigid_matrix(unit: Unit) -> None:
    """Add ``rigid_matrix``."""
    ex = unit.exercise(
        "rigid_matrix",
        16.0,
        signature="rigid_matrix(theta, omega, phi, p, q, r)",
        statement="The matrix of shape (4, 4) that turns by `theta` degrees about axis 0 (x), then by `omega` degrees "
        "about axis 1 (y), then by `phi` degrees about axis 2 (z), and then shifts by (p, q, r). The axes are fixed in "
        "space. A positive turn about axis 0 takes axis 1 to axis 2, about axis 1 it takes axis 2 to axis 0, about "
        "axis 2 it takes axis 0 to axis 1. Points are columns (x, y, z, 1): a point goes to M @ point.",
        hints=(
            "# 2 pull: in M @ point the matrix next to the point acts first.",
            "rigid_matrix(90, 0, 0, 5, 6, 7) takes (0, 1, 0) to (5, 6, 8): axis 1 goes to axis 2, then the shift is "
            "added. rigid_matrix(0, 90, 0, 0, 0, 0) takes (0, 0, 1) to (1, 0, 0).",
            "M[:3, :3] = Rz @ Ry @ Rx; M[:3, 3] = p, q, r; Ry has +sin in its upper right corner",
        ),
        reference=plain.rigid_matrix,
        solution=inspect.getsource(plain.rigid_matrix),
        read="6. Write: a rigid matrix",
    )
    _rigid_checks(ex)
    for message, function in (
        (
            "this looks like T Rx Ry Rz: the turn about axis 0 acts first, so it stands on the right",
            mistakes.order_of_the_blog,
        ),
        ("this looks like a shift that is turned: it acts last, so it stands on the left", mistakes.shift_first),
        ("this looks like angles in radians: np.deg2rad", mistakes.in_radians),
        ("this looks like turns the other way, each of them", mistakes.turned_back),
        ("this looks like the transpose of the turn, which undoes it", mistakes.transposed_turn),
        ("this looks like the other way about axis 1: it takes axis 2 to axis 0", mistakes.other_way_about_axis_1),
        ("this looks like the inverse motion", mistakes.inverse_motion),
        ("this looks like theta about axis 2 and phi about axis 0", mistakes.axes_exchanged),
        ("this looks like the turn without the shift", mistakes.without_shift),
    ):
        ex.looks_like(message, function)
    ex.convention(AS_ROWS, lambda f: lambda *args: numbers(f(*args)).T)


def _made(f: Any, *x: float, hint: str = "") -> None:
    expect(f(*x), plain.rigid_matrix(*x), atol=ENTRY, what="the matrix", hint=hint)


def _rigid_checks(ex: Exercise) -> None:
    @ex.check("four rows and four columns, the last row 0, 0, 0, 1", kind="shape", weight=0.5)
    def _(f: Any, rng: Any) -> None:
        got = f(*signed_angles(rng), *some_shift(rng))
        expect_shape(got, (4, 4), "the matrix")
        expect(numbers(got)[3], [0, 0, 0, 1], atol=ENTRY, what="the last row")

    @ex.check("M1 of the hand-out, to four printed digits", kind="fixed")
    def _(f: Any, rng: Any) -> None:
        expect(f(18, -18, 18, 10, 10, 10), M1, atol=PRINTED, what="rigid_matrix(18, -18, 18, 10, 10, 10)")

    @ex.check("one angle at a time", kind="value")
    def _(f: Any, rng: Any) -> None:
        for axis, angle in enumerate(signed_angles(rng)):
            x = np.zeros(3)
            x[axis] = angle
            _made(f, *map(float, x), *some_shift(rng), hint=f"a turn about axis {axis} alone")

    @ex.check("any three angles, any shift", kind="value", weight=3)
    def _(f: Any, rng: Any) -> None:
        for _k in range(2):
            _made(f, *signed_angles(rng), *some_shift(rng))

    @ex.check("lengths and angles stay, and nothing is mirrored", kind="property")
    def _(f: Any, rng: Any) -> None:
        got = f(*signed_angles(rng), *some_shift(rng))
        expect_shape(got, (4, 4), "the matrix")
        R = numbers(got)[:3, :3]
        expect(R.T @ R, np.eye(3), atol=ENTRY, what="R.T @ R, with R the linear part")
        expect(np.linalg.det(R), 1.0, atol=ENTRY, what="the determinant of the linear part")

    @ex.check("the whole is the product of its parts, the first turn on the right", kind="property", public=False)
    def _(f: Any, rng: Any) -> None:
        a, b, c = signed_angles(rng)
        t = some_shift(rng)
        parts = [numbers(f(*x)) for x in ((0, 0, 0, *t), (0, 0, c, 0, 0, 0), (0, b, 0, 0, 0, 0), (a, 0, 0, 0, 0, 0))]
        expect(f(a, b, c, *t), np.linalg.multi_dot(parts), atol=2 * ENTRY, what="the matrix", hint="T Rz Ry Rx")

    @ex.check("angles of more than a turn", kind="value", public=False)
    def _(f: Any, rng: Any) -> None:
        _made(f, *map(float, rng.uniform(500, 720, 3) * rng.choice([-1, 1], 3)), *some_shift(rng))

    @ex.check("whole numbers, and NumPy's", kind="value", public=False)
    def _(f: Any, rng: Any) -> None:
        _made(f, *(int(v) for v in rng.permutation([20, -35, 110])), *(int(v) for v in rng.integers(1, 30, 3)))
        _made(f, *np.array([*signed_angles(rng), *some_shift(rng)]))

    @ex.check("a point on its way: turned three times, then shifted", kind="value", weight=1.5, public=False)
    def _(f: Any, rng: Any) -> None:
        a, b, c = signed_angles(rng)
        t, point = some_shift(rng), rng.uniform(-20, 20, 3)
        got = f(a, b, c, *t)
        expect_shape(got, (4, 4), "the matrix")
        x, y, z = point
        for angle, axis in ((a, 0), (b, 1), (c, 2)):
            k, s = np.cos(np.deg2rad(angle)), np.sin(np.deg2rad(angle))
            if axis == 0:
                y, z = k * y - s * z, s * y + k * z
            elif axis == 1:
                z, x = k * z - s * x, s * z + k * x
            else:
                x, y = k * x - s * y, s * x + k * y
        expect((numbers(got) @ [*point, 1])[:3], np.array([x, y, z]) + t, atol=1e-4, what="M @ point")


# --- similarity_matrix ------------------------------------------------------------------------------------------------


def add_similarity_matrix(unit: Unit) -> None:
    """Add ``similarity_matrix``."""
    ex = unit.exercise(
        "similarity_matrix",
        6.0,
        signature="similarity_matrix(s, theta, omega, phi, p, q, r)",
        statement="The matrix of shape (4, 4) that first scales by `s`, the same in all directions, and then does what "
        "`rigid_matrix(theta, omega, phi, p, q, r)` does. The shift is not scaled. `s` is positive.",
        hints=(
            "# 2 pull: which of the three, scale, turn and shift, acts first, and where does it stand?",
            "similarity_matrix(2, 0, 0, 0, 5, 6, 7) takes (1, 0, 0) to (7, 6, 7), and (0, 0, 0) to (5, 6, 7).",
            "return rigid_matrix(...) @ np.diag([s, s, s, ...])",
        ),
        reference=plain.similarity_matrix,
        solution=inspect.getsource(plain.similarity_matrix),
        read="6. Write: a similarity",
    )
    _similarity_checks(ex)
    for message, function in (
        (
            "this looks like a shift that is scaled: the scale acts first, so it stands on the right",
            mistakes.shift_scaled,
        ),
        ("this looks like s times everything: the corner must stay 1", mistakes.all_scaled),
        ("this looks like a scale along one axis only", mistakes.upper_scaled),
        ("this looks like 1 / s", mistakes.scaled_down),
        ("this looks like the rigid matrix: s is missing", mistakes.not_scaled),
        ("this looks like T Rx Ry Rz S", lambda s, *x: mistakes.order_of_the_blog(*x) @ np.diag([s, s, s, 1])),
        ("this looks like angles in radians", lambda s, *x: mistakes.in_radians(*x) @ np.diag([s, s, s, 1])),
        ("this looks like the shift first", lambda s, *x: mistakes.shift_first(*x) @ np.diag([s, s, s, 1])),
    ):
        ex.looks_like(message, function)
    ex.convention(AS_ROWS, lambda f: lambda *args: numbers(f(*args)).T)


def _scaled(f: Any, *x: float, hint: str = "") -> None:
    expect(f(*x), plain.similarity_matrix(*x), atol=4 * ENTRY, what="the matrix", hint=hint)


def _similarity_checks(ex: Exercise) -> None:
    @ex.check("scale and shift, without a turn", kind="fixed")
    def _(f: Any, rng: Any) -> None:
        _scaled(f, 2, 0, 0, 0, 5, 6, 7)

    @ex.check("M2 of the hand-out, to four printed digits", kind="fixed")
    def _(f: Any, rng: Any) -> None:
        expect(f(0.3, 120, -90, 0, -3, 1.5, 0), M2, atol=PRINTED, what="similarity_matrix(.3, 120, -90, 0, -3, 1.5, 0)")

    @ex.check("any scale, angles and shift", kind="value", weight=3)
    def _(f: Any, rng: Any) -> None:
        for s in (rng.uniform(0.2, 0.7), rng.uniform(1.5, 4)):
            _scaled(f, float(s), *signed_angles(rng), *some_shift(rng))

    @ex.check("the point (0, 0, 0) goes to (p, q, r), whatever the scale", kind="property", public=False)
    def _(f: Any, rng: Any) -> None:
        t = some_shift(rng)
        got = f(float(rng.uniform(2, 4)), *signed_angles(rng), *t)
        expect_shape(got, (4, 4), "the matrix")
        expect(numbers(got)[:, 3], [*t, 1], atol=4 * ENTRY, what="the last column")
        expect(numbers(got)[3], [0, 0, 0, 1], atol=ENTRY, what="the last row")

    @ex.check("all lengths times s", kind="value", public=False)
    def _(f: Any, rng: Any) -> None:
        s = float(rng.uniform(1.5, 4))
        got = f(s, *signed_angles(rng), *some_shift(rng))
        expect_shape(got, (4, 4), "the matrix")
        expect(np.linalg.svd(numbers(got)[:3, :3], compute_uv=False), [s] * 3, atol=4 * ENTRY, what="singular values")

    @ex.check("whole numbers, a very small scale, and 1", kind="value", public=False)
    def _(f: Any, rng: Any) -> None:
        _scaled(f, 3, *(int(v) for v in rng.permutation([20, -35, 110])), *(int(v) for v in rng.integers(1, 30, 3)))
        for s in (0.01, 1.0):
            _scaled(f, s, *signed_angles(rng), *some_shift(rng))
