"""The textbook programs of efficiency analysis, one whole linear program a unit, solved by scipy's `linprog`.

Written down from the formulas, with every unit a column, in the units of measure given, and nothing scaled or shared
between units. `x`, `y`, `b`: inputs, good and bad outputs, one row a unit; `at`: the unit that is scored.
"""

import numpy as np
from scipy.optimize import linprog

Array = np.ndarray


def solved(
    cost: Array, upper: tuple[Array, Array] | None, equal: tuple[Array, Array] | None, bounds: list
) -> float | None:
    """Return the least cost; None where there is no solution."""
    found = linprog(
        cost,
        A_ub=None if upper is None else upper[0],
        b_ub=None if upper is None else upper[1],
        A_eq=None if equal is None or not len(equal[0]) else equal[0],
        b_eq=None if equal is None or not len(equal[0]) else equal[1],
        bounds=bounds,
        method="highs",
    )
    return float(found.fun) if found.status == 0 else None


def radial(x: Array, y: Array, xo: Array, yo: Array, inward: bool, variable: bool) -> float | None:
    """Return θ, or φ."""
    n = len(x)
    if inward:
        rows = np.vstack([np.column_stack([-xo, x.T]), np.column_stack([np.zeros(len(yo)), -y.T])])
        right, cost = np.concatenate([np.zeros(len(xo)), -yo]), np.r_[1.0, np.zeros(n)]
    else:
        rows = np.vstack([np.column_stack([np.zeros(len(xo)), x.T]), np.column_stack([yo, -y.T])])
        right, cost = np.concatenate([xo, np.zeros(len(yo))]), np.r_[-1.0, np.zeros(n)]
    equal = (np.r_[0.0, np.ones(n)][None], np.ones(1)) if variable else None
    found = solved(cost, (rows, right), equal, [(0, None)] * (n + 1))
    return found if found is None or inward else -found


def distance(
    x: Array,
    y: Array,
    b: Array,
    own: tuple[Array, Array, Array],
    step: tuple[Array, Array, Array],
    variable: bool,
    weak: bool,
) -> float | None:
    """Return β; under variable returns weak disposability is Kuosmanen's, with an idle part of every unit."""
    (xo, yo, bo), (gx, gy, gb), n = own, step, len(x)
    idle = weak and variable
    wide = np.zeros((n, 0)) if not idle else x
    pad = np.zeros((1, n)) if idle else np.zeros((1, 0))

    def row(beta: Array, active: Array, of_idle: Array) -> Array:
        return np.column_stack([beta, active, of_idle])

    inputs = row(gx, x.T, wide.T if idle else np.zeros((len(xo), 0)))
    goods = row(gy, -y.T, np.repeat(pad, len(yo), axis=0))
    bads = row(gb, b.T, np.repeat(pad, len(bo), axis=0))
    upper, right = [inputs, goods], [xo, -yo]
    equal, equals = [], []
    if weak:
        equal.append(bads), equals.append(bo)
    else:
        upper.append(bads), right.append(bo)
    count = inputs.shape[1] - 1
    if variable:
        equal.append(np.r_[0.0, np.ones(count)][None]), equals.append(np.ones(1))
    found = solved(
        np.r_[-1.0, np.zeros(count)],
        (np.vstack(upper), np.concatenate(right)),
        (np.vstack(equal), np.concatenate(equals)) if equal else None,
        [(None, None)] + [(0, None)] * count,
    )
    return None if found is None else -found


def slacks(x: Array, y: Array, b: Array, at: int, variable: bool) -> float | None:
    """Return the slacks-based measure: variables t, Λ and the slacks of inputs, goods and bads times t."""
    return _fraction(x, y, b, x[at], y[at], b[at], variable, -1)


def super_slacks(x: Array, y: Array, b: Array, at: int, variable: bool) -> float | None:
    """Return the super measure of an efficient unit against the others."""
    others = np.arange(len(x)) != at
    return _fraction(x[others], y[others], b[others], x[at], y[at], b[at], variable, 1)


def _fraction(x: Array, y: Array, b: Array, xo: Array, yo: Array, bo: Array, variable: bool, sign: int) -> float | None:
    n, m, s, k = len(x), len(xo), len(yo), len(bo)

    def share(values: Array, count: int) -> Array:
        return np.array([1 / value / count if value > 0 else 0.0 for value in values])

    of_inputs = share(xo, (xo > 0).sum())
    outputs = np.concatenate([yo, bo])
    of_outputs = share(outputs, (outputs > 0).sum())
    cost = np.concatenate([[1.0], np.zeros(n), sign * of_inputs, np.zeros(s + k)])
    norm = np.concatenate([[1.0], np.zeros(n), np.zeros(m), -sign * of_outputs])
    eye = np.eye(m + s + k)
    made = np.vstack([x.T, -y.T, b.T])
    own = np.concatenate([xo, -yo, bo])
    # inputs and bads: Λ·figure ± S = t·figure; goods with the other sign
    rows = np.column_stack([-own, made, -sign * eye])
    equal, right = [norm[None]], [np.ones(1)]
    if variable:
        equal.append(np.concatenate([[-1.0], np.ones(n), np.zeros(m + s + k)])[None])
        right.append(np.zeros(1))
    bounds = [(0, None)] * (1 + n + m + s + k)
    if sign > 0:
        for place, value in enumerate(np.concatenate([xo, yo, bo])):
            if value == 0:
                bounds[1 + n + place] = (0, 0)
        return solved(cost, (rows, np.zeros(len(rows))), (np.vstack(equal), np.concatenate(right)), bounds)
    equal.append(rows), right.append(np.zeros(len(rows)))
    return solved(cost, None, (np.vstack(equal), np.concatenate(right)), bounds)


def unavoidable(z: Array, b: Array, at: int, variable: bool) -> float | None:
    """Return the mean share of its bads that a unit's emission-causing inputs `z` make unavoidable."""
    n, k, bo = len(z), b.shape[1], b[at]
    above = bo > 0
    rows = np.vstack([
        np.column_stack([np.diag(-bo), b.T]),
        np.column_stack([np.zeros((z.shape[1], k)), -z.T]),
    ])  # fmt: skip
    equal = (np.r_[np.zeros(k), np.ones(n)][None], np.ones(1)) if variable else None
    cost = np.r_[above / above.sum(), np.zeros(n)]
    return solved(cost, (rows, np.r_[np.zeros(k), -z[at]]), equal, [(0, 1)] * k + [(0, None)] * n)


def marginal(
    x: Array, y: Array, b: Array, own: tuple[Array, Array, Array], good: int, bad: int, step: float
) -> float | None:
    """Return the most of one good output that is possible with everything else as given and `step` more of one bad.

    Constant returns, weak disposability; a difference of two of these over a small step is the slope of the frontier.
    """
    xo, yo, bo = own
    moved = bo.copy()
    moved[bad] += step
    others = [place for place in range(len(yo)) if place != good]
    upper = np.vstack([x.T, -y.T[others]])
    found = solved(-y[:, good], (upper, np.concatenate([xo, -yo[others]])), (b.T, moved), [(0, None)] * len(x))
    return None if found is None else -found
