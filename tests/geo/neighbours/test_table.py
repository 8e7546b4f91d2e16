"""A user's own table of links: who acts upon whom."""

import pandas as pd
import pytest

from tests.geo.neighbours.places import frame, links, near

RIVER = pd.DataFrame({"from": ["up", "mid", "mid"], "to": ["mid", "low", "sea"], "value": [3.0, 1.0, 4.0]})
UNITS = ["low", "mid", "sea", "up"]


def river(table: pd.DataFrame = RIVER, **more: object):
    return near(codes=UNITS, tables={"river": table}, rule="table", table="river", **more)


def test_the_neighbours_of_a_unit_are_those_that_act_upon_it() -> None:
    found = river(standardisation="none")
    assert [found.of(unit) for unit in UNITS] == [{"mid": 1.0}, {"up": 3.0}, {"mid": 4.0}, {}]
    assert found.islands == ("up",)
    # What comes down the river: the load of `up` at `mid`.
    assert found.lag([0, 0, 0, 10]).tolist() == [0, 30, 0, 0]


def test_the_other_way_round() -> None:
    found = river(toward="sources")
    assert found.of("mid") == {"low": 0.2, "sea": 0.8}
    assert found.islands == ("low", "sea")


def test_without_strengths_each_row_counts_one() -> None:
    assert river(RIVER[["from", "to"]], standardisation="none").of("sea") == {"mid": 1.0}


def test_codes_may_have_any_form() -> None:
    table = pd.DataFrame({"from": [110000.0, 120000.0], "to": ["120000", " 130000 "]})
    found = near(codes=["110000", "120000", "130000"], tables={"t": table}, rule="table", table="t")
    assert links(found) == {("120000", "110000"), ("130000", "120000")}


def test_what_no_reader_of_tables_lets_through_is_a_defect_of_the_caller() -> None:
    with pytest.raises(ValueError, match="each pair stands once"):
        river(pd.concat([RIVER, RIVER]))
    with pytest.raises(ValueError, match="0 or more"):
        river(pd.concat([RIVER.assign(value=-1.0).iloc[[0]], RIVER]))
    with pytest.raises(ValueError, match="no link between two units"):
        river(RIVER.assign(to="elsewhere"))
    with pytest.raises(ValueError, match="no column 'gpd'"):
        near(codes=UNITS, columns={"gdp": dict.fromkeys(UNITS, 1.0)}, rule="economic", column="gpd")


def test_rows_that_mean_nothing_are_counted() -> None:
    more = pd.DataFrame(
        {"from": ["up", "up", "sea", None], "to": ["elsewhere", "up", "low", "mid"], "value": [1, 2, 0, 5]}
    )
    found = river(pd.concat([RIVER, more]))
    assert found.ignored == 4
    assert links(found) == links(river())


def test_strengths_of_other_units_are_not_looked_at() -> None:
    more = pd.DataFrame({"from": ["elsewhere"], "to": ["up"], "value": [-1]})
    assert river(pd.concat([RIVER, more])).ignored == 1


def test_an_island_is_joined_where_there_is_a_map() -> None:
    places = frame(low=(100, 30), mid=(101, 30), sea=(103, 30), up=(102.1, 30))
    found = near(places, tables={"river": RIVER}, rule="table", table="river", islands="nearest")
    assert found.joined == {"up": "sea"}
    assert ("sea", "up") not in links(found)


def test_binary_rows_are_ones() -> None:
    assert river(standardisation="binary").of("sea") == {"mid": 1.0}


def test_a_table_that_was_not_given_is_a_defect_of_the_caller() -> None:
    with pytest.raises(KeyError):
        near(codes=UNITS, tables={}, rule="table", table="river")
