"""U03: SSD, and SSD inside the search over shifts."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import numpy as np

from coursereg.course.exercises._base import (
    Raised,
    expect,
    expect_inputs_untouched,
    expect_shape,
    expect_true,
    numbers,
)
from coursereg.course.exercises._u03_unit import CLOSE, UNIT, as_uint8, bytes_of, levels, texture
from coursereg.course.plain import intensity as plain
from coursereg.engines.shifts import search_shifts

SSD = UNIT.exercise(
    "SSD",
    18.0,
    signature="SSD(I, J)",
    statement="The sum of the squared differences of all pixels of two pictures of one shape, as one number. It "
    "must be right for every dtype: bool, uint8, uint16, int16, float32, float64. If the shapes differ, "
    "raise ValueError; never let NumPy stretch one picture to the other. Leave I and J as they are.",
    hints=(
        "# 4 residual: make both pictures float before you subtract.",
        "I = [[1, 2], [3, 4]] and J = [[2, 2], [1, 9]]: (-1)**2 + 0**2 + 2**2 + (-5)**2 = 30.",
        "residual = I.astype(float) - ...; return float((...).sum())",
    ),
    reference=plain.SSD,
    solution=inspect.getsource(plain.SSD),
    read="6. Write, SSD",
)


@SSD.check("returns one number", kind="shape")
def _(f: Any, rng: Any) -> None:
    expect_shape(f(rng.uniform(0, 9, (4, 5)), rng.uniform(0, 9, (4, 5))), ())


@SSD.check("a 2 x 2 example", kind="fixed")
def _(f: Any, rng: Any) -> None:
    expect(f(bytes_of([[1, 2], [3, 4]]), bytes_of([[2, 2], [1, 9]])), 30, atol=1e-6)


@SSD.check("two uint8 pixels, 200 and 100, either way round", kind="fixed", weight=2)
def _(f: Any, rng: Any) -> None:
    expect(f(bytes_of([[200]]), bytes_of([[100]])), 10000, atol=1e-3)
    expect(
        f(bytes_of([[100]]), bytes_of([[200]])),
        10000,
        atol=1e-3,
        hint="100 - 200 in uint8 is 156",
    )


@SSD.check(
    "0 for a picture and itself, and the same when the pictures are exchanged",
    kind="property",
)
def _(f: Any, rng: Any) -> None:
    I, J = rng.uniform(0, 255, (5, 7)), rng.uniform(0, 255, (5, 7))
    expect(f(I, I), 0, atol=1e-9, what="the SSD of a picture and itself")
    expect(
        f(I, J),
        numbers(f(J, I)),
        rtol=CLOSE,
        what="SSD(I, J), compared with SSD(J, I),",
    )


@SSD.check("pictures with fractions", kind="value")
def _(f: Any, rng: Any) -> None:
    I, J = rng.uniform(-3, 3, (6, 9)), rng.uniform(-3, 3, (6, 9))
    expect(f(I, J), plain.SSD(I, J), rtol=CLOSE)


@SSD.check("uint8 pictures over the whole range", kind="value", weight=2)
def _(f: Any, rng: Any) -> None:
    I, J = levels(rng, (9, 13)), levels(rng, (9, 13))
    I[0, :2], J[0, :2] = (0, 255), (255, 0)
    expect(f(I, J), plain.SSD(I, J), rtol=CLOSE)


@SSD.check("16-bit pictures over the whole range", kind="value", public=False)
def _(f: Any, rng: Any) -> None:
    for dtype in (np.uint16, np.int16):
        I, J = levels(rng, (6, 8), dtype), levels(rng, (6, 8), dtype)
        expect(f(I, J), plain.SSD(I, J), rtol=CLOSE, hint=f"dtype {np.dtype(dtype)}")


@SSD.check("bool pictures; float32 beside uint8; a transposed view", kind="value", public=False)
def _(f: Any, rng: Any) -> None:
    I, J = rng.random((7, 5)) > 0.3, rng.random((7, 5)) > 0.6
    expect(
        f(I, J),
        plain.SSD(I, J),
        atol=1e-6,
        hint="dtype bool: True - False must count as 1",
    )
    K, L = levels(rng, (5, 8)).T, rng.uniform(0, 255, (8, 5)).astype(np.float32)
    expect(f(K, L), plain.SSD(K, L), rtol=CLOSE)


@SSD.check(
    "raises for shapes that differ, even where NumPy would stretch the smaller picture", kind="property", public=False
)
def _(f: Any, rng: Any) -> None:
    # only shapes that NumPy stretches, the larger picture first: answers that flatten, or loop over I, raise here too
    for one, other in (((3, 2), (2,)), ((3, 2), (3, 1)), ((4, 5), (1, 5))):
        try:
            got = f(rng.uniform(0, 9, one), rng.uniform(0, 9, other))
        except Raised:
            continue
        expect_true(False, f"shapes {one} and {other} gave {got!r}: compare the shapes first and raise ValueError", got)


@SSD.check("leaves both pictures as they were", kind="property", public=False)
def _(f: Any, rng: Any) -> None:
    f(rng.uniform(0, 9, (4, 5)), rng.uniform(0, 9, (4, 5)))
    expect_inputs_untouched(f)
    f(levels(rng, (4, 5)), levels(rng, (4, 5)))
    expect_inputs_untouched(f)


def _by_residual(number: Callable[[np.ndarray], Any]) -> Callable[..., Any]:
    return lambda I, J: number(np.asarray(I, float) - np.asarray(J, float))


def _by_cast(dtype: Any) -> Callable[..., Any]:
    return lambda I, J: ((np.asarray(I).astype(dtype) - np.asarray(J).astype(dtype)) ** 2).sum()


def _whole_in_int32(I: Any, J: Any) -> Any:
    whole = all(np.asarray(picture).dtype.kind in "biu" for picture in (I, J))
    return _by_cast(np.int32 if whole else np.float64)(I, J)


def _hand_out_ssd(I: Any, J: Any) -> Any:
    diff = (I.ravel() - J.ravel()).astype("uint64")
    return diff @ diff


def _stretched(I: Any, J: Any) -> Any:
    return ((np.asarray(I, float) - np.asarray(J, float)) ** 2).sum()


def _of_one_shape(function: Callable[..., Any]) -> Callable[..., Any]:
    """What is wrong with the numbers is told apart from what is wrong with the shapes."""

    def guarded(I: Any, J: Any) -> Any:
        if np.shape(I) != np.shape(J):
            raise ValueError
        return function(I, J)

    return guarded


for _words, _function in {
    "a wrapped difference: in uint8, 100 - 200 is 156 and its square wraps again. Cast before you subtract": (
        lambda I, J: ((I - J) ** 2).sum()
    ),
    "a cast that comes too late: I - J has wrapped already when .astype is reached. Cast each picture first": (
        lambda I, J: ((I - J).astype(float) ** 2).sum()
    ),
    "a cast to uint64 after the subtraction, as in the hand-out: it wraps and cuts off fractions": _hand_out_ssd,
    "a cast to int: fractions are cut off": _by_cast(np.int64),
    "a cast to int16: 255 squared is 65025, more than int16 can hold": _by_cast(np.int16),
    "a cast to int32: squares of 16-bit differences do not fit": _by_cast(np.int32),
    "a cast of whole numbers to int32: squares of 16-bit differences do not fit": _whole_in_int32,
    "the sum of absolute differences: square them": _by_residual(lambda d: np.abs(d).sum()),
    "the square of the sum: differences of both signs cancel. Square first": _by_residual(lambda d: d.sum() ** 2),
    "the root of the SSD": _by_residual(lambda d: np.sqrt((d**2).sum())),
}.items():
    SSD.looks_like(f"this looks like {_words}", _of_one_shape(_function))

SSD.looks_like(
    "this looks like broadcasting: NumPy stretched the smaller picture. Compare the shapes first", _stretched
)

SSD.convention(
    "this is the mean squared difference. SSD is the sum: it grows with the number of pixels (half of the points)",
    lambda f: lambda I, J: f(I, J) * np.size(I),
)
SSD.convention(
    "this is half of the SSD; some books define it so, we do not (half of the points)",
    lambda f: lambda I, J: 2 * f(I, J),
)

# --- plug in -------------------------------------------------------------------------------------------------------

PLUGIN = UNIT.exercise(
    "plugin",
    15.0,
    kind="plugin",
    signature="SSD(I, J)",
    statement="Your SSD as the cost in `search_shifts(static, moving, SSD)`: a brute-force search over whole-pixel "
    "shifts. It must find the true shift, and its table of costs must be the true one.",
    hints=(
        "The search calls your function with two overlapping pieces, as uint8.",
        "Compare the lowest cost with coursereg.SSD's.",
        "If the place is right and the cost is not, look at the dtype.",
    ),
    solution=inspect.getsource(plain.SSD),
    read="7. Plug in",
)


def shifted_pair(rng: Any, reach: int) -> tuple[np.ndarray, np.ndarray, tuple[int, int]]:
    """Two uint8 cuts of one texture with noise, and the shift that brings the second onto the first."""
    scene = texture(rng, (44, 48))
    p, q = (int(v) for v in rng.integers(-reach, reach + 1, 2))
    a, b = scene[8:36, 8:40], scene[8 + p : 36 + p, 8 + q : 40 + q]
    return (*(as_uint8(x + rng.normal(0, 8, x.shape)) for x in (a, b)), (p, q))  # type: ignore[return-value]


def _search(f: Any, rng: Any) -> tuple[Any, Any, tuple[int, int]]:
    static, moving, shift = shifted_pair(rng, 3)
    return (
        search_shifts(static, moving, f, reach=4),
        search_shifts(static, moving, plain.SSD, reach=4),
        shift,
    )


@PLUGIN.check("the search finds the true shift", kind="value")
def _(f: Any, rng: Any) -> None:
    found, ours, shift = _search(f, rng)
    expect(found.shift, shift, what="the shift that the search found with your SSD")
    # a cost that is wrong everywhere may still be lowest at the right place
    expect(found.value, ours.value, rtol=CLOSE, what="the cost at that shift")


@PLUGIN.check("every cost of the search is the true one", kind="value")
def _(f: Any, rng: Any) -> None:
    found, ours, _ = _search(f, rng)
    expect(
        found.values,
        ours.values,
        rtol=CLOSE,
        what="the table of costs",
        hint="where the misfit is large, uint8 wraps",
    )


@PLUGIN.check("another pair, another shift", kind="value", public=False)
def _(f: Any, rng: Any) -> None:
    found, ours, shift = _search(f, rng)
    expect_true(
        tuple(found.shift) == shift,
        "the search with your SSD found another shift",
        found.shift,
        shift,
    )
    expect(found.values, ours.values, rtol=CLOSE, what="the table of costs")
