"""
The last stages of a registration: a similarity that is smooth in the parameters, and has no reason to prefer the grid.

A similarity that is sampled on the grid has its optimum where the two grids meet, since there nothing is interpolated
and nothing blurs. Here the samples are taken at random places, one in each of many equal cells, so that every fraction
of a sample is met, wherever the images are. Both images are cubic splines. A sample of the moving image adds to four
bins, so that the histogram has a derivative, and the chain rule leads from the measure to the parameters.

Parameters are replaced by others in which a step of one moves the samples by one voxel (root mean square): without
that, rotations about a far origin and translations are nearly the same, and the search creeps.
"""

from dataclasses import replace

import numpy as np
from scipy import ndimage

from coursereg.engines.histogram import binning
from coursereg.kernels import smooth_histogram as kernels
from coursereg.optimize.minimize import minimize
from coursereg.optimize.result import Result
from coursereg.similarity.measures import (
    Measure,
    MutualInformation,
    ParzenMutualInformation,
    SupervisedLikelihoodRatio,
)
from coursereg.space.resample import filled, spline_coefficients
from coursereg.space.transforms import Affine

BLURS = (2.0, 1.0, 0.0)  # voxels, stage by stage
BLURRED_BINS = 64  # at most, where images are blurred
SAMPLES = 2**16
CHUNKS = 8  # at most, of the samples, each with a histogram of its own
CHUNK_CELLS = 2**18  # of all these histograms together: they must stay in a processor's cache
ROUNDS = 4
NEAR = 0.02  # voxels
DOUBT = 0.01  # part of a model that says nothing
LEAST = 0.5  # of the weight at the start of a stage; with less, a trial leads away


def refine_transform(engine, T, start, progress):  # noqa: N803
    """
    Run the stages for an engine; T is set to the last one's optimum.

    The first and the last stage begin where their own similarity is largest: where the search or the stage before
    ended, or at ``start``. Return (name, Result) pairs.
    """
    scene = Scene(engine)
    stages = []
    known = [np.array(T.param, dtype=np.float64), start]
    blurs = BLURS if engine.similarity != "slr" else BLURS[-1:]  # a model is one of images that are not blurred
    for blur in blurs:
        stage = Stage(scene, engine, T, blur)
        if not stages or not blur:
            stage.choose(np.array(T.param, dtype=np.float64), *known)
        result = stage.run(progress)
        stages.append((f"refine, blurred by {blur:g} voxels" if blur else "refine", result))
    return stages


class Scene:
    """The two images in units of bins, and where the samples are: what all stages share."""

    def __init__(self, engine):
        self.static, self.moving = engine._static, engine._moving
        self.static_range, self.moving_range = engine._from_range, engine._to_range
        spacings = [self.static.spacing.mean(), self.moving.spacing.mean()]
        self.voxel = float(max(spacings))
        self.to_index = np.linalg.inv(self.moving.affine)
        self.static_known = self.static.known.astype(np.float32)
        self.moving_known = _inner(self.moving.known).astype(np.float32)
        self.places = _places(engine._block, self.static.known, np.random.default_rng(engine._seed))

    def images(self, blur, shape):
        """Return both images as splines, in units of so many bins, blurred by so many voxels."""
        out = []
        pictures = (self.static, self.static_range), (self.moving, self.moving_range)
        for (picture, (low, width, used)), bins in zip(pictures, shape, strict=True):
            image = binning.in_bins(filled(picture.data, picture.known), low, width, min(used, bins))
            if blur:
                image = ndimage.gaussian_filter(image, blur * self.voxel / picture.spacing)
            out.append(spline_coefficients(image))
        return out


class Stage:
    """One similarity, smooth in the parameters of a transform."""

    def __init__(self, scene, engine, T, blur):  # noqa: N803
        self.T, self.measure, self.value_of = T, smooth_measure(engine._measure), engine._value
        self.shape, self.ndim = engine._joint_hist.shape, engine.ndim
        self.analytic = isinstance(self.measure, Measure)
        if blur and self.analytic and engine.similarity != "slr":  # a blurred image has few grey values to tell apart
            self.shape = tuple(min(n, BLURRED_BINS) for n in self.shape)
            self.measure = type(self.measure)(self.shape)
        self.H = np.zeros(self.shape)
        static, self.moving = scene.images(blur, self.shape)
        self.scene, self.voxel = scene, scene.voxel
        places = np.ascontiguousarray(scene.places[:: 4 if blur else 1])
        looked = np.zeros((2, len(places), self.ndim + 1))
        values, weights = _look(static, scene.static_known, places, np.eye(self.ndim + 1), looked)
        whole = weights[:, 0] > 1 - 1e-6
        self.bins = np.clip(np.rint(values[whole, 0]), 0, self.shape[0] - 1).astype(np.int16)
        self.world = np.ascontiguousarray(scene.static.to_world(places[whole]))
        # kept from one evaluation to the next: fresh memory would cost as much as the look-ups
        self.looked = np.zeros((2, len(self.world), self.ndim + 1))
        self.force = np.empty(self.world.shape)
        self.parts = np.empty((chunks_of(self.H), *self.shape))
        self.least = 0.0

    def choose(self, *candidates):
        """Set T to the candidate with the largest similarity, among those that leave a good part of the overlap."""
        tried = [(self.similarity(param), self.H.sum(), k) for k, param in enumerate(candidates)]
        most = max(total for _, total, _ in tried)
        _, _, best = max(one for one in tried if one[1] >= LEAST * most)
        self.T.param = candidates[best]

    def run(self, progress):
        """Maximise the similarity from T on; set T, and return the Result in T's own parameters."""
        start = np.array(self.T.param, dtype=np.float64)
        W = self._whitened(start)
        if not self.bins.size or not W.size or not np.isfinite(self.similarity(start)):
            return _nothing(start, "too few samples of the images overlap to refine")
        self.least = LEAST * self.weights[:, 0].sum()

        def value_and_slope(z):
            value, slope = self.similarity_and_slope(start + W @ z, W)
            return -value, -slope

        first = value_and_slope(np.zeros(W.shape[1]))
        steep = float(np.linalg.norm(first[1]))
        if steep == 0:
            return _nothing(start, "the similarity does not change with the transform: there is nothing to climb")
        scale = 1 / steep  # the first step is then about one voxel long

        def cost(z):
            value, slope = value_and_slope(z)
            return scale * (value - first[0]), scale * slope

        found = self._climb(cost, W.shape[1], progress)
        x = start + W @ found.x
        self.T.param = x
        trace = [(start + W @ z, f / scale + first[0]) for z, f in found.trace]
        return replace(found, x=x, fun=found.fun / scale + first[0], trace=trace)

    @staticmethod
    def _climb(cost, n, progress):
        """
        Minimise; where the minimiser gives up at a kink, look around, and go on from a better place if there is one.

        A place with none better within `NEAR` voxels along any axis is an optimum, whatever the slope there is.
        """
        z, rounds = np.zeros(n), []
        for _ in range(ROUNDS):
            found = minimize(cost, z, "bfgs", jac=True, maxiter=100, gtol=1e-3, progress=progress)
            rounds.append(found)
            if found.success:
                break
            around = np.concatenate([found.x + NEAR * np.eye(n), found.x - NEAR * np.eye(n)])
            costs = [cost(z)[0] for z in around]
            found = replace(found, n_eval=found.n_eval + 2 * n)
            if min(costs) >= found.fun:
                reason = f"no step of {NEAR:g} voxel along any axis is better"
                rounds[-1] = replace(found, success=True, reason=reason)
                break
            z = around[int(np.argmin(costs))]
        counts = {name: sum(getattr(r, name) for r in rounds) for name in ("n_eval", "n_grad", "n_iter")}
        return replace(rounds[-1], trace=[entry for r in rounds for entry in r.trace], **counts)

    def similarity(self, param):
        """Return the similarity, -inf without overlap."""
        H = self._histogram(param)
        total = H.sum()
        if total <= max(self.least, 0.0):
            return -np.inf
        return self.measure.mean(H) if self.analytic else self.value_of(H)

    def similarity_and_slope(self, param, W):
        """Return the similarity and its derivative along the columns of W."""
        value = self.similarity(param)
        if not np.isfinite(value):
            return value, np.zeros(W.shape[1])
        if not self.analytic:
            steps = 0.1 * np.eye(W.shape[1])
            ends = [(self.similarity(param + W @ s), self.similarity(param - W @ s)) for s in steps]
            return value, np.array([(a - b) / 0.2 if np.isfinite(a - b) else 0.0 for a, b in ends])
        kernels.forces(self.bins, self.values, self.weights, self.measure.slope(self.H), self.force)
        return value, self._chain(param, self.force) @ W

    def _histogram(self, param):
        """Return the smooth joint histogram for parameters; keep it, and what was looked up."""
        self.T.param = param
        if isinstance(self.T, Affine):
            points, matrix = self.world, self.scene.to_index @ self.T.as_affine(ndim=self.ndim)
        else:
            points, matrix = self._apply(self.world), self.scene.to_index
        self.values, self.weights = _look(self.moving, self.scene.moving_known, points, matrix, self.looked)
        self.parts[:] = 0
        kernels.fill(self.bins, self.values, self.weights, self.parts)
        self.H = self.parts.sum(axis=0)
        return self.H

    def _apply(self, points):
        """Return world points taken through the transform."""
        return np.ascontiguousarray(self.T.apply(points.copy()), dtype=np.float64)

    def _chain(self, param, force):
        """Return the derivative with respect to the parameters from that with respect to the samples' indices."""
        to_index = self.scene.to_index
        if isinstance(self.T, Affine):
            out = np.zeros((CHUNKS, self.ndim, self.ndim + 1))
            kernels.moments(force, self.world, out)
            moment = to_index[:-1, :-1].T @ out.sum(axis=0)

            def moved():
                return float((self.T.as_affine(ndim=self.ndim)[:-1] * moment).sum())
        else:
            force = force @ to_index[:-1, :-1]

            def moved():
                return float((self._apply(self.world) * force).sum())

        slopes = np.empty(param.size)
        for k, step in enumerate(1e-3 * np.eye(param.size)):
            self.T.param = param + step
            ahead = moved()
            self.T.param = param - step
            slopes[k] = (ahead - moved()) / 2e-3
        self.T.param = param
        return slopes

    def _whitened(self, param):
        """Return W: each of its columns is a change of the parameters that moves the samples by a voxel (rms)."""
        few = self.world[:: max(1, len(self.world) // 500)]
        slopes = []
        for step in 1e-2 * np.eye(param.size):
            ends = []
            for p in (param + step, param - step):
                self.T.param = p
                ends.append(self._apply(few))
            slopes.append((ends[0] - ends[1]).ravel() / 2e-2)
        self.T.param = param
        J = np.array(slopes) / self.voxel
        sizes, directions = np.linalg.eigh(J @ J.T / max(len(few), 1))
        good = sizes > 1e-9 * max(sizes.max(), 1e-30)
        return directions[:, good] / np.sqrt(sizes[good])


def chunks_of(H):  # noqa: N803
    """Return into how many chunks the samples of a histogram of this size may be cut."""
    return min(max(CHUNK_CELLS // H.size, 2), CHUNKS) if H.size <= 2**22 else 1


def smooth_measure(measure):
    """
    Return the measure that a smooth histogram is given to in place of one of a histogram of counts.

    It is itself a Parzen estimate, so that mutual information needs no second blur. A model is blurred as the histogram
    is, and mixed with independence: a cell that the model holds impossible must not outweigh all others.
    """
    if isinstance(measure, ParzenMutualInformation):
        return MutualInformation(measure.shape)
    if not isinstance(measure, SupervisedLikelihoodRatio):
        return measure
    model = measure.dist / measure.dist.sum()
    for axis in (0, 1):
        model = ndimage.convolve1d(model, [1 / 6, 4 / 6, 1 / 6], axis=axis, mode="nearest")
    independent = model.sum(axis=1, keepdims=True) * model.sum(axis=0, keepdims=True)
    return SupervisedLikelihoodRatio(measure.shape, dist=(1 - DOUBT) * model + DOUBT * independent)


def _look(coefficients, known, points, matrix, out):
    """Return values and weights of an image at points of shape (N, D), each with its derivatives behind it."""
    kernel = kernels.look_2d if points.shape[1] == 2 else kernels.look_3d
    kernel(coefficients, known, np.ascontiguousarray(matrix), points, out[0], out[1])
    return out


def _inner(known):
    """Return the known samples whose neighbours are known, too, unless little would be left."""
    structure = np.ones([3 if n >= 8 else 1 for n in known.shape], bool)
    inner = ndimage.binary_erosion(known, structure)
    return inner if inner.sum() > 0.25 * known.sum() else known


def _places(block, known, rng):
    """Return random places, indices of shape (N, D): one in each of many equal cells of a block."""
    first = np.array([s.start for s in block], dtype=float)
    last = np.minimum([s.stop for s in block], known.shape) - 1.0
    length = last - first
    long = length > 0
    wanted = min(SAMPLES / max(known[block].mean(), 1e-9), 16 * SAMPLES)
    cells = np.ones(len(length), dtype=int)
    if long.any():
        per_unit = (wanted / length[long].prod()) ** (1 / long.sum())
        cells[long] = np.maximum(np.rint(length[long] * per_unit), 1).astype(int)
    index = np.indices(cells).reshape(len(cells), -1).T
    places = first + (index + rng.random(index.shape)) / cells * length
    near = tuple(np.rint(places).astype(int).T)
    return places[known[near]]


def _nothing(param, reason):
    """Return the Result of a stage that could not begin."""
    return Result(x=param, fun=np.inf, trace=[], n_eval=0, n_grad=0, n_iter=0, reason=reason, success=False)
