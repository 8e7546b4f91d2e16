"""Weights that are best in some sense: correlations alike, units of a panel drawn apart."""

from heapq import heappop, heappush
from typing import Any, ClassVar, Literal

import numpy as np
from scipy.optimize import nnls

from evaluate.methods.base import Array
from evaluate.methods.weighting.base import DataDriven, Siblings, Weighed
from evaluate.methods.weighting.statistics import constant_columns, deviations, means, whole_correlations
from indicators.errors import Fault


class EqualCorrelation(DataDriven):
    """Weights by which every child correlates alike with the weighted mean: w_j = v_j/s_j, rescaled, with R·v ∝ a.

    R are the correlations of the children, s their standard deviations, a = 1 or the weights of the framework; the
    correlation of child j with Σw·x is then in proportion to a_j. Where that needs a negative weight, the greatest
    smallest correlation (over a_j) is taken that weights ≥ 0 reach: least vᵀRv with aᵀv = 1, v ≥ 0. What then weighs
    0 correlates more than the others already. Exact where no scores are missing.

    >>> rows = np.array([[1.0, 2, 1], [1, 0, -1], [-1, 0, -1], [-1, -2, 1]])  # r = √½, 0 and 0
    >>> plain = np.zeros(4, dtype=int)
    >>> siblings = Siblings("p", ("a", "b", "c"), rows, np.full(3, 1 / 3), plain, plain)
    >>> EqualCorrelation(method="equal_correlation").weigh(siblings).weights.round(4)
    array([0.2929, 0.2071, 0.5   ])
    """

    source: ClassVar[str] = "Becker, Saisana, Paruolo and Vandecasteele 2017; Choueifaty and Coignard 2008"
    method: Literal["equal_correlation"]
    aim: Literal["equal", "given"] = "equal"
    """Correlations are all `equal`, or in proportion to the weights of the framework (`given`)."""

    @property
    def reads_given(self) -> bool:
        """They are the aim, or are not read."""
        return self.aim == "given"

    def found(self, siblings: Siblings) -> Weighed:
        """Return the weights with the correlations that they give."""
        aimed = siblings.given > 0
        if self.aim == "given" and not aimed.all():
            made = self._of(siblings.only(aimed)) if aimed.sum() > 1 else Weighed(np.ones(1))
            weights = np.zeros(len(aimed))
            weights[aimed] = 1 / aimed.sum() if made.weights is None else made.weights
            return Weighed(weights, made.details, made.warnings)
        return self._of(siblings)

    def _of(self, siblings: Siblings) -> Weighed:
        scores, count = siblings.scores, len(siblings.children)
        aim = siblings.given if self.aim == "given" else np.full(count, 1 / count)
        correlation, as_found = whole_correlations(scores)
        warnings = [] if as_found else [Fault("scoring.correlations_patched")]
        v, closed = _evenly(correlation, aim)
        variance = float(v @ correlation @ v)
        details: dict[str, Any] = {"children": list(siblings.children), "closed_form": closed}
        if variance <= 1e-8 * v.sum() ** 2:
            warnings.append(Fault("scoring.children_cancel"))
            return Weighed(np.full(count, 1 / count), details, tuple(warnings))
        details["correlations"] = (correlation @ v / np.sqrt(variance)).tolist()
        if left := [child for child, weight in zip(siblings.children, v, strict=True) if weight == 0]:
            warnings.append(Fault("scoring.correlation_uneven", {"children": ", ".join(left)}))
        weights = v / deviations(scores, np.isfinite(scores))
        return Weighed(weights / weights.sum(), details, tuple(warnings))


def _evenly(correlation: Array, aim: Array) -> tuple[Array, bool]:
    """Return v ≥ 0 with aᵀv = 1 and the least vᵀRv, and whether it simply solves R·v ∝ a."""
    values, vectors = np.linalg.eigh(correlation)
    singular = values[0] < 1e-8 * values[-1]
    if singular:
        # children that repeat each other share alike, since a little of the length of v is made less, too
        values = np.maximum(values, 0.0) + 1e-5
        correlation = (vectors * values) @ vectors.T
    v = np.linalg.solve(correlation, aim)
    closed = bool((v >= 0).all())
    if not closed:
        rows = np.vstack([np.sqrt(values)[:, None] * vectors.T, aim])
        found = nnls(rows, np.append(np.zeros(len(aim)), 1.0))[0]
        kept = found > 1e-9 * found.max()
        v = np.zeros(len(aim))
        v[kept] = np.maximum(np.linalg.solve(correlation[np.ix_(kept, kept)], aim[kept]), 0.0)
    return v / (aim @ v), closed and not singular


class VerticalHorizontal(DataDriven):
    """Weights that draw the units of all years apart most: greatest wᵀHw with wᵀw = 1 and w ≥ 0, rescaled to Σw = 1.

    H = Σ_t X_tᵀX_t, with X_t the scores of year t standardised (mean 0, sample standard deviation 1). w is the
    leading eigenvector of H; where that has entries of both signs, the best w ≥ 0 is taken, so that children that go
    against the others weigh 0 (a warning names them); equally good ones are averaged. Gaps count as the mean. A
    panel of one year gives the method of a single cross-section.

    >>> rows = np.array([[1.0, 2, 9], [2, 1, 4], [3, 5, 8], [4, 3, 1], [5, 4, 7]])
    >>> plain = np.zeros(5, dtype=int)
    >>> siblings = Siblings("p", ("a", "b", "c"), rows, np.full(3, 1 / 3), plain, plain)
    >>> VerticalHorizontal(method="vertical_horizontal").weigh(siblings).weights.round(4)
    array([0.5, 0.5, 0. ])
    """

    source: ClassVar[str] = "Guo Yajun 2002 (纵横向拉开档次法)"
    method: Literal["vertical_horizontal"]
    standardised: Literal["year", "all"] = "year"
    """Scores are standardised within each `year`, or over `all` of them, so that change over time counts, too."""

    def found(self, siblings: Siblings) -> Weighed:
        """Return the weights with the eigenvalue."""
        scores, count = siblings.scores, len(siblings.children)
        h = np.zeros((count, count))
        for year in np.unique(siblings.year) if self.standardised == "year" else [None]:
            x = _standardised(scores if year is None else scores[siblings.year == year])
            h += x.T @ x
        if not h.any():
            return Weighed(None)
        weights, value, exact = drawing_apart(h)
        weights = weights / weights.sum()
        left = [child for child, weight in zip(siblings.children, weights, strict=True) if weight == 0]
        warnings = (Fault("scoring.children_against", {"children": ", ".join(left)}),) if left else ()
        details = {
            "children": list(siblings.children), "value": value, "exact": exact, "share": value / float(np.trace(h))
        }  # fmt: skip
        return Weighed(weights, details, warnings)


def _standardised(scores: Array) -> Array:
    there = np.isfinite(scores)
    spread = deviations(scores, there)
    spread = np.where(constant_columns(scores, there) | (spread == 0), np.inf, spread)
    return np.asarray(np.where(there, scores - means(scores, there), 0.0) / spread)


_MOST_SETS = 1024
"""How many sets of children are looked at: all there are of ten."""


def drawing_apart(h: Array) -> tuple[Array, float, bool]:
    """Return the w ≥ 0 of length 1 with the greatest wᵀHw, that value, and whether it is certain.

    It is the leading eigenvector of H restricted to some children. Fewer children never give a greater eigenvalue,
    so sets are looked at from the greatest downward until one has a leading eigenvector without a negative entry.
    Where the sets are too many, the child with the least entry is left out again and again.

    >>> drawing_apart(np.array([[2.0, 1.0, -1.5], [1.0, 2.0, 0.0], [-1.5, 0.0, 2.0]]))[0].round(4)
    array([0.7071, 0.7071, 0.    ])
    """
    count = len(h)
    whole = tuple(range(count))
    waiting, seen = [(-_leading(h, whole)[0], whole)], {whole}
    best: float | None = None
    ties: list[Array] = []
    while waiting and (best is None or -waiting[0][0] >= best * (1 - 1e-9)):
        children = heappop(waiting)[1]
        value, vector = _leading(h, children)
        if vector is not None:
            best = value if best is None else best
            ties.append(vector)
            continue
        if len(seen) > _MOST_SETS:
            return *_stepwise(h), False
        for child in children:
            fewer = tuple(other for other in children if other != child)
            if fewer and fewer not in seen:
                seen.add(fewer)
                heappush(waiting, (-_leading(h, fewer)[0], fewer))
    mean = np.mean(ties, axis=0)
    return mean / np.sqrt(mean @ mean), float(best or 0.0), True


def _leading(h: Array, children: tuple[int, ...]) -> tuple[float, Array | None]:
    """Return the greatest eigenvalue of H restricted to children and its vector, None where it has both signs."""
    values, vectors = np.linalg.eigh(h[np.ix_(children, children)])
    space = vectors[:, values >= values[-1] * (1 - 1e-9)]
    # of several leading vectors the one nearest to equal weights
    vector = space @ space.sum(axis=0)
    if vector.max() < 1e-6 or vector.min() < -1e-9 * vector.max():
        return float(values[-1]), None
    out = np.zeros(len(h))
    out[list(children)] = np.where(vector < 1e-9 * vector.max(), 0.0, vector)
    return float(values[-1]), out / np.sqrt(out @ out)


def _stepwise(h: Array) -> tuple[Array, float]:
    children = tuple(range(len(h)))
    while True:
        value, vector = _leading(h, children)
        if vector is not None:
            return vector, value
        first = np.linalg.eigh(h[np.ix_(children, children)])[1][:, -1]
        least = int(np.argmin(first if first.sum() >= 0 else -first))
        children = tuple(child for at, child in enumerate(children) if at != least)
