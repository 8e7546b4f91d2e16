"""Rasters in an assessment: what `reported.csv` says of them, their inputs, the cache, and the check of a run."""

import json
from pathlib import Path

import numpy as np
import pytest
import xarray
from pyproj import CRS

from evaluate import load, run
from evaluate.layer_spec import RasterLayer
from evaluate.verify import verify
from tests.evaluate.tiny import Project, make
from tests.messages.cases_layers import raster

SO2 = "      so2_t: {variable: so2, unit_of_measure: t}\n"


@pytest.fixture
def project(tmp_path: Path) -> Project:
    made = make(tmp_path / "project")
    made.draw()
    return made


def layered(project: Project, layer: str) -> None:
    project.assess((SO2, ""), ("period:", f"layers:\n  - {{variable: so2, {layer}}}\nperiod:"))


def zarr(project: Project, name: str) -> None:
    """Write a store with the six cells in 2020 and ten times as much in 2021."""
    cells = np.arange(1.0, 7.0) * np.ones((2, 1))
    coords = {
        "time": ("time", [2020, 2021]), "crs": ((), 0, CRS("EPSG:4326").to_cf()),
        "lat": ("lat", [30.5, 31.5], {"units": "degrees_north"}),
        "lon": ("lon", np.arange(100.5, 106), {"units": "degrees_east"}),
    }  # fmt: skip
    data = xarray.Dataset(
        {"so2": (("time", "lat", "lon"), np.stack([cells, cells * 10]), {"grid_mapping": "crs"})}, coords=coords
    )
    data.to_zarr(project.folder / name, consolidated=False)


def test_the_report_says_which_statistic_of_which_band_by_which_weights(project: Project) -> None:
    raster(project, cells=np.arange(1.0, 13.0).reshape(2, 1, 6))
    raster(project, "people_2020.tif")
    raster(project, "people_2021.tif", cells=np.arange(1.0, 13.0).reshape(2, 1, 6)[::-1])
    layered(
        project,
        "path: air.tif, unit_of_measure: kg, statistic: sum, area: true, band: {2020: 1, 2021: 2}, "
        "weight: {path: 'people_{year}.tif'}",
    )
    loaded = load(project.path)
    own = loaded.reported[(loaded.reported["variable"] == "so2") & (loaded.reported["unit"] == "C2")]
    assert own["column"].tolist() == [
        "band 1, sum, by area, weighted by people_2020.tif band 1",
        "band 2, sum, by area, weighted by people_2021.tif band 1",
    ]
    one, two = own["value"]
    # cell 2: 2 × 2 and 8 × 8 times the area of a degree at 30° N, 10,650 km² by pyproj.Geod, in t
    assert (one, two) == (pytest.approx(4 * 10.650, rel=1e-3), pytest.approx(64 * 10.650, rel=1e-3))
    named = {entry.path for entry in loaded.inputs if entry.role == "layer"}
    assert named == {"air.tif", "people_2020.tif", "people_2021.tif"}
    assert not loaded.warnings


def test_a_run_is_the_same_with_and_without_a_cache(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    raster(project)
    layered(project, "path: air.tif, unit_of_measure: t, statistic: quantile, q: 0.5")
    project.assess(("robustness: {runs: 20", "robustness: {runs: 2"))
    cache = tmp_path / "cache"
    folders = []
    for setting in ("off", str(cache), str(cache)):
        monkeypatch.setenv("CITY_SYNERGY_CACHE", setting)
        folders.append(tmp_path / f"run-{len(folders)}")
        run(project.path, folders[-1])
    assert len(list(cache.iterdir())) == 1
    first = {path.name: path.read_bytes() for path in folders[0].iterdir()}
    assert len(first) > 10
    assert "cache" not in first["manifest.json"].decode()
    for folder in folders[1:]:
        again = {path.name: path.read_bytes() for path in folder.iterdir()}
        for found in (again, first):
            manifest = json.loads(found["manifest.json"])
            found["manifest.json"] = json.dumps({k: v for k, v in manifest.items() if k != "times"}).encode()
        assert again == first


def test_a_store_is_an_input_as_a_whole(project: Project, tmp_path: Path) -> None:
    zarr(project, "air.zarr")
    layered(project, "path: air.zarr, unit_of_measure: t")
    project.assess(("robustness: {runs: 20", "robustness: {runs: 2"))
    results = run(project.path, tmp_path / "run")
    own = results.reported[results.reported["variable"] == "so2"].set_index(["unit", "year"])
    assert own.loc[("C3", 2021), ["value", "file", "column"]].tolist() == [30, "air.zarr", "so2, mean"]
    assert verify(tmp_path / "run").same
    (chunk,) = (path for path in (project.folder / "air.zarr/so2/c/0/0").iterdir())
    chunk.write_bytes(b"changed")
    changed = verify(tmp_path / "run").differences
    assert [(entry.path, entry.state) for entry in changed] == [("air.zarr", "changed")]


def test_keys_of_years_may_be_texts_as_in_json() -> None:
    plain = {"path": "a.tif", "variable": "so2", "unit_of_measure": "t", "band": {"2020": 3}}
    assert RasterLayer.model_validate(plain).band == {2020: 3}
    assert RasterLayer.model_validate_json(json.dumps(plain)).band == {2020: 3}
