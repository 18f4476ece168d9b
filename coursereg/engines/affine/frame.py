"""
Coordinates in which a transform is easy to search, whatever its own parameters are.

DIPY's transforms turn and scale about the world's origin, which may be far from the image: a small turn then moves
everything far away, and only together with the right translation does it turn the image. Here a step of 1 moves the
image's samples by one unit (root mean square), in any direction of the parameters, and turns are about its middle.
"""

import numpy as np

from coursereg.similarity.parzen import matrix_derivatives

RANK = 1e-10  # of the largest eigenvalue: what moves the samples by less is not searched


class Frame:
    """
    Search coordinates z, with z = 0 at given parameters of a transform.

    ``theta = origin + W z``; where the transform has a free translation t, this is that of a transform about the middle
    c of the samples, and ``t = t_middle + c - L c`` for the linear part L.

    Parameters
    ----------
    transform : ParametricTransform
        The kind of map.
    origin : ndarray of shape (K,)
        Its parameters at z = 0.
    middle, spread : ndarray of shape (D,) and (D, D)
        Mean and covariance of the samples on which the transform acts, in the world.
    unit : float
        The distance, in the world, by which a step of 1 is to move the samples.
    """

    def __init__(self, transform, origin, middle, spread, unit):
        self.transform, self.origin, self.middle = transform, origin, middle
        self.shifts = shifts_of(transform, origin)
        self.linear = self._linear(origin)
        steps = matrix_derivatives(transform, origin)[:, :-1]
        about = steps.copy()
        about[:, :, -1] += steps[:, :, :-1] @ middle
        if self.shifts is not None:  # the translation makes up for where the middle goes
            about[..., -1] = 0.0
            about[self.shifts, :, -1] = np.eye(len(middle))
        moments = np.eye(len(middle) + 1)
        moments[:-1, :-1] = spread
        self.W = unit * _inverse_root(np.einsum("kde,ef,ldf->kl", about, moments, about))

    @property
    def size(self):
        """Number of coordinates: at most that of parameters."""
        return self.W.shape[1]

    def theta(self, z):
        """Return the transform's own parameters."""
        theta = self.origin + self.W @ z
        if self.shifts is not None:
            theta[self.shifts] += (self.linear - self._linear(theta)) @ self.middle
        return theta

    def matrix(self, z):
        """Return the transform's matrix."""
        theta = self.origin + self.W @ z
        out = np.array(self.transform.param_to_matrix(theta), dtype=np.float64)
        if self.shifts is not None:
            out[:-1, -1] += (self.linear - out[:-1, :-1]) @ self.middle
        return out

    def pulled(self, theta, slope):
        """Return a gradient by the transform's own parameters, (K, ...), as one by z."""
        if self.shifts is not None:
            lost = matrix_derivatives(self.transform, theta)[:, :-1, :-1] @ self.middle  # of the shifts themselves 0
            slope = slope - lost @ slope[self.shifts]
        return self.W.T @ slope

    def _linear(self, theta):
        return np.asarray(self.transform.param_to_matrix(theta), dtype=np.float64)[:-1, :-1]


def shifts_of(transform, theta):
    """Return which parameters are a free translation, one for each axis of the world; None if there is none."""
    steps = matrix_derivatives(transform, theta)[:, :-1]
    found = []
    for direction in np.eye(steps.shape[1]):
        pure = [k for k, step in enumerate(steps) if not step[:, :-1].any() and np.array_equal(step[:, -1], direction)]
        if not pure:
            return None
        found.append(pure[0])
    return np.array(found)


def middle_and_spread(image, known, grid2world):
    """Return mean and covariance, in the world, of the known samples, weighted by grey value above the lowest one."""
    weight = np.where(known, image - image[known].min(), 0.0)
    index = np.indices(image.shape).reshape(image.ndim, -1)
    weight = weight.ravel() / weight.sum()
    middle = index @ weight
    spread = (index * weight) @ index.T - np.outer(middle, middle)
    linear = grid2world[:-1, :-1]
    return linear @ middle + grid2world[:-1, -1], linear @ spread @ linear.T


def _inverse_root(H):  # noqa: N803
    """Return W with ``W.T @ H @ W = 1``, without the directions in which H is 0."""
    values, vectors = np.linalg.eigh(H)
    kept = values > RANK * max(values.max(), 0.0)
    return vectors[:, kept] / np.sqrt(values[kept])
