"""A user's own table of links: who acts upon whom."""

import pandas as pd
import pytest

from tests.geo.neighbours.places import frame, links, near

RIVER = pd.DataFrame({"from": ["up", "mid", "mid"], "to": ["mid", "low", "sea"], "water": [3.0, 1.0, 4.0]})
UNITS = ["low", "mid", "sea", "up"]


def river(table: pd.DataFrame = RIVER, **more: object):
    return near(codes=UNITS, tables={"river.csv": table}, rule="table", path="river.csv", **more)


def test_the_neighbours_of_a_unit_are_those_that_act_upon_it() -> None:
    found = river(strength="water", standardisation="none")
    assert [found.of(unit) for unit in UNITS] == [{"mid": 1.0}, {"up": 3.0}, {"mid": 4.0}, {}]
    assert found.islands == ("up",)
    # What comes down the river: the load of `up` at `mid`.
    assert found.lag([0, 0, 0, 10]).tolist() == [0, 30, 0, 0]


def test_the_other_way_round() -> None:
    found = river(strength="water", toward="sources")
    assert found.of("mid") == {"low": 0.2, "sea": 0.8}
    assert found.islands == ("low", "sea")


def test_without_strengths_each_row_counts_one() -> None:
    assert river(standardisation="none").of("sea") == {"mid": 1.0}


def test_columns_may_bear_any_name_and_codes_any_form() -> None:
    table = pd.DataFrame({"源": [110000.0, 120000.0], "汇": ["120000", " 130000 "]})
    found = near(
        codes=["110000", "120000", "130000"], tables={"t": table}, rule="table", path="t", to="汇", **{"from": "源"}
    )
    assert links(found) == {("120000", "110000"), ("130000", "120000")}


def test_rows_that_mean_nothing_are_counted() -> None:
    more = pd.DataFrame(
        {"from": ["up", "up", "sea", None], "to": ["elsewhere", "up", "low", "mid"], "water": [1, 2, 0, 5]}
    )
    found = river(pd.concat([RIVER, more]), strength="water")
    assert found.ignored == 4
    assert links(found) == links(river(strength="water"))


def test_strengths_of_other_units_are_not_looked_at() -> None:
    more = pd.DataFrame({"from": ["elsewhere"], "to": ["up"], "water": [-1]})
    assert river(pd.concat([RIVER, more]), strength="water").ignored == 1


def test_an_island_is_joined_where_there_is_a_map() -> None:
    places = frame(low=(100, 30), mid=(101, 30), sea=(103, 30), up=(102.1, 30))
    found = near(places, tables={"river.csv": RIVER}, rule="table", path="river.csv", islands="nearest")
    assert found.joined == {"up": "sea"}
    assert ("sea", "up") not in links(found)


def test_binary_rows_are_ones() -> None:
    assert river(strength="water", standardisation="binary").of("sea") == {"mid": 1.0}


def test_a_table_that_was_not_given_is_a_defect_of_the_caller() -> None:
    with pytest.raises(KeyError):
        near(codes=UNITS, tables={}, rule="table", path="river.csv")
