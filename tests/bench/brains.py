"""Two real brains with their tissues, and how well a map lays the tissues of one on those of the other."""

import importlib.util
import os
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from scipy import ndimage

from coursereg import samples

SOURCES = "COURSEREG_BENCH_SOURCES"  # a folder with the packages that data/build.py takes, unpacked
BUILD = Path(__file__).resolve().parents[2] / "data" / "build.py"
GREY, WHITE = 2, 3


@dataclass(frozen=True)
class Brain:
    """A brain without skull, its matrix to the world, and its tissues on the same grid."""

    data: np.ndarray
    affine: np.ndarray
    tissue: np.ndarray


@cache
def brains(mm):
    """Return the template and Colin27 with voxels of 2 mm, as they ship, or of 1 mm, from their sources."""
    if mm == 2:
        return tuple(Brain(*getattr(samples, name)(), samples.tissue(name)) for name in ("template", "colin27"))
    folder = Path(os.environ[SOURCES])
    build = _build()
    t1, grey, white, affine = build.template_maps(folder)
    template = Brain(t1, affine, build.labels(np.where(t1 > 0, 255, 0), grey, white))
    head, ragged, affine = build.colin27_head(folder)
    mask = build.smooth_mask(ragged)
    return template, Brain(np.where(mask, head, 0).astype(np.uint8), affine, build.classes(head, mask))


def why_not_1mm():
    """Return why there are no brains of 1 mm, or nothing."""
    if SOURCES not in os.environ:
        return (
            f"the pair of 1 mm, which does not ship: set {SOURCES} to a folder with nilearn's wheel and Debian's "
            "mricron-data, unpacked"
        )
    build = _build()
    names = [build.TEMPLATE.format(name) for name in ("t1", "gm", "wm")] + ["ch2.nii.gz", "ch2bet.nii.gz"]
    there = {path.name for path in Path(os.environ[SOURCES]).rglob("*.nii.gz")}
    away = ", ".join(name for name in names if name not in there)
    return f"the pair of 1 mm: {away} not found in the folder of {SOURCES}" if away else ""


@cache
def _build():
    """Return the script that made the data, loaded by its path: the data folder is no package."""
    spec = importlib.util.spec_from_file_location("data_build", BUILD)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def dice(matrix, static, moving):
    """
    Return the mean of both tissues' Dice on the static grid; the matrix takes its world to the moving one.

    A voxel of the moved tissue counts with its interpolated part: a threshold at one half would add chance, as large as
    what the programs differ by.
    """
    into = np.linalg.inv(moving.affine) @ matrix @ static.affine
    out = []
    for tissue in (GREY, WHITE):
        part = (moving.tissue == tissue).astype(np.float64)
        moved = ndimage.affine_transform(part, into[:3, :3], into[:3, 3], static.tissue.shape, order=1)
        wanted = static.tissue == tissue
        out.append(2 * moved[wanted].sum() / (moved.sum() + wanted.sum()))
    return float(np.mean(out))
