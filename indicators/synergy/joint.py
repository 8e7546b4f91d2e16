"""Joint performance of carbon and pollutants: what both reach, by which mix, and compared with peers.

Reductions are relative and positive when emissions fall, as in `co_control`: r = 1 − E/E₀.
"""

from dataclasses import dataclass
from typing import cast

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
EFFICIENCY_STATES = ("defined", "emission_free", "no_activity", "negative", "too_large", "missing")
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


def joint_efficiency(output: ArrayLike, emissions: ArrayLike, best: ArrayLike | None = None) -> Stated:
    """Return the share of the best output per emission that a unit reaches for every emission at once.

    min over the emissions j of (Y/E_j) / max over units of (Y/E_j), between 0 and 1; 1 only where no unit is better
    in any emission. A unit that emits nothing of one kind counts 1 there and is no yardstick for the others.

    Args:
        output: (n,) what is produced, at least 0; NaN where missing.
        emissions: (n, m) emissions, at least 0; NaN where missing.
        best: (m,) the best Y/E_j, as `best_productivities` returned it for some units; else that of these units.
            Measured by the best of others a unit may reach more than 1.

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
    productivity = _productivity(y, e)
    highest = np.asarray(best_productivities(y, e) if best is None else best, dtype=float)
    emits = np.isfinite(productivity)
    with np.errstate(over="ignore"):
        relative = np.where(emits, productivity / np.where(highest > 0, highest, 1.0), 1.0)
    reached = relative.min(axis=-1)
    too_large = usable & (((e > 0) & ~emits).any(axis=-1) | ~np.isfinite(reached))
    state = np.select(
        [missing, negative, idle, too_large, (usable[:, None] & (e == 0)).any(axis=-1)],
        ["missing", "negative", "no_activity", "too_large", "emission_free"],
        "defined",
    )
    return Stated(np.where(usable & ~too_large, reached, np.nan), state)


def best_productivities(output: ArrayLike, emissions: ArrayLike) -> Array:
    """Return the greatest output per emission of every kind, (m,); 0 where no unit emits and produces.

    `output`: (n,), `emissions`: (n, m), as in `joint_efficiency`.

    >>> best_productivities([10, 10, 0], [[1, 4], [2, 0], [0, 0]]).tolist()
    [10.0, 2.5]
    """
    productivity = _productivity(np.asarray(output, dtype=float), np.asarray(emissions, dtype=float))
    return cast(Array, np.where(np.isfinite(productivity), productivity, 0.0).max(axis=0, initial=0.0))


def _productivity(y: Array, e: Array) -> Array:
    """Return output per emission, (n, m); NaN where a unit is no yardstick: something is missing, negative or 0."""
    usable = np.isfinite(y) & np.isfinite(e).all(axis=-1) & (y >= 0) & (e >= 0).all(axis=-1)
    with np.errstate(over="ignore"):
        found = np.divide(y[:, None], e, out=np.full(e.shape, np.nan), where=usable[:, None] & (e > 0))
    return np.where(np.isfinite(found), found, np.nan)


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
    there = np.isfinite(r) & np.isfinite(level) & (level > 0)
    own = np.where(there, np.cumsum(there) - 1, -1)
    return progress_beyond(r, level, r[there], level[there], own, peers=peers, least=least, within=within)


def progress_beyond(
    reduction: ArrayLike, start: ArrayLike, peer_reduction: ArrayLike, peer_start: ArrayLike, own: ArrayLike,
    *, peers: int = 10, least: int = 3, within: float | None = None,
) -> Progress:  # fmt: skip
    """Return each unit's reduction less the median reduction of those of some peers that started as it did.

    The rule is that of `relative_progress`, with the peers handed in, as they were at an earlier time, say.

    Args:
        reduction, start: (n,) as in `relative_progress`.
        peer_reduction, peer_start: (p,) of the peers, all finite, starting levels above 0.
        own: (n,) where each unit stands among the peers, so that it is not compared with itself; −1 where it does not.
        peers, least, within: as in `relative_progress`.

    Source: this project's definition.

    >>> made = progress_beyond([0.3, 0.3], [1, 1], [0.1, 0.2, 0.3], [1, 1, 1], [2, -1], peers=2, least=2)
    >>> made.value.round(6).tolist(), made.peers.tolist()
    ([0.15, 0.1], [2, 3])
    """
    r, level = np.asarray(reduction, dtype=float), np.asarray(start, dtype=float)
    missing = ~(np.isfinite(r) & np.isfinite(level))
    no_base = ~missing & (level <= 0)
    rows = np.flatnonzero(~missing & ~no_base)
    count, expected = np.zeros(len(r), dtype=np.intp), np.full(len(r), np.nan)
    logs, found = np.log(np.asarray(peer_start, dtype=float)), np.asarray(peer_reduction, dtype=float)
    order = np.lexsort((found, logs))
    place = np.append(np.argsort(order), -1)[np.asarray(own, dtype=np.intp)[rows]]
    logs, found = logs[order], found[order]
    at = np.log(level[rows])
    # Equal quotients may differ in their last digits.
    reach = np.inf if within is None else np.log(within) + 1e-9
    reach = np.minimum(reach, _nearest(logs, at, place, peers) + 1e-9)
    first, last = np.searchsorted(logs, at - reach, "left"), np.searchsorted(logs, at + reach, "right")
    inside = (first <= place) & (place < last)
    count[rows] = last - first - inside
    enough = count[rows] >= max(least, 1)
    expected[rows[enough]] = _medians(found, first[enough], last[enough], np.where(inside, place, -1)[enough])
    state = np.select([missing, no_base, ~np.isfinite(expected)], ["missing", "zero_base", "too_few_peers"], "defined")
    return Progress(np.where(state == "defined", r - expected, np.nan), count, expected, state)


def _nearest(ordered: Array, at: Array, own: NDArray[np.intp], peers: int) -> Array:
    """Return how far the last of the nearest `peers` lies from each point, itself aside; infinite if there are fewer.

    `ordered`: the peers in rising order. The nearest ones are among those next to a point on either side.
    """
    if peers > len(ordered):
        # nobody has that many, however large a number was asked for
        return np.full(len(at), np.inf)
    width = np.arange(-peers - 1, peers + 1)
    around = np.searchsorted(ordered, at)[:, None] + width
    there = (around >= 0) & (around < len(ordered)) & (around != own[:, None])
    away = np.abs(ordered[np.clip(around, 0, len(ordered) - 1)] - at[:, None])
    far = np.where(there, away, np.inf)
    return cast(Array, np.partition(far, peers - 1, axis=1)[:, peers - 1])


def _medians(values: Array, first: NDArray[np.intp], last: NDArray[np.intp], own: NDArray[np.intp]) -> Array:
    """Return the median of `values[first:last]` without the one at `own` (−1: none), one a row."""
    out = np.full(len(first), np.nan)
    length = last - first
    # Most are short and are taken together; long ones hold many that are as near, and these coincide.
    short = length <= _TOGETHER
    if short.any():
        at = first[short, None] + np.arange(length[short].max())
        there = (at < last[short, None]) & (at != own[short, None])
        held = np.sort(np.where(there, values[np.minimum(at, len(values) - 1)], np.inf), axis=1)
        out[short] = _middle(held, there.sum(axis=1))
    for start, end in np.unique(np.column_stack([first, last])[~short], axis=0):
        rows = np.flatnonzero((first == start) & (last == end))
        order = np.argsort(values[start:end], kind="stable")
        held, left = values[start:end][order], own[rows] >= 0
        size = len(held) - left
        # the place of the one left out, beyond the end where there is none
        gap = np.where(left, np.argsort(order)[np.where(left, own[rows] - start, 0)], len(held))
        low, high = (size - 1) // 2, size // 2
        out[rows] = np.mean([held[low + (low >= gap)], held[high + (high >= gap)]], axis=0)
    return out


_TOGETHER = 64


def _middle(ordered: Array, count: NDArray[np.intp]) -> Array:
    """Return the median of the first `count` entries of each row."""
    rows = np.arange(len(ordered))
    return cast(Array, np.mean([ordered[rows, (count - 1) // 2], ordered[rows, count // 2]], axis=0))


def _named(carbon: Array, pollutant: Array) -> States:
    """Return the quadrant of each pair, `missing` where either is."""
    state = quadrant(carbon, pollutant)
    return np.where(state == "", "missing", state)
