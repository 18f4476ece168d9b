"""What a student calls in a notebook: `check`, `hint`, `solution`, `predict`."""

from __future__ import annotations

from typing import Any

from coursereg.course import exercises
from coursereg.grading.marking import mark


def check(key: str, answer: Any = None) -> Any:
    """Run the public checks of an exercise (first version; helper D makes it what grading.md asks)."""
    m = mark(key, answer, public_only=True)
    print(f"{key}: {m.state}, {m.points:g} of {m.maximum:g}")  # noqa: T201
    for c in m.failed:
        print(f"  {c.name}: {c.message} got {c.got} wanted {c.wanted} {c.looks_like}")  # noqa: T201


def hint(key: str, number: int = 1) -> None:
    """Show a hint."""
    print(exercises.exercise(key).hints[number - 1])  # noqa: T201


def solution(key: str) -> None:
    """Show the solution."""
    print(exercises.exercise(key).solution)  # noqa: T201


def predict(key: str, answer: Any = None) -> None:
    """Record a prediction."""
    print("noted" if answer is not None else "make your prediction first")  # noqa: T201
