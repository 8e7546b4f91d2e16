"""Declared decompositions: the printed toy, the textbook formula on random data, groups, breaks, and every state.

Expected effects come from the textbook formula written out below with `math.log`, or from print, named at the test.
"""

import math
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
import pytest

from evaluate import Framework, Methodology, Panel, score
from evaluate.decomposed import Decomposed, decompose
from evaluate.decomposed.analysis import DECOMPOSITION, DIRECTIONS
from evaluate.decomposed.effects import STATES
from indicators.synergy.co_control import QUADRANTS

BREAK = {2016: {"zh": "统计口径调整", "en": "statistics re-based"}}
KAYA = {
    "label": "Kaya",
    "drivers": {
        "population": {"label": "Population", "formula": "population"},
        "affluence": {"label": "GDP per person", "formula": "gdp / population"},
    },
    "emissions": {
        "co2": {"emission": "co2", "drivers": {"intensity": {"label": "Intensity", "formula": "co2 / gdp"}}},
        "so2": {"emission": "so2", "drivers": {"intensity": {"label": "Intensity", "formula": "so2 / gdp"}}},
    },
}
VARIABLES = {
    "co2": {"unit_of_measure": "t"}, "so2": {"unit_of_measure": "t"},
    "gdp": {"unit_of_measure": "CNY"}, "population": {"unit_of_measure": "person"},
}  # fmt: skip


def framework(decompositions: dict[str, Any], variables: Any = VARIABLES, types: Any = None) -> Framework:
    first = next(iter(variables))
    indicator = {"label": "x", "formula": first, "unit_of_measure": variables[first]["unit_of_measure"]}
    return Framework.from_dict({
        "schema": "framework/1", "code": "x", "label": "x", "assesses": "city", "source": "tests",
        "variables": variables, "indicators": {"x": indicator | {"direction": "negative"}},
        "tree": {"top": {"label": "x", "indicators": {"x": 1}}}, "types": types or {},
        "decompositions": decompositions,
    })  # fmt: skip


def made(panel: Panel, declared: Framework) -> Decomposed:
    found = decompose(score(panel, declared, Methodology()).values)
    assert found is not None
    assert list(found.table.columns) == list(DECOMPOSITION.columns)
    assert list(found.directions.columns) == list(DIRECTIONS.columns)
    assert set(found.table["state"]) <= set(STATES)
    assert set(found.directions["direction"]) <= {*QUADRANTS, "missing"}
    numbers = found.table[["effect", "change"]].to_numpy(dtype=float)
    gone = found.table["state"].isin(["break", "negative", "missing", "zero_total"]).to_numpy()
    # never a silent NaN or infinity: what is blank is so because its state says it
    assert not np.isinf(numbers).any()
    assert (np.isnan(numbers).any(axis=1) == gone).all()
    return found


def textbook(before: dict[str, float], after: dict[str, float]) -> dict[str, float]:
    """ΔE_x = L(E¹, E⁰)·ln(x¹/x⁰) with L(a, b) = (a − b)/ln(a/b): Ang 2005, Energy Policy 33:867–871."""
    first, last = math.prod(before.values()), math.prod(after.values())
    mean = (last - first) / math.log(last / first) if last != first else first
    return {name: mean * math.log(after[name] / before[name]) for name in before}


def kaya_drivers(row: Any, emission: str) -> dict[str, float]:
    return {
        "population": row["population"], "affluence": row["gdp"] / row["population"],
        "intensity": row[emission] / row["gdp"],
    }  # fmt: skip


def random_table(units: int, years: range, seed: int) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    return pd.DataFrame([
        {"unit": f"u{n:03}", "year": year, **{name: float(rng.uniform(1, 100)) for name in VARIABLES}}
        for n in range(units) for year in years
    ])  # fmt: skip


def pick(table: pd.DataFrame, **by: Any) -> pd.DataFrame:
    for name, value in by.items():
        table = table[table[name.rstrip("_")] == value]
    return table[table["sector"].isna()] if "sector" not in by else table


def test_the_printed_toy() -> None:
    # methods.md C6: Q 100 → 130, S (.6, .4) → (.5, .5), I (2, .5) → (1.6, .45), F (2.5, 1.5) → (2.4, 1.3)
    variables = {name: {"unit_of_measure": "1"} for name in ("c", "q", "s1", "s2", "i1", "i2", "f1", "f2")}
    toy = {
        "label": "Toy", "sectors": ["one", "two"],
        "drivers": {
            "activity": {"label": "Q", "formula": "q"}, "structure": {"label": "S", "formula": ["s1", "s2"]},
            "intensity": {"label": "I", "formula": ["i1", "i2"]},
        },
        "emissions": {"c": {"emission": "c", "drivers": {"factor": {"label": "F", "formula": ["f1", "f2"]}}}},
    }  # fmt: skip
    rows = [(100, 0.6, 0.4, 2, 0.5, 2.5, 1.5, 330), (130, 0.5, 0.5, 1.6, 0.45, 2.4, 1.3, 287.625)]
    table = pd.DataFrame(rows, columns=["q", "s1", "s2", "i1", "i2", "f1", "f2", "c"])
    panel = Panel.from_frame(table.assign(unit="a", year=[2020, 2021]), baseline=2020)
    found = made(panel, framework({"toy": toy}, variables)).table
    printed = [80.777256, -42.406875, -64.714460, -16.030921]
    for rows_of in (pick(found, unit="a", kind="additive"), pick(found, unit="", span="step", kind="additive")):
        assert rows_of["effect"].round(6).tolist() == printed
        assert rows_of["change"].round(6).unique().tolist() == [-42.375]
        assert rows_of["start"].unique().tolist() == [330]
    factors = pick(found, unit="a", kind="multiplicative")["effect"]
    assert math.prod(factors) == pytest.approx(287.625 / 330, rel=1e-12)
    # by hand: sector 1 goes 300 → 249.6 and sector 2 30 → 38.025
    sectors = found[(found["span"] == "step") & found["sector"].notna()].groupby("sector")["effect"].sum()
    assert sectors.round(6).tolist() == [-50.4, 8.025]


def test_units_follow_the_textbook_and_groups_are_their_sums() -> None:
    table = random_table(7, range(2010, 2015), seed=1)
    kinds = ["heavy", "heavy", "light", "light", "light", "heavy", "light"]
    roster = pd.DataFrame({"unit": sorted(table["unit"].unique()), "type": kinds})
    declared = framework({"kaya": KAYA}, types={kind: {"label": kind} for kind in ("heavy", "light")})
    found = made(Panel.from_frame(table, roster, baseline=2010), declared).table
    rows = {(r["unit"], r["year"]): r for r in table.to_dict("records")}
    for emission in ("co2", "so2"):
        steps = {
            (unit, year): textbook(
                kaya_drivers(rows[unit, year - 1], emission), kaya_drivers(rows[unit, year], emission)
            )
            for unit, year in rows if year > 2010
        }  # fmt: skip
        for driver in ("population", "affluence", "intensity"):
            own = pick(found[found["unit"] != ""], emission=emission, kind="additive", driver=driver)
            assert own["unit"].tolist() == roster["unit"].tolist()
            chains = [sum(steps[unit, year][driver] for year in range(2011, 2015)) for unit in roster["unit"]]
            np.testing.assert_allclose(own["effect"], chains, rtol=1e-9, atol=1e-9)
            for kind in ("", "heavy", "light"):
                members = [u for u, k in zip(roster["unit"], kinds, strict=True) if kind in ("", k)]
                group = pick(found, unit="", type=kind, emission=emission, kind="additive", driver=driver)
                for span, first in (("step", None), ("chain", 2010)):
                    part = pick(group, span=span).set_index("to")
                    assert part.index.tolist() == [2011, 2012, 2013, 2014]
                    assert set(part["units"]) == {len(members)}
                    for year, effect in part["effect"].items():
                        covered = range(2011, year + 1) if first else [year]
                        expected = sum(steps[unit, y][driver] for unit in members for y in covered)
                        assert effect == pytest.approx(expected, rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("zeros", ["limit", "small"])
def test_parts_add_up_whatever_the_data(zeros: str) -> None:
    table = random_table(40, range(2010, 2018), seed=2)
    rng = np.random.default_rng(3)
    for name in ("co2", "so2"):
        table.loc[rng.random(len(table)) < 0.2, name] = 0.0
        table.loc[rng.random(len(table)) < 0.05, name] = np.nan
    found = made(Panel.from_frame(table, baseline=2010), framework({"kaya": {**KAYA, "zeros": zeros}})).table
    whole = found[found["sector"].isna()]
    keys = ["type", "unit", "emission", "span", "from", "to"]
    emitted = {e: table.set_index(["unit", "year"])[e] for e in ("co2", "so2")}
    counted = 0
    for kind, check in (("additive", np.sum), ("multiplicative", np.prod)):
        for (_, unit, emission, *_, first, last), part in whole[whole["kind"] == kind].groupby(keys):
            if part["effect"].isna().any():
                continue
            counted += 1
            reach = part["effect"].abs().sum()
            assert check(part["effect"]) == pytest.approx(part["change"].iloc[0], rel=1e-9, abs=1e-9 * reach)
            if unit:
                ends = [emitted[emission][unit, year] for year in (first, last)]
                if kind == "multiplicative" and 0 in ends:
                    assert zeros == "small"  # a ratio to what stands in for 0
                    continue
                expected = ends[1] - ends[0] if kind == "additive" else ends[1] / ends[0]
                assert part["change"].iloc[0] == pytest.approx(expected, rel=1e-9, abs=1e-12)
    assert counted > 50
    if zeros == "limit":
        none = whole[(whole["state"] == "zero_total") & (whole["unit"] != "")]
        assert len(none) > 0
        assert set(none["kind"]) == {"multiplicative"}


def test_a_step_over_a_break_is_left_out_as_change_does() -> None:
    variables = {**VARIABLES, "so2": {"unit_of_measure": "t", "breaks": BREAK}}
    table = random_table(5, range(2014, 2018), seed=4)
    found = made(Panel.from_frame(table, baseline=2014), framework({"kaya": KAYA}, variables))
    of_so2 = pick(found.table, emission="so2")
    step = pick(of_so2, span="step", to=2016)
    assert set(step["state"]) == {"break"}
    assert step["effect"].isna().all()
    assert set(pick(found.table, emission="co2", kind="additive")["state"]) == {"defined"}
    held = table.pivot(index="unit", columns="year", values="so2")
    # the contract: change(e) = e(b − 1)/e(base) · e(t)/e(b) − 1
    linked = held[2015] / held[2014] * held[2017] / held[2016]
    own = of_so2[(of_so2["unit"] != "") & (of_so2["kind"] == "multiplicative")]
    assert set(own["state"]) == {"over_break"}
    np.testing.assert_allclose(own.groupby("unit")["effect"].prod(), linked, rtol=1e-9)
    np.testing.assert_allclose(own.groupby("unit")["change"].first(), linked, rtol=1e-9)
    parts = of_so2[(of_so2["unit"] != "") & (of_so2["kind"] == "additive")].groupby("unit")["effect"].sum()
    np.testing.assert_allclose(parts, held[2015] - held[2014] + held[2017] - held[2016], rtol=1e-9)
    whole = pick(of_so2, unit="", span="chain", to=2017, kind="multiplicative")
    total = held.sum()
    expected = total[2015] / total[2014] * total[2017] / total[2016]
    assert math.prod(whole["effect"]) == pytest.approx(expected, rel=1e-9)
    marks = {(m["emission"], m["span"], m["from"], m["to"], m["kind"]) for m in found.marks}
    assert marks == {
        ("so2", "step", 2015, 2016, "missing"), ("so2", "chain", 2014, 2016, "chained"),
        ("so2", "chain", 2014, 2017, "chained"),
    }  # fmt: skip
    assert all(mark["label"] == BREAK[2016] and mark["break"] == 2016 for mark in found.marks)


def test_a_direction_rests_on_steps_that_both_emissions_have() -> None:
    # Population falls by 10 before the break, rises by 20 in its year, and stays afterwards: over all of CO2's steps it
    # raises the emission, over the steps that SO2 has as well it lowers both.
    rows = [
        {"unit": "a", "year": year, "population": people, "gdp": 100.0, "co2": 50.0, "so2": 5.0}
        for year, people in ((2014, 100.0), (2015, 90.0), (2016, 110.0), (2017, 110.0))
    ]
    variables = {**VARIABLES, "so2": {"unit_of_measure": "t", "breaks": BREAK}}
    panel = Panel.from_frame(pd.DataFrame(rows), baseline=2014)
    found = made(panel, framework({"kaya": KAYA}, variables))
    carbon = pick(found.table, unit="a", emission="co2", driver="population", kind="additive")
    assert carbon["effect"].iloc[0] > 0
    for unit in ("", "a"):
        said = found.directions[found.directions["unit"] == unit].set_index("driver")["direction"]
        # gdp and emissions stand still: affluence moves against population, intensity does nothing
        assert said.to_dict() == {"population": "both_fall", "affluence": "both_rise", "intensity": "both_rise"}
    without = made(panel, framework({"kaya": KAYA})).directions
    assert without.set_index(["unit", "driver"])["direction"]["a", "population"] == "both_rise"


def test_a_gap_is_stepped_over_unless_a_break_lies_in_it() -> None:
    rows = random_table(1, range(2014, 2018), seed=5)
    rows.loc[rows["year"] == 2015, "co2"] = np.nan
    panel = Panel.from_frame(rows, baseline=2014)
    by_year = rows.set_index("year")
    pairs = pairwise([2014, 2016, 2017])
    steps = [textbook(kaya_drivers(by_year.loc[a], "co2"), kaya_drivers(by_year.loc[b], "co2")) for a, b in pairs]
    own = pick(made(panel, framework({"kaya": KAYA})).table, unit="u000", emission="co2", kind="additive")
    assert own["state"].tolist() == ["defined"] * 3
    expected = [sum(step[name] for step in steps) for name in steps[0]]
    np.testing.assert_allclose(own["effect"], expected, rtol=1e-9)
    variables = {**VARIABLES, "co2": {"unit_of_measure": "t", "breaks": BREAK}}
    broken = pick(made(panel, framework({"kaya": KAYA}, variables)).table, unit="u000", emission="co2")
    assert set(broken["state"]) == {"missing"}


def test_every_state_of_a_unit() -> None:
    rows = []
    for unit, co2, gdp in (
        ("falls", (10.0, 8.0), (5.0, 6.0)),
        ("from nothing", (0.0, 8.0), (5.0, 6.0)),
        ("negative", (10.0, 8.0), (-5.0, 6.0)),
        ("no data", (10.0, np.nan), (5.0, 6.0)),
        ("still", (10.0, 10.0), (5.0, 8.0)),
    ):
        for n, year in enumerate((2020, 2021)):
            rows.append({"unit": unit, "year": year, "co2": co2[n], "gdp": gdp[n], "population": 2.0, "so2": 1.0})
    found = made(Panel.from_frame(pd.DataFrame(rows), baseline=2020), framework({"kaya": KAYA})).table
    states = found[(found["emission"] == "co2") & (found["unit"] != "")].groupby(["unit", "kind"])["state"].unique()
    assert {key: list(held) for key, held in states.items()} == {
        ("falls", "additive"): ["defined"], ("falls", "multiplicative"): ["defined"],
        ("from nothing", "additive"): ["defined"], ("from nothing", "multiplicative"): ["zero_total"],
        ("negative", "additive"): ["negative"], ("negative", "multiplicative"): ["negative"],
        ("no data", "additive"): ["missing"], ("no data", "multiplicative"): ["missing"],
        ("still", "additive"): ["no_change"], ("still", "multiplicative"): ["no_change"],
    }  # fmt: skip
    # the limit: all of a sector that comes from nothing goes to the driver that was 0
    grown = pick(found, unit="from nothing", emission="co2", kind="additive").set_index("driver")["effect"]
    assert grown.to_dict() == {"population": 0.0, "affluence": 0.0, "intensity": 8.0}
    # a group holds whom nothing is missing of
    assert set(found[found["unit"] == ""]["units"]) == {3}


def test_a_product_that_is_not_the_emission_is_left_out_and_named() -> None:
    table = random_table(3, range(2020, 2022), seed=6)
    declared = {**KAYA, "emissions": {"co2": {
        "emission": "co2", "drivers": {"intensity": {"label": "I", "formula": "so2 / gdp"}}
    }}}  # fmt: skip
    table["so2"] = table["co2"]
    table.loc[table["unit"] == "u001", "so2"] *= [1 + 1e-6, 3.0]
    table.loc[table["unit"] == "u002", "so2"] *= 1 + 1e-11
    found = made(Panel.from_frame(table, baseline=2020), framework({"kaya": declared}))
    (warning,) = found.warnings
    assert warning.text_key == "decomposition.no_identity"
    assert (warning.values["count"], warning.values["unit"], warning.values["year"]) == (2, "u001", 2021)
    assert str(warning.place.key) == "decompositions.kaya.emissions.co2"
    states = found.table[found.table["unit"] != ""].groupby("unit")["state"].unique()
    assert {unit: list(held) for unit, held in states.items()} == {
        "u000": ["defined"], "u001": ["missing"], "u002": ["defined"],
    }  # fmt: skip
    assert set(found.table[found.table["unit"] == ""]["units"]) == {2}


def test_units_of_measure_are_carried_through() -> None:
    table = random_table(2, range(2020, 2022), seed=7)
    plain = made(Panel.from_frame(table, baseline=2020), framework({"kaya": KAYA})).table
    shown = {**KAYA["emissions"]["co2"], "unit_of_measure": "kg"}
    declared = framework({"kaya": {**KAYA, "emissions": {"co2": shown, "so2": KAYA["emissions"]["so2"]}}})
    other = made(Panel.from_frame(table, baseline=2020), declared).table
    one, two = (pick(t, unit="u000", emission="co2", kind="additive") for t in (plain, other))
    assert set(one["unit_of_measure"]) == {"t"}
    assert set(two["unit_of_measure"]) == {"kg"}
    np.testing.assert_allclose(two["effect"], one["effect"] * 1000, rtol=1e-12)


def test_the_order_of_units_and_a_part_of_them_are_of_no_matter() -> None:
    table = random_table(6, range(2020, 2023), seed=8)
    declared = framework({"kaya": KAYA})
    one = made(Panel.from_frame(table, baseline=2020), declared)
    other = made(Panel.from_frame(table.sample(frac=1, random_state=1), baseline=2020), declared)
    pd.testing.assert_frame_equal(one.table, other.table)
    pd.testing.assert_frame_equal(one.directions, other.directions)
    few = made(Panel.from_frame(table[table["unit"] < "u003"], baseline=2020), declared).table
    mine = one.table[one.table["unit"].isin(["u000", "u001", "u002"])].reset_index(drop=True)
    pd.testing.assert_frame_equal(few[few["unit"] != ""].reset_index(drop=True), mine)


def test_few_years() -> None:
    table = random_table(3, range(2020, 2023), seed=9)
    declared = framework({"kaya": KAYA})
    # a single year, and the baseline as rank year: nothing leads anywhere
    alone = made(Panel.from_frame(table[table["year"] == 2020]), declared)
    assert alone.table.empty
    assert alone.directions.empty
    late = made(Panel.from_frame(table, baseline=2022), declared).table
    assert set(late["span"]) == {"step"}
    assert set(late["unit"]) == {""}
    # without a baseline the first scored year is one
    free = made(Panel.from_frame(table, period=(2021, 2022)), declared).table
    assert set(free["from"]) == {2021}
    # nobody has data in 2021: the step leads over that year
    hole = table.copy()
    hole.loc[hole["year"] == 2021, "co2"] = np.nan
    found = pick(made(Panel.from_frame(hole, baseline=2020), declared).table, unit="", span="step")
    assert set(zip(found["from"], found["to"], strict=True)) == {(2020, 2022)}


def test_nobody_has_all_years() -> None:
    table = random_table(2, range(2020, 2022), seed=10)
    table.loc[(table["unit"] == "u000") & (table["year"] == 2020), "co2"] = np.nan
    table.loc[(table["unit"] == "u001") & (table["year"] == 2021), "co2"] = np.nan
    found = made(Panel.from_frame(table, baseline=2020), framework({"kaya": KAYA})).table
    group = found[found["unit"] == ""]
    assert set(group["units"]) == {0}
    assert set(group["state"]) == {"missing"}


def test_units_without_a_type_are_no_group_of_their_own() -> None:
    table = random_table(3, range(2020, 2022), seed=12)
    roster = pd.DataFrame({"unit": ["u000", "u001", "u002"], "type": ["", "heavy", "heavy"]})
    found = made(Panel.from_frame(table, roster, baseline=2020), framework({"kaya": KAYA}))
    groups = pick(found.table, unit="", emission="co2", span="step", kind="additive", driver="population")
    assert groups[["type", "units"]].to_numpy().tolist() == [["", 3], ["heavy", 2]]
    assert found.directions[found.directions["unit"] == ""]["type"].tolist() == [""] * 3 + ["heavy"] * 3


def test_nothing_is_declared() -> None:
    panel = Panel.from_frame(random_table(2, range(2020, 2022), seed=11), baseline=2020)
    assert decompose(score(panel, framework({}), Methodology()).values) is None
