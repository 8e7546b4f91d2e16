"""What bandwidths and models are compared by, and the golden-section search for the best bandwidth."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from geo.regression import Array
from geo.regression.kernels import Places, Window
from indicators.errors import fault

Criterion = Literal["aicc", "aic", "bic", "cv"]

SECTION = 0.38197
"""Where golden section cuts, 1 − (√5 − 1)/2, to the digits that GWR4 and mgwr use."""


@dataclass(frozen=True)
class Criteria:
    """Figures by which models of the same explained variable are compared; smaller is better, R² aside."""

    log_likelihood: float
    aic: float
    aicc: float
    bic: float


@dataclass(frozen=True)
class Search:
    """A bandwidth that was searched for."""

    bandwidth: float
    score: float
    criterion: Criterion
    steps: tuple[tuple[float, float], ...]
    """The better bandwidth and its score, step by step; one may stand several times."""
    tried: tuple[tuple[float, float], ...]
    """Every bandwidth tried and its score, by bandwidth; infinite where a place was left undetermined."""


@dataclass(frozen=True)
class Interval:
    """Between which bandwidths the best one lies."""

    low: float
    high: float
    level: float
    tried: int
    """Distinct bandwidths that the interval rests on."""


def criteria(rss: float, n: int, parameters: float) -> Criteria:
    """Return log-likelihood and information criteria of a Gaussian model.

    ln L = −n/2 · (ln(2π·RSS/n) + 1); AIC = −2 ln L + 2(p + 1); AICc = −2 ln L + 2n(p + 1)/(n − p − 2), infinite
    where n ≤ p + 2; BIC = −2 ln L + (p + 1) ln n.

    Args:
        rss: residual sum of squares, above 0.
        n: units.
        parameters: p, for a local model the trace of its hat matrix; σ² is counted as one more.

    Source: Fotheringham, Brunsdon and Charlton 2002, Geographically Weighted Regression, pp. 61 and 96.

    >>> made = criteria(10.0, 10, 2)
    >>> round(made.aic, 6), round(made.aicc, 6)
    (34.378771, 38.378771)
    """
    return from_likelihood(-n / 2 * float(np.log(2 * np.pi * rss / n) + 1), n, parameters)


def from_likelihood(log: float, n: int, parameters: float) -> Criteria:
    """Return the criteria of a log-likelihood; `parameters` as for `criteria`."""
    room = n - parameters - 2
    aicc = -2 * log + 2 * n * (parameters + 1) / room if room > 0 else float("inf")
    bic = -2 * log + (parameters + 1) * float(np.log(n))
    return Criteria(float(log), float(-2 * log + 2 * (parameters + 1)), float(aicc), bic)


def judged(residuals: Array, hat: Array, criterion: Criterion) -> float:
    """Return one criterion of a local model; `cv` is Σ (e/(1 − s))²/n, over n as GWR4 has it.

    Source: Fotheringham, Brunsdon and Charlton 2002, Geographically Weighted Regression, pp. 60 and 212.
    """
    if criterion == "cv":
        free = 1 - hat
        return float(((residuals / free) ** 2).mean()) if (free > 1e-9).all() else float("inf")
    rss = float(residuals @ residuals)
    if rss <= 0:
        return float("inf")  # as many parameters as units somewhere: no fit at all
    made = criteria(rss, len(residuals), float(hat.sum()))
    return {"aicc": made.aicc, "aic": made.aic, "bic": made.bic}[criterion]


def bounds(places: Places, terms: int, adaptive: bool) -> tuple[float, float]:
    """Return between which bandwidths is searched.

    Adaptive: 40 + 2 units a term to all units, for few units a third of them at least; fixed: half the least
    distance to twice the greatest (as GWR4 and mgwr).
    """
    if adaptive:
        least = 40 + 2 * terms
        return float(least if least < places.n else max(terms + 2, -(-places.n // 3))), float(places.n)
    least_distance, most = places.extent()
    return least_distance / 2, most * 2


def golden_section(
    score: Callable[[float], float],
    low: float,
    high: float,
    *,
    whole: bool,
    criterion: Criterion,
    tolerance: float = 1e-6,
    rounds: int = 200,
) -> Search:
    """Return the bandwidth with the least score between two bounds.

    Args:
        score: of a bandwidth.
        low, high: bounds.
        whole: bandwidths are numbers of units.
        criterion: what the score is, to be told.
        tolerance: the search ends where the two scores compared differ by no more.
        rounds: at most.

    Raises:
        InputError: every bandwidth tried leaves some place undetermined.

    Source: Fotheringham, Brunsdon and Charlton 2002, Geographically Weighted Regression, p. 212.

    >>> golden_section(lambda b: (b - 70) ** 2, 40, 160, whole=True, criterion="aicc").bandwidth
    70.0
    """
    known: dict[float, float] = {}

    def scored(bandwidth: float) -> float:
        if bandwidth not in known:
            known[bandwidth] = score(bandwidth)
        return known[bandwidth]

    steps: list[tuple[float, float]] = []
    left, right = low + SECTION * (high - low), high - SECTION * (high - low)
    for _ in range(rounds):
        if whole:
            left, right = float(np.round(left)), float(np.round(right))
        at_left, at_right = scored(left), scored(right)
        if np.isinf(at_left) and np.isinf(at_right):  # both undetermined: only wider windows can help
            low = right
            if high - low <= (1.0 if whole else 1e-6 * high):
                break
            left, right = low + SECTION * (high - low), high - SECTION * (high - low)
            continue
        if at_left <= at_right:
            steps.append((left, at_left))
            high, right = right, left
            left = low + SECTION * (high - low)
        else:
            steps.append((right, at_right))
            low, left = left, right
            right = high - SECTION * (high - low)
        if abs(at_left - at_right) <= tolerance:
            break
    if not steps:
        steps.append((high, scored(high)))
    if not np.isfinite(steps[-1][1]):
        raise fault("regression.no_bandwidth", tried=len(known))
    return Search(steps[-1][0], steps[-1][1], criterion, tuple(steps), tuple(sorted(known.items())))


def interval(bandwidths: Array, scores: Array, *, level: float = 0.95) -> Interval:
    """Return the bandwidths that hold `level` of the Akaike weights w ∝ exp(−Δ/2), the best first.

    Args:
        bandwidths, scores: (m,) AICc of the bandwidths tried: the `steps` of a search (as mgwr) or its `tried`, or a
            grid, which does not lean on the way the search took.
        level: share of the weights.

    Source: Li, Fotheringham, Oshan and Wolf 2020, Annals of the American Association of Geographers 110:1470–1489.

    >>> made = interval(np.array([50.0, 60, 90]), np.array([100.0, 101.0, 130.0]))
    >>> made.low, made.high
    (50.0, 60.0)
    """
    kept = np.isfinite(scores)
    order = np.argsort(scores[kept], kind="stable")
    width, score = bandwidths[kept][order], scores[kept][order]
    weights = np.exp(-0.5 * (score - score[0]))
    together = np.cumsum(weights / weights.sum())
    inside = width[: int((together < level).sum()) + 1]
    return Interval(float(inside.min()), float(inside.max()), level, len(np.unique(width)))


def search(
    places: Places,
    judge: Callable[[Window], float],
    window: Window,
    terms: int,
    criterion: Criterion,
    *,
    low: float | None = None,
    high: float | None = None,
) -> Search:
    """Return the best bandwidth of a kind of window; the bandwidth of `window` itself is not looked at."""
    least, most = bounds(places, terms, window.adaptive)
    return golden_section(
        lambda bandwidth: judge(Window(window.kernel, window.adaptive, bandwidth)),
        least if low is None else low,
        most if high is None else high,
        whole=window.adaptive,
        criterion=criterion,
    )
