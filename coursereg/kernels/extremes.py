"""
Minimum and maximum of floating-point samples, in one pass. Letters: N samples.

Read as integers, the bits of positive floats are in the order of the floats; those of negative ones are in the
opposite order, which flipping all bits but the sign mends. Integers have no NaN, so the compiler compares several at
once, and a NaN or an infinity among the samples comes out as one of the extremes.
"""

import numpy as np

from coursereg._jit import kernel


def _examples():
    for dtype in (np.int32, np.int64):
        yield np.zeros(1, dtype), np.int64(1), np.zeros(2, dtype)


@kernel(examples=_examples)
def extremes(bits, flip, out):  # (N,) samples seen as integers, all bits but the sign, (2,)
    """As ``out[:] = samples.min(), samples.max()``, seen as integers, too."""
    lowest, highest = flip, ~flip
    for i in range(bits.size):
        bit = np.int64(bits[i])
        ordered = bit ^ ((bit >> 63) & flip)  # a shift by 63 leaves the sign in every bit
        lowest = min(lowest, ordered)
        highest = max(highest, ordered)
    out[0] = lowest ^ ((lowest >> 63) & flip)
    out[1] = highest ^ ((highest >> 63) & flip)
