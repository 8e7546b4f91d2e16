"""Tables of factors: the bundled ones, and rows of the same form that a user adds."""

import csv
import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache

from indicators.accounting.factors import KINDS, Factor, FactorTable, Validity
from indicators.accounting.fuels import fuel_factor
from indicators.bundled import bundled_name, configs
from indicators.errors import Faults, Place, nearest
from indicators.spec import CODE, shown
from indicators.units import fits, measure, ratio

TABLES = ("fuels", "electricity", "heat", "gwp")
COLUMNS = (
    "kind", "code", "name_zh", "name_en", "substance", "place", "series", "variant", "value", "unit_of_measure",
    "ncv", "ncv_unit_of_measure", "coal_equivalent", "coal_equivalent_unit_of_measure", "carbon_content",
    "carbon_content_unit_of_measure", "oxidation", "year", "valid_from", "valid_to", "guide", "table", "confidence",
    "uncertainty", "notes",
)  # fmt: skip
"""Columns of a table of factors; one that no row needs may be left out."""
NEEDED = ("kind", "code", "substance", "guide", "table")
AVERAGE = "average"
ANY = "any"
_YEAR = re.compile(r"(19|20|21)[0-9]{2}")
_NUMBER = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]{1,3})?")

Row = Mapping[str, str]
At = Callable[[str], Place]
"""Gives the place of a column of the row."""


@cache
def bundled_factors() -> FactorTable:
    """Return the factors of `configs/factors/`, each with its source.

    >>> coal = bundled_factors().named("fuel", "raw_coal")
    >>> round(coal.value, 4), coal.unit_of_measure, coal.uncertainty is None
    (1.9003, 'kg/kg', True)
    """
    rows = (row for name in TABLES for row in factors_from(_bundled(name)))
    return FactorTable({}, places()).joined(rows)


@cache
def places() -> dict[str, str]:
    """Return the codes of places (nation, grids, provinces) by every name of theirs, case folded.

    >>> places()["河北省"], places()["hebei"], places()["华北"]
    ('130000', '130000', 'grid-north')
    """
    out: dict[str, str] = {}
    with (configs() / "factors" / "places.csv").open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            for column in ("code", "name_zh", "full_zh", "name_en"):
                out[row[column].casefold()] = row["code"]
    return out


def _bundled(name: str) -> Iterator[tuple[Row, At]]:
    path = bundled_name("factors", f"{name}.csv")
    with (configs() / "factors" / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
        reader = csv.DictReader(stream)
        for row in reader:
            line = reader.line_num
            yield row, lambda column, line=line: Place(path, line=line, key=column)  # type: ignore[misc]


def factors_from(rows: Iterable[tuple[Row, At]]) -> list[Factor]:
    """Return the factors that rows state.

    Args:
        rows: the texts of each row by column, and the places of its cells.

    Errors: an `InputError` with every cell that is blank but needed, no number, no year, no unit of measure, …

    >>> cells = {"kind": "process", "code": "clinker", "substance": "co2", "value": "0.5", "unit_of_measure": "t/t",
    ...          "guide": "own measurement", "table": "2023", "valid_from": "2020", "valid_to": "any"}
    >>> (row,) = factors_from([(cells, lambda column: Place("own.csv", line=2, key=column))])
    >>> row.value, row.years, row.uncertainty
    (0.5, '2020–', None)
    """
    faults, out = Faults(), []
    for row, at in rows:
        with faults.collecting():
            out.append(_Row(row, at).factor())
    faults.raise_if_any()
    return out


class _Row:
    """The cells of one row; what is wrong with them is collected."""

    def __init__(self, row: Row, at: At) -> None:
        self._cells = {column: (row.get(column) or "").strip() for column in COLUMNS}
        self._at = at
        self._faults = Faults()

    def factor(self) -> Factor:
        cells = self._cells
        for column in NEEDED:
            self._filled(column)
        kind = cells["kind"]
        if kind and kind not in KINDS:
            expected = ", ".join(f"'{name}'" for name in KINDS)
            meant = nearest(kind, KINDS)
            self._faults.add("faults.one_of", self._at("kind"), expected=expected, found=shown(kind), meant=meant)
        for column in ("code", "substance", "series", "variant"):
            if cells[column] and not CODE.fullmatch(cells[column]):
                self._faults.add("faults.bad_code", self._at(column), found=shown(cells[column]))
        if kind in ("electricity", "gwp"):
            self._filled("series")
        if kind == "electricity":
            self._filled("place")
        uncertainty = self._number("uncertainty") if cells["uncertainty"] else None
        year = self._year("year")
        valid = self._validity()
        value, unit_of_measure, parts = self._value()
        self._faults.raise_if_any()
        return Factor(
            kind, cells["code"], cells["substance"], value, unit_of_measure,
            {"zh": cells["name_zh"] or cells["code"], "en": cells["name_en"] or cells["code"]},
            cells["guide"], cells["table"], year, valid,
            places().get(cells["place"].casefold(), cells["place"]), cells["series"],
            (cells["variant"] or AVERAGE) if kind == "electricity" else cells["variant"],
            cells["confidence"], cells["notes"], uncertainty, parts, self._at("code"),
        )  # fmt: skip

    def _value(self) -> tuple[float, str, dict[str, float]]:
        cells = self._cells
        if cells["kind"] == "fuel" and not cells["value"] and not self._faults:
            return self._fuel()
        if self._filled("value") and self._filled("unit_of_measure"):
            with self._faults.collecting():
                measure(cells["unit_of_measure"], self._at("unit_of_measure"))
        return self._number("value"), cells["unit_of_measure"], {}

    def _fuel(self) -> tuple[float, str, dict[str, float]]:
        """Return NCV × CC × OF × 44/12 in kg CO2 a kg, or a m³, of fuel."""
        cells, parts = self._cells, {}
        for column in ("ncv", "carbon_content", "oxidation"):
            if self._filled(column):
                parts[column] = self._number(column)
        if parts.get("oxidation", 0) > 1:
            self._faults.add("accounting.row_share", self._at("oxidation"), found=cells["oxidation"])
        heat = content = None
        for column in ("ncv_unit_of_measure", "carbon_content_unit_of_measure"):
            self._filled(column)
        with self._faults.collecting():
            heat = measure(cells["ncv_unit_of_measure"] or "1", self._at("ncv_unit_of_measure"))
            content = measure(
                cells["carbon_content_unit_of_measure"] or "1", self._at("carbon_content_unit_of_measure")
            )
        if self._faults:
            return 0.0, "", {}
        for unit_of_measure in ("kg/kg", "kg/m^3"):
            if fits(heat * content, measure(unit_of_measure)):
                step = ratio(heat * content, measure(unit_of_measure))
                value = float(fuel_factor(parts["ncv"], parts["carbon_content"], parts["oxidation"])) * step
                return value, unit_of_measure, parts
        units = f"{cells['ncv_unit_of_measure']} × {cells['carbon_content_unit_of_measure']}"
        self._faults.add("accounting.row_fuel_units", self._at("ncv_unit_of_measure"), found=units)
        return 0.0, "", {}

    def _filled(self, column: str) -> bool:
        if not self._cells[column]:
            self._faults.add("accounting.row_blank", self._at(column))
        return bool(self._cells[column])

    def _number(self, column: str) -> float:
        text = self._cells[column]
        number = float(text) if _NUMBER.fullmatch(text) else math.nan
        if text and not (math.isfinite(number) and number >= 0):
            self._faults.add("accounting.row_number", self._at(column), found=shown(text))
        return number

    def _year(self, column: str) -> int | None:
        text = self._cells[column]
        if text and not _YEAR.fullmatch(text):
            self._faults.add("accounting.row_year", self._at(column), found=shown(text))
            return None
        return int(text) if text else None

    def _validity(self) -> Validity | None:
        first, last = self._cells["valid_from"], self._cells["valid_to"]
        if not first and not last:
            return None
        years: list[int | None] = []
        for column in ("valid_from", "valid_to"):
            if self._filled(column):
                years.append(None if self._cells[column] == ANY else self._year(column))
        if len(years) == 2 and None not in years and years[0] > years[1]:  # type: ignore[operator]
            self._faults.add("faults.years_reversed", self._at("valid_from"), first=years[0], last=years[1])
        return (years[0], years[1]) if len(years) == 2 else None
