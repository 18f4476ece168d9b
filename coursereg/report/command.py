"""The work of `coursereg register` and `coursereg apply`: files, a page, and what is told about them."""

import numpy as np

from coursereg.pipelines import align_files, apply_file
from coursereg.report import words
from coursereg.report.affine import affine_page


def register(static, moving, out, *, command="", **options):
    """Register two files; return the lines to print, notes about the input, and the exit code (1: do not trust it)."""
    alignment = align_files(static, moving, out, **options)
    page, cautions = affine_page(alignment, command)
    alignment.files["report"].write_text(page, encoding="utf-8")
    result = alignment.result
    motion = words.motion_of(result.matrix, alignment.static.affine[:-1] @ _middle(alignment.static.data.shape))
    verdict = "found" if result.success else "NOT TO BE TRUSTED"
    overlap = f"overlap {result.overlap:.0%}, " if np.isfinite(result.overlap) else ""
    lines = [f"{verdict}: {result.reason} ({overlap}{result.seconds:.2f} s)"]
    lines += [f"{what.lower()}: {value}" for what, value in words.in_words(motion, alignment.static.frame)[:2]]
    lines += [f"look twice: {text}" for text in cautions]
    lines += [f"{what}: {alignment.files[name]}" for what, name in NAMES]
    lines += [f"moved, too: {path}" for name, path in alignment.files.items() if name not in {n for _, n in NAMES}]
    return lines, alignment.notes, 0 if result.success else 1


NAMES = (
    ("aligned image", "aligned"),
    ("map for ITK, ANTs, Slicer", "itk"),
    ("map with its grids", "npz"),
    ("look at it", "report"),
)


def apply(transform, image, like, out, **options):
    """Move a file by the map of another; return the lines to print and notes about the input."""
    notes = apply_file(transform, image, like, out, **options)
    return [f"written: {out}"], notes


def _middle(shape):
    """Return the homogeneous index of an image's middle."""
    return [*((n - 1) / 2 for n in shape), 1.0]
