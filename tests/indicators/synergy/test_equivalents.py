"""Pollutant equivalents, combined equivalents and unit costs."""

import numpy as np
import pytest

from indicators.synergy.equivalents import combined_equivalents, equivalents, unit_cost
from tests.indicators.faulty import only_fault

NAN = float("nan")


def test_equivalents_by_hand() -> None:
    # tax law, annex II: SO2 0.95 kg; COD 1 kg
    np.testing.assert_allclose(equivalents({"so2": [95.0, -9.5], "cod": [10.0, 0.0]}), [110, -10])
    np.testing.assert_allclose(equivalents({"so2": [1.9]}, {"so2": 1.9}), [1])
    assert np.isnan(equivalents({"so2": [1.0], "nox": [NAN]})).all()
    assert float(equivalents({})) == 0


@pytest.mark.parametrize("pollutant", ["vocs", "tn"])
def test_a_pollutant_without_an_equivalent_is_refused(pollutant: str) -> None:
    # the tax law has none for volatile organic compounds or total nitrogen
    found = only_fault(lambda: equivalents({"so2": [1.0], pollutant: [1.0]}))
    assert found.text_key == "measures.no_equivalent" and found.values["found"] == pollutant


def test_the_carbon_weight_is_stated_and_recorded() -> None:
    made = combined_equivalents([10.0, 20.0], [1000.0, 0.0], carbon_weight=0.005)
    np.testing.assert_allclose(made.value, [15, 20])
    np.testing.assert_allclose(made.pollutant_part, [10, 20])
    np.testing.assert_allclose(made.carbon_part, [5, 0])
    assert float(made.carbon_weight) == 0.005
    with pytest.raises(TypeError):
        combined_equivalents([10.0], [1000.0])  # type: ignore[call-arg]


def test_several_carbon_weights_at_once() -> None:
    made = combined_equivalents([10.0, 20.0], [1000.0, 0.0], carbon_weight=[[0.0], [0.01], [0.02]])
    np.testing.assert_allclose(made.value, [[10, 20], [20, 20], [30, 20]])


@pytest.mark.parametrize("weight", [-0.1, NAN, np.inf])
def test_a_carbon_weight_that_is_none(weight: float) -> None:
    with pytest.raises(ValueError, match="carbon weight"):
        combined_equivalents([1.0], [1.0], carbon_weight=weight)


def test_unit_costs_and_their_states() -> None:
    made = unit_cost([100, 0, -50, 100, 100, -100, NAN, 100], [20, 10, 10, 0, -5, -5, 1, NAN])
    np.testing.assert_allclose(made.value, [5, 0, -5, NAN, NAN, NAN, NAN, NAN])
    assert made.state.tolist() == [
        "defined", "defined", "saves", "no_reduction", "adds_emissions", "adds_emissions", "missing", "missing",
    ]  # fmt: skip
