"""What all metrics of affine registration share: which samples count, where they lie, and the chain to parameters."""

import numpy as np

from coursereg import _check
from coursereg._check import AffineInvalidValuesError, AffineInversionError
from coursereg.engines.affine.planes import as_places, lifted, with_planes
from coursereg.kernels import affine_samples as kernels
from coursereg.similarity.parzen import matrix_derivatives
from coursereg.space.affine_map import AffineMap
from coursereg.space.grid import as_affine
from coursereg.space.images import as_mask
from coursereg.space.sampling_points import sample_domain_regular

CHUNKS = 16  # of the samples, however many threads there are
CHUNK_CELLS = 2**20  # of the tables of all chunks together
LEAST_OVERLAP = 0.05  # of the smaller image: with less, a map is as bad as one that is none
ENOUGH = 4  # samples


class SampledMetric:
    """What the metrics have in common: the samples, the map, and the way from twelve numbers to the parameters."""

    def __init__(self, sampling_proportion=None):
        if sampling_proportion is not None:
            sampling_proportion = _check.number("sampling_proportion", sampling_proportion)
            if not 0 < sampling_proportion <= 1:
                msg = f"sampling_proportion must be more than 0 and at most 1, or None, got {sampling_proportion:g}"
                raise ValueError(msg)
        self.sampling_proportion = sampling_proportion
        self.metric_val, self.metric_grad = None, None
        self.static = self.moving = self.affine_map = self.samples = None
        self.ns = 0

    def setup(
        self,
        transform,
        static,
        moving,
        static_grid2world=None,
        moving_grid2world=None,
        starting_affine=None,
        static_mask=None,
        moving_mask=None,
    ):
        """
        Take the images that are to be compared.

        Parameters
        ----------
        transform : ParametricTransform
            Kind of map, see `coursereg.regtransforms`; any object with ``param_to_matrix`` and ``jacobian``.
        static, moving : array_like of shape (R, C) or (S, R, C)
            The images. What is NaN or infinite is not known.
        static_grid2world, moving_grid2world : array_like of shape (D + 1, D + 1), optional
            Matrices from indices to the world; by default the identity.
        starting_affine : array_like of shape (D + 1, D + 1), optional
            Map from the static to the moving world that is applied before the transform; by default the identity.
        static_mask, moving_mask : array_like of the images' shapes, optional
            Where they are not above 0, an image is not known.

        Raises
        ------
        TypeError
            If an image does not hold real numbers, or `transform` is no transform.
        ValueError
            If images, matrices, masks and transform are not of one dimension and shape, an image has no known sample or
            is constant where it is known, or a matrix is not an invertible affine one.
        """
        static, moving = _known_image("static", static, static_mask), _known_image("moving", moving, moving_mask)
        self.dim = dim = static.ndim
        if moving.ndim != dim:
            msg = f"images must have one number of dimensions, got static {static.shape}, moving {moving.shape}"
            raise ValueError(msg)
        self.transform = as_transform(transform, dim)
        matrices = {"static_grid2world": static_grid2world, "moving_grid2world": moving_grid2world}
        matrices["starting_affine"] = starting_affine
        for name, matrix in matrices.items():
            setattr(self, name, np.eye(dim + 1) if matrix is None else as_affine(name, matrix, dim))
        self.static, self.moving = static, moving
        self.affine_map = AffineMap(
            self.starting_affine, static.shape, self.static_grid2world, moving.shape, self.moving_grid2world
        )
        self._at = self._frame = None
        self._world2moving = np.linalg.inv(self.moving_grid2world)
        self._choose()
        self._take(self._static_values)

    def _choose(self):
        """Choose the samples that are known in both images."""
        places = self._places(self.static)
        values = self._values(self.static, places)
        used = np.isfinite(values)
        self.ns = int(np.count_nonzero(used))
        if self.ns < ENOUGH:
            msg = f"at least {ENOUGH} samples of static must be known, got {self.ns} of shape {self.static.shape}"
            raise ValueError(msg)
        self._least = LEAST_OVERLAP * min(self.ns, self._count_of_moving(used.mean()))
        points, weights = np.ascontiguousarray(as_places(places[used]).T, np.float32), np.empty(self.ns, np.float32)
        image = with_planes(np.where(np.isfinite(self.moving), 0, np.nan).astype(np.float32))
        kernels.known_3d(image, points, self._chain(np.eye(self.dim + 1)), np.empty(self.ns), weights)
        seen = weights > 0
        self._points, self._weights = np.ascontiguousarray(points[:, seen]), weights[seen]
        self._static_values = values[used][seen]
        self._overlaps = seen.sum() >= ENOUGH
        self._centre = self._points.mean(axis=1, dtype=np.float64) if seen.any() else np.zeros(3)

    def distance(self, params):
        """
        How bad the map with these parameters is.

        Parameters
        ----------
        params : array_like of shape (K,)
            Parameters of the transform.

        Returns
        -------
        float
            To be made small; +inf where the matrix is not finite or not invertible, or hardly anything overlaps.

        Raises
        ------
        ValueError
            If the number of parameters is wrong, or `setup` was not called.
        """
        self._go(params)
        return self._value

    def gradient(self, params):
        """
        Slope of the distance by each parameter.

        Parameters
        ----------
        params : array_like of shape (K,)
            Parameters of the transform.

        Returns
        -------
        ndarray of shape (K,)
            The exact derivative of `distance`; 0 where that is infinite.

        Raises
        ------
        ValueError
            If the number of parameters is wrong, or `setup` was not called.
        """
        params = self._go(params)
        if not np.isfinite(self._value):
            slope = np.zeros(params.size)
        else:
            force = np.zeros((self._chunks(1), 12))
            self._collect(self._frame, force)
            # what the twelve numbers of the map between indices, about the samples' centre, change by each parameter
            steps = matrix_derivatives(self.transform, params) @ self.starting_affine @ self.static_grid2world
            steps = lifted(self._world2moving @ steps, 0.0)[:, :3]
            steps[..., 3] += steps[..., :3] @ self._centre
            slope = steps.reshape(len(steps), 12) @ force.sum(axis=0)
        self._keep_gradient(slope)
        return slope

    def distance_and_gradient(self, params):
        """
        Both at once.

        Parameters
        ----------
        params : array_like of shape (K,)
            Parameters of the transform.

        Returns
        -------
        distance : float
            As of `distance`.
        gradient : ndarray of shape (K,)
            As of `gradient`.

        Raises
        ------
        ValueError
            If the number of parameters is wrong, or `setup` was not called.
        """
        return self.distance(params), self.gradient(params)

    def _places(self, static):
        """Return the samples' places as static indices, (N, D)."""
        if self.sampling_proportion is None:
            self.samples = None
            return np.indices(static.shape).reshape(static.ndim, -1).T
        k = int(np.ceil(1 / self.sampling_proportion))
        world = sample_domain_regular(k, static.shape, self.static_grid2world)
        self.samples = np.column_stack([world, np.ones(len(world))])
        return (self.samples @ np.linalg.inv(self.static_grid2world).T)[:, :-1]

    def _values(self, static, points):
        """Return the static image there; NaN where the nearest sample is not known."""
        if self.sampling_proportion is None:
            return static.ravel()
        last = np.array(static.shape) - 1
        nearest = static[tuple(np.clip(np.rint(points), 0, last).astype(np.intp).T)]
        out = np.empty(len(points))
        low, width = range_of(static)
        image = ((static - low) / width).astype(np.float32)
        places = np.ascontiguousarray(as_places(points).T, np.float32)
        kernels.known_3d(with_planes(image), places, np.eye(3, 4), out, np.empty(len(points), np.float32))
        return np.where(np.isfinite(nearest), low + width * out, np.nan)

    def _count_of_moving(self, part):
        """Return how many samples would lie in the moving image if all of it were covered."""
        volumes = [abs(np.linalg.det(m[:-1, :-1])) for m in (self.moving_grid2world, self.static_grid2world)]
        per_voxel = self.ns / max(part, 1e-9) / self.static.size
        return np.count_nonzero(np.isfinite(self.moving)) * volumes[0] / volumes[1] * per_voxel

    def _chunks(self, cells):
        return max(1, min(CHUNKS, self._weights.size, CHUNK_CELLS // cells))

    def _go(self, params):
        """Compute the distance at these parameters, unless it is that of the last call; return them as an array."""
        if self.affine_map is None:
            msg = "the metric has no images; call setup(transform, static, moving) first"
            raise ValueError(msg)
        params = np.array(_check.as_numbers("params", params, ndim=1), dtype=np.float64)
        if params.tobytes() != self._at:
            self._at = params.tobytes()
            self._frame = self._map(params)
            lost = self._frame is None or not self._overlaps
            self._value = np.inf if lost else float(self._compare(self._frame))
            self._keep_value(self._value)
        return params

    def _map(self, params):
        """Return the map (3, 4) between the volumes' indices, None if there is none."""
        matrix = np.asarray(self.transform.param_to_matrix(params), dtype=np.float64)
        try:
            with np.errstate(invalid="ignore", over="ignore"):
                self.affine_map.set_affine(matrix @ self.starting_affine)
        except (AffineInversionError, AffineInvalidValuesError):
            return None
        return self._chain(matrix)

    def _chain(self, matrix):
        """Return the map between the volumes' indices, of one of the static world after the starting map."""
        chain = self._world2moving @ matrix @ self.starting_affine @ self.static_grid2world
        return np.ascontiguousarray(lifted(chain, 1.0)[:3])

    def _keep_value(self, value):
        self.metric_val = value

    def _keep_gradient(self, slope):
        self.metric_grad = slope

    def _take(self, values):
        """Make the images ready, with the static values at the samples."""
        raise NotImplementedError

    def _compare(self, m):
        """Return the distance under a map."""
        raise NotImplementedError

    def _collect(self, m, out):
        """Write the twelve derivatives of the distance, chunk by chunk."""
        raise NotImplementedError


def as_transform(transform, dim):
    """Return the transform object if it is one of that dimension, or say what it is instead."""
    if isinstance(transform, type):
        msg = f"transform must be an object, got the class {transform.__name__}; call it: {transform.__name__}()"
        raise TypeError(msg)
    missing = [n for n in ("param_to_matrix", "get_dim", "get_identity_parameters") if not hasattr(transform, n)]
    if missing:
        msg = f"transform must have {', '.join(missing)}, as those of regtransforms have, got {transform!r}"
        raise TypeError(msg)
    if transform.get_dim() != dim:
        msg = f"transform must be one of {dim}-D images, got {type(transform).__name__} of {transform.get_dim()}-D"
        raise ValueError(msg)
    return transform


def _known_image(name, image, mask):
    """Return the image in floats, NaN where it is not known, or say that it is known nowhere."""
    image = _check.as_numbers(name, image, ndim=(2, 3))
    known = np.isfinite(image)
    if mask is not None:
        known &= as_mask(f"{name}_mask", mask, image.shape)
    if not known.any():
        msg = f"{name} must have a sample that is finite and not masked, got none among {image.size}"
        raise ValueError(msg)
    out = image if image.dtype in (np.float32, np.float64) else image.astype(np.float64)
    return np.ascontiguousarray(out) if known.all() else np.where(known, out, np.asarray(np.nan, out.dtype))


def range_of(values):
    """Return the lowest known value and the range."""
    low = float(np.nanmin(values))
    return low, float(np.nanmax(values)) - low


def refuse_constant(name, image):
    """Raise ValueError: an image without differences has nothing to align."""
    msg = f"{name} must not be constant where it is known, got {np.nanmin(image):g} everywhere"
    raise ValueError(msg)
