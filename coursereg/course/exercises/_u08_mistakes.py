"""
Wrong versions of U08's functions that students really write; the checks name them when they see their numbers.

Each says in its docstring what it does.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from scipy import ndimage

from coursereg.course.plain import rigid as plain

Number = Any


def not_empty(function: Callable[..., Any]) -> Callable[..., Any]:
    """A mistake whose result is 0 all over names nothing: so are the results of many others."""

    def seen(*args: Any) -> Any:
        out = function(*args)
        return out if np.any(out) else None

    seen.__name__, seen.__doc__ = function.__name__, function.__doc__
    return seen


def _looked_up(I: Any, rows: Any, columns: Any, order: int = 1) -> np.ndarray:
    return ndimage.map_coordinates(np.asarray(I, float), [rows, columns], order=order)


def _places(I: Any, t: float) -> tuple[np.ndarray, np.ndarray]:
    """R x of all pixels; t in radians."""
    r, c = np.indices(np.shape(I))
    return np.cos(t) * r - np.sin(t) * c, np.sin(t) * r + np.cos(t) * c


# --- rotation ---------------------------------------------------------------------------------------------------------


def other_way(I: Any, theta: float) -> np.ndarray:
    """The transpose of R: counter-clockwise."""
    return plain.rotation(I, -theta)


def angle_in_radians(I: Any, theta: float) -> np.ndarray:
    """The angle is taken for radians."""
    return plain.rotation(I, np.rad2deg(theta))


def about_the_centre(I: Any, theta: float) -> np.ndarray:
    """The pivot is the centre."""
    return plain.transform(I, theta, (0, 0), (np.array(np.shape(I)) - 1) / 2)


def nearest(I: Any, theta: float) -> np.ndarray:
    """The nearest pixel instead of a weighted mean."""
    return _looked_up(I, *_places(I, np.deg2rad(theta)), order=0)


def pushed(I: Any, theta: float) -> np.ndarray:
    """Every pixel is sent to where it goes; holes stay."""
    I = np.asarray(I, float)
    out, n = np.zeros(I.shape), np.array(I.shape)
    r, c = np.indices(I.shape)
    t = np.deg2rad(theta)
    to = np.rint([np.cos(t) * r + np.sin(t) * c, -np.sin(t) * r + np.cos(t) * c]).astype(int)
    inside = (to[0] >= 0) & (to[0] < n[0]) & (to[1] >= 0) & (to[1] < n[1])
    out[to[0][inside], to[1][inside]] = I[inside]
    return out


# --- the slope along the angle ----------------------------------------------------------------------------------------


def _slope(
    I: Any,
    J: Any,
    theta: float,
    *,
    arms: Callable[..., Any] | None = None,
    slopes: Callable[..., Any] | None = None,
) -> float:
    """The right slope with its lever arms or its slopes of J exchanged for wrong ones."""
    t = np.deg2rad(theta)
    I, J = np.asarray(I, float), np.asarray(J, float)
    rows, columns = _places(I, t)
    d = _looked_up(J, rows, columns) - I
    down, right = slopes(I, J, theta) if slopes else [_looked_up(g, rows, columns) for g in np.gradient(J)]
    a, b = arms(I, t) if arms else (rows, columns)
    return float(2 * np.sum(d * (right * a - down * b)) * np.pi / 180)


def per_radian(I: Any, J: Any, theta: float) -> float:
    """Without pi / 180."""
    return plain.grad_ssd_rotation(I, J, theta) * 180 / np.pi


def the_other_factor(I: Any, J: Any, theta: float) -> float:
    """180 / pi instead of pi / 180."""
    return plain.grad_ssd_rotation(I, J, theta) * (180 / np.pi) ** 2


def of_the_mean(I: Any, J: Any, theta: float) -> float:
    """The slope of the mean instead of the sum."""
    return plain.grad_ssd_rotation(I, J, theta) / np.size(I)


def downhill(I: Any, J: Any, theta: float) -> float:
    """The other sign."""
    return -plain.grad_ssd_rotation(I, J, theta)


def pictures_exchanged(I: Any, J: Any, theta: float) -> float:
    """I is turned instead of J."""
    return plain.grad_ssd_rotation(J, np.asarray(I, float), theta)


def slope_in_radians(I: Any, J: Any, theta: float) -> float:
    """The angle is taken for radians."""
    return plain.grad_ssd_rotation(I, J, np.rad2deg(theta))


def mixed_frames(I: Any, J: Any, theta: float) -> float:
    """The slope of the *turned* picture with the arms of the unturned one."""
    return _slope(I, J, theta, slopes=lambda I, J, theta: np.gradient(plain.rotation(J, theta)))


def unturned_arms(I: Any, J: Any, theta: float) -> float:
    """The slope of J at R x with the arms of x."""
    return _slope(I, J, theta, arms=lambda I, t: np.indices(I.shape))


def unturned_slopes(I: Any, J: Any, theta: float) -> float:
    """The slope of J at x instead of R x."""
    return _slope(I, J, theta, slopes=lambda I, J, theta: np.gradient(J))


def exchanged_slopes(I: Any, J: Any, theta: float) -> float:
    """The slope to the right for the one down, and the other way round."""

    def slopes(I: Any, J: Any, theta: float) -> Any:
        return [_looked_up(g, *_places(I, np.deg2rad(theta))) for g in np.gradient(J)[::-1]]

    return _slope(I, J, theta, slopes=slopes)


def arms_of_one_axis(I: Any, J: Any, theta: float) -> float:
    """Lever arms from two vectors that both run along the columns; square pictures only."""

    def arms(I: Any, t: float) -> Any:
        along = np.arange(I.shape[1])
        return np.cos(t) * along - np.sin(t) * along, np.sin(t) * along + np.cos(t) * along

    return _slope(I, J, theta, arms=arms)


def arms_from_the_centre(I: Any, J: Any, theta: float) -> float:
    """Lever arms about the centre, for a turn about the corner."""

    def arms(I: Any, t: float) -> Any:
        r, c = np.indices(I.shape)
        r, c = r - (I.shape[0] - 1) / 2, c - (I.shape[1] - 1) / 2
        return np.cos(t) * r - np.sin(t) * c, np.sin(t) * r + np.cos(t) * c

    return _slope(I, J, theta, arms=arms)


def unturned_residual(I: Any, J: Any, theta: float) -> float:
    """The residual of the unturned picture: J - I."""
    t = np.deg2rad(theta)
    I, J = np.asarray(I, float), np.asarray(J, float)
    rows, columns = _places(I, t)
    down, right = (_looked_up(g, rows, columns) for g in np.gradient(J))
    return float(2 * np.sum((J - I) * (right * rows - down * columns)) * np.pi / 180)


def turned_the_other_way(I: Any, J: Any, theta: float) -> float:
    """All of it for R transposed."""
    return -plain.grad_ssd_rotation(I, J, -theta)


# --- the rigid motion -------------------------------------------------------------------------------------------------


def shift_last(I: Any, theta: float, u: Any, pivot: Any) -> np.ndarray:
    """The turn first, then the shift: I(R (x - pivot - u) + pivot)."""
    R = _turn(theta)
    return plain.transform(I, theta, R @ np.asarray(u, float), pivot)


def shift_subtracted(I: Any, theta: float, u: Any, pivot: Any) -> np.ndarray:
    """Plus u where minus u is due."""
    return plain.transform(I, theta, -np.asarray(u, float), pivot)


def shift_exchanged(I: Any, theta: float, u: Any, pivot: Any) -> np.ndarray:
    """The shift as (columns, rows)."""
    return plain.transform(I, theta, (u[1], u[0]), pivot)


def pivot_exchanged(I: Any, theta: float, u: Any, pivot: Any) -> np.ndarray:
    """The pivot as (column, row)."""
    return plain.transform(I, theta, u, (pivot[1], pivot[0]))


def pivot_ignored(I: Any, theta: float, u: Any, pivot: Any) -> np.ndarray:
    """About the corner, whatever the pivot."""
    return plain.transform(I, theta, u, (0, 0))


def pivot_always_the_centre(I: Any, theta: float, u: Any, pivot: Any) -> np.ndarray:
    """About the centre, whatever the pivot."""
    return plain.transform(I, theta, u, (np.array(np.shape(I)) - 1) / 2)


def pivot_not_added(I: Any, theta: float, u: Any, pivot: Any) -> np.ndarray:
    """The pivot is subtracted and not added again: I(R (x - pivot) - u)."""
    return plain.transform(I, theta, np.asarray(u, float) + pivot, pivot)


def pivot_negated(I: Any, theta: float, u: Any, pivot: Any) -> np.ndarray:
    """The pivot with the other sign: I(R (x + pivot) - pivot - u)."""
    return plain.transform(I, theta, u, -np.asarray(pivot, float))


def turned_against(I: Any, theta: float, u: Any, pivot: Any) -> np.ndarray:
    """The angle with the other sign."""
    return plain.transform(I, -theta, u, pivot)


def in_radians(I: Any, theta: float, u: Any, pivot: Any) -> np.ndarray:
    """The angle is taken for radians."""
    return plain.transform(I, np.rad2deg(theta), u, pivot)


def _turn(theta: float) -> np.ndarray:
    t = np.deg2rad(theta)
    return np.array([[np.cos(t), -np.sin(t)], [np.sin(t), np.cos(t)]])


# --- the start --------------------------------------------------------------------------------------------------------


def _centre(weight: Any) -> np.ndarray:
    weight = np.asarray(weight, float)
    return np.array([(weight * k).sum() for k in np.indices(weight.shape)]) / weight.sum()


def start_backwards(I: Any, J: Any) -> np.ndarray:
    """From I to J."""
    return _centre(J) - _centre(I)


def start_exchanged(I: Any, J: Any) -> np.ndarray:
    """(columns, rows)."""
    return (_centre(I) - _centre(J))[::-1]


def start_of_outlines(I: Any, J: Any) -> np.ndarray:
    """Every pixel that is not 0 counts the same."""
    return _centre(np.asarray(I) > 0) - _centre(np.asarray(J) > 0)


def start_of_peaks(I: Any, J: Any) -> np.ndarray:
    """From the brightest pixel to the brightest pixel."""
    a, b = (np.array(np.unravel_index(np.argmax(P), np.shape(P)), float) for P in (I, J))
    return a - b


def start_of_moving(I: Any, J: Any) -> np.ndarray:
    """From the centre of J to the middle of the frame; I is not looked at."""
    return (np.array(np.shape(J)) - 1) / 2 - _centre(J)


def start_in_whole_pixels(I: Any, J: Any) -> np.ndarray:
    """Rounded."""
    return np.round(_centre(I) - _centre(J))


def start_cut(I: Any, J: Any) -> np.ndarray:
    """Cut off to whole pixels."""
    return np.trunc(_centre(I) - _centre(J))


def start_half_way(I: Any, J: Any) -> np.ndarray:
    """Half of the way."""
    return (_centre(I) - _centre(J)) / 2


def start_without_signs(I: Any, J: Any) -> np.ndarray:
    """Distances instead of ways."""
    return np.abs(_centre(I) - _centre(J))


def start_of_static(I: Any, J: Any) -> np.ndarray:
    """From the middle of the frame to the centre of I; J is not looked at."""
    return _centre(I) - (np.array(np.shape(I)) - 1) / 2
