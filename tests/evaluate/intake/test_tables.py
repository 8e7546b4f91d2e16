"""Reported tables: the three layouts, years, missing values, conversion, ranges, conflicts."""

import time

import numpy as np
import pandas as pd
import pytest

CO2 = {"variable": "co2", "unit_of_measure": "t"}
SO2 = {"variable": "so2", "unit_of_measure": "t"}
COLUMNS = [
    "unit", "year", "variable", "value", "unit_of_measure",
    "file", "sheet", "row", "column", "reported_value", "reported_unit_of_measure",
]  # fmt: skip


def test_wide_table_keeps_every_value_with_its_cell(intake):
    path = intake.csv("unit,year,co2_t,note\n120000,2015,3.5,x\n110000,2014,1e2,\n110000,2015,,y\n")
    reported = intake.tables(intake.wide(path)).reported
    assert list(reported.columns) == COLUMNS
    # sorted by unit and year; the empty cell has no row; rows are counted with the header
    assert reported.values.tolist() == [
        ["110000", 2014, "co2", 100.0, "t", "panel.csv", "", 3, "co2_t", "1e2", "t"],
        ["120000", 2015, "co2", 3.5, "t", "panel.csv", "", 2, "co2_t", "3.5", "t"],
    ]
    assert reported["year"].dtype == np.int64
    assert reported["value"].dtype == np.float64


def test_long_table_takes_the_items_named_and_ignores_others(intake):
    path = intake.csv(
        "unit,year,item,amount\n110000,2014,排放量,1\n110000,2014,SO2,2\n110000,2014,dust,?\n120000,2014,SO2,4\n"
    )
    source = {
        "path": path, "layout": "long", "unit": "unit", "year": "year", "variable": "item", "value": "amount",
        "variables": {"排放量": CO2, "SO2": {"variable": "so2", "unit_of_measure": "kg"}},
    }  # fmt: skip
    reported = intake.tables(source).reported
    assert reported[["unit", "variable", "value", "row", "column"]].values.tolist() == [
        ["110000", "co2", 1.0, 2, "amount"],
        ["110000", "so2", 0.002, 3, "amount"],
        ["120000", "so2", 0.004, 5, "amount"],
    ]


def test_years_table_reads_one_column_a_year(intake):
    path = intake.csv("unit,C2013,C2014,C2015\n110000,1,2,3\n120000,4,,6\n")
    source = {
        "path": path, "layout": "years", "unit": "unit", "prefix": "C", "from": 2013, "to": 2015,
        "variable": "co2", "unit_of_measure": "Mt",
    }  # fmt: skip
    reported = intake.tables(source).reported
    # 2013 is not needed; Mt become t
    assert reported[["unit", "year", "value", "column", "reported_value"]].values.tolist() == [
        ["110000", 2014, 2e6, "C2014", "2"],
        ["110000", 2015, 3e6, "C2015", "3"],
        ["120000", 2015, 6e6, "C2015", "6"],
    ]


def test_years_table_names_missing_columns_and_repeated_units(intake):
    path = intake.csv("unit,C2014\n110000,1\n120000,2\n110000.0,3\n")
    source = {
        "path": path, "layout": "years", "unit": "unit", "prefix": "C", "from": 2014, "to": 2015,
        "variable": "co2", "unit_of_measure": "t",
    }  # fmt: skip
    assert intake.faults(source) == [
        "panel.csv:1  data[0]: there is no column 'C2015' in header row 1; there are: unit, C2014; "
        "did you mean 'C2014'?",
        "panel.csv:4  unit: unit 110000 stands twice: in row 2 and row 4",
    ]


def test_one_year_may_be_stated_for_a_whole_table(intake):
    path = intake.csv("unit,co2_t\n110000,1\n120000,2\n120000,3\n")
    said = intake.faults(intake.wide(path, year=2014))
    assert said == ["panel.csv:4  unit: unit 120000 stands twice: in row 3 and row 4"]
    path = intake.csv("unit,co2_t\n110000,1\n120000,2\n")
    assert intake.tables(intake.wide(path, year=2014)).reported["year"].tolist() == [2014, 2014]
    assert intake.tables(intake.wide(path, year=2013)).reported.empty


def test_years_may_be_written_as_spreadsheets_write_them(intake):
    path = intake.csv("unit,year,co2_t\n110000,2014,1\n110000, 2015.0 ,2\n120000,2014.00,3\n")
    assert intake.tables(intake.wide(path)).reported["year"].tolist() == [2014, 2015, 2014]


def test_what_is_no_year_is_said_with_the_year_meant(intake):
    path = intake.csv("unit,year,co2_t\n110000,2015年,1\n120000,千禧,2\n110000,２０１４,3\n120000,201,4\n120000,,5\n")
    assert intake.faults(intake.wide(path)) == [
        "panel.csv:2  year: '2015年' is no year from 1900 to 2200 (unit 110000); did you mean '2015'?",
        "panel.csv:3  year: '千禧' is no year from 1900 to 2200 (unit 120000)",
        "panel.csv:4  year: '２０１４' is no year from 1900 to 2200 (unit 110000); did you mean '2014'?",
        "panel.csv:5  year: '201' is no year from 1900 to 2200 (unit 120000)",
        "panel.csv:6  year: the year is blank although the row holds values (unit 120000)",
    ]
    assert intake.faults(intake.wide(path), language="zh")[0] == (
        "panel.csv:2  year: '2015年' 不是年份（1900–2200）（评价单元 110000）；是否应为“2015”？"
    )


@pytest.mark.parametrize(
    ("cell", "message"),
    [
        ('"12,345"', "'12,345' is no number (unit 110000, year 2014); did you mean '12345'?"),
        ("１２３", "'１２３' is no number (unit 110000, year 2014); did you mean '123'?"),
        ("1_000", "'1_000' is no number (unit 110000, year 2014); did you mean '1000'?"),
        ("−5", "'−5' is no number (unit 110000, year 2014); did you mean '-5'?"),
        ("0x10", "'0x10' is no number (unit 110000, year 2014)"),
        ("TRUE", "'TRUE' is no number (unit 110000, year 2014)"),
        ("约12", "'约12' is no number (unit 110000, year 2014)"),
        ("inf", "'inf' is no finite number (unit 110000, year 2014)"),
        ("1e999", "'1e999' is no finite number (unit 110000, year 2014)"),
        (
            "12%",
            "'12%' is no number (unit 110000, year 2014); write 12 and state the unit of measure as %, "
            "or write the share as a decimal",
        ),
        (
            "12吨",
            "'12吨' is more than a number (unit 110000, year 2014); the cell holds the number alone, "
            "its unit of measure stands in unit_of_measure",
        ),
        (
            "#DIV/0!",
            "the cell holds the error #DIV/0! (unit 110000, year 2014); mend it or, if it stands for a missing value, "
            'state missing: ["#DIV/0!"]',
        ),
        (
            "—",
            "'—' is no number (unit 110000, year 2014); if it stands for a missing value, state missing: [\"—\"]",
        ),
        (
            "nan",
            "'nan' is no number (unit 110000, year 2014); if it stands for a missing value, state missing: [\"nan\"]",
        ),
        (
            "缺失",
            "'缺失' is no number (unit 110000, year 2014); if it stands for a missing value, state missing: [\"缺失\"]",
        ),
        ("12\u200b", "'12\\u200b' is no number (unit 110000, year 2014); did you mean '12'?"),
    ],
)
def test_text_in_a_number_column_is_said_with_cell_and_value(intake, cell, message):
    path = intake.csv(f"unit,year,co2_t\n110000,2014,{cell}\n120000,2014,1\n")
    assert intake.faults(intake.wide(path)) == [f"panel.csv:2  co2_t: {message}"]


def test_text_in_a_number_column_in_chinese(intake):
    path = intake.csv('unit,year,co2_t\n110000,2014,"12,345"\n120000,2014,—\n')
    assert intake.faults(intake.wide(path), language="zh") == [
        "panel.csv:2  co2_t: '12,345' 不是数字（评价单元 110000，2014 年）；是否应为“12345”？",
        "panel.csv:3  co2_t: '—' 不是数字（评价单元 120000，2014 年）；若表示缺失，请写 missing: [\"—\"]",
    ]


def test_only_an_empty_cell_is_missing_unless_more_is_listed(intake):
    path = intake.csv("unit,year,co2_t\n110000,2014, \n110000,2015,-\n120000,2014,-999\n120000,2015,1\n")
    reported = intake.tables(intake.wide(path, missing=["-", " -999 "])).reported
    assert reported[["unit", "year"]].values.tolist() == [["120000", 2015]]
    assert (
        len(intake.tables(intake.wide(intake.csv("unit,year,co2_t\n110000,2014,-999\n120000,2014,1\n"))).reported) == 2
    )


def test_cells_of_years_that_are_not_read_are_not_looked_at(intake):
    path = intake.csv("unit,year,co2_t\n110000,2001,—\n110000,2002,-4\n110000,2014,1\n120000,2014,2\n")
    assert len(intake.tables(intake.wide(path), ranges={"co2": [0, None]}).reported) == 2


def test_a_row_twice_names_both_rows(intake):
    path = intake.csv("unit,year,co2_t\n110000,2014,1\n120000,2014,1\n110000.0,2014,2\n")
    assert intake.faults(intake.wide(path)) == [
        "panel.csv:4  unit: unit 110000, year 2014 stands twice: in row 2 and row 4"
    ]
    assert intake.faults(intake.wide(path), language="zh") == [
        "panel.csv:4  unit: 评价单元 110000 的 2014 年重复：第 2 行和第 4 行"
    ]


def test_an_item_twice_names_both_rows(intake):
    path = intake.csv("unit,year,item,v\n110000,2014,a,1\n110000,2014,b,1\n110000,2014,a,3\n120000,2014,a,\n")
    source = {
        "path": path, "layout": "long", "unit": "unit", "year": "year", "variable": "item", "value": "v",
        "variables": {"a": CO2, "b": SO2},
    }  # fmt: skip
    assert intake.faults(source) == [
        "panel.csv:4  unit: unit 110000, year 2014, item 'a' stands twice: in row 2 and row 4"
    ]


def test_an_item_that_no_row_names(intake):
    path = intake.csv("unit,year,item,v\n110000,2014,carbon dioxide,1\n120000,2014,carbon dioxide,1\n120000,2014,,7\n")
    source = {
        "path": path, "layout": "long", "unit": "unit", "year": "year", "variable": "item", "value": "v",
        "variables": {"carbon dioxyde": CO2},
    }  # fmt: skip
    assert intake.faults(source) == [
        "panel.csv  item: no row names the item 'carbon dioxyde' (data[0].variables.carbon dioxyde); "
        "did you mean 'carbon dioxide'?",
        "panel.csv:4  item: the item is blank although the row holds a value (of merged cells only the first holds "
        "the value)",
    ]


def test_the_same_variable_from_two_tables_names_both_places(intake):
    first = intake.csv("unit,year,co2_t\n110000,2014,1\n120000,2014,1\n", "a.csv")
    second = intake.xlsx(["unit", "year", "co2_t"], [110000, 2014, 7], [110000, 2015, None])
    assert intake.faults(intake.wide(first), intake.wide(second)) == [
        "panel.xlsx 数据!C2  co2_t: variable co2 of unit 110000, year 2014 is also given at a.csv:2, column 'co2_t'"
    ]


def test_tables_that_complete_each_other_are_no_conflict(intake):
    first = intake.csv("unit,year,co2_t\n110000,2014,1\n120000,2014,\n", "a.csv")
    second = intake.csv("unit,year,co2_t\n110000,2014,\n120000,2014,2\n", "b.csv")
    assert intake.tables(intake.wide(first), intake.wide(second)).reported["file"].tolist() == ["a.csv", "b.csv"]


def test_two_columns_for_one_variable_are_a_conflict_where_both_hold_a_value(intake):
    path = intake.csv("unit,year,old,new\n110000,2014,1,\n120000,2014,1,2\n")
    source = intake.wide(path, columns={"old": CO2, "new": CO2})
    assert intake.faults(source) == [
        "panel.csv:3  new: variable co2 of unit 120000, year 2014 is also given at panel.csv:3, column 'old'"
    ]


def test_a_value_out_of_range(intake):
    path = intake.csv("unit,year,so2_t\n130200,2014,-4.2\n130200,2015,0\n")
    source = intake.wide(path, columns={"so2_t": SO2})
    # the message of the design page
    assert intake.faults(source, roster=["130200"], ranges={"so2": [0, None]}) == [
        "panel.csv:2  so2_t: -4.2 is below the allowed minimum 0 (unit 130200, year 2014)"
    ]
    assert intake.faults(source, roster=["130200"], ranges={"so2": [None, -1]}, language="zh") == [
        "panel.csv:3  so2_t: 0 高于允许的最大值 -1（评价单元 130200，2015 年）"
    ]


def test_a_range_holds_in_the_variables_own_unit_of_measure(intake):
    path = intake.csv("unit,year,so2\n110000,2014,5\n120000,2014,1\n")
    source = intake.wide(path, columns={"so2": {"variable": "so2", "unit_of_measure": "kt"}})
    assert intake.faults(source, ranges={"so2": [0, 4000]}) == [
        "panel.csv:2  so2: 5 kt = 5000 t is above the allowed maximum 4000 (unit 110000, year 2014)"
    ]


def test_units_of_measure_that_do_not_fit_are_located(intake):
    path = intake.csv("unit,year,co2_t\n110000,2014,5\n120000,2014,1\n")
    source = intake.wide(path, columns={"co2_t": {"variable": "co2", "unit_of_measure": "km^2"}})
    assert intake.faults(source) == [
        "data[0].columns.co2_t.unit_of_measure: units of measure do not fit: km^2 cannot become t"
    ]


def test_a_variable_that_the_framework_lacks_is_left_to_the_check(intake):
    path = intake.csv("unit,year,co2_t\n110000,2014,—\n120000,2014,1\n")
    source = intake.wide(path, columns={"co2_t": {"variable": "nothing", "unit_of_measure": "t"}})
    assert intake.tables(source).reported.empty


def test_many_faults_of_one_kind_are_counted(intake):
    rows = "".join(f"{unit},2014,—\n" for unit in range(1000, 1030))
    path = intake.csv("unit,year,co2_t\n" + rows + "1030,2014,y\n")
    said = intake.faults(intake.wide(path), roster=[str(unit) for unit in range(1000, 1031)])
    assert len(said) == 22
    assert said[19].startswith("panel.csv:21  co2_t: '—' is no number")
    # another kind in the same column is still shown
    assert said[20] == "panel.csv:32  co2_t: 'y' is no number (unit 1030, year 2014)"
    assert said[21] == "panel.csv  co2_t: … and 10 more faults of this kind in this column"


def test_faults_of_all_tables_come_together(intake):
    first = intake.csv("unit,year,co2_t\n110000,2014,x1\n120000,2014,1\n", "a.csv")
    second = intake.csv("unit,year\n110000,2014\n", "b.csv")
    third = intake.csv("", "c.csv")
    said = intake.faults(intake.wide(first), intake.wide(second), intake.wide(third), intake.wide("d.csv"))
    assert said == [
        "a.csv:2  co2_t: 'x1' is no number (unit 110000, year 2014)",
        "b.csv:1  data[1].columns.co2_t: there is no column 'co2_t' in header row 1; there are: unit, year",
        "assessment.yaml:9  data[2].path: the file or sheet is empty",
        "assessment.yaml:9  data[3].path: there is no file 'd.csv'; did you mean 'c.csv'?",
    ]


def test_an_empty_table(intake):
    for name, text in {"a.csv": "unit,year,co2_t\n", "b.csv": "unit,year,co2_t\n,,\n , ,\n\n"}.items():
        assert intake.faults(intake.wide(intake.csv(text, name))) == [
            f"{name}:1  the table is empty: there is no row below the column names"
        ]


def test_rows_of_another_length_than_the_header(intake):
    path = intake.csv("unit,year,co2_t,so2\n110000,2014,12,345,6\n120000,2014\n")
    said = intake.faults(intake.wide(path, columns={"co2_t": CO2, "so2": SO2}))
    assert said == [
        "panel.csv:2  unit: the row has 5 cells, the header row 4; is there a comma inside a number, such as 12,345?",
    ]
    path = intake.csv("unit,year,co2_t,note\n110000,2014,12\n120000,2014,3,,,\n")
    assert len(intake.tables(intake.wide(path)).reported) == 2


def test_names_may_hold_any_character(intake):
    code = "<b>{x}\x1b[1m'=1"
    path = intake.csv(f'unit,year,co2_t\n"{code}",2014,bad\n')
    said = intake.faults(intake.wide(path), roster=[code])
    assert said == ["panel.csv:2  co2_t: 'bad' is no number (unit <b>{x}\\u001b[1m'=1, year 2014)"]


def test_values_that_overflow_in_conversion(intake):
    path = intake.csv("unit,year,co2_t\n110000,2014,1e308\n120000,2014,1\n")
    source = intake.wide(path, columns={"co2_t": {"variable": "co2", "unit_of_measure": "Mt"}})
    assert intake.faults(source) == ["panel.csv:2  co2_t: '1e308' is no finite number (unit 110000, year 2014)"]


def test_sixty_thousand_rows_are_read_fast(intake):
    # 300 units x 200 years, six columns of numbers; the bound is generous: it catches loops over cells, no more
    units, years = np.arange(100000, 100300), np.arange(1950, 2150)
    frame = pd.DataFrame({"unit": np.repeat(units, 200), "year": np.tile(years, 300)})
    for number in range(6):
        frame[f"c{number}"] = np.round(np.sin(frame.index + number) * 1e5, 3)
    path = intake.csv(frame.to_csv(index=False))
    source = intake.wide(path, columns={"c0": CO2, "c1": SO2})
    intake.tables(source, roster=["100000"])
    begun = time.perf_counter()
    result = intake.tables(source, roster=[str(unit) for unit in units], years=years.tolist())
    assert time.perf_counter() - begun < 5
    assert len(result.reported) == 120_000
    kept = result.reported.query("variable == 'co2'").reset_index(drop=True)
    assert np.array_equal(kept["value"], frame["c0"])
