"""Images given by a formula, so that a moved one is exact; and how far a transform is from the true motion."""

import itertools

import numpy as np
from scipy import ndimage

from coursereg.course import samples


class Field:
    """
    A smooth random function of space with values about 0: a sum of cosines.

    Their wave vectors are normally distributed: it looks like white noise smoothed by a Gaussian of ``sigma`` voxels.
    """

    def __init__(self, seed, sigma=3.0, waves=300, ndim=3):
        rng = np.random.default_rng(seed)
        self.vectors = rng.normal(size=(waves, ndim)) / (np.sqrt(2) * sigma)
        self.phases = rng.uniform(0, 2 * np.pi, waves)

    def __call__(self, points):
        """Return the values at points of shape (..., ndim)."""
        out = np.zeros(points.shape[:-1])
        for vector, phase in zip(self.vectors, self.phases, strict=True):
            out += np.cos(points @ vector + phase)
        return out * np.sqrt(2 / len(self.phases))


class Template:
    """The T1 template as a function of space: its spline of order 5, 0 outside."""

    def __init__(self):
        self.data, self.affine = samples.template()
        self.shape = self.data.shape
        self.coefficients = ndimage.spline_filter(self.data.astype(float), order=5, mode="constant")

    def __call__(self, points):
        """Return the values at points in voxels, of shape (..., 3)."""
        at = np.moveaxis(points, -1, 0)
        return ndimage.map_coordinates(self.coefficients, at, order=5, mode="constant", prefilter=False)


def grid(shape):
    """Return the indices of all samples, of shape (*shape, ndim)."""
    return np.moveaxis(np.indices(shape), 0, -1).astype(float)


def moved_pair(function, shape, motion, noise=0.0, seed=0):
    """
    Return two images of a function of space: ``moving(motion(x)) = static(x)``, exactly, for voxels x.

    ``noise`` is the standard deviation of what is added to each.
    """
    inverse = np.linalg.inv(motion)
    points = grid(shape)
    static, moving = function(points), function(points @ inverse[:3, :3].T + inverse[:3, 3])
    rng = np.random.default_rng(seed)
    return tuple(image + noise * rng.normal(size=shape) for image in (static, moving))


def rigid(shift, degrees=(0, 0, 0), about=(0, 0, 0)):
    """Return the matrix that turns about a point by three angles (about axis 0, 1, 2 in that order) and then shifts."""
    turn = np.eye(3)
    for axis, angle in enumerate(np.deg2rad(degrees)):
        i, j = (k for k in range(3) if k != axis)
        one = np.eye(3)
        one[i, i] = one[j, j] = np.cos(angle)
        one[i, j], one[j, i] = -np.sin(angle), np.sin(angle)
        turn = one @ turn
    out = np.eye(4)
    out[:3, :3] = turn
    out[:3, 3] = np.asarray(about) - turn @ about + shift
    return out


def stretched(scales, about=(0, 0, 0)):
    """Return the matrix that stretches along the axes about a point."""
    out = np.diag([*scales, 1.0])
    out[:3, 3] = np.asarray(about) * (1 - np.asarray(scales))
    return out


def mean_error(found, truth, where):
    """Return the mean distance between two motions over the voxels of a mask."""
    difference = np.asarray(found)[:3] - np.asarray(truth)[:3]
    points = np.argwhere(where)
    return float(np.linalg.norm(points @ difference[:, :3].T + difference[:, 3], axis=1).mean())


def error(found, truth, shape):
    """Return the largest distance, over the voxels of a volume, between two motions: it is reached in a corner."""
    corners = np.array(list(itertools.product(*((0, n - 1) for n in shape))), float)
    difference = np.asarray(found)[:3] - np.asarray(truth)[:3]
    return float(np.linalg.norm(corners @ difference[:, :3].T + difference[:, 3], axis=1).max())
