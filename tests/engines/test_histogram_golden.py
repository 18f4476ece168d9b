"""The engine beside nipy 0.6.1: its numbers are in tests/reference/histogram, made by make.py there."""

import numpy as np
import pytest
from reference.store import read

import coursereg
from coursereg import Affine, HistogramRegistration, clamp, ideal_spacing, smooth_image


def cases(kind):
    return read("histogram", "engine.npz", kind)


def engine(case, interp="pv", **settings):
    made = HistogramRegistration(
        (case["static"], case["static_affine"]),
        (case["moving"], case["moving_affine"]),
        from_bins=case["from_bins"],
        to_bins=case["to_bins"],
        from_mask=case.get("from_mask"),
        to_mask=case.get("to_mask"),
        interp=interp,
        min_overlap=0,  # nipy has no such limit
        **settings,
    )
    if "fov" in case:
        made.set_fov(**case["fov"])
    return made


def is_tie(case):
    """Shifts by whole, half and quarter voxels between grids without rotation."""
    return np.array_equal(case["static_affine"], np.eye(4))


@pytest.mark.parametrize("interp", ["pv", "tri"])
def test_joint_histogram__is_nipys(interp):
    chosen = [case for case in cases("joint") if case["interp"] == interp and not is_tie(case)]
    assert len(chosen) == 36
    for case in chosen:
        table = engine(case, interp).joint_histogram(Affine(case["matrix"]))
        assert table.shape == case["table"].shape
        # weights of at most 1, some hundred of them, from positions with an error of about 1e-14
        np.testing.assert_allclose(table, case["table"], rtol=0, atol=1e-9)


@pytest.mark.parametrize("interp", ["pv", "tri"])
def test_joint_histogram__is_nipys_where_floor_and_rounding_meet_ties(interp):
    chosen = [case for case in cases("joint") if case["interp"] == interp and is_tie(case)]
    assert len(chosen) == 7
    for case in chosen:
        table = engine(case, interp).joint_histogram(Affine(case["matrix"]))
        np.testing.assert_allclose(table, case["table"], rtol=0, atol=1e-9)


def test_joint_histogram__does_not_ask_what_kind_of_transform_it_gets():
    for case in cases("joint")[:12]:
        matrix = case["matrix"]
        bare = coursereg.Transform(lambda points, m=matrix: points @ m[:3, :3].T + m[:3, 3])
        table = engine(case, case["interp"]).joint_histogram(bare)
        np.testing.assert_allclose(table, case["table"], rtol=0, atol=1e-9)


@pytest.mark.parametrize("similarity", ["cc", "cr", "crl1", "mi", "nmi", "slr", "pmi", "dpmi"])
def test_eval__is_nipys(similarity):
    chosen = [case for case in cases("eval") if case["similarity"] == similarity]
    assert {case["renormalize"] for case in chosen} == {True, False}
    for case in chosen:
        dist = {"dist": case["dist"]} if "dist" in case else {}
        made = engine(case, similarity=similarity, renormalize=case["renormalize"], **dist)
        # slr and renormalised values are sums of hundreds of terms of order 1 to 10
        assert made.eval(Affine(case["matrix"])) == pytest.approx(case["value"][0], rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("k", range(len(cases("calculus"))))
def test_explore_and_derivatives__are_nipys(k):
    case = cases("calculus")[k]
    made = engine(case, case["interp"], similarity=case["similarity"])
    transform = getattr(coursereg, case["transform"])()
    transform.param = case["param"]
    values, params = made.explore(transform, *case["axes"])
    np.testing.assert_allclose(params, case["params"], rtol=1e-12, atol=1e-9)
    np.testing.assert_allclose(values, case["values"], rtol=0, atol=1e-9)
    # differences of two values, each right to 1e-12, over a step of 0.1 and of 1
    np.testing.assert_allclose(made.eval_gradient(transform), case["gradient"], rtol=0, atol=1e-9)
    np.testing.assert_allclose(made.eval_gradient(transform, epsilon=1.0), case["wide_gradient"], rtol=0, atol=1e-9)
    np.testing.assert_allclose(made.eval_hessian(transform, epsilon=1.0), case["hessian"], rtol=0, atol=1e-9)
    diagonal = made.eval_hessian(transform, epsilon=1.0, diag=True)
    np.testing.assert_allclose(diagonal, case["diagonal"], rtol=0, atol=1e-9)
    np.testing.assert_array_equal(transform.param, case["param"])  # worked on a copy


def test_clamp__is_nipys():
    for case in cases("clamp"):
        clamped, bins = clamp(case["x"], case["bins"], *([case["mask"]] if "mask" in case else []))
        np.testing.assert_array_equal(clamped, case["clamped"])
        assert clamped.dtype == case["clamped"].dtype
        assert bins == case["adjusted"]


def test_ideal_spacing__is_nipys():
    for case in cases("ideal_spacing"):
        np.testing.assert_array_equal(ideal_spacing(case["block"], case["npoints"]), case["spacing"])


def test_smooth_image__is_nipys():
    for case in cases("smooth"):
        smoothed = smooth_image(case["data"], case["affine"], case["sigma"])
        np.testing.assert_allclose(smoothed, case["smoothed"], rtol=0, atol=1e-12 * np.abs(case["smoothed"]).max())
