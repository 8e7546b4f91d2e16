"""Risk and ecological detectors: which strata differ, and which of two factors matters more."""

from dataclasses import dataclass
from itertools import combinations
from typing import Any, Literal

import numpy as np

from geo.detector.factor import within
from geo.detector.sample import Sample

Variances = Literal["unequal", "equal"]
Tail = Literal["two_sided", "upper"]
RISK_STATES = ("defined", "stratum_of_one", "without_spread")
ECOLOGICAL_STATES = ("defined", "constant", "single_stratum", "without_spread", "too_few_rows")


@dataclass(frozen=True)
class Risk:
    """Two strata of one factor compared; NaN where `state` says that there is no test."""

    factor: str
    first: Any
    second: Any
    mean_first: float
    mean_second: float
    n_first: int
    n_second: int
    t: float
    freedom: float
    p: float
    significant: bool
    state: str


@dataclass(frozen=True)
class Ecological:
    """Two factors compared; NaN where `state` says that there is no test."""

    first: str
    second: str
    f: float
    """Spread left by the first over spread left by the second: above 1 the second accounts for more."""
    freedom: int
    p: float
    tail: Tail
    significant: bool
    state: str


def risks(made: Sample, *, level: float = 0.05, variances: Variances = "unequal") -> tuple[Risk, ...]:
    """Return the two-sided t test of the means of every pair of strata of every factor.

    t = (Ȳ_1 − Ȳ_2)/√(s_1²/n_1 + s_2²/n_2) with Welch's degrees of freedom, as R's geodetector and gdverse do; p is
    of one comparison, not corrected for their number.

    Args:
        made: the rows.
        level: below which p is significant.
        variances: `unequal` (Welch) or `equal` (Student, pooled), which some tables in print use.

    Source: Wang et al. 2010, International Journal of Geographical Information Science 24:107–127; Welch 1947,
    Biometrika 34:28–35.

    >>> from geo.detector.sample import sample
    >>> (one,) = risks(sample([1, 2, 3, 7, 8, 9], {"zone": list("aaabbb")}))
    >>> round(one.t, 6), one.freedom, one.significant
    (-7.348469, 4.0, True)
    """
    out = []
    for name, codes, labels in zip(made.names, made.codes, made.labels, strict=True):
        counts, mean, squares = within(made.y, codes)
        for i, j in combinations(range(len(labels)), 2):
            pair = [i, j]
            t, freedom, state = _welch(counts[pair], mean[pair], squares[pair], variances, made.y)
            p = _two_sided_t(t, freedom) if state == "defined" else float("nan")
            out.append(
                Risk(
                    factor=name,
                    first=labels[i],
                    second=labels[j],
                    mean_first=float(mean[i]),
                    mean_second=float(mean[j]),
                    n_first=int(counts[i]),
                    n_second=int(counts[j]),
                    t=t,
                    freedom=freedom,
                    p=p,
                    significant=bool(p < level),
                    state=state,
                )
            )
    return tuple(out)


def ecological(made: Sample, *, level: float = 0.05, tail: Tail = "two_sided") -> tuple[Ecological, ...]:
    """Return for every pair of factors F = SSW_1/SSW_2, the spread that each leaves within its strata.

    Both factors have the same rows, so F has N − 1 and N − 1 degrees of freedom.

    Args:
        made: the rows.
        level: below which p is significant.
        tail: `two_sided` finds a difference either way (as R's geodetector), `upper` only that the second factor
            accounts for more than the first (as gdverse), so that the order of factors matters.

    Source: Wang et al. 2010, International Journal of Geographical Information Science 24:107–127.

    >>> from geo.detector.sample import sample
    >>> good_bad = sample([1, 2, 3, 7, 8, 9], {"good": list("aaabbb"), "bad": list("ababab")})
    >>> [(round(one.f, 3), one.significant) for one in ecological(good_bad, tail="upper")]
    [(0.077, False)]
    """
    from scipy import stats

    left = [float(within(made.y, codes)[2].sum()) for codes in made.codes]
    total = float(((made.y - made.y.mean()) ** 2).sum())
    out = []
    for i, j in combinations(range(len(made.names)), 2):
        f = p = float("nan")
        if made.constant:
            state = "constant"
        elif min(int(made.codes[i].max()), int(made.codes[j].max())) == 0:
            state = "single_stratum"
        elif made.n < 3:
            state = "too_few_rows"
        elif min(left[i], left[j]) <= 1e-13 * total:
            state = "without_spread"
        else:
            state, f = "defined", left[i] / left[j]
            above = float(stats.f.sf(f, made.n - 1, made.n - 1))
            p = above if tail == "upper" else min(2 * min(above, float(stats.f.cdf(f, made.n - 1, made.n - 1))), 1.0)
        significant = bool(p < level)
        out.append(Ecological(made.names[i], made.names[j], f, made.n - 1, p, tail, significant, state))
    return tuple(out)


def _welch(
    counts: Any, mean: Any, squares: Any, variances: Variances, everything: np.ndarray[Any, np.dtype[np.float64]]
) -> tuple[float, float, str]:
    nothing = float("nan")
    if counts.min() < 2:
        return nothing, nothing, "stratum_of_one"
    if squares.sum() <= 1e-24 * max(float((everything**2).sum()), np.finfo(float).tiny):
        return nothing, nothing, "without_spread"
    if variances == "equal":
        freedom = float(counts.sum() - 2)
        error = np.sqrt(squares.sum() / freedom * (1 / counts).sum())
    else:
        of_mean = squares / (counts - 1) / counts
        freedom = float(of_mean.sum() ** 2 / (of_mean**2 / (counts - 1)).sum())
        error = np.sqrt(of_mean.sum())
    return float((mean[0] - mean[1]) / error), freedom, "defined"


def _two_sided_t(t: float, freedom: float) -> float:
    from scipy.special import stdtr

    return float(2 * stdtr(freedom, -abs(t)))
