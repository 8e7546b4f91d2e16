"""The language of formulas: what it reads, what it refuses, and which years it rests on."""

import warnings

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indicators.errors import InputError, Place
from indicators.formula import FUNCTIONS, Formula, breaks_between, check_names, parse
from tests.indicators.faulty import faults_of, only_fault


def shape(formula: Formula) -> str:
    """Write a parsed formula with every operation in brackets."""

    def visit(node: object) -> str:
        kind = node.kind  # type: ignore[attr-defined]
        if kind == "number":
            return f"{node.number:g}"  # type: ignore[attr-defined]
        if kind in ("variable", "column"):
            return str(node.name)  # type: ignore[attr-defined]
        return f"{kind}({', '.join(visit(arg) for arg in node.args)})"  # type: ignore[attr-defined]

    return visit(formula.root)


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("a + b * c", "+(a, *(b, c))"),
        ("a - b - c", "-(-(a, b), c)"),
        ("a / b / c", "/(/(a, b), c)"),
        ("a ** b ** c", "**(a, **(b, c))"),
        ("-a ** 2", "neg(**(a, 2))"),
        ("+a", "a"),
        ("(a <= b) + (a != b)", "+(<=(a, b), !=(a, b))"),
        ("where(a > 0, b, c)", "where(>(a, 0), b, c)"),
        ("min(a, b, c, 1.5e3)", "min(a, b, c, 1500)"),
        ("lag(a / b, 2)", "lag(/(a, b), 2)"),
        ("group_mean(a, region)", "group_mean(a, region)"),
        ("group_mean(a, 'region')", "group_mean(a, region)"),
        ("group_mean(a, `low-carbon`)", "group_mean(a, low-carbon)"),
        ("`co2-t` + `2020` + `class`", "+(+(co2-t, 2020), class)"),
        ("`x` + quoted_0_", "+(x, quoted_0_)"),
        ("quoted_0_ - `x` - _quoted_1_", "-(-(quoted_0_, x), _quoted_1_)"),
        ("  a\t", "a"),
    ],
)
def test_what_is_read(text: str, read: str) -> None:
    assert shape(parse(text)) == read


def test_names_columns_and_the_need_of_a_baseline() -> None:
    found = parse("change(co2 / gdp) - group_mean(so2, region) * lag(area, 3)")
    assert found.variables == {"co2", "gdp", "so2", "area"}
    assert found.columns == {"region"}
    assert found.needs_baseline
    assert parse("base(x)").needs_baseline
    assert not parse("growth(x) + rolling(x, 3)").needs_baseline


@pytest.mark.parametrize(
    ("text", "key", "value"),
    [
        ("", "no_formula", ""),
        ("a +", "no_formula", "a +"),
        ("a b", "no_formula", "a b"),
        ("a = b", "no_formula", "a = b"),
        ("1if a else b", "no_formula", "1if a else b"),
        ("a\x00", "no_formula", "a\x00"),
        ("`a", "no_formula", "`a"),
        ("a.b", "not_allowed", "a.b"),
        ("`a-b`.c", "not_allowed", "`a-b`.c"),
        ("a[0]", "not_allowed", "a[0]"),
        ("a // b", "not_allowed", "a // b"),
        ("a % b", "not_allowed", "a % b"),
        ("a and b", "not_allowed", "a and b"),
        ("not a", "not_allowed", "not a"),
        ("a if b else c", "not_allowed", "a if b else c"),
        ("a < b < c", "not_allowed", "a < b < c"),
        ("a in b", "not_allowed", "a in b"),
        ("lambda: a", "not_allowed", "lambda: a"),
        ("[a]", "not_allowed", "[a]"),
        ("'a'", "not_allowed", "'a'"),
        ("True", "not_allowed", "True"),
        ("None", "not_allowed", "None"),
        ("2j", "not_allowed", "2j"),
        ("f'{a}'", "not_allowed", "f'{a}'"),
        ("min(a, *b)", "not_allowed", "*b"),
        ("log(a, base=2)", "not_allowed", "log(a, base=2)"),
        ("a.log(b)", "not_allowed", "a.log(b)"),
        ("__import__('os')", "unknown_function", "__import__"),
        ("eval(a)", "unknown_function", "eval"),
        ("mean(a, b)", "unknown_function", "mean"),
        ("`log`(a)", "unknown_function", "log"),
        ("log(a, b)", "arguments", 2),
        ("where(a, b)", "arguments", 2),
        ("min(a)", "arguments", 1),
        ("lag(a)", "arguments", 1),
        ("lag(a, 0)", "whole_years", "0"),
        ("lag(a, -1)", "whole_years", "-1"),
        ("lag(a, 1.0)", "whole_years", "1.0"),
        ("lag(a, True)", "whole_years", "True"),
        ("lag(a, b)", "whole_years", "b"),
        ("rolling(a, 101)", "whole_years", "101"),
        ("group_mean(a, 3)", "column_name", "3"),
        ("group_mean(a, b + c)", "column_name", "b + c"),
        ("a + 1e999", "number_too_large", "inf"),
    ],
)
def test_what_is_refused_and_why(text: str, key: str, value: object) -> None:
    place = Place("framework.yaml", 7, key="indicators.x.formula")
    found = only_fault(lambda: parse(text, place))
    assert (found.text_key, found.place, found.values["found"]) == (f"formula.{key}", place, value)


def test_all_that_is_wrong_is_said_at_once_with_the_nearest_right_name() -> None:
    found = faults_of(lambda: parse("lgo(a) + a.b + lag(a, 0) + grwth(a)"))
    assert [f.text_key.partition(".")[2] for f in found] == [
        "unknown_function", "not_allowed", "whole_years", "unknown_function",
    ]  # fmt: skip
    assert [f.values.get("meant") for f in found] == ["log", None, None, "growth"]
    assert found[0].message("en").endswith("did you mean 'log'?")


def test_a_formula_has_a_greatest_length_and_depth() -> None:
    assert only_fault(lambda: parse("a" * 2001)).text_key == "formula.too_long"
    for deep in ("-" * 61 + "a", "a" + " + a" * 61, "abs(" * 61 + "a" + ")" * 61, "-" * 1999 + "a"):
        assert only_fault(lambda deep=deep: parse(deep)).text_key == "formula.too_deep"
    parse("abs(" * 59 + "a" + ")" * 59)


def test_an_unknown_name_is_named_with_the_nearest_variable() -> None:
    found = faults_of(lambda: check_names(parse("co_2 / gpd + so2"), ["co2", "gdp", "so2"], Place(key="f")))
    assert [(f.values["found"], f.values["meant"]) for f in found] == [("co_2", "co2"), ("gpd", "gdp")]


@pytest.mark.parametrize(
    ("text", "years", "needed"),
    [
        ("x", [2012, 2013], {2012, 2013}),
        ("lag(x, 2)", [2012, 2013], {2010, 2011}),
        ("rolling(x, 3)", [2012], {2010, 2011, 2012}),
        ("growth(x)", [2012], {2011, 2012}),
        ("base(x)", [2012, 2015], {2010}),
        ("change(x)", [2012], {2010, 2012}),
        # the break of 2013 is crossed on the way from 2010: the pairs (2010, 2012) and (2013, 2015)
        ("change(x)", [2015], {2010, 2012, 2013, 2015}),
        # 2012 lies before the break
        ("change(x)", [2012, 2013], {2010, 2012, 2013}),
        # lag(x, 1) at 2012, 2013, 2015 and the baseline year 2010, each a year earlier
        ("change(lag(x, 1))", [2015], {2009, 2011, 2012, 2014}),
        ("growth(rolling(x, 2))", [2012], {2010, 2011, 2012}),
        ("group_mean(growth(x), type)", [2012], {2011, 2012}),
    ],
)
def test_years_that_are_read(text: str, years: list[int], needed: set[int]) -> None:
    assert parse(text).years_needed(years, 2010, {"x": {2013}}) == {"x": needed}


def test_years_of_each_variable_by_the_breaks_of_the_whole_expression() -> None:
    found = parse("change(x / y) + z").years_needed([2014], 2010, {"x": {2013}, "z": {2012}})
    assert found == {"x": {2010, 2012, 2013, 2014}, "y": {2010, 2012, 2013, 2014}, "z": {2014}}


@pytest.mark.parametrize(
    ("first", "last", "crossed"),
    [
        (2012, 2013, [2013]),
        (2013, 2016, [2016]),
        (2012, 2016, [2013, 2016]),
        (2016, 2012, [2013, 2016]),
        (2013, 2013, []),
        (2013, 2015, []),
        (2016, 2020, []),
    ],
)
def test_a_break_is_the_step_into_its_year(first: int, last: int, crossed: list[int]) -> None:
    assert breaks_between({2016, 2013}, first, last) == crossed


SNIPPETS = [
    *FUNCTIONS,
    "co2",
    "gdp",
    "`a-b`",
    "`",
    "(",
    ")",
    "((",
    "))",
    ",",
    "+",
    "-",
    "*",
    "/",
    "**",
    "<",
    "==",
    " ",
    "1",
    "0",
    "1e308",
    "9" * 30,
    "type",
    "'",
    '"',
    "\\",
    "#",
    ":",
    ":=",
    "[",
    "]",
    "{",
    "}",
    "lambda",
    "if",
    "else",
    "for",
    "in",
    "\n",
    "\x00",
    "é",
    "🙂",
]


@given(st.text(max_size=60) | st.lists(st.sampled_from(SNIPPETS), max_size=25).map("".join))
def test_any_text_is_a_formula_or_a_fault(text: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            found = parse(text)
        except InputError as error:
            error.render("zh")
        else:
            assert all(node.kind for node in found.root.walk())


@pytest.mark.parametrize("text", ["1if a else b", "'\\d' + a", "0x1for a in b", "a is 1"])
def test_what_python_warns_of_is_a_fault_and_no_line_on_the_screen(text: str) -> None:
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        only_fault(lambda: parse(text))
    assert not seen


def said_of(text: str, language: str = "en") -> str:
    with pytest.raises(InputError) as caught:
        parse(text)
    return caught.value.render(language)


def test_a_formula_may_stand_on_several_lines() -> None:
    assert parse("co2\n  / gdp\n").root == parse("co2 / gdp").root


def test_what_python_takes_for_a_comment_is_refused() -> None:
    assert "'#' is not allowed in a formula" in said_of("co2 # / gdp")


def test_a_formula_without_end_is_quoted_in_part() -> None:
    said = said_of("co2 +\n" + "gdp + " * 200)
    assert len(said.splitlines()) == 2
    assert len(said) < 200
    assert "…" in said


def test_parentheses_without_end_are_told_as_such() -> None:
    assert "nested too deeply" in said_of("(" * 500 + "co2" + ")" * 500)


def test_too_many_arguments_are_told_with_both_bounds() -> None:
    many = "max(" + ", ".join(["co2"] * 21) + ")"
    assert "max takes 2–20 arguments; found 21" in said_of(many)
    assert "max 需要 2–20 个参数；实为 21 个" in said_of(many, "zh")
