"""Weights that are stated: those of the framework, and equal ones."""

from typing import ClassVar, Literal

import numpy as np

from evaluate.methods.weighting.base import Siblings, Weighed, Weighter


class Given(Weighter):
    """The weights of the framework, rescaled within the parent: w/Σw."""

    source: ClassVar[str] = "OECD/JRC Handbook 2008, step 6 (weights by agreement)"
    method: Literal["given"] = "given"

    @property
    def reads_given(self) -> bool:
        """They are the weights."""
        return True

    def weigh(self, siblings: Siblings) -> Weighed:
        """Return the given weights."""
        return Weighed(siblings.given)


class Equal(Weighter):
    """Equal weights within the parent: 1/k."""

    source: ClassVar[str] = "OECD/JRC Handbook 2008, step 6.2"
    method: Literal["equal"]

    def weigh(self, siblings: Siblings) -> Weighed:
        """Return 1/k for every child."""
        return Weighed(np.full(len(siblings.children), 1 / len(siblings.children)))
