"""A reader opens the book from a file, without Python and without a network, and nothing is missing."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

BOOK = Path(__file__).parents[2] / "book"
HTML = BOOK / "_build" / "html"
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
        "card",
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


LINKED = """
import ipywidgets
slider, number = ipywidgets.IntSlider(description="rows"), ipywidgets.IntText()
link = ipywidgets.jslink((slider, "value"), (number, "value"))
ipywidgets.VBox([slider, number])
"""


@pytest.fixture
def page_of_widgets(units: list[Path], tmp_path: Path) -> Path:
    """A book of one page, a notebook with plain ipywidgets, built with the settings of our book."""
    pytest.importorskip("myst_nb", reason="needs the book's tools: pip install -e '.[book]'")
    sys.path.insert(0, str(BOOK))
    from making import units as making

    cell = {"cell_type": "code", "id": "a", "metadata": {}, "source": LINKED, "outputs": [], "execution_count": None}
    title = {"cell_type": "markdown", "id": "b", "metadata": {}, "source": "# Linked widgets"}
    notebook = {"cells": [title, cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    source = tmp_path / "source" / "index.ipynb"
    source.parent.mkdir()
    source.write_text(json.dumps(notebook), encoding="utf-8")
    done = making.executed(source, tmp_path / "cache", "0" * 16)
    source.write_text(json.dumps(done), encoding="utf-8")
    (source.parent / "_toc.yml").write_text("format: jb-book\nroot: index\n", encoding="utf-8")
    (source.parent / "references.bib").write_text("", encoding="utf-8")
    words = [sys.executable, "-m", "sphinx", "-q", "-W", "-c", str(BOOK), str(source.parent), str(tmp_path / "html")]
    made = subprocess.run(words, capture_output=True, text=True, check=False)
    assert made.returncode == 0, made.stderr
    return tmp_path / "html" / "index.html"


def test_linked_widgets__move_each_other_from_a_file(page_of_widgets: Path, reader: Reader) -> None:
    page = reader.open(page_of_widgets)
    page.locator(".noUi-handle").focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function("document.querySelector('input[type=number]').value === '1'")
    assert reader.asked == []
    assert reader.errors == []
