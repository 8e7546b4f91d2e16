"""Emission factors: the printed figures that the tables must hold, and the emissions that follow from them.

Source of the fuel figures: GB/T 2589-2008 with the provincial inventory guide, its column of kg CO2 by fuel; of the
electricity factors of 2023 the notice 公告2025年第47号, read from the shared oracle; of the others methods.md D4.
"""

import csv
from pathlib import Path

import pytest

from indicators.accounting import Activity, account, bundled_factors, fuel_factor
from indicators.errors import InputError
from indicators.units import factor

# fuel: (NCV kJ/kg or kJ/m3, kgce, t C/TJ, oxidation, kg CO2 per kg or m3), as printed
FUELS = {
    "raw_coal": (20908, 0.7143, 26.37, 0.94, 1.9003),
    "coke": (28435, 0.9714, 29.5, 0.93, 2.8604),
    "crude_oil": (41816, 1.4286, 20.1, 0.98, 3.0202),
    "fuel_oil": (41816, 1.4286, 21.1, 0.98, 3.1705),
    "gasoline": (43070, 1.4714, 18.9, 0.98, 2.9251),
    "kerosene": (43070, 1.4714, 19.5, 0.98, 3.0179),
    "diesel": (42652, 1.4571, 20.2, 0.98, 3.0959),
    "lpg": (50179, 1.7143, 17.2, 0.98, 3.1013),
    "refinery_gas": (46055, 1.5714, 18.2, 0.98, 3.0119),
    "natural_gas": (38931, 1.3300, 15.3, 0.99, 2.1622),
}
NATIONAL = {
    (2021, "average"): 0.5568, (2021, "excluding_traded_non_fossil"): 0.5942, (2021, "fossil"): 0.8426,
    (2022, "average"): 0.5366, (2022, "excluding_traded_non_fossil"): 0.5856, (2022, "fossil"): 0.8325,
    (2023, "average"): 0.5306, (2023, "excluding_traded_non_fossil"): 0.6096, (2023, "fossil"): 0.8273,
}  # fmt: skip
EARLIER = {
    2021: {"安徽": 0.7075, "华北": 0.7120},
    2022: {"云南": 0.1073, "四川": 0.1404, "广东": 0.4403, "北京": 0.5580, "黑龙江": 0.5368, "南方": 0.3869},
}
VARIANTS = {
    "全国平均": "average",
    "全国(不含市场化交易非化石)": "excluding_traded_non_fossil",
    "全国化石能源电力": "fossil",
}


def fuel_rows(root: Path) -> dict[str, dict[str, str]]:
    with (root / "configs" / "factors" / "fuels.csv").open(encoding="utf-8", newline="") as stream:
        return {row["code"]: row for row in csv.DictReader(stream)}


@pytest.mark.parametrize("fuel", FUELS)
def test_a_fuel_factor_is_the_printed_one(fuel: str) -> None:
    ncv, _, content, oxidation, printed = FUELS[fuel]
    row = bundled_factors().named("fuel", fuel)
    assert row.parts == {"ncv": ncv, "carbon_content": content, "oxidation": oxidation}
    assert f"{row.value:.4f}" == f"{printed:.4f}"
    assert row.unit_of_measure == ("kg/m^3" if fuel == "natural_gas" else "kg/kg")
    assert f"{float(fuel_factor(ncv / 1e3, content / 1e3, oxidation)):.4f}" == f"{printed:.4f}"


@pytest.mark.parametrize("fuel", FUELS)
def test_the_coal_equivalent_is_the_printed_one(fuel: str, root: Path) -> None:
    row = fuel_rows(root)[fuel]
    assert float(row["coal_equivalent"]) == FUELS[fuel][1]
    equivalent = float(row["ncv"]) * factor(row["ncv_unit_of_measure"], row["coal_equivalent_unit_of_measure"])
    # the printed ratios are of older calories, so that they are within 0.2 % of the division by 29 307 kJ
    assert equivalent == pytest.approx(float(row["coal_equivalent"]), rel=2e-3)


def test_there_are_the_ten_fuels_and_no_other(root: Path) -> None:
    assert set(bundled_factors().of_kind("fuel")) == set(FUELS) == set(fuel_rows(root))


def test_every_electricity_factor_of_2023_is_that_of_the_notice(shared: Path) -> None:
    with (shared / "oracles" / "grid-factors-2023.csv").open(encoding="utf-8-sig", newline="") as stream:
        printed = list(csv.DictReader(stream))
    assert len(printed) == 41
    table = bundled_factors()
    for row in printed:
        national = row["level"] == "national"
        found = table.electricity(
            2023, series="statistics", place="全国" if national else row["name"],
            variant=VARIANTS[row["name"]] if national else "average",
        ).factor  # fmt: skip
        assert f"{found.value:.4f}" == row["kgCO2_per_kWh"]
        assert (found.unit_of_measure, found.year, found.valid) == ("kg/kWh", 2023, (2023, 2023))
        assert "公告2025年第47号" in found.guide
    of_2023 = [row for row in table.of_kind("electricity").values() if row.year == 2023]
    assert len(of_2023) == 41


@pytest.mark.parametrize(("year", "variant"), NATIONAL)
def test_national_factors_are_of_their_own_year(year: int, variant: str) -> None:
    # two public repositories swap 2021 and 2022
    found = bundled_factors().electricity(year, series="statistics", place="CN", variant=variant).factor
    assert (found.value, found.year) == (NATIONAL[year, variant], year)


def test_the_earlier_years_hold_what_was_found_and_no_more() -> None:
    table = bundled_factors()
    for year, known in EARLIER.items():
        rows = {row.place: row.value for row in table.of_kind("electricity").values()
                if row.year == year and row.series == "statistics" and row.place != "CN"}  # fmt: skip
        assert rows == {table.place_of(name): value for name, value in known.items()}


def test_the_emissions_trading_series_is_another_one() -> None:
    table = bundled_factors()
    # 0.5703 is of 2022 (one repository dates it to 2020), 0.5810 of 2021, 0.6101 without a stated year
    rows = {row.year: row.value for row in table.of_kind("electricity").values() if row.series == "ets"}
    assert rows == {None: 0.6101, 2021: 0.5810, 2022: 0.5703}
    assert table.electricity(2022, series="ets", place="全国").factor.value == 0.5703
    assert table.electricity(2022, series="statistics", place="全国").factor.value == 0.5366
    # the series of the statistics knows 2023, which never fills the gap of the other
    with pytest.raises(InputError, match="'ets' has no electricity factor for '全国' in 2023"):
        table.electricity(2023, series="ets", place="全国")
    with pytest.raises(InputError, match="'ets' has no electricity factor for '全国' in 2020"):
        table.electricity(2020, series="ets", place="全国")


def test_the_transcription_in_doubt_is_marked() -> None:
    table = bundled_factors()
    for province in ("云南", "贵州"):
        assert "doubtful" in table.electricity(2023, series="statistics", place=province).factor.notes


@pytest.mark.parametrize(
    ("named", "gases"),
    [
        ("sar", {"ch4": 21.0, "n2o": 310.0}),
        ("ar5", {"ch4": 28.0, "n2o": 265.0}),
        ("ar6", {"ch4": 27.9, "ch4_biogenic": 27.0, "n2o": 273.0}),
    ],
)
def test_global_warming_potentials(named: str, gases: dict[str, float]) -> None:
    table = bundled_factors()
    assert table.gwp(named) == {"co2": 1.0, **gases}
    assert {row.confidence for row in table.of_kind("gwp").values()} == {"M"}


def test_heat_is_eleven_hundredths_of_a_tonne_a_gigajoule() -> None:
    heat = bundled_factors().named("heat", "heat-default")
    (emission,) = account(Activity("steam", "GJ", scope=2), ["a"], [2020], [1000.0], [heat])["emission"]
    assert emission == pytest.approx(110.0, rel=1e-12)
    assert heat.confidence == "M"


def test_every_row_says_where_it_comes_from_and_no_uncertainty_is_made_up() -> None:
    for row in bundled_factors().rows.values():
        assert row.guide
        assert row.table
        assert row.confidence in ("V", "H", "M")
        assert row.uncertainty is None


def test_every_province_of_the_roster_has_a_place(shared: Path) -> None:
    with (shared / "data" / "china-cities" / "roster.csv").open(encoding="utf-8-sig", newline="") as stream:
        provinces = {row["province"]: row["unit"][:2] for row in csv.DictReader(stream)}
    assert len(provinces) == 31
    table = bundled_factors()
    for name, digits in provinces.items():
        assert table.place_of(name) == f"{digits}0000"
        assert table.electricity(2023, series="statistics", place=name).factor.place == f"{digits}0000"
