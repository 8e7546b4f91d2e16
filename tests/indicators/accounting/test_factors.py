"""Tables of factors: what a row must say, how a factor is chosen, and what is said where there is none."""

from collections.abc import Iterator

import numpy as np
import pytest

from indicators.accounting import (
    Factor,
    FactorTable,
    bundled_factors,
    factors_from,
    fuel_emissions,
    fuel_factor,
    valid_in,
)
from indicators.accounting.factors import Extend
from indicators.errors import InputError, Place

GOOD = {
    "kind": "process", "code": "clinker", "substance": "co2", "value": "0.5", "unit_of_measure": "t/t",
    "guide": "own", "table": "1",
}  # fmt: skip
POWER = GOOD | {"kind": "electricity", "series": "own", "place": "park-1", "unit_of_measure": "kg/kWh"}
FUEL = {
    "kind": "fuel", "code": "peat", "substance": "co2", "guide": "own", "table": "1", "ncv": "10", "oxidation": "0.9",
    "ncv_unit_of_measure": "GJ/t", "carbon_content": "0.03", "carbon_content_unit_of_measure": "t/GJ",
}  # fmt: skip


def rows(*cells: dict[str, str]) -> list[Factor]:
    def placed() -> Iterator[tuple[dict[str, str], object]]:
        for number, row in enumerate(cells, start=2):
            yield row, lambda column, number=number: Place("own.csv", line=number, key=column)

    return factors_from(placed())  # type: ignore[arg-type]


def faults(*cells: dict[str, str]) -> list[str]:
    with pytest.raises(InputError) as caught:
        rows(*cells)
    return [fault.line() for fault in caught.value.faults]


def test_a_fuel_is_the_product_of_its_parts() -> None:
    (peat,) = rows(FUEL)
    assert peat.value == pytest.approx(10 * 0.03 * 0.9 * 44 / 12, rel=1e-14)  # t CO2 a tonne
    assert peat.unit_of_measure == "kg/kg"
    # the same fuel in other units of measure
    (other,) = rows(FUEL | {"ncv": "10000", "ncv_unit_of_measure": "kJ/kg", "carbon_content": "30",
                            "carbon_content_unit_of_measure": "t/TJ"})  # fmt: skip
    assert other.value == pytest.approx(peat.value, rel=1e-12)
    (stated,) = rows(GOOD | {"kind": "fuel", "code": "peat"})
    assert (stated.value, stated.parts) == (0.5, {})


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"kind": "proces"}, "kind: must be one of 'fuel', .*found 'proces'; did you mean 'process'"),
        ({"guide": ""}, "guide: this column must be filled"),
        ({"table": " "}, "table: this column must be filled"),
        ({"code": "a b"}, "code: a code holds only"),
        ({"value": "1,5"}, "value: expected a number of at least 0; found '1,5'"),
        ({"value": "-1"}, "value: expected a number of at least 0; found '-1'"),
        ({"value": "nan"}, "value: expected a number of at least 0; found 'nan'"),
        ({"value": "1e400"}, "value: expected a number"),
        ({"uncertainty": "5%"}, "uncertainty: expected a number of at least 0; found '5%'"),
        ({"year": "20"}, "year: expected a year; found '20'"),
        ({"valid_from": "2020"}, "valid_to: this column must be filled"),
        ({"valid_from": "2022", "valid_to": "2020"}, "valid_from: the last year 2020 is before the first year 2022"),
        ({"unit_of_measure": "tonnes CO2"}, "unit_of_measure: 'tonnes CO2' is no unit of measure"),
        ({"kind": "electricity"}, "place: this column must be filled"),
    ],
)
def test_a_row_that_is_wrong_is_refused_where_it_stands(change: dict[str, str], said: str) -> None:
    import re

    found = faults(GOOD, GOOD | {"code": "second"} | change)
    assert all(line.startswith("own.csv:3") for line in found)
    assert any(re.search(said, line) for line in found), found


def test_all_rows_are_told_at_once() -> None:
    assert len(faults(GOOD | {"guide": ""}, GOOD | {"value": "x"}, FUEL | {"oxidation": "1.2"})) == 3


def test_units_of_a_fuel_that_give_no_mass_are_refused() -> None:
    (line,) = faults(FUEL | {"carbon_content_unit_of_measure": "t"})
    assert "heat value times carbon content (GJ/t × t) should be a mass" in line


def test_validity_is_open_stated_or_not_stated() -> None:
    bare, open_, closed = rows(
        GOOD, GOOD | {"valid_from": "any", "valid_to": "2020"}, GOOD | {"valid_from": "2018", "valid_to": "2020"}
    )
    assert [row.covers(2020) for row in (bare, open_, closed)] == [False, True, True]
    assert [row.covers(2000) for row in (bare, open_, closed)] == [False, True, False]
    assert [row.years for row in (bare, open_, closed)] == ["?", "–2020", "2018–2020"]
    assert [row.distance(2023) for row in (bare, open_, closed)] == [float("inf"), 3, 3]


def test_a_blank_uncertainty_is_not_nought() -> None:
    blank, nought = rows(GOOD, GOOD | {"uncertainty": "0"})
    assert blank.uncertainty is None
    assert nought.uncertainty == 0


def test_a_row_joins_unless_it_contradicts() -> None:
    table = FactorTable({}).joined(rows(GOOD))
    assert table.joined(rows(GOOD)).rows == table.rows
    with pytest.raises(InputError, match="the factor 'clinker' is already there with other values"):
        table.joined(rows(GOOD | {"value": "0.6"}))
    with pytest.raises(InputError, match="the factor 'raw_coal' is already there"):
        bundled_factors().joined(rows(FUEL | {"code": "raw_coal"}))
    with pytest.raises(InputError, match="'b' is for the same use as 'clinker'"):
        FactorTable({}).joined(rows(POWER | {"year": "2020"}, POWER | {"code": "b", "year": "2020"}))


@pytest.mark.parametrize(
    ("kind", "code", "said"),
    [
        ("fuel", "raw_cole", "there is no fuel factor 'raw_cole'; there are: raw_coal, coke.*did you mean 'raw_coal'"),
        ("heat", "raw_coal", "there is no heat factor 'raw_coal'; there are: heat-default"),
        ("process", "clinker", "there is no process factor 'clinker'; factors of this kind come from a table"),
    ],
)
def test_a_code_without_a_factor_names_the_nearest(kind: str, code: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        bundled_factors().named(kind, code)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"series": "statistic"}, "no series 'statistic' .*; there are: statistics, ets; did you mean 'statistics'"),
        ({"place": "河北市"}, "'statistics' \\(average\\) has no electricity factor for '河北市'.*did you mean '河北"),
        ({"variant": "fosil"}, "no variant 'fosil'; there are: average, .*, fossil; did you mean 'fossil'"),
        ({"year": 2019}, "for '全国' in 2019; there are: 2021, 2022, 2023 \\(nearest: grid-2021-CN\\)"),
        ({"series": "ets", "place": "河北"}, "'ets' \\(average\\) has no electricity factor for '河北'; there are: CN"),
        ({"place": "河北", "year": 2022}, "for '河北' in 2022; there are: 2023 \\(nearest: grid-2023-130000\\)"),
    ],
)  # fmt: skip
def test_electricity_without_a_factor_names_what_there_is(changed: dict[str, object], said: str) -> None:
    asked = {"series": "statistics", "place": "全国", "variant": "average", "year": 2022} | changed
    with pytest.raises(InputError, match=said):
        bundled_factors().electricity(asked.pop("year"), **asked)  # type: ignore[arg-type]


@pytest.mark.parametrize(("year", "code"), [(2015, "grid-2021-CN"), (2022, "grid-2022-CN"), (2030, "grid-2023-CN")])
def test_the_nearest_year_is_taken_where_it_is_allowed(year: int, code: str) -> None:
    found = bundled_factors().electricity(year, series="statistics", place="CN", extend="nearest")
    assert (found.factor.code, found.extended) == (code, year != 2022)


def test_of_two_equally_near_the_earlier_is_taken() -> None:
    both = rows(*(POWER | {"code": f"y{y}", "year": y, "valid_from": y, "valid_to": y} for y in ("2018", "2020")))
    found = FactorTable({}).joined(both).electricity(2019, series="own", place="park-1", extend="nearest")
    assert found.factor.code == "y2018"


def test_overlapping_validity_gives_the_latest() -> None:
    both = rows(*(POWER | {"code": f"y{y}", "year": y, "valid_from": y, "valid_to": "any"} for y in ("2018", "2020")))
    table = FactorTable({}).joined(both)
    codes = [table.electricity(year, series="own", place="park-1").factor.code for year in (2019, 2020, 2025)]
    assert codes == ["y2018", "y2020", "y2020"]


@pytest.mark.parametrize("extend", [None, "nearest"])
def test_a_factor_beyond_its_years_needs_a_word(extend: Extend) -> None:
    (row,) = rows(GOOD | {"valid_from": "2018", "valid_to": "2020"})
    assert valid_in(row, [2018, 2020], extend).extended is False
    if extend:
        assert valid_in(row, [2020, 2021], extend).extended is True
    else:
        with pytest.raises(InputError, match="'clinker' is valid for 2018–2020, not for 2021, 2023"):
            valid_in(row, [2020, 2023, 2021], extend)


def test_fuel_emissions_keep_gaps_and_noughts_and_refuse_the_impossible() -> None:
    out = fuel_emissions([0.0, np.nan, 10.0], 20.908, 0.02637, 0.94)
    assert out[0] == 0
    assert np.isnan(out[1])
    assert out[2] == pytest.approx(10 * 20.908 * 0.02637 * 0.94 * 44 / 12, rel=1e-14)
    for wrong in ((-1, 20, 0.02, 1), (1, -20, 0.02, 1), (1, 20, 0.02, 1.01), (np.inf, 20, 0.02, 1)):
        with pytest.raises(ValueError, match="at least 0"):
            fuel_emissions(*wrong)
    assert np.isnan(fuel_factor(np.nan, 1, 1))
