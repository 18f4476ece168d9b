"""
Draw one thing on one matplotlib axes: an image, bars, curves.

Shared by `plots` (pictures in a notebook) and by `widgets` (pictures of a widget without a kernel), so that
both look alike. Colours are those of Okabe and Ito, told apart by colour-blind readers; lines differ in
dash and marker too, bars in hatching, so that nothing is lost in grey.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
DASHES = ("-", "--", "-.", ":", (0, (5, 1)), (0, (3, 1, 1, 1)), (0, (1, 1)))
MARKERS = ("o", "s", "^", "D", "v", "P", "X")
HATCHES = ("", "//", "..", "xx", "\\\\", "++", "oo")

#: Up to this side, in pixels, every pixel is shown as a square and its row and column can be read off.
SMALL = 32


def image_array(image: Any, name: str = "image") -> np.ndarray:
    """Return ``image`` as (R, C) or (R, C, 3) array, or say what is wrong with it."""
    array = np.asarray(image)
    grey = array.ndim == 2
    if not grey and not (array.ndim == 3 and array.shape[2] == 3):
        msg = f"{name} must be of shape (rows, columns), or (rows, columns, 3) in colour, got {array.shape}"
        raise ValueError(msg)
    if array.size == 0:
        msg = f"{name} must have at least one pixel, got shape {array.shape}"
        raise ValueError(msg)
    if array.dtype.kind not in "buif":
        msg = f"{name} must hold real numbers, got dtype {array.dtype}"
        raise TypeError(msg)
    if grey:
        return array
    if array.dtype.kind == "f" and not (np.nanmin(array) >= 0 and np.nanmax(array) <= 1):
        msg = f"{name} in colour must be uint8 or lie in 0..1, got {np.nanmin(array):g}..{np.nanmax(array):g}"
        raise ValueError(msg)
    return array


def grey_range(array: np.ndarray, vmin: float | None, vmax: float | None) -> tuple[float, float]:
    """Return the values shown as black and white; never equal, NaN and infinities left out."""
    finite = array[np.isfinite(array)] if array.dtype.kind == "f" else array
    low = float(finite.min()) if finite.size else 0.0
    high = float(finite.max()) if finite.size else 1.0
    low = low if vmin is None else float(vmin)
    high = high if vmax is None else float(vmax)
    return (low, high) if high > low else (low - 0.5, low + 0.5)


def draw_image(
    axes: Any,
    array: np.ndarray,
    *,
    title: str = "",
    vmin: float | None = None,
    vmax: float | None = None,
    cmap: str = "gray",
    labels: tuple[str, str] = ("row", "column"),
    first: tuple[int, int] = (0, 0),
) -> Any:
    """Show a picture with its (row, column) axes, counted from ``first``; NaN is orange, which no grey value is."""
    if array.ndim == 2:
        import matplotlib as mpl

        low, high = grey_range(array, vmin, vmax)
        colours = mpl.colormaps[cmap].with_extremes(bad="#E69F00")
        masked: np.ndarray = np.ma.masked_invalid(array.astype(float))
        options: dict[str, Any] = {"vmin": low, "vmax": high, "cmap": colours}
    else:
        masked, options = array, {}
    small = max(array.shape[:2]) <= SMALL
    shown = axes.imshow(masked, interpolation="nearest" if max(array.shape[:2]) <= 128 else "auto", **options)
    axes.set_xlabel(labels[1], fontsize=8, labelpad=1)
    axes.set_ylabel(labels[0], fontsize=8, labelpad=1)
    for axis, n, start in ((axes.xaxis, array.shape[1], first[1]), (axes.yaxis, array.shape[0], first[0])):
        ticks = index_ticks(n)
        axis.set_ticks(ticks, [str(k + start) for k in ticks])
    axes.tick_params(labelsize=7, length=2 if small else 3)
    if title:
        axes.set_title(title, fontsize=10)
    return shown


def index_ticks(n: int) -> list[int]:
    """Return the indices to label on an axis of ``n`` pixels: the first, the last and a few round ones."""
    if n <= 10:
        return list(range(n))
    step = next(s for s in (2, 5, 10, 20, 50, 100, 200, 500, 1000, 10**9) if n / s <= 6)
    ticks = list(range(0, n, step))
    # in a row of four pictures, numbers of three digits that are half a step apart run together
    return ticks if 0 < n - 1 - ticks[-1] < 0.6 * step else sorted({*ticks, n - 1})


def draw_bars(
    axes: Any,
    values: Mapping[str, float],
    *,
    title: str = "",
    lo: float | None = None,
    hi: float | None = None,
) -> None:
    """Draw one horizontal bar for each name, with its number beside it; NaN has a word instead of a bar."""
    numbers = np.array([float(v) for v in values.values()])
    low, high = bar_range(numbers, lo, hi)
    start = min(max(0.0, low), high)
    for place, number in enumerate(numbers):
        if np.isfinite(number):
            axes.barh(
                place,
                np.clip(number, low, high) - start,
                left=start,
                height=0.6,
                color=COLOURS[place % 7],
                hatch=HATCHES[place % 7],
                edgecolor="white",
                linewidth=0,
            )
        axes.text(1.02, place, short(number), va="center", fontsize=9, transform=axes.get_yaxis_transform())
    axes.set_yticks(range(len(numbers)), list(values))
    axes.set_ylim(len(numbers) - 0.5, -0.5)
    axes.set_xlim(low, high)
    axes.axvline(start, color="black", linewidth=1)
    axes.tick_params(labelsize=8)
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    if title:
        axes.set_title(title, fontsize=10)


def bar_range(numbers: np.ndarray, lo: float | None, hi: float | None) -> tuple[float, float]:
    """Return the ends of a bar axis: what was asked for, else from 0 to the largest finite value."""
    finite = numbers[np.isfinite(numbers)]
    low = float(lo) if lo is not None else min(0.0, float(finite.min(initial=0.0)))
    high = float(hi) if hi is not None else max(0.0, float(finite.max(initial=0.0)))
    return (low, high) if high > low else (low, low + 1.0)


def short(number: float) -> str:
    """Write a number as a reader says it: three or four digits, thousands apart."""
    if not np.isfinite(number):
        return "not defined (nan)" if np.isnan(number) else ("infinite" if number > 0 else "minus infinite")
    if float(number).is_integer() and abs(number) < 1e15:
        return f"{int(number):,}".replace(",", "\u2009")
    if abs(number) >= 1000:
        return f"{number:,.0f}".replace(",", "\u2009")
    return f"{number:.3g}" if abs(number) < 1e-3 else f"{number:.4g}"


def draw_curves(
    axes: Any,
    curves: Mapping[str, tuple[np.ndarray, np.ndarray]],
    *,
    title: str = "",
    xlabel: str = "",
    ylabel: str = "",
    mark: float | None = None,
) -> None:
    """Draw lines that differ in colour, dash and (when the points are few) marker."""
    for k, (name, (x, y)) in enumerate(curves.items()):
        marker = MARKERS[k % 7] if len(x) <= 40 else None
        axes.plot(x, y, color=COLOURS[k % 7], linestyle=DASHES[k % 7], marker=marker, markersize=4, label=name)
    if mark is not None:
        axes.axvline(mark, color="black", linewidth=1, linestyle=":")
    axes.grid(color="0.9")
    axes.set_axisbelow(True)
    axes.tick_params(labelsize=8)
    axes.set_xlabel(xlabel, fontsize=9)
    axes.set_ylabel(ylabel, fontsize=9)
    if len(curves) > 1 or next(iter(curves), ""):
        axes.legend(fontsize=8, framealpha=0.8)
    if title:
        axes.set_title(title, fontsize=10)


def curve_arrays(curves: Mapping[str, Any], name: str = "curves") -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Return every curve as a pair of float arrays of one length, or say which one is wrong."""
    if not isinstance(curves, Mapping) or not curves:
        msg = f'{name} must be a dictionary {{"name": (x, y)}} with at least one curve, got {curves!r:.60}'
        raise TypeError(msg)
    out = {}
    for key, pair in curves.items():
        if not isinstance(pair, (tuple, list)) or len(pair) != 2:
            msg = f"{name}[{key!r}] must be a pair (x, y), got {type(pair).__name__}"
            raise ValueError(msg)
        x, y = (np.asarray(part, dtype=float) for part in pair)
        if x.ndim != 1 or x.shape != y.shape or x.size == 0:
            msg = f"{name}[{key!r}] must be two vectors of one length, got shapes {x.shape} and {y.shape}"
            raise ValueError(msg)
        out[str(key)] = (x, y)
    return out


def bar_values(values: Mapping[str, Any], name: str = "values") -> dict[str, float]:
    """Return the bars as plain floats, or say which one is no number."""
    if not isinstance(values, Mapping) or not values:
        msg = f'{name} must be a dictionary {{"name": number}} with at least one bar, got {values!r:.60}'
        raise TypeError(msg)
    out = {}
    for key, value in values.items():
        try:
            out[str(key)] = float(value)
        except (TypeError, ValueError):
            msg = f"{name}[{key!r}] must be one number, got {value!r:.60}"
            raise TypeError(msg) from None
    return out
