"""The drivers of a declared identity as arrays, and whether they multiply to the emission."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from evaluate.methods.base import Array
from indicators.decomposed import DecompositionSpec
from indicators.errors import Fault, Place
from indicators.evaluation import Outcome, Surroundings, evaluate
from indicators.formula import breaks_of, parse
from indicators.framework import Framework
from indicators.synergy.decomposition import Decomposition, lmdi
from indicators.units import measure, ratio, spelled_out

Mask = NDArray[np.bool_]

CLOSE = 1e-9
"""How far, as a share, product and emission may lie apart."""


@dataclass(frozen=True)
class Identity:
    """One emission as a product of drivers."""

    spec: DecompositionSpec = field(repr=False)
    drivers: tuple[str, ...]
    values: Array
    """(drivers, sectors, units, years); their product, summed over sectors, is in `unit_of_measure`."""
    usable: Mask
    """(units, years): every driver and the emission are there, and the one multiplies to the other."""
    breaks: frozenset[int]
    """The breaks of every variable that it rests on."""
    unit_of_measure: str

    @property
    def negative(self) -> Mask:
        """Where some driver is below 0, (units, years)."""
        return np.asarray((self.values < 0).any(axis=(0, 1)))

    def lmdi(self, values: Array) -> Decomposition:
        """Decompose `values`, (drivers, sectors, years), as the identity's `zeros` says."""
        named = dict(zip(self.drivers, values, strict=True))
        return lmdi(named, zeros=self.spec.zeros, delta=float(self.spec.delta))


def identity_of(
    framework: Framework, code: str, emission: str, around: Surroundings, units: Sequence[str], years: Sequence[int]
) -> tuple[Identity, list[Fault]]:
    """Return the identity of one emission over `years`, and a warning where it does not hold.

    `code`, `emission`: of the decomposition and the emission. `units`: the codes, for the warning.
    """
    spec = framework.decompositions[code]
    declared, drivers = spec.emissions[emission], spec.drivers_of(emission)
    at = [around.years.index(year) for year in years]
    total, total_of = _outcome(declared.emission, around)
    shown = declared.unit_of_measure or _own_unit(framework, declared.emission) or spelled_out(total_of.measure)
    values = np.empty((len(drivers), spec.sector_count, len(units), len(years)))
    undefined = np.zeros(values.shape, dtype=bool)
    made, broken = measure("1"), _breaks(declared.emission, around)
    for n, driver in enumerate(drivers.values()):
        first = None
        for sector, text in enumerate(driver.formula):
            found, outcome = _outcome(text, around)
            first = first or outcome.measure
            broken |= _breaks(text, around)
            part = found[:, at] * ratio(outcome.measure, first)
            own = slice(None) if len(driver.formula) == 1 else sector
            values[n, own], undefined[n, own] = part, outcome.undefined[:, at]
        made = made * first
    values[0] *= ratio(made, measure(shown))
    values = _idle(values, undefined)
    expected = total[:, at] * ratio(total_of.measure, measure(shown))
    with np.errstate(all="ignore"):
        product = values.prod(axis=0).sum(axis=0)
    there = np.isfinite(values).all(axis=(0, 1)) & np.isfinite(expected)
    apart = np.where(there, np.abs(product - expected), 0.0)
    apart[there & ~np.isfinite(product)] = np.inf
    size = np.maximum(np.abs(expected), np.where(np.isfinite(product), np.abs(product), 0.0))
    off = there & (apart > CLOSE * size)
    identity = Identity(spec, tuple(drivers), values, there & ~off, frozenset(broken), shown)
    if not off.any():
        return identity, []
    relative = np.where(off, apart / np.where(size > 0, size, 1.0), -1.0)
    unit, year = divmod(int(relative.argmax()), off.shape[1])
    said = {
        "label": dict(spec.label), "emission": emission_label(framework, code, emission), "count": int(off.sum()),
        "unit": units[unit], "year": years[year], "found": f"{product[unit, year]:.10g} {shown}",
        "expected": f"{expected[unit, year]:.10g} {shown}",
    }  # fmt: skip
    place = Place(key=f"decompositions.{code}.emissions.{emission}")
    return identity, [Fault("decomposition.no_identity", said, place)]


def emission_label(framework: Framework, code: str, emission: str) -> dict[str, str]:
    """Return the name of an emission: its own, that of the variable that it is, else its code."""
    declared = framework.decompositions[code].emissions[emission]
    if declared.label:
        return {str(language): said for language, said in declared.label.items()}
    variable = _variable(declared.emission)
    return framework.label_of(variable) if variable in framework.variables else {"zh": emission, "en": emission}


def _idle(values: Array, undefined: Mask) -> Array:
    """Return values in which a quotient over nothing stays as it was, (drivers, sectors, units, years).

    Where a driver is 0 the product is 0 whatever the others are: the emission per coal of a year without coal is taken
    from the year before that has one, else from the one after, so that it has no part in the change.
    """
    idle = undefined & (values == 0).any(axis=0)
    if not idle.any():
        return values
    there, places = np.isfinite(values), np.arange(values.shape[-1])
    last = np.maximum.accumulate(np.where(there, places, -1), axis=-1)
    upcoming = np.where(there, places, len(places))[..., ::-1]
    following = np.minimum.accumulate(upcoming, axis=-1)[..., ::-1]
    source = np.where(last >= 0, last, following)
    held = np.take_along_axis(values, np.minimum(source, len(places) - 1), axis=-1)
    # without any year that has one, every value does as well
    return np.where(idle, np.where(source < len(places), held, 1.0), values)


def _outcome(text: str, around: Surroundings) -> tuple[Array, Outcome]:
    outcome = evaluate(parse(text), around)
    return outcome.values, outcome


def _breaks(text: str, around: Surroundings) -> set[int]:
    return set(breaks_of(parse(text).root, around.breaks))


def _variable(text: str) -> str:
    root = parse(text).root
    return root.name if root.kind == "variable" else ""


def _own_unit(framework: Framework, text: str) -> str:
    variable = framework.variables.get(_variable(text))
    return variable.unit_of_measure if variable else ""
