"""A methodology: defaults, what overrides inherit, what is refused, round trips."""

import json
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from evaluate.methodology import FAMILIES, Methodology
from evaluate.methods.base import Method
from indicators.errors import InputError
from indicators.spec import build


def made(**raw: Any) -> Methodology:
    return build(Methodology, raw)


def settings(method: Method) -> dict[str, Any]:
    return method.model_dump(by_alias=True)


def test_defaults() -> None:
    plain = made().to_dict()
    assert plain["imputation"] == plain["outliers"] == {"method": "none"}
    assert plain["normalisation"] == {
        "method": "min_max", "bounds": [0, 100], "reference": "pooled", "out_of_range": "clip",
    }  # fmt: skip
    given = {"method": "given"}
    assert plain["weighting"] == {"indicators": given, "dimensions": given, "parents": {}}
    mean = {"method": "arithmetic"}
    assert plain["aggregation"] == {"indicators": mean, "dimensions": mean, "parents": {}}
    assert plain["overrides"] == plain["veto"] == {}
    assert plain["coverage"] == {"unit": 0, "indicator": 0}
    z = made(normalisation={"method": "z_score"}).normalisation
    assert (z.mean, z.sd) == (50, 10)
    w = made(outliers={"method": "winsorise"}).outliers
    assert (w.skewness, w.kurtosis, w.limit, w.otherwise) == (2, 3.5, 0.02, "keep")
    assert made(imputation={"method": "median"}).imputation.by == "type"


BASE = {
    "normalisation": {"method": "min_max", "bounds": [1, 90], "reference": "year", "out_of_range": "extend"},
    "outliers": {"method": "winsorise", "skewness": 1.5, "limit": 3, "otherwise": "log"},
}


@pytest.mark.parametrize(
    ("override", "expected"),
    [
        # another method takes over what it has, too
        (
            {"method": "percentile_rank"},
            {"method": "percentile_rank", "bounds": [1, 90], "reference": "year", "out_of_range": "extend"},
        ),
        (
            {"method": "goalposts", "bounds": [0, 10]},
            {"method": "goalposts", "bounds": [0, 10], "reference": "year", "out_of_range": "extend"},
        ),
        (
            {"method": "z_score"},
            {"method": "z_score", "mean": 50, "sd": 10, "reference": "year", "out_of_range": "extend"},
        ),
        # the same method, named or not
        (
            {"method": "min_max", "reference": "type"},
            {"method": "min_max", "bounds": [1, 90], "reference": "type", "out_of_range": "extend"},
        ),
        (
            {"out_of_range": "clip"},
            {"method": "min_max", "bounds": [1, 90], "reference": "year", "out_of_range": "clip"},
        ),
        ({}, {"method": "min_max", "bounds": [1, 90], "reference": "year", "out_of_range": "extend"}),
        # what is stated holds even where it is the default
        (
            {"bounds": [0, 100]},
            {"method": "min_max", "bounds": [0, 100], "reference": "year", "out_of_range": "extend"},
        ),
    ],
)
def test_an_override_inherits_what_it_does_not_state(override: dict[str, Any], expected: dict[str, Any]) -> None:
    found = made(**BASE, overrides={"x": {"normalisation": override}})
    assert settings(found.normalisation_of("x")) == expected
    # neither the other family of the indicator nor other indicators are touched
    assert settings(found.outliers_of("x")) == settings(found.outliers)
    assert settings(found.normalisation_of("y")) == settings(found.normalisation)


def test_an_override_of_outliers() -> None:
    found = made(**BASE, overrides={"x": {"outliers": {"limit": 0.1}}, "y": {"outliers": {"method": "none"}}})
    assert settings(found.outliers_of("x")) == {
        "method": "winsorise", "skewness": 1.5, "kurtosis": 3.5, "limit": 0.1, "otherwise": "log",
    }  # fmt: skip
    assert settings(found.outliers_of("y")) == {"method": "none"}
    assert settings(made(overrides={"x": {"outliers": None}}).outliers_of("x")) == {"method": "none"}


def test_an_override_without_a_base_inherits_the_defaults() -> None:
    found = made(overrides={"x": {"normalisation": {"bounds": [1, 5]}}})
    assert settings(found.normalisation_of("x"))["bounds"] == [1, 5]
    assert settings(found.normalisation_of("x"))["method"] == "min_max"


@pytest.mark.parametrize(
    ("raw", "place", "key"),
    [
        ({"normalise": {}}, "normalise", "faults.unknown_key"),
        ({"normalisation": {"method": "minmax"}}, "normalisation.method", "faults.one_of"),
        ({"normalisation": {"method": "min_max", "bound": [0, 1]}}, "normalisation.bound", "faults.unknown_key"),
        ({"imputation": {"method": "linear", "limit": 0}}, "imputation.limit", "faults.at_least"),
        ({"imputation": {"method": "linear", "limit": 1.5}}, "imputation.limit", "faults.expected_whole"),
        ({"outliers": {"method": "winsorise", "limit": 2.5}}, "outliers", "methods.limit_is_whole"),
        ({"weighting": {"method": "entropy"}}, "weighting.method", "faults.unknown_key"),
        (
            {"weighting": {"indicators": {"method": "given", "cap": 2}}},
            "weighting.indicators.cap",
            "faults.unknown_key",
        ),
        (
            {"weighting": {"indicators": {"method": "entropy", "cap": 0.9}}},
            "weighting.indicators.cap",
            "faults.at_least",
        ),
        ({"aggregation": {"dimensions": {"method": "mean"}}}, "aggregation.dimensions.method", "faults.one_of"),
        ({"coverage": {"unit": 1.2}}, "coverage.unit", "faults.at_most"),
        ({"overrides": {"x": {"imputation": {"method": "none"}}}}, "overrides.x.imputation", "faults.unknown_key"),
        ({"overrides": {"x": {"outliers": {"limit": 3}}}}, "overrides.x.outliers.limit", "faults.unknown_key"),
        (
            {"overrides": {"x": {"normalisation": {"bounds": [3, 1]}}}},
            "overrides.x.normalisation",
            "methods.bounds_order",
        ),
        # stated right, wrong once it is completed: the pass score 60 beyond the bounds of the base choice
        (
            {
                "normalisation": {"method": "min_max", "bounds": [0, 50]},
                "overrides": {"x": {"normalisation": {"method": "thresholds"}}},
            },
            "overrides.x.normalisation",
            "methods.pass_score_inside",
        ),
        ({"veto": {"x": {"cap": 60}}}, "veto.x", "methods.veto_limit"),
        ({"veto": {"x": {"above": 3}}}, "veto.x.cap", "faults.missing_key"),
        ({"grades": {"cuts": [50, 50]}}, "grades", "methods.cuts_rise"),
        ({"grades": {"cuts": [50], "labels": {"zh": ["一"]}}}, "grades", "methods.grade_labels"),
        ({"grades": {"cuts": []}}, "grades.cuts", "faults.entries_at_least"),
    ],
)
def test_what_is_refused_and_where(raw: dict[str, Any], place: str, key: str) -> None:
    with pytest.raises(InputError) as raised:
        made(**raw)
    assert [(f.place.key, f.text_key) for f in raised.value.faults] == [(place, key)]
    for language in ("zh", "en"):
        assert raised.value.render(language)


def test_grade_names() -> None:
    grades = made(grades={"cuts": [40, 70], "labels": {"zh": ["差", "中", "好"]}}).grades
    assert grades is not None
    assert [grades.label(grade, "zh") for grade in (1, 2, 3)] == ["差", "中", "好"]
    assert grades.label(2, "en") == "中"
    bare = made(grades={"cuts": [40]}).grades
    assert bare is not None
    assert bare.label(2, "en") == "2"


BOUNDS = st.tuples(st.integers(0, 40), st.integers(70, 100)).map(list)
REFERENCES = st.sampled_from(["pooled", "year", "baseline", "type"]) | st.fixed_dictionaries(
    {"fitted": st.just("a.json")}
)


def some(fields: dict[str, st.SearchStrategy[Any]], **fixed: Any) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({k: st.just(v) for k, v in fixed.items()}, optional=fields)


RANGE = {"reference": REFERENCES, "out_of_range": st.sampled_from(["clip", "extend"])}
NORMALISATIONS = st.one_of(
    some({"bounds": BOUNDS, **RANGE}, method="min_max"),
    some({"mean": st.floats(-9, 9), "sd": st.floats(0.1, 9), **RANGE}, method="z_score"),
    some({"bounds": BOUNDS, **RANGE}, method="percentile_rank"),
    some({"bounds": BOUNDS, **RANGE}, method="goalposts"),
    some({"bounds": BOUNDS, "pass_score": st.just(60), **RANGE}, method="thresholds"),
)
OUTLIERS = st.one_of(
    some({}, method="none"),
    some({"skewness": st.floats(0.5, 3), "kurtosis": st.floats(0.5, 5), "limit": st.just(0.1) | st.integers(1, 5),
          "otherwise": st.sampled_from(["keep", "log"])}, method="winsorise"),
)  # fmt: skip
IMPUTATIONS = st.one_of(
    some({}, method="none"),
    some({"limit": st.none() | st.integers(1, 5)}, method="linear"),
    some({"by": st.none() | st.just("region")}, method="median"),
)
CAP = {"cap": st.none() | st.floats(1, 5)}
WEIGHTINGS = st.one_of(
    *(
        some(CAP if name in ("entropy", "critic") else {}, method=name)
        for name in ("given", "equal", "entropy", "critic")
    )
)
AGGREGATIONS = st.one_of(*(some({}, method=name) for name in ("arithmetic", "geometric", "harmonic")))
METHODOLOGIES = some(
    {
        "imputation": IMPUTATIONS,
        "outliers": OUTLIERS,
        "normalisation": NORMALISATIONS,
        "weighting": some({"indicators": WEIGHTINGS, "dimensions": WEIGHTINGS}),
        "aggregation": some({"indicators": AGGREGATIONS, "dimensions": AGGREGATIONS}),
        "overrides": st.dictionaries(
            st.sampled_from(["x", "y-1"]),
            # a fitted reference stands in the methodology's own normalisation only
            some(
                {
                    "outliers": OUTLIERS,
                    "normalisation": NORMALISATIONS.filter(lambda n: not isinstance(n.get("reference"), dict)),
                }
            ),
        ),
        "veto": st.dictionaries(st.just("x"), some({"below": st.none() | st.floats(0, 9)}, cap=50, above=9.5)),
        "grades": st.none() | some({"labels": some({"zh": st.just(["一", "二"]), "en": st.none()})}, cuts=[50]),
        "coverage": some({"unit": st.floats(0, 1), "indicator": st.floats(0, 1)}),
    }
)


@given(METHODOLOGIES)
def test_round_trip_through_yaml_and_json(raw: dict[str, Any]) -> None:
    first = made(**raw)
    for again in (
        build(Methodology, yaml.safe_load(yaml.safe_dump(first.to_dict(), allow_unicode=True))),
        build(Methodology, json.loads(json.dumps(first.to_dict()))),
        build(Methodology, first.to_dict(with_none=True)),
    ):
        assert again == first
        assert again.to_dict() == first.to_dict()
        for code in ("x", "y-1", "z"):
            assert again.normalisation_of(code) == first.normalisation_of(code)
            assert again.outliers_of(code) == first.outliers_of(code)


def test_every_member_names_its_source_and_has_its_word() -> None:
    for family, members in FAMILIES.items():
        words = [member.word() for member in members]
        assert len(set(words)) == len(words) >= 2, family
        assert all(member.source for member in members)
