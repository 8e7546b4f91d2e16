"""What cannot be opened, and files that are something else than their name says."""

import io
import zipfile

import openpyxl
import pandas as pd
import pytest

from evaluate.intake import workbook
from evaluate.intake.files import content_kind

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504
LOCKED = OLE + "EncryptedPackage".encode("utf-16-le") + b"\0" * 64
HTML = (
    b'\xef\xbb\xbf\r\n<html xmlns:x="urn:schemas-microsoft-com:office:excel"><table><tr><td>1</td></tr></table></html>'
)
XML = b'<?xml version="1.0"?>\n<?mso-application progid="Excel.Sheet"?><Workbook/>'
AT = "assessment.yaml:9  data[0].path: "
SAVE = "open it in a spreadsheet program and save it as .xlsx"


def zipped(**parts: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in parts.items():
            packed.writestr(name, data)
    return stream.getvalue()


def book(*rows) -> bytes:
    made, stream = openpyxl.Workbook(), io.BytesIO()
    for row in rows or (["unit", "year", "co2_t"], [110000, 2014, 1], [120000, 2014, 1]):
        made.active.append(row)
    made.save(stream)
    return stream.getvalue()


ODS = zipped(**{"mimetype": b"application/vnd.oasis.opendocument.spreadsheet", "content.xml": b"<x/>"})


def parquet() -> bytes:
    return pd.DataFrame({"unit": ["1"]}).to_parquet()


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("a.xlsx", HTML, f"'a.xlsx' is named .xlsx but is an HTML page; {SAVE}"),
        ("a.xlsx", HTML.decode("utf-8-sig").encode("utf-16"), f"'a.xlsx' is named .xlsx but is an HTML page; {SAVE}"),
        ("a.xlsx", XML, f"'a.xlsx' is named .xlsx but is an XML file; {SAVE}"),
        ("a.xlsx", OLE, f"'a.xlsx' is named .xlsx but is an old Excel 97–2003 file (.xls); {SAVE}"),
        (
            "a.xlsx",
            LOCKED,
            "'a.xlsx' is named .xlsx but is a password-protected workbook; remove the password and save it again",
        ),
        (
            "a.xlsx",
            b"unit,year\n1,2\n",
            "'a.xlsx' is named .xlsx but is plain text (such as CSV); "
            "if commas separate its columns, rename it to .csv",
        ),
        ("a.csv", book(), "'a.csv' is named .csv but is an Excel workbook (XLSX); rename it to .xlsx"),
        ("a.csv", HTML, f"'a.csv' is named .csv but is an HTML page; {SAVE}"),
        ("a.csv", parquet(), "'a.csv' is named .csv but is a Parquet file; rename it to .parquet"),
        (
            "a.xlsx",
            zipped(x=b"1"),
            "'a.xlsx' is named .xlsx but is a ZIP archive that holds no workbook; "
            "give a table as .csv, .xlsx or .parquet",
        ),
        ("a.xlsx", ODS, f"'a.xlsx' is named .xlsx but is an OpenDocument spreadsheet (.ods); {SAVE}"),
        (
            "a.xlsx",
            zipped(**{"xl/workbook.bin": b"1"}),
            f"'a.xlsx' is named .xlsx but is a binary Excel workbook (.xlsb); {SAVE}",
        ),
        (
            "a.xlsx",
            zipped(**{"word/document.xml": b"1"}),
            "'a.xlsx' is named .xlsx but is a Word document; give a table as .csv, .xlsx or .parquet",
        ),
        (
            "a.xlsx",
            book()[:2000],
            "'a.xlsx' is named .xlsx but is a damaged or incomplete workbook; fetch it again or save it again",
        ),
        ("a.csv", b"%PDF-1.7", "'a.csv' is named .csv but is a PDF file; give a table as .csv, .xlsx or .parquet"),
        (
            "a.parquet",
            b"\x00\x01\x00\x00\x02\x03\x00\x00" * 9,
            "'a.parquet' is named .parquet but is a binary file of an unknown kind; "
            "give a table as .csv, .xlsx or .parquet",
        ),
        ("a.csv", b"", "the file or sheet is empty"),
        ("a.xlsx", b"\n", "the file or sheet is empty"),
        (
            "a.xls",
            OLE,
            "'a.xls': files named '.xls' are not read (this one is an old Excel 97–2003 file (.xls)); "
            f"expected .csv, .xlsx or .parquet; {SAVE}",
        ),
        (
            "a.xls",
            HTML,
            "'a.xls': files named '.xls' are not read (this one is an HTML page); "
            f"expected .csv, .xlsx or .parquet; {SAVE}",
        ),
        (
            "a.txt",
            b"unit,year\n",
            "'a.txt': files named '.txt' are not read (this one is plain text (such as CSV)); "
            "expected .csv, .xlsx or .parquet; if commas separate its columns, rename it to .csv",
        ),
        (
            "panel",
            b"",
            "'panel': files named '' are not read (this one is empty); expected .csv, .xlsx or .parquet; "
            "give a table as .csv, .xlsx or .parquet",
        ),
    ],
)
def test_a_file_that_is_something_else(intake, name, data, message):
    assert intake.faults(intake.wide(intake.bytes(data, name))) == [AT + message]


def test_a_file_that_is_something_else_in_chinese(intake):
    assert intake.faults(intake.wide(intake.bytes(HTML, "a.xlsx")), language="zh") == [
        AT + "“a.xlsx”后缀为 .xlsx，实为 HTML 网页；请用电子表格软件打开后另存为 .xlsx"
    ]
    assert intake.faults(intake.wide(intake.bytes(LOCKED, "a.xlsx")), language="zh") == [
        AT + "“a.xlsx”后缀为 .xlsx，实为有密码保护的工作簿；请取消密码后重新保存"
    ]


def test_a_path_that_leads_nowhere(intake):
    intake.csv("x\n", "panel.csv")
    (intake.folder / "data").mkdir()
    intake.csv("x\n", "data/panel.csv")
    assert intake.faults(intake.wide("Panel.csv")) == [AT + "there is no file 'Panel.csv'; did you mean 'panel.csv'?"]
    assert intake.faults(intake.wide("data/panle.csv")) == [
        AT + "there is no file 'data/panle.csv'; did you mean 'data/panel.csv'?"
    ]
    assert intake.faults(intake.wide("data\\panel.csv")) == [
        AT + "there is no file 'data\\panel.csv'; did you mean 'data/panel.csv'?"
    ]
    assert intake.faults(intake.wide("nowhere/x.csv"), language="zh") == [AT + "没有文件“nowhere/x.csv”"]
    assert intake.faults(intake.wide("data")) == [AT + "'data' is a folder; expected a file"]
    assert intake.faults(intake.wide("")) == [AT + "'' is a folder; expected a file"]


def test_the_suffix_may_be_in_capitals(intake):
    path = intake.csv("unit,year,co2_t\n110000,2014,1\n120000,2014,1\n", "PANEL.CSV")
    assert intake.tables(intake.wide(path)).reported["file"].tolist() == ["PANEL.CSV"] * 2


def test_a_path_is_recorded_as_written(intake):
    (intake.folder / "data").mkdir()
    intake.csv("unit,year,co2_t\n110000,2014,1\n120000,2014,1\n", "data/a.csv")
    assert set(intake.tables(intake.wide("data/../data/a.csv")).reported["file"]) == {"data/../data/a.csv"}


def test_keys_that_do_not_fit_the_kind_of_file(intake):
    rows = ["unit", "year", "co2_t"], [110000, 2014, 1], [120000, 2014, 1]
    text = intake.csv("unit,year,co2_t\n110000,2014,1\n")
    assert intake.faults(intake.wide(text, sheet="数据")) == [
        "assessment.yaml:9  data[0].sheet: 'panel.csv' is no workbook and has no sheets; remove this key"
    ]
    assert intake.faults(intake.wide(intake.xlsx(*rows), encoding="gbk")) == [
        "assessment.yaml:9  data[0].encoding: 'panel.xlsx' is no CSV and needs no encoding; remove this key"
    ]
    pd.DataFrame(rows[1:], columns=rows[0]).to_parquet(intake.folder / "a.parquet")
    assert intake.faults(intake.wide("a.parquet", header_row=2)) == [
        "assessment.yaml:9  data[0].header_row: 'a.parquet' is a Parquet file and has no header row; remove this key"
    ]


def test_a_workbook_that_unpacks_to_too_much(intake, monkeypatch):
    monkeypatch.setattr(workbook, "MAX_UNPACKED", 1 << 20)
    parts = {name: b"<x/>" for name in ("xl/workbook.xml", "xl/_rels/workbook.xml.rels")}
    bomb = zipped(**parts, **{"xl/worksheets/sheet1.xml": b" " * (1 << 21)})
    message = AT + "'a.xlsx' unpacks to more than 1 MB and is not read"
    assert intake.faults(intake.wide(intake.bytes(bomb, "a.xlsx"))) == [message]
    # a size that lies: the central directory claims three bytes for the sheet
    true, lie = (1 << 21).to_bytes(4, "little"), (3).to_bytes(4, "little")
    assert bomb.count(true) == 2
    lying = bomb.replace(true, lie)
    assert intake.faults(intake.wide(intake.bytes(lying, "a.xlsx"))) == [message]


@pytest.mark.parametrize("broken", [b"", b"<sheetData>", b"<!DOCTYPE x []><x/>"])
def test_a_workbook_with_broken_parts_is_damaged(intake, broken):
    good = book()
    for part in ("xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/worksheets/sheet1.xml"):
        with zipfile.ZipFile(io.BytesIO(good)) as packed:
            parts = {name: packed.read(name) for name in packed.namelist()}
        bad = zipped(**{**parts, part: broken})
        said = intake.faults(intake.wide(intake.bytes(bad, "a.xlsx")))
        assert len(said) == 1
        assert said[0].startswith((AT + "'a.xlsx' is damaged", "a.xlsx Sheet  the file or sheet is empty")), said


def test_a_damaged_byte_in_a_workbook_is_a_fault_or_harmless(intake):
    good = book()
    for position in range(30, len(good), 97):
        bad = bytearray(good)
        bad[position] ^= 0xFF
        path = intake.bytes(bytes(bad), "a.xlsx")
        try:
            said = intake.faults(intake.wide(path))
        except pytest.fail.Exception:
            continue  # it was read
        assert all("a.xlsx" in line or "roster" in line for line in said), said


def test_content_kinds():
    assert content_kind(b" \r\n") == "empty"
    assert content_kind("unit,单位".encode("utf-16-le")) == "text"
    assert content_kind("unit,单位".encode("gb18030")) == "text"
    assert content_kind(b"<!-- x -->\n<!DOCTYPE html>") == "html"
    assert content_kind(b"\x89PNG\r\n\0\0\0") == "binary"
