"""The hand-out's functions: like NumPy and the readable references, for every dtype, without its printed defects."""

import os
import warnings

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy import ndimage

from coursereg import MI, SSD, JointHist, corr, mutual_information, translation
from coursereg.course.plain import histogram, information, intensity, interpolation
from coursereg.similarity import binning

INTEGERS = ["i1", "u1", "i2", "u2", "i4", "u4", "i8", "u8"]
FLOATS = ["f2", "f4", "f8"]
DTYPES = ["?", *INTEGERS, *FLOATS]
SLOW = os.environ.get("NUMBA_DISABLE_JIT") == "1"


def numpy_hist(I, J, bins):
    return np.histogram2d(np.ravel(I), np.ravel(J), bins)[0]


def values(dtype):
    """Grey values that are awkward: extremes of the dtype, few levels, edges of bins."""
    dtype = np.dtype(dtype)
    if dtype.kind == "b":
        return st.booleans()
    if dtype.kind == "f":
        nice = st.sampled_from((3, 7, 10, 255)).flatmap(
            lambda n: st.integers(0, n).map(lambda k: _rounded(dtype, k / n))
        )
        return st.one_of(st.integers(-20, 20).map(float), nice, st.floats(-1e4, 1e4, width=8 * dtype.itemsize))
    limits = np.iinfo(dtype)
    small = st.integers(max(limits.min, -9), 99)
    # beyond 2**53 NumPy compares rounded numbers: tested apart
    return st.one_of(small, st.integers(max(limits.min, -(2**52)), min(limits.max, 2**52)))


def _rounded(dtype, number):
    return float(dtype.type(number))


def image(dtype, n):
    return hnp.arrays(dtype, n, elements=values(dtype), fill=st.nothing())


@st.composite
def pairs(draw, dtypes=("?", *INTEGERS, "f4", "f8")):
    n = draw(st.integers(1, 30))
    return draw(image(draw(st.sampled_from(dtypes)), n)), draw(image(draw(st.sampled_from(dtypes)), n))


# --- JointHist ---------------------------------------------------------------------------------------------------


def plain_for_numpy(I, J):
    """Images as histogram2d takes them: it would count float16-and-uint8 in float16, and fails for bool."""
    return (x.astype(np.uint8) if x.dtype == bool else x for x in (I, J))


@given(pairs(), st.one_of(st.integers(1, 20), st.just(256), st.tuples(st.integers(1, 9), st.integers(1, 9))))
def test_joint_hist__counts_as_histogram2d(pair, bins):
    I, J = pair
    np.testing.assert_array_equal(JointHist(I, J, bins), numpy_hist(*plain_for_numpy(I, J), bins))


@given(pairs(), st.integers(1, 20))
def test_joint_hist__is_the_readable_one(pair, bins):
    I, J = pair
    assume("f4" not in (I.dtype, J.dtype))  # edges in single precision there, in double here
    np.testing.assert_array_equal(JointHist(I, J, bins), histogram.JointHist(I, J, bins))


@given(pairs(DTYPES), st.one_of(st.none(), st.integers(1, 20), st.tuples(st.none(), st.integers(1, 9))), st.booleans())
def test_joint_hist__counts_every_sample_once(pair, bins, normed):
    I, J = pair
    H = JointHist(I, J, bins, normed)
    assert H.sum() == pytest.approx(1) if normed else H.sum() == I.size
    assert H.dtype == np.float64
    assert H.flags.c_contiguous
    np.testing.assert_array_equal(H.T, JointHist(J, I, bins if not isinstance(bins, tuple) else bins[::-1], normed))


@pytest.mark.parametrize("n", [2, 3, 5, 7, 10, 16, 49, 64, 100, 255, 256, 257])
@pytest.mark.parametrize("dtype", ["f4", "f8"])
@pytest.mark.parametrize(("low", "high"), [(0, 1), (0.1, 0.7), (-1 / 3, 1e3), (1e7, 1e7 + 3), (-1e-40, 3e-39)])
def test_joint_hist__puts_values_on_edges_where_histogram2d_does(n, dtype, low, high):
    if SLOW and n > 49:
        pytest.skip("many samples, no compiler")
    edges = np.linspace(np.dtype(dtype).type(low), np.dtype(dtype).type(high), n + 1)
    near = [edges, np.nextafter(edges, -np.inf), np.nextafter(edges, np.inf), np.linspace(low, high, n)]
    I = np.concatenate(near).clip(edges[0], edges[-1]).astype(dtype)
    assert I.dtype == dtype
    # where bins are among the smallest numbers of single precision, NumPy's edges are out of order
    reference = I.astype("f8") if high - low < 1e-30 else I
    np.testing.assert_array_equal(JointHist(I, I[::-1], n), numpy_hist(reference, reference[::-1], n))


def test_joint_hist__counts_as_histogram2d_where_bins_are_rounded_to_nothing():
    I = np.float32([1e7, 1e7, 1e7 + 2])  # several edges are one number
    np.testing.assert_array_equal(JointHist(I, I, 49), numpy_hist(I, I, 49))


@pytest.mark.skipif(SLOW, reason="many samples, no compiler")
@pytest.mark.parametrize("dtype", DTYPES)
def test_joint_hist__counts_large_pictures_as_histogram2d(dtype):
    rng = np.random.default_rng(0)
    I = (rng.random((300, 400)) * (1 if dtype in ("?", *FLOATS) else 120)).round(3).astype(dtype)
    J = np.roll(I, 1, axis=0)
    I, J = plain_for_numpy(I, J)
    reference = [x.astype("f8") if dtype == "f2" else x for x in (I, J)]
    for bins in (2, 30, 256, (3, 700)):
        np.testing.assert_array_equal(JointHist(I, J, bins), numpy_hist(*reference, bins))


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("other", DTYPES)
def test_joint_hist__does_not_depend_on_the_dtype(dtype, other):
    I, J = np.array([0, 1, 1, 0, 1]), np.array([1, 0, 1, 0, 1])
    for bins in (2, 5, (3, 2), [0, 0.5, 1]):
        np.testing.assert_array_equal(JointHist(I.astype(dtype), J.astype(other), bins), numpy_hist(I, J, bins))


@pytest.mark.parametrize("dtype", ["?", *INTEGERS])
def test_joint_hist__gives_integers_one_bin_per_grey_level(dtype):
    top = 1 if dtype == "?" else 100
    low = 0 if dtype[0] in "?u" else -3
    I = np.array([low, top, top, 0], dtype)
    H = JointHist(I, I)
    assert H.shape == (top - low + 1,) * 2
    assert H[0, 0] == (2 if low == 0 else 1)
    assert H[-1, -1] == 2


@pytest.mark.parametrize("dtype", INTEGERS)
def test_joint_hist__has_256_levels_at_most_and_64_bins_beyond(dtype):
    limits = np.iinfo(dtype)
    full = np.array([limits.min, limits.min + 255], dtype)
    assert JointHist(full, full).shape == (256, 256)
    if limits.bits > 8:
        wider = np.array([limits.min, limits.min + 256], dtype)
        assert JointHist(wider, full).shape == (64, 256)
    assert JointHist([0.0, 255.0], full).shape == (64, 256)


@pytest.mark.parametrize("dtype", ["i8", "u8"])
def test_joint_hist__tells_neighbours_beyond_double_precision_apart(dtype):
    top = np.iinfo(dtype).max
    I = np.array([top, top - 1, top - 2, top - 2], dtype)
    assert JointHist(I, [0, 1, 2, 2]).tolist() == [[0, 0, 2], [0, 1, 0], [1, 0, 0]]
    np.testing.assert_array_equal(JointHist(I, [0, 0, 0, 0], (3, 1)).ravel(), [2, 1, 1])
    edge = np.array([0, 2**16, 2**16], dtype)  # one grey level too many for a table
    assert JointHist(edge, [0, 0, 0], (2, 1)).ravel().tolist() == [1, 2]
    wide = np.array([top, top - 2**17, top - 2**18, top - 2**17 - 1], dtype)  # too wide for a table of levels
    np.testing.assert_array_equal(JointHist(wide, [0, 0, 0, 0], (2, 1)).ravel(), [2, 2])


@pytest.mark.parametrize("power", [-1074 + 4, -1000, 1020])
def test_joint_hist__does_not_depend_on_the_unit(power):
    I = np.array([-8.0, -3, -1, 0, 2, 2.5, 5, 7.75])
    np.testing.assert_array_equal(JointHist(np.ldexp(I, power), I, 4), JointHist(I, I, 4))


@pytest.mark.parametrize("constant", [0, 255, 7.25, -1e300, 1e17, True])
def test_joint_hist__of_a_constant_image_has_one_full_row(constant):
    I = np.full((3, 4), constant)
    J = np.arange(12).reshape(3, 4)
    for bins in (None, 1, 2, 5, 16):
        H = JointHist(I, J, bins)
        assert H.sum() == 12
        assert np.count_nonzero(H.sum(axis=1)) == 1
        assert JointHist(I, I, bins).max() == 12


@given(pairs(("u1", "i2", "f8", "i8")), st.lists(st.floats(-1e3, 1e3), max_size=9))
def test_joint_hist__takes_edges_as_histogram2d(pair, inner):
    I, J = pair
    edges = np.unique([-1.0, *inner, *(float(f(x)) for x in pair for f in (np.min, np.max))])
    assume(len(edges) > 2)  # two edges in a list would be two numbers of bins
    H = JointHist(I, J, edges)
    assert H.sum() == I.size
    np.testing.assert_array_equal(H, numpy_hist(I, J, edges))
    np.testing.assert_array_equal(JointHist(I, J, (edges, 3)), numpy_hist(I, J, (edges, 3)))


@pytest.mark.parametrize("shape", [(6,), (2, 3), (1, 2, 3), (1, 1, 2, 3)])
def test_joint_hist__takes_any_number_of_dimensions(shape):
    I, J = np.arange(6) % 3, np.arange(6) % 2
    np.testing.assert_array_equal(JointHist(I.reshape(shape), J.reshape(shape)), JointHist(I, J))


@pytest.mark.parametrize("dtype", ["u1", "i1", "i2", ">i2", "<u4", ">f4", "f8", ">f8", "g"])
def test_joint_hist__takes_any_memory_layout(dtype):
    I = np.arange(24).reshape(4, 6) % 7
    wanted = JointHist(I, I.max() - I, 5)
    strided = np.repeat(np.repeat(I, 2, 0), 3, 1).astype(dtype)[::2, ::3]
    frozen = I.astype(dtype)
    frozen.flags.writeable = False
    for x in (strided, frozen, np.asfortranarray(frozen), frozen[::-1][::-1], I.astype(dtype).tolist()):
        np.testing.assert_array_equal(JointHist(x, I.max() - I, 5), wanted)


def test_joint_hist__leaves_the_images_alone():
    I, J = np.arange(6.0), np.arange(6, dtype=np.uint8)
    JointHist(I, J, 3)
    np.testing.assert_array_equal(I, np.arange(6))
    np.testing.assert_array_equal(J, np.arange(6))


def test_joint_hist__keeps_repeats_counts_beyond_255_and_the_maximum():
    I = np.repeat(np.uint8([0, 255]), 1000)
    assert JointHist(I, I, 2).tolist() == [[1000, 0], [0, 1000]]


@pytest.mark.parametrize("bins", [7, 300])
def test_joint_hist__counts_the_same_on_two_threads(monkeypatch, bins):
    I = np.random.default_rng(0).random((30, 40))
    for pair in ((I, I.T.reshape(I.shape)), (I.astype("f4"), (9 * I).astype("i2")), ((9 * I).astype("u1"),) * 2):
        alone = JointHist(*pair, bins)
        with monkeypatch.context() as patch:
            patch.setattr(binning, "MANY", 1)
            np.testing.assert_array_equal(JointHist(*pair, bins), alone)


def test_joint_hist__on_two_threads_reports_the_first_image_first(monkeypatch):
    monkeypatch.setattr(binning, "MANY", 1)
    with pytest.raises(ValueError, match="I has NaN"):
        JointHist([np.nan, 1], [np.nan, 1])
    with pytest.raises(ValueError, match="J has NaN"):
        JointHist([0.0, 1], [np.nan, 1])


def test_joint_hist__finds_nan_anywhere_in_a_large_picture():
    I = np.zeros(70_000)  # looked through piece by piece
    for place in (0, 65_535, 65_536, 69_999):
        J = I.copy()
        J[place] = np.nan
        with pytest.raises(ValueError, match="J has NaN at 1 of 70000 samples"):
            JointHist(I, J, 2)


# The defects of the hand-out's printed code (lessons, part B), each shown absent.


def test_handout_b1_b2__ssd_neither_wraps_nor_truncates():
    assert SSD(np.uint8([0, 1, 2]), np.uint8([2, 2, 1])) == 6
    assert SSD([0.5, -2.0], [0.0, 0.04]) == pytest.approx(0.25 + 2.04**2)


def test_handout_b4_b5_b6__one_number_of_bins_top_levels_apart_and_255_in_reach():
    I = np.arange(8, dtype=np.uint8)
    np.testing.assert_array_equal(JointHist(I, I, 16).sum(), 8)
    np.testing.assert_array_equal(JointHist(I, I), np.eye(8))
    J = np.uint8([0, 255])
    assert JointHist(J, J).shape == (256, 256)
    assert JointHist(J, J, 16)[-1, -1] == 1


def test_handout_b7__floats_in_the_unit_interval():
    I = np.linspace(0, 1, 101)
    assert JointHist(I, I).shape == (64, 64)
    assert JointHist(I, I).sum() == 101


def test_handout_b8__constant_zero_image():
    Z = np.zeros((4, 5), np.uint8)
    np.testing.assert_array_equal(JointHist(Z, Z), [[20]])


def test_handout_b9__edges_that_leave_samples_out_are_an_error():
    I = np.arange(8)
    with pytest.raises(
        ValueError, match="edges of bins must contain all samples: I goes from 0 to 7, the edges from 0 to"
    ):
        JointHist(I, I, [0, 2, 5])
    with pytest.raises(ValueError, match="J goes from 0.5 to 1, the edges from 0.6"):
        JointHist([0, 1], [0.5, 1], (2, [0.6, 2, 3]))


def test_handout_b10__normed_histogram_gives_the_same_information():
    I = np.arange(8)
    assert mutual_information(JointHist(I, I, normed=True)) == pytest.approx(np.log(8))
    assert mutual_information(JointHist(I, I)) == pytest.approx(np.log(8))


def test_handout_b11__information_of_different_pairs_is_comparable_with_bins():
    rng = np.random.default_rng(0)
    I = rng.random(500)
    assert MI(I, I, 8) == pytest.approx(MI(1000 * I, 1000 * I, 8))


def test_handout_b12__correlation_of_a_constant_image_is_nan_without_warning():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert np.isnan(corr(np.full(9, 0.1), np.arange(9)))
        assert np.isnan(corr(np.arange(9), np.zeros(9, np.uint8)))
    assert isinstance(corr(np.float32([1, 2, 4]), np.float32([3, 1, 1])), float)


# --- SSD ---------------------------------------------------------------------------------------------------------


@given(pairs(("u1", "i2", "u4", "f8", "?")))
def test_ssd__is_the_readable_one(pair):
    assert SSD(*pair) == pytest.approx(intensity.SSD(*pair), rel=1e-12)


@given(st.sampled_from(DTYPES), st.sampled_from(DTYPES), st.data())
def test_ssd__is_exact_for_every_pair_of_dtypes(one, other, data):
    n = data.draw(st.integers(1, 6))
    any_integer = {d: st.integers(np.iinfo(d).min, np.iinfo(d).max) for d in INTEGERS}
    I, J = (data.draw(hnp.arrays(d, n, elements=any_integer.get(d, values(d)))) for d in (one, other))
    exact = sum((_exact(a) - _exact(b)) ** 2 for a, b in zip(I.tolist(), J.tolist(), strict=True))
    if {one, other} & set(FLOATS) and {one, other} & {"i8", "u8"}:
        assert SSD(I, J) == pytest.approx(float(exact), rel=1e-9, abs=1e6)  # 64 bits beside a float: rounded first
    else:
        assert SSD(I, J) == pytest.approx(float(exact), rel=1e-12)


def _exact(number):
    from fractions import Fraction

    return Fraction(number)


@pytest.mark.parametrize(("dtype", "low"), [("u1", 0), ("i1", -128), ("u8", 0), ("i8", -(2**63))])
def test_ssd__does_not_wrap_at_the_ends_of_a_dtype(dtype, low):
    high = np.iinfo(dtype).max
    assert SSD(np.array([low, high], dtype), np.array([high, low], dtype)) == pytest.approx(2 * float(high - low) ** 2)
    assert SSD(np.array([high], dtype), np.array([high - 1], dtype)) == 1


def test_ssd__of_unsigned_and_signed_64_bits_is_exact():
    assert SSD(np.uint64([2**63 + 3]), np.int64([2**63 - 1])) == 16
    assert SSD(np.uint64([5]), np.int64([-5])) == 100
    assert SSD(np.uint64([2**64 - 1]), np.int8([0])) == pytest.approx(2.0**128)


@given(pairs(("f8", "f4", "u1")))
def test_ssd__is_symmetric_and_zero_only_for_equal_images(pair):
    I, J = pair
    assert SSD(I, J) == SSD(J, I)
    assert SSD(I, I) == 0
    assert (SSD(I, J) == 0) == np.array_equal(I.astype(float), J.astype(float)) or np.abs(I - J * 1.0).max() < 1e-150


def test_ssd__beyond_the_largest_double_is_infinite_without_a_warning():
    assert SSD([1e200, 0], [0, 1e200]) == np.inf
    assert SSD([-1.7e308], [1.7e308]) == np.inf


# --- corr --------------------------------------------------------------------------------------------------------


@given(pairs(("u1", "i2", "f8", "?")))
def test_corr__is_the_readable_one(pair):
    # 1e-6: the readable one cancels where an image varies in its last digits only
    wanted = intensity.corr(*pair)
    scale = min(np.ptp(x * 1.0) / (1 + np.abs(x * 1.0).max()) for x in pair)
    assume(scale == 0 or scale > 1e-6)
    assert corr(*pair) == pytest.approx(wanted, abs=1e-6, nan_ok=True)


@given(image("f8", 12), image("f8", 12), st.floats(0.01, 100), st.floats(-100, 100))
def test_corr__survives_linear_changes_of_contrast(I, J, a, b):
    assume(min(np.ptp(I), np.ptp(J)) > 1e-3)
    r = corr(I, J)
    assert -1 <= r <= 1
    assert corr(J, I) == pytest.approx(r, abs=1e-12)
    assert corr(a * I + b, J) == pytest.approx(r, abs=1e-6)
    assert corr(-a * I + b, J) == pytest.approx(-r, abs=1e-6)


@pytest.mark.parametrize("dtype", ["u1", "i8", "u8", "f4", "f8"])
def test_corr__agrees_with_numpy(dtype):
    rng = np.random.default_rng(0)
    I = (200 * rng.random((9, 8))).astype(dtype)
    J = (I / 2 + 50 * rng.random((9, 8))).astype(dtype)
    wanted = np.corrcoef(I.ravel().astype(float), J.ravel().astype(float))[0, 1]
    assert corr(I, J) == pytest.approx(wanted, abs=1e-12)


@pytest.mark.parametrize("factor", [1e-320, 1e-200, 1e200, 1e307])
def test_corr__stands_tiny_and_huge_values(factor):
    I, J = np.array([1.0, 2, 5, -3]), np.array([2.0, 1, 4, -5])
    assert corr(factor * I, J) == pytest.approx(corr(I, J), abs=1e-3 if factor < 1e-300 else 1e-12)
    assert corr(factor * I, factor * I) == pytest.approx(1)


def test_corr__of_the_largest_doubles_does_not_overflow():
    top = np.finfo(float).max
    assert corr([-top, top, top], [0, 1, 1]) == pytest.approx(1)


def test_corr__sees_small_variations_on_a_large_offset():
    I = np.arange(50.0) % 7
    assert corr(I + 1e12, I) == pytest.approx(1, abs=1e-9)
    big = (I.astype(np.uint64) + np.uint64(2**63)).astype(np.uint64)
    assert corr(big, I) == pytest.approx(1, abs=1e-12)


# --- MI ----------------------------------------------------------------------------------------------------------


@given(pairs(("u1", "i2", "f8")), st.integers(1, 12))
def test_mi__is_the_readable_one(pair, bins):
    assert MI(*pair, bins) == pytest.approx(max(0, information.MI(*pair, bins)), abs=1e-12)


@given(pairs(DTYPES), st.one_of(st.none(), st.integers(1, 9)))
def test_mi__is_symmetric_and_not_negative(pair, bins):
    I, J = pair
    mi = MI(I, J, bins)
    assert mi >= 0
    assert MI(J, I, bins) == pytest.approx(mi, abs=1e-12)
    assert mi <= MI(I, I, bins) + 1e-12


def test_mi__of_an_image_with_itself_is_its_entropy_in_nats():
    I = np.repeat(np.arange(8, dtype=np.uint8), 5)
    assert MI(I, I) == pytest.approx(np.log(8))
    assert MI(I, 255 - I) == pytest.approx(np.log(8))
    assert MI(I, np.zeros_like(I)) == 0


# --- translation -------------------------------------------------------------------------------------------------


@given(
    hnp.arrays(st.sampled_from(DTYPES), hnp.array_shapes(min_dims=2, max_dims=2, max_side=6), elements=st.just(1)).map(
        lambda x: (x * np.arange(x.size).reshape(x.shape)).astype(x.dtype)
    ),
    st.integers(-8, 8),
    st.integers(-8, 8),
)
def test_translation__by_whole_pixels_is_exactly_the_readable_one(I, p, q):
    np.testing.assert_array_equal(translation(I, p, q), interpolation.translation(I, p, q))


@given(st.tuples(st.integers(1, 9), st.integers(1, 9)), st.floats(-10, 10), st.floats(-10, 10))
def test_translation__is_the_spline_of_scipy_to_the_border(shape, p, q):
    I = np.random.default_rng(0).uniform(0, 200, shape)
    got, wanted = translation(I, p, q), interpolation.translation_by_spline(I, p, q)
    # a coordinate within rounding of the border is inside here, and may be outside there
    r, c = np.arange(shape[0]) - p, np.arange(shape[1]) - q
    clear = np.ix_(*(np.minimum(abs(x), abs(x - n + 1)) > 1e-8 for x, n in ((r, shape[0]), (c, shape[1]))))
    np.testing.assert_allclose(got[clear], wanted[clear], atol=1e-8)


def test_translation__moves_content_down_and_right():
    I = np.zeros((20, 20))
    I[5, 6] = 9
    assert np.argwhere(translation(I, 3, 4)).tolist() == [[8, 10]]
    blob = ndimage.gaussian_filter(I, 1.5)
    np.testing.assert_allclose(ndimage.center_of_mass(translation(blob, 2.5, 1.25)), [7.5, 7.25], atol=0.02)


def test_translation__there_and_back_is_the_picture_again():
    I = np.zeros((48, 64))
    I[24, 32] = 1
    I = ndimage.gaussian_filter(I, 4)
    I *= 200 / I.max()
    back = translation(translation(I, 2.3, -1.7), -2.3, 1.7)
    assert np.abs(back - I).max() < 0.1  # grey levels of 200


def test_translation__gives_floats_and_leaves_the_image_alone():
    I = np.arange(20, dtype=np.uint8).reshape(4, 5)
    I.flags.writeable = False
    for p in (1, 0.5):
        assert translation(I, p, 0).dtype == np.float64
    np.testing.assert_array_equal(I.ravel(), np.arange(20))


def test_translation__is_zero_where_nothing_arrives():
    assert not translation(np.ones((4, 5)), 4, 0).any()
    assert not translation(np.ones((4, 5)), 0, -1e9).any()
    assert not translation(np.ones((4, 5)), 1e300, 0.5).any()
    np.testing.assert_array_equal(translation(np.ones((4, 5)), 0.5, 0)[0], 0)


@pytest.mark.parametrize("factor", [1e-300, 1e305])
def test_translation__stands_tiny_and_huge_values(factor):
    I = np.random.default_rng(0).uniform(-1000, 1000, (6, 7))
    got = translation(I * factor, 0.5, -1.25)
    np.testing.assert_allclose(got / factor, translation(I, 0.5, -1.25), rtol=1e-9, atol=1e-9)


def test_translation__of_the_largest_doubles_is_never_nan():
    I = np.full((6, 7), np.finfo(float).max)
    I[2] *= -1
    assert not np.isnan(translation(I, 0.5, 0.25)).any()


# --- errors ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("function", [JointHist, SSD, corr, MI])
@pytest.mark.parametrize(
    ("I", "J", "error", "match"),
    [
        (np.ones((3, 2)), np.ones(2), ValueError, r"arrays must have one shape, got I \(3, 2\), J \(2,\)"),
        (np.ones((3, 2)), np.ones((2, 3)), ValueError, "arrays must have one shape"),
        ([1.0, np.nan], [1, 2], ValueError, "I has NaN at 1 of 2 samples"),
        ([1, 2], [np.inf, np.nan], ValueError, "J has NaN at 1 of 2 samples"),
        ([1, 2], [np.inf, -np.inf], ValueError, "J has infinite values at 2 of 2 samples"),
        ([], [], ValueError, r"I must have at least one sample, got shape \(0,\)"),
        ([1j], [1], TypeError, "I must hold real numbers .* got complex numbers"),
        ([1], [None], TypeError, "J must hold real numbers .* got dtype object"),
        (["a"], [1], TypeError, "I must hold real numbers .* got dtype <U1"),
        ([[1], [1, 2]], [1, 2], TypeError, "I must be an array of numbers, got list"),
        (np.ma.masked_less([1, 2], 2), [1, 2], TypeError, "I is a masked array, whose mask would be ignored"),
    ],
)
def test_measures__say_what_is_wrong_with_an_image(function, I, J, error, match):
    with pytest.raises(error, match=match):
        function(I, J)


@pytest.mark.parametrize("function", [JointHist, MI])
@pytest.mark.parametrize(
    ("bins", "error", "match"),
    [
        (0, ValueError, "bins must be at least 1, got 0"),
        (-3, ValueError, "bins must be at least 1, got -3"),
        ((4, 0), ValueError, "bins must be at least 1, got 0"),
        (40000, ValueError, "bins must be at most 32767 for each image, got 40000"),
        ((32767, 32767), ValueError, "at most 67108864 cells, got 32767 x 32767 bins"),
        (16.0, TypeError, "bins must be a whole number, got 16.0"),
        (True, TypeError, "bins must be a whole number, got True"),
        ("16", TypeError, "bins must be a whole number, got '16'"),
        ((0.0, 255.0), TypeError, "bins must be a whole number, got 0.0"),
        ([3], ValueError, "edges of bins must be 2 to 32768 increasing numbers"),
        ([], ValueError, "edges of bins must have at least one sample"),
        ([0, 5, 3, 9], ValueError, r"increasing numbers, got \[0. 5. 3. 9.\]"),
        ([0, 3, 3, 9], ValueError, "increasing numbers"),
        ([0, np.nan, 9], ValueError, "edges of bins has NaN at 1 of 3"),
        ([0, np.inf, 9], ValueError, "edges of bins has infinite values at 1 of 3"),
        (np.ones((3, 3)), ValueError, r"edges of bins must be 1-D, got shape \(3, 3\)"),
    ],
)
def test_joint_hist__says_what_is_wrong_with_the_bins(function, bins, error, match):
    I = np.arange(9.0)
    with pytest.raises(error, match=match):
        function(I, I, bins)


def test_joint_hist__counts_in_numpy_integers():
    I = np.arange(9)
    np.testing.assert_array_equal(JointHist(I, I, np.int8(3)), JointHist(I, I, 3))
    np.testing.assert_array_equal(JointHist(I, I, np.array([3, 2])), JointHist(I, I, (3, 2)))


@pytest.mark.parametrize(
    ("arguments", "error", "match"),
    [
        ((np.ones(3), 0, 0), ValueError, r"I must be 2-D, got shape \(3,\)"),
        ((np.ones((2, 2, 3)), 0, 0), ValueError, r"I must be 2-D, got shape \(2, 2, 3\)"),
        ((np.ones((0, 3)), 0, 0), ValueError, "I must have at least one sample"),
        (([[1, np.nan]], 0, 0), ValueError, "I has NaN at 1 of 2"),
        (([[1j]], 0, 0), TypeError, "I must hold real numbers"),
        (([[1]], np.nan, 0), ValueError, "p must be a finite number, got nan"),
        (([[1]], 0, [1, 2]), ValueError, r"q must be a finite number, got \[1, 2\]"),
        (([[1]], "1", 0), ValueError, "p must be a finite number, got '1'"),
        (([[1]], None, 0), ValueError, "p must be a finite number, got None"),
    ],
)
def test_translation__says_what_is_wrong(arguments, error, match):
    with pytest.raises(error, match=match):
        translation(*arguments)
