"""
Two images made ready for the fast search: single precision, NaN where unknown, and a pyramid of halved images.

A 2-D image becomes a volume of two equal planes, with all samples between them: then there is one set of kernels. Half
of the work is wasted, on images that are small.
"""

from dataclasses import dataclass, field
from functools import cached_property, partial

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
FAR = 3.0  # ranges of nearly all samples: what lies further away is cut off
SLAB = 16  # (even) planes of a very large image that are in single precision at a time
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
            ends = (low, (bins - 5) / (high - low), bins - 3 - MARGIN)
            out = np.empty(self.data.shape, np.float32)
            kernels.to_windows(self.data.reshape(-1), *map(np.float32, ends), out.reshape(-1))
            self.kept.clear()
            self.kept[bins] = out
        return self.kept[bins]


def volume_of(picture):
    """Return a `Volume` of a `coursereg.space.images.Picture`; if it is very large, of its halved version."""
    planes = 3 - picture.data.ndim
    if picture.data.size << planes > FINEST:
        half = _halved_in_slabs(picture)
        if half is not None:
            return _cooled(half)
    data = in_single(picture)(picture.data)
    if not picture.known.all():
        data[~picture.known] = np.nan
    return _cooled(Volume(with_planes(data), lifted(picture.affine), planes))


def _cooled(volume):
    """Cut off, in place, what lies far beyond nearly all samples: halving would smear a hot voxel over many."""
    low, high = volume.limits
    far = FAR * (high - low)
    if not low - far <= np.nanmin(volume.data) <= np.nanmax(volume.data) <= high + far:
        np.clip(volume.data, np.float32(low - far), np.float32(high + far), out=volume.data)
    return volume


def in_single(picture):
    """Return a function that copies samples in single precision; scaled if they would lose their differences in it."""
    data = picture.data
    if data.dtype.itemsize > 2:
        known = data if picture.known.all() else data[picture.known]
        low, high = float(known.min()), float(known.max())
        largest = max(abs(low), abs(high))
        if not 1 / LARGE < largest < LARGE or high - low < SMALL * largest:
            return partial(_scaled, low, high)
    return _single


def _single(data):
    with np.errstate(over="ignore"):  # of samples that are not known
        return data.astype(np.float32, order="C")


def _scaled(low, high, data):
    # halves, since the difference of two doubles may be infinite
    with np.errstate(over="ignore", invalid="ignore"):
        return ((data * np.float64(0.5) - low * 0.5) / (high * 0.5 - low * 0.5)).astype(np.float32)


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
    axes = [a + volume.planes for a in _to_halve(volume.spacing, volume.data.shape[volume.planes :])]
    if not axes:
        return None
    known = np.isfinite(volume.data)
    if known.all():
        half = _halve(volume.data, axes)
    else:
        total = _halve(np.where(known, volume.data, np.float32(0)), axes)
        half = _mean(total, _halve(known.astype(np.float32), axes))
    return None if half is None else Volume(half, _of_halved(volume.affine, axes), volume.planes)


def _halved_in_slabs(picture):
    """Return the same of a picture, of which only a part at a time is in single precision."""
    axes, planes = _to_halve(picture.spacing, picture.data.shape), 3 - picture.data.ndim
    if not axes:
        return None
    single, whole = in_single(picture), picture.known.all()
    total, weight, step = [], [], 2 if 0 in axes else 1
    for begin in range(0, len(picture.data), SLAB):
        # with two planes more on either side, which the halved ones at its ends need
        part = slice(max(begin - 2, 0), begin + SLAB + 2)
        mine = slice((begin - part.start) // step, (begin - part.start + SLAB) // step)
        values = np.ascontiguousarray(single(picture.data[part]))
        if not whole:
            values[~picture.known[part]] = 0
            weight.append(_halve(picture.known[part].astype(np.float32, order="C"), axes)[mine])
        total.append(_halve(values, axes)[mine])
    half = np.concatenate(total)
    if not whole:
        half = _mean(half, np.concatenate(weight))
    if half is None:
        return None
    return Volume(with_planes(half), lifted(_of_halved(picture.affine, axes)), planes)


def _to_halve(spacing, shape):
    """Return which axes are to be halved: the finest, if they are long."""
    return [a for a, s in enumerate(spacing) if s < ALIKE * spacing.min() and shape[a] >= LEAST_AXIS]


def _of_halved(affine, axes):
    """Return the matrix of an image whose axes are halved."""
    affine = affine.copy()
    for a in axes:
        affine[:, -1] += affine[:, a] / 2
        affine[:, a] *= 2
    return affine


def _mean(total, weight):
    """Return what is known of a halved image, NaN elsewhere; None if it is too little."""
    half = np.where(weight >= KNOWN, total / np.maximum(weight, np.float32(KNOWN)), np.float32(np.nan))
    return half if np.isfinite(half).sum() >= LEAST_KNOWN else None


def _halve(data, axes):
    for a in axes:
        shape = data.shape
        before, after = int(np.prod(shape[:a])), int(np.prod(shape[a + 1 :]))
        out = np.empty((*shape[:a], (shape[a] + 1) // 2, *shape[a + 1 :]), np.float32)
        kernels.halve(data.reshape(before, shape[a], after), out.reshape(before, out.shape[a], after))
        data = out
    return data
