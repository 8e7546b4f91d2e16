"""Distances and kernels: how much a unit counts at a place, in blocks of stated memory."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np

from geo.regression import Array
from geo.regression.design import Metric
from geo.regression.threads import side_by_side
from indicators.errors import fault

Kernel = Literal["gaussian", "bisquare", "exponential"]
KERNELS: tuple[Kernel, ...] = get_args(Kernel)

RADIUS = 6_371_000.0
"""Of the earth, in metres, for great circles."""

WIDER = 1.0000001
"""An adaptive bandwidth reaches this much beyond its farthest neighbour, so that this one still counts (as GWR4)."""

HELD = 600_000_000
"""Bytes: squared distances are kept where they take no more, and computed anew for every bandwidth beyond."""

BLOCK = 2_000_000
"""Bytes of the weights of one block of places, about what a processor keeps near."""


@dataclass(frozen=True)
class Window:
    """How wide the surroundings of a place are."""

    kernel: Kernel
    adaptive: bool
    bandwidth: float
    """Number of nearest units (the one at the place itself included), or a distance in metres; infinity: all alike."""


class Places:
    """Where units stand, and how far they are from one another or from other places.

    d² = λ·d_S² + μ·d_T², d_S in metres, d_T in the unit of time of the data.

    Args:
        coordinates: (n, 2) metres, or degrees for `great_circle`.
        metric: of d_S; great circles on a sphere of 6,371 km.
        times: (n,), for μ above 0.
        space, time: λ and μ, at least 0.
        held: bytes that kept distances may take.

    Source: Huang, Wu and Barry 2010, International Journal of Geographical Information Science 24:383–401.
    """

    def __init__(
        self,
        coordinates: Array,
        metric: Metric,
        *,
        times: Array | None = None,
        space: float = 1.0,
        time: float = 0.0,
        held: int = HELD,
    ) -> None:
        if space < 0 or time < 0 or space == time == 0:
            raise ValueError("the factors of space and time are at least 0, and one of them above")
        if time and times is None:
            raise ValueError("a factor of time needs times")
        self.coordinates, self.metric, self.times = coordinates, metric, times
        self.space, self.time = space, time
        self.n = len(coordinates)
        self._fits = 8 * self.n**2 <= held
        self._squared: Array | None = None
        self._sorted: Array | None = None

    def blocks(self, count: int | None = None) -> Iterator[slice]:
        """Cut the places into runs whose weights take `BLOCK` bytes."""
        count = self.n if count is None else count
        step = max(1, BLOCK // (8 * self.n))
        return (slice(first, min(first + step, count)) for first in range(0, count, step))

    def squared(self, block: slice) -> Array:
        """Return (m, n) d² from the units of a block to all units; not to be written to."""
        if self._squared is None and self._fits:
            made = np.empty((self.n, self.n))

            def fill(part: slice) -> None:
                made[part] = self._computed(part)

            side_by_side(fill, self.blocks())
            self._squared = made
        return self._computed(block) if self._squared is None else self._squared[block]

    def _computed(self, block: slice) -> Array:
        return self.squared_from(self.coordinates[block], None if self.times is None else self.times[block])

    def squared_from(self, points: Array, times: Array | None = None) -> Array:
        """Return (m, n) d² from other places (and times) to all units."""
        here = self.coordinates
        if self.metric == "great_circle":
            # straight through the sphere first: without a sine a pair, and exact for places near each other
            from geo.crs.systems import on_sphere

            ends, starts = on_sphere(here), on_sphere(points)
            made = np.zeros((len(points), self.n))
            for axis in range(3):
                apart = starts[:, axis, None] - ends[:, axis]
                apart *= apart
                made += apart
            made *= 0.25
            np.minimum(made, 1.0, out=made)
            np.arcsin(np.sqrt(made, out=made), out=made)
            made *= 2 * RADIUS
            made *= made
        else:
            made = points[:, :1] - here[:, 0]
            made *= made
            other = points[:, 1:] - here[:, 1]
            other *= other
            made += other
        if self.time and self.times is not None and times is not None:
            made *= self.space
            made += self.time * (times[:, None] - self.times) ** 2
        elif self.space != 1.0:
            made *= self.space
        result: Array = made
        return result

    def nearest_km(self, points: Array) -> Array:
        """Return (m,) how far the nearest unit is from other places, in km over the ground; NaN for no place."""
        ground = self if self.space == 1.0 and not self.time else Places(self.coordinates, self.metric)
        made = np.full(len(points), np.nan)
        for block in self.blocks(len(points)):
            made[block] = np.sqrt(ground.squared_from(points[block]).min(axis=1)) / 1000
        return made

    def nearest_squared(self, k: int) -> Array:
        """Return (n,) d² from each unit to its k-th nearest, the unit itself being the first."""
        self.squared(slice(0, 1))
        if self._sorted is not None:
            return np.asarray(self._sorted[k - 1])
        kept = np.empty((self.n, self.n)) if self._fits else None
        made = np.empty(self.n)

        def sort(block: slice) -> None:
            if kept is None:
                made[block] = np.partition(self.squared(block), k - 1, axis=1)[:, k - 1]
            else:
                kept[:, block] = np.sort(self.squared(block), axis=1).T

        side_by_side(sort, self.blocks())
        if kept is None:
            return made
        self._sorted = kept
        return np.asarray(kept[k - 1])

    def extent(self) -> tuple[float, float]:
        """Return the least distance above 0 between two units, and the greatest."""
        least, most = np.inf, 0.0
        for block in self.blocks():
            d2 = self.squared(block)
            most = max(most, float(d2.max()))
            least = min(least, float(np.min(d2, where=d2 > 0, initial=np.inf)))
        return float(np.sqrt(least)), float(np.sqrt(most))

    def widths(self, window: Window) -> Array:
        """Return (n,) the squared reach of the window at each unit; infinite where all count alike."""
        _check_window(window, self.n)
        if np.isinf(window.bandwidth):
            return np.full(self.n, np.inf)
        if not window.adaptive:
            return np.full(self.n, float(window.bandwidth) ** 2)
        return self.nearest_squared(int(window.bandwidth)) * WIDER**2

    def each(self, window: Window, work: Callable[[slice, Array], None]) -> None:
        """Do `work` block by block, side by side, with the weights (m, n) of all units at the units of the block.

        Raises:
            InputError: so many units share a place that the window has no extent there; no such bandwidth can be.
        """
        _check_window(window, self.n)
        if window.adaptive and np.isfinite(window.bandwidth) and not self._fits:
            # Distances are made once for both the reach and the weights.
            def both(block: slice) -> None:
                d2 = self._computed(block)
                own = np.partition(d2, int(window.bandwidth) - 1, axis=1)[:, int(window.bandwidth) - 1] * WIDER**2
                _check_reach(own, window)
                work(block, weigh(d2, window.kernel, own))

            side_by_side(both, self.blocks())
            return
        widths = self.widths(window)
        _check_reach(widths, window)
        self.squared(slice(0, 1))  # once, before the blocks share it
        side_by_side(lambda block: work(block, weigh(self.squared(block), window.kernel, widths[block])), self.blocks())

    def sweep_from(self, window: Window, points: Array, times: Array | None = None) -> Iterator[tuple[slice, Array]]:
        """Give block by block the weights (m, n) of all units at other places."""
        _check_window(window, self.n)
        for block in self.blocks(len(points)):
            d2 = self.squared_from(points[block], None if times is None else times[block])
            if np.isinf(window.bandwidth):
                widths = np.full(len(d2), np.inf)
            elif window.adaptive:
                k = int(window.bandwidth)
                widths = np.partition(d2, k - 1, axis=1)[:, k - 1] * WIDER**2
            else:
                widths = np.full(len(d2), float(window.bandwidth) ** 2)
            _check_reach(widths, window)
            yield block, weigh(d2, window.kernel, widths)


def _check_window(window: Window, n: int) -> None:
    bandwidth = window.bandwidth
    if window.adaptive:
        sound = (np.isinf(bandwidth) and bandwidth > 0) or (1 <= bandwidth <= n and bandwidth == int(bandwidth))
        if not sound:
            raise fault("regression.bandwidth_of_units", found=f"{bandwidth:g}", n=n, smallest="")
    elif not bandwidth > 0:
        raise ValueError(f"a bandwidth of distance is above 0, in metres; found {bandwidth:g}")


def _check_reach(widths: Array, window: Window) -> None:
    if not (widths > 0).all():
        raise fault("regression.no_reach", bandwidth=f"{window.bandwidth:g}", found=int((widths <= 0).sum()))


def weigh(squared: Array, kernel: Kernel, widths: Array) -> Array:
    """Return the weights of units by their distance, h the reach.

    gaussian: exp(−d²/(2h²)); bisquare: (1 − d²/h²)² within h, else 0; exponential: exp(−d/h).

    Args:
        squared: (m, n) d².
        kernel: by name.
        widths: (m,) h²; infinite where all count alike.

    Source: Fotheringham, Brunsdon and Charlton 2002, Geographically Weighted Regression, pp. 56–58.

    >>> weigh(np.array([[0.0, 1.0, 4.0]]), "bisquare", np.array([4.0])).tolist()
    [[1.0, 0.5625, 0.0]]
    """
    if kernel not in KERNELS:
        raise ValueError(f"unknown kernel {kernel!r}")
    if kernel == "bisquare":
        made = squared * (-1 / widths)[:, None]
        made += 1
        np.maximum(made, 0, out=made)
        made *= made
    elif kernel == "gaussian":
        made = squared * (-0.5 / widths)[:, None]
        np.exp(made, out=made)
    else:
        made = np.sqrt(squared)
        made *= (-1 / np.sqrt(widths))[:, None]
        np.exp(made, out=made)
    result: Array = made
    return result
