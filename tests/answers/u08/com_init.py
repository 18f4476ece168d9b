"""Answers to U08.com_init."""

import numpy as np
from scipy import ndimage

from answers import right, wrong


def _centre(I):
    I = np.asarray(I, float)
    r, c = np.indices(I.shape)
    return np.array([(r * I).sum(), (c * I).sum()]) / I.sum()


@right("SciPy's centre of mass")
def scipys(I, J):
    return np.subtract(ndimage.center_of_mass(np.asarray(I)), ndimage.center_of_mass(np.asarray(J)))


@right("np.average with weights, a tuple")
def average(I, J):
    r, c = np.indices(np.shape(I))
    return tuple(np.average(k, weights=I) - np.average(k, weights=J) for k in (r, c))


@right("sums along the axes")
def marginals(I, J):
    def centre(P):
        P = np.asarray(P, dtype=float)
        rows, columns = P.sum(axis=1), P.sum(axis=0)
        return np.array([rows @ np.arange(rows.size) / rows.sum(), columns @ np.arange(columns.size) / columns.sum()])

    return centre(I) - centre(J)


@right("a double loop, a list")
def loop(I, J):
    out = []
    for P in (np.asarray(I).tolist(), np.asarray(J).tolist()):
        total = sum(map(sum, P))
        out.append(
            (
                sum(r * v for r, row in enumerate(P) for v in row) / total,
                sum(c * v for row in P for c, v in enumerate(row)) / total,
            )
        )
    return [a - b for a, b in zip(*out, strict=True)]


@right("einsum, float64 after probabilities")
def einsum(I, J):
    p, q = (np.asarray(P, float) / np.sum(P, dtype=float) for P in (I, J))
    return np.einsum("ij,kij->k", p, np.indices(p.shape)) - np.einsum("ij,kij->k", q, np.indices(q.shape))


@wrong("from I to J", says="the way from I to J")
def backwards(I, J):
    return _centre(J) - _centre(I)


@wrong("x, y", says="(columns, rows)")
def exchanged(I, J):
    return (_centre(I) - _centre(J))[::-1]


@wrong("centres of the outlines", says="outlines")
def outlines(I, J):
    return _centre(np.asarray(I) > 0) - _centre(np.asarray(J) > 0)


@wrong("the brightest pixels", says="the brightest pixels")
def peaks(I, J):
    return np.subtract(*(np.array(np.unravel_index(np.argmax(P), np.shape(P))) for P in (I, J))).astype(float)


@wrong("to the middle of the frame", says="the middle of the frame")
def middle(I, J):
    return (np.array(np.shape(I)) - 1) / 2 - _centre(J)


@wrong("whole pixels", says="do not round")
def rounded(I, J):
    return np.rint(_centre(I) - _centre(J))


@wrong("both are divided by the sum of I")
def one_sum(I, J):
    I, J = np.asarray(I, float), np.asarray(J, float)
    k = np.indices(I.shape)
    return ((k * I).sum(axis=(1, 2)) - (k * J).sum(axis=(1, 2))) / I.sum()


@wrong("divided by the number of pixels")
def by_size(I, J):
    k = np.indices(np.shape(I))
    return (k * np.asarray(I, float)).mean(axis=(1, 2)) - (k * np.asarray(J, float)).mean(axis=(1, 2))


@wrong("products in bytes wrap around")
def wraps(I, J):
    def centre(P):
        P = np.asarray(P)
        k = np.indices(P.shape).astype(P.dtype)
        return (k * P).sum(axis=(1, 2)) / P.sum()

    return centre(I) - centre(J)


@wrong("both axes summed over rows")
def one_axis(I, J):
    def centre(P):
        P = np.asarray(P, float)
        r, _ = np.indices(P.shape)
        return np.array([(r * P).sum(), (r * P).sum()]) / P.sum()

    return centre(I) - centre(J)


@wrong("a threshold that nobody asked for")
def threshold(I, J):
    return _centre(np.where(np.asarray(I) > np.mean(I), I, 0)) - _centre(np.where(np.asarray(J) > np.mean(J), J, 0))


@wrong("the background is subtracted")
def without_background(I, J):
    return _centre(np.asarray(I, float) - np.min(I)) - _centre(np.asarray(J, float) - np.min(J))


@wrong("a distance instead of a way", says="without its signs")
def distance(I, J):
    return np.abs(_centre(I) - _centre(J))


@wrong("the centre of I alone")
def alone(I, J):
    return _centre(I)


@wrong("rows counted from 1 in one of them")
def from_one(I, J):
    return _centre(I) + 1 - _centre(J)


@wrong("theta comes along: three numbers")
def three(I, J):
    return [0.0, *(_centre(I) - _centre(J))]


@wrong("normalises the caller's picture in place")
def in_place(I, J):
    out = _centre(I) - _centre(J)
    I /= I.sum()
    return out


@right("naive sums in single precision")
def single(I, J):
    def centre(P):
        P = np.asarray(P).astype(np.float32)
        r, c = np.indices(P.shape).astype(np.float32)
        return np.array([(P * r).sum() / P.sum(), (P * c).sum() / P.sum()])

    return centre(I) - centre(J)


@wrong("cut to whole pixels", says="do not round")
def cut(I, J):
    return (_centre(I) - _centre(J)).astype(int)


@wrong("half of the way", says="half of the way")
def half(I, J):
    return (_centre(I) - _centre(J)) / 2


@wrong("from the middle of the frame to I", says="from the middle of the frame")
def from_the_middle(I, J):
    return _centre(I) - (np.array(np.shape(I)) - 1) / 2


@wrong("nothing")
def nothing(I, J):
    return np.zeros(2)


@wrong("grey values are cut to whole numbers")
def whole_greys(I, J):
    return _centre(np.asarray(I).astype(int)) - _centre(np.asarray(J).astype(int))


@wrong("sums in 16 bits")
def sixteen_bits(I, J):
    def centre(P):
        P = np.asarray(P)
        P = P.astype(np.uint16) if P.dtype == np.uint8 else P.astype(float)
        return np.array([(P * k.astype(P.dtype)).sum() / P.sum() for k in np.indices(P.shape)])

    return centre(I) - centre(J)
