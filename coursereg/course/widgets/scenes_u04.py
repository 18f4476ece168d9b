"""Scenes of unit U04: a line becomes a cloud, how many bins, and the table between the pixels."""

from __future__ import annotations

from functools import cache

import numpy as np
from scipy import ndimage

from coursereg.course import samples
from coursereg.course.plain import histogram as plain
from coursereg.course.widgets.controls import Choice, Slider
from coursereg.course.widgets.explore import Explore
from coursereg.course.widgets.panels import Bars, Curve, Image, Panel

BINS = 64
TRUTH = 0.4  # pixels to the right: the shift that `grid_artefacts` asks for
STEPS = np.round(np.arange(-2, 2.05, 0.1), 1)
INTERP = {"partial volume (pv)": "pv", "linear (tri)": "tri", "random (rand)": "rand"}


def _table(I: np.ndarray, J: np.ndarray, bins: int) -> np.ndarray:
    """Joint histogram with equal bins from 0 to 255: fixed, so that only what a slider changes changes."""
    i, j = (np.clip(np.ravel(x) * (bins / 255), 0, bins - 1).astype(int) for x in (I, J))
    return np.bincount(i * bins + j, minlength=bins * bins).reshape(bins, bins)


def _picture_of(H: np.ndarray, title: str) -> Image:
    # white is the second fullest cell: the fullest is the black background of both pictures
    white = max(1.0, float(np.log1p(np.sort(H, axis=None)[-2])))
    return Image(np.log1p(H), title, vmin=0, vmax=white, cmap="magma", labels=("bin of I", "bin of J"))


def on_diagonal(H: np.ndarray) -> float:
    """Per cent of the pixels that lie on the diagonal or right beside it."""
    i, j = np.indices(H.shape)
    return 100.0 * float(H[np.abs(i - j) <= max(1, len(H) // 32)].sum() / H.sum())


def _full(H: np.ndarray) -> float:
    """Per cent of the cells that hold a pixel."""
    return 100.0 * float((H > 0).mean())


def concentration(H: np.ndarray) -> float:
    """Per cent chance that two pixels drawn at random fall into one cell."""
    p = H / H.sum()
    return 100.0 * float((p**2).sum())


# --- (a) a line becomes a cloud ---------------------------------------------------------------------------------------


@cache
def _small_brain() -> np.ndarray:
    """The brain on 128 x 128 pixels: every second pixel after a light blur."""
    return ndimage.gaussian_filter(samples.brain().astype(float), 0.8)[::2, ::2]


def _moved(image: np.ndarray, right: float, degrees: float) -> np.ndarray:
    """Content turned clockwise about the picture's centre, then moved to the right."""
    t = np.deg2rad(degrees)
    r, c = np.indices(image.shape).astype(float)
    r0, c0 = (image.shape[0] - 1) / 2, (image.shape[1] - 1) / 2
    y, x = r - r0, c - c0 - right
    points = np.cos(t) * y - np.sin(t) * x + r0, np.sin(t) * y + np.cos(t) * x + c0
    return ndimage.map_coordinates(image, points, order=1, cval=0.0)


def line_to_cloud(after: str | None = None) -> Explore:
    """Move one of two equal brains: the line in the joint histogram widens to a cloud."""
    image = _small_brain()

    def made(shift: float, angle: float) -> tuple[np.ndarray, np.ndarray]:
        J = _moved(image, shift, angle)
        return J, _table(image, J, BINS)

    def scene(shift: float, angle: float) -> list[Panel]:
        J, H = made(shift, angle)
        return [
            Image(np.stack([image, J, image], axis=-1).clip(0, 255) / 255, "I pink, J green, both grey"),
            _picture_of(H, "log of H"),
            Bars({"pixels on the diagonal": on_diagonal(H), "cells that are full": _full(H)}, "%", lo=0, hi=100),
        ]

    def alt(shift: float, angle: float) -> str:
        _, H = made(shift, angle)
        shape = "a thin line on the diagonal" if shift == 0 and angle == 0 else "a cloud on both sides of the diagonal"
        return (
            f"Two equal brains, the second moved to the right by {shift:g} pixel{'s' * (abs(shift) != 1)} "
            f"and turned by {angle:g} degrees. "
            f"Their joint histogram is {shape}: {_full(H):.0f} % of its cells are full, and "
            f"{on_diagonal(H):.0f} % of the pixels lie on the diagonal."
        )

    return Explore(
        scene,
        {
            "shift": Slider(-12, 12, 1, 0, "shift (pixels to the right)"),
            "angle": Slider(-20, 20, 1, 0, "turn (degrees)"),
        },
        static=[
            {"shift": 0, "angle": 0},
            {"shift": 1, "angle": 0},
            {"shift": 3, "angle": 0},
            {"shift": 12, "angle": 0},
            {"shift": 0, "angle": 5},
            {"shift": 6, "angle": 20},
        ],
        alt=alt,
        title="A line becomes a cloud",
        after=after,
    )


# --- (b) how many bins ------------------------------------------------------------------------------------------------

_SECOND = {
    "the same brain": lambda brain: brain,
    "contrast reversed": lambda brain: 255 - brain,
    "upside down": lambda brain: brain[::-1, ::-1],
}


@cache
def _noise() -> np.ndarray:
    """Two pairs of noise pictures, for a scan and its repetition."""
    return np.random.default_rng(4).standard_normal((4, 256, 256))


def repeated(bins: int, noise: float, second: str = "the same brain") -> tuple[np.ndarray, float]:
    """Joint histogram of a noisy scan, and per cent of the brain's counts that differ when the scan is repeated."""
    brain = samples.brain().astype(float)
    other, n = _SECOND[second](brain), _noise()
    H = _table(brain + noise * n[0], other + noise * n[1], bins)
    inside = brain > 0  # the background is half of the picture and says nothing about precision
    one, two = (
        _table((brain + noise * n[k])[inside], (other + noise * n[k + 1])[inside], bins).astype(float) for k in (0, 2)
    )
    return H, 100.0 * float(np.abs(one - two).sum() / 2 / inside.sum())


def bins_and_noise(after: str | None = None) -> Explore:
    """Change the number of bins and the noise: fine bins do not repeat, and the diagonal says little about anatomy."""

    def scene(power: int, noise: int, second: str) -> list[Panel]:
        bins = 2**power
        H, changed = repeated(bins, noise, second)
        return [
            _picture_of(H, f"log of H, {bins} x {bins} bins"),
            Bars({"on the diagonal": on_diagonal(H), "differs next time": changed}, "% of pixels", lo=0, hi=100),
        ]

    def alt(power: int, noise: int, second: str) -> str:
        H, changed = repeated(2**power, noise, second)
        return (
            f"Joint histogram of the brain and a second picture, {second}, with noise of {noise} grey levels and "
            f"{2**power} bins. "
            f"{on_diagonal(H):.0f} % of the pixels lie on the diagonal. If the scan is repeated with new noise, "
            f"{changed:.0f} % of the brain's counts land in other cells."
        )

    return Explore(
        scene,
        {
            "power": Slider(1, 8, 1, 5, "bins: 2 to the power of"),
            "noise": Slider(0, 30, 1, 8, "noise (grey levels)"),
            "second": Choice(list(_SECOND), "the same brain", "second picture"),
        },
        static=[
            {"power": 1},
            {"power": 5},
            {"power": 8},
            {"power": 8, "noise": 30},
            {"power": 5, "second": "contrast reversed"},
            {"power": 5, "second": "upside down"},
        ],
        alt=alt,
        title="How many bins?",
        after=after,
    )


# --- (c) between the pixels -------------------------------------------------------------------------------------------


@cache
def _noisy_pair() -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Bin numbers of every second brain pixel, of a copy moved by TRUTH, and the pixels' rows and columns."""
    brain, rng = samples.brain().astype(float), np.random.default_rng(0)
    static = brain + rng.normal(0, 4, brain.shape)
    moving = ndimage.shift(brain, (0, TRUTH), order=3) + rng.normal(0, 4, brain.shape)
    a, b = plain.clamp(static, 32)[0], plain.clamp(moving, 32)[0]
    (r0, c0), (rows, columns) = plain.bounding_box(brain > 0)
    r, c = np.mgrid[r0 : r0 + rows : 2, c0 : c0 + columns : 2]
    return a[r, c], b, r, c


def table_between(interp: str, shift: float) -> np.ndarray:
    """Joint histogram of the noisy pair when the static pixels look ``shift`` to the right."""
    a, b, r, c = _noisy_pair()
    return plain.joint_between(a, b, r, c + shift, (32, 32), interp)


@cache
def concentration_curve(interp: str) -> np.ndarray:
    """Concentration of the table at every step."""
    return np.array([concentration(table_between(interp, s)) for s in STEPS])


def grid_artefacts(after: str | None = None) -> Explore:
    """Look between the pixels in three ways: the curve's top jumps to a whole pixel, or away from it."""

    def top(how: str) -> float:
        return float(STEPS[concentration_curve(INTERP[how]).argmax()])

    def scene(how: str, shift: float) -> list[Panel]:
        curve = concentration_curve(INTERP[how])
        return [
            _picture_of(table_between(INTERP[how], shift), f"log of H at shift {shift:.1f}"),
            Curve(
                {"concentration of H (%)": (STEPS, curve), f"truth {TRUTH}": (np.full(2, TRUTH), _ends(curve))},
                f"{how}: top at {top(how):.1f}",
                mark=shift,
                xlabel="shift (pixels to the right)",
            ),
        ]

    def alt(how: str, shift: float) -> str:
        looks = {
            "pv": "it has a sharp corner at every whole pixel",
            "tri": "it has flat steps at whole pixels and bumps between them",
            "rand": "it has corners at whole pixels, and it is noisy",
        }[INTERP[how]]
        here = concentration_curve(INTERP[how])[np.abs(STEPS - shift).argmin()]
        return (
            f"Concentration of the joint histogram over the shift, with {how}: {looks}. Its top is at {top(how):.1f}, "
            f"the true shift is {TRUTH}. At shift {shift:.1f} it is {here:.2f} %."
        )

    return Explore(
        scene,
        {
            "how": Choice(list(INTERP), "partial volume (pv)", "look-up"),
            "shift": Slider(-2, 2, 0.1, 0.0, "shift (pixels to the right)"),
        },
        static=[{"how": how, "shift": s} for how in INTERP for s in (0.0, 0.4)],
        alt=alt,
        title="Between the pixels",
        after=after,
    )


def _ends(curve: np.ndarray) -> np.ndarray:
    return np.array([curve.min(), curve.max()])
