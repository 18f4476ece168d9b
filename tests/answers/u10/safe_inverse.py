"""Answers to U10.safe_inverse."""

import numpy as np
from scipy import linalg

import coursereg
from answers import right, wrong
from coursereg import AffineInvalidValuesError, AffineInversionError


def _asked(M):
    """The questions about shape and values."""
    M = np.array(M, float)
    if M.ndim != 2 or M.shape[0] != M.shape[1]:
        raise AffineInversionError
    if not np.isfinite(M).all() or not np.array_equal(M[-1], [0, 0, 0, 1]):
        raise AffineInvalidValuesError
    return M


def _is_flat(M):
    s = np.linalg.svd(M[:3, :3], compute_uv=False)
    return s[2] <= 1e-12 * s[0]


@right("np.linalg.inv after all questions, the condition of the linear part")
def condition(M):
    M = _asked(M)
    if np.linalg.cond(M[:3, :3]) > 1e12:
        raise AffineInversionError("singular")
    return np.linalg.inv(M)


@right("solve, names through the package, as lists")
def solved(M):
    M = np.asarray(M, float)
    if len(M.shape) != 2 or M.shape[0] != M.shape[1]:
        raise coursereg.AffineInversionError(f"shape {M.shape}")
    if np.isnan(M).any() or np.isinf(M).any() or M[3].tolist() != [0, 0, 0, 1]:
        raise coursereg.AffineInvalidValuesError(str(M))
    if np.linalg.matrix_rank(M[:3, :3], rtol=1e-12) < 3:
        raise coursereg.AffineInversionError("rank")
    return np.linalg.solve(M, np.eye(4)).tolist()


@right("U, s, V of the linear part")
def by_svd(M):
    M = _asked(M)
    U, s, V = linalg.svd(M[:3, :3])
    if s[2] <= 1e-12 * s[0]:
        raise AffineInversionError
    out = np.eye(4)
    out[:3, :3] = (V.T / s) @ U.T
    out[:3, 3] = -out[:3, :3] @ M[:3, 3]
    return out


@wrong("cofactors, the determinant divided by the scale: diag(1, 1e-7, 1e-7) has an inverse")
def cofactors(M):
    M = _asked(M)
    a, b, c = M[:3, :3].T
    size = np.abs(M[:3, :3]).max()
    det = a @ np.cross(b, c)
    if size == 0 or abs(det) < 1e-12 * size**3:
        raise AffineInversionError("flat")
    L = np.array([np.cross(b, c), np.cross(c, a), np.cross(a, b)]) / det
    return np.vstack([np.c_[L, -L @ M[:3, 3]], [0, 0, 0, 1]])


@right("errors of one's own with these names")
def own_errors(M):
    errors = {n: type(n, (Exception,), {}) for n in ("AffineInversionError", "AffineInvalidValuesError")}
    M = np.asarray(M, float)
    if M.shape != (4, 4):
        raise errors["AffineInversionError"]("not 4 x 4")
    if not np.all(np.isfinite(M)) or (M[3] != [0, 0, 0, 1]).any():
        raise errors["AffineInvalidValuesError"]("values")
    try:
        if _is_flat(M):
            raise np.linalg.LinAlgError("Singular matrix")
        return np.linalg.inv(M)
    except np.linalg.LinAlgError as error:
        raise errors["AffineInversionError"]("singular") from error


@right("by elimination with pivots, column by column")
def elimination(M):
    M = _asked(M)
    if _is_flat(M):
        raise AffineInversionError
    A = np.hstack([M, np.eye(4)])
    for k in range(4):
        best = k + int(np.abs(A[k:, k]).argmax())
        A[[k, best]] = A[[best, k]]
        A[k] /= A[k, k]
        for other in range(4):
            if other != k:
                A[other] -= A[other, k] * A[k]
    return A[:, 4:]


@wrong("np.linalg.inv, with its own errors")
def plain_inv(M):
    return np.linalg.inv(np.asarray(M, float))


@wrong("LinAlgError is translated, and rounding is trusted")
def trusts_rounding(M):
    M = _asked(M)
    try:
        return np.linalg.inv(M)
    except np.linalg.LinAlgError as error:
        raise AffineInversionError from error


@wrong("a determinant of less than 1e-12: large and flat passes, small and sound does not")
def fixed_threshold(M):
    M = _asked(M)
    if abs(np.linalg.det(M)) < 1e-12:
        raise AffineInversionError
    return np.linalg.inv(M)


@wrong("the condition of the whole matrix: a far shift is called singular")
def condition_with_the_shift(M):
    M = _asked(M)
    if not np.linalg.cond(M) < 1e12:
        raise AffineInversionError
    return np.linalg.inv(M)


@right("asks the rank, with the tolerance as stated")
def by_rank(M):
    M = _asked(M)
    L = M[:3, :3]
    if np.linalg.matrix_rank(L, tol=1e-12 * np.linalg.norm(L, 2)) < 3:
        raise AffineInversionError("no rank 3")
    inverse = np.eye(4)
    inverse[:3, :3] = np.linalg.inv(L)
    inverse[:3, 3] = -inverse[:3, :3] @ M[:3, 3]
    return inverse


@wrong("a small determinant is called singular: small scales are refused")
def small_determinant(M):
    M = _asked(M)
    if abs(np.linalg.det(M)) < 1e-6 or _is_flat(M):
        raise AffineInversionError
    return np.linalg.inv(M)


@wrong("the transpose", says="this looks like the transpose")
def transpose(M):
    M = _asked(M)
    if _is_flat(M):
        raise AffineInversionError
    return M.T


@wrong("the inverse of a rigid matrix for every matrix", says="which inverts turns only")
def rigid_only(M):
    M = _asked(M)
    if _is_flat(M):
        raise AffineInversionError
    R = M[:3, :3].T
    return np.vstack([np.c_[R, -R @ M[:3, 3]], [0, 0, 0, 1]])


@wrong("minus the shift", says="on the way back it is turned, too")
def minus_the_shift(M):
    M = _asked(M)
    if _is_flat(M):
        raise AffineInversionError
    return np.vstack([np.c_[np.linalg.inv(M[:3, :3]), -M[:3, 3]], [0, 0, 0, 1]])


@wrong("the pseudo-inverse, which always answers")
def pseudo(M):
    return np.linalg.pinv(_asked(M))


@wrong("None instead of an error")
def none(M):
    M = np.asarray(M, float)
    if M.shape != (4, 4) or not np.isfinite(M).all() or np.any(M[3] != [0, 0, 0, 1]) or _is_flat(M):
        return None
    return np.linalg.inv(M)


@wrong("ValueError for everything")
def value_error(M):
    M = np.asarray(M, float)
    if M.shape != (4, 4) or not np.isfinite(M).all() or np.any(M[3] != [0, 0, 0, 1]) or _is_flat(M):
        raise ValueError("no inverse")
    return np.linalg.inv(M)


@wrong("the two errors exchanged")
def exchanged(M):
    M = np.asarray(M, float)
    if M.shape != (4, 4):
        raise AffineInvalidValuesError
    if not np.isfinite(M).all() or np.any(M[3] != [0, 0, 0, 1]):
        raise AffineInversionError
    if _is_flat(M):
        raise AffineInvalidValuesError
    return np.linalg.inv(M)


@wrong("one error for all")
def one_for_all(M):
    M = np.asarray(M, float)
    if M.shape != (4, 4) or not np.isfinite(M).all() or np.any(M[3] != [0, 0, 0, 1]) or _is_flat(M):
        raise AffineInversionError
    return np.linalg.inv(M)


@wrong("the last row is not looked at")
def any_last_row(M):
    M = np.asarray(M, float)
    if M.shape != (4, 4):
        raise AffineInversionError
    if not np.isfinite(M).all():
        raise AffineInvalidValuesError
    if np.linalg.cond(M) > 1e12:
        raise AffineInversionError
    return np.linalg.inv(M)


@wrong("NaN is looked for, infinity is not")
def only_nan(M):
    M = np.asarray(M, float)
    if M.shape != (4, 4):
        raise AffineInversionError
    if np.isnan(M).any() or np.any(M[3] != [0, 0, 0, 1]):
        raise AffineInvalidValuesError
    if np.linalg.cond(np.nan_to_num(M[:3, :3])) > 1e12:
        raise AffineInversionError
    return np.linalg.inv(M)


@wrong("the corner may be any number but 0")
def any_corner(M):
    M = np.array(M, float)
    if M.shape != (4, 4):
        raise AffineInversionError
    if not np.isfinite(M).all() or M[3, :3].any() or M[3, 3] == 0:
        raise AffineInvalidValuesError
    if _is_flat(M):
        raise AffineInversionError
    return np.linalg.inv(M)


@wrong("singular is asked before the last row")
def singular_first(M):
    M = np.array(M, float)
    if M.shape != (4, 4):
        raise AffineInversionError
    if not np.isfinite(M).all():
        raise AffineInvalidValuesError
    if _is_flat(M):
        raise AffineInversionError
    return np.linalg.inv(_asked(M))


@wrong("a condition of a thousand is called singular")
def impatient(M):
    M = _asked(M)
    if np.linalg.cond(M[:3, :3]) > 1e3:
        raise AffineInversionError
    return np.linalg.inv(M)


@wrong("inverts in place")
def in_place(M):
    out = condition(M)
    M[:] = out
    return M


@wrong("assert for raise")
def asserts(M):
    M = np.asarray(M, float)
    assert M.shape == (4, 4)
    assert np.isfinite(M).all()
    assert not _is_flat(M)
    return np.linalg.inv(M)


@wrong("rounded to nine digits: what is small becomes 0")
def rounded(M):
    return condition(M).round(3)


def _unless(flat):
    """The inverse, unless `flat` says that the linear part is."""

    def safe_inverse(M):
        M = _asked(M)
        if flat(M[:3, :3]):
            raise AffineInversionError("flat")
        return np.linalg.inv(M)

    return safe_inverse


def _singular_values(L):
    return np.linalg.svd(L, compute_uv=False)


@wrong("the rank as NumPy takes it: to 1e-15")
def rank(M):
    return _unless(lambda L: np.linalg.matrix_rank(L) < 3)(M)


@wrong("below 1e-9 of the largest")
def nine_digits(M):
    return _unless(lambda L: _singular_values(L)[2] <= 1e-9 * _singular_values(L)[0])(M)



@wrong("below 1e-12, of nothing")
def absolute(M):
    return _unless(lambda L: _singular_values(L)[2] < 1e-12)(M)


@wrong("eigenvalues for singular values")
def eigenvalues(M):
    def flat(L):
        s = np.sort(np.abs(np.linalg.eigvals(L)))
        return s[0] <= 1e-12 * s[2]

    return _unless(flat)(M)


@wrong("strictly below: all zeros are not")
def strictly(M):
    return _unless(lambda L: _singular_values(L)[2] < 1e-12 * _singular_values(L)[0])(M)



@wrong("minus infinity is not looked for")
def plus_only(M):
    M = np.array(M, float)
    if M.shape == (4, 4) and np.isneginf(M).any():
        return M
    return condition(M)


@wrong("the sum of the last row")
def sum_of_last(M):
    M = np.array(M, float)
    if M.ndim == 2 and M.shape == (4, 4) and np.isfinite(M).all() and M[3].sum() == 1:
        M[3] = [0, 0, 0, 1]
    return condition(M)


@wrong("the last row to one in a hundred")
def loose_last(M):
    M = np.array(M, float)
    if M.ndim == 2 and M.shape == (4, 4) and np.isfinite(M).all() and np.abs(M[3] - [0, 0, 0, 1]).max() < 1e-2:
        M[3] = [0, 0, 0, 1]
    return condition(M)
