"""U10's exercise that takes matrices apart: `params_of`."""

from __future__ import annotations

import inspect
from typing import Any

import numpy as np

from coursereg.course.exercises import _u10_mistakes as mistakes
from coursereg.course.exercises._base import Exercise, Unit, expect, expect_inputs_untouched, expect_shape, numbers
from coursereg.course.exercises._u10_compose import M1, M2, signed_angles, some_shift
from coursereg.course.plain import matrices as plain

EXACT = 1e-5  # single precision is enough for entries below 100
PRINTED = 4e-4  # half of the fourth digit, some five times, as it goes through scales and angles
SIZES = (6, 7, 9, 12)


def drawn(rng: Any, size: int, angles: Any = None) -> np.ndarray:
    """Numbers that make a matrix: scales between a third and three, all different, and shears of either sign."""
    x = [*(signed_angles(rng) if angles is None else angles), *some_shift(rng)]
    scales = rng.permutation([0.5, 1.1, 2.3]) * rng.uniform(0.8, 1.25, 3)
    if size > 6:
        x += [*scales[: 1 if size == 7 else 3]]
    if size == 12:
        x += [*(rng.permutation([0.3, 0.6, 0.9]) * rng.choice([-1, 1], 3))]
    return np.array(x, float)


def typed(M: np.ndarray) -> np.ndarray:
    """The matrix with zeros where rounding left 1e-17: as somebody types it."""
    return np.where(np.abs(M) < 1e-12, 0.0, M)


def add_params_of(unit: Unit) -> None:
    """Add ``params_of``."""
    ex = unit.exercise(
        "params_of",
        12.0,
        signature="params_of(M, size)",
        statement="The numbers that the matrix `M` was made of, an array of shape (size,), with `size` 6, 7, 9 or 12: "
        "the inverse of compose. Their order is theta, omega, phi (in degrees), p, q, r; then one scale s (size 7) or "
        "the three scales s0, s1, s2 (9); then the three shears h01, h02, h12 (12). `compose` makes T R H S of them: "
        "scale first, S = diag(s0, s1, s2), then shear, H = [[1, h01, h02], [0, 1, h12], [0, 0, 1]], then turn and "
        "shift as in rigid_matrix. M was made by compose from as many numbers, with positive scales, and may come "
        "printed with four digits. compose(params_of(M, size)) must be M, also where omega is 90 or -90 degrees, "
        "where many angles give one matrix: the matrices are compared, not the angles.",
        hints=(
            "Take off from the outside inwards: the shift is the last column; then scale and shear from the right; the "
            "turn remains, and its angles come last.",
            "The columns of R S have the lengths s0, s1, s2. With shears: np.linalg.qr gives a turn times an upper "
            "triangle, whose diagonal must be made positive. R[2] is (-sin omega, cos omega sin theta, cos omega cos "
            "theta), and R[:, 0] is (cos omega cos phi, cos omega sin phi, -sin omega).",
            "omega = np.arctan2(-R[2, 0], np.hypot(R[0, 0], R[1, 0])); where that hypot is 0 but for rounding, "
            "set phi = 0 and read theta from R[1]",
        ),
        reference=plain.params_of,
        solution=inspect.getsource(plain.params_of),
        read="6. Write: take a matrix apart",
    )
    _params_public(ex)
    _params_hidden(ex)
    for message, function in (
        (
            "this looks like gimbal lock: where cos omega is 0, R[2, 1] and R[2, 2] are 0 and say nothing about theta",
            mistakes.gimbal_forgotten,
        ),
        ("this looks like radians", mistakes.params_in_radians),
        ("this looks like the shift before the angles", mistakes.shift_before_angles),
        ("this looks like the scales before the angles: they come after the shift here", mistakes.scale_before_all),
        ("this looks like the signs of QR: make the diagonal positive", mistakes.signs_of_qr),
        ("this looks like angles of a matrix that is still scaled", mistakes.turn_not_cleaned),
        ("this looks like the determinant for the scale: it is s cubed", mistakes.scale_is_determinant),
        ("this looks like shears that still contain a scale: H S has h01 s1 in its corner", mistakes.shear_not_divided),
        ("this looks like shears divided by the scale of their row: S stands on the right", mistakes.shear_by_its_row),
        ("this looks like the angles of the transposed turn", mistakes.angles_of_the_inverse),
        ("this looks like angles of Rx Ry Rz", mistakes.order_of_the_blog_taken),
    ):
        ex.looks_like(message, function)


def _remade(f: Any, M: np.ndarray, size: int, atol: float = EXACT, hint: str = "") -> None:
    got = f(M, size)
    expect_shape(got, (size,), f"params_of(M, {size})")
    x = numbers(got)
    made = plain.compose(x) if np.isfinite(x).all() else np.full((4, 4), np.nan)
    expect(made, M, atol=atol, what=f"compose(params_of(M, {size}))", hint=hint)


def _params_public(ex: Exercise) -> None:
    @ex.check("as many numbers as were asked for", kind="shape", weight=0.5)
    def _(f: Any, rng: Any) -> None:
        for size in SIZES:
            expect_shape(f(plain.compose(drawn(rng, size)), size), (size,), f"params_of(M, {size})")

    @ex.check("M1 of the hand-out, which is printed", kind="fixed")
    def _(f: Any, rng: Any) -> None:
        _remade(f, M1.copy(), 6, PRINTED, "it is rigid_matrix(18, -18, 18, 10, 10, 10)")

    @ex.check("6 numbers: turn and shift", kind="value", weight=1.5)
    def _(f: Any, rng: Any) -> None:
        for _k in range(2):
            _remade(f, plain.compose(drawn(rng, 6)), 6)

    @ex.check("7 numbers: one scale", kind="value", weight=1.5)
    def _(f: Any, rng: Any) -> None:
        for _k in range(2):
            _remade(f, plain.compose(drawn(rng, 7)), 7)

    @ex.check("9 numbers: three scales", kind="value", weight=1.5)
    def _(f: Any, rng: Any) -> None:
        for _k in range(2):
            _remade(f, plain.compose(drawn(rng, 9)), 9)

    @ex.check("12 numbers: shears", kind="value", weight=2)
    def _(f: Any, rng: Any) -> None:
        for _k in range(2):
            _remade(f, plain.compose(drawn(rng, 12)), 12)

    @ex.check("gimbal lock: omega is 90 or -90 degrees", kind="property", weight=2)
    def _(f: Any, rng: Any) -> None:
        for omega in (90, -90):
            a, _b, c = signed_angles(rng)
            _remade(f, typed(plain.compose(drawn(rng, 6, (a, omega, c)))), 6, hint=f"omega is {omega} degrees")


def _params_hidden(ex: Exercise) -> None:
    @ex.check("gimbal lock with scales and shears, and rounding in the last digit", kind="property", public=False)
    def _(f: Any, rng: Any) -> None:
        for size in (7, 9, 12):
            a, _b, c = signed_angles(rng)
            omega = float(rng.choice([-90, 90]))
            M = typed(plain.compose(drawn(rng, size, (a, omega, c))))
            M[:3, :3] += rng.uniform(-1, 1, (3, 3)) * 1e-15
            _remade(f, M, size, hint=f"omega is {omega:g} degrees")

    @ex.check("near gimbal lock, but not in it", kind="value", public=False)
    def _(f: Any, rng: Any) -> None:
        a, _b, c = signed_angles(rng)
        _remade(f, plain.compose(drawn(rng, 6, (a, float(rng.choice([-89.6, 89.6, 90.4])), c))), 6)

    @ex.check("a turn about one axis alone, with scales and shears", kind="value", weight=0.5, public=False)
    def _(f: Any, rng: Any) -> None:
        for axis in range(3):
            angles = np.zeros(3)
            angles[axis] = signed_angles(rng)[axis]
            for size in (9, 12):
                _remade(f, plain.compose(drawn(rng, size, angles)), size)
                expect_inputs_untouched(f)

    @ex.check("angles in all quadrants", kind="value", weight=1.5, public=False)
    def _(f: Any, rng: Any) -> None:
        # all three beyond a quarter turn make the same matrix as three within it, so at most two go there
        for size, beyond in zip(SIZES, rng.permutation([[1, 0, 1], [1, 0, 0], [0, 0, 1], [0, 1, 0]]), strict=True):
            angles = (rng.uniform(20, 75, 3) + 90 * beyond) * rng.choice([-1, 1], 3)
            _remade(f, plain.compose(drawn(rng, size, angles)), size)

    @ex.check("M2 of the hand-out, and others printed with four digits", kind="value", public=False)
    def _(f: Any, rng: Any) -> None:
        _remade(f, M2.copy(), 7, PRINTED, "it is printed, and it stands in gimbal lock")
        for size in (6, 7, 9):
            _remade(f, plain.compose(drawn(rng, size)).round(4), size, 2 * PRINTED, "it is printed with four digits")

    @ex.check("what needs fewer numbers can be said with more", kind="value", weight=0.5, public=False)
    def _(f: Any, rng: Any) -> None:
        M = plain.compose(drawn(rng, 6))
        for size in SIZES:
            _remade(f, M, size)

    @ex.check("a quarter turn in whole numbers, nothing at all, and M left as it was", kind="value", public=False)
    def _(f: Any, rng: Any) -> None:
        whole = np.array([[0, -1, 0, 4], [1, 0, 0, 5], [0, 0, 1, 6], [0, 0, 0, 1]])
        _remade(f, whole, 6)
        expect_inputs_untouched(f)
        _remade(f, np.eye(4), 12)
        _remade(f, plain.compose(drawn(rng, 12)), 12)
        expect_inputs_untouched(f)
