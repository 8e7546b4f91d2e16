"""Codes in reported tables: units that the roster has, lacks or misspells."""

import pytest


def test_codes_are_one_however_a_table_writes_them(intake):
    path = intake.csv("unit,year,co2_t\n 110000 ,2014,1\n120000.0,2014,2\n")
    assert intake.tables(intake.wide(path)).reported["unit"].tolist() == ["110000", "120000"]


def test_units_outside_the_roster_are_counted_and_their_cells_not_looked_at(intake):
    path = intake.csv(
        "unit,year,co2_t\n110000,2014,1\n120000,2014,2\n130000,2014,—\n130000,2014,—\n140000,bad,x\n注：合计不含港澳台,,\n"
    )
    result = intake.tables(intake.wide(path))
    assert len(result.reported) == 2
    assert result.ignored_units == {"panel.csv": 3}


def test_a_roster_unit_that_no_table_holds(intake):
    first = intake.csv("unit,year,co2_t\n110000,2014,1\n", "a.csv")
    second = intake.csv("unit,year,co2_t\n120000,2014,\n", "b.csv")
    # a row without values is a row
    assert intake.tables(intake.wide(first), intake.wide(second)).reported["unit"].tolist() == ["110000"]
    assert intake.faults(intake.wide(first), intake.wide(second), roster=["110000", "130000"]) == [
        "assessment.yaml:9  data: unit 130000 of the roster has no row in any table"
    ]
    assert intake.faults(intake.wide(first), roster=["110000", "120000"], language="zh") == [
        "assessment.yaml:9  data: 名录中的评价单元 120000 在任何数据表中都没有记录"
    ]
    assert intake.tables(roster=["110000"]).reported.empty


def test_a_code_like_the_missing_one_is_named_unless_codes_are_numbers(intake):
    path = intake.csv("unit,year,co2_t\nPark-A,2014,1\nPark-C,2014,1\n")
    assert intake.faults(intake.wide(path), roster=["Park-C", "Park A"]) == [
        "panel.csv:2  unit: 'Park-A' is not in the roster, whose unit Park A has no row in any table; "
        "did you mean 'Park A'?"
    ]


@pytest.mark.parametrize("written", ["1100", "110000000000", "1100000", "10000", "101000", "１１００００"])
def test_a_misspelt_number_is_named_where_it_stands(intake, written):
    path = intake.csv(f"unit,year,co2_t\n120000,2014,1\n{written},2014,1\n")
    message = f"'{written}' is not in the roster, whose unit 110000 has no row in any table; did you mean '110000'?"
    assert intake.faults(intake.wide(path)) == [f"panel.csv:3  unit: {message}"]
    message = f"“{written}”不在名录中，而名录中的评价单元 110000 在任何数据表中都没有记录；是否应为“110000”？"
    assert intake.faults(intake.wide(path), language="zh") == [f"panel.csv:3  unit: {message}"]


def test_the_code_of_a_neighbour_is_no_misspelling(intake):
    path = intake.csv("unit,year,co2_t\n120000,2014,1\n110100,2014,1\n110200,2014,1\n")
    assert intake.faults(intake.wide(path)) == [
        "assessment.yaml:9  data: unit 110000 of the roster has no row in any table"
    ]


def test_codes_of_another_kind_are_one_fault_and_not_one_a_unit(intake):
    path = intake.csv("unit,year,co2_t\n北京市,2014,1\n天津市,2014,1\n")
    assert intake.faults(intake.wide(path)) == [
        "assessment.yaml:9  data: none of the 2 units of the roster has a row in any table; the roster holds codes "
        "such as 110000, the tables such as 北京市, 天津市; is the right column named?"
    ]


def test_absent_units_are_not_told_when_a_table_could_not_be_read(intake):
    path = intake.csv("unit,year,co2_t\n110000,2014,1\n")
    said = intake.faults(intake.wide(path), intake.wide("b.csv"))
    assert said == ["assessment.yaml:9  data[1].path: there is no file 'b.csv'"]


def test_a_blank_code_in_a_row_with_values(intake):
    path = intake.csv("unit,year,co2_t\n110000,2014,1\n,2014,5\n,2014,\n,,\n120000,2014,1\n")
    assert intake.faults(intake.wide(path)) == [
        "panel.csv:3  unit: the code of the unit is blank although the row holds something (of merged cells only the "
        "first holds the value)"
    ]
