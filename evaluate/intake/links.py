"""Tables of directed links between units: who acts upon whom, how strongly, in which year."""

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path as FilePath

import numpy as np
import pandas as pd

from evaluate.intake.cell import plainly
from evaluate.intake.cells import Cells, Mask, which
from evaluate.intake.held import Held
from evaluate.intake.opening import open_table
from evaluate.intake.rawtable import RawTable
from evaluate.methods.base import Array
from evaluate.spatial_spec import LinksSpec
from indicators.codes import normalise_codes
from indicators.errors import Fault, Faults, Place, nearest
from indicators.sizes import FARTHEST
from indicators.spec import Locate
from indicators.units import measure

_NAMED = 5


@dataclass(frozen=True, eq=False)
class LinksTable:
    """Links between units of the roster, and how many rows say nothing about them."""

    name: str
    links: pd.DataFrame
    """`from, to, value, year`, sorted by year, from and to; year missing where the table has none, value where it
    states no strengths."""
    outside: int
    """Rows with a unit outside the roster."""
    itself: int
    """Rows that link a unit with itself."""
    without: int
    """Rows with strength 0, or with none where the table states strengths."""

    def warnings(self, place: Place) -> list[Fault]:
        """Return a warning about rows that were not taken, if there are any."""
        counts = {"outside": self.outside, "itself": self.itself, "without": self.without}
        return [Fault("links.passed_over", {"name": self.name, **counts}, place)] if any(counts.values()) else []


def read_links(name: str, spec: LinksSpec, base: FilePath, roster: Collection[str], place: Locate) -> LinksTable:
    """Read one table of links.

    Args:
        name: of the table in the assessment.
        spec: what the assessment says of it.
        base: folder that its path is relative to.
        roster: codes of the units.
        place: gives the place of a key of the assessment.

    Errors: an `InputError` with every fault: a file that cannot be read, missing columns, blank codes, strengths that
    are no numbers, below 0 or too great or small to compute with, years that are none, a link that stands twice, no
    link between units of the roster.
    """
    keys = ("links", name)
    faults = Faults()
    if spec.unit_of_measure is not None:
        with faults.collecting():
            measure(spec.unit_of_measure, place((*keys, "unit_of_measure")))
    raw = open_table(
        spec.path, base, lambda key: place((*keys, key)),
        encoding=spec.encoding, sheet=spec.sheet, header_row=spec.header_row,
    )  # fmt: skip
    wanted = {"from": spec.from_, "to": spec.to, "value": spec.value, "year": spec.year}
    columns = {
        key: raw.find(column, place((*keys, key)).key, faults) for key, column in wanted.items() if column is not None
    }
    faults.raise_if_any()
    held = Held(raw, {key: column for key, column in columns.items() if column is not None}, faults)
    table = _taken(name, held, spec, frozenset(roster))
    if not faults and table.links.empty:
        _refuse(table, held, sorted(roster), raw, faults)
    faults.raise_if_any()
    return table


def _taken(name: str, held: Held, spec: LinksSpec, roster: frozenset[str]) -> LinksTable:
    """Return the links between units of the roster; what is wrong with them is collected."""
    source, target = held.codes("from"), held.codes("to")
    inside: Mask = np.array([a in roster and b in roster for a, b in zip(source, target, strict=True)], dtype=bool)
    strength = held.numbers("value", inside, tuple(spec.missing)) if "value" in held else np.full(len(inside), np.nan)
    for row in which(inside & (strength < 0)):
        held.add("links.negative", "value", row, found=f"{strength[row]:.10g}")
    for row in which(inside & (strength > 0) & ((strength > FARTHEST) | (strength < 1 / FARTHEST))):
        held.add("links.out_of_range", "value", row, found=f"{strength[row]:.10g}", least=1 / FARTHEST, most=FARTHEST)
    year = held.years("year", inside) if "year" in held else np.full(len(inside), np.nan)
    itself: Mask = inside & (source == target)
    without: Mask = inside & ~itself & ~(strength > 0) if "value" in held else np.zeros_like(inside)
    taken: Mask = inside & ~itself & ~without
    dated: Mask = ~np.isnan(year) if "year" in held else np.ones_like(taken)
    _twice(held, source, target, year, which(taken & dated))
    held.close("from", inside)
    links = pd.DataFrame({"from": source[taken], "to": target[taken], "value": strength[taken]})
    links["year"] = pd.Series(year[taken]).astype("Int64")
    links = links.sort_values(["year", "from", "to"], ignore_index=True)
    return LinksTable(name, links, int((~inside).sum()), int(itself.sum()), int(without.sum()))


def _twice(held: Held, source: Cells, target: Cells, year: Array, rows: list[int]) -> None:
    """Refuse a link that stands twice, in one year where there are years."""
    first: dict[tuple[str, str, float], int] = {}
    for row in rows:
        when = float(np.nan_to_num(year[row]))
        before = first.setdefault((source[row], target[row], when), row)
        if before == row:
            continue
        values = {"source": source[row], "target": target[row], "first": held.line(before), "second": held.line(row)}
        if when:
            held.add("links.twice_in_year", "to", row, year=int(when), **values)
        else:
            held.add("links.twice", "to", row, **values)


def _refuse(table: LinksTable, held: Held, units: list[str], raw: RawTable, faults: Faults) -> None:
    """Say why no row links two units of the roster, with the nearest right code where none names two of them."""
    if table.itself or table.without:
        counts = {"outside": table.outside, "itself": table.itself, "without": table.without}
        faults.add("links.none_left", raw.header_place(), **counts)
        return
    codes = [
        str(code) for name in ("from", "to") for code in normalise_codes(pd.Series(held.cells[name], dtype=object))
    ]
    there = [code for code in dict.fromkeys(codes) if code]
    meant = next((near for code in there if code not in units and (near := nearest(code, units))), "")
    faults.add("links.none", raw.header_place(), found=_few(there) or "–", units=_few(units), meant=meant)


def _few(names: list[str]) -> str:
    shown = [plainly(name) for name in names[:_NAMED]]
    return ", ".join([*shown, "…"] if len(names) > _NAMED else shown)
