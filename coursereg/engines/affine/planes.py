"""A plane as a thin volume: 2-D images, places and maps for the kernels, which know three axes."""

import numpy as np


def with_planes(image):
    """Return a volume: a 2-D image twice, so that its samples can lie half way between."""
    return np.ascontiguousarray(image if image.ndim == 3 else np.stack([image, image]))


def as_places(points):
    """Return points (N, D) as places (N, 3) in such a volume."""
    return points if points.shape[1] == 3 else np.insert(points.astype(np.float64), 0, 0.5, axis=1)


def lifted(matrix, one=1.0):
    """Return matrices (..., 3, 3) of 2-D maps as those of volumes; ``one`` is 1 for a map, 0 for a derivative."""
    if matrix.shape[-1] == 4:
        return np.array(matrix)
    out = np.zeros((*matrix.shape[:-2], 4, 4))
    out[..., 1:, 1:], out[..., 0, 0] = matrix, one
    return out


def lowered(matrix, ndim):
    """Return the map of images of so many axes."""
    return matrix[3 - ndim :, 3 - ndim :].copy()
