"""Which uncertain inputs move the ranks: Sobol indices over choices, weights, errors, sources and indicators."""

from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from evaluate.forms import Form
from evaluate.methods.base import Array
from evaluate.robustness.choices import generator
from evaluate.robustness.draws import Draws
from evaluate.robustness.inputs import Inputs
from evaluate.robustness.replicates import Failure, run_draws, weight_codes
from evaluate.robustness.shifts import mean_rank_shift
from evaluate.robustness.sobol import Indices, with_intervals
from evaluate.robustness_spec import Sensitivity
from evaluate.scoring.fitted import Fitted
from evaluate.scoring.scores import Scores

SENSITIVITY = Form("sensitivity", {
    "output": "text", "input": "text", **{entry.name: "number" for entry in fields(Indices)},
})  # fmt: skip
_FAR = 1 << 40
"""Positions of errors in the streams: those of A begin here, those of B at twice as much; replicates come before."""


@dataclass(frozen=True)
class SensitivityResult:
    """Sobol indices of the rank year."""

    table: pd.DataFrame
    """Columns `SENSITIVITY`; blank where nothing varies."""
    runs: int
    """Rows of the design."""
    left_out: int
    """Rows in which some replicate failed: they are left out whole."""
    replicates: int
    failures: dict[str, Failure]

    def outcome_in(self, language: str) -> dict[str, Any]:
        """Return how many rows and replicates there were, and what failed."""
        listed = [{"reason": f.said(language), "count": f.count} for _, f in sorted(self.failures.items())]
        failed = sum(f.count for f in self.failures.values())
        return {
            "rows": self.runs,
            "rows_left_out": self.left_out,
            "runs": self.replicates,
            "failed": failed,
            "failures": listed,
        }


@dataclass(frozen=True)
class Group:
    """One input of the sensitivity analysis: some columns of the design, or the errors of the values."""

    name: str
    columns: tuple[int, ...] = ()
    errors: bool = False


def groups_of(inputs: Inputs, base: Scores, spec: Sensitivity) -> tuple[list[Group], list[str]]:
    """Return the inputs and the codes of the weights; columns are those of `inputs.names`, then of these codes."""
    names = inputs.names
    out = [Group(name, (column,)) for column, name in enumerate(names)]
    codes = weight_codes(base) if inputs.noise else []
    if codes:
        at = {code: len(names) + position for position, code in enumerate(codes)}
        if spec.weights == "together":
            out.append(Group("weight_noise", tuple(at.values())))
        else:
            parents: dict[str, list[int]] = {}
            placed: set[str] = set()
            for kind in base.rows.structures:
                for parent, children in base.framework.structure(kind).children.items():
                    parents.setdefault(parent, []).extend(at[c] for c in children if c not in placed)
                    placed.update(children)
            out += [Group(f"weight_noise.{p}", tuple(columns)) for p, columns in parents.items() if len(columns) > 1]
    return [*out, *([Group("indicator_error", errors=True)] if inputs.errors else [])], codes


def design(inputs: Inputs, groups: list[Group], codes: list[str], rows: int, seed: int) -> Draws:
    """Return the draws of A, then B, then A with each input from B: rows·(inputs + 2) replicates.

    A and B are Latin hypercubes (McKay, Beckman and Conover 1979): each column, drawn by its own name, has one number
    in each N-th of [0, 1). An option of a choice with k options is ⌊k·u⌋, so that a choice is one input. The columns
    of a quasi-random sequence would not do: of many columns some share their first binary digit, and a choice of two
    options would then be the same in A and B.
    """
    names = [*inputs.names, *(f"weight.{code}" for code in codes)]
    halves = np.zeros((2, rows, len(names)))
    for half in range(2):
        for column, name in enumerate(names):
            drawn = generator(seed, "sensitivity", "AB"[half], name)
            halves[half, :, column] = (drawn.permutation(rows) + drawn.random(rows)) / rows
    numbers = np.arange(rows, dtype=np.int64)
    uniforms, positions = [halves[0], halves[1]], [_FAR + numbers, 2 * _FAR + numbers]
    for group in groups:
        mixed = halves[0].copy()
        mixed[:, list(group.columns)] = halves[1][:, list(group.columns)]
        uniforms.append(mixed)
        positions.append(positions[1] if group.errors else positions[0])
    whole = np.vstack(uniforms)
    counts = np.array(inputs.counts, dtype=int)
    options = np.minimum((whole[:, : len(counts)] * counts).astype(int), counts - 1)
    weights = {code: whole[:, len(counts) + at] for at, code in enumerate(codes)}
    return Draws(options, weights, np.concatenate(positions))


def sensitivity(
    base: Scores, inputs: Inputs, spec: Sensitivity, seed: int, fitted: Fitted | None = None
) -> SensitivityResult:
    """Return the Sobol indices of the mean rank shift and of each unit's rank and composite in the rank year.

    A row of the design in which a replicate failed is left out with all its replicates; a unit that a replicate does
    not score leaves the row out of its own outputs.
    """
    groups, codes = groups_of(inputs, base, spec)
    draws = design(inputs, groups, codes, spec.runs, seed)
    found = run_draws(base, inputs, draws, seed, fitted=fitted, composites=True)
    assert found.composites is not None and found.kept is not None
    at = base.rows.scored & (base.rows.year == base.values.panel.rank)
    names = ["mean_rank_shift", *(f"{what}:{unit}" for what in ("rank", "composite") for unit in found.units)]
    outputs = np.full((draws.runs, len(names)), np.nan)
    ranks = np.where(found.ranks > 0, found.ranks.astype(float), np.nan)
    shift = mean_rank_shift(found.ranks, base.rank_in_type[at])
    outputs[found.kept] = np.column_stack([shift, ranks, found.composites])
    by_run = outputs.reshape(len(groups) + 2, spec.runs, len(names))
    failed = np.ones(draws.runs, dtype=bool)
    failed[found.kept] = False
    lost = failed.reshape(-1, spec.runs).any(axis=0)
    table = _table(names, [group.name for group in groups], _indices(by_run, spec, seed))
    return SensitivityResult(table, spec.runs, int(lost.sum()), draws.runs, found.failures)


def _indices(by_run: Array, spec: Sensitivity, seed: int) -> Indices:
    """Return the indices of every output from the rows in which all its runs have a value."""
    count, _, width = by_run.shape
    out = Indices(*(np.full((count - 2, width), np.nan) for _ in fields(Indices)))
    there = np.isfinite(by_run).all(axis=0)
    patterns, belongs = np.unique(there, axis=1, return_inverse=True)
    for number in range(patterns.shape[1]):
        rows: NDArray[np.intp] = np.flatnonzero(patterns[:, number])
        columns = np.flatnonzero(belongs.reshape(-1) == number)
        if len(rows) < 2:
            continue
        own = by_run[:, rows][:, :, columns]
        part = with_intervals(own[0], own[1], own[2:], _resamples(len(rows), spec, seed), spec.confidence)
        for entry in fields(Indices):
            getattr(out, entry.name)[:, columns] = getattr(part, entry.name)
    return out


def _resamples(rows: int, spec: Sensitivity, seed: int) -> NDArray[np.int32]:
    """Return how often each resample takes each row, (resamples, rows)."""
    drawn = generator(seed, "sensitivity", "bootstrap")
    counts = np.empty((spec.bootstrap, rows), dtype=np.int32)
    for row in counts:
        row[:] = np.bincount(drawn.integers(rows, size=rows), minlength=rows)
    return counts


def _table(outputs: list[str], inputs: list[str], found: Indices) -> pd.DataFrame:
    columns: dict[str, Any] = {
        "output": np.repeat(np.array(outputs, dtype=object), len(inputs)),
        "input": np.tile(np.array(inputs, dtype=object), len(outputs)),
    }
    return pd.DataFrame(columns | {entry.name: getattr(found, entry.name).T.reshape(-1) for entry in fields(Indices)})
