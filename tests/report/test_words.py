"""Maps in plain words: shifts, turns and stretches have the sign that a reader sees."""

import numpy as np
import pytest

from coursereg import AffineMap, rotation, samples, translation
from coursereg.report.words import in_words, motion_of, travel

CENTRE_2D, CENTRE_3D = np.array([30.0, 40.0]), np.array([3.0, -20.0, 15.0])


def told(motion, frame):
    return dict(in_words(motion, frame))


def about(linear, centre, shift=0.0):
    """Return the homogeneous matrix of content that is turned about a centre and then shifted."""
    dim = len(centre)
    out = np.eye(dim + 1)
    out[:dim, :dim], out[:dim, dim] = linear, centre - linear @ centre + shift
    return out


def turn(axis, degrees):
    a, b = [(1, 2), (2, 0), (0, 1)][axis]
    c, s = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    R = np.eye(3)
    R[a, a], R[a, b], R[b, a], R[b, b] = c, -s, s, c
    return R


@pytest.mark.parametrize(
    ("shift", "words"),
    [((4, 0), "4.00 pixels down"), ((-4, 0), "4.00 pixels up"), ((0, 3), "to the right"), ((0, -3), "to the left")],
)
def test_shift__is_that_of_the_content_on_the_screen(shift, words):
    image = samples.blob()
    moved = translation(image, *shift)  # the content goes down and right
    pull = about(np.eye(2), CENTRE_2D, -np.array(shift, float))
    np.testing.assert_allclose(AffineMap(pull, image.shape, None, image.shape, None).image(image), moved, atol=1e-9)
    motion = motion_of(pull, CENTRE_2D)
    np.testing.assert_allclose(motion.shift, shift, atol=1e-12)
    assert words in told(motion, "rows")["Shifted"]


def test_turn__is_clockwise_when_the_course_turns_clockwise():
    image = samples.blob()
    pull = about(np.array([[np.cos(0.2), -np.sin(0.2)], [np.sin(0.2), np.cos(0.2)]]), np.zeros(2))
    mine = AffineMap(pull, image.shape, None, image.shape, None).image(image)
    theirs = rotation(image, np.degrees(0.2))  # positive: clockwise
    assert np.abs(mine - theirs)[4:-4, 4:-4].max() < 5
    assert f"{np.degrees(0.2):.2f}° clockwise" in told(motion_of(pull, CENTRE_2D), "rows")["Turned"]
    back = told(motion_of(np.linalg.inv(pull), CENTRE_2D), "rows")["Turned"]
    assert "° anticlockwise" in back


# Where a point 10 mm ahead of the centre goes when the content is turned by 30 degrees: what the words must say.
SEEN = [
    (0, 30, (0, 10, 0), 2, 1, "so that the front goes up"),
    (0, -30, (0, 10, 0), 2, -1, "so that the front goes down"),
    (1, 30, (0, 0, 10), 0, 1, "so that the top goes right"),
    (1, -30, (0, 0, 10), 0, -1, "so that the top goes left"),
    (2, 30, (10, 0, 0), 1, 1, "so that the right side goes to the front"),
    (2, -30, (10, 0, 0), 1, -1, "so that the right side goes to the back"),
]


@pytest.mark.parametrize(("axis", "degrees", "point", "along", "sign", "words"), SEEN)
def test_turn__in_three_dimensions_says_what_goes_where(axis, degrees, point, along, sign, words):
    content = about(turn(axis, degrees), CENTRE_3D)
    T = AffineMap(content)
    moved = T.points(CENTRE_3D + point) - CENTRE_3D
    assert np.sign(moved[along]) == sign
    motion = motion_of(np.linalg.inv(content), CENTRE_3D)
    assert f"30.00° {words}" in told(motion, "ras")["Turned"]
    np.testing.assert_allclose(motion.turn, np.eye(3)[axis] * degrees, atol=1e-9)
    np.testing.assert_allclose(motion.shift, 0, atol=1e-9)


def test_shift__in_three_dimensions_names_the_sides():
    motion = motion_of(about(np.eye(3), CENTRE_3D, np.array([1.0, -2, 3])), CENTRE_3D)  # the content goes the other way
    assert told(motion, "ras")["Shifted"].startswith("1.00 mm to the left, 2.00 mm to the front, 3.00 mm down: 3.74 mm")


def test_stretch_and_shear__are_those_of_lines_along_the_axes():
    linear = np.array([[1.1, 0.2, 0], [0, 0.9, 0], [0, 0, 1]])
    motion = motion_of(np.linalg.inv(about(linear, CENTRE_3D)), CENTRE_3D)
    np.testing.assert_allclose(motion.scales, [1.1, np.hypot(0.2, 0.9), 1])
    assert motion.size == pytest.approx(0.99)
    assert motion.angles[0, 1] == pytest.approx(np.degrees(np.arctan2(0.9, 0.2)))
    words = told(motion, "ras")
    assert "1.1000 times from left to right" in words["Stretched"]
    assert "the volume is 0.9900 times as large" in words["Stretched"]
    assert "77.47° between right and front" in words["Right angles became"]


def test_rigid_map__is_not_stretched_and_a_mirror_is_told():
    assert told(motion_of(about(turn(2, 20), CENTRE_3D), CENTRE_3D), "ras")["Stretched"] == "not at all"
    mirrored = motion_of(np.diag([-1.0, 1, 1, 1]), CENTRE_3D)
    assert mirrored.size == pytest.approx(-1)
    assert "MIRRORED" in told(mirrored, "ras")["Stretched"]


def test_travel__is_the_shift_of_a_shift():
    matrix = about(np.eye(3), CENTRE_3D, np.array([3.0, 0, 4]))
    assert travel(matrix, (4, 5, 6), np.diag([2.0, 2, 2, 1])) == pytest.approx((5, 5))
