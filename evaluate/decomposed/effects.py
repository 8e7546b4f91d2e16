"""Effects of drivers from year to year and over chains of years, for single units and for groups of them.

A step over a declared break is no real change: it has no effects, and a chain leaves it out, as `change` does.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from evaluate.decomposed.identity import Identity, Mask
from evaluate.methods.base import Array
from indicators.formula import breaks_between

States = NDArray[np.str_]

ADDITIVE = ("defined", "no_change", "over_break", "break", "negative", "missing")
"""`over_break`: a chain without the step over a break. `break`: nothing but that step, so that there is no effect."""
STATES = (*ADDITIVE, "zero_total", "counted_twice")


@dataclass(frozen=True)
class Span:
    """What the drivers did from one year to a later one; NaN where the state says that there is nothing."""

    first: int
    last: int
    effects: Array
    """(drivers, n): parts of the change."""
    factors: Array
    """(drivers, n): multiplicative parts."""
    change: Array
    """(n,): the sum of the parts."""
    ratio: Array
    """(n,): the product of the factors."""
    start: Array
    """(n,): the emission in the first year."""
    state: States
    """(n,): of the additive parts."""
    factor_state: States
    """(n,): of the factors."""
    sectors: Array | None = None
    """(drivers, sectors): parts by sector, of a group."""

    def withheld(self) -> "Span":
        """Return the span without figures: a sum that would count one unit's purchase and another's emission."""
        none, state = np.full_like, np.full(self.state.shape, "counted_twice")
        return replace(
            self, effects=none(self.effects, np.nan), factors=none(self.factors, np.nan),
            change=none(self.change, np.nan), ratio=none(self.ratio, np.nan), start=none(self.start, np.nan),
            state=state, factor_state=state, sectors=None,
        )  # fmt: skip


@dataclass(frozen=True)
class GroupSteps:
    """The steps of a group, the sum over its units; every year that some unit has is a step's end."""

    years: tuple[int, ...]
    parts: Array
    """(drivers, sectors, steps)"""
    factors: Array
    total: Array
    """(years,)"""
    broken: Mask
    """(steps,)"""
    units: int

    def between(self, first: int, last: int) -> Span:
        """Return what happened between two of its years, given by their positions."""
        kept = np.flatnonzero(~self.broken[first:last]) + first
        wide = self.broken[first:last] & (np.diff(self.years[first : last + 1]) > 1)
        if self.units == 0 or wide.any():
            state = "missing"
        elif not len(kept):
            state = "break"
        else:
            state = "over_break" if len(kept) < last - first else "defined"
        held = state in ("defined", "over_break")
        change = float(np.diff(self.total)[kept].sum()) if held else np.nan
        if state == "defined" and abs(change) <= 1e-13 * max(self.total[first], self.total[last]):
            state = "no_change"
        zero = held and bool((self.total[[*kept, *(kept + 1)]] == 0).any())
        with np.errstate(all="ignore"):
            factors = self.factors[:, kept].prod(axis=1) if held and not zero else np.full(len(self.factors), np.nan)
            ratio = float((self.total[kept + 1] / self.total[kept]).prod()) if held and not zero else np.nan
        parts = self.parts[..., kept].sum(axis=2) if held else np.full(self.parts.shape[:2], np.nan)
        return Span(
            self.years[first], self.years[last], parts.sum(axis=1)[:, None], factors[:, None], np.array([change]),
            np.array([ratio]), np.array([self.total[first] if self.units else np.nan]), np.array([state]),
            np.array(["zero_total" if zero else state]), parts,
        )  # fmt: skip


def complete_units(identities: Sequence[Identity], years: Sequence[int]) -> tuple[Mask, list[int]]:
    """Return which units have all years of all emissions, and the positions of the years that some unit has."""
    good = np.logical_and.reduce([one.usable & ~one.negative for one in identities])
    held = [n for n in range(len(years)) if good[:, n].any()]
    return good[:, held].all(axis=1) & bool(held), held


def group_steps(identity: Identity, years: Sequence[int], units: Mask, held: Sequence[int]) -> GroupSteps:
    """Return the steps of a group of units between the years at the positions `held`.

    LMDI-I is consistent in aggregation: the units stand as further sectors, and the parts of the group are the sums
    of the parts of its units.
    """
    found = tuple(years[n] for n in held)
    count = int(units.sum())
    drivers, sectors = identity.values.shape[:2]
    broken = np.array([bool(breaks_between(identity.breaks, a, b)) for a, b in pairwise(found)], dtype=bool)
    if not count or len(found) < 2:
        blank = np.full((drivers, sectors, len(broken)), np.nan)
        return GroupSteps(found, blank, blank[:, 0], np.full(len(found), np.nan), broken, 0)
    values = identity.values[:, :, units][..., list(held)]
    made = identity.lmdi(values.reshape(drivers, sectors * count, len(found)))
    parts = made.parts.reshape(drivers, sectors, count, -1).sum(axis=2)
    return GroupSteps(found, parts, made.factors, made.total, broken, count)


def unit_chains(identity: Identity, usable: Mask, years: Sequence[int], first: int, last: int) -> Span:
    """Return the chain of every unit from the year at position `first` to that at `last`, over the years it has.

    Years that are missing between are stepped over, but not where a break lies there: what was change and what was
    new counting cannot be told apart then.
    """
    count = len(usable)
    column, width = np.arange(first, last + 1), len(identity.drivers)
    there = usable[:, first : last + 1]
    seen = np.maximum.accumulate(np.where(there, column, -1), axis=1)
    row, at = np.nonzero(there[:, 1:] & (seen[:, :-1] >= 0))
    before, after = seen[row, at], column[at + 1]
    breaks = sorted(identity.breaks)
    # how many breaks came up to each year: a step is broken where the number differs at its ends
    passed = np.searchsorted(breaks, years, side="right")
    broken = np.asarray(passed[after] > passed[before])
    wide = broken & (after - before > 1)
    effects, change = np.zeros((width, count)), np.zeros(count)
    logs, ratio = np.zeros((width, count)), np.ones(count)
    zero, negative, unknown = (np.zeros(count, dtype=bool) for _ in range(3))
    kept = np.zeros(count, dtype=int)
    start = np.full(count, np.nan)
    if len(row):
        # every step is a pair of years; what leads from one pair to the next is passed over
        pairs = np.stack([identity.values[:, :, row, before], identity.values[:, :, row, after]], axis=-1)
        made = identity.lmdi(pairs.reshape(*pairs.shape[:2], -1))
        parts, state, total = made.effects[:, ::2], made.state[::2], made.total.reshape(-1, 2)
        factors = made.factors[:, ::2]
        real = ~broken
        np.add.at(kept, row[real], 1)
        for flags, where in ((zero, real & (total == 0).any(axis=1)), (negative, state == "negative"), (unknown, wide)):
            np.logical_or.at(flags, row[where], True)
        sure = real & (state != "negative")
        np.add.at(change, row[sure], np.diff(total, axis=1)[sure, 0])
        firm = sure & (total > 0).all(axis=1)
        np.multiply.at(ratio, row[firm], total[firm, 1] / total[firm, 0])
        for n in range(width):
            np.add.at(effects[n], row[sure], parts[n, sure])
            np.add.at(logs[n], row[firm], np.log(factors[n, firm]))
    with np.errstate(all="ignore"):
        sums = identity.values[:, :, :, first].prod(axis=0).sum(axis=0)
        ended = identity.values[:, :, :, last].prod(axis=0).sum(axis=0)
    ends = there[:, 0] & there[:, -1]
    start[ends] = sums[ends]
    over = np.zeros(count, dtype=bool)
    np.logical_or.at(over, row[broken], True)
    still = np.abs(change) <= 1e-13 * np.maximum(np.abs(sums), np.abs(ended))
    found = np.select(
        [~ends | unknown, negative, kept == 0, over, still],
        ["missing", "negative", "break", "over_break", "no_change"], "defined",
    )  # fmt: skip
    gone = np.isin(found, ("missing", "negative", "break"))
    no_factors = gone | zero
    return Span(
        years[first], years[last], np.where(gone, np.nan, effects), np.where(no_factors, np.nan, np.exp(logs)),
        np.where(gone, np.nan, change), np.where(no_factors, np.nan, ratio), start, found,
        np.where(zero & ~gone, "zero_total", found),
    )  # fmt: skip
