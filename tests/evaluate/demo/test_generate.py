"""The demo is the same every time, is labelled as made up everywhere, and overwrites nobody's work."""

import hashlib
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import geopandas
import numpy as np
import openpyxl
import pandas
import pytest
import rasterio
import shapely
import yaml

from evaluate.demo import generate
from evaluate.demo.project import contents
from indicators.bundled import configs
from indicators.errors import InputError

FILES = {
    "README.md",
    "cities/assessment.yaml", "cities/data-driven.yaml", "cities/experts.yaml",
    "cities/synergy-index.yaml", "cities/isec-shaped.yaml", "cities/supplement.csv",
    "cities/framework.yaml", "cities/roster.csv", "cities/cities.geojson",
    "cities/emissions.csv", "cities/economy.csv", "cities/environment.xlsx", "cities/built_up.xlsx",
    *(f"cities/pm25_{year}.tif" for year in range(2014, 2020)),
    *(f"cities/built_up_{year}.geojson" for year in range(2014, 2020)),
    "cities/spatial.yaml", "cities/groups.csv", "cities/links.csv",
    "cities/red_line.geojson", "cities/airsheds.geojson", "cities/basins.geojson",
    "parks/assessment.yaml", "parks/framework.yaml", "parks/roster.csv", "parks/parks.geojson",
    "parks/energy_emissions.csv", "parks/resources.xlsx", "parks/five-layers.yaml", "parks/supplement.csv",
}  # fmt: skip


def test_the_files_and_the_paths_that_are_returned(tmp_path: Path) -> None:
    paths = generate(tmp_path / "new", "zh")
    assert paths == [tmp_path / "new/cities/assessment.yaml", tmp_path / "new/parks/assessment.yaml"]
    written = {p.relative_to(tmp_path / "new").as_posix() for p in (tmp_path / "new").rglob("*") if p.is_file()}
    assert written == FILES


def test_two_runs_and_another_process_give_the_same_bytes() -> None:
    first = contents("zh")
    assert contents("zh") == first
    script = (
        "import hashlib; from evaluate.demo.project import contents\n"
        "print(hashlib.sha256(b''.join(contents('zh').values())).hexdigest())"
    )
    environment = {**os.environ, "PYTHONHASHSEED": "7", "TZ": "Asia/Shanghai"}
    other = subprocess.run(
        [sys.executable, "-c", script],
        env=environment,
        cwd=configs().parent,
        capture_output=True,
        text=True,
        check=True,
    )
    assert other.stdout.strip() == hashlib.sha256(b"".join(first.values())).hexdigest()


def test_the_language_changes_words_only() -> None:
    chinese, english = contents("zh"), contents("en")
    differ = {name for name in chinese if chinese[name] != english[name]}
    expected = {
        "README.md",
        *(f"{x}/{y}" for x in ("cities", "parks") for y in ("assessment.yaml", "roster.csv")),
        "cities/groups.csv",
    }
    assert differ == expected
    for folder in ("cities", "parks"):
        settings = [yaml.safe_load(made[f"{folder}/assessment.yaml"]) for made in (chinese, english)]
        assert [s["outputs"]["language"] for s in settings] == ["zh", "en"]
        assert [s["roster"]["name"] for s in settings] == ["name", "name_en"]


def test_a_second_time_changes_nothing_and_an_edited_file_is_named_and_kept(tmp_path: Path) -> None:
    generate(tmp_path, "en")
    generate(tmp_path, "en")
    edited = tmp_path / "cities" / "assessment.yaml"
    edited.write_text("mine", encoding="utf-8")
    (tmp_path / "parks" / "roster.csv").unlink()
    (tmp_path / "README.md").unlink()
    (tmp_path / "README.md").mkdir()
    with pytest.raises(InputError) as error:
        generate(tmp_path, "en")
    assert sorted(fault.place.file for fault in error.value.faults) == [
        str(tmp_path / "README.md"),
        str(edited),
    ]
    assert "is not overwritten" in str(error.value)
    assert edited.read_text(encoding="utf-8") == "mine"
    assert not (tmp_path / "parks" / "roster.csv").exists()


def test_a_folder_that_cannot_be_made_is_a_fault(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(InputError, match="cannot be written"):
        generate(tmp_path / "file", "zh")


def test_every_file_says_that_it_is_made_up(demo: Path) -> None:
    for folder in ("cities", "parks"):
        assert "made-up" in (demo / folder / "roster.csv").read_text(encoding="utf-8-sig")
        notice = yaml.safe_load((demo / folder / "assessment.yaml").read_text(encoding="utf-8"))["notice"]
        assert "虚构" in notice["zh"]
        assert "Made-up" in notice["en"]
    assert (demo / "README.md").read_text(encoding="utf-8").count("虚构") > 1
    for path in demo.rglob("*.geojson"):
        places = geopandas.read_file(path)
        assert places["unit"].str.startswith("DEMO-").all()
        assert places["name"].str.contains("（虚构）").all()
        assert places["name_en"].str.contains(r"\(made-up\)").all()
    for path in demo.rglob("*.xlsx"):
        first = [cell.value for row in openpyxl.load_workbook(path).active.iter_rows(max_row=4) for cell in row]
        assert any("虚构" in str(text) or str(text).startswith("DEMO-") for text in first), path
    for path in demo.rglob("*.tif"):
        with rasterio.open(path) as raster:
            assert "Made-up" in raster.tags()["NOTICE"]


def test_the_forms_of_the_tables(demo: Path) -> None:
    assert (demo / "cities/emissions.csv").read_bytes().startswith(b"\xef\xbb\xbfunit,year,")
    economy = (demo / "cities/economy.csv").read_bytes().decode("gb18030").splitlines()
    assert economy[0].split(",")[:3] == ["城市代码", "年份", "地区生产总值（亿元）"]
    assert any("—" in line for line in economy)
    book = openpyxl.load_workbook(demo / "cities/environment.xlsx")
    assert book.sheetnames == ["数据"]
    rows = list(book["数据"].iter_rows(values_only=True))
    assert "虚构" in str(rows[0][0])
    assert rows[2] == ("城市代码", "年份", "指标", "数值")
    assert rows[3][:2] == ("DEMO-C01", 2014)
    years = list(openpyxl.load_workbook(demo / "cities/built_up.xlsx").active.iter_rows(values_only=True))
    assert years[0] == ("unit", "Y2014", "Y2015", "Y2016", "Y2017", "Y2018", "Y2019")
    assert len(years) == 25


def test_no_clock_stands_in_a_workbook(demo: Path) -> None:
    for path in demo.rglob("*.xlsx"):
        with zipfile.ZipFile(path) as book:
            assert {entry.date_time for entry in book.infolist()} == {(1980, 1, 1, 0, 0, 0)}
            assert b"2020-01-01T00:00:00Z" in book.read("docProps/core.xml")


def test_cities_cover_the_province_without_gaps_or_overlaps(demo: Path) -> None:
    cities = geopandas.read_file(demo / "cities/cities.geojson")
    shapes = cities.geometry.to_numpy()
    assert cities.crs.to_epsg() == 4326
    assert len(cities) == 24
    assert (cities.geom_type == "Polygon").all()
    assert shapely.is_valid(shapes).all()
    assert shapely.coverage_is_valid(shapes)
    province = shapely.coverage_union_all(shapes)
    assert province.geom_type == "Polygon"
    assert len(province.interiors) == 0
    assert province.area == pytest.approx(shapely.area(shapes).sum(), rel=1e-9)
    # a real border winds: it is longer than the straight line between its ends, and has many points
    assert shapely.get_num_coordinates(shapes).min() > 100
    assert (shapely.area(shapes) > 0.15).all()


def test_what_lies_over_the_province(demo: Path) -> None:
    province = geopandas.read_file(demo / "cities/cities.geojson").geometry
    whole = shapely.coverage_union_all(province.to_numpy())
    read = {name: geopandas.read_file(demo / f"cities/{name}.geojson") for name in ("red_line", "airsheds", "basins")}
    for name, shapes in read.items():
        assert shapes.geometry.is_valid.all(), name
        assert shapes["name"].str.contains("（虚构）").all()
    assert shapely.buffer(whole, 1e-3).contains(read["red_line"].union_all())
    assert not whole.contains(read["airsheds"].union_all())
    one, other = read["airsheds"].geometry
    assert one.intersects(other)
    basins = read["basins"].geometry
    assert basins.union_all().symmetric_difference(whole).area < 1e-3 * whole.area
    assert shapely.area(basins.to_numpy()).sum() == pytest.approx(whole.area, rel=1e-3)


def test_built_up_land_has_the_area_that_is_reported(demo: Path) -> None:
    rows = list(openpyxl.load_workbook(demo / "cities/built_up.xlsx").active.iter_rows(min_row=2, values_only=True))
    areas = (
        geopandas.read_file(demo / "cities/built_up_2019.geojson")
        .set_index("unit")
        .to_crs("+proj=laea +lat_0=34.5 +lon_0=107")
        .area
    )
    for row in rows:
        assert areas[row[0]] / 1e6 == pytest.approx(row[6], rel=1e-3)


def test_groups_overlap_and_change_and_power_is_sold_between_cities(demo: Path) -> None:
    groups = pandas.read_csv(demo / "cities/groups.csv", dtype=str)
    codes = set(pandas.read_csv(demo / "cities/roster.csv", dtype=str)["unit"])
    assert set(groups["unit"]) <= codes
    assert groups["group"].str.contains("made-up").all()
    assert (groups.groupby(["set", "unit"]).size() > 1).any()
    assert groups["from"].dropna().tolist() == ["2017", "2017"]
    basins = groups[groups["set"] == "river basins"]
    assert set(basins["unit"]) == codes
    assert not basins["unit"].duplicated().any()
    links = pandas.read_csv(demo / "cities/links.csv")
    assert set(links["from"]) | set(links["to"]) <= codes
    assert not (set(links["from"]) & set(links["to"]))
    assert (links["power_gwh"] > 0).all()


def test_regions_lie_where_they_say(demo: Path) -> None:
    cities = geopandas.read_file(demo / "cities/cities.geojson").set_index("unit")
    units = [line.split(",") for line in (demo / "cities/roster.csv").read_text(encoding="utf-8-sig").splitlines()[1:]]
    latitude = {region: [] for region in ("north", "middle", "south")}
    for unit in units:
        latitude[unit[4]].append(cities.geometry[unit[0]].centroid.y)
    means = [np.mean(latitude[region]) for region in ("north", "middle", "south")]
    assert means[0] > means[1] + 0.5 > means[2] + 1


def test_parks_are_points_and_polygons_inside_their_city(demo: Path) -> None:
    parks = geopandas.read_file(demo / "parks/parks.geojson")
    cities = geopandas.read_file(demo / "cities/cities.geojson")
    assert parks.geom_type.value_counts().to_dict() == {"Polygon": 6, "Point": 6}
    assert parks.geometry.is_valid.all()
    within = geopandas.sjoin(parks, cities[["unit", "geometry"]], predicate="within", lsuffix="park", rsuffix="city")
    assert len(within) == 12
    defined = (configs() / "examples/demo/parks/units.csv").read_text(encoding="utf-8").splitlines()[1:]
    hosts = {line.split(",")[0]: line.split(",")[-1] for line in defined}
    assert dict(zip(within["unit_park"], within["unit_city"], strict=True)) == hosts


def test_rasters_cover_every_city_in_every_year(demo: Path) -> None:
    west, south, east, north = geopandas.read_file(demo / "cities/cities.geojson").total_bounds
    for year in range(2014, 2020):
        with rasterio.open(demo / f"cities/pm25_{year}.tif") as raster:
            assert raster.crs.to_epsg() == 4326
            assert raster.count == 1
            bounds = raster.bounds
            assert bounds.left < west and bounds.right > east
            assert bounds.bottom < south and bounds.top > north
            cells = raster.read(1, masked=True)
            assert not cells.mask.any()
            assert 5 < cells.min() < 25
            assert 45 < cells.max() < 90
