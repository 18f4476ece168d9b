"""The book's own programs can be imported here; `built` is the finished book, if somebody has built it."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

BOOK = Path(__file__).parents[2] / "book"
sys.path.insert(0, str(BOOK))


@pytest.fixture(scope="session")
def book() -> Path:
    """The folder of the book's sources."""
    return BOOK


@pytest.fixture(scope="session")
def built() -> Path:
    """The folder of built pages; in CI it must be there, elsewhere its tests are skipped."""
    html = BOOK / "_build" / "html"
    if not (html / "index.html").is_file():
        why = "no built book: run `python book/build.py` first"
        if os.environ.get("COURSEREG_CI"):
            pytest.fail(why)
        pytest.skip(why)
    return html
