"""Scenes of unit U03: grey values that change while nothing moves, and a picture that slides out of the frame."""

from __future__ import annotations

from functools import cache

import numpy as np

from coursereg.course import samples
from coursereg.course.widgets.controls import Slider
from coursereg.course.widgets.explore import Explore
from coursereg.course.widgets.panels import Bars, Curve, Image, Panel, Text

_MILLION = 1e6


# The numbers are computed here and not with the unit's solutions: a widget must also open where those are locked away.
def _ssd(I: np.ndarray, J: np.ndarray) -> float:
    return float(((I - J) ** 2).sum())


def _corr(I: np.ndarray, J: np.ndarray) -> float:
    return float("nan") if np.ptp(J) == 0 else float(np.corrcoef(I.ravel(), J.ravel())[0, 1])


@cache
def _brain() -> np.ndarray:
    return samples.brain().astype(float)


@cache
def _noise(seed: int) -> np.ndarray:
    """Noise of one grey level, the same at every start."""
    return np.random.default_rng(seed).normal(size=_brain().shape)


def _recoloured(contrast: float, brightness: float, gamma: float, noise: float, shift: int) -> np.ndarray:
    """The brain with other grey values, and its content ``shift`` columns further right."""
    tone = contrast * (255 * np.linspace(0, 1, 256) ** gamma - 128) + 128 + brightness
    other = tone[samples.brain()] + noise * _noise(3)
    # the border of the picture is background everywhere, so what goes out on the right may come in on the left
    return np.roll(other, shift, axis=1)


def contrast(after: str | None = None) -> Explore:
    """Change the grey values and the place of one of two equal pictures; watch SSD and correlation."""
    image = _brain()

    def measured(**values: float) -> tuple[np.ndarray, float, float]:
        other = _recoloured(**values)  # type: ignore[arg-type]
        return other, _ssd(image, other) / _MILLION, _corr(image, other)

    def scene(**values: float) -> list[Panel]:
        other, ssd, r = measured(**values)
        place = "aligned" if values["shift"] == 0 else f"{values['shift']} columns off"
        return [
            Image(image, "I", vmin=0, vmax=255),
            Image(other, f"J, {place}", vmin=0, vmax=255),
            Bars({"SSD": ssd}, "SSD in millions (a cost: small is alike)", lo=0, hi=200),
            Bars({"corr": r}, "correlation (a similarity: large is alike)", lo=-1, hi=1),
        ]

    def alt(**values: float) -> str:
        _, ssd, r = measured(**values)
        place = "lies on the first" if values["shift"] == 0 else f"is {values['shift']} columns off"
        told = "not defined, because the second picture is constant" if np.isnan(r) else f"{r:.3f}"
        return f"Two brains; the second {place}. SSD is {ssd:.1f} million, the correlation is {told}."

    start = {"contrast": 1.0, "brightness": 0, "gamma": 1.0, "noise": 0, "shift": 0}
    return Explore(
        scene,
        {
            "contrast": Slider(-1.0, 2.0, 0.1, 1.0, "contrast"),
            "brightness": Slider(-60, 60, 5, 0, "brightness (grey levels)"),
            "gamma": Slider(0.3, 3.0, 0.1, 1.0, "gamma"),
            "noise": Slider(0, 60, 5, 0, "noise (grey levels)"),
            "shift": Slider(0, 20, 1, 0, "shift (columns)"),
        },
        static=[
            start,
            start | {"brightness": 20},
            start | {"shift": 3},
            start | {"gamma": 3.0},
            start | {"contrast": -1.0},
            start | {"noise": 40},
        ],
        alt=alt,
        title="Is a small SSD the same as aligned? Does correlation see everything?",
        after=after,
    )


@cache
def _slid() -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Two noisy brains, and for every number of columns that the second goes right: SSD and mean over the overlap."""
    static, moving = _brain() + 8 * _noise(3), _brain() + 8 * _noise(4)
    columns = static.shape[1]
    ssd = np.array([_ssd(static[:, q:], moving[:, : columns - q]) for q in range(columns)])
    pixels = static.shape[0] * (columns - np.arange(columns))
    return static, moving, ssd / _MILLION, ssd / pixels


def slide_out(after: str | None = None) -> Explore:
    """Slide one of two aligned pictures out of the frame: in the end SSD is smaller than when they are aligned."""
    static, moving, ssd, mean = _slid()
    columns = static.shape[1]
    q = np.arange(columns)

    def level(value: float) -> np.ndarray:
        return np.full(columns, np.log10(value))

    def scene(shift: int) -> list[Panel]:
        moved = np.full(static.shape, np.nan)
        moved[:, shift:] = moving[:, : columns - shift]
        overlap = 1 - shift / columns
        return [
            Image(static, "static", vmin=0, vmax=255),
            Image(moved, f"moving, overlap {overlap:.0%}", vmin=0, vmax=255),
            Curve(
                {"SSD": (q, np.log10(ssd * _MILLION)), "aligned": (q, level(ssd[0] * _MILLION))},
                "log10 of SSD",
                mark=shift,
                xlabel="shift (columns)",
            ),
            Curve(
                {"mean": (q, np.log10(mean)), "aligned": (q, level(mean[0]))},
                "log10 of the mean",
                mark=shift,
                xlabel="shift (columns)",
            ),
            Text(
                f"SSD {ssd[shift]:.2f} million, aligned {ssd[0]:.2f} million. "
                f"Mean {mean[shift]:.1f}, aligned {mean[0]:.1f}."
            ),
        ]

    def alt(shift: int) -> str:
        return (
            f"The second brain stands {shift} columns too far right; {1 - shift / columns:.0%} of the frame overlaps. "
            f"Over the overlap SSD is {ssd[shift]:.2f} million, against {ssd[0]:.2f} million when aligned; the mean "
            f"squared difference is {mean[shift]:.1f}, against {mean[0]:.1f}."
        )

    return Explore(
        scene,
        {"shift": Slider(0, 250, 5, 0, "shift (columns)")},
        static=[{"shift": s} for s in (0, 20, 100, 150, 200, 240)],
        alt=alt,
        title="Is less overlap better?",
        after=after,
    )
