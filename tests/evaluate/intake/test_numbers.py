"""Numbers are read exactly or not at all; what was meant is guessed only for messages."""

import datetime as dt
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluate.intake.cell import Flaw
from evaluate.intake.cells import as_cells
from evaluate.intake.numbers import explain_number, explain_year, missing_cells, number_meant, numbers, read_years
from indicators.texts import text


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1))
def test_numbers_come_back_to_the_last_bit(values):
    for written in (map(repr, values), (f" {value!r}\t" for value in values), (f"{v:.17e}" for v in values)):
        read = numbers(as_cells(list(written)))
        assert np.array_equal(read, np.array(values))
        assert np.array_equal(np.signbit(read), np.signbit(np.array(values)))


@given(st.lists(st.integers(-(10**15), 10**15), min_size=1))
def test_whole_numbers_come_back_however_a_file_holds_them(values):
    for cells in (list(map(str, values)), values, list(map(float, values)), [f"{value}." for value in values]):
        assert numbers(as_cells(cells)).tolist() == values


@given(st.text(max_size=12))
def test_any_text_is_a_number_missing_or_a_fault_with_a_text(written):
    cells = as_cells([written])
    value = numbers(cells)[0]
    if missing_cells(cells)[0]:
        assert math.isnan(value)
        assert written.strip() == ""
    elif math.isnan(value):
        text_key, values = explain_number(written)
        assert text(text_key, "en", **values, where="")
        assert text(text_key, "zh", **values, where="")
    else:
        assert float(written) == value


@given(st.text(alphabet="0123456789.,-+eE%_ ()'万亿", max_size=10))
def test_a_number_meant_is_a_number(written):
    meant = number_meant(written)
    assert not meant or not math.isnan(numbers(as_cells([meant]))[0]) or abs(float(meant)) == math.inf


@pytest.mark.parametrize("written", ["1", "+1", "-1", "1.", ".5", "-0.5e-3", "1E5", "007", "\u30001\u00a0"])
def test_decimal_numbers(written):
    assert numbers(as_cells([written]))[0] == float(written)


@pytest.mark.parametrize(
    "written",
    ["12,345", "1 2", "１", "1_0", "0x10", "1e", "e5", ".", "-", "+", "nan", "inf", "-Infinity", "1e400", "TRUE", "1%",
     "1/2", "--1", "1.2.3", "٣", "²", "1\n2", "1d5", "1f", "1j"],
)  # fmt: skip
def test_everything_else_is_refused(written):
    assert math.isnan(numbers(as_cells([written]))[0])
    assert not missing_cells(as_cells([written]))[0]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("12,345", "12345"),
        ("-1,234,567.89", "-1234567.89"),
        ("12，345", "12345"),
        ("12 345", "12345"),
        ("12\u00a0345.6", "12345.6"),
        ("1'234", "1234"),
        ("１２３．４", "123.4"),
        ("1.234,5", "1234.5"),
        ("12,5", "12.5"),
        ("1_000", "1000"),
        ("−5", "-5"),
        ("—5", "-5"),
        ("(12)", "-12"),
        ("'123", "123"),
        ("¥12", "12"),
        ("1.2万", "12000"),
        ("3亿", "300000000"),
        ("1\u200b2", "12"),
        # not to be told: a thousand, or a decimal part; two numbers; a bound; nothing
        ("1,23,456", ""),
        ("1-2", ""),
        ("<5", ""),
        ("", ""),
        ("()", ""),
        ("((1))", ""),
    ],
)
def test_the_number_meant(written, meant):
    assert number_meant(written) == meant


@pytest.mark.parametrize(
    ("cell", "text_key"),
    [
        (Flaw("error", "#N/A"), "intake.cell_error"),
        (Flaw("uncached"), "intake.cell_uncached"),
        (Flaw("stale"), "intake.cell_stale"),
        (Flaw("absent"), "intake.cell_absent"),
        (True, "intake.cell_truth"),
        (dt.date(2015, 3, 1), "intake.cell_date"),
        (dt.time(1), "intake.cell_date"),
        (dt.timedelta(1), "intake.cell_date"),
        (math.inf, "intake.cell_not_finite"),
        (math.nan, "intake.cell_missing_mark"),
        ("N/A", "intake.cell_missing_mark"),
        ("……", "intake.cell_missing_mark"),
        ("－", "intake.cell_missing_mark"),
        ("-∞", "intake.cell_not_finite"),
        ("#REF!", "intake.cell_error"),
        ("12 ％", "intake.cell_percent"),
        ("3.5 kg", "intake.cell_with_unit"),
        ("abc", "intake.cell_no_number"),
        (b"x", "intake.cell_no_number"),
    ],
)
def test_what_is_wrong_with_a_cell(cell, text_key):
    assert explain_number(cell)[0] == text_key


def test_marks_of_missing_values_hold_for_every_kind_of_cell():
    cells = as_cells(["—", " — ", "", None, -999.0, -999, Flaw("error", "#N/A"), Flaw("uncached"), True, "x"])
    missing = missing_cells(cells, marks=["—", "-999", "#N/A", "TRUE", ""])
    assert missing.tolist() == [True, True, True, True, True, True, True, False, True, False]


def test_years():
    cells = as_cells([2015, 2015.0, "2015", "2015.0", " 2015 ", "", None])
    assert read_years(cells)[:5].tolist() == [2015.0] * 5
    assert np.isnan(read_years(cells)[5:]).all()
    wrong = as_cells(
        ["2015年", "２０１５", "15", 2015.5, 1899, 2201, True, dt.date(2015, 1, 1), "2,015", Flaw("uncached")]
    )
    assert np.isnan(read_years(wrong)).all()


@pytest.mark.parametrize(
    ("cell", "meant"),
    [
        ("2015年", "2015"),
        (dt.date(2015, 1, 1), "2015"),
        ("FY2015", "2015"),
        ("2014-2015", ""),
        ("20155", ""),
        (3.5, ""),
    ],
)
def test_the_year_meant(cell, meant):
    assert explain_year(cell)[1]["meant"] == meant
