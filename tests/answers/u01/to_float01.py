"""Answers to U01.to_float01."""

import numpy as np

from answers import right, wrong

DTYPE_RANGE = "you divide by the range of the dtype"


@right("cast, subtract, divide; constant first")
def cast_first(I):
    I = np.array(I, dtype=np.float64)
    I -= I.min()
    return I if I.max() == 0 else I / I.max()


@right("np.ptp, np.zeros_like of floats")
def by_ptp(I):
    F = np.asarray(I, float)
    span = np.ptp(F)
    return (F - np.min(F)) / span if span > 0 else np.zeros_like(F)


@right("np.interp from (min, max) to (0, 1)")
def interp(I):
    F = np.asarray(I, float)
    if F.min() == F.max():
        return np.zeros(F.shape)
    return np.interp(F.ravel(), [F.min(), F.max()], [0.0, 1.0]).reshape(F.shape)


@right("float32, or what is wider")
def single(I):
    F = np.asarray(I).astype(np.promote_types(np.asarray(I).dtype, np.float32))
    low = F.min()
    span = F.max() - low
    return ((F - low) / (span if span else 1)).astype(np.float32)


@right("np.divide with where, Python floats for the range")
def divide_where(I):
    low, high = float(np.min(I)), float(np.max(I))
    up = np.asarray(I, float) - low
    return np.divide(up, high - low, out=np.zeros(up.shape), where=high > low)


@right("pixel by pixel in Python, a nested list")
def by_python(I):
    F = np.asarray(I)
    values = [float(v) for v in F.ravel()]
    low, high = min(values), max(values)
    return np.array([(v - low) / (high - low) if high > low else 0.0 for v in values]).reshape(F.shape).tolist()


@wrong("divides by the range of the dtype", says=DTYPE_RANGE, credit=0.5)
def dtype_range(I):
    if I.dtype.kind in "ui":
        return I / float(np.iinfo(I.dtype).max)
    return I.astype(float)


@wrong("the range of the dtype from its smallest value on", says=DTYPE_RANGE, credit=0.5)
def whole_dtype_range(I):
    if I.dtype.kind in "bf":
        return I.astype(float)
    info = np.iinfo(I.dtype)
    return (I.astype(float) - info.min) / (float(info.max) - info.min)


@wrong("divides by 255, whatever the dtype", says="a division by 255")
def by_255(I):
    return I.astype(float) / 255


@wrong("divides by the largest value", says="division by the largest value")
def by_largest(I):
    F = I.astype(float)
    return F / F.max() if F.max() else F * 0


@wrong("(I - min) / max", says="(I - min) / max")
def by_max_only(I):
    F = I.astype(float)
    return (F - F.min()) / F.max()


@wrong("I / (max - min)", says="take off the smallest value first")
def nothing_taken_off(I):
    F = I.astype(float)
    return F / np.ptp(F)


@wrong("subtracts in the picture's dtype", says="wraps around")
def wraps(I):
    return (I - I.min()) / float(I.max() - I.min())


@wrong("casts to float32 too late: the range of int16 has wrapped", says="wraps around")
def range_wraps(I):
    span = I.max().astype(I.dtype) - I.min() if I.dtype != bool else 1
    return (I.astype(float) - I.min()) / span if span else np.zeros(I.shape)


@wrong("0 / 0 for a constant picture", says="0 / 0 where all values are equal")
def no_constant(I):
    F = I.astype(float)
    return (F - F.min()) / (F.max() - F.min())


@wrong("ones for a constant picture", says="ones where all values are equal")
def ones(I):
    F = I.astype(float)
    return np.ones(F.shape) if F.min() == F.max() else (F - F.min()) / np.ptp(F)


@wrong("a constant picture left as it is", says="left as it is where all values are equal")
def constant_kept(I):
    F = I.astype(float)
    return F if F.min() == F.max() else (F - F.min()) / np.ptp(F)


@wrong("0 instead of zeros for a constant picture")
def plain_zero(I):
    F = I.astype(float)
    return 0.0 if F.min() == F.max() else (F - F.min()) / np.ptp(F)


@wrong("0.001 added to the range")
def with_epsilon(I):
    F = I.astype(float)
    return (F - F.min()) / (np.ptp(F) + 1e-8)


@wrong("the brightest becomes 0", says="a negative")
def negative(I):
    F = I.astype(float)
    return 1 - (F - F.min()) / np.ptp(F) if np.ptp(F) else np.zeros(F.shape)


@wrong("mean 0, deviation 1", says="mean 0 and deviation 1")
def z_score(I):
    F = I.astype(float)
    return (F - F.mean()) / F.std()


@wrong("cut off at 0 and 1", says="cut off at 0 and 1")
def clips(I):
    return np.clip(I.astype(float), 0, 1)


@wrong("a range for each column", says="a range for each column")
def by_column(I):
    F = I.astype(float)
    return (F - F.min(axis=0)) / np.ptp(F, axis=0)


@wrong("percentiles instead of the whole range")
def percentiles(I):
    F = I.astype(float)
    low, high = np.percentile(F, [2, 98])
    return np.clip((F - low) / (high - low), 0, 1) if high > low else np.zeros(F.shape)


@wrong("0 ... 255")
def to_bytes_range(I):
    F = I.astype(float)
    return 255 * (F - F.min()) / np.ptp(F) if np.ptp(F) else np.zeros(F.shape)


@wrong("whole-number division", says="rounded to whole numbers")
def floor_division(I):
    F = I.astype(float)
    return (F - F.min()) // np.ptp(F) if np.ptp(F) else np.zeros(F.shape)


@wrong("back in the dtype of the picture: all 0 but the brightest")
def own_dtype(I):
    F = I.astype(float)
    return ((F - F.min()) / np.ptp(F) if np.ptp(F) else F * 0).astype(I.dtype)


@wrong("float16: a thousandth off")
def half(I):
    F = I.astype(float)
    return ((F - F.min()) / np.ptp(F) if np.ptp(F) else F * 0).astype(np.float16)


@wrong("changes float pictures in place", says="changed its input")
def in_place(I):
    F = I if I.dtype.kind == "f" else I.astype(float)
    F -= F.min()
    return F if F.max() == 0 else F / F.max()


@wrong("flattened")
def flat(I):
    F = I.astype(float).ravel()
    return (F - F.min()) / np.ptp(F) if np.ptp(F) else np.zeros(F.size)


@wrong("absolute values first", says="absolute values")
def absolute(I):
    F = np.abs(I.astype(float))
    return (F - F.min()) / np.ptp(F) if np.ptp(F) else np.zeros(F.shape)


@wrong("a uint8 picture by 255, everything else by its own range")
def mixed(I):
    if I.dtype == np.uint8:
        return I / 255.0
    F = I.astype(float)
    return (F - F.min()) / np.ptp(F) if np.ptp(F) else np.zeros(F.shape)


@wrong("a range below a millionth taken for none")
def threshold(I):
    F = I.astype(float)
    return (F - F.min()) / np.ptp(F) if np.ptp(F) > 1e-6 else np.zeros(F.shape)


def _own_range(I, F=None):
    F = I.astype(float) if F is None else F
    return (F - F.min()) / np.ptp(F) if np.ptp(F) else np.zeros(F.shape)


@wrong("times 1 / range: the largest value is not exactly 1", says="not exactly 0 and 1")
def reciprocal(I):
    F = I.astype(float)
    return (F - F.min()) * (1 / np.ptp(F)) if np.ptp(F) else np.zeros(F.shape)


@wrong("two divisions and a difference: not exactly 1")
def two_divisions(I):
    F = I.astype(float)
    return F / np.ptp(F) - F.min() / np.ptp(F) if np.ptp(F) else np.zeros(F.shape)


@wrong("the smallest float added to the range", says="not exactly 0 and 1")
def machine_epsilon(I):
    F = I.astype(float)
    return (F - F.min()) / (np.ptp(F) + np.finfo(float).eps)


@wrong("kept just below 1", says="not exactly 0 and 1")
def below_one(I):
    return np.clip(_own_range(I), 0, 0.9999999999)


@wrong("near values taken for equal: np.isclose of the two ends")
def ends_are_close(I):
    return np.zeros(I.shape) if np.isclose(float(I.max()), float(I.min())) else _own_range(I)


@wrong("a range close to 0 taken for none: np.isclose(range, 0)")
def range_is_close(I):
    return np.zeros(I.shape) if np.isclose(np.ptp(I.astype(float)), 0) else _own_range(I)


@wrong("a range below 1e-9 taken for none")
def tiny_threshold(I):
    return np.zeros(I.shape) if np.ptp(I.astype(float)) < 1e-9 else _own_range(I)


@wrong("asks the deviation whether all values are equal: rounding leaves it a little above 0")
def by_deviation(I):
    F = I.astype(float)
    return np.zeros(F.shape) if F.std() == 0 else (F - F.min()) / (F.max() - F.min())


@wrong("zeros_like of the picture: integers where all values are equal", says="must be floats")
def zeros_like(I):
    return np.zeros_like(I) if I.max() == I.min() else _own_range(I)


@wrong("zeros of rows and columns only: a constant volume loses an axis")
def flat_zeros(I):
    return np.zeros(I.shape[:2]) if I.max() == I.min() else _own_range(I)


@wrong("only int16 and bool are made floats: int8, int32 wrap")
def int16_only(I):
    return _own_range(I, I.astype(float) if I.dtype in (np.int16, bool) else I)


@wrong("int32 in between: its range wraps, and so does uint32")
def through_int32(I):
    return _own_range(I, I.astype(np.int32) if I.dtype.kind in "iub" else I.astype(float))


@wrong("float32: near whole numbers become equal")
def through_float32(I):
    return _own_range(I, I.astype(np.float32))


@wrong("half-precision floats stay what they are: their range overflows")
def half_stays(I):
    return _own_range(I, I if I.dtype.kind == "f" else I.astype(float))


@wrong("a constant picture is overwritten", says="changed its input")
def overwrites_constants(I):
    if I.max() == I.min():
        I[...] = 0
        return I.astype(float)
    return _own_range(I)


@wrong("rounded to 0 and 1", says="rounded to whole numbers")
def rounds(I):
    return np.round(_own_range(I))


@wrong("0 / 0 is avoided for black pictures only", says="NaN")
def only_black(I):
    F = I.astype(float)
    return F if not F.any() else (F - F.min()) / (F.max() - F.min())
