"""Bundled sets of groups: which cities a published plan counts to a region, by division code.

A set is a YAML file of the form `groups/1` in `configs/groups`. Only plans that name whole provinces or whole cities
are bundled; what is known of a plan, and where it was read, stands in the file.
"""

from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Annotated, Literal

import pandas as pd
from pydantic import Field

from evaluate.inputs import Input, Named
from evaluate.intake.yamlfile import read_yaml
from evaluate.spec import Year
from indicators.bundled import bundled_files, bundled_name
from indicators.errors import Place, fault, nearest
from indicators.spec import Code, Label, Spec, build
from indicators.texts import pick

_DIGITS = (2, 4, 6)
"""Of a division code: those of the province, of the prefecture, and all of them."""
PROVINCE = _DIGITS[0]


class BundledGroup(Spec):
    """One group of a set."""

    label: Label
    """Name for readers, with the year of the plan: plans draw regions of one name differently."""
    members: Annotated[dict[Annotated[str, Field(pattern=r"^\d{2}(\d{2}){0,2}$")], str], Field(min_length=1)]
    """Names of the members by the digits that all codes in them begin with (GB/T 2260): two for a province, four for a
    prefecture, six for what lies in no prefecture."""


class GroupSet(Spec):
    """The groups that one published plan draws."""

    schema_: Literal["groups/1"] = Field(alias="schema")
    """Version of this form."""
    code: Code
    """The name that an assessment uses."""
    label: Label
    """Name for readers."""
    title: str
    """Title of the plan."""
    number: str | None = None
    """Number of the document; left out where it has none."""
    publisher: str | None = None
    """Who issued it; left out where it was not found."""
    year: Year
    """Year of the plan. Memberships hold in all years, since plans do not say since when a city belongs to a region."""
    homepage: str | None = None
    """Where it is published; shown, never opened; left out where no address was found."""
    groups: Annotated[dict[Code, BundledGroup], Field(min_length=1)]
    """The groups by code; codes are unique across sets."""
    note: Label | None = None
    """What a user should know, also what was read where the plan itself was not."""
    basis: Annotated[list[str], Field(min_length=1)]
    """Where the memberships were read."""

    @property
    def citation(self) -> str:
        """How to name the plan, as in Chinese."""
        title = f"《{self.title}》{f'（{self.number}）' if self.number else ''}"
        return "，".join(filter(None, (self.publisher, title, str(self.year))))


def bundled_group_sets() -> dict[str, Path]:
    """Return the bundled sets by code.

    >>> "clean_air_2023" in bundled_group_sets()
    True
    """
    return bundled_files("groups")


def load_group_set(code: str, place: Place | None = None) -> GroupSet:
    """Load a bundled set of groups.

    Args:
        code: which one.
        place: where it is named.

    Errors: an `InputError`: there is no such set.

    >>> load_group_set("yangtze_belt_2014").groups["yangtze_belt"].members["50"]
    '重庆市'
    """
    bundled = bundled_group_sets()
    if code not in bundled:
        raise fault("groups.unknown_set", place, found=code, known=", ".join(bundled), meant=nearest(code, bundled))
    written = read_yaml(bundled[code], bundled_name("groups", code))
    return build(GroupSet, written.data, written.place)


def named_set(code: str, place: Place) -> Named[GroupSet]:
    """Load a bundled set that an assessment names; errors as of `load_group_set`."""
    groups = load_group_set(code, place)
    return Named(place.key, "", groups, Input.of("groups", bundled_name("groups", code), bundled_group_sets()[code]))


def members_among(group: BundledGroup, units: Iterable[str]) -> dict[str, list[str]]:
    """Return by member of a group the units that are it or lie in it.

    Args:
        group: with the digits that codes of its members begin with.
        units: codes; one that is not of six digits lies in no member.

    >>> plain = BundledGroup(label="Plain", members={"61": "陕西省", "1407": "晋中市"})
    >>> members_among(plain, ["140700", "610100", "610300", "130100", "61"])
    {'61': ['610100', '610300'], '1407': ['140700']}
    >>> members_among(plain, [])
    {'61': [], '1407': []}
    """
    found: dict[str, list[str]] = {digits: [] for digits in group.members}
    for unit in sorted(units):
        if len(unit) == _DIGITS[-1] and unit.isdecimal():
            for digits in found.keys() & {unit[:count] for count in _DIGITS}:
                found[digits].append(unit)
    return found


def nested(units: Iterable[str]) -> list[tuple[str, str]]:
    """Return which units lie in which others.

    Args:
        units: division codes of six digits.

    >>> nested(["130200", "130281", "130300", "140781"])
    [('130281', '130200')]
    >>> nested(["130000", "130200"]), nested([])
    ([('130200', '130000')], [])
    """
    known = set(units)
    wider = ((unit, unit[:count].ljust(_DIGITS[-1], "0")) for unit in sorted(known) for count in _DIGITS[:-1])
    return [(unit, other) for unit, other in wider if other != unit and other in known]


def memberships(
    groups: GroupSet, roster: Collection[str]
) -> tuple[pd.DataFrame, dict[str, dict[str, list[str]]]]:  # fmt: skip
    """Return who of a roster belongs to the groups of a set.

    Args:
        groups: the set.
        roster: codes of the units.

    Returns:
        `set, group, unit` with the codes of set and group, a row for each membership, and `from` and `to`, open; and,
        by code of the group, the units of the roster in each of its members, as `members_among`.

    >>> table, there = memberships(load_group_set("yangtze_delta_2019"), ["310000", "320100", "320200", "110000"])
    >>> table["unit"].tolist(), there["yangtze_delta"]["32"]  # two units of one member
    (['310000', '320100', '320200'], ['320100', '320200'])
    """
    rows: list[tuple[str, str, str]] = []
    there: dict[str, dict[str, list[str]]] = {}
    for code, group in groups.groups.items():
        there[code] = found = members_among(group, roster)
        rows += [(groups.code, code, unit) for unit in sorted({unit for units in found.values() for unit in units})]
    table = pd.DataFrame(rows, columns=["set", "group", "unit"], dtype=object)
    for end in ("from", "to"):
        table[end] = pd.array([None] * len(table), dtype="Int64")
    return table, there


def with_names(table: pd.DataFrame | None, codes: Iterable[str], language: str) -> pd.DataFrame | None:
    """Return a table of groups with the names of bundled sets and groups instead of their codes.

    Args:
        table: with columns `set`, `group`, `unit` and `from`; None without groups.
        codes: the bundled sets in it.
        language: of the names.

    Returns:
        The table, sorted anew; the names of a user's own groups as they are.
    """
    if table is None:
        return None
    sets = {code: load_group_set(code) for code in codes}
    bundled = table["set"].isin(list(sets))
    words: Mapping[str, object] = {
        **{code: pick(one.label, language) for code, one in sets.items()},
        **{code: pick(group.label, language) for one in sets.values() for code, group in one.groups.items()},
    }
    said = table.copy()
    for column in ("set", "group"):
        said.loc[bundled, column] = table.loc[bundled, column].map(words)
    return said.sort_values(["set", "group", "unit", "from"], na_position="first", ignore_index=True)
