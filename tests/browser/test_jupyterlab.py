"""What a student does with a widget in JupyterLab, by keyboard, in a real browser."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest

from coursereg.course.bench.browser import run

UNITS = sorted((Path(__file__).parents[2] / "notebooks").glob("[0-9][0-9]_*.ipynb"))

SCENE = """
import numpy as np
from coursereg.course import predictions
from coursereg.course.widgets import Bars, Choice, Curve, Explore, Image, Slider, Text, parsons, skip_to_blank

ramp = np.add.outer(np.arange(64.0), np.arange(64.0))

def scene(shift, sign):
    if shift == 7:
        raise ValueError("seven is not allowed")
    moved = np.roll(ramp, shift, axis=1) * (1 if sign == "plus" else -1)
    line = (np.arange(64), moved[0])
    return [Image(moved, "ramp", vmin=0, vmax=126), Bars({"shift": shift}, lo=0, hi=9),
            Curve({"row 0": line}, "profile", mark=shift), Text(f"rolled by {shift}")]

def ramp_widget(after=None):
    return Explore(scene, {"shift": Slider(0, 9, 1, 5, "shift (columns)"), "sign": Choice(["plus", "minus"])},
                   [{"shift": k} for k in range(6)], alt=lambda shift, sign: f"A ramp rolled by {shift}, {sign}.",
                   title="Roll a ramp", after=after)
"""

CANVAS = ".coursereg-explore canvas"
PIXELS = """(widget) => [...widget.querySelectorAll("canvas")].map((canvas) => {
  const data = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
  let sum = 2166136261;
  for (let k = 0; k < data.length; k++) { sum = Math.imul(sum ^ data[k], 16777619); }
  return sum;
}).join()"""
ALT = "(widget) => widget.querySelector('.coursereg-panels').dataset.alt"


def changed(page: Any, widget: Any, key: str, before: tuple[str, str]) -> bool:
    """Press a key and wait until both the pixels and the text alternative are others; False if they stay."""
    page.keyboard.press(key)
    for _ in range(100):
        page.wait_for_timeout(50)
        now = widget.evaluate(PIXELS), widget.evaluate(ALT)
        if now[0] != before[0] and now[1] != before[1]:
            return True
    return False


@pytest.fixture(scope="module")
def opened(shared_page: Any, open_lab: Any) -> Any:
    """A page with one open widget: starting JupyterLab for each test would take minutes."""
    open_lab(shared_page, "ramp.ipynb", [SCENE, "ramp_widget()"])
    run(shared_page)
    shared_page.wait_for_selector(".coursereg-explore canvas")
    return shared_page


@pytest.fixture
def ramp(opened: Any) -> Any:
    """The widget with its first control focused and at 5, whatever the test before did."""
    opened.focus(".coursereg-explore .noUi-handle")
    opened.keyboard.press("Home")
    opened.wait_for_selector(f"{CANVAS}[aria-label^='A ramp rolled by 0']")
    for _ in range(5):
        opened.keyboard.press("ArrowRight")
    opened.wait_for_selector(f"{CANVAS}[aria-label^='A ramp rolled by 5']")
    return opened


@pytest.mark.parametrize("unit", UNITS, ids=lambda path: path.stem)
def test_unit__every_widget_answers_the_keyboard(page: Any, open_lab: Any, unit: Path) -> None:
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    open_lab(page, unit.name, unit)
    # what the widgets need; the whole notebook is run by nbval
    run(page, ["setup", "predict", "widget"])
    widgets = page.query_selector_all(".coursereg-explore")
    assert len(widgets) >= 2
    for widget in widgets:
        widget.evaluate("(widget) => widget.scrollIntoView({ block: 'center' })")  # off-screen cells are not laid out
        handle = widget.wait_for_selector(".noUi-handle")
        before = widget.evaluate(PIXELS), widget.evaluate(ALT)
        assert all(before), "a widget must show a picture and its text alternative"
        handle.focus()
        assert changed(page, widget, "ArrowRight", before) or changed(page, widget, "ArrowLeft", before), before[1]
    assert not errors


def test_lab__asks_a_student_nothing(opened: Any) -> None:
    opened.wait_for_timeout(500)
    assert opened.query_selector(".jp-toast-button") is None, "the question about news came up"


def test_widget__is_reached_by_tab_named_and_seen_when_focused(ramp: Any) -> None:
    ramp.evaluate("document.querySelector('.coursereg-explore').setAttribute('tabindex', '-1')")
    ramp.focus(".coursereg-explore")
    ramp.keyboard.press("Tab")
    ramp.wait_for_function("document.activeElement.getAttribute('aria-label') === 'shift (columns)'")
    focused = "document.activeElement"
    assert ramp.evaluate(f"{focused}.getAttribute('role')") == "slider"
    assert ramp.evaluate(f"getComputedStyle({focused}).outlineStyle") == "solid"
    assert ramp.evaluate(f"parseFloat(getComputedStyle({focused}).outlineWidth)") >= 2


def test_widget__canvases_are_pictures_with_words(ramp: Any) -> None:
    labels = ramp.eval_on_selector_all(
        ".coursereg-explore canvas", "all => all.map((c) => [c.getAttribute('role'), c.getAttribute('aria-label')])"
    )
    assert labels[0] == ["img", "A ramp rolled by 5, plus."]
    assert labels[1] == ["img", "Bars: shift 5"]
    assert labels[2][1].startswith("profile: row 0 from")


def test_widget__speaks_the_new_picture_when_the_slider_rests(ramp: Any) -> None:
    ramp.keyboard.press("ArrowLeft")
    ramp.wait_for_function(
        "document.querySelector('.coursereg-explore [aria-live]').textContent === 'A ramp rolled by 4, plus.'"
    )


def test_widget__shows_an_error_as_a_message_and_lives_on(ramp: Any) -> None:
    ramp.keyboard.press("ArrowRight")
    ramp.keyboard.press("ArrowRight")
    message = ramp.wait_for_selector(".coursereg-error").inner_text()
    assert message == "This picture could not be made: ValueError: seven is not allowed"
    ramp.keyboard.press("ArrowRight")
    ramp.wait_for_selector(f"{CANVAS}[aria-label='A ramp rolled by 8, plus.']")


def test_widget__never_lags_behind_a_held_key(ramp: Any) -> None:
    for key in ["ArrowLeft"] * 5 + ["ArrowRight"] * 9 + ["ArrowLeft"] * 9:
        ramp.keyboard.press(key)
    ramp.wait_for_selector(f"{CANVAS}[aria-label='A ramp rolled by 0, plus.']", timeout=3000)


def test_widget__a_choice_is_made_by_keyboard(ramp: Any) -> None:
    ramp.focus(".coursereg-explore select[aria-label='sign']")
    ramp.keyboard.press("ArrowDown")
    ramp.wait_for_selector(f"{CANVAS}[aria-label='A ramp rolled by 5, minus.']")
    ramp.keyboard.press("ArrowUp")
    ramp.wait_for_selector(f"{CANVAS}[aria-label='A ramp rolled by 5, plus.']")


def test_widget__arrow_up_and_down_move_the_slider_not_the_notebook(ramp: Any) -> None:
    ramp.keyboard.press("ArrowUp")
    ramp.wait_for_selector(f"{CANVAS}[aria-label='A ramp rolled by 6, plus.']")
    ramp.keyboard.press("ArrowDown")
    ramp.wait_for_selector(f"{CANVAS}[aria-label='A ramp rolled by 5, plus.']")


def test_widget__opens_when_its_prediction_is_made(page: Any, open_lab: Any) -> None:
    open_lab(page, "closed.ipynb", [SCENE, "ramp_widget(after='U99.P2')"])
    run(page)
    card = page.wait_for_selector(".coursereg-closed")
    assert "Make prediction 2 first" in card.inner_text()
    assert page.query_selector(".coursereg-explore canvas") is None
    run_code(page, "predictions.record('U99.P2', 'it rolls')")
    page.wait_for_selector(".coursereg-explore canvas")
    assert page.query_selector(".coursereg-closed") is None


def run_code(page: Any, code: str) -> None:
    """Run code in the open notebook's kernel."""
    page.evaluate(
        "(code) => window.jupyterapp.shell.currentWidget.sessionContext.session.kernel"
        ".requestExecute({ code }).done.then(() => true)",
        code,
    )


LINE = "document.activeElement.closest('[data-line]').dataset.line"
LONG = ["text = 'a line'\n" * 40 + "print(text)"] * 2
GUIDED = [
    "# A unit",
    "from coursereg import widgets\nwidgets.skip_to_blank()",
    "## 3. Worked example",
    *LONG,
    "## 4. Parsons",
    *LONG,
    "## 5. Fade",
    *LONG,
    "## 6. Write",
    "print('section six')",
    "## 7. Plug in",
    *LONG,
]
HIDDEN = """() => window.jupyterapp.shell.currentWidget.content.widgets.map(
    (cell) => cell.isHidden || cell.node.classList.contains("lm-mod-hidden"))"""
SIX_AT = """() => {
  const six = [...document.querySelectorAll(".jp-Notebook h2")].find((h) => h.textContent.startsWith("6"));
  return six ? six.getBoundingClientRect().top : 1e9;
}"""


@pytest.mark.parametrize("application", [True, False], ids=["with the lab's commands", "with the page's buttons"])
def test_skip_button__hides_sections_3_to_5_and_shows_them_again(page: Any, open_lab: Any, application: bool) -> None:
    open_lab(page, "skip.ipynb", GUIDED)
    run(page)
    if not application:  # a lab that was not started by `coursereg lab`
        page.evaluate("() => { window.kept = window.jupyterapp; delete window.jupyterapp; }")
    press = page.wait_for_selector(".coursereg-skip button")
    press.focus()
    page.keyboard.press("Enter")
    page.wait_for_selector(".coursereg-skip button[aria-pressed=true]")
    if not application:
        page.evaluate("() => { window.jupyterapp = window.kept; }")
    hidden = page.evaluate(HIDDEN)
    headings = [k for k, source in enumerate(GUIDED) if source.startswith("#")]
    guided = range(GUIDED.index("## 3. Worked example") + 1, GUIDED.index("## 6. Write"))
    assert [k for k, is_hidden in enumerate(hidden) if is_hidden] == [k for k in guided if k not in headings]
    page.wait_for_function(f"({SIX_AT})() < 600")
    page.evaluate("() => document.querySelector('.coursereg-skip button').click()")
    page.wait_for_selector(".coursereg-skip button[aria-pressed=false]", state="attached")
    assert not any(page.evaluate(HIDDEN))


def test_parsons__is_solved_by_keyboard(page: Any, open_lab: Any) -> None:
    cell = "puzzle = parsons('U99.parsons', ['b = a + 1', 'a = 1', 'import this'])\npuzzle"
    open_lab(page, "parsons.ipynb", [SCENE, cell])
    run(page)
    page.wait_for_selector(".coursereg-parsons")
    page.focus("[aria-label='Move line 2 up']")
    page.keyboard.press("Enter")
    assert page.evaluate(LINE) == "2", "focus follows the line"
    page.focus("[aria-label^='Put line 3 aside']")
    page.keyboard.press("Enter")
    assert page.inner_text(".coursereg-order") == "parsons = [2, 1]"
    assert page.inner_text(".coursereg-parsons [aria-live]") == "Line 3 is put aside; 2 lines are left."
    # a second change waits in the page until the kernel has answered the first, code does not wait
    order, until = Path(open_lab.folder) / "order.txt", time.monotonic() + 20
    while True:
        run_code(page, "open('order.txt', 'w').write(str(puzzle.order))")
        if order.read_text() == "[2, 1]" or time.monotonic() > until:
            break
    assert order.read_text() == "[2, 1]"
