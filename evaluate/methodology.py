"""A methodology: one member of each method family, with what differs for single indicators."""

from collections.abc import Mapping
from itertools import pairwise
from typing import Annotated, Any

from pydantic import Field, ValidationError, model_validator
from pydantic_core import InitErrorDetails, PydanticCustomError

from evaluate.methods.aggregation import Aggregation, Arithmetic
from evaluate.methods.base import Method, members
from evaluate.methods.imputation import Imputation, NoImputation
from evaluate.methods.normalisation import FittedReference, MinMax, Normalisation
from evaluate.methods.outliers import NoTreatment, Outliers
from evaluate.methods.weighting import Given, Weighting
from indicators.spec import Code, Locate, Number, Spec, build, plain_place, refuse

FAMILIES: Mapping[str, tuple[type[Method], ...]] = {
    "imputation": members(Imputation),
    "outliers": members(Outliers),
    "normalisation": members(Normalisation),
    "weighting": members(Weighting),
    "aggregation": members(Aggregation),
}
"""Every family with its members, in the order of the work."""

Share = Annotated[Number, Field(ge=0, le=1)]


class Coverage(Spec):
    """How much must be there."""

    unit: Share = 0.0
    """Least share of the indicators of its type that a unit-year must have; nothing is asked when absent."""
    indicator: Share = 0.0
    """Least share of the unit-years kept that must have a value of an indicator; nothing is asked when absent."""


class _Levels(Spec):
    indicators: Any
    dimensions: Any
    parents: dict[Code, Any]

    def of(self, parent: str, *, lowest: bool) -> Any:
        """Return the method for the children of a parent; `lowest`: whether they are indicators."""
        named = self.parents.get(parent)
        return named if named is not None else self.indicators if lowest else self.dimensions

    @property
    def chosen(self) -> list[Any]:
        """Every method that is chosen somewhere."""
        return [self.indicators, self.dimensions, *self.parents.values()]


class WeightingLevels(_Levels):
    """Weighting by level of the tree."""

    indicators: Weighting = Given()
    """Weights of indicators within their dimension."""
    dimensions: Weighting = Given()
    """Weights of dimensions, at every level above."""
    parents: dict[Code, Weighting] = Field(default={})
    """Weights of the children of single dimensions, or of `composite`, where they are found in another way."""


class AggregationLevels(_Levels):
    """Aggregation by level of the tree."""

    indicators: Aggregation = Arithmetic()
    """From indicators to their dimension."""
    dimensions: Aggregation = Arithmetic()
    """From dimensions upward, at every level."""
    parents: dict[Code, Aggregation] = Field(default={})
    """To single dimensions, or to `composite`, where it goes in another way."""


class Override(Spec):
    """What differs for one indicator; what an entry does not state it takes from the methodology."""

    outliers: Outliers | None = None
    """Treatment of outliers."""
    normalisation: Normalisation | None = None
    """Normalisation."""


class Veto(Spec):
    """A value beyond a limit caps the composite."""

    above: Number | None = None
    """The veto holds for a value above this, in the unit of measure of the indicator or variable."""
    below: Number | None = None
    """The veto holds for a value below this."""
    cap: Number
    """Most that the composite can then be."""

    @model_validator(mode="after")
    def _some_limit(self) -> "Veto":
        if self.above is None and self.below is None:
            raise refuse("methods.veto_limit")
        return self


class GradeLabels(Spec):
    """Names of the grades, lowest first."""

    zh: list[str] | None = None
    """In Chinese."""
    en: list[str] | None = None
    """In English."""


class Grades(Spec):
    """Classes of the composite: grade 1 below the first cut; a score on a cut belongs to the higher grade."""

    cuts: Annotated[list[Number], Field(min_length=1)]
    """Scores that part the grades, rising."""
    labels: GradeLabels = GradeLabels()
    """Names of the grades; one more than cuts."""

    @model_validator(mode="after")
    def _complete(self) -> "Grades":
        if any(b <= a for a, b in pairwise(self.cuts)):
            raise refuse("methods.cuts_rise", found=self.cuts)
        for names in (self.labels.zh, self.labels.en):
            if names is not None and len(names) != len(self.cuts) + 1:
                raise refuse("methods.grade_labels", expected=len(self.cuts) + 1, found=len(names))
        return self

    def label(self, grade: int, language: str) -> str:
        """Return the name of a grade, its number when it has none."""
        names = getattr(self.labels, language) or self.labels.zh or self.labels.en
        return str(names[grade - 1]) if names else str(grade)


class Methodology(Spec):
    """How values become scores.

    >>> Methodology.model_validate({"normalisation": {"method": "z_score"}}).normalisation.mean
    50.0
    """

    imputation: Imputation = NoImputation()
    """Filling of gaps."""
    outliers: Outliers = NoTreatment()
    """Treatment of outliers."""
    normalisation: Normalisation = MinMax()
    """From values to scores."""
    weighting: WeightingLevels = WeightingLevels()
    """Weights within each parent."""
    aggregation: AggregationLevels = AggregationLevels()
    """From scores to the composite."""
    overrides: dict[Code, Override] = Field(default={})
    """What differs for single indicators."""
    veto: dict[Code, Veto] = Field(default={})
    """Limits that cap the composite."""
    grades: Grades | None = None
    """Classes of the composite."""
    coverage: Coverage = Coverage()
    """How much must be there."""

    @classmethod
    def from_dict(cls, raw: Mapping[str, Any], locate: Locate = plain_place) -> "Methodology":
        """Build a methodology; every fault is located by `locate` and all are raised together."""
        return build(cls, raw, locate)

    @model_validator(mode="before")
    @classmethod
    def _same_method(cls, raw: Any) -> Any:
        """Let an override that names no method be one of the method that it overrides."""
        if not isinstance(raw, Mapping) or not isinstance(raw.get("overrides"), Mapping):
            return raw
        overrides = dict(raw["overrides"])
        for code, entry in overrides.items():
            if isinstance(entry, Mapping):
                overrides[code] = {f: _named(cls, raw, f, option) for f, option in entry.items()}
        return {**raw, "overrides": overrides}

    @model_validator(mode="after")
    def _overrides_fit(self) -> "Methodology":
        for entry in self.overrides.values():
            if entry.normalisation is not None and isinstance(entry.normalisation.reference, FittedReference):
                raise refuse("methods.override_fitted")
        for code in self.overrides:
            for family in ("outliers", "normalisation"):
                try:
                    self._of(code, family)
                except ValidationError as error:
                    raise _located(error, "overrides", code, family) from None
        return self

    @property
    def references(self) -> list[Any]:
        """The reference population of the methodology and of every override."""
        return [self.normalisation.reference, *(self.normalisation_of(code).reference for code in self.overrides)]

    def outliers_of(self, indicator: str) -> Any:
        """Return the treatment of outliers that holds for an indicator."""
        return self._of(indicator, "outliers")

    def normalisation_of(self, indicator: str) -> Any:
        """Return the normalisation that holds for an indicator."""
        return self._of(indicator, "normalisation")

    def _of(self, indicator: str, family: str) -> Any:
        base, entry = getattr(self, family), self.overrides.get(indicator)
        option = getattr(entry, family) if entry else None
        if option is None:
            return base
        stated = option.model_dump(by_alias=True, exclude_unset=True)
        return type(option).model_validate(inherit(family, base.model_dump(by_alias=True), stated))

    def to_dict(self, *, with_none: bool = False) -> dict[str, Any]:
        """Return every setting, in the form that a configuration has; overrides hold what they state."""
        out = self.model_dump(by_alias=True, mode="json") if with_none else _stated(self)
        out["overrides"] = {
            code: entry.model_dump(by_alias=True, mode="json", exclude_unset=True, exclude_none=True)
            for code, entry in self.overrides.items()
        }
        return out


def _stated(node: Any) -> Any:
    """Return plain data without what is null by default; a null that replaces a default says something."""
    if isinstance(node, Spec):
        fields = type(node).model_fields
        kept = {n: getattr(node, n) for n, f in fields.items() if getattr(node, n) is not None or f.default is not None}
        return {fields[name].alias or name: _stated(value) for name, value in kept.items()}
    if isinstance(node, Mapping):
        return {key: _stated(value) for key, value in node.items()}
    return [_stated(value) for value in node] if isinstance(node, list) else node


def _located(error: ValidationError, *place: str) -> ValidationError:
    """Return what was refused of a completed override, with the place of the override."""
    return ValidationError.from_exception_data("override", [
        InitErrorDetails(
            type=PydanticCustomError(found["type"], "refused", found.get("ctx")),
            loc=place, input=found["input"],
        )
        for found in error.errors(include_url=False)
    ])  # fmt: skip


def _named(cls: type[Methodology], raw: Mapping[str, Any], family: str, option: Any) -> Any:
    if not isinstance(option, Mapping) or "method" in option or family not in ("outliers", "normalisation"):
        return option
    base = raw.get(family)
    method = base.get("method") if isinstance(base, Mapping) else cls.model_fields[family].default.method
    return {"method": method, **option}


def inherit(family: str, base: Any, option: Any) -> Any:
    """Return an option completed by what it does not state and the base choice does.

    Only parameters that the option's own method has are taken over.

    >>> base = {"method": "min_max", "bounds": [1, 100]}
    >>> inherit("normalisation", base, {"method": "percentile_rank"})
    {'method': 'percentile_rank', 'bounds': [1, 100]}
    """
    if not isinstance(option, Mapping) or not isinstance(base, Mapping):
        return option
    chosen = option.get("method", base.get("method"))
    kind = next((m for m in FAMILIES.get(family, ()) if m.word() == chosen), None)
    taken = {k: v for k, v in base.items() if kind is None or k in kind.model_fields} if chosen else {}
    return {**taken, **option} if kind is not None or "method" not in option else option
