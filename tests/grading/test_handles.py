"""Objects of the student's: called, read and set by name, handed back, and what a hostile one can do with that."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any, NamedTuple

import numpy as np
import pytest

import coursereg
from coursereg.course.exercises._base import NotAttempted, Raised
from coursereg.grading import isolate
from coursereg.grading.callee import Remote
from coursereg.grading.local import LocalTested, Timeout
from coursereg.grading.sandbox import Limits, Sandbox
from coursereg.grading.staging import Stage

SOURCE = """
import numpy as np


class Mover:
    shared = np.zeros(2)

    def __init__(self, param=(0.0, 0.0)):
        self.param = np.array(param, float)

    def apply(self, points):
        return points + self.param

    def spoil(self, points):
        points += 1
        return points

    def copy(self):
        return Mover(self.param)

    @property
    def seldom(self):
        raise ValueError("not today")

    @seldom.setter
    def seldom(self, value):
        while True:
            pass


def piece(points):
    return points[:1]


def copied_piece(points):
    return [points[:1].copy()]


def slope(f, x):
    return (f(x + 0.5) - f(x - 0.5)) / 1.0


def use(mover, points):
    mover.param = mover.param + 1
    return mover.apply(points)


def reports(g):
    return g(lambda x: 3.0 * x, 2.0)


def walks(make, x):
    rule = make(0.5)
    for _ in range(3):
        x = rule.step(x, lambda at: 2.0 * at)
    return x


def keeps(make):
    global kept
    kept = make(1.0)


def keeps_an_object(rule):
    global kept
    kept = rule


def uses_what_was_kept(x):
    return kept.step(x, lambda at: at)


def fails_inside(g):
    def broken(x):
        raise ZeroDivisionError("mine")

    try:
        g(broken, 2.0)
    except ZeroDivisionError as error:
        return str(error)


def ends_inside(g):
    import os

    return g(lambda x: os._exit(1), 2.0)


def sleeps_inside(g):
    import time

    return g(lambda x: time.sleep(1) or x, 2.0)


def without_end(g):
    def inner(x):
        return g(inner, x)

    return inner(1.0)


def empty(x):
    raise NotImplementedError
"""
NAMES = (
    "Mover",
    "walks",
    "keeps",
    "keeps_an_object",
    "uses_what_was_kept",
    "piece",
    "copied_piece",
    "slope",
    "use",
    "reports",
    "fails_inside",
    "ends_inside",
    "sleeps_inside",
    "without_end",
    "empty",
)
Parts = dict[str, Any]


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    with Stage() as made:
        yield made


@contextmanager
def here(limit: float) -> Iterator[Parts]:
    space: Parts = {}
    exec(SOURCE, space)
    yield dict(zip(NAMES, LocalTested([space[n] for n in NAMES], limit).parts(), strict=True))


@contextmanager
def forked(limit: float) -> Iterator[Parts]:
    if not isolate.available():
        pytest.skip("functions are marked in a fork on Linux only")
    space: Parts = {}
    exec(SOURCE, space)
    with isolate.isolated([space[n] for n in NAMES], limit) as f:
        yield dict(zip(NAMES, f.parts(), strict=True))


@pytest.fixture(params=["here", "fork", "sandbox"])
def parts(request: pytest.FixtureRequest) -> Callable[..., AbstractContextManager[Parts]]:
    """``with parts() as p``: the functions and the class of `SOURCE`, each as a check would hold it."""
    if request.param != "sandbox":
        return {"here": here, "fork": forked}[request.param]
    request.getfixturevalue("sandboxed")
    made = request.getfixturevalue("stage")

    @contextmanager
    def boxed(limit: float) -> Iterator[Parts]:
        with Sandbox(made, [(0, SOURCE)], Limits(call_seconds=limit)) as box:
            box.bind("all", list(NAMES), many=True)
            yield dict(zip(NAMES, Remote(box, "all", limit).parts(), strict=True))

    return boxed


Open = Callable[..., AbstractContextManager[Parts]]


def test_attribute__is_read_and_set_whole_or_one_element(parts: Open) -> None:
    with parts(5.0) as p:
        T = p["Mover"]([1, 2])
        assert np.array_equal(T.get("param"), [1, 2])
        T.set("param", np.array([5.0, 6.0]))
        assert np.array_equal(T.call("apply", np.zeros((1, 2))), [[5, 6]])
        T.set("param", -1.0, index=0)
        assert np.array_equal(T.get("param"), [-1, 6])


def test_copy__is_another_object_and_a_shared_array_is_seen(parts: Open) -> None:
    with parts(5.0) as p:
        T = p["Mover"]([1, 2])
        U = T.call("copy")
        U.set("param", 9.0, index=1)
        assert np.array_equal(T.get("param"), [1, 2])
        T.set("shared", 3.0, index=0)
        assert np.array_equal(U.get("shared"), [3, 0])


def test_object__may_be_handed_back_to_a_function(parts: Open) -> None:
    with parts(5.0) as p:
        T = p["Mover"]([1, 2])
        assert np.array_equal(p["use"](T, np.zeros((1, 2))), [[2, 3]])
        assert np.array_equal(T.get("param"), [2, 3])


@pytest.mark.parametrize("name", ["_param", "__class__", "param.real", "pa ram", ""])
def test_name_that_is_no_public_attribute__is_refused(parts: Open, name: str) -> None:
    with parts(5.0) as p:
        T = p["Mover"]()
        for deed in (lambda: T.get(name), lambda: T.set(name, 1.0), lambda: T.call(name)):
            with pytest.raises(ValueError, match="must be a public one"):
                deed()


@pytest.mark.parametrize("value", [object(), lambda: 1, np.array([None]), {1, 2}])
def test_value_that_is_not_plain__is_never_set(parts: Open, value: object) -> None:
    with parts(5.0) as p:
        T = p["Mover"]()
        with pytest.raises(TypeError, match="."):
            T.set("param", value)
        assert np.array_equal(T.get("param"), [0, 0])


def test_property__may_raise_or_loop_and_is_stopped(parts: Open) -> None:
    with parts(0.5) as p:
        T = p["Mover"]()
        with pytest.raises(Raised, match="ValueError: not today"):
            T.get("seldom")
        with pytest.raises(Raised, match="AttributeError"):
            T.get("nothing_of_the_sort")
        with pytest.raises(Timeout, match="still running"):
            T.set("seldom", 1.0)


def test_changed_argument_of_a_method__is_noticed(parts: Open) -> None:
    with parts(5.0) as p:
        T, points = p["Mover"](), np.zeros((1, 2))
        for method, changed in (("apply", False), ("spoil", True)):
            T.call(method, points)
            tested = getattr(T, "_tested", None) or T._remote
            assert tested.changed_input is changed
        assert not points.any()


def test_result_that_lies_in_an_argument__is_noticed(parts: Open) -> None:
    with parts(5.0) as p:
        for name, shared in (("piece", True), ("copied_piece", False), ("piece", True)):
            p[name](np.zeros((3, 2)))
            tested = getattr(p[name], "_tested", None) or p[name]._remote
            assert tested.shares_input is shared


def test_function_of_the_students__is_called_by_ours_within_the_call(parts: Open) -> None:
    with parts(5.0) as p:
        seen = []

        def ours(f: Any, x: float) -> float:
            seen.append(f(x))
            return p["slope"](f, x) + p["slope"](lambda u: u * u, x)

        assert p["reports"](ours) == 3.0 + 4.0
        assert seen == [6.0]
        tested = getattr(p["reports"], "_tested", None) or p["reports"]._remote
        assert len(tested.calls) == 1, "calls within a call are no calls of their own"


class Rule(NamedTuple):
    """What has a method, for the student: a named tuple with a function."""

    step: Callable[..., Any]


def made(lr: float) -> Rule:
    """Plain descent by ours, which asks a function of the student's."""
    return Rule(lambda x, grad: x - lr * coursereg.SSD(np.zeros((1, 1)), np.ones((1, 1))) * grad(x))


def test_function_that_ours_returned__may_be_called_and_may_call_back(parts: Open) -> None:
    with parts(5.0) as p:
        assert p["walks"](made, 8.0) == 0.0
        assert p["walks"](lambda lr: made(lr / 2), 8.0) == 1.0


@pytest.mark.parametrize("way", ["fork", "sandbox"])
def test_function_that_ours_returned__is_gone_after_the_call(way: str, request: pytest.FixtureRequest) -> None:
    with parts_of(way, request)(5.0) as p:
        p["keeps"](made)
        with pytest.raises(Raised, match="until that call ends"):
            p["uses_what_was_kept"](8.0)


def test_lasting_function_of_ours__may_be_called_in_later_calls(parts: Open) -> None:
    def step(x: float, grad: Callable[..., Any]) -> Any:
        return x - grad(x) * coursereg.SSD(np.zeros((1, 1)), np.ones((1, 1))) / 4

    step.lasting = True  # type: ignore[attr-defined]
    with parts(5.0) as p:
        p["keeps_an_object"](Rule(step))
        assert p["uses_what_was_kept"](8.0) == 6.0
        assert p["uses_what_was_kept"](4.0) == 3.0, "and again"


def test_error_inside__comes_back_to_the_student_as_it_was(parts: Open) -> None:
    with parts(5.0) as p:
        assert p["fails_inside"](lambda f, x: f(x)) == "mine"


def test_empty_function_called_within__is_not_attempted(parts: Open) -> None:
    with parts(5.0) as p, pytest.raises(NotAttempted):
        p["reports"](lambda f, x: p["empty"](x))


def test_reference__stays_closed_to_a_function_that_ours_calls() -> None:
    def sly(g: Any) -> Any:
        return g(lambda I: coursereg.SSD(I, I + 1.0))

    assert coursereg.SSD(np.zeros((2, 2)), np.zeros((2, 2))) == 0.0
    tested = LocalTested(sly)
    with pytest.raises(Raised, match="own functions do not answer"):
        tested(lambda f: f(np.zeros((2, 2))))
    assert coursereg.SSD(np.zeros((2, 2)), np.ones((2, 2))) == 4.0


@pytest.mark.parametrize("way", ["fork", "sandbox"])
def test_hostile_function_called_within__ends_with_its_process(way: str, request: pytest.FixtureRequest) -> None:
    if way == "sandbox":
        request.getfixturevalue("sandboxed")
    with parts_of(way, request)(3.0) as p:
        with pytest.raises(Timeout, match="the process ended"):
            p["ends_inside"](lambda f, x: f(x))
        with pytest.raises(Raised, match="the object is gone"):
            p["slope"](lambda x: x, 1.0)


@pytest.mark.parametrize("way", ["fork", "sandbox"])
def test_calls_within_a_call__share_its_time(way: str, request: pytest.FixtureRequest) -> None:
    with parts_of(way, request)(2.5) as p:
        start = time.monotonic()
        with pytest.raises(Timeout, match="stopped|no reply|still running"):
            p["sleeps_inside"](lambda f, x: sum(f(x) for _ in range(60)))
        assert time.monotonic() - start < 10


@pytest.mark.parametrize("way", ["fork", "sandbox"])
def test_calls_within_calls_without_end__are_stopped(way: str, request: pytest.FixtureRequest) -> None:
    with (
        parts_of(way, request)(20.0) as p,
        pytest.raises(Timeout, match="calls within calls, more than 6 deep"),
    ):
        p["without_end"](lambda f, x: f(x))


def parts_of(way: str, request: pytest.FixtureRequest) -> Open:
    """As the fixture, for the ways in which the student's code has a process of its own."""
    if way == "fork":
        return forked
    request.getfixturevalue("sandboxed")
    made = request.getfixturevalue("stage")

    @contextmanager
    def boxed(limit: float) -> Iterator[Parts]:
        with Sandbox(made, [(0, SOURCE)], Limits(call_seconds=limit)) as box:
            box.bind("all", list(NAMES), many=True)
            yield dict(zip(NAMES, Remote(box, "all", limit).parts(), strict=True))

    return boxed


FORGER = """
import sys


def worker():
    frame, found = sys._getframe(), None
    while frame is not None:
        found = frame.f_locals.get("self", found)
        frame = frame.f_back
    return found


def f(g):
    w = worker()
    w._send({"callback": 0, "args": {"l": [{"h": [HANDLE, "x"]}]}, "named": {"d": []}})
    return w._called_back()[0].get("value")
"""


@pytest.mark.parametrize("handle", ["7", "-1", "10**30", "'x'", "None", "[0]"])
def test_forged_handle__earns_nothing_or_an_error_of_the_students_own(
    stage: Stage, sandboxed: None, handle: str
) -> None:
    """Whatever number it carries, it is looked up at the student's side only."""
    with Sandbox(stage, [(0, FORGER.replace("HANDLE", handle))], Limits(call_seconds=3.0)) as box:
        box.bind("f", ["f"], many=False)
        said = "None"
        try:
            said = str(Remote(box, "f", 3.0)(lambda h: h(1.0)))
        except Raised as error:
            said = str(error)
        assert said == "None" or "earns nothing" in said


def test_missing_part__is_not_attempted(stage: Stage, sandboxed: None) -> None:
    with Sandbox(stage, [(0, "def one():\n    return 1")]) as box:
        box.bind("both", ["one", "two"], many=True)
        with pytest.raises(NotAttempted):
            Remote(box, "both").parts()
    for answer in ([abs, None], [abs, ...], None, 3):
        with pytest.raises(NotAttempted):
            LocalTested(answer).parts()
