"""The bug of unit U03: a report whose sums of squares wrapped around in uint8."""

from __future__ import annotations

from typing import Any

import numpy as np

from coursereg.course.exercises._base import add_bug_check, expect, expect_shape
from coursereg.course.exercises._u03_unit import UNIT
from coursereg.course.plain import intensity as plain


def report(pairs: Any) -> list[float]:
    """The table of the report, as it was published."""
    return [float(((I - J) ** 2).sum()) for I, J in pairs]


def report_mended(pairs: Any) -> list[float]:
    """The table of the report, as it should have been."""
    return [float(((I.astype(float) - J.astype(float)) ** 2).sum()) for I, J in pairs]


def wrapped(I: Any, J: Any) -> float:
    """Everything in uint8, as in the report."""
    I, J = np.asarray(I), np.asarray(J)
    return float(((I - J) ** 2).sum())


def cast_too_late(I: Any, J: Any) -> float:
    """Subtracted in uint8 and cast to float afterwards."""
    I, J = np.asarray(I), np.asarray(J)
    return float(((I - J).astype(float) ** 2).sum())


def squares_too_large(I: Any, J: Any) -> float:
    """Squared in int16, which ends at 32767."""
    I, J = np.asarray(I).astype(np.int16), np.asarray(J).astype(np.int16)
    return float(((I - J) ** 2).sum())


def float_sum(I: Any, J: Any) -> float:
    """Cast to float, subtracted, squared, summed."""
    return plain.SSD(I, J)


def by_dot(I: Any, J: Any) -> Any:
    """As the product of a long vector with itself, a NumPy number."""
    d = np.asarray(I, float).ravel() - np.asarray(J, float).ravel()
    return d @ d


def by_loop(I: Any, J: Any) -> Any:
    """Pixel by pixel in Python."""
    total = 0.0
    for a, b in zip(np.asarray(I).ravel().tolist(), np.asarray(J).ravel().tolist(), strict=True):
        total += (float(a) - float(b)) ** 2
    return total


BUG = UNIT.exercise(
    "bug",
    4.0,
    kind="bug",
    signature="report_fixed(pairs)",
    statement="The report's table, mended: for a list of pairs (I, J) the list of their true SSDs, for every dtype.",
    hints=(
        "What is the dtype of I - J?",
        "np.uint8(100) - np.uint8(200) is 156.",
        "I.astype(float) - ...",
    ),
    reference=report_mended,
    solution="def report_fixed(pairs):\n    return [SSD(I, J) for I, J in pairs]\n",
    read="8. Bug of the unit",
)


@BUG.check("uint8 pictures: the true sums, one for each pair", kind="value")
def _(f: Any, rng: Any) -> None:
    pairs = [tuple(rng.integers(0, 256, (2, 7, 9), dtype=np.uint8)) for _ in range(3)]
    got = f(pairs)
    expect_shape(got, (3,))
    expect(got, report_mended(pairs), rtol=1e-5)


@BUG.check("pictures with fractions: nothing is cut off", kind="value", public=False)
def _(f: Any, rng: Any) -> None:
    pairs = [tuple(rng.uniform(-2, 2, (2, 5, 8))) for _ in range(4)]
    expect(f(pairs), report_mended(pairs), rtol=1e-5)


BUG.looks_like(
    "this is still the report's table: I - J wraps around in uint8. Cast before you subtract",
    report,
)
BUG.looks_like(
    "this looks like a cast that comes too late: I - J has wrapped already",
    lambda pairs: [float(((I - J).astype(float) ** 2).sum()) for I, J in pairs],
)

add_bug_check(
    UNIT,
    mutants=[wrapped, cast_too_late, squares_too_large],
    rights=[float_sum, by_dot, by_loop],
    kind="bug_check",
    signature="bug_check(f)",
    statement="The check that would have saved the report: `bug_check(f)` gets a function f(I, J) that claims to be "
    "an SSD. Use assert: pass for every right SSD, fail for one that wraps. It is tried on the report's "
    "own bug, on two other ways to wrap, and on three right answers. Think of I < J as well as I > J, and "
    "of the largest difference that uint8 allows.",
    hints=(
        "A tiny picture is enough, if its differences are large: its SSD can be computed by hand.",
        "uint8 pixels 100 and 200: 10000. Pixels 0 and 255: 65025.",
        "I, J = np.uint8([[100, 0]]), np.uint8([[200, 255]]); assert abs(f(I, J) - ...) < 1e-3",
    ),
    solution="""def bug_check(f):
    I, J = np.uint8([[100, 0]]), np.uint8([[200, 255]])
    assert abs(f(I, J) - (10000 + 65025)) < 1e-3
    assert abs(f(J, I) - (10000 + 65025)) < 1e-3
""",
    read="8. Bug of the unit",
)
