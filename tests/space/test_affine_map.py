"""Affine maps between the grids of two images, in the manner of DIPY."""

import numpy as np
import pytest
from reference import store
from scipy import ndimage

from coursereg import (
    AffineInvalidValuesError,
    AffineInversionError,
    AffineMap,
    get_direction_and_spacings,
    mult_aff,
)
from coursereg._jit import threads
from coursereg.kernels import affine_map as kernels


def picture(shape=(9, 7), seed=0):
    return np.random.default_rng(seed).uniform(-50, 200, shape)


def affine(ndim, seed=3, spread=0.3):
    matrix = np.eye(ndim + 1)
    matrix[:-1] += np.random.default_rng(seed).uniform(-spread, spread, (ndim, ndim + 1)) * ([1] * ndim + [5])
    return matrix


def turn(degrees, pivot):
    c, s = np.cos(np.deg2rad(degrees)), np.sin(np.deg2rad(degrees))
    there, back = np.eye(3), np.eye(3)
    there[:2, 2], back[:2, 2] = pivot, -np.asarray(pivot)
    return there @ np.array([[c, -s, 0], [s, c, 0], [0, 0, 1]]) @ back


# --- DIPY ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("case", store.read("affine_map", "affine_map.npz", "transform"))
@pytest.mark.parametrize("direction", ["forward", "inverse"])
def test_transform__is_that_of_dipy(case, direction):
    there = direction == "forward"
    domain = (case["shape"], case["grid2world"]), (case["image"].shape, case["image_grid2world"])
    domain, codomain = domain if there else domain[::-1]
    m = AffineMap(case["affine"], *domain, *codomain)
    call = m.transform if there else m.transform_inverse
    got = call(case["image"], case["interpolation"], resample_only=case["resample_only"])
    assert got.dtype == case[direction].dtype
    np.testing.assert_allclose(got, case[direction], rtol=0, atol=1e-10)  # the chain of matrices is rounded otherwise


@pytest.mark.parametrize("case", store.read("affine_map", "affine_map.npz", "format"))
def test_format__is_that_of_dipy(case):
    m = AffineMap(case.pop("affine"))
    assert {spec: format(m, spec) for spec in case} == case
    assert str(m) == case[""]


# --- laws ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("shape", [(9, 7), (4, 6, 5)])
def test_transform__linear_fades_to_zero_over_one_sample(shape):
    image, m = picture(shape), affine(len(shape))
    m[0, -1] += 4  # the last rows come from outside
    got = AffineMap(m, shape).transform(image)
    # zeros all around, interpolated up to there and cut beyond
    padded = np.pad(image, 1)
    points = np.argwhere(np.ones(shape)) @ m[:-1, :-1].T + m[:-1, -1]
    wanted = ndimage.map_coordinates(padded, points.T + 1, order=1, mode="constant", cval=0).reshape(shape)
    assert (got == 0).any()
    np.testing.assert_allclose(got, wanted, atol=1e-10)


def test_transform__half_a_sample_outside_is_half_of_the_border():
    m = AffineMap([[1, 0, -0.5], [0, 1, 0], [0, 0, 1]], (3, 1))
    np.testing.assert_array_equal(m.transform([[8.0], [2.0]]), [[4], [5], [1]])


def test_transform__nearest_takes_halves_down_and_zero_outside():
    m = AffineMap([[0.5, 0, -0.5], [0, 1, 0], [0, 0, 1]], (7, 1))
    image = np.array([[7], [8], [9]], np.int16)  # asked at -0.5, 0, 0.5, 1, 1.5, 2, 2.5
    np.testing.assert_array_equal(m.transform(image, "nearest").ravel(), [0, 7, 7, 8, 8, 9, 0])


@pytest.mark.parametrize("interpolation", ["linear", "nearest"])
@pytest.mark.parametrize("shape", [(9, 7), (4, 6, 5)])
def test_transform__identity_changes_nothing(shape, interpolation):
    image, grid = picture(shape), affine(len(shape))
    for m in (AffineMap(None, shape), AffineMap(np.eye(len(shape) + 1), shape, grid, shape, grid)):
        np.testing.assert_allclose(m.transform(image, interpolation), image, atol=1e-10)
        codomain = AffineMap(m.affine, codomain_grid_shape=shape)
        np.testing.assert_allclose(codomain.transform_inverse(image, interpolation), image, atol=1e-10)


def test_transform__nearest_keeps_the_border_when_rounding_puts_it_a_hair_outside():
    image, m = np.arange(600).reshape(20, 30), turn(33, (4, 5))
    identity = np.linalg.inv(m) @ m
    identity[-1] = [0, 0, 1]
    np.testing.assert_array_equal(AffineMap(identity, (20, 30)).transform(image, "nearest"), image)


def test_transform__there_and_back_is_the_picture_again():
    r, c = np.indices((60, 64))
    image = 200 * np.exp(-((r - 30) ** 2 + (c - 28) ** 2) / 60.0)
    grids = np.diag([0.5, 2.0, 1.0]), np.array([[0, 1.5, 3], [0.8, 0, -2], [0, 0, 1]])
    # a map that takes the middle of one grid near the middle of the other, turned
    centre = np.eye(3)
    centre[:2, 2] = (grids[1] @ [32, 30, 1] - grids[0] @ [30, 28, 1])[:2]
    m = AffineMap(turn(20, (grids[1] @ [32, 30, 1])[:2]) @ centre, (60, 64), grids[0], (64, 60), grids[1])
    there = m.transform_inverse(image)
    assert there.shape == (64, 60)
    inner = slice(20, -20), slice(18, -24)
    # grey levels of 200: curvature twice, on a grid whose samples are up to 3 samples of the other apart
    assert np.abs(m.transform(there) - image)[inner].max() < 25
    assert image[inner].max() > 190


def test_transform_inverse__is_transform_of_the_inverse():
    image, m = picture(), affine(2)
    one = AffineMap(m, (9, 7), affine(2, 5), (8, 6), affine(2, 6))
    other = AffineMap(np.linalg.inv(m), (8, 6), affine(2, 6), (9, 7), affine(2, 5))
    np.testing.assert_allclose(one.transform_inverse(image), other.transform(image), atol=1e-10)


def test_transform__arguments_go_before_the_map_s_own_grids():
    image, m = picture(), affine(2)
    grids = affine(2, 5), affine(2, 6)
    full = AffineMap(m, (5, 4), grids[0], (9, 7), grids[1]).transform(image)
    bare = AffineMap(m, (99, 99), affine(2, 8), (9, 7), affine(2, 9))
    got = bare.transform(image, "linear", grids[1], (5, 4), grids[0])
    np.testing.assert_array_equal(got, full)
    only = bare.transform(image, "linear", grids[1], (5, 4), grids[0], True)
    np.testing.assert_array_equal(only, AffineMap(None, (5, 4), grids[0], (9, 7), grids[1]).transform(image))
    assert not np.allclose(only, full)


def test_transform__knows_the_older_spelling():
    labels = np.arange(63).reshape(9, 7)
    m = AffineMap(affine(2), (9, 7), None, (9, 7))
    np.testing.assert_array_equal(m.transform(labels, interp="nearest"), m.transform(labels, "nearest"))
    np.testing.assert_array_equal(m.transform_inverse(labels, interp="nearest"), m.transform_inverse(labels, "nearest"))


@pytest.mark.parametrize("dtype", ["?", "u1", "i1", ">u2", "<i4", "i8", "u8", "f2", ">f4", "f8", "g"])
def test_nearest__keeps_labels_and_their_dtype(dtype):
    labels = np.array([[0, 1], [1, 0]], dtype)
    if dtype in ("i8", "u8"):
        labels[0, 1] = 2**62 + 1  # no double
    out = AffineMap([[1, 0, 0], [0, -1, 1], [0, 0, 1]], (2, 2)).transform(labels, "nearest")
    assert out.dtype == labels.dtype
    np.testing.assert_array_equal(out, labels[:, ::-1])


@pytest.mark.parametrize(
    "change", ["read-only", "strided", "reversed", "fortran", "big-endian", "list", "uint8", "bool"]
)
@pytest.mark.parametrize("interpolation", ["linear", "nearest"])
def test_transform__takes_any_memory_layout_and_dtype(change, interpolation):
    image = np.round(np.abs(picture((8, 9))))
    image = image > 60 if change == "bool" else image
    other = {
        "read-only": image.copy(),
        "strided": np.repeat(image, 2, axis=0)[::2],
        "reversed": image[::-1].copy()[::-1],
        "fortran": np.asfortranarray(image),
        "big-endian": image.astype(">f8"),
        "list": image.tolist(),
        "uint8": image.astype(np.uint8),
        "bool": image,
    }[change]
    if change == "read-only":
        other.flags.writeable = False
    m = AffineMap(turn(10, (4, 4)), (8, 9))
    got = m.transform(other, interpolation)
    np.testing.assert_array_equal(got, m.transform(image.astype(float), interpolation))
    assert interpolation == "nearest" or got.dtype == np.float64


def test_transform__a_neighbour_of_weight_zero_is_not_read():
    image = np.array([[1.0, np.nan], [3.0, 4.0]])
    np.testing.assert_array_equal(AffineMap(None, (2, 2)).transform(image), image)
    shifted = AffineMap([[1, 0, 0.5], [0, 1, 0], [0, 0, 1]], (2, 2)).transform(image)
    np.testing.assert_array_equal(shifted, [[2, np.nan], [1.5, 2]])
    volume = np.arange(27.0).reshape(3, 3, 3)
    volume[1, 1, 1] = np.nan
    np.testing.assert_array_equal(AffineMap(None, (3, 3, 3)).transform(volume), volume)


def test_transform__one_thread_gives_the_same_bits_as_two():
    image, m = picture((30, 31, 32)), AffineMap(affine(3), (30, 31, 32))
    both = []
    for n in (1, 2):
        with threads(n):
            both.append(m.transform(image))
    np.testing.assert_array_equal(*both)


@pytest.mark.parametrize("ndim", [2, 3])
def test_kernels__give_zero_for_nan_and_far_away(ndim):
    image, out, index = picture((4,) * ndim), np.ones((2,) * ndim), np.ones((2,) * ndim, np.intp)
    fade = kernels.pull_fade_2d if ndim == 2 else kernels.pull_fade_3d
    label = kernels.pull_label_2d if ndim == 2 else kernels.pull_label_3d
    for value in (np.nan, np.inf, -np.inf, 1e300, -1.0, 4.0):
        m = np.eye(ndim + 1)
        m[:-1, :-1] = 0
        m[-2, -1] = value
        fade(image, m, out)
        label(image.shape, m, index)
        np.testing.assert_array_equal(out, 0)
        np.testing.assert_array_equal(index, -1)


# --- the matrix ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("matrix", "error", "match"),
    [
        ([[1, 2], [3]], TypeError, "affine must be an array of numbers, got list"),
        (5, AffineInversionError, r"affine must be a square matrix, got shape \(\)"),
        (np.ones((3, 3, 3)), AffineInversionError, r"got shape \(3, 3, 3\)"),
        (np.full((2, 3), np.nan), AffineInversionError, r"got shape \(2, 3\)"),
        (np.empty((0, 0)), AffineInversionError, r"got shape \(0, 0\)"),
        ([["a", "b"], ["c", "d"]], TypeError, "affine must hold real numbers .* got dtype <U1"),
        (1j * np.eye(3), TypeError, "got complex numbers"),
        ([[np.nan, 0, 0], [0, 1, 0], [9, 9, 9]], AffineInvalidValuesError, "affine must have finite entries"),
        (np.zeros((3, 3)), AffineInvalidValuesError, r"last row of affine must be \[0, 0, 1\], got \[0.0, 0.0, 0.0\]"),
        ([[0, 0, 0], [0, 0, 0], [1e-9, 0, 1]], AffineInvalidValuesError, "the last row of affine"),
        (np.diag([1, 1, 2]), AffineInvalidValuesError, r"got \[0.0, 0.0, 2.0\]"),
        (np.diag([1, 0, 1]), AffineInversionError, "affine has no inverse"),
        ([[1, 2, 0], [2, 4, 0], [0, 0, 1]], AffineInversionError, "affine has no inverse"),
        # not singular to a rounding: 1, 2, 3; 4, 5, 6; 7, 8, 9
        ([[1, 2, 3, 0], [4, 5, 6, 0], [7, 8, 9, 0], [0, 0, 0, 1]], AffineInversionError, "affine has no inverse"),
    ],
)
def test_set_affine__raises_the_first_error_that_applies(matrix, error, match):
    with pytest.raises(error, match=match):
        AffineMap(matrix)
    m = AffineMap(np.eye(3))
    with pytest.raises(error, match=match):
        m.set_affine(matrix)
    np.testing.assert_array_equal(m.affine, np.eye(3))


def test_set_affine__copies_and_inverts():
    matrix = affine(3)
    m = AffineMap(matrix)
    np.testing.assert_allclose(m.affine_inv @ m.affine, np.eye(4), atol=1e-12)
    matrix[0, 0] = m.get_affine()[0, 0] = 99
    assert m.affine[0, 0] != 99
    m.set_affine(None)
    assert m.affine is m.affine_inv is m.get_affine() is None
    assert str(m) == repr(m) == format(m, "r") == format(m, "t") == "None"


def test_set_affine__takes_voxels_of_very_different_sizes():
    m = AffineMap(np.diag([1e-9, 1e9, 1, 1]))
    np.testing.assert_allclose(m.affine_inv, np.diag([1e9, 1e-9, 1, 1]))


def test_format__of_another_kind_is_not_implemented():
    with pytest.raises(NotImplementedError, match="format must be one of .* got 'scale'"):
        format(AffineMap(np.eye(3)), "scale")


@pytest.mark.parametrize(
    ("make", "error", "match"),
    [
        (
            lambda: AffineMap(None, (2, 2)).transform([[1]], "cubic"),
            ValueError,
            "interpolation must be one of 'linear'",
        ),
        (lambda: AffineMap(None, (2, 2)).transform([[1]], interp="quintic"), ValueError, "got 'quintic'"),
        (lambda: AffineMap(None).transform([[1]]), ValueError, "shape of the result is not known"),
        (lambda: AffineMap(None, (2, 2)).transform_inverse([[1]]), ValueError, "shape of the result is not known"),
        (
            lambda: AffineMap(None, (2,)).transform([1.0, 2.0]),
            ValueError,
            r"image must be 2-D or 3-D, got shape \(2,\)",
        ),
        (lambda: AffineMap(None, (2, 2)).transform(np.ones((1,) * 4)), ValueError, "image must be 2-D or 3-D"),
        (lambda: AffineMap(None, (2, 2)).transform(np.ones((1,) * 3)), ValueError, "sampling grid must have 3 axes"),
        (lambda: AffineMap(None, 5 * np.ones(2)).transform([[1]]), TypeError, "shape must be a whole number"),
        (lambda: AffineMap(None, (2, 0)).transform([[1]]), ValueError, "shape must be at least 1"),
        (lambda: AffineMap(np.eye(2), (2, 2)).transform([[1]]), ValueError, r"affine must have shape \(3, 3\) in 2-D"),
        (lambda: AffineMap(np.eye(4), (2, 2)).transform([[1]]), ValueError, r"affine must have shape \(3, 3\) in 2-D"),
        (lambda: AffineMap(None, (2, 2)).transform([[1]], image_grid2world=np.eye(2)), ValueError, "image_grid2world"),
        (
            lambda: AffineMap(None, (2, 2), np.eye(2)).transform([[1]]),
            ValueError,
            r"grid2world must have shape \(3, 3\)",
        ),
        (lambda: AffineMap(None, (2, 2), np.eye(3) * np.nan).transform([[1]]), ValueError, "grid2world has NaN"),
        (lambda: AffineMap(None, (2, 2)).transform([["a"]]), TypeError, "image must hold real numbers"),
    ],
)
def test_transform__says_what_is_wrong(make, error, match):
    with pytest.raises(error, match=match):
        make()


# --- helpers ---------------------------------------------------------------------------------------------------------


def test_mult_aff__none_is_the_identity():
    A, B = affine(2), affine(2, 5)
    np.testing.assert_array_equal(mult_aff(A, B), A @ B)
    assert mult_aff(None, B) is B
    assert mult_aff(A, None) is A
    assert mult_aff(None, None) is None
    with pytest.raises(ValueError, match="not aligned"):
        mult_aff(A, np.eye(4))


@pytest.mark.parametrize("dim", [2, 3])
def test_get_direction_and_spacings__are_the_lengths_and_directions_of_the_columns(dim):
    matrix = affine(dim) @ np.diag([*range(2, dim + 2), 1])
    direction, spacings = get_direction_and_spacings(matrix, dim)
    np.testing.assert_allclose(direction @ np.diag(spacings), matrix[:dim, :dim], atol=1e-12)
    np.testing.assert_allclose(np.linalg.norm(direction, axis=0), 1)
    assert (get_direction_and_spacings(-matrix, dim)[1] > 0).all()


def test_get_direction_and_spacings__none_is_the_identity():
    direction, spacings = get_direction_and_spacings(None, 3)
    np.testing.assert_array_equal(direction, np.eye(3))
    np.testing.assert_array_equal(spacings, np.ones(3))


@pytest.mark.parametrize(
    ("matrix", "dim", "error", "match"),
    [
        (np.eye(2), 3, ValueError, r"affine must have at least 3 rows and columns, got shape \(2, 2\)"),
        (np.ones(3), 2, ValueError, "affine must be 2-D"),
        (np.diag([1, 0, 1]), 2, ValueError, r"no axis of zeros, got the spacings \[1.0, 0.0\]"),
        (np.full((3, 3), np.nan), 2, ValueError, "affine has NaN"),
        (np.eye(3), 2.0, TypeError, "dim must be a whole number"),
    ],
)
def test_get_direction_and_spacings__says_what_is_wrong(matrix, dim, error, match):
    with pytest.raises(error, match=match):
        get_direction_and_spacings(matrix, dim)
