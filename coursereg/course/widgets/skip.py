"""The "skip to blank" button: fold the guided sections 3 to 5 of a unit and go to section 6."""

from __future__ import annotations

from typing import Any

from coursereg.course.widgets.explore import has_kernel

_POINTS = "Sections 4 and 5 hold 10 of the 100 points; you can come back to them."

#: What a reader without a kernel is told. The script makes the words a link where it finds the heading.
_STATIC = (
    f"""<p class="coursereg-skip">Have you written such code before? Skip sections 3 to 5 and go to
<a>section 6</a>. {_POINTS}</p>
"""
    + """<script>(function () {
function tie() { document.querySelectorAll(".coursereg-skip a:not([href])").forEach(function (link) {
  var headings = Array.from(document.querySelectorAll("h2"));
  var heading = headings.find(function (h) { return /^\\s*6\\b/.test(h.textContent); });
  var target = heading && (heading.id || (heading.closest("section[id]") || {}).id);
  if (target) { link.href = "#" + target; }
}); }
if (document.readyState === "loading") { document.addEventListener("DOMContentLoaded", tie); } else { tie(); }
})();</script>"""
)


class SkipToBlank:
    """A button that hides sections 3 to 5 and scrolls to section 6; pressed again it shows them."""

    def __init__(self) -> None:
        self._live: Any = None

    def html(self) -> str:
        """Return a sentence with a link, for a page without a kernel."""
        return _STATIC

    def live(self) -> Any:
        """Return the button as a widget; made once."""
        if self._live is None:
            from coursereg.course.widgets.buttons import SkipWidget

            self._live = SkipWidget()
        return self._live

    def _repr_mimebundle_(self, **_wanted: Any) -> dict[str, Any]:
        """Return the button when there is a kernel, else a sentence."""
        plain = f"Have you written such code before? Go to section 6. {_POINTS}"
        if not has_kernel():
            return {"text/html": self.html(), "text/plain": plain}
        bundle = self.live()._repr_mimebundle_()
        data: dict[str, Any] = bundle[0] if isinstance(bundle, tuple) else bundle
        return data | {"text/plain": plain}


def skip_to_blank() -> SkipToBlank:
    """
    Show the button with which an experienced student skips worked example, Parsons puzzle and fading.

    Returns
    -------
    SkipToBlank

    Notes
    -----
    It works in JupyterLab. Where a notebook program gives a page no way to fold sections, the button says so.

    Examples
    --------
    >>> "section 6" in skip_to_blank().html()
    True
    """
    return SkipToBlank()
