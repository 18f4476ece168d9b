"""
Which predictions were made in this session; widgets wait for them.

`predict` in a notebook records, a widget with ``after="U03.P1"`` asks. The store lives as long as the
kernel: it opens doors, it gives no points (those are read from the notebook's own cells).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

_answers: dict[str, Any] = {}
_waiting: dict[str, list[Callable[[], None]]] = {}


def record(key: str, answer: Any) -> None:
    """
    Remember that prediction ``key`` was made, and open what waits for it.

    Parameters
    ----------
    key : str
        For example ``"U03.P1"``.
    answer : object
        What was predicted; right or wrong does not matter here.

    Examples
    --------
    >>> record("U99.P1", "it falls")
    >>> made("U99.P1")
    True
    >>> forget("U99.P1")
    """
    _answers[key] = answer
    for open_ in _waiting.pop(key, []):
        open_()


def made(key: str) -> bool:
    """Return whether prediction ``key`` was made in this session."""
    return key in _answers


def answer(key: str) -> Any:
    """Return what was predicted for ``key``, or None."""
    return _answers.get(key)


def when_made(key: str, action: Callable[[], None]) -> None:
    """Call ``action()`` once prediction ``key`` is made: at once if it already is."""
    if made(key):
        action()
    else:
        _waiting.setdefault(key, []).append(action)


def forget(key: str) -> None:
    """Take prediction ``key`` back (for tests, and to try a notebook again)."""
    _answers.pop(key, None)
    _waiting.pop(key, None)
