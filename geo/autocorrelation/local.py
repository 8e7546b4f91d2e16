"""Local statistics: where is the pattern? Moran, bivariate Moran, Geary, and Getis and Ord, unit by unit."""

from dataclasses import dataclass
from typing import Literal, Unpack

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from geo.autocorrelation.permutations import Drawn, How, Lots, Tally, normal_p
from geo.autocorrelation.sample import Array, Sample, Values, sample, standard
from geo.neighbours.matrix import Neighbours, standardised

Statistic = Literal["moran", "bivariate_moran", "geary", "getis_ord", "getis_ord_star"]
_SAME = 1e-12
"""Figures apart by no more than this share of what a figure can be are equal: rounding decides no p."""
KINDS = ("HH", "LL", "LH", "HL", "other_alike", "unlike", "hot", "cold", "")
"""Moran: high or low (at or below the mean) here, then around. Geary: `HH`, `LL`, `other_alike` where neighbours differ
less than by chance, `unlike` where more. G: `hot`, `cold`. Empty where there is no statistic."""


@dataclass(frozen=True, eq=False)
class Local:
    """A local statistic of every unit, all arrays (units,); NaN where `states` say that there is none."""

    statistic: Statistic
    codes: tuple[str, ...]
    states: NDArray[np.str_]
    """See `UNIT_STATES`."""
    value: Array
    kinds: NDArray[np.str_]
    """See `KINDS`; what the unit would be, significant or not."""
    expected: Array
    """Given the unit's own value (for G* not given), any order of the other values as likely as any other; exact."""
    variance: Array
    """Likewise; 0 where nothing could have been otherwise. G and G* are in standard deviations: 0 and 1."""
    z: Array
    """(value − expected)/√variance; NaN also where the variance is 0."""
    p_normal: Array
    """Of z under the normal distribution, which it follows only roughly; NaN where z is."""
    p: Array
    """By conditional permutation."""
    simulated_mean: Array
    simulated_deviation: Array
    """Standard deviation over the permutations, ddof 0."""
    share: Array | None
    """G or G*: Σ_j w_ij y_j / Σ_j y_j, the sum without the unit itself for G; None for other statistics, and where a
    value is below 0 or no sum is above it."""
    missing: tuple[str, ...]
    islands: tuple[str, ...]
    """Units with a value and no neighbour that has one."""
    tail: str
    permutations: int
    seed: int

    @property
    def least_p(self) -> float:
        """The least p that so many permutations can give."""
        return (2.0 if self.tail == "two_sided" else 1.0) / (self.permutations + 1)


def local_moran(
    values: Values,
    neighbours: Neighbours,
    **how: Unpack[How],
) -> Local:
    """Return the local Moran of every unit: is it like its neighbours (above 0) or unlike them (below)?

    I_i = (n − 1) z_i Σ_j w_ij z_j / Σ z²; given z_i, E = −z_i² w_i / Σ z² and Var = (n − 1)² z_i² s_i²
    ((n − 1) Σ_j w_ij² − w_i²) / ((n − 2)(Σ z²)²), where w_i = Σ_j w_ij and s_i² is the variance of the other values.

    Args:
        values: by code, in any unit of measure.
        neighbours: who is near whom.
        how: `permutations` of the other values drawn for each unit, `seed` and `tail` of every p, see `How`; all units
            share the draws.

    Source: Anselin 1995, Geographical Analysis 27:93; moments: Sokal, Oden & Thomson 1998, 30:331.

    >>> from geo.neighbours import Ground, Table, find_neighbours
    >>> import pandas as pd
    >>> line = pd.DataFrame({"from": list("abcdbcde"), "to": list("bcdeabcd")})
    >>> near = find_neighbours(Table(rule="table", table="line"), Ground.of(list("abcdef"), tables={"line": line}))
    >>> made = local_moran(dict(zip("abcdef", [1, 2, 3, 4, np.nan, 9])), near, permutations=99)
    >>> made.kinds.tolist(), made.states.tolist()
    (['LL', 'LL', 'LL', 'HL', '', ''], ['defined', 'defined', 'defined', 'defined', 'missing', 'island'])
    """
    lots, taken = Lots(**how), sample(neighbours, values)
    if taken.state() not in ("defined", "no_links"):
        return _nothing("moran", taken, neighbours, lots)
    z = standard(taken.columns[0])
    return _moran("moran", taken, neighbours, z, z, lots)


def local_bivariate_moran(
    here: Values,
    around: Values,
    neighbours: Neighbours,
    **how: Unpack[How],
) -> Local:
    """Return the local bivariate Moran: does one variable here go with another one around?

    I_i = (n − 1) z_xi Σ_j w_ij z_yj / Σ z_x², both in standard deviations. Kinds tell x here and y around. The
    permutations hold y_i where it is.

    Args:
        here: x by code.
        around: y by code. Units that lack either are left out.
        neighbours, how: as `local_moran`.

    Source: Anselin, Syabri & Smirnov 2002.

    >>> import pandas as pd
    >>> from geo.neighbours import Ground, Table, find_neighbours
    >>> line = pd.DataFrame({"from": list("abcbcd"), "to": list("bcdabc")})
    >>> near = find_neighbours(Table(rule="table", table="line"), Ground.of(list("abcd"), tables={"line": line}))
    >>> rising = dict(zip("abcd", [1, 2, 3, 4]))
    >>> local_bivariate_moran(rising, dict(zip("abcd", [4, 3, 2, 1])), near).kinds.tolist()
    ['LH', 'LH', 'HL', 'HL']
    """
    lots, taken = Lots(**how), sample(neighbours, here, around)
    if taken.state() not in ("defined", "no_links"):
        return _nothing("bivariate_moran", taken, neighbours, lots)
    x, y = (standard(column) for column in taken.columns)
    return _moran("bivariate_moran", taken, neighbours, x, y, lots)


def local_geary(
    values: Values,
    neighbours: Neighbours,
    **how: Unpack[How],
) -> Local:
    """Return the local Geary of every unit: how far is it from its neighbours?

    c_i = Σ_j w_ij (z_i − z_j)², z in standard deviations (ddof 0). Small: alike; great: unlike. Given z_i, E = w_i m_2
    and Var = (m_4 − m_2²)((n − 1) Σ_j w_ij² − w_i²)/(n − 2), m_p the mean of |z_i − z_j|^p over the others.

    Args: as `local_moran`.

    Source: Anselin 1995, p. 102; 2019, Geographical Analysis 51:133 (kinds).

    >>> import pandas as pd
    >>> from geo.neighbours import Ground, Table, find_neighbours
    >>> line = pd.DataFrame({"from": list("abcbcd"), "to": list("bcdabc")})
    >>> near = find_neighbours(Table(rule="table", table="line"), Ground.of(list("abcd"), tables={"line": line}))
    >>> rising = dict(zip("abcd", [1, 2, 3, 4]))
    >>> local_geary(rising, near).value.round(9).tolist()  # 1 in squares, over the variance 5/4
    [0.8, 0.8, 0.8, 0.8]
    """
    lots, taken = Lots(**how), sample(neighbours, values)
    if taken.state() not in ("defined", "no_links"):
        return _nothing("geary", taken, neighbours, lots)
    z, n = standard(taken.columns[0]), taken.n
    sums = np.asarray(taken.matrix.sum(axis=1)).ravel()
    rows = np.repeat(np.arange(n), np.diff(taken.matrix.indptr))
    apart = taken.matrix.data * (z[rows] - z[taken.matrix.indices]) ** 2
    value: Array = np.bincount(rows, weights=apart, minlength=n).astype(np.float64)
    squares = z**2
    # Mean of (z_i − z_j)² and of its square over the others; Σ z = 0, Σ z² = n, and j = i adds nothing.
    mean = (n * squares + n) / (n - 1)
    fourth = (n * squares**2 + 6 * squares * n - 4 * z * (z**3).sum() + (z**4).sum()) / (n - 1)
    expected = sums * mean
    strengths = np.asarray((taken.matrix * taken.matrix).sum(axis=1)).ravel()
    variance = (fourth - mean**2) * ((n - 1) * strengths - sums**2) / (n - 2)
    variance = np.where(variance > 1e-12 * fourth * strengths * n, variance, 0.0)

    def figure(drawn: Drawn) -> Array:
        crossed = drawn.conditional_lag(z) * (2 * z[:, None])
        return np.asarray((sums * squares)[:, None] - crossed + drawn.conditional_lag(squares))

    around = taken.neighbours.lag(z)
    tally = lots.tally(taken.matrix, value, _SAME * sums * 4 * squares.max(), figure)
    same = np.where((z > 0) & (around > 0), "HH", np.where((z <= 0) & (around <= 0), "LL", "other_alike"))
    kinds = np.where(value < expected, same, "unlike")
    return _made("geary", taken, neighbours, value, kinds, expected, variance, tally, lots)


def local_getis_ord(
    values: Values,
    neighbours: Neighbours,
    *,
    star: bool = False,
    **how: Unpack[How],
) -> Local:
    """Return G of every unit, or G* with the unit among its own neighbours: a hot spot (above 0) or a cold one?

    The value is standardised, (Σ_j w_ij y_j − w_i ȳ) / √(s² (m Σ_j w_ij² − w_i²)/(m − 1)),
    with mean and variance (ddof 0) of the m = n − 1 other values for G, of all m = n for G*. So values may be below 0,
    and it is all one whether rows are standardised. In G* the unit counts as much as its strongest neighbour; its `p`
    holds the unit's own value fast all the same. `share` is the form of 1992.

    Args: as `local_moran`; `star`: whether a unit is among its own neighbours.

    Source: Getis & Ord 1992, Geographical Analysis 24:189; Ord & Getis 1995, 27:286.

    >>> import pandas as pd
    >>> from geo.neighbours import Ground, Table, find_neighbours
    >>> line = pd.DataFrame({"from": list("abcbcd"), "to": list("bcdabc")})
    >>> near = find_neighbours(Table(rule="table", table="line"), Ground.of(list("abcd"), tables={"line": line}))
    >>> rising = dict(zip("abcd", [1, 2, 3, 4]))
    >>> local_getis_ord(rising, near).value.round(4).tolist()
    [-1.2247, -1.069, 1.069, 1.2247]
    """
    lots, taken = Lots(**how), sample(neighbours, values)
    statistic: Statistic = "getis_ord_star" if star else "getis_ord"
    if taken.state() not in ("defined", "no_links"):
        return _nothing(statistic, taken, neighbours, lots)
    y, n = taken.columns[0], taken.n
    z = standard(y)
    matrix, own = taken.matrix, np.zeros(n)
    if star:
        matrix = _with_self(taken.neighbours)
        own = np.where(taken.neighbours.alone, 0.0, matrix.diagonal())
        matrix = sparse.csr_array(matrix - sparse.diags_array(matrix.diagonal()))
        matrix.eliminate_zeros()
    sums = np.asarray(matrix.sum(axis=1)).ravel() + own
    squares = np.asarray((matrix * matrix).sum(axis=1)).ravel() + own**2
    m = n if star else n - 1
    mean = np.zeros(n) if star else -z / (n - 1)
    variance = np.ones(n) if star else (n - z**2) / (n - 1) - mean**2
    spread = variance * (m * squares - sums**2) / (m - 1)
    lag = np.asarray(matrix @ z) + own * z
    free = spread > 1e-12 * squares * m
    scale = np.sqrt(np.where(free, spread, 1.0))
    value = (lag - sums * mean) / scale
    shift = (own * z - sums * mean) / scale

    def figure(drawn: Drawn) -> Array:
        return np.asarray(drawn.conditional_lag(z) / scale[:, None] + shift[:, None])

    tally = lots.tally(matrix, value, _SAME * sums * np.abs(z).max() / scale, figure)
    kinds = np.where(value > 0, "hot", "cold")
    share = None
    total = y.sum() - (0.0 if star else y)
    if (y >= 0).all() and (np.asarray(total) > 0).all():
        share = taken.spread((np.asarray(matrix @ y) + own * y) / total)
    zero, one = np.zeros(n), np.ones(n)
    return _made(statistic, taken, neighbours, value, kinds, zero, one, tally, lots, share, free)


def _with_self(neighbours: Neighbours) -> sparse.csr_array:
    """Return the links with one of each unit to itself, as strong as its strongest; an island gets none."""
    strongest = neighbours.matrix.max(axis=1).toarray().ravel()
    return standardised(neighbours.matrix + sparse.diags_array(strongest), neighbours.rule.standardisation)


def _moran(statistic: Statistic, taken: Sample, of_all: Neighbours, x: Array, y: Array, lots: Lots) -> Local:
    n = taken.n
    around = taken.neighbours.lag(y)
    factor = (n - 1) / n * x
    sums = np.asarray(taken.matrix.sum(axis=1)).ravel()
    squares = np.asarray((taken.matrix * taken.matrix).sum(axis=1)).ravel()
    others = -y / (n - 1)
    spread = (n - y**2) / (n - 1) - others**2
    variance = factor**2 * spread * ((n - 1) * squares - sums**2) / (n - 2)
    variance = np.where(variance > 1e-12 * factor**2 * squares * n, variance, 0.0)
    value = factor * around

    def figure(drawn: Drawn) -> Array:
        return np.asarray(factor[:, None] * drawn.conditional_lag(y))

    rounding = np.abs(factor) * sums * np.abs(y).max()
    tally = lots.tally(taken.matrix, value, _SAME * rounding, figure)
    kinds = np.where(x > 0, np.where(around > 0, "HH", "HL"), np.where(around > 0, "LH", "LL"))
    expected = factor * sums * others
    return _made(statistic, taken, of_all, value, kinds, expected, variance, tally, lots)


def _made(
    statistic: Statistic,
    taken: Sample,
    of_all: Neighbours,
    value: Array,
    kinds: NDArray[np.str_],
    expected: Array,
    variance: Array,
    tally: Tally,
    lots: Lots,
    share: Array | None = None,
    free: NDArray[np.bool_] | None = None,
) -> Local:
    states = taken.states()
    if free is not None:
        inside = states[taken.kept]
        inside[(inside == "defined") & ~free] = "no_variance"
        states[taken.kept] = inside
    said = states == "defined"

    def figures(part: Array) -> Array:
        return np.where(said, taken.spread(part), np.nan)

    deviation = np.sqrt(np.where(variance > 0, variance, np.nan))
    z = (value - expected) / deviation
    named = np.full(len(said), "", dtype="<U11")
    named[taken.kept] = kinds
    named[~said] = ""
    return Local(
        statistic=statistic,
        codes=of_all.codes,
        states=states,
        value=figures(value),
        kinds=named,
        expected=figures(expected),
        variance=figures(variance),
        z=figures(z),
        p_normal=figures(normal_p(z, lots.tail)),
        p=figures(tally.p(lots.tail)),
        simulated_mean=figures(tally.mean),
        simulated_deviation=figures(tally.deviation),
        share=None if share is None else np.where(np.isin(states, ("defined", "no_variance")), share, np.nan),
        missing=taken.missing,
        islands=taken.alone,
        tail=lots.tail,
        permutations=lots.permutations,
        seed=lots.seed,
    )


def _nothing(statistic: Statistic, taken: Sample, of_all: Neighbours, lots: Lots) -> Local:
    none = np.full(len(of_all.codes), np.nan)
    kinds = np.full(len(of_all.codes), "", dtype="<U11")
    return Local(
        statistic, of_all.codes, taken.states(), none, kinds, none, none, none, none, none, none, none, None,
        taken.missing, taken.alone, lots.tail, lots.permutations, lots.seed,
    )  # fmt: skip
