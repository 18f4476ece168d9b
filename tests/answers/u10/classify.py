"""Answers to U10.classify."""

import numpy as np
from scipy import linalg

from answers import right, wrong


def _s(M):
    return np.linalg.svd(np.asarray(M, float)[:3, :3], compute_uv=False)


def _det(M):
    return np.linalg.det(np.asarray(M, float)[:3, :3])


@right("from the eigenvalues of L.T @ L")
def squares(M):
    L = np.asarray(M, float)[:3, :3]
    s = np.sqrt(np.clip(np.linalg.eigvalsh(L.T @ L), 0, None))[::-1]
    if s[2] < 1e-3 * s[0] or s[0] == 0:
        return "singular"
    if s[0] - s[2] < 1e-3 * s[0] and np.linalg.det(L) > 0:
        return "rigid" if np.allclose(s, 1, atol=1e-3) else "similarity"
    return "affine"



@right("the condition number first")
def condition(M):
    L = np.array(M, float)[0:3, 0:3]
    s = np.linalg.svd(L)[1]
    with np.errstate(all="ignore"):
        spread = s[0] / s[2]
    if not np.isfinite(spread) or spread > 1000:
        return "singular"
    if spread > 1.001 or np.linalg.det(L) < 0:
        return "affine"
    return "rigid" if np.isclose(s[0], 1, atol=1e-3, rtol=0) else "similarity"


@right("orthogonality: L.T L is s squared times the identity")
def orthogonality(M):
    L = np.array(M, float)[:3, :3]
    size = np.linalg.norm(L, 2)
    if size == 0 or np.linalg.norm(L, -2) < 1e-3 * size:
        return "singular"
    s2 = np.trace(L.T @ L) / 3
    if np.abs(L.T @ L / s2 - np.eye(3)).max() > 2e-3 or np.linalg.det(L) < 0:
        return "affine"
    return "rigid" if abs(s2 - 1) < 2e-3 else "similarity"


@right("the polar decomposition: how far is M from the nearest rotation")
def polar(M):
    L = np.array(M, float)[:3, :3]
    s = np.sort(np.linalg.svd(L, compute_uv=False))
    if s[0] <= 1e-3 * s[2]:
        return "singular"
    U, P = linalg.polar(L)
    if np.linalg.det(U) < 0 or np.abs(P - np.eye(3) * np.trace(P) / 3).max() > 1e-3 * s[2]:
        return "affine"
    return ("similarity", "rigid")[int(np.abs(P - np.eye(3)).max() <= 1e-3)]


@right("a chain of names, tested from the strictest")
def chain(M):
    s, d = _s(M), _det(M)
    flat, same, one = s[-1] <= 1e-3 * s[0], np.allclose(s, s[0], rtol=0, atol=1e-3 * s[0]), np.allclose(s, 1, atol=1e-3)
    for name, test in (("singular", flat), ("rigid", same and one and d > 0), ("similarity", same and d > 0)):
        if test:
            return name
    return "affine"


@wrong("mirrors are rigid: singular values have no sign", says="singular values alone")
def mirrors(M):
    s = _s(M)
    if s[2] <= 1e-3 * s[0]:
        return "singular"
    if s[0] - s[2] > 1e-3 * s[0]:
        return "affine"
    return "rigid" if abs(s[0] - 1) <= 1e-3 else "similarity"


@wrong("by the determinant", says="a shear has determinant 1")
def determinant(M):
    d = _det(M)
    return "singular" if abs(d) < 1e-3 else "rigid" if abs(d - 1) < 1e-3 else "similarity"


@wrong("det 1 is rigid, else by singular values")
def determinant_then_values(M):
    s, d = _s(M), _det(M)
    if s[2] <= 1e-3 * s[0]:
        return "singular"
    if abs(d - 1) < 1e-3:
        return "rigid"
    return "similarity" if s[0] - s[2] <= 1e-3 * s[0] and d > 0 else "affine"


@wrong("a small determinant is singular", says="it is small for small scales, too")
def small_determinant(M):
    if abs(_det(M)) < 1e-3:
        return "singular"
    return chain(M)


@wrong("eigenvalues", says="eigenvalues")
def eigenvalues(M):
    s = np.sort(np.abs(np.linalg.eigvals(np.asarray(M, float)[:3, :3])))
    if s[0] <= 1e-3 * s[2]:
        return "singular"
    return "affine" if s[2] - s[0] > 1e-3 * s[2] else "rigid" if abs(s[2] - 1) <= 1e-3 else "similarity"


@wrong("lengths of columns", says="lengths of columns")
def columns(M):
    s = np.sort(np.linalg.norm(np.asarray(M, float)[:3, :3], axis=0))
    if s[0] <= 1e-3 * s[2]:
        return "singular"
    return "affine" if s[2] - s[0] > 1e-3 * s[2] else "rigid" if abs(s[2] - 1) <= 1e-3 else "similarity"


@wrong("lengths of rows, det > 0, singular by singular values")
def rows(M):
    n = np.linalg.norm(np.asarray(M, float)[:3, :3], axis=1)
    if chain(M) == "singular":
        return "singular"
    if np.ptp(n) > 1e-3 * n.max() or _det(M) < 0:
        return "affine"
    return "rigid" if abs(n[0] - 1) <= 1e-3 else "similarity"


@wrong("columns at right angles are enough")
def right_angles(M):
    L = np.asarray(M, float)[:3, :3]
    G = L.T @ L
    if chain(M) == "singular":
        return "singular"
    if np.abs(G - np.diag(np.diag(G))).max() > 2e-3 * G.max() or np.linalg.det(L) < 0:
        return "affine"
    return "rigid" if np.allclose(np.diag(G), 1, atol=3e-3) else "similarity"


@wrong("singular values that are 1 on average")
def average(M):
    s = _s(M)
    return "rigid" if abs(s.mean() - 1) <= 1e-3 and s[2] > 0.01 and _det(M) > 0 else chain(M)


@wrong("only the two smaller ones are compared")
def smaller_two(M):
    s = _s(M)
    if s[2] <= 1e-3 * s[0]:
        return "singular"
    if s[1] - s[2] > 1e-3 * s[0] or _det(M) < 0:
        return "affine"
    return "rigid" if abs(s[2] - 1) <= 1e-3 else "similarity"


@wrong("all of M, shift and corner included", says="the shift included")
def whole_matrix(M):
    s = np.linalg.svd(np.asarray(M, float), compute_uv=False)
    if s[3] <= 1e-3 * s[0]:
        return "singular"
    return "affine" if s[0] - s[3] > 1e-3 * s[0] else "rigid" if abs(s[0] - 1) <= 1e-3 else "similarity"


@wrong("np.isclose(s, 1) as it is: five digits where four are printed")
def isclose(M):
    name = chain(M)
    return "similarity" if name == "rigid" and not np.isclose(_s(M), 1).all() else name


@wrong("nine digits", says="four are printed")
def nine_digits(M):
    s = _s(M)
    if s[2] <= 1e-9:
        return "singular"
    if np.ptp(s) > 1e-9 or _det(M) < 0:
        return "affine"
    return "rigid" if abs(s[0] - 1) <= 1e-9 else "similarity"


@wrong("one in ten is near enough", says="one in ten")
def generous(M):
    s = _s(M)
    if s[2] <= 0.1 * s[0]:
        return "singular"
    if np.ptp(s) > 0.1 * s[0] or _det(M) < 0:
        return "affine"
    return "rigid" if abs(s[0] - 1) <= 0.1 else "similarity"


@wrong("one in a hundred is near enough", says="one in a hundred")
def per_cent(M):
    s = _s(M)
    if s[2] <= 1e-2 * s[0]:
        return "singular"
    if not np.allclose(s, s[0], rtol=1e-2) or _det(M) < 0:
        return "affine"
    return "rigid" if np.allclose(s, 1, rtol=1e-2) else "similarity"


@wrong("never singular", says="never says singular")
def no_singular(M):
    return chain(M).replace("singular", "affine")


@wrong("rigid is a similarity, too")
def rigid_is_similarity(M):
    return chain(M).replace("rigid", "similarity")


@wrong("singular by the rank, which rounding of printed digits fills")
def rank(M):
    if np.linalg.matrix_rank(np.asarray(M, float)[:3, :3]) < 3:
        return "singular"
    name = chain(M)
    return "affine" if name == "singular" else name


@wrong("the largest singular value only")
def largest(M):
    s = _s(M)
    if s[2] <= 1e-3 * s[0]:
        return "singular"
    return "rigid" if abs(s[0] - 1) < 1e-3 and _det(M) > 0 else "similarity" if _det(M) > 0 else "affine"


@wrong("capital letters")
def capitals(M):
    return chain(M).capitalize()


@wrong("any matrix of determinant below 0 is singular")
def negative_is_singular(M):
    return "singular" if _det(M) < 1e-6 else chain(M)


@wrong("det(L) ** (1/3) is the scale, and L / scale must have determinant 1")
def scale_by_determinant(M):
    d = _det(M)
    if chain(M) == "singular":
        return "singular"
    if d < 0:
        return "affine"
    return "rigid" if abs(d - 1) < 3e-3 else "similarity"


@wrong("the zero matrix divides by zero, and is no number")
def zero_over_zero(M):
    s = _s(M)
    with np.errstate(all="ignore"):
        ratio = s[2] / s[0]
    if ratio < 1e-3:
        return "singular"
    if ratio < 0.999 or _det(M) < 0:
        return "affine"
    return "rigid" if abs(s[0] - 1) < 1e-3 else "similarity"


@wrong("takes the shift out of M itself")
def in_place(M):
    M[:3, 3] = 0
    return chain(M)


def _by(flat, same, one=lambda s: bool(np.abs(s - 1).max() < 1e-3), mirrors=lambda L: np.linalg.det(L) < 0):
    """A classifier of these tests, each of the singular values."""

    def classify(M):
        L = np.asarray(M, float)[:3, :3]
        s = np.linalg.svd(L, compute_uv=False)
        if s[0] == 0 or flat(s):
            return "singular"
        if not same(s) or mirrors(L):
            return "affine"
        return "rigid" if one(s) else "similarity"

    return classify


def _within(part):
    return lambda s: bool(s[0] - s[2] < part * s[0])


def _below(part):
    return lambda s: bool(s[2] <= part * s[0])


@right("three tests, NumPy's strings")
def tests(M):
    return np.str_(_by(_below(1e-3), _within(1e-3))(M))


@wrong("twice the tolerance for equal")
def doubled(M):
    return _by(_below(1e-3), _within(2.5e-3))(M)


@wrong("half of the tolerance")
def halved(M):
    return _by(_below(5e-4), _within(5e-4))(M)



@wrong("a thousandth, of nothing")
def of_nothing(M):
    return _by(lambda s: s[2] <= 1e-3, lambda s: s[0] - s[2] < 1e-3)(M)


@wrong("rigid to four thousandths")
def nearly_rigid(M):
    return _by(_below(1e-3), _within(1e-3), lambda s: np.abs(s - 1).max() < 4e-3)(M)


@wrong("a small determinant, of the cube of the largest, is singular")
def small_cube(M):
    return _by(lambda s: np.prod(s) < 1e-3 * s[0] ** 3, _within(1e-3))(M)


@wrong("a small determinant mirrors")
def small_mirrors(M):
    return _by(_below(1e-3), _within(1e-3), mirrors=lambda L: np.linalg.det(L) < 1e-6)(M)
