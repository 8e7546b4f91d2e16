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


def test_a_table_without_rows_has_the_kinds_of_its_form() -> None:
    form = Form("n", {"unit": "text", "year": "whole", "value": "number"})
    for empty in (form.frame([]), form.joined([]), form.joined([pd.DataFrame(columns=["unit"])])):
        assert [str(kind) for kind in empty.dtypes] == ["object", "Int64", "float64"]


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
