"""Answers to U07.report."""

import math

import numpy as np

from answers import right, wrong


def _error(u, truth):
    return float(np.hypot(u[0] - truth[0], u[1] - truth[1]))


def _kept(n, shift):
    return sum(0 <= k + shift <= n - 1 for k in range(n))


def _overlap(u, shape):
    return 100 * _kept(shape[0], u[0]) * _kept(shape[1], u[1]) / (shape[0] * shape[1])


# --- right ------------------------------------------------------------------------------------------------------------


@right("counts rows and columns in Python")
def counts(u, truth, shape):
    return math.dist(u, truth), _overlap(u, shape)


@right("rows minus the shift rounded up, not below 0")
def ceilings(u, truth, shape):
    left = np.maximum(np.array(shape) - np.ceil(np.abs(u)), 0)
    return np.linalg.norm(np.asarray(u, float) - np.asarray(truth)), 100 * left.prod() / np.prod(shape)


@right("a picture of ones is looked up, and counted; an array comes back")
def an_array(u, truth, shape):
    r, c = np.meshgrid(np.arange(shape[0]), np.arange(shape[1]), indexing="ij")
    y, x = r + u[0], c + u[1]
    inside = (y >= 0) & (x >= 0) & (y <= shape[0] - 1) & (x <= shape[1] - 1)
    return np.array([_error(u, truth), 100 * np.count_nonzero(inside) / inside.size])


@right("a loop over all pixels, a list comes back")
def a_loop(u, truth, shape):
    R, C = shape
    n = 0
    for r in range(R):
        for c in range(C):
            if 0 <= r + u[0] <= R - 1 and 0 <= c + u[1] <= C - 1:
                n += 1
    return [((u[0] - truth[0]) ** 2 + (u[1] - truth[1]) ** 2) ** 0.5, n / (R * C) * 100]


@right("complex numbers, and the outside is subtracted; float32")
def complex_numbers(u, truth, shape):
    R, C = shape
    out_r, out_c = min(math.ceil(abs(u[0])), R), min(math.ceil(abs(u[1])), C)
    out = out_r * C + out_c * R - out_r * out_c
    error = abs(complex(*u) - complex(*truth))
    return np.float32(error), np.float32(100 - 100 * out / (R * C))


# --- wrong ------------------------------------------------------------------------------------------------------------


@wrong("an overlap from 0 to 1", says="from 0 to 1")
def fraction(u, truth, shape):
    return _error(u, truth), _overlap(u, shape) / 100


@wrong("the overlap of what is left to go", says="what is left to go")
def left_to_go(u, truth, shape):
    return _error(u, truth), _overlap(np.subtract(u, truth), shape)


@wrong("the overlap at the truth")
def at_the_truth(u, truth, shape):
    return _error(u, truth), _overlap(truth, shape)


@wrong("rows and columns exchanged in the overlap", says="rows and columns exchanged")
def exchanged(u, truth, shape):
    return _error(u, truth), _overlap(u, shape[::-1])


@wrong("two negative factors make a positive overlap", says="without a floor")
def no_floor(u, truth, shape):
    R, C = shape
    return _error(u, truth), 100 * (R - math.ceil(abs(u[0]))) * (C - math.ceil(abs(u[1]))) / (R * C)


@wrong("an area instead of a count of pixels", says="is an area", credit=0.5)
def area(u, truth, shape):
    R, C = shape
    return _error(u, truth), 100 * max(R - abs(u[0]), 0) * max(C - abs(u[1]), 0) / (R * C)


@wrong("rounds the shift down: the last row counts although it looks outside")
def floors(u, truth, shape):
    R, C = shape
    left = max(R - math.floor(abs(u[0])), 0) * max(C - math.floor(abs(u[1])), 0)
    return _error(u, truth), 100 * left / (R * C)


@wrong("R itself is inside: x + u < R")
def last_row_inside(u, truth, shape):
    r, c = np.indices(shape)
    inside = (r + u[0] >= 0) & (r + u[0] < shape[0]) & (c + u[1] >= 0) & (c + u[1] < shape[1])
    return _error(u, truth), 100 * float(inside.mean())


@wrong("the last row and column are left out: x + u < R - 1")
def last_row_outside(u, truth, shape):
    r, c = np.indices(shape)
    inside = (r + u[0] >= 0) & (r + u[0] < shape[0] - 1) & (c + u[1] >= 0) & (c + u[1] < shape[1] - 1)
    return _error(u, truth), 100 * float(inside.mean())


@wrong("only positive shifts leave the frame")
def one_sign(u, truth, shape):
    return _error(u, truth), _overlap([max(v, 0) for v in u], shape)


@wrong("the way along rows plus the way along columns", says="along rows plus")
def city_blocks(u, truth, shape):
    return abs(u[0] - truth[0]) + abs(u[1] - truth[1]), _overlap(u, shape)


@wrong("the squared distance", says="squared distance")
def squared(u, truth, shape):
    return _error(u, truth) ** 2, _overlap(u, shape)


@wrong("the larger of the two", says="larger of the two")
def largest(u, truth, shape):
    return float(np.abs(np.subtract(u, truth)).max()), _overlap(u, shape)


@wrong("the root of the mean square", says="root of a mean")
def rms(u, truth, shape):
    return _error(u, truth) / math.sqrt(2), _overlap(u, shape)


@wrong("an error with a sign for each axis")
def signed(u, truth, shape):
    return np.subtract(u, truth), _overlap(u, shape)


@wrong("u plus truth: one of them taken for the movement of the content")
def added(u, truth, shape):
    return _error(u, [-t for t in truth]), _overlap(u, shape)


@wrong("overlap first")
def overlap_first(u, truth, shape):
    return _overlap(u, shape), _error(u, truth)


@wrong("the error only")
def error_only(u, truth, shape):
    return _error(u, truth)


@wrong("the difference of the lengths")
def lengths(u, truth, shape):
    return abs(np.linalg.norm(u) - np.linalg.norm(truth)), _overlap(u, shape)


@wrong("lists cannot be subtracted")
def arrays_only(u, truth, shape):
    return float(np.linalg.norm(u - truth)), _overlap(u, shape)


@wrong("a message instead of numbers")
def a_message(u, truth, shape):
    return f"error {_error(u, truth):.2f} px", f"overlap {_overlap(u, shape):.0f} %"


@wrong("square pictures only: shape[0] twice")
def square_only(u, truth, shape):
    return _error(u, truth), _overlap(u, (shape[0], shape[0]))


@wrong("the per cent that is lost")
def lost(u, truth, shape):
    return _error(u, truth), 100 - _overlap(u, shape)


@wrong("whole numbers only: the error is rounded")
def rounded(u, truth, shape):
    return round(_error(u, truth)), _overlap(u, shape)


@wrong("subtracts the truth in the caller's array", says="changed its input")
def in_place(u, truth, shape):
    overlap = _overlap(u, shape)
    u = np.asarray(u, float)
    u -= truth
    return float(np.hypot(*u)), overlap


@wrong("tuples become arrays, lists do not")
def no_lists(u, truth, shape):
    u, truth = (np.array(v) if isinstance(v, tuple) else v for v in (u, truth))
    return float(np.linalg.norm(u - truth)), _overlap(u, shape)


@wrong("the overlap of a u rounded to three digits")
def rounded_a_little(u, truth, shape):
    return _error(u, truth), _overlap(np.round(u, 3), shape)


@wrong("the overlap of a u rounded to whole pixels")
def overlap_of_rounded(u, truth, shape):
    return _error(u, truth), _overlap(np.round(u), shape)
