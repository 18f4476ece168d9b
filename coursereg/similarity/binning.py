"""
From grey values to bins, and from two arrays of bins to their joint histogram.

Bins given as a number are equally wide, from the image's own minimum to its maximum, the last one closed. The
counts are those of `numpy.histogram2d`, sample for sample, also for values on an edge: the edges are the same
floating-point numbers, and the edges decide. What NumPy cannot do is done as well: grey values beyond 2**53,
ranges beyond the largest or below the smallest normal double, float16 (whose edges are doubles here).
"""

from concurrent.futures import Future
from threading import Thread

import numpy as np

from coursereg import _check
from coursereg.kernels.extremes import extremes
from coursereg.kernels.joint_histogram import bin_equal_width, count_pairs, look_up

MAX_BINS = 32767
MAX_CELLS = 2**26  # half a gigabyte of doubles
DEFAULT_BINS = 64
MOST_LEVELS = 256  # of an integer image that gets one bin per grey level
MANY = 2**18  # samples for which a second thread pays
EXACT = 2**53  # beyond, not every integer is a double


def joint_histogram(names, static, moving, bins):
    """Return the joint histogram of two images of one shape as floats (S, M); ``bins`` as in `coursereg.JointHist`."""
    pair = split_bins(bins)
    if static.dtype.itemsize == 1 and moving.dtype.itemsize == 1:
        return _joint_histogram_of_bytes(names, (static, moving), pair)
    edge_dtype = np.float32 if np.result_type(static, moving) == np.float32 else np.float64
    jobs = [(name, image, b, edge_dtype) for name, image, b in zip(names, (static, moving), pair, strict=True)]
    both = _in_turn if static.size < MANY else _on_two_threads
    (one, rows), (other, columns) = both(bin_samples, *jobs)
    return count(one, other, (rows, columns))


def split_bins(bins):
    """Return the checked ``bins`` of each of two images: None, a count or an array of edges."""
    one, other = bins if isinstance(bins, list | tuple | np.ndarray) and len(bins) == 2 else (bins, bins)
    return _bins(one), _bins(other)


def bin_samples(name, image, bins, edge_dtype=np.float64):
    """
    Return the bin of each sample of an image, shape (N,), and the number of bins; NaN is an error.

    The bins are uint8, if that is enough, or uint16.
    """
    samples = image.ravel()
    if samples.dtype.kind == "f":
        return _bin_floats(name, samples, bins, edge_dtype)
    low, high = int(samples.min()), int(samples.max())
    if high - low < 2**16:
        table, n = _bins_of_levels(name, low, high, bins, edge_dtype)
        levels = samples.astype(np.uint16) - np.uint16(low % 2**16)  # right modulo 2**16, whatever wraps
        out = np.empty(levels.size, table.dtype)
        look_up(levels, table, out)
        return out, n
    if not _is_edges(bins) and max(-low, high) > EXACT:
        samples = samples.astype(np.uint64) - np.uint64(low % 2**64)  # right modulo 2**64
    return _bin_floats(name, samples.astype(np.float64), bins, np.float64)


def count(static_bins, moving_bins, shape):
    """Return the joint histogram of two unsigned arrays of bins, all below the entries of ``shape``."""
    if shape[0] * shape[1] > MAX_CELLS:
        msg = f"a joint histogram must have at most {MAX_CELLS} cells, got {shape[0]} x {shape[1]} bins"
        raise ValueError(msg)
    dtype = np.promote_types(static_bins.dtype, moving_bins.dtype)
    one, other = (_plain(bins.astype(dtype, copy=False)) for bins in (static_bins, moving_bins))
    out = np.zeros(shape, np.uint32 if one.size < 2**32 else np.uint64)
    count_pairs(one, other, out)
    return out.astype(np.float64)


def _in_turn(function, first, second):
    """Return ``function(*first), function(*second)``."""
    return function(*first), function(*second)


def _on_two_threads(function, first, second):
    """As `_in_turn`, side by side. The thread is new for each call: one that is kept would not survive a fork."""
    later = Future()

    def work():
        try:
            later.set_result(function(*second))
        except Exception as error:  # raised below, after an error of the first
            later.set_exception(error)

    thread = Thread(target=work)
    thread.start()
    try:
        return function(*first), later.result()
    finally:
        thread.join()


def _joint_histogram_of_bytes(names, images, bins):
    """
    As `joint_histogram` of two 8-bit images, in one pass over the samples.

    Grey levels are counted first, 256 by 256, which also tells which ones occur; then levels are gathered into bins.
    """
    counts = count(*(_bytes(image) for image in images), (256, 256))
    for axis, (name, image, b) in enumerate(zip(names, images, bins, strict=True)):
        used = np.flatnonzero(counts.any(axis=1 - axis)).tolist()
        first = -128 if image.dtype == np.int8 else 0
        table, n = _bins_of_levels(name, used[0] + first, used[-1] + first, b, np.float64)
        lines = counts if axis == 0 else counts.T
        lines = _gather(lines[used[0] : used[-1] + 1], table, n)
        counts = lines if axis == 0 else lines.T
    return np.ascontiguousarray(counts)


def _gather(counts, table, n):
    """Return ``out[b]``, the sum of the rows of ``counts`` whose entry in the increasing ``table`` is b, b < n."""
    if n == len(table) and table[0] == 0 and (np.diff(table) == 1).all():
        return counts
    until = np.zeros((len(counts) + 1, counts.shape[1]))  # differences of running sums, which are whole and thus exact
    np.cumsum(counts, axis=0, out=until[1:])
    return np.diff(until[np.searchsorted(table, np.arange(n + 1))], axis=0)


def _bytes(image):
    """Return an 8-bit image as grey levels 0 to 255, flat; the levels of int8 go up by 128."""
    flat = image.ravel().view(np.uint8)
    return flat ^ np.uint8(128) if image.dtype == np.int8 else flat


def _bins(bins):
    """Return the checked ``bins`` of one image."""
    if bins is None:
        return None
    if not isinstance(bins, list | tuple | np.ndarray) or np.ndim(bins) == 0:
        n = _check.whole("bins", bins, lowest=1)
        if n > MAX_BINS:
            msg = f"bins must be at most {MAX_BINS} for each image, got {n}"
            raise ValueError(msg)
        return n
    edges = _check.as_numbers("edges of bins", bins, ndim=1).astype(np.float64)
    _check.finite("edges of bins", edges)
    if not 2 <= edges.size <= MAX_BINS + 1 or (np.diff(edges) <= 0).any():
        msg = f"edges of bins must be 2 to {MAX_BINS + 1} increasing numbers, got {np.array2string(edges, threshold=8)}"
        raise ValueError(msg)
    return edges


def _bin_dtype(n):
    return np.uint8 if n <= 256 else np.uint16


def _is_edges(bins):
    return isinstance(bins, np.ndarray)


def _bins_of_levels(name, low, high, bins, edge_dtype):
    """Return the bin of each integer from ``low`` to ``high``, shape (high - low + 1,), and how many bins."""
    levels = high - low + 1
    if bins is None and levels <= MOST_LEVELS:
        return np.arange(levels, dtype=_bin_dtype(levels)), levels
    if not _is_edges(bins) and max(-low, high) > EXACT:
        low = 0
    return _bin_floats(name, np.arange(levels, dtype=np.float64) + low, bins, edge_dtype)


def _bin_floats(name, samples, bins, edge_dtype):
    """Return the bin of each floating-point sample, and how many bins."""
    if samples.dtype == np.float16:
        samples = samples.astype(np.float32)  # numba has no float16
    low, high = _extremes(name, samples)
    if _is_edges(bins):
        if low < bins[0] or high > bins[-1]:
            msg = (
                f"edges of bins must contain all samples: {name} goes from {low:g} to {high:g}, the edges from "
                f"{bins[0]:g} to {bins[-1]:g}; widen the edges or clip the image"
            )
            raise ValueError(msg)
        n = bins.size - 1
        found = np.searchsorted(bins, samples, side="right") - 1
        return np.minimum(found, n - 1).astype(_bin_dtype(n)), n

    n = DEFAULT_BINS if bins is None else bins
    if high - low == np.inf or 0 < high - low < 1e-290:  # bins do not depend on the unit: take one that fits doubles
        power = -2 if high - low == np.inf else 400
        samples, low, high = np.ldexp(samples.astype(np.float64), power), np.ldexp(low, power), np.ldexp(high, power)
    edges, hair = _edges(low, high, n, edge_dtype)
    out = np.full(samples.size, n // 2, _bin_dtype(n)) if hair is None else np.empty(samples.size, _bin_dtype(n))
    if hair is not None:
        bin_equal_width(_plain(samples), edges, hair, out)
    return out, n


def _extremes(name, samples):
    """As `_check.finite` for floats, but faster."""
    bits = _plain(samples).view(f"i{samples.itemsize}")
    found = np.empty(2, bits.dtype)
    extremes(bits, np.int64(np.iinfo(bits.dtype).max), found)
    low, high = found.view(samples.dtype).tolist()
    return (low, high) if np.isfinite(low) and np.isfinite(high) else _check.finite(name, samples)


def _edges(low, high, n, dtype):
    """
    Return the edges of n equal bins as float64, and a bound on their rounding in bins (None: all edges are one).

    They are rounded as `numpy.histogram2d` rounds them, and not those of exact arithmetic: values on an edge,
    which are common, must fall where they fall there.
    """
    if high - low > np.finfo(dtype).max or 0 < high - low < 2.0**25 * np.finfo(dtype).tiny:
        dtype = np.float64  # in single precision the range overflows, or the width of a bin has few digits left
    low, high = dtype(low), dtype(high)
    if low == high:
        low, high = low - dtype(0.5), high + dtype(0.5)
    edges = np.linspace(low, high, n + 1).astype(np.float64)
    span = edges[-1] - edges[0]
    if span == 0:  # a constant so large that 0.5 is nothing to it
        return edges, None
    # Four roundings, of half an eps each, in the edges, relative to the span or to the largest of them; and as many
    # in the kernel, whose arithmetic is in double precision.
    largest = float(max(abs(low), abs(high)))
    return edges, float(2 * (np.finfo(dtype).eps + np.finfo(np.float64).eps) * n * max(1.0, largest / span))


def _plain(array):
    """Return an array as kernels want it: contiguous, aligned, writable. A read-only one is copied."""
    return np.require(array, requirements=["C", "A", "W"])
