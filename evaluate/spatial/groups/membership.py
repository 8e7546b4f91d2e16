"""Who belongs to which group in a year, taken type by type where scores of types may not be compared."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evaluate.intake.groups import valid_in
from evaluate.spatial.setting import Setting


@dataclass(frozen=True, eq=False)
class Held:
    """One group in one year."""

    set: str
    group: str
    kind: str
    """Type of the members that are looked at; empty where all types are taken together."""
    year: int
    members: NDArray[np.intp]
    """Positions among the units by code."""

    @property
    def cells(self) -> dict[str, object]:
        """What every row of a table begins with."""
        return {"set": self.set, "group": self.group, "type": self.kind, "year": self.year}


def held_groups(setting: Setting, *, by_type: bool | None = None) -> list[Held]:
    """Return every group in every scored year in which it has members, by set, group, type and year.

    Args:
        setting: with its table of groups.
        by_type: take each type by itself; where nothing is said, as the comparability of the scores asks for.
    """
    if setting.groups is None:
        return []
    apart = not setting.scores.comparable if by_type is None else by_type
    place = {code: at for at, code in enumerate(setting.codes)}
    kinds = setting.quantities.column("type")
    out: list[Held] = []
    for year in setting.years:
        valid = valid_in(setting.groups, year)
        for (name, group), rows in valid.groupby(["set", "group"], sort=True):
            members = np.array(sorted({place[unit] for unit in rows["unit"]}), dtype=np.intp)
            for kind in sorted(set(kinds[members])) if apart else [""]:
                own = members[kinds[members] == kind] if apart else members
                out.append(Held(str(name), str(group), str(kind), year, own))
    return sorted(out, key=lambda one: (one.set, one.group, one.kind, one.year))


def distinct(held: Sequence[Held]) -> tuple[list[Held], list[int]]:
    """Return the groups that differ in their members or type, and which of them each is.

    A change since the baseline is that of the members of the year: a group that gains a member is another one then.
    """
    seen: dict[tuple[object, ...], int] = {}
    ones: list[Held] = []
    which = []
    for one in held:
        key = (one.set, one.group, one.kind, one.members.tobytes())
        if key not in seen:
            seen[key] = len(ones)
            ones.append(one)
        which.append(seen[key])
    return ones, which
