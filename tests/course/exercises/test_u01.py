"""U01: the exercises that are not single functions, the card, the widgets' claims, the laws behind its numbers."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import coursereg
from coursereg.course import notebooks, samples
from coursereg.course.exercises import _u01_grey, _u01_mistakes, _u01_plugin, _u01_voxels, u01
from coursereg.course.plain import grids as plain
from coursereg.course.widgets import scenes_u01
from coursereg.grading import mark
from coursereg.space.affine_map import AffineMap

ROOT = Path(__file__).parents[3]


def points(name, answer, **words):
    m = mark(f"U01.{name}", answer, secret="a secret", **words)
    return m.points, m.maximum


def with_ones(points):
    return np.column_stack([points, np.ones(len(points))])


def to_mm(ij, A):
    return np.asarray(ij) @ A[:2, :2].T + A[:2, 2]


def to_pixels(mm, A):
    return np.linalg.solve(A[:2, :2], (np.asarray(mm) - A[:2, 2]).T).T


def voxels(ijk, S, T, M):
    return np.linalg.solve(M, T @ S @ with_ones(ijk).T)[:3].T


def no_map(ijk, S, T, M):
    return voxels(ijk, S, np.eye(4), M)


def inverted(ijk, S, T, M):
    return voxels(ijk, S, np.linalg.inv(T), M)


def rounded(ijk, S, T, M):
    return np.round(voxels(ijk, S, T, M))


def screen(I, zoom):
    return np.kron(I, np.ones((zoom, zoom)))


def check_by_letter(viewer):
    F = samples.letter()
    return bool(np.array_equal(np.asarray(viewer(F, 2))[::2, ::2], F))


RIGHT = {
    "predictions": ["3 right and 7 up", "both are equal", 255],  # made, not right
    "parsons": [1, 2, 4, 5, 6],
    "fade_1": to_mm,
    "fade_2": to_pixels,
    "plugin": voxels,
    "bug": screen,
    "bug_check": check_by_letter,
}
WRONG = {
    "predictions": [["3 down and 7 right", None, 44], ["down", "down", "44"], None],
    "parsons": [[1, 2, 3, 5, 6], [2, 1, 4, 5, 6], [1, 2, 5, 4, 6], None],
    "fade_1": [to_pixels, lambda ij, A: (with_ones(ij) @ A)[:, :2], lambda ij, A: with_ones(ij) @ A.T],
    "fade_2": [to_mm, lambda mm, A: (with_ones(mm) @ np.linalg.inv(A))[:, :2], lambda mm, A: to_pixels(mm, A).round()],
    "plugin": [no_map, inverted, rounded, lambda ijk, S, T, M: voxels(ijk, M, T, S), lambda *a: voxels(*a).T],
    "bug": [
        lambda I, zoom: screen(I, zoom).T,
        lambda I, zoom: screen(I, zoom)[::-1],
        lambda I, zoom: np.rot90(screen(I, zoom)),
        lambda I, zoom: I,
        lambda I, zoom: np.tile(I, (zoom, zoom)),
    ],
    "bug_check": [
        lambda viewer: True,
        lambda viewer: False,
        lambda viewer: np.array_equal(viewer(np.eye(5), 2), screen(np.eye(5), 2)),  # its own transpose
        lambda viewer: np.shape(viewer(np.zeros((2, 3)), 2)) == (4, 6),  # a mirror keeps the shape
        lambda viewer: np.array_equal(viewer(np.uint8([[1, 2, 3]]), 1), [[1, 2, 3]]),  # one row: no top, no bottom
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
    others = {e.name for e in u01.UNIT.exercises.values() if e.kind != "function"}
    assert others == set(RIGHT) == set(WRONG)


@pytest.mark.parametrize("blind", [lambda viewer: True, lambda viewer: False, lambda viewer: 1 / 0])
def test_bug_check__that_looks_at_nothing_earns_nothing(blind):
    assert points("bug_check", blind)[0] == 0


@pytest.mark.parametrize(
    ("key", "answer"),
    [
        ("spacings", lambda A: coursereg.get_direction_and_spacings(A, len(A) - 1)[1]),
        ("map_voxel", plain.map_voxel),
        ("plugin", plain.map_voxel),
        ("map_voxel", lambda ijk, S, T, M: coursereg.Grid((9, 9, 9), M).to_grid(ijk)),
    ],
)
@pytest.mark.parametrize("isolated", [True, False])
def test_answer_that_calls_the_package__earns_nothing(key, answer, isolated):
    assert points(key, answer, isolated=isolated)[0] == 0


def test_views__are_noticed_in_a_fork_and_in_this_process():
    def view(I, r0, c0, h, w, cval=0):
        inside = r0 >= 0 and c0 >= 0 and r0 + h <= I.shape[0] and c0 + w <= I.shape[1]
        return I[r0 : r0 + h, c0 : c0 + w] if inside else np.full((h, w), cval, I.dtype)

    for isolated in (True, False):
        m = mark("U01.crop", view, secret="s", isolated=isolated)
        assert any("Return a copy" in c.message for c in m.failed)


def test_dtype_range__is_told_from_a_mere_cast():
    cast = mark("U01.to_float01", lambda I: I.astype(float), secret="s")
    assert cast.state == "wrong"
    by_range = mark("U01.to_float01", lambda I: I / 255.0 if I.dtype == np.uint8 else I.astype(float), secret="s")
    assert by_range.state == "wrong", "a uint16 picture has a range of its own"
    legal = mark(
        "U01.to_float01", lambda I: I / np.iinfo(I.dtype).max if I.dtype.kind in "ui" else I.astype(float), secret="s"
    )
    assert legal.state == "right, another convention"
    assert legal.points == 5


def test_range_taken_for_none__costs_one_check_and_is_no_other_convention():
    def threshold(I):
        F = I.astype(float)
        return (F - F.min()) / np.ptp(F) if np.ptp(F) > 1e-6 else np.zeros(F.shape)

    m = mark("U01.to_float01", threshold, secret="s")
    assert [c.name for c in m.failed] == ["floats below 0, above 255, and very near to each other"]
    assert m.state == "wrong"
    assert m.points > 9


@pytest.mark.parametrize("seed", range(20))
def test_pictures_of_to_float01__show_what_a_shorter_formula_leaves(seed):
    rng = np.random.default_rng(seed)
    constant = _u01_grey.unlucky_constant(rng)
    assert constant.min() == constant.max()
    assert constant.std() > 0
    I = _u01_grey.inexact_range(rng)
    up = I - I.min()
    assert plain.to_float01(I).max() == 1
    assert (up * (1 / np.ptp(I))).max() != 1
    assert (up / (np.ptp(I) + np.finfo(float).eps)).max() < 1


def test_nothing_but_0_by_0__is_not_told_of_wrapping():
    def scaled(I):
        F = I.astype(float)
        return (F - F.min()) / (F.max() - F.min())

    m = mark("U01.to_float01", scaled, public_only=True)
    assert [c.looks_like for c in m.failed] == [
        "this looks like 0 / 0 where all values are equal: zeros are wanted there"
    ]


@pytest.mark.parametrize(("wrong", "words"), [(no_map, "without T"), (inverted, "T inverted"), (rounded, "rounded")])
def test_plugin__names_the_mistake(wrong, words):
    m = mark("U01.plugin", wrong, secret="s")
    assert any(words in c.looks_like for c in m.failed)


@pytest.mark.parametrize("secret", ["a", "b", "c"])
@pytest.mark.parametrize("scan", [_u01_plugin.head, _u01_plugin.brain])
def test_pictures_of_the_plugin__show_something_and_a_motion_changes_them(scan, secret):
    rng = np.random.default_rng(len(secret) + ord(secret))
    moving, M = scan()
    middle = _u01_plugin.middle_of(scan())
    shape, S = _u01_plugin.upright(rng, middle)
    T = _u01_plugin.small_motion(rng, middle)
    still, moved = (AffineMap(A, shape, S, moving.shape, M).transform(moving) for A in (None, T))
    assert (still > 0.1).mean() > 0.1
    assert np.abs(still - moved).max() > 0.1
    assert np.allclose(T[:3, :3] @ T[:3, :3].T, np.eye(3))


@given(st.integers(0, 2**32))
@settings(deadline=None, max_examples=30)
def test_plain_functions__are_those_of_the_package(seed):
    rng = np.random.default_rng(seed)
    S, T, M = _u01_voxels.oblique(rng), _u01_voxels.world_map(rng), _u01_voxels.permuted(rng)
    ijk = rng.uniform(-5, 60, (4, 3))
    static, moving = coursereg.Grid((9, 9, 9), S), coursereg.Grid((9, 9, 9), M)
    world = static.to_world(ijk) @ T[:3, :3].T + T[:3, 3]
    assert np.allclose(plain.map_voxel(ijk, S, T, M), moving.to_grid(world), atol=1e-9)
    assert np.allclose(plain.to_world(ijk, S), static.to_world(ijk))
    assert np.allclose(plain.to_grid(ijk, S), static.to_grid(ijk))
    for A in (S, M):
        assert np.allclose(plain.spacings(A), coursereg.get_direction_and_spacings(A, 3)[1])


def test_grids_of_the_checks__kill_what_needs_oblique_ones():
    """T inverted, the wrong order, a transpose for an inverse: no upright grid without a motion tells them apart."""
    ijk, still = np.array([[1, 2, 3], [9, 4, 7]]), np.eye(4)
    right = plain.map_voxel(ijk, still, still, still)
    names = ("map_inverted", "order_reversed", "transposed_for_inverse", "rows_times_chain", "map_last")
    for name in names:
        assert np.allclose(getattr(_u01_mistakes, name)(ijk, still, still, still), right)
    rng = np.random.default_rng(1)
    S, T, M = _u01_voxels.oblique(rng), _u01_voxels.world_map(rng), _u01_voxels.oblique(rng)
    seen = [getattr(_u01_mistakes, name)(ijk, S, T, M) for name in names]
    for k, one in enumerate([plain.map_voxel(ijk, S, T, M), *seen]):
        assert not any(np.abs(one - other).max() < 0.5 for other in seen[k:])


# --- the card ---------------------------------------------------------------------------------------------------------


def test_card__of_the_notebook_is_the_books():
    text = (ROOT / "book" / "conventions.md").read_text(encoding="utf-8")
    rows = {line for line in text.splitlines() if line.startswith("| ") and not line.startswith("| Thing")}
    cells = notebooks.read(ROOT / "notebooks" / "01_image_grid.ipynb")["cells"]
    printed = "\n".join(notebooks.source(c) for c in cells if c["cell_type"] == "markdown")
    there = {line for line in printed.splitlines() if line.startswith("| ") and not line.startswith("| Thing")}
    assert len(rows) > 15
    assert there == rows, "the card is printed in notebook 01 as it stands in book/conventions.md"


# --- the widgets ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "explore",
    [scenes_u01.where_is(), scenes_u01.where_is(world=False), scenes_u01.dtype_dial()],
    ids=["where_is", "where_is without a world", "dtype_dial"],
)
def test_scene__shows_its_panels_at_the_ends_of_every_control(explore):
    for name, control in explore.controls.items():
        ends = control.options if hasattr(control, "options") else (control.lo, control.hi)
        for end in ends:
            assert explore.panels(**{name: end})
            assert len(explore.words(**{name: end})) > 60


@pytest.mark.parametrize("spacing", [2, 6])
@pytest.mark.parametrize("angle", [-30, 0, 30])
@pytest.mark.parametrize("origin", [0, 20])
def test_world__shows_the_whole_letter_wherever_it_stands(spacing, angle, origin):
    A = scenes_u01.grid2world(spacing, angle, origin)
    corners = plain.to_world([[-0.5, -0.5], [-0.5, 9.5], [7.5, -0.5], [7.5, 9.5]], A)
    assert np.all(corners >= scenes_u01.TOP_LEFT)
    assert np.all(corners <= scenes_u01.BOTTOM_RIGHT)
    assert np.allclose(plain.spacings(A), [spacing, scenes_u01.COLUMN_SPACING])
    shown = scenes_u01._world(3, 7, A)
    place = np.rint(plain.to_world([[3, 7]], A)[0] - scenes_u01.TOP_LEFT).astype(int)
    assert np.array_equal(shown[tuple(place)], scenes_u01.ORANGE)


def test_array__does_not_care_where_the_head_is():
    before, after = (scenes_u01.where_is().panels(angle=a, origin=o, spacing=s) for a, o, s in ((0, 0, 2), (30, 20, 6)))
    for k in (0, 1):
        assert np.array_equal(before[k].array, after[k].array)
    assert not np.array_equal(before[2].array, after[2].array)


def test_dial__wraps_clips_or_keeps():
    values = np.array([0, 200, 255], np.uint8)
    assert scenes_u01.added(values, 100, "uint8").tolist() == [100, 44, 99]
    assert scenes_u01.added(values, 100, "uint8, clipped at 255").tolist() == [100, 255, 255]
    assert scenes_u01.added(values, 100, "float").tolist() == [100, 300, 355]
    assert scenes_u01.added(values, 0, "uint8").tolist() == values.tolist()
