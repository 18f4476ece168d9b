"""Where the object is, away from its rim."""

from typing import NamedTuple

import numpy as np
from scipy import ndimage

RIM = 0.08  # radii of the object: what is left out along its edge
LEAST = 0.2  # of the object must remain
BUSY_BORDER = 0.3  # part of the image's border that the object touches: then there is no background to tell it from
FEWEST = 100  # samples of an object that is worth a stage's look
CLASSES = 128  # of grey values, to find the background's
LARGEST = 2**18  # samples: on a larger image the halved one does as well


class Region(NamedTuple):
    """A part of an image, as a mask on a grid of its own, whose axes are those of the image."""

    mask: np.ndarray
    world2index: np.ndarray
    part: float  # of the mask that is True


def interior(pyramid, radius):
    """
    Return the `Region` inside the object of an image, or None if it has no dark background, or hardly an object.

    The edge of an object (a brain without its skull, a section on glass) is its strongest feature and often its least
    reliable one: where it runs is a matter of how the object was cut out.
    """
    volume = [v for v in pyramid if v.data.size <= LARGEST or v is pyramid[0]][-1]
    data = np.nan_to_num(volume.data, nan=-np.inf)
    low, high = volume.limits
    inside = data > (low + threshold(volume.thin, low, high)) / 2
    whole = inside.sum()
    if whole < FEWEST or _border(inside, volume.planes).mean() > BUSY_BORDER:
        return None
    spacing = np.linalg.norm(volume.affine[:3, :3], axis=0)
    for rim in (RIM, RIM / 2, 0.0):
        small = inside.view(np.uint8)
        for a in range(volume.planes, 3):
            width = min(round(rim * radius / spacing[a]), small.shape[a])
            if width:
                small = ndimage.minimum_filter1d(small, 2 * width + 1, axis=a, mode="nearest")
        if small.sum() >= LEAST * whole:
            break
    return _boxed(small.astype(bool), np.linalg.inv(volume.affine))


def _boxed(mask, world2index):
    """Return the `Region` of a mask, cut out along its bounding box."""
    ends = [np.flatnonzero(mask.any(axis=tuple(b for b in range(3) if b != a)))[[0, -1]] for a in range(3)]
    mask = np.ascontiguousarray(mask[tuple(slice(first, last + 1) for first, last in ends)])
    world2index = world2index.copy()
    world2index[:3, 3] -= [first for first, _ in ends]
    return Region(mask, world2index, float(mask.mean()))


def threshold(values, low, high):
    """Return the grey value between two that parts two classes best (Otsu 1979)."""
    edges = np.linspace(low, high, CLASSES + 1)
    box = np.clip((values - low) * (CLASSES / (high - low)), 0, CLASSES - 1).astype(np.uint8)
    count = np.bincount(box, minlength=CLASSES)
    p, centre = count / count.sum(), (edges[1:] + edges[:-1]) / 2
    below, mean = np.cumsum(p), np.cumsum(p * centre)
    between = (mean[-1] * below - mean) ** 2 / np.maximum(below * (1 - below), 1e-12)
    return float(edges[1:][np.argmax(between[:-1])])


def _border(mask, planes):
    faces = [np.take(mask, k, axis=a).ravel() for a in range(planes, 3) for k in (0, -1)]
    return np.concatenate(faces)
