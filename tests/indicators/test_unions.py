"""Keys that may hold one of several kinds of value: one error of the user's is one fault."""

from typing import Annotated, Any, Literal

import pytest
from pydantic import Field

from indicators.errors import InputError
from indicators.spec import Number, Spec, Whole, build


class Fitted(Spec):
    """A mapping as a member of a union."""

    fitted: str
    """A file."""


Band = Annotated[Whole, Field(ge=1)]


class Form(Spec):
    """Keys with unions of every sort."""

    within: Annotated[Number, Field(gt=0)] | Literal["least"] = "least"
    """A number or a word."""
    band: Band | Annotated[dict[int, Band], Field(min_length=1)] = 1
    """A number or a mapping."""
    where: dict[str, list[str | int | float | bool]] = Field(default={})
    """Any scalar, below other keys."""
    reference: Literal["pooled", "year"] | Fitted = "pooled"
    """A word or a form."""
    index: Literal["old", "new"] | list[Annotated[Number, Field(ge=0)]] = "old"
    """A word or a list."""
    year: str | Annotated[Whole, Field(ge=1900)] = 2000
    """A text or a number."""
    nested: list[Band | list[Band | Literal["all"]]] = Field(default=[])
    """A union within another."""


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        ({"within": 0}, ["within: must be above 0; found 0"]),
        ({"within": "lest"}, ["within: must be a finite number or 'least'; found 'lest'; did you mean 'least'?"]),
        ({"within": "3"}, ["within: must be a finite number or 'least'; found '3'"]),
        ({"within": True}, ["within: must be a finite number or 'least'; found True"]),
        ({"within": None}, ["within: must be a finite number or 'least'; found null"]),
        ({"band": 0}, ["band: must be at least 1; found 0"]),
        ({"band": "1"}, ["band: must be a whole number or a mapping of keys; found '1'"]),
        ({"band": {}}, ["band: must have at least 1 entries; found {}"]),
        ({"band": {2019: 0, 2020: 0}}, [
            "band[2019]: must be at least 1; found 0", "band[2020]: must be at least 1; found 0",
        ]),
        ({"where": {"a": [1, [2]], "b": [{}]}}, [
            "where.a[1]: must be a text, a finite number or a truth value (true, false); found [2]",
            "where.b[0]: must be a text, a finite number or a truth value (true, false); found {}",
        ]),
        ({"reference": "pooledd"}, [
            "reference: must be 'pooled', 'year' or a mapping of keys; found 'pooledd'; did you mean 'pooled'?",
        ]),
        ({"reference": {"fited": "x"}}, [
            "reference.fitted: this key is missing",
            "reference.fited: unknown key; known here: fitted; did you mean 'fitted'?",
        ]),
        ({"index": "odl"}, ["index: must be 'old', 'new' or a list; found 'odl'; did you mean 'old'?"]),
        ({"index": [1, -1]}, ["index[1]: must be at least 0; found -1"]),
        ({"year": 1700}, ["year: must be at least 1900; found 1700"]),
        ({"year": [1]}, ["year: must be a text or a whole number; found [1]"]),
        ({"nested": [1, [1, 0], ["al"]]}, [
            "nested[1][1]: must be at least 1; found 0",
            "nested[2][0]: must be a whole number or 'all'; found 'al'; did you mean 'all'?",
        ]),
        ({"band": 0, "surplus": 1, "within": 0}, [
            "within: must be above 0; found 0", "band: must be at least 1; found 0",
            "surplus: unknown key; known here: within, band, where, reference, index, year, nested",
        ]),
    ],
)  # fmt: skip
def test_one_error_is_one_fault(raw: dict[str, Any], said: list[str]) -> None:
    with pytest.raises(InputError) as error:
        build(Form, raw)
    assert [found.message("en") for found in error.value.faults] == said


def test_alternatives_are_told_in_chinese() -> None:
    with pytest.raises(InputError) as error:
        build(Form, {"within": "lest", "where": {"a": [None]}})
    assert [found.message("zh") for found in error.value.faults] == [
        "within: 应为有限数或'least'；实为 'lest'；是否应为“least”？",
        "where.a[0]: 应为文字、有限数或真假值（true、false）；实为 null",
    ]


def test_many_wrong_values_are_told_in_time() -> None:
    with pytest.raises(InputError) as error:
        build(Form, {"where": {"a": [None] * 2000}})
    assert len(error.value.faults) == 2000
