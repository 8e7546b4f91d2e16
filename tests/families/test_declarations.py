"""What every member of every family declares: its source, formula, parameters; that it is frozen and listed."""

import json
import re
from typing import Any

import pytest
import yaml
from pydantic import ValidationError

from evaluate import Methodology
from evaluate.catalogue import methods, schema, word_of
from evaluate.methodology import FAMILIES
from geo.neighbours import RULES
from tests.families.cases import CASES, EXAMPLES, METHODS, REFUSED, Case, choices, everything, methodology, parameters

MEMBERS = [(family, member) for family, members in everything().items() for member in members]
NAMES = [f"{family}.{word_of(member)}" for family, member in MEMBERS]
by_member = pytest.mark.parametrize(("family", "member"), MEMBERS, ids=NAMES)
by_case = pytest.mark.parametrize("case", CASES, ids=str)


@by_member
def test_every_parameter_is_tried(family: str, member: type[Any]) -> None:
    """A new member that lacks its line of `EXAMPLES` fails here."""
    tried = [case.build() for case in CASES if case.member is member]
    missing = [
        f"EXAMPLES['{family}.{word_of(member)}'] gives {name} no value other than its default"
        for name, field in member.model_fields.items()
        if name != "method"
        and all(getattr(built, name) == field.default for built in tried)
        # nor can a parameter whose every other choice is there to be refused
        and (f"{family}.{word_of(member)}", name) not in REFUSED
    ]
    assert not missing


def test_every_example_belongs_to_a_member() -> None:
    assert not set(EXAMPLES) - set(NAMES)
    assert not {name for name, _ in REFUSED} - set(NAMES)


@by_case
def test_examples_build(case: Case) -> None:
    assert case.build().method == word_of(case.member)


@pytest.mark.parametrize(("place", "words"), REFUSED.items(), ids=str)
def test_choices_that_are_refused(place: tuple[str, str], words: list[str]) -> None:
    name, parameter = place
    case = next(c for c in CASES if str(c).startswith(name))
    for word in words:
        assert word in choices(case.member, parameter)
        with pytest.raises(ValidationError):
            Case(case.family, case.member, {**case.parameters, parameter: word}).build()


@by_member
def test_the_source_is_named(family: str, member: type[Any]) -> None:
    # a year, or the version of a program
    assert re.search(r"\b(1[89]|20)\d\d\b|\b\d+\.\d+\b", member.source), member.source


@by_member
def test_the_docstring_is_a_line_with_its_formula(family: str, member: type[Any]) -> None:
    said = (member.__doc__ or "").strip()
    assert said and said != (member.__mro__[1].__doc__ or "").strip(), "a docstring of its own"
    assert said.splitlines()[0].endswith((".", ":"))
    # what is computed stands there in signs
    assert re.search(r"[=ΣΠ√−/·(]", said.split(">>>")[0]), said


@by_member
def test_every_parameter_is_described(family: str, member: type[Any]) -> None:
    bare = [name for name, field in parameters(member).items() if not (field.description or "").strip().endswith(".")]
    assert not bare


@by_member
def test_it_stands_in_the_catalogue_once(family: str, member: type[Any]) -> None:
    listed = [m for m in methods() if (m["family"], m["method"]) == (family, word_of(member))]
    assert len(listed) == 1
    assert listed[0]["source"] == member.source and listed[0]["description"]
    assert [p["name"] for p in listed[0]["parameters"]] == list(parameters(member))
    assert all(p["description"] for p in listed[0]["parameters"])
    json.dumps(listed, allow_nan=False)


def test_the_catalogue_lists_nothing_else() -> None:
    rules = [f"neighbours.{rule.word()}" for rule in RULES]
    assert [f"{m['family']}.{m['method']}" for m in methods()] == [*NAMES, *rules]


@by_member
def test_it_stands_in_the_schema(family: str, member: type[Any]) -> None:
    form = schema("assessment" if family in FAMILIES else "framework")["$defs"][member.__name__]
    assert form["additionalProperties"] is False
    assert form["properties"]["method"]["const"] == word_of(member)
    assert set(form["properties"]) == {"method", *parameters(member)}
    assert set(form.get("required", [])) - {"method"} == {
        name for name, field in parameters(member).items() if field.is_required()
    }


def test_words_are_unique_within_a_family() -> None:
    assert len(set(NAMES)) == len(NAMES)


@by_case
def test_round_trip_through_yaml(case: Case) -> None:
    built = case.build()
    written = yaml.safe_dump(built.model_dump(by_alias=True, mode="json"), allow_unicode=True)
    assert case.member.model_validate(yaml.safe_load(written)) == built


@pytest.mark.parametrize("case", METHODS, ids=str)
def test_round_trip_of_the_methodology(case: Case) -> None:
    chosen = methodology(case)
    for plain in (chosen.to_dict(), chosen.to_dict(with_none=True)):
        assert Methodology.model_validate(yaml.safe_load(yaml.safe_dump(plain))) == chosen
    placed = chosen.to_dict()[case.family]
    levels = [placed] if "method" in placed else [choice for level, choice in placed.items() if level != "parents"]
    assert {choice["method"] for choice in levels} == {word_of(case.member)}


@by_case
def test_it_is_frozen_and_refuses_unknown_keys(case: Case) -> None:
    built = case.build()
    with pytest.raises(ValidationError):
        built.method = "other"
    with pytest.raises(ValidationError):
        case.member.model_validate({**case.choice, "no_such_key": 1})
