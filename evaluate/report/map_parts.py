"""What several layers of the map are made with: a table's column by unit and year."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from evaluate.report.parts import Labels, missing, plain


def column(table: pd.DataFrame, name: str) -> dict[str, Any]:
    """Return one column as plain values by unit, empty cells left out."""
    pairs = zip(table["unit"].astype(str), table[name].astype(object), strict=True)
    return {unit: plain(value) for unit, value in pairs if not missing(value)}


def by_year(labels: Labels, table: pd.DataFrame, name: str) -> dict[int, dict[str, Any]]:
    """Return one column as plain values by scored year and unit, empty cells left out."""
    scored = set(labels.results.scores["year"].astype(int)) & set(table["year"].dropna().astype(int))
    return {year: column(table[table["year"] == year], name) for year in sorted(scored)}


def in_years(labels: Labels, held: Mapping[int, dict[str, Any]]) -> dict[str, Any]:
    """Return `values` and `by_year` of a map layer: what is known of the rank year, and of further years."""
    own = labels.results.rank_year
    further = {year: values for year, values in held.items() if year != own and values}
    return {"values": held.get(own, {}), "by_year": further}
