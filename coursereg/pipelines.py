"""
From files to files: read images, register or move them, write what came out.

Floor 6, beside course: here engines and files meet. `coursereg.report` makes a page of what `align_files` returns.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from coursereg import _check
from coursereg.engines.affine.alignment import AffineResult, register_affine
from coursereg.io.image_file import ImageFile
from coursereg.io.images import READABLE, open_image, write_image
from coursereg.io.paths import ending, writable
from coursereg.io.transforms import read_transform, write_transform
from coursereg.space.affine_map import INTERPOLATIONS, AffineMap

STARTS = {"search": "search", "centers": "centers_of_mass"}
SAME_PLACE = 0.01  # samples, within which a mask's grid must be the image's


@dataclass(frozen=True)
class Alignment:
    """
    A registration of two files, and what was written.

    Attributes
    ----------
    static, moving : ImageFile
    result : AffineResult
    aligned : ndarray of the static image's shape
        The moving image on the static grid, in the dtype that was written.
    files : dict of str to Path
        What was written: "aligned", "itk", "npz", and the other files that were moved.
    notes : list of str
        What a user should know about the input.
    """

    static: ImageFile
    moving: ImageFile
    result: AffineResult
    aligned: np.ndarray
    files: dict
    notes: list


def align_files(
    static,
    moving,
    out,
    *,
    transform="affine",
    wide=False,
    static_mask=None,
    moving_mask=None,
    start="search",
    interpolation="linear",
    max_seconds=None,
    seed=0,
    also=(),
    labels=(),
    static_volume=None,
    moving_volume=None,
    progress=False,
):
    """
    Register two image files and write the aligned image and the map.

    Parameters
    ----------
    static, moving : str or Path
    out : str or Path
        Folder; made if it is not there.
    transform, wide, max_seconds, seed, progress
        As of `register_affine`.
    static_mask, moving_mask : str or Path, optional
        Images on the grids of the others; only where they are above 0, an image is looked at.
    start : "search", "centers", or str or Path
        Or the file of a transform.
    interpolation : {"linear", "nearest"}
        Of the aligned image, and of `also`.
    also, labels : sequence of str or Path
        More images in the moving image's world, moved by the same map; `labels` keep their values.
    static_volume, moving_volume : int, optional
        Which one of several volumes.

    Returns
    -------
    Alignment

    Raises
    ------
    OSError
        If a file is not there, or may not be read or written.
    ValueError
        If a file is damaged, an image cannot be registered, or an option is not known.
    """
    _check.one_of("interpolation", interpolation, INTERPOLATIONS)
    a, b = open_image(static, static_volume), open_image(moving, moving_volume)
    masks = [_mask(path, of) for path, of in ((static_mask, a), (moving_mask, b))]
    others = [(open_image(f), interpolation) for f in also] + [(open_image(f), "nearest") for f in labels]
    for image, _ in others:
        if image.data.ndim != b.data.ndim:
            msg = f"{image.path} must have {b.data.ndim} axes as {b.path} has, got shape {image.data.shape}"
            raise ValueError(msg)
    begin = STARTS.get(start) if isinstance(start, str) else None
    if begin is None:
        begin = _start(start, a, b)
    folder = _folder(out)
    names = _names(folder, a, b, others, [static, moving, static_mask, moving_mask, start, *also, *labels])
    result = register_affine(
        (a.data, a.affine),
        (b.data, b.affine),
        transform,
        start=begin,
        wide=wide,
        static_mask=masks[0],
        moving_mask=masks[1],
        max_seconds=max_seconds,
        seed=seed,
        progress=progress,
    )
    moved = moved_as(b.data, result.map.image(b.data, interpolation))
    write_image(names["aligned"], moved, a.affine, like=a)
    frames = (a.frame, b.frame)
    write_transform(names["itk"], result.map, frames=frames)
    write_transform(names["npz"], result.map, frames=frames, names=(a.path.name, b.path.name))
    for image, kind in others:
        pulled = result.map.transform(image.data, kind, image_grid2world=image.affine)
        write_image(names[image.path.name], moved_as(image.data, pulled), a.affine, like=a)
    notes = [*a.notes, *b.notes, *(note for image, _ in others for note in image.notes)]
    for image in (b, *(image for image, _ in others)):
        notes += _unknown(image)
    return Alignment(a, b, result, moved, names, notes)


def apply_file(transform, image, like, out, *, inverse=False, interpolation="linear", volume=None):
    """
    Move an image file by the map of a file, and write it on another image's grid.

    Parameters
    ----------
    transform : str or Path
        As `read_transform` reads it.
    image : str or Path
        In the moving image's world; with `inverse` in the static one's.
    like : str or Path
        Image whose grid the result has: the static one, with `inverse` the moving one.
    out : str or Path
        The file to write.
    inverse : bool
        Go the other way.
    interpolation : {"linear", "nearest"}
        "nearest" keeps labels.
    volume : int, optional
        Which one of several volumes of `image`.

    Returns
    -------
    list of str
        What a user should know about the input.

    Raises
    ------
    OSError
        If a file is not there, or may not be read or written.
    ValueError
        If a file is damaged, or map and images are not of one dimension.
    """
    _check.one_of("interpolation", interpolation, INTERPOLATIONS)
    grid, source = open_image(like), open_image(image, volume)
    found = _map_between(transform, *((source, grid) if inverse else (grid, source)))
    out = writable(out)
    _not_input(out, [transform, image, like])
    taken = AffineMap(found.affine_inv if inverse else found.affine, grid.data.shape, grid.affine)
    pulled = taken.transform(source.data, interpolation, image_grid2world=source.affine)
    write_image(out, moved_as(source.data, pulled), grid.affine, like=grid)
    return [*grid.notes, *source.notes, *_unknown(source)]


def _unknown(image):
    """Say that what is moved has samples without a value."""
    if image.data.dtype.kind != "f" or np.isfinite(image.data).all():
        return []
    count = image.data.size - np.count_nonzero(np.isfinite(image.data))
    return [f"{image.path} is NaN or infinite at {count} of {image.data.size} samples, and so is what is written there"]


def moved_as(image, pulled):
    """Return a moved image in the original's dtype: integers are rounded, floats keep 32 bits or what they had."""
    if image.dtype.kind in "iu":
        return np.rint(pulled).astype(image.dtype)
    if image.dtype.kind == "b":
        return (pulled >= 0.5).astype(np.uint8)
    return pulled.astype(image.dtype if image.dtype.itemsize == 8 else np.float32)


def _mask(path, of):
    """Return the mask of an image, which must lie on its grid."""
    if path is None:
        return None
    mask = open_image(path)
    if mask.data.shape != of.data.shape:
        msg = f"the mask {path} must have the shape of {of.path}, {of.data.shape}, got {mask.data.shape}"
        raise ValueError(msg)
    corners = np.array(list(np.ndindex(*[2] * of.data.ndim))) * (np.array(of.data.shape) - 1)
    ahead = np.linalg.solve(of.affine, mask.affine)
    away = np.abs(corners @ ahead[:-1, :-1].T + ahead[:-1, -1] - corners).max()
    if away > SAME_PLACE:
        msg = f"the mask {path} must lie where {of.path} lies, it is up to {away:.3g} samples away"
        raise ValueError(msg)
    return mask.data > 0


def _start(path, a, b):
    """Return the matrix of a file to start from."""
    if not Path(path).exists() and not Path(path).suffix:
        _check.one_of("start", str(path), (*STARTS, "a file"))
    return _map_between(path, a, b).affine


def _map_between(path, a, b):
    """Return the map of a file, from the world of one image to that of another."""
    dims = [len(read_transform(path).affine) - 1, a.data.ndim, b.data.ndim]
    if len(set(dims)) > 1:
        shown = ", ".join(f"{n}-D in {p}" for n, p in zip(dims, (path, a.path, b.path), strict=True))
        msg = f"map and images must be of one dimension, got {shown}"
        raise ValueError(msg)
    return read_transform(path, frames=(a.frame, b.frame))


def _folder(out):
    """Return the folder to write into, made if it is not there."""
    out = Path(out)
    if out.exists() and not out.is_dir():
        msg = f"the output must be a folder, {out} is a file"
        raise NotADirectoryError(msg)
    out.mkdir(parents=True, exist_ok=True)
    writable(out / "aligned")
    return out


def _names(folder, a, b, others, inputs):
    """Return the files to write, none of which is one of the input."""
    names = {"aligned": folder / f"aligned{_end_for(a, b)}", "itk": folder / "transform.txt"}
    names |= {"npz": folder / "transform.npz", "report": folder / "report.html"}
    for image, _ in others:
        stem = image.path.name[: -len(ending(image.path, READABLE))]
        made = folder / f"{stem}_aligned{_end_for(a, image)}"
        if image.path.name in names or made in names.values():
            msg = f"two files to be moved are called {stem}: give them different names"
            raise ValueError(msg)
        names[image.path.name] = made
    for path in names.values():
        _not_input(path, inputs)
        writable(path)
    return names


def _end_for(a, image):
    """Return the ending of an image on the static grid: pictures stay pictures where they can hold the values."""
    if a.frame == "ras":
        return ".nii.gz"
    return ".png" if image.data.dtype in (np.uint8, np.uint16, np.bool_) else ".tif"


def _not_input(path, inputs):
    """Raise ValueError if a file that would be written is one that was read."""
    for one in inputs:
        if one is not None and Path(one).exists() and path.exists() and path.samefile(one):
            msg = f"{path} would be written over, and it is part of the input; choose another place for the output"
            raise ValueError(msg)
