"""Two-dimensional pictures (.png, .jpg, .tif) by Pillow: grey values, whatever the file stores."""

import numpy as np

from coursereg.io.image_file import image_file, one_of_many
from coursereg.io.paths import parsing

ENDINGS = (".png", ".jpg", ".jpeg", ".tif", ".tiff")
KEPT = {"L", "I", "F", "I;16", "I;16B", "I;16L", "I;16N"}  # Pillow's modes of one grey value
HELD = {".png": (np.uint8, np.uint16), ".tif": (np.uint8, np.uint16, np.int32, np.float32)}
RESOLUTION = "says how large its pixels are, which ITK takes for its spacing: set that to 1 there before you use a map"


def read(path, volume=None):
    """Return the `ImageFile` of a picture, of one page if it has several; colours and palettes become grey."""
    from PIL import Image

    with parsing(path, ", too large or no picture"):
        file = Image.open(path)
    with file:
        with parsing(path, " or cut short"):
            pages = getattr(file, "n_frames", 1)
        page = one_of_many(path, pages, volume, "pages")
        with parsing(path, " or cut short"):
            file.seek(page)
            data = grey(file)
            notes = [f"{path} {RESOLUTION}"] if file.format == "TIFF" and _has_resolution(file) else []
    return image_file(path, data, np.eye(3), "rows", None, notes)


def grey(file):
    """Return the grey values of an open picture; 16 bits and floats stay."""
    if file.mode in KEPT:
        data = np.array(file)
        if data.dtype == np.int32 and file.format == "PNG":  # older Pillow's way to show 16 bits
            data = data.astype(np.uint16)
        return data
    return np.array(file.convert("L"))


def _has_resolution(file):
    """Tell whether a TIFF has what ITK makes a spacing of: a resolution in inches or centimetres."""
    unit, across = file.tag_v2.get(296, 2), file.tag_v2.get(282)
    return across is not None and unit in (2, 3) and float(across) > 0


def write(path, data, end):
    """Write an array as PNG or TIFF; an integer dtype that the format lacks becomes the next one that holds it."""
    from PIL import Image

    if end not in (".png", ".tif", ".tiff"):
        msg = f"{path} would lose grey values; write .png or .tif"
        raise ValueError(msg)
    Image.fromarray(stored(path, data, ".png" if end == ".png" else ".tif")).save(path)


def stored(path, data, end):
    """Return an array in a dtype that the format has, without a change of its values."""
    if data.dtype == bool:
        return data.astype(np.uint8)
    for kind in HELD[end]:
        if data.dtype == kind:
            return data
    if data.dtype.kind == "f":
        if end == ".tif":
            return data.astype(np.float32)
        msg = f"{path} cannot hold values of dtype {data.dtype}; write .tif, or round them first"
        raise ValueError(msg)
    low, high = int(data.min()), int(data.max())
    for kind in HELD[end]:
        if np.dtype(kind).kind != "f" and np.iinfo(kind).min <= low and high <= np.iinfo(kind).max:
            return data.astype(kind)
    msg = f"{path} cannot hold values from {low} to {high}; write .tif, or .nii.gz"
    raise ValueError(msg)
