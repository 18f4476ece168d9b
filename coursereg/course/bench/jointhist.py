"""How much faster `coursereg.JointHist` is than `numpy.histogram2d`, on pictures of 1024 x 1024 pixels."""

import os
import statistics
import time

import numpy as np

from coursereg.course.handout import JointHist

TARGET = 20.0
"""Times faster than NumPy, for each dtype."""

_SIDE, _BINS, _ROUNDS = 1024, 256, 9


def pair(dtype):
    """
    Return two pictures with flat backgrounds, edges and noise, one a function of the other.

    Parameters
    ----------
    dtype : dtype
        ``uint8`` with all of 0 ... 255, or a float dtype with grey values in [0, 1].

    Returns
    -------
    tuple of two ndarray of shape (1024, 1024)
    """
    rng = np.random.default_rng(0)
    r, c = np.mgrid[-1 : 1 : _SIDE * 1j, -1 : 1 : _SIDE * 1j]
    disc = r**2 + c**2 < 0.7
    one = disc * (0.5 + 0.3 * np.sin(9 * r) * np.cos(7 * c) + 0.02 * rng.standard_normal(r.shape))
    other = disc * (1 - one) + 0.01 * disc * rng.standard_normal(r.shape)
    images = [np.clip(x - x.min(), 0, 1) / np.ptp(x).clip(1) for x in (one, other)]
    if np.dtype(dtype).kind == "u":
        images = [np.round(255 * x / x.max()) for x in images]
    return tuple(x.astype(dtype) for x in images)


def compare(dtype):
    """
    Return the median seconds of both functions, measured in turn.

    Parameters
    ----------
    dtype : dtype

    Returns
    -------
    tuple of (float, float)
        NumPy's and ours.

    Raises
    ------
    AssertionError
        If the two do not count the same.
    """
    I, J = pair(dtype)

    def theirs():
        return np.histogram2d(I.ravel(), J.ravel(), _BINS)[0]

    def ours():
        return JointHist(I, J, _BINS)

    np.testing.assert_array_equal(ours(), theirs())
    times = {theirs: [], ours: []}
    for _ in range(_ROUNDS):
        for function, seconds in times.items():
            begin = time.perf_counter()
            function()
            seconds.append(time.perf_counter() - begin)
    return statistics.median(times[theirs]), statistics.median(times[ours])


def main():
    """Print the table; return 1 if a ratio is below the target."""
    print(f"joint histogram of two {_SIDE} x {_SIDE} images, {_BINS} bins, {os.cpu_count()} processors;")
    print(f"medians of {_ROUNDS} rounds in turn; the counts are equal\n")
    print(f"{'dtype':<9}{'numpy.histogram2d':>18}{'JointHist':>12}{'ratio':>9}")
    slow = False
    for dtype in (np.uint8, np.float32, np.float64):
        theirs, ours = compare(dtype)
        slow |= theirs / ours < TARGET
        print(f"{np.dtype(dtype).name:<9}{1e3 * theirs:>15.1f} ms{1e3 * ours:>9.2f} ms{theirs / ours:>8.0f}x")
    print(f"\ntarget: at least {TARGET:.0f}x; {'MISSED' if slow else 'met'}")
    return 1 if slow else 0
