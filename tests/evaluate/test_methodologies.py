"""Whole methodologies side by side, on the demo: each runs, and `compare` explains what differs."""

import itertools
from pathlib import Path

import pytest

from evaluate import compare, run
from evaluate.comparison import PARTS, Comparison
from evaluate.demo import generate


def adds_up(found: Comparison) -> None:
    """Parts sum to the difference of every composite, and something is told of it."""
    table = found.composites
    assert len(table) > 10
    parts = table[list(PARTS)].fillna(0).sum(axis=1)
    assert (parts - table["difference"]).abs().max() <= 1e-9 * table[["composite_a", "composite_b"]].abs().max().max()
    assert {"weights", "normalisation", "aggregation"} <= set(found.players)
    assert found.reversed_pairs > 0


def compared(runs: dict[str, Path]) -> None:
    for one, other in itertools.combinations(runs.values(), 2):
        there, back = compare(one, other), compare(other, one)
        adds_up(there)
        swapped = back.composites.set_index("unit")["difference"].reindex(there.composites["unit"])
        assert swapped.to_numpy() + there.composites["difference"].to_numpy() == pytest.approx(0, abs=1e-9)


@pytest.mark.slow
def test_the_demo_under_three_methodologies(tmp_path: Path) -> None:
    cities = generate(tmp_path, "en")[0].parent
    runs = {}
    for name in ("assessment", "data-driven", "experts"):
        runs[name] = tmp_path / f"{name}-run"
        results = run(cities / f"{name}.yaml", runs[name])
        assert results.scores.groupby("year").size().ge(23).all()
    compared(runs)
