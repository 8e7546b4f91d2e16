"""Who in a group cut how much, and whose air got better: effort and benefit by member since the baseline."""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from evaluate.forms import Form
from evaluate.methods.base import Array
from evaluate.spatial.groups.membership import Held
from evaluate.spatial.setting import Setting
from evaluate.spatial_spec import GroupsSpec
from indicators.formula import breaks_of
from indicators.framework import Framework
from indicators.measures import CoControl

MEMBERS = Form(
    "group_members",
    {
        "set": "text", "group": "text", "unit": "text", "year": "whole", "kind": "text", "code": "text",
        "unit_of_measure": "text", "start": "number", "improvement": "number", "relative": "number",
        "share_of_start": "number", "share_of_improvement": "number", "ratio": "number", "state": "text",
    },
)  # fmt: skip
"""`kind`: `effort` or `benefit`. `start`: in the baseline year; `improvement`: since then, positive where better, in
`unit_of_measure`; `ratio`: to what the group as a whole did."""
STATES = ("defined", "no_value", "member_missing", "none_at_start", "zero_at_start", "group_rose", "broken")
"""`broken`: the statistics changed since the baseline, so that the difference says nothing. `no_value`: the member has
none. `member_missing`: another member has none, so that the group has no sum.
`none_at_start`: the member, or the group, emitted nothing on balance in the baseline year. `zero_at_start`: the
indicator of the member was 0 then, so that its change has no rate. `group_rose`: the group as a whole did not improve,
so that there is nothing to have a share in."""


def emissions_of(spec: GroupsSpec | None, framework: Framework) -> list[str]:
    """Return the variables by which effort is measured: those stated, else those of the co-control measures."""
    if spec is not None and spec.effort is not None:
        return list(dict.fromkeys(spec.effort))
    found: dict[str, None] = {}
    for shown in framework.computed.values():
        if isinstance(shown.measure, CoControl):
            found |= dict.fromkeys((shown.measure.carbon, *shown.measure.pollutants))
    return [code for code in found if code in framework.variables]


def efforts(setting: Setting, spec: GroupsSpec, held: Sequence[Held]) -> Iterator[dict[str, object]]:
    """Yield effort and benefit of every member of every group, by year after the baseline.

    Effort, of emissions E: improvement ΔE_i = −E_i0 · change_i, with steps across a break of statistics left out as
    `change` does, and −E_it where E_i0 = 0 and no break lies between; relative −change_i; share of start E_i0/ΣE_0;
    share of improvement ΔE_i/ΣΔE; ratio of the two: above 1 where a member cut more than the group did for what it
    emitted. Benefit, of an indicator: improvement turned so that positive is better, relative to |start|; ratio to the
    mean improvement of the members. Members of types that cannot be compared stand together: emissions are amounts,
    not scores.

    Args:
        setting: the scored panel, with a baseline.
        spec: which emissions and which indicator.
        held: groups by year, all types together.
    """
    panel, framework = setting.scores.values.panel, setting.scores.framework
    if panel.baseline is None:
        return
    base, order = list(panel.years).index(panel.baseline), setting.quantities.order
    later = [one for one in held if one.year > panel.baseline]
    for code in emissions_of(spec, framework):
        start = setting.scores.values.variables[code][order][:, base]
        fall = -setting.quantities.values(f"change(`{code}`)")
        now = setting.quantities.values(code)
        stepped = framework.breaks().get(code, frozenset())
        about = {"kind": "effort", "code": code, "unit_of_measure": framework.variables[code].unit_of_measure}
        for one in later:
            year = setting.years.index(one.year)
            broken = any(panel.baseline < step <= one.year for step in stepped)
            end = np.full(len(one.members), np.nan) if broken else now[one.members, year]
            yield from _rows(setting, one, about, _shared(start[one.members], fall[one.members, year], end))
    if spec.benefit is not None:
        indicator = framework.indicators[spec.benefit]
        values = setting.scores.values.indicators[spec.benefit][order]
        sign = -1.0 if indicator.direction == "negative" else 1.0
        about = {"kind": "benefit", "code": spec.benefit, "unit_of_measure": indicator.unit_of_measure}
        breaks = {
            year for formula in indicator.formulas().values() for year in breaks_of(formula.root, framework.breaks())
        }  # fmt: skip
        for one in later:
            start = values[one.members, base]
            if any(panel.baseline < year <= one.year for year in breaks):
                yield from _rows(setting, one, about, _broken(start))
                continue
            better = sign * (values[one.members, list(panel.years).index(one.year)] - start)
            yield from _rows(setting, one, about, _better(start, better))


def _rows(
    setting: Setting, one: Held, about: dict[str, str], figures: dict[str, Array | list[str]]
) -> Iterator[dict[str, object]]:  # fmt: skip
    for at, member in enumerate(one.members):
        own = {name: column[at] for name, column in figures.items()}
        yield {"set": one.set, "group": one.group, "unit": setting.codes[member], "year": one.year} | about | own


def _shared(start: Array, relative: Array, end: Array) -> dict[str, Array | list[str]]:
    """Return effort; `end`: emissions of the year, NaN where a break of statistics lies between."""
    # A change from nothing has no rate, but an amount it has: what was emitted where nothing was is no cut of 0.
    cut = np.where(start == 0, -end, start * relative)
    there = np.isfinite(start) & np.isfinite(cut)
    total, whole = float(start.sum()), float(cut.sum())
    nothing = np.full(len(start), np.nan)
    known = bool(there.all())
    share = start / total if known and total > 0 else nothing
    part = cut / whole if known and whole > 0 else nothing
    ratio = np.divide(part, share, out=nothing.copy(), where=np.isfinite(part) & (share > 0))
    if not known:
        state = "member_missing"
    else:
        state = "none_at_start" if total <= 0 else ("group_rose" if whole <= 0 else "defined")
    return {
        "start": start, "improvement": np.where(there, cut, np.nan), "relative": np.where(start > 0, relative, np.nan),
        "share_of_start": share, "share_of_improvement": part, "ratio": ratio,
        "state": _states(state, there, start > 0, "none_at_start"),
    }  # fmt: skip


def _broken(start: Array) -> dict[str, Array | list[str]]:
    nothing = np.full(len(start), np.nan)
    names = ("improvement", "relative", "share_of_start", "share_of_improvement", "ratio")
    return {"start": start, **dict.fromkeys(names, nothing), "state": ["broken"] * len(start)}


def _better(start: Array, better: Array) -> dict[str, Array | list[str]]:
    there, nothing = np.isfinite(better), np.full(len(start), np.nan)
    mean = float(better.mean())
    state = "member_missing" if not there.all() else ("defined" if mean > 0 else "group_rose")
    relative = np.divide(better, np.abs(start), out=nothing.copy(), where=there & (start != 0))
    return {
        "start": start, "improvement": better, "relative": relative, "share_of_start": nothing,
        "share_of_improvement": nothing, "ratio": better / mean if state == "defined" else nothing,
        "state": _states(state, there, start != 0, "zero_at_start"),
    }  # fmt: skip


def _states(group: str, there: NDArray[np.bool_], begun: NDArray[np.bool_], otherwise: str) -> list[str]:
    """Return the state of each member: that of the group, unless the member itself lacks something."""
    own = [group if group != "defined" or one else otherwise for one in begun]
    return [state if known else "no_value" for state, known in zip(own, there, strict=True)]
