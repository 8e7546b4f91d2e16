"""Sensitivity: indices of known inputs, failed rows left out whole, and the same numbers however it is run."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

from evaluate.robustness.replicates import run_draws
from evaluate.robustness.sensitivity import design, groups_of
from evaluate.robustness.summary import Robustness, analyse
from evaluate.robustness_spec import RobustnessSpec, Sensitivity
from evaluate.scoring.score import score
from indicators.spec import build
from tests.evaluate.robustness.example import BOUNDED, CODES, base, drawn
from tests.evaluate.scoring.builder import framework, methodology, panel

SPREAD: dict[str, Any] = {
    "vary": {"weighting.indicators": [{"method": "given"}, {"method": "equal"}, {"method": "entropy"}],
             "normalisation.bounds": [[5, 100], [1, 100]]},
    "weight_noise": 0.3, "leave_out": ["dump", "density"], "sources": {"co2": ["co2", "co2_other"]},
    "indicator_error": {"gdp": {"distribution": "normal", "relative": 0.1}},
    "sensitivity": {"runs": 32, "bootstrap": 50},
}  # fmt: skip
COLUMNS = ["output", "input", "first", "first_low", "first_high", "total", "total_low", "total_high"]


def analysed(**settings: Any) -> Robustness:
    return analyse(base(), build(RobustnessSpec, {"runs": 20, "seed": 3, **settings}))


def test_every_uncertain_input_and_output_has_its_row() -> None:
    found = analysed(**SPREAD).sensitivity
    assert found is not None
    assert list(found.table.columns) == COLUMNS
    assert found.table["input"].drop_duplicates().tolist() == [
        "normalisation.bounds", "weighting.indicators", "sources.co2", "leave_out", "weight_noise", "indicator_error",
    ]  # fmt: skip
    assert found.table["output"].drop_duplicates().tolist() == [
        "mean_rank_shift", *(f"rank:{code}" for code in CODES), *(f"composite:{code}" for code in CODES),
    ]  # fmt: skip
    assert (found.replicates, found.left_out, found.failures) == (32 * 8, 0, {})
    known = found.table.dropna()
    assert (known["first_low"] <= known["first_high"]).all()
    assert (known["total_low"] <= known["total_high"]).all()
    assert (known["total"] >= 0).all()


def test_weights_may_be_one_input_by_parent() -> None:
    found = analysed(weight_noise=0.3, sensitivity={"runs": 16, "bootstrap": 10, "weights": "by_parent"}).sensitivity
    assert found is not None
    assert set(found.table["input"]) == {"weight_noise.composite", "weight_noise.d", "weight_noise.e"}


def test_the_design_changes_one_input_at_a_time() -> None:
    scores = base()
    inputs, _ = drawn(scores, 1, 0, **SPREAD)
    groups, codes = groups_of(inputs, scores, Sensitivity())
    draws = design(inputs, groups, codes, 16, 3)
    blocks = len(groups) + 2
    parts = {name: draws.options[:, n].reshape(blocks, 16) for n, name in enumerate(inputs.names)}
    parts |= {"indicator_error": draws.errors.reshape(blocks, 16)}
    for code in codes:
        parts[f"weight {code}"] = draws.weights[code].reshape(blocks, 16)
    for number, group in enumerate(groups):
        for name, blocked in parts.items():
            mine = name == group.name or (name.startswith("weight ") and group.name == "weight_noise")
            np.testing.assert_array_equal(blocked[2 + number], blocked[1 if mine else 0], err_msg=f"{group} {name}")
    # each option as often as any other, and A and B take different draws
    for n, count in enumerate(inputs.counts):
        assert np.ptp(np.bincount(draws.options[:16, n], minlength=count)) <= 1
    assert all((blocked[0] != blocked[1]).any() for blocked in parts.values())


def test_an_exact_answer_two_choices_and_a_composite_by_hand() -> None:
    # one unit's composite is lo + (hi − lo)/2 with bounds of 3 × 1 choices: only the bounds matter, wholly
    table, frame = panel("unit a b\nu1 1 1\nu2 2 2\nu3 3 3"), framework({"d": {"a": 1, "b": 1}})
    scores = score(table, frame, methodology(**BOUNDED))
    vary = {"normalisation.bounds": [[0, 100], [20, 100], [40, 100]],
            "weighting.indicators": [{"method": "given"}, {"method": "equal"}]}  # fmt: skip
    spec = build(RobustnessSpec, {"runs": 5, "vary": vary, "sensitivity": {"runs": 256, "bootstrap": 100}})
    found = analyse(scores, spec).sensitivity
    assert found is not None
    rows = found.table.set_index(["output", "input"])
    middle = rows.loc["composite:u2"]
    np.testing.assert_allclose(middle.loc["normalisation.bounds", ["first", "total"]].astype(float), 1, atol=0.1)
    np.testing.assert_allclose(middle.loc["weighting.indicators", ["first", "total"]].astype(float), 0, atol=1e-9)
    # nothing moves the ranks: there is no variance to share out
    for output in ("mean_rank_shift", "rank:u2", "composite:u3"):
        assert rows.loc[output].isna().all(axis=None)


def test_rows_with_a_failed_replicate_are_left_out_whole_and_said() -> None:
    scores = base(normalisation={"method": "min_max"}, aggregation={"dimensions": {"method": "arithmetic"}})
    # from 0 on the geometric mean of indicators fails
    vary = {"normalisation.bounds": [[0, 100], [5, 100], [1, 100]],
            "aggregation.indicators": [{"method": "arithmetic"}, {"method": "geometric"}]}  # fmt: skip
    settings = {"runs": 10, "seed": 1, "vary": vary, "weight_noise": 0.2, "sensitivity": {"runs": 64, "bootstrap": 20}}
    whole = analyse(scores, build(RobustnessSpec, settings))
    found = whole.sensitivity
    assert found is not None
    inputs, _ = drawn(scores, 1, 0, vary=vary, weight_noise=0.2)
    groups, codes = groups_of(inputs, scores, Sensitivity())
    draws = design(inputs, groups, codes, 64, 1)
    fails = (draws.options[:, 0] == 1) & (draws.options[:, 1] == 0)
    assert inputs.names == ["aggregation.indicators", "normalisation.bounds"]
    rows = fails.reshape(-1, 64).any(axis=0)
    assert found.left_out == rows.sum() > 0
    outcome = whole.outcome["sensitivity"]
    assert (outcome["rows"], outcome["rows_left_out"], outcome["failed"]) == (64, rows.sum(), fails.sum())
    ((said, count),) = [(f["reason"], f["count"]) for f in outcome["failures"]]
    assert count == fails.sum()
    assert "needs scores above 0" in said
    told = [w for w in whole.warnings if w.text_key == "robustness.rows_left_out"]
    assert told[0].values == {"failed": rows.sum(), "runs": 64}
    assert told[0].message("zh") != told[0].message("en")
    # by hand from the rows that are left
    kept = run_draws(scores, inputs, draws, 1, composites=True)
    assert kept.composites is not None and kept.kept is not None
    outputs = np.full((draws.runs, len(CODES)), np.nan)
    outputs[kept.kept] = kept.composites
    y = outputs.reshape(-1, 64, len(CODES))[:, ~rows, 0]
    y = y - y.mean()
    expected = np.mean(y[1] * (y[2] - y[0])) / np.var(np.r_[y[0], y[1]])
    row = found.table[(found.table["output"] == "composite:u0") & (found.table["input"] == groups[0].name)]
    np.testing.assert_allclose(row["first"], expected, rtol=1e-9)


def test_the_outcome_is_the_same_whatever_the_batches_threads_and_order(monkeypatch: pytest.MonkeyPatch) -> None:
    spec = build(RobustnessSpec, {"runs": 40, "seed": 3, "years": "all", **SPREAD})
    first = analyse(base(), spec)
    again = analyse(base(order=[4, 0, 2, 6, 1, 7, 3, 5]), spec)
    monkeypatch.setattr("evaluate.robustness.replicates._BYTES", 8 * 8 * 3)
    monkeypatch.setattr("evaluate.robustness.replicates._WORTH_THREADS", 1)
    monkeypatch.setattr("os.cpu_count", lambda: 5)
    threads = analyse(base(), spec)
    for other in (again, threads):
        pd.testing.assert_frame_equal(first.table, other.table)
        pd.testing.assert_frame_equal(first.acceptability, other.acceptability)
        pd.testing.assert_frame_equal(first.pairwise, other.pairwise)
        assert first.sensitivity is not None and other.sensitivity is not None
        pd.testing.assert_frame_equal(first.sensitivity.table, other.sensitivity.table)
        np.testing.assert_array_equal(first.replicates.ranks, other.replicates.ranks)


def test_always_in_the_best_tenth() -> None:
    found = analysed(runs=50, weight_noise=0.2)
    best = [(c, 2020) for c, share in zip(found.table["unit"], found.table["p_top_tenth"], strict=True) if share == 1]
    assert found.always_top_tenth == best
    assert set(found.top_tenth["unit"]) <= set(found.table.loc[found.table["p_top_tenth"] > 0, "unit"])
    assert found.mean_rank_shift.shape == (50,)
