"""Scenes of unit U06: where a descent stops, and how wide a difference should be."""

from __future__ import annotations

from functools import cache

import numpy as np
from scipy import ndimage

from coursereg.course import samples
from coursereg.course._draw import short
from coursereg.course.handout import JointHist
from coursereg.course.widgets.controls import Choice, Slider
from coursereg.course.widgets.explore import Explore
from coursereg.course.widgets.panels import Curve, Image, Panel, colour_table
from coursereg.similarity.joint import mutual_information

REACH = 20  # pixels: the landscape goes so far each way
BINS = 32
ONE_KIND, TWO_KINDS = "T1 and T1 (mean square)", "T1 and PD (minus MI)"
EVERY = 2  # the pixels below are every second one of the samples
WINDOW = np.s_[62:212:EVERY, 50:172:EVERY]  # the inner head

# --- (a) where a descent stops ----------------------------------------------------------------------------------------


@cache
def _blurred(kind: str, sigma: int) -> np.ndarray:
    """The T1 or the PD picture after a Gaussian blur of ``sigma`` pixels."""
    pair = samples.t1_pd()
    picture = (pair.static if kind == "T1" else pair.moving).astype(float)
    return ndimage.gaussian_filter(picture, EVERY * sigma) if sigma else picture


def _piece(picture: np.ndarray, p: int, q: int) -> np.ndarray:
    """The window moved by p rows and q columns; the picture is larger, so that nothing enters from outside."""
    rows, columns = (slice(s.start + EVERY * k, s.stop + EVERY * k, EVERY) for s, k in zip(WINDOW, (p, q), strict=True))
    return picture[rows, columns]


@cache
def heights(pictures: str, sigma: int) -> np.ndarray:
    """Cost of every shift up to `REACH` pixels, blur ``sigma`` in both pictures; the truth is the middle, (0, 0)."""
    I = _piece(_blurred("T1", sigma), 0, 0)
    other = _blurred("T1" if pictures == ONE_KIND else "PD", sigma)
    shifts = range(-REACH, REACH + 1)

    def cost(J: np.ndarray) -> float:
        if pictures == ONE_KIND:
            return float(((I - J) ** 2).mean())
        return -mutual_information(JointHist(I, J, BINS))

    return np.array([[cost(_piece(other, p, q)) for q in shifts] for p in shifts])


def descent(cost: np.ndarray, start: tuple[int, int]) -> list[tuple[int, int]]:
    """Walk to the lowest of the eight neighbours, again and again, until none is lower; indices into ``cost``."""
    path = [start]
    while True:
        r, c = path[-1]
        top, left = max(r - 1, 0), max(c - 1, 0)
        near = cost[top : r + 2, left : c + 2]
        i, j = np.unravel_index(near.argmin(), near.shape)
        place = (top + int(i), left + int(j))
        if cost[place] >= cost[r, c]:
            return path
        path.append(place)


@cache
def basin(pictures: str, sigma: int) -> float:
    """Per cent of all starts from which the descent ends at the truth or right beside it."""
    cost = heights(pictures, sigma)
    ends = np.full(cost.shape, -1)

    def ends_well(start: tuple[int, int]) -> int:
        path = descent(cost, start)
        well = int(max(abs(k - REACH) for k in path[-1]) <= 1)
        for place in path:
            ends[place] = well
        return well

    for start in np.ndindex(cost.shape):
        if ends[start] < 0:
            ends_well(start)
    return 100.0 * float(ends.mean())


def _painted(cost: np.ndarray, path: list[tuple[int, int]]) -> np.ndarray:
    """The landscape in colours, the path in white, its end in red."""
    level = np.rint(255 * (cost - cost.min()) / np.ptp(cost)).astype(np.uint8)
    picture = colour_table("viridis")[level]
    for place in path:
        picture[place] = 255
    picture[path[-1]] = (213, 94, 0)
    return picture


def landscape(after: str | None = None, blur: bool = True) -> Explore:
    """Let a descent start anywhere on a landscape: it stops in the next valley, which may be the wrong one."""

    def walked(pictures: str, row: int, column: int, sigma: int = 0) -> tuple[np.ndarray, list[tuple[int, int]]]:
        cost = heights(pictures, sigma)
        return cost, descent(cost, (row + REACH, column + REACH))

    def scene(pictures: str, row: int, column: int, sigma: int = 0) -> list[Panel]:
        cost, path = walked(pictures, row, column, sigma)
        along = np.array([cost[place] for place in path])
        end = tuple(k - REACH for k in path[-1])
        shifts = ("row shift", "column shift")
        last = max(len(along) - 1, 8)
        low, high = float(cost.min()), float(cost.max())
        return [
            Image(_painted(cost, path), "cost; path white, stop red", labels=shifts, first=(-REACH, -REACH)),
            Curve(
                {
                    "the row through the start": (np.arange(-REACH, REACH + 1), cost[row + REACH]),
                    "the row through the truth": (np.arange(-REACH, REACH + 1), cost[REACH]),
                },
                "two cuts",
                xlabel="column shift (pixels)",
                ylabel="cost",
                mark=float(column),
                ylim=(low - 0.35 * (high - low), high + 0.05 * (high - low)),  # room for the names of the lines
            ),
            Curve(
                {
                    "cost": (np.arange(len(along)), along),
                    "at the truth": ([0, last], [cost[REACH, REACH]] * 2),
                },
                f"the walk: stops at {end}",
                xlabel="step",
                ylabel="cost",
            ),
        ]

    def alt(pictures: str, row: int, column: int, sigma: int = 0) -> str:
        cost, path = walked(pictures, row, column, sigma)
        end = tuple(k - REACH for k in path[-1])
        where = "the truth" if max(map(abs, end)) <= 1 else "a wrong place"
        blurred = f", both blurred by {sigma} pixel{'s' * (sigma > 1)}" if sigma else ""
        steps = f"{len(path) - 1} step{'s' * (len(path) != 2)}"
        return (
            f"Landscape of {pictures}{blurred}. A descent from ({row}, {column}) takes {steps} and stops at {end}, "
            f"{where}, with cost {short(cost[path[-1]])}; the truth, (0, 0), has cost "
            f"{short(cost[REACH, REACH])}. Of all starts, {basin(pictures, sigma):.0f} per cent lead to the truth."
        )

    def setting(pictures: str, row: int, column: int, sigma: int) -> dict[str, object]:
        return {"pictures": pictures, "row": row, "column": column} | ({"sigma": sigma} if blur else {})

    controls: dict[str, Slider | Choice] = {
        "pictures": Choice([ONE_KIND, TWO_KINDS], TWO_KINDS, "pictures (cost)"),
        "row": Slider(-REACH, REACH, 1, -12, "start: row shift (pixels)"),
        "column": Slider(-REACH, REACH, 1, 14, "start: column shift (pixels)"),
    }
    sharp = [(TWO_KINDS, -12, 14), (TWO_KINDS, 8, 0), (TWO_KINDS, 5, -7), (TWO_KINDS, 15, 15), (TWO_KINDS, 0, -16)]
    blurred = [(TWO_KINDS, -12, 14, k) for k in (0, 2, 4, 6)] + [(TWO_KINDS, 5, -7, k) for k in (0, 4)]
    return Explore(
        scene,
        controls | ({"sigma": Slider(0, 6, 1, 0, "blur of both (pixels)")} if blur else {}),
        static=[setting(*s) for s in (blurred if blur else [(*s, 0) for s in (*sharp, (ONE_KIND, -12, 14))])],
        alt=alt,
        title="Is the minimum where the optimiser stops?",
        after=after,
    )


# --- (b) how wide a difference should be ------------------------------------------------------------------------------

SHAPE = (28, 36)
AT = 0.3  # pixels: where the slope is asked for, not half-way between whole pixels, nor near one
EXPONENTS = np.round(np.arange(-8, 0.01, 0.25), 2)
COSTS = ("formula", "linear interpolation", "nearest pixel")
NOISE = 6.0  # grey levels, in both sampled pictures


def _hills(shift: float = 0.0) -> np.ndarray:
    """Three smooth hills on a frame of `SHAPE`, moved to the left by ``shift`` columns: exact, for any shift."""
    r, c = np.indices(SHAPE).astype(float)
    out = np.full(SHAPE, 100.0)
    for r0, c0, w, a in ((10, 12, 3.0, 90.0), (17, 23, 2.2, 110.0), (9, 25, 2.6, -60.0)):
        out += a * np.exp(-((r - r0) ** 2 + (c + shift - c0) ** 2) / (2 * w * w))
    return out


TRUE_SHIFT = 2.0  # columns between the static and the moving picture


@cache
def _sampled() -> tuple[np.ndarray, np.ndarray]:
    """The static and the moving picture as a scanner gives them, each with its own noise."""
    noise = NOISE * np.random.default_rng(6).normal(size=(2, *SHAPE))
    return _hills(TRUE_SHIFT) + noise[0], _hills() + noise[1]


def cost_of_shift(kind: str, shift: float) -> float:
    """Mean square between the static picture and the moving one looked up ``shift`` columns further right."""
    if kind == "formula":
        I, pulled = _hills(TRUE_SHIFT), _hills(shift)
    else:
        I, J = _sampled()
        pulled = ndimage.shift(J, (0, -shift), order=int(kind == "linear interpolation"), mode="nearest")
    return float(((pulled - I) ** 2).mean())


@cache
def true_slope() -> float:
    """Slope of the cost of the formula: a difference of high order, good to ten digits."""
    h, weights = 0.02, np.array([-1 / 60, 3 / 20, -3 / 4, 0, 3 / 4, -3 / 20, 1 / 60])
    return float(weights @ [cost_of_shift("formula", AT + k * h) for k in range(-3, 4)]) / h


def slope(kind: str, eps: float) -> float:
    """Central difference of full width ``eps``."""
    return (cost_of_shift(kind, AT + eps / 2) - cost_of_shift(kind, AT - eps / 2)) / eps


@cache
def _errors(kind: str) -> np.ndarray:
    """Decimal logarithm of the relative error of the slope, for each width."""
    error = np.array([abs(slope(kind, 10.0**e) / true_slope() - 1) for e in EXPONENTS])
    return np.log10(np.maximum(error, 1e-12))


@cache
def _near(kind: str) -> tuple[np.ndarray, np.ndarray]:
    x = AT + np.linspace(-1, 1, 161)
    return x, np.array([cost_of_shift(kind, v) for v in x])


def difference_step(after: str | None = None) -> Explore:
    """Change the width of a central difference: too wide is wrong, too narrow is worse, and kinks decide where."""

    def scene(kind: str, exponent: float) -> list[Panel]:
        eps = 10.0**exponent
        x, y = _near(kind)
        ends = np.array([AT - eps / 2, AT + eps / 2])
        there = np.array([cost_of_shift(kind, v) for v in ends])
        middle, rise = there.mean(), slope(kind, eps)
        wide = np.array([AT - 0.6, AT + 0.6])
        return [
            Curve(
                {name: (EXPONENTS, _errors(name)) for name in COSTS},
                "error of the slope",
                mark=exponent,
                xlabel="log10 of eps (pixels)",
                ylabel="log10 of the relative error",
                ylim=(-12, 4),
            ),
            Curve(
                {
                    f"cost, {kind}": (x, y),
                    "central difference": (wide, middle + rise * (wide - AT)),
                    "true slope": (wide, middle + true_slope() * (wide - AT)),
                },
                f"eps = {eps:.1e} pixels",
                xlabel="shift (pixels)",
                ylabel="cost",
                ylim=(float(y.min()) - 30, float(y.max()) + 30),
            ),
        ]

    def alt(kind: str, exponent: float) -> str:
        eps = 10.0**exponent
        return (
            f"Cost by {kind}, central difference of width {eps:.1e} pixels: slope {slope(kind, eps):.6g}, true slope "
            f"{true_slope():.6g}, relative error {abs(slope(kind, eps) / true_slope() - 1):.1e}. Over eps, the error "
            "of the formula is a V, lowest near 1e-5; with interpolation it stays high until eps is nearly one pixel."
        )

    return Explore(
        scene,
        {
            "kind": Choice(COSTS, COSTS[1], "moving picture by"),
            "exponent": Slider(-8, 0, 0.25, -4, "log10 of eps"),
        },
        static=[
            {"kind": "formula", "exponent": 0.0},
            {"kind": "formula", "exponent": -5.0},
            {"kind": "formula", "exponent": -8.0},
            {"kind": "linear interpolation", "exponent": -4.0},
            {"kind": "linear interpolation", "exponent": 0.0},
            {"kind": "nearest pixel", "exponent": -4.0},
        ],
        alt=alt,
        title="Is a smaller step better?",
        after=after,
    )
