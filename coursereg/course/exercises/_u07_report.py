"""U07's report: `report(u, truth, shape)`."""

from __future__ import annotations

import inspect
from typing import Any

import numpy as np

from coursereg.course.exercises._base import Exercise, Unit, Wrong, expect, expect_inputs_untouched, numbers
from coursereg.course.plain import descent_translation as plain


def add_report(unit: Unit) -> None:
    """Add ``report``."""
    ex = unit.exercise(
        "report",
        6.0,
        signature="report(u, truth, shape)",
        statement="How good a shift is: a pair (error, overlap). `u` and `truth` are pulls (row, column), as arrays, "
        "lists or tuples, and `shape` is "
        "(R, C), that of both pictures. error: the distance of u from truth, in pixels, a straight line. overlap: per "
        "cent, 0 to 100, of the pixels x of I whose place x + u lies inside the frame of J: rows 0 to R - 1, columns 0 "
        "to C - 1, both ends included. The overlap belongs to u; the truth plays no part in it.",
        hints=(
            "How many rows r = 0 ... R - 1 have 0 <= r + u[0] <= R - 1? How many columns? Multiply.",
            "report((3, -4), (0, 0), (10, 20)) is (5.0, 56.0): 7 of 10 rows and 16 of 20 columns. With u = (0.5, "
            "0) and 10 "
            "rows, row 9 looks at 9.5: outside.",
            "r, c = np.indices(shape); inside = (r + u[0] >= 0) & (r + u[0] <= shape[0] - 1) & ...",
        ),
        reference=plain.report,
        solution=inspect.getsource(plain.report),
        read="6. Write: a report",
    )
    _report_checks(ex)
    ex.convention(
        "your overlap is an area, (R - |u0|)(C - |u1|) / RC: a legal measure, but pixels that have a partner are to be "
        "counted, and those are whole",
        _by_area,
    )
    for message, function in _REPORT_LOOKS:
        ex.looks_like(message, function)


def _by_area(f: Any) -> Any:
    def adapted(u: Any, truth: Any, shape: Any) -> Any:
        error, overlap = f(u, truth, shape)
        left = [max(n - abs(v), 0.0) for n, v in zip(shape, u, strict=True)]
        if not np.isclose(overlap, 100 * left[0] * left[1] / (shape[0] * shape[1]), rtol=0, atol=1e-4):
            return error, overlap  # no area: whatever it is, it stays as it is
        whole = [float(np.sign(v) * np.ceil(abs(v))) for v in u]
        return error, f(whole, truth, shape)[1]

    return adapted


def reported(f: Any, u: Any, truth: Any, shape: tuple[int, int], hint: str = "") -> None:
    """Ask for the right pair."""
    got = f(u, truth, shape)
    values = numbers(got, "the result")
    if values.shape != (2,):
        raise Wrong("the result must be a pair (error, overlap)", got)
    error, overlap = plain.report(u, truth, shape)
    expect(values[0], error, atol=1e-5 * (1 + error), what="the error in pixels", hint=hint)
    expect(values[1], overlap, atol=1e-4, what="the overlap in per cent", hint=hint)


def _report_checks(ex: Exercise) -> None:
    @ex.check("the example of the hint", kind="fixed")
    def _(f: Any, rng: Any) -> None:
        reported(f, (3, -4), (0, 0), (10, 20))

    @ex.check("any whole shift, both signs", kind="value", weight=2)
    def _(f: Any, rng: Any) -> None:
        for signs in ((1, -1), (-1, 1), (1, 1), (-1, -1)):
            u = np.array(signs) * rng.integers(1, 12, 2)
            reported(f, u, rng.integers(-9, 10, 2), (int(rng.integers(20, 30)), int(rng.integers(40, 60))))

    @ex.check("shifts between the pixels", kind="value", weight=2)
    def _(f: Any, rng: Any) -> None:
        u = rng.choice([-1, 1], 2) * (rng.integers(0, 9, 2) + rng.uniform(0.2, 0.8, 2))
        reported(f, u, rng.uniform(-9, 9, 2), (31, 44), "is row R - 1 still inside when u[0] is 0.5?")

    @ex.check("lists, tuples, a tall picture, no shift at all", kind="value", weight=2, public=False)
    def _(f: Any, rng: Any) -> None:
        u, truth = rng.uniform(-6, 6, 2).tolist(), rng.uniform(-6, 6, 2).tolist()
        reported(f, u, tuple(truth), (50, 12))
        reported(f, tuple(u), truth, (12, 50))
        reported(f, (0, 0), (0, 0), (7, 9))
        reported(f, u, truth, (31, 20), "u and truth are lists")
        reported(f, tuple(truth), tuple(u), (20, 31), "u and truth are tuples")

    @ex.check("a shift a little longer than a whole number", kind="value", public=False)
    def _(f: Any, rng: Any) -> None:
        u = rng.choice([-1, 1], 2) * (rng.integers(2, 9, 2) + 3e-4)
        reported(f, u, rng.uniform(-9, 9, 2), (24, 37), "nearly whole is not whole: one row and one column less")

    @ex.check("u and truth are left as they were", kind="property", weight=0.5, public=False)
    def _(f: Any, rng: Any) -> None:
        u, truth = rng.uniform(1, 6, 2) * [-1, 1], rng.uniform(1, 6, 2) * [1, -1]
        reported(f, u, truth, (20, 30))
        expect_inputs_untouched(f)
        reported(f, u.tolist(), truth.tolist(), (30, 20))
        expect_inputs_untouched(f)

    @ex.check("a shift beyond the frame leaves 0 per cent, not less, not more", kind="value", weight=2, public=False)
    def _(f: Any, rng: Any) -> None:
        far = int(rng.integers(31, 60))
        for u in ((far, 2), (3, -far), (-far, far), (far, far), (30, 0)):
            reported(f, u, (1.5, 2.0), (30, 30), "nothing overlaps")

    @ex.check("the truth does not change the overlap, the shape not the error", kind="value", public=False)
    def _(f: Any, rng: Any) -> None:
        u = rng.uniform(2, 9, 2)
        for truth, shape in (((0.0, 0.0), (40, 40)), (u, (20, 90)), (rng.uniform(-30, 30, 2), (33, 21))):
            reported(f, u, truth, shape)


def _with_overlap(overlap: Any) -> Any:
    def run(u: Any, truth: Any, shape: Any) -> Any:
        return plain.report(u, truth, shape)[0], overlap(u, truth, shape)

    return run


def _with_error(error: Any) -> Any:
    def run(u: Any, truth: Any, shape: Any) -> Any:
        return error(np.asarray(u, float) - np.asarray(truth, float)), plain.report(u, truth, shape)[1]

    return run


_REPORT_LOOKS = (
    (
        "this looks like an overlap from 0 to 1: per cent are wanted",
        _with_overlap(lambda u, t, s: plain.report(u, t, s)[1] / 100),
    ),
    (
        "this looks like the overlap of what is left to go, u - truth: it belongs to u",
        _with_overlap(lambda u, t, s: plain.report(np.subtract(u, t), t, s)[1]),
    ),
    (
        "this looks like rows and columns exchanged in the overlap",
        _with_overlap(lambda u, t, s: plain.report(u, t, s[::-1])[1]),
    ),
    (
        "this looks like a product without a floor: beyond the frame the overlap is 0",
        _with_overlap(lambda u, t, s: 100 * (s[0] - np.ceil(abs(u[0]))) * (s[1] - np.ceil(abs(u[1]))) / (s[0] * s[1])),
    ),
    (
        "this looks like the way along rows plus that along columns: a straight line is wanted",
        _with_error(lambda e: abs(e).sum()),
    ),
    ("this looks like the squared distance: take the root", _with_error(lambda e: (e**2).sum())),
    ("this looks like the larger of the two: a straight line is wanted", _with_error(lambda e: abs(e).max())),
    (
        "this looks like a root of a mean: the distance is the root of the sum",
        _with_error(lambda e: np.sqrt((e**2).mean())),
    ),
)
