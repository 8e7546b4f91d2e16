"""What a framework is made of: variables, indicators, dimensions and types of units."""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, model_validator

from indicators.formula import Formula, parse
from indicators.measures import Measure
from indicators.spec import Code, Label, Number, Spec, refuse

Pair = Annotated[list[Number], Field(min_length=2, max_length=2)]
Weight = Annotated[Number, Field(ge=0)]
Source = Annotated[str, Field(min_length=1)] | Annotated[list[Code], Field(min_length=1)]
Year = Annotated[int, BeforeValidator(lambda y: int(y) if isinstance(y, str) and y.isdecimal() else y), Field(ge=1900)]
"""A year; a text of digits too, since the keys of JSON are texts."""


class Variable(Spec):
    """A reported quantity."""

    unit_of_measure: str
    """Unit of measure in which formulas see it."""
    label: Label | None = None
    """Name for readers; the code when absent."""
    range: Annotated[list[Number | None], Field(min_length=2, max_length=2)] | None = None
    """Least and greatest allowed value, in its unit of measure; null where unbounded."""
    breaks: dict[Year, Label] = Field(default={})
    """Years whose step from the year before is a change of statistics, with the reason."""
    derived_from: Source | None = None
    """What it was estimated or computed from before it was reported: codes of variables, or the source in words."""


class Thresholds(Spec):
    """Reference values of an indicator, in its unit of measure."""

    pass_mark: Number
    """Value that just passes."""
    ideal: Number
    """Value that earns the full score."""
    zero: Number | None = None
    """Value that earns nothing; as far below the pass mark as the pass score tells when absent."""


class Indicator(Spec):
    """One measured aspect, from a formula or a measure."""

    label: Label
    """Name for readers."""
    formula: str | None = None
    """Formula over variables."""
    measure: Measure | None = None
    """A synergy measure and the output that is taken."""
    unit_of_measure: str
    """Unit of measure of its values."""
    direction: Literal["positive", "negative", "target"]
    """Whether more is better, less is better, or nearer to `target`."""
    target: Number | None = None
    """The best value, for direction `target`; else the value to be reached, for the normalisation
    `distance_to_target`; in its unit of measure."""
    scale: Literal["linear", "log"] = "linear"
    """`log`: outliers and normalisation work on the logarithm."""
    goalposts: Pair | None = None
    """[worst, best] in its unit of measure, for the normalisation `goalposts`."""
    thresholds: Thresholds | None = None
    """Reference values, for the normalisation `thresholds`."""
    source: str | None = None
    """Where the definition comes from."""
    derived_from: Source | None = None
    """What it rests on beyond the variables of its formula: codes of variables, or the source in words."""

    @model_validator(mode="after")
    def _whole(self) -> "Indicator":
        if (self.formula is None) == (self.measure is None):
            raise refuse("framework.formula_or_measure")
        if self.direction == "target" and self.target is None:
            raise refuse("framework.target_and_direction")
        return self

    def formulas(self) -> dict[str, Formula]:
        """Return its parsed formulas by name; a plain formula has the name ``""``."""
        if self.formula is not None:
            return {"": parse(self.formula)}
        assert self.measure is not None
        return {name: parse(text) for name, text in self.measure.formulas().items()}

    def rests_on(self) -> dict[str, Formula]:
        """Return those of its formulas that its own figure rests on, so that it bears the breaks of these alone."""
        if self.measure is None:
            return self.formulas()
        return {name: parse(text) for name, text in self.measure.formulas_of(self.measure.output).items()}


class Beside(Spec):
    """A measure that is shown beside the composite: computed and listed with its states, never scored."""

    label: Label
    """Name for readers."""
    measure: Measure
    """A synergy measure; `output` is the number that is shown first."""

    def formulas(self) -> dict[str, Formula]:
        """Return its parsed formulas by name."""
        return {name: parse(text) for name, text in self.measure.formulas().items()}

    def rests_on(self) -> dict[str, Formula]:
        """Return its formulas: every output of it is shown."""
        return self.formulas()


class LeftEmpty(Spec):
    """A cell of a published structure that nothing is put in, since what belongs there is not public."""

    label: Label
    """Name for readers."""
    below: Code = "composite"
    """The dimension, or other empty cell, that it belongs to."""
    reason: Label
    """Why it is empty."""


class Dimension(Spec):
    """A node of the tree: it holds indicators or further dimensions."""

    label: Label
    """Name for readers."""
    weight: Weight = 1.0
    """Weight among its siblings; siblings are rescaled to a sum of 1."""
    indicators: dict[Code, Weight] | None = None
    """Indicators and their weights."""
    dimensions: "dict[Code, Dimension] | None" = None
    """Dimensions below this one."""

    @model_validator(mode="after")
    def _one_kind(self) -> "Dimension":
        if bool(self.indicators) == bool(self.dimensions):
            raise refuse("framework.indicators_or_dimensions")
        return self


class UnitType(Spec):
    """A type of units, and what differs for it."""

    label: Label
    """Name for readers."""
    weights: dict[Code, Weight] = Field(default={})
    """Weights that replace those of the tree, by code; siblings are then rescaled."""
    goalposts: dict[Code, Pair] = Field(default={})
    """Goalposts that replace those of the indicators."""
    indicators: dict[Code, dict[Code, Weight]] = Field(default={})
    """Indicators that replace those of a dimension."""
