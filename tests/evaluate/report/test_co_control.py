"""The co-control picture and its counts: points where the numbers put them, quadrants as the measure names them."""

import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from evaluate import Framework, Results
from evaluate.report import co_control, co_control_figure
from evaluate.report.colours import QUADRANTS
from evaluate.report.html import render_report
from evaluate.report.parts import Labels
from indicators.synergy.co_control import quadrant
from tests.evaluate.report.builder import FRAMEWORK, NASTY, make

SVG = "{http://www.w3.org/2000/svg}"


def results(points: list[tuple[float, float]], *, breaks: bool = True, **options: Any) -> Results:
    """Return hand-made results whose units have these reductions of (pollutant, carbon) in the rank year."""
    measure = {"method": "co_control", "carbon": "co2", "pollutants": ["so2"], "output": "signed_distance"}
    indicators = dict(FRAMEWORK["indicators"])
    indicators["so2_change"] = {
        "label": "Joint", "measure": measure, "unit_of_measure": "1", "direction": "positive",
    }  # fmt: skip
    variables = dict(FRAMEWORK["variables"])
    if not breaks:
        variables["so2"] = {"unit_of_measure": "t", "label": {"zh": "二氧化硫", "en": "SO2"}}
    made = make(units=len(points), unscored=0, **options)
    declared = made.manifest["assessment"]["framework"] | {"indicators": indicators, "variables": variables}
    made.manifest["assessment"]["framework"] = declared
    (name,) = {i.measure.name for i in Framework.from_dict(declared).indicators.values() if i.measure}
    pollutant, carbon = (np.array(part, dtype=float) for part in zip(*points, strict=True))
    outputs = {"carbon_reduction": carbon, "pollutant_reduction": pollutant, "quadrant": quadrant(carbon, pollutant)}
    rows = [
        {"unit": unit, "year": made.rank_year, "measure": name, "output": output, "value": values[n]}
        for output, values in outputs.items()
        for n, unit in enumerate(made.units["unit"])
    ]
    return replace(made, measures=pd.DataFrame(rows))


def titles(picture: object) -> dict[str, ET.Element]:
    root = ET.fromstring(str(picture))
    return {t.text or "": g for g in root.iter(f"{SVG}g") for t in g.findall(f"{SVG}title")}


FOUR = [(0.4, 0.3), (-0.2, 0.1), (0.5, -0.1), (-0.3, -0.2), (0.0, 0.2), (float("nan"), 0.1)]


def test_counts_by_quadrant_and_type() -> None:
    labels = Labels(results(FOUR, typed=True, nasty=False), "en")
    (shown,) = co_control.measures(labels)
    rows = {row["type"]: [row[state] for state in (*QUADRANTS, "missing")] for row in shown.counts.rows}
    # units 1, 3, 5 are of the first type; no change of the pollutant is no fall; the sixth has no state
    assert rows == {"Resource": [1, 1, 1, 0, 0], "Industrial": [0, 1, 0, 1, 1], "All units": [1, 2, 1, 1, 1]}
    assert [point.unit for point in shown.points] == ["0001", "0002", "0003", "0004", "0005"]


def test_points_lie_where_the_reductions_are() -> None:
    labels = Labels(results(FOUR, typed=True, nasty=False), "en")
    (shown,) = co_control.measures(labels)
    groups = titles(co_control_figure.co_control_figure(labels, shown))
    disc = groups["City 0 (Resource): carbon 30.0%, pollutant 40.0%; Both fall"].find(f"{SVG}circle")
    square = groups["City 1 (Industrial): carbon 10.0%, pollutant −20.0%; Only carbon falls"].find(f"{SVG}rect")
    other = groups["City 2 (Resource): carbon −10.0%, pollutant 50.0%; Only pollutants fall"].find(f"{SVG}circle")
    assert disc is not None and square is not None and other is not None  # a shape for each type
    assert [mark.attrib["fill"] for mark in (disc, square, other)] == [
        QUADRANTS[state] for state in ("both_fall", "carbon_only", "pollutant_only")
    ]
    # right of one another and above one another in proportion: x 0.4 and 0.5, y 0.3 and −0.1, from the axes' ticks
    frame = co_control_figure._Frame(shown.points)
    zero, unit = frame.at(0, 0), frame.at(1, 1)
    for mark, (pollutant, carbon) in ((disc, (0.4, 0.3)), (other, (0.5, -0.1))):
        assert float(mark.attrib["cx"]) == pytest.approx(zero[0] + pollutant * (unit[0] - zero[0]), abs=0.06)
        assert float(mark.attrib["cy"]) == pytest.approx(zero[1] + carbon * (unit[1] - zero[1]), abs=0.06)
    assert unit[0] > zero[0]
    assert unit[1] < zero[1]


def test_the_diagonal_is_where_both_change_at_one_pace() -> None:
    labels = Labels(results(FOUR, nasty=False), "en")
    (shown,) = co_control.measures(labels)
    line = titles(co_control_figure.co_control_figure(labels, shown))["at one pace"].find(f"{SVG}line")
    assert line is not None
    frame = co_control_figure._Frame(shown.points)
    for x, y in (("x1", "y1"), ("x2", "y2")):
        zero, unit = frame.at(0, 0), frame.at(1, 1)
        across = (float(line.attrib[x]) - zero[0]) / (unit[0] - zero[0])
        up = (float(line.attrib[y]) - zero[1]) / (unit[1] - zero[1])
        assert across == pytest.approx(up, abs=2e-3)


def test_what_lies_far_outside_is_drawn_at_the_edge_with_an_arrow_and_said_so() -> None:
    points = [(0.5 + 0.01 * n, 0.1 - 0.01 * n) for n in range(39)] + [(-8.25, -0.05)]
    labels = Labels(results(points, nasty=False), "en")
    (shown,) = co_control.measures(labels)
    said = [text for _, text in co_control_figure.key(labels, shown)]
    assert "outside the frame, drawn at its edge with an arrow towards it: 1" in said
    groups = titles(co_control_figure.co_control_figure(labels, shown))
    (far,) = [group for text, group in groups.items() if "pollutant −825.0%" in text]
    arrow = far.find(f"{SVG}polygon")
    assert arrow is not None
    tip, *base = [tuple(map(float, pair.split(","))) for pair in arrow.attrib["points"].split()]
    assert all(tip[0] < x for x, _ in base)  # it points to the left
    assert min(x for x, _ in [tip, *base]) >= co_control_figure._LEFT - 1
    drawn = [e for group in groups.values() for e in group.iter() if "cx" in e.attrib]
    assert all(co_control_figure._LEFT < float(e.attrib["cx"]) < co_control_figure._RIGHT for e in drawn)
    # without it nothing is said
    (near,) = co_control.measures(Labels(results(points[:-1], nasty=False), "en"))
    assert not any("outside the frame" in text for _, text in co_control_figure.key(labels, near))


@pytest.mark.parametrize("points", [[(0.0, 0.0)], [(0.3, 0.2)], [(-1e9, 1.0), (0.5, 0.5)], [(1e-15, -1e-15)]])
def test_few_and_odd_points_can_be_drawn(points: list[tuple[float, float]]) -> None:
    labels = Labels(results(points, nasty=False), "zh")
    (shown,) = co_control.measures(labels)
    picture = str(co_control_figure.co_control_figure(labels, shown))
    ET.fromstring(picture)
    assert not re.search(r"\b(nan|inf)\b", picture)


def test_nobody_has_a_state() -> None:
    made = results([(float("nan"), 0.1)], nasty=False)
    page = render_report(made, "en")
    assert "No unit has figures in both the baseline and the year ranked." in page
    assert 'id="co-control-0-title"' not in page


def test_a_break_marks_the_title_the_axis_and_the_counts() -> None:
    for language, reason in (("en", "re-based"), ("zh", "口径调整")):
        (shown,) = co_control.measures(Labels(results(FOUR), language))
        assert shown.title.endswith("†")
        assert shown.pollutant.endswith("†")
        assert not shown.carbon.endswith("†")
        assert "†" in shown.counts.caption
        assert reason in shown.note and "2018" in shown.note
        assert shown.note in co_control.units(Labels(results(FOUR), language), [shown]).note
        (plain,) = co_control.measures(Labels(results(FOUR, breaks=False), language))
        assert "†" not in plain.title + plain.pollutant + plain.counts.caption + plain.note


def test_hostile_names_are_escaped() -> None:
    points = [(0.1 * (n % 7) - 0.3, 0.05 * (n % 5) - 0.1) for n in range(len(NASTY))]
    labels = Labels(results(points), "en")
    (shown,) = co_control.measures(labels)
    said = "".join(titles(co_control_figure.co_control_figure(labels, shown)))
    assert all(name in said for name in NASTY)
    page = render_report(labels.results, "en")
    assert "<script>alert(1)</script>" not in page


def test_the_most_extreme_are_named_without_covering_a_point() -> None:
    rng = np.random.default_rng(5)
    points = [(float(x), float(y)) for x, y in rng.normal(0.2, 0.3, (200, 2)).clip(-1, 0.95)]
    labels = Labels(results(points, nasty=False), "en")
    (shown,) = co_control.measures(labels)
    root = ET.fromstring(str(co_control_figure.co_control_figure(labels, shown)))
    names = [t.text for t in root.iter(f"{SVG}text") if "name" in t.attrib.get("class", "")]
    assert 1 <= len(names) <= 3 * len(QUADRANTS)
    reach = {point.name: np.hypot(point.pollutant, point.carbon) for point in shown.points}
    for state in QUADRANTS:
        held = sorted((p for p in shown.points if p.state == state), key=lambda p: -reach[p.name])
        assert not {p.name for p in held[3:]} & set(names)


def test_a_framework_without_the_measure_says_so() -> None:
    labels = Labels(make(), "en")
    assert co_control.measures(labels) == []
    assert co_control.units(labels, []).rows == []
    assert "The framework has no co-control measure" in render_report(labels.results, "en")
