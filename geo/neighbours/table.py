"""Neighbours from a user's own table: sources and receptors, upstream and downstream, trade in power."""

from typing import Any, ClassVar, Literal

import numpy as np
import pandas as pd
from pydantic import Field

from geo.neighbours.base import Linked, NeighbourRule, linked, ones
from geo.neighbours.ground import Array, Ground, named, unknown
from indicators.codes import normalise_codes
from indicators.errors import Faults, fault, nearest


class Table(NeighbourRule):
    """Links as a table states them: w_ij is the strength from j to i, so that the neighbours of a unit act upon it.

    With `toward: sources` it is the other way round: the neighbours of a unit are those that it acts upon. Rows that
    name other units, a unit with itself, or strength 0 are passed over and counted.
    """

    source: ClassVar[str] = "the user's own table"
    rule: Literal["table"]
    path: str
    """The table: a link in each row."""
    from_: str = Field(default="from", alias="from")
    """Column with the code of the unit that acts: source, upstream, seller."""
    to: str = "to"
    """Column with the code of the unit that is acted upon: receptor, downstream, buyer."""
    strength: str | None = None
    """Column with the strength, a number of 0 or more in any unit of measure; absent: each row counts 1."""
    toward: Literal["receptors", "sources"] = "receptors"
    """Whose neighbours the table states: those of `receptors` are their sources, those of `sources` their receptors."""

    @property
    def mutual(self) -> bool:
        """A table states each direction by itself."""
        return False

    def links(self, ground: Ground) -> Linked:
        """Return the links of the table between units.

        Raises:
            InputError: columns that are not there; strengths that are no numbers or below 0; a pair twice; no
                link between units of the roster.
        """
        table = ground.tables[self.path]
        faults = Faults()
        for name in (self.from_, self.to, self.strength):
            if name is not None and name not in table:
                faults.add("neighbours.no_table_column", file=self.path, **unknown(name, list(table.columns)))
        faults.raise_if_any()
        codes = {code: place for place, code in enumerate(ground.codes)}
        source, target = (normalise_codes(table[name]).to_numpy(dtype=object) for name in (self.from_, self.to))
        acts = np.array([codes.get(code, -1) for code in source], dtype=np.intp)
        suffers = np.array([codes.get(code, -1) for code in target], dtype=np.intp)
        mine = (acts >= 0) & (suffers >= 0)
        if not mine.any():
            self._refuse([*source, *target], ground)
        strength = self._strengths(table, mine, faults)
        kept = mine & (acts != suffers) & (strength > 0)
        pairs = pd.Series(list(zip(source[kept], target[kept], strict=True)), dtype=object)
        twice = sorted(set(pairs[pairs.duplicated()]))
        if twice:
            shown = named([f"{one} → {other}" for one, other in twice])
            faults.add("neighbours.pair_twice", file=self.path, count=len(twice), pairs=shown)
        faults.raise_if_any()
        rows, columns = (suffers, acts) if self.toward == "receptors" else (acts, suffers)
        made = linked(rows[kept], columns[kept], strength[kept], len(ground.codes))
        return Linked(made, ignored=int((~kept).sum()))

    def _strengths(self, table: pd.DataFrame, mine: Any, faults: Faults) -> Array:
        if self.strength is None:
            return ones(len(table))
        given = table[self.strength]
        out = pd.to_numeric(given, errors="coerce").to_numpy(dtype=float, na_value=np.nan)
        bad = np.flatnonzero(mine & ~(np.isfinite(out) & (out >= 0)))
        if len(bad):
            shown = named([f"{place + 1}: {given.iloc[place]}" for place in bad])
            faults.add("neighbours.bad_strength", file=self.path, column=self.strength, count=len(bad), rows=shown)
        return np.asarray(np.nan_to_num(out, nan=0.0, posinf=0.0, neginf=0.0))

    def _refuse(self, found: list[str], ground: Ground) -> None:
        there = list(dict.fromkeys(code for code in found if code))
        meant = next((close for code in there if (close := nearest(code, ground.codes))), "")
        values = {"found": named(there) or "–", "units": named(ground.codes), "meant": meant}
        raise fault("neighbours.no_link", file=self.path, **values)
