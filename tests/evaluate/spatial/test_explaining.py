"""What may explain a score: the origins of quantities, however far back."""

from typing import Any

import pytest

from evaluate.spatial.explaining import Origins, check_explaining
from indicators.errors import Place
from indicators.framework import Framework

VARIABLES = ("co2", "so2", "gdp", "coal", "people", "slope", "rain", "road")
RAW: dict[str, Any] = {
    "schema": "framework/1", "code": "x", "label": "x", "assesses": "city", "source": "made for the tests",
    "variables": {code: {"unit_of_measure": "1"} for code in VARIABLES}
    | {"co2": {"unit_of_measure": "1", "derived_from": ["coal"], "label": {"zh": "碳排放", "en": "Carbon"}}}
    | {"rain": {"unit_of_measure": "1", "derived_from": "the weather service"}},
    "indicators": {
        "a": {"label": "x", "formula": "co2 / gdp", "unit_of_measure": "1", "direction": "negative"},
        "b": {"label": "x", "formula": "so2 / group_mean(people, region)", "unit_of_measure": "1",
              "direction": "negative"},
        "c": {"label": "x", "formula": "rain", "unit_of_measure": "1", "direction": "negative",
              "derived_from": ["road"]},
    },
    "tree": {"d": {"label": "x", "indicators": {"a": 1}}, "e": {"label": "x", "indicators": {"b": 1}}},
    "types": {"steel": {"label": "x", "indicators": {"e": {"c": 1}}}},
}  # fmt: skip
ORIGINS = Origins(Framework.from_dict(RAW), {"rich": "gdp / people"}, ("slope",), ("type", "region", "so2"))


@pytest.mark.parametrize(
    ("name", "variables"),
    [
        ("co2", ("co2", "coal")),
        ("a", ("co2", "gdp", "coal")),
        ("d", ("co2", "gdp", "coal")),
        ("b", ("so2", "people")),  # what is averaged over a group counts
        ("c", ("rain", "road")),  # a source in words is no variable
        ("e", ("so2", "people", "rain", "road")),  # a type may hold other indicators
        ("composite", VARIABLES),  # and the composite may be capped by a variable outside the tree
        ("rich", ("gdp", "people")),
        ("slope / co2", ("co2", "coal", "slope")),
        ("region", ()),
        ("so2", ("so2",)),  # a quantity comes before a column of the roster of the same name
        ("nothing", ()),
        ("co2 +", ()),
    ],
)
def test_where_quantities_come_from(name: str, variables: tuple[str, ...]) -> None:
    assert ORIGINS.variables(name) == variables


def told(targets: list[str], by: list[str], **how: bool) -> list[tuple[str, str]]:
    places = [(name, Place("a.yaml", line=at, key=f"by[{at}]")) for at, name in enumerate(by, start=5)]
    found = check_explaining(targets, places, ORIGINS, **how)
    return [(one.text_key, one.line("en")) for one in found]


def test_a_factor_that_shares_a_variable_is_refused_at_its_line() -> None:
    (one, other) = told(["d", "b"], ["slope", "rich", "region"])
    said = "is computed from these variables, so that they cannot explain it"
    assert one == ("detector.made_of", f"a.yaml:6  by[6]: 'x' {said}: gdp; `force: true` lets it pass")
    assert other == ("detector.made_of", f"a.yaml:6  by[6]: 'x' {said}: people; `force: true` lets it pass")
    ((_, far),) = told(["a"], ["coal"])
    assert "computed from these variables" in far and ": coal;" in far


def test_force_lets_it_pass_but_nothing_explains_itself() -> None:
    assert told(["d", "composite"], ["co2", "slope", "type"], forced=True) == []
    ((key, said),) = told(["composite"], ["composite", "rain"], forced=True)
    assert (key, said) == ("spatial.explains_itself", "a.yaml:5  by[5]: 'Composite' cannot explain itself")
    assert told(["region"], ["region"]) == []  # told where quantities are checked: a column is none
