"""Kernels that look between samples: against SciPy, and against the readable reference of unit U02."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy import ndimage

from coursereg.course.plain.interpolation import bilinear
from coursereg.kernels import sampling

SHAPES_2D = [(1, 1), (1, 4), (3, 1), (2, 3), (7, 5), (12, 9)]
SHAPES_3D = [(1, 1, 1), (2, 3, 1), (1, 4, 5), (4, 5, 6)]
FILL = -7.5
KERNELS = {
    (1, 2): (sampling.sample_linear_2d, sampling.pull_linear_2d),
    (1, 3): (sampling.sample_linear_3d, sampling.pull_linear_3d),
    (3, 2): (sampling.sample_cubic_2d, sampling.pull_cubic_2d),
    (3, 3): (sampling.sample_cubic_3d, sampling.pull_cubic_3d),
}


def picture(shape, seed=0):
    return np.random.default_rng(seed).uniform(-50, 200, shape)


def points(shape, n=60, seed=1):
    """Points inside, outside, on samples and on the border of a picture."""
    rng = np.random.default_rng(seed)
    size = np.array(shape)
    anywhere = rng.uniform(-2, size + 1, (n, len(shape)))
    on_samples = rng.integers(0, size, (n, len(shape))).astype(float)
    on_border = rng.uniform(0, np.maximum(size - 1, 1e-9), (n, len(shape)))
    axis = rng.integers(0, len(shape), n)
    on_border[np.arange(n), axis] = rng.choice([0, 1], n) * (size[axis] - 1.0)
    return np.concatenate([anywhere, on_samples, on_border])


def coefficients(image, order):
    out = image.copy()
    if order == 3:
        for axis, n in enumerate(image.shape):
            sampling.spline_filter(out.reshape(-1, n, int(np.prod(image.shape[axis + 1 :]))))
    return out


def sampled(image, where, order):
    out = np.empty(len(where))
    KERNELS[order, image.ndim][0](coefficients(image, order), where, FILL, out)
    return out


@pytest.mark.parametrize("shape", SHAPES_2D + SHAPES_3D)
def test_spline_filter__is_that_of_scipy(shape):
    image = picture(shape)
    # 1e-9: the sum over the mirrored line is cut at 32 terms, 0.268 ** 32 = 5e-19 of the picture's range
    np.testing.assert_allclose(coefficients(image, 3), ndimage.spline_filter(image, mode="mirror"), atol=1e-9)


@pytest.mark.parametrize("order", [1, 3])
@pytest.mark.parametrize("shape", SHAPES_2D + SHAPES_3D)
def test_sample__is_map_coordinates_inside_outside_and_on_the_border(shape, order):
    image, where = picture(shape), points(shape)
    wanted = ndimage.map_coordinates(image, where.T, order=order, mode="constant", cval=FILL)
    np.testing.assert_allclose(sampled(image, where, order), wanted, atol=1e-9)  # doubles, other order of sums


@given(
    hnp.arrays(np.float64, hnp.array_shapes(min_dims=2, max_dims=2, max_side=5), elements=st.floats(-99, 99, width=32)),
    st.lists(st.tuples(st.floats(-1, 6), st.floats(-1, 6)), min_size=1, max_size=9),
)
def test_sample_linear_2d__is_the_readable_bilinear(image, where):
    where = np.array(where)
    np.testing.assert_allclose(sampled(image, where, 1), bilinear(image, *where.T, FILL), rtol=0, atol=1e-11)


@pytest.mark.parametrize("shape", [(5, 7), (3, 4, 5)])
@pytest.mark.parametrize("order", [1, 3])
def test_sample__returns_the_samples_at_samples(shape, order):
    image = picture(shape)
    where = np.argwhere(np.ones(shape)).astype(float)
    np.testing.assert_allclose(sampled(image, where, order), image.ravel(), rtol=0, atol=0 if order == 1 else 1e-11)


def test_sample_cubic_2d__reproduces_a_cubic_polynomial_far_from_the_border():
    r, c = np.indices((60, 60)) / 60.0
    image = r**3 - 2 * r * c**2 + c
    where = np.random.default_rng(0).uniform(25, 34, (50, 2))
    u, v = where.T / 60
    # the mirror bends the polynomial at the border; 25 samples inside 0.268 ** 25 of that is left
    np.testing.assert_allclose(sampled(image, where, 3), u**3 - 2 * u * v**2 + v, atol=1e-12)


@pytest.mark.parametrize("ndim", [2, 3])
@pytest.mark.parametrize("order", [1, 3])
def test_sample__gives_the_fill_value_for_nan_infinity_and_far_away(order, ndim):
    image = picture((4,) * ndim)
    where = np.full((6, ndim), 1.0)
    where[:, -1] = [np.nan, np.inf, -np.inf, 1e300, -1e-12, 3 + 1e-12]
    np.testing.assert_array_equal(sampled(image, where, order), FILL)


@pytest.mark.parametrize("shape", SHAPES_2D + SHAPES_3D)
def test_sample_nearest__rounds_halves_up_and_gives_minus_one_outside(shape):
    where = points(shape)
    where[:5] = np.floor(where[:5]) + 0.5
    out = np.empty(len(where), np.intp)
    (sampling.sample_nearest_2d if len(shape) == 2 else sampling.sample_nearest_3d)(shape, where, out)
    inside = ((where >= 0) & (where <= np.array(shape) - 1)).all(axis=1)
    nearest = np.floor(where + 0.5).astype(int)
    wanted = [np.ravel_multi_index(i, shape) if ok else -1 for i, ok in zip(nearest, inside, strict=True)]
    np.testing.assert_array_equal(out, wanted)


def affine(ndim, seed=3):
    matrix = np.eye(ndim + 1)
    matrix[:-1] += np.random.default_rng(seed).uniform(-0.3, 0.3, (ndim, ndim + 1))
    return matrix


def pulled_points(matrix, shape):
    index = np.argwhere(np.ones(shape)).astype(float)
    return index @ matrix[:-1, :-1].T + matrix[:-1, -1]


@pytest.mark.parametrize("shape", [(6, 9), (4, 5, 6)])
@pytest.mark.parametrize("order", [1, 3])
def test_pull__is_sampling_at_the_mapped_points(shape, order):
    image, matrix, onto = picture(shape), affine(len(shape)), tuple(n + 1 for n in shape)
    out = np.empty(onto)
    KERNELS[order, len(shape)][1](coefficients(image, order), matrix, FILL, out)
    # 1e-10: the points are rounded in another order
    np.testing.assert_allclose(out.ravel(), sampled(image, pulled_points(matrix, onto), order), atol=1e-10)


@pytest.mark.parametrize("shape", [(6, 9), (4, 5, 6)])
def test_pull_nearest__is_sampling_at_the_mapped_points(shape):
    matrix, ndim = affine(len(shape)), len(shape)
    out, wanted = np.empty(shape, np.intp), np.empty(int(np.prod(shape)), np.intp)
    (sampling.pull_nearest_2d if ndim == 2 else sampling.pull_nearest_3d)(shape, matrix, out)
    (sampling.sample_nearest_2d if ndim == 2 else sampling.sample_nearest_3d)(
        shape, pulled_points(matrix, shape), wanted
    )
    np.testing.assert_array_equal(out.ravel(), wanted)


@pytest.mark.parametrize("order", [1, 3])
@pytest.mark.parametrize("shape", [(6, 9), (4, 5, 6)])
def test_pull__keeps_the_border_when_rounding_puts_it_a_hair_outside(shape, order):
    image, matrix, out = picture(shape), np.eye(len(shape) + 1), np.empty(shape)
    matrix[:-1, -1] = [-1e-13] + [1e-13] * (len(shape) - 1)
    KERNELS[order, len(shape)][1](coefficients(image, order), matrix, FILL, out)
    np.testing.assert_allclose(out, image, atol=1e-9)
