"""How sure an efficiency score is: the smoothed bootstrap of Simar & Wilson."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from indicators.efficiency.production import Array, Production
from indicators.efficiency.radial import Factor, radial
from indicators.errors import Place, fault
from indicators.texts import text

SureState = Literal["defined", "no_score", "too_few"]
"""`no_score`: the unit has no radial score; `too_few`: fewer than two scores below 1, so that nothing can be drawn."""

DIFFERENT = 1e-6
"""Distances nearer to 1 than this are of the frontier itself and say nothing about the spread."""


@dataclass(frozen=True, eq=False)
class Confidence:
    """Scores with their bias and interval; NaN only where the state says why."""

    units: tuple[str, ...]
    scores: Array
    """Radial scores, `(n,)`; 1 is best."""
    bias: Array
    """How much the score is too high on average, `(n,)`: the frontier of a sample lies inside the true one."""
    corrected: Array
    """Score less bias, `(n,)`."""
    lower: Array
    upper: Array
    """Ends of the interval, `(n,)`."""
    bandwidth: float
    """Of the kernel that scores are drawn with; NaN where there are too few."""
    replicates: int
    """How many were drawn."""
    states: tuple[SureState, ...]

    def texts(self, language: str) -> tuple[str, ...]:
        """Return the state of each unit in words."""
        return tuple(text(f"efficiency.sure_{state}", language) for state in self.states)


def bandwidth(distances: Array) -> float:
    """Return the width of the kernel for distances `(n,)`, 1 or more, by the normal reference rule on their reflection.

    h = 0.9 min(σ, IQR/1.34)(2m)^(−1/5) · (2m/n)^(1/5) · σ(distances)/σ, σ and IQR of the m distances above 1 and their
    mirror images 2 − distance (Daraio & Simar 2007, Advanced Robust and Nonparametric Methods, equations 3.24, 3.26).

    >>> round(bandwidth(np.array([1.5, 1.4, 1.2, 1.0])), 4)
    0.1512
    """
    off = distances[distances > 1 + DIFFERENT]
    mirrored = np.concatenate([off, 2 - off])
    spread = mirrored.std(ddof=1)
    quarters = np.subtract(*np.quantile(mirrored, [0.75, 0.25])) / 1.34
    width = 0.9 * min(spread, quarters or spread) * len(mirrored) ** -0.2
    return float(width * (len(mirrored) / len(distances)) ** 0.2 * distances.std(ddof=1) / spread)


def draw(distances: Array, width: float, rng: np.random.Generator) -> Array:
    """Return distances drawn from the smoothed distribution of `distances` `(n,)`, reflected at 1, variance kept."""
    count = len(distances)
    drawn = rng.choice(distances, count)
    moved = drawn + width * rng.standard_normal(count)
    moved = np.where(moved < 1, 2 - moved, moved)
    return np.asarray(drawn.mean() + (moved - drawn.mean()) / np.sqrt(1 + width**2 / distances.var()))


def bootstrap(
    given: Production,
    orientation: str = "input",
    returns: str = "constant",
    replicates: int = 1000,
    seed: int = 0,
    level: float = 0.95,
    width: float | None = None,
) -> Confidence:
    """Return radial scores with bias and confidence interval, for groups too small to take a frontier at its word.

    In each replicate distances 1/θ* are drawn from the smoothed, reflected distribution of the 1/θ found, every unit is
    moved onto θ/θ* of its inputs (in output orientation onto θ*/θ of its outputs), and all units are scored against
    them. The interval is [2θ − q(1 − α/2), 2θ − q(α/2)] of the θ found again. Draws go by code, not by the order of
    units.

    `given`: the units, without bad outputs; `orientation`, `returns` as in `radial`; `replicates`, `seed`; `level`:
    of the interval, between 0 and 1; `width`: of the kernel, by the rule in `bandwidth` when absent.

    Simar & Wilson 1998, Management Science 44, 49–61; distances instead of scores as in Daraio & Simar 2007, section
    3.4, so that no draw falls below 0.

    >>> from indicators.efficiency.production import production
    >>> found = bootstrap(production([2, 4, 3, 5], [2, 2, 2, 3]), replicates=50, seed=1)
    >>> bool((found.corrected < found.scores).all()), found.replicates
    (True, 50)
    """
    if not 0 < level < 1 or replicates < 2 or (width is not None and not width >= 0):
        raise fault("efficiency.bootstrap_size", Place(key="replicates"), found=replicates, level=level, width=width)
    found = radial(given, orientation, returns)
    blank = np.full(len(given), np.nan)
    usable = [at for at in np.argsort(given.units, kind="stable") if np.isfinite(found.scores[at])]
    scores = np.minimum(found.scores[usable], 1.0)
    if (1 / scores > 1 + DIFFERENT).sum() < 2:
        states: list[SureState] = ["no_score" if np.isnan(score) else "too_few" for score in found.scores]
        return Confidence(given.units, found.scores, blank, blank, blank, blank, np.nan, 0, tuple(states))
    sample, rng = given.take(usable), np.random.default_rng(seed)
    width = bandwidth(1 / scores) if width is None else width
    again = np.empty((replicates, len(usable)))
    for replicate in range(replicates):
        factor = (scores * draw(1 / scores, width, rng))[:, None]
        if orientation == "input":
            moved = Production(sample.units, sample.inputs * factor, sample.goods, sample.bads)
        else:
            moved = Production(sample.units, sample.inputs, sample.goods / factor, sample.bads)
        again[replicate] = Factor(moved, orientation, returns).scores(sample)
    tail = (1 - level) / 2
    bias, lower, upper = blank.copy(), blank.copy(), blank.copy()
    bias[usable] = again.mean(axis=0) - scores
    high, low = np.quantile(again, [1 - tail, tail], axis=0)
    lower[usable], upper[usable] = 2 * scores - high, 2 * scores - low
    told: list[SureState] = ["no_score" if np.isnan(score) else "defined" for score in found.scores]
    return Confidence(
        given.units, found.scores, bias, found.scores - bias, lower, upper, width, replicates, tuple(told)
    )
