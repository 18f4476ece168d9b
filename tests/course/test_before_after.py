"""The hand-out's search and ours on a pair with a known answer; ours on the real slices (`coursereg bench search`)."""

import os

import numpy as np
import pytest

from coursereg.course.bench import search as bench
from coursereg.course.plain.motion import handout_search, rigid_msd

pytestmark = pytest.mark.skipif(os.environ.get("NUMBA_DISABLE_JIT") == "1", reason="minutes without a compiler")


BEST = {"gd": 1e-8, "momentum": 1e-8, "nag": 1e-8, "adagrad": 1.0, "rmsprop": 0.1}  # as the notebook of U09 says


@pytest.mark.parametrize("optim", BEST)
def test_before__the_hand_out_s_search_gets_there_at_no_rate(optim):
    error, lr = bench.before(optim)
    assert error > 4 * bench.TARGET
    assert lr == pytest.approx(BEST[optim])
    # the best rate lies inside the range that was tried
    assert min(bench.rates(optim)) < lr < max(bench.rates(optim))


@pytest.mark.parametrize("optim", [*bench.OPTIMS, "nag", "adam", "linesearch"])
def test_after__ours_gets_there_with_every_rule(optim):
    error, found = bench.after(optim)
    assert error <= bench.TARGET
    assert found.success
    assert len(found.history) <= bench.STEPS + 1
    assert found.theta == pytest.approx(bench.THETA, abs=0.1)
    np.testing.assert_allclose(found.u, bench.SHIFT, atol=0.1)


def test_before__its_rates_leave_adagrad_and_rmsprop_where_they_are():
    I, J = bench.pair()
    for optim in ("adagrad", "rmsprop"):
        theta, u, history = handout_search(I, J, optim, lr=1e-10, iters=bench.STEPS)
        assert 0 < theta < 1e-7
        assert np.abs(u).max() < 1e-7
        assert history[-1] == pytest.approx(history[0], rel=1e-3)  # cut to whole numbers, it jitters


def test_before__its_slope_of_the_angle_is_some_fifty_times_too_steep():
    I, J = bench.pair()
    theta, _, _ = handout_search(I, J, "gd", lr=1e-12, iters=1)
    printed = -theta / 1e-12 * (1 if theta < 180 else 0)
    _, right = rigid_msd(I, J, 0, (0, 0))
    assert 30 < printed / (right[0] * I.size) < 80


@pytest.mark.parametrize("k", [2, 3, 4])
@pytest.mark.parametrize("optim", [*bench.OPTIMS, "nag", "adam", "linesearch"])
def test_real_slices__are_registered_to_a_third_of_a_pixel(k, optim):
    error, found = bench.real(k, optim)
    assert error <= bench.REAL_TARGET
    assert found.success


def test_pair__is_moved_as_it_says():
    from coursereg import transform

    I, J = bench.pair()
    # a smooth formula: the spline is as good as exact, and nothing crosses the frame
    np.testing.assert_allclose(transform(J, bench.THETA, bench.SHIFT), I, atol=0.2)
    assert bench.distance(I, bench.THETA, bench.SHIFT, bench.THETA, bench.SHIFT) == 0
    assert bench.distance(I, 0, (0, 0), 0, (3, 4)) == pytest.approx(5)
