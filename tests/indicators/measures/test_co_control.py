"""Co-control as a measure: its formulas, its outputs over the years and what it refuses."""

import numpy as np
import pytest

from indicators.measures import CoControl, Setting
from indicators.spec import build
from tests.indicators.columns import around, rows_of, run
from tests.indicators.faulty import only_fault
from tests.indicators.measures.measured import measured

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
    assert chosen.formulas() == {
        "carbon_reduction": "-change(`co2-t`)", "pollutant_reduction": "-change(`so2-t`)",
        "carbon": "`co2-t`", "pollutant": "`so2-t`",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("co2", "so2", "state"),
    [
        # elasticities by hand: 0.1/0.2, 0.2/0.2, 0.3/0.2, then what has none
        ([100, 90], [50, 40], "pollutant_faster"),
        ([100, 80], [50, 40], "equal_pace"),
        ([100, 70], [50, 40], "carbon_faster"),
        ([100, 90], [50, 60], "carbon_only"),
        ([100, 110], [50, 40], "pollutant_only"),
        ([100, 110], [50, 60], "both_rise"),
        ([100, 90], [50, 50], "pollutant_unchanged"),
        ([100, 100], [50, 40], "carbon_unchanged"),
        ([100, 100], [50, 50], "no_change"),
        ([100, 90], [0, 40], "zero_base"),
        ([0, 0], [0, 0], "zero_base"),
        ([-1, 90], [50, 40], "negative"),
        ([1e-300, 1e300], [50, 40], "too_large"),
        ([None, 90], [50, 40], "no_start"),
        ([100, 90], [50, None], ""),
    ],
)
def test_every_undefined_case_has_a_state(co2: list[float | None], so2: list[float | None], state: str) -> None:
    found = outputs(measure(), co2, so2=so2)
    assert found["state"][1] == state
    # never a silent gap: no elasticity without a reason
    has_elasticity = state in ("pollutant_faster", "equal_pace", "carbon_faster")
    assert has_elasticity == bool(np.isfinite(np.array(found["elasticity"][1], dtype=float)))


def test_of_a_base_below_0_there_is_no_number() -> None:
    # −2 → −1 is a rise, and 1 − (−1)/(−2) = 0.5 would say that it fell; the other emission is as good as ever
    found = outputs(measure(), [-2, -1], so2=[50, 40])
    assert found["state"][1] == "negative"
    assert found["quadrant"][1] == ""
    assert found["pollutant_reduction"][1] == pytest.approx(0.2)
    for output in ("carbon_reduction", "signed_distance", "angle", "elasticity"):
        assert np.isnan(np.array(found[output][1], dtype=float)), output
    found = outputs(measure(), [50, 40], so2=[-2, -1])
    assert np.isnan(np.array(found["pollutant_reduction"][1], dtype=float))
    # what falls below 0 from above fell by more than all of it: 1 − (−10)/100
    assert outputs(measure(), [100, -10], so2=[50, 40])["carbon_reduction"][1] == pytest.approx(1.1)


@pytest.mark.parametrize(
    ("output", "formulas"),
    [
        ("carbon_reduction", {"carbon_reduction", "carbon"}),
        ("pollutant_reduction", {"pollutant_reduction", "pollutant"}),
        ("quadrant", {"carbon_reduction", "carbon", "pollutant_reduction", "pollutant"}),
        ("state", {"carbon_reduction", "carbon", "pollutant_reduction", "pollutant"}),
    ],
)
def test_a_reduction_rests_on_its_own_emission(output: str, formulas: set[str]) -> None:
    assert measure().formulas_of(output).keys() == formulas


def test_a_change_over_a_break_has_a_state_as_any_other() -> None:
    # SO2: 8/10 · 4/4 − 1 = −0.2, CO2 −0.2
    values = {"co2": [[100, 100, 80]], "so2": [[10, 8, 4]]}
    assert measured(measure(), values, breaks={"so2": {2012}})[0]["state"][0][2] == "equal_pace"
    # without the year before the break nothing leads over it
    assert measured(measure(), {**values, "so2": [[10, None, 4]]}, breaks={"so2": {2012}})[0]["state"][0][2] == ""


def test_no_change_is_written_without_a_sign() -> None:
    found = outputs(measure(), [100, 100], so2=[50, 50])
    numbers = np.array([found["carbon_reduction"][1], found["pollutant_reduction"][1]], dtype=float)
    assert not np.signbit(numbers).any()


@pytest.mark.parametrize(
    ("settings", "key"),
    [
        ({"output": "quadrant"}, "measures.state_is_no_number"),
        ({"output": "state"}, "measures.state_is_no_number"),
        ({"output": "distance"}, "faults.one_of"),
        ({"pollutants": ["so2", "so2"]}, "measures.named_twice"),
        ({"pollutants": ["so2", "vocs"]}, "measures.no_equivalent"),
        ({"equivalents": {"so2": 0}}, "faults.above"),
        ({"method": "other"}, "faults.one_of"),
    ],
)
def test_what_is_refused(settings: dict[str, object], key: str) -> None:
    assert only_fault(lambda: measure(**settings)).text_key == key
