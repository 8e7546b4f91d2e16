"""Productivity with bad outputs as a measure, by hand.

Every unit has one input of 1. With goods y and bads b weakly disposable under constant returns, a unit's distance to
the frontier of (Y, B) is the largest β with y(1 + β) ≤ Yλ and b(1 − β) = Bλ, λ ≤ 1.
"""

import numpy as np
import pytest

from evaluate import Fitted, Framework, Methodology, Scores, score
from indicators.evaluation import Mark
from tests.indicators.measures.test_efficiency import columns_of, framework, later, made_up, numbers, output, panel
from tests.oracles import textbook

NAN = float("nan")
YEARS = [2019, 2020]
# A: (4, 2) → (5, 2), B: (2, 2) → (3, 2)
GROWN = {"x": [1, 1, 1, 1], "y": [4, 2, 5, 3], "b": [2, 2, 2, 2]}


def measure(**settings: str) -> str:
    more = "".join(f", {key}: {value}" for key, value in settings.items())
    return f"{{method: productivity, inputs: [x], goods: [y], bads: [b], output: change{more}}}"


def scored(
    columns: dict[str, list[float]], years: list[int] = YEARS, fitted: Fitted | None = None, broken: int | None = None,
    baseline: int | None = None, text: str = "", **settings: str,
) -> Scores:  # fmt: skip
    plain = framework(text or measure(**settings), {code: "1" for code in columns}).to_dict()
    if broken:
        plain["variables"]["b"]["breaks"] = {broken: "another source"}
    given = panel(columns, years, baseline=baseline)
    return score(given, Framework.from_dict(plain), Methodology(), fitted)


def close(found: list[float], expected: list[float]) -> None:
    np.testing.assert_allclose(found, expected, rtol=1e-8)


def test_malmquist_luenberger_by_hand() -> None:
    made = scored(GROWN, index="malmquist_luenberger")
    # own years: 2(1 + β) = 4(1 − β) gives 1/3, 3(1 + β) = 5(1 − β) gives 1/4; across: 2(1 + β) = 5(1 − β) gives 3/7 and
    # 3(1 + β) = 4(1 − β) gives 1/7. EC = (4/3)/(5/4), ML = √[(4/3)/(8/7) · (10/7)/(5/4)]
    # A of 2020 makes 5 from one input, which nobody did in 2019: no λ ≤ 1 reaches it
    close(numbers(made, "change", 2020), [NAN, (4 / 3) ** 0.5])
    close(numbers(made, "efficiency_change", 2020), [1, 16 / 15])
    close(numbers(made, "technology_change", 2020), [NAN, (4 / 3) ** 0.5 / (16 / 15)])
    assert output(made, "state", 2020) == ["infeasible_second_on_first", "defined"]
    assert output(made, "state", 2019) == ["", ""]
    assert np.isnan(made.value_table["joint"]).sum() == 3


def test_global_index_by_hand() -> None:
    made = scored(GROWN)
    # against (5, 2): A 4(1 + β) = 5(1 − β) gives 1/9, then 0; B 3/7, then 1/4
    close(numbers(made, "change", 2020), [10 / 9, (10 / 7) / (5 / 4)])
    close(numbers(made, "technology_change", 2020), [10 / 9, (8 / 7) / (16 / 15)])
    assert output(made, "state", 2020) == ["defined", "defined"]


@pytest.mark.parametrize("index", ["global", "malmquist_luenberger"])
def test_against_the_textbook_program(index: str) -> None:
    table = made_up(10, 3)
    text = (
        "{method: productivity, inputs: [a, b], goods: [g], bads: [z], returns: variable, output: change, "
        f"index: {index}}}"
    )
    made = scored(columns_of(table), [2018, 2019, 2020], text=text)

    def one_plus(own: np.ndarray, pool: np.ndarray) -> float:
        sides = own[:2], own[2:3], own[3:]
        step = np.zeros(2), own[2:3], own[3:]
        found = textbook.distance(pool[:, :2], pool[:, 2:3], pool[:, 3:], sides, step, variable=True, weak=True)
        return NAN if found is None else 1 + found

    for at, year in ((1, 2019), (2, 2020)):
        first, second = table[at - 1], table[at]
        pools = [first, second] if index == "malmquist_luenberger" else [table.reshape(-1, 4)] * 2
        expected = [
            np.sqrt(np.prod([one_plus(one, pool) / one_plus(two, pool) for pool in pools]))
            for one, two in zip(first, second, strict=True)
        ]
        np.testing.assert_allclose(numbers(made, "change", year), expected, atol=1e-6)
    states = output(made, "state", 2020)
    assert ("infeasible" in "".join(states)) == (index == "malmquist_luenberger")


@pytest.mark.parametrize("index", ["global", "malmquist_luenberger"])
def test_a_year_is_not_compared_over_a_break(index: str) -> None:
    columns = {"x": [1] * 6, "y": [4, 2, 5, 3, 5, 3], "b": [2] * 6}
    made = scored(columns, [2019, 2020, 2021], broken=2020, index=index)
    assert output(made, "state", 2020) == ["", ""]
    assert np.isnan(numbers(made, "change", 2020)).all()
    assert Mark(2020, 2020, "missing") in made.values.marks["joint"]
    # nothing changed from 2020 to 2021
    close(numbers(made, "change", 2021), [1, 1])
    since = scored(columns, [2019, 2020, 2021], broken=2021, baseline=2019, index=index, since="baseline")
    assert output(since, "state", 2021) == ["", ""]
    assert Mark(2021, 2021, "missing") in since.values.marks["joint"]


def test_a_pool_does_not_reach_over_a_break() -> None:
    # were 2019 in the pool of the later years, whose figures are another thing, 9 would be its best
    columns = {"x": [1] * 6, "y": [9, 9, 4, 2, 5, 3], "b": [2] * 6}
    made = scored(columns, [2019, 2020, 2021], broken=2020)
    close(numbers(made, "change", 2021), [10 / 9, 8 / 7])


def test_since_the_baseline() -> None:
    columns = {"x": [1] * 6, "y": [4, 2, 4, 2, 5, 3], "b": [2] * 6}
    made = scored(columns, [2019, 2020, 2021], baseline=2019, since="baseline")
    close(numbers(made, "change", 2019), [1, 1])
    close(numbers(made, "change", 2020), [1, 1])
    close(numbers(made, "change", 2021), [10 / 9, 8 / 7])


def test_a_unit_that_cannot_be_measured_in_one_of_two_years() -> None:
    columns = {"x": [1, 1, 1, 1, 1, 1, 1, 1], "y": [4, 2, 3, 3, 4, 3, 3, 3], "b": [2, 2, NAN, -1, 2, 2, 2, 2]}
    made = scored(columns)
    assert output(made, "state", 2020) == ["defined", "defined", "", "negative"]
    close(numbers(made, "change", 2020), [1, 7 / 6, NAN, NAN])


@pytest.mark.parametrize("index", ["global", "malmquist_luenberger"])
def test_published_changes_hold_and_a_new_year_is_added(index: str) -> None:
    columns = {"x": [1] * 6, "y": [4, 2, 4, 3, 4, 3], "b": [2] * 6}
    first = scored({name: values[:4] for name, values in columns.items()}, index=index)
    close(numbers(first, "change", 2020), [1, 7 / 6])
    # A of 2020 is left out of the later run: B is still compared with the frontier that it made
    few = {name: [NAN if at in (0, 2) else v for at, v in enumerate(values)] for name, values in columns.items()}
    again = scored(few, [2019, 2020, 2021], later(first), index=index)
    close(numbers(again, "change", 2020), [NAN, 7 / 6])
    # 2021 is new: under the global index against the pool of 2019 and 2020
    close(numbers(again, "change", 2021), [NAN, 1])
