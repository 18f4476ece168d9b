"""Grids: indices and the world."""

import numpy as np
import pytest

from coursereg import Grid

OBLIQUE = np.array([[0.0, -2, 0, 10], [1.5, 0, 0.2, -4], [0, 0, 3, 7], [0, 0, 0, 1]])


def test_grid__maps_to_the_world_and_back():
    grid = Grid((5, 6, 7), OBLIQUE)
    index = np.random.default_rng(0).uniform(-9, 9, (4, 2, 3))
    world = grid.to_world(index)
    homogeneous = OBLIQUE @ [*index[1, 0], 1]
    np.testing.assert_allclose(world[1, 0], homogeneous[:3])
    np.testing.assert_allclose(grid.to_grid(world), index, atol=1e-12)


def test_grid__is_counted_in_samples_by_default():
    np.testing.assert_array_equal(Grid((4, 5)).to_world([[1, 2]]), [[1, 2]])


def test_spacing__is_the_length_of_the_columns():
    np.testing.assert_allclose(Grid((5, 6, 7), OBLIQUE).spacing, [1.5, 2, np.hypot(0.2, 3)])


def test_centre__is_the_middle_of_the_outermost_samples():
    np.testing.assert_allclose(Grid((3, 5), np.diag([2, 10, 1])).centre, [2, 20])


def test_grids__are_equal_if_shape_and_map_are():
    assert Grid((5, 6, 7), OBLIQUE) == Grid([5, 6, 7], OBLIQUE.tolist())
    assert Grid((5, 6)) != Grid((6, 5))
    assert Grid((5, 6)) != Grid((5, 6), np.diag([1, 2, 1]))
    assert Grid((5, 6)) != (5, 6)
    assert len({Grid((5, 6)), Grid((5, 6))}) == 1
    assert repr(Grid((5, 6), np.diag([1, 2.5, 1]))) == "Grid(shape=(5, 6), spacing 1 x 2.5)"


def test_grid__cannot_be_changed_from_outside():
    matrix = np.eye(3)
    grid = Grid((2, 2), matrix)
    matrix[0, 0] = 9
    assert grid.grid2world[0, 0] == 1
    with pytest.raises(ValueError, match="read-only"):
        grid.grid2world[0, 0] = 2


@pytest.mark.parametrize(
    ("shape", "matrix", "error", "match"),
    [
        ((5,), None, ValueError, "shape must have 2 or 3 numbers"),
        (5, None, ValueError, "shape must have 2 or 3 numbers"),
        ((5, 0), None, ValueError, "must be at least 1, got 0"),
        ((5, 2.5), None, TypeError, "must be a whole number, got 2.5"),
        ((5, 5), np.eye(4), ValueError, r"grid2world must have shape \(3, 3\) in 2-D, got \(4, 4\)"),
        ((5, 5), np.diag([1, 0, 1]), ValueError, "must be invertible"),
        ((5, 5), np.diag([1, 1, 2]), ValueError, "must have the last row"),
        ((5, 5), np.diag([1, np.nan, 1]), ValueError, "grid2world has NaN"),
    ],
)
def test_grid__says_what_is_wrong(shape, matrix, error, match):
    with pytest.raises(error, match=match):
        Grid(shape, matrix)


@pytest.mark.parametrize("map_name", ["to_world", "to_grid"])
@pytest.mark.parametrize(
    ("points", "error", "match"),
    [
        ([1, 2, 3], ValueError, r"points must have shape \(..., 2\), got \(3,\)"),
        (5, ValueError, r"points must have shape \(..., 2\), got \(\)"),
        ([], ValueError, r"points must have shape \(..., 2\), got \(0,\)"),
        (["1", "2"], TypeError, "points must hold real numbers .* got dtype <U1"),
        ([1j, 2], TypeError, "points must hold real numbers .* got complex numbers"),
        (None, TypeError, "points must hold real numbers .* got dtype object"),
        ([None, 1], TypeError, "points must hold real numbers .* got dtype object"),
        ([[1, 2], [3]], TypeError, "points must be an array of numbers, got list"),
    ],
)
def test_maps_of_grid__say_what_is_wrong_with_points(map_name, points, error, match):
    with pytest.raises(error, match=match):
        getattr(Grid((5, 5)), map_name)(points)


def test_to_world__takes_no_points_too():
    assert Grid((5, 5)).to_world(np.empty((0, 2))).shape == (0, 2)
