"""The card of conventions, printed: one sheet with everything on it, also from a dark screen."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

import pytest

CARD = Path(__file__).parents[2] / "book" / "_build" / "html" / "card.html"
PAGE = re.compile(rb"/Type\s*/Page\b(?!s)")
TALLEST = {"A4": 297 - 20, "Letter": 279 - 20}  # mm between the margins
WIDEST = {"A4": 210 - 20, "Letter": 216 - 20}
MM = 96 / 25.4  # pixels of a style sheet

# How far what is printed reaches beyond the box it stands in, in pixels: text that the column's edge would cut off.
CUT_OFF = """all => Math.max(...all.map(table => {
  const column = table.parentElement.getBoundingClientRect(), box = table.getBoundingClientRect();
  return Math.max(box.right - column.right, table.scrollWidth - table.clientWidth - 2);
}))"""


@pytest.fixture(params=["light", "dark"])
def card(request: pytest.FixtureRequest, chromium: Any) -> Any:
    """The page, as a reader has it before she prints."""
    if not CARD.is_file():
        why = "no built book: run `python book/build.py` first"
        if os.environ.get("COURSEREG_CI"):
            pytest.fail(why)
        pytest.skip(why)
    page = chromium.new_page(viewport={"width": 1280, "height": 900}, color_scheme=request.param)
    page.goto(CARD.as_uri())
    page.wait_for_load_state("load")
    yield page
    page.close()


@pytest.mark.parametrize("paper", ["A4", "Letter"])
def test_card__prints_on_one_sheet(card: Any, paper: str) -> None:
    assert len(PAGE.findall(card.pdf(format=paper))) == 1


@pytest.mark.parametrize("paper", ["A4", "Letter"])
def test_card__shows_every_line_in_black_on_white(card: Any, paper: str) -> None:
    width, height = round(WIDEST[paper] * MM), round(TALLEST[paper] * MM)
    card.set_viewport_size({"width": width, "height": height})
    card.emulate_media(media="print")
    article = card.locator("article.bd-article")
    shown = article.inner_text()
    for words in ("The conventions on one page", "history[k]", "clockwise", "millimetres", "In doubt?"):
        assert words in shown
    assert article.bounding_box()["height"] < height
    assert card.eval_on_selector_all("article.bd-article table", CUT_OFF) <= 1
    looks = "all => [...new Set(all.map(e => getComputedStyle(e).color))]"
    assert card.eval_on_selector_all("article.bd-article :is(td, p, h1, h2)", looks) == ["rgb(0, 0, 0)"]
    assert card.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
