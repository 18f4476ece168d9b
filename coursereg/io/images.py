"""`read_image` and `write_image`: images of any format that coursereg knows, by the ending of the file's name."""

import warnings

import numpy as np

from coursereg import _check
from coursereg.io import nifti, pictures
from coursereg.io.image_file import ImageFile
from coursereg.io.paths import ending, readable, writable
from coursereg.space.grid import as_affine

ENDINGS = (*nifti.ENDINGS, *pictures.ENDINGS)
READABLE = (*ENDINGS, *nifti.PAIRS)


def read_image(path, volume=None):
    """
    Image of a file, with the matrix from its indices to the world.

    Parameters
    ----------
    path : str or Path
        A NIfTI file, version 1 or 2 (.nii, .nii.gz, or one of a pair .hdr and .img), or a picture (.png, .jpg, .tif).
    volume : int, optional
        Which one, counted from 0, of a file with several volumes or pages.

    Returns
    -------
    data : ndarray of shape (R, C) or (S, R, C)
        Grey values, in the dtype that the file has; float64 if it has a slope or an intercept. Colours become grey.
    affine : ndarray of shape (D + 1, D + 1)
        Indices to the world. NIfTI: mm to the right, to the front and to the top, whatever unit the file has; of a
        single slice, the first two. A picture: the identity, that is (row, column) in pixels.

    Raises
    ------
    OSError
        If there is no such file, it may not be read, or it is a folder.
    ValueError
        If its format is not known, it is damaged, empty, holds no real numbers, or several volumes and none is chosen.

    Warns
    -----
    UserWarning
        If a NIfTI file does not say where it lies, or in a way that other programs do not share, or counts in metres or
        micrometres; if a TIFF has a resolution, which ITK counts in.

    See Also
    --------
    write_image : the way back.
    register_affine : takes what this returns.

    Notes
    -----
    Tags that turn a photograph (EXIF) are not followed, as in ITK.

    Examples
    --------
    >>> from coursereg import read_image, samples
    >>> data, affine = read_image(samples.path("template_t1.nii.gz"))
    >>> data.shape, affine[0].tolist()
    ((77, 101, 80), [2.0, 0.0, 0.0, -75.5])
    """
    found = open_image(path, volume)
    for note in found.notes:
        warnings.warn(note, UserWarning, stacklevel=2)
    return found.data, found.affine


def open_image(path, volume=None):
    """Return the `ImageFile` of a path: what `read_image` returns, with the frame, the header and notes."""
    path = readable(path)
    end = ending(path, READABLE)
    if end is None:
        msg = f"{path} must end with one of {', '.join(READABLE)}"
        raise ValueError(msg)
    return (pictures if end in pictures.ENDINGS else nifti).read(path, volume)


def write_image(path, array, affine=None, *, like=None):
    """
    Write an image; the ending of the name says in which format.

    Parameters
    ----------
    path : str or Path
        A NIfTI file (.nii, .nii.gz, in mm), .png or .tif; what is there is written over.
    array : array_like of shape (R, C) or (S, R, C)
        Real numbers. The dtype stays where the format has it; otherwise the next one is taken that holds all values:
        bool becomes uint8, 64-bit integers become shorter where they fit.
    affine : array_like of shape (D + 1, D + 1), optional
        Indices to the world; by default that of `like`, or else the identity. A picture only holds the identity.
    like : str, Path or ImageFile, optional
        An image in the same world: its matrix is taken if none is given, and which world its header says it is.

    Raises
    ------
    OSError
        If the file may not be written, or its folder is not there.
    TypeError
        If `array` does not hold real numbers.
    ValueError
        If the format is not known or cannot hold the array or the matrix without a loss.

    See Also
    --------
    read_image : the way back.
    """
    path = writable(path)
    data = _check.as_numbers("array", array, ndim=(2, 3))
    end = ending(path, ENDINGS)
    if end is None:
        msg = f"{path} must end with one of {', '.join(ENDINGS)}"
        raise ValueError(msg)
    if like is not None and not isinstance(like, ImageFile):
        like = open_image(like)
    if affine is None:
        affine = np.eye(data.ndim + 1) if like is None else like.affine
    affine = as_affine("affine", affine, data.ndim)
    if end in nifti.ENDINGS:
        same = like is not None and data.shape == like.data.shape and np.array_equal(affine, like.affine)
        nifti.write(path, data, affine, None if like is None else like.header, like.slab if same else None)
        return
    if data.ndim != 2 or not np.array_equal(affine, np.eye(3)):
        what = f"an image of shape {data.shape}" if data.ndim != 2 else "a matrix"
        msg = f"{path} cannot hold {what}; write .nii.gz"
        raise ValueError(msg)
    pictures.write(path, data, end)
