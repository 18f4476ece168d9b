"""Answers to U09.Nesterov: classes."""

import numpy as np

from answers import right, wrong
from answers.u09 import OneBuffer


class _Base:
    """A right one, for the wrong ones to go wrong in one place."""

    def __init__(self, lr=0.1, gamma=0.9):
        self.lr, self.gamma, self.v = lr, gamma, 0.0

    def step(self, x, grad):
        g = grad(x - self.gamma * self.v)
        self.v = self.gamma * self.v + self.lr * g
        return x - self.v


@right("v shrinks first, as in the hand-out")
class Shrinks(_Base):
    def step(self, x, grad):
        self.v = self.v * self.gamma
        self.v = self.v + self.lr * grad(x - self.v)
        return x - self.v


@right("v points downhill")
class Downhill(_Base):
    def step(self, x, grad):
        self.v = self.gamma * self.v - self.lr * grad(x + self.gamma * self.v)
        return x + self.v


@right("leaves from the look-ahead point by lr g alone")
class FromAhead(_Base):
    def step(self, x, grad):
        ahead = x - self.gamma * self.v
        new = ahead - self.lr * grad(ahead)
        self.v = x - new
        return new


@right("remembers the last point")
class LastPoint(_Base):
    last = None

    def step(self, x, grad):
        last = x if self.last is None else self.last
        ahead = x + self.gamma * (x - last)
        self.last = np.array(x, float)
        return ahead - self.lr * np.asarray(grad(ahead))


@right("the rate outside, single precision")
class RateOutside(_Base):
    def step(self, x, grad):
        x = np.asarray(x, np.float32)
        g = np.asarray(grad(x - self.lr * self.gamma * self.v), np.float32)
        self.v = np.asarray(self.gamma * self.v + g, np.float32)
        return x - np.float32(self.lr) * self.v


@right("a loop over the parameters")
class Loop(_Base):
    def step(self, x, grad):
        v = np.zeros(len(x)) if np.ndim(self.v) == 0 else self.v
        g = grad(np.array([float(x[i]) - self.gamma * v[i] for i in range(len(x))]))
        self.v = np.array([self.gamma * v[i] + self.lr * g[i] for i in range(len(x))])
        return [float(x[i]) - self.v[i] for i in range(len(x))]


@wrong("PyTorch's form: x is the look-ahead point", says="look-ahead points", credit=0.5)
class LikePyTorch(_Base):
    def step(self, x, grad):
        g = grad(x)
        self.v = self.gamma * self.v + g
        return x - self.lr * (g + self.gamma * self.v)


@wrong("momentum", says="this looks like momentum")
class IsMomentum(_Base):
    def step(self, x, grad):
        self.v = self.gamma * self.v + self.lr * grad(x)
        return x - self.v


@wrong("asks ahead, and then at x: the first answer is thrown away")
class Overwritten(_Base):
    def step(self, x, grad):
        self.v = self.gamma * self.v
        g = grad(x - self.v)
        g = grad(x)
        self.v = self.v + self.lr * g
        return x - self.v


@wrong("looks back", says="look back")
class Back(_Base):
    def step(self, x, grad):
        g = grad(x + self.gamma * self.v)
        self.v = self.gamma * self.v + self.lr * g
        return x - self.v


@wrong("asks at x - v", says="too far ahead")
class TooFar(_Base):
    def step(self, x, grad):
        g = grad(x - self.v)
        self.v = self.gamma * self.v + self.lr * g
        return x - self.v


@wrong("v shrinks twice", says="twice in a step")
class Twice(_Base):
    def step(self, x, grad):
        self.v = self.gamma * self.v
        g = grad(x - self.v)
        self.v = self.gamma * self.v + self.lr * g
        return x - self.v


@wrong("leaves from ahead by v: the kept part counts twice", says="from the look-ahead point")
class LeavesFromAhead(_Base):
    def step(self, x, grad):
        ahead = x - self.gamma * self.v
        self.v = self.gamma * self.v + self.lr * grad(ahead)
        return ahead - self.v


@wrong("asks at x - lr v")
class LookByRate(_Base):
    def step(self, x, grad):
        g = grad(x - self.lr * self.v)
        self.v = self.gamma * self.v + self.lr * g
        return x - self.v


@wrong("asks with the new v: one gradient at x, a second ahead of the new step")
class NewV(_Base):
    def step(self, x, grad):
        v = self.gamma * self.v + self.lr * grad(x)
        self.v = self.gamma * self.v + self.lr * grad(x - v)
        return x - self.v


@wrong("returns the point ahead of the right one")
class ReturnsAhead(_Base):
    def step(self, x, grad):
        g = grad(x - self.gamma * self.v)
        self.v = self.gamma * self.v + self.lr * g
        return x - self.v - self.gamma * self.v


@wrong("plain descent", says="plain descent")
class Forgets(_Base):
    def step(self, x, grad):
        v = 0.0
        g = grad(x - self.gamma * v)
        return x - (self.gamma * v + self.lr * g)


@wrong("uphill")
class Uphill(_Base):
    def step(self, x, grad):
        self.v = self.gamma * self.v + self.lr * grad(x + self.gamma * self.v)
        return x + self.v


@wrong("the running mean: v = gamma v + (1 - gamma) lr g")
class Mean(_Base):
    def step(self, x, grad):
        g = grad(x - self.gamma * self.v)
        self.v = self.gamma * self.v + (1 - self.gamma) * self.lr * g
        return x - self.v


@wrong("gamma typed in")
class TypedIn(_Base):
    def step(self, x, grad):
        g = grad(x - 0.9 * self.v)
        self.v = 0.9 * self.v + self.lr * g
        return x - self.v


@wrong("v in the class")
class OfTheClass(_Base):
    def __init__(self, lr=0.1, gamma=0.9):
        self.lr, self.gamma = lr, gamma
        OfTheClass.v = 0.0

    def step(self, x, grad):
        ahead = self.gamma * OfTheClass.v
        OfTheClass.v = ahead + self.lr * grad(x - ahead)
        return x - OfTheClass.v


@wrong("moves x to the look-ahead point in place")
class InPlace(_Base):
    def step(self, x, grad):
        if x.dtype.kind == "i":
            x = x.astype(float)
        x -= self.gamma * self.v
        g = grad(x.copy())
        self.v = self.gamma * self.v + self.lr * g
        return x - self.lr * g


@wrong("forgets everything where the ground is level")
class Resets(_Base):
    def step(self, x, grad):
        g = grad(x - self.gamma * self.v)
        self.v = self.gamma * self.v + self.lr * g if np.any(g) else 0.0 * g
        return x - self.v


@wrong("other defaults")
class OtherDefaults(_Base):
    def __init__(self, lr=0.1, gamma=0.5):
        super().__init__(lr, gamma)


@wrong("keeps its own x and ignores the argument", says="wherever x is")
class OwnPoint(_Base):
    x = None

    def step(self, x, grad):
        self.x = super().step(np.array(x, float) if self.x is None else self.x, grad)
        return self.x.copy()


@wrong("slopes are clipped to 100", says="slopes may be of any size")
class Clipped(_Base):
    def step(self, x, grad):
        return super().step(x, lambda at: np.clip(grad(at), -100, 100))


@wrong("returns one array of its own, which the next step overwrites")
class OneArray(OneBuffer, _Base):
    pass
