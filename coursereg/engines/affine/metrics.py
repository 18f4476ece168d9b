"""
How alike two images are under an affine map, as a function of a transform's parameters, with the exact gradient.

All three have DIPY's protocol, as any object must that is to be the ``metric`` of `coursereg.AffineRegistration`:
``setup`` gets a transform and two images, ``distance``, ``gradient`` and ``distance_and_gradient`` get parameters. A
smaller distance is better.

Both images are sampled at places of the static one: all samples of its grid, or a part of them, each moved a little at
random. Only what is known counts: a sample that lies outside the moving image, where a mask is 0 or an image is NaN,
has no say. Which samples count, and how much at the rim, is settled in ``setup``, under the map with which the search
begins. Were it settled anew at each call, a search would find maps that get rid of samples: all measures prefer
to see less of a dull background. A sample that leaves what is known later sees the nearest known value.
"""

import numpy as np

from coursereg import _check
from coursereg._check import AffineInvalidValuesError, AffineInversionError
from coursereg.kernels import affine_samples as kernels
from coursereg.similarity.parzen import PADDING, ParzenJointHistogram, compute_parzen_mi, matrix_derivatives
from coursereg.space.affine_map import AffineMap
from coursereg.space.grid import as_affine
from coursereg.space.resample import filled
from coursereg.space.sampling_points import sample_domain_regular

CHUNKS = 16  # of the samples, however many threads there are
CHUNK_CELLS = 2**20  # of the tables of all chunks together
LEAST_OVERLAP = 0.05  # of the smaller image: with less, a map is as bad as one that is none
ENOUGH = 4  # samples
FLAT = 1e-12  # a variance, of images of range 1, that is rounding


class _SampledMetric:
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
            Where they are 0, an image is not known.

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
        points, weights = np.ascontiguousarray(_as_places(places[used]).T, np.float32), np.empty(self.ns, np.float32)
        image = _with_planes(np.where(np.isfinite(self.moving), 0, np.nan).astype(np.float32))
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
            steps = _as_volume(self._world2moving @ steps, 0.0)[:, :3]
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
        low, width = _range(static)
        image = ((static - low) / width).astype(np.float32)
        places = np.ascontiguousarray(_as_places(points).T, np.float32)
        kernels.known_3d(_with_planes(image), places, np.eye(3, 4), out, np.empty(len(points), np.float32))
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
        return np.ascontiguousarray(_as_volume(chain, 1.0)[:3])

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


class MutualInformationMetric(_SampledMetric):
    """
    Minus the mutual information of two images, by smooth histograms, as in DIPY.

    Parameters
    ----------
    nbins : int, default: 32
        Bins of each image, at least 5; two at each end stay empty.
    sampling_proportion : float, optional
        Part of the samples that is compared, above 0 to 1, each moved a little at random. By default all of them, where
        they are.

    Attributes
    ----------
    histogram : ParzenJointHistogram
        With the probabilities of the last call.
    metric_val : float
        Mutual information of the last call, in nats: minus the distance.
    metric_grad : ndarray of shape (K,)
        Its gradient.
    static, moving : ndarray
        The images, NaN where they are not known.
    affine_map : AffineMap
        The map of the last call that was one, with the starting one before it.
    samples : ndarray of shape (N, D + 1) or None
        World coordinates (and a 1) of the samples; None if all are compared.
    ns : int
        Number of static samples that are known.

    Raises
    ------
    TypeError
        If `nbins` is not whole.
    ValueError
        If `nbins` is below 5, or `sampling_proportion` is out of range.

    See Also
    --------
    coursereg.AffineSSDMetric, coursereg.AffineCorrelationMetric : for images of one kind.
    coursereg.AffineRegistration : the search.

    Notes
    -----
    Under the map ``transform(params) @ starting_affine``. The bins span the range of the known samples. Samples on the
    grid itself meet those of the moving image at every whole shift, which then looks better than it is; moved ones
    never do. The gradient is exact: of the linear interpolation and the cubic windows. With
    free scales, the measure prefers maps that shrink, and see less of a dull background: by 0.4 % in a head at 2 mm,
    by 5 % in blurred blobs, where DIPY's does the same. `coursereg.register_affine` samples so that it does not.

    References
    ----------
    .. [1] D. Mattes, D. R. Haynor, H. Vesselle, T. K. Lewellen, W. Eubank, "PET-CT image registration in the chest
       using free-form deformations", IEEE Transactions on Medical Imaging 22(1):120-128, 2003.
       :doi:`10.1109/TMI.2003.809072`

    Examples
    --------
    >>> from coursereg import regtransforms, samples
    >>> metric = MutualInformationMetric(sampling_proportion=0.5)
    >>> metric.setup(regtransforms["TRANSLATION", 2], samples.brain(), samples.brain())
    >>> metric.distance([0, 0]) < metric.distance([0, 5]) < 0
    True
    """

    def __init__(self, nbins=32, sampling_proportion=None):
        super().__init__(sampling_proportion)
        self.nbins = nbins
        self.histogram = ParzenJointHistogram(nbins)

    def _take(self, values):
        h = self.histogram
        h.setup(self.static, self.moving)
        for name, delta in (("static", h.sdelta), ("moving", h.mdelta)):
            if not delta > 0:
                _refuse_constant(name, getattr(self, name))
        bins = h.bin_normalize_static(values.astype(np.float64))
        self._bins = np.clip(bins, PADDING, h.nbins - 1 - PADDING).astype(np.uint16)
        moving = h.bin_normalize_moving(filled(self.moving, np.isfinite(self.moving)).astype(np.float64))
        self._image = _with_planes(np.clip(moving, PADDING, h.nbins - PADDING).astype(np.float32))
        self._tables = np.empty((self._chunks(h.nbins**2), h.nbins, h.nbins))
        self._inside = np.empty(len(self._tables))

    def _compare(self, m):
        kernels.count_3d(self._points, self._weights, self._bins, self._image, m, self._tables, self._inside)
        joint, h = self._tables.sum(axis=0), self.histogram
        self._total = joint.sum()
        if self._inside.sum() < self._least:
            return np.inf
        h.joint = joint / self._total
        h.smarginal, h.mmarginal = h.joint.sum(axis=1), h.joint.sum(axis=0)
        self._information = compute_parzen_mi(h.joint, None, h.smarginal, h.mmarginal, None)
        return -self._information

    def _collect(self, m, out):
        h = self.histogram
        with np.errstate(divide="ignore", invalid="ignore"):
            scores = np.log(h.joint / h.mmarginal)  # rows keep their sums: the static marginal adds nothing
        scores = np.where(h.joint > 0, -scores / self._total, 0.0)
        kernels.collect_3d(self._points, self._weights, self._bins, self._image, m, scores, self._centre, out)

    def _keep_value(self, value):
        self.metric_val = -value

    def _keep_gradient(self, slope):
        self.metric_grad = -slope


class _MomentMetric(_SampledMetric):
    """A distance made of six sums over pairs of grey values."""

    def _take(self, values):
        for name, image in (("static", self.static), ("moving", self.moving)):
            if not _range(image)[1] > 0:
                _refuse_constant(name, image)
        (low, self._scale), (moving_low, moving_scale) = self._ranges()
        self._static = ((values - low) / self._scale).astype(np.float32)
        moving = filled(self.moving, np.isfinite(self.moving))
        self._image = _with_planes(((moving - moving_low) / moving_scale).astype(np.float32))
        self._sums = np.empty((self._chunks(1), 7))

    def _compare(self, m):
        kernels.sums_3d(self._points, self._weights, self._static, self._image, m, self._sums)
        total, *moments, inside = self._sums.sum(axis=0)
        if inside < self._least:
            return np.inf
        value, factors = self._of_moments(np.array(moments) / total)
        self._factors = factors / total
        return value

    def _collect(self, m, out):
        samples = self._points, self._weights, self._static
        kernels.collect_sums_3d(*samples, self._image, m, self._factors, self._centre, out)

    def _ranges(self):
        """Return (lowest value, range) with which each image is made small numbers."""
        raise NotImplementedError

    def _of_moments(self, moments):
        """Return the value and its derivatives by the means of v, sv and vv; those of s and ss never change."""
        raise NotImplementedError


class AffineSSDMetric(_MomentMetric):
    """
    Mean squared difference of two images.

    Parameters
    ----------
    sampling_proportion : float, optional
        Part of the samples that is compared, above 0 to 1, each moved a little at random. By default all of them, where
        they are.

    Attributes
    ----------
    metric_val : float
        The distance of the last call: the mean over the overlap, in squared grey values.
    metric_grad : ndarray of shape (K,)
        Its gradient.
    static, moving, affine_map, samples, ns
        As of `coursereg.MutualInformationMetric`.

    Raises
    ------
    ValueError
        If `sampling_proportion` is out of range.

    See Also
    --------
    coursereg.AffineCorrelationMetric : where brightness and contrast differ.
    coursereg.ssd : the measure of two arrays.

    Examples
    --------
    >>> from coursereg import regtransforms, samples
    >>> metric = AffineSSDMetric()
    >>> metric.setup(regtransforms["TRANSLATION", 2], samples.brain(), samples.brain())
    >>> metric.distance([0, 0]) < 1e-6 < metric.distance([0, 5])
    True
    """

    def _ranges(self):
        ends = np.concatenate([[np.nanmin(v), np.nanmax(v)] for v in (self.static, self.moving)])
        both = float(ends.min()), float(ends.max() - ends.min())
        return both, both

    def _of_moments(self, moments):
        _, _, ss, sv, vv = moments
        unit = self._scale**2
        return unit * max(ss - 2 * sv + vv, 0.0), unit * np.array([0.0, -2.0, 1.0])


class AffineCorrelationMetric(_MomentMetric):
    """
    Minus the correlation of two images.

    Parameters
    ----------
    sampling_proportion : float, optional
        Part of the samples that is compared, above 0 to 1, each moved a little at random. By default all of them, where
        they are.

    Attributes
    ----------
    metric_val : float
        The distance of the last call, -1 to 1: minus Pearson's correlation over the overlap; 0 if an image is constant
        there.
    metric_grad : ndarray of shape (K,)
        Its gradient.
    static, moving, affine_map, samples, ns
        As of `coursereg.MutualInformationMetric`.

    Raises
    ------
    ValueError
        If `sampling_proportion` is out of range.

    See Also
    --------
    coursereg.AffineSSDMetric : where grey values agree.
    coursereg.correlation : the measure of two arrays.

    Examples
    --------
    >>> from coursereg import regtransforms, samples
    >>> metric = AffineCorrelationMetric()
    >>> metric.setup(regtransforms["TRANSLATION", 2], samples.brain(), 3.0 * samples.brain() + 20)
    >>> round(metric.distance([0, 0]), 4)
    -1.0
    """

    def _ranges(self):
        return _range(self.static), _range(self.moving)

    def _of_moments(self, moments):
        s, v, ss, sv, vv = moments
        of_s, of_v, both = ss - s * s, vv - v * v, sv - s * v
        if min(of_s, of_v) < FLAT:
            return 0.0, np.zeros(3)
        width = np.sqrt(of_s * of_v)
        r = both / width
        by_both, by_v = -1 / width, r / (2 * of_v)  # derivatives of -r
        return -r, np.array([-s * by_both - 2 * v * by_v, by_both, by_v])


def as_transform(transform, dim):
    """Return the transform object if it is one of that dimension, or say what it is instead."""
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
        mask = _check.as_numbers(f"{name}_mask", mask)
        if mask.shape != image.shape:
            msg = f"{name}_mask must have the shape of {name}, {image.shape}, got {mask.shape}"
            raise ValueError(msg)
        known &= mask != 0
    if not known.any():
        msg = f"{name} must have a sample that is finite and not masked, got none among {image.size}"
        raise ValueError(msg)
    out = image if image.dtype in (np.float32, np.float64) else image.astype(np.float64)
    return np.ascontiguousarray(out) if known.all() else np.where(known, out, np.asarray(np.nan, out.dtype))


def _range(values):
    """Return the lowest known value and the range."""
    low = float(np.nanmin(values))
    return low, float(np.nanmax(values)) - low


def _refuse_constant(name, image):
    msg = f"{name} must not be constant where it is known, got {np.nanmin(image):g} everywhere"
    raise ValueError(msg)


def _with_planes(image):
    """Return a volume: a 2-D image twice, so that its samples can lie half way between."""
    return np.ascontiguousarray(image if image.ndim == 3 else np.stack([image, image]))


def _as_places(points):
    """Return points (N, D) as places (N, 3) in such a volume."""
    return points if points.shape[1] == 3 else np.insert(points.astype(np.float64), 0, 0.5, axis=1)


def _as_volume(matrix, one):
    """Return matrices of 2-D maps as those of volumes; ``one`` is 1 for a map, 0 for a derivative."""
    if matrix.shape[-1] == 4:
        return np.array(matrix)
    out = np.zeros((*matrix.shape[:-2], 4, 4))
    out[..., 1:, 1:], out[..., 0, 0] = matrix, one
    return out
