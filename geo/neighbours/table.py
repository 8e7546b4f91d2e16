"""Neighbours from a user's own table: sources and receptors, upstream and downstream, trade in power."""

from typing import ClassVar, Literal

import numpy as np
import pandas as pd

from geo.neighbours.base import Linked, NeighbourRule, linked, ones
from geo.neighbours.ground import Ground
from indicators.codes import normalise_codes
from indicators.spec import Code


class Table(NeighbourRule):
    """Links as a table states them: w_ij is the strength from j to i, so that the neighbours of a unit act upon it.

    With `toward: sources` it is the other way round: the neighbours of a unit are those that it acts upon. Without
    strengths each link counts 1. Rows that name other units, a unit with itself, strength 0 or none are passed over
    and counted. Of a table with years the links of the rank year count.
    """

    source: ClassVar[str] = "the user's own table"
    placed: ClassVar[bool] = False
    rule: Literal["table"]
    table: Code
    """Name of the table of links."""
    toward: Literal["receptors", "sources"] = "receptors"
    """Whose neighbours the table states: those of `receptors` are their sources, those of `sources` their receptors."""

    @property
    def mutual(self) -> bool:
        """A table states each direction by itself."""
        return False

    def links(self, ground: Ground) -> Linked:
        """Return the links of the table, columns `from, to` and perhaps `value`, between units.

        Raises:
            ValueError: no link between two units, a strength below 0, or a pair twice.
        """
        stated = ground.tables[self.table]
        codes = {code: place for place, code in enumerate(ground.codes)}
        source, target = (normalise_codes(stated[name]).to_numpy(dtype=object) for name in ("from", "to"))
        acts = np.array([codes.get(code, -1) for code in source], dtype=np.intp)
        suffers = np.array([codes.get(code, -1) for code in target], dtype=np.intp)
        mine = (acts >= 0) & (suffers >= 0)
        strength = ones(len(stated))
        if "value" in stated and stated["value"].notna().any():  # else the table states no strengths
            strength = stated["value"].to_numpy(dtype=float, na_value=np.nan)
        kept = mine & (acts != suffers) & (strength > 0)
        if not kept.any():
            raise ValueError(f"the table of links '{self.table}' holds no link between two units")
        if (strength[mine] < 0).any() or pd.Series(acts[kept] * len(codes) + suffers[kept]).duplicated().any():
            raise ValueError("strengths are 0 or more, and each pair stands once")
        rows, columns = (suffers, acts) if self.toward == "receptors" else (acts, suffers)
        made = linked(rows[kept], columns[kept], strength[kept], len(ground.codes))
        return Linked(made, ignored=int((~kept).sum()))
