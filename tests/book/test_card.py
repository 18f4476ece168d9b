"""The card of conventions: the list of conventions.md, and examples that are true."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np

import coursereg

INCLUDED = re.compile(r'```\{include\} conventions\.md\n:start-after: "(.*)"\n:end-before: "(.*)"\n```')
EXAMPLE = re.compile(r"^\| `(.+?)` \| `(.+?)` \|", re.MULTILINE)


def test_card__takes_its_list_from_the_page_of_conventions(book: Path) -> None:
    found = INCLUDED.search((book / "card.md").read_text(encoding="utf-8"))
    assert found
    page = (book / "conventions.md").read_text(encoding="utf-8")
    begin, end = found.groups()
    assert page.count(begin) == page.count(end) == 1
    part = page.split(begin)[1].split(end)[0]
    rows = [line for line in part.splitlines() if line.startswith("| ")]
    assert len(rows) > 20
    # what stands outside explains; a list with two homes would drift apart
    assert "| Thing |" not in page.replace(part, "")


def test_card__examples_are_what_the_package_gives(book: Path) -> None:
    examples = EXAMPLE.findall((book / "card.md").read_text(encoding="utf-8"))
    assert len(examples) >= 6
    for call, wanted in examples:
        got = eval(call, {name: getattr(coursereg, name) for name in coursereg.__all__})
        assert np.allclose(got, np.array(eval(wanted, {"nan": np.nan})), atol=5e-4, equal_nan=True), call
