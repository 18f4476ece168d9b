"""Answers to U09.tune."""

import numpy as np

from answers import right, wrong


def _run(rule, x0, grad, budget):
    """One run of ``budget`` gradients; the last point."""
    x, calls = np.array(x0, dtype=float), [0]

    def counted(at):
        calls[0] += 1
        return grad(at)

    while calls[0] < budget:
        x = rule.step(x, counted)
    return x


@right("costs in a list, nan replaced by inf, argmin")
def argmin(opt, lrs, budget, fun, grad, x0):
    costs = np.array([fun(_run(opt(lr), x0, grad, budget)) for lr in lrs], dtype=float)
    costs[~np.isfinite(costs)] = np.inf
    k = int(np.argmin(costs))
    return lrs[k], costs[k]


@right("a counter that is an object")
def counter_object(opt, lrs, budget, fun, grad, x0):
    class Counter:
        def __init__(self):
            self.n = 0

        def __call__(self, x):
            self.n += 1
            return grad(x)

    best_lr, best_cost = None, float("inf")
    for lr in lrs:
        rule, counter, x = opt(lr), Counter(), np.asarray(x0, float).copy()
        while counter.n < budget:
            x = np.asarray(rule.step(x, counter))
        cost = fun(x)
        if cost == cost and abs(cost) != float("inf") and cost < best_cost:
            best_lr, best_cost = lr, cost
    return [float(best_lr), float(best_cost)]


@right("a dictionary of finite costs, min by value")
def dictionary(opt, lrs, budget, fun, grad, x0):
    costs = {}
    for lr in lrs:
        cost = float(fun(_run(opt(lr), x0, grad, budget)))
        if np.isfinite(cost):
            costs[float(lr)] = cost
    best = min(costs, key=costs.get)
    return best, costs[best]


@right("stops a run that has left the finite numbers")
def stops_early(opt, lrs, budget, fun, grad, x0):
    found = []
    for lr in lrs:
        rule, x, left = opt(lr), np.array(x0, float), [budget]

        def counted(at, left=left):
            left[0] -= 1
            return grad(at)

        while left[0] > 0 and np.all(np.isfinite(x)):
            x = rule.step(x, counted)
        found.append((fun(x), lr))
    cost, lr = min((c, r) for c, r in found if np.isfinite(c))
    return np.array([lr, cost])


@right("an exception ends the run when the budget is spent; nanargmin")
def exception(opt, lrs, budget, fun, grad, x0):
    costs = []
    for lr in lrs:
        seen = []

        def counted(at, seen=seen):
            seen.append(at)
            return grad(at)

        rule, x = opt(lr), np.array(x0) * 1.0
        for _ in range(budget):
            if len(seen) >= budget:
                break
            x = rule.step(x, counted)
        cost = fun(x)
        costs.append(cost if np.isfinite(cost) else np.nan)
    k = np.nanargmin(costs)
    return lrs[k], costs[k]


@wrong("the lowest cost on the way", says="lowest cost on the way")
def on_the_way(opt, lrs, budget, fun, grad, x0):
    best = None, np.inf
    for lr in lrs:
        rule, x, calls = opt(lr), np.array(x0, float), [0]

        def counted(at, calls=calls):
            calls[0] += 1
            return grad(at)

        while calls[0] < budget:
            x = rule.step(x, counted)
            if fun(x) < best[1]:
                best = lr, fun(x)
    return best


@wrong("the highest cost", says="the highest cost")
def highest(opt, lrs, budget, fun, grad, x0):
    costs = [fun(_run(opt(lr), x0, grad, budget)) for lr in lrs]
    k = int(np.nanargmax(np.where(np.isfinite(costs), costs, np.nan)))
    return lrs[k], costs[k]


@wrong("the largest rate whose cost is finite")
def largest_rate(opt, lrs, budget, fun, grad, x0):
    runs = [(lr, fun(_run(opt(lr), x0, grad, budget))) for lr in lrs]
    return max(r for r in runs if np.isfinite(r[1]))


@wrong("(cost, lr)", says="the rate comes first")
def exchanged(opt, lrs, budget, fun, grad, x0):
    return argmin(opt, lrs, budget, fun, grad, x0)[::-1]


@wrong("only the rate")
def rate_only(opt, lrs, budget, fun, grad, x0):
    return argmin(opt, lrs, budget, fun, grad, x0)[0]


@wrong("one object for all rates, made with the first")
def one_object(opt, lrs, budget, fun, grad, x0):
    rule = opt(lrs[0])
    costs = [fun(_run(rule, x0, grad, budget)) for _ in lrs]
    return lrs[int(np.argmin(costs))], min(costs)


@wrong("goes on from where the last run ended", says="goes on from where")
def goes_on(opt, lrs, budget, fun, grad, x0):
    x, best = np.array(x0, float), (None, np.inf)
    for lr in lrs:
        x = _run(opt(lr), x, grad, budget)
        if np.isfinite(fun(x)) and fun(x) < best[1]:
            best = lr, fun(x)
    return best


@wrong("the budget is shared by the rates", says="a budget that is shared")
def shared(opt, lrs, budget, fun, grad, x0):
    return argmin(opt, lrs, budget // len(lrs), fun, grad, x0)


@wrong("the budget is counted over all rates: the later ones get nothing", says="goes on from rate to rate")
def counted_over_all(opt, lrs, budget, fun, grad, x0):
    calls, best = [0], (lrs[0], np.inf)

    def counted(at):
        calls[0] += 1
        return grad(at)

    for lr in lrs:
        rule, x = opt(lr), np.array(x0, float)
        while calls[0] < budget:
            x = rule.step(x, counted)
        if fun(x) < best[1]:
            best = lr, fun(x)
    return best


@wrong("counts steps", says="counting steps")
def by_steps(opt, lrs, budget, fun, grad, x0):
    costs = []
    for lr in lrs:
        rule, x = opt(lr), np.array(x0, float)
        for _ in range(budget):
            x = rule.step(x, grad)
        costs.append(fun(x))
    costs = np.where(np.isfinite(costs), costs, np.inf)
    return lrs[int(np.argmin(costs))], np.min(costs)


@wrong("one gradient too few", says="too few")
def one_short(opt, lrs, budget, fun, grad, x0):
    return argmin(opt, lrs, budget - 1, fun, grad, x0)


@wrong("one gradient too many", says="too many")
def one_more(opt, lrs, budget, fun, grad, x0):
    return argmin(opt, lrs, budget + 1, fun, grad, x0)


@wrong("min over a list with nan in it")
def min_with_nan(opt, lrs, budget, fun, grad, x0):
    return min(((lr, fun(_run(opt(lr), x0, grad, budget))) for lr in lrs), key=lambda r: r[1])


@wrong("argmin takes nan for the smallest")
def argmin_with_nan(opt, lrs, budget, fun, grad, x0):
    costs = [fun(_run(opt(lr), x0, grad, budget)) for lr in lrs]
    k = int(np.argmin(costs))
    return lrs[k], costs[k]


@wrong("the best cost starts at 1e9")
def a_billion(opt, lrs, budget, fun, grad, x0):
    best = lrs[0], 1e9
    for lr in lrs:
        cost = fun(_run(opt(lr), x0, grad, budget))
        if cost < best[1]:
            best = lr, cost
    return best


@wrong("the lowest absolute cost")
def absolute(opt, lrs, budget, fun, grad, x0):
    costs = np.array([fun(_run(opt(lr), x0, grad, budget)) for lr in lrs], float)
    costs[~np.isfinite(costs)] = np.inf
    k = int(np.argmin(np.abs(costs)))
    return lrs[k], costs[k]


@wrong("takes the rates for sorted: stops at the first that is no better", says="try all of them")
def stops_at_worse(opt, lrs, budget, fun, grad, x0):
    best = None, np.inf
    for lr in lrs:
        cost = fun(_run(opt(lr), x0, grad, budget))
        if not cost < best[1]:
            break
        best = lr, cost
    return best


@wrong("the size of the gradient instead of the cost")
def by_slope(opt, lrs, budget, fun, grad, x0):
    ends = [_run(opt(lr), x0, grad, budget) for lr in lrs]
    sizes = [np.linalg.norm(grad(x)) for x in ends]
    k = int(np.nanargmin(sizes))
    return lrs[k], sizes[k]


@wrong("the place in the list instead of the rate")
def index(opt, lrs, budget, fun, grad, x0):
    lr, cost = argmin(opt, lrs, budget, fun, grad, x0)
    return list(lrs).index(lr), cost


@wrong("the mean cost of the run")
def mean_cost(opt, lrs, budget, fun, grad, x0):
    costs = []
    for lr in lrs:
        rule, x, along = opt(lr), np.array(x0, float), []
        for _ in range(budget):
            x = rule.step(x, grad)
            along.append(fun(x))
        costs.append(np.mean(along))
    costs = np.where(np.isfinite(costs), costs, np.inf)
    return lrs[int(np.argmin(costs))], np.min(costs)


@wrong("the point in the dtype of x0")
def whole_numbers(opt, lrs, budget, fun, grad, x0):
    costs = []
    for lr in lrs:
        rule, x, calls = opt(lr), np.array(x0), [0]

        def counted(at, calls=calls):
            calls[0] += 1
            return grad(at)

        while calls[0] < budget:
            x[:] = rule.step(x, counted)
        costs.append(fun(x))
    costs = np.where(np.isfinite(costs), costs, np.inf)
    return lrs[int(np.argmin(costs))], np.min(costs)


@wrong("moves x0 itself")
def moves_x0(opt, lrs, budget, fun, grad, x0):
    best = None, np.inf
    for lr in lrs:
        start, rule = x0.copy(), opt(lr)
        x0[:] = _run(rule, start, grad, budget)
        cost = fun(x0)
        if x0.dtype.kind == "f":
            x0[:] = start
        if np.isfinite(cost) and cost < best[1]:
            best = lr, cost
    return best


@wrong("the last rate", says="the last rate")
def last(opt, lrs, budget, fun, grad, x0):
    lr = list(lrs)[-1]
    return lr, fun(_run(opt(lr), x0, grad, budget))


@wrong("leaves out the last rate")
def not_the_last(opt, lrs, budget, fun, grad, x0):
    return argmin(opt, list(lrs)[:-1] or lrs, budget, fun, grad, x0)


@wrong("a budget of ten, whatever is said")
def ten(opt, lrs, budget, fun, grad, x0):
    return argmin(opt, lrs, 10, fun, grad, x0)


@right("all rules first, in falling order of the rates; a counting grad that is an iterator's")
def all_rules_first(opt, lrs, budget, fun, grad, x0):
    rules = [(float(lr), opt(lr)) for lr in sorted(lrs, reverse=True)]
    costs = {lr: float(fun(_run(rule, x0, grad, budget))) for lr, rule in rules}
    return min(((lr, cost) for lr, cost in costs.items()), key=lambda p: (not np.isfinite(p[1]), p[1]))


@wrong("opt is called with the keyword lr")
def by_keyword(opt, lrs, budget, fun, grad, x0):
    return argmin(lambda lr: opt(lr=lr), lrs, budget, fun, grad, x0)


@wrong("a cost of minus infinity wins")
def minus_infinity(opt, lrs, budget, fun, grad, x0):
    best = None, np.inf
    for lr in lrs:
        cost = fun(_run(opt(lr), x0, grad, budget))
        if cost < best[1]:
            best = lr, cost
    return best


@wrong("every step is taken for as dear as the first", says="now once, now twice")
def as_dear_as_the_first(opt, lrs, budget, fun, grad, x0):
    costs = []
    for lr in lrs:
        rule, asked = opt(lr), [0]

        def counted(at, asked=asked):
            asked[0] += 1
            return grad(at)

        x = rule.step(np.array(x0, float), counted)
        for _ in range(-(-budget // asked[0]) - 1):
            x = rule.step(x, grad)
        costs.append(fun(x))
    costs = np.where(np.isfinite(costs), costs, np.inf)
    return lrs[int(np.argmin(costs))], np.min(costs)


@wrong("a run ends where it stands still", says="stands still")
def ends_where_it_stands(opt, lrs, budget, fun, grad, x0):
    costs = []
    for lr in lrs:
        rule, x, calls = opt(lr), np.array(x0, float), [0]

        def counted(at, calls=calls):
            calls[0] += 1
            return grad(at)

        while calls[0] < budget:
            new = np.asarray(rule.step(x, counted))
            still, x = np.abs(new - x).max() < 1e-9, new
            if still:
                break
        costs.append(fun(x))
    costs = np.where(np.isfinite(costs), costs, np.inf)
    return lrs[int(np.argmin(costs))], np.min(costs)


@wrong("the cost is rounded")
def rounded(opt, lrs, budget, fun, grad, x0):
    lr, cost = argmin(opt, lrs, budget, fun, grad, x0)
    return lr, round(float(cost), 6)


@wrong("the cost of x0", says="the cost at x0")
def cost_of_the_start(opt, lrs, budget, fun, grad, x0):
    return lrs[0], fun(np.array(x0, float))
