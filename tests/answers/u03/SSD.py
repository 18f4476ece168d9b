"""Answers to U03.SSD: the worked list of the lessons, and the hand-out's two defects written anew."""

import numpy as np

from answers import right, wrong


def _same_shape(I, J):
    if I.shape != J.shape:
        raise ValueError(f"shapes differ: {I.shape} and {J.shape}")


@right("cast, subtract, square, sum")
def float_sum(I, J):
    _same_shape(I, J)
    return np.sum((I.astype(float) - J.astype(float)) ** 2)


@right("vdot of the flattened difference; different sizes cannot be subtracted")
def vdot(I, J):
    d = np.subtract(I.ravel(), J.ravel(), dtype=np.float64)
    return np.vdot(d, d)


@right("einsum")
def einsum(I, J):
    assert I.shape == J.shape
    d = I * 1.0 - J * 1.0
    return float(np.einsum("ij,ij->", d, d))


@right("the squared Frobenius norm")
def squared_norm(I, J):
    _same_shape(I, J)
    return np.linalg.norm(np.asarray(I, dtype="float64") - J) ** 2


@right("a loop over rows and columns, which falls over shapes that differ")
def loop(I, J):
    total = 0.0
    for r in range(I.shape[0]):
        for c in range(I.shape[1]):
            total += (float(I[r, c]) - float(J[r, c])) ** 2
    return total


@right("binomial formula: I^2 - 2 I J + J^2")
def binomial(I, J):
    a, b = I.astype(float).ravel(), J.astype(float).ravel()
    return a @ a - 2 * (a @ b) + b @ b


@right("single precision for the residual, double for the sum")
def single_precision(I, J):
    _same_shape(I, J)
    return ((I.astype(np.float32) - J.astype(np.float32)) ** 2).sum(dtype=float)


@right("an array of no dimension is a number")
def zero_dimensional(I, J):
    _same_shape(I, J)
    return np.array(((I.astype(float) - J) ** 2).sum())


@right("long double")
def long_double(I, J):
    _same_shape(I, J)
    return ((I.astype(np.longdouble) - J) ** 2).sum()


@wrong("subtracts and squares in the dtype of the pictures", says="wrapped difference", defect="B1")
def wraps(I, J):
    return ((I - J) ** 2).sum()


@wrong("casts to uint64 after the subtraction: cuts fractions off, undefined for negatives", says="uint64", defect="B2")
def hand_out(I, J):
    gap = np.subtract(np.ravel(I), np.ravel(J)).astype("uint64")
    return gap.dot(gap)


@wrong("casts after subtracting", says="a cast that comes too late")
def late_cast(I, J):
    return ((I - J).astype(float) ** 2).sum()


@wrong("sum of absolute differences", says="sum of absolute differences")
def absolute(I, J):
    return np.abs(I.astype(float) - J).sum()


@wrong("mean instead of sum: another convention, half of the points", says="mean squared difference", credit=0.5)
def mean(I, J):
    _same_shape(I, J)
    return ((I.astype(float) - J) ** 2).mean()


@wrong("half of the sum, as in some books", says="half of the SSD", credit=0.5)
def half(I, J):
    _same_shape(I, J)
    return 0.5 * ((I.astype(float) - J) ** 2).sum()


@wrong("cuts fractions off with int", says="fractions are cut off")
def truncated(I, J):
    _same_shape(I, J)
    return ((I.astype(int) - J.astype(int)) ** 2).sum()


@wrong("rounds the result to a whole number")
def whole_result(I, J):
    _same_shape(I, J)
    return int(((I.astype(float) - J) ** 2).sum())


@wrong("int16, in which 255 squared does not fit", says="int16")
def small_integers(I, J):
    _same_shape(I, J)
    return ((I.astype(np.int16) - J.astype(np.int16)) ** 2).sum()


@wrong("int32 when the picture is integer: 16-bit pictures overflow", says="int32")
def integers_32(I, J):
    _same_shape(I, J)
    kind = float if I.dtype.kind == "f" or J.dtype.kind == "f" else np.int32
    return ((I.astype(kind) - J.astype(kind)) ** 2).sum()


@wrong("lets NumPy broadcast a row over the picture", says="looks like broadcasting")
def broadcasts(I, J):
    return float(((np.asarray(I, float) - np.asarray(J, float)) ** 2).sum())


@wrong("root of the sum", says="the root of the SSD")
def root(I, J):
    return np.sqrt(((I.astype(float) - J) ** 2).sum())


@wrong("square of the sum: signs cancel", says="the square of the sum")
def square_of_sum(I, J):
    return (I.astype(float) - J).sum() ** 2


@wrong("subtracts in place and spoils the caller's picture", says="changed its input")
def in_place(I, J):
    _same_shape(I, J)
    if I.dtype != float:
        I = I.astype(float)
    I -= J
    return (I**2).sum()


@wrong("sums along the rows only: one number per column")
def per_column(I, J):
    return ((I.astype(float) - J) ** 2).sum(axis=0)


@wrong("flattens in memory order: a transposed view meets the wrong pixels")
def memory_order(I, J):
    _same_shape(I, J)
    d = I.ravel(order="K").astype(float) - J.ravel(order="K")
    return d @ d


@wrong("float16, in which large sums are infinite")
def half_precision(I, J):
    _same_shape(I, J)
    return ((I.astype(np.float16) - J.astype(np.float16)) ** 2).sum()


@wrong("clips negative differences to 0 with cv-style saturation")
def saturates(I, J):
    _same_shape(I, J)
    return (np.clip(I.astype(float) - J, 0, None) ** 2).sum()


@wrong("takes the absolute value of a wrapped difference, hoping that it helps")
def abs_of_wrapped(I, J):
    return (np.abs(I - J).astype(float) ** 2).sum() if I.dtype != bool else float((I ^ J).sum())


@wrong("scales both pictures to 0..1 first")
def normalised(I, J):
    _same_shape(I, J)
    return ((I.astype(float) / max(I.max(), 1) - J.astype(float) / max(J.max(), 1)) ** 2).sum()


@wrong("compares the lengths only: a column is stretched over the picture")
def same_length(I, J):
    if len(I) != len(J):
        raise ValueError("lengths differ")
    return ((I.astype(float) - J) ** 2).sum()


@wrong("compares the widths only: a row is stretched over the picture")
def same_width(I, J):
    if I.shape[-1] != J.shape[-1] or I.ndim != J.ndim:
        raise ValueError("widths differ")
    return ((I.astype(float) - J) ** 2).sum()


@wrong("prints a warning for shapes that differ and returns None", says="gave None")
def none_for_shapes(I, J):
    if I.shape != J.shape:
        print("shapes differ")
        return None
    return ((I.astype(float) - J) ** 2).sum()


@wrong("-1 for shapes that differ", says="gave -1")
def minus_one_for_shapes(I, J):
    return ((I.astype(float) - J) ** 2).sum() if I.shape == J.shape else -1


@wrong("nan for shapes that differ", says="gave nan")
def nan_for_shapes(I, J):
    return ((I.astype(float) - J) ** 2).sum() if I.shape == J.shape else np.nan


@wrong("crops both pictures to what they have in common")
def cropped(I, J):
    I, J = np.atleast_2d(I), np.atleast_2d(J)
    r, c = np.minimum(I.shape, J.shape)
    return ((I[:r, :c].astype(float) - J[:r, :c]) ** 2).sum()
