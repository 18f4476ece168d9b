"""
What a widget shows: images, bars, curves, text.

A panel checks its input when it is made, tells itself in words (`summary`), and gives the browser a small
description with binary buffers (`spec`). `static.py` draws the same panels without a browser.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import Any

import numpy as np

from coursereg.course import _draw

#: NaN pixels: orange, which no grey map holds, and bright enough to be seen in grey.
NAN_COLOUR = (230, 159, 0)


class Image:
    """
    A picture.

    Parameters
    ----------
    array : ndarray of shape (R, C) or (R, C, 3)
        Grey values of any real dtype, or colours (uint8, or floats in 0..1). NaN pixels are shown in orange.
    title : str, optional
    vmin, vmax : float, optional
        Grey values shown as black and white; without them the picture spans its own range. Give both when a
        slider changes the brightness, or the display will undo the change.
    cmap : str
        A matplotlib colour map.
    labels : pair of str
        What stands beside the rows and below the columns, where these are not pixels (bins of a histogram).
    first : pair of int
        Numbers of the first row and column, where these do not count from 0 (shifts of a landscape).
    """

    def __init__(
        self,
        array: Any,
        title: str = "",
        vmin: float | None = None,
        vmax: float | None = None,
        cmap: str = "gray",
        *,
        labels: tuple[str, str] = ("row", "column"),
        first: tuple[int, int] = (0, 0),
    ) -> None:
        self.array = _draw.image_array(array)
        self.title, self.vmin, self.vmax, self.cmap = str(title), vmin, vmax, cmap
        self.labels = (str(labels[0]), str(labels[1]))
        self.first = (int(first[0]), int(first[1]))
        colour_table(cmap)  # an unknown name should fail here, not in the browser

    def summary(self) -> str:
        """Return the picture in words: what it is called, its size and its grey values."""
        rows, columns = self.array.shape[:2]
        name = self.title or "Picture"
        if self.array.ndim == 3:
            return f"{name}: colour picture, {rows} rows, {columns} columns"
        low, high = _draw.grey_range(self.array, None, None)
        return f"{name}: picture, {rows} rows, {columns} columns, values {low:.4g} to {high:.4g}"

    def spec(self) -> dict[str, Any]:
        """Return one byte per grey pixel with a colour table, or three bytes per pixel for colour and NaN."""
        spec: dict[str, Any] = {
            "kind": "image",
            "title": self.title,
            "labels": self.labels,
            "first": self.first,
            "height": self.array.shape[0],
            "width": self.array.shape[1],
            "rowTicks": _draw.index_ticks(self.array.shape[0]),
            "columnTicks": _draw.index_ticks(self.array.shape[1]),
        }
        if self.array.ndim == 3:
            colours = self.array if self.array.dtype == np.uint8 else np.rint(self.array.astype(float) * 255)
            return spec | {"pixels": np.ascontiguousarray(colours, dtype=np.uint8).tobytes(), "table": None}
        table = colour_table(self.cmap)
        low, high = _draw.grey_range(self.array, self.vmin, self.vmax)
        scaled = (self.array.astype(np.float32) - np.float32(low)) * np.float32(255.0 / (high - low))
        bad = np.isnan(scaled)
        levels = np.clip(np.rint(np.where(bad, 0, scaled)), 0, 255).astype(np.uint8)
        if bad.any():
            colours = table[levels]
            colours[bad] = NAN_COLOUR
            return spec | {"pixels": colours.tobytes(), "table": None}
        return spec | {"pixels": levels.tobytes(), "table": table.tobytes()}

    def draw(self, axes: Any) -> None:
        """Draw on matplotlib axes."""
        words: dict[str, Any] = {"title": self.title, "labels": self.labels, "first": self.first}
        _draw.draw_image(axes, self.array, cmap=self.cmap, vmin=self.vmin, vmax=self.vmax, **words)


@functools.lru_cache
def colour_table(cmap: str) -> np.ndarray:
    """Return the 256 colours of a matplotlib colour map, (256, 3) uint8."""
    if cmap == "gray":  # by far the most common, and it spares the import
        return np.repeat(np.arange(256, dtype=np.uint8)[:, None], 3, axis=1)
    import matplotlib as mpl

    if cmap not in mpl.colormaps:
        msg = f"cmap must be the name of a matplotlib colour map, got {cmap!r}"
        raise ValueError(msg)
    return np.rint(mpl.colormaps[cmap](np.arange(256))[:, :3] * 255).astype(np.uint8)


class Bars:
    """
    One bar for each name, with its number.

    Parameters
    ----------
    values : dict of str to float
        NaN is allowed and written as a word.
    title : str, optional
    lo, hi : float, optional
        Ends of the axis. Give them when a slider changes the values, or the axis will move instead of the
        bars.
    """

    def __init__(
        self, values: Mapping[str, float], title: str = "", lo: float | None = None, hi: float | None = None
    ) -> None:
        self.values = _draw.bar_values(values)
        self.title, self.lo, self.hi = str(title), lo, hi

    def summary(self) -> str:
        """Return names and numbers."""
        numbers = ", ".join(f"{name} {_draw.short(value)}" for name, value in self.values.items())
        return f"{self.title or 'Bars'}: {numbers}"

    def spec(self) -> dict[str, Any]:
        """Return names, numbers (None for NaN) and the axis."""
        low, high = _draw.bar_range(np.array(list(self.values.values())), self.lo, self.hi)
        bars = [
            {"name": name, "value": value if np.isfinite(value) else None, "text": _draw.short(value)}
            for name, value in self.values.items()
        ]
        return {"kind": "bars", "title": self.title, "bars": bars, "lo": low, "hi": high}

    def draw(self, axes: Any) -> None:
        """Draw on matplotlib axes."""
        _draw.draw_bars(axes, self.values, title=self.title, lo=self.lo, hi=self.hi)


class Curve:
    """
    Lines over one axis.

    Parameters
    ----------
    curves : dict of str to (x, y)
        Two vectors of one length for each name; NaN leaves a gap.
    title : str, optional
    mark : float, optional
        An x to mark with a dotted line: where the slider stands.
    xlabel, ylabel : str, optional
        Quantities with their units.
    ylim : pair of float, optional
        Ends of the y axis. Give them when a slider changes the values.
    """

    def __init__(
        self,
        curves: Mapping[str, Any],
        title: str = "",
        mark: float | None = None,
        *,
        xlabel: str = "",
        ylabel: str = "",
        ylim: tuple[float, float] | None = None,
    ) -> None:
        self.curves = _draw.curve_arrays(curves)
        self.title, self.mark, self.xlabel, self.ylabel = str(title), mark, str(xlabel), str(ylabel)
        if ylim is not None and not ylim[0] < ylim[1]:
            msg = f"ylim must be (low, high) with low < high, got {ylim!r}"
            raise ValueError(msg)
        self.ylim = ylim

    def summary(self) -> str:
        """Return for each line where it begins, ends, is lowest and highest."""
        parts = []
        for name, (x, y) in self.curves.items():
            known = np.flatnonzero(np.isfinite(y))
            if not known.size:
                parts.append(f"{name} is not defined")
                continue
            first, last, low = known[0], known[-1], known[np.argmin(y[known])]
            parts.append(
                f"{name} from {_draw.short(y[first])} at {x[first]:g} to {_draw.short(y[last])} "
                f"at {x[last]:g}, lowest {_draw.short(y[low])} at {x[low]:g}"
            )
        return f"{self.title or 'Curves'}: {'; '.join(parts)}"

    def limits(self) -> tuple[list[float], list[float]]:
        """Return the ends of the x and of the y axis."""
        x = np.concatenate([pair[0] for pair in self.curves.values()])
        y = np.concatenate([pair[1] for pair in self.curves.values()])
        x, y = x[np.isfinite(x)], y[np.isfinite(y)]
        across = [float(x.min()), float(x.max())] if x.size else [0.0, 1.0]
        up = list(map(float, self.ylim)) if self.ylim else ([float(y.min()), float(y.max())] if y.size else [0.0, 1.0])
        if not self.ylim:
            room = 0.05 * (up[1] - up[0]) or 0.5
            up = [up[0] - room, up[1] + room]
        return (across if across[1] > across[0] else [across[0] - 0.5, across[0] + 0.5]), up

    def spec(self) -> dict[str, Any]:
        """Return the lines as float64 buffers, and the axes."""
        across, up = self.limits()
        lines = [{"name": name, "x": x.tobytes(), "y": y.tobytes()} for name, (x, y) in self.curves.items()]
        return {
            "kind": "curve",
            "title": self.title,
            "lines": lines,
            "mark": None if self.mark is None else float(self.mark),
            "xlabel": self.xlabel,
            "ylabel": self.ylabel,
            "xlim": across,
            "ylim": up,
        }

    def draw(self, axes: Any) -> None:
        """Draw on matplotlib axes."""
        _draw.draw_curves(axes, self.curves, title=self.title, xlabel=self.xlabel, ylabel=self.ylabel, mark=self.mark)
        axes.set_ylim(*self.limits()[1])


class Text:
    """
    A few words under the pictures.

    Parameters
    ----------
    text : str
        Plain text; line breaks are kept.
    """

    def __init__(self, text: str) -> None:
        if not isinstance(text, str):
            msg = f"Text must be a string, got {type(text).__name__}"
            raise TypeError(msg)
        self.text = text

    def summary(self) -> str:
        """Return the text itself."""
        return self.text

    def spec(self) -> dict[str, Any]:
        """Return the text."""
        return {"kind": "text", "text": self.text}


Panel = Image | Bars | Curve | Text


def as_panels(result: Any) -> list[Panel]:
    """Return what a scene's function gave as a list of panels, or say what it must give."""
    several = list(result) if isinstance(result, (list, tuple)) else [result]
    for one in several:
        if not isinstance(one, (Image, Bars, Curve, Text)):
            got = type(one).__name__
            msg = f"the function must return Image, Bars, Curve or Text, or a list of them, got {got}"
            raise TypeError(msg)
    if not several:
        msg = "the function must return at least one panel, got an empty list"
        raise ValueError(msg)
    return several
