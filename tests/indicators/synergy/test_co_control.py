"""Co-control of carbon and pollutants: reductions, quadrants, distance and elasticity worked out by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indicators.spec import build
from indicators.synergy.co_control import CoControl, elasticity, pollutant_equivalents, quadrant, signed_distance
from tests.indicators.columns import around, rows_of, run
from tests.indicators.faulty import only_fault

#                carbon, pollutant, state, signed distance, elasticity: 3-4-5 triangles
CASES = [
    (0.3, 0.4, "both_fall", 0.5, 0.75),
    (0.4, 0.3, "both_fall", 0.5, 4 / 3),
    (0.3, -0.4, "carbon_only", 0.0, None),
    (-0.3, 0.4, "pollutant_only", 0.0, None),
    (-0.3, -0.4, "both_rise", -0.5, None),
    # a zero change counts as no fall
    (0.0, 0.4, "pollutant_only", 0.0, None),
    (0.3, 0.0, "carbon_only", 0.0, None),
    (0.0, 0.0, "both_rise", 0.0, None),
    (0.0, -0.4, "both_rise", -0.4, None),
    (-0.3, 0.0, "both_rise", -0.3, None),
    (None, 0.4, "", None, None),
    (0.3, None, "", None, None),
    (None, None, "", None, None),
]


def column(at: int) -> np.ndarray:
    return np.array([np.nan if case[at] is None else case[at] for case in CASES], dtype=float)


def test_states() -> None:
    assert quadrant(column(0), column(1)).tolist() == [case[2] for case in CASES]


def test_signed_distance() -> None:
    found = signed_distance(column(0), column(1))
    np.testing.assert_allclose(found, column(3), rtol=1e-15)
    assert not np.signbit(found[found == 0]).any()


def test_elasticity_only_where_both_fall() -> None:
    np.testing.assert_allclose(elasticity(column(0), column(1)), column(4), rtol=1e-15)


@given(st.floats(-1, 1), st.floats(-1, 1))
def test_distance_elasticity_and_state_agree(carbon: float, pollutant: float) -> None:
    c, p = np.array([carbon]), np.array([pollutant])
    state = quadrant(c, p)[0]
    assert (signed_distance(c, p)[0] > 0) == (state == "both_fall" and np.hypot(carbon, pollutant) > 0)
    assert np.isfinite(elasticity(c, p)[0]) <= (state == "both_fall")


def measure(**settings: object) -> CoControl:
    return build(CoControl, {"carbon": "co2", "pollutants": ["so2"], "output": "signed_distance", **settings})


def outputs(chosen: CoControl, co2: list[float | None], **pollutants: list[float | None]) -> dict[str, list[object]]:
    """Return every output over the years 2010, 2011, … of one unit, measured from 2010."""
    units = {"co2": "t", "so2": "t", "nox": "kt", "voc": "t"}
    seen = around({"co2": [co2], **{name: [row] for name, row in pollutants.items()}}, units, baseline=2010)
    parts = {name: run(text, seen).values for name, text in chosen.formulas().items()}
    return {name: np.asarray(rows)[0].tolist() for name, rows in chosen.outputs(parts).items()}


def test_reductions_are_relative_to_the_baseline_and_positive_when_emissions_fall() -> None:
    # CO2 100 → 90 → 120: 0.1, −0.2; SO2 50 → 40 → 25: 0.2, 0.5
    found = outputs(measure(), [100, 90, 120], so2=[50, 40, 25])
    assert found["carbon_reduction"] == pytest.approx([0, 0.1, -0.2])
    assert found["pollutant_reduction"] == pytest.approx([0, 0.2, 0.5])
    assert found["quadrant"] == ["both_rise", "both_fall", "pollutant_only"]
    assert found["signed_distance"] == pytest.approx([0, 0.05**0.5, 0])
    assert found["elasticity"] == pytest.approx([np.nan, 0.5, np.nan], nan_ok=True)


def test_several_pollutants_count_by_their_equivalents() -> None:
    # Tax law, annex II: SO2 0.95 kg, NOx 0.95 kg an equivalent. SO2 95 → 76 t; NOx 0.19 kt = 190 t → 0.095 kt = 95 t:
    # 95/0.95 + 190/0.95 = 300 → 76/0.95 + 95/0.95 = 180 (thousands of equivalents): −40 %, so 0.4
    found = outputs(measure(pollutants=["so2", "nox"]), [100, 70], so2=[95, 76], nox=[0.19, 0.095])
    assert found["pollutant_reduction"] == pytest.approx([0, 0.4])
    assert found["signed_distance"] == pytest.approx([0, 0.5])
    # with 1.9 kg for NOx: 100 + 100 = 200 → 80 + 50 = 130: 0.35
    chosen = measure(pollutants=["so2", "nox"], equivalents={"nox": 1.9})
    assert outputs(chosen, [100, 70], so2=[95, 76], nox=[0.19, 0.095])["pollutant_reduction"] == pytest.approx(
        [0, 0.35]
    )


def test_a_missing_pollutant_leaves_the_measure_missing() -> None:
    found = outputs(measure(pollutants=["so2", "nox"]), [100, 70], so2=[95, None], nox=[1, 1])
    assert found["quadrant"][1] == ""
    assert np.isnan(found["signed_distance"][1])
    assert found["carbon_reduction"] == pytest.approx([0, 0.3])


def test_breaks_are_chained_as_in_any_formula() -> None:
    chosen = measure()
    seen = around({"co2": [[100, 100, 80]], "so2": [[10, 8, 4]]}, baseline=2010, breaks={"so2": {2012}})
    # SO2: 8/10 · 4/4 − 1 = −0.2
    assert rows_of(run(chosen.formulas()["pollutant_reduction"], seen)) == [[0.0, 0.2, 0.2]]


def test_equivalents_of_the_tax_law() -> None:
    # PRC Environmental Protection Tax Law, annex II
    table = pollutant_equivalents()
    assert (table["so2"], table["nox"], table["nh3"], table["co"]) == (0.95, 0.95, 9.09, 16.7)


def test_hyphened_codes_are_quoted() -> None:
    chosen = measure(carbon="co2-t", pollutants=["so2-t"])
    assert chosen.formulas() == {"carbon_reduction": "-change(`co2-t`)", "pollutant_reduction": "-change(`so2-t`)"}


@pytest.mark.parametrize(
    ("settings", "key"),
    [
        ({"output": "quadrant"}, "measures.state_is_no_number"),
        ({"output": "distance"}, "faults.one_of"),
        ({"pollutants": ["so2", "so2"]}, "measures.named_twice"),
        ({"pollutants": ["so2", "vocs"]}, "measures.no_equivalent"),
        ({"equivalents": {"so2": 0}}, "faults.above"),
        ({"method": "other"}, "faults.one_of"),
    ],
)
def test_what_is_refused(settings: dict[str, object], key: str) -> None:
    assert only_fault(lambda: measure(**settings)).text_key == key
