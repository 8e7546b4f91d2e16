"""Replicates: each is an explicit call of `score` with the drawn options and weights, nothing else."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import pytest

from evaluate.methodology import Methodology
from evaluate.robustness.choices import draw_options, generator, read_choices, with_options
from evaluate.robustness.draws import draw
from evaluate.robustness.inputs import read_inputs
from evaluate.robustness.replicates import replicate, run_draws, weight_codes
from evaluate.robustness.summary import Robustness, analyse
from evaluate.scoring.fitted import Fitted
from evaluate.scoring.score import score
from evaluate.scoring.scores import Scores
from evaluate.spec import RobustnessSpec
from indicators.framework import Framework
from indicators.panel import Panel
from indicators.spec import build
from tests.evaluate.scoring.builder import framework, methodology, panel, refused

TREE: dict[str, Any] = {
    "d": {"weight": 2, "indicators": {"a": 1, "b": 2, "c": 1}},
    "e": {
        "weight": 1,
        "dimensions": {"f": {"weight": 1, "indicators": {"p": 1, "q": 1}}, "g": {"weight": 3, "indicators": {"r": 1}}},
    },
}
ENTRIES = {"b": {"direction": "negative"}, "r": {"goalposts": [0, 30]}}
TYPES: dict[str, Any] = {"x": {}, "y": {"weights": {"a": 3, "e": 2}}}
CODES = [f"u{n}" for n in range(9)]
KINDS = {code: "xy"[n % 2] for n, code in enumerate(CODES)}


def rows(year: int, shift: int) -> list[tuple[Any, ...]]:
    """Return made-up values that do not go together, some missing."""
    out = []
    for n, code in enumerate(CODES):
        cells: list[float | None] = [
            (7 * n + shift) % 17 + 1, (5 * n * n + 3 * shift) % 13 + 1, (11 * n + shift * shift) % 19 + 1,
            (3 * n + shift) % 7 + 1, (n * n * n + shift) % 11 + 1, (13 * n + 5 * shift) % 23 + 1,
        ]  # fmt: skip
        if n in (2, 6):
            cells[n % 3] = None
        out.append((code, year, *cells))
    return out


def example(order: Sequence[int] | None = None, types: bool = True) -> tuple[Panel, Framework]:
    table = pd.DataFrame([*rows(2019, 0), *rows(2020, 4)], columns=["unit", "year", *"abcpqr"])
    units = pd.DataFrame({"unit": CODES, "type": [KINDS[c] for c in CODES] if types else "", "name": CODES})
    if order is not None:
        table, units = table.iloc[::-1], units.iloc[list(order)]
    return Panel.from_frame(table, units, rank=2020), framework(TREE, ENTRIES, types=TYPES if types else None)


BOUNDED = {"normalisation": {"method": "min_max", "bounds": [5, 100]}}


def explicit(
    table: Panel, definition: Framework, chosen: Methodology, factors: dict[str, float], fitted: Fitted | None = None
) -> Scores:
    """Score with weights disturbed by `factors`, as a user would: the weights written into the framework.

    The weights of `chosen` are those of a first run; then they are stated for each type and given.
    """
    base = score(table, definition, chosen, fitted)
    plain = definition.to_dict()
    plain["types"] = {
        kind: {**plain.get("types", {}).get(kind, {"label": "T"})}
        for kind in (table.types if definition.types else ["t"])
    }
    scope = next(s for s in base.fitted.weights if not s.startswith("year:") or s == f"year:{table.rank}")
    for kind in table.types:
        trees = next(
            kinds[kind]
            for s, kinds in base.fitted.weights.items()
            if kind in kinds and (s == scope or s.startswith("type:"))
        )
        disturbed = {child: weight * factors[child] for tree in trees.values() for child, weight in tree.items()}
        plain["types"][kind if definition.types else "t"]["weights"] = disturbed
    stated = Framework.from_dict(plain)
    raw = chosen.to_dict(with_none=True) | {
        "weighting": {"indicators": {"method": "given"}, "dimensions": {"method": "given"}}
    }
    if not definition.types:
        table = Panel.from_frame(
            table.values,
            table.units.assign(type="t"),
            period=(table.scored[0], table.scored[-1]),
            rank=table.rank,
            baseline=table.baseline,
        )
    return score(table, stated, build(Methodology, raw))


VARIED: dict[str, Any] = {
    "weighting.indicators": [
        {"method": "given"},
        {"method": "equal"},
        {"method": "entropy"},
        {"method": "critic", "cap": 1.5},
    ],
    "weighting.dimensions": [{"method": "given"}, {"method": "critic"}],
    "aggregation.indicators": [{"method": "arithmetic"}, {"method": "geometric"}],
    "aggregation.dimensions": [{"method": "arithmetic"}, {"method": "harmonic"}],
    "normalisation": [{}, {"method": "percentile_rank"}, {"method": "z_score"}, {"reference": "year"}],
}


def ranks_of(found: Scores, units: Sequence[str]) -> list[int]:
    """Return the ranks within type of some units in the rank year, 0 where not scored."""
    table = found.scores[found.scores["year"] == found.values.panel.rank].set_index("unit")["rank_in_type"]
    return [int(table.get(unit, 0)) for unit in units]


@pytest.mark.parametrize(
    ("raw", "vary", "noise"),
    [
        (BOUNDED, VARIED, 0.25),
        (BOUNDED, {}, 0.5),
        (BOUNDED, VARIED, 0.0),
        (BOUNDED | {"veto": {"p": {"above": 5, "cap": 40}}}, {"veto.p.cap": [30, 60]}, 0.3),
        (BOUNDED | {"veto": {"p": {"above": 5, "cap": 40}}}, {"veto": [{}, {"a": {"below": 6, "cap": 20}}]}, 0.3),
        (
            BOUNDED | {"coverage": {"unit": 0.5}},
            {"coverage.unit": [0.5, 1.0], "imputation": [{"method": "none"}, {"method": "median"}]},
            0.3,
        ),
        (
            BOUNDED,
            {
                "overrides.r.normalisation": [{"method": "goalposts"}, {"method": "min_max"}],
                "outliers": [
                    {"method": "none"},
                    {"method": "winsorise", "skewness": 0.3, "kurtosis": 0.01, "limit": 2},
                ],
            },
            0.2,
        ),
        (
            {"normalisation": {"method": "min_max", "bounds": [1, 100], "reference": "type"}},
            {"weighting": [{"indicators": {"method": "entropy"}}, {"dimensions": {"method": "equal"}}]},
            0.2,
        ),
    ],
    ids=["everything", "noise", "choices", "veto", "vetoes", "coverage", "overrides", "types"],
)
@pytest.mark.parametrize("typed", [True, False])
def test_every_replicate_is_an_explicit_call_of_score(
    raw: dict[str, Any], vary: dict[str, Any], noise: float, typed: bool
) -> None:
    if not typed and raw.get("normalisation", {}).get("reference") == "type":
        vary, raw = {}, BOUNDED
    table, definition = example(types=typed)
    base = score(table, definition, methodology(**raw))
    runs = 12
    choices = read_choices(vary, base.methodology, definition)
    found = replicate(base, choices, runs, 3, noise)
    assert found.failures == {}
    assert found.units.tolist() == CODES
    options = draw_options(choices, runs, 3)
    factors = factors_of(definition, runs, 3, noise)
    for run in range(runs):
        chosen = with_options(base.methodology, choices, options[run])
        once = explicit(table, definition, chosen, {code: float(f[run]) for code, f in factors.items()})
        assert found.ranks[run].tolist() == ranks_of(once, CODES), (run, chosen)


def test_composites_of_replicates_are_those_of_score_to_the_last_digits() -> None:
    table, definition = example()
    base = score(table, definition, methodology(**BOUNDED, veto={"p": {"above": 5, "cap": 40}}))
    inputs = read_inputs(RobustnessSpec(vary=VARIED, weight_noise=0.25), base.methodology, definition)
    found = run_draws(base, inputs, draw(inputs, weight_codes(base), 6, 5), 5, composites=True)
    options = draw_options(inputs.choices, 6, 5)
    factors = factors_of(definition, 6, 5, 0.25)
    assert found.composites is not None
    for run in range(6):
        chosen = with_options(base.methodology, inputs.choices, options[run])
        once = explicit(table, definition, chosen, {code: float(f[run]) for code, f in factors.items()}).scores
        np.testing.assert_allclose(found.composites[run], once.loc[once["year"] == 2020, "composite"], rtol=1e-13)


def test_without_noise_and_choices_every_replicate_is_the_ranking() -> None:
    table, definition = example()
    base = score(table, definition, methodology(**BOUNDED))
    found = analyse(base, RobustnessSpec(runs=20)).table.set_index("unit")
    at = base.scores[base.scores["year"] == 2020].set_index("unit")["rank_in_type"]
    for column in ("rank_in_type", "median", "p05", "p95"):
        assert found[column].tolist() == at.tolist()
    assert found["tier"].tolist() == at.groupby(KINDS).rank(method="first").tolist()
    assert found["p_first"].tolist() == (at == 1).astype(float).tolist()
    assert (found["year"] == 2020).all()
    assert found["type"].tolist() == [KINDS[code] for code in CODES]


def spec(**settings: Any) -> RobustnessSpec:
    return RobustnessSpec(**{"runs": 60, "seed": 1, "weight_noise": 0.4, "vary": VARIED} | settings)


def run(order: Sequence[int] | None = None, **settings: Any) -> Robustness:
    table, definition = example(order)
    return analyse(score(table, definition, methodology(**BOUNDED)), spec(**settings))


def test_the_order_of_units_changes_nothing() -> None:
    pd.testing.assert_frame_equal(run().table, run([4, 0, 8, 2, 6, 1, 7, 3, 5]).table)


def test_the_order_of_choices_changes_nothing() -> None:
    pd.testing.assert_frame_equal(run().table, run(vary=dict(reversed(VARIED.items()))).table)


def test_one_seed_gives_one_table_another_another() -> None:
    pd.testing.assert_frame_equal(run().table, run().table)
    assert not run().table.equals(run(seed=2).table)


def test_weights_of_units_that_are_not_there_draw_nothing() -> None:
    # without u8 the same options and factors are drawn: the explicit scores tell
    table, definition = example()
    fewer = table.select(CODES[:-1])
    base = score(fewer, definition, methodology(**BOUNDED))
    found = replicate(base, [], 5, 3, 0.5)
    factors = factors_of(definition, 5, 3, 0.5)
    for number in range(5):
        once = explicit(fewer, definition, base.methodology, {c: float(f[number]) for c, f in factors.items()})
        assert found.ranks[number].tolist() == ranks_of(once, CODES[:-1])


def test_many_replicates_in_batches_are_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = run().replicates.ranks
    monkeypatch.setattr("evaluate.robustness.replicates._BYTES", 8 * 9 * 3 * 4)
    np.testing.assert_array_equal(run().replicates.ranks, whole)


# --- failures -------------------------------------------------------------------------------------------------------


def test_failed_replicates_are_counted_with_their_reason_and_left_out() -> None:
    table, definition = example()
    base = score(table, definition, methodology())  # scores from 0
    vary = {"aggregation.dimensions": [{"method": "arithmetic"}, {"method": "geometric"}]}
    found = analyse(base, RobustnessSpec(runs=40, seed=4, vary=vary, weight_noise=0.1))
    failed = int(draw_options(read_choices(vary, base.methodology, definition), 40, 4).sum())
    assert 0 < failed < 40
    outcome = found.outcome
    assert (outcome["runs"], outcome["succeeded"], outcome["failed"]) == (40, 40 - failed, failed)
    ((reason, count),) = [(f["reason"], f["count"]) for f in outcome["failures"]]
    assert count == failed
    assert "needs scores above 0" in str(reason)
    # what remains are the arithmetic replicates
    alone = replicate(base, [], 40, 4, 0.1).ranks
    kept = draw_options(read_choices(vary, base.methodology, definition), 40, 4)[:, 0] == 0
    np.testing.assert_array_equal(found.replicates.ranks, alone[kept])


def test_when_none_succeeds_it_is_a_fault() -> None:
    table, definition = example()
    base = score(table, definition, methodology())
    vary = {"aggregation.dimensions": [{"method": "geometric"}, {"method": "harmonic"}]}
    (found,) = refused(lambda: analyse(base, RobustnessSpec(runs=5, vary=vary)))
    assert found.text_key == "robustness.none_succeeded"
    assert "needs scores above 0" in found.message("en")


def test_a_choice_that_names_nothing_is_a_fault() -> None:
    table, definition = example()
    base = score(table, definition, methodology(**BOUNDED))
    (found,) = refused(
        lambda: analyse(base, RobustnessSpec(runs=5, vary={"weighting.indicator": [{"method": "equal"}]}))
    )
    assert (found.text_key, found.values["meant"]) == ("robustness.no_such_choice", "weighting.indicators")


def test_a_unit_that_a_replicate_does_not_score_is_left_out_of_its_quantiles() -> None:
    table, definition = example()
    base = score(table, definition, methodology(**BOUNDED))
    vary = {"coverage.unit": [0.0, 1.0]}
    found = analyse(base, RobustnessSpec(runs=30, seed=2, vary=vary))
    strict = draw_options(read_choices(vary, base.methodology, definition), 30, 2)[:, 0] == 1
    # u2 and u6 have 5 of 6 indicators
    for code in ("u2", "u6"):
        ranks = found.replicates.ranks[:, CODES.index(code)]
        assert (ranks[strict] == 0).all()
        assert (ranks[~strict] > 0).all()
    row = found.table.set_index("unit").loc["u2"]
    assert row["median"] == row["rank_in_type"]


# --- what was fitted ------------------------------------------------------------------------------------------------


def test_a_fitted_run_stays_fitted_in_its_replicates() -> None:
    table, definition = example()
    old = score(Panel.from_frame(table.values, table.units, period=(2019, 2019)), definition, methodology(**BOUNDED))
    base = score(table, definition, methodology(**BOUNDED), old.fitted)
    vary = {"normalisation": [{}, {"method": "z_score"}]}
    choices = read_choices(vary, base.methodology, definition)
    found = replicate(base, choices, 16, 1, 0.3, old.fitted)
    options = draw_options(choices, 16, 1)[:, 0]
    factors = factors_of(definition, 16, 1, 0.3)
    assert 0 < options.sum() < 16
    for number in range(16):
        drawn = {c: float(f[number]) for c, f in factors.items()}
        if options[number]:
            # what was not fitted is learned from these data
            once = explicit(table, definition, with_options(base.methodology, choices, [1]), drawn)
            assert found.ranks[number].tolist() == ranks_of(once, CODES)
        else:
            # the fitted scores, weighed anew: by hand from the normalised table
            expected = by_hand(base, drawn)
            assert found.ranks[number].tolist() == expected


def test_under_a_fitted_run_an_indicator_left_out_leaves_its_weight_to_its_siblings() -> None:
    table, definition = example()
    old = score(Panel.from_frame(table.values, table.units, period=(2019, 2019)), definition, methodology(**BOUNDED))
    base = score(table, definition, methodology(**BOUNDED), old.fitted)
    inputs = read_inputs(RobustnessSpec(leave_out=["a", "p"], weight_noise=0.3), base.methodology, definition)
    draws = draw(inputs, weight_codes(base), 16, 1)
    found = run_draws(base, inputs, draws, 1, fitted=old.fitted)
    factors = factors_of(definition, 16, 1, 0.3)
    assert set(draws.options[:, 0]) == {0, 1, 2}
    for number in range(16):
        drawn = {c: float(f[number]) for c, f in factors.items()}
        left = (None, "a", "p")[draws.options[number, 0]]
        assert found.ranks[number].tolist() == by_hand(base, drawn, left)


def factors_of(definition: Framework, runs: int, seed: int, noise: float) -> dict[str, Any]:
    """Return the factor of each weight in each replicate, uniform on [1 − noise, 1 + noise], by code."""
    codes = [*definition.dimensions(), *definition.indicators]
    return {code: generator(seed, "weight", code).uniform(1 - noise, 1 + noise, size=runs) for code in codes}


def by_hand(base: Scores, factors: dict[str, float], left: str | None = None) -> list[int]:
    """Rank composites that are summed by pandas from the normalised scores of the rank year."""
    table = base.normalised_table
    table = table[table["year"] == 2020].set_index("unit")
    composite = {}
    for unit in CODES:
        own = base.fitted.weights["pooled"][KINDS[unit]]
        values: dict[str, float] = table.loc[unit].to_dict()
        for parent, tree in own.items():
            there = {c: w * factors[c] for c, w in tree.items() if c != left and not np.isnan(values[c])}
            values[parent] = sum(w * values[c] for c, w in there.items()) / sum(there.values())
        composite[unit] = values["composite"]
    frame = pd.DataFrame({"c": composite, "t": KINDS}).round(9)
    ranks = frame.groupby("t")["c"].rank(method="min", ascending=False)
    return [int(ranks[unit]) for unit in CODES]


def test_a_single_unit_is_first_in_every_replicate() -> None:
    base = score(panel("unit a b\nu1 1 2"), framework({"d": {"a": 1, "b": 1}}), methodology())
    (row,) = analyse(base, RobustnessSpec(runs=7, weight_noise=0.5)).table.to_dict("records")
    assert (row["median"], row["p_first"], row["p_top_quarter"], row["tier"]) == (1, 1, 1, 1)
