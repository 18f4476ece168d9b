"""
Scenes of unit U07: the learning rate, the start, and blur before a descent.

Every walk is a gradient descent on a landscape that was computed once, at whole shifts, and is interpolated between
them: that takes a thousandth of a second where a walk over pictures takes a tenth.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from scipy import interpolate, ndimage

from coursereg.course import samples
from coursereg.course._draw import short
from coursereg.course.widgets.controls import Choice, Slider
from coursereg.course.widgets.explore import Explore
from coursereg.course.widgets.panels import Curve, Image, Panel, colour_table

WHITE, RED, BLACK = (255, 255, 255), (213, 94, 0), (0, 0, 0)
BRAIN, FIBRES = "a brain", "fibres"
TRUTH = {BRAIN: (6.0, -8.0), FIBRES: (6.0, 3.0)}
REACH = {BRAIN: 40, FIBRES: 20}
PERIOD = 8.0  # pixels between two fibres


# --- pictures and landscapes ------------------------------------------------------------------------------------------


@cache
def pictures(name: str, sigma: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """The static and the moving picture on a wide black frame, both blurred by ``sigma`` pixels."""
    if name == BRAIN:
        I = np.pad(ndimage.gaussian_filter(samples.brain().astype(float), 2.0)[::4, ::4], 40)
        J = ndimage.shift(I, TRUTH[BRAIN], order=1)
    else:
        I, J = _fibres(0.0, 0.0), _fibres(*TRUTH[FIBRES])
    blurred = [ndimage.gaussian_filter(x, sigma) if sigma else x for x in (I, J)]
    return blurred[0], blurred[1]


def _fibres(p: float, q: float) -> np.ndarray:
    """A bundle of bright stripes, its middle moved by (p, q)."""
    r, c = np.indices((84, 84)) - np.array([41.5 + p, 41.5 + q])[:, None, None]
    bundle = np.clip(1 - (r / 20) ** 2 - (c / 24) ** 2, 0, None) ** 2
    return 110 * bundle * (1 + np.cos(2 * np.pi * (0.8 * r + 0.6 * c) / PERIOD))


@dataclass(frozen=True)
class Landscape:
    """Mean squared difference over the shift, and what a descent on it needs."""

    heights: np.ndarray
    reach: int
    curvature: float
    spline: interpolate.RectBivariateSpline

    def cost(self, u: np.ndarray) -> np.ndarray:
        """Height at shifts of shape (..., 2)."""
        return np.maximum(self.spline.ev(u[..., 0], u[..., 1]), 0.0)

    def walk(self, start: tuple[float, float], lr: float, steps: int) -> np.ndarray:
        """Every shift of a descent, (steps + 1, 2); it ends early where it leaves the landscape."""
        path = [np.array(start, float)]
        for _k in range(steps):
            p, q = path[-1]
            slope = np.array([self.spline.ev(p, q, dx=1), self.spline.ev(p, q, dy=1)])
            path.append(path[-1] - lr * slope)
            if np.abs(path[-1]).max() > self.reach:
                break
        return np.array(path)


@cache
def landscape(name: str, sigma: int = 0) -> Landscape:
    """The landscape of two pictures, by correlation: the mean of J**2, of I**2 and of -2 I J at every shift."""
    from scipy import signal  # here, since its import costs half a second, and scenes of later units pass by this file

    I, J = pictures(name, sigma)
    reach = REACH[name]
    middle = np.s_[I.shape[0] - 1 - reach : I.shape[0] + reach, I.shape[1] - 1 - reach : I.shape[1] + reach]
    products = signal.fftconvolve(J, I[::-1, ::-1])[middle]
    squares = signal.fftconvolve(J**2, np.ones(I.shape))[middle]
    heights = (squares - 2 * products + (I**2).sum()) / I.size
    shifts = np.arange(-reach, reach + 1)
    curvature = max(2 * float((slope**2).mean()) for slope in np.gradient(J))
    return Landscape(heights, reach, curvature, interpolate.RectBivariateSpline(shifts, shifts, heights))


@cache
def basin(name: str, sigma: int, steps: int) -> float:
    """Per cent of all whole starts from which the walk ends within a pixel of the truth."""
    land = landscape(name, sigma)
    shifts = np.arange(-land.reach, land.reach + 1.0)
    u = np.stack(np.meshgrid(shifts, shifts, indexing="ij"), -1).reshape(-1, 2)
    lr = 0.5 / land.curvature
    for _k in range(steps):
        slope = np.stack([land.spline.ev(u[:, 0], u[:, 1], dx=1), land.spline.ev(u[:, 0], u[:, 1], dy=1)], 1)
        u = np.clip(u - lr * slope, -land.reach, land.reach)
    return 100 * float((np.hypot(*(u - TRUTH[name]).T) < 1).mean())


def painted(land: Landscape, path: np.ndarray, truth: tuple[float, float]) -> np.ndarray:
    """The landscape in colours, one pixel a shift: the trail white, its end red, the truth in a black cross."""
    heights = land.heights
    picture = colour_table("viridis")[np.rint(255 * (heights - heights.min()) / np.ptp(heights)).astype(np.uint8)]

    def spot(u: np.ndarray, colour: tuple[int, int, int]) -> None:
        r, c = (round(float(v)) + land.reach for v in u)
        if 0 <= r < picture.shape[0] and 0 <= c < picture.shape[1]:
            picture[r, c] = colour

    for before, after in zip(path[:-1], path[1:], strict=True):
        for t in np.linspace(0, 1, int(np.abs(after - before).max()) + 2):
            spot(before + t * (after - before), WHITE)
    for k in (-3, -2, 2, 3):
        spot(np.add(truth, (k, 0)), BLACK)
        spot(np.add(truth, (0, k)), BLACK)
    spot(path[0], WHITE)
    for near in ((0, 0), (1, 0), (-1, 0), (0, 1), (0, -1))[: 5 if land.reach > 30 else 1]:  # to be seen, too
        spot(path[-1] + near, RED)
    return picture


# --- (a) the learning rate --------------------------------------------------------------------------------------------

STEPS = 40
FATES = {
    "crawls": "it crawls: on its way, not there",
    "converges": "it converges",
    "oscillates": "it oscillates: it jumps over the valley, again and again",
    "explodes": "it explodes: it was thrown out of the valley",
}


def fate(path: np.ndarray, truth: tuple[float, float], land: Landscape) -> str:
    """One word for a walk."""
    off = np.hypot(*(path - truth).T)
    cost = land.cost(np.clip(path, -land.reach, land.reach))
    if np.abs(path[-1]).max() > land.reach or cost.max() > 1.5 * cost[0]:
        return "explodes"
    if off[-1] < 0.3:
        return "converges"
    return "oscillates" if (np.diff(cost) > 0).any() else "crawls"


def learning_rate(after: str | None = None) -> Explore:
    """Change the learning rate of a descent: it crawls, converges, oscillates, explodes."""
    truth = TRUTH[BRAIN]

    def walked(exponent: float) -> tuple[Landscape, np.ndarray, np.ndarray]:
        land = landscape(BRAIN)
        path = land.walk((0, 0), 10.0**exponent, STEPS)
        return land, path, land.cost(np.clip(path, -land.reach, land.reach))

    def scene(exponent: float) -> list[Panel]:
        land, path, cost = walked(exponent)
        top = float(land.heights.max())
        return [
            Image(painted(land, path, truth), "trail white, end red, truth in +", labels=LABELS, first=FIRST[BRAIN]),
            Curve(
                {"cost": (np.arange(len(cost)), cost)},
                f"lr = {10.0**exponent:.2g}: {fate(path, truth, land)}",
                xlabel="step",
                ylabel="mean squared difference",
                ylim=(-0.05 * top, 1.1 * top),
            ),
        ]

    def alt(exponent: float) -> str:
        land, path, cost = walked(exponent)
        return (
            f"Descent on two brains with lr = {10.0**exponent:.2g} from (0, 0), truth {_place(truth)}. After "
            f"{len(path) - 1} steps {FATES[fate(path, truth, land)]}. It is at {_place(path[-1])}; the cost went from "
            f"{short(cost[0])} to {short(cost[-1])}, and was {short(cost.min())} at its lowest."
        )

    return Explore(
        scene,
        {"exponent": Slider(-3, 0, 0.1, -2, "log10 of the learning rate")},
        static=[{"exponent": e} for e in (-3.0, -2.5, -2.0, -1.6, -1.0, -0.4)],
        alt=alt,
        title="How long should a step be?",
        after=after,
    )


def _place(u: object) -> str:
    p, q = np.round(np.asarray(u, float), 1) + 0.0
    return f"({p:g}, {q:g})"


# --- (b) the start ----------------------------------------------------------------------------------------------------

WALK = 60


def start_point(after: str | None = None) -> Explore:
    """Let a descent start anywhere: in a wide valley, on a plain without slope, between two fibres."""

    def walked(pictures: str, row: int, column: int) -> tuple[Landscape, np.ndarray]:
        land = landscape(pictures)
        side = land.reach / REACH[BRAIN]
        return land, land.walk((row * side, column * side), 0.5 / land.curvature, WALK)

    def scene(pictures: str, row: int, column: int) -> list[Panel]:
        land, path = walked(pictures, row, column)
        cost = land.cost(path)
        top = float(land.heights.max())
        return [
            Image(_both(pictures, path[-1]), "the two pictures at the end, mixed", vmin=0, vmax=220),
            Image(
                painted(land, path, TRUTH[pictures]),
                "trail white, end red, truth in +",
                labels=LABELS,
                first=FIRST[pictures],
            ),
            Curve(
                {"cost": (np.arange(len(cost)), cost)},
                f"ends at {_place(path[-1])}",
                xlabel="step",
                ylabel="mean squared difference",
                ylim=(-0.05 * top, 1.1 * top),
            ),
        ]

    def alt(pictures: str, row: int, column: int) -> str:
        land, path = walked(pictures, row, column)
        truth = TRUTH[pictures]
        far = float(np.hypot(*(path[-1] - truth)))
        way = float(np.hypot(*(path[-1] - path[0])))
        end = "the truth" if far < 1 else "no step at all, there is no slope" if way < 0.5 else "a wrong place"
        return (
            f"Landscape of {pictures}, truth {_place(truth)}. A descent from {_place(path[0])} goes {way:.1f} "
            f"pixels in "
            f"{len(path) - 1} steps and ends at {_place(path[-1])}: {end}. Cost {short(land.cost(path[:1])[0])} "
            f"before, "
            f"{short(land.cost(path[-1:])[0])} after. Of all starts, {basin(pictures, 0, WALK):.0f} per cent lead "
            f"to the truth."
        )

    return Explore(
        scene,
        {
            "pictures": Choice([BRAIN, FIBRES], BRAIN, "pictures"),
            "row": Slider(-40, 40, 1, -38, "start: row (half as much for fibres)"),
            "column": Slider(-40, 40, 1, 36, "start: column (half as much for fibres)"),
        },
        static=[
            {"pictures": BRAIN, "row": -38, "column": 36},
            {"pictures": BRAIN, "row": -14, "column": 14},
            {"pictures": BRAIN, "row": 30, "column": 0},
            {"pictures": FIBRES, "row": 0, "column": 0},
            {"pictures": FIBRES, "row": 10, "column": 6},
            {"pictures": FIBRES, "row": -30, "column": -20},
        ],
        alt=alt,
        title="Does every start lead to the truth?",
        after=after,
    )


def _both(name: str, u: np.ndarray, sigma: int = 0) -> np.ndarray:
    """A checkerboard of I and of J looked up at x + u."""
    I, J = pictures(name, sigma)
    seen = ndimage.shift(J, -np.asarray(u), order=1)
    tile = np.indices(I.shape) // 12
    return np.where(tile.sum(0) % 2 == 0, I, seen)


LABELS = ("row shift", "column shift")
FIRST = {name: (-reach, -reach) for name, reach in REACH.items()}


# --- (c) blur first ---------------------------------------------------------------------------------------------------

BUDGETS = (20, 100, 1000)


def blur_first(after: str | None = None) -> Explore:
    """Give a stuck descent more iterations, or blur both pictures before it starts."""
    truth = TRUTH[FIBRES]

    @cache
    def walked(sigma: int, steps: int) -> tuple[Landscape, np.ndarray]:
        land = landscape(FIBRES, sigma)
        return land, land.walk((0, 0), 0.5 / land.curvature, steps)

    def scene(sigma: int, steps: int) -> list[Panel]:
        land, path = walked(sigma, steps)
        cost = land.cost(path)
        return [
            Image(_both(FIBRES, path[-1]), "the sharp pictures at the end, mixed", vmin=0, vmax=220),
            Image(painted(land, path, truth), "trail white, end red, truth in +", labels=LABELS, first=FIRST[FIBRES]),
            Curve(
                {"cost": (np.arange(len(cost)), cost / cost[0])},
                f"ends at {_place(path[-1])}, truth {_place(truth)}",
                xlabel="step",
                ylabel="cost, first one = 1",
                ylim=(-0.05, 1.1),
            ),
        ]

    def alt(sigma: int, steps: int) -> str:
        land, path = walked(sigma, steps)
        far = float(np.hypot(*(path[-1] - truth)))
        blurred = f"both blurred by {sigma} pixel{'s' * (sigma > 1)}" if sigma else "sharp"
        return (
            f"Fibres, {blurred}: a descent of {steps} steps from (0, 0) ends at {_place(path[-1])}, {far:.1f} "
            f"pixels from "
            f"the truth {_place(truth)}. Of all starts, {basin(FIBRES, sigma, WALK):.0f} per cent lead to the truth in "
            f"{WALK} steps."
        )

    return Explore(
        scene,
        {
            "sigma": Slider(0, 5, 1, 0, "blur of both before the descent (pixels)"),
            "steps": Choice(BUDGETS, 20, "steps"),
        },
        static=[
            {"sigma": 0, "steps": 20},
            {"sigma": 0, "steps": 1000},
            {"sigma": 1, "steps": 1000},
            {"sigma": 2, "steps": 100},
            {"sigma": 3, "steps": 20},
            {"sigma": 4, "steps": 20},
        ],
        alt=alt,
        title="Do more iterations help?",
        after=after,
    )
