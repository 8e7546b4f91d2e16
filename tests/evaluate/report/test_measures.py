"""Measures in the report, the workbook and the map: named with their models, states counted, numbers summarised."""

from dataclasses import replace
from html import unescape
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pandas as pd
import pytest

from evaluate.report import measures
from evaluate.report.colours import UNDEFINED
from evaluate.report.html import render_report
from evaluate.report.map_measures import measure_layers
from evaluate.report.parts import Labels
from evaluate.report.workbook import write_workbook
from evaluate.results import Results
from indicators.measures import MEASURES, BaseMeasure
from indicators.synergy.decoupling import DECLINE, GROWTH
from indicators.texts import LANGUAGES, text
from tests.evaluate.report.builder import FRAMEWORK, make
from tests.families.cases import CASES

PARTS = {"a": [{"formula": "co2", "worst": 1, "best": 0}], "b": [{"formula": "so2", "worst": 1, "best": 0}]}
BESIDE: dict[str, Any] = {
    "coupled": {
        "label": {"zh": "耦合<i>", "en": "Coupled <i>"},
        "measure": {"method": "coupling_coordination", "subsystems": PARTS, "model": "traditional",
                    "output": "coordination"},
    },
    "decoupled": {
        "label": {"zh": "脱钩", "en": "Decoupled"},
        "measure": {"method": "decoupling", "emission": "co2", "activity": "gdp", "output": "gap"},
    },
    "joint": {
        "label": {"zh": "共同", "en": "Joint"},
        "measure": {"method": "joint_performance", "carbon": "co2", "pollutants": ["so2"],
                    "output": "joint_reduction"},
    },
    "moved": {
        "label": {"zh": "协同度", "en": "Moved"},
        "measure": {"method": "synergy_degree", "subsystems": PARTS, "output": "degree"},
    },
}  # fmt: skip


def results(**options: Any) -> Results:
    """Return results whose framework holds four measures, with states and numbers of eight units made by hand."""
    made = make(**options)
    framework = {**FRAMEWORK, "types": made.manifest["assessment"]["framework"]["types"], "beside": BESIDE}
    made = replace(made, manifest={**made.manifest, "assessment": {"framework": framework}})
    names = {code: shown.measure.name for code, shown in made.framework.beside.items()}
    units = made.units["unit"].astype(str).tolist()[:8]
    rows: list[tuple[Any, ...]] = []
    for at, unit in enumerate(units):
        for code, output, value in (
            ("coupled", "coordination", at / 10 if at else np.nan),
            ("coupled", "grade", f"coordination_{at + 1}" if at else ""),
            ("coupled", "state", "defined" if at else ""),
            ("decoupled", "state", "strong_decoupling" if at < 5 else "no_growth_no_change"),
            ("joint", "joint_reduction", 0.5 - at / 10),
            ("joint", "state", ("all_reduced", "none_reduced")[at > 4]),
            ("moved", "state", "all_rise"),
        ):
            rows += [(unit, 2020, names[code], output, value), (unit, 2019, names[code], output, value)]
    table = pd.DataFrame(rows, columns=["unit", "year", "measure", "output", "value"])
    return replace(made, measures=table)


def test_measures_are_listed_with_model_and_parameters() -> None:
    rows = {row["code"]: row for row in measures.listing(Labels(results(), "en")).rows}
    assert list(rows) == ["coupled", "decoupled", "joint", "moved"]
    assert rows["coupled"]["method"] == "coupling coordination · traditional coupling coordination model"
    assert "model=traditional" in rows["coupled"]["stated"]
    assert rows["joint"]["use"] == "beside it, not scored"
    # defaults are parameters too
    assert rows["decoupled"]["stated"] == "emission=co2; activity=gdp; since=baseline; limits=[0.8, 1.2]"
    assert rows["joint"]["stated"] == "carbon=co2; pollutants=[so2]; since=baseline; peers=10; least_peers=3"


def test_outputs_that_touch_a_break_in_the_rank_year_are_marked() -> None:
    made = results()
    joint = {**BESIDE["joint"]["measure"], "activity": "gdp"}
    framework = {**made.manifest["assessment"]["framework"], "beside": {"joint": {**BESIDE["joint"], "measure": joint}}}
    made = replace(made, manifest={**made.manifest, "assessment": {"framework": framework}})
    one = made.framework.beside["joint"].measure
    cells = {"joint_reduction": 0.1, "joint_efficiency": 0.5, "state": "all_reduced", "efficiency_state": "defined"}
    rows = [("0001", 2020, one.name, output, value) for output, value in cells.items()]
    made = replace(made, measures=pd.DataFrame(rows, columns=list(made.measures.columns)))
    # SO2 has a break in 2018, between baseline and rank year; the efficiency compares units within the year
    for table, whole, own in (
        (measures.numbers, ["joint reduction", "joint progress beyond peers"], "joint efficiency"),
        (measures.states, ["state"], "state of the joint efficiency"),
    ):
        made_of = table(Labels(made, "en"))
        told = {row["output"]: row["label"] for row in made_of.rows}
        assert told == {**dict.fromkeys(whole, "Joint †"), own: "Joint"}
        assert "†" in made_of.note
    moved = {row["output"]: row["label"] for row in measures.numbers(Labels(results(), "en")).rows}
    assert (moved["order degree of 'a'"], moved["order degree of 'b'"]) == ("Moved", "Moved †")
    plain = {**framework["variables"], "so2": {**framework["variables"]["so2"], "breaks": {}}}
    made = replace(made, manifest={**made.manifest, "assessment": {"framework": {**framework, "variables": plain}}})
    assert "†" not in measures.states(Labels(made, "en")).note


def test_states_are_counted_by_type_in_the_rank_year() -> None:
    table = measures.states(Labels(results(), "en"))
    rows = {(row["label"], row["output"], row["state"]): row for row in table.rows}
    # units 1, 3, 5, 7 are of the first type; the last three of the eight did not grow
    seen = rows["Decoupled", "state", "no growth, the emission does not change"]
    assert (seen["count"], seen["kind_mine"], seen["kind_mill"]) == (3, 1, 2)
    assert rows["Decoupled", "state", "strong decoupling"]["count"] == 5
    assert rows["Coupled <i>", "grade of coordination", "slight imbalance"]["count"] == 1
    # a missing figure is no state
    assert sum(row["count"] for key, row in rows.items() if key[:2] == ("Coupled <i>", "state")) == 7


def test_numbers_are_summarised_by_type() -> None:
    rows = {(row["label"], row["output"], row["kind"]): row for row in measures.numbers(Labels(results(), "en")).rows}
    # coordination of units 3, 5, 7: 0.2, 0.4, 0.6, the first without; of units 2, 4, 6, 8: 0.1, 0.3, 0.5, 0.7
    first, second = (rows["Coupled <i>", "degree of coordination D", kind] for kind in ("mine", "mill"))
    assert [first[key] for key in ("n", "median", "least", "most")] == [3, 0.4, 0.2, 0.6]
    assert [second[key] for key in ("n", "median", "least", "most")] == [4, pytest.approx(0.4), 0.1, 0.7]
    empty = rows["Moved", "order degree of 'a'", "mine"]
    assert [empty[key] for key in ("n", "median")] == [0, None]


@pytest.mark.parametrize("language", LANGUAGES)
def test_page_and_workbook_hold_them(language: str, tmp_path: Path) -> None:
    made = results()
    page = render_report(made, language)
    shown = unescape(page)
    assert text("report.measures_intro", language)[:12] in shown
    assert {"zh": "传统耦合协调模型", "en": "traditional coupling coordination model"}[language] in shown
    assert "耦合<i>" not in page and "Coupled <i>" not in page
    write_workbook(made, language, tmp_path / "report.xlsx")
    book = openpyxl.load_workbook(tmp_path / "report.xlsx")
    for sheet in ("measures", "measure_states", "measure_numbers"):
        assert book[text(f"report.sheet_{sheet}", language)].max_row > 4


def test_a_framework_without_measures_says_so() -> None:
    made = make()
    assert "holds no measure" in render_report(made, "en")
    assert not measures.listing(Labels(made, "en")).rows


def test_units_without_types_are_counted_together() -> None:
    table = measures.states(Labels(results(typed=False), "en"))
    assert not [column for column in table.columns if column.key.startswith("kind_")]
    assert [row["count"] for row in table.rows if row["label"] == "Decoupled"] == [5, 3]


def test_map_layers_of_states() -> None:
    layers = {layer.code: layer for layer in measure_layers(Labels(results(), "en"))}
    assert list(layers) == ["coupled.grade", "decoupled.state", "joint.state", "moved.state"]
    grade = layers["coupled.grade"]
    assert [category.code for category in grade.categories] == [f"coordination_{n}" for n in range(1, 11)]
    assert grade.kind == "ordinal" and len(grade.values) == 7
    assert "traditional" in grade.note
    colours = {category.code: category.colour for category in layers["decoupled.state"].categories}
    # the eight states told apart, and what is undefined in grey
    assert len({colours[state] for state in (*GROWTH, *DECLINE)} - {UNDEFINED}) == 8
    assert colours["no_growth_no_change"] == UNDEFINED
    assert set(layers["joint.state"].values.values()) == {"all_reduced", "none_reduced"}


@pytest.mark.parametrize("member", MEASURES, ids=lambda member: member.__name__)
def test_every_measure_and_output_has_a_name(member: type[BaseMeasure]) -> None:
    labels = Labels(make(), "zh")
    built = [case.build() for case in CASES if case.member is member]
    for output in {output for measure in built for output in measure.listed}:
        assert measures.output_said(labels, output)
    assert all(measures.method_said(labels, measure) for measure in built)
