"""Every member of every method family with parameters to try it by; nothing here lists a member twice.

A family's members come from its declaration. Parameters that name a choice are tried with each choice; the others
need one line in `EXAMPLES`, and a test says which are missing.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from evaluate import Methodology
from evaluate.catalogue import word_of
from evaluate.methodology import FAMILIES
from indicators.spec import Spec
from indicators.synergy import MEASURES

EXAMPLES: dict[str, dict[str, Any]] = {
    "imputation.linear": {"limit": 1},
    "imputation.median": {"by": None},
    "outliers.winsorise": {"skewness": 1.0, "kurtosis": 1.0, "limit": 2},
    "normalisation.min_max": {"bounds": [1, 100]},
    "normalisation.z_score": {"mean": 100, "sd": 5},
    "normalisation.percentile_rank": {"bounds": [1, 100]},
    "normalisation.goalposts": {"bounds": [1, 100]},
    "normalisation.thresholds": {"bounds": [1, 100], "pass_score": 70},
    "weighting.entropy": {"cap": 1.5},
    "weighting.critic": {"cap": 1.5},
    "measure.co_control": {"carbon": "co2", "pollutants": ["so2", "nox"], "equivalents": {"so2": 0.9}},
}
"""Parameters by family and method, each other than its default; those that a method requires among them."""

REFUSED = {("measure.co_control", "output"): ["quadrant"]}
"""Choices that are there to be refused with a reason."""


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
        said = ",".join(f"{k}={v}" for k, v in self.parameters.items())
        return f"{self.family}.{word_of(self.member)}({said})"


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
    if example:
        yield Case(family, member, required | example)


CASES = [case for family, members in everything().items() for member in members for case in cases_of(family, member)]
METHODS = [case for case in CASES if case.family in FAMILIES]


def of(family: str) -> list[Case]:
    """Return the cases of one family."""
    return [case for case in CASES if case.family == family]


def methodology(*cases: Case) -> Methodology:
    """Return the default methodology with each case's member in the place of its family."""
    chosen: dict[str, Any] = {"normalisation": {"method": "min_max", "bounds": [1, 100]}}
    for case in cases:
        default = Methodology.model_fields[case.family].default
        levels = [] if isinstance(default, FAMILIES[case.family]) else list(type(default).model_fields)
        chosen[case.family] = dict.fromkeys(levels, case.choice) or case.choice
    return Methodology.model_validate(chosen)
