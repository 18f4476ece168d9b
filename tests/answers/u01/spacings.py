"""Answers to U01.spacings."""

import math

import numpy as np

from answers import right, wrong


def _part(A):
    return np.asarray(A, float)[:-1, :-1]


@right("np.linalg.norm along axis 0")
def norms(A):
    return np.linalg.norm(_part(A), axis=0)


@right("a loop with math.sqrt, a tuple")
def loop(A):
    n = len(A) - 1
    return tuple(math.sqrt(sum(float(A[i][k]) ** 2 for i in range(n))) for k in range(n))


@right("the distance between neighbouring voxels in mm")
def neighbours(A):
    n = len(A) - 1
    start = A @ np.append(np.zeros(n), 1)
    return [float(np.linalg.norm(A @ np.append(step, 1) - start)) for step in np.eye(n)]


@right("roots of the diagonal of L'L")
def gram(A):
    L = _part(A)
    return np.sqrt(np.diag(L.T @ L))


@right("math.dist, row by row of the transpose")
def by_dist(A):
    L = _part(A).T
    return np.array([math.dist(column, np.zeros(len(column))) for column in L])


@right("einsum of the columns with themselves")
def by_einsum(A):
    return np.sqrt(np.einsum("ik,ik->k", _part(A), _part(A)))


@wrong("the diagonal", says="the diagonal")
def diagonal(A):
    return np.diag(_part(A))


@wrong("the absolute diagonal", says="a grid may be turned")
def absolute_diagonal(A):
    return np.abs(np.diag(_part(A)))


@wrong("lengths of rows", says="lengths of rows")
def rows(A):
    return np.linalg.norm(_part(A), axis=1)


@wrong("singular values", says="singular values")
def singular(A):
    return np.linalg.svd(_part(A))[1]


@wrong("no square root", says="squares of the lengths")
def squared(A):
    return (_part(A) ** 2).sum(axis=0)


@wrong("sums of the columns", says="sums of columns")
def summed(A):
    return _part(A).sum(axis=0)


@wrong("sums of absolute values", says="sums of absolute values")
def manhattan(A):
    return np.abs(_part(A)).sum(axis=0)


@wrong("the largest entry of each column", says="largest entry")
def largest(A):
    return np.abs(_part(A)).max(axis=0)


@wrong("sorted", says="sorted")
def ordered(A):
    return sorted(norms(A))


@wrong("all four columns: the origin counts as a step", says="one number too many")
def four(A):
    return np.linalg.norm(np.asarray(A, float), axis=0)


@wrong("rows, with the origin in them", says="rows, with the origin")
def rows_and_origin(A):
    return np.linalg.norm(np.asarray(A, float)[:-1], axis=1)


@wrong("always three: A[:3, :3] of a picture's matrix holds its origin")
def always_three(A):
    return np.linalg.norm(np.asarray(A, float)[:3, :3], axis=0)


@wrong("negative where the grid is mirrored")
def signed(A):
    return norms(A) * np.sign(np.linalg.det(_part(A)))


@wrong("the sign of the diagonal", says="sign of the diagonal")
def signed_by_diagonal(A):
    return np.where(np.diag(_part(A)) < 0, -1, 1) * norms(A)


@wrong("the cube root of the voxel's volume, for all axes")
def mean_spacing(A):
    L = _part(A)
    return np.full(len(L), abs(np.linalg.det(L)) ** (1 / len(L)))


@wrong("rounded to whole numbers")
def whole(A):
    return np.round(norms(A))


@wrong("one over the spacings")
def per_mm(A):
    return 1 / norms(A)


@wrong("lengths of the inverse's columns, inverted", says="lengths in the inverse")
def of_the_inverse(A):
    return 1 / np.linalg.norm(np.linalg.inv(_part(A)), axis=0)


@wrong("eigenvalues")
def eigenvalues(A):
    return np.abs(np.linalg.eigvals(_part(A)))


@wrong("the mean of the columns' squares")
def root_mean_square(A):
    return np.sqrt((_part(A) ** 2).mean(axis=0))


@wrong("the last axis first", says="in reverse")
def reverse(A):
    return norms(A)[::-1]


@wrong("the sign of the diagonal, 0 where it is 0", says="sign of the diagonal")
def sign_of_diagonal(A):
    return norms(A) * np.sign(np.diag(_part(A)))


@wrong("the diagonal where it is negative")
def negative_diagonal(A):
    d = np.diag(_part(A))
    return np.where(d > 0, norms(A), d)


@wrong("distances between planes of samples", says="between planes")
def planes(A):
    return 1 / np.linalg.norm(np.linalg.inv(_part(A)), axis=1)


@wrong("fractions cut off", says="fractions cut off")
def integers(A):
    return norms(A).astype(int)


@wrong("the mirrored grid's first spacing is negative, as some programs store it")
def first_negative(A):
    steps = norms(A)
    steps[0] *= np.sign(np.linalg.det(_part(A)))
    return steps
