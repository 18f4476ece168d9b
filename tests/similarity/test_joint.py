"""Measures of a joint histogram: the readable references, laws, known values, numbers of other programs."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy import stats

from coursereg import (
    JointHist,
    correlation,
    correlation_ratio,
    mutual_information,
    normalized_mutual_information,
    ssd,
    supervised_likelihood_ratio,
)
from coursereg.course.plain import information as plain

MEASURES = (ssd, correlation, correlation_ratio, mutual_information, normalized_mutual_information)
counts = hnp.arrays(np.float64, hnp.array_shapes(min_dims=2, max_dims=2, max_side=6), elements=st.integers(0, 9))
counts = counts.filter(np.any)


def close(a, b):
    # sums of at most 36 terms of order 1, added in another order
    return a == pytest.approx(b, abs=1e-12, nan_ok=True)


@given(counts)
def test_mutual_information__is_the_readable_one(H):
    assert close(mutual_information(H), max(0, plain.MI_from_hist(H)))


@given(counts)
def test_normalized_mutual_information__is_the_readable_one(H):
    p = H / H.sum()
    several = np.count_nonzero(p.sum(axis=0)) > 1 or np.count_nonzero(p.sum(axis=1)) > 1
    if several:
        assert close(normalized_mutual_information(H), plain.NMI(H))
    else:
        assert np.isnan(normalized_mutual_information(H))


@given(counts)
def test_correlation_ratio__is_the_readable_one(H):
    assert close(correlation_ratio(H), plain.corr_ratio(H))


@given(counts, st.integers(0, 2**32 - 1))
def test_supervised_likelihood_ratio__is_the_readable_one(H, seed):
    dist = np.random.default_rng(seed).uniform(0.1, 1, H.shape)
    dist /= dist.sum()
    assert close(supervised_likelihood_ratio(H, dist), plain.slr(H, dist))


@given(counts)
def test_ssd_and_correlation__are_those_of_the_samples(H):
    s, m = np.repeat(np.argwhere(np.ones(H.shape)), H.ravel().astype(int), axis=0).T
    assert ssd(H) == np.sum((s - m) ** 2)
    if np.ptp(s) == 0 or np.ptp(m) == 0:
        assert np.isnan(correlation(H))
    else:
        assert close(correlation(H), np.corrcoef(s, m)[0, 1])


@given(counts, st.floats(1e-3, 1e3))
def test_measures__do_not_depend_on_the_scale_of_the_counts(H, factor):
    for measure in MEASURES[1:]:
        assert measure(factor * H) == pytest.approx(measure(H), abs=1e-9, nan_ok=True)
    assert ssd(factor * H) == pytest.approx(factor * ssd(H))


@given(counts)
def test_mutual_information__is_symmetric_and_bounded_by_the_entropies(H):
    mi = mutual_information(H)
    p = H / H.sum()
    assert close(mutual_information(H.T), mi)
    assert 0 <= mi <= min(stats.entropy(p.sum(axis=0)), stats.entropy(p.sum(axis=1))) + 1e-12
    nmi = normalized_mutual_information(H)
    assert np.isnan(nmi) or 0 <= nmi <= 1


@given(counts, st.randoms(use_true_random=False))
def test_mutual_information__does_not_depend_on_the_order_of_the_bins(H, random):
    rows, columns = random.sample(range(H.shape[0]), H.shape[0]), random.sample(range(H.shape[1]), H.shape[1])
    assert close(mutual_information(H[rows][:, columns]), mutual_information(H))


@given(counts, st.randoms(use_true_random=False))
def test_correlation_ratio__does_not_depend_on_the_order_of_the_rows(H, random):
    rows = random.sample(range(H.shape[0]), H.shape[0])
    ratio = correlation_ratio(H)
    assert close(correlation_ratio(H[rows]), ratio)
    assert np.isnan(ratio) or 0 <= ratio <= 1


@given(counts)
def test_correlation_ratio__is_at_least_the_squared_correlation(H):
    ratio, r = correlation_ratio(H), correlation(H)
    assume(not np.isnan(ratio + r))
    assert ratio >= r**2 - 1e-12


@given(counts)
def test_supervised_likelihood_ratio__under_its_own_model_is_mutual_information(H):
    assert close(supervised_likelihood_ratio(H, dist=3 * H), mutual_information(H))


@given(counts, st.integers(0, 2**32 - 1))
def test_supervised_likelihood_ratio__leaves_the_model_alone(H, seed):
    dist = np.random.default_rng(seed).uniform(0.1, 1, H.shape)
    before = dist.copy()
    supervised_likelihood_ratio(H, dist)
    np.testing.assert_array_equal(dist, before)


def test_mutual_information__of_an_image_with_itself_is_its_entropy():
    image = np.random.default_rng(0).integers(0, 20, 500)
    H = JointHist(image, image)
    assert mutual_information(H) == pytest.approx(stats.entropy(H.sum(axis=0)), abs=1e-12)


def test_mutual_information__is_the_test_statistic_of_scipy():
    H = np.random.default_rng(0).integers(1, 50, (6, 8))
    g = stats.chi2_contingency(H, correction=False, lambda_="log-likelihood").statistic
    assert mutual_information(H) == pytest.approx(g / (2 * H.sum()), rel=1e-12)


def test_mutual_information__has_known_values():
    assert mutual_information(np.eye(8)) == pytest.approx(np.log(8))
    assert mutual_information([[1, 2], [2, 4]]) == pytest.approx(0, abs=1e-15)
    assert mutual_information([[7]]) == 0
    assert mutual_information([[2, 0], [1, 1]]) == pytest.approx(
        0.5 * np.log(0.5 / (0.5 * 0.75)) + 0.25 * np.log(0.25 / (0.5 * 0.75)) + 0.25 * np.log(0.25 / (0.5 * 0.25))
    )


def test_mutual_information__stands_tiny_and_huge_weights():
    assert mutual_information(1e-300 * np.eye(4)) == pytest.approx(np.log(4))
    assert mutual_information(1e308 * np.eye(4)) == pytest.approx(np.log(4))
    assert mutual_information([[1, 0], [0, 1e-300]]) == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize("unit", [1e-320, 1e-200, 1e200, 1e308])
def test_measures__stand_tiny_and_huge_weights_and_grey_values(unit):
    H, values = np.array([[3.0, 1, 0], [2, 4, 1]]), np.array([0.0, 1, -0.5])
    few_bits = {"rel": 1e-3 if unit < 1e-300 else 1e-12}  # 1e-320 has 11 bits
    weights = H / 8 * unit
    for measure in MEASURES[1:]:
        assert measure(weights) == pytest.approx(measure(H), **few_bits)
    assert correlation(H, values[:2] * unit, values * unit) == pytest.approx(
        correlation(H, values[:2], values), **few_bits
    )
    assert correlation_ratio(H, values * unit) == pytest.approx(correlation_ratio(H, values), **few_bits)
    assert ssd(weights) == pytest.approx(ssd(H / 8) * unit, **few_bits)


def test_ssd__of_huge_grey_values_is_a_number_where_the_product_is_one():
    assert ssd([[1e-200, 0], [1e-200, 0]], [0, 1e200], [0, 1e300]) == pytest.approx(1e200)
    assert ssd(np.eye(2), [0, 1e308], [0, 1e308]) == 0
    assert ssd([[0, 1]], [-1e308], [0, 1e308]) == np.inf


def test_measures__of_one_nearly_empty_bin_are_numbers():
    assert correlation([[1, 0], [0, 1e-200]]) == pytest.approx(1)
    assert correlation_ratio([[1, 0], [0, 1e-200]]) == pytest.approx(1)
    assert correlation([[1, 0], [0, 1], [0, 0]], [0, 1, 1e300]) == pytest.approx(1)  # an empty bin has no say
    assert np.isnan(correlation([[1, 2], [3, 1]], [0.1, 0.1]))


def test_correlation_ratio__has_known_values():
    parabola = [[0, 0, 2], [0, 3, 0], [1, 0, 0], [0, 4, 0], [0, 0, 5]]
    assert correlation_ratio(parabola) == 1
    assert correlation_ratio(np.transpose(parabola)) < 0.5  # not symmetric
    # two rows of 2 and 6 samples with variances 1/4 and 0: the unweighted mean would give another value
    assert correlation_ratio([[1, 1], [0, 6]]) == pytest.approx(1 - (2 / 8 * 1 / 4) / (7 / 64))


def test_correlation__takes_values_of_bins():
    H = np.random.default_rng(0).integers(0, 9, (3, 4))
    s, m = [5.0, 7, 20], [1.0, 0, 3, -8]
    rows, columns = np.repeat(np.argwhere(np.ones(H.shape)), H.ravel(), axis=0).T
    x, y = np.take(s, rows), np.take(m, columns)
    assert correlation(H, s, m) == pytest.approx(np.corrcoef(x, y)[0, 1])
    assert ssd(H, s, m) == pytest.approx(((x - y) ** 2).sum())
    assert np.isnan(correlation(H, [1, 1, 1]))


def test_supervised_likelihood_ratio__is_minus_infinity_for_a_cell_the_model_excludes():
    assert supervised_likelihood_ratio([[1, 1], [1, 1]], [[1, 0], [0, 1]]) == -np.inf


def test_supervised_likelihood_ratio__takes_nothing_from_rows_the_model_never_saw():
    value = supervised_likelihood_ratio([[2, 0, 0], [0, 2, 0], [0, 0, 4]], [[1, 0, 0], [0, 1, 0], [0, 0, 0]])
    assert value == pytest.approx(0.5 * np.log(2))


@pytest.mark.parametrize("measure", [*MEASURES, lambda H: supervised_likelihood_ratio(H, H)])
@pytest.mark.parametrize(
    ("H", "error", "match"),
    [
        (np.zeros((3, 3)), ValueError, "joint is all zero: no sample was counted"),
        ([[1, -1]], ValueError, "joint must not have negative entries, got a minimum of -1"),
        ([[1, np.nan]], ValueError, "joint has NaN at 1 of 2 samples"),
        ([[1, np.inf]], ValueError, "joint has infinite values at 1 of 2"),
        ([1, 2], ValueError, r"joint must be 2-D, got shape \(2,\)"),
        (np.zeros((0, 3)), ValueError, "joint must have at least one sample"),
        ([[1j]], TypeError, "joint must hold real numbers"),
        ([["a"]], TypeError, "joint must hold real numbers"),
    ],
)
def test_measures__say_what_is_wrong(measure, H, error, match):
    with pytest.raises(error, match=match):
        measure(H)


def test_measures__want_one_value_per_bin():
    with pytest.raises(ValueError, match="static_values must have one value per bin, 2, got 3"):
        ssd(np.eye(2), static_values=[1, 2, 3])
    with pytest.raises(ValueError, match="moving_values has NaN"):
        correlation(np.eye(2), moving_values=[1, np.nan])


def test_supervised_likelihood_ratio__wants_one_shape():
    with pytest.raises(ValueError, match=r"arrays must have one shape, got joint \(2, 2\), dist \(3, 3\)"):
        supervised_likelihood_ratio(np.eye(2), np.eye(3))
