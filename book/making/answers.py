"""The matrix of answers as a page for teachers: every known wrong answer, what catches it, what the student is told."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

from coursereg.course import exercises
from coursereg.grading import Mark, mark

DRAW = "the book's own draw"
"""The seed of the numbers on the page; no class is ever graded with it."""

HEAD = """\
# Which wrong answers are caught

Each exercise is tried on answers that students really write: wrong ones, which must lose points, and right ones that
look different from ours, which must keep them all. The test suite runs this matrix at every change; these pages are
made from the same answers, with numbers drawn for the pages alone.

*Keeps* is the share of the points that the answer still earns. *Caught by* names a check that fails, and how
many more do; a check marked † runs only at grading. *The student reads* is what that check says. When an answer
behaves exactly like a known mistake, the message ends with the name of the mistake, in italics.

Use the tables before the lesson, to know what will come, and after it, beside the class statistics of
`coursereg grade`, to see which misconception stands behind a check that many failed.

| Unit | Exercises | Wrong answers | Right answers |
|---|---|---|---|
"""


def prepare(tests: Path, target: Path) -> Path:
    """Write ``answers.md`` and one page per unit from the corpus in ``tests/answers``."""
    sys.path.insert(0, str(tests))
    try:
        from answers import load

        corpus = load()
    finally:
        sys.path.remove(str(tests))
    (target / "answers").mkdir(parents=True, exist_ok=True)
    rows = []
    for key in exercises.UNITS:
        mine = [a for a in corpus if a.key.startswith(f"{key}.")]
        if mine:
            text = "\n".join(_unit(key, mine))
            (target / "answers" / f"{key.lower()}.md").write_text(text, encoding="utf-8")
            right = sum(a.is_right for a in mine)
            title = f"[{key} {escaped(exercises.unit(key).title)}](answers/{key.lower()}.md)"
            rows.append(f"| {title} | {len({a.key for a in mine})} | {len(mine) - right} | {right} |")
    page = target / "answers.md"
    page.write_text("\n".join([HEAD, *rows]) + "\n", encoding="utf-8")
    return page


def _unit(key: str, answers: list[Any]) -> list[str]:
    unit = exercises.unit(key)
    text = [f"# Answers to {key}\n", f"{escaped(unit.title)}. How to read the columns: {{doc}}`/generated/answers`.\n"]
    for name in unit.exercises:
        mine = [a for a in answers if a.key == name]
        if mine:
            text += _exercise(unit.exercises[name], mine)
    return text


def _exercise(exercise: Any, answers: list[Any]) -> list[str]:
    checks = exercise.ordered_checks()
    fold = f"{exercise.points:g} points; {len(checks)} checks, in the order in which they run"
    text = [
        f"\n## {exercise.key}\n",
        f"<details><summary>{fold}</summary>\n",
        *(f"- {escaped(c.name)}{'' if c.public else ' †'}" for c in checks),
        "\n</details>\n",
        "| A wrong answer | Keeps | Caught by | The student reads |",
        "|---|---|---|---|",
    ]
    text += [_row(a, mark(a.key, a.function, secret=DRAW)) for a in answers if not a.is_right]
    right = [f"- {escaped(a.words)}" for a in answers if a.is_right]
    return [*text, "\nAccepted with full points:\n", *right, ""]


def _row(answer: Any, result: Mark) -> str:
    share = f"{100 * result.points / result.maximum:.0f} %" if result.maximum else "–"
    words = escaped(answer.words) + (f" (hand-out, {answer.defect})" if answer.defect else "")
    if result.convention:
        return f"| {words} | {share} | another convention | *{escaped(result.convention)}* |"
    if not result.failed:
        msg = f"{answer.name} passes every check; the matrix in tests/answers must be mended first"
        raise ValueError(msg)
    first = next((c for c in result.failed if c.looks_like), result.failed[0])
    more = f" and {len(result.failed) - 1} more" if len(result.failed) > 1 else ""
    caught = f"{escaped(first.name)}{'' if first.public else ' †'}{more}"
    said = escaped(first.message) + (f" *{escaped(first.looks_like)}*" if first.looks_like else "")
    return f"| {words} | {share} | {caught} | {said} |"


def escaped(text: str) -> str:
    """Return text that a Markdown table shows as it is, on one line; `code` between backticks stays code."""
    parts = re.split(r"(`[^`]*`)", " ".join(text.split()))
    plain = [
        re.sub(r"([\\*_{}\[\]<>$#|])", r"\\\1", p) if not p.startswith("`") else p.replace("|", "\\|") for p in parts
    ]
    return "".join(plain)
