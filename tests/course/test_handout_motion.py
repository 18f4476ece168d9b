"""`rotation` and `transform`: every pixel where it belongs."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coursereg import rotation, samples, transform, translation
from coursereg.course.plain import motion as plain


def hill(shape=(70, 90), top=(30, 50)):
    r, c = np.indices(shape)
    return 200 * np.exp(-(((r - top[0]) / 6.0) ** 2) - ((c - top[1]) / 4.0) ** 2)


def centre(image):
    r, c = np.indices(image.shape)
    return np.array([(image * r).sum(), (image * c).sum()]) / image.sum()


@given(
    st.integers(0, 2**20),
    st.floats(-400, 400),
    st.tuples(st.floats(-6, 6), st.floats(-6, 6)),
    st.tuples(st.floats(-5, 15), st.floats(-5, 15)),
)
def test_transform__is_the_readable_one(seed, theta, u, pivot):
    image = np.random.default_rng(seed).uniform(-50, 200, (8, 11))
    r, c = plain.moved_points(image.shape, theta, u, pivot)
    on_the_edge = np.minimum.reduce([np.abs(r), np.abs(r - 7), np.abs(c), np.abs(c - 10)]) < 1e-6
    got, wanted = transform(image, theta, u, pivot), plain.transform(image, theta, u, pivot)
    np.testing.assert_allclose(got[~on_the_edge], wanted[~on_the_edge], rtol=0, atol=1e-9)


@pytest.mark.parametrize("shape", [(4, 4), (3, 5), (5, 2), (1, 6)])
@pytest.mark.parametrize("quarters", [-3, -1, 0, 1, 2, 3, 4, 7])
def test_rotation__by_quarters_is_exact_about_the_middle(shape, quarters):
    image = np.random.default_rng(0).integers(0, 9, shape).astype(np.uint8)
    n = max(shape)
    canvas = np.zeros((2 * n + 1, 2 * n + 1))  # odd: the middle is a pixel
    canvas[n // 2 : n // 2 + shape[0], n // 3 : n // 3 + shape[1]] = image
    got = rotation(canvas, 90 * quarters, pivot=(n, n))
    np.testing.assert_array_equal(got, np.rot90(canvas, -quarters))  # clockwise


def test_rotation__positive_is_clockwise_about_the_top_left_corner():
    image = np.zeros((60, 60))
    image[8:13, 38:43] = 1
    np.testing.assert_allclose(centre(rotation(image, 10)), [16.8, 37.7], atol=0.1)  # (10, 40), as in the hand-out


@pytest.mark.parametrize("pivot", [(0, 0), (30, 50), (10.5, -4.25)])
def test_transform__shifts_first_and_turns_then(pivot):
    image, theta, u = hill(), 17.0, (4.5, -7.25)
    moved = centre(transform(image, theta, u, pivot))
    t = np.deg2rad(theta)
    R = np.array([[np.cos(t), -np.sin(t)], [np.sin(t), np.cos(t)]])
    np.testing.assert_allclose(moved, R.T @ (np.array([30, 50]) + u - pivot) + pivot, atol=1e-3)
    # twice interpolated: the ringing of a smooth hill
    np.testing.assert_allclose(
        transform(image, theta, u, pivot), rotation(translation(image, *u), theta, pivot), atol=0.05
    )


def test_transform__another_pivot_is_another_shift():
    image, theta, u, pivot = hill(), 17.0, np.array([4.5, -7.25]), np.array([20.0, 33.0])
    t = np.deg2rad(theta)
    R = np.array([[np.cos(t), -np.sin(t)], [np.sin(t), np.cos(t)]])
    np.testing.assert_allclose(
        transform(image, theta, u, pivot), transform(image, theta, u + R @ pivot - pivot), atol=1e-9
    )


def test_transform__without_a_turn_is_translation():
    image = np.random.default_rng(0).uniform(0, 200, (9, 14))
    np.testing.assert_allclose(transform(image, 0, (1.25, -2.5)), translation(image, 1.25, -2.5), atol=1e-9)
    np.testing.assert_array_equal(transform(image, 0, (3, -2)), translation(image, 3, -2))
    np.testing.assert_array_equal(transform(image), image)


def test_transform__there_and_back_is_the_picture_again():
    image, pivot = hill(), (35, 45)
    there = transform(image, 23, (3, -5), pivot)
    # out = back(there(x)): turn back, then shift back
    back = transform(transform(there, -23, pivot=pivot), u=(-3, 5))
    assert np.abs(back - image).max() < 0.2  # of 200


def test_transform__is_how_the_sample_pairs_were_made():
    still, moved = samples.brain_mri(1).astype(float), samples.brain_mri(4).astype(float)
    theta, shift = samples.brain_mri_truth(4)
    difference = transform(still, theta, shift) - moved
    assert np.std(difference) < 13  # two noises of 8, one of them interpolated, and edges; 80 and more when wrong
    assert np.std(transform(still, -theta, shift) - moved) > 60
    assert np.std(transform(still, theta, shift[::-1]) - moved) > 60


@pytest.mark.parametrize("dtype", ["?", "u1", ">i2", "f4", ">f8"])
def test_rotation__takes_any_dtype_and_layout_and_leaves_it_alone(dtype):
    image = (hill((20, 31), (8, 14)) > 90).astype(dtype)[::-1]
    before = image.copy()
    image.flags.writeable = False
    got = rotation(image, 33, (9, 9))
    assert got.dtype == np.float64
    np.testing.assert_array_equal(got, rotation(image.astype(float), 33, (9, 9)))
    np.testing.assert_array_equal(image, before)


@pytest.mark.parametrize(
    ("call", "error", "match"),
    [
        (lambda: rotation(np.ones(3), 5), ValueError, r"I must be 2-D, got shape \(3,\)"),
        (lambda: rotation([[np.nan]], 5), ValueError, "I has NaN at 1 of 1 samples"),
        (lambda: rotation([["a"]], 5), TypeError, "I must hold real numbers"),
        (lambda: rotation([[1]], np.inf), ValueError, "theta must be a finite number, got inf"),
        (lambda: rotation([[1]], 5, pivot=3), ValueError, "pivot must be two finite numbers .* got 3"),
        (lambda: transform([[1]], 5, u=(1, 2, 3)), ValueError, r"u must be two finite numbers .* got \(1, 2, 3\)"),
        (lambda: transform([[1]], 5, u=(1, np.nan)), ValueError, "u must be two finite numbers"),
        (lambda: transform([[1]], 5, u="ab"), ValueError, "u must be two finite numbers"),
    ],
)
def test_transform__says_what_is_wrong(call, error, match):
    with pytest.raises(error, match=match):
        call()
