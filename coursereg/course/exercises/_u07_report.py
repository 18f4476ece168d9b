"""U07's two helpers of a descent: `should_stop(history, window, tol)` and `report(u, truth, shape)`."""

from __future__ import annotations

import inspect
from typing import Any

import numpy as np

from coursereg.course.exercises._base import Exercise, Unit, Wrong, expect, expect_inputs_untouched, numbers
from coursereg.course.plain import descent_translation as plain

GO_ON = ""


def add_should_stop(unit: Unit) -> None:
    """Add ``should_stop``."""
    ex = unit.exercise(
        "should_stop",
        6.0,
        signature="should_stop(history, window=10, tol=1e-4)",
        statement="Whether a descent should stop, and why: a word. `history` holds the costs so far, the first one "
        "first (a list or an array, perhaps empty). "
        '"diverged": the last cost is nan or infinite, or more than twice the first. Otherwise "plateau": there are at '
        "least 2 * window costs, and the mean of the last `window` costs is not below the mean of the `window` costs "
        'before them by more than tol times that earlier mean (so costs that are all 0 are a plateau). Otherwise "": '
        "go on.",
        hints=(
            "Single costs jump about, so compare means: of the last window, and of the one before.",
            "[9, 4, 3, 3, 3, 3] with window=2: the last two have the mean 3, the two before too: a plateau. With "
            "window=4 "
            "there are not enough costs.",
            "before = np.mean(history[-2 * window : -window]); now = np.mean(history[-window:])",
        ),
        reference=plain.should_stop,
        solution=inspect.getsource(plain.should_stop),
        read="6. Write: when to stop",
    )
    _stop_public(ex)
    _stop_hidden(ex)
    for message, function in _STOP_LOOKS:
        ex.looks_like(message, function)


def said(f: Any, history: Any, want: str, hint: str, **how: Any) -> None:
    """Ask for this word. "Go on" is the empty one; None and False mean the same in an ``if``."""
    got = f(history, **how)
    if got is None or got is False or (isinstance(got, str) and got == GO_ON):
        got = GO_ON
    if got != want or not isinstance(got, str):
        raise Wrong(f"{hint}: wanted {want!r}, got {got!r}", got, want)


def falling(rng: Any, n: int, per_step: float, start: float = 0.0) -> np.ndarray:
    """Costs that lose this part of themselves at every step."""
    return (start or float(rng.uniform(50, 500))) * (1 - per_step) ** np.arange(n)


def _stop_public(ex: Exercise) -> None:
    @ex.check("the example of the hint", kind="fixed")
    def _(f: Any, rng: Any) -> None:
        said(f, [9, 4, 3, 3, 3, 3], "plateau", "two windows of 2 with the same mean", window=2)
        said(f, [9, 4, 3, 3, 3, 3], "", "six costs are no two windows of 4", window=4)
        said(f, [1, 2, 4], "diverged", "more than twice the first cost")

    @ex.check("falls, then rests: go on, then a plateau", kind="value", weight=3)
    def _(f: Any, rng: Any) -> None:
        window = int(rng.integers(5, 12))
        fall = falling(rng, 3 * window, 0.05)
        said(f, fall, "", "it still falls by 5 per cent at every step", window=window)
        rest = np.concatenate([fall, np.full(2 * window, fall[-1])])
        said(f, rest, "plateau", "the last two windows are constant", window=window)
        said(f, rest[: -window - 2], "", "one of the two windows still falls", window=window)

    @ex.check("nan, infinity, growth", kind="value", weight=2)
    def _(f: Any, rng: Any) -> None:
        fall = falling(rng, 30, 0.05)
        for last in (np.nan, np.inf, 2.5 * fall[0]):
            said(f, [*fall, last], "diverged", f"the last cost is {last:.3g}, the first {fall[0]:.3g}")


def _stop_hidden(ex: Exercise) -> None:
    @ex.check("noise: single rises are no plateau, and no end of one", kind="value", weight=2, public=False)
    def _(f: Any, rng: Any) -> None:
        n, window = 60, 20
        noise = 1 + 0.05 * rng.choice([-1, 1], n) * rng.uniform(0.5, 1, n)
        fall = falling(rng, n, 0.02) * noise
        fall[-1] = 1.1 * fall[-window]  # the last step goes up, above the whole window
        said(f, fall, "", "it jumps by 5 per cent, and falls by a third from window to window", window=window, tol=0.01)
        once = rng.uniform(90, 110, window)
        once[[0, -2, -1]] = 110, 100, 90  # it begins high and ends low, each time
        said(f, np.tile(once, 3), "plateau", "the same noise twice, one mean", window=window, tol=0.01)

    @ex.check("the unit of the costs does not matter: tol is no number of its own", kind="value", public=False)
    def _(f: Any, rng: Any) -> None:
        for scale in (1e-6, 1.0, 1e6):
            history = scale * falling(rng, 30, 0.01)
            for tol, want in ((0.05, ""), (0.3, "plateau")):
                said(f, history, want, f"10 per cent less from window to window, tol is {tol:.0%}", window=10, tol=tol)

    @ex.check("the first cost does not matter: tol is a part of the earlier mean", kind="value", public=False)
    def _(f: Any, rng: Any) -> None:
        history = np.concatenate([[1e6], falling(rng, 40, 0.01)])
        for tol, want in ((0.05, ""), (0.3, "plateau")):
            said(f, history, want, f"10 per cent less from window to window, tol is {tol:.0%}", window=10, tol=tol)

    @ex.check("short and empty histories: go on, unless they diverge", kind="value", weight=1, public=False)
    def _(f: Any, rng: Any) -> None:
        a = float(rng.uniform(1, 9))
        for history in ([], [a], [a] * 19, np.full(19, a)):
            said(f, history, "", f"{len(history)} costs are less than two windows of 10")
        said(f, [a] * 20, "plateau", "20 costs are two windows of 10")
        said(f, np.zeros(20), "plateau", "0 is not below 0 by more than tol * 0: pictures that agree are done")
        said(f, [a, 3 * a], "diverged", "three times the first cost")
        said(f, [float("nan")], "diverged", "nan")

    @ex.check("a rise up to twice the first cost is a plateau; a list stays as it is", kind="value", public=False)
    def _(f: Any, rng: Any) -> None:
        said(f, falling(rng, 30, -0.01), "plateau", "it rises by a third in all: no fall", window=8)
        low = [*falling(rng, 20, 0.2, 100.0), *falling(rng, 20, -0.2, 1.5)]
        said(f, low, "plateau", "half of the first cost, after it had been a hundredth: no fall", window=8)
        bump = [60.0, *falling(rng, 10, -0.2, 60.0), *falling(rng, 20, 0.03, 50.0)]
        said(f, bump, "", "it was high for a while and falls again", window=8)
        expect_inputs_untouched(f)


def _last_two(history: Any, window: int = 10, tol: float = 1e-4) -> str:
    if len(history) and (not np.isfinite(history[-1]) or history[-1] > 2 * history[0]):
        return "diverged"
    return "plateau" if len(history) >= 2 * window and history[-2] - history[-1] <= tol * history[-2] else ""


def _ends(history: Any, window: int = 10, tol: float = 1e-4) -> str:
    if len(history) and (not np.isfinite(history[-1]) or history[-1] > 2 * history[0]):
        return "diverged"
    if len(history) < 2 * window:
        return ""
    return "plateau" if history[-window] - history[-1] <= tol * history[-window] else ""


def _absolute(history: Any, window: int = 10, tol: float = 1e-4) -> str:
    word = plain.should_stop(history, window, -np.inf)
    if word or len(history) < 2 * window:
        return word
    h = np.asarray(history, float)
    return "plateau" if h[-2 * window : -window].mean() - h[-window:].mean() <= tol else ""


def _of_first(history: Any, window: int = 10, tol: float = 1e-4) -> str:
    word = plain.should_stop(history, window, -np.inf)
    if word or len(history) < 2 * window:
        return word
    h = np.asarray(history, float)
    return "plateau" if h[-2 * window : -window].mean() - h[-window:].mean() <= tol * h[0] else ""


_STOP_LOOKS = (
    ("this looks like the last two costs alone: noise decides then, compare the means of two windows", _last_two),
    ("this looks like the two ends of one window: compare the means of two windows", _ends),
    ("this looks like tol as a number of its own: it is a part of the earlier mean", _absolute),
    ("this looks like tol as a part of the first cost: it is a part of the earlier window's mean", _of_first),
)

# --- the report -------------------------------------------------------------------------------------------------------


def add_report(unit: Unit) -> None:
    """Add ``report``."""
    ex = unit.exercise(
        "report",
        6.0,
        signature="report(u, truth, shape)",
        statement="How good a shift is: a pair (error, overlap). `u` and `truth` are pulls (row, column), as arrays, "
        "lists or tuples, and `shape` is "
        "(R, C), that of both pictures. error: the distance of u from truth, in pixels, a straight line. overlap: per "
        "cent, 0 to 100, of the pixels x of I whose place x + u lies inside the frame of J: rows 0 to R - 1, columns 0 "
        "to C - 1, both ends included. The overlap belongs to u; the truth plays no part in it.",
        hints=(
            "How many rows r = 0 ... R - 1 have 0 <= r + u[0] <= R - 1? How many columns? Multiply.",
            "report((3, -4), (0, 0), (10, 20)) is (5.0, 56.0): 7 of 10 rows and 16 of 20 columns. With u = (0.5, "
            "0) and 10 "
            "rows, row 9 looks at 9.5: outside.",
            "r, c = np.indices(shape); inside = (r + u[0] >= 0) & (r + u[0] <= shape[0] - 1) & ...",
        ),
        reference=plain.report,
        solution=inspect.getsource(plain.report),
        read="6. Write: a report",
    )
    _report_checks(ex)
    ex.convention(
        "your overlap is an area, (R - |u0|)(C - |u1|) / RC: a legal measure, but pixels that have a partner are to be "
        "counted, and those are whole",
        _by_area,
    )
    for message, function in _REPORT_LOOKS:
        ex.looks_like(message, function)


def _by_area(f: Any) -> Any:
    def adapted(u: Any, truth: Any, shape: Any) -> Any:
        error, _overlap = f(u, truth, shape)
        whole = [float(np.sign(v) * np.ceil(abs(v))) for v in u]
        return error, f(whole, truth, shape)[1]

    return adapted


def reported(f: Any, u: Any, truth: Any, shape: tuple[int, int], hint: str = "") -> None:
    """Ask for the right pair."""
    got = f(u, truth, shape)
    values = numbers(got, "the result")
    if values.shape != (2,):
        raise Wrong("the result must be a pair (error, overlap)", got)
    error, overlap = plain.report(u, truth, shape)
    expect(values[0], error, atol=1e-5 * (1 + error), what="the error in pixels", hint=hint)
    expect(values[1], overlap, atol=1e-4, what="the overlap in per cent", hint=hint)


def _report_checks(ex: Exercise) -> None:
    @ex.check("the example of the hint", kind="fixed")
    def _(f: Any, rng: Any) -> None:
        reported(f, (3, -4), (0, 0), (10, 20))

    @ex.check("any whole shift, both signs", kind="value", weight=2)
    def _(f: Any, rng: Any) -> None:
        for signs in ((1, -1), (-1, 1), (1, 1), (-1, -1)):
            u = np.array(signs) * rng.integers(1, 12, 2)
            reported(f, u, rng.integers(-9, 10, 2), (int(rng.integers(20, 30)), int(rng.integers(40, 60))))

    @ex.check("shifts between the pixels", kind="value", weight=2)
    def _(f: Any, rng: Any) -> None:
        u = rng.choice([-1, 1], 2) * (rng.integers(0, 9, 2) + rng.uniform(0.2, 0.8, 2))
        reported(f, u, rng.uniform(-9, 9, 2), (31, 44), "is row R - 1 still inside when u[0] is 0.5?")

    @ex.check("lists, tuples, a tall picture, no shift at all", kind="value", weight=2, public=False)
    def _(f: Any, rng: Any) -> None:
        u, truth = rng.uniform(-6, 6, 2).tolist(), rng.uniform(-6, 6, 2).tolist()
        reported(f, u, tuple(truth), (50, 12))
        reported(f, tuple(u), truth, (12, 50))
        reported(f, (0, 0), (0, 0), (7, 9))

    @ex.check("a shift beyond the frame leaves 0 per cent, not less, not more", kind="value", weight=2, public=False)
    def _(f: Any, rng: Any) -> None:
        far = int(rng.integers(31, 60))
        for u in ((far, 2), (3, -far), (-far, far), (far, far), (30, 0)):
            reported(f, u, (1.5, 2.0), (30, 30), "nothing overlaps")

    @ex.check("the truth does not change the overlap, the shape not the error", kind="value", public=False)
    def _(f: Any, rng: Any) -> None:
        u = rng.uniform(2, 9, 2)
        for truth, shape in (((0.0, 0.0), (40, 40)), (u, (20, 90)), (rng.uniform(-30, 30, 2), (33, 21))):
            reported(f, u, truth, shape)


def _with_overlap(overlap: Any) -> Any:
    def run(u: Any, truth: Any, shape: Any) -> Any:
        return plain.report(u, truth, shape)[0], overlap(u, truth, shape)

    return run


def _with_error(error: Any) -> Any:
    def run(u: Any, truth: Any, shape: Any) -> Any:
        return error(np.asarray(u, float) - np.asarray(truth, float)), plain.report(u, truth, shape)[1]

    return run


_REPORT_LOOKS = (
    (
        "this looks like an overlap from 0 to 1: per cent are wanted",
        _with_overlap(lambda u, t, s: plain.report(u, t, s)[1] / 100),
    ),
    (
        "this looks like the overlap of what is left to go, u - truth: it belongs to u",
        _with_overlap(lambda u, t, s: plain.report(np.subtract(u, t), t, s)[1]),
    ),
    (
        "this looks like rows and columns exchanged in the overlap",
        _with_overlap(lambda u, t, s: plain.report(u, t, s[::-1])[1]),
    ),
    (
        "this looks like a product without a floor: beyond the frame the overlap is 0",
        _with_overlap(lambda u, t, s: 100 * (s[0] - np.ceil(abs(u[0]))) * (s[1] - np.ceil(abs(u[1]))) / (s[0] * s[1])),
    ),
    (
        "this looks like the way along rows plus that along columns: a straight line is wanted",
        _with_error(lambda e: abs(e).sum()),
    ),
    ("this looks like the squared distance: take the root", _with_error(lambda e: (e**2).sum())),
    ("this looks like the larger of the two: a straight line is wanted", _with_error(lambda e: abs(e).max())),
    (
        "this looks like a root of a mean: the distance is the root of the sum",
        _with_error(lambda e: np.sqrt((e**2).mean())),
    ),
)
