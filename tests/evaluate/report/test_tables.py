"""The tables that page and workbook share: numbers by hand and from scipy."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from evaluate.report import coherence, profiles, quality, tables
from evaluate.report.html import render_report
from evaluate.report.parts import Labels, Table, significant, written, years_said
from tests.evaluate.report.builder import make

LAST = 2020


def labels(language: str = "en", **options: object) -> Labels:
    return Labels(make(**options), language)  # type: ignore[arg-type]


def column(table: Table, key: str) -> list[object]:
    return [row[key] for row in table.rows]


def test_who_is_not_scored_stands_with_type_cohort_and_reason() -> None:
    table = tables.unscored(labels(units=10, unscored=3, nasty=False))
    # units 8, 9, 10: types alternate from 'mine', batches run 2010, 2013, none
    assert [(r["unit"], r["type"], r["cohort:batch"]) for r in table.rows] == [
        ("0009", "Resource", ""), ("0008", "Industrial", "2013"), ("0010", "Industrial", "2010"),
    ]  # fmt: skip
    assert set(column(table, "reason")) == {"has 1 of 3 indicators, 80% are required"}


def test_a_unit_without_a_recorded_reason_is_still_listed() -> None:
    results = make(units=6, unscored=1)
    results = replace(results, excluded=results.excluded[results.excluded["what"] != "unit"])
    (row,) = tables.unscored(Labels(results, "en")).rows
    assert row["reason"] == "The run records no reason."


def test_reasons_draw_units_of_one_type_together() -> None:
    table = tables.unscored_reasons(labels(units=10, unscored=3, nasty=False))
    assert [(r["type"], r["count"], r["names"]) for r in table.rows] == [
        ("Resource", 1, "City 8"), ("Industrial", 2, "City 7, City 9"),
    ]  # fmt: skip


def test_coverage_counts_by_type_and_cohort() -> None:
    table = tables.coverage(labels(units=10, unscored=3, nasty=False))
    counted = {(r["by"], r["group"]): (r["units"], r["scored"], r["unscored"]) for r in table.rows}
    assert counted[("All units", "All units")] == (10, 7, 3)
    assert counted[("Type", "Resource")] == (5, 4, 1)
    # batches by n mod 3 for n = 0 … 9: 2010 has 4 units, 2013 and none 3 each; units 7, 8, 9 are not scored
    assert counted[("batch", "2010")] == (4, 3, 1)
    assert counted[("batch", "not stated")] == (3, 2, 1)
    named = {(r["by"], r["group"]): r["names"] for r in table.rows}
    assert named[("batch", "2013")] == "City 7"
    assert named[("batch", "not stated")] == ""


def test_the_ranking_holds_what_a_reader_needs() -> None:
    table = tables.ranking(labels(nasty=False))
    keys = [c.key for c in table.columns]
    assert keys[:4] == ["rank_in_type", "name", "unit", "type"]
    assert keys[4:8] == ["composite", "grade_label", "interval", "tier"]
    assert keys[8:] == ["carbon", "other", "air", "growth", "mark"]
    mine = table.of("mine")
    assert "type" not in [c.key for c in mine.columns]
    assert column(mine, "rank_in_type") == list(range(1, 12))
    assert [r["composite"] for r in mine.rows] == sorted((r["composite"] for r in mine.rows), reverse=True)
    capped = next(r for r in table.rows if r["unit"] == "0003")
    assert capped["mark"] == "veto: <b>above</b> 5; capped at 60"


def test_a_veto_that_could_not_be_checked_is_marked() -> None:
    results = make()
    more = pd.DataFrame([("veto", "0005/intensity", LAST, "could not be checked")], columns=results.excluded.columns)
    results = replace(results, excluded=pd.concat([results.excluded, more]))
    assert tables.caps(Labels(results, "en"))["0005"] == "could not be checked"


def test_ranks_overall_only_where_types_compare() -> None:
    assert "rank" not in [c.key for c in tables.ranking(labels(comparable=False)).columns]
    table = tables.ranking(labels(comparable=True))
    assert "rank" in [c.key for c in table.columns]
    assert sorted(column(table, "rank")) == list(range(1, 23))
    assert "rank" not in [c.key for c in tables.ranking(labels(comparable=True, typed=False)).columns]


def test_grades_are_named_in_the_readers_language() -> None:
    shown = {(r["grade"], r["grade_label"]) for r in tables.ranking(labels("zh")).rows}
    assert shown <= {(1, "差"), (2, "中"), (3, "好")}


def test_tiers_hold_every_ranked_unit_once() -> None:
    made = labels(nasty=False)
    table = tables.tiers(made)
    assert sum(column(table, "count")) == 24 - 2  # type: ignore[arg-type]
    first = table.of("mine").rows[0]
    # the builder puts ranks 1 to 4 into tier 1
    assert (first["tier"], first["count"], first["ranks"]) == (1, 4, "1–4")
    ranked = tables.ranking(made).of("mine").rows
    assert first["units"] == ", ".join(str(r["name"]) for r in ranked[:4])
    assert first["scores"] == f"{ranked[3]['composite']:.2f}–{ranked[0]['composite']:.2f}"
    assert tables.tiers(labels(robust=False)).rows == []


def test_weights_stand_down_the_tree_with_effective_ones() -> None:
    table = tables.weights(labels())
    assert [(r["code"], r["depth"]) for r in table.rows] == [
        ("carbon", 0), ("intensity", 1), ("other", 0), ("air", 1), ("so2_change", 2), ("growth", 1), ("wealth", 2),
    ]  # fmt: skip
    air = next(r for r in table.rows if r["code"] == "air")
    # other weighs 0.3 for mines and 0.5 for mills; air has 0.6 of it
    assert air["effective:mine"] == pytest.approx(0.18)
    assert air["effective:mill"] == pytest.approx(0.3)
    assert [c.group for c in table.columns] == ["", "", "Resource", "Resource", "Industrial", "Industrial"]


def test_weights_that_differ_by_year_are_those_of_the_rank_year() -> None:
    results = make(typed=False)
    old, new = results.weights.assign(year=LAST - 1), results.weights.assign(year=LAST)
    old["weight"] = 0.0
    made = Labels(replace(results, weights=pd.concat([new, old])), "en")
    assert tables.weights(made).rows[0]["weight:"] == 0.5
    assert "2020" in tables.weights(made).note


def test_time_course_by_hand() -> None:
    results = make(units=6, unscored=0, typed=False)
    scores = results.scores.copy()
    scores.loc[scores["year"] == LAST, "composite"] = [10.0, 20.0, 30.0, 40.0, 50.0, 90.0]
    row = tables.time_course(Labels(replace(results, scores=scores), "en")).rows[-1]
    assert (row["year"], row["count"], row["mean"], row["median"]) == (LAST, 6, 40.0, 35.0)
    # a quarter of five steps is 1.25 steps above 10
    assert (row["p25"], row["p75"]) == (22.5, 47.5)


def test_correlations_are_scipys() -> None:
    made = labels(comparable=False)
    table, _ = coherence.correlations(made)
    ranked = made.results.ranking()
    assert made.results.correlates is not None
    held = made.results.correlates.query("year == @LAST").set_index("unit")["wealth"]
    scopes = [ranked[ranked["type"] == "mine"], ranked[ranked["type"] == "mill"]]
    assert [c.group for c in table.columns[2::2]] == ["Resource (11)", "Industrial (11)"]
    for place, part in enumerate(scopes):
        for row, values in ((table.rows[0], part["carbon"]), (table.rows[-1], held.loc[part["unit"]])):
            theirs = stats.pearsonr(part["composite"], values).statistic
            assert row[f"pearson:{place}"] == pytest.approx(theirs, abs=1e-12)
            theirs = stats.spearmanr(part["composite"], values).statistic
            assert row[f"spearman:{place}"] == pytest.approx(theirs, abs=1e-12)
    assert [r["item"] for r in table.rows] == ["Carbon", "Other", "Air", "Growth", "Size of the economy"]


def test_spearman_shares_ranks_among_ties() -> None:
    x, y = np.array([1.0, 2, 2, 3, 9]), np.array([4.0, 4, 1, 7, 2])
    assert coherence.spearman(x, y) == pytest.approx(stats.spearmanr(x, y).statistic, abs=1e-12)


@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_a_correlation_beyond_the_limit_is_warned_of(sign: float) -> None:
    results = make(typed=False)
    scores = results.scores.set_index(["unit", "year"])["composite"]
    assert results.correlates is not None
    wealth = results.correlates.set_index(["unit", "year"])["wealth"]
    wealth = (sign * scores**3).reindex(wealth.index)
    made = Labels(replace(results, correlates=wealth.rename("wealth").reset_index()), "en")
    _, warned = coherence.correlations(made)
    assert warned[0].correlate
    said = "a ranking" if sign > 0 else "the reverse of a ranking"
    assert warned[0].sentence.startswith(f"this ranking is largely {said} of Size of the economy (All units, 22 units")
    assert ("ρ = +1.00" if sign > 0 else "ρ = −1.00") in warned[0].sentence


def test_a_dimension_that_decides_alone_is_warned_of() -> None:
    results = make(typed=False, correlates=False)
    made = Labels(replace(results, scores=results.scores.assign(carbon=results.scores["composite"])), "zh")
    _, warned = coherence.correlations(made)
    assert [w.sentence[:12] for w in warned if "降碳" in w.sentence] == ["综合得分与维度“降碳”高"]


def test_a_dimension_that_the_composite_runs_against_is_not_said_to_dominate() -> None:
    results = make(typed=False, correlates=False)
    made = Labels(replace(results, scores=results.scores.assign(carbon=-results.scores["composite"])), "en")
    _, warned = coherence.correlations(made)
    assert [w.sentence[:44] for w in warned if "Carbon" in w.sentence] == [
        "the composite runs against the dimension Car"
    ]


def test_types_of_a_few_units_are_shown_but_not_warned_of() -> None:
    results = make(units=8, unscored=0, correlates=False)
    made = Labels(replace(results, scores=results.scores.assign(air=results.scores["composite"])), "en")
    table, warned = coherence.correlations(made)
    assert not [w.sentence for w in warned if "Air" in w.sentence]
    assert next(r for r in table.rows if r["item"] == "Air")["pearson:0"] == pytest.approx(1.0)


def test_a_correlate_without_a_label_shows_its_formula() -> None:
    results = make(typed=False)
    assert results.correlates is not None
    manifest = {**results.manifest, "outputs": {**results.manifest["outputs"], "correlates": {"rich": "gdp / 2"}}}
    made = replace(results, manifest=manifest, correlates=results.correlates.rename(columns={"wealth": "rich"}))
    assert coherence.correlations(Labels(made, "en"))[0].rows[-1]["item"] == "rich = gdp / 2"


def test_no_correlation_of_too_few_or_of_a_constant() -> None:
    assert np.isnan(coherence.pearson(np.array([1.0, 2]), np.array([1.0, 2]))[0])
    assert np.isnan(coherence.pearson(np.array([1.0, 2, 3]), np.array([5.0, 5, 5]))[0])


def test_quality_counts_reported_imputed_and_missing() -> None:
    results = make(units=4, unscored=0)
    values = results.values.copy()
    values.loc[:1, "intensity"] = np.nan
    rows = {r["code"]: r for r in quality.indicators(Labels(replace(results, values=values), "en")).rows}
    # 4 units × 5 years; two are missing, one of those that are there rests on an imputed figure
    assert rows["intensity"]["cells"] == 20
    assert rows["intensity"]["missing"] == pytest.approx(2 / 20)
    assert rows["intensity"]["imputed"] == pytest.approx(1 / 20)
    assert rows["intensity"]["reported"] == pytest.approx(17 / 20)
    assert (rows["intensity"]["changed"], rows["wealth"]["changed"]) == (1, 0)


def test_variables_count_what_was_reported_and_filled() -> None:
    rows = {r["code"]: r for r in quality.variables(Labels(make(units=4, unscored=0), "en")).rows}
    assert rows["co2"]["reported"] == pytest.approx(19 / 20)
    assert rows["co2"]["imputed"] == pytest.approx(1 / 20)
    assert rows["gdp"]["reported"] == 1.0


def test_excluded_draws_years_and_units_together() -> None:
    results = make(units=6, unscored=1, nasty=False)
    again = results.excluded[results.excluded["what"] == "unit"].assign(year=LAST - 1)
    rows = quality.excluded(Labels(replace(results, excluded=pd.concat([results.excluded, again])), "en")).rows
    assert [(r["what"], r["label"], r["where"]) for r in rows] == [
        ("unit", "", "City 5 (2019–2020)"),
        ("value", "Carbon intensity", "City 0 (2019)"),
        ("indicator", "Size of the economy", ""),
    ]


def test_every_changed_cell_is_listed() -> None:
    rows = quality.changed(labels(nasty=False)).rows
    assert [(r["unit"], r["step"], r["before"], r["after"]) for r in rows] == [
        ("0001", "imputation", None, 5.0), ("0002", "outliers", 99.0, 12.0), ("0003", "veto", 80.0, 60.0),
    ]  # fmt: skip


def test_marks_bear_the_label_of_the_break() -> None:
    (row,) = quality.marks(labels("zh")).rows
    assert (row["label"], row["break"], row["why"], row["years"]) == ("减排率", 2018, "口径调整", "2018–2020")


def test_profiles_stand_against_the_median_of_the_type() -> None:
    made = labels(units=8, unscored=0, nasty=False)
    first = next(iter(profiles.profiles(made, tables.ranking(made), 100.0)))
    mine = made.results.units.query("type == 'mine'")["unit"]
    values = made.results.values.query("year == @LAST").set_index("unit").loc[mine, "wealth"]
    line = next(line for line in first.lines if line.label.startswith("Size of the economy"))
    assert line.label == "Size of the economy (1e8 CNY)"
    assert line.middle == significant(float(np.median(values)))
    assert line.value == significant(float(values[first.row["unit"]]))
    flagged = {
        (p.row["unit"], ln.label): ln.flags
        for p in profiles.profiles(made, tables.ranking(made), 100.0)
        for ln in p.lines
    }
    assert flagged["0001", "Carbon intensity (t / (1e4 CNY))"] == "‡"
    assert flagged["0002", "Carbon intensity (t / (1e4 CNY))"] == "§"
    assert flagged["0004", "SO2 reduction (%)"] == "†"


@pytest.mark.parametrize(
    ("value", "said"),
    [(0.0, "0"), (1234567.0, "1,234,567"), (0.00123456, "0.001235"), (99.996, "100"), (-0.5, "−0.5"), (1e20, "1e20"),
     (2.5e-7, "2.5e-7")],
)  # fmt: skip
def test_significant_digits(value: float, said: str) -> None:
    assert significant(value) == said


def test_numbers_are_written_by_kind() -> None:
    assert written(-1.234, "signed") == "−1.23"
    assert written(0.05, "share") == "5.0%"
    assert written("<b>", "score") == "<b>"
    assert written(float("nan"), "number") == "–"
    assert years_said([]) == ""


def test_a_type_with_a_single_ranked_unit_is_remarked_upon() -> None:
    assert tables.ranking(labels()).note == ""
    table = tables.ranking(labels(units=5, unscored=2))  # two mines, one mill
    assert [row["kind"] for row in table.rows] == ["mine", "mine", "mill"]
    assert table.note == (
        "A single unit is ranked in these types, so that its rank, interval and tier compare it with nobody: "
        "Industrial."
    )
    said = tables.ranking(labels("zh", units=5, unscored=2)).note
    assert said == "以下类型只有一个单元参加排名，其名次、名次区间和梯队没有比较意义：工业型。"
    assert "A single unit is ranked, so" in tables.ranking(labels(units=3, unscored=2, typed=False)).note


@pytest.mark.parametrize(("language", "said"), [("zh", "吨/万元"), ("en", "t / (1e4 CNY)")])
def test_units_of_measure_are_written_in_the_language_of_the_reader(language: str, said: str) -> None:
    made = labels(language)
    listed = [*quality.indicators(made).rows, *quality.variables(made).rows]
    assert said in [row["unit_of_measure"] for row in listed]
    assert {"zh": "吨", "en": "t"}[language] in [row["unit_of_measure"] for row in listed]
    assert said in render_report(made.results, language)
