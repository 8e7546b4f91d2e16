"""What a measure is: a frozen declaration that takes the values of some formulas and gives numbers and states."""

from collections.abc import Mapping, Set
from dataclasses import dataclass, field
from typing import Annotated, Any, ClassVar, get_args

import numpy as np
from numpy.typing import NDArray
from pydantic import AfterValidator, SerializerFunctionWrapHandler, model_serializer, model_validator

from indicators.errors import InputError
from indicators.formula import parse
from indicators.spec import Code, Path, Spec, refuse
from indicators.synergy.labels import state_label

Array = NDArray[np.float64]
States = NDArray[np.str_]
Parts = Mapping[str, Array]
"""Values of the formulas of a measure by name, units × years, NaN where missing."""
Outputs = dict[str, Array | States]
Learned = dict[str, dict[str, Any]]
"""What a measure learned by scope (`pooled`, `year:2019`), as plain data that JSON can hold."""


@dataclass(frozen=True)
class Setting:
    """What a measure sees beside the values of its formulas."""

    units: tuple[str, ...]
    """Codes, one a row."""
    types: tuple[str, ...]
    """Type of each unit; empty where units have none."""
    years: tuple[int, ...]
    """Consecutive years, one a column."""
    scored: tuple[int, ...]
    """The years among them that are scored; what is learned comes from these."""
    baseline: int | None = None
    breaks: Mapping[str, Set[int]] = field(default_factory=dict)
    """Years of the breaks of each formula by its name, those without left out."""


def _parsed(text: str) -> str:
    """Refuse what is no formula where it stands, before it is built into a longer one."""
    try:
        parse(text)
    except InputError as error:
        found = error.faults[0]
        raise refuse(found.text_key, **found.values) from None
    return text


Expression = Annotated[str, AfterValidator(_parsed)]
"""A formula over variables."""


class BaseMeasure(Spec):
    """What every measure declares.

    Outputs are named by the choices of `output`; those among `states` are words, which are listed and never scored.
    """

    family: ClassVar[str] = "measure"
    source: ClassVar[str]
    states: ClassVar[tuple[str, ...]] = ()
    """The outputs that are states."""

    method: Code
    output: str

    @model_validator(mode="after")
    def _a_number(self) -> "BaseMeasure":
        if self.output in self.states:
            raise refuse("measures.state_is_no_number", found=self.output)
        return self

    @model_serializer(mode="wrap")
    def _with_its_method(self, plain: SerializerFunctionWrapHandler) -> dict[str, Any]:
        # it tells the measures apart, also where what is a default is left out
        return {"method": self.method, **plain(self)}

    @property
    def listed(self) -> tuple[str, ...]:
        """The outputs that it has as it is declared: the choices of `output`, and what is listed beside them."""
        return tuple(get_args(type(self).model_fields["output"].annotation))

    @property
    def name(self) -> str:
        """What `measures.csv` calls it: indicators that take other outputs of one measure share the name."""
        return f"{self.method}({self.stated})"

    @property
    def stated(self) -> str:
        """Everything that was stated of it but the output, on one line."""
        stated = self.model_dump(by_alias=True, exclude_defaults=True, mode="json")
        stated = {key: value for key, value in stated.items() if key not in ("method", "output")}
        return "; ".join(f"{key}={_brief(value)}" for key, value in stated.items())

    @property
    def parameters(self) -> str:
        """Every parameter but the output on one line, those at their default among them; what is left open is not."""
        held = self.model_dump(by_alias=True, exclude_none=True, mode="json")
        held = {key: value for key, value in held.items() if key not in ("method", "output") and value not in ({}, [])}
        return "; ".join(f"{key}={_brief(value)}" for key, value in held.items())

    def formulas(self) -> dict[str, str]:
        """Return the formulas that it rests on, by name."""
        raise NotImplementedError

    def formulas_of(self, output: str) -> dict[str, str]:
        """Return those of its formulas that one output rests on, so that it bears the breaks of these alone."""
        return self.formulas()

    def in_units(self) -> Mapping[str, str]:
        """Return the units of measure that it takes its parts in; a part not named comes in that of its formula."""
        return dict.fromkeys(self.formulas(), "1")

    def like(self, output: str) -> str:
        """Return a formula whose unit of measure a numeric output has."""
        return "1"

    @classmethod
    def label_of_state(cls, output: str, state: str) -> dict[str, str]:
        """Return what a word of one of the `states` is called in Chinese and English."""
        return state_label(state)

    def keys(self) -> Mapping[str, Path]:
        """Return where in its declaration a formula is stated, for messages; a part not named: at its head."""
        return {}

    def learn(self, parts: Parts, setting: Setting) -> Learned:
        """Return what it takes from the other units, by scope; nothing for a measure that looks at one unit alone.

        A scope that an earlier run learned takes the place of what is returned here.
        """
        return {}

    def outputs(self, parts: Parts, setting: Setting, learned: Learned) -> Outputs:
        """Return every output from the values of `formulas`; each units × years.

        A number is NaN, a state the empty text, where a part is missing; where every part is there, a number that
        cannot be had is told by a state.
        """
        raise NotImplementedError


def _brief(value: object) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{k}: {_brief(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_brief, value)) + "]"
    if isinstance(value, float):
        # measures that differ in the last digit alone differ in name
        return f"{value:g}" if float(f"{value:g}") == value else repr(value)
    return str(value)


def named(states: States) -> States:
    """Return states as a measure lists them: the empty text where data are missing.

    >>> named(np.array(["missing", "weak_decoupling"])).tolist()
    ['', 'weak_decoupling']
    """
    return np.where(states == "missing", "", states).astype(np.str_)
