"""DIPY's transforms: matrices of a few numbers, and their derivatives."""

import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.spatial.transform import Rotation

import coursereg
from coursereg import ParametricTransform, regtransforms

KINDS = sorted(regtransforms)
PARAMETERS = {  # in 2-D and 3-D
    "TRANSLATION": (2, 3),
    "ROTATION": (1, 3),
    "RIGID": (3, 6),
    "RIGIDISOSCALING": (4, 7),
    "RIGIDSCALING": (5, 9),
    "SCALING": (1, 1),
    "AFFINE": (6, 12),
}


def parameters(transform, seed=0):
    rng = np.random.default_rng(seed)
    return transform.get_identity_parameters() + rng.uniform(-2, 2, transform.get_number_of_parameters())


def apply(matrix, points):
    return points @ matrix[:-1, :-1].T + matrix[:-1, -1]


def test_regtransforms__has_one_object_of_each_public_class():
    assert len(KINDS) == 14
    assert {name for name, _ in KINDS} == set(PARAMETERS)
    for (name, dim), transform in regtransforms.items():
        cls = type(transform)
        assert cls.__name__.upper() == f"{name}TRANSFORM{dim}D"
        assert getattr(coursereg, cls.__name__) is cls
        assert isinstance(transform, ParametricTransform)
        assert transform.get_dim() == dim
        assert transform.get_number_of_parameters() == PARAMETERS[name][dim - 2]


@pytest.mark.parametrize("kind", KINDS)
def test_identity_parameters__move_nothing(kind):
    transform = regtransforms[kind]
    np.testing.assert_array_equal(transform.param_to_matrix(transform.get_identity_parameters()), np.eye(kind[1] + 1))
    transform.get_identity_parameters()[:] = 9  # not shared
    np.testing.assert_array_equal(transform.param_to_matrix(transform.get_identity_parameters()), np.eye(kind[1] + 1))


@pytest.mark.parametrize("kind", KINDS)
@given(st.integers(0, 2**32))
def test_matrix_derivatives__are_central_differences(kind, seed):
    transform = regtransforms[kind]
    theta = parameters(transform, seed)
    got = transform.matrix_derivatives(theta)
    assert got.shape == (theta.size, kind[1] + 1, kind[1] + 1)
    h = 1e-5  # error h^2 / 6 of a third derivative of at most 3, and rounding over 2 h: both below 1e-10
    for k, step in enumerate(h * np.eye(theta.size)):
        wanted = (transform.param_to_matrix(theta + step) - transform.param_to_matrix(theta - step)) / (2 * h)
        np.testing.assert_allclose(got[k], wanted, atol=1e-9)


@pytest.mark.parametrize("kind", KINDS)
def test_jacobian__is_central_differences_of_the_place(kind):
    transform, points = regtransforms[kind], np.random.default_rng(1).uniform(-3, 3, (20, kind[1]))
    theta, h = parameters(transform), 1e-5
    got = transform.jacobians(theta, points)
    assert got.shape == (20, kind[1], theta.size)
    for k, step in enumerate(h * np.eye(theta.size)):
        ahead, behind = (apply(transform.param_to_matrix(theta + s), points) for s in (step, -step))
        np.testing.assert_allclose(got[..., k], (ahead - behind) / (2 * h), atol=1e-8)
    for n, point in enumerate(points):
        np.testing.assert_array_equal(transform.jacobian(theta, point), got[n])
    np.testing.assert_array_equal(transform.jacobian(theta, [*points[0], 1]), got[0])  # homogeneous
    assert transform.jacobians(theta, points[:0]).shape == (0, kind[1], theta.size)


def test_rotation__in_3d_turns_about_the_second_then_the_first_then_the_third_axis():
    a, b, c = 0.3, -0.5, 1.1
    got = regtransforms["ROTATION", 3].param_to_matrix([a, b, c])
    np.testing.assert_allclose(got[:3, :3], Rotation.from_euler("yxz", [b, a, c]).as_matrix(), atol=1e-15)
    np.testing.assert_array_equal(got[:3, 3], 0)


@pytest.mark.parametrize("dim", [2, 3])
def test_scales__act_on_what_was_rotated(dim):
    angles, shift, scales = [0.4, -0.7, 0.2][: 2 * dim - 3], [5.0, 6.0, 7.0][:dim], [2.0, 0.5, 3.0][:dim]
    rotation = regtransforms["ROTATION", dim].param_to_matrix(angles)
    moved = regtransforms["TRANSLATION", dim].param_to_matrix(shift)
    rigid = regtransforms["RIGID", dim].param_to_matrix([*angles, *shift])
    np.testing.assert_array_equal(rigid, moved @ rotation)
    one = regtransforms["SCALING", dim].param_to_matrix([2])
    np.testing.assert_array_equal(one, np.diag([2.0] * dim + [1]))
    got = regtransforms["RIGIDISOSCALING", dim].param_to_matrix([*angles, *shift, 2])
    np.testing.assert_allclose(got, moved @ one @ rotation, atol=1e-15)
    got = regtransforms["RIGIDSCALING", dim].param_to_matrix([*angles, *shift, *scales])
    np.testing.assert_allclose(got, moved @ np.diag([*scales, 1]) @ rotation, atol=1e-15)


def test_affine__takes_its_rows():
    got = regtransforms["AFFINE", 2].param_to_matrix(range(6))
    np.testing.assert_array_equal(got, [[0, 1, 2], [3, 4, 5], [0, 0, 1]])


@pytest.mark.parametrize("kind", KINDS)
def test_param_to_matrix__of_what_is_not_finite_is_not_finite(kind):
    transform = regtransforms[kind]
    for bad in (np.nan, np.inf):
        theta = np.full(transform.get_number_of_parameters(), bad)
        assert not np.isfinite(transform.param_to_matrix(theta)).all()
        transform.matrix_derivatives(theta)  # without a warning


@pytest.mark.parametrize("kind", KINDS)
def test_transforms__take_any_real_numbers_and_leave_them_alone(kind):
    transform = regtransforms[kind]
    theta = np.round(parameters(transform))
    wanted = transform.param_to_matrix(theta)
    frozen = theta.copy()
    frozen.flags.writeable = False
    for other in (theta.tolist(), frozen, theta.astype(">f4"), theta.astype(int), np.repeat(theta, 2)[::2]):
        np.testing.assert_array_equal(transform.param_to_matrix(other), wanted)
        assert transform.matrix_derivatives(other).dtype == np.float64
    matrix = transform.param_to_matrix(frozen)
    matrix[:] = 0
    np.testing.assert_array_equal(transform.param_to_matrix(frozen), wanted)


def test_transforms__can_be_pickled():
    for transform in regtransforms.values():
        assert type(pickle.loads(pickle.dumps(transform))) is type(transform)


RIGID = regtransforms["RIGID", 3]
BASE = ParametricTransform()


@pytest.mark.parametrize(
    ("call", "error", "match"),
    [
        (lambda: RIGID.param_to_matrix([0] * 5), ValueError, "6 parameters for RigidTransform3D, got 5"),
        (lambda: RIGID.matrix_derivatives([0] * 7), ValueError, "6 parameters for RigidTransform3D, got 7"),
        (lambda: RIGID.jacobian([0] * 5, [0] * 3), ValueError, "6 parameters for RigidTransform3D, got 5"),
        (lambda: RIGID.jacobian([0] * 6, [0, 0]), ValueError, "x must have at least 3 coordinates, got 2"),
        (lambda: RIGID.jacobian([0] * 6, np.eye(3)), ValueError, r"x must be 1-D, got shape \(3, 3\)"),
        (lambda: RIGID.jacobians([0] * 6, [0, 0, 0]), ValueError, r"points must be 2-D, got shape \(3,\)"),
        (lambda: RIGID.jacobians([0] * 6, np.eye(4)), ValueError, r"points must have shape \(N, 3\), got \(4, 4\)"),
        (lambda: RIGID.param_to_matrix(np.eye(6)), ValueError, r"theta must be 1-D, got shape \(6, 6\)"),
        (lambda: RIGID.param_to_matrix(["a"] * 6), TypeError, "theta must hold real numbers"),
        (lambda: RIGID.param_to_matrix(1j * np.ones(6)), TypeError, "theta must .* got complex numbers"),
        (BASE.get_identity_parameters, ValueError, "ParametricTransform has no parameters; use one of its kinds"),
        (lambda: BASE.param_to_matrix([]), ValueError, "ParametricTransform has no parameters"),
        (lambda: BASE.matrix_derivatives([1.0]), ValueError, "ParametricTransform has no parameters"),
        (lambda: BASE.jacobian([1.0], [1.0]), ValueError, "ParametricTransform has no parameters"),
        (lambda: BASE.jacobians([1.0], [[1.0]]), ValueError, "ParametricTransform has no parameters"),
    ],
)
def test_transforms__say_what_is_wrong(call, error, match):
    with pytest.raises(error, match=match):
        call()


def test_base__counts_minus_one():
    assert BASE.get_dim() == BASE.get_number_of_parameters() == -1
