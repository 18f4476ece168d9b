"""Answers to U09.Adagrad: classes."""

import numpy as np

from answers import right, wrong
from answers.u09 import OneBuffer


class _Base:
    """A right one, for the wrong ones to go wrong in one place."""

    def __init__(self, lr=0.1, eps=1e-8):
        self.lr, self.eps, self.v = lr, eps, 0.0

    def gather(self, g):
        self.v = self.v + g * g

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


@right("eps squared inside the root")
class SquaredInside(_Base):
    def divisor(self):
        return np.sqrt(self.v + self.eps**2)


@right("a rate for each parameter, then descent")
class RateOfEach(_Base):
    def step(self, x, grad):
        g = np.asarray(grad(x))
        self.v = np.add(self.v, np.square(g))
        rate = self.lr / (self.eps + self.v**0.5)
        return np.subtract(x, rate * g)


@right("keeps every slope, and sums them anew")
class History(_Base):
    def __init__(self, lr=0.1, eps=1e-8):
        self.lr, self.eps, self.seen = lr, eps, []

    def step(self, x, grad):
        self.seen.append(np.array(grad(x), float))
        length = np.linalg.norm(np.array(self.seen), axis=0)
        return x - self.lr * self.seen[-1] / (length + self.eps)


@right("asks twice, a loop, a list comes back")
class Loop(_Base):
    def step(self, x, grad):
        if np.ndim(self.v) == 0:
            self.v = np.zeros(len(x))
        new = []
        for i in range(len(x)):
            self.v[i] += grad(x)[i] ** 2
        for i in range(len(x)):
            new.append(x[i] - self.lr * grad(x)[i] / (self.v[i] ** 0.5 + self.eps))
        return new


@right("single precision")
class Single(_Base):
    def step(self, x, grad):
        return np.asarray(super().step(np.asarray(x, np.float32), lambda at: np.float32(grad(at))), np.float32)


@wrong("no root", says="its *root*")
class NoRoot(_Base):
    def divisor(self):
        return self.v + self.eps


@wrong("no sum: the sign of the slope", says="sign of the slope")
class NoSum(_Base):
    def gather(self, g):
        self.v = g * g


@wrong("one sum for all parameters", says="one sum for all")
class OneForAll(_Base):
    def gather(self, g):
        self.v = self.v + np.dot(g, g)


@wrong("absolute values instead of squares", says="sum of |g|")
class Absolute(_Base):
    def gather(self, g):
        self.v = self.v + np.abs(g)

    def divisor(self):
        return self.v + self.eps


@wrong("root of the sum of absolute values")
class RootOfAbsolute(_Base):
    def gather(self, g):
        self.v = self.v + np.abs(g)


@wrong("the mean of the squares", says="mean of squares")
class Mean(_Base):
    n = 0

    def gather(self, g):
        self.v = (self.v * self.n + g * g) / (self.n + 1)
        self.n += 1


@wrong("is RMSProp")
class RMSProp(_Base):
    def gather(self, g):
        self.v = 0.9 * self.v + 0.1 * g * g


@wrong("divides by the old sum")
class Late(_Base):
    def step(self, x, grad):
        g = grad(x)
        new = x - self.lr * g / self.divisor()
        self.gather(g)
        return new


@wrong("the sum starts at 0.1, as in another library")
class StartsAtATenth(_Base):
    def __init__(self, lr=0.1, eps=1e-8):
        self.lr, self.eps, self.v = lr, eps, 0.1


@wrong("no eps: 0 / 0 where it is level")
class NoEps(_Base):
    def divisor(self):
        return np.sqrt(self.v)


@wrong("eps typed in")
class EpsTypedIn(_Base):
    def divisor(self):
        return np.sqrt(self.v) + 1e-8


@wrong("an eps of 1e-3, whatever is given")
class LargeEps(_Base):
    def divisor(self):
        return np.sqrt(self.v) + 1e-3


@wrong("multiplies by the root")
class Multiplies(_Base):
    def step(self, x, grad):
        g = grad(x)
        self.gather(g)
        return x - self.lr * g * self.divisor()


@wrong("uphill")
class Uphill(_Base):
    def step(self, x, grad):
        g = grad(x)
        self.gather(g)
        return x + self.lr * g / self.divisor()


@wrong("the rate squared")
class RateTwice(_Base):
    def step(self, x, grad):
        g = self.lr * grad(x)
        self.v = self.v + (g / self.lr) ** 2
        return x - self.lr * g / self.divisor()


@wrong("the sum belongs to the class")
class OfTheClass(_Base):
    def __init__(self, lr=0.1, eps=1e-8):
        self.lr, self.eps = lr, eps
        OfTheClass.v = 0.0

    def gather(self, g):
        OfTheClass.v = OfTheClass.v + g * g


@wrong("lr typed in")
class TypedIn(_Base):
    def __init__(self, lr=0.1, eps=1e-8):
        super().__init__(0.1, eps)


@wrong("changes x in place")
class InPlace(_Base):
    def step(self, x, grad):
        g = grad(x)
        self.gather(g)
        if x.dtype.kind == "f":
            x -= self.lr * g / self.divisor()
            return x
        return x - self.lr * g / self.divisor()


@wrong("the sum in the dtype of x")
class WholeNumbers(_Base):
    def step(self, x, grad):
        g = grad(x)
        self.v = np.asarray(self.v + g * g).astype(x.dtype)
        return x - self.lr * g / self.divisor()


@wrong("skips the whole step where one slope is 0")
class SkipsLevel(_Base):
    def step(self, x, grad):
        g = grad(x)
        if np.any(g == 0):
            return x.copy()
        self.gather(g)
        return x - self.lr * g / self.divisor()


@wrong("the rate falls with the number of steps instead")
class FallingRate(_Base):
    n = 0

    def step(self, x, grad):
        g = grad(x)
        self.n += 1
        return x - self.lr / np.sqrt(self.n) * np.sign(g)


@wrong("other defaults")
class OtherDefaults(_Base):
    def __init__(self, lr=0.01, eps=1e-10):
        super().__init__(lr, eps)


@wrong("keeps its own x and ignores the argument", says="wherever x is")
class OwnPoint(_Base):
    x = None

    def step(self, x, grad):
        self.x = super().step(np.array(x, float) if self.x is None else self.x, grad)
        return self.x.copy()


@wrong("the default eps of another library", says="eps was left out")
class OtherEps(_Base):
    def __init__(self, lr=0.1, eps=1e-10):
        super().__init__(lr, eps)


@wrong("the rate falls with the root of the step, too")
class FallsTwice(_Base):
    n = 0

    def step(self, x, grad):
        self.n += 1
        g = grad(x)
        self.gather(g)
        return x - self.lr / np.sqrt(self.n) * g / self.divisor()


@wrong("the arguments in the other order")
class OtherOrder(_Base):
    def __init__(self, eps=1e-8, lr=0.1):
        super().__init__(lr, eps)


@wrong("returns one array of its own, which the next step overwrites")
class OneArray(OneBuffer, _Base):
    pass
