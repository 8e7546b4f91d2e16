"""Permutation p of many stratifications at once: sums by stratum of many shuffled variables as one sparse product."""

from collections.abc import Sequence

import numpy as np

from geo.detector import Array, Codes

BATCH = 32
"""Shuffled variables a product; the memory is 12 bytes a unit and stratification, and 8·BATCH a unit and a stratum."""


class Between:
    """The sum of squares between strata, Σ S_h²/N_h, for many stratifications of the same units.

    `strata`: for each stratification (n,) numbers without gaps.
    """

    def __init__(self, strata: Sequence[Codes]) -> None:
        from scipy.sparse import csr_array

        sizes = np.array([int(codes.max()) + 1 for codes in strata])
        self.starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
        n, total = len(strata[0]), int(sizes.sum())
        rows = np.concatenate([codes + start for codes, start in zip(strata, self.starts, strict=True)])
        self.counts = np.bincount(rows, minlength=total).astype(float)
        # Rows sorted by stratum and unit within: the product reads the shuffled variables in order.
        order = np.argsort(rows, kind="stable")
        columns = np.tile(np.arange(n, dtype=np.int32), len(strata))[order]
        pointers = np.concatenate([[0], np.cumsum(self.counts)]).astype(np.int32)
        self.members = csr_array((np.ones(len(columns)), columns, pointers), shape=(total, n))

    def of(self, y: Array) -> Array:
        """Return (stratifications, b) for `y` (n, b), each column with mean 0."""
        sums = self.members @ y
        sums *= sums
        sums /= self.counts[:, None]
        made: Array = np.add.reduceat(sums, self.starts, axis=0)
        return made


def permutation_p(y: Array, strata: Sequence[Codes], permutations: int, seed: int) -> Array:
    """Return p = (1 + number of shuffles with q* ≥ q)/(1 + shuffles) of each stratification.

    The explained variable is shuffled over the units; all stratifications see the same shuffles. Units are put into
    an order of their own first, so that the order of the rows given does not matter.

    Args:
        y: (n,) with some spread.
        strata: for each stratification (n,) numbers without gaps.
        permutations: how many, at least 1.
        seed: of the shuffles.

    Source: Good 2005, Permutation, Parametric and Bootstrap Tests of Hypotheses, 3rd ed., chapter 3; the 1 for the
    arrangement observed as Phipson and Smyth 2010.

    >>> permutation_p(np.array([1.0, 2, 3, 7, 8, 9]), [np.array([0, 0, 0, 1, 1, 1])], 999, 1).round(1)  # 2 of 20
    array([0.1])
    """
    if permutations < 1:
        raise ValueError("at least one permutation is needed")
    order = np.lexsort((*strata, y))
    centred = (y - y.mean())[order]
    between = Between([codes[order] for codes in strata])
    observed = between.of(centred[:, None])[:, 0]
    # A shuffle that only exchanges equal values gives the same sum up to rounding.
    bar = observed - 1e-9 * max(float(centred @ centred), np.finfo(float).tiny)
    rng = np.random.default_rng(seed)
    reached = np.zeros(len(strata), dtype=np.intp)
    done = 0
    while done < permutations:
        some = min(BATCH, permutations - done)
        shuffled = np.empty((len(y), some))
        for column in range(some):
            shuffled[:, column] = rng.permutation(centred)
        reached += (between.of(shuffled) >= bar[:, None]).sum(axis=1)
        done += some
    made: Array = (1 + reached) / (1 + permutations)
    return made
