"""Scenes of unit U09: a race in a valley, rate and memory, and where Nesterov's rule looks."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

from coursereg.course.plain import optimisers as plain
from coursereg.course.widgets.controls import Choice, Slider
from coursereg.course.widgets.explore import Explore
from coursereg.course.widgets.panels import NAN_COLOUR, Bars, Curve, Image, Panel, colour_table

# --- the ground: a valley whose steepest curvature is 1 ---------------------------------------------------------------

ALONG, SLANTED = "along the axes", "at a slant of 30 degrees"
START = np.array([-8.0, 2.0])  # along the valley, and across it


def valley(ratio: float, lies: str) -> tuple[np.ndarray, np.ndarray]:
    """Matrix of the cost x A x / 2, ``ratio`` times as steep across as along, and the start."""
    t = np.deg2rad(30.0 if lies == SLANTED else 0.0)
    R = np.array([[np.cos(t), -np.sin(t)], [np.sin(t), np.cos(t)]])
    return R @ np.diag([1 / ratio, 1.0]) @ R.T, R @ START


def _walk(name: str, A: np.ndarray, x: np.ndarray, steps: int, lr: Any, memory: Any) -> tuple[np.ndarray, np.ndarray]:
    """
    Costs (steps + 1, ...) and points (steps + 1, ..., 2) of a rule; rates and memories of many runs side by side.

    ``memory`` is gamma of momentum and nag, beta of rmsprop, beta1 of adam.
    """
    lr, memory = (np.asarray(k, float)[..., None] for k in np.broadcast_arrays(lr, memory))
    x = np.broadcast_to(x, lr.shape[:-1] + (2,))
    v, m, points = np.zeros(x.shape), np.zeros(x.shape), [x]

    def slope(at: np.ndarray) -> np.ndarray:
        return at @ A

    with np.errstate(all="ignore"):
        for t in range(1, steps + 1):
            if name == "gd":
                x = plain.gd(x, slope(x), lr)
            elif name == "momentum":
                x, v = plain.momentum(x, slope(x), v, lr, memory)
            elif name == "nag":
                x, v = plain.nesterov(x, slope, v, lr, memory)
            elif name == "adagrad":
                x, v = plain.adagrad(x, slope(x), v, lr)
            elif name == "rmsprop":
                x, v = plain.rmsprop(x, slope(x), v, lr, memory)
            else:
                x, m, v = plain.adam(x, slope(x), m, v, t, lr, memory)
            points.append(x)
        path = np.array(points)
        return np.einsum("...i,ij,...j->...", path, A, path) / 2, path


# --- (a) the race -----------------------------------------------------------------------------------------------------

RULES = ("gd", "momentum", "nag", "adagrad", "rmsprop", "adam")
STEPS = 100
RATES = 10.0 ** np.round(np.arange(-3, 1.55, 0.1), 1)
OWN, ONE = "each its own best", "0.1 for all"
FLOOR, ROOF = -9.0, 3.0  # decimal logarithms of costs that are drawn


@cache
def raced(exponent: float, lies: str, rates: str) -> dict[str, tuple[float, np.ndarray]]:
    """Rate and costs of each rule after each step; memory 0.9 for all that have one."""
    A, x = valley(10.0**exponent, lies)
    out = {}
    for name in RULES:
        tried = RATES if rates == OWN else np.array([0.1])
        cost, _ = _walk(name, A, x, STEPS, tried, 0.9)
        best = int(np.argmin(np.where(np.isfinite(cost[-1]), cost[-1], np.inf)))
        out[name] = (float(tried[best]), cost[:, best])
    return out


def ends(exponent: float, lies: str, rates: str) -> dict[str, float]:
    """Decimal logarithm of each rule's cost after the last step."""
    with np.errstate(divide="ignore"):
        return {
            name: float(np.clip(np.log10(cost[-1]), FLOOR, ROOF))
            for name, (_, cost) in raced(exponent, lies, rates).items()
        }


def race(after: str | None = None) -> Explore:
    """Race six rules down a valley: which is first depends on the valley, and on who may choose a rate."""

    def scene(exponent: float, lies: str, rates: str) -> list[Panel]:
        runs = raced(exponent, lies, rates)
        with np.errstate(divide="ignore"):
            lines = {
                f"{name} ({lr:.2g})": (np.arange(STEPS + 1), np.clip(np.log10(cost), FLOOR, ROOF))
                for name, (lr, cost) in runs.items()
            }
        return [
            Curve(
                lines,
                f"valley 1 : {10**exponent:.0f}, {lies}",
                xlabel="gradients (rates in brackets)",
                ylabel="log10 of the cost",
                ylim=(FLOOR - 0.5, ROOF),
            ),
            Bars(
                {name: end - FLOOR for name, end in ends(exponent, lies, rates).items()},
                f"last cost: powers of ten above 1e{FLOOR:.0f}",
                lo=0,
                hi=ROOF - FLOOR,
            ),
        ]

    def alt(exponent: float, lies: str, rates: str) -> str:
        order = sorted(ends(exponent, lies, rates).items(), key=lambda pair: pair[1])
        listed = ", ".join(f"{name} 1e{end:.1f}" for name, end in order)
        return (
            f"A valley {10**exponent:.0f} times as steep across as along, lying {lies}; rates: {rates}. "
            f"Costs after {STEPS} gradients, lowest first: {listed}."
        )

    return Explore(
        scene,
        {
            "exponent": Slider(0, 3, 0.5, 2, "log10 of steep : gentle"),
            "lies": Choice([ALONG, SLANTED], SLANTED, "the valley lies"),
            "rates": Choice([OWN, ONE], OWN, "rates"),
        },
        static=[
            {"exponent": 2, "lies": SLANTED, "rates": OWN},
            {"exponent": 2, "lies": ALONG, "rates": OWN},
            {"exponent": 2, "lies": SLANTED, "rates": ONE},
            {"exponent": 0, "lies": SLANTED, "rates": OWN},
            {"exponent": 1, "lies": SLANTED, "rates": OWN},
            {"exponent": 3, "lies": SLANTED, "rates": OWN},
        ],
        alt=alt,
        title="Which rule is the fastest?",
        after=after,
    )


# --- (b) rate and memory ----------------------------------------------------------------------------------------------

ROUND, NARROW = "a round bowl", "a slanted valley of 1 : 100"
TENTHS = np.arange(-30, 15)  # of the decimal logarithm of the rate
TWENTIETHS = np.arange(0, 20)  # of the memory
LENGTH = 60
MEMORIES = {"momentum": "gamma", "nag": "gamma", "rmsprop": "beta", "adam": "beta1"}


@cache
def heat(rule: str, ground: str) -> np.ndarray:
    """Costs after each of `LENGTH` steps, (LENGTH + 1, memories, rates)."""
    A, x = valley(1.0 if ground == ROUND else 100.0, SLANTED)
    lr, memory = np.meshgrid(10.0 ** (TENTHS / 10), TWENTIETHS / 20)
    return _walk(rule, A, x, LENGTH, lr, memory)[0]


def best_rate(rule: str, ground: str, twentieths: int) -> tuple[float, float]:
    """The best rate for one memory, and the cost where it ends."""
    last = heat(rule, ground)[-1, twentieths]
    k = int(np.argmin(np.where(np.isfinite(last), last, np.inf)))
    return 10.0 ** (float(TENTHS[k]) / 10), float(last[k])


def _mapped(last: np.ndarray, row: int, column: int) -> np.ndarray:
    """Colours of the costs, orange where a run left its ground, the chosen run in white."""
    with np.errstate(divide="ignore", invalid="ignore"):
        level = np.log10(last)
    gone = ~(level < 2)
    scaled = np.clip((np.where(gone, 2, level) + 8) / 10, 0, 1)
    picture = colour_table("viridis")[np.rint(255 * scaled).astype(int)]
    picture[gone] = NAN_COLOUR
    picture[row, column] = 255
    return picture


def rate_and_memory(after: str | None = None) -> Explore:
    """Map the cost at the end over rate and memory: the best rate changes with memory, rule and ground."""

    def scene(rule: str, ground: str, memory: int, rate: int) -> list[Panel]:
        costs = heat(rule, ground)
        column = int(rate - TENTHS[0])
        lr, _ = best_rate(rule, ground, memory)
        best = int(round(10 * np.log10(lr))) - int(TENTHS[0])
        with np.errstate(divide="ignore", invalid="ignore"):
            lines = {
                name: (np.arange(LENGTH + 1), np.clip(np.log10(costs[:, memory, k]), -8, 2))
                for name, k in ((f"rate {10 ** (rate / 10):.2g}", column), (f"best rate, {lr:.2g}", best))
            }
        return [
            Image(
                _mapped(costs[-1], memory, column),
                f"cost after {LENGTH} steps; orange: gone",
                labels=(f"{MEMORIES[rule]} x 20", "log10 of lr, x 10"),
                first=(0, int(TENTHS[0])),
            ),
            Curve(
                lines,
                f"{rule}, {MEMORIES[rule]} = {memory / 20:.2f}",
                xlabel="step",
                ylabel="log10 of the cost",
                ylim=(-8.5, 3),
            ),
        ]

    def alt(rule: str, ground: str, memory: int, rate: int) -> str:
        end = heat(rule, ground)[-1, memory, int(rate - TENTHS[0])]
        lr, lowest = best_rate(rule, ground, memory)
        ended = f"has cost {end:.1e}" if end < 100 else "has left the ground"
        return (
            f"{rule} on {ground}, {MEMORIES[rule]} = {memory / 20:.2f}: after {LENGTH} steps a run with rate "
            f"{10 ** (rate / 10):.2g} {ended}. The best rate for this memory is {lr:.2g}, with cost {lowest:.1e}. On "
            "the map small rates at the left are slow, large ones at the right lead away; the best place between them "
            "moves with the memory."
        )

    return Explore(
        scene,
        {
            "rule": Choice(list(MEMORIES), "momentum", "rule"),
            "ground": Choice([ROUND, NARROW], ROUND, "ground"),
            "memory": Slider(0, 19, 1, 0, "memory, in twentieths"),
            "rate": Slider(-30, 14, 1, -10, "log10 of lr, in tenths"),
        },
        static=[
            {"rule": "momentum", "ground": ROUND, "memory": 0, "rate": 0},
            {"rule": "momentum", "ground": ROUND, "memory": 18, "rate": 0},
            {"rule": "momentum", "ground": NARROW, "memory": 0, "rate": 0},
            {"rule": "momentum", "ground": NARROW, "memory": 18, "rate": 0},
            {"rule": "nag", "ground": NARROW, "memory": 18, "rate": 0},
            {"rule": "adam", "ground": NARROW, "memory": 18, "rate": 0},
        ],
        alt=alt,
        title="Is there one good learning rate?",
        after=after,
    )


# --- (c) where Nesterov's rule looks ----------------------------------------------------------------------------------

SIDES = np.array([0.1, 1.0])  # curvatures along and across
FROM = np.array([-8.0, 3.0])
RATE, ROUNDS = 0.25, 40
WINDOW = 2.5  # so far the picture reaches from the present point, each way


@cache
def rolled(rule: str, twentieths: int) -> np.ndarray:
    """The points of a walk, (ROUNDS + 1, 2)."""
    return _walk(rule, np.diag(SIDES), FROM, ROUNDS, RATE, twentieths / 20)[1]


def overshoot(rule: str, twentieths: int) -> float:
    """How far the walk gets beyond the middle of the valley, across it."""
    return float(-rolled(rule, twentieths)[:, 1].min())


def _arrow(tail: np.ndarray, head: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """A line with two short strokes at its head, in points so close that none gets a marker."""
    along = head - tail
    length = max(float(np.hypot(*along)), 1e-9)
    back, side = along / length, np.array([-along[1], along[0]]) / length
    size = min(0.2, 0.4 * length)
    barbs = [head - size * back + sign * 0.5 * size * side for sign in (1, -1)]
    corners = np.array([tail, head, barbs[0], head, barbs[1]])
    places = np.linspace(0, len(corners) - 1, 61)
    return np.interp(places, np.arange(5), corners[:, 0]), np.interp(places, np.arange(5), corners[:, 1])


def _seen(points: np.ndarray, centre: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The part of a line that lies in the window around ``centre``."""
    x, y = np.where(np.abs(points - centre).max(axis=1, keepdims=True) <= WINDOW, points, np.nan).T
    return x, y


def _contours() -> np.ndarray:
    """Lines of equal cost, with gaps between them."""
    t = np.linspace(0, 2 * np.pi, 361)
    parts = []
    for level in (0.03, 0.12, 0.3, 0.6, 1.1, 1.8, 2.7, 4.0, 5.6, 7.5):
        a, b = np.sqrt(2 * level / SIDES)
        parts += [np.stack([a * np.cos(t), b * np.sin(t)], axis=1), np.full((1, 2), np.nan)]
    return np.vstack(parts)


def look_ahead(after: str | None = None) -> Explore:
    """Follow one step after the other: momentum asks where it stands, Nesterov where the kept part ends."""

    def parts(rule: str, memory: int, step: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        path = rolled(rule, memory)
        here = path[step]
        kept = here + memory / 20 * (here - path[max(step - 1, 0)])
        asked = kept if rule == "nag" else here
        return here, kept, asked

    def scene(rule: str, memory: int, step: int) -> list[Panel]:
        path = rolled(rule, memory)
        here, kept, asked = parts(rule, memory, step)
        push = -RATE * SIDES * asked
        costs = {name: (SIDES * rolled(name, memory) ** 2).sum(axis=1) / 2 for name in ("momentum", "nag")}
        asked_at = "its end" if rule == "nag" else "the point"
        return [
            Curve(
                {
                    "kept part": _arrow(here, kept),
                    f"push, slope asked at {asked_at}": _arrow(kept, kept + push),
                    "walk so far": _seen(path[: step + 1], here),
                    "equal cost": _seen(_contours(), here),
                },
                f"{rule}: step {step + 1}",
                xlabel="along the valley",
                ylabel="across it",
                ylim=(float(here[1]) - WINDOW, float(here[1]) + 1.6 * WINDOW),  # room for the names of the lines
            ),
            Curve(
                {name: (np.arange(ROUNDS + 1), np.log10(cost)) for name, cost in costs.items()},
                f"gamma = {memory / 20:.2f}, lr = {RATE:g}",
                mark=float(step),
                xlabel="step",
                ylabel="log10 of the cost",
                ylim=(-5, 2),
            ),
        ]

    def alt(rule: str, memory: int, step: int) -> str:
        here, kept, asked = parts(rule, memory, step)
        new = rolled(rule, memory)[step + 1]

        def said(point: np.ndarray) -> str:
            return f"({point[0]:.2f}, {point[1]:.2f})"

        return (
            f"{rule} with gamma {memory / 20:.2f} stands at {said(here)} after {step} steps. The kept part of the last "
            f"step leads to {said(kept)}; the slope is asked at {said(asked)}, and the new point is {said(new)}. "
            f"Across the valley momentum rolls {overshoot('momentum', memory):.2f} beyond the middle, nag "
            f"{overshoot('nag', memory):.2f}."
        )

    return Explore(
        scene,
        {
            "rule": Choice(["momentum", "nag"], "momentum", "rule"),
            "memory": Slider(0, 19, 1, 16, "gamma, in twentieths"),
            "step": Slider(0, ROUNDS - 1, 1, 3, "steps taken"),
        },
        static=[{"rule": rule, "memory": 16, "step": step} for step in (2, 5, 12) for rule in ("momentum", "nag")],
        alt=alt,
        title="Who brakes first?",
        after=after,
    )
