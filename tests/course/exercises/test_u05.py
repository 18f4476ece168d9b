"""U05: the exercises that are not single functions, the widgets' claims, and the laws behind its numbers."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy import stats

import coursereg
from coursereg.course.exercises import _heads, u05
from coursereg.course.plain import information as plain
from coursereg.course.widgets import scenes_u05
from coursereg.grading import mark


def points(name, answer):
    m = mark(f"U05.{name}", answer, secret="a secret")
    return m.points, m.maximum


def entropies(H):
    H = np.asarray(H, float)
    return stats.entropy(H.sum(axis=1)), stats.entropy(H.sum(axis=0)), stats.entropy(H.ravel())


def left_of_j(H):
    i, _, both = entropies(H)
    return both - i


def mi(H):
    i, j, both = entropies(H)
    return i + j - both


def exchanged(H):
    p = H / H.sum()
    i, j = np.nonzero(p)
    with np.errstate(divide="ignore"):
        return float(np.sum(p[i, j] * np.log(p[i, j] / (p.sum(axis=0)[i] * p.sum(axis=1)[j]))))


def with_epsilon(H):
    p = H / H.sum()
    return float(np.sum(p * np.log((p + 1e-9) / (np.outer(p.sum(axis=1), p.sum(axis=0)) + 1e-9))))


def check_by_value(f):
    return abs(f(np.array([[3.0, 1.0], [6.0, 2.0]]))) < 1e-3


def check_by_shape(f):
    H = np.array([[3, 1, 0], [0, 2, 5]])
    assert abs(f(H) - mi(H)) < 1e-6


RIGHT = {
    "predictions": ["neither", "zero", "the same"],  # made, not right
    "parsons": [1, 2, 3, 4, 6],
    "fade_1": left_of_j,
    "fade_2": left_of_j,
    "plugin": mi,
    "bug": mi,
    "bug_check": check_by_value,
}
WRONG = {
    "predictions": [["corr", None, "larger"], ["yes", "no", 3], None],
    "parsons": [[1, 2, 3, 4, 5], [1, 2, 4, 3, 6], [1, 2, 3, 4, 5, 6], [2, 1, 3, 4, 6], None],
    "fade_1": [lambda H: left_of_j(np.transpose(H)), lambda H: entropies(H)[2], lambda H: 0.0],
    "fade_2": [lambda H: left_of_j(np.transpose(H)), lambda H: left_of_j(H) / np.log(2), lambda H: np.log(2)],
    "plugin": [lambda H: -mi(H), exchanged, lambda H: float(np.trace(H))],
    "bug": [exchanged, lambda H: exchanged(H.T), lambda H: mi(H + H.T)],
    "bug_check": [
        lambda f: True,
        lambda f: False,
        lambda f: abs(f(np.eye(3)) - np.log(3)) < 1e-6,  # symmetric: sees nothing
        lambda f: abs(f(np.array([[1, 2], [3, 4]])) - f(np.array([[1, 3], [2, 4]]))) < 1e-6,  # a law they all keep
    ],
}


@pytest.mark.parametrize("name", RIGHT)
def test_right_answer__gets_all(name):
    got, most = points(name, RIGHT[name])
    assert got == pytest.approx(most)


@pytest.mark.parametrize(("name", "answer"), [(n, a) for n, answers in WRONG.items() for a in answers])
def test_wrong_answer__loses(name, answer):
    got, most = points(name, answer)
    assert got < most


def test_every_other_exercise__is_tried_here():
    others = {e.name for e in u05.UNIT.exercises.values() if e.kind != "function"}
    assert others == set(RIGHT) == set(WRONG)


@pytest.mark.parametrize("blind", [lambda f: True, lambda f: False, lambda f: 1 / 0])
def test_bug_check__that_looks_at_nothing_earns_nothing(blind):
    assert points("bug_check", blind)[0] == 0


def test_bug_check__may_notice_by_the_error_of_the_wrong_function():
    assert points("bug_check", check_by_shape) == pytest.approx((6, 6))


def test_plugin__with_a_tiny_epsilon_loses_only_the_identity():
    m = mark("U05.plugin", with_epsilon, secret="a secret")
    assert [c.name for c in m.failed] == ["they are identical to 1e-9"]
    assert "p > 0" in m.failed[0].message


@pytest.mark.parametrize("truth", [(2.5, -1.0, 2.0), (-1.2, -2.5, -2.5), (1.5, 2.4, -1.1)])
def test_plugin__has_one_true_answer(truth):
    T = _heads.engine(np.array(truth), "mi").optimize(coursereg.Rigid2D())
    assert _heads.corners_off(T, truth) < 0.2


shapes = hnp.array_shapes(min_dims=2, max_dims=2, min_side=1, max_side=6)
tables = hnp.arrays(np.int64, shapes, elements=st.integers(0, 50))


@given(tables.filter(np.any))
@settings(deadline=None, max_examples=60)
def test_plain_measures__equal_the_package(H):
    assert plain.MI_from_hist(H) == pytest.approx(coursereg.mutual_information(H), abs=1e-12)
    assert plain.NMI(H) == pytest.approx(coursereg.normalized_mutual_information(H), abs=1e-9, nan_ok=True)
    assert plain.corr_ratio(H) == pytest.approx(coursereg.correlation_ratio(H), abs=1e-9, nan_ok=True)


@given(tables.filter(np.any), st.integers(0, 2**32))
@settings(deadline=None, max_examples=40)
def test_plain_slr__equals_the_package(H, seed):
    dist = np.random.default_rng(seed).random(H.shape) * (np.random.default_rng(seed + 1).random(H.shape) > 0.2)
    dist[0, 0] += 1
    dist /= dist.sum()
    assert plain.slr(H, dist) == pytest.approx(coursereg.supervised_likelihood_ratio(H, dist), abs=1e-9)


@pytest.mark.parametrize("dtype", [np.uint8, np.int16, np.float32, bool])
def test_plain_mi__equals_the_package(dtype):
    rng = np.random.default_rng(3)
    I, J = (rng.random((2, 17, 12)) * (2 if dtype is bool else 120)).astype(dtype)
    assert plain.MI(I, J, 8) == pytest.approx(coursereg.MI(I, J, 8), abs=1e-12)


# --- the widgets ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("scene", [scenes_u05.recolour, scenes_u05.sample_size, scenes_u05.own_entropy])
def test_scene__shows_its_panels_at_the_ends_of_every_control(scene):
    explore = scene()
    for values in explore.static:
        assert explore.panels(**values)
    for name, control in explore.controls.items():
        ends = control.options if hasattr(control, "options") else (control.lo, control.hi)
        for end in ends:
            assert explore.panels(**{name: end})
            assert len(explore.words(**{name: end})) > 80


def test_recolour__leaves_corr_without_a_trace_and_mi_with_much():
    _, _, values = scenes_u05._recoloured("fold", 0.5, 0)
    assert abs(values["corr"]) < 0.1
    assert values["correlation ratio"] > 0.95
    assert values["MI (nats)"] > 2
    assert scenes_u05._recoloured("fold", 0.5, 10)[2]["MI (nats)"] < 0.2


def test_sample_size__shows_too_much_information_in_few_pixels():
    assert scenes_u05.noise_information(8, 8) > 0.3
    assert scenes_u05.noise_information(128, 8) < 0.01


def test_own_entropy__is_the_information_of_a_picture_about_itself():
    for bins in (2, 32, 256):
        itself, entropy = scenes_u05._information("head", bins)
        assert itself == pytest.approx(entropy)
        assert entropy <= np.log(bins)
