"""The bug of unit U08: the slope along the angle as in the hand-out, with its seven defects."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import ndimage

from coursereg.course.exercises import _u08_mistakes as mistakes
from coursereg.course.exercises._base import Unit, add_bug_check, expect
from coursereg.course.exercises._u08_scenes import Scene, centre, hill, picture
from coursereg.course.plain import rigid as plain

SLOPE = 0.05  # as for `grad_ssd_rotation`
FRAME = (64, 76)


def slope_mended(I: Any, J: Any, theta: float) -> float:
    """Slope, per degree, of the mean squared difference over the overlap, for a turn about the centre."""
    t, J = np.deg2rad(theta), np.asarray(J, float)
    middle = (np.array(J.shape) - 1) / 2
    r, c = np.indices(J.shape)
    a, b = r - middle[0], c - middle[1]
    rows, columns = np.cos(t) * a - np.sin(t) * b, np.sin(t) * a + np.cos(t) * b
    place = [rows + middle[0], columns + middle[1]]
    d = ndimage.map_coordinates(J, place, order=1, cval=np.nan) - I
    down, right = (ndimage.map_coordinates(g, place, order=1) for g in np.gradient(J))
    return float(2 * np.nanmean(d * (right * rows - down * columns)) * np.pi / 180)


def exact_slope(scene: Scene, I: np.ndarray, theta: float, ground: float) -> float:
    """The same from the formula of the scene: ``scene + ground`` inside the frame."""
    shape, m, h = I.shape, centre(I.shape), 0.01
    ahead, here, back = (picture(scene, shape, theta + k * h, pivot=m) + ground for k in (1, 0, -1))
    t = np.deg2rad(theta)
    a, b = (k - n for k, n in zip(np.indices(shape), m, strict=True))
    inside = (abs(np.cos(t) * a - np.sin(t) * b) <= m[0]) & (abs(np.sin(t) * a + np.cos(t) * b) <= m[1])
    return float(2 * ((here - I) * (ahead - back) / (2 * h))[inside].mean())


def _pictures(rng: Any, theta: float, ground: float = 0.0, shape: tuple[int, int] = FRAME) -> tuple[Any, ...]:
    m = centre(shape)
    scene = hill(rng, m[0] - 6, m[1] + 9, 18.0) + hill(rng, m[0] + 8, m[1] - 10, 17.0, 150.0)
    I = picture(scene, shape, theta + float(rng.choice([-1, 1]) * rng.uniform(3, 5)), pivot=m) + ground
    return I, picture(scene, shape) + ground, scene


def _task(rng: Any, theta: float, ground: float = 0.0, shape: tuple[int, int] = FRAME) -> tuple[Any, ...]:
    I, J, scene = _pictures(rng, theta, ground, shape)
    return I, J, exact_slope(scene, I, theta, ground)


def add_bug(unit: Unit) -> None:
    """Add ``bug`` and ``bug_check``."""
    bug = unit.exercise(
        "bug",
        4.0,
        kind="bug",
        signature="bug_fixed(I, J, theta)",
        statement="The slope of the notebook with all seven defects mended: per degree, for a turn about the CENTRE of "
        "the frame, of the MEAN of (J(y) - I(x))**2 over those pixels x whose place y = R (x - centre) + centre lies "
        "inside the frame. Any shape.",
        hints=(
            "Begin with your grad_ssd_rotation: four defects are mended there. Which are left?",
            "A picture that is 60 everywhere has the slope 0 at every angle. Whoever takes the slope of the turned "
            "picture sees a cliff of 60 at its rim.",
            "ndimage.map_coordinates(J, place, order=1, cval=np.nan) and np.nanmean leave out what has no partner",
        ),
        reference=slope_mended,
        solution=_SOLUTION,
        read="8. Bug of the unit",
    )

    @bug.check("turns about the centre, small and large", kind="value", weight=2)
    def _(f: Any, rng: Any) -> None:
        # not 0: there the whole rim lies on the frame, and whether it counts is a matter of taste
        for theta in (0.8, float(rng.choice([-1, 1]) * rng.uniform(24, 35))):
            I, J, want = _task(rng, theta)
            expect(f(I, J, theta), want, rtol=SLOPE, what=f"the slope per degree at {theta:.1f} degrees")

    @bug.check("a bright background: pixels without a partner do not count", kind="value")
    def _(f: Any, rng: Any) -> None:
        theta = float(rng.uniform(12, 25))
        I, J, want = _task(rng, theta, ground=60.0)
        expect(f(I, J, theta), want, rtol=SLOPE, what="the slope with a background of 60")

    @bug.check("no slope across the rim: backgrounds that differ", kind="value", public=False)
    def _(f: Any, rng: Any) -> None:
        theta, ground = float(rng.choice([-1, 1]) * rng.uniform(8, 20)), 60.0
        I, J, scene = _pictures(rng, theta, ground)
        m = centre(FRAME)
        a, b = (k - n for k, n in zip(np.indices(FRAME), m, strict=True))
        I = I + float(rng.choice([-1, 1])) * 50 * (a / m[0]) * (
            b / m[1]
        )  # light and dark corners, which pull as a turn does
        want = exact_slope(scene, I, theta, ground)
        hint = "a slope of the turned picture sees the end of the frame: take the slopes of J"
        expect(f(I, J, theta), want, rtol=SLOPE, what="the slope where the backgrounds differ", hint=hint)

    @bug.check("tall pictures and wide ones", kind="value", weight=2, public=False)
    def _(f: Any, rng: Any) -> None:
        for shape in ((90, 62), (60, 94)):
            theta = float(rng.choice([-1, 1]) * rng.uniform(24, 35))
            I, J, want = _task(rng, theta, float(rng.uniform(30, 60)), shape)
            expect(f(I, J, theta), want, rtol=SLOPE, what=f"the slope of pictures of shape {shape}")

    bug.looks_like("per radian still: multiply by pi / 180", lambda *a: slope_mended(*a) * 180 / np.pi)
    bug.looks_like("about the corner still, and the sum", plain.grad_ssd_rotation)
    bug.looks_like("the sum still: it grows with the picture", lambda I, J, t: slope_mended(I, J, t) * np.size(I))
    bug.looks_like("the other sign", lambda *a: -slope_mended(*a))

    add_bug_check(
        unit,
        mutants=(_radians, _one_axis, _two_frames, _axes_exchanged, _mean_for_sum),
        rights=(_by_slopes_of_j, _by_slopes_of_the_turned, _by_difference),
        kind="bug_check",
        signature="bug_check(g)",
        statement="A check of your own for any function g(I, J, theta) that claims to do what `grad_ssd_rotation` "
        "does. "
        "Five wrong functions have one defect each; your check must notice them (that is finding them), and let three "
        "right ones live. It must use assert, or return True or False; it may call your `rotation`. Allow 6 per cent. "
        "A function that raises an error counts as noticed.",
        hints=(
            "Which number do you know without any formula? The sum of squares a little ahead, less that a little back, "
            "divided by the way.",
            "At theta = 0 the frames are one, on the diagonal the two axes are: choose an angle of 30 degrees, and "
            "content far from the diagonal.",
            "slope = ssd(30.5) - ssd(29.5), with ssd(t) = np.sum((rotation(J, t) - I) ** 2); compare with g(I, J, 30)",
        ),
        solution=_CHECK,
        read="8. Bug of the unit",
    )


_SOLUTION = '''def bug_fixed(I, J, theta):
    """Slope per degree of the mean squared difference over the overlap, for a turn about the centre."""
    t, J = np.deg2rad(theta), np.asarray(J, float)
    middle = (np.array(J.shape) - 1) / 2
    r, c = np.indices(J.shape)
    a, b = r - middle[0], c - middle[1]
    rows, columns = np.cos(t) * a - np.sin(t) * b, np.sin(t) * a + np.cos(t) * b
    place = [rows + middle[0], columns + middle[1]]
    d = ndimage.map_coordinates(J, place, order=1, cval=np.nan) - I  # nan: no partner
    down, right = (ndimage.map_coordinates(g, place, order=1) for g in np.gradient(J))
    return 2 * np.nanmean(d * (right * rows - down * columns)) * np.pi / 180
'''
_CHECK = '''def bug_check(g):
    """Raise AssertionError if g is not the slope of the sum of squares along the angle."""
    r, c = np.indices((64, 80))  # not square
    J = 200 * np.exp(-((r - 16) ** 2 + (c - 44) ** 2) / 60)  # far from the diagonal
    I = rotation(J, 34)

    def ssd(t):
        return np.sum((rotation(J, t) - I) ** 2)

    slope = ssd(30.5) - ssd(29.5)
    assert abs(g(I, J, 30) - slope) < 0.06 * abs(slope)
'''


def _radians(I: Any, J: Any, theta: float) -> float:
    """Per radian, for an angle in degrees."""
    return mistakes.per_radian(I, J, theta)


def _one_axis(I: Any, J: Any, theta: float) -> float:
    """Lever arms along one axis only."""
    return mistakes.arms_of_one_axis(I, J, theta)


def _two_frames(I: Any, J: Any, theta: float) -> float:
    """The slope of the turned picture with the arms of the unturned one."""
    return mistakes.mixed_frames(I, J, theta)


def _axes_exchanged(I: Any, J: Any, theta: float) -> float:
    """Rows and columns exchanged in the slopes."""
    return mistakes.exchanged_slopes(I, J, theta)


def _mean_for_sum(I: Any, J: Any, theta: float) -> float:
    """The mean, where the sum is claimed."""
    return mistakes.of_the_mean(I, J, theta)


def _by_slopes_of_j(I: Any, J: Any, theta: float) -> float:
    """Slopes of J, looked up at R x."""
    return plain.grad_ssd_rotation(I, J, theta)


def _by_slopes_of_the_turned(I: Any, J: Any, theta: float) -> float:
    """Slopes of the turned picture, with the arms of x."""
    moved = plain.rotation(J, theta)
    down, right = np.gradient(moved)
    r, c = np.indices(moved.shape)
    return float(2 * np.sum((moved - I) * (right * r - down * c)) * np.pi / 180)


def _by_difference(I: Any, J: Any, theta: float) -> float:
    """A central difference of the sum."""
    ahead, back = (np.sum((plain.rotation(J, theta + h) - I) ** 2) for h in (0.25, -0.25))
    return float(ahead - back) / 0.5
