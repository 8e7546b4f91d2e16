"""Replicates: ranks within type under drawn choices, weights, errors, sources and sets of indicators.

Every distinct setting is normalised once; all its replicates are aggregated together, in batches that threads share.
A batch writes where its replicates stand, so neither its size nor the number of threads can change an outcome.
"""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evaluate.methods.base import Array
from evaluate.robustness.choices import Choice
from evaluate.robustness.draws import Draws, disturbed, draw
from evaluate.robustness.inputs import Inputs
from evaluate.robustness.stages import Combination, Setting, Stages
from evaluate.robustness.tree import Tree, is_sum, positions_by
from evaluate.robustness_spec import UniformNoise
from evaluate.scoring.fitted import Fitted
from evaluate.scoring.ranking import row_ranks
from evaluate.scoring.scores import Scores
from indicators.errors import Fault, InputError
from indicators.structure import Structure

_BYTES = 400_000
"""How large an array of one batch may be: small enough to stay in a processor's cache."""
_NONE = np.zeros((0, 0))
_WORTH_THREADS = 2_000_000
"""From how many composites on threads pay."""


@dataclass(frozen=True)
class Failure:
    """Why replicates failed, and how many."""

    reasons: tuple[Fault, ...]
    count: int

    def said(self, language: str) -> str:
        """Return the reason in a language."""
        return " ".join(reason.message(language) for reason in self.reasons)


@dataclass(frozen=True)
class Replicates:
    """Ranks within type and year by replicate and unit-year; 0 where it was not scored in a replicate."""

    units: NDArray[Any]
    """Codes of the units that are scored in the analysed years, one entry a unit-year, (n,)."""
    types: NDArray[Any]
    ranks: NDArray[Any]
    """(succeeded replicates, n)."""
    runs: int
    failures: "dict[str, Failure]"
    """Failed replicates, by the reason in English."""
    years: NDArray[np.int_] | None = None
    """(n,); None where one year is analysed."""
    kept: NDArray[np.intp] | None = None
    """The numbers of the replicates that succeeded."""
    composites: Array | None = None
    """(succeeded replicates, n), where they were asked for."""
    warnings: tuple[Fault, ...] = field(default=())

    @property
    def groups(self) -> NDArray[np.intp]:
        """The number of the type and year within which a unit-year is ranked, (n,)."""
        years = np.zeros(len(self.units), dtype=int) if self.years is None else self.years
        listed = {key: n for n, key in enumerate(sorted(set(zip(self.types, years, strict=True))))}
        return np.array([listed[key] for key in zip(self.types, years, strict=True)], dtype=np.intp)


def replicate(
    base: Scores, choices: Sequence[Choice], runs: int, seed: int, noise: float, fitted: Fitted | None = None
) -> Replicates:
    """Rank the units of `base` in the rank year under choices and uniform noise of the weights."""
    inputs = Inputs(tuple(choices), UniformNoise(method="uniform", noise=noise) if noise else None)
    return run_draws(base, inputs, draw(inputs, weight_codes(base), runs, seed), seed, fitted=fitted)


def weight_codes(base: Scores) -> list[str]:
    """Return the codes of everything that has a weight."""
    return [*base.framework.dimensions(), *base.framework.indicators]


def run_draws(
    base: Scores,
    inputs: Inputs,
    draws: Draws,
    seed: int,
    *,
    years: Sequence[int] | None = None,
    fitted: Fitted | None = None,
    composites: bool = False,
) -> Replicates:
    """Rank the unit-years of `base` again in every replicate; `years`: the rank year when absent.

    `seed` of the errors; `composites`: keep them, too.
    """
    wanted = [base.values.panel.rank] if years is None else list(years)
    at = np.flatnonzero(base.rows.scored & np.isin(base.rows.year, wanted))
    engine = _Engine(base, inputs, draws, at, Stages(base, inputs, seed, fitted), composites)
    engine.run()
    kept = np.flatnonzero(engine.ranks.min(axis=1, initial=0) >= 0)
    whole = len(kept) == draws.runs
    return Replicates(
        base.rows.codes[at],
        base.rows.type[at],
        engine.ranks if whole else engine.ranks[kept],
        draws.runs,
        engine.failures,
        None if years is None else base.rows.year[at],
        kept,
        engine.composites[kept] if engine.composites is not None else None,
        tuple(engine.stages.data.warnings),
    )


class _Engine:
    """Runs replicates setting by setting."""

    def __init__(
        self, base: Scores, inputs: Inputs, draws: Draws, at: NDArray[np.intp], stages: Stages, composites: bool
    ) -> None:
        self.inputs, self.draws, self.stages = inputs, draws, stages
        self.unit, self.year, self.kind = base.rows.unit[at], base.rows.year[at], base.rows.type[at]
        small = len(at) <= np.iinfo(np.int16).max
        self.ranks: NDArray[Any] = np.full((draws.runs, len(at)), -1, dtype=np.int16 if small else np.int32)
        self.composites = np.full(self.ranks.shape, np.nan) if composites else None
        self.failures: dict[str, Failure] = {}
        self.place = {code: position for position, code in enumerate(draws.weights)}
        self.uniforms = np.stack(list(draws.weights.values())) if draws.weights else _NONE
        together = positions_by([(str(k), str(y)) for k, y in zip(self.kind, self.year, strict=True)])
        self.groups = list(together.values())

    def run(self) -> None:
        """Run every setting; the outcomes stand in `ranks`, `composites` and `failures`."""
        workers = min(os.cpu_count() or 1, 8) if self.ranks.size >= _WORTH_THREADS else 1
        with ExitStack() as stack:
            apply: Callable[..., Any] = map
            if workers > 1:
                apply = stack.enter_context(ThreadPoolExecutor(workers)).map
            for setting, members in self._settings():
                try:
                    outcome = self._outcome(self.stages.run(setting))
                    lost = sum(apply(outcome, list(outcome.batches(members))))
                except InputError as error:
                    self._count(error.faults, len(members))
                    continue
                if lost:
                    self._count((Fault("robustness.no_composite"),), lost)

    def _outcome(self, combination: Combination) -> "_Outcome":
        return _Outcome(self, combination)

    def _count(self, reasons: tuple[Fault, ...], count: int) -> None:
        failure = Failure(reasons, count)
        key = failure.said("en")
        self.failures[key] = Failure(reasons, count + (self.failures[key].count if key in self.failures else 0))

    def _settings(self) -> Iterator[tuple[Setting, NDArray[np.intp]]]:
        """Yield each distinct setting with the replicates that drew it; with errors every replicate has its own."""
        drawn = self.draws.options
        if self.inputs.errors:
            drawn = np.column_stack([drawn, self.draws.errors])
        if drawn.shape[1] == 0:
            yield Setting(()), np.arange(self.draws.runs)
            return
        distinct, belongs, counts = np.unique(drawn, axis=0, return_inverse=True, return_counts=True)
        order = np.argsort(belongs.reshape(-1), kind="stable")
        for picked, members in zip(distinct, np.split(order, np.cumsum(counts)[:-1]), strict=True):
            chosen = tuple(int(number) for number in picked)
            yield (Setting(chosen[:-1], chosen[-1]) if self.inputs.errors else Setting(chosen)), members


@dataclass(frozen=True)
class _Part:
    """The unit-years of one type and scope."""

    scope: str
    columns: NDArray[np.intp]
    tree: Tree
    nominal: Mapping[str, Mapping[str, float]]
    """Weights by parent and child."""


class _Outcome:
    """Composites and ranks of the replicates of one setting."""

    def __init__(self, engine: _Engine, combination: Combination) -> None:
        self.engine, self.combination = engine, combination
        self.at = combination.positions(engine.unit, engine.year)
        self.scored = combination.scored(self.at)
        self.caps = combination.caps(self.at)
        self.parts = self._parts()
        trees = [part.tree for part in self.parts]
        width = 1
        if not all(is_sum(method) for tree in trees for method in tree.methods.values()):
            width = max(len(children) for tree in trees for children in tree.structure.children.values())
        self.size = max(1, _BYTES // (8 * max(1, len(self.at)) * width))

    def _parts(self) -> list[_Part]:
        rows, aggregated = self.combination.rows, self.combination.aggregated
        there = np.flatnonzero(self.scored)
        keys = [(str(self.engine.kind[i]), int(self.engine.year[i])) for i in there]
        scopes = {key: self.combination.scope(*key) for key in set(keys)}
        out = []
        for (kind, scope), found in positions_by([(key[0], scopes[key]) for key in keys]).items():
            columns = there[found]
            structure, chosen = rows.structures[kind], self.combination.methodology.aggregation
            tree = Tree(
                structure,
                {parent: chosen.of(parent, lowest=structure.lowest(parent)) for parent in structure.children},
                aggregated.learned.get(scope, {}).get(kind, {}),
                {code: aggregated.columns[code][self.at[columns]] for code in structure.indicators},
            )
            out.append(_Part(scope, columns, tree, aggregated.weights[scope][kind]))
        return out

    def batches(self, members: NDArray[np.intp]) -> Iterator[NDArray[np.intp]]:
        """Cut the replicates into batches; without noise of the weights all have one outcome."""
        size = len(members) if self.engine.inputs.noise is None else self.size
        for start in range(0, len(members), size):
            yield members[start : start + size]

    def __call__(self, batch: NDArray[np.intp]) -> int:
        """Compute one batch and return how many replicates have no composite."""
        engine = self.engine
        found = self._relearned(batch) if self.combination.relearns else self._composites(batch)
        if self.caps is not None:
            found = np.minimum(found, self.caps)
        whole = ~(np.isnan(found) & self.scored).any(axis=1)
        if len(engine.groups) == 1:
            ranks = row_ranks(found, engine.ranks.dtype)
        else:
            ranks = np.zeros(found.shape, dtype=engine.ranks.dtype)
            for columns in engine.groups:
                ranks[:, columns] = row_ranks(found[:, columns], ranks.dtype)
        if len(found) == 1:
            whole = np.repeat(whole, len(batch))
        chosen = batch[whole]
        engine.ranks[chosen] = ranks if len(ranks) == 1 else ranks[whole]
        if engine.composites is not None:
            engine.composites[chosen] = found if len(found) == 1 else found[whole]
        return int((~whole).sum())

    def _weights(
        self, structure: Structure, nominal: Mapping[str, Mapping[str, float]], batch: NDArray[np.intp]
    ) -> dict[str, Array]:
        """Return the weights of the children of each parent in the replicates of a batch, (m, k)."""
        noise, out = self.engine.inputs.noise, {}
        for parent, children in structure.children.items():
            at = np.array([self.engine.place[child] for child in children]) if noise else batch
            found = self.engine.uniforms[at[:, None], batch] if noise else _NONE
            out[parent] = disturbed(noise, np.array([nominal[parent][child] for child in children]), found)
        return out

    def _composites(self, batch: NDArray[np.intp]) -> Array:
        """Return (replicates of the batch, or 1 where all are alike; unit-years), NaN where not scored."""
        count = 1 if self.engine.inputs.noise is None else len(batch)
        out = np.full((count, len(self.at)), np.nan)
        for part in self.parts:
            weights = self._weights(part.tree.structure, part.nominal, batch)
            found = part.tree.composites(weights)
            if len(part.columns) == len(self.at):
                return found
            out[:, part.columns] = found
        return out

    def _relearned(self, batch: NDArray[np.intp]) -> Array:
        """Return the composites where an aggregation learns from disturbed scores: replicates run one by one."""
        count = 1 if self.engine.inputs.noise is None else len(batch)
        out = np.full((count, len(self.at)), np.nan)
        rows, nominal = self.combination.rows, self.combination.aggregated.weights
        for scope in dict.fromkeys(part.scope for part in self.parts):
            # types without a unit to rank are learned from, too
            trees = {kind: rows.structures[kind] for kind in nominal[scope]}
            drawn = {kind: self._weights(structure, nominal[scope][kind], batch) for kind, structure in trees.items()}
            for row in range(count):
                weights = {
                    kind: {
                        parent: dict(zip(children, map(float, drawn[kind][parent][row]), strict=True))
                        for parent, children in structure.children.items()
                    }
                    for kind, structure in trees.items()
                }
                try:
                    whole = self.combination.reweighted(scope, weights)
                except InputError:
                    continue  # a score ≤ 0 where the disturbed weights leave no value
                for part in self.parts:
                    if part.scope == scope:
                        out[row, part.columns] = whole[self.at[part.columns]]
        return out
