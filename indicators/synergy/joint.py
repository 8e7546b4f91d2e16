"""Joint performance of carbon and pollutants: what both reach, by which mix, and compared with peers.

Reductions are relative and positive when emissions fall, as in `co_control`: r = 1 − E/E₀.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from indicators.synergy.co_control import Array, quadrant

States = NDArray[np.str_]

REDUCTION_STATES = ("all_reduced", "some_reduced", "none_reduced", "missing")
ANGLE_STATES = ("both_fall", "carbon_only", "pollutant_only", "both_rise", "no_change", "missing")
ELASTICITY_STATES = (
    "equal_pace", "carbon_faster", "pollutant_faster", "carbon_only", "pollutant_only", "both_rise",
    "carbon_unchanged", "pollutant_unchanged", "no_change", "missing",
)  # fmt: skip
EFFICIENCY_STATES = ("defined", "emission_free", "no_activity", "negative", "missing")
PROGRESS_STATES = ("defined", "too_few_peers", "zero_base", "missing")


@dataclass(frozen=True)
class Stated:
    """A number and the state beside it; NaN where the state says that there is none."""

    value: Array
    state: States


@dataclass(frozen=True)
class Progress:
    """Progress beyond that of the peers, in the unit of the reductions."""

    value: Array
    peers: NDArray[np.intp]
    """How many peers each unit was compared with."""
    expected: Array
    """The median reduction of the peers."""
    state: States


def joint_reduction(reductions: ArrayLike) -> Stated:
    """Return what every emission reaches: the smallest of the relative reductions.

    `reductions`: (…, m), positive when the emission falls; NaN where missing. A zero change counts as no fall. Where
    some emission rises the value is negative: how far the worst one is from falling.

    >>> made = joint_reduction([[0.2, 0.1], [0.3, -0.1], [-0.1, -0.2]])
    >>> made.value.tolist(), made.state.tolist()
    ([0.1, -0.1, -0.2], ['all_reduced', 'some_reduced', 'none_reduced'])
    """
    r = np.asarray(reductions, dtype=float)
    missing = ~np.isfinite(r).all(axis=-1)
    fell = r > 0
    state = np.select(
        [missing, fell.all(axis=-1), fell.any(axis=-1)], ["missing", "all_reduced", "some_reduced"], "none_reduced"
    )
    return Stated(np.where(missing, np.nan, r.min(axis=-1)), state)


def co_control_angle(carbon: ArrayLike, pollutant: ArrayLike) -> Stated:
    """Return the angle in the co-control coordinate system in degrees, 0 ≤ angle < 360.

    Pollutant reduction on the x axis, carbon reduction on the y axis: 0–90 both fall, 45 at the same pace. The angle
    shows the mix, `signed_distance` the size; at the origin there is no angle.

    `carbon`, `pollutant`: relative reductions, any one shape.

    Source: Mao Xianqiang et al. 2011.

    >>> made = co_control_angle([0.1, 0.1, 0.0], [0.1, -0.1, 0.0])
    >>> made.value.tolist(), made.state.tolist()
    ([45.0, 135.0, nan], ['both_fall', 'carbon_only', 'no_change'])
    """
    c, p = np.asarray(carbon, dtype=float) + 0.0, np.asarray(pollutant, dtype=float) + 0.0
    state = _named(c, p)
    none = (c == 0) & (p == 0)
    angle = np.degrees(np.arctan2(c, p)) % 360
    # A tiny negative angle is rounded up to a full turn by the remainder.
    angle = np.where(angle >= 360, 0.0, angle)
    return Stated(
        np.where(none | (state == "missing"), np.nan, angle), np.where(none, "no_change", state).astype(np.str_)
    )


def cross_elasticity(
    carbon: ArrayLike, pollutant: ArrayLike, *, tolerance: float = 1e-9, still: float = 1e-12
) -> Stated:
    """Return the cross elasticity (ΔC/C₀)/(ΔP/P₀), signs looked at first.

    Where both rise the quotient is positive as well and would look like synergy: there is only the state. A negative
    value is a trade-off, named by the one that falls.

    Args:
        carbon, pollutant: relative reductions, any one shape.
        tolerance: how far from 1 counts as the same pace.
        still: the largest |relative change| that counts as no change.

    Source: Mao Xianqiang et al. 2011.

    >>> made = cross_elasticity([0.1, 0.2, 0.1, -0.1, 0.1], [0.2, 0.2, -0.2, -0.2, 0])
    >>> made.value.tolist()
    [0.5, 1.0, -0.5, nan, nan]
    >>> made.state.tolist()
    ['pollutant_faster', 'equal_pace', 'carbon_only', 'both_rise', 'pollutant_unchanged']
    """
    c, p = (np.asarray(x, dtype=float) for x in (carbon, pollutant))
    c, p = (np.where(np.abs(x) <= still, 0.0, x) for x in (c, p))
    state = _named(c, p)
    quotient = np.divide(c, p, out=np.full(np.broadcast_shapes(c.shape, p.shape), np.nan), where=p != 0)
    both, even = state == "both_fall", np.abs(quotient - 1) <= tolerance
    named = np.select(
        [
            state == "missing",
            (c == 0) & (p == 0),
            p == 0,
            c == 0,
            both & even,
            both & (quotient > 1),
            both,
        ],
        [
            "missing",
            "no_change",
            "pollutant_unchanged",
            "carbon_unchanged",
            "equal_pace",
            "carbon_faster",
            "pollutant_faster",
        ],
        state,
    )
    silent = np.isin(named, ("missing", "no_change", "pollutant_unchanged", "both_rise"))
    return Stated(np.where(silent, np.nan, quotient + 0.0), named)


def joint_efficiency(output: ArrayLike, emissions: ArrayLike) -> Stated:
    """Return the share of the best output per emission that a unit reaches for every emission at once.

    min over the emissions j of (Y/E_j) / max over units of (Y/E_j), between 0 and 1; 1 only where no unit is better
    in any emission. A unit that emits nothing of one kind counts 1 there and is no yardstick for the others.

    Args:
        output: (n,) what is produced, at least 0; NaN where missing.
        emissions: (n, m) emissions, at least 0; NaN where missing.

    Source: this project's definition (a Leontief score: the worst of the single-emission productivities).

    >>> made = joint_efficiency([10, 10, 10, 0], [[1, 4], [2, 2], [0, 8], [0, 0]])
    >>> made.value.tolist(), made.state.tolist()
    ([0.5, 0.5, 0.25, nan], ['defined', 'defined', 'emission_free', 'no_activity'])
    """
    y, e = np.asarray(output, dtype=float), np.asarray(emissions, dtype=float)
    missing = ~(np.isfinite(y) & np.isfinite(e).all(axis=-1))
    negative = ~missing & ((y < 0) | (e < 0).any(axis=-1))
    idle = ~missing & ~negative & (y == 0) & (e == 0).all(axis=-1)
    usable = ~(missing | negative | idle)
    emits = usable[:, None] & (e > 0)
    productivity = np.divide(y[:, None], e, out=np.zeros(e.shape), where=emits)
    best = productivity.max(axis=0, initial=0.0)
    relative = np.where(emits, productivity / np.where(best > 0, best, 1.0), 1.0)
    state = np.select(
        [missing, negative, idle, (usable[:, None] & (e == 0)).any(axis=-1)],
        ["missing", "negative", "no_activity", "emission_free"],
        "defined",
    )
    return Stated(np.where(usable, relative.min(axis=-1), np.nan), state)


def relative_progress(
    reduction: ArrayLike, start: ArrayLike, *, peers: int = 10, least: int = 3, within: float | None = None
) -> Progress:
    """Return each unit's reduction less the median reduction of its peers with the same starting level.

    The rule: peers of a unit are the `peers` other units whose starting level is nearest to its own by the quotient
    of the two levels (the difference of their logarithms); all that are as near as the last one count as well, so
    that the order of units is of no matter. With `within` only levels up to that factor apart count (1.25: between
    0.8 and 1.25 times its own). With fewer than `least` peers there is no value. Low starts, where little is left
    to cut, are so compared with low starts. For several emissions compare each and take `joint_reduction`.

    Args:
        reduction: (n,) relative reductions, positive when the emission falls; NaN where missing.
        start: (n,) starting levels above 0, e.g. emission intensities in the baseline year, in one unit of measure.
        peers, least: numbers of peers. within: a factor of at least 1.

    Source: this project's definition.

    >>> made = relative_progress([0.3, 0.1, 0.2, 0.0], [1, 1.1, 1.2, 50], peers=2, least=2, within=2)
    >>> made.value.round(6).tolist(), made.state.tolist()
    ([0.15, -0.15, 0.0, nan], ['defined', 'defined', 'defined', 'too_few_peers'])
    """
    r, level = np.asarray(reduction, dtype=float), np.asarray(start, dtype=float)
    missing = ~(np.isfinite(r) & np.isfinite(level))
    no_base = ~missing & (level <= 0)
    rows = np.flatnonzero(~missing & ~no_base)
    logs = np.log(level[rows])
    # Equal quotients may differ in their last digits.
    reach = np.inf if within is None else np.log(within) + 1e-9
    count, expected = np.zeros(len(r), dtype=np.intp), np.full(len(r), np.nan)
    for place, row in enumerate(rows):
        others = np.delete(np.abs(logs - logs[place]), place)
        last = np.partition(others, peers - 1)[peers - 1] + 1e-9 if peers < len(others) else np.inf
        near = others <= min(reach, last)
        count[row] = int(near.sum())
        if count[row] >= max(least, 1):
            expected[row] = np.median(np.delete(r[rows], place)[near])
    state = np.select([missing, no_base, ~np.isfinite(expected)], ["missing", "zero_base", "too_few_peers"], "defined")
    return Progress(np.where(state == "defined", r - expected, np.nan), count, expected, state)


def _named(carbon: Array, pollutant: Array) -> States:
    """Return the quadrant of each pair, `missing` where either is."""
    state = quadrant(carbon, pollutant)
    return np.where(state == "", "missing", state)
