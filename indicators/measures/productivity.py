"""Productivity over time with bad outputs as a measure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Annotated, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, model_validator

from indicators.efficiency.production import Production
from indicators.efficiency.productivity import Change, global_malmquist_luenberger, malmquist_luenberger
from indicators.formula import breaks_between
from indicators.measures.base import Array, Expression, Learned, Outputs, Parts, Setting
from indicators.measures.frontier import Along, Frontier, Sheet, complete, listed, looked_at, pool
from indicators.spec import Path, refuse

CROSS = {"first_on_second", "second_on_first"}
"""Programs that put a unit of one year against the frontier of the other."""


class Productivity(Frontier):
    """Change of productivity with bad outputs: above 1 is progress, 1 no change.

    Malmquist–Luenberger: ML = √{[1 + D¹(1)]/[1 + D¹(2)] · [1 + D²(1)]/[1 + D²(2)]}, Dᵗ(u) the directional distance of
    the unit in year u to the frontier of year t; a program across years may have no solution, and the state then names
    it. Global: [1 + Dᴳ(1)]/[1 + Dᴳ(2)] against the units of all years, which has no such gap. Both are efficiency
    change [1 + D¹(1)]/[1 + D²(2)], catching up with the frontier, times technology change, its shift. A year is not
    compared with one before a break of a variable concerned: the index is missing there and the year is marked.
    """

    source: ClassVar[str] = (
        "Chung, Färe & Grosskopf 1997, Journal of Environmental Management 51, 229-240; Oh 2010, Journal of "
        "Productivity Analysis 34, 183-197"
    )
    states: ClassVar[tuple[str, ...]] = ("state",)
    labels: ClassVar[Mapping[str, str]] = {"state": "course"}

    method: Literal["productivity"] = "productivity"
    output: Literal["change", "efficiency_change", "technology_change", "state"]
    """Which output the indicator takes; `state` is listed, not scored."""
    bads: Annotated[list[Expression], Field(min_length=1)]
    """Formulas of the bad outputs."""
    index: Literal["global", "malmquist_luenberger"] = "global"
    """Against the units of all years, or against those of either year."""
    since: Literal["year_before", "baseline"] = "year_before"
    """What each year is compared with."""
    disposability: Literal["weak", "free"] = "weak"
    """Whether bad outputs fall only together with good ones, or as freely as inputs do."""
    direction: Along = Field(default=Along())
    """Shares of their own figures by which units are moved."""

    @model_validator(mode="after")
    def _somewhere(self) -> "Productivity":
        if not (self.direction.inputs or self.direction.goods or self.direction.bads):
            raise refuse("efficiency.direction_nowhere")
        return self

    def formulas(self) -> dict[str, str]:
        """Return the figures of the year and of that before, which are missing across a break."""
        before = "lag({}, 1)" if self.since == "year_before" else "base({})"
        sides = self.sides()
        return sides | {f"{name}_before": before.format(text) for name, text in sides.items()}

    def keys(self) -> dict[str, Path]:
        """Return where each formula is stated."""
        return super().keys() | {f"{name}_before": path for name, path in super().keys().items()}

    def learn(self, parts: Parts, setting: Setting) -> Learned:
        """Return the figures of the units that make each year's frontier, and that of all years between two breaks."""
        columns = sorted({at for chain in self._chains(setting) for at in chain})
        found: Learned = {
            f"year:{setting.years[at]}": listed(self, parts, setting, [at], pooled=False) for at in columns
        }
        if self.index == "global":
            # of a pool the years are enough, whose figures stand above
            for at in columns:
                found.setdefault(pool(setting, at), {"years": []})["years"].append(setting.years[at])
        return found

    def outputs(self, parts: Parts, setting: Setting, learned: Learned) -> Outputs:
        """Return the index, its parts and the state."""
        sheet = Sheet.empty(setting, ("change", "efficiency_change", "technology_change"), self.states)
        whole = np.logical_and.reduce([np.isfinite(part) for part in parts.values()])
        cells = [(row, at) for at in looked_at(setting) for row in np.flatnonzero(whole[:, at]).tolist()]
        sheet.tell(cells, ["absent"] * len(cells))
        for chain in self._chains(setting):
            periods = [self._period(parts, setting, learned, at) for at in chain]
            changes = self._changes(periods, learned, pool(setting, chain[-1]))
            for (one, other), second, change in zip(pairwise(periods), chain[1:], changes, strict=True):
                self._put(sheet, change, second, (one, other), setting, whole)
        return sheet.outputs()

    def _chains(self, setting: Setting) -> list[list[int]]:
        """Return the columns that are compared one after the other, no two with a break between them."""
        broken = {year for years in setting.breaks.values() for year in years}
        columns = {year: at for at, year in enumerate(setting.years)}
        years = [setting.years[at] for at in looked_at(setting)]
        if self.since == "baseline":
            base = setting.baseline
            if base is None or base not in columns:
                return []
            return [[columns[base], columns[y]] for y in years if not breaks_between(broken, base, y)]
        chains: list[list[int]] = []
        for year in years:
            if year - 1 not in columns or year in broken:
                continue
            if chains and chains[-1][-1] == columns[year - 1]:
                chains[-1].append(columns[year])
            else:
                chains.append([columns[year - 1], columns[year]])
        return chains

    def _best(self, learned: Learned, scope: str) -> tuple[Production, Array]:
        """Return the frontier of all years of a scope."""
        years = {year: learned[f"year:{year}"]["units"] for year in learned[scope]["years"]}
        units = {f"{code}@{year}": figures for year, listed in years.items() for code, figures in listed.items()}
        return self.frontier({"units": units})

    def _period(self, parts: Parts, setting: Setting, learned: Learned, at: int) -> "Period":
        """Return who is measured in a year, its frontier, and why the others are not."""
        frontier, middle = self.frontier(learned[f"year:{setting.years[at]}"])
        table = self.figures(parts)
        rows = [row for row, _ in complete(table, setting, [at])]
        own = table[rows, at]
        reasons = self.unmeasured(own, middle, frontier)
        if self.index == "global":
            best, middle = self._best(learned, pool(setting, at))
            reasons = np.where(reasons == "", self.unmeasured(own, middle, best), reasons)
        kept = np.flatnonzero(reasons == "")
        given = self.production([setting.units[rows[i]] for i in kept], own[kept])
        return Period(given, frontier, {row: str(reason) for row, reason in zip(rows, reasons, strict=True) if reason})

    def _changes(self, periods: Sequence["Period"], learned: Learned, scope: str) -> tuple[Change, ...]:
        given, references = [period.given for period in periods], [period.frontier for period in periods]
        along, labels = self.direction.direction(), range(len(periods))
        if self.index == "global":
            best, _ = self._best(learned, scope)
            return global_malmquist_luenberger(
                given, labels, along, self.returns, self.disposability, references, best
            )  # fmt: skip
        return malmquist_luenberger(given, labels, along, self.returns, self.disposability, references)

    def _put(
        self, sheet: Sheet, change: Change, second: int, periods: Sequence["Period"], setting: Setting,
        whole: NDArray[np.bool_],
    ) -> None:  # fmt: skip
        """Note the change from one year to another of the units that have both."""
        rows = {code: row for row, code in enumerate(setting.units)}
        at = [position for position, code in enumerate(change.units) if whole[rows[code], second]]
        states = [_state(change, position) for position in at]
        numbers = {"change": change.index, "efficiency_change": change.efficiency}
        numbers["technology_change"] = change.technology
        cells = [(rows[change.units[position]], second) for position in at]
        if cells:
            sheet.put(cells, {name: values[at] for name, values in numbers.items()}, {"state": states})
        for period in periods:
            told = [(row, reason) for row, reason in period.unmeasured.items() if whole[row, second]]
            sheet.tell([(row, second) for row, _ in told], [reason for _, reason in told])


@dataclass(frozen=True)
class Period:
    """One year of a comparison."""

    given: Production
    frontier: Production
    unmeasured: Mapping[int, str]
    """Why a row with every figure is not measured."""


def _state(change: Change, position: int) -> str:
    """Return the state of a unit; of a program without a solution with its name where it goes across years."""
    state, failed = change.states[position], set(change.failed[position])
    if state != "infeasible" or not failed or not failed <= CROSS:
        return state
    return "infeasible_both" if failed == CROSS else f"infeasible_{failed.pop()}"
