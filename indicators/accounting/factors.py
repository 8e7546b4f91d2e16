"""Emission factors: one row a factor, with its source and validity, and tables in which they are looked up."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from indicators.errors import Faults, Place, fault, nearest
from indicators.texts import both

KINDS = ("fuel", "electricity", "heat", "process", "pollutant", "removal", "gwp")
"""What a factor is applied to; `gwp` weighs a gas against carbon dioxide over 100 years."""
CO2_EQUIVALENT = "co2e"
LISTED = 12

Validity = tuple[int | None, int | None]
"""First and last year; None: not limited by the source."""
Extend = Literal["nearest"] | None


@dataclass(frozen=True)
class Factor:
    """One emission factor, as one row of a table states it."""

    kind: str
    code: str
    substance: str
    """What is emitted (or removed): co2, ch4, so2, …"""
    value: float
    """Substance per activity, in `unit_of_measure`."""
    unit_of_measure: str
    name: Mapping[str, str]
    guide: str
    """Where the figure comes from."""
    table: str
    """Table of the guide."""
    year: int | None = None
    """Year that the figure is of; None where the source states none."""
    valid: Validity | None = None
    """Years of activity data that it may be used for; None where the source states none."""
    place: str = ""
    series: str = ""
    variant: str = ""
    confidence: str = ""
    notes: str = ""
    uncertainty: float | None = None
    """Relative standard uncertainty; None: not stated (which is not 0)."""
    parts: Mapping[str, float] = field(default_factory=dict)
    """Of a fuel: `ncv` (kJ/kg or kJ/m³), `carbon_content` (t C/TJ), `oxidation` (share), in the row's own units."""
    at: Place = field(default=Place(), compare=False)
    """Where the row stands."""

    def covers(self, year: int) -> bool:
        """Tell whether it may be used for a year of activity data."""
        return self.distance(year) == 0 if self.valid is not None else False

    def distance(self, year: int) -> float:
        """Return how many years lie between its validity and a year; infinite where neither is stated."""
        if self.valid is None:
            return float("inf") if self.year is None else abs(year - self.year) or 0.5
        first, last = self.valid
        return max((first - year) if first is not None else 0, (year - last) if last is not None else 0, 0)

    @property
    def years(self) -> str:
        """The years of its validity, as a message shows them: `2021`, `2018–2022`, `–2020`, `?` where not stated."""
        if self.valid is None:
            return "?"
        first, last = self.valid
        if first == last:
            return str(first) if first is not None else "–"
        return f"{'' if first is None else first}–{'' if last is None else last}"


@dataclass(frozen=True)
class Chosen:
    """A factor, and whether it is used outside its validity because `extend: nearest` allows it."""

    factor: Factor
    extended: bool = False


@dataclass(frozen=True)
class FactorTable:
    """Factors by code. Electricity is chosen by series, place, variant and year; no series stands in for another."""

    rows: Mapping[str, Factor]
    aliases: Mapping[str, str] = field(default_factory=dict, compare=False)
    """Codes of places by their names."""

    def joined(self, others: Iterable[Factor]) -> "FactorTable":
        """Return the table with further rows.

        Errors: a row that says something else than the one of its code; a second electricity factor for the same
        series, place, variant and year.
        """
        rows, faults = dict(self.rows), Faults()
        for row in others:
            known = rows.setdefault(row.code, row)
            if known != row:
                faults.add("accounting.contradicts", row.at, code=row.code, other=_where(known))
        used: dict[tuple[object, ...], Factor] = {}
        for row in rows.values():
            if row.kind in ("electricity", "gwp"):
                key = (row.kind, row.series, row.variant, row.year if row.kind == "electricity" else None)
                first = used.setdefault((*key, row.place or row.substance), row)
                if first is not row:
                    faults.add("accounting.same_use", row.at, code=row.code, other=first.code, at=_where(first))
        faults.raise_if_any()
        return FactorTable(rows, self.aliases)

    def of_kind(self, kind: str) -> dict[str, Factor]:
        """Return the factors of one kind by code."""
        return {code: row for code, row in self.rows.items() if row.kind == kind}

    def named(self, kind: str, code: str, at: Place | None = None) -> Factor:
        """Return the factor of a code; a fault with the nearest and all known codes where there is none."""
        known = self.of_kind(kind)
        if code in known:
            return known[code]
        values = {"found": code, "kind": _kind(kind), "known": listed(known), "meant": nearest(code, known)}
        if not known:
            raise fault("accounting.no_factor_of_kind", at, **values)
        raise fault("accounting.no_factor", at, **values)

    def place_of(self, name: str) -> str:
        """Return the code of a place by its code or any of its names; the text itself where it is none of them."""
        return self.aliases.get(name.strip().casefold(), name.strip())

    @cached_property
    def _electricity(self) -> dict[str, list[Factor]]:
        out: dict[str, list[Factor]] = {}
        for row in self.of_kind("electricity").values():
            out.setdefault(row.series, []).append(row)
        return out

    def electricity_of(self, series: str, variant: str, at: Place | None = None) -> list[Factor]:
        """Return the factors of one series and variant.

        Errors: there is none; the nearest and all known are named.
        """
        known = self._electricity
        if series not in known:
            raise fault("accounting.no_series", at, found=series, known=listed(known), meant=nearest(series, known))
        rows = [row for row in known[series] if row.variant == variant]
        if not rows:
            variants = list(dict.fromkeys(row.variant for row in known[series]))
            meant = nearest(variant, variants)
            raise fault("accounting.no_variant", at, found=variant, series=series, known=listed(variants), meant=meant)
        return rows

    def electricity_rows(self, series: str, variant: str, place: str, at: Place | None = None) -> list[Factor]:
        """Return the factors of one series, variant and place, by year.

        Errors: there is none; the nearest and the known ones are named.
        """
        rows = self.electricity_of(series, variant, at)
        wanted = self.place_of(place)
        there = [row for row in rows if row.place == wanted]
        if not there:
            places = sorted({row.place for row in rows})
            names = [name for name, code in self.aliases.items() if code in places]
            values = {"found": place, "series": series, "variant": variant, "known": listed(places)}
            raise fault("accounting.no_place", at, **values, meant=nearest(place, [*places, *names]))
        return sorted(there, key=lambda row: (row.year is None, row.year or 0))

    def electricity(
        self, year: int, *, series: str, place: str, variant: str = "average", extend: Extend = None,
        at: Place | None = None,
    ) -> Chosen:  # fmt: skip
        """Return the electricity factor for a year of activity data.

        Of the rows that are valid in the year the latest. With `extend="nearest"` else the row whose validity is
        nearest in time, of two equally near the earlier. Another series, place or variant is never taken.

        Errors: no such series, variant or place, or no factor for the year: the years that exist are named.

        >>> from indicators.accounting import bundled_factors
        >>> table = bundled_factors()
        >>> table.electricity(2022, series="statistics", place="CN").factor.value
        0.5366
        >>> table.electricity(2022, series="ets", place="CN").factor.value
        0.5703
        >>> late = table.electricity(2025, series="statistics", place="浙江省", extend="nearest")
        >>> late.factor.code, late.extended
        ('grid-2023-330000', True)
        """
        rows = self.electricity_rows(series, variant, place, at)
        valid = [row for row in rows if row.covers(year)]
        if valid:
            return Chosen(valid[-1])
        if extend == "nearest":
            return Chosen(min(rows, key=lambda row: (row.distance(year), row.year is None, row.year or 0)), True)
        years = [row.years for row in rows]
        raise fault(
            "accounting.no_year", at, series=series, place=place, years=year, known=listed(years),
            near=min(rows, key=lambda row: row.distance(year)).code,
        )  # fmt: skip

    def gwp(self, named: str, at: Place | None = None) -> dict[str, float]:
        """Return the global warming potentials of a set, by gas, carbon dioxide being 1.

        >>> from indicators.accounting import bundled_factors
        >>> bundled_factors().gwp("ar5")
        {'co2': 1.0, 'ch4': 28.0, 'n2o': 265.0}
        """
        sets: dict[str, dict[str, float]] = {}
        for row in self.of_kind("gwp").values():
            sets.setdefault(row.series, {"co2": 1.0})[row.substance] = row.value
        if named not in sets:
            raise fault("accounting.no_gwp_set", at, found=named, known=listed(sets), meant=nearest(named, sets))
        return sets[named]


def valid_in(factor: Factor, years: Iterable[int], extend: Extend, at: Place | None = None) -> Chosen:
    """Return a factor that was named by its code for use in some years.

    Errors: a year outside its validity, unless `extend="nearest"`.
    """
    outside = sorted(year for year in set(years) if not factor.covers(year))
    if outside and extend is None:
        said = ", ".join(map(str, outside))
        raise fault("accounting.outside_validity", at, code=factor.code, valid=factor.years, years=said)
    return Chosen(factor, bool(outside))


def listed(names: Iterable[str]) -> str:
    """Return names as a message lists them, at most `LISTED`."""
    found = [str(name) for name in names]
    return ", ".join(found[:LISTED]) + (", …" if len(found) > LISTED else "")


def _kind(kind: str) -> dict[str, str]:
    return both(f"accounting.kind_{kind}")


def _where(row: Factor) -> str:
    return str(row.at) or row.guide
