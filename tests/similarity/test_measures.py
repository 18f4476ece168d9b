"""Measures of the histogram engine: slopes against differences, limits, and agreement with the public functions."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coursereg import correlation, correlation_ratio, mutual_information, normalized_mutual_information
from coursereg.course.plain.information import slr
from coursereg.similarity.measures import MEASURES

NAMES = sorted(MEASURES)


def table(seed, shape=(6, 8), empty=0.3):
    rng = np.random.default_rng(seed)
    return rng.uniform(1, 20, shape) * (rng.random(shape) > empty) + np.eye(*shape)


def made(name, shape, renormalize=False, seed=9):
    dist = table(seed, shape, empty=0)
    return MEASURES[name](shape, renormalize, dist / dist.sum())


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("seed", range(4))
def test_slope__is_the_derivative_of_the_mean(name, seed):
    H = table(seed)
    measure = made(name, H.shape)
    change = np.random.default_rng(seed + 50).normal(size=H.shape) * (H > 0)  # an empty cell has no derivative
    h = 1e-5
    wanted = (measure.mean(H + h * change) - measure.mean(H - h * change)) / (2 * h)
    # the medians of crl1 and all else are smooth between these tables; rounding is 1e-16 / h
    assert float((measure.slope(H) * change).sum()) == pytest.approx(wanted, rel=1e-5, abs=1e-9)


@pytest.mark.parametrize("name", NAMES)
def test_slope__does_not_change_the_size_of_the_overlap(name):
    H = table(1)
    measure = made(name, H.shape)
    assert measure.mean(3 * H) == pytest.approx(measure.mean(H), rel=1e-12)
    assert float((measure.slope(H) * H).sum()) == pytest.approx(0, abs=1e-12)


@given(st.integers(0, 2**32 - 1))
def test_mean__is_what_the_public_functions_say(seed):
    H = table(seed)
    dist = table(seed + 1, empty=0)
    for name, wanted in (
        ("cc", correlation(H) ** 2),
        ("cr", correlation_ratio(H)),
        ("mi", mutual_information(H)),
        ("nmi", normalized_mutual_information(H)),
        ("slr", slr(H, dist / dist.sum())),
    ):
        assert MEASURES[name](H.shape, dist=dist / dist.sum()).mean(H) == pytest.approx(wanted, rel=1e-9, abs=1e-12)


def test_crl1__measures_deviations_from_medians():
    H = np.array([[1.0, 0, 2, 5, 0, 2], [4, 0, 0, 0, 0, 0]])
    # first row: 10 samples, median 3, mean deviation 0.9; second: none. All: 14 samples, the 7th one is bin 2.
    around = (5 * 2 + 2 * 0 + 5 * 1 + 2 * 3) / 14
    assert MEASURES["crl1"](H.shape).mean(H) == pytest.approx(1 - (10 / 14 * 0.9) / around)


@pytest.mark.parametrize("name", ["cc", "cr", "crl1", "mi", "nmi"])
@pytest.mark.parametrize("H", [[[0.0, 0, 0], [3, 0, 0]], [[0.0, 5, 0], [0, 2, 0]], [[1.0]]])
def test_mean__of_a_constant_moving_image_is_0_and_flat(name, H):
    H = np.array(H)
    measure = MEASURES[name](H.shape)
    assert measure.mean(H) == pytest.approx(0, abs=1e-12)
    assert np.isfinite(measure.slope(H)).all()


@pytest.mark.parametrize("name", ["cc", "cr", "crl1"])
def test_total__is_minus_half_the_log_of_what_is_left(name):
    H = table(3)
    mean, total = made(name, H.shape).mean(H), made(name, H.shape, renormalize=True)(H)
    assert total == pytest.approx(-0.5 * H.sum() * np.log(1 - mean))


@pytest.mark.parametrize("name", ["mi", "pmi", "dpmi", "slr"])
def test_total__is_the_mean_times_the_samples(name):
    H = table(3)
    assert made(name, H.shape, renormalize=True)(H) == pytest.approx(H.sum() * made(name, H.shape)(H))


def test_nmi__is_never_a_total():
    H = table(3)
    assert made("nmi", H.shape, renormalize=True)(H) == made("nmi", H.shape)(H)


@pytest.mark.parametrize(
    ("dist", "message"),
    [
        (None, "dist must be given"),
        (np.ones((2, 3)), r"shape \(2, 2\), got \(2, 3\)"),
        (-np.ones((2, 2)), "none negative"),
        (np.zeros((2, 2)), "not all 0"),
        (np.full((2, 2), np.nan), "NaN"),
    ],
)
def test_slr__needs_a_model(dist, message):
    with pytest.raises(ValueError, match=message):
        MEASURES["slr"]((2, 2), dist=dist)


def test_slr__keeps_its_model():
    dist = np.full((2, 2), 0.25)
    measure = MEASURES["slr"]((2, 2), dist=dist)
    dist[:] = [[1, 0], [0, 0]]
    assert measure(np.array([[1.0, 2], [3, 4]])) == 0
