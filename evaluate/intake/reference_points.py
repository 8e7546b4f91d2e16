"""Reference points of the roster: where each unit is known to lie, in WGS 84."""

from collections.abc import Callable
from pathlib import Path as FilePath
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from evaluate.intake.cells import blank, which
from evaluate.intake.held import Held
from evaluate.intake.numbers import explain_number, numbers
from evaluate.intake.opening import open_table
from indicators.errors import Faults, Place
from indicators.spec import Path

if TYPE_CHECKING:
    from evaluate.spec import RosterSpec

_LIMITS = {"longitude": 180.0, "latitude": 90.0}


def read_reference_points(spec: "RosterSpec", base: FilePath, place: Callable[[Path], Place]) -> pd.DataFrame | None:
    """Read the columns `longitude` and `latitude` of the roster.

    Args:
        spec: what the assessment says of the roster, whose codes were found good.
        base: folder that its path is relative to.
        place: place of a key of the assessment.

    Returns:
        `unit, longitude, latitude` in degrees, NaN where a cell is blank; None where no columns are named.

    Errors: an `InputError` with every fault: missing columns, what is no number, degrees beyond ±180 and ±90.
    """
    stated = {"longitude": spec.longitude, "latitude": spec.latitude}
    named = {column: source for column, source in stated.items() if source is not None}
    if not named:
        return None
    faults = Faults()
    raw = open_table(
        spec.path, base, lambda key: place(("roster", key)),
        encoding=spec.encoding, sheet=spec.sheet, header_row=spec.header_row,
    )  # fmt: skip
    found = {"unit": raw.find(spec.unit, place(("roster", "unit")).key, faults)}
    found |= {column: raw.find(source, place(("roster", column)).key, faults) for column, source in named.items()}
    faults.raise_if_any()
    held = Held(raw, {column: at for column, at in found.items() if at is not None}, faults)
    points = pd.DataFrame({"unit": held.codes("unit")}, dtype="str")
    everyone = np.ones(len(points), dtype=bool)
    for column, limit in _LIMITS.items():
        cells = held.cells[column]
        values = numbers(cells)
        for row in which(np.isnan(values) & ~blank(cells)):
            text_key, said = explain_number(cells[row])
            if text_key == "intake.cell_missing_mark":  # its advice is for tables, which may list such marks
                text_key = "intake.cell_no_number"
            held.add(text_key, column, row, **said, where="")
        for row in which(np.abs(values) > limit):
            key = "intake.above" if values[row] > 0 else "intake.below"
            bound = f"{np.copysign(limit, values[row]):g}°"
            held.add(key, column, row, found=f"{values[row]:.10g}°", bound=bound, where="")
        points[column] = values
    empty = {column: blank(held.cells[column]) for column in _LIMITS}
    for row in which(empty["longitude"] != empty["latitude"]):
        held.add("intake.half_point", "longitude" if empty["longitude"][row] else "latitude", row)
    held.close("unit", everyone)
    faults.raise_if_any()
    return points
