"""Layers: a value for each unit and year."""

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from shapely import box

from geo.coverage import Edition
from geo.layers import RasterLayer, Rasters
from geo.layers import read_layer as read
from indicators.errors import InputError, Place

FOUR = np.array([[1.0, 2.0], [3.0, 4.0]])
NOWHERE = Place()
WHERE = Place("assessment.yaml", line=30, key="layers[0]")


def read_layer(path: Path, years: list[int], frame: Any, place: Place = NOWHERE, shown: str = "", band: int = 1) -> Any:
    found: RasterLayer = read(Rasters(path, shown, place, band), years, Edition(frame))
    return found.table, list(found.warnings)


def test_a_raster_a_year(write_raster: Any, units: Any, tmp_path: Path) -> None:
    for year in (2011, 2012, 2013):
        write_raster(FOUR + year, name=f"pm25_{year}.tif")
    frame = units(b=box(100, 30, 102, 32), a=box(100, 31, 101, 32))
    table, warnings = read_layer(
        tmp_path / "pm25_{year}.tif", [2013, 2011, 2011], frame, shown="rasters/pm25_{year}.tif"
    )
    assert table.columns.tolist() == ["unit", "year", "value", "file", "column"]
    assert table.to_numpy().tolist() == [
        ["a", 2011, 2012.0, "rasters/pm25_2011.tif", "band 1, mean"],
        ["a", 2013, 2014.0, "rasters/pm25_2013.tif", "band 1, mean"],
        ["b", 2011, 2013.5, "rasters/pm25_2011.tif", "band 1, mean"],
        ["b", 2013, 2015.5, "rasters/pm25_2013.tif", "band 1, mean"],
    ]
    assert table["year"].dtype == np.int64
    assert table["value"].dtype == np.float64
    assert warnings == []


def test_one_raster_holds_for_every_year(write_raster: Any, units: Any) -> None:
    path = write_raster(np.stack([FOUR, FOUR * 10]), name="{x} %d.tif")
    table, _ = read_layer(path, [2012, 2011], units(a=box(100, 30, 102, 32)), band=2)
    assert table["year"].tolist() == [2011, 2012]
    assert table["value"].tolist() == [25.0, 25.0]
    assert table["file"].tolist() == [str(path)] * 2
    assert table["column"].tolist() == ["band 2, mean"] * 2


def test_units_without_a_value_are_kept_and_named(write_raster: Any, units: Any, tmp_path: Path) -> None:
    write_raster(FOUR, name="2011.tif")
    write_raster(np.array([[1.0, -9], [3, 4]]), nodata=-9, name="2012.tif")
    frame = units(a=box(100, 31, 101, 32), b=box(101, 31, 102, 32), c=box(0, 0, 1, 1), d=box(101.4, 31, 105, 32))
    table, warnings = read_layer(tmp_path / "{year}.tif", [2011, 2012], frame, place=WHERE, shown="{year}.tif")
    value = table.set_index(["unit", "year"])["value"]
    assert [unit for unit, missing in value.isna().items() if missing] == [
        ("b", 2012),
        ("c", 2011),
        ("c", 2012),
        ("d", 2012),
    ]
    assert len(table) == 8
    said = [warning.line("en") for warning in warnings]
    assert said == [
        "assessment.yaml:30  layers[0]: the raster '2011.tif' holds no data for 1 unit(s): c",
        "assessment.yaml:30  layers[0]: the raster '2011.tif' holds data for less than half of the area of "
        "1 unit(s): d; their values stand for that part alone",
        "assessment.yaml:30  layers[0]: the raster '2012.tif' holds no data for 3 unit(s): b, c, d",
    ]
    assert warnings[0].message("zh") == "layers[0]: 栅格“2011.tif”对 1 个评价单元没有数据：c"
    assert math.isclose(value["d", 2011], 2.0)


def test_the_faults_of_all_years_come_together(write_raster: Any, units: Any, tmp_path: Path) -> None:
    write_raster(FOUR, name="2012.tif", crs=None)
    with pytest.raises(InputError) as error:
        read_layer(
            tmp_path / "{year}.tif",
            [2011, 2012, 2013],
            units(a=box(100, 30, 102, 32)),
            place=WHERE,
            shown="{year}.tif",
        )
    assert error.value.render("en") == (
        "3 faults in assessment.yaml\n"
        "  assessment.yaml:30  layers[0]: there is no file '2011.tif'\n"
        "  assessment.yaml:30  layers[0]: the raster '2012.tif' does not say its coordinate reference "
        "system; state it, such as crs: EPSG:4326\n"
        "  assessment.yaml:30  layers[0]: there is no file '2013.tif'"
    )
    assert "layers[0]: 找不到文件“2013.tif”" in error.value.render("zh")
