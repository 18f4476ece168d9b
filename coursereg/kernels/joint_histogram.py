"""
Joint-histogram kernels. Letters: N samples, S static bins, M moving bins, B bins of one image, K chunks of samples.

Bins come first, as one array of small integers per image, made by `look_up` or `bin_equal_width`; counting then needs
neither the images' dtype nor their range.
"""

import numpy as np

from coursereg._jit import kernel, prange

BLOCK = 512  # samples that are binned in one go; small, so that few blocks have a doubtful sample


@kernel()
def _count_chunk(static_bins, moving_bins, out):
    """Count the pairs of one chunk; inside the parallel loop of `count_pairs` these lines run half as fast."""
    rows, columns = out.shape
    for i in range(static_bins.size):
        s, m = static_bins[i], moving_bins[i]
        if s < rows and m < columns:
            out[s, m] += 1


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


def _count_examples():
    for dtype in (np.uint8, np.uint16):
        yield np.zeros(1, dtype), np.zeros(1, dtype), np.zeros((1, 1, 1), np.uint32)


@kernel(parallel=True, examples=_count_examples)
def count_pairs(static_bins, moving_bins, out):  # (N,), (N,), (K, S, M)
    """Add one to ``out[k, s, m]`` for every sample of chunk k; a sample with a bin that is too large is left out."""
    samples, chunks = static_bins.size, out.shape[0]
    for k in prange(chunks):
        first, last = samples * k // chunks, samples * (k + 1) // chunks
        _count_chunk(static_bins[first:last], moving_bins[first:last], out[k])


def _bin_examples():
    for dtype in (np.float32, np.float64):
        yield np.zeros(1, dtype), np.array([0.0, 1.0]), 0.1, np.zeros(1, np.uint16)


@kernel(parallel=True, examples=_bin_examples)
def bin_equal_width(samples, edges, hair, out):  # (N,), (B + 1,), bins, (N,)
    """As ``out[:] = minimum(searchsorted(edges, samples, "right") - 1, B - 1)``; samples in [edges[0], edges[B]]."""
    for k in prange((samples.size + BLOCK - 1) // BLOCK):
        start = k * BLOCK
        stop = min(start + BLOCK, samples.size)
        _bin_block(samples[start:stop], edges, hair, out[start:stop])


def _look_up_examples():
    yield np.zeros(1, np.uint16), np.zeros(1, np.uint16), np.zeros(1, np.uint16)


@kernel(parallel=True, examples=_look_up_examples)
def look_up(levels, table, out):  # (N,), (L,), (N,)
    """As ``out[:] = table[levels]``."""
    for i in prange(levels.size):
        out[i] = table[levels[i]]
