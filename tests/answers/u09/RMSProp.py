"""Answers to U09.RMSProp: classes."""

import numpy as np

from answers import right, wrong
from answers.u09 import OneBuffer


class _Base:
    """A right one, for the wrong ones to go wrong in one place."""

    def __init__(self, lr=0.1, beta=0.9, eps=1e-8):
        self.lr, self.beta, self.eps, self.v = lr, beta, eps, 0.0

    def gather(self, g):
        self.v = self.beta * self.v + (1 - self.beta) * g * g

    def divisor(self):
        return np.sqrt(self.v) + self.eps

    def step(self, x, grad):
        g = grad(x)
        self.gather(g)
        return x - self.lr * g / self.divisor()


@right("eps inside the root")
class Inside(_Base):
    def divisor(self):
        return np.sqrt(self.v + self.eps)


@right("moves the mean a part of the way")
class PartOfTheWay(_Base):
    def gather(self, g):
        self.v = self.v + (1 - self.beta) * (g**2 - self.v)


@right("in place in an array of its own, made at the first step")
class Lazily(_Base):
    def gather(self, g):
        if np.ndim(self.v) == 0:
            self.v = np.zeros(np.shape(g))
        self.v *= self.beta
        self.v += (1.0 - self.beta) * np.square(g)


@right("keeps every slope, weighted anew")
class History(_Base):
    def __init__(self, lr=0.1, beta=0.9, eps=1e-8):
        self.lr, self.beta, self.eps, self.seen = lr, beta, eps, []

    def step(self, x, grad):
        self.seen.append(np.array(grad(x), float))
        weights = (1 - self.beta) * self.beta ** np.arange(len(self.seen))[::-1]
        v = np.einsum("k,ki->i", weights, np.square(self.seen))
        return x - self.lr / (v**0.5 + self.eps) * self.seen[-1]


@right("a loop, a list comes back")
class Loop(_Base):
    def step(self, x, grad):
        g = grad(x)
        v = self.v if np.ndim(self.v) else [0.0] * len(x)
        self.v = [self.beta * v[i] + (1 - self.beta) * g[i] ** 2 for i in range(len(x))]
        return [float(x[i] - self.lr * g[i] / (self.v[i] ** 0.5 + self.eps)) for i in range(len(x))]


@right("single precision")
class Single(_Base):
    def step(self, x, grad):
        return np.asarray(super().step(np.asarray(x, np.float32), lambda at: np.float32(grad(at))), np.float32)


@wrong("beta and 1 - beta exchanged", says="exchanged")
class Turned(_Base):
    def gather(self, g):
        self.v = (1 - self.beta) * self.v + self.beta * g * g


@wrong("(1 - beta) is missing", says="counts whole")
class CountsWhole(_Base):
    def gather(self, g):
        self.v = self.beta * self.v + g * g


@wrong("is Adagrad", says="this looks like Adagrad")
class Adagrad(_Base):
    def gather(self, g):
        self.v = self.v + g * g


@wrong("no root", says="its *root*")
class NoRoot(_Base):
    def divisor(self):
        return self.v + self.eps


@wrong("the mean of absolute slopes", says="mean of |g|")
class Absolute(_Base):
    def gather(self, g):
        self.v = self.beta * self.v + (1 - self.beta) * np.abs(g)

    def divisor(self):
        return self.v + self.eps


@wrong("the slope is not squared: the root of a negative number")
class NotSquared(_Base):
    def gather(self, g):
        self.v = self.beta * self.v + (1 - self.beta) * g


@wrong("one mean for all", says="one mean for all")
class OneForAll(_Base):
    def gather(self, g):
        self.v = self.beta * self.v + (1 - self.beta) * np.dot(g, g)


@wrong("the mean of the squares over the parameters")
class MeanOverAll(_Base):
    def gather(self, g):
        self.v = self.beta * self.v + (1 - self.beta) * np.mean(g * g)


@wrong("corrected as Adam's", says="corrected as Adam's")
class Corrected(_Base):
    n = 0

    def step(self, x, grad):
        g = grad(x)
        self.gather(g)
        self.n += 1
        return x - self.lr * g / (np.sqrt(self.v / (1 - self.beta**self.n)) + self.eps)


@wrong("starts with the first square whole")
class StartsFull(_Base):
    def gather(self, g):
        first = np.ndim(self.v) == 0
        self.v = g * g if first else self.beta * self.v + (1 - self.beta) * g * g


@wrong("divides by the old mean")
class Late(_Base):
    def step(self, x, grad):
        g = grad(x)
        new = x - self.lr * g / self.divisor()
        self.gather(g)
        return new


@wrong("no eps")
class NoEps(_Base):
    def divisor(self):
        return np.sqrt(self.v)


@wrong("eps typed in")
class EpsTypedIn(_Base):
    def divisor(self):
        return np.sqrt(self.v) + 1e-8


@wrong("beta typed in")
class BetaTypedIn(_Base):
    def gather(self, g):
        self.v = 0.9 * self.v + 0.1 * g * g


@wrong("the default beta of another library")
class OtherDefault(_Base):
    def __init__(self, lr=0.1, beta=0.99, eps=1e-8):
        super().__init__(lr, beta, eps)


@wrong("the square of the mean slope")
class SquareOfMean(_Base):
    m = 0.0

    def gather(self, g):
        self.m = self.beta * self.m + (1 - self.beta) * g
        self.v = self.m**2


@wrong("momentum of the slopes on top")
class WithMomentum(_Base):
    m = 0.0

    def step(self, x, grad):
        g = grad(x)
        self.gather(g)
        self.m = self.beta * self.m + (1 - self.beta) * g
        return x - self.lr * self.m / self.divisor()


@wrong("the variance: the square of the mean is subtracted")
class Centred(_Base):
    m = 0.0

    def gather(self, g):
        super().gather(g)
        self.m = self.beta * self.m + (1 - self.beta) * g

    def divisor(self):
        return np.sqrt(self.v - self.m**2) + self.eps


@wrong("uphill")
class Uphill(_Base):
    def step(self, x, grad):
        return 2 * x - super().step(x, grad)


@wrong("the mean belongs to the class")
class OfTheClass(_Base):
    def __init__(self, lr=0.1, beta=0.9, eps=1e-8):
        self.lr, self.beta, self.eps = lr, beta, eps
        OfTheClass.v = 0.0

    def gather(self, g):
        OfTheClass.v = self.beta * OfTheClass.v + (1 - self.beta) * g * g


@wrong("changes x in place")
class InPlace(_Base):
    def step(self, x, grad):
        new = super().step(x, grad)
        if x.dtype.kind == "f":
            x[:] = new
        return new


@wrong("the point is cut to the dtype of x")
class WholeNumbers(_Base):
    def step(self, x, grad):
        return super().step(x, grad).astype(x.dtype)


@wrong("the mean is forgotten where a slope is 0")
class Forgets(_Base):
    def gather(self, g):
        self.v = np.where(g == 0, 0.0, self.beta * self.v + (1 - self.beta) * g * g)

    def step(self, x, grad):
        g = grad(x)
        self.gather(g)
        return x - self.lr * g / np.where(g == 0, 1.0, np.sqrt(self.v))


@wrong("the direction of the whole slope, one length for all")
class Direction(_Base):
    def step(self, x, grad):
        g = grad(x)
        return x - self.lr * g / (np.linalg.norm(g) + self.eps)


@wrong("keeps its own x and ignores the argument", says="wherever x is")
class OwnPoint(_Base):
    x = None

    def step(self, x, grad):
        self.x = super().step(np.array(x, float) if self.x is None else self.x, grad)
        return self.x.copy()


@wrong("another default of eps", says="eps was left out")
class OtherEps(_Base):
    def __init__(self, lr=0.1, beta=0.9, eps=1e-6):
        super().__init__(lr, beta, eps)


@wrong("eps before beta", says="by position")
class OtherOrder(_Base):
    def __init__(self, lr=0.1, eps=1e-8, beta=0.9):
        super().__init__(lr, beta, eps)


@wrong("returns one array of its own, which the next step overwrites")
class OneArray(OneBuffer, _Base):
    pass
