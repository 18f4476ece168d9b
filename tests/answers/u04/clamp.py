"""Answers to U04.clamp."""

import numpy as np

from answers import right, wrong


def _inside(x, mask):
    x = np.asarray(x)
    return x, (np.ones(x.shape, bool) if mask is None else np.asarray(mask, bool))


def _checked(x, mask):
    x, mask = _inside(x, mask)
    values = x[mask].astype(float)
    if np.isnan(values).any():
        raise ValueError("NaN inside the mask")
    return x, mask, values


@right("np.where, int64, raises for NaN")
def with_where(x, bins, mask=None):
    x, mask, values = _checked(x, mask)
    lo, hi = values.min(), values.max()
    moved = np.where(mask, x, lo).astype(float) - lo
    if np.issubdtype(x.dtype, np.integer) and hi - lo < bins:
        return np.where(mask, moved, -1).astype(int), int(hi - lo + 1)
    scale = (bins - 1) / (hi - lo) if hi > lo else 0.0
    return np.where(mask, np.rint(moved * scale), -1).astype(int), bins


@right("NaN is masked too")
def nan_is_masked(x, bins, mask=None):
    x, mask = _inside(x, mask)
    if x.dtype.kind == "f":
        mask = mask & ~np.isnan(x)
    values = x[mask].astype(float)
    lo, d = values.min(), np.ptp(values)
    y = np.full(x.shape, -1)
    if d == 0 or (x.dtype.kind in "iu" and d <= bins - 1):
        y[mask] = values - lo
        return y, int(d) + 1
    y[mask] = np.round((values - lo) * (bins - 1) / d)
    return y, bins


@right("half up: floor(x + 0.5)")
def half_up(x, bins, mask=None):
    x, mask, v = _checked(x, mask)
    lo, d = v.min(), v.max() - v.min()
    y = -np.ones(x.shape, np.int32)
    fits = x.dtype.kind != "f" and d <= bins - 1
    y[mask] = v - lo if fits else np.floor((v - lo) / (d or 1.0) * (bins - 1) + 0.5)
    return [y, int(d) + 1 if fits else bins]


@right("a loop over the values")
def loop(x, bins, mask=None):
    x, mask, v = _checked(x, mask)
    lo, hi = float(v.min()), float(v.max())
    fits = x.dtype.kind in "iu" and hi - lo <= bins - 1
    y = np.full(x.shape, -1)
    for place in np.ndindex(x.shape):
        if mask[place]:
            d = float(x[place]) - lo
            y[place] = int(d) if fits else (round(d * (bins - 1) / (hi - lo)) if hi > lo else 0)
    return y, (int(hi - lo) + 1 if fits else (bins if hi > lo else 1))


@right("whole numbers kept as floats")
def float_result(x, bins, mask=None):
    y, used = with_where(x, bins, mask)
    return y.astype(np.float32), np.float64(used)


def _variant(x, bins, mask, place, fits=True, whole=False):
    x, mask = _inside(x, mask)
    values = (x.ravel() if whole else x[mask]).astype(float)
    lo, d = values.min(), values.max() - values.min()
    if fits and x.dtype.kind in "iu" and d <= bins - 1:
        return np.where(mask, x - lo, -1).astype(int), int(d) + 1
    if np.isnan(x[mask].astype(float)).any():
        raise ValueError("NaN")
    part = np.where(mask, (np.nan_to_num(x.astype(float)) - lo) / (d or 1.0), 0)
    return np.where(mask, place(part), -1).astype(int), bins


@wrong("floor instead of rounding", says="floor")
def floors(x, bins, mask=None):
    return _variant(x, bins, mask, lambda p: np.floor(p * (bins - 1)))


@wrong("the equal bins of JointHist", says="equal bins of JointHist")
def equal_bins(x, bins, mask=None):
    return _variant(x, bins, mask, lambda p: np.minimum(np.floor(p * bins), bins - 1))


@wrong("a factor of bins: one bin number too many", says="bins instead of bins - 1")
def too_wide(x, bins, mask=None):
    return _variant(x, bins, mask, lambda p: np.round(p * bins))


@wrong("rescales integers that fit", says="rescaling always")
def always_rescaled(x, bins, mask=None):
    return _variant(x, bins, mask, lambda p: np.round(p * (bins - 1)), fits=False)


@wrong("minimum and maximum of the whole image", says="whole image")
def whole_range(x, bins, mask=None):
    return _variant(x, bins, mask, lambda p: np.round(p * (bins - 1)), whole=True)


@wrong("masked pixels become bin 0", says="0 outside the mask")
def masked_zero(x, bins, mask=None):
    y, used = with_where(x, bins, mask)
    return np.where(y < 0, 0, y), used


@wrong("uint8 result: -1 becomes 255", says="-1 has become 255")
def unsigned(x, bins, mask=None):
    y, used = with_where(x, bins, mask)
    return y.astype(np.int16).astype(np.uint8), used


@wrong("always says `bins` bins are used", says="maximum - minimum + 1")
def always_bins(x, bins, mask=None):
    return with_where(x, bins, mask)[0], bins


@wrong("bins used is maximum - minimum, one too few")
def one_bin_short(x, bins, mask=None):
    y, used = with_where(x, bins, mask)
    return y, (used - 1 if used < bins else used)


@right("shifts only below bins - 1: at bins - 1 the factor is 1 anyway")
def fits_strictly(x, bins, mask=None):
    x, mask, v = _checked(x, mask)
    fits = v.max() - v.min() < bins - 1
    if v.max() == v.min():
        return np.where(mask, 0, -1), 1
    return _variant(x, bins, mask, lambda p: np.round(p * (bins - 1)), fits=fits)


@wrong("fits if maximum - minimum <= bins: one number too many")
def fits_loosely(x, bins, mask=None):
    x, mask, v = _checked(x, mask)
    if x.dtype.kind in "iu" and v.max() - v.min() <= bins:
        return with_where(x, bins + 1, mask)
    return with_where(x, bins, mask)


@wrong("whole-numbered floats are only shifted")
def whole_floats(x, bins, mask=None):
    x, mask, v = _checked(x, mask)
    if (v == np.round(v)).all():
        filled = np.where(mask, np.nan_to_num(x.astype(float)), 0).astype(int)
        return with_where(filled, bins, mask)
    return with_where(x, bins, mask)


@wrong("subtracts in the image's own dtype")
def wraps(x, bins, mask=None):
    x, mask, v = _checked(x, mask)
    y = np.full(x.shape, -1)
    with np.errstate(over="ignore"):
        d = x[mask].max() - x[mask].min()
        moved = x[mask] - x[mask].min()
    if x.dtype.kind in "iu" and d <= bins - 1:
        y[mask] = moved
        return y, int(d) + 1
    y[mask] = np.round(moved.astype(float) * ((bins - 1) / (float(d) or 1.0)))
    return y, bins


@wrong("constant float image: 0 / 0")
def divides_by_zero(x, bins, mask=None):
    x, mask, v = _checked(x, mask)
    if x.dtype.kind == "f" and v.max() == v.min():
        raise ZeroDivisionError("float division by zero")
    return with_where(x, bins, mask)


@wrong("one NaN sends every pixel to bin 0")
def nan_spoils(x, bins, mask=None):
    x, mask = _inside(x, mask)
    if np.isnan(x[mask].astype(float)).any():
        return np.where(mask, 0, -1), bins
    return with_where(x, bins, mask)


@wrong("NaN outside the mask spoils minimum and maximum")
def nan_outside(x, bins, mask=None):
    x, mask = _inside(x, mask)
    y = (x - np.min(x)) if np.isnan(x.astype(float)).any() else None
    return with_where(x, bins, mask) if y is None else (np.where(np.isnan(y) | ~mask, -1, 0), bins)


@wrong("masked values are cut out of the result")
def cut_out(x, bins, mask=None):
    y, used = with_where(x, bins, mask)
    return (y, used) if mask is None else (y[mask], used)


@wrong("clips to 0 ... bins - 1, as NumPy's clip does")
def clips(x, bins, mask=None):
    x, mask, _ = _checked(x, mask)
    return np.where(mask, np.clip(np.nan_to_num(x.astype(float)), 0, bins - 1).round(), -1).astype(int), bins


@wrong("casts integers to int16 first: 60000 turns negative")
def through_int16(x, bins, mask=None):
    x = np.asarray(x)
    return with_where(x.astype(np.int16) if x.dtype.kind in "iu" else x, bins, mask)


@wrong("casts integers to uint16 as long as they are not negative: 100000 wraps around")
def through_uint16(x, bins, mask=None):
    x = np.asarray(x)
    return with_where(x.astype(np.uint16) if x.dtype.kind in "iu" and x.max() > 32767 else x, bins, mask)


@wrong("never more than 256 bins")
def at_most_256(x, bins, mask=None):
    return with_where(x, min(bins, 256), mask)


@wrong("bin numbers in int8: wrong beyond 127")
def byte_bin_numbers(x, bins, mask=None):
    y, used = with_where(x, bins, mask)
    return y.astype(np.int8), used
