"""The factors of an assessment: the bundled ones and the tables that it names."""

from collections.abc import Iterator
from pathlib import Path

from evaluate.accounting_spec import AccountingSpec
from evaluate.intake.cells import labels
from evaluate.intake.opening import open_table
from evaluate.intake.rawtable import RawTable
from indicators.accounting import FactorTable, bundled_factors, factors_from
from indicators.accounting.tables import COLUMNS, NEEDED, At, Row
from indicators.errors import Faults, InputError, nearest
from indicators.spec import Locate


def read_factors(spec: AccountingSpec, base: Path, place: Locate) -> FactorTable:
    """Return the bundled factors together with the tables that an assessment names.

    `base`: folder of the assessment; `place`: gives the place of one of its keys.
    Errors: an `InputError` with what is wrong in any of the tables, and rows that contradict others.
    """
    table, faults = bundled_factors(), Faults()
    for position, path in enumerate(spec.factors):
        with faults.collecting():
            at = place(("accounting", "factors", position))
            raw = open_table(path, base, lambda key, at=at: at)  # type: ignore[misc]
            table = table.joined(factors_from(_rows(raw)))
    faults.raise_if_any()
    return table


def _rows(raw: RawTable) -> Iterator[tuple[Row, At]]:
    """Yield the rows that hold anything; a column that is none of the form, or is missing, is a fault."""
    faults = Faults()
    for column in NEEDED:
        raw.find(column, "", faults)
    for name in raw.names:
        if name and name not in COLUMNS:
            meant = nearest(name, COLUMNS)
            faults.add("faults.unknown_key", raw.header_place(name), meant=meant, known=", ".join(COLUMNS))
    if faults:
        raise InputError(faults)
    cells = {name: labels(raw.column(column)) for column, name in enumerate(raw.names) if name}
    positions = {name: column for column, name in enumerate(raw.names)}
    for row in range(len(raw.rows)):
        texts = {name: str(column[row]) for name, column in cells.items()}
        if any(texts.values()):
            yield texts, lambda name, row=row: raw.place(row, positions.get(name, 0))  # type: ignore[misc]
