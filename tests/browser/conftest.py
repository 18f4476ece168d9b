"""A real Chromium for the tests of this folder. Absent: they are skipped with the reason; in CI they fail instead."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from coursereg.course.bench import browser


def needs(there: object, why: str) -> None:
    """Skip where something is absent; in CI, where it must be there, fail."""
    if there:
        return
    if os.environ.get("COURSEREG_CI"):
        pytest.fail(why)
    pytest.skip(why)


# One browser per module, not per session: playwright cannot be started twice at the same time.
@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """A headless browser."""
    needs(not browser.missing(), browser.missing())
    with browser.browser() as chrome:
        yield chrome


# A kernel that is gone already is fine too.
STOP_KERNEL = """async () => {
  const panel = window.jupyterapp && window.jupyterapp.shell.currentWidget;
  if (panel && panel.sessionContext) { await panel.sessionContext.shutdown().catch(() => null); }
}"""


def fresh_page(chromium: Any) -> Iterator[Any]:
    """A page that reaches this machine only. What fails in it must be seen: every wait ends after 30 s."""
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    context.route(lambda url: not url.startswith(("http://127.0.0.1", "file:", "data:", "blob:")), lambda r: r.abort())
    page = context.new_page()
    page.set_default_timeout(30_000)
    yield page
    page.evaluate(STOP_KERNEL)
    context.close()


page = pytest.fixture(fresh_page, name="page")
shared_page = pytest.fixture(fresh_page, name="shared_page", scope="module")


@pytest.fixture(scope="module")
def open_lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Any]]:
    """``open_lab(page, "name.ipynb", cells)`` writes a notebook (or copies a file) and opens it in JupyterLab."""
    with ExitStack() as stack:
        folder = tmp_path_factory.mktemp("lab")
        running: list[Any] = []

        def open_(page: Any, name: str, source: list[str] | Path) -> None:
            if isinstance(source, Path):
                (folder / name).write_bytes(source.read_bytes())
            else:
                browser.write_notebook(folder / name, source)
            if not running:
                running.append(stack.enter_context(browser.lab(folder)))
            browser.open_notebook(page, running[0], name)

        open_.folder = folder  # type: ignore[attr-defined]  # a kernel's files land there
        yield open_
