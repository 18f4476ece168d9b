"""
Two images made ready for the fast search: single precision, NaN where unknown, and a pyramid of halved images.

A 2-D image becomes a volume of two equal planes, with all samples between them: then there is one set of kernels. Half
of the work is wasted, on images that are small.
"""

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from coursereg.engines.affine.planes import lifted, with_planes
from coursereg.kernels import affine_information as kernels

LEAST_AXIS = 32  # samples; a shorter axis is not halved
ALIKE = 1.5  # axes are halved together if their spacings differ by less than this factor
MOST_LEVELS = 8
LARGE = 1e30  # grey values; what is smaller than its reciprocal is too small
LEAST_KNOWN = 200  # samples; an image of which less is known is not halved
KNOWN = 0.25  # of the weight of a halved sample must come from known ones
SMALL = 1e-3  # of the largest value: the range of grey values that single precision still resolves well
TAIL = 0.05  # per cent
MARGIN = 1e-3  # bins
FINEST = 2**21  # samples; what is larger is only halved: a fiftieth of its halved version's voxel is all that is lost


@dataclass(frozen=True)
class Volume:
    """An image as the kernels want it."""

    data: np.ndarray  # (P, R, C), float32, NaN where unknown
    affine: np.ndarray  # (4, 4), indices to the world
    planes: int  # how many leading axes are there only to make a volume: 0 or 1
    kept: dict = field(default_factory=dict, repr=False)  # the image in units of bins: levels share it

    @property
    def spacing(self):
        """Distance of neighbouring samples along each axis of the image."""
        return np.linalg.norm(self.affine[:3, self.planes : 3], axis=0)

    @property
    def voxel(self):
        """Edge of a cube (or square) as large as a voxel."""
        return float(np.prod(self.spacing) ** (1 / len(self.spacing)))

    @property
    def size(self):
        """Volume (or area) of the image in the world."""
        return float(np.prod(self.spacing * np.array(self.data.shape[self.planes :])))

    @cached_property
    def thin(self):
        """Known grey values of about 130 000 samples, or of all if there are fewer."""
        step = max(1, round((self.data.size / 2**17) ** (1 / 3)))
        thin = self.data[::step, ::step, ::step]
        known = thin[np.isfinite(thin)]
        return known if known.size >= LEAST_KNOWN else self.data[np.isfinite(self.data)]

    @cached_property
    def limits(self):
        """Grey values between which nearly all samples lie: a hot voxel must not empty a table."""
        low, high = np.percentile(self.thin, (TAIL, 100 - TAIL))
        if high > low:
            return float(low), float(high)
        return float(np.nanmin(self.data)), float(np.nanmax(self.data))

    def in_windows(self, bins):
        """Return the image in units of bins, from 2 to almost bins - 3: a window reaches one bin down and two up."""
        if bins not in self.kept:
            low, high = self.limits
            out = self.data - np.float32(low)
            out *= np.float32((bins - 5) / (high - low))
            out += np.float32(2)
            self.kept.clear()
            self.kept[bins] = np.clip(out, np.float32(2), np.float32(bins - 3 - MARGIN), out=out)
        return self.kept[bins]


def volume_of(picture):
    """Return a `Volume` of a `coursereg.space.images.Picture`."""
    data = single(picture)
    if not picture.known.all():
        data[~picture.known] = np.nan
    planes = 3 - data.ndim
    return Volume(with_planes(data), lifted(picture.affine), planes)


def single(picture):
    """Return the samples in single precision, as a copy; scaled if they would lose their differences in it."""
    data = picture.data
    if data.dtype.itemsize > 2:
        known = data if picture.known.all() else data[picture.known]
        low, high = float(known.min()), float(known.max())
        largest = max(abs(low), abs(high))
        if not 1 / LARGE < largest < LARGE or high - low < SMALL * largest:
            # halves, since the difference of two doubles may be infinite
            with np.errstate(over="ignore", invalid="ignore"):
                return ((data * np.float64(0.5) - low * 0.5) / (high * 0.5 - low * 0.5)).astype(np.float32)
    with np.errstate(over="ignore"):  # of samples that are not known
        return data.astype(np.float32)


def pyramid(volume):
    """Return the volume, unless it is very large, and its halved versions, the smallest first."""
    out = [volume]
    while len(out) < MOST_LEVELS:
        smaller = _halved(out[-1])
        if smaller is None:
            break
        out.append(smaller)
    fit = [v for v in out if v.data.size <= FINEST]
    return (fit or out[-1:])[::-1]


def pyramids(static, moving):
    """Return the pyramids of both, of one height: the lower one begins with its smallest image several times."""
    low, high = pyramid(static), pyramid(moving)
    height = max(len(low), len(high))
    return [low[:1] * (height - len(low)) + low, high[:1] * (height - len(high)) + high]


def _halved(volume):
    """Return the volume, its finest axes halved, or None if they are all short or too little would be known."""
    data, spacing = volume.data, volume.spacing
    axes = [
        a + volume.planes
        for a, s in enumerate(spacing)
        if s < ALIKE * spacing.min() and data.shape[a + volume.planes] >= LEAST_AXIS
    ]
    if not axes:
        return None
    affine = volume.affine.copy()
    for a in axes:
        affine[:, 3] += affine[:, a] / 2
        affine[:, a] *= 2
    known = np.isfinite(data)
    if known.all():
        return Volume(_halve(data, axes), affine, volume.planes)
    weight = _halve(known.astype(np.float32), axes)
    total = _halve(np.where(known, data, np.float32(0)), axes)
    half = np.where(weight >= KNOWN, total / np.maximum(weight, np.float32(KNOWN)), np.float32(np.nan))
    if np.isfinite(half).sum() < LEAST_KNOWN:
        return None
    return Volume(half, affine, volume.planes)


def _halve(data, axes):
    for a in axes:
        shape = data.shape
        before, after = int(np.prod(shape[:a])), int(np.prod(shape[a + 1 :]))
        out = np.empty((*shape[:a], (shape[a] + 1) // 2, *shape[a + 1 :]), np.float32)
        kernels.halve(data.reshape(before, shape[a], after), out.reshape(before, out.shape[a], after))
        data = out
    return data
