"""Coherence of small frameworks, by hand, by other programs and by scoring again without the shortcut."""

from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from evaluate.coherence import coherence_of, pearson, spearman, warnings_of, with_influence
from evaluate.coherence.components import components
from evaluate.coherence.correlation import correlated
from evaluate.coherence.leaving_out import drop_one
from evaluate.coherence.reliability import cronbach
from evaluate.coherence.repeated import sources_of
from evaluate.scoring.scores import Scores
from indicators.framework import Framework
from indicators.panel import Panel
from tests.evaluate.scoring.builder import framework, scored

TREE = {"d": {"a": 0.5, "b": 0.5}, "e": {"c": 0.7, "f": 0.3}}
TYPES = {"x": {"weights": {"d": 3}}, "y": {}}


def made(
    count: int = 24, years: int = 2, seed: int = 1, typed: bool = False, gaps: bool = False, codes: str = "abcf"
) -> Panel:
    rng = np.random.default_rng(seed)
    units = [f"u{i:02d}" for i in range(count)]
    table = pd.DataFrame({"unit": np.repeat(units, years), "year": np.tile(np.arange(2020, 2020 + years), count)})
    common = np.repeat(rng.normal(size=count), years)
    for code in codes:
        table[code] = np.exp(0.5 * common + rng.normal(size=len(table)))
    if gaps:
        table.loc[3::7, "b"] = np.nan
    roster = pd.DataFrame({"unit": units, "type": [("x", "y")[i % 2] if typed else "" for i in range(count)]})
    return Panel.from_frame(table, roster)


def sample(scores: Scores, code: str, kind: str = "") -> np.ndarray:
    rows = scores.rows
    at = rows.scored & (rows.year == scores.values.panel.rank)
    return scores.columns[code][at & (rows.type == kind) if kind else at]


@pytest.mark.parametrize("count", [3, 4, 12, 33, 34, 50])
def test_kendall_is_scipys_with_and_without_ties(count: int) -> None:
    rng = np.random.default_rng(count)
    columns = rng.normal(size=(count, 6))
    columns[:, 1], columns[:, 2] = np.round(columns[:, 1] * 2), np.round(columns[:, 0])
    columns[:, 4], columns[:, 5] = columns[:, 3], -columns[:, 3]
    found = correlated(columns)
    for i in range(6):
        for j in range(6):
            if np.ptp(columns[:, i]) and np.ptp(columns[:, j]):
                theirs = stats.kendalltau(columns[:, i], columns[:, j])
                assert found.kendall[i, j] == pytest.approx(theirs.statistic, abs=1e-12)
                assert found.p_kendall[i, j] == pytest.approx(theirs.pvalue, abs=1e-12)


def test_kendall_by_sorting_and_by_products_agree(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(4)
    columns = np.round(rng.normal(size=(80, 4)), 1)
    columns[:, 3] = 2.0
    one = correlated(columns)
    monkeypatch.setattr("evaluate.coherence.correlation.MANY", 50)
    other = correlated(columns)
    np.testing.assert_allclose(one.kendall, other.kendall, rtol=0, atol=1e-12)
    np.testing.assert_allclose(one.p_kendall, other.p_kendall, rtol=0, atol=1e-12)


def test_columns_without_a_correlation_have_none_at_all() -> None:
    columns = np.array([[1.0, 5, np.nan, 1], [2, 5, 1, 2], [3, 5, 2, 4], [4, 5, np.nan, 8]])
    found = correlated(columns)
    for name in ("pearson", "p_pearson", "spearman", "p_spearman", "kendall", "p_kendall"):
        matrix = getattr(found, name)
        # a constant, and a column that shares two rows with each other one
        assert np.isnan(matrix[1]).all() and np.isnan(matrix[2]).all(), name
        assert np.isfinite(matrix[0, 3]), name
    assert found.n[0, 2] == 2
    assert np.isnan(pearson(np.array([1.0, 2]), np.array([1.0, 2]))[0])
    assert np.isnan(spearman(np.zeros(0), np.zeros(0)))


@pytest.mark.parametrize("columns", [np.zeros((5, 3)), np.full((5, 3), np.nan), np.ones((2, 2)), np.zeros((0, 2))])
def test_nothing_to_measure_gives_no_alpha_and_no_components(columns: np.ndarray) -> None:
    found = cronbach(columns)
    assert np.isnan(found.alpha) and np.isnan(found.standardised)
    assert not len(components(columns).eigenvalues)


def test_a_constant_indicator_has_no_loading_and_is_named() -> None:
    rng = np.random.default_rng(0)
    columns = np.column_stack([rng.normal(size=20), np.full(20, 3.0), rng.normal(size=20)])
    found = components(columns)
    assert found.constant.tolist() == [False, True, False]
    assert np.isnan(found.loadings[1]).all() and np.isfinite(found.loadings[[0, 2]]).all()
    assert found.eigenvalues.sum() == pytest.approx(2)
    assert found.shares.sum() == pytest.approx(1)


def test_levels_and_pairs_are_scipys() -> None:
    scores = scored(made(gaps=True), framework(TREE))
    table = coherence_of(scores).correlations.set_index(["data", "code", "other"])
    assert set(table.index.get_level_values("data")) == {"values", "normalised", "aggregated", "levels"}
    wanted = [
        ("normalised", "a", "b", "siblings"), ("normalised", "a", "c", "pair"), ("levels", "a", "d", "parent"),
        ("levels", "a", "composite", "composite"), ("levels", "d", "composite", "parent"),
        ("aggregated", "d", "e", "siblings"),
    ]  # fmt: skip
    for data, one, other, relation in wanted:
        row = table.loc[(data, one, other)]
        x, y = sample(scores, one), sample(scores, other)
        both = np.isfinite(x) & np.isfinite(y)
        assert (row["relation"], row["n"]) == (relation, both.sum())
        assert row["pearson"] == pytest.approx(stats.pearsonr(x[both], y[both]).statistic, abs=1e-12)
        assert row["p_spearman"] == pytest.approx(stats.spearmanr(x[both], y[both]).pvalue, abs=1e-12)


def test_types_that_cannot_be_compared_are_looked_at_apart() -> None:
    scores = scored(made(typed=True), framework(TREE, types=TYPES))
    assert not scores.comparable
    found = coherence_of(scores)
    assert set(found.alpha["type"]) == set(found.pca["type"]) == {"x", "y"}
    alpha = found.alpha.set_index(["type", "code"])["alpha"]
    both = np.column_stack([sample(scores, "a", "x"), sample(scores, "b", "x")])
    assert alpha["x", "d"] == pytest.approx(2 * (1 - np.trace(np.cov(both.T)) / np.cov(both.T).sum()), abs=1e-12)
    # a single indicator or a whole of four
    assert found.alpha.set_index(["type", "code"]).loc[("x", "composite"), "k"] == 4


METHODS: dict[str, dict[str, Any]] = {
    "arithmetic": {},
    "learning": {"aggregation": {"indicators": {"method": "topsis"}, "dimensions": {"method": "topsis"}}},
    "order only": {"aggregation": {"dimensions": {"method": "copeland"}}},
    "by year": {"normalisation": {"method": "min_max", "reference": "year"}},
    "by type": {"normalisation": {"method": "min_max", "reference": "type", "bounds": [1, 100]}},
    "geometric": {
        "normalisation": {"method": "min_max", "bounds": [1, 100]},
        "aggregation": {"dimensions": {"method": "geometric"}, "indicators": {"method": "harmonic"}},
    },
}


@pytest.mark.parametrize("name", METHODS)
@pytest.mark.parametrize("typed", [False, True])
def test_ranks_without_an_indicator_are_those_of_a_framework_without_it(name: str, typed: bool) -> None:
    table = made(typed=typed, gaps=True)
    types = TYPES if typed else None
    whole = scored(table, framework(TREE, types=types), **METHODS[name])
    found = drop_one(whole).set_index(["type", "code"])
    for gone in "abcf":
        tree = {d: {c: w for c, w in own.items() if c != gone} for d, own in TREE.items()}
        less = scored(table, framework(tree, types=types), **METHODS[name])
        for kind in ("x", "y") if typed else ("",):
            before, after = ({u: r for u, y, r, t in zip(s.scores["unit"], s.scores["year"], s.scores["rank_in_type"],
                                                         s.scores["type"], strict=True) if y == 2021 and t == kind}
                             for s in (whole, less))  # fmt: skip
            row = found.loc[(kind, gone)]
            shared = sorted(set(before) & set(after))
            assert (row["n"], row["lost"]) == (len(shared), len(before) - len(shared))
            if row["lost"] == 0:
                shift = np.abs([before[u] - after[u] for u in shared])
                assert row["mean_shift"] == pytest.approx(shift.mean())
                assert row["max_shift"] == shift.max()


def test_a_unit_that_is_left_without_a_dimension_is_lost_and_the_others_ranked_anew() -> None:
    whole = scored(made(gaps=True), framework(TREE))
    row = drop_one(whole).set_index("code").loc["a"]
    assert row["lost"] == np.isnan(sample(whole, "b")).sum() > 0
    assert row["n"] + row["lost"] == 24


def test_the_only_indicator_cannot_be_left_out() -> None:
    (row,) = drop_one(scored(made(codes="a"), framework({"d": {"a": 1}})), "zh").to_dict("records")
    assert (row["n"], row["reason"]) == (0, "除此之外没有别的指标")
    assert np.isnan(row["mean_shift"])


def test_a_dimension_with_one_indicator_goes_with_it() -> None:
    table = made(codes="abc")
    whole = scored(table, framework({"d": {"a": 1, "b": 1}, "e": {"c": 1}}))
    less = scored(table, framework({"d": {"a": 1, "b": 1}}))
    row = drop_one(whole).set_index("code").loc["c"]
    ranks = [s.scores.query("year == 2021").set_index("unit")["rank_in_type"] for s in (whole, less)]
    assert row["mean_shift"] == pytest.approx((ranks[0] - ranks[1]).abs().mean())
    assert row["spearman"] == pytest.approx(stats.spearmanr(ranks[0], ranks[1]).statistic, abs=1e-9)


def test_too_many_units_are_not_compared_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("evaluate.coherence.leaving_out.LARGEST", 100)
    told = drop_one(scored(made(), framework(TREE), **METHODS["learning"]))
    assert told["reason"].str.startswith("not computed").all() and (told["n"] == 0).all()
    assert not drop_one(scored(made(), framework(TREE)))["reason"].any()


def test_a_veto_holds_without_the_indicator_too() -> None:
    veto = {"a": {"above": 0, "cap": -1}}
    found = drop_one(scored(made(), framework(TREE), veto=veto))
    # every unit is capped and shares a rank
    assert (found["max_shift"] == 0).all()


def test_influence_is_the_share_of_squared_correlations() -> None:
    scores = scored(made(), framework(TREE))
    table = with_influence(scores).set_index("code")
    r = {code: stats.pearsonr(sample(scores, code), sample(scores, "d")).statistic for code in "ab"}
    for code in "ab":
        assert table.loc[code, "correlation_with_parent"] == pytest.approx(r[code], abs=1e-12)
        assert table.loc[code, "influence"] == pytest.approx(r[code] ** 2 / (r["a"] ** 2 + r["b"] ** 2), abs=1e-12)
        theirs = stats.pearsonr(sample(scores, code), sample(scores, "composite")).statistic
        assert table.loc[code, "correlation_with_composite"] == pytest.approx(theirs, abs=1e-12)
    assert list(table.columns[:6]) == ["type", "year", "level", "parent", "weight", "effective_weight"]


def test_shared_weights_of_types_that_cannot_be_compared_are_correlated_within_types() -> None:
    definition = framework(TREE, types={"x": {}, "y": {}})
    scores = scored(made(typed=True), definition, normalisation={"method": "min_max", "reference": "type"})
    table = with_influence(scores)
    assert set(table["type"]) == {""} and not scores.comparable
    sides = []
    for code in ("a", "d"):
        parts = {kind: sample(scores, code, kind) for kind in "xy"}
        sides.append(np.concatenate([part - part.mean() for part in parts.values()]))
    expected = stats.pearsonr(*sides).statistic
    assert table.set_index("code").loc["a", "correlation_with_parent"] == pytest.approx(expected, abs=1e-12)


def copied(**columns: Any) -> Panel:
    table = made(codes="abcf").values.reset_index()
    return Panel.from_frame(table.assign(**{name: make(table) for name, make in columns.items()}))


def test_flags_name_what_is_redundant_runs_against_and_is_silent() -> None:
    rng = np.random.default_rng(5)
    table = copied(
        b=lambda t: t["a"] * 2 + 0.01 * rng.normal(size=len(t)), f=lambda t: 9 - t["c"],
    )  # fmt: skip
    flags = coherence_of(scored(table, framework(TREE))).flags
    held = {(row.flag, row.code, row.other) for row in flags.itertuples()}
    assert ("redundant", "a", "b") in held
    assert {("redundant", "c", "f"), ("counter_directional", "c", "f"), ("counter_directional", "f", "e")} <= held
    assert not [row for row in held if row[1] == "a" and row[0] != "redundant"]
    few = coherence_of(scored(Panel.from_frame(table.values.reset_index().query("unit < 'u09'")), framework(TREE)))
    assert few.flags.empty
    assert list(few.flags.columns) == list(flags.columns)


def test_a_silent_indicator_explains_less_than_a_hundredth() -> None:
    # by hand: c takes turns on units whose others rise by pairs, so that it goes along with nothing
    count = 12
    rise = np.repeat(np.arange(count // 2), 2).astype(float)
    table = pd.DataFrame(
        {"unit": [f"u{i:02d}" for i in range(count)], "a": rise, "c": np.tile([0.0, 1e-3], count // 2)}
    )
    posts = {"c": {"goalposts": [0, 100]}, "a": {"goalposts": [0, 10]}}
    scores = scored(
        Panel.from_frame(table, year=2020), framework({"d": {"a": 1, "c": 1}}, posts),
        normalisation={"method": "goalposts"},
    )  # fmt: skip
    flags = coherence_of(scores).flags
    assert {(row.flag, row.code, row.other) for row in flags.itertuples()} == {
        ("silent", "c", "d"), ("silent", "c", "composite"),
    }  # fmt: skip


def keys(scores: Scores, correlates: pd.DataFrame | None = None) -> list[tuple[str, object]]:
    found = warnings_of(scores, correlates)
    for warning in found:
        assert warning.message("zh") and warning.message("en")
    return [(w.text_key.partition(".")[2], w.values.get("code")) for w in found]


def test_a_composite_that_is_nearly_one_of_its_indicators_or_correlates_is_told() -> None:
    scores = scored(made(), framework({"d": {"a": 0.98, "b": 0.02}, "e": {"c": 0.01}}))
    table = scores.scores[["unit", "year"]].assign(rich=scores.scores["composite"] ** 3, other=1.0)
    assert keys(scored(made(), framework({"d": {"a": 99, "b": 1}})), None) == [("nearly_indicator", "a")]
    assert ("nearly_correlate", "rich") in keys(scores, table)
    assert ("nearly_correlate", "other") not in keys(scores, table)
    few = made(count=9)
    assert keys(scored(few, framework({"d": {"a": 99, "b": 1}}))) == []


def formulas(**stated: str) -> Framework:
    indicators = {code: {"formula": formula} for code, formula in stated.items()}
    variables = {name: {"unit_of_measure": "1"} for name in "abcf"}
    return framework({"d": dict.fromkeys(stated, 1.0)}, indicators, variables=variables)


def test_an_indicator_that_is_built_from_its_siblings_is_told() -> None:
    found = warnings_of(scored(made(), formulas(one="a", two="b", both="a + b")))
    told = [w for w in found if w.text_key == "coherence.from_siblings"]
    assert {w.values["code"] for w in told} == {"both"} or len(told) == 1
    assert "ONE, TWO" in told[0].message("en") or "BOTH" in told[0].message("en")
    # the same variables, but another thing
    assert not [k for k, _ in keys(scored(made(), formulas(one="a / b", two="b", other="c"))) if k == "from_siblings"]
    assert not [k for k, _ in keys(scored(made(), formulas(one="a", two="b * c"))) if k == "from_siblings"]


def test_indicators_from_one_source_are_told() -> None:
    def derived(**sources: Any) -> Framework:
        variables = {
            n: {"unit_of_measure": "1", **({"derived_from": sources[n]} if n in sources else {})} for n in "abcf"
        }
        return framework(TREE, variables=variables)

    assert keys(scored(made(), derived())) == []
    # f is the source of a and b, and an indicator itself
    (told,) = warnings_of(scored(made(), derived(a=["f"], b=["f"])))
    assert told.message("en") == "3 indicators derive from one source, 'F': A, B, F"
    assert keys(scored(made(), derived(a="MEIC inventory", c=" MEIC inventory"))) == [("one_source", "MEIC inventory")]
    assert keys(scored(made(), derived(a="MEIC inventory"))) == []
    # from one source through another one, and round in a circle
    told = [w.message("en").partition(": ")[2] for w in warnings_of(scored(made(), derived(a=["b"], b=["c"])))]
    assert told == ["A, B", "A, B, C"]
    assert sources_of(derived(a=["b"], b=["a"]), "a") == {"a", "b"}


def test_the_source_changes_no_digest() -> None:
    variables = {n: {"unit_of_measure": "1"} for n in "abcf"}
    plain = framework(TREE, variables=variables)
    told = framework(TREE, variables={**variables, "a": {"unit_of_measure": "1", "derived_from": ["b"]}})
    assert plain.digest == told.digest
    assert Framework.from_dict(told.to_dict()).variables["a"].derived_from == ["b"]


def test_nothing_depends_on_the_order_of_the_rows() -> None:
    table = made(typed=True, gaps=True).values.reset_index()
    roster = made(typed=True).units
    definition = framework(TREE, types=TYPES)
    one, other = (
        coherence_of(scored(Panel.from_frame(t, r), definition))
        for t, r in ((table, roster), (table.sample(frac=1, random_state=1), roster.sample(frac=1, random_state=2)))
    )
    for name in ("correlations", "alpha", "pca", "drop_one", "flags"):
        pd.testing.assert_frame_equal(getattr(one, name), getattr(other, name), rtol=1e-12)
