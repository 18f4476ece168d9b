"""Mistakes in `SSDMetric2D` that U11's checks name."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import ndimage

from coursereg.course.plain.scale_space import SSDMetric2D


class IndexSlopes(SSDMetric2D):
    """Slopes by the index, not by the world."""

    def setup(self, *args: Any, **words: Any) -> None:
        """Take them."""
        super().setup(*args, **words)
        self.slopes = np.stack(np.gradient(self.moving))


class NotTransposed(SSDMetric2D):
    """Slopes through the inverse, not its transpose."""

    def setup(self, *args: Any, **words: Any) -> None:
        """Take them."""
        super().setup(*args, **words)
        self.slopes = np.tensordot(self.back[:2, :2], np.stack(np.gradient(self.moving)), 1)


class Multiplied(SSDMetric2D):
    """Slopes times the spacing."""

    def setup(self, *args: Any, **words: Any) -> None:
        """Take them."""
        super().setup(*args, **words)
        self.slopes = np.tensordot(np.linalg.inv(self.back)[:2, :2], np.stack(np.gradient(self.moving)), 1)


class _GivenSlopes(SSDMetric2D):
    """Slopes made from the matrix of the moving grid and the slopes by the index."""

    def by_the_world(self, linear: np.ndarray, by_index: np.ndarray) -> np.ndarray:
        """How."""
        raise NotImplementedError

    def setup(self, *args: Any, **words: Any) -> None:
        """Take them."""
        super().setup(*args, **words)
        linear = np.linalg.inv(self.back)[:2, :2]
        self.slopes = self.by_the_world(linear, np.stack(np.gradient(self.moving)))


class BySpacings(_GivenSlopes):
    """Slopes divided by the spacings, as if the grid were not slanted."""

    def by_the_world(self, linear: np.ndarray, by_index: np.ndarray) -> np.ndarray:
        """By lengths of columns."""
        return by_index / np.linalg.norm(linear, axis=0)[:, None, None]


class ByDiagonal(_GivenSlopes):
    """Slopes divided by the diagonal of the grid."""

    def by_the_world(self, linear: np.ndarray, by_index: np.ndarray) -> np.ndarray:
        """By the diagonal."""
        return by_index / np.diag(linear)[:, None, None]


class ByDiagonalOfInverse(_GivenSlopes):
    """Slopes times the diagonal of the inverse."""

    def by_the_world(self, linear: np.ndarray, by_index: np.ndarray) -> np.ndarray:
        """By its diagonal."""
        return by_index * np.diag(np.linalg.inv(linear))[:, None, None]


class SlopesExchanged(_GivenSlopes):
    """The slope along columns first."""

    def by_the_world(self, linear: np.ndarray, by_index: np.ndarray) -> np.ndarray:
        """In the wrong order."""
        return np.tensordot(np.linalg.inv(linear).T, by_index, 1)[::-1]


class StaticSlopes(SSDMetric2D):
    """Slopes of the static picture, at its samples, by the index."""

    by_index = True

    def distance_and_gradient(self, params: Any) -> Any:
        """Return both."""
        _at, inside, d = self._compare(params)
        J = self.transform.jacobians(params, self.points[inside])
        return float(np.mean(d**2)), 2 * np.einsum("n,dn,ndk->k", d, self.still[:, inside], J) / d.size

    def setup(self, *args: Any, **_: Any) -> None:
        """Take them."""
        transform, static, moving, S, M, start = args
        super().setup(transform, static, moving, S, M, start)
        L = np.linalg.inv((np.eye(3) if self.by_index or S is None else np.asarray(S, float))[:2, :2])
        self.still = np.tensordot(L.T, np.stack(np.gradient(np.asarray(static, float))), 1).reshape(2, -1)


class StaticSlopesByTheWorld(StaticSlopes):
    """The same, by the world."""

    by_index = False


class _OtherPoints(SSDMetric2D):
    """The Jacobian elsewhere."""

    def elsewhere(self, params: Any) -> np.ndarray:
        """Where."""
        raise NotImplementedError

    def distance_and_gradient(self, params: Any) -> Any:
        """Return both."""
        at, inside, d = self._compare(params)
        slopes = np.array([ndimage.map_coordinates(s, at, order=1) for s in self.slopes])
        J = self.transform.jacobians(params, self.elsewhere(params)[inside])
        return float(np.mean(d**2)), 2 * np.einsum("n,dn,ndk->k", d, slopes, J) / d.size


class BeforeTheStart(_OtherPoints):
    """The Jacobian at static points, before the starting map."""

    def setup(self, *args: Any, **_: Any) -> None:
        """Take them."""
        transform, static, moving, S, M, start = args
        super().setup(transform, static, moving, S, M, start)
        S = np.eye(3) if S is None else np.asarray(S, float)
        r, c = np.indices(np.shape(static)).reshape(2, -1)
        self.unmoved = (S @ [r, c, np.ones(r.size)])[:2].T

    def elsewhere(self, params: Any) -> np.ndarray:
        """Before the start."""
        return self.unmoved


class AfterTheMap(_OtherPoints):
    """The Jacobian where the map has taken the points."""

    def elsewhere(self, params: Any) -> np.ndarray:
        """After the map."""
        T = np.asarray(self.transform.param_to_matrix(params))
        return self.points @ T[:2, :2].T + T[:2, 2]


class AtTheIndex(_OtherPoints):
    """The Jacobian at indices."""

    def setup(self, transform: Any, static: Any, *rest: Any, **words: Any) -> None:
        """Take them."""
        super().setup(transform, static, *rest, **words)
        self.indices = np.indices(np.shape(static)).reshape(2, -1).T.astype(float)

    def elsewhere(self, params: Any) -> np.ndarray:
        """The indices."""
        return self.indices


class AtTheIdentity(_OtherPoints):
    """The Jacobian of the identity."""

    def distance_and_gradient(self, params: Any) -> Any:
        """Return both."""
        at, inside, d = self._compare(params)
        slopes = np.array([ndimage.map_coordinates(s, at, order=1) for s in self.slopes])
        J = self.transform.jacobians(self.transform.get_identity_parameters(), self.points[inside])
        return float(np.mean(d**2)), 2 * np.einsum("n,dn,ndk->k", d, slopes, J) / d.size


class _Scaled(SSDMetric2D):
    """Both, times something."""

    value = slope = 1.0

    def distance(self, params: Any) -> Any:
        """Return the distance."""
        return self.value * super().distance(params)

    def distance_and_gradient(self, params: Any) -> Any:
        """Return both."""
        value, slope = super().distance_and_gradient(params)
        return self.value * value, self.slope * slope


class HalfSlope(_Scaled):
    """Without the 2."""

    slope = 0.5


class Uphill(_Scaled):
    """Minus."""

    slope = -1.0


class Climbs(_Scaled):
    """A similarity."""

    value = slope = -1.0


class StartLast(SSDMetric2D):
    """The starting map after the transform."""

    def setup(self, *args: Any, **_: Any) -> None:
        """Take them."""
        transform, static, moving, S, M, start = args
        super().setup(transform, static, moving, S, M, start)
        self.start = np.eye(3) if start is None else np.asarray(start, float)

    def _compare(self, params: Any) -> Any:
        points, back = self.points, self.back
        home = np.linalg.inv(self.start)
        self.points, self.back = points @ home[:2, :2].T + home[:2, 2], back @ self.start
        out = super()._compare(params)
        self.points, self.back = points, back
        return out


class NoStart(SSDMetric2D):
    """Without the starting map."""

    def setup(self, *args: Any, **_: Any) -> None:
        """Take them."""
        transform, static, moving, S, M, start = args
        super().setup(transform, static, moving, S, M, None)


class NoStaticGrid(SSDMetric2D):
    """Without the static grid."""

    def setup(self, *args: Any, **_: Any) -> None:
        """Take them."""
        transform, static, moving, S, M, start = args
        super().setup(transform, static, moving, None, M, start)


class NoMovingGrid(SSDMetric2D):
    """Without the moving grid."""

    def setup(self, *args: Any, **_: Any) -> None:
        """Take them."""
        transform, static, moving, S, M, start = args
        super().setup(transform, static, moving, S, None, start)


class Inverted(SSDMetric2D):
    """The inverse of the transform."""

    def _compare(self, params: Any) -> Any:
        T = np.linalg.inv(self.transform.param_to_matrix(params))
        points = self.points
        self.points = points @ T[:2, :2].T + T[:2, 2]
        out = super()._compare(self.transform.get_identity_parameters())
        self.points = points
        return out


class NotInverted(SSDMetric2D):
    """The moving grid in the place of its inverse, on the way to the index; the slopes are right."""

    def setup(self, *args: Any, **words: Any) -> None:
        """Take them."""
        super().setup(*args, **words)
        self.back = np.linalg.inv(self.back)


class Exchanged(SSDMetric2D):
    """Rows looked up in the place of columns."""

    def _compare(self, params: Any) -> Any:
        back = self.back
        self.back = back[[1, 0, 2]]
        out = super()._compare(params)
        self.back = back
        return out


class StaticExchanged(SSDMetric2D):
    """Columns taken for rows where static indices go to the world."""

    def setup(self, *args: Any, **_: Any) -> None:
        """Take them."""
        transform, static, moving, S, M, start = args
        S = np.eye(3) if S is None else np.asarray(S, float)
        super().setup(transform, static, moving, S[:, [1, 0, 2]], M, start)


METRICS = (
    (
        "this looks like slopes by the index: divide them by the spacing (inverse of the moving grid's linear part)",
        IndexSlopes,
    ),
    ("this looks like slopes through the inverse of the grid: it must be the *transposed* inverse", NotTransposed),
    ("this looks like slopes multiplied by the spacing: divide", Multiplied),
    (
        "this looks like slopes by spacings alone: the grid is slanted, so take the transposed inverse of its linear "
        "part",
        BySpacings,
    ),
    (
        "this looks like slopes by the diagonal of the grid: it is slanted, so take the transposed inverse of its "
        "linear part",
        ByDiagonal,
    ),
    (
        "this looks like slopes by the diagonal of the inverse: the grid is slanted, so take all of the transposed "
        "inverse",
        ByDiagonalOfInverse,
    ),
    ("this looks like slopes in the wrong order: the first axis is that of the rows", SlopesExchanged),
    ("this looks like the slope of the static picture: that of the moving one is wanted", StaticSlopes),
    (
        "this looks like the slope of the static picture: that of the moving one, where it was looked up, is wanted",
        StaticSlopesByTheWorld,
    ),
    ("this looks like jacobians at static points: they belong where the starting map has taken them", BeforeTheStart),
    ("this looks like jacobians where the transform has taken the points: they belong before it", AfterTheMap),
    ("this looks like jacobians at indices: the transform acts in the world", AtTheIndex),
    ("this looks like jacobians of the identity: they depend on params", AtTheIdentity),
    ("this looks like half the gradient: the square brings a 2", HalfSlope),
    ("this looks like the gradient of the negative: the residual is moving minus static", Uphill),
    ("this looks like a similarity: the distance must fall when the pictures agree", Climbs),
    ("this looks like the starting map after the transform: it acts first", StartLast),
    ("this looks like no starting map at all", NoStart),
    ("this looks like static indices taken for places in the world", NoStaticGrid),
    ("this looks like places in the world taken for moving indices", NoMovingGrid),
    ("this looks like the inverse of transform.param_to_matrix(params): it goes from static to moving", Inverted),
    ("this looks like the moving grid where its inverse is wanted: from the world back to the index", NotInverted),
    ("this looks like rows and columns exchanged where the moving picture is looked up", Exchanged),
    ("this looks like rows and columns exchanged in the static indices", StaticExchanged),
)
