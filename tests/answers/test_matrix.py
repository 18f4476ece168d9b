"""Every wrong answer loses points, every right one gets all of them, and no two wrong ones are the same."""

from __future__ import annotations

import hashlib
from collections import defaultdict

import pytest

from answers import Answer, load
from coursereg.course import exercises
from coursereg.grading import mark

ANSWERS = load()
WRITTEN = sorted(k for u in exercises.UNITS for k, e in exercises.unit(u).exercises.items() if e.kind == "function")


@pytest.mark.parametrize("answer", ANSWERS, ids=lambda a: a.name)
@pytest.mark.parametrize("secret", ["first-secret", "second-secret"])
def test_answer__gets_what_it_deserves(answer: Answer, secret: str) -> None:
    m = mark(answer.key, answer.function, secret=secret, student="someone")
    seen = "; ".join(f"{c.name}: {c.message} [{c.looks_like}]" for c in m.failed)
    if answer.is_right:
        assert m.points == pytest.approx(m.maximum), seen
        return
    assert m.points < m.maximum, f"{answer.words}: passes every check"
    if answer.credit:
        assert m.points == pytest.approx(answer.credit * m.maximum), seen
    if answer.says:
        assert answer.says in seen + m.convention, seen


@pytest.mark.parametrize("key", WRITTEN)
def test_exercise__has_six_wrong_and_three_right_answers(key: str) -> None:
    mine = [a for a in ANSWERS if a.key == key]
    assert sum(not a.is_right for a in mine) >= 6
    assert sum(a.is_right for a in mine) >= 3


@pytest.mark.parametrize("key", WRITTEN)
def test_wrong_answers__differ_from_each_other(key: str) -> None:
    prints = defaultdict(list)
    for a in (a for a in ANSWERS if a.key == key and not a.is_right):
        m = mark(key, a.function, secret="first-secret")
        text = "|".join(f"{c.passed}{c.got}{c.message}" for c in m.checks)
        prints[hashlib.sha256(text.encode()).hexdigest()].append(a.name)
    twice = [names for names in prints.values() if len(names) > 1]
    assert not twice, f"these fail in exactly the same way: {twice}"


def test_defects_of_the_hand_out__are_each_in_the_corpus() -> None:
    want = {"B1", "B2", *(f"B{k}" for k in range(4, 13))}
    assert want <= {a.defect for a in ANSWERS}
