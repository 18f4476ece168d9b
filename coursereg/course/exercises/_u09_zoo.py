"""U09's five classes in words: what each does, its hints, the mistakes that are named, other legal forms."""

from __future__ import annotations

from typing import Any

import numpy as np

from coursereg.course.exercises import _u09_mistakes as mistakes
from coursereg.course.exercises._u09_rules import (
    Rule,
    asks_ahead,
    asks_at_x,
    counts_for_ever,
    eps_counts,
    first_step_is_lr,
    forgets_the_scale,
    grows_with_the_slope,
    is_descent_without_memory,
)
from coursereg.course.plain import optimisers as plain

COMMON = (
    " `step(x, grad)` returns the point after x, a new array: `x` is an array of shape (n,), of floats or of whole "
    "numbers, and is not changed; `grad` is a function that takes a point and returns the gradient there, an array of "
    "shape (n,). What the rule must remember belongs to the object, and starts at 0."
)

# --- other legal forms ------------------------------------------------------------------------------------------------


def _averaged(f: Any) -> Any:
    """Take a v that is a running mean, and a step lr v: ours with a smaller rate."""
    return lambda lr=0.1, gamma=0.9: f(lr=lr / (1 - gamma), gamma=gamma)


class _Lifted:
    """A Nesterov whose points are the look-ahead points: y = x - gamma v."""

    def __init__(self, rule: Any, gamma: float) -> None:
        self._rule, self._gamma, self._v = rule, gamma, 0.0

    def call(self, method: str, x: Any, grad: Any) -> Any:
        """Step from the look-ahead point, and say where x is then."""
        ahead = self._rule.call(method, x - self._gamma * self._v, grad)
        new = (np.asarray(ahead, float) + self._gamma * np.asarray(x)) / (1 + self._gamma)
        self._v = x - new
        return new


def _looking_ahead(f: Any) -> Any:
    return lambda lr=0.1, gamma=0.9: _Lifted(f(lr=lr, gamma=gamma), gamma)


# --- the rules --------------------------------------------------------------------------------------------------------

MEMORY = {"lr": (0.02, 0.15), "gamma": (0.5, 0.9)}

MOMENTUM = Rule(
    plain.Momentum,
    MEMORY,
    "Descent with momentum. A step keeps the part `gamma` of the one before it and adds `lr` times the gradient: `v = "
    "gamma v + lr grad(x)`, and the new point is `x - v`. With gamma = 0 it is plain descent." + COMMON,
    (
        "# 6 step: what is left of the last step, plus a new push downhill.",
        "grad(x) = 2 x, lr = 0.25, gamma = 0.5, from x = 4: v = 0.25 * 8 = 2, so x = 2; then v = 0.5 * 2 + 0.25 * 4 = "
        "2, so x = 0.",
        "self.v = self.gamma * self.v + self.lr * grad(x), with self.v = 0.0 in __init__",
    ),
    {"lr": 0.25, "gamma": 0.5},
    "6. Write: momentum",
    (
        ("this looks like plain descent: v must be kept in self from one step to the next", mistakes.Plain),
        ("this looks like a walk uphill: the new point is x - v", mistakes.Uphill),
        ("this looks like lr multiplied in twice: it is in v already", mistakes.RateTwice),
        ("this looks like gamma = 1: v = gamma v + ..., or no step is ever forgotten", mistakes.NothingForgotten),
        ("this looks like a part of the last gradient: keep a part of the last *step* v", mistakes.LastStepOnly),
        ("this looks like a step with the old v: first bring v up to date, then move", mistakes.OneStepLate),
        ("this looks like lr and gamma exchanged: v = gamma v + lr g", mistakes.Exchanged),
        ("this looks like a v that pulls back: it is gamma v *plus* lr g", mistakes.WrongSign),
        ("this looks like a step without lr", mistakes.WithoutRate),
        ("this looks like gamma on the gradient, too: it belongs to v alone, gamma v + lr g", mistakes.DampedGradient),
        ("this looks like v itself: the new point is x - v", mistakes.ReturnsStep),
    ),
    (asks_at_x, is_descent_without_memory, grows_with_the_slope),
    (
        (
            "this is right for v as a running *mean*, gamma v + (1 - gamma) g, and the step lr v. That is a legal "
            "definition; ours adds the whole gradient, so its steps are 1 / (1 - gamma) times as long for one lr",
            _averaged,
        ),
    ),
    {"lr": 0.1, "gamma": 0.9},
)

NESTEROV = Rule(
    plain.Nesterov,
    MEMORY,
    "Nesterov's accelerated gradient: momentum that asks for the slope where the kept part of the step ends. With v "
    "the last step, `v = gamma v + lr grad(x - gamma v)`, and the new point is `x - v`. On both sides of the first "
    "formula, gamma v is that of the *old* v; the point that is returned is x - v, not the point ahead." + COMMON,
    (
        "# 5 gradient: where do you ask? A part of the step is certain before you know the slope.",
        "grad(x) = 2 x, lr = 0.25, gamma = 0.5, from x = 4: v = 2, so x = 2. Now ask at 2 - 0.5 * 2 = 1: v = 1 + 0.25 "
        "* 2 = 1.5, so x = 0.5.",
        "kept = self.gamma * self.v; then grad(x - kept)",
    ),
    {"lr": 0.25, "gamma": 0.5},
    "6. Write: Nesterov",
    (
        ("this looks like momentum: the gradient is asked at x, not ahead at x - gamma v", plain.Momentum),
        ("this looks like a look back: ahead is x - gamma v", mistakes.LooksBack),
        ("this looks like a look too far ahead, at x - v: only gamma v is kept", mistakes.LooksTooFar),
        ("this looks like v multiplied by gamma twice in a step", mistakes.DecaysTwice),
        (
            "this looks like a step from the look-ahead point: gamma v is in v already, so move from x",
            mistakes.LeavesFromAhead,
        ),
        ("this looks like plain descent: v must be kept in self from one step to the next", mistakes.Plain),
    ),
    (asks_ahead, is_descent_without_memory, grows_with_the_slope),
    (
        (
            "this is Nesterov's rule told by its look-ahead points: your x is our x - gamma v, as in PyTorch. That is "
            "a legal form with another sequence of points; ours asks at x - gamma v and returns x - v",
            _looking_ahead,
        ),
    ),
    {"lr": 0.1, "gamma": 0.9},
)

ADAGRAD = Rule(
    plain.Adagrad,
    {"lr": (0.2, 0.6)},
    "Adagrad: each parameter's step is divided by the root of the sum of all its squared slopes so far, the present "
    "one included: `v = v + g**2`, then `x - lr g / (sqrt(v) + eps)`, entry by entry, with g = grad(x). `eps` keeps "
    "it from dividing by 0; inside of the root, sqrt(v + eps), it does so as well." + COMMON,
    (
        "# 6 step: a parameter with steep slopes gets short steps, one with gentle slopes long ones.",
        "grad(x) = 2 x, lr = 0.5, from x = 4: g = 8, v = 64, x = 4 - 0.5 * 8 / 8 = 3.5. Then g = 7, v = 113, "
        "x = 3.5 - 0.5 * 7 / 10.63 = 3.171.",
        "self.v = self.v + g**2, with self.v = 0.0 in __init__",
    ),
    {"lr": 0.5},
    "6. Write: rules that divide by the slope's own size",
    (
        ("this looks like a division by the sum of squares: its *root* is wanted", mistakes.SumWithoutRoot),
        ("this looks like the sign of the slope: v must sum the squares of all steps", mistakes.SignOnly),
        ("this looks like one sum for all parameters: each has its own", mistakes.OneForAll),
        ("this looks like a sum of |g|: the squares are summed, then the root is taken", mistakes.SumOfSizes),
        ("this looks like a sum of slopes, whose signs cancel: square first", mistakes.SumThenSquare),
        ("this looks like a mean of squares: Adagrad takes their sum", mistakes.MeanOfSquares),
    ),
    (asks_at_x, forgets_the_scale, eps_counts),
    defaults={"lr": 0.1, "eps": 1e-8},
)

RMSPROP = Rule(
    plain.RMSProp,
    {"lr": (0.01, 0.025), "beta": (0.6, 0.95)},
    "RMSProp: as Adagrad, but with a running *mean* of the squared slopes, so that old ones are forgotten: `v = beta v "
    "+ (1 - beta) g**2`, then `x - lr g / (sqrt(v) + eps)`, entry by entry, with g = grad(x). The mean starts at 0 and "
    "is taken as it is. `eps` may stand inside of the root, too." + COMMON,
    (
        "# 6 step: like Adagrad's, but v may fall again.",
        "grad(x) = 2 x, lr = 0.5, beta = 0.75, from x = 4: g = 8, v = 0.25 * 64 = 16, x = 4 - 0.5 * 8 / 4 = 3. Then "
        "g = 6, v = 0.75 * 16 + 0.25 * 36 = 21, x = 3 - 0.5 * 6 / 4.583 = 2.345.",
        "self.v = self.beta * self.v + (1 - self.beta) * g**2",
    ),
    {"lr": 0.5, "beta": 0.75},
    "6. Write: rules that divide by the slope's own size",
    (
        ("this looks like beta and 1 - beta exchanged: beta is the part that is kept", mistakes.BetaTurned),
        ("this looks like a new square that counts whole: a mean needs (1 - beta) g**2", mistakes.SumNotMean),
        ("this looks like Adagrad: old squares must fade, beta v", mistakes.StillAdagrad),
        ("this looks like a division by the mean square: its *root* is wanted", mistakes.MeanWithoutRoot),
        ("this looks like a mean of |g|: the squares are averaged, then the root is taken", mistakes.MeanOfSlopes),
        ("this looks like one mean for all parameters: each has its own", mistakes.MeanForAll),
        ("this looks like a mean corrected as Adam's is: RMSProp takes it as it is", mistakes.BiasTakenAway),
    ),
    (asks_at_x, forgets_the_scale, eps_counts),
    defaults={"lr": 0.1, "beta": 0.9, "eps": 1e-8},
)

ADAM = Rule(
    plain.Adam,
    {"lr": (0.05, 0.15), "beta1": (0.5, 0.9), "beta2": (0.8, 0.999)},
    "Adam: the running mean of the slopes over the root of the running mean of their squares. With g = grad(x): `m = "
    "beta1 m + (1 - beta1) g` and `v = beta2 v + (1 - beta2) g**2`. Both start at 0 and are too small at first; at "
    "step t = 1, 2, ... the *corrected* means are m / (1 - beta1**t) and v / (1 - beta2**t), and the new point is `x - "
    "lr m_corrected / (sqrt(v_corrected) + eps)`. The corrected means are used, not kept. `eps` may stand inside of "
    "the root, too." + COMMON,
    (
        "# 6 step: two running means, each divided by what is missing in it at step t.",
        "grad(x) = 2 x, lr = 0.5, beta1 = 0.5, beta2 = 0.75, from x = 4: g = 8, m = 4, v = 16; corrected m = 4 / 0.5 = "
        "8, v = 16 / 0.25 = 64; x = 4 - 0.5 * 8 / 8 = 3.5. Then g = 7, m = 5.5, v = 24.25; corrected 7.333 and 55.43; "
        "x = 3.5 - 0.5 * 7.333 / 7.445 = 3.008.",
        "self.t += 1; ... m = self.m / (1 - self.beta1**self.t)",
    ),
    {"lr": 0.5, "beta1": 0.5, "beta2": 0.75},
    "6. Write: Adam",
    (
        (
            "this looks like Adam without the bias correction: divide m and v by 1 - beta**t, with t = 1 at the first "
            "step of each object",
            mistakes.NoCorrection,
        ),
        ("this looks like a correction of m only: v starts at 0, too", mistakes.OnlyMeanCorrected),
        ("this looks like a correction of v only: m starts at 0, too", mistakes.OnlySquareCorrected),
        ("this looks like steps that are counted from 2: the first one is t = 1", mistakes.CountsFromTwo),
        ("this looks like the correction of step 1 at every step: the power is t", mistakes.FixedCorrection),
        ("this looks like corrected means that are kept: correct copies, keep m and v", mistakes.CorrectsInPlace),
        ("this looks like beta1 and beta2 exchanged: beta1 belongs to the slopes", mistakes.BetasExchanged),
        ("this looks like the last slope over the root: Adam takes the running mean m", mistakes.SlopeNotMean),
        ("this looks like a division by the mean square: its *root* is wanted", mistakes.NoRoot),
        ("this looks like the square of the mean: v is the mean of the squares", mistakes.SquareOfMean),
    ),
    (asks_at_x, forgets_the_scale, first_step_is_lr, eps_counts, counts_for_ever),
    defaults={"lr": 0.1, "beta1": 0.9, "beta2": 0.999, "eps": 1e-8},
)

ZOO = (MOMENTUM, NESTEROV, ADAGRAD, RMSPROP, ADAM)
