"""Faults: collected, located, grouped by file, in both languages."""

import pytest

from indicators.errors import Fault, Faults, InputError, Place, fault, nearest
from indicators.spec import Spec, build, shown


def test_places() -> None:
    assert [
        str(place) for place in (Place(), Place(line=3), Place("a.csv", 3), Place("a.xlsx", sheet="S", cell="C7"))
    ] == [
        "",
        "3",
        "a.csv:3",
        "a.xlsx S!C7",
    ]


def test_faults_are_counted_grouped_by_file_and_said_once() -> None:
    faults = Faults()
    faults.add("panel.empty", Place("b.csv", 2))
    faults.add("panel.empty", Place("a.csv", 1, key="data"))
    faults.add("panel.empty", Place("b.csv", 1))
    faults.add("panel.empty", Place("b.csv", 2))
    assert len(faults) == 3
    with pytest.raises(InputError) as raised:
        faults.raise_if_any()
    assert str(raised.value).splitlines() == [
        "3 faults",
        "  b.csv:1  the table is empty",
        "  b.csv:2  the table is empty",
        "  a.csv:1  data: the table is empty",
    ]
    assert raised.value.render("zh").splitlines()[0] == "共 3 处错误"


def test_one_file_is_named_in_the_head() -> None:
    assert str(fault("panel.empty", Place("a.csv"))).splitlines() == ["1 fault in a.csv", "  a.csv  the table is empty"]


def test_nothing_collected_raises_nothing() -> None:
    Faults().raise_if_any()


def test_faults_raised_inside_are_collected_and_the_work_goes_on() -> None:
    faults = Faults()
    for line in (1, 2):
        with faults.collecting():
            raise fault("panel.empty", Place("a", line))
    assert [f.place.line for f in faults] == [1, 2]


def test_the_nearest_name_is_added_where_there_is_one() -> None:
    said = Fault("formula.unknown_name", {"found": "gpd", "meant": "gdp"}).message("en")
    assert said == "the formula names 'gpd', which is no variable; did you mean 'gdp'?"
    assert Fault("formula.unknown_name", {"found": "gpd", "meant": ""}).message("en").endswith("no variable")


def test_names_with_braces_and_dollars_stay_as_they_are() -> None:
    said = Fault("panel.no_row", {"unit": "{x} $y %s <script>"}).message("en")
    assert said == "unit {x} $y %s <script> has no row in the table"


@pytest.mark.parametrize(
    ("name", "known", "meant"),
    [("GDP", ["gdp"], "gdp"), ("co_2", ["co2", "so2"], "co2"), ("zzz", ["co2"], ""), (3, ["3.0"], ""), ("x", [], "")],
)
def test_nearest(name: object, known: list[str], meant: str) -> None:
    assert nearest(name, known) == meant


def test_long_values_are_shown_short_on_one_line() -> None:
    assert shown("a\nb") == "'a b'"
    assert shown(None) == "null"
    assert len(shown("x" * 500)) == 60


class Small(Spec):
    """A form."""

    number: float
    names: list[str] = []  # noqa: RUF012 - pydantic copies it


def test_definitions_are_frozen_and_refuse_what_they_do_not_know() -> None:
    made = build(Small, {"number": 1})
    with pytest.raises(Exception, match="frozen"):
        made.number = 2
    with pytest.raises(InputError) as raised:
        build(Small, {"numbr": 1, "names": ["a", 2]}, prefix=("x",))
    assert [(f.place.key, f.text_key) for f in raised.value.faults] == [
        ("x.number", "faults.missing_key"),
        ("x.names[1]", "faults.expected_text"),
        ("x.numbr", "faults.unknown_key"),
    ]
