"""Small vector files and rasters for the tests of `geo`."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import rasterio
from rasterio import Affine
from shapely.geometry import mapping

WriteGeoJson = Callable[..., Path]
WriteRaster = Callable[..., Path]


@pytest.fixture
def write_geojson(tmp_path: Path) -> WriteGeoJson:
    """Write features `(code, geometry)`; `crs` is the member as JSON has it, absent when not given."""

    def write(features: Any, column: str = "unit", name: str = "places.geojson", **members: Any) -> Path:
        document = {
            "type": "FeatureCollection",
            **members,
            "features": [
                {
                    "type": "Feature",
                    "properties": {column: code},
                    "geometry": shape if shape is None or isinstance(shape, dict) else mapping(shape),
                }
                for code, shape in features
            ],
        }
        path = tmp_path / name
        path.write_text(json.dumps(document), encoding="utf-8")
        return path

    return write


@pytest.fixture
def write_raster(tmp_path: Path) -> WriteRaster:
    """Write one or more bands of cells, the first row northernmost unless the transform says otherwise."""

    def write(
        cells: Any,
        transform: Affine | None = None,
        crs: str | None = "EPSG:4326",
        name: str = "layer.tif",
        nodata: float | None = None,
        scale: float = 1.0,
        offset: float = 0.0,
    ) -> Path:
        bands = np.asarray(cells)
        bands = bands if bands.ndim == 3 else bands[None]
        count, height, width = bands.shape
        path = tmp_path / name
        profile = {"driver": "GTiff", "count": count, "height": height, "width": width, "dtype": bands.dtype}
        where = Affine(1, 0, 100, 0, -1, 30 + height) if transform is None else transform
        with rasterio.open(path, "w", **profile, crs=crs, transform=where, nodata=nodata) as raster:
            raster.write(bands)
            raster.scales = (scale,) * count
            raster.offsets = (offset,) * count
        return path

    return write


@pytest.fixture
def units() -> Callable[..., gpd.GeoDataFrame]:
    """Build boundaries as `Boundaries.frame` holds them, from `code=geometry`."""

    def build(crs: str = "EPSG:4326", **shapes: Any) -> gpd.GeoDataFrame:
        codes = pd.Series(list(shapes), dtype="str")
        return gpd.GeoDataFrame({"unit": codes}, geometry=list(shapes.values()), crs=crs)

    return build
