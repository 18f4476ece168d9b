"""A reader opens the book from a file, without Python and without a network, and nothing is missing."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

HTML = Path(__file__).parents[2] / "book" / "_build" / "html"
SECONDS = 1000  # playwright counts milliseconds


def needs(there: object, why: str) -> None:
    """Skip where something is absent; in CI, where it must be there, fail."""
    if there:
        return
    if os.environ.get("COURSEREG_CI"):
        pytest.fail(why)
    pytest.skip(why)


@pytest.fixture(scope="module")
def units() -> list[Path]:
    """The built unit pages."""
    pages = sorted((HTML / "units").glob("[0-9][0-9]_*.html"))
    needs(pages, "no built book: run `python book/build.py` first")
    return pages


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """A browser."""
    try:
        from playwright.sync_api import sync_playwright
    except ModuleNotFoundError:
        needs(None, "playwright is not installed: pip install -e '.[test]'")
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    needs(program, "no chromium on this machine: apt-get install chromium")
    with sync_playwright() as playwright:
        # a container's root may not use Chromium's own sandbox; the pages are our own
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield browser
        browser.close()


class Reader:
    """A browser page that may read files and nothing else, and notes what went wrong."""

    def __init__(self, browser: Any, width: int = 1280) -> None:
        self.asked: list[str] = []
        self.errors: list[str] = []
        self.page = browser.new_page(viewport={"width": width, "height": 900})
        self.page.set_default_timeout(20 * SECONDS)
        self.page.route("**/*", self._only_files)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("console", lambda message: self._note(message))

    def _only_files(self, route: Any) -> None:
        if route.request.url.startswith("file:"):
            route.continue_()
        else:
            self.asked.append(route.request.url)
            route.abort()

    def _note(self, message: Any) -> None:
        if message.type == "error":
            self.errors.append(message.text)

    def open(self, path: Path) -> Any:
        """Open a page and wait until its formulas are drawn."""
        self.page.goto(path.as_uri())
        self.page.wait_for_load_state("load")
        self.page.evaluate("() => window.MathJax && MathJax.startup ? MathJax.startup.promise : null")
        return self.page


@pytest.fixture
def reader(chromium: Any) -> Iterator[Reader]:
    """A reader without a network, at a desk."""
    one = Reader(chromium)
    yield one
    one.page.close()


def test_unit_pages__show_formulas_and_pictures_from_a_file(units: list[Path], reader: Reader) -> None:
    for path in units:
        page = reader.open(path)
        drawn = page.locator("mjx-container svg").count()
        written = page.locator("span.math, div.math").count()
        assert written > 0, f"{path.name} has no formula"
        assert drawn >= written, f"{path.name}: {drawn} of {written} formulas are drawn"
        widths = page.eval_on_selector_all(
            "article img", "all => Promise.all(all.map(i => i.decode().then(() => i.naturalWidth, () => 0)))"
        )
        assert len(widths) >= 3
        assert min(widths) > 0, f"{path.name} has a picture that does not show"
    assert reader.asked == [], "the book asked the network"
    assert reader.errors == []


def test_static_slider__shows_another_picture_when_moved_by_keyboard(units: list[Path], reader: Reader) -> None:
    for path in units:
        page = reader.open(path)
        widgets = page.locator(".coursereg-static")
        assert widgets.count() >= 1
        for k in range(widgets.count()):
            widget = widgets.nth(k)
            seen = widget.locator("figure:visible img")
            assert seen.count() == 1
            before = seen.get_attribute("src")
            slider = widget.locator("input[type=range]")
            slider.focus()
            page.keyboard.press("ArrowRight" if slider.input_value() != slider.get_attribute("max") else "ArrowLeft")
            assert seen.count() == 1
            assert seen.get_attribute("src") != before, f"{path.name}: slider {k + 1} changes nothing"
            assert seen.get_attribute("alt")
    assert reader.errors == []


def test_solutions__are_folded_until_they_are_asked_for(units: list[Path], reader: Reader) -> None:
    for path in units:
        page = reader.open(path)
        folds = page.locator("details.hide")
        assert folds.count() >= 4
        first = folds.first
        assert not first.locator("pre").first.is_visible()
        first.locator("summary").press("Enter")
        assert first.locator("pre").first.is_visible()


def test_search__finds_a_word_without_a_network(units: list[Path], reader: Reader) -> None:
    page = reader.open(HTML / "search.html")
    page.goto(f"{(HTML / 'search.html').as_uri()}?q=interpolation")
    page.wait_for_selector("#search-results li a")
    assert reader.asked == []


@pytest.mark.parametrize(
    "name",
    [
        "index",
        "using",
        "conventions",
        "teachers/quickstart",
        "generated/answers",
        "generated/answers/u02",
        "generated/api",
    ],
)
def test_pages__fit_a_phone(units: list[Path], chromium: Any, name: str) -> None:
    phone = Reader(chromium, width=390)
    page = phone.open(HTML / f"{name}.html")
    too_wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    page.close()
    assert too_wide <= 0, f"{name} scrolls sideways by {too_wide} pixels"
    assert phone.errors == []


def test_unit_pages__fit_a_phone(units: list[Path], chromium: Any) -> None:
    for path in units:
        phone = Reader(chromium, width=390)
        page = phone.open(path)
        too_wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        page.close()
        assert too_wide <= 0, f"{path.name} scrolls sideways by {too_wide} pixels"
