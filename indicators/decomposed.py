"""Decompositions that a framework declares: emissions as products of drivers, any identity of Kaya's kind."""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, WithJsonSchema

from indicators.spec import Code, Label, Number, Spec

Formulas = Annotated[
    list[str],
    BeforeValidator(lambda value: [value] if isinstance(value, str) else value),
    Field(min_length=1),
    WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}),
]
"""A formula that holds for every sector, or one a sector."""


class Driver(Spec):
    """A factor of an identity, such as population or energy per GDP."""

    label: Label
    """Name for readers."""
    formula: Formulas
    """Formula over variables of one year; a list has one formula a sector."""


class DecomposedEmission(Spec):
    """An emission and the drivers that it has to itself."""

    emission: str
    """Formula of the emission; the product of its drivers, summed over the sectors, must be the same."""
    drivers: dict[Code, Driver] = Field(default={})
    """Drivers of its own, such as its factor; those of one name in several emissions are compared."""
    label: Label | None = None
    """Name for readers; that of the variable when absent."""
    unit_of_measure: str | None = None
    """Unit of measure of the parts; that of its formula when absent."""


class DecompositionSpec(Spec):
    """An identity by which changes in emissions are shared out among drivers (LMDI-I)."""

    label: Label
    """Name for readers."""
    source: str | None = None
    """Where the identity comes from."""
    drivers: dict[Code, Driver] = Field(default={})
    """Drivers that all emissions share."""
    emissions: Annotated[dict[Code, DecomposedEmission], Field(min_length=1)]
    """Emissions by code; the others are compared with the first, as pollutants with carbon."""
    sectors: list[Label] | None = None
    """Names of the sectors where formulas are lists."""
    zeros: Literal["limit", "small"] = "limit"
    """A driver of 0: `limit` takes the exact limit, `small` puts `delta` in its place."""
    delta: Annotated[Number, Field(gt=0)] = 1e-20
    """What stands for 0 under `zeros: small`."""

    def drivers_of(self, emission: str) -> dict[str, Driver]:
        """Return every driver of an emission, the shared ones first."""
        return {**self.drivers, **self.emissions[emission].drivers}

    @property
    def sector_count(self) -> int:
        """How many sectors the identity sums over."""
        named = [driver for code in self.emissions for driver in self.drivers_of(code).values()]
        return max((len(driver.formula) for driver in named), default=1)

    def formulas(self) -> set[str]:
        """Return every formula that it rests on."""
        held = {formula for code in self.emissions for d in self.drivers_of(code).values() for formula in d.formula}
        return held | {emission.emission for emission in self.emissions.values()}
