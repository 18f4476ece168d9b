"""U09's five classes, `Momentum`, `Nesterov`, `Adagrad`, `RMSProp` and `Adam`: laws that all of them keep."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from coursereg.course.exercises._base import (
    Exercise,
    Unit,
    expect,
    expect_inputs_untouched,
    expect_new_memory,
    expect_true,
)
from coursereg.course.exercises._u09_grounds import (
    LONG,
    SHORT,
    bowl,
    lasting,
    made,
    path_of,
    point,
    same_path,
    stepped,
    walked,
    wavy,
)

Law = Callable[[Exercise, "Rule"], None]


@dataclass(frozen=True)
class Rule:
    """One of the classes: its reference, what its arguments may be, and the words about it."""

    cls: Any
    ranges: dict[str, tuple[float, float]]
    statement: str
    hints: tuple[str, str, str]
    example: dict[str, float]
    read: str
    looks: tuple[tuple[str, Any], ...]
    laws: tuple[Law, ...] = ()
    conventions: tuple[tuple[str, Callable[..., Any]], ...] = ()
    defaults: dict[str, float] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The name of the class."""
        return str(self.cls.__name__)

    def draw(self, rng: Any) -> dict[str, float]:
        """Arguments for the constructor."""
        return {name: float(rng.uniform(*ends)) for name, ends in self.ranges.items()}

    def path(self, words: dict[str, float], x0: Any, grad: Any, steps: int) -> np.ndarray:
        """Where the reference goes."""
        return path_of(self.cls)(words, x0, grad, steps)


def add_rule(unit: Unit, rule: Rule) -> None:
    """Add the exercise of one class."""
    arguments = ", ".join(f"{name}={value:g}" for name, value in rule.defaults.items())
    ex = unit.exercise(
        rule.name,
        8.0,
        signature=f"class {rule.name}: __init__(self, {arguments}), step(x, grad)",
        statement=rule.statement,
        hints=rule.hints,
        reference=path_of(rule.cls),
        solution=inspect.getsource(rule.cls),
        read=rule.read,
    )
    _walks(ex, rule)
    _state(ex, rule)
    _inputs(ex, rule)
    for law in rule.laws:
        law(ex, rule)
    for message, adapt in rule.conventions:
        ex.convention(message, adapt)
    for message, mistake in rule.looks:
        ex.looks_like(message, path_of(mistake))


def _walks(ex: Exercise, rule: Rule) -> None:
    @ex.check("a step leads to a new point of the shape of x", kind="shape", weight=0.5)
    def _(f: Any, rng: Any) -> None:
        grad, x = bowl(rng, 2)
        first, again = (stepped(made(f), x, grad) for _ in range(2))
        expect_true(
            np.allclose(first, again),
            "a new object takes another first step than the object before it took: what a rule remembers belongs to "
            "self and is 0 in a new object, it is not shared through the class or a default argument",
            again,
            first,
        )
        grad, x = bowl(rng, 5)
        stepped(made(f), x, grad)

    @ex.check("the example of the hint", kind="fixed")
    def _(f: Any, rng: Any) -> None:
        def grad(x: Any) -> np.ndarray:
            return 2 * point(x, 1)

        others = {name: value for name, value in rule.defaults.items() if name not in ("lr", "eps")}
        tasks = [(rule.example, np.array([4.0])), (rule.example | others, np.array([-3.0]))]
        for got, (words, x) in zip([walked(f, words, x, grad, 2) for words, x in tasks], tasks, strict=True):
            same_path(got, rule.path(words, x, grad, 2), SHORT, f"grad(x) is 2 x, from x = {x[0]:.0f}, with {words}")

    @ex.check("three steps on any bowl", kind="value", weight=3)
    def _(f: Any, rng: Any) -> None:
        # all walks before the first comparison: a mistake must fit every one of them to be named
        tasks = [(*bowl(rng, n), rule.draw(rng)) for n in (2, 3)]
        for got, (grad, x, words) in zip([walked(f, w, x, g, 3) for g, x, w in tasks], tasks, strict=True):
            same_path(got, rule.path(words, x, grad, 3), SHORT)

    @ex.check("forty steps on any bowl", kind="value", weight=2)
    def _(f: Any, rng: Any) -> None:
        (grad, x), words = bowl(rng, 3), rule.draw(rng)
        same_path(walked(f, words, x, grad, 40), rule.path(words, x, grad, 40), LONG)

    @ex.check("slopes that no bowl has", kind="value", weight=2, public=False)
    def _(f: Any, rng: Any) -> None:
        for _k in range(2):
            words = rule.draw(rng)
            grad, x = wavy(rng, 3, words["lr"]), rng.uniform(-2, 2, 3)
            same_path(walked(f, words, x, grad, 4), rule.path(words, x, grad, 4), SHORT)

    @ex.check("forty steps in a narrow valley", kind="value", public=False)
    def _(f: Any, rng: Any) -> None:
        (grad, x), words = bowl(rng, 4, 8.0), rule.draw(rng)
        words["lr"] /= 2
        same_path(walked(f, words, x, grad, 40), rule.path(words, x, grad, 40), LONG)

    @ex.check("one parameter, and nine", kind="value", public=False)
    def _(f: Any, rng: Any) -> None:
        for n in (1, 9):
            (grad, x), words = bowl(rng, n), rule.draw(rng)
            hint = f"with {n} parameter{'s' * (n > 1)}"
            same_path(walked(f, words, x, grad, 3), rule.path(words, x, grad, 3), SHORT, hint)


def _state(ex: Exercise, rule: Rule) -> None:
    @ex.check("two objects know nothing of each other", kind="property", weight=4, public=False)
    def _(f: Any, rng: Any) -> None:
        pairs = [(*bowl(rng, 2), rule.draw(rng)) for _ in range(2)]
        rules, places = [made(f, **words) for *_, words in pairs], [x for _, x, _ in pairs]
        paths: list[list[np.ndarray]] = [[], []]
        for _k in range(4):  # in turns
            for j, (grad, _x, _words) in enumerate(pairs):
                places[j] = stepped(rules[j], places[j], grad)
                paths[j].append(places[j])
        for (grad, x, words), path in zip(pairs, paths, strict=True):
            hint = "two objects took their steps in turns: what a rule remembers belongs to self"
            same_path(np.array(path), rule.path(words, x, grad, 4), SHORT, hint)

    @ex.check("where the ground is level, nothing breaks", kind="property", weight=1.5, public=False)
    def _(f: Any, rng: Any) -> None:
        x, words = rng.uniform(-5, 5, 3), rule.draw(rng)
        new = stepped(made(f, **words), x, lambda at: np.zeros(3))
        expect(new, x, atol=SHORT, what="the point after x", hint="every slope is 0, from the start")
        (bowl_slope, x), count = bowl(rng, 2), [0]
        one, path = made(f, **words), []
        reference, want, here = rule.cls(**words), [], x
        for k in range(6):
            count[0] = k

            def grad(at: Any) -> np.ndarray:
                g = bowl_slope(at)
                return np.zeros(2) if 2 <= count[0] < 4 else g * [1, 0]  # level along the second parameter all the way

            x = stepped(one, x, grad)
            here = reference.step(here, grad)
            path.append(x)
            want.append(here)
        same_path(
            np.array(path),
            np.array(want),
            SHORT,
            "the slope is 0 at the third and the fourth step, and then again what it was",
        )

    @ex.check("arguments left out are as stated", kind="property", weight=1.5)
    def _(f: Any, rng: Any) -> None:
        grad, x, lr = wavy(rng, 3, 0.1), rng.uniform(-2, 2, 3), rule.draw(rng)["lr"]
        whole, part = walked(f, {}, x, grad, 4), walked(f, {"lr": lr}, x, grad, 4)
        first = stepped(made(f, lr), x, grad)
        same_path(whole, rule.path({}, x, grad, 4), SHORT, f"with {rule.name}()")
        same_path(part, rule.path({"lr": lr}, x, grad, 4), SHORT, f"with {rule.name}(lr={lr:.3f})")
        same_path(first[None], part[:1], SHORT, f"with {rule.name}({lr:.3f})")

    @ex.check("all arguments have the stated order and defaults", kind="property", weight=1.5, public=False)
    def _(f: Any, rng: Any) -> None:
        # where eps stands is free: the class is compared with itself, its arguments given in other ways
        grad, x = wavy(rng, 3, 0.1), rng.uniform(-2, 2, 3)
        words = rule.defaults | rule.draw(rng)
        words |= {"eps": float(rng.uniform(1, 2))} if "eps" in words else {}
        one, other = made(f, **words), made(f, *(words[name] for name in rule.defaults))
        _alike(other, one, x, grad, 4, f"the arguments, by position, are {', '.join(rule.defaults)}")
        small = np.array([2e-8, -1e-8, 3e-8])
        for slope, start in ((grad, x), (lambda at: small.copy(), np.zeros(3))):
            for name, value in rule.defaults.items():
                others = {k: v for k, v in rule.defaults.items() if k != name}
                one, other = made(f, **rule.defaults), made(f, **others)
                _alike(other, one, start, slope, 6, f"{name} was left out: it is {value:g}")


def _alike(other: Any, one: Any, x: np.ndarray, grad: Any, steps: int, hint: str) -> None:
    """Ask that two objects walk alike."""
    path: list[list[np.ndarray]] = [[], []]
    for rule, points in ((one, path[0]), (other, path[1])):
        at = x
        for _k in range(steps):
            at = stepped(rule, at, grad)
            points.append(at)
    want = np.array(path[0])
    most = float(np.abs(want - x).max())
    expect(np.array(path[1]) - x, want - x, atol=1e-6 * most, what="the walk", hint=hint)


def _inputs(ex: Exercise, rule: Rule) -> None:
    @ex.check("x of whole numbers", kind="value", public=False)
    def _(f: Any, rng: Any) -> None:
        (grad, x), words = bowl(rng, 3), rule.draw(rng)
        x = np.round(x).astype(int)
        same_path(walked(f, words, x, grad, 3), rule.path(words, x, grad, 3), SHORT, "x is an integer array")

    @ex.check("the point after x, wherever x is", kind="property", public=False)
    def _(f: Any, rng: Any) -> None:
        words = rule.draw(rng)
        if "gamma" in words:  # the step before may be kept as the point before: without memory both lead to one point
            words["gamma"] = 0.0
        grad, _x = bowl(rng, 2)
        one, reference, got, want = made(f, **words), rule.cls(**words), [], []
        for x in rng.uniform(4, 9, (4, 2)) * rng.choice([-1, 1], (4, 2)):
            got.append(stepped(one, x, grad))
            want.append(reference.step(x, grad))
        hint = "x is not where the last step ended: go on from the x that is given"
        same_path(np.array(got), np.array(want), SHORT, f"{hint}, with {words}")

    @ex.check("x is left as it was, the result is a new array", kind="property", public=False)
    def _(f: Any, rng: Any) -> None:
        (grad, x), words = bowl(rng, 2), rule.draw(rng)
        one = made(f, **words)
        for _k in range(3):
            new = one.call("step", np.array(x, float), lasting(grad))
            expect_inputs_untouched(f)
            expect_new_memory(f)
            x = np.asarray(new, float)


# --- laws of some of them ---------------------------------------------------------------------------------------------


def asks_at_x(ex: Exercise, rule: Rule) -> None:
    """The slope is asked for where x is."""

    @ex.check("grad is asked at x", kind="property", public=False)
    def _(f: Any, rng: Any) -> None:
        (grad, x), words = bowl(rng, 2), rule.draw(rng)
        one = made(f, **words)
        for _k in range(3):
            asked: list[np.ndarray] = []

            def slope(at: Any, asked: list[np.ndarray] = asked) -> np.ndarray:
                asked.append(point(at, 2).copy())
                return grad(at)

            new = stepped(one, x, slope)
            expect_true(asked, "grad was not asked at all")
            for at in asked:
                expect(at, x, atol=SHORT, rtol=SHORT, what="the point at which grad was asked", hint="ask at x itself")
            x = new


def asks_ahead(ex: Exercise, rule: Rule) -> None:
    """The slope is asked for where the kept part of the step ends."""

    @ex.check("grad is asked at x - gamma v, v being the last step", kind="property", weight=2)
    def _(f: Any, rng: Any) -> None:
        (grad, x), words = bowl(rng, 2), rule.draw(rng)
        one, v = made(f, **words), np.zeros(2)
        for k in range(3):
            asked: list[np.ndarray] = []

            def slope(at: Any, asked: list[np.ndarray] = asked) -> np.ndarray:
                asked.append(point(at, 2).copy())
                return grad(at)

            new = stepped(one, x, slope)
            expect_true(asked, "grad was not asked at all")
            for j, at in enumerate(asked):
                expect(
                    at,
                    x - words["gamma"] * v,
                    atol=SHORT,
                    rtol=SHORT,
                    what="the point at which grad was asked",
                    hint=f"step {k + 1}, call {j + 1} of {len(asked)}: x - gamma v, v the step before",
                )
            x, v = new, x - new


def is_descent_without_memory(ex: Exercise, rule: Rule) -> None:
    """With gamma = 0 nothing is kept."""

    @ex.check("gamma = 0 is plain descent", kind="property")
    def _(f: Any, rng: Any) -> None:
        (grad, x), words = bowl(rng, 2), rule.draw(rng) | {"gamma": 0.0}
        want, at = [], x
        for _k in range(3):
            at = at - words["lr"] * grad(at)
            want.append(at)
        same_path(walked(f, words, x, grad, 3), np.array(want), SHORT, "with gamma = 0: x - lr g")


def grows_with_the_slope(ex: Exercise, rule: Rule) -> None:
    """Steep ground and a small rate are gentle ground and a large rate."""

    @ex.check("slopes of tens of thousands, and a rate to match", kind="value", weight=0.75, public=False)
    def _(f: Any, rng: Any) -> None:
        (grad, x), words = bowl(rng, 3), rule.draw(rng)
        words["lr"] /= 1e4

        def steep(at: Any) -> np.ndarray:
            return 1e4 * grad(at)

        same_path(walked(f, words, x, steep, 6), rule.path(words, x, steep, 6), SHORT, "slopes may be of any size")


def counts_for_ever(ex: Exercise, rule: Rule) -> None:
    """The correction is that of step t, however late."""

    @ex.check("two hundred and fifty steps", kind="value", public=False)
    def _(f: Any, rng: Any) -> None:
        words = {"lr": float(rng.uniform(0.01, 0.03)), "beta1": 0.9, "beta2": float(rng.uniform(0.997, 0.999))}
        x, phase = rng.uniform(-2, 2, 2), rng.uniform(0, 6, 2)

        def slope(at: Any) -> np.ndarray:
            return np.array([2.0, -3.0]) + np.sin(2 * point(at, 2) + phase)  # it never changes its sign

        got, want = walked(f, words, x, slope, 250), rule.path(words, x, slope, 250)
        same_path(got, want, LONG, "t counts on, and the correction goes on")


def forgets_the_scale(ex: Exercise, rule: Rule) -> None:
    """Another unit of the cost changes nothing."""

    @ex.check("the cost times 100 000 gives the same walk", kind="property", weight=1.5)
    def _(f: Any, rng: Any) -> None:
        (grad, x), words = bowl(rng, 3), rule.draw(rng)
        one = walked(f, words, x, grad, 3)
        other = walked(f, words, x, lambda at: 1e5 * grad(at), 3)
        expect_true(np.abs(one - x).max() > 1e-6, "nothing moves")
        same_path(other, one, SHORT, "every slope is 100 000 times as large as in the walk before")


def eps_counts(ex: Exercise, rule: Rule) -> None:
    """A large eps shortens the step, wherever it stands."""

    @ex.check("eps is the number that was given", kind="property", weight=0.5, public=False)
    def _(f: Any, rng: Any) -> None:
        (grad, x), words = bowl(rng, 2), rule.draw(rng)
        g, eps = grad(x), float(rng.uniform(2, 5))
        words["eps"] = eps
        got = (x - stepped(made(f, **words), x, grad)) / words["lr"]
        root = np.abs(g) * np.sqrt(1 - words.get("beta", 0.0))  # of the sum, the mean, or the mean corrected
        places = [eps]
        if "beta2" in words:  # Adam: eps may be added before the mean square is corrected
            places.append(eps / np.sqrt(1 - words["beta2"]))
        forms = [g / (root + e) for e in places] + [g / np.sqrt(root**2 + e * e) for e in places]
        forms += [g / np.sqrt(root**2 + e * e / eps) for e in places]
        near = min(forms, key=lambda form: float(np.abs(form - got).max()))
        expect(got, near, atol=1e-3, what="the first step over lr", hint=f"with eps = {eps:.2f}, added to the divisor")


def first_step_is_lr(ex: Exercise, rule: Rule) -> None:
    """Both means at their first value: their quotient is the sign of the slope."""

    @ex.check("the first step is lr for each parameter, whatever the slope", kind="property", weight=1.5)
    def _(f: Any, rng: Any) -> None:
        words, x = rule.draw(rng), rng.uniform(-3, 3, 3)
        slope = rng.choice([-1, 1], 3) * rng.permutation([0.3, 20.0, 4e4]) * rng.uniform(1, 2, 3)
        got = x - stepped(made(f, **words), x, lambda at: slope)
        hint = f"the slopes are {np.array2string(slope, precision=3)}"
        expect(got / words["lr"], np.sign(slope), atol=1e-4, what="the first step over lr", hint=hint)
