"""U01's exercises on matrices: `map_voxel(ijk, S, T, M)` and `spacings(A)`."""

from __future__ import annotations

import inspect
from typing import Any

import numpy as np

from coursereg.course.exercises import _u01_mistakes as mistakes
from coursereg.course.exercises._base import (
    Exercise,
    Unit,
    expect,
    expect_inputs_untouched,
    expect_shape,
    numbers,
)
from coursereg.course.plain import grids as plain

ALGEBRA = 1e-9  # of a voxel for coordinates below 1000: rounding leaves 1e-12, a wrong formula whole voxels


def rotation(rng: Any, dim: int = 3) -> np.ndarray:
    """A rotation about a random axis, by a large angle; no entry is near 0."""
    while True:
        Q, _ = np.linalg.qr(rng.normal(size=(dim, dim)))
        Q[:, 0] *= np.sign(np.linalg.det(Q))
        if np.abs(Q).min() > 0.15:
            return Q


def matrix(linear: Any, origin: Any) -> np.ndarray:
    """A homogeneous matrix."""
    linear = np.asarray(linear, float)
    A = np.eye(len(linear) + 1)
    A[:-1, :-1], A[:-1, -1] = linear, origin
    return A


def oblique(rng: Any, dim: int = 3, order: Any = None) -> np.ndarray:
    """The grid2world of a scan that lies askew, with samples that are no cubes and axes in any order, or in this."""
    steps = np.array([0.8, 1.7, 3.6])[:dim] * rng.uniform(0.8, 1.2, dim)
    steps = rng.permutation(steps) if order is None else steps[list(order)]
    return matrix(rotation(rng, dim) * steps, rng.uniform(20, 60, dim) * rng.choice([-1, 1], dim))


def permuted(rng: Any) -> np.ndarray:
    """The grid2world of an upright scan whose axes go along other axes of the world, some of them backwards."""
    P = np.eye(3)[rng.permutation([1, 2, 0])] if rng.random() < 0.5 else np.eye(3)[[2, 0, 1]]
    return matrix(P * rng.uniform(1, 4, 3) * rng.choice([-1, 1], 3), rng.uniform(-60, 60, 3))


def world_map(rng: Any) -> np.ndarray:
    """A map between worlds: turned, stretched, sheared and shifted, far from its own inverse and transpose."""
    return matrix(rotation(rng) @ (np.eye(3) + rng.uniform(-0.3, 0.3, (3, 3))), rng.uniform(-30, 30, 3))


def leaning(rng: Any) -> np.ndarray:
    """The grid2world of a scan whose axes are not at right angles, as with a tilted gantry."""
    lean = np.eye(3) + np.triu(rng.uniform(0.2, 0.5, (3, 3)) * rng.choice([-1, 1], (3, 3)), 1)
    return matrix(rotation(rng) @ lean * rng.uniform(0.8, 3, 3), rng.uniform(-60, 60, 3))


def voxels(rng: Any, n: int) -> np.ndarray:
    """Voxels, whole numbers."""
    return rng.integers(0, 60, (n, 3))


def mapped(f: Any, ijk: Any, S: Any, T: Any, M: Any, hint: str = "") -> None:
    """Ask the student's function and compare with inv(M) T S."""
    want = plain.map_voxel(ijk, S, T, M)
    expect(f(ijk, S, T, M), want, atol=ALGEBRA, rtol=1e-10, what="the voxels of moving", hint=hint)


# --- map_voxel --------------------------------------------------------------------------------------------------------


def add_map_voxel(unit: Unit) -> None:
    """Add ``map_voxel``."""
    ex = unit.exercise(
        "map_voxel",
        20.0,
        signature="map_voxel(ijk, S, T, M)",
        statement="Which voxels of the moving image correspond to these voxels of the static one? `ijk` is an array of "
        "shape (n, 3), one voxel per row, of whole numbers or floats; n may be 0. `S` is static_grid2world, `M` is "
        "moving_grid2world, and `T` maps the world of static to the world of moving: three matrices of shape (4, 4). "
        "Return a float array of shape (n, 3), the voxels of moving, not rounded: they need not be whole, nor lie "
        "inside.",
        hints=(
            "# 2 pull: voxel of static to mm, mm to mm, mm to voxel of moving. Each arrow is one matrix.",
            "S = diag(4, 4, 5, 1), T = identity, M = diag(2, 2, 2.5, 1): voxel (1, 2, 3) lies at (4, 8, 15) mm, which "
            "is voxel (2, 4, 6) of moving.",
            "points = np.hstack([ijk, np.ones((len(ijk), 1))]); ... np.linalg.inv(M) @ ...; rows of points take a "
            "matrix as points @ A.T",
        ),
        reference=plain.map_voxel,
        solution=inspect.getsource(plain.map_voxel),
        read="3. Worked example",
    )
    _voxel_public(ex)
    _voxel_hidden(ex)
    for message, function in _VOXEL_LOOKS:
        ex.looks_like(message, function)


_VOXEL_LOOKS = (
    ("this looks like T inverted: T goes from static to moving already", mistakes.map_inverted),
    ("this looks like S T inv(M): the matrix that comes first stands next to the points", mistakes.order_reversed),
    ("this looks like T inv(M) S: T maps mm, so it stands between S and inv(M)", mistakes.map_last),
    ("this looks like inv(M) S T: T maps mm, so it comes after S", mistakes.map_first),
    ("this looks like M T S: M takes voxels to mm, and here you need the way back", mistakes.moving_not_inverted),
    ("this looks like M T inv(S): S takes voxels to mm and is not inverted, M is", mistakes.static_inverted),
    ("this looks like inv(S) T M: the voxels come from static, so S is first", mistakes.grids_exchanged),
    ("this looks like the way back, from moving to static", mistakes.way_back),
    ("this looks like the two grids without T: the patient moved between the scans", mistakes.map_left_out),
    (
        "this looks like millimetres: the last arrow, from mm to voxels of moving, is missing",
        mistakes.stops_in_the_world,
    ),
    (
        "this looks like points @ A: with one point per row, the product with A is points @ A.T",
        mistakes.rows_times_chain,
    ),
    ("this looks like matrices without their last column: the origins count", mistakes.origins_left_out),
    ("this looks like M without its last column: the origin of moving counts", mistakes.moving_origin_left_out),
    (
        "this looks like a transpose for an inverse: they are equal for rotations only",
        mistakes.transposed_for_inverse,
    ),
    ("this looks like a transpose for an inverse: they are equal for rotations only", mistakes.moving_transposed),
    (
        "this looks like * for a product of matrices: that multiplies element by element, and @ is wanted",
        mistakes.element_by_element,
    ),
    (
        "this looks like M undone as a rotation and spacings: its axes need not be at right angles",
        mistakes.directions_turned_back,
    ),
    ("this looks like rounded voxels: keep the fractions", mistakes.rounded),
    ("this looks like fractions cut off: does the result have the dtype of ijk?", mistakes.cut_off),
    (
        "this looks like points turned around, (k, j, i): the order is that of the array's axes",
        mistakes.axes_turned_around,
    ),
)


def _voxel_public(ex: Exercise) -> None:
    @ex.check("one row of three for each voxel", kind="shape", weight=0.5)
    def _(f: Any, rng: Any) -> None:
        for n in (5, 1):
            expect_shape(f(voxels(rng, n), oblique(rng), world_map(rng), oblique(rng)), (n, 3))

    @ex.check("two equal grids and no motion: every voxel stays", kind="fixed", weight=0.5)
    def _(f: Any, rng: Any) -> None:
        mapped(f, np.array([[0, 0, 0], [1, 2, 3], [9, 4, 7]]), np.eye(4), np.eye(4), np.eye(4))

    @ex.check("only the spacings differ: the example of the hint", kind="fixed")
    def _(f: Any, rng: Any) -> None:
        S, M = np.diag([4.0, 4, 5, 1]), np.diag([2, 2, 2.5, 1])
        expect(f(np.array([[1, 2, 3]]), S, np.eye(4), M), [[2, 4, 6]], atol=ALGEBRA)

    @ex.check("only the origin of moving differs", kind="fixed")
    def _(f: Any, rng: Any) -> None:
        M = matrix(np.eye(3), [10, 20, 30])
        expect(f(np.array([[10, 20, 30], [11, 22, 33]]), np.eye(4), np.eye(4), M), [[0, 0, 0], [1, 2, 3]], atol=ALGEBRA)

    @ex.check("oblique grids, voxels that are no cubes, axes in any order, a motion", kind="value", weight=3)
    def _(f: Any, rng: Any) -> None:
        for S, M in ((oblique(rng), oblique(rng)), (permuted(rng), oblique(rng)), (oblique(rng), permuted(rng))):
            mapped(f, voxels(rng, 6), S, world_map(rng), M)

    @ex.check("there and back: the grids exchanged and T inverted lead home", kind="property")
    def _(f: Any, rng: Any) -> None:
        ijk, S, T, M = voxels(rng, 5), oblique(rng), world_map(rng), oblique(rng)
        there = numbers(f(ijk, S, T, M))
        expect_shape(there, (5, 3))
        expect(f(there, M, np.linalg.inv(T), S), ijk, atol=1e-8, what="the voxels after the way there and back")


def _voxel_hidden(ex: Exercise) -> None:
    @ex.check("a motion alone, on two equal grids", kind="value", weight=1.5, public=False)
    def _(f: Any, rng: Any) -> None:
        mapped(f, voxels(rng, 5), np.eye(4), world_map(rng), np.eye(4), "both grids are counted in mm here")
        grid = oblique(rng)
        mapped(f, voxels(rng, 5), grid, world_map(rng), grid)

    @ex.check("three voxels, and four: as many as the matrices have rows", kind="value", weight=1.5, public=False)
    def _(f: Any, rng: Any) -> None:
        for n in (3, 4):
            mapped(f, voxels(rng, n), oblique(rng), world_map(rng), permuted(rng), "one voxel per row")

    @ex.check("points between the voxels, and outside the image", kind="value", public=False)
    def _(f: Any, rng: Any) -> None:
        mapped(f, rng.uniform(-20, 80, (7, 3)), oblique(rng), world_map(rng), oblique(rng))

    @ex.check("no voxel at all, and one", kind="value", public=False)
    def _(f: Any, rng: Any) -> None:
        S, T, M = oblique(rng), world_map(rng), oblique(rng)
        mapped(f, voxels(rng, 1), S, T, M)
        expect_shape(f(np.zeros((0, 3)), S, T, M), (0, 3), "the result for no voxel")

    @ex.check("matrices of whole numbers, a step smaller than one", kind="value", public=False)
    def _(f: Any, rng: Any) -> None:
        S = np.diag([1, 1, 1, 1])
        M = np.array([[0, 3, 0, 7], [4, 0, 0, -5], [0, 0, -7, 2], [0, 0, 0, 1]])
        mapped(f, voxels(rng, 4), S, np.eye(4, dtype=int), M, "the result is not whole, though all inputs are")

    @ex.check("grids whose axes are not at right angles", kind="value", public=False)
    def _(f: Any, rng: Any) -> None:
        mapped(f, voxels(rng, 4), leaning(rng), world_map(rng), leaning(rng))

    @ex.check("grids that are mirrored", kind="value", public=False)
    def _(f: Any, rng: Any) -> None:
        mirror = np.diag([-1.0, 1, 1, 1])
        mapped(f, voxels(rng, 4), mirror @ oblique(rng), world_map(rng), oblique(rng) @ mirror)

    @ex.check("voxels and matrices are left as they were", kind="property", weight=0.5, public=False)
    def _(f: Any, rng: Any) -> None:
        mapped(f, rng.uniform(0, 9, (4, 3)), oblique(rng), world_map(rng), oblique(rng))
        expect_inputs_untouched(f)


# --- spacings ---------------------------------------------------------------------------------------------------------


def add_spacings(unit: Unit) -> None:
    """Add ``spacings``."""
    ex = unit.exercise(
        "spacings",
        8.0,
        signature="spacings(A)",
        statement="How far are neighbouring samples apart along each axis of the array, in mm? `A` is a grid2world, of "
        "shape (4, 4) for a volume or (3, 3) for a picture. Return three (or two) positive numbers, in the order of "
        "the array's axes, however the grid is turned or mirrored.",
        hints=(
            "# 1 grid: one step along axis k adds column k of A to the place in mm. How long is that step?",
            "[[0, 3, 7], [2, 0, 8], [0, 0, 1]]: a step along axis 0 adds (0, 2) mm, one along axis 1 adds (3, 0): "
            "the spacings are 2 and 3.",
            "L = A[:-1, :-1]; the length of a column is the square root of the sum of its squares: ... axis=0",
        ),
        reference=plain.spacings,
        solution=inspect.getsource(plain.spacings),
        read="6. Write: spacings",
    )
    _spacings_checks(ex)
    for message, function in _SPACING_LOOKS:
        ex.looks_like(message, function)


_SPACING_LOOKS = (
    ("this looks like the diagonal: it is the spacing of an upright grid only", mistakes.diagonal_only),
    ("this looks like the absolute diagonal: a grid may be turned", mistakes.diagonal_positive),
    ("this looks like lengths of rows: a step along axis k of the array adds column k", mistakes.row_norms),
    ("this looks like lengths in the inverse: a step along axis k of the array adds column k", mistakes.of_the_inverse),
    (
        "this looks like distances between planes of samples: how far is it to the next sample?",
        mistakes.between_planes,
    ),
    ("this looks like singular values: they have lost the order of the axes", mistakes.singular_values),
    ("this looks like squares of the lengths: take the square root", mistakes.squares),
    ("this looks like sums of columns: a length is the square root of the sum of squares", mistakes.sums),
    ("this looks like sums of absolute values: a step may go at a slant", mistakes.absolute_sums),
    ("this looks like the largest entry of each column: a step may go at a slant", mistakes.largest_entries),
    ("this looks like lengths in reverse: the order is that of the array's axes", mistakes.turned_around_order),
    ("this looks like sorted numbers: the order is that of the array's axes", mistakes.in_order),
    ("this looks like lengths with the sign of the diagonal: a distance is never negative", mistakes.with_sign),
    ("this looks like lengths with the sign of the diagonal: a distance is never negative", mistakes.with_sign_or_one),
    ("this looks like fractions cut off: keep them", mistakes.whole_numbers),
    ("this looks like one number too many: the last column is the origin, not a step", mistakes.with_the_origin),
    ("this looks like rows, with the origin in them", mistakes.rows_with_the_origin),
)


def _spacings_checks(ex: Exercise) -> None:
    def spaced(f: Any, *grids: np.ndarray, hint: str = "") -> None:
        # ask about all grids, so that all are seen when a mistake is to be named; then compare one by one
        for A, got in zip(grids, [f(A) for A in grids], strict=True):
            expect(got, plain.spacings(A), atol=1e-9, what="the spacings", hint=hint)

    @ex.check("one number for each axis", kind="shape", weight=0.5)
    def _(f: Any, rng: Any) -> None:
        expect_shape(f(oblique(rng)), (3,), "the spacings")

    @ex.check("an upright grid, the example of the hint, and a turned one", kind="fixed")
    def _(f: Any, rng: Any) -> None:
        upright = matrix(np.diag([4.0, 4, 5]), [90, -120, 70])
        example = np.array([[0, 3.0, 7], [2, 0, 8], [0, 0, 1]])
        spaced(f, upright, example, matrix([[3.0, -7.2], [-4, -5.4]], [10, 20]))  # 5 and 9

    @ex.check("oblique grids", kind="value", weight=2)
    def _(f: Any, rng: Any) -> None:
        orders = rng.permutation([[0, 1, 2], [1, 0, 2], [1, 2, 0], [2, 1, 0]])
        spaced(f, *(oblique(rng, order=order) for order in orders))

    @ex.check("a picture's grid", kind="value")
    def _(f: Any, rng: Any) -> None:
        spaced(f, *(oblique(rng, 2, order) for order in ([0, 1], [1, 0])), hint="A has shape (3, 3) here")

    @ex.check("mirrored and permuted grids have positive spacings", kind="value", weight=1.5, public=False)
    def _(f: Any, rng: Any) -> None:
        upright = matrix(np.diag([-2.5, 3, -0.5]), [80, -20, 5])
        mirrored = oblique(rng) @ np.diag([1.0, 1, -1, 1])
        spaced(f, permuted(rng), upright, mirrored, hint="a distance is never negative")

    @ex.check("axes that are not at right angles", kind="value", public=False)
    def _(f: Any, rng: Any) -> None:
        spaced(f, matrix(rng.uniform(0.5, 4, (3, 3)) * rng.choice([-1, 1], (3, 3)), rng.uniform(-50, 50, 3)))

    @ex.check("a turn of the whole head changes no spacing", kind="property", public=False)
    def _(f: Any, rng: Any) -> None:
        A = oblique(rng)
        turned = matrix(rotation(rng), rng.uniform(-50, 50, 3)) @ A
        expect(f(turned), numbers(f(A)), atol=1e-9, what="the spacings after a turn")

    @ex.check("matrices of whole numbers, and A left as it was", kind="value", public=False)
    def _(f: Any, rng: Any) -> None:
        spaced(f, np.array([[2, 3, 0, 5], [2, -3, 0, 6], [2, 1, 7, 7], [0, 0, 0, 1]]))
        expect_inputs_untouched(f)
