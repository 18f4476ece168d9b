"""Search coordinates: a step of 1 is one unit for the samples, about their middle, and gradients go along."""

import numpy as np
import pytest

from coursereg import approx_gradient, regtransforms
from coursereg.engines.affine.frame import Frame, middle_and_spread, shifts_of

KINDS = sorted(regtransforms)


def scene(dim, seed=0):
    """Points far from the origin, their mean and covariance."""
    rng = np.random.default_rng(seed)
    points = rng.normal(0, 10, (200, dim)) * np.arange(1, dim + 1) + 300
    return points, points.mean(axis=0), np.cov(points.T, bias=True)


def frame_of(kind, points=None, unit=2.0, seed=0):
    transform = regtransforms[kind]
    _, middle, spread = scene(kind[1])
    origin = transform.get_identity_parameters() + np.random.default_rng(seed).normal(
        0, 0.05, transform.get_number_of_parameters()
    )
    return Frame(transform, origin, middle, spread, unit)


def moved(frame, z, points):
    matrix = frame.transform.param_to_matrix(frame.theta(z))
    return points @ matrix[:-1, :-1].T + matrix[:-1, -1]


@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_step__moves_the_samples_by_one_unit_in_every_direction(kind):
    frame, (points, _, _) = frame_of(kind), scene(kind[1])
    rng, h = np.random.default_rng(1), 1e-4
    for _ in range(5):
        z = rng.normal(size=frame.size)
        z *= h / np.linalg.norm(z)
        way = moved(frame, z, points) - moved(frame, 0 * z, points)
        assert np.sqrt((way**2).sum(axis=1).mean()) == pytest.approx(2.0 * h, rel=1e-3)


@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_frame__reaches_all_parameters_and_starts_at_the_origin(kind):
    frame = frame_of(kind)
    assert frame.size == regtransforms[kind].get_number_of_parameters()
    np.testing.assert_array_equal(frame.theta(np.zeros(frame.size)), frame.origin)


@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_pulled__is_the_slope_along_z(kind):
    frame, (points, _, _) = frame_of(kind), scene(kind[1])
    weights = np.random.default_rng(2).normal(size=points.shape)

    def cost(theta):
        matrix = frame.transform.param_to_matrix(theta)
        return float((weights * (points @ matrix[:-1, :-1].T + matrix[:-1, -1])).mean())

    z = np.random.default_rng(3).normal(0, 3, frame.size)
    slope = approx_gradient(cost, frame.theta(z), 1e-6)
    wanted = approx_gradient(lambda at: cost(frame.theta(at)), z, 1e-4)
    np.testing.assert_allclose(frame.pulled(frame.theta(z), slope), wanted, rtol=1e-4, atol=1e-4 * np.abs(wanted).max())


@pytest.mark.parametrize("kind", [k for k in KINDS if k[0] not in ("SCALING", "ROTATION")], ids=str)
def test_middle__stays_where_it_is_however_far_is_turned(kind):
    frame, (_, middle, _) = frame_of(kind), scene(kind[1])
    z = np.random.default_rng(4).normal(0, 40, frame.size)
    at_rest = moved(frame, 0 * z, middle)
    assert np.linalg.norm(moved(frame, z, middle) - at_rest) < 2.0 * np.linalg.norm(z) * 1.01


def test_shifts__are_found_where_they_are_free():
    for (name, dim), transform in regtransforms.items():
        found = shifts_of(transform, transform.get_identity_parameters())
        if name in ("ROTATION", "SCALING"):
            assert found is None
        else:
            theta = transform.get_identity_parameters()
            theta[found] = np.arange(1, dim + 1)
            np.testing.assert_array_equal(transform.param_to_matrix(theta)[:-1, -1], np.arange(1, dim + 1))


def test_flat_samples__leave_out_what_does_not_move_them():
    transform = regtransforms["RIGID", 3]
    line = Frame(transform, transform.get_identity_parameters(), np.zeros(3), np.diag([4.0, 0, 0]), 1.0)
    assert line.size == 5  # a turn about the line is none


def test_middle_and_spread__are_moments_in_the_world():
    image, known = np.zeros((6, 7)), np.ones((6, 7), bool)
    image[2, 3], image[4, 3], image[0, 0] = 5, 5, 99
    known[0, 0] = False
    grid2world = np.array([[2.0, 0, 10], [0, 3, 20], [0, 0, 1]])
    middle, spread = middle_and_spread(image, known, grid2world)
    np.testing.assert_allclose(middle, [16, 29])
    np.testing.assert_allclose(spread, [[4, 0], [0, 0]], atol=1e-12)
