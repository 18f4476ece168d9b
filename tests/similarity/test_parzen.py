"""The smooth joint histogram: against the readable version, its laws, and what it refuses."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coursereg import (
    ParzenJointHistogram,
    compute_parzen_mi,
    cubic_spline,
    cubic_spline_derivative,
    mutual_information,
    regtransforms,
)
from coursereg._jit import threads
from coursereg.course.plain import parzen as plain
from coursereg.similarity.parzen import matrix_derivatives

RIGID = regtransforms["RIGID", 2]


def filled(bins=8, n=60, seed=0, dim=2):
    """A histogram of random values, and what it was made of."""
    rng = np.random.default_rng(seed)
    static, moving = rng.normal(5, 3, n), rng.uniform(-70, 20, n)
    points, slopes = rng.normal(0, 9, (n, dim)), rng.normal(0, 2, (n, dim))
    histogram = ParzenJointHistogram(bins)
    histogram.setup(static, moving)
    histogram.update_pdfs_sparse(static, moving)
    return histogram, static, moving, points, slopes


@given(st.integers(0, 10**6), st.integers(5, 40), st.integers(2, 90))
def test_pdfs__are_those_of_the_readable_version(seed, bins, n):
    histogram, static, moving, _, _ = filled(bins, n, seed)
    wanted = plain.parzen_joint(histogram.bin_normalize_static(static), histogram.bin_normalize_moving(moving), bins)
    np.testing.assert_allclose(histogram.joint, wanted, rtol=0, atol=1e-12)
    np.testing.assert_allclose(histogram.smarginal, wanted.sum(axis=1), rtol=0, atol=1e-12)
    np.testing.assert_allclose(histogram.mmarginal, wanted.sum(axis=0), rtol=0, atol=1e-12)


@pytest.mark.parametrize("kind", sorted(regtransforms))
def test_gradient__is_that_of_the_readable_version(kind):
    transform = regtransforms[kind]
    histogram, static, moving, points, slopes = filled(bins=9, n=70, seed=2, dim=kind[1])
    theta = transform.get_identity_parameters() + 0.1
    histogram.update_gradient_sparse(theta, transform, static, moving, points, slopes)
    changes = np.einsum("nd,ndk->nk", slopes, transform.jacobians(theta, points)) / histogram.mdelta
    wanted = plain.parzen_joint_gradient(
        histogram.bin_normalize_static(static), histogram.bin_normalize_moving(moving), changes, 9
    )
    np.testing.assert_allclose(histogram.joint_grad, wanted, rtol=0, atol=1e-10 * np.abs(wanted).max())
    slope = np.zeros(transform.get_number_of_parameters())
    value = compute_parzen_mi(histogram.joint, histogram.joint_grad, histogram.smarginal, histogram.mmarginal, slope)
    expected = plain.parzen_mi(histogram.joint, wanted)
    np.testing.assert_allclose(value, expected[0], rtol=1e-12)
    np.testing.assert_allclose(slope, expected[1], rtol=1e-9, atol=1e-9 * np.abs(expected[1]).max())


def test_gradient__is_the_difference_of_two_histograms():
    histogram, static, moving, points, slopes = filled(seed=4)
    theta, h = np.array([0.2, 1.0, -2.0]), 1e-6
    histogram.update_gradient_sparse(theta, RIGID, static, moving, points, slopes)
    changes = np.einsum("nd,ndk->nk", slopes, RIGID.jacobians(theta, points))
    for k in range(3):
        ahead, behind = (ParzenJointHistogram(8) for _ in range(2))
        for other, sign in ((ahead, 1), (behind, -1)):
            other.setup(static, moving)
            other.update_pdfs_sparse(static, moving + sign * h * changes[:, k])
        difference = (ahead.joint - behind.joint) / (2 * h)
        # the darkest and the brightest sample leave the range by h
        np.testing.assert_allclose(histogram.joint_grad[..., k], difference, rtol=0, atol=2e-6)


def test_dense__is_sparse_in_order():
    rng = np.random.default_rng(3)
    static, moving, slopes = rng.random((5, 4, 6)), rng.random((5, 4, 6)), rng.random((5, 4, 6, 3))
    grid2world = np.array([[2, 0.1, 0, 5], [0, 1, 0.2, 6], [0, 0, 3, 7], [0, 0, 0, 1]])
    points = np.indices(static.shape).reshape(3, -1).T @ grid2world[:3, :3].T + grid2world[:3, 3]
    transform = regtransforms["AFFINE", 3]
    theta, masks = transform.get_identity_parameters() + 0.1, (rng.random((2, 5, 4, 6)) < 0.7)
    dense, sparse = ParzenJointHistogram(7), ParzenJointHistogram(7)
    dense.setup(static, moving, *masks)
    dense.update_pdfs_dense(static, moving, *masks)
    dense.update_gradient_dense(theta, transform, static, moving, grid2world, slopes, *masks)
    both = masks.all(axis=0)
    sparse.setup(static[masks[0]], moving[masks[1]])
    sparse.update_pdfs_sparse(static[both], moving[both])
    sparse.update_gradient_sparse(theta, transform, static[both], moving[both], points[both.ravel()], slopes[both])
    for name in ("joint", "smarginal", "mmarginal", "joint_grad"):
        np.testing.assert_allclose(getattr(dense, name), getattr(sparse, name), rtol=0, atol=1e-9, err_msg=name)


def test_nan__is_left_out_everywhere():
    histogram, static, moving, points, slopes = filled(seed=5)
    extra = [np.append(values, [np.nan, 3.0, np.inf]) for values in (static, moving)]
    extra[1][-2] = np.nan
    other = ParzenJointHistogram(8)
    other.setup(*extra)
    other.update_pdfs_sparse(*extra)
    more = [np.vstack([values, np.ones((3, 2))]) for values in (points, slopes)]
    other.update_gradient_sparse([0.1, 0, 0], RIGID, *extra, *more)
    histogram.update_gradient_sparse([0.1, 0, 0], RIGID, static, moving, points, slopes)
    np.testing.assert_allclose(other.joint, histogram.joint, rtol=0, atol=1e-15)
    np.testing.assert_allclose(other.joint_grad, histogram.joint_grad, rtol=0, atol=1e-12)


def test_constant_image__gives_zero_and_no_nan():
    histogram = ParzenJointHistogram(6)
    histogram.setup([3, 3, 3], [3, 4, 3])
    assert histogram.bin_normalize_static(3) == 0
    assert histogram.bin_index(0) == 2
    histogram.update_pdfs_sparse([3, 3, 3], [3, 4, 3])
    value = compute_parzen_mi(histogram.joint, None, histogram.smarginal, histogram.mmarginal, None)
    assert value == pytest.approx(0, abs=1e-15)


@given(st.floats(-3, 3))
def test_splines__are_the_readable_ones_and_sum_to_one(x):
    shifts = x - np.floor(x) + np.arange(-2, 2)
    assert cubic_spline(shifts).sum() == pytest.approx(1, abs=1e-12)
    np.testing.assert_allclose(cubic_spline([x]), plain.cubic_spline([x]), rtol=0, atol=1e-14)
    np.testing.assert_allclose(cubic_spline_derivative([x]), plain.cubic_spline_derivative([x]), rtol=0, atol=1e-14)
    h = 1e-6
    slope = (cubic_spline([x + h]) - cubic_spline([x - h])) / (2 * h)
    np.testing.assert_allclose(cubic_spline_derivative([x]), slope, rtol=0, atol=1e-5)


@given(st.integers(0, 10**6))
def test_parzen_mi__is_mutual_information_and_not_negative(seed):
    joint = np.random.default_rng(seed).random((6, 7)) ** 4
    joint /= joint.sum()
    value = compute_parzen_mi(joint, None, joint.sum(axis=1), joint.sum(axis=0), None)
    assert value >= 0
    assert value == pytest.approx(mutual_information(joint), abs=1e-12)


def test_matrix_derivatives__of_an_object_with_a_jacobian_only():
    class Old:
        def get_dim(self):
            return 2

        def jacobian(self, theta, x):
            return RIGID.jacobian(theta, x)

    theta = [0.3, 5.0, -2.0]
    np.testing.assert_allclose(matrix_derivatives(Old(), theta), RIGID.matrix_derivatives(theta), rtol=0, atol=1e-14)


def test_inputs__may_be_of_any_dtype_and_layout_and_stay_as_they_are():
    rng = np.random.default_rng(7)
    static, moving = rng.integers(0, 255, (9, 8)).astype(np.uint8), rng.integers(0, 9, (9, 8)).astype(">i2")
    static.flags.writeable = False
    wanted, got = ParzenJointHistogram(8), ParzenJointHistogram(8)
    wanted.setup(static.astype(float), moving.astype(float))
    wanted.update_pdfs_dense(static.astype(float), moving.astype(float))
    got.setup(static, np.asfortranarray(moving))
    got.update_pdfs_dense(static, np.asfortranarray(moving))
    np.testing.assert_array_equal(got.joint, wanted.joint)


def test_histogram__has_the_same_bits_on_one_thread_and_on_two():
    found = []
    for n in (1, 2):
        with threads(n):
            histogram, static, moving, points, slopes = filled(n=5000)
            histogram.update_gradient_sparse([0.1, 2, 3], RIGID, static, moving, points, slopes)
            found.append((histogram.joint, histogram.joint_grad))
    np.testing.assert_array_equal(found[0][0], found[1][0])
    np.testing.assert_array_equal(found[0][1], found[1][1])


def test_mask__counts_where_it_is_above_0():
    histogram, static, moving, _, _ = filled()
    mask = np.where(np.arange(static.size) % 3, -1.0, 1.0)
    mask[0] = np.nan
    signed, plain = ParzenJointHistogram(8), ParzenJointHistogram(8)
    for one, where in ((signed, mask), (plain, mask == 1)):
        one.setup(static, moving, smask=where)
        one.update_pdfs_dense(static.reshape(1, -1), moving.reshape(1, -1), where.reshape(1, -1))
    assert (signed.smin, signed.sdelta) == (plain.smin, plain.sdelta)
    np.testing.assert_array_equal(signed.joint, plain.joint)


def test_parzen_mi__of_nan_is_nan():
    joint = np.full((2, 2), 0.25)
    joint[0, 1] = np.nan
    assert np.isnan(compute_parzen_mi(joint, None, joint.sum(axis=1), joint.sum(axis=0), None))


def test_bad_input__is_refused():
    with pytest.raises(ValueError, match="nbins must be at least 5"):
        ParzenJointHistogram(4)
    histogram, static, moving, points, slopes = filled()
    with pytest.raises(ValueError, match="call setup"):
        ParzenJointHistogram(8).update_pdfs_sparse(static, moving)
    with pytest.raises(ValueError, match="static must have a value that is finite and not masked"):
        histogram.setup(static, moving, smask=np.zeros(60))
    with pytest.raises(ValueError, match="mask of static must have the shape"):
        histogram.setup(static, moving, smask=np.ones(3))
    with pytest.raises(ValueError, match="must have one shape"):
        histogram.update_pdfs_sparse(static, moving[1:])
    with pytest.raises(ValueError, match="must have one shape"):
        histogram.update_pdfs_dense(np.ones((2, 2)), np.ones((2, 3)))
    with pytest.raises(ValueError, match="mgradient must be float32 or float64"):
        histogram.update_gradient_sparse([0, 0, 0], RIGID, static, moving, points, slopes.astype(int))
    with pytest.raises(ValueError, match="mgradient must have shape"):
        histogram.update_gradient_sparse([0, 0, 0], RIGID, static, moving, points, slopes[1:])
    with pytest.raises(ValueError, match="sample_points must have shape"):
        histogram.update_gradient_sparse([0, 0, 0], RIGID, static, moving, points[1:], slopes)
    with pytest.raises(ValueError, match="theta must have 3 parameters"):
        histogram.update_gradient_sparse([0, 0], RIGID, static, moving, points, slopes)
    with pytest.raises(ValueError, match="joint must have shape"):
        compute_parzen_mi(np.ones((2, 2)), None, [0.5, 0.5], [1.0], None)
    with pytest.raises(ValueError, match="joint_gradient must have shape"):
        compute_parzen_mi(np.eye(2) / 2, np.ones((2, 2, 3)), [0.5, 0.5], [0.5, 0.5], np.zeros(2))
