"""Pictures of unit U08 by a formula, so that their moved copies are known exactly; how far two motions differ."""

from __future__ import annotations

from typing import Any

import numpy as np

Scene = list[tuple[float, float, float, float, float, float]]
"""Hills: grey, row, column, half an axis along rows, half an axis along columns, tilt in radians."""


def turn(theta: float) -> np.ndarray:
    """R of an angle in degrees."""
    t = np.deg2rad(theta)
    return np.array([[np.cos(t), -np.sin(t)], [np.sin(t), np.cos(t)]])


def centre(shape: tuple[int, int]) -> np.ndarray:
    """The middle of the frame."""
    return (np.array(shape) - 1) / 2


def picture(
    scene: Scene, shape: tuple[int, int], theta: float = 0.0, u: Any = (0, 0), pivot: Any = (0, 0)
) -> np.ndarray:
    """The scene under a motion: exactly ``scene(R (x - pivot) + pivot - u)``; at most 200 or so, 0 around it."""
    x = np.indices(shape).reshape(2, -1).T
    y = (x - pivot) @ turn(theta).T + pivot - u
    out = np.zeros(len(y))
    for grey, row, column, h, w, tilt in scene:
        a, b = ((y - [row, column]) @ turn(np.rad2deg(tilt)).T / [h, w]).T
        out += grey * np.clip(1 - a * a - b * b, 0, None) ** 3
    return out.reshape(shape)


def hill(rng: Any, row: float, column: float, size: float, grey: float = 200.0) -> Scene:
    """A hill at a place, longer than wide, with a smaller one on its flank."""
    tilt, away = rng.uniform(0, np.pi), rng.uniform(0, 2 * np.pi)
    side = row + 0.45 * size * np.cos(away), column + 0.45 * size * np.sin(away)
    return [
        (0.7 * grey, row, column, size, 0.75 * size, tilt),
        (0.3 * grey, *side, 0.6 * size, 0.6 * size, 0.0),
    ]


def around_the_corner(rng: Any, sign: float, size: float, distance: float, off: float = 0.0) -> tuple[Scene, float]:
    """
    A scene, far from the diagonal, that an angle of this sign turns to the other side of it; and the angle.

    Angles are 24 to 35 degrees; the scene lies ``distance`` pixels from the corner (0, 0), and ``off`` degrees
    further along.
    """
    theta = sign * rng.uniform(25, 34)
    # seen from the corner, 0 is straight down and 90 straight to the right; a turn takes theta away from that
    along = np.deg2rad(45 + theta / 2 + off)
    return hill(rng, distance * np.cos(along), distance * np.sin(along), size), float(theta)


def beside_the_diagonal(rng: Any, side: int, way: int) -> tuple[Scene, np.ndarray, float]:
    """
    A round hill, and a static picture in which it lies a little along the turn and much further out; and the angle.

    The cost grows with the angle by little, with a shift outwards by much: an arm that is too long by one pixel across,
    because the pivot lies beside (0, 0), shows.
    """
    theta, size, distance = float(-side * rng.uniform(9, 13)), 17.0, 60.0
    along = np.deg2rad(45 + side * rng.uniform(23, 27))
    out = np.array([np.cos(along), np.sin(along)])
    x = (distance + 6.0) * out + way * 0.65 * np.array([-out[1], out[0]])
    y = turn(theta) @ (distance * out)
    scene = [(200.0, float(y[0]), float(y[1]), size, size, 0.0)]
    return scene, picture([(200.0, float(x[0]), float(x[1]), size, size, 0.0)], (98, 100)), theta


def landmarks(shape: tuple[int, int]) -> np.ndarray:
    """Four points, half-way between the middle of the frame and its corners."""
    m = centre(shape)
    return m + np.array([[-1, -1], [-1, 1], [1, -1], [1, 1]]) * m / 2


def error(shape: tuple[int, int], theta: float, u: Any, true_theta: float, true_u: Any) -> float:
    """Mean distance, at the landmarks, of two motions about the centre: the target registration error in pixels."""
    x = landmarks(shape) - centre(shape)
    one, other = x @ turn(theta).T - np.asarray(u, float), x @ turn(true_theta).T - np.asarray(true_u, float)
    return float(np.linalg.norm(one - other, axis=1).mean())


def other_shift(theta: float, u: Any, pivot: Any, new_pivot: Any) -> np.ndarray:
    """The u that with another pivot gives the same picture."""
    way = np.subtract(new_pivot, pivot)
    return np.asarray(u, float) + way - turn(theta) @ way


def registration_pair(rng: Any, shape: tuple[int, int], size: float, turn_by: float, shift: float) -> tuple[Any, ...]:
    """
    Static and moving picture with a known motion about the centre.

    Returns
    -------
    tuple
        I, J, theta, u, and a step and a scale with which descent goes well: ``picture(J) under (theta, u)`` is I.
    """
    m = centre(shape)
    row, column = m + rng.uniform(-1, 1, 2) - [0.0, 0.35 * size]
    scene = hill(rng, row, column, size) + [(120.0, m[0] - 0.3 * size, m[1] + 0.75 * size, 0.6 * size, 0.8 * size, 0.4)]
    theta = float(rng.choice([-1, 1]) * turn_by)
    way = np.deg2rad(90 * rng.integers(4) + rng.uniform(-28, 28))  # not on a diagonal, where (p, q) is (q, p)
    u = shift * np.array([np.cos(way), np.sin(way)])
    I, J = picture(scene, shape, theta, u, m), picture(scene, shape)
    step, scale = _step_and_scale(J)
    return I, J, theta, u, 0.72 * step, scale  # where slopes lie along one axis, little more would swing


def far_from_the_pivot(rng: Any, shape: tuple[int, int], size: float) -> tuple[Any, ...]:
    """
    A hill beside the centre, which a small turn moves almost as a shift does: angle and shift depend on each other.

    Returns
    -------
    tuple
        I, J, and a step and a scale with which descent goes well.
    """
    m, way = centre(shape), rng.uniform(0, 2 * np.pi)
    beside = 0.3 * np.array(shape) * [np.cos(way), np.sin(way)]
    row, column = m + beside
    scene, theta = hill(rng, row, column, size), float(rng.choice([-3, 3]))
    along = turn(-theta) @ beside - beside
    I, J = picture(scene, shape, theta, along / np.linalg.norm(along), m), picture(scene, shape)
    return I, J, *_step_and_scale(J)


def _step_and_scale(J: np.ndarray) -> tuple[float, float]:
    """A step that is safe in the mean squared difference with J; pixels that its edges move per radian."""
    down, right = np.gradient(J)
    a, b = (k - m for k, m in zip(np.indices(J.shape), centre(J.shape), strict=True))
    steep = float((down**2 + right**2).mean())
    return 0.5 / steep, float(np.sqrt(2 * ((right * a - down * b) ** 2).mean() / steep))
