"""What measures change and where: side effects netted, moved capacity put where it lands."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from evaluate.abatement.measures_file import MeasureList
from evaluate.methods.base import Array
from indicators.errors import Faults, Place
from indicators.framework import Framework
from indicators.texts import LANGUAGES, joined
from indicators.units import factor, said_in

MOST = 1e300
"""The size from which on sums are refused: what is computed from them would be no number any more."""
_ROUNDING = 1e-9
"""What is left of a value that measures take away wholly, relative to it, is a matter of rounding."""


@dataclass(frozen=True, eq=False)
class Effects:
    """Changes by variable and measure, (m,) each, in the unit of measure of the variable; signed."""

    measures: MeasureList
    direct: dict[str, Array]
    side: dict[str, Array]
    """Side effects, power included."""
    power: dict[str, Array]
    """That part of the side effects which comes from power."""
    landed: dict[str, Array]
    """What moved capacity adds where it lands."""
    inside: NDArray[np.bool_]
    """Whether it lands at an assessed unit, (m,)."""

    @property
    def variables(self) -> list[str]:
        """Variables that some measure changes."""
        return list(self.direct)

    @property
    def here(self) -> dict[str, Array]:
        """What changes at the unit of the measure."""
        return {code: self.direct[code] + self.side[code] for code in self.direct}

    @property
    def net(self) -> dict[str, Array]:
        """What changes anywhere: capacity that moves is no reduction."""
        return {code: self.direct[code] + self.side[code] + self.landed[code] for code in self.direct}

    def by_unit(self, codes: Sequence[str], chosen: NDArray[np.bool_]) -> dict[str, Array]:
        """Return what the chosen measures change at each unit, by variable; (units,)."""
        place = {code: n for n, code in enumerate(codes)}
        home = np.array([place[unit] for unit in self.measures.unit], dtype=int)
        target = np.array([place.get(to, -1) for to in self.measures.relocated_to], dtype=int)
        out = {}
        for code, change in self.here.items():
            total = np.zeros(len(codes))
            np.add.at(total, home[chosen], change[chosen])
            lands = chosen & self.inside
            np.add.at(total, target[lands], self.landed[code][lands])
            out[code] = total
        return out

    def outside(self, chosen: NDArray[np.bool_]) -> dict[str, float]:
        """Return what the chosen measures add outside the assessed units, by variable."""
        leaving = chosen & ~self.inside
        return {code: float(landed[leaving].sum()) for code, landed in self.landed.items()}

    def table(self, framework: Framework) -> pd.DataFrame:
        """Return one row a measure and variable that it changes."""
        rows = []
        for code, net in self.net.items():
            parts = np.column_stack([self.direct[code], self.side[code], self.landed[code]])
            for n in np.flatnonzero((parts != 0).any(axis=1)):
                rows.append((
                    int(n), self.measures.code[n], self.measures.unit[n], code,
                    framework.variables[code].unit_of_measure, self.direct[code][n],
                    self.side[code][n] - self.power[code][n], self.power[code][n], self.landed[code][n],
                    self.measures.relocated_to[n] if self.landed[code][n] else "",
                    ("inside" if self.inside[n] else "outside") if self.landed[code][n] else "", net[n],
                ))  # fmt: skip
        columns = ["at", "measure", "unit", "variable", "unit_of_measure", "direct", "side", "power", "landed",
                   "landed_at", "landing", "net"]  # fmt: skip
        frame = pd.DataFrame(rows, columns=columns)
        return frame.sort_values("at", kind="stable", ignore_index=True).drop(columns="at")


def effects_of(measures: MeasureList, framework: Framework, units: Sequence[str], carbon: str | None) -> Effects:
    """Work out what each measure changes.

    Power becomes carbon dioxide by its factor; the stated share of what falls lands elsewhere. Side effects do not
    move. Errors: power without a carbon variable.
    """
    count, faults = len(measures), Faults()
    powered = np.flatnonzero(measures.electricity != 0)
    codes = measures.variables
    emitted: dict[str, Array] = {}
    if len(powered):
        if carbon is None:
            faults.add("whatif.power_needs_carbon", measures.places[powered[0]])
            faults.raise_if_any()
        assert carbon is not None
        step = factor("t", framework.variables[carbon].unit_of_measure)
        with np.errstate(over="ignore"):  # `check_sizes` tells
            emitted[carbon] = measures.electricity * np.nan_to_num(measures.electricity_factor) * step
        codes = list(dict.fromkeys([*codes, carbon]))
    ordered = [code for code in framework.variables if code in codes]
    nothing = np.zeros(count)
    direct = {code: measures.direct.get(code, nothing) for code in ordered}
    power = {code: emitted.get(code, nothing) for code in ordered}
    side = {code: measures.side.get(code, nothing) + power[code] for code in ordered}
    landed = {code: measures.relocated_share * np.maximum(-direct[code], 0.0) for code in ordered}
    known = set(units)
    inside = np.array([to in known for to in measures.relocated_to], dtype=bool)
    return Effects(measures, direct, side, power, landed, inside)


def check_sizes(effects: Effects) -> None:
    """Refuse costs and effects that nothing can be computed with any more: sums of `MOST` or above."""
    faults, measures = Faults(), effects.measures
    found = [("cost", measures.cost)]
    found += [(code, part[code]) for code in effects.variables for part in (effects.direct, effects.side)]
    told: set[str] = set()
    for key, values in found:
        sizes = np.abs(values)
        with np.errstate(over="ignore"):
            beyond = bool(sizes.sum() >= MOST)
        if beyond and key not in told:
            told.add(key)
            faults.add("whatif.too_large", _at(measures, int(sizes.argmax()), key), bound=f"{MOST:g}")
    faults.raise_if_any()


def check_bases(
    effects: Effects, base: Mapping[str, Array], codes: Sequence[str], year: int, framework: Framework
) -> None:
    """Refuse measures that change what has no value in the year, where they are taken or where they land."""
    faults, place = Faults(), {code: n for n, code in enumerate(codes)}
    measures = effects.measures
    for code in effects.variables:
        label = framework.label_of(code)
        for n in np.flatnonzero(effects.here[code] != 0).tolist():
            if np.isnan(base[code][place[measures.unit[n]]]):
                faults.add("whatif.no_value", _at(measures, n, code), unit=measures.unit[n], label=label, year=year)
        for n in np.flatnonzero((effects.landed[code] != 0) & effects.inside).tolist():
            if np.isnan(base[code][place[measures.relocated_to[n]]]):
                where = _at(measures, n, "relocated_to")
                faults.add("whatif.no_value", where, unit=measures.relocated_to[n], label=label, year=year)
    faults.raise_if_any()


def _at(measures: MeasureList, n: int, key: str) -> Place:
    place = measures.places[n]
    return Place(place.file, place.line, place.sheet, place.cell, key)


def check_after(
    effects: Effects, chosen: NDArray[np.bool_], base: Mapping[str, Array], codes: Sequence[str], year: int,
    framework: Framework,
) -> dict[str, Array]:  # fmt: skip
    """Return the changes by unit, and refuse values beyond what a variable may be.

    Without a declared range, what was not negative cannot become so.
    """
    faults, changes = Faults(), effects.by_unit(codes, chosen)
    place = {code: n for n, code in enumerate(codes)}
    for code, change in changes.items():
        before = base[code]
        least, most = framework.variables[code].range or (None, None)
        low = np.full(len(before), -np.inf if least is None else least)
        if least is None:
            low = np.where(before >= 0, 0.0, low)
        high = np.inf if most is None else most
        after, near = before + change, _ROUNDING * np.abs(before)
        snapped = np.where((change != 0) & (np.abs(after - low) <= near), low, after)
        changes[code] = np.where(change != 0, snapped - before, 0.0)
        wrong = (change != 0) & ((snapped < low) | (snapped > high))
        for unit in np.flatnonzero(wrong).tolist():
            named = [
                n for n in np.flatnonzero(chosen).tolist()
                if (effects.here[code][n] and place[effects.measures.unit[n]] == unit)
                or (effects.landed[code][n] and place.get(effects.measures.relocated_to[n]) == unit)
            ]  # fmt: skip
            below, unit_of_measure = bool(snapped[unit] < low[unit]), framework.variables[code].unit_of_measure
            faults.add(
                "whatif.below" if below else "whatif.above", _at(effects.measures, named[0], code),
                unit=codes[unit], label=framework.label_of(code), year=year, before=f"{before[unit]:.6g}",
                after=f"{snapped[unit]:.6g}", bound=f"{low[unit] if below else high:g}",
                unit_of_measure={tongue: said_in(unit_of_measure, tongue) for tongue in LANGUAGES},
                measures=joined([effects.measures.code[n] for n in named[:10]] + (["…"] if len(named) > 10 else [])),
            )  # fmt: skip
    faults.raise_if_any()
    return changes
