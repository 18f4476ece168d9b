"""Transforms with few parameters, chains and blends: laws."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.spatial.transform import Rotation

from coursereg import (
    Affine,
    Affine2D,
    ChainTransform,
    PolyAffine,
    Rigid,
    Rigid2D,
    Similarity,
    Similarity2D,
    Transform,
    inverse_affine,
    preconditioner,
    rotation_mat2vec,
    rotation_vec2mat,
    slices2aff,
    subgrid_affine,
    threshold,
    to_matrix44,
)

CLASSES = [Affine, Affine2D, Rigid, Rigid2D, Similarity, Similarity2D]
FLAT = [Affine2D, Rigid2D, Similarity2D]
SEEDS = st.integers(0, 2**32 - 1)


def drawn(kind, seed, size=30.0):
    T = kind()
    T.param = np.random.default_rng(seed).normal(0, size, T.param.size)
    return T


def points(seed, ndim=3, n=9):
    return np.random.default_rng(seed + 1).uniform(-90, 90, (n, ndim))


@given(st.lists(st.floats(-4, 4), min_size=3, max_size=3))
def test_rotation_vec2mat__is_scipys(r):
    np.testing.assert_allclose(rotation_vec2mat(r), Rotation.from_rotvec(r).as_matrix(), rtol=0, atol=1e-14)


@given(st.lists(st.floats(-1, 1), min_size=3, max_size=3), st.floats(0, np.pi))
def test_rotation_mat2vec__gives_back_the_matrix(axis, angle):
    r = np.array(axis) / max(np.linalg.norm(axis), 1e-3) * angle
    R = rotation_vec2mat(r)
    back = rotation_mat2vec(R)
    assert np.linalg.norm(back) <= np.pi + 1e-12
    np.testing.assert_allclose(rotation_vec2mat(back), R, rtol=0, atol=1e-14)


@pytest.mark.parametrize("axis", [(1, 0, 0), (0, 1, 0), (0, 0, 1), (1, -1, 1), (3, 2, -6)])
@pytest.mark.parametrize("gap", [0.0, 1e-12, 1e-9, 1e-6, 1e-3])
def test_rotation_mat2vec__has_no_nan_at_half_a_turn(axis, gap):
    r = np.array(axis) / np.linalg.norm(axis) * (np.pi - gap)
    back = rotation_mat2vec(rotation_vec2mat(r))
    same = min(abs(back - r).max(), abs(back + r).max() if gap == 0 else np.inf)
    assert same < 1e-7  # an angle near pi is known to the root of the rounding


@pytest.mark.parametrize("r", [[0, 0, 1e-8], [1e-31, 0, 0], [0, 1e-12, 0]])
def test_rotation__keeps_tiny_angles(r):
    np.testing.assert_allclose(rotation_mat2vec(rotation_vec2mat(r)), r, rtol=1e-6, atol=1e-40)


def test_rotation_vec2mat__takes_an_angle_without_digits_for_none():
    np.testing.assert_array_equal(rotation_vec2mat([1e12, 0, 0]), np.eye(3))
    np.testing.assert_array_equal(rotation_vec2mat([np.inf, 0, 0]), np.eye(3))


@pytest.mark.parametrize("R", [-np.eye(3), 2 * np.eye(3), np.full((3, 3), np.nan), np.eye(2)])
def test_rotation_mat2vec__refuses_what_is_no_rotation(R):
    with pytest.raises(ValueError, match="R must"):
        rotation_mat2vec(R)


@pytest.mark.parametrize("kind", CLASSES)
@given(SEEDS)
def test_transform__inverse_and_composition(kind, seed):
    T, U = drawn(kind, seed), drawn(kind, seed + 2)
    x = points(seed)
    np.testing.assert_allclose(T.inv().apply(T.apply(x)), x, rtol=0, atol=1e-9)
    # scales up to exp(3 * 0.3) each: the product of two of a class is of that class again
    np.testing.assert_allclose(T.compose(U).apply(x), T.apply(U.apply(x)), rtol=0, atol=1e-8)
    assert type(T.inv()) is type(T.compose(U)) is kind


@pytest.mark.parametrize("kind", CLASSES)
@given(SEEDS)
def test_transform__comes_back_from_its_matrix(kind, seed):
    T = drawn(kind, seed)
    np.testing.assert_allclose(kind(T.as_affine()).as_affine(), T.as_affine(), rtol=0, atol=1e-11)
    np.testing.assert_allclose(kind(T.as_affine()).param.size, T.param.size)


@pytest.mark.parametrize("one", CLASSES)
@pytest.mark.parametrize("other", CLASSES)
def test_compose__of_any_two_classes_is_their_product(one, other):
    T, U = drawn(one, 3), drawn(other, 4)
    x = points(5)
    np.testing.assert_allclose(T.compose(U).apply(x), T.apply(U.apply(x)), rtol=0, atol=1e-9)


@pytest.mark.parametrize("kind", FLAT)
@given(SEEDS)
def test_transform_2d__moves_rows_and_columns_as_its_3d_form_does(kind, seed):
    T, x = drawn(kind, seed), points(seed, 2)
    deep = np.c_[x, np.zeros(len(x))]
    np.testing.assert_allclose(T.apply(x), T.apply(deep)[:, :2], rtol=0, atol=1e-12)
    A = T.as_affine(ndim=2)
    np.testing.assert_allclose(T.apply(x), x @ A[:2, :2].T + A[:2, 2], rtol=0, atol=1e-12)
    np.testing.assert_allclose(kind(A).apply(x), T.apply(x), rtol=0, atol=1e-9)


@pytest.mark.parametrize("scales", [(1, 2, 1), (2, 1, 1), (0.5, 3, 1)])
def test_affine2d__reproduces_a_matrix_whose_scales_are_out_of_order(scales):
    T = Affine2D(np.diag([*scales, 1.0]))
    again = Affine2D()
    again.param = T.param
    np.testing.assert_allclose(again.as_affine(ndim=2), np.diag([*scales[:2], 1.0]), rtol=0, atol=1e-12)


def test_rigid2d__turns_rows_towards_columns():
    T = Rigid2D()
    T.param = [0, 0, 50 * np.pi]
    np.testing.assert_allclose(T.apply([[1.0, 0.0]]), [[0.0, 1.0]], atol=1e-15)


def test_param__counts_millimetres_and_hundredths():
    T = Similarity()
    T.param = [1, 2, 3, 0, 0, 10, 10]
    np.testing.assert_allclose(T.translation, [1, 2, 3])
    np.testing.assert_allclose(T.rotation, [0, 0, 0.1])
    np.testing.assert_allclose(T.scaling, [np.exp(0.1)] * 3)
    np.testing.assert_array_equal(preconditioner(50)[[0, 11]], [1, 0.02])


@pytest.mark.parametrize("kind", CLASSES)
def test_copy__is_independent(kind):
    T = drawn(kind, 1)
    U = T.copy()
    U.param = U.param + 1
    assert (T.param != U.param).all()
    assert type(U) is kind


def test_is_direct__tells_a_reflection():
    M = np.diag([1.0, -1, 1, 1])
    T = Affine(M)
    assert T.is_direct is False
    np.testing.assert_allclose(T.as_affine(), M, atol=1e-12)
    assert Affine(np.eye(4)).is_direct is True
    with pytest.raises(ValueError, match="reflection"):
        Affine2D(M)


@pytest.mark.parametrize("bad", [np.zeros((4, 4)), np.ones(5), np.eye(3), np.full(12, np.nan)])
def test_affine__refuses_what_it_cannot_hold(bad):
    with pytest.raises(ValueError, match=r"Invalid array|NaN"):
        Affine(bad)


def test_transform__says_what_is_wrong_with_points_and_parameters():
    with pytest.raises(ValueError, match=r"pts must have shape \(..., 3\), got \(4, 2\)"):
        Rigid().apply(np.zeros((4, 2)))
    with pytest.raises(ValueError, match="param must have 6 numbers, got 5"):
        Rigid().param = np.zeros(5)
    with pytest.raises(ValueError, match="Rigid is three-dimensional"):
        Rigid().as_affine(ndim=2)
    with pytest.raises(TypeError, match="func must be a function"):
        Transform(3)
    with pytest.raises(AttributeError, match="No param for generic transform"):
        Transform(np.sqrt).param  # noqa: B018


def test_str__names_what_the_class_has():
    assert "scaling" not in str(Rigid())
    assert "pre rotation" in str(Affine())
    assert "pre rotation" not in str(Similarity())


def test_to_matrix44__takes_6_7_and_12_numbers_and_cuts_off():
    np.testing.assert_array_equal(to_matrix44([1, 2, 3, 0, 0, 0])[:3, 3], [1, 2, 3])
    np.testing.assert_array_equal(np.diag(to_matrix44([0, 0, 0, 0, 0, 0, -2])), [-2, -2, -2, 1])
    assert to_matrix44([1e30] + [0] * 11)[0, 3] == 1e10
    assert to_matrix44([0] * 6 + [1e9] + [0] * 5)[0, 0] == pytest.approx(1e10)
    with pytest.raises(ValueError, match="6, 7 or 12 numbers, got 8"):
        to_matrix44(np.zeros(8))


def test_slices__give_the_indices_of_the_whole():
    slices = (slice(5.0, 15, 3.0), slice(None), slice(2, None, 4))
    A = subgrid_affine(np.diag([2.0, 2, 2, 1]), slices)
    np.testing.assert_array_equal(A @ [2, 3, 1, 1], [2 * (5 + 6), 2 * 3, 2 * (2 + 4), 1])
    np.testing.assert_array_equal(slices2aff((slice(1, 2), slice(3, 4))), [[1, 0, 1], [0, 1, 3], [0, 0, 1]])
    with pytest.raises(ValueError, match="whole numbers"):
        subgrid_affine(np.eye(4), (slice(0.5, None),) * 3)


def test_threshold_and_inverse_affine():
    np.testing.assert_array_equal(threshold([-5, 0, 5], 3), [-3, 0, 3])
    A = drawn(Affine, 7).as_affine()
    np.testing.assert_allclose(inverse_affine(A) @ A, np.eye(4), atol=1e-12)


# --- chains and blends ------------------------------------------------------------------------------------------------


def test_chain__applies_pre_first_and_lends_the_parameters_of_the_middle():
    pre, middle, post = drawn(Affine, 1), drawn(Rigid, 2), drawn(Affine, 3)
    chain = ChainTransform(middle, pre=pre.as_affine(), post=post)
    x = points(4)
    np.testing.assert_allclose(chain.apply(x), post.apply(middle.apply(pre.apply(x))), atol=1e-9)
    chain.param = chain.param + 1
    np.testing.assert_array_equal(chain.param, middle.param)


def test_chain__copy_leaves_the_original_alone():
    chain = ChainTransform(drawn(Rigid, 2))
    other = chain.copy()
    other.param = other.param + 1
    assert (chain.param != other.param).all()


def test_chain__needs_a_link_with_parameters():
    with pytest.raises(ValueError, match="Input transform should be optimizable"):
        ChainTransform(Transform(np.sqrt))


def blend(glob=None, n=3):
    centers = np.random.default_rng(0).uniform(-50, 50, (n, 3))
    return PolyAffine(centers, [drawn(Affine, k, size=5) for k in range(n)], (20, 30, 25), glob)


def test_polyaffine__of_one_map_everywhere_is_that_map():
    T, x = drawn(Affine, 1), points(2)
    same = PolyAffine([[0, 0, 0], [9, 9, 9]], [T, T], 5)
    np.testing.assert_allclose(same.apply(x), T.apply(x), atol=1e-9)


def test_polyaffine__far_away_belongs_to_the_nearest_centre():
    P = blend()
    far = np.array([[1e4, 1e4, 1e4]])
    nearest = int(((far - P.centers) ** 2 / P.sigma**2).sum(axis=1).argmin())
    np.testing.assert_allclose(P.apply(far), P.affines[nearest].apply(far), rtol=1e-9)


def test_polyaffine__composes_with_affine_maps_on_both_sides():
    P, A, x = blend(drawn(Affine, 8, size=5)), drawn(Rigid, 9), points(3)
    np.testing.assert_allclose(P.compose(A).apply(x), P.apply(A.apply(x)), atol=1e-9)
    np.testing.assert_allclose(P.left_compose(A).apply(x), A.apply(P.apply(x)), atol=1e-9)
    turned = Transform(lambda p: p[:, ::-1])
    np.testing.assert_allclose(P.compose(turned).apply(x), P.apply(x[:, ::-1]), atol=1e-9)
    np.testing.assert_allclose(P.left_compose(turned).apply(x), P.apply(x)[:, ::-1], atol=1e-9)
    np.testing.assert_allclose(P.affine(1), P.affines[1].as_affine() @ P.glob_affine.as_affine(), atol=1e-12)


def test_polyaffine__parameters_are_those_of_all_maps():
    P = blend()
    Q = P.copy()
    Q.param = Q.param + np.arange(36)
    np.testing.assert_allclose(Q.affines[2].param - P.affines[2].param, np.arange(24, 36), atol=1e-9)
    with pytest.raises(ValueError, match="36 numbers, got 3"):
        Q.param = [1, 2, 3]


@pytest.mark.parametrize(
    ("centers", "maps", "sigma", "message"),
    [
        ([[0, 0, 0]], [], 1, "one for each center"),
        ([[0, 0, 0]], [Affine()], 0, "positive"),
        ([[0, 0]], [Affine()], 1, "centers must have shape"),
    ],
)
def test_polyaffine__says_what_is_missing(centers, maps, sigma, message):
    with pytest.raises(ValueError, match=message):
        PolyAffine(centers, maps, sigma)
    with pytest.raises(TypeError, match="affines must be affine"):
        PolyAffine([[0, 0, 0]], [Transform(np.sqrt)], 1)
