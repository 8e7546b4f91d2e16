"""What every aggregation has: the scores of the children of one parent in, the score of the parent out."""

from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from evaluate.methods.base import Array, Learned, Method
from indicators.errors import fault

Truth = NDArray[np.bool_]
ROUNDING = 1e-12
"""Share of the size of scores by which they may differ and still be the same."""


class Aggregator(Method):
    """One member of the family.

    Children without a score are dropped and the weights of the others rescaled. Arrays may carry leading axes: one
    call aggregates all replicates of a robustness analysis.
    """

    ordinal: ClassVar[bool] = False
    """Whether its scores give an order and no distances."""
    learns: ClassVar[bool] = False
    """Whether a row's score depends on the reference population."""
    monotone: ClassVar[bool] = True
    """Whether a row that is nowhere worse than another with the same gaps never scores lower."""

    @property
    def positive_only(self) -> bool:
        """Whether a score ≤ 0 has no place in it."""
        return False

    def learn(self, scores: Array) -> Learned:
        """Learn from the scores of the children in the reference population, (m, k), NaN where missing.

        What is learned does not depend on weights, so that it holds for any.
        """
        return {}

    def aggregate(self, scores: Array, weights: Array, learned: Learned) -> Array:
        """Return (…, n) from scores (…, n, k) and weights (…, k); NaN where no child with a weight has a score."""
        raise NotImplementedError


def product(values: Array, weights: Array) -> Array:
    """Return Σ_k values (…, n, k) · weights (…, k); one matrix product where the values hold for all weights."""
    if values.ndim == 2 and weights.ndim == 2:
        return np.asarray(weights @ values.T)
    return np.asarray(np.matmul(values, weights[..., :, None])[..., 0])


def present(scores: Array, weights: Array) -> Truth:
    """Return which children of scores (…, n, k) are there and weigh something; (…, n, k)."""
    there = np.isfinite(scores)
    # where all weigh something, which is the rule, the answer holds for all weights
    return there if (weights > 0).all() else there & (weights > 0)[..., None, :]


def rescaled(scores: Array, weights: Array) -> Array:
    """Return the weights of each row, 0 for missing children and summing to 1; NaN where nothing weighs; (…, n, k)."""
    own = np.where(np.isfinite(scores), weights[..., None, :], 0.0)
    total = own.sum(axis=-1, keepdims=True)
    return np.asarray(np.divide(own, total, out=np.full_like(own, np.nan), where=total > 0))


def plain(values: Array) -> list[Any]:
    """Return numbers as a file holds them, null where missing.

    >>> plain(np.array([1.5, np.nan]))
    [1.5, None]
    """
    return [plain(v) if np.ndim(v) else (float(v) if np.isfinite(v) else None) for v in values]


def numbers(values: list[Any], columns: int) -> Array:
    """Return what `plain` wrote as an array whose last axis has `columns` entries."""
    made = np.array(values, dtype=float)
    if not made.size:
        return made.reshape(0, columns)
    if made.shape[-1:] != (columns,):
        raise ValueError(f"{made.shape[-1:]} entries, not {columns}")
    return made


def known(method: str, scores: Array, weights: Array, reference: Any) -> None:
    """Refuse a child that has scores and a weight and none in the reference population; reference: (k,)."""
    if not reference.all() and (present(scores, weights) & ~reference).any():
        raise fault("scoring.nothing_to_compare", method=method)


def undominated(rows: Array) -> Array:
    """Return the distinct rows (m, k) that no other row reaches everywhere, the highest sum first.

    >>> undominated(np.array([[1.0, 3.0], [2.0, 2.0], [1.0, 2.0], [2.0, 2.0]])).tolist()
    [[1.0, 3.0], [2.0, 2.0]]
    """
    rows = np.unique(rows, axis=0)
    kept, count = np.empty(rows.T.shape), 0
    for row in rows[np.argsort(-rows.sum(axis=1), kind="stable")]:
        # who dominates a row has a higher sum and came before; child by child fewer are left that might
        left = np.arange(count)
        for column, least in zip(kept, row, strict=True):
            left = left[column[left] >= least]
            if not len(left):
                kept[:, count] = row
                count += 1
                break
    return np.ascontiguousarray(kept[:, :count].T)
