"""Answers to U06.explore_1d."""

import numpy as np

from answers import right, wrong


def _trials(x0, axis, values):
    p = np.repeat(np.asarray(x0, float)[:, None], len(values), axis=1)
    p[axis] += values
    return p


@right("all trials first, then all costs")
def table_first(cost, x0, axis, values):
    p = _trials(x0, axis, values)
    return np.array([cost(x) for x in p.T]), p


@right("a loop with lists")
def lists(cost, x0, axis, values):
    s, p = [], []
    for v in values:
        x = [float(a) for a in x0]
        x[axis] += float(v)
        s.append(cost(np.array(x)))
        p.append(x)
    return np.array(s), np.transpose(p)


@right("broadcasting with a unit vector, returned as a list")
def broadcast(cost, x0, axis, values):
    e = np.eye(len(x0))[axis]
    p = np.asarray(x0, float)[:, None] + e[:, None] * np.asarray(values, float)
    return [np.apply_along_axis(cost, 0, p), p]


@right("the step put in and taken out again, copies kept")
def in_and_out(cost, x0, axis, values):
    x, s, p = np.array(x0, dtype=float), [], []
    for v in values:
        kept = x[axis]
        x[axis] = kept + v
        p.append(x.copy())
        s.append(float(cost(x.copy())))
        x[axis] = kept
    return np.array(s), np.column_stack(p)


@right("columns stacked as they come, from a matrix")
def stacked(cost, x0, axis, values):
    start = np.array(x0, dtype=np.float64)
    columns = np.vstack([start + v * np.eye(start.size)[axis] for v in values])
    return np.fromiter((cost(row) for row in columns), float, len(columns)), columns.T.copy()


@wrong("values replace the parameter", says="values taken as they are")
def absolute(cost, x0, axis, values):
    p = _trials(x0, axis, values)
    p[axis] = values
    return np.array([cost(x) for x in p.T]), p


@wrong("every trial starts where the last one ended", says="a walk on from the last trial")
def walks_on(cost, x0, axis, values):
    return table_first(cost, x0, axis, np.cumsum(values))


@wrong("always the first parameter", says="axis 0, whatever axis is")
def first_axis(cost, x0, axis, values):
    return table_first(cost, x0, 0, values)


@wrong("all parameters are changed", says="steps of all parameters")
def all_parameters(cost, x0, axis, values):
    p = np.asarray(x0, float)[:, None] + np.asarray(values, float)
    return np.array([cost(x) for x in p.T]), p


@wrong("p holds increments", says="p of what was added")
def increments(cost, x0, axis, values):
    s, p = table_first(cost, x0, axis, values)
    return s, p - np.asarray(x0, float)[:, None]


@wrong("(p, s)", says="the costs come first")
def swapped(cost, x0, axis, values):
    return table_first(cost, x0, axis, values)[::-1]


@wrong("a row of p for each trial", says="one row of p for each trial", credit=0.5)
def rows(cost, x0, axis, values):
    s, p = table_first(cost, x0, axis, values)
    return s, p.T


@wrong("one array for all trials", says="every column of p shows the last one")
def one_array(cost, x0, axis, values):
    x, s, p = np.array(x0, dtype=float), [], []
    for v in values:
        x[axis] = x0[axis] + v
        s.append(cost(x))
        p.append(x)
    return np.array(s), np.array(p).T


@wrong("trials in the dtype of x0", says="trials in whole numbers")
def whole_numbers(cost, x0, axis, values):
    s, p = np.zeros(len(values)), np.zeros((len(x0), len(values)))
    for k, v in enumerate(values):
        x = np.copy(x0)
        x[axis] = x[axis] + v
        s[k], p[:, k] = cost(x), x
    return s, p


@wrong("p in the dtype of x0, the costs are right")
def whole_p(cost, x0, axis, values):
    s, p = table_first(cost, x0, axis, values)
    return s, p.astype(np.asarray(x0).dtype)


@wrong("sorts the values")
def sorts(cost, x0, axis, values):
    return table_first(cost, x0, axis, np.sort(values))


@wrong("leaves out what comes twice")
def unique(cost, x0, axis, values):
    return table_first(cost, x0, axis, list(dict.fromkeys(np.asarray(values).tolist())))


@wrong("costs relative to the first")
def relative(cost, x0, axis, values):
    s, p = table_first(cost, x0, axis, values)
    return s - s[0], p


@wrong("costs made positive")
def positive(cost, x0, axis, values):
    s, p = table_first(cost, x0, axis, values)
    return np.abs(s), p


@wrong("the best trial only")
def best_only(cost, x0, axis, values):
    s, p = table_first(cost, x0, axis, values)
    k = np.nanargmin(s)
    return s[k], p[:, k]


@wrong("x0 is walked along and left at the end")
def spoils_x0(cost, x0, axis, values):
    s, p = table_first(cost, x0, axis, values)
    x0[axis] = p[axis, -1]
    return s, p


@wrong("asks twice for each trial: for the cost and for the print-out")
def asks_twice(cost, x0, axis, values):
    p = _trials(x0, axis, values)
    return np.array([cost(x) for x in p.T if cost(x) is not None]), p


@wrong("what is not finite becomes 0")
def finite(cost, x0, axis, values):
    s, p = table_first(cost, x0, axis, values)
    return np.nan_to_num(s, nan=0.0, posinf=0.0), p


@wrong("only what was changed: p has one row")
def one_row(cost, x0, axis, values):
    s, p = table_first(cost, x0, axis, values)
    return s, p[axis]


@wrong("the costs alone")
def costs_alone(cost, x0, axis, values):
    return table_first(cost, x0, axis, values)[0]
