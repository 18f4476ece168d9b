"""Unit U07: pictures given by a formula, so that their cost and its slope are known for every shift."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from coursereg.course.exercises._base import expect_shape, expect_true, numbers

SLOPE = 0.05
"""Right gradients are within 2.2 % of the formula's (np.gradient, Sobel, splines, differences of the cost); the next
mistake, a shift rounded to whole pixels, is at least 7 % off."""

Scene = Callable[[float, float], np.ndarray]


@dataclass(frozen=True)
class Shifted:
    """Two pictures of one scene, ``I(x) = J(x + truth)``, and their exact cost; nothing crosses the frame."""

    I: np.ndarray
    J: np.ndarray
    truth: np.ndarray
    scene: Scene

    def cost(self, u: Any) -> float:
        """Sum of squared differences at a shift, by the formula."""
        return float(((self.scene(u[0], u[1]) - self.I) ** 2).sum())

    def gradient(self, u: Any) -> np.ndarray:
        """Slopes of `cost`, by differences that are good to six digits: a formula has no kinks."""
        h, u = 1e-3, np.asarray(u, float)
        return np.array([(self.cost(u + h * e) - self.cost(u - h * e)) / (2 * h) for e in np.eye(2)])

    @property
    def steep(self) -> float:
        """A typical slope: that at two pixels from the truth."""
        return float(np.linalg.norm(self.gradient(self.truth + [2.0, 0.0])))

    @property
    def curvature(self) -> float:
        """The larger curvature of the *mean* at the truth."""
        return max(2 * float((slope**2).mean()) for slope in np.gradient(self.J))


def scene(rng: Any, tall: bool = False, top: float = 0.0) -> Scene:
    """
    A smooth hill with a dent on 50 x 60 pixels (or 60 x 50), 0 near the frame; ``at(p, q)`` is seen through a pull.

    ``top`` is its height; without it, one between 150 and 220 is drawn.
    """
    R, C = 50, 60
    a, b = rng.uniform(15, 17), rng.uniform(18, 21)
    r0, c0 = (R - 1) / 2 + rng.uniform(-1, 1), (C - 1) / 2 + rng.uniform(-2, 2)
    turn = rng.uniform(0, 2 * np.pi)
    depth, drawn = rng.uniform(0.4, 0.6), rng.uniform(150, 220)
    height = top or drawn

    def at(p: float, q: float) -> np.ndarray:
        p, q = (q, p) if tall else (p, q)
        r, c = (np.arange(R)[:, None] + p - r0) / a, (np.arange(C) + q - c0) / b
        hill = np.clip(1 - r * r - c * c, 0, None) ** 3
        dent = np.clip(1 - 2.5 * ((r - 0.45 * np.sin(turn)) ** 2 + (c - 0.45 * np.cos(turn)) ** 2), 0, None) ** 3
        out = height * hill * (1 - depth * dent)
        return out.T if tall else out

    return at


def pyramid(rng: Any) -> Shifted:
    """
    Pyramids of 16 grey levels, whole numbers at whole shifts, in uint8: a look-up that stays in uint8 rounds them.

    The truth is whole. Right gradients between the pixels are within 5 % of the formula's; that of a look-up in uint8
    is 12 to 25 % off where the fractions of the shift are about 0.4 or 0.6.
    """
    r0, c0 = (int(v) for v in rng.integers([23, 28], [27, 32]))
    truth = rng.choice([-1, 1], 2) * rng.permutation([2, 3])

    def at(p: float, q: float) -> np.ndarray:
        r, c = np.arange(50)[:, None] + p - r0, np.arange(60) + q - c0
        return np.clip(16 - np.maximum(np.abs(r), np.abs(c)), 0, None)

    return Shifted(at(*truth).astype(np.uint8), at(0, 0).astype(np.uint8), truth.astype(float), at)


def slanted(rng: Any) -> Shifted:
    """
    A pair whose slopes along rows and columns depend on each other: a long hill that lies along a diagonal.

    The truth lies across the hill, so that neither step is short.
    """
    side = rng.choice([-1, 1])
    r0, c0 = 24.5 + rng.uniform(-1, 1), 29.5 + rng.uniform(-1, 1)
    height = rng.uniform(150, 220)

    def at(p: float, q: float) -> np.ndarray:
        r, c = np.arange(50)[:, None] + p - r0, np.arange(60) + q - c0
        across, along = (r + side * c) / np.sqrt(2), (r - side * c) / np.sqrt(2)
        return height * np.clip(1 - (across / 10) ** 2 - (along / 20) ** 2, 0, None) ** 3

    truth = rng.choice([-1, 1]) * np.array([1.0, side]) * rng.permutation([rng.uniform(1, 1.2), rng.uniform(1.3, 1.6)])
    return Shifted(at(*truth), at(0, 0), truth, at)


def between(rng: Any) -> float:
    """A number about half-way between two whole ones, 1.4 to 3.6 in size: rounded, cut or forgotten, it shows."""
    return float(rng.choice([-1, 1]) * (rng.integers(1, 4) + rng.uniform(0.4, 0.6)))


def apart(rng: Any, low: float, high: float) -> np.ndarray:
    """A shift whose row and column differ in size, each between low and high."""
    third = (high - low) / 3
    small, large = low + third * rng.uniform(0, 1), high - third * rng.uniform(0, 1)
    return rng.permutation([small, large]) * rng.choice([-1, 1], 2)


def shifted(rng: Any, truth: Any, tall: bool = False, top: float = 0.0) -> Shifted:
    """A pair with this truth."""
    at = scene(rng, tall, top)
    truth = np.asarray(truth, float)
    return Shifted(at(*truth), at(0, 0), truth, at)


def same_slope(got: Any, want: np.ndarray, hint: str = "", slope: float = SLOPE) -> None:
    """Ask for two slopes within ``slope`` times the length of the gradient."""
    expect_shape(got, (2,), "the gradient")
    g = numbers(got, "the gradient")
    far = float(np.abs(g - want).max() / np.linalg.norm(want))
    tail = f". {hint}" if hint else ""
    expect_true(
        far <= slope,
        f"the gradient is {100 * far:.0f} % off ({100 * slope:.0f} % are allowed: interpolation and slopes are not "
        f"exact){tail}",
        g,
        want,
    )
