"""`mark`: run an exercise's checks on an answer and count the points.

The notebook's `check`, the grader and the answers matrix call this one function. Checks run in the trusted process;
where the student's code runs is the business of the wrapper that is passed in.
"""

from __future__ import annotations

import hashlib
import warnings
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from coursereg.course import exercises
from coursereg.course.exercises._base import (
    PUBLIC_SHARE,
    Check,
    Exercise,
    NotAttempted,
    Raised,
    Wrong,
    short,
)
from coursereg.grading import isolate
from coursereg.grading.callee import Remote
from coursereg.grading.local import LocalTested, Timeout
from coursereg.grading.wire import copied, plain, same

COURSE = "coursereg-1"


@dataclass(frozen=True)
class CheckResult:
    """One check's outcome; ``got`` and ``wanted`` are texts, empty for a check that passed."""

    name: str
    kind: str
    public: bool
    passed: bool
    points: float
    maximum: float
    message: str = ""
    got: str = ""
    wanted: str = ""
    looks_like: str = ""
    read: str = ""
    raised: bool = False


@dataclass(frozen=True)
class Mark:
    """The outcome of an exercise.

    ``state`` is "not attempted", "raised", "wrong", "right" or "right, another convention"; ``points`` of ``maximum``.
    """

    key: str
    points: float
    maximum: float
    state: str
    checks: list[CheckResult] = field(default_factory=list)
    convention: str = ""

    @property
    def failed(self) -> list[CheckResult]:
        """The checks that did not pass."""
        return [c for c in self.checks if not c.passed]


def seed_of(*words: str) -> int:
    """A stable number of the words, the same on every platform and in every process."""
    digest = hashlib.sha256("\x1f".join((COURSE, *words)).encode()).digest()
    return int.from_bytes(digest[:8], "big")


def mark(
    key: str,
    function: Any,
    *,
    secret: str | None = None,
    student: str = "",
    public_only: bool = False,
    time_limit: float | None = 10.0,
    isolated: bool = True,
) -> Mark:
    """Mark one answer.

    Parameters
    ----------
    key : str
        The exercise, ``"Unn.<function name in the syllabus>"``, such as ``"U03.SSD"``.
    function : callable or value
        The student's answer: a function, a value for exercises that ask for one, or a wrapper of the sandbox.
        None means not attempted.
    secret : str, optional
        The instructor's seed. All numbers are drawn from it; without it they are drawn from the public seed.
    student : str
        Part of the seed, so that two students see different numbers.
    public_only : bool
        Run the public checks only, as the notebook does; the maximum is then their share of the points.
    time_limit : float or None
        Seconds for one call of the function.
    isolated : bool
        Run a plain function in a fork of this process (Linux; elsewhere always in this process), so that an endless
        loop, an exit or a patch of the checker hurts nothing but its own marks.

    Returns
    -------
    Mark
        Points, maximum, state, and the result of every check in the order of grading.

    Raises
    ------
    KeyError
        If there is no such exercise; the message names the nearest.

    Notes
    -----
    Public checks share 60 % of the points, hidden ones 40 %. Checks of other kinds count only if a ``value`` check
    (redrawn numbers) passed: a hard-coded answer to the printed example earns nothing. While the function runs, the
    reference implementations of the package raise: an answer that calls them earns nothing either.

    Examples
    --------
    >>> import numpy as np
    >>> from coursereg.grading import mark
    >>> mark("U03.SSD", lambda I, J: float(((I.astype(float) - J) ** 2).sum()), public_only=True).state
    'right'
    """
    ex = exercises.exercise(key)
    checks = [c for c in ex.ordered_checks() if c.public or not public_only]
    seeds = ("secret" if secret else "public", secret or "", key, student)
    if isinstance(function, (LocalTested, Remote)):
        return _marked(ex, checks, function, seeds)
    if isolated and isolate.available() and _runs(function):
        with isolate.isolated(function, time_limit) as f:
            return _marked(ex, checks, f, seeds)
    return _marked(ex, checks, LocalTested(function, time_limit), seeds)


def _runs(answer: Any) -> bool:
    """Whether an answer is code, or a list with code: a function, a class."""
    return callable(answer) or (isinstance(answer, (list, tuple)) and any(map(callable, answer)))


def _marked(ex: Exercise, checks: list[Check], f: Any, seeds: tuple[str, ...]) -> Mark:
    results, attempted, slow = _run(ex, checks, f, seeds)
    maximum = round(sum(r.maximum for r in results), 9)
    if not attempted:
        return Mark(ex.key, 0.0, maximum, "not attempted", results)
    if all(r.passed for r in results):
        return Mark(ex.key, maximum, maximum, "right", results)
    for convention in () if slow else ex.conventions:  # what was too slow once is too slow again
        other = _Adapted(f, convention.adapt)
        again, _, _ = _run(ex, checks, other, seeds, explain=False)
        if all(r.passed for r in again):
            # the convention says why checks failed: no mistake is to be guessed
            results = [replace(r, looks_like="") for r in results]
            return Mark(
                ex.key, convention.credit * maximum, maximum, "right, another convention", results, convention.message
            )
    state = (
        "raised" if all(r.raised for r in results if not r.passed) and not any(r.passed for r in results) else "wrong"
    )
    counted = _count(results)
    return Mark(ex.key, round(sum(r.points for r in counted), 9), maximum, state, counted)


def _run(
    ex: Exercise, checks: list[Check], f: Any, seeds: tuple[str, ...], explain: bool = True
) -> tuple[list[CheckResult], bool, bool]:
    results: list[tuple[Check, float, float, dict[str, Any]]] = []
    slow = 0
    for check in checks:
        maximum = _worth(ex, check)
        words: dict[str, Any] = {"passed": True}
        if slow >= 2:
            words = {
                "passed": False,
                "raised": True,
                "message": "not run: the function was too slow, or ended its process, twice before",
            }
            words["calls"] = []
        else:
            try:
                words = _one(check, f, np.random.default_rng(seed_of(*seeds, check.name)))
                words["calls"] = list(f.calls)
            except NotAttempted:
                empty = [
                    CheckResult(c.name, c.kind, c.public, False, 0.0, _worth(ex, c), "not attempted", raised=True)
                    for c in checks
                ]
                return empty, False, False
        slow += bool(words.pop("slow", False))
        points = maximum if words["passed"] else 0.0
        results.append((check, points, maximum, words))
    calls = [words.pop("calls") for *_, words in results]
    if explain:
        names = _looks_like(ex, [(words["passed"], c) for (*_, words), c in zip(results, calls, strict=True)])
        for (*_, words), name in zip(results, names, strict=True):
            words["looks_like"] = name
    return (
        [
            CheckResult(c.name, c.kind, c.public, points=points, maximum=maximum, read=c.read, **words)
            for c, points, maximum, words in results
        ],
        True,
        slow >= 2,
    )


def _one(check: Check, f: Any, rng: np.random.Generator) -> dict[str, Any]:
    f.calls.clear()
    f.changed_input = f.shares_input = f.shares_earlier = False
    try:
        # the student's RuntimeWarnings cost nothing and must not become errors in a strict test run
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            check.run(f, rng)
    except Wrong as wrong:
        return {
            "passed": False,
            "message": wrong.message,
            "got": "" if wrong.got is None else short(wrong.got),
            "wanted": "" if wrong.wanted is None else short(wrong.wanted),
        }
    except Timeout as error:
        return {"passed": False, "raised": True, "slow": True, "message": str(error)}
    except Raised as error:
        return {"passed": False, "raised": True, "message": f"the function raised {error}"}
    except NotAttempted:
        raise
    except Exception as error:
        # a check that stumbles over a result of the wrong kind or size: the answer is at fault, the marks must not fall
        return {"passed": False, "message": f"the result could not be used: {type(error).__name__}: {error}"[:300]}
    return {"passed": True}


def _worth(ex: Exercise, check: Check) -> float:
    """Points of one check; where all checks are of one sort (public or hidden), they share all the points."""
    everyone = ex.checks
    sorts = {c.public for c in everyone}
    share = 1.0 if len(sorts) == 1 else (PUBLIC_SHARE if check.public else 1 - PUBLIC_SHARE)
    total = sum(c.weight for c in everyone if c.public == check.public)
    return ex.points * share * check.weight / total


def _count(results: list[CheckResult]) -> list[CheckResult]:
    """Take the points of every check when no redrawn value was right (a lucky constant proves nothing)."""
    if any(r.passed for r in results if r.kind == "value") or not any(r.kind == "value" for r in results):
        return results
    return [replace(r, points=0.0) for r in results]


def _looks_like(ex: Exercise, checked: list[tuple[bool, list[Any]]]) -> list[str]:
    """Name the known mistake behind each failed check, or say nothing.

    A mistake fits a failed check if it gives what the student's function gave on every call. A mistake shows in
    several checks: of those that fit one, the one that fits most, and is contradicted by fewest passed ones, is named;
    but none that as many passed checks contradict as failed ones speak for it.
    """
    if all(passed for passed, _ in checked):
        return [""] * len(checked)
    fits = [[_fits(ex, look.function, calls[:40]) for _, calls in checked] for look in ex.lookalikes]
    # a passed check can contradict where the reference gives what the student's function gave: objects, for instance,
    # are asked in ways that are no calls of a function
    judges = [passed and _fits(ex, ex.reference, calls[:40]) == "agrees" for passed, calls in checked]
    score = [
        sum(
            1 if not passed and fit == "explains" else -1 if judge and fit == "no" else 0
            for fit, (passed, _), judge in zip(row, checked, judges, strict=True)
        )
        for row in fits
    ]
    names = []
    for k, (passed, _) in enumerate(checked):
        there = [j for j in range(len(fits)) if not passed and fits[j][k] == "explains" and score[j] > 0]
        names.append(ex.lookalikes[max(there, key=score.__getitem__)].message if there else "")
    return names


def _fits(ex: Exercise, function: Callable[..., Any] | None, calls: list[Any]) -> str:
    """Say "no" if any call differs, "explains" if all agree and some differ from the reference, else "agrees"."""
    if function is None:
        return "no"
    explains = False
    for args, kwargs, got in calls:
        if not _close(_quietly(function, args, kwargs), got):
            return "no"
        explains |= ex.reference is None or not _close(_quietly(ex.reference, args, kwargs), got)
    return "explains" if explains else "agrees"


def _quietly(function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    try:
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            return plain(function(*map(copied, args), **{k: copied(v) for k, v in kwargs.items()}))
    except Exception as error:  # a wrong function may fail in any way; it then looks like nothing
        return error


def _close(a: Any, b: Any) -> bool:
    pairs = isinstance(a, (tuple, list)) and isinstance(b, (tuple, list)) and len(a) == len(b)
    if pairs and all(_close(x, y) for x, y in zip(a, b, strict=True)):
        return True
    try:
        x, y = np.asarray(a), np.asarray(b)
        if x.dtype.kind == "c" or y.dtype.kind == "c":
            return same(a, b)
        x, y = x.astype(float), y.astype(float)
    except (TypeError, ValueError):
        return same(a, b)
    return x.shape == y.shape and bool(np.allclose(x, y, rtol=1e-6, atol=1e-9, equal_nan=True))


class _Adapted:
    """The student's function seen through another convention's glasses."""

    def __init__(self, f: Any, adapt: Callable[[Callable[..., Any]], Callable[..., Any]]) -> None:
        self._f, self._adapted = f, adapt(f)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self._adapted(*args, **kwargs)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._f, name)

    @property
    def calls(self) -> list[Any]:
        return self._f.calls

    @property
    def changed_input(self) -> bool:
        return self._f.changed_input

    @changed_input.setter
    def changed_input(self, value: bool) -> None:
        self._f.changed_input = value

    @property
    def shares_input(self) -> bool:
        return self._f.shares_input

    @shares_input.setter
    def shares_input(self, value: bool) -> None:
        self._f.shares_input = value

    @property
    def shares_earlier(self) -> bool:
        return self._f.shares_earlier

    @shares_earlier.setter
    def shares_earlier(self, value: bool) -> None:
        self._f.shares_earlier = value
