"""Space and time of a scored panel: types kept apart, gaps and islands, what cannot be computed says why."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.sparse import csr_array

from evaluate.scoring.scores import Scores
from evaluate.spatial import Setting
from evaluate.spatial.dynamics import found
from evaluate.spatial.dynamics.convergence import converging
from evaluate.spatial.dynamics.markov import moving
from evaluate.spatial.dynamics.sample import Sample
from evaluate.spatial_spec import SpatialSpec
from geo.neighbours import Neighbours, Queen
from indicators.errors import InputError
from tests.evaluate.spatial.groups.making import FRAMEWORK, data, roster, scored, shuffled

CODES = ("C1", "C2", "C3", "C4", "C5", "C6")


def ring(size: int) -> np.ndarray:
    """Units in a circle, each with the two beside it."""
    return np.roll(np.eye(size), 1, axis=1) + np.roll(np.eye(size), -1, axis=1)


def setting(scores: Scores, near: np.ndarray | None = None, **dynamics: Any) -> Setting:
    made = Setting(SpatialSpec.model_validate({"dynamics": dynamics}), scores)
    full = ring(6) if near is None else near
    held = {"circle": Neighbours(CODES, csr_array(full), Queen(rule="queen"))}
    made.__dict__["neighbours"] = held  # in place of those that need boundaries
    return made


@pytest.fixture(scope="module")
def cities() -> Scores:
    return scored()


def sample(values: np.ndarray, near: np.ndarray | None = None, **kwargs: Any) -> Sample:
    years = list(range(2015, 2015 + values.shape[1]))
    full = ring(len(values)) if near is None else near
    return Sample("", "composite", "circle", values, csr_array(full), years, **{"order": False, **kwargs})


def states(rows: list[dict[str, object]]) -> set[object]:
    return {row["state"] for row in rows}


def test_tables_of_a_scored_panel(cities: Scores) -> None:
    made = found(setting(cities, classes=2)).tables
    figures = made["spatial_dynamics"]
    assert set(figures["analysis"]) == {"spatial_markov", "spatial_beta"}
    assert set(figures["neighbours"]) == {"circle"}
    moves = made["spatial_transitions"]
    whole = moves[moves["lag_class"].isna()]["count"].sum()
    assert whole == moves[moves["lag_class"].notna()]["count"].sum() == 6
    assert set(figures["from"]) == {2020} and set(figures["year"]) == {2021}


def test_the_order_of_the_roster_plays_no_part(cities: Scores) -> None:
    mixed = scored(shuffled(data()), shuffled(roster().drop(columns="type")))
    one, two = (found(setting(scores)).tables for scores in (cities, mixed))
    for name in one:
        pd.testing.assert_frame_equal(one[name], two[name])


def test_types_that_are_not_comparable_have_neighbours_of_their_own_type() -> None:
    types = {"resource": {"label": "r", "weights": {"carbon": 0.9, "air": 0.1}}, "industrial": {"label": "i"}}
    scores = scored(units=roster(), framework=FRAMEWORK | {"types": types})
    made = found(setting(scores, of=["composite", "gdp"])).tables["spatial_dynamics"]
    assert set(made[made["item"] == "composite"]["type"]) == {"industrial", "resource"}
    assert set(made[made["item"] == "composite"]["state"]) == {"too_few"}  # three cities each
    assert set(made[made["item"] == "gdp"]["type"]) == {""}  # amounts are comparable


def test_orders_and_single_years(cities: Scores) -> None:
    order = scored(aggregation={"indicators": {"method": "arithmetic"}, "dimensions": {"method": "copeland"}})
    assert set(found(setting(order)).tables["spatial_dynamics"]["state"]) == {"ordinal"}
    one = sample(np.linspace(1, 9, 9)[:, None])
    assert states(moving(one, 2)[0]) == states(converging(one)) == {"one_year"}


def test_a_rule_that_there_is_not(cities: Scores) -> None:
    with pytest.raises(InputError, match=r"no rule of neighbourhood 'circel'.*did you mean 'circle'"):
        found(setting(cities, neighbours="circel"))


def test_gaps_and_islands_leave_the_sample() -> None:
    """A unit without a value, a unit without a neighbour, one that has neither: none of them is a 0."""
    rng = np.random.default_rng(5)
    values = rng.uniform(10, 90, (12, 4))
    near = ring(12)
    near[3] = near[:, 3] = 0
    values[7, 2] = np.nan
    made = sample(values, near)
    assert np.isnan(made.lag[3]).all() and np.isnan(made.lag[7, 2])
    assert made.lag[8, 2] == pytest.approx(values[9, 2])  # of two neighbours one has a value
    _, moves = moving(made, 2)
    counted = sum(int(str(row["count"])) for row in moves if row["lag_class"] is None)
    assert counted == 11 * 3 - 2
    told = {(row["model"], row["statistic"]): row for row in converging(made)}
    assert told["ols", "beta"]["n"] == 11
    assert told["ols", "left_out"]["value"] == 1


def test_where_everybody_is_a_neighbour_there_are_no_spatial_models() -> None:
    """By hand: with W = (J − I)/(n − 1) ln L = ln(1 − ρ) − ln(1 + ρ/(n − 1)) + a constant, which only falls."""
    values = np.random.default_rng(5).uniform(10, 90, (12, 2))
    told = {(row["model"], row["statistic"]): row for row in converging(sample(values, 1 - np.eye(12)))}
    assert {told[model, "beta"]["state"] for model in ("lag", "error")} == {"at_edge"}
    assert np.isnan(told["lag", "beta"]["value"]) and np.isfinite(told["ols", "beta"]["value"])


def test_values_of_zero_and_below_have_no_growth() -> None:
    values = np.column_stack([np.linspace(-1, 8, 10), np.linspace(1, 9, 10)])
    told = {(row["model"], row["statistic"]): row for row in converging(sample(values))}
    assert told["lag", "left_out"]["value"] == 2
    assert told["lag", "beta"]["n"] == 8


@pytest.mark.parametrize(
    ("start", "end", "state"),
    [
        (np.full(8, 3.0), np.arange(1.0, 9), "constant_start"),
        (np.arange(1.0, 9), 2 * np.arange(1.0, 9), "exact_fit"),
        (np.r_[np.arange(1.0, 5), [np.nan] * 4], np.arange(1.0, 9), "too_few"),
    ],
)
def test_no_spatial_convergence_says_why(start: np.ndarray, end: np.ndarray, state: str) -> None:
    rows = converging(sample(np.column_stack([start, end])))
    assert states(rows) == {state}
    assert {row["model"] for row in rows} == {"ols", "lag", "error"}
    assert not any("value" in row for row in rows)


def test_values_that_are_all_alike_have_no_moves_to_compare() -> None:
    figures, _ = moving(sample(np.full((8, 4), 5.0)), 3)
    assert {row["state"] for row in figures if row["statistic"] == "q"} == {"nothing_to_compare"}


def test_a_check_needs_neither_data_nor_places() -> None:
    spec = SpatialSpec.model_validate({"dynamics": {}}).dynamics
    assert spec is not None and spec.quantities == ["composite"]
    assert not found(Setting(SpatialSpec(), SimpleNamespace())).tables  # type: ignore[arg-type]
