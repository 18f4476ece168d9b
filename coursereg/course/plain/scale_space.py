"""
Unit U11 in readable NumPy: a level of a pyramid, its grid, a metric with its slope, the error at a target.

Grids are homogeneous matrices from indices to the world; maps go from the static to the moving world.
"""

import numpy as np
from scipy import ndimage


def pyramid_level(I, level, factor=0.2, spacing=None):
    """
    Image of a level, smoothed and not thinned, as `coursereg.ScaleSpace` smooths it (without its rescaling to 0 ... 1).

    Parameters
    ----------
    I : array_like, 2-D or 3-D
        The image.
    level : int
        0 is the finest; there nothing is done.
    factor : float
        Standard deviation, in samples, for each unit of a scaling above 1.
    spacing : sequence of float, optional
        Distance of samples along each axis, by default 1 each.

    Returns
    -------
    ndarray of float
        Of the shape of I. Along axis a, samples of the level would lie ``s = max(1, 2**level * min(spacing) /
        spacing[a])`` samples of I apart; the standard deviation is ``factor * (s - 1)``.
    """
    I = np.array(I, float)
    if level == 0:
        return I
    spacing = np.ones(I.ndim) if spacing is None else np.asarray(spacing, float)
    s = np.maximum(1.0, 2.0**level * spacing.min() / spacing)  # an axis that is coarse already is left alone
    return ndimage.gaussian_filter(I, factor * (s - 1))


def level_grid2world(A, shape, factor):
    """
    Grid of a level that takes every factor-th sample, beginning with the first.

    Returns
    -------
    B : ndarray of shape (D + 1, D + 1)
        From the level's indices to the world.
    new_shape : tuple of D int
        ``shape // factor``, at least 1.
    shift : ndarray of shape (D,)
        Middle of the level's samples minus the middle of the image's, in the world.
    """
    A, shape = np.asarray(A, float), np.array(shape)
    factor = np.broadcast_to(factor, shape.shape)
    B = A @ np.diag([*factor, 1.0])
    new_shape = np.maximum(shape // factor, 1)
    middle, new_middle = np.append((shape - 1) / 2, 1), np.append((new_shape - 1) / 2, 1)
    return B, tuple(int(n) for n in new_shape), (B @ new_middle - A @ middle)[:-1]


def tre(T, P, Q):
    """
    Mean distance between where a map takes points and where they belong: the target registration error.

    Parameters
    ----------
    T : array_like of shape (D + 1, D + 1)
        Affine map from the static to the moving world.
    P, Q : array_like of shape (N, D)
        Points of the static world, and the same points in the moving one.

    Returns
    -------
    float
    """
    T, P, Q = (np.asarray(a, float) for a in (T, P, Q))
    moved = P @ T[:-1, :-1].T + T[:-1, -1]
    return float(np.linalg.norm(moved - Q, axis=1).mean())


class SSDMetric2D:
    """Mean squared difference over the overlap of two pictures, for `coursereg.AffineRegistration`."""

    def setup(
        self,
        transform,
        static,
        moving,
        static_grid2world=None,
        moving_grid2world=None,
        starting_affine=None,
        **_,
    ):
        """Take the pictures, their grids, and the kind of map."""
        matrices = static_grid2world, moving_grid2world, starting_affine
        S, M, start = (np.eye(3) if m is None else np.asarray(m, float) for m in matrices)
        self.transform = transform
        self.moving = np.asarray(moving, float)
        self.values = np.asarray(static, float).ravel()
        r, c = np.indices(np.shape(static)).reshape(2, -1)
        self.points = (start @ S @ [r, c, np.ones(r.size)])[:2].T  # in the world, moved by the start
        self.back = np.linalg.inv(M)
        self.slopes = np.tensordot(self.back[:2, :2].T, np.stack(np.gradient(self.moving)), 1)  # by the world

    def _compare(self, params):
        T = self.back @ self.transform.param_to_matrix(params)
        at = (self.points @ T[:2, :2].T + T[:2, 2]).T  # in indices of the moving picture
        last = np.array(self.moving.shape)[:, None] - 1
        inside = ((at >= 0) & (at <= last)).all(axis=0)
        at = at[:, inside]
        return at, inside, ndimage.map_coordinates(self.moving, at, order=1) - self.values[inside]

    def distance(self, params):
        """Return the mean squared difference."""
        _at, inside, d = self._compare(params)
        return float(np.mean(d**2)) if inside.any() else np.inf

    def gradient(self, params):
        """Return its slope by each parameter."""
        return self.distance_and_gradient(params)[1]

    def distance_and_gradient(self, params):
        """Return both."""
        at, inside, d = self._compare(params)
        if not inside.any():
            return np.inf, np.zeros(len(params))
        slopes = np.array([ndimage.map_coordinates(s, at, order=1) for s in self.slopes])
        jacobians = self.transform.jacobians(params, self.points[inside])
        return float(np.mean(d**2)), 2 * np.einsum("n,dn,ndk->k", d, slopes, jacobians) / d.size
