"""What every rule owes: its declaration, the order of units all one, rows that add up, units without a place."""

from typing import Any, get_args

import numpy as np
import pandas as pd
import pytest
import yaml

from geo.neighbours import RULES, Ground, NeighbourRule, Neighbours, find_neighbours
from indicators.errors import InputError
from indicators.spec import Spec, build
from tests.geo.neighbours.places import Rule, frame, rule, scattered, squares

CHOICES: dict[str, dict[str, Any]] = {
    "queen": {},
    "rook": {"snap": 5},
    "k_nearest": {"k": 4},
    "distance_band": {"within": 400},
    "inverse_distance": {"cut_off": 900, "power": 2},
    "kernel": {"k": 5, "function": "bisquare"},
    "economic": {"column": "gdp", "strongest": 6},
    "economic_geographic": {"column": "gdp", "form": "sum"},
    "table": {"table": "links"},
}


class Holder(Spec):
    """A configuration that holds a rule."""

    neighbours: Rule


def faults(**raw: Any) -> str:
    with pytest.raises(InputError) as caught:
        build(Holder, {"neighbours": raw})
    return caught.value.render("en")


def ground(places: Any, order: Any = slice(None)) -> Ground:
    """A map with everything that any rule may ask for, its rows in some order."""
    places = places.iloc[order]
    units = places["unit"].tolist()
    numbers = {unit: float(int.from_bytes(unit.encode()) % 997) for unit in units}
    table = pd.DataFrame([(one, other) for one in units for other in units if (one < other)], columns=["from", "to"])
    table["value"] = [numbers[one] + 1 for one in table["from"]]
    return Ground.of(units, places, pd.DataFrame({"gdp": numbers}), {"links": table})


def made(word: str, on: Ground, **more: Any) -> Neighbours:
    return find_neighbours(rule(rule=word, **CHOICES[word], **more), on)


def test_every_rule_is_tried_here() -> None:
    assert [member.word() for member in RULES] == list(CHOICES)


@pytest.mark.parametrize("member", RULES, ids=lambda member: member.word())
def test_a_rule_says_what_it_is(member: type[NeighbourRule]) -> None:
    assert member.source
    assert "w_ij" in (member.__doc__ or "")
    assert all(field.description for name, field in member.model_fields.items() if name != "rule")
    assert get_args(member.model_fields["rule"].annotation) == (member.word(),)


@pytest.mark.parametrize("word", CHOICES)
def test_a_rule_survives_yaml(word: str) -> None:
    one = rule(rule=word, **CHOICES[word])
    again = rule(**yaml.safe_load(yaml.safe_dump(one.model_dump(by_alias=True))))
    assert again == one


@pytest.mark.parametrize("islands", ["leave", "nearest"])
@pytest.mark.parametrize("word", CHOICES)
def test_the_order_of_units_is_all_one(word: str, islands: str) -> None:
    places = scattered(60)
    first = made(word, ground(places), islands=islands)
    for seed in (1, 2):
        other = made(word, ground(places, np.random.default_rng(seed).permutation(60)), islands=islands)
        assert other.codes == first.codes
        for part in ("data", "indices", "indptr"):
            assert getattr(other.matrix, part).tobytes() == getattr(first.matrix, part).tobytes()
        assert (other.islands, other.joined, other.resolved) == (first.islands, first.joined, first.resolved)


@pytest.mark.parametrize("standardisation", ["row", "binary", "none"])
@pytest.mark.parametrize("islands", ["leave", "nearest"])
@pytest.mark.parametrize("word", CHOICES)
def test_strengths_are_numbers_above_0_and_rows_add_up(word: str, islands: str, standardisation: str) -> None:
    found = made(word, ground(scattered(60)), islands=islands, standardisation=standardisation)
    data, matrix = found.matrix.data, found.matrix.toarray()
    assert np.isfinite(data).all()
    assert (data > 0).all()
    assert not np.diag(matrix).any()
    assert found.matrix.has_sorted_indices
    if standardisation == "row":
        np.testing.assert_allclose(matrix.sum(axis=1), ~found.alone, atol=1e-12)
    if standardisation == "binary":
        assert (data == 1).all()
    if islands == "nearest":
        assert not found.alone.any()
    assert set(found.joined) == (set(found.islands) if islands == "nearest" else set())


@pytest.mark.parametrize("word", CHOICES)
def test_links_are_expected_before_they_are_made(word: str) -> None:
    found = made(word, ground(scattered(60)))
    expected = found.rule.expected(ground(scattered(60)))
    if word in ("queen", "rook", "table"):  # few whatever the places, or as many as the user states
        assert expected == 0
    elif word == "kernel":  # windows of their own, none wider than the widest
        assert found.matrix.nnz < expected <= 60 * 59
    else:
        assert found.matrix.nnz == expected


def test_more_links_than_are_bearable_are_made_by_force_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("geo.neighbours.effort.MOST", 99)
    places = scattered(20)
    with pytest.raises(InputError) as caught:
        made("economic_geographic", ground(places))
    assert [one.text_key for one in caught.value.faults] == ["neighbours.too_many_links"]
    assert made("economic_geographic", ground(places), force=True).matrix.nnz == 20 * 19


@pytest.mark.parametrize("word", CHOICES)
def test_units_without_place_or_value_are_islands_and_told(word: str) -> None:
    places = scattered(30)
    units = [*places["unit"], "zz"]
    columns = pd.DataFrame({"gdp": dict(zip(places["unit"], range(30), strict=True))})
    table = pd.DataFrame({"from": places["unit"][:-1].tolist(), "to": places["unit"][1:].tolist(), "value": 1.0})
    on = Ground.of(units, places, columns, {"links": table})
    found = made(word, on, islands="nearest")
    assert found.codes[-1] == "zz"
    assert found.alone.tolist() == [False] * 30 + [True]
    assert "zz" in found.islands
    assert found.unplaced == (() if word == "table" else ("zz",))


@pytest.mark.parametrize("word", sorted(set(CHOICES) - {"k_nearest", "kernel"}))
def test_two_units_are_enough(word: str) -> None:
    found = made(word, ground(squares(2).iloc[:2]))
    assert found.of("r0c1") == {"r0c0": 1.0}


def test_the_same_unit_twice_is_refused() -> None:
    with pytest.raises(ValueError, match="once"):
        Ground.of(["a", "a"])
    with pytest.raises(ValueError, match="one row a unit"):
        Ground.of(["a"], pd.concat([frame(a=(1, 1)), frame(a=(1, 1))]))


def test_a_misspelt_rule_or_key_is_named_with_the_nearest() -> None:
    assert "did you mean 'k_nearest'?" in faults(rule="k_nearst", k=3)
    unknown = faults(rule="kernel", bandwith=3, k=2)
    assert "neighbours.bandwith: unknown key;" in unknown
    assert "did you mean 'bandwidth'?" in unknown
    behind = faults(rule="distance_bnd", withn=100)
    assert "did you mean 'distance_band'?" in behind
    assert "did you mean 'within'?" in behind
    assert "did you mean 'nearest'?" in faults(rule="queen", islands="neerest")
    assert "neighbours.k: must be at least 1" in faults(rule="k_nearest", k=0)
    assert "neighbours.rule: this key is missing" in faults(k=3)


# Neighbours themselves


def test_part_of_the_units() -> None:
    found = made("queen", ground(squares(3)))
    part = found.only(["r0c0", "r0c1", "r2c2"])
    assert part.codes == ("r0c0", "r0c1", "r2c2")
    assert part.of("r0c0") == {"r0c1": 1.0}
    assert part.alone.tolist() == [False, False, True]
    assert found.only(found.codes) is found
    with pytest.raises(ValueError, match="not among"):
        found.only(["r9c9"])


def test_lags_of_one_and_of_several_variables() -> None:
    found = made("rook", ground(squares(2)), standardisation="binary")
    assert found.lag([1, 2, 3, 4]).tolist() == [5, 5, 5, 5]
    assert found.lag([[1, 0], [2, 0], [3, 0], [4, 1]]).tolist() == [[5, 0], [5, 1], [5, 1], [5, 0]]
    assert found.binary().matrix.data.tolist() == [1.0] * 8
    assert found.symmetric
    assert found.components == 1
