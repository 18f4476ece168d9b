"""Places at which two images may be compared, when all samples would be too many."""

import numpy as np

from coursereg import _check
from coursereg.space.grid import Grid, as_rows

SEED = 1234  # DIPY's


def sample_domain_regular(k, shape, grid2world, sigma=0.25, rng=None):
    """
    Every k-th sample of a grid, each moved a little at random.

    Parameters
    ----------
    k : int
        One of that many samples is taken, in the order in which they lie in memory, beginning with the first.
    shape : sequence of D int
        Shape of the grid.
    grid2world : array_like of shape (D + 1, D + 1) or None
        Homogeneous matrix from indices to the world; its last row may be missing. None is the identity.
    sigma : float, default: 0.25
        Standard deviation of the moves along each axis, in samples.
    rng : numpy.random.Generator or int, optional
        Source of the moves, or its seed; by default 1234, so that two calls give the same points.

    Returns
    -------
    ndarray of shape (n // k, D)
        World coordinates, for a grid of n samples.

    Raises
    ------
    TypeError
        If `k` or an entry of `shape` is not whole, or `grid2world` does not hold real numbers.
    ValueError
        If `k` is below 1 or above the number of samples, `shape` does not have 2 or 3 entries of at least 1, `sigma` is
        negative or not finite, or `grid2world` has another shape or is not finite.

    Notes
    -----
    Samples on the grid itself meet the samples of the other image for every whole shift, which then looks better than
    it is; moved ones never do.

    Examples
    --------
    >>> sample_domain_regular(4, (3, 5), np.diag([2, 2, 1]), sigma=0)
    array([[0., 0.],
           [0., 8.],
           [2., 6.]])
    """
    shape = Grid(shape).shape
    rows = as_rows("grid2world", grid2world, len(shape))
    k, sigma = _check.whole("k", k, lowest=1), _check.number("sigma", sigma)
    if sigma < 0:
        msg = f"sigma must be at least 0, got {sigma}"
        raise ValueError(msg)
    count = int(np.prod(shape)) // k
    if not count:
        msg = f"k must be at most the number of samples, got {k} for shape {shape}"
        raise ValueError(msg)
    index = np.stack(np.unravel_index(np.arange(count) * k, shape), axis=-1)
    moves = np.random.default_rng(SEED if rng is None else rng).standard_normal(index.shape)
    return (index + sigma * moves) @ rows[:, :-1].T + rows[:, -1]
