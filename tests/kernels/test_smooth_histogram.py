"""The smooth joint histogram: values against SciPy and the readable version, slopes against differences."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import ndimage

from coursereg.course.plain.registration import smooth_joint_histogram
from coursereg.kernels import smooth_histogram as kernels
from coursereg.space.resample import spline_coefficients

SHAPES = [(7, 9), (6, 5, 8), (1, 6), (5, 1, 4)]


def scene(shape, seed=0, n=40, margin=0.0):
    """An image, where it is known, and points: inside, or up to two samples outside."""
    rng = np.random.default_rng(seed)
    image = rng.uniform(0, 9, shape)
    known = (rng.random(shape) < 0.8).astype(np.float32)
    reach = np.array(shape) - 1 - 2 * margin
    return image, known, margin + rng.random((n, len(shape))) * np.maximum(reach, 0)


def looked_up(image, known, points, matrix=None):
    points = np.ascontiguousarray(points)
    values, weights = np.zeros((2, len(points), points.shape[1] + 1))
    kernel = kernels.look_2d if points.shape[1] == 2 else kernels.look_3d
    matrix = np.eye(points.shape[1] + 1) if matrix is None else matrix
    kernel(spline_coefficients(image), known, matrix, points, values, weights)
    return values, weights


@pytest.mark.parametrize("shape", SHAPES)
def test_look__gives_scipys_cubic_spline_and_linear_weight(shape):
    image, known, points = scene(shape)
    values, weights = looked_up(image, known, points)
    np.testing.assert_allclose(
        weights[:, 0], ndimage.map_coordinates(known, points.T, order=1), rtol=0, atol=1e-6
    )  # known is in single precision there
    seen = weights[:, 0] > 0
    wanted = ndimage.map_coordinates(image, points.T, order=3, mode="mirror")
    np.testing.assert_allclose(values[seen, 0], wanted[seen], rtol=0, atol=1e-9)


@pytest.mark.parametrize("shape", [(7, 9), (6, 5, 8)])
def test_look__slopes_are_differences(shape):
    image, known, points = scene(shape, margin=0.1)
    points = points[(abs(points - np.rint(points)) > 1e-3).all(axis=1)]  # the weight has kinks at the samples
    values, weights = looked_up(image, known, points)
    h = 1e-5
    for axis, step in enumerate(h * np.eye(len(shape))):
        ahead, behind = looked_up(image, known, points + step), looked_up(image, known, points - step)
        seen = weights[:, 0] > 0
        # differences of numbers near 10 over 2e-5 have about 1e-9 of rounding, and h**2 of curvature
        slope = (ahead[0] - behind[0])[seen, 0] / (2 * h)
        np.testing.assert_allclose(values[seen, axis + 1], slope, rtol=0, atol=1e-6)
        slope = (ahead[1] - behind[1])[:, 0] / (2 * h)
        np.testing.assert_allclose(weights[:, axis + 1], slope, rtol=0, atol=1e-6)


@pytest.mark.parametrize("shape", [(7, 9), (6, 5, 8)])
def test_look__takes_points_through_the_matrix(shape):
    image, known, points = scene(shape)
    rng = np.random.default_rng(1)
    m = np.eye(len(shape) + 1)
    m[:-1] += rng.normal(0, 0.1, m[:-1].shape)
    once = looked_up(image, known, points, m)
    twice = looked_up(image, known, points @ m[:-1, :-1].T + m[:-1, -1])
    for a, b in zip(once, twice, strict=True):
        np.testing.assert_allclose(a, b, rtol=0, atol=1e-9)


@pytest.mark.parametrize("ndim", [2, 3])
def test_look__weighs_nothing_outside_and_for_nan(ndim):
    image = np.ones((4,) * ndim)
    points = np.full((4, ndim), 1.5)
    points[:, 0] = [-1.0, 4.0, 1e12, np.nan]
    assert not looked_up(image, image.astype(np.float32), points)[1].any()


@given(st.integers(1, 60), st.integers(1, 6), st.integers(1, 9), st.integers(0, 2**32 - 1), st.integers(1, 4))
def test_fill__is_the_readable_version(n, rows, columns, seed, chunks):
    rng = np.random.default_rng(seed)
    s = rng.integers(0, rows, n).astype(np.int16)
    values, weights = np.zeros((2, n, 3))
    values[:, 0] = rng.uniform(-1, columns, n)
    weights[:, 0] = rng.choice([0.0, 0.5, 1.0], n)
    out = np.zeros((chunks, rows, columns))
    kernels.fill(s, values, weights, out)
    wanted = smooth_joint_histogram(s, values[:, 0], weights[:, 0], (rows, columns))
    np.testing.assert_allclose(out.sum(axis=0), wanted, rtol=0, atol=1e-12)
    np.testing.assert_allclose(wanted.sum(), weights[:, 0].sum(), rtol=1e-12)


@pytest.mark.parametrize("shape", [(7, 9), (6, 5, 8)])
def test_forces_and_moments__are_the_derivative_of_the_histogram(shape):
    image, known, points = scene(shape, n=300, margin=0.2)
    rng = np.random.default_rng(2)
    s = rng.integers(0, 4, len(points)).astype(np.int16)
    slope = rng.normal(size=(4, 10))

    def value(m):
        v, w = looked_up(image, known, points, m)
        out = np.zeros((1, *slope.shape))
        kernels.fill(s, v, w, out)
        return float((out[0] * slope).sum()), v, w

    ndim = len(shape)
    here = np.eye(ndim + 1)
    _, v, w = value(here)
    force, moment = np.zeros(points.shape), np.zeros((3, ndim, ndim + 1))
    kernels.forces(s, v, w, slope, force)
    kernels.moments(force, points, moment)
    h = 1e-6
    for a in range(ndim):
        for b in range(ndim + 1):
            step = np.zeros(here.shape)
            step[a, b] = h
            wanted = (value(here + step)[0] - value(here - step)[0]) / (2 * h)
            # the table has a kink where a value meets its first or last bin, and the weight at every sample
            assert moment.sum(axis=0)[a, b] == pytest.approx(wanted, rel=1e-3, abs=1e-2)
