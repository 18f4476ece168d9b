"""
Wrong versions of U09's rules that students really write; the checks name them when they see their walks.

Each is a class as small as can be, with the right constructor, and says in its docstring what it does.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from coursereg.course.plain import optimisers as plain

Slope = Callable[[Any], np.ndarray]

# --- momentum ---------------------------------------------------------------------------------------------------------


class Plain(plain.Momentum):
    """Plain descent: what was kept is never used."""

    def step(self, x: Any, grad: Slope) -> Any:
        return x - self.lr * grad(x)


class Uphill(plain.Momentum):
    """Adds the step instead of subtracting it."""

    def step(self, x: Any, grad: Slope) -> Any:
        return 2 * x - super().step(x, grad)


class RateTwice(plain.Momentum):
    """The rate is multiplied in twice."""

    def step(self, x: Any, grad: Slope) -> Any:
        self.v = self.gamma * self.v + self.lr * grad(x)
        return x - self.lr * self.v


class NothingForgotten(plain.Momentum):
    """All earlier steps are kept whole: gamma is 1."""

    def step(self, x: Any, grad: Slope) -> Any:
        self.v = self.v + self.lr * grad(x)
        return x - self.v


class LastStepOnly(plain.Momentum):
    """Keeps a part of the last gradient, not of the last step."""

    def step(self, x: Any, grad: Slope) -> Any:
        g = self.lr * grad(x)
        new = x - self.gamma * self.v - g
        self.v = g
        return new


class OneStepLate(plain.Momentum):
    """Moves by what was kept, and looks at the slope afterwards."""

    def step(self, x: Any, grad: Slope) -> Any:
        new = x - self.v
        self.v = self.gamma * self.v + self.lr * grad(x)
        return new


class Exchanged(plain.Momentum):
    """The two factors have changed places."""

    def step(self, x: Any, grad: Slope) -> Any:
        self.v = self.lr * self.v + self.gamma * grad(x)
        return x - self.v


class WrongSign(plain.Momentum):
    """What was kept pulls back."""

    def step(self, x: Any, grad: Slope) -> Any:
        self.v = -self.gamma * self.v + self.lr * grad(x)
        return x - self.v


class WithoutRate(plain.Momentum):
    """The rate is forgotten."""

    def step(self, x: Any, grad: Slope) -> Any:
        self.v = self.gamma * self.v + grad(x)
        return x - self.v


class DampedGradient(plain.Momentum):
    """gamma multiplies the gradient, too."""

    def step(self, x: Any, grad: Slope) -> Any:
        self.v = self.gamma * (self.v + self.lr * grad(x))
        return x - self.v


class ReturnsStep(plain.Momentum):
    """Returns the step, not the point."""

    def step(self, x: Any, grad: Slope) -> Any:
        super().step(x, grad)
        return self.v


# --- Nesterov ---------------------------------------------------------------------------------------------------------


class LooksBack(plain.Nesterov):
    """Asks at x + gamma v, behind."""

    def step(self, x: Any, grad: Slope) -> Any:
        kept = self.gamma * self.v
        self.v = kept + self.lr * grad(x + kept)
        return x - self.v


class LooksTooFar(plain.Nesterov):
    """Asks at x - v."""

    def step(self, x: Any, grad: Slope) -> Any:
        g = grad(x - self.v)
        self.v = self.gamma * self.v + self.lr * g
        return x - self.v


class DecaysTwice(plain.Nesterov):
    """v is multiplied by gamma before the look ahead, and once more after it."""

    def step(self, x: Any, grad: Slope) -> Any:
        self.v = self.gamma * self.v
        g = grad(x - self.v)
        self.v = self.gamma * self.v + self.lr * g
        return x - self.v


class LeavesFromAhead(plain.Nesterov):
    """The step is taken from the look-ahead point: the kept part counts twice."""

    def step(self, x: Any, grad: Slope) -> Any:
        ahead = x - self.gamma * self.v
        self.v = self.gamma * self.v + self.lr * grad(ahead)
        return ahead - self.v


# --- divided by their own size ----------------------------------------------------------------------------------------


class _Adagrad(plain.Adagrad):
    """Parts of Adagrad that a mistake changes."""

    def gather(self, g: Any) -> None:
        self.v = self.v + g**2

    def divisor(self) -> Any:
        return np.sqrt(self.v) + self.eps

    def step(self, x: Any, grad: Slope) -> Any:
        g = grad(x)
        self.gather(g)
        return x - self.lr * g / self.divisor()


class SumWithoutRoot(_Adagrad):
    """Divides by the sum of squares itself."""

    def divisor(self) -> Any:
        return self.v + self.eps


class SignOnly(_Adagrad):
    """Divides by the last slope alone: nothing is summed."""

    def gather(self, g: Any) -> None:
        self.v = g**2


class OneForAll(_Adagrad):
    """One sum for all parameters."""

    def gather(self, g: Any) -> None:
        self.v = self.v + np.sum(g**2)


class SumOfSizes(_Adagrad):
    """Divides by the sum of absolute slopes."""

    def gather(self, g: Any) -> None:
        self.v = self.v + abs(g)

    def divisor(self) -> Any:
        return self.v + self.eps


class SumThenSquare(_Adagrad):
    """Sums the slopes and squares the sum: signs cancel."""

    def gather(self, g: Any) -> None:
        self.v = self.v + g

    def divisor(self) -> Any:
        return abs(self.v) + self.eps


class MeanOfSquares(_Adagrad):
    """Divides by the root of the mean of all squares."""

    def gather(self, g: Any) -> None:
        self.n = getattr(self, "n", 0) + 1
        self.total = getattr(self, "total", 0.0) + g**2
        self.v = self.total / self.n


class _RMSProp(plain.RMSProp):
    """Parts of RMSProp that a mistake changes."""

    def gather(self, g: Any) -> None:
        self.v = self.beta * self.v + (1 - self.beta) * g**2

    def divisor(self) -> Any:
        return np.sqrt(self.v) + self.eps

    def step(self, x: Any, grad: Slope) -> Any:
        g = grad(x)
        self.gather(g)
        return x - self.lr * g / self.divisor()


class BetaTurned(_RMSProp):
    """beta and 1 - beta have changed places."""

    def gather(self, g: Any) -> None:
        self.v = (1 - self.beta) * self.v + self.beta * g**2


class SumNotMean(_RMSProp):
    """The new square counts whole: 1 - beta is missing."""

    def gather(self, g: Any) -> None:
        self.v = self.beta * self.v + g**2


class StillAdagrad(_RMSProp):
    """Sums all squares: beta is not used."""

    def gather(self, g: Any) -> None:
        self.v = self.v + g**2


class MeanWithoutRoot(_RMSProp):
    """Divides by the mean square itself."""

    def divisor(self) -> Any:
        return self.v + self.eps


class MeanOfSlopes(_RMSProp):
    """The slope is not squared."""

    def gather(self, g: Any) -> None:
        self.v = self.beta * self.v + (1 - self.beta) * abs(g)

    def divisor(self) -> Any:
        return self.v + self.eps


class MeanForAll(_RMSProp):
    """One mean for all parameters."""

    def gather(self, g: Any) -> None:
        self.v = self.beta * self.v + (1 - self.beta) * np.sum(g**2)


class BiasTakenAway(_RMSProp):
    """The mean is corrected as Adam's is."""

    def gather(self, g: Any) -> None:
        self.n = getattr(self, "n", 0) + 1
        super().gather(g)

    def divisor(self) -> Any:
        return np.sqrt(self.v / (1 - self.beta**self.n)) + self.eps


# --- Adam -------------------------------------------------------------------------------------------------------------


class _Adam(plain.Adam):
    """Parts of Adam that a mistake changes."""

    first_step = 1

    def gather(self, g: Any) -> None:
        self.m = self.beta1 * self.m + (1 - self.beta1) * g
        self.v = self.beta2 * self.v + (1 - self.beta2) * g**2

    def means(self, t: int) -> tuple[Any, Any]:
        return self.m / (1 - self.beta1**t), self.v / (1 - self.beta2**t)

    def divisor(self, v: Any) -> Any:
        return np.sqrt(v) + self.eps

    def step(self, x: Any, grad: Slope) -> Any:
        self.gather(grad(x))
        m, v = self.means(self.t + self.first_step)
        self.t += 1
        return x - self.lr * m / self.divisor(v)


class NoCorrection(_Adam):
    """No bias correction."""

    def means(self, t: int) -> tuple[Any, Any]:
        return self.m, self.v


class OnlyMeanCorrected(_Adam):
    """The mean is corrected, the mean square is not."""

    def means(self, t: int) -> tuple[Any, Any]:
        return self.m / (1 - self.beta1**t), self.v


class OnlySquareCorrected(_Adam):
    """The mean square is corrected, the mean is not."""

    def means(self, t: int) -> tuple[Any, Any]:
        return self.m, self.v / (1 - self.beta2**t)


class CountsFromTwo(_Adam):
    """The first step is called number 2."""

    first_step = 2


class FixedCorrection(_Adam):
    """Every step is corrected as the first one."""

    def means(self, t: int) -> tuple[Any, Any]:
        return self.m / (1 - self.beta1), self.v / (1 - self.beta2)


class CorrectsInPlace(_Adam):
    """The corrected means are kept, and corrected again at the next step."""

    def means(self, t: int) -> tuple[Any, Any]:
        self.m, self.v = super().means(t)
        return self.m, self.v


class BetasExchanged(_Adam):
    """beta1 and beta2 have changed places."""

    def gather(self, g: Any) -> None:
        self.m = self.beta2 * self.m + (1 - self.beta2) * g
        self.v = self.beta1 * self.v + (1 - self.beta1) * g**2

    def means(self, t: int) -> tuple[Any, Any]:
        return self.m / (1 - self.beta2**t), self.v / (1 - self.beta1**t)


class SlopeNotMean(_Adam):
    """The numerator is the last slope: RMSProp with a correction."""

    def gather(self, g: Any) -> None:
        super().gather(g)
        self.g = g

    def means(self, t: int) -> tuple[Any, Any]:
        return self.g, super().means(t)[1]


class NoRoot(_Adam):
    """Divides by the mean square itself."""

    def divisor(self, v: Any) -> Any:
        return v + self.eps


class SquareOfMean(_Adam):
    """The mean square is the square of the mean."""

    def gather(self, g: Any) -> None:
        super().gather(g)
        self.v = self.m**2
