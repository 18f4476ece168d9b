"""
The answers corpus: wrong answers that must lose points, right ones that must get all.

One file per graded function, ``tests/answers/u03/SSD.py``; its functions are decorated with `wrong` or `right`.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Answer:
    """One answer: the exercise, what is wrong (or how it differs), the function, and the name of a defect it shows."""

    key: str
    words: str
    function: Any
    is_right: bool
    says: str = ""
    defect: str = ""
    credit: float = 0.0

    @property
    def name(self) -> str:
        """A test id."""
        return f"{self.key}-{'right' if self.is_right else 'wrong'}-{getattr(self.function, '__name__', self.words)}"


CORPUS: list[Answer] = []


def _key(function: Any, key: str | None) -> str:
    if key:
        return key
    unit, name = function.__module__.split(".")[-2:]
    return f"{unit.upper()}.{name}"


def wrong(
    words: str, *, says: str = "", defect: str = "", credit: float = 0.0, key: str | None = None
) -> Callable[..., Any]:
    """
    Add a wrong answer. ``words``: the misconception, for the teacher's page.

    ``says``: a part of the message the student must see (recognised answers); ``defect``: a defect of the hand-out,
    "B1" ...; ``credit``: the share it keeps as another convention.
    """

    def add(function: Any) -> Any:
        CORPUS.append(Answer(_key(function, key), words, function, False, says, defect, credit))
        return function

    return add


def right(words: str, *, key: str | None = None) -> Callable[..., Any]:
    """Add a right answer. ``words``: how it differs from ours."""

    def add(function: Any) -> Any:
        CORPUS.append(Answer(_key(function, key), words, function, True))
        return function

    return add


def load() -> list[Answer]:
    """Import every file of the corpus and return all answers."""
    for package in pkgutil.iter_modules(__path__):
        if package.ispkg:
            module = importlib.import_module(f"{__name__}.{package.name}")
            for file in pkgutil.iter_modules(module.__path__):
                importlib.import_module(f"{module.__name__}.{file.name}")
    return list(CORPUS)
