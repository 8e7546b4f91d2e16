"""Rank acceptability, pairs and the best tenth, from rank matrices made by hand and counted again."""

from collections import Counter
from typing import Any

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from evaluate.robustness.choices import Choice
from evaluate.robustness.draws import Draws
from evaluate.robustness.inputs import Inputs
from evaluate.robustness.probabilities import acceptability, pairwise, staying_on_top
from evaluate.robustness.replicates import Replicates
from evaluate.robustness.shifts import mean_rank_shift


def made(ranks: list[list[int]], types: str | None = None, years: list[int] | None = None) -> Replicates:
    matrix = np.array(ranks, dtype=np.int16)
    count = matrix.shape[1]
    units = np.array([f"u{n + 1}" for n in range(count)], dtype=object)
    kinds = np.array(list(types or "x" * count), dtype=object)
    return Replicates(units, kinds, matrix, len(matrix), {}, None if years is None else np.array(years))


def cells(table: pd.DataFrame) -> dict[tuple[Any, ...], float]:
    return {tuple(row[:-1]): float(row[-1]) for row in table.itertuples(index=False)}


def test_rank_acceptability() -> None:
    found = acceptability(made([[1, 2], [1, 2], [2, 1], [1, 0]]), 2020)
    # u2 is scored in three replicates
    assert cells(found) == {
        ("u1", 2020, "x", 1): 0.75, ("u1", 2020, "x", 2): 0.25,
        ("u2", 2020, "x", 1): 1 / 3, ("u2", 2020, "x", 2): 2 / 3,
    }  # fmt: skip
    assert list(found.columns) == ["unit", "year", "type", "rank", "probability"]


@given(st.lists(st.lists(st.integers(0, 5), min_size=4, max_size=4), min_size=1, max_size=40))
def test_acceptability_counted_again(ranks: list[list[int]]) -> None:
    found = cells(acceptability(made(ranks), 2020))
    expected = {}
    for column in range(4):
        own = [row[column] for row in ranks if row[column] > 0]
        for rank, count in Counter(own).items():
            expected[f"u{column + 1}", 2020, "x", rank] = count / len(own)
    assert found == expected


def test_pairs_within_type_and_year() -> None:
    ranks = [[1, 2, 1, 1], [1, 1, 1, 1], [2, 1, 1, 1], [1, 2, 1, 0]]
    table, told = pairwise(made(ranks, "xxyy"), np.array([1, 2, 1, 1]), 2020)
    assert told == []
    assert cells(table) == {
        ("x", 2020, "u1", "u2"): 0.5, ("x", 2020, "u2", "u1"): 0.25,
        ("y", 2020, "u3", "u4"): 0.0, ("y", 2020, "u4", "u3"): 0.0,
    }  # fmt: skip
    table, _ = pairwise(made(ranks, years=[2019, 2019, 2020, 2020]), np.array([1, 2, 1, 1]), 2020)
    assert {key[1:] for key in cells(table)} == {
        (2019, "u1", "u2"), (2019, "u2", "u1"), (2020, "u3", "u4"), (2020, "u4", "u3"),
    }  # fmt: skip
    table, _ = pairwise(made([[1, 0], [0, 1]]), np.array([1, 2]), 2020)
    assert np.isnan(list(cells(table).values())).all()
    assert pairwise(made([[1], [1]]), np.array([1]), 2020)[0].empty


@given(st.lists(st.lists(st.integers(0, 3), min_size=4, max_size=4), min_size=1, max_size=30))
def test_pairs_counted_again(ranks: list[list[int]]) -> None:
    for (_, _, one, other), share in cells(pairwise(made(ranks), np.array([1, 2, 3, 4]), 2020)[0]).items():
        a, b = int(one[1]) - 1, int(other[1]) - 1
        both = [(row[a], row[b]) for row in ranks if row[a] > 0 and row[b] > 0]
        expected = sum(x < y for x, y in both) / len(both) if both else np.nan
        np.testing.assert_equal(share, expected)


def test_with_many_units_only_neighbours_in_rank_are_compared_and_it_is_said() -> None:
    ranks = made([[3, 1, 2], [3, 2, 1]])
    table, (told,) = pairwise(ranks, np.array([3, 1, 2]), 2020, most=5)
    assert set(zip(table["unit"], table["other"], strict=True)) == {
        ("u2", "u3"), ("u3", "u2"), ("u3", "u1"), ("u1", "u3"),
    }  # fmt: skip
    assert (told.text_key, told.values["count"], told.values["most"]) == ("robustness.pairs_adjacent", 6, 5)
    whole = pairwise(ranks, np.array([3, 1, 2]), 2020, most=6)
    assert (len(whole[0]), whole[1]) == (6, [])
    assert {k: v for k, v in cells(whole[0]).items() if k in cells(table)} == cells(table)


def test_the_best_tenth_by_option() -> None:
    # ten units: ⌈10/10⌉ = 1; u1 is first under option 0 always, under option 1 in one of two replicates
    order = list(range(1, 11))
    ranks = [order, order, [2, 1, *order[2:]], order]
    draws = Draws(np.array([[0], [0], [1], [1]]), {}, np.arange(4))
    inputs = Inputs((Choice(("normalisation",), ({"method": "min_max"}, {"method": "z_score"})),))
    found = cells(staying_on_top(made(ranks), inputs, draws, 2020))
    first, second = '{"method": "min_max"}', '{"method": "z_score"}'
    assert found == {
        ("u1", 2020, "x", "normalisation", first): 1.0, ("u1", 2020, "x", "normalisation", second): 0.5,
        ("u2", 2020, "x", "normalisation", first): 0.0, ("u2", 2020, "x", "normalisation", second): 0.5,
    }  # fmt: skip
    assert staying_on_top(made(ranks), Inputs(), Draws(np.zeros((4, 0), dtype=int), {}, np.arange(4)), 2020).empty


def test_the_mean_shift_of_a_replicate() -> None:
    base = np.array([1, 2, 3, 4])
    found = mean_rank_shift(np.array([[1, 2, 3, 4], [4, 3, 2, 1], [2, 1, 0, 3], [0, 0, 0, 0]]), base)
    np.testing.assert_array_equal(found, [0, 2, 1, np.nan])
