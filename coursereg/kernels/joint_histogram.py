"""
Joint-histogram kernels. Letters: N samples, S static bins, M moving bins, B bins of one image.

Bins come first, as one array of small integers per image, made by `look_up` or `bin_equal_width`; counting then
needs neither the images' dtype nor their range. None is parallel: a kernel takes less than a nanosecond per sample, so
that waking other threads takes as long as the work. The caller bins the two images on two threads.
"""

import numpy as np

from coursereg._jit import kernel

BLOCK = 512  # samples that are binned in one go; small, so that few blocks have a doubtful sample


def _count_examples():
    for dtype in (np.uint8, np.uint16):
        yield np.zeros(1, dtype), np.zeros(1, dtype), np.zeros((1, 1), np.uint32)


@kernel(examples=_count_examples)
def count_pairs(static_bins, moving_bins, out):  # (N,), (N,), (S, M)
    """Add one to ``out[s, m]`` for every sample; bins must be below S and M."""
    for i in range(static_bins.size):
        out[static_bins[i], moving_bins[i]] += 1


@kernel()
def _bin_block(samples, edges, hair, out):
    """
    As ``out[:] = minimum(searchsorted(edges, samples, "right") - 1, B - 1)`` for equal widths.

    First by arithmetic, which the compiler turns into vector instructions. Where the quotient is closer to a
    whole number than ``hair``, which bounds the rounding, the edges decide in a second pass. Few samples need
    it: a flat background at one of the ends is exempt.
    """
    n = edges.size - 1
    low, high = edges[0], edges[n]
    scale = n / (high - low)
    exempt = low if edges[1] > low else np.nan  # narrow bins far from 0 may be rounded to nothing
    doubtful = 0
    for i in range(samples.size):
        x = np.float64(samples[i])
        quotient = (x - low) * scale
        b = np.int32(quotient)
        rest = quotient - b
        doubtful += ((rest < hair) | (rest > 1.0 - hair)) & (x != exempt) & (x != high)
        out[i] = min(b, n - 1)
    if doubtful > 0:
        for i in range(samples.size):
            x = np.float64(samples[i])
            b = np.int64(out[i])
            while b < n - 1 and x >= edges[b + 1]:
                b += 1
            while b > 0 and x < edges[b]:
                b -= 1
            out[i] = b


def _bin_examples():
    for samples in (np.float32, np.float64):
        for bins in (np.uint8, np.uint16):
            yield np.zeros(1, samples), np.array([0.0, 1.0]), 0.1, np.zeros(1, bins)


@kernel(examples=_bin_examples)
def bin_equal_width(samples, edges, hair, out):  # (N,), (B + 1,), bins, (N,)
    """As ``out[:] = minimum(searchsorted(edges, samples, "right") - 1, B - 1)``; samples in [edges[0], edges[B]]."""
    for start in range(0, samples.size, BLOCK):
        stop = min(start + BLOCK, samples.size)
        _bin_block(samples[start:stop], edges, hair, out[start:stop])


def _look_up_examples():
    for bins in (np.uint8, np.uint16):
        yield np.zeros(1, np.uint16), np.zeros(1, bins), np.zeros(1, bins)


@kernel(examples=_look_up_examples)
def look_up(levels, table, out):  # (N,), (L,), (N,)
    """As ``out[:] = table[levels]``."""
    for i in range(levels.size):
        out[i] = table[levels[i]]
