"""Planes: right is right and up is up, whatever the order and the signs of an array's axes; and what is drawn."""

import itertools

import numpy as np
import pytest

from coursereg.report import pictures
from coursereg.report.planes import planes

SPACING = np.array([1.0, 2.0, 3.0])


def marked(order, signs):
    """Return an array with bright corners and its matrix: axes in some order, some of them backwards."""
    shape = np.array([12, 10, 8])  # right, front, up
    world = np.full(shape, 10.0)
    world[3:9, 3:7, 3:5] = 100  # the bright middle
    world[-1, 5, 4], world[6, -1, 4], world[6, 5, -1] = 201, 202, 203  # far right, front, top
    own = world.transpose(order)
    affine = np.zeros((4, 4))
    affine[3, 3] = 1
    for axis, (to, sign) in enumerate(zip(order, signs, strict=True)):
        affine[to, axis] = sign * SPACING[to]
        affine[to, 3] = 0 if sign > 0 else (shape[to] - 1) * SPACING[to]
    return own[tuple(slice(None, None, s) for s in signs)], affine


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
@pytest.mark.parametrize("signs", [(1, 1, 1), (-1, 1, 1), (-1, -1, 1), (1, -1, -1)])
def test_planes__show_right_front_and_top_where_they_say(order, signs):
    data, affine = marked(order, signs)
    axial, coronal, sagittal = planes(data, affine, "ras")
    assert [p.name for p in (axial, coronal, sagittal)] == ["axial", "coronal", "sagittal"]
    shown = {p.name: p.flat(data[p.index]) for p in (axial, coronal, sagittal)}
    assert shown["axial"].shape == (10, 12)
    row, column = np.argwhere(shown["axial"] == 201)[0]
    assert column == 11
    assert axial.edges[1] == "right"
    row, column = np.argwhere(shown["axial"] == 202)[0]
    assert row == 0
    assert axial.edges[2] == "front"
    assert np.argwhere(shown["coronal"] == 203)[0][0] == 0
    assert np.argwhere(shown["coronal"] == 201)[0][1] == 11
    assert np.argwhere(shown["sagittal"] == 203)[0][0] == 0
    assert np.argwhere(shown["sagittal"] == 202)[0][1] == 9
    assert sagittal.edges[1] == "front"
    # one mm is as long in all planes, and 3 times as long upwards as a sample to the right
    assert axial.size[0] / axial.size[1] == pytest.approx(12 * 1 / (10 * 2), abs=0.02)
    assert coronal.size[1] / coronal.size[0] == pytest.approx(8 * 3 / 12, abs=0.02)


@pytest.mark.parametrize("signs", [(1, 1, 1), (-1, 1, -1)])
def test_cut__lies_where_its_matrix_says(signs):
    data, affine = marked((2, 0, 1), signs)
    for plane in planes(data, affine, "ras"):
        index = [0 if s.start is None else s.start for s in plane.index]
        np.testing.assert_allclose(plane.grid2world @ [0, 0, 0, 1], affine @ [*index, 1])
        assert data[plane.index].shape == plane.shape


def test_picture__is_shown_as_it_is_stored():
    image = np.arange(12.0).reshape(3, 4)
    (plane,) = planes(image, np.eye(3), "rows")
    np.testing.assert_array_equal(plane.flat(image[plane.index]), image)
    assert plane.size[0] * 3 == plane.size[1] * 4


def test_slice_of_nifti__has_the_front_at_the_top():
    image = np.arange(12.0).reshape(3, 4)  # axis 0 to the right, axis 1 to the front
    (plane,) = planes(image, np.eye(3), "ras")
    np.testing.assert_array_equal(plane.flat(image), image.T[::-1])


def test_grey__covers_the_range_and_bears_nan_and_constants():
    first, second = pictures.grey([np.array([[0.0, np.nan, 5]]), np.array([[10.0, 5]])])
    assert (first.min(), second.max()) == (0, 255)
    assert np.isfinite(first).all()
    np.testing.assert_array_equal(pictures.grey([np.full((2, 2), 7)])[0], 0)


def test_expected__turns_another_contrast_into_that_of_static():
    static = np.tile(np.arange(0, 250, 10.0), 20)
    inverted = 255 - static
    known = np.ones(static.shape, bool)
    np.testing.assert_allclose(pictures.expected(static, inverted, known)(inverted), static, atol=1)
    nothing = pictures.expected(static, inverted, ~known)(inverted)
    assert np.isfinite(nothing).all()


def test_otsu__lies_between_two_hills():
    values = np.concatenate([np.random.default_rng(0).normal(20, 3, 500), np.random.default_rng(1).normal(90, 3, 300)])
    assert 40 < pictures.otsu(values) < 70


def test_signed__is_orange_where_static_is_brighter_and_grey_where_unknown():
    difference = np.array([[10.0, -10, 0, 10]])
    pixels = pictures.signed(difference, np.array([[1, 1, 1, 0]], bool), (4, 1), 10.0)[0]
    assert pixels[0] == pytest.approx(pictures.ORANGE)
    assert pixels[1] == pytest.approx(pictures.BLUE)
    assert pixels[2] == pytest.approx((255, 255, 255))
    assert pixels[3] == pytest.approx(pictures.UNKNOWN)
