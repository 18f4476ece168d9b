"""Mistakes in `pyramid_level`, `level_grid2world` and `tre` that U11's checks name."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import ndimage

from coursereg.course.plain import scale_space as plain

# --- pyramid_level ----------------------------------------------------------------------------------------------------


def _scaling(I: Any, level: int, spacing: Any) -> np.ndarray:
    spacing = np.ones(np.ndim(I)) if spacing is None else np.asarray(spacing, float)
    return np.maximum(1.0, 2.0**level * spacing.min() / spacing) if level else np.ones(np.ndim(I))


def _blurred(sigmas: Any, **how: Any) -> Any:
    def level_of(I: Any, level: int, factor: float = 0.2, spacing: Any = None) -> Any:
        s = np.broadcast_to(sigmas(level, factor, _scaling(I, level, spacing), spacing), np.ndim(I))
        return ndimage.gaussian_filter(np.asarray(I, float), s, **how)

    return level_of


def _law(_level: int, factor: float, s: Any, _spacing: Any) -> Any:
    return factor * (s - 1)


def thinned(I: Any, level: int, factor: float = 0.2, spacing: Any = None) -> Any:
    """Thin the level at once."""
    step = 2**level
    return plain.pyramid_level(I, level, factor, spacing)[(slice(None, None, step),) * np.ndim(I)]


def rescaled(I: Any, level: int, factor: float = 0.2, spacing: Any = None) -> Any:
    """Scale to 0 ... 1, as ScaleSpace does."""
    out = plain.pyramid_level(I, level, factor, spacing)
    return (out - out.min()) / np.ptp(out)


def rounded(I: Any, level: int, factor: float = 0.2, spacing: Any = None) -> Any:
    """Keep the dtype of a picture of whole numbers."""
    if not level:
        return np.array(I)
    s = _scaling(I, level, spacing)
    return ndimage.gaussian_filter(np.asarray(I), factor * (s - 1))


def again_and_again(I: Any, level: int, factor: float = 0.2, spacing: Any = None) -> Any:
    """Smooth the level before, by its own width."""
    for k in range(1, level + 1):
        I = plain.pyramid_level(I, k, factor, spacing)
    return np.array(I, float)


LEVELS = (
    ("this looks like no spacing: thick slices need less", _blurred(lambda k, f, s, sp: f * (2**k - 1))),
    ("this looks like factor * 2**level: at s = 1 nothing is to be smoothed", _blurred(lambda k, f, s, sp: f * s)),
    ("this looks like factor * level", _blurred(lambda k, f, s, sp: f * k)),
    ("this looks like factor * (2 * level - 1): the steps double", _blurred(lambda k, f, s, sp: f * max(2 * k - 1, 0))),
    ("this looks like factor * 2**(level - 1)", _blurred(lambda k, f, s, sp: f * 2.0 ** (k - 1) if k else 0)),
    (
        "this looks like factor * (2**(level - 1) - 1): level 1 has steps of 2 already",
        _blurred(lambda k, f, s, sp: f * (2.0 ** (k - 1) - 1) if k else 0),
    ),
    ("this looks like factor * (2**level + 1)", _blurred(lambda k, f, s, sp: f * (2**k + 1) if k else 0)),
    ("this looks like 2**level - 1 without the factor", _blurred(lambda k, f, s, sp: s - 1)),
    ("this looks like a variance: the Gaussian wants its root", _blurred(lambda k, f, s, sp: np.sqrt(f * (s - 1)))),
    (
        "this looks like a width in mm: divided by the spacing it was, but the 1 of s - 1 was not",
        _blurred(lambda k, f, s, sp: f * (2**k - 1) * (1 if sp is None else np.min(sp) / np.asarray(sp))),
    ),
    (
        "this looks like thick slices that are smoothed more: divide by spacing[a]",
        _blurred(lambda k, f, s, sp: f * (2**k * (1 if sp is None else np.asarray(sp) / np.min(sp)) - 1) if k else 0),
    ),
    (
        "this looks like the axes exchanged: spacing[0] belongs to axis 0",
        _blurred(lambda k, f, s, sp: f * (s[::-1] - 1)),
    ),
    ("this looks like zeros beyond the border, which darken it: mirror", _blurred(_law, mode="constant")),
    ("this looks like the border's value, repeated: the mean changes; mirror", _blurred(_law, mode="nearest")),
    ("this looks like a picture that goes on at its other side: mirror", _blurred(_law, mode="wrap")),
    ("this looks like a mirror through the last sample: mode 'reflect' keeps the mean", _blurred(_law, mode="mirror")),
    ("this looks like a level that was thinned: the shape stays", thinned),
    ("this looks like grey values scaled to 0 ... 1: keep their scale", rescaled),
    ("this looks like a level smoothed from the level before: each begins with I", again_and_again),
    ("this looks like whole numbers: smooth np.asarray(I, float)", rounded),
)

# --- level_grid2world -------------------------------------------------------------------------------------------------


def _grid(matrix: Any = None, shape: Any = None, shift: Any = None) -> Any:
    def grid_of(A: Any, size: Any, factor: Any) -> Any:
        A, n = np.asarray(A, float), np.array(size)
        f = np.broadcast_to(factor, n.shape).astype(int)
        B, new, off = plain.level_grid2world(A, n, f)
        return (
            B if matrix is None else matrix(A, n, f),
            new if shape is None else tuple(int(k) for k in shape(n, f)),
            off if shift is None else shift(A, n, f, off),
        )

    return grid_of


def _centred(A: np.ndarray, n: np.ndarray, f: np.ndarray) -> np.ndarray:
    B = A @ np.diag([*f, 1.0])
    B[:-1, -1] += A[:-1, :-1] @ ((f - 1) / 2)
    return B


def sliced(A: Any, size: Any, factor: Any) -> Any:
    """The samples of a slice with a step, and the shift that belongs to them."""
    A, n = np.asarray(A, float), np.array(size)
    f = np.broadcast_to(factor, n.shape).astype(int)
    B, new = plain.level_grid2world(A, n, f)[0], -(-n // f)
    return B, tuple(int(k) for k in new), A[:-1, :-1] @ (f * (new - 1) - (n - 1)) / 2


GRIDS = (
    ("B looks like diag @ A: the world is stretched, not the index", _grid(lambda A, n, f: np.diag([*f, 1.0]) @ A)),
    ("B looks like A times a number: the last column must stay", _grid(lambda A, n, f: A * np.array([*f, f[0]]))),
    ("B looks like A / factor: one step of the level is *more* of the image's", _grid(lambda A, n, f: A / [*f, 1.0])),
    ("B looks like the middle of blocks: sample 0 of the level is sample 0 of the image", _grid(_centred)),
    ("B looks like A itself", _grid(lambda A, n, f: A)),
    ("new_shape looks rounded up: shape // factor", _grid(shape=lambda n, f: -(-n // f))),
    ("new_shape looks like that of I[::factor]: a last, incomplete step is left out, shape // factor", sliced),
    ("new_shape looks like shape * factor", _grid(shape=lambda n, f: n * f)),
    ("new_shape may become 0: at least 1", _grid(shape=lambda n, f: n // f)),
    ("shift looks like samples: multiply by the linear part of A", _grid(shift=lambda A, n, f, s: -(f - 1) / 2)),
    (
        "shift looks like image minus level: it is the level's middle minus the image's",
        _grid(shift=lambda A, n, f, s: -s),
    ),
    (
        "shift looks like half a factor: the middle of n samples is at (n - 1) / 2, not n / 2",
        _grid(shift=lambda A, n, f, s: -A[:-1, :-1] @ (f / 2)),
    ),
    (
        "shift looks like n / 2 for the middle: it is (n - 1) / 2",
        _grid(shift=lambda A, n, f, s: A[:-1, :-1] @ (f * np.maximum(n // f, 1) - n) / 2),
    ),
    (
        "shift looks like (factor - 1) / 2: only if factor divides the shape",
        _grid(shift=lambda A, n, f, s: -A[:-1, :-1] @ ((f - 1) / 2)),
    ),
    ("shift looks like a length: it has one number for each axis", _grid(shift=lambda A, n, f, s: np.linalg.norm(s))),
)

# --- tre --------------------------------------------------------------------------------------------------------------


def _error(of: Any) -> Any:
    def error_of(T: Any, P: Any, Q: Any) -> Any:
        T, P, Q = (np.asarray(a, float) for a in (T, P, Q))
        return of(T, P, Q, P @ T[:-1, :-1].T + T[:-1, -1] - Q)

    return error_of


def fitted(T: np.ndarray, P: np.ndarray, Q: np.ndarray, _d: np.ndarray) -> float:
    """Fit a map to the points, and look at what is left: the FRE."""
    h = np.column_stack([P, np.ones(len(P))])
    best = np.linalg.lstsq(h, Q, rcond=None)[0]
    return float(np.linalg.norm(h @ best - Q, axis=1).mean())


def truncated(T: Any, P: Any, Q: Any) -> float:
    """What T makes of whole numbers becomes whole numbers, too."""
    T, P = np.asarray(T), np.asarray(P)
    return float(np.linalg.norm((P @ T[:-1, :-1].T + T[:-1, -1]).astype(P.dtype) - Q, axis=1).mean())


def backwards(T: np.ndarray, P: np.ndarray, Q: np.ndarray, _d: np.ndarray) -> float:
    """T takes Q."""
    return float(np.linalg.norm(Q @ T[:-1, :-1].T + T[:-1, -1] - P, axis=1).mean())


def inverse(T: np.ndarray, P: np.ndarray, Q: np.ndarray, d: np.ndarray) -> float:
    """The inverse of T takes P."""
    return plain.tre(np.linalg.inv(T), P, Q)


ERRORS = (
    (
        "this looks like the root of the mean square: the mean of the distances",
        _error(lambda T, P, Q, d: np.sqrt((d**2).sum(1).mean())),
    ),
    ("this looks like the mean of *squared* distances", _error(lambda T, P, Q, d: (d**2).sum(1).mean())),
    (
        "this looks like a mean over coordinates: first the length of each point's error",
        _error(lambda T, P, Q, d: np.abs(d).mean()),
    ),
    (
        "this looks like lengths divided by the root of D: sum the squares of a point's coordinates, no mean",
        _error(lambda T, P, Q, d: np.sqrt((d**2).mean(1)).mean()),
    ),
    (
        "this looks like the sum of |coordinates|: take the Euclidean length",
        _error(lambda T, P, Q, d: np.abs(d).sum(1).mean()),
    ),
    (
        "this looks like one length of the whole array: np.linalg.norm(d, axis=1)",
        _error(lambda T, P, Q, d: np.linalg.norm(d)),
    ),
    (
        "this looks like the length of the mean error: errors that cancel are errors",
        _error(lambda T, P, Q, d: np.linalg.norm(d.mean(0))),
    ),
    ("this looks like the largest distance", _error(lambda T, P, Q, d: np.linalg.norm(d, axis=1).max())),
    ("this looks like the median", _error(lambda T, P, Q, d: np.median(np.linalg.norm(d, axis=1)))),
    ("this looks like the sum of the distances", _error(lambda T, P, Q, d: np.linalg.norm(d, axis=1).sum())),
    (
        "this looks like a division by N - 1: the mean divides by the number of points",
        _error(lambda T, P, Q, d: np.linalg.norm(d, axis=1).sum() / max(len(d) - 1, 1)),
    ),
    ("this looks like T(P) cut to whole numbers, because P holds such: np.asarray(P, float)", truncated),
    (
        "this looks like the transposed matrix: points as rows go through @ T.T",
        _error(lambda T, P, Q, d: np.linalg.norm(P @ T[:-1, :-1] + T[:-1, -1] - Q, axis=1).mean()),
    ),
    (
        "this looks like T without its shift",
        _error(lambda T, P, Q, d: np.linalg.norm(P @ T[:-1, :-1].T - Q, axis=1).mean()),
    ),
    ("this looks like T applied to Q: it takes static points to moving ones", _error(backwards)),
    ("this looks like the inverse of T", _error(inverse)),
    ("this looks like points that T never moved", _error(lambda T, P, Q, d: np.linalg.norm(P - Q, axis=1).mean())),
    ("this looks like a fit to these points: T is given, and must be judged as it is", _error(fitted)),
    (
        "this looks like only the first two coordinates",
        _error(lambda T, P, Q, d: np.linalg.norm(d[:, :2], axis=1).mean()),
    ),
)
