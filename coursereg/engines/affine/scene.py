"""What `AffineRegistration.optimize` is handed, checked and made ready."""

import warnings
from typing import NamedTuple

import numpy as np

from coursereg import _check
from coursereg.engines.affine.alignment import register_affine
from coursereg.engines.affine.sampled import as_transform
from coursereg.space.affine_map import AffineMap
from coursereg.space.centers import transform_centers_of_mass, transform_geometric_centers, transform_origins
from coursereg.space.grid import as_affine
from coursereg.space.images import as_mask, as_picture
from coursereg.space.parametric import as_kind
from coursereg.space.resample import filled

STARTS = {"mass": transform_centers_of_mass, "voxel-origin": transform_origins, "centers": transform_geometric_centers}
SEARCH = "search"  # the rigid map of `register_affine`


class Scene(NamedTuple):
    """An image for the search: finite everywhere, and where it is known."""

    data: np.ndarray
    mask: np.ndarray | None  # bool; None if it is known everywhere
    affine: np.ndarray


def as_scene(name, image, grid2world, mask):
    """Return the `Scene` of an image and its mask, which is ignored if it is nowhere above 0."""
    picture = as_picture(name, image)
    affine = picture.affine if grid2world is None else as_affine(f"{name}_grid2world", grid2world, picture.data.ndim)
    known = picture.known
    if mask is not None:
        mask = as_mask(f"{name}_mask", mask, known.shape)
        if mask.any():
            known = known & mask
        else:
            warnings.warn(f"{name}_mask is nowhere above 0 and is ignored", UserWarning, stacklevel=4)
    if not known.any():
        msg = f"{name} must have a finite sample where {name}_mask is above 0, got none among {known.size}"
        raise ValueError(msg)
    low, high = picture.data[known].min(), picture.data[known].max()
    if low == high:
        msg = f"{name} must not be constant where it is known, got {low:g} at all of {np.count_nonzero(known)} samples"
        raise ValueError(msg)
    # what is not known must not be smoothed into what is: neither an infinity nor a hot voxel outside the mask
    data = np.clip(filled(picture.data, picture.known), low, high)
    return Scene(data, None if known.all() else known, affine)


def as_kind_of(transform, ndim):
    """Return the transform object that is meant, of the images' dimension."""
    return as_kind(transform, ndim) if isinstance(transform, str) else as_transform(transform, ndim)


def as_parameters(transform, params0):
    """Return where to start, by default at the identity."""
    identity = np.array(transform.get_identity_parameters(), dtype=np.float64)
    if params0 is None:
        return identity
    params0 = _check.as_numbers("params0", params0, ndim=1).astype(np.float64)
    _check.finite("params0", params0)
    if params0.shape != identity.shape:
        msg = f"params0 must have {identity.size} parameters for {type(transform).__name__}, got {params0.size}"
        raise ValueError(msg)
    return params0


def as_start(starting_affine, static, moving):
    """Return the matrix from the static to the moving world with which to begin."""
    ndim = static.data.ndim
    if starting_affine is None:
        return np.eye(ndim + 1)
    if not isinstance(starting_affine, str):
        if isinstance(starting_affine, AffineMap):
            return np.eye(ndim + 1) if starting_affine.affine is None else starting_affine.affine.copy()
        if not isinstance(starting_affine, np.ndarray | list | tuple):
            msg = f"starting_affine must be a matrix or one of {_names()}, got {starting_affine!r}"
            raise ValueError(msg)
        return as_affine("starting_affine", starting_affine, ndim)
    if starting_affine == SEARCH:
        pairs = ((s.data, s.affine) for s in (static, moving))
        masks = {"static_mask": static.mask, "moving_mask": moving.mask}
        return register_affine(*pairs, "rigid", **masks).matrix
    if starting_affine not in STARTS:
        msg = f"starting_affine must be a matrix or one of {_names()}, got {starting_affine!r}"
        raise ValueError(msg)
    images = [s.data if s.mask is None else np.where(s.mask, s.data, 0) for s in (static, moving)]
    return STARTS[starting_affine](images[0], static.affine, images[1], moving.affine).affine


def _names():
    return ", ".join(map(repr, (*STARTS, SEARCH)))
