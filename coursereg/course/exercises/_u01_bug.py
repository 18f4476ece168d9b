"""The bug of unit U01: a viewer that shows the transpose, because it takes the first index for x."""

from __future__ import annotations

from typing import Any

import numpy as np

from coursereg.course.exercises._base import Unit, add_bug_check, expect, expect_shape
from coursereg.course.plain import grids as plain


def _screen(I: Any, zoom: int) -> np.ndarray:
    return np.kron(np.asarray(I, float), np.ones((zoom, zoom)))


def shows_transpose(I: Any, zoom: int) -> np.ndarray:
    """Takes the first index for x: the picture lies on its side."""
    return _screen(I, zoom).T


def shows_from_below(I: Any, zoom: int) -> np.ndarray:
    """Row 0 stands at the bottom."""
    return _screen(I, zoom)[::-1]


def shows_turned(I: Any, zoom: int) -> np.ndarray:
    """Turned by a quarter turn."""
    return np.rot90(_screen(I, zoom))


def _by_loop(I: Any, zoom: int) -> np.ndarray:
    """Pixel by pixel."""
    return plain.magnified(I, zoom)


def _by_repeat(I: Any, zoom: int) -> np.ndarray:
    """Repeats rows and columns."""
    return np.repeat(np.repeat(I, zoom, axis=0), zoom, axis=1)


def _lists(I: Any, zoom: int) -> list[list[float]]:
    """A list of lines."""
    return [[float(v) for v in row for _ in range(zoom)] for row in I for _ in range(zoom)]


def add_bug(unit: Unit) -> None:
    """Add ``bug`` and ``bug_check``."""
    bug = unit.exercise(
        "bug",
        4.0,
        kind="bug",
        signature="bug_fixed(I, zoom)",
        statement="The broken viewer of the notebook, mended: the lines of the screen, from the top, with every pixel "
        "of the picture `I` as a square of `zoom` x `zoom`. Pixel (r, c) of the result is I[r // zoom, c // zoom].",
        hints=(
            "For a picture of 2 x 3 pixels: how many lines has the screen, and how long is one?",
            "[[1, 2, 3]] with zoom 2 has two lines: 1 1 2 2 3 3, twice.",
            "height, width = I.shape",
        ),
        reference=plain.magnified,
        solution="def bug_fixed(I, zoom):\n"
        "    height, width = I.shape\n"
        "    lines = []\n"
        "    for y in range(zoom * height):\n"
        "        lines.append([I[y // zoom, x // zoom] for x in range(zoom * width)])\n"
        "    return np.array(lines)\n",
        read="8. Bug of the unit",
    )

    @bug.check("a picture that is not square stands upright", kind="value", weight=2)
    def _(f: Any, rng: Any) -> None:
        I = rng.integers(0, 256, (3, 5)).astype(np.uint8)
        got = f(I, 2)
        expect_shape(got, (6, 10), "the screen")
        expect(got, plain.magnified(I, 2), what="the screen")

    @bug.check("a square one, too", kind="value")
    def _(f: Any, rng: Any) -> None:
        I = rng.integers(0, 256, (4, 4)).astype(np.uint8)
        expect(f(I, 1), I, what="the screen, at zoom 1")

    @bug.check("floats, a tall picture, another zoom", kind="value", public=False)
    def _(f: Any, rng: Any) -> None:
        I = rng.uniform(-5, 5, (6, 2))
        expect(f(I, 3), plain.magnified(I, 3), what="the screen")

    bug.looks_like("this is still the transpose: the first index is taken for x", shows_transpose)
    bug.looks_like("this looks like row 0 at the bottom: row 0 is the top row", shows_from_below)
    bug.looks_like("this looks like a quarter turn: turning the screen does not mend the viewer", shows_turned)
    bug.looks_like(
        "this looks like a quarter turn the other way: turning the screen does not mend the viewer",
        lambda I, zoom: np.rot90(_screen(I, zoom), -1),
    )

    add_bug_check(
        unit,
        mutants=(shows_transpose, shows_from_below, shows_turned),
        rights=(_by_loop, _by_repeat, _lists),
        kind="bug_check",
        signature="bug_check(viewer)",
        statement="A check of your own for any function viewer(I, zoom) that claims to be a viewer. It must use "
        "assert, or return True or False; it must let right viewers live and notice those that turn or mirror the "
        "picture. A right viewer may return an array or a list of lines. A viewer that raises an error counts as "
        "noticed.",
        hints=(
            "On which pictures can one not see the bug? Your picture must not be one of them.",
            "A picture of 2 x 3 different numbers, at zoom 1, is enough: its screen is the picture itself.",
            "I = np.array([[1, 2, 3], [4, 5, 6]]); assert np.array_equal(viewer(I, 1), ...)",
        ),
        solution="def bug_check(viewer):\n"
        "    I = np.array([[1, 2, 3], [4, 5, 6]])\n"
        "    assert np.array_equal(viewer(I, 1), I)\n",
        read="8. Bug of the unit",
    )
