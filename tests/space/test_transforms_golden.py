"""Transforms beside nipy 0.6.1: its numbers are in tests/reference/histogram, made by make.py there."""

import numpy as np
import pytest
from reference.store import read

import coursereg
from coursereg import ChainTransform, PolyAffine
from coursereg.space import matrices, rotations

# Matrices of order 1 to 100 made of a dozen products; the largest scale among the cases is about e.
ROUNDING = {"rtol": 1e-11, "atol": 1e-11}


def cases(kind):
    return read("histogram", "transforms.npz", kind)


def made(name, param):
    out = getattr(coursereg, name)()
    out.param = param
    return out


def same(a, b, **tolerance):
    np.testing.assert_allclose(a, b, **(tolerance or ROUNDING))


def test_precond__is_nipys():
    for case in cases("precond"):
        same(getattr(coursereg, case["name"])().precond, case["precond"])
    for case in cases("preconditioner"):
        same(matrices.preconditioner(case["radius"]), case["values"])


@pytest.mark.parametrize("name", sorted({case["name"] for case in cases("param")}))
def test_param__makes_nipys_matrix_for_tiny_large_and_half_turns(name):
    chosen = [case for case in cases("param") if case["name"] == name]
    assert len(chosen) == 9
    for case in chosen:
        transform = made(name, case["param"])
        same(transform.as_affine(), case["matrix"])
        same(transform.param, case["param"])


def test_constructor__takes_twelve_numbers_as_nipy():
    for case in cases("decompose"):
        same(getattr(coursereg, case["name"])(case["vector"]).param, case["from_vector"])


def test_constructor__gives_a_matrix_back_with_either_sign_of_the_determinant():
    signs = set()
    for case in cases("decompose"):
        transform = getattr(coursereg, case["name"])(case["given"])
        # the decomposition goes through singular vectors and an arc cosine
        same(transform.as_affine(), case["matrix"], atol=1e-9)
        same(transform.as_affine(), case["given"], atol=1e-9)
        assert transform.is_direct == case["is_direct"]
        signs.add(transform.is_direct)
    assert signs == {True, False}


def test_constructor__of_rigid_and_similarity_finds_nipys_parameters():
    """Those of an affine matrix are not unique: its singular vectors may come in another order."""
    for case in cases("decompose"):
        if not case["name"].startswith("Affine"):
            same(getattr(coursereg, case["name"])(case["given"]).param, case["param"], atol=1e-6)


def test_compose__is_nipys_where_nipy_can():
    for case in cases("compose"):
        both = made(case["first"], case["first_param"]).compose(made(case["second"], case["second_param"]))
        # a class without enough parameters rounds, here and there
        same(both.as_affine(), case["matrix"], atol=1e-9)
        assert type(both).__name__ == case["result"]


def test_inv_and_apply__are_nipys():
    for case in cases("inverse"):
        transform = made(case["name"], case["param"])
        same(transform.inv().as_affine(), case["matrix"], atol=1e-9)
        same(transform.apply(case["points"]), case["moved"])


def test_rotations__are_nipys_up_to_the_sign_at_half_a_turn():
    for case in cases("rotation"):
        matrix = rotations.rotation_vec2mat(case["vector"])
        same(matrix, case["matrix"])
        back = rotations.rotation_mat2vec(case["matrix"])
        if abs(np.linalg.norm(back) - np.pi) < 1e-6:
            same(rotations.rotation_vec2mat(back), case["matrix"], atol=1e-7)
        else:
            same(back, case["again"], atol=1e-7)  # nipy's way back loses half the digits of a small angle


def test_helpers__are_nipys():
    for case in cases("matrix44"):
        same(matrices.to_matrix44(case["vector"]), case["matrix"])
    for case in cases("slices"):
        same(matrices.slices2aff([slice(*s) for s in case["slices"]]), case["matrix"])
    for case in cases("subgrid"):
        same(matrices.subgrid_affine(case["affine"], [slice(*s) for s in case["slices"]]), case["matrix"])


def test_chain_transform__is_nipys():
    for case in cases("chain"):
        inner, pre, post = (coursereg.Affine(case[k]) for k in ("inner", "pre", "post"))
        chain = ChainTransform(inner, pre if case["use_pre"] else None, post if case["use_post"] else None)
        same(chain.apply(case["points"]), case["moved"], atol=1e-9)
        twelve = coursereg.Affine()
        twelve.param = case["param"]
        same(twelve.as_affine(), case["inner"], atol=1e-9)


def test_poly_affine__is_nipys():
    for case in cases("polyaffine"):
        whole, other = coursereg.Affine(case["whole"]), coursereg.Affine(case["other"])
        affines = [coursereg.Affine(a) for a in case["affines"]]
        warp = PolyAffine(case["centres"], affines, case["sigma"], glob_affine=whole if case["use_global"] else None)
        same(warp.apply(case["points"]), case["moved"], atol=1e-9)
        same(warp.compose(other).apply(case["points"]), case["composed"], atol=1e-9)
        same(warp.left_compose(other).apply(case["points"]), case["left_composed"], atol=1e-9)
