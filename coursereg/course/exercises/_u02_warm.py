"""U02: predictions, the Parsons puzzle, the two fades."""

from __future__ import annotations

import inspect
from typing import Any

import numpy as np

from coursereg.course.exercises._base import (
    add_parsons,
    add_predictions,
    expect,
)
from coursereg.course.exercises._u02_unit import (
    UNIT,
)

add_predictions(
    UNIT,
    [["nothing", "holes", "blur"], ["nearest", "linear", "cubic"], ["the same", "blurred", "turned"]],
)

PARSONS_LINES = (
    "r, c = np.indices(I.shape)",
    "r_from, c_from = r - p, c - q",
    "r_from, c_from = r + p, c + q",
    "inside = (r_from >= 0) & (r_from < I.shape[0]) & (c_from >= 0) & (c_from < I.shape[1])",
    "out = np.zeros(I.shape)",
    "out[inside] = I[r_from[inside], c_from[inside]]",
)
add_parsons(
    UNIT,
    PARSONS_LINES,
    orders=[[1, 2, 4, 5, 6], [1, 2, 5, 4, 6], [1, 5, 2, 4, 6], [5, 1, 2, 4, 6]],
    distractor="it asks where the pixel goes. We stand on the result and ask where it comes from: that is r - p",
    why="Grid first, then where each pixel comes from, then which of these places exist, then the look-up.",
)


def zoom(I: Any, factor: float) -> np.ndarray:
    """Magnify a picture about pixel (0, 0), by nearest neighbour."""
    I = np.asarray(I, float)
    r, c = np.indices(I.shape)  # 1 grid: every pixel of the result
    r_from, c_from = r / factor, c / factor  # 2 pull: where it comes from
    return I[np.rint(r_from).astype(int), np.rint(c_from).astype(int)]  # 3 interpolate: the nearest pixel


def _add_fade(name: str, signature: str, statement: str, hints: tuple[str, ...]) -> None:
    ex = UNIT.exercise(
        name,
        3.0,
        kind="fade",
        signature=signature,
        statement=statement,
        hints=hints,
        reference=zoom,
        solution=inspect.getsource(zoom),
        read="3. Worked example",
    )

    @ex.check("factor 1 gives the picture back", kind="fixed")
    def _(f: Any, rng: Any) -> None:
        I = [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]
        expect(f(np.array(I), 1.0), I)

    @ex.check("factor 3 shows every pixel three times in each direction", kind="value", weight=2)
    def _(f: Any, rng: Any) -> None:
        I = rng.integers(0, 200, (10, 13)).astype(float)
        expect(f(I, 3.0), zoom(I, 3.0), hint="the result's pixel (r, c) comes from (r / factor, c / factor)")

    @ex.check("a factor that is no whole number, on another picture", kind="value", public=False)
    def _(f: Any, rng: Any) -> None:
        I = rng.integers(0, 200, (9, 7)).astype(float)
        # 1.7 never puts a pixel half-way between two others, so the rule for halves does not matter
        expect(f(I, 1.7), zoom(I, 1.7))

    ex.looks_like(
        "this looks like r * factor: it asks where a pixel goes. A large factor then looks outside, or shrinks",
        lambda I, k: zoom(I, 1 / k) if k <= 1 else zoom(np.pad(I, ((0, 200), (0, 200))), 1 / k)[: len(I), : len(I[0])],
    )
    ex.looks_like(
        "this looks like rounding down: the nearest pixel to 1.9 is 2, not 1",
        lambda I, k: np.asarray(I)[
            tuple(np.floor(x / k).astype(int) for x in np.indices(np.shape(I)))  # the defect: floor, not round
        ],
    )


_add_fade(
    "fade_1",
    "fade_1(I, factor)",
    "Magnify a picture about pixel (0, 0). The grid and the pull are given; write the last line: look up the "
    "nearest pixel.",
    ("# 3 interpolate", "At r_from = 1.6 the nearest pixel is 2.", "return I[np.rint(r_from).astype(int), ...]"),
)
_add_fade(
    "fade_2",
    "fade_2(I, factor)",
    "The same, with only the grid given: write the pull and the look-up.",
    ("# 2 pull", "With factor 2, pixel (4, 6) of the result comes from (2, 3).", "r_from, c_from = r / factor, ..."),
)
