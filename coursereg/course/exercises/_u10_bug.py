"""The bug of unit U10: T Rx Ry Rz, where the turn about axis 0 should act first."""

from __future__ import annotations

import inspect
from typing import Any

import numpy as np

from coursereg.course.exercises import _u10_mistakes as mistakes
from coursereg.course.exercises._base import Unit, add_bug_check, expect
from coursereg.course.exercises._u10_compose import ENTRY, M1, PRINTED, signed_angles, some_shift
from coursereg.course.plain import matrices as plain


def bug_fixed(theta: float, omega: float, phi: float, p: float, q: float, r: float) -> Any:
    """Turn about axis 0, then 1, then 2, then shift."""
    Rx, Ry, Rz, T = np.eye(4), np.eye(4), np.eye(4), np.eye(4)
    for R, angle, (i, j) in ((Rx, theta, (1, 2)), (Ry, omega, (2, 0)), (Rz, phi, (0, 1))):
        c, s = np.cos(np.deg2rad(angle)), np.sin(np.deg2rad(angle))
        R[i, i], R[i, j], R[j, i], R[j, j] = c, -s, s, c
    T[:3, 3] = p, q, r
    return T @ Rz @ Ry @ Rx


def add_bug(unit: Unit) -> None:
    """Add ``bug`` and ``bug_check``."""
    bug = unit.exercise(
        "bug",
        4.0,
        kind="bug",
        signature="bug_fixed(theta, omega, phi, p, q, r)",
        statement="The broken matrix of the notebook, mended: turn about axis 0, then about axis 1, then about axis 2, "
        "then shift.",
        hints=(
            "Which of the four matrices stands next to the point in T @ Rx @ Ry @ Rz @ point?",
            "For (90, 0, 90): (0, 1, 0) goes to (0, 0, 1) by the turn about axis 0, and the turn about axis 2 leaves "
            "it there.",
            "return T @ ... @ Rx",
        ),
        reference=plain.rigid_matrix,
        solution=_source(),
        read="8. Bug of the unit",
    )

    @bug.check("M1 of the hand-out", kind="fixed")
    def _(f: Any, rng: Any) -> None:
        expect(f(18, -18, 18, 10, 10, 10), M1, atol=PRINTED, what="the matrix")

    @bug.check("any three angles", kind="value", weight=2)
    def _(f: Any, rng: Any) -> None:
        x = *signed_angles(rng), *some_shift(rng)
        expect(f(*x), plain.rigid_matrix(*x), atol=ENTRY, what="the matrix")

    @bug.check("two angles at a time", kind="value", public=False)
    def _(f: Any, rng: Any) -> None:
        for axis in range(3):
            angles = signed_angles(rng)
            angles[axis] = 0.0
            x = *angles, *some_shift(rng)
            expect(f(*x), plain.rigid_matrix(*x), atol=ENTRY, what="the matrix", hint=f"no turn about axis {axis}")

    bug.looks_like("this is still T Rx Ry Rz: the turn about axis 2 acts first", mistakes.order_of_the_blog)
    bug.looks_like("this looks like Rz Ry Rx T: the shift should act last", mistakes.shift_first)
    bug.looks_like("this looks like turns the other way", mistakes.turned_back)
    bug.looks_like("this looks like the transpose of the turn", mistakes.transposed_turn)

    add_bug_check(
        unit,
        mutants=(_of_the_blog, _axis_1_first, _axis_2_before_1, _shift_first),
        rights=(_by_matrices, _by_formula, _by_points),
        kind="bug_check",
        signature="bug_check(f)",
        statement="A check of your own for any function f(theta, omega, phi, p, q, r) that claims to make the matrix "
        "T Rz Ry Rx (turn about axis 0, then 1, then 2, then shift; degrees). It must use assert, or return True or "
        "False; it must let right functions live and notice those that multiply in any other order, of the three "
        "turns or of turn and shift. Compare floats with a tolerance.",
        hints=(
            "For which angles do all orders give one matrix? Do not test with those.",
            "Follow one point by hand: (0, 1, 0) through (90, 90, 0) goes to (0, 0, 1), then to (1, 0, 0). That tells "
            "the first turn from the second, and says nothing of the third.",
            "M = np.asarray(f(90, 90, 90, 5, 6, 7)); assert np.allclose(M @ [0, 1, 0, 1], [...]), and the same for the "
            "other two axes",
        ),
        solution="def bug_check(f):\n"
        "    M = np.asarray(f(90, 90, 90, 5, 6, 7))\n"
        "    assert np.allclose(M @ [1, 0, 0, 1], [5, 6, 6, 1])\n"
        "    assert np.allclose(M @ [0, 1, 0, 1], [5, 7, 7, 1])\n"
        "    assert np.allclose(M @ [0, 0, 1, 1], [6, 6, 7, 1])\n",
        read="8. Bug of the unit",
    )


def _source() -> str:
    """The mended function without its types."""
    head, body = inspect.getsource(bug_fixed).split("\n", 1)
    assert head.startswith("def bug_fixed(")
    return "def bug_fixed(theta, omega, phi, p, q, r):\n" + body


def _of_the_blog(theta: float, omega: float, phi: float, p: float, q: float, r: float) -> Any:
    """T Rx Ry Rz."""
    return mistakes.order_of_the_blog(theta, omega, phi, p, q, r)


def _axis_1_first(theta: float, omega: float, phi: float, p: float, q: float, r: float) -> Any:
    """T Rz Rx Ry: the turn about axis 1 acts first."""
    Rx, Ry, Rz = mistakes.turns(theta, omega, phi)
    return mistakes.shift(p, q, r) @ Rz @ Rx @ Ry


def _axis_2_before_1(theta: float, omega: float, phi: float, p: float, q: float, r: float) -> Any:
    """T Ry Rz Rx: the turn about axis 2 acts before the one about axis 1."""
    Rx, Ry, Rz = mistakes.turns(theta, omega, phi)
    return mistakes.shift(p, q, r) @ Ry @ Rz @ Rx


def _shift_first(theta: float, omega: float, phi: float, p: float, q: float, r: float) -> Any:
    """Rz Ry Rx T: the shift acts first."""
    return mistakes.shift_first(theta, omega, phi, p, q, r)


def _by_matrices(theta: float, omega: float, phi: float, p: float, q: float, r: float) -> Any:
    """A product of four matrices."""
    return bug_fixed(theta, omega, phi, p, q, r)


def _by_formula(theta: float, omega: float, phi: float, p: float, q: float, r: float) -> Any:
    """The nine entries written out."""
    (a, b, c), (s, t, u) = np.cos(np.deg2rad([theta, omega, phi])), np.sin(np.deg2rad([theta, omega, phi]))
    return np.array(
        [
            [b * c, s * t * c - a * u, a * t * c + s * u, p],
            [b * u, s * t * u + a * c, a * t * u - s * c, q],
            [-t, s * b, a * b, r],
            [0, 0, 0, 1],
        ]
    )


def _by_points(theta: float, omega: float, phi: float, p: float, q: float, r: float) -> Any:
    """Column by column: where the origin and the three axes go."""
    columns = []
    for x, y, z in np.eye(3).tolist():
        for angle, axis in ((theta, 0), (omega, 1), (phi, 2)):
            c, s = np.cos(np.deg2rad(angle)), np.sin(np.deg2rad(angle))
            if axis == 0:
                y, z = c * y - s * z, s * y + c * z
            elif axis == 1:
                z, x = c * z - s * x, s * z + c * x
            else:
                x, y = c * x - s * y, s * x + c * y
        columns.append([x, y, z, 0])
    return np.transpose([*columns, [p, q, r, 1]])
