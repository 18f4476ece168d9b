"""U05's other measures of a joint histogram: `NMI(H)`, `corr_ratio(H)`, `slr(H, dist)`."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import numpy as np

from coursereg.course.exercises import _u05_mistakes as mistakes
from coursereg.course.exercises._base import (
    Exercise,
    Raised,
    Unit,
    Wrong,
    expect,
    expect_inputs_untouched,
    expect_shape,
    numbers,
)
from coursereg.course.exercises._u05_mi import NATS, TABLE, other_units, table, with_empty_lines
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


# --- supervised likelihood ratio --------------------------------------------------------------------------------------


def _model(rng: Any, shape: tuple[int, int]) -> np.ndarray:
    """Probabilities without zeros that sum to one up to 1e-4, as numbers from a file do, and never exactly."""
    q = table(rng, shape, empty=0.0) + 5.0
    q = np.round(q / q.sum(), 6)
    q[0, 0] += 1.0001 - q.sum()  # an answer that divides the caller's array by its sum cannot go unseen
    return q


def add_slr(unit: Unit) -> None:
    """Add ``slr``."""
    ex = unit.exercise(
        "slr",
        8.0,
        signature="slr(H, dist)",
        statement="Supervised log-likelihood ratio in nats per pixel. `dist` is a model: the joint "
        "probabilities q of two pictures that are known to be "
        "aligned; it sums to one. Return the mean over the pixels of `H` of `log(q / (q_I q_J))`, with q_I "
        "and q_J the row and column totals of the "
        "model: `sum p log(q / (q_I q_J))`, p = H / sum of H. "
        + TABLE
        + "Cells with p = 0 add nothing, even where q is 0 too. The result may be negative. If the shapes of "
        "`H` and `dist` differ in any way, raise "
        "ValueError. Neither array may be changed. (A pixel in a cell with q = 0 makes it minus infinity; "
        "nobody checks it.)",
        hints=(
            "# 4 residual: the pixels come from H, the scores they get come from dist.",
            "dist = [[0.4, 0.1], [0.1, 0.4]]: all totals are 0.5, so a pixel on the diagonal scores log(0.4 / "
            "0.25) = 0.47, "
            "one off it log(0.1 / 0.25) = -0.92. H = [[3, 0], [0, 1]] gets 0.47, H = [[0, 3], [1, 0]] gets "
            "-0.92.",
            "if H.shape != dist.shape: raise ValueError(...); score = np.log(dist / np.outer(dist.sum(axis=1), ...))",
        ),
        reference=plain.slr,
        solution=inspect.getsource(plain.slr),
        read="6. Write: the supervised likelihood ratio",
    )
    _slr_public(ex)
    _slr_hidden(ex)
    other_units(ex)
    for message, function in (
        ("this looks like MI of H: the model `dist` is not used", mistakes.model_ignored),
        ("this looks like the totals of H: q_I and q_J are the totals of the model", mistakes.marginals_of_the_data),
        (
            "this looks like a mean over the model: the pixels that are scored are those of H",
            mistakes.mean_over_the_model,
        ),
        (
            "this looks like a value cut off at 0: pixels that the model finds unlikely must count against",
            mistakes.clipped,
        ),
        ("this looks like log q alone: divide by q_I q_J, what independent pictures would have", mistakes.no_marginals),
        ("this looks like log(p / q): the ratio is that of the model, q / (q_I q_J)", mistakes.divergence),
    ):
        ex.looks_like(message, function)


def _refuses(f: Any, H: np.ndarray, dist: np.ndarray) -> None:
    """Ask for a ValueError."""
    words = f"for H of shape {H.shape} and dist of shape {dist.shape}"
    try:
        got = f(H, dist)
    except Raised as error:
        if not str(error).startswith("ValueError"):
            raise Wrong(f"the function must raise ValueError {words}, it raised {error}") from None
    else:
        raise Wrong(f"the function must raise ValueError {words}: NumPy may stretch or crop in silence", got)


def _slr_public(ex: Exercise) -> None:
    @ex.check("gives one number", kind="shape", weight=0.5)
    def _(f: Any, rng: Any) -> None:
        expect_shape(f(table(rng, (3, 4)), _model(rng, (3, 4))), ())

    @ex.check("the example of the hint", kind="fixed")
    def _(f: Any, rng: Any) -> None:
        dist = np.array([[0.4, 0.1], [0.1, 0.4]])
        expect(f(np.array([[3, 0], [0, 1]]), dist), np.log(1.6), atol=NATS)
        expect(f(np.array([[0, 3], [1, 0]]), dist), np.log(0.4), atol=NATS)

    @ex.check("the model that is H itself gives MI", kind="value", weight=2)
    def _(f: Any, rng: Any) -> None:
        for n in (3, 4):
            H = table(rng, (n, n))
            expect(
                f(H, H / H.sum()), plain.MI_from_hist(H), atol=NATS, hint="then q = p, and the two sums are the same"
            )

    @ex.check("any pixels under any model", kind="value", weight=3)
    def _(f: Any, rng: Any) -> None:
        for n in (3, 5):
            H, dist = table(rng, (n, n)), _model(rng, (n, n))
            expect(f(H, dist), plain.slr(H, dist), atol=NATS)

    @ex.check("another shape is refused, and the model is left as it was", kind="property")
    def _(f: Any, rng: Any) -> None:
        H, dist = table(rng, (3, 4)), _model(rng, (3, 4))
        numbers(f(H, dist))
        expect_inputs_untouched(f)
        _refuses(f, H, np.ascontiguousarray(dist.T))


def _slr_hidden(ex: Exercise) -> None:
    @ex.check("different numbers of bins, weights instead of counts", kind="value", weight=2, public=False)
    def _(f: Any, rng: Any) -> None:
        for shape in ((3, 6), (5, 2)):
            H, dist = table(rng, shape) * rng.uniform(0.01, 0.1), _model(rng, shape)
            expect(f(H, dist), plain.slr(H, dist), atol=NATS)

    @ex.check("pixels that the model finds unlikely count against", kind="value", public=False)
    def _(f: Any, rng: Any) -> None:
        a, b = rng.uniform(0.3, 0.45, 2)
        dist = np.array([[a, 0.5 - a], [0.5 - b, b]])
        H = np.array([[0, 5], [rng.integers(2, 9), 0]])
        expect(f(H, dist), plain.slr(H, dist), atol=NATS, hint="the result is below 0 here")

    @ex.check("a model of independent pictures: 0 for any pixels", kind="property", public=False)
    def _(f: Any, rng: Any) -> None:
        a, b = rng.dirichlet([3, 4, 5]), rng.dirichlet([2, 3, 4, 5])
        expect(f(table(rng, (3, 4)), np.outer(a, b)), 0.0, atol=NATS)

    @ex.check("cells that are empty in both add nothing", kind="property", public=False)
    def _(f: Any, rng: Any) -> None:
        H = np.diag(rng.integers(3, 40, 4))
        dist = np.diag(rng.dirichlet([4, 4, 4, 4]))
        expect(f(H, dist), plain.slr(H, dist), atol=NATS, hint="0 pixels times log 0 must not become nan")

    @ex.check("a model of one row is refused too, not stretched", kind="property", public=False)
    def _(f: Any, rng: Any) -> None:
        H = table(rng, (3, 4))
        row = _model(rng, (3, 4)).sum(axis=0, keepdims=True)
        _refuses(f, H, row)
