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
from coursereg.grading.marking import CheckResult
from coursereg.grading.shown import Report, told_once

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
    out = said(capsys)
    assert "U02: 4.8 of 100 points now, 2 of 12 exercises tried" in out
    assert "90 automatic" in out
    assert "10 by the teacher" in out


def test_points__are_those_of_the_exercise_now_and_at_grading(capsys) -> None:
    check(KEY, right)
    assert "4.8 of 8 points now, up to 3.2 more at grading" in said(capsys)
    check("U02.parsons", [1, 2])
    assert "0 of 4 points\n" in said(capsys), "nothing comes later"


def test_coming__lists_every_check_on_a_line_of_its_own(capsys) -> None:
    key = "U04.JointHist"
    hidden = [c.name for c in exercises.exercise(key).ordered_checks() if not c.public]
    assert len(hidden) > 5
    assert any(";" in c.name for u in exercises.UNITS for e in exercises.unit(u).exercises.values() for c in e.checks)
    check(key, lambda I, J, bins: 0.0)
    lines = said(capsys).splitlines()
    assert [line[6:] for line in lines if line.startswith("    - ")] == hidden


def test_constant__earns_no_points_yet(capsys) -> None:
    check(KEY, lambda shape, zooms, new_zooms: (77, 77, 40))
    out = said(capsys)
    assert "No points yet: so far only checks that a constant could pass are right." in out
    assert "0 of 8 points now" in out


def test_another_convention__is_the_headline_and_no_mistake_is_guessed(capsys) -> None:
    def mean(I, J):
        return ((I.astype(float) - J) ** 2).mean()

    check("U03.SSD", mean)
    out = said(capsys)
    assert out.startswith("U03.SSD: half of the points: this is the mean squared difference.")
    assert out.count("half of the points") == 1
    assert "up to 3.6 more at grading" in out, "half of what is left"
    assert "looks like" not in out
    assert "wanted:" not in out
    m = notebook.mark("U03.SSD", mean, isolated=False)
    assert m.failed
    assert not any(c.looks_like for c in m.checks)
    parser = Balance()
    parser.feed(Report(m, exercises.exercise("U03.SSD"))._repr_html_())
    assert parser.open == []


def test_failures_of_one_sort__show_numbers_once(capsys) -> None:
    check("U02.bilinear", lambda *a, **k: 0)
    out = said(capsys)
    assert out.count("failed:") == len(notebook._marks["U02.bilinear"].failed) > 3
    assert out.count("wanted:") <= 1
    assert out.count("got:") == 1
    assert out.count("read:") == 1


def test_failures__of_another_sort_show_their_numbers() -> None:
    def failed(message: str) -> CheckResult:
        return CheckResult(message, "value", True, False, 0.0, 1.0, message, "1", "2")

    one, two = "x is not what it should be in 3 of 4 places, first at (0, 1): 5 instead of 6", "x has NaN"
    told = told_once([failed(one), failed(one.replace("3", "2")), failed(one + ". a hint"), failed(two)])
    assert [[k for k, _ in rows] for _, rows in told] == [
        ["why", "got", "wanted"],
        [],
        ["why"],
        ["why", "got", "wanted"],
    ]


def test_bug_check__names_the_right_answer_that_it_fails(capsys) -> None:
    def exact(f):
        I = np.arange(63.0).reshape(7, 9) ** 2
        return bool((f(I, 0.5, 0.0)[2:-2, 2:-2] == (I[2:-2, 2:-2] + I[1:-3, 2:-2]) / 2).all())

    check("U02.bug_check", exact)
    assert "your check fails a right answer too (Cubic spline of SciPy); compare floats" in said(capsys)


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


def test_solution__has_the_name_of_the_exercise() -> None:
    for unit in map(exercises.unit, exercises.UNITS):
        for ex in unit.exercises.values():
            if ex.solution.startswith("def ") and ex.signature.startswith(f"{ex.name}("):
                assert notebook._named(ex).startswith(f"def {ex.name}("), ex.key
            assert "noqa" not in notebook._named(ex)


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
