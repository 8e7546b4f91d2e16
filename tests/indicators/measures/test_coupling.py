"""Coupling coordination as a measure: subsystems from parts, limits stated and learned, states."""

from typing import Any

import pytest

from indicators.measures import CouplingCoordination
from indicators.spec import build
from tests.indicators.faulty import only_fault
from tests.indicators.measures.measured import last, measured

UNIT = {"worst": 0, "best": 1}


def measure(**settings: Any) -> CouplingCoordination:
    subsystems = {"carbon": [{"formula": "a", **UNIT}], "air": [{"formula": "b", **UNIT}]}
    return build(
        CouplingCoordination,
        {"subsystems": subsystems, "model": "corrected", "output": "coordination", **settings},
    )


@pytest.mark.parametrize(
    ("model", "coupling", "degree", "grade"),
    # the shared page on methods, C3: U = (0.6, 0.3)
    [("traditional", 0.942809, 0.651356, 7), ("corrected", 0.591608, 0.515969, 6)],
)
def test_the_printed_toy(model: str, coupling: float, degree: float, grade: int) -> None:
    found = measured(measure(model=model), {"a": [[0.6]], "b": [[0.3]]})
    assert round(last(found, "coupling")[0], 6) == coupling
    assert round(last(found, "coordination")[0], 6) == degree
    assert last(found, "development") == [0.45]
    assert last(found, "grade") == [f"coordination_{grade}"]
    assert last(found, "subsystem_carbon") == [0.6]
    assert found[1] == {}


def test_the_model_is_part_of_the_name() -> None:
    assert measure().name.startswith("coupling_coordination(corrected; carbon, air; ")
    assert measure(model="traditional").name.startswith("coupling_coordination(traditional; ")
    # what differs in the parts alone is another measure, another output of it is not
    other = {"carbon": [{"formula": "a", **UNIT}], "air": [{"formula": "b", "worst": 0, "best": 2}]}
    assert measure(subsystems=other).name != measure().name
    assert measure(output="coupling").name == measure().name


def test_states_of_what_is_undefined() -> None:
    found = measured(measure(), {"a": [[0], [0.5], [0.5], [2], [0]], "b": [[0], [0], [None], [0.5], [-1]]})
    # both 0: no coupling, coordination 0; one 0: coupling 0; beyond the limits: as at the limit, √(1 − 0.5)·0.5 = 0.5
    assert last(found, "coupling") == [None, 0.0, None, 0.5, None]
    assert last(found, "coordination") == [0.0, 0.0, None, round((0.5 * 0.75) ** 0.5, 9), 0.0]
    assert last(found, "state") == ["all_zero", "some_zero", "", "outside", "all_zero"]
    assert last(found, "grade") == ["coordination_1", "coordination_1", "", "coordination_7", "coordination_1"]


def test_limits_are_learned_from_all_scored_years() -> None:
    subsystems = {
        "carbon": [{"formula": "a", "direction": "negative"}],
        "air": [{"formula": "b", "weight": 1}, {"formula": "c", "best": 10, "weight": 3}],
    }
    chosen = measure(subsystems=subsystems, output="development", weights={"carbon": 1, "air": 3})
    values = {"a": [[2, 4], [6, 3]], "b": [[0, 5], [10, 5]], "c": [[2, 4], [8, 6]]}
    found = measured(chosen, values)
    # a from 6 down to 2; b from 0 to 10; c from the least, 2, to the 10 that is stated
    assert found[0]["subsystem_carbon"] == [[1, 0.5], [0, 0.75]]
    assert found[0]["subsystem_air"] == [[0, 0.25 * 0.5 + 0.75 * 0.25], [0.25 + 0.75 * 0.75, 0.25 * 0.5 + 0.75 * 0.5]]
    assert found[0]["development"][1][1] == pytest.approx(0.25 * 0.75 + 0.75 * 0.5)
    assert found[1] == {"pooled": {"carbon": [[2, 6]], "air": [[0, 10], [2, 8]]}}
    # held limits do not move with later units, and what lies beyond them is said
    later, kept = measured(chosen, {"a": [[4], [1]], "b": [[5], [5]], "c": [[6], [6]]}, held=found[1])
    assert kept == found[1]
    assert later["subsystem_carbon"] == [[0.5], [1]]
    assert later["state"] == [["defined"], ["outside"]]


def test_a_part_that_is_the_same_everywhere_has_no_range() -> None:
    subsystems = {"carbon": [{"formula": "a"}], "air": [{"formula": "b", **UNIT}]}
    found = measured(measure(subsystems=subsystems), {"a": [[0.3], [0.1 + 0.2]], "b": [[0.5], [None]]})
    assert last(found, "state") == ["no_range", ""]
    assert last(found, "grade") == ["no_range", ""]
    assert last(found, "coordination") == [None, None]


def test_limits_far_apart() -> None:
    subsystems = {"carbon": [{"formula": "a"}], "air": [{"formula": "b", **UNIT}]}
    found = measured(measure(subsystems=subsystems), {"a": [[-1.7e308], [0], [1.7e308]], "b": [[0.5]] * 3})
    assert last(found, "subsystem_carbon") == [0, 0.5, 1]


@pytest.mark.parametrize(
    ("settings", "key"),
    [
        ({"model": "both"}, "faults.one_of"),
        ({"output": "grade"}, "measures.state_is_no_number"),
        ({"weights": {"carbon": 1}}, "measures.no_weight_of"),
        ({"weights": {"carbon": 1, "aire": 1}}, "measures.no_subsystem"),
        ({"weights": {"carbon": 0, "air": 0}}, "measures.no_weight"),
        ({"subsystems": {"carbon": [{"formula": "a"}]}}, "faults.entries_at_least"),
        ({"subsystems": {"a": [{"formula": "a", "weight": 0}], "b": [{"formula": "b"}]}}, "measures.no_weight"),
        (
            {"subsystems": {"a": [{"formula": "a", "worst": 1, "best": 1}], "b": [{"formula": "b"}]}},
            "measures.limits_equal",
        ),
        (
            {
                "subsystems": {
                    "a": [{"formula": "a", "worst": 1, "best": 0, "direction": "positive"}],
                    "b": [{"formula": "b"}],
                }
            },
            "measures.limits_against_direction",
        ),
    ],
)
def test_what_is_refused(settings: dict[str, Any], key: str) -> None:
    assert only_fault(lambda: measure(**settings)).text_key == key


def test_the_model_has_no_default() -> None:
    stated = {"subsystems": {"a": [{"formula": "a"}], "b": [{"formula": "b"}]}, "output": "coordination"}
    assert only_fault(lambda: build(CouplingCoordination, stated)).text_key == "faults.missing_key"
