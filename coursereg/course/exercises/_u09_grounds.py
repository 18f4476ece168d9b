"""The grounds on which U09's rules are tried, and how a check walks with an object of the student's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from coursereg.course.exercises._base import Wrong, expect, expect_shape, numbers

SHORT = 1e-5  # after three steps, of lengths about 5: states in float32 stay below 5e-6
LONG = 1e-3  # after forty steps; eps inside the root, or states in float32, stay below 2e-4
Slope = Callable[[Any], np.ndarray]


def point(x: Any, n: int) -> np.ndarray:
    """What a slope makes of its argument: one number for each parameter, or an error that says so."""
    out = np.asarray(x, float)
    if out.shape != (n,):
        raise ValueError(f"grad must be asked at a point of shape ({n},), got shape {out.shape}")
    return out


def bowl(rng: Any, n: int, steepest: float = 3.0) -> tuple[Slope, np.ndarray]:
    """
    The slope of a slanted bowl, curvatures 0.5 to ``steepest``, and a place 8 to 12 away from its middle.

    No parameter starts near where its slope is 0: divided by its own size, a slope that dances about 0 makes chaos.
    """
    Q, _ = np.linalg.qr(rng.normal(size=(n, n)))
    curvatures = np.geomspace(0.5, steepest, n) if n > 1 else np.array([1.0])
    A, centre = Q @ np.diag(curvatures) @ Q.T, rng.uniform(-3, 3, n)

    def slope(x: Any) -> np.ndarray:
        return A @ (point(x, n) - centre)

    while True:
        away = rng.normal(size=n)
        away *= rng.uniform(8, 12) / np.linalg.norm(away)
        if np.abs(A @ away).min() > 2.0:
            return slope, centre + away


def wavy(rng: Any, n: int, lr: float) -> Slope:
    """Slopes that no bowl has; over a step of about ``lr`` they change, in sign too."""
    W, a, b = rng.uniform(-0.5, 0.5, (n, n)) / lr, rng.uniform(1, 3, n), rng.uniform(0, 6, n)

    def slope(x: Any) -> np.ndarray:
        g = a * np.sin(W @ point(x, n) + b)
        return g + np.where(g < 0, -0.3, 0.3)

    return slope


def made(f: Any, *args: Any, **words: Any) -> Any:
    """A new object of the student's class."""
    rule = f(*args, **words)
    if not hasattr(rule, "call"):
        raise Wrong("the class must give an object with a method step(x, grad)", rule)
    return rule


def lasting(grad: Slope) -> Slope:
    """The same slope, as a function that may be called in later steps, too: a rule may keep that of its first step."""

    def slope(x: Any) -> Any:
        return grad(x)

    slope.lasting = True  # type: ignore[attr-defined]
    return slope


def stepped(rule: Any, x: Any, grad: Slope) -> np.ndarray:
    """Where one step of the student's object leads."""
    got = rule.call("step", np.array(x), lasting(grad))
    if got is None:
        raise Wrong("step(x, grad) gives None: does it end in `return ...`?", got)
    expect_shape(got, np.shape(x), "step(x, grad)")
    return numbers(got, "step(x, grad)")


def walked(f: Any, words: dict[str, float], x0: Any, grad: Slope, steps: int) -> np.ndarray:
    """The points of a walk with a new object, (steps, n); noted as one call, since lookalikes are functions."""
    start = len(f.calls)
    rule, x, path = made(f, **words), x0, []
    for _ in range(steps):
        x = stepped(rule, x, grad)
        path.append(x)
    del f.calls[start:]
    f.calls.append(((words, np.array(x0), grad, steps), {}, np.array(path)))
    return np.array(path)


def path_of(rule: Callable[..., Any]) -> Callable[..., np.ndarray]:
    """Turn a class into the function that `walked` notes down: its points from x0 on."""

    def path(words: dict[str, float], x0: Any, grad: Slope, steps: int) -> np.ndarray:
        one, x, points = rule(**words), np.array(x0), []
        for _ in range(steps):
            x = np.array(one.step(x, grad), float)
            points.append(x)
        return np.array(points)

    return path


def same_path(got: np.ndarray, want: np.ndarray, tolerance: float, hint: str = "") -> None:
    """Compare two walks, and say at which step they part."""
    off = (np.abs(got - want) > tolerance * np.maximum(1.0, np.abs(want))) | ~np.isfinite(got)
    if not off.any():
        return
    first = int(np.argmax(off.any(axis=1)))
    with np.printoptions(precision=5):
        ends = f"the walk ends at {got[-1]} and should end at {want[-1]}"
    hint = f"{hint}; {ends}" if hint else ends
    what = f"point {first + 1} of the walk"
    expect(got[first], want[first], atol=tolerance / 2, rtol=tolerance / 2, what=what, hint=hint)
