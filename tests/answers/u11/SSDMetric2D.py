"""Answers to U11.SSDMetric2D."""

import numpy as np
from scipy import ndimage
from scipy.interpolate import RectBivariateSpline

from answers import right, wrong


def _eye(m):
    return np.eye(3) if m is None else np.asarray(m, float)


class Base:
    """A right one, in parts that the wrong ones exchange."""

    def setup(self, transform, static, moving, static_grid2world=None, moving_grid2world=None, starting_affine=None, **_):
        self.t, self.I, self.J = transform, np.asarray(static, float), np.asarray(moving, float)
        self.S, self.M, self.A = _eye(static_grid2world), _eye(moving_grid2world), _eye(starting_affine)
        r, c = np.mgrid[: self.I.shape[0], : self.I.shape[1]]
        self.h = np.stack([r.ravel(), c.ravel(), np.ones(r.size)])
        self.grads = self.slopes()

    def slopes(self):
        g = np.gradient(self.J)
        L = np.linalg.inv(self.M[:2, :2])
        return [L[0, k] * g[0] + L[1, k] * g[1] for k in (0, 1)]

    def chain(self, params):
        return np.linalg.inv(self.M) @ np.asarray(self.t.param_to_matrix(params)) @ self.A @ self.S

    def looked_up(self, image, at):
        return ndimage.map_coordinates(image, at, order=1, cval=np.nan)

    def points(self, params):
        return (self.A @ self.S @ self.h)[:2].T

    def jac(self, params, inside):
        return np.asarray(self.t.jacobians(params, self.points(params)[inside]))

    def parts(self, params):
        at = (self.chain(params) @ self.h)[:2]
        d = self.looked_up(self.J, at) - self.I.ravel()
        return at, d, np.isfinite(d)

    def mean(self, d):
        return np.mean(d)

    def distance(self, params):
        _at, d, inside = self.parts(params)
        return float(self.mean(d[inside] ** 2))

    def gradient(self, params):
        at, d, inside = self.parts(params)
        g = [self.looked_up(s, at[:, inside]) for s in self.grads]
        J = self.jac(params, inside)
        return np.array(
            [2 * self.mean(d[inside] * (g[0] * J[:, 0, k] + g[1] * J[:, 1, k])) for k in range(J.shape[2])]
        )

    def distance_and_gradient(self, params):
        return self.distance(params), self.gradient(params)


@right("in parts, with NaN outside")
class in_parts(Base):
    pass


@right("the whole grid, 0 outside")
class whole_grid(Base):
    def looked_up(self, image, at):
        return ndimage.map_coordinates(image, at, order=1, cval=0.0)


@right("one Jacobian for each point, in a loop; results as lists")
class loops(Base):
    def jac(self, params, inside):
        return np.array([self.t.jacobian(params, p) for p in self.points(params)[inside]])

    def gradient(self, params):
        return super().gradient(params).tolist()


@right("Jacobians from three points, since they are affine in the place")
class three_points(Base):
    def jac(self, params, inside):
        J = [np.asarray(self.t.jacobian(params, p)) for p in ([0.0, 0.0], [1.0, 0.0], [0.0, 1.0])]
        p = self.points(params)[inside]
        return J[0] + p[:, :1, None] * (J[1] - J[0]) + p[:, 1:, None] * (J[2] - J[0])


@right("cubic splines and their exact slopes")
class splines(Base):
    def gradient(self, params):
        at, d, inside = self.parts(params)
        f = RectBivariateSpline(*map(np.arange, self.J.shape), self.J)
        g = np.stack([f.ev(*at[:, inside], dx=1), f.ev(*at[:, inside], dy=1)])
        g = np.linalg.inv(self.M[:2, :2]).T @ g
        return 2 * np.einsum("n,an,nak->k", d[inside], g, self.jac(params, inside)) / inside.sum()


@right("finite differences of one's own distance")
class differences(Base):
    def gradient(self, params):
        x = np.array(params, float)
        width = np.maximum(np.sqrt((np.asarray(self.t.jacobians(x, self.points(x))) ** 2).sum(1).mean(0)), 1e-9)
        h = np.diag(0.05 / width)
        return np.array([(self.distance(x + e) - self.distance(x - e)) / (0.1 / w) for e, w in zip(h, width)])


@right("the gradient of the warped picture, taken back to the world by the whole chain")
class exact_cells(Base):
    def gradient(self, params):
        at, d, inside = self.parts(params)
        at, d = at[:, inside], d[inside]
        corner = np.minimum(np.floor(at).astype(int), np.array(self.J.shape)[:, None] - 2)
        (r, c), (a, b) = corner, at - corner
        J = self.J
        gr = (1 - b) * (J[r + 1, c] - J[r, c]) + b * (J[r + 1, c + 1] - J[r, c + 1])
        gc = (1 - a) * (J[r, c + 1] - J[r, c]) + a * (J[r + 1, c + 1] - J[r + 1, c])
        back = np.linalg.inv(self.M[:2, :2])
        return 2 * np.einsum("n,in,ij,njk->k", d, np.stack([gr, gc]), back, self.jac(params, inside)) / d.size


@right("derivatives of the matrix")
class by_matrices(Base):
    def gradient(self, params):
        at, d, inside = self.parts(params)
        g = np.stack([self.looked_up(s, at[:, inside]) for s in self.grads])
        D = np.asarray(self.t.matrix_derivatives(params)) @ self.A @ self.S @ self.h[:, inside]
        return np.array([2 * np.mean(d[inside] * (g * one[:2]).sum(axis=0)) for one in D])


@wrong("slopes by the index", says="slopes by the index")
class index_slopes(Base):
    def slopes(self):
        return np.gradient(self.J)


@wrong("the inverse is not transposed", says="transposed")
class not_transposed(Base):
    def slopes(self):
        g, L = np.gradient(self.J), np.linalg.inv(self.M[:2, :2])
        return [L[k, 0] * g[0] + L[k, 1] * g[1] for k in (0, 1)]


@wrong("slopes times the spacing", says="multiplied by the spacing")
class times_spacing(Base):
    def slopes(self):
        g, L = np.gradient(self.J), self.M[:2, :2]
        return [L[k, 0] * g[0] + L[k, 1] * g[1] for k in (0, 1)]


@wrong("slopes by spacings, without the grid's turn")
class spacings_only(Base):
    def slopes(self):
        return np.gradient(self.J, *np.linalg.norm(self.M[:2, :2], axis=0))


@wrong("slopes of the static picture, on its index grid")
class slopes_of_static(Base):
    def gradient(self, params):
        at, d, inside = self.parts(params)
        g = [s.ravel()[inside] for s in np.gradient(self.I)]
        return 2 * np.einsum("n,an,nak->k", d[inside], np.stack(g), self.jac(params, inside)) / inside.sum()


@wrong("the slopes are not looked up: those of the unmoved moving picture")
class unwarped_slopes(Base):
    def gradient(self, params):
        _at, d, inside = self.parts(params)
        R, C = self.I.shape
        g = [s[:R, :C].ravel()[inside] for s in self.grads]
        return 2 * np.einsum("n,an,nak->k", d[inside], np.stack(g), self.jac(params, inside)) / inside.sum()


@wrong("row and column slopes exchanged")
class axes_exchanged(Base):
    def slopes(self):
        return super().slopes()[::-1]


@wrong("jacobians before the starting map", says="static points")
class before_start(Base):
    def points(self, params):
        return (self.S @ self.h)[:2].T


@wrong("jacobians after the transform", says="where the transform has taken")
class after_map(Base):
    def points(self, params):
        return (np.asarray(self.t.param_to_matrix(params)) @ self.A @ self.S @ self.h)[:2].T


@wrong("jacobians at indices", says="jacobians at indices")
class at_indices(Base):
    def points(self, params):
        return self.h[:2].T


@wrong("jacobians of the identity", says="of the identity")
class at_identity(Base):
    def jac(self, params, inside):
        return super().jac(self.t.get_identity_parameters(), inside)


@wrong("the 2 is forgotten", says="half the gradient")
class no_two(Base):
    def gradient(self, params):
        return super().gradient(params) / 2


@wrong("static minus moving", says="the residual is moving minus static")
class uphill(Base):
    def gradient(self, params):
        return -super().gradient(params)


@wrong("a similarity: minus the distance", says="a similarity")
class similarity(Base):
    def distance(self, params):
        return -super().distance(params)

    def gradient(self, params):
        return -super().gradient(params)


@wrong("the sum over the overlap")
class total(Base):
    def mean(self, d):
        return np.sum(d)


@wrong("the sum over the whole grid", says="the *sum* over the samples", credit=0.5)
class total_whole(Base):
    def looked_up(self, image, at):
        return ndimage.map_coordinates(image, at, order=1)

    def mean(self, d):
        return np.sum(d)


@wrong("half the mean", says="half the mean", credit=0.5)
class half(Base):
    def mean(self, d):
        return np.mean(d) / 2


@wrong("a mean for the distance, a sum for the gradient")
class mixed(Base):
    def gradient(self, params):
        return super().gradient(params) * self.I.size


@wrong("the root of the mean square, with the slope of the mean")
class rms(Base):
    def distance(self, params):
        return np.sqrt(super().distance(params))


@wrong("the overlap is divided by all samples", says="outside count as if they agreed")
class skipped(Base):
    def mean(self, d):
        return np.sum(d) / self.I.size


@wrong("outside, the border goes on")
class clamped(Base):
    def looked_up(self, image, at):
        return ndimage.map_coordinates(image, at, order=1, mode="nearest")


@wrong("the moving picture goes on at its other side")
class wrapped(Base):
    def looked_up(self, image, at):
        return ndimage.map_coordinates(image, at, order=1, mode="grid-wrap")


@wrong("the starting map acts last", says="after the transform")
class start_last(Base):
    def chain(self, params):
        return np.linalg.inv(self.M) @ self.A @ np.asarray(self.t.param_to_matrix(params)) @ self.S


@wrong("no starting map")
class no_start(Base):
    def chain(self, params):
        return np.linalg.inv(self.M) @ np.asarray(self.t.param_to_matrix(params)) @ self.S


@wrong("no static grid", says="static indices taken for places")
class no_static_grid(Base):
    def setup(self, transform, static, moving, static_grid2world=None, *rest, **_):
        super().setup(transform, static, moving, None, *rest)


@wrong("no moving grid", says="taken for moving indices")
class no_moving_grid(Base):
    def setup(self, transform, static, moving, S=None, M=None, start=None, **_):
        super().setup(transform, static, moving, S, None, start)


@wrong("M in the place of its inverse")
class not_inverted(Base):
    def chain(self, params):
        return self.M @ np.asarray(self.t.param_to_matrix(params)) @ self.A @ self.S


@wrong("the inverse of the transform")
class inverted(Base):
    def chain(self, params):
        return np.linalg.inv(self.M) @ np.linalg.inv(self.t.param_to_matrix(params)) @ self.A @ self.S


@wrong("the nearest sample")
class nearest(Base):
    def looked_up(self, image, at):
        return ndimage.map_coordinates(image, at, order=0, cval=np.nan)


@wrong("translations only: the first two parameters are a shift")
class translations(Base):
    def gradient(self, params):
        g = np.zeros(len(params))
        J = np.broadcast_to(np.eye(2), (self.I.size, 2, 2))
        at, d, inside = self.parts(params)
        s = np.stack([self.looked_up(s, at[:, inside]) for s in self.grads])
        g[:2] = 2 * np.einsum("n,an,nak->k", d[inside], s, J[inside]) / inside.sum()
        return g


@wrong("no 1 where a matrix is None")
class none_forgotten(Base):
    def setup(self, transform, static, moving, static_grid2world=None, moving_grid2world=None, starting_affine=None, **_):
        if static_grid2world is None or moving_grid2world is None:
            raise TypeError("unsupported operand")
        super().setup(transform, static, moving, static_grid2world, moving_grid2world, starting_affine)


@wrong("8-bit pictures are subtracted as they are")
class bytes_wrap(Base):
    def parts(self, params):
        at = (self.chain(params) @ self.h)[:2]
        warped = self.looked_up(self.J, at)
        inside = np.isfinite(warped)
        d = np.full(warped.shape, np.nan)
        d[inside] = warped[inside].astype(self.kind) - self.I.ravel()[inside].astype(self.kind)
        return at, d, inside

    def setup(self, transform, static, moving, *grids, **words):
        super().setup(transform, static, moving, *grids, **words)
        self.kind = np.asarray(static).dtype


@wrong("set up once for all: a second setup is not heeded")
class set_once(Base):
    def setup(self, *args, **words):
        if not hasattr(self, "I"):
            super().setup(*args, **words)


@wrong("the gradient of the last distance, wherever one asks")
class last_place(Base):
    last = None

    def distance(self, params):
        self.last = np.array(params)
        return super().distance(params)

    def gradient(self, params):
        return super().gradient(params if self.last is None else self.last)


@wrong("state of the class: all objects are one")
class shared(Base):
    box = {}

    def setup(self, *args, **words):
        super().setup(*args, **words)
        shared.box = dict(vars(self))
        vars(self).clear()

    def __getattr__(self, name):
        return shared.box[name]


@wrong("masks are not known: setup takes six arguments only")
class no_masks(Base):
    def setup(self, transform, static, moving, static_grid2world=None, moving_grid2world=None, starting_affine=None):
        super().setup(transform, static, moving, static_grid2world, moving_grid2world, starting_affine)


@wrong("distance_and_gradient returns the gradient first")
class other_order(Base):
    def distance_and_gradient(self, params):
        return self.gradient(params), self.distance(params)


@wrong("distance_and_gradient is another distance: the sum")
class not_the_same(Base):
    def distance_and_gradient(self, params):
        return self.distance(params) * self.I.size, self.gradient(params)


@wrong("constant zeros")
class zeros(Base):
    def distance(self, params):
        return 0.0

    def gradient(self, params):
        return np.zeros(len(params))
