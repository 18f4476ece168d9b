"""U07: the exercises that are not single functions, the widgets' claims, and the laws behind its numbers."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import ndimage

import coursereg
from coursereg.course import samples
from coursereg.course.exercises import _u07_bug, _u07_gradient, _u07_pictures, _u07_plugin, _u07_search, u07
from coursereg.course.plain import descent_translation as plain
from coursereg.course.widgets import scenes_u07
from coursereg.grading import mark


def points(name, answer, **words):
    m = mark(f"U07.{name}", answer, secret="a secret", **words)
    return m.points, m.maximum


def slope(I, J, p):
    x = np.arange(len(I))
    seen = np.interp(x + p, x, J)
    return 2 * np.mean((seen - I) * np.gradient(seen))


def step(I, J, p, lr):
    return p - lr * slope(I, J, p)


def gradient(I, J, p, q):
    seen = ndimage.shift(np.asarray(J, float), (-p, -q), order=3)
    down, across = np.gradient(seen)
    return np.array([2 * np.sum((seen - I) * down), 2 * np.sum((seen - I) * across)])


def one_step_late(I, J, lr, iters):
    u, seen = np.zeros(2), J
    for _ in range(iters):
        d, slopes = seen - I, np.gradient(seen)
        seen = ndimage.shift(J, -u, order=1)
        u = u - lr * 2 * np.array([(d * s).mean() for s in slopes])
    return u, seen


def unmoved(I, J, p, q):
    seen = ndimage.shift(np.asarray(J, float), (-p, -q), order=1)
    return np.array([2 * np.sum((seen - I) * s) for s in np.gradient(np.asarray(J, float))])


def descent(I, J, lr, iters, order=3):
    u = np.zeros(2)
    for _ in range(iters):
        u = u - lr * gradient(I, J, *u) / I.size
    return list(u), ndimage.shift(J, -u, order=order)


def runs_past(I, J, lr, iters):
    u = -lr * iters * gradient(I, J, 0, 0) / I.size
    return u, ndimage.shift(J, -u, order=1)


def blurs(I, J, lr, iters):
    seen, u = J, np.zeros(2)
    for _ in range(iters):
        s = -lr * gradient(I, seen, 0, 0) / I.size
        u, seen = u + s, ndimage.shift(seen, -s, order=1)
    return u, seen


def blob_check(f):
    I, J = samples.blob(centre=(24, 32)), samples.blob(centre=(22, 35))
    u, seen = f(I, J, 0.004, 80)
    return bool(np.hypot(u[0] + 2, u[1] - 3) < 0.3 and np.abs(seen - I).max() < 4)


def check_u_only(f):
    I, J = samples.blob(centre=(24, 32)), samples.blob(centre=(22, 35))
    assert np.allclose(f(I, J, 0.005, 60)[0], (-2, 3), atol=0.3)


RIGHT = {
    "predictions": ["later", "a long step", "the truth"],  # made, not right
    "parsons": [1, 4, 2, 5, 6],
    "fade_1": slope,
    "fade_2": step,
    "plugin": gradient,
    "bug": descent,
    "bug_check": blob_check,
}
WRONG = {
    "predictions": [["later", None, "the truth"], ["yes", "no", 3], None],
    "parsons": [[1, 2, 3, 5, 6], [2, 1, 4, 5, 6], [1, 2, 4, 6, 5], None],
    "fade_1": [lambda *a: slope(*a) / 2, lambda I, J, p: slope(I, J, p) * len(I), lambda *a: -1.0],
    "fade_2": [
        lambda I, J, p, lr: p + lr * slope(I, J, p),
        lambda I, J, p, lr: -lr * slope(I, J, p),
        lambda *a: 0.5,
    ],
    "plugin": [
        lambda *a: gradient(*a)[::-1],
        lambda *a: -gradient(*a),
        lambda *a: gradient(*a) / 2,
        unmoved,
        lambda I, J, p, q: gradient(I, J, round(p), round(q)),
        lambda I, J, p, q: gradient(I, J, -p, -q),
        lambda I, J, p, q: gradient(I, J, p, q) / I.size,
        lambda *a: np.zeros(2),
    ],
    "bug": [runs_past, blurs, one_step_late, lambda *a: descent(*a)[::-1], lambda *a: descent(*a)[0]],
    "bug_check": [
        lambda f: True,
        lambda f: False,
        check_u_only,  # does not see the blur
        lambda f: f(samples.blob(), samples.blob(), 0.01, 3)[1].shape == (48, 64),
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
    others = {e.name for e in u07.UNIT.exercises.values() if e.kind != "function"}
    assert others == set(RIGHT) == set(WRONG)


@pytest.mark.parametrize("blind", [lambda f: True, lambda f: False, lambda f: 1 / 0])
def test_bug_check__that_looks_at_nothing_earns_nothing(blind):
    assert points("bug_check", blind)[0] == 0


@pytest.mark.parametrize(
    ("key", "answer"),
    [
        ("grad_ssd_translation", plain.grad_ssd_translation),
        ("search", plain.search),
        ("search", lambda I, J, lr, iters: (-coursereg.search(I, J).u, np.zeros(iters))),
        ("should_stop", plain.should_stop),
        ("report", plain.report),
        ("plugin", lambda I, J, p, q: plain.grad_ssd_translation(I, J, p, q)),
    ],
)
@pytest.mark.parametrize("isolated", [True, False])
def test_answer_that_calls_the_package__earns_nothing(key, answer, isolated):
    assert points(key, answer, isolated=isolated)[0] == 0


def test_search__with_half_the_gradient_hears_of_it():
    def half(I, J, lr, iters):
        u, history = np.zeros(2), []
        for _ in range(iters):
            seen = ndimage.shift(J.astype(float), -u, order=1)
            history.append(float(((seen - I) ** 2).mean()))
            u = u - lr * np.array([((seen - I) * s).mean() for s in np.gradient(seen)])
        return u, history

    m = mark("U07.search", half, secret="s")
    assert any("half the gradient" in c.looks_like for c in m.failed)
    arrives = "arrives within a tenth of a pixel of the truth, and the cost falls to almost nothing"
    assert arrives not in {c.name for c in m.failed}, "it converges: only the laws of the steps see it"


# --- the pictures of the checks ---------------------------------------------------------------------------------------


@given(st.integers(0, 2**32), st.booleans())
@settings(deadline=None, max_examples=25)
def test_scene__stays_inside_the_frame(seed, tall):
    at = _u07_pictures.scene(np.random.default_rng(seed), tall)
    for u in ((0, 0), (5.4, 5.4), (-5.4, 5.4), (5.4, -5.4), (-5.4, -5.4)):
        picture = at(*u)
        assert picture.shape == ((60, 50) if tall else (50, 60))
        assert max(picture[[0, -1]].max(), picture[:, [0, -1]].max()) == 0


@given(st.integers(0, 2**32))
@settings(deadline=None, max_examples=25)
def test_pair__is_shifted_by_its_truth_and_knows_its_slope(seed):
    rng = np.random.default_rng(seed)
    pair = _u07_pictures.shifted(rng, _u07_pictures.apart(rng, 1.5, 3))
    assert pair.cost(pair.truth) == pytest.approx(0, abs=1e-9)
    np.testing.assert_allclose(pair.scene(0, 0), pair.J)
    # a look-up by cubic splines sees the same cost
    u = np.array([1.5, -2.5])
    seen = ndimage.shift(pair.J, -u, order=3)
    assert float(((seen - pair.I) ** 2).sum()) == pytest.approx(pair.cost(u), rel=1e-3)


@pytest.mark.parametrize("seed", range(40))
def test_slanted_pair__tells_a_step_at_once_from_one_axis_after_the_other(seed):
    pair = _u07_pictures.slanted(np.random.default_rng(seed))
    for picture in (pair.I, pair.J):
        assert max(picture[[0, -1]].max(), picture[:, [0, -1]].max()) == 0
    lr = 0.4 / pair.curvature / pair.I.size
    step = -lr * pair.gradient(np.zeros(2))
    for first in (0, 1):
        late = -lr * pair.gradient(step * np.eye(2)[first])
        assert abs(late - step)[1 - first] > 2 * _u07_search.STEP * np.linalg.norm(step)


@pytest.mark.parametrize("seed", range(40))
def test_pyramids__are_whole_and_a_rounded_look_up_shows(seed):
    rng = np.random.default_rng(seed)
    pair = _u07_pictures.pyramid(rng)
    np.testing.assert_array_equal(pair.J, pair.scene(0.0, 0.0))
    np.testing.assert_array_equal(pair.I, pair.scene(*pair.truth))
    u = pair.truth + rng.choice([-1, 1], 2) * rng.uniform(1.35, 1.45, 2)
    seen = ndimage.shift(pair.J, -u, order=1)
    rounded = [2 * np.sum((seen.astype(float) - pair.I) * s) for s in np.gradient(seen.astype(float))]
    want = pair.gradient(u)
    assert np.abs(gradient(pair.I, pair.J, *u) - want).max() < 0.75 * _u07_gradient.COARSE * np.linalg.norm(want)
    assert np.abs(rounded - want).max() > 1.2 * _u07_gradient.COARSE * np.linalg.norm(want)


def test_report__that_rounds_is_no_area():
    def rounds(u, truth, shape):
        left = [max(n - round(abs(v)), 0) for n, v in zip(shape, u, strict=True)]
        return np.hypot(u[0] - truth[0], u[1] - truth[1]), 100 * left[0] * left[1] / (shape[0] * shape[1])

    m = mark("U07.report", rounds, secret="s")
    assert m.state == "wrong"
    assert m.convention == ""


@pytest.mark.parametrize("seed", range(8))
def test_plugin__slices_are_solved_by_the_reference(seed):
    slices = _u07_plugin.Slices("subpixel", seed)
    mine, without = slices.run(plain.grad_ssd_translation), slices.run(None)
    for run in (mine, without):
        assert np.abs(run.xopt - slices.truth).max() < 0.03
    assert 2.5 * mine.nfev <= without.nfev


def test_bug__two_honest_look_ups_differ_by_less_than_the_check_allows():
    I, J = samples.blob(centre=(24, 32)), samples.blob(centre=(27.5, 29.6))
    linear, cubic, again = (f(I, J, 0.005, 60)[1] for f in (_u07_bug._linear, _u07_bug._cubic, _u07_bug._look_up_again))
    assert np.abs(linear - cubic).max() < 2
    assert np.abs(again - cubic).max() > 8


# --- the hand-out's search --------------------------------------------------------------------------------------------


def test_handout_search__walks_away_because_rows_and_columns_are_exchanged():
    I, J = samples.blob((48, 48), (22, 25)), samples.blob((48, 48), (25, 24))
    went, history = plain.handout_translation_search(I, J, lr=2e-6, iters=25)
    assert history[-1] > history[0]
    # the same walk with the two slopes in their places arrives
    u = np.zeros(2)
    for _ in range(40):
        moved = ndimage.shift(J, u, order=3)
        u = u + 2e-6 * 2 * np.array([((moved - I) * s).sum() for s in np.gradient(moved)])
    np.testing.assert_allclose(u, (-3, 1), atol=0.1)
    assert np.hypot(*(went - (-3, 1))) > np.hypot(3, 1)


def test_handout_search__cuts_differences_to_whole_numbers():
    I = np.full((16, 16), 0.75)
    _u, history = plain.handout_translation_search(I, np.zeros((16, 16)), iters=1)
    assert history[0] == 0


# --- what the widgets claim -------------------------------------------------------------------------------------------


def test_landscape__is_the_mean_squared_difference_of_the_pictures():
    I, J = scenes_u07.pictures(scenes_u07.FIBRES)
    land = scenes_u07.landscape(scenes_u07.FIBRES)
    for p, q in ((0, 0), (6, 3), (-4, 9), (20, -20)):
        seen = ndimage.shift(J, (-p, -q), order=1)
        assert land.heights[p + land.reach, q + land.reach] == pytest.approx(((seen - I) ** 2).mean(), abs=1e-6)


def test_walk__is_that_of_a_search_on_the_pictures():
    I, J = scenes_u07.pictures(scenes_u07.BRAIN)
    path = scenes_u07.landscape(scenes_u07.BRAIN).walk((0, 0), 0.01, 15)
    u, _history = plain.search(I, J, 0.01, 15)
    np.testing.assert_allclose(path[-1], u, atol=0.2)


@pytest.mark.parametrize(
    ("exponent", "word"), [(-3.0, "crawls"), (-2.0, "converges"), (-1.6, "oscillates"), (-0.4, "explodes")]
)
def test_learning_rate__has_four_fates(exponent, word):
    assert word in scenes_u07.learning_rate().words(exponent=exponent)


def test_start_point__without_overlap_does_not_move():
    land = scenes_u07.landscape(scenes_u07.BRAIN)
    path = land.walk((-38, 36), 0.5 / land.curvature, 60)
    assert np.abs(path - path[0]).max() < 1e-3
    assert land.cost(path[:1])[0] > 2 * land.cost(np.zeros((1, 2)))[0]


def test_blur_first__helps_where_more_steps_do_not():
    words = scenes_u07.blur_first().words
    assert all("7.9 pixels" in words(sigma=0, steps=n) or "7.7" in words(sigma=0, steps=n) for n in (20, 1000))
    assert "0.0 pixels" in words(sigma=3, steps=20)


@pytest.mark.parametrize("scene", [scenes_u07.learning_rate, scenes_u07.start_point, scenes_u07.blur_first])
def test_scene__answers_at_the_ends_of_its_sliders(scene):
    explore = scene()
    for pick in (min, max):
        ends = {name: pick(c.lo, c.hi) if hasattr(c, "lo") else pick(c.options) for name, c in explore.controls.items()}
        assert explore.panels(**ends)
        assert len(explore.words(**ends)) > 100
