"""Transforms, scale spaces, centres, samples and gradients against DIPY's numbers."""

import numpy as np
import pytest
from reference import store

import coursereg
from coursereg import (
    IsotropicScaleSpace,
    ScaleSpace,
    regtransforms,
    sample_domain_regular,
    sparse_world_gradient,
    world_gradient,
)


def cases(kind):
    return store.read("affine_parts", "affine_parts.npz", kind)


def test_transforms__are_those_of_dipy():
    seen = set()
    for case in cases("transform"):
        transform = regtransforms[case["name"], case["dim"]]
        seen.add((case["name"], case["dim"]))
        np.testing.assert_array_equal(transform.get_identity_parameters(), case["identity"])
        np.testing.assert_allclose(transform.param_to_matrix(case["theta"]), case["matrix"], atol=1e-12)
        np.testing.assert_allclose(transform.jacobian(case["theta"], case["x"]), case["jacobian"], atol=1e-12)
    assert seen == set(regtransforms)


def same_scale_space(ss, case):
    case["sigmas"] = np.maximum(
        case["sigmas"], 0
    )  # DIPY's are negative for axes that it makes finer, and then do nothing
    for name in ("domain_shapes", "spacings", "scalings", "affines", "affine_invs", "sigmas"):
        np.testing.assert_allclose(getattr(ss, name), case[name], atol=1e-12, err_msg=name)
    np.testing.assert_allclose(ss.get_expand_factors(1, 2), case["expand"], rtol=1e-12)
    for level, image in enumerate(ss.images):
        assert image.dtype == np.float32
        np.testing.assert_allclose(image, case["images"][level], atol=1e-6)  # DIPY filters in single precision


@pytest.mark.parametrize("case", cases("doubling"))
def test_scale_space__is_that_of_dipy(case):
    grid = {"image_grid2world": case["grid2world"], "input_spacing": case["spacing"]}
    same_scale_space(ScaleSpace(case["image"], **case["arguments"], **grid, never_finer=False), case)


@pytest.mark.parametrize("case", cases("isotropic"))
def test_isotropic_scale_space__is_that_of_dipy(case):
    grid = {"image_grid2world": case["grid2world"], "input_spacing": case["spacing"]}
    same_scale_space(IsotropicScaleSpace(case["image"], **case["arguments"], **grid), case)


@pytest.mark.parametrize("case", cases("centres"))
@pytest.mark.parametrize("name", ["centers_of_mass", "geometric_centers", "origins"])
def test_centres__are_those_of_dipy(case, name):
    arguments = [case[key] for key in ("static", "static_grid2world", "moving", "moving_grid2world")]
    for prefix in ("transform", "align"):
        got = getattr(coursereg, f"{prefix}_{name}")(*arguments)
        np.testing.assert_allclose(got.affine, case[name], atol=1e-10)


@pytest.mark.parametrize("case", cases("samples"))
def test_sample_domain_regular__gives_the_points_of_dipy(case):
    got = sample_domain_regular(case["k"], case["shape"], case["grid2world"], case["sigma"])
    np.testing.assert_allclose(got, case["points"], atol=1e-12)


def same_gradient(grad, inside, case):
    assert grad.dtype == case["image"].dtype
    # DIPY does not use a value on the last grid line, and goes on from a wrong place after it
    known = case["inside"] == 1
    assert (inside[known] == 1).all()
    assert (inside != case["inside"]).mean() < 0.02
    single = case["image"].dtype == np.float32
    # grey levels up to 100; DIPY keeps float32 all along
    np.testing.assert_allclose(grad[known], case["grad"][known], atol=1e-3 if single else 1e-9)


@pytest.mark.parametrize("case", cases("dense"))
def test_world_gradient__is_that_of_dipy_where_its_step_is_right(case):
    grad, inside = world_gradient(case["image"], case["world2grid"], case["spacing"], case["shape"], case["grid2world"])
    same_gradient(grad, inside, case)


@pytest.mark.parametrize("case", cases("sparse"))
def test_sparse_world_gradient__is_that_of_dipy_where_its_step_is_right(case):
    grad, inside = sparse_world_gradient(case["image"], case["world2grid"], case["spacing"], case["points"])
    same_gradient(grad, inside, case)
