"""
Wrong versions of U01's functions that students really write; the checks name them when they see their numbers.

Each says in its docstring what it does.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from coursereg.course.plain import grids as plain

# --- voxels -----------------------------------------------------------------------------------------------------------


def through(chain: Any, ijk: Any) -> np.ndarray:
    """Send voxels through one matrix."""
    return (np.hstack([ijk, np.ones((len(ijk), 1))]) @ np.asarray(chain, float).T)[:, :3]


def _linear(A: Any) -> np.ndarray:
    """The matrix without its origin."""
    A = np.array(A, float)
    A[:3, 3] = 0
    return A


def map_inverted(ijk: Any, S: Any, T: Any, M: Any) -> np.ndarray:
    """T from moving to static."""
    return through(np.linalg.inv(M) @ np.linalg.inv(T) @ S, ijk)


def map_left_out(ijk: Any, S: Any, T: Any, M: Any) -> np.ndarray:
    """Without T."""
    return through(np.linalg.inv(M) @ S, ijk)


def order_reversed(ijk: Any, S: Any, T: Any, M: Any) -> np.ndarray:
    """S first from the left."""
    return through(S @ T @ np.linalg.inv(M), ijk)


def map_last(ijk: Any, S: Any, T: Any, M: Any) -> np.ndarray:
    """T stands on the left: it is applied to voxels of the moving image."""
    return through(T @ np.linalg.inv(M) @ S, ijk)


def map_first(ijk: Any, S: Any, T: Any, M: Any) -> np.ndarray:
    """T stands on the right: it is applied to voxels of the static image."""
    return through(np.linalg.inv(M) @ S @ T, ijk)


def moving_not_inverted(ijk: Any, S: Any, T: Any, M: Any) -> np.ndarray:
    """M takes voxels to mm, not mm to voxels."""
    return through(M @ T @ S, ijk)


def static_inverted(ijk: Any, S: Any, T: Any, M: Any) -> np.ndarray:
    """S inverted instead of M."""
    return through(M @ T @ np.linalg.inv(S), ijk)


def grids_exchanged(ijk: Any, S: Any, T: Any, M: Any) -> np.ndarray:
    """Voxels of the moving image are taken for those of the static one."""
    return through(np.linalg.inv(S) @ T @ M, ijk)


def way_back(ijk: Any, S: Any, T: Any, M: Any) -> np.ndarray:
    """From moving to static."""
    return through(np.linalg.inv(S) @ np.linalg.inv(T) @ M, ijk)


def stops_in_the_world(ijk: Any, S: Any, T: Any, M: Any) -> np.ndarray:  # noqa: ARG001 - as its exercise
    """Millimetres of the moving world, not voxels."""
    return through(T @ S, ijk)


def rows_times_chain(ijk: Any, S: Any, T: Any, M: Any) -> np.ndarray:
    """Rows of points times the matrix, not times its transpose."""
    return through((np.linalg.inv(M) @ T @ S).T, ijk)


def origins_left_out(ijk: Any, S: Any, T: Any, M: Any) -> np.ndarray:
    """Without the last columns."""
    return through(np.linalg.inv(_linear(M)) @ _linear(T) @ _linear(S), ijk)


def transposed_for_inverse(ijk: Any, S: Any, T: Any, M: Any) -> np.ndarray:
    """The transpose of the linear part of M for its inverse."""
    L, origin = np.asarray(M, float)[:3, :3], np.asarray(M, float)[:3, 3]
    return (through(T @ S, ijk) - origin) @ L


def moving_origin_left_out(ijk: Any, S: Any, T: Any, M: Any) -> np.ndarray:
    """Only the origin of moving is forgotten."""
    return through(np.linalg.inv(_linear(M)) @ T @ S, ijk)


def moving_transposed(ijk: Any, S: Any, T: Any, M: Any) -> np.ndarray:
    """The transpose of the whole M for its inverse."""
    return through(np.asarray(M, float).T @ T @ S, ijk)


def element_by_element(ijk: Any, S: Any, T: Any, M: Any) -> np.ndarray:
    """Stars for products of matrices."""
    return through(np.linalg.inv(M) * T * S, ijk)


def directions_turned_back(ijk: Any, S: Any, T: Any, M: Any) -> np.ndarray:
    """M undone as a rotation times spacings: right where the axes are at right angles."""
    L, origin = np.asarray(M, float)[:3, :3], np.asarray(M, float)[:3, 3]
    steps = np.linalg.norm(L, axis=0)
    return (through(T @ S, ijk) - origin) @ (L / steps) / steps


def rounded(ijk: Any, S: Any, T: Any, M: Any) -> np.ndarray:
    """The nearest voxel."""
    return np.rint(plain.map_voxel(ijk, S, T, M))


def cut_off(ijk: Any, S: Any, T: Any, M: Any) -> np.ndarray:
    """Without the part of a voxel."""
    return np.trunc(plain.map_voxel(ijk, S, T, M))


def axes_turned_around(ijk: Any, S: Any, T: Any, M: Any) -> np.ndarray:
    """Points as (k, j, i)."""
    return plain.map_voxel(np.asarray(ijk)[:, ::-1], S, T, M)[:, ::-1]


# --- distances --------------------------------------------------------------------------------------------------------


def _part(A: Any) -> np.ndarray:
    return np.asarray(A, float)[:-1, :-1]


def diagonal_only(A: Any) -> np.ndarray:
    """The diagonal."""
    return np.diag(_part(A))


def diagonal_positive(A: Any) -> np.ndarray:
    """The absolute diagonal."""
    return np.abs(np.diag(_part(A)))


def row_norms(A: Any) -> np.ndarray:
    """Rows instead of columns."""
    return np.linalg.norm(_part(A), axis=1)


def singular_values(A: Any) -> np.ndarray:
    """Singular values, the largest first."""
    return np.linalg.svd(_part(A), compute_uv=False)


def turned_around_order(A: Any) -> np.ndarray:
    """The last axis first."""
    return plain.spacings(A)[::-1]


def with_sign(A: Any) -> np.ndarray:
    """The sign of the diagonal, which is 0 for some."""
    return plain.spacings(A) * np.sign(np.diag(_part(A)))


def with_sign_or_one(A: Any) -> np.ndarray:
    """The sign of the diagonal, where it has one."""
    return plain.spacings(A) * np.where(np.diag(_part(A)) < 0, -1, 1)


def of_the_inverse(A: Any) -> np.ndarray:
    """One over the lengths of the inverse's columns."""
    return 1 / np.linalg.norm(np.linalg.inv(_part(A)), axis=0)


def between_planes(A: Any) -> np.ndarray:
    """One over the lengths of the inverse's rows: the distance of neighbouring planes."""
    return 1 / np.linalg.norm(np.linalg.inv(_part(A)), axis=1)


def whole_numbers(A: Any) -> np.ndarray:
    """The fractions cut off."""
    return np.trunc(plain.spacings(A))


def squares(A: Any) -> np.ndarray:
    """Squared lengths."""
    return (_part(A) ** 2).sum(axis=0)


def sums(A: Any) -> np.ndarray:
    """Sums of the columns."""
    return _part(A).sum(axis=0)


def absolute_sums(A: Any) -> np.ndarray:
    """Sums of absolute values."""
    return np.abs(_part(A)).sum(axis=0)


def largest_entries(A: Any) -> np.ndarray:
    """The largest entry of each column."""
    return np.abs(_part(A)).max(axis=0)


def in_order(A: Any) -> np.ndarray:
    """Sorted."""
    return np.sort(plain.spacings(A))


def with_the_origin(A: Any) -> np.ndarray:
    """All columns, the origin's among them."""
    return np.linalg.norm(np.asarray(A, float), axis=0)


def rows_with_the_origin(A: Any) -> np.ndarray:
    """Rows, the origin's entry among them."""
    return np.linalg.norm(np.asarray(A, float)[:-1], axis=1)


# --- frames -----------------------------------------------------------------------------------------------------------


def _taken(I: Any, r0: int, c0: int, h: int, w: int, mode: Any) -> np.ndarray:
    I = np.asarray(I)
    return np.take(np.take(I, np.arange(r0, r0 + h), axis=0, mode=mode), np.arange(c0, c0 + w), axis=1, mode=mode)


def wrapped_around(I: Any, r0: int, c0: int, h: int, w: int, cval: Any = 0) -> np.ndarray:  # noqa: ARG001
    """What leaves on one side comes in on the other."""
    return _taken(I, r0, c0, h, w, "wrap")


def edge_repeated(I: Any, r0: int, c0: int, h: int, w: int, cval: Any = 0) -> np.ndarray:  # noqa: ARG001
    """The last pixel goes on outside."""
    return _taken(I, r0, c0, h, w, "clip")


def frame_pushed_inside(I: Any, r0: int, c0: int, h: int, w: int, cval: Any = 0) -> np.ndarray:  # noqa: ARG001
    """The frame is moved until it lies in the picture, or as near as it goes."""
    I = np.asarray(I)
    r0, c0 = (max(min(a, n - k), 0) for a, n, k in zip((r0, c0), I.shape, (h, w), strict=True))
    return I[r0 : r0 + h, c0 : c0 + w].copy()


def cut_to_the_overlap(I: Any, r0: int, c0: int, h: int, w: int, cval: Any = 0) -> np.ndarray:  # noqa: ARG001
    """Only what the picture has: a smaller frame."""
    return np.asarray(I)[max(r0, 0) : max(r0 + h, 0), max(c0, 0) : max(c0 + w, 0)].copy()


def plain_slice(I: Any, r0: int, c0: int, h: int, w: int, cval: Any = 0) -> np.ndarray:  # noqa: ARG001
    """A slice, whose negative start counts from the end."""
    return np.asarray(I)[r0 : r0 + h, c0 : c0 + w].copy()


def x_first(I: Any, r0: int, c0: int, h: int, w: int, cval: Any = 0) -> np.ndarray:
    """r0 along the columns, c0 along the rows."""
    return plain.crop(I, c0, r0, h, w, cval)


def width_first(I: Any, r0: int, c0: int, h: int, w: int, cval: Any = 0) -> np.ndarray:
    """Rows and columns exchanged: a frame of w x h."""
    return plain.crop(I, r0, c0, w, h, cval)


def to_the_end(I: Any, r0: int, c0: int, h: int, w: int, cval: Any = 0) -> np.ndarray:
    """The frame ends at h and w."""
    return plain.crop(I, r0, c0, max(h - r0, 0), max(w - c0, 0), cval)


def slice_to_the_end(I: Any, r0: int, c0: int, h: int, w: int, cval: Any = 0) -> np.ndarray:  # noqa: ARG001
    """A plain slice that ends at h and w."""
    return np.asarray(I)[r0:h, c0:w].copy()


def from_one(I: Any, r0: int, c0: int, h: int, w: int, cval: Any = 0) -> np.ndarray:
    """Rows and columns are counted from 1."""
    return plain.crop(I, r0 - 1, c0 - 1, h, w, cval)


def first_lost(I: Any, r0: int, c0: int, h: int, w: int, cval: Any = 0) -> np.ndarray:
    """Row 0 and column 0 count as outside: 0 < r."""
    return plain.crop(np.asarray(I)[1:, 1:], r0 - 1, c0 - 1, h, w, cval)


def last_lost(I: Any, r0: int, c0: int, h: int, w: int, cval: Any = 0) -> np.ndarray:
    """The last row and column count as outside: r < R - 1."""
    return plain.crop(np.asarray(I)[:-1, :-1], r0, c0, h, w, cval)


def bounds_exchanged(I: Any, r0: int, c0: int, h: int, w: int, cval: Any = 0) -> np.ndarray:
    """Rows end where columns do, and the other way round."""
    R, C = np.shape(I)
    return plain.crop(np.asarray(I)[:C, :R], r0, c0, h, w, cval)


def always_zero(I: Any, r0: int, c0: int, h: int, w: int, cval: Any = 0) -> np.ndarray:  # noqa: ARG001
    """0 outside, whatever cval is."""
    return plain.crop(I, r0, c0, h, w)


def start_clipped(I: Any, r0: int, c0: int, h: int, w: int, cval: Any = 0) -> np.ndarray:
    """A negative start becomes 0: the content slides to the corner."""
    return plain.crop(I, max(r0, 0), max(c0, 0), h, w, cval)


def put_into_the_corner(I: Any, r0: int, c0: int, h: int, w: int, cval: Any = 0) -> np.ndarray:
    """What the picture has stands in the corner of the frame."""
    there = cut_to_the_overlap(I, r0, c0, h, w)
    out = np.full((h, w), cval, np.asarray(I).dtype)
    out[: there.shape[0], : there.shape[1]] = there
    return out


# --- grey values ------------------------------------------------------------------------------------------------------


def by_255(I: Any) -> np.ndarray:
    """Divided by 255."""
    return np.asarray(I, float) / 255


def by_largest(I: Any) -> np.ndarray:
    """Divided by the largest value."""
    I = np.asarray(I, float)
    return I / I.max() if I.max() else np.zeros(I.shape)


def smallest_left_out(I: Any) -> np.ndarray:
    """The smallest value is taken off above only."""
    I = np.asarray(I, float)
    return (I - I.min()) / I.max()


def divided_by_range(I: Any) -> np.ndarray:
    """Nothing is taken off."""
    I = np.asarray(I, float)
    return I / np.ptp(I)


def no_constant(I: Any) -> np.ndarray:
    """0 / 0 if all values are equal."""
    I = np.asarray(I, float)
    return (I - I.min()) / np.ptp(I)


def constant_to_ones(I: Any) -> np.ndarray:
    """Ones if all values are equal."""
    return plain.to_float01(I) if np.ptp(np.asarray(I, float)) else np.ones(np.shape(I))


def constant_kept(I: Any) -> np.ndarray:
    """The picture itself if all values are equal."""
    return plain.to_float01(I) if np.ptp(np.asarray(I, float)) else np.asarray(I, float)


def _subtractable(I: Any) -> np.ndarray:
    """NumPy has no difference of bools."""
    I = np.asarray(I)
    return I.astype(np.uint8) if I.dtype == bool else I


def differences_in_dtype(I: Any) -> np.ndarray:
    """Subtracted first, made float afterwards."""
    I = _subtractable(I)
    span = float(I.max() - I.min())
    return (I - I.min()) / span if span else np.zeros(I.shape)


def wrapped_twice(I: Any) -> np.ndarray:
    """Subtracted first, and divided by the largest difference that came out."""
    I = _subtractable(I)
    up = (I - I.min()).astype(float)
    return up / up.max() if up.max() else up


def range_in_dtype(I: Any) -> np.ndarray:
    """Only the range is subtracted in the dtype."""
    I = _subtractable(I)
    span = float(I.max() - I.min())
    return (I.astype(float) - I.min()) / span if span else np.zeros(I.shape)


def absolute(I: Any) -> np.ndarray:
    """Absolute values first."""
    return plain.to_float01(np.abs(np.asarray(I, float)))


def rounded_grey(I: Any) -> np.ndarray:
    """Zeros and ones."""
    return np.round(plain.to_float01(I))


def turned_around(I: Any) -> np.ndarray:
    """The brightest becomes 0."""
    return 1 - plain.to_float01(I)


def standardised(I: Any) -> np.ndarray:
    """Mean 0, deviation 1."""
    I = np.asarray(I, float)
    return (I - I.mean()) / I.std()


def clipped(I: Any) -> np.ndarray:
    """Cut off at 0 and 1."""
    return np.clip(np.asarray(I, float), 0, 1)


def only_cast(I: Any) -> np.ndarray:
    """Made float, nothing else."""
    return np.asarray(I, float)


def row_by_row(I: Any) -> np.ndarray:
    """Each column has its own range."""
    I = np.asarray(I, float)
    return (I - I.min(axis=0)) / np.ptp(I, axis=0)
