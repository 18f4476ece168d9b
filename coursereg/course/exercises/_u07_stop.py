"""U07's rule for the end of a descent: `should_stop(history, window, tol)`."""

from __future__ import annotations

import inspect
from typing import Any

import numpy as np

from coursereg.course.exercises._base import Exercise, Unit, Wrong
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


class Case:
    """Costs, the word that is wanted, and why; window and tol are left out where the defaults are to be used."""

    def __init__(self, history: Any, want: str, why: str, **how: Any) -> None:
        self.history, self.want, self.why, self.how = history, want, why, how


def said(f: Any, *cases: Case) -> None:
    """
    Ask about all cases, so that all are seen when a mistake is to be named; then ask for the right words.

    "Go on" is the empty word; None and False mean the same in an ``if``, and one check alone asks for the word.
    """
    wrong = []
    for case, got in zip(cases, [f(c.history, **c.how) for c in cases], strict=True):
        word = GO_ON if got is None or got is False else got
        if word != case.want or not isinstance(word, str):
            wrong.append((case, got))
    if wrong:
        case, got = wrong[0]
        more = f" ({len(wrong)} of {len(cases)} answers are wrong, this is the first)" if len(wrong) > 1 else ""
        raise Wrong(f"{case.why}: wanted {case.want!r}, got {got!r}{more}", got, case.want)


def falling(rng: Any, n: int, per_step: float, start: float = 0.0) -> np.ndarray:
    """Costs that lose this part of themselves at every step."""
    return (start or float(rng.uniform(50, 500))) * (1 - per_step) ** np.arange(n)


def _stop_public(ex: Exercise) -> None:
    @ex.check("the example of the hint", kind="fixed")
    def _(f: Any, rng: Any) -> None:
        said(
            f,
            Case([9, 4, 3, 3, 3, 3], "plateau", "two windows of 2 with the same mean", window=2),
            Case([9, 4, 3, 3, 3, 3], "", "six costs are no two windows of 4", window=4),
            Case([1, 2, 4], "diverged", "more than twice the first cost"),
        )

    @ex.check('the word for "go on" is the empty one, ""', kind="fixed", weight=0.5)
    def _(f: Any, rng: Any) -> None:
        for history in ([9, 4, 3, 3, 3, 3], [9.0, 4.0, 2.0, 1.0]):
            got = f(history, window=4 if len(history) > 4 else 2)
            if not (isinstance(got, str) and got == GO_ON):
                raise Wrong(f"it may go on: the word for that is the empty one, got {got!r}", got, GO_ON)

    @ex.check("no cost at all, in a list or an array, and one: go on", kind="fixed", weight=0.5)
    def _(f: Any, rng: Any) -> None:
        said(f, *(Case(history, "", f"{len(history)} costs") for history in ([], np.zeros(0), [5.0])))

    @ex.check("falls, then rests: go on, then a plateau", kind="value", weight=3)
    def _(f: Any, rng: Any) -> None:
        cases = []
        for window in (int(rng.integers(4, 8)), 15):
            fall = falling(rng, 3 * window, 0.05)
            rest = np.concatenate([fall, np.full(2 * window, fall[-1])])
            bump = np.repeat([60.0, 100.0, 60.0], window)
            cases += [
                Case(fall, "", "it still falls by 5 per cent at every step", window=window),
                Case(rest, "plateau", "the last two windows are constant", window=window),
                Case(rest[: -window - 2], "", "one of the two windows still falls", window=window),
                Case(bump, "", "the last two windows have the means 100 and 60", window=window),
            ]
        said(f, *cases)

    @ex.check("without window and tol: two windows of 10", kind="value")
    def _(f: Any, rng: Any) -> None:
        a = float(rng.uniform(1, 9))
        said(
            f,
            Case([a] * 19, "", "19 costs are less than two windows of 10"),
            Case([a] * 20, "plateau", "20 costs are two windows of 10"),
            Case(falling(rng, 60, 0.05), "", "it falls by 5 per cent at every step"),
        )

    @ex.check("nan, infinity, growth", kind="value", weight=1.5)
    def _(f: Any, rng: Any) -> None:
        fall = falling(rng, 30, 0.05)
        cases = [
            Case([*fall, last], "diverged", f"the last cost is {last:.3g}, the first {fall[0]:.3g}")
            for last in (np.nan, np.inf, 2.5 * fall[0])
        ]
        a = float(rng.uniform(1, 9))
        less = Case([a, 1.8 * a], "", "1.8 times the first cost is not more than twice")
        said(f, *cases, less, Case([a, a, 2.2 * a], "diverged", "2.2 times the first cost is more than twice"))

    @ex.check("the unit of the costs does not matter: tol is no number of its own", kind="value")
    def _(f: Any, rng: Any) -> None:
        said(f, *_a_tenth_less(falling(rng, 30, 0.01)))


def _a_tenth_less(history: np.ndarray) -> list[Case]:
    """Costs that fall by 10 per cent from window to window, in three units, and two tolerances."""
    return [
        Case(scale * history, want, f"10 per cent less from window to window, tol is {tol:.0%}", window=10, tol=tol)
        for scale in (1e-6, 1.0, 1e6)
        for tol, want in ((0.05, ""), (0.3, "plateau"))
    ]


def _windows(rng: Any) -> list[Case]:
    """Pairs of windows of five costs, where the means say one thing, and single costs, middles, extremes another."""
    # before, now, tol, word, why
    pairs = (
        ([100] * 5, [80, 85, 90, 85, 160], 0.01, "plateau", "the means are 100 and 100"),
        ([100, 100, 180, 100, 100], [100] * 5, 0.01, "", "the means are 116 and 100"),
        ([80, 100, 100, 100, 120], [120, 100, 100, 100, 80], 0.01, "plateau", "the means are 100 and 100"),
        ([120, 100, 100, 100, 100], [100, 70, 70, 100, 100], 0.05, "", "the means are 104 and 88"),
        ([100] * 5, [100, 100, 100, 100, 50], 0.01, "", "the means are 100 and 90"),
        ([100] * 5, [90, 80, 80, 80, 70], 0.22, "plateau", "the means are 100 and 80, 20 per cent of the earlier"),
        ([130, 100, 70, 100, 100], [95, 60, 130, 100, 70], 0.03, "", "the means are 100 and 91"),
    )
    cases = []
    for before, now, tol, want, why in pairs:
        scale = float(rng.uniform(0.01, 5))
        history = scale * np.array([*rng.uniform(100, 400, 4), *before, *now], float)
        history[0] = 150 * scale
        cases.append(Case(history, want, f"{why}, in units of {scale:.3g}, and tol is {tol:g}", window=5, tol=tol))
    return cases


def _stop_hidden(ex: Exercise) -> None:
    @ex.check("noise: single rises are no plateau, and no end of one", kind="value", weight=2, public=False)
    def _(f: Any, rng: Any) -> None:
        n, window = 60, 20
        noise = 1 + 0.05 * rng.choice([-1, 1], n) * rng.uniform(0.5, 1, n)
        fall = falling(rng, n, 0.02) * noise
        fall[-1] = 1.1 * fall[-window]  # the last step goes up, above the whole window
        why = "it jumps by 5 per cent, and falls by a third from window to window"
        once = rng.uniform(90, 110, window)
        once[[0, -2, -1]] = 110, 100, 90  # it begins high and ends low, each time
        said(
            f,
            Case(fall, "", why, window=window, tol=0.01),
            Case(np.tile(once, 3), "plateau", "the same noise twice, one mean", window=window, tol=0.01),
        )

    @ex.check("means of whole windows, no middles, no extremes, no single costs", kind="value", public=False)
    def _(f: Any, rng: Any) -> None:
        said(f, *_windows(rng))

    @ex.check("the first cost does not matter: tol is a part of the earlier mean", kind="value", public=False)
    def _(f: Any, rng: Any) -> None:
        fall = falling(rng, 40, 0.01)
        said(f, *_a_tenth_less(np.concatenate([[1e6], fall])), *_a_tenth_less(np.concatenate([[1.2 * fall[0]], fall])))

    @ex.check("without tol: it is 1e-4", kind="value", public=False)
    def _(f: Any, rng: Any) -> None:
        a = float(rng.uniform(1, 9))
        said(
            f,
            Case([a] * 10 + [a * (1 - 4e-4)] * 10, "", "0.04 per cent less from window to window"),
            Case([a] * 10 + [a * (1 - 4e-5)] * 10, "plateau", "0.004 per cent less from window to window"),
            Case([a] * 4 + [a * (1 - 4e-4)] * 4, "", "0.04 per cent less from window to window", window=4),
        )

    @ex.check("short histories, and costs of 0", kind="value", public=False)
    def _(f: Any, rng: Any) -> None:
        a = float(rng.uniform(1, 9))
        said(
            f,
            Case(np.full(19, a), "", "19 costs are less than two windows of 10"),
            Case(np.zeros(20), "plateau", "0 is not below 0 by more than tol * 0: pictures that agree are done"),
            Case([a, 3 * a], "diverged", "three times the first cost"),
            Case([0.0, a], "diverged", "more than twice the first cost, which is 0"),
            Case(np.array([0.0] * 20 + [a]), "diverged", "more than twice the first cost, which is 0"),
            Case([float("nan")], "diverged", "nan"),
            Case([float("inf")] * 2, "diverged", "the last cost is infinite"),
        )

    @ex.check("of nan, infinity and growth, only that of the last cost counts", kind="value", public=False)
    def _(f: Any, rng: Any) -> None:
        fall = falling(rng, 40, 0.05)
        cases = []
        for odd in (np.nan, np.inf, 9 * fall[0]):
            history = fall.copy()
            history[5] = odd
            cases.append(Case(history, "", f"one cost was {odd:.3g}, but that is over, and it falls", window=8))
        bump = [60.0, *falling(rng, 10, -0.2, 60.0), *falling(rng, 20, 0.03, 50.0)]
        said(f, *cases, Case(bump, "", "it was high for a while and falls again", window=8))

    @ex.check("a rise up to twice the first cost is a plateau; the costs stay as they are", kind="value", public=False)
    def _(f: Any, rng: Any) -> None:
        low = [*falling(rng, 20, 0.2, 100.0), *falling(rng, 20, -0.2, 1.5)]
        said(
            f,
            Case(falling(rng, 30, -0.01), "plateau", "it rises by a third in all: no fall", window=8),
            Case(low, "plateau", "half of the first cost, after it had been a hundredth: no fall", window=8),
        )
        for history in (low, np.array(low), np.array(low[::-1]), [*low, np.nan]):
            f(history, window=8)
            if f.changed_input:
                kind = "a list" if isinstance(history, list) else "an array"
                raise Wrong(f"the function changed its input, {kind}: work on a copy, the descent goes on with it")


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


def _every_step(history: Any, window: int = 10, tol: float = 1e-4) -> str:
    word = plain.should_stop(history, window, -np.inf)
    if word or len(history) < 2 * window:
        return word
    last = np.asarray(history, float)[-window:]
    return "plateau" if (np.diff(last) >= -tol * last[0]).all() else ""


def _by(before: Any, now: Any, part: Any = lambda h, before: before) -> Any:
    """A rule that compares something else than the means of the two last windows; ``part``: tol is a part of it."""

    def rule(history: Any, window: int = 10, tol: float = 1e-4) -> str:
        word = plain.should_stop(history, window, -np.inf)
        if word or len(history) < 2 * window:
            return word
        h = np.asarray(history, float)
        a, b = before(h, window), now(h, window)
        return "plateau" if a - b <= tol * part(h, a) else ""

    return rule


def _earlier(h: np.ndarray, window: int) -> float:
    return float(h[-2 * window : -window].mean())


def _later(h: np.ndarray, window: int) -> float:
    return float(h[-window:].mean())


def _two(statistic: Any) -> Any:
    return _by(lambda h, n: statistic(h[-2 * n : -n]), lambda h, n: statistic(h[-n:]))


def _of_later(history: Any, window: int = 10, tol: float = 1e-4) -> str:
    return str(_by(_earlier, _later)(history, window, tol / (1 + tol)))


def _window_typed_in(history: Any, window: int = 10, tol: float = 1e-4) -> str:  # noqa: ARG001 - window is not used
    return str(plain.should_stop(history, 10, tol))


def _typed_in(history: Any, window: int = 10, tol: float = 1e-4) -> str:  # noqa: ARG001 - tol is not used
    return str(plain.should_stop(history, window, 1e-4))


def _more_than_first(history: Any, window: int = 10, tol: float = 1e-4) -> str:
    if len(history) and history[-1] > history[0]:
        return "diverged"
    return str(plain.should_stop(history, window, tol))


def _ever(history: Any, window: int = 10, tol: float = 1e-4) -> str:
    h = np.asarray(history, float)
    if len(h) and (not np.isfinite(h).all() or h.max() > 2 * h[0]):
        return "diverged"
    return str(plain.should_stop(history, window, tol))


def _rise_goes_on(history: Any, window: int = 10, tol: float = 1e-4) -> str:
    word = plain.should_stop(history, window, tol)
    h = np.asarray(history, float)
    fell = len(h) < 2 * window or abs(_earlier(h, window) - _later(h, window)) <= tol * _earlier(h, window)
    return word if word != "plateau" or fell else ""


_STOP_LOOKS = (
    ("this looks like the last two costs alone: noise decides then, compare the means of two windows", _last_two),
    ("this looks like the steps from cost to cost: noise decides then, compare the means of two windows", _every_step),
    ("this looks like the two ends of one window: compare the means of two windows", _ends),
    (
        "this looks like two single costs, a window apart: compare the means of two windows",
        _by(lambda h, n: h[-n - 1], lambda h, n: h[-1]),
    ),
    ("this looks like the median of each window: compare the means", _two(np.median)),
    ("this looks like the lowest cost of each window: compare the means", _two(np.min)),
    (
        "this looks like a last window without the last cost: it is history[-window:]",
        _by(_earlier, lambda h, n: h[-n:-1].mean() if n > 1 else h[-1]),
    ),
    (
        "this looks like the first window of all: the window just before the last one is wanted",
        _by(lambda h, n: h[:n].mean(), _later),
    ),
    (
        "this looks like all costs before the last window: the window just before it is wanted",
        _by(lambda h, n: h[:-n].mean(), _later),
    ),
    (
        "this looks like tol as a number of its own: it is a part of the earlier mean",
        _by(_earlier, _later, lambda h, a: 1.0),
    ),
    (
        "this looks like tol as a part of the first cost: it is a part of the earlier window's mean",
        _by(_earlier, _later, lambda h, a: h[0]),
    ),
    ("this looks like tol as a part of the later mean: it is a part of the earlier one", _of_later),
    ("this looks like 1e-4 typed in: tol is an argument", _typed_in),
    ("this looks like windows of 10, typed in: window is an argument", _window_typed_in),
    (
        "this looks like costs cut to whole numbers: what falls below 1 is lost",
        _by(lambda h, n: _earlier(np.trunc(h), n), lambda h, n: _later(np.trunc(h), n)),
    ),
    (
        "this looks like a divergence as soon as a cost is above the first: it may be up to twice as large",
        _more_than_first,
    ),
    ("this looks like a divergence for any odd cost on the way: only the last cost counts", _ever),
    ("this looks like a rise that goes on: a mean that rises is not below the one before, a plateau", _rise_goes_on),
)
