"""The synergy degree as a measure: changes of order degrees over the years."""

from typing import Any

import pytest

from indicators.measures import SynergyDegree
from indicators.spec import build
from tests.indicators.faulty import only_fault
from tests.indicators.measures.measured import last, measured

UNIT = {"worst": 0, "best": 1}


def measure(**settings: Any) -> SynergyDegree:
    subsystems = {"carbon": [{"formula": "a", **UNIT}], "air": [{"formula": "b", **UNIT}]}
    return build(SynergyDegree, {"subsystems": subsystems, "output": "degree", **settings})


def test_the_printed_toys() -> None:
    # the shared page on methods, C4: changes (0.2, 0.05) → 0.1; (0.2, −0.05) → −0.1; (0, 0.5) → 0; both fall → −0.1
    values = {"a": [[0.3, 0.5], [0.3, 0.5], [0.3, 0.3], [0.3, 0.1]], "b": [[0.4, 0.45], [0.4, 0.35], [0.4, 0.9],
              [0.4, 0.35]]}  # fmt: skip
    found = measured(measure(), values)
    assert last(found, "degree") == [0.1, -0.1, 0.0, -0.1]
    assert last(found, "state") == ["all_rise", "mixed", "one_unchanged", "all_fall"]
    assert last(found, "order_air") == [0.45, 0.35, 0.9, 0.35]
    assert last(found, "change_carbon") == [0.2, 0.2, 0.0, -0.2]
    # the baseline year itself
    assert found[0]["state"][0][0] == "none_changed"
    assert found[0]["degree"][0][0] == 0


def test_the_weighted_form() -> None:
    # order degrees 0.25·0.4 + 0.75·0.8 = 0.7 → 0.25·0.8 + 0.75·0.8 = 0.8; the other 0.5 → 0.7:
    # 0.75·0.1 + 0.25·0.2
    subsystems = {
        "carbon": [{"formula": "a", **UNIT}, {"formula": "b", **UNIT, "weight": 3}],
        "air": [{"formula": "c", "worst": 1, "best": 0}],
    }
    chosen = measure(subsystems=subsystems, combine="weighted", weights={"carbon": 3, "air": 1})
    found = measured(chosen, {"a": [[0.4, 0.8]], "b": [[0.8, 0.8]], "c": [[0.5, 0.3]]})
    assert last(found, "degree") == [0.125]
    assert last(found, "order_carbon") == [0.8]


def test_the_geometric_form_of_two_parts() -> None:
    # √(0.4·0.9) = 0.6 → √(0.9·0.9) = 0.9; the other rises by 0.1 and 0.3·0.1 is 0.03
    subsystems = {"carbon": [{"formula": "a", **UNIT}, {"formula": "b", **UNIT}], "air": [{"formula": "c", **UNIT}]}
    found = measured(measure(subsystems=subsystems), {"a": [[0.4, 0.9]], "b": [[0.9, 0.9]], "c": [[0.5, 0.6]]})
    assert last(found, "degree") == [round(0.03**0.5, 9)]


def test_against_the_year_before() -> None:
    found = measured(measure(since="year_before"), {"a": [[0.1, 0.3, 0.4]], "b": [[0.1, 0.3, 0.5]]}, baseline=None)
    assert found[0]["degree"] == [[None, 0.2, round(0.02**0.5, 9)]]
    assert found[0]["state"] == [["no_start", "all_rise", "all_rise"]]


def test_breaks_are_chained() -> None:
    # 0.3 → 0.4, then on another footing 0.8 → 0.9: 0.3 · (0.4/0.3) · (0.9/0.8) = 0.45, a rise by 0.15
    values = {"a": [[0.3, 0.4, 0.8, 0.9]], "b": [[0.2, 0.3, 0.3, 0.35]]}
    found = measured(measure(), values, breaks={"a": {2012}})
    assert last(found, "change_carbon") == [0.15]
    assert last(found, "degree") == [0.15]
    year = measured(measure(since="year_before"), values, breaks={"a": {2012}})
    assert year[0]["degree"][0][2] is None


def test_what_looks_at_the_baseline_is_not_chained_twice() -> None:
    # −change(a) over the break: 1 − 0.45/0.3 = −0.5, between −1 and 0: from 1 to 0.5
    subsystems = {
        "carbon": [{"formula": "-change(a)", "worst": -1, "best": 0}],
        "air": [{"formula": "b", **UNIT}],
    }
    values = {"a": [[0.3, 0.4, 0.8, 0.9]], "b": [[0.6, 0.4, 0.2, 0.1]]}
    found = measured(measure(subsystems=subsystems), values, breaks={"a": {2012}})
    assert last(found, "change_carbon") == [-0.5]
    assert last(found, "degree") == [-0.5]


def test_learned_limits_hold_the_baseline_too() -> None:
    subsystems = {"carbon": [{"formula": "a"}], "air": [{"formula": "b", "direction": "negative"}]}
    found = measured(measure(subsystems=subsystems), {"a": [[0, 5], [10, 5]], "b": [[4, 0], [8, 6]]})
    assert found[1] == {"pooled": {"carbon": [[0, 10]], "air": [[0, 8]]}}
    assert last(found, "change_carbon") == [0.5, -0.5]
    assert last(found, "change_air") == [0.5, 0.25]


def test_states_of_what_is_undefined() -> None:
    values = {"a": [[0.3, 2], [None, 0.5], [0.3, None], [0, 0.5]], "b": [[0.3, 0.5]] * 4}
    found = measured(measure(), values)
    # beyond the limit: as at the limit, 0.7·0.2; from 0: 0.5·0.2
    assert last(found, "degree") == [round(0.14**0.5, 9), None, None, round(0.1**0.5, 9)]
    assert last(found, "state") == ["all_rise", "no_start", "", "all_rise"]
    assert last(found, "limits") == ["outside", "defined", "", "defined"]
    subsystems = {"carbon": [{"formula": "a"}], "air": [{"formula": "b", **UNIT}]}
    constant = measured(measure(subsystems=subsystems), {"a": [[1, 1]], "b": [[0.3, 0.5]]})
    assert (last(constant, "state"), last(constant, "degree")) == (["no_range"], [None])


def test_nothing_is_said_of_years_before_the_baseline() -> None:
    found = measured(measure(), {"a": [[0.1, 0.3]], "b": [[0.1, 0.3]]}, baseline=2011)
    assert found[0]["state"] == [["", "none_changed"]]


@pytest.mark.parametrize(
    ("settings", "key"),
    [
        ({"weights": {"carbon": 1, "air": 2}}, "measures.weights_of_geometric"),
        ({"output": "limits"}, "measures.state_is_no_number"),
        ({"output": "order_carbon"}, "faults.one_of"),
        ({"combine": "sum"}, "faults.one_of"),
    ],
)
def test_what_is_refused(settings: dict[str, Any], key: str) -> None:
    assert only_fault(lambda: measure(**settings)).text_key == key
