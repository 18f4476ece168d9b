"""Unit U03: its name, and the pictures that its checks draw."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import ndimage

from coursereg.course.exercises._base import Unit

UNIT = Unit(
    "U03",
    "03_ssd_correlation",
    "Two pictures, one number: SSD and correlation",
    15,
    ("contrast", "slide_out"),
)

CLOSE = 1e-5  # relative: far below any mistake here, and a sum in single precision still passes


def bytes_of(rows: list[list[int]]) -> np.ndarray:
    """A small uint8 picture, written out."""
    return np.array(rows, np.uint8)


def levels(rng: Any, shape: tuple[int, int], dtype: Any = np.uint8) -> np.ndarray:
    """A random picture over the whole range of an integer type: most differences are large."""
    info = np.iinfo(dtype)
    return rng.integers(info.min, info.max, shape, dtype=dtype, endpoint=True)


def texture(rng: Any, shape: tuple[int, int], smooth: float = 2.0) -> np.ndarray:
    """A smooth random picture from 0 to 200, float."""
    x = ndimage.gaussian_filter(rng.normal(size=shape), smooth)
    return 200 * (x - x.min()) / (x.max() - x.min())


def as_uint8(x: np.ndarray) -> np.ndarray:
    """Round and clip to 0..255."""
    return np.clip(np.rint(x), 0, 255).astype(np.uint8)
