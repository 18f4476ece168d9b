"""
How alike two images are under an affine map, as a function of a transform's parameters, with the exact gradient.

All three have DIPY's protocol, as any object must that is to be the ``metric`` of `coursereg.AffineRegistration`:
``setup`` gets a transform and two images, ``distance``, ``gradient`` and ``distance_and_gradient`` get parameters. A
smaller distance is better.

Both images are sampled at places of the static one: all samples of its grid, or a part of them, each moved a little at
random. Only what is known counts: a sample that lies outside the moving image, where a mask is not above 0 or an image
is NaN, has no say. Which samples count, and how much at the rim, is settled in ``setup``, under the map with which the
search begins. Were it settled anew at each call, a search would find maps that get rid of samples: all measures prefer
to see less of a dull background. A sample that leaves what is known later sees the nearest known value.
"""

import numpy as np

from coursereg.engines.affine.planes import with_planes
from coursereg.engines.affine.sampled import SampledMetric, range_of, refuse_constant
from coursereg.kernels import affine_samples as kernels
from coursereg.similarity.parzen import PADDING, ParzenJointHistogram, compute_parzen_mi
from coursereg.space.resample import filled

FLAT = 1e-12  # a variance, of images of range 1, that is rounding


class MutualInformationMetric(SampledMetric):
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
                refuse_constant(name, getattr(self, name))
        bins = h.bin_normalize_static(values.astype(np.float64))
        self._bins = np.clip(bins, PADDING, h.nbins - 1 - PADDING).astype(np.uint16)
        moving = h.bin_normalize_moving(filled(self.moving, np.isfinite(self.moving)).astype(np.float64))
        self._image = with_planes(np.clip(moving, PADDING, h.nbins - PADDING).astype(np.float32))
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


class _MomentMetric(SampledMetric):
    """A distance made of six sums over pairs of grey values."""

    def _take(self, values):
        for name, image in (("static", self.static), ("moving", self.moving)):
            if not range_of(image)[1] > 0:
                refuse_constant(name, image)
        (low, self._scale), (moving_low, moving_scale) = self._ranges()
        self._static = ((values - low) / self._scale).astype(np.float32)
        moving = filled(self.moving, np.isfinite(self.moving))
        self._image = with_planes(((moving - moving_low) / moving_scale).astype(np.float32))
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
        return range_of(self.static), range_of(self.moving)

    def _of_moments(self, moments):
        s, v, ss, sv, vv = moments
        of_s, of_v, both = ss - s * s, vv - v * v, sv - s * v
        if min(of_s, of_v) < FLAT:
            return 0.0, np.zeros(3)
        width = np.sqrt(of_s * of_v)
        r = both / width
        by_both, by_v = -1 / width, r / (2 * of_v)  # derivatives of -r
        return -r, np.array([-s * by_both - 2 * v * by_v, by_both, by_v])
