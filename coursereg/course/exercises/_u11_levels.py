"""U11's exercises about levels: `pyramid_level` and `level_grid2world`."""

from __future__ import annotations

import inspect
from typing import Any

import numpy as np

from coursereg.course.exercises import _u11_mistakes as mistakes
from coursereg.course.exercises._base import (
    Exercise,
    Unit,
    Wrong,
    expect,
    expect_inputs_untouched,
    expect_own_memory,
    expect_shape,
    expect_true,
    numbers,
)
from coursereg.course.plain import scale_space as plain

SAME_GREY = 0.6  # of 200: a kernel cut off at three standard deviations is 0.4 off
MEAN = 1e-6  # of the mean
EXACT = 1e-5

# --- pyramid_level ----------------------------------------------------------------------------------------------------


def picture(rng: Any, shape: tuple[int, ...]) -> np.ndarray:
    """Grey values 0 to 200, rough, but not from sample to sample: what is small on the grid smooths in many ways."""
    I = rng.random(shape)
    for axis in range(I.ndim):
        I = 0.25 * np.roll(I, 1, axis) + 0.5 * I + 0.25 * np.roll(I, -1, axis)
    return 200 * (I - I.min()) / np.ptp(I)


def add_pyramid_level(unit: Unit) -> None:
    """Add ``pyramid_level``."""
    ex = unit.exercise(
        "pyramid_level",
        12.0,
        signature="pyramid_level(I, level, factor=0.2, spacing=None)",
        statement="The image `I` (2-D or 3-D) as a level of a pyramid sees it: smoothed by a Gaussian, a NumPy "
        "array of floats of the *same* shape; thinning comes later. `spacing` holds the distance of samples along each "
        "axis (None: 1 each). Along axis a, samples of the level would lie s[a] = max(1, 2**level * min(spacing) / "
        "spacing[a]) samples of I apart; the standard deviation along that axis is factor * (s[a] - 1), in samples. "
        "Level 0 is I itself, unsmoothed, in an array of its own. Grey values keep their scale; the mean is kept to "
        "1e-6: what lies beyond the border is the mirror image (SciPy's mode 'reflect'). I is not changed.",
        hints=(
            "# 1 grid: how many samples of I make one of the level's, along each axis? Then smooth.",
            "spacing (2, 6), level 2: the level wants samples 4 * 2 = 8 apart. Along axis 0 that is 4 samples, along "
            "axis 1 it is 1.33. With factor 0.2 the standard deviations are 0.6 and 0.067.",
            "s = np.maximum(1.0, 2.0**level * spacing.min() / spacing)",
        ),
        reference=plain.pyramid_level,
        solution=inspect.getsource(plain.pyramid_level),
        read="6. Write: a level",
    )
    _level_public(ex)
    _level_hidden(ex)
    for message, function in mistakes.LEVELS:
        ex.looks_like(message, function)


def _same(f: Any, I: np.ndarray, *rest: Any, atol: float = SAME_GREY, hint: str = "", **words: Any) -> None:
    _compare(f(I, *rest, **words), plain.pyramid_level(I, *rest, **words), atol, hint)


def _compare(got: Any, want: np.ndarray, atol: float, hint: str = "") -> None:
    if np.isnan(numbers(got, "the level")).any():
        raise Wrong("the level has NaN: a Gaussian of width 0 divides by 0, so skip that axis", got, want)
    expect(got, want, atol=atol, what="the level", hint=hint)


def _around_the_middle(level: Any) -> Any:
    """The 5 x 5 samples about the middle in whole numbers, as a report has room for."""
    r, c = (n // 2 - 2 for n in np.shape(level))
    return np.rint(numbers(level)[r : r + 5, c : c + 5]).astype(int).tolist()


def _level_public(ex: Exercise) -> None:
    @ex.check("a level has the shape of the image", kind="shape", weight=0.5)
    def _(f: Any, rng: Any) -> None:
        for shape, level in (((18, 25), 2), ((18, 25), 0), ((7, 11, 9), 1)):
            got = f(picture(rng, shape), level)
            expect_shape(got, shape, "the level")
            if not isinstance(got, np.ndarray):
                raise Wrong(f"the level must be a NumPy array, got a {type(got).__name__}", got)

    @ex.check("level 0 is the image, unchanged, in memory of its own", kind="property", weight=1.5)
    def _(f: Any, rng: Any) -> None:
        I = picture(rng, (18, 25))
        _compare(f(I, 0, factor=1.0), I, 1e-4, "level 0 is I itself")
        expect_own_memory(f)
        expect_inputs_untouched(f)

    @ex.check("one bright sample becomes a Gaussian of width factor * (2**level - 1)", kind="value", weight=2)
    def _(f: Any, rng: Any) -> None:
        I = np.zeros((41, 45))
        I[20, 22] = 2000.0
        cases = (3, 0.2), (2, float(rng.uniform(0.5, 1.0)))
        # all are asked before one is compared: at one level alone, factor * level and factor * (2**(level - 1) - 1)
        # may be the same, and the wrong mistake would be named
        for (level, factor), got in [(case, f(I, *case)) for case in cases]:
            want = plain.pyramid_level(I, level, factor)
            try:
                _compare(got, want, 2.5, f"level {level}, factor {factor:.3f}; below, the 5 x 5 about the bright one")
            except Wrong as wrong:
                if np.shape(got) != I.shape or not np.isfinite(got).all():
                    raise
                raise Wrong(wrong.message, _around_the_middle(got), _around_the_middle(want)) from None

    @ex.check("any picture, any level", kind="value", weight=2)
    def _(f: Any, rng: Any) -> None:
        asked = []
        for level, factor in ((3, float(rng.uniform(0.2, 0.3))), (2, 0.5), (1, 1.3)):
            I = picture(rng, (26, 33))
            asked.append((f(I, level, factor), I, level, factor))
            expect_inputs_untouched(f)
        for got, I, level, factor in asked:  # see above
            _compare(got, plain.pyramid_level(I, level, factor), SAME_GREY, f"level {level}, factor {factor:.3f}")

    @ex.check("the mean is kept", kind="property")
    def _(f: Any, rng: Any) -> None:
        I = picture(rng, (26, 33))
        I[:5] += 150  # bright at the border, where grey values are lost first
        for level, factor in ((2, 0.2), (3, 0.4)):
            mean = float(numbers(f(I, level, factor)).mean())
            expect(mean, I.mean(), rtol=MEAN, what="the mean of the level")

    @ex.check("thick slices are smoothed less", kind="value", weight=2)
    def _(f: Any, rng: Any) -> None:
        I = picture(rng, (26, 33))
        for spacing in ((2.0, 6.0), (3.0, 1.0), (1.0, 8.0)):  # in the last one, axis 1 needs nothing
            _same(f, I, 3, 0.4, spacing, hint=f"spacing {spacing}")


def _level_hidden(ex: Exercise) -> None:
    @ex.check("slices so thick that they are left alone", kind="value", weight=1.5, public=False)
    def _(f: Any, rng: Any) -> None:
        I = picture(rng, (26, 33))
        _same(f, I, 1, 1.5, (1.0, 3.0), hint="spacing (1, 3): at level 1 axis 1 is coarse enough")
        _same(f, I, 2, 1.0, (5.0, 1.0), hint="spacing (5, 1): at level 2 axis 0 is coarse enough")

    @ex.check("only ratios of spacings count", kind="property", public=False)
    def _(f: Any, rng: Any) -> None:
        I = picture(rng, (26, 33))
        k = float(rng.uniform(3, 9))
        one, other = (numbers(f(I, 2, 0.8, s)) for s in ((1.0, 1.7), (k, 1.7 * k)))
        expect(other, one, atol=1e-3, what="the level with all spacings multiplied by one number")
        _same(f, I, 3, 0.3, (k, k), hint="equal spacings are as good as none")

    @ex.check("a volume, three spacings, spacing by its name or as a list", kind="value", weight=1.5, public=False)
    def _(f: Any, rng: Any) -> None:
        V = picture(rng, (13, 16, 11))
        _same(f, V, 2, factor=0.6, spacing=[1.0, 2.5, 1.5])
        _same(f, V, 3, factor=0.25, spacing=np.array([3, 1, 2]), hint="spacings in whole numbers")
        expect_inputs_untouched(f)
        _same(f, V, 2, factor=0.5, spacing=np.array([1.5, 0.5, 1.0]))
        expect_inputs_untouched(f)

    @ex.check("the usual factor is 0.2", kind="value", public=False)
    def _(f: Any, rng: Any) -> None:
        _same(f, picture(rng, (26, 33)), 3)
        _same(f, picture(rng, (40, 33)), 4)

    @ex.check("8-bit pictures keep their fractions", kind="value", public=False)
    def _(f: Any, rng: Any) -> None:
        I = np.zeros((24, 28), np.uint8)
        I[10:13, 12:15] = rng.integers(9, 14, (3, 3))
        _same(f, I, 3, 0.3, atol=0.05, hint="I has dtype uint8")
        expect_inputs_untouched(f)
        expect_true(
            bool((numbers(f(I, 3, 0.3)) % 1 > 0).any()), "a level of a picture of whole numbers must not be rounded"
        )
        dtype = getattr(f(I, 0), "dtype", np.dtype(object))
        expect_true(dtype.kind == "f", f"level 0 of a picture of whole numbers holds floats, too, got dtype {dtype}")


# --- level_grid2world -------------------------------------------------------------------------------------------------


def grid(rng: Any, D: int) -> np.ndarray:
    """Grid2world of an image that is slanted: turned, with spacings of its own, far from the origin."""
    turn, _ = np.linalg.qr(rng.normal(size=(D, D)))
    A = np.eye(D + 1)
    A[:D, :D] = turn @ np.diag(rng.uniform(0.7, 3.0, D))
    A[:D, D] = rng.uniform(20, 60, D) * rng.choice([-1, 1], D)
    return A


def add_level_grid2world(unit: Unit) -> None:
    """Add ``level_grid2world``."""
    ex = unit.exercise(
        "level_grid2world",
        10.0,
        signature="level_grid2world(A, shape, factor)",
        statement="The grid of a level that takes every `factor`-th sample of an image, beginning with the first, "
        "along each axis; a last, incomplete step is left out. `A`, of shape (D + 1, D + 1), takes the image's "
        "indices to the world, `shape` is the image's shape, `factor` one whole number or one for each axis; D is 2 "
        "or 3. Three things are returned, in this order, as a tuple or a list: `(B, new_shape, shift)`. B takes the "
        "level's indices to the world, index (0, ..., 0) to the same place as A does; new_shape holds D ints (no "
        "floats), shape // factor, but at least 1; shift, of shape (D,), says how far, in the world, the middle of the "
        "level's samples lies from the middle of the image's samples: level minus image. The middle of n samples is at "
        "index (n - 1) / 2.",
        hints=(
            "# 1 grid: one step of the level's index is factor steps of the image's index. Which comes first in the "
            "product?",
            "A = diag(2, 2, 1), shape (6, 6), factor 2: B = diag(4, 4, 1), new_shape (3, 3). The middle of 6 samples "
            "is at 2.5 * 2 = 5, that of the level's 3 at 1 * 4 = 4: the shift is (-1, -1), half a voxel.",
            "B = A @ np.diag([*factor, 1.0]), with factor an array of one for each axis: np.broadcast_to(factor, D).",
        ),
        reference=plain.level_grid2world,
        solution=inspect.getsource(plain.level_grid2world),
        read="6. Write: the grid of a level",
    )
    _grid_public(ex)
    _grid_hidden(ex)
    for message, function in mistakes.GRIDS:
        ex.looks_like(message, function)


PARTS = ("B", "new_shape", "shift")


def _three(f: Any, A: Any, shape: Any, factor: Any) -> list[Any]:
    got = f(A, shape, factor)
    if not isinstance(got, (tuple, list)) or len(got) != 3:
        raise Wrong("the result must be three things: (B, new_shape, shift)", got)
    return list(got)


def _part(f: Any, k: int, A: Any, shape: Any, factor: Any, hint: str = "") -> None:
    want = plain.level_grid2world(A, shape, factor)[k]
    got = _three(f, A, shape, factor)
    try:
        expect(got[k], want, atol=EXACT, what=PARTS[k], hint=hint, integer=k == 1)
    except Wrong:
        for other in range(3):
            if _is(got[other], want):
                order = f"{PARTS[k]} stands at place {other + 1} of the result: the order is (B, new_shape, shift)"
                raise Wrong(order, got[k], want) from None
        raise
    if k == 1 and not _are_ints(got[k]):
        raise Wrong("new_shape must hold ints: shape // factor, not shape / factor", got[k], want)


def _is(got: Any, want: Any) -> bool:
    try:
        expect(got, want, atol=EXACT)
    except Wrong:
        return False
    return True


def _are_ints(got: Any) -> bool:
    if isinstance(got, np.ndarray):
        return got.dtype.kind in "iu"
    return all(type(n) is int for n in got)


def _grid_public(ex: Exercise) -> None:
    @ex.check("the example of the hint", kind="fixed")
    def _(f: Any, rng: Any) -> None:
        for k in range(3):
            _part(f, k, np.diag([2.0, 2.0, 1.0]), (6, 6), 2)

    @ex.check("B of any grid, one factor", kind="value", weight=2)
    def _(f: Any, rng: Any) -> None:
        for D, factor in ((2, 4), (3, 2)):
            _part(f, 0, grid(rng, D), (24,) * D, factor)

    @ex.check("B of any grid, a factor for each axis", kind="value", weight=2)
    def _(f: Any, rng: Any) -> None:
        _part(f, 0, grid(rng, 2), (24, 36), (4, 3), hint="the factors are (4, 3)")
        _part(f, 0, grid(rng, 3), (24, 36, 8), (4, 3, 1), hint="the factors are (4, 3, 1)")

    @ex.check("the shape of the level", kind="value")
    def _(f: Any, rng: Any) -> None:
        for shape, factor in (((24, 36), 4), ((23, 37), 4), ((24, 30, 9), (2, 3, 1))):
            _part(f, 1, grid(rng, len(shape)), shape, factor, hint=f"shape {shape}, factor {factor}")

    @ex.check("A is left as it was", kind="property", weight=0.5)
    def _(f: Any, rng: Any) -> None:
        for D, factor in ((2, 4), (3, (4, 3, 1))):
            _three(f, grid(rng, D), (24,) * D, factor)
            expect_inputs_untouched(f)

    @ex.check("the shift that results, in the world", kind="value", weight=2)
    def _(f: Any, rng: Any) -> None:
        _part(f, 2, grid(rng, 2), (24, 36), 4)
        _part(f, 2, grid(rng, 2), (24, 36), (4, 3), hint="the factors are (4, 3)")


def _grid_hidden(ex: Exercise) -> None:
    @ex.check("the shift of a volume, and of shapes that cannot be divided", kind="value", weight=2, public=False)
    def _(f: Any, rng: Any) -> None:
        _part(f, 2, grid(rng, 3), (24, 36, 8), (4, 3, 2), hint="the factors are (4, 3, 2)")
        _part(f, 2, grid(rng, 2), (23, 37), 4, hint="shape (23, 37)")

    @ex.check("factor 1 changes nothing", kind="property", public=False)
    def _(f: Any, rng: Any) -> None:
        A = grid(rng, 3)
        for factor in (1, (1, 1, 1)):
            for k in range(3):
                _part(f, k, A, (9, 8, 7), factor, hint="factor 1")

    @ex.check("two levels after each other are one", kind="property", public=False)
    def _(f: Any, rng: Any) -> None:
        A = grid(rng, 2)
        B, shape, shift = _three(f, A, (24, 36), (2, 3))
        C, again, further = _three(f, numbers(B), tuple(int(n) for n in numbers(shape)), 2)
        want = plain.level_grid2world(A, (24, 36), (4, 6))
        expect(C, want[0], atol=EXACT, what="B after factors (2, 3), then 2")
        expect(again, want[1], what="new_shape after both")
        expect(numbers(shift) + numbers(further), want[2], atol=EXACT, what="the sum of both shifts")

    @ex.check("an axis shorter than the factor, whole numbers, lists", kind="value", public=False)
    def _(f: Any, rng: Any) -> None:
        for k in range(3):
            _part(f, k, grid(rng, 3), (24, 24, 3), 4, hint="shape (24, 24, 3), factor 4")
            _part(f, k, np.array([[3, 0, 5], [0, 2, 7], [0, 0, 1]]), [12, 8], [3, 2], hint="all in whole numbers")
        _three(f, grid(rng, 2), (12, 8), np.array([2, 4]))
        expect_inputs_untouched(f)
