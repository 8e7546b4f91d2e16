"""What the geographical detector explains, by what, how that is cut into strata, and how far results are tested."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from geo.detector.choice import CLASSES, Rule
from geo.detector.cutting import WAYS, Way
from geo.detector.pairs import Tail, Variances
from geo.detector.sample import SMALLEST
from indicators.spec import Label, Number, Spec, Whole, refuse, shown
from indicators.structure import TOP

Classes = Annotated[list[Annotated[Whole, Field(ge=2, le=20)]], Field(min_length=1)]
Ways = Annotated[list[Way], Field(min_length=1)]
Text = Annotated[str, Field(min_length=1, max_length=200)]
MOST = 40
"""Most factors: every pair of them is looked at."""


class FactorSpec(Spec):
    """One factor: where its numbers or categories come from, and how numbers are cut."""

    of: Text | None = None
    """Code of a score, indicator or variable, a formula over variables, or a column of the roster; the name of the
    factor when absent."""
    label: Label | None = None
    """Name for readers; that of the quantity when absent."""
    categories: bool = False
    """The numbers are codes of categories, such as kinds of land, and are not cut; a column of the roster never is."""
    ways: Ways | None = None
    """Ways of cutting this factor; those of the analysis when absent."""
    classes: Classes | None = None
    """Numbers of classes of this factor; those of the analysis when absent."""


def _named(raw: Any) -> Any:
    """Let a list of names, or of texts by name, stand for factors by name."""
    if isinstance(raw, list):
        found: dict[str, Any] = {}
        for name in raw:
            if not isinstance(name, str):
                raise refuse("faults.expected_text", found=shown(name))
            if name.strip() in found:
                raise refuse("detector.factor_twice", found=name)
            found[name.strip()] = {}
        return found
    if isinstance(raw, Mapping):
        return {k: {"of": v} if isinstance(v, str) else {} if v is None else v for k, v in raw.items()}
    return raw


def _one(raw: Any) -> Any:
    return [raw] if isinstance(raw, str) else raw


def _years(raw: Any) -> Any:
    if raw in ("rank", "all"):
        return raw
    listed = raw if isinstance(raw, list) else [raw]
    if not listed or any(type(year) is not int for year in listed):
        raise refuse("detector.years", found=shown(raw))
    return listed


def _or_texts(schema: dict[str, Any]) -> None:
    """Tell editors that a list of texts, or a text by name, stands for factors by name."""
    own = schema.pop("additionalProperties")
    named = {key: schema.pop(key) for key in ("type", "minProperties", "maxProperties") if key in schema}
    schema["anyOf"] = [
        {"type": "array", "items": {"type": "string"}},
        {**named, "additionalProperties": {"anyOf": [own, {"type": "string"}, {"type": "null"}]}},
    ]


def _or_one(schema: dict[str, Any]) -> None:
    """Tell editors that one entry stands for a list of one."""
    options = schema.pop("anyOf", None) or [{key: schema.pop(key) for key in ("type", "items")}]
    schema["anyOf"] = [*options, options[-1]["items"]]


class DetectorSpec(Spec):
    """What the geographical detector explains, and by what."""

    targets: Annotated[
        list[Text], BeforeValidator(_one), Field(min_length=1, max_length=20, json_schema_extra=_or_one)
    ] = Field(default=[TOP])  # fmt: skip
    """What is explained: `composite`, codes of dimensions, indicators or variables, or formulas; one or several."""
    years: Annotated[
        Literal["rank", "all"] | list[Whole], BeforeValidator(_years), Field(json_schema_extra=_or_one)
    ] = "rank"  # fmt: skip
    """The rank year, all scored years, or a list of scored years."""
    factors: Annotated[
        dict[Text, FactorSpec], BeforeValidator(_named),
        Field(min_length=1, max_length=MOST, json_schema_extra=_or_texts),
    ]  # fmt: skip
    """What explains it: a list of codes, formulas and columns of the roster, or factors by a name of one's own."""
    ways: Ways = Field(default=list(WAYS))
    """Ways of cutting numbers that are tried."""
    classes: Classes = Field(default=list(CLASSES))
    """Numbers of classes that are tried."""
    choice: Rule = "q"
    """Of the cuttings with large enough strata the one with the greatest q is taken, or the one with the greatest
    `adjusted` q, which makes up for what more classes bring by themselves."""
    minimum: Annotated[Whole, Field(ge=1)] = SMALLEST
    """Least number of units in a stratum of a cutting that may be taken; smaller strata of categories are warned of."""
    permutations: Annotated[Whole, Field(ge=0, le=99_999)] = 999
    """Shuffles for the p of factors and interactions; 0 leaves them out."""
    seed: Annotated[Whole, Field(ge=0)] = 1
    """Seed of the shuffles."""
    interactions: bool = True
    """Whether every pair of factors is looked at."""
    level: Annotated[Number, Field(gt=0, lt=1)] = 0.05
    """Below it a p is called significant."""
    ecological_tail: Tail = "two_sided"
    """`two_sided` as R's geodetector, `upper` as gdverse: whether the second factor explains more than the first."""
    risk_variances: Variances = "unequal"
    """Two strata are compared with `unequal` variances (Welch) or with `equal` ones (Student)."""
    force: bool = False
    """Let factors pass that the target is made of, and mark every result of them."""

    @property
    def quantities(self) -> list[str]:
        """What is explained and what explains it, by code, formula or column."""
        return [*self.targets, *(factor.of or name for name, factor in self.factors.items())]
