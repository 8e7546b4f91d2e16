"""The conformance suite: what holds for every member of every method family, by `score`, on ordinary and odd data."""

import json
from collections.abc import Collection
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pytest

from evaluate import Fitted, Framework, Methodology, Panel, Scores, score
from indicators.errors import InputError
from indicators.structure import TOP
from indicators.texts import LANGUAGES
from tests.families.cases import CASES, IN_UNIT_OF_MEASURE, Case, in_turn, methodology, of
from tests.families.populations import ORDINARY, POPULATIONS, framework, panel, table

by_case = pytest.mark.parametrize("case", in_turn())
SCALED = ("outliers", "normalisation")
"""Families that see values, and so see their logarithm too."""
SOME = (
    *("ordinary", "tied", "one far out", "one missing", "gap between", "unit missing", "all missing"),
    "two units, one year",
)
"""Populations for what is slow to ask of all."""

# What may be refused, and on which data; anything else has to give a result.
FAULTS = {
    "scoring.too_large": {"greatest"},
    "scoring.score_too_large": {"huge", "tiny and huge"},
    "scoring.no_reference_values": {"baseline missing", "all but one missing"},
    # a zero to divide by, or values of both signs
    "scoring.no_share": {"some zero", "some negative", "tied", "one far below"},
    "scoring.no_amounts": set(POPULATIONS),
    "scoring.log_of_nothing": {
        *("all zero", "some zero", "all negative", "some negative", "one far below", "tied", "greatest"),
    },
}


def scales(case: Case) -> tuple[str, ...]:
    return ("linear", "log") if case.family in SCALED else ("linear",)


def parts(case: Case, scale: str = "linear", **changed: Any) -> tuple[Framework, Methodology]:
    """Return the framework and the methodology that try a case; a measure stands in the framework."""
    if changed.get("unit_of_measure") == "kg":
        amounts = {k: [1000 * v for v in case.parameters[k]] for k in IN_UNIT_OF_MEASURE if k in case.parameters}
        case = replace(case, parameters={**case.parameters, **amounts})
    if case.family == "measure":
        return framework(scale, measure=case.choice, **changed), methodology()
    return framework(scale, **changed), methodology(case)


@cache
def odd(population: str) -> Panel:
    """Return a population as a panel; a test of its own says that nobody changes it."""
    return panel(POPULATIONS[population])


@cache
def _tried(case: str, scale: str, population: str) -> Scores | InputError:
    chosen = next(c for c in CASES if str(c) == case)
    try:
        return score(odd(population), *parts(chosen, scale))
    except InputError as refused:
        return refused


def tried(case: Case) -> list[tuple[str, str, Scores | InputError]]:
    """Return what a case makes of every population, by scale and name."""
    return [(scale, name, _tried(str(case), scale, name)) for scale in scales(case) for name in POPULATIONS]


def results(case: Case, names: Collection[str] = POPULATIONS, only: str = "") -> list[tuple[str, str, Scores]]:
    """Return those that gave scores, of some populations or on one scale if wanted."""
    return [
        (scale, name, made)
        for scale, name, made in tried(case)
        if isinstance(made, Scores) and name in names and scale in (only or scale)
    ]


def tables(made: Scores) -> dict[str, str]:
    """Return every table as the bytes of a file would be; for what was left out, reasons aside."""
    named = ("scores", "value_table", "normalised_table", "weights", "treatment", "measures")
    left_out = made.exclusions.drop(columns="reason").to_csv()
    return {name: getattr(made, name).to_csv() for name in named} | {"exclusions": left_out}


def numbers(made: Scores) -> dict[str, bytes]:
    """Return every stage's numbers as bytes."""
    return {code: np.ascontiguousarray(column).tobytes() for code, column in made.columns.items()}


@by_case
def test_a_finite_result_or_a_named_fault(case: Case) -> None:
    wrong = []
    for scale, name, made in tried(case):
        if isinstance(made, InputError):
            keys = {fault.text_key for fault in made.faults}
            said = [fault.message(language) for fault in made.faults for language in LANGUAGES]
            if not all(name in FAULTS.get(key, ()) for key in keys) or not all(said):
                wrong.append((scale, name, str(made)))
            continue
        at = made.rows.scored
        dimensions = np.column_stack([made.columns[code] for code in (TOP, *made.framework.dimensions())])
        if not at.any() or not np.isfinite(dimensions[at]).all():
            wrong.append((scale, name, "a dimension without a score"))
        if any(np.isinf(column).any() for column in made.normalised.values()):
            wrong.append((scale, name, "an infinite score"))
        if not (made.rank_in_type[at] >= 1).all():
            wrong.append((scale, name, "no rank"))
    assert not wrong


@pytest.mark.parametrize("case", of("normalisation"), ids=str)
def test_scores_that_no_sum_could_hold_are_refused(case: Case) -> None:
    made = _tried(str(case), "linear", "huge")
    # given reference values and a line that goes on and on: scores of 1e290
    endless = case.build().beyond == "extend" and not case.build().learns
    assert isinstance(made, InputError) == endless
    if isinstance(made, InputError):
        assert {fault.text_key for fault in made.faults} == {"scoring.score_too_large"}


@by_case
def test_labels_order_and_gaps_are_kept(case: Case) -> None:
    for scale, name, made in results(case, SOME):
        frame = table(POPULATIONS[name]).sort_values(["unit", "year"], ignore_index=True)
        for made_table in (made.value_table, made.normalised_table):
            assert made_table["unit"].tolist() == frame["unit"].tolist(), (scale, name)
            assert made_table["year"].tolist() == frame["year"].tolist(), (scale, name)
        codes = [code for code in made.framework.indicators if code in made.normalised]
        scored = made.scores[["unit", "year"]]
        values = made.value_table.merge(scored)[codes]
        scores = made.normalised_table.merge(scored)[codes]
        assert (values.isna() == scores.isna()).all(axis=None), (scale, name)
        # only a method that fills gaps may make a value where none was reported
        reported = frame.merge(scored)["so2"]
        if case.family != "imputation" and "so2_positive" in codes:
            assert (values["so2_positive"].isna() == reported.isna()).all(), (scale, name)
            kept = reported.notna()
            np.testing.assert_array_equal(values.loc[kept, "so2_positive"], reported[kept])


@by_case
def test_scores_of_an_indicator_keep_the_order_of_its_values(case: Case) -> None:
    for scale, name, made in results(case):
        rows = made.rows
        for code, scores in made.normalised.items():
            indicator = made.framework.indicators[code]
            values = rows.columns[code]
            if indicator.direction == "target":
                # a value pulled in from far beyond the target comes near it
                if scale == "log" or case.family == "outliers" or getattr(case.member, "logarithmic", False):
                    continue
                values = -np.abs(values - indicator.target)
            elif indicator.direction == "negative":
                values = -values
            for key in made.fitted.normalisation[code]:
                kind, _, word = key.partition(":")
                within = {"year": rows.year.astype(str) == word, "type": rows.type == word}.get(kind, True)
                at = rows.scored & np.isfinite(values) & np.isfinite(scores) & within
                ordered = scores[at][np.argsort(values[at], kind="stable")]
                assert (np.diff(ordered) >= -1e-9 * np.abs(ordered).max(initial=1)).all(), (scale, name, code)


@by_case
def test_weights_are_shares(case: Case) -> None:
    for scale, name, made in results(case, SOME):
        by_parent = made.weights.groupby(["type", "year", "parent"], dropna=False)["weight"]
        np.testing.assert_allclose(by_parent.sum(), 1, rtol=1e-12, err_msg=f"{scale} {name}")
        assert (made.weights["weight"] >= 0).all()


@pytest.mark.slow
@by_case
def test_what_was_learned_gives_the_same_bytes(case: Case) -> None:
    for scale, name, made in results(case, SOME):
        saved = json.dumps(made.fitted.to_dict(), allow_nan=False)
        fitted = Fitted.from_dict(json.loads(saved))
        again = score(odd(name), *parts(case, scale), fitted)
        assert numbers(again) == numbers(made), (scale, name)
        assert again.fitted.to_dict() == json.loads(saved)
        if name == "one far out":
            assert tables(again) == tables(made)


@pytest.mark.slow
@by_case
def test_with_what_was_learned_a_unit_is_scored_alone(case: Case) -> None:
    for _, name, made in results(case, SOME, "linear"):
        few = odd(name).select([str(unit) for unit in made.scores["unit"].unique()[:2]])
        again = score(few, *parts(case), made.fitted).scores.set_index(["unit", "year"])
        dimensions = [TOP, *made.framework.dimensions()]
        before = made.scores.set_index(["unit", "year"]).loc[again.index, dimensions]
        np.testing.assert_allclose(
            again[dimensions].to_numpy(float), before.to_numpy(float), rtol=1e-12, atol=1e-12, err_msg=name
        )


@pytest.mark.slow
@by_case
def test_what_is_handed_in_is_left_alone(case: Case) -> None:
    for name in ("ordinary", "one missing", "one far out"):
        given = panel(POPULATIONS[name])
        units, values = given.units.copy(deep=True), given.values.copy(deep=True)
        structure, chosen = parts(case)
        before = (structure.to_dict(), chosen.to_dict())
        first = score(given, structure, chosen)
        learned = json.dumps(first.fitted.to_dict())
        second = score(given, structure, chosen)
        score(given, structure, chosen, first.fitted)
        assert tables(first) == tables(second)
        assert json.dumps(first.fitted.to_dict()) == learned
        pd.testing.assert_frame_equal(given.units, units)
        pd.testing.assert_frame_equal(given.values, values)
        assert (structure.to_dict(), chosen.to_dict()) == before


@pytest.mark.slow
@by_case
@pytest.mark.parametrize("population", ["tied", "one missing", "one far out", "tied but one"])
def test_a_change_of_the_unit_of_measure_changes_nothing(case: Case, population: str) -> None:
    def scored(unit_of_measure: str, scale: str) -> Scores:
        given = replace(odd(population), units_of_measure=dict.fromkeys(("so2", "nox", "co2"), "t"))
        return score(given, *parts(case, scale, unit_of_measure=unit_of_measure))

    for scale in scales(case):
        if isinstance(_tried(str(case), scale, population), InputError):
            continue
        tonnes, kilograms = scored("t", scale), scored("kg", scale)
        dimensions = [TOP, *tonnes.framework.dimensions()]
        np.testing.assert_allclose(
            kilograms.scores[dimensions].to_numpy(float), tonnes.scores[dimensions].to_numpy(float), rtol=1e-9
        )
        assert kilograms.scores["rank_in_type"].tolist() == tonnes.scores["rank_in_type"].tolist()
        assert len(kilograms.treatment) == len(tonnes.treatment)


@pytest.mark.slow
@by_case
def test_order_of_rows_and_columns_changes_nothing(case: Case) -> None:
    frame, units = table(ORDINARY), panel(ORDINARY).units
    shuffled = frame.sample(frac=1, random_state=3)[["co2", "year", "so2", "unit", "nox"]]
    one = score(Panel.from_frame(frame, units, baseline=2018), *parts(case))
    other = score(Panel.from_frame(shuffled, units.sample(frac=1, random_state=4), baseline=2018), *parts(case))
    assert tables(one) == tables(other)
