"""Teacher's pages: each rubric adds up, and has a good, a middling and a poor answer with their points."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

PAGES = sorted((Path(__file__).parents[2] / "book" / "teachers").glob("u[0-9][0-9].md"))
NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
EXAMPLE = re.compile(r"^\*\*(\w+) points?(?: or more)?\.?\*\*(?: \(([\d.+ ]+)\)\.)? \S", re.MULTILINE)
ROW = re.compile(r"^\| (\d+) \|", re.MULTILINE)


@pytest.mark.parametrize("path", PAGES, ids=lambda p: p.stem)
def test_rubric__adds_up_and_has_three_examples(path: Path) -> None:
    part = path.read_text(encoding="utf-8").split("## Say it: how to mark")[1].split("\n## ")[0]
    parts = [int(n) for n in ROW.findall(part)]
    assert sum(parts) == 10
    found = EXAMPLE.findall(part)
    totals = [NUMBERS.index(word.lower()) for word, _ in found]
    assert len(totals) == 3
    assert totals[0] >= 9
    assert 4 <= totals[1] <= 7
    assert totals[2] <= 3
    for total, (_, sums) in zip(totals, found, strict=True):
        points = [float(n) for n in sums.split("+")] if sums else [total]
        assert sum(points) == total
        if sums:
            assert len(points) == len(parts)
            assert all(got <= most for got, most in zip(points, parts, strict=True))
