"""From a rule to neighbours: links as the rule gives them, islands treated, rows standardised."""

from typing import TYPE_CHECKING

import numpy as np

from geo.neighbours.base import Linked, NeighbourRule
from geo.neighbours.distance import nearest_few
from geo.neighbours.effort import bearable
from geo.neighbours.ground import Ground
from geo.neighbours.matrix import Neighbours, standardised

if TYPE_CHECKING:
    from scipy import sparse


def find_neighbours(rule: NeighbourRule, ground: Ground) -> Neighbours:
    """Return the neighbours of every unit by one rule.

    A unit to which the rule gives no neighbour is an island. Under `islands: leave` it stays one. Under `nearest` it
    is linked to the unit whose centre is nearest, with the weakest strength that the rule gave anywhere (1 where it
    gave none), and that unit to it where the rule links both ways; an island without a place, or one that the rule
    knows nothing about, stays one.

    Args:
        rule: one member of `Rule`.
        ground: the units; their order does not matter.

    Raises:
        InputError: what a rule needs and does not find: places, borders, a column, links of the units; more links
            than are bearable, unless forced.

    >>> import geopandas as gpd
    >>> from geo.neighbours import DistanceBand
    >>> places = gpd.GeoDataFrame({"unit": list("abc")}, geometry=gpd.points_from_xy([0, 1, 9], [0, 0, 0]), crs=4326)
    >>> ground = Ground.of(list("abc"), places)
    >>> made = find_neighbours(DistanceBand(rule="distance_band", within=200), ground)
    >>> made.of("a"), made.islands, round(made.resolved["least_km"], 1)  # 8 degrees along the equator
    ({'b': 1.0}, ('c',), 889.6)
    """
    bearable(rule, ground)
    found = rule.links(ground)
    empty = np.flatnonzero(np.diff(found.matrix.indptr) == 0)
    joined: dict[str, str] = {}
    matrix = found.matrix
    if rule.islands == "nearest" and len(empty):
        matrix, joined = _joined(found, rule, ground)
    return Neighbours(
        codes=ground.codes,
        matrix=standardised(matrix, rule.standardisation, copy=False),
        rule=rule,
        islands=tuple(ground.codes[place] for place in empty),
        joined=joined,
        unplaced=found.unplaced,
        resolved=dict(found.resolved),
        ignored=found.ignored,
    )


def _joined(found: Linked, rule: NeighbourRule, ground: Ground) -> "tuple[sparse.csr_array, dict[str, str]]":
    from scipy import sparse

    unknown = set(found.unplaced)
    rows, columns, _ = nearest_few(ground, 1)
    empty = np.diff(found.matrix.indptr) == 0
    to = {
        row: column
        for row, column in zip(rows.tolist(), columns.tolist(), strict=True)
        if empty[row] and ground.codes[row] not in unknown
    }
    weakest = float(found.matrix.data.min()) if found.matrix.nnz else 1.0
    links = {(row, column) for row, column in to.items()}
    if rule.mutual:
        links |= {(column, row) for row, column in links}
    more = np.array(sorted(links), dtype=np.intp).reshape(-1, 2)
    extra = sparse.coo_array((np.full(len(more), weakest), (more[:, 0], more[:, 1])), shape=found.matrix.shape)
    joined = {ground.codes[row]: ground.codes[column] for row, column in sorted(to.items())}
    return sparse.csr_array(found.matrix + extra.tocsr()), joined
