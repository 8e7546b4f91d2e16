"""What robustness varies: paths under the methodology, options that inherit, draws that hang on codes alone."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
from scipy import stats

from evaluate.robustness.choices import Choice, draw_options, read_choices, with_options
from indicators.errors import Fault
from tests.evaluate.scoring.builder import framework, methodology, refused

SMALL = framework({"d": {"density": 1, "b": 1}, "e": {"c": 1}}, {"b": {"goalposts": [0, 9]}})
BASE: dict[str, Any] = {
    "normalisation": {"method": "min_max", "bounds": [1, 90], "reference": "year"},
    "outliers": {"method": "winsorise", "skewness": 1.5, "limit": 3},
    "weighting": {"indicators": {"method": "entropy", "cap": 3}, "dimensions": {"method": "equal"}},
    "aggregation": {"indicators": {"method": "harmonic"}, "dimensions": {"method": "geometric"}},
    "overrides": {"b": {"normalisation": {"method": "goalposts", "bounds": [5, 95]}}},
    "veto": {"density": {"above": 5, "cap": 60}},
    "coverage": {"unit": 0.5, "indicator": 0.25},
    "grades": {"cuts": [50], "labels": {"zh": ["一", "二"]}},
}


def read(vary: Mapping[str, Any], **raw: Any) -> list[Choice]:
    return read_choices(vary, methodology(**(raw or BASE)), SMALL)


def faults(vary: Mapping[str, Any]) -> list[Fault]:
    return refused(lambda: read(vary))


def completed(path: str, option: Any, **raw: Any) -> Any:
    (choice,) = read({path: [option]}, **raw)
    assert choice.name == path
    return choice.options[0]


# --- paths ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "meant"),
    [
        ("weighting.indicator", "weighting.indicators"),
        ("normalization", "normalisation"),
        ("normalisation.bound", "normalisation.bounds"),
        ("agregation.dimensions", "aggregation.dimensions"),
        ("overrides.desnity.outliers", "overrides.density.outliers"),
        ("veto.densty.cap", "veto.density.cap"),
        ("methodology.weighting", "weighting"),
        ("weighting.indicators.method", "weighting.indicators"),
        ("", ""),
        ("weighting.parents.dd", "weighting.parents.d"),
        ("aggregation.parents.compost", "aggregation.parents.composite"),
        ("xyz", ""),
    ],
)
def test_a_choice_that_names_nothing_is_a_fault_with_the_nearest_name(path: str, meant: str) -> None:
    (found,) = faults({path: [{"method": "equal"}]})
    assert (found.text_key, found.values["found"]) == ("robustness.no_such_choice", path)
    assert found.place.key == f"robustness.vary.{path}"
    assert found.values["meant"] == meant


def test_a_parameter_that_the_base_method_lacks_is_no_choice() -> None:
    (found,) = faults({"imputation.limit": [1, 2]})
    assert found.text_key == "robustness.no_such_choice"
    assert completed("imputation.limit", 1, imputation={"method": "linear"}) == 1


@pytest.mark.parametrize(
    ("vary", "place", "key"),
    [
        (
            {"normalisation": [{"method": "min_max"}, {"method": "minmax"}]},
            "robustness.vary.normalisation[1].method",
            "faults.one_of",
        ),
        (
            {"normalisation": [{"method": "min_max", "bound": [0, 1]}]},
            "robustness.vary.normalisation[0].bound",
            "faults.unknown_key",
        ),
        ({"weighting.indicators": [{"cap": 0.5}]}, "robustness.vary.weighting.indicators[0].cap", "faults.at_least"),
        ({"weighting.indicators": ["equal"]}, "robustness.vary.weighting.indicators[0]", "faults.expected_mapping"),
        (
            {"normalisation.bounds": [[0, 100], [9, 1]]},
            "robustness.vary.normalisation.bounds[1]",
            "methods.bounds_order",
        ),
        ({"coverage.unit": [2]}, "robustness.vary.coverage.unit[0]", "faults.at_most"),
        ({"veto": [{}, {"nothing": {"above": 1, "cap": 2}}]}, "robustness.vary.veto[1]", "scoring.unknown_veto"),
        ({"overrides": [{"nothing": {}}]}, "robustness.vary.overrides[0]", "scoring.unknown_override"),
    ],
)
def test_an_option_that_is_no_setting_is_a_fault_where_it_stands(vary: dict[str, Any], place: str, key: str) -> None:
    found = faults(vary)
    assert (found[0].place.key, found[0].text_key) == (place, key)


def test_all_faults_at_once() -> None:
    found = faults({"nothing": [1], "normalisation": [{"method": "x"}, {"bounds": [2, 1]}], "coverage.unit": [-1]})
    assert len(found) == 4


# --- what an option does not state it inherits from the base choice -------------------------------------------------


@pytest.mark.parametrize(
    ("path", "option", "expected"),
    [
        (
            "normalisation",
            {"method": "percentile_rank"},
            {"method": "percentile_rank", "bounds": [1, 90], "reference": "year", "out_of_range": "clip"},
        ),
        ("normalisation", {"method": "z_score"}, {"method": "z_score", "reference": "year", "out_of_range": "clip"}),
        (
            "normalisation",
            {"bounds": [10, 100]},
            {"method": "min_max", "bounds": [10, 100], "reference": "year", "out_of_range": "clip"},
        ),
        (
            "outliers",
            {"limit": 5},
            {"method": "winsorise", "skewness": 1.5, "kurtosis": 3.5, "limit": 5, "otherwise": "keep"},
        ),
        ("outliers", {"method": "none"}, {"method": "none"}),
        ("weighting.indicators", {"method": "critic"}, {"method": "critic", "cap": 3}),
        ("weighting.indicators", {"method": "equal"}, {"method": "equal"}),
        ("weighting.indicators", {"cap": None}, {"method": "entropy", "cap": None}),
        # a whole branch: the other level stays as it is
        (
            "weighting",
            {"indicators": {"method": "critic"}},
            {"indicators": {"method": "critic", "cap": 3}, "dimensions": {"method": "equal"}, "parents": {}},
        ),
        (
            "aggregation",
            {"dimensions": {"method": "arithmetic"}},
            {"indicators": {"method": "harmonic"}, "dimensions": {"method": "arithmetic"}, "parents": {}},
        ),
        ("coverage", {"unit": 0.9}, {"unit": 0.9, "indicator": 0.25}),
        ("grades", {"cuts": [60]}, {"cuts": [60], "labels": {"zh": ["一", "二"], "en": None}}),
        ("veto.density", {"cap": 40}, {"above": 5, "below": None, "cap": 40}),
        ("overrides.b.normalisation", {"method": "min_max"}, {"method": "min_max", "bounds": [5, 95]}),
        (
            "overrides.b",
            {"outliers": {"method": "none"}},
            {"normalisation": {"method": "goalposts", "bounds": [5, 95]}, "outliers": {"method": "none"}},
        ),
        ("normalisation.bounds", [0, 50], [0, 50]),
        # a collection by code is stated whole: leaving an entry out is a choice
        ("veto", {}, {}),
    ],
)
def test_an_option_inherits(path: str, option: Any, expected: Any) -> None:
    assert completed(path, option) == expected


def test_the_methodology_of_an_option() -> None:
    choices = read(
        {
            "weighting": [{"indicators": {"method": "equal"}}],
            "overrides.c.normalisation": [{"method": "z_score"}],
            "overrides.b.normalisation": [{"bounds": [0, 9]}],
        }
    )
    found = with_options(methodology(**BASE), choices, [0, 0, 0])
    assert found.weighting.indicators.method == "equal"
    assert found.weighting.dimensions.method == "equal"
    assert found.normalisation_of("c").method == "z_score"
    assert found.normalisation_of("c").reference == "year"
    assert found.normalisation_of("b").model_dump()["bounds"] == [0, 9]
    assert found.normalisation_of("b").method == "goalposts"
    assert found.coverage.unit == 0.5
    # the base is left alone
    assert methodology(**BASE).weighting.indicators.method == "entropy"


def test_an_option_that_is_the_base_choice_changes_nothing() -> None:
    base = methodology(**BASE)
    for path, option in (
        ("normalisation", {"method": "min_max"}),
        ("weighting", {}),
        ("veto.density", {}),
        ("grades", {}),
    ):
        assert with_options(base, read({path: [option]}), [0]) == base


def test_the_method_of_one_parent_may_be_varied() -> None:
    choices = read(
        {"aggregation.parents.composite": [{"method": "arithmetic"}], "weighting.parents.d": [{"method": "equal"}]}
    )
    found = with_options(methodology(**BASE), choices, [0, 0])
    assert found.aggregation.of("composite", lowest=False).method == "arithmetic"
    assert found.aggregation.of("e", lowest=False).method == "geometric"
    assert found.weighting.of("d", lowest=True).method == "equal"
    assert found.weighting.of("e", lowest=True).method == "entropy"


# --- draws ----------------------------------------------------------------------------------------------------------


def choice(name: str, count: int) -> Choice:
    return Choice(tuple(name.split(".")), tuple(range(count)))


def test_options_are_drawn_with_equal_probability() -> None:
    drawn = draw_options([choice("a", 4), choice("b.c", 2)], 20_000, 1)
    assert drawn.shape == (20_000, 2)
    for column, count in ((0, 4), (1, 2)):
        # chi-square of 20 000 draws; the seed is fixed, so this holds or it does not
        assert stats.chisquare(np.bincount(drawn[:, column], minlength=count)).pvalue > 0.01
    # the two are independent
    assert stats.chi2_contingency(pd_crosstab(drawn)).pvalue > 0.01


def pd_crosstab(drawn: np.ndarray) -> np.ndarray:
    return np.array([[((drawn[:, 0] == i) & (drawn[:, 1] == j)).sum() for j in range(2)] for i in range(4)])


def test_a_draw_depends_on_its_name_and_the_seed_and_nothing_else() -> None:
    one = draw_options([choice("a", 3)], 50, 7)[:, 0]
    two = draw_options([choice("b", 3), choice("a", 3)], 50, 7)[:, 1]
    np.testing.assert_array_equal(one, two)
    assert draw_options([], 5, 7).shape == (5, 0)


def test_choices_are_put_in_the_order_of_their_names() -> None:
    vary = {"normalisation": [{}], "aggregation.dimensions": [{"method": "arithmetic"}], "coverage.unit": [0]}
    assert [c.name for c in read(vary)] == ["aggregation.dimensions", "coverage.unit", "normalisation"]
