"""Join counts: do neighbours belong to the same category more often than by chance?"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Unpack

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.autocorrelation.permutations import How, Lots
from geo.autocorrelation.sample import LEAST, Array
from geo.neighbours.matrix import Neighbours

if TYPE_CHECKING:
    from scipy import sparse

JOIN_STATES = ("defined", "too_few", "one_category", "no_links")
"""Why there is nothing to count: fewer than four units, or all of one category, or nobody has a neighbour."""


@dataclass(frozen=True, eq=False)
class JoinCounts:
    """Joins between categories and within them, (k, k) and symmetric; NaN where `state` says that there are none."""

    categories: tuple[str, ...]
    """Sorted."""
    sizes: tuple[int, ...]
    """Units of each category."""
    counts: Array
    """J_rs: joins between a unit of one category and one of the other; on the diagonal within it. A link both ways is
    one join, a link one way is half of one."""
    expected: Array
    """Any order of the categories as likely as any other: exact."""
    simulated_mean: Array
    simulated_deviation: Array
    p: Array
    """By permutation; 1 where nothing could have been otherwise."""
    unlike: float
    """Joins between different categories, Σ_{r<s} J_rs."""
    unlike_expected: float
    unlike_p: float
    state: str
    n: int
    joins: float
    """All of them, half the links."""
    missing: tuple[str, ...]
    islands: tuple[str, ...]
    tail: str
    permutations: int
    seed: int


def join_counts(
    categories: Mapping[str, Any] | pd.Series,
    neighbours: Neighbours,
    **how: Unpack[How],
) -> JoinCounts:
    """Return join counts of two or more categories: of black and white BB, WW and BW, of k all k(k + 1)/2.

    J_rr = ½ Σ_ij w_ij [i ∈ r, j ∈ r], E = (S₀/2) n_r (n_r − 1)/(n(n − 1)); J_rs = ½ Σ_ij w_ij [one in r, the other in
    s], E = S₀ n_r n_s/(n(n − 1)). Each link counts 1 whatever its strength.

    Args:
        categories: by code, compared as text; a unit with none (None, NaN, an empty text) leaves with its links.
        neighbours: who is near whom.
        how: `permutations`, `seed` and `tail` of every p, see `How`; `greater` asks for more joins than by chance.

    Raises:
        ValueError: a code twice, or one that is not among the units.

    Source: Moran 1948, JRSS B 10:243; Cliff & Ord 1981, Spatial Processes, p. 11–20.

    >>> from geo.neighbours import Ground, Table, find_neighbours
    >>> line = pd.DataFrame({"from": list("abcbcd"), "to": list("bcdabc")})
    >>> near = find_neighbours(Table(rule="table", table="line"), Ground.of(list("abcd"), tables={"line": line}))
    >>> made = join_counts(dict(zip("abcd", ["x", "x", "y", "y"])), near, permutations=99)
    >>> made.counts.tolist(), made.expected.tolist(), made.unlike
    ([[1.0, 1.0], [1.0, 1.0]], [[0.5, 2.0], [2.0, 0.5]], 1.0)
    """
    lots = Lots(**how)
    given = categories if isinstance(categories, pd.Series) else pd.Series(dict(categories), dtype=object)
    strange = set(given.index) - set(neighbours.codes)
    if strange or not given.index.is_unique:
        raise ValueError(f"categories need one row a unit, and no other unit: {sorted(strange)[:3]}")
    texts = ["" if pd.isna(one) else str(one) for one in given.reindex(list(neighbours.codes))]
    there = [code for code, text in zip(neighbours.codes, texts, strict=True) if text]
    missing = tuple(code for code, text in zip(neighbours.codes, texts, strict=True) if not text)
    left = neighbours.binary().only(there)
    names, of = np.unique(np.array([text for text in texts if text], dtype=str), return_inverse=True)
    n, k = len(there), len(names)
    sizes = np.bincount(of, minlength=k)
    state = "too_few" if n < LEAST else "one_category" if k < 2 else "defined" if left.matrix.nnz else "no_links"
    joins = left.matrix.nnz / 2
    islands = tuple(code for code, alone in zip(left.codes, left.alone, strict=True) if alone)
    told = (n, joins, missing, islands, lots.tail, lots.permutations, lots.seed)
    labels, counted = tuple(names.tolist()), tuple(sizes.tolist())
    if state != "defined":
        none = np.full((k, k), np.nan)
        nothing = float("nan")
        return JoinCounts(
            labels, counted, none, none, none, none, none, nothing, nothing, nothing, state, *told
        )  # fmt: skip
    upper = np.triu_indices(k)
    observed = _counts(of[:, None].astype(np.int32), left.matrix, k)[:, 0]
    rounding = np.full(len(observed), 1e-9)
    tally = lots.tally(
        left.matrix, observed, rounding, lambda drawn: _counts(of[drawn.sits], left.matrix, k), conditional=False
    )
    p = tally.p(lots.tail)
    pairs = np.outer(sizes, sizes) * (2 - np.eye(k)) - np.diag(sizes)
    expected = joins * pairs / (n * (n - 1))
    different = np.triu(expected, 1).sum()

    def square(figures: Array) -> Array:
        out = np.empty((k, k))
        out[upper] = out.T[upper] = figures[:-1]
        return out

    counts = square(observed)
    return JoinCounts(
        labels, counted, counts, expected, square(tally.mean), square(tally.deviation), square(p),
        float(observed[-1]), float(different), float(p[-1]), state, *told,
    )  # fmt: skip


def _counts(of: NDArray[Any], matrix: "sparse.csr_array", k: int) -> Array:
    """Return joins of each pair of categories and, last, those of unlike ones, (k(k + 1)/2 + 1, draws).

    By products, since the ends of every link in every draw would take as many times the memory of the links.
    """
    inside = [(of == r).astype(float) for r in range(k)]
    found = np.empty((of.shape[1], k, k))
    for r in range(k):
        around = matrix @ inside[r]
        for s in range(k):
            found[:, r, s] = np.einsum("ij,ij->j", inside[s], around) / 2
    upper = np.triu_indices(k)
    within = found[:, np.arange(k), np.arange(k)].sum(axis=1)
    both = found + np.triu(found.transpose(0, 2, 1), 1)
    return np.asarray(np.vstack([both[:, upper[0], upper[1]].T, found.sum(axis=(1, 2)) - within]))
