"""Diagnosis: by hand, and by scoring again what it says would happen."""

from typing import Any

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy import stats

from evaluate.diagnosis import diagnose, lifts, progress, rank_bounds, standings
from evaluate.diagnosis.lift import first_crossing
from evaluate.diagnosis.progress import neighbours
from evaluate.scoring.again import used_weights
from evaluate.scoring.scores import Scores
from indicators.panel import Panel
from tests.evaluate.scoring.builder import by_unit, framework, panel, scored

TREE = {"d": {"a": 0.5, "b": 0.5}, "e": {"c": 1}}
POSTS = {code: {"goalposts": [0, 100]} for code in "abc"}
BY_GOALPOSTS: dict[str, Any] = {"normalisation": {"method": "goalposts"}}


def rows(table: pd.DataFrame, **keys: str) -> pd.DataFrame:
    for name, value in keys.items():
        table = table[table[name] == value]
    return table


def test_obstacles_by_hand() -> None:
    # weights .25 .25 .5; u: 1 − x = .6 .2 .1, so O = .15 .05 .05 of .25; v is at the top
    scores = scored(panel("unit a b c\nu 40 80 90\nv 100 100 100\nw 0 - 50"), framework(TREE, POSTS), **BY_GOALPOSTS)
    table = standings(scores).set_index(["unit", "code"])
    assert table.loc["u", "obstacle"].round(9).to_dict() == {"a": 0.6, "b": 0.2, "c": 0.2, "d": 0.8, "e": 0.2}
    assert table.loc["v", "obstacle"].isna().all()
    assert set(table.loc["v", "reason"]) == {"all_at_the_top"}
    # without b, a has its weight: .5 · 1 and .5 · .5
    assert table.loc["w", "obstacle"].dropna().round(9).to_dict() == {
        "a": round(2 / 3, 9), "c": round(1 / 3, 9), "d": round(2 / 3, 9), "e": round(1 / 3, 9),
    }  # fmt: skip
    assert set(table.loc["u", "reason"]) == {""}


def test_scores_without_bounds_are_brought_to_the_extremes_of_the_run() -> None:
    text = "unit a b c\nu 1 5 9\nv 2 4 8\nw 3 6 4"
    scores = scored(panel(text), framework(TREE), normalisation={"method": "z_score"})
    table = standings(scores).set_index(["unit", "code"])["obstacle"]
    # x of u: a (1 − 1)/2 = 0, b (5 − 4)/2 = .5, c 1
    assert table["u"].round(9).to_dict() == {"a": round(2 / 3, 9), "b": round(1 / 3, 9), "c": 0, "d": 1, "e": 0}


def test_scores_beyond_the_bounds_are_no_more_than_full() -> None:
    scores = scored(
        panel("unit a b c\nu 150 0 50\nv 10 10 10"), framework(TREE, POSTS),
        normalisation={"method": "goalposts", "out_of_range": "extend"},
    )  # fmt: skip
    table = standings(scores).set_index(["unit", "code"])["obstacle"]
    assert table["u"].round(9).to_dict() == {"a": 0, "b": 0.5, "c": 0.5, "d": 0.5, "e": 0.5}


def test_effective_weights_of_a_unit_sum_to_1_whatever_is_missing() -> None:
    scores = scored(panel("unit a b c\nu 1 - 3\nv 4 2 5"), framework(TREE))
    from evaluate.scoring.again import groups

    (group,) = groups(scores)
    weights = used_weights(scores, group)
    assert weights["a"].tolist() == [0.5, 0.25] and weights["b"].tolist() == [0, 0.25]
    assert sum(weights[c] for c in "abc").tolist() == [1, 1]


def test_percentiles_and_distances_are_those_of_other_programs() -> None:
    values = [10.0, 20, 20, 40, 50, 90]
    text = "unit a b c\n" + "\n".join(f"u{i} {v} 1 {i}" for i, v in enumerate(values))
    table = standings(scored(panel(text), framework(TREE, POSTS), **BY_GOALPOSTS)).set_index(["code", "unit"]).loc["a"]
    # scipy counts the unit itself; among the others it is (p·n/100 − 1/2)/(n − 1) for mean ranks
    theirs = [(stats.percentileofscore(values, v, "mean") / 100 * 6 - 0.5) / 5 for v in values]
    assert table["percentile"].tolist() == pytest.approx(theirs)
    distance = (np.array(values) - np.median(values)) / np.std(values, ddof=1)
    assert table["distance"].tolist() == pytest.approx(distance.tolist())
    assert table["standing"].tolist() == ["weakness", "", "", "", "strength", "strength"]


def test_equal_scores_and_few_peers_have_no_strength() -> None:
    text = "unit a b c\n" + "\n".join(f"u{i} 5 {i} {i}" for i in range(6))
    table = rows(standings(scored(panel(text), framework(TREE, POSTS), **BY_GOALPOSTS)), code="a")
    assert table["percentile"].tolist() == [0.5] * 6
    assert table["distance"].isna().all() and not table["standing"].any()
    few = standings(scored(panel(text.rsplit("\n", 2)[0]), framework(TREE, POSTS), **BY_GOALPOSTS))
    assert few["percentile"].isna().all() and not few["standing"].any()


def test_a_lift_by_hand() -> None:
    # composites: u .25·40 + .25·80 + .5·60 = 60, v 66; a needs 24 points more, b 20 is too many, c 12 more
    text = "unit a b c\nu 40 80 60\nv 64 80 60\nw 90 90 90"
    table = lifts(scored(panel(text), framework(TREE, POSTS), **BY_GOALPOSTS)).set_index(["unit", "code"])
    assert table.loc[("u", "a"), ["needed", "change", "target", "ahead"]].tolist() == [
        pytest.approx(64, abs=1e-9), pytest.approx(24, abs=1e-9), 66, "v",
    ]  # fmt: skip
    assert table.loc[("u", "b"), "outcome"] == "not_enough"
    assert table.loc[("u", "c"), "needed"] == pytest.approx(72, abs=1e-9)
    # 24 of a standard deviation of 25.007, 12 of one of 17.32
    assert table.loc[("u", "c"), "deviations"] == pytest.approx(12 / np.std([60, 60, 90], ddof=1))
    assert table["smallest"].to_dict()["u", "c"] == 1 and table.loc["u", "smallest"].sum() == 1
    assert table.loc[("w", ""), "outcome"] == "first"
    assert len(table.loc["w"]) == 1


def panel_of(count: int, seed: int, gaps: bool = True) -> Panel:
    rng = np.random.default_rng(seed)
    table = pd.DataFrame(
        {"unit": [f"u{i:02d}" for i in range(count)], **{c: np.exp(rng.normal(size=count)) for c in "abc"}}
    )
    if gaps:
        table.loc[2::6, "b"] = np.nan
    units = table[["unit"]].assign(type=[("x", "y")[i % 2] for i in range(count)])
    return Panel.from_frame(table, units, year=2020)


METHODS: dict[str, dict[str, Any]] = {
    "arithmetic": {},
    "geometric": {
        "normalisation": {"method": "min_max", "bounds": [1, 100]},
        "aggregation": {"indicators": {"method": "harmonic"}, "dimensions": {"method": "geometric"}},
    },
    "z-scores by type": {"normalisation": {"method": "z_score", "reference": "type"}},
    "winsorised": {"outliers": {"method": "winsorise", "skewness": 0.5, "kurtosis": 0.1, "limit": 3}},
    "in steps": {"normalisation": {"method": "percentile_rank"}},
    "vetoed": {"veto": {"a": {"below": 0.8, "cap": 30}, "b": {"above": 2, "cap": 45}}},
    "goalposts": {"normalisation": {"method": "goalposts", "bounds": [1, 100]}},
}
INDICATORS = {
    "a": {"goalposts": [0, 3]},
    "b": {"direction": "negative", "scale": "log", "goalposts": [9, 0.1]},
    "c": {"direction": "target", "target": 1.2, "goalposts": [8, 1.2]},
}


@pytest.mark.parametrize("name", METHODS)
def test_what_lifts_a_unit_does_when_it_is_scored_again_and_a_little_less_does_not(name: str) -> None:
    table = panel_of(20, seed=7)
    definition = framework(TREE, INDICATORS, types={"x": {"weights": {"d": 2}}, "y": {}})
    first = scored(table, definition, **METHODS[name])
    found = lifts(first)
    reachable = rows(found, outcome="reachable")
    assert len(reachable) > 8
    composite = by_unit(first, digits=14)
    for row in reachable.itertuples():
        for share, enough in ((1.0, True), (1 - 1e-6, False)):
            value = row.value + share * (row.needed - row.value)
            values = table.values.copy()
            values.loc[(row.unit, 2020), row.code] = row.needed if enough else value
            again = scored(
                Panel.from_frame(values.reset_index(), table.units), definition, first.fitted, **METHODS[name]
            )
            made = by_unit(again, digits=14)[row.unit]
            if enough or row.deviations < 1e-6:
                assert made >= row.target * (1 - 1e-9), row
                ranks = [s.scores.set_index("unit").loc[row.unit, "rank_in_type"] for s in (first, again)]
                assert ranks[1] < ranks[0]
            else:
                assert made < row.target, row
        ahead = composite[str(row.ahead)]
        assert composite[str(row.unit)] < ahead == pytest.approx(row.target, rel=1e-9)


@pytest.mark.slow
@pytest.mark.parametrize("name", METHODS)
def test_what_is_not_enough_is_not_enough_at_any_known_value(name: str) -> None:
    table = panel_of(16, seed=3, gaps=False)
    definition = framework(TREE, INDICATORS, types={"x": {}, "y": {}})
    first = scored(table, definition, **METHODS[name])
    for row in rows(lifts(first), outcome="not_enough").itertuples():
        known = [*table.values[row.code], definition.indicators[str(row.code)].goalposts[1]]  # type: ignore[index]
        for value in known:
            values = table.values.copy()
            values.loc[(row.unit, 2020), row.code] = value
            again = scored(
                Panel.from_frame(values.reset_index(), table.units), definition, first.fitted, **METHODS[name]
            )
            assert by_unit(again, digits=14)[row.unit] < row.target


def test_why_an_indicator_cannot_lift_is_named() -> None:
    text = "unit a b c f\nu 40 - 60 1\nv 50 80 60 3\nw 90 90 90 2"
    definition = framework({"d": {"a": 1, "b": 1}, "e": {"c": 1, "f": 0}}, {**POSTS, "f": {"goalposts": [0, 9]}})
    table = lifts(scored(panel(text), definition, **BY_GOALPOSTS)).set_index(["unit", "code"])
    assert table.loc["u", "outcome"].to_dict() == {"a": "reachable", "b": "missing", "c": "reachable", "f": "no_weight"}
    best = lifts(
        scored(panel("unit a c\nu 100 10\nv 20 100"), framework({"d": {"a": 1}, "e": {"c": 1}}, POSTS), **BY_GOALPOSTS)
    )
    assert best.set_index(["unit", "code"]).loc["u", "outcome"].to_dict() == {"a": "at_best", "c": "reachable"}


def test_a_clipped_value_is_said_to_be_flat() -> None:
    # u lies 20 below the worst goalpost; the first 20 points earn nothing
    text = "unit a c\nu -20 50\nv 10 50\nw 90 90"
    table = lifts(scored(panel(text), framework({"d": {"a": 1}, "e": {"c": 1}}, POSTS), **BY_GOALPOSTS))
    table = table.set_index(["unit", "code"])
    assert table.loc[("u", "a"), "flat"] == 1 and table.loc[("u", "c"), "flat"] == 0
    assert table.loc[("u", "a"), "needed"] == pytest.approx(10, abs=1e-9)


@pytest.mark.parametrize("method", ["topsis", "copeland", "mpi"])
def test_methods_that_compare_units_are_inverted_too(method: str, monkeypatch: pytest.MonkeyPatch) -> None:
    table = panel_of(14, seed=2, gaps=False)
    raw: dict[str, Any] = {
        "normalisation": {"method": "min_max", "bounds": [1, 100]}, "aggregation": {"indicators": {"method": method}},
    }  # fmt: skip
    definition = framework(TREE, INDICATORS, types={"x": {}, "y": {}})
    first = scored(table, definition, **raw)
    for row in rows(lifts(first), outcome="reachable").itertuples():
        values = table.values.copy()
        values.loc[(row.unit, 2020), row.code] = row.needed
        again = scored(Panel.from_frame(values.reset_index(), table.units), definition, first.fitted, **raw)
        assert by_unit(again, digits=14)[str(row.unit)] >= row.target * (1 - 1e-9)
    monkeypatch.setattr("evaluate.diagnosis.lift.LARGEST", 10)
    outcomes = set(lifts(first)["outcome"])
    assert ("too_many" in outcomes) == (method != "mpi")


def test_ties_are_lifted_past_together_and_nobody_is_ahead_of_the_first() -> None:
    text = "unit a c\nu 10 50\nv 10 50\nw 90 90\nz 90 90"
    table = lifts(scored(panel(text), framework({"d": {"a": 1}, "e": {"c": 1}}, POSTS), **BY_GOALPOSTS))
    assert set(rows(table, unit="u")["ahead"]) == {"w"} == set(rows(table, unit="v")["ahead"])
    assert rows(table, outcome="first")["unit"].tolist() == ["w", "z"]


def test_a_veto_that_the_value_lifts_is_lifted() -> None:
    # a below 30 caps u at 20; a = 30 sets it free: (30 + 80)/2 = 55 is more than the 50 of v
    text = "unit a c\nu 10 80\nv 50 50\nw 90 90"
    definition = framework({"d": {"a": 1}, "e": {"c": 1}}, POSTS)
    scores = scored(panel(text), definition, **BY_GOALPOSTS, veto={"a": {"below": 30, "cap": 20}})
    table = lifts(scores).set_index(["unit", "code"])
    assert table.loc[("u", "a"), "needed"] == pytest.approx(30, abs=1e-9)
    assert table.loc[("u", "c"), "outcome"] == "not_enough"


def test_the_first_crossing_is_found_where_a_score_falls_again() -> None:
    def hill(rows: np.ndarray, share: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        made = np.sin(2.5 * np.pi * share) + rows * 0
        return made, made

    found = first_crossing(hill, np.arange(3), np.array([0.5, 1.5, 0.0]))
    assert found[0] == pytest.approx(np.arcsin(0.5) / (2.5 * np.pi), abs=1e-11)
    assert np.isnan(found[1])
    assert found[2] <= 1e-12


def test_neighbours_are_the_nearest_with_ties_in_order() -> None:
    rng = np.random.default_rng(0)
    start = np.round(rng.normal(size=30), 1)
    for place, near in enumerate(neighbours(start, 5)):
        gaps = sorted((abs(start[other] - start[place]), other) for other in range(30) if other != place)
        assert near.tolist() == [other for _, other in gaps[:5]]
    assert neighbours(np.array([1.0, 2, 3, 9]), 5).shape == (4, 1)


def course(values: dict[str, tuple[float, float]], kinds: dict[str, str] | None = None) -> Scores:
    table = pd.DataFrame([(u, y, v, v) for u, pair in values.items() for y, v in zip((2019, 2020), pair, strict=True)],
                         columns=["unit", "year", "a", "c"]).dropna()  # fmt: skip
    roster = pd.DataFrame({"unit": list(values), "type": [(kinds or {}).get(u, "") for u in values]})
    definition = framework({"d": {"a": 1}, "e": {"c": 1}}, POSTS, types={k: {} for k in set((kinds or {}).values())})
    return scored(Panel.from_frame(table, roster, period=(2019, 2020)), definition, **BY_GOALPOSTS)


COURSE: dict[str, tuple[float, float]] = {
    "u1": (90, 91), "u2": (88, 88), "u3": (86, 90), "u4": (20, 60), "u5": (22, 50), "u6": (18, 40), "u7": (25, 45),
}  # fmt: skip


def test_early_movers_are_compared_with_early_movers() -> None:
    table = progress(course(COURSE), nearest=2).set_index("unit")
    # u1 is compared with u2 (0) and u3 (+4), not with those that rose by 20 to 40 from the bottom
    assert table.loc["u1", ["peers", "from", "to", "expected", "ahead"]].tolist() == [2, 86, 88, 2, -1]
    assert table.loc["u1", "standing"] == 0.5
    assert table.loc["u4", ["from", "to", "expected", "ahead"]].tolist() == [18, 22, 25, 15]
    assert table.loc["u4", "standing"] == 1.0
    assert (table["start_year"] == 2019).all() and (table["rule"] == "matched").all()


def test_the_regression_on_the_start_is_that_of_statsmodels() -> None:
    table = progress(course(COURSE), rule="regression").set_index("unit")
    start, end = (np.array([pair[i] for pair in COURSE.values()], dtype=float) for i in (0, 1))
    fitted = sm.OLS(end - start, sm.add_constant(start)).fit()
    assert table["expected"].tolist() == pytest.approx(fitted.fittedvalues.tolist(), abs=1e-10)
    assert table["ahead"].tolist() == pytest.approx(fitted.resid.tolist(), abs=1e-10)
    assert table.loc[table["ahead"].idxmax(), "standing"] == 1


def test_peers_are_of_the_own_type_and_of_both_years() -> None:
    kinds = {unit: "x" if unit < "u4" else "y" for unit in COURSE}
    table = progress(course({**COURSE, "u8": (np.nan, 50)}, {**kinds, "u8": "y"})).set_index("unit")
    assert "u8" not in table.index
    assert table.loc["u1", "peers"] == 1 and table.loc["u1", "from"] == 88
    alone = progress(course({"u1": (10, 20)}))
    assert alone["peers"].tolist() == [0] and alone["expected"].isna().all()
    assert progress(scored(panel("unit a b c\nu 1 2 3\nv 2 3 4"), framework(TREE))).empty


def test_bounds_of_a_rank_by_hand() -> None:
    # z misses b: with 0 it has .25·40 + .5·60 = 40, with 100 it has 65
    text = "unit a b c\nu 20 20 20\nv 50 50 50\nw 60 60 60\ny 90 90 90\nz 40 - 60"
    scores = scored(panel(text), framework(TREE, POSTS), **BY_GOALPOSTS, coverage={"unit": 0.9})
    (row,) = rank_bounds(scores).to_dict("records")
    assert (row["unit"], row["indicators"], row["missing"], row["ranked"]) == ("z", 3, 1, 4)
    assert (row["lowest"], row["highest"]) == (40, 65)
    # behind v, w, y at worst; behind y at best
    assert (row["best_rank"], row["worst_rank"]) == (2, 4)
    assert row["reason"] == ""


@pytest.mark.parametrize("name", ["arithmetic", "geometric", "z-scores by type", "goalposts", "in steps"])
def test_a_score_lies_within_its_bounds_whatever_was_missing(name: str) -> None:
    table = panel_of(20, seed=11, gaps=False)
    definition = framework(TREE, INDICATORS, types={"x": {}, "y": {}})
    whole = scored(table, definition, **METHODS[name])
    values = table.values.copy()
    gone = {"u02": "a", "u05": "b", "u11": "c"}
    for unit, code in gone.items():
        values.loc[(unit, 2020), code] = np.nan
    less = scored(Panel.from_frame(values.reset_index(), table.units), definition, whole.fitted,
                  **METHODS[name], coverage={"unit": 0.9})  # fmt: skip
    table_of = rank_bounds(less).set_index("unit")
    assert set(table_of.index) == set(gone)
    for unit, row in table_of.iterrows():
        assert row["lowest"] - 1e-9 <= by_unit(whole, digits=14)[str(unit)] <= row["highest"] + 1e-9
        assert 1 <= row["best_rank"] <= row["worst_rank"] <= row["ranked"] + 1


def test_values_that_cannot_be_scored_count_as_missing_and_a_refusal_is_told() -> None:
    posts = {**POSTS, "a": {"goalposts": [1, 100], "scale": "log"}}
    text = "unit a b c\nu 20 20 20\nv 50 50 50\nz -1 - 60"
    scores = scored(panel(text), framework(TREE, posts), **BY_GOALPOSTS, coverage={"unit": 0.9})
    assert rank_bounds(scores)["missing"].tolist() == [2]
    geometric = {"aggregation": {"indicators": {"method": "geometric"}}}
    refused = scored(panel(text), framework(TREE, posts), **BY_GOALPOSTS, **geometric, coverage={"unit": 0.9})
    (row,) = rank_bounds(refused, "zh").to_dict("records")
    assert "大于 0" in row["reason"] and np.isnan(row["lowest"])


def test_there_are_no_bounds_where_a_higher_score_may_lower_the_composite() -> None:
    # with a = 1 and two others missing, mpi is 1 where these score 1, 34 − .667·9801/102 = −30 where one scores 100
    text = "unit a b c\nu 20 20 20\nv 50 50 50\nz 1 - -"
    penalised = {"aggregation": {"indicators": {"method": "mpi"}, "dimensions": {"method": "arithmetic"}}}
    one = framework({"d": {"a": 1, "b": 1, "c": 1}}, POSTS)
    scores = scored(panel(text), one, **BY_GOALPOSTS, **penalised, coverage={"unit": 0.9})
    (row,) = rank_bounds(scores).to_dict("records")
    assert row["missing"] == 2 and "mpi" in row["reason"]
    assert all(pd.isna(row[name]) for name in ("lowest", "highest", "best_rank", "worst_rank"))


def test_nothing_depends_on_the_order_of_the_rows_and_every_column_is_there() -> None:
    table = panel_of(18, seed=5)
    definition = framework(TREE, INDICATORS, types={"x": {}, "y": {}})
    mixed = Panel.from_frame(table.values.reset_index().sample(frac=1, random_state=1), table.units.iloc[::-1])
    one, other = (diagnose(scored(p, definition, coverage={"unit": 0.9})) for p in (table, mixed))
    for name in ("standings", "lifts", "progress", "rank_bounds"):
        pd.testing.assert_frame_equal(getattr(one, name), getattr(other, name), rtol=1e-12)


def test_one_unit_is_diagnosed_without_a_fault() -> None:
    found = diagnose(scored(panel("unit a b c\nu 1 2 3"), framework(TREE)))
    assert found.lifts["outcome"].tolist() == ["first"]
    assert found.progress.empty and found.rank_bounds.empty
    assert found.standings["percentile"].isna().all()
