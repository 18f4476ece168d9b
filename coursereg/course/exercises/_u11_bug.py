"""The bug of unit U11: the initial and the final transform composed in the wrong order."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from coursereg.course.exercises._base import (
    Raised,
    Unit,
    Wrong,
    add_bug_check,
    expect,
    expect_inputs_untouched,
)
from coursereg.course.exercises._u11_tre import some_map

EXACT = 1e-4


def bug_fixed(initial: Any, found: Any) -> Any:
    """Return the map, of the plane or of space, that does what initial does, then what found does."""
    return found @ initial


def add_bug(unit: Unit) -> None:
    """Add ``bug`` and ``bug_check``."""
    bug = unit.exercise(
        "bug",
        4.0,
        kind="bug",
        signature="bug_fixed(initial, found)",
        statement="The broken function of the notebook, mended: one matrix for a map that was found after a starting "
        "map. A point goes through `initial` first, then through `found`; both have shape (D + 1, D + 1), "
        "for maps of the plane or of space.",
        hints=(
            "# 2 pull: what acts first stands next to the point.",
            "initial shifts by (5, 0), found doubles: the point (1, 1) goes to (6, 1), then to (12, 2).",
            "return found @ ...",
        ),
        reference=bug_fixed,
        solution=_source(),
        read="8. Bug of the unit",
    )

    @bug.check("the example of the hint", kind="fixed")
    def _(f: Any, rng: Any) -> None:
        shift, double = np.array([[1.0, 0, 5], [0, 1, 0], [0, 0, 1]]), np.diag([2.0, 2, 1])
        expect(f(shift, double), [[2, 0, 10], [0, 2, 0], [0, 0, 1]], atol=EXACT, what="the matrix")

    @bug.check("any two maps of the plane", kind="value", weight=2)
    def _(f: Any, rng: Any) -> None:
        for _k in range(2):
            initial, found = some_map(rng, 2), some_map(rng, 2)
            expect(f(initial, found), found @ initial, atol=EXACT, what="the matrix")
            expect_inputs_untouched(f)

    @bug.check("any two maps of space", kind="value", public=False)
    def _(f: Any, rng: Any) -> None:
        initial, found = some_map(rng, 3), some_map(rng, 3)
        expect(f(initial, found), found @ initial, atol=EXACT, what="the matrix")
        expect(f(np.eye(4), found), found, atol=EXACT, what="the matrix after a start at the identity")

    bug.looks_like("this is still initial @ found: found acts first", lambda a, b: a @ b)
    bug.looks_like("this looks like the product entry by entry: @, not *", lambda a, b: a * b)
    bug.looks_like("this looks like a start that is undone", lambda a, b: b @ np.linalg.inv(a))
    bug.looks_like("this looks like the inverse of the whole map", lambda a, b: np.linalg.inv(b @ a))
    bug.looks_like("this looks like a start that is forgotten", lambda a, b: b)
    bug.looks_like("this looks like shifts added, which is right only without turns", _shifts_added)

    own = add_bug_check(
        unit,
        mutants=(_final_first, _turn_and_shift_apart, _start_forgotten),
        rights=(_by_product, _by_parts, _by_points),
        kind="bug_check",
        signature="bug_check(f)",
        statement="A check of your own for any function f(initial, found) that claims to return the matrix of initial "
        "first, found second, for maps of the plane or of space. It must use assert, or return True or False; it must "
        "let right functions live and notice those that compose in another way. Compare floats with a tolerance.",
        hints=(
            "For which pairs of maps does the order not matter? Do not test with those.",
            "A shift by (5, 0), then a doubling: (1, 1) goes to (12, 2). In the other order it goes to (7, 2).",
            "shift, double = ...; assert np.allclose(f(shift, double) @ [1, 1, 1], [...])",
        ),
        solution="def bug_check(f):\n"
        "    shift = np.array([[1.0, 0, 5], [0, 1, 2], [0, 0, 1]])\n"
        "    turn = np.array([[0.0, -1, 3], [1, 0, 0], [0, 0, 1]])\n"
        "    point = np.array([1.0, 1, 1])\n"
        "    assert np.allclose(np.asarray(f(shift, turn)) @ point, turn @ (shift @ point))\n"
        "    assert np.allclose(np.asarray(f(turn, shift)) @ point, shift @ (turn @ point))\n",
        read="8. Bug of the unit",
    )
    own.checks[:] = [replace(check, run=_or_the_order(check.run)) for check in own.checks]


def _or_the_order(run: Callable[..., None]) -> Callable[..., None]:
    """The same check; one that fails because the student's check wants the two maps exchanged says so."""

    def again(f: Any, rng: Any) -> None:
        try:
            run(f, rng)
        except Wrong:
            if _lets_live(f, _final_first) and not _lets_live(f, _by_product):
                raise Wrong("your check wants initial @ found: which map meets the point first?") from None
            raise

    return again


def _lets_live(f: Any, candidate: Callable[..., Any]) -> bool:
    try:
        out = f(candidate)
    except Raised:
        return False
    return out is None or out is True


def _source() -> str:
    """The mended function without its types."""
    return inspect.getsource(bug_fixed).replace("(initial: Any, found: Any) -> Any", "(initial, found)")


def _shifts_added(initial: Any, found: Any) -> Any:
    out = found @ initial
    out[:-1, -1] = initial[:-1, -1] + found[:-1, -1]
    return out


def _final_first(initial: Any, found: Any) -> Any:
    """What was found acts first: initial @ found."""
    return np.asarray(initial) @ np.asarray(found)


def _turn_and_shift_apart(initial: Any, found: Any) -> Any:
    """The shifts are added, though the second map turns the first one's shift."""
    return _shifts_added(np.array(initial, float), np.array(found, float))


def _start_forgotten(initial: Any, found: Any) -> Any:
    """The start is forgotten."""
    return np.array(found, float)


def _by_product(initial: Any, found: Any) -> Any:
    """A product of two matrices."""
    return np.asarray(found) @ np.asarray(initial)


def _by_parts(initial: Any, found: Any) -> Any:
    """Linear part and shift apart."""
    A, B = np.asarray(initial, float), np.asarray(found, float)
    out = np.eye(len(A))
    out[:-1, :-1] = B[:-1, :-1] @ A[:-1, :-1]
    out[:-1, -1] = B[:-1, :-1] @ A[:-1, -1] + B[:-1, -1]
    return out


def _by_points(initial: Any, found: Any) -> Any:
    """Column by column."""
    A, B = np.asarray(initial, float), np.asarray(found, float)
    return np.column_stack([B @ column for column in A.T])
