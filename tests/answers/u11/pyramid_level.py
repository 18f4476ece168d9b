"""Answers to U11.pyramid_level."""

import numpy as np
from scipy import fft, ndimage

from answers import right, wrong


def _s(I, level, spacing):
    sp = np.ones(np.ndim(I)) if spacing is None else np.asarray(spacing, float)
    return np.maximum(1.0, 2.0**level * sp.min() / sp) if level else np.ones(np.ndim(I))


@right("axis by axis, skipping what needs nothing")
def axis_by_axis(I, level, factor=0.2, spacing=None):
    out = np.array(I, dtype=float)
    spacing = [1] * out.ndim if spacing is None else list(spacing)
    for axis in range(out.ndim):
        s = max(1, 2**level * min(spacing) / spacing[axis])
        if level > 0 and s > 1:
            out = ndimage.gaussian_filter1d(out, factor * (s - 1), axis=axis)
    return out


@right("a Gaussian cut off at six standard deviations")
def long_tails(I, level, factor=0.2, spacing=None):
    return ndimage.gaussian_filter(np.asarray(I, np.float64), factor * (_s(I, level, spacing) - 1), truncate=6)


@right("a kernel of one's own, by convolution with a mirror")
def own_kernel(I, level, factor=0.2, spacing=None):
    out = np.array(I, float)
    for axis, sigma in enumerate(factor * (_s(I, level, spacing) - 1)):
        if sigma > 0:
            x = np.arange(-int(5 * sigma + 1), int(5 * sigma + 1) + 1)
            k = np.exp(-(x**2) / (2 * sigma**2))
            out = ndimage.convolve1d(out, k / k.sum(), axis=axis, mode="reflect")
    return out


@right("in single precision, cut off at three and a half standard deviations")
def single(I, level, factor=0.2, spacing=None):
    sigma = factor * (_s(I, level, spacing) - 1)
    return ndimage.gaussian_filter(np.asarray(I, np.float32), sigma, truncate=3.5)


@right("padded by a mirror, filtered, and cut out")
def padded(I, level, factor=0.2, spacing=None):
    sigma = factor * (_s(I, level, spacing) - 1)
    I = np.array(I, float)
    big = np.pad(I, 13, mode="symmetric") if min(I.shape) >= 13 else np.pad(I, 7, mode="symmetric")
    n = (big.shape[0] - I.shape[0]) // 2
    out = ndimage.gaussian_filter(big, sigma, truncate=4)[(slice(n, -n),) * I.ndim].copy()
    return out + (I.mean() - out.mean())  # what lies beyond the pad is a trifle


@wrong("one width for all axes", says="no spacing")
def no_spacing(I, level, factor=0.2, spacing=None):
    return ndimage.gaussian_filter(np.asarray(I, float), factor * (2**level - 1))


@wrong("factor * 2**level: level 0 is smoothed", says="factor * 2**level")
def without_one(I, level, factor=0.2, spacing=None):
    return ndimage.gaussian_filter(np.asarray(I, float), factor * _s(I, level, spacing))


@wrong("factor * level", says="factor * level")
def by_level(I, level, factor=0.2, spacing=None):
    return ndimage.gaussian_filter(np.asarray(I, float), factor * level)


@wrong("2**(level - 1)", says="2**(level - 1)")
def power_off(I, level, factor=0.2, spacing=None):
    return ndimage.gaussian_filter(np.asarray(I, float), factor * 2.0 ** (level - 1) if level else 0)


@wrong("2**(level - 1) - 1: counted from level 1", says="2**(level - 1) - 1)")
def one_level_late(I, level, factor=0.2, spacing=None):
    return ndimage.gaussian_filter(np.asarray(I, float), factor * (2.0 ** (level - 1) - 1) if level else 0)


@wrong("a nested list, not an array", says="must be a NumPy array, got a list")
def nested(I, level, factor=0.2, spacing=None):
    return ndimage.gaussian_filter(np.asarray(I, float), factor * (_s(I, level, spacing) - 1)).tolist()


@wrong("gaussian_filter1d with a width of 0 divides by 0", says="a Gaussian of width 0")
def divided_by_zero(I, level, factor=0.2, spacing=None):
    out = np.array(I, float)
    for axis, sigma in enumerate(factor * (_s(I, level, spacing) - 1)):
        out = ndimage.gaussian_filter1d(out, sigma, axis=axis)
    return out


@wrong("level**2 - 1: the power the other way round")
def square(I, level, factor=0.2, spacing=None):
    sp = np.ones(np.ndim(I)) if spacing is None else np.asarray(spacing, float)
    return ndimage.gaussian_filter(np.asarray(I, float), factor * np.maximum(level**2 * sp.min() / sp - 1, 0))


@wrong("the factor is forgotten", says="without the factor")
def no_factor(I, level, factor=0.2, spacing=None):
    return ndimage.gaussian_filter(np.asarray(I, float), _s(I, level, spacing) - 1)


@wrong("the factor is typed in")
def typed_in(I, level, factor=0.2, spacing=None):
    return ndimage.gaussian_filter(np.array(I, float), 0.2 * (_s(I, level, spacing) - 1))


@wrong("the usual factor is 0.25")
def other_default(I, level, factor=0.25, spacing=None):
    return ndimage.gaussian_filter(np.array(I, float), factor * (_s(I, level, spacing) - 1))


@wrong("a variance", says="a variance")
def variance(I, level, factor=0.2, spacing=None):
    return ndimage.gaussian_filter(np.array(I, float), np.sqrt(factor * (_s(I, level, spacing) - 1)))


@wrong("thinned, too")
def thinned(I, level, factor=0.2, spacing=None):
    out = ndimage.gaussian_filter(np.array(I, float), factor * (_s(I, level, spacing) - 1))
    return out[(slice(None, None, 2**level),) * out.ndim]


@wrong("scaled to 0 ... 1, as the engine does", says="scaled to 0 ... 1")
def rescaled(I, level, factor=0.2, spacing=None):
    out = ndimage.gaussian_filter(np.array(I, float), factor * (_s(I, level, spacing) - 1))
    return (out - out.min()) / (out.max() - out.min())


@wrong("dtype of the picture: 8-bit results")
def whole_numbers(I, level, factor=0.2, spacing=None):
    return ndimage.gaussian_filter(np.array(I), factor * (_s(I, level, spacing) - 1))


@wrong("level 0 is the picture itself, not a copy")
def same_memory(I, level, factor=0.2, spacing=None):
    if level == 0:
        return I
    return ndimage.gaussian_filter(np.array(I, float), factor * (_s(I, level, spacing) - 1))


@wrong("smoothed in place")
def in_place(I, level, factor=0.2, spacing=None):
    out = np.asarray(I, float)
    ndimage.gaussian_filter(out, factor * (_s(I, level, spacing) - 1), output=out)
    return out.copy()


@wrong("zeros beyond the border", says="zeros beyond the border")
def dark_border(I, level, factor=0.2, spacing=None):
    return ndimage.gaussian_filter(np.array(I, float), factor * (_s(I, level, spacing) - 1), mode="constant")


@wrong("the border is repeated", says="repeated")
def nearest(I, level, factor=0.2, spacing=None):
    return ndimage.gaussian_filter(np.array(I, float), factor * (_s(I, level, spacing) - 1), mode="nearest")


@wrong("periodic, by Fourier", says="its other side")
def periodic(I, level, factor=0.2, spacing=None):
    return ndimage.gaussian_filter(np.array(I, float), factor * (_s(I, level, spacing) - 1), mode="wrap")


@wrong("a mirror through the last sample", says="through the last sample")
def other_mirror(I, level, factor=0.2, spacing=None):
    return ndimage.gaussian_filter(np.array(I, float), factor * (_s(I, level, spacing) - 1), mode="mirror")


@wrong("a box in the place of the Gaussian")
def box(I, level, factor=0.2, spacing=None):
    size = [max(1, round(3.46 * k)) for k in factor * (_s(I, level, spacing) - 1)]
    return ndimage.uniform_filter(np.array(I, float), size)


@wrong("thick slices are smoothed more", says="smoothed more")
def thicker(I, level, factor=0.2, spacing=None):
    sp = np.ones(np.ndim(I)) if spacing is None else np.asarray(spacing, float)
    return ndimage.gaussian_filter(np.array(I, float), factor * (2**level * sp / sp.min() - 1) if level else 0)


@wrong("a width in mm, the same along every axis", says="a width in mm")
def in_mm(I, level, factor=0.2, spacing=None):
    sp = np.ones(np.ndim(I)) if spacing is None else np.asarray(spacing, float)
    return ndimage.gaussian_filter(np.array(I, float), factor * (2**level - 1) * sp.min() / sp)


@wrong("not at least 1: a negative width")
def negative(I, level, factor=0.2, spacing=None):
    sp = np.ones(np.ndim(I)) if spacing is None else np.asarray(spacing, float)
    return ndimage.gaussian_filter(np.array(I, float), factor * np.abs(2**level * sp.min() / sp - 1) * (level > 0))


@wrong("the spacing itself, not relative to the finest")
def absolute(I, level, factor=0.2, spacing=None):
    sp = np.ones(np.ndim(I)) if spacing is None else np.asarray(spacing, float)
    return ndimage.gaussian_filter(np.array(I, float), factor * np.maximum(2**level / sp - 1, 0) * (level > 0))


@wrong("relative to the first axis")
def to_the_first(I, level, factor=0.2, spacing=None):
    sp = np.ones(np.ndim(I)) if spacing is None else np.asarray(spacing, float)
    return ndimage.gaussian_filter(np.array(I, float), factor * np.maximum(2**level * sp[0] / sp - 1, 0) * (level > 0))


@wrong("axes exchanged", says="axes exchanged")
def axes(I, level, factor=0.2, spacing=None):
    return ndimage.gaussian_filter(np.array(I, float), factor * (_s(I, level, spacing)[::-1] - 1))


@wrong("smoothed again from level to level", says="from the level before")
def again(I, level, factor=0.2, spacing=None):
    out = np.array(I, float)
    for k in range(1, level + 1):
        out = ndimage.gaussian_filter(out, factor * (_s(I, k, spacing) - 1))
    return out


@wrong("only 2-D: the last axis is never smoothed")
def two_axes(I, level, factor=0.2, spacing=None):
    sigma = factor * (_s(I, level, spacing) - 1)
    sigma[2:] = 0
    return ndimage.gaussian_filter(np.array(I, float), sigma)


@wrong("by the cosine transform, with twice the width")
def twice(I, level, factor=0.2, spacing=None):
    out = np.array(I, float)
    for axis, sigma in enumerate(factor * (_s(I, level, spacing) - 1)):
        n = out.shape[axis]
        k = np.exp(-0.5 * (2 * sigma * np.pi * np.arange(n) / n) ** 2)
        out = fft.idct(fft.dct(out, axis=axis) * np.expand_dims(k, [a for a in range(out.ndim) if a != axis]), axis=axis)
    return out


@wrong("level 0 in the dtype of the picture")
def level_0_as_it_is(I, level, factor=0.2, spacing=None):
    return np.array(I) if level == 0 else long_tails(I, level, factor, spacing)


@wrong("an array of spacings is divided by its smallest, in place")
def spacing_divided(I, level, factor=0.2, spacing=None):
    if isinstance(spacing, np.ndarray) and spacing.dtype.kind == "f":
        spacing /= spacing.min()
    return long_tails(I, level, factor, spacing)
