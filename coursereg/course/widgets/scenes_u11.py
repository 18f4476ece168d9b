"""Scenes of unit U11: a landscape at every level, the noise of a sampled gradient, and the ladder of transforms."""

from __future__ import annotations

import warnings
from functools import cache

import numpy as np

from coursereg.course import samples
from coursereg.course._draw import short
from coursereg.course.plain import scale_space as plain
from coursereg.course.plots import checkerboard
from coursereg.course.widgets.controls import Choice, Slider
from coursereg.course.widgets.explore import Explore
from coursereg.course.widgets.panels import Bars, Curve, Image, Panel, Text
from coursereg.engines.affine.metrics import MutualInformationMetric
from coursereg.engines.affine.registration import AffineRegistration
from coursereg.space.affine_map import AffineMap
from coursereg.space.parametric import regtransforms

# --- (a) levels -------------------------------------------------------------------------------------------------------

SIDE = 96  # pixels
RIB = 9.0  # pixels from rib to rib
REACH = 40  # pixels: of the shifts that are tried
FACTOR = 0.4


@cache
def ribs() -> np.ndarray:
    """A chest: ten bright ribs, fading towards the sides and the ends."""
    r, c = np.indices((SIDE, SIDE)) - (SIDE - 1) / 2
    body = np.exp(-((r / 26) ** 2) - (c / 30) ** 2)
    picture: np.ndarray = 100 * body * (1 + np.cos(2 * np.pi * (r + 0.004 * c**2) / RIB))
    return picture


@cache
def landscape(level: int) -> tuple[np.ndarray, np.ndarray]:
    """Shifts along the rows, and the mean squared difference over the overlap at each."""
    I = plain.pyramid_level(ribs(), level, FACTOR)
    shifts = np.arange(-REACH, REACH + 1)
    cost = []
    for s in range(-REACH, REACH + 1):
        still, moved = I[max(0, -s) : SIDE - max(0, s)], I[max(0, s) : SIDE - max(0, -s)]
        cost.append(np.mean((still - moved) ** 2))
    return shifts, np.array(cost)


def downhill(level: int, start: int) -> int:
    """Where a walk in steps of one pixel ends that only ever goes down."""
    shifts, cost = landscape(level)
    k = int(np.flatnonzero(shifts == start)[0])
    while True:
        lower = [n for n in (k - 1, k + 1) if 0 <= n < cost.size and cost[n] < cost[k]]
        if not lower:
            return int(shifts[k])
        k = min(lower, key=cost.__getitem__)


def basin(level: int) -> int:
    """From how far, at most, every walk arrives at 0."""
    far = 0
    while far < REACH and downhill(level, far + 1) == 0 == downhill(level, -far - 1):
        far += 1
    return far


def levels(after: str | None = None) -> Explore:
    """Choose a level and a start: the picture of the level, its landscape, and where a walk downhill ends."""

    def scene(level: int, start: int) -> list[Panel]:
        shifts, cost = landscape(level)
        end = downhill(level, start)
        walk = np.arange(min(start, end), max(start, end) + 1)
        lines = {
            "cost": (shifts, cost / cost.max()),
            f"walk from {start} to {end}": (walk, cost[walk + REACH] / cost.max()),
        }
        return [
            Image(plain.pyramid_level(ribs(), level, FACTOR), f"level {level}", vmin=0, vmax=200),
            Curve(lines, f"level {level}", xlabel="shift along the rows (pixels)", ylabel="cost / its largest"),
            Text(
                f"standard deviation {FACTOR * (2**level - 1):.1f} pixels\n"
                f"every walk from within {basin(level)} pixels arrives at 0"
            ),
        ]

    seen = "ten sharp ribs", "ten sharp ribs", "blurred ribs", "ribs that are almost gone", "a spot without ribs"

    def alt(level: int, start: int) -> str:
        end = downhill(level, start)
        hole = f"in a hole {abs(end)} pixels from the truth"
        verdict = "which is right" if end == 0 else "the end of the range" if abs(end) == REACH else hole
        return (
            f"Level {level}, smoothed by {FACTOR * (2**level - 1):.1f} pixels: {seen[level]}. The cost over the shift "
            f"has its lowest place at 0. A walk downhill from {start} ends at {end}, {verdict}. From within "
            f"{basin(level)} pixels every walk arrives."
        )

    return Explore(
        scene,
        {
            "level": Slider(0, 4, 1, 0, "level"),
            "start": Slider(-REACH, REACH, 1, 24, "start (pixels)"),
        },
        static=[
            {"level": 0, "start": 24},
            {"level": 1, "start": 24},
            {"level": 2, "start": 24},
            {"level": 3, "start": 24},
            {"level": 4, "start": 24},
            {"level": 0, "start": 4},
        ],
        alt=alt,
        title="What is a coarse level good for?",
        after=after,
    )


# --- the two scans ----------------------------------------------------------------------------------------------------


@cache
def scans() -> tuple[np.ndarray, np.ndarray]:
    """T1 and proton density of one head, every second pixel, smoothed a little before."""
    pair = samples.t1_pd()
    t1, pd = (plain.pyramid_level(image, 1, 0.8)[::2, ::2] for image in (pair.static, pair.moving))
    return t1, pd


# --- (b) sampling -----------------------------------------------------------------------------------------------------

PERCENT = tuple(100 / 2**k for k in range(9))
DRAWS = 40
OFFSET = (9.3, 6.4)  # pixels: where the slope is asked


@cache
def whole_scans() -> tuple[np.ndarray, np.ndarray]:
    """T1 and proton density of one head, smoothed."""
    pair = samples.t1_pd()
    return plain.pyramid_level(pair.static, 1, 1.5), plain.pyramid_level(pair.moving, 1, 1.5)


@cache
def slopes(percent: float) -> np.ndarray:
    """The slope of minus the mutual information, (draws, 2), from random samples of the static image."""
    t1, pd = whole_scans()
    rng, out = np.random.default_rng(11), []
    for _ in range(DRAWS):
        metric = MutualInformationMetric(nbins=12)
        # a quasi-random place in the order of pixels would hide the noise: each pixel is drawn or not
        chosen = np.zeros(t1.size)
        chosen[rng.permutation(t1.size)[: round(t1.size * percent / 100)]] = 1
        metric.setup(regtransforms["TRANSLATION", 2], t1, pd, static_mask=chosen.reshape(t1.shape))
        out.append(metric.gradient(np.array(OFFSET)))
    return np.array(out)


def noise(percent: float) -> float:
    """Standard deviation of the slope along axis 0 over its true size, in per cent."""
    return 100 * float(slopes(percent)[:, 0].std() / abs(slopes(100.0)[0, 0]))


def sampling(after: str | None = None) -> Explore:
    """Choose how many samples are drawn: how much the slope of the mutual information differs from draw to draw."""

    def scene(halvings: int) -> list[Panel]:
        percent = PERCENT[halvings]
        t1, _pd = whole_scans()
        drawn = np.random.default_rng(11).permutation(t1.size)[: round(t1.size * percent / 100)]
        picture = np.full(t1.size, np.nan)
        picture[drawn] = t1.ravel()[drawn]
        number = np.arange(DRAWS)
        true = slopes(100.0)[0, 0]
        lines = {
            "all samples": (number, np.full(DRAWS, true)),
            f"{short(percent)} % of them": (number, slopes(percent)[:, 0]),
        }
        size = float(np.abs(slopes(PERCENT[-1])[:, 0] - true).max())
        return [
            Image(picture.reshape(t1.shape), f"{drawn.size} samples; orange: left out", vmin=0, vmax=255),
            Curve(
                lines,
                "slope along axis 0",
                xlabel="draw",
                ylabel="slope (nats per pixel)",
                ylim=(true - 1.1 * size, true + 1.1 * size),
            ),
            Text(f"the slope varies by {noise(percent):.1f} % of its size from draw to draw"),
        ]

    def alt(halvings: int) -> str:
        percent = PERCENT[halvings]
        return (
            f"A head of which {short(percent)} % of the pixels are drawn, and the slope of the mutual information in "
            f"{DRAWS} draws: it varies by {noise(percent):.1f} % of its size about the slope of all samples, which is "
            "drawn as a level line."
        )

    return Explore(
        scene,
        {"halvings": Slider(0, len(PERCENT) - 1, 1, 2, "the samples are halved so many times")},
        static=[{"halvings": k} for k in (0, 2, 4, 5, 6, 8)],
        alt=alt,
        title="How many samples does a slope need?",
        after=after,
    )


# --- (c) the ladder ---------------------------------------------------------------------------------------------------

LADDERS = {
    "affine at once": ("affine",),
    "rigid, then affine": ("rigid", "affine"),
    "translation, rigid, affine": ("translation", "rigid", "affine"),
}
TURNS = (-20, -10, 0, 10, 20)
SHIFT = (28, -20)  # pixels


@cache
def bent(angle: int) -> tuple[np.ndarray, np.ndarray]:
    """The proton-density picture after a known affine map, and the map from the T1 to it."""
    _t1, pd = scans()
    a, middle = np.deg2rad(angle), (np.array(pd.shape) - 1) / 2
    turn = np.array([[np.cos(a), -np.sin(a)], [np.sin(a), np.cos(a)]])
    truth = np.eye(3)
    truth[:2, :2] = turn @ np.diag([1.1, 0.92]) @ [[1, 0.08], [0, 1]]
    truth[:2, 2] = middle - truth[:2, :2] @ middle + SHIFT
    return AffineMap(np.linalg.inv(truth), pd.shape, None, pd.shape, None).transform(pd), truth


def targets() -> np.ndarray:
    """Places in the head."""
    middle = (np.array(scans()[0].shape) - 1) / 2
    return np.array([middle + [r, c] for r in (-40, -20, 0, 20, 40) for c in (-30, -15, 0, 15, 30)])


@cache
def climbed(angle: int, way: str) -> tuple[np.ndarray, dict[str, float]]:
    """The picture that is found, and the target registration error after each rung."""
    t1, _pd = scans()
    (moving, truth), P = bent(angle), targets()
    Q = P @ truth[:2, :2].T + truth[:2, 2]
    affine, errors = np.eye(3), {"start": plain.tre(np.eye(3), P, Q)}
    for kind in LADDERS[way]:
        engine = AffineRegistration(
            level_iters=[150, 100], sigmas=[2, 1], factors=[4, 2], verbosity=0, options={"gtol": 1e-3}
        )
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", RuntimeWarning)  # a rung need not converge: the next one goes on
            found = engine.optimize(t1, moving, kind, starting_affine=affine)
        affine = found.affine
        errors[kind] = plain.tre(affine, P, Q)
    return found.transform(moving), errors


def ladder(after: str | None = None) -> Explore:
    """Choose a turn and a ladder of transforms: the error after each rung, and a checkerboard of the result."""

    def scene(turn: int, way: str) -> list[Panel]:
        picture, errors = climbed(turn, way)
        t1, _pd = scans()
        return [
            Image(bent(turn)[0], "moving (proton density)", vmin=0, vmax=255),
            Image(checkerboard(t1, picture), "T1 and what was found", vmin=0, vmax=255),
            Bars(errors, "error after each rung (pixels)", lo=0, hi=50),
        ]

    def alt(turn: int, way: str) -> str:
        _picture, errors = climbed(turn, way)
        listed = ", ".join(f"{name} {error:.1f}" for name, error in errors.items())
        last = list(errors.values())[-1]
        board = "the tiles fit" if last < 1 else "the tiles do not fit: the head of one scan lies across the other"
        return (
            f"The moving head is turned by {turn} degrees, stretched and shifted. Ladder: {way}. Error in pixels after "
            f"each rung: {listed}. On the checkerboard {board}."
        )

    return Explore(
        scene,
        {
            "turn": Slider(TURNS[0], TURNS[-1], 10, 20, "the moving head is turned by (degrees)"),
            "way": Choice(list(LADDERS), "affine at once", "ladder"),
        },
        static=[
            {"turn": 20, "way": "affine at once"},
            {"turn": 20, "way": "rigid, then affine"},
            {"turn": -20, "way": "rigid, then affine"},
            {"turn": -20, "way": "translation, rigid, affine"},
            {"turn": 10, "way": "affine at once"},
            {"turn": 20, "way": "translation, rigid, affine"},
        ],
        alt=alt,
        title="Affine at once, or one rung after the other?",
        after=after,
    )
