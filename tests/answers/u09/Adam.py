"""Answers to U09.Adam: classes."""

import numpy as np

from answers import right, wrong
from answers.u09 import OneBuffer


class _Base:
    """A right one, for the wrong ones to go wrong in one place."""

    first = 1

    def __init__(self, lr=0.1, beta1=0.9, beta2=0.999, eps=1e-8):
        self.lr, self.beta1, self.beta2, self.eps = lr, beta1, beta2, eps
        self.m, self.v, self.t = 0.0, 0.0, 0

    def gather(self, g):
        self.m = self.beta1 * self.m + (1 - self.beta1) * g
        self.v = self.beta2 * self.v + (1 - self.beta2) * g * g

    def means(self, t):
        return self.m / (1 - self.beta1**t), self.v / (1 - self.beta2**t)

    def step(self, x, grad):
        self.t += 1
        self.gather(grad(x))
        m, v = self.means(self.t + self.first - 1)
        return x - self.lr * m / (np.sqrt(v) + self.eps)


@right("the corrections put into the rate, as at the end of the paper's section 2")
class IntoTheRate(_Base):
    def step(self, x, grad):
        self.t += 1
        self.gather(grad(x))
        rate = self.lr * np.sqrt(1 - self.beta2**self.t) / (1 - self.beta1**self.t)
        return x - rate * self.m / (np.sqrt(self.v) + self.eps)


@right("eps inside the root")
class Inside(_Base):
    def step(self, x, grad):
        self.t += 1
        self.gather(grad(x))
        m, v = self.means(self.t)
        return x - self.lr * m / np.sqrt(v + self.eps)


@right("the powers of beta kept as products")
class Products(_Base):
    def __init__(self, lr=0.1, beta1=0.9, beta2=0.999, eps=1e-8):
        super().__init__(lr, beta1, beta2, eps)
        self.power1 = self.power2 = 1.0

    def step(self, x, grad):
        self.gather(np.asarray(grad(x), dtype=float))
        self.power1 *= self.beta1
        self.power2 *= self.beta2
        return x - self.lr * (self.m / (1 - self.power1)) / ((self.v / (1 - self.power2)) ** 0.5 + self.eps)


@right("weighted means of all slopes: the weights sum to 1, so there is nothing to correct")
class Weighted(_Base):
    def __init__(self, lr=0.1, beta1=0.9, beta2=0.999, eps=1e-8):
        super().__init__(lr, beta1, beta2, eps)
        self.seen = []

    def step(self, x, grad):
        self.seen.append(np.array(grad(x), float))
        ages = np.arange(len(self.seen))[::-1]
        m = np.average(self.seen, axis=0, weights=self.beta1**ages)
        v = np.average(np.square(self.seen), axis=0, weights=self.beta2**ages)
        return list(x - self.lr * m / (np.sqrt(v) + self.eps))


@right("in place in arrays of its own, made at the first step")
class Lazily(_Base):
    def step(self, x, grad):
        g = grad(x)
        if self.t == 0:
            self.m, self.v = np.zeros(len(x)), np.zeros(len(x))
        self.t += 1
        self.m += (1 - self.beta1) * (g - self.m)
        self.v += (1 - self.beta2) * (g**2 - self.v)
        m, v = self.means(self.t)
        return x - self.lr * m / (np.sqrt(v) + self.eps)


@right("single precision")
class Single(_Base):
    def step(self, x, grad):
        return np.asarray(super().step(np.asarray(x, np.float32), lambda at: np.float32(grad(at))), np.float32)


@wrong("no bias correction", says="without the bias correction")
class NoCorrection(_Base):
    def means(self, t):
        return self.m, self.v


@wrong("only m is corrected", says="correction of m only")
class OnlyM(_Base):
    def means(self, t):
        return self.m / (1 - self.beta1**t), self.v


@wrong("only v is corrected", says="correction of v only")
class OnlyV(_Base):
    def means(self, t):
        return self.m, self.v / (1 - self.beta2**t)


@wrong("t starts at 2", says="counted from 2")
class FromTwo(_Base):
    first = 2


@wrong("t starts at 0: a division by 0")
class FromZero(_Base):
    first = 0

    def means(self, t):
        with np.errstate(all="ignore"):
            return self.m / np.float64(1 - self.beta1**t), self.v / np.float64(1 - self.beta2**t)


@wrong("t is never counted", says="correction of step 1")
class Uncounted(_Base):
    def means(self, t):
        return self.m / (1 - self.beta1), self.v / (1 - self.beta2)


@wrong("the corrected means are kept", says="corrected means that are kept")
class Kept(_Base):
    def means(self, t):
        self.m, self.v = super().means(t)
        return self.m, self.v


@wrong("beta1 and beta2 exchanged", says="beta1 and beta2 exchanged")
class Exchanged(_Base):
    def __init__(self, lr=0.1, beta1=0.9, beta2=0.999, eps=1e-8):
        super().__init__(lr, beta2, beta1, eps)


@wrong("the last slope instead of m", says="last slope")
class LastSlope(_Base):
    def step(self, x, grad):
        self.t += 1
        g = grad(x)
        self.gather(g)
        return x - self.lr * g / (np.sqrt(self.means(self.t)[1]) + self.eps)


@wrong("no root", says="its *root*")
class NoRoot(_Base):
    def step(self, x, grad):
        self.t += 1
        self.gather(grad(x))
        m, v = self.means(self.t)
        return x - self.lr * m / (v + self.eps)


@wrong("v from the mean", says="square of the mean")
class SquareOfMean(_Base):
    def gather(self, g):
        super().gather(g)
        self.v = self.m**2


@wrong("the correction multiplied")
class Multiplied(_Base):
    def means(self, t):
        return self.m * (1 - self.beta1**t), self.v * (1 - self.beta2**t)


@wrong("the power and the product confused: 1 - beta t")
class Product(_Base):
    def means(self, t):
        return self.m / (1 - self.beta1 * t), abs(self.v / (1 - self.beta2 * t))


@wrong("v corrected with beta1")
class OneBeta(_Base):
    def means(self, t):
        return self.m / (1 - self.beta1**t), self.v / (1 - self.beta1**t)


@wrong("(1 - beta1) is missing")
class CountsWhole(_Base):
    def gather(self, g):
        super().gather(g)
        self.m = self.m + self.beta1 * g


@wrong("beta and 1 - beta exchanged")
class Turned(_Base):
    def gather(self, g):
        self.m = (1 - self.beta1) * self.m + self.beta1 * g
        self.v = (1 - self.beta2) * self.v + self.beta2 * g * g


@wrong("one v for all parameters")
class OneForAll(_Base):
    def gather(self, g):
        super().gather(np.asarray(g))
        self.s = self.beta2 * getattr(self, "s", 0.0) + (1 - self.beta2) * np.dot(g, g)
        self.v = self.s


@wrong("the largest v so far: AMSGrad")
class Largest(_Base):
    top = 0.0

    def means(self, t):
        m, v = super().means(t)
        self.top = np.maximum(self.top, v)
        return m, self.top


@wrong("absolute values for squares")
class Absolute(_Base):
    def gather(self, g):
        super().gather(g)
        self.a = self.beta2 * getattr(self, "a", 0.0) + (1 - self.beta2) * np.abs(g)
        self.v = self.a**2

    def means(self, t):
        return self.m / (1 - self.beta1**t), self.v / (1 - self.beta2**t) ** 2


@wrong("the largest slope instead of the mean square: Adamax")
class Adamax(_Base):
    u = 0.0

    def step(self, x, grad):
        self.t += 1
        g = grad(x)
        self.gather(g)
        self.u = np.maximum(self.beta2 * self.u, np.abs(g))
        return x - self.lr / (1 - self.beta1**self.t) * self.m / (self.u + self.eps)


@wrong("a look ahead in m: NAdam")
class NAdam(_Base):
    def step(self, x, grad):
        self.t += 1
        g = grad(x)
        self.gather(g)
        m, v = self.means(self.t)
        ahead = self.beta1 * m + (1 - self.beta1) * g / (1 - self.beta1**self.t)
        return x - self.lr * ahead / (np.sqrt(v) + self.eps)


@wrong("weights decay towards 0: AdamW")
class AdamW(_Base):
    def step(self, x, grad):
        return super().step(x, grad) - self.lr * 0.01 * x


@wrong("uphill")
class Uphill(_Base):
    def step(self, x, grad):
        return 2 * x - super().step(x, grad)


@wrong("the sign of the slope: right at the first step only")
class Sign(_Base):
    def step(self, x, grad):
        return x - self.lr * np.sign(grad(x))


@wrong("no eps")
class NoEps(_Base):
    def step(self, x, grad):
        self.t += 1
        self.gather(grad(x))
        m, v = self.means(self.t)
        with np.errstate(all="ignore"):
            return x - self.lr * m / np.sqrt(v)


@wrong("eps typed in")
class EpsTypedIn(_Base):
    def __init__(self, lr=0.1, beta1=0.9, beta2=0.999, eps=1e-8):
        super().__init__(lr, beta1, beta2, 1e-8)


@wrong("the betas typed in")
class TypedIn(_Base):
    def __init__(self, lr=0.1, beta1=0.9, beta2=0.999, eps=1e-8):
        super().__init__(lr, 0.9, 0.999, eps)


@wrong("the default lr of another library")
class OtherDefault(_Base):
    def __init__(self, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
        super().__init__(lr, beta1, beta2, eps)


@wrong("steps are counted by the class")
class CountsTogether(_Base):
    count = 0

    def __init__(self, lr=0.1, beta1=0.9, beta2=0.999, eps=1e-8):
        super().__init__(lr, beta1, beta2, eps)
        CountsTogether.count = 0

    def means(self, t):
        CountsTogether.count += 1
        return super().means(CountsTogether.count)


@wrong("changes x in place")
class InPlace(_Base):
    def step(self, x, grad):
        new = super().step(x, grad)
        if x.dtype.kind == "f":
            x[:] = new
        return new


@wrong("whole numbers stay whole")
class WholeNumbers(_Base):
    def step(self, x, grad):
        return super().step(x, grad).astype(x.dtype)


@wrong("stops where the ground is level, and does not count the step")
class StopsWhereLevel(_Base):
    def step(self, x, grad):
        g = grad(x)
        return super().step(x, lambda at: g) if np.any(g) else x.copy()


@wrong("keeps its own x and ignores the argument", says="wherever x is")
class OwnPoint(_Base):
    x = None

    def step(self, x, grad):
        self.x = super().step(np.array(x, float) if self.x is None else self.x, grad)
        return self.x.copy()


@wrong("another default of beta2", says="beta2 was left out")
class OtherBeta2(_Base):
    def __init__(self, lr=0.1, beta1=0.9, beta2=0.99, eps=1e-8):
        super().__init__(lr, beta1, beta2, eps)


@wrong("a longer default of beta2", says="beta2 was left out")
class LongerBeta2(_Base):
    def __init__(self, lr=0.1, beta1=0.9, beta2=0.9999, eps=1e-8):
        super().__init__(lr, beta1, beta2, eps)


@wrong("another default of eps", says="eps was left out")
class OtherEps(_Base):
    def __init__(self, lr=0.1, beta1=0.9, beta2=0.999, eps=1e-7):
        super().__init__(lr, beta1, beta2, eps)


@wrong("beta2 before beta1", says="by position")
class BetasInOtherOrder(_Base):
    def __init__(self, lr=0.1, beta2=0.999, beta1=0.9, eps=1e-8):
        super().__init__(lr, beta1, beta2, eps)


@wrong("eps before the betas", says="by position")
class EpsSecond(_Base):
    def __init__(self, lr=0.1, eps=1e-8, beta1=0.9, beta2=0.999):
        super().__init__(lr, beta1, beta2, eps)


@wrong("the correction of v ends after 45 steps", says="t counts on")
class CorrectionEnds(_Base):
    def means(self, t):
        m, v = super().means(t)
        return m, v if t <= 45 else self.v


@wrong("t counts to 100 and no further", says="t counts on")
class CountsToAHundred(_Base):
    def means(self, t):
        return super().means(min(t, 100))


@wrong("returns one array of its own, which the next step overwrites")
class OneArray(OneBuffer, _Base):
    pass
