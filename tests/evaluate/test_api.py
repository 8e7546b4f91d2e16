"""The Python interface: no file is needed, nothing is changed that was handed in, and notebooks show it safely."""

import copy
import subprocess
import sys
from typing import Any

import pandas as pd
import pytest
import yaml

import evaluate
from evaluate import Framework, Methodology, Panel, compare_cohorts, load, run, score
from indicators.errors import InputError
from tests.evaluate.tiny import DATA, FRAMEWORK, ROSTER, Project

EVIL = '<script>alert("1")</script>'


def reported() -> pd.DataFrame:
    """The tiny assessment's data as somebody has them in memory, in the units of measure of the framework."""
    from io import StringIO

    table = pd.read_csv(StringIO(DATA)).rename(columns={"co2_t": "co2", "so2_t": "so2", "gdp_1e8": "gdp"})
    return table.astype({"co2": float, "so2": float}).assign(gdp=table["gdp"] * 1e8)


def roster() -> pd.DataFrame:
    from io import StringIO

    return pd.read_csv(StringIO(ROSTER))


def panel(**options: Any) -> Panel:
    return Panel.from_frame(reported(), units=roster(), period=(2020, 2021), baseline=2019, **options)


def framework() -> Framework:
    return Framework.from_dict(yaml.safe_load(FRAMEWORK))


def methodology() -> Methodology:
    return Methodology.model_validate({
        "normalisation": {"method": "min_max", "bounds": [1, 100]},
        "aggregation": {"indicators": {"method": "arithmetic"}, "dimensions": {"method": "geometric"}},
    })  # fmt: skip


def test_scores_without_a_file_equal_those_from_files(project: Project) -> None:
    by_hand = score(panel(), framework(), methodology()).scores
    results = run(load(project.path))
    pd.testing.assert_frame_equal(by_hand, results.scores, check_dtype=False)


def test_other_units_of_measure_change_no_score() -> None:
    own = score(panel(), framework(), methodology()).scores
    table = reported().assign(co2=reported()["co2"] / 1e4, gdp=reported()["gdp"] / 1e4)
    units = {"co2": "1e4 t", "gdp": "1e4 CNY"}
    other = Panel.from_frame(table, units=roster(), period=(2020, 2021), baseline=2019, units_of_measure=units)
    pd.testing.assert_frame_equal(score(other, framework(), methodology()).scores, own, rtol=1e-12)


def test_score_changes_nothing_that_it_was_given() -> None:
    given, frame, methods = panel(), framework(), methodology()
    values, units = given.values.copy(deep=True), given.units.copy(deep=True)
    before = frame.to_dict(), methods.to_dict()
    first = score(given, frame, methods)
    learned = copy.deepcopy(first.fitted.to_dict())
    second = score(given, frame, methods, first.fitted)
    pd.testing.assert_frame_equal(given.values, values)
    pd.testing.assert_frame_equal(given.units, units)
    assert (frame.to_dict(), methods.to_dict()) == before
    assert first.fitted.to_dict() == learned
    pd.testing.assert_frame_equal(first.scores, second.scores)


def test_score_is_the_same_every_time_and_in_any_order() -> None:
    own = score(panel(), framework(), methodology()).scores
    shuffled = reported().sample(frac=1, random_state=3)[["gdp", "so2", "year", "co2", "unit"]]
    other = Panel.from_frame(
        shuffled, units=roster().sample(frac=1, random_state=4), period=(2020, 2021), baseline=2019
    )
    pd.testing.assert_frame_equal(score(other, framework(), methodology()).scores, own)


def test_definitions_are_frozen() -> None:
    for thing, name in (
        (framework(), "code"),
        (methodology(), "veto"),
        (panel(), "rank"),
        (methodology().outliers, "method"),
    ):
        with pytest.raises((AttributeError, TypeError, ValueError)):
            setattr(thing, name, None)


def test_run_gives_pandas_and_geopandas(project: Project) -> None:
    geopandas = pytest.importorskip("geopandas")
    project.draw()
    results = run(load(project.path))
    for name in ("units", "reported", "values", "normalised", "measures", "scores", "weights", "treatment", "excluded"):
        assert type(getattr(results, name)) is pd.DataFrame, name
    assert type(results.robustness) is pd.DataFrame
    assert type(results.geometry) is geopandas.GeoDataFrame
    assert results.correlates is None
    assert sorted(path.name for path in project.folder.parent.iterdir()) == ["project"]


def test_run_takes_a_path_or_what_was_loaded(project: Project) -> None:
    loaded = load(project.path)
    for given in (loaded, project.path, str(project.path)):
        assert len(run(given).scores) == 12


def test_cohorts_are_compared_from_scores_too() -> None:
    compared = compare_cohorts(score(panel(), framework(), methodology()), by="region")
    assert {"north", "south"} <= set(compared.distribution["cohort"])


def test_notebooks_show_names_safely(project: Project) -> None:
    project.change("roster.csv", ("Ashford", f'"{EVIL.replace(chr(34), chr(34) * 2)}"'))
    project.assess(
        ("en: Tiny assessment}", f"en: '{EVIL}'}}\nnotice: {{zh: 甲, en: '{EVIL}'}}"),
        ("framework: framework.yaml", "framework: framework.yaml"),
    )
    project.change("framework.yaml", ("en: Tiny framework}", f"en: '{EVIL}'}}"), ("en: Resource}", f"en: '{EVIL}'}}"))
    loaded = load(project.path)
    results = run(loaded)
    scores = score(loaded.panel, loaded.framework, loaded.methodology)
    for thing in (loaded, loaded.panel, results, scores):
        html = thing._repr_html_()
        assert "<script" not in html
        assert "<p>" in html
    assert "&lt;script&gt;" in loaded._repr_html_()
    assert "&lt;script&gt;" in results._repr_html_()
    assert "&lt;script&gt;" in scores._repr_html_()


def test_representations_are_short(project: Project) -> None:
    loaded = load(project.path)
    assert repr(loaded) == "Assessment('assessment.yaml': 6 units, framework 'tiny')"
    results = run(loaded)
    assert repr(results) == f"Results({results.manifest['run_id']}: 6 units, 12 scores, framework 'tiny')"


def test_faults_are_exceptions_that_read_well() -> None:
    raw = yaml.safe_load(FRAMEWORK)
    raw["indicators"]["wealth"]["formula"] = "gpd"
    raw["tree"]["carbon"]["indicators"]["co2_intensty"] = 1
    with pytest.raises(InputError) as caught:
        Framework.from_dict(raw)
    text = str(caught.value)
    assert text.splitlines()[0] == "2 faults"
    assert "indicators.wealth.formula: the formula names 'gpd', which is no variable; did you mean 'gdp'?" in text
    assert "tree.carbon.indicators.co2_intensty: there is no indicator 'co2_intensty'" in text


@pytest.mark.parametrize(
    ("table", "said"),
    [
        (lambda t: pd.concat([t, t.head(1)]), "unit C1 has two rows for 2019"),
        (lambda t: t.drop(columns="unit"), "the column 'unit' is missing"),
        (lambda t: t.assign(co2=["4,800", *t["co2"][1:]]), "co2: unit C1, year 2019: '4,800' is no finite number"),
        (lambda t: t.assign(co2=[float("inf"), *t["co2"][1:]]), "is no finite number"),
        (lambda t: t[t["unit"] != "C6"], "unit C6 has no row in the table"),
        (lambda t: t.head(0), "the table is empty"),
    ],
)
def test_a_table_that_does_not_fit_is_refused(table: Any, said: str) -> None:
    with pytest.raises(InputError) as caught:
        Panel.from_frame(table(reported()), units=roster())
    assert said in str(caught.value)


def test_a_type_that_the_framework_lacks_is_refused() -> None:
    units = roster().assign(type=lambda t: t["type"].replace("resource", "resorce"))
    with pytest.raises(InputError, match="did you mean 'resource'"):
        score(Panel.from_frame(reported(), units=units, period=(2020, 2021), baseline=2019), framework(), methodology())


def test_the_names_of_the_contract_are_there() -> None:
    assert {"load", "score", "run", "Panel", "Framework", "Methodology", "compare_cohorts"} <= set(evaluate.__all__)
    assert sorted(evaluate.__all__) == dir(evaluate)
    for name in evaluate.__all__:
        assert getattr(evaluate, name).__doc__
    with pytest.raises(AttributeError, match="no attribute 'rnu'"):
        evaluate.rnu  # noqa: B018


def test_importing_loads_nothing_until_it_is_used() -> None:
    code = "import sys, evaluate; assert 'pandas' not in sys.modules; evaluate.score; assert 'pandas' in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)
