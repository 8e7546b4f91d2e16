"""Aggregation by majority between pairs of rows."""

from math import prod
from typing import ClassVar, Literal

import numpy as np

from evaluate.methods.aggregation.base import ROUNDING, Aggregator, known, numbers, plain, present
from evaluate.methods.base import Array, Learned
from indicators.errors import fault

_MOST = 3000
"""Rows that a row may be compared with."""
_ENTRIES = 4_000_000
"""How many entries of an array of pairs are held at a time."""
_SAME = 1e-10
"""Share of the size of a child's scores by which two may differ and still be a tie."""


class Copeland(Aggregator):
    """Copeland score: 50·(1 + (wins − losses)/pairs) over pairs of the row with each row of the reference population.

    A pair is won by the row whose better children weigh more than its worse ones; a tied child counts half for
    each, and equal weight on both sides is a tie. Only children that both rows have count, so that weights need no
    rescaling. Rows that are alike in every child, the row itself among them, are no pair; with no pair at all the
    score is 50. It is an order: 100 says that every other row is beaten, and by how much does not matter. A
    reference population of more than 3000 rows is refused; `reference: year` makes it smaller.

    >>> copeland = Copeland(method="copeland")
    >>> rows = np.array([[3.0, 1.0, 2.0], [2.0, 3.0, 1.0], [1.0, 0.0, 0.0]])
    >>> copeland.aggregate(rows, np.array([0.4, 0.3, 0.3]), copeland.learn(rows)).tolist()
    [100.0, 50.0, 0.0]
    """

    source: ClassVar[str] = "Copeland 1951; OECD/JRC Handbook 2008, step 6 (non-compensatory); COINr a_copeland"
    ordinal: ClassVar[bool] = True
    learns: ClassVar[bool] = True
    method: Literal["copeland"]

    def learn(self, scores: Array) -> Learned:
        """Learn the `rows` and the `size` of the scores of each child."""
        if len(scores) > _MOST:
            raise fault("scoring.too_many_rows", method=self.method, found=len(scores), most=_MOST)
        size = np.where(np.isfinite(scores), np.abs(scores), 0.0).max(axis=0, initial=0.0)
        return {"rows": plain(scores), "size": plain(size)}

    def aggregate(self, scores: Array, weights: Array, learned: Learned) -> Array:
        """Return (…, n) from scores (…, n, k) and weights (…, k); NaN where no child with a weight has a score."""
        count = scores.shape[-1]
        rows, same = numbers(learned["rows"], count), _SAME * numbers(learned["size"], count)
        known(self.method, scores, weights, np.isfinite(rows).any(axis=0))
        out = np.empty(np.broadcast_shapes(scores.shape[:-1], (*weights.shape[:-1], scores.shape[-2])))
        # parts of the rows at a time, since pairs are many
        held = len(rows) * max(prod(scores.shape[:-2]) * count, prod(out.shape[:-1]))
        step = max(1, _ENTRIES // max(1, held))
        for start in range(0, scores.shape[-2], step):
            out[..., start : start + step] = _against(scores[..., start : start + step, :], rows, same, weights)
        return np.asarray(np.where(present(scores, weights).any(axis=-1), 50 * (1 + out), np.nan))


def _against(scores: Array, rows: Array, same: Array, weights: Array) -> Array:
    """Return (wins − losses)/pairs of scores (…, n, k) against rows (m, k), 0 where there is no pair; (…, n)."""
    with np.errstate(invalid="ignore"):
        apart = scores[..., :, None, :] - rows
        sign = np.where(np.abs(apart) > same, np.sign(apart), 0.0)
    sign[np.isnan(apart)] = 0.0
    shape = (*sign.shape[:-3], -1, sign.shape[-1])
    pairs = (*sign.shape[-3:-1],)
    flat = sign.reshape(shape)
    # Σ w sign for and against, and Σ w of what differs, for each pair and set of weights
    if flat.ndim == 2 and weights.ndim == 2:
        ahead, differing = weights @ flat.T, weights @ np.abs(flat).T
    else:
        ahead, differing = (np.matmul(s, weights[..., :, None])[..., 0] for s in (flat, np.abs(flat)))
    won = np.where(np.abs(ahead) > ROUNDING * differing, np.sign(ahead), 0.0).reshape(*ahead.shape[:-1], *pairs)
    compared = (differing > 0).reshape(won.shape).sum(axis=-1)
    return np.asarray(won.sum(axis=-1) / np.maximum(compared, 1))
