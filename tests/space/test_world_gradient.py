"""Slopes along the axes of the world."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coursereg import Grid, sparse_world_gradient, world_gradient
from coursereg._jit import threads
from coursereg.course.plain import gradients as plain

SHAPES = {2: (9, 11), 3: (7, 6, 8)}


def grid_of(ndim, seed):
    """Return a turned, sheared grid with unequal spacings, its first sample somewhere."""
    rng = np.random.default_rng(seed)
    q, _ = np.linalg.qr(rng.normal(size=(ndim, ndim)))
    out = np.eye(ndim + 1)
    out[:-1, :-1] = q @ np.diag(rng.uniform(0.3, 4, ndim)) @ (np.eye(ndim) + rng.uniform(-0.2, 0.2, (ndim, ndim)))
    out[:-1, -1] = rng.uniform(-30, 30, ndim)
    return out


def world_points(shape, grid2world):
    return Grid(shape, grid2world).to_world(np.moveaxis(np.indices(shape), 0, -1))


def inner_grid(ndim, grid2world, seed):
    """Return shape and matrix of another grid that lies in and around the image."""
    rng = np.random.default_rng(seed)
    to = np.eye(ndim + 1)
    to[:-1, :-1] += rng.uniform(-0.2, 0.2, (ndim, ndim))
    to[:-1, -1] = rng.uniform(-1, 1, ndim)
    return (8, 5, 7)[:ndim], grid2world @ to


# --- fast = plain ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("ndim", [2, 3])
@given(seed=st.integers(0, 2**32))
def test_world_gradient__is_the_plain_one(ndim, dtype, seed):
    image = np.random.default_rng(seed).uniform(-50, 200, SHAPES[ndim]).astype(dtype)
    grid2world = grid_of(ndim, seed)
    world2grid = np.linalg.inv(grid2world)
    shape, out_grid2world = inner_grid(ndim, grid2world, seed)
    points = world_points(shape, out_grid2world)
    wanted = plain.world_gradient(image.astype(float), world2grid, points.reshape(-1, ndim)).reshape(*shape, ndim)
    grad, inside = world_gradient(image, world2grid, None, shape, out_grid2world)
    assert grad.dtype == dtype
    assert inside.dtype == np.int32
    known = np.isfinite(wanted)
    np.testing.assert_array_equal(inside, known.all(axis=-1))
    rtol = 1e-5 if dtype == np.float32 else 1e-9
    np.testing.assert_allclose(grad, np.where(known, wanted, 0), rtol=rtol, atol=rtol * 500)
    sparse, inside_too = sparse_world_gradient(image, world2grid, None, points.reshape(-1, ndim))
    np.testing.assert_array_equal(inside_too, inside.ravel())
    np.testing.assert_allclose(sparse, grad.reshape(-1, ndim), rtol=rtol, atol=rtol * 500)


# --- laws ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("ndim", [2, 3])
@pytest.mark.parametrize("seed", range(5))
def test_world_gradient__of_a_linear_image_is_its_slope_on_every_grid(ndim, seed):
    slope, grid2world = np.array([3.0, -2.0, 0.5])[:ndim], grid_of(ndim, seed)
    image = world_points(SHAPES[ndim], grid2world) @ slope
    shape, out_grid2world = inner_grid(ndim, grid2world, seed)
    grad, inside = world_gradient(image, np.linalg.inv(grid2world), None, shape, out_grid2world)
    assert inside.any()
    np.testing.assert_allclose(grad[inside == 1], np.broadcast_to(slope, grad[inside == 1].shape), atol=1e-9)


@pytest.mark.parametrize("permutation", [(0, 1, 2), (1, 2, 0), (2, 0, 1), (0, 2, 1)])
def test_world_gradient__takes_its_step_from_the_axis_of_the_image_that_lies_along_the_world_s(permutation):
    # thick slices along one axis of the array, which is another axis of the world
    spacing = np.array([0.5, 1.0, 6.0])
    grid2world = np.eye(4)
    grid2world[:3, :3] = np.eye(3)[:, permutation] * spacing
    x = world_points((12, 11, 10), grid2world)
    image = (x**2).sum(axis=-1) / 2
    grad, inside = world_gradient(image, np.linalg.inv(grid2world), spacing, image.shape, grid2world)
    assert inside[1:-1, 1:-1, 1:-1].all()
    assert inside.sum() == 10 * 9 * 8
    # differences over one sample are exact for a parabola at the samples
    np.testing.assert_allclose(grad[1:-1, 1:-1, 1:-1], x[1:-1, 1:-1, 1:-1], atol=1e-9)


def test_world_gradient__knows_the_other_axes_where_one_is_not_known():
    r, c = np.indices((4, 5), float)
    grad, inside = world_gradient(3 * r + 7 * c, None, None, (4, 5), None)
    np.testing.assert_array_equal(inside, np.pad(np.ones((2, 3), int), 1))
    np.testing.assert_array_equal(grad[1:-1, :, 0], 3)
    np.testing.assert_array_equal(grad[[0, -1], :, 0], 0)
    np.testing.assert_array_equal(grad[:, 1:-1, 1], 7)
    np.testing.assert_array_equal(grad[:, [0, -1], 1], 0)


def test_world_gradient__uses_the_last_samples():
    image = np.array([[0.0, 4.0], [0.0, 4.0]])
    grad, inside = sparse_world_gradient(image, np.eye(3), None, [[0.5, 0.5], [0.5, 0.51]])
    np.testing.assert_array_equal(grad, [[0, 4], [0, 0]])
    np.testing.assert_array_equal(inside, [1, 0])


def test_world_gradient__next_to_nan_is_not_known():
    image = np.tile(np.arange(6.0), (5, 1))
    image[2, 4] = np.nan
    grad, inside = world_gradient(image, None, None, (5, 6), None)
    assert np.isfinite(grad).all()
    np.testing.assert_array_equal(inside[1:-1, 1:-1], [[1, 1, 1, 0], [1, 1, 0, 0], [1, 1, 1, 0]])
    image[2, 4] = np.inf
    with np.errstate(invalid="ignore"):  # a kernel that runs as Python warns of 0 times infinity
        np.testing.assert_array_equal(world_gradient(image, None, None, (5, 6), None)[1], inside)


@pytest.mark.parametrize("dtype", ["?", "u1", "i2", ">i4", "f2", ">f4", "f8"])
def test_world_gradient__takes_any_memory_layout_and_dtype(dtype):
    image = (np.random.default_rng(0).uniform(0, 3, (6, 7))).astype(dtype)
    image.flags.writeable = False
    wanted, inside = world_gradient(image.astype(float), None, None, (6, 7), None)
    for other in (image, np.asfortranarray(image), np.repeat(image, 2, axis=0)[::2], image.tolist()):
        grad, inside_too = world_gradient(other, None, None, (6, 7), None)
        np.testing.assert_allclose(grad, wanted, atol=1e-6)
        np.testing.assert_array_equal(inside_too, inside)
    assert world_gradient(image, None, None, (6, 7), None)[0].dtype == (np.float32 if dtype == ">f4" else np.float64)


def test_matrices__may_lack_their_last_row():
    image, grid2world = np.random.default_rng(0).uniform(0, 3, (6, 7)), grid_of(2, 1)
    world2grid = np.linalg.inv(grid2world)
    for got, wanted in zip(
        world_gradient(image, world2grid[:2], (1, 1), (6, 7), grid2world[:2]),
        world_gradient(image, world2grid, None, np.array([6, 7], np.int32), grid2world),
        strict=True,
    ):
        np.testing.assert_array_equal(got, wanted)


def test_sparse_world_gradient__takes_no_points():
    grad, inside = sparse_world_gradient(np.ones((3, 3, 3)), None, None, np.empty((0, 3)))
    assert grad.shape == (0, 3)
    assert inside.shape == (0,)


def test_world_gradient__one_thread_gives_the_same_bits_as_two():
    image, both = np.random.default_rng(0).uniform(0, 1, (20, 21, 22)), []
    for n in (1, 2):
        with threads(n):
            both.append(world_gradient(image, None, None, image.shape, grid_of(3, 2))[0])
    np.testing.assert_array_equal(*both)


I = np.ones((3, 4))


@pytest.mark.parametrize(
    ("call", "error", "match"),
    [
        (lambda: world_gradient([1.0], None, None, (1,), None), ValueError, "img must be 2-D or 3-D"),
        (lambda: world_gradient([["a"]], None, None, (1, 1), None), TypeError, "img must hold real numbers"),
        (lambda: world_gradient(I, np.eye(2), None, (1, 1), None), ValueError, "img_world2grid must have 2 or 3 rows"),
        (lambda: world_gradient(I, np.eye(4), None, (1, 1), None), ValueError, "and 3 columns in 2-D"),
        (lambda: world_gradient(I, np.eye(3) * np.nan, None, (1, 1), None), ValueError, "img_world2grid has NaN"),
        (
            lambda: world_gradient(I, np.diag([1, 0, 1]), None, (1, 1), None),
            ValueError,
            "must be invertible, got columns",
        ),
        (lambda: world_gradient(I, None, (1, 0), (1, 1), None), ValueError, "img_spacing must be 2 positive numbers"),
        (
            lambda: world_gradient(I, None, (1,), (1, 1), None),
            ValueError,
            "img_spacing must be 2 positive numbers",
        ),
        (
            lambda: world_gradient(I, None, None, (1, 1, 1), None),
            ValueError,
            "out_shape must have 2 numbers for an image",
        ),
        (lambda: world_gradient(I, None, None, (1, 0), None), ValueError, "shape must be at least 1"),
        (lambda: world_gradient(I, None, None, (1, 1), np.eye(1)), ValueError, "out_grid2world must have 2 or 3 rows"),
        (lambda: sparse_world_gradient(I, None, None, [1, 1]), ValueError, r"sample_points must have shape \(N, 2\)"),
        (lambda: sparse_world_gradient(I, None, None, [[1]]), ValueError, "sample_points must have shape"),
    ],
)
def test_gradients__say_what_is_wrong(call, error, match):
    with pytest.raises(error, match=match):
        call()


def test_sparse__what_dipy_hands_in_too_much_is_not_looked_at():
    ramp = np.tile(10.0 * np.arange(4), (3, 1))
    points = np.array([[1.0, 1.5], [1.0, 2.0]])
    want = sparse_world_gradient(ramp, None, None, points)
    longer = np.column_stack([points, [7, 8]])
    for a, b in zip(want, sparse_world_gradient(ramp, None, (1, 1, 1), longer), strict=True):
        np.testing.assert_array_equal(a, b)
