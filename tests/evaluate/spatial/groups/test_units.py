"""Groups as units of their own: pandas adds up, and the same cities are scored with the group among the units."""

import numpy as np
import pandas as pd
import pytest

from evaluate import score
from evaluate.methodology import Methodology
from evaluate.scoring.scores import Scores
from evaluate.spatial.groups import found
from indicators.framework import Framework
from indicators.panel import Panel
from tests.evaluate.spatial.groups.making import (
    FRAMEWORK,
    NORTH_AND_SOUTH,
    RULES,
    data,
    memberships,
    roster,
    scored,
    setting,
    shuffled,
)


@pytest.fixture(scope="module")
def cities() -> Scores:
    """Six cities, scored from 2020 to 2021."""
    return scored()


def own(scores: Scores, groups: pd.DataFrame, **spec: object) -> pd.DataFrame:
    """Scores of groups as units: one row a group and year, one column an item."""
    table = found(setting(scores, groups, **spec)).tables["group_scores"]
    table = table[table["basis"] == "unit"]
    return table.pivot_table(index=["group", "year"], columns="item", values="score")


def test_a_group_is_scored_like_a_unit_with_its_amounts(cities: Scores) -> None:
    """The amounts are added by pandas and scored by what was learned, as next year's units are."""
    added = (
        data().merge(roster()[["unit", "region"]]).groupby(["region", "year"], as_index=False).sum(numeric_only=True)
    )
    panel = Panel.from_frame(added.rename(columns={"region": "unit"}), period=(2020, 2021), baseline=2019)
    framework = Framework.from_dict(FRAMEWORK)
    expected = score(panel, framework, cities.methodology, cities.fitted).scores
    expected = expected.set_index(["unit", "year"])[["air", "carbon", "composite"]]
    made = own(cities, NORTH_AND_SOUTH, aggregate=RULES)
    np.testing.assert_allclose(made.to_numpy(), expected.to_numpy(), rtol=1e-12)
    assert not np.allclose(made["composite"], [50, 50, 50, 50])


def test_a_group_of_one_is_that_unit(cities: Scores) -> None:
    made = own(cities, memberships(("", "alone", "C4", None, None)), aggregate=RULES)
    expected = cities.scores[cities.scores["unit"] == "C4"]
    np.testing.assert_allclose(made["composite"], expected["composite"], rtol=1e-12)


def test_means_are_weighted_and_shares_are_not_added() -> None:
    framework = FRAMEWORK | {
        "variables": FRAMEWORK["variables"] | {"pm25": {"unit_of_measure": "ug/m^3"}},
        "indicators": FRAMEWORK["indicators"]
        | {"dust": {"label": "f", "formula": "pm25", "unit_of_measure": "ug/m^3", "direction": "negative"}},
        "tree": FRAMEWORK["tree"] | {"dust_too": {"label": "g", "indicators": {"dust": 1}}},
    }
    table = data().assign(pm25=lambda held: 20 + held["co2"] / 1000)
    scores = scored(table, framework=framework)
    made = found(setting(scores, NORTH_AND_SOUTH, aggregate={**RULES, "pm25": {"mean": "gdp"}})).tables["group_values"]
    made = made[(made["indicator"] == "dust") & (made["year"] == 2021)].set_index("group")["value"]
    here = table[table["year"] == 2021].merge(roster()[["unit", "region"]])
    for region, part in here.groupby("region"):
        assert made[region] == pytest.approx(np.average(part["pm25"], weights=part["gdp"]), rel=1e-12)


def test_what_changed_since_the_baseline_is_that_of_the_members_of_the_year(cities: Scores) -> None:
    """C5 joins in 2021: the fall of the group is then from what all three emitted in 2019."""
    groups = memberships(("", "g", "C1", None, None), ("", "g", "C3", None, 2021), ("", "g", "C5", 2021, None))
    made = found(setting(cities, groups, aggregate=RULES)).tables["group_values"]
    made = made[made["indicator"] == "co2_fall"].set_index("year")["value"]
    assert made[2020] == pytest.approx(1 - (4800 + 2900) / (5000 + 3000))
    assert made[2021] == pytest.approx(1 - (4500 + 2700 + 7500) / (5000 + 3000 + 7000))


@pytest.mark.parametrize(
    ("formula", "rules", "state"),
    [
        ("gdp", RULES, "grows_with_size"),
        ("log(co2 / so2)", RULES, "defined"),
        ("co2 / gdp", {"co2": "sum"}, "no_rule"),
        ("co2 / group_mean(co2, region)", RULES, "across_units"),
        ("co2 / (gdp - gdp)", RULES, "no_value"),
    ],
)
def test_an_indicator_that_no_group_can_have_says_why(formula: str, rules: dict[str, str], state: str) -> None:
    unit = {"gdp": "CNY", "co2 / gdp": "t / CNY", "co2 / (gdp - gdp)": "t / CNY"}.get(formula, "1")
    shown = {"label": "x", "formula": formula, "unit_of_measure": unit, "direction": "positive"}
    framework = FRAMEWORK | {
        "indicators": FRAMEWORK["indicators"] | {"further": shown},
        "tree": {"carbon": FRAMEWORK["tree"]["carbon"], "air": {"label": "e", "indicators": {
            "so2_intensity": 1, "further": 1}}},
    }  # fmt: skip
    scores = scored(framework=framework, coverage={"unit": 0.5, "indicator": 0})
    made = found(setting(scores, NORTH_AND_SOUTH, aggregate=rules))
    table = made.tables["group_values"]
    held = table[table["indicator"] == "further"]
    assert set(held["state"]) == {state}
    assert held["value"].notna().all() == (state == "defined")
    told = {warning.text_key for warning in made.warnings}
    assert (f"groups.{state}" in told) == (state in ("grows_with_size", "no_rule", "across_units"))


def test_a_dimension_that_no_group_can_have_is_told_with_its_set_and_type() -> None:
    size = {"label": "s", "formula": "gdp", "unit_of_measure": "CNY", "direction": "positive"}
    framework = FRAMEWORK | {
        "indicators": FRAMEWORK["indicators"] | {"size": size},
        "types": {"resource": {"label": "R"}, "industrial": {"label": "I", "indicators": {"air": {"size": 1}}}},
    }  # fmt: skip
    groups = memberships(("basin", "upper", "C1", None, None), ("basin", "upper", "C4", None, None))
    scores = scored(units=roster(), framework=framework)
    made = found(setting(scores, groups, aggregate=RULES))
    table = made.tables["group_scores"]
    own = table[(table["basis"] == "unit") & (table["item"] == "composite")]
    assert dict(zip(own["type"], own["state"], strict=True)) == {"resource": "defined", "industrial": "dimension_empty"}
    (told,) = [one.message("en") for one in made.warnings if one.text_key == "groups.dimension_empty"]
    assert told == (
        "groups.aggregate: groups of basin, scored as I, have no score as one unit: "
        "no indicator of the dimension 'e' has a value for groups (grows with size)"
    )


def test_a_member_without_a_value_leaves_no_sum(cities: Scores) -> None:
    table = data()
    table.loc[(table["unit"] == "C2") & (table["year"] == 2021), "so2"] = np.nan
    scores = scored(table, coverage={"unit": 0.5, "indicator": 0.5})
    made = found(setting(scores, NORTH_AND_SOUTH, aggregate=RULES)).tables["group_values"]
    states = made[made["indicator"] == "so2_intensity"].set_index(["group", "year"])["state"]
    assert states.to_dict() == {
        ("north", 2020): "defined", ("north", 2021): "defined", ("south", 2020): "defined", ("south", 2021): "no_value",
    }  # fmt: skip


def test_a_group_without_a_score_says_which_member_lacks_what_of_which_year() -> None:
    """C2 has no SO2 in the baseline year alone, so that what the south cut since then is not known in any year."""
    air = {"so2_fall": FRAMEWORK["indicators"]["co2_fall"] | {"formula": "-change(so2)"}}
    framework = FRAMEWORK | {
        "indicators": FRAMEWORK["indicators"] | air,
        "tree": FRAMEWORK["tree"] | {"air": {"label": "e", "indicators": {"so2_fall": 1}}},
    }
    del framework["indicators"]["so2_intensity"]
    table = data()
    table.loc[(table["unit"] == "C2") & (table["year"] == 2019), "so2"] = np.nan
    scores = scored(table, framework=framework, coverage={"unit": 0.9, "indicator": 0.5})
    made = found(setting(scores, NORTH_AND_SOUTH, aggregate=RULES))
    gaps = made.tables["group_gaps"].to_numpy().tolist()
    assert gaps == [["region", "south", "", year, "C2", "so2", 2019] for year in (2020, 2021)]
    said = {language: [one.message(language) for one in made.warnings] for language in ("en", "zh")}
    name = roster().set_index("unit").loc["C2", "name"]
    assert said["en"] == [
        "groups.aggregate: 'south' as one unit lacks indicators in 2 year(s) and has no score in 2 of them: "
        f"{name} (C2) has no so2 of 2019; report what is missing, or state methodology.imputation"
    ]
    assert f"{name}（C2）缺 2019 年的so2；请补报" in said["zh"][0]


def test_of_many_groups_with_gaps_a_few_are_told_and_the_others_counted() -> None:
    table = data()
    table.loc[table["year"] == 2021, "so2"] = np.nan
    table.loc[(table["unit"] == "C5") & (table["year"] == 2020), "so2"] = np.nan  # felt in two years: told first
    scores = scored(table, coverage={"unit": 0.5, "indicator": 0})
    rows = [("", f"g{at}", unit, None, None) for at in range(7) for unit in ("C1", "C2", "C3", "C4", "C5")]
    made = found(setting(scores, memberships(*rows), aggregate=RULES))
    said = [one.message("en") for one in made.warnings]
    assert [one.text_key for one in made.warnings] == ["groups.member_lacks"] * 5 + ["groups.members_lack_more"]
    name = roster().set_index("unit")["name"]
    assert f"of them: {name['C5']} (C5) has no so2 of 2020, 2021, {name['C1']} (C1) has" in said[0]
    assert "(C2) has no so2 of 2021 and 2 more; report" in said[0]
    assert said[-1].startswith("groups.aggregate: 2 more group(s)")


def test_a_group_that_a_method_refuses_takes_no_other_with_it() -> None:
    """The geometric mean refuses a score below 0: that of a group whose carbon lies beyond all units."""
    carbon = {"label": "d", "indicators": {"co2_intensity": 0.99, "co2_fall": 0.01}}
    framework = FRAMEWORK | {"tree": FRAMEWORK["tree"] | {"carbon": carbon}}
    scores = scored(
        framework=framework,
        normalisation={"method": "min_max", "bounds": [1, 100], "out_of_range": "extend"},
        aggregation={"indicators": {"method": "arithmetic"}, "dimensions": {"method": "geometric"}},
    )
    rules = {"co2": {"mean": "co2"}, "so2": "mean", "gdp": "mean"}
    groups = memberships(
        *(("", "beyond", unit, None, None) for unit in ("C3", "C4")), ("", "fine", "C3", None, None)
    )  # fmt: skip
    made = found(setting(scores, groups, aggregate=rules)).tables["group_scores"]
    made = made[(made["basis"] == "unit") & (made["item"] == "composite") & (made["year"] == 2021)]
    assert made.set_index("group")["state"].to_dict() == {"beyond": "not_scored", "fine": "defined"}
    expected = scores.scores.set_index(["unit", "year"]).loc[("C3", 2021), "composite"]
    assert made.set_index("group")["score"]["fine"] == pytest.approx(expected)


def test_orders_have_no_means(cities: Scores) -> None:
    scores = scored(aggregation={"indicators": {"method": "arithmetic"}, "dimensions": {"method": "copeland"}})
    made = found(setting(scores, NORTH_AND_SOUTH, aggregate=RULES)).tables["group_scores"]
    assert set(made.loc[made["item"] == "composite", "state"]) == {"ordinal"}
    assert made.loc[made["item"] == "composite", "score"].isna().all()
    assert made.loc[made["item"] == "carbon", "score"].notna().all()


def test_the_mean_of_members_is_weighted_and_names_what_is_missing() -> None:
    table = data()
    table.loc[(table["unit"] == "C5"), ["co2", "so2"]] = np.nan
    scores = scored(table, coverage={"unit": 0.9, "indicator": 0.1})
    made = found(setting(scores, NORTH_AND_SOUTH, weight="gdp")).tables["group_scores"]
    made = made[(made["item"] == "composite") & (made["year"] == 2021)].set_index("group")
    composite = scores.scores[scores.scores["year"] == 2021].set_index("unit")["composite"]
    gdp = table[table["year"] == 2021].set_index("unit")["gdp"]
    north, south = ["C1", "C3"], ["C2", "C4", "C6"]
    assert made.loc["north", "score"] == pytest.approx(np.average(composite[north], weights=gdp[north]))
    assert made.loc["south", "score"] == pytest.approx(np.average(composite[south], weights=gdp[south]))
    assert made["state"].to_dict() == {"north": "partial", "south": "defined"}
    assert made[["members", "scored"]].to_numpy().tolist() == [[3, 2], [3, 3]]


def test_types_that_are_not_comparable_are_never_pooled() -> None:
    types = {"resource": {"label": "r", "weights": {"carbon": 0.9, "air": 0.1}}, "industrial": {"label": "i"}}
    scores = scored(units=roster(), framework=FRAMEWORK | {"types": types})
    assert not scores.comparable
    made = found(setting(scores, NORTH_AND_SOUTH, aggregate=RULES)).tables
    table = made["group_scores"]
    held = table[(table["item"] == "composite") & (table["year"] == 2021) & (table["basis"] == "members")]
    assert held[["group", "type", "members"]].to_numpy().tolist() == [
        ["north", "industrial", 1], ["north", "resource", 2], ["south", "industrial", 2], ["south", "resource", 1],
    ]  # fmt: skip
    alone = table[(table["basis"] == "unit") & (table["group"] == "south") & (table["type"] == "resource")]
    expected = scores.scores[scores.scores["unit"] == "C2"]["composite"]
    np.testing.assert_allclose(alone[alone["item"] == "composite"]["score"], expected, rtol=1e-12)
    assert set(made["group_members"].columns) & {"type"} == set()


def test_a_whole_group_is_scored_by_the_type_that_is_stated() -> None:
    """As a comprehensive city would be that emits what they emit together."""
    types = {"resource": {"label": "r", "weights": {"carbon": 0.9, "air": 0.1}}, "industrial": {"label": "i"}}
    scores = scored(units=roster(), framework=FRAMEWORK | {"types": types})
    made = found(setting(scores, NORTH_AND_SOUTH, aggregate=RULES, type="resource")).tables["group_scores"]
    made = made[made["basis"] == "unit"].pivot_table(index=["group", "type", "year"], columns="item", values="score")
    assert set(made.index.get_level_values("type")) == {"resource"}
    np.testing.assert_allclose(made["composite"], 0.9 * made["carbon"] + 0.1 * made["air"], rtol=1e-12)
    plain = own(scored(), NORTH_AND_SOUTH, aggregate=RULES)  # without types the dimensions are the same
    np.testing.assert_allclose(made["carbon"].to_numpy(), plain["carbon"].to_numpy(), rtol=1e-12)


def test_the_order_of_the_rows_plays_no_part(cities: Scores) -> None:
    mixed = scored(shuffled(data()), shuffled(roster().drop(columns="type")))
    one = found(setting(cities, NORTH_AND_SOUTH, aggregate=RULES, effort=["co2"], benefit="so2_intensity")).tables
    two = found(
        setting(mixed, shuffled(NORTH_AND_SOUTH), aggregate=RULES, effort=["co2"], benefit="so2_intensity")
    ).tables  # fmt: skip
    for name in one.keys() - {"groups"}:  # that one is sorted where it is read
        pd.testing.assert_frame_equal(one[name], two[name])


def test_an_assessment_without_groups_has_no_tables(cities: Scores) -> None:
    assert not found(setting(cities)).tables


def test_groups_without_a_member_in_the_scored_years(cities: Scores) -> None:
    gone = memberships(("", "g", "C1", None, 2015))
    made = found(setting(cities, gone, aggregate=RULES)).tables
    assert len(made["groups"]) == 1
    assert all(made[name].empty for name in ("group_scores", "group_coordination", "group_members"))


def test_the_methodology_is_left_alone(cities: Scores) -> None:
    before = cities.methodology.to_dict()
    found(setting(cities, NORTH_AND_SOUTH, aggregate=RULES))
    assert cities.methodology.to_dict() == before == Methodology.model_validate(before).to_dict()
