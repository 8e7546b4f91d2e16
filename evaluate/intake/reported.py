"""The reported values of all tables as one table, every value with its cell."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from evaluate.forms import Form
from evaluate.intake.capped import Capped
from evaluate.intake.cell import plainly
from evaluate.intake.cells import Cells, Positions, which
from evaluate.intake.layouts import Item
from evaluate.intake.rawtable import RawTable
from indicators.errors import Faults

REPORTED = Form("reported", {
    "unit": "text", "year": "whole", "variable": "text", "value": "number", "unit_of_measure": "text",
    "file": "text", "sheet": "text", "row": "whole", "column": "text", "reported_value": "text",
    "reported_unit_of_measure": "text",
})  # fmt: skip
"""One row a value, and where it comes from; `reported_value` is as it stands there, before any conversion."""


@dataclass(frozen=True, eq=False)
class Piece:
    """The values of one item of a table, all of one length."""

    raw: RawTable
    item: Item
    unit_of_measure: str
    """The variable's own, in which the values are."""
    positions: Positions
    units: Cells
    years: Positions
    values: Any


def gathered(pieces: list[Piece], cells: Capped, faults: Faults) -> pd.DataFrame:
    """Return the values of all pieces, sorted by unit, year and variable, columns `REPORTED`.

    Args:
        pieces: what the tables report.
        cells: counts faults.
        faults: takes the faults of variables that are reported twice for a unit and year.
    """
    owner = np.repeat(np.arange(len(pieces)), [len(piece.positions) for piece in pieces])

    def shared(values: Iterable[str]) -> Any:
        """Return a text that all values of a piece share, once for each of them."""
        return pd.array(list(values), dtype="str").take(owner)

    def own(values: Iterable[Any], kind: str) -> Any:
        """Return what each value of a piece has for itself."""
        return pd.Series(np.concatenate([np.empty(0, dtype=kind), *values]), dtype=kind).array

    table = pd.DataFrame(
        {
            "unit": pd.array(own((piece.units for piece in pieces), "object"), dtype="str"),
            "year": own((piece.years for piece in pieces), "int64"),
            "variable": shared(piece.item.variable for piece in pieces),
            "value": own((piece.values for piece in pieces), "float64"),
            "unit_of_measure": shared(piece.unit_of_measure for piece in pieces),
            "file": shared(piece.raw.file for piece in pieces),
            "sheet": shared(piece.raw.sheet for piece in pieces),
            "row": own((piece.raw.rows[piece.positions] for piece in pieces), "int64"),
            "column": shared(piece.raw.names[piece.item.column] for piece in pieces),
            "reported_value": own((piece.item.cells[piece.positions] for piece in pieces), "object"),
            "reported_unit_of_measure": shared(piece.item.unit_of_measure for piece in pieces),
        }
    )
    positions = np.concatenate([np.empty(0, dtype=np.int64), *(piece.positions for piece in pieces)])
    _conflicts(table, pieces, owner, positions, cells, faults)
    return table.sort_values(["unit", "year", "variable"], kind="stable", ignore_index=True)


def _conflicts(
    table: pd.DataFrame, pieces: list[Piece], owner: Any, positions: Positions, cells: Capped, faults: Faults
) -> None:
    """Find the variables, units and years that are reported twice."""
    keys = ["variable", "unit", "year"]
    repeated = table.duplicated(keys).to_numpy()
    if not repeated.any():
        return
    order = pd.Series(np.arange(len(table)))
    first = order.groupby([table[key] for key in keys]).transform("first").to_numpy()
    for number in dict.fromkeys(owner[repeated].tolist()):
        raw, column = pieces[number].raw, pieces[number].item.column
        rows = which(repeated & (owner == number))
        for i in cells.first("intake.reported_twice", raw.column_place(column), rows):
            other = pieces[owner[first[i]]]
            at = other.raw.place(int(positions[first[i]]), other.item.column)
            row: Any = table.loc[i]
            faults.add(
                "intake.reported_twice", raw.place(int(positions[i]), column),
                variable=row["variable"], unit=plainly(row["unit"]), year=int(row["year"]), other=str(at),
                column=at.key,
            )  # fmt: skip
