"""The squared difference under a rigid motion and its slope: against the readable one, and against differences."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coursereg._jit import threads
from coursereg.course.plain.motion import moved_points, rigid_msd
from coursereg.kernels.rigid_ssd import rigid_ssd_2d
from coursereg.similarity.rigid import RigidSSD
from coursereg.space.resample import spline_coefficients

MOTION = (np.deg2rad(25.0), (2.5, -1.25))
PIVOT = (3.0, 11.5)


def blobs(shape=(26, 31), seed=0):
    """A smooth picture that is 0 at the border, so that the overlap may change without a jump."""
    rng = np.random.default_rng(seed)
    r, c = np.indices(shape)
    out = np.zeros(shape)
    for _ in range(4):
        r0, c0 = rng.uniform(9, 17, 2)
        out += rng.uniform(50, 200) * np.exp(-(((r - r0) / 2.5) ** 2) - ((c - c0) / 3) ** 2)
    return out


def noise(shape, seed=0):
    return np.random.default_rng(seed).uniform(-50, 200, shape)


def cost(static, moving, pivot=PIVOT):
    out = RigidSSD(static, moving, pivot, min_overlap=0)
    out.enough = 1
    return out


@given(
    st.integers(0, 2**20),
    st.floats(-400, 400),
    st.tuples(st.floats(-6, 6), st.floats(-6, 6)),
    st.tuples(st.floats(-5, 15), st.floats(-5, 15)),
)
def test_rigid_ssd__is_the_readable_one(seed, theta, u, pivot):
    static, moving = noise((8, 11), seed), noise((9, 7), seed + 1)
    # a point within a rounding of the border may be inside for one and outside for the other
    r, c = moved_points(static.shape, theta, u, pivot)
    edge = [np.abs(r), np.abs(r - 8), np.abs(c), np.abs(c - 6)]
    inside = (r >= 0) & (r <= 8) & (c >= 0) & (c <= 6)
    if min(e.min() for e in edge) < 2e-3 or not inside.any():
        return
    f = cost(static, moving, pivot)
    x = f.parameters(np.deg2rad(theta), u)
    value, gradient = (part * f.scale for part in f(x))
    wanted, slope = rigid_msd(static, moving, theta, u, pivot)
    np.testing.assert_allclose(value, wanted, rtol=1e-10)
    slope[0] *= np.rad2deg(1) / f.radius  # per pixel, not per degree
    # 1e-4 of the largest: the readable slope is a difference over 0.002 pixels of a noise that bends
    np.testing.assert_allclose(gradient, slope, rtol=0, atol=1e-4 * np.abs(slope).max() + 1e-3)


@pytest.mark.parametrize("pivot", [(0, 0), PIVOT, (40, -20)])
@pytest.mark.parametrize("theta", [0, 12, -31, 170])
def test_gradient__is_that_of_differences(theta, pivot):
    r, c = np.indices((60, 64))
    static = 200 * np.exp(-(((r - 29) / 8.0) ** 2) - ((c - 36) / 5.0) ** 2)
    moving = 180 * np.exp(-(((r - 31) / 5.0) ** 2) - ((c - 33) / 9.0) ** 2)
    f = RigidSSD(static, moving, pivot, min_overlap=0)
    t = np.deg2rad(theta)
    R = np.array([[np.cos(t), -np.sin(t)], [np.sin(t), np.cos(t)]])
    there = np.array([31.0, 33.0])
    x = f.parameters(t, R @ (there - pivot) + pivot - there + [2, -3])  # the two hills overlap, not quite
    h, n = 1e-4, f.sums(t, f.motion(x)[1])[0]
    differences = []
    for step in np.eye(3) * h:
        up, down = x + step, x - step
        # mean over the overlap; both hills are 0 where the number of pixels changes, which the gradient leaves out
        a, b = (f.sums(*f.motion(y))[1] / n / f.scale for y in (up, down))
        differences.append((a - b) / (2 * h))
    np.testing.assert_allclose(f(x)[1], differences, rtol=1e-5, atol=1e-7)


def test_curvature__at_the_optimum_is_about_one_in_each_pixel_whatever_the_grey_scale():
    picture = blobs()
    for grey in (1e-6, 1.0, 1e6):
        f = cost(picture * grey, picture * grey, (13, 13))
        assert f(np.zeros(3))[0] == pytest.approx(0, abs=1e-12)
        h = 0.05
        bends = [(f(step)[1][i] - f(-step)[1][i]) / (2 * h) for i, step in enumerate(np.eye(3) * h)]
        assert sum(bends) == pytest.approx(3, rel=0.1)
        assert bends[0] == pytest.approx(1, rel=0.1)


def test_overlap__counts_pixels_that_have_a_partner():
    f = cost(np.ones((10, 20)) + np.eye(10, 20), np.ones((10, 20)) + np.eye(10, 20))
    assert f.overlap(0, (0, 0)) == 1
    assert f.overlap(0, (3, 0)) == pytest.approx(0.7)
    assert f.overlap(0, (0, -5)) == pytest.approx(0.75)
    assert f.overlap(0, (30, 0)) == 0


def test_value__is_infinite_where_too_little_overlaps():
    f = RigidSSD(blobs(), blobs(seed=1), (0, 0), min_overlap=0.5)
    assert np.isfinite(f(f.parameters(0, (10, 0)))[0])
    value, gradient = f(f.parameters(0, (15, 0)))
    assert value == np.inf
    assert np.isnan(gradient).all()
    tiny = RigidSSD(np.eye(3), np.eye(3), (0, 0), min_overlap=0)
    assert tiny(np.zeros(3))[0] == np.inf


def test_step__takes_every_so_many_pixels():
    static, moving = noise((9, 11)), noise((9, 11), 1)
    every, third = cost(static, moving), RigidSSD(static, moving, PIVOT, step=3)
    sums = third.sums(0.0, (0.0, 0.0))
    assert sums[0] == 3 * 4 == third.pixels
    d = (moving - static)[::3, ::3]
    assert sums[1] == pytest.approx((d * d).sum())
    assert every.pixels == 99


def test_rigid_ssd__one_thread_gives_the_same_bits_as_two():
    f = cost(noise((120, 130)), noise((120, 130), 1))
    both = []
    for n in (1, 2):
        with threads(n):
            both.append(f.sums(*MOTION))
    np.testing.assert_array_equal(*both)


def test_rigid_ssd__reads_nothing_outside_at_the_very_border():
    moving = noise((5, 6))
    coefficients = np.pad(spline_coefficients(moving), (1, 2), mode="reflect")
    out = np.empty((5, 8))
    rigid_ssd_2d(moving, coefficients, np.array([1.0, 0.0, 0.0, 0.0]), np.zeros(2), 1, out)
    n, dd = out.sum(axis=0)[:2]
    assert n == 30
    assert dd < 1e-20  # the spline passes through its samples, the last row and column included
