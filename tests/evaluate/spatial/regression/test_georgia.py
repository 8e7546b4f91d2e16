"""Georgia's 159 counties through a whole assessment: bandwidths, parameters and local R² are those of mgwr."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from evaluate import load, run
from tests.evaluate.tiny import Project

COLUMNS = ("PctRural", "PctPov", "PctBlack")

ASSESSMENT = """\
schema: assessment/1
title: Georgia
framework: framework.yaml
roster: {path: roster.csv}
data:
  - path: data.csv
    unit: unit
    year: 1990
    columns:
      PctBach: {variable: bach, unit_of_measure: '1'}
      PctRural: {variable: PctRural, unit_of_measure: '1'}
      PctPov: {variable: PctPov, unit_of_measure: '1'}
      PctBlack: {variable: PctBlack, unit_of_measure: '1'}
boundaries: {path: counties.geojson, unit: unit}
period: {from: 1990, to: 1990}
spatial:
  regression:
    target: bach
    explained_by: [PctRural, PctPov, PctBlack]
    models: [gwr, mgwr]
    variability: {permutations: 0}
outputs: {map: false, report: []}
"""
FRAMEWORK = """\
schema: framework/1
code: georgia
label: Georgia
assesses: region
source: libpysal
variables:
  bach: {unit_of_measure: '1'}
  PctRural: {unit_of_measure: '1'}
  PctPov: {unit_of_measure: '1'}
  PctBlack: {unit_of_measure: '1'}
indicators:
  schooling: {label: Schooling, formula: bach, unit_of_measure: '1', direction: positive}
tree:
  society: {label: Society, indicators: {schooling: 1}}
"""


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_georgia_is_that_of_mgwr(tmp_path: Path) -> None:
    import libpysal
    from mgwr.gwr import GWR, MGWR
    from mgwr.sel_bw import Sel_BW

    counties = pd.read_csv(libpysal.examples.get_path("GData_utm.csv"))
    counties["unit"] = counties["AreaKey"].astype(str)
    counties = counties.sort_values("unit", ignore_index=True)
    project = Project(tmp_path)
    project.write("assessment.yaml", ASSESSMENT)
    project.write("framework.yaml", FRAMEWORK)
    project.write("roster.csv", counties[["unit"]].to_csv(index=False))
    project.write("data.csv", counties[["unit", "PctBach", *COLUMNS]].to_csv(index=False))
    features = [
        {"type": "Feature", "properties": {"unit": unit}, "geometry": {"type": "Point", "coordinates": [x, y]}}
        for unit, x, y in zip(counties["unit"], counties["Longitud"], counties["Latitude"], strict=True)
    ]
    project.write("counties.geojson", json.dumps({"type": "FeatureCollection", "features": features}))
    found = run(load(project.path)).spatial

    def scaled(values: np.ndarray) -> np.ndarray:
        return (values - values.mean(axis=0)) / values.std(axis=0)

    y, x = scaled(counties[["PctBach"]].to_numpy(float)), scaled(counties[list(COLUMNS)].to_numpy(float))
    at = counties[["Longitud", "Latitude"]].to_numpy(float)
    models = found["regression_models"].set_index("model")
    held = found["local_coefficients"]
    bandwidth = Sel_BW(at, y, x, spherical=True, n_jobs=1).search()
    assert models.loc["gwr", "bandwidth"] == bandwidth
    several = Sel_BW(at, y, x, multi=True, spherical=True, n_jobs=1)
    terms = found["regression_terms"]
    assert terms[terms["model"] == "mgwr"]["bandwidth"].tolist() == several.search().tolist()
    peers = {
        "gwr": GWR(at, y, x, bandwidth, spherical=True, n_jobs=1).fit(),
        "mgwr": MGWR(at, y, x, several, spherical=True, n_jobs=1).fit(),
    }
    for model, theirs in peers.items():
        own = held[held["model"] == model]
        for place, name in enumerate(("constant", *COLUMNS)):
            part = own[own["term"] == name]
            np.testing.assert_allclose(part["coefficient"], theirs.params[:, place], rtol=1e-6, atol=1e-9)
            np.testing.assert_allclose(part["standard_error"], theirs.bse[:, place], rtol=1e-6)
        assert models.loc[model, "aicc"] == pytest.approx(theirs.aicc, rel=1e-9)
    fits = found["local_fit"]
    np.testing.assert_allclose(fits[fits["model"] == "gwr"]["local_r2"], peers["gwr"].localR2.ravel(), rtol=1e-6)
