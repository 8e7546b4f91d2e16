"""Vector files as bytes: the same for the same content, whatever the clock says."""

import io
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import geopandas as gpd
import pandas as pd
import pyogrio

_NO_DAY = "2000-01-01T00:00:00.000Z"


@contextmanager
def undated() -> Iterator[None]:
    """Let GDAL write one fixed date: a GeoPackage stores when a layer was last changed."""
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": _NO_DAY})
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": None})


def geopackage(layers: Mapping[str, pd.DataFrame]) -> bytes:
    """Return a GeoPackage with these layers in their order; one without geometry becomes a plain table.

    >>> geopackage({"a": pd.DataFrame({"x": [1]})})[:13]
    b'SQLite format'
    """
    with TemporaryDirectory() as folder, undated():
        path = Path(folder) / "layers.gpkg"
        for position, (name, table) in enumerate(layers.items()):
            pyogrio.write_dataframe(table, path, layer=name, driver="GPKG", append=position > 0)
        return path.read_bytes()


def geoparquet(frame: gpd.GeoDataFrame) -> bytes:
    """Return a GeoParquet file (version 1.0 of its specification) with one layer."""
    buffer = io.BytesIO()
    frame.to_parquet(buffer, index=False, schema_version="1.0.0", compression="zstd")
    return buffer.getvalue()
