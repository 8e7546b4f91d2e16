"""The Moran scatterplot: what a unit has against what its neighbours have."""

import numpy as np

from geo.autocorrelation.sample import Array, Values, sample, standard
from geo.neighbours.matrix import Neighbours


def scatter(neighbours: Neighbours, here: Values, around: Values | None = None) -> tuple[Array, Array]:
    """Return of every unit its value and the lag of its neighbours' values, (units,) each, in standard deviations.

    z_i and Σ_j w_ij z_j; with rows that sum to 1 and no island the slope of a line through the origin is Moran's I.
    NaN where a value is missing, the lag also of a unit without neighbours, both where nothing varies.

    Args:
        neighbours: who is near whom.
        here: by code, in any unit of measure.
        around: another variable whose lag is taken, for the bivariate Moran; the same when absent.

    Source: Anselin 1996, The Moran scatterplot as an ESDA tool, in: Fischer et al., Spatial Analytical Perspectives.

    >>> import pandas as pd
    >>> from geo.neighbours import Ground, Table, find_neighbours
    >>> line = pd.DataFrame({"from": list("abcbcd"), "to": list("bcdabc")})
    >>> near = find_neighbours(Table(rule="table", table="line"), Ground.of(list("abcd"), tables={"line": line}))
    >>> [part.round(3).tolist() for part in scatter(near, dict(zip("abcd", [1, 2, 3, 4])))]
    [[-1.342, -0.447, 0.447, 1.342], [-0.447, -0.447, 0.447, 0.447]]
    >>> scatter(near, dict.fromkeys("abcd", 7))[0].tolist()
    [nan, nan, nan, nan]
    """
    taken = sample(neighbours, here, *([] if around is None else [around]))
    if taken.state() not in ("defined", "no_links"):
        nothing = np.full(len(taken.kept), np.nan)
        return nothing, nothing
    x, y = standard(taken.columns[0]), standard(taken.columns[-1])
    lag = np.where(taken.neighbours.alone, np.nan, taken.neighbours.lag(y))
    return taken.spread(x), taken.spread(lag)
