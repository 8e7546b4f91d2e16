"""Which unit belongs to which group, from when to when: a user's table, and sets that come with the program."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path as FilePath
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from evaluate.inputs import Input, Named
from evaluate.intake.cell import plainly
from evaluate.intake.cells import Cells, Mask, which
from evaluate.intake.group_sets import PROVINCE, GroupSet, memberships, named_set, nested
from evaluate.intake.held import Held
from evaluate.intake.opening import open_table
from evaluate.intake.rawtable import RawTable
from evaluate.methods.base import Array
from indicators.errors import Fault, Faults, Place
from indicators.spec import Path
from indicators.texts import both, joined

if TYPE_CHECKING:
    from evaluate.spatial_spec import GroupsSpec

COLUMNS = ("set", "group", "unit", "from", "to")
MOST = 2000
"""Most groups: each is scored in every year, about 15 ms and 30 kB of tables each. China has fewer prefectures."""
_ENDS = {"from": -np.inf, "to": np.inf}
"""What a blank stands for."""
_NAMED = 8
"""Most members that a warning names."""


@dataclass(frozen=True, eq=False)
class ReadGroups:
    """Groups of an assessment, with what was read for them."""

    table: pd.DataFrame
    """Columns COLUMNS, sorted by them, `set` empty where a user's table knows no sets, `from` and `to` missing where
    open; bundled sets and groups by their codes."""
    inputs: tuple[Input, ...]
    warnings: tuple[Fault, ...]
    sets: tuple[Named[GroupSet], ...]
    """The bundled sets that are named."""


def read_groups(
    spec: "GroupsSpec", base: FilePath, roster: Collection[str], place: Callable[[Path], Place]
) -> ReadGroups:  # fmt: skip
    """Read the table of groups and the bundled sets that are named.

    Args:
        spec: what the assessment says of them.
        base: folder that its path is relative to.
        roster: codes of the units; rows of others are counted and ignored.
        place: place of a key of the assessment.

    Errors: an `InputError` with every fault: a file that cannot be read, missing columns, rows without a unit or a
    group, what is no year, years in the wrong order, memberships that overlap, a group in two sets, no unit at all,
    more than MOST groups; a bundled set that there is not, that no unit is in, that is listed twice or whose names the
    table uses.
    """
    faults = Faults()
    tables: list[pd.DataFrame] = []
    inputs: list[Input] = []
    warnings: list[Fault] = []
    sets: list[Named[GroupSet]] = []
    for position, code in enumerate(spec.bundled):
        at = place(("groups", "bundled", position))
        if code in spec.bundled[:position]:
            faults.add("groups.set_twice", at, found=code)
            continue
        with faults.collecting():
            sets.append(named_set(code, at))
            rows, there = memberships(sets[-1].source, roster)
            if rows.empty:
                faults.add("groups.nobody_in_set", at, found=code)
            tables.append(rows)
            warnings += _partly_there(sets[-1].source, there)
    if spec.path is not None:
        with faults.collecting():
            own, ignored = _own(spec, spec.path, base, roster, sets, place)
            tables.append(own)
            inputs.append(Input.of("groups", spec.path, base / spec.path))
            if ignored:
                warnings.append(Fault("assessment.ignored_units", {"file": spec.path, "count": ignored}))
    faults.raise_if_any()
    table = pd.concat(tables)[list(COLUMNS)]
    table = table.sort_values(["set", "group", "unit", "from"], na_position="first", ignore_index=True)
    return ReadGroups(table, (*inputs, *(one.input for one in sets)), tuple(warnings), tuple(sets))


def _own(
    spec: "GroupsSpec", path: str, base: FilePath, roster: Collection[str], sets: Sequence[Named[GroupSet]],
    place: Callable[[Path], Place],
) -> tuple[pd.DataFrame, int]:  # fmt: skip
    """Return the memberships of a user's table, and the number of units outside the roster."""
    faults = Faults()
    raw = open_table(
        path, base, lambda key: place(("groups", key)),
        encoding=spec.encoding, sheet=spec.sheet, header_row=spec.header_row,
    )  # fmt: skip
    columns = _columns(spec, raw, place, faults)
    faults.raise_if_any()
    table, ignored = _taken(Held(raw, columns, faults), frozenset(roster), sets)
    if not faults and table.empty:
        faults.add("groups.nobody", place(("groups", "path")), found=path)
    count = table["group"].nunique()
    if count > MOST:
        faults.add("groups.too_many", place(("groups", "group")), count=count, most=MOST, column=spec.group)
    faults.raise_if_any()
    return table, ignored


def _partly_there(groups: GroupSet, there: Mapping[str, Mapping[str, Sequence[str]]]) -> Iterator[Fault]:
    """Yield a warning for each group with members that no unit is in, are counted by the units in them or twice."""
    for code, group in groups.groups.items():
        found, label = there[code], dict(group.label)
        absent = [name for digits, name in group.members.items() if not found[digits]]
        if absent:
            values = {"label": label, "count": len(found) - len(absent), "total": len(found), "absent": _named(absent)}
            yield Fault("groups.partly_there", values)
        inside = [
            name for digits, name in group.members.items()
            if len(digits) == PROVINCE and found[digits] and digits.ljust(6, "0") not in found[digits]
        ]  # fmt: skip
        if inside:
            yield Fault("groups.by_units", {"label": label, "count": len(inside), "names": _named(inside)})
        twice = [
            both("groups.lies_in", unit=unit, other=other)
            for unit, other in nested(unit for units in found.values() for unit in units)
        ]
        if twice:
            yield Fault("groups.nested", {"label": label, "count": len(twice), "pairs": _named(twice)})


def _named(names: Sequence[object]) -> dict[str, str]:
    """Return the first few names or labels as one label."""
    said = joined(names[:_NAMED])
    return both("groups.and_others", said=said) if len(names) > _NAMED else said


def _used_twice(held: Held, good: Mask, cells: Mapping[str, Cells], sets: Sequence[Named[GroupSet]]) -> None:
    """Refuse a user's group or set that has the code or the name of a bundled one, where it is first used."""
    for one in sets:
        for column, bundled in (("set", {one.source.code: one.source}), ("group", one.source.groups)):
            taken = {name for code, known in bundled.items() for name in (code, *known.label.values())}
            for row in which(good):
                if cells[column][row] in taken:
                    taken.remove(cells[column][row])
                    held.add("groups.used_twice", column, row, found=plainly(cells[column][row]), set=one.source.code)


def _columns(
    spec: "GroupsSpec", raw: RawTable, place: Callable[[Path], Place], faults: Faults
) -> dict[str, int]:  # fmt: skip
    """Return the position of each column of the result that the file holds; `from` and `to` need not be there."""
    stated = {"unit": spec.unit, "group": spec.group, "set": spec.set_, "from": spec.from_, "to": spec.to}
    wanted = {
        name: source or (name if name in _ENDS and name in raw.names else None) for name, source in stated.items()
    }
    found = {
        name: raw.find(source, place(("groups", name)).key, faults) for name, source in wanted.items() if source
    }  # fmt: skip
    return {name: position for name, position in found.items() if position is not None}


def _taken(held: Held, roster: Collection[str], bundled: Sequence[Named[GroupSet]]) -> tuple[pd.DataFrame, int]:
    """Return the memberships of units of the roster, and how many units are in none; faults are collected."""
    units, names = held.codes("unit"), held.texts("group", "groups.no_group")
    sets = held.texts("set", "groups.no_set") if "set" in held else np.full(len(units), "", dtype=object)
    known: Mask = np.array([unit in roster for unit in units], dtype=bool)
    # Open ends are infinite, so that they compare.
    ends = {
        name: held.years(name, known, blanks) if name in held else np.full(len(units), blanks)
        for name, blanks in _ENDS.items()
    }
    good: Mask = known & (names != "")
    for row in which(good & (ends["from"] > ends["to"])):
        held.add("faults.years_reversed", "to", row, first=int(ends["from"][row]), last=int(ends["to"][row]))
    _overlapping(held, good & (ends["from"] <= ends["to"]), units, names, ends)
    _two_sets(held, good & (sets != ""), names, sets)
    _used_twice(held, good, {"set": sets, "group": names}, bundled)
    held.close("unit", known)
    ignored = len({unit for unit, own in zip(units, known, strict=True) if unit and not own})
    table = pd.DataFrame({"set": sets, "group": names, "unit": units}, dtype=object)[good]
    for name, years in ends.items():
        table[name] = pd.array(np.where(np.isfinite(years), years, np.nan)[good]).astype("Int64")
    return table.reset_index(drop=True)[list(COLUMNS)], ignored


def _overlapping(held: Held, usable: Mask, units: Cells, names: Cells, ends: Mapping[str, Array]) -> None:
    """Refuse memberships of one unit in one group that share a year."""
    table = pd.DataFrame({"unit": units, "group": names, **ends, "row": range(len(units))})[usable]
    table = table.sort_values(["unit", "group", "from", "row"], kind="stable")
    reach: tuple[object, object, float, int] = ("", "", np.nan, 0)
    for unit, group, first, last, row in table.itertuples(index=False, name=None):
        if (unit, group) == reach[:2] and first <= reach[2]:
            low, high = sorted((int(row), reach[3]))
            said = both("groups.open_end") if np.isinf(min(last, reach[2])) else str(int(min(last, reach[2])))
            start = both("groups.open_start") if np.isinf(first) else str(int(first))
            held.add(
                "groups.overlap", "unit", high, unit=plainly(str(unit)), group=plainly(str(group)),
                first=held.line(low), second=held.line(high), start=start, end=said,
            )  # fmt: skip
        if (unit, group) != reach[:2] or last > reach[2]:
            reach = (unit, group, float(last), int(row))


def _two_sets(held: Held, good: Mask, names: Cells, sets: Cells) -> None:
    """Refuse a group that stands in two sets."""
    first: dict[str, int] = {}
    for row in which(good):
        before = first.setdefault(names[row], row)
        if sets[before] != sets[row]:
            held.add(
                "groups.two_sets", "set", row, group=plainly(names[row]),
                first=plainly(sets[before]), second=plainly(sets[row]), row=held.line(before),
            )  # fmt: skip


def valid_in(table: pd.DataFrame, year: int) -> pd.DataFrame:
    """Return the memberships that hold in a year.

    >>> from pandas import DataFrame, array
    >>> table = DataFrame({"unit": ["a", "b"], "from": array([None, 2016]), "to": array([2015, None])})
    >>> valid_in(table, 2015)["unit"].tolist()
    ['a']
    """
    begun = (table["from"].isna() | (table["from"].fillna(year) <= year)).to_numpy(dtype=bool)
    lasting = (table["to"].isna() | (table["to"].fillna(year) >= year)).to_numpy(dtype=bool)
    return table[begun & lasting]
