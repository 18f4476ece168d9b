"""The smooth histogram and the metric against DIPY's numbers, where no defect of DIPY's is involved."""

import numpy as np
import pytest
from reference import store

from coursereg import MutualInformationMetric, ParzenJointHistogram, compute_parzen_mi, regtransforms


def cases(kind):
    return store.read("affine_metric", "affine_metric.npz", kind)


def names(kind):
    return [f"{case['name']}-{case['dim']}" for case in cases(kind)]


def same(histogram, case):
    """The histogram is DIPY's but for rounding of sums."""
    ranges = [histogram.smin, histogram.sdelta, histogram.mmin, histogram.mdelta]
    np.testing.assert_allclose(ranges, case["ranges"], rtol=1e-12, atol=1e-12)
    for name in ("joint", "smarginal", "mmarginal", "joint_grad"):
        np.testing.assert_allclose(getattr(histogram, name), case[name], rtol=1e-9, atol=1e-12, err_msg=name)
    slope = np.zeros(case["slope"].size)
    value = compute_parzen_mi(histogram.joint, histogram.joint_grad, histogram.smarginal, histogram.mmarginal, slope)
    np.testing.assert_allclose(value, case["mi"], rtol=1e-10)
    np.testing.assert_allclose(slope, case["slope"], rtol=1e-8, atol=1e-12)


@pytest.mark.parametrize("case", cases("dense"), ids=names("dense"))
def test_dense_histogram__is_that_of_dipy(case):
    masks = {name: case.get(name) for name in ("smask", "mmask")}
    histogram = ParzenJointHistogram(case["bins"])
    histogram.setup(case["static"], case["moving"], **masks)
    histogram.update_pdfs_dense(case["static"], case["moving"], **masks)
    transform = regtransforms[case["name"], case["dim"]]
    histogram.update_gradient_dense(
        case["theta"], transform, case["static"], case["moving"], case["grid2world"], case["grad"], **masks
    )
    same(histogram, case)


@pytest.mark.parametrize("case", cases("sparse"), ids=names("sparse"))
def test_sparse_histogram__is_that_of_dipy(case):
    histogram, values = ParzenJointHistogram(case["bins"]), (case["static"].ravel(), case["moving"].ravel())
    histogram.setup(case["static"], case["moving"])
    histogram.update_pdfs_sparse(*values)
    transform = regtransforms[case["name"], case["dim"]]
    histogram.update_gradient_sparse(case["theta"], transform, *values, case["points"], case["grad"])
    same(histogram, case)


@pytest.mark.parametrize("case", cases("metric"), ids=names("metric"))
def test_metric__is_that_of_dipy_where_all_samples_are_inside(case):
    metric = MutualInformationMetric(16, case["proportion"])
    metric.setup(
        regtransforms[case["name"], case["dim"]],
        case["static"],
        case["moving"],
        case["grid2world"],
        None,
        case["start"],
        case.get("mask"),
    )
    for params, distance, slope in zip(case["params"], case["distances"], case["slopes"], strict=True):
        # the moving image is kept in single precision here
        np.testing.assert_allclose(metric.distance(params), distance, rtol=1e-4, atol=1e-5)
        # a difference over a kink, where a sample meets one of the moving image, is a mean of both slopes
        np.testing.assert_allclose(metric.gradient(params), slope, rtol=0, atol=0.02 * np.abs(slope).max())
