"""U11: the exercises that are not single functions, messages, the widgets' claims, and laws of the plain versions."""

from __future__ import annotations

import ast

import numpy as np
import pytest
from answers.u11 import SSDMetric2D as metrics
from answers.u11 import level_grid2world, pyramid_level, tre
from hypothesis import given, settings
from hypothesis import strategies as st

import coursereg
from coursereg.course.exercises import (
    _u11_bug,
    _u11_metric,
    _u11_metric_mistakes,
    _u11_mistakes,
    _u11_plugin,
    _u11_scenes,
    u11,
)
from coursereg.course.plain import optimisers
from coursereg.course.plain import scale_space as plain
from coursereg.course.widgets import scenes_u11
from coursereg.grading import mark


class Adam:
    """A right one that calls nothing of ours."""

    def __init__(self, lr):
        self.lr, self.m, self.v, self.t = lr, 0.0, 0.0, 0

    def step(self, x, grad):
        g = np.asarray(grad(x))
        self.t += 1
        self.m, self.v = 0.9 * self.m + 0.1 * g, 0.999 * self.v + 0.001 * g * g
        return x - self.lr * (self.m / (1 - 0.9**self.t)) / (np.sqrt(self.v / (1 - 0.999**self.t)) + 1e-8)


class Uphill(Adam):
    def step(self, x, grad):
        return 2 * np.asarray(x) - super().step(x, grad)


class Frozen(Adam):
    def step(self, x, grad):
        grad(x)
        return np.array(x)


def points(name, answer, **words):
    m = mark(f"U11.{name}", answer, secret="a secret", **words)
    return m.points, m.maximum


def chained(S, start, T, M):
    return np.linalg.solve(M, T @ start @ S).tolist()


def slopes(J, M):
    g, L = np.gradient(J), np.linalg.inv(M[:2, :2])
    return [L[0, k] * g[0] + L[1, k] * g[1] for k in (0, 1)]


def check_by_a_point(f):
    shift, double = np.array([[1.0, 0, 5], [0, 1, 0], [0, 0, 1]]), np.diag([2.0, 2, 1])
    assert np.allclose(np.asarray(f(shift, double)) @ [1, 1, 1], [12, 2, 1])


RIGHT = {
    "predictions": ["time", "16 times", "arrives", "it depends"],  # made, not right
    "parsons": [1, 2, 3, 4, 5],
    "fade_1": chained,
    "fade_2": slopes,
    "plugin": [metrics.in_parts, Adam],
    "bug": lambda initial, found: (np.transpose(initial) @ np.transpose(found)).T,
    "bug_check": check_by_a_point,
}
WRONG = {
    "predictions": [["time", None, "fails", "0 mm"], ["time", "4", "fails", "0 mm"], None],
    "parsons": [[1, 2, 3, 4, 6], [1, 3, 2, 4, 5], [1, 2, 3, 4, 5, 6], None],
    "fade_1": [
        lambda S, start, T, M: M @ T @ start @ S,
        lambda S, start, T, M: np.linalg.inv(M) @ start @ T @ S,
        lambda S, start, T, M: np.diag([0.5, 0.5, 1]),
    ],
    "fade_2": [
        lambda J, M: np.stack(np.gradient(J)),
        lambda J, M: np.tensordot(np.linalg.inv(M[:2, :2]), np.stack(np.gradient(J)), 1),
        lambda J, M: np.stack(np.gradient(J, *np.linalg.norm(M[:2, :2], axis=0))),
    ],
    "plugin": [
        [metrics.in_parts, Uphill],
        [metrics.in_parts, Frozen],
        [metrics.uphill, Adam],
        [metrics.no_start, Adam],
        [metrics.set_once, Adam],
        [metrics.in_parts, None],
        [Adam, metrics.in_parts],
    ],
    "bug": [lambda initial, found: initial @ found, lambda initial, found: found, lambda a, b: b * a],
    "bug_check": [
        lambda f: True,
        lambda f: False,
        lambda f: np.allclose(f(np.eye(3), np.diag([2.0, 2, 1])), np.diag([2.0, 2, 1])),  # the start does nothing
        lambda f: np.isclose(np.linalg.det(f(np.diag([2.0, 3, 1]), np.diag([5.0, 1, 1]))), 30),
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
    others = {e.name for e in u11.UNIT.exercises.values() if e.kind != "function"}
    assert others == set(RIGHT) == set(WRONG)


@pytest.mark.parametrize("blind", [lambda f: True, lambda f: False, lambda f: 1 / 0])
def test_bug_check__that_looks_at_nothing_earns_nothing(blind):
    assert points("bug_check", blind)[0] == 0


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("pyramid_level", lambda I, level, factor=0.2, spacing=None: plain.pyramid_level(I, level, factor, spacing)),
        ("tre", lambda T, P, Q: plain.tre(T, P, Q)),
        ("SSDMetric2D", plain.SSDMetric2D),
        ("SSDMetric2D", coursereg.AffineSSDMetric),
        ("plugin", [plain.SSDMetric2D, optimisers.Adam]),
        ("plugin", [coursereg.AffineSSDMetric, Adam]),
    ],
)
@pytest.mark.parametrize("isolated", [True, False])
def test_answer_that_calls_the_package__earns_nothing(name, answer, isolated):
    assert points(name, answer, isolated=isolated)[0] == 0


def test_plugin__says_what_is_left_and_how_far_off():
    m = mark("U11.plugin", [metrics.in_parts, Frozen], secret="s")
    failed = {c.name: c.message for c in m.failed}
    assert set(failed) == {
        "a rigid map, with your metric and your Adam",
        "an affine map, with your metric and your Adam",
    }
    assert all("of the differences are left" in message for message in failed.values())


def test_plugins_pairs__begin_far_from_where_they_end():
    for kind in ("TRANSLATION", "RIGID", "AFFINE"):
        static, moving, grid, truth = _u11_plugin.pair(np.random.default_rng(3), kind)
        P = (grid @ [[32, 32, 96, 96], [32, 96, 32, 96], [1, 1, 1, 1]])[:2].T
        assert plain.tre(np.eye(3), P, P @ truth[:2, :2].T + truth[:2, 2]) > 3
        assert np.abs(moving - static).mean() > 2


def test_plugin__says_that_both_are_wanted():
    for answer in (metrics.in_parts, [metrics.in_parts], metrics.in_parts()):
        for isolated in (True, False):
            m = mark("U11.plugin", answer, secret="s", isolated=isolated)
            assert m.state == "wrong"
            assert {c.message for c in m.failed} == {"hand in both, in a list: [SSDMetric2D, Adam]"}
    assert mark("U11.plugin", None, secret="s").state == "not attempted"
    assert mark("U11.plugin", [None, None], secret="s").state == "not attempted"


def test_metric__that_skips_what_is_outside_is_told_of_the_trap():
    m = mark("U11.SSDMetric2D", metrics.skipped, secret="s")
    assert {c.name for c in m.failed} >= {"samples outside the moving picture", "samples outside, over other borders"}
    assert all("one that leaves the picture" in c.message for c in m.failed)


@pytest.mark.parametrize("isolated", [True, False])
@pytest.mark.parametrize("answer", [metrics.start_wiped, metrics.params_moved])
def test_metric__that_changes_what_it_is_given_is_told_so_at_once(answer, isolated):
    m = mark("U11.SSDMetric2D", answer, secret="s", public_only=True, isolated=isolated)
    assert [c.name for c in m.failed] == ["what they are given is left as it was"]


def test_metric__whose_pair_agrees_is_not_told_that_it_does_not():
    m = mark("U11.SSDMetric2D", metrics.rms, secret="s")
    assert "distance_and_gradient says what distance and gradient say" in {c.name for c in m.checks if c.passed}


def test_metric__as_an_object_is_told_to_be_handed_in_as_a_class():
    m = mark("U11.SSDMetric2D", metrics.in_parts(), secret="s")
    assert all("hand in the class itself, in_parts, not an object" in c.message for c in m.failed)


@pytest.mark.parametrize("name", ["tre", "level_grid2world"])
def test_input_that_is_changed__is_noticed_at_once(name):
    answer = {"tre": tre.in_place, "level_grid2world": level_grid2world.in_place}[name]
    m = mark(f"U11.{name}", answer, secret="s", public_only=True)
    (failed,) = m.failed
    assert "changed its input" in failed.message


def test_impulse__is_shown_about_its_middle():
    m = mark("U11.pyramid_level", pyramid_level.no_factor, secret="s", public_only=True)
    (failed,) = (c for c in m.failed if c.name.startswith("one bright sample"))
    for shown in (failed.got, failed.wanted):
        rows = ast.literal_eval(shown)
        assert np.shape(rows) == (5, 5)
        assert np.max(rows) == rows[2][2] > 0


def test_bug_check__in_the_other_order_is_asked_which_map_comes_first():
    def exchanged(f):
        shift, double = np.array([[1.0, 0, 5], [0, 1, 0], [0, 0, 1]]), np.diag([2.0, 2, 1])
        assert np.allclose(f(shift, double), shift @ double)

    m = mark("U11.bug_check", exchanged, secret="s")
    assert m.points == 0
    assert {c.message for c in m.failed} == {"your check wants initial @ found: which map meets the point first?"}
    m = mark("U11.bug_check", lambda f: False, secret="s")
    assert not any("initial @ found" in c.message for c in m.failed)


def test_right_answers_of_the_bug__are_right():
    rng = np.random.default_rng(1)
    A, B = (np.vstack([rng.normal(size=(2, 3)), [0, 0, 1]]) for _ in range(2))
    for f in (_u11_bug.bug_fixed, _u11_bug._by_product, _u11_bug._by_parts, _u11_bug._by_points):
        assert np.allclose(f(A, B), B @ A)


# --- laws -------------------------------------------------------------------------------------------------------------


@given(st.integers(0, 2**32), st.integers(0, 3), st.sampled_from([None, (1.0, 2.0), (3.0, 1.0), (5.0, 1.0)]))
@settings(deadline=None, max_examples=25)
def test_pyramid_level__is_the_engines_but_for_its_scale(seed, level, spacing):
    I = np.random.default_rng(seed).random((17, 21)) * 200
    ours = plain.pyramid_level(I, level, 0.6, spacing)
    theirs = coursereg.ScaleSpace(I, level + 1, input_spacing=spacing, sigma_factor=0.6).get_image(level)
    assert np.allclose((ours - ours.min()) / np.ptp(ours), theirs, atol=1e-6)
    assert ours.mean() == pytest.approx(I.mean(), rel=1e-9)


def test_level_grid2world__is_the_engines():
    A = np.array([[0.0, -2, 5], [3, 0.5, 7], [0, 0, 1]])
    space = coursereg.IsotropicScaleSpace(np.random.default_rng(0).random((23, 37)), [4, 1], [0, 0], A)
    B, shape, _shift = plain.level_grid2world(A, (23, 37), 4)
    assert np.allclose(B, space.get_affine(1))
    assert shape == tuple(space.get_domain_shape(1))


@pytest.mark.parametrize("kind", ["TRANSLATION", "ROTATION", "RIGID", "RIGIDISOSCALING", "SCALING", "AFFINE"])
def test_metric__is_the_engines_and_its_slope_that_of_the_distance(kind):
    scene, params = _u11_scenes.steep(np.random.default_rng(5), kind)
    ours, theirs = scene.made(plain.SSDMetric2D), scene.made(coursereg.AffineSSDMetric)
    assert ours.distance(params) == pytest.approx(theirs.distance(params), rel=1e-3)
    value, slope = ours.distance_and_gradient(params)
    assert value == ours.distance(params)
    assert np.array_equal(slope, ours.gradient(params))
    widths, smooth, cells = _u11_scenes.legal_slopes(scene, tuple(params.tolist()))
    assert np.abs(slope / widths - smooth).max() < 0.05 * np.abs(smooth).max()
    assert np.abs(theirs.gradient(params) / widths - cells).max() < 0.02 * np.abs(cells).max()


@pytest.mark.parametrize("kind", [plain.SSDMetric2D, coursereg.AffineSSDMetric])
def test_metric__says_so_when_nothing_overlaps(kind):
    metric, pictures = kind(), np.random.default_rng(0).random((2, 15, 16))
    metric.setup(coursereg.regtransforms["TRANSLATION", 2], *pictures)
    assert metric.distance([100, 0]) == np.inf
    assert metric.gradient([100, 0]).tolist() == [0, 0]
    value, slope = metric.distance_and_gradient([100, 0])
    assert (value, slope.tolist()) == (np.inf, [0, 0])


@pytest.mark.parametrize("just_in", [True, False])
@pytest.mark.parametrize("signs", [(1, 1), (1, -1), (-1, 1), (-1, -1)])
def test_border__shows_every_mistake(signs, just_in):
    scene, params = _u11_metric.at_the_border(np.random.default_rng(7), signs, just_in)
    right = scene.made(plain.SSDMetric2D).distance(params)
    for answer in (metrics.last_left_out, metrics.first_left_out, metrics.up_to_n, metrics.nearest_inside):
        off = abs(scene.made(answer).distance(params) / right - 1)
        assert off < 1e-9 or off > 0.05  # where all cross the other border, it is no mistake
    assert abs(scene.made(metrics.half_a_sample_in).distance(params) / right - 1) > 0.05 or not just_in
    assert abs(scene.made(metrics.nearest).distance(params) / right - 1) > 0.05


@pytest.mark.parametrize(
    "mistakes", [_u11_mistakes.LEVELS, _u11_mistakes.GRIDS, _u11_mistakes.ERRORS, _u11_metric_mistakes.METRICS]
)
def test_mistakes__have_words_of_their_own(mistakes):
    assert len({message for message, _ in mistakes}) == len(mistakes)


# --- the widgets ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("scene", [scenes_u11.levels, scenes_u11.sampling, scenes_u11.ladder])
def test_scene__shows_its_panels_at_the_ends_of_every_control(scene):
    explore = scene()
    for values in explore.static:
        assert explore.panels(**values)
    for name, control in explore.controls.items():
        for end in control.options if hasattr(control, "options") else (control.lo, control.hi):
            assert explore.panels(**{name: end})
            assert len(explore.words(**{name: end})) > 80


def test_levels__call_a_hole_only_what_is_one():
    words = scenes_u11.levels().words
    assert "ends at 40, the end of the range" in words(level=3, start=40)
    for level in range(5):
        shifts, cost = scenes_u11.landscape(level)
        for start in shifts.tolist():
            if "in a hole" in words(level=level, start=start):
                k = scenes_u11.downhill(level, start) + scenes_u11.REACH
                assert 0 < k < cost.size - 1
                assert cost[k] <= min(cost[k - 1], cost[k + 1])


def test_levels__widen_the_basin_until_every_walk_arrives():
    widths = [scenes_u11.basin(level) for level in range(5)]
    assert widths == sorted(widths)
    assert widths[0] < scenes_u11.RIB
    assert widths[-1] == scenes_u11.REACH


def test_noise__halves_when_the_samples_are_quadrupled():
    ratios = [scenes_u11.noise(p) / scenes_u11.noise(4 * p) for p in (1.5625, 3.125, 6.25)]
    assert 1.4 < np.mean(ratios) < 2.8
    assert scenes_u11.noise(100.0) < 1e-9


def test_noise__now_and_then_turns_a_slope_uphill():
    drawn, true = scenes_u11.slopes(25 / 16)[:, 0], scenes_u11.slopes(100.0)[0, 0]
    assert 45 < scenes_u11.noise(25 / 16) < 55
    assert 1 <= (drawn * true < 0).sum() <= 3


def test_ladder__arrives_at_every_turn_only_with_all_its_rungs():
    last = {
        way: [list(scenes_u11.climbed(turn, way)[1].values())[-1] for turn in scenes_u11.TURNS]
        for way in scenes_u11.LADDERS
    }
    arrived = [sum(error < 1 for error in errors) for errors in last.values()]
    assert arrived == sorted(arrived)
    assert arrived[0] < arrived[-1] == len(scenes_u11.TURNS)


# --- say it -----------------------------------------------------------------------------------------------------------


def test_model_answer__is_right_in_its_numbers():
    """What it says of grids and widths; not in the notebook, where it would stand below the student's own answer."""
    thick = np.random.default_rng(0).random((40, 40, 14))
    space = coursereg.IsotropicScaleSpace(thick, [4, 2, 1], [3, 1, 0], input_spacing=(2, 2, 6))
    assert [space.get_spacing(level).tolist() for level in (2, 1, 0)] == [[8, 8, 6], [4, 4, 6], [2, 2, 6]]
    assert space.get_sigmas(2).tolist() == [3, 3, 3]
    gentle = coursereg.ScaleSpace(thick, 3, input_spacing=(2, 2, 6), sigma_factor=0.4)
    assert gentle.get_sigmas(1)[2] == 0
    assert gentle.get_sigmas(2)[2] < 0.2
