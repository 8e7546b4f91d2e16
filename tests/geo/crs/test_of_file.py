"""Systems used in China, as a file and an assessment state them, and coordinates that contradict them."""

from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pyogrio
import pytest
from pyproj import CRS, Proj
from shapely import Point, box, get_coordinates, transform

from geo.boundaries import Boundaries, read_boundaries
from geo.crs.shifted import shifted
from geo.crs.systems import parse_crs
from indicators.errors import InputError, Place

WUHAN = (114.305, 30.593)
WHERE = Place("assessment.yaml", line=12, key="boundaries")


def written(tmp_path: Path, crs: str | None, *points: tuple[float, float], name: str = "x.gpkg") -> Path:
    codes = [f"u{i}" for i in range(len(points))]
    frame = gpd.GeoDataFrame({"unit": codes}, geometry=[Point(p) for p in points], crs=crs)
    pyogrio.write_dataframe(frame, tmp_path / name)
    return tmp_path / name


def read(path: Path, crs: str | None = None, count: int = 1) -> Boundaries:
    return read_boundaries(path, "unit", [f"u{i}" for i in range(count)], crs=crs, place=WHERE, shown="x")


def refused(path: Path, crs: str | None = None, count: int = 1) -> str:
    with pytest.raises(InputError) as error:
        read(path, crs, count)
    return error.value.render("en")


def where(found: Boundaries) -> Any:
    return get_coordinates(found.frame.geometry)


# --- CGCS2000 and its zones, against the projection written out as a formula of PROJ


@pytest.mark.parametrize(
    ("epsg", "central", "easting"),
    # From the EPSG registry: 4547 and 4526 are the same zone of 3°, 4508 and 4497 the same of 6°, without and with the
    # number of the zone before the easting; 4526 is zone 38 = 114/3, 4497 zone 19 = (111 + 3)/6.
    [(4547, 114, 500_000), (4526, 114, 38_500_000), (4508, 111, 500_000), (4497, 111, 19_500_000)],
)
def test_zones_of_cgcs2000_are_read_right(tmp_path: Path, epsg: int, central: int, easting: int) -> None:
    plain = Proj(f"+proj=tmerc +lon_0={central} +k=1 +x_0={easting} +y_0=0 +ellps=GRS80 +units=m")
    found = read(written(tmp_path, f"EPSG:{epsg}", plain(*WUHAN)))
    assert found.crs == f"EPSG:{epsg}"
    assert where(found)[0] == pytest.approx(WUHAN, abs=1e-9)


def test_degrees_of_cgcs2000_are_those_of_wgs84(tmp_path: Path) -> None:
    found = read(written(tmp_path, "EPSG:4490", WUHAN))
    assert found.crs == "EPSG:4490"
    assert where(found)[0] == pytest.approx(WUHAN, abs=1e-12)


@pytest.mark.parametrize(
    ("stated", "holds", "likely"),
    [(4547, 4526, "EPSG:4526"), (4526, 4547, "EPSG:4547"), (4526, 4527, "EPSG:4527"), (4547, 4497, "EPSG:4497"),
     (2383, 2362, "EPSG:2362")],  # the last two are of Xian 1980
)  # fmt: skip
def test_a_false_easting_of_another_zone_names_the_likely_system(
    tmp_path: Path, stated: int, holds: int, likely: str
) -> None:
    frame = gpd.GeoSeries([Point(WUHAN), Point(114.5, 30.7)], crs="EPSG:4490").set_crs(
        CRS(f"EPSG:{holds}").geodetic_crs, allow_override=True
    )
    points = [(p.x, p.y) for p in frame.to_crs(f"EPSG:{holds}")]
    said = refused(written(tmp_path, f"EPSG:{stated}", *points), count=2)
    assert f"'x' is in EPSG:{stated}, but its eastings are not of that zone" in said
    assert f"did you mean '{likely}'?" in said


def test_northing_before_easting_is_a_fault(tmp_path: Path) -> None:
    x, y = Proj("EPSG:4547")(*WUHAN)
    said = refused(written(tmp_path, "EPSG:4547", (y, x)))
    assert "northing seems to stand first" in said


def test_metres_of_another_system_are_a_fault(tmp_path: Path) -> None:
    # Web Mercator stated as the zone of 114°E.
    x, y = Proj("EPSG:3857")(*WUHAN)
    said = refused(written(tmp_path, "EPSG:4547", (x / 10, y)))
    assert "'x' is in EPSG:4547, which is for 112.5–115.5°, 21.52–45.45°, but its coordinates lie far outside" in said


def test_a_province_in_one_zone_is_no_fault(tmp_path: Path) -> None:
    # Inner Mongolia, 97–126°E, is commonly drawn in the zone of 111° or 114°.
    zone = Proj("EPSG:4547")
    ends = [zone(101.0, 41.9), zone(111.7, 40.8), zone(122.3, 43.6)]
    assert len(read(written(tmp_path, "EPSG:4547", *ends), count=3).frame) == 3


@pytest.mark.parametrize(
    "points", [[(39.9, 116.4)], [(43.8, 87.6), (39.5, 76.0)], [(31.2, 121.5), (30.6, 114.3)]], ids=str
)
def test_latitude_before_longitude_is_named(tmp_path: Path, points: list[tuple[float, float]]) -> None:
    said = refused(written(tmp_path, "EPSG:4326", *points), count=len(points))
    assert "latitude seems to stand first: unit u0 has the coordinate" in said
    assert f"units concerned: {len(points)}" in said


def test_one_unit_with_latitude_first_is_named_alone(tmp_path: Path) -> None:
    said = refused(written(tmp_path, "EPSG:4326", (114.3, 30.6), (31.2, 121.5), (30.6, 113.0)), count=3)
    assert "latitude seems to stand first: unit u1 has the coordinate (31.2, 121.5); units concerned: 2" in said


def test_the_far_north_is_no_china_with_latitude_first(tmp_path: Path) -> None:
    # Longyearbyen and Tromsø; a place beside them shows that they are no China.
    assert len(read(written(tmp_path, "EPSG:4326", (15.6, 78.2), (18.96, 69.6)), count=2).frame) == 2


# --- shifted systems


@pytest.mark.filterwarnings("ignore:'crs' was not provided")
@pytest.mark.parametrize("system", ["GCJ-02", "BD-09"])
@pytest.mark.parametrize("own", ["EPSG:4326", "EPSG:4490", "EPSG:3857", None])
def test_a_shifted_file_is_brought_to_wgs84(tmp_path: Path, system: Any, own: str | None) -> None:
    there = shifted(np.array([WUHAN]), system)[0]
    x, y = there if own != "EPSG:3857" else Proj("EPSG:3857")(*there)
    path = written(tmp_path, own, (float(x), float(y)), name="x.shp" if own is None else "x.gpkg")
    found = read(path, crs=system.lower())
    assert where(found)[0] == pytest.approx(WUHAN, abs=1e-8)
    assert found.crs == (system if own != "EPSG:3857" else f"{system} (EPSG:3857)")


def test_polygons_follow_vertex_by_vertex(write_geojson: Any) -> None:
    square = box(114.0, 30.0, 114.2, 30.2)
    there = transform(square, lambda c: shifted(c, "GCJ-02"))
    found = read_boundaries(write_geojson([("a", there)]), "unit", ["a"], crs="GCJ-02")
    assert found.frame.geometry[0].equals_exact(square, 1e-9)


def test_a_file_of_another_datum_is_not_in_a_shifted_system(tmp_path: Path) -> None:
    said = refused(written(tmp_path, "EPSG:4214", WUHAN), crs="GCJ-02")  # Beijing 1954
    assert "the stated coordinate reference system is GCJ-02, but 'x' is in EPSG:4214" in said


@pytest.mark.parametrize("stated", ["GCJ-02", "bd09"])
def test_a_raster_cannot_follow_a_shift(stated: str) -> None:
    with pytest.raises(InputError) as error:
        parse_crs(stated, WHERE)
    assert "which a raster can only follow by resampling" in error.value.render("en")
