"""U02: the exercises that are not single functions, and the laws behind its numbers."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import ndimage

from coursereg.course.exercises import u02
from coursereg.course.exercises._u02_chain import chained
from coursereg.course.exercises._u02_unit import rotation_about
from coursereg.course.plain import interpolation as plain
from coursereg.grading import mark


def points(name, answer):
    m = mark(f"U02.{name}", answer, secret="a secret")
    return m.points, m.maximum


def linear(I, p, q):
    return ndimage.shift(np.asarray(I, float), (p, q), order=1)


def zoomed(I, factor):
    r, c = (np.floor(x / factor + 0.5).astype(int) for x in np.indices(np.shape(I)))
    return np.asarray(I)[r, c]


def stretched(I, p, q):
    n, m = np.shape(I)
    r, c = np.meshgrid(np.linspace(0, n, n) - p, np.linspace(0, m, m) - q, indexing="ij")
    return ndimage.map_coordinates(np.asarray(I, float), [r, c], order=1)


RIGHT = {
    "predictions": ["blur", "linear", "the same"],  # made, not right
    "parsons": [5, 1, 2, 4, 6],
    "fade_1": zoomed,
    "fade_2": lambda I, k: ndimage.map_coordinates(np.asarray(I, float), np.indices(np.shape(I)) / k, order=0),
    "plugin": linear,
    "plugin_reslice": lambda I, r, c, fill=0.0: ndimage.map_coordinates(
        np.asarray(I, float), [r, c], order=3, cval=fill
    ),
    "bug": linear,
}
WRONG = {
    "predictions": [["holes", None, "blurred"], ["yes", "no", 3], None],
    "parsons": [[1, 3, 4, 5, 6], [1, 2, 3, 4, 5, 6], [2, 1, 4, 5, 6], None, "12456"],
    "fade_1": [lambda I, k: zoomed(I, 1.0), lambda I, k: np.repeat(np.repeat(I, 3, 0), 3, 1)],
    "fade_2": [lambda I, k: ndimage.zoom(I, k), lambda I, k: zoomed(np.asarray(I).T, k).T[::-1]],
    "plugin": [
        lambda I, p, q: linear(I, -p, -q),
        lambda I, p, q: linear(I, q, p),
        lambda I, p, q: linear(I, int(p), int(q)),
    ],
    "plugin_reslice": [
        lambda I, r, c, fill=0.0: ndimage.map_coordinates(I, [c, r], order=1),
        lambda I, r, c, fill=0.0: np.zeros(np.shape(r)),
    ],
    "bug": [stretched, lambda I, p, q: linear(I, -p, -q)],
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
    exec(u02.UNIT.exercises["U02.bug_check"].solution, space)
    assert points("bug_check", space["bug_check"]) == (6.0, 6.0)
    assert points("bug_check", lambda f: None)[0] == 0
    assert points("bug_check", lambda f: False)[0] == 0


def test_bug_check__that_asks_for_too_much_loses():
    """A check that wants linear values at half pixels fails a cubic answer, which is right."""

    def strict(f):
        I = np.arange(63.0).reshape(7, 9) ** 2
        np.testing.assert_allclose(f(I, 0.5, 0.25), plain.translation(I, 0.5, 0.25), atol=1e-6)

    assert points("bug_check", strict)[0] < 6


def test_one_warp__is_sharper_than_36():
    """The lesson of the unit: the chain's error is more than ten times that of one look-up."""
    I = ndimage.gaussian_filter(np.random.default_rng(0).uniform(0, 200, (33, 35)), 0.7)
    Ts = [rotation_about(10, (16, 17))] * 36
    inner = (slice(4, -4), slice(4, -4))
    chain = ((chained(I, Ts) - I)[inner] ** 2).mean()
    once = ((plain.compose_then_warp(I, Ts) - I)[inner] ** 2).mean()
    assert once < 0.1 * chain


def test_bilinear__is_scipys_linear_interpolation():
    rng = np.random.default_rng(1)
    I, r, c = rng.uniform(size=(6, 8)), rng.uniform(-2, 8, 200), rng.uniform(-2, 10, 200)
    inside = (r >= 0) & (r <= 5) & (c >= 0) & (c <= 7)
    want = np.where(inside, ndimage.map_coordinates(I, [r, c], order=1, mode="nearest"), -1.0)
    # both sum four products of numbers below 1: rounding errors only
    np.testing.assert_allclose(plain.bilinear(I, r, c, -1.0), want, atol=1e-14)
