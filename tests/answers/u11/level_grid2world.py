"""Answers to U11.level_grid2world."""

import numpy as np

from answers import right, wrong


def _parts(A, shape, factor):
    A, n = np.asarray(A, float), np.array(shape)
    f = np.ones(len(n), int) * factor
    B = A.copy()
    B[:-1, :-1] = A[:-1, :-1] * f
    m = np.maximum(n // f, 1)
    shift = B[:-1, :-1] @ ((m - 1) / 2) - A[:-1, :-1] @ ((n - 1) / 2)
    return A, n, f, B, m, shift


@right("columns multiplied")
def columns(A, shape, factor):
    _A, _n, _f, B, m, shift = _parts(A, shape, factor)
    return B, tuple(int(k) for k in m), shift


@right("column by column in a loop; the mean place of corners")
def loops(A, shape, factor):
    D = len(shape)
    factor = [factor] * D if np.ndim(factor) == 0 else list(factor)
    B = [[float(A[i][j]) * (factor[j] if j < D else 1) for j in range(D + 1)] for i in range(D + 1)]
    new = tuple(max(1, n // k) for n, k in zip(shape, factor))
    one = [np.asarray(A)[:D] @ np.append((np.array(c) * (np.array(shape) - 1)), 1) for c in np.ndindex(*(2,) * D)]
    two = [np.array(B)[:D] @ np.append((np.array(c) * (np.array(new) - 1)), 1) for c in np.ndindex(*(2,) * D)]
    return B, new, np.mean(two, axis=0) - np.mean(one, axis=0)


@right("the mean of all samples' places, as lists")
def all_samples(A, shape, factor):
    D = len(shape)
    B = np.asarray(A, float) @ np.diag(np.append(np.broadcast_to(factor, D), 1))
    new = [max(int(n // k), 1) for n, k in zip(shape, np.broadcast_to(factor, D))]

    def places(G, size):
        index = np.indices(size).reshape(D, -1)
        return (np.asarray(G)[:D, :D] @ index + np.asarray(G)[:D, D:]).mean(axis=1)

    return [B, new, list(places(B, new) - places(A, shape))]


@right("the shift from half voxels, and from what is cut off")
def half_voxels(A, shape, factor):
    A, n, f, B, m, _shift = _parts(A, shape, factor)
    left = n - m * f
    return B, tuple(m.tolist()), -A[:-1, :-1] @ ((f - 1 + left) / 2)


@right("B from where indices go: the unit vectors")
def from_places(A, shape, factor):
    A, _n, f, _B, m, shift = _parts(A, shape, factor)
    D = len(f)
    origin = A @ np.eye(D + 1)[:, -1]
    B = np.column_stack([*(A @ np.append(k * e, 1) - origin for k, e in zip(f, np.eye(D))), origin])
    return B.astype(np.float32) if np.abs(B).max() < 10 else B, np.array(m), shift


@wrong("diag @ A: the world is stretched", says="diag @ A")
def other_side(A, shape, factor):
    A, n, f, _B, m, shift = _parts(A, shape, factor)
    return np.diag([*f, 1.0]) @ A, tuple(m), shift


@wrong("the whole matrix times the factor", says="last column")
def whole_matrix(A, shape, factor):
    A, n, f, _B, m, shift = _parts(A, shape, factor)
    return A * np.array([*f, f[0]]), tuple(m), shift


@wrong("divided by the factor", says="A / factor")
def divided(A, shape, factor):
    A, n, f, _B, m, shift = _parts(A, shape, factor)
    B = A.copy()
    B[:-1, :-1] /= f
    return B, tuple(m), shift


@wrong("sample 0 in the middle of its block", says="the middle of blocks")
def centred(A, shape, factor):
    A, n, f, B, m, shift = _parts(A, shape, factor)
    B = B.copy()
    B[:-1, -1] += A[:-1, :-1] @ ((f - 1) / 2)
    return B, tuple(m), shift


@wrong("sample 0 in the middle, and no shift at all")
def centred_no_shift(A, shape, factor):
    A, n, f, B, m, shift = _parts(A, shape, factor)
    B = B.copy()
    B[:-1, -1] += A[:-1, :-1] @ ((f - 1) / 2)
    return B, tuple(m), np.zeros(len(n))


@wrong("only the first factor is used")
def first_factor(A, shape, factor):
    _A, _n, _f, B, m, shift = _parts(A, shape, int(np.ravel(factor)[0]))
    return B, tuple(m), shift


@wrong("rounded up", says="rounded up")
def rounded_up(A, shape, factor):
    _A, n, f, B, _m, shift = _parts(A, shape, factor)
    return B, tuple(-(-n // f)), shift


@wrong("shape * factor", says="shape * factor")
def larger(A, shape, factor):
    _A, n, f, B, _m, shift = _parts(A, shape, factor)
    return B, tuple(n * f), shift


@wrong("a true division: shapes with fractions")
def fractions(A, shape, factor):
    _A, n, f, B, _m, shift = _parts(A, shape, factor)
    return B, tuple(n / f), shift


@wrong("floats that happen to be whole", says="must hold ints")
def whole_floats(A, shape, factor):
    _A, _n, _f, B, m, shift = _parts(A, shape, factor)
    return B, tuple(float(k) for k in m), shift


@wrong("shift before new_shape", says="the order is (B, new_shape, shift)")
def other_order(A, shape, factor):
    _A, _n, _f, B, m, shift = _parts(A, shape, factor)
    return B, shift, tuple(m)


@wrong("a slice with a step: a last, incomplete step counts", says="incomplete step is left out")
def sliced(A, shape, factor):
    A, n, f, B, _m, _shift = _parts(A, shape, factor)
    m = np.array([len(range(k)[::step]) for k, step in zip(n, f)])
    return B, tuple(m), B[:-1, :-1] @ ((m - 1) / 2) - A[:-1, :-1] @ ((n - 1) / 2)


@wrong("an axis that becomes 0")
def nothing_left(A, shape, factor):
    _A, n, f, B, m, shift = _parts(A, shape, factor)
    return B, tuple(n // f), shift


@wrong("the shift in samples", says="samples")
def in_samples(A, shape, factor):
    _A, n, f, B, m, _shift = _parts(A, shape, factor)
    return B, tuple(m), -(f - 1) / 2


@wrong("image minus level", says="image minus level")
def minus(A, shape, factor):
    _A, n, f, B, m, shift = _parts(A, shape, factor)
    return B, tuple(m), -shift


@wrong("n / 2 for the middle", says="n / 2 for the middle")
def middles(A, shape, factor):
    A, n, f, B, m, _shift = _parts(A, shape, factor)
    return B, tuple(m), B[:-1, :-1] @ (m / 2) - A[:-1, :-1] @ (n / 2)


@wrong("half a factor", says="half a factor")
def half_factor(A, shape, factor):
    A, n, f, B, m, _shift = _parts(A, shape, factor)
    return B, tuple(m), -A[:-1, :-1] @ (f / 2)


@wrong("(factor - 1) / 2, whatever is cut off", says="divides the shape")
def only_if_divided(A, shape, factor):
    A, n, f, B, m, _shift = _parts(A, shape, factor)
    return B, tuple(m), -A[:-1, :-1] @ ((f - 1) / 2)


@wrong("the shift times spacings: not for slanted grids")
def by_spacings(A, shape, factor):
    A, n, f, B, m, _shift = _parts(A, shape, factor)
    return B, tuple(m), -np.linalg.norm(A[:-1, :-1], axis=0) * ((f - 1) / 2)


@wrong("the shift's length")
def length(A, shape, factor):
    _A, n, f, B, m, shift = _parts(A, shape, factor)
    return B, tuple(m), float(np.linalg.norm(shift))


@wrong("B only")
def b_only(A, shape, factor):
    return _parts(A, shape, factor)[3]


@wrong("A is changed")
def in_place(A, shape, factor):
    _A, n, f, B, m, shift = _parts(A, shape, factor)
    if isinstance(A, np.ndarray) and A.dtype.kind == "f":
        A[:-1, :-1] *= f
    return B, tuple(m), shift


@wrong("3-D only")
def three_axes(A, shape, factor):
    f = np.ones(3, int) * factor
    B = np.asarray(A, float) @ np.diag([f[0], f[1], f[2], 1])
    _A, _n, _f, _B, m, shift = _parts(A, shape, factor)
    return B, tuple(m), shift


@wrong("the shift with the last column in it")
def places_of_the_middle(A, shape, factor):
    A, n, f, B, m, _shift = _parts(A, shape, factor)
    return B, tuple(m), B[:-1] @ np.append((m - 1) / 2, 1) - A[:-1, :-1] @ ((n - 1) / 2)
