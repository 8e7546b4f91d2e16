"""Codes of units: compared as text, whatever a table or a spreadsheet made of them."""

import math
import re
from numbers import Real
from typing import Any

import numpy as np
import pandas as pd

_WHOLE_AS_DECIMAL = re.compile(r"([+-]?[0-9]+)\.0+")


def normalise_code(value: object) -> str:
    """Return a code as text, without surrounding blanks and without the `.0` that spreadsheets add.

    Args:
        value: one cell of a code column, of any type.

    Returns:
        The code; an empty text for a cell that is empty, blank or not a number (NaN).

    >>> [normalise_code(cell) for cell in (110000, 110000.0, "110000", " 110000.0 ")]
    ['110000', '110000', '110000', '110000']
    >>> [normalise_code(cell) for cell in ("001", "A.0", 1.5, None, "  ")]
    ['001', 'A.0', '1.5', '', '']
    """
    if isinstance(value, Real):
        number: Any = value
        if math.isnan(number):
            return ""
        return str(int(number)) if math.isfinite(number) and number == int(number) else str(number)
    if value is None or value is pd.NA or value is pd.NaT:
        return ""
    code = str(value).strip()
    whole = _WHOLE_AS_DECIMAL.fullmatch(code)
    return whole[1] if whole else code


def normalise_codes(series: pd.Series) -> pd.Series:
    """Return a column of codes by the rule of `normalise_code`; index and name are kept.

    >>> normalise_codes(pd.Series([" 110000 ", "110000.0", None, "x"])).tolist()
    ['110000', '110000', '', 'x']
    """
    try:
        positions, distinct = pd.factorize(series)
    except TypeError:  # cells that cannot be hashed, such as the lists of a Parquet file
        codes = [normalise_code(cell) for cell in series]
        return pd.Series(codes, index=series.index, name=series.name, dtype="str")
    texts = np.array([*map(normalise_code, distinct), ""], dtype=object)  # the last is for -1, a missing cell
    return pd.Series(texts[positions], index=series.index, name=series.name, dtype="str")
