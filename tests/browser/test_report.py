"""The page of a registration in a real browser: it asks for nothing, every picture is drawn, nothing sticks out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from coursereg import samples
from coursereg.report import command


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of a real pair."""
    out = tmp_path_factory.mktemp("report")
    static, moving = samples.path("head_t1.png"), samples.path("head_pd_moved.png")
    command.register(static, moving, out, transform="rigid", command="coursereg register <static> & <moving>")
    return out / "report.html"


@pytest.mark.parametrize("width", [390, 1180])
def test_report__is_drawn_and_fits_the_screen(chromium: Any, report: Path, width: int) -> None:
    page = chromium.new_page(viewport={"width": width, "height": 900})
    asked, said = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.goto(report.as_uri())
    page.wait_for_load_state("load")
    assert [url for url in asked if not url.startswith("data:")] == [report.as_uri()]
    assert said == []  # the page's own policy forbids nothing that it needs
    assert page.eval_on_selector_all("img", "all => all.every(i => i.complete && i.naturalWidth > 100)")
    assert page.eval_on_selector_all("img", "all => all.every(i => i.getBoundingClientRect().width > 150)")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.locator(".verdict").bounding_box()["y"] < 200
    assert "coursereg register <static> & <moving>" in page.locator("main").inner_text()
    page.close()


def test_report__prints_whole(chromium: Any, report: Path) -> None:
    page = chromium.new_page(viewport={"width": 718, "height": 1000})
    page.goto(report.as_uri())
    page.emulate_media(media="print")
    wide = "all => Math.max(...all.map(e => e.getBoundingClientRect().right))"
    assert page.eval_on_selector_all("table, img, svg", wide) <= 719
    assert page.locator(".verdict").evaluate("e => getComputedStyle(e).printColorAdjust") == "exact"
    page.close()
