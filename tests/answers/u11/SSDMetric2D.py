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
        return float(self.mean(d[inside] ** 2)) if inside.any() else np.inf

    def gradient(self, params):
        at, d, inside = self.parts(params)
        return self.slope(params, at[:, inside], d[inside], inside) if inside.any() else np.zeros(len(params))

    def slope(self, params, at, d, inside):
        g = [self.looked_up(s, at) for s in self.grads]
        J = self.jac(params, inside)
        return np.array([2 * self.mean(d * (g[0] * J[:, 0, k] + g[1] * J[:, 1, k])) for k in range(J.shape[2])])

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
    def slope(self, params, at, d, inside):
        f = RectBivariateSpline(*map(np.arange, self.J.shape), self.J)
        g = np.stack([f.ev(*at, dx=1), f.ev(*at, dy=1)])
        g = np.linalg.inv(self.M[:2, :2]).T @ g
        return 2 * np.einsum("n,an,nak->k", d, g, self.jac(params, inside)) / d.size


@right("finite differences of one's own distance")
class differences(Base):
    def slope(self, params, at, d, inside):
        x = np.array(params, float)
        width = np.maximum(np.sqrt((np.asarray(self.t.jacobians(x, self.points(x))) ** 2).sum(1).mean(0)), 1e-9)
        h = np.diag(0.05 / width)
        return np.array([(self.distance(x + e) - self.distance(x - e)) / (0.1 / w) for e, w in zip(h, width)])


@right("the gradient of the warped picture, taken back to the world by the whole chain")
class exact_cells(Base):
    def slope(self, params, at, d, inside):
        corner = np.minimum(np.floor(at).astype(int), np.array(self.J.shape)[:, None] - 2)
        (r, c), (a, b) = corner, at - corner
        J = self.J
        gr = (1 - b) * (J[r + 1, c] - J[r, c]) + b * (J[r + 1, c + 1] - J[r, c + 1])
        gc = (1 - a) * (J[r, c + 1] - J[r, c]) + a * (J[r + 1, c + 1] - J[r + 1, c])
        back = np.linalg.inv(self.M[:2, :2])
        return 2 * np.einsum("n,in,ij,njk->k", d, np.stack([gr, gc]), back, self.jac(params, inside)) / d.size


@right("derivatives of the matrix")
class by_matrices(Base):
    def slope(self, params, at, d, inside):
        g = np.stack([self.looked_up(s, at) for s in self.grads])
        D = np.asarray(self.t.matrix_derivatives(params)) @ self.A @ self.S @ self.h[:, inside]
        return np.array([2 * np.mean(d * (g * one[:2]).sum(axis=0)) for one in D])


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


@wrong("slopes by spacings, without the grid's turn", says="spacings alone")
class spacings_only(Base):
    def slopes(self):
        return np.gradient(self.J, *np.linalg.norm(self.M[:2, :2], axis=0))


@wrong("slopes by the diagonal of the grid", says="the diagonal of the grid")
class diagonal(Base):
    def slopes(self):
        return np.gradient(self.J, *np.diag(self.M)[:2])


@wrong("slopes of the static picture, on its index grid", says="the slope of the static picture")
class slopes_of_static(Base):
    def slope(self, params, at, d, inside):
        g = [s.ravel()[inside] for s in np.gradient(self.I)]
        return 2 * np.einsum("n,an,nak->k", d, np.stack(g), self.jac(params, inside)) / d.size


@wrong("slopes of the static picture, by the world", says="the slope of the static picture")
class world_slopes_of_static(Base):
    def slope(self, params, at, d, inside):
        g, L = np.gradient(self.I), np.linalg.inv(self.S[:2, :2])
        g = [(L[0, k] * g[0] + L[1, k] * g[1]).ravel()[inside] for k in (0, 1)]
        return 2 * np.einsum("n,an,nak->k", d, np.stack(g), self.jac(params, inside)) / d.size


@wrong("the slopes are not looked up: those of the unmoved moving picture")
class unwarped_slopes(Base):
    def slope(self, params, at, d, inside):
        R, C = self.I.shape
        g = [s[:R, :C].ravel()[inside] for s in self.grads]
        return 2 * np.einsum("n,an,nak->k", d, np.stack(g), self.jac(params, inside)) / d.size


@wrong("row and column slopes exchanged", says="slopes in the wrong order")
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


@wrong("M in the place of its inverse", says="the inverse of moving_grid2world")
class not_inverted(Base):
    def chain(self, params):
        return self.M @ np.asarray(self.t.param_to_matrix(params)) @ self.A @ self.S


@wrong("the inverse of the transform", says="the inverse of transform.param_to_matrix")
class inverted(Base):
    def chain(self, params):
        return np.linalg.inv(self.M) @ np.linalg.inv(self.t.param_to_matrix(params)) @ self.A @ self.S


@wrong("columns looked up as rows", says="exchanged where the moving picture is looked up")
class looked_up_across(Base):
    def looked_up(self, image, at):
        return ndimage.map_coordinates(image, at[::-1], order=1, cval=np.nan)


@wrong("static indices as (column, row)", says="exchanged in the static indices")
class columns_first(Base):
    def setup(self, *args, **words):
        super().setup(*args, **words)
        self.h = self.h[[1, 0, 2]]


class Within(Base):
    """Whether a sample is inside is asked of its index; beyond the border its grey goes on."""

    def parts(self, params):
        at = (self.chain(params) @ self.h)[:2]
        inside = self.within(at, np.array(self.J.shape)[:, None]).all(axis=0)
        return at, ndimage.map_coordinates(self.J, at, order=1, mode="nearest") - self.I.ravel(), inside


@wrong("at least 0, below n - 1: the last sample is inside")
class half_open(Within):
    def within(self, at, n):
        return (at >= 0) & (at < n - 1)


@wrong("the last row and column are left out", says="left out: inside is 0 <= index <= n - 1")
class last_left_out(Within):
    def within(self, at, n):
        return (at >= 0) & (at < n - 2)


@wrong("the first row and column are left out", says="left out: inside is 0 <= index <= n - 1")
class first_left_out(Within):
    def within(self, at, n):
        return (at >= 1) & (at <= n - 1)


@wrong("inside up to n, not to n - 1", says="taken for inside: inside is 0 <= index <= n - 1")
class up_to_n(Within):
    def within(self, at, n):
        return (at >= 0) & (at < n)


@wrong("inside if the nearest sample is", says="taken for inside: inside is 0 <= index <= n - 1")
class nearest_inside(Within):
    def within(self, at, n):
        return (np.rint(at) >= 0) & (np.rint(at) < n)


@wrong("half a sample at the border is left out", says="left out: inside is 0 <= index <= n - 1")
class half_a_sample_in(Within):
    def within(self, at, n):
        return (at >= 0.5) & (at <= n - 1.5)


@wrong("where no sample falls inside, the distance is 0", says="one that leaves the picture. Return np.inf")
class nothing_is_best(Base):
    def distance(self, params):
        _at, d, inside = self.parts(params)
        return float(np.mean(d[inside] ** 2)) if inside.any() else 0.0


@wrong("where no sample falls inside, the distance is NaN", says="the distance is nan")
class nothing_is_nan(Base):
    def distance(self, params):
        _at, d, inside = self.parts(params)
        return float(np.mean(d[inside] ** 2))


@wrong("the distance is an array of one element", says="must be a number, got shape (1,)")
class one_element(Base):
    def distance(self, params):
        return np.array([super().distance(params)])


@wrong("the starting map is wiped out after use", says="setup changed its input")
class start_wiped(Base):
    def setup(self, transform, static, moving, S=None, M=None, start=None, **_):
        super().setup(transform, static, moving, S, M, None if start is None else np.array(start))
        if start is not None:
            start[:] = 0


@wrong("the pictures are scaled in place", says="setup changed its input")
class scaled_in_place(Base):
    def setup(self, transform, static, moving, static_grid2world=None, moving_grid2world=None, starting_affine=None, **_):
        super().setup(transform, static, moving, static_grid2world, moving_grid2world, starting_affine)
        if self.I.dtype == np.asarray(static).dtype:
            self.I /= self.I.max()


@wrong("params are moved on in place", says="distance_and_gradient changed its input")
class params_moved(Base):
    def distance_and_gradient(self, params):
        both = super().distance_and_gradient(params)
        params += 1
        return both


@wrong("the nearest sample", says="look it up linearly")
class nearest(Base):
    def looked_up(self, image, at):
        return ndimage.map_coordinates(image, at, order=0, cval=np.nan)


@wrong("translations only: the first two parameters are a shift")
class translations(Base):
    def slope(self, params, at, d, inside):
        g = np.zeros(len(params))
        s = np.stack([self.looked_up(s, at) for s in self.grads])
        g[:2] = 2 * (s * d).mean(axis=1)
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


@wrong("what was computed is kept by the parameters, a second setup notwithstanding")
class remembered(Base):
    kept = None

    def gradient(self, params):
        self.kept = self.kept or {}
        key = tuple(np.asarray(params, float))
        if key not in self.kept:
            self.kept[key] = super().gradient(params)
        return self.kept[key]


@wrong("a second setup without a starting map keeps the first one's")
class keeps_the_start(Base):
    def setup(self, transform, static, moving, static_grid2world=None, moving_grid2world=None, starting_affine=None, **_):
        start = getattr(self, "A", None) if starting_affine is None else starting_affine
        super().setup(transform, static, moving, static_grid2world, moving_grid2world, start)


@wrong("no moving grid: the static one is taken")
class static_grid_for_both(Base):
    def setup(self, transform, static, moving, static_grid2world=None, moving_grid2world=None, starting_affine=None, **_):
        moving_grid = static_grid2world if moving_grid2world is None else moving_grid2world
        super().setup(transform, static, moving, static_grid2world, moving_grid, starting_affine)


@wrong("the border itself is left out")
class border_left_out(Within):
    def within(self, at, n):
        return (at > 0) & (at < n - 1)


@wrong("what is black in the moving picture is taken for background")
class black_is_background(Base):
    def parts(self, params):
        at, d, inside = super().parts(params)
        return at, d, inside & (d + self.I.ravel() > 0)


@wrong("what is black in the static picture is taken for background")
class black_static(Base):
    def parts(self, params):
        at, d, inside = super().parts(params)
        return at, d, inside & (self.I.ravel() > 0)


@wrong("infinite where less than a quarter falls inside")
class little_is_nothing(Base):
    def distance(self, params):
        return super().distance(params) if self.parts(params)[2].mean() > 0.25 else np.inf


@wrong("the empty gradient has two numbers")
class two_zeros(Base):
    def gradient(self, params):
        return super().gradient(params) if self.parts(params)[2].any() else np.zeros(2)


@wrong("the first gradient, for ever")
class first_gradient(Base):
    first = None

    def gradient(self, params):
        if self.first is None or len(self.first) != len(params):
            self.first = super().gradient(params)
        return self.first


@wrong("looked up by cubic splines")
class cubic(Base):
    def looked_up(self, image, at):
        n = np.array(image.shape)[:, None] - 1
        inside = ((at >= 0) & (at <= n)).all(axis=0)
        return np.where(inside, ndimage.map_coordinates(image, at, order=3, mode="mirror"), np.nan)
