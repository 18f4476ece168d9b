"""U03: predictions, the Parsons puzzle, and the two fades of the worked example."""

from __future__ import annotations

import inspect
from typing import Any

import numpy as np

from coursereg.course.exercises._base import add_parsons, add_predictions, expect
from coursereg.course.exercises._u03_unit import CLOSE, UNIT, bytes_of, levels

add_predictions(UNIT, [["A", "B"], ["B", "C"], ["falls", "stays", "rises"], ["10000", "100", "16"]])

PARSONS_LINES = (
    "squares = d ** 2",
    "b = J.astype(float)",
    "d = (I - J).astype(float)",
    "rms = np.sqrt(squares.mean())",
    "a = I.astype(float)",
    "d = a - b",
)
add_parsons(
    UNIT,
    PARSONS_LINES,
    orders=[[5, 2, 6, 1, 4], [2, 5, 6, 1, 4]],
    distractor="it subtracts first and casts afterwards; by then a difference of uint8 has wrapped around",
    why="First make both pictures float, then subtract, then square, then take the mean and the root.",
)


def mean_difference(I: Any, J: Any, q: int) -> float:
    """Return the mean absolute difference when J goes q columns right, over the columns that both cover."""
    columns = np.arange(q, I.shape[1])  # 1 grid: the columns of I that J still covers
    source = columns - q  # 2 pull: where each of them is in J
    here, there = (
        I[:, columns],
        J[:, source],
    )  # 3 interpolate: whole pixels, looking them up is enough
    d = here.astype(float) - there.astype(float)  # 4 residual
    return float(np.abs(d).mean())  # one number


def _add_fade(name: str, statement: str, hints: tuple[str, ...]) -> None:
    ex = UNIT.exercise(
        name,
        3.0,
        kind="fade",
        signature=f"{name}(I, J, q)",
        statement=statement,
        hints=hints,
        reference=mean_difference,
        solution=inspect.getsource(mean_difference),
        read="3. Worked example",
    )

    @ex.check("two rows, one column to the right", kind="fixed")
    def _(f: Any, rng: Any) -> None:
        I, J = bytes_of([[9, 1, 2], [9, 3, 4]]), bytes_of([[2, 4, 9], [3, 8, 9]])
        expect(f(I, J, 1), 1.75, atol=1e-6, hint="the differences are -1, -2, 0 and -4")

    @ex.check("a random uint8 picture", kind="value", weight=2)
    def _(f: Any, rng: Any) -> None:
        I, J, q = levels(rng, (6, 11)), levels(rng, (6, 11)), int(rng.integers(0, 6))
        expect(f(I, J, q), mean_difference(I, J, q), rtol=CLOSE)

    @ex.check("a picture with fractions, moved further", kind="value", public=False)
    def _(f: Any, rng: Any) -> None:
        I, J, q = (
            rng.normal(0, 50, (5, 9)),
            rng.normal(0, 50, (5, 9)),
            int(rng.integers(5, 9)),
        )
        expect(f(I, J, q), mean_difference(I, J, q), rtol=CLOSE)

    ex.looks_like(
        "this looks like subtracting before casting: a difference of uint8 wraps around, 1 - 2 is 255",
        lambda I, J, q: np.abs((I[:, q:] - J[:, : I.shape[1] - q]).astype(float)).mean(),
    )
    ex.looks_like(
        "this looks like a sum: divide by the number of pixels, which shrinks with q",
        lambda I, J, q: mean_difference(I, J, q) * I[:, q:].size,
    )
    ex.looks_like(
        "this looks like the mean without absolute values: differences of both signs cancel",
        lambda I, J, q: (I[:, q:].astype(float) - J[:, : I.shape[1] - q]).mean(),
    )


_add_fade(
    "fade_1",
    "The worked example without its last line. Turn the residual `d` into one number: its mean absolute value.",
    (
        "# 4 residual: it is there already",
        "Residuals -1, -2, 0, -4: 7 / 4 = 1.75.",
        "return float(... .mean())",
    ),
)
_add_fade(
    "fade_2",
    "The worked example without its last two lines. Write the residual, safe for uint8, and its mean absolute value.",
    (
        "# 4 residual",
        "uint8: 1 - 2 is 255; float: 1.0 - 2.0 is -1.0.",
        "d = here.astype(float) - ...",
    ),
)
