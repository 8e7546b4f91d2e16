"""What page, workbook and map say of regressions and of weights that vary over space."""

import re
from dataclasses import replace

import numpy as np
import pytest

from evaluate.report.exploratory import differences, exploratory, exploratory_layers
from evaluate.report.html import render_report
from evaluate.report.map_data import map_data
from evaluate.report.parts import Labels
from evaluate.report.regressions import called, models, regressions
from evaluate.report.spatial import spatial_tables
from evaluate.results import Results
from tests.evaluate.report.test_html import Reader

HAN = re.compile(r"[\u4e00-\u9fff]")


@pytest.fixture(scope="module", params=["zh", "en"])
def page(request: pytest.FixtureRequest, whole: Results) -> tuple[str, str]:
    return request.param, render_report(whole, request.param)


def section(page: str, name: str) -> str:
    found = re.search(rf'<section[^>]*><h2 id="{name}">.*?</section>', page, re.S)
    assert found and not Reader(page).faults
    return " ".join(" ".join(Reader(found[0]).text).split())


def test_the_page_tells_both(page: tuple[str, str]) -> None:
    language, html = page
    over, weights = section(html, "local_regression"), section(html, "local_weights")
    told = {
        "zh": (["临界 t 值", "不说明因果", "空间滞后模型", "（GWR）", "48（48–52）个单元", "全部年份", "（共 17 项）"],
               ["探索性", "不用于排名", "局部熵权法"]),
        "en": (["critical t", "not what causes what", "spatial lag model", "48 (48–52) units", "all years", "(17)"],
               ["Exploratory", "no score or rank rests on it", "local entropy"]),
    }[language]  # fmt: skip
    assert not [words for words in told[0] if words not in over]
    assert not [words for words in told[1] if words not in weights]


def test_composites_of_types_that_do_not_compare_are_coloured_by_themselves(whole: Results) -> None:
    layers = [one for one in map_data(whole, "en").layers if one.code.startswith("explore-")]
    assert not any(one.within_type or "of one type" in one.note for one in layers)
    apart = {name: whole.spatial[name].assign(type="resource") for name in ("local_composite", "local_weights")}
    layers = exploratory_layers(Labels(replace(whole, spatial={**whole.spatial, **apart}), "en"))
    composites = [one for one in layers if one.code.endswith("local_composite")]
    assert composites and all((one.kind, one.within_type) == ("score", True) for one in composites)
    assert all("within each type" in one.note for one in composites)
    assert all("compare units of one type alone" in one.note for one in layers if one not in composites)


def test_the_greatest_differences_are_listed_whatever_their_sign(whole: Results) -> None:
    held = whole.spatial["local_composite"]
    fallen = held.assign(difference=-held["difference"].abs())
    labels = Labels(replace(whole, spatial={**whole.spatial, "local_composite": fallen}), "en")
    for method in ("local_entropy", "ogwa"):
        greatest = fallen[fallen["method"] == method]["difference"].dropna().sort_values()[:10]
        rows = [row["difference"] for row in differences(labels).rows if row["method"] == called(labels, method)]
        assert rows == pytest.approx(list(greatest))


def test_models_say_on_which_rows_and_among_whom_they_rest(whole: Results) -> None:
    table = whole.spatial["regression_models"]
    lag = (table["model"] == "lag") & (table["regression"] == "composite")
    held = table[table["year"] == 2021].assign(dropped=2, islands=table["islands"].where(~lag, 4))
    labels = Labels(replace(whole, spatial={**whole.spatial, "regression_models": held}), "en")
    rows = {(row["regression"], row["model"]): row for row in models(labels).rows}
    lag_row, ols = (rows["composite", called(labels, name)] for name in ("lag", "ols"))
    assert (lag_row["neighbours"], ols["neighbours"]) == ("queen (4 without a neighbour)", "")
    assert lag_row["dropped"] == 2
    told = regressions(labels)
    assert told and "Values of 2021." in told.said[0]


def test_nothing_is_told_where_nothing_is_asked(whole: Results) -> None:
    labels = Labels(replace(whole, spatial={}), "en")
    assert regressions(labels) is None and exploratory(labels) is None


def test_every_table_is_whole(whole: Results) -> None:
    for language in ("zh", "en"):
        tables = dict(spatial_tables(Labels(whole, language)))
        named = ("regression_models", "local_terms", "global_terms", "local_predictions", "local_fit")
        named += ("local_coefficients", "local_comparison", "local_weight_spread", "local_composite", "local_weights")
        for name in named:
            table = tables[name]
            assert table.rows and not [c.key for c in table.columns if any(c.key not in row for row in table.rows)]
        assert len(tables["local_coefficients"].rows) == len(whole.spatial["local_coefficients"])


def test_layers_show_what_is_significant(whole: Results) -> None:
    shown = {language: {layer.code: layer for layer in map_data(whole, language).layers} for language in ("zh", "en")}
    layers = shown["en"]
    table = whole.spatial["local_coefficients"]
    kept = table[(table["regression"] == "composite") & (table["model"] == "gwr") & (table["term"] == "rain")]
    rain = next(layer for layer in layers.values() if layer.label.startswith("Local coefficient of Rain (GWR)"))
    assert rain.kind == "number" and rain.centre == 0.0 and rain.group == "spatial" and rain.missing
    marked = kept[kept["significant"] == 1]
    assert dict(rain.values) == pytest.approx(dict(zip(marked["unit"], marked["coefficient"], strict=True)))
    assert 0 < len(rain.values) < 62
    over_time = next(layer for layer in layers.values() if layer.label.startswith("Local coefficient of Rain (GTWR)"))
    assert set(over_time.by_year) == {2020} and over_time.values
    r2 = next(layer for layer in layers.values() if layer.label.startswith("Local R² (GWR)"))
    assert all(0 <= float(value) <= 1 for value in r2.values.values() if value is not None)
    own = [layer for code, layer in layers.items() if code.startswith("explore-")]
    assert own and all("xploratory" in layer.label for layer in own)
    assert all("xploratory" in layer.note for layer in own)
    weights = [layer for layer in own if layer.unit_of_measure == "%"]
    sums = np.sum([list(layer.values.values()) for layer in weights if "entropy" in layer.label], axis=0)
    np.testing.assert_allclose(sums, 100)
    assert all(HAN.search(layer.label) for code, layer in shown["zh"].items() if code.startswith(("explore", "local")))
