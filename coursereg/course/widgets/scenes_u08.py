"""Scenes of unit U08: the pivot and the shift, the valley that becomes a bowl, the unit of the angle."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
from scipy import ndimage

from coursereg.course import samples
from coursereg.course.plain.rigid import natural_scale, transform
from coursereg.course.widgets.controls import Choice, Slider
from coursereg.course.widgets.explore import Explore
from coursereg.course.widgets.panels import Bars, Curve, Image, Panel, Text, colour_table

SIZE = 128  # pixels: every second one of the brain
CENTRE = np.array([(SIZE - 1) / 2] * 2)

# --- (a) another pivot is another shift -------------------------------------------------------------------------------


@cache
def _brain() -> np.ndarray:
    return samples.brain()[::2, ::2].astype(float)


def _turn(theta: float) -> np.ndarray:
    t = np.deg2rad(theta)
    return np.array([[np.cos(t), -np.sin(t)], [np.sin(t), np.cos(t)]])


def shift_for_corner(theta: float, pivot: Any) -> np.ndarray:
    """The u with which a turn about the corner gives the picture that is turned about ``pivot``."""
    return _turn(theta) @ pivot - np.asarray(pivot, float)


def _marked(picture: np.ndarray, pivot: tuple[int, int]) -> np.ndarray:
    """Grey to colours, with a cross at the pivot."""
    colours = np.repeat(np.clip(picture, 0, 255).astype(np.uint8)[:, :, None], 3, axis=2)
    r, c = pivot
    for a, b in ((9, 1), (1, 9)):  # two bars, 3 pixels thick
        colours[max(r - a, 0) : r + a + 1, max(c - b, 0) : c + b + 1] = (230, 159, 0)
    return colours


def pivot_and_shift(after: str | None = None) -> Explore:
    """Move the pivot of a turn: the picture only shifts, and a turn about the corner with the right u is the same."""

    def three(theta: int, row: int, column: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        u = shift_for_corner(theta, (row, column))
        brain, none = _brain(), (0.0, 0.0)
        return (
            transform(brain, theta, none, (row, column)),
            transform(brain, theta, none, none),
            transform(brain, theta, u, none),
            u,
        )

    def scene(theta: int, row: int, column: int) -> list[Panel]:
        about, corner, shifted, u = three(theta, row, column)
        return [
            Image(_marked(about, (row, column)), "about the cross, no shift"),
            Image(_marked(corner, (0, 0)), "about the corner, no shift"),
            Image(_marked(shifted, (0, 0)), f"about the corner, u = ({u[0]:.1f}, {u[1]:.1f})"),
        ]

    def alt(theta: int, row: int, column: int) -> str:
        about, _corner, shifted, u = three(theta, row, column)
        same = np.abs(about - shifted).max()
        return (
            f"A brain turned by {theta} degrees about the point ({row}, {column}); the same turn about the corner, "
            f"where the brain lies elsewhere and stands as slanted as before; and the turn about the corner with u = "
            f"({u[0]:.1f}, {u[1]:.1f}), which is the first picture again: the largest difference of two pixels is "
            f"{same:.0e}."
        )

    return Explore(
        scene,
        {
            "theta": Slider(-30, 30, 5, 20, "angle (degrees)"),
            "row": Slider(0, SIZE - 8, 8, 64, "pivot: row"),
            "column": Slider(0, SIZE - 8, 8, 64, "pivot: column"),
        },
        static=[
            {"theta": 20, "row": 64, "column": 64},
            {"theta": 20, "row": 0, "column": 0},
            {"theta": 20, "row": 120, "column": 64},
            {"theta": 20, "row": 64, "column": 120},
            {"theta": -15, "row": 64, "column": 64},
            {"theta": -15, "row": 0, "column": 120},
        ],
        alt=alt,
        title="Does the pivot change the picture?",
        after=after,
    )


# --- the cost of every motion, once -----------------------------------------------------------------------------------

EVERY = 3.0  # degrees
ANGLES = np.arange(-180, 180, EVERY)
REACH = 56  # pixels of shift


@cache
def _costs() -> np.ndarray:
    """Spline coefficients of the mean squared difference of a brain with itself, over angle, row and column shift.

    For one angle, sums over all whole shifts are one correlation.
    """
    J = ndimage.gaussian_filter(_brain(), 2)
    n = 2 * SIZE
    spectrum, square = np.fft.rfft2(J, (n, n)), (J**2).sum()
    around = np.arange(-REACH, REACH + 1) % n
    table = []
    for theta in ANGLES:
        turned = transform(J, theta, (0, 0), CENTRE)
        both = np.fft.irfft2(np.fft.rfft2(turned, (n, n)).conj() * spectrum, (n, n))
        # both[s] = sum of J(x + s) * turned(x): the turned picture moved by s
        table.append((square + (turned**2).sum() - 2 * both[np.ix_(around, around)]) / J.size)
    return np.asarray(ndimage.spline_filter(np.array(table)))


def cost(theta: Any, u: Any) -> np.ndarray:
    """Mean squared difference of the brain and the brain moved by theta (degrees) and u about the centre; arrays."""
    theta, p, q = np.atleast_1d(*np.broadcast_arrays(theta, *u))
    t = np.deg2rad(theta)
    # J(R (x - m) + m - u) is the turned picture, moved by R' u
    s_r, s_c = np.cos(t) * p + np.sin(t) * q, np.cos(t) * q - np.sin(t) * p
    at = [(theta + 180) % 360 / EVERY, s_r + REACH, s_c + REACH]
    return np.asarray(ndimage.map_coordinates(_costs(), at, order=3, mode="nearest", prefilter=False))


def from_pivot(theta: Any, u: Any, pivot: Any) -> tuple[np.ndarray, np.ndarray]:
    """The shift about the centre of a motion about another pivot."""
    t = np.deg2rad(np.asarray(theta, float))
    a, b = CENTRE[0] - np.asarray(pivot, float)[..., 0], CENTRE[1] - np.asarray(pivot, float)[..., 1]
    return u[0] + a - np.cos(t) * a + np.sin(t) * b, u[1] + b - np.sin(t) * a - np.cos(t) * b


class Descents:
    """
    Several gradient descents at once, each with its own pivot, unit of the angle and magnification.

    Each takes steps of one divided by the largest curvature at the truth: the longest that are safe in every direction.
    The parameters are (scale * angle, p, q), the truth is (0, 0, 0), the start 10 degrees about the centre and a shift.
    """

    START = (10.0, (4.0, -3.0))

    def __init__(self, pivots: Any, scales: Any, zooms: Any, steps: int) -> None:
        self.pivots, self.scales, self.zooms = (np.asarray(v, float) for v in (pivots, scales, zooms))
        curvature = np.array([np.linalg.eigvalsh(H)[-1] for H in self._hessians()])
        x, path = self._start(), []
        for _ in range(steps + 1):
            path.append(x)
            x = x - self._gradient(x) / curvature[:, None]
        self.path = np.array(path)  # (steps + 1, descents, 3)
        self.error = np.array([self._error(x) for x in path])

    def _start(self) -> np.ndarray:
        theta, u = self.START
        t, n = np.deg2rad(theta), len(self.scales)
        zero = np.zeros(n)
        back = from_pivot(np.full(n, theta), (zero, zero), self.pivots)  # what the pivot alone adds
        z = self.zooms
        return np.stack([t * self.scales, (u[0] - back[0]) * z, (u[1] - back[1]) * z], axis=1)

    def _motion(self, x: np.ndarray) -> tuple[np.ndarray, tuple[np.ndarray, np.ndarray]]:
        theta = np.rad2deg(x[..., 0] / self.scales)
        return theta, from_pivot(theta, (x[..., 1] / self.zooms, x[..., 2] / self.zooms), self.pivots)

    def cost(self, x: np.ndarray) -> np.ndarray:
        """Cost of each descent at its row of x."""
        return cost(*self._motion(x))

    def _gradient(self, x: np.ndarray) -> np.ndarray:
        h = np.stack([0.002 * self.scales, 0.1 * self.zooms, 0.1 * self.zooms], axis=1)
        sides = np.stack([x + s * h * e for e in np.eye(3) for s in (1, -1)])
        values = self.cost(sides)
        return (values[0::2] - values[1::2]).T / (2 * h)

    def _hessians(self) -> np.ndarray:
        zero, rows = np.zeros((len(self.scales), 3)), []
        for k in range(3):
            h = np.stack([0.004 * self.scales, 0.2 * self.zooms, 0.2 * self.zooms], axis=1)[:, k]
            step = h[:, None] * np.eye(3)[k]
            rows.append((self._gradient(zero + step) - self._gradient(zero - step)) / (2 * h[:, None]))
        H = np.stack(rows, axis=1)
        return (H + H.transpose(0, 2, 1)) / 2

    def _error(self, x: np.ndarray) -> np.ndarray:
        """Mean distance from the truth at four landmarks, in pixels of the magnified picture."""
        theta, (p, q) = self._motion(x)
        t, out = np.deg2rad(theta), np.zeros(len(self.scales))
        for a, b in ((-30, -30), (-30, 30), (30, -30), (30, 30)):
            out += np.hypot(np.cos(t) * a - np.sin(t) * b - a - p, np.sin(t) * a + np.cos(t) * b - b - q)
        return self.zooms * out / 4

    def needed(self, k: int) -> int | None:
        """Steps after which descent k is a tenth of a pixel from the truth; None if never."""
        there = np.flatnonzero(self.error[:, k] < 0.1)
        return int(there[0]) if there.size else None


def _count(steps: int | None, most: int) -> str:
    return f"{steps} steps" if steps is not None else f"more than {most} steps"


@cache
def edges() -> float:
    """Pixels that the brain's edges move per radian about its centre."""
    return natural_scale(ndimage.gaussian_filter(_brain(), 2))


# --- (b) valley or bowl -----------------------------------------------------------------------------------------------

MOST = 600
SHARES = (0, 20, 40, 60, 80, 100)  # per cent of the way from the corner to the centre
LIMIT = 20  # pixels


@cache
def pivots_tried() -> Descents:
    """A descent for each pivot, its angle counted by how far the edges move about that pivot."""
    pivots = [CENTRE * share / 100 for share in SHARES]
    scales = [np.hypot(edges(), np.hypot(*(CENTRE - p)) / np.sqrt(2)) for p in pivots]
    return Descents(pivots, scales, np.ones(len(pivots)), MOST)


@cache
def _landscape(share: int) -> np.ndarray:
    """Cost over row shift (rows) and angle (columns, counted as the descent counts it), column shift 0."""
    p, a = np.mgrid[-LIMIT : LIMIT + 1, -LIMIT : LIMIT + 1].astype(float)
    theta = np.rad2deg(a / pivots_tried().scales[SHARES.index(share)])
    return cost(theta, from_pivot(theta, (p, 0 * p), CENTRE * share / 100))


def _bands(heights: np.ndarray) -> np.ndarray:
    """Colours with steps, so that lines of equal cost are seen."""
    level = np.sqrt((heights - heights.min()) / np.ptp(heights))
    return np.asarray(colour_table("viridis")[np.minimum(np.floor(12 * level) * 23, 255).astype(int)])


def _walked(share: int) -> np.ndarray:
    """The landscape in colours with the path of the descent in white, its end in red."""
    heights, runs, k = _landscape(share), pivots_tried(), SHARES.index(share)
    out = _bands(heights)
    places = np.rint(runs.path[:, k, [1, 0]]).astype(int) + LIMIT
    inside = ((places >= 0) & (places <= 2 * LIMIT)).all(axis=1)
    out[tuple(places[inside].T)] = 255
    out[LIMIT, LIMIT] = (213, 94, 0)
    return out


def valley_or_bowl(after: str | None = None) -> Explore:
    """Move the pivot from the corner to the centre: a slanting valley becomes a bowl, and the descent a short walk."""

    def scene(share: int) -> list[Panel]:
        runs, k = pivots_tried(), SHARES.index(share)
        steps = np.arange(101)
        return [
            Image(
                _walked(share),
                "cost; path white, truth red",
                labels=("row shift p (pixels)", "angle (pixels an edge moves)"),
                first=(-LIMIT, -LIMIT),
            ),
            Curve(
                {
                    f"pivot {share} % of the way": (steps, runs.error[:101, k]),
                    "the goal, 0.1 pixels": (steps[[0, -1]], [0.1, 0.1]),
                },
                f"{_count(runs.needed(k), MOST)} to 0.1 pixels",
                xlabel="step",
                ylabel="distance from the truth (pixels)",
                ylim=(0, 14),
            ),
        ]

    def alt(share: int) -> str:
        runs, k = pivots_tried(), SHARES.index(share)
        H = runs._hessians()[k]
        low, high = np.linalg.eigvalsh(H)[[0, -1]]
        shape = "a long valley, at a slant" if high / low > 8 else "a slanting oval" if high / low > 3 else "a bowl"
        return (
            f"Cost over row shift and angle, pivot {share} per cent of the way from the top left corner to the centre: "
            f"{shape}. The largest curvature is {high / low:.1f} times the smallest. Descent takes "
            f"{_count(runs.needed(k), MOST)} to come within 0.1 pixels of the truth; after 10 steps it is "
            f"{runs.error[10, k]:.1f} pixels away."
        )

    return Explore(
        scene,
        {"share": Slider(0, 100, 20, 0, "pivot: per cent of the way to the centre")},
        static=[{"share": s} for s in SHARES],
        alt=alt,
        title="Is the pivot cosmetic?",
        after=after,
    )


# --- (c) the unit of the angle ----------------------------------------------------------------------------------------

UNITS = ("degrees", "radians", "pixels")
ZOOMS = (0.5, 1.0, 2.0, 4.0)
WIDE = 15  # pixels, and units of the angle


@cache
def units_tried() -> Descents:
    """A descent for each unit and magnification, about the centre."""
    pairs = [(unit, z) for unit in UNITS for z in ZOOMS]
    scales = [{"degrees": 180 / np.pi, "radians": 1.0, "pixels": z * edges()}[unit] for unit, z in pairs]
    return Descents([CENTRE] * len(pairs), scales, [z for _, z in pairs], MOST)


def angle_unit(after: str | None = None) -> Explore:
    """Switch the unit of the angle: the lines of equal cost are circles only where it is counted in pixels."""

    def number(unit: str, zoom: float) -> int:
        return UNITS.index(unit) * len(ZOOMS) + ZOOMS.index(zoom)

    @cache
    def landscape(unit: str, zoom: float) -> np.ndarray:
        p, a = np.mgrid[-WIDE : WIDE + 1, -WIDE : WIDE + 1].astype(float)
        theta = np.rad2deg(a / units_tried().scales[number(unit, zoom)])
        return cost(theta, (p / zoom, 0 * p))

    def scene(unit: str, power: int) -> list[Panel]:
        zoom = 2.0**power
        runs = units_tried()
        steps = {u: runs.needed(number(u, zoom)) for u in UNITS}
        picture = _bands(landscape(unit, zoom))
        picture[WIDE, WIDE] = (213, 94, 0)
        return [
            Image(
                picture,
                "cost; truth red",
                labels=("row shift (pixels)", f"angle ({unit})"),
                first=(-WIDE, -WIDE),
            ),
            Curve(
                {u: (np.arange(101), np.log10(runs.error[:101, number(u, zoom)])) for u in UNITS},
                "the walk",
                xlabel="step",
                ylabel="log10 of the distance (pixels)",
                ylim=(-3, 2),
            ),
            Bars(
                {u: float(min(MOST, MOST if n is None else n)) for u, n in steps.items()},
                "steps to 0.1 pixels",
                lo=0,
                hi=MOST,
            ),
            Text(
                f"An edge moves {zoom * edges():.0f} pixels per radian, {np.deg2rad(zoom * edges()):.2f} per degree. "
                f"{MOST} steps: not there yet."
            ),
        ]

    def alt(unit: str, power: int) -> str:
        zoom = 2.0**power
        runs = units_tried()
        counts = ", ".join(f"in {u} {_count(runs.needed(number(u, zoom)), MOST)}" for u in UNITS)
        same = runs.scales[number(unit, zoom)] / (zoom * edges())
        shape = "upright stripes" if same < 0.2 else "round" if 0.7 < same < 1.4 else "ovals"
        return (
            f"Brain of {zoom * SIZE:.0f} pixels, edges {zoom * edges():.0f} pixels per radian. The cost over "
            f"row shift and angle in {unit}: bands of equal cost are {shape} around the truth; one pixel of shift "
            f"costs as much as {same:.2f} {unit}. To 0.1 pixels from the truth it takes with the angle {counts}."
        )

    return Explore(
        scene,
        {
            "unit": Choice(UNITS, "degrees", "unit of the angle"),
            "power": Slider(-1, 2, 1, 0, "brain doubled so often"),
        },
        static=[
            {"unit": "degrees", "power": 0},
            {"unit": "radians", "power": 0},
            {"unit": "pixels", "power": 0},
            {"unit": "degrees", "power": -1},
            {"unit": "degrees", "power": 1},
            {"unit": "degrees", "power": 2},
        ],
        alt=alt,
        title="Does it matter what an angle is measured in?",
        after=after,
    )
