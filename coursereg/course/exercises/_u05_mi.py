"""U05's two forms of mutual information: `MI_from_hist(H)` and `MI(I, J, bins)`."""

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
from coursereg.course.plain import information as plain

NATS = 2e-3  # lets an epsilon of 1e-9 inside a logarithm pass, and neither 1e-3 nor another base
TABLE = "Axis 0 of `H` is I, axis 1 is J. "


def table(rng: Any, shape: tuple[int, int], empty: float = 0.3) -> np.ndarray:
    """Counts with empty cells, and with marginals that differ in shape from each other."""
    tilt = np.geomspace(1, 8, shape[0])[:, None] * np.linspace(1, 2, shape[1])[::-1]
    H = rng.integers(1, 30, shape) * tilt * (rng.random(shape) > empty)
    H[rng.integers(shape[0]), rng.integers(shape[1])] += 100
    # every row and column has a pixel: empty ones have their own check
    for k in range(max(shape)):
        H[k % shape[0], k % shape[1]] += 3
    return np.floor(H).astype(np.int64)


def with_empty_lines(rng: Any, H: np.ndarray) -> np.ndarray:
    """The same table with an empty row and an empty column somewhere."""
    i, j = rng.integers(0, H.shape[0] + 1), rng.integers(0, H.shape[1] + 1)
    return np.insert(np.insert(H, i, 0, axis=0), j, 0, axis=1)


def crowded(rng: Any, n: int = 64) -> np.ndarray:
    """About a million counts near a curve, and thousands of cells of one or two that together cannot be left out."""
    H = rng.integers(1, 3, (n, n))
    H[np.arange(n), rng.permutation(n)] = rng.integers(8000, 24000, n)
    return H


def add_mi_from_hist(unit: Unit) -> None:
    """Add ``MI_from_hist``."""
    ex = unit.exercise(
        "MI_from_hist",
        14.0,
        signature="MI_from_hist(H)",
        statement="Mutual information in nats (natural logarithm) of two pictures, from their joint histogram "
        "`H`. "
        + TABLE
        + "Return one number, `sum p log(p / (p_I p_J))` over the cells: p is `H` divided by its sum, p_I[i] "
        "the total of row i of "
        "p, p_J[j] the total of column j. A cell with p = 0 adds nothing. `H` holds counts, probabilities or "
        "any other weights of "
        "at least 0; it need not be square, may have empty rows and columns, and must not be changed. A "
        "number within 0.002 of ours is right.",
        hints=(
            "# 4 residual: two pictures, one number. Three tables of probabilities are needed: p, its row "
            "totals, its column totals.",
            "H = [[4, 0], [0, 4]]: p is 0.5 in two cells, every total is 0.5, so each full cell adds 0.5 * "
            "log(0.5 / 0.25), "
            "together log 2 = 0.693.",
            "p_I = p.sum(axis=1) has one number for each row; np.outer(p_I, p_J) has the shape of p; full = p > 0",
        ),
        reference=plain.MI_from_hist,
        solution=inspect.getsource(plain.MI_from_hist),
        read="6. Write: MI from a histogram",
    )
    _mi_from_hist_public(ex)
    _mi_from_hist_hidden(ex)
    other_units(ex)
    for message, function in _MI_LOOKS:
        ex.looks_like(message, function)


def other_units(ex: Exercise) -> None:
    """Recognise bits and totals over all pixels: legal, but not what is asked for."""
    ex.convention(
        "this is right in bits (log base 2). The course uses nats, the natural logarithm: multiply by log(2)",
        lambda f: lambda H, *more: f(H, *more) * np.log(2),
    )
    ex.convention(
        "this is right as a total over all pixels. The course wants the mean per pixel: divide by the sum of H",
        lambda f: lambda H, *more: f(H, *more) / np.sum(H),
    )


_MI_LOOKS = (
    (
        "this looks like exchanged marginals: summing over axis 0 leaves one number for each column, and columns are J",
        mistakes.transposed_marginals,
    ),
    (
        "this looks like a large epsilon inside the logarithm: leave the empty cells out instead, they add nothing",
        mistakes.epsilon,
    ),
    (
        "this looks like a large epsilon inside the logarithms: leave the empty cells out instead, they add nothing",
        mistakes.epsilon_in_each_logarithm,
    ),
    ("this looks like the joint entropy: MI is what the two entropies have in common", mistakes.joint_entropy),
    (
        "this looks like H(J|I), what is still unknown of J once I is known: MI is the other part of H(J)",
        mistakes.conditional_entropy,
    ),
    (
        "this looks like a sum of logarithms without their weights: each one counts as often as its cell is "
        "met, p times",
        mistakes.unweighted,
    ),
    ("this looks like MI with the sign of a cost: MI is a similarity, larger is better", mistakes.negative),
    (
        "this looks like MI of H + 1: filling the empty cells makes the pictures more independent than they are",
        mistakes.one_more_in_each_cell,
    ),
    (
        "this looks like MI of log(1 + H): the logarithm is for looking at H, not for computing",
        mistakes.log_counts,
    ),
    ("this looks like counts taken for probabilities: divide H by its sum first", mistakes.counts_as_probabilities),
    (
        "this looks like marginals cast to whole numbers: a normalised H has weights below 1, and they all become 0",
        mistakes.whole_marginals,
    ),
    ("this looks like NMI, the value divided by the mean entropy: MI itself is asked for", plain.NMI),
)


def _mi_from_hist_public(ex: Exercise) -> None:
    @ex.check("gives one number", kind="shape", weight=0.5)
    def _(f: Any, rng: Any) -> None:
        expect_shape(f(table(rng, (3, 4))), ())

    @ex.check("two pictures that tell each other share log 2, independent ones nothing", kind="fixed")
    def _(f: Any, rng: Any) -> None:
        expect(f(np.array([[4, 0], [0, 4]])), np.log(2), atol=NATS, hint="natural logarithm: log 2 = 0.693")
        expect(
            f(np.array([[0, 3], [3, 0]])), np.log(2), atol=NATS, hint="which grey value goes with which does not matter"
        )
        expect(f(np.array([[1, 2], [2, 4]])), 0.0, atol=NATS, hint="each row has the same proportions: independent")

    @ex.check("any H of counts", kind="value", weight=2)
    def _(f: Any, rng: Any) -> None:
        for n in (3, 5):
            H = table(rng, (n, n))
            expect(f(H), plain.MI_from_hist(H), atol=NATS)

    @ex.check("counts, probabilities and other weights give the same", kind="value", weight=2)
    def _(f: Any, rng: Any) -> None:
        H = table(rng, (4, 4))
        for weights in (H / H.sum(), 0.37 * H):
            expect(f(weights), plain.MI_from_hist(H), atol=NATS, hint="H need not hold whole numbers")

    @ex.check("independent pictures with different histograms share nothing", kind="property", weight=2)
    def _(f: Any, rng: Any) -> None:
        H = np.outer(rng.permutation([1, 2, 7, 9]), rng.permutation([3, 1, 12, 5]))
        expect(f(H), 0.0, atol=NATS, hint="p = p_I p_J in every cell, and log 1 = 0")

    @ex.check("the order of the bins does not matter", kind="property")
    def _(f: Any, rng: Any) -> None:
        H = table(rng, (5, 5))
        other = H[rng.permutation(5)][:, rng.permutation(5)]
        expect(
            f(other),
            plain.MI_from_hist(H),
            atol=NATS,
            hint="MI does not look at the grey values, only at who meets whom",
        )

    @ex.check("empty rows and columns change nothing", kind="property")
    def _(f: Any, rng: Any) -> None:
        H = table(rng, (4, 4))
        expect(f(with_empty_lines(rng, H)), plain.MI_from_hist(H), atol=NATS, hint="x log x goes to 0 with x")


def _mi_from_hist_hidden(ex: Exercise) -> None:
    @ex.check("different numbers of bins for I and J", kind="value", weight=2, public=False)
    def _(f: Any, rng: Any) -> None:
        for shape in ((3, 6), (6, 2)):
            H = table(rng, shape) * 1.0
            expect(f(H), plain.MI_from_hist(H), atol=NATS, what=f"MI of a histogram of shape {shape}")

    @ex.check("many bins, few pixels in each", kind="value", weight=2, public=False)
    def _(f: Any, rng: Any) -> None:
        x = rng.normal(size=3000)
        H = np.histogram2d(x, np.exp(0.5 * x) + 0.3 * rng.normal(size=3000), (40, 48))[0]
        expect(f(H), plain.MI_from_hist(H), atol=NATS)

    @ex.check("a million pixels, thousands of cells with one or two: all of them count", kind="value", public=False)
    def _(f: Any, rng: Any) -> None:
        H = crowded(rng)
        hint = "only cells with p = 0 are left out: many small ones make a large sum"
        expect(f(H), plain.MI_from_hist(H), atol=NATS, hint=hint)

    @ex.check("weights that are no whole numbers", kind="value", public=False)
    def _(f: Any, rng: Any) -> None:
        H = table(rng, (5, 4)) * rng.random((5, 4)) * 0.01
        expect(f(H), plain.MI_from_hist(H), atol=NATS)

    @ex.check("I and J may change places", kind="property", public=False)
    def _(f: Any, rng: Any) -> None:
        H = table(rng, (4, 6))
        expect(f(np.ascontiguousarray(H.T)), plain.MI_from_hist(H), atol=NATS, hint="MI is symmetric")

    @ex.check("if J is a function of I, MI is the entropy of J", kind="property", public=False)
    def _(f: Any, rng: Any) -> None:
        n = rng.integers(5, 60, 6)
        H = np.zeros((6, 3))
        H[np.arange(6), [0, 1, 2, 2, 1, 0]] = n
        p = H.sum(axis=0) / H.sum()
        expect(f(H), -np.sum(p * np.log(p)), atol=NATS)

    @ex.check("the histogram is left as it was", kind="property", weight=0.5, public=False)
    def _(f: Any, rng: Any) -> None:
        H = table(rng, (4, 4)) * 1.0
        expect(f(H), plain.MI_from_hist(H), atol=NATS)
        expect_inputs_untouched(f)


# --- MI of two pictures -----------------------------------------------------------------------------------------------


def related(rng: Any, shape: tuple[int, int], noise: float = 0.4) -> tuple[np.ndarray, np.ndarray]:
    """Two float pictures that have something in common, with ranges of their own."""
    I = rng.normal(size=shape)
    return I, 40 + 7 * (I**2 + noise * rng.normal(size=shape))


def grey(rng: Any, shape: tuple[int, int]) -> tuple[np.ndarray, np.ndarray]:
    """Two related uint8 pictures whose values, 0..255 and 3..130, never lie on an edge of 2, 4, 8 ... bins."""
    out = []
    for x, (lo, hi) in zip(related(rng, shape), ((0, 255), (3, 130)), strict=True):
        u = np.round(lo + (hi - lo) * (x - x.min()) / (x.max() - x.min()))
        out.append(u.astype(np.uint8))
    return out[0], out[1]


def add_mi(unit: Unit) -> None:
    """Add ``MI``."""
    ex = unit.exercise(
        "MI",
        10.0,
        signature="MI(I, J, bins)",
        statement="Mutual information in nats of two pictures of one shape and any real dtype. `bins` is a "
        "whole number: each picture "
        "gets that many bins of equal width, from its own smallest to its own largest value, the last bin "
        "with its upper end. "
        "Build the joint histogram with `np.histogram2d` or with your own `JointHist` of U04, then measure it. "
        "A constant picture has MI 0. Within 0.002 of ours is right.",
        hints=(
            "# 4 residual: the grey values are used once, to fill H; after that only H is looked at.",
            "I = [[0, 0], [1, 1]] and J = [[5, 9], [5, 9]] with 2 bins: H = [[1, 1], [1, 1]], so MI = 0.",
            "H, _, _ = np.histogram2d(np.ravel(I), np.ravel(J), bins)",
        ),
        reference=plain.MI,
        solution=inspect.getsource(plain.MI),
        read="6. Write: MI of two pictures",
    )
    _mi_public(ex)
    _mi_hidden(ex)
    ex.convention(
        "this is right in bits (log base 2). The course uses nats, the natural logarithm: multiply by log(2)",
        lambda f: lambda I, J, bins: f(I, J, bins) * np.log(2),
    )
    ex.convention(
        "this is right as a total over all pixels. The course wants the mean per pixel: divide by their number",
        lambda f: lambda I, J, bins: f(I, J, bins) / np.size(I),
    )
    for message, function in _PICTURE_LOOKS:
        ex.looks_like(message, function)


def _of_hist(function: Callable[[Any], float]) -> Callable[..., float]:
    """A mistake in the measure, made after a right histogram."""
    return lambda I, J, bins: function(np.histogram2d(np.ravel(I) * 1.0, np.ravel(J) * 1.0, bins)[0])


_PICTURE_LOOKS = (
    ("this looks like bins from 0 to 256 for every picture: each has its own range", mistakes.fixed_range),
    ("this looks like bins from 0 to 255 for every picture: each has its own range", mistakes.fixed_range_255),
    ("this looks like one range for both pictures: each has its own", mistakes.common_range),
    (
        "this looks like as many bins as the largest grey value: then no two pairs of pictures can be "
        "compared. Use `bins`",
        mistakes.bins_forgotten,
    ),
    ("this looks like the 10 bins that NumPy takes when nobody says how many: pass `bins` on", mistakes.ten_bins),
    ("this looks like one bin too many: n bins have n + 1 edges", mistakes.one_bin_more),
    ("this looks like one bin too few: n bins have n + 1 edges", mistakes.one_bin_less),
    (
        "this looks like rounding to the nearest of n levels, a legal binning in other books. Ours has n bins "
        "of equal width",
        mistakes.rounded_bins,
    ),
    *((message, _of_hist(function)) for message, function in _MI_LOOKS),
)


def _mi_public(ex: Exercise) -> None:
    @ex.check("gives one number for pictures that are not square", kind="shape", weight=0.5)
    def _(f: Any, rng: Any) -> None:
        expect_shape(f(*related(rng, (6, 9)), 4), ())

    @ex.check("stripes and stripes share log 2, rows and columns nothing", kind="fixed")
    def _(f: Any, rng: Any) -> None:
        I, J = np.array([[0.0, 0.0], [1.0, 1.0]]), np.array([[5.0, 9.0], [5.0, 9.0]])
        expect(f(I, J, 2), 0.0, atol=NATS, hint="half of each value of I meets each value of J")
        expect(f(I, 9 - 4 * I, 2), np.log(2), atol=NATS, hint="here J is a function of I")

    @ex.check("any two pictures, with the number of bins that was asked for", kind="value", weight=3)
    def _(f: Any, rng: Any) -> None:
        for bins in (4, 11):
            I, J = related(rng, (18, 25))
            expect(f(I, J, bins), plain.MI(I, J, bins), atol=NATS, what=f"MI with {bins} bins")

    @ex.check("8-bit pictures", kind="value", weight=2)
    def _(f: Any, rng: Any) -> None:
        I, J = grey(rng, (21, 16))
        for bins in (8, 32):
            expect(f(I, J, bins), plain.MI(I, J, bins), atol=NATS, what=f"MI with {bins} bins")

    @ex.check("brighter and with more contrast, the picture tells the same", kind="property")
    def _(f: Any, rng: Any) -> None:
        I, J = related(rng, (15, 12))
        expect(
            f(I / 8, 4 * J - 3000, 8),
            plain.MI(I, J, 8),
            atol=NATS,
            hint="the bins go along: each picture has its own range",
        )

    @ex.check("a constant picture tells nothing", kind="property")
    def _(f: Any, rng: Any) -> None:
        I, _ = related(rng, (7, 8))
        expect(f(I, np.full(I.shape, 7.0), 8), 0.0, atol=NATS)
        expect(f(np.zeros(I.shape), I, 8), 0.0, atol=NATS)


def _mi_hidden(ex: Exercise) -> None:
    @ex.check("a picture and itself: its entropy", kind="value", weight=2, public=False)
    def _(f: Any, rng: Any) -> None:
        I, _ = related(rng, (17, 23))
        p = np.histogram(I, 16)[0] / I.size
        expect(f(I, I, 16), -np.sum(p[p > 0] * np.log(p[p > 0])), atol=NATS)

    @ex.check("negative and fractional grey values", kind="value", weight=2, public=False)
    def _(f: Any, rng: Any) -> None:
        I, J = related(rng, (20, 13))
        expect(f(0.01 * I, -J, 6), plain.MI(0.01 * I, -J, 6), atol=NATS)
        K = (grey(rng, (20, 13))[0].astype(np.int16) - 100) * 7
        expect(f(K, I.astype(np.float32), 16), plain.MI(K, I.astype(np.float32), 16), atol=NATS)

    @ex.check("few pixels, many bins", kind="value", public=False)
    def _(f: Any, rng: Any) -> None:
        I, J = rng.normal(size=(2, 6, 10))
        expect(f(I, J, 16), plain.MI(I, J, 16), atol=NATS)

    @ex.check("256 and more bins", kind="value", public=False)
    def _(f: Any, rng: Any) -> None:
        I, J = rng.random((2, 15, 20))  # as many pixels in the first and last bins as elsewhere
        for bins in (256, 300):
            hint = "bin numbers, and i * bins + j, need a dtype that can hold them"
            expect(f(I, J, bins), plain.MI(I, J, bins), atol=NATS, what=f"MI with {bins} bins", hint=hint)

    @ex.check("grey values whose range does not fit into their own dtype", kind="value", public=False)
    def _(f: Any, rng: Any) -> None:
        # no whole number lies on an inner edge: 33500 k / 7 and 255 k / 8 are none. The maximum stays small: answers
        # that take it for the number of bins must not fill the memory
        for dtype, lo, hi, bins in ((np.int16, -32000, 1500, 7), (np.int8, -128, 127, 8)):
            I, J = (np.round(lo + (hi - lo) * (x - x.min()) / np.ptp(x)) for x in related(rng, (14, 17)))
            hint = f"{hi} - ({lo}) does not fit into {dtype.__name__}"
            expect(f(I.astype(dtype), J.astype(dtype), bins), plain.MI(I, J, bins), atol=NATS, hint=hint)

    @ex.check("where the pixels are does not matter, only who meets whom", kind="property", public=False)
    def _(f: Any, rng: Any) -> None:
        I, J = related(rng, (12, 14))
        order = rng.permutation(I.size)
        mixed = [x.ravel()[order].reshape(I.shape) for x in (I, J)]
        expect(f(*mixed, 8), plain.MI(I, J, 8), atol=NATS)

    @ex.check("I and J may change places, and stay as they are", kind="property", public=False)
    def _(f: Any, rng: Any) -> None:
        I, J = related(rng, (9, 14))
        expect(f(J, I, 8), plain.MI(I, J, 8), atol=NATS, hint="MI is symmetric")
        expect_inputs_untouched(f)
