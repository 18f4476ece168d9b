"""The loops of the fast affine engine beside their readable versions; slopes beside differences."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coursereg._jit import threads
from coursereg.course.plain import affine_search as plain
from coursereg.engines.affine.information import SIX, TEN, information
from coursereg.kernels import affine_information as kernels

STATIC_BINS, MOVING_BINS = 5, 9
SINGLE = 2e-5  # voxels and bins are single precision; a sum of a few hundred counts keeps about this


def scene(seed, n=300, shape=(6, 5, 7), hole=False):
    """Samples, their bins, a moving image in units of bins, and a map near the identity."""
    rng = np.random.default_rng(seed)
    moving = rng.uniform(2, MOVING_BINS - 3.01, shape).astype(np.float32)
    if hole:
        moving[2:4, 1:3, 3:5] = np.nan
    points = (rng.random((3, n)) * (np.array(shape)[:, None] - 1)).astype(np.float32)
    bins = rng.integers(0, STATIC_BINS, n).astype(np.uint8)
    m = np.eye(3, 4) + rng.normal(0, 0.05, (3, 4))
    return points, bins, moving, m.astype(np.float32)


def counted(points, bins, moving, m, frozen=False, inside=None, chunks=4):
    n = points.shape[1]
    inside = np.zeros(n, bool) if inside is None else inside
    tables = np.full((chunks, STATIC_BINS, MOVING_BINS), 7, np.float32)  # whatever was there must go
    value, slope = np.zeros(n, np.float32), np.zeros((3, n), np.float32)
    view = (moving, moving), np.zeros(1, np.intp), np.array([0, n]), m[None]
    kernels.count_3d(points, bins, *view, frozen, inside, tables, value, slope)
    return tables.sum(axis=0, dtype=float), value, slope, inside


@pytest.mark.parametrize("kept", [False, True])
def test_scatter__places_samples_in_their_cells_and_boxes(kept):
    rng = np.random.default_rng(int(kept))
    image = rng.uniform(-1, 11, (6, 5, 7)).astype(np.float32)
    image[2:4, 1:3, 3:5] = np.nan
    cells = np.array([7, 4, 9])
    jitter = rng.random((3, *cells)).astype(np.float32)
    first = np.array([0.5, 0, 1], np.float32)
    edge = ((np.array(image.shape) - 1 - first) / cells).astype(np.float32)
    region = rng.random((3, 3, 4)) < 0.6 if kept else np.zeros((0, 0, 0), bool)
    into = np.array([[0.4, 0, 0, 0.1], [0, 0.6, 0, -0.2], [0, 0, 0.55, 0]], np.float32)
    places, bins = jitter.copy(), np.zeros(cells.prod(), np.uint8)
    kernels.scatter_3d(image, places, first, edge, region, into, np.float32(0), np.float32(0.5), 5, bins)
    index = np.indices(cells)
    np.testing.assert_allclose(
        places, (jitter + index) * edge[:, None, None, None] + first[:, None, None, None], rtol=1e-6
    )
    points = places.reshape(3, -1).T.astype(float)
    value, _ = plain.looked_up(image.astype(float), points, np.eye(3, 4))
    want = np.clip(np.floor(value / 2), 0, 4)
    sure = ~(np.abs(value / 2 - np.rint(value / 2)) < 1e-4)  # on an edge either box may be taken
    want[np.isnan(value)] = kernels.UNKNOWN
    if kept:
        voxel = np.clip(np.rint(points @ into[:, :3].T + into[:, 3]).astype(int), 0, np.array(region.shape) - 1)
        want[~region[tuple(voxel.T)]] = kernels.UNKNOWN
    assert (want == kernels.UNKNOWN).sum() > 20
    assert len(set(want)) == 6
    np.testing.assert_array_equal(bins[sure], want[sure])


def test_windows__are_clipped_between_the_ends_and_keep_nan():
    image = np.array([-5, 0, 1, 2.5, 9, np.nan], np.float32)
    out = np.zeros(6, np.float32)
    kernels.to_windows(image, np.float32(0), np.float32(2), np.float32(6.5), out)
    np.testing.assert_array_equal(out, np.array([2, 2, 4, 6.5, 6.5, np.nan], np.float32))


def test_information__of_several_tables_is_that_of_each():
    tables = np.random.default_rng(0).integers(0, 9, (4, 5, 6)).astype(np.float32)
    tables[1] = 0
    assert information(tables)[1] == -np.inf
    for table, value in zip(tables[[0, 2, 3]], information(tables)[[0, 2, 3]], strict=True):
        p = table / table.sum()
        with np.errstate(divide="ignore", invalid="ignore"):
            terms = p * np.log(p / np.outer(p.sum(axis=1), p.sum(axis=0)))
        assert value == pytest.approx(np.nansum(terms), rel=1e-5)
        assert value == pytest.approx(information(table), rel=1e-6)


@given(st.integers(0, 10_000), st.booleans())
@settings(max_examples=15)
def test_count__is_the_plain_table(seed, hole):
    points, bins, moving, m = scene(seed, hole=hole)
    table, value, slope, inside = counted(points, bins, moving, m)
    want, steep = plain.looked_up(moving.astype(float), points.T.astype(float), m.astype(float))
    # a sample on the very border may fall on either side in single precision
    sure = np.abs(points.T @ m[:, :3].T + m[:, 3] - np.array(moving.shape) + 1).min(axis=1) > 1e-4
    known = np.isfinite(want) & sure
    assert known.sum() > 50
    np.testing.assert_array_equal(inside[sure], np.isfinite(want)[sure])
    np.testing.assert_allclose(value[known], want[known], rtol=0, atol=SINGLE)
    np.testing.assert_allclose(slope.T[known], steep[known], rtol=0, atol=10 * SINGLE)  # differences of values near 5
    want[~np.isfinite(want)] = np.nan
    full = plain.windowed_table(bins, np.where(sure, want, np.nan), table.shape)
    if sure.all():
        np.testing.assert_allclose(table, full, rtol=0, atol=50 * SINGLE)
        assert table.sum() == pytest.approx(inside.sum(), abs=1e-3)


def test_count__frozen_keeps_the_samples_whatever_the_map():
    points, bins, moving, m = scene(3)
    _, _, _, inside = counted(points, bins, moving, m)
    away = m.copy()
    away[:, 3] += 2
    table, _, _, still = counted(points, bins, moving, away, frozen=True, inside=inside.copy())
    np.testing.assert_array_equal(still, inside)
    assert table.sum() == pytest.approx(inside.sum(), abs=1e-3)


def collected(points, bins, value, slope, scores, centre, curved, chunks=4):
    gradient, fisher = np.ones((chunks, 12)), np.ones((chunks, 6, 10))
    ends = np.array([0, len(bins)])
    kernels.collect_3d(points, bins, ends, value, slope, scores[None], centre[None], curved, gradient, fisher)
    return gradient.sum(axis=0), fisher.sum(axis=0)


@given(st.integers(0, 10_000))
@settings(max_examples=10)
def test_collect__is_the_plain_slope_and_fisher_matrix(seed):

    points, bins, moving, m = scene(seed)
    table, value, slope, _ = counted(points, bins, moving, m)
    scores = plain.score(table)
    centre = points.mean(axis=1)
    gradient, products = collected(points, bins, value, slope, scores.astype(np.float32), centre, True)
    known = np.where(value < 0, np.nan, value).astype(float)
    want, fisher = plain.slope_and_fisher(bins, known, slope.T.astype(float), (points.T - centre).astype(float), scores)
    n = np.isfinite(known).sum()
    np.testing.assert_allclose(gradient / n, want, rtol=0, atol=1e-4 * np.abs(want).max())
    mine = products[SIX[:, None, :, None], TEN[None, :, None, :]].reshape(12, 12) / n
    np.testing.assert_allclose(mine, fisher, rtol=0, atol=1e-4 * np.abs(fisher).max())


def test_views__are_counted_and_collected_apart():
    points, bins, moving, m = scene(5)
    other = np.ascontiguousarray(moving[:, ::-1, :5])
    maps, ends = np.stack([m, np.eye(3, 4, dtype=np.float32), m]), np.array([0, 90, 90, 300])
    inside, tables = np.zeros(300, bool), np.zeros((6, STATIC_BINS, MOVING_BINS), np.float32)
    value, slope = np.zeros(300, np.float32), np.zeros((3, 300), np.float32)
    images, which = (moving, other), np.array([0, 0, 1])
    kernels.count_3d(points, bins, images, which, ends, maps, False, inside, tables, value, slope)
    scores = np.random.default_rng(0).random((3, STATIC_BINS, MOVING_BINS)).astype(np.float32)
    centres = np.arange(9, dtype=np.float32).reshape(3, 3)
    gradient, fisher = np.ones((6, 12)), np.ones((6, 6, 10))
    kernels.collect_3d(points, bins, ends, value, slope, scores, centres, True, gradient, fisher)
    for k, (image, m) in enumerate(zip((moving, moving, other), maps, strict=True)):
        mine = slice(ends[k], ends[k + 1])
        alone = np.ascontiguousarray(points[:, mine]), bins[mine]
        table, *found, there = counted(*alone, image, m, chunks=2)
        np.testing.assert_array_equal(tables[2 * k : 2 * k + 2].sum(axis=0, dtype=float), table)
        np.testing.assert_array_equal(value[mine], found[0])
        np.testing.assert_array_equal(inside[mine], there)
        want = collected(*alone, *found, scores[k], centres[k], True, chunks=2)
        np.testing.assert_array_equal(gradient[2 * k : 2 * k + 2].sum(axis=0), want[0])
        np.testing.assert_array_equal(fisher[2 * k : 2 * k + 2].sum(axis=0), want[1])


def test_rank__prefers_the_map_that_made_the_pair():
    rng = np.random.default_rng(0)
    shape = (12, 12, 12)
    moving = rng.uniform(2, MOVING_BINS - 3.01, shape).astype(np.float32)
    points = np.stack(np.meshgrid(*(np.arange(1, 9),) * 3, indexing="ij")).reshape(3, -1).astype(np.float32)
    truth = np.array([2, 1, 0])
    seen = moving[tuple(points.astype(int) + truth[:, None])]
    bins = (seen - 2).astype(np.uint8)
    maps = np.tile(np.eye(3, 4, dtype=np.float32), (27, 1, 1))
    maps[:, :, 3] = np.array(list(np.ndindex(3, 3, 3)))
    tables, known = np.zeros((27, STATIC_BINS, MOVING_BINS), np.float32), np.zeros(27)
    kernels.rank_3d(points, bins, moving, maps, tables, known)
    assert (known == points.shape[1]).all()
    np.testing.assert_allclose(tables.sum(axis=(1, 2)), known, rtol=1e-5)

    best = int(np.argmax([information(t) for t in tables]))
    np.testing.assert_array_equal(maps[best, :, 3], truth)


@given(st.integers(2, 9), st.integers(0, 2), st.integers(0, 100))
@settings(max_examples=20)
def test_halve__is_the_plain_one(n, axis, seed):
    shape = [3, 4, 2]
    shape[axis] = n
    image = np.random.default_rng(seed).normal(size=shape).astype(np.float32)
    before, after = int(np.prod(shape[:axis])), int(np.prod(shape[axis + 1 :]))
    out = np.zeros((before, (n + 1) // 2, after), np.float32)
    kernels.halve(image.reshape(before, n, after), out)
    want = plain.halved(image.astype(float), axis)
    np.testing.assert_allclose(out.reshape(want.shape), want, rtol=0, atol=1e-6)


def test_halve__keeps_a_ramp_where_it_was():
    ramp = np.arange(20, dtype=np.float32).reshape(1, 20, 1)
    out = np.zeros((1, 10, 1), np.float32)
    kernels.halve(ramp, out)
    # sample i lies between 2 i and 2 i + 1; at both ends the last sample is repeated
    np.testing.assert_allclose(out[0, 1:-1, 0], 2 * np.arange(1, 9) + 0.5, rtol=0, atol=1e-6)


def test_count_and_collect__give_the_same_bits_on_one_thread_and_on_two():
    points, bins, moving, m = scene(1, n=5000)

    def both():
        table, value, slope, _ = counted(points, bins, moving, m, chunks=16)
        scores = plain.score(table).astype(np.float32)
        return table, *collected(points, bins, value, slope, scores, points.mean(axis=1), True, chunks=16)

    with threads(1):
        one = both()
    with threads(2):
        two = both()
    for a, b in zip(one, two, strict=True):
        np.testing.assert_array_equal(a, b)
