"""Global statistics: does the whole map show a pattern?"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, Unpack

import numpy as np
from scipy import sparse

from geo.autocorrelation.permutations import Drawn, How, Lots, Tail, normal_p
from geo.autocorrelation.sample import Array, Sample, Values, sample, standard
from geo.neighbours.matrix import Neighbours

Statistic = Literal["moran", "geary", "getis_ord", "bivariate_moran"]
OVERALL_STATES = ("defined", "too_few", "constant", "no_links", "negative", "no_products")
"""Why there is no figure: fewer than four units; all values equal; nobody has a neighbour; for G a value below 0, or no
two units above 0, so that no product of two values is."""

TEST_STATES = ("defined", "no_variance", "not_made", "undefined")
"""Why a test has no p: nothing could have been otherwise, as where everybody is a neighbour of everybody; there is no
such test for this statistic; the statistic itself is not defined."""


@dataclass(frozen=True)
class Test:
    """One test of a statistic; NaN where `state` says that there is none."""

    __test__ = False  # no test of ours: pytest looks for classes of this name

    expected: float
    deviation: float
    """Standard deviation of the statistic if there were no pattern."""
    z: float
    """(value − expected)/deviation."""
    p: float
    tail: str
    state: str


@dataclass(frozen=True)
class Overall:
    """A global statistic and its tests; NaN where `state` says that there is none."""

    statistic: Statistic
    value: float
    state: str
    normal: Test
    """Values drawn from a normal distribution."""
    randomised: Test
    """Any order of the values as likely as any other: exact moments, normal approximation."""
    simulated: Test
    """Any order of the values as likely as any other: `permutations` of them drawn; `z` is from their mean."""
    n: int
    """Units with a value."""
    links: int
    missing: tuple[str, ...]
    """Units without a value; they left with their links."""
    islands: tuple[str, ...]
    """Units with a value and no neighbour that has one; they count in mean and variance."""
    permutations: int
    seed: int


@dataclass(frozen=True)
class _Moments:
    """S₀ = Σ w_ij, S₁ = ½ Σ (w_ij + w_ji)², S₂ = Σ_i (Σ_j w_ij + Σ_j w_ji)²."""

    n: int
    s0: float
    s1: float
    s2: float

    @classmethod
    def of(cls, matrix: sparse.csr_array) -> "_Moments":
        """Return the sums over a matrix of links."""
        both = (matrix + matrix.T).tocsr()
        sums = np.asarray(both.sum(axis=1)).ravel()
        return cls(both.shape[0], float(sums.sum() / 2), float((both.data**2).sum() / 2), float((sums**2).sum()))


_Figure = Callable[[Drawn], Array]
"""Permuted figures, (b,), of some draws."""


def moran(
    values: Values,
    neighbours: Neighbours,
    **how: Unpack[How],
) -> Overall:
    """Return Moran's I: are neighbours alike (above −1/(n−1)) or unlike (below)?

    I = n/S₀ · Σ_ij w_ij z_i z_j / Σ z_i², z = y − ȳ; E = −1/(n − 1); variance under normality
    (n²S₁ − nS₂ + 3S₀²)/((n² − 1)S₀²) − E², under randomisation
    (n[(n² − 3n + 3)S₁ − nS₂ + 3S₀²] − k[(n² − n)S₁ − 2nS₂ + 6S₀²]) / ((n − 1)(n − 2)(n − 3)S₀²) − E², k the kurtosis.

    Args:
        values: by code, in any unit of measure.
        neighbours: who is near whom, in the form that their rule asks for.
        how: `permutations`, `seed` and `tail` of every p, see `How`.

    Source: Moran 1950, Biometrika 37:17; Cliff & Ord 1981, Spatial Processes, p. 42–46.

    >>> from geo.neighbours import Ground, Table, find_neighbours
    >>> import pandas as pd
    >>> line = pd.DataFrame({"from": list("abcdbcde"), "to": list("bcdeabcd")})
    >>> rule = Table(rule="table", table="line", standardisation="none")
    >>> near = find_neighbours(rule, Ground.of(list("abcde"), tables={"line": line}))
    >>> round(moran(dict(zip("abcde", [1, 2, 3, 4, 5])), near).value, 9)
    0.5
    >>> moran(dict.fromkeys("abcde", 7), near).state
    'constant'
    """
    lots = Lots(**how)
    taken = sample(neighbours, values)
    state = taken.state()
    if state != "defined":
        return _nothing("moran", taken, state, lots)
    z = standard(taken.columns[0])
    sums = _Moments.of(taken.matrix)
    n, s0, s1, s2 = sums.n, sums.s0, sums.s1, sums.s2
    value = float(z @ taken.neighbours.lag(z)) / s0
    expected = -1 / (n - 1)
    kurtosis = float((z**4).mean())
    normal = (n**2 * s1 - n * s2 + 3 * s0**2) / ((n**2 - 1) * s0**2) - expected**2
    spread = n * ((n**2 - 3 * n + 3) * s1 - n * s2 + 3 * s0**2)
    spread -= kurtosis * ((n**2 - n) * s1 - 2 * n * s2 + 6 * s0**2)
    randomised = spread / ((n - 1) * (n - 2) * (n - 3) * s0**2) - expected**2

    def figure(drawn: Drawn) -> Array:
        return np.asarray(np.einsum("ij,ij->j", z[drawn.sits], drawn.lag(z)) / s0)

    return _made(
        "moran", taken, value, _test(value, expected, normal, lots.tail), _test(value, expected, randomised, lots.tail),
        figure, lots,
    )  # fmt: skip


def geary(
    values: Values,
    neighbours: Neighbours,
    **how: Unpack[How],
) -> Overall:
    """Return Geary's C: do neighbours differ less (below 1) or more (above 1) than any two units?

    C = (n − 1)/(2S₀) · Σ_ij w_ij (y_i − y_j)² / Σ z_i²; E = 1; variance under normality
    ((2S₁ + S₂)(n − 1) − 4S₀²)/(2(n + 1)S₀²), under randomisation
    ((n−1)S₁[n² − 3n + 3 − (n−1)k] − ¼(n−1)S₂[n² + 3n − 6 − (n² − n + 2)k] + S₀²[n² − 3 − (n−1)²k]) / (n(n−2)(n−3)S₀²).

    Args: as `moran`.

    Source: Geary 1954, The Incorporated Statistician 5:115; Cliff & Ord 1981, p. 42–46.

    >>> import pandas as pd
    >>> from geo.neighbours import Ground, Table, find_neighbours
    >>> line = pd.DataFrame({"from": list("abcbcd"), "to": list("bcdabc")})
    >>> near = find_neighbours(Table(rule="table", table="line"), Ground.of(list("abcd"), tables={"line": line}))
    >>> rising = dict(zip("abcd", [1, 2, 3, 4]))
    >>> round(geary(rising, near).value, 9), geary({"a": 1, "b": 2, "c": 3}, near).state
    (0.3, 'too_few')
    """
    lots = Lots(**how)
    taken = sample(neighbours, values)
    state = taken.state()
    if state != "defined":
        return _nothing("geary", taken, state, lots)
    z = standard(taken.columns[0])
    matrix, sums = taken.matrix, _Moments.of(taken.matrix)
    n, s0, s1, s2 = sums.n, sums.s0, sums.s1, sums.s2
    rows = np.repeat(np.arange(n), np.diff(matrix.indptr))
    scale = (n - 1) / (2 * s0 * n)
    value = float((matrix.data * (z[rows] - z[matrix.indices]) ** 2).sum()) * scale
    kurtosis = float((z**4).mean())
    normal = ((2 * s1 + s2) * (n - 1) - 4 * s0**2) / (2 * (n + 1) * s0**2)
    spread = (n - 1) * s1 * (n**2 - 3 * n + 3 - (n - 1) * kurtosis)
    spread -= (n - 1) * s2 * (n**2 + 3 * n - 6 - (n**2 - n + 2) * kurtosis) / 4
    spread += s0**2 * (n**2 - 3 - (n - 1) ** 2 * kurtosis)
    randomised = spread / (n * (n - 2) * (n - 3) * s0**2)
    weight = np.asarray(matrix.sum(axis=0)).ravel() + np.asarray(matrix.sum(axis=1)).ravel()

    def figure(drawn: Drawn) -> Array:
        there = z[drawn.sits]
        crossed = np.einsum("ij,ij->j", there, drawn.lag(z))
        return np.asarray((weight @ there**2 - 2 * crossed) * scale)

    return _made(
        "geary", taken, value, _test(value, 1.0, normal, lots.tail), _test(value, 1.0, randomised, lots.tail),
        figure, lots,
    )  # fmt: skip


def getis_ord(
    values: Values,
    neighbours: Neighbours,
    **how: Unpack[How],
) -> Overall:
    """Return the general G of Getis and Ord: are high values (above its expectation) or low ones next to each other?

    G = Σ_ij w_ij y_i y_j / Σ_{i≠j} y_i y_j, each link counting 1 whatever its strength; E = S₀/(n(n − 1)); variance
    by the moments of Getis and Ord under randomisation.

    Args: as `moran`; no value below 0, for then products mean nothing (state `negative`).

    Source: Getis & Ord 1992, Geographical Analysis 24:189, with the moments as corrected in 25:276 (1993).

    >>> import pandas as pd
    >>> from geo.neighbours import Ground, Table, find_neighbours
    >>> line = pd.DataFrame({"from": list("abcbcd"), "to": list("bcdabc")})
    >>> near = find_neighbours(Table(rule="table", table="line"), Ground.of(list("abcd"), tables={"line": line}))
    >>> rising = dict(zip("abcd", [1, 2, 3, 4]))
    >>> round(getis_ord(rising, near).value, 9), getis_ord(rising | {"a": -1}, near).state  # 40/70
    (0.571428571, 'negative')
    """
    lots = Lots(**how)
    taken = sample(neighbours.binary(), values)
    y = taken.columns[0]
    state = taken.state()
    if state == "defined":
        if (y < 0).any():
            state = "negative"
        elif np.count_nonzero(y) < 2:
            state = "no_products"
    if state != "defined":
        return _nothing("getis_ord", taken, state, lots)
    y = y / y.max()
    sums = _Moments.of(taken.matrix)
    products = float(y.sum() ** 2 - (y**2).sum())
    value = float(y @ taken.neighbours.lag(y)) / products
    expected = sums.s0 / (sums.n * (sums.n - 1))
    variance = _g_square(y, sums) / products**2 - expected**2

    def figure(drawn: Drawn) -> Array:
        return np.asarray(np.einsum("ij,ij->j", y[drawn.sits], drawn.lag(y)) / products)

    nothing = _no_test("not_made", lots.tail)
    randomised = _test(value, expected, variance, lots.tail)
    return _made("getis_ord", taken, value, nothing, randomised, figure, lots)


def _g_square(y: Array, sums: _Moments) -> float:
    """Return the expectation of (Σ w_ij y_i y_j)² over all orders of the values."""
    n, s0, s1, s2 = sums.n, sums.s0, sums.s1, sums.s2
    b0 = (n**2 - 3 * n + 3) * s1 - n * s2 + 3 * s0**2
    b1 = -((n**2 - n) * s1 - 2 * n * s2 + 6 * s0**2)
    b2 = -(2 * n * s1 - (n + 3) * s2 + 6 * s0**2)
    b3 = 4 * (n - 1) * s1 - 2 * (n + 1) * s2 + 8 * s0**2
    b4 = s1 - s2 + s0**2
    m1, m2, m3, m4 = (float((y**power).sum()) for power in (1, 2, 3, 4))
    total = b0 * m2**2 + b1 * m4 + b2 * m1**2 * m2 + b3 * m1 * m3 + b4 * m1**4
    return total / (n * (n - 1) * (n - 2) * (n - 3))


def bivariate_moran(
    here: Values,
    around: Values,
    neighbours: Neighbours,
    **how: Unpack[How],
) -> Overall:
    """Return the bivariate Moran: does one variable here go with another one around?

    I_xy = n/S₀ · Σ_ij w_ij z_xi z_yj / √(Σ z_x² Σ z_y²), so that I_xx is Moran's I. With carbon here and pollution
    around it is the spatial face of synergy. The permutations move y and leave x: a pattern of either variable alone
    and a plain correlation of the two at the same place both show in it.

    Args:
        here: x by code.
        around: y by code. Units that lack either are left out.
        neighbours: who is near whom.
        how: `permutations`, `seed` and `tail` of every p, see `How`.

    Source: Anselin, Syabri & Smirnov 2002; Wartenberg 1985, Geographical Analysis 17:263.

    >>> import pandas as pd
    >>> from geo.neighbours import Ground, Table, find_neighbours
    >>> line = pd.DataFrame({"from": list("abcbcd"), "to": list("bcdabc")})
    >>> near = find_neighbours(Table(rule="table", table="line"), Ground.of(list("abcd"), tables={"line": line}))
    >>> rising = dict(zip("abcd", [1, 2, 3, 4]))
    >>> falling = dict(zip("abcd", [4, 3, 2, 1]))
    >>> round(bivariate_moran(rising, rising, near).value, 9), round(bivariate_moran(rising, falling, near).value, 9)
    (0.4, -0.4)
    """
    lots = Lots(**how)
    taken = sample(neighbours, here, around)
    state = taken.state()
    if state != "defined":
        return _nothing("bivariate_moran", taken, state, lots)
    x, y = (standard(column) for column in taken.columns)
    s0 = float(taken.matrix.sum())
    value = float(x @ taken.neighbours.lag(y)) / s0

    def figure(drawn: Drawn) -> Array:
        return np.asarray(x @ drawn.lag(y) / s0)

    nothing = _no_test("not_made", lots.tail)
    return _made("bivariate_moran", taken, value, nothing, nothing, figure, lots)


def _no_test(state: str, tail: Tail) -> Test:
    return Test(math.nan, math.nan, math.nan, math.nan, tail, state)


def _test(value: float, expected: float, variance: float, tail: Tail) -> Test:
    # A variance is the difference of two squares of about the expectation's size.
    if not variance > 1e-13 * max(expected**2, variance + expected**2):
        return Test(expected, 0.0, math.nan, math.nan, tail, "no_variance")
    deviation = math.sqrt(variance)
    z = (value - expected) / deviation
    return Test(expected, deviation, z, float(normal_p(z, tail)), tail, "defined")


def _made(
    statistic: Statistic, taken: Sample, value: float, normal: Test, randomised: Test, figure: _Figure, lots: Lots
) -> Overall:
    rounding = np.array([1e-12 * max(abs(value), 1.0)])
    tally = lots.tally(
        taken.matrix, np.array([value]), rounding, lambda drawn: figure(drawn)[None, :], conditional=False
    )
    mean, deviation = float(tally.mean[0]), float(tally.deviation[0])
    if deviation > 0:
        p = float(tally.p(lots.tail)[0])
        simulated = Test(mean, deviation, (value - mean) / deviation, p, lots.tail, "defined")
    else:
        simulated = Test(mean, 0.0, math.nan, math.nan, lots.tail, "no_variance")
    return Overall(
        statistic, value, "defined", normal, randomised, simulated,
        taken.n, int(taken.matrix.nnz), taken.missing, taken.alone, lots.permutations, lots.seed,
    )  # fmt: skip


def _nothing(statistic: Statistic, taken: Sample, state: str, lots: Lots) -> Overall:
    none = _no_test("undefined", lots.tail)
    return Overall(
        statistic, math.nan, state, none, none, none,
        taken.n, int(taken.matrix.nnz), taken.missing, taken.alone, lots.permutations, lots.seed,
    )  # fmt: skip
