"""Answers to U02.new_shape."""

import math
from fractions import Fraction

import numpy as np

from answers import right, wrong


def _extents(shape, zooms, new_zooms):
    return [float(n) * float(a) / float(b) for n, a, b in zip(shape, zooms, new_zooms, strict=True)]


@right("round() over a zip")
def rounded(shape, zooms, new_zooms):
    return tuple(round(x) for x in _extents(shape, zooms, new_zooms))


@right("np.rint, returns an int array")
def rint(shape, zooms, new_zooms):
    return np.rint(np.asarray(shape) * np.asarray(zooms, float) / np.asarray(new_zooms)).astype(int)


@right("exact fractions, returns a list")
def fractions(shape, zooms, new_zooms):
    return [
        round(Fraction(int(n)) * Fraction(float(a)) / Fraction(float(b))) for n, a, b in zip(shape, zooms, new_zooms, strict=True)
    ]


@right("divides by the ratio of the voxel sizes")
def ratio(shape, zooms, new_zooms):
    scale = np.asarray(new_zooms, float) / np.asarray(zooms, float)
    return tuple(np.round(np.asarray(shape) / scale).astype(np.int64).tolist())


@wrong("rounds down with int()", says="floor")
def cut(shape, zooms, new_zooms):
    return tuple(int(x) for x in _extents(shape, zooms, new_zooms))


@wrong("always rounds up", says="rounding up")
def up(shape, zooms, new_zooms):
    return tuple(math.ceil(x) for x in _extents(shape, zooms, new_zooms))


@wrong("old and new voxel size exchanged", says="exchanged")
def exchanged(shape, zooms, new_zooms):
    return rounded(shape, new_zooms, zooms)


@wrong("returns floats, not rounded at all")
def not_rounded(shape, zooms, new_zooms):
    return tuple(_extents(shape, zooms, new_zooms))


@wrong("rounded, but still float")
def float_numbers(shape, zooms, new_zooms):
    return np.round(_extents(shape, zooms, new_zooms))


@wrong("measures from centre to centre: n - 1 steps", says="centre to centre")
def centres(shape, zooms, new_zooms):
    return tuple(round((n - 1) * float(a) / float(b)) + 1 for n, a, b in zip(shape, zooms, new_zooms, strict=True))


@wrong("uses the first axis' voxel sizes for all axes")
def first_axis(shape, zooms, new_zooms):
    return tuple(round(n * float(zooms[0]) / float(new_zooms[0])) for n in shape)


@wrong("rounds the ratio before multiplying")
def ratio_rounded(shape, zooms, new_zooms):
    return tuple(int(n) * max(1, round(float(a) / float(b))) for n, a, b in zip(shape, zooms, new_zooms, strict=True))


@wrong("a half goes up: int(x + 0.5)", says="2.5 rounded up")
def half_up(shape, zooms, new_zooms):
    return tuple(int(x + 0.5) for x in _extents(shape, zooms, new_zooms))


@wrong("integer division of the field of view")
def floor_division(shape, zooms, new_zooms):
    return tuple(int(round(n * float(a)) // round(float(b) + 0.4999)) for n, a, b in zip(shape, zooms, new_zooms, strict=True))
