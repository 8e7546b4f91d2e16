"""False discovery: when many units are tested, some reach a low p by chance."""

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from geo.autocorrelation.sample import Array

Control = Literal["fdr", "bonferroni", "none"]


def adjusted(p: ArrayLike) -> Array:
    """Return p adjusted for the false discovery rate: q_(k) = min over j ≥ k of p_(j) m/j, at most 1.

    A unit with q ≤ α belongs to a set of which in the mean at most the share α is there by chance. It holds for
    independent tests and for tests that depend on each other positively, as those of neighbours do.

    Args:
        p: (n,); NaN where there was no test, which then does not count among the m.

    Source: Benjamini & Hochberg 1995, Journal of the Royal Statistical Society B 57:289; for maps de Castro & Singer
        2006, Geographical Analysis 38:180.

    >>> adjusted([0.01, 0.04, np.nan, 0.03, 0.5]).round(9).tolist()
    [0.04, 0.053333333, nan, 0.053333333, 0.5]
    """
    given = np.asarray(p, dtype=float)
    out = np.full(given.shape, np.nan)
    there = np.flatnonzero(~np.isnan(given))
    if not len(there):
        return out
    order = there[np.argsort(given[there], kind="stable")]
    m = len(order)
    scaled = given[order] * m / np.arange(1, m + 1)
    out[order] = np.minimum(np.minimum.accumulate(scaled[::-1])[::-1], 1.0)
    return out


def cut(p: ArrayLike, level: float, control: Control = "fdr") -> float:
    """Return the p up to which a test counts as a finding.

    `fdr`: k α/m for the greatest k with p_(k) ≤ k α/m, and α/m where there is none; `bonferroni`: α/m; `none`: α.

    Args:
        p: (n,); NaN where there was no test.
        level: α, between 0 and 1.
        control: of what.

    Raises:
        ValueError: a level that is none.

    Source: as `adjusted`.

    >>> round(cut([0.01, 0.02, 0.03, 0.5], 0.05), 9), cut([0.2, 0.3], 0.05), cut([], 0.05)
    (0.0375, 0.025, 0.05)
    """
    if not 0 < level < 1:
        raise ValueError("a level lies between 0 and 1")
    given = np.asarray(p, dtype=float)
    given = np.sort(given[~np.isnan(given)])
    m = len(given)
    if control == "none" or not m:
        return level
    steps = np.arange(1, m + 1) * level / m
    # 3 · 0.05/4 and 0.0375 are one number, rounding aside.
    reached = np.flatnonzero(given <= steps * (1 + 1e-12)) if control == "fdr" else np.array([], dtype=int)
    return float(steps[reached[-1]] if len(reached) else level / m)
