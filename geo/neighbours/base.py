"""What every rule of neighbourhood has."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, Literal, get_args

import numpy as np

from geo.neighbours.ground import Array, Ground, Places
from indicators.spec import Label, Spec

if TYPE_CHECKING:
    from scipy import sparse


@dataclass(frozen=True, eq=False)
class Linked:
    """What a rule found, before islands are treated and rows standardised."""

    matrix: "sparse.csr_array"
    resolved: Mapping[str, float] = field(default_factory=dict)
    unplaced: tuple[str, ...] = ()
    ignored: int = 0


class NeighbourRule(Spec):
    """One way to say who is a neighbour of whom."""

    source: ClassVar[str]
    """Where the rule comes from."""
    placed: ClassVar[bool] = True
    """Whether it asks where the units lie."""
    rule: Any
    label: Label | None = None
    """Name for readers; the rule's own name when absent."""
    islands: Literal["leave", "nearest"] = "leave"
    """Units without a neighbour: `leave` them so, without a local statistic, or join each to the `nearest` centre."""
    standardisation: Literal["row", "binary", "none"] = "row"
    """`row`: the neighbours of a unit add up to 1; `binary`: each counts 1; `none`: as the rule gives them."""
    force: bool = False
    """Let pass more than 36 million links, those of 6,000 units each linked with every other: the
    fault says how much memory these take."""

    @classmethod
    def word(cls) -> str:
        """Return the name by which a configuration chooses it."""
        return str(get_args(cls.model_fields["rule"].annotation)[0])

    @property
    def mutual(self) -> bool:
        """Whether the rule links both ways, so that an island that is joined is linked both ways."""
        return True

    def check(self, ground: Ground) -> None:
        """Raise what can be found wrong from the places alone, without finding a link.

        Raises:
            InputError: too few units with a place, or places of a kind that the rule cannot use.
        """
        if self.placed:
            ground.require_places()

    def expected(self, ground: Ground) -> int:
        """Return how many links there will be at most; 0 where they are few whatever the places."""
        return 0

    def links(self, ground: Ground) -> Linked:
        """Return the links as the rule gives them."""
        raise NotImplementedError


def linked(rows: Places, columns: Places, strength: Array, count: int) -> "sparse.csr_array":
    """Return links as a matrix, (count, count), columns in order."""
    from scipy import sparse

    made = sparse.coo_array((strength, (rows, columns)), shape=(count, count)).tocsr()
    made.sort_indices()
    return made


def without(ground: Ground, there: Places) -> tuple[str, ...]:
    """Return the units that a rule knows nothing about: all but those at the positions given."""
    known = set(there.tolist())
    return tuple(code for place, code in enumerate(ground.codes) if place not in known)


def ones(count: int) -> Array:
    """Return strength 1 for each of so many links."""
    return np.ones(count)
