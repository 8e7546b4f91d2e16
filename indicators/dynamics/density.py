"""The distribution of values by year as Gaussian kernel densities over one common grid."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from indicators.dynamics import Array

RULE = "0.9 min(s, IQR/1.34) n^(-1/5)"
STATES = ("defined", "constant", "too_few")


@dataclass(frozen=True)
class Densities:
    """Kernel densities by year; NaN where `state` says that there is none."""

    grid: Array
    """(points,), common to all years."""
    density: Array
    """(years, points); over the grid each integrates to about 1."""
    bandwidth: Array
    """(years,)"""
    rule: str
    """How the bandwidths were found."""
    count: NDArray[np.intp]
    state: NDArray[np.str_]


def bandwidth(values: ArrayLike) -> float:
    """Return the bandwidth 0.9·min(s, IQR/1.34)·n^(−1/5), s with n − 1; NaN if there is no spread.

    Where the middle half of the values is constant (IQR = 0) s alone is used.

    `values`: (n,); missing ones (NaN) are left out.

    Source: Silverman 1986, Density Estimation, p. 48, eq. 3.31.

    >>> round(bandwidth([1, 2, 3, 4, 5]), 6), bandwidth([2, 2])
    (0.973585, nan)
    """
    x = np.asarray(values, dtype=float)
    x = x[np.isfinite(x)]
    if len(x) < 2 or np.ptp(x) == 0:
        return float("nan")
    spread = float(x.std(ddof=1))
    middle = float(np.subtract(*np.percentile(x, [75, 25]))) / 1.34
    return 0.9 * (min(spread, middle) if middle > 0 else spread) * float(len(x) ** -0.2)


def densities(values: ArrayLike, *, points: int = 201, width: float | None = None) -> Densities:
    """Return f(x) = 1/(nh) Σ φ((x − x_i)/h) of every year, over a grid from 3 bandwidths below to 3 above all values.

    Args:
        values: (units, years); missing ones (NaN) are left out.
        points: of the grid.
        width: one bandwidth h > 0 for all years, in the unit of the values; by the rule for each year when absent.

    Source: Silverman 1986.

    >>> made = densities([[0.0, 1.0], [1.0, 1.0], [2.0, 1.0]], points=5)
    >>> made.state.tolist(), made.grid.round(3).tolist(), made.rule
    (['defined', 'constant'], [-1.617, -0.309, 1.0, 2.309, 3.617], '0.9 min(s, IQR/1.34) n^(-1/5)')
    """
    x = np.asarray(values, dtype=float)
    if x.ndim != 2:
        raise ValueError("values must be given by unit and year")
    if width is not None and not width > 0:
        raise ValueError("a bandwidth must be above 0")
    there = np.isfinite(x)
    count = there.sum(axis=0)
    years = range(x.shape[1])
    found = np.array([bandwidth(x[:, year]) if width is None else width for year in years])
    spread = [np.ptp(x[there[:, year], year]) > 0 if count[year] else False for year in years]
    state = np.select([count < 2, ~np.array(spread, dtype=bool)], ["too_few", "constant"], "defined")
    made = state == "defined"
    density = np.full((x.shape[1], points), np.nan)
    if not made.any():
        return Densities(np.full(points, np.nan), density, np.where(made, found, np.nan), _rule(width), count, state)
    reach = 3 * found[made].max()
    grid = np.linspace(x[there].min() - reach, x[there].max() + reach, points)
    for year in np.flatnonzero(made):
        seen = x[there[:, year], year]
        z = (grid[:, None] - seen) / found[year]
        density[year] = np.exp(-0.5 * z**2).sum(axis=1) / (np.sqrt(2 * np.pi) * found[year] * len(seen))
    return Densities(grid, density, np.where(made, found, np.nan), _rule(width), count, state)


def _rule(width: float | None) -> str:
    return RULE if width is None else "given"
