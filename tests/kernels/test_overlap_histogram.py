"""Joint histograms through a transform: the loops against the readable version, and against laws."""

import os

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coursereg.course.plain.registration import joint_histogram_at
from coursereg.kernels import overlap_histogram as kernels

S, M = 5, 7
SEED = np.uint64(1)


def bins(rng, shape, n, holes=0.2):
    """Random bins, some of them missing, and flat places, which the loops treat apart."""
    out = rng.integers(0, n, shape).astype(np.int16)
    out[tuple(slice(0, max(1, k // 2)) for k in shape)] = 1
    out[rng.random(shape) < holes] = -1
    return out


def matrix(rng, ndim):
    out = np.eye(ndim + 1)
    out[:-1, :-1] += rng.normal(0, 0.15, (ndim, ndim))
    out[:-1, -1] = rng.uniform(-2, 2, ndim)
    return out


def bordered(moving):
    return kernels.pairs_of(np.pad(moving, 1, constant_values=-1))


def counted(how, static, moving, m, chunks=1, seed=SEED):
    out = np.zeros((chunks, S, M))
    kernel = kernels.affine_2d if static.ndim == 2 else kernels.affine_3d
    kernel(how, seed, static, bordered(moving), m, out)
    return out.sum(axis=0)


def counted_at_points(how, static, moving, m):
    points = np.indices(static.shape).reshape(static.ndim, -1).T @ m[:-1, :-1].T + m[:-1, -1]
    out = np.zeros((2, S, M))
    kernel = kernels.points_2d if static.ndim == 2 else kernels.points_3d
    kernel(how, SEED, static.ravel(), bordered(moving), points, out)
    return out.sum(axis=0)


SHAPES = st.sampled_from([(1, 1), (4, 6), (7, 3), (1, 5), (1, 1, 1), (3, 4, 2), (2, 1, 5)])


@given(SHAPES, st.integers(0, 2**32 - 1), st.sampled_from(["pv", "tri"]))
def test_affine__is_the_readable_version(shape, seed, interp):
    rng = np.random.default_rng(seed)
    static, moving = bins(rng, shape, S), bins(rng, tuple(n + int(rng.integers(0, 3)) for n in shape), M)
    m = matrix(rng, len(shape))
    wanted = joint_histogram_at(static, moving, m, (S, M), interp)
    how = {"pv": kernels.PV, "tri": kernels.TRI}[interp]
    # sums of at most 56 weights
    np.testing.assert_allclose(counted(how, static, moving, m), wanted, rtol=0, atol=1e-13)
    np.testing.assert_allclose(counted_at_points(how, static, moving, m), wanted, rtol=0, atol=1e-13)


@pytest.mark.parametrize("how", [kernels.PV, kernels.TRI, kernels.RAND])
@pytest.mark.parametrize("shape", [(6, 5), (4, 5, 3)])
def test_affine__whole_shifts_move_the_table_of_the_overlap(how, shape):
    rng = np.random.default_rng(3)
    static, moving = bins(rng, shape, S, holes=0), bins(rng, shape, M, holes=0)
    m = np.eye(len(shape) + 1)
    m[:-1, -1] = [1, -2, 1][: len(shape)]
    here = tuple(slice(None, -1) if s == 1 else slice(2, None) for s in m[:-1, -1])
    there = tuple(slice(1, None) if s == 1 else slice(None, -2) for s in m[:-1, -1])
    wanted = np.zeros((S, M))
    np.add.at(wanted, (static[here].ravel(), moving[there].ravel()), 1)
    np.testing.assert_array_equal(counted(how, static, moving, m), wanted)


@pytest.mark.parametrize("shape", [(9, 8), (5, 6, 4)])
def test_tri_and_rand__count_each_sample_that_has_a_neighbour_once(shape):
    rng = np.random.default_rng(4)
    static, moving, m = bins(rng, shape, S), bins(rng, shape, M, holes=0.6), matrix(rng, len(shape))
    tri, rand = counted(kernels.TRI, static, moving, m), counted(kernels.RAND, static, moving, m)
    assert 0 < tri.sum() < static.size  # some have none: nothing is counted for them
    np.testing.assert_array_equal(tri.sum(axis=1), rand.sum(axis=1))
    np.testing.assert_array_equal(tri, np.rint(tri))


def test_rand__draws_neighbours_as_often_as_their_weights_say():
    moving = np.int16([[0, 1], [2, 3]])
    static = np.zeros((1, 1), np.int16)
    m = np.array([[1, 0, 0.25], [0, 1, 0.4], [0, 0, 1.0]])
    n = 400 if os.environ.get("NUMBA_DISABLE_JIT") == "1" else 4000
    counts = sum(counted(kernels.RAND, static, moving, m, seed=np.uint64(seed)) for seed in range(n))[0, :4]
    p = np.array([0.75 * 0.6, 0.75 * 0.4, 0.25 * 0.6, 0.25 * 0.4])
    assert (abs(counts - n * p) < 4 * np.sqrt(n * p * (1 - p))).all()  # four standard deviations


def test_rand__depends_on_the_seed_and_on_nothing_else():
    rng = np.random.default_rng(5)
    static, moving, m = bins(rng, (12, 11), S), bins(rng, (12, 11), M), matrix(rng, 2)
    once, twice = (counted(kernels.RAND, static, moving, m, chunks=k) for k in (1, 3))
    np.testing.assert_array_equal(once, twice)
    assert (counted(kernels.RAND, static, moving, m, seed=np.uint64(2)) != once).any()


@pytest.mark.parametrize("how", [kernels.PV, kernels.TRI, kernels.RAND])
def test_points__outside_or_nan_count_nothing(how):
    static, moving = np.zeros(4, np.int16), np.full((5, 5), -1, np.int16)
    moving[1:-1, 1:-1] = 2
    out = np.zeros((1, S, M))
    points = np.array([[-1.0, 1.0], [1.0, 3.0], [np.nan, 0.0], [1e300, -1e300]])
    kernels.points_2d(how, SEED, static, kernels.pairs_of(moving), points, out)
    assert out.sum() == 0


@pytest.mark.parametrize("how", [kernels.PV, kernels.TRI, kernels.RAND])
def test_affine__huge_matrices_count_nothing(how):
    static, moving = np.zeros((3, 3, 3), np.int16), np.zeros((3, 3, 3), np.int16)
    m = np.eye(4)
    m[:3, :3] *= 1e200
    m[:3, 3] = 5.0
    assert counted(how, static, moving, m).sum() == 0


def test_affine__reads_from_matrices_of_any_row_direction():
    rng = np.random.default_rng(6)
    static, moving = bins(rng, (4, 5, 6), S), bins(rng, (4, 5, 6), M)
    for row in ([0, 0, -1], [1, 0, 0], [0, -1, 0.5]):  # along the last axis of static: back, up, across
        m = np.eye(4)
        m[:3, 2] = row
        m[:3, 3] = [1.3, 3.2, 4.1]
        wanted = joint_histogram_at(static, moving, m, (S, M), "pv")
        np.testing.assert_allclose(counted(kernels.PV, static, moving, m), wanted, rtol=0, atol=1e-13)


@pytest.mark.parametrize("how", [kernels.PV, kernels.TRI, kernels.RAND])
@pytest.mark.parametrize("shape", [(5, 4), (4, 3, 5)])
def test_flat_places__count_one_for_each_sample(how, shape):
    static, moving = np.full(shape, 2, np.int16), np.full(tuple(n + 1 for n in shape), 3, np.int16)
    static[0] = 1
    m = np.eye(len(shape) + 1)
    m[:-1, -1] = 0.3  # all neighbours are there
    wanted = np.zeros((S, M))
    wanted[1, 3], wanted[2, 3] = static[0].size, static[1:].size
    np.testing.assert_array_equal(counted(how, static, moving, m), wanted)
    np.testing.assert_array_equal(counted_at_points(how, static, moving, m), wanted)
