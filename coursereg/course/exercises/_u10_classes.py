"""U10's exercises that judge matrices: `classify` and `safe_inverse`."""

from __future__ import annotations

import inspect
from typing import Any

import numpy as np

from coursereg.course.exercises import _u10_mistakes as mistakes
from coursereg.course.exercises._base import (
    Exercise,
    Raised,
    Unit,
    Wrong,
    expect,
    expect_inputs_untouched,
    expect_true,
    numbers,
    short,
)
from coursereg.course.exercises._u10_compose import M1, M2, M3, signed_angles, some_shift
from coursereg.course.plain import matrices as plain

CLASSES = ("rigid", "similarity", "affine", "singular")
LESS, MORE = 0.7e-3, 2.2e-3  # on either side of a thousandth; ways to measure it differ by less
SAME = 1e-9  # of the inverse, whose entries come from matrices of a condition below 1e5


def printed(M: np.ndarray) -> np.ndarray:
    """The matrix as a page shows it, with four digits behind the point."""
    return M.round(4) + 0.0


def turned(rng: Any) -> np.ndarray:
    """A rigid matrix."""
    return plain.rigid_matrix(*signed_angles(rng), *some_shift(rng))


def with_singular_values(rng: Any, *s: float) -> np.ndarray:
    """A matrix that scales by s along three askew axes: turn, scale, turn, shift."""
    first = turned(rng)
    first[:3, 3] = 0
    return turned(rng) @ np.diag([*s, 1]) @ first


def mirrored(rng: Any) -> np.ndarray:
    """A matrix that keeps all lengths, and turns right into left."""
    return turned(rng) @ np.diag([*rng.permutation([1.0, 1.0, -1.0]), 1.0])


def sheared(rng: Any, h: float) -> np.ndarray:
    """A shear of determinant 1, askew."""
    H = np.eye(4)
    H[(0, 0, 1)[i := int(rng.integers(3))], (1, 2, 2)[i]] = h
    return turned(rng) @ H


# --- classify ---------------------------------------------------------------------------------------------------------


def add_classify(unit: Unit) -> None:
    """Add ``classify``."""
    ex = unit.exercise(
        "classify",
        10.0,
        signature="classify(M)",
        statement='One of "rigid", "similarity", "affine", "singular" for an affine matrix of shape (4, 4): finite, '
        "with the last row 0, 0, 0, 1. Decide by the singular values of its linear part. Matrices may come printed "
        "with four digits, so two numbers are equal here if they differ by less than a thousandth of the largest "
        'singular value. "singular": the smallest singular value is equal to 0 in this sense (or all are 0). '
        '"similarity": all three are equal. "rigid": all three are 1. Else "affine". A matrix that mirrors '
        '(determinant below 0) is never rigid nor a similarity, since no body moves so: it is "affine".',
        hints=(
            "# 4 residual: what does M do to lengths? The shift does nothing to them.",
            "diag(2, 2, 2, 1) with any shift is a similarity, diag(1, 1, -1, 1) is affine, and so is a shear, although "
            "its determinant is 1.",
            "s = np.linalg.svd(M[:3, :3], compute_uv=False); if s[2] <= 1e-3 * s[0]: return 'singular'",
        ),
        reference=plain.classify,
        solution=inspect.getsource(plain.classify),
        read="6. Write: name a matrix",
    )
    _classify_public(ex)
    _classify_hidden(ex)
    for message, function in (
        ("this looks like singular values alone: what mirrors has determinant below 0", mistakes.mirrors_are_rigid),
        ("this looks like the determinant alone: a shear has determinant 1", mistakes.by_determinant),
        (
            "this looks like a small determinant for singular: it is small for small scales, too",
            mistakes.by_small_determinant,
        ),
        ("this looks like eigenvalues: those of a shear are all 1", mistakes.by_eigenvalues),
        ("this looks like lengths of columns: they need not be at right angles", mistakes.by_column_lengths),
        ("this looks like singular values of all of M, the shift included", mistakes.of_the_whole_matrix),
        ("this looks like a tolerance of many digits: four are printed", mistakes.exactly),
        ("this looks like a tolerance of one in ten", mistakes.generously),
        ("this looks like a tolerance of one in a hundred: a thousandth is asked for", mistakes.somewhat_generously),
        ("this looks like a function that never says singular", mistakes.never_singular),
    ):
        ex.looks_like(message, function)


def _named(f: Any, M: np.ndarray, want: str, hint: str = "") -> None:
    got = f(M)
    if not isinstance(got, str) or got not in CLASSES:
        raise Wrong(f"the result must be one of {', '.join(CLASSES)}, as a string", got, want)
    s = np.linalg.svd(M[:3, :3], compute_uv=False)
    why = f"its singular values are {', '.join(f'{v:.4g}' for v in s)}, its determinant {np.linalg.det(M[:3, :3]):.3g}"
    expect_true(
        got == want, f"{got} for {short(M.round(4).tolist())}: {why}" + (f". {hint}" if hint else ""), got, want
    )


def _classify_public(ex: Exercise) -> None:
    @ex.check("M1, M2, M3 of the hand-out, as printed", kind="fixed", weight=1.5)
    def _(f: Any, rng: Any) -> None:
        for M, want in ((M1, "rigid"), (M2, "similarity"), (M3, "affine")):
            _named(f, M, want)

    @ex.check("rigid or a similarity, printed with four digits", kind="value", weight=1.5)
    def _(f: Any, rng: Any) -> None:
        for _k in range(2):
            _named(f, printed(turned(rng)), "rigid")
            s = float(rng.choice([rng.uniform(0.25, 0.8), rng.uniform(1.3, 4)]))
            _named(f, printed(plain.similarity_matrix(s, *signed_angles(rng), *some_shift(rng))), "similarity")

    @ex.check("affine: singular values that are not all equal, or a mirror", kind="value")
    def _(f: Any, rng: Any) -> None:
        # their product is 1, then their mean; then two of them are equal
        for s in ((0.5, 1.0, 2.0), (0.5, 1.0, 1.5), (1.0, 1.0, 0.6), (1.7, 1.0, 1.0)):
            _named(f, printed(with_singular_values(rng, *rng.permutation(s))), "affine")
        _named(f, printed(mirrored(rng)), "affine", "it keeps all lengths, and mirrors")
        _named(f, printed(turned(rng)), "rigid")

    @ex.check("singular: space becomes a plane, or a line", kind="value", weight=1.5)
    def _(f: Any, rng: Any) -> None:
        _named(f, with_singular_values(rng, *rng.uniform(0.5, 2, 2), 0), "singular")
        _named(f, printed(with_singular_values(rng, *rng.uniform(0.5, 2, 2), 0)), "singular", "it is printed")
        _named(f, printed(with_singular_values(rng, 1.5, 0, 0)), "singular")
        _named(f, turned(rng), "rigid")


def _classify_hidden(ex: Exercise) -> None:
    @ex.check("a shear is affine, although its determinant is 1", kind="value", weight=1.5, public=False)
    def _(f: Any, rng: Any) -> None:
        for h in (0.7, -0.3):
            _named(f, printed(sheared(rng, h)), "affine")
        H = np.eye(4)
        H[0, 2], H[:3, 3] = 0.5, some_shift(rng)
        _named(f, H, "affine")  # upright: its eigenvalues are 1
        _named(f, turned(rng), "rigid")

    @ex.check("columns of unequal lengths, or not at right angles, are affine", kind="value", public=False)
    def _(f: Any, rng: Any) -> None:
        stretch = np.diag([*rng.permutation([1.0, 1.0, 1.4]), 1])
        _named(f, printed(turned(rng) @ stretch), "affine", "its columns are at right angles, their lengths differ")
        _named(f, printed(stretch @ turned(rng)), "affine")
        M = turned(rng)
        a = np.deg2rad(rng.uniform(40, 70))
        M[:3, 1] = np.cos(a) * M[:3, 0] + np.sin(a) * M[:3, 1]
        _named(f, printed(M), "affine")
        M[:3, :3] = M[:3, :3].T  # and so are rows
        _named(f, printed(M), "affine")
        _named(f, printed(turned(rng)), "rigid")

    @ex.check("what mirrors is affine", kind="value", weight=1.5, public=False)
    def _(f: Any, rng: Any) -> None:
        mirror = np.diag(rng.permutation([1.0, 1, -1]).tolist() + [1])
        _named(f, printed(mirrored(rng)), "affine", "it keeps all lengths, and mirrors")
        for s in (0.05, 3.0):
            _named(f, mirrored(rng) @ np.diag([s, s, s, 1]), "affine", "it mirrors")
        through_the_origin = plain.similarity_matrix(2.0, *signed_angles(rng), *some_shift(rng))
        through_the_origin[:3] *= -1
        _named(f, through_the_origin, "affine", "it mirrors in all three axes")
        _named(f, turned(rng) @ mirror @ mirror, "rigid", "mirrored twice")

    @ex.check("small scales are not singular, large ones not affine", kind="value", public=False)
    def _(f: Any, rng: Any) -> None:
        for s in (0.005, 0.03, 50.0):
            _named(f, plain.similarity_matrix(s, *signed_angles(rng), *some_shift(rng)), "similarity")
        _named(f, with_singular_values(rng, 1.0, 0.03, 0.03), "affine", "thin along two axes, but not flat")
        _named(f, with_singular_values(rng, 90.0, 40.0, 0.0), "singular", "large, and flat")

    @ex.check("a stretch of half a per cent is seen", kind="value", public=False)
    def _(f: Any, rng: Any) -> None:
        _named(f, printed(with_singular_values(rng, *rng.permutation([1.0, 1.0, 1.005]))), "affine")
        _named(f, printed(plain.similarity_matrix(0.995, *signed_angles(rng), *some_shift(rng))), "similarity")
        _named(f, with_singular_values(rng, 1.0, 1.0, 0.005), "affine", "thin, but not flat")

    @ex.check("equal means: to a thousandth of the largest singular value", kind="value", public=False)
    def _(f: Any, rng: Any) -> None:
        def upright(*s: float) -> np.ndarray:
            return turned(rng) @ np.diag([*rng.permutation(s), 1.0])

        less, more = LESS, MORE
        for s in (0.02, 1.0, 40.0):
            _named(f, upright(s, s, s * less), "singular")
            _named(f, upright(s, s, s * more), "affine")
            _named(f, upright(s, s, s * (1 + less)), "rigid" if s == 1 else "similarity")
            _named(f, upright(s, s, s * (1 + more)), "affine")
        _named(f, upright(*[1 + less] * 3), "rigid")
        _named(f, upright(*[1 - more] * 3), "similarity")

    @ex.check("the shift says nothing, be it large or none", kind="property", public=False)
    def _(f: Any, rng: Any) -> None:
        for M in (turned(rng), M2.copy(), sheared(rng, 0.5), with_singular_values(rng, 1.0, 2.0, 0.0)):
            for t in (0, 5000):
                M[:3, 3] = t
                _named(f, M, plain.classify(M))

    @ex.check("everything to one point; whole numbers; M is left as it was", kind="value", weight=0.5, public=False)
    def _(f: Any, rng: Any) -> None:
        _named(f, np.diag([0.0, 0, 0, 1]), "singular", "all singular values are 0")
        whole = np.array([[0, -1, 0, 4], [1, 0, 0, 5], [0, 0, 1, 6], [0, 0, 0, 1]])
        _named(f, whole, "rigid")
        expect_inputs_untouched(f)


# --- safe_inverse -----------------------------------------------------------------------------------------------------


def add_safe_inverse(unit: Unit) -> None:
    """Add ``safe_inverse``."""
    ex = unit.exercise(
        "safe_inverse",
        6.0,
        signature="safe_inverse(M)",
        statement="The inverse of an affine matrix of shape (4, 4), or an error that says why there is none: "
        "`AffineInversionError` if M is not square, or is singular; `AffineInvalidValuesError` if an entry is NaN or "
        "infinite, or the last row is not 0, 0, 0, 1 (this is looked at before M is called singular). Both are "
        "imported from coursereg. Singular means: the smallest singular value of the linear part is below 1e-12 of "
        "the largest. Small numbers alone are no reason: a matrix that scales by 1e-5 has an inverse.",
        hints=(
            "Ask first, invert last: square? finite? the last row? flat?",
            "[[.1, .2, .3, 0], [.4, .5, .6, 0], [.7, .8, .9, 0], [0, 0, 0, 1]] is singular, yet np.linalg.inv may "
            "return numbers of 1e16 for it. diag(1e-5, 1e-5, 1e-5, 1) has the inverse diag(1e5, 1e5, 1e5, 1).",
            "if not np.isfinite(M).all(): raise AffineInvalidValuesError('...')",
        ),
        reference=plain.safe_inverse,
        solution=inspect.getsource(plain.safe_inverse),
        read="6. Write: an inverse that says no",
    )
    _inverse_checks(ex)
    for message, function in (
        ("this looks like the transpose", mistakes.transposed),
        ("this looks like minus the shift: on the way back it is turned, too: -inv(L) t", mistakes.shift_turned_around),
        ("this looks like the transpose of the linear part, which inverts turns only", mistakes.turn_transposed),
        ("this looks like the shift with the wrong sign", mistakes.shift_not_turned_around),
    ):
        ex.looks_like(message, function)


def refused(f: Any, M: Any, error: str, why: str) -> None:
    """Ask that the student's function raises an error of this name."""
    try:
        got = f(M)
    except Raised as raised:
        if type(raised) is not Raised:  # stopped by the marking: out of time, or its process died
            raise
        name = str(raised).split(":", 1)[0]
        expect_true(name == error, f"{error} is wanted, since {why}; the function raised {raised}")
        return
    raise Wrong(f"{error} is wanted, since {why}; the function returned something", got)


def _undone(f: Any, M: np.ndarray, hint: str = "") -> None:
    want = np.linalg.inv(M)
    scale = np.abs(want).max()
    expect(numbers(f(M)) / scale, want / scale, atol=SAME, what="the inverse, divided by its largest entry", hint=hint)


SINGULAR, INVALID = "AffineInversionError", "AffineInvalidValuesError"


def flat(rng: Any) -> np.ndarray:
    """Singular, large, and not so that rounding would show: the third column is made of the others."""
    M = with_singular_values(rng, 200.0, 90.0, 50.0)
    M[:3, 2] = M[:3, :2] @ rng.uniform(0.3, 0.9, 2)
    return M


def _inverse_checks(ex: Exercise) -> None:
    @ex.check("a scale and a shift", kind="fixed", weight=0.5)
    def _(f: Any, rng: Any) -> None:
        M = np.array([[2.0, 0, 0, 6], [0, 4, 0, 4], [0, 0, 1, 5], [0, 0, 0, 1]])
        expect(f(M), [[0.5, 0, 0, -3], [0, 0.25, 0, -1], [0, 0, 1, -5], [0, 0, 0, 1]], atol=SAME)

    @ex.check("any affine matrix", kind="value", weight=2)
    def _(f: Any, rng: Any) -> None:
        _undone(f, turned(rng))
        _undone(f, with_singular_values(rng, *rng.uniform(0.4, 3, 3)))
        _undone(f, turned(rng) @ np.diag([1.0, -1, 1, 1]), "it mirrors, and that can be undone")

    @ex.check("a singular matrix is refused, rounding or not", kind="property", weight=1.5)
    def _(f: Any, rng: Any) -> None:
        whole = np.array([[1.0, 2, 3, 4], [4, 5, 6, 5], [7, 8, 9, 6], [0, 0, 0, 1]])
        for M in (whole, whole / [10, 10, 10, 1]):  # the second is no error for np.linalg.inv
            refused(f, M, SINGULAR, "its third column is twice the second minus the first")
        refused(f, np.diag([1.0, 0, 1, 1]), SINGULAR, "axis 1 is lost")
        for _k in range(5):  # rounding hits 0 exactly now and then
            refused(f, flat(rng), SINGULAR, "its third column is made of the others")

    @ex.check("NaN, infinity and another last row are refused", kind="property", weight=1.5)
    def _(f: Any, rng: Any) -> None:
        for value in (np.nan, np.inf, -np.inf):
            M = turned(rng)
            M[int(rng.integers(3)), int(rng.integers(4))] = value
            refused(f, M, INVALID, f"an entry is {value}")
        M = turned(rng)
        M[3, int(rng.integers(3))] = 0.25
        refused(f, M, INVALID, "the last row is not 0, 0, 0, 1")

    @ex.check("small scales have an inverse", kind="value", public=False)
    def _(f: Any, rng: Any) -> None:
        _undone(f, plain.similarity_matrix(1e-5, *signed_angles(rng), *some_shift(rng)), "it scales by 1e-5")

    @ex.check("a far shift makes nothing singular", kind="value", weight=0.5, public=False)
    def _(f: Any, rng: Any) -> None:
        M = turned(rng)
        M[:3, 3] *= 3e7 / np.linalg.norm(M[:3, 3])
        _undone(f, M, "it is rigid; its shift is 3e7 long")

    @ex.check("very unequal scales have an inverse", kind="value", weight=0.5, public=False)
    def _(f: Any, rng: Any) -> None:
        _undone(f, with_singular_values(rng, 40.0, 1.0, 0.02), "its scales are 40, 1 and 0.02")

    @ex.check("the last row is looked at exactly, and before singularity", kind="property", public=False)
    def _(f: Any, rng: Any) -> None:
        refused(f, np.zeros((4, 4)), INVALID, "the last row is 0, 0, 0, 0")
        for last in ([0, 0, 0, 2], [0, 0, 0, -1], [1, -1, 0, 1], [0, 0, 5e-4, 1]):
            M = turned(rng)
            M[3] = last
            refused(f, M, INVALID, f"the last row is {', '.join(map(str, last))}")
        M = flat(rng)
        M[0, 3] = np.nan
        refused(f, M, INVALID, "an entry is NaN")

    @ex.check("1e-12 of the largest singular value is the border", kind="property", public=False)
    def _(f: Any, rng: Any) -> None:
        for s in ((1, 1, 1e-11), (1, 1e-7, 1e-7), (1e-13, 1e-13, 1e-13)):
            M = np.diag([*rng.permutation(s), 1.0])
            M[:3, 3] = some_shift(rng)
            scales = ", ".join(f"{v:g}" for v in s)
            try:
                _undone(f, M, f"its scales are {scales}")
            except Raised as raised:
                if type(raised) is not Raised:
                    raise
                raise Wrong(f"a matrix with the scales {scales} has an inverse; the function raised {raised}") from None
        for s in ((1, 1, 1e-13), (1e6, 1e6, 1e-7)):
            M = np.diag([*rng.permutation(s), 1.0])
            refused(f, M, SINGULAR, f"its singular values are {', '.join(f'{v:g}' for v in s)}")
        M = np.eye(4)
        M[0, 1] = 1e7
        refused(f, M, SINGULAR, "a shear of 1e7 has the singular values 1e7, 1 and 1e-7")
        M = np.diag([0.0, 0, 0, 1])
        refused(f, M, SINGULAR, "all singular values are 0")

    @ex.check("no square matrix", kind="property", weight=0.5, public=False)
    def _(f: Any, rng: Any) -> None:
        refused(f, turned(rng)[:3], SINGULAR, "M has 3 rows and 4 columns")

    @ex.check("there and back is where one was; whole numbers; M is left as it was", kind="value", public=False)
    def _(f: Any, rng: Any) -> None:
        M = sheared(rng, 0.6)
        expect(M @ numbers(f(M)), np.eye(4), atol=SAME, what="M @ safe_inverse(M)")
        expect_inputs_untouched(f)
        whole = np.array([[0, -2, 0, 4], [1, 0, 0, 5], [0, 0, 4, 6], [0, 0, 0, 1]])
        expect(f(whole), np.linalg.inv(whole), atol=SAME, what="the inverse", hint="M holds whole numbers")
        expect_inputs_untouched(f)
