"""Emissions from activity data in an assessment, from the cells of a table to the score and back.

Expected emissions are computed here by hand from the printed factors: 1 kg of raw coal is
20 908 kJ × 26.37 t C/TJ × 0.94 × 44/12, 1 m³ of gas 38 931 kJ × 15.3 t C/TJ × 0.99 × 44/12; a kWh 0.5568 kg in 2021,
0.5366 in 2022 and 0.5306 in 2023.
"""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from evaluate import load, run
from evaluate.artifacts import read_run
from evaluate.cli.main import entry
from evaluate.cli.walk import walk
from evaluate.explain import explain
from evaluate.report import accounts
from evaluate.report.html import render_report
from evaluate.report.parts import Labels
from evaluate.results import Results
from evaluate.verify import verify
from indicators.accounting import total
from indicators.errors import InputError
from indicators.texts import text
from tests.evaluate.accounting.accounted import OWN, accounted, amounts
from tests.evaluate.tiny import Project

COAL = 20908 * 26.37 * 0.94 * 44 / 12 / 1e6
GAS = 38931 * 15.3 * 0.99 * 44 / 12 / 1e6
POWER = {2021: 0.5568, 2022: 0.5366, 2023: 0.5306}


def by_hand() -> dict[tuple[str, int], float]:
    """CO2 in t: kt of coal, 1e4 m3 of gas, GWh of power."""
    return {
        (unit, year): coal * 1e3 * COAL + gas * 1e4 * GAS / 1e3 + power * 1e3 * POWER[year]
        for (unit, year), (coal, gas, power) in amounts().items()
    }


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return accounted(tmp_path / "project")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Project, Results]:
    """A run, read from its folder; not to be changed."""
    project = accounted(tmp_path_factory.mktemp("accounted") / "project")
    run(load(project.path), project.out)
    return project, read_run(project.out)


def reported(results: Results, variable: str) -> "pd.Series[Any]":
    table = results.reported[results.reported["variable"] == variable]
    return table.set_index(["unit", "year"])["value"].astype(float)


def faults(project: Project) -> str:
    with pytest.raises(InputError) as caught:
        load(project.path)
    return caught.value.render("en")


def test_co2_is_what_a_hand_computes(made: tuple[Project, Results]) -> None:
    expected = pd.Series(by_hand())
    found = reported(made[1], "co2")
    assert len(found) == len(expected) == 18
    for key, value in expected.items():
        assert found[key] == pytest.approx(value, rel=1e-9)
    # SO2 of the same coal: 8 kg/t
    for key, (coal, _, _) in amounts().items():
        assert reported(made[1], "so2")[key] == pytest.approx(8 * coal, rel=1e-9)
    # and the indicator sees it: t CO2 by 1e4 yuan
    values = made[1].values.set_index(["unit", "year"])["co2_intensity"]
    gdp = reported(made[1], "gdp")
    assert values["C3", 2022] == pytest.approx(expected["C3", 2022] / (gdp["C3", 2022] / 1e4), rel=1e-9)


def test_the_panel_holds_it_like_a_reported_variable(project: Project) -> None:
    assessment = load(project.path)
    found = assessment.panel.values["co2"]
    for key, value in by_hand().items():
        assert found[key] == pytest.approx(value, rel=1e-12)
    assert set(assessment.panel.values.columns) == {"co2", "so2", "gdp"}


def test_reported_cells_stay_and_the_sum_names_its_file(made: tuple[Project, Results]) -> None:
    table = made[1].reported
    cell = table[(table["variable"] == "coal") & (table["unit"] == "C2") & (table["year"] == 2022)].iloc[0]
    assert (cell["file"], cell["row"], cell["column"]) == ("data.csv", 6, "coal_kt")
    assert cell["value"] == 1000 * float(cell["reported_value"])
    assert set(table.loc[table["variable"].isin(["co2", "so2"]), "file"]) == {"accounts.csv"}


def test_a_line_can_be_multiplied_out_and_names_its_cell(made: tuple[Project, Results]) -> None:
    lines = made[1].accounts
    assert lines is not None
    counted = lines[lines["state"] == "counted"]
    power = counted[counted["activity"] == "power"]
    # MWh times kg/kWh are t
    assert (power["amount"] * power["factor_value"]).to_numpy() == pytest.approx(power["emission"].to_numpy(), rel=1e-9)
    assert set(zip(power["year"], power["factor"], power["factor_year"], power["series"], strict=True)) == {
        (year, f"grid-{year}-CN", year, "statistics") for year in POWER
    }
    row = counted[(counted["activity"] == "coal") & (counted["substance"] == "so2") & (counted["unit"] == "C6")].iloc[
        -1
    ]
    assert (row["file"], row["row"], row["column"], row["guide"]) == ("data.csv", 19, "coal_kt", "made for the tests")
    # what is stated of coal's own factor is not said of that of its sulphur
    assert row["factor_uncertainty"] == 0.1
    assert row["uncertainty"] == pytest.approx(np.hypot(0.03, 0.1))


def test_the_uncertainty_of_a_total(made: tuple[Project, Results]) -> None:
    totals = made[1].account_totals
    assert totals is not None
    row = totals[(totals["unit"] == "C4") & (totals["year"] == 2023) & (totals["variable"] == "co2")].iloc[0]
    coal, gas, power = amounts()["C4", 2023]
    parts = [
        (coal * 1e3 * COAL, 0.05),
        (gas * 10 * GAS, np.hypot(0.02, 0.01)),
        (power * 1e3 * 0.5306, np.hypot(0.01, 0.05)),
    ]
    assert row["uncertainty"] == pytest.approx(np.sqrt(sum((mass * share) ** 2 for mass, share in parts)), rel=1e-9)
    assert (row["state"], row["stated"], row["lines"]) == ("complete", 1, 3)
    assert row[["removals", "sold", "net"]].isna().all()  # not asked for, and not looked at in full


def test_explain_walks_to_the_lines(made: tuple[Project, Results]) -> None:
    results = made[1]
    found = explain(results, "C2", 2022)
    json.dumps(found, allow_nan=False)
    cell = next(c for c in found["tree"][0]["children"][0]["reported"] if c["variable"] == "co2")
    account = cell["accounts"]
    assert [(line["activity"], line["substance"]) for line in account["lines"]] == [
        ("coal", "co2"), ("gas", "co2"), ("power", "co2"),
    ]  # fmt: skip
    assert sum(line["emission"] for line in account["lines"]) == pytest.approx(by_hand()["C2", 2022], rel=1e-9)
    assert account["lines"][0]["row"] == 6
    english = "\n".join(walk(found, results.framework, "en"))
    assert "CO2 emissions [co2] 2022: " in english
    assert "← gross emissions (co2, scopes 1, 2), 3 lines" in english
    assert "coal (co2, scope 1): 4,800 t × 1.9003 kg/kg (raw_coal; GB/T 2589-2008" in english
    assert "= 9,121.43 t ±5 % ← data.csv row 6, column coal_kt" in english
    chinese = "\n".join(walk(found, results.framework, "zh"))
    assert "总排放量（co2，范围 1, 2），3 行账目" in chinese
    assert "± " not in chinese


def test_the_sum_over_units_of_a_run_is_refused_where_it_counts_twice(made: tuple[Project, Results]) -> None:
    lines = made[1].accounts
    assert lines is not None
    with pytest.raises(InputError, match="scopes 1 and 2 of 6 units"):
        total(lines, substance="co2", scopes=[1, 2], year=2023)
    whole = total(lines, substance="co2", scopes=[1, 2], year=2023, purchased_from_outside=True)
    assert whole.value == pytest.approx(sum(value for (_, year), value in by_hand().items() if year == 2023), rel=1e-9)


def test_a_rerun_gives_equal_tables(made: tuple[Project, Results]) -> None:
    found = verify(made[0].out, rerun=True)
    assert found.same
    assert {"accounts.csv", "account_totals.csv"} <= {entry.path for entry in found.checked if entry.what == "rerun"}
    assert "own.csv" in {entry.path for entry in found.checked if entry.what == "input"}


def test_verify_sees_another_factor(project: Project) -> None:
    run(load(project.path), project.out)
    project.write("own.csv", OWN.replace(",8,kg/t", ",9,kg/t"))
    found = verify(project.out, rerun=True)
    changed = {(entry.what, entry.path) for entry in found.differences}
    assert {("input", "own.csv"), ("rerun", "accounts.csv"), ("rerun", "reported.csv")} <= changed


def test_the_order_of_rows_does_not_matter(project: Project) -> None:
    run(load(project.path), project.out)
    before = {name: (project.out / name).read_bytes() for name in ("account_totals.csv", "scores.csv")}
    head, *rows = (project.folder / "data.csv").read_text(encoding="utf-8").splitlines()
    project.write("data.csv", "\n".join([head, *reversed(rows)]) + "\n")
    run(load(project.path), project.out, overwrite=True)
    assert before == {name: (project.out / name).read_bytes() for name in before}


def test_provinces_come_from_a_roster_column(project: Project) -> None:
    # 2023, kg/kWh: Anhui .6553, Guangdong .4419, Beijing .5554, Sichuan .1564, Yunnan .1333, Hebei .6516
    project.assess(("place: 全国}", "by: province, year: 2023}, extend: nearest"))
    lines = load(project.path).accounts.lines  # type: ignore[union-attr]
    power = lines[(lines["activity"] == "power") & (lines["year"] == 2023)].set_index("unit")
    assert power["factor_value"].tolist() == [0.6553, 0.4419, 0.5554, 0.1564, 0.1333, 0.6516]
    assert power["extended"].tolist() == [""] * 6
    earlier = lines[(lines["activity"] == "power") & (lines["year"] == 2021)]
    assert set(earlier["extended"]) == {"nearest"}
    assert load(project.path).warnings[0].text_key == "accounting.extended"


def test_the_own_year_is_taken_before_the_nearest(project: Project) -> None:
    # Anhui has factors of 2021 and 2023, Guangdong and Yunnan of 2022 and 2023, Hebei of 2023 alone
    project.assess(("place: 全国}", "by: province}, extend: nearest"))
    lines = load(project.path).accounts.lines  # type: ignore[union-attr]
    power = lines[lines["activity"] == "power"].set_index(["unit", "year"])["factor_value"]
    assert [power["C1", year] for year in POWER] == [0.7075, 0.7075, 0.6553]  # 2022: of two as near the earlier
    assert [power["C2", year] for year in POWER] == [0.4403, 0.4403, 0.4419]
    assert [power["C6", year] for year in POWER] == [0.6516, 0.6516, 0.6516]


def test_places_and_years_without_a_factor_are_all_named(project: Project) -> None:
    project.assess(("place: 全国}", "by: province}"))
    said = faults(project)
    assert "for '安徽省' in 2022; there are: 2021, 2023" in said
    assert "for '河北' in 2021, 2022; there are: 2023 (nearest: grid-2023-130000)" in said
    assert "state `extend: nearest`" in said
    assert said.startswith("6 faults")


def test_the_other_series_gives_other_emissions_and_never_fills_in(project: Project) -> None:
    project.assess(("series: statistics", "series: ets"))
    assert (
        "'ets' has no electricity factor for '全国' in 2023; there are: 2021, 2022, ? (nearest: ets-2022-CN)"
        in faults(project)
    )


def test_net_of_removals_without_those_sold(project: Project) -> None:
    project.assess(("co2: {substance: co2, scopes: [1, 2]}", "co2: {substance: co2, of: net}"))
    found = load(project.path)
    values = found.panel.values["co2"]
    # C1: 100 ha × 2.5 t/ha less 50 t sold leave 200 t; nobody else has either
    for (unit, year), gross in by_hand().items():
        assert values[unit, year] == pytest.approx(gross - (200 if unit == "C1" else 0), rel=1e-12)
    totals = found.accounts.totals.set_index(["variable", "unit", "year"])  # type: ignore[union-attr]
    row = totals.loc[("co2", "C1", 2022)]
    assert row[["removals", "sold"]].tolist() == [250, 50]
    assert row["net"] == pytest.approx(row["gross"] - 200)
    lines = found.accounts.lines  # type: ignore[union-attr]
    assert set(lines.loc[(lines["activity"] == "forest") & (lines["unit"] != "C1"), "state"]) == {"absent"}
    results = run(found)
    text = "\n".join(walk(explain(results, "C1"), results.framework, "en"))
    assert "removals 250, sold 50, net" in text
    assert "deal (co2, sold removal): measured 50 t = 50 t" in text
    assert "deal (co2, sold removal): not reported, counts as 0" in "\n".join(
        walk(explain(results, "C2"), results.framework, "en")
    )


def test_the_report_says_what_is_accounted_and_by_which_factors(project: Project) -> None:
    project.assess(("co2: {substance: co2, scopes: [1, 2]}", "co2: {substance: co2, of: net}"))
    results = run(load(project.path))
    labels = Labels(results, "en")
    rows = {(row["unit"], row["label"]): row for row in accounts.totals(labels).rows}
    mine, year = rows["C1", labels.code("co2")], results.rank_year
    assert mine["gross"] == pytest.approx(by_hand()["C1", year], rel=1e-9)
    assert [mine["removals"], mine["sold"], mine["of"]] == [250, 50, "net emissions"]
    assert mine["value"] == pytest.approx(by_hand()["C1", year] - 200, rel=1e-9)
    used = {(row["factor"], row["substance"]): row for row in accounts.factors(labels).rows}
    assert used["raw_coal", "co2"]["value"] == pytest.approx(COAL, rel=1e-9)
    assert {code for code, _ in used if code.startswith("grid")} == {f"grid-{y}-CN" for y in POWER}
    assert (used["grid-2022-CN", "co2"]["years"], used["grid-2022-CN", "co2"]["scope"]) == ("2022", "scope 2")
    assert used["grown", "co2"]["scope"] == "removal"
    for language in ("zh", "en"):
        page = render_report(results, language)
        assert text("report.heading_accounts", language) in page and "made for the tests" in page


def test_a_factor_beyond_its_years_is_told_in_the_report(project: Project) -> None:
    project.assess(("{fuel: raw_coal, also: [coal_so2],", "{fuel: raw_coal, also: [coal_so2], extend: nearest,"))
    (project.path.parent / "own.csv").write_text(OWN.replace("2020,any,any,made", "2020,2022,2022,made"), "utf-8")
    rows = accounts.factors(Labels(run(load(project.path)), "en")).rows
    assert {(row["years"], row["extended"]) for row in rows if row["factor"] == "coal_so2"} == {
        ("2022", ""), ("2021, 2023", "beyond its years"),
    }  # fmt: skip


def test_an_activity_that_is_not_reported_makes_the_total_missing(project: Project) -> None:
    coal = f"{amounts()['C3', 2021][0]:.10g},"
    project.change("data.csv", (f"C3,2021,{coal}", "C3,2021,,"))
    found = load(project.path)
    assert np.isnan(found.panel.values["co2"]["C3", 2021])
    (warning,) = found.warnings
    assert "has no value in 1 unit-years" in warning.message("en")
    assert "C3 in 2021 without coal" in warning.message("en")
    results = run(found)
    cells = explain(results, "C3", 2022)["tree"][0]["children"][1]["reported"]
    states = {line["activity"]: line["state"] for line in cells[0]["accounts"]["lines"]}
    assert states == {"coal": "missing", "gas": "counted", "power": "counted"}
    assert "not reported, so that the total is missing" in "\n".join(
        walk(explain(results, "C3", 2022), results.framework, "en")
    )
    # stated to be nought: counts as 0, and a missing total can be imputed like any variable
    project.assess(("factor_uncertainty: 0.04}", "factor_uncertainty: 0.04, absent: zero}"))
    value = load(project.path).panel.values["co2"]["C3", 2021]
    assert value == pytest.approx(by_hand()["C3", 2021] - amounts()["C3", 2021][0] * 1e3 * COAL, rel=1e-12)


def test_a_unit_that_reports_none_has_no_total(project: Project) -> None:
    coal, gas, power = (f"{x:.10g}" for x in amounts()["C3", 2022])
    project.change("data.csv", (f"C3,2022,{coal},{gas},{power},", "C3,2022,,,,"))
    found = load(project.path)
    assert found.warnings == ()
    lines = found.accounts.lines  # type: ignore[union-attr]
    assert lines[(lines["unit"] == "C3") & (lines["year"] == 2022)].empty
    assert np.isnan(found.panel.values["co2"]["C3", 2022])


def test_a_missing_total_is_imputed_and_breaks_hold(project: Project) -> None:
    coal = f"{amounts()['C3', 2022][0]:.10g},"
    project.change("data.csv", (f"C3,2022,{coal}", "C3,2022,,"))
    project.assess(("  normalisation:", "  imputation: {method: linear}\n  normalisation:"))
    results = run(load(project.path))
    filled = results.treatment[(results.treatment["code"] == "co2") & (results.treatment["step"] == "imputation")]
    expected = (by_hand()["C3", 2021] + by_hand()["C3", 2023]) / 2
    assert filled["after"].tolist() == pytest.approx([expected], rel=1e-9)
    project.change(
        "framework.yaml", ("en: CO2 emissions}, range", "en: CO2 emissions}, breaks: {2023: {zh: 口径, en: x}}, range")
    )
    results = run(load(project.path))
    assert results.treatment[results.treatment["code"] == "co2"].empty  # no gap at a break is interpolated


def test_gases_by_a_named_set(project: Project) -> None:
    project.write("own.csv", OWN + "process,leak,ch4,0.7,kg/m^3,2020,any,any,made for the tests,3,0.5\n")
    project.assess(
        ("  factors: [own.csv]", "  gwp: ar5\n  factors: [own.csv]"),
        ("gas: {fuel: natural_gas,", "gas: {fuel: natural_gas, also: [leak],"),
        ("co2: {substance: co2, scopes: [1, 2]}", "co2: {substance: co2e, scopes: [1, 2]}"),
    )
    values = load(project.path).panel.values["co2"]
    for (unit, year), (_, gas, _) in amounts().items():
        assert values[unit, year] == pytest.approx(by_hand()[unit, year] + 28 * 0.7e-3 * gas * 1e4, rel=1e-12)
    results = run(load(project.path))
    cell = explain(results, "C1")["tree"][0]["children"][0]["reported"][0]
    assert {(line["substance"], line["gwp"]) for line in cell["accounts"]["lines"]} == {("co2", 1), ("ch4", 28)}


def test_the_uncertainty_can_be_a_variable_that_robustness_draws_from(project: Project) -> None:
    project.change("framework.yaml", ("  gdp: {unit", "  spread: {unit_of_measure: kt}\n  gdp: {unit"))
    project.assess(
        ("co2: {substance: co2, scopes: [1, 2]}", "co2: {substance: co2, scopes: [1, 2], uncertainty: spread}"),
        ("weight_noise: 0.2}", "weight_noise: 0.2, indicator_error: {co2: {distribution: normal, from: spread}}}"),
    )
    found = load(project.path)
    totals = found.accounts.totals  # type: ignore[union-attr]
    own = totals[totals["variable"] == "co2"].set_index(["unit", "year"])["uncertainty"]
    assert found.panel.values["spread"]["C5", 2023] == pytest.approx(own["C5", 2023] / 1000, rel=1e-12)
    assert run(found).robustness is not None


def test_what_is_accounted_may_be_reported_in_other_years_and_units_only(project: Project) -> None:
    project.assess(("      coal_kt:", "      co2_t: {variable: co2, unit_of_measure: t}\n      coal_kt:"))
    head, *rows = (project.folder / "data.csv").read_text(encoding="utf-8").splitlines()
    rows = [f"{row},{'7000' if row.startswith('C1,2022') else ''}" for row in rows]
    project.write("data.csv", "\n".join([f"{head},co2_t", *rows]) + "\n")
    assert "data.csv:3  co2_t: co2 of unit C1 in 2022 is reported here and also computed by" in faults(project)
    rows[1] = "C1,2022,,,,,,106,7000"
    project.write("data.csv", "\n".join([f"{head},co2_t", *rows]) + "\n")
    found = load(project.path)
    assert found.panel.values["co2"]["C1", 2022] == 7000
    assert found.panel.values["co2"]["C1", 2023] == pytest.approx(by_hand()["C1", 2023])


def test_a_workbook_reports_activities_too(project: Project) -> None:
    table = pd.read_csv(project.folder / "data.csv")
    table.to_excel(project.folder / "data.xlsx", sheet_name="数据", index=False, engine="xlsxwriter")
    project.assess(("path: data.csv", "path: data.xlsx\n    sheet: 数据"))
    results = run(load(project.path))
    lines = results.accounts
    assert lines is not None
    assert set(zip(lines["file"], lines["sheet"], strict=True)) - {("", "")} == {("data.xlsx", "数据")}
    assert reported(results, "co2")["C2", 2022] == pytest.approx(by_hand()["C2", 2022], rel=1e-9)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_report_and_map_are_made(language: str, project: Project) -> None:
    project.draw()
    project.assess(("map: false, report: []", "map: true, report: [html, xlsx]"))
    run(load(project.path), project.out, language=language)
    assert (project.out / "map.html").is_file()
    assert (project.out / "report.xlsx").is_file()
    page = (project.out / "report.html").read_text(encoding="utf-8")
    assert "own.csv" in page
    assert {"zh": "排放因子", "en": "emission factors"}[language] in page


def test_the_command_checks_and_explains(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    assert entry(["check", str(project.path), "--lang", "en"]) == 0
    assert entry(["run", str(project.path), "--out", str(project.out), "--lang", "zh", "--quiet"]) == 0
    assert entry(["explain", str(project.out), "C1", "--lang", "zh"]) == 0
    assert "coal（co2，范围 1）：3,300 吨 × 1.9003 千克/千克（raw_coal，" in capsys.readouterr().out
    assert entry(["verify", str(project.out), "--rerun", "--lang", "en"]) == 0
