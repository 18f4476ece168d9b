"""Scenes of unit U02: push or pull, kernels on an edge, many small rotations."""

from __future__ import annotations

from functools import cache

import numpy as np
from scipy import ndimage

from coursereg.course import samples
from coursereg.course.widgets.controls import Choice, Slider
from coursereg.course.widgets.explore import Explore
from coursereg.course.widgets.panels import Bars, Curve, Image, Panel

ORDERS = {"nearest": 0, "linear": 1, "cubic": 3}


@cache
def _small_brain() -> np.ndarray:
    """The brain on 128 x 128 pixels: every second pixel after a light blur."""
    return ndimage.gaussian_filter(samples.brain().astype(float), 0.8)[::2, ::2]


def _turned_points(shape: tuple[int, int], degrees: float) -> tuple[np.ndarray, np.ndarray]:
    """Where each pixel stands after a turn by the angle, clockwise on the screen, about the picture's centre."""
    t = np.deg2rad(degrees)
    r, c = np.indices(shape).astype(float)
    r0, c0 = (shape[0] - 1) / 2, (shape[1] - 1) / 2
    y, x = r - r0, c - c0
    return np.cos(t) * y + np.sin(t) * x + r0, -np.sin(t) * y + np.cos(t) * x + c0


def _pushed(image: np.ndarray, degrees: float) -> tuple[np.ndarray, np.ndarray]:
    """Send every pixel to the pixel nearest to its new place; return the picture and where nothing arrived."""
    r, c = (np.rint(x).astype(int) for x in _turned_points(image.shape, degrees))
    inside = (r >= 0) & (r < image.shape[0]) & (c >= 0) & (c < image.shape[1])
    out = np.full(image.shape, np.nan)
    out[r[inside], c[inside]] = image[inside]
    return np.nan_to_num(out), np.isnan(out)


def _pulled(image: np.ndarray, degrees: float) -> np.ndarray:
    """Ask for every pixel of the result where it comes from, and take the nearest pixel there."""
    points = _turned_points(image.shape, -degrees)
    return ndimage.map_coordinates(image, points, order=0, cval=0.0)


def _holes(image: np.ndarray, degrees: float) -> np.ndarray:
    """Pixels inside the turned frame on which a push leaves nothing."""
    _, empty = _pushed(image, degrees)
    inside = _pulled(np.ones(image.shape), degrees) > 0
    return empty & ndimage.binary_erosion(inside, iterations=2)


def push_or_pull(after: str | None = None) -> Explore:
    """Turn the brain by pushing pixels and by pulling them: only the push leaves holes."""
    image = _small_brain()

    def scene(angle: float) -> list[Panel]:
        push, _ = _pushed(image, angle)
        gaps = _holes(image, angle)
        shown = np.where(gaps, np.nan, push)
        return [
            Image(shown, f"push: {int(gaps.sum())} holes (orange)", vmin=0, vmax=200),
            Image(_pulled(image, angle), "pull: no holes", vmin=0, vmax=200),
        ]

    def alt(angle: float) -> str:
        return (
            f"The brain turned by {angle} degrees, twice. Pushed: {int(_holes(image, angle).sum())} pixels inside the "
            "frame receive nothing, shown in orange as a regular pattern. Pulled: every pixel has a value."
        )

    return Explore(
        scene,
        {"angle": Slider(-45, 45, 1, 0, "angle (degrees)")},
        static=[{"angle": a} for a in (0, 5, 15, 25, 35, 45)],
        alt=alt,
        title="Push or pull?",
        after=after,
    )


def kernels_on_an_edge(after: str | None = None) -> Explore:
    """Magnify a sharp edge with three kernels: steps, slopes, and an overshoot."""
    edge = np.where(np.arange(12) < 6, 50.0, 150.0)
    strip = np.tile(edge, (12, 1))

    def scene(kernel: str, shift: float) -> list[Panel]:
        x = np.linspace(2, 9, 141)
        y = ndimage.map_coordinates(edge, [x - shift], order=ORDERS[kernel], mode="nearest")
        r, c = np.meshgrid(np.linspace(2, 9, 71), np.linspace(2, 9, 71), indexing="ij")
        big = ndimage.map_coordinates(strip, [r, c - shift], order=ORDERS[kernel], mode="nearest")
        return [
            Image(big, f"{kernel}, 10 times magnified", vmin=30, vmax=170),
            Curve(
                {"true edge": (x, np.where(x - shift < 5.5, 50.0, 150.0)), kernel: (x, y)},
                f"one row: from {y.min():.0f} to {y.max():.0f}",
                xlabel="column",
                ylabel="grey value",
            ),
        ]

    def alt(kernel: str, shift: float) -> str:
        x = np.linspace(2, 9, 141)
        y = ndimage.map_coordinates(edge, [x - shift], order=ORDERS[kernel], mode="nearest")
        looks = {
            "nearest": "a staircase of whole pixels",
            "linear": "a straight slope one pixel wide",
            "cubic": "a smooth slope with ripples on both sides",
        }[kernel]
        return (
            f"An edge from 50 to 150, shifted by {shift:g} pixel and looked up with the {kernel} kernel: {looks}. "
            f"Its values go from {y.min():.0f} to {y.max():.0f}."
        )

    return Explore(
        scene,
        {
            "kernel": Choice(list(ORDERS), "nearest", "kernel"),
            "shift": Slider(0, 1, 0.1, 0.0, "shift (pixels)"),
        },
        static=[{"kernel": k, "shift": s} for k in ORDERS for s in (0.0, 0.4)],
        alt=alt,
        title="Three kernels on one edge",
        after=after,
    )


@cache
def _spun(order: int, turns: int = 72, step: float = 5.0) -> tuple[np.ndarray, ...]:
    """The brain after 0, 1, ... turns by 5 degrees, each made from the picture before."""
    out = [_small_brain()]
    points = _turned_points(out[0].shape, -step)
    for _ in range(turns):
        out.append(ndimage.map_coordinates(out[-1], points, order=order, cval=0.0))
    return tuple(out)


def _blur_of_turns(order: int, turns: int) -> float:
    """Root mean square difference, in grey levels, between ``turns`` small turns and one large one, inside a disc."""
    image = _small_brain()
    r, c = np.indices(image.shape)
    disc = np.hypot(r - 63.5, c - 63.5) < 58
    once = ndimage.map_coordinates(image, _turned_points(image.shape, -5.0 * turns), order=order, cval=0.0)
    return float(np.sqrt(((_spun(order)[turns] - once)[disc] ** 2).mean()))


def small_rotations(after: str | None = None) -> Explore:
    """Turn the brain by 5 degrees again and again: each look-up costs sharpness, one large turn does not."""
    image = _small_brain()

    def scene(turns: int, kernel: str) -> list[Panel]:
        order = ORDERS[kernel]
        once = ndimage.map_coordinates(image, _turned_points(image.shape, -5.0 * turns), order=order, cval=0.0)
        return [
            Image(_spun(order)[turns], f"{turns} turns by 5 degrees", vmin=0, vmax=200),
            Image(once, f"one turn by {5 * turns} degrees", vmin=0, vmax=200),
            Bars({"difference": _blur_of_turns(order, turns)}, "grey levels (rms)", lo=0, hi=30),
        ]

    def alt(turns: int, kernel: str) -> str:
        return (
            f"The brain after {turns} turns by 5 degrees with the {kernel} kernel, beside one turn by "
            f"{5 * turns} degrees. They differ by {_blur_of_turns(ORDERS[kernel], turns):.1f} grey levels (rms)."
        )

    return Explore(
        scene,
        {
            "turns": Slider(0, 72, 1, 0, "number of turns by 5 degrees"),
            "kernel": Choice(list(ORDERS), "linear", "kernel"),
        },
        static=[{"turns": t} for t in (0, 1, 9, 18, 36, 72)],
        alt=alt,
        title="Seventy-two small rotations",
        after=after,
    )
