"""Scale spaces: grids that get coarser, images that get smoother."""

import numpy as np
import pytest
from scipy import ndimage

from coursereg import Grid, IsotropicScaleSpace, ScaleSpace


def picture(shape=(20, 30), seed=0):
    return np.random.default_rng(seed).uniform(-50, 200, shape)


def unit(image):
    return (image - image.min()) / (image.max() - image.min())


def oblique(ndim, seed=3):
    matrix = np.eye(ndim + 1)
    matrix[:-1] += np.random.default_rng(seed).uniform(-0.3, 0.3, (ndim, ndim + 1)) * ([1] * ndim + [5])
    return matrix


MAKE = {
    "doubling": lambda image, **grid: ScaleSpace(image, 3, sigma_factor=0.5, **grid),
    "isotropic": lambda image, **grid: IsotropicScaleSpace(image, [5, 2, 1], [2, 1.2, 0], **grid),
}


@pytest.mark.parametrize("make", MAKE.values(), ids=MAKE)
@pytest.mark.parametrize(("shape", "spacing"), [((20, 30), (2, 1.5)), ((9, 12, 15), (1, 1, 2.5))])
def test_levels__fit_together(make, shape, spacing):
    image, grid2world = picture(shape), oblique(len(shape)) @ np.diag([*spacing, 1])
    ss = make(image, image_grid2world=grid2world, input_spacing=spacing)
    assert (ss.num_levels, ss.dim) == (3, len(shape))
    origin = Grid(shape, grid2world).to_world([[0] * len(shape)])
    for level in range(3):
        np.testing.assert_array_equal(ss.get_spacing(level), spacing * ss.get_scaling(level))
        np.testing.assert_allclose(ss.get_affine(level) @ ss.get_affine_inv(level), np.eye(len(shape) + 1), atol=1e-12)
        grid = Grid(ss.get_domain_shape(level), ss.get_affine(level))
        np.testing.assert_allclose(grid.to_world([[0] * len(shape)]), origin)
        np.testing.assert_allclose(grid.spacing, Grid(shape, grid2world).spacing * ss.get_scaling(level))
        # one field of view, but for less than a sample
        missing = np.array(shape) - ss.get_domain_shape(level) * ss.get_scaling(level)
        assert (np.abs(missing) < ss.get_scaling(level)).all()
        wanted = unit(ndimage.gaussian_filter(image, ss.get_sigmas(level)))
        assert ss.get_image(level).dtype == np.float32
        assert ss.get_image(level).shape == shape
        np.testing.assert_allclose(ss.get_image(level), wanted, atol=1e-6)  # rounding of float32
        np.testing.assert_array_equal(ss.get_expand_factors(0, level), ss.get_scaling(level))
    assert ss.get_domain_shape(0).tolist() == list(shape)
    assert (ss.get_domain_shape(2) < ss.get_domain_shape(0)).any()


def test_scale_space__doubles_and_smooths_by_the_scaling_above_one():
    ss = ScaleSpace(picture((33, 20)), 4, sigma_factor=0.25)
    assert [s.tolist() for s in ss.domain_shapes] == [[33, 20], [17, 10], [8, 5], [4, 3]]  # halves go up
    assert [s.tolist() for s in ss.sigmas] == [[0, 0], [0.25, 0.25], [0.75, 0.75], [1.75, 1.75]]
    assert ss.domain_shapes[1].dtype == np.int32


def test_scale_space__never_makes_a_finer_grid_of_thick_slices_unless_asked():
    image, spacing = picture((64, 64, 20)), (1, 1, 5)
    ss = ScaleSpace(image, 2, input_spacing=spacing)
    assert ss.get_domain_shape(1).tolist() == [32, 32, 20]
    assert ss.get_spacing(1).tolist() == [2, 2, 5]
    assert ss.get_sigmas(1).tolist() == [0.2, 0.2, 0]
    dipys = ScaleSpace(image, 2, input_spacing=spacing, never_finer=False)
    assert dipys.get_domain_shape(1).tolist() == [32, 32, 50]
    assert dipys.get_spacing(1).tolist() == [2, 2, 2]


def test_isotropic__gives_coarser_axes_a_factor_that_makes_spacings_alike():
    ss = IsotropicScaleSpace(picture((24, 24, 24)), [4, 2, 1], [3, 1, 0], input_spacing=(1, 2.1, 8))
    assert [s.tolist() for s in ss.scalings] == [[1, 1, 1], [2, 1, 1], [4, 2, 1]]
    assert [s.tolist() for s in ss.domain_shapes] == [[24, 24, 24], [12, 24, 24], [6, 12, 24]]
    assert [s.tolist() for s in ss.sigmas] == [[0] * 3, [1] * 3, [3] * 3]


def test_isotropic__the_finest_level_is_what_the_last_entries_say():
    image = picture()
    ss = IsotropicScaleSpace(image, [4, 2], [3, 1.5])
    assert ss.get_domain_shape(0).tolist() == [10, 15]
    np.testing.assert_array_equal(ss.get_affine(0), np.diag([2, 2, 1]))
    np.testing.assert_allclose(ss.get_image(0), unit(ndimage.gaussian_filter(image, 1.5)), atol=1e-6)
    one = IsotropicScaleSpace(image, [1], [0])
    np.testing.assert_allclose(one.get_image(0), unit(image), atol=1e-7)
    np.testing.assert_array_equal(one.get_affine(0), np.eye(3))


@pytest.mark.parametrize("make", MAKE.values(), ids=MAKE)
def test_mask0__keeps_the_background_at_zero(make):
    image = picture()
    plain, masked = make(image), make(image, mask0=True)
    for a, b in zip(plain.images, masked.images, strict=True):
        np.testing.assert_array_equal(b, a * (image > 0))
        assert (b != a).any()


def test_levels__are_at_least_one_sample_large():
    ss = ScaleSpace(picture((5, 3)), 6)
    assert ss.get_domain_shape(5).tolist() == [1, 1]
    assert IsotropicScaleSpace(picture((5, 3)), [9], [0]).get_domain_shape(0).tolist() == [1, 1]


@pytest.mark.parametrize("dtype", ["?", "u1", "i2", ">i4", "u8", "f2", ">f4", "f8"])
def test_images__are_smoothed_as_numbers_of_any_dtype(dtype):
    image = np.abs(picture()).astype(dtype)
    if dtype == "?":
        image[:9] = False
    image.flags.writeable = False
    wanted = ScaleSpace(image.astype(np.float64), 2)
    for other in (image, np.asfortranarray(image), np.repeat(image, 2, axis=1)[:, ::2]):
        got = ScaleSpace(other, 2)
        for a, b in zip(got.images, wanted.images, strict=True):
            np.testing.assert_array_equal(a, b)
            assert a.min() == 0
            assert a.max() == 1


def test_images__of_the_whole_range_of_doubles_are_scaled_all_the_same():
    huge = np.array([[-1.7e308, 0.0], [0.85e308, 1.7e308]])
    np.testing.assert_allclose(ScaleSpace(huge, 1).get_image(0), [[0, 0.5], [0.75, 1]])


def test_print_level__says_what_the_level_is(capsys):
    ss = IsotropicScaleSpace(picture(), [2, 1], [1.5, 0], input_spacing=(1, 0.5))
    ss.print_level(1)
    out = capsys.readouterr().out
    for part in ("Domain shape: [20 15]", "Spacing: [1. 1.]", "Scaling: [1. 2.]", "Sigmas: [1.5 1.5]", "[0. 2. 0.]"):
        assert part in out


GETTERS = ["image", "domain_shape", "spacing", "scaling", "affine", "affine_inv", "sigmas"]


@pytest.mark.parametrize("name", GETTERS)
@pytest.mark.parametrize(
    ("level", "error", "match"),
    [
        (-1, ValueError, "level must be at least 0, got -1"),
        (2, ValueError, "level must be below num_levels, 2, got 2"),
        (1.0, TypeError, "level must be a whole number, got 1.0"),
    ],
)
def test_getters__refuse_a_level_that_is_not_there(name, level, error, match):
    ss = ScaleSpace(picture(), 2)
    with pytest.raises(error, match=match):
        getattr(ss, f"get_{name}")(level)
    for call in (lambda: ss.get_expand_factors(level, 0), lambda: ss.get_expand_factors(0, level)):
        with pytest.raises(error, match=match):
            call()
    with pytest.raises(error, match=match):
        ss.print_level(level)


I = picture((6, 7))


@pytest.mark.parametrize(
    ("call", "error", "match"),
    [
        (
            lambda: ScaleSpace(np.full((4, 5), 7), 2),
            ValueError,
            "image must not be constant, got 7 at all of 20 samples",
        ),
        (lambda: IsotropicScaleSpace(np.zeros((4, 5)), [1], [0]), ValueError, "image must not be constant, got 0"),
        (
            lambda: IsotropicScaleSpace(I, [1], [500]),
            ValueError,
            r"constant after smoothing with sigma \[500.0, 500.0\]",
        ),
        (lambda: ScaleSpace(np.full((4, 5), np.nan), 2), ValueError, "image has NaN at 20 of 20 samples"),
        (lambda: ScaleSpace(np.array([[1, np.inf]]), 2), ValueError, "image has infinite values at 1 of 2 samples"),
        (lambda: ScaleSpace([1.0, 2.0], 2), ValueError, r"image must be 2-D or 3-D, got shape \(2,\)"),
        (lambda: ScaleSpace(np.ones((2,) * 4), 2), ValueError, "image must be 2-D or 3-D"),
        (lambda: ScaleSpace(np.empty((0, 3)), 2), ValueError, "image must have at least one sample"),
        (lambda: ScaleSpace([["a", "b"]], 2), TypeError, "image must hold real numbers"),
        (lambda: ScaleSpace(I, 0), ValueError, "num_levels must be at least 1, got 0"),
        (lambda: ScaleSpace(I, 2.5), TypeError, "num_levels must be a whole number, got 2.5"),
        (lambda: ScaleSpace(I, 2, sigma_factor=-1), ValueError, "sigma_factor must not be negative, got -1.0"),
        (lambda: ScaleSpace(I, 2, sigma_factor=np.nan), ValueError, "sigma_factor must be a finite number, got nan"),
        (lambda: ScaleSpace(I, 2, np.eye(4)), ValueError, r"image_grid2world must have shape \(3, 3\) in 2-D"),
        (lambda: ScaleSpace(I, 2, np.diag([1, 0, 1])), ValueError, "image_grid2world must be invertible"),
        (
            lambda: ScaleSpace(I, 2, None, (1, 0)),
            ValueError,
            r"input_spacing must be 2 positive numbers, got \[1.0, 0.0\]",
        ),
        (lambda: ScaleSpace(I, 2, None, (1, 1, 1)), ValueError, "input_spacing must be 2 positive numbers"),
        (
            lambda: IsotropicScaleSpace(I, [2, 1], [0]),
            ValueError,
            "factors and sigmas must have one length, got 2 and 1",
        ),
        (lambda: IsotropicScaleSpace(I, [], []), ValueError, "factors must have at least one sample"),
        (
            lambda: IsotropicScaleSpace(I, [1.5], [0]),
            ValueError,
            r"factors must be whole numbers of at least 1, got \[1.5",
        ),
        (
            lambda: IsotropicScaleSpace(I, [0], [0]),
            ValueError,
            r"factors must be whole numbers of at least 1, got \[0\]",
        ),
        (lambda: IsotropicScaleSpace(I, [1], [-1]), ValueError, r"sigmas must not be negative, got \[-1\]"),
        (lambda: IsotropicScaleSpace(I, [1], [np.nan]), ValueError, "sigmas has NaN at 1 of 1 samples"),
    ],
)
def test_scale_spaces__say_what_is_wrong(call, error, match):
    with pytest.raises(error, match=match):
        call()
