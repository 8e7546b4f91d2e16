"""A framework: what is measured, as a tree of dimensions that ends in indicators."""

import hashlib
import json
from collections.abc import Mapping
from functools import cached_property
from typing import Annotated, Any, Literal

from pydantic import Field

from indicators.decomposed import DecompositionSpec
from indicators.decomposed_check import check_decompositions
from indicators.definitions import Beside, Dimension, Indicator, LeftEmpty, UnitType, Variable
from indicators.errors import Faults
from indicators.framework_check import check
from indicators.spec import Code, Label, Locate, Spec, build, plain_place
from indicators.structure import Structure, structure_of

_UNSCORED = ("decompositions", "beside", "left_empty")
"""What no score rests on."""


class Framework(Spec):
    """What is measured.

    >>> Framework.from_dict({
    ...     "schema": "framework/1", "code": "one", "label": "One", "assesses": "city", "source": "doctest",
    ...     "variables": {"co2": {"unit_of_measure": "t"}},
    ...     "indicators": {"emission": {"label": "CO2", "formula": "co2", "unit_of_measure": "t",
    ...                                 "direction": "negative"}},
    ...     "tree": {"carbon": {"label": "Carbon", "indicators": {"emission": 1}}},
    ... }).structure("").indicators
    ('emission',)
    """

    schema_: Literal["framework/1"] = Field(alias="schema")
    """Version of this form."""
    code: Code
    """Code of the framework."""
    label: Label
    """Name for readers."""
    assesses: Literal["city", "park", "enterprise", "region"]
    """What a unit is."""
    source: str
    """Where the definition comes from."""
    variables: Annotated[dict[Code, Variable], Field(min_length=1)]
    """Reported quantities."""
    indicators: Annotated[dict[Code, Indicator], Field(min_length=1)]
    """Indicators."""
    tree: Annotated[dict[Code, Dimension], Field(min_length=1)]
    """Dimensions below the composite."""
    types: dict[Code, UnitType] = Field(default={})
    """Types of units; none when all are alike."""
    decompositions: dict[Code, DecompositionSpec] = Field(default={})
    """Identities by which changes in emissions are shared out among drivers; no score rests on them."""
    beside: dict[Code, Beside] = Field(default={})
    """Measures that are shown beside the composite and do not enter it."""
    left_empty: dict[Code, LeftEmpty] = Field(default={})
    """Cells of a published structure that stay empty; every run says so."""

    @classmethod
    def from_dict(cls, raw: Mapping[str, Any], locate: Locate = plain_place) -> "Framework":
        """Build and check a framework; every fault is located by `locate` and all are raised together."""
        framework = build(cls, raw, locate)
        faults = Faults()
        for checked in (check, check_decompositions):
            with faults.collecting():
                checked(framework, locate)
        faults.raise_if_any()
        return framework

    def to_dict(self) -> dict[str, Any]:
        """Return the framework in the form that `from_dict` takes."""
        return self.model_dump(by_alias=True, exclude_defaults=True, mode="json") | {"schema": "framework/1"}

    @cached_property
    def _dimensions(self) -> dict[str, Dimension]:
        found: dict[str, Dimension] = {}

        def visit(nodes: Mapping[str, Dimension]) -> None:
            for code, node in nodes.items():
                found[code] = node
                visit(node.dimensions or {})

        visit(self.tree)
        return found

    def dimensions(self) -> dict[str, Dimension]:
        """Return every dimension by code, each before those below it, in the order of the tree."""
        return dict(self._dimensions)

    def label_of(self, code: str) -> dict[str, str]:
        """Return the label of a dimension, indicator, variable or type; the code where it has none."""
        node = self._dimensions.get(code) or self.computed.get(code)
        found = node.label if node else None
        if found is None and code in self.variables:
            found = self.variables[code].label
        if found is None and code in self.types:
            found = self.types[code].label
        return dict(found) if found else {"zh": code, "en": code}  # type: ignore[arg-type]

    @cached_property
    def computed(self) -> dict[str, Indicator | Beside]:
        """Everything that is computed from variables: indicators, and the measures beside the composite."""
        return {**self.indicators, **self.beside}

    def path_of(self, code: str) -> tuple[str, str]:
        """Return under which key of the framework something computed is declared."""
        return ("indicators" if code in self.indicators else "beside", code)

    def structure(self, unit_type: str) -> Structure:
        """Return the tree as it holds for one type of units: children and given weights of every parent."""
        return self.structures.get(unit_type) or self.structures[""]

    @cached_property
    def structures(self) -> dict[str, Structure]:
        """The tree by type of units; the empty text stands for units without a type."""
        return {"": structure_of(self.tree, None)} | {k: structure_of(self.tree, t) for k, t in self.types.items()}

    def goalposts(self, indicator: str, unit_type: str) -> list[float] | None:
        """Return [worst, best] of an indicator for one type of units."""
        kind = self.types.get(unit_type)
        return (kind.goalposts.get(indicator) if kind else None) or self.indicators[indicator].goalposts

    def breaks(self) -> dict[str, frozenset[int]]:
        """Return the years of the declared breaks by variable."""
        return {code: frozenset(v.breaks) for code, v in self.variables.items() if v.breaks}

    @cached_property
    def digest(self) -> str:
        """A digest of everything but labels, sources and what no score rests on: equal digests score the same thing."""
        plain = _without_words({key: value for key, value in self.to_dict().items() if key not in _UNSCORED})
        return hashlib.sha256(json.dumps(plain, sort_keys=True).encode()).hexdigest()[:16]


def _without_words(node: Any) -> Any:
    if isinstance(node, dict):
        # a variable may be called `label` or `source`; the reason of a break is words, its year is not
        kept = {str(k): v for k, v in node.items() if not _is_words(k, v)}
        return {k: None if _is_label(v) else _without_words(v) for k, v in kept.items()}
    return [_without_words(item) for item in node] if isinstance(node, list) else node


def _is_words(key: object, node: Any) -> bool:
    words = (key == "label" and _is_label(node)) or (key == "source" and isinstance(node, str))
    return words or (key == "derived_from" and isinstance(node, str | list))


def _is_label(node: Any) -> bool:
    return (
        isinstance(node, dict) and bool(node) and all(k in ("zh", "en") and isinstance(v, str) for k, v in node.items())
    )
