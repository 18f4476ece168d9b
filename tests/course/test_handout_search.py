"""`search`: what it finds, what it says when it finds nothing, and how it walks."""

import os
import warnings

import numpy as np
import pytest

from coursereg import Adam, LineSearch, Momentum, rotation, samples, search, transform, translation
from coursereg.course.bench.search import distance
from coursereg.course.handout_motion import turn
from coursereg.optimize.descent import DESCENT

SLOW = os.environ.get("NUMBA_DISABLE_JIT") == "1"
compiled = pytest.mark.skipif(SLOW, reason="minutes without a compiler")


def scene(shape=(60, 72), seed=0):
    """A smooth picture with nothing at the border."""
    rng = np.random.default_rng(seed)
    r, c = np.indices(shape)
    out = np.zeros(shape)
    for _ in range(7):
        r0, c0 = rng.uniform(20, shape[0] - 20), rng.uniform(22, shape[1] - 22)
        out += rng.uniform(40, 160) * np.exp(-(((r - r0) / 6.0) ** 2) - ((c - c0) / 4.0) ** 2)
    return out


def moved(theta, u, pivot=(30, 36)):
    """Return (I, J): the scene, and one whose content is moved, about the middle."""
    return scene(), transform(scene(), theta, u, pivot)


def left(I, J, found):
    """Return how badly the result fits, as a part of how badly the images did."""
    return np.std(transform(J, found.theta, found.u) - I) / np.std(J - I)


@pytest.mark.parametrize("optim", DESCENT)
@pytest.mark.parametrize(("theta", "u"), [(0, (3, -4.5)), (9, (0, 0)), (-11, (-2.5, 5))])
@compiled
def test_search__brings_j_onto_i_with_every_rule(optim, theta, u):
    I, J = moved(theta, u)
    found = search(I, J, optim, init="identity")
    assert found.success, found.reason
    assert left(I, J, found) < 0.02
    assert found.theta == pytest.approx(-theta, abs=0.1)
    assert found.history[0] > 50 * found.history[found.best]


@compiled
def test_search__unpacks_as_the_hand_out_s():
    I, J = moved(5, (1, 2))
    theta, u, history = search(I, J)
    found = search(I, J)
    assert theta == found.theta
    np.testing.assert_array_equal(u, found.u)
    np.testing.assert_array_equal(history, found.history)


@pytest.mark.parametrize("scale", [1e-6, 1e6, 1e120])
@pytest.mark.parametrize("optim", ["gd", "adam"])
@compiled
def test_search__does_not_depend_on_the_grey_scale(optim, scale):
    I, J = moved(7, (3, -2))
    found, other = search(I, J, optim), search(scale * I + 3 * scale, scale * J + 3 * scale, optim)
    assert other.theta == pytest.approx(found.theta, abs=0.01)
    np.testing.assert_allclose(other.u, found.u, atol=0.02)
    np.testing.assert_allclose(other.history[0], found.history[0] * scale**2, rtol=1e-6)


@pytest.mark.parametrize("pivot", [(0, 0), (59, 71), (30, 36)])
@compiled
def test_search__means_the_same_with_every_pivot(pivot):
    I, J = moved(8, (2, -3))
    found = search(I, J, "linesearch", iters=400, pivot=pivot)
    assert left(I, J, found) < 0.02
    assert found.theta == pytest.approx(-8, abs=0.05)


@compiled
def test_search__takes_fewer_steps_about_the_middle():
    I, J = moved(8, (0, 0))
    corner, middle = (search(I, J, "gd", pivot=p, init="identity", iters=600) for p in ((0, 0), None))
    assert len(middle.history) < len(corner.history) / 2


@pytest.mark.parametrize("optim", DESCENT)
@compiled
def test_history__is_the_cost_before_each_step(optim):
    I, J = moved(7, (3, -2))
    history = search(I, J, optim, blur=0, init="identity").history
    assert history[0] == pytest.approx(np.mean((J - I) ** 2))
    short = search_quietly(I, J, optim, blur=0, init="identity", iters=2)
    np.testing.assert_allclose(short.history, history[:3], rtol=1e-9)
    found = search_quietly(I, J, optim, blur=0, init="identity", iters=20)
    r, c = np.indices(I.shape)
    t = np.deg2rad(found.theta)
    y = np.cos(t) * r - np.sin(t) * c - found.u[0], np.sin(t) * r + np.cos(t) * c - found.u[1]
    inside = (y[0] >= 0) & (y[0] <= I.shape[0] - 1) & (y[1] >= 0) & (y[1] <= I.shape[1] - 1)
    difference = (transform(J, found.theta, found.u) - I)[inside]
    assert np.mean(difference**2) == pytest.approx(found.history[found.best], rel=1e-6)
    assert found.overlap == pytest.approx(inside.mean())


def search_quietly(*arguments, **keywords):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        return search(*arguments, **keywords)


@compiled
def test_search__a_rate_of_the_caller_is_kept_all_the_way():
    I, J = moved(7, (3, -2))
    xs = [x for x, _ in search_quietly(I, J, "adam", lr=0.25, iters=40, init="identity").result.trace]
    np.testing.assert_allclose(np.abs(xs[1] - xs[0]), 0.25, rtol=1e-5)
    by_object = search_quietly(I, J, Adam(0.25, 0.9, 0.9), iters=40, init="identity")
    np.testing.assert_array_equal([x for x, _ in by_object.result.trace], xs)


@compiled
def test_search__first_step_goes_down_the_gradient_by_lr():
    I, J = moved(7, (3, -2))
    found = search_quietly(I, J, "gd", lr=0.125, iters=1, init="identity")
    (x0, _), (x1, _) = found.result.trace
    one = search_quietly(I, J, "gd", lr=0.25, iters=1, init="identity").result.trace
    np.testing.assert_allclose(one[1][0] - x0, 2 * (x1 - x0), rtol=1e-9)


@pytest.mark.parametrize("optim", ["gd", "momentum", "adagrad", "rmsprop"])
@compiled
def test_search__returns_the_best_point_when_the_rate_is_too_high(optim):
    I, J = moved(4, (1, -1))
    with pytest.warns(RuntimeWarning, match="did not converge"):
        found = search(I, J, optim, lr=40.0, init="identity", iters=60)
    assert not found.success
    assert found.history[found.best] == found.history.min()
    assert found.history.min() <= found.history[0]


@compiled
def test_search__recovers_by_itself_from_a_start_that_throws_it_out_of_the_picture():
    I = scene()
    found = search(I, I + 1e-3 * np.random.default_rng(0).standard_normal(I.shape), "adagrad", init="identity")
    assert abs(found.theta) < 0.05  # its first steps are far longer than the way
    assert np.abs(found.u).max() < 0.05


@compiled
def test_search__does_not_wrap_the_angle():
    I, J = moved(5, (0, 0))
    assert -6 < search(I, J).theta < -4
    turned = search(I, J, init=(355, (0, 0)))
    assert 354 < turned.theta < 356


@pytest.mark.parametrize("theta", [-160, -75, 60, 118, 180])
@compiled
def test_multi__finds_any_turn(theta):
    I, J = moved(theta, (4, -3))
    found = search(I, J, init="multi")
    assert found.success
    assert left(I, J, found) < 0.03
    assert (found.theta + theta + 180) % 360 - 180 == pytest.approx(0, abs=0.1)


@compiled
def test_mass__finds_a_shift_beyond_the_reach_of_descent():
    I = np.zeros((140, 140))
    I[:60, :72] = scene()
    J = translation(I, 62.5, 61)
    found = search(I, J, init="mass")
    assert found.success
    np.testing.assert_allclose(found.u, [-62.5, -61], atol=0.05)
    with pytest.warns(RuntimeWarning, match="did not converge"):
        assert not search(I, J, init="identity").success
    assert search(I, J).success  # the better of the two


@compiled
def test_search__starts_where_it_is_told_as_a_result_is_written():
    I, J = moved(12, (5, -3))
    found = search(I, J)
    again = search(I, J, init=(found.theta, found.u))
    assert again.history[0] == pytest.approx(found.history[found.best], rel=1e-6)
    assert len(again.history) < 10
    assert again.start[0] == found.theta
    np.testing.assert_allclose(again.start[1], found.u, atol=1e-9)


@compiled
def test_search__takes_objects_with_step():
    I, J = moved(7, (3, -2))

    class Mine:
        def step(self, x, grad):
            return x - 0.5 * grad(x)

    np.testing.assert_allclose(search(I, J, Mine()).u, search(I, J, "gd", lr=0.5).u, atol=1e-9)
    rule = LineSearch()
    assert search(I, J, rule).success
    assert rule.fun is None
    assert search(I, J, Momentum(0.1)).success


@compiled
def test_search__leaves_the_images_alone_and_takes_any_dtype():
    I, J = (image.round().clip(0, 255).astype(np.uint8) for image in moved(7, (3, -2)))
    I.flags.writeable = J.flags.writeable = False
    found = search(I, J)
    other = search(I.astype(">f4")[::1], np.asfortranarray(J))
    assert found.theta == pytest.approx(other.theta, abs=1e-6)
    assert left(I.astype(float), J.astype(float), found) < 0.03


@pytest.mark.parametrize("seed", range(4))
@compiled
def test_search__finds_the_motion_of_noisy_brains_to_a_tenth_of_a_pixel(seed):
    pair = samples.brain_pair("rigid", seed)
    found = search(pair.static, pair.moving)
    assert found.success
    back = -turn(-pair.theta) @ np.array(pair.shift)
    assert distance(pair.static, found.theta, found.u, -pair.theta, back) < 0.1


@pytest.mark.parametrize(("optim", "init"), [("gd", "identity"), ("adam", "mass"), ("linesearch", None)])
def test_search__of_a_small_picture(optim, init):
    r, c = np.indices((22, 26))
    I = 200 * np.exp(-(((r - 10) / 5.0) ** 2) - ((c - 13) / 3.0) ** 2)
    J = transform(I, 6, (1, -0.5), (11, 13))
    found = search(I, J, optim, init=init, blur=0, tol=0.02)
    assert found.success
    assert left(I, J, found) < 0.05


# --- what cannot be reached -------------------------------------------------------------------------------------------


@compiled
def test_search__says_when_the_images_do_not_agree():
    I = scene()
    with pytest.warns(RuntimeWarning, match="did not converge"):
        found = search(I, 200 - I, "linesearch", init="identity", iters=400)
    assert not found.success
    assert found.agreement < 0.5


@compiled
def test_search__says_when_the_budget_was_too_small():
    I, J = moved(7, (3, -2))
    with pytest.warns(RuntimeWarning, match="budget of 3 steps is used up"):
        found = search(I, J, iters=3)
    assert len(found.history) == 4
    with pytest.warns(RuntimeWarning, match="budget of 0 steps"):
        assert len(search(I, J, iters=0).history) == 1


@compiled
def test_search__unrelated_pictures_are_no_success():
    pair = samples.six_pairs()[3]
    with pytest.warns(RuntimeWarning, match="did not converge"):
        assert not search(pair.static, pair.moving).success


@pytest.mark.parametrize(
    ("arguments", "keywords", "error", "match"),
    [
        ((scene(), scene()[1:]), {}, ValueError, "arrays must have one shape, got I .* J"),
        ((scene()[0], scene()[0]), {}, ValueError, "I must be 2-D"),
        ((scene(), np.full((60, 72), 3)), {}, ValueError, "J must not be constant: .* got np.int64\\(3\\)|got 3"),
        ((np.zeros((60, 72)), scene()), {}, ValueError, "I must not be constant"),
        ((scene(), scene() * np.nan), {}, ValueError, "J has NaN at 4320 of 4320"),
        (
            (scene(), scene()),
            {"init": (0, (59, 0))},
            ValueError,
            "must overlap at the start by at least 864 pixels, got 72",
        ),
        ((scene(), scene()), {"init": (0, (500, 0))}, ValueError, "must overlap at the start .* got 0"),
        ((np.eye(3), np.eye(3)), {"blur": 0}, ValueError, "must overlap at the start by at least 16 pixels, got 9"),
        ((scene(), scene()), {"init": "centre"}, ValueError, "init must be one of 'identity', 'mass', 'multi'"),
        ((scene(), scene()), {"init": 3}, ValueError, r"init must be one of .* or \(theta, u\), got 3"),
        ((scene(), scene()), {"init": (0, 1)}, ValueError, "u of init must be two finite numbers"),
        ((scene(), scene(), "sgd"), {}, ValueError, "optim must be one of 'gd', .* got 'sgd'"),
        ((scene(), scene(), 3), {}, TypeError, r"or an object with step\(x, grad\), got 3"),
        ((scene(), scene(), Adam), {}, TypeError, "or an object with step"),
        ((scene(), scene(), Adam(), 0.1), {}, TypeError, "lr must be left out: optim is an object"),
        ((scene(), scene()), {"lr": -1}, ValueError, "lr must be more than 0"),
        ((scene(), scene(), "momentum"), {"gamma": 1}, ValueError, "gamma must be at least 0 and below 1"),
        ((scene(), scene(), "rmsprop"), {"beta": -1}, ValueError, "beta must be at least 0 and below 1"),
        ((scene(), scene()), {"iters": 2.5}, TypeError, "iters must be a whole number, got 2.5"),
        ((scene(), scene()), {"iters": -1}, ValueError, "iters must be at least 0"),
        ((scene(), scene()), {"pivot": 5}, ValueError, "pivot must be two finite numbers"),
        ((scene(), scene()), {"blur": -1}, ValueError, "blur must be at least 0 pixels, got -1"),
        ((scene(), scene()), {"tol": 0}, ValueError, "tol must be more than 0, got 0"),
        ((scene() * 7e305 - 1.7e308, scene() * 7e305), {}, ValueError, "range of the images must fit into a double"),
    ],
)
def test_search__says_what_is_wrong(arguments, keywords, error, match):
    with pytest.raises(error, match=match), np.errstate(over="ignore"):
        search(*arguments, **keywords)


@compiled
def test_rotation__undoes_what_search_finds_about_the_corner():
    I = scene()
    J = rotation(I, 6)
    found = search(I, J)
    assert np.abs(found.u).max() < 0.15
    np.testing.assert_allclose(rotation(J, found.theta), I, atol=0.02 * I.max())


@pytest.mark.parametrize("optim", ["gd", "vgd", "momentum", "nag", "adagrad", "rmsprop", "adam", "linesearch"])
@pytest.mark.parametrize("moved", [(0, 0), (20, -9)])
def test_search__pictures_that_agree_at_the_start_are_registered(optim, moved):
    I = samples.brain()[::2, ::2]
    found = search(I, transform(I, 0, moved), optim=optim)
    assert found.success, found.reason
    np.testing.assert_allclose(found.u, [-moved[0], -moved[1]], atol=0.02)
    assert abs(found.theta) < 0.02
