"""The page: what it says, in which order, and that nothing in it can act."""

import base64
import hashlib
import os
import re
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from evaluate.cohorts import compare_cohorts
from evaluate.report.cohorts_page import render_cohorts
from evaluate.report.html import SECTIONS, facts_of, render_report
from evaluate.report.parts import Labels, significant
from evaluate.results import Results
from tests.evaluate.report.builder import NASTY, make
from tests.evaluate.report.reader import Reader

VARIANTS: dict[str, dict[str, Any]] = {
    "typed": {},
    "comparable": {"comparable": True},
    "no types": {"typed": False},
    "no robustness": {"robust": False},
    "no cohorts": {"cohorts": False, "correlates": False},
    "one unit": {"units": 1, "unscored": 0},
    "nobody scored": {"units": 3, "unscored": 3, "years": range(2020, 2021), "robust": False},
    "one year": {"years": range(2020, 2021)},
    "many not scored": {"units": 60, "unscored": 30},
    "no notice": {"notice": False},
}


def without(results: Results, **keys: Any) -> Results:
    return replace(results, manifest={**results.manifest, **keys})


@pytest.fixture(scope="module", params=[(name, lang) for name in VARIANTS for lang in ("zh", "en")], ids=str)
def page(request: pytest.FixtureRequest) -> str:
    name, language = request.param
    return render_report(make(**VARIANTS[name]), language)


def test_the_page_is_well_formed_and_names_bring_no_elements(page: str) -> None:
    read = Reader(page)
    assert read.faults == []
    allowed = {
        "html", "head", "meta", "title", "style", "body", "a", "div", "nav", "header", "main", "footer", "section",
        "h1", "h2", "h3", "h4", "p", "strong", "span", "ol", "ul", "li", "dl", "dt", "dd", "table", "caption", "thead",
        "tbody", "tr", "th", "td", "details", "summary", "figure", "figcaption", "label", "input", "button", "output",
        "code", "abbr", "i", "b", "script", "svg", "g", "text", "line", "rect", "circle", "polygon", "polyline",
    }  # fmt: skip
    assert {name for name, _ in read.elements} <= allowed
    assert len(read.all("script")) == 1
    for name, attributes in read.elements:
        assert not [key for key in attributes if key.startswith("on")], name
        assert not {"src", "srcset", "action", "formaction", "background", "poster", "data"} & set(attributes), name
        assert (attributes.get("href") or "#").startswith("#")


def test_nothing_is_fetched_from_outside(page: str) -> None:
    addresses = set(re.findall(r"\w+://[^\s\"'<>)]*", page))
    assert addresses <= {"http://www.w3.org/2000/svg"}
    assert "url(" not in page and "@import" not in page


def test_the_policy_names_the_script_and_allows_nothing_else(page: str) -> None:
    (policy,) = [m["content"] for m in Reader(page).all("meta") if m.get("http-equiv") == "Content-Security-Policy"]
    script = re.search(r"<script>(.*?)</script>", page, re.S)
    assert script and policy
    digest = base64.b64encode(hashlib.sha256(script[1].encode()).digest()).decode()
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert rules["default-src"] == "'none'"
    assert rules["script-src"] == f"'sha256-{digest}'"
    assert rules["style-src"] == "'unsafe-inline'"
    assert set(rules) == {"default-src", "style-src", "img-src", "script-src", "base-uri", "form-action"}
    # a policy counts from where it stands: nothing may run before it
    assert page.index("Content-Security-Policy") < page.index("<style>") < page.index("<script>")


def test_ids_are_unique_and_what_refers_to_them_finds_them(page: str) -> None:
    read = Reader(page)
    ids = Counter(a["id"] for _, a in read.elements if "id" in a)
    assert not [name for name, count in ids.items() if count > 1]
    for _, attributes in read.elements:
        if attributes.get("href"):
            assert str(attributes["href"])[1:] in ids
        if attributes.get("aria-labelledby"):
            assert attributes["aria-labelledby"] in ids


def test_headings_go_down_one_step_at_a_time(page: str) -> None:
    levels = [int(name[1]) for name, _ in Reader(page).elements if re.fullmatch("h[1-6]", name)]
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_tables_have_captions_and_scopes(page: str) -> None:
    for table in re.findall(r"<table[^>]*>(.*?)</table>", page, re.S):
        if "<caption>" not in table:
            assert 'class="tree' in table  # a profile: its summary names it
    assert not [a for a in Reader(page).all("th") if a.get("scope") not in ("col", "row", "colgroup")]


def test_every_section_is_there_in_order(page: str) -> None:
    places = [page.index(f'<h2 id="{name}">') for name in SECTIONS]
    assert places == sorted(places)
    assert SECTIONS[:3] == ("unscored", "tiers", "methodology")
    assert SECTIONS.index("tiers") < SECTIONS.index("ranking")


def test_nothing_is_left_unfilled(page: str) -> None:
    said = "".join(Reader(page).text)
    assert not re.search(r"\bnan\b|\bNaN\b|\bNone\b|<NA>|Undefined|\{\{(?!7)|\{[a-z_]+\}", said)


def said(**options: Any) -> str:
    language = options.pop("language", "en")
    return " ".join("".join(Reader(render_report(make(**options), language)).text).split())


@pytest.mark.parametrize("language", ["zh", "en"])
def test_hostile_names_are_shown_as_they_are(language: str) -> None:
    shown = said(units=26, language=language)
    for name in NASTY:
        assert " ".join(name.split()) in shown
    assert "Made for the tests <b>&</b>" in shown
    assert "<b>region" in shown and "East & <i>coast" in shown


def test_the_notice_stands_at_the_top_and_at_the_end() -> None:
    page = render_report(make(), "zh")
    assert page.count("示范数据，纯属虚构 &lt;b&gt;") >= 2
    assert page.index('class="notice"') < page.index("<h1>")
    assert 'class="notice"' not in render_report(make(notice=False), "zh")


def test_the_index_is_never_called_official() -> None:
    assert "It is not an official index" in said()
    assert "不是官方指数" in said(language="zh")
    shown = said(language="en").lower()
    assert shown.count("official") == shown.count("not an official")
    assert "objective" not in shown
    assert "客观" not in said(language="zh")


def test_data_driven_weights_are_said_to_be_that() -> None:
    assert "entropy weights, which are data-driven" in said()
    assert "数据驱动权重" in said(language="zh")


def test_a_capped_unit_is_starred_and_the_reason_stands_below_its_table() -> None:
    page = render_report(make(nasty=False), "en")
    assert page.count(">*</abbr>") == 1
    assert "City 2</strong>: veto: &lt;b&gt;above&lt;/b&gt; 5; capped at 60</p>" in page


def test_numbers_are_shown_as_the_tables_of_a_run_hold_them() -> None:
    # 56.905 lies a hair below or above in floating point; with ten digits it is itself
    assert significant(56.90499999999999) == significant(56.905) == significant(56.90500000000001)


def test_without_robustness_the_page_says_that_ranks_are_untested() -> None:
    shown = said(robust=False)
    assert "No robustness analysis was made, so it is not known which differences in rank can be relied on" in shown
    assert "No robustness analysis was made, so there are no rank intervals." in shown


def test_failed_replicates_are_reported_with_their_reason() -> None:
    assert "Of 200 replicates 198 succeeded and 2 failed. 2 failed: a score <= 0" in said()


def test_nobody_scored_still_gives_a_page_with_the_reasons() -> None:
    shown = said(**VARIANTS["nobody scored"])
    assert "Units without a score in the year ranked: 3." in shown
    assert "has 1 of 3 indicators, 80% are required" in shown
    assert "No unit has a score in the year ranked." in shown


def test_many_units_without_a_score_are_drawn_together_first() -> None:
    page = render_report(make(**VARIANTS["many not scored"], nasty=False), "en")
    assert page.index("by type and reason") < page.index("Units without a score in 2020, and why")


def test_who_ran_what_can_be_verified() -> None:
    shown = said()
    assert "0123456789abcdef" in shown and "ab" * 32 in shown
    assert "city-synergy verify RUN --rerun" in shown


def test_warnings_units_off_the_map_and_repairs_are_named() -> None:
    shown = said(nasty=False)
    assert "the indicator 'C<' (c) is constant in the reference population (all) and gets the midpoint" in shown
    assert "These 1 units have no boundary; they are ranked, but not on the map: City 1 (0002)" in shown
    assert "self-intersection" in shown


def test_without_boundaries_there_is_no_word_of_them() -> None:
    results = without(make(), boundaries=None)
    assert "Boundaries" not in "".join(Reader(render_report(results, "en")).text)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_run_without_types_has_no_word_of_them(language: str) -> None:
    said = re.sub(r"<(style|script)>.*?</\1>|<[^>]*>", " ", render_report(make(typed=False), language), flags=re.DOTALL)
    assert not re.findall({"zh": r".{9}类型.{9}", "en": r".{19}\b[Tt]ypes?\b.{9}"}[language], said)


def test_a_period_of_one_year_is_that_year() -> None:
    results = make()
    period = results.manifest["period"]
    one = without(results, period=period | {"from": 2020, "to": 2020})
    assert dict(facts_of(Labels(one, "en")))["Years scored"] == "2020"
    assert dict(facts_of(Labels(results, "en")))["Years scored"] == f"{period['from']}–{period['to']}"


def test_the_same_run_gives_the_same_page() -> None:
    assert render_report(make(), "en") == render_report(make(), "en")


def test_another_process_gives_the_same_page(root: Path, tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from tests.evaluate.report.builder import make;"
        "from evaluate.report.html import render_report;"
        "Path(sys.argv[1]).write_text(render_report(make(), 'zh'), encoding='utf-8')"
    )
    environment = {**os.environ, "PYTHONPATH": str(root), "PYTHONHASHSEED": "11"}
    subprocess.run([sys.executable, "-c", code, str(tmp_path / "page.html")], check=True, env=environment)
    assert (tmp_path / "page.html").read_text(encoding="utf-8") == render_report(make(), "zh")


def test_the_order_of_rows_changes_nothing() -> None:
    results = make()
    mixed = {
        name: getattr(results, name).sample(frac=1, random_state=3)
        for name in ("units", "scores", "values", "normalised", "robustness", "correlates")
    }
    # equal names and codes come in the order of the roster, so the roster stays
    mixed["units"] = results.units
    assert render_report(replace(results, **mixed), "en") == render_report(results, "en")


def test_scores_below_zero_and_above_a_hundred_have_bars() -> None:
    results = make(typed=False)
    scores = results.scores.assign(carbon=results.scores["carbon"] * 3 - 80)
    page = render_report(replace(results, scores=scores), "en")
    widths = [float(w) for w in re.findall(r"width:([-\d.]+)%", page)]
    assert min(widths) == 0 and max(widths) <= 100


def test_a_page_of_national_size_stays_small() -> None:
    page = render_report(make(units=295, years=range(2012, 2020), nasty=False), "zh")
    assert len(page.encode()) < 3_000_000


def test_rank_intervals_are_cut_into_panels_that_fit_a_page() -> None:
    page = render_report(make(units=100, typed=False, unscored=0, nasty=False), "en")
    titles = re.findall(r'<title id="ranks-0-\d-title">(.*?)</title>', page)
    assert titles == [f"Rank intervals in 2020: All units (part {n} of 3)" for n in (1, 2, 3)]
    assert page.count('class="picture"') >= 4


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("comparable", [True, False])
def test_the_page_of_cohorts(language: str, comparable: bool) -> None:
    results = make(comparable=comparable)
    comparison = compare_cohorts(results, "<b>region", runs=50)
    page = render_cohorts(comparison, results, language)
    read = Reader(page)
    assert read.faults == []
    assert page.count('<svg class="picture"') == 1
    assert "East & <i>coast" in "".join(read.text)
    assert "示范数据" in page if language == "zh" else "Made-up data" in page
    within = "within type" in "".join(read.text) if language == "en" else "只在类型内比较" in "".join(read.text)
    assert within is not comparable


def test_a_comparison_of_another_year_shows_that_year() -> None:
    results = make()
    page = render_cohorts(compare_cohorts(results, "batch", year=2017, runs=50), results, "en")
    assert "difference to the rest, 2017" in page


def test_types_with_the_same_label_are_kept_apart() -> None:
    results = make(nasty=False)
    framework = results.manifest["assessment"]["framework"]
    types = {code: {**kind, "label": "Same"} for code, kind in framework["types"].items()}
    results = without(results, assessment={"framework": {**framework, "types": types}})
    page = render_report(results, "en")
    rows = [len(re.findall("<tr data-find", t)) for t in re.findall(r'<table class="ranking.*?</table>', page, re.S)]
    assert rows == [11, 11]


def test_units_without_a_type_are_a_group_of_their_own() -> None:
    results = make(nasty=False)
    blank = results.units["unit"].isin(["0001", "0002"])
    units = results.units.assign(type=results.units["type"].mask(blank, ""))
    scores = results.scores.assign(type=results.scores["type"].mask(results.scores["unit"].isin(["0001", "0002"]), ""))
    robustness = pd.DataFrame(results.robustness)
    robustness["type"] = robustness["type"].mask(robustness["unit"].isin(["0001", "0002"]), "")
    assert "No type" in render_report(replace(results, units=units, scores=scores, robustness=robustness), "en")
