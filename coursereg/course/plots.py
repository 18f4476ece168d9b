"""
Pictures of registration for notebooks, each with a text alternative.

Every function returns a `Picture`. Jupyter shows it as an HTML image whose ``alt`` text a screen reader
speaks; it is also there as PNG. ``alt`` is required: say in one or two sentences what the picture *shows*,
not what it is. Axes are (row, column); small images are shown pixel by pixel; colours can be told apart in
grey and by colour-blind readers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from coursereg.course import _draw
from coursereg.course._picture import Picture, checked_alt, new_figure

__all__ = [
    "Picture",
    "bars",
    "checkerboard",
    "curves",
    "difference",
    "joint_histogram",
    "pictures",
    "show",
    "surface",
]


def pictures(
    images: Any,
    titles: Sequence[str] | str | None = None,
    *,
    alt: str,
    vmin: float | None = None,
    vmax: float | None = None,
    cmap: str = "gray",
    labels: tuple[str, str] = ("row", "column"),
) -> Picture:
    """
    Show images side by side, at most four in a row.

    Parameters
    ----------
    images : ndarray of shape (R, C) or (R, C, 3), or list of such arrays
        Grey values of any real dtype, or colour (uint8, or floats in 0..1). NaN pixels are shown in orange.
    titles : list of str, optional
        One for each image.
    alt : str
        Text alternative.
    vmin, vmax : float, optional
        Grey values shown as black and white; without them each image spans its own range.
    cmap : str
        A matplotlib colour map.
    labels : pair of str
        What stands beside the rows and below the columns, where these are not pixels (bins of a histogram).

    Returns
    -------
    Picture

    Raises
    ------
    ValueError, TypeError
        If an image is no image, or the titles do not match.

    Examples
    --------
    >>> import numpy as np
    >>> pictures(np.eye(4), alt="A white diagonal on black.")
    <Picture: A white diagonal on black.>
    """
    alt = checked_alt(alt)
    single = isinstance(images, np.ndarray) and images.ndim in (2, 3) and (images.ndim == 2 or images.shape[2] == 3)
    several = [images] if single else list(images)
    if not several:
        msg = "images must hold at least one picture, got an empty list"
        raise ValueError(msg)
    arrays = [_draw.image_array(image, f"image {k}") for k, image in enumerate(several)]
    if isinstance(titles, str):
        titles = [titles]
    names = list(titles) if titles is not None else [""] * len(arrays)
    if len(names) != len(arrays):
        msg = f"titles must be as many as images, got {len(names)} titles for {len(arrays)} images"
        raise ValueError(msg)
    across = min(len(arrays), 4 if len(arrays) != 6 and len(arrays) != 5 else 3)
    down = -(-len(arrays) // across)
    side = 3.2 if across <= 2 else 2.7
    tall = np.clip(max(a.shape[0] / a.shape[1] for a in arrays), 0.3, 1.6)
    figure = new_figure(side * across + 0.2, (side * tall + 0.4) * down)
    axes = figure.subplots(down, across, squeeze=False).ravel()
    for k, (array, name) in enumerate(zip(arrays, names, strict=True)):
        _draw.draw_image(axes[k], array, title=name, vmin=vmin, vmax=vmax, cmap=cmap, labels=labels)
    for empty in axes[len(arrays) :]:
        empty.set_axis_off()
    return Picture(figure, alt)


def joint_histogram(
    H: Any,
    *,
    alt: str,
    log: bool = True,
    title: str = "",
    labels: tuple[str, str] = ("bin of I (static)", "bin of J (moving)"),
) -> Picture:
    """
    Show a joint histogram: rows are the bins of the first image, columns those of the second.

    Parameters
    ----------
    H : ndarray of shape (S, M)
        Counts or probabilities, at least 0.
    alt : str
        Text alternative.
    log : bool
        Show ``log(1 + count)``: without it a few full cells (the background) make all others black.
    title : str, optional
    labels : pair of str
        What stands beside the rows and below the columns.

    Returns
    -------
    Picture

    Raises
    ------
    ValueError
        If ``H`` is not two-dimensional or has a negative or NaN entry.

    Examples
    --------
    >>> import numpy as np
    >>> joint_histogram(np.diag([3, 2, 1]), alt="Only the diagonal is filled.")
    <Picture: Only the diagonal is filled.>
    """
    alt = checked_alt(alt)
    counts = np.asarray(H)
    if counts.ndim != 2 or counts.size == 0 or counts.dtype.kind not in "buif":
        msg = f"H must be a table of numbers of shape (S, M), got shape {counts.shape}, dtype {counts.dtype}"
        raise ValueError(msg)
    if not np.all(counts >= 0):
        msg = f"H must have entries of at least 0, got {np.sum(~(counts >= 0))} negative or NaN ones"
        raise ValueError(msg)
    figure = new_figure(4.6, 3.9)
    axes = figure.subplots()
    # A table of probabilities is brought to "how often the average cell", or the logarithm would show
    # nothing.
    scale = 1.0 if counts.sum() > 1.5 else float(counts.size) * 10
    shown = np.log1p(counts * scale) if log else counts
    image = _draw.draw_image(axes, shown, cmap="magma", title=title, vmin=0, labels=labels)
    bar = figure.colorbar(image, ax=axes, shrink=0.85)
    kind = "count" if scale == 1.0 else "probability"
    bar.set_label((f"log(1 + {kind})" if scale == 1.0 else f"log of {kind}, shifted") if log else kind, fontsize=8)
    bar.ax.tick_params(labelsize=7)
    return Picture(figure, alt)


def curves(
    curves: Mapping[str, Any],  # the argument is what the function draws
    *,
    alt: str,
    xlabel: str = "",
    ylabel: str = "",
    title: str = "",
    mark: float | None = None,
) -> Picture:
    """
    Draw lines over one axis.

    Parameters
    ----------
    curves : dict of str to (x, y)
        Two vectors of one length for each name; NaN leaves a gap.
    alt : str
        Text alternative.
    xlabel, ylabel, title : str
        Quantities with their units.
    mark : float, optional
        An x to mark with a dotted line (for example the true shift).

    Returns
    -------
    Picture

    Raises
    ------
    ValueError, TypeError
        If a curve is not a pair of vectors of one length.

    Examples
    --------
    >>> curves({"cost": ([0, 1, 2], [4, 1, 0])}, alt="The cost falls to 0.", xlabel="step")
    <Picture: The cost falls to 0.>
    """
    alt = checked_alt(alt)
    lines = _draw.curve_arrays(curves)
    figure = new_figure(6.4, 3.4)
    _draw.draw_curves(figure.subplots(), lines, title=title, xlabel=xlabel, ylabel=ylabel, mark=mark)
    return Picture(figure, alt)


def bars(
    values: Mapping[str, float],
    *,
    alt: str,
    title: str = "",
    lo: float | None = None,
    hi: float | None = None,
) -> Picture:
    """
    Draw one horizontal bar for each name, with its number.

    Parameters
    ----------
    values : dict of str to float
        NaN is allowed and written as a word.
    alt : str
        Text alternative.
    title : str, optional
    lo, hi : float, optional
        Ends of the axis; without them from 0 (or the lowest negative value) to the largest value.

    Returns
    -------
    Picture

    Raises
    ------
    TypeError
        If a value is no number.

    Examples
    --------
    >>> bars({"SSD": 12.0, "corr": 0.5}, alt="SSD is 12, corr one half.")
    <Picture: SSD is 12, corr one half.>
    """
    alt = checked_alt(alt)
    numbers = _draw.bar_values(values)
    figure = new_figure(6.4, 0.45 * len(numbers) + 0.8)
    _draw.draw_bars(figure.subplots(), numbers, title=title, lo=lo, hi=hi)
    return Picture(figure, alt)


def surface(
    values: Any,
    rows: Any,
    cols: Any,
    *,
    alt: str,
    best: str = "min",
    title: str = "",
    label: str = "cost",
    axes_labels: tuple[str, str] = ("shift in rows (pixels)", "shift in columns (pixels)"),
) -> Picture:
    """
    Show a cost over shifts as a landscape seen from above, with its lowest (or highest) point marked.

    Parameters
    ----------
    values : ndarray of shape (P, Q)
        One value for each shift; NaN where it is not defined.
    rows, cols : array_like of shape (P,) and (Q,)
        The shifts, in pixels.
    alt : str
        Text alternative.
    best : {"min", "max"}
        Which point is marked.
    title, label : str
        Heading, and the name of the quantity.
    axes_labels : pair of str
        What stands beside the rows and below the columns, where these are not shifts.

    Returns
    -------
    Picture

    Raises
    ------
    ValueError
        If the shapes do not fit, or no value is finite, or ``best`` is another word.

    Examples
    --------
    >>> import numpy as np
    >>> p = np.arange(-2, 3)
    >>> surface(p[:, None] ** 2 + p**2, p, p, alt="A bowl with its lowest point at (0, 0).")
    <Picture: A bowl with its lowest point at (0, 0).>
    """
    alt = checked_alt(alt)
    heights, p, q = (np.asarray(part, dtype=float) for part in (values, rows, cols))
    if heights.shape != (p.size, q.size):
        got = f"{heights.shape} for {p.size} rows and {q.size} columns"
        msg = f"values must have one row for each of rows and one column for each of cols, got {got}"
        raise ValueError(msg)
    if best not in ("min", "max"):
        msg = f'best must be "min" or "max", got {best!r}'
        raise ValueError(msg)
    if not np.isfinite(heights).any():
        msg = "values must have at least one finite entry, got none"
        raise ValueError(msg)
    figure = new_figure(5.2, 4.0)
    axes = figure.subplots()
    mesh = axes.pcolormesh(q, p, heights, cmap="viridis", shading="nearest")
    if min(heights.shape) >= 3:
        axes.contour(q, p, heights, levels=8, colors="white", linewidths=0.6)
    at = np.unravel_index((np.nanargmin if best == "min" else np.nanargmax)(heights), heights.shape)
    name = "lowest" if best == "min" else "highest"
    axes.plot(
        q[at[1]],
        p[at[0]],
        marker="X",
        markersize=11,
        color="white",
        markeredgecolor="black",
        linestyle="none",
        label=f"{name}: ({p[at[0]]:g}, {q[at[1]]:g})",
    )
    axes.legend(fontsize=8, loc="upper right")
    axes.invert_yaxis()
    axes.set_xlabel(axes_labels[1], fontsize=9)
    axes.set_ylabel(axes_labels[0], fontsize=9)
    axes.tick_params(labelsize=8)
    axes.set_title(title, fontsize=10)
    bar = figure.colorbar(mesh, ax=axes)
    bar.set_label(label, fontsize=8)
    bar.ax.tick_params(labelsize=7)
    return Picture(figure, alt)


def show(fig: Any, *, alt: str) -> Picture:
    """
    Show a matplotlib figure of your own, with a text alternative.

    Parameters
    ----------
    fig : matplotlib.figure.Figure
        Made by ``plt.figure()``, ``plt.subplots()`` or ``Figure()``. It is closed in pyplot, so that it is
        not shown twice.
    alt : str
        Text alternative.

    Returns
    -------
    Picture

    Raises
    ------
    TypeError
        If ``fig`` is not a figure.
    """
    alt = checked_alt(alt)
    if not hasattr(fig, "savefig") or not hasattr(fig, "get_size_inches"):
        msg = f"fig must be a matplotlib Figure, got {type(fig).__name__}"
        raise TypeError(msg)
    if hasattr(fig, "number"):  # pyplot made it and would show it a second time
        import matplotlib.pyplot as plt

        plt.close(fig)
    return Picture(fig, alt)


def checkerboard(I: Any, J: Any, tiles: int = 8) -> np.ndarray:
    """
    Mix two images like a chess board: where they are aligned, edges run on across the borders of the tiles.

    Parameters
    ----------
    I, J : ndarray of shape (R, C)
        Two images of one shape.
    tiles : int
        Tiles along each side, at least 2.

    Returns
    -------
    ndarray of shape (R, C)
        ``I`` on the top left tile and every second one after it, ``J`` on the others. Float.

    Raises
    ------
    ValueError
        If the shapes differ or there are fewer than 2 tiles.

    Examples
    --------
    >>> import numpy as np
    >>> checkerboard(np.zeros((2, 4)), np.ones((2, 4)), tiles=2)
    array([[0., 0., 1., 1.],
           [1., 1., 0., 0.]])
    """
    first, second = _pair(I, J)
    if int(tiles) != tiles or tiles < 2:
        msg = f"tiles must be a whole number of at least 2, got {tiles!r}"
        raise ValueError(msg)
    row, column = (np.arange(n) * int(tiles) // n for n in first.shape)
    return np.where((row[:, None] + column) % 2 == 0, first, second)


def difference(I: Any, J: Any) -> np.ndarray:
    """
    Return ``I - J`` in floating point: unsigned grey levels do not wrap around.

    Parameters
    ----------
    I, J : ndarray of shape (R, C)
        Two images of one shape.

    Returns
    -------
    ndarray of shape (R, C)
        Signed, in grey levels.

    Raises
    ------
    ValueError
        If the shapes differ.

    Examples
    --------
    >>> import numpy as np
    >>> difference(np.uint8([[1, 200]]), np.uint8([[2, 100]]))
    array([[ -1., 100.]])
    """
    first, second = _pair(I, J)
    return first - second


def _pair(I: Any, J: Any) -> tuple[np.ndarray, np.ndarray]:
    """Return two grey images of one shape as floats."""
    first, second = np.asarray(I), np.asarray(J)
    if first.ndim != 2 or first.shape != second.shape:
        msg = f"the images must be two-dimensional and of one shape, got I {first.shape}, J {second.shape}"
        raise ValueError(msg)
    return first.astype(float), second.astype(float)
