"""A Parsons puzzle: put given lines of code into order, and leave out the one that does not belong."""

from __future__ import annotations

import html
from collections.abc import Sequence
from typing import Any

from coursereg.course.widgets.explore import has_kernel


class Parsons:
    """
    A puzzle of numbered lines that are moved with buttons.

    Parameters
    ----------
    key : str
        For example ``"U03.parsons"``; names the puzzle for screen readers.
    lines : list of str
        At least two lines (or short blocks) of code in the scrambled order in which they are numbered from 1.

    Raises
    ------
    ValueError, TypeError
        If there are fewer than two lines or one is no string.

    Examples
    --------
    >>> puzzle = Parsons("U03.parsons", ["b = a + 1", "a = 1", "import this"])
    >>> puzzle.order
    [1, 2, 3]
    """

    def __init__(self, key: str, lines: Sequence[str]) -> None:
        if isinstance(lines, str) or not all(isinstance(line, str) and line.strip() for line in lines):
            msg = f"lines must be a list of strings of code, got {lines!r:.80}"
            raise TypeError(msg)
        if len(lines) < 2:
            msg = f"lines must be at least two, got {len(lines)}"
            raise ValueError(msg)
        self.key = str(key)
        self.lines = tuple(lines)
        self._live: Any = None

    @property
    def order(self) -> list[int]:
        """The numbers of the lines from top to bottom, without those put aside."""
        if self._live is None:
            return list(range(1, len(self.lines) + 1))
        return list(self._live.order)

    def html(self) -> str:
        """Return the numbered lines as HTML, for a page without a kernel."""
        items = "".join(f"<li><pre style='margin:0'><code>{html.escape(line)}</code></pre></li>" for line in self.lines)
        return f'<div class="coursereg-parsons" role="group" aria-label="Parsons puzzle"><ol>{items}</ol></div>'

    def live(self) -> Any:
        """Return the puzzle as a widget; made once."""
        if self._live is None:
            from coursereg.course.widgets.buttons import ParsonsWidget

            numbers = list(range(1, len(self.lines) + 1))
            self._live = ParsonsWidget(lines=list(self.lines), order=numbers, key=self.key)
        return self._live

    def _repr_mimebundle_(self, **_wanted: Any) -> dict[str, Any]:
        """Return the widget when there is a kernel, else the numbered lines."""
        plain = "\n".join(f"{number}  {line}" for number, line in enumerate(self.lines, 1))
        if not has_kernel():
            return {"text/html": self.html(), "text/plain": plain}
        bundle = self.live()._repr_mimebundle_()
        data: dict[str, Any] = bundle[0] if isinstance(bundle, tuple) else bundle
        return data | {"text/plain": plain}


def parsons(key: str, lines: Sequence[str]) -> Parsons:
    """
    Show a Parsons puzzle.

    Parameters
    ----------
    key : str
        For example ``"U03.parsons"``.
    lines : list of str
        Lines of code, scrambled; one of them may belong nowhere.

    Returns
    -------
    Parsons
        Its ``order`` is the list of line numbers that the student made; the widget shows it ready to copy.

    Raises
    ------
    ValueError, TypeError
        If there are fewer than two lines or one is no string.

    Examples
    --------
    >>> print(parsons("U03.parsons", ["b = a + 1", "a = 1"])._repr_mimebundle_()["text/plain"])
    1  b = a + 1
    2  a = 1
    """
    return Parsons(key, lines)
