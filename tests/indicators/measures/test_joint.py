"""Joint performance as a measure: by hand over a few units and years."""

from typing import Any

import numpy as np
import pytest

from indicators.measures import JointPerformance
from indicators.spec import build
from indicators.synergy.joint import progress_beyond, relative_progress
from tests.indicators.faulty import only_fault
from tests.indicators.measures.measured import last, measured


def measure(**settings: Any) -> JointPerformance:
    return build(
        JointPerformance, {"carbon": "co2", "pollutants": ["so2"], "output": "joint_reduction", **settings}
    )  # fmt: skip


def test_the_smallest_reduction_and_its_states() -> None:
    # CO2 −20 %, SO2 −10 %; CO2 −30 %, SO2 +10 %; both rise; SO2 from 0; SO2 from below 0; CO2 missing; CO2 unchanged
    co2 = [[100, 80], [100, 70], [100, 110], [100, 80], [100, 80], [100, None], [100, 100]]
    so2 = [[50, 45], [50, 55], [50, 60], [0, 5], [-5, 5], [50, 45], [50, 40]]
    found = measured(measure(), {"co2": co2, "so2": so2})
    assert last(found, "joint_reduction") == [0.1, -0.1, -0.2, None, None, None, 0.0]
    assert last(found, "state") == [
        "all_reduced", "some_reduced", "none_reduced", "zero_base", "negative", "", "some_reduced",
    ]  # fmt: skip
    assert found[0].keys() == {"joint_reduction", "state"}
    assert found[1] == {}


def test_names_tell_every_digit_apart() -> None:
    assert measure(within=1.2345678).name != measure(within=1.2345679).name
    assert "within=1.5" in measure(within=1.5).name


def test_what_grows_beyond_every_number_has_a_state() -> None:
    found = measured(measure(), {"co2": [[1e-300, 1e290]], "so2": [[2, 1]]})
    assert (last(found, "joint_reduction"), last(found, "state")) == ([None], ["too_large"])


def test_against_the_year_before() -> None:
    found = measured(measure(since="year_before"), {"co2": [[100, 80, 72]], "so2": [[50, 40, 38]]}, baseline=None)
    assert found[0]["joint_reduction"] == [[None, 0.2, 0.05]]
    assert found[0]["state"] == [["", "all_reduced", "all_reduced"]]


def test_nothing_is_said_of_years_before_the_baseline() -> None:
    found = measured(measure(), {"co2": [[120, 100, 80]], "so2": [[60, 50, 40]]}, baseline=2011)
    assert found[0]["state"] == [["", "none_reduced", "all_reduced"]]
    assert found[0]["joint_reduction"] == [[None, 0.0, 0.2]]


def test_breaks_are_chained() -> None:
    # SO2 doubles by the break of 2012: 45/50 · 81/90 = 0.81, a fall by 0.19; CO2 80/100: 0.2
    found = measured(
        measure(activity="gdp", output="joint_progress", peers=1, least_peers=1),
        {"co2": [[100, 90, 85, 80]] * 2, "so2": [[50, 45, 90, 81]] * 2, "gdp": [[1, 1, 1, 1]] * 2},
        breaks={"so2": {2012}},
    )
    assert last(found, "joint_reduction") == [0.19, 0.19]
    # the start lies before the break, and is still known after it
    assert last(found, "progress_state") == ["none_ahead", "none_ahead"]
    assert found[1]["year:2013"]["peers"]["pollutant_1"]["u0"] == pytest.approx([50, 0.19])


def test_the_smallest_efficiency() -> None:
    # output 10 each; per CO2 10, 5, – ; per SO2 2.5, 5, 1.25: of the best 10 and 5
    values = {
        "co2": [[1], [2], [0], [0], [1], [-1]],
        "so2": [[4], [2], [8], [0], [None], [1]],
        "gdp": [[10], [10], [10], [0], [10], [10]],
    }
    found = measured(measure(activity="gdp", output="joint_efficiency"), values)
    assert last(found, "joint_efficiency") == [0.5, 0.5, 0.25, None, None, None]
    assert last(found, "efficiency_state") == ["defined", "defined", "emission_free", "no_activity", "", "negative"]
    assert found[1]["year:2010"]["best"] == {"carbon": 10, "pollutant_1": 5}


PEERS: dict[str, Any] = {
    # start intensities 1, 1.1, 1.2 and 50 for both; CO2 falls by 0.3, 0.1, 0.2, 0; SO2 by 0.1, 0.1, 0.4, 0
    "co2": [[100, 70], [110, 99], [120, 96], [5000, 5000]],
    "so2": [[200, 180], [220, 198], [240, 144], [10000, 10000]],
    "gdp": [[100, 130]] * 4,
}


def test_progress_beyond_peers_that_started_alike() -> None:
    # peers of the first: 0.1 and 0.2, median 0.15: 0.3 − 0.15; SO2 0.1 and 0.4: 0.1 − 0.25. The last has none.
    found = measured(
        measure(activity="gdp", output="joint_progress", peers=2, least_peers=2, within=2), PEERS, codes="badc"
    )
    assert last(found, "joint_progress") == [-0.15, -0.15, 0.0, None]
    assert last(found, "progress_state") == ["some_ahead", "none_ahead", "some_ahead", "too_few_peers"]
    held = found[1]["year:2011"]["peers"]["carbon"]
    assert list(held) == ["a", "b", "c", "d"]
    assert held["b"] == pytest.approx([1, 0.3])


def test_progress_needs_a_start() -> None:
    # activity 0, below 0 and missing in the baseline year; SO2 from 0
    values = {
        "co2": [[100, 80]] * 4, "so2": [[100, 80]] * 3 + [[0, 80]], "gdp": [[0, 1], [-1, 1], [None, 1], [1, 1]],
    }  # fmt: skip
    found = measured(measure(activity="gdp", output="joint_progress", least_peers=1), values)
    assert last(found, "progress_state") == ["zero_activity_base", "negative", "no_start", "zero_base"]
    assert last(found, "joint_progress") == [None] * 4
    assert last(found, "joint_reduction") == [0.2, 0.2, 0.2, None]


def test_later_units_are_compared_with_the_peers_of_then() -> None:
    chosen = measure(activity="gdp", output="joint_progress", peers=2, least_peers=2, within=2)
    first, learned = measured(chosen, PEERS, codes="badc")
    later = {name: [rows[0], rows[2], rows[0]] for name, rows in PEERS.items()}
    again, kept = measured(chosen, later, codes="bdz", held=learned)
    assert kept == learned
    # to the bit, also for a unit that is not alone with its own figures any more
    assert again["joint_progress"][0] == first["joint_progress"][0]
    assert again["joint_progress"][1] == first["joint_progress"][2]
    # a newcomer like the first has three at the nearest starts: itself is none of them. CO2 0.3, 0.1: 0.3 − 0.2
    assert again["joint_progress"][2][-1] == pytest.approx(min(0.3 - 0.2, 0.1 - 0.1))
    assert again["joint_efficiency"][:2] == [first["joint_efficiency"][0], first["joint_efficiency"][2]]


@pytest.mark.parametrize("seed", range(30))
def test_the_search_for_peers_is_that_of_all_pairs(seed: int) -> None:
    # every pair looked at, one unit after the other
    rng = np.random.default_rng(seed)
    count, most = int(rng.integers(1, 70)), int(rng.integers(1, 12))
    start = [np.exp(rng.normal(0, 1, count)), rng.integers(1, 5, count).astype(float), np.ones(count)][seed % 3]
    reduction = rng.normal(0, 0.2, count)
    within = [None, 1.5, 1.0][int(rng.integers(3))]
    made = relative_progress(reduction, start, peers=most, least=1, within=within)
    for unit in range(count):
        others = [other for other in range(count) if other != unit]
        away = [abs(np.log(start[other] / start[unit])) for other in others]
        limit = sorted(away)[most - 1] if len(others) > most else np.inf
        limit = min(limit, np.inf if within is None else np.log(within)) + 1e-9
        near = [reduction[other] for other, far in zip(others, away, strict=True) if far <= limit]
        assert made.peers[unit] == len(near)
        assert made.expected[unit] == (np.median(near) if near else pytest.approx(np.nan, nan_ok=True))


def test_many_peers_that_start_alike() -> None:
    # 100 at one start with reductions 0, 1, … 99, an outsider at it, and one peer itself: medians by hand
    made = progress_beyond([50, 50, 0], [1, 1, 1], np.arange(100.0), np.ones(100), [-1, 50, 0], peers=3, least=1)
    assert made.expected.tolist() == [49.5, 49.0, 50.0]
    assert made.peers.tolist() == [100, 99, 99]


@pytest.mark.parametrize(
    ("settings", "key"),
    [
        ({"output": "joint_progress"}, "measures.output_needs"),
        ({"output": "state"}, "measures.state_is_no_number"),
        ({"pollutants": ["co2"]}, "measures.named_twice"),
        ({"pollutants": ["so2", "so2"]}, "measures.named_twice"),
        ({"pollutants": []}, "faults.entries_at_least"),
        ({"peers": 2}, "measures.least_above_peers"),
        ({"within": 0.5}, "faults.at_least"),
        ({"carbon": "co2 +"}, "formula.no_formula"),
    ],
)
def test_what_is_refused(settings: dict[str, Any], key: str) -> None:
    assert only_fault(lambda: measure(**settings)).text_key == key
