"""Answers to U11.tre."""

import math

import numpy as np
from scipy.spatial.distance import cdist

from answers import right, wrong


def _moved(T, P):
    T, P = np.asarray(T, float), np.asarray(P, float)
    return P @ T[:-1, :-1].T + T[:-1, -1]


@right("homogeneous points, as columns")
def homogeneous(T, P, Q):
    h = np.vstack([np.transpose(P), np.ones(len(P))])
    d = (np.asarray(T) @ h)[:-1].T - Q
    return np.mean(np.sqrt((d**2).sum(axis=1)))


@right("a loop over points, math.dist")
def loop(T, P, Q):
    return sum(math.dist(_moved(T, [p])[0], q) for p, q in zip(P, Q)) / len(P)


@right("homogeneous points as rows, @ T.T, divided by the last coordinate")
def rows(T, P, Q):
    h = np.hstack([P, np.ones((len(P), 1))]) @ np.transpose(T)
    return float(np.linalg.norm(h[:, :-1] / h[:, -1:] - Q, axis=-1).mean())


@right("einsum and hypot in single precision")
def einsum(T, P, Q):
    T, P, Q = (np.asarray(a, np.float32) for a in (T, P, Q))
    d = np.einsum("ij,nj->ni", T[:-1, :-1], P) + T[:-1, -1] - Q
    return np.sqrt(np.einsum("ni,ni->n", d, d)).mean()


@right("the diagonal of all distances")
def diagonal(T, P, Q):
    return np.diag(cdist(_moved(T, P), np.asarray(Q, float))).mean()


@wrong("root of the mean square", says="root of the mean square")
def rms(T, P, Q):
    return np.sqrt(((_moved(T, P) - Q) ** 2).sum(axis=1).mean())


@wrong("mean of squared distances", says="*squared*")
def squared(T, P, Q):
    return ((_moved(T, P) - Q) ** 2).sum(axis=1).mean()


@wrong("mean over coordinates", says="mean over coordinates")
def coordinates(T, P, Q):
    return np.abs(_moved(T, P) - Q).mean()


@wrong("city blocks", says="sum of |coordinates|")
def city(T, P, Q):
    return np.abs(_moved(T, P) - Q).sum(axis=1).mean()


@wrong("one norm of the whole array", says="one length of the whole array")
def one_norm(T, P, Q):
    return np.linalg.norm(_moved(T, P) - Q)


@wrong("one norm, divided by n")
def one_norm_by_n(T, P, Q):
    return np.linalg.norm(_moved(T, P) - Q) / len(P)


@wrong("norm along the wrong axis")
def wrong_axis(T, P, Q):
    return np.linalg.norm(_moved(T, P) - Q, axis=0).mean()


@wrong("norm of the mean", says="errors that cancel")
def of_the_mean(T, P, Q):
    return np.linalg.norm((_moved(T, P) - Q).mean(axis=0))


@wrong("the largest", says="largest")
def largest(T, P, Q):
    return np.linalg.norm(_moved(T, P) - Q, axis=1).max()


@wrong("the median", says="median")
def median(T, P, Q):
    return np.median(np.linalg.norm(_moved(T, P) - Q, axis=1))


@wrong("the sum", says="sum of the distances")
def total(T, P, Q):
    return np.linalg.norm(_moved(T, P) - Q, axis=1).sum()


@wrong("one distance for each point")
def each(T, P, Q):
    return np.linalg.norm(_moved(T, P) - Q, axis=1)


@wrong("the transposed matrix", says="transposed")
def transposed(T, P, Q):
    T = np.asarray(T, float)
    return np.linalg.norm(np.asarray(P) @ T[:-1, :-1] + T[:-1, -1] - Q, axis=1).mean()


@wrong("points without their 1", says="without its shift")
def no_shift(T, P, Q):
    T = np.asarray(T, float)
    return np.linalg.norm(np.asarray(P) @ T[:-1, :-1].T - Q, axis=1).mean()


@wrong("T takes Q", says="applied to Q")
def backwards(T, P, Q):
    return np.linalg.norm(_moved(T, Q) - P, axis=1).mean()


@wrong("the inverse of T", says="inverse of T")
def inverse(T, P, Q):
    return np.linalg.norm(_moved(np.linalg.inv(T), P) - Q, axis=1).mean()


@wrong("points are not moved", says="never moved")
def unmoved(T, P, Q):
    return np.linalg.norm(np.asarray(P, float) - Q, axis=1).mean()


@wrong("FRE: a map is fitted to these points", says="a fit to these points")
def fre(T, P, Q):
    h = np.column_stack([P, np.ones(len(P))])
    best = np.linalg.lstsq(h, np.asarray(Q, float), rcond=None)[0]
    return np.linalg.norm(h @ best - Q, axis=1).mean()


@wrong("only two coordinates", says="first two coordinates")
def two(T, P, Q):
    return np.linalg.norm((_moved(T, P) - Q)[:, :2], axis=1).mean()


@wrong("the last coordinate of homogeneous points is kept: a 4-vector minus a row")
def homogeneous_kept(T, P, Q):
    h = np.column_stack([P, np.ones(len(P))]) @ np.transpose(T)
    return np.linalg.norm(h - np.column_stack([Q, np.zeros(len(Q))]), axis=1).mean()


@wrong("distance to the nearest point, whichever it is")
def nearest(T, P, Q):
    return cdist(_moved(T, P), np.asarray(Q, float)).min(axis=1).mean()


@wrong("whole numbers: rounded to the nearest voxel")
def rounded(T, P, Q):
    return np.linalg.norm(np.rint(_moved(T, P)) - Q, axis=1).mean()


@wrong("distances beyond 5 mm are left out as outliers")
def outliers(T, P, Q):
    d = np.linalg.norm(_moved(T, P) - Q, axis=1)
    return d[d < 5].mean() if (d < 5).any() else 0.0


@wrong("the mean of the squares of the coordinates under the root", says="divided by the root of D")
def by_root_of_D(T, P, Q):
    return np.sqrt(((_moved(T, P) - Q) ** 2).mean(axis=1)).mean()


@wrong("whole points stay whole: T(P) is written into an array like P", says="cut to whole numbers")
def like_P(T, P, Q):
    T, moved = np.asarray(T), np.zeros_like(P)
    for n, p in enumerate(P):
        moved[n] = T[:-1, :-1] @ p + T[:-1, -1]
    return np.linalg.norm(moved - Q, axis=1).mean()


@wrong("mean of n - 1", says="a division by N - 1")
def one_less(T, P, Q):
    return np.linalg.norm(_moved(T, P) - Q, axis=1).sum() / max(len(P) - 1, 1)


@wrong("P is moved in place")
def in_place(T, P, Q):
    moved = _moved(T, P)
    if isinstance(P, np.ndarray):
        P[...] = moved.astype(P.dtype)
    return np.linalg.norm(moved - Q, axis=1).mean()


@wrong("a cheat: the example's answer")
def typed_in(T, P, Q):
    return 2.0
