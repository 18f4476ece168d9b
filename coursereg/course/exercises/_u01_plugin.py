"""U01's plug-in: the student's `map_voxel` says where each voxel comes from, in the place of `AffineMap`."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
from scipy import ndimage

from coursereg.course import samples
from coursereg.course.exercises import _u01_mistakes as mistakes
from coursereg.course.exercises._base import Unit, Wrong, expect, expect_shape, numbers
from coursereg.course.exercises._u01_voxels import matrix
from coursereg.course.plain import grids as plain
from coursereg.space.affine_map import AffineMap

SAME_GREY = 1e-9  # of a picture scaled to 0 ... 1
Scan = tuple[np.ndarray, np.ndarray]


@cache
def head() -> Scan:
    """The oblique head, every second voxel along each axis, scaled to 0 ... 1; its grid2world."""
    data, affine, _ = samples.volume()
    return plain.to_float01(data[::2, ::2, ::2]), affine @ np.diag([2.0, 2, 2, 1])


@cache
def brain() -> Scan:
    """The template, every fourth voxel, scaled to 0 ... 1; its grid2world."""
    data, affine = samples.template()
    return plain.to_float01(data[::4, ::4, ::4]), affine @ np.diag([4.0, 4, 4, 1])


def upright(rng: Any, middle: Any) -> tuple[tuple[int, int, int], np.ndarray]:
    """A coarse grid around a place in mm: its voxels are no cubes, its axes in any order, one of them mirrored."""
    shape = tuple(int(n) for n in rng.permutation([9, 11, 13]))
    P = np.eye(3)[rng.permutation(3)]
    linear = P * rng.uniform(9, 14, 3) * np.array([1, -1, 1])
    origin = np.asarray(middle) - linear @ ((np.array(shape) - 1) / 2)
    return shape, matrix(linear, origin)  # type: ignore[return-value]


def small_motion(rng: Any, middle: Any) -> np.ndarray:
    """A turn by some degrees about each axis, about a place in mm, and a shift of some millimetres."""
    a, b, c = rng.uniform(0.1, 0.25, 3) * rng.choice([-1, 1], 3)
    skew = np.array([[0, -c, b], [c, 0, -a], [-b, a, 0]])
    R = np.linalg.solve(np.eye(3) + skew / 2, np.eye(3) - skew / 2)  # Cayley: a rotation
    return matrix(R, np.asarray(middle) - R @ middle + rng.uniform(4, 9, 3) * rng.choice([-1, 1], 3))


def pulled(
    f: Callable[..., Any], shape: tuple[int, int, int], S: np.ndarray, T: np.ndarray, moving: np.ndarray, M: np.ndarray
) -> np.ndarray:
    """The moving image on the static grid: ``f`` says where each voxel comes from, SciPy looks up linearly."""
    ijk = np.indices(shape).reshape(3, -1).T
    where = numbers(f(ijk, S, T, M), "the voxels of moving")
    expect_shape(where, ijk.shape, "the voxels of moving")
    if not np.isfinite(where).all():
        raise Wrong("the voxels of moving must be finite", where)
    # outside is 0, to which the last voxel fades, as in AffineMap
    return ndimage.map_coordinates(moving, where.T, order=1, mode="grid-constant", cval=0.0).reshape(shape)


def middle_of(scan: Scan) -> np.ndarray:
    """The world's place in the middle of a scan."""
    data, M = scan
    return plain.to_world([(np.array(data.shape) - 1) / 2], M)[0]


def add_plugin(unit: Unit) -> None:
    """Add ``plugin``."""
    ex = unit.exercise(
        "plugin",
        15.0,
        kind="plugin",
        signature="check('U01.plugin', map_voxel)",
        statement="Your `map_voxel` in the place of `AffineMap.transform`: it says for every voxel of an upright grid "
        "where it lies in a real, oblique scan, and the grey values are looked up there. The picture must be that of "
        "`AffineMap`, to 1e-9 of its range.",
        hints=(
            "# 2 pull: all voxels of the static grid are asked at once, as one array of shape (n, 3).",
            "If check('U01.map_voxel', map_voxel) is right and this is not, does your function round, or need n = 3?",
        ),
        reference=plain.map_voxel,
        solution=inspect.getsource(plain.map_voxel),
        read="7. Plug in",
    )

    def same_picture(f: Any, rng: Any, scan: Scan, moved: bool) -> None:
        moving, M = scan
        middle = middle_of(scan)
        shape, S = upright(rng, middle)
        T = small_motion(rng, middle) if moved else np.eye(4)
        want = AffineMap(T, shape, S, moving.shape, M).transform(moving)
        expect(pulled(f, shape, S, T, moving, M), want, atol=SAME_GREY, what="the picture on the static grid")

    @ex.check("the oblique head on an upright grid", kind="value", weight=2)
    def _(f: Any, rng: Any) -> None:
        same_picture(f, rng, head(), moved=False)

    @ex.check("the head after a motion", kind="value", weight=2)
    def _(f: Any, rng: Any) -> None:
        same_picture(f, rng, head(), moved=True)

    @ex.check("the template after a motion", kind="value", public=False)
    def _(f: Any, rng: Any) -> None:
        same_picture(f, rng, brain(), moved=True)

    @ex.check("the way there and back leaves the places where they were", kind="property", public=False)
    def _(f: Any, rng: Any) -> None:
        moving, M = head()
        shape, S = upright(rng, middle_of(head()))
        T = small_motion(rng, middle_of(head()))
        ijk = np.indices(shape).reshape(3, -1).T
        there = numbers(f(ijk, S, T, M))
        expect_shape(there, ijk.shape)
        expect(f(there, M, np.linalg.inv(T), S), ijk, atol=1e-8, what="the voxels after the way there and back")

    for message, function in (
        ("this looks like T inverted: T goes from static to moving already", mistakes.map_inverted),
        ("this looks like the two grids without T", mistakes.map_left_out),
        ("this looks like S T inv(M): what comes first stands next to the points", mistakes.order_reversed),
        ("this looks like rounded voxels: the picture has steps", mistakes.rounded),
        ("this looks like points @ A: rows of points take A.T", mistakes.rows_times_chain),
    ):
        ex.looks_like(message, function)
