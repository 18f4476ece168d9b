"""Pictures and maps on which U11's metric is tried, and how a check talks to the student's object."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any, NamedTuple

import numpy as np
from scipy import ndimage

from coursereg.course.exercises import _u11_metric_mistakes as mistakes
from coursereg.course.exercises._base import Wrong, expect, numbers
from coursereg.course.plain.scale_space import SSDMetric2D
from coursereg.space.parametric import regtransforms

STEP = 1e-3  # world units: of the differences
WIDE = 0.05  # the same, of differences that an answer may take
NEAR = 0.05  # of the largest entry of a slope: what an answer may be off
LEAVES = (
    "samples outside count as if they agreed: the sum over the overlap is divided by all samples, so the best map is "
    "one that leaves the picture. Divide by the number of samples inside"
)
APART = 0.08  # the same, of what a mistake must be off, where it is to be seen


class Transform2D(NamedTuple):
    """One of `coursereg.regtransforms` as it travels to the student: what it has, field by field."""

    dim: int
    number_of_parameters: int
    get_dim: Callable[..., Any]
    get_number_of_parameters: Callable[..., Any]
    get_identity_parameters: Callable[..., Any]
    param_to_matrix: Callable[..., Any]
    matrix_derivatives: Callable[..., Any]
    jacobian: Callable[..., Any]
    jacobians: Callable[..., Any]


def lent(transform: Any) -> Transform2D:
    """The transform as the student gets it, for as long as the student's object lives."""

    def lasting(method: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **words: Any) -> Any:
            return method(*args, **words)

        call.lasting = True  # type: ignore[attr-defined]
        return call

    methods = {name: lasting(getattr(transform, name)) for name in Transform2D._fields[2:]}
    return Transform2D(transform.dim, transform.number_of_parameters, **methods)


@cache
def kind_of(name: str) -> Any:
    """The transform object of a name."""
    return regtransforms[name, 2]


class _Smooth(SSDMetric2D):
    """The distance with cubic splines in the place of straight lines."""

    def setup(self, *args: Any, **words: Any) -> None:
        """Take the pictures."""
        super().setup(*args, **words)
        self.spline = ndimage.spline_filter(self.moving, mode="mirror")

    def distance(self, params: Any) -> float:
        """Return the mean squared difference."""
        at, inside, _d = self._compare(params)
        looked_up = ndimage.map_coordinates(self.spline, at, mode="mirror", prefilter=False)
        return float(np.mean((looked_up - self.values[inside]) ** 2))


@dataclass(frozen=True, eq=False)
class Scene:
    """Two pictures, their grids, a map before the transform, and the kind of transform."""

    kind: str
    static: np.ndarray
    moving: np.ndarray
    grids: tuple[Any, Any, Any]  # static, moving, starting affine

    @property
    def transform(self) -> Any:
        """The transform object."""
        return kind_of(self.kind)

    def parameters(self, rng: Any) -> np.ndarray:
        """Parameters some way from the identity: turns up to 17 degrees, two units of shift, scales up to a tenth."""
        kind, x = self.kind, np.array(self.transform.get_identity_parameters(), float)
        if kind == "AFFINE":
            x += rng.uniform(0.05, 0.12, 6) * rng.choice([-1, 1], 6)
            x[[2, 5]] = rng.uniform(1, 2, 2) * rng.choice([-1, 1], 2)
            return x
        k = 0
        if kind.startswith(("RIGID", "ROTATION")):
            x[0], k = rng.uniform(0.15, 0.3) * rng.choice([-1, 1]), 1
        if kind.startswith(("RIGID", "TRANSLATION")):
            x[k : k + 2], k = rng.uniform(1, 2, 2) * rng.choice([-1, 1], 2), k + 2
        x[k:] = rng.uniform(0.9, 1.1, x.size - k)
        return x

    def made(self, cls: Any) -> Any:
        """A reference metric of this scene."""
        metric = cls()
        metric.setup(self.transform, self.static, self.moving, *self.grids)
        return metric

    def widths(self, params: np.ndarray) -> np.ndarray:
        """How far, on average, one unit of each parameter moves a point."""
        J = self.transform.jacobians(params, self.made(SSDMetric2D).points)
        return np.sqrt((J**2).sum(axis=1).mean(axis=0))

    def slope(self, params: np.ndarray) -> np.ndarray:
        """Finite differences of the distance between smooth pictures, for a movement of one world unit each."""
        return self._differences(self.made(_Smooth), params)

    def slope_in_cells(self, params: np.ndarray, step: float = STEP) -> np.ndarray:
        """The same, of linear interpolation: its slope jumps from cell to cell, and may be followed exactly."""
        return self._differences(self.made(SSDMetric2D), params, step)

    def _differences(self, metric: Any, params: np.ndarray, step: float = STEP) -> np.ndarray:
        steps = np.diag(step / self.widths(params))
        return np.array([(metric.distance(params + e) - metric.distance(params - e)) / (2 * step) for e in steps])


def turned(angle: float, sizes: Any, middle: Any, shape: tuple[int, int]) -> np.ndarray:
    """Grid2world of a picture that is slanted, with its middle at ``middle``."""
    c, s = np.cos(angle), np.sin(angle)
    A = np.eye(3)
    A[:2, :2] = np.array([[c, -s], [s, c]]) @ np.diag(sizes)
    A[:2, 2] = middle - A[:2, :2] @ (np.array(shape) - 1) / 2
    return A


def sampled(spots: np.ndarray, grid: np.ndarray, shape: tuple[int, int]) -> np.ndarray:
    """A picture of round spots (grey, place, place, size), on a grid."""
    r, c = np.indices(shape).reshape(2, -1)
    at = (grid @ [r, c, np.ones(r.size)])[:2].T
    grey = [
        a * np.exp(-((at - p) ** 2).sum(1) / (2 * w * w))
        for a, p, w in zip(spots[:, 0], spots[:, 1:3], spots[:, 3], strict=True)
    ]
    return np.sum(grey, axis=0).reshape(shape)


def some_spots(rng: Any, middle: np.ndarray, reach: float, n: int = 14) -> np.ndarray:
    """Spots about a place."""
    return np.column_stack([rng.uniform(60, 160, n), middle + rng.uniform(-reach, reach, (n, 2)), rng.uniform(6, 9, n)])


def inside(rng: Any, kind: str, plain: bool = False) -> Scene:
    """A scene whose static samples all fall into the moving picture; ``plain`` has no grids and no starting map."""
    shape, big = (11, 13), (66, 72)
    if plain:
        # a picture that begins at (0, 0) meets the border of a moving one that does: a small shift of the start
        spots, other = (some_spots(rng, np.array([14.0, 15.0]), 14) for _ in range(2))
        start = np.eye(3)
        start[:2, 2] = rng.uniform(6, 9, 2)
        return Scene(kind, sampled(spots, np.eye(3), (14, 15)), sampled(other, np.eye(3), big), (None, None, start))
    middle, there = rng.uniform(6, 12, 2) * rng.choice([-1, 1], 2), rng.uniform(4, 9, 2) * rng.choice([-1, 1], 2)
    S = turned(rng.uniform(0.3, 0.6), (1.9, 1.5), middle, shape)
    M = turned(rng.uniform(-0.6, -0.3), (0.8, 1.1), there, big)
    angle = rng.uniform(0.25, 0.5) * rng.choice([-1, 1])
    start = np.eye(3)
    start[:2, :2] = [[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]]
    start[:2, 2] = there - start[:2, :2] @ middle
    static, moving = sampled(some_spots(rng, middle, 15), S, shape), sampled(some_spots(rng, there, 30, 30), M, big)
    return Scene(kind, static, moving, (S, M, start))


def is_clear(scene: Scene, params: np.ndarray) -> bool:
    """
    Whether no entry of the slope hides behind the others.

    And np.gradient is good enough a slope of the picture, and so are wide differences, which cross a few cells.
    """
    slope, metric = scene.slope(params), scene.made(SSDMetric2D)
    if np.abs(slope).min() < 0.2 * np.abs(slope).max() or not metric._compare(params)[1].all():
        return False
    off = np.abs(metric.gradient(params) / scene.widths(params) - slope).max()
    most, wide = np.abs(slope).max(), scene.slope_in_cells(params, WIDE)
    across = min(np.abs(wide - one).max() for one in (slope, scene.slope_in_cells(params)))
    return bool(off < 0.025 * most and across < 0.04 * most)


def tells_places_apart(scene: Scene, params: np.ndarray) -> bool:
    """Whether jacobians at other places than the right one give another slope than either legal one."""
    widths, *legal = legal_slopes(scene, tuple(params.tolist()))
    apart = APART * np.abs(legal[0]).max()
    for cls in (mistakes.BeforeTheStart, mistakes.AfterTheMap, mistakes.AtTheIndex, mistakes.AtTheIdentity):
        slope = scene.made(cls).gradient(params) / widths
        if any(np.abs(slope - one).max() <= apart for one in legal):
            return False
    return True


def steep(rng: Any, kind: str, plain: bool = False) -> tuple[Scene, np.ndarray]:
    """A scene and parameters where the slope has no entry that hides behind the others."""
    return _steep(int(rng.integers(2**62)), kind, plain)


@lru_cache(256)
def _steep(seed: int, kind: str, plain: bool) -> tuple[Scene, np.ndarray]:
    """Draw until the slope is clear; drawn once for an answer, though it is marked in several conventions."""
    rng = np.random.default_rng(seed)
    while True:
        scene = inside(rng, kind, plain)
        for _ in range(6):
            params = scene.parameters(rng)
            # a shift has the same jacobians everywhere, and without a grid two of the places are one
            if is_clear(scene, params) and (kind != "RIGID" or plain or tells_places_apart(scene, params)):
                return scene, params


@lru_cache(256)
def legal_slopes(scene: Scene, params: tuple[float, ...]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Width of each parameter, and the two legal slopes for movements of one unit."""
    at = np.array(params)
    return scene.widths(at), scene.slope(at), scene.slope_in_cells(at)


# --- the student's object ---------------------------------------------------------------------------------------------


class Held:
    """The student's metric as the engine wants it: plain numbers in and out."""

    def __init__(self, f: Any) -> None:
        self._handle = f()
        if not hasattr(self._handle, "call"):
            raise Wrong("SSDMetric2D() must give an object with setup, distance and gradient", self._handle)

    def setup(self, transform: Any, static: Any, moving: Any, *grids: Any, **words: Any) -> None:
        """Hand the scene over."""
        self._handle.call("setup", lent(transform), np.asarray(static), np.asarray(moving), *grids, **words)

    def call(self, method: str, params: Any) -> Any:
        """Ask for anything, and take it as it comes."""
        return self._handle.call(method, params)

    def distance(self, params: Any) -> float:
        """Ask for the distance."""
        got = numbers(self._handle.call("distance", params), "distance(params)")
        if got.size != 1:
            raise Wrong("distance(params) must be one number", got)
        return float(got.reshape(()))

    def gradient(self, params: Any) -> np.ndarray:
        """Ask for the gradient."""
        return self._slope(self._handle.call("gradient", params), params, "gradient(params)")

    def distance_and_gradient(self, params: Any) -> tuple[float, np.ndarray]:
        """Ask for both."""
        got = self._handle.call("distance_and_gradient", params)
        if not isinstance(got, (tuple, list)) or len(got) != 2:
            raise Wrong("distance_and_gradient(params) must return a pair", got)
        value = numbers(got[0], "the distance of distance_and_gradient")
        if value.size != 1:
            raise Wrong("the first of distance_and_gradient(params) must be one number", got[0])
        return float(value.reshape(())), self._slope(got[1], params, "the gradient of distance_and_gradient")

    @staticmethod
    def _slope(got: Any, params: Any, what: str) -> np.ndarray:
        slope = numbers(got, what)
        if slope.shape != np.shape(params):
            raise Wrong(f"{what} must have the shape {np.shape(params)} of params, got {slope.shape}", slope)
        return slope


def held(f: Any, scene: Scene) -> Held:
    """A new object of the student's, with the scene."""
    metric = Held(f)
    metric.setup(scene.transform, scene.static, scene.moving, *scene.grids)
    return metric


def asked(f: Any, scene: Scene, params: np.ndarray) -> np.ndarray:
    """Distance and gradient of a new object at some parameters, noted as one call, since lookalikes are functions."""
    start = len(f.calls)
    metric = held(f, scene)
    out = np.append(metric.distance(params), metric.gradient(params))
    del f.calls[start:]
    f.calls.append(((scene.kind, scene.static, scene.moving, scene.grids, np.array(params)), {}, out))
    return out


def answer_of(cls: Any) -> Callable[..., np.ndarray]:
    """Turn a class into the function that `asked` notes down."""

    def answer(kind: str, static: Any, moving: Any, grids: Any, params: Any) -> np.ndarray:
        metric = Scene(kind, static, moving, tuple(grids)).made(cls)
        value = metric.distance(params)
        if not np.isfinite(value):  # nothing was compared: whoever gets that, too, may have made any mistake
            raise ValueError("no sample falls inside")
        return np.append(value, metric.gradient(params))

    return answer


def same_distance(got: float, scene: Scene, params: Any, hint: str = "") -> None:
    """Compare distances where all samples are inside: other interpolations differ by a little."""
    want = scene.made(SSDMetric2D).distance(params)
    if not np.isfinite(got) or np.isclose(got, np.mean(scene.static.astype(float) ** 2), rtol=1e-6):
        raise Wrong(
            f"distance(params) is {got:.6g}, as if no sample fell into the moving picture; here all of them do. Is the "
            "last matrix the inverse of moving_grid2world?",
            got,
            want,
        )
    expect(got, want, rtol=0.02, atol=0.5, what="distance(params)", hint=hint)


def same_slope(got: np.ndarray, scene: Scene, params: np.ndarray, hint: str = "") -> None:
    """Compare slopes, for movements of one unit: 5 % of the largest entry, of either of two legal slopes."""
    widths, want, other = legal_slopes(scene, tuple(params.tolist()))
    by_movement = got / widths
    near = NEAR * float(np.abs(want).max())
    if by_movement.shape == want.shape and (np.abs(by_movement - other) <= near).all():
        return
    expect(by_movement, want, atol=near, what="gradient(params), for a movement of 1 mm,", hint=hint)
