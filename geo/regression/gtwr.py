"""Regression over space and time: the factor of time in the distance, chosen with the bandwidth."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from geo.regression.criteria import Criterion, Search
from geo.regression.design import Design
from geo.regression.gwr import find_bandwidth, places_of
from geo.regression.kernels import Kernel
from geo.regression.threads import single_blas


@dataclass(frozen=True)
class TimeSearch:
    """The factor of time that was searched for."""

    factor: float
    """μ in d² = d_S² + μ·d_T², in m² over the unit of time squared."""
    best: Search
    tried: tuple[tuple[float, Search], ...]
    """Every factor and the search for its bandwidth."""


def time_factors(made: Design, shares: Sequence[float] = (0, 0.01, 0.1, 1, 10, 100)) -> tuple[float, ...]:
    """Return factors μ to try: shares of the one at which the whole span of time weighs as the whole extent.

    Args:
        made: rows with times that are not all the same.
        shares: 0 is regression over space alone.

    >>> from geo.regression.design import design
    >>> at, x = [[3000.0 * i, 0] for i in range(51)], [i % 7 for i in range(51)]
    >>> rows = design([i % 4 for i in range(51)], {"x": x}, at, metric="planar", times=[i % 3 for i in range(51)])
    >>> time_factors(rows, [0, 1])
    (0.0, 5625000000.0)
    """
    if made.times is None or np.ptp(made.times) == 0:
        raise ValueError("a factor of time needs several times")
    extent = places_of(made).extent()[1]
    return tuple(float(share) * (extent / float(np.ptp(made.times))) ** 2 for share in shares)


@single_blas()
def find_time_factor(
    made: Design,
    factors: Sequence[float] | None = None,
    *,
    kernel: Kernel = "bisquare",
    adaptive: bool = True,
    criterion: Criterion = "aicc",
) -> TimeSearch:
    """Return the factor of time, of those tried, whose best bandwidth has the least criterion.

    Then `gwr(made, bandwidth=…, places=places_of(made, time=factor))` is the regression. A factor of 0 is GWR.

    Args:
        made: rows with times.
        factors: μ to try; `time_factors` where absent.
        kernel, adaptive, criterion: as for `find_bandwidth`.

    Source: Huang, Wu and Barry 2010, International Journal of Geographical Information Science 24:383–401.
    """
    listed = time_factors(made) if factors is None else tuple(factors)
    tried = tuple(
        (
            factor,
            find_bandwidth(
                made, kernel=kernel, adaptive=adaptive, criterion=criterion, places=places_of(made, time=factor)
            ),
        )
        for factor in listed
    )
    factor, best = min(tried, key=lambda one: one[1].score)
    return TimeSearch(factor, best, tried)
