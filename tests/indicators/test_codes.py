"""Codes are compared as text (contract, part 2, Tables)."""

from decimal import Decimal

import numpy as np
import pandas as pd
import pytest

from indicators.codes import normalise_code, normalise_codes


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        (110000, "110000"),
        (110000.0, "110000"),
        (np.float32(110000), "110000"),
        (np.int64(110000), "110000"),
        (Decimal("110000.0"), "110000"),
        ("110000.00", "110000"),
        ("\u3000110000\u00a0\n", "110000"),
        ("-5.0", "-5"),
        ("0011.0", "0011"),
        ("001", "001"),
        ("1.10", "1.10"),
        ("A.0", "A.0"),
        ("1.0.0", "1.0.0"),
        ("NA", "NA"),
        ("=1+1", "=1+1"),
        ("<script>", "<script>"),
        (1.5, "1.5"),
        (1e20, "100000000000000000000"),
        (float("inf"), "inf"),
        (None, ""),
        (float("nan"), ""),
        (pd.NA, ""),
        (pd.NaT, ""),
        (" \t", ""),
    ],
)
def test_one_cell(cell: object, code: str) -> None:
    assert normalise_code(cell) == code
    assert normalise_codes(pd.Series([cell], dtype=object)).tolist() == [code]


@pytest.mark.parametrize(
    ("column", "codes"),
    [
        (pd.Series([1, None]), ["1", ""]),
        (pd.Series([2, None], dtype="Int64"), ["2", ""]),
        (pd.Series(["a ", " a", None], dtype="str"), ["a", "a", ""]),
        (pd.Series(["b", "a", "b"], dtype="category"), ["b", "a", "b"]),
        (pd.Series(["1", 1, 1.0, " 1.0"], dtype=object), ["1", "1", "1", "1"]),
        (pd.Series([[1, 2], None], dtype=object), ["[1, 2]", ""]),
        (pd.Series([], dtype=object), []),
    ],
)
def test_a_column_of_any_type(column: pd.Series, codes: list[str]) -> None:
    assert normalise_codes(column).tolist() == codes


def test_index_and_name_are_kept_and_the_column_is_left_alone() -> None:
    column = pd.Series([" x ", "y"], index=[7, 3], name="code")
    found = normalise_codes(column)
    assert found.name == "code"
    assert found.index.tolist() == [7, 3]
    assert column.tolist() == [" x ", "y"]
