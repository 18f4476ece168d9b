"""Brute-force search over shifts."""

import numpy as np
import pytest
from scipy import ndimage

from coursereg import MI, SSD, JointHist, corr, mutual_information, search_shifts, translation


def picture(shape=(40, 44), seed=0):
    noise = np.random.default_rng(seed).random(shape)
    smooth = ndimage.gaussian_filter(noise, 2, mode="wrap")
    return np.round(255 * (smooth - smooth.min()) / np.ptp(smooth)).astype(np.uint8)


@pytest.mark.parametrize("shift", [(0, 0), (3, -2), (-4, 1), (5, 5)])
@pytest.mark.parametrize(("measure", "best"), [(SSD, "min"), (corr, "max"), (lambda I, J: MI(I, J, 8), "max")])
def test_search_shifts__finds_the_shift_that_moves_moving_onto_static(shift, measure, best):
    static = picture()
    moving = translation(static, -shift[0], -shift[1]).astype(np.uint8)
    found = search_shifts(static, moving, measure, reach=5, best=best)
    assert found.shift == shift
    inner = (slice(5, -5),) * 2
    np.testing.assert_array_equal(translation(moving, *found.shift)[inner], static[inner])


def test_search_shifts__compares_the_overlapping_rectangles():
    static, moving = picture(seed=1), picture(seed=2)
    seen = []

    def measure(I, J):
        seen.append((I, J))
        return SSD(I, J)

    found = search_shifts(static, moving, measure, reach=1)
    p, q = 1, -1
    wanted = SSD(static[1:, :-1], moving[:-1, 1:])
    assert found.values[found.rows.tolist().index(p), found.cols.tolist().index(q)] == wanted
    assert all(I.shape == J.shape and I.dtype == np.uint8 for I, J in seen)
    assert len(seen) == 9


def test_search_shifts__agrees_with_translation_at_every_shift():
    static, moving = picture(seed=1), picture(seed=2)
    found = search_shifts(static, moving, SSD, reach=2)
    for i, p in enumerate(found.rows):
        for j, q in enumerate(found.cols):
            there = translation(np.ones(static.shape), p, q) > 0
            assert found.values[i, j] == SSD(static[there], translation(moving, p, q)[there])


def test_search_shifts__takes_a_measure_of_the_joint_histogram():
    static = picture()
    moving = 255 - np.roll(static, (2, 3), axis=(0, 1))
    found = search_shifts(
        static, moving, mutual_information, reach=4, best="max", joint=lambda I, J: JointHist(I, J, bins=16)
    )
    assert found.shift == (-2, -3)
    assert found.value == found.values.max() == found.values[found.rows == -2, found.cols == -3][0]


def test_search_shifts__finds_parts_of_a_pixel_with_move():
    r, c = np.indices((48, 48))
    static = 200 * np.exp(-((r - 22) ** 2 + (c - 25) ** 2) / 60.0)
    moving = translation(static, -0.5, 1.25)
    found = search_shifts(static, moving, SSD, reach=1.5, move=translation, step=0.25)
    assert found.shift == (0.5, -1.25)
    assert found.values.shape == (13, 13)
    np.testing.assert_allclose(found.rows, np.arange(-6, 7) / 4)


def test_search_shifts__with_move_compares_one_window_inside():
    shapes = set()
    search_shifts(picture(), picture(), lambda I, J: shapes.add(I.shape) or SSD(I, J), reach=1, move=translation)
    assert shapes == {(40 - 6, 44 - 6)}


def test_search_shifts__reaches_three_steps_of_a_tenth():
    found = search_shifts(picture(), picture(), SSD, reach=0.3, step=0.1, move=lambda I, p, q: I + p + q)
    assert len(found.rows) == 7


def test_search_shifts__never_rewards_an_empty_overlap():
    static, moving = np.zeros((20, 20), np.uint8), np.zeros((20, 20), np.uint8)
    static[:6, :6], moving[-6:, -6:] = 200, 100  # at some shifts only background overlaps, where the SSD is 0
    found = search_shifts(static, moving, SSD, reach=10)
    assert np.isnan(found.values).any()
    assert found.value == np.nanmin(found.values) > 0


def test_search_shifts__skips_shifts_whose_measure_is_nan_or_infinite():
    values = iter([np.nan, -np.inf, 5, np.nan, 7, np.inf, -np.inf, np.nan, np.nan])
    found = search_shifts(picture(), picture(), lambda _I, _J: next(values), reach=1)
    assert found.value == 5
    assert found.shift == (-1, 1)


@pytest.mark.parametrize("best", ["min", "max"])
def test_search_shifts__prefers_the_shortest_of_equally_good_shifts(best):
    assert search_shifts(picture(), picture(), lambda _I, _J: 1.0, reach=3, best=best).shift == (0, 0)


def test_search_shifts__leaves_the_images_alone():
    static, moving = picture(), picture(seed=1)
    before = static.copy(), moving.copy()
    static.flags.writeable = False
    search_shifts(static, moving, SSD, reach=1)
    np.testing.assert_array_equal(static, before[0])
    np.testing.assert_array_equal(moving, before[1])


@pytest.mark.parametrize(
    ("change", "error", "match"),
    [
        ({"reach": 21}, ValueError, r"reach must be at most 20 for images of shape \(40, 44\)"),
        ({"reach": 18, "move": translation}, ValueError, "reach must be at most 17 .* got 18"),
        ({"reach": -1}, ValueError, "reach must be at least 0"),
        ({"reach": np.nan}, ValueError, "reach must be a finite number, got nan"),
        ({"step": 0}, ValueError, "step more than 0"),
        ({"step": 0.5}, ValueError, "step must be a whole number of pixels, got 0.5; .* move=translation"),
        ({"best": "least"}, ValueError, "best must be one of 'min', 'max', got 'least'"),
        ({"measure": "ssd"}, TypeError, "measure must be a function, got 'ssd'"),
        ({"joint": 3}, TypeError, "joint must be a function, got 3"),
        ({"measure": lambda I, J: I - J}, TypeError, "measure must return one number, got array"),
        ({"measure": lambda _I, _J: None}, TypeError, "measure must return one number, got None"),
        ({"measure": lambda _I, _J: np.nan}, ValueError, "no shift could be measured"),
        ({"moving": np.ones((3, 3))}, ValueError, "arrays must have one shape"),
        ({"moving": np.zeros((40, 44))}, ValueError, "no shift could be measured: .* constant"),
        ({"moving": np.full((40, 44), np.nan)}, ValueError, "moving has NaN at 1760 of 1760"),
        ({"static": np.ones(9), "moving": np.ones(9)}, ValueError, r"static must be 2-D, got shape \(9,\)"),
        ({"move": lambda I, _p, _q: I[1:]}, ValueError, r"move must keep the shape \(40, 44\), got \(39, 44\)"),
    ],
)
def test_search_shifts__says_what_is_wrong(change, error, match):
    good = {"static": picture(), "moving": picture(seed=1), "measure": SSD, "reach": 2}
    with pytest.raises(error, match=match):
        search_shifts(**good | change)
