"""Combinations of weightings into one."""

from typing import Annotated, Any, ClassVar, Literal

import numpy as np
from pydantic import Field

from evaluate.methods.base import Array
from evaluate.methods.weighting.base import Siblings, Weighed, Weighter
from evaluate.methods.weighting.factors import Pca
from evaluate.methods.weighting.information import (
    CoefficientOfVariation,
    Critic,
    Entropy,
    ImprovedCritic,
    Merec,
    StandardDeviation,
)
from evaluate.methods.weighting.judged import Ahp, BudgetAllocation
from evaluate.methods.weighting.optimal import EqualCorrelation, VerticalHorizontal
from evaluate.methods.weighting.stated import Equal, Given
from indicators.errors import Fault, Place
from indicators.framework import Framework
from indicators.spec import Number

Single = (
    Given
    | Equal
    | Entropy
    | Critic
    | ImprovedCritic
    | StandardDeviation
    | CoefficientOfVariation
    | Merec
    | Pca
    | Ahp
    | BudgetAllocation
    | EqualCorrelation
    | VerticalHorizontal
)
"""Every weighting that is no combination of others."""


class _Combined(Weighter):
    """Weights made of those of other weightings."""

    of: Annotated[list[Annotated[Single, Field(discriminator="method")]], Field(min_length=2)]
    """The weightings that are combined, two or more, each with its parameters."""

    @property
    def data_driven(self) -> bool:
        """Whether any of them is."""
        return any(member.data_driven for member in self.of)

    @property
    def floor(self) -> Literal["zero", "positive"] | None:
        """The strictest of theirs."""
        floors = {member.floor for member in self.of}
        return "positive" if "positive" in floors else "zero" if "zero" in floors else None

    @property
    def reads_given(self) -> bool:
        """Whether any of them does."""
        return any(member.reads_given for member in self.of)

    def lacks(self, framework: Framework, parents: tuple[str, ...]) -> list[Fault]:
        """Return what any of them lacks."""
        return [
            Fault(found.text_key, found.values, Place(key=f"of[{at}].{found.place.key}"))
            for at, member in enumerate(self.of)
            for found in member.lacks(framework, parents)
        ]

    def combined(self, weights: Array) -> tuple[Array, dict[str, Any], tuple[Fault, ...]]:
        """Return one row of weights from several (m, k), with details and warnings."""
        raise NotImplementedError

    def weigh(self, siblings: Siblings) -> Weighed:
        """Return the combination; a member without information counts as equal weights."""
        count = len(siblings.children)
        if count == 1:
            return Weighed(np.ones(1))
        parts = [member.weigh(siblings) for member in self.of]
        silent = [member.method for member, part in zip(self.of, parts, strict=True) if part.weights is None]
        if len(silent) == len(parts):
            return Weighed(None)
        rows = np.array([np.full(count, 1 / count) if part.weights is None else part.weights for part in parts])
        weights, details, warnings = self.combined(rows)
        if silent:
            warnings += (Fault("scoring.member_silent", {"method": ", ".join(silent)}),)
        details["children"] = list(siblings.children)
        details["members"] = [
            {"method": member.method, "weights": row.tolist(), "details": part.details}
            for member, row, part in zip(self.of, rows, parts, strict=True)
        ]
        return Weighed(weights, details, (*(w for part in parts for w in part.warnings), *warnings))


class GameTheory(_Combined):
    """Game-theory combination: w = Σ_l α_l·w_l with Σ_m (w_l·w_m)·α_m = w_l·w_l for every l, then |α|/Σ|α|.

    w is the compromise with the least deviation from all of the weightings at once. Weightings that agree leave the
    equations without a single solution; then the shortest one is taken, by which they share alike. Equal weights
    beside one other weighting have no say: every product with them is 1/k, which the other alone solves.

    >>> rows = np.array([[0.6, 0.3, 0.1], [0.2, 0.3, 0.5]])
    >>> game = GameTheory(method="game_theory", of=[{"method": "equal"}, {"method": "given"}])
    >>> weights, details, _ = game.combined(rows)
    >>> weights.round(4), np.round(details["shares"], 4)
    (array([0.4317, 0.3   , 0.2683]), array([0.5793, 0.4207]))
    """

    source: ClassVar[str] = "Chinese literature since about 2003 (博弈论组合赋权)"
    method: Literal["game_theory"]

    def combined(self, weights: Array) -> tuple[Array, dict[str, Any], tuple[Fault, ...]]:
        """Return the compromise with the share of each weighting."""
        products = weights @ weights.T
        shares = np.abs(np.linalg.lstsq(products, np.diag(products), rcond=1e-10)[0])
        shares = shares / shares.sum()
        return shares @ weights, {"shares": shares.tolist()}, ()


class Multiplicative(_Combined):
    """Multiplicative combination: w_j ∝ (Π_l w_lj)^power; a child that any weighting gives 0 weighs 0.

    >>> rows = np.array([[0.6, 0.3, 0.1], [0.2, 0.3, 0.5]])
    >>> product = Multiplicative(method="multiplicative", of=[{"method": "equal"}, {"method": "given"}])
    >>> product.combined(rows)[0].round(4)
    array([0.4615, 0.3462, 0.1923])
    """

    source: ClassVar[str] = "Chinese literature (乘法合成赋权); Hwang and Yoon 1981 (entropy with prior weights)"
    method: Literal["multiplicative"]
    power: Annotated[Number, Field(gt=0)] = 1.0
    """To which power the products are raised; 0.5 with two weightings gives their geometric mean."""

    def combined(self, weights: Array) -> tuple[Array, dict[str, Any], tuple[Fault, ...]]:
        """Return the products, rescaled; equal weights and a warning where all of them are 0."""
        # each row by its greatest, so that many small weights do not vanish
        product = np.prod((weights / weights.max(axis=1, keepdims=True)) ** self.power, axis=0)
        if product.sum() <= 0:
            return np.full(len(product), 1 / len(product)), {}, (Fault("scoring.nothing_in_common"),)
        return product / product.sum(), {}, ()
