"""
The live form of a widget: ipywidgets controls, and a canvas that the browser draws from small descriptions.

Imported only when a widget is shown. The picture travels as bytes, not as PNG: nothing to encode, nothing
to decode. ipywidgets sends the next value of a slider only when the kernel is done with the last one, and
drops those between: so a held key never makes the picture lag behind.
"""

from __future__ import annotations

import html
from pathlib import Path
from typing import TYPE_CHECKING, Any

import anywidget
import ipywidgets
import traitlets

from coursereg.course import predictions
from coursereg.course.widgets.controls import Choice, Slider

if TYPE_CHECKING:
    from coursereg.course.widgets.explore import Explore

_HERE = Path(__file__).parent


class Canvas(anywidget.AnyWidget):
    """
    Panels drawn by the browser.

    Attributes
    ----------
    state : dict
        ``panels`` (list of `spec`, with bytes), ``labels`` (one per panel), ``alt`` and ``error`` (text,
        empty if none).
    """

    _esm = (_HERE / "explore.js").read_text(encoding="utf-8")
    _css = (_HERE / "widgets.css").read_text(encoding="utf-8")
    state = traitlets.Dict().tag(sync=True)


def live_widget(explore: Explore) -> Any:
    """Return an ipywidgets box with everything in it, or with a card until the prediction is made."""
    box = ipywidgets.VBox()
    box.add_class("coursereg-explore")

    def open_() -> None:
        box.children = _open_children(explore)

    if explore.after is not None and not predictions.made(explore.after):
        box.children = [ipywidgets.HTML(closed_card(explore.after, explore.title))]
        predictions.when_made(explore.after, open_)
    else:
        open_()
    return box


# Here and not in the style sheet, which comes with the first canvas: a closed widget may be the first of a notebook.
_CARD = (
    "border:2px dashed #767676;border-radius:6px;padding:12px 16px;line-height:1.5;"
    "background:#f6f6f6;color:#222;max-width:42em;white-space:normal"
)


def closed_card(key: str, title: str = "") -> str:
    """Return the HTML that stands in the place of a widget whose prediction is not made yet."""
    number = key.rpartition(".P")[2]
    which = f"prediction {html.escape(number)}" if number.isdigit() else f"prediction {html.escape(key)}"
    heading = f"<strong>{html.escape(title)}</strong><br>" if title else ""
    return (
        f'<div class="coursereg-closed" role="note" style="{_CARD}">{heading}Make {which} first. '
        "This opens as soon as your answer is in: a guess costs nothing, and looking first teaches less."
        "</div>"
    )


def _open_children(explore: Explore) -> list[Any]:
    """Return title, controls and canvas, tied together."""
    canvas = Canvas()
    label = min(20.0, 1.5 + 0.55 * max(len(c.label or n) for n, c in explore.controls.items()))
    turned = {name: _control(name, control, label) for name, control in explore.controls.items()}

    def update(_change: Any = None) -> None:
        canvas.state = state(explore, {name: widget.value for name, widget in turned.items()})

    update()
    for widget in turned.values():
        widget.observe(update, names="value")
    heading = [ipywidgets.HTML(f'<div class="coursereg-title">{html.escape(explore.title)}</div>')]
    return [*(heading if explore.title else []), *turned.values(), canvas]


def _control(name: str, control: Slider | Choice, label: float) -> Any:
    """Return the ipywidgets form of a control; its label is so many em wide."""
    common: dict[str, Any] = {
        "description": control.label or name,
        "style": {"description_width": f"{label:.0f}em"},
        "layout": {"width": f"min(100%, {label + 26:.0f}em)"},
    }
    if isinstance(control, Choice):
        options = [(control.words(option), option) for option in control.options]
        return ipywidgets.Dropdown(options=options, value=control.value, **common)
    kind = ipywidgets.IntSlider if control.whole else ipywidgets.FloatSlider
    number: Any = int if control.whole else float
    return kind(
        value=number(control.value),
        min=number(control.lo),
        max=number(control.hi),
        step=number(control.step),
        readout_format="d" if control.whole else f".{control.decimals}f",
        continuous_update=True,
        **common,
    )


def state(explore: Explore, values: dict[str, Any]) -> dict[str, Any]:
    """
    Return what the canvas shows for these values of the controls; an error becomes a message.

    Parameters
    ----------
    explore : Explore
    values : dict
        A value for every control.

    Returns
    -------
    dict
        As `Canvas.state`.
    """
    try:
        panels = explore.panels(**values)
        words = explore.words(**values)
        specs = [panel.spec() for panel in panels]
        labels = [panel.summary() for panel in panels]
    except Exception as error:  # anything a student's function may do must not kill the widget
        message = error_message(error)
        return {"panels": [], "labels": [], "alt": message, "error": message}
    return {"panels": specs, "labels": labels, "alt": words, "error": ""}


def error_message(error: Exception) -> str:
    """Return one short line for an error inside the function of a widget."""
    if isinstance(error, NotImplementedError):
        return "Nothing to show yet: a function is not written. Write it, then run this cell again."
    text = " ".join(str(error).split())
    text = text if len(text) <= 200 else text[:197] + "..."
    return f"This picture could not be made: {type(error).__name__}{': ' + text if text else ''}"
