"""The roster: names, types and cohorts as texts, and every fault with its row."""

import datetime as dt

import openpyxl
import pandas as pd

TYPES = ["resource", "industrial", "comprehensive", "ecological"]
AT = "assessment.yaml:9  roster"


def test_texts_sorted_by_unit(intake):
    path = intake.csv(
        "unit,name,type,batch,region\n130200,唐山市,resource,2013.0,\n110000, 北京市 ,comprehensive,,东部\n,,,,\n"
        "120000,,industrial,2010,东部\n",
        "roster.csv",
    )
    roster = intake.roster(path, TYPES, name="name", type="type", cohorts=["batch", "region"])
    assert list(roster.columns) == ["unit", "name", "type", "batch", "region"]
    assert roster.values.tolist() == [
        ["110000", "北京市", "comprehensive", "", "东部"],
        ["120000", "120000", "industrial", "2010", "东部"],
        ["130200", "唐山市", "resource", "2013", ""],
    ]
    assert list(roster.index) == [0, 1, 2]


def test_only_codes_are_needed(intake):
    path = intake.csv("code\nb\na\n", "roster.csv")
    assert intake.roster(path, unit="code").values.tolist() == [["a", "a", ""], ["b", "b", ""]]


def test_a_roster_in_a_workbook(intake):
    path = intake.xlsx(
        ["名录"], ["代码", "名称", "类型", "批次", "日期"], [110000, "北京市", 1, 2013.0, dt.datetime(2010, 7, 19)],
        ["120000 ", 7, "1", "2013", None], [None, None, None, None, None],
        name="roster.xlsx",
    )  # fmt: skip
    roster = intake.roster(
        path, ["1"], unit="代码", name="名称", type="类型", cohorts=["批次", "日期"], sheet="数据", header_row=2
    )
    assert roster.values.tolist() == [
        ["110000", "北京市", "1", "2013", "2010-07-19"],
        ["120000", "7", "1", "2013", ""],
    ]


def test_a_roster_in_parquet(intake):
    pd.DataFrame({"unit": [2, 1], "batch": [2013.0, None]}).to_parquet(intake.folder / "r.parquet")
    assert intake.roster("r.parquet", cohorts=["batch"]).values.tolist() == [["1", "1", "", ""], ["2", "2", "", "2013"]]


def test_names_may_hold_any_character(intake):
    name = '<script>"$HOME" {x} =cmd\n第二行'
    path = intake.csv(f'unit,name\n"{{a}}","{name.replace(chr(34), chr(34) * 2)}"\n', "roster.csv")
    assert intake.roster(path, name="name").values.tolist() == [["{a}", name, ""]]


def test_any_type_is_kept_when_the_framework_declares_none(intake):
    path = intake.csv("unit,type\n1,x\n2,\n", "roster.csv")
    assert intake.roster(path, type="type")["type"].tolist() == ["x", ""]


def test_types_that_are_blank_or_unknown(intake):
    path = intake.csv("unit,type\n1,resource\n2,resorce\n3,\n4,矿业\n", "roster.csv")
    assert intake.roster_faults(path, TYPES, type="type") == [
        "roster.csv:3  type: the framework has no type 'resorce'; expected one of resource, industrial, comprehensive, "
        "ecological; did you mean 'resource'?",
        "roster.csv:4  type: the type is blank; expected one of resource, industrial, comprehensive, ecological",
        "roster.csv:5  type: the framework has no type '矿业'; expected one of resource, industrial, comprehensive, "
        "ecological",
    ]
    assert intake.roster_faults(path, TYPES, "zh", type="type")[0] == (
        "roster.csv:3  type: 指标体系没有类型“resorce”；应为 resource, industrial, comprehensive, ecological 之一；"
        "是否应为“resource”？"
    )


def test_a_framework_with_types_needs_a_column_of_types(intake):
    path = intake.csv("unit\n1\n", "roster.csv")
    assert intake.roster_faults(path, ["a", "b"]) == [
        f"{AT}: the framework has types (a, b); name the column that holds them as roster.type"
    ]


def test_units_twice_and_units_without_a_code(intake):
    path = intake.csv("unit,name\n1,a\n2,b\n 1.0 ,c\n,d\n", "roster.csv")
    assert intake.roster_faults(path, name="name") == [
        "roster.csv:5  unit: the code of the unit is blank although the row holds something "
        "(of merged cells only the first holds the value)",
        "roster.csv:4  unit: unit 1 stands twice: in row 2 and row 4",
    ]
    assert intake.roster_faults(path, language="zh")[-1] == "roster.csv:4  unit: 评价单元 1 重复：第 2 行和第 4 行"


def test_an_empty_roster(intake):
    path = intake.csv("unit,name\n,\n", "roster.csv")
    assert intake.roster_faults(path) == ["roster.csv:1  the table is empty: there is no row below the column names"]
    path = intake.csv("", "roster.csv")
    assert intake.roster_faults(path) == [f"{AT}.path: the file or sheet is empty"]


def test_a_roster_that_cannot_be_read(intake):
    intake.csv("unit\n1\n", "roster.csv")
    assert intake.roster_faults("rooster.csv") == [
        f"{AT}.path: there is no file 'rooster.csv'; did you mean 'roster.csv'?"
    ]
    path = intake.csv("unit,名称\n1,北京\n", "gbk.csv", encoding="gbk")
    assert intake.roster_faults(path) == ["gbk.csv:1  is no utf-8; it looks like gb18030: state encoding: gb18030"]
    assert intake.roster(path, encoding="gbk", name="名称")["name"].tolist() == ["北京"]


def test_missing_columns_come_together(intake):
    path = intake.csv("unit,name,region\n1,a,b\n", "roster.csv")
    assert intake.roster_faults(path, name="nam", type="kind", cohorts=["regions"]) == [
        "roster.csv:1  roster.name: there is no column 'nam' in header row 1; there are: unit, name, region; "
        "did you mean 'name'?",
        "roster.csv:1  roster.type: there is no column 'kind' in header row 1; there are: unit, name, region",
        "roster.csv:1  roster.cohorts[0]: there is no column 'regions' in header row 1; there are: unit, name, region; "
        "did you mean 'region'?",
    ]


def test_cohorts_that_are_columns_of_the_result_already(intake):
    path = intake.csv("unit,name,type,kind\n1,a,x,y\n", "roster.csv")
    roster = intake.roster(path, name="name", type="type", cohorts=["type", "kind"])
    assert list(roster.columns) == ["unit", "name", "type", "kind"]
    assert intake.roster_faults(path, type="kind", cohorts=["type"]) == [
        f"{AT}.cohorts[0]: 'type' is a reserved column name; rename this column of the roster"
    ]
    assert intake.roster_faults(path, cohorts=["kind", "kind"]) == [f"{AT}.cohorts[1]: 'kind' is listed twice"]


def test_cells_that_cannot_be_read(intake):
    book = openpyxl.Workbook()
    for row in (["unit", "type", "batch"], ["=A3", "x", 1], [2, "#N/A", "=1+1"]):
        book.active.append(row)
    book.save(intake.folder / "r.xlsx")
    assert intake.roster_faults("r.xlsx", ["x"], type="type", cohorts=["batch"]) == [
        "r.xlsx Sheet!A2  unit: the formula has no stored result; "
        "open the workbook in a spreadsheet program and save it",
        "r.xlsx Sheet!B3  type: the cell holds the error #N/A; mend it or, if it stands for a missing value, state "
        'missing: ["#N/A"]',
        "r.xlsx Sheet!C3  batch: the formula has no stored result; "
        "open the workbook in a spreadsheet program and save it",
    ]


def test_a_row_longer_than_the_header(intake):
    path = intake.csv("unit,name\n1,a,b\n", "roster.csv")
    assert intake.roster_faults(path, name="name") == [
        "roster.csv:2  unit: the row has 3 cells, the header row 2; is there a comma inside a number, such as 12,345?"
    ]
    path = intake.csv("unit,name\n1\n", "roster.csv")
    assert intake.roster_faults(path, name="name") == [
        "roster.csv:2  name: the row ends before this column; an empty cell needs its comma too"
    ]
