"""The panel: values of variables by unit and year, with the types and cohorts of the units and the period."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from indicators.codes import normalise_codes
from indicators.errors import Faults, Place, fault, nearest
from indicators.evaluation import Surroundings
from indicators.framework import Framework
from indicators.units import factor, measure

UNIT_COLUMNS = ("unit", "name", "type")
"""Columns of the table of units that are no cohorts."""


@dataclass(frozen=True, eq=False)
class Panel:
    """Values indexed (unit, year); one year is a panel of one year.

    Build it with `from_frame`. `values` holds every unit × every year of `years`, NaN where nothing is known.
    """

    units: pd.DataFrame
    """`unit, name, type,` and cohort columns, one row a unit, sorted by unit; all texts."""
    values: pd.DataFrame
    """Index (unit, year), one column a variable."""
    scored: tuple[int, ...]
    """The years that are scored."""
    rank: int
    """The year that the ranking is made for."""
    baseline: int | None = None
    """The year that changes are measured from."""
    units_of_measure: Mapping[str, str] = field(default_factory=dict)
    """Unit of measure by variable; a variable without one is in the unit of measure of its framework."""

    @classmethod
    def from_frame(
        cls,
        df: pd.DataFrame,
        units: pd.DataFrame | None = None,
        *,
        period: tuple[int, int] | None = None,
        baseline: int | None = None,
        rank: int | None = None,
        year: int | None = None,
        units_of_measure: Mapping[str, str] | None = None,
    ) -> "Panel":
        """Build a panel from a table.

        `df`: columns `unit`, `year` and one a variable (or `unit` and `year` as its index); without a column of
        years, `year` names the one year. `units`: a table with `unit` and, if wanted, `name`, `type` and cohort
        columns; the units of `df` when absent. `period`: first and last scored year, all years when absent.
        `rank`: the last scored year when absent. `units_of_measure`: by variable; where nothing is said the
        values are in the unit of measure that the framework declares for the variable.

        Errors: an `InputError` names duplicate (unit, year), missing columns, text among the numbers and units
        without a row.

        >>> table = pd.DataFrame({"unit": ["a", "b"], "year": 2020, "co2": [1.0, 2.0]})
        >>> Panel.from_frame(table).scored
        (2020,)
        """
        table = _flat(df, year)
        roster = _roster(units, table["unit"])
        faults = Faults()
        _numbers(table, faults)
        twice = table.loc[table.duplicated(["unit", "year"]), ["unit", "year"]]
        for code, when in twice.drop_duplicates().head(20).itertuples(index=False):
            faults.add("panel.twice", unit=code, year=when)
        for code in sorted(set(roster["unit"]) - set(table["unit"]))[:20]:
            faults.add("panel.no_row", unit=code)
        faults.raise_if_any()
        years = sorted(table["year"].unique())
        first, last = period or (years[0], years[-1])
        scored = tuple(range(int(first), int(last) + 1)) if period else tuple(int(y) for y in years)
        for code in units_of_measure or {}:
            if code not in table.columns:
                columns = [str(c) for c in table.columns.drop(["unit", "year"])]
                faults.add("panel.no_variable", Place(key="units_of_measure"), found=code, meant=nearest(code, columns))
        _known_year("baseline", baseline, years, faults)
        _known_year("rank", rank, scored, faults)
        faults.raise_if_any()
        return cls(
            roster,
            _full(table, roster["unit"], [*years, *scored]),
            scored,
            rank if rank is not None else scored[-1],
            baseline,
            dict(units_of_measure or {}),
        )

    @cached_property
    def years(self) -> tuple[int, ...]:
        """Every year of the panel, consecutive."""
        return tuple(int(year) for year in self.values.index.levels[1])  # type: ignore[attr-defined]

    @cached_property
    def codes(self) -> tuple[str, ...]:
        """The codes of the units, in order."""
        return tuple(self.units["unit"])

    @property
    def types(self) -> tuple[str, ...]:
        """The types that occur, in order; one empty text when there are none."""
        return tuple(sorted(self.units["type"].unique()))

    @property
    def cohorts(self) -> tuple[str, ...]:
        """The cohort columns."""
        return tuple(c for c in self.units.columns if c not in UNIT_COLUMNS)

    def matrix(self, variable: str) -> NDArray[np.float64]:
        """Return one variable as units × years."""
        if variable not in self.values:
            return np.full((len(self.units), len(self.years)), np.nan)
        return self.values[variable].to_numpy(dtype=float).reshape(len(self.units), len(self.years))

    def select(self, units: Sequence[str]) -> "Panel":
        """Return the panel of some units, such as a cohort."""
        unknown = sorted(set(units) - set(self.codes))
        if unknown:
            raise fault("panel.unknown_unit", found=unknown[0], meant=nearest(unknown[0], self.codes))
        kept = self.units["unit"].isin(list(units))
        values = self.values[self.values.index.get_level_values("unit").isin(list(units))].copy()
        values.index = values.index.remove_unused_levels()  # type: ignore[attr-defined]
        return replace(self, units=self.units[kept].reset_index(drop=True), values=values)

    def matrices(self, framework: Framework) -> dict[str, NDArray[np.float64]]:
        """Return the variables of a framework as units × years, in its units of measure."""
        faults, out = Faults(), {}
        for code, variable in framework.variables.items():
            given, wanted = (
                self.units_of_measure.get(code, variable.unit_of_measure),
                variable.unit_of_measure,
            )
            with faults.collecting():
                step = factor(given, wanted, Place(key=f"units_of_measure.{code}"))
                out[code] = self.matrix(code) if step == 1 else self.matrix(code) * step
        faults.raise_if_any()
        return out

    def surroundings(self, framework: Framework, values: Mapping[str, NDArray[np.float64]]) -> Surroundings:
        """Return what formulas see."""
        groups = {}
        for column in ("type", *self.cohorts):
            texts = self.units[column].astype(str)
            codes, _ = pd.factorize(texts.where(texts.str.strip() != ""), sort=True)
            groups[column] = np.asarray(codes, dtype=np.intp)
        measures = {code: measure(v.unit_of_measure) for code, v in framework.variables.items()}
        return Surroundings(values, measures, self.years, self.baseline, framework.breaks(), groups)

    def __repr__(self) -> str:
        return f"Panel({len(self.units)} units, {self.years[0]}–{self.years[-1]}, {self.values.shape[1]} variables)"

    def _repr_html_(self) -> str:
        counted = f"{len(self.units)} × {self.years[0]}–{self.years[-1]}"
        return f"<p>Panel {counted}</p>{self.values.head(8)._repr_html_()}"  # type: ignore[operator]


def _flat(df: pd.DataFrame, year: int | None) -> pd.DataFrame:
    """Return the table with `unit` as normal codes and `year` as whole numbers."""
    named = [name for name in df.index.names if name in ("unit", "year")]
    table = df.reset_index(named) if named else df.copy()
    if year is not None:
        if "year" in table.columns:
            raise fault("panel.year_twice", found=year)
        table["year"] = year
    for column in ("unit", "year"):
        if column not in table.columns:
            raise fault("panel.no_column", found=column, known=", ".join(map(str, table.columns)))
    if table.empty:
        raise fault("panel.empty")
    table["unit"] = normalise_codes(table["unit"])
    years = pd.to_numeric(table["year"], errors="coerce")
    wrong = years.isna() | (years % 1 != 0)
    if wrong.any():
        raise fault("panel.no_year", found=str(table.loc[wrong, "year"].iloc[0]))
    if (table["unit"] == "").any():
        raise fault("panel.no_code", count=int((table["unit"] == "").sum()))
    table["year"] = years.astype(int)
    return table.reset_index(drop=True)


def _numbers(table: pd.DataFrame, faults: Faults) -> None:
    for column in table.columns.difference(["unit", "year"], sort=False):
        numbers = pd.to_numeric(table[column], errors="coerce")
        wrong = (numbers.isna() & table[column].notna()) | np.isinf(numbers)
        for row in table.index[wrong][:5]:
            found = table.loc[row]
            faults.add(
                "panel.no_number", Place(key=str(column)),
                unit=found["unit"], year=found["year"], found=str(found[column]),
            )  # fmt: skip
        table[column] = numbers.astype(float)


def _roster(units: pd.DataFrame | None, codes: "pd.Series[Any]") -> pd.DataFrame:
    if units is None:
        units = pd.DataFrame({"unit": sorted(codes.unique())})
    if not isinstance(units, pd.DataFrame):
        raise fault("panel.units_is_a_table", found=type(units).__name__)
    roster = units.reset_index() if units.index.name == "unit" else units.copy()
    if "unit" not in roster.columns:
        raise fault("panel.no_column", found="unit", known=", ".join(map(str, roster.columns)))
    roster["unit"] = normalise_codes(roster["unit"])
    if roster["unit"].duplicated().any():
        raise fault("panel.unit_twice", unit=roster.loc[roster["unit"].duplicated(), "unit"].iloc[0])
    if "name" not in roster.columns:
        roster["name"] = roster["unit"]
    if "type" not in roster.columns:
        roster["type"] = ""
    rest = [c for c in roster.columns if c not in UNIT_COLUMNS]
    for column in ["name", "type"]:
        roster[column] = roster[column].astype(object).where(roster[column].notna(), "").astype(str)
    for column in rest:
        roster[column] = normalise_codes(roster[column])
    return roster[[*UNIT_COLUMNS, *rest]].sort_values("unit", ignore_index=True)


def _full(table: pd.DataFrame, codes: "pd.Series[str]", years: Sequence[int]) -> pd.DataFrame:
    """Return every unit × consecutive year, the variables in the order of the table."""
    span = range(int(min(years)), int(max(years)) + 1)
    index = pd.MultiIndex.from_product([sorted(codes), list(span)], names=["unit", "year"])
    return table.set_index(["unit", "year"]).reindex(index).astype(float)


def _known_year(what: str, year: int | None, known: Sequence[int], faults: Faults) -> None:
    if year is not None and year not in known:
        faults.add("panel.year_outside", Place(key=what), year=year, first=min(known), last=max(known))
