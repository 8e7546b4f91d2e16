"""Weights by factor analysis of the scores, as the Handbook describes it."""

from typing import Annotated, ClassVar, Literal

import numpy as np
from pydantic import Field, field_validator
from scipy.linalg import qr

from evaluate.methods.base import Array
from evaluate.methods.weighting.base import DataDriven, Siblings, Weighed
from evaluate.methods.weighting.statistics import whole_correlations
from indicators.errors import Fault
from indicators.spec import Number, Whole, refuse

Share = Annotated[Number, Field(ge=0, le=1)]


class Pca(DataDriven):
    """Factor analysis by the Handbook: w_j = (ℓ²_jk/E_k)·(E_k/ΣE), rescaled, where k is the dominant factor of j.

    Principal components of the correlations with loadings ℓ = u·√λ, of which as many are kept as the rules say;
    varimax rotation (with Kaiser's normalisation); E_k = Σ_j ℓ²_jk is what factor k explains after rotation, and j
    belongs to the factor in which ℓ²_jk/E_k is greatest. Factors with equal eigenvalues are kept together. Plain
    first loadings are refused as weights: they can be negative, and they ignore every other factor.

    >>> rows = np.array([[1.0, 5, 2], [1, 5, 0], [0, 1, 2], [0, 1, 0]])  # two go together, one goes its own way
    >>> plain = np.zeros(4, dtype=int)
    >>> siblings = Siblings("p", ("a", "b", "c"), rows, np.full(3, 1 / 3), plain, plain)
    >>> weighed = Pca(method="pca").weigh(siblings)
    >>> weighed.weights.round(4), np.round(weighed.details["explained"], 4)
    (array([0.3333, 0.3333, 0.3333]), array([2., 1.]))
    """

    source: ClassVar[str] = "Nicoletti, Scarpetta and Boylaud 2000; OECD/JRC Handbook 2008, step 6.1"
    method: Literal["pca"]
    loadings: Literal["squared", "first"] = "squared"
    """What weights are made of: `squared`, the rotated loadings squared; `first` is refused."""
    least_share: Share = 0.1
    """Factors that explain more than this share of the variance are kept."""
    least_eigenvalue: Annotated[Number, Field(ge=0)] | None = None
    """Where it is stated, factors are kept only with an eigenvalue above it, such as 1."""
    total_share: Share = 0.6
    """Further factors are kept until all together explain this share of the variance."""
    factors: Annotated[Whole, Field(ge=1)] | None = None
    """How many factors are kept, in place of the rules."""

    @field_validator("loadings")
    @classmethod
    def _squared(cls, value: str) -> str:
        if value == "first":
            raise refuse("methods.first_loadings")
        return value

    def found(self, siblings: Siblings) -> Weighed:
        """Return the weights with eigenvalues, shares and loadings."""
        correlation, as_found = whole_correlations(siblings.scores)
        values, vectors = np.linalg.eigh(correlation)
        values, vectors = np.maximum(values[::-1], 0.0), vectors[:, ::-1]
        kept = self._kept(values)
        loadings = _signed(vectors[:, :kept] * np.sqrt(values[:kept]))
        rotated = varimax(loadings)
        explained = (rotated**2).sum(axis=0)
        order = np.argsort(-explained, kind="stable")
        rotated, explained = _signed(rotated[:, order]), explained[order]
        scaled = rotated**2 / explained
        dominant = scaled >= scaled.max(axis=1, keepdims=True) * (1 - 1e-9)
        told = np.where(dominant, rotated**2, 0.0).max(axis=1)
        rows, count = siblings.scores.shape
        warnings = [] if as_found else [Fault("scoring.correlations_patched")]
        if rows <= count:
            warnings.append(Fault("scoring.few_rows", {"rows": rows, "children": count}))
        details = {
            "children": list(siblings.children),
            "eigenvalues": values.tolist(),
            "shares": (values / values.sum()).tolist(),
            "loadings": loadings.tolist(),
            "rotated": rotated.tolist(),
            "explained": explained.tolist(),
            "factor": (1 + np.argmax(dominant, axis=1)).tolist(),
        }
        return Weighed(told / told.sum(), details, tuple(warnings))

    def _kept(self, values: Array) -> int:
        """Return how many factors are kept of eigenvalues that fall."""
        share = values / values.sum()
        there = int((share > 1e-10).sum())
        if self.factors is not None:
            kept = self.factors
        else:
            high = share > self.least_share
            if self.least_eigenvalue is not None:
                high &= values > self.least_eigenvalue
            enough = int(np.searchsorted(np.cumsum(share), self.total_share - 1e-12)) + 1
            kept = max(int(high.sum()), enough)
        kept = max(1, min(kept, there))
        while kept < there and values[kept] > values[kept - 1] * (1 - 1e-9):
            kept += 1
        return kept


def varimax(loadings: Array) -> Array:
    """Return loadings (k, m) rotated by varimax: greatest Σ_k [Σ_j ℓ⁴_jk − (Σ_j ℓ²_jk)²/k], rows scaled to length 1.

    Pairs of factors are turned in turn, each by the angle that is best for it (Kaiser 1958), until none moves; rows
    get their length back afterwards. The start is a pivoted triangle, which depends on no choice of axes.

    >>> varimax(np.array([[0.8, 0.6], [0.6, -0.8]])).round(6) + 0.0
    array([[1., 0.],
           [0., 1.]])
    """
    length = np.sqrt((loadings**2).sum(axis=1, keepdims=True))
    used = length[:, 0] > 1e-9
    x = loadings[used] / length[used]
    x = x @ qr(x.T, pivoting=True)[0]
    n, factors = x.shape
    pairs = [(a, b) for a in range(factors) for b in range(a + 1, factors)]
    for _ in range(1000):
        most = 0.0
        for a, b in pairs:
            u, v = x[:, a] ** 2 - x[:, b] ** 2, 2 * x[:, a] * x[:, b]
            numerator = 2 * (u @ v - u.sum() * v.sum() / n)
            denominator = u @ u - v @ v - (u.sum() ** 2 - v.sum() ** 2) / n
            if np.hypot(numerator, denominator) < 1e-14 * n:
                continue  # every angle is as good
            angle = np.arctan2(numerator, denominator) / 4
            cos, sin = np.cos(angle), np.sin(angle)
            x[:, [a, b]] = x[:, [a, b]] @ np.array([[cos, -sin], [sin, cos]])
            most = max(most, abs(angle))
        if most < 1e-13:
            break
    out = np.zeros_like(loadings)
    out[used] = x * length[used]
    return _signed(out)


def _signed(loadings: Array) -> Array:
    """Return loadings of which each factor's sum is not negative: the sign of a factor is free."""
    return np.asarray(loadings * np.where(loadings.sum(axis=0) < 0, -1.0, 1.0))
