"""What a run learned: it keeps a published year as it was, and is refused where it does not belong."""

import json
from typing import Any

import pytest

from evaluate.methodology import Methodology
from evaluate.scoring.fitted import Fitted
from evaluate.scoring.scores import Scores
from tests.evaluate.scoring.builder import by_unit, cells, column, framework, panel, refused, scored, warned, weights_of

OLD = """
    unit year a b c
    u1   2019 1 5 2
    u2   2019 2 9 3
    u3   2019 3 - 5
    u4   2019 9 7 8
    u5   2019 4 6 1
    u6   2019 5 8 4
"""
NEW = """
    u1   2020 0 5 2
    u2   2020 2 4 9
    u3   2020 3 7 5
    u4   2020 50 7 8
    u5   2020 4 6 1
    u6   2020 5 - 4
"""
TYPES = {"u1": "x", "u2": "x", "u3": "x", "u4": "y", "u5": "y", "u6": "y"}
TREE = {"d": {"a": 1, "b": 2}, "e": {"c": 1}}
ENTRIES = {"a": {"direction": "negative"}, "c": {"goalposts": [0, 10]}}


def definition(types: dict[str, Any] | None = None, **options: Any) -> Any:
    return framework(TREE, ENTRIES, types=types, **options)


def through_json(learned: Fitted) -> Fitted:
    return Fitted.from_dict(json.loads(json.dumps(learned.to_dict())))


METHODS: list[dict[str, Any]] = [
    {},
    {"normalisation": {"method": "z_score"}},
    {"normalisation": {"method": "percentile_rank", "reference": "type"}},
    {
        "normalisation": {"method": "min_max", "bounds": [1, 100], "out_of_range": "extend"},
        "outliers": {"method": "winsorise", "skewness": 0.5, "kurtosis": 0.1, "limit": 2},
    },
    {"outliers": {"method": "winsorise", "skewness": 0.5, "kurtosis": 0.1, "limit": 0, "otherwise": "log"}},
    {
        "imputation": {"method": "median"},
        "weighting": {"indicators": {"method": "entropy"}, "dimensions": {"method": "critic"}},
    },
    {"imputation": {"method": "median", "by": None}, "weighting": {"indicators": {"method": "critic", "cap": 1.2}}},
    {"normalisation": {"method": "min_max", "reference": "type"}, "weighting": {"indicators": {"method": "entropy"}}},
    {"overrides": {"a": {"normalisation": {"method": "z_score"}}, "c": {"normalisation": {"method": "goalposts"}}}},
    {"coverage": {"indicator": 0.9}},
]


@pytest.mark.parametrize("raw", METHODS, ids=str)
@pytest.mark.parametrize("typed", [False, True])
def test_a_published_year_stays_exactly_as_it_was(raw: dict[str, Any], typed: bool) -> None:
    types: Any = {"x": {"weights": {"a": 3}}, "y": {}} if typed else None
    of = TYPES if typed else None
    one = definition(types)
    first = scored(panel(OLD, types=of), one, **raw)
    later = scored(panel(OLD + NEW, types=of), one, through_json(first.fitted), **raw)
    published = later.scores[later.scores["year"] == 2019].reset_index(drop=True)
    # bit for bit
    assert published.drop(columns=["rank", "rank_in_type"]).equals(first.scores.drop(columns=["rank", "rank_in_type"]))
    assert published["rank_in_type"].tolist() == first.scores["rank_in_type"].tolist()
    assert later.weights.equals(first.weights)
    # what was learned is handed on, with the later year and its fillings added
    known, now = through_json(first.fitted).to_dict(), later.fitted.to_dict()
    assert (known.pop("through"), now.pop("through")) == (2019, 2020)
    earlier, fillings = known.pop("imputation"), now.pop("imputation")
    assert all(fillings[code].items() >= learned.items() for code, learned in earlier.items())
    del known["entries"], now["entries"]
    assert now == known
    # and the same data alone give the same again
    again = scored(panel(OLD, types=of), one, first.fitted, **raw)
    assert again.scores.equals(first.scores)


def test_beyond_what_was_fitted_clips_and_counts() -> None:
    first = scored(panel(OLD), definition())
    later = scored(panel(OLD + NEW), definition(), first.fitted)
    # a: 1 … 9, negative: 0 is 100, 50 is 0. b: 5 … 9, 4 is 0. c: 1 … 8, 9 is 100
    rows = later.normalised_table.set_index(["unit", "year"])
    assert rows.loc[("u1", 2020), "a"] == 100
    assert rows.loc[("u4", 2020), "a"] == 0
    assert rows.loc[("u2", 2020), "b"] == 0
    assert rows.loc[("u2", 2020), "c"] == 100
    counted = {w.values["code"]: w.values["count"] for w in later.warnings if w.text_key == "scoring.beyond_clip"}
    assert counted == {"a": 2, "b": 1, "c": 1}


def test_beyond_what_was_fitted_may_extend_without_learning_anew() -> None:
    # out_of_range is a matter of applying: a fitted run that clipped may be extended
    first = scored(panel(OLD), definition())
    choice = {"method": "min_max", "out_of_range": "extend"}
    later = scored(panel(OLD + NEW), definition(), first.fitted, normalisation=choice)
    rows = later.normalised_table.set_index(["unit", "year"])
    # (1 − 0)/8 beyond 100; (9 − 50)/8; (4 − 5)/4
    assert rows.loc[("u1", 2020), "a"] == pytest.approx(112.5, rel=1e-12)
    assert rows.loc[("u4", 2020), "a"] == pytest.approx(-512.5, rel=1e-12)
    assert rows.loc[("u2", 2020), "b"] == pytest.approx(-25, rel=1e-12)
    assert {w.text_key for w in later.warnings} == {"scoring.beyond_extend"}


def test_a_fitted_reference_in_the_methodology_asks_for_what_was_fitted() -> None:
    choice = {"method": "min_max", "reference": {"fitted": "last-year/fitted.json"}}
    (found,) = {f.text_key for f in refused(lambda: scored(panel(OLD), definition(), normalisation=choice))}
    assert found == "fitted.not_given"
    first = scored(panel(OLD), definition())
    again = scored(panel(OLD), definition(), first.fitted, normalisation=choice)
    assert again.scores.equals(first.scores)


def test_indicators_that_were_dropped_stay_dropped() -> None:
    # b has 5 of 6 values in 2019; later 12 of 12
    whole = OLD.replace("u3   2019 3 -", "u3   2019 3 6") + NEW.replace("5 - 4", "5 8 4")
    raw = {"coverage": {"indicator": 0.9}}
    first = scored(panel(OLD), definition(), **raw)
    assert first.fitted.dropped == ["b"]
    later = scored(panel(whole), definition(), through_json(first.fitted), **raw)
    assert ("indicator", "b") in [(e.what, e.code) for e in later.excluded]
    assert later.excluded[0].reason.text_key == "scoring.dropped_as_fitted"
    assert weights_of(later)["", ""] == {"d": 0.5, "a": 1, "e": 0.5, "c": 1}


def test_fillings_of_a_published_year_stay() -> None:
    raw = {"imputation": {"method": "median", "by": None}}
    first = scored(panel(OLD), definition(), **raw)
    # the median of 5, 9, 7, 6, 8
    assert first.fitted.imputation["b"] == {"|2019": 7.0}
    # a value of the published year is corrected later: the filling does not move
    corrected = OLD.replace("u2   2019 2 9", "u2   2019 2 5")
    later = scored(panel(corrected + NEW), definition(), first.fitted, **raw)
    values = later.value_table.set_index(["unit", "year"])["b"]
    assert values["u3", 2019] == 7
    # a new year has its own: 5, 4, 7, 7, 6 → 6
    assert values["u6", 2020] == 6


def test_a_gap_that_a_published_year_had_is_not_filled_from_later_years() -> None:
    # b of u1 is missing in 2019, the last published year; 2021 would make it 4, and may make 2020 so: 2 + 2·(2/3) …
    raw = {"imputation": {"method": "linear"}}
    old = "unit year a b\nu1 2018 1 2\nu1 2019 2 -\nu2 2018 3 3\nu2 2019 4 9"
    new = "\nu1 2020 1 -\nu1 2021 5 8\nu2 2020 1 3\nu2 2021 1 3"
    one = framework({"d": {"a": 1}, "e": {"b": 1}})
    first = scored(panel(old), one, **raw)
    later = scored(panel(old + new), one, through_json(first.fitted), **raw)
    assert [k for k in column(later, "composite") if k[1] < 2020] == list(column(first, "composite"))
    values = later.value_table.set_index(["unit", "year"])["b"]
    assert [values["u1", year] for year in (2018, 2020, 2021)] == [2, 6, 8]
    assert values.isna().sum() == 1
    # without what was fitted the whole gap is filled
    assert scored(panel(old + new), one, **raw).value_table.set_index(["unit", "year"])["b"]["u1", 2019] == 4


def test_ranks_of_one_year_do_not_hang_on_another() -> None:
    first = scored(panel(OLD), definition())
    later = scored(panel(OLD + NEW), definition(), first.fitted)
    at = later.scores["year"] == 2019
    assert later.scores.loc[at, "rank"].tolist() == first.scores["rank"].tolist()


# --- refused --------------------------------------------------------------------------------------------------------


def learned() -> Scores:
    return scored(panel(OLD), definition())


def test_another_framework_is_refused() -> None:
    other = framework(TREE, ENTRIES, code="other")
    (found,) = refused(lambda: scored(panel(OLD), other, learned().fitted))
    assert (found.text_key, found.values["found"], found.values["expected"]) == (
        "fitted.other_framework", "small", "other",
    )  # fmt: skip


def test_another_definition_of_the_same_framework_is_refused() -> None:
    changed = framework(TREE, {**ENTRIES, "a": {"direction": "positive"}})
    (found,) = refused(lambda: scored(panel(OLD), changed, learned().fitted))
    assert found.text_key == "fitted.other_definition"
    # other words are no other definition
    relabelled = framework(TREE, {**ENTRIES, "b": {"label": "Something else", "source": "a book"}})
    assert by_unit(scored(panel(OLD), relabelled, learned().fitted)) == by_unit(learned())


def test_another_set_of_indicators_is_refused_with_each_named() -> None:
    renamed = framework({"d": {"a": 1, "b": 2}, "e": {"cc": 1}}, {"a": {"direction": "negative"}})
    table = panel(OLD.replace("a b c", "a b cc"))
    found = refused(lambda: scored(table, renamed, learned().fitted))
    assert [(f.text_key, f.values["found"]) for f in found] == [
        ("fitted.indicator_unknown", "c"), ("fitted.indicator_new", "cc"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("raw", "key"),
    [
        ({"normalisation": {"method": "z_score"}}, "normalisation"),
        ({"normalisation": {"method": "min_max", "bounds": [1, 100]}}, "normalisation"),
        ({"outliers": {"method": "winsorise"}}, "outliers"),
        ({"imputation": {"method": "median"}}, "imputation"),
        ({"imputation": {"method": "linear"}}, "imputation"),
        ({"weighting": {"indicators": {"method": "equal"}}}, "weighting.indicators"),
        ({"weighting": {"dimensions": {"method": "critic"}}}, "weighting.dimensions"),
        ({"aggregation": {"dimensions": {"method": "harmonic"}}}, "aggregation.dimensions"),
        ({"overrides": {"a": {"normalisation": {"method": "z_score"}}}}, "overrides.a.normalisation"),
        ({"overrides": {"b": {"outliers": {"method": "winsorise"}}}}, "overrides.b.outliers"),
    ],
)
def test_another_method_is_refused_and_named(raw: dict[str, Any], key: str) -> None:
    # some means need scores above 0
    base: dict[str, Any] = (
        {} if "normalisation" in raw else {"normalisation": {"method": "min_max", "bounds": [1, 100]}}
    )
    for one, other in ((base, base | raw), (base | raw, base)):
        first = scored(panel(OLD), definition(), **one)
        (found,) = refused(lambda first=first, other=other: scored(panel(OLD), definition(), first.fitted, **other))
        assert (found.text_key, found.place.key) == ("fitted.other_method", key)


@pytest.mark.parametrize(
    "raw",
    [
        {"veto": {"a": {"above": 8, "cap": 10}}}, {"grades": {"cuts": [50]}}, {"coverage": {"unit": 0.9}},
        {"normalisation": {"method": "min_max", "out_of_range": "extend"}},
    ],
)  # fmt: skip
def test_what_learns_nothing_may_differ(raw: dict[str, Any]) -> None:
    scored(panel(OLD), definition(), learned().fitted, **raw)


def test_a_year_or_type_that_was_not_fitted_is_a_fault() -> None:
    year = {"normalisation": {"method": "min_max", "reference": "year"}}
    first = scored(panel(OLD), definition(), **year)
    (found,) = refused(lambda: scored(panel(OLD + NEW), definition(), first.fitted, **year))
    assert (found.text_key, found.values["code"]) == ("fitted.no_scope", "a")
    assert "2020" in found.message("en")
    by_type = {"normalisation": {"method": "min_max", "reference": "type"}}
    types: dict[str, Any] = {"x": {}, "y": {}}
    first = scored(panel(OLD, types=dict.fromkeys(TYPES, "x")), definition(types), **by_type)
    (found,) = refused(lambda: scored(panel(OLD, types=TYPES), definition(types), first.fitted, **by_type))
    assert (found.text_key, found.values["code"]) == ("fitted.no_scope", "a")
    assert "Y" in found.message("en")


def test_weights_of_a_type_that_was_not_fitted_are_a_fault() -> None:
    types: dict[str, Any] = {"x": {"weights": {"a": 3}}, "y": {}}
    first = scored(panel(OLD, types=dict.fromkeys(TYPES, "x")), definition(types))
    (found,) = refused(lambda: scored(panel(OLD, types=TYPES), definition(types), first.fitted))
    assert (found.text_key, found.values["type"]) == ("fitted.no_weights_of_type", "y")


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"schema": "fitted/2"}, "schema"),
        ({"entries": {}}, "entries.imputation entries.measures entries.outliers"),
        ({"entries": {"imputation": {}, "measures": {}, "outliers": {"a": 2}}}, "outliers.a"),
        ({"imputation": {"a": {"|2019": True}}}, "imputation.a.|2019"),
        ({"weights": {"pooled": {"": {"d": {"a": -0.5}}}}}, "weights.pooled..d.a"),
        ({"weights": {"pooled": {"": {"d": {"a": float("inf")}}}}}, "weights.pooled..d.a"),
        ({"normalisation": {"a": {"pooled": {"least": 2, "greatest": 1}}}}, "normalisation.a.pooled"),
        ({"normalisation": {"a": {"pooled": {"least": False, "greatest": 1}}}}, "normalisation.a.pooled"),
        ({"indicators": "a"}, "indicators"),
        ({"weights": {"pooled": 3}}, "weights.pooled"),
        ({"extra": 1}, "extra"),
        ({"framework": {"code": "small"}}, "framework.digest"),
    ],
)
def test_a_file_that_is_no_record_is_refused(change: dict[str, Any], place: str) -> None:
    raw = learned().fitted.to_dict() | change
    assert [f.place.key for f in refused(lambda: Fitted.from_dict(raw))] == place.split()


def test_a_file_without_entries_is_refused() -> None:
    raw = learned().fitted.to_dict()
    del raw["entries"]
    assert [f.place.key for f in refused(lambda: Fitted.from_dict(raw))] == ["entries"]


@pytest.mark.parametrize(
    ("limits", "key"),
    [
        ({}, "fitted.entries"),
        ({"high": 9.0}, "fitted.entries"),
        ({"low": 9.0, "high": 1.0}, "fitted.unreadable"),
        ({"low": 1.0, "high": True}, "fitted.unreadable"),
    ],
)
def test_a_treatment_that_was_taken_out_is_missed(limits: dict[str, Any], key: str) -> None:
    treated = {"outliers": {"method": "winsorise", "skewness": 0.5, "kurtosis": 0.1, "limit": 2}}
    plain = json.loads(json.dumps(scored(panel(OLD), definition(), **treated).fitted.to_dict()))
    assert plain["outliers"]["a"]["pooled"].keys() == {"low", "high"}
    assert plain["entries"]["outliers"]["a"] == 2
    plain["outliers"]["a"]["pooled"] = limits
    (found,) = refused(lambda: Fitted.from_dict(plain))
    assert found.text_key == key
    assert found.place.key.startswith("outliers.a")


def test_an_entry_that_was_taken_out_is_not_learned_again() -> None:
    joint = {"method": "joint_performance", "carbon": "a", "pollutants": ["b"], "activity": "c"}
    measure = {"measure": {**joint, "output": "joint_efficiency"}, "unit_of_measure": "1", "direction": "positive"}
    small = framework({"d": {"a": 1, "b": 1}, "e": {"c": 1, "j": 1}}, {"j": measure})
    raw = {"imputation": {"method": "median", "by": None}}
    table = panel(OLD + NEW, baseline=2019)
    plain = json.loads(json.dumps(scored(table, small, **raw).fitted.to_dict()))
    (name,) = plain["measures"]
    assert plain["entries"] == {"imputation": {"b": 2, "j": 2}, "measures": {name: 2}, "outliers": {}}
    for family, code, entry in (
        ("measures", name, "year:2019"), ("measures", name, None), ("imputation", "b", "|2019"),
        ("imputation", "b", None),
    ):  # fmt: skip
        raw_file = json.loads(json.dumps(plain))
        del (raw_file[family] if entry is None else raw_file[family][code])[entry or code]
        (found,) = refused(lambda changed=raw_file: Fitted.from_dict(changed))
        assert (found.text_key, found.place.key) == ("fitted.entries", f"{family}.{code}")
        assert (found.values["expected"], found.values["found"]) == (2, 1) if entry else (2, 0)
    assert Fitted.from_dict(plain).measures[name].keys() == {"year:2019", "year:2020"}


def test_the_record_holds_full_precision_and_its_digest_follows_it() -> None:
    first = scored(panel("unit a b c\nu1 0.1 1 1\nu2 0.30000000000000004 2 2"), definition())
    again = through_json(first.fitted)
    assert again.normalisation["a"]["pooled"]["least"] == -0.30000000000000004
    assert again.digest == first.fitted.digest
    assert learned().fitted.digest != first.fitted.digest


def test_nothing_that_is_handed_in_is_changed() -> None:
    first = learned()
    before = json.dumps(first.fitted.to_dict())
    raw = Methodology().to_dict()
    table = panel(OLD + NEW)
    values = table.values.copy()
    scored(table, definition(), first.fitted)
    assert json.dumps(first.fitted.to_dict()) == before
    assert Methodology().to_dict() == raw
    assert table.values.equals(values)


def test_warnings_of_a_fitted_run_do_not_speak_of_learning() -> None:
    constant = OLD.replace(" - ", " 7 ")
    first = scored(
        panel(constant),
        framework(
            {"d": {"a": 1, "k": 1}},
            variables={"c": {"unit_of_measure": "1"}, "b": {"unit_of_measure": "1"}},
            indicators={"k": {"formula": "c - c"}},
        ),
    )
    assert warned(first) == [("constant", "k")]
    again = scored(panel(constant), first.framework, first.fitted)
    assert warned(again) == []
    assert cells(again.normalised_table, "k") == [50] * 6
    assert column(again, "composite") == column(first, "composite")
