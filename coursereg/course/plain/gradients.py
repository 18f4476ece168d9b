"""Slopes of a picture along the axes of the world in readable NumPy: the oracle of `coursereg.world_gradient`."""

import numpy as np
from scipy import ndimage


def world_gradient(image, world2grid, points):
    """
    Slopes of an image along the axes of the world, by differences over one sample.

    Parameters
    ----------
    image : ndarray of shape (R, C) or (S, R, C)
        The image.
    world2grid : ndarray of shape (D + 1, D + 1)
        Homogeneous matrix from the world to indices.
    points : ndarray of shape (N, D)
        World coordinates.

    Returns
    -------
    ndarray of shape (N, D)
        Change of the grey value per unit of the world; nan where a difference needs what is outside.

    Examples
    --------
    >>> world_gradient(np.array([[0.0, 6.0, 12.0]] * 3), np.eye(3), np.array([[1.0, 1.0]]))
    array([[0., 6.]])
    """
    linear, shift = world2grid[:-1, :-1], world2grid[:-1, -1]

    def look_up(places):
        return ndimage.map_coordinates(image, (places @ linear.T + shift).T, order=1, cval=np.nan)

    slopes = []
    for axis in np.eye(len(linear)):
        one_sample = 1 / np.linalg.norm(linear @ axis)  # mm along this axis of the world
        h = one_sample / 2 * axis
        slopes.append((look_up(points + h) - look_up(points - h)) / one_sample)
    return np.stack(slopes, axis=-1)
