"""Errors, sources, left-out indicators and Dirichlet weights: each replicate is explicit calls of `score`."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

from evaluate.robustness.choices import with_options
from evaluate.robustness.draws import streams, uniform_at, with_error
from evaluate.robustness.replicates import Replicates, run_draws
from evaluate.robustness.summary import analyse
from evaluate.robustness_spec import IndicatorError, RobustnessSpec
from evaluate.scoring.score import score
from indicators.framework import Framework
from indicators.panel import Panel
from indicators.spec import build
from tests.evaluate.robustness.example import (
    BOUNDED,
    CODES,
    base,
    definition,
    drawn,
    explicit,
    ranks_of,
    table,
)  # fmt: skip
from tests.evaluate.scoring.builder import methodology, refused

RUNS = 10
YEARS = (2018, 2019, 2020)


def replicates(scores: Any, seed: int, **settings: Any) -> tuple[Replicates, Any, Any]:
    inputs, draws = drawn(scores, RUNS, seed, **settings)
    found = run_draws(scores, inputs, draws, seed)
    assert found.failures == {}
    return found, inputs, draws


def disturbed_panel(seed: int, run: int, code: str, error: dict[str, Any]) -> Panel:
    """Return the panel with the errors of one variable, made with pandas from the stated distribution."""
    panel = table()
    values = panel.matrix(code)
    spec = build(IndicatorError, error)
    size: Any = spec.absolute or (spec.relative or 0) * np.abs(values)
    if spec.from_ is not None:
        size = panel.matrix(spec.from_) * (np.sqrt(3) if spec.distribution == "uniform" else 1)
    found = with_error(values, spec.distribution, size, uniform_at(streams(seed, code, CODES, YEARS), run))
    changed = panel.values.assign(**{code: np.clip(found, 0, None).reshape(-1)})
    units = panel.units.drop(columns="name")
    return Panel.from_frame(changed.reset_index(), units, period=(2019, 2020), rank=2020)


@pytest.mark.parametrize("raw", [BOUNDED, BOUNDED | {"imputation": {"method": "median"}, "coverage": {"unit": 0.9}}])
@pytest.mark.parametrize(
    "error",
    [
        {"distribution": "normal", "relative": 0.3},
        {"distribution": "normal", "absolute": 25},
        {"distribution": "uniform", "absolute": 30},
        {"distribution": "uniform", "from": "u_co2"},
        {"distribution": "lognormal", "relative": 0.5},
        {"distribution": "lognormal", "from": "u_co2"},
    ],
)
def test_errors_of_a_variable_go_through_the_formulas(error: dict[str, Any], raw: dict[str, Any]) -> None:
    scores = base(**raw)
    found, inputs, draws = replicates(scores, 7, indicator_error={"co2": error}, weight_noise=0.2)
    moved = 0
    for run in range(RUNS):
        once = explicit(scores, inputs, draws, run, scores.methodology, disturbed_panel(7, run, "co2", error))
        there = [ranks_of(once)[CODES.index(unit)] for unit in found.units]
        assert found.ranks[run].tolist() == there
        moved += there != [ranks_of(scores)[CODES.index(unit)] for unit in found.units]
    assert moved > 0


def test_errors_of_an_indicator_hit_its_value() -> None:
    scores = base()
    error = {"distribution": "normal", "relative": 0.4}
    vary = {"weighting.indicators": [{"method": "given"}, {"method": "critic"}], "outliers": [
        {"method": "none"}, {"method": "winsorise", "skewness": 0.3, "kurtosis": 0.01, "limit": 2}]}  # fmt: skip
    found, inputs, draws = replicates(scores, 3, indicator_error={"density": error}, vary=vary, weight_noise=0.1)
    values = scores.values.indicators["density"]
    for run in range(RUNS):
        chosen = with_options(scores.methodology, inputs.choices, draws.options[run])
        mine = with_error(values, "normal", 0.4 * values, uniform_at(streams(3, "density", CODES, YEARS), run))
        once = explicit(scores, inputs, draws, run, chosen, indicators={"density": mine})
        assert found.ranks[run].tolist() == ranks_of(once)


def test_each_replicate_leaves_out_none_or_one_indicator() -> None:
    scores = base()
    vary = {"weighting.indicators": [{"method": "given"}, {"method": "entropy"}]}
    found, inputs, draws = replicates(scores, 5, leave_out=True, vary=vary, weight_noise=0.2)
    assert inputs.leave_out == ("change", "density", "dump", "intensity", "wealth")
    for run in range(RUNS):
        chosen = with_options(scores.methodology, inputs.choices, draws.options[run, :1])
        left = (None, *inputs.leave_out)[draws.options[run, 1]]
        once = explicit(scores, inputs, draws, run, chosen, left=left)
        assert found.ranks[run].tolist() == ranks_of(once)
    many = drawn(scores, 6000, 5, leave_out=["dump", "change"])[1].options[:, 0]
    np.testing.assert_allclose(np.bincount(many) / 6000, 1 / 3, atol=0.02)


def test_the_only_indicator_of_a_dimension_is_never_left_out() -> None:
    alone = definition(tree={"d": {"intensity": 1, "dump": 1, "change": 1}, "e": {"wealth": 1}, "f": {"density": 1}})
    scores = score(table(), alone, methodology(**BOUNDED))
    assert drawn(scores, 1, 0, leave_out=True)[0].leave_out == ("change", "dump", "intensity")
    (found,) = refused(lambda: drawn(scores, 1, 0, leave_out=["dump", "wealth"]))
    assert (found.text_key, found.place.key) == ("robustness.would_empty", "robustness.leave_out[1]")


def test_a_source_stands_in_for_a_variable_with_its_unit_of_measure_and_breaks() -> None:
    scores = base()
    found, inputs, draws = replicates(scores, 2, sources={"co2": ["co2", "co2_other"]}, weight_noise=0.2)
    panel = table()
    other = panel.values.assign(co2=panel.values["co2_other"] * 1e6)
    swapped = Panel.from_frame(other.reset_index(), panel.units.drop(columns="name"), period=(2019, 2020), rank=2020)
    plain = scores.framework.to_dict()
    plain["variables"]["co2"]["breaks"] = {2020: "new survey"}
    broken = Framework.from_dict(plain)
    taken = draws.options[:, 0]
    assert 0 < taken.sum() < RUNS
    for run in range(RUNS):
        seen = (swapped, broken) if taken[run] else (None, None)
        once = explicit(scores, inputs, draws, run, scores.methodology, *seen)
        assert found.ranks[run].tolist() == ranks_of(once)


def test_everything_together() -> None:
    scores = base()
    error = {"distribution": "normal", "relative": 0.2}
    found, inputs, draws = replicates(
        scores, 4, sources={"co2": ["co2", "co2_other"]}, leave_out=["dump", "density"],
        indicator_error={"gdp": error}, weight_noise={"method": "dirichlet", "concentration": 20},
        vary={"normalisation.bounds": [[0.1, 100], [10, 100]]},
    )  # fmt: skip
    panel = table()
    plain = scores.framework.to_dict()
    plain["variables"]["co2"]["breaks"] = {2020: "new survey"}
    for run in range(RUNS):
        bounds, source, left = draws.options[run]
        chosen = methodology(normalisation={"method": "min_max", "bounds": [[0.1, 100], [10, 100]][bounds]})
        gdp = panel.matrix("gdp")
        gdp = with_error(gdp, "normal", 0.2 * gdp, uniform_at(streams(4, "gdp", CODES, YEARS), run))
        changed = panel.values.assign(gdp=gdp.reshape(-1))
        if source:
            changed = changed.assign(co2=changed["co2_other"] * 1e6)
        seen = Panel.from_frame(changed.reset_index(), panel.units.drop(columns="name"), period=(2019, 2020), rank=2020)
        frame = Framework.from_dict(plain) if source else scores.framework
        once = explicit(scores, inputs, draws, run, chosen, seen, frame, (None, "density", "dump")[left])
        assert found.ranks[run].tolist() == ranks_of(once)


def test_the_floor_of_the_scale_moves_a_geometric_ranking() -> None:
    scores = base(**BOUNDED, aggregation={"indicators": {"method": "geometric"}, "dimensions": {"method": "geometric"}})
    floors = [[0.1, 100], [1, 100], [10, 100]]
    found, _, draws = replicates(scores, 1, vary={"normalisation.bounds": floors})
    seen = set()
    for run in range(RUNS):
        raw = {"normalisation": {"method": "min_max", "bounds": floors[draws.options[run, 0]]}}
        chosen = methodology(**raw, aggregation=scores.methodology.to_dict()["aggregation"])
        assert found.ranks[run].tolist() == ranks_of(score(table(), scores.framework, chosen))
        seen.add(tuple(found.ranks[run]))
    assert len(seen) > 1


def test_a_parameter_that_the_drawn_method_lacks_changes_nothing() -> None:
    scores = base()
    vary = {"normalisation": [{}, {"method": "z_score"}], "normalisation.bounds": [[1, 100], [40, 100]]}
    found, _, draws = replicates(scores, 1, vary=vary)
    expected = ranks_of(score(table(), scores.framework, methodology(normalisation={"method": "z_score"})))
    assert 0 < draws.options[:, 0].sum() < RUNS
    for run in np.flatnonzero(draws.options[:, 0]):
        assert found.ranks[run].tolist() == expected


@pytest.mark.parametrize("noise", [0.3, {"method": "dirichlet", "concentration": 15}])
@pytest.mark.parametrize(
    "aggregation",
    [
        {"indicators": {"method": "topsis"}, "dimensions": {"method": "arithmetic"}},
        {"indicators": {"method": "arithmetic"}, "dimensions": {"method": "topsis"}},
        {"indicators": {"method": "geometric"}, "dimensions": {"method": "copeland"}},
        {"indicators": {"method": "harmonic"}, "dimensions": {"method": "vikor"}},
        {"indicators": {"method": "median"}, "dimensions": {"method": "geometric"}},
    ],
    ids=lambda found: f"{found['indicators']['method']}-{found['dimensions']['method']}",
)
@pytest.mark.parametrize("reference", ["pooled", "year", "type"])
def test_methods_that_learn_learn_again_in_every_replicate(
    aggregation: dict[str, Any], noise: Any, reference: str
) -> None:
    scores = base(normalisation={"method": "min_max", "bounds": [5, 100], "reference": reference},
                  aggregation=aggregation)  # fmt: skip
    found, inputs, draws = replicates(scores, 6, weight_noise=noise)
    for run in range(RUNS):
        once = explicit(scores, inputs, draws, run, scores.methodology)
        assert found.ranks[run].tolist() == ranks_of(once)


def test_whole_panels_are_ranked_year_by_year() -> None:
    scores = base()
    settings: dict[str, Any] = {"runs": 30, "seed": 2, "weight_noise": 0.4}
    one = analyse(scores, RobustnessSpec(**settings)).table
    both = analyse(scores, RobustnessSpec(**settings, years="all"))
    assert len(both.table) == 2 * len(CODES)
    assert both.table[["unit", "year"]].values.tolist() == [[c, y] for c in CODES for y in (2019, 2020)]
    pd.testing.assert_frame_equal(both.table[both.table["year"] == 2020].reset_index(drop=True), one)
    inputs, draws = drawn(scores, 30, 2, weight_noise=0.4)
    for run in range(5):
        once = explicit(scores, inputs, draws, run, scores.methodology)
        earlier = both.replicates.years == 2019
        assert both.replicates.ranks[run, earlier].tolist() == ranks_of(once, 2019)


# --- faults ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("settings", "place", "key", "meant"),
    [
        ({"indicator_error": {"densty": {"distribution": "normal", "relative": 0.1}}},
         "indicator_error.densty", "unknown_error", "density"),
        ({"indicator_error": {"co2": {"distribution": "normal", "from": "u_co"}}},
         "indicator_error.co2.from", "unknown_variable", "u_co2"),
        ({"leave_out": ["wealth", "dumpp"]}, "leave_out[1]", "unknown_indicator", "dump"),
        ({"sources": {"co": ["co2"]}}, "sources.co", "unknown_variable", "co2"),
        ({"sources": {"co2": ["co2", "co2_othr"]}}, "sources.co2[1]", "unknown_variable", "co2_other"),
        ({"sensitivity": {}}, "sensitivity", "nothing_varies", None),
    ],
)  # fmt: skip
def test_a_name_that_names_nothing_is_a_fault(
    settings: dict[str, Any], place: str, key: str, meant: str | None
) -> None:
    (found,) = refused(lambda: drawn(base(), 1, 0, **settings))
    assert (found.place.key, found.text_key) == (f"robustness.{place}", f"robustness.{key}")
    assert found.values.get("meant") == meant


def test_units_of_measure_that_do_not_fit_are_faults() -> None:
    errors = {"gdp": {"distribution": "normal", "from": "u_co2"}}
    found = refused(lambda: drawn(base(), 1, 0, sources={"co2": ["gdp"]}, indicator_error=errors))
    assert {f.place.key for f in found} == {"robustness.sources.co2[0]", "robustness.indicator_error.gdp.from"}
    assert {f.text_key for f in found} == {"faults.units_do_not_fit"}


@pytest.mark.parametrize("sizes", [{}, {"relative": 0.1, "absolute": 2}, {"absolute": 1, "from": "u_co2"}])
def test_an_error_has_one_size(sizes: dict[str, Any]) -> None:
    raw = {"indicator_error": {"co2": {"distribution": "normal", **sizes}}}
    (found,) = refused(lambda: build(RobustnessSpec, raw))
    assert (found.text_key, found.place.key) == ("robustness.one_size", "indicator_error.co2")


def test_a_missing_uncertainty_is_said_and_a_negative_one_refused() -> None:
    panel = table()
    bare = panel.values.copy()
    bare.loc[("u1", 2020), "u_co2"] = np.nan
    spec = RobustnessSpec(runs=4, indicator_error={"co2": {"distribution": "normal", "from": "u_co2"}})

    def run(values: pd.DataFrame) -> Any:
        units = panel.units.drop(columns="name")
        seen = Panel.from_frame(values.reset_index(), units, period=(2019, 2020), rank=2020)
        return analyse(score(seen, definition(), methodology(**BOUNDED)), spec)

    (said,) = run(bare).warnings
    assert (said.text_key, said.values["count"]) == ("robustness.no_uncertainty", 1)
    assert said.message("zh") and "are taken as exact" in said.message("en")
    bare.loc[("u1", 2020), "u_co2"] = -1.0
    (found,) = refused(lambda: run(bare))
    assert found.text_key == "robustness.negative_uncertainty"
