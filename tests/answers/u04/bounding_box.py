"""Answers to U04.bounding_box."""

import numpy as np

from answers import right, wrong


@right("np.nonzero, axis by axis, two lists")
def by_nonzero(mask):
    indices = np.nonzero(mask)
    return [int(k.min()) for k in indices], [int(k.max() - k.min()) + 1 for k in indices]


@right("np.argwhere and ptp, arrays")
def by_argwhere(mask):
    where = np.argwhere(mask)
    return where.min(0), np.ptp(where, axis=0) + 1


@right("projects on each axis")
def by_projection(mask):
    mask = np.asarray(mask, bool)
    corner, size = [], []
    for axis in range(mask.ndim):
        line = np.flatnonzero(mask.any(axis=tuple(k for k in range(mask.ndim) if k != axis)))
        corner.append(line[0])
        size.append(line[-1] - line[0] + 1)
    return tuple(corner), tuple(size)


@right("a loop over all pixels; size 0 for an empty mask; one array of two rows")
def by_loop(mask):
    mask = np.asarray(mask)
    lo, hi = [10**6] * mask.ndim, [-1] * mask.ndim
    for place in np.ndindex(mask.shape):
        if mask[place]:
            lo, hi = [min(a, b) for a, b in zip(lo, place, strict=True)], [max(a, b) for a, b in zip(hi, place, strict=True)]
    if hi[0] < 0:
        return [0] * mask.ndim, [0] * mask.ndim
    return np.array([lo, np.subtract(hi, lo) + 1])


@right("scipy.ndimage.find_objects")
def by_find_objects(mask):
    from scipy import ndimage

    box = ndimage.find_objects(np.asarray(mask).astype(int))[0]
    return tuple(s.start for s in box), tuple(s.stop - s.start for s in box)


def _ends(mask):
    where = np.argwhere(mask)
    return where.min(axis=0), where.max(axis=0)


@wrong("size is the largest index + 1: where the box ends", says="largest index + 1")
def end_as_size(mask):
    lo, hi = _ends(mask)
    return lo, hi + 1


@wrong("one pixel too few: largest - smallest", says="one pixel too few")
def short_by_one(mask):
    lo, hi = _ends(mask)
    return lo, hi - lo


@wrong("returns both corners", says="largest index instead of the size")
def two_corners(mask):
    return _ends(mask)


@wrong("(column, row) order", says="(column, row)")
def x_first(mask):
    lo, hi = _ends(mask)
    return lo[::-1], (hi - lo + 1)[::-1]


@wrong("only the corner is in (column, row) order")
def corner_x_first(mask):
    lo, hi = _ends(mask)
    return lo[::-1], hi - lo + 1


@wrong("two axes only")
def flat_only(mask):
    if np.ndim(mask) != 2:
        return (0, 0), np.shape(mask)[:2]
    return by_argwhere(mask)


@wrong("one pixel of air around the box")
def with_margin(mask):
    lo, hi = _ends(mask)
    return np.maximum(lo - 1, 0), hi - lo + 3


@wrong("the largest size for all axes: a square box")
def square_box(mask):
    lo, hi = _ends(mask)
    return lo, np.full(len(lo), (hi - lo + 1).max())


@wrong("counts the True rows and columns: holes make the box smaller")
def holes_shrink(mask):
    where = np.argwhere(mask)
    return where.min(axis=0), [len(np.unique(k)) for k in where.T]


@wrong("the frame instead of the mask", says="whole frame")
def frame(mask):
    return [0] * np.ndim(mask), np.shape(mask)


@wrong("first and last True pixel in reading order")
def reading_order(mask):
    where = np.argwhere(mask)
    first, last = where[0], where[-1]
    return np.minimum(first, last), np.abs(last - first) + 1


@wrong("an empty mask gets the whole frame")
def empty_is_all(mask):
    if not np.any(mask):
        return [0] * np.ndim(mask), np.shape(mask)
    return by_argwhere(mask)


@wrong("size is the number of True pixels")
def area(mask):
    lo, _ = _ends(mask)
    return lo, [int(np.sum(mask))] * len(lo)
