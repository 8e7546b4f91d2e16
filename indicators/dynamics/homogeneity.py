"""Do transitions depend on a condition, such as the class of the neighbours? Tests of equal transition matrices."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import stats

from indicators.dynamics.transitions import Transitions

STATES = ("defined", "nothing_to_compare")
"""`nothing_to_compare`: no class was left under two conditions, or to two classes."""


@dataclass(frozen=True)
class Homogeneity:
    """Two tests of the hypothesis that all conditions share one transition matrix; NaN where `state` says so."""

    q: float
    """Pearson's Q."""
    q_p: float
    likelihood_ratio: float
    likelihood_ratio_p: float
    freedom: int
    """Degrees of freedom of both."""
    moves: int
    """Moves under all conditions."""
    state: str


def homogeneity(conditions: Sequence[Transitions]) -> Homogeneity:
    """Return Q = Σ_m Σ_i n_i|m Σ_j (p_ij|m − p_ij)²/p_ij and LR = 2 Σ_m Σ_ij n_ij|m ln(p_ij|m / p_ij).

    p_ij is the matrix of all moves together. Both follow χ² with Σ_i (a_i − 1)(b_i − 1) degrees of freedom, a_i the
    classes that were entered from class i and b_i the conditions under which it was left. With few moves in a cell
    neither p means much.

    Args:
        conditions: one matrix for each condition, of the same classes.

    Source: Bickenbach and Bode 2003, International Regional Science Review 26:363–392; Anderson and Goodman 1957.

    >>> from indicators.dynamics.transitions import conditional_transitions
    >>> classes, conditions = [[0, 0, 1], [1, 0, 0], [0, 1, 0]], [[0] * 3, [1] * 3, [0] * 3]
    >>> made = homogeneity(conditional_transitions(classes, conditions, 2, 2))
    >>> round(made.q, 6), made.freedom, made.state
    (1.333333, 1, 'defined')
    """
    counts = np.array([one.counts for one in conditions], dtype=float)
    together = counts.sum(axis=0)
    left = counts.sum(axis=2)
    freedom = int((((left > 0).sum(axis=0) - 1).clip(0) * ((together > 0).sum(axis=1) - 1).clip(0)).sum())
    if freedom == 0:
        none = float("nan")
        return Homogeneity(none, none, none, none, 0, int(counts.sum()), "nothing_to_compare")
    whole = together.sum(axis=1)
    p = np.divide(together, whole[:, None], out=np.zeros(together.shape), where=whole[:, None] > 0)
    own = np.divide(counts, left[:, :, None], out=np.zeros(counts.shape), where=left[:, :, None] > 0)
    q = float((left[:, :, None] * np.divide((own - p) ** 2, p, out=np.zeros(counts.shape), where=p > 0)).sum())
    moved = counts > 0
    ratio = np.divide(own, p, out=np.ones(counts.shape), where=moved)
    likelihood = 2 * float((counts * np.log(np.where(moved, ratio, 1.0))).sum())
    return Homogeneity(
        q, float(stats.chi2.sf(q, freedom)), likelihood, float(stats.chi2.sf(likelihood, freedom)), freedom,
        int(counts.sum()), "defined",
    )  # fmt: skip
