"""What users hand in as images and masks: arrays, arrays with a matrix, NIfTI images."""

import os
from typing import NamedTuple

import numpy as np

from coursereg import _check
from coursereg.space.grid import as_affine


class Picture(NamedTuple):
    """An image: its samples, the matrix from indices to the world, and where it is known."""

    data: np.ndarray
    affine: np.ndarray
    known: np.ndarray  # bool; False where masked or not finite

    @property
    def spacing(self):
        """Distance of neighbouring samples along each axis, in mm."""
        return np.linalg.norm(self.affine[:-1, :-1], axis=0)

    def to_world(self, points):
        """Return world coordinates of indices, shape (..., D)."""
        return taken_through(self.affine, points)


def taken_through(matrix, points):
    """Return points of shape (..., D) taken through a homogeneous matrix."""
    # a copy of the block: a product with a part of a matrix is ten times slower
    return points @ np.ascontiguousarray(matrix[:-1, :-1].T) + matrix[:-1, -1]


def as_picture(name, image, mask=None):
    """Return a `Picture` of an array, an (array, affine) pair or an object such as nibabel's, and a mask."""
    if isinstance(image, str | os.PathLike):
        msg = f"{name} must hold real numbers, got the path {os.fspath(image)!r}; read it by coursereg.read_image"
        raise TypeError(msg)
    data, affine = image, None
    if hasattr(image, "dataobj") and hasattr(image, "affine"):
        data, affine = np.asanyarray(image.dataobj), image.affine
        if data.ndim == 4 and data.shape[3] == 1:  # a single volume
            data = data[..., 0]
    elif isinstance(image, tuple) and len(image) == 2 and np.ndim(image[1]) == 2:
        data, affine = image
    hidden = None
    if np.ma.isMaskedArray(data):
        hidden, data = np.ma.getmaskarray(data), np.ma.getdata(data)
    data = _check.as_numbers(name, data, ndim=(2, 3))
    affine = np.eye(data.ndim + 1) if affine is None else as_affine(f"the affine of {name}", affine, data.ndim)
    known = np.ones(data.shape, bool) if mask is None else as_mask(f"{name}'s mask", mask, data.shape)
    if hidden is not None:
        known &= ~hidden
    if data.dtype.kind == "f":
        known &= np.isfinite(data)
    if not known.any():
        what = "is masked everywhere" if mask is not None or hidden is not None else "has no finite sample"
        msg = f"{name} {what}: shape {data.shape}, no sample to compare"
        raise ValueError(msg)
    return Picture(data, affine, known)


def as_mask(name, mask, shape):
    """Return where a mask is above 0, as a new bool array; indices, as in ``x[mask]``, do as well as a whole array."""
    if isinstance(mask, tuple | slice):
        out = np.zeros(shape, bool)
        out[mask] = True
        return out
    mask = _check.as_numbers(name, getattr(mask, "dataobj", mask))
    if mask.shape != tuple(shape):
        msg = f"{name} must have the shape of the image, {tuple(shape)}, got {mask.shape}"
        raise ValueError(msg)
    return mask > 0
