"""
The form of a widget that needs no kernel: six pictures and, where scripts run, a plain slider among them.

No network, no library, no style sheet: it works in a book page opened from a file, in nbconvert and on
GitHub. Without scripts (GitHub removes them) all six pictures are seen one below the other.
"""

from __future__ import annotations

import hashlib
import html
import itertools
from typing import TYPE_CHECKING, Any

from coursereg.course._picture import figure_png, img_tag, new_figure
from coursereg.course.widgets.panels import Bars, Panel, Text

if TYPE_CHECKING:
    from coursereg.course.widgets.explore import Explore

_numbers = itertools.count(1)

# Shows the slider, and of the figures only the one it stands at. The element is found by its id, because a
# page may hold several of these and JupyterLab runs scripts without `document.currentScript`.
_SCRIPT = """(function () {
  var root = document.getElementById("ID");
  if (!root || root.dataset.ready) { return; }
  root.dataset.ready = "1";
  var figures = root.querySelectorAll("figure"), bar = root.querySelector("input");
  function show() {
    figures.forEach(function (figure, k) { figure.style.display = k === Number(bar.value) ? "" : "none"; });
    var words = figures[Number(bar.value)].querySelector("figcaption").textContent;
    bar.setAttribute("aria-valuetext", words);
  }
  bar.addEventListener("input", show);
  root.querySelector("label").style.display = "";
  show();
})();"""


def static_html(explore: Explore) -> str:
    """Return title, slider and six figures of an `Explore` as one piece of HTML."""
    figures = []
    for values in explore.static:
        picture = panels_html(explore.panels(**values), explore.words(**values))
        caption = html.escape(explore.setting(values))
        style = "margin:0.5em 0"
        figures.append(f'<figure style="{style}">{picture}<figcaption>{caption}</figcaption></figure>')
    name = f"coursereg-static-{next(_numbers)}-{hashlib.sha256(''.join(figures).encode()).hexdigest()[:8]}"
    title = f"<strong>{html.escape(explore.title)}</strong>" if explore.title else ""
    first = first_shown(explore)
    slider = (
        '<label class="coursereg-pick" style="display:none">Slide through the pictures: '
        f'<input type="range" min="0" max="{len(figures) - 1}" step="1" value="{first}" '
        'style="vertical-align:middle;width:14em"></label>'
    )
    return (
        f'<div id="{name}" class="coursereg-static" role="group" '
        f'aria-label="{html.escape(explore.title or "Pictures")}">'
        f"{title}<div>{slider}</div>{''.join(figures)}<script>{_SCRIPT.replace('ID', name)}</script></div>"
    )


def first_shown(explore: Explore) -> int:
    """Return which of the static pictures has the first values of the live sliders; else 0."""
    start = explore.values()
    return explore.static.index(start) if start in explore.static else 0


def panels_html(panels: list[Panel], alt: str) -> str:
    """Return panels as one image with its text alternative, text panels as words below it."""
    drawn = [panel for panel in panels if not isinstance(panel, Text)]
    texts = [panel.text for panel in panels if isinstance(panel, Text)]
    parts = [_image(drawn, alt)] if drawn else [f'<p class="sr-only">{html.escape(alt)}</p>']
    parts += [f'<p style="white-space:pre-wrap;margin:0.3em 0">{html.escape(text)}</p>' for text in texts]
    return "".join(parts)


def _image(drawn: list[Any], alt: str) -> str:
    """Draw panels side by side, at most three in a row; in the same places whatever they show, so nothing jumps."""
    across = min(len(drawn), 3 if len(drawn) != 4 else 2)
    rows = [drawn[k : k + across] for k in range(0, len(drawn), across)]
    heights = [max(_inches_high(panel) for panel in row) for row in rows]
    width, height = WIDTH * across, sum(heights)
    figure = new_figure(width, height)
    figure.set_layout_engine("none")
    top = height
    for row, row_height in zip(rows, heights, strict=True):
        for column, panel in enumerate(row):
            left, right = _margins(panel)
            high = _inches_high(panel) - TOP - BOTTOM
            place = (WIDTH * column + left, top - TOP - high, WIDTH - left - right, high)
            axes = figure.add_axes(
                (place[0] / width, place[1] / height, place[2] / width, place[3] / height), anchor="NW"
            )
            panel.draw(axes)
            if isinstance(panel, Bars):
                axes.locator_params(axis="x", nbins=4)
        top -= row_height
    return img_tag(figure_png(figure, dpi=96), alt, round(width * 96))


#: Inches for a panel, and above and below it for its title and its axis.
WIDTH, HEIGHT, TOP, BOTTOM = 3.3, 3.2, 0.35, 0.45


def _inches_high(panel: Any) -> float:
    """Return the height of a panel: bars need less than a picture."""
    if isinstance(panel, Bars):
        return TOP + 0.35 * len(panel.values) + 0.1 + BOTTOM
    return HEIGHT


def _margins(panel: Any) -> tuple[float, float]:
    """Return the room left (names, numbers of the axis) and right (numbers of bars) of a panel, in inches."""
    if isinstance(panel, Bars):
        return min(0.15 + 0.075 * max(map(len, panel.values)), 1.5), 0.85
    return 0.6, 0.15
