"""Two images on one grid as a reader sees them: planes of the body, with right and left where they belong."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

TALLEST = 300  # pixels of the longest side of an image
BEGINS = ("left", "back", "bottom")
EDGES = {  # what lies to the left, right, top and bottom of the picture
    "axial": ("left", "right", "front", "back"),
    "coronal": ("left", "right", "top", "bottom"),
    "sagittal": ("back", "front", "top", "bottom"),
    "rows": ("left", "right", "top", "bottom"),
    "ras": ("left", "right", "front", "back"),
}
ENOUGH = 2**21  # samples, to find the middle


@dataclass(frozen=True)
class Plane:
    """
    A cut through the static grid.

    Attributes
    ----------
    name : str
        "axial", "coronal", "sagittal", or "picture".
    where : str
        Which slice, in words.
    edges : tuple of str
        What lies to the left, right, top and bottom.
    shape : tuple of int
        Of the cut: that of the static image, with 1 along the axis that is cut.
    grid2world : ndarray of shape (D + 1, D + 1)
        Of the cut.
    index : tuple of slice
        The cut in the static array.
    flat : callable
        Takes an array of that shape to rows downwards and columns to the right.
    size : tuple of two int
        Width and height in pixels of a screen.
    """

    name: str
    where: str
    edges: tuple[str, str, str, str]
    shape: tuple[int, ...]
    grid2world: np.ndarray
    index: tuple[slice, ...]
    flat: Callable[[np.ndarray], np.ndarray]
    size: tuple[int, int]


def planes(static, affine, frame):
    """Return the planes through the middle of what is bright in the static image."""
    if frame == "rows":
        return [_picture(static, affine, "rows", np.asarray, (1, 1))]
    order, spacing = upright(affine)
    turned = _turner(order)
    if static.ndim == 2:
        return [_picture(static, affine, "ras", lambda image: turned(image).T[::-1], spacing[::-1])]
    image = turned(static)
    step = max(1, round((static.size / ENOUGH) ** (1 / 3)))
    middle = [step * k for k in bright_middle(image[::step, ::step, ::step])]
    longest = np.multiply(image.shape, spacing).max()
    out = []
    for name, axis in (("axial", 2), ("coronal", 1), ("sagittal", 0)):
        k, n = middle[axis], image.shape[axis]
        own = int(np.flatnonzero(order[:, 0] == axis)[0])  # the axis of the static array
        at = k if order[own, 1] > 0 else n - 1 - k
        across, up = (a for a in range(3) if a != axis)
        shape, grid2world, index = _thin(static.shape, affine, own, at)
        size = _size((image.shape[up], image.shape[across]), (spacing[up], spacing[across]), longest)
        where = f"slice {k + 1} of {n} from the {BEGINS[axis]}"
        out.append(Plane(name, where, EDGES[name], shape, grid2world, index, _flattener(turned, axis), size))
    return out


def _picture(static, affine, frame, flat, spacing):
    """Return the only plane of a two-dimensional image."""
    size = _size(flat(np.empty(static.shape, bool)).shape, spacing)
    return Plane("picture", "", EDGES[frame], static.shape, affine, (slice(None),) * 2, flat, size)


def _thin(shape, affine, axis, at):
    """Return shape, matrix and index of one slice of a grid."""
    thin, start = list(shape), np.eye(4)
    thin[axis], start[axis, 3] = 1, at
    index = [slice(None)] * 3
    index[axis] = slice(at, at + 1)
    return tuple(thin), affine @ start, tuple(index)


def _turner(order):
    """Return a function that turns arrays until their axes go right, front and up."""
    from nibabel.orientations import apply_orientation

    return lambda image: apply_orientation(np.asarray(image), order)


def _flattener(turned, axis):
    """Return a function that makes rows and columns of a slice, its second axis upwards."""
    return lambda thin: np.take(turned(thin), 0, axis=axis).T[::-1]


def _size(shape, spacing, longest=None):
    """Return width and height on the screen for rows and columns of some spacing, all planes to one scale."""
    height, width = np.multiply(shape, spacing)
    scale = TALLEST / (longest or max(height, width))
    return max(1, round(width * scale)), max(1, round(height * scale))


def upright(affine):
    """Return nibabel's orientation of a grid, and its spacings along right, front and up."""
    from nibabel.orientations import io_orientation

    dim = len(affine) - 1
    whole = np.eye(4)
    whole[:dim, :dim] = affine[:dim, :dim]
    order = io_orientation(whole)[:dim]
    spacing = np.empty(dim)
    spacing[order[:, 0].astype(int)] = np.linalg.norm(affine[:dim, :dim], axis=0)
    return order, spacing


def bright_middle(image):
    """Return the index, along each axis, with as much brightness before it as behind."""
    light = np.nan_to_num(image.astype(float), posinf=0, neginf=0)
    light = np.clip(light - np.median(light), 0, None)
    out = []
    for axis in range(image.ndim):
        along = light.sum(axis=tuple(a for a in range(image.ndim) if a != axis)).cumsum()
        out.append(int(np.searchsorted(along, along[-1] / 2)) if along[-1] > 0 else image.shape[axis] // 2)
    return out
