"""U04: the unit, its predictions, the Parsons puzzle and the two fades."""

from __future__ import annotations

import inspect
from typing import Any

import numpy as np

from coursereg.course.exercises._base import Unit, add_parsons, add_predictions, expect, expect_true, numbers

UNIT = Unit(
    "U04",
    "04_joint_histogram",
    "The joint histogram",
    budget=15,
    widgets=("line_to_cloud", "bins_and_noise", "grid_artefacts"),
)

add_predictions(
    UNIT,
    [
        ["it stays a line", "it becomes a cloud", "it moves to another place"],
        ["on the diagonal", "on the other diagonal", "everywhere"],
        ["better", "equally well", "worse"],
        ["at 0", "at 0.4", "at 0.5"],
    ],
)

PARSONS_LINES = (
    "counts = np.bincount(pairs, minlength=levels * levels)",
    "i, j = I.ravel(), J.ravel()",
    "H = np.zeros((levels, levels)); H[i, j] += 1",
    "H = counts.reshape(levels, levels)",
    "pairs = i * levels + j",
)
add_parsons(
    UNIT,
    PARSONS_LINES,
    orders=[[2, 5, 1, 4]],
    distractor="`H[i, j] += 1` writes each cell once, however often it is asked for, so repeated pairs are lost",
    why="First the pixels one after another, then one number for each pair, then count the numbers, then fold them up.",
)


def histogram(x: Any, bins: int) -> np.ndarray:
    """Count the grey values of one picture in equal bins from its minimum to its maximum."""
    x = np.asarray(x, float).ravel()  # 1 grid: every pixel once
    lo, hi = x.min(), x.max()
    k = np.floor((x - lo) / (hi - lo) * bins).astype(int)  # which bin: 0 ... bins - 1, but the maximum gives `bins`
    k = np.minimum(k, bins - 1)  # the last bin is closed: it also takes the maximum
    return np.bincount(k, minlength=bins)  # 4 residual: not a difference this time, but a count


def _maximum_lost(x: Any, bins: int) -> np.ndarray:
    x = np.asarray(x, float).ravel()
    return histogram(x, bins) - np.eye(bins, dtype=int)[-1] * int((x == x.max()).sum())


def _short(x: Any, bins: int) -> np.ndarray:
    H = histogram(x, bins)
    return H[: np.flatnonzero(H)[-1] + 1]


def _grey_values(rng: Any, shape: tuple[int, ...]) -> np.ndarray:
    """Random values from a range of their own; the maximum occurs three times."""
    x = rng.uniform(-40, 160, shape)
    x.flat[rng.choice(x.size, 3, replace=False)] = x.max()
    return x


def _add_fade(name: str, statement: str, hints: tuple[str, ...]) -> None:
    ex = UNIT.exercise(
        name,
        3.0,
        kind="fade",
        signature=f"{name}(x, bins)",
        statement=statement,
        hints=hints,
        reference=histogram,
        solution=inspect.getsource(histogram),
        read="3. Worked example",
    )

    @ex.check("[0, 1, 2, 3, 4] in two bins: two values below 2, three from 2 on", kind="fixed")
    def _(f: Any, rng: Any) -> None:
        expect(f(np.array([[0.0, 1.0, 2.0, 3.0, 4.0]]), 2), [2, 3])

    @ex.check("random values are counted, the maximum in the last bin", kind="value", weight=2)
    def _(f: Any, rng: Any) -> None:
        x = _grey_values(rng, (9, 11))
        expect(f(x, 7), histogram(x, 7), hint="the last bin takes the maximum too")

    @ex.check("bins that stay empty are there, with 0", kind="value", public=False)
    def _(f: Any, rng: Any) -> None:
        x = np.concatenate([rng.uniform(0, 10, 20), rng.uniform(90, 99, 15)])
        expect(f(x, 12), histogram(x, 12))

    @ex.check("every pixel is counted once", kind="property", public=False)
    def _(f: Any, rng: Any) -> None:
        got = numbers(f(_grey_values(rng, (6, 8)), 5))
        expect_true(got.sum() == 48, "the counts must sum to the number of pixels, 48", got)

    ex.looks_like(
        "this looks like the maximum lost: it stands on the last edge, and the last bin is closed", _maximum_lost
    )
    ex.looks_like("this looks like bincount without minlength: empty bins at the end are missing", _short)


_add_fade(
    "fade_1",
    "Count the grey values of one picture in `bins` equal bins. The bin numbers `k` are given; write the last line.",
    (
        "# 4 residual: how often does each bin number occur?",
        "Of the bin numbers [0, 0, 1, 1, 1] two are 0 and three are 1: [2, 3].",
        "return np.bincount(..., minlength=...)",
    ),
)
_add_fade(
    "fade_2",
    "The same, with the last two lines missing: close the last bin, then count.",
    (
        "# 1 grid: with two bins the maximum gives k = 2, but the bins are 0 and 1.",
        "For [0, 1, 2, 3, 4] and 2 bins k is [0, 0, 1, 1, 2]; the 2 belongs to bin 1.",
        "k = np.minimum(k, ...)",
    ),
)
