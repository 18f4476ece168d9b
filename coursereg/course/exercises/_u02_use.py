"""U02: the plug-ins, the bug of the unit, and the student's own check."""

from __future__ import annotations

import inspect
from typing import Any

import numpy as np
from scipy import ndimage

from coursereg.course.exercises._base import (
    add_bug_check,
    expect,
    expect_shape,
    numbers,
)
from coursereg.course.exercises._u02_unit import (
    EXACT,
    GREY,
    UNIT,
    blob,
    inner,
)
from coursereg.course.plain import interpolation as plain
from coursereg.space.reslice import reslice

PLUGIN = UNIT.exercise(
    "plugin",
    10.0,
    kind="plugin",
    signature="translation(I, p, q)",
    statement="Your `translation` inside `search_shifts(..., move=translation)`: it must find a shift by parts "
    "of a pixel.",
    hints=("If the search finds the opposite shift, look at the sign in your pull.",),
    solution=inspect.getsource(plain.translation),
    read="7. Plug in",
)


def _msd(I: np.ndarray, J: np.ndarray) -> float:
    return float(((I - J) ** 2).mean())


def best_shift(move: Any, static: np.ndarray, moving: np.ndarray, axis: int, steps: np.ndarray) -> float:
    """One-dimensional search: try every step along one axis, compare away from the border, keep the best."""
    margin = 12
    costs = []
    for s in steps:
        moved = numbers(move(moving, *((s, 0.0) if axis == 0 else (0.0, s))))
        expect_shape(moved, moving.shape)
        costs.append(_msd(inner(moved, margin), inner(static, margin)))
    return float(steps[int(np.nanargmin(costs))])


def _searched(axis: int) -> Any:
    def run(f: Any, rng: Any) -> None:
        steps = np.arange(-4, 4.01, 0.5)
        truth = float(rng.choice(steps[(np.abs(steps) > 0.6) & (steps % 1 != 0)]))  # whole pixels would be too easy
        centre = np.array([24.0, 27.0])
        static = blob((50, 54), tuple(centre), 6.0)
        moving = blob((50, 54), tuple(centre - np.eye(2)[axis] * truth), 6.0)
        found = best_shift(f, static, moving, axis, steps)
        expect(found, truth, atol=1e-9, what="the shift that the search found")

    return run


PLUGIN.check("finds a shift along the rows", kind="value")(_searched(0))
PLUGIN.check("finds a shift along the columns", kind="value", public=False)(_searched(1))

PLUGIN_RESLICE = UNIT.exercise(
    "plugin_reslice",
    5.0,
    kind="plugin",
    signature="bilinear(I, r, c, fill=0.)",
    statement="Your `bilinear` on the grid of `coursereg.reslice`: the same picture within 3 grey levels of 200.",
    hints=("The new pixel (i, j) stands at (i * new zoom / zoom, j * new zoom / zoom) of the old grid.",),
    solution=inspect.getsource(plain.bilinear),
    read="7. Plug in",
)


def _resliced(new_zooms: tuple[float, float]) -> Any:
    def run(f: Any, rng: Any) -> None:
        I = blob((30, 34), tuple(rng.uniform(12, 18, 2)), 5.0)
        data, _ = reslice(I[..., None], np.eye(4), (1.0, 1.0, 1.0), (*new_zooms, 1.0))
        want = data[..., 0]
        r, c = (x * z for x, z in zip(np.indices(want.shape), new_zooms, strict=True))
        # SciPy's constant mode blends the last pixel with 0, so compare where all neighbours exist
        inner = (r <= I.shape[0] - 1) & (c <= I.shape[1] - 1)
        got = numbers(f(I, r, c))
        expect_shape(got, want.shape)
        expect(got[inner], want[inner], atol=GREY, what="your picture on the new grid")

    return run


PLUGIN_RESLICE.check("smaller pixels", kind="value")(_resliced((0.7, 0.6)))
PLUGIN_RESLICE.check("larger pixels", kind="value", public=False)(_resliced((1.3, 1.6)))


def stretched_shift(I: Any, p: float, q: float) -> np.ndarray:
    """The grid is linspace(0, n, n): it stretches by n / (n - 1)."""
    I = np.asarray(I, float)
    r = np.linspace(0, I.shape[0], I.shape[0])
    c = np.linspace(0, I.shape[1], I.shape[1])
    rr, cc = np.meshgrid(r - p, c - q, indexing="ij")
    return plain.bilinear(I, rr, cc)


def pushed_shift(I: Any, p: float, q: float) -> np.ndarray:
    """The sign of the pull is wrong: the content goes up and left."""
    return plain.translation(I, -p, -q)


def exchanged_shift(I: Any, p: float, q: float) -> np.ndarray:
    """Rows and columns are exchanged."""
    return plain.translation(I, q, p)


def linear_shift(I: Any, p: float, q: float) -> np.ndarray:
    """Linear interpolation by hand."""
    return plain.translation(I, p, q)


def cubic_shift(I: Any, p: float, q: float) -> np.ndarray:
    """Cubic spline of SciPy."""
    return plain.translation_by_spline(I, p, q, 3)


def scipy_shift(I: Any, p: float, q: float) -> np.ndarray:
    """SciPy's shift, linear."""
    return ndimage.shift(np.asarray(I, float), (p, q), order=1)


BUG = UNIT.exercise(
    "bug",
    4.0,
    kind="bug",
    signature="fixed_shift(I, p, q)",
    statement="The broken `shift_picture`, mended: same arguments, same meaning as `translation`.",
    hints=("Print the first and the last row coordinate for a picture of 5 rows. Which pixel is row 5?",),
    reference=plain.translation,
    solution="r = np.arange(I.shape[0]); c = np.arange(I.shape[1])",
    read="8. Bug of the unit",
)


@BUG.check("moving by nothing gives the picture back", kind="value")
def _(f: Any, rng: Any) -> None:
    I = rng.uniform(10, 200, (6, 9))
    expect(f(I, 0.0, 0.0), I, atol=EXACT, hint="is the last coordinate of the grid n - 1?")


@BUG.check("a shift by parts of a pixel", kind="value", public=False)
def _(f: Any, rng: Any) -> None:
    p, q = rng.uniform(-4, 4, 2)
    expect(f(blob((30, 36), (14, 17), 5.0), p, q), blob((30, 36), (14 + p, 17 + q), 5.0), atol=2 * GREY)


BUG.looks_like(
    "this is still linspace(0, n, n): its step is n / (n - 1), a little more than one pixel", stretched_shift
)

add_bug_check(
    UNIT,
    mutants=[stretched_shift, pushed_shift, exchanged_shift],
    rights=[linear_shift, cubic_shift, scipy_shift],
    kind="bug_check",
    signature="bug_check(f)",
    statement="A check that would have caught the bug: `bug_check(f)` gets a function f(I, p, q); it uses "
    "assert, passes "
    "for every right translation (linear or cubic) and fails for wrong ones.",
    hints=(
        "Which pictures and shifts have an answer that you know without computing?",
        "Moving a single bright pixel by (1, 2) must move it by (1, 2), in a picture that is not square.",
    ),
    solution="""def bug_check(f):
    I = np.zeros((7, 9))
    I[2, 3] = 100.0
    wanted = np.zeros((7, 9))
    wanted[3, 5] = 100.0
    assert np.abs(f(I, 1, 2) - wanted).max() < 1e-6
""",
    read="8. Bug of the unit",
)
