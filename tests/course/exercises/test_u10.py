"""U10: the exercises that are not single functions, the widgets' claims, and laws of the plain versions."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.linalg import polar
from scipy.spatial.transform import Rotation

import coursereg
from coursereg.course.exercises import _u10_bug, _u10_compose, _u10_mistakes, _u10_plugin, u10
from coursereg.course.plain import matrices as plain
from coursereg.course.widgets import scenes_u10
from coursereg.grading import mark


def points(name, answer, **words):
    m = mark(f"U10.{name}", answer, secret="a secret", **words)
    return m.points, m.maximum


def rigid(theta, omega, phi, p, q, r):
    """A right one that calls nothing of ours: the reference does not answer while an answer is marked."""
    M = np.eye(4)
    M[:3, :3] = Rotation.from_euler("xyz", [theta, omega, phi], degrees=True).as_matrix()
    M[:3, 3] = p, q, r
    return M


def blog(theta, omega, phi, p, q, r):
    M = rigid(theta, omega, phi, p, q, r)
    M[:3, :3] = Rotation.from_euler("XYZ", [theta, omega, phi], degrees=True).as_matrix()
    return M


def inverse(M):
    M = np.asarray(M, float)
    if M.ndim != 2 or M.shape[0] != M.shape[1]:
        raise coursereg.AffineInversionError("shape")
    if not np.isfinite(M).all() or M[3].tolist() != [0, 0, 0, 1]:
        raise coursereg.AffineInvalidValuesError("values")
    if np.linalg.cond(M[:3, :3]) > 1e12:
        raise coursereg.AffineInversionError("flat")
    return np.linalg.inv(M)


def in_the_plane(s, theta, p, q):
    z = s * np.exp(1j * np.deg2rad(theta))
    return [[z.real, -z.imag, p], [z.imag, z.real, q], [0, 0, 1]]


def back_in_the_plane(M):
    z = M[0, 0] + 1j * M[1, 0]
    return [abs(z), np.angle(z, deg=True), M[0, 2], M[1, 2]]


def check_by_an_example(f):
    return bool(np.allclose(f(18, -18, 18, 10, 10, 10), _u10_compose.M1, atol=1e-4))


def check_by_a_point(f):
    assert np.allclose((np.asarray(f(90, 0, 90, 1, 2, 3)) @ [0, 1, 0, 1])[:3], [1, 2, 4])
    assert np.allclose((np.asarray(f(90, 90, 0, 1, 2, 3)) @ [0, 1, 0, 1])[:3], [2, 2, 3])
    assert np.allclose((np.asarray(f(0, 90, 90, 1, 2, 3)) @ [0, 0, 1, 1])[:3], [1, 3, 3])


RIGHT = {
    "predictions": ["the same place", "both", "a rotation"],  # made, not right
    "parsons": [3, 1, 4, 2, 6],
    "fade_1": in_the_plane,
    "fade_2": back_in_the_plane,
    "plugin": [rigid, inverse],
    "bug": rigid,
    "bug_check": check_by_a_point,
}
WRONG = {
    "predictions": [["another place", None, "neither"], ["yes", "no", 3], None],
    "parsons": [[1, 2, 3, 4, 5], [2, 1, 3, 4, 6], [1, 2, 3, 4, 5, 6], None],
    "fade_1": [
        lambda s, a, p, q: in_the_plane(s, -a, p, q),
        lambda s, a, p, q: in_the_plane(s, a, s * p, s * q),
        lambda *x: [[0, -2, 5], [2, 0, 7], [0, 0, 1]],
    ],
    "fade_2": [
        lambda M: [*back_in_the_plane(M)[:1], np.angle(M[0, 0] + 1j * M[1, 0]), M[0, 2], M[1, 2]],
        lambda M: [*back_in_the_plane(M)[:1], np.rad2deg(np.arctan(M[1, 0] / M[0, 0])), M[0, 2], M[1, 2]],
        lambda M: [np.nan] * 4,
        lambda M: [2, 90, 5, 7],
    ],
    "plugin": [
        [blog, inverse],
        [rigid, np.linalg.inv],
        [rigid, lambda M: inverse(M).round(6)],
        [lambda *x: rigid(*x)[:3], inverse],
        [lambda *x: rigid(*x) * 2, inverse],
        [rigid, None],
        [inverse, rigid],
    ],
    "bug": [blog, lambda *x: blog(*x).T, lambda a, b, c, p, q, r: rigid(a, b, c, 0, 0, 0)],
    "bug_check": [
        lambda f: True,
        lambda f: False,
        lambda f: np.allclose(f(30, 0, 0, 1, 2, 3), rigid(30, 0, 0, 1, 2, 3)),  # one angle: sees one of three
        lambda f: np.allclose(np.asarray(f(90, 90, 0, 1, 2, 3)) @ [0, 1, 0, 1], [2, 2, 3, 1]),  # without axis 2
        lambda f: np.isclose(np.linalg.det(f(30, 20, 10, 1, 2, 3)), 1),  # a law they all keep
        lambda f: np.allclose(f(18, -18, 18, 10, 10, 10), _u10_compose.M1, atol=0, rtol=1e-9),  # printed digits
    ],
}


@pytest.mark.parametrize("isolated", [True, False])
@pytest.mark.parametrize("name", RIGHT)
def test_right_answer__gets_all(name, isolated):
    got, most = points(name, RIGHT[name], isolated=isolated)
    assert got == pytest.approx(most)


@pytest.mark.parametrize(("name", "answer"), [(n, a) for n, answers in WRONG.items() for a in answers])
def test_wrong_answer__loses(name, answer):
    got, most = points(name, answer)
    assert got < most


def test_every_other_exercise__is_tried_here():
    others = {e.name for e in u10.UNIT.exercises.values() if e.kind != "function"}
    assert others == set(RIGHT) == set(WRONG)


@pytest.mark.parametrize("blind", [lambda f: True, lambda f: False, lambda f: 1 / 0])
def test_bug_check__that_looks_at_nothing_earns_nothing(blind):
    assert points("bug_check", blind)[0] == 0


def test_bug_check__may_use_the_printed_example():
    assert points("bug_check", check_by_an_example) == pytest.approx((6, 6))


def test_plugin__tells_the_matrix_from_the_inverse():
    wrong_matrix = {c.name for c in mark("U10.plugin", [blog, inverse], secret="s").failed}
    wrong_inverse = {c.name for c in mark("U10.plugin", [rigid, np.linalg.inv], secret="s").failed}
    assert "voxels of a head through inv(M) T S" in wrong_matrix - wrong_inverse
    assert any("refuse the same matrices" in name for name in wrong_inverse - wrong_matrix)


def test_plugin__pictures_of_the_blog_differ_from_the_right_ones():
    moving, M = _u10_plugin.brain()
    x = _u10_plugin.some_motion(np.random.default_rng(1))
    right, wrong = (
        coursereg.AffineMap(make(*x), moving.shape, M, moving.shape, M).transform(moving) for make in (rigid, blog)
    )
    assert np.abs(right - wrong).max() > 1000 * _u10_plugin.SAME_GREY


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("safe_inverse", lambda M: coursereg.AffineMap(M).affine_inv),
        ("params_of", lambda M, size: plain.params_of(M, size)),
        ("plugin", [plain.rigid_matrix, plain.safe_inverse]),
    ],
)
@pytest.mark.parametrize("isolated", [True, False])
def test_answer_that_calls_the_package__earns_nothing(name, answer, isolated):
    assert points(name, answer, isolated=isolated)[0] == 0


@pytest.mark.parametrize("isolated", [True, False])
def test_inverse__may_raise_an_error_of_its_own_with_the_right_name(isolated):
    def own(M):
        try:
            return inverse(M)
        except Exception as error:
            raise type(type(error).__name__, (Exception,), {})("no") from None

    assert points("safe_inverse", own, isolated=isolated) == pytest.approx((6, 6))


def test_inverse__that_raises_another_error_is_told_which():
    m = mark("U10.safe_inverse", lambda M: np.linalg.inv(M), secret="s")
    text = " ".join(c.message for c in m.failed)
    assert "AffineInversionError is wanted, since" in text
    assert "LinAlgError" in text


def test_mirror__is_told_apart_from_a_rigid_matrix_with_the_reason():
    def without_determinant(M):
        s = np.linalg.svd(M[:3, :3], compute_uv=False)
        if s[2] <= 1e-3 * s[0]:
            return "singular"
        if s[0] - s[2] > 1e-3 * s[0]:
            return "affine"
        return "rigid" if abs(s[0] - 1) <= 1e-3 else "similarity"

    m = mark("U10.classify", without_determinant, secret="s")
    assert all("mirror" in c.name for c in m.failed)
    assert {c.public for c in m.failed} == {True, False}
    for failed in m.failed:
        assert "determinant -1" in failed.message
        assert "below 0" in failed.looks_like


# --- laws -------------------------------------------------------------------------------------------------------------

ANGLE = st.floats(-180, 180)
ENTRY = st.floats(-50, 50)


@given(ANGLE, ANGLE, ANGLE, ENTRY, ENTRY, ENTRY)
@settings(deadline=None, max_examples=60)
def test_rigid_matrix__is_scipys_extrinsic_rotation(a, b, c, p, q, r):
    assert np.allclose(plain.rigid_matrix(a, b, c, p, q, r), rigid(a, b, c, p, q, r), atol=1e-12)


@given(st.sampled_from([6, 7, 9, 12]), st.integers(0, 2**32), st.sampled_from([None, -90.0, 90.0]))
@settings(deadline=None, max_examples=80)
def test_params_of__is_the_inverse_of_compose(size, seed, omega):
    rng = np.random.default_rng(seed)
    x = np.r_[rng.uniform(-180, 180, 3), rng.uniform(-50, 50, 3), rng.uniform(0.2, 4, 3), rng.uniform(-2, 2, 3)][:size]
    if omega is not None:
        x[1] = omega
    M = plain.compose(x)
    assert np.allclose(plain.compose(plain.params_of(M, size)), M, atol=1e-9)


@given(st.integers(0, 2**32))
@settings(deadline=None, max_examples=40)
def test_classify__does_not_change_when_space_is_turned(seed):
    rng = np.random.default_rng(seed)
    before, after = (plain.rigid_matrix(*rng.uniform(-180, 180, 3), *rng.uniform(-9, 9, 3)) for _ in range(2))
    diagonals = {
        "rigid": (1, 1, 1),
        "similarity": (0.4, 0.4, 0.4),
        "affine": (1, 1, 1.5),
        "singular": (2, 1, 0),
    }
    for name, s in diagonals.items():
        assert plain.classify(after @ np.diag([*s, 1.0]) @ before) == name
    assert plain.classify(after @ np.diag([1.0, -1, 1, 1]) @ before) == "affine"


@given(st.integers(0, 2**32))
@settings(deadline=None, max_examples=40)
def test_safe_inverse__is_affine_maps(seed):
    rng = np.random.default_rng(seed)
    M = np.eye(4)
    M[:3] = rng.normal(size=(3, 4)) * 10 ** rng.uniform(-4, 4)
    ours = coursereg.AffineMap(M).affine_inv
    assert np.allclose(plain.safe_inverse(M), ours, rtol=1e-8, atol=1e-8 * np.abs(ours).max())


@pytest.mark.parametrize("size", [3, 8, 0])
def test_compose__takes_no_other_number_of_parameters(size):
    with pytest.raises(ValueError, match="x must hold 6, 7, 9 or 12 numbers"):
        plain.compose(np.zeros(size))


def test_printed_matrices__are_what_the_syllabus_says():
    M1, M2, M3 = _u10_compose.M1, _u10_compose.M2, _u10_compose.M3
    assert [plain.classify(M) for M in (M1, M2, M3)] == ["rigid", "similarity", "affine"]
    assert np.abs(plain.rigid_matrix(18, -18, 18, 10, 10, 10) - M1).max() < _u10_compose.PRINTED
    assert np.abs(plain.compose(plain.params_of(M2, 7)) - M2).max() < _u10_compose.PRINTED
    # in gimbal lock SciPy warns, and sets one of the angles to 0 as we do
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert np.isclose(Rotation.from_matrix(polar(M2[:3, :3])[0]).as_euler("xyz", degrees=True)[1], -90, atol=0.1)


def test_mistakes_of_rigid_matrix__all_differ_from_the_right_one_and_from_each_other():
    x = 20.0, -35.0, 50.0, 3.0, -7.0, 11.0
    wrong = (
        _u10_mistakes.order_of_the_blog,
        _u10_mistakes.shift_first,
        _u10_mistakes.in_radians,
        _u10_mistakes.turned_back,
        _u10_mistakes.transposed_turn,
        _u10_mistakes.other_way_about_axis_1,
        _u10_mistakes.inverse_motion,
        _u10_mistakes.axes_exchanged,
        _u10_mistakes.without_shift,
    )
    seen = [plain.rigid_matrix(*x), *(f(*x) for f in wrong)]
    for i, one in enumerate(seen):
        assert not any(np.allclose(one, other) for other in seen[i + 1 :])


def test_right_answers_of_the_bug__are_right():
    x = 20.0, -35.0, 50.0, 3.0, -7.0, 11.0
    for f in (_u10_bug.bug_fixed, _u10_bug._by_matrices, _u10_bug._by_formula, _u10_bug._by_points):
        assert np.allclose(f(*x), rigid(*x), atol=1e-12)


# --- the widgets ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("scene", [scenes_u10.order_swapper, scenes_u10.circle_to_ellipse])
def test_scene__shows_its_panels_at_the_ends_of_every_control(scene):
    explore = scene()
    for values in explore.static:
        assert explore.panels(**values)
    for name, control in explore.controls.items():
        for end in control.options if hasattr(control, "options") else (control.lo, control.hi):
            assert explore.panels(**{name: end})
            assert len(explore.words(**{name: end})) > 80


def test_cards__act_from_the_first_to_the_last():
    M = scenes_u10.product(("R turn", "T shift", scenes_u10.NOTHING, scenes_u10.NOTHING), angle=25)
    assert np.allclose(M, scenes_u10.CARDS["T shift"] @ rigid(0, 0, 25, 0, 0, 0))
    assert scenes_u10.written(("R turn", "T shift", scenes_u10.NOTHING)) == "T R"
    assert scenes_u10.written((scenes_u10.NOTHING,)) == "I"


def test_static_pictures_of_cubes__stay_inside_their_frames():
    corners = scenes_u10.SIDE * np.array(list(np.ndindex(2, 2, 2)))
    for values in scenes_u10.order_swapper().static:
        *cards, angle = values.values()
        for order in (tuple(cards), tuple(cards)[::-1]):
            M = scenes_u10.product(order, angle)
            assert np.abs(scenes_u10.seen(corners @ M[:3, :3].T + M[:3, 3])).max() < scenes_u10.ROOM


def test_ellipse__has_the_singular_values_as_half_axes():
    rng = np.random.default_rng(4)
    for _ in range(5):
        L = rng.uniform(-2, 2, (2, 2))
        lengths = np.linalg.norm(scenes_u10.ROUND @ L.T, axis=1) / scenes_u10.RADIUS
        s = np.linalg.svd(L, compute_uv=False)
        assert lengths.max() == pytest.approx(s[0], rel=2e-3)
        assert lengths.min() == pytest.approx(s[1], abs=0.05 * s[0])


def test_ellipse__is_named_as_classify_does():
    words = scenes_u10.circle_to_ellipse().words
    assert "rigid" in words(a=0.8, b=-0.6, c=0.6, d=0.8)
    assert "similarity" in words(a=0.3, b=0.4, c=-0.4, d=0.3)
    assert "affine, it mirrors" in words(a=1, b=0, c=0, d=-1)
    assert "singular" in words(a=1.6, b=0.8, c=0.8, d=0.4)
    assert "a line" in words(a=1.6, b=0.8, c=0.8, d=0.4)
