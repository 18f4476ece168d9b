"""Regular samples of a grid, moved a little."""

import numpy as np
import pytest

from coursereg import Grid, sample_domain_regular


@pytest.mark.parametrize("shape", [(7, 9), (4, 5, 6)])
def test_sample_domain_regular__takes_every_kth_sample(shape):
    grid2world = np.diag([2.0, 3.0, 0.5][: len(shape)] + [1])
    n = int(np.prod(shape))
    for k in (1, 4, 7, n):
        points = sample_domain_regular(k, shape, grid2world, sigma=0)
        index = Grid(shape, grid2world).to_grid(points)
        np.testing.assert_array_equal(np.ravel_multi_index(index.T.astype(int), shape), k * np.arange(n // k))


def test_sample_domain_regular__moves_by_sigma_samples():
    shape, grid2world = (60, 70), np.array([[0, 4.0, 1], [0.5, 0, 2], [0, 0, 1]])
    moved = sample_domain_regular(2, shape, grid2world, sigma=0.3) - sample_domain_regular(
        2, shape, grid2world, sigma=0
    )
    # 2100 moves: their standard deviation is known to 1.5 %, here three of them
    np.testing.assert_allclose(moved.std(axis=0), [4 * 0.3, 0.5 * 0.3], rtol=0.05)
    assert np.abs(moved.mean(axis=0)).max() < 0.1


def test_sample_domain_regular__repeats_itself_unless_another_seed_is_given():
    first = sample_domain_regular(3, (9, 9), None)
    np.testing.assert_array_equal(sample_domain_regular(3, (9, 9), np.eye(3)), first)
    np.testing.assert_array_equal(
        sample_domain_regular(3, (9, 9), np.eye(2, 3), rng=np.random.default_rng(1234)), first
    )
    other = sample_domain_regular(3, (9, 9), None, rng=5)
    assert (other != first).all()
    np.testing.assert_array_equal(sample_domain_regular(3, (9, 9), None, rng=5), other)


@pytest.mark.parametrize(
    ("change", "error", "match"),
    [
        ({"k": 0}, ValueError, "k must be at least 1, got 0"),
        ({"k": 2.0}, TypeError, "k must be a whole number, got 2.0"),
        ({"k": 13}, ValueError, r"k must be at most the number of samples, got 13 for shape \(3, 4\)"),
        ({"shape": (3,)}, ValueError, "shape must have 2 or 3 numbers"),
        ({"shape": (3, 0)}, ValueError, "each entry of shape must be at least 1"),
        (
            {"grid2world": np.eye(2)},
            ValueError,
            r"grid2world must have 2 or 3 rows and 3 columns in 2-D, got .*\(2, 2\)",
        ),
        ({"grid2world": np.full((3, 3), np.inf)}, ValueError, "grid2world has infinite values at 9 of 9"),
        ({"sigma": -1}, ValueError, "sigma must be at least 0, got -1.0"),
        ({"sigma": np.nan}, ValueError, "sigma must be a finite number"),
    ],
)
def test_sample_domain_regular__says_what_is_wrong(change, error, match):
    good = {"k": 2, "shape": (3, 4), "grid2world": np.eye(3)}
    with pytest.raises(error, match=match):
        sample_domain_regular(**good | change)
