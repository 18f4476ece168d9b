"""Scenes of unit U01: where a pixel is, and what a dtype makes of a sum."""

from __future__ import annotations

from functools import cache

import numpy as np

from coursereg.course import samples
from coursereg.course._draw import short
from coursereg.course.plain.grids import to_grid, to_world
from coursereg.course.widgets.controls import Choice, Slider
from coursereg.course.widgets.explore import Explore
from coursereg.course.widgets.panels import Curve, Image, Panel, Text

ORANGE, BLUE = np.array([213, 94, 0], np.uint8), np.array([86, 180, 233], np.uint8)

# --- (a) where is (3, 7)? ---------------------------------------------------------------------------------------------

COLUMN_SPACING = 3.0  # mm
LEFT = 12.0  # mm: where the world has the pixel (0, 0), to the right of its own zero
TOP_LEFT, BOTTOM_RIGHT = (-20, -20), (80, 60)  # mm: the piece of the world that is shown


def grid2world(spacing: float, angle: float, origin: float) -> np.ndarray:
    """Rows ``spacing`` mm apart, columns 3 mm, turned clockwise on the screen, pixel (0, 0) at (origin, 12) mm."""
    t = np.deg2rad(angle)
    down, right = np.array([np.cos(t), -np.sin(t)]), np.array([np.sin(t), np.cos(t)])
    A = np.eye(3)
    A[:2, 0], A[:2, 1], A[:2, 2] = spacing * down, COLUMN_SPACING * right, (origin, LEFT)
    return A


def _colours(picture: np.ndarray) -> np.ndarray:
    return np.repeat(picture[..., None], 3, axis=2)


def _with_row(i: int) -> np.ndarray:
    """The letter, row i tinted: what the first index alone picks."""
    painted = _colours(samples.letter())
    painted[i] = (painted[i].astype(int) + BLUE) // 2
    return painted


def _with_pixel(i: int, j: int) -> np.ndarray:
    painted = _colours(samples.letter())
    painted[i, j] = ORANGE
    return painted


def _world(i: int, j: int, A: np.ndarray) -> np.ndarray:
    """One point of the picture for each mm of the world: the pixel that covers it; the world's zero lines in blue."""
    painted = _with_pixel(i, j)
    shape = tuple(int(b - a) + 1 for a, b in zip(TOP_LEFT, BOTTOM_RIGHT, strict=True))
    mm = np.indices(shape).astype(float) + np.reshape(TOP_LEFT, (2, 1, 1))
    r, c = np.rint(to_grid(mm.reshape(2, -1).T, A)).astype(int).T.reshape(2, *shape)
    inside = (r >= 0) & (r < painted.shape[0]) & (c >= 0) & (c < painted.shape[1])
    out = np.full((*shape, 3), 20, np.uint8)
    out[-TOP_LEFT[0]] = out[:, -TOP_LEFT[1]] = BLUE // 2
    out[inside] = painted[r[inside], c[inside]]
    return out


def where_is(after: str | None = None, world: bool = True) -> Explore:
    """Move a pixel: its place in the array, on matplotlib's axes, and in the world in mm."""

    def place(i: int, j: int, A: np.ndarray) -> np.ndarray:
        return to_world([[i, j]], A)[0]

    def scene(i: int, j: int, spacing: float = 5.0, angle: float = 0.0, origin: float = 10.0) -> list[Panel]:
        panels: list[Panel] = [
            Image(_with_row(i), f"I[{i}]: a row"),
            Image(_with_pixel(i, j), f"I[{i}, {j}]: x = {j}, y = {i}", labels=("y = row", "x = column")),
        ]
        if not world:
            return [*panels, Text(f"{i} down, {j} to the right. The grey value there was {samples.letter()[i, j]}.")]
        A = grid2world(spacing, angle, origin)
        down, right = place(i, j, A)
        panels.append(
            Image(
                _world(i, j, A),
                f"world: ({down:.1f}, {right:.1f}) mm",
                labels=("mm down", "mm to the right"),
                first=TOP_LEFT,
            )
        )
        way = float(np.hypot(*(place(i, j, A) - place(0, 0, A))))
        return [*panels, Text(f"From pixel (0, 0) to pixel ({i}, {j}) it is {way:.1f} mm; columns lie 3 mm apart.")]

    def alt(i: int, j: int, spacing: float = 5.0, angle: float = 0.0, origin: float = 10.0) -> str:
        text = (
            f"A letter F on 8 by 10 pixels. I[{i}] is the row {i} from the top. I[{i}, {j}] is marked {i} down and {j} "
            f"to the right; plotting programs call that place x = {j}, y = {i}."
        )
        if not world:
            return text
        A = grid2world(spacing, angle, origin)
        down, right = place(i, j, A)
        turned = f"turned by {angle:g} degrees, clockwise if positive" if angle else "upright"
        return (
            f"{text} In the world the F stands {turned}, its rows {spacing:g} mm apart, its columns 3 mm, and the "
            f"marked pixel lies {down:.1f} mm down and {right:.1f} mm to the right of the world's zero."
        )

    controls: dict[str, Slider | Choice] = {
        "i": Slider(0, 7, 1, 3, "first index i"),
        "j": Slider(0, 9, 1, 7, "second index j"),
    }
    static: list[dict[str, float]] = [{"i": i, "j": j} for i, j in ((0, 0), (3, 0), (0, 7), (3, 7), (7, 3), (7, 9))]
    if world:
        controls |= {
            "spacing": Slider(2, 6, 1, 5, "row spacing (mm)"),
            "angle": Slider(-30, 30, 5, 0, "angle (degrees)"),
            "origin": Slider(0, 20, 2, 10, "origin (mm down)"),
        }
        static = [{"i": 3, "j": 7}, {"i": 5, "j": 7}, {"i": 3, "j": 9}]
        static += [{"spacing": 2}, {"angle": 30}, {"angle": -25, "spacing": 6, "origin": 20}]
    return Explore(scene, controls, static=static, alt=alt, title="Where is (3, 7)?", after=after)


# --- (b) what a dtype makes of a sum ----------------------------------------------------------------------------------

KINDS = ("uint8", "uint8, clipped at 255", "float")
VALUES = np.arange(256, dtype=np.uint8)


@cache
def _small_brain() -> np.ndarray:
    """Every second pixel of the brain, cut to its middle, with more contrast; the brightest hundredth is 250."""
    piece = samples.brain()[30:182:2, 44:212:2].astype(float)
    return np.rint(np.minimum(250 * (piece / np.quantile(piece, 0.99)) ** 2, 250)).astype(np.uint8)


def added(I: np.ndarray, n: int, kind: str) -> np.ndarray:
    """I + n in one of three arithmetics."""
    if kind == KINDS[0]:
        return I + np.uint8(n)
    total = I.astype(float) + n
    return np.minimum(total, 255).astype(np.uint8) if kind == KINDS[1] else total


def dtype_dial(after: str | None = None) -> Explore:
    """Add a number to a uint8 picture: beyond 255 it begins at 0 again, unless one clips or uses floats."""
    I = _small_brain()

    def over(n: int) -> int:
        return int((I.astype(int) + n > 255).sum())

    def scene(kind: str, n: int) -> list[Panel]:
        word = {KINDS[0]: "wrapped", KINDS[1]: "clipped", KINDS[2]: "above 255"}[kind]
        return [
            Image(I, "I, uint8", vmin=0, vmax=255),
            Image(added(I, n, kind), f"I + {n}: {over(n)} {word}", vmin=0, vmax=255),
            Curve(
                {
                    "what we meant": (VALUES.astype(float), VALUES.astype(float) + n),
                    f"{kind}": (VALUES.astype(float), added(VALUES, n, kind).astype(float)),
                },
                f"200 + {n} = {short(float(added(VALUES, n, kind)[200]))}",
                xlabel="grey value before",
                ylabel="grey value after",
                mark=200.0,
                ylim=(0, 640),  # room for the names of the lines
            ),
        ]

    def alt(kind: str, n: int) -> str:
        said = {
            KINDS[0]: "begin at black again: the brightest tissue has become the darkest",
            KINDS[1]: "have become 255, and can no longer be told apart",
            KINDS[2]: "keep their values above 255; the screen shows them white",
        }[kind]
        return (
            f"A brain in uint8, and the same with {n} added, in {kind}: 200 becomes "
            f"{short(float(added(VALUES, n, kind)[200]))}. "
            + (f"{over(n)} pixels, whose sum is above 255, {said}." if over(n) else "No sum is above 255.")
        )

    return Explore(
        scene,
        {"kind": Choice(KINDS, KINDS[0], "arithmetic"), "n": Slider(0, 250, 5, 100, "add n")},
        static=[
            {"kind": KINDS[0], "n": 0},
            {"kind": KINDS[0], "n": 10},
            {"kind": KINDS[0], "n": 100},
            {"kind": KINDS[0], "n": 200},
            {"kind": KINDS[1], "n": 100},
            {"kind": KINDS[2], "n": 100},
        ],
        alt=alt,
        title="What is 200 + 100?",
        after=after,
    )
