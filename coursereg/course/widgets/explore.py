"""`Explore`: a function with sliders, pictures and words; live with a kernel, six pictures without one."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from coursereg.course._picture import checked_alt
from coursereg.course.widgets.controls import Choice, Slider
from coursereg.course.widgets.panels import Panel, as_panels

#: Pictures without a kernel: enough to see a trend, few enough for a page.
N_STATIC = 6


class Explore:
    """
    Let a reader turn the arguments of a function and see at once what it shows.

    With a kernel there are sliders (mouse, touch, keyboard). Without one there are six pictures and a plain slider
    among them: in the book, and in every notebook that is run with the environment variable ``COURSEREG_STATIC=1``
    (for nbconvert, or to be read on GitHub). A text alternative is there in both.

    Parameters
    ----------
    fn : callable
        ``fn(**values)`` returns a panel or a list of panels: `Image`, `Bars`, `Curve`, `Text`. An error
        inside is shown as a short message. Aim for under 20 ms: prepare what does not depend on the sliders
        outside.
    controls : dict of str to Slider or Choice
        One for each argument of ``fn``.
    static : list of 6 dicts
        Values of the controls for the pictures without a kernel; what a dict leaves out keeps its first
        value.
    alt : str or callable
        Text alternative, or ``alt(**values) -> str``. A plain string gets the present values added.
    title : str, optional
    after : str, optional
        Key of a prediction, ``"U03.P1"``: closed until it was made (always open without a kernel).

    Raises
    ------
    TypeError, ValueError
        If controls, static or alt are not as described.

    Notes
    -----
    A scene is a function declared to return an `Explore`; it lives in ``scenes_uNN.py``, and notebooks call
    it
    as ``widgets.<name>()``. A whole scene module::

        from coursereg.course import samples
        from coursereg.course.widgets import Bars, Explore, Image, Slider


        def brightness(after: str | None = None) -> Explore:
            '''Slide the brightness of one of two equal pictures: SSD grows although nothing moved.'''
            image = samples.brain().astype(float)

            def scene(offset):
                other = image + offset
                ssd = float(((other - image) ** 2).mean())
                return [
                    Image(other, f"brightness {offset:+d}", vmin=0, vmax=255),
                    Bars({"mean squared difference": ssd}, "per pixel", lo=0, hi=2500),
                ]

            def alt(offset):
                return f"The brain with {offset} grey levels added; mean squared difference {offset**2}."

            return Explore(
                scene,
                {"offset": Slider(-50, 50, 5, 0, "brightness (grey levels)")},
                static=[{"offset": k} for k in (-50, -20, 0, 10, 30, 50)],
                alt=alt,
                title="Is a small SSD the same as aligned?",
                after=after,
            )

    Examples
    --------
    >>> from coursereg.course.widgets import Slider, Text
    >>> ramp = Explore(lambda k: Text("*" * k), {"k": Slider(0, 5)}, [{"k": k} for k in range(6)], "k stars")
    >>> ramp.values()
    {'k': 0}
    >>> ramp.panels(k=3)[0].text
    '***'
    """

    def __init__(
        self,
        fn: Callable[..., Any],
        controls: Mapping[str, Slider | Choice],
        static: Sequence[Mapping[str, Any]],
        alt: str | Callable[..., str],
        title: str | None = None,
        after: str | None = None,
    ) -> None:
        if not callable(fn):
            msg = f"fn must be a function that returns panels, got {type(fn).__name__}"
            raise TypeError(msg)
        self.fn = fn
        self.controls = _checked_controls(controls)
        self.static = self._checked_static(static)
        self.alt = alt if callable(alt) else checked_alt(alt)
        self.title = title or ""
        self.after = after
        self._live: Any = None
        self._html: str | None = None

    def _checked_static(self, static: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """Return the six sets of values, completed and inside their ranges."""
        if isinstance(static, Mapping) or not isinstance(static, Sequence):
            msg = f"static must be a list of {N_STATIC} dictionaries of values, got {type(static).__name__}"
            raise TypeError(msg)
        if len(static) != N_STATIC:
            msg = f"static must hold {N_STATIC} dictionaries of values, got {len(static)}"
            raise ValueError(msg)
        return [self.values(**one) for one in static]

    def values(self, **changed: Any) -> dict[str, Any]:
        """Return a value for every control: the given ones, checked, and the first ones of the others."""
        unknown = sorted(set(changed) - set(self.controls))
        if unknown:
            msg = f"unknown control {', '.join(unknown)}; there are {', '.join(self.controls)}"
            raise ValueError(msg)
        return {
            name: control.checked(changed.get(name, control.value), name) for name, control in self.controls.items()
        }

    def panels(self, **values: Any) -> list[Panel]:
        """Return the panels for these values of the controls."""
        return as_panels(self.fn(**self.values(**values)))

    def words(self, **values: Any) -> str:
        """Return the text alternative for these values of the controls."""
        complete = self.values(**values)
        if callable(self.alt):
            return checked_alt(self.alt(**complete))
        return f"{self.alt.rstrip('.')}. Now: {self.setting(complete)}."

    def setting(self, values: Mapping[str, Any]) -> str:
        """Return the values of the controls as a reader says them."""
        return ", ".join(f"{c.label or name} {c.words(values[name])}" for name, c in self.controls.items())

    def html(self) -> str:
        """
        Return the six static pictures as HTML that needs no kernel, no network and no script.

        Raises
        ------
        Exception
            Whatever ``fn`` raises: a picture that cannot be drawn must not slip into a book unseen.
        """
        if self._html is None:
            from coursereg.course.widgets.static import static_html

            self._html = static_html(self)
        return self._html

    def live(self) -> Any:
        """Return the live widget, an ipywidgets box; made once."""
        if self._live is None:
            from coursereg.course.widgets.live import live_widget

            self._live = live_widget(self)
        return self._live

    def _repr_mimebundle_(self, **_wanted: Any) -> dict[str, Any]:
        """Return the live widget when there is a kernel to serve it, else the static pictures."""
        plain = f"<Explore: {self.title or self.setting(self.values())}>"
        if not has_kernel():
            return {"text/html": self.html(), "text/plain": plain}
        bundle = self.live()._repr_mimebundle_()
        data: dict[str, Any] = bundle[0] if isinstance(bundle, tuple) else bundle
        return data | {"text/plain": plain}


def _checked_controls(controls: Any) -> dict[str, Slider | Choice]:
    """Return the controls as a dictionary, or say what is wrong with them."""
    if not isinstance(controls, Mapping) or not controls:
        msg = f"controls must be a dictionary of name to Slider or Choice, got {controls!r:.60}"
        raise TypeError(msg)
    for name, control in controls.items():
        if not isinstance(control, (Slider, Choice)):
            msg = f"controls[{name!r}] must be a Slider or a Choice, got {type(control).__name__}"
            raise TypeError(msg)
    return dict(controls)


def has_kernel() -> bool:
    """Return whether a Jupyter kernel is there to answer sliders, and nobody asked for static pictures."""
    if os.environ.get("COURSEREG_STATIC", "") not in ("", "0"):
        return False
    import sys

    # Without IPython in the process there is no kernel; do not import it to find that out.
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    return getattr(shell, "kernel", None) is not None
