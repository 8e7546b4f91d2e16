"""Whether what a run gave is what its folder gives."""

from typing import Any

import pandas as pd
import pytest

from evaluate.artifacts import FORMS
from evaluate.forms import EACH
from evaluate.results import Results

_HELD = {"text": ("object",), "whole": ("int64", "Int64"), "number": ("float64",)}
"""What pandas calls what a column holds."""


def assert_alike(one: Results, other: Results) -> None:
    """Compare what a run gave with what its folder gives, to the digits that are written, and both with the forms."""
    forms = {form.name: form for form in FORMS}
    assert set(one.tables) == set(other.tables)
    for name, left in one.tables.items():
        right = other.tables[name]
        assert list(left.columns) == list(right.columns), name
        declared = [column for column in forms[name].columns if not column.startswith(EACH)]
        assert [column for column in left.columns if column in forms[name].columns] == declared, name
        assert len(left) == len(right)
        for column in left.columns:
            assert str(left[column].dtype) in _HELD[forms[name].kind(column)], (name, column)
            assert left[column].dtype == right[column].dtype, (name, column)
            pairs = zip(left[column], right[column], strict=True)
            assert all(_alike(a, b) for a, b in pairs), (name, column)


def _alike(one: Any, other: Any) -> bool:
    if pd.isna(one) or one == "":
        return bool(pd.isna(other)) or other == ""
    if isinstance(one, str) or isinstance(other, str):
        return str(one) == other or (not isinstance(one, str) and float(other) == pytest.approx(float(one), rel=1e-9))
    return bool(other == pytest.approx(one, rel=1e-9))
