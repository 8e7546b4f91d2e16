"""Regressions of a whole assessment: against mgwr on the same rows, in every order of the roster, with every mark."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from evaluate import load, run
from evaluate.report.map_data import map_data
from evaluate.results import Results
from evaluate.spatial.regression.forms import COEFFICIENTS
from geo.crs.systems import centres
from indicators.errors import InputError
from tests.evaluate.spatial.regression.land import CODES, LOST, land

ONE = """\
    regression: {target: composite, explained_by: [rain, slope], models: [gwr], variability: {permutations: 0}%s}
"""


def rows(results: Results, name: str, **where: object) -> pd.DataFrame:
    table = results.spatial[name]
    for column, value in where.items():
        table = table[table[column] == value]
    return table


def design(results: Results, year: int = 2021) -> tuple[np.ndarray, np.ndarray, np.ndarray, list[str]]:
    """Return z scores of the composite, of rain and slope, longitude and latitude, and the codes, from other tables."""
    assert results.geometry is not None
    scores = results.scores[results.scores["year"] == year].set_index("unit")["composite"]
    reported = results.reported[results.reported["year"] == year]
    wide = reported.pivot(index="unit", columns="variable", values="value").loc[scores.index, ["rain", "slope"]]
    places = pd.DataFrame(centres(results.geometry.geometry), index=results.geometry["unit"]).loc[scores.index]
    x, y = wide.to_numpy(float), scores.to_numpy(float)
    return (y - y.mean()) / y.std(), (x - x.mean(axis=0)) / x.std(axis=0), places.to_numpy(), list(scores.index)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_figures_are_those_of_mgwr(whole: Results) -> None:
    from mgwr.gwr import GWR, MGWR
    from mgwr.sel_bw import Sel_BW

    y, x, at, codes = design(whole)
    selector = Sel_BW(at, y[:, None], x, spherical=True, n_jobs=1)
    bandwidth = selector.search()
    fit = GWR(at, y[:, None], x, bandwidth, spherical=True, n_jobs=1).fit()
    told = rows(whole, "regression_models", regression="composite", model="gwr").iloc[0]
    assert told["bandwidth"] == bandwidth and told["n"] == 62 and told["dropped"] == 2
    found = [told[name] for name in ("aicc", "aic", "bic", "parameters", "critical_t", "r2")]
    assert found == pytest.approx([fit.aicc, fit.aic, fit.bic, fit.ENP, fit.critical_tval(), fit.R2], rel=1e-9)
    assert (told["bandwidth_low"], told["bandwidth_high"]) == fit.get_bws_intervals(selector)
    held = rows(whole, "local_coefficients", regression="composite", model="gwr", predicted=0)
    for place, name in enumerate(("constant", "rain", "slope")):
        own = held[held["term"] == name].set_index("unit").loc[codes]
        np.testing.assert_allclose(own["coefficient"], fit.params[:, place], rtol=1e-6)
        np.testing.assert_allclose(own["standard_error"], fit.bse[:, place], rtol=1e-6)
    local = rows(whole, "local_fit", regression="composite", model="gwr", predicted=0).set_index("unit").loc[codes]
    np.testing.assert_allclose(local["local_r2"], fit.localR2.ravel(), rtol=1e-6)
    multiple = Sel_BW(at, y[:, None], x, multi=True, spherical=True, n_jobs=1)
    terms = rows(whole, "regression_terms", regression="composite", model="mgwr")
    assert terms["bandwidth"].tolist() == multiple.search().tolist()
    theirs = MGWR(at, y[:, None], x, multiple, spherical=True, n_jobs=1).fit()
    np.testing.assert_allclose(terms["parameters"], theirs.ENP_j, rtol=1e-6)
    np.testing.assert_allclose(terms["critical_t"], theirs.critical_tval(), rtol=1e-6)
    held = rows(whole, "local_coefficients", model="mgwr", predicted=0)
    ours = held.pivot(index="unit", columns="term", values=["coefficient", "standard_error"]).loc[codes]
    np.testing.assert_allclose(ours["coefficient"], theirs.params, rtol=1e-6, atol=1e-9)
    np.testing.assert_allclose(ours["standard_error"], theirs.bse, rtol=1e-6)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_global_models_are_those_of_spreg(whole: Results) -> None:
    import libpysal
    import spreg

    y, x, _, codes = design(whole)
    grid = [CODES.index(code) for code in codes]
    near = {  # queens on the grid, by hand
        i: [j for j, b in enumerate(grid) if b != a and abs(a % 8 - b % 8) <= 1 and abs(a // 8 - b // 8) <= 1]
        for i, a in enumerate(grid)
    }
    w = libpysal.weights.W(near)
    w.transform = "r"
    for model, theirs in (("lag", spreg.ML_Lag), ("error", spreg.ML_Error)):
        made = theirs(y[:, None], x, w=w, epsilon=1e-12)
        told = rows(whole, "regression_terms", regression="composite", model=model)
        np.testing.assert_allclose(told["coefficient"], np.ravel(made.betas), rtol=1e-5, atol=1e-9)
        np.testing.assert_allclose(told["standard_error"], made.std_err, rtol=1e-5)
        row = rows(whole, "regression_models", regression="composite", model=model).iloc[0]
        assert row["log_likelihood"] == pytest.approx(float(made.logll), rel=1e-9)
    straight = rows(whole, "regression_terms", regression="composite", model="ols", year=2021)
    slopes = np.linalg.lstsq(np.column_stack([np.ones(62), x]), y, rcond=None)[0]
    np.testing.assert_allclose(straight["coefficient"], slopes, atol=1e-12)


def test_the_slope_that_was_put_in_is_found(whole: Results) -> None:
    held = rows(whole, "local_coefficients", regression="composite", model="gwr", term="rain", predicted=0)
    east = held["unit"].map(lambda code: CODES.index(code) % 8)
    assert np.corrcoef(held["coefficient"], -east)[0, 1] > 0.95
    assert set(held.loc[east == 0, "significant"]) == {1} and 0 in set(held["significant"])
    assert ((held["t"].abs() > held["critical_t"]) == (held["significant"] == 1)).all()


def test_models_are_compared_on_the_same_rows_alone(whole: Results) -> None:
    table = rows(whole, "regression_models", regression="composite")
    one, several = table[table["year"] == 2021], table[table["year"].isna()]
    assert one["model"].tolist() == ["ols", "lag", "error", "gwr", "mgwr"]
    assert several["model"].tolist() == ["ols", "gtwr"]
    for part in (one, several):
        assert part["n"].nunique() == 1 and part["difference"].min() == 0
        assert part["akaike_weight"].sum() == pytest.approx(1)
    assert (table["state"] == "defined").all() and (table["forced"] == "").all()


def test_units_and_places_without_the_target_are_predicted(whole: Results) -> None:
    held = rows(whole, "local_fit", regression="composite", model="gwr", predicted=1).set_index("unit")
    assert list(held.index) == [*LOST, "A", "B", "C"]
    assert (held.loc[:"B", "value_error"] > held.loc[:"B", "mean_error"]).all()
    assert held["state"].tolist() == ["defined"] * 4 + ["missing"]
    assert held.loc["A", "nearest_km"] < 1 and held.loc["C", "nearest_km"] > 3000
    # 0.1 cm are 1 mm: by hand from the coefficients at the place
    scores = whole.scores[whole.scores["year"] == 2021]["composite"].to_numpy()
    reported = whole.reported[(whole.reported["year"] == 2021) & ~whole.reported["unit"].isin(LOST)]
    wide = reported.pivot(index="unit", columns="variable", values="value")[["rain", "slope"]]
    z = (np.array([1.0, 0.5]) - wide.mean()) / wide.std(ddof=0)
    at = rows(whole, "local_coefficients", regression="composite", model="gwr", unit="A")["coefficient"].to_numpy()
    assert held.loc["A", "fitted"] == pytest.approx(scores.mean() + scores.std() * (at @ [1, *z]), rel=1e-9)
    assert set(rows(whole, "local_fit", model="mgwr", predicted=1)["state"]) == {"no_error", "missing"}


def test_what_is_not_standardised_is_in_the_units_of_measure(whole: Results) -> None:
    told = rows(whole, "local_fit", regression="plain", predicted=0).set_index("unit")
    values = whole.values[whole.values["year"] == 2021].set_index("unit")["co2_intensity"]
    np.testing.assert_allclose(told["observed"], values.loc[told.index])
    np.testing.assert_allclose(told["fitted"] + told["residual"], told["observed"])
    assert rows(whole, "regression_terms", regression="plain")["p_variability"].isna().all()
    assert set(rows(whole, "local_coefficients", regression="plain")["term"]) == {"constant", "rain", "slope ** 2"}


def test_the_order_of_the_roster_does_not_matter(tmp_path: Path, whole: Results) -> None:
    project = land(tmp_path / "project", ONE % "")
    head, *lines = (project.folder / "roster.csv").read_text().splitlines()
    project.write("roster.csv", "\n".join([head, *reversed(lines)]) + "\n")
    turned = run(load(project.path)).spatial["local_coefficients"]
    own = rows(whole, "local_coefficients", regression="composite", model="gwr")
    own = own[own["unit"].isin(CODES)].reset_index(drop=True)
    pd.testing.assert_frame_equal(turned, COEFFICIENTS.typed(own), rtol=1e-9)


def test_a_spatial_model_names_its_neighbours_and_gives_no_figure_at_the_edge(tmp_path: Path) -> None:
    asked = (ONE % "").replace("[gwr]", "[lag, error]")
    results = run(load(land(tmp_path / "own" / "project", asked).path))
    assert results.spatial["regression_models"]["neighbours"].tolist() == ["queen", "queen"]
    assert results.spatial["regression_models"]["islands"].tolist() == [0, 0]
    assert set(results.spatial["neighbour_rules"]["rule"]) >= {"queen"}  # rules that the assessment does not state
    everybody = "    neighbours: {everybody: {rule: k_nearest, k: 11}}\n"
    results = run(load(land(tmp_path / "all" / "project", everybody + asked, units=12).path))
    table = results.spatial["regression_models"]
    assert table["state"].tolist() == ["at_edge", "at_edge"] and table["aicc"].isna().all()
    assert results.spatial["regression_terms"].empty
    keys = [one["key"] for one in results.manifest["warnings"]]
    assert keys.count("local_regression.model_state") == 2


def test_where_nobody_that_takes_part_has_a_neighbour_there_is_no_spatial_model(tmp_path: Path) -> None:
    rules = "    neighbours: {trade: {rule: table, table: trade}}\n"
    project = land(tmp_path / "project", rules + (ONE % "").replace("[gwr]", "[lag, error]"), units=12)
    project.write("trade.csv", "from,to\nC010,C011\n")  # C010 has no score
    project.assess(("spatial:\n", "links: {trade: {path: trade.csv}}\nspatial:\n"))
    results = run(load(project.path))
    table = results.spatial["regression_models"]
    assert table["state"].tolist() == ["no_links"] * 2 and table["islands"].tolist() == [11, 11]
    assert [one["key"] for one in results.manifest["warnings"]].count("local_regression.model_state") == 2


@pytest.mark.parametrize("more", ["", ", force: true"])
def test_few_units_are_refused_unless_forced(tmp_path: Path, more: str) -> None:
    project = land(tmp_path / "project", ONE % more, units=40)
    if not more:
        with pytest.raises(InputError, match="40 units, fewer than 50"):
            load(project.path)
        return
    results = run(load(project.path))
    assert results.spatial["regression_models"]["forced"].tolist() == ["few_units"]
    assert [one["key"] for one in results.manifest["warnings"] if "regression" in one["key"]] == [
        "local_regression.forced_few"
    ]


def test_scores_that_are_not_comparable_are_looked_at_by_type(tmp_path: Path) -> None:
    project = land(tmp_path / "project", ONE % "", kinds=("resource",) * 13 + ("industrial",))
    own = "resource: {label: {zh: 资源型, en: Resource}"
    project.change("framework.yaml", (own, own + ", weights: {carbon: 0.7}"))
    results = run(load(project.path))
    assert results.spatial["regression_models"]["type"].tolist() == ["resource"]
    told = [one for one in results.manifest["warnings"] if one["key"] == "local_regression.few_of_type"]
    assert [one["values"]["found"] for one in told] == [4]


def test_a_time_weight_of_nothing_is_a_regression_over_space(tmp_path: Path) -> None:
    shares = ", models: [gwr, gtwr], time_shares: [0], bandwidth: 60}"
    asked = (ONE % "").replace(", models: [gwr]", "").replace("}}", "}" + shares)
    results = run(load(land(tmp_path / "project", asked).path))
    table = results.spatial["regression_models"].set_index("model")
    assert table.loc["gtwr", "time_share"] == 0 and table.loc["gtwr", "bandwidth"] == 60
    # years alike: every city twice at its place, a plain weighted regression at one of them
    from geo.regression.design import design as designed
    from geo.regression.gwr import gwr

    parts = [design(results, year) for year in (2020, 2021)]
    codes = [(code, year) for (_, _, _, held), year in zip(parts, (2020, 2021), strict=True) for code in held]
    scores = results.scores.set_index(["unit", "year"])["composite"].loc[codes].to_numpy()
    reported = results.reported.pivot(index=["unit", "year"], columns="variable", values="value").loc[codes]
    x = reported[["rain", "slope"]]
    z = (x - x.mean()) / x.std(ddof=0)
    at = np.concatenate([part[2] for part in parts])
    made = designed((scores - scores.mean()) / scores.std(), {c: z[c] for c in z}, at, metric="great_circle")
    fit = gwr(made, bandwidth=60)
    held = rows(results, "local_coefficients", model="gtwr", term="rain", predicted=0).set_index(["unit", "year"])
    np.testing.assert_allclose(held.loc[codes, "coefficient"], fit.beta[:, 1], rtol=1e-8)


def test_the_share_of_time_with_the_least_criterion_is_taken(tmp_path: Path) -> None:
    shares = ", models: [gtwr], time_shares: [0, 100], bandwidth: 60, criterion: bic}"
    asked = (ONE % "").replace(", models: [gwr]", "").replace("}}", "}" + shares)
    both = run(load(land(tmp_path / "both" / "project", asked).path)).spatial["regression_models"].set_index("model")
    only = asked.replace("[0, 100]", "[100]")
    other = run(load(land(tmp_path / "only" / "project", only).path)).spatial["regression_models"].set_index("model")
    assert both.loc["gtwr", "time_share"] == 0 and other.loc["gtwr", "time_share"] == 100
    assert both.loc["gtwr", "bic"] < other.loc["gtwr", "bic"]


def test_another_year_than_that_of_the_ranking(tmp_path: Path) -> None:
    results = run(load(land(tmp_path / "project", ONE % ", year: 2020").path))
    assert set(results.spatial["local_fit"]["year"]) == {2020} and len(results.spatial["local_fit"]) == 64
    layers = [layer for layer in map_data(results, "en").layers if layer.code.startswith("local-")]
    assert len(layers) == 3 and all(
        layer.note.endswith("Of 2020 alone: choose that year.") and not layer.values and layer.by_year[2020]
        for layer in layers
    )


def test_without_being_asked_for_there_are_no_tables(tmp_path: Path) -> None:
    results = run(load(land(tmp_path / "project", "    regression: []\n").path))
    assert not [name for name in results.spatial if name.startswith(("regression", "local"))]
