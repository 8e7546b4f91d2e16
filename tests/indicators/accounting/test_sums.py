"""Lines and their sums: by hand, by Monte Carlo, and what must not be added up."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

from indicators.accounting import (
    FIGURES,
    Activity,
    Factor,
    account,
    bundled_factors,
    line_uncertainty,
    measured,
    net,
    signed,
    total,
    unit_totals,
    unreported,
)
from indicators.accounting.lines import LINES
from indicators.errors import InputError

COAL = bundled_factors().named("fuel", "raw_coal")


def factor(code: str, value: float, uncertainty: float | None, substance: str = "co2", unit: str = "t/t") -> Factor:
    return Factor("process", code, substance, value, unit, {}, "tests", "1", uncertainty=uncertainty)


def line(unit: str, activity: Activity, amount: float, row: Factor, year: int = 2020) -> pd.DataFrame:
    return account(activity, [unit], [year], [amount], [row])


def stated(unit: str, mass: float, kind: Any = "gross", scope: int | None = 1, substance: str = "co2") -> pd.DataFrame:
    return measured(Activity(f"{kind}-{scope}", "t", kind, scope), substance, [unit], [2020], [mass])


def table(*parts: pd.DataFrame) -> pd.DataFrame:
    return pd.concat(parts, ignore_index=True)


def test_gross_removals_sold_and_net_are_apart() -> None:
    # by hand: 100 + 40 emitted, 30 removed, 12 of them sold: net 140 - (30 - 12) = 122
    lines = table(
        stated("a", 100), stated("a", 40, scope=2), stated("a", 30, "removal", None), stated("a", 12, "sold", None)
    )
    (row,) = unit_totals(lines, substance="co2", of="net").to_dict("records")
    assert [row[name] for name in ("gross", "removals", "sold", "net", "value")] == [140, 30, 12, 122, 122]
    assert net(140, 30, 12) == 122
    for of, expected in (("gross", 140), ("removals", 30), ("sold", 12)):
        assert unit_totals(lines, substance="co2", of=of)["value"].tolist() == [expected]  # type: ignore[arg-type]
    assert unit_totals(lines, substance="co2", scopes=[1], of="net")["value"].tolist() == [82]


def test_a_sold_removal_leaves_the_sellers_net_whole() -> None:
    # who sells all that is removed has a net of the gross emissions
    lines = table(stated("a", 50), stated("a", 20, "removal", None), stated("a", 20, "sold", None))
    assert unit_totals(lines, substance="co2", of="net")["value"].tolist() == [50]


def test_signs() -> None:
    assert {of: [signed(kind, of) for kind in ("gross", "removal", "sold")] for of in FIGURES} == {
        "gross": [1, 0, 0], "removals": [0, 1, 0], "sold": [0, 0, 1], "net": [1, -1, 1],
    }  # fmt: skip


def test_gases_are_weighted_with_the_set_that_is_named() -> None:
    # by hand: 1000 + 10 t CH4 and 2 t N2O; SO2 is no gas of the set
    lines = table(
        stated("a", 1000), stated("a", 10, substance="ch4"), stated("a", 2, substance="n2o"),
        stated("a", 5, substance="so2"),
    )  # fmt: skip
    for named, expected in (("sar", 1000 + 210 + 620), ("ar5", 1000 + 280 + 530), ("ar6", 1000 + 279 + 546)):
        gwp = bundled_factors().gwp(named)
        assert unit_totals(lines, substance="co2e", gwp=gwp)["value"].tolist() == pytest.approx([expected], rel=1e-14)
    with pytest.raises(InputError, match="needs a stated set of global warming potentials"):
        unit_totals(lines, substance="co2e")
    assert unit_totals(lines, substance="so2")["value"].tolist() == [5]


def test_a_missing_line_makes_its_figure_missing_and_no_other() -> None:
    coal = Activity("coal", "t")
    lines = table(stated("a", 3), unreported(coal, "co2", ["a"], [2020], zero=False), stated("a", 1, "removal", None))
    (row,) = unit_totals(lines, substance="co2", of="net").to_dict("records")
    assert np.isnan(row["value"])
    assert (row["state"], row["removals"]) == ("incomplete", 1)
    assert np.isnan(row["uncertainty"])
    found = total(lines, substance="co2")
    assert (found.state, np.isnan(found.value)) == ("incomplete", True)
    absent = table(stated("a", 3), unreported(coal, "co2", ["a"], [2020], zero=True))
    assert total(absent, substance="co2").value == 3


def test_amounts_and_factors_are_converted() -> None:
    # 2 x 10^4 kWh at 0.5306 kg/kWh are 10.612 t
    power = bundled_factors().electricity(2023, series="statistics", place="CN").factor
    made = line("a", Activity("power", "1e4 kWh", scope=2), 2, power, 2023)
    assert list(made.columns) == list(LINES)
    assert made["emission"].tolist() == pytest.approx([10.612], rel=1e-14)
    with pytest.raises(InputError, match="an amount in 'm\\^3' times a factor in 'kg/kWh' is no mass"):
        line("a", Activity("power", "m^3"), 2, power)
    with pytest.raises(InputError, match="too large to be computed"):
        line("a", Activity("coal", "t"), 1e308, factor("big", 1e10, None))


def test_uncertainty_of_a_line_is_the_root_of_the_sum_of_squares() -> None:
    # IPCC 2006 Guidelines, volume 1, chapter 3, equation 3.1: 3 % and 4 % are 5 %
    assert line_uncertainty(0.03, 0.04) == pytest.approx(0.05, rel=1e-14)
    made = line("a", Activity("x", "t", uncertainty=0.03), 1, factor("f", 1, 0.04))
    assert made["uncertainty"].tolist() == pytest.approx([0.05])


def test_what_is_not_stated_is_not_nought() -> None:
    known, blank = factor("f", 1, 0.04), factor("g", 1, None)
    certain = Activity("x", "t", uncertainty=0.03)
    lines = table(line("a", certain, 75, known), line("a", Activity("y", "t", uncertainty=0.03), 25, blank))
    assert lines["uncertainty"].isna().tolist() == [False, True]
    (row,) = unit_totals(lines, substance="co2").to_dict("records")
    assert np.isnan(row["uncertainty"])
    assert row["stated"] == 0.75
    # a line of nothing hides nothing
    lines = table(line("a", certain, 75, known), line("a", Activity("y", "t"), 0, blank))
    (row,) = unit_totals(lines, substance="co2").to_dict("records")
    assert (row["uncertainty"], row["stated"]) == (pytest.approx(3.75), 1)


def draws(seed: int) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any], pd.DataFrame]:
    """Draw net and CO2e totals with errors shared as the rule says; return them and the lines."""
    rng = np.random.default_rng(seed)
    n = 400_000
    amounts = {"coal_heat": (100.0, 0.04), "coal_power": (60.0, 0.06), "gas": (50.0, 0.03), "forest": (20.0, 0.08)}
    factors = {"coal": (1.9, 0.05), "gas": (2.2, 0.02), "grown": (1.5, 0.1), "leak": (0.01, 0.2)}
    a = {code: size * (1 + spread * rng.standard_normal(n)) for code, (size, spread) in amounts.items()}
    f = {code: value * (1 + spread * rng.standard_normal(n)) for code, (value, spread) in factors.items()}
    drawn_net = (a["coal_heat"] + a["coal_power"]) * f["coal"] + a["gas"] * f["gas"] - a["forest"] * f["grown"]
    drawn_gas = a["gas"] * f["gas"] + 28 * a["gas"] * f["leak"]
    row = {code: factor(code, value, spread) for code, (value, spread) in factors.items()}
    row["leak"] = factor("leak", 0.01, 0.2, "ch4")
    act = {c: Activity(c, "t", uncertainty=s) for c, (_, s) in amounts.items()}
    act["forest"] = Activity("forest", "t", "removal", None, 0.08)
    lines = table(
        line("a", act["coal_heat"], 100, row["coal"]), line("a", act["coal_power"], 60, row["coal"]),
        line("a", act["gas"], 50, row["gas"]), line("a", act["gas"], 50, row["leak"]),
        line("a", act["forest"], 20, row["grown"]),
    )  # fmt: skip
    return drawn_net, drawn_gas, lines


def test_the_uncertainty_of_sums_is_that_of_monte_carlo_draws() -> None:
    drawn_net, drawn_gas, lines = draws(seed=20060)
    (row,) = unit_totals(lines, substance="co2", of="net").to_dict("records")
    assert row["value"] == pytest.approx(drawn_net.mean(), rel=2e-3)
    # 400 000 draws know a standard deviation to 0.1 %; the rule is of first order
    assert row["uncertainty"] == pytest.approx(drawn_net.std(), rel=0.01)
    independent = np.sqrt(((lines["emission"] * lines["uncertainty"])[lines["substance"] == "co2"] ** 2).sum())
    assert row["uncertainty"] > 1.05 * independent  # the shared factor matters
    gwp = bundled_factors().gwp("ar5")
    (row,) = unit_totals(lines, substance="co2e", gwp=gwp, activities=["gas"]).to_dict("records")
    assert row["uncertainty"] == pytest.approx(drawn_gas.std(), rel=0.01)
    # over units the same rule: one factor for all
    found = total(lines, substance="co2", of="net")
    assert found.uncertainty == pytest.approx(drawn_net.std(), rel=0.01)


def test_one_factor_over_units_is_fully_correlated() -> None:
    # two units, no error of the amounts: 10 % of 100 + 300, not of the root of their squares
    exact, row = Activity("coal", "t", uncertainty=0.0), factor("f", 1, 0.1)
    lines = table(line("a", exact, 100, row), line("b", exact, 300, row))
    assert total(lines, substance="co2").uncertainty == pytest.approx(40)
    apart = table(line("a", exact, 100, row), line("b", exact, 300, factor("g", 1, 0.1)))
    assert total(apart, substance="co2").uncertainty == pytest.approx(np.hypot(10, 30))


def both_scopes() -> pd.DataFrame:
    return table(*(stated(u, x, scope=s) for u in ("city", "park", "zone") for s, x in ((1, 10.0), (2, 4.0), (3, 1.0))))


def test_scopes_one_and_two_of_several_units_are_refused() -> None:
    lines = both_scopes()
    for of in ("gross", "net"):
        with pytest.raises(InputError, match="scopes 1 and 2 of 3 units must not be added up"):
            total(lines, substance="co2", scopes=[1, 2], of=of)  # type: ignore[arg-type]
    assert total(lines, substance="co2", scopes=[1, 2], units=["park"]).value == 14
    assert total(lines, substance="co2", scopes=[1]).value == 30
    assert total(lines, substance="co2", scopes=[2]).value == 12
    assert total(lines, substance="co2", scopes=[1, 2], purchased_from_outside=True).value == 42
    with pytest.raises(InputError, match="scope 3 of 3 units"):
        total(lines, substance="co2", scopes=[1, 3], purchased_from_outside=True)


def test_a_park_and_its_city_are_refused() -> None:
    lines = both_scopes()
    with pytest.raises(InputError, match="'park' lies within 'city'"):
        total(lines, substance="co2", within={"park": "city"})
    # through a district that is not summed itself
    with pytest.raises(InputError, match="'zone' lies within 'city'"):
        total(lines, substance="co2", units=["zone", "city"], within={"zone": "district", "district": "city"})
    assert total(lines, substance="co2", units=["zone", "park"], within={"park": "city", "zone": "city"}).value == 20
    with pytest.raises(InputError, match="'zone' lies within itself"):
        total(lines, substance="co2", units=["zone"], within={"zone": "a", "a": "zone"})


def test_an_unknown_unit_and_several_years_are_refused() -> None:
    lines = table(stated("park", 1), line("park", Activity("coal", "t"), 1, COAL, 2021))
    with pytest.raises(InputError, match="no unit 'prak' in the accounts; did you mean 'park'"):
        total(lines, substance="co2", units=["prak"])
    with pytest.raises(InputError, match="several years \\(2020, 2021\\)"):
        total(lines, substance="co2")
    assert total(lines, substance="co2", year=2020).value == 1


def test_nothing_to_sum_is_a_state() -> None:
    found = total(table(stated("a", 1)), substance="ch4")
    assert (found.state, found.lines, np.isnan(found.value)) == ("empty", 0, True)
    assert unit_totals(table(stated("a", 1)), substance="ch4").empty


def test_the_order_of_lines_does_not_matter() -> None:
    _, _, lines = draws(seed=1)
    lines = pd.concat([lines, lines.assign(unit="b")], ignore_index=True)
    mixed = lines.sample(frac=1, random_state=3)
    pd.testing.assert_frame_equal(
        unit_totals(lines, substance="co2", of="net"), unit_totals(mixed, substance="co2", of="net"), rtol=1e-14
    )


def test_a_change_of_unit_of_measure_changes_nothing() -> None:
    tonnes = line("a", Activity("coal", "t", uncertainty=0.1), 12_000, COAL)
    kilotonnes = line("a", Activity("coal", "kt", uncertainty=0.1), 12, COAL)
    assert tonnes["emission"].tolist() == pytest.approx(kilotonnes["emission"].tolist(), rel=1e-14)
