"""`write_transform` and `read_transform`: affine maps in ITK's formats, and in .npz with all that belongs to them."""

import numpy as np

from coursereg import __version__, _check
from coursereg._check import AffineInvalidValuesError, AffineInversionError
from coursereg.io import itk
from coursereg.io.image_file import FRAMES
from coursereg.io.paths import ending, parsing, readable, writable
from coursereg.space.affine_map import AffineMap
from coursereg.space.grid import as_affine

ENDINGS = (*itk.TEXT, ".mat", ".npz")
FORMAT = "coursereg affine map 1"
GRIDS = ("static_shape", "static_grid2world", "moving_shape", "moving_grid2world")


def write_transform(path, transform, ndim=None, *, frames=None, names=("", "")):
    """
    Write an affine map, for ITK, ANTs and 3D Slicer or for coursereg.

    Parameters
    ----------
    path : str or Path
        ".txt" or ".tfm": ITK's text; ".mat": ITK's binary form, which ANTs writes; ".npz": matrix, grids, names and
        version, as numpy stores them.
    transform : AffineMap or array_like of shape (D + 1, D + 1)
        From the static to the moving world, as registration returns it; ITK's transforms have the same direction.
    ndim : {2, 3}, optional
        Needed only for an `AffineMap` without a matrix, the identity.
    frames : {"ras", "rows"} or pair of them, optional
        The worlds of the static and the moving image. "ras": NIfTI's, whose first two axes ITK turns round (LPS).
        "rows": (row, column) of a picture, which ITK counts as (x, y), in pixels. By default "ras" in 3-D, "rows" in
        2-D.
    names : pair of str
        Of the static and the moving image; only .npz holds them.

    Raises
    ------
    OSError
        If the file may not be written, or its folder is not there.
    ValueError
        If the format or a frame is not known, or the map is singular, or not of one dimension, 2 or 3.

    See Also
    --------
    read_transform : the way back.
    AffineMap.image : moves an image by the map.

    Notes
    -----
    ITK: ``moving_point = matrix @ (static_point - centre) + translation + centre``; the centre is written as 0.
    With `F` from our world to ITK's, what is written is ``F_moving @ affine @ inv(F_static)``. Frames that are not
    the default stand in a text as a comment, which ITK passes over and `read_transform` reads; a .mat has no place for
    them, so tell them again when you read it.
    """
    path = writable(path)
    matrix, grids = _matrix_of(transform, ndim)
    frames = _frames(frames, len(matrix) - 1)
    end = _end(path)
    if end == ".npz":
        static, moving = (str(name) for name in names)
        words = {"format": FORMAT, "version": __version__, "frames": np.array(frames)}
        np.savez(path, **words, matrix=matrix, static_name=static, moving_name=moving, **grids)
        return
    F, G = (to_itk(frame, len(matrix) - 1) for frame in frames)
    there = G @ matrix @ np.linalg.inv(F)
    if end == ".mat":
        itk.write_mat(path, there)
    else:  # what is read by default need not be told
        itk.write_text(path, there, None if frames == _frames(None, len(matrix) - 1) else frames)


def read_transform(path, *, frames=None):
    """
    Affine map of a file.

    Parameters
    ----------
    path : str or Path
        ".txt" or ".tfm" (ITK's text), ".mat" (ITK's binary form, from ANTs), or ".npz" of `write_transform`.
    frames : {"ras", "rows"} or pair of them, optional
        As of `write_transform`; an .npz knows its own. By default what a comment of ours in a text says, or else as
        there.

    Returns
    -------
    AffineMap
        From the static to the moving world. Only an .npz knows the grids; with a map of another file,
        ``transform`` needs them.

    Raises
    ------
    OSError
        If there is no such file, it may not be read, or it is a folder.
    ValueError
        If the format is not known, the file is damaged, or what it holds is no affine map.

    See Also
    --------
    write_transform : the way back.

    Notes
    -----
    Of ITK's kinds, the affine ones, rotations (Euler, versor), similarities, scales, shifts, and composites of them
    are read.
    """
    path = readable(path)
    end = _end(path)
    try:
        if end == ".npz":
            return _read_npz(path)
        matrix, told = (itk.read_mat(path), None) if end == ".mat" else itk.read_text(path)
        dim = len(matrix) - 1
        if frames is None and told is not None:
            frames = _told(path, told, dim)
        F, G = (to_itk(frame, dim) for frame in _frames(frames, dim))
        return AffineMap(np.linalg.inv(G) @ matrix @ F)
    except (AffineInversionError, AffineInvalidValuesError) as error:
        msg = f"{path} holds no affine map: {error}"
        raise ValueError(msg) from None


def to_itk(frame, ndim):
    """Return the homogeneous matrix from one of our worlds to ITK's."""
    if frame == "rows":
        if ndim != 2:
            msg = f"the frame 'rows' is that of two-dimensional pictures, got a map in {ndim}-D"
            raise ValueError(msg)
        return np.array([[0.0, 1, 0], [1, 0, 0], [0, 0, 1]])
    return np.diag([-1.0, -1.0, *[1.0] * (ndim - 1)])


def _matrix_of(transform, ndim):
    """Return the matrix of a map, and the grids it knows."""
    grids = {}
    if isinstance(transform, AffineMap):
        held = (transform.domain_shape, transform.domain_grid2world)
        held += (transform.codomain_shape, transform.codomain_grid2world)
        grids = {k: np.asarray(v) for k, v in zip(GRIDS, held, strict=True) if v is not None}
        transform = transform.affine
    if transform is None:
        if ndim not in (2, 3):
            msg = f"ndim must be 2 or 3 for a map without a matrix, got {ndim}"
            raise ValueError(msg)
        transform = np.eye(ndim + 1)
    dim = len(np.atleast_1d(transform)) - 1
    if dim not in (2, 3) or ndim not in (None, dim):
        wanted = "2-D or 3-D" if ndim is None else f"{ndim}-D"
        msg = f"transform must be {wanted}, got a matrix of shape {np.shape(transform)}"
        raise ValueError(msg)
    return as_affine("transform", transform, dim), grids


def _frames(frames, ndim):
    """Return the frames of both images."""
    if frames is None:
        frames = "ras" if ndim == 3 else "rows"
    pair = (frames, frames) if isinstance(frames, str) else tuple(frames)
    for frame in pair:
        _check.one_of("frames", frame, FRAMES)
    return pair


def _told(path, frames, ndim):
    """Return the frames that a comment in a file tells."""
    if len(frames) != 2 or any(frame not in FRAMES or (frame == "rows" and ndim == 3) for frame in frames):
        line = " ".join([itk.WORLDS, *frames])
        msg = f"{path} must name two frames that a {ndim}-D map can have, got the line {line!r}"
        raise ValueError(msg)
    return frames


def _end(path):
    """Return the ending of a transform's file."""
    end = ending(path, ENDINGS)
    if end is None:
        msg = f"{path} must end with one of {', '.join(ENDINGS)}"
        raise ValueError(msg)
    return end


def _read_npz(path):
    """Return the map of an .npz file, with its grids."""
    with parsing(path, " or no .npz file"), path.open("rb") as stream, np.load(stream, allow_pickle=False) as file:
        held = {key: file[key] for key in file.files}
    if str(held.get("format")) != FORMAT or "matrix" not in held:
        msg = f"{path} was not written by write_transform: its format must be {FORMAT!r}, got {held.get('format')!s}"
        raise ValueError(msg)
    grids = [held.get(name) for name in GRIDS]
    shapes = [None if grid is None else tuple(grid.tolist()) for grid in grids[::2]]
    return AffineMap(held["matrix"], shapes[0], grids[1], shapes[1], grids[3])
