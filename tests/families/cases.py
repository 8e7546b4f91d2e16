"""Every member of every method family with parameters to try it by; nothing here lists a member twice.

A family's members come from its declaration. Parameters that name a choice are tried with each choice; the others
need one line in `EXAMPLES`, and a test says which are missing.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from evaluate import Methodology
from evaluate.catalogue import word_of
from evaluate.methodology import FAMILIES
from indicators.measures import MEASURES
from indicators.spec import Spec

EXAMPLES: dict[str, dict[str, Any]] = {
    "imputation.linear": {"limit": 1},
    "imputation.median": {"by": None},
    "imputation.last_value": {"limit": 1},
    "imputation.mean": {"by": None},
    "imputation.knn": {"neighbours": 2},
    "imputation.iterative": {"rounds": 3},
    "outliers.winsorise": {"skewness": 1.0, "kurtosis": 1.0, "limit": 2},
    "outliers.iqr": {"factor": 0.5},
    "outliers.log": {"skewness": 1.0, "kurtosis": 1.0},
    "outliers.box_cox": {"skewness": 1.0, "kurtosis": 1.0},
    "normalisation.min_max": {"bounds": [1, 100]},
    "normalisation.z_score": {"mean": 100, "sd": 5},
    "normalisation.percentile_rank": {"bounds": [1, 100]},
    "normalisation.goalposts": {"bounds": [1, 100]},
    "normalisation.thresholds": {"bounds": [1, 100], "pass_score": 70},
    "normalisation.distance_to_target": {"bounds": [1, 100]},
    "normalisation.distance_to_best": {"bounds": [1, 100]},
    "normalisation.share_of_best": {"bounds": [1, 100]},
    "normalisation.log": {"bounds": [1, 100]},
    "normalisation.scaled": {"limits": [0.25, 8.5], "bounds": [1, 100]},
    "normalisation.categorical": {"shares": [0.1, 0.5], "scores": [10, 50, 90]},
    "weighting.entropy": {"cap": 1.5},
    "weighting.critic": {"cap": 1.5},
    "weighting.improved_critic": {"cap": 1.5},
    "weighting.standard_deviation": {"cap": 1.5},
    "weighting.coefficient_of_variation": {"cap": 1.5},
    "weighting.merec": {"cap": 1.5},
    "weighting.pca": {"cap": 1.5, "least_share": 0.3, "least_eigenvalue": 1, "total_share": 0.5, "factors": 2},
    "weighting.ahp": {
        "judgements": {
            "composite": {"children": ["carbon", "pollution"], "matrix": [[1, 3], ["1/3", 1]]},
            "pollution": {"children": ["sulphur", "nitrogen"], "experts": {"a": [[1, 2], ["1/2", 1]]}},
            "sulphur": {
                "children": ["so2_positive", "so2_target", "nox_negative"],
                "experts": {
                    "a": [[1, 3, 5], ["1/3", 1, 2], [0.2, 0.5, 1]],
                    "b": [[1, 1, 4], [1, 1, 3], ["1/4", "1/3", 1]],
                },
            },
            "nitrogen": {"children": ["nox_positive", "so2_negative"], "matrix": [[1, 0.25], [4, 1]]},
        },
        "combine": "priorities",
        "random_index": [0, 0, 0.5],
        "accept_inconsistent": True,
    },
    "weighting.budget_allocation": {
        "points": {
            "composite": {"a": {"carbon": 40, "pollution": 60}, "b": {"carbon": 7, "pollution": 3}},
            "pollution": {"a": {"sulphur": 1, "nitrogen": 1}},
            "sulphur": {"a": {"so2_positive": 20, "so2_target": 50, "nox_negative": 30}},
            "nitrogen": {"a": {"nox_positive": 2, "so2_negative": 3}},
        },
    },
    "weighting.equal_correlation": {"cap": 1.5},
    "weighting.vertical_horizontal": {"cap": 1.5},
    "weighting.game_theory": {"of": [{"method": "given"}, {"method": "critic"}]},
    "weighting.multiplicative": {"of": [{"method": "entropy"}, {"method": "pca", "factors": 1}], "power": 0.5},
    "aggregation.generalised_mean": {"power": 2},
    "aggregation.owa": {"orness": 0.4, "order_weights": [0.1, 0.2, 0.7]},
    "aggregation.mean_min": {"alpha": 0.8, "beta": 3},
    "aggregation.vikor": {"v": 0.7},
    "aggregation.grey_relation": {"rho": 0.3},
    "aggregation.benefit_of_doubt": {"share": [0.5, 2], "share_of": "weights", "around_given": True},
    "measure.decoupling": {"emission": "co2", "activity": "nox", "limits": [0.7, 1.3]},
    "measure.joint_performance": {
        "carbon": "co2",
        "pollutants": ["so2"],
        "activity": "nox",
        "peers": 5,
        "least_peers": 2,
        "within": 1.5,
    },
    "measure.coupling_coordination": {
        "subsystems": {
            "carbon": [{"formula": "co2", "direction": "negative"}],
            "air": [{"formula": "so2"}, {"formula": "nox / co2", "worst": 3, "best": 0.1, "weight": 2}],
        },
        "model": "corrected",
        "weights": {"carbon": 2, "air": 1},
    },
    "measure.synergy_degree": {
        "subsystems": {
            "carbon": [{"formula": "co2", "direction": "negative"}],
            "air": [{"formula": "so2"}, {"formula": "nox / co2", "worst": 3, "best": 0.1}],
        },
        "combine": "weighted",
        "weights": {"carbon": 2, "air": 1},
    },
    "measure.pollutant_equivalents": {
        "pollutants": ["so2", "nox"],
        "carbon": "co2",
        "carbon_weight": 0.01,
        "activity": "nox / co2",
        "equivalents": {"so2": 0.9},
    },
    "measure.efficiency": {
        "inputs": ["so2"],
        "goods": ["nox"],
        "bads": ["co2"],
        "model": "slacks_based",
        "orientation": "output",
    },
    "measure.technology_gap": {
        "inputs": ["so2"],
        "goods": ["nox"],
        "bads": ["co2"],
        "model": "slacks_based",
        "orientation": "output",
    },
    "measure.efficiency_interval": {
        "inputs": ["so2"],
        "goods": ["nox"],
        "replicates": 4,
        "seed": 3,
        "level": 0.9,
    },
    "measure.productivity": {
        "inputs": ["so2"],
        "goods": ["nox"],
        "bads": ["co2"],
        "direction": {"inputs": 0.5, "goods": 1, "bads": 1},
    },
    "measure.shadow_price": {
        "inputs": ["so2"],
        "goods": ["nox"],
        "bads": ["co2"],
        "of": "co2",
        "good": "nox",
        "direction": {"inputs": 0.5, "goods": 1, "bads": 1},
    },
    "measure.co_control": {"carbon": "co2", "pollutants": ["so2", "nox"], "equivalents": {"so2": 0.9}},
}
"""Parameters by family and method, each other than its default; those that a method requires among them."""

_MODELS: list[dict[str, Any]] = [
    {"model": "directional"},
    {"model": "radial"},
    {"model": "radial", "orientation": "output", "reference": "pooled", "returns": "variable"},
    {
        "model": "by_production",
        "inputs": ["so2", "nox + so2"],
        "bads": ["co2"],
        "causes": ["so2"],
        "reference": "pooled",
    },
    {
        "model": "directional",
        "bads": ["co2"],
        "disposability": "free",
        "direction": {"inputs": 1, "goods": 1, "bads": 1},
    },
    {"model": "super_slacks_based", "bads": ["co2"], "reference": "pooled", "returns": "variable"},
]

ALSO: dict[str, list[dict[str, Any]]] = {
    "normalisation.categorical": [{"cuts": [1.0, 4.0, 8.0], "scores": [0, 10, 60, 100]}],
    "aggregation.benefit_of_doubt": [{"share": [0.1, 0.6]}],
    "measure.efficiency": _MODELS,
    "measure.technology_gap": _MODELS,
    "measure.efficiency_interval": [{"inputs": ["so2", "co2"], "reference": "pooled"}],
    "measure.joint_performance": [
        {"activity": "nox", "output": "joint_efficiency"},
        {"activity": "nox", "output": "joint_progress"},
    ],
    "measure.pollutant_equivalents": [
        {"carbon": "co2", "carbon_weight": 0.1, "output": "combined"},
        {"carbon": "co2", "carbon_weight": 0.1, "output": "carbon_part"},
    ],
}
"""Further lines for parameters that shut each other out."""

IN_UNIT_OF_MEASURE = ("limits", "cuts")
"""Parameters that are amounts of the indicators."""

_INCOMPLETE = {
    "joint_performance": ["joint_efficiency", "joint_progress"],
    "pollutant_equivalents": ["combined", "carbon_part"],
}
"""Outputs of measures for which the required parameters do not suffice."""

REFUSED = {("weighting.pca", "loadings"): ["first"]} | {
    (f"measure.{word_of(member)}", "output"): [*member.states, *_INCOMPLETE.get(word_of(member), [])]
    for member in MEASURES
    if member.states
}
# by production takes bad outputs and their causes, and with slacks there is no one direction
REFUSED |= {
    (f"measure.{name}", parameter): [word]
    for name in ("efficiency", "technology_gap")
    for parameter, word in (("model", "by_production"), ("disposability", "free"))
}
"""Choices that are there to be refused with a reason."""

UNTOLD = {("co_control", "quadrant"): ("state", ("no_start", "zero_base", "negative"))}
"""States of a measure that are empty although everything is there, with the one that says why and its words."""


@dataclass(frozen=True)
class Case:
    """One member with parameters."""

    family: str
    member: type[Any]
    parameters: Mapping[str, Any]

    @property
    def choice(self) -> dict[str, Any]:
        """What a configuration says."""
        return {"method": word_of(self.member), **self.parameters}

    def build(self) -> Any:
        """Return the member with its parameters."""
        return self.member.model_validate(self.choice)

    def __str__(self) -> str:
        said = ",".join(f"{k}={_short(v)}" for k, v in self.parameters.items())
        return f"{self.family}.{word_of(self.member)}({said})"


def _short(value: Any) -> str:
    """Return a value as a name shows it: mappings of mappings are too long."""
    nested = isinstance(value, Mapping) and any(isinstance(entry, Mapping) for entry in value.values())
    return "…" if nested else str(value)


def everything() -> dict[str, tuple[type[Any], ...]]:
    """Return every family with its members, measures among them."""
    return {**FAMILIES, "measure": MEASURES}


def choices(member: type[Spec], parameter: str) -> list[Any]:
    """Return the words that a parameter may be, none when it takes something else."""
    schema = member.model_json_schema(by_alias=True)["properties"][parameter]
    parts = [schema, *schema.get("anyOf", [])]
    return [word for part in parts for word in part.get("enum", [])]


def parameters(member: type[Spec]) -> dict[str, Any]:
    """Return the parameters of a member, by the name that a configuration uses."""
    return {field.alias or name: field for name, field in member.model_fields.items() if name != "method"}


def cases_of(family: str, member: type[Any]) -> Iterator[Case]:
    """Yield a member as it is by default, with each choice of each parameter, and with its line of examples."""
    example = EXAMPLES.get(f"{family}.{word_of(member)}", {})
    required = {name: example.get(name) for name, field in parameters(member).items() if field.is_required()}
    for name, field in parameters(member).items():
        if field.is_required() and required[name] is None:
            required[name] = next(iter(choices(member, name)), None)
    yield Case(family, member, required)
    for name, field in parameters(member).items():
        for word in choices(member, name):
            refused = REFUSED.get((f"{family}.{word_of(member)}", name), [])
            if word not in (field.default, required.get(name), *refused):
                yield Case(family, member, required | {name: word})
    for line in [example, *ALSO.get(f"{family}.{word_of(member)}", [])]:
        if required | line != required:
            yield Case(family, member, required | line)


CASES = [case for family, members in everything().items() for member in members for case in cases_of(family, member)]
METHODS = [case for case in CASES if case.family in FAMILIES]


def in_turn() -> list[Any]:
    """Return every case as a parameter of a test.

    Measures are asked by their first case, since each asks for a whole scoring and some solve a linear program for each
    unit; their others are slow.
    """
    first = {case.member: case for case in reversed(CASES)}
    later = [case for case in CASES if case.family == "measure" and case is not first[case.member]]
    return [pytest.param(case, id=str(case), marks=[pytest.mark.slow] if case in later else []) for case in CASES]


def of(family: str) -> list[Case]:
    """Return the cases of one family."""
    return [case for case in CASES if case.family == family]


def methodology(*cases: Case) -> Methodology:
    """Return the default methodology with each case's member in the place of its family."""
    # a penalty for imbalance is made for scores that are not far apart
    apart = any("penalty" in case.member.model_fields for case in cases)
    chosen: dict[str, Any] = {"normalisation": {"method": "min_max", "bounds": [70, 130] if apart else [1, 100]}}
    for case in cases:
        default = Methodology.model_fields[case.family].default
        levels = (
            []
            if isinstance(default, FAMILIES[case.family])
            else [level for level in type(default).model_fields if level != "parents"]
        )
        chosen[case.family] = dict.fromkeys(levels, case.choice) or case.choice
    return Methodology.model_validate(chosen)
