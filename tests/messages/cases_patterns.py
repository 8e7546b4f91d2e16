# ruff: noqa: E501
"""Bad input: rules of neighbourhood, tables of links, and what is asked of spatial autocorrelation."""

import json
from collections.abc import Callable

from tests.evaluate.tiny import Project
from tests.messages.cases import Case

TRADE = "seller,buyer,gwh,year\nC1,C2,5,2021\nC2,C3,2,2021\nC6,C5,1,2020\n"
POWER = "  power: {path: trade.csv, from: seller, to: buyer, value: gwh, unit_of_measure: GW h, year: year}\n"


def asking(
    spatial: str,
    links: str = "",
    drawn: bool = True,
    trade: str = TRADE,
    points: dict[str, tuple[float, float]] | None = None,
) -> Callable[[Project], object]:
    """Return a change that asks for spatial analyses, with boundaries or points and a table of links."""

    def change(project: Project) -> None:
        project.write("trade.csv", trade)
        if points is not None:
            features = [
                {"type": "Feature", "properties": {"unit": unit}, "geometry": {"type": "Point", "coordinates": place}}
                for unit, place in points.items()
            ]
            project.write("cities.geojson", json.dumps({"type": "FeatureCollection", "features": features}))
            project.assess(("period:", "boundaries: {path: cities.geojson, unit: unit}\nperiod:"))
        elif drawn:
            project.draw()
        project.assess(("period:", f"{'links:' + chr(10) + links if links else ''}spatial:\n{spatial}period:"))

    return change


def _rules(*rules: str, autocorrelation: str = "{}") -> str:
    return "  neighbours:\n" + "".join(f"    {rule}\n" for rule in rules) + f"  autocorrelation: {autocorrelation}\n"


def _crowd(project: Project) -> None:
    """Make up as many cities as cannot all be linked with each other."""
    codes = [f"D{at}" for at in range(5995)]
    for name, row in (("roster.csv", "{},{},resource,north\n"), ("data.csv", "{},2021,1,1,1\n")):
        more = "".join(row.format(code, code) for code in codes)
        project.write(name, (project.folder / name).read_text(encoding="utf-8") + more)
    asking(
        _rules("alike: {rule: economic, column: gdp}", "few: {rule: economic, column: gdp, strongest: 9}"), drawn=False
    )(project)


TWO_AT_ONE = {
    "C1": (100.0, 30.0),
    "C2": (100.0, 30.0),
    "C3": (103.0, 31.0),
    "C4": (104.0, 30.0),
    "C5": (106.0, 32.0),
    "C6": (108.0, 30.0),
}

CASES = [
    Case(
        "pairs that are no pairs",
        asking(_rules("near: {rule: queen}", autocorrelation="{pairs: [so2, co2]}")),
        """\
1 fault in assessment.yaml
  assessment.yaml:17  spatial.autocorrelation.pairs: each pair is a list of its own, as in [[so2, co2]]; found ['so2', 'co2']
""",
    ),
    Case(
        "rules of neighbourhood of the wrong form",
        asking(_rules(
            "both: {rule: kernel, k: 3, bandwidth: 100}", "far: {rule: kernel, k: 3, function: bisquare, reach: 2}",
            "none: {rule: k_nearest, k: 0}", "odd: {rule: queene}",
            autocorrelation="{permutations: 9, tail: both, pairs: [[composite]]}",
        ), "  power: {path: trade.csv, from: seller, to: buyer, value: gwh}\n"),
        """\
8 faults in assessment.yaml
  assessment.yaml:15  links.power: state `value` and `unit_of_measure` together ("1" for shares)
  assessment.yaml:18  spatial.neighbours.both: a kernel needs either bandwidth (fixed, in km) or k (adaptive), and only one of them
  assessment.yaml:19  spatial.neighbours.far: reach belongs to gaussian alone; the kernel bisquare ends at its bandwidth
  assessment.yaml:20  spatial.neighbours.none.k: must be at least 1; found 0
  assessment.yaml:21  spatial.neighbours.odd.rule: must be one of 'queen', 'rook', 'k_nearest', 'distance_band', 'inverse_distance', 'kernel', 'economic', 'economic_geographic', 'table'; found 'queene'; did you mean 'queen'?
  assessment.yaml:22  spatial.autocorrelation.pairs[0]: must have at least 2 entries; found ['composite']
  assessment.yaml:22  spatial.autocorrelation.permutations: must be at least 99; found 9
  assessment.yaml:22  spatial.autocorrelation.tail: must be one of 'two_sided', 'directed', 'greater', 'lesser'; found 'both'
""",
    ),
    Case(
        "rules of neighbourhood that have nothing to draw upon",
        asking(_rules(
            "border: {rule: queen}", "alike: {rule: economic, column: gpd, islands: nearest}",
            "trade: {rule: table, table: powr}", "both: {rule: economic_geographic, column: so2 / gdpp}", "sum: {rule: economic, column: co2 + gdp}",
            "mean: {rule: economic, column: 'group_mean(co2, regio)'}",
            autocorrelation="{of: [composite, carbn, composite], pairs: [[co2, so2], [co2, co2], [co2, so2]], joins: [typ, region, region]}",
        ), POWER, drawn=False),
        """\
14 faults in assessment.yaml
  assessment.yaml:17  spatial.neighbours.border.rule: the rule 'queen' asks where the units lie, but there are no boundaries; give boundaries, or use economic or table
  assessment.yaml:18  spatial.neighbours.alike.islands: the nearest unit asks where the units lie, but there are no boundaries; give boundaries, or state leave
  assessment.yaml:18  spatial.neighbours.alike.column: no score, indicator, variable or column is called 'gpd'; did you mean 'gdp'?
  assessment.yaml:19  spatial.neighbours.trade.table: there is no table of links 'powr'; there are: power; did you mean 'power'?
  assessment.yaml:20  spatial.neighbours.both.rule: the rule 'economic_geographic' asks where the units lie, but there are no boundaries; give boundaries, or use economic or table
  assessment.yaml:20  spatial.neighbours.both.column: the formula names 'gdpp', which is no variable; did you mean 'gdp'?
  assessment.yaml:21  spatial.neighbours.sum.column: units of measure do not fit in '+': t and CNY
  assessment.yaml:22  spatial.neighbours.mean.column: the roster has no column 'regio'; did you mean 'region'?
  assessment.yaml:23  spatial.autocorrelation.pairs[1]: 'co2' is paired with itself; a single value belongs under `of`
  assessment.yaml:23  spatial.autocorrelation.pairs[2]: 'co2, so2' is already listed
  assessment.yaml:23  spatial.autocorrelation.of[1]: no score, indicator, variable or column is called 'carbn'; did you mean 'carbon'?
  assessment.yaml:23  spatial.autocorrelation.joins[0]: 'typ' is neither a co-control measure nor a column of the roster that groups units; there are: type, region; did you mean 'type'?
  assessment.yaml:23  spatial.autocorrelation.joins[2]: 'region' is already listed
  assessment.yaml:23  spatial.autocorrelation.of[2]: 'composite' is already listed
""",
    ),
    Case(
        "spatial autocorrelation without boundaries and rules", asking("  autocorrelation: {}\n", drawn=False), """\
1 fault in assessment.yaml
  assessment.yaml:13  spatial: there are neither boundaries nor rules of neighbourhood; give boundaries, or rules (economic, table) under spatial.neighbours
""",
    ),
    Case(
        "more neighbours than units, and links of other years",
        asking(_rules("near: {rule: k_nearest, k: 6}", "smooth: {rule: kernel, k: 7}", "trade: {rule: table, table: power}"),
               POWER, trade=TRADE.replace("2021", "2019")),
        """\
3 faults in assessment.yaml
  assessment.yaml:18  spatial.neighbours.near: 6 neighbours are asked for, but there are only 5 other units with a place
  assessment.yaml:19  spatial.neighbours.smooth: 7 neighbours are asked for, but there are only 5 other units with a place
  assessment.yaml:20  spatial.neighbours.trade: the table of links 'power' has no link of the rank year 2021; it has those of 2019, 2020
""",
    ),
    Case(
        "links that cannot be read",
        asking(
            "  autocorrelation: {}\n", POWER,
            trade="seller,buyer,gwh,year\nC1,C2,-5,2021\nC2,C3,-,2021\nC3,,4,2021\nC4,C5,much,21\nC1,C3,1,2021\nC1,C3,2,2021\nC1,X9,x,\nC5,C6,1e300,2021\n",
        ),
        """\
7 faults in trade.csv
  trade.csv:2  gwh: a strength must be at least 0; found -5
  trade.csv:3  gwh: '-' is no number; if it stands for a missing value, state missing: ["-"]
  trade.csv:4  buyer: the code of the unit is blank although the row holds something (of merged cells only the first holds the value)
  trade.csv:5  gwh: 'much' is no number
  trade.csv:5  year: '21' is no year from 1900 to 2200
  trade.csv:7  buyer: the link from C1 to C3 in 2021 stands twice: in row 6 and row 7; expected one row for each direction
  trade.csv:9  gwh: the strength 1e+300 is too great or too small to compute with (expected 0, or 1e-100 to 1e+100); take another unit of measure
""",
    ),
    Case(
        "links twice and without a unit of measure that is one",
        asking("  autocorrelation: {}\n", "  river: {path: trade.csv, from: seller, to: buyer}\n" + POWER.replace("GW h", "GWhh"),
               trade=TRADE + "C1,C2,1,2020\n"),
        """\
2 faults
  trade.csv:5         buyer: the link from C1 to C2 stands twice: in row 2 and row 5; expected one row for each direction
  assessment.yaml:16  links.power.unit_of_measure: 'GWhh' is no unit of measure; did you mean 'GWh'?
""",
    ),
    Case(
        "links of which none counts",
        asking("  autocorrelation: {}\n", POWER, trade="seller,buyer,gwh,year\nC1,C1,1,2021\nC1,C2,0,2021\nC1,X,2,2021\n"),
        """\
1 fault in trade.csv
  trade.csv:1  holds no link that counts: 1 row(s) link a unit with itself, 1 have strength 0 or none, 1 name a unit outside the roster
""",
    ),
    Case(
        "links of years that are none",
        asking("  autocorrelation: {}\n", POWER, trade="seller,buyer,gwh,year\nC1,C2,1,21\nC1,C2,2,22\nC1,C2,3,\n"),
        """\
3 faults in trade.csv
  trade.csv:2  year: '21' is no year from 1900 to 2200
  trade.csv:3  year: '22' is no year from 1900 to 2200
  trade.csv:4  year: the year is blank although the row holds values
""",
    ),
    Case(
        "links between other units",
        asking("  autocorrelation: {}\n", POWER, trade="seller,buyer,gwh,year\nC01,C7,1,2021\nC1,X,2,2021\n"),
        """\
1 fault in trade.csv
  trade.csv:1  holds no link between two units of the roster: it has C01, C1, C7, X; the roster has C1, C2, C3, C4, C5, …; did you mean 'C1'?
""",
    ),
    Case("points have no border", asking(_rules("border: {rule: queen}"), points=TWO_AT_ONE), """\
1 fault in assessment.yaml
  assessment.yaml:16  spatial.neighbours.border: units drawn as points have no border: 6 (C1, C2, C3, C4, C5, …); use k_nearest or distance_band
"""),
    Case("one unit with a place", asking(_rules("near: {rule: distance_band}"), points={"C1": (100.0, 30.0)}), """\
1 fault in assessment.yaml
  assessment.yaml:16  spatial.neighbours.near: units with a place: 1; at least two are needed, from a file of boundaries
"""),
    Case(
        "rules that find nobody",
        asking(_rules(
            "near: {rule: distance_band, within: 1}", "smooth: {rule: kernel, k: 1}", "alike: {rule: economic, column: base(co2) / base(co2)}",
            "few: {rule: economic, column: sqrt(so2 / co2 - 0.08)}",
        ), points={**TWO_AT_ONE, "C2": (101.0, 30.0)}),
        """\
4 faults in assessment.yaml
  assessment.yaml:16  spatial.neighbours.near: no unit has a neighbour within 1 km; for every unit to have one, at least 292.9 km are needed
  assessment.yaml:17  spatial.neighbours.smooth: with k = 1 the kernel gives no neighbour any strength: an adaptive one ends at the k-th nearest (gaussian at its reach); use a greater k
  assessment.yaml:18  spatial.neighbours.alike: all values of the column 'base(co2) / base(co2)' are 1, so that nobody is nearer than anybody else
  assessment.yaml:19  spatial.neighbours.few: units with a value in the column 'sqrt(so2 / co2 - 0.08)': 1; at least two are needed
""", computing=True,
    ),
    Case(
        "two units at one place",
        asking(_rules("smooth: {rule: kernel, k: 1, function: gaussian}"), points=TWO_AT_ONE), """\
1 fault in assessment.yaml
  assessment.yaml:16  spatial.neighbours.smooth: the adaptive bandwidth of C1 is 0: as many as 1 other unit(s) lie at the same place; units concerned: 2; use a greater k, or bandwidth
""",
    ),
    Case(
        "every two units at one place",
        asking(_rules("smooth: {rule: kernel, bandwidth: least}"), points={f"C{at}": (100.0 + (at - 1) // 2, 30.0) for at in range(1, 7)}), """\
1 fault in assessment.yaml
  assessment.yaml:16  spatial.neighbours.smooth: every unit has another one at its place, so that `least` is 0 km; state `bandwidth` in km
""",
    ),
    Case("more links than are bearable", _crowd, """\
1 fault in assessment.yaml
  assessment.yaml:15  spatial.neighbours.alike: 6001 units have about 36,006,000 links, for which it takes about 2160 MB; above 36,000,000 it takes `force: true`; a shorter distance, or `strongest` of a likeness, keeps fewer
"""),
]  # fmt: skip
