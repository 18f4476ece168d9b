"""U11's exercise that judges a map: `tre`."""

from __future__ import annotations

import inspect
from typing import Any

import numpy as np

from coursereg.course.exercises import _u11_mistakes as mistakes
from coursereg.course.exercises._base import Unit, expect, expect_inputs_untouched, expect_shape, numbers
from coursereg.course.plain import scale_space as plain

CLOSE = 1e-4  # of distances of some millimetres; single precision at 100 mm leaves 1e-5


def some_map(rng: Any, D: int) -> np.ndarray:
    """An affine map of the world, turned, stretched and shifted."""
    T = np.eye(D + 1)
    turn, _ = np.linalg.qr(rng.normal(size=(D, D)))
    T[:D, :D] = turn @ np.diag(rng.uniform(0.7, 1.4, D)) + rng.uniform(-0.2, 0.2, (D, D))
    T[:D, D] = rng.uniform(5, 20, D) * rng.choice([-1, 1], D)
    return T


def targets(rng: Any, D: int, n: int, spread: float = 4.0) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """A map, points, and where they belong: some millimetres from where the map takes them."""
    T, P = some_map(rng, D), rng.uniform(-60, 60, (n, D))
    return T, P, P @ T[:D, :D].T + T[:D, D] + rng.normal(size=(n, D)) * rng.uniform(0.2, spread, (n, 1))


def add_tre(unit: Unit) -> None:
    """Add ``tre``."""
    ex = unit.exercise(
        "tre",
        8.0,
        signature="tre(T, P, Q)",
        statement="The target registration error of the affine map `T`, of shape (D + 1, D + 1), from the static to "
        "the moving world (D is 2 or 3). `P` and `Q` have shape (N, D): points of the static world, and the same "
        "points of the anatomy in the moving world. The result is one float: the *mean* over the points of the "
        "distance (Euclidean, in mm) from T(P) to Q. It is not the root of the mean square, and nothing is fitted.",
        hints=(
            "# 2 pull: where does T take each point of P? Then # 4 residual: how far is that from Q?",
            "T = identity, P = three times [0, 0], Q = [[3, 4], [0, 1], [0, 0]]: distances 5, 1 and 0, mean 2 (not "
            "2.9, the root of the mean square).",
            "moved = P @ T[:-1, :-1].T + T[:-1, -1]",
        ),
        reference=plain.tre,
        solution=inspect.getsource(plain.tre),
        read="6. Write: the error that counts",
    )

    def agree(f: Any, T: Any, P: Any, Q: Any, hint: str = "") -> None:
        expect(f(T, P, Q), plain.tre(T, P, Q), atol=CLOSE, rtol=CLOSE, what="the error", hint=hint)

    @ex.check("one number", kind="shape", weight=0.5)
    def _(f: Any, rng: Any) -> None:
        for D in (2, 3):
            expect_shape(f(*targets(rng, D, 6)), (), "the error")

    @ex.check("the example of the hint", kind="fixed")
    def _(f: Any, rng: Any) -> None:
        # three points: with two of them, some mistakes cannot be told apart
        agree(f, np.eye(3), np.zeros((3, 2)), np.array([[3.0, 4.0], [0.0, 1.0], [0.0, 0.0]]))

    @ex.check("any map of the plane", kind="value", weight=2)
    def _(f: Any, rng: Any) -> None:
        for n in (5, 9):
            agree(f, *targets(rng, 2, n))

    @ex.check("any map of space", kind="value", weight=2)
    def _(f: Any, rng: Any) -> None:
        for n in (5, 9):
            agree(f, *targets(rng, 3, n))

    @ex.check("points in whole numbers, a map with fractions", kind="value")
    def _(f: Any, rng: Any) -> None:
        P, Q = rng.integers(-60, 60, (2, 7, 2))
        agree(f, some_map(rng, 2), P, Q, hint="P and Q hold whole numbers, T(P) does not")

    @ex.check("T, P and Q are left as they were", kind="property", weight=0.5)
    def _(f: Any, rng: Any) -> None:
        for D in (2, 3):
            f(*targets(rng, D, 6))
            expect_inputs_untouched(f)

    @ex.check("0 where all points arrive", kind="property")
    def _(f: Any, rng: Any) -> None:
        for D in (2, 3):
            T, P, _Q = targets(rng, D, 7)
            expect(f(T, P, P @ T[:D, :D].T + T[:D, D]), 0.0, atol=CLOSE, what="the error")

    @ex.check("as many points as axes, or as columns of T", kind="value", public=False)
    def _(f: Any, rng: Any) -> None:
        for D, n in ((2, 2), (2, 3), (3, 3), (3, 4)):
            agree(f, *targets(rng, D, n), hint=f"{n} points of {D} coordinates")

    @ex.check("one point; hundreds of points", kind="value", public=False)
    def _(f: Any, rng: Any) -> None:
        for D in (2, 3):
            agree(f, *targets(rng, D, 1), hint="one point")
            agree(f, *targets(rng, D, 500), hint="500 points")

    @ex.check("all points equally far: the error is that distance", kind="property", public=False)
    def _(f: Any, rng: Any) -> None:
        for D in (2, 3):
            T, P, _Q = targets(rng, D, 8)
            away = rng.normal(size=(8, D))
            far = float(rng.uniform(2, 7))
            away *= far / np.linalg.norm(away, axis=1, keepdims=True)
            expect(f(T, P, P @ T[:D, :D].T + T[:D, D] + away), far, atol=CLOSE, what="the error")

    @ex.check("the order of the points does not matter, nor does an origin far away", kind="property", public=False)
    def _(f: Any, rng: Any) -> None:
        T, P, Q = targets(rng, 3, 9)
        order = rng.permutation(9)
        expect(f(T, P[order], Q[order]), plain.tre(T, P, Q), atol=CLOSE, what="the error of points in another order")
        away = rng.uniform(30, 90, 3)
        there = T.copy()
        there[:3, 3] += away
        expect(numbers(f(there, P, Q + away)), plain.tre(T, P, Q), atol=CLOSE, what="the error in a shifted world")

    @ex.check("whole numbers throughout, or in the points alone", kind="value", public=False)
    def _(f: Any, rng: Any) -> None:
        T = np.array([[0, -1, 0, 4], [1, 0, 0, 5], [0, 0, 2, 6], [0, 0, 0, 1]])
        agree(f, T, rng.integers(-30, 30, (6, 3)), rng.integers(-30, 30, (6, 3)), hint="all in whole numbers")
        expect_inputs_untouched(f)
        P, Q = rng.integers(-30, 30, (2, 6, 3))
        agree(f, some_map(rng, 3), P, Q, hint="P and Q hold whole numbers, T(P) does not")
        expect_inputs_untouched(f)

    for message, function in mistakes.ERRORS:
        ex.looks_like(message, function)
