"""
How an affine map is found by mutual information, in readable NumPy: the table, its slope, Fisher's matrix, a halving.

The static image is sampled at places that never change, and each sample keeps its static bin. Under a map it looks up
a grey value of the moving image, in units of bins, and shares one count among four bins. The engine's loops are in
`coursereg.kernels.affine_information`.
"""

import numpy as np

from coursereg.course.plain.parzen import cubic_spline, cubic_spline_derivative


def looked_up(moving, places, m):
    """
    Return value and slope of the moving image where the map m (3, 4) takes places (N, 3); nan outside.

    Notes
    -----
    Trilinear: along one axis the value changes by the difference of the two sides of the cell.
    """
    p = places @ m[:, :3].T + m[:, 3]
    inside = ((p >= 0) & (p < np.array(moving.shape) - 1)).all(axis=1)
    value, slope = np.full(len(p), np.nan), np.full((len(p), 3), np.nan)
    i = np.floor(p[inside]).astype(int)
    t = p[inside] - i
    value[inside], slope[inside] = 0, 0
    for corner in np.ndindex(2, 2, 2):
        v = moving[tuple((i + corner).T)]
        w = np.where(corner, t, 1 - t)
        value[inside] += v * w.prod(axis=1)
        for a in range(3):
            others = np.delete(w, a, axis=1).prod(axis=1)
            slope[inside, a] += v * others * (1 if corner[a] else -1)
    return value, slope


def windowed_table(bins, value, shape):
    """Return the joint table: every sample shares one count among the bins within two of its moving value."""
    table = np.zeros(shape)
    known = np.isfinite(value)
    for m in range(shape[1]):
        np.add.at(table, (bins[known], m), cubic_spline(value[known] - m))
    return table


def score(table):
    """Return how much the mutual information gains by a count in each cell: log(p[s, m] / p[m])."""
    column = table.sum(axis=0)
    out = np.zeros(table.shape)
    met = column > 0
    out[:, met] = np.log(np.maximum(table[:, met] / column[met], 1e-9))
    return out


def slope_and_fisher(bins, value, slope, places, scores):
    """
    Return the slope of the mutual information by the twelve numbers of the map, and Fisher's matrix.

    Notes
    -----
    The chain rule, sample by sample: score to moving value (through the window's derivative), to place, to map.
    """
    known = np.isfinite(value)
    gain = np.zeros(known.sum())
    for m in range(scores.shape[1]):
        gain += scores[bins[known], m] * cubic_spline_derivative(value[known] - m)
    to_map = slope[known][:, :, None] * np.column_stack([places[known], np.ones(known.sum())])[:, None, :]
    each = gain[:, None] * to_map.reshape(-1, 12)
    return each.sum(axis=0) / known.sum(), each.T @ each / known.sum()


def halved(image, axis):
    """Return the image blurred by [1, 3, 3, 1] / 8 along an axis, one of two samples kept, between the old ones."""
    image = np.moveaxis(image, axis, 0)
    if len(image) % 2:
        image = np.concatenate([image, image[-1:]])
    longer = np.concatenate([image[:1], image, image[-1:]])
    out = (longer[:-3:2] + 3 * longer[1:-2:2] + 3 * longer[2:-1:2] + longer[3::2]) / 8
    return np.moveaxis(out, 0, axis)
