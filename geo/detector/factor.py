"""Factor and interaction detectors: the share q of the spread that strata account for, alone and in pairs."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Literal

import numpy as np

from geo.detector import Array, Codes
from geo.detector.permutation import permutation_p
from geo.detector.sample import FEW, SMALLEST, Sample, crossed, warned

Variance = Literal["sample", "population"]
STATES = ("defined", "constant", "single_stratum", "every_unit_alone", "exact_fit")
"""`exact_fit`: strata without any spread inside, q = 1, so that F has no bound. `every_unit_alone`: as many strata
as units, so that q = 1 says nothing."""

INTERACTIONS = ("weaken_nonlinear", "weaken_univariate", "enhance_bivariate", "independent", "enhance_nonlinear")


@dataclass(frozen=True)
class Factor:
    """What one factor accounts for; NaN where `state` says that there is none."""

    name: str
    q: float
    """Share of the spread between strata, 0 … 1."""
    chance: float
    """Mean of q when units fall into the strata at random: (L − 1)/(N − 1)."""
    f: float
    noncentrality: float
    p: float
    """Of the non-central F distribution."""
    permutation: float
    """Permutation p; NaN where none was asked for."""
    classes: int
    smallest: int
    """Units in the smallest stratum."""
    n: int
    dropped: int
    warnings: tuple[str, ...]
    state: str


@dataclass(frozen=True)
class Interaction:
    """What two factors account for together; NaN where `state` says that there is none."""

    first: str
    second: str
    q: float
    q_first: float
    q_second: float
    kind: str
    """One of `INTERACTIONS`; empty where there is no q."""
    chance: float
    permutation: float
    classes: int
    """Strata that hold a unit."""
    smallest: int
    alone: int
    """Strata of one unit: each adds to q whatever its unit is like."""
    warnings: tuple[str, ...]
    state: str


def within(y: Array, codes: Codes) -> tuple[Codes, Array, Array]:
    """Return for each stratum the number of units, the mean and the sum of squares around it."""
    counts = np.bincount(codes)
    mean = np.bincount(codes, weights=y) / counts
    squares: Array = np.bincount(codes, weights=(y - mean[codes]) ** 2).astype(float)
    return counts, mean, squares


def share(y: Array, codes: Codes) -> tuple[float, str]:
    """Return q = 1 − Σ N_h σ_h²/(N σ²) and its state.

    Args:
        y: (n,) with some spread.
        codes: (n,) strata, numbered from 0 without gaps.

    Source: Wang et al. 2010, International Journal of Geographical Information Science 24:107–127; 2016, Ecological
    Indicators 67:250–256.

    >>> share(np.array([1.0, 2, 3, 7, 8, 9, 4, 5, 6]), np.repeat([0, 1, 2], 3))
    (0.9, 'defined')
    """
    counts, _, squares = within(y, codes)
    total = float(((y - y.mean()) ** 2).sum())
    left = float(squares.sum())
    if len(counts) == 1:
        return 0.0, "single_stratum"
    if len(counts) == len(y):
        return 1.0, "every_unit_alone"
    return 1 - left / total, "exact_fit" if left <= 1e-13 * total else "defined"


def factors(
    made: Sample,
    *,
    variance: Variance = "sample",
    permutations: int = 0,
    seed: int = 1,
    few: int = FEW,
    smallest: int = SMALLEST,
) -> tuple[Factor, ...]:
    """Return q of every factor, with F = (N − L)/(L − 1) · q/(1 − q) and its p.

    p is of the non-central F distribution with L − 1 and N − L degrees of freedom and non-centrality
    λ = [Σ Ȳ_h² − (Σ √N_h Ȳ_h)²/N]/σ². It supposes that the strata differ and are given beforehand; where they were
    cut to fit, or the sample is small, read the permutation p. λ as published also depends on where the scale of Y
    begins, unless strata are of equal size, so that a constant added to a score changes this p and no other figure.

    Args:
        made: the rows.
        variance: σ² in λ with N − 1 (`sample`, as R's geodetector) or with N (`population`, as gdverse).
        permutations: shuffles for the permutation p; 0 for none.
        seed: of the shuffles.
        few, smallest: below so many units a sample or a stratum is warned of.

    Source: Wang, Zhang and Fu 2016, Ecological Indicators 67:250–256.

    >>> from geo.detector.sample import sample
    >>> toy = sample([1, 2, 3, 7, 8, 9, 4, 5, 6], {"zone": list("aaabbbccc"), "same": ["x"] * 9})
    >>> [(round(one.q, 12), round(one.f, 9), one.state) for one in factors(toy)]
    [(0.9, 27.0, 'defined'), (nan, nan, 'single_stratum')]
    """
    p = _permuted(made, made.codes, permutations, seed)
    out = []
    for name, codes, by_chance in zip(made.names, made.codes, p, strict=True):
        counts = np.bincount(codes)
        q, state = (float("nan"), "constant") if made.constant else share(made.y, codes)
        f = noncentrality = of_f = float("nan")
        if state == "defined":
            f = (made.n - len(counts)) / (len(counts) - 1) * q / (1 - q)
            noncentrality = _noncentrality(made.y, codes, variance)
            of_f = _upper_tail(f, len(counts) - 1, made.n - len(counts), noncentrality)
        nothing = state in ("constant", "single_stratum")
        out.append(
            Factor(
                name=name,
                q=float("nan") if nothing else q,
                chance=float("nan") if nothing else (len(counts) - 1) / (made.n - 1),
                f=f,
                noncentrality=noncentrality,
                p=of_f,
                permutation=float("nan") if nothing else float(by_chance),
                classes=len(counts),
                smallest=int(counts.min()),
                n=made.n,
                dropped=made.dropped,
                warnings=warned(made.n, counts, few=few, smallest=smallest),
                state=state,
            )
        )
    return tuple(out)


def interactions(
    made: Sample,
    *,
    permutations: int = 0,
    seed: int = 1,
    tolerance: float = 1e-6,
    few: int = FEW,
    smallest: int = SMALLEST,
) -> tuple[Interaction, ...]:
    """Return q of every pair of factors, its strata being all combinations that hold a unit.

    Below both: weakened, non-linear; not above the greater: weakened, univariate; above it: enhanced, bivariate;
    equal to the sum: independent; above the sum: enhanced, non-linear. Finer strata never account for less on the
    same rows, so the first cannot occur, and the second only with equality. A factor of a single stratum has no q, so
    that nothing is said of a pair with it.

    Args:
        made: the rows.
        permutations, seed, few, smallest: as for `factors`.
        tolerance: by how much q may differ from the sum (or from one of the two) and count as equal.

    Source: Wang et al. 2010, International Journal of Geographical Information Science 24:107–127.

    >>> from geo.detector.sample import sample
    >>> square = sample([0, 1, 1, 2], {"a": [0, 0, 1, 1], "b": [0, 1, 0, 1]})
    >>> [(one.q, one.kind, one.state) for one in interactions(square)]
    [(1.0, 'independent', 'every_unit_alone')]
    """
    pairs = list(combinations(range(len(made.names)), 2))
    strata = [crossed(made.codes[i], made.codes[j]) for i, j in pairs]
    single = [int(codes.max()) == 0 for codes in made.codes]
    alone = [
        float("nan") if made.constant or one else share(made.y, codes)[0]
        for codes, one in zip(made.codes, single, strict=True)
    ]
    p = _permuted(made, strata, permutations, seed)
    out = []
    for (i, j), codes, by_chance in zip(pairs, strata, p, strict=True):
        counts = np.bincount(codes)
        q, state = (float("nan"), "constant") if made.constant else share(made.y, codes)
        if state != "constant" and (single[i] or single[j]):
            state = "single_stratum"
        nothing = state in ("constant", "single_stratum")
        out.append(
            Interaction(
                first=made.names[i],
                second=made.names[j],
                q=float("nan") if nothing else q,
                q_first=alone[i],
                q_second=alone[j],
                kind="" if nothing else interaction_kind(q, alone[i], alone[j], tolerance),
                chance=float("nan") if nothing else (len(counts) - 1) / (made.n - 1),
                permutation=float("nan") if nothing else float(by_chance),
                classes=len(counts),
                smallest=int(counts.min()),
                alone=int((counts == 1).sum()),
                warnings=warned(made.n, counts, few=few, smallest=smallest),
                state=state,
            )
        )
    return tuple(out)


def interaction_kind(q: float, first: float, second: float, tolerance: float = 1e-6) -> str:
    """Return which of the five interactions three values of q speak of.

    >>> interaction_kind(0.5, 0.2, 0.3), interaction_kind(0.3, 0.2, 0.3), interaction_kind(0.6, 0.2, 0.3)
    ('independent', 'weaken_univariate', 'enhance_nonlinear')
    """
    if abs(q - (first + second)) <= tolerance:
        return "independent"
    if q > first + second:
        return "enhance_nonlinear"
    if q > max(first, second) + tolerance:
        return "enhance_bivariate"
    return "weaken_univariate" if q >= min(first, second) - tolerance else "weaken_nonlinear"


def _permuted(made: Sample, strata: Sequence[Codes], permutations: int, seed: int) -> Array:
    if made.constant or not permutations or not strata:
        return np.full(len(strata), np.nan)
    return permutation_p(made.y, strata, permutations, seed)


def _noncentrality(y: Array, codes: Codes, variance: Variance) -> float:
    counts, mean, _ = within(y, codes)
    spread = float(y.var(ddof=1 if variance == "sample" else 0))
    return float((mean**2).sum() - (np.sqrt(counts) * mean).sum() ** 2 / len(y)) / spread


def _upper_tail(f: float, between: int, inside: int, noncentrality: float) -> float:
    from scipy.special import ncfdtr

    # The series runs out of numbers at a non-centrality that leaves no doubt which side F lies on.
    below = float(ncfdtr(between, inside, max(noncentrality, 0.0), f))
    return min(max(1 - below, 0.0), 1.0) if np.isfinite(below) else float("nan")
