"""Economic distance: likeness in a column, alone and with distance."""

import numpy as np
import pytest

from geo.neighbours import Ground
from tests.geo.neighbours.places import frame, links, near

MAP = frame(a=(100, 30), b=(101, 30), c=(102, 31), d=(110, 35), e=(111, 36))
GDP = {"gdp": {"a": 10.0, "b": 14.0, "c": 15.0, "d": 40.0, "e": 41.5}}
RAW = {"column": "gdp", "standardisation": "none"}


def test_strength_is_the_reciprocal_of_the_difference() -> None:
    found = near(MAP, GDP, rule="economic", **RAW)
    for one in "abcde":
        expected = {other: 1 / abs(GDP["gdp"][one] - GDP["gdp"][other]) for other in "abcde" if other != one}
        assert found.of(one) == pytest.approx(expected)
    assert found.resolved == {"least_difference": 1.0}


def test_it_needs_no_map() -> None:
    assert near(None, GDP, codes=list("abcde"), rule="economic", column="gdp").islands == ()


def test_equal_values_count_as_the_smallest_difference_or_as_stated() -> None:
    columns = {"gdp": {"a": 10.0, "b": 10.0, "c": 12.0, "d": 20.0, "e": 30.0}}
    assert near(MAP, columns, rule="economic", **RAW).of("a")["b"] == 0.5
    assert near(MAP, columns, rule="economic", least=0.1, **RAW).of("a")["b"] == 10
    assert near(MAP, columns, rule="economic", least=5, **RAW).of("a")["c"] == 0.2
    assert near(MAP, columns, rule="economic", least=1e-320, **RAW).of("a")["b"] == pytest.approx(1 / 30e-12)


def test_a_unit_without_a_value_is_an_island_that_is_never_joined() -> None:
    columns = {"gdp": {"a": 10.0, "b": np.nan, "c": 12.0, "d": 20.0}}
    found = near(MAP, columns, rule="economic", column="gdp", islands="nearest")
    assert found.islands == found.unplaced == ("b", "e")
    assert found.joined == {}
    assert found.of("a").keys() == {"c", "d"}


def test_only_the_strongest_are_kept_and_of_equals_the_smaller_code() -> None:
    columns = {"gdp": {"a": 10.0, "b": 11.0, "c": 9.0, "d": 11.0, "e": 30.0}}
    found = near(MAP, columns, rule="economic", strongest=2, **RAW)
    assert found.of("a").keys() == {"b", "c"}
    assert found.of("e").keys() == {"b", "d"}
    assert not found.symmetric


def test_alike_and_near() -> None:
    distance = near(MAP, rule="inverse_distance", power=2, standardisation="none").matrix.toarray()
    likeness = near(MAP, GDP, rule="economic", **RAW).matrix.toarray()
    both = near(MAP, GDP, rule="economic_geographic", power=2, **RAW).matrix.toarray()
    np.testing.assert_allclose(both, distance * likeness, rtol=1e-12)
    rows = [part / part.sum(axis=1, keepdims=True) for part in (likeness, distance)]
    both = near(MAP, GDP, rule="economic_geographic", form="sum", share=0.3, power=2, **RAW).matrix.toarray()
    np.testing.assert_allclose(both, 0.3 * rows[0] + 0.7 * rows[1], rtol=1e-12)


def test_alike_and_near_needs_place_and_value() -> None:
    columns = {"gdp": {"a": 10.0, "b": 14.0, "c": np.nan, "z": 15.0}}
    found = near(MAP[MAP["unit"] != "e"], columns, codes=list("abcz"), rule="economic_geographic", column="gdp")
    assert found.unplaced == ("c", "z")
    assert links(found) == {("a", "b"), ("b", "a")}


def test_values_of_other_units_are_left_out() -> None:
    ground = Ground.of(["b", "a"], columns=near_columns({"a": 1.0, "b": 2.0, "other": 3.0}))
    assert ground.columns["gdp"].to_dict() == {"a": 1.0, "b": 2.0}


def near_columns(values: dict[str, float]):
    import pandas as pd

    return pd.DataFrame({"gdp": values})


def test_rows_made_some_at_a_time_are_those_made_at_once(monkeypatch) -> None:
    random = np.random.default_rng(1)
    names = [f"u{at:02d}" for at in range(40)]
    places = frame(**{name: tuple(random.uniform((100, 20), (120, 45))) for name in names})
    columns = {"gdp": dict(zip(names, random.integers(1, 9, 40).astype(float), strict=True))}  # many equal ones
    raw = {"rule": "economic_geographic", "form": "sum", "column": "gdp", "standardisation": "none"}
    whole, few = near(places, columns, **raw), near(places, columns, strongest=5, **raw)
    monkeypatch.setattr("geo.neighbours.pairs._CELLS", 100)
    for found, more in ((whole, {}), (few, {"strongest": 5})):
        again = near(places, columns, **raw, **more).matrix
        assert again.indices.tolist() == found.matrix.indices.tolist()
        assert again.data.tobytes() == found.matrix.data.tobytes()
    # of a whole row, sorted, equal strengths by code
    order = np.argsort(-whole.matrix.toarray(), axis=1, kind="stable")[:, :5]
    assert [sorted(few.codes.index(code) for code in few.of(name)) for name in names] == np.sort(order).tolist()
