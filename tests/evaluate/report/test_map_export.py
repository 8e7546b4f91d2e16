"""The map's data for a GIS: read back by other programs, the same bytes for the same run."""

import io
import sqlite3
from dataclasses import replace
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pyarrow.parquet as pq
import pytest

from evaluate.cli.main import entry
from evaluate.report import map_export
from evaluate.report.map_data import map_data
from evaluate.report.map_export import map_files, unit_table
from evaluate.results import Results
from geo.maps import Category, MapLayer
from geo.writing import geopackage
from tests.evaluate.report.builder import make
from tests.evaluate.report.test_map_data import RANK_YEAR, linked, placed
from tests.evaluate.tiny import Project


@pytest.fixture(scope="module")
def results() -> Results:
    return linked(placed(make()))


@pytest.fixture(scope="module")
def package(results: Results, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("map") / "map.gpkg"
    path.write_bytes(map_files(results, "en", ".gpkg")["units"])
    return path


def test_a_row_a_unit_and_a_column_a_layer_and_year(results: Results, package: Path) -> None:
    units = gpd.read_file(package, layer="units")
    places = results.geometry
    assert places is not None
    assert list(units["unit"]) == sorted(places["unit"])
    assert units.crs.to_epsg() == 4326
    # full detail, as the run recorded it
    assert units.geometry.geom_equals(places.set_index("unit").loc[units["unit"]].geometry.reset_index(drop=True)).all()
    scores = results.scores.set_index(["unit", "year"])["composite"]
    for year in sorted(set(results.scores["year"])):
        expected = [scores.get((unit, year), float("nan")) for unit in units["unit"]]
        assert units[f"composite_{year}"].tolist() == pytest.approx(expected, nan_ok=True)
    assert set(units[f"grade_{RANK_YEAR}"].dropna()) <= {1.0, 2.0, 3.0}
    assert set(units[f"grade_{RANK_YEAR}_label"].dropna()) <= {"poor", "fair", "good"}
    assert set(units["notice"]) == {"Made-up data, for demonstration <b>"}


def test_every_column_is_explained(package: Path) -> None:
    with sqlite3.connect(package) as reader:
        columns = pd.read_sql("select * from columns", reader)
        held = {row[1] for row in reader.execute("pragma table_info(units)")}
        kinds = dict(reader.execute("select table_name, data_type from gpkg_contents"))
    explained = set(columns["column"])
    assert explained <= held
    rest = {name.removesuffix("_label") for name in held - explained}
    assert rest - explained <= {"fid", "geom", "unit", "name", "type", "notice"}
    assert kinds == {
        "units": "features", "columns": "attributes", "links_1_trade": "features", "links_2_wind": "features",
    }  # fmt: skip
    row = columns[columns["column"] == f"composite_{RANK_YEAR}"].iloc[0]
    assert (row["label"], row["group"], row["year"]) == ("Composite score", "Scores", RANK_YEAR)


def test_columns_of_one_year_state_it(results: Results) -> None:
    data = map_data(results, "en")
    strata = MapLayer(
        "detector-0", "Strata", "ordinal", {"0001": "b"}, "spatial", worst_first=False,
        categories=(Category("a", "low"), Category("b", "high")),
    )  # fmt: skip
    share = MapLayer("overlay-a", "Share", "number", {"0001": 5.0}, "spatial", timeless=True)
    _, columns = unit_table(results, replace(data, layers=(*data.layers, strata, share)))
    columns = columns.set_index("column")
    assert columns.loc["detector_0", "label"] == "Strata (place, 1 has the lowest mean)"
    assert columns.loc["tier", "label"] == "Tiers (place, 1 is worst)"
    for name in ("tier", "detector_0", "detector_0_label"):
        assert columns.loc[name, "year"] == RANK_YEAR
    for name in ("type_2", "batch", "overlay_a"):
        assert pd.isna(columns.loc[name, "year"])


def test_columns_of_geoparquet_are_explained_beside_it(results: Results, package: Path) -> None:
    made = map_files(results, "en", ".parquet")
    beside = pd.read_csv(io.BytesIO(made["columns"]), keep_default_na=False)
    with sqlite3.connect(package) as reader:
        columns = pd.read_sql("select * from columns", reader).drop(columns="fid")
    for name in columns:
        same = columns[name].astype("Int64").astype("string").fillna("") if name == "year" else columns[name].fillna("")
        assert beside[name].astype("string").tolist() == same.tolist()


def test_links_are_lines_between_their_units(results: Results, package: Path) -> None:
    lines = gpd.read_file(package, layer="links_1_trade")
    rows = lines[["from", "to", "year", "value"]].to_dict("records")
    assert rows == [
        {"from": "0001", "to": "0003", "year": RANK_YEAR - 1, "value": 2.0},
        {"from": "0001", "to": "0003", "year": RANK_YEAR, "value": 5.0},
        {"from": "0003", "to": "0001", "year": RANK_YEAR, "value": 1.0},
    ]
    places = results.geometry
    assert places is not None
    area = places.set_index("unit").geometry
    assert area["0001"].contains(lines.geometry.iloc[0].interpolate(0))
    assert area["0003"].contains(lines.geometry.iloc[0].interpolate(1, normalized=True))


def test_geoparquet_holds_the_same_units(results: Results, package: Path) -> None:
    raw = map_files(results, "en", ".parquet")["units"]
    units = gpd.read_parquet(io.BytesIO(raw))
    pd.testing.assert_frame_equal(
        pd.DataFrame(units.drop(columns="geometry")),
        pd.DataFrame(gpd.read_file(package, layer="units").drop(columns="geometry")),
        check_dtype=False,
    )
    metadata = pq.read_metadata(io.BytesIO(raw)).metadata
    assert b'"version": "1.0.0"' in metadata[b"geo"]


def test_links_have_a_geoparquet_of_their_own(results: Results, package: Path) -> None:
    made = map_files(results, "en", ".parquet")
    lines = gpd.read_parquet(io.BytesIO(made["links"]))
    assert lines.crs.to_epsg() == 4326
    assert list(lines.columns) == ["table", "label", "unit_of_measure", "from", "to", "year", "value", "geometry"]
    for name, layer in (("trade", "links_1_trade"), ("wind", "links_2_wind")):
        held = lines[lines["table"] == name].reset_index(drop=True)
        same = gpd.read_file(package, layer=layer)
        for column in ("from", "to", "value"):
            assert held[column].tolist() == same[column].tolist()
        assert held["year"].dropna().tolist() == same["year"].dropna().tolist()
        assert held.geometry.geom_equals(same.geometry).all()
    assert set(lines["unit_of_measure"]) == {"1e4 t"}  # "wind" links units without a place
    without = replace(results, spatial={})
    assert set(map_files(without, "en", ".parquet")) == {"units", "columns"}
    assert set(map_files(results, "en", ".gpkg")) == {"units"}


def test_the_same_bytes_every_time(results: Results) -> None:
    turned = replace(
        results, geometry=results.geometry.iloc[::-1], scores=results.scores.iloc[::-1],  # type: ignore[union-attr]
        spatial={"links": results.spatial["links"].iloc[::-1]},
    )  # fmt: skip
    for suffix in (".gpkg", ".parquet"):
        first = map_files(results, "zh", suffix)
        assert first == map_files(results, "zh", suffix)
        assert first == map_files(turned, "zh", suffix)


def test_columns_differ_whatever_their_capitals(results: Results) -> None:
    units = results.units.assign(Batch="a", batch_2="b", fid="c")
    file = io.BytesIO(map_files(replace(results, units=units), "en", ".parquet")["units"])
    names = [name.lower() for name in gpd.read_parquet(file).columns]
    assert len(names) == len(set(names))
    assert {"batch", "batch_2", "fid_2"} <= set(names)


def test_a_package_of_one_plain_table() -> None:
    assert geopackage({"a": pd.DataFrame({"x": [1]})}).startswith(b"SQLite format 3")


def test_the_command_goes_by_the_ending(complete: Project, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def tell(name: str) -> tuple[int, str]:
        status = entry(["map", str(complete.out), "--out", str(tmp_path / name), "--lang", "en"])
        said = capsys.readouterr()
        return status, said.out + said.err

    for name, beside in (("map.gpkg", ()), ("map.parquet", ("map.columns.csv",))):
        written = [(tmp_path / file).as_posix() for file in (name, *beside)]
        assert tell(name) == (0, "".join(f"{path}\n" for path in written))
    units: Any = gpd.read_file(tmp_path / "map.gpkg", layer="units")
    assert len(units) == len(gpd.read_parquet(tmp_path / "map.parquet"))
    assert not (tmp_path / "map.links.parquet").exists()  # there are none in this run
    for name, found in (("map.shp", ".shp"), ("map", "–")):
        status, err = tell(name)
        assert status == 1
        assert f"a map's file name ends in .html (page), .gpkg or .parquet (data for a GIS); found {found}" in err
        assert not (tmp_path / name).exists()


def test_links_are_written_beside_their_units_or_not_at_all(
    complete: Project, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    units, links, columns = (tmp_path / f"map{end}" for end in (".parquet", ".links.parquet", ".columns.csv"))
    made = {"units": b"units", "links": b"links", "columns": b"columns"}
    monkeypatch.setattr(map_export, "map_files", lambda *_: made)

    def tell(*options: str) -> tuple[int, str]:
        status = entry(["map", str(complete.out), "--out", str(units), "--lang", "en", *options])
        said = capsys.readouterr()
        return status, said.out + said.err

    links.write_bytes(b"mine")
    status, said = tell()
    assert (status, units.exists(), links.read_bytes()) == (1, False, b"mine")
    assert "map.links.parquet" in said
    assert tell("--overwrite") == (0, f"{units.as_posix()}\n{columns.as_posix()}\n{links.as_posix()}\n")
    assert (units.read_bytes(), links.read_bytes(), columns.read_bytes()) == (b"units", b"links", b"columns")
    del made["links"]
    units.unlink()
    columns.unlink()
    assert tell()[0] == 1  # links of another run would stand beside these units
    assert tell("--overwrite") == (0, f"{units.as_posix()}\n{columns.as_posix()}\n")
    assert not links.exists()
