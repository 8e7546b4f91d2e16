"""Coherence and diagnosis in the page and the workbook, in both languages, whatever names hold."""

import re
from dataclasses import replace
from html import unescape
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pandas as pd
import pytest

from evaluate.report import coherence_tables, diagnosis, sensitivity, tables
from evaluate.report.html import render_report
from evaluate.report.parts import Labels
from evaluate.report.workbook import write_workbook
from evaluate.results import Results
from tests.evaluate.report.builder import make
from tests.evaluate.report.test_html import Reader

LAST = 2020


def frame(columns: str, *records: tuple[Any, ...]) -> pd.DataFrame:
    return pd.DataFrame(list(records), columns=columns.split())


def analysed(**options: Any) -> Results:
    """Return results with hand-made tables of coherence and diagnosis for its first two units and its last."""
    results = make(**options)
    mine = ("mine", LAST)
    gone = str(results.units["unit"].iloc[-1])
    kind = str(results.units["type"].iloc[-1])
    weights = results.weights.assign(
        correlation_with_parent=0.5, correlation_with_composite=np.nan, influence=0.25,
    )  # fmt: skip
    return replace(
        results,
        weights=weights,
        correlations=frame(
            "type data relation code other n pearson p_pearson spearman p_spearman kendall p_kendall",
            ("mine", "levels", "parent", "intensity", "carbon", 11, -0.84, 0.0001, -0.8, 0.003, -0.7, 0.004),
            ("mine", "values", "pair", "intensity", "wealth", 11, 0.1, 0.8, 0.1, 0.8, 0.1, 0.8),
        ),
        alpha=frame(
            "type code k n alpha standardised",
            ("mine", "composite", 3, 11, 0.7, 0.71),
            ("mine", "carbon", 1, 11, np.nan, np.nan),
        ),
        pca=frame(
            "type parent component eigenvalue share cumulative code loading n note",
            ("mine", "composite", 1, 1.5, 0.75, 0.75, "intensity", -0.9, 11, ""),
            ("mine", "composite", 1, 1.5, 0.75, 0.75, "wealth", 0.8, 11, ""),
            ("mine", "composite", 2, 0.5, 0.25, 1.0, "intensity", np.nan, 11, "constant"),
            ("mine", "composite", 2, 0.5, 0.25, 1.0, "wealth", 0.6, 11, ""),
        ),
        drop_one=frame(
            "type code parent n lost mean_shift max_shift spearman reason",
            ("mine", "intensity", "carbon", 10, 1, 1.5, 4, 0.9, ""),
            ("mine", "wealth", "growth", 0, 11, np.nan, np.nan, np.nan, "<b>refused</b>"),
        ),
        flags=frame(
            "type flag code other r p n", ("mine", "counter_directional", "intensity", "carbon", -0.84, 0.0001, 11)
        ),
        diagnosis=frame(
            "unit type year code level score obstacle percentile distance standing reason",
            ("0001", *mine, "carbon", 2, 20.0, 0.7, 0.0, -1.0, "weakness", ""),
            ("0001", *mine, "intensity", 1, 20.0, 0.7, 0.1, -1.2, "weakness", ""),
            ("0001", *mine, "wealth", 1, 70.0, 0.3, 0.9, 1.4, "strength", ""),
            ("0001", *mine, "so2_change", 1, np.nan, np.nan, np.nan, np.nan, "", ""),
            ("0003", *mine, "intensity", 1, 100.0, np.nan, 1.0, 2.0, "strength", "all_at_the_top"),
        ),
        lift=frame(
            "unit type year code ahead composite target value needed change deviations score needed_score flat "
            "smallest outcome",
            ("0001", *mine, "intensity", "0005", 40.0, 41.5, 2.5, 1.25, -1.25, 0.3, 20.0, 30.0, 1, 1, "reachable"),
            (
                "0001",
                *mine,
                "wealth",
                "0005",
                40.0,
                41.5,
                1.0,
                np.nan,
                np.nan,
                np.nan,
                70.0,
                np.nan,
                0,
                0,
                "not_enough",
            ),
            ("0003", *mine, "", "", 90.0, np.nan, np.nan, np.nan, np.nan, np.nan, np.nan, np.nan, 0, 0, "first"),
            ("0005", *mine, "wealth", "0003", 41.5, 90.0, 1.0, np.nan, np.nan, np.nan, 70.0, np.nan, 0, 0, "at_best"),
        ),
        progress=frame(
            "unit type year start_year start composite change rule peers from to expected ahead standing",
            ("0001", *mine, 2016, 30.0, 40.0, 10.0, "matched", 5, 28.0, 33.0, 12.5, -2.5, 0.4),
            ("0003", *mine, 2016, 80.0, 90.0, 10.0, "matched", 0, np.nan, np.nan, np.nan, np.nan, np.nan),
        ),
        rank_bounds=frame(
            "unit type year indicators missing lowest highest best_rank worst_rank ranked reason",
            (gone, kind, LAST, 3, 2, 12.0, 77.0, 2, 9, 11, ""),
        ),
    )


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_page_tells_the_analyses_and_escapes_names(language: str) -> None:
    page = render_report(analysed(), language)
    assert Reader(page).faults == []
    assert "<b>refused" not in page and "<script>alert" not in page
    said = unescape(re.sub(r"\s+", " ", re.sub("<[^>]*>", " ", page)))
    expected = {
        "en": ["runs against", "Main obstacles Carbon intensity (70%), Size of the economy (30%)",
               "Strengths Size of the economy (ahead of 90% of its peers)",
               "“Carbon intensity” from 2.5 to 1.25 t / (1e4 CNY)",
               "would reach the 41.50 of", "earns nothing", "No unit of its type is ahead.",
               "none: every score is at the top",
               "+10.0 since 2016; the median of 5 peers that started alike (28.0–33.0) is +12.5.", "2–9"],
        "zh": ["反向", "主要障碍 碳强度（70%）、经济规模（30%）", "优势 经济规模（优于 90% 的同类单元）",
               "“碳强度”由 2.5 改进到 1.25 ", "的 41.50。", "小幅改进不计分",
               "同类型中没有得分更高的单元。",
               "各项均为满分，没有障碍",
               "自 2016 年以来变化 +10.0 分；5 个起点相近的同类单元（28.0–33.0 分）", "第 2–9 名"],
    }[language]  # fmt: skip
    for text in expected:
        assert text in said, text


def test_a_run_without_the_tables_says_so() -> None:
    page = render_report(make(), "en")
    assert "This run holds no tables of coherence." in page and "This run holds no diagnosis." in page
    labels = Labels(make(), "en")
    assert not tables.weights(labels).note or "influence" not in tables.weights(labels).note
    for table in (coherence_tables.pairs(labels), coherence_tables.loadings(labels), diagnosis.units(labels)):
        assert table.rows == []


def test_weights_stand_beside_what_came_of_them() -> None:
    table = tables.weights(Labels(analysed(), "en"))
    keys = [column.key.partition(":")[0] for column in table.columns]
    added = ["correlation_with_parent", "correlation_with_composite", "influence"]
    assert [key for key in dict.fromkeys(keys)] == ["label", "code", "weight", "effective", *added]
    assert "r²" in table.note
    first = table.rows[0]
    kind = table.columns[2].key.partition(":")[2]
    assert (first[f"correlation_with_parent:{kind}"], first[f"influence:{kind}"]) == (0.5, 0.25)
    assert first[f"correlation_with_composite:{kind}"] is None


def test_components_name_the_indicator_that_they_lean_on_most() -> None:
    table = coherence_tables.components(Labels(analysed(), "en"))
    assert [(row["component"], row["other"], row["loading"]) for row in table.rows] == [
        (1, "Carbon intensity", -0.9), (2, "Size of the economy", 0.6),
    ]  # fmt: skip


def test_obstacles_are_means_over_units_with_the_count_of_first_ones() -> None:
    table = diagnosis.obstacles(Labels(analysed(), "en"))
    assert [(row["item"], row["mean"], row["first"]) for row in table.rows] == [
        ("Carbon intensity", 0.7, 1), ("Size of the economy", 0.3, 0),
    ]  # fmt: skip


def test_a_unit_that_nothing_lifts_is_told_so() -> None:
    results = analysed()
    assert results.diagnosis is not None
    more = results.diagnosis.iloc[[1]].assign(unit="0005")
    told = diagnosis.told(Labels(replace(results, diagnosis=pd.concat([results.diagnosis, more])), "en"))
    assert told["0005"].lift.startswith("No single indicator")
    assert told["0005"].progress == "" and told["0003"].progress == ""


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_workbook_holds_the_sheets(language: str, tmp_path: Path) -> None:
    write_workbook(analysed(), language, tmp_path / "report.xlsx")
    book = openpyxl.load_workbook(tmp_path / "report.xlsx")
    named = {
        "zh": {"一致性提示", "信度系数", "主成分", "剔除单项指标", "指标相关系数", "诊断",
               "障碍度", "进展比较", "未得分单元名次上下限"},
        "en": {"Coherence flags", "Cronbach alpha", "Principal components", "Without an indicator",
               "Indicator correlations", "Diagnosis", "Obstacles", "Progress", "Rank bounds"},
    }  # fmt: skip
    assert named[language] <= set(book.sheetnames)
    held = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in held} <= {"s", "n"}
    # correlations of the values themselves are in correlations.csv
    sheet = book["指标相关系数" if language == "zh" else "Indicator correlations"]
    assert len([row for row in sheet.iter_rows(min_row=5) if row[0].value]) == 1


def test_a_run_without_types_has_no_column_of_types() -> None:
    labels = Labels(analysed(typed=False), "en")
    assert "type" not in [column.key for column in coherence_tables.alphas(labels).columns]
    assert diagnosis.units(labels).columns[0].key == "rank_in_type"


def test_types_and_items_stand_in_the_order_of_the_framework() -> None:
    labels = Labels(analysed(), "en")
    codes = [*reversed(labels.indicators), "composite"]
    alpha = pd.DataFrame([
        {"type": kind, "code": code, "k": 3, "n": 11, "alpha": 0.5, "standardised": 0.5}
        for kind in reversed(labels.types)
        for code in codes
    ])  # fmt: skip
    shown = coherence_tables.alphas(Labels(replace(labels.results, alpha=alpha), "en")).rows
    items = [labels.code(code) for code in ("composite", *labels.indicators)]
    assert [(row["type"], row["item"]) for row in shown] == [
        (labels.kind(kind), item) for kind in labels.types for item in items
    ]


def test_nothing_is_called_in_order_where_nothing_was_looked_at() -> None:
    results = analysed()
    assert results.flags is not None
    clean = replace(results, flags=results.flags.iloc[:0])
    few = replace(clean, scores=clean.scores[clean.scores["unit"].isin(clean.units["unit"].head(4))])
    assert "No indicator is redundant" in render_report(clean, "en")
    said = render_report(few, "en")
    assert "no indicator was looked at for flags" in said and "No indicator is redundant" not in said


@pytest.mark.parametrize("language", ["zh", "en"])
def test_what_moves_the_ranks_stands_in_the_page(language: str) -> None:
    inputs = ["normalisation.bounds", "weight_noise.carbon", "leave_out", "sources.co2", "overrides.intensity.outliers"]
    found = frame(
        "output input first first_low first_high total total_low total_high",
        *(("mean_rank_shift", name, 0.25, 0.2, 0.3, 0.5, 0.4, 0.6) for name in inputs),
        ("rank:0001", "leave_out", 0.9, 0.8, 1.0, 0.9, 0.8, 1.0),
    )
    results = replace(make(), sensitivity=found)
    rows = sensitivity.sensitivity(Labels(results, language)).rows
    assert [row["total"] for row in rows] == [0.5] * 5
    assert not {str(row["item"]) for row in rows} & set(inputs)
    assert "Sobol" in render_report(results, language) and "Sobol" not in render_report(make(), language)
