"""`mark` on plain functions: the same answer in this process and in a fork, and nothing a function does reaches us."""

from __future__ import annotations

import builtins
import os
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

import coursereg
from coursereg.course import exercises
from coursereg.grading import isolate, mark
from coursereg.grading.local import LocalTested

needs_fork = pytest.mark.skipif(not isolate.available(), reason="functions are marked in a fork on Linux only")
KEY = "U02.new_shape"


def right(shape, zooms, new_zooms):
    extent = np.asarray(shape) * np.asarray(zooms, float)
    return tuple(int(n) for n in np.round(extent / np.asarray(new_zooms, float)))


@pytest.mark.parametrize("isolated", [True, False])
@pytest.mark.parametrize("key", ["U02.new_shape", "U03.SSD", "U04.bounding_box", "U05.NMI", "U03.rank_pairs"])
def test_wrong_and_right_answers__get_the_same_mark_in_a_fork(key: str, isolated: bool) -> None:
    here = mark(key, lambda *args: 1.0, secret="s", isolated=isolated)
    there = mark(key, lambda *args: 1.0, secret="s", isolated=not isolated)
    assert here == there
    assert here.points < here.maximum


def test_fork__costs_little() -> None:
    start = time.perf_counter()
    mark(KEY, right, secret="s", isolated=False)
    middle = time.perf_counter()
    mark(KEY, right, secret="s")
    # the target is 20 ms; a loaded machine may need more, a mistake (an interpreter start, say) needs far more
    assert time.perf_counter() - middle < middle - start + 0.5


def test_mark__depends_on_the_secret_and_the_student_only() -> None:
    def wrong(shape, zooms, new_zooms):
        return tuple(int(n) for n in np.floor(np.asarray(shape) * zooms / np.asarray(new_zooms)))

    assert mark(KEY, wrong, secret="a", student="x") == mark(KEY, wrong, secret="a", student="x")
    told = {str(mark(KEY, wrong, secret=s, student=n).failed) for s in ("a", "b") for n in ("x", "y")}
    assert len(told) == 4


@needs_fork
@pytest.mark.parametrize(
    ("deed", "says"),
    [
        (lambda *a: os._exit(3), "the process ended"),
        (lambda *a: sys.exit(0), "SystemExit"),
        (lambda *a: os.kill(os.getpid(), 9), "the process ended"),
        (lambda *a: time.sleep(60), "still running after 0.5 s"),
        (lambda *a: bytearray(1 << 40), "MemoryError"),
        (lambda *a: (_ for _ in ()).throw(KeyboardInterrupt), "wrong kind|must|generator"),
    ],
)
def test_deed_of_a_function__costs_its_points_only(deed, says: str) -> None:
    m = mark(KEY, deed, secret="s", time_limit=0.5)
    assert m.points == 0
    if "|" not in says:
        assert says in m.checks[0].message


@needs_fork
def test_patches__stay_in_the_fork() -> None:
    import coursereg.grading.marking as marking

    kept = np.testing.assert_allclose, builtins.AssertionError, marking.short

    def patch(shape, zooms, new_zooms):
        np.testing.assert_allclose = np.asarray = lambda *a, **k: None
        builtins.AssertionError = ValueError
        marking.short = marking.expect = lambda *a, **k: ""
        return (1, 2, 3)

    assert mark(KEY, patch, secret="s").points == 0
    assert (np.testing.assert_allclose, builtins.AssertionError, marking.short) == kept
    assert mark(KEY, right, secret="s").state == "right"


@pytest.mark.parametrize("isolated", [True, False])
@pytest.mark.parametrize(
    ("key", "answer"),
    [
        ("U03.SSD", coursereg.SSD),
        ("U03.SSD", lambda I, J: coursereg.SSD(I, J)),
        ("U05.MI_from_hist", coursereg.mutual_information),
        ("U04.JointHist", lambda I, J, bins: coursereg.JointHist(I, J, bins)),
        ("U02.translation", lambda I, p, q: coursereg.translation(I, p, q)),
        ("U02.new_shape", lambda *a: exercises.exercise("U02.new_shape").reference(*a)),
        ("U02.new_shape", lambda s, z, n: coursereg.reslice(np.zeros(s), np.eye(4), z, n)[0].shape),
    ],
)
def test_answer_that_calls_the_reference__earns_nothing(key: str, answer, isolated: bool) -> None:
    m = mark(key, answer, secret="s", isolated=isolated)
    assert m.points == 0
    assert any("own functions do not answer while yours is marked" in c.message for c in m.checks)


def test_reference__answers_again_after_marking() -> None:
    mark("U03.SSD", coursereg.SSD, secret="s", isolated=False)
    assert coursereg.SSD(np.zeros((2, 2)), np.ones((2, 2))) == 4.0


def test_call_back__may_use_the_reference_while_the_students_function_may_not() -> None:
    f = LocalTested(lambda measure, I: measure(I, I + 1.0))
    assert f(coursereg.SSD, np.zeros((2, 2))) == 4.0


def test_attribute_called_calls__does_not_make_a_function_trusted() -> None:
    def sly(*args):
        return 1

    sly.calls = []
    assert mark(KEY, sly, secret="s").points == 0


@pytest.mark.parametrize("unit", exercises.UNITS)
def test_bug_check_that_counts_its_calls__earns_nothing(unit: str) -> None:
    """The order of wrong and right functions is public in the code, but drawn anew for every check."""
    best = 0.0
    for k in range(4):
        calls = []

        def counts(f, k=k, calls=calls):
            calls.append(f)
            return len(calls) % 4 != k

        best = max(best, mark(f"{unit}.bug_check", counts, secret="s").points)
    assert best == 0


def test_nothing_and_three_dots__are_not_attempted() -> None:
    for nothing in (None, ...):
        assert mark(KEY, nothing, secret="s").state == "not attempted"
    assert mark("U03.predictions", [None, None, None], secret="s").state == "not attempted"


def test_object_of_a_class__is_reached_by_its_methods_through_the_wire() -> None:
    if not isolate.available():
        pytest.skip("functions are marked in a fork on Linux only")

    class Counter:
        total = 0

        def add(self, n):
            self.total += n
            return self.total

    with isolate.isolated(Counter, 5.0) as f:
        one, two = f(), f()
        assert [one.call("add", 2), one.call("add", 3), two.call("add", 1)] == [2, 5, 1]
        assert one.get("total") == 5
        assert "Counter" in repr(one)


@needs_fork
def test_call_backs__are_served_with_arrays_errors_and_an_end() -> None:
    with isolate.isolated(lambda g, x: [g(x), g(x + 1)], 5.0) as f:
        assert np.array_equal(f(lambda a: a * 2, np.arange(3)), [[0, 2, 4], [2, 4, 6]])

    def fails(a):
        raise ValueError("not for me")

    def catches(g, x):
        try:
            return g(x)
        except ValueError as error:
            return str(error)

    with isolate.isolated(catches, 5.0) as f:
        assert f(fails, 1) == "not for me"

    def forever(g):
        while True:
            g(1)

    with isolate.isolated(forever, 60.0) as f, pytest.raises(Exception, match="more than 20000 times"):
        f(lambda x: x)


@needs_fork
def test_argument_that_was_changed__is_noticed_through_the_wire() -> None:
    def changes(I):
        I += 1
        return I

    with isolate.isolated(changes, 5.0) as f:
        picture = np.zeros(3)
        f(picture)
        assert f.changed_input
        assert not picture.any()


@needs_fork
def test_forks__leave_no_process_behind() -> None:
    def children() -> set[str]:
        return {pid for t in Path("/proc/self/task").iterdir() for pid in (t / "children").read_text().split()}

    before = children()
    mark(KEY, lambda *a: os._exit(0), secret="s")
    mark(KEY, right, secret="s")
    assert children() <= before


def test_reference__cannot_be_imported_by_an_answer_either():
    """In a new process nothing hidden is there yet: the first touch, inside the answer, would import it."""
    code = (
        "import coursereg\n"
        "from coursereg.grading import mark\n"
        "m = mark('U03.SSD', lambda I, J: coursereg.SSD(I, J), secret='x')\n"
        "print(m.points, m.failed[0].message)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("0.0 ")
    assert "own functions do not answer while yours is marked" in done.stdout
