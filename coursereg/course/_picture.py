"""A drawn figure together with its text alternative: what every function of `plots` returns."""

from __future__ import annotations

import base64
import html
import io
from typing import Any

#: Dots per inch of pictures in a notebook: sharp on most screens, and small enough to be saved with it.
DPI = 120


class Picture:
    """
    A drawn figure that Jupyter shows together with its text alternative.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        What is seen.
    alt : str
        What a reader who does not see it is told.

    Raises
    ------
    TypeError
        If ``alt`` is not a string.
    ValueError
        If ``alt`` is empty.
    """

    def __init__(self, figure: Any, alt: str) -> None:
        self.alt = checked_alt(alt)
        self.figure = figure
        self._png: bytes | None = None

    def __repr__(self) -> str:
        """Return the text alternative: it is all that a plain terminal can show."""
        return f"<Picture: {self.alt}>"

    @property
    def png(self) -> bytes:
        """The picture as bytes of a PNG file; drawn once."""
        if self._png is None:
            self._png = figure_png(self.figure)
        return self._png

    def _repr_html_(self) -> str:
        """Return the picture as an HTML image with its text alternative."""
        width = round(self.figure.get_size_inches()[0] * 96)
        return img_tag(self.png, self.alt, width)

    def _repr_mimebundle_(self, **_wanted: Any) -> dict[str, Any]:
        """Return every form that Jupyter may choose from."""
        return {
            "text/html": self._repr_html_(),
            "image/png": base64.b64encode(self.png).decode("ascii"),
            "text/plain": repr(self),
        }


def checked_alt(alt: Any) -> str:
    """Return ``alt`` without outer blanks, or say what it must be."""
    if not isinstance(alt, str):
        msg = f"alt must be a string that says what the picture shows, got {type(alt).__name__}"
        raise TypeError(msg)
    if not alt.strip():
        msg = "alt must say in words what the picture shows, got an empty string"
        raise ValueError(msg)
    return " ".join(alt.split())


def img_tag(png: bytes, alt: str, width: int | None = None) -> str:
    """Return an HTML image that carries its data and its text alternative."""
    data = base64.b64encode(png).decode("ascii")
    size = f' width="{width}"' if width else ""
    style = "max-width:100%;height:auto"
    return f'<img alt="{html.escape(alt)}"{size} style="{style}" src="data:image/png;base64,{data}">'


def figure_png(figure: Any, dpi: int = DPI) -> bytes:
    """Return a matplotlib figure as PNG bytes on white paper, whatever the reader's theme."""
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=dpi, facecolor="white", metadata={"Software": None})
    return buffer.getvalue()


def new_figure(width: float, height: float) -> Any:
    """Return a figure (inches) that pyplot does not know of: nothing to close, nothing shown twice."""
    from matplotlib.figure import Figure

    return Figure(figsize=(width, height), layout="constrained")
