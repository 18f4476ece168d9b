"""U05's measure with a model: `slr(H, dist)`."""

from __future__ import annotations

import inspect
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
from coursereg.course.exercises._u05_mi import NATS, TABLE, other_units, table
from coursereg.course.plain import information as plain


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
    """Ask for an error; the statement says ValueError, and any other that is raised at once is as loud."""
    words = f"for H of shape {H.shape} and dist of shape {dist.shape}"
    try:
        got = f(H, dist)
    except Raised as error:
        if type(error) is not Raised:  # stopped by the marking: out of time, or its process died
            raise
        return
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

    @ex.check(
        "cells that the model calls very unlikely count, and so do cells with few pixels", kind="value", public=False
    )
    def _(f: Any, rng: Any) -> None:
        dist = _model(rng, (4, 5))
        rare = rng.permutation(5)[:4]
        dist[np.arange(4), rare] = rng.permutation([7e-4, 1e-4, 1e-5, 1e-6])
        dist /= dist.sum()
        H = table(rng, (4, 5), empty=0.0)
        hint = "only cells with p = 0 are left out: a small q is the strongest evidence of all"
        expect(f(H, dist), plain.slr(H, dist), atol=NATS, hint=hint)
        few = rng.integers(1, 3, (40, 40)) + np.diag(rng.integers(10000, 40000, 40))
        dist = np.full((40, 40), 1e-5) + np.diag(rng.dirichlet(np.full(40, 20.0)))
        dist /= dist.sum()
        expect(f(few, dist), plain.slr(few, dist), atol=NATS, hint="many cells of one pixel make a large sum")

    @ex.check("a model of independent pictures: 0 for any pixels", kind="property", public=False)
    def _(f: Any, rng: Any) -> None:
        a, b = rng.dirichlet([3, 4, 5]), rng.dirichlet([2, 3, 4, 5])
        expect(f(table(rng, (3, 4)), np.outer(a, b)), 0.0, atol=NATS)

    @ex.check("cells that are empty in both add nothing", kind="property", public=False)
    def _(f: Any, rng: Any) -> None:
        H = np.diag(rng.integers(3, 40, 4))
        dist = np.diag(rng.dirichlet([4, 4, 4, 4]))
        expect(f(H, dist), plain.slr(H, dist), atol=NATS, hint="0 pixels times log 0 must not become nan")

    @ex.check("a model of one row or one column is refused too, not stretched", kind="property", public=False)
    def _(f: Any, rng: Any) -> None:
        H, dist = table(rng, (3, 4)), _model(rng, (3, 4))
        for model in (dist.sum(axis=0, keepdims=True), dist.sum(axis=1, keepdims=True), dist.sum(keepdims=True)):
            _refuses(f, H, model)
