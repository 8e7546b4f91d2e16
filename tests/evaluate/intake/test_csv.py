"""CSV: encodings, row numbers, header rows and columns."""

import pytest

CO2 = {"variable": "co2", "unit_of_measure": "t"}
TEXT = "城市代码,年份,排放量\n110000,2014,1\n120000,2014,2\n"


def chinese(intake, path, **said):
    return intake.wide(path, unit="城市代码", year="年份", columns={"排放量": CO2}, **said)


@pytest.mark.parametrize(
    ("written", "stated"),
    [
        ("utf-8", None), ("utf-8-sig", None), ("utf-8-sig", "utf-8"), ("utf-8", "UTF8"), ("gb18030", "gb18030"),
        ("gbk", "GBK"), ("gbk", "gb18030"), ("big5hkscs", "big5hkscs"), ("utf-16", "utf-16"),
        ("utf-16-le", "utf-16-le"),
    ],
)  # fmt: skip
def test_encodings(intake, written, stated):
    path = intake.csv("城市代號,年份,排放數\n110000,2014,1\n120000,2014,2\n", encoding=written)
    source = intake.wide(path, unit="城市代號", year="年份", columns={"排放數": CO2}, encoding=stated)
    assert intake.tables(source).reported["value"].tolist() == [1.0, 2.0]


def test_a_wrong_encoding_names_the_likely_one(intake):
    path = intake.csv("unit,year,co2_t,备注\n110000,2014,1,\n120000,2014,2,缺\n", encoding="gb18030")
    assert intake.faults(intake.wide(path)) == [
        "panel.csv:1  is no utf-8; it looks like gb18030: state encoding: gb18030"
    ]
    assert intake.faults(intake.wide(path), language="zh") == [
        "panel.csv:1  不是 utf-8 编码；可能是 gb18030，请写 encoding: gb18030"
    ]
    path = intake.csv("unit,year,co2_t,name\n110000,2014,1,Bei\n120000,2014,2,São\n", encoding="latin-1")
    assert intake.faults(intake.wide(path)) == [
        "panel.csv:3  is no utf-8; it looks like cp1252: state encoding: cp1252"
    ]
    for encoding in ("utf-16", "utf-16-le", "utf-16-be"):
        path = intake.csv("unit,year,co2_t\n110000,2014,1\n120000,2014,缺\n", encoding=encoding)
        said = intake.faults(intake.wide(path))
        assert said[0].endswith(f"it looks like {encoding}: state encoding: {encoding}"), (encoding, said)
    path = intake.csv("unit,year,co2_t\n110000,2014,“\n", encoding="utf-8")
    assert intake.faults(intake.wide(path, encoding="big5")) == [
        "panel.csv:2  is no big5; it looks like utf-8: state encoding: utf-8"
    ]
    path = intake.bytes(b"unit,\xff\xff\xff\n", "odd.csv")
    assert intake.faults(intake.wide(path, encoding="gb18030"))[0].startswith("odd.csv:1  is no gb18030; it looks like")


def test_an_encoding_that_reads_but_is_not_the_right_one(intake):
    # the bytes of UTF-8 can be read as GB18030, as other characters
    path = intake.csv("城市,年份,co2_t\n110000,2014,1\n", encoding="utf-8")
    said = intake.faults(intake.wide(path, unit="城市", year="年份", encoding="gb18030"))
    assert said[0] == "panel.csv  was read as gb18030, but is valid UTF-8; state encoding: utf-8"
    assert len(said) == 3


@pytest.mark.parametrize("encoding", ["utf8000", "base64", "rot13", "", "\0", "undefined"])
def test_an_unknown_encoding(intake, encoding):
    path = intake.csv(TEXT)
    said = intake.faults(chinese(intake, path, encoding=encoding))
    assert len(said) == 1
    assert said[0].startswith(
        (f"assessment.yaml:9  data[0].encoding: there is no encoding '{encoding}'", "panel.csv:1  is no undefined")
    )


def test_an_unknown_encoding_has_the_nearest_name(intake):
    path = intake.csv(TEXT)
    assert intake.faults(chinese(intake, path, encoding="gb10830")) == [
        "assessment.yaml:9  data[0].encoding: there is no encoding 'gb10830'; usual are utf-8 and gb18030; "
        "did you mean 'gb18030'?"
    ]


def test_rows_are_counted_as_in_an_editor(intake):
    # line ends inside quotes, blank lines, Windows line ends
    text = 'unit,year,co2_t,note\r\n110000,2014,1,"two\r\nlines"\r\n\r\n120000,2014,2,"a\nb\nc"\r\n110000,2015,3,\r\n'
    path = intake.csv(text)
    assert intake.tables(intake.wide(path)).reported["row"].tolist() == [2, 8, 5]
    path = intake.csv(text.replace("3,", "x3,"))
    assert intake.faults(intake.wide(path)) == ["panel.csv:8  co2_t: 'x3' is no number (unit 110000, year 2015)"]
    path = intake.csv(text.replace("\r\n", "\n").replace("\n", "\r"))
    assert intake.tables(intake.wide(path)).reported["row"].tolist() == [2, 8, 5]


def test_quotes_that_do_not_match_name_the_row_where_they_open(intake):
    message = (
        'the quotes of the row that begins here do not match: a quote inside quotes is doubled (""), '
        "and a comma follows a closing quote"
    )
    path = intake.csv('unit,year,co2_t,n\n110000,2014,1,\n120000,2014,2,"open\n110000,2015,3,\n')
    assert intake.faults(intake.wide(path)) == [f"panel.csv:3  {message}"]
    path = intake.csv('unit,year,co2_t,n\n110000,2014,1,"a "b" c"\n')
    assert intake.faults(intake.wide(path)) == [f"panel.csv:2  {message}"]


def test_a_cell_without_end_is_told_as_such_and_not_as_a_quote(intake):
    path = intake.csv("unit,year,co2_t\n110000,2014,1\n120000,2014," + "9" * 200_000 + "\n")
    long = intake.wide(path)
    assert intake.faults(long) == [
        "panel.csv:3  the row that begins here has a cell too long to be read; is it the right file?"
    ]
    assert intake.faults(long, language="zh") == [
        "panel.csv:3  自本行开始的记录有一个单元格长得无法读取；是否为数据文件？"
    ]
    path = intake.csv('unit,year,co2_t\n110000,2014,1\n120000,2014,"2\n' + "110000,2015,3\n" * 20_000)
    assert intake.faults(intake.wide(path))[0].startswith("panel.csv:3  the quotes of the row that begins here")


def test_a_missing_column_has_the_nearest_name_and_the_header_row(intake):
    path = intake.csv("title,,\n\nunit,year,co2_tonnes\n110000,2014,1\n120000,2014,1\n")
    assert intake.faults(intake.wide(path, header_row=3)) == [
        "panel.csv:3  data[0].columns.co2_t: there is no column 'co2_t' in header row 3; "
        "there are: unit, year, co2_tonnes; did you mean 'co2_tonnes'?"
    ]
    assert intake.faults(intake.wide(path, header_row=3), language="zh") == [
        "panel.csv:3  data[0].columns.co2_t: 标题行（第 3 行）中没有列“co2_t”；现有：unit, year, co2_tonnes；"
        "是否应为“co2_tonnes”？"
    ]


def test_a_header_row_elsewhere_is_pointed_to(intake):
    path = intake.csv("全省排放,,\nunit,year,co2_t\n110000,2014,1\n120000,2014,1\n")
    said = intake.faults(intake.wide(path))
    assert said[0] == (
        "panel.csv:1  data[0].unit: the column 'unit' stands in row 2, not in header row 1; state header_row: 2"
    )
    assert len(intake.tables(intake.wide(path, header_row=2)).reported) == 2


def test_a_header_row_beyond_the_file(intake):
    path = intake.csv("unit,year,co2_t\n110000,2014,1\n")
    assert intake.faults(intake.wide(path, header_row=9)) == [
        "assessment.yaml:9  data[0].header_row: panel.csv  ends at row 2; there is no row 9"
    ]


def test_names_of_columns_are_stripped(intake):
    path = intake.csv('  unit ,year,"co2\n  (t)"\n110000,2014,1\n120000,2014,1\n')
    source = intake.wide(path, columns={"co2 (t)": CO2})
    assert set(intake.tables(source).reported["column"]) == {"co2 (t)"}


def test_two_columns_of_one_name(intake):
    path = intake.csv("unit,year,co2_t,co2_t ,x,x\n110000,2014,1,2,,\n120000,2014,1,2,,\n")
    assert intake.faults(intake.wide(path)) == [
        "panel.csv:1  data[0].columns.co2_t: several columns are named 'co2_t' (columns 3, 4); rename them"
    ]


def test_another_separator_is_recognised(intake):
    path = intake.csv("unit;year;co2_t\n110000;2014;1\n")
    assert intake.faults(intake.wide(path)) == [
        "panel.csv:1  the header row is a single column 'unit;year;co2_t': its separator is ';'; expected commas"
    ]
    path = intake.csv("unit\tyear\tco2_t\n110000\t2014\t1\n")
    assert intake.faults(intake.wide(path), language="zh") == [
        "panel.csv:1  标题行只有一列“unit year co2_t”：列以“Tab”分隔；应以逗号分隔"
    ]
