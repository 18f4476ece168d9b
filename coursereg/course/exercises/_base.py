"""
The words in which a graded exercise is written: ``Unit``, ``Exercise``, ``expect``.

An exercise file states laws. A check gets ``f``, the student's function behind a wrapper that returns plain values
only, and ``rng``, a random generator drawn from the marking seed; it returns nothing, or ``expect`` raises `Wrong`.
Nothing here knows where the student's function runs: in this process, in a child or in the sandbox.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

KINDS = ("runs", "shape", "fixed", "property", "value", "plugin")
"""The order in which checks run. ``value`` checks are redrawn numbers: without one right, no other counts."""

PUBLIC_SHARE = 0.6


class Wrong(AssertionError):
    """An answer that is not right: what came, what was wanted, and words for the student."""

    def __init__(self, message: str, got: Any = None, wanted: Any = None) -> None:
        super().__init__(message)
        self.message, self.got, self.wanted = message, got, wanted


class NotAttempted(Exception):
    """The student's function still says ``NotImplementedError``."""


class Raised(Exception):
    """The student's function raised; the text is its type and message."""


@dataclass(frozen=True)
class Check:
    """One law of an exercise; ``weight`` is its share among the public (or the hidden) checks."""

    name: str
    kind: str
    run: Callable[..., None]
    weight: float = 1.0
    public: bool = True
    read: str = ""


@dataclass(frozen=True)
class LooksLike:
    """A wrong function that students really write; equal results on the same input name the mistake."""

    message: str
    function: Callable[..., Any]


@dataclass(frozen=True)
class Convention:
    """
    Another legal definition: ``adapt(f)`` turns an answer that follows it into one that follows ours.

    If the adapted answer passes every check, the answer keeps ``credit`` of its points (1 = another right answer).
    """

    message: str
    adapt: Callable[[Callable[..., Any]], Callable[..., Any]]
    credit: float = 0.5


@dataclass
class Exercise:
    """A graded function, value or plug-in; its checks are added with the `check` decorator."""

    key: str
    points: float
    signature: str = ""
    statement: str = ""
    hints: tuple[str, ...] = ()
    reference: Callable[..., Any] | None = None
    solution: str = ""
    read: str = ""
    kind: str = "function"
    forbidden: tuple[str, ...] = ()
    checks: list[Check] = field(default_factory=list)
    lookalikes: list[LooksLike] = field(default_factory=list)
    conventions: list[Convention] = field(default_factory=list)

    @property
    def name(self) -> str:
        """The part of the key after the unit: the name of the student's function."""
        return self.key.split(".", 1)[1]

    def check(
        self, name: str, *, kind: str, weight: float = 1.0, public: bool = True, read: str = ""
    ) -> Callable[[Callable[..., None]], Callable[..., None]]:
        """Add the decorated ``run(f, rng)`` as a check called ``name``, a sentence that states the law."""
        if kind not in KINDS:
            raise ValueError(f"kind must be one of {KINDS}, got {kind!r}")

        def add(run: Callable[..., None]) -> Callable[..., None]:
            self.checks.append(Check(name, kind, run, weight, public, read or self.read))
            return run

        return add

    def looks_like(self, message: str, function: Callable[..., Any]) -> None:
        """Say ``message`` when a failed check's calls gave exactly what ``function`` gives."""
        self.lookalikes.append(LooksLike(message, function))

    def convention(self, message: str, adapt: Callable[..., Any], credit: float = 0.5) -> None:
        """Recognise another legal definition (see `Convention`)."""
        self.conventions.append(Convention(message, adapt, credit))

    def ordered_checks(self) -> list[Check]:
        """Checks in the order of grading: runs, shape, tiny exact, properties, reference, plug-in."""
        return sorted(self.checks, key=lambda c: KINDS.index(c.kind))


@dataclass
class Unit:
    """One notebook: its exercises, its widgets, and its budget in seconds of compute."""

    key: str
    stem: str
    title: str
    budget: float
    widgets: tuple[str, ...] = ()
    say_it: float = 10.0
    exercises: dict[str, Exercise] = field(default_factory=dict)

    def exercise(self, name: str, points: float, **words: Any) -> Exercise:
        """Add the exercise ``<unit>.<name>``; the words are the fields of `Exercise`."""
        key = f"{self.key}.{name}"
        if key in self.exercises:
            raise ValueError(f"{key} is defined twice")
        self.exercises[key] = Exercise(key, points, **words)
        return self.exercises[key]

    @property
    def automatic_points(self) -> float:
        """What the machine can give; the rest of the 100 is the say-it answer."""
        return sum(e.points for e in self.exercises.values())


# --- what a check says ------------------------------------------------------------------------------------------------


def short(value: Any, limit: int = 200) -> str:
    """Show a value in at most ``limit`` characters; an array with its shape and dtype."""
    if isinstance(value, np.ndarray):
        with np.printoptions(precision=5, threshold=12, edgeitems=2, linewidth=100):
            body = np.array2string(value, separator=", ")
        text = f"{body} (shape {value.shape}, {value.dtype})" if value.ndim else body
    elif isinstance(value, float):
        text = f"{value:.8g}"
    else:
        text = repr(value)
    return text if len(text) <= limit else text[: limit - 4] + " ..."


def numbers(got: Any, what: str = "the result") -> np.ndarray:
    """Turn a plain result into a float array, or say which kind of thing came instead."""
    if got is None:
        raise Wrong(f"{what} is None: does the function end in `return ...`?", got)
    if isinstance(got, (str, dict)):
        raise Wrong(f"{what} must be a number or an array of numbers, got {type(got).__name__}", got)
    try:
        array = np.asarray(got)
        if array.dtype.kind not in "biuf":
            raise TypeError
        return array.astype(float)
    except (TypeError, ValueError):
        raise Wrong(f"{what} must be a number or an array of real numbers, got {short(got, 80)}", got) from None


def expect(
    got: Any,
    want: Any,
    *,
    rtol: float = 0.0,
    atol: float = 0.0,
    what: str = "the result",
    hint: str = "",
    integer: bool = False,
    whole_shape: bool = True,
) -> None:
    """
    Compare strictly: shape, kind, finiteness, then tolerance; raise `Wrong` with what came and what was wanted.

    NaN equals NaN, and only NaN. ``integer`` asks that the values are whole. With ``whole_shape=False`` an array of
    one element may stand for a number.
    """
    tail = f". {hint}" if hint else ""
    w = np.asarray(want, float)
    g = numbers(got, what)
    if g.shape != w.shape:
        if whole_shape or g.size != w.size:
            kind = "a number" if w.shape == () else f"an array of shape {w.shape}"
            came = "a number" if g.shape == () else f"shape {g.shape}"
            raise Wrong(f"{what} must be {kind}, got {came}{tail}", got, want)
        g = g.reshape(w.shape)
    if not np.array_equal(np.isnan(g), np.isnan(w)):
        word = "has NaN where a number is wanted" if np.isnan(g).sum() > np.isnan(w).sum() else "should be NaN here"
        raise Wrong(f"{what} {word}{tail}", got, want)
    if not np.array_equal(np.isinf(g), np.isinf(w)):
        raise Wrong(f"{what} is infinite{tail}", got, want)
    if integer and not np.array_equal(g, np.round(g)):
        raise Wrong(f"{what} must be whole numbers{tail}", got, want)
    fine = np.isfinite(w)
    with np.errstate(over="ignore"):
        off = np.abs(g[fine] - w[fine]) > atol + rtol * np.abs(w[fine])
    signs = np.isinf(w) & (g != w)
    if off.any() or signs.any():
        where = "" if w.ndim == 0 else _first_difference(g, w, fine, off)
        raise Wrong(f"{what} is not what it should be{where}{tail}", got, want)


def _first_difference(g: np.ndarray, w: np.ndarray, fine: np.ndarray, off: np.ndarray) -> str:
    if not off.any():
        return ""
    place = tuple(int(i) for i in np.argwhere(fine)[np.flatnonzero(off)[0]])
    return f" in {int(off.sum())} of {w.size} places, first at {place}: {g[place]:.6g} instead of {w[place]:.6g}"


def expect_true(condition: Any, message: str, got: Any = None, wanted: Any = None) -> None:
    """Raise `Wrong` with the message unless the condition holds."""
    if not bool(condition):
        raise Wrong(message, got, wanted)


def expect_shape(got: Any, shape: tuple[int, ...], what: str = "the result") -> None:
    """Ask for numbers in an array of this shape; ``()`` is a plain number."""
    g = numbers(got, what)
    if g.shape != tuple(shape):
        kind = "a number" if shape == () else f"an array of shape {tuple(shape)}"
        raise Wrong(f"{what} must be {kind}, got shape {g.shape}", got)


def expect_inputs_untouched(f: Any) -> None:
    """Ask that the last call left its arguments as they were (the wrapper compares copies)."""
    if f.changed_input:
        raise Wrong("the function changed its input: work on a copy, the caller still needs the original")


def expect_own_memory(f: Any) -> None:
    """Ask that the last call's result is no view of an argument (the wrapper looks where the arrays lie)."""
    if f.shares_input:
        raise Wrong(
            "the result is a view of the input: whoever writes into it changes the caller's array. Return a copy"
        )


def expect_new_memory(f: Any) -> None:
    """Ask that the last call's result does not lie where an earlier one lies (the wrapper keeps the last few)."""
    if f.shares_earlier:
        raise Wrong(
            "the result is the array that an earlier call returned: whoever kept that one sees it change. Return a new "
            "array from every call"
        )


# --- kinds of exercises that every unit has ---------------------------------------------------------------------------


def add_predictions(unit: Unit, allowed: Sequence[Iterable[Any]], points: float = 5.0) -> Exercise:
    """Add ``<unit>.predictions``: points for predictions made, right or not; ``allowed`` lists the answers of each."""
    ex = unit.exercise("predictions", points, kind="value", statement="Predictions, made before the picture is seen.")

    def made(number: int, choices: Iterable[Any]) -> Callable[..., None]:
        options = list(choices)

        def run(f: Any, rng: Any) -> None:
            value = f.value
            answers = value if isinstance(value, (list, tuple)) else [value]
            got = answers[number] if number < len(answers) else None
            if got is None:
                raise Wrong(f"prediction {number + 1} is not made yet", got, options)
            if not any(type(got) is type(o) and got == o for o in options):
                raise Wrong(f"prediction {number + 1} must be one of {options}", got, options)

        return run

    for k, choices in enumerate(allowed):
        ex.check(f"prediction {k + 1} is made", kind="value")(made(k, choices))
    return ex


def add_parsons(
    unit: Unit,
    lines: Sequence[str],
    orders: Sequence[Sequence[int]],
    distractor: str,
    points: float = 4.0,
    why: str = "",
) -> Exercise:
    """
    Add ``<unit>.parsons``: put numbered ``lines`` (1 = first) in a right order, one of ``orders``.

    ``distractor`` says what is wrong with the line that belongs nowhere.
    """
    ex = unit.exercise("parsons", points, kind="value", statement="\n".join(lines), hints=(why,) if why else ())
    ex.solution = f"parsons = {list(orders[0])}"
    right = [list(o) for o in orders]
    spare = set(range(1, len(lines) + 1)) - set(right[0])

    @ex.check("the lines stand in an order that works", kind="value")
    def _(f: Any, rng: Any) -> None:
        value = f.value
        if value is None:
            raise NotAttempted
        if not isinstance(value, (list, tuple)) or not all(type(v) is int for v in value):
            raise Wrong("parsons must be a list of line numbers, like [2, 1, 3]", value)
        got = list(value)
        if spare & set(got):
            raise Wrong(f"line {min(spare & set(got))} does not belong: {distractor}", value)
        if got not in right:
            same = next(
                (k for k, (a, b) in enumerate(zip(got, right[0], strict=False)) if a != b), min(len(got), len(right[0]))
            )
            raise Wrong(f"the order goes wrong at place {same + 1}: which line needs which name to exist first?", value)

    return ex


def _nameless(candidate: Callable[..., Any]) -> Callable[..., Any]:
    """A function that does the same, and whose errors do not tell which one it is: Python puts names into them."""

    def handed_over(*args: Any, **kwargs: Any) -> Any:
        try:
            return candidate(*args, **kwargs)
        except (NotAttempted, Raised):
            raise
        except Exception as error:
            kind = type(error) if type(error) in NAMELESS_ERRORS else RuntimeError
        msg = "the function that was handed over fails with these arguments"
        raise kind(msg)

    return handed_over


NAMELESS_ERRORS = (TypeError, ValueError, IndexError, KeyError, ZeroDivisionError, AssertionError, OverflowError)


def add_bug_check(
    unit: Unit,
    mutants: Sequence[Callable[..., Any]],
    rights: Sequence[Callable[..., Any]],
    points: float = 6.0,
    **words: Any,
) -> Exercise:
    """
    Add ``<unit>.bug_check``: the student's own check of a function, run on mutants and on right answers.

    The student's ``bug_check(f)`` kills ``f`` by raising AssertionError or returning False, and lets it live by
    returning None or True. A check that kills nothing, or everything, earns nothing.
    """
    ex = unit.exercise("bug_check", points, **words)

    def verdict(f: Any, candidate: Callable[..., Any]) -> bool:
        try:
            out = f(_nameless(candidate))
        except Raised as error:
            if str(error).startswith("AssertionError"):
                return False
            raise
        if out is None or out is True:
            return True
        if out is False:
            return False
        raise Wrong("your check must use assert, or return True or False", out)

    def lives(name: str, candidate: Callable[..., Any]) -> Callable[..., None]:
        def run(f: Any, rng: Any) -> None:
            if not verdict(f, candidate):
                raise Wrong(f"your check fails a right answer ({name}): it asks for more than the law says")

        return run

    def dies(name: str, candidate: Callable[..., Any]) -> Callable[..., None]:
        def run(f: Any, rng: Any) -> None:
            order, unnoticed = [*rights] * 4 + [candidate] * 2, False
            # twice among many, in an order that nobody can know: a check that counts its calls instead of looking at f
            # is right in one of some ninety draws only
            for place in rng.permutation(len(order)):
                if order[place] is not candidate:
                    if not verdict(f, order[place]):
                        raise Wrong(
                            f"your check fails a right answer too ({title(order[place])}); compare floats with "
                            "np.allclose, and ask for no more than the law says"
                        )
                    continue
                # an error is a notice, too: the right answers come through, so it is the wrong one that fell over
                with contextlib.suppress(Raised):
                    unnoticed |= verdict(f, candidate)
            if unnoticed:
                raise Wrong(f"your check does not notice this wrong answer: {name}")

        return run

    def title(candidate: Callable[..., Any]) -> str:
        return (candidate.__doc__ or candidate.__name__).strip().splitlines()[0].rstrip(".")

    for k, m in enumerate(mutants):
        ex.check(f"notices: {title(m)}", kind="value", weight=2.0, public=k == 0)(dies(title(m), m))
    for k, r in enumerate(rights):
        ex.check(f"lets live: {title(r)}", kind="property", weight=1.0, public=k == 0)(lives(title(r), r))
    return ex
