"""The pictures of a page: grey values, checkerboards, outlines and differences, as PNG inside the page."""

import base64
import io
from dataclasses import dataclass

import numpy as np
from PIL import Image

from coursereg.course.plots import checkerboard

TILES = 8
BINS = 64
LOW, HIGH = 0.5, 99.5  # per cent of the samples, shown as black and white
ORANGE, BLUE, YELLOW = (213, 94, 0), (0, 114, 178), (240, 200, 60)  # told apart by colour-blind readers
UNKNOWN = (205, 208, 214)


@dataclass(frozen=True)
class Shown:
    """A picture with its text alternative."""

    uri: str
    alt: str
    width: int
    height: int


def grey(images):
    """Return images in grey values from 0 to 255 as floats, nearly all of their common range; NaN becomes 0."""
    known = np.concatenate([image[np.isfinite(image)].astype(float) for image in images])
    low, high = np.percentile(known, (LOW, HIGH)) if known.size else (0.0, 1.0)
    if high <= low and known.size:
        low, high = known.min(), known.max()
    if high <= low:
        high = low + 1
    return [np.nan_to_num(np.clip((image.astype(float) - low) / (high - low), 0, 1) * 255) for image in images]


def enlarged(image, size):
    """Return an image in the pixels of the screen, ``size`` = (width, height)."""
    return np.asarray(Image.fromarray(image.astype(np.float32)).resize(size, Image.Resampling.BILINEAR))


def png(pixels):
    """Return pixels, (R, C) or (R, C, 3), as the address of a picture inside the page."""
    out = io.BytesIO()
    Image.fromarray(np.clip(np.rint(pixels), 0, 255).astype(np.uint8)).save(out, "PNG", optimize=True)
    return "data:image/png;base64," + base64.b64encode(out.getvalue()).decode("ascii")


def shown(pixels, alt):
    """Return a picture for the page."""
    return Shown(png(pixels), alt, pixels.shape[1], pixels.shape[0])


def mixed(static, other, size):
    """Return a checkerboard of two grey images."""
    return checkerboard(enlarged(static, size), enlarged(other, size), tiles=TILES)


def outlined(static, other, size, levels):
    """Return the static image in grey, with lines where the other one crosses some grey values."""
    pixels = np.repeat(enlarged(static, size)[:, :, None] * 0.8, 3, axis=2)
    over = enlarged(other, size)
    for level, colour in zip(levels, (ORANGE, YELLOW), strict=False):
        pixels[border(over > level)] = colour
    return pixels


def border(inside):
    """Return where a region's inner border is, one pixel thick, the picture's own edges left out."""
    padded = np.pad(inside, 1, mode="edge")
    kept = padded[:-2, 1:-1] & padded[2:, 1:-1] & padded[1:-1, :-2] & padded[1:-1, 2:]
    return inside & ~kept


def outline_levels(image):
    """Return the grey values that best tell background from object, and dark parts of the object from bright ones."""
    first = otsu(image)
    inner = image[image > first]
    return (first, otsu(inner)) if inner.size > 1 and inner.max() > inner.min() else (first,)


def otsu(values):
    """Return the threshold that leaves least variance on its two sides."""
    counts, edges = np.histogram(values, 128)
    middles = (edges[1:] + edges[:-1]) / 2
    below = counts.cumsum()
    above = below[-1] - below
    sums = (counts * middles).cumsum()
    with np.errstate(invalid="ignore", divide="ignore"):
        apart = below * above * (sums / below - (sums[-1] - sums) / above) ** 2
    apart = np.where(np.isfinite(apart), apart, -1)
    return float(edges[1:][apart >= apart.max() * (1 - 1e-9)].mean())  # a gap has many thresholds that are as good


def expected(static, moved, known):
    """
    Return a function that exchanges grey values of the moving image for the mean static ones there.

    So that a difference shows shapes and not the contrast of two kinds of scan.
    """
    edges = np.histogram_bin_edges(moved[known], BINS) if known.any() else np.linspace(0, 1, BINS + 1)
    bins = np.clip(np.digitize(moved, edges) - 1, 0, BINS - 1)
    sums = np.bincount(bins[known], static[known], BINS)
    counts = np.bincount(bins[known], minlength=BINS)
    filled = counts > 0
    table = np.interp(np.arange(BINS), np.flatnonzero(filled), sums[filled] / counts[filled]) if filled.any() else sums
    return lambda image: table[np.clip(np.digitize(image, edges) - 1, 0, BINS - 1)]


def signed(difference, known, size, most):
    """Return a difference in colours: orange where static is brighter, blue where it is darker; grey where unknown."""
    value = enlarged(difference, size) / most
    seen = enlarged(known, size) > 0.5
    strength = np.clip(np.abs(value), 0, 1)[:, :, None]
    colour = np.where((value > 0)[:, :, None], np.array(ORANGE, float), np.array(BLUE, float))
    return np.where(seen[:, :, None], 255 * (1 - strength) + colour * strength, np.array(UNKNOWN, float))


def alike(first, second, known):
    """Return the correlation of two images where both are known, nan if there is none."""
    a, b = first[known].astype(float), second[known].astype(float)
    if a.size < 2 or a.std() == 0 or b.std() == 0:
        return float("nan")
    return float(np.corrcoef(a, b)[0, 1])
