"""U03: the mean squared difference over an overlap, and the order of merit of several pairs."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import numpy as np
from scipy import ndimage

from coursereg.course.exercises._base import (
    expect,
    expect_inputs_untouched,
    expect_shape,
)
from coursereg.course.exercises._u03_unit import CLOSE, UNIT, as_uint8, levels, texture
from coursereg.course.plain import intensity as plain

MSD = UNIT.exercise(
    "msd_overlap",
    12.0,
    signature="msd_overlap(I, J, mask)",
    statement="The mean squared difference over the pixels where `mask` (bool, same shape) is True: there both "
    "pictures are valid. What stands outside the mask has no influence, whatever it is: zeros, huge "
    "numbers, NaN, infinity. One pixel inside is enough for a mean; if the mask is False everywhere, return nan. It "
    "must be right for every dtype: bool, uint8, uint16, int16, float32, float64. Leave "
    "the arguments as they are. (NaN inside the mask: our solution leaves such a pixel out; the checks do "
    "not ask for it.)",
    hints=(
        "# 4 residual: pick the valid pixels of both pictures first, I[mask] and J[mask].",
        "I = [[1, 2, 99]], J = [[1, 4, nan]], mask = [[True, True, False]]: (0 + 4) / 2 = 2, and never nan.",
        "if not mask.any(): return float('nan'); d = I[mask].astype(float) - ...; return float((d**2).mean())",
    ),
    reference=plain.msd_overlap,
    solution=inspect.getsource(plain.msd_overlap),
    read="6. Write, msd_overlap",
)


def masked(rng: Any, shape: tuple[int, int]) -> np.ndarray:
    """A random mask with pixels of both kinds."""
    mask = rng.random(shape) < 0.6
    mask[0, 0], mask[-1, -1] = True, False
    return mask


@MSD.check("returns one number", kind="shape")
def _(f: Any, rng: Any) -> None:
    expect_shape(f(rng.uniform(0, 9, (4, 5)), rng.uniform(0, 9, (4, 5)), masked(rng, (4, 5))), ())


@MSD.check("five pixels, the last of them outside the mask", kind="fixed")
def _(f: Any, rng: Any) -> None:
    I, J = np.array([[1.0, 2.0, 3.0, 9.0, 99.0]]), np.array([[1.0, 4.0, 7.0, 3.0, 0.0]])
    expect(f(I, J, np.array([[True, True, True, True, False]])), 14, atol=1e-6, hint="(0 + 4 + 16 + 36) / 4")


@MSD.check("uint8 pictures and a full mask: SSD / number of pixels", kind="value")
def _(f: Any, rng: Any) -> None:
    I, J = levels(rng, (6, 9)), levels(rng, (6, 9))
    expect(f(I, J, np.ones(I.shape, bool)), plain.SSD(I, J) / I.size, rtol=CLOSE)


@MSD.check("a random mask on a picture that is not square", kind="value", weight=2)
def _(f: Any, rng: Any) -> None:
    I, J, mask = (
        rng.uniform(0, 255, (7, 12)),
        rng.uniform(0, 255, (7, 12)),
        masked(rng, (7, 12)),
    )
    expect(f(I, J, mask), plain.msd_overlap(I, J, mask), rtol=CLOSE)


@MSD.check("NaN outside the mask has no influence", kind="property")
def _(f: Any, rng: Any) -> None:
    I, J, mask = (
        rng.uniform(0, 9, (5, 8)),
        rng.uniform(0, 9, (5, 8)),
        masked(rng, (5, 8)),
    )
    want = plain.msd_overlap(I, J, mask)
    J[~mask] = np.nan
    expect(
        f(I, J, mask),
        want,
        rtol=CLOSE,
        hint="NaN * 0 is NaN: choose pixels, do not multiply by the mask",
    )


@MSD.check("an empty mask gives nan", kind="property")
def _(f: Any, rng: Any) -> None:
    I = rng.uniform(0, 9, (5, 8))
    expect(
        f(I, I + 1, np.zeros(I.shape, bool)),
        np.nan,
        what="the mean over no pixel at all",
    )


@MSD.check(
    "a smaller overlap is no reward: equal columns give the same mean however many overlap",
    kind="property",
    public=False,
)
def _(f: Any, rng: Any) -> None:
    I, d = rng.uniform(0, 200, (8, 10)), float(rng.uniform(3, 9))
    gap = np.tile([[d], [-3 * d]], (4, 10))  # the mean of the squares is 5 d d in every column
    for columns in (10, 6, 1):
        mask = np.zeros(I.shape, bool)
        mask[:, :columns] = True
        expect(
            f(I, I - gap, mask),
            5 * d * d,
            rtol=CLOSE,
            hint=f"{columns} of 10 columns overlap: divide by the valid pixels",
        )


@MSD.check("uint8 pictures over the whole range", kind="value", public=False)
def _(f: Any, rng: Any) -> None:
    I, J, mask = levels(rng, (9, 6)), levels(rng, (9, 6)), masked(rng, (9, 6))
    expect(f(I, J, mask), plain.msd_overlap(I, J, mask), rtol=CLOSE)


@MSD.check("bool, uint16 and int16 pictures over the whole range", kind="value", public=False)
def _(f: Any, rng: Any) -> None:
    for dtype in (np.uint16, np.int16):
        I, J, mask = levels(rng, (6, 8), dtype), levels(rng, (6, 8), dtype), masked(rng, (6, 8))
        I[0, 0], J[0, 0] = np.iinfo(dtype).max, np.iinfo(dtype).min
        expect(f(I, J, mask), plain.msd_overlap(I, J, mask), rtol=CLOSE, hint=f"dtype {np.dtype(dtype)}")
    K, L, mask = rng.random((7, 5)) > 0.3, rng.random((7, 5)) > 0.6, masked(rng, (7, 5))
    K[0, 0], L[0, 0] = False, True
    expect(
        f(K, L, mask),
        plain.msd_overlap(K, L, mask),
        rtol=CLOSE,
        hint="dtype bool: False - True must count as 1",
    )


@MSD.check("a mask of one pixel: the square of its difference", kind="property", public=False)
def _(f: Any, rng: Any) -> None:
    I, J, mask = rng.uniform(0, 9, (5, 8)), rng.uniform(10, 19, (5, 8)), np.zeros((5, 8), bool)
    r, c = int(rng.integers(5)), int(rng.integers(8))
    mask[r, c] = True
    expect(f(I, J, mask), (I[r, c] - J[r, c]) ** 2, rtol=CLOSE, hint="one pixel is enough")


@MSD.check(
    "other grey values outside the mask: zeros, huge ones, infinity",
    kind="value",
    public=False,
)
def _(f: Any, rng: Any) -> None:
    I, J, mask = (
        rng.uniform(0, 9, (5, 8)),
        rng.uniform(0, 9, (5, 8)),
        masked(rng, (5, 8)),
    )
    want = plain.msd_overlap(I, J, mask)
    for junk in (0.0, 1e12, np.inf):
        I[~mask], J[~mask] = junk, -junk
        expect(f(I, J, mask), want, rtol=CLOSE, hint=f"outside the mask stands {junk:g}")


@MSD.check("leaves pictures and mask as they were", kind="property", public=False)
def _(f: Any, rng: Any) -> None:
    f(rng.uniform(0, 9, (4, 5)), rng.uniform(0, 9, (4, 5)), masked(rng, (4, 5)))
    expect_inputs_untouched(f)


for _words, _function in {
    "the sum over the overlap: less overlap would then always look better. Divide by the valid pixels": (
        lambda I, J, m: plain.msd_overlap(I, J, m) * np.count_nonzero(m)
    ),
    "a division by all pixels of the picture: divide by those inside the mask": (
        lambda I, J, m: plain.msd_overlap(I, J, m) * np.count_nonzero(m) / np.size(m)
    ),
    "the mask left out": lambda I, J, m: plain.msd_overlap(I, J, np.full(np.shape(m), True)),
    "the mask turned round: True means valid": lambda I, J, m: plain.msd_overlap(I, J, ~m),
    "a NaN that got in from outside, as in a product with the mask: NaN times 0 is NaN": (
        lambda I, J, m: ((np.asarray(I, float) - J) ** 2 * m).sum() / np.count_nonzero(m)
    ),
    "a wrapped difference: cast to float before you subtract": lambda I, J, m: ((I - J)[m] ** 2).mean(),
    "a cast that comes too late: (I - J) has wrapped already": lambda I, J, m: ((I - J)[m].astype(float) ** 2).mean(),
    "0 for an empty mask: then no overlap at all is the best of all": lambda I, J, m: np.nan_to_num(
        plain.msd_overlap(I, J, m)
    ),
    "the mean of absolute differences: square them": (
        lambda I, J, m: np.abs(np.asarray(I, float)[m] - np.asarray(J, float)[m]).mean()
    ),
    "the root of the mean: return the mean of the squares": lambda I, J, m: np.sqrt(plain.msd_overlap(I, J, m)),
}.items():
    MSD.looks_like(f"this looks like {_words}", _function)

# --- rank_pairs ----------------------------------------------------------------------------------------------------

RANK = UNIT.exercise(
    "rank_pairs",
    6.0,
    signature="rank_pairs(pairs, measure)",
    statement="`pairs` is a list of (I, J); `measure(I, J)` gives a number, a similarity: higher is more alike. "
    "Return the positions in `pairs` (a list of int, 0 is the first pair), the most alike pair first. "
    "Compare the values as they are, without rounding. Pairs with equal values keep their order; pairs whose value is "
    "nan come last, in their order, after every number, however low.",
    hints=(
        "First one value per pair, then sort the positions by it.",
        "Values [0.2, nan, 0.9, 0.2] give [2, 0, 3, 1].",
        "values = [measure(I, J) for I, J in pairs]; sorted(known_positions, key=lambda k: ...) + nan_positions",
    ),
    reference=plain.rank_pairs,
    solution=inspect.getsource(plain.rank_pairs),
    read="6. Write, rank_pairs",
)


def six_small_pairs(rng: Any) -> list[tuple[np.ndarray, np.ndarray]]:
    """The six kinds of `samples.six_pairs`, small and drawn anew, in a random order."""
    I = [texture(rng, (16, 19)) for _ in range(6)]
    J = [
        ndimage.gaussian_filter(I[0], 1.2),
        0.55 * I[1] + 70,
        texture(rng, (16, 19)),
        texture(rng, (16, 19)),
        +I[4],
        +I[5],
    ]
    J[4][4:11, 5:12] = 0
    J[5][:, 8:10], J[5][6:8] = 250, 250
    pairs = [tuple(as_uint8(x + rng.normal(0, 2, x.shape)) for x in pair) for pair in zip(I, J, strict=True)]
    return [pairs[k] for k in rng.permutation(6)]


def given(values: list[float]) -> tuple[list[Any], Callable[..., float]]:
    """Pairs of one pixel and a measure that gives these values."""
    pairs = [(np.full((1, 1), float(k)), np.zeros((1, 1))) for k in range(len(values))]
    return pairs, lambda I, J: values[int(np.asarray(I).item())]


def minus_ssd(I: Any, J: Any) -> float:
    """SSD as a similarity: higher is better."""
    return -plain.SSD(I, J)


@RANK.check("returns one whole number for each pair", kind="shape")
def _(f: Any, rng: Any) -> None:
    expect_shape(f(*given([0.3, 0.1, 0.7, 0.5])), (4,))


@RANK.check("four values", kind="fixed")
def _(f: Any, rng: Any) -> None:
    expect(f(*given([0.2, 0.5, 0.9, -0.4])), [2, 1, 0, 3], integer=True)


@RANK.check("the six kinds of pairs, by correlation", kind="value")
def _(f: Any, rng: Any) -> None:
    pairs = six_small_pairs(rng)
    expect(f(pairs, plain.corr), plain.rank_pairs(pairs, plain.corr), integer=True)


@RANK.check("the six kinds of pairs, by minus SSD", kind="value")
def _(f: Any, rng: Any) -> None:
    pairs = six_small_pairs(rng)
    expect(
        f(pairs, minus_ssd),
        plain.rank_pairs(pairs, minus_ssd),
        integer=True,
        hint="use the measure that is given",
    )


@RANK.check("equal values keep their order", kind="property")
def _(f: Any, rng: Any) -> None:
    expect(f(*given([0.5, 0.9, 0.5, 0.5, 0.9])), [1, 4, 0, 2, 3], integer=True)


@RANK.check("nan comes last", kind="property")
def _(f: Any, rng: Any) -> None:
    expect(f(*given([np.nan, 0.2, np.nan, 0.9])), [3, 1, 0, 2], integer=True)


@RANK.check(
    "ten random values of both signs, some equal, some nan",
    kind="value",
    public=False,
    weight=2,
)
def _(f: Any, rng: Any) -> None:
    values = [float(v) for v in rng.integers(-3, 4, 10)]
    values[3] = values[7] = np.nan
    values[5] = values[1]
    expect(
        f(*given(values)),
        plain.rank_pairs(*given(values)),
        integer=True,
        hint=f"the values are {values}",
    )


@RANK.check("nan comes after every number, however low", kind="property", public=False)
def _(f: Any, rng: Any) -> None:
    low = [float(v) for v in rng.permutation([-1e9, -1e12, 0.4])]
    values = [np.nan, low[0], np.nan, *low[1:]]
    expect(f(*given(values)), plain.rank_pairs(*given(values)), integer=True, hint=f"the values are {values}")


@RANK.check("values that differ little are not equal", kind="property", public=False)
def _(f: Any, rng: Any) -> None:
    base = round(float(rng.uniform(-0.9, 0.9)), 2)
    values = [base + 0.0001, base + 0.0004, base - 0.0002, base + 0.00011]
    expect(f(*given(values)), [1, 3, 0, 2], integer=True, hint=f"the values are {values}")


@RANK.check("measure gets I first and J second", kind="value", public=False)
def _(f: Any, rng: Any) -> None:
    pairs = [tuple(rng.uniform(0, 9, (2, 3, 2))) for _ in range(6)]

    def lopsided(I: Any, J: Any) -> float:
        return float(np.sum(I) - 2 * np.sum(J))

    expect(f(pairs, lopsided), plain.rank_pairs(pairs, lopsided), integer=True)


def _ordered(rule: Callable[[np.ndarray], Any]) -> Callable[..., Any]:
    def function(pairs: Any, measure: Any) -> Any:
        return [int(k) for k in rule(np.array([measure(I, J) for I, J in pairs], float))]

    return function


for _mistake, _ranking in {
    "the worst pair first: a similarity is better when it is higher": _ordered(lambda v: np.argsort(v, kind="stable")),
    "an ascending order turned round: equal values are then turned round too, and nan comes first": _ordered(
        lambda v: np.argsort(v, kind="stable")[::-1]
    ),
    "the place of each pair: wanted are the positions in the order of merit": _ordered(
        lambda v: np.argsort(np.argsort(-v, kind="stable"), kind="stable")
    ),
    "the sign left out: -0.9 is worse than 0.1": _ordered(lambda v: np.argsort(-np.abs(v), kind="stable")),
    "correlation whatever the measure: use the function that is given": (
        lambda p, m: plain.rank_pairs(p, plain.corr) if np.size(p[0][0]) > 100 else None
    ),
}.items():
    RANK.looks_like(f"this looks like {_mistake}", _ranking)
