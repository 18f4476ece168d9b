"""How long a registration will take on this machine, and how much memory."""

import time
from typing import NamedTuple

import numpy as np

from coursereg import _check
from coursereg.engines.affine import fast
from coursereg.engines.affine.information import Level, View
from coursereg.engines.affine.pyramid import FINEST, LEAST_AXIS, pyramid, volume_of
from coursereg.space.images import Picture

TRIAL = 48  # samples along each axis of the images that are tried
COARSE_EVALUATIONS, MIDDLE_EVALUATIONS, LAST_EVALUATIONS = 60, 6, 7  # as most registrations of heads need
BYTES = 4 + 4 + 1  # a sample in single precision, in units of bins, and whether it is known in its halved image
TABLES = 2**24  # bytes: samples, tables, what one slice of a computation needs


class AffineEstimate(NamedTuple):
    """What a registration will need; both numbers are right within a factor of about two."""

    seconds: float
    memory: int


def estimate_affine(static_shape, moving_shape):
    """
    Time and memory that `register_affine` will need on this machine, without doing it.

    Parameters
    ----------
    static_shape, moving_shape : sequence of 2 or 3 int
        Shapes of the images.

    Returns
    -------
    seconds : float
        Time with the defaults, when the kernels are compiled (see `warmup`).
    memory : int
        Bytes at the peak, besides the two images.

    Raises
    ------
    TypeError
        If a shape does not hold whole numbers.
    ValueError
        If a shape does not have 2 or 3 entries, of at least 2, or the shapes not the same number.

    Notes
    -----
    The work per sample and per voxel is measured on a small random image, which takes a tenth of a second; how many
    samples and steps there will be is known from experience.

    Examples
    --------
    >>> small, large = estimate_affine((64, 64, 64), (64, 64, 64)), estimate_affine((512, 512, 300), (512, 512, 300))
    >>> small.seconds < large.seconds and small.memory < large.memory
    True
    """
    sizes, levels = [], 1
    for name, shape in (("static_shape", static_shape), ("moving_shape", moving_shape)):
        if np.ndim(shape) != 1 or len(shape) not in (2, 3):
            msg = f"{name} must have 2 or 3 numbers, got {shape!r}"
            raise ValueError(msg)
        shape = [_check.whole(f"each entry of {name}", n, lowest=2) for n in shape]
        sizes.append(int(np.prod(shape, dtype=object)) * (2 if len(shape) == 2 else 1))
        levels = max(levels, 1 + int(np.log2(max(shape) / LEAST_AXIS)) if max(shape) >= LEAST_AXIS else 1)
    if len(static_shape) != len(moving_shape):
        msg = f"the shapes must have as many numbers, got {tuple(static_shape)} and {tuple(moving_shape)}"
        raise ValueError(msg)
    per_voxel, per_sample = _measured()
    samples = COARSE_EVALUATIONS * fast.COARSE_SAMPLES + LAST_EVALUATIONS * 4 * fast.LAST_SAMPLES
    samples += max(levels - 2, 0) * MIDDLE_EVALUATIONS * fast.MIDDLE_SAMPLES
    seconds = per_voxel * sum(sizes) + per_sample * samples
    dims = len(static_shape)
    return AffineEstimate(seconds, sum(size + BYTES * _searched(size, dims) for size in sizes) + TABLES)


def _searched(size, dims):
    """Return how many samples the finest image has that is searched: a very large one is halved."""
    while size > FINEST:
        size >>= dims
    return size


def _measured():
    """Return the seconds per voxel of making images ready, and per sample of an evaluation with its slope."""
    data = np.random.default_rng(0).random((TRIAL,) * 3)
    picture = Picture(data, np.eye(4), np.ones(data.shape, bool))
    level, best = None, [np.inf, np.inf]
    for _ in range(3):  # the first one may compile
        begin = time.perf_counter()
        volumes = pyramid(volume_of(picture))
        volumes[-1].in_windows(fast.LAST[1])
        ready = time.perf_counter()
        level = Level(View(volumes[-1], volumes[-1], fast.LAST, fast.LAST_SAMPLES, np.random.default_rng(0)))
        middle = time.perf_counter()
        level.similarity(np.eye(4))
        level.derivatives(curved=True)
        taken = ready - begin, time.perf_counter() - middle
        best = [min(a, b) for a, b in zip(best, taken, strict=True)]
    return best[0] / data.size, best[1] / level.n
