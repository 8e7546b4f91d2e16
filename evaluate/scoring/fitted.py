"""What a run learned, so that a later run can score by it and a published year stays as it was."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Annotated, Any, Literal

from pydantic import Field

from evaluate.methodology import Methodology
from indicators.errors import Faults, Place, fault, nearest
from indicators.framework import Framework
from indicators.spec import Locate, Number, Spec, build, plain_place

Learned = dict[str, Any]


class FrameworkMark(Spec):
    """By which a framework is known again."""

    code: str
    digest: str


class Entries(Spec):
    """How much was learned, so that what was taken out is missed."""

    imputation: dict[str, int]
    """Fillings of each indicator."""
    measures: dict[str, int]
    """Scopes of each measure."""
    outliers: dict[str, int]
    """Limits and the like of each indicator, in all its scopes; without them its values would pass untreated."""


class FittedFile(Spec):
    """The form of `fitted.json`."""

    schema_: Literal["fitted/1"] = Field(alias="schema")
    framework: FrameworkMark
    through: int
    """The last scored year."""
    indicators: list[str]
    """The indicators that were scored."""
    dropped: list[str]
    """Those left out for coverage."""
    methodology: dict[str, Any]
    """The methods that learned."""
    imputation: dict[str, dict[str, Number]]
    """Fillings by indicator and `group|year`, or `unit|year` where each unit has its own."""
    outliers: dict[str, dict[str, Learned]]
    """Limits by indicator and scope."""
    normalisation: dict[str, dict[str, Learned]]
    """Parameters by indicator and scope, of values turned so that higher is better."""
    weights: dict[str, dict[str, dict[str, dict[str, Annotated[Number, Field(ge=0)]]]]]
    """Weights by scope, type, parent and child."""
    aggregation: dict[str, dict[str, dict[str, Learned]]] = Field(default={})
    """What aggregations learned, by scope, type and parent."""
    weighing: dict[str, dict[str, dict[str, Learned]]] = Field(default={})
    """What led to the weights, for whoever wants to follow them, by scope, type and parent."""
    measures: dict[str, dict[str, Learned]] = Field(default={})
    """What measures learned from the other units, by measure and scope."""
    entries: Entries
    """How many entries these hold: what is not there would be learned again, or not be applied."""


_ORDERED = (("low", "high"), ("least", "greatest"))
"""Pairs of learned numbers of which the second is never the smaller one."""


@dataclass
class Fitted:
    """Everything that the methods of a run learned, by indicator and scope.

    A scope is the part of the reference population that was learned from: `pooled`, `baseline`, `year:2019`,
    `type:resource`.
    """

    framework: dict[str, str]
    methodology: dict[str, Any]
    through: int
    indicators: list[str] = field(default_factory=list)
    dropped: list[str] = field(default_factory=list)
    imputation: dict[str, dict[str, float]] = field(default_factory=dict)
    outliers: dict[str, dict[str, Learned]] = field(default_factory=dict)
    normalisation: dict[str, dict[str, Learned]] = field(default_factory=dict)
    weights: dict[str, dict[str, dict[str, dict[str, float]]]] = field(default_factory=dict)
    aggregation: dict[str, dict[str, dict[str, Learned]]] = field(default_factory=dict)
    weighing: dict[str, dict[str, dict[str, Learned]]] = field(default_factory=dict)
    measures: dict[str, dict[str, Learned]] = field(default_factory=dict)

    @classmethod
    def start(cls, framework: Framework, methodology: Methodology, through: int) -> "Fitted":
        """Return an empty record for a run that learns; `through` is its last scored year."""
        return cls({"code": framework.code, "digest": framework.digest}, learning_methods(methodology), through)

    def continued(self, later: "Fitted") -> "Fitted":
        """Return what was learned with the years of a later run added, so that its years stay as they were, too."""
        imputation = {
            code: {**later.imputation.get(code, {}), **self.imputation.get(code, {})}
            for code in sorted({*self.imputation, *later.imputation})
        }
        measures = {
            name: {**later.measures.get(name, {}), **self.measures.get(name, {})}
            for name in sorted({*self.measures, *later.measures})
        }
        return replace(
            self, through=max(self.through, later.through), imputation=imputation, measures=measures
        )  # fmt: skip

    def to_dict(self) -> dict[str, Any]:
        """Return the form of `fitted.json`."""
        names = (
            "framework",
            "through",
            "indicators",
            "dropped",
            "methodology",
            "imputation",
            "outliers",
            "normalisation",
            "weights",
            "aggregation",
            "weighing",
            "measures",
        )
        plain = {name: getattr(self, name) for name in names}
        return {"schema": "fitted/1"} | plain | {"entries": _counted(plain)}

    @classmethod
    def from_dict(cls, raw: object, locate: Locate = plain_place) -> "Fitted":
        """Build from the form of `fitted.json`; faults are located by `locate`."""
        found = build(FittedFile, raw, locate).model_dump(exclude={"schema_"})
        written, faults = found.pop("entries"), Faults()
        held = _counted(found)
        for family, counts in written.items():
            for code in sorted({*counts, *held[family]}):
                count, here = counts.get(code, 0), held[family].get(code, 0)
                if here != count:
                    faults.add("fitted.entries", locate((family, code)), expected=count, found=here)
        faults.raise_if_any()
        for family in ("outliers", "normalisation"):
            for code, scopes in found[family].items():
                for scope, learned in scopes.items():
                    for pair in _ORDERED:
                        if not _in_order([learned[name] for name in pair if name in learned]):
                            faults.add("fitted.unreadable", locate((family, code, scope)), found=", ".join(pair))
        faults.raise_if_any()
        return cls(**found)

    @property
    def digest(self) -> str:
        """A digest of everything learned."""
        return hashlib.sha256(json.dumps(self.to_dict(), sort_keys=True).encode()).hexdigest()[:16]

    def check(self, framework: Framework, methodology: Methodology, place: Place | None = None) -> None:
        """Refuse another framework, set of indicators or method than those that were learned from."""
        faults, place = Faults(), place or Place()
        if self.framework["code"] != framework.code:
            faults.add("fitted.other_framework", place, expected=framework.code, found=self.framework["code"])
        now = set(self.indicators) | set(self.dropped)
        for code in sorted(set(framework.indicators) ^ now):
            where = "fitted.indicator_unknown" if code in now else "fitted.indicator_new"
            faults.add(
                where,
                place,
                found=code,
                meant=nearest(code, now if code not in now else framework.indicators),
            )
        wanted = learning_methods(methodology)
        for key in sorted(set(wanted) | set(self.methodology)):
            if wanted.get(key) != self.methodology.get(key):
                faults.add(
                    "fitted.other_method", Place(place.file, place.line, key=key),
                    expected=brief(self.methodology.get(key)), found=brief(wanted.get(key)),
                )  # fmt: skip
        if not faults and self.framework["digest"] != framework.digest:
            faults.add("fitted.other_definition", place, found=framework.code)
        faults.raise_if_any()


def _counted(plain: Mapping[str, Any]) -> dict[str, dict[str, int]]:
    """Return what `Entries` holds, of that of which there is any."""
    counts = {
        family: {code: len(held) for code, held in plain[family].items()} for family in ("imputation", "measures")
    }
    counts["outliers"] = {code: sum(map(len, scopes.values())) for code, scopes in plain["outliers"].items()}
    return {family: {code: count for code, count in of.items() if count} for family, of in counts.items()}


def _in_order(numbers: list[Any]) -> bool:
    if any(isinstance(number, bool) for number in numbers):
        return False
    # what is no number at all is told where it is used
    return not all(isinstance(number, int | float) for number in numbers) or numbers == sorted(numbers)


@contextmanager
def as_written(fitted: Fitted | None, *keys: str) -> Iterator[None]:
    """Refuse an entry of a fitted run that its method cannot read, as after a change by hand."""
    try:
        yield
    except (AttributeError, LookupError, TypeError, ValueError) as error:
        if fitted is None:
            raise
        # with its cause, should it be a defect after all
        raise fault("fitted.unreadable", found=".".join(key for key in keys if key)) from error


def brief(node: object) -> str:
    """Write settings on one line.

    >>> brief({"method": "min_max", "bounds": [0, 100]})
    'method=min_max, bounds=[0, 100]'
    """
    if isinstance(node, Mapping):
        return ", ".join(f"{k}={v}" for k, v in node.items())
    return "–" if node is None else str(node)


def learning_methods(methodology: Methodology) -> dict[str, Any]:
    """Return the settings that decide what is learned, one entry a family; a fitted reference is left aside."""
    plain = methodology.to_dict()
    out = {
        "imputation": plain["imputation"],
        "outliers": plain["outliers"],
        "normalisation": _no_reference(plain["normalisation"]),
    }
    for family in ("weighting", "aggregation"):
        out |= {f"{family}.{level}": plain[family][level] for level in ("indicators", "dimensions")}
        out |= {f"{family}.parents.{code}": chosen for code, chosen in sorted(plain[family]["parents"].items())}
    for code, entry in sorted(methodology.overrides.items()):
        if entry.outliers is not None:
            out[f"overrides.{code}.outliers"] = _plain(methodology.outliers_of(code))
        if entry.normalisation is not None:
            out[f"overrides.{code}.normalisation"] = _no_reference(_plain(methodology.normalisation_of(code)))
    return out


def _plain(method: Spec) -> dict[str, Any]:
    return method.model_dump(by_alias=True, mode="json", exclude_none=True)


def _no_reference(choice: dict[str, Any]) -> dict[str, Any]:
    # the scopes say whose values were learned from; what is beyond the range is a matter of applying
    return {k: v for k, v in choice.items() if k not in ("out_of_range", "reference")}
