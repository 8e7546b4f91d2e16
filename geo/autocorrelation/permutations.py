"""Permutations: what the neighbours would add up to if the values lay anywhere else."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal, TypedDict, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import sparse
from scipy.special import ndtr

from geo.autocorrelation.sample import Array

Tail = Literal["two_sided", "directed", "greater", "lesser"]
"""`two_sided`: twice the smaller tail, at most 1; `directed`: the smaller tail, half as large and chosen after
the fact, as GeoDa and older versions of esda report it; `greater`, `lesser`: one tail chosen beforehand."""
TAILS: tuple[str, ...] = get_args(Tail)

PERMUTATIONS = 999
_CELLS = 1_500_000
"""Units times permutations that are held at once."""
_FEW = 16
"""Neighbours a unit on average, up to which every link is looked at for each permutation."""


@dataclass(frozen=True, eq=False)
class Drawn:
    """Some permutations of the values over the units; lags under them."""

    matrix: sparse.csr_array
    sits: NDArray[np.int32]
    """(n, b): whose value lies at each unit."""
    own: Array
    """(n, b): strength of the link from each unit to the unit where its own value has come to lie."""

    def lag(self, values: Array) -> Array:
        """(n, b): lags of permuted values, any value anywhere."""
        return np.asarray(self.matrix @ values[self.sits])

    def conditional_lag(self, values: Array) -> Array:
        """(n, b): lags of values permuted over the other units only, each unit's own value staying where it is.

        In a permutation of all values the value that lies at unit i and the own value of i change places: what comes
        of it is a permutation with i held fast, each as likely as any other, for all units from one product.
        """
        there = values[self.sits]
        return np.asarray(self.matrix @ there + self.own * (there - values[:, None]))


def draws(matrix: sparse.csr_array, permutations: int, seed: int, *, conditional: bool = True) -> Iterator[Drawn]:
    """Yield permutations, some at a time; the same for the same seed and number of units.

    Args:
        matrix: (n, n), nothing on the diagonal.
        permutations: how many altogether.
        seed: of the draws.
        conditional: whether `conditional_lag` will be asked for.
    """
    n = matrix.shape[0]
    random = np.random.default_rng(seed)
    size = max(1, _CELLS // max(n, 1))
    places = np.arange(n, dtype=np.int32)
    for start in range(0, permutations, size):
        count = min(size, permutations - start)
        by_draw = random.permuted(np.broadcast_to(places, (count, n)), axis=1)
        sits = np.ascontiguousarray(by_draw.T)
        yield Drawn(matrix, sits, _own(matrix, sits) if conditional else np.empty((0, 0)))


def _own(matrix: sparse.csr_array, sits: NDArray[np.int32]) -> Array:
    n, count = sits.shape
    out = np.zeros((n, count))
    rows = np.repeat(np.arange(n), np.diff(matrix.indptr))
    if matrix.nnz <= _FEW * n:
        link, draw = np.nonzero(sits[matrix.indices] == rows[:, None])
        out[rows[link], draw] = matrix.data[link]
        return out
    # Many links: look the few wanted ones up instead.
    lies = np.empty((count, n), dtype=np.int64)
    np.put_along_axis(lies, sits.T.astype(np.int64), np.arange(n)[None, :], axis=1)
    keys = rows * n + matrix.indices
    wanted = (np.arange(n) * n + lies).ravel()
    place = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    found = np.where(keys[place] == wanted, matrix.data[place], 0.0)
    return np.asarray(found.reshape(count, n).T)


class Tally:
    """Counts how often permuted figures reach the observed ones; mean and standard deviation beside."""

    def __init__(self, observed: Array, rounding: Array) -> None:
        """Take the (n,) observed figures, and by how much equal ones may be apart."""
        self._observed = observed
        self._rounding = rounding
        self._above = np.zeros(observed.shape, dtype=np.int64)
        self._below = np.zeros(observed.shape, dtype=np.int64)
        self._sum = np.zeros(observed.shape)
        self._squares = np.zeros(observed.shape)
        self._drawn = 0

    def add(self, figures: Array) -> None:
        """Count (n, b) figures."""
        apart = figures - self._observed[:, None]
        self._above += np.count_nonzero(apart >= -self._rounding[:, None], axis=1)
        self._below += np.count_nonzero(apart <= self._rounding[:, None], axis=1)
        # Taken from the observed figure, so that little is lost in the squares.
        self._sum += apart.sum(axis=1)
        self._squares += np.einsum("ij,ij->i", apart, apart)
        self._drawn += figures.shape[1]

    @property
    def mean(self) -> Array:
        """(n,): of the permuted figures."""
        return np.asarray(self._observed + self._sum / self._drawn)

    @property
    def deviation(self) -> Array:
        """(n,): standard deviation of the permuted figures, ddof 0; 0 where they differ by rounding only."""
        variance = self._squares / self._drawn - (self._sum / self._drawn) ** 2
        deviation = np.sqrt(np.maximum(variance, 0.0))
        return np.where(deviation > self._rounding, deviation, 0.0)

    def p(self, tail: Tail) -> Array:
        """(n,): (as often as reached + 1)/(permutations + 1), see `Tail`."""
        upper = (self._above + 1) / (self._drawn + 1)
        lower = (self._below + 1) / (self._drawn + 1)
        if tail == "greater":
            return np.asarray(upper)
        if tail == "lesser":
            return np.asarray(lower)
        smaller = np.minimum(upper, lower)
        return np.asarray(smaller if tail == "directed" else np.minimum(2 * smaller, 1.0))


class How(TypedDict, total=False):
    """What every statistic takes beside values and neighbours."""

    permutations: int
    """Random orders of the values; 999 when absent."""
    seed: int
    """Of the draws; 0 when absent."""
    tail: Tail
    """Of every p; two-sided when absent."""


@dataclass(frozen=True)
class Lots:
    """How many random orders are drawn, from which seed, and which of them count as extreme.

    Raises:
        ValueError: fewer than one permutation, or a tail that there is not.
    """

    permutations: int = PERMUTATIONS
    seed: int = 0
    tail: Tail = "two_sided"

    def __post_init__(self) -> None:
        """Refuse what no caller may ask for."""
        if self.permutations < 1 or self.tail not in TAILS:
            raise ValueError(f"at least one permutation, and one of the tails {', '.join(TAILS)}")

    def tally(
        self,
        matrix: sparse.csr_array,
        observed: Array,
        rounding: Array,
        figures: Callable[[Drawn], Array],
        *,
        conditional: bool = True,
    ) -> "Tally":
        """Draw, and count how often permuted figures reach the observed ones.

        Args:
            matrix: (n, n), links.
            observed: (m,), the figures without permutation.
            rounding: (m,), by how much equal figures may be apart.
            figures: gives the (m, b) figures of some draws.
            conditional: whether they need `conditional_lag`.
        """
        tally = Tally(observed, rounding)
        for drawn in draws(matrix, self.permutations, self.seed, conditional=conditional):
            tally.add(figures(drawn))
        return tally


def normal_p(z: ArrayLike, tail: Tail) -> Array:
    """Return the p of a z under the normal distribution; NaN of NaN.

    >>> normal_p([1.959964, np.nan], "two_sided").round(6).tolist(), float(normal_p(0.0, "greater"))
    ([0.05, nan], 0.5)
    """
    given = np.asarray(z, dtype=float)
    if tail == "two_sided":
        return np.asarray(2 * ndtr(-np.abs(given)))
    signed = {"greater": given, "lesser": -given, "directed": np.abs(given)}[tail]
    return np.asarray(ndtr(-signed))
