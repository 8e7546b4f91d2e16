"""Inside a group: spread, coordination, effort and benefit; pilots by cohort. Expected figures are other programs'."""

import numpy as np
import pandas as pd
import pytest
from inequality.gini import Gini

from evaluate.scoring.scores import Scores
from evaluate.spatial.groups import found
from evaluate.spatial.groups.effort import efforts
from evaluate.spatial.groups.membership import held_groups
from evaluate.spatial_spec import GroupsSpec, PilotsSpec
from tests.evaluate.spatial.groups.making import (
    FRAMEWORK,
    NORTH_AND_SOUTH,
    data,
    memberships,
    roster,
    scored,
    setting,
)


@pytest.fixture(scope="module")
def cities() -> Scores:
    """Six cities, scored from 2020 to 2021."""
    return scored()


@pytest.fixture(scope="module")
def inside(cities: Scores) -> pd.Series:
    """Figures of the two regions in 2021 by group and statistic."""
    table = found(setting(cities, NORTH_AND_SOUTH)).tables["group_coordination"]
    return table[table["year"] == 2021].set_index(["group", "statistic"])["value"]


def test_spread_of_the_members(cities: Scores, inside: pd.Series) -> None:
    table = cities.scores[cities.scores["year"] == 2021].merge(roster()[["unit", "region"]])
    for region, part in table.groupby("region"):
        assert inside[region, "gini"] == pytest.approx(Gini(part["composite"].to_numpy()).g, rel=1e-9)
        assert inside[region, "sigma"] == pytest.approx(part["composite"].std() / part["composite"].mean(), rel=1e-12)


def test_the_gini_coefficient_of_the_set_and_its_parts_add_up(cities: Scores, inside: pd.Series) -> None:
    whole = cities.scores[cities.scores["year"] == 2021]["composite"].to_numpy()
    assert inside["", "gini"] == pytest.approx(Gini(whole).g, rel=1e-9)
    parts = sum(inside["", name] for name in ("within", "net_between", "transvariation"))
    assert parts == pytest.approx(inside["", "gini"], rel=1e-12)


def test_coordination_takes_each_member_as_a_subsystem(cities: Scores, inside: pd.Series) -> None:
    """The two formulas of Wang Shujia et al. 2021 for three subsystems, written out."""
    table = cities.scores[cities.scores["year"] == 2021].set_index("unit")["composite"] / 100
    low, middle, high = sorted(table[["C2", "C4", "C6"]])
    mean = (low + middle + high) / 3
    traditional = (low * middle * high) ** (1 / 3) / mean
    apart = 1 - ((middle - low) + (high - low) + (high - middle)) / 3
    corrected = np.sqrt(apart * np.sqrt(low / high * middle / high))
    assert inside["south", "coupling_traditional"] == pytest.approx(traditional, rel=1e-12)
    assert inside["south", "coupling_corrected"] == pytest.approx(corrected, rel=1e-12)
    assert inside["south", "coordination_corrected"] == pytest.approx(np.sqrt(corrected * mean), rel=1e-12)
    assert inside["south", "grade_corrected"] == np.floor(10 * np.sqrt(corrected * mean)) + 1


@pytest.mark.parametrize(
    ("groups", "at", "state"),
    [
        (memberships(("", "g", "C1", None, None)), ("g", "gini"), "too_few"),
        (memberships(("", "g", "C1", None, None)), ("", "gini"), "one_group"),
        (
            memberships(*(("", group, "C1", None, None) for group in "gh"), ("", "h", "C2", None, None)),
            ("", "within"),
            "overlap",
        ),
    ],
)
def test_what_cannot_be_computed_says_why(
    cities: Scores, groups: pd.DataFrame, at: tuple[str, str], state: str
) -> None:  # fmt: skip
    table = found(setting(cities, groups)).tables["group_coordination"]
    row = table[table["year"] == 2021].set_index(["group", "statistic"]).loc[at]
    assert row["state"] == state
    assert np.isnan(row["value"])


def test_scores_without_bounds_have_no_coordination() -> None:
    scores = scored(normalisation={"method": "z_score"})
    table = found(setting(scores, NORTH_AND_SOUTH)).tables["group_coordination"]
    held = table[table["statistic"] == "coordination_corrected"]
    assert set(held["state"]) == {"not_bounded"}
    assert held["value"].isna().all()


def effort(scores: Scores, groups: pd.DataFrame = NORTH_AND_SOUTH, **spec: object) -> pd.DataFrame:
    made = setting(scores, groups)
    rows = efforts(made, GroupsSpec.model_validate({"path": "x", **spec}), held_groups(made, by_type=False))
    return pd.DataFrame(rows)


def test_effort_by_hand(cities: Scores) -> None:
    """South emitted 9,000 + 20,000 + 12,000 t in 2019 and 9,300 + 18,500 + 11,300 t in 2021: 1,900 t less."""
    table = effort(cities, effort=["co2"])
    table = table[(table["group"] == "south") & (table["year"] == 2021)].set_index("unit")
    assert table.loc["C4", "improvement"] == pytest.approx(1500)
    assert table.loc["C4", "share_of_start"] == pytest.approx(20000 / 41000)
    assert table.loc["C4", "share_of_improvement"] == pytest.approx(1500 / 1900)
    assert table.loc["C4", "ratio"] == pytest.approx((1500 / 20000) / (1900 / 41000))
    assert table.loc["C2", "share_of_improvement"] == pytest.approx(-300 / 1900)
    assert table["share_of_start"].sum() == pytest.approx(1)
    assert table["share_of_improvement"].sum() == pytest.approx(1)
    assert set(table["state"]) == {"defined"}


def test_benefit_is_turned_so_that_positive_is_better(cities: Scores) -> None:
    table = effort(cities, effort=["co2"], benefit="so2_intensity")
    table = table[(table["kind"] == "benefit") & (table["year"] == 2021)].set_index("unit")
    held = data().assign(rate=lambda rows: rows["so2"] / rows["gdp"]).pivot(index="unit", columns="year", values="rate")
    fell = held[2019] - held[2021]
    assert table["improvement"].to_dict() == pytest.approx(fell.to_dict())
    assert table.loc["C5", "ratio"] == pytest.approx(fell["C5"] / fell[["C1", "C3", "C5"]].mean())
    assert table["relative"].to_dict() == pytest.approx((fell / held[2019]).to_dict())


def test_a_group_that_rose_has_nothing_to_share(cities: Scores) -> None:
    groups = memberships(("", "g", "C2", None, None), ("", "g", "C5", None, None))
    table = effort(cities, groups, effort=["co2"])
    assert set(table["state"]) == {"group_rose"}
    assert table["share_of_improvement"].isna().all()
    assert table["relative"].lt(0).all()


@pytest.mark.parametrize(
    ("unit", "year", "value", "states"),
    [
        ("C2", 2021, np.nan, {"C2": "no_value", "C4": "member_missing", "C6": "member_missing"}),
        ("C2", 2019, np.nan, {"C2": "no_value", "C4": "member_missing", "C6": "member_missing"}),
    ],
)
def test_gaps(unit: str, year: int, value: float, states: dict[str, str]) -> None:
    table = data()
    table.loc[(table["unit"] == unit) & (table["year"] == year), "so2"] = value
    scores = scored(table, coverage={"unit": 0.5, "indicator": 0.1})
    made = effort(scores, effort=["so2"])
    made = made[(made["group"] == "south") & (made["year"] == 2021)].set_index("unit")
    assert made["state"].to_dict() == states
    assert made[["share_of_start", "share_of_improvement", "ratio"]].isna().all(axis=None)


@pytest.mark.parametrize(("end", "states"), [(3.0, ["none_at_start", "defined", "defined"]), (1e6, ["group_rose"] * 3)])
def test_what_is_emitted_where_nothing_was_is_a_rise(end: float, states: list[str]) -> None:
    """A member that emitted nothing at the start has neither a fall in per cent nor a ratio; what it emits counts."""
    table = data().set_index(["unit", "year"])
    table.loc[("C2", 2019), "so2"], table.loc[("C2", 2021), "so2"] = 0.0, end
    made = effort(scored(table.reset_index(), coverage={"unit": 0.5, "indicator": 0.1}), effort=["so2"])
    made = made[(made["group"] == "south") & (made["year"] == 2021)].set_index("unit")
    held = table["so2"].unstack().loc[["C2", "C4", "C6"]]
    assert made["state"].tolist() == states
    assert made["improvement"].to_dict() == pytest.approx((held[2019] - held[2021]).to_dict())
    assert made.loc["C2", ["relative", "ratio"]].isna().all()
    if states[1] == "defined":
        assert made.loc["C2", "share_of_start"] == 0
        assert made.loc["C2", "share_of_improvement"] == pytest.approx(-end / (held[2019] - held[2021]).sum())


def test_a_rise_from_nothing_across_a_break_is_not_known() -> None:
    table = data()
    table.loc[(table["unit"] == "C2") & (table["year"] == 2019), "so2"] = 0
    variables = FRAMEWORK["variables"] | {"so2": {"unit_of_measure": "t", "breaks": {2021: "re-based"}}}
    scores = scored(table, framework=FRAMEWORK | {"variables": variables}, coverage={"unit": 0.5, "indicator": 0.1})
    made = effort(scores, effort=["so2"])
    made = made[made["group"] == "south"].set_index(["unit", "year"])
    assert made.loc[("C2", 2021), "state"] == "no_value" and np.isnan(made.loc[("C2", 2021), "improvement"])
    before = table.set_index(["unit", "year"])["so2"]["C2", 2020]
    assert made.loc[("C2", 2020), "improvement"] == pytest.approx(-before)


def test_a_benefit_from_nought_has_no_rate() -> None:
    table = data()
    table.loc[(table["unit"] == "C2") & (table["year"] == 2019), "so2"] = 0
    made = effort(scored(table, coverage={"unit": 0.5, "indicator": 0.1}), effort=["co2"], benefit="so2_intensity")
    made = made[(made["kind"] == "benefit") & (made["year"] == 2021)].set_index("unit")
    defined = made["state"] == "defined"
    assert made.loc[defined, "relative"].notna().all()
    assert set(made["state"]) <= {"defined", "zero_at_start", "group_rose"} and made.loc["C2", "state"] != "defined"


def test_codes_with_hyphens_are_no_differences() -> None:
    swapped = {
        "so-2": FRAMEWORK["variables"]["so2"],
        "co2": {"unit_of_measure": "t"},
        "gdp": {"unit_of_measure": "CNY"},
    }
    indicators = FRAMEWORK["indicators"] | {
        "so2_intensity": FRAMEWORK["indicators"]["so2_intensity"] | {"formula": "`so-2` / gdp"}
    }
    framework = FRAMEWORK | {"variables": swapped, "indicators": indicators}
    made = effort(scored(data().rename(columns={"so2": "so-2"}), framework=framework), effort=["so-2"])
    plain = effort(scored(), effort=["so2"])
    pd.testing.assert_frame_equal(made.drop(columns="code"), plain.drop(columns="code"))


def test_steps_across_a_break_are_no_effort_and_no_benefit() -> None:
    variables = FRAMEWORK["variables"] | {"so2": {"unit_of_measure": "t", "breaks": {2021: "re-based"}}}
    scores = scored(framework=FRAMEWORK | {"variables": variables})
    made = effort(scores, effort=["so2"], benefit="so2_intensity").set_index(["kind", "year", "unit"]).sort_index()
    held = data().pivot(index="unit", columns="year", values="so2")
    # change across a break in 2021: e(2020)/e(2019) · e(2021)/e(2021) − 1
    assert made.loc[("effort", 2021, "C4"), "relative"] == pytest.approx(
        1 - held.loc["C4", 2020] / held.loc["C4", 2019]
    )
    assert set(made.loc[("benefit", 2021), "state"]) == {"broken"}
    assert set(made.loc[("benefit", 2020), "state"]) == {"defined"}


def test_pilots_are_counted_as_pandas_counts_them(cities: Scores) -> None:
    units = roster().assign(batch=["first", "", "second", "none", "first", "second"], sector=list("aabbcc"))
    scores = scored(units=units.drop(columns="type").rename(columns={"region": "area"}))
    spec = PilotsSpec(column="batch", by=["area", "sector"], none=["none"])
    table = found(setting(scores, pilots=spec)).tables["pilot_coverage"]
    crossed = table[table["by"] == "area × sector"]
    expected = pd.crosstab([units["region"], units["sector"]], units["batch"])
    for (area, sector), row in expected.iterrows():
        held = crossed[(crossed["first"] == area) & (crossed["second"] == sector)].set_index("pilot")
        for batch in ("first", "second"):
            assert held.loc[batch, "count"] == row[batch]
        assert held.loc["", "count"] == row["first"] + row["second"]
        assert held.loc["", "units"] == row.sum()
    assert len(crossed) == 2 * 3 * 3  # every combination, also without any unit
    margins = table[table["by"] == "area"].set_index(["first", "pilot"])
    assert margins["count"].to_dict() == {
        ("north", ""): 3, ("north", "first"): 2, ("north", "second"): 1,
        ("south", ""): 1, ("south", "first"): 0, ("south", "second"): 1,
    }  # fmt: skip
    assert margins.loc[("south", "first"), "state"] == "no_pilot"
    assert margins.loc[("north", "first"), "share_of_pilots"] == 1
    total = table[table["by"] == ""].set_index("pilot")
    assert total.loc["", ["units", "count"]].tolist() == [6, 4]


def test_a_combination_that_no_unit_has_is_shown(cities: Scores) -> None:
    units = roster().assign(batch=["first"] * 6, kind=["x"] * 3 + ["y"] * 3)
    scores = scored(units=units.drop(columns="type").assign(region=["n"] * 3 + ["s"] * 3))
    table = found(setting(scores, pilots=PilotsSpec(column="batch", by=["region", "kind"]))).tables["pilot_coverage"]
    empty = table[(table["first"] == "n") & (table["second"] == "y")]
    assert set(empty["state"]) == {"no_units"}
    assert (empty["units"] == 0).all() and empty["share"].isna().all()
