"""An image as its file holds it: what every reader of a format returns."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from coursereg import _check
from coursereg.space.grid import as_affine

#: The worlds that files speak of. "ras": right, front, top in mm, as NIfTI. "rows": (row, column) in pixels.
FRAMES = ("ras", "rows")


@dataclass(frozen=True)
class ImageFile:
    """
    An image from a file.

    Attributes
    ----------
    path : Path
    data : ndarray of shape (R, C) or (S, R, C)
        Grey values in the machine's byte order.
    affine : ndarray of shape (D + 1, D + 1)
        Indices to the world.
    frame : {"ras", "rows"}
        Which world: mm to the right, front and top, or pixels.
    header : nibabel header or None
    notes : tuple of str
        What a user should know about the file, one sentence each.
    slab : (int or None, ndarray of shape (4, 4)) or None
        Of a NIfTI file of one slice: the axis along which it is one sample thick, if it has three, and the file's own
        matrix in mm, so that what is written like it lies where it lies.
    """

    path: Path
    data: np.ndarray = field(repr=False)
    affine: np.ndarray
    frame: str
    header: Any = field(default=None, repr=False)
    notes: tuple[str, ...] = ()
    slab: Any = field(default=None, repr=False)


def image_file(path, data, affine, frame, header=None, notes=(), slab=None):
    """Return an `ImageFile` whose array and matrix have been looked at."""
    data = np.asanyarray(data)
    if data.dtype.kind not in _check.KINDS:
        what = "colours" if data.dtype.kind == "V" else f"values of dtype {data.dtype}"
        msg = f"{path} holds {what}; an image must hold real numbers"
        raise ValueError(msg)
    if not data.size:
        msg = f"{path} has no sample, its shape is {data.shape}"
        raise ValueError(msg)
    if not data.dtype.isnative:
        data = data.astype(data.dtype.newbyteorder("="))
    affine = as_affine(f"the matrix of {path}", affine, data.ndim)
    return ImageFile(path, np.ascontiguousarray(data), affine, frame, header, tuple(notes), slab)


def one_of_many(path, count, volume, what):
    """Return which volume of a file to take: the only one, or the one that was asked for."""
    if volume is None:
        if count == 1:
            return 0
        how = "in a command --volume, --static-volume or --moving-volume"
        msg = f"{path} holds {count} {what}; choose one of them with volume=0 to {count - 1} ({how})"
        raise ValueError(msg)
    volume = _check.whole("volume", volume, 0)
    if volume >= count:
        msg = f"{path} holds {count} {what}, volume must be at most {count - 1}, got {volume}"
        raise ValueError(msg)
    return volume
