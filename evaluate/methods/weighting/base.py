"""What every weighting has: the children of one parent in, their weights out."""

from dataclasses import dataclass, field, replace
from typing import Annotated, Any, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from evaluate.methods.base import Array, Method
from evaluate.methods.weighting.statistics import constant_columns
from indicators.errors import Fault
from indicators.framework import Framework
from indicators.spec import Number


@dataclass(frozen=True)
class Siblings:
    """The children of one parent, and the rows of the reference population in which they have scores."""

    parent: str
    children: tuple[str, ...]
    scores: Array
    """(n, k), NaN where missing."""
    given: Array
    """The weights of the framework for the type, summing to 1, (k,)."""
    year: NDArray[np.int_]
    """The year of each row, (n,)."""
    unit: NDArray[np.intp]
    """The position of the unit of each row, (n,)."""

    def only(self, kept: NDArray[np.bool_]) -> "Siblings":
        """Return some of the children, their given weights rescaled; equal ones where all of them are 0."""
        given = self.given[kept]
        given = given / given.sum() if given.sum() > 0 else np.full(len(given), 1 / max(1, len(given)))
        children = tuple(child for child, stays in zip(self.children, kept, strict=True) if stays)
        return replace(self, children=children, scores=self.scores[:, kept], given=given)


@dataclass(frozen=True)
class Weighed:
    """Weights of siblings with what led to them."""

    weights: Array | None
    """Summing to 1, (k,); None says that the scores hold no information at all."""
    details: dict[str, Any] = field(default_factory=dict)
    """Plain numbers, texts and lists for whoever wants to follow the weights, such as eigenvalues."""
    warnings: tuple[Fault, ...] = ()


class Weighter(Method):
    """One member of the family."""

    @property
    def data_driven(self) -> bool:
        """Whether the weights follow from the scores of the reference population."""
        return False

    @property
    def floor(self) -> Literal["zero", "positive"] | None:
        """What the scores must be: not negative, above zero, or anything."""
        return None

    @property
    def reads_given(self) -> bool:
        """Whether the weights that the framework states have a say."""
        return False

    def weigh(self, siblings: Siblings) -> Weighed:
        """Return the weights of siblings; a single one gets 1."""
        raise NotImplementedError

    def lacks(self, framework: Framework, parents: tuple[str, ...]) -> list[Fault]:
        """Return what it needs for the parents that it weighs the children of, and does not have.

        The place of a fault is its key below the weighting.
        """
        return []


class DataDriven(Weighter):
    """Weights that follow from the scores; a constant child weighs 0 and is left out of what is computed."""

    cap: Annotated[Number, Field(ge=1)] | None = None
    """Most that a child may weigh, as a multiple of equal weight; no cap when absent."""

    @property
    def data_driven(self) -> bool:
        """They do."""
        return True

    def found(self, siblings: Siblings) -> Weighed:
        """Return the weights of two children or more, none of them constant."""
        raise NotImplementedError

    def weigh(self, siblings: Siblings) -> Weighed:
        """Return what was found of the children that vary, capped."""
        scores, count = siblings.scores, len(siblings.children)
        if count == 1:
            return Weighed(np.ones(1))
        varying = ~constant_columns(scores, np.isfinite(scores))
        if not varying.any():
            return Weighed(None)
        made = self.found(siblings.only(varying)) if varying.sum() > 1 else Weighed(np.ones(1))
        if made.weights is None and varying.all():
            return made
        weights = np.zeros(count)
        # what varies shares the weight equally where nothing tells it apart
        weights[varying] = 1 / varying.sum() if made.weights is None else made.weights
        return replace(made, weights=weights if self.cap is None else capped(weights, self.cap / count))


class Informed(DataDriven):
    """Weights in proportion to what the scores of each child tell."""

    def information(self, scores: Array) -> Array:
        """Return what each child tells, ≥ 0, (k,)."""
        raise NotImplementedError

    def found(self, siblings: Siblings) -> Weighed:
        """Return the information as shares."""
        told = self.information(siblings.scores)
        details = {"children": list(siblings.children), "information": told.tolist()}
        return Weighed(told / told.sum() if told.sum() > 0 else None, details)


def capped(weights: Array, most: float) -> Array:
    """Return weights of which none is above `most`; what is cut off goes to the others in proportion.

    Where the others are all 0 it goes to them equally.

    >>> capped(np.array([0.7, 0.2, 0.1]), 0.5).round(4)
    array([0.5   , 0.3333, 0.1667])
    """
    fixed = np.zeros(len(weights), dtype=bool)
    out = weights.copy()
    while (out > most * (1 + 1e-12)).any():
        fixed |= out > most
        rest, room = weights[~fixed], 1 - most * fixed.sum()
        out[fixed] = most
        if not len(rest):
            break
        out[~fixed] = room * rest / rest.sum() if rest.sum() > 0 else room / len(rest)
    return np.asarray(out / out.sum())
