"""What neighbours cost, and how many links are still bearable."""

from geo.neighbours.base import NeighbourRule
from geo.neighbours.ground import Ground
from indicators.errors import fault

MOST = 36_000_000
"""Links beyond which a rule is refused unless forced: those of everybody with everybody among 6,000 units."""

_BYTES = 60
"""For each link while neighbours are found and spatial patterns drawn from them, to which benchmarks/neighbours.py
holds it; 12 of them stay as long as the run."""


def megabytes(links: int) -> float:
    """Return about how much memory so many links take at the most, the program itself aside.

    What it rests on stands in docs/performance.md.

    >>> round(megabytes(30_000 * 29_999)), round(megabytes(30_000 * 6))
    (53998, 11)
    """
    return links * _BYTES / 1e6


def bearable(rule: NeighbourRule, ground: Ground) -> None:
    """Do nothing, unless a rule would make more links than are bearable and is not forced.

    Args:
        rule: the rule of neighbourhood.
        ground: the units, (n,); no link is made.

    Raises:
        InputError: with units, links and memory in MB that are expected.

    >>> from geo.neighbours.distance import InverseDistance
    >>> import geopandas as gpd
    >>> at = gpd.points_from_xy([i / 100 for i in range(6001)], [0] * 6001)
    >>> codes = [f"{i:04d}" for i in range(6001)]
    >>> ground = Ground.of(codes, gpd.GeoDataFrame({"unit": codes}, geometry=at, crs="EPSG:4326"))
    >>> bearable(InverseDistance(rule="inverse_distance", force=True), ground)
    >>> bearable(InverseDistance(rule="inverse_distance"), ground)
    Traceback (most recent call last):
    indicators.errors.InputError: ...36,006,000...
    """
    links = 0 if rule.force else rule.expected(ground)
    if links > MOST:
        raise fault(
            "neighbours.too_many_links", units=len(ground.codes), links=f"{links:,}",
            most=f"{MOST:,}", megabytes=f"{megabytes(links):.0f}",
        )  # fmt: skip
