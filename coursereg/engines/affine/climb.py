"""Uphill from a map: a quasi-Newton search whose first picture of the curvature is Fisher's matrix."""

from typing import NamedTuple

import numpy as np

from coursereg.engines.affine.frame import Frame
from coursereg.engines.affine.planes import lifted

DAMPING = 1e-2  # of the Fisher matrix's diagonal: what the images do not show is left where it is
FARTHEST = 0.3  # radii, in one step
ENOUGH = 1e-4  # of the gain that the slope promises (Armijo)
HALVINGS = 6
LEAST_OVERLAP = 0.25


class Model:
    """
    Maps ``P(theta) @ start`` of one kind of transform, as a function of search coordinates.

    Parameters
    ----------
    transform : ParametricTransform
        The kind.
    start : ndarray of shape (4, 4)
        Map from the static to the moving world, applied first.
    centre : ndarray of shape (D,)
        Of the moving object: rotations and scales are about it.
    radius : float
        Of the object before the start, root mean square.
    """

    def __init__(self, transform, start, centre, radius):
        self.transform, self.start, d = transform, start, transform.get_dim()
        # in the moving world, whose unit may be another one
        self.radius = radius = radius * float(abs(np.linalg.det(start[:3, :3])) ** (1 / d))
        origin = transform.get_identity_parameters()
        self.frame = Frame(transform, origin, centre, np.eye(d) * radius**2 / d, 1.0)
        self.n = self.frame.size

    def theta(self, x):
        """Return the transform's own parameters."""
        return self.frame.theta(x)

    def matrix(self, x):
        """Return the map between the worlds."""
        return lifted(self.frame.matrix(x)) @ self.start

    def derivatives(self, x):
        """Return its derivatives, (K, 4, 4)."""
        theta = self.theta(x)
        steps = self.transform.matrix_derivatives(theta)
        pulled = self.frame.pulled(theta, steps.reshape(len(theta), -1))
        return lifted(pulled.reshape(self.n, *steps.shape[1:]), 0.0) @ self.start


class Climb(NamedTuple):
    """Where a search ended."""

    x: np.ndarray
    similarity: float
    reason: str
    converged: bool


def climb(level, model, x, steps, tolerance, gain, trace=None):
    """
    Maximise the mutual information of a level over the parameters x of a model.

    Stops at a step of ``tolerance`` voxels, at a gain of ``gain``, or after ``steps`` steps.
    """
    f = level.similarity(model.matrix(x))
    if trace is not None:
        trace.append((x, f))
    if level.overlap < LEAST_OVERLAP:
        return Climb(x, -np.inf, f"only {level.overlap:.0%} of the samples lie in the other image", False)
    first, fisher = level.derivatives(curved=True)
    J = level.about_centres(model.derivatives(x))
    g, H = J @ first, J @ fisher @ J.T
    H += DAMPING * np.diag(np.diag(H)) + 1e-12 * np.trace(H) * np.eye(len(H))
    if not np.trace(H) > 0:
        return Climb(x, f, "the similarity does not change with the transform", False)
    K = np.linalg.inv(H)
    for step in range(steps):
        d = K @ g
        longest = np.abs(d).max()
        if longest > FARTHEST * model.radius:
            d *= FARTHEST * model.radius / longest
            longest = FARTHEST * model.radius
        t, promised = 1.0, float(g @ d)
        for _ in range(HALVINGS):
            ahead = level.similarity(model.matrix(x + t * d), frozen=True)
            if ahead >= f + ENOUGH * t * promised:
                break
            bend = 2 * (f + promised * t - ahead)
            t = min(max(promised * t * t / bend if bend > 0 else 0.0, 0.1 * t), 0.5 * t)
        else:
            return Climb(x, f, "no step along the slope leads up", True)
        gained, f = ahead - f, ahead
        x = x + t * d
        if trace is not None:
            trace.append((x, f))
        if longest * t < tolerance * level.voxel or gained < gain:
            return Climb(x, f, "the last step was short" if gained >= gain else "the last step gained little", True)
        back = level.derivatives()[0]  # first: its threads are still awake from the similarity
        slope = level.about_centres(model.derivatives(x)) @ back
        y, s = g - slope, t * d
        g = slope
        curve = float(y @ s)
        if curve > 1e-10 * np.sqrt((y @ y) * (s @ s)):
            if not step:  # Fisher's matrix is right but for a factor: other heads are less curved, noise is more
                K *= curve / (y @ K @ y)
            V = np.eye(len(s)) - np.outer(s, y) / curve
            K = V @ K @ V.T + np.outer(s, s) / curve
    return Climb(x, f, f"{steps} steps were not enough", False)
