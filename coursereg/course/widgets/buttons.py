"""The live forms of the Parsons puzzle and of the "skip to blank" button. Imported only when one is shown."""

from pathlib import Path

import anywidget
import traitlets

_HERE = Path(__file__).parent
_STYLE = (_HERE / "widgets.css").read_text(encoding="utf-8")


class ParsonsWidget(anywidget.AnyWidget):
    """
    Lines that are moved up, down or aside with buttons.

    Attributes
    ----------
    lines : list of str
    order : list of int
        Numbers from 1 of the lines from top to bottom; those put aside are missing.
    key : str
    """

    _esm = (_HERE / "parsons.js").read_text(encoding="utf-8")
    _css = _STYLE
    lines = traitlets.List(traitlets.Unicode()).tag(sync=True)
    order = traitlets.List(traitlets.Int()).tag(sync=True)
    key = traitlets.Unicode().tag(sync=True)


class SkipWidget(anywidget.AnyWidget):
    """A button that works on the notebook around it; all of it happens in the browser."""

    _esm = (_HERE / "skip.js").read_text(encoding="utf-8")
    _css = _STYLE
