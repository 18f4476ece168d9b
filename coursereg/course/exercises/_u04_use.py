"""U04: the plug-in and the bug of the unit."""

from __future__ import annotations

import inspect
from typing import Any

import numpy as np

from coursereg.course.exercises import _u04_joint
from coursereg.course.exercises._base import add_bug_check, expect, expect_shape, expect_true, numbers
from coursereg.course.exercises._u04_region import expect_box, random_mask
from coursereg.course.exercises._u04_unit import UNIT
from coursereg.course.plain import histogram as plain
from coursereg.engines.histogram import HistogramRegistration
from coursereg.space.transforms import Rigid2D

# --- the plug-in: the student's table beside the engine's -------------------------------------------------------------

PLUGIN = UNIT.exercise(
    "plugin",
    15.0,
    kind="plugin",
    signature="JointHist(I, J, bins)",
    statement="Your `JointHist` beside the engine's own table, `HistogramRegistration.joint_histogram(T)`, for a "
    "motion T of whole pixels. The engine makes bins of both pictures first, as your `clamp` does, and counts pairs "
    "where the two overlap; you get the same bin numbers of the same overlap. Your table must be the engine's at every "
    "shift, and the sharpest of all must be that of the true shift, also where the second picture has quite other "
    "grey values.",
    hints=(
        "The overlaps are not square, and they come as one long row: shape (1, n).",
        "Compare JointHist(i, j, 8) with np.histogram2d(i.ravel(), j.ravel(), 8)[0], i and j of whole numbers 0 ... 7.",
    ),
    reference=plain.JointHist,
    solution=inspect.getsource(plain.JointHist),
    read="7. Plug in",
)
PLUGIN.lookalikes.extend(_u04_joint.JOINT.lookalikes)


def mutual(H: np.ndarray) -> float:
    """How much a table differs from the product of its margins; the next unit is about it."""
    p = H / H.sum()
    q = p.sum(axis=1, keepdims=True) * p.sum(axis=0, keepdims=True)
    full = p > 0
    return float((p[full] * np.log(p[full] / q[full])).sum())


def scene(rng: Any, shape: tuple[int, int]) -> np.ndarray:
    """Blocks of random grey, a little noise: something to register, on few pixels."""
    blocks = rng.uniform(20, 220, (-(-shape[0] // 4), -(-shape[1] // 4)))
    out = np.kron(blocks, np.ones((4, 4)))[: shape[0], : shape[1]]
    return np.clip(out + rng.normal(0, 2, shape), 0, 255)


def moved_pair(rng: Any, recolour: Any) -> tuple[np.ndarray, np.ndarray, tuple[int, int]]:
    """Two cuts of one scene, the second recoloured, and the shift that brings the second onto the first."""
    big = scene(rng, (34, 41))
    p, q = (int(v) for v in rng.choice([-2, -1, 1, 2], 2))
    static, moving = big[4:-4, 4:-4], recolour(big[4 + p : 30 + p, 4 + q : 37 + q])
    return static, moving, (p, q)


def overlap(i: np.ndarray, j: np.ndarray, p: int, q: int) -> tuple[np.ndarray, np.ndarray]:
    """The pixels of i that have a partner in j, p rows and q columns further, and these partners."""
    rows, columns = i.shape
    here = i[max(-p, 0) : rows - max(p, 0), max(-q, 0) : columns - max(q, 0)]
    there = j[max(p, 0) : rows - max(-p, 0), max(q, 0) : columns - max(-q, 0)]
    return here, there


def adapter(f: Any, i: np.ndarray, j: np.ndarray, bins: int) -> np.ndarray:
    """
    The student's table of two pictures of bin numbers.

    `JointHist` takes the range of its bins from the pictures, the engine from the whole ones. Two pixels more, one in
    the first bin of both and one in the last, pin the range, and are taken out of the table again.
    """
    pinned = (np.append(k, [0, bins - 1]).astype(np.int16)[None] for k in (i, j))
    H = numbers(f(*pinned, bins), "H")
    expect_shape(H, (bins, bins), "H")
    H[0, 0] -= 1
    H[-1, -1] -= 1
    return H


def searched(f: Any, static: np.ndarray, moving: np.ndarray, bins: int, reach: int = 2) -> tuple[int, int]:
    """Return the shift at which the student's table is sharpest; at each shift it must be the engine's."""
    R = HistogramRegistration(static, moving, from_bins=bins, min_overlap=0)
    i, j = (plain.clamp(picture, bins)[0] for picture in (static, moving))
    best, found = -np.inf, (0, 0)
    for p in range(-reach, reach + 1):
        for q in range(-reach, reach + 1):
            T = Rigid2D()
            T.param = np.array([p, q, 0.0])
            pieces = overlap(i, j, p, q)
            H = adapter(f, *pieces, bins)
            expect(H, R.joint_histogram(T), atol=1e-9, what=f"H of two overlapping pieces of shape {pieces[0].shape}")
            if mutual(H) > best:
                best, found = mutual(H), (p, q)
    return found


def _check_search(recolour: Any, bins: int, hint: str) -> Any:
    def run(f: Any, rng: Any) -> None:
        static, moving, shift = moved_pair(rng, recolour(rng))
        want = (-shift[0], -shift[1])
        expect(searched(f, static, moving, bins), want, what="where the moving picture is to be looked up", hint=hint)

    return run


PLUGIN.check("the tables are the engine's, and sharpest at the true shift", kind="value")(
    _check_search(lambda rng: lambda J: J, 7, "")
)
PLUGIN.check("the same with the contrast turned around", kind="value")(
    _check_search(lambda rng: lambda J: 300 - 1.3 * J, 8, "dark became bright; the table does not mind")
)


def _fold(rng: Any) -> Any:
    a = float(rng.uniform(90, 150))
    return lambda J: np.abs(J - a) * 0.7 + 3


PLUGIN.check("grey values in another order, as in another kind of scan", kind="value", public=False)(
    _check_search(_fold, 9, "one grey value of J now stands for two of I")
)


@PLUGIN.check("every table holds all pixels of the overlap", kind="property", public=False)
def _(f: Any, rng: Any) -> None:
    static, moving, _ = moved_pair(rng, np.sqrt)
    i, j = (plain.clamp(picture, 5)[0] for picture in (static, moving))
    for p, q in rng.integers(-6, 7, (5, 2)).tolist():
        here, there = overlap(i, j, p, q)
        H = adapter(f, here, there, 5)
        message = f"H must sum to the {here.size} pixels of the overlap, it sums to {H.sum():g}"
        expect_true(H.sum() == here.size, message, H)


# --- the bug of the unit ----------------------------------------------------------------------------------------------


def box_to_the_end(mask: Any) -> Any:
    """The bug of this unit: the size is the largest index plus one."""
    where = np.argwhere(mask)
    return tuple(where.min(axis=0).tolist()), tuple((where.max(axis=0) + 1).tolist())


def box_short_by_one(mask: Any) -> Any:
    """The last row and column are cut off: largest minus smallest index."""
    where = np.argwhere(mask)
    return tuple(where.min(axis=0).tolist()), tuple((where.max(axis=0) - where.min(axis=0)).tolist())


def box_of_exchanged_axes(mask: Any) -> Any:
    """Rows and columns are exchanged."""
    corner, size = plain.bounding_box(mask)
    return corner[::-1], size[::-1]


def box_by_listing(mask: Any) -> Any:
    """Lists all True pixels."""
    return plain.bounding_box(mask)


def box_by_projection(mask: Any) -> Any:
    """Projects the mask onto each axis, returns arrays."""
    mask = np.asarray(mask)
    corner, size = [], []
    for axis in range(mask.ndim):
        line = np.flatnonzero(mask.any(axis=tuple(k for k in range(mask.ndim) if k != axis)))
        corner.append(line[0])
        size.append(line[-1] - line[0] + 1)
    return np.array(corner), np.array(size)


def box_by_slices(mask: Any) -> Any:
    """Uses the indices of nonzero, axis by axis, returns lists."""
    indices = np.nonzero(mask)
    return [int(k.min()) for k in indices], [int(np.ptp(k)) + 1 for k in indices]


BUG = UNIT.exercise(
    "bug",
    4.0,
    kind="bug",
    signature="bug_fixed(mask)",
    statement="The broken `smallest_bounding_box`, mended: it returns (corner, size), and size counts pixels.",
    hints=("Which numbers does it give for a single True pixel at (5, 7)? Which ones at (0, 0)?",),
    reference=plain.bounding_box,
    solution="size = where.max(axis=0) - where.min(axis=0) + 1",
    read="8. Bug of the unit",
)


@BUG.check("a box away from the corner of the frame", kind="value")
def _(f: Any, rng: Any) -> None:
    corner, size = tuple(rng.integers(2, 7, 2).tolist()), tuple(rng.integers(2, 7, 2).tolist())
    expect_box(f(random_mask(rng, (14, 18), corner, size)), (corner, size), f"the box is {size} at {corner}")


@BUG.check("the field of view keeps the mask and nothing around it", kind="value", public=False)
def _(f: Any, rng: Any) -> None:
    corner, size = tuple(rng.integers(2, 5, 3).tolist()), tuple(rng.integers(2, 5, 3).tolist())
    expect_box(f(random_mask(rng, (9, 10, 11), corner, size)), (corner, size), "a mask with three axes")


BUG.looks_like("this is still the largest index + 1: that is where the box ends, not how large it is", box_to_the_end)
BUG.looks_like("now the last row and column are lost: indices 3, 4, 5 are three pixels", box_short_by_one)

add_bug_check(
    UNIT,
    mutants=[box_to_the_end, box_short_by_one, box_of_exchanged_axes],
    rights=[box_by_listing, box_by_projection, box_by_slices],
    kind="bug_check",
    signature="bug_check(f)",
    statement="A check that would have caught the bug: `bug_check(f)` gets a function f(mask) that returns (corner, "
    "size). It uses assert, passes for every right box and fails for wrong ones. A right f may return tuples, lists "
    "or arrays.",
    hints=(
        "On which masks does the broken function give the right answer? Your mask must not be one of them.",
        "A mask that is not square, with a box that is neither square nor at the corner; np.array_equal compares "
        "any of tuple, list and array.",
    ),
    solution="""def bug_check(f):
    mask = np.zeros((9, 12), bool)
    mask[2:5, 4:10] = True
    corner, size = f(mask)
    assert np.array_equal(corner, (2, 4))
    assert np.array_equal(size, (3, 6))
""",
    read="8. Bug of the unit",
)
