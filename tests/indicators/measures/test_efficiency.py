"""Efficiency, its gap between types, its interval and shadow prices as measures, through a framework and `score`.

Expected: printed examples, scipy's `linprog` on the textbook programs, and small cases by hand.
"""

import json
from collections.abc import Mapping, Sequence
from itertools import product
from pathlib import Path
from typing import Any, get_args

import numpy as np
import pandas as pd
import pytest
import yaml

from evaluate import Fitted, Framework, Methodology, Panel, Scores, score
from indicators.efficiency import bootstrap, by_production, production, super_slacks_based
from indicators.efficiency.bootstrap import SureState
from indicators.efficiency.frontiers import GapState
from indicators.efficiency.prices import PriceState
from indicators.efficiency.productivity import Course
from indicators.efficiency.results import State
from indicators.errors import InputError
from indicators.measures import Efficiency, EfficiencyInterval, Productivity, ShadowPrice, TechnologyGap
from indicators.measures.frontier import UNMEASURED, Frontier
from tests.oracles import textbook

NAN = float("nan")

FRAMEWORK = """
schema: framework/1
code: frontier
label: Frontier
assesses: city
source: tests
variables: {}
indicators:
  joint:
    label: Joint
    direction: positive
    unit_of_measure: "1"
    measure:
tree: {one: {label: One, indicators: {joint: 1, all: 1}}}
"""


def framework(measure: str, variables: Mapping[str, str], unit_of_measure: str = "1") -> Framework:
    """Return a framework with one measure in YAML and one plain indicator, which is there for every unit."""
    raw = yaml.safe_load(FRAMEWORK)
    raw["variables"] = {code: {"unit_of_measure": unit} for code, unit in variables.items()}
    raw["variables"]["all"] = {"unit_of_measure": "1"}
    raw["indicators"]["joint"] |= {"measure": yaml.safe_load(measure), "unit_of_measure": unit_of_measure}
    raw["indicators"]["all"] = {"label": "All", "direction": "positive", "unit_of_measure": "1", "formula": "all"}
    return Framework.from_dict(raw)


def panel(
    columns: Mapping[str, Sequence[Any]], year: int | Sequence[int] = 2020, types: str = "", **named: Any
) -> Panel:
    """Return a panel from columns; units are A, B, … over and over for every year."""
    rows = len(next(iter(columns.values())))
    years = [year] * rows if isinstance(year, int) else [y for y in year for _ in range(rows // len(year))]
    count = rows // len(set(years))
    units = named.pop("units", [f"{at:03d}" if count > 26 else chr(65 + at) for at in range(count)])
    frame = pd.DataFrame({"unit": list(units) * len(set(years)), "year": years, **columns, "all": np.arange(rows)})
    roster = pd.DataFrame({"unit": units, "type": list(types)}) if types else None
    return Panel.from_frame(frame, roster, **named)


def scored(given: Panel, measure: str, fitted: Fitted | None = None, unit: str = "1", **variables: str) -> Scores:
    codes = {code: "1" for code in given.values.columns if code != "all"} | variables
    made = framework(measure, codes, unit)
    plain = {"coverage": {"unit": 0, "indicator": 0}} if "coverage" in Methodology.model_fields else {}
    return score(given, made, Methodology.model_validate(plain), fitted)


def output(made: Scores, name: str, year: int | None = None) -> list[Any]:
    """Return one output by unit, of one year or by year and unit; None where there is no value."""
    table = made.measures
    table = table[table["output"] == name]
    found = {(row.unit, row.year): row.value for row in table.itertuples()}
    years = [year] if year is not None else sorted({y for _, y in found})
    units = sorted(made.value_table["unit"].unique())
    return [None if pd.isna(v := found.get((unit, y))) else v for y in years for unit in units]


def numbers(made: Scores, name: str, year: int | None = None) -> list[float]:
    return [NAN if value is None else float(value) for value in output(made, name, year)]


# Tone 2001, EJOR 130:498-509, p. 505
TONE = {"x1": [4, 6, 8, 8, 2], "x2": [3, 3, 1, 1, 4], "y1": [2, 2, 6, 6, 1], "y2": [3, 3, 2, 1, 4]}


@pytest.mark.parametrize(
    ("model", "expected"),
    [("slacks_based", [0.798, 0.5682, 1, 0.6667, 1]), ("radial", [0.9, 0.8333, 1, 1, 1])],
)
def test_example_of_tone_2001(model: str, expected: list[float]) -> None:
    text = f"{{method: efficiency, inputs: [x1, x2], goods: [y1, y2], model: {model}, output: efficiency}}"
    made = scored(panel(TONE), text)
    assert [round(value, 4) for value in made.value_table["joint"]] == expected
    np.testing.assert_allclose(numbers(made, "inefficiency"), 1 - np.array(expected), atol=5e-5)
    fourth = "weakly_efficient" if model == "radial" else "inefficient"
    assert output(made, "state") == ["inefficient", "inefficient", "efficient", fourth, "efficient"]


def test_example_of_tone_2003() -> None:
    # Tone 2003, GRIPS I-2003-0005; data from memory, so what is shown is the scores that go with these numbers
    columns = {"x": [1] * 9, "g": [1, 2, 6, 8, 9, 5, 4, 6, 4], "b": [1, 1, 2, 4, 7, 2, 3, 4, 6]}
    text = (
        "{method: efficiency, inputs: [x], goods: [g], bads: [b], model: slacks_based, returns: variable, "
        "output: efficiency}"
    )
    made = scored(panel(columns), text)
    expected = [0.6667, 1, 1, 1, 1, 0.9091, 0.7059, 0.8, 0.6]
    assert [round(value, 4) for value in made.value_table["joint"]] == expected


def made_up(units: int, years: int, zeros: int = 0) -> np.ndarray:
    """Return inputs a and b, a good g and a bad z, `(years, units, 4)`."""
    rng = np.random.default_rng(5)
    table = rng.lognormal(0, 0.5, (years, units, 4)) * rng.lognormal(0, 1, (years, units, 1))
    table[0, :zeros, 0] = 0
    return table


def columns_of(table: np.ndarray) -> dict[str, np.ndarray]:
    return dict(zip("abgz", table.reshape(-1, table.shape[-1]).T, strict=True))


@pytest.mark.parametrize(
    ("returns", "bads", "reference"), list(product(["constant", "variable"], ["weak", "free"], ["year", "pooled"]))
)
def test_directional_distances_are_those_of_the_textbook_program(returns: str, bads: str, reference: str) -> None:
    table = made_up(12, 2, zeros=3)
    text = (
        f"{{method: efficiency, inputs: [a, b], goods: [g], bads: [z], model: directional, returns: {returns}, "
        f"disposability: {bads}, reference: {reference}, direction: {{inputs: 0.5}}, output: efficiency}}"
    )
    made = scored(panel(columns_of(table), [2019, 2020]), text)
    for at, year in enumerate((2019, 2020)):
        pool = table[at] if reference == "year" else table.reshape(-1, 4)
        expected = [
            textbook.distance(
                pool[:, :2], pool[:, 2:3], pool[:, 3:], (own[:2], own[2:3], own[3:]),
                (0.5 * own[:2], own[2:3], own[3:]), variable=returns == "variable", weak=bads == "weak",
            )
            for own in table[at]
        ]  # fmt: skip
        np.testing.assert_allclose(numbers(made, "inefficiency", year), expected, atol=1e-6)
        np.testing.assert_allclose(numbers(made, "efficiency", year), 1 / (1 + np.array(expected, float)), atol=1e-6)


@pytest.mark.parametrize("returns", ["constant", "variable"])
def test_slacks_are_those_of_the_textbook_program(returns: str) -> None:
    table = made_up(15, 1)[0]
    text = (
        f"{{method: efficiency, inputs: [a, b], goods: [g], bads: [z], model: slacks_based, returns: {returns}, "
        "output: efficiency}"
    )
    made = scored(panel(columns_of(table)), text)
    sides = table[:, :2], table[:, 2:3], table[:, 3:]
    expected = [textbook.slacks(*sides, at, variable=returns == "variable") for at in range(15)]
    np.testing.assert_allclose(numbers(made, "efficiency"), expected, atol=1e-6)


def test_real_cities_are_scored_as_by_the_textbook_program(shared: Path) -> None:
    table = pd.read_csv(shared / "data" / "china-cities" / "panel.csv", dtype={"unit": str}, encoding="utf-8-sig")
    table = table[table["year"] == 2019].sort_values("unit")
    names = {"population_1e4": "x", "gdp_real2000_1e8cny": "y", "co2_t": "c", "so2_t": "s"}
    columns = {short: table[name].to_numpy(float) for name, short in names.items()}
    text = (
        "{method: efficiency, inputs: [x], goods: [y], bads: [c, s], model: directional, returns: variable, "
        "output: inefficiency}"
    )
    made = scored(panel(columns, units=table["unit"].tolist()), text)
    whole = np.column_stack(list(columns.values()))
    there = np.isfinite(whole).all(axis=1)
    assert (np.isfinite(numbers(made, "inefficiency")) == there).all() and there.sum() > 200
    # linprog wants figures near 1
    near = whole[there] / np.median(whole[there], axis=0)
    x, y, b = np.split(near, [1, 2], axis=1)
    for at in range(0, len(near), 12):
        own = x[at], y[at], b[at]
        expected = textbook.distance(x, y, b, own, (np.zeros(1), y[at], b[at]), variable=True, weak=True)
        assert np.array(numbers(made, "inefficiency"))[there][at] == pytest.approx(expected, abs=1e-6)


RADIAL = "{method: efficiency, inputs: [x], goods: [y], model: radial, output: efficiency}"


def test_rows_that_cannot_be_measured_say_why_and_leave_the_others_alone() -> None:
    # y/x: A 1, B 2, I 1; the rest have a gap, no input, a figure below 0, one far out, no output
    columns = {"x": [2, 2, NAN, 0, -1, 1e12, 2, 4], "y": [2, 4, 9, 9, 9, 9, 0, 4]}
    made = scored(panel(columns), RADIAL)
    assert output(made, "state") == [
        "inefficient", "efficient", "", "no_input", "negative", "out_of_scale", "no_good", "inefficient",
    ]  # fmt: skip
    np.testing.assert_array_equal(numbers(made, "efficiency"), [0.5, 1, NAN, NAN, NAN, NAN, NAN, 0.5])


def test_nobody_to_compare_with_is_a_state() -> None:
    made = scored(panel({"x": [0, 0], "y": [1, 2]}), RADIAL)
    assert output(made, "state") == ["no_input", "no_input"]
    alone = scored(panel({"x": [3, NAN], "y": [1, 2]}), RADIAL)
    assert output(alone, "state") == ["efficient", ""]


POOLED = RADIAL.replace("model", "reference: pooled, model")


def test_a_year_is_measured_against_itself_or_against_all() -> None:
    columns = {"x": [1, 1, 1, 1], "y": [4, 2, 8, 2]}
    assert numbers(scored(panel(columns, [2019, 2020]), RADIAL), "efficiency") == [1, 0.5, 1, 0.25]
    assert numbers(scored(panel(columns, [2019, 2020]), POOLED), "efficiency") == [0.5, 0.25, 1, 0.25]


def later(fitted: Scores) -> Fitted:
    """Return what was learned as a file gives it back."""
    return Fitted.from_dict(json.loads(json.dumps(fitted.fitted.to_dict(), allow_nan=False)))


def test_the_frontier_of_an_earlier_run_holds() -> None:
    first = panel({"x": [1, 1], "y": [4, 2]}, 2019)
    both = panel({"x": [1, 1, 1, 1], "y": [5, 3, 8, 2]}, [2019, 2020])
    # against y/x = 4 of 2019, though A's figure was mended to 5 and 2020 reached 8
    held = scored(both, POOLED, later(scored(first, POOLED)))
    assert numbers(held, "efficiency") == [1.25, 0.75, 2, 0.5]
    assert output(held, "state") == ["beyond", "inefficient", "beyond", "inefficient"]
    # by years: 2019 as it was, 2020 learned anew
    by_year = scored(both, RADIAL, later(scored(first, RADIAL)))
    assert numbers(by_year, "efficiency") == [1.25, 0.75, 1, 0.25]
    assert sorted(by_year.values.learned.popitem()[1]) == ["year:2019", "year:2020"]


@pytest.mark.parametrize(
    "wrong", [{}, {"units": {"A": [1.0]}}, {"units": {"A": [1.0, "two"]}}, {"units": {"A": [1, -1]}}]
)
def test_a_frontier_changed_by_hand_is_refused(wrong: dict[str, Any]) -> None:
    given = panel({"x": [1, 1], "y": [4, 2]}, 2019)
    fitted = later(scored(given, RADIAL))
    (name,) = fitted.measures
    fitted.measures[name] = {"year:2019": wrong}
    with pytest.raises(InputError) as raised:
        scored(given, RADIAL, fitted)
    assert [fault.text_key for fault in raised.value.faults] == ["fitted.unreadable"]


def test_a_pooled_frontier_is_parted_at_a_break() -> None:
    columns = {"x": [1, 1, 1, 1, 1, 1], "y": [4, 2, 8, 2, 2, 1]}
    given = panel(columns, [2019, 2020, 2021])
    made = framework(POOLED, {"x": "1", "y": "1"}).to_dict()
    made["variables"]["y"]["breaks"] = {2021: "another source"}
    found = score(given, Framework.from_dict(made), Methodology())
    # 2019 and 2020 against 8, 2021 against 2
    assert numbers(found, "efficiency") == [0.5, 0.25, 1, 0.25, 1, 0.5]


MEASURES = {
    "directional": "{method: efficiency, inputs: [a, b], goods: [g], bads: [z], model: directional, "
    "output: efficiency}",
    "slacks": "{method: efficiency, inputs: [a, b], goods: [g], bads: [z], model: super_slacks_based, "
    "reference: pooled, output: efficiency}",
    "causes": "{method: efficiency, inputs: [a, b], goods: [g], bads: [z], model: by_production, causes: [b], "
    "output: efficiency}",
    "gap": "{method: technology_gap, inputs: [a, b], goods: [g], bads: [z], model: directional, reference: pooled, "
    "output: ratio}",
    "interval": "{method: efficiency_interval, inputs: [a, b], goods: [g], replicates: 20, output: corrected}",
    "price": "{method: shadow_price, inputs: [a, b], goods: [g], bads: [z], of: z, good: g, output: price}",
    "productivity": "{method: productivity, inputs: [a, b], goods: [g], bads: [z], index: malmquist_luenberger, "
    "output: change}",
}


@pytest.mark.parametrize("name", MEASURES)
def test_the_order_of_units_changes_no_bit(name: str) -> None:
    table = made_up(12, 3)
    codes = [f"{at * 7 % 12:02d}" for at in range(12)]
    kinds = "".join("xy"[int(code) % 2] for code in codes)
    one = panel(columns_of(table), [2018, 2019, 2020], kinds, units=codes)
    other = panel(columns_of(table[:, ::-1]), [2018, 2019, 2020], kinds[::-1], units=codes[::-1])

    def run(given: Panel) -> Scores:
        plain = framework(MEASURES[name], dict.fromkeys("abgz", "1")).to_dict()
        plain["types"] = {"x": {"label": "X"}, "y": {"label": "Y"}}
        return score(given, Framework.from_dict(plain), Methodology())

    first, second = run(one), run(other)
    assert first.measures.to_csv() == second.measures.to_csv()
    assert first.measures["value"].notna().any()
    assert json.dumps(first.fitted.to_dict()) == json.dumps(second.fitted.to_dict())


def test_the_technology_gap_of_types() -> None:
    # by hand: y/x within the types r (best 4) and s (best 2), over both (best 4)
    text = "{method: technology_gap, inputs: [x], goods: [y], model: radial, output: ratio}"
    plain = framework(text, {"x": "1", "y": "1"}).to_dict()
    plain["types"] = {kind: {"label": kind} for kind in "rst"}
    given = panel({"x": [1] * 5, "y": [4, 2, 2, 1, 3]}, types="rrsst")
    made = score(given, Framework.from_dict(plain), Methodology())
    assert numbers(made, "within") == [1, 0.5, 1, 0.5, 1]
    assert numbers(made, "overall") == [1, 0.5, 0.5, 0.25, 0.75]
    assert numbers(made, "ratio") == [1, 1, 0.5, 0.5, 0.75]
    assert output(made, "state") == ["defined"] * 4 + ["alone"]
    # the frontiers of the types hold for a later run, too
    mended = panel({"x": [1] * 5, "y": [4, 2, 4, 1, 3]}, types="rrsst")
    again = score(mended, Framework.from_dict(plain), Methodology(), later(made))
    assert numbers(again, "within") == [1, 0.5, 2, 0.5, 1]


def test_the_interval_is_that_of_the_bootstrap_of_the_whole_frontier() -> None:
    table = made_up(12, 1)[0]
    text = (
        "{method: efficiency_interval, inputs: [a, b], goods: [g], replicates: 50, seed: 7, level: 0.8, output: lower}"
    )
    made = scored(panel(columns_of(table)), text)
    expected = bootstrap(
        production(table[:, :2], table[:, 2:3], units=sorted("ABCDEFGHIJKL")), replicates=50, seed=7, level=0.8
    )
    for name in ("corrected", "lower", "upper"):
        np.testing.assert_allclose(numbers(made, name), getattr(expected, name), rtol=1e-8)
    # two of them in a later run, one with another figure
    two = table[[3, 5]].copy()
    two[1, 2] *= 1.5
    again = scored(panel(columns_of(two), units=["D", "F"]), text, later(made))
    assert output(again, "state") == ["defined", "outside"]
    np.testing.assert_allclose(numbers(again, "lower"), [expected.lower[3], NAN], rtol=1e-8)


def test_a_price_has_its_unit_of_measure_and_its_range() -> None:
    # by hand: the frontier through B (b 1, y 2) and A (4, 4) has the slope 2/3 between them and 2 before B.
    # C (b 2.5, y 1.5) is led to 1.5(1 + β) on it; y in 1e4 CNY and b in t, so 2/3 is 6666.67 CNY a tonne
    columns = {"x": [1, 1, 1], "y": [4, 2, 1.5], "b": [4, 1, 2.5]}
    text = "{method: shadow_price, inputs: [x], goods: [y], bads: [b], of: b, good: y, output: price}"
    made = scored(panel(columns), text, None, "CNY / t", y="1e4 CNY", b="t")
    assert output(made, "state")[1:] == ["range", "single"]
    np.testing.assert_allclose(numbers(made, "lower")[1:], [2 / 3, 2 / 3], rtol=1e-8)
    np.testing.assert_allclose(numbers(made, "upper")[1:], [2, 2 / 3], rtol=1e-8)
    np.testing.assert_allclose(made.value_table["joint"][1:], [4e4 / 3, 2e4 / 3], rtol=1e-8)


def test_super_efficiency_of_a_unit_that_the_frontier_does_not_hold() -> None:
    # by hand: reference y = x, so that (1, 2) has to use twice the input or make half the output: 2
    reference = production([1, 2], [1, 1], units="AB")
    found = super_slacks_based(production([1, 1], [2, 1], units="CA"), reference=reference)
    # A is left out of its own frontier: against B (2, 1) it is 2 ahead
    np.testing.assert_allclose(found.scores, [2, 2])
    assert found.states == ("beyond", "beyond")


def test_by_production_against_a_frontier_of_others() -> None:
    # by hand: A makes 4 of the same inputs, so B's share is 1/2; B's fuel makes 3 unavoidable, so A's share is 1/2
    reference = production([[1, 2], [1, 2]], [4, 2], bads=[6, 3], units="AB")
    found = by_production(production([[1, 2]], [2], bads=[6], units="C"), [1], reference=reference)
    assert found.goods.round(6).tolist() == [0.5]
    assert found.bads.round(6).tolist() == [0.5]


@pytest.mark.parametrize(
    ("member", "kinds"),
    [
        (Efficiency, State), (TechnologyGap, GapState), (EfficiencyInterval, SureState), (ShadowPrice, PriceState),
        (Productivity, Course),
    ],
)  # fmt: skip
def test_every_state_has_its_words(member: type[Frontier], kinds: Any) -> None:
    more = {"EfficiencyInterval": ["outside"], "Productivity": ["infeasible_both", "infeasible_first_on_second"]}
    for state in (*get_args(kinds), *UNMEASURED, *more.get(member.__name__, [])):
        said = member.label_of_state("state", state)
        assert said["zh"] and said["en"] and "efficiency." not in said["en"]
