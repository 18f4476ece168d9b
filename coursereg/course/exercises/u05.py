"""U05 Information: the exercises of mutual information, NMI, the correlation ratio and the likelihood ratio."""

from __future__ import annotations

import inspect
from typing import Any

import numpy as np

from coursereg.course.exercises import _heads, _u05_mi, _u05_ratios, _u05_slr
from coursereg.course.exercises import _u05_mistakes as mistakes
from coursereg.course.exercises._base import (
    Unit,
    add_bug_check,
    add_parsons,
    add_predictions,
    expect,
)
from coursereg.course.exercises._u05_mi import NATS, table
from coursereg.course.plain import information as plain
from coursereg.course.plain import landscapes

UNIT = Unit(
    "U05",
    "05_mutual_information",
    "Information: MI, NMI, correlation ratio, likelihood",
    budget=20,
    widgets=("recolour", "sample_size", "own_entropy"),
)

# --- predictions and the two warm-ups ---------------------------------------------------------------------------------

add_predictions(
    UNIT,
    [["corr", "MI", "both", "neither"], ["zero", "above zero", "below zero"], ["smaller", "the same", "larger"]],
)

PARSONS_LINES = (
    "counts = JointHist(I, I, 32).sum(axis=1)",
    "p = counts / counts.sum()",
    "p = p[p > 0]",
    "surprise = -np.log(p)",
    "mean_surprise = np.sum(surprise)",
    "mean_surprise = np.sum(p * surprise)",
)
add_parsons(
    UNIT,
    PARSONS_LINES,
    orders=[[1, 2, 3, 4, 6]],
    distractor="it adds up the surprises of all grey values without asking how often each of them is met",
    why="Count, divide by the sum, leave out what never happens, take the logarithm, average.",
)


def surprise_left(H: Any) -> float:
    """Entropy of J once I is known, H(J | I), in nats."""
    p = np.asarray(H, float) / np.sum(H)
    p_I = p.sum(axis=1, keepdims=True)
    full = p > 0
    given = (p / np.where(p_I > 0, p_I, 1))[full]
    return float(-np.sum(p[full] * np.log(given)))


def _from_i(H: Any) -> float:
    """Entropy of I once J is known."""
    return surprise_left(np.transpose(H))


def _add_fade(name: str, statement: str, hints: tuple[str, ...]) -> None:
    ex = UNIT.exercise(
        name,
        3.0,
        kind="fade",
        signature=f"{name}(H)",
        statement=statement,
        hints=hints,
        reference=surprise_left,
        solution=inspect.getsource(surprise_left),
        read="3. Worked example",
    )

    @ex.check("nothing is left when I tells J, all is left when they are independent", kind="fixed")
    def _(f: Any, rng: Any) -> None:
        expect(f(np.array([[0, 4], [4, 0]])), 0.0, atol=NATS)
        expect(f(np.array([[1, 1], [2, 2]])), np.log(2), atol=NATS)

    @ex.check("any H", kind="value", weight=2)
    def _(f: Any, rng: Any) -> None:
        for shape in ((4, 4), (3, 5)):
            H = table(rng, shape)
            expect(f(H), surprise_left(H), atol=NATS, what=f"H(J|I) of a histogram of shape {shape}")

    @ex.check("another H, with an empty row", kind="value", public=False)
    def _(f: Any, rng: Any) -> None:
        for _k in range(2):
            H = np.insert(table(rng, (4, 6)), rng.integers(0, 5), 0, axis=0)
            expect(f(H), surprise_left(H), atol=NATS)

    ex.looks_like("this looks like H(I|J): the rows belong to I, so I's totals are sums along axis 1", _from_i)
    ex.looks_like("this looks like H(I, J): divide p by the row totals inside the logarithm", mistakes.joint_entropy)
    ex.looks_like(
        "this looks like a mean over p(j|i) instead of p: a rare row would count as much as a common one",
        lambda H: float(
            sum(-(r[r > 0] / r.sum() * np.log(r[r > 0] / r.sum())).sum() for r in np.asarray(H, float) if r.any())
        ),
    )


_add_fade(
    "fade_1",
    "What is left of the surprise of J when I is known, H(J|I) in nats. `given` is there: write the last "
    "line, the average.",
    (
        "# 4 residual",
        "H = [[1, 1], [2, 2]]: given is 1/2 everywhere, so H(J|I) = log 2.",
        "return -np.sum(... * np.log(given))",
    ),
)
_add_fade(
    "fade_2",
    "The same, with p, the row totals and the full cells given: write `given`, p(j|i) in the full cells, and "
    "the average.",
    (
        "# 4 residual",
        "H = [[1, 3], [0, 4]]: row 0 of p(j|i) is 1/4, 3/4.",
        "given = (p / np.where(p_I > 0, p_I, 1))[full]",
    ),
)

# --- the written functions --------------------------------------------------------------------------------------------

_u05_mi.add_mi_from_hist(UNIT)
_u05_mi.add_mi(UNIT)
_u05_ratios.add_nmi(UNIT)
_u05_ratios.add_corr_ratio(UNIT)
_u05_slr.add_slr(UNIT)

# --- plug-in ----------------------------------------------------------------------------------------------------------

PLUGIN = UNIT.exercise(
    "plugin",
    15.0,
    kind="plugin",
    signature="check('U05.plugin', MI_from_hist)",
    statement="Your MI_from_hist as `similarity=` of HistogramRegistration, on a T1 and a proton-density picture of "
    "one head: `explore` with it must give the numbers of the engine's own `'mi'`, to 1e-9, and `optimize` must find "
    "the rigid motion between the two.",
    hints=(
        "# 6 step: the engine asks for one number per motion; larger is better.",
        "At H = [[4, 0], [0, 4]] the engine wants 0.6931471805599453, all digits.",
        "An epsilon inside the logarithm shifts the last digits: select the full cells with p > 0 instead.",
    ),
    reference=plain.MI_from_hist,
    solution=inspect.getsource(plain.MI_from_hist),
    read="7. Plug in",
)


def _explored(measure: Any, truth: np.ndarray, walks: Any) -> np.ndarray:
    return _heads.engine(truth, measure).explore(landscapes.Rigid2D(), *walks)[0]


@PLUGIN.check("your value and the engine's agree at every motion within 0.002", kind="value", weight=2)
def _(f: Any, rng: Any) -> None:
    truth, walks = _heads.draw(rng), ((0, [-3.0, 0.5, 2]), (1, [-1, 2.5]), (2, [-4, 0, 1.5]))
    mine, ours = (_explored(m, truth, walks) for m in (_heads.number_of(f), "mi"))
    expect(mine, ours, atol=NATS, what="the landscape of values")


@PLUGIN.check("they are identical to 1e-9", kind="plugin")
def _(f: Any, rng: Any) -> None:
    truth, walks = _heads.draw(rng), ((0, [-2.0, 0, 2]), (1, [-1.5, 0, 1.5]))
    _heads.same_landscape(*(_explored(m, truth, walks) for m in (_heads.number_of(f), "mi")))


@PLUGIN.check("optimize with your measure finds the motion between T1 and PD", kind="value", public=False)
def _(f: Any, rng: Any) -> None:
    truth = _heads.draw(rng)
    _heads.found(_heads.engine(truth, _heads.number_of(f)).optimize("rigid"), truth)


# --- bug of the unit --------------------------------------------------------------------------------------------------

BUG = UNIT.exercise(
    "bug",
    4.0,
    kind="bug",
    signature="bug_fixed(H)",
    statement="The broken MI of the notebook, mended: mutual information of `H` in nats, for every H, square or not.",
    hints=(
        "Print both marginals of H = [[3, 1]]. How many numbers should each have?",
        "H = [[1, 3], [2, 6]] is independent: MI must be 0. What does the broken code say?",
        "Axis 0 is the static picture; its marginal sums over the moving one, which is axis 1.",
    ),
    reference=plain.MI_from_hist,
    solution="def bug_fixed(H):\n"
    "    p = H / H.sum()\n"
    "    p_static = p.sum(axis=1)\n"
    "    p_moving = p.sum(axis=0)\n"
    "    total = 0.0\n"
    "    for s, m in zip(*np.nonzero(p)):\n"
    "        total += p[s, m] * np.log(p[s, m] / (p_static[s] * p_moving[m]))\n"
    "    return total\n",
    read="8. Bug of the unit",
)


@BUG.check("any square H", kind="value", weight=2)
def _(f: Any, rng: Any) -> None:
    for n in (3, 5):
        H = table(rng, (n, n))
        expect(f(H), plain.MI_from_hist(H), atol=NATS)


@BUG.check("independent pictures share nothing", kind="property")
def _(f: Any, rng: Any) -> None:
    H = np.outer(rng.permutation([1, 2, 7, 9]), rng.permutation([3, 1, 12, 5]))
    expect(f(H), 0.0, atol=NATS)


@BUG.check("H that is not square", kind="value", weight=2, public=False)
def _(f: Any, rng: Any) -> None:
    for shape in ((3, 6), (5, 2)):
        H = table(rng, shape)
        expect(f(H), plain.MI_from_hist(H), atol=NATS)


BUG.looks_like(
    "the marginals are still exchanged: summing over axis 0 leaves one number for each column, and columns "
    "are the moving picture",
    mistakes.transposed_marginals,
)


def _transposed(H: Any) -> float:
    """The marginals are exchanged."""
    return mistakes.transposed_marginals(H)


def _static_twice(H: Any) -> float:
    """The marginal of the static picture is used for both."""
    p = np.asarray(H, float) / np.sum(H)
    full = p > 0
    return float(np.sum(p[full] * np.log(p[full] / np.outer(p.sum(axis=1), p.sum(axis=1))[full])))


def _made_symmetric(H: Any) -> float:
    """H is averaged with its transpose first."""
    H = np.asarray(H, float)
    return plain.MI_from_hist(H + H.T)


def _one_sum(H: Any) -> float:
    """One sum over the full cells."""
    return plain.MI_from_hist(H)


def _three_entropies(H: Any) -> float:
    """Three entropies."""
    p = np.asarray(H, float) / np.sum(H)
    h = [-np.sum(x[x > 0] * np.log(x[x > 0])) for x in (p.sum(axis=1), p.sum(axis=0), p)]
    return float(h[0] + h[1] - h[2])


def _what_is_known(H: Any) -> float:
    """The entropy of the moving picture less what is left of it."""
    p = np.sum(np.asarray(H, float), axis=0) / np.sum(H)
    return float(-np.sum(p[p > 0] * np.log(p[p > 0])) - surprise_left(H))


add_bug_check(
    UNIT,
    mutants=(_transposed, _static_twice, _made_symmetric),
    rights=(_one_sum, _three_entropies, _what_is_known),
    kind="bug_check",
    signature="bug_check(f)",
    statement="A check of your own for any function f(H) that claims to be mutual information. It must use "
    "assert, or return True or False; "
    "it must let right functions live and notice exchanged marginals. A function that raises an error counts "
    "as noticed.",
    hints=(
        "For which H do you know MI without computing it?",
        "Independent pictures have MI 0, whatever their histograms are: try np.outer of two different vectors.",
        "H = np.outer([1, 2, 3], [6, 1, 1]); assert abs(f(H)) < 1e-6",
    ),
    solution="def bug_check(f):\n"
    "    H = np.outer([1, 2, 3], [6, 1, 1])  # independent, with different marginals\n"
    "    assert abs(f(H)) < 1e-6\n",
    read="8. Bug of the unit",
)
