"""Scenes of unit U10: matrices in an order of one's choice, and the ellipse that a matrix makes of a circle."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from coursereg.course._draw import short
from coursereg.course.plain import matrices as plain
from coursereg.course.widgets.controls import Choice, Slider
from coursereg.course.widgets.explore import Explore
from coursereg.course.widgets.panels import Bars, Image, Panel, Text

WHITE, PALE, GREY, BLACK = (255, 255, 255), (226, 226, 226), (170, 170, 170), (0, 0, 0)
BLUE, RED, GREEN = (0, 114, 178), (213, 94, 0), (0, 158, 115)
Colour = tuple[int, int, int]

# --- pictures of lines ------------------------------------------------------------------------------------------------


def paper(reach: int) -> np.ndarray:
    """A white picture that goes ``reach`` pixels to every side of (0, 0), with its axes."""
    picture = np.full((2 * reach + 1, 2 * reach + 1, 3), WHITE, np.uint8)
    picture[reach], picture[:, reach] = PALE, PALE
    return picture


def draw(picture: np.ndarray, points: np.ndarray, colour: Colour, width: int = 1) -> None:
    """Join points (row, column), counted from the middle, by lines of ``width`` pixels."""
    reach = picture.shape[0] // 2
    for a, b in pairwise(np.asarray(points, float)):
        steps = 2 + 2 * int(np.abs(b - a).max())
        line = np.rint(a + np.linspace(0, 1, steps)[:, None] * (b - a)).astype(int) + reach
        for down in range(width):
            for right in range(width):
                r, c = (line + [down, right]).T
                inside = (r >= 0) & (c >= 0) & (r < picture.shape[0]) & (c < picture.shape[1])
                picture[r[inside], c[inside]] = colour


# --- (a) the order of cards -------------------------------------------------------------------------------------------

ROOM = 100  # pixels: the picture goes so far each way
SIDE = 28.0  # pixels: of the cube
NOTHING = "nothing"
CARDS = {
    "T shift": plain.compose([0, 0, 0, 0, 28, 0]),
    "R turn": np.eye(4),  # by the angle of a slider
    "S stretch": np.diag([0.6, 1.4, 1.0, 1.0]),
    "H shear": plain.compose([0, 0, 0, 0, 0, 0, 1, 1, 1, 0.6, 0, 0]),
    NOTHING: np.eye(4),
}
EDGES = [
    (tuple(a), tuple(b))
    for a in np.ndindex(2, 2, 2)
    for b in np.ndindex(2, 2, 2)
    if a < b and sum(np.abs(np.subtract(a, b))) == 1
]


def product(order: tuple[str, ...], angle: float = 40) -> np.ndarray:
    """The matrix of cards of which the first acts first."""
    cards, M = CARDS | {"R turn": plain.compose([0, 0, angle, 0, 0, 0])}, np.eye(4)
    for card in order:
        M = cards[card] @ M
    return M


def written(order: tuple[str, ...]) -> str:
    """The product as it is written: what acts first stands on the right."""
    return " ".join(card[0] for card in reversed(order) if card != NOTHING) or "I"


def seen(points: np.ndarray) -> np.ndarray:
    """Points of space as they are drawn: axis 0 goes down, axis 1 to the right, axis 2 away, up and to the right."""
    x = np.asarray(points, float)
    return np.column_stack([x[:, 0] - 0.4 * x[:, 2], x[:, 1] + 0.4 * x[:, 2]])


def _cube(picture: np.ndarray, M: np.ndarray, colours: tuple[Colour, Colour, Colour], width: int) -> None:
    """Draw the edges of the cube after M, in one colour for each axis that they go along."""
    for a, b in EDGES:
        ends = SIDE * np.array([a, b])
        moved = ends @ M[:3, :3].T + M[:3, 3]
        draw(picture, seen(moved), colours[int(np.flatnonzero(np.subtract(b, a))[0])], width)


def cube(M: np.ndarray) -> np.ndarray:
    """The cube before M, grey, and after it, in colours."""
    picture = paper(ROOM)
    _cube(picture, np.eye(4), (GREY, GREY, GREY), 1)
    _cube(picture, M, (RED, BLUE, GREEN), 3)
    return picture


def _rows(M: np.ndarray) -> str:
    """The first two rows; nothing here changes axis 2."""
    return "\n".join("  ".join(f"{v:7.2f}" for v in row) for row in M[:2] + 0.0)


def order_swapper(after: str | None = None) -> Explore:
    """Put cards (shift, turn, stretch, shear) in an order: the cube follows, and the reverse order stands beside it."""

    def scene(first: str, second: str, third: str, fourth: str, angle: int) -> list[Panel]:
        order = first, second, third, fourth
        M, N = product(order, angle), product(order[::-1], angle)
        names = written(order), written(order[::-1])
        return [
            Image(cube(M), f"your order: M = {names[0]}", labels=("axis 0", "axis 1"), first=(-ROOM, -ROOM)),
            Image(cube(N), f"the reverse: {names[1]}", labels=("axis 0", "axis 1"), first=(-ROOM, -ROOM)),
            Text(
                f"{names[0]}, rows 0 and 1:\n{_rows(M)}\n{names[1]}, rows 0 and 1:\n{_rows(N)}\n"
                f"largest difference: {np.abs(M - N).max():.2f}"
            ),
        ]

    def alt(first: str, second: str, third: str, fourth: str, angle: int) -> str:
        order = first, second, third, fourth
        M, N = product(order, angle), product(order[::-1], angle)
        used = [card for card in order if card != NOTHING]
        ends = ["({:.0f}, {:.0f}, {:.0f})".format(*((X @ [0, SIDE, 0, 1])[:3] + 0.0)) for X in (M, N)]
        turn = f" (R by {angle} degrees)" if "R turn" in order else ""
        verdict = "the same matrix" if np.allclose(M, N) else f"matrices that differ by up to {np.abs(M - N).max():.2f}"
        return (
            f"A grey cube at the origin and, in colours, the cube after {', then '.join(used) or 'nothing'}: "
            f"M = {written(order)}{turn}. Its corner (0, {SIDE:.0f}, 0) goes to {ends[0]}. In the reverse order, "
            f"{written(order[::-1])}, it goes to {ends[1]}: {verdict}."
        )

    def setting(*cards: str) -> dict[str, str]:
        full = [next(c for c in CARDS if c.startswith(k)) for k in cards] + [NOTHING] * (4 - len(cards))
        return dict(zip(("first", "second", "third", "fourth"), full, strict=True))

    words = "acts first (stands on the right)", "then", "then", "acts last (stands on the left)"
    start = setting("R", "T")
    selects = {name: Choice(tuple(CARDS), start[name], word) for name, word in zip(start, words, strict=True)}
    return Explore(
        scene,
        selects | {"angle": Slider(-90, 90, 5, 40, "R turns by (degrees)")},
        static=[
            setting("R", "T"),
            setting("T", "R"),
            setting("S", "R"),
            setting("S", "H"),
            setting("S", "H", "R", "T"),
            setting("R", "R"),
        ],
        alt=alt,
        title="Is the order of matrices a matter of taste?",
        after=after,
    )


# --- (b) what becomes of a circle -------------------------------------------------------------------------------------

REACH = 100  # pixels
RADIUS = 25.0  # pixels: entries of at most 2 make an ellipse of at most four times that
LETTER = RADIUS * np.array([[0.55, -0.3], [-0.55, -0.3], [-0.55, 0.35], [-0.55, -0.3], [0, -0.3], [0, 0.2]])  # an F
ROUND = RADIUS * np.array([[np.cos(t), np.sin(t)] for t in np.linspace(0, 2 * np.pi, 97)])


def plane(a: float, b: float, c: float, d: float) -> np.ndarray:
    """The homogeneous matrix of the plane with this linear part."""
    return np.array([[a, b, 0], [c, d, 0], [0, 0, 1.0]])


def _ring(L: np.ndarray, V: np.ndarray) -> np.ndarray:
    """The circle, its letter and two of its radii after L."""
    picture = paper(REACH)
    draw(picture, ROUND, GREY)
    draw(picture, ROUND @ L.T, BLACK, 3)
    draw(picture, LETTER @ L.T, GREEN, 3)
    for v, colour in zip(V, (BLUE, RED), strict=True):
        draw(picture, np.array([[0, 0], RADIUS * v]) @ L.T, colour, 3)
    return picture


def keeps(M: np.ndarray) -> str:
    """What a matrix keeps, in words."""
    name, mirrors = plain.classify(M), np.linalg.det(M) < 0
    return {
        "rigid": "rigid: lengths, angles and parallels stay",
        "similarity": "similarity: angles and parallels stay, all lengths are multiplied by one number",
        "singular": "singular: the circle is flat, and there is no way back",
        "affine": "affine" + (", it mirrors" if mirrors else "") + ": parallels stay parallel",
    }[name]


def circle_to_ellipse(after: str | None = None) -> Explore:
    """Change a matrix of the plane: a circle becomes an ellipse whose half axes are the singular values."""

    def parts(a: float, b: float, c: float, d: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        L = plane(a, b, c, d)[:2, :2]
        _U, s, V = np.linalg.svd(L)
        return L, s, V

    def scene(a: float, b: float, c: float, d: float) -> list[Panel]:
        L, s, V = parts(a, b, c, d)
        s, area = s.round(9), round(float(np.linalg.det(L)), 9) + 0.0  # 0 and not 1e-17
        bars = {"larger singular value": s[0], "smaller singular value": s[1], "determinant": area}
        return [
            Image(_ring(np.eye(2), V), "before: a circle", first=(-REACH, -REACH)),
            Image(_ring(L, V), f"after: {plain.classify(plane(a, b, c, d))}", first=(-REACH, -REACH)),
            Bars(bars, "lengths of the half axes, signed area", lo=-4, hi=4),
            Text(keeps(plane(a, b, c, d))),
        ]

    def alt(a: float, b: float, c: float, d: float) -> str:
        L, s, _V = parts(a, b, c, d)
        shape = "a circle" if s[0] - s[1] <= 1e-3 * s[0] else "a line" if s[1] <= 1e-3 * s[0] else "an ellipse"
        size = f"half axes {short(round(s[0], 2))} and {short(round(s[1] + 0.0, 2))}"
        area = short(round(abs(float(np.linalg.det(L))), 2))
        return (
            f"The matrix [[{a:g}, {b:g}], [{c:g}, {d:g}]] makes of a circle of radius 1 {shape} "
            f"with {size}, the singular values; the area is multiplied by {area}. {keeps(plane(a, b, c, d))}."
        )

    def setting(*entries: float) -> dict[str, float]:
        return dict(zip("abcd", entries, strict=True))

    places = "row from row", "row from column", "column from row", "column from column"
    return Explore(
        scene,
        {
            name: Slider(-2, 2, 0.1, value, f"{name}: {place}")
            for name, value, place in zip("abcd", (1.0, 1.0, 0.0, 1.0), places, strict=True)
        },
        static=[
            setting(1.0, 0.0, 0.0, 1.0),
            setting(1.0, 1.0, 0.0, 1.0),
            setting(0.8, -0.6, 0.6, 0.8),
            setting(0.3, 0.4, -0.4, 0.3),
            setting(1.0, 0.0, 0.0, -1.0),
            setting(1.6, 0.8, 0.8, 0.4),
        ],
        alt=alt,
        title="What does a matrix do to a circle?",
        after=after,
    )
