"""What `check`, `hint`, `solution` and `predict` tell a student."""

from __future__ import annotations

import json
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest

from coursereg import check, hint, predict, solution
from coursereg.course import exercises, predictions
from coursereg.grading import notebook
from coursereg.grading.shown import Report

KEY = "U02.new_shape"


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    notebook._marks.clear()
    notebook._hints_seen.clear()
    yield
    notebook._marks.clear()


def floor(shape, zooms, new_zooms):
    return tuple(int(n) for n in np.asarray(shape) * zooms / np.asarray(new_zooms))


def right(shape, zooms, new_zooms):
    return tuple(int(n) for n in np.round(np.asarray(shape) * zooms / np.asarray(new_zooms)))


def said(capsys: pytest.CaptureFixture[str]) -> str:
    return capsys.readouterr().out


def test_check__says_state_got_wanted_what_it_looks_like_and_where_to_read(capsys) -> None:
    check(KEY, floor)
    out = said(capsys)
    for words in ("not right yet", "public checks", "got:", "wanted:", "looks like:", "read:", 'hint("U02.new_shape")'):
        assert words in out
    assert "looks like: this looks like" not in out


def test_check__never_says_that_all_passed_but_what_comes_at_grading(capsys) -> None:
    check(KEY, right)
    out = said(capsys)
    ex = exercises.exercise(KEY)
    public, hidden = sum(c.public for c in ex.checks), [c.name for c in ex.ordered_checks() if not c.public]
    assert f"{public}/{public} public checks" in out
    assert f"{len(hidden)} more at grading" in out
    assert hidden[0] in out
    assert "all tests passed" not in out


def test_check__of_nothing_says_what_to_do(capsys) -> None:
    check(KEY, None)
    assert "not attempted yet" in said(capsys)


def test_check__counts_the_unit_so_far(capsys) -> None:
    check(KEY, right)
    check("U02.bilinear", lambda *a, **k: 0)
    assert "U02 so far: 4.8 points of 10.8 in 2 exercises" in said(capsys)


def test_one_mistake_that_fails_every_check__is_told_once(capsys) -> None:
    def broken(*args):
        raise ValueError("my mistake")

    check(KEY, broken)
    assert said(capsys).count("my mistake") == 1


@pytest.mark.parametrize(
    ("key", "words"),
    [("U02.new_shap", "did you mean U02.new_shape"), ("U99.x", "no unit 'U99'"), (3, 'named like "U03.SSD"')],
)
def test_wrong_key__is_answered_with_near_ones(capsys, key, words: str) -> None:
    for ask in (check, hint, solution):
        ask(key)
        assert words in said(capsys)


def test_hint__goes_on_to_the_next_and_stays_at_the_last(capsys) -> None:
    texts = exercises.exercise(KEY).hints
    for number in (1, 2, 3, 3):
        hint(KEY)
        assert texts[number - 1] in said(capsys)
    hint(KEY, 1)
    assert texts[0] in said(capsys)
    hint(KEY, 99)
    assert texts[-1] in said(capsys)


def test_solution__waits_for_an_honest_attempt(capsys) -> None:
    solution(KEY)
    assert "First an attempt" in said(capsys)

    def untouched(shape, zooms, new_zooms):
        raise NotImplementedError

    check(KEY, untouched)
    solution(KEY)
    assert "First an attempt" in said(capsys)
    check(KEY, floor)
    solution(KEY)
    assert "def new_shape" in said(capsys)


def test_predict__records_what_is_offered_and_is_neutral(capsys) -> None:
    predictions.forget("U02.P1")
    predict("U02.P1", None)
    assert "make your prediction first" in said(capsys)
    predict("U02.P1", "no such answer")
    assert "must be one of" in said(capsys)
    assert not predictions.made("U02.P1")
    predict("U02.P1", "nothing")
    assert "noted, 'nothing'" in said(capsys)
    assert predictions.answer("U02.P1") == "nothing"
    predictions.forget("U02.P1")
    for key in ("U02.P9", "P1", "U77.P1", 5):
        predict(key, "x")
        assert "There is no prediction" in said(capsys)


def test_name_in_the_folder__is_part_of_the_seed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys) -> None:
    told = []
    for name in ("ann", "ben"):
        (tmp_path / ".coursereg.json").write_text(json.dumps({"student": name}), encoding="utf-8")
        monkeypatch.chdir(tmp_path)
        check(KEY, floor)
        told.append(said(capsys))
    assert told[0] != told[1]


class Balance(HTMLParser):
    """Reads HTML and keeps tags that are not closed, and all text."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: set[str] = set()

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.open.append(tag)
        self.tags.add(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.mark.parametrize("answer", [floor, right, None, lambda *a: "<script>alert(1)</script>"])
def test_html__is_balanced_escaped_and_made_for_screen_readers(answer) -> None:
    m = notebook.mark(KEY, answer, public_only=True, isolated=False)
    text = Report(m, exercises.exercise(KEY), ("a <b> check",), "so far")._repr_html_()
    parser = Balance()
    parser.feed(text)
    assert parser.open == []
    assert "script" not in parser.tags
    assert 'role="status"' in text
    assert 'aria-label="Result of the check U02.new_shape"' in text
