"""U05's normalised measures of a joint histogram: `NMI(H)` and `corr_ratio(H)`."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import numpy as np

from coursereg.course.exercises import _u05_mistakes as mistakes
from coursereg.course.exercises._base import (
    Exercise,
    Unit,
    expect,
    expect_inputs_untouched,
    expect_shape,
)
from coursereg.course.exercises._u05_mi import NATS, TABLE, crowded, table, with_empty_lines
from coursereg.course.plain import information as plain

RATIO = 1e-4  # correlation ratio: sums of products, no logarithm


def _entropies(H: Any) -> tuple[float, float, float]:
    """H(I), H(J) and H(I, J)."""
    p = np.asarray(H, float) / np.sum(H)
    out = []
    for q in (p.sum(axis=1), p.sum(axis=0), p.ravel()):
        q = q[q > 0]
        out.append(float(-np.sum(q * np.log(q))))
    return out[0], out[1], out[2]


# --- NMI --------------------------------------------------------------------------------------------------------------


def add_nmi(unit: Unit) -> None:
    """Add ``NMI``."""
    ex = unit.exercise(
        "NMI",
        8.0,
        signature="NMI(H)",
        statement="Normalised mutual information of a joint histogram: `2 MI / (H_I + H_J)`, where H_I and "
        "H_J are the entropies of the row "
        "totals and of the column totals. "
        + TABLE
        + "One number from 0 (independent) to 1 (each picture tells the other). `H` holds counts or weights "
        "as in `MI_from_hist`, with empty "
        "rows and columns, not always square. (Two constant pictures give 0/0; ours returns nan, and nobody "
        "checks it.)",
        hints=(
            "# 4 residual: the same three tables as in MI; now three entropies.",
            "H = [[4, 0], [0, 4]]: MI = log 2, H_I = log 2, H_J = log 2, so NMI = 1.",
            "Write one function for the entropy of a table that leaves its zeros out; MI = H_I + H_J - H_IJ",
        ),
        reference=plain.NMI,
        solution=inspect.getsource(plain.NMI),
        read="6. Write: NMI",
    )
    _nmi_checks(ex)
    _nmi_definitions(ex)
    ex.looks_like(
        "this looks like MI / (H_I + H_J): the 2 is missing, and a picture with itself gets 1/2", mistakes.half_nmi
    )
    ex.looks_like("this looks like MI itself: divide by the mean of the two entropies", plain.MI_from_hist)


def _rescaled(divisor: Callable[[float, float, float], float]) -> Callable[..., Any]:
    """Turn MI / divisor into our NMI."""

    def adapt(f: Callable[[Any], Any]) -> Callable[[Any], Any]:
        def ours(H: Any) -> Any:
            h = _entropies(H)
            return f(H) * divisor(*h) * 2 / (h[0] + h[1])

        return ours

    return adapt


def _nmi_definitions(ex: Exercise) -> None:
    ex.convention(
        "this is Studholme's NMI, (H_I + H_J) / H_IJ, from 1 to 2. Ours is 2 - 2 / that, from 0 to 1",
        lambda f: lambda H: 2 - 2 / f(H),
    )
    for name, divisor in (
        ("the joint entropy H_IJ", lambda a, b, c: c),
        ("the geometric mean of the entropies", lambda a, b, c: np.sqrt(a * b)),
        ("the smaller entropy", lambda a, b, c: min(a, b)),
        ("the larger entropy", lambda a, b, c: max(a, b)),
    ):
        ex.convention(
            f"this is MI divided by {name}, another definition. Ours divides by the mean of the two entropies",
            _rescaled(divisor),
        )


def _nmi_checks(ex: Exercise) -> None:
    @ex.check("gives one number", kind="shape", weight=0.5)
    def _(f: Any, rng: Any) -> None:
        expect_shape(f(table(rng, (3, 4))), ())

    @ex.check("1 for pictures that tell each other, 0 for independent ones", kind="fixed")
    def _(f: Any, rng: Any) -> None:
        expect(f(np.array([[0, 4], [4, 0]])), 1.0, atol=NATS)
        expect(f(np.array([[1, 2], [2, 4]])), 0.0, atol=NATS)

    @ex.check("any H of counts", kind="value", weight=3)
    def _(f: Any, rng: Any) -> None:
        for n in (3, 5):
            H = table(rng, (n, n))
            expect(f(H), plain.NMI(H), atol=NATS)

    @ex.check("counts and probabilities give the same", kind="property")
    def _(f: Any, rng: Any) -> None:
        H = table(rng, (4, 4))
        expect(f(H / H.sum()), plain.NMI(H), atol=NATS)

    @ex.check("a picture and its recoloured copy: 1, however uneven the histogram", kind="property")
    def _(f: Any, rng: Any) -> None:
        H = np.diag(rng.integers(1, 80, 5))[rng.permutation(5)]
        expect(f(H), 1.0, atol=NATS, hint="MI = H_I = H_J here")

    @ex.check("different numbers of bins, empty rows and columns", kind="value", weight=2, public=False)
    def _(f: Any, rng: Any) -> None:
        for shape in ((3, 7), (6, 2)):
            H = with_empty_lines(rng, table(rng, shape)) * 1.0
            expect(f(H), plain.NMI(H), atol=NATS, what=f"NMI of a histogram of shape {H.shape}")

    @ex.check("a million pixels, thousands of cells with one or two: all of them count", kind="value", public=False)
    def _(f: Any, rng: Any) -> None:
        H = crowded(rng)
        expect(
            f(H), plain.NMI(H), atol=NATS, hint="only cells with p = 0 are left out: many small ones make a large sum"
        )

    @ex.check("J is a function of I, but I is none of J: less than 1", kind="value", public=False)
    def _(f: Any, rng: Any) -> None:
        n = rng.integers(5, 60, 6)
        H = np.zeros((6, 3))
        H[np.arange(6), [0, 1, 2, 2, 1, 0]] = n
        expect(f(H), plain.NMI(H), atol=NATS)

    @ex.check("I and J may change places, and H stays as it is", kind="property", public=False)
    def _(f: Any, rng: Any) -> None:
        H = table(rng, (4, 6))
        expect(f(np.ascontiguousarray(H.T)), plain.NMI(H), atol=NATS)
        expect_inputs_untouched(f)


# --- correlation ratio ------------------------------------------------------------------------------------------------


def add_corr_ratio(unit: Unit) -> None:
    """Add ``corr_ratio``."""
    ex = unit.exercise(
        "corr_ratio",
        10.0,
        signature="corr_ratio(H)",
        statement="Correlation ratio of J given I: `1 - E[var(J | I)] / var(J)`. "
        + TABLE
        + "Row i of `H` holds the pixels whose I is in bin i; take the variance of their J, weight it by the "
        "row's share of all pixels, add up, "
        "divide by the variance of J over all pixels, and subtract from 1. The grey value of J in column j is "
        "the number j. Variances divide by "
        "the number of pixels (no n - 1). `H` holds counts or weights, may be non-square and have empty rows "
        "and columns, and is not changed. "
        "(A constant J gives 0/0; ours returns nan, and nobody checks it.)",
        hints=(
            "# 4 residual: what I cannot explain. How far is each pixel's J from the mean J of its row?",
            "H = [[2, 0], [1, 1]]: row 0 has variance 0, row 1 has 0.25. Half of the pixels are in each row: "
            "0.125. J as a whole has "
            "mean 0.25 and variance 0.1875, so the ratio is 1 - 0.125 / 0.1875 = 1/3.",
            "j = np.arange(H.shape[1]); for row in H: ... mean = row @ j / row.sum() ... row @ (j - mean) ** 2",
        ),
        reference=plain.corr_ratio,
        solution=inspect.getsource(plain.corr_ratio),
        read="6. Write: the correlation ratio",
    )
    _ratio_public(ex)
    _ratio_hidden(ex)
    ex.convention(
        "this is the correlation ratio of I given J. Here I is given: the variances are those of J, along the "
        "rows of H",
        lambda f: lambda H: f(np.ascontiguousarray(np.transpose(H))),
    )
    ex.convention(
        "this is the square root of what is asked for: the ratio of variances itself, eta squared in statistics",
        lambda f: lambda H: f(H) ** 2,
    )
    for message, function in (
        (
            "this looks like a plain mean of the rows' variances: a row with 3 pixels must not weigh as much "
            "as one with 3000",
            mistakes.mean_of_variances,
        ),
        ("this looks like the part that I does not explain: subtract it from 1", mistakes.part_left),
        (
            "this looks like the squared correlation: it only sees straight lines, the ratio takes the mean "
            "of each row as it is",
            mistakes.squared_correlation,
        ),
        (
            "this looks like the variance of the counts: H says how often; the grey values are the numbers of "
            "the columns",
            mistakes.variance_of_counts,
        ),
        (
            "this looks like the variance of 0, 1, 2 ...: each bin of J counts as often as it has pixels",
            mistakes.variance_of_bins,
        ),
        ("this looks like standard deviations: the ratio is one of variances", mistakes.standard_deviations),
    ):
        ex.looks_like(message, function)


def _fold(rng: Any) -> np.ndarray:
    """Histogram of J = f(I) where f goes up and comes down again."""
    H = np.zeros((5, 3))
    H[np.arange(5), [0, 1, 2, 1, 0]] = rng.integers(5, 60, 5)
    return H


def _ratio_public(ex: Exercise) -> None:
    @ex.check("gives one number", kind="shape", weight=0.5)
    def _(f: Any, rng: Any) -> None:
        expect_shape(f(table(rng, (3, 4))), ())

    @ex.check("the example of the hint", kind="fixed")
    def _(f: Any, rng: Any) -> None:
        expect(f(np.array([[2, 0], [1, 1]])), 1 / 3, atol=RATIO)
        expect(f(np.array([[1, 1], [2, 2]])), 0.0, atol=RATIO, hint="each row has the same J: I explains nothing")

    @ex.check("1 when J is a function of I, even one that goes up and down", kind="property")
    def _(f: Any, rng: Any) -> None:
        expect(f(_fold(rng)), 1.0, atol=RATIO, hint="each row has a single J, so nothing varies within it")

    @ex.check("any H of counts", kind="value", weight=3)
    def _(f: Any, rng: Any) -> None:
        for n in (3, 5):
            H = table(rng, (n, n))
            expect(f(H), plain.corr_ratio(H), atol=RATIO)

    @ex.check("the order of I's bins does not matter", kind="property")
    def _(f: Any, rng: Any) -> None:
        H = table(rng, (5, 5))
        expect(
            f(H[rng.permutation(5)]), plain.corr_ratio(H), atol=RATIO, hint="I only says which pixels belong together"
        )

    @ex.check("counts and probabilities give the same", kind="property")
    def _(f: Any, rng: Any) -> None:
        H = table(rng, (4, 4))
        expect(f(H / H.sum()), plain.corr_ratio(H), atol=RATIO)


def _ratio_hidden(ex: Exercise) -> None:
    @ex.check("different numbers of bins", kind="value", weight=2, public=False)
    def _(f: Any, rng: Any) -> None:
        for shape in ((3, 7), (6, 2)):
            H = table(rng, shape) * 1.0
            expect(f(H), plain.corr_ratio(H), atol=RATIO, what=f"the ratio of a histogram of shape {shape}")

    @ex.check("rows with very different numbers of pixels", kind="value", weight=2, public=False)
    def _(f: Any, rng: Any) -> None:
        H = table(rng, (4, 5)) * rng.permutation([1, 10, 100, 1000])[:, None]
        expect(f(H), plain.corr_ratio(H), atol=RATIO)

    @ex.check("a few pixels with a J far from all others", kind="value", public=False)
    def _(f: Any, rng: Any) -> None:
        for share in (1e-4, 1e-5):
            H = np.zeros((5, 40))
            H[:4, :4] = rng.integers(10, 90, (4, 4))
            H *= 1e6 / H.sum()
            H[4, rng.integers(4, 12)] = H[4, rng.integers(32, 40)] = share * 5e5
            H = np.round(H[rng.permutation(5)]).astype(np.int64)
            hint = f"one row holds a share of {share:g} of the pixels; it counts, its J lie far out"
            expect(f(H), plain.corr_ratio(H), atol=RATIO, hint=hint)

    @ex.check("it has a direction: I from J is another question than J from I", kind="value", public=False)
    def _(f: Any, rng: Any) -> None:
        H = np.ascontiguousarray(_fold(rng).T)
        expect(f(H), plain.corr_ratio(H), atol=RATIO, hint="here I is a function of J, and J is none of I")

    @ex.check("a row cut in two with the same proportions changes nothing", kind="property", public=False)
    def _(f: Any, rng: Any) -> None:
        H = table(rng, (4, 4))
        cut = np.insert(2 * H, 4, H[1], axis=0)
        cut[1] = H[1]
        expect(f(cut), plain.corr_ratio(H), atol=RATIO, hint="the two halves have one mean, and share the weight")

    @ex.check("empty rows change nothing, nor does turning the scale of J around", kind="property", public=False)
    def _(f: Any, rng: Any) -> None:
        H = table(rng, (4, 4))
        more = np.insert(H, rng.integers(0, 5), 0, axis=0)
        expect(f(more), plain.corr_ratio(H), atol=RATIO, hint="an empty row has no variance and no weight")
        expect(f(np.ascontiguousarray(H[:, ::-1])), plain.corr_ratio(H), atol=RATIO)
        expect_inputs_untouched(f)
