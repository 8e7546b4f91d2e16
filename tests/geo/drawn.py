"""What tests of boundaries draw, and what is said of it."""

from typing import Any

import geopandas as gpd
import pytest
from shapely import box

from geo.boundaries import read_boundaries
from indicators.errors import InputError, Place

SQUARE = box(100, 30, 101, 31)
NEXT = box(101, 30, 102, 31)
WHERE = Place("assessment.yaml", line=12, key="boundaries")


def faults_of(*args: Any, language: str = "en", **options: Any) -> str:
    """Return what is said of boundaries that cannot be read."""
    with pytest.raises(InputError) as error:
        read_boundaries(*args, **options)
    return error.value.render(language)


def two(crs: str = "EPSG:4326") -> gpd.GeoDataFrame:
    """Return two squares side by side in a system."""
    frame = gpd.GeoDataFrame({"unit": ["a", "b"]}, geometry=[SQUARE, NEXT], crs="EPSG:4326")
    return frame.to_crs(crs)
