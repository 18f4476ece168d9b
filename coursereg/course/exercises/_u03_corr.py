"""U03: correlation."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import numpy as np

from coursereg.course.exercises._base import (
    expect,
    expect_inputs_untouched,
    expect_shape,
)
from coursereg.course.exercises._u03_unit import CLOSE, UNIT, as_uint8, bytes_of, levels, texture
from coursereg.course.plain import intensity as plain

CORR = UNIT.exercise(
    "corr",
    14.0,
    signature="corr(I, J)",
    statement="Pearson's correlation of the grey values of two pictures of one shape, one number from -1 to 1: "
    "subtract from each picture its mean, multiply pixel by pixel and add up, divide by the product of "
    "the two norms. Every dtype is allowed (bool, integers, float32, float64). If a picture is constant "
    "there is no correlation: return nan, for every dtype, and raise nothing (compare minimum and maximum: the mean "
    "of a constant float32 picture may be off by rounding). Constant means that all pixels are "
    "equal: stripes are not constant, nor is a picture multiplied by 1e-12, whose correlation stays what it was. Leave "
    "I and J as they are. (float64 pictures of one number that has no exact binary form, such as 0.1: our solution "
    "returns nan for them too; the checks do not ask for it.)",
    hints=(
        "# 4 residual: here it is the difference from the picture's own mean.",
        "I = [[1, 2], [3, 4]] and J = [[2, 6], [4, 8]]: (4.5 - 0.5 - 0.5 + 4.5) / (sqrt(5) * sqrt(20)) = 0.8.",
        "x, y = I - I.mean(), J - J.mean(); return (x * y).sum() / np.sqrt(...), first ask: I.min() == I.max()?",
    ),
    reference=plain.corr,
    solution=inspect.getsource(plain.corr),
    read="6. Write, corr",
)


def related(rng: Any, shape: tuple[int, int]) -> tuple[np.ndarray, np.ndarray]:
    """Two uint8 pictures with a correlation well inside (0, 1)."""
    I = texture(rng, shape, 1.0)
    return as_uint8(I), as_uint8(0.5 * I + 40 + rng.normal(0, 30, shape))


@CORR.check("returns one number", kind="shape")
def _(f: Any, rng: Any) -> None:
    expect_shape(f(*related(rng, (6, 9))), ())


@CORR.check("a 2 x 2 example", kind="fixed")
def _(f: Any, rng: Any) -> None:
    expect(f(bytes_of([[1, 2], [3, 4]]), bytes_of([[2, 6], [4, 8]])), 0.8, atol=CLOSE)


@CORR.check("J = 3 I + 10 gives 1", kind="property")
def _(f: Any, rng: Any) -> None:
    I = rng.uniform(0, 80, (6, 7))
    expect(f(I, 3 * I + 10), 1, atol=CLOSE, hint="neither contrast nor brightness counts")


@CORR.check("the negative picture gives -1, not 1", kind="property")
def _(f: Any, rng: Any) -> None:
    I = levels(rng, (6, 7))
    expect(f(I, 255 - I), -1, atol=CLOSE, hint="keep the sign")


@CORR.check("a constant picture gives nan", kind="property")
def _(f: Any, rng: Any) -> None:
    I, flat = levels(rng, (5, 6)), np.full((5, 6), int(rng.integers(0, 256)), np.uint8)
    expect(f(flat, I), np.nan, what="the correlation when I is constant")
    expect(f(I, flat), np.nan, what="the correlation when J is constant")
    expect(f(flat, flat), np.nan, what="the correlation of two constant pictures")


@CORR.check("stripes, in rows or in columns, are not constant", kind="property")
def _(f: Any, rng: Any) -> None:
    for size, what in (((1, 9), "all rows are equal"), ((6, 1), "all columns are equal")):
        stripes, J = levels(rng, size) * np.ones((6, 9), np.uint8), levels(rng, (6, 9))
        want = plain.corr(stripes, J)
        expect(f(stripes, J), want, atol=CLOSE, what=f"the correlation when in I {what}")
        expect(f(J, stripes), want, atol=CLOSE, what=f"the correlation when in J {what}")


@CORR.check("related uint8 pictures that are not square", kind="value", weight=2)
def _(f: Any, rng: Any) -> None:
    I, J = related(rng, (9, 14))
    expect(f(I, J), plain.corr(I, J), atol=CLOSE)


@CORR.check("grey values of both signs, with fractions", kind="value")
def _(f: Any, rng: Any) -> None:
    I = rng.normal(5, 2, (7, 5))
    J = rng.normal(-1, 1, (7, 5)) - 0.3 * I
    expect(f(I, J), plain.corr(I, J), atol=CLOSE)


@CORR.check(
    "a change of contrast and brightness changes nothing, exchanging the pictures neither",
    kind="value",
    public=False,
)
def _(f: Any, rng: Any) -> None:
    I, J = (x.astype(float) for x in related(rng, (8, 11)))
    want, gain, offset = (
        plain.corr(I, J),
        float(rng.uniform(0.01, 0.2)),
        float(rng.uniform(-90, 90)),
    )
    expect(f(I, gain * J + offset), want, atol=CLOSE)
    expect(f(gain * J + offset, I), want, atol=CLOSE)


@CORR.check("a picture multiplied by 1e-6 or 1e-12 is not constant", kind="property", public=False)
def _(f: Any, rng: Any) -> None:
    I, J = (x.astype(float) for x in related(rng, (8, 11)))
    want = plain.corr(I, J)
    for gain in (1e-6, 1e-12):
        hint = "it is faint, not constant"
        expect(f(gain * I, J), want, atol=CLOSE, what=f"the correlation when I is multiplied by {gain:g}", hint=hint)
        expect(f(I, gain * J), want, atol=CLOSE, what=f"the correlation when J is multiplied by {gain:g}", hint=hint)


@CORR.check("bool and int16 pictures; a transposed view", kind="value", public=False)
def _(f: Any, rng: Any) -> None:
    I, J = levels(rng, (8, 6), np.int16), levels(rng, (6, 8), np.int16).T
    expect(f(I, J), plain.corr(I, J), atol=CLOSE)
    expect(f(I > 9000, J > -9000), plain.corr(I > 9000, J > -9000), atol=CLOSE)


@CORR.check("a constant float32 picture gives nan as well", kind="property", public=False)
def _(f: Any, rng: Any) -> None:
    found = 0
    while found < 3:
        shape = tuple(int(n) for n in rng.integers(11, 40, 2))
        flat = np.full(shape, rng.uniform(0.1, 200), np.float32)
        # only pictures whose float32 mean is not their grey value: in double precision the mean is exact, so every
        # honest answer finds 0 / 0 or asks first; one that stays in float32 divides two rounding errors
        if flat.mean() != flat[0, 0]:
            found += 1
            I = rng.uniform(0, 200, shape).astype(np.float32)
            expect(
                f(I, flat),
                np.nan,
                hint="is the mean computed in float32? It is then off by a rounding error",
            )


@CORR.check("leaves both pictures as they were", kind="property", public=False)
def _(f: Any, rng: Any) -> None:
    f(rng.uniform(0, 9, (4, 5)), rng.uniform(0, 9, (4, 5)))
    expect_inputs_untouched(f)


def _by_centred(number: Callable[[np.ndarray, np.ndarray], Any]) -> Callable[..., Any]:
    def function(I: Any, J: Any) -> Any:
        x, y = (np.asarray(a, float) - np.asarray(a, float).mean() for a in (I, J))
        return number(x, y)

    return function


def _cosine(I: Any, J: Any) -> Any:
    x, y = np.asarray(I, float), np.asarray(J, float)
    return (x * y).sum() / np.sqrt((x * x).sum() * (y * y).sum())


def _nan_if_constant(function: Callable[..., Any]) -> Callable[..., Any]:
    """What is wrong with the formula is told apart from what is wrong with the constant picture."""

    def guarded(I: Any, J: Any) -> Any:
        return np.nan if np.min(I) == np.max(I) or np.min(J) == np.max(J) else function(I, J)

    return guarded


for _words, _function in {
    "the squared correlation: it cannot tell a picture from its negative": lambda I, J: plain.corr(I, J) ** 2,
    "the absolute value: keep the sign": lambda I, J: abs(plain.corr(I, J)),
    "the cosine of the grey values: subtract from each picture its mean first": _cosine,
    "the covariance: divide by both standard deviations": _by_centred(lambda x, y: (x * y).mean()),
    "the slope of a line: divide by both norms, not twice by the first": _by_centred(
        lambda x, y: (x * y).sum() / (x * x).sum()
    ),
    "1/n in one place and 1/(n - 1) in another (np.cov and np.std differ in this)": _by_centred(
        lambda x, y: (x * y).sum() / (x.size - 1) / (x.std() * y.std())
    ),
    "np.corrcoef of two tables: it compares rows. Flatten the pictures first": lambda I, J: np.corrcoef(I, J)[0, 1],
    "0 for a constant picture: 0 says unrelated, but nothing can be said": lambda I, J: np.nan_to_num(plain.corr(I, J)),
}.items():
    CORR.looks_like(f"this looks like {_words}", _function if "constant" in _words else _nan_if_constant(_function))
