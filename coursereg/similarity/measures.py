# ruff: noqa: D102  (what a method does stands in the base class)
"""
Measures for `coursereg.HistogramRegistration`: a number for a joint histogram, larger is better, and its derivative.

They have nipy's names and values: ``cc`` is the squared correlation, ``crl1`` a correlation ratio with absolute in
place of squared deviations; ``renormalize`` turns a mean per sample into a total log-likelihood. Unlike the functions
of `coursereg.similarity.joint`, which raise errors, they answer every histogram, with the limits that an engine needs
for images that are constant; an empty histogram is the engine's business.

A derivative with respect to the entries of the histogram has its shape. ``p = H / N``; a floor `TINY` stands in every
divisor and logarithm.
"""

from abc import ABC, abstractmethod

import numpy as np
from scipy import ndimage

from coursereg import _check

TINY = float(np.finfo(np.float64).tiny)
ROUNDING = 1e-14  # a rest below it is none
BLUR = 0.05  # of the number of bins: standard deviation of the Gaussians of the Parzen measures


class Measure(ABC):
    """
    A measure of joint histograms.

    Parameters
    ----------
    shape : (int, int)
        Bins of the static and of the moving image.
    renormalize : bool
        Total instead of mean, where the measure knows both.
    dist : ndarray of that shape, optional
        Model for the measures that need one.
    """

    def __init__(self, shape, renormalize=False, dist=None):
        self.shape, self.renormalize, self.dist = tuple(shape), renormalize, dist

    @abstractmethod
    def mean(self, H):
        """Return the value per sample, whatever `renormalize` says."""

    @abstractmethod
    def slope(self, H):
        """Return the derivative of `mean` with respect to each entry, shape of `H`."""

    def total(self, H):
        """Return the value as a total log-likelihood."""
        return float(H.sum()) * self.mean(H)

    def __call__(self, H):
        """Return the value of a joint histogram of shape `shape`."""
        return self.total(H) if self.renormalize else self.mean(H)


class _Explained(Measure):
    """A measure that says which part of the spread of the moving image is explained: 1 at the best."""

    def total(self, H):
        rest = 1 - self.mean(H)
        return abs(0.5 * float(H.sum()) * float(np.log(rest if rest > ROUNDING else TINY)))  # the log is at most 0


class CorrelationCoefficient(_Explained):
    """Squared correlation of the bins' numbers, 0 if an image is constant."""

    def _parts(self, H):
        n = H.sum()
        i, j = np.arange(H.shape[0], dtype=float)[:, None], np.arange(H.shape[1], dtype=float)[None, :]
        rows, columns = H.sum(axis=1), H.sum(axis=0)
        i, j = i - rows @ i[:, 0] / n, j - columns @ j[0] / n
        return i, j, float((H * i * j).sum()), float(rows @ i[:, 0] ** 2), float(columns @ j[0] ** 2)

    def mean(self, H):
        _, _, cov, var_i, var_j = self._parts(H)
        return float(min(cov**2 / max(var_i * var_j, TINY), 1.0))

    def slope(self, H):
        i, j, cov, var_i, var_j = self._parts(H)
        if var_i * var_j <= TINY:
            return np.zeros(H.shape)
        return 2 * cov / (var_i * var_j) * i * j - cov**2 / (var_i * var_j) * (i**2 / var_i + j**2 / var_j)


class CorrelationRatio(_Explained):
    """
    One minus the variance of moving given static, over its variance; 0 if moving is constant.

    nipy has 1 for a constant image, the best of all values: a search that lets the images slide apart, until one lies
    on the other's background, is then rewarded.
    """

    def _deviations(self, weights):
        """Return deviations of each column's number from each row's centre, shape of ``weights``."""
        j = np.arange(weights.shape[1], dtype=float)
        return (j - (weights @ j / np.maximum(weights.sum(axis=1), TINY))[:, None]) ** 2

    def _parts(self, H):
        within, around = self._deviations(H), self._deviations(H.sum(axis=0)[None, :])[0]
        return within, around, float((H * within).sum()), float(H.sum(axis=0) @ around)

    def mean(self, H):
        _, _, within, around = self._parts(H)
        return float(1 - within / around) if around > TINY else 0.0

    def slope(self, H):
        d_within, d_around, within, around = self._parts(H)
        if around <= TINY:
            return np.zeros(H.shape)
        return within / around**2 * d_around - d_within / around


class CorrelationRatioL1(CorrelationRatio):
    """As `CorrelationRatio` with absolute deviations from the median: the smallest bin that reaches half the weight."""

    def _deviations(self, weights):
        j = np.arange(weights.shape[1], dtype=float)
        past = np.cumsum(weights, axis=1)
        median = (past < 0.5 * past[:, -1:]).sum(axis=1)
        return abs(j - median[:, None])


class _Score(Measure):
    """The mean of a score ``log(q / (q_i q_j))`` over the samples."""

    @staticmethod
    def _score(q):
        """Return the score of each cell for a model q."""
        rows, columns = q.sum(axis=1, keepdims=True), q.sum(axis=0, keepdims=True)
        return np.log(np.maximum(q, TINY) / np.maximum(rows * columns, TINY))

    def mean(self, H):
        p = H / max(H.sum(), TINY)
        return float((p * self._score(self._model(p))).sum())

    @abstractmethod
    def _model(self, p):
        """Return the model for frequencies p; it sums to about one."""


class MutualInformation(_Score):
    """Mutual information in nats; the images are their own model."""

    def _model(self, p):
        return p

    def slope(self, H):
        n = max(H.sum(), TINY)
        score = self._score(H / n)
        return (score - (H * score).sum() / n) / n


class NormalizedMutualInformation(MutualInformation):
    """``2 - 2 H(I, J) / (H(I) + H(J))``, in [0, 1], never renormalised; 0 if both images are constant."""

    @staticmethod
    def _entropy(p):
        return -float((p * np.log(np.maximum(p, TINY))).sum())

    def mean(self, H):
        p = H / max(H.sum(), TINY)
        both = self._entropy(p.sum(axis=1)) + self._entropy(p.sum(axis=0))
        return float(2 * (1 - self._entropy(p) / max(both, TINY))) if both > 0 else 0.0

    def total(self, H):
        return self.mean(H)

    def slope(self, H):
        n = max(H.sum(), TINY)
        p = H / n
        entropies, parts = [], []
        for q in (p.sum(axis=1, keepdims=True), p.sum(axis=0, keepdims=True), p):
            entropies.append(self._entropy(q))
            parts.append(-(np.log(np.maximum(q, TINY)) + entropies[-1]) / n)
        both = entropies[0] + entropies[1]
        if both <= 0:
            return np.zeros(H.shape)
        return -2 * (parts[2] / both - entropies[2] / both**2 * (parts[0] + parts[1]))


class ParzenMutualInformation(_Score):
    """The score under the images' own joint histogram, blurred."""

    def _blur(self, x):
        return ndimage.gaussian_filter(x, sigma=[BLUR * n for n in x.shape], mode="constant")

    def _model(self, p):
        return self._blur(p)

    def slope(self, H):
        n = max(H.sum(), TINY)
        p = H / n
        q = self._blur(p)
        # The model follows the samples, too; the blur is its own transpose.
        rows = p.sum(axis=1, keepdims=True) / np.maximum(q.sum(axis=1, keepdims=True), TINY)
        columns = p.sum(axis=0, keepdims=True) / np.maximum(q.sum(axis=0, keepdims=True), TINY)
        change = self._score(self._model(p)) + self._blur(p / np.maximum(q, TINY) - rows - columns)
        change += self._of_the_sum(q)
        return (change - (p * change).sum()) / n

    def _of_the_sum(self, q):  # noqa: ARG002
        """Return what the division of the model by its sum adds to the derivative."""
        return 0.0


class DiscreteParzenMutualInformation(ParzenMutualInformation):
    """As `ParzenMutualInformation`, the blurred histogram brought back to a sum of one."""

    def _model(self, p):
        q = self._blur(p)
        return q / max(q.sum(), TINY)

    def _of_the_sum(self, q):
        return self._blur(np.ones(q.shape)) / max(q.sum(), TINY)


class SupervisedLikelihoodRatio(_Score):
    """The score under a known joint distribution of the two images."""

    def __init__(self, shape, renormalize=False, dist=None):
        if dist is None:
            msg = "slr measure requires a joint intensity distribution model, dist must be given"
            raise ValueError(msg)
        dist = _check.as_numbers("dist", dist).astype(np.float64)
        _check.finite("dist", dist)
        if dist.shape != tuple(shape):
            msg = f"dist must have one entry for each pair of bins, shape {tuple(shape)}, got {dist.shape}"
            raise ValueError(msg)
        if dist.min() < 0 or not dist.any():
            msg = f"dist must hold probabilities, none negative and not all 0, got a minimum of {dist.min():g}"
            raise ValueError(msg)
        super().__init__(shape, renormalize, dist)
        self._table = self._score(dist)

    def _model(self, p):  # noqa: ARG002
        return self.dist

    def mean(self, H):
        return float((H * self._table).sum() / max(H.sum(), TINY))

    def slope(self, H):
        n = max(H.sum(), TINY)
        return (self._table - (H * self._table).sum() / n) / n


MEASURES = {
    "slr": SupervisedLikelihoodRatio,
    "mi": MutualInformation,
    "nmi": NormalizedMutualInformation,
    "pmi": ParzenMutualInformation,
    "dpmi": DiscreteParzenMutualInformation,
    "cc": CorrelationCoefficient,
    "cr": CorrelationRatio,
    "crl1": CorrelationRatioL1,
}
