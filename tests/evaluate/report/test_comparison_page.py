"""The page of a comparison: whole in both languages, safe whatever the names, the same bytes every time."""

import re

import numpy as np
import pandas as pd
import pytest

from evaluate.comparison import Comparison, Edition
from evaluate.comparison.words import how, in_words
from evaluate.report.comparison_page import render_comparison
from evaluate.report.parts import written
from tests.evaluate.comparison.builder import compared, edition, framework, table
from tests.evaluate.report.builder import NASTY
from tests.evaluate.report.reader import Reader

RNG = np.random.default_rng(2)
FIRST, SECOND = RNG.uniform(1, 9, (12, 5)), RNG.uniform(1, 11, (12, 5))
OTHER = {
    "normalisation": {"method": "percentile_rank", "bounds": [1, 100]},
    "weighting": {"indicators": {"method": "critic"}},
    "aggregation": {"dimensions": {"method": "geometric"}},
}  # fmt: skip


def nasty(made: Edition) -> Edition:
    """Give the units names that a page must show as they are."""
    names = pd.Series([NASTY[n % len(NASTY)] for n in range(len(made.results.units))])
    made.results.units["name"] = names
    object.__setattr__(made.results, "manifest", made.results.manifest | {"title": NASTY[0], "notice": NASTY[0]})
    return made


def rich() -> tuple[Comparison, Edition, Edition]:
    """Runs that differ in everything: data, methods, an indicator, a unit, a type."""
    kinds = {"north": {"label": {"zh": "北", "en": "North"}}, "south": {"label": {"zh": "南", "en": "South"}}}
    types = {f"u{n:02d}": ("south", "north")[n % 2] for n in range(12)}
    a = edition(
        table(FIRST), framework(types=kinds), {"normalisation": {"bounds": [1, 100], "method": "min_max"}}, types=types
    )
    tree = {"one": ["a", "b"], "two": ["c", "d"]}
    b = edition(table(SECOND[:11, :4], "abcd"), framework(tree, types=kinds), OTHER, types=types | {"u02": "north"})
    a, b = nasty(a), nasty(b)
    return compared(a, b), a, b


def page(language: str, made: tuple[Comparison, Edition, Edition] | None = None) -> str:
    found, a, b = made or rich()
    return render_comparison(found, a.results, b.results, language)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_it_holds_every_section_and_every_link_leads_somewhere(language: str) -> None:
    seen = Reader(page(language))
    assert len(set(seen.ids)) == len(seen.ids)
    assert {link.removeprefix("#") for link in seen.links} <= set(seen.ids)
    assert {
        "words",
        "sources",
        "agreement",
        "units",
        "indicators",
        "reversals",
        "weights",
        "framework",
        "listed",
        "how",
    } <= set(seen.ids)
    assert seen.tags.count("svg") >= 2
    assert seen.tags.count("script") == 1
    assert "img" not in seen.tags


def test_names_are_shown_as_they_are() -> None:
    content = page("en")
    assert NASTY[0] not in content
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in content


def test_the_page_in_one_language_only() -> None:
    han = re.compile(r"[\u4e00-\u9fff]")
    assert {han.search(line) is None for line in in_words(rich()[0], "en") + how(rich()[0], "en")} == {True}
    for line in in_words(rich()[0], "zh") + how(rich()[0], "zh"):
        assert han.search(line)
        left = set(re.findall(r"[A-Za-z]{2,}", line)) - {"Made", "Shapley", "Winter", "script", "alert"}
        assert not left, line


def test_the_same_bytes_every_time() -> None:
    assert page("zh") == page("zh")


def test_the_shares_in_words_are_those_of_the_table() -> None:
    found = rich()[0]
    said = "\n".join(in_words(found, "en"))
    for row in found.summary.itertuples():
        if abs(row.share) > 0.001:
            assert f"{100 * row.share:.1f}% comes from".replace("-", "−") in said
    assert sum(found.summary["share"]) == pytest.approx(1)


def test_runs_that_do_not_differ_have_a_page_without_pictures_of_parts() -> None:
    a, b = (edition(table(FIRST), framework(), {}) for _ in range(2))
    content = page("en", (compared(a, b), a, b))
    seen = Reader(content)
    assert "The two differ neither in data nor in weights nor in method." in content
    assert "figure" not in seen.tags
    assert "reversals" not in seen.ids and "indicators" not in seen.ids
    assert {link.removeprefix("#") for link in seen.links} <= set(seen.ids)


def test_factors_taken_together_are_named() -> None:
    tree = {"one": ["a"], "two": ["b"], "three": ["c", "d", "e"]}
    mean = {"normalisation": {"method": "z_score"}, "aggregation": {"dimensions": {"method": "geometric"}}}
    a, b = edition(table(FIRST), framework(tree)), edition(table(FIRST), framework(tree), mean)
    found = compared(a, b)
    said = " ".join(in_words(found, "en"))
    assert "stand together: treatment and normalisation, aggregation and vetoes" in said
    assert "Factors taken together" in page("en", (found, a, b))


def test_ranks_that_rise_or_fall_have_a_sign() -> None:
    assert [written(n, "rise") for n in (2, 0, -1, None)] == ["+2", "0", "−1", "–"]


def test_types_stand_in_the_order_of_the_framework() -> None:
    typed = framework(types={"south": {"label": "South"}, "north": {"label": "North"}})
    types = {f"u{n:02d}": ("south", "north")[n % 2] for n in range(12)}
    a, b = (edition(table(figures), typed, types=types) for figures in (FIRST, SECOND))
    agreement = page("en", (compared(a, b), a, b)).split('id="agreement"')[1]
    assert agreement.index("South<") < agreement.index("North<")
