"""Co-control as a measure: its formulas, its outputs over the years and what it refuses."""

import numpy as np
import pytest

from indicators.measures import CoControl, Setting
from indicators.spec import build
from tests.indicators.columns import around, rows_of, run
from tests.indicators.faulty import only_fault

SETTING = Setting(("a",), ("",), (2010, 2011, 2012), (2011, 2012), 2010)


def measure(**settings: object) -> CoControl:
    return build(CoControl, {"carbon": "co2", "pollutants": ["so2"], "output": "signed_distance", **settings})


def outputs(chosen: CoControl, co2: list[float | None], **pollutants: list[float | None]) -> dict[str, list[object]]:
    """Return every output over the years 2010, 2011, … of one unit, measured from 2010."""
    units = {"co2": "t", "so2": "t", "nox": "kt", "voc": "t"}
    seen = around({"co2": [co2], **{name: [row] for name, row in pollutants.items()}}, units, baseline=2010)
    parts = {name: run(text, seen).values for name, text in chosen.formulas().items()}
    return {name: np.asarray(rows)[0].tolist() for name, rows in chosen.outputs(parts, SETTING, {}).items()}


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
