"""Coverage: first unit-years, then indicators, no second pass; what is left out says why."""

import pytest

from tests.evaluate.scoring.builder import by_unit, column, framework, panel, reasons, refused, scored, weights_of

FOUR = framework({"d": {"a": 1, "b": 1}, "e": {"c": 1, "f": 1}})


def test_a_unit_year_needs_its_share_of_the_indicators_of_its_type() -> None:
    table = panel("""
        unit a b c f
        u1   1 1 1 1
        u2   2 - 2 2
        u3   3 - 3 -
    """)
    # shares 4/4, 3/4, 2/4
    found = scored(table, FOUR, coverage={"unit": 0.75})
    assert list(by_unit(found)) == ["u1", "u2"]
    assert reasons(found) == [("unit", "u3", 2020, "unit_coverage")]
    (row,) = found.exclusions.to_dict("records")
    assert row["reason"] == "has 2 of 4 indicators, 75% are required; missing: B, F"
    assert found.exclusions_in("zh")["reason"][0].endswith("缺少：B、F")
    assert list(by_unit(scored(table, FOUR, coverage={"unit": 0.5}))) == ["u1", "u2", "u3"]
    assert list(by_unit(scored(table, FOUR, coverage={"unit": 0.76}))) == ["u1"]


def test_a_share_is_met_exactly_whatever_floating_point_makes_of_it() -> None:
    # 0.28 of 25 indicators is 7.000000000000001 to a computer
    names = [f"i{number:02}" for number in range(25)]
    many = framework({"d": dict.fromkeys(names, 1)})
    table = panel(f"unit {' '.join(names)}\nu1 {'1 ' * 25}\nu2 {'2 ' * 7}{'- ' * 18}\nu3 {'2 ' * 6}{'- ' * 19}")
    assert list(by_unit(scored(table, many, coverage={"unit": 0.28}))) == ["u1", "u2"]
    # and of 25 unit-years: b has 7 values, c has 6
    rows = "\n".join(f"u{n:02} 1 {n if n < 7 else '-'} {n if n < 6 else '-'}" for n in range(25))
    found = scored(
        panel(f"unit a b c\n{rows}"), framework({"d": {"a": 1, "b": 1, "c": 1}}), coverage={"indicator": 0.28}
    )
    assert [code for what, code, _, _ in reasons(found) if what == "indicator"] == ["c"]


def test_the_indicators_of_its_type_are_counted_no_others() -> None:
    typed = framework(
        {"d": {"a": 1, "b": 1, "c": 1, "f": 1}}, types={"few": {"indicators": {"d": {"a": 1}}}, "all": {}}
    )
    table = panel(
        "unit a b c f\nu1 1 - - -\nu2 2 - - -\nu3 1 1 1 1\nu4 2 2 2 2",
        types={"u1": "few", "u2": "few", "u3": "all", "u4": "all"},
    )
    found = scored(table, typed, coverage={"unit": 1})
    assert list(by_unit(found)) == ["u1", "u2", "u3", "u4"]
    # b is asked of u3 and u4 only: 2 of 2
    assert reasons(scored(table, typed, coverage={"indicator": 1})) == []


def test_an_indicator_needs_its_share_of_the_unit_years_that_are_kept() -> None:
    table = panel("""
        unit a b c f
        u1   1 1 1 1
        u2   2 - 2 2
        u3   3 3 3 -
        u4   - 4 - -
    """)
    # u4 goes first (1/4). Of u1–u3: a 3/3, b 2/3, c 3/3, f 2/3; counting u4, b would have 3/4
    found = scored(table, FOUR, coverage={"unit": 0.5, "indicator": 0.7})
    assert reasons(found) == [
        ("unit", "u4", 2020, "unit_coverage"), ("indicator", "b", None, "indicator_coverage"),
        ("indicator", "f", None, "indicator_coverage"),
    ]  # fmt: skip
    assert list(by_unit(found)) == ["u1", "u2", "u3"]
    assert weights_of(found)["", ""] == {"d": 0.5, "a": 1, "e": 0.5, "c": 1}
    rows = found.exclusions.set_index("code")["reason"]
    assert rows["b"] == "has a value in 2 of 3 unit-years, 70% are required"
    assert reasons(scored(table, FOUR, coverage={"unit": 0.5, "indicator": 2 / 3})) == [
        ("unit", "u4", 2020, "unit_coverage")
    ]


def test_there_is_no_second_pass() -> None:
    # b is dropped (1 of 3). u3 then has 1 of 3 left, less than a half, and stays, since it had 2 of 4
    three = framework({"d": {"a": 1, "b": 1, "c": 1, "f": 1}})
    table = panel("unit a b c f\nu1 1 - 1 1\nu2 2 - 2 2\nu3 3 3 - -")
    found = scored(table, three, coverage={"unit": 0.5, "indicator": 0.5})
    assert reasons(found) == [("indicator", "b", None, "indicator_coverage")]
    assert list(by_unit(found)) == ["u1", "u2", "u3"]


def test_years_are_judged_one_by_one_and_the_period_only() -> None:
    table = panel("""
        unit year a b c f
        u1   2019 - - - -
        u1   2020 1 1 1 1
        u1   2021 2 2 2 2
        u2   2019 9 9 9 9
        u2   2020 2 - 2 -
        u2   2021 3 3 3 3
    """, period=(2020, 2021))  # fmt: skip
    found = scored(table, FOUR, coverage={"unit": 0.8})
    assert list(column(found, "composite")) == [("u1", 2020), ("u1", 2021), ("u2", 2021)]
    assert reasons(found) == [("unit", "u2", 2020, "unit_coverage")]


def test_a_missing_indicator_is_dropped_and_its_siblings_rescaled() -> None:
    # min–max over 0 … 10; d weighs a 0.6, b 0.3, c 0.1. u3 lacks a: (0.3·20 + 0.1·100)/0.4 = 40
    table = panel("unit a b c\nu1 0 0 0\nu2 10 10 10\nu3 - 2 10")
    found = scored(table, framework({"d": {"a": 6, "b": 3, "c": 1}}))
    assert by_unit(found) == {"u1": 0, "u2": 100, "u3": 40}
    assert reasons(found) == []


def test_a_unit_year_that_lacks_a_whole_dimension_is_not_scored_at_any_level() -> None:
    deep = framework({
        "top": {"dimensions": {"left": {"indicators": {"a": 1, "b": 1}}, "right": {"indicators": {"c": 1}}}},
        "other": {"f": 1},
    })  # fmt: skip
    table = panel("""
        unit a b c f
        u1   1 1 1 1
        u2   2 2 2 2
        u3   - 3 3 3
        u4   - - 3 3
        u5   4 4 - 4
        u6   5 5 5 -
        u7   - - - 5
    """)
    found = scored(table, deep)
    assert list(by_unit(found)) == ["u1", "u2", "u3"]
    said = {row.code: row.reason for row in found.exclusions.itertuples()}
    assert said == {
        "u4": "a whole dimension is missing: LEFT",
        "u5": "a whole dimension is missing: RIGHT",
        "u6": "a whole dimension is missing: OTHER",
        "u7": "a whole dimension is missing: LEFT, RIGHT",
    }
    # values are still shown, scores are not
    assert found.value_table.set_index("unit").loc["u4", "c"] == 3
    assert found.normalised_table.set_index("unit").loc["u4"].drop("year").isna().all()


def test_who_is_not_scored_is_not_learned_from() -> None:
    # u3 lacks e, so its a of 1000 is not in the reference population
    table = panel("unit a c\nu1 0 1\nu2 10 2\nu3 1000 -")
    found = scored(table, framework({"d": {"a": 1}, "e": {"c": 1}}))
    assert by_unit(found, "d") == {"u1": 0, "u2": 100}


def test_a_dimension_left_without_indicators_is_a_fault() -> None:
    table = panel("unit a b c f\nu1 1 1 - 1\nu2 2 2 2 -\nu3 3 3 - -")
    (found,) = refused(lambda: scored(table, FOUR, coverage={"indicator": 0.5}))
    assert (found.text_key, found.values["code"], found.place.key) == (
        "scoring.empty_dimension", "e", "coverage.indicator",
    )  # fmt: skip


def test_an_indicator_without_any_value_is_dropped_even_where_nothing_is_asked() -> None:
    table = panel("unit a b c f\nu1 1 - 1 1\nu2 2 - 2 2")
    assert reasons(scored(table, FOUR)) == [("indicator", "b", None, "indicator_coverage")]


def test_nobody_left_is_a_fault() -> None:
    for cells in ("1 1 1 -", "1 1 - 1"), ("1 1 - -", "- - 1 1"):
        table = panel("unit a b c f\n" + "\n".join(f"u{n} {row}" for n, row in enumerate(cells)))
        coverage = {"unit": 1} if "1 1 1 -" in cells else {}
        (found,) = refused(lambda table=table, coverage=coverage: scored(table, FOUR, coverage=coverage))
        assert found.text_key == "scoring.nobody"


def test_what_has_a_value_and_no_weight_is_no_score() -> None:
    # under entropy the constant a weighs nothing; u3 has only a in d, so d has no score and neither has u3
    table = panel("unit a b c\nu1 5 1 1\nu2 5 2 2\nu3 5 - 3")
    found = scored(
        table, framework({"d": {"a": 1, "b": 1}, "e": {"c": 1}}), weighting={"indicators": {"method": "entropy"}}
    )
    assert list(by_unit(found)) == ["u1", "u2"]
    assert found.scores[["composite", "d", "e"]].notna().all(axis=None)
    assert ("unit", "u3", 2020, "no_weighted_child") in reasons(found)


@pytest.mark.parametrize("share", [0.0, 0.5, 1.0])
def test_whole_data_lose_nobody(share: float) -> None:
    table = panel("unit a b c f\nu1 1 1 1 1\nu2 2 2 2 2")
    assert reasons(scored(table, FOUR, coverage={"unit": share, "indicator": share})) == []
