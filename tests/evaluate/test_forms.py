"""Forms of tables: made, written as CSV that no spreadsheet runs, and read back by what each column holds."""

import csv
import io
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluate.forms import Form, as_csv, guarded, unguarded
from indicators.errors import InputError

FORM = Form("made", {"unit": "text", "year": "whole", "rank": "whole", "each indicator": "number"})


@pytest.fixture
def read(tmp_path: Path) -> pd.DataFrame:
    """A table with blanks, guarded texts, an indicator named as a column elsewhere, and one that looks whole."""
    path = tmp_path / "made.csv"
    path.write_text("\ufeffunit,year,rank,'=state,wealth\n001,2020,,1.5,3\n'=NA,2021,2,,4\n", encoding="utf-8")
    return FORM.read(path)


def test_each_column_is_read_by_what_it_holds(read: pd.DataFrame) -> None:
    assert list(read.columns) == FORM.named(indicator=["=state", "wealth"])
    assert read["unit"].tolist() == ["001", "=NA"]
    assert [str(read[column].dtype) for column in read.columns[1:]] == ["int64", "Int64", "float64", "float64"]
    assert read["rank"].isna().tolist() == [True, False] and read["=state"].isna().tolist() == [False, True]


def test_what_was_read_is_written_as_it_was(read: pd.DataFrame, tmp_path: Path) -> None:
    assert as_csv(read) == (tmp_path / "made.csv").read_bytes()


def test_a_column_that_the_form_does_not_know_is_read_as_text(tmp_path: Path) -> None:
    (tmp_path / "n.csv").write_text("unit,later,year\na,1.50,2020\n", encoding="utf-8")
    read = Form("n", {"unit": "text", "year": "whole"}).read(tmp_path / "n.csv")
    assert read.to_dict("list") == {"unit": ["a"], "later": ["1.50"], "year": [2020]}


@pytest.mark.parametrize(
    ("written", "said", "in_chinese"),
    [
        (
            "unit,rank,x\na,1,2\n",
            "the column 'year' is missing; another version may have written the table",
            "缺少列“year”",
        ),
        ("unit,year,rank,x,'=x,=x\na,2020,1,2,3,4\n", "the column '=x' stands twice", "列“=x”重复"),
        ("unit,year,rank,x,x\na,2020,1,2,3\n", "the column 'x' stands twice", "列“x”重复"),
        ("unit,year,rank,x\na,2020,1,2\nb,2020,,many\n", "x: 'many' is no number", "x: “many”不是数字"),
        ("unit,year,rank,x\na,2020,1,nan\n", "x: 'nan' is no number", "x: “nan”不是数字"),
        ("unit,year,rank,x\na,2020,1.5,2\n", "rank: '1.5' is no whole number", "rank: “1.5”不是整数"),
        ("unit,year,rank,x\na,inf,1,2\n", "year: 'inf' is no whole number", "year: “inf”不是整数"),
        ("unit,year,rank,x\na,1e30,,2\n", "year: '1e30' is no whole number", "year: “1e30”不是整数"),
        ("unit,year,rank,x\na,last,1,2\n", "year: 'last' is no whole number", "year: “last”不是整数"),
    ],
)
def test_a_table_of_another_form_is_refused(written: str, said: str, in_chinese: str, tmp_path: Path) -> None:
    (tmp_path / "made.csv").write_text(written, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        FORM.read(tmp_path / "made.csv")
    assert str(caught.value) == f"1 fault in {tmp_path / 'made.csv'}\n  {tmp_path / 'made.csv'}  {said}"
    assert in_chinese in caught.value.render("zh")


def test_a_table_without_rows_has_the_kinds_of_its_form() -> None:
    form = Form("n", {"unit": "text", "year": "whole", "value": "number"})
    for empty in (form.frame([]), form.joined([]), form.joined([pd.DataFrame(columns=["unit"])])):
        assert [str(kind) for kind in empty.dtypes] == ["object", "int64", "float64"]


def test_a_column_is_held_alike_however_its_table_came_about(tmp_path: Path) -> None:
    """Whole numbers are integers, nullable where a cell is blank; anything else would differ between runs."""
    form = Form("n", {"unit": "text", "year": "whole", "rank": "whole", "share": "number", "value": "number"})
    rows = [
        {"unit": "a", "year": 2020, "rank": 1, "share": None, "value": 2},
        {"unit": "b", "year": 2021, "rank": None, "share": 0.5, "value": 3.5},
    ]
    made = form.frame(rows)
    (tmp_path / "n.csv").write_bytes(as_csv(made))
    loose = pd.DataFrame(rows, dtype=object)
    floats = loose.astype({"year": float, "rank": float})
    for table in (made, form.read(tmp_path / "n.csv"), form.joined([loose]), form.joined([floats.iloc[:1], made[1:]])):
        assert [str(kind) for kind in table.dtypes] == ["object", "int64", "Int64", "float64", "float64"]
        assert as_csv(table) == as_csv(made)
    assert str(form.joined([made[:1], made[:1]])["rank"].dtype) == "int64"


@pytest.mark.parametrize("text", ["=1+1", "+x", "-x", "@x", "\tx", "'=1", "''+", "\t5", "+1_0", "-inf", "=-5"])
def test_a_text_that_a_spreadsheet_might_run_is_quoted(text: str) -> None:
    assert guarded(text) == "'" + text
    assert unguarded(guarded(text)) == text


@pytest.mark.parametrize("text", ["-4.2", "+5", "-1e-3", "-.5", "it's", "'quoted'", "北京", "", "a=b", "1-2", "'"])
def test_any_other_text_is_left_alone(text: str) -> None:
    assert guarded(text) == text
    assert unguarded(text) == text


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_guarding_is_undone_exactly(text: str) -> None:
    assert unguarded(guarded(text)) == text
    assert guarded(text)[:1] not in {"=", "@", "\t"}


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"])), min_size=2, max_size=5), st.data())
def test_any_text_survives_a_table(texts: list[str], data: Any) -> None:
    table = pd.DataFrame({"unit": [f"u{i}" for i in range(len(texts))], "name": texts})
    written = as_csv(table).decode("utf-8-sig")
    again = [row[1] for row in csv.reader(io.StringIO(written, newline=""))][1:]
    assert [unguarded(cell) for cell in again] == texts
