"""Seeded resampling of group differences: bootstrap intervals and permutation p-values, by stratum.

Rows are taken in the order given; the caller sorts them by code, so that draws do not depend on the order of units.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_CELLS = 4_000_000  # numbers held at once while resampling


def _chunks(runs: int, cells: int) -> Iterator[int]:
    """Cut `runs` into pieces that keep `cells` numbers a run within memory; the stream of draws stays one."""
    step = max(1, _CELLS // max(cells, 1))
    for start in range(0, runs, step):
        yield min(step, runs - start)


def permuted_sums(
    values: Floats, members: Floats, edges: NDArray[np.int64], runs: int, rng: np.random.Generator
) -> Floats:
    r"""Return the group sums of `runs` permutations of the units within their strata.

    Args:
        values: Scores, units x measures, sorted by stratum.
        members: 1 where a unit belongs to a group, units x groups.
        edges: Where each stratum begins, and the end: stratum s is `edges[s]:edges[s + 1]`.
        runs: Number of permutations.
        rng: Source of the draws.

    Returns:
        Sums, runs x strata x groups x measures.
    """
    units, measures = values.shape
    strata = np.repeat(np.arange(len(edges) - 1), np.diff(edges))
    out = np.empty((runs, len(edges) - 1, members.shape[1], measures))
    done = 0
    for size in _chunks(runs, units * measures):
        order = np.argsort(rng.random((size, units)) + strata, axis=1)
        shuffled = values[order]
        for s, (start, stop) in enumerate(pairwise(edges)):
            out[done : done + size, s] = members[start:stop].T @ shuffled[:, start:stop]
        done += size
    return out


def bootstrap_means(values: Floats, runs: int, rng: np.random.Generator) -> Floats:
    """Return the means of `runs` samples of the rows, drawn with replacement: runs x measures."""
    units, measures = values.shape
    out = np.empty((runs, measures))
    done = 0
    for size in _chunks(runs, units * measures):
        out[done : done + size] = values[rng.integers(0, units, (size, units))].mean(axis=1)
        done += size
    return out


@dataclass(frozen=True)
class Contrast:
    """The difference of one group to the rest, for every measure."""

    difference: Floats
    low: Floats
    high: Floats
    p: Floats


def two_sided(observed: Floats, permuted: Floats) -> Floats:
    """Return p = (1 + #{|d*| >= |d|}) / (1 + runs), for each column.

    A permutation that gives the same groups again counts as at least as far, whatever the order of summing.

    >>> two_sided(np.array([2.0]), np.array([[1.0], [-2.0], [2.0]]))
    array([0.75])
    """
    reach = np.abs(observed) - 1e-9 * np.maximum(np.abs(observed), 1.0)
    count = (np.abs(permuted) >= reach).sum(axis=0)
    out: Floats = (1.0 + count) / (1.0 + len(permuted))
    return out
