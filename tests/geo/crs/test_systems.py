"""Coordinate reference systems and areas."""

import pandas as pd
import pytest
from pyproj import CRS, Geod
from shapely import box

from geo.boundaries import read_boundaries
from geo.crs.systems import WGS84, areas_km2, parse_crs, same_crs
from indicators.codes import normalise_codes
from indicators.errors import InputError, Place


@pytest.mark.parametrize(
    "stated", ["EPSG:4490", " epsg:4490 ", "urn:ogc:def:crs:EPSG::4490", CRS("EPSG:4490").to_wkt()]
)
def test_every_way_to_name_a_system(stated: str) -> None:
    assert parse_crs(stated).to_epsg() == 4490


def test_the_old_form_of_proj_is_understood_without_a_warning() -> None:
    assert same_crs(parse_crs("+init=epsg:4326"), WGS84)


@pytest.mark.parametrize(
    ("stated", "said"),
    [
        ("EPSG4326", "did you mean 'EPSG:4326'?"),
        ("epsg 4490", "did you mean 'EPSG:4490'?"),
        ("EPSG:99999", "'EPSG:99999' is no coordinate reference system; expected a name such as EPSG:4326"),
        ("", "'' is no coordinate reference system"),
        ("EPSG:5773", "EPSG:5773 is no geographic or projected coordinate reference system of the earth"),
        ("IAU_2015:30100", "IAU_2015:30100 is no geographic or projected"),
    ],
)
def test_what_is_no_system_is_a_fault(stated: str, said: str) -> None:
    with pytest.raises(InputError) as error:
        parse_crs(stated, Place("a.yaml", line=9, key="boundaries.crs"))
    assert said in error.value.render("en")
    assert "a.yaml:9" in error.value.render("en")
    assert ("did you mean" in error.value.render("en")) == ("did you mean" in said)


def test_a_height_axis_does_not_tell_systems_apart() -> None:
    assert same_crs(parse_crs("EPSG:4979"), WGS84)
    assert not same_crs(parse_crs("EPSG:32650"), WGS84)


def test_areas_equal_those_on_the_ellipsoid() -> None:
    import geopandas as gpd

    shapes = [box(100, 30, 100.2, 30.2), box(120, 50, 120.1, 50.3)]
    frame = gpd.GeoDataFrame(geometry=shapes, crs=WGS84)
    # Geodesic areas by GeographicLib, through pyproj.
    expected = [abs(Geod(ellps="WGS84").geometry_area_perimeter(shape)[0]) / 1e6 for shape in shapes]
    assert areas_km2(frame).tolist() == pytest.approx(expected, rel=1e-4)


def test_areas_of_municipalities(shared) -> None:
    # Official areas in hectares, CAOP 2024 of the Direção-Geral do Território (as printed by the R package
    # CAOP.RAA.2024, `municipalities()`); the file at hand draws the coast a little differently.
    official = {"Lagoa": 4559.32, "Nordeste": 10146.80, "Ponta Delgada": 23298.65}
    frame = read_boundaries(shared / "data/sao-miguel/concelhos.gpkg", "name", list(official)).frame
    found = areas_km2(frame).set_axis(frame["unit"]) * 100
    for name, hectares in official.items():
        assert found[name] == pytest.approx(hectares, rel=0.01)


def test_areas_of_chinese_cities_agree_with_the_yearbook(shared) -> None:
    # China City Statistical Yearbook, column area_km2 of the panel, 2019; boundaries changed in some cities.
    panel = pd.read_csv(shared / "data/china-cities/panel.csv").query("year == 2019")
    printed = panel.set_index(normalise_codes(panel["unit"]))["area_km2"]
    frame = read_boundaries(shared / "data/china-cities/cities.geojson", "unit", printed.index.tolist()).frame
    ratio = areas_km2(frame).set_axis(frame["unit"]) / printed
    assert ratio.median() == pytest.approx(1, abs=0.002)
    assert ratio.quantile([0.25, 0.75]).tolist() == pytest.approx([1, 1], abs=0.005)
