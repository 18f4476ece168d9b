"""U10's plug-in: the student's `rigid_matrix` moves volumes and grids, and the student's `safe_inverse` undoes it."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np

from coursereg._check import AffineInvalidValuesError, AffineInversionError
from coursereg.course import samples
from coursereg.course.exercises._base import Unit, expect, expect_shape, numbers
from coursereg.course.exercises._u10_classes import flat, refused, turned
from coursereg.course.exercises._u10_compose import some_shift
from coursereg.course.plain import grids
from coursereg.course.plain import matrices as plain
from coursereg.space.affine_map import AffineMap

SAME_PLACE = 1e-4  # mm: a matrix in single precision leaves 1e-5 at 100 mm
SAME_GREY = 1e-4  # of a picture scaled to 0 ... 1, whose steepest voxel is 1 in 4 mm
BACK = 1e-9
Scan = tuple[np.ndarray, np.ndarray]


@cache
def head() -> Scan:
    """The oblique head, every second voxel, scaled to 0 ... 1; its grid2world."""
    data, affine, _ = samples.volume()
    return grids.to_float01(data[::2, ::2, ::2]), affine @ np.diag([2.0, 2, 2, 1])


@cache
def brain() -> Scan:
    """The template, every fourth voxel, scaled to 0 ... 1; its grid2world."""
    data, affine = samples.template()
    return grids.to_float01(data[::4, ::4, ::4]), affine @ np.diag([4.0, 4, 4, 1])


def some_motion(rng: Any) -> tuple[float, ...]:
    """Angles of some ten degrees about the world's origin, and a shift of some millimetres."""
    angles = rng.permutation([8.0, 13.0, 19.0]) * rng.choice([-1, 1], 3)
    return tuple(float(v) for v in [*angles, *np.array(some_shift(rng)) / 2])


def lattice(shape: tuple[int, int, int] = (21, 21, 5)) -> np.ndarray:
    """The points of a grid around the origin, as rows (x, y, z)."""
    return np.indices(shape).reshape(3, -1).T - (np.array(shape) - 1) / 2


def taken(M: np.ndarray, points: np.ndarray) -> np.ndarray:
    """Points as rows through a matrix."""
    return (np.c_[points, np.ones(len(points))] @ M.T)[:, :3]


def matrix_of(f: Callable[..., Any], x: tuple[float, ...]) -> np.ndarray:
    """The student's matrix of these numbers."""
    got = f(*x)
    expect_shape(got, (4, 4), "rigid_matrix(...)")
    M = numbers(got, "rigid_matrix(...)")
    # what is no affine map would stop the engine with words about the engine
    expect(M[3], [0, 0, 0, 1], atol=1e-12, what="the last row of rigid_matrix(...)")
    M[3] = 0, 0, 0, 1
    return M


def add_plugin(unit: Unit) -> None:
    """Add ``plugin``."""
    ex = unit.exercise(
        "plugin",
        15.0,
        kind="plugin",
        signature="check('U10.plugin', [rigid_matrix, safe_inverse])",
        statement="Your `rigid_matrix` is the motion T between the worlds of two images: in inv(M) T S, the law of "
        "U01, and in `AffineMap`, which must make the same volume of it as with the reference's matrix. The points of "
        "a grid must land where they should, and your `safe_inverse` must bring them back to 1e-9.",
        hints=(
            "# 2 pull: T takes millimetres of the static image to millimetres of the moving one.",
            "rigid_matrix(0, 0, 0, 5, 0, 0) looks 5 mm further along axis 0: the content comes 5 mm back.",
            "If check('U10.rigid_matrix', rigid_matrix) is right and this is not, look at safe_inverse.",
        ),
        solution=inspect.getsource(plain.rigid_matrix) + "\n\n" + inspect.getsource(plain.safe_inverse),
        read="7. Plug in",
    )

    def same_volume(f: Any, rng: Any, scan: Scan) -> None:
        make, _inverse = f.parts()
        moving, M = scan
        x = some_motion(rng)
        shape = (9, 11, 7)
        S = M @ np.diag([*(np.array(moving.shape) / shape), 1])
        mine, ours = (
            AffineMap(T, shape, S, moving.shape, M).transform(moving)
            for T in (matrix_of(make, x), plain.rigid_matrix(*x))
        )
        expect(mine, ours, atol=SAME_GREY, what="the volume made by AffineMap(rigid_matrix(...))")

    @ex.check("voxels of a head through inv(M) T S", kind="value", weight=2)
    def _(f: Any, rng: Any) -> None:
        make, _inverse = f.parts()
        moving, M = head()
        S, x = M @ np.diag([1.5, 1.5, 1.5, 1]), some_motion(rng)
        ijk = rng.integers(0, 24, (20, 3))
        want = grids.map_voxel(ijk, S, plain.rigid_matrix(*x), M)
        expect(grids.map_voxel(ijk, S, matrix_of(make, x), M), want, atol=SAME_PLACE, what="voxels of the moving image")

    @ex.check("AffineMap with your matrix makes the reference's volume of the head", kind="value", weight=2)
    def _(f: Any, rng: Any) -> None:
        same_volume(f, rng, head())

    @ex.check("a grid of 21 x 21 x 5 points lands where it should, and comes back", kind="value", weight=2)
    def _(f: Any, rng: Any) -> None:
        make, inverse = f.parts()
        x = some_motion(rng)
        T = matrix_of(make, x)
        there = taken(T, lattice())
        expect(there, taken(plain.rigid_matrix(*x), lattice()), atol=SAME_PLACE, what="the points of the grid")
        back = inverse(T)
        expect_shape(back, (4, 4), "safe_inverse(rigid_matrix(...))")
        expect(taken(numbers(back), there), lattice(), atol=BACK, what="the points after the way there and back")

    @ex.check("the same with the brain of the template", kind="value", public=False)
    def _(f: Any, rng: Any) -> None:
        same_volume(f, rng, brain())

    @ex.check(
        "AffineMap and your safe_inverse refuse the same matrices, with the same errors", kind="property", public=False
    )
    def _(f: Any, rng: Any) -> None:
        _make, inverse = f.parts()
        bad = turned(rng)
        bad[0, 0] = np.nan
        for M in (flat(rng), bad, turned(rng) @ np.diag([1.0, 1, 1, 3])):
            try:
                AffineMap(M)
            except (AffineInversionError, AffineInvalidValuesError) as error:
                refused(inverse, M, type(error).__name__, f"AffineMap says: {error}"[:90])

    @ex.check("your inverse is the matrix of AffineMap's way back", kind="property", public=False)
    def _(f: Any, rng: Any) -> None:
        make, inverse = f.parts()
        T = matrix_of(make, some_motion(rng)) @ np.diag([0.5, 2.0, 1.0, 1.0])
        expect(inverse(T), AffineMap(T).affine_inv, atol=BACK, what="safe_inverse of a stretched motion")
