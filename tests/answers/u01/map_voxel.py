"""Answers to U01.map_voxel."""

import numpy as np

from answers import right, wrong


def _through(chain, ijk):
    return (np.hstack([ijk, np.ones((len(ijk), 1))]) @ chain.T)[:, :3]


@right("one matrix for the whole chain, points as columns")
def columns(ijk, S, T, M):
    homogeneous = np.vstack([np.asarray(ijk).T, np.ones(len(ijk))])
    return (np.linalg.inv(M) @ T @ S @ homogeneous)[:3].T


@right("three steps, mm in between, np.linalg.solve for the inverse")
def three_steps(ijk, S, T, M):
    world = np.asarray(ijk) @ S[:3, :3].T + S[:3, 3]
    moved = world @ T[:3, :3].T + T[:3, 3]
    return np.linalg.solve(M[:3, :3], (moved - M[:3, 3]).T).T


@right("a loop over the voxels, homogeneous coordinates")
def loop(ijk, S, T, M):
    out = np.zeros((len(ijk), 3))
    back = np.linalg.inv(M)
    for k, (a, b, c) in enumerate(ijk):
        out[k] = (back @ (T @ (S @ [a, b, c, 1])))[:3]
    return out


@right("einsum with the linear part and the shift apart")
def einsum(ijk, S, T, M):
    A = np.linalg.inv(M).dot(T).dot(S)
    return np.einsum("ab,nb->na", A[:3, :3], np.asarray(ijk, float)) + A[:3, 3]


@right("the transposed chain from the right, a list of rows")
def transposed(ijk, S, T, M):
    rows = np.column_stack([ijk, np.ones(len(ijk))]) @ S.T @ T.T @ np.linalg.inv(M).T
    return rows[:, :3].tolist() if len(rows) else rows[:, :3]


@right("matrix_transpose, the last coordinate divided out")
def divided_out(ijk, S, T, M):
    rows = np.concatenate([np.asarray(ijk, float), np.ones((len(ijk), 1))], axis=1)
    out = np.matmul(rows, np.matmul(np.linalg.pinv(M), np.matmul(T, S)).T)
    return out[:, :3] / out[:, 3:]


@wrong("T inverted", says="T inverted")
def inverted(ijk, S, T, M):
    return _through(np.linalg.inv(M) @ np.linalg.inv(T) @ S, ijk)


@wrong("S T inv(M): read from the left", says="S T inv(M)")
def from_the_left(ijk, S, T, M):
    return _through(S @ T @ np.linalg.inv(M), ijk)


@wrong("M not inverted", says="M T S")
def not_inverted(ijk, S, T, M):
    return _through(M @ T @ S, ijk)


@wrong("S inverted instead of M", says="M T inv(S)")
def other_inverted(ijk, S, T, M):
    return _through(M @ T @ np.linalg.inv(S), ijk)


@wrong("static and moving exchanged", says="inv(S) T M")
def exchanged(ijk, S, T, M):
    return _through(np.linalg.inv(S) @ T @ M, ijk)


@wrong("from moving to static", says="the way back")
def backwards(ijk, S, T, M):
    return _through(np.linalg.inv(S) @ np.linalg.inv(T) @ M, ijk)


@wrong("inv(T) inv(M) S: everything after S inverted, in another order")
def another_order(ijk, S, T, M):
    return _through(np.linalg.inv(T) @ np.linalg.inv(M) @ S, ijk)


@wrong("T applied to voxels of the moving image", says="T maps mm, so it stands between")
def map_after(ijk, S, T, M):
    return _through(T @ np.linalg.inv(M) @ S, ijk)


@wrong("T applied to voxels of the static image", says="T maps mm, so it comes after S")
def map_before(ijk, S, T, M):
    return _through(np.linalg.inv(M) @ S @ T, ijk)


@wrong("T forgotten", says="without T")
def no_map(ijk, S, T, M):
    return _through(np.linalg.inv(M) @ S, ijk)


@wrong("stops at millimetres", says="millimetres")
def only_mm(ijk, S, T, M):
    return _through(T @ S, ijk)


@wrong("points @ A, not points @ A.T", says="points @ A.T")
def not_transposed(ijk, S, T, M):
    return _through((np.linalg.inv(M) @ T @ S).T, ijk)


@wrong("the origins left out: only the linear parts", says="the origins count")
def linear_only(ijk, S, T, M):
    return np.asarray(ijk) @ (np.linalg.inv(M[:3, :3]) @ T[:3, :3] @ S[:3, :3]).T


@wrong("transpose for inverse", says="transpose for an inverse")
def transpose_for_inverse(ijk, S, T, M):
    world = np.asarray(ijk) @ S[:3, :3].T + S[:3, 3]
    moved = world @ T[:3, :3].T + T[:3, 3]
    return (moved - M[:3, 3]) @ M[:3, :3]


@wrong("the spacings alone, for upright grids", says="")
def spacings_only(ijk, S, T, M):
    world = np.asarray(ijk) * np.diag(S)[:3] + S[:3, 3]
    moved = world @ T[:3, :3].T + T[:3, 3]
    return (moved - M[:3, 3]) / np.where(np.diag(M)[:3] == 0, 1, np.diag(M)[:3])


@wrong("rounded to whole voxels", says="rounded")
def to_voxels(ijk, S, T, M):
    return np.rint(columns(ijk, S, T, M))


@wrong("written into an array of the voxels' dtype", says="fractions cut off")
def dtype_of_voxels(ijk, S, T, M):
    out = np.zeros_like(ijk)
    out[:] = columns(ijk, S, T, M)
    return out


@wrong("points as (k, j, i)", says="(k, j, i)")
def turned_around(ijk, S, T, M):
    return columns(np.asarray(ijk)[:, ::-1], S, T, M)[:, ::-1]


@wrong("points returned as columns")
def as_columns(ijk, S, T, M):
    return columns(ijk, S, T, M).T


@wrong("the 1 left in the result")
def with_the_one(ijk, S, T, M):
    return np.hstack([columns(ijk, S, T, M), np.ones((len(ijk), 1))])


@wrong("transposes if there are three voxels: thinks that ijk has shape (3, n)")
def guesses_the_axis(ijk, S, T, M):
    ijk = np.asarray(ijk)
    return columns(ijk.T, S, T, M).T if ijk.shape[0] == 3 else columns(ijk, S, T, M)


@wrong("one voxel gives a vector: squeezed")
def squeezed(ijk, S, T, M):
    return np.squeeze(columns(ijk, S, T, M))


@wrong("T added as a shift only")
def shift_only(ijk, S, T, M):
    world = np.asarray(ijk) @ S[:3, :3].T + S[:3, 3] + T[:3, 3]
    return _through(np.linalg.inv(M), world)


@wrong("divides by the spacing of moving: its directions are left out")
def directions_left_out(ijk, S, T, M):
    world = _through(T @ S, ijk)
    return (world - M[:3, 3]) / np.linalg.norm(M[:3, :3], axis=0)


@wrong("float32 in between: voxels off by a millionth")
def half_precision(ijk, S, T, M):
    return columns(ijk, *(np.asarray(A, np.float32) for A in (S, T, M)))


@wrong("turns the caller's voxels into mm in place")
def in_place(ijk, S, T, M):
    out = columns(ijk, S, T, M)
    ijk *= 0
    return out


@wrong("mirrored axes made positive")
def positive_axes(ijk, S, T, M):
    S = S.copy()
    S[:3, :3] *= np.sign(np.linalg.det(S[:3, :3]))
    return columns(ijk, S, T, M)


@wrong("M undone as a rotation and spacings: a leaning grid is neither", says="rotation and spacings")
def rotation_and_spacings(ijk, S, T, M):
    steps = np.linalg.norm(M[:3, :3], axis=0)
    return (_through(T @ S, ijk) - M[:3, 3]) @ (M[:3, :3] / steps) / steps


@wrong("only the origin of moving is forgotten", says="the origin of moving counts")
def no_origin_of_moving(ijk, S, T, M):
    return _through(T @ S, ijk) @ np.linalg.inv(M[:3, :3]).T


@wrong("stars instead of @: element by element", says="* for a product of matrices")
def stars(ijk, S, T, M):
    return _through(np.linalg.inv(M) * T * S, ijk)


@wrong("the transpose of all of M", says="transpose for an inverse")
def whole_transpose(ijk, S, T, M):
    return _through(M.T @ T @ S, ijk)
