"""The demo project is scored: what was put into its data shows in the results."""

from pathlib import Path

import pandas as pd
import pytest

from evaluate import compare, load, run
from evaluate.artifacts import read_run
from evaluate.demo import generate, reported
from evaluate.demo.project import FURTHER, _units
from evaluate.demo.starter import headers, write_starter
from evaluate.results import Results
from indicators.errors import InputError


@pytest.fixture(scope="module")
def cities(demo: Path) -> Results:
    return run(load(demo / "cities" / "assessment.yaml"))


@pytest.fixture(scope="module")
def parks(demo: Path) -> Results:
    return run(load(demo / "parks" / "assessment.yaml"))


def test_the_chinese_demo_passes_the_check_too(tmp_path: Path) -> None:
    for path in generate(tmp_path, "zh"):
        load(path)


def test_all_but_one_city_are_scored_in_every_year(cities: Results) -> None:
    counts = cities.scores.groupby("unit")["year"].count()
    assert len(counts) == 23
    assert (counts == 5).all()
    assert reported.SCARCE_CITY not in counts.index


def test_the_city_below_coverage_is_left_out_with_its_reason(cities: Results) -> None:
    left = cities.excluded[cities.excluded["code"] == reported.SCARCE_CITY]
    assert set(left["year"].astype(int)) == set(range(2015, 2020))
    assert (left["reason"].str.len() > 10).all()


@pytest.mark.parametrize("kind", ["cities", "parks"])
def test_every_dimension_tells_units_apart(kind: str, request: pytest.FixtureRequest) -> None:
    results: Results = request.getfixturevalue(kind)
    last = results.scores[results.scores["year"] == 2019]
    fixed = ("unit", "name", "type", "year", "composite", "rank", "rank_in_type", "grade", "grade_label")
    dimensions = [column for column in last.columns if column not in fixed]
    assert len(dimensions) >= 6
    assert (last[dimensions].std() > 3).all(), last[dimensions].std()
    assert last["composite"].std() > 5
    assert last["composite"].between(1, 100).all()
    assert last["grade"].nunique() >= 3


@pytest.mark.parametrize("kind", ["cities", "parks"])
def test_units_are_compared_within_their_type_only(kind: str, request: pytest.FixtureRequest) -> None:
    results: Results = request.getfixturevalue(kind)
    assert results.manifest["comparable"] is False
    assert results.scores["rank"].isna().all()
    for _, group in results.scores.groupby(["type", "year"]):
        assert group["rank_in_type"].min() == 1


@pytest.mark.parametrize("kind", ["cities", "parks"])
def test_the_quadrant_is_the_pathway(kind: str, request: pytest.FixtureRequest) -> None:
    results: Results = request.getfixturevalue(kind)
    measures = results.measures
    last = measures[(measures["year"] == 2019) & (measures["output"] == "quadrant")].set_index("unit")["value"]
    names = {"both": "both_fall", "neither": "both_rise"}
    for unit in _units(kind):
        if unit["unit"] != reported.SCARCE_CITY:
            assert last[unit["unit"]] == names.get(unit["pathway"], unit["pathway"]), unit["unit"]


def test_cities_that_cut_both_lead_in_synergy(cities: Results) -> None:
    last = cities.scores[cities.scores["year"] == 2019].set_index("unit")["synergy"]
    pathway = pd.Series({unit["unit"]: unit["pathway"] for unit in _units("cities")})
    means = last.groupby(pathway).mean()
    assert means["both"] > means["pollutant_only"] + 10 > means["neither"] + 20


def test_outliers_are_drawn_in_and_gaps_filled(cities: Results) -> None:
    treatment = cities.treatment
    drawn = treatment[treatment["code"] == "cod_intensity"]
    assert {("DEMO-C06", 2017), ("DEMO-C18", 2019)} <= set(zip(drawn["unit"], drawn["year"], strict=True))
    assert (drawn["after"] < drawn["before"]).all()
    steps = treatment[treatment["step"] == "imputation"]
    filled = set(zip(steps["code"], steps["unit"], steps["year"], strict=True))
    assert {("cod", "DEMO-C05", 2016), ("cod", "DEMO-C05", 2017), ("energy", "DEMO-C16", 2018)} <= filled
    assert not any(unit == "DEMO-C22" and code == "cod" for code, unit, _ in filled)
    left = cities.values.set_index(["unit", "year"])["cod_intensity"]
    assert left.loc["DEMO-C22"].isna().tolist() == [True, True, True, False, False]


def test_the_veto_holds_one_park_below_the_pass_score(parks: Results) -> None:
    last = parks.scores[parks.scores["year"] == 2019].set_index("unit")
    assert len(last) == 12
    assert last.loc[reported.VETOED_PARK, "composite"] == 59
    veto = parks.treatment[(parks.treatment["step"] == "veto") & (parks.treatment["year"] == 2019)]
    assert list(veto["unit"]) == [reported.VETOED_PARK]
    assert veto["before"].iloc[0] > 60
    assert last.loc[reported.VETOED_PARK, "grade"] == 1
    assert last.loc[reported.VETOED_PARK, "grade_label"] == "below the mark"


def test_breaks_and_the_notice_reach_the_results(cities: Results, parks: Results) -> None:
    for results in (cities, parks):
        assert results.manifest["notice"]["en"].startswith("Made-up data")
        assert {(mark["break"], mark["code"]) for mark in results.manifest["marks"]} >= {(2016, "co_control")}
        assert results.geometry is not None
        assert results.robustness is not None
        assert results.manifest["robustness_outcome"]["failed"] == 0


def test_pm25_is_the_mean_of_the_raster_over_the_city(demo: Path, cities: Results) -> None:
    geopandas = pytest.importorskip("geopandas")
    rasterio = pytest.importorskip("rasterio")
    features = pytest.importorskip("rasterio.features")
    shape = geopandas.read_file(demo / "cities/cities.geojson").set_index("unit").geometry["DEMO-C10"]
    with rasterio.open(demo / "cities/pm25_2019.tif") as raster:
        grid = rasterio.Affine(0.025, 0, 104.5, 0, -0.025, 36.4)
        inside = features.geometry_mask([shape], out_shape=raster.shape, transform=grid, invert=True)
        expected = raster.read(1)[inside].mean()
    values = cities.values.set_index(["unit", "year"])["pm25_mean"]
    # cells are counted whole here and by their share there
    assert values["DEMO-C10", 2019] == pytest.approx(expected, rel=0.005)


def test_a_new_assessment_runs_as_soon_as_it_is_filled_in(demo: Path, tmp_path: Path, cities: Results) -> None:
    framework = cities.manifest["assessment"]["framework"]
    path, roster, data = write_starter(tmp_path, framework, "en")
    with pytest.raises(InputError) as error:
        load(path)
    assert {Path(fault.place.file).name for fault in error.value.faults} == {"roster.csv", "data.csv"}
    cities.units[["unit", "name", "type"]].to_csv(roster, index=False)
    wide = cities.reported.pivot_table(index=["unit", "year"], columns="variable", values="value")
    wide = wide.rename(columns={code: header for header, code in headers(framework).items()})
    filled = wide.reset_index().assign(year=lambda table: table["year"] + 5)
    assert list(pd.read_csv(data).columns) == ["unit", "year", *headers(framework)]
    filled.to_csv(data, index=False)
    scores = run(load(path)).scores
    assert scores["year"].unique().tolist() == [2020, 2021, 2022, 2023, 2024]
    assert scores["unit"].nunique() >= 22


def test_overlays_lie_over_the_cities(cities: Results) -> None:
    assert cities.overlays is not None
    assert set(cities.overlays["overlay"]) == {"red_line", "airshed", "basin"}
    shares = cities.spatial["overlays"]
    basins = shares[(shares["overlay"] == "basin") & (shares["part"] != "")].groupby("unit")["share"].sum()
    assert len(basins) == 24
    assert basins.between(0.999, 1.0001).all()  # they share the province between them
    red = shares[(shares["overlay"] == "red_line") & (shares["part"] == "")]
    assert 0.01 < red["area_km2"].sum() / shares[shares["overlay"] == "basin"]["area_km2"].sum() < 0.1
    assert {"partly", "outside"} <= set(red["state"])


@pytest.mark.slow
def test_further_frameworks_run_and_two_are_compared(demo: Path, tmp_path: Path) -> None:
    made = {}
    for name in FURTHER:
        made[name] = run(demo / name, tmp_path / Path(name).stem)
    index, isec, layers, place = made.values()
    for results, count in ((index, 23), (isec, 23), (layers, 12)):
        last = results.scores[results.scores["year"] == 2019]
        assert len(last) == count
        assert last["composite"].std() > 3
        assert results.manifest["robustness_outcome"]["failed"] == 0
    # the empty cells of the published structure, and what the coupling repeats, are told
    told = [warning["key"] for warning in isec.manifest["warnings"]]
    assert told.count("scoring.left_empty") == 2
    # measures beside the composite are listed with their states
    states = index.measures[(index.measures["output"] == "state") & (index.measures["year"] == 2019)]
    assert states["measure"].nunique() >= 4
    assert "weak_decoupling" in set(states["value"])
    # built-up land is measured on its outlines
    land = place.reported[place.reported["variable"] == "built_up"]
    assert set(land["file"]) == {f"built_up_{year}.geojson" for year in range(2015, 2020)}
    assert len(land) == 24 * 5
    assert read_run(tmp_path / "spatial").overlays is not None
    found = compare(tmp_path / "synergy-index", tmp_path / "isec-shaped")
    assert len(found.composites) == 23
    assert found.reversed_pairs > 0
