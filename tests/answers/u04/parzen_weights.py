"""Answers to U04.parzen_weights."""

import math

import numpy as np

from answers import right, wrong


def _u(x, lo, hi, nbins):
    return 2 + (nbins - 4) * (x - lo) / (hi - lo)


def _b3(t):
    t = np.abs(t)
    return np.where(t <= 1, 2 / 3 - t**2 + t**3 / 2, np.where(t < 2, (2 - t) ** 3 / 6, 0.0))


@right("kernel of the distances")
def by_kernel(x, lo, hi, nbins):
    u = _u(x, lo, hi, nbins)
    return _b3(math.floor(u) + np.arange(-1, 3) - u)


@right("polynomials of the fraction, a list")
def by_polynomials(x, lo, hi, nbins):
    u = _u(float(x), lo, hi, nbins)
    k = min(int(u), nbins - 3)
    s = u - k
    return [(1 - s) ** 3 / 6, (3 * s**3 - 6 * s**2 + 4) / 6, (-3 * s**3 + 3 * s**2 + 3 * s + 1) / 6, s**3 / 6]


@right("bin width first, as Mattes does; float32")
def by_width(x, lo, hi, nbins):
    delta = (hi - lo) / (nbins - 4)
    u = x / delta - (lo / delta - 2)
    k = np.clip(np.floor(u), 2, nbins - 3)
    return _b3(k + np.arange(-1, 3) - u).astype(np.float32)


@right("scipy's B-spline")
def by_scipy(x, lo, hi, nbins):
    from scipy.interpolate import BSpline

    u = _u(x, lo, hi, nbins)
    k = min(math.floor(u), nbins - 3)
    spline = BSpline.basis_element(np.arange(-2.0, 3.0), extrapolate=False)
    return np.nan_to_num(spline(np.arange(k - 1, k + 3) - u))


@right("a loop with two cases")
def by_loop(x, lo, hi, nbins):
    u = _u(x, lo, hi, nbins)
    k = int(np.floor(u))
    out = []
    for b in (k - 1, k, k + 1, k + 2):
        t = abs(b - u)
        out.append((4 - 6 * t * t + 3 * t**3) / 6 if t <= 1 else (2 - t) ** 3 / 6)
    return np.array(out)


@wrong("the bins k ... k + 3", says="four around u")
def shifted_bins(x, lo, hi, nbins):
    u = _u(x, lo, hi, nbins)
    return _b3(min(math.floor(u), nbins - 3) + np.arange(4) - u)


@wrong("the bins k - 2 ... k + 1", says="four around u")
def shifted_back(x, lo, hi, nbins):
    u = _u(x, lo, hi, nbins)
    return _b3(min(math.floor(u), nbins - 3) + np.arange(-2, 2) - u)


@wrong("reverse order", says="reverse order")
def reversed_order(x, lo, hi, nbins):
    return by_polynomials(x, lo, hi, nbins)[::-1]


@wrong("linear weights", says="linear weights")
def tent(x, lo, hi, nbins):
    u = _u(x, lo, hi, nbins)
    k = min(math.floor(u), nbins - 3)
    return np.maximum(1 - np.abs(k + np.arange(-1, 3) - u), 0)


@wrong("the interpolating cubic kernel: negative lobes", says="goes below 0")
def interpolating(x, lo, hi, nbins):
    u = _u(x, lo, hi, nbins)
    t = np.abs(min(math.floor(u), nbins - 3) + np.arange(-1, 3) - u)
    return np.where(t <= 1, 1 - 2.5 * t**2 + 1.5 * t**3, 2 - 4 * t + 2.5 * t**2 - 0.5 * t**3)


@wrong("1/6 forgotten", says="factor 1/6")
def six_times(x, lo, hi, nbins):
    return 6 * np.asarray(by_polynomials(x, lo, hi, nbins))


@wrong("nbins - 2 steps between lo and hi", says="nbins - 2 steps")
def longer_axis(x, lo, hi, nbins):
    u = 2 + (nbins - 2) * (x - lo) / (hi - lo)
    k = min(math.floor(u), nbins - 3)
    t = np.abs(k + np.arange(-1, 3) - u)
    return np.where(t <= 1, (4 - 6 * t**2 + 3 * t**3) / 6, np.where(t < 2, (2 - t) ** 3 / 6, 0))


@wrong("no spare bins: another legal axis", says="no spare bins", credit=0.5)
def no_padding(x, lo, hi, nbins):
    u = (x - lo) * (nbins - 1) / (hi - lo)
    return _b3(math.floor(u) + np.arange(-1, 3) - u)


@wrong("one spare bin at each end")
def one_spare(x, lo, hi, nbins):
    u = 1 + (x - lo) * (nbins - 2) / (hi - lo)
    return _b3(math.floor(u) + np.arange(-1, 3) - u)


@wrong("distance from the bin's index, without the range")
def raw_grey_value(x, lo, hi, nbins):
    return _b3(math.floor(x) + np.arange(-1, 3) - x)


@wrong("Gaussian weights that are made to sum to 1")
def gaussian(x, lo, hi, nbins):
    u = _u(x, lo, hi, nbins)
    w = np.exp(-0.5 * (min(math.floor(u), nbins - 3) + np.arange(-1, 3) - u) ** 2 / (1 / 3))
    return w / w.sum()


@wrong("the nearest bin instead of the one below: k = round(u)")
def rounded_bin(x, lo, hi, nbins):
    u = _u(x, lo, hi, nbins)
    return _b3(round(u) + np.arange(-1, 3) - u)


@wrong("a sign in the near part: 4 - 6 t^2 - 3 t^3")
def sign_slip(x, lo, hi, nbins):
    u = _u(x, lo, hi, nbins)
    t = np.abs(min(math.floor(u), nbins - 3) + np.arange(-1, 3) - u)
    return np.where(t <= 1, (4 - 6 * t**2 - 3 * t**3) / 6, (2 - t) ** 3 / 6)


@wrong("all weights in the nearest bin: a box")
def box(x, lo, hi, nbins):
    u = _u(x, lo, hi, nbins)
    w = np.zeros(4)
    w[1 + int(u - math.floor(u) >= 0.5)] = 1
    return w


@wrong("integer division when the input is integer")
def integer_division(x, lo, hi, nbins):
    part = (x - lo) // (hi - lo) if all(isinstance(v, int) for v in (x, lo, hi)) else (x - lo) / (hi - lo)
    u = 2 + part * (nbins - 4)
    return _b3(min(math.floor(u), nbins - 3) + np.arange(-1, 3) - u)
