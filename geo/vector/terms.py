"""The words of vector layers: what can be said of features over units, of which features, in which unit of measure."""

from typing import Literal, get_args

Statistic = Literal[
    "count", "density", "length", "length_per_area", "area", "area_share", "share_within", "nearest_distance"
]  # fmt: skip
From = Literal["centre", "boundary"]

STATISTICS: tuple[Statistic, ...] = get_args(Statistic)
NATIVE: dict[Statistic, str] = {
    "count": "1", "density": "1/km^2", "length": "km", "length_per_area": "km/km^2", "area": "km^2",
    "area_share": "1", "share_within": "1", "nearest_distance": "km",
}  # fmt: skip
"""The unit of measure that each statistic comes in."""

DIMENSION: dict[Statistic, int] = {
    "count": 0, "density": 0, "length": 1, "length_per_area": 1, "area": 2, "area_share": 2,
}  # fmt: skip
"""What a statistic is made of: 0 points, 1 lines, 2 areas; one that is not named takes any."""

WEIGHTED: tuple[Statistic, ...] = ("count", "density", "length", "length_per_area")
"""Statistics that may sum an attribute in place of counting each feature as 1."""

SUFFIXES = (".gpkg", ".geojson", ".json", ".shp", ".parquet", ".geoparquet", ".pq")
"""How the names of vector files end."""


def native(statistic: Statistic, weight: str | None = None) -> str:
    """Return the unit of measure that a statistic comes in, of features that count by numbers in `weight`.

    >>> native("density"), native("density", "t")
    ('1/km^2', '(t) * (1/km^2)')
    """
    return NATIVE[statistic] if weight is None else f"({weight}) * ({NATIVE[statistic]})"
