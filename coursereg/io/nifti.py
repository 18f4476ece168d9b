"""NIfTI files, versions 1 and 2, by nibabel: volumes, and images of one slice as two-dimensional ones."""

import gzip
import logging
from contextlib import contextmanager

import numpy as np

from coursereg.io.image_file import image_file, one_of_many
from coursereg.io.paths import ending, parsing

ENDINGS = (".nii.gz", ".nii")
PAIRS = (".hdr", ".img")  # only read; either name stands for both files
PLACELESS = (
    "does not say where the image lies: its middle is taken for the world's origin, as nibabel does; other programs "
    "may place it elsewhere"
)
SHEARED = "has axes that are not at right angles, which ITK and ANTs cannot hold"
RIGHT = 1e-3  # cosine between axes that counts as a right angle
UNITS = {1: ("metres", 1e3), 3: ("micrometres", 1e-3)}  # codes of lengths other than mm, and how many mm they are
SMALL_KINDS = {"?": np.uint8, "e": np.float32, "g": np.float64}  # dtypes that NIfTI lacks, by their letter


def read(path, volume=None):
    """Return the `ImageFile` of a NIfTI file, of one volume if it has several."""
    with parsing(path, " or no NIfTI file"), _heard() as said:
        image = _kind(path).from_filename(path, mmap=False)
    if path.name.lower().endswith(".gz"):
        _read_to_its_end(path)
    shape = image.shape
    if len(shape) > 4 and max(shape[4:]) > 1:
        msg = f"{path} holds vectors, its shape is {shape}; an image must have one grey value for each voxel"
        raise ValueError(msg)
    chosen = one_of_many(path, shape[3] if len(shape) > 3 else 1, volume, f"volumes, its shape is {shape}")
    index = (slice(None),) * min(len(shape), 3) + (chosen, *(0 for _ in shape[4:])) * (len(shape) > 3)
    with parsing(path, " or cut short"):
        data = np.asanyarray(image.dataobj[index])
    affine, told = in_mm(image.affine, image.header)
    notes = [f"the header of {path} was mended: {text}" for text in said] + [f"{path} {t}" for t in told]
    if not (image.header["sform_code"] or image.header["qform_code"]):
        notes.append(f"{path} {PLACELESS}")
    thin, slab = None, None
    if data.ndim == 3 and 1 in data.shape:  # one slice, whichever of its axes is the thin one
        thin = max(axis for axis in range(3) if data.shape[axis] == 1)
    if data.ndim == 2 or thin is not None:
        slab = thin, affine
    if thin is not None:
        data, affine = np.squeeze(data, thin), np.delete(affine, thin, axis=1)
    if data.ndim == 2:
        affine, told = in_plane(affine)
        notes += [f"{path} {t}" for t in told]
    elif data.ndim != 3:
        msg = f"{path} must hold an image with 2 or 3 axes, its shape is {shape}"
        raise ValueError(msg)
    if np.isfinite(affine).all() and not at_right_angles(affine):
        notes.append(f"{path} {SHEARED}")
    return image_file(path, data, affine, "ras", image.header, notes, slab)


def _read_to_its_end(path):
    """Read a compressed file to its end, where its check sum is: nibabel stops before it, and takes damaged values."""
    with parsing(path, " or cut short"), gzip.open(path) as stream:
        while stream.read(2**20):
            pass


def _kind(path):
    """Return nibabel's class for a file: NIfTI 1 or 2, one file or a pair."""
    import nibabel

    pair = ending(path, PAIRS) is not None
    first, second = (nibabel.Nifti1Pair, nibabel.Nifti2Pair) if pair else (nibabel.Nifti1Image, nibabel.Nifti2Image)
    return second if second.path_maybe_image(path)[0] else first


def in_mm(affine, header):
    """Return a matrix in mm, and what was told of it: a header may count in metres or in micrometres."""
    unit, factor = UNITS.get(int(header["xyzt_units"]) & 7, ("mm", 1.0))
    if factor == 1:
        return affine, []
    return np.diag([factor] * 3 + [1.0]) @ affine, [f"counts in {unit}, which were turned into mm"]


@contextmanager
def _heard():
    """Keep what nibabel mends in a header from the screen, and return it as a list."""
    from nibabel.imageglobals import LoggingOutputSuppressor, logger

    said = []
    listener = logging.Handler()
    listener.emit = lambda record: said.append(record.getMessage())
    with LoggingOutputSuppressor():
        logger.addHandler(listener)
        try:
            yield said
        finally:
            logger.removeHandler(listener)


def at_right_angles(affine):
    """Tell whether the axes of a grid stand at right angles in the world."""
    linear = affine[:-1, :-1]
    lengths = np.linalg.norm(linear, axis=0)
    return bool((np.abs(np.triu(linear.T @ linear, 1)) <= RIGHT * np.outer(lengths, lengths)).all())


def in_plane(affine):
    """
    Return the matrix (3, 3) of a slice, and what was lost: if it does not lie in the plane of x and y, its place.

    The first two columns of ``affine`` are the slice's axes, the last one is its corner.
    """
    flat = np.abs(affine[2, :2]).max() < RIGHT * np.abs(affine[:2, :2]).max() if affine[:2, :2].any() else False
    if flat:
        matrix = np.eye(3)
        matrix[:2, :2], matrix[:2, 2] = affine[:2, :2], affine[:2, -1]
        return matrix, []
    spacing = np.linalg.norm(affine[:3, :2], axis=0)
    told = "is one slice that stands upright or oblique: it is counted in mm along its own two axes, from its corner"
    return np.diag([*spacing, 1.0]), [told]


def write(path, data, affine, like=None, slab=None):
    """Write an array with its matrix as NIfTI; in mm; the world's kind is that of the header ``like``."""
    import nibabel

    data = stored(data)
    if slab is not None:
        thin, matrix = slab
        data = data if thin is None else np.expand_dims(data, thin)
    elif data.ndim == 2:
        matrix = np.eye(4)
        matrix[:2, :2], matrix[:2, 3] = affine[:2, :2], affine[:2, 2]
    else:
        matrix = affine
    image = nibabel.Nifti1Image(data, matrix, dtype=data.dtype)
    code = 1
    if like is not None:
        code = int(like["sform_code"]) or int(like["qform_code"]) or 1
    image.header.set_xyzt_units("mm")
    image.set_qform(matrix, code if at_right_angles(matrix) else 0)  # a quaternion holds no shear
    image.set_sform(matrix, code)
    image.header["descrip"] = b"coursereg"
    nibabel.save(image, path)


def stored(data):
    """Return an array in a dtype that NIfTI programs read: its own, or the next one that holds its values."""
    if data.dtype.char in SMALL_KINDS:
        return data.astype(SMALL_KINDS[data.dtype.char])
    if data.dtype.kind in "iu" and data.dtype.itemsize == 8:  # many programs refuse them
        low, high = int(data.min()), int(data.max())
        for kind in (np.int32, np.uint32):
            if np.iinfo(kind).min <= low and high <= np.iinfo(kind).max:
                return data.astype(kind)
    return data
