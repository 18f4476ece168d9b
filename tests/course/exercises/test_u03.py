"""U03: the exercises that are not single functions, the references, and the numbers that the unit tells."""

from __future__ import annotations

import numpy as np
import pytest

import coursereg
from coursereg import samples, widgets
from coursereg.course.exercises import _u03_bug, u03
from coursereg.course.plain import intensity as plain
from coursereg.grading import mark


def points(name, answer):
    m = mark(f"U03.{name}", answer, secret="a secret")
    return m.points, m.maximum


def ssd(I, J):
    return ((np.asarray(I, float) - np.asarray(J, float)) ** 2).sum()


def late(I, J):
    return ((np.asarray(I) - np.asarray(J)).astype(float) ** 2).sum()


def fade(I, J, q):
    width = I.shape[1] - q
    return np.abs(np.subtract(I[:, q:], J[:, :width], dtype=float)).sum() / (I.shape[0] * width)


RIGHT = {
    "predictions": ["A", "C", "rises", "100"],  # made, not right
    "parsons": [2, 5, 6, 1, 4],
    "fade_1": fade,
    "fade_2": fade,
    "plugin": ssd,
    "bug": lambda pairs: np.array([ssd(I, J) for I, J in pairs]),
}
WRONG = {
    "predictions": [["A", None, "falls", "16"], ["b", "C", "falls", 16], None],
    "parsons": [[5, 2, 3, 1, 4], [5, 2, 1, 6, 4], [1, 2, 3, 4, 5, 6], None, "52614"],
    "fade_1": [
        lambda I, J, q: fade(I, J, 0),
        lambda I, J, q: fade(I, J, q) * I.shape[0],
        lambda I, J, q: (I[:, q:].astype(float) - J[:, : I.shape[1] - q]).mean(),
    ],
    "fade_2": [
        lambda I, J, q: np.abs((I[:, q:] - J[:, : I.shape[1] - q]).astype(float)).mean(),
        lambda I, J, q: fade(J, I, q),
        lambda I, J, q: np.abs(I.astype(float) - np.roll(J, q, axis=1)).mean(),
    ],
    "plugin": [late, lambda I, J: -ssd(I, J), lambda I, J: ssd(I, J) / np.size(I), lambda I, J: ((I - J) ** 2).sum()],
    "bug": [
        _u03_bug.report,
        lambda pairs: [late(I, J) for I, J in pairs],
        lambda pairs: [int(ssd(I, J)) for I, J in pairs],
        lambda pairs: sorted(ssd(I, J) for I, J in pairs),
    ],
}


@pytest.mark.parametrize("name", RIGHT)
def test_exercise__gives_a_right_answer_all_points(name):
    got, maximum = points(name, RIGHT[name])
    assert got == maximum


@pytest.mark.parametrize(("name", "answer"), [(n, a) for n, answers in WRONG.items() for a in answers])
def test_exercise__takes_points_for_a_wrong_answer(name, answer):
    got, maximum = points(name, answer)
    assert got < maximum


def test_bug_check__must_tell_wrong_from_right():
    space = {"np": np}
    exec(u03.UNIT.exercises["U03.bug_check"].solution, space)
    assert points("bug_check", space["bug_check"]) == (6.0, 6.0)
    assert points("bug_check", lambda f: None)[0] == 0
    assert points("bug_check", lambda f: False)[0] == 0


def test_bug_check__with_small_differences_notices_nothing():
    """The lesson of the unit: |difference| < 16 comes out right in uint8 arithmetic."""

    def small(f):
        return bool(abs(f(np.uint8([[1, 9]]), np.uint8([[3, 2]])) - 53) < 1e-6)

    notices = [c for c in mark("U03.bug_check", small, secret="a secret").checks if c.name.startswith("notices")]
    assert [c.passed for c in notices] == [False, True, False]


def test_bug_check__that_asks_for_something_else_earns_nothing():
    """A check that wants the mean fails right answers, so what else it fails proves nothing."""

    def wants_the_mean(f):
        assert f(np.uint8([[100, 0]]), np.uint8([[200, 255]])) == 75025 / 2

    assert points("bug_check", wants_the_mean)[0] == 0


@pytest.mark.parametrize(("name", "ours"), [("SSD", plain.SSD), ("corr", plain.corr)], ids=["SSD", "corr"])
def test_reference__is_the_public_function_of_the_package(name, ours):
    rng = np.random.default_rng(1)
    pairs = [(p.static, p.moving) for p in samples.six_pairs()]
    pairs += [(rng.normal(size=(5, 7)), rng.normal(size=(5, 7)).astype(np.float32))]
    for I, J in pairs:
        # both add up the same products in another order: rounding errors only
        assert ours(I, J) == pytest.approx(getattr(coursereg, name)(I, J), rel=1e-12)


def test_msd_overlap__of_everything_is_ssd_over_the_number_of_pixels():
    I, J = samples.brain_mri(1), samples.brain_mri(2)
    whole = np.ones(I.shape, bool)
    assert plain.msd_overlap(I, J, whole) == pytest.approx(plain.SSD(I, J) / I.size, rel=1e-12)


def test_report__ranks_by_accident_and_the_mended_one_by_likeness():
    """Wrapped sums put the hidden parts first and the contrast change last; true ones rank as the eye does."""
    pairs = [(p.static, p.moving) for p in samples.six_pairs()]
    assert np.argsort(_u03_bug.report(pairs)).tolist() == [4, 5, 0, 3, 2, 1]
    assert np.argsort(_u03_bug.report_mended(pairs)).tolist() == [0, 1, 5, 4, 3, 2]


def test_slide_out__has_a_smaller_ssd_when_the_brain_is_gone():
    words = widgets.slide_out().words(shift=200)
    assert "SSD is 1.83 million, against 8.35 million when aligned" in words


def test_contrast__prefers_the_pair_that_is_not_aligned():
    scene = widgets.contrast()
    brighter, shifted = (scene.panels(**v)[2].values["SSD"] for v in ({"brightness": 20}, {"shift": 3}))
    assert shifted < brighter
    curved, shifted = (scene.panels(**v)[3].values["corr"] for v in ({"gamma": 3.0}, {"shift": 3}))
    assert curved < shifted
    assert np.isnan(scene.panels(contrast=0.0)[3].values["corr"])
