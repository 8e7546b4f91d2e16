# ruff: noqa: E501
"""Bad input: groups of units, the pilots that are counted, and space and time together."""

from collections.abc import Callable

from evaluate.intake.group_sets import bundled_group_sets
from tests.evaluate.tiny import Project
from tests.messages.cases import Case

SETS = ", ".join(bundled_group_sets())
TABLE = "unit,group,set,from,to\nC1,North,region,,\nC3,North,region,2020,\nC2,South,region,,\n"


def grouped(keys: str = "", table: str = TABLE, *pairs: tuple[str, str]) -> Callable[[Project], None]:
    """Return the change that asks for groups; `keys` stand below the path, from line 14 of the file on."""

    def change(project: Project) -> None:
        project.write("groups.csv", table)
        project.assess(("period:", f"groups:\n  path: groups.csv\n{keys}period:"), *pairs)

    return change


def _table(name: str, table: str, said: str, keys: str = "") -> Case:
    return Case(f"groups: {name}", grouped(keys, table), said)


def _keys(name: str, keys: str, said: str, *pairs: tuple[str, str]) -> Case:
    return Case(f"groups: {name}", grouped(keys, TABLE, *pairs), said)


def _stated(name: str, stated: str, said: str) -> Case:
    return Case(f"groups: {name}", lambda project: project.assess(("period:", f"{stated}\nperiod:")), said)


def coded(project: Project) -> None:
    """Give the first city a division code: that of 西安, in the Fen-Wei plain."""
    for name in ("roster.csv", "data.csv"):
        text = (project.folder / name).read_text(encoding="utf-8")
        project.write(name, text.replace("\nC1,", "\n610100,"))


def _asked(name: str, said: str, *pairs: tuple[str, str], drawn: bool = False, computing: bool = False) -> Case:
    def change(project: Project) -> None:
        if drawn:
            project.draw()
        project.assess(*pairs)

    return Case(name, change, said, computing)


CASES = [
    _table(
        "cells that are wrong",
        "unit,group,from,to\nC1,North,2021,2020\nC2,,,\n,South,,\nC3,North,soon,\nC4,South,,2020.5\n",
        """\
5 faults in groups.csv
  groups.csv:2  to: the last year 2020 is before the first year 2021
  groups.csv:3  group: the name of the group is missing
  groups.csv:4  unit: the code of the unit is blank although the row holds something (of merged cells only the first holds the value)
  groups.csv:5  from: 'soon' is no year from 1900 to 2200
  groups.csv:6  to: '2020.5' is no year from 1900 to 2200; did you mean '2020'?
""",
    ),
    _table(
        "more groups than can be looked at",
        "unit,group\n" + "".join(f"C1,G{at}\n" for at in range(2001)),
        """\
1 fault in assessment.yaml
  assessment.yaml:13  groups.group: the column 'group' holds 2001 groups, and at most 2000 are taken; is it the column of the groups?
""",
    ),
    _table(
        "memberships that overlap",
        "unit,group,from,to\nC1,North,,2020\nC1,North,2020,\nC1,North,2021,2021\nC2,South,2019,2020\nC2,South,2021,\n",
        """\
2 faults in groups.csv
  groups.csv:3  unit: the memberships of unit C1 in 'North' overlap (2020–2020): row 2 and row 3
  groups.csv:4  unit: the memberships of unit C1 in 'North' overlap (2021–2021): row 3 and row 4
""",
    ),
    _table(
        "memberships that overlap with open ends",
        "unit,group\nC1,North\nC1,North\n",
        """\
1 fault in groups.csv
  groups.csv:3  unit: the memberships of unit C1 in 'North' overlap (open–open): row 2 and row 3
""",
    ),
    _table(
        "a group in two sets",
        "unit,group,kind\nC1,North,region\nC2,North,basin\nC3,South,\n",
        """\
2 faults in groups.csv
  groups.csv:3  kind: 'North' belongs to 'region' in row 2 and to 'basin' here; a group belongs to one set
  groups.csv:4  kind: the set that the group belongs to is missing
""",
        "  set: kind\n",
    ),
    _table(
        "no unit of the roster",
        "unit,group\nX1,North\nX2,North\n",
        """\
1 fault in assessment.yaml
  assessment.yaml:14  groups.path: 'groups.csv' holds no unit of the roster
""",
    ),
    _keys(
        "columns that are not there",
        "  group: cluster\n  from: since\n",
        """\
2 faults in groups.csv
  groups.csv:1  groups.group: there is no column 'cluster' in header row 1; there are: unit, group, set, from, to
  groups.csv:1  groups.from: there is no column 'since' in header row 1; there are: unit, group, set, from, to
""",
    ),
    _stated(
        "neither a table nor a bundled set",
        "groups: {aggregate: {co2: sum}}",
        """\
1 fault in assessment.yaml
  assessment.yaml:13  groups: state `path`, a table of groups, or `bundled`, sets that come with the program
""",
    ),
    _stated(
        "keys of a table that is not there",
        "groups: {bundled: [clean_air_2023], set: kind, from: since}",
        """\
1 fault in assessment.yaml
  assessment.yaml:13  groups: these keys say how the table of `path` is read, and there is none: set, from
""",
    ),
    _stated(
        "bundled sets that are none, or that no unit is in",
        "groups: {path: none.csv, bundled: [clean_air_2032, greater_bay_2019]}",
        f"""\
3 faults in assessment.yaml
  assessment.yaml:13  groups.bundled[0]: there are no bundled groups 'clean_air_2032'; there are {SETS}; did you mean 'clean_air_2023'?
  assessment.yaml:13  groups.bundled[1]: no unit of the roster belongs to 'greater_bay_2019'; members are told by division codes of six digits (GB/T 2260), such as 610100
  assessment.yaml:13  groups.path: there is no file 'none.csv'; did you mean 'roster.csv'?
""",
    ),
    Case(
        "groups: a bundled set that is listed twice",
        lambda project: (
            coded(project),
            project.assess(("period:", "groups: {bundled: [clean_air_2023, clean_air_2023]}\nperiod:")),
        ),
        """\
1 fault in assessment.yaml
  assessment.yaml:13  groups.bundled[1]: the bundled set 'clean_air_2023' is listed twice
""",
    ),
    Case(
        "groups: a table with the names of bundled sets",
        lambda project: (
            coded(project),
            project.write(
                "groups.csv",
                "unit,group,set\nC2,West,compass\n610100,汾渭平原（2023）,clean_air_2023\nC3,汾渭平原（2023）,clean_air_2023\n",
            ),
            project.assess(
                ("period:", "groups:\n  path: groups.csv\n  set: set\n  bundled: [clean_air_2023]\nperiod:")
            ),
        ),
        """\
2 faults in groups.csv
  groups.csv:3  set: 'clean_air_2023' is a name of the bundled set 'clean_air_2023'; take another one
  groups.csv:3  group: '汾渭平原（2023）' is a name of the bundled set 'clean_air_2023'; take another one
""",
    ),
    _keys(
        "what groups are made of",
        "  aggregate:\n    co2: sum\n    so3: mean\n    gdp: {mean: populaton}\n  weight: gpd\n  effort: [co2, so3]\n  benefit: wealt\n  type: industry\n",
        """\
6 faults in assessment.yaml
  assessment.yaml:17  groups.aggregate.so3: the framework has no variable 'so3'; did you mean 'so2'?
  assessment.yaml:18  groups.aggregate.gdp: the framework has no variable 'populaton'
  assessment.yaml:19  groups.weight: the framework has no variable 'gpd'; did you mean 'gdp'?
  assessment.yaml:20  groups.effort: the framework has no variable 'so3'; did you mean 'so2'?
  assessment.yaml:21  groups.benefit: the framework has no indicator 'wealt'; did you mean 'wealth'?
  assessment.yaml:22  groups.type: the framework has no type 'industry'; its types are resource, industrial; did you mean 'industrial'?
""",
    ),
    _keys(
        "a rule that there is not",
        "  aggregate:\n    co2: total\n    gdp: {median: co2}\n    so2: {sum: gdp}\n",
        """\
3 faults in assessment.yaml
  assessment.yaml:16  groups.aggregate.co2: must be one of 'sum', 'mean'; found 'total'; did you mean 'sum'?
  assessment.yaml:17  groups.aggregate.gdp: must be one of 'sum', 'mean'; found 'median'; did you mean 'mean'?
  assessment.yaml:18  groups.aggregate.so2: a sum has no weight; a weighted mean is {mean: VARIABLE}
""",
    ),
    Case(
        "groups: effort and benefit without a baseline",
        lambda project: (
            grouped("  effort: [co2]\n  benefit: wealth\n", TABLE, (", baseline: 2019", ""))(project),
            project.change("framework.yaml", ("formula: -change(co2)", "formula: -growth(co2)")),
        ),
        """\
2 faults in assessment.yaml
  assessment.yaml:15  groups.effort: effort and benefit are measured from the baseline year, but period.baseline is not set
  assessment.yaml:16  groups.benefit: effort and benefit are measured from the baseline year, but period.baseline is not set
""",
    ),
    Case(
        "groups: a benefit that has no direction, a sum of shares",
        lambda project: (
            grouped("  aggregate: {gdp: sum}\n  benefit: wealth\n")(project),
            project.change(
                "framework.yaml",
                ("gdp: {unit_of_measure: CNY,", 'gdp: {unit_of_measure: "%",'),
                ("unit_of_measure: t / (1e4 CNY)", "unit_of_measure: t"),
                ("unit_of_measure: kg / (1e4 CNY)", "unit_of_measure: kg"),
                ("unit_of_measure: 1e8 CNY, direction: positive", 'unit_of_measure: "%", direction: target, target: 3'),
            ),
            project.assess(("unit_of_measure: 1e8 CNY", 'unit_of_measure: "%"')),
        ),
        """\
2 faults in assessment.yaml
  assessment.yaml:15  groups.aggregate.gdp: 'GDP' is a percentage and cannot be summed; take mean, or {mean: VARIABLE} for a weighted one
  assessment.yaml:16  groups.benefit: 'Size of the economy' is better the nearer to its target, so that neither a rise nor a fall is a benefit
""",
    ),
    _asked(
        "pilots by columns that are not there",
        """\
3 faults in assessment.yaml
  assessment.yaml:19  outputs.pilots.column: the roster has no column 'batch'
  assessment.yaml:19  outputs.pilots.by[0]: the roster has no column 'regoin'; did you mean 'region'?
  assessment.yaml:19  outputs.pilots.by[2]: the column 'type' is used twice
""",
        ("map: false", "map: false, pilots: {column: batch, by: [regoin, type, type]}"),
    ),
    _asked(
        "space and time of what there is not",
        """\
1 fault in assessment.yaml
  assessment.yaml:14  spatial.dynamics.of[0]: no score, indicator, variable or column is called 'composit'; did you mean 'composite'?
""",
        ("period:", "spatial: {dynamics: {of: [composit]}}\nperiod:"),
        drawn=True,
    ),
    _asked(
        "space and time of formulas that are wrong",
        """\
2 faults in assessment.yaml
  assessment.yaml:14  spatial.dynamics.of[0]: units of measure do not fit in '+': t and CNY
  assessment.yaml:14  spatial.dynamics.of[1]: the roster has no column 'regoin'; did you mean 'region'?
""",
        ("period:", "spatial: {dynamics: {of: [co2 + gdp, 'co2 / group_mean(co2, regoin)']}}\nperiod:"),
        drawn=True,
    ),
    _asked(
        "space and time by a rule that is not stated",
        """\
1 fault in assessment.yaml
  assessment.yaml:14  spatial.dynamics.neighbours: there is no rule of neighbourhood 'neer'; there are 'near'; did you mean 'near'?
""",
        ("period:", "spatial: {neighbours: {near: {rule: k_nearest, k: 2}}, dynamics: {neighbours: neer}}\nperiod:"),
        drawn=True,
    ),
    _asked(
        "space and time by a rule that the places do not give",
        """\
1 fault in assessment.yaml
  assessment.yaml:14  spatial.dynamics.neighbours: there is no rule of neighbourhood 'rook'; there are 'queen', 'nearest_4', 'band'
""",
        ("period:", "spatial: {dynamics: {neighbours: rook}}\nperiod:"),
        drawn=True,
        computing=True,
    ),
]
