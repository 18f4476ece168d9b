"""U04: the exercises that are not single functions, and the laws behind its numbers."""

from __future__ import annotations

import numpy as np
import pytest

import coursereg
from coursereg import widgets
from coursereg.course.exercises import u04
from coursereg.course.exercises._u04_use import box_of_exchanged_axes, box_short_by_one, box_to_the_end
from coursereg.course.plain import histogram as plain
from coursereg.grading import mark


def points(name, answer):
    m = mark(f"U04.{name}", answer, secret="a secret")
    return m.points, m.maximum


def counted(x, bins):
    return np.histogram(x, bins)[0]


def table(I, J, bins):
    return np.histogram2d(np.ravel(I), np.ravel(J), bins)[0]


def box(mask):
    lo, hi = np.argwhere(mask).min(axis=0), np.argwhere(mask).max(axis=0)
    return lo, hi - lo + 1


def rounded(I, J, bins):
    i, j = (
        np.rint((np.ravel(x) - np.min(x)) * ((bins - 1) / np.ptp(x))).astype(int) for x in np.asarray([I, J], float)
    )
    H = np.zeros((bins, bins))
    np.add.at(H, (i, j), 1)
    return H


RIGHT = {
    "predictions": ["it moves to another place", "everywhere", "better", "at 0.5"],  # made, not right
    "parsons": [2, 5, 1, 4],
    "fade_1": counted,
    "fade_2": lambda x, bins: counted(x, bins).astype(float),
    "plugin": table,
    "bug": box,
}
WRONG = {
    "predictions": [["it becomes a cloud", None, "worse", "at 0"], ["yes", "no", 3, 4], None],
    "parsons": [[2, 3, 1, 4], [2, 1, 5, 4], [1, 2, 3, 4, 5], [2, 5, 1], None, "2514"],
    "fade_1": [lambda x, bins: counted(x, bins)[:-1], lambda x, bins: counted(x, bins) / np.size(x)],
    "fade_2": [lambda x, bins: np.histogram(x, bins, range=(0, 255))[0], lambda x, bins: np.full(bins, 3)],
    "plugin": [
        lambda I, J, bins: table(J, I, bins),
        lambda I, J, bins: (table(I, J, bins) > 0).astype(float),
        lambda I, J, bins: table(I, J, bins) / np.size(I),
        lambda I, J, bins: np.histogram2d(I.ravel(), J.ravel(), bins, range=[[0, 255], [0, 255]])[0],
        lambda I, J, bins: np.eye(bins) * np.size(I) / bins,
    ],
    "bug": [box_to_the_end, box_short_by_one, box_of_exchanged_axes],
}


@pytest.mark.parametrize("name", RIGHT)
def test_exercise__gives_a_right_answer_all_points(name):
    got, maximum = points(name, RIGHT[name])
    assert got == maximum


@pytest.mark.parametrize(("name", "answer"), [(n, a) for n, answers in WRONG.items() for a in answers])
def test_exercise__takes_points_for_a_wrong_answer(name, answer):
    got, maximum = points(name, answer)
    assert got < maximum


def test_plugin__does_not_mind_bins_made_by_rounding():
    """With one bin for each whole number, both binnings are the same; `JointHist` itself tells them apart."""
    assert points("plugin", rounded) == (15.0, 15.0)
    assert points("JointHist", rounded)[0] < 20


def test_bug_check__must_tell_wrong_from_right():
    space = {"np": np}
    exec(u04.UNIT.exercises["U04.bug_check"].solution, space)
    assert points("bug_check", space["bug_check"]) == (6.0, 6.0)


@pytest.mark.parametrize("verdict", [True, False, None])
def test_bug_check__earns_nothing_if_it_always_says_the_same(verdict):
    # letting right answers live earns points only beside a wrong one that dies
    assert points("bug_check", lambda f: verdict)[0] == 0


def test_bug_check__that_only_looks_at_the_corner_of_the_frame_misses_the_bug():
    def at_the_corner(f):
        mask = np.zeros((6, 8), bool)
        mask[:3, :5] = True
        corner, size = f(mask)
        assert np.array_equal(corner, (0, 0))
        assert np.array_equal(size, (3, 5))

    got, maximum = points("bug_check", at_the_corner)
    assert 0 < got < maximum


def test_unit__has_the_points_of_the_syllabus():
    points = {k.split(".")[1]: e.points for k, e in u04.UNIT.exercises.items() if e.kind == "function"}
    assert points == {"JointHist": 20, "clamp": 10, "bounding_box": 6, "ideal_spacing": 6, "parzen_weights": 8}
    assert u04.UNIT.automatic_points == 90


# --- the plain references -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("bins", [1, 2, 7, 64])
@pytest.mark.parametrize("dtype", [np.uint8, np.int16, np.float64])
def test_plain_joint_hist__counts_as_numpy_and_as_the_engine(bins, dtype):
    rng = np.random.default_rng(bins)
    I, J = (rng.uniform(0, 250, (30, 23)).astype(dtype) for _ in range(2))
    H = plain.JointHist(I, J, bins)
    assert np.array_equal(H, table(I.astype(float), J.astype(float), bins))
    assert np.array_equal(H, coursereg.JointHist(I, J, bins))


def test_plain_joint_between__is_the_joint_histogram_at_whole_pixels():
    rng = np.random.default_rng(1)
    a, b = rng.integers(0, 5, (2, 12, 15))
    r, c = np.indices((8, 9))
    want = np.zeros((5, 5))
    np.add.at(want, (a[:8, :9].ravel(), b[3:11, 4:13].ravel()), 1)
    for interp in ("pv", "tri", "rand"):
        H = plain.joint_between(a[:8, :9], b, r + 3, c + 4, (5, 5), interp)
        assert np.allclose(H, want)


def test_plain_joint_between__loses_what_is_masked_or_outside():
    a = np.zeros((3, 4), int)
    b = np.where(np.arange(12).reshape(3, 4) % 4 == 3, -1, 0)
    r, c = np.indices((3, 4))
    assert plain.joint_between(a, b, r, c, (1, 1)).sum() == 9
    assert plain.joint_between(a, b, r, c + 0.5, (1, 1)).sum() == 3 * 2.5
    assert plain.joint_between(a, b, r + 0.5, c + 50, (1, 1), "tri").sum() == 0
    for interp in ("tri", "rand"):
        # a pixel counts as a whole as long as one neighbour is valid
        assert plain.joint_between(a, b, r, c + 0.5, (1, 1), interp).sum() == 9


def test_plain_parzen_weights__are_continuous_and_stay_inside():
    x = np.linspace(0, 10, 501)
    out = np.zeros((x.size, 12))
    for n, v in enumerate(x):
        k = min(int(2 + v / 10 * 8), 9)
        out[n, k - 1 : k + 3] = plain.parzen_weights(v, 0.0, 10.0, 12)
    assert np.allclose(out.sum(axis=1), 1)
    assert np.abs(np.diff(out, axis=0)).max() < 0.02


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: plain.clamp([1, 2], 40000), "bins must be 1 to 32767"),
        (lambda: plain.clamp([1.0, np.nan], 4), "no NaN"),
        (lambda: plain.bounding_box(np.zeros((2, 2))), "empty mask"),
        (
            lambda: plain.joint_between(np.zeros((1, 1)), np.zeros((1, 1)), [[0]], [[0]], (1, 1), "spline"),
            "interp must be",
        ),
    ],
)
def test_plain__says_what_must_hold(call, words):
    with pytest.raises(ValueError, match=words):
        call()


# --- the widgets: each shows what the notebook says -------------------------------------------------------------------


def test_line_to_cloud__is_a_line_only_where_nothing_moved():
    scene = widgets.line_to_cloud()
    still, moved, turned = (scene.panels(**v)[2].values for v in ({}, {"shift": 3}, {"angle": 5}))
    assert still["pixels on the diagonal"] == 100
    for other in (moved, turned):
        assert other["pixels on the diagonal"] < 90
        assert other["cells that are full"] > 10 * still["cells that are full"]
    assert "thin line" in scene.words()
    assert "cloud" in scene.words(shift=-1)


def test_bins_and_noise__shows_that_more_bins_repeat_worse():
    scene = widgets.bins_and_noise()
    differs = [scene.panels(power=k)[1].values["differs next time"] for k in range(1, 9)]
    assert differs == sorted(differs)
    assert differs[-1] > 7 * differs[4]


def test_bins_and_noise__shows_that_the_diagonal_is_not_anatomy():
    scene = widgets.bins_and_noise()
    same, aligned, not_aligned = (
        scene.panels(second=s)[1].values["on the diagonal"]
        for s in ("the same brain", "contrast reversed", "upside down")
    )
    assert aligned < 5 < not_aligned < same


def test_grid_artefacts__puts_the_top_of_partial_volume_on_a_whole_pixel():
    scene = widgets.grid_artefacts()
    x, y = scene.panels(how="partial volume (pv)")[1].curves["concentration of H (%)"]
    assert x[np.argmax(y)] == 0.0
    corner = [2 * y[k] - y[k - 1] - y[k + 1] for k in range(1, len(y) - 1)]
    assert int(np.argmax(corner)) + 1 in (20, 30)  # sharpest bend at 0 or 1 pixel, not at the true 0.4
    for how in ("linear (tri)", "random (rand)"):
        assert "true shift is 0.4" in scene.words(how=how)
