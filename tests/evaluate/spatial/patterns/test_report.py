"""What readers see of spatial patterns: section, pictures, workbook tables, layers of the map."""

import re
from collections import Counter
from dataclasses import replace
from typing import Literal, get_args, get_origin

import pytest

from evaluate.artifacts import read_run
from evaluate.report.colours import CLUSTERS
from evaluate.report.map_patterns import pattern_layers
from evaluate.report.parts import Labels, written
from evaluate.report.patterns import patterns
from evaluate.report.patterns_figure import Dot, scatterplot
from evaluate.report.patterns_tables import MARKED, agreement, clusters, joins, overall, rules, units
from evaluate.report.spatial import Told, rule_said
from evaluate.results import Results
from evaluate.spatial.places import default_rules
from geo.neighbours.contiguity import Queen, Rook
from geo.neighbours.distance import DistanceBand, InverseDistance, Kernel, KNearest
from geo.neighbours.economic import Economic, EconomicGeographic
from geo.neighbours.table import Table
from indicators.texts import catalogue
from tests.evaluate.spatial.patterns.conftest import CODES
from tests.evaluate.tiny import Project


def told(results: Results, language: str) -> Told:
    section = patterns(Labels(results, language))
    assert section is not None
    return section


def test_the_page_says_how_it_was_found_and_that_nothing_is_scored_by_it(results: Results) -> None:
    said = told(results, "en").said[0]
    assert "border, nearest four, river" in said
    assert "999 random orders of the values (seed 7, two-sided)" in said
    assert "Level 0.05, false discovery rate controlled" in said
    assert "Nothing of this is part of a score or a rank." in said
    assert "不参与任何得分和排名" in told(results, "zh").said[0]
    assert "border、最近四市、river" in told(results, "zh").said[0]


@pytest.mark.parametrize("borders", [True, False])
def test_rules_that_nobody_stated_have_a_name_as_well(results: Results, borders: bool) -> None:
    assessment = results.manifest["assessment"] | {"spatial": {"neighbours": None}}
    labels = [Labels(replace(results, manifest={"assessment": assessment}), language) for language in ("zh", "en")]
    names = list(default_rules(borders, 30))
    assert len({rule_said(each, name) for each in labels for name in names}) == 2 * len(names)
    assert rule_said(labels[0], "nearest_4") == "最近的 4 个单元"


def test_what_must_be_known_before_believing_it(results: Results) -> None:
    notes = told(results, "en").notes
    assert any(note.startswith("Without a neighbour under 'river': City 0-0, City 1-0") for note in notes)
    assert any("a unit that stands alone among 64 cannot be marked" in note for note in notes)
    assert any("at least 2559 permutations" in note for note in notes)  # 2 · 64/0.05 − 1
    assert not any("fewer than 3 rules" in note.lower() for note in notes)


def test_that_no_unit_is_marked_is_said_of_what_no_rule_marks(results: Results) -> None:
    """Under `river` nobody is marked, under the two other rules a third of the cities."""
    assert "patterns.coarse_discovery" not in {warning["key"] for warning in results.manifest["warnings"]}
    rules = results.spatial["neighbour_rules"].iloc[::-1]
    turned = replace(results, spatial={**results.spatial, "neighbour_rules": rules})
    local = results.spatial["local_autocorrelation"]
    here = local[(local["year"] == 2021) & local["cluster"].isin(MARKED)]
    near, border = (here.loc[here["rule"] == rule, "unit"].nunique() for rule in ("near", "border"))
    assert (
        f"In 2021 the rule 'river' marks no unit; other rules do: nearest four ({near} units), border ({border} units)."
        in told(turned, "en").notes
    )
    assert not any("marks no unit" in note for note in told(results, "en").notes)
    alone = replace(turned, spatial={**turned.spatial, "local_autocorrelation": local[local["rule"] == "river"]})
    assert "In 2021 no rule marks any unit." in told(alone, "en").notes


def test_rules_are_told_in_words(results: Results) -> None:
    stated = "k=4; islands=nearest; within=least; standardisation=none; force=True"
    spatial = results.spatial["neighbour_rules"].assign(parameters=stated, resolved="least_km=445.814; within_km=0.5")
    made = replace(results, spatial={**results.spatial, "neighbour_rules": spatial})
    assert (
        rules(Labels(made, "zh")).rows[0]["resolved"]
        == "使每个单元都有邻近单元的最小距离 445.8 千米、距离不超过 0.5 千米"
    )
    assert (
        rules(Labels(made, "en")).rows[0]["resolved"]
        == "least distance that leaves nobody alone 445.8 km, within 0.5 km"
    )
    assert rules(Labels(made, "en")).rows[0]["parameters"] == (
        "neighbours of each: 4, whoever is alone is joined to the nearest, within the least distance that "
        "leaves nobody alone, strengths as they are, let pass by `force`"
    )


def test_every_parameter_of_a_rule_has_words() -> None:
    kinds = [Queen, Rook, KNearest, DistanceBand, InverseDistance, Kernel, Economic, EconomicGeographic, Table]
    needed = {f"resolved_{name}" for name in ("least_km", "within_km", "cut_off_km", "bandwidth_km")}
    for name, field in (
        pair for kind in kinds for pair in kind.model_fields.items() if pair[0] not in ("rule", "label")
    ):
        stated = [part for part in (field.annotation, *get_args(field.annotation)) if get_origin(part) is Literal]
        needed |= {f"parameter_{name}_{word}" for part in stated for word in get_args(part)}
        needed |= {f"parameter_{name}"} if field.annotation not in stated else set()
    assert not needed - set(catalogue("patterns"))


def test_a_statistic_far_below_one_shows_its_digits(results: Results) -> None:
    """The general G of as many units as a country has lies near 1/(n − 1)."""
    kinds = {column.key: column.kind for column in overall(Labels(results, "en")).columns}
    assert (written(0.004172087607, kinds["value"]), written(0.003366534327, kinds["expected"])) == (
        "0.004172",
        "0.003367",
    )


def test_a_scatterplot_of_each_item_and_of_the_pair(results: Results) -> None:
    pictures = told(results, "en").pictures
    assert len(pictures) == 4
    assert pictures[0].title == "Moran scatterplot: Composite (border)"
    assert pictures[0].said.startswith("The slope is Moran's I: 0.")
    assert pictures[3].title.endswith("Co-control: pollutant reduction here, carbon reduction around (border)")
    assert "City 0-0: here " in pictures[0].drawing
    titles = [re.findall(r'text-anchor="middle"[^>]*>([^<\d−]{4,})<', picture.drawing) for picture in pictures]
    assert titles[0] == ["Here (standard deviations)", "Composite", "Around, mean (standard deviations)", "Composite"]
    assert titles[3][1].startswith("pollutant reduction (") and titles[3][3].startswith("carbon reduction (")
    assert all(">not marked<" in picture.drawing for picture in pictures)


def test_a_run_that_was_read_back_tells_the_same(results: Results, project: Project) -> None:
    back = read_run(project.out)
    for language in ("en", "zh"):
        assert told(back, language) == told(results, language)


def test_agreement_counted_by_hand(results: Results) -> None:
    local = results.spatial["local_autocorrelation"]
    mine = local[(local["statistic"] == "moran") & (local["item"] == "composite") & (local["year"] == 2021)]
    labels = {unit: held.tolist() for unit, held in mine.groupby("unit")["cluster"]}
    compared = {unit: held for unit, held in labels.items() if "island" not in held}
    assert len(compared) == 64 - 8  # nobody lies above the heads of the eight rivers
    marked = [held for held in compared.values() if set(held) != {"not_significant"}]
    row = next(row for row in agreement(Labels(results, "en")).rows if row["item"] == "Composite")
    assert (row["compared"], row["marked"]) == (len(compared), len(marked))
    assert row["share"] == pytest.approx(sum(len(set(held)) == 1 for held in compared.values()) / len(compared))
    assert row["share_marked"] == pytest.approx(sum(len(set(held)) == 1 for held in marked) / len(marked))
    table = results.spatial["cluster_agreement"]
    table = table[(table["statistic"] == "moran") & (table["item"] == "composite") & (table["year"] == 2021)]
    for row in table.to_dict("records"):
        assert row["agreeing"] == max(Counter(labels[row["unit"]]).values())
        assert row["share"] == pytest.approx(row["agreeing"] / 3)


def test_rules_that_mark_nobody_agree_about_nothing(results: Results) -> None:
    table = results.spatial["cluster_agreement"].assign(marking=0, agreeing=3, label="not_significant")
    row = agreement(Labels(replace(results, spatial={**results.spatial, "cluster_agreement": table}), "en")).rows[0]
    assert (row["marked"], row["share"], row["share_marked"]) == (0, None, None)
    assert "Blank where no rule marks a unit" in agreement(Labels(results, "en")).note


def test_tables_of_the_page_and_the_workbook(results: Results) -> None:
    labels = Labels(results, "en")
    assert len(overall(labels).rows) == 3 * (3 * 3 + 1)  # three rules: three items with three statistics, and the pair
    assert len(overall(labels, every_year=True).rows) == 2 * len(overall(labels).rows)
    assert {row["categories"] for row in joins(labels).rows if row["item"] == "Type"} == {
        "all joins of unlike categories", "Industrial and Industrial", "Industrial and Resource",
        "Resource and Resource",
    }  # fmt: skip
    assert sum(row["count"] for row in clusters(labels).rows if row["statistic"] == "Moran's I") > 0
    assert len(units(labels).rows) == 64 * (3 * 4 + 1)


def test_layers_of_the_map(results: Results) -> None:
    layers = pattern_layers(Labels(results, "zh"))
    assert len(layers) == 2 * (3 * 4 + 1)  # clusters and agreement
    first = layers[0]
    assert (first.label, first.kind, first.group) == ("综合得分（莫兰指数 I）", "nominal", "spatial")
    assert set(first.values) == set(CODES)
    assert list(first.by_year) == [2020]
    assert first.values["r7c7"] == "LL"
    for layer in layers:
        colours = {category.code: category.colour for category in layer.categories}
        assert {code: colours[code] for code in colours if code in CLUSTERS} == {
            code: CLUSTERS[code] for code in colours if code in CLUSTERS
        }
        assert set(layer.values.values()) <= set(colours)


def test_what_some_rules_mark_has_the_colour_of_what_most_of_them_call_it(results: Results) -> None:
    local = results.spatial["local_autocorrelation"]
    mine = local[(local["statistic"] == "moran") & (local["item"] == "composite") & (local["year"] == 2021)]
    held = {unit: dict(zip(rows["rule"], rows["cluster"], strict=True)) for unit, rows in mine.groupby("unit")}
    layer = next(one for one in pattern_layers(Labels(results, "en")) if one.code == "agreement-0")
    assert layer.label == "Agreement of rules: Composite (Moran's I)"
    unit = next(
        unit
        for unit, found in held.items()
        if sorted(found.values())[:2] == ["LL", "LL"] and len({*found.values()}) == 2
    )
    category = next(one for one in layer.categories if one.code == layer.values[unit])
    assert (category.label, category.colour, category.stripe) == (
        "low, surrounded by low (by some rules)",
        CLUSTERS["LL"],
        "#ffffff",
    )
    assert "striped" in layer.note
    at_odds = mine["rule"].map({"border": "HH", "near": "LL", "river": "not_significant"})
    table = results.spatial["cluster_agreement"].assign(label="", agreeing=1, marking=2)
    changed = {**results.spatial, "local_autocorrelation": mine.assign(cluster=at_odds), "cluster_agreement": table}
    (_, layer) = pattern_layers(Labels(replace(results, spatial=changed), "en"))
    assert set(layer.values.values()) == {"disputed"}
    assert [one.label for one in layer.categories] == [
        "marked by some rules, as one thing by some and another by others"
    ]


def test_a_line_that_leaves_the_frame_is_cut_and_names_are_escaped() -> None:
    dots = [Dot(-1.0, -0.1, "LL", "<b>a</b>"), Dot(2.0, 0.1, "not_significant", "b")]
    key = {"HH": "high <among> high"}
    axes = (("here", "x"), ("around", "y"))
    drawn = scatterplot("m", "t", dots, 5.0, axes, key | {"": "not marked"})
    assert drawn.count('fill="none" stroke="#566370"') == 2  # the unit that no rule marks, and its entry in the key
    assert "&lt;b&gt;a" in drawn
    assert "high &lt;among&gt; high" in drawn
    line = next(part for part in drawn.split("<line")[1:] if "stroke-width" in part)
    heights = [float(line.split(f'{end}="')[1].split('"')[0]) for end in ("y1", "y2")]
    assert sorted(heights) == [12.0, 296.0]
    level, without = (scatterplot("m", "t", dots, slope, axes, key) for slope in (0.0, None))
    assert level.count("<line") == without.count("<line") + 1
