"""
Mutual information of two volumes at one level of the pyramid, as a function of an affine map, with its derivatives.

The samples stand at random places of one image, one in each of many equal cells. On a grid, the samples of two images
of one spacing meet their neighbours at equal distances, the other image is blurred by the same amount everywhere, and
the measure prefers maps that shrink: 0.15 voxel with 32 bins. Random places and few bins bring that to 0.01.

A `View` samples one image and looks up the other one. A `Level` is the mean of one or several of them, so that both
images can be sampled, everywhere and within: then it hardly matters which one is called static.
"""

from itertools import pairwise

import numpy as np

from coursereg.kernels import affine_information as kernels

CHUNKS = 16  # of the samples, however many threads there are: so all of them give the same bits
SIX = np.array([[0, 1, 2], [1, 3, 4], [2, 4, 5]])
TEN = np.array([[0, 1, 2, 3], [1, 4, 5, 6], [2, 5, 7, 8], [3, 6, 8, 9]])
ROUNDING = 1e-6  # cells
RARE = 1e-9  # of a moving bin's counts: what an empty cell is said to hold, so that its logarithm is finite


class View:
    """
    Samples of one image, and the other image in which they are looked up.

    Parameters
    ----------
    sampled, other : Volume
        The images: static and moving, or, if `backward`, moving and static.
    bins : (int, int)
        Of the sampled and the other image.
    samples : int
        About how many; at most as many as voxels.
    rng : numpy.random.Generator
        Where in its cell each sample stands.
    keep : Region, optional
        Where samples may stand.
    backward : bool
        Maps are from static to moving all the same; here their inverse is looked up.
    """

    def __init__(self, sampled, other, bins, samples, rng, keep=None, backward=False):
        self.affine, self.world2other = sampled.affine, np.linalg.inv(other.affine)
        self.voxel, self.backward, self.shape = other.voxel, backward, bins
        self.points, self.bins = scattered(sampled, samples, bins[0], rng, keep)
        self.other = other.in_windows(bins[1])
        self.centre = self.points.mean(axis=1, dtype=np.float64) if self.bins.size else np.zeros(3)
        self.sizes = other.size / sampled.size

    def way(self, T):  # noqa: N803
        """Return the map of the look-up."""
        return np.linalg.inv(T) if self.backward else T

    def voxel_map(self, way):
        """Return the map between voxels, (..., 3, 4), of one between the worlds."""
        return (self.world2other @ way @ self.affine)[..., :3, :]

    def most(self, way):
        """Return the part of the samples that can lie in the other image: not all, if it is small or made small."""
        return np.minimum(1.0, self.sizes / np.abs(np.linalg.det(way[..., :3, :3])))

    def about_centre(self, way, steps):
        """Return changes of the world's map, (K, 4, 4), as changes of the twelve numbers, (K, 12)."""
        changes = self.voxel_map(-way @ steps @ way if self.backward else steps)
        changes[..., 3] += changes[..., :3] @ self.centre
        return changes.reshape(len(steps), 12)


class Level:
    """The mean mutual information of views of one pair of images, with the same numbers of bins, at one resolution."""

    def __init__(self, *views):
        self.views, self.voxel, self.shape = views, views[0].voxel, views[0].shape
        self.points = np.concatenate([v.points for v in views], axis=1) if len(views) > 1 else views[0].points
        self.bins = np.concatenate([v.bins for v in views]) if len(views) > 1 else views[0].bins
        self.ends = np.cumsum([0, *(v.bins.size for v in views)])
        self.n = n = int(self.ends[-1])
        others = {id(v.other): v.other for v in views}
        self.images = tuple(others.values()) * (3 - len(others))
        self.which = np.array([list(others).index(id(v.other)) for v in views])
        self.centres = np.array([v.centre for v in views], np.float32)
        self.inside = np.zeros(n, bool)
        self.tables = np.zeros((len(views) * CHUNKS, *self.shape), np.float32)
        self.value, self.slope = np.zeros(n, np.float32), np.zeros((3, n), np.float32)
        self.moments = np.zeros((len(self.tables), 12)), np.zeros((len(self.tables), 6, 10))
        self.evaluations = 0

    def similarity(self, T, frozen=False):  # noqa: N803
        """Return the mutual information under T, in nats; -inf if a view has no sample left."""
        self.evaluations += 1
        self.ways = [view.way(T) for view in self.views]
        maps = np.array([view.voxel_map(way) for view, way in zip(self.views, self.ways, strict=True)], np.float32)
        samples = self.points, self.bins, self.images, self.which, self.ends
        kernels.count_3d(*samples, maps, frozen, self.inside, self.tables, self.value, self.slope)
        self.joint = self._of_views(self.tables)
        return float(information(self.joint).mean())

    def _of_views(self, parts):
        """Return the sums of chunks, view by view."""
        return parts.reshape(len(self.views), CHUNKS, *parts.shape[1:]).sum(axis=1, dtype=np.float64)

    def _inside(self):
        """Return how many samples of each view lie in the other image."""
        return np.array([np.count_nonzero(self.inside[a:b]) for a, b in pairwise(self.ends)])

    @property
    def overlap(self):
        """Part of the samples that lie in the other image, of those that can; the least of the views."""
        most = np.array([view.most(way) for view, way in zip(self.views, self.ways, strict=True)])
        return float((self._inside() / (most * np.maximum(np.diff(self.ends), 1))).min())

    @property
    def chance(self):
        """Mutual information that unrelated images would have with so many samples: (S - 1) (M - 1) / 2 N."""
        return float(((self.shape[0] - 1) * (self.shape[1] - 1) / (2 * np.maximum(self._inside(), 1))).mean())

    def derivatives(self, curved=False):
        """
        Return the gradient by the twelve numbers of each view's map about its centre, and the Fisher matrix.

        At the map that `similarity` was last called with; the numbers are those of a (3, 4) matrix that acts on
        ``(place - centre, 1)``.
        """
        total = self.joint.sum(axis=(1, 2))
        column = self.joint.sum(axis=1, keepdims=True)
        with np.errstate(divide="ignore", invalid="ignore"):
            scores = np.log(np.maximum(self.joint / column, RARE))
        scores = np.where(column > 0, scores, 0).astype(np.float32)
        samples = self.points, self.bins, self.ends, self.value, self.slope
        kernels.collect_3d(*samples, scores, self.centres, curved, *self.moments)
        count = len(self.views)
        gradient = self._of_views(self.moments[0]) / (total[:, None] * count)
        if not curved:
            return gradient.ravel(), None
        products = self._of_views(self.moments[1]) / (total[:, None, None] * count)
        fisher = np.zeros((count, 12, count, 12))
        for k in range(count):
            fisher[k, :, k] = products[k][SIX[:, None, :, None], TEN[None, :, None, :]].reshape(12, 12)
        return gradient.ravel(), fisher.reshape(12 * count, 12 * count)

    def about_centres(self, steps):
        """Return changes of the world's map, (K, 4, 4), as changes of these numbers, (K, 12 V)."""
        return np.hstack([view.about_centre(way, steps) for view, way in zip(self.views, self.ways, strict=True)])


def information(joint):
    """Return the mutual information of tables (..., S, M), in nats; -inf if one is empty."""
    total = joint.sum(axis=(-2, -1), dtype=np.float64)

    def minus_entropy(counts, axes):
        return (counts * np.log(np.where(counts > 0, counts, 1))).sum(axis=axes, dtype=np.float64)

    with np.errstate(divide="ignore", invalid="ignore"):
        sums = (
            minus_entropy(joint, (-2, -1))
            - minus_entropy(joint.sum(axis=-2), -1)
            - minus_entropy(joint.sum(axis=-1), -1)
        )
        return np.where(total > 0, sums / total + np.log(total), -np.inf)[()]


def scattered(volume, samples, boxes, rng, keep=None):
    """
    Return places (3, N) in voxels, and the box of grey values at each.

    One place at random in each of equal cells, so that there are about so many that count: where the volume is known,
    and in the region to keep, if there is one.
    """
    region, into, last = np.zeros((0, 0, 0), bool), np.eye(4), np.array(volume.data.shape) - 1.0
    first = np.zeros(3)
    if keep is not None:
        region, into = keep.mask, keep.world2index @ volume.affine
        samples, scale = samples / keep.part, np.diag(into)[:3]
        first = np.maximum(first, (-0.5 - into[:3, 3]) / scale)
        last = np.minimum(last, (np.array(region.shape) - 0.5 - into[:3, 3]) / scale)
    axes = np.arange(volume.planes, 3)
    size = (last - first)[axes] * volume.spacing
    edge = (np.prod(size) / max(samples, 1)) ** (1 / len(axes))
    cells = np.ones(3, int)
    # a cell is a cube in the world, and never smaller than a voxel; rounding must not decide on their number
    cells[axes] = np.maximum(1, (size / np.maximum(edge, volume.spacing) + ROUNDING).astype(int))
    places = np.full((3, *cells), 0.5, np.float32)
    rng.random(dtype=np.float32, out=places[volume.planes :])
    low, high = volume.limits
    out = np.empty(cells.prod(), np.uint8)
    kernels.scatter_3d(
        volume.data,
        places,
        first.astype(np.float32),
        ((last - first) / cells).astype(np.float32),
        region,
        into[:3].astype(np.float32),
        np.float32(low),
        np.float32(boxes / (high - low)),
        boxes,
        out,
    )
    places, known = places.reshape(3, -1), np.flatnonzero(out != kernels.UNKNOWN)
    return (places, out) if known.size == out.size else (places.take(known, axis=1), out[known])
