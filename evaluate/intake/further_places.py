"""Tables of further places that regressions predict for: where each is, and what is known of it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path as FilePath

import numpy as np
import pandas as pd

from evaluate.inputs import Input
from evaluate.intake.cells import which
from evaluate.intake.held import Held
from evaluate.intake.opening import open_table
from evaluate.spatial_spec.regression import PlacesSpec, RegressionSpec, keys_of
from indicators.errors import Faults
from indicators.framework import Framework
from indicators.sizes import FARTHEST
from indicators.spec import Locate, Path
from indicators.units import factor

_LIMITS = {"longitude": 180.0, "latitude": 90.0}


@dataclass(frozen=True)
class FurtherPlaces:
    """The tables of all regressions that state one."""

    tables: dict[str, pd.DataFrame] = field(default_factory=dict)
    """By name of the regression: `unit, longitude, latitude` and a column an explaining variable, sorted by unit;
    values in the units of measure of the framework, missing where a cell is empty."""
    inputs: list[Input] = field(default_factory=list)


def read_further_places(
    regressions: list[RegressionSpec], base: FilePath, framework: Framework, roster: Collection[str], place: Locate
) -> FurtherPlaces:
    """Read the table of places of every regression.

    Args:
        regressions: of the assessment.
        base: folder that paths are relative to.
        framework: where units of measure are declared.
        roster: codes of the units, which places must not have.
        place: gives the place of a key of the assessment.

    Errors: an `InputError` with every fault: a file that cannot be read, missing columns, blank codes, a code twice or
    of the roster, what is no number or too great a one, degrees beyond the earth, units of measure that are missing or
    do not fit.
    """
    found, faults = FurtherPlaces(), Faults()
    for at, spec in enumerate(regressions):
        if spec.places is None:
            continue
        keys: Path = (*keys_of(regressions, at), "places")
        with faults.collecting():
            found.tables[spec.called] = _read(spec.places, spec.explained_by, keys, base, framework, roster, place)
            found.inputs.append(Input.of("places", spec.places.path, base / spec.places.path))
    faults.raise_if_any()
    return found


def _read(
    spec: PlacesSpec, explaining: list[str], keys: Path, base: FilePath, framework: Framework,
    roster: Collection[str], place: Locate,
) -> pd.DataFrame:  # fmt: skip
    faults = Faults()
    steps = _steps(spec, explaining, keys, framework, place, faults)
    raw = open_table(
        spec.path, base, lambda key: place((*keys, key)),
        encoding=spec.encoding, sheet=spec.sheet, header_row=spec.header_row,
    )  # fmt: skip
    wanted = {
        **{key: ((*keys, key), getattr(spec, key)) for key in ("unit", *_LIMITS)},
        **{name: ((*keys, "columns", name), spec.columns[name].column) for name in explaining if name in spec.columns},
    }
    columns = {key: raw.find(column, place(at).key, faults) for key, (at, column) in wanted.items()}
    faults.raise_if_any()
    held = Held(raw, {key: column for key, column in columns.items() if column is not None}, faults)
    codes = held.codes("unit")
    first: dict[str, int] = {}
    known = set(roster)
    for row, code in enumerate(codes):
        before = first.setdefault(code, row)
        if code and before != row:
            held.add("local_regression.place_twice", "unit", row, unit=code, first=held.line(before))
        elif code in known:
            held.add("local_regression.place_in_roster", "unit", row, unit=code)
    everywhere = np.ones(len(codes), dtype=bool)
    table = pd.DataFrame({"unit": codes})
    for key, limit in _LIMITS.items():
        table[key] = held.numbers(key, everywhere)
        for row in which(np.isnan(table[key].to_numpy()) | (np.abs(table[key].to_numpy()) > limit)):
            if not np.isnan(table[key][row]):
                held.add("local_regression.no_degrees", key, row, found=f"{table[key][row]:g}", limit=f"{limit:g}")
    for name in explaining:
        stated = held.numbers(name, everywhere)
        with np.errstate(over="ignore"):
            table[name] = stated * steps[name]
        for row in which(np.abs(table[name].to_numpy()) > FARTHEST):
            found = f"{stated[row]:.10g}"
            held.add("local_regression.place_too_great", name, row, found=found, most=f"{FARTHEST:g}")
    held.close("unit", everywhere)
    faults.raise_if_any()
    return table.sort_values("unit", ignore_index=True)


def _steps(
    spec: PlacesSpec, explaining: list[str], keys: Path, framework: Framework, place: Locate, faults: Faults
) -> Mapping[str, float]:  # fmt: skip
    """Return by what the numbers of each column are multiplied to have the unit of measure of the framework."""
    steps = dict.fromkeys(explaining, 1.0)
    for name in spec.columns.keys() - set(explaining):
        faults.add("local_regression.place_column", place((*keys, "columns", name)), known=", ".join(explaining))
    for name in explaining:
        at = place((*keys, "columns", name))
        if name not in spec.columns:
            faults.add("local_regression.place_lacks", place((*keys, "columns")), found=name)
            continue
        declared = framework.variables.get(name) or framework.computed.get(name)
        own = getattr(declared, "unit_of_measure", None)
        given = spec.columns[name].unit_of_measure
        if own is not None and given is None:
            faults.add("local_regression.place_needs_unit", at, expected=own)
        elif own is None and given is not None:
            faults.add("local_regression.place_no_unit", at, found=given)
        elif own is not None and given is not None:
            with faults.collecting():
                steps[name] = factor(given, own, place((*keys, "columns", name, "unit_of_measure")))
    return steps
