"""The bench beside the peers: what is measured, what a miss is, and that moved images are exact. No times."""

import json
import platform
import time
from dataclasses import replace

import numpy as np
import pytest
from bench import fields, harness
from bench.harness import Row, Sides, Work

WORK = Work("a work", "numpy", lambda: Sides(lambda: 3.0, lambda: 2.0, lambda result: result), "apples", rounds=3)


def never(*_):
    pytest.fail("must not be called")


def test_measure__does_both_sides_in_turn_and_judges_both(monkeypatch):
    done = []
    monkeypatch.setattr(harness, "SHORT", 0.0)  # no work is short
    work = replace(WORK, prepare=lambda: Sides(lambda: done.append("theirs"), lambda: done.append("ours")), rounds=4)
    row = harness.measure(work)
    assert done == ["theirs", "ours"] * 5  # once more, to warm up
    assert row.own_quality is None
    done.clear()
    harness.measure(replace(work, rounds=1))
    assert done == ["theirs", "ours"]
    monkeypatch.setattr(harness, "SHORT", 1e9)  # every work is: once more before it counts
    done.clear()
    harness.measure(work)
    assert done == ["theirs", "ours", *["theirs", "theirs", "ours", "ours"] * 4]
    row = harness.measure(WORK)
    assert (row.peer_quality, row.own_quality) == (3.0, 2.0)
    assert row.ratio == pytest.approx(row.peer_seconds / row.seconds)


@pytest.mark.parametrize(
    ("targets", "met"),
    [
        ({}, True),
        ({"within": 2.0}, True),
        ({"within": 1.9}, False),
        ({"faster": 1e-9}, True),
        ({"faster": 1e9}, False),
        ({"faster": 1e-9, "within": 1.9}, False),
        ({"no_worse": True}, True),
        ({"no_worse": True, "prepare": lambda: Sides(lambda: 1.9, lambda: 2.0, lambda result: result)}, False),
    ],
)
def test_measure__tells_a_missed_target(targets, met):
    row = harness.measure(replace(WORK, **targets))
    assert row.met is met
    assert ("MISSED" in harness.line(row)) is not met


def test_measure__takes_no_number_as_a_miss():
    work = replace(WORK, prepare=lambda: Sides(lambda: 1.0, lambda: np.nan, lambda result: result), within=5.0)
    assert not harness.measure(work).met


def test_measure__knows_works_without_a_peer():
    work = replace(WORK, peer="", prepare=lambda: Sides(None, lambda: 2.0, lambda result: result), within=2.0)
    row = harness.measure(work)
    assert row.met
    assert (row.peer_seconds, row.ratio, row.peer_quality) == (None, None, None)
    assert "2 apples" in harness.line(row)
    assert "MISSED" in harness.line(harness.measure(replace(work, within=1.9)))
    assert not harness.measure(replace(work, faster=1.0)).met  # than nobody
    assert not harness.measure(replace(work, no_worse=True)).met
    assert harness.missing([work]) == []
    assert "" not in harness.versions([row])


def test_measure__times_the_short_side_of_a_long_work_a_few_times_more(monkeypatch):
    done = []
    monkeypatch.setattr(harness, "SHORT", 0.04)
    work = replace(WORK, prepare=lambda: Sides(lambda: time.sleep(0.05), lambda: done.append("ours")), rounds=1)
    assert harness.measure(work).seconds < 0.04
    assert done == ["ours"] * 7  # to judge; then three times before it counts, and what counts


def test_run__names_the_peers_that_are_missing_before_any_work(monkeypatch):
    class Topic:
        TITLE = "T"
        WORKS = (replace(WORK, peer="no-such-peer", prepare=never),)

    monkeypatch.setattr(harness, "topics", lambda only: {"t": Topic})
    with pytest.raises(ImportError, match=r"missing no-such-peer: pip install -e \"\.\[bench\]\""):
        harness.run(tell=never)


def test_run__keeps_rows_with_machine_and_versions_and_no_name_of_the_machine(monkeypatch, tmp_path):
    class Topic:
        TITLE = "A topic"
        ABOUT = "What was done."
        LEFT_OUT = ("a row: no data",)
        WORKS = (WORK, replace(WORK, name="another", within=1.0))

    monkeypatch.setattr(harness, "topics", lambda only: {"new": Topic})
    monkeypatch.setattr(harness, "KEPT", tmp_path / "book" / "kept.json")
    harness.KEPT.parent.mkdir()
    harness.KEPT.write_text(json.dumps({"old": {"rows": [1]}, "new": {"rows": [2]}}), encoding="utf-8")
    lines = []
    assert harness.run(save=True, tell=lines.append) == 1  # the second misses
    text = harness.KEPT.read_text(encoding="utf-8")
    kept = json.loads(text)
    assert kept["old"] == {"rows": [1]}
    assert [Row(**row).met for row in kept["new"]["rows"]] == [True, False]
    assert (kept["new"]["about"], kept["new"]["left_out"]) == ("What was done.", ["a row: no data"])
    assert "left out: a row: no data" in lines
    assert kept["new"]["versions"]["numpy"] == np.__version__
    assert set(kept["new"]["machine"]) == {"cpu", "cores", "system", "python", "load"}
    assert not platform.node() or platform.node() not in text
    assert any("MISSED" in line for line in lines)


@pytest.mark.parametrize(("load", "told"), [(0.1, False), (3.0, True), (None, False)])
def test_run__says_when_the_machine_is_busy(monkeypatch, load, told):
    monkeypatch.setattr(harness, "topics", lambda only: {})
    monkeypatch.setattr(harness, "machine", lambda: {"cpu": "", "cores": 2, "system": "", "python": "", "load": load})
    lines = []
    harness.run(tell=lines.append)
    assert any("mislead" in line for line in lines) is told


def test_topics__hold_works_with_names_of_their_own():
    for module in harness.topics().values():
        names = [work.name for work in module.WORKS]
        assert len(names) == len(set(names)) > 0
        assert max(map(len, names)) <= 57  # the table's first column


@pytest.mark.parametrize(("value", "text"), [(12.34, "12.3 s"), (0.0512, "51.2 ms"), (3.4e-5, "34 us")])
def test_seconds__have_a_unit_that_suits_them(value, text):
    assert harness.seconds(value) == text


def test_moved_pair__is_one_function_of_space():
    field, shape = fields.Field(3, waves=40), (9, 8, 7)
    motion = fields.rigid((1.3, -0.8, 0.6), (5, -3, 8), (4, 4, 3))
    static, moving = fields.moved_pair(field, shape, motion)
    at = np.array([2.0, 5.0, 3.0])
    assert moving[2, 5, 3] == pytest.approx(field(np.linalg.solve(motion, [*at, 1])[:3]), abs=1e-12)
    assert static[2, 5, 3] == pytest.approx(field(at), abs=1e-12)
    # whole shifts move whole voxels
    static, moving = fields.moved_pair(field, shape, fields.rigid((1, -2, 3)))
    np.testing.assert_allclose(moving[1:, :-2, 3:], static[:-1, 2:, :-3], atol=1e-12)


def test_template__is_a_function_that_meets_its_voxels():
    template = fields.Template()
    inner = (slice(20, 60), slice(20, 80), slice(10, 60))
    static, _ = fields.moved_pair(template, template.shape, np.eye(4))
    np.testing.assert_allclose(static[inner], template.data[inner], atol=1e-6)


def test_rigid__turns_about_the_point_and_then_shifts():
    motion = fields.rigid((1, 2, 3), (10, 20, 30), (5, 6, 7))
    np.testing.assert_allclose(motion @ [5, 6, 7, 1], [6, 8, 10, 1], atol=1e-12)
    np.testing.assert_allclose(motion[:3, :3] @ motion[:3, :3].T, np.eye(3), atol=1e-12)
    assert np.linalg.det(motion[:3, :3]) == pytest.approx(1)


def test_error__is_the_largest_distance_over_all_voxels():
    found, truth, shape = fields.rigid((1, 0, 0), (3, 1, -2)), fields.rigid((0.5, 0.2, 0), (0, 2, 0)), (5, 6, 7)
    points = np.append(fields.grid(shape).reshape(-1, 3), np.ones((210, 1)), axis=1)
    distance = np.linalg.norm(points @ (found - truth).T, axis=1).max()
    assert fields.error(found, truth, shape) == pytest.approx(distance)


def test_stretched__stretches_about_the_point():
    motion = fields.stretched((2, 0.5, 1), (5, 6, 7))
    np.testing.assert_allclose(motion @ [5, 6, 7, 1], [5, 6, 7, 1])
    np.testing.assert_allclose(motion @ [6, 8, 8, 1], [7, 7, 8, 1])


def test_mean_error__is_the_mean_distance_where_it_counts():
    found, truth = fields.rigid((1, 0, 0), (3, 1, -2)), fields.rigid((0.5, 0.2, 0), (0, 2, 0))
    where = np.zeros((5, 6, 7), bool)
    where[1:3, 2, 4:] = True
    points = np.append(np.argwhere(where), np.ones((6, 1)), axis=1)
    distance = np.linalg.norm(points @ (found - truth).T, axis=1).mean()
    assert fields.mean_error(found, truth, where) == pytest.approx(distance)


def test_dice__is_one_on_itself_wherever_it_lies_in_the_world():
    from bench import brains

    template, colin = brains.brains(2)
    assert brains.dice(np.eye(4), template, template) == 1
    world = fields.rigid((5, -3, 8), (10, 20, -15))
    elsewhere = brains.Brain(colin.data, world @ colin.affine, colin.tissue)
    assert brains.dice(world, colin, elsewhere) == pytest.approx(1, abs=1e-9)
    assert brains.dice(np.eye(4), colin, elsewhere) < 0.5
    assert 0.6 < brains.dice(np.eye(4), template, colin) < 0.7  # both are in MNI coordinates, roughly


def test_brains__say_how_to_get_the_fine_pair(monkeypatch, tmp_path):
    from bench import brains

    monkeypatch.delenv(brains.SOURCES, raising=False)
    assert f"set {brains.SOURCES} to a folder" in brains.why_not_1mm()
    monkeypatch.setenv(brains.SOURCES, str(tmp_path))
    (tmp_path / "ch2.nii.gz").touch()
    assert "wm_tal_nlin_sym_09a_converted.nii.gz, ch2bet.nii.gz not found" in brains.why_not_1mm()


def test_larger_images__keep_their_place_in_the_world():
    from bench import memory

    data, affine = np.zeros((8, 9, 10), np.uint8), np.diag([2.0, 2, 2, 1])
    affine[:3, 3] = (-5, 3, 1)
    data[2:5, 3:6, 4:7] = 100  # its middle is voxel 3, 4, 5
    larger, finer = memory._larger(data, affine, np.float32, 2)
    assert larger.shape == (16, 18, 20)
    assert larger.dtype == np.float32
    middle = [(np.indices(larger.shape)[k] * larger).sum() / larger.sum() for k in range(3)]
    np.testing.assert_allclose(finer @ [*middle, 1], affine @ [3, 4, 5, 1], atol=1e-6)
