"""Images between their samples and on other grids."""

import numpy as np
import pytest
from scipy import ndimage

from coursereg import Grid, interpolate, pull, resample
from coursereg.space.resample import spline_coefficients


def picture(shape=(9, 7), seed=0):
    return np.random.default_rng(seed).uniform(0, 200, shape)


def turn(degrees, pivot):
    c, s = np.cos(np.deg2rad(degrees)), np.sin(np.deg2rad(degrees))
    matrix = np.array([[c, -s, 0], [s, c, 0], [0, 0, 1]])
    there, back = np.eye(3), np.eye(3)
    there[:2, 2], back[:2, 2] = pivot, -np.asarray(pivot)
    return there @ matrix @ back


@pytest.mark.parametrize("order", [0, 1, 3])
@pytest.mark.parametrize("shape", [(9, 7), (4, 6, 5)])
def test_interpolate__is_map_coordinates(shape, order):
    image = picture(shape)
    where = np.random.default_rng(1).uniform(-1, 9, (3, 50, len(shape)))
    got = interpolate(image, where, order, fill=5)
    wanted = ndimage.map_coordinates(image, np.moveaxis(where, -1, 0), order=order, cval=5)
    assert got.shape == (3, 50)
    np.testing.assert_allclose(got, wanted, atol=1e-9)


@pytest.mark.parametrize("order", [0, 1, 3])
@pytest.mark.parametrize("shape", [(9, 7), (4, 6, 5)])
def test_pull__is_affine_transform_of_scipy(shape, order):
    matrix = np.eye(len(shape) + 1)
    matrix[:-1] += np.random.default_rng(2).uniform(-0.2, 0.2, (len(shape), len(shape) + 1))
    image, onto = picture(shape), tuple(n + 2 for n in shape)
    wanted = ndimage.affine_transform(image, matrix, output_shape=onto, order=order, cval=-1)
    np.testing.assert_allclose(pull(image, matrix, onto, order, fill=-1), wanted, atol=1e-9)


@pytest.mark.parametrize("order", [0, 1, 3])
def test_pull__there_and_back_is_the_picture_again(order):
    r, c = np.indices((60, 60))
    image = 200 * np.exp(-((r - 30) ** 2 + (c - 28) ** 2) / 60.0)  # nothing of it at the border
    there = turn(20, (30, 28))
    twice = pull(pull(image, there, image.shape, order), np.linalg.inv(there), image.shape, order)
    # grey levels of 200: half a pixel of the steepest slope twice, curvature twice, nearly nothing
    assert np.abs(twice - image).max() < {0: 40, 1: 5, 3: 0.1}[order]


@pytest.mark.parametrize("order", [0, 1, 3])
def test_pull__by_an_inverse_times_its_matrix_keeps_the_border(order):
    image, matrix = picture((20, 30)), turn(33, (4, 5))
    identity = np.linalg.inv(matrix) @ matrix
    np.testing.assert_allclose(pull(image, identity, image.shape, order, fill=-99), image, atol=1e-6)


def test_pull__moves_content_against_the_offset():
    image = np.zeros((5, 5))
    image[1, 1] = 7
    back = np.array([[1, 0, -2], [0, 1, -1], [0, 0, 1]])
    assert np.argwhere(pull(image, back, (5, 5))).tolist() == [[3, 2]]


@pytest.mark.parametrize("dtype", ["?", "u1", "i2", "i8", "u8", "f4"])
def test_nearest__keeps_labels_and_their_dtype(dtype):
    image = np.array([[0, 1], [1, 0]], dtype)
    if dtype in ("i8", "u8"):
        image[0, 1] = 2**62 + 1  # no double
    out = interpolate(image, [[0.2, 0.8], [0.9, 0.1], [5, 5]], order=0)
    assert out.dtype == image.dtype
    assert out.tolist() == [image[0, 1], image[1, 0], 0]


def test_resample__agrees_with_the_world():
    static_grid = Grid((7, 8), [[0.5, 0, 1], [0, 0.25, 2], [0, 0, 1]])
    moving_grid = Grid((30, 40), [[0, 0.1, 0], [0.2, 0, 0], [0, 0, 1]])
    world = np.array([[1, 0.1, -0.3], [-0.1, 1, 0.2], [0, 0, 1]])
    index = np.moveaxis(np.indices(moving_grid.shape), 0, -1)
    u, v = np.moveaxis(moving_grid.to_world(index), -1, 0)
    got = resample(3 * u - 2 * v + 1, moving_grid, static_grid, world, fill=np.nan)
    where = static_grid.to_world(np.moveaxis(np.indices((7, 8)), 0, -1)) @ world[:2, :2].T + world[:2, 2]
    inside = ~np.isnan(got)
    assert inside.sum() > 20
    np.testing.assert_allclose(got[inside], (3 * where[..., 0] - 2 * where[..., 1] + 1)[inside], atol=1e-9)


def test_resample__onto_its_own_grid_changes_nothing():
    grid = Grid((6, 9), [[0.7, 0.1, 3], [-0.2, 1.3, 5], [0, 0, 1]])
    image = picture(grid.shape)
    np.testing.assert_allclose(resample(image, grid, grid, order=3), image, atol=1e-8)


def test_spline_coefficients__does_not_touch_its_input():
    image = picture()
    before = image.copy()
    spline_coefficients(image)
    np.testing.assert_array_equal(image, before)


@pytest.mark.parametrize("change", ["read-only", "strided", "fortran", "big-endian", "list", "float16"])
@pytest.mark.parametrize("order", [0, 1, 3])
def test_pull__takes_any_memory_layout(change, order):
    image = np.round(picture((8, 9)))
    other = {
        "read-only": image.copy(),
        "strided": np.repeat(image, 2, axis=0)[::2],
        "fortran": np.asfortranarray(image),
        "big-endian": image.astype(">f8"),
        "list": image.tolist(),
        "float16": image.astype(np.float16),
    }[change]
    if change == "read-only":
        other.flags.writeable = False
    matrix = turn(10, (4, 4))
    np.testing.assert_array_equal(pull(other, matrix, (8, 9), order), pull(image, matrix, (8, 9), order))


@pytest.mark.parametrize("order", [0, 1, 3])
def test_interpolate__takes_no_points_and_fills_with_any_number(order):
    image = picture((5, 6)).astype(np.float32)
    assert interpolate(image, np.empty((0, 2)), order).shape == (0,)
    for fill in (np.nan, np.inf, 0.1, np.float64(0.1), np.array(3), True):
        np.testing.assert_allclose(interpolate(image, [[-1, 0]], order, fill), [fill], rtol=1e-7)


@pytest.mark.parametrize("order", [0, 1, 3])
def test_pull__stands_huge_values(order):
    image, matrix = picture() - 100, turn(20, (4, 3))
    wanted = pull(image, matrix, image.shape, order, fill=0.5)
    unit = 2.0**1015  # 100 of them are just below the largest double
    np.testing.assert_array_equal(pull(image * unit, matrix, image.shape, order, fill=0.5 * unit), wanted * unit)


@pytest.mark.parametrize(
    ("call", "error", "match"),
    [
        (lambda: interpolate(np.ones(3), [[0]]), ValueError, r"image must be 2-D or 3-D, got shape \(3,\)"),
        (lambda: interpolate(np.ones((0, 3)), [[0, 0]]), ValueError, "image must have at least one sample"),
        (lambda: interpolate([[1j]], [[0, 0]]), TypeError, "image must hold real numbers .* got complex numbers"),
        (lambda: interpolate([[np.nan, 1]], [[0, 0]]), ValueError, "image has NaN at 1 of 2 samples"),
        (lambda: interpolate([[np.inf, 1]], [[0, 0]]), ValueError, "image has infinite values at 1 of 2 samples"),
        (lambda: interpolate([[1]], [[0, 0, 0]]), ValueError, r"points must have shape \(..., 2\), got \(1, 3\)"),
        (lambda: interpolate([[1]], [["a", "b"]]), TypeError, "points must hold real numbers .* got dtype <U1"),
        (lambda: interpolate([[1]], [[0, 0], [1]]), TypeError, "points must be an array of numbers, got list"),
        (lambda: interpolate([[1]], None), TypeError, "points must hold real numbers .* got dtype object"),
        (lambda: interpolate([[1]], [[0, 0]], order=1.0), TypeError, "order must be a whole number, got 1.0"),
        (lambda: interpolate([[1]], [[0, 0]], order="1"), TypeError, "order must be a whole number, got '1'"),
        (lambda: interpolate([[1]], [[0, 0]], order=2), ValueError, "order must be one of 0, 1, 3, got 2"),
        (lambda: interpolate(np.uint8([[1]]), [[0, 0]], 0, fill=-1), ValueError, "fill must be a value .* uint8.*-1"),
        (lambda: interpolate(np.uint8([[1]]), [[0, 0]], 0, fill=np.nan), ValueError, "of dtype uint8, .* got nan"),
        (lambda: interpolate(np.int64([[1]]), [[0, 0]], 0, fill=2.0**63), ValueError, "of dtype int64"),
        (lambda: interpolate(np.float16([[1]]), [[0, 0]], 0, fill=1e6), ValueError, "of dtype float16"),
        (lambda: pull([[1]], np.eye(3), (1, 1), fill=None), TypeError, "fill must hold real numbers .* dtype object"),
        (lambda: pull([[1]], np.eye(3), (1, 1), fill="x"), TypeError, "fill must hold real numbers .* dtype <U1"),
        (lambda: pull([[1]], np.eye(3), (1, 1), fill=[1, 2]), ValueError, r"fill must be one number, got \[1, 2\]"),
        (lambda: pull([[1]], np.eye(4), (1, 1)), ValueError, r"matrix must have shape \(3, 3\)"),
        (lambda: pull([[1]], np.eye(3), (1, 1, 1)), ValueError, "shape must have 2 numbers"),
        (lambda: resample([[1]], (1, 1), Grid((1, 1))), TypeError, "moving_grid must be a Grid, got tuple"),
        (lambda: resample([[1]], Grid((1, 2)), Grid((1, 1))), ValueError, "moving must have the shape of its grid"),
        (lambda: resample([[1]], Grid((1, 1)), Grid((1, 1, 1))), ValueError, "one number of dimensions"),
        (lambda: resample([[np.nan]], Grid((1, 1)), Grid((1, 1))), ValueError, "moving has NaN at 1 of 1 samples"),
        (lambda: resample([1], Grid((1, 1)), Grid((1, 1))), ValueError, "moving must be 2-D or 3-D, got shape"),
        (
            lambda: resample([[1]], Grid((1, 1)), Grid((1, 1)), np.zeros((3, 3))),
            ValueError,
            "static2moving must have the last row",
        ),
    ],
)
def test_resampling__says_what_is_wrong(call, error, match):
    with pytest.raises(error, match=match):
        call()
