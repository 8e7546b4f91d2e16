"""Inline pictures: real text, escaped, and every mark where the numbers put it."""

import re
import xml.etree.ElementTree as ET

import numpy as np
import pytest

from evaluate.cohorts import compare_cohorts
from evaluate.report import figures, svg, tables
from evaluate.report.cohorts_page import cohort_figure
from evaluate.report.colours import viridis
from evaluate.report.parts import Labels
from tests.evaluate.report.builder import NASTY, make

SVG = "{http://www.w3.org/2000/svg}"


def parsed(picture: str) -> ET.Element:
    return ET.fromstring(picture)


def test_rank_intervals_stand_where_the_ranks_are() -> None:
    labels = Labels(make(units=10, unscored=0, typed=False, nasty=False), "en")
    table = tables.ranking(labels)
    (picture,) = figures.rank_intervals(labels, table, "")
    rows = {title.text: group for group in parsed(picture).iter(f"{SVG}g") for title in group.findall(f"{SVG}title")}
    assert len(rows) == 10

    # ranks 1 to 10 lie evenly over the axis: the third of ten stands 2/9 of the way
    def x(rank: float) -> float:
        return figures._LEFT + (rank - 1) / 9 * (figures._WIDTH - figures._LEFT - 44)

    third = next(row for row in table.rows if row["rank_in_type"] == 3)
    group = rows[f"{third['name']}: rank 3, interval 1–6"]
    line = group.find(f"{SVG}line")
    dot = group.find(f"{SVG}circle")
    assert line is not None and dot is not None
    assert float(line.attrib["x1"]) == pytest.approx(x(1), abs=0.06)
    assert float(line.attrib["x2"]) == pytest.approx(x(6), abs=0.06)
    assert float(dot.attrib["cx"]) == pytest.approx(x(3), abs=0.06)


def test_units_come_tier_by_tier() -> None:
    labels = Labels(make(units=10, unscored=0, typed=False, nasty=False), "en")
    table = tables.ranking(labels)
    for row in table.rows:
        row["tier"] = 1 if row["rank_in_type"] in (1, 9) else 2
    (picture,) = figures.rank_intervals(labels, table, "")
    said = re.findall(r"<title>(City \d+): rank (\d+)", picture)
    assert [rank for _, rank in said][:3] == ["1", "9", "2"]


def test_without_robustness_there_are_no_intervals() -> None:
    labels = Labels(make(robust=False), "en")
    assert figures.rank_intervals(labels, tables.ranking(labels), "mine") == []


def test_hostile_names_are_escaped_in_pictures() -> None:
    labels = Labels(make(units=26), "en")
    for kind in labels.types:
        for picture in figures.rank_intervals(labels, tables.ranking(labels), kind):
            root = parsed(picture)  # well-formed, whatever the names hold
            assert {e.tag for e in root.iter()} <= {
                f"{SVG}{n}" for n in ("svg", "title", "g", "text", "line", "rect", "circle", "polygon")
            }
    titles = "".join(
        t.text or "" for k in labels.types for p in figures.rank_intervals(labels, tables.ranking(labels), k)
        for t in parsed(p).iter(f"{SVG}title")
    )  # fmt: skip
    assert all(name in titles for name in NASTY)


def test_one_unit_can_be_drawn() -> None:
    labels = Labels(make(units=1, unscored=0), "zh")
    (picture,) = figures.rank_intervals(labels, tables.ranking(labels), "mine")
    assert "nan" not in picture


def test_a_single_year_has_no_course() -> None:
    labels = Labels(make(years=range(2020, 2021)), "en")
    assert figures.time_course(labels, tables.time_course(labels)) == []


def test_the_median_is_drawn_where_it_is() -> None:
    labels = Labels(make(typed=False), "en")
    table = tables.time_course(labels)
    ((_, picture),) = figures.time_course(labels, table)
    dots = list(parsed(picture).iter(f"{SVG}circle"))
    heights = [float(dot.attrib["cy"]) for dot in dots]
    medians = [row["median"] for row in table.rows]
    assert len(dots) == 5
    # higher is further up, and a straight line takes medians to heights
    slope = (heights[0] - heights[1]) / (medians[0] - medians[1])
    assert slope < 0
    assert heights == pytest.approx([heights[0] + slope * (m - medians[0]) for m in medians], abs=0.2)


def test_cohorts_are_drawn_with_difference_and_interval() -> None:
    results = make(comparable=True, nasty=False)
    comparison = compare_cohorts(results, "batch", year=2020, runs=100)
    picture = cohort_figure(comparison, "en")
    root = parsed(picture)
    # three cohorts, composite and four dimensions: a box and a difference each
    assert len(list(root.iter(f"{SVG}rect"))) == len(list(root.iter(f"{SVG}circle"))) == 15
    assert root.attrib["aria-labelledby"] == "cohorts-batch-2020-title"
    assert "not stated" in picture and "Composite" in picture


def test_a_cohort_without_interval_is_a_ring() -> None:
    results = make(units=7, unscored=0, typed=False, cohorts=False, nasty=False)
    results.units["lone"] = ["x", *["y"] * 6]
    picture = cohort_figure(compare_cohorts(results, "lone", year=2020, runs=50), "en")
    assert picture.count('fill="#fff"') == 10  # both sides have one unit against six, five scores each
    assert 'stroke="#e69f00"' not in picture


def test_cohorts_without_any_spread_can_be_drawn() -> None:
    results = make(units=6, unscored=0, typed=False)
    for code in ("composite", "carbon", "other", "air", "growth"):
        results.scores[code] = 50.0
    assert "nan" not in cohort_figure(compare_cohorts(results, "batch", year=2020, runs=20), "en")


def test_a_text_is_cut_by_the_room_it_takes() -> None:
    assert svg.shorten("鄂尔多斯市", 44) == "鄂尔多…"
    assert svg.shorten(" a\nb ", 100) == "a b"
    assert svg.shorten("a" * 10, 44) == svg.shorten("a" * 10**6, 44) == "aaaaaa…"
    assert svg.shorten("abc", 0) == "…"


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [(0.12, 0.88, [0, 0.2, 0.4, 0.6, 0.8, 1]), (-3, 3, [-4, -2, 0, 2, 4]), (5, 5, [4.4, 4.6, 4.8, 5, 5.2, 5.4, 5.6])],
)
def test_ticks_are_round_and_cover_the_range(low: float, high: float, expected: list[float]) -> None:
    assert svg.ticks(low, high) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("low", "high"),
    [
        (0.0, 3e-16), (50.0, 50.0 + 1e-14), (-1e-12, 1e-12), (0.0, 5e-324), (1e300, 1e300), (-1e307, 1e307),
        (0.0, 0.0), (7e12, 7e12 + 0.25),
    ],
)  # fmt: skip
def test_ticks_of_rounding_and_of_ranges_near_the_ends_of_numbers_stay_apart(low: float, high: float) -> None:
    found = svg.ticks(low, high)
    assert np.isfinite(found).all()
    assert found[0] <= low <= high <= found[-1]
    assert (np.diff(found) > 0).all()
    assert 2 <= len(found) <= 12


def luminance(colour: str) -> float:
    """Relative luminance, WCAG 2.2."""
    digits = colour.lstrip("#") if len(colour) == 7 else "".join(2 * c for c in colour.lstrip("#"))
    parts = [int(digits[n : n + 2], 16) / 255 for n in (0, 2, 4)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("grade", range(9))
def test_the_names_of_grades_can_be_read_on_their_colours(grade: int) -> None:
    colour, ink = viridis(grade / 8)
    assert contrast(colour, ink) >= 4.5


def test_texts_can_be_read_on_their_ground() -> None:
    # muted text on white, on the band of headings, the notice, links
    for ink, ground in ((svg.MUTED, "#ffffff"), (svg.MUTED, "#f4f6f8"), ("#ffffff", "#5c2e00"), ("#005a8c", "#ffffff")):
        assert contrast(ink, ground) >= 4.5
