"""What a student calls in a notebook: `check`, `hint`, `solution`, `predict`.

They run in the student's own kernel, quickly and without a sandbox: this is help, not marking. The marks come from
`coursereg grade`, with numbers that nobody has seen.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from coursereg.course import exercises, predictions, workspace
from coursereg.course.exercises._base import Exercise, NotAttempted, Wrong
from coursereg.grading.local import LocalTested
from coursereg.grading.marking import Mark, mark
from coursereg.grading.shown import Note, Report, show

_marks: dict[str, Mark] = {}
_hints_seen: dict[str, int] = {}


def check(key: str, answer: Any = None) -> None:
    """Check an answer against the public checks of its exercise, and show what came of it.

    Parameters
    ----------
    key : str
        The exercise, such as ``"U03.SSD"``.
    answer : callable or value
        Your function, or your answer where a value is asked for. None means not attempted yet.

    See Also
    --------
    coursereg.hint : where to think next.
    coursereg.solution : one way to write it, after an attempt.

    Notes
    -----
    An unknown key and an answer that raises are shown, never raised.

    The numbers depend on the course, the unit and your name. At grading all checks run again, and some more, with
    numbers that nobody has seen: a function that is right for all pictures has nothing to fear. While your function
    runs, the reference implementations of the package raise.

    Examples
    --------
    >>> from coursereg import check
    >>> check("U02.new_shape", None)
    U02.new_shape: not attempted yet
      Write the body of the function, run the cell, then run this one again.
    """
    ex = _exercise(key)
    if ex is None:
        return
    m = mark(key, answer, student=student(), public_only=True, isolated=False)
    _marks[key] = m
    later = tuple(c.name for c in ex.ordered_checks() if not c.public)
    show(Report(m, ex, later if m.state != "not attempted" else (), _so_far(key)))


def hint(key: str, number: int | None = None) -> None:
    """Show the next hint for an exercise: first where to think, then a small example, then a line of the skeleton.

    Parameters
    ----------
    key : str
        The exercise.
    number : int, optional
        Show this hint, counted from 1; the first or the last one if there is none of that number.

    See Also
    --------
    coursereg.check : whether an answer is right, and what it looks like if not.
    coursereg.solution : after the last hint.

    Notes
    -----
    Shows a note and returns nothing; an unknown key is shown, never raised.

    Examples
    --------
    >>> from coursereg import hint
    >>> hint("U02.nothing")  # doctest: +ELLIPSIS
    'U02.nothing' is not an exercise.
    ...
    """
    ex = _exercise(key)
    if ex is None:
        return
    if not ex.hints:
        show(Note(f"There are no hints for {key}.", ex.read and f"Read again: {ex.read}"))
        return
    seen = _hints_seen.get(key, 0)
    wanted = seen + 1 if number is None else number
    if not 1 <= wanted <= len(ex.hints):
        wanted = max(1, min(wanted, len(ex.hints)))
    _hints_seen[key] = max(seen, wanted)
    left = len(ex.hints) - wanted
    more = f"{left} more: run this cell again" if left else f'the last one; hint("{key}", 1) shows the first again'
    show(Note(f"Hint {wanted} of {len(ex.hints)} for {key} ({more})", ex.hints[wanted - 1]))


def solution(key: str) -> None:
    """Show the solution of an exercise, after an attempt of your own.

    Parameters
    ----------
    key : str
        The exercise. At least one ``check`` of it must have run on an answer in this session, right or wrong.

    See Also
    --------
    coursereg.check : what opens the solution.
    coursereg.hint : less than the solution.

    Notes
    -----
    Shows the code, or what is missing, and returns nothing; an unknown key is shown, never raised.
    """
    ex = _exercise(key)
    if ex is None:
        return
    tried = _marks.get(key)
    if tried is None or tried.state == "not attempted":
        text = f'Write something, however rough, and run check("{key}", ...) on it. After that the solution opens.'
        show(Note(f"First an attempt of your own at {key}.", text))
    elif not ex.solution:
        show(Note(f"There is no written solution for {key}.", ex.read and f"Read again: {ex.read}"))
    else:
        title = f"One solution of {key}. Read it, close it, write yours: full points stay possible, the numbers differ."
        show(Note(title, _named(ex), is_code=True))


def _named(ex: Exercise) -> str:
    """The solution under the name that the exercise gives the function, without notes to linters."""
    text = re.sub(r"  # noqa\b.*", "", ex.solution)
    made = re.match(r"def (\w+)\(", text)
    if made is None or not ex.signature.startswith(f"{ex.name}("):
        return text
    return re.sub(rf"\b{made[1]}(?=\()", ex.name, text)


def predict(key: str, answer: Any = None) -> None:
    """Record a prediction; the picture that waits for it opens.

    Parameters
    ----------
    key : str
        The prediction, such as ``"U03.P1"``.
    answer : str
        One of the answers offered. Right or wrong does not matter for the points, only that it was made.

    See Also
    --------
    coursereg.check : for the answers whose rightness does matter.

    Notes
    -----
    Shows a note and returns nothing; an unknown key, and an answer that was not offered, are shown, never raised, and
    not recorded.
    """
    found = re.fullmatch(r"(U\d\d)\.P(\d+)", key) if isinstance(key, str) else None
    if found is None or found[1] not in exercises.UNITS:
        show(
            Note(
                f"There is no prediction {key!r}.",
                f"Predictions are called U03.P1, U03.P2 ...; units: {', '.join(exercises.UNITS)}",
            )
        )
        return
    number, made = int(found[2]), exercises.unit(found[1]).exercises.get(f"{found[1]}.predictions")
    if made is None or not 1 <= number <= len(made.checks):
        show(Note(f"There is no prediction {key!r}.", f"{found[1]} has {len(made.checks) if made else 0} predictions."))
        return
    if answer is None or answer is Ellipsis:
        show(
            Note(f"{key}: make your prediction first.", "Replace None by one of the answers, then run the cell again.")
        )
        return
    try:
        made.checks[number - 1].run(LocalTested([None] * (number - 1) + [answer]), None)
    except (Wrong, NotAttempted) as wrong:
        show(Note(f"{key}: that is none of the answers offered.", str(wrong)))
        return
    predictions.record(key, answer)
    show(
        Note(
            f"{key}: noted, {answer!r}.",
            "Now look whether the picture agrees. A surprise is worth more than a lucky guess.",
        )
    )


def student() -> str:
    """Return who works in this folder, as told to ``coursereg lab``; the empty string if nobody said."""
    try:
        return workspace.read_student(Path.cwd()) or ""
    except OSError:
        return ""


def _exercise(key: Any) -> Exercise | None:
    try:
        return exercises.exercise(key)
    except (KeyError, AttributeError, TypeError) as error:
        words = error.args[0] if isinstance(error, KeyError) else 'an exercise is named like "U03.SSD"'
        show(Note(f"{key!r} is not an exercise.", str(words), edge="#b97a00"))
        return None


def _so_far(key: str) -> str:
    """Points of the unit so far, in this session."""
    unit = exercises.unit(key.split(".", 1)[0])
    mine = [m for k, m in _marks.items() if k in unit.exercises and m.state != "not attempted"]
    if len(mine) < 2:
        return ""
    points = sum(m.points for m in mine)
    auto, say_it = unit.automatic_points, unit.say_it
    tried = f"{len(mine)} of {len(unit.exercises)} exercises tried"
    return (
        f"{unit.key}: {points:.3g} of {auto + say_it:.3g} points now, {tried} "
        f"({auto:.3g} automatic, part of them at grading; {say_it:.3g} by the teacher)"
    )
