"""U09: the exercises that are not single classes, conventions and messages, the widgets' claims."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import coursereg
from coursereg.course.exercises import _u09_bug, _u09_grounds, _u09_mistakes, _u09_plugin, _u09_zoo, u09
from coursereg.course.plain import optimisers as plain
from coursereg.course.widgets import scenes_u09
from coursereg.grading import mark


def points(name, answer, **words):
    m = mark(f"U09.{name}", answer, secret="a secret", **words)
    return m.points, m.maximum


class Rule:
    """Right ones that call nothing of ours: the reference does not answer while an answer is marked."""

    def __init__(self, lr=0.1, a=0.9, b=0.0):
        self.lr, self.a, self.b, self.m, self.v, self.t = lr, a, b, 0.0, 0.0, 0

    def move(self, x, step):
        return np.asarray(x, float) - step


class Heavy(Rule):
    look = 0.0

    def step(self, x, grad):
        self.v = self.a * self.v + self.lr * grad(x - self.look * self.a * self.v)
        return self.move(x, self.v)


class Ahead(Heavy):
    look = 1.0


class Summed(Rule):
    def __init__(self, lr=0.1, eps=1e-8):
        super().__init__(lr, 1.0, 1.0)
        self.eps = eps

    def step(self, x, grad):
        g = grad(x)
        self.v = self.a * self.v + self.b * g * g
        return self.move(x, self.lr * g / (np.sqrt(self.v) + self.eps))


class Averaged(Summed):
    def __init__(self, lr=0.1, beta=0.9, eps=1e-8):
        super().__init__(lr, eps)
        self.a, self.b = beta, 1 - beta


class Corrected(Rule):
    corrects = True

    def __init__(self, lr=0.1, beta1=0.9, beta2=0.999, eps=1e-8):
        super().__init__(lr, beta1, beta2)
        self.eps = eps

    def step(self, x, grad):
        g = grad(x)
        self.t += 1
        self.m = self.a * self.m + (1 - self.a) * g
        self.v = self.b * self.v + (1 - self.b) * g * g
        t = self.t if self.corrects else 10**6
        m, v = self.m / (1 - self.a**t), self.v / (1 - self.b**t)
        return self.move(x, self.lr * m / (np.sqrt(v) + self.eps))


class Leaping(Corrected):
    corrects = False


class Uphill(Heavy):
    def move(self, x, step):
        return np.asarray(x, float) + step


class Flat(Heavy):
    def step(self, x, grad):
        return float(np.sum(super().step(x, grad)))


class Stays(Heavy):
    def step(self, x, grad):
        return x


def heavy(x, g, v, lr, gamma):
    new = v * gamma + g * lr
    return [x - new, new]


def summed(x, g, total, lr, eps):
    new = total + g * g
    return x - lr * g / (np.sqrt(new) + eps), new


def walk(grad, x, optim, lr, steps):
    rule = {"momentum": Heavy, "nag": Ahead, "adam": Corrected}[optim](lr)
    path = [np.array(x, float)]
    for _ in range(steps):
        path.append(rule.step(path[-1], grad))
    return np.array(path)


def never_ahead(grad, x, optim, lr, steps):
    return walk(grad, x, "momentum" if optim == "nag" else optim, lr, steps)


def never_corrected(grad, x, optim, lr, steps):
    if optim != "adam":
        return walk(grad, x, optim, lr, steps)
    rule, path = Leaping(lr), [np.array(x, float)]
    for _ in range(steps):
        path.append(rule.step(path[-1], grad))
    return np.array(path)


def one_step_short(grad, x, optim, lr, steps):
    return walk(grad, x, optim, lr, steps)[1:]


def check_by_laws(w):
    def grad(x):
        return np.array([1.0, 30.0]) * x

    x, asked = np.array([2.0, -1.0]), []

    def noted(at):
        asked.append(np.array(at))
        return grad(at)

    path = w(noted, x, "nag", 0.01, 2)
    assert np.allclose(asked[-1], path[1] + 0.9 * (path[1] - path[0]), atol=1e-5)
    assert np.allclose(np.abs(w(grad, x, "adam", 0.2, 1)[1] - x), 0.2, atol=1e-5)


def check_momentum_only(w):
    assert np.allclose(np.ravel(w(lambda x: 2 * x, np.array([1.0]), "momentum", 0.1, 1)), [1.0, 0.8])


ZOO = [Heavy, Ahead, Summed, Averaged, Corrected]
RIGHT = {
    "predictions": ["all", "gd", "larger", "neither"],  # made, not right
    "parsons": [1, 2, 3, 5],
    "fade_1": heavy,
    "fade_2": summed,
    "plugin": ZOO,
    "bug": walk,
    "bug_check": check_by_laws,
}
WRONG = {
    "predictions": [["all", "gd", "larger", None], ["x", "y", "z", 1], None],
    "parsons": [[1, 2, 3, 4], [2, 1, 3, 5], [1, 3, 2, 5], [1, 2, 3, 4, 5], None],
    "fade_1": [lambda *a: heavy(*a)[::-1], lambda x, *a: (2 * x - heavy(x, *a)[0], heavy(x, *a)[1]), lambda *a: 2.0],
    "fade_2": [
        lambda x, g, t, lr, eps: (x - lr * g / (np.sqrt(t) + eps), t + g * g),
        lambda x, g, t, lr, eps: (x - lr * g / (t + g * g + eps), t + g * g),
        lambda *a: summed(*a)[0],
    ],
    "plugin": [
        [Uphill, Ahead, Summed, Averaged, Corrected],
        [Heavy, Heavy, Summed, Averaged, Corrected],
        [Heavy, Ahead, Averaged, Averaged, Corrected],
        [Heavy, Ahead, Summed, Summed, Corrected],
        [Heavy, Ahead, Summed, Averaged, Leaping],
        [Flat, Ahead, Summed, Averaged, Corrected],
        [Stays] * 5,
        [Heavy, None, Summed, Averaged, Corrected],
    ],
    "bug": [never_ahead, never_corrected, one_step_short, lambda *a: walk(*a) + 0.01],
    "bug_check": [
        lambda w: True,
        lambda w: False,
        check_momentum_only,
        lambda w: np.shape(w(lambda x: 2 * x, np.array([1.0]), "nag", 0.1, 2)) == (3, 1),
    ],
}


@pytest.mark.parametrize("isolated", [True, False])
@pytest.mark.parametrize("name", RIGHT)
def test_right_answer__gets_all(name, isolated):
    got, most = points(name, RIGHT[name], isolated=isolated)
    assert got == pytest.approx(most)


@pytest.mark.parametrize(("name", "answer"), [(n, a) for n, answers in WRONG.items() for a in answers])
def test_wrong_answer__loses(name, answer):
    got, most = points(name, answer)
    assert got < most


def test_every_other_exercise__is_tried_here():
    others = {e.name for e in u09.UNIT.exercises.values() if e.kind != "function"}
    assert others == set(RIGHT) == set(WRONG)


@pytest.mark.parametrize("blind", [lambda w: True, lambda w: False, lambda w: 1 / 0])
def test_bug_check__that_looks_at_nothing_earns_nothing(blind):
    assert points("bug_check", blind)[0] == 0


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("Momentum", coursereg.Momentum),
        ("Nesterov", coursereg.Nesterov),
        ("Adagrad", type("Mine", (coursereg.Adagrad,), {})),
        ("RMSProp", coursereg.RMSProp),
        ("Adam", plain.Adam),
        ("plugin", [coursereg.Momentum, coursereg.Nesterov, coursereg.Adagrad, coursereg.RMSProp, coursereg.Adam]),
    ],
)
@pytest.mark.parametrize("isolated", [True, False])
def test_answer_that_calls_the_package__earns_nothing(name, answer, isolated):
    assert points(name, answer, isolated=isolated)[0] == 0


def test_plugin__names_the_class_that_fails():
    m = mark("U09.plugin", [Heavy, Ahead, Summed, Averaged, Leaping], secret="s")
    assert {c.name for c in m.failed} >= {"Adam in Optimizer walks as the package's own and arrives"}
    assert not any("Momentum" in c.name or "Nesterov" in c.name for c in m.failed)


def test_plugin__reference_arrives_for_any_draw():
    for seed in range(8):
        rng = np.random.default_rng(seed)
        cost, truth = _u09_plugin.rigid_cost(rng)
        assert cost(truth)[0] < 1e-4 < 1 < cost(np.zeros(3))[0]
        for lr, cls in _u09_plugin.RULES.values():
            run = _u09_plugin.run(cost, cls(lr * rng.choice([0.8, 1.2])))
            assert np.linalg.norm(run.xopt - truth) < 0.7 * _u09_plugin.ARRIVED


@pytest.mark.parametrize("rule", _u09_zoo.ZOO, ids=lambda r: r.name)
@given(seed=st.integers(0, 2**32))
@settings(deadline=None, max_examples=20)
def test_plain_classes__walk_as_the_packages_and_the_short_functions_do(rule, seed):
    rng = np.random.default_rng(seed)
    (grad, x), words = _u09_grounds.bowl(rng, 3), rule.draw(rng)
    names = {"beta1": "gamma", "beta2": "beta"} if rule.name == "Adam" else {}
    theirs = getattr(coursereg, rule.name)(**{names.get(k, k): v for k, v in words.items()})
    path = rule.path(words, x, grad, 15)
    for at in path:
        x = theirs.step(x, grad)
        np.testing.assert_allclose(x, at, atol=1e-9)


@pytest.mark.parametrize("rule", _u09_zoo.ZOO, ids=lambda r: r.name)
def test_hint__says_the_right_numbers(rule):
    path = rule.path(rule.example, np.array([4.0]), lambda x: 2 * x, 2)
    ends = {"Momentum": (2, 0), "Nesterov": (2, 0.5), "Adagrad": (3.5, 3.171), "RMSProp": (3, 2.345)}
    want = ends.get(rule.name, (3.5, 3.008))
    np.testing.assert_allclose(path[:, 0], want, atol=6e-4)
    assert f"x = {want[0]}" in rule.hints[1]
    assert f"x = {want[1]}" in rule.hints[1] or f"= {want[1]:.3f}" in rule.hints[1]


@pytest.mark.parametrize("rule", _u09_zoo.ZOO, ids=lambda r: r.name)
def test_hint_and_signature__state_the_defaults_of_the_reference(rule):
    from inspect import signature

    there = {n: p.default for n, p in signature(rule.cls).parameters.items()}
    assert rule.defaults == there
    ex = u09.UNIT.exercises[f"U09.{rule.name}"]
    assert all(f"{name}={value:g}" in ex.signature for name, value in there.items())


def test_mistakes__all_walk_differently():
    for rule in _u09_zoo.ZOO:
        words, x = rule.draw(np.random.default_rng(6)), np.array([1.0, -0.5, 0.7])
        grad = _u09_grounds.wavy(np.random.default_rng(5), 3, words["lr"])
        with np.errstate(all="ignore"):
            seen = [_u09_grounds.path_of(cls)(words, x, grad, 6) for cls in (rule.cls, *(c for _, c in rule.looks))]
        for i, one in enumerate(seen):
            assert not any(np.allclose(one, other, rtol=1e-6) for other in seen[i + 1 :]), rule.looks[i - 1]


def test_every_mistake__is_named_by_some_rule():
    named = {cls for rule in _u09_zoo.ZOO for _, cls in rule.looks}
    there = [c for n, c in vars(_u09_mistakes).items() if isinstance(c, type) and not n.startswith("_")]
    written = {c for c in there if c.__module__ == _u09_mistakes.__name__}
    assert written <= named


def test_bug_as_printed__is_momentum_and_leaps():
    grad, x = _u09_grounds.bowl(np.random.default_rng(1), 2)
    nag, momentum = (_u09_bug.both(grad, x, optim, 0.05, 9) for optim in ("nag", "momentum"))
    assert np.array_equal(nag, momentum)
    leap = np.abs(_u09_bug.both(grad, x, "adam", 0.05, 1)[1] - x)
    np.testing.assert_allclose(leap, 0.05 * 0.1 / np.sqrt(0.001), rtol=1e-6)


# --- the widgets ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "explore", [scenes_u09.race(), scenes_u09.rate_and_memory(), scenes_u09.look_ahead()], ids=lambda e: e.title
)
def test_scene__shows_its_panels_at_the_ends_of_every_control(explore):
    for values in explore.static:
        assert explore.panels(**values)
    for name, control in explore.controls.items():
        ends = control.options if hasattr(control, "options") else (control.lo, control.hi)
        for end in ends:
            assert explore.panels(**{name: end})
            assert len(explore.words(**{name: end})) > 80


@pytest.mark.parametrize("name", scenes_u09.RULES)
def test_race__is_run_by_the_rules_of_the_package(name):
    rates = {"gd": coursereg.GD, "momentum": coursereg.Momentum, "nag": coursereg.Nesterov}
    rates |= {"adagrad": coursereg.Adagrad, "rmsprop": coursereg.RMSProp, "adam": coursereg.Adam}
    lr, costs = scenes_u09.raced(1.0, scenes_u09.SLANTED, scenes_u09.OWN)[name]
    A, x = scenes_u09.valley(10.0, scenes_u09.SLANTED)
    rule = rates[name](lr)
    for cost in costs[:20]:
        assert cost == pytest.approx(x @ A @ x / 2, rel=1e-6, abs=1e-12)
        x = rule.step(x, lambda at: A @ at)


def test_race__is_won_by_different_rules():
    def first(exponent, lies, rates):
        there = scenes_u09.raced(exponent, lies, rates)
        return min(there, key=lambda name: there[name][1][-1])

    assert first(2.0, scenes_u09.SLANTED, scenes_u09.OWN) == "nag"
    assert first(2.0, scenes_u09.ALONG, scenes_u09.OWN) == "adagrad"
    assert first(3.0, scenes_u09.SLANTED, scenes_u09.OWN) == "momentum"
    assert first(2.0, scenes_u09.SLANTED, scenes_u09.ONE) == "rmsprop"


def test_rate_and_memory__is_a_run_of_the_package():
    costs = scenes_u09.heat("adam", scenes_u09.NARROW)
    A, x = scenes_u09.valley(100.0, scenes_u09.SLANTED)
    rule = coursereg.Adam(10.0 ** (scenes_u09.TENTHS[25] / 10), gamma=12 / 20)
    for cost in costs[:12, 12, 25]:
        assert cost == pytest.approx(x @ A @ x / 2, rel=1e-6)
        x = rule.step(x, lambda at: A @ at)


def test_look_ahead__brakes_sooner_for_every_memory_that_overshoots():
    for memory in range(6, 20):
        assert scenes_u09.overshoot("nag", memory) < scenes_u09.overshoot("momentum", memory)
