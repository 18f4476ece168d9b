"""Unit U02: its frame, and the pictures whose answers are known."""

from __future__ import annotations

from typing import Any

import numpy as np

from coursereg.course.exercises._base import Unit

UNIT = Unit(
    "U02",
    "02_interpolation",
    "Pull, don't push",
    budget=15,
    widgets=("push_or_pull", "kernels_on_an_edge", "small_rotations"),
)

EXACT = 1e-3  # of 200 grey levels: float32 and a spline's prefilter leave less, a wrong neighbour leaves much more
GREY = 3.0  # grey levels of 200: linear and cubic kernels differ by less than this on the smooth phantom


def blob(shape: tuple[int, int], centre: tuple[float, float], width: float = 7.0) -> np.ndarray:
    """A smooth hill of height 200 whose exact value is known between the pixels too."""
    r, c = np.indices(shape)
    return 200.0 * np.exp(-((r - centre[0]) ** 2 + (c - centre[1]) ** 2) / (2 * width**2))


def rotation_about(degrees: float, centre: tuple[float, float], shift: tuple[float, float] = (0, 0)) -> np.ndarray:
    """Pull matrix of a rotation about a centre, followed by a shift."""
    t = np.deg2rad(degrees)
    R = np.array([[np.cos(t), -np.sin(t), 0], [np.sin(t), np.cos(t), 0], [0, 0, 1]])
    to, back = np.eye(3), np.eye(3)
    to[:2, 2], back[:2, 2] = np.negative(centre), np.add(centre, shift)
    return back @ R @ to


def translation_matrix(p: float, q: float) -> np.ndarray:
    """Pull matrix that looks ``p`` rows down and ``q`` columns right."""
    return np.array([[1.0, 0, p], [0, 1, q], [0, 0, 1]])


def shifted_exactly(I: np.ndarray, p: int, q: int) -> np.ndarray:
    """Whole-pixel shift by slices."""
    rows, columns = I.shape
    out = np.zeros(I.shape)
    out[max(p, 0) : rows + min(p, 0), max(q, 0) : columns + min(q, 0)] = I[
        max(-p, 0) : rows + min(-p, 0), max(-q, 0) : columns + min(-q, 0)
    ]
    return out


def inner(a: Any, margin: int) -> np.ndarray:
    """The picture without a margin."""
    return np.asarray(a)[margin:-margin, margin:-margin]
