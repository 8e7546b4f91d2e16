"""By which a budget is spent: the reduction of one variable, or pollutant equivalents combined with carbon."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from evaluate.abatement.effects import MOST
from evaluate.abatement.measures_file import MeasureList
from evaluate.abatement.objective import COMBINED, EQUIVALENTS_UNIT, co_controls
from evaluate.methods.base import Array
from indicators.errors import Faults, Place, fault, nearest
from indicators.framework import Framework
from indicators.synergy.co_control import pollutant_equivalents
from indicators.synergy.equivalents import combined_equivalents, equivalents
from indicators.units import factor, fits, measure


@dataclass(frozen=True)
class Counting:
    """What counts as a reduction, and in which unit of measure."""

    objective: str
    """A variable, or `combined`."""
    unit_of_measure: str
    carbon: str | None
    """Variable of the carbon dioxide."""
    pollutants: Mapping[str, float]
    """Kilograms an equivalent, by variable."""
    carbon_weight: float | None
    """η, thousand equivalents per tonne of carbon dioxide."""

    def to_dict(self) -> dict[str, Any]:
        """Return it as the record holds it."""
        return {
            "objective": self.objective, "unit_of_measure": self.unit_of_measure, "carbon": self.carbon,
            "equivalent_kg": dict(self.pollutants), "carbon_weight": self.carbon_weight,
        }  # fmt: skip


@dataclass(frozen=True)
class Reductions:
    """Reductions of measures, positive where emissions fall; (m,)."""

    objective: Array
    pollutants: Array
    """Thousand pollutant equivalents; NaN where nothing is counted as a pollutant."""
    combined: Array
    """Thousand equivalents with η times the carbon; NaN without a carbon weight."""


def counting(
    measures: MeasureList, framework: Framework, *, objective: str | None = None, carbon_weight: float | None = None,
    carbon: str | None = None, pollutants: Sequence[str] | None = None,
    equivalent: Mapping[str, float] | None = None,
) -> Counting:  # fmt: skip
    """Decide what counts.

    `carbon`: variable of carbon dioxide; that of the framework's co-control measure, else `co2`. `pollutants`:
    variables that count in equivalents; those of the co-control measure and of the tax law's table otherwise.
    `equivalent`: kilograms an equivalent where table and framework have none or another.

    Errors: an `InputError` with every fault: an unknown variable, no carbon weight for `combined`, a variable in a
    unit of mass that has no equivalent value.
    """
    faults, held = Faults(), co_controls(framework)
    known = list(framework.variables)
    carbon = carbon or next((m.carbon for m in held), "co2" if "co2" in known else None)
    objective = objective or carbon
    if carbon_weight is not None and not (np.isfinite(carbon_weight) and carbon_weight >= 0):
        faults.add("whatif.bad_weight", Place(key="carbon_weight"), found=f"{carbon_weight:g}")
    if objective is None:
        faults.add("whatif.no_objective", Place(key="objective"), known=", ".join([COMBINED, *known]))
    elif objective != COMBINED and objective not in known:
        meant = nearest(objective, [COMBINED, *known])
        faults.add(
            "whatif.unknown_objective", Place(key="objective"), found=objective, known=", ".join(known), meant=meant
        )
    _known([carbon] if carbon else [], "carbon", framework, faults)
    _known(pollutants or [], "pollutants", framework, faults)
    _known(equivalent or {}, "equivalent", framework, faults)
    for code, value in (equivalent or {}).items():
        if not (np.isfinite(value) and value > 0):
            faults.add("whatif.bad_equivalent", Place(key=f"equivalent.{code}"), found=f"{value:g}")
    faults.raise_if_any()
    table = {**pollutant_equivalents(), **{c: v for m in held for c, v in m.equivalents.items()}, **(equivalent or {})}
    counted = _counted(measures, framework, carbon, pollutants, {c for m in held for c in m.pollutants}, table)
    if objective == COMBINED:
        if carbon_weight is None:
            faults.add("whatif.needs_weight", Place(key="carbon_weight"))
        if carbon is None:
            faults.add("whatif.needs_carbon", Place(key="carbon"))
        _all_counted(measures, framework, carbon, pollutants, counted, table, faults)
    faults.raise_if_any()
    assert objective is not None
    unit = EQUIVALENTS_UNIT if objective == COMBINED else framework.variables[objective].unit_of_measure
    return Counting(objective, unit, carbon, {c: table[c] for c in counted if c in table}, carbon_weight)


def _known(codes: Iterable[str], key: str, framework: Framework, faults: Faults) -> None:
    for code in codes:
        if code not in framework.variables:
            faults.add(
                "whatif.no_variable", Place(key=key), found=code, known=", ".join(framework.variables),
                meant=nearest(code, framework.variables),
            )  # fmt: skip
        elif not _mass(framework, code):
            unit = framework.variables[code].unit_of_measure
            faults.add("faults.units_do_not_fit", Place(key=f"{key}.{code}"), given=unit, wanted="t")


def _mass(framework: Framework, code: str) -> bool:
    return fits(measure(framework.variables[code].unit_of_measure), measure("t"))


def _counted(
    measures: MeasureList, framework: Framework, carbon: str | None, stated: Sequence[str] | None, named: set[str],
    table: Mapping[str, float],
) -> list[str]:  # fmt: skip
    """Return the variables that count as pollutants."""
    if stated is not None:
        return list(dict.fromkeys(stated))
    return [c for c in framework.variables if c != carbon and (c in named or c in table) and _mass(framework, c)]


def _all_counted(
    measures: MeasureList, framework: Framework, carbon: str | None, stated: Sequence[str] | None,
    counted: Sequence[str], table: Mapping[str, float], faults: Faults,
) -> None:  # fmt: skip
    """Refuse equivalents that leave out a substance for want of a value, unless the pollutants were stated."""
    asked = counted if stated is not None else [
        c for c in measures.variables if c != carbon and (c in counted or _mass(framework, c))
    ]  # fmt: skip
    for code in asked:
        if code not in table:
            faults.add("whatif.no_equivalent", Place(measures.file, key=code), found=code, meant=nearest(code, table))
    if not counted:
        faults.add("whatif.no_pollutants", Place(key="pollutants"))


def reductions(net: Mapping[str, Array], count: int, counted: Counting, framework: Framework) -> Reductions:
    """Return the reductions of measures from their net changes by variable, (m,) each.

    Errors: equivalents or a carbon weight by which they are no number any more.
    """

    def tonnes(code: str) -> Array:
        step = factor(framework.variables[code].unit_of_measure, "t")
        return -net.get(code, np.zeros(count)) * step + 0.0

    nothing = np.full(count, np.nan)
    air = nothing
    with np.errstate(over="ignore", invalid="ignore"):
        if counted.pollutants:
            air = equivalents({c: tonnes(c) for c in counted.pollutants}, dict(counted.pollutants))
            _bounded(air, "equivalent")
        both = nothing
        if counted.carbon_weight is not None and counted.carbon is not None and counted.pollutants:
            both = combined_equivalents(air, tonnes(counted.carbon), carbon_weight=counted.carbon_weight).value
            _bounded(both, "carbon_weight")
    own = both if counted.objective == COMBINED else -net.get(counted.objective, np.zeros(count)) + 0.0
    return Reductions(own, air, both)


def _bounded(values: Array, key: str) -> None:
    if not np.abs(values).sum() < MOST:
        raise fault("whatif.too_large", Place(key=key), bound=f"{MOST:g}")
