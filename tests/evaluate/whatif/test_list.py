"""The list of measures: spreadsheets write it in many ways, and all of them are read alike."""

from pathlib import Path

import pandas as pd
import pytest

from evaluate.abatement.factors import electricity_factor, electricity_factors
from evaluate.abatement.measures_file import MeasureList, read_measures
from evaluate.abatement.targets import read_targets
from evaluate.forms import as_csv
from indicators.framework import Framework
from tests.evaluate.whatif.two_cities import FRAMEWORK, listed

PLAIN = "measure,name,unit,sector,cost,co2,so2,side:co2\nM1,锅炉,B,供热,10,-5,-0.5,0.25\n"


@pytest.fixture(scope="module")
def framework() -> Framework:
    import yaml

    return Framework.from_dict(yaml.safe_load(FRAMEWORK))


def read(folder: Path, framework: Framework, content: str, encoding: str = "utf-8", **given: str) -> MeasureList:
    return read_measures(listed(folder, content, encoding=encoding), framework, ["A", "B", "0012"], **given)


def assert_plain(found: MeasureList) -> None:
    assert (found.code, found.name, found.unit, found.sector) == (("M1",), ("锅炉",), ("B",), ("供热",))
    assert (found.cost.tolist(), found.cost_unit) == ([10], "1e4 CNY")
    assert {code: v.tolist() for code, v in found.direct.items()} == {"co2": [-5], "so2": [-0.5]}
    assert {code: v.tolist() for code, v in found.side.items()} == {"co2": [0.25]}
    assert (found.relocated_to, found.relocated_share.tolist()) == (("",), [0])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_with_and_without_a_mark_of_byte_order(encoding: str, tmp_path: Path, framework: Framework) -> None:
    assert_plain(read(tmp_path, framework, PLAIN, encoding))


def test_another_encoding_is_stated(tmp_path: Path, framework: Framework) -> None:
    path = listed(tmp_path, PLAIN, encoding="gb18030")
    assert_plain(read_measures(path, framework, ["B"], encoding="gb18030"))


def test_a_workbook_a_parquet_file_and_a_table(tmp_path: Path, framework: Framework) -> None:
    table = pd.DataFrame({
        "measure": ["M1"], "name": ["锅炉"], "unit": ["B"], "sector": ["供热"], "cost": [10], "co2": [-5.0],
        "so2": [-0.5], "side:co2": [0.25],
    })  # fmt: skip
    table.to_excel(tmp_path / "m.xlsx", index=False, engine="xlsxwriter")
    table.to_parquet(tmp_path / "m.parquet")
    for source in (tmp_path / "m.xlsx", tmp_path / "m.parquet", table):
        assert_plain(read_measures(source, framework, ["B"]))


def test_blank_rows_and_cells_are_no_effects(tmp_path: Path, framework: Framework) -> None:
    found = read(tmp_path, framework, "measure,unit,cost,co2,so2\n\nM1,B,0,-5,\n,,,,\nM2,A,3,,-1\n")
    assert found.code == ("M1", "M2")
    assert found.direct["co2"].tolist() == [-5, 0]
    assert found.direct["so2"].tolist() == [0, -1]
    assert [place.line for place in found.places] == [3, 5]


def test_units_of_measure_stand_in_the_header(tmp_path: Path, framework: Framework) -> None:
    found = read(
        tmp_path, framework,
        "measure,unit,cost [1e8 CNY],co2 [1e4 t],change:so2 [kg],electricity [kWh],electricity_factor,"
        "relocated_share [%],relocated_to\nM1,B,2,-3,-500,2000,0.5,25,A\n",
    )  # fmt: skip
    assert (found.cost.tolist(), found.cost_unit) == ([2], "1e8 CNY")
    assert found.direct["co2"].tolist() == [-30000]
    assert found.direct["so2"].tolist() == [-0.5]
    assert found.electricity.tolist() == [2]
    assert found.relocated_share.tolist() == [0.25]


def test_costs_are_given_out_in_the_unit_that_is_asked_for(tmp_path: Path, framework: Framework) -> None:
    content = "measure,unit,cost [1e8 CNY],co2\nM1,B,2,-3\n"
    found = read(tmp_path, framework, content, cost_unit="1e4 CNY")
    assert (found.cost.tolist(), found.cost_unit) == ([20000], "1e4 CNY")


def test_codes_of_digits_and_guarded_texts(tmp_path: Path, framework: Framework) -> None:
    table = pd.DataFrame({"measure": ["=M1"], "name": ["-x"], "unit": ["0012"], "cost": [1.0], "co2": [-1.0]})
    path = tmp_path / "guarded.csv"
    path.write_bytes(as_csv(table))
    assert "'=M1" in path.read_text(encoding="utf-8-sig")
    found = read_measures(path, framework, ["0012"])
    assert (found.code, found.name, found.unit) == (("=M1",), ("-x",), ("0012",))


def test_a_variable_that_is_called_like_a_column(framework: Framework) -> None:
    plain = framework.to_dict()
    plain["variables"]["cost"] = {"unit_of_measure": "t"}
    named = Framework.from_dict(plain)
    table = pd.DataFrame({"measure": ["M"], "unit": ["B"], "cost": [7.0], "change:cost": [-2.0]})
    found = read_measures(table, named, ["B"])
    assert (found.cost.tolist(), found.direct["cost"].tolist()) == ([7], [-2])


def test_factors_of_electricity() -> None:
    # Ministry of Ecology and Environment, announcement 2024 no. 12: national average of 2021, 0.5568 kg CO2/kWh
    assert electricity_factor("grid-2021-CN") == pytest.approx(0.5568)
    assert electricity_factor("0.5") == 0.5
    assert [electricity_factor(said) for said in ("nan", "inf", "-0.1", "grid")] == [None] * 4
    assert all(0 < value < 2 for value in electricity_factors().values())


def test_targets_of_a_file(tmp_path: Path, framework: Framework) -> None:
    path = listed(tmp_path, "unit,code,value,change,rule\nB,co2,,-0.18,\n,gdp,40,,at_least\n,sulphur,5,,\n", "t.csv")
    found = read_targets([path, "gdp=+5%", "intensity=2.5"], framework, ["A", "B"], baseline=True)
    assert [(t.unit, t.code, t.kind, t.amount, t.rule) for t in found] == [
        ("B", "co2", "change", -0.18, "at_most"),
        ("", "gdp", "value", 40, "at_least"),
        ("", "sulphur", "value", 5, "at_most"),
        ("", "gdp", "change", 0.05, "at_least"),
        ("", "intensity", "value", 2.5, "at_most"),
    ]
