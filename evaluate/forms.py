"""The form of a table of the run folder: declared once, where the table is made."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import pandas as pd

Kind = Literal["text", "whole", "number"]


@dataclass(frozen=True)
class Form:
    """Name and columns of a table; what each column holds decides how it is read back."""

    name: str
    """Name of the file without `.csv`."""
    columns: Mapping[str, Kind]
    """In the order of the file."""

    def frame(self, rows: Iterable[Mapping[str, object]]) -> pd.DataFrame:
        """Return rows as a table of this form, in the order given; what a row does not state is missing.

        >>> Form("n", {"unit": "text", "year": "whole", "value": "number"}).frame([{"unit": "a", "value": 1}])
          unit  year  value
        0    a  <NA>    1.0
        """
        held = list(rows)
        table = pd.DataFrame(index=range(len(held)))
        for name, kind in self.columns.items():
            cells: Any = [row.get(name) for row in held]
            if kind == "text":
                table[name] = pd.Series(["" if cell is None else str(cell) for cell in cells], dtype=object)
            elif kind == "whole":
                table[name] = pd.array(cells, dtype="Int64")
            else:
                table[name] = pd.Series(cells, dtype=float)
        return table

    @property
    def text(self) -> set[str]:
        """Columns of texts."""
        return {name for name, kind in self.columns.items() if kind == "text"}

    @property
    def whole(self) -> set[str]:
        """Columns of whole numbers."""
        return {name for name, kind in self.columns.items() if kind == "whole"}
