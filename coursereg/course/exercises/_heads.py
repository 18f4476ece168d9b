"""A T1 and a PD picture of one head with a rigid motion between them, and the engine on them: for plug-ins."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
from scipy import ndimage

from coursereg.course import samples
from coursereg.course.exercises._base import expect, expect_true, numbers
from coursereg.course.plain import landscapes
from coursereg.engines.histogram import HistogramRegistration

BINS = 32
NATS = 2e-3
IDENTICAL = 1e-9


CORNER, EVERY, SHAPE = (40, 30), 3, (64, 54)
"""Where the static picture begins in the scan, how many samples apart its pixels are, and how many it has."""


@cache
def _scans() -> tuple[np.ndarray, np.ndarray]:
    """The head as T1 and as PD, after a blur that fits pixels of three samples."""
    pair = samples.t1_pd()
    T1, PD = (ndimage.gaussian_filter(p.astype(float), 1.2) for p in pair[:2])
    return T1, PD


def moved_pair(truth: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """T1 and PD, the PD picture moved so that ``truth`` is the motion from static points to moving ones."""
    T1, PD = _scans()
    places = np.indices(SHAPE).reshape(2, -1).T.astype(float)
    back = landscapes.Rigid2D([0, 0, -truth[2]])  # the moving picture at y is PD at R^T (y - t)

    def looked_up(scan: np.ndarray, points: np.ndarray) -> np.ndarray:
        return ndimage.map_coordinates(scan, (points * EVERY + CORNER).T, order=1, mode="nearest").reshape(SHAPE)

    return looked_up(T1, places), looked_up(PD, back.apply(places - truth[:2]))


def engine(truth: np.ndarray, similarity: Any) -> HistogramRegistration:
    """The engine on such a pair."""
    return HistogramRegistration(*moved_pair(truth), from_bins=BINS, similarity=similarity)


def draw(rng: Any, size: float = 3.0) -> np.ndarray:
    """A motion of a few pixels and hundredths."""
    return rng.choice([-1, 1], 3) * rng.uniform(0.4, 1, 3) * size


def number_of(measure: Any) -> Any:
    """The student's measure as the engine wants it: one number."""
    return lambda H: float(numbers(measure(H), "the measure of H").reshape(()))


def same_landscape(mine: np.ndarray, ours: np.ndarray) -> None:
    """Ask for equal similarities, and say what spoils the last digits."""
    expect(mine, ours, atol=NATS, what="the similarity of each trial")
    far = float(np.abs(mine - ours).max())
    expect_true(
        far <= IDENTICAL,
        f"the largest difference is {far:.2g}: an epsilon inside the logarithm? Select the full cells with p > 0",
        far,
        0.0,
    )


def corners_off(T: Any, truth: np.ndarray) -> float:
    """How far, in pixels, the worst corner of the picture ends from where it belongs."""
    corners = np.array([[0, 0], [1, 0], [0, 1], [1, 1]]) * (np.array(SHAPE) - 1.0)
    return float(np.linalg.norm(T.apply(corners) - landscapes.Rigid2D(truth).apply(corners), axis=1).max())


def found(T: Any, truth: np.ndarray) -> None:
    """Ask for the motion: right ones end within 0.14 pixels of it (150 draws), the start is more than one away."""
    far = corners_off(T, truth)
    expect_true(far < 0.3, f"a corner of the picture ends {far:.2f} pixels from where it belongs", T.param, truth)
