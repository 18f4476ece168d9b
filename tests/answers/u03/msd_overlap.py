"""Answers to U03.msd_overlap."""

import numpy as np

from answers import right, wrong


@right("boolean indexing")
def indexing(I, J, mask):
    if mask.sum() == 0:
        return np.nan
    return np.mean((I[mask].astype(float) - J[mask].astype(float)) ** 2)


@right("the mean of nothing is nan, with a warning")
def mean_of_nothing(I, J, mask):
    d = I.astype(float)[mask] - J.astype(float)[mask]
    return (d * d).mean()


@right("np.where, then sum over count")
def where(I, J, mask):
    d = np.where(mask, I, 0).astype(float) - np.where(mask, J, 0)
    n = np.count_nonzero(mask)
    return float((d**2).sum() / n) if n else float("nan")


@right("nanmean of a residual that is nan outside")
def nanmean(I, J, mask):
    d = np.where(mask, I.astype(float) - J.astype(float), np.nan)
    return np.nanmean(d**2)


@right("masked arrays; the mean of nothing is masked, so it is asked for")
def masked_array(I, J, mask):
    d = np.ma.masked_array(I.astype(float) - J, ~mask) ** 2
    return d.mean() if d.count() else np.nan


@right("np.mean(..., where=mask)")
def mean_where(I, J, mask):
    return np.mean((I.astype(float) - J) ** 2, where=mask)


@right("leaves NaN inside the mask out too")
def nan_safe(I, J, mask):
    valid = np.isfinite(I) & np.isfinite(J) & mask
    d = (I.astype(float) - J)[valid]
    return d @ d / d.size if d.size else np.nan


@right("a loop in Python")
def loop(I, J, mask):
    total, n = 0.0, 0
    for r, c in zip(*np.nonzero(mask), strict=True):
        total += (float(I[r, c]) - float(J[r, c])) ** 2
        n += 1
    return total / n if n else float("nan")


@wrong("sum instead of mean: less overlap looks better", says="the sum over the overlap")
def summed(I, J, mask):
    return float(((I[mask].astype(float) - J[mask]) ** 2).sum()) if mask.any() else np.nan


@wrong("divides by all pixels", says="all pixels of the picture")
def by_all_pixels(I, J, mask):
    return float(((I[mask].astype(float) - J[mask]) ** 2).sum()) / I.size if mask.any() else np.nan


@wrong("leaves the mask out", says="the mask left out")
def no_mask(I, J, mask):
    return float(((I.astype(float) - J) ** 2).mean())


@wrong("takes the mask the other way round", says="the mask turned round")
def inverted(I, J, mask):
    d = I[~mask].astype(float) - J[~mask]
    return (d * d).mean() if d.size else np.nan


@wrong("multiplies by the mask: NaN survives", says="NaN that got in")
def multiplied(I, J, mask):
    return float((((I.astype(float) - J) ** 2) * mask).sum() / mask.sum()) if mask.any() else np.nan


@wrong("nan_to_num first, then multiplies: infinity becomes a huge number, times 0")
def cleaned_then_meaned(I, J, mask):
    d = np.nan_to_num(I.astype(float) - J) * mask
    d = d[d != 0]
    return (d * d).mean() if d.size else np.nan


@wrong("wraps in uint8", says="a wrapped difference")
def wraps(I, J, mask):
    d = I[mask] - J[mask]
    return (d**2).mean() if d.size else np.nan


@wrong("casts too late", says="a cast that comes too late")
def late_cast(I, J, mask):
    d = (I - J)[mask].astype(float)
    return (d**2).mean() if d.size else np.nan


@wrong("0 for an empty mask", says="0 for an empty mask")
def zero_for_empty(I, J, mask):
    d = I[mask].astype(float) - J[mask]
    return (d**2).mean() if d.size else 0.0


@wrong("infinity for an empty mask")
def infinity_for_empty(I, J, mask):
    d = I[mask].astype(float) - J[mask]
    return (d**2).mean() if d.size else np.inf


@wrong("root mean square", says="the root of the mean")
def rms(I, J, mask):
    d = I[mask].astype(float) - J[mask]
    return np.sqrt((d**2).mean()) if d.size else np.nan


@wrong("mean absolute difference", says="absolute differences")
def absolute(I, J, mask):
    d = I[mask].astype(float) - J[mask]
    return np.abs(d).mean() if d.size else np.nan


@wrong("writes zeros into the pictures outside the mask")
def in_place(I, J, mask):
    I[~mask] = 0
    J[~mask] = 0
    return ((I.astype(float) - J) ** 2).sum() / mask.sum() if mask.any() else np.nan


@wrong("takes every pixel that is no NaN and forgets the mask")
def nanmean_only(I, J, mask):
    return np.nanmean((I.astype(float) - J) ** 2) if mask.any() else np.nan


@wrong("uses the mask as indices of rows (a mask of 0 and 1 as int)")
def int_mask(I, J, mask):
    m = mask.astype(int)
    return ((I[m].astype(float) - J[m]) ** 2).mean() if mask.any() else np.nan


@wrong("the smallest box around the mask instead of the mask")
def bounding_box(I, J, mask):
    if not mask.any():
        return np.nan
    r, c = np.nonzero(mask)
    box = (slice(r.min(), r.max() + 1), slice(c.min(), c.max() + 1))
    return ((I[box].astype(float) - J[box]) ** 2).mean()


@wrong("casts only uint8: other integers wrap")
def casts_only_bytes(I, J, mask):
    if I.dtype == np.uint8:
        I, J = I.astype(float), J.astype(float)
    d = I[mask] - J[mask]
    return (d**2).mean() if d.size else np.nan


@wrong("int32 for all integers: squares of 16-bit differences overflow")
def integers_32(I, J, mask):
    if I.dtype.kind in "bui":
        I, J = I.astype(np.int32), J.astype(np.int32)
    d = I[mask] - J[mask]
    return (d**2).mean() if d.size else np.nan


@wrong("bool pictures fall over: NumPy does not subtract them")
def no_bool(I, J, mask):
    if I.dtype != bool:
        I, J = I.astype(float), J.astype(float)
    d = I[mask] - J[mask]
    return (d**2).mean() if d.size else np.nan


@wrong("nan for a mask of one pixel: 'no mean of one number'")
def nan_for_one_pixel(I, J, mask):
    d = I[mask].astype(float) - J[mask]
    return (d**2).mean() if d.size > 1 else np.nan
