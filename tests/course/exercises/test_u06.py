"""U06: the exercises that are not single functions, the widgets' claims, and the laws behind its numbers."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import coursereg
from coursereg.course.exercises import _heads, _u06_mistakes, u06
from coursereg.course.exercises._base import expect_inputs_untouched
from coursereg.course.plain import landscapes as plain
from coursereg.course.widgets import scenes_u06
from coursereg.grading import mark
from coursereg.grading.local import LocalTested


def points(name, answer, **words):
    m = mark(f"U06.{name}", answer, secret="a secret", **words)
    return m.points, m.maximum


def central(f, x, eps):
    x = np.asarray(x, float)
    return np.array([(f(x + e) - f(x - e)) / eps for e in eps / 2 * np.eye(x.size)])


def whole(f, x, eps):
    return central(f, x, eps).astype(np.asarray(x).dtype)


def whole_steps(f, x, eps):
    return central(f, x, eps) if np.asarray(x).dtype.kind == "f" else np.zeros(np.size(x))


def slope(cost, p, eps):
    return (cost(p + eps / 2) - cost(p - eps / 2)) / eps


def bend(cost, p, eps):
    return (cost(p + eps) + cost(p - eps) - 2 * cost(p)) / eps**2


def mi(H):
    p = np.asarray(H, float) / np.sum(H)
    i, j = np.nonzero(p)
    return float(np.sum(p[i, j] * np.log(p[i, j] / (p.sum(axis=1)[i] * p.sum(axis=0)[j]))))


class Motion:
    """A right one that calls nothing of ours: the reference does not answer while an answer is marked."""

    sign = 1

    def __init__(self, param=(0, 0, 0)):
        self.param = np.array(param, float)

    def apply(self, points):
        z = points[:, 0] + 1j * points[:, 1]
        z = z * np.exp(1j * self.sign * self.param[2] / 100) + self.param[0] + 1j * self.param[1]
        return np.column_stack([z.real, z.imag])

    def copy(self):
        return type(self)(self.param)


class Turned(Motion):
    """Turns the other way."""

    sign = -1


class NoCopy(Motion):
    """Its copy forgets the numbers."""

    def copy(self):
        return NoCopy()


class Flat(Motion):
    """Returns one number for each point."""

    def apply(self, points):
        return super().apply(points)[:, 0]


def check_by_integers(g):
    return bool(np.allclose(g(lambda x: 0.3 * x[0] + x[1] ** 2, np.array([4, 1]), 0.2), [0.3, 2.0]))


def check_by_dtype(g):
    def f(x):
        return float(np.sum(np.sin(x)))

    assert np.allclose(g(f, np.array([1, 2, 3]), 0.1), g(f, np.array([1.0, 2.0, 3.0]), 0.1))


RIGHT = {
    "predictions": ["the truth", "as wide", "1e-8"],  # made, not right
    "parsons": [1, 2, 4, 3, 6],
    "fade_1": slope,
    "fade_2": bend,
    "plugin": [Motion, mi],
    "bug": central,
    "bug_check": check_by_integers,
}
WRONG = {
    "predictions": [["the truth", None, "1"], ["yes", "no", 3], None],
    "parsons": [[1, 2, 3, 4, 5], [2, 1, 3, 4, 6], [1, 2, 3, 4, 5, 6], None],
    "fade_1": [lambda *a: slope(*a) / 2, lambda c, p, eps: (c(p + eps) - c(p)) / eps, lambda *a: 13.0],
    "fade_2": [lambda *a: bend(*a) / 4, lambda c, p, eps: bend(c, p, eps / 2), lambda *a: 6.0],
    "plugin": [
        [Turned, mi],
        [NoCopy, mi],
        [Flat, mi],
        [Motion, lambda H: -mi(H)],
        [Motion, lambda H: mi(np.asarray(H) + 1e-3)],
        [Motion, None],
        [mi, Motion],
    ],
    "bug": [whole, whole_steps, lambda f, x, eps: 2 * central(f, x, eps)],
    "bug_check": [
        lambda g: True,
        lambda g: False,
        lambda g: np.allclose(g(lambda x: x[0] ** 2, np.array([1.5]), 0.1), [3.0]),  # floats: sees nothing
        lambda g: np.shape(g(lambda x: x[0], np.array([1]), 0.1)) == (1,),  # a law they all keep
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
    others = {e.name for e in u06.UNIT.exercises.values() if e.kind != "function"}
    assert others == set(RIGHT) == set(WRONG)


@pytest.mark.parametrize("blind", [lambda g: True, lambda g: False, lambda g: 1 / 0])
def test_bug_check__that_looks_at_nothing_earns_nothing(blind):
    assert points("bug_check", blind)[0] == 0


def test_bug_check__may_compare_whole_numbers_with_floats():
    assert points("bug_check", check_by_dtype) == pytest.approx((6, 6))


def test_plugin__tells_the_class_from_the_measure():
    wrong_class = mark("U06.plugin", [Turned, mi], secret="s")
    wrong_measure = mark("U06.plugin", [Motion, lambda H: mi(H) / np.log(2)], secret="s")
    by_class = "explore with your Rigid2D gives the engine's own landscape"
    by_measure = "explore with your MI_from_hist gives the engine's own mutual information"
    assert by_class in {c.name for c in wrong_class.failed}
    assert by_measure not in {c.name for c in wrong_class.failed}
    assert by_measure in {c.name for c in wrong_measure.failed}
    assert by_class not in {c.name for c in wrong_measure.failed}


def test_plugin__with_a_tiny_epsilon_says_where_it_is():
    def with_epsilon(H):
        p = H / H.sum()
        return float(np.sum(p * np.log((p + 1e-7) / (np.outer(p.sum(axis=1), p.sum(axis=0)) + 1e-7))))

    m = mark("U06.plugin", [Motion, with_epsilon], secret="s")
    assert any("p > 0" in c.message for c in m.failed)


@pytest.mark.parametrize(
    ("key", "answer"),
    [
        ("approx_gradient", lambda f, x, eps: coursereg.approx_gradient(f, x, eps)),
        ("approx_hessian", lambda f, x, eps: coursereg.approx_hessian(f, x, eps)),
        ("Rigid2D", coursereg.Rigid2D),
        ("Rigid2D", type("Mine", (coursereg.Rigid2D,), {})),
        ("plugin", [coursereg.Rigid2D, coursereg.mutual_information]),
    ],
)
@pytest.mark.parametrize("isolated", [True, False])
def test_answer_that_calls_the_package__earns_nothing(key, answer, isolated):
    assert points(key, answer, isolated=isolated)[0] == 0


def test_rigid__is_the_motion_of_the_engine():
    rng = np.random.default_rng(2)
    for _ in range(20):
        param, where = rng.uniform(-300, 300, 3), rng.uniform(-50, 90, (5, 2))
        ours = coursereg.Rigid2D()
        ours.param = param
        assert np.allclose(plain.Rigid2D(param).apply(where), ours.apply(where), atol=1e-9)


@given(st.integers(1, 4), st.floats(0.01, 3), st.integers(0, 2**32))
@settings(deadline=None, max_examples=40)
def test_plain_differences__equal_the_package(n, eps, seed):
    rng = np.random.default_rng(seed)
    A, x = rng.normal(size=(n, n)), rng.normal(size=n)

    def f(x):
        return float(np.abs(A @ x).sum() + np.sin(x).sum())

    assert np.allclose(plain.approx_gradient(f, x, eps), coursereg.approx_gradient(f, x, eps), atol=1e-9)
    H = plain.approx_hessian(f, x, eps)
    assert np.allclose(H, coursereg.approx_hessian(f, x, eps), atol=1e-6 / eps**2)
    assert np.allclose(np.diag(H), coursereg.approx_hessian_diag(f, x, eps), atol=1e-6 / eps**2)


def test_plain_walk__is_the_engines_explore_along_one_parameter():
    truth = np.array([1.0, -2.0, 1.0])
    R = _heads.engine(truth, "mi")
    values = np.array([-2.0, 0.5, 3.0])
    s, p = R.explore(plain.Rigid2D(truth), (2, values))
    mine = plain.explore_1d(lambda x: R.eval(plain.Rigid2D(x)), truth, 2, values)
    assert np.allclose(mine[0], s)
    assert np.array_equal(mine[1], p)


def test_pair_of_the_plugin__has_the_motion_it_says():
    truth = np.array([2.0, -1.5, 2.5])
    assert _heads.corners_off(_heads.engine(truth, "mi").optimize(plain.Rigid2D()), truth) < 0.2


def test_mistakes_of_the_motion__all_differ_from_the_right_one():
    rng = np.random.default_rng(3)
    param, where = np.array([3.0, -5.0, 80.0]), rng.uniform(0, 50, (4, 2))
    wrong = [f for name, f in vars(_u06_mistakes).items() if name.startswith("moved_")]
    assert len(wrong) == 10
    seen = [f(param, where) for f in (_u06_mistakes.moved, *wrong)]
    for i, one in enumerate(seen):
        assert not any(np.allclose(one, other) for other in seen[i + 1 :])


def test_lookalike_of_a_class__is_found_from_numbers_and_points():
    m = mark("U06.Rigid2D", Turned, secret="s")
    assert any("turn the other way" in c.looks_like for c in m.failed)


def test_handle__tells_whether_points_were_changed():
    class InPlace(Motion):
        def apply(self, points):
            points += 1
            return points

    f = LocalTested(InPlace)
    f().call("apply", np.zeros((2, 2)))
    with pytest.raises(AssertionError, match="changed its input"):
        expect_inputs_untouched(f)


# --- the widgets ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "explore",
    [scenes_u06.landscape(), scenes_u06.landscape(blur=False), scenes_u06.difference_step()],
    ids=["landscape", "landscape without blur", "difference_step"],
)
def test_scene__shows_its_panels_at_the_ends_of_every_control(explore):
    for values in explore.static:
        assert explore.panels(**values)
    for name, control in explore.controls.items():
        ends = control.options if hasattr(control, "options") else (control.lo, control.hi)
        for end in ends:
            assert explore.panels(**{name: end})
            assert len(explore.words(**{name: end})) > 80


def test_landscape__has_a_narrow_basin_that_blur_widens_and_moves():
    sharp, blurred = (scenes_u06.heights(scenes_u06.TWO_KINDS, k) for k in (0, 4))
    middle = (scenes_u06.REACH, scenes_u06.REACH)
    assert np.unravel_index(sharp.argmin(), sharp.shape) == middle
    assert np.unravel_index(blurred.argmin(), blurred.shape) != middle
    assert scenes_u06.basin(scenes_u06.TWO_KINDS, 0) < 20 < 35 < scenes_u06.basin(scenes_u06.TWO_KINDS, 4)
    assert scenes_u06.basin(scenes_u06.ONE_KIND, 0) == 100


def test_descent__ends_where_no_neighbour_is_lower():
    cost = np.random.default_rng(1).random((15, 18))
    for start in np.ndindex(cost.shape):
        path = scenes_u06.descent(cost, start)
        heights = [cost[place] for place in path]
        assert np.all(np.diff(heights) < 0)
        r, c = path[-1]
        assert cost[max(r - 1, 0) : r + 2, max(c - 1, 0) : c + 2].min() == heights[-1]


def test_basin__counts_the_starts_that_end_well():
    cost = scenes_u06.heights(scenes_u06.TWO_KINDS, 2)
    middle = scenes_u06.REACH
    ends = [scenes_u06.descent(cost, s)[-1] for s in np.ndindex(cost.shape)]
    well = [max(abs(r - middle), abs(c - middle)) <= 1 for r, c in ends]
    assert scenes_u06.basin(scenes_u06.TWO_KINDS, 2) == pytest.approx(100 * np.mean(well))


def test_true_slope__is_that_of_the_formula():
    errors = [abs(scenes_u06.slope("formula", eps) - scenes_u06.true_slope()) for eps in (0.2, 0.1, 0.05)]
    assert errors[0] / errors[1] == pytest.approx(4, rel=0.05)
    assert errors[1] / errors[2] == pytest.approx(4, rel=0.05)


def test_step__smaller_is_better_for_the_formula_only():
    errors = {kind: scenes_u06._errors(kind) for kind in scenes_u06.COSTS}
    best = scenes_u06.EXPONENTS[errors["formula"].argmin()]
    assert -6 <= best <= -4
    assert errors["formula"][0] > errors["formula"].min() + 2
    assert errors["formula"][-1] > errors["formula"].min() + 2
    for kind in ("linear interpolation", "nearest pixel"):
        assert errors[kind][-1] < errors[kind][:20].min() - 0.5


def test_picture_of_a_landscape__counts_from_minus_its_reach():
    image = scenes_u06.landscape().panels()[0]
    assert image.spec()["first"] == (-scenes_u06.REACH, -scenes_u06.REACH)
