"""Answers to U02.compose_then_warp."""

import functools

import numpy as np
from scipy import ndimage

from answers import right, wrong


def _product(Ts):
    return functools.reduce(np.matmul, [np.asarray(T, float) for T in Ts], np.eye(3))


def _warp(I, M, order=1, **how):
    I = np.asarray(I, float)
    r, c = np.indices(I.shape)
    x = M[0, 0] * r + M[0, 1] * c + M[0, 2]
    y = M[1, 0] * r + M[1, 1] * c + M[1, 2]
    return ndimage.map_coordinates(I, [x, y], order=order, **how)


@right("functools.reduce, linear")
def reduced(I, Ts):
    return _warp(I, _product(Ts))


@right("cubic look-up")
def cubic(I, Ts):
    return _warp(I, _product(Ts), order=3)


@right("moves the points through the matrices, last matrix first, and looks up once")
def points_through(I, Ts):
    I = np.asarray(I, float)
    x = np.vstack([np.indices(I.shape).reshape(2, -1), np.ones(I.size)])
    for T in reversed(list(Ts)):
        x = np.asarray(T, float) @ x
    return ndimage.map_coordinates(I, x[:2], order=1).reshape(I.shape)


@right("affine_transform with the 3 x 3 matrix")
def affine(I, Ts):
    return ndimage.affine_transform(np.asarray(I, float), _product(Ts), order=1)


@right("multi_dot for two and more, float32 result")
def multi(I, Ts):
    Ts = [np.eye(3), np.eye(3), *Ts]
    return _warp(I, np.linalg.multi_dot(Ts), order=3).astype(np.float32)


@wrong("warps once per matrix", says="one warp per matrix")
def chain(I, Ts):
    for T in Ts:
        I = _warp(I, np.asarray(T, float))
    return np.asarray(I, float)


@wrong("warps once per matrix with cubic splines: less blur, same loss at the border")
def cubic_chain(I, Ts):
    for T in Ts:
        I = _warp(I, np.asarray(T, float), order=3)
    return np.asarray(I, float)


@wrong("multiplies in the other order", says="other order")
def other_order(I, Ts):
    return _warp(I, _product(list(Ts)[::-1]))


@wrong("inverts the product: push", says="push")
def inverted(I, Ts):
    return _warp(I, np.linalg.inv(_product(Ts)))


@wrong("multiplies element by element with *")
def elementwise(I, Ts):
    M = np.ones((3, 3))
    for T in Ts:
        M = M * np.asarray(T, float)
    return _warp(I, M if len(Ts) else np.eye(3))


@wrong("applies only the last matrix", says="last matrix")
def last_only(I, Ts):
    return _warp(I, np.asarray(Ts[-1], float) if len(Ts) else np.eye(3))


@wrong("adds the matrices' effects: T0 + T1 - 1, right for shifts only")
def added(I, Ts):
    return _warp(I, np.eye(3) + sum((np.asarray(T, float) - np.eye(3) for T in Ts), np.zeros((3, 3))))


@wrong("reads points as (column, row, 1)")
def xy_order(I, Ts):
    P = np.array([[0, 1, 0], [1, 0, 0], [0, 0, 1.0]])
    return _warp(I, P @ _product(Ts) @ P)


@wrong("forgets the shift of each matrix: 2 x 2 part only")
def no_shift(I, Ts):
    M = _product(Ts)
    M[:2, 2] = 0
    return _warp(I, M)


@wrong("nearest neighbour: sharp, but up to half a pixel off")
def nearest(I, Ts):
    return _warp(I, _product(Ts), order=0)


@wrong("repeats the border instead of 0")
def border(I, Ts):
    return _warp(I, _product(Ts), mode="nearest")


@wrong("keeps only the rotation and the shift of the product: right for rigid motions")
def rigid_only(I, Ts):
    M = _product(Ts)
    u, _, v = np.linalg.svd(M[:2, :2])
    M[:2, :2] = u @ v
    return _warp(I, M)


@wrong("clips negative grey values to 0")
def clipped(I, Ts):
    return np.clip(reduced(I, Ts), 0, None)
