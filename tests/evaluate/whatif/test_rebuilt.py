"""A run scored again from its folder alone gives the scores that it records; only then it may be changed."""

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import yaml

from evaluate import run, whatif
from evaluate.abatement.rebuilt import rebuild
from evaluate.demo import generate
from evaluate.inputs import digest_of
from evaluate.manifest import sealed
from indicators.errors import InputError
from tests.evaluate.tiny import DATA, make


def recorded(folder: Path) -> pd.DataFrame:
    """Return the scores as the run wrote them, read without our own reader."""
    table = pd.read_csv(folder / "scores.csv", encoding="utf-8-sig", dtype={"unit": str})
    return table.set_index(["unit", "year"])


def assert_same(folder: Path) -> None:
    """The scores of the rebuilt run are those of its tables, ranks and all."""
    made, held = rebuild(folder).scores.scores_in("en").set_index(["unit", "year"]), recorded(folder)
    assert sorted(made.index) == sorted(held.index)
    made = made.reindex(held.index)
    for column in held.drop(columns="grade_label").select_dtypes("number"):
        one, other = made[column].astype(float), held[column].astype(float)
        assert np.allclose(one, other, rtol=1e-8, atol=1e-8, equal_nan=True), column


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo")
    for assessment in generate(folder, "en"):
        run(assessment, folder / f"{assessment.parent.name}-run")
    return folder


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["cities", "parks"])
def test_the_demo(demo: Path, kind: str) -> None:
    assert_same(demo / f"{kind}-run")


@pytest.mark.slow
def test_the_real_cities_and_their_tiers(shared: Path, tmp_path: Path) -> None:
    folder = tmp_path / "run"
    run(shared / "examples" / "china-cities" / "assessment.yaml", folder)
    assert_same(folder)
    table = pd.DataFrame({"measure": ["M"], "unit": "110000", "cost": 1.0, "co2": 0.0})
    units = whatif(folder, table).units.set_index("unit")
    held = pd.read_csv(folder / "robustness.csv", encoding="utf-8-sig", dtype={"unit": str}).set_index("unit")
    # tested again by the run's own seed and yardstick: before as the run has it, and after alike, as nothing changed
    for when in ("before", "after"):
        for column in ("tier", "p05", "p95"):
            assert units[f"{column}_{when}"].astype(float).tolist() == held[column].reindex(units.index).tolist()
    assert (units["change"] == 0).all()


METHODS: dict[str, dict[str, Any]] = {
    "data-driven weights, z-scores": {
        "weighting": {"indicators": {"method": "entropy"}}, "normalisation": {"method": "min_max"},
        "outliers": {"method": "winsorise"},
    },
    "each year by itself, types apart": {"normalisation": {"method": "z_score", "reference": "type"}},
    "linear over time": {"imputation": {"method": "linear", "limit": 1}},
    "last value over time": {"imputation": {"method": "last_value", "limit": 1}},
    "median of the type": {"imputation": {"method": "median"}},
    "baseline": {"normalisation": {"method": "min_max", "reference": "baseline"}},
    "veto of a variable": {"veto": {"so2": {"above": 600, "cap": 20}}},
}  # fmt: skip


def gaps(table: str) -> str:
    """Return the table without some values of the years between."""
    lines = table.splitlines()
    for at, line in enumerate(lines):
        unit, year, *values = line.split(",")
        if year == "2020" and unit in ("C1", "C4"):
            lines[at] = ",".join([unit, year, "", *values[1:]])
    return "\n".join([*lines, ""])


@pytest.mark.parametrize("name", METHODS)
def test_other_methods(name: str, tmp_path: Path) -> None:
    project = make(tmp_path / "project")
    plain = yaml.safe_load((project.folder / "assessment.yaml").read_text("utf-8"))
    plain["methodology"] = METHODS[name]
    plain["coverage"] = {"unit": 0.5, "indicator": 0.5}
    del plain["robustness"]
    project.write("assessment.yaml", yaml.safe_dump(plain))
    if "imputation" in METHODS[name]:
        project.write("data.csv", gaps(DATA))
    run(project.path, tmp_path / "run")
    assert_same(tmp_path / "run")


def test_a_year_by_an_earlier_yardstick(tmp_path: Path) -> None:
    """A published year keeps the gap that a later report would fill, and so does its rebuilt run."""
    project = make(tmp_path / "project")
    project.write("data.csv", gaps(DATA))
    project.assess(
        ("robustness:", "# robustness:"), ("from: 2020, to: 2021", "from: 2020, to: 2020"),
        ("methodology:", "coverage: {unit: 0.5}\nmethodology:\n  imputation: {method: linear, limit: 2}"),
    )  # fmt: skip
    run(project.path, project.folder / "first")
    project.assess(
        ("from: 2020, to: 2020", "from: 2020, to: 2021"),
        ("bounds: [1, 100]}", "bounds: [1, 100], reference: {fitted: first/fitted.json}}"),
    )
    run(project.path, tmp_path / "second")
    # C1 has no CO2 of 2020: the first report could not fill it, the second must not
    assert ("C1", 2020) not in recorded(tmp_path / "second").index
    assert_same(tmp_path / "second")


def test_what_happens_in_a_year_is_no_news_of_the_years_before_it(tmp_path: Path) -> None:
    """A gap that ends with the changed year stays filled as it was."""
    project = make(tmp_path / "project")
    project.write("data.csv", gaps(DATA))
    project.assess(("robustness:", "# robustness:"), ("methodology:", "methodology:\n  imputation: {method: linear}"))
    run(project.path, tmp_path / "run")
    rebuilt = rebuild(tmp_path / "run")
    change = np.zeros(6)
    change[0] = -1000.0
    after = rebuilt.rescored({"co2": change}, 2021)
    # 2020 of C1 lies between the 5000 t of 2019 and the 4500 t that were reported for 2021
    assert after.values.variables["co2"][0].tolist() == [5000, 4750, 3500]
    assert after.values.panel.matrix("co2")[0].tolist() == [5000, 4750, 3500]
    assert rebuilt.scores.values.variables["co2"][0].tolist() == [5000, 4750, 4500]
    year = after.scores[after.scores["year"] == 2020].set_index("unit")["composite"]
    held = recorded(tmp_path / "run")["composite"].xs(2020, level="year")
    assert np.allclose(year.reindex(held.index), held)


def test_scores_that_the_tables_do_not_give_are_refused(tmp_path: Path) -> None:
    project = make(tmp_path / "project")
    project.assess(("robustness:", "# robustness:"))
    run(project.path, tmp_path / "run")
    shutil.copytree(tmp_path / "run", tmp_path / "edited")
    path = tmp_path / "edited" / "fitted.json"
    fitted = json.loads(path.read_text("utf-8"))
    for kinds in fitted["weights"].values():
        for tree in kinds.values():
            tree["composite"] = {"carbon": 0.9, "other": 0.1}
    path.write_text(json.dumps(fitted), encoding="utf-8")
    manifest = json.loads((tmp_path / "edited" / "manifest.json").read_text("utf-8"))
    manifest["artifacts"]["fitted.json"] = digest_of(path)
    (tmp_path / "edited" / "manifest.json").write_text(json.dumps(sealed(manifest)), encoding="utf-8")
    with pytest.raises(InputError) as raised:
        rebuild(tmp_path / "edited")
    assert [f.text_key for f in raised.value.faults] == ["whatif.not_as_recorded"]


def test_inputs_are_never_read(tmp_path: Path) -> None:
    project = make(tmp_path / "project")
    run(project.path, tmp_path / "run")
    shutil.rmtree(project.folder)
    found = whatif(tmp_path / "run", pd.DataFrame({"measure": ["M"], "unit": "C2", "cost": 1.0, "co2": -900.0}))
    assert found.units.set_index("unit").loc["C2", "change"] > 0
    assert {"tier_before", "tier_after"} <= set(found.units)
    assert (
        "tier_before"
        not in whatif(
            tmp_path / "run", pd.DataFrame({"measure": ["M"], "unit": "C2", "cost": 1.0, "co2": -900.0}), tiers=False
        ).units
    )
