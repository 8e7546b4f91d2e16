"""Production: what is refused, where, and in which words."""

import re
from collections.abc import Callable, Sequence

import numpy as np
import pytest

from indicators.efficiency import (
    Direction,
    bootstrap,
    by_production,
    directional,
    malmquist_luenberger,
    metafrontier,
    production,
    radial,
    shadow_prices,
    slacks_based,
)
from indicators.efficiency.radial import Factor
from indicators.texts import catalogue
from tests.indicators.faulty import faults_of, only_fault

GOOD = production([1, 2], [3, 4], bads=[5, 6])
PLAIN = production([1, 2], [3, 4])

FAULTS: list[tuple[Callable[[], object], str]] = [
    (lambda: production(["a"], [1]), "inputs: expected a table of numbers"),
    (lambda: production([[[1]]], [1]), "inputs: expected a table of units by variables; found 3 dimensions"),
    (lambda: production([1, 2], [1, 2, 3]), "goods: has 3 row(s) for 2 unit(s)"),
    (lambda: production([], []), "there are no units"),
    (lambda: production(np.empty((2, 0)), [1, 2]), "inputs: at least one variable is needed"),
    (lambda: production([1, 2], [1, 2], units=["a", "a"]), "units: the unit code 'a' is given twice"),
    (
        lambda: production([1, 2], [1, 2], bads=[[1, 1], [1, np.nan]], units=["a", "b"]),
        "bads[1][1]: unit 'b' has no value here; efficiency needs every figure",
    ),
    (
        lambda: production([1, -2], [1, 2], units=["a", "b"]),
        "inputs[1][0]: unit 'b' has -2.0, which is below 0; efficiency takes no negative figures",
    ),
    (lambda: production([1, np.inf], [1, 2]), "inputs[1][0]: unit '1' has a figure that is not finite"),
    (
        lambda: production([[1, 0], [1, 0]], [1, 2]),
        "inputs[][1]: this variable is 0 for every unit, so it says nothing",
    ),
    (
        lambda: radial(PLAIN, returns="varible"),
        "returns: must be one of constant | variable; found 'varible'; did you mean 'variable'?",
    ),
    (
        lambda: radial(PLAIN, reference=production([[1, 2]], [1])),
        "reference: the reference has [2, 1, 0] inputs, good and bad outputs; expected [1, 1, 0]",
    ),
    (
        lambda: radial(GOOD),
        "bads: the model radial has no place for bad outputs; take the directional distance or the slacks-based "
        "measure",
    ),
    (lambda: shadow_prices(PLAIN), "bads: the model shadow_prices needs bad outputs"),
    (
        lambda: directional(GOOD, Direction(goods=(1.0, 2.0))),
        "direction.goods: expected one number, or one a variable (1)",
    ),
    (
        lambda: directional(GOOD, Direction(bads=-1.0)),
        "direction.bads: no figure of a direction may be negative or missing: that inputs and bads fall and goods "
        "rise is part of the model",
    ),
    (lambda: directional(GOOD, Direction(0, 0, 0)), "direction: the direction is 0 throughout"),
    (lambda: malmquist_luenberger([GOOD]), "periods: at least two periods are needed; found 1"),
    (lambda: malmquist_luenberger([GOOD, GOOD], [1]), "labels: has 1 row(s) for 2 unit(s)"),
    (lambda: metafrontier(PLAIN, ["a"], radial), "groups: has 1 row(s) for 2 unit(s)"),
    (lambda: shadow_prices(GOOD, good=1), "good: the position of the good output must be 0 to 0; found 1"),
    (
        lambda: by_production(GOOD, [1]),
        "causes: expected the positions of the inputs that cause the emissions, each once, from 0 to 0; found [1]",
    ),
    (
        lambda: bootstrap(PLAIN, replicates=1),
        "replicates: expected 2 replicates or more, a level between 0 and 1 and a width of 0 or more; found 1, 0.95 "
        "and None",
    ),
]


@pytest.mark.parametrize(("call", "said"), FAULTS, ids=[said.partition(":")[0] for _, said in FAULTS])
def test_the_message(call: Callable[[], object], said: str) -> None:
    found = only_fault(call)
    assert found.message("en") == said
    assert re.search(r"[\u4e00-\u9fff]", found.message("zh"))


def test_every_fault_has_its_case() -> None:
    shown = {only_fault(call).text_key.partition(".")[2] for call, _ in FAULTS}
    # what only a measure is refused for, in words that tests/messages holds
    shown |= {"setting_unused", "not_among", "causes_needed"}
    states = ("state_", "course_", "price_", "gap_", "sure_", "measure_")
    assert {key for key in catalogue("efficiency") if not key.startswith(states)} == shown


def test_all_faults_at_once() -> None:
    found = faults_of(lambda: production([1, np.nan, -1], [1, np.inf, 1]))
    assert [fault.place.key for fault in found] == ["inputs[1][0]", "inputs[2][0]", "goods[1][0]"]


@pytest.mark.parametrize("name", ["orientation", "bads", "relative_to"])
def test_an_unknown_word_is_refused(name: str) -> None:
    calls: dict[str, Sequence[Callable[[], object]]] = {
        "orientation": [lambda: slacks_based(GOOD, orientation="x"), lambda: Factor(PLAIN, "both", "constant")],
        "bads": [lambda: directional(GOOD, bads="strong")],
        "relative_to": [lambda: directional(GOOD, Direction(relative_to="x"))],  # type: ignore[arg-type]
    }
    for call in calls[name]:
        assert only_fault(call).text_key == "efficiency.unknown_choice"


def test_what_is_given_is_copied_and_kept() -> None:
    inputs = np.array([[1.0], [2.0]])
    made = production(inputs, [1, 2])
    inputs[0] = 9
    assert made.inputs.tolist() == [[1], [2]]
    with pytest.raises(ValueError, match="read-only"):
        made.inputs[0] = 9
