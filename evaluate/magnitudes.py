"""Reported values that may be in another unit of measure: far from the unit's own years, or from its type."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd

from evaluate.intake.cell import plainly
from indicators.definitions import Variable
from indicators.errors import Fault, Place
from indicators.texts import both

OWN, TYPE = 100.0, 1000.0
"""A value is named from this factor on, up or down: of the median of its unit, of the median of its type."""
LEAST_YEARS, LEAST_UNITS = 3, 4
"""Fewer values of a unit, or units of a type, have no median to go by."""
LISTED = 10
"""Most lines of each of the two kinds."""


def odd_magnitudes(reported: pd.DataFrame, roster: pd.DataFrame, variables: Mapping[str, Variable]) -> list[Fault]:
    """Return warnings of values whose magnitude suggests another unit of measure; the values are kept as they are.

    With $m_u$ the median of $|x|$ over the years of unit $u$ and $M$ the median of $m_u$ over the units of its type
    (both on the logarithm, zeros left out), a value is named when $|x| / m_u$ is at least 100 or at most 1/100, or
    else when $|x| / M$ is at least 1,000 or at most 1/1,000.

    Args:
        reported: columns `unit, year, variable, value` and the cell, as `reported.csv`.
        roster: columns `unit, type`.
        variables: the framework's, for their labels and units of measure.

    Returns:
        One warning for each unit and variable concerned, the farthest first, at most `LISTED` of each kind and a
        line that counts the rest.
    """
    values = reported["value"].astype(float)
    table = reported[np.isfinite(values) & (values != 0)].copy()
    if table.empty:
        return []
    table["size"] = np.log10(table["value"].astype(float).abs())
    table["type"] = table["unit"].map(dict(zip(roster["unit"], roster["type"], strict=True))).fillna("")
    years = table.groupby(["variable", "unit"], sort=False)["size"]
    table["own"], table["years"] = years.transform("median"), years.transform("size")
    units = table.drop_duplicates(["variable", "unit"]).groupby(["variable", "type"])["own"].agg(["median", "size"])
    keys = pd.MultiIndex.from_frame(table[["variable", "type"]])
    typical = units.reindex(keys)
    off = {"own": table["size"] - table["own"], "type": table["size"] - typical["median"].to_numpy()}
    found = {"own": _far(off["own"], OWN) & (table["years"] >= LEAST_YEARS)}
    found["type"] = _far(off["type"], TYPE) & (typical["size"].to_numpy() >= LEAST_UNITS) & ~found["own"]
    return [warning for kind in found for warning in _told(kind, table[found[kind]], off[kind], variables)]


def _far(off: "pd.Series[float]", factor: float) -> "pd.Series[bool]":
    far: pd.Series[bool] = off.abs() >= np.log10(factor) - 1e-9
    return far


def _told(
    kind: str, table: pd.DataFrame, off: "pd.Series[float]", variables: Mapping[str, Variable]
) -> Iterator[Fault]:
    farthest = table.assign(off=off.reindex(table.index)).sort_values(
        "off", key=lambda values: -values.abs().round(9), kind="stable"
    )
    groups = list(farthest.groupby(["unit", "variable"], sort=False))
    for (unit, code), rows in groups[:LISTED]:
        worst: Any = rows.iloc[0]
        variable = variables[str(code)]
        values: dict[str, object] = {
            "cell": _place(worst), "unit": plainly(str(unit)), "code": str(code),
            "label": dict(variable.label) if variable.label else str(code),
            "years": _years(sorted(map(int, rows["year"]))), "year": int(worst["year"]),
            "found": f"{worst['value']:.4g} {variable.unit_of_measure}".removesuffix(" 1"),
            "median": f"{10 ** (worst['size'] - worst['off']):.4g}", "factor": f"{OWN if kind == 'own' else TYPE:,.0f}",
        }  # fmt: skip
        yield Fault(f"assessment.magnitude_{kind}", values)
    if len(groups) > LISTED:
        yield Fault(f"assessment.magnitude_{kind}_more", {"count": len(groups) - LISTED})


def _place(cell: Any) -> object:
    """Return file and line; of a workbook sheet, row and the heading of the column, which is not its letter."""
    if pd.isna(cell["row"]):
        return str(cell["file"])
    if cell["sheet"]:
        inside = {"row": int(cell["row"]), "column": plainly(str(cell["column"]))}
        return both("assessment.cell_of_sheet", file=cell["file"], sheet=plainly(str(cell["sheet"])), **inside)
    return str(Place(str(cell["file"]), line=int(cell["row"])))


def _years(years: list[int]) -> str:
    """Write years, a run of them by its ends.

    >>> _years([2015]), _years([2015, 2016, 2017]), _years([2015, 2017])
    ('2015', '2015–2017', '2015, 2017')
    """
    if len(years) > 1 and years[-1] - years[0] == len(years) - 1:
        return f"{years[0]}–{years[-1]}"
    return ", ".join(map(str, years))
