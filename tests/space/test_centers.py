"""Where a registration may start: one middle on the other."""

import numpy as np
import pytest
from scipy import ndimage

import coursereg
from coursereg import (
    AffineMap,
    Grid,
    transform_centers_of_mass,
    transform_geometric_centers,
    transform_grid_centers,
    transform_origins,
)

ALL = [transform_centers_of_mass, transform_geometric_centers, transform_grid_centers, transform_origins]
SHAPES = [((9, 7), (6, 8)), ((5, 6, 7), (8, 4, 5))]


def picture(shape, seed=0):
    return np.random.default_rng(seed).uniform(0, 200, shape)


def oblique(ndim, seed=3):
    matrix = np.eye(ndim + 1)
    matrix[:-1] += np.random.default_rng(seed).uniform(-0.3, 0.3, (ndim, ndim + 1)) * ([1] * ndim + [5])
    return matrix


def permuted(ndim):
    """Axes exchanged and flipped, with spacings of their own."""
    matrix = np.eye(ndim + 1)
    matrix[:-1, :-1] = np.roll(np.diag([2.0, -0.5, 3.0][:ndim]), 1, axis=0)
    matrix[:-1, -1] = [10, -20, 30][:ndim]
    return matrix


MIDDLES = {
    "transform_centers_of_mass": ndimage.center_of_mass,
    "transform_geometric_centers": lambda image: np.array(image.shape) / 2,
    "transform_grid_centers": lambda image: (np.array(image.shape) - 1) / 2,
    "transform_origins": lambda image: np.zeros(image.ndim),
}


@pytest.mark.parametrize("shapes", SHAPES)
@pytest.mark.parametrize("f", ALL)
def test_centres__of_the_static_image_go_to_those_of_the_moving_one(f, shapes):
    ndim = len(shapes[0])
    static, moving = picture(shapes[0]), picture(shapes[1], 1)
    for grids in ((oblique(ndim), permuted(ndim)), (None, oblique(ndim)), (permuted(ndim), None)):
        got = f(static, grids[0], moving, grids[1])
        assert isinstance(got, AffineMap)
        np.testing.assert_array_equal(got.affine[:-1, :-1], np.eye(ndim))
        here, there = (
            Grid(image.shape, grid).to_world([MIDDLES[f.__name__](image)])[0]
            for image, grid in zip((static, moving), grids, strict=True)
        )
        np.testing.assert_allclose(got.affine[:-1] @ [*here, 1], there, atol=1e-10)
        assert (got.domain_shape, got.codomain_shape) == shapes
        for kept, grid in zip((got.domain_grid2world, got.codomain_grid2world), grids, strict=True):
            np.testing.assert_array_equal(kept, np.eye(ndim + 1) if grid is None else grid)


@pytest.mark.parametrize("f", ALL)
def test_centres__of_one_image_stay_and_go_back(f):
    image, other, grid = picture((9, 7)), picture((6, 8), 1), oblique(2)
    np.testing.assert_array_equal(f(image, grid, image, grid).affine, np.eye(3))
    there, back = f(image, grid, other, None).affine, f(other, None, image, grid).affine
    np.testing.assert_allclose(there @ back, np.eye(3), atol=1e-12)


def test_centers_of_mass__bring_a_moved_blob_back():
    r, c = np.indices((60, 60))
    static, moving = (np.exp(-((r - a) ** 2 + (c - b) ** 2) / 30.0) for a, b in ((25, 30), (33, 24)))
    found = transform_centers_of_mass(static, None, moving, None)
    np.testing.assert_allclose(found.affine[:2, 2], [8, -6], atol=1e-3)  # the tails that the frame cuts off
    assert np.abs(found.transform(moving) - static)[10:-10, 10:-10].max() < 1e-3


def test_grid_centers__are_right_between_voxels_of_two_sizes_where_geometric_ones_are_half_a_mm_off():
    # 20 mm in voxels of 2 mm and of 1 mm; the first voxel's outer edge is at 0 in both
    coarse, fine = np.ones((10,) * 3), np.ones((20,) * 3)
    grids = np.diag([2.0, 2, 2, 1]), np.diag([1.0, 1, 1, 1])
    for grid, half in zip(grids, (1, 0.5), strict=True):
        grid[:3, 3] = half
    right = transform_grid_centers(coarse, grids[0], fine, grids[1]).affine
    np.testing.assert_array_equal(right, np.eye(4))
    dipys = transform_geometric_centers(coarse, grids[0], fine, grids[1]).affine
    np.testing.assert_array_equal(dipys[:3, 3], -0.5)


@pytest.mark.parametrize("dtype", ["?", "u1", "i2", ">i4", "u8", "f2", ">f4", "f8"])
def test_centers_of_mass__do_not_overflow_in_any_dtype(dtype):
    image = np.where(picture((60, 50)) > 120, 1, 0).astype(dtype)
    if dtype != "?":
        image[:30] *= 90
    image.flags.writeable = False
    one = np.ones((3, 3))
    wanted = transform_centers_of_mass(one, None, image.astype(np.float64), None).affine
    for other in (image, np.asfortranarray(image), np.repeat(image, 2, axis=0)[::2], image.tolist()):
        np.testing.assert_allclose(transform_centers_of_mass(one, None, other, None).affine, wanted, atol=1e-9)


def test_centers_of_mass__count_negative_samples_and_the_largest_doubles():
    image = picture((9, 7)) - 60
    got = transform_centers_of_mass(image, None, 1e306 * np.abs(image), None).affine[:2, 2]
    np.testing.assert_allclose(got, np.subtract(ndimage.center_of_mass(np.abs(image)), ndimage.center_of_mass(image)))
    # a constant image has a middle
    np.testing.assert_array_equal(
        transform_centers_of_mass(np.ones((3, 3)), None, np.full((5, 7), -2), None).affine,
        [[1, 0, 1], [0, 1, 2], [0, 0, 1]],
    )


def test_align__is_another_spelling():
    for name in ("centers_of_mass", "geometric_centers", "origins"):
        assert getattr(coursereg, f"align_{name}") is getattr(coursereg, f"transform_{name}")


@pytest.mark.parametrize("f", ALL)
@pytest.mark.parametrize(
    ("arguments", "error", "match"),
    [
        (
            (np.ones((3, 3)), None, np.ones((3, 3, 3)), None),
            ValueError,
            "one number of dimensions, got static .* moving",
        ),
        ((np.ones(3), None, np.ones(3), None), ValueError, r"static must be 2-D or 3-D, got shape \(3,\)"),
        ((np.ones((3, 3)), None, np.ones((1,) * 4), None), ValueError, "moving must be 2-D or 3-D"),
        ((np.ones((3, 3)), None, np.empty((0, 3)), None), ValueError, "moving must have at least one sample"),
        ((np.ones((3, 3)), np.eye(4), np.ones((3, 3)), None), ValueError, "static_grid2world must have shape"),
        (
            (np.ones((3, 3)), None, np.ones((3, 3)), np.zeros((3, 3))),
            ValueError,
            "moving_grid2world must have the last",
        ),
        (
            (np.ones((3, 3)), None, np.ones((3, 3)), np.diag([1, 0, 1])),
            ValueError,
            "moving_grid2world must be invertible",
        ),
        ((np.ones((3, 3)), np.eye(3) * np.nan, np.ones((3, 3)), None), ValueError, "static_grid2world has NaN"),
        (([["a"]], None, np.ones((3, 3)), None), TypeError, "static must hold real numbers"),
    ],
)
def test_centres__say_what_is_wrong(f, arguments, error, match):
    with pytest.raises(error, match=match):
        f(*arguments)


@pytest.mark.parametrize(
    ("image", "match"),
    [
        (np.zeros((4, 5)), "moving must have a sum other than 0 to have a centre of mass, got 0, samples 0 to 0"),
        (np.array([[1.0, -1.0]]), "moving must have a sum other than 0 .* samples -1 to 1"),
        (np.array([[0.1, 0.2, -0.3]]), "moving must have a sum other than 0"),  # 5e-17 by rounding
        (np.array([[1.0, np.nan]]), "moving has NaN at 1 of 2 samples"),
        (np.array([[1.0, np.inf]]), "moving has infinite values at 1 of 2 samples"),
    ],
)
def test_centers_of_mass__need_a_mass(image, match):
    with pytest.raises(ValueError, match=match):
        transform_centers_of_mass(np.ones((3, 3)), None, image, None)
