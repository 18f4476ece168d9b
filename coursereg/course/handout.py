"""The functions of the hand-out: fast, and correct for every dtype. Axis 0 is the first image."""

import numpy as np
from scipy import ndimage

from coursereg import _check
from coursereg.similarity.joint import mutual_information


def JointHist(I, J, bins=None, normed=False):  # noqa: N802, E741
    I, J = _check.image_pair(I=I, J=J)
    if bins is None:
        bins = [_levels(x) for x in (I, J)]
    H = np.histogram2d(I.ravel().astype(float), J.ravel().astype(float), bins)[0]
    return H / H.sum() if normed else H


def _levels(x):
    if x.dtype.kind == "f":
        return 64
    n = int(x.max()) - int(x.min()) + 1
    return n if n <= 256 else 64


def SSD(I, J):  # noqa: N802, E741
    I, J = _check.image_pair(I=I, J=J)
    d = (I.astype(float) - J.astype(float)).ravel()
    return float(d @ d)


def corr(I, J):  # noqa: E741
    I, J = _check.image_pair(I=I, J=J)
    if I.min() == I.max() or J.min() == J.max():
        return float("nan")
    x, y = (a.astype(float).ravel() - a.mean(dtype=float) for a in (I, J))
    return float(np.clip(x @ y / np.sqrt((x @ x) * (y @ y)), -1, 1))


def MI(I, J, bins=None):  # noqa: N802, E741
    return mutual_information(JointHist(I, J, bins))


def translation(I, p, q):  # noqa: E741
    I = _check.as_numbers("I", I, ndim=2)
    _check.finite("I", I)
    return ndimage.shift(I.astype(float), (_check.number("p", p), _check.number("q", q)), order=3)
