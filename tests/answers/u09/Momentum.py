"""Answers to U09.Momentum: classes."""

import numpy as np

from answers import right, wrong


class _Base:
    """A right one, for the wrong ones to go wrong in one place."""

    def __init__(self, lr=0.1, gamma=0.9):
        self.lr, self.gamma, self.v = lr, gamma, 0.0

    def step(self, x, grad):
        self.v = self.gamma * self.v + self.lr * grad(x)
        return x - self.v


@right("v points downhill and is added")
class Downhill:
    def __init__(self, lr=0.1, gamma=0.9):
        self.lr, self.gamma, self.v = lr, gamma, None

    def step(self, x, grad):
        if self.v is None:
            self.v = np.zeros(len(x))
        self.v = self.gamma * self.v - self.lr * grad(x)
        return x + self.v


@right("the rate outside: v sums gradients, the step is lr v")
class RateOutside(_Base):
    def step(self, x, grad):
        self.v = self.gamma * self.v + grad(x)
        return x - self.lr * self.v


@right("remembers the last point instead of the last step")
class LastPoint(_Base):
    last = None

    def step(self, x, grad):
        kept = 0 if self.last is None else self.gamma * (x - self.last)
        self.last = np.array(x, float)
        return x + kept - self.lr * grad(x)


@right("a loop over the parameters, a list comes back")
class Loop:
    def __init__(self, lr=0.1, gamma=0.9):
        self.lr, self.gamma, self.v = lr, gamma, []

    def step(self, x, grad):
        g = grad(x)
        if not self.v:
            self.v = [0.0] * len(x)
        new = []
        for i in range(len(x)):
            self.v[i] = self.gamma * self.v[i] + self.lr * g[i]
            new.append(float(x[i]) - self.v[i])
        return new


@right("single precision")
class Single(_Base):
    def step(self, x, grad):
        g = np.asarray(grad(x), np.float32)
        self.v = np.float32(self.gamma) * self.v + np.float32(self.lr) * g
        return np.asarray(x, np.float32) - self.v


@right("asks twice a step, and keeps all gradients in a list")
class History(_Base):
    def __init__(self, lr=0.1, gamma=0.9):
        self.lr, self.gamma, self.seen = lr, gamma, []

    def step(self, x, grad):
        grad(x)
        self.seen.append(np.array(grad(x), float))
        weights = self.gamma ** np.arange(len(self.seen))[::-1]
        return x - self.lr * np.tensordot(weights, self.seen, axes=1)


@wrong("v as a running mean: a legal definition with other rates", says="running *mean*", credit=0.5)
class Mean(_Base):
    def step(self, x, grad):
        self.v = self.gamma * self.v + (1 - self.gamma) * grad(x)
        return x - self.lr * self.v


@wrong("plain descent: v is local", says="plain descent")
class Local(_Base):
    def step(self, x, grad):
        v = 0
        v = self.gamma * v + self.lr * grad(x)
        return x - v


@wrong("adds the step", says="uphill")
class Uphill(_Base):
    def step(self, x, grad):
        self.v = self.gamma * self.v + self.lr * grad(x)
        return x + self.v


@wrong("v keeps its sign and is subtracted from a step that is subtracted", says="pulls back")
class PullsBack(_Base):
    def step(self, x, grad):
        self.v = self.lr * grad(x) - self.gamma * self.v
        return x - self.v


@wrong("the rate twice", says="lr multiplied in twice")
class RateTwice(_Base):
    def step(self, x, grad):
        self.v = self.gamma * self.v + self.lr * grad(x)
        return x - self.lr * self.v


@wrong("no rate", says="without lr")
class NoRate(_Base):
    def step(self, x, grad):
        self.v = self.gamma * self.v + grad(x)
        return x - self.v


@wrong("gamma is not used", says="gamma = 1")
class NoFriction(_Base):
    def step(self, x, grad):
        self.v += self.lr * grad(x)
        return x - self.v


@wrong("keeps the last gradient", says="a part of the last gradient")
class LastGradient(_Base):
    def step(self, x, grad):
        g = grad(x)
        new = x - self.lr * g - self.gamma * self.lr * self.v
        self.v = g
        return new


@wrong("moves with the old v", says="the old v")
class Late(_Base):
    def step(self, x, grad):
        old = self.v
        self.v = self.gamma * self.v + self.lr * grad(x)
        return x - old


@wrong("lr and gamma exchanged", says="exchanged")
class Exchanged(_Base):
    def step(self, x, grad):
        self.v = self.lr * self.v + self.gamma * grad(x)
        return x - self.v


@wrong("gamma multiplies the gradient, too", says="gamma on the gradient, too")
class DampedGradient(_Base):
    def step(self, x, grad):
        self.v = self.gamma * (self.v + self.lr * grad(x))
        return x - self.v


@wrong("is Nesterov")
class Nesterov(_Base):
    def step(self, x, grad):
        kept = self.gamma * self.v
        self.v = kept + self.lr * grad(x - kept)
        return x - self.v


@wrong("the constructor's arguments are typed over")
class TypedIn(_Base):
    def __init__(self, lr=0.1, gamma=0.9):
        self.lr, self.gamma, self.v = 0.1, 0.9, 0.0


@wrong("other defaults", says="with Momentum()")
class OtherDefaults(_Base):
    def __init__(self, lr=0.01, gamma=0.9):
        super().__init__(lr, gamma)


@wrong("the arguments in the other order")
class OtherOrder(_Base):
    def __init__(self, gamma=0.9, lr=0.1):
        super().__init__(lr, gamma)


@wrong("v belongs to the class")
class OfTheClass(_Base):
    shared = {}

    def __init__(self, lr=0.1, gamma=0.9):
        self.lr, self.gamma = lr, gamma
        self.shared.clear()

    def step(self, x, grad):
        self.shared["v"] = self.gamma * self.shared.get("v", 0.0) + self.lr * grad(x)
        return x - self.shared["v"]


@wrong("v is a default argument, shared by all objects", says="not shared through the class")
class SharedDefault:
    def __init__(self, lr=0.1, gamma=0.9, v=[0.0]):  # noqa: B006
        self.lr, self.gamma, self.v = lr, gamma, v

    def step(self, x, grad):
        self.v[0] = self.gamma * self.v[0] + self.lr * grad(x)
        return x - self.v[0]


@wrong("changes x in place")
class InPlace(_Base):
    def step(self, x, grad):
        self.v = self.gamma * self.v + self.lr * grad(x)
        if x.dtype.kind == "i":
            return x - self.v
        x -= self.v
        return x


@wrong("v in the dtype of x: whole numbers stay whole")
class WholeNumbers(_Base):
    def step(self, x, grad):
        self.v = np.asarray(self.gamma * self.v + self.lr * grad(x)).astype(x.dtype)
        return x - self.v


@wrong("starts with the gradient without its rate")
class StartsFull(_Base):
    def __init__(self, lr=0.1, gamma=0.9):
        self.lr, self.gamma, self.v = lr, gamma, None

    def step(self, x, grad):
        self.v = grad(x) if self.v is None else self.gamma * self.v + self.lr * grad(x)
        return x - self.v


@wrong("stops when the slope is 0, although it rolls")
class StopsWhereLevel(_Base):
    def step(self, x, grad):
        g = grad(x)
        if not np.any(g):
            return x.copy()
        self.v = self.gamma * self.v + self.lr * g
        return x - self.v


@wrong("returns the step, not the point", says="v itself")
class ReturnsStep(_Base):
    def step(self, x, grad):
        self.v = self.gamma * self.v + self.lr * grad(x)
        return self.v


@wrong("divides the slope by its length")
class Direction(_Base):
    def step(self, x, grad):
        g = grad(x)
        self.v = self.gamma * self.v + self.lr * g / (np.linalg.norm(g) + 1e-12)
        return x - self.v


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


@wrong("lr and gamma belong to the class: the last object's are used by all", says="two objects")
class OfTheLast(_Base):
    def __init__(self, lr=0.1, gamma=0.9):
        OfTheLast.lr, OfTheLast.gamma, self.v = lr, gamma, 0.0


@wrong("returns two arrays of its own in turn")
class TwoArrays(_Base):
    turn = 0

    def step(self, x, grad):
        new = super().step(x, grad)
        if not self.turn:
            self.out = np.empty((2, len(x)))
        self.turn += 1
        self.out[self.turn % 2] = new
        return self.out[self.turn % 2]
