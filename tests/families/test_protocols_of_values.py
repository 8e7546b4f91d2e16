"""What imputations and measures are asked."""

from collections.abc import Iterable
from typing import Any

import numpy as np
import pytest

from indicators.formula import parse
from tests.families.cases import REFUSED, UNTOLD, Case, choices, of
from tests.families.populations import ORDINARY, framework
from tests.families.protocols import NAN, SETTING, WIDE, cases, drawn, locked, measured, with_one_changed

# Imputation


@cases("imputation")
def test_imputation_over_time(case: Case) -> None:
    method = case.build()
    values = locked([[1, NAN, 3, NAN, NAN, 6], [NAN, 2, NAN, 4, 5, NAN], [NAN] * 6, [7] * 6])
    years = (2015, 2016, 2017, 2018, 2019, 2020)
    filled = method.over_time(values, years, [])
    reported = np.isfinite(values)
    np.testing.assert_array_equal(filled[reported], values[reported])
    # nothing before the first value, nothing where there is none, nothing at all by those that look at units
    assert np.isnan(filled[[1, 2], [0, 3]]).all()
    assert method.over_years or np.isnan(filled).sum() == np.isnan(values).sum()
    assert not method.over_years or method.reason
    broken = method.over_time(values, years, [2016, 2018])
    assert (np.isnan(broken) >= np.isnan(filled)).all()
    assert np.isnan(broken[0]).tolist() == [False, True, False, True, True, False]
    for row in range(len(values)):
        alone = method.over_time(locked(values[row : row + 1]), years, [])
        np.testing.assert_array_equal(alone[0], filled[row])


@cases("imputation")
def test_imputation_across_units(case: Case) -> None:
    method = case.build()
    columns = {"unit": np.array(["a", "b", "c"]), "type": np.array(["x", "y", "x"])}
    groups = method.groups(columns)
    assert len(groups) == 3
    if not method.across_units:
        return
    for odd in tables_with_gaps():
        names = np.array([f"u{at}" for at in range(len(odd))]) if len(set(groups)) == 3 else np.full(len(odd), "x")
        found, steady = method.estimates(locked(odd), names)
        assert found.shape == odd.shape and isinstance(steady, bool) and not np.isinf(found).any()
        for column, estimate in zip(odd.T, found.T, strict=True):
            known = column[np.isfinite(column)]
            # nothing from nothing; an average of what is there lies between the least and the greatest
            assert len(known) or np.isnan(estimate).all()
            if len(known):
                reach = 1e-9 * np.ptp(known) + 1e-12 * np.abs(known).max()
                inside = estimate[np.isfinite(estimate)]
                assert ((inside >= known.min() - reach) & (inside <= known.max() + reach)).all()
                assert np.isfinite(estimate[np.isfinite(odd).any(axis=1)]).all()
        turned, _ = method.estimates(locked(odd[::-1]), names[::-1])
        least = 1e-11 * np.nanmax(np.abs(odd), initial=0)
        np.testing.assert_allclose(turned[::-1], found, rtol=1e-11, atol=least)
        larger, _ = method.estimates(locked(odd * 1000), names)
        np.testing.assert_allclose(larger, 1000 * found, rtol=1e-9, atol=1000 * least)


def tables_with_gaps() -> list[Any]:
    """Indicators of one year, units × indicators, with gaps."""
    full = 1 + np.column_stack([ORDINARY, ORDINARY[::-1, 1]])
    some = full.copy()
    some[[0, 3, 7, 7, 9], [1, 0, 2, 3, 3]] = NAN
    empty, constant, alone, alike = some.copy(), some.copy(), some.copy(), some.copy()
    empty[4], empty[:, 2] = NAN, NAN
    constant[:, 1] = np.where(np.isnan(constant[:, 1]), NAN, 5.0)
    alone[:, 3], alone[6, 3] = NAN, 2.0
    alike[:] = np.where(np.isnan(alike), NAN, 0.1 + 0.2)
    tied = np.where(np.isnan(some), NAN, np.floor(some / 3))
    nothing = np.full((3, 4), NAN)
    return [some, empty, constant, alone, alike, tied, some[:1], some[[0, 3]], nothing, -some * 1e-300, some * 1e290]


# Measures


def emissions() -> list[Any]:
    named = {
        "ordinary": [0.1, -0.2, 0.3, -0.4],
        "no change": [0.0, 0.0, 0.1, -0.1],
        "missing": [NAN, 0.1, NAN, 0.2],
        # the least that 1 - E/E0 can be
        "tiny": [2**-53, -(2**-52), 2**-53, 2**-53],
        "huge": [-1e290, 1.0, -1e290, -1e290],
    }
    return [pytest.param(values, id=name) for name, values in named.items()]


@cases("measure")
def test_measures_have_every_output(case: Case) -> None:
    measure = case.build()
    parts = {name: locked([[0.1, NAN], [0.2, 0.3]]) for name in measure.formulas()}
    found = set(measure.outputs(parts, SETTING, measure.learn(parts, SETTING)))
    assert found == set(measure.listed) and measure.output in found
    # of its choices it lacks those alone for which too little is stated
    refused = REFUSED[f"measure.{measure.method}", "output"] if measure.states else []
    assert set(choices(case.member, "output")) <= found | set(refused)


@cases("measure")
@pytest.mark.parametrize("first", emissions())
@pytest.mark.parametrize("second", emissions())
def test_measures_give_a_number_or_a_state(case: Case, first: Any, second: Any) -> None:
    measure = case.build()
    names = list(measure.formulas())
    parts = {name: locked(np.reshape((first, second)[at % 2], (2, 2))) for at, name in enumerate(names)}
    present = np.logical_and.reduce([np.isfinite(part) for part in parts.values()])
    every = measured(measure, parts)
    for output, found in every.items():
        assert found.shape == present.shape
        if found.dtype.kind == "U":
            # a state has a name wherever everything is there, and nowhere else, unless another says why it has none
            why, words = UNTOLD.get((measure.method, output), (output, ()))
            assert ((found != "") == (present & ~np.isin(every[why], words))).all(), output
        else:
            assert not np.isinf(found).any(), output
            assert np.isnan(found[~present]).all() or output in parts, output


@cases("measure")
def test_formulas_of_measures_are_formulas(case: Case) -> None:
    measure = case.build()
    assert measure.formulas()
    known = framework(measure=case.choice).variables
    for text in measure.formulas().values():
        assert set(parse(text).variables) <= set(known)


IDLE = {"pollutant_equivalents": {"total"}}
"""Formulas that no output looks at: the figures of the year that stand beside those which lead over breaks."""


def one_mark(names: Iterable[str]) -> set[str]:
    """Return names of formulas; the growth since the year before and the figure of that year bear the same marks."""
    return {name.replace("_before", "_growth") for name in names}


# measures that differ in the output they take alone have one name
@pytest.mark.parametrize("case", {case.build().name: case for case in of("measure")}.values(), ids=str)
def test_an_output_rests_on_the_formulas_that_move_it_and_on_no_others(case: Case) -> None:
    built = case.build()
    for since in choices(case.member, "since") if "since" in case.member.model_fields else [None]:
        measure = built.model_copy(update={"since": since}) if since else built
        moved: dict[str, set[str]] = {output: set() for output in measure.listed}
        for least, gaps in ((1, 0), (8, 0.3)):
            parts = drawn(measure.formulas(), least, gaps)
            plain, learned = measured(measure, parts, WIDE), measure.learn(parts, WIDE)
            for name, other in with_one_changed(parts):
                for held in ({}, learned):
                    if all(name in found for found in moved.values()):
                        continue
                    for output, values in measured(measure, other, WIDE, held).items():
                        if not np.array_equal(values, plain[output], equal_nan=values.dtype.kind == "f"):
                            moved[output].add(name)
        idle = IDLE.get(measure.method, set())
        for output, found in moved.items():
            assert one_mark(found) == one_mark({*measure.formulas_of(output)} - idle), (since, output)
