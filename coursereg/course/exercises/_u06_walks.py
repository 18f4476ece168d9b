"""U06's walk along one parameter, `explore_1d(cost, x0, axis, values)`, and its motion, the class `Rigid2D`."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from coursereg.course.exercises import _u06_mistakes as mistakes
from coursereg.course.exercises._base import (
    Exercise,
    Raised,
    Unit,
    Wrong,
    expect,
    expect_inputs_untouched,
    expect_shape,
    expect_true,
)
from coursereg.course.exercises._u06_slopes import place, quadratic, rugged, vector, whole_place
from coursereg.course.plain import landscapes as plain

EXACT = 1e-9
Cost = Callable[[Any], float]

# --- the walk ---------------------------------------------------------------------------------------------------------


def add_explore(unit: Unit) -> None:
    """Add ``explore_1d``."""
    ex = unit.exercise(
        "explore_1d",
        8.0,
        signature="explore_1d(cost, x0, axis, values)",
        statement="Walk along one parameter and write down the cost. `x0` is an array of shape (n,), of floats or "
        "of whole "
        "numbers; `axis` is the number of the parameter that is changed; `values` is an array of shape (m,), what is "
        "*added* to it, in any order. Trial k is a copy of `x0` with `values[k]` added to entry `axis`. Return `(s, "
        "p)`: "
        "`s` of shape (m,), the cost of each trial (call `cost` once for each), and `p` of shape (n, m), the "
        "parameters "
        "that were tried, trial k in column k. `x0` is not changed.",
        hints=(
            "# 4 residual: one trial, one number. Each trial begins at x0 again.",
            "cost(x) = x[0] + 10 x[1], x0 = [1, 2], axis = 1, values = [-1, 0, 1]: the trials are [1, 1], [1, 2], "
            "[1, 3], so s = [11, 21, 31] and p = [[1, 1, 1], [1, 2, 3]].",
            "x = np.array(x0, float); x[axis] += values[k]; s[k] = cost(x); p[:, k] = x",
        ),
        reference=plain.explore_1d,
        solution=inspect.getsource(plain.explore_1d),
        read="6. Write: a walk",
    )
    _explore_public(ex)
    _explore_hidden(ex)
    ex.convention(
        "this is right with one row of p for each trial; here, and in the engine, a trial is a column",
        lambda f: lambda *args: _columns(f(*args)),
    )
    for message, function in (
        ("this looks like values taken as they are: they are added to x0[axis]", mistakes.absolute_values),
        ("this looks like a walk on from the last trial: each one begins at x0 again", mistakes.walks_on),
        ("this looks like axis 0, whatever axis is", mistakes.other_axis),
        ("this looks like steps of all parameters: only entry `axis` is changed", mistakes.all_parameters),
        ("this looks like a p of what was added: it holds the parameters themselves", mistakes.increments),
        ("this looks like (p, s): the costs come first", mistakes.swapped),
        (
            "this looks like one array for all trials: every column of p shows the last one. Make a copy for each",
            mistakes.last_of_all,
        ),
        ("this looks like trials in whole numbers, the dtype of x0", mistakes.whole_trials),
    ):
        ex.looks_like(message, function)


def _columns(got: Any) -> Any:
    s, p = got
    return s, np.asarray(p).T


def _walked(got: Any, s: Any, p: Any, hint: str = "") -> None:
    """Ask for a pair, the costs first."""
    if not isinstance(got, (tuple, list)) or len(got) != 2:
        raise Wrong("the result must be a pair (s, p)", got)
    wanted = np.asarray(p, float)
    expect(
        got[1], wanted, atol=EXACT, what="p", hint=hint or "the parameters that were tried, one column for each trial"
    )
    expect(got[0], s, atol=EXACT, rtol=EXACT, what="s", hint=hint)


def _explore_public(ex: Exercise) -> None:
    @ex.check("m costs, and n rows of m parameters", kind="shape", weight=0.5)
    def _(f: Any, rng: Any) -> None:
        got = f(quadratic(rng, 3)[0], place(rng, 3), 0, rng.uniform(-1, 1, 5))
        if not isinstance(got, (tuple, list)) or len(got) != 2:
            raise Wrong("the result must be a pair (s, p)", got)
        expect_shape(got[0], (5,), "s")
        expect_shape(got[1], (3, 5), "p")

    @ex.check("the example of the hint", kind="fixed")
    def _(f: Any, rng: Any) -> None:
        got = f(lambda x: float(vector(x, 2) @ [1, 10]), np.array([1.0, 2.0]), 1, np.array([-1.0, 0.0, 1.0]))
        _walked(got, [11, 21, 31], [[1, 1, 1], [1, 2, 3]])

    @ex.check("any cost, along any parameter", kind="value", weight=3)
    def _(f: Any, rng: Any) -> None:
        for axis, lift in zip(rng.permutation(3).tolist(), (0, -40, 7), strict=True):
            inner, x, values = rugged(rng, 3), place(rng, 3), rng.uniform(-4, 4, 6)

            def cost(x: Any, inner: Cost = inner, lift: int = lift) -> float:
                return inner(x) + lift  # costs of both signs, as minus a similarity has

            _walked(f(cost, x, axis, values), *plain.explore_1d(cost, x, axis, values))


def _explore_hidden(ex: Exercise) -> None:
    @ex.check("x0 of whole numbers, steps of less than one", kind="value", weight=2, public=False)
    def _(f: Any, rng: Any) -> None:
        cost, x = rugged(rng, 3), whole_place(rng, 3)
        values = rng.permutation(np.linspace(-1.2, 1.3, 6))
        s, p = plain.explore_1d(cost, x, 2, values)
        _walked(f(cost, x, 2, values), s, p, "x0 is an integer array; the trials are not")

    @ex.check("values in any order, some of them twice, or a single one", kind="value", public=False)
    def _(f: Any, rng: Any) -> None:
        for values in (rng.integers(-3, 4, 9), np.array([0.0]), np.array([5, -5, 5])):
            cost, x = rugged(rng, 4), place(rng, 4)
            _walked(f(cost, x, 1, values), *plain.explore_1d(cost, x, 1, values))

    @ex.check("each trial is asked once, and s and p tell what was asked", kind="value", public=False)
    def _(f: Any, rng: Any) -> None:
        asked: list[np.ndarray] = []
        inner = rugged(rng, 2)

        def cost(x: Any) -> float:
            asked.append(vector(x, 2).copy())
            return inner(x) + len(asked) / 7  # a cost that tells its calls apart, as one with noise does

        values = rng.uniform(-3, 3, 5)
        got = f(cost, place(rng, 2), 0, values)
        expect_true(
            len(asked) == values.size, f"cost was called {len(asked)} times for {values.size} values", len(asked)
        )
        _walked(got, [inner(x) + (k + 1) / 7 for k, x in enumerate(asked)], np.array(asked).T)

    @ex.check("a cost may be infinite, or not a number", kind="value", public=False)
    def _(f: Any, rng: Any) -> None:
        values = np.array([-2.0, -1.0, 0.0, 1.0, 2.0])

        def cost(x: Any) -> float:
            r = float(vector(x, 2)[0])
            return float("inf") if r > 0.5 else float("nan") if r < -0.5 else r

        _walked(f(cost, np.zeros(2), 0, values), [np.nan, np.nan, 0, np.inf, np.inf], [values, np.zeros(5)])

    @ex.check("x0 is left as it was", kind="property", weight=0.5, public=False)
    def _(f: Any, rng: Any) -> None:
        cost, x, values = rugged(rng, 2), place(rng, 2), rng.uniform(-2, 2, 4)
        _walked(f(cost, x, 1, values), *plain.explore_1d(cost, x, 1, values))
        expect_inputs_untouched(f)


# --- the motion -------------------------------------------------------------------------------------------------------


def add_rigid(unit: Unit) -> None:
    """Add ``Rigid2D``."""
    ex = unit.exercise(
        "Rigid2D",
        14.0,
        signature="class Rigid2D: __init__(self, param=(0.0, 0.0, 0.0)), param, apply(points), copy()",
        statement="A rigid motion of the plane, `T(x) = R x + t`. `T.param` holds three numbers: the row shift and "
        "the column "
        "shift in pixels, and the angle in hundredths of a radian (100 is one radian). It may be set at any time, "
        "`T.param = [...]`, and read again. `T.apply(points)` takes an array of shape (n, 2), each row a point (row, "
        "column), floats or whole numbers, and returns a new array of that shape: R x + t for each point x, with R = "
        "[[c, -s], [s, c]], c and s the cosine and sine of the angle, t = (row shift, column shift). `T.copy()` "
        "returns another Rigid2D with the same numbers; what happens to one of them does not happen to the other.",
        hints=(
            "# 2 pull: T takes a point of the static picture to the place where the moving one is looked up. First "
            "turn, "
            "then shift.",
            "A quarter turn is param[2] = 100 pi / 2: c = 0, s = 1, and (1, 0) goes to (0, 1). With the shift (3, -2) "
            "it goes to (3, -1).",
            "R = np.array([[c, -s], [s, c]]); a row x of points times R.T is R x: points @ R.T + [p, q]",
        ),
        reference=mistakes.moved,
        solution=inspect.getsource(plain.Rigid2D),
        read="6. Write: a rigid motion",
    )
    _rigid_public(ex)
    _rigid_hidden(ex)
    for message, function in (
        (
            "this looks like the turn the other way: R is [[c, -s], [s, c]], and rows of points take R.T from the "
            "right",
            mistakes.moved_by_transpose,
        ),
        ("this looks like an angle in radians: param[2] is 100 times that", mistakes.moved_by_radians),
        ("this looks like an angle in degrees: param[2] is in hundredths of a radian", mistakes.moved_by_degrees),
        (
            "this looks like an angle in hundredths of a degree: it is hundredths of a radian",
            mistakes.moved_by_hundredths_of_degrees,
        ),
        ("this looks like R (x + t): the shift comes last and is not turned", mistakes.moved_before),
        ("this looks like the inverse motion: R x + t is wanted, from static to moving", mistakes.moved_backwards),
        (
            "this looks like the row shift added to columns: points are (row, column), and so is t",
            mistakes.moved_with_swapped_shift,
        ),
        ("this looks like x - t: the shift is added", mistakes.moved_less),
        (
            "this looks like a turn about the middle of the points: R x turns about (0, 0)",
            mistakes.moved_about_the_middle,
        ),
        ("this looks like a shift without a turn", mistakes.moved_by_shift_only),
    ):
        ex.looks_like(message, function)


def one_call(f: Any, args: tuple[Any, ...], run: Callable[[], Any]) -> Any:
    """Do something with the student's object, noted as one call with these arguments: lookalikes are functions."""
    start = len(f.calls)
    got = run()
    del f.calls[start:]
    f.calls.append((args, {}, got))
    return got


def applied(f: Any, param: Any, points: np.ndarray) -> Any:
    """What a new object makes of the points once its numbers are set."""

    def run() -> Any:
        T = f()
        T.set("param", np.array(param, float))
        return T.call("apply", points)

    return one_call(f, (param, points), run)


def some_param(rng: Any, angle: float = 700.0) -> np.ndarray:
    """A shift, and an angle of up to a full turn and more that is not near 0."""
    return np.array([*rng.uniform(-20, 20, 2), rng.choice([-1, 1]) * rng.uniform(0.1, 1) * angle])


def some_points(rng: Any, n: int) -> np.ndarray:
    """Points of a picture."""
    return rng.uniform(0, 60, (n, 2))


def _rigid_public(ex: Exercise) -> None:
    @ex.check("a new one moves nothing, and returns a point for each point", kind="shape", weight=0.5)
    def _(f: Any, rng: Any) -> None:
        T, points = f(), some_points(rng, 5)
        expect(T.get("param"), np.zeros(3), what="param of a new Rigid2D()")
        expect_shape(T.call("apply", points), (5, 2), "apply(points)")
        expect(T.call("apply", points), points, atol=EXACT, what="apply(points) of a new Rigid2D()")

    @ex.check("the example of the hint: a quarter turn, then a shift", kind="fixed")
    def _(f: Any, rng: Any) -> None:
        got = applied(f, [0, 0, 50 * np.pi], np.array([[1.0, 0.0], [0.0, 1.0]]))
        expect(got, [[0, 1], [-1, 0]], atol=EXACT, what="(1, 0) and (0, 1) after a quarter turn")
        expect(applied(f, [3, -2, 0], np.array([[10.0, 20.0]])), [[13, 18]], atol=EXACT, what="(10, 20) shifted")

    @ex.check("any motion of any points", kind="value", weight=3)
    def _(f: Any, rng: Any) -> None:
        for n in (7, 2):
            param, points = some_param(rng), some_points(rng, n)
            expect(applied(f, param, points), mistakes.moved(param, points), atol=EXACT, what="R x + t")

    @ex.check("one unit of the third number is a hundredth of a radian", kind="value")
    def _(f: Any, rng: Any) -> None:
        param, points = np.array([0.0, 0.0, 1.0]), some_points(rng, 4)
        expect(applied(f, param, points), mistakes.moved(param, points), atol=EXACT, what="R x")

    @ex.check("Rigid2D(param) begins with these numbers", kind="value")
    def _(f: Any, rng: Any) -> None:
        param, points = some_param(rng), some_points(rng, 4)
        T = f(param)
        expect(T.get("param"), param, atol=EXACT, what="param")
        got = one_call(f, (param, points), lambda: T.call("apply", points))
        expect(got, mistakes.moved(param, points), atol=EXACT, what="R x + t")

    @ex.check("a copy has the same numbers and goes its own way", kind="property", weight=1.5)
    def _(f: Any, rng: Any) -> None:
        a, b = some_param(rng), some_param(rng)
        T = f(a)
        C = _copy_of(T)
        expect(C.get("param"), a, atol=EXACT, what="param of the copy")
        C.set("param", b)
        expect(T.get("param"), a, atol=EXACT, what="param of the first, after the copy's was set")
        T.set("param", 2 * a)
        expect(C.get("param"), b, atol=EXACT, what="param of the copy, after the first one's was set")
        points = some_points(rng, 3)
        expect(C.call("apply", points), mistakes.moved(b, points), atol=EXACT, what="R x + t of the copy")


def _copy_of(T: Any) -> Any:
    C = T.call("copy")
    if not (hasattr(C, "set") and hasattr(C, "call")):
        raise Wrong("copy() must return another Rigid2D", C)
    return C


def _rigid_hidden(ex: Exercise) -> None:
    @ex.check("param may be set again and again; apply follows", kind="value", weight=2, public=False)
    def _(f: Any, rng: Any) -> None:
        T, points = f(some_param(rng)), some_points(rng, 3)
        T.call("apply", points)
        for _k in range(2):
            param = some_param(rng)
            T.set("param", param)
            got = one_call(f, (param, points), lambda: T.call("apply", points))
            expect(got, mistakes.moved(param, points), atol=EXACT, what="R x + t with the new numbers")
            expect(T.get("param"), param, atol=EXACT, what="param", hint="apply must leave the numbers alone")

    @ex.check("numbers from a list, whole numbers, points of whole numbers", kind="value", public=False)
    def _(f: Any, rng: Any) -> None:
        param = [int(v) for v in rng.integers(5, 90, 3)]
        points = rng.integers(0, 60, (4, 2))
        for T in (f(param), f(np.array(param))):
            got = one_call(f, (param, points), partial(T.call, "apply", points))
            expect(got, mistakes.moved(param, points), atol=EXACT, what="R x + t")
        T = f()
        T.set("param", param)
        expect(T.call("apply", points), mistakes.moved(param, points), atol=EXACT, what="R x + t")

    @ex.check("one point, and a thousand", kind="value", public=False)
    def _(f: Any, rng: Any) -> None:
        for n in (1, 1000):
            param, points = some_param(rng), some_points(rng, n)
            expect(applied(f, param, points), mistakes.moved(param, points), atol=EXACT, what="R x + t")

    @ex.check("distances stay, and so does the sense of turning", kind="property", public=False)
    def _(f: Any, rng: Any) -> None:
        points = some_points(rng, 3)
        moved = np.asarray(applied(f, some_param(rng), points), float)
        expect_shape(moved, (3, 2), "apply(points)")
        for x in (points, moved):
            x -= x[0]
        expect(np.linalg.norm(moved, axis=1), np.linalg.norm(points, axis=1), atol=EXACT, what="the distances")
        area = [float(x[1, 0] * x[2, 1] - x[1, 1] * x[2, 0]) for x in (moved, points)]
        expect(area[0], area[1], atol=1e-6, what="the signed area of a triangle", hint="a mirror is no rigid motion")

    @ex.check("an object and its copy share nothing", kind="property", public=False)
    def _(f: Any, rng: Any) -> None:
        a = some_param(rng)
        T = f(a)
        other = _copy_of(T)
        _change_in_place(other)
        expect(T.get("param"), a, atol=EXACT, what="param, after that of its copy was changed in place")
        before = np.array(other.get("param"), float)
        _change_in_place(T, 55.0)
        expect(other.get("param"), before, atol=EXACT, what="param of a copy, after the first was changed in place")

    @ex.check("two new objects share nothing", kind="property", public=False)
    def _(f: Any, rng: Any) -> None:
        T, other = f(), f()
        _change_in_place(other)
        expect(T.get("param"), np.zeros(3), what="param, after that of another object was changed in place")
        expect(f().get("param"), np.zeros(3), what="param of a new Rigid2D(), after that of an old one was changed")

    @ex.check("the points are left as they were", kind="property", weight=0.5, public=False)
    def _(f: Any, rng: Any) -> None:
        param, points = some_param(rng), some_points(rng, 4)
        expect(applied(f, param, points), mistakes.moved(param, points), atol=EXACT, what="R x + t")
        expect_inputs_untouched(f)


def _change_in_place(T: Any, value: float = 77.0) -> None:
    """``T.param[1] = value``, where that is possible: a tuple refuses, and a property may hand out a copy."""
    try:
        T.set("param", value, index=1)
    except Raised as error:
        if type(error) is not Raised:  # stopped by the marking: out of time, or its process died
            raise
