"""Squared difference of two pictures under a rigid motion, and its slope, in parameters all counted in pixels."""

import numpy as np

from coursereg.kernels.rigid_ssd import rigid_ssd_2d
from coursereg.space.resample import spline_coefficients

FEW = 16  # pixels; with fewer, three parameters can fit anything


class RigidSSD:
    """
    Mean squared difference over the overlap, as a function of a turn about ``pivot`` and a shift.

    At the parameters ``x = (radius * angle, p, q)``, angle in radians, the moving picture is looked up at ``R (y -
    pivot) + pivot - (p, q)`` for every ``step``-th pixel y of the static one. ``radius`` is where the content turns: a
    pixel of the first parameter moves edges about as far as one of the others. Calling it returns (value, gradient),
    both divided by ``scale``, the mean squared slope of the moving picture: near the optimum the second derivatives
    are about 1, whatever the grey scale. Less overlap than ``min_overlap`` of the pixels, or than `FEW` pixels, counts
    as infinitely bad.
    """

    def __init__(self, static, moving, pivot, step=1, min_overlap=0.1):
        self.static = np.require(static, np.float64, ["C", "A", "W"])
        self.coefficients = np.pad(spline_coefficients(moving), (1, 2), mode="reflect")
        self.pivot = np.array(pivot, dtype=np.float64)
        self.step = step
        self.pixels = -(-self.static.shape[0] // step) * -(-self.static.shape[1] // step)
        self.enough = max(min_overlap * self.pixels, FEW)
        own = self._sums(np.require(moving, np.float64, ["C", "A", "W"]), 0.0, (0.0, 0.0))
        self.scale = (own[6] + own[7]) / own[0]
        self.radius = np.sqrt(2 * own[5] / (own[6] + own[7])) if self.scale > 0 else 1.0

    def sums(self, angle, shift):
        """Return the sums of the kernel over the whole overlap."""
        return self._sums(self.static, angle, shift)

    def overlap(self, angle, shift):
        """Return the part of the static picture that has a partner, 0 to 1."""
        return self.sums(angle, shift)[0] / self.pixels

    def motion(self, x):
        """Return (angle in radians, shift) of parameters."""
        return x[0] / self.radius, x[1:]

    def parameters(self, angle, shift):
        """Return the parameters of (angle in radians, shift)."""
        return np.array([self.radius * angle, *shift], dtype=np.float64)

    def __call__(self, x):
        """Return (value, gradient) at parameters x."""
        n, dd, dl, dr, dc = self.sums(*self.motion(x))[:5]
        if n < self.enough:
            return np.inf, np.full(3, np.nan)
        return dd / n / self.scale, np.array([2 * dl / self.radius, -2 * dr, -2 * dc]) / n / self.scale

    def _sums(self, static, angle, shift):
        lines = np.empty((-(-static.shape[0] // self.step), 8))
        motion = np.array([np.cos(angle), np.sin(angle), shift[0], shift[1]])
        rigid_ssd_2d(static, self.coefficients, motion, self.pivot, self.step, lines)
        return lines.sum(axis=0)
