"""Transforms made of others: a chain with one free link, and a smooth blend of several affine maps."""

import numpy as np

from coursereg import _check
from coursereg.space.grid import as_points
from coursereg.space.transforms import Affine, Affine2D, Transform


class ChainTransform(Transform):
    """
    Three transforms in a row, of which the middle one is free: ``post(optimizable(pre(x)))``.

    Parameters
    ----------
    optimizable : object with ``apply`` and ``param``
        The link that an optimiser may change.
    pre, post : transform or array_like, optional
        Applied before and after it; a 4 x 4 matrix or twelve numbers make an `coursereg.Affine`, a 3 x 3 matrix an
        `coursereg.Affine2D`. None leaves the points as they are, in any number of dimensions.

    Attributes
    ----------
    optimizable, pre, post : transforms
        The links.
    param : ndarray
        The parameters of `optimizable`.

    Raises
    ------
    ValueError
        If `optimizable` has no ``param``.

    See Also
    --------
    coursereg.Transform.compose : where nothing needs to stay free.

    Examples
    --------
    >>> from coursereg.space.transforms import Rigid
    >>> chain = ChainTransform(Rigid(), pre=Affine([1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]))
    >>> chain.param = [0, 5, 0, 0, 0, 0]
    >>> chain.apply([[0, 0, 0]])
    array([[1., 5., 0.]])
    """

    def __init__(self, optimizable, pre=None, post=None):
        if not hasattr(optimizable, "param"):
            msg = f"Input transform should be optimizable, that is have `param`, got {type(optimizable).__name__}"
            raise ValueError(msg)
        self.optimizable, self.pre, self.post = optimizable, _link(pre), _link(post)

    def apply(self, pts):
        """Return points, shape (..., D), taken through the three links."""
        return self.post.apply(self.optimizable.apply(self.pre.apply(pts)))

    def copy(self):
        """Return a chain whose free link is a copy, if it can be copied; the others are shared."""
        free = self.optimizable.copy() if hasattr(self.optimizable, "copy") else self.optimizable
        return ChainTransform(free, self.pre, self.post)

    @property
    def param(self):
        """The parameters of the free link."""
        return self.optimizable.param

    @param.setter
    def param(self, values):
        self.optimizable.param = values


class PolyAffine(Transform):
    """
    Several affine maps, blended by their distance from centres.

    Parameters
    ----------
    centers : array_like of shape (K, 3)
        Where each map counts most, in mm.
    affines : sequence of K coursereg.Affine
        The maps; a matrix of shape (4, 4) or twelve natural parameters do as well.
    sigma : float or sequence of 3 float
        Standard deviation, in mm, of the Gaussian weights, for each axis.
    glob_affine : coursereg.Affine or array_like, optional
        Applied before all, to the points at which the weights are taken, too.

    Raises
    ------
    TypeError
        If one of `affines` is no affine transform.
    ValueError
        If there is not one map for each centre, or `sigma` is not positive.

    See Also
    --------
    coursereg.Affine : one map for all points.

    Notes
    -----
    ``sum_k w_k(y) A_k(y)`` with ``y = glob_affine(x)`` and normalised weights ``w_k ~ exp(-|y - c_k|**2 / (2
    sigma**2))`` [1]_. Where all weights are too small for a double, the nearest centre counts alone.

    References
    ----------
    .. [1] V. Arsigny, O. Commowick, N. Ayache, X. Pennec, "A fast and log-Euclidean polyaffine framework for locally
       linear registration", Journal of Mathematical Imaging and Vision 33, 2009. :doi:`10.1007/s10851-008-0135-9`

    Examples
    --------
    >>> up, down = Affine([1] + [0] * 11), Affine([-1] + [0] * 11)
    >>> PolyAffine([[0, 0, 0], [9, 0, 0]], [up, down], sigma=1).apply([[0, 0, 0], [4.5, 0, 0], [9, 0, 0]])
    array([[1. , 0. , 0. ],
           [4.5, 0. , 0. ],
           [8. , 0. , 0. ]])
    """

    def __init__(self, centers, affines, sigma, glob_affine=None):
        self.centers = as_points("centers", centers, 3).astype(np.float64)
        self.affines = [_link(affine) for affine in affines]
        glob_affine = None if glob_affine is None else _link(glob_affine)
        if self.centers.ndim != 2 or len(self.affines) != len(self.centers) or not self.affines:
            msg = f"affines must be one for each center, got {len(self.affines)} for centers {self.centers.shape}"
            raise ValueError(msg)
        for affine in [*self.affines, *([] if glob_affine is None else [glob_affine])]:
            if not isinstance(affine, Affine):
                msg = f"affines must be affine transforms, got {type(affine).__name__}"
                raise TypeError(msg)
        sigma = _check.as_numbers("sigma", sigma).astype(np.float64)
        if sigma.shape not in ((), (3,)) or not (np.isfinite(sigma) & (sigma > 0)).all():
            msg = f"sigma must be one or three positive numbers, got {sigma.tolist()}"
            raise ValueError(msg)
        self.sigma, self.glob_affine = np.broadcast_to(sigma, 3).copy(), glob_affine

    def apply(self, pts):
        """Return points, shape (..., 3), taken through the blend."""
        pts = as_points("pts", pts, 3).astype(np.float64)
        if self.glob_affine is not None:
            pts = self.glob_affine.apply(pts)
        weights = self._weights(pts)
        out = np.zeros(pts.shape)
        for k, affine in enumerate(self.affines):
            out += weights[k][..., None] * affine.apply(pts)
        return out

    def affine(self, k):
        """Return the matrix of map `k` after the global one, shape (4, 4)."""
        matrix = self.affines[k].as_affine()
        return matrix if self.glob_affine is None else matrix @ self.glob_affine.as_affine()

    def copy(self):
        """Return an independent copy."""
        glob = None if self.glob_affine is None else self.glob_affine.copy()
        return PolyAffine(self.centers.copy(), [affine.copy() for affine in self.affines], self.sigma, glob)

    def compose(self, other):
        """Return the map that applies `other` first; a `PolyAffine` again if `other` is affine."""
        if not isinstance(other, Affine):
            return super().compose(other)
        glob = other if self.glob_affine is None else self.glob_affine.compose(other)
        return PolyAffine(self.centers, self.affines, self.sigma, glob)

    def left_compose(self, other):
        """Return the map that applies `other` last; a `PolyAffine` again if `other` is affine."""
        if not isinstance(other, Affine):
            return Transform(lambda pts: other.apply(self.apply(pts)))
        affines = [other.compose(affine) for affine in self.affines]
        return PolyAffine(self.centers, affines, self.sigma, self.glob_affine)

    @property
    def param(self):
        """The parameters of all maps, one after the other."""
        return np.concatenate([affine.param for affine in self.affines])

    @param.setter
    def param(self, values):
        values = _check.as_numbers("param", values).astype(np.float64).ravel()
        sizes = [affine.param.size for affine in self.affines]
        if values.size != sum(sizes):
            msg = f"param must have {sum(sizes)} numbers, got {values.size}"
            raise ValueError(msg)
        for affine, part in zip(self.affines, np.split(values, np.cumsum(sizes)[:-1]), strict=True):
            affine.param = part

    def _weights(self, pts):
        """Return the weight of each map, shape (K, ...)."""
        exponent = np.stack([-0.5 * (((pts - c) / self.sigma) ** 2).sum(axis=-1) for c in self.centers])
        weights = np.exp(exponent - exponent.max(axis=0))  # the largest is 1: far away they would all vanish
        return weights / weights.sum(axis=0)


def _link(transform):
    """Return a transform; a matrix or twelve numbers become an affine one, None becomes the identity."""
    if transform is None:
        return Transform(lambda pts: pts)
    if hasattr(transform, "apply"):
        return transform
    return Affine2D(transform) if np.shape(transform) == (3, 3) else Affine(transform)
