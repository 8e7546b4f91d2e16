# ruff: noqa: E501
"""Bad input: what regressions and weights that vary over space are asked for."""

import json
import re
from collections.abc import Callable
from dataclasses import replace

from tests.evaluate.spatial.regression.land import CODES, PLACES, settle
from tests.evaluate.tiny import Project
from tests.messages.cases import Case


def _tiny(name: str, keys: str, said: str, *, drawn: bool = True) -> Case:
    """Return a case of six cities; `keys` stand below `spatial:`, from line 22 of the file on."""

    def change(project: Project) -> None:
        if drawn:
            project.draw()
        project.assess(("outputs: {", f"spatial:\n{keys}\noutputs: {{"))

    return Case(name, change, said)


def _six(name: str, keys: str, said: str) -> Case:
    """Return a case of six cities that only the computation brings to light."""
    return replace(_tiny(name, keys, said), computing=True)


def _land(
    name: str, keys: str, said: str, after: Callable[[Project], object] | None = None, *, computing: bool = True
) -> Case:
    """Return a case of sixty-four cities; `keys` stand below `spatial:`, from line 23 of the file on."""

    def change(project: Project) -> None:
        settle(project, keys + "\n")
        if after is not None:
            after(project)

    return Case(name, change, said, computing)


def _columns(**formulas: Callable[[int, int], float]) -> Callable[[Project], None]:
    """Return the change that fills columns by the number of the city and the year."""

    def change(project: Project) -> None:
        head, *rows = [line.split(",") for line in (project.folder / "data.csv").read_text(encoding="utf-8").split()]
        for name, formula in formulas.items():
            for row in rows:
                row[head.index(name)] = f"{formula(int(row[0][1:]), int(row[1])):.6f}"
        project.write("data.csv", "\n".join(",".join(row) for row in (head, *rows)) + "\n")

    return change


def _points(place: Callable[[int], tuple[float, float]]) -> Callable[[Project], None]:
    """Return the change that draws the cities as points."""

    def change(project: Project) -> None:
        features = [
            {"type": "Feature", "properties": {"unit": code}, "geometry": {"type": "Point", "coordinates": place(n)}}
            for n, code in enumerate(CODES)
        ]
        project.write("cities.geojson", json.dumps({"type": "FeatureCollection", "features": features}))

    return change


def _apart(project: Project) -> None:
    """Give a type weights of its own, so that types cannot be compared."""
    own = "resource: {label: {zh: 资源型, en: Resource}"
    project.change("framework.yaml", (own, own + ", weights: {carbon: 0.7}"))


def _regression(keys: str) -> str:
    return "  regression: {explained_by: [rain, slope], models: [gwr], variability: {permutations: 0}, " + keys + "}"


PLACE = """\
  regression:
    explained_by: [rain, slope]
    places:
      path: places.csv
      unit: site
      longitude: lon
      latitude: lat
      columns:
        rain: {column: rain_cm, unit_of_measure: cm}
        slope: {column: slope, unit_of_measure: '1'}"""

CASES = [
    _tiny(
        "regression without boundaries",
        "  regression: {explained_by: [so2], target: co2}\n  local_weights: {}",
        """\
3 faults in assessment.yaml
  assessment.yaml:20  spatial.regression: a regression needs `boundaries`
  assessment.yaml:20  spatial.regression: the roster has 6 units, fewer than 50: too few for local regression; `force: true` lets it pass
  assessment.yaml:21  spatial.local_weights: weights that vary over space need `boundaries`
""",
        drawn=False,
    ),
    _tiny(
        "regressions with words that are none",
        """\
  regression:
    - target: compsite
      explained_by: [rain]
      models: [ols, gwrr]
      bandwidth: 0
    - explained_by: []
      kernel: tricube""",
        """\
4 faults in assessment.yaml
  assessment.yaml:24  spatial.regression[0].models[1]: must be one of 'ols', 'lag', 'error', 'gwr', 'mgwr', 'gtwr'; found 'gwrr'; did you mean 'gwr'?
  assessment.yaml:25  spatial.regression[0].bandwidth: must be above 0; found 0
  assessment.yaml:26  spatial.regression[1].explained_by: must have at least 1 entries; found []
  assessment.yaml:27  spatial.regression[1].kernel: must be one of 'gaussian', 'bisquare', 'exponential'; found 'tricube'
""",
    ),
    _tiny(
        "regressions that do not fit the assessment",
        """\
  neighbours: {near: {rule: k_nearest, k: 2}}
  regression:
    - target: compsite
      explained_by: [gdp, gdp, so2 + gdp, region]
      models: [gwr, gwr]
      year: 2019
      bandwidth: 7.5
      neighbours: nearer
      force: true
    - {name: compsite, explained_by: [so2], force: true}""",
        """\
9 faults in assessment.yaml
  assessment.yaml:23  spatial.regression[0].target: no score, indicator, variable or column is called 'compsite'; did you mean 'composite'?
  assessment.yaml:24  spatial.regression[0].explained_by[2]: units of measure do not fit in '+': t and CNY
  assessment.yaml:24  spatial.regression[0].explained_by[3]: no score, indicator, variable or column is called 'region'
  assessment.yaml:24  spatial.regression[0].explained_by[1]: 'gdp' is listed twice
  assessment.yaml:25  spatial.regression[0].models[1]: 'gwr' is listed twice
  assessment.yaml:26  spatial.regression[0].year: 2019 is not among the scored years 2020–2021
  assessment.yaml:27  spatial.regression[0].bandwidth: a bandwidth of nearest units is a whole number; found 7.5
  assessment.yaml:28  spatial.regression[0].neighbours: spatial.neighbours has no rule 'nearer'; there are near; did you mean 'near'?
  assessment.yaml:30  spatial.regression[1].name: there is another regression 'compsite'; tell them apart by `name`
""",
    ),
    _tiny(
        "regressions of one name, over one year, without rules",
        """\
  regression:
    - {explained_by: [so2], target: co2, force: true}
    - {explained_by: [gdp], target: co2, force: true, models: [lag, gtwr], neighbours: near}""",
        """\
2 faults in assessment.yaml
  assessment.yaml:23  spatial.regression[1].name: there is another regression 'co2'; tell them apart by `name`
  assessment.yaml:23  spatial.regression[1].neighbours: names the rule 'near', but `spatial.neighbours` states none
""",
    ),
    _tiny(
        "weights that vary over space that do not fit",
        "  local_weights:\n    methods: [ogwa, ogwa]\n    adaptive: false",
        """\
2 faults in assessment.yaml
  assessment.yaml:21  spatial.local_weights: windows of one distance (`adaptive: false`) need a `bandwidth` in km
  assessment.yaml:22  spatial.local_weights.methods[1]: the method 'ogwa' is listed twice
""",
    ),
    _tiny(
        "weights that vary over space with half a unit",
        "  local_weights: {bandwidth: 7.5}",
        """\
1 fault in assessment.yaml
  assessment.yaml:21  spatial.local_weights.bandwidth: a bandwidth of nearest units is a whole number; found 7.5
""",
    ),
    _six(
        "regression with too few units for its columns",
        "  regression: {target: co2_reduction, explained_by: [gdp, gdp ** 2, so2, so2 ** 2], force: true}",
        """\
1 fault in assessment.yaml
  assessment.yaml:21  spatial.regression: 6 of 6 units have a value for everything; a regression on so many columns needs 8
""",
    ),
    _land(
        "regression with a table of places that is wrong",
        PLACE.replace("        slope: {column: slope, unit_of_measure: '1'}", "        slop: {column: slope}").replace(
            "column: rain_cm, unit_of_measure: cm", "column: rain_cm"
        ),
        """\
3 faults in assessment.yaml
  assessment.yaml:29  spatial.regression.places.columns: no column is given for the explaining variable 'slope'
  assessment.yaml:30  spatial.regression.places.columns.rain: needs a `unit_of_measure` that converts to mm
  assessment.yaml:31  spatial.regression.places.columns.slop: is none of the explaining variables: rain, slope
""",
        computing=False,
    ),
    _land(
        "regression with places that are none",
        PLACE,
        """\
4 faults in places.csv
  places.csv:3  site: the place 'A' stands in row 2 already
  places.csv:3  lon: 206.5 is no longitude or latitude: at most 180 either way
  places.csv:4  site: 'C001' is a unit of the roster; other places need codes of their own
  places.csv:4  rain_cm: 'x' is no number; if it stands for a missing value, state missing: ["x"]
""",
        lambda project: project.write(
            "places.csv", PLACES.replace("B,106.5", "A,206.5").replace("C,140,60,", "C001,140,60,x")
        ),
        computing=False,
    ),
    _land(
        "regression with places of numbers too great",
        PLACE,
        """\
1 fault in places.csv
  places.csv:2  slope: 5e+300 is too great to compute with: expected at most 1e+100 either way, in the unit of measure of the framework
""",
        lambda project: project.write("places.csv", PLACES.replace("0.1,0.5", "0.1,5e300")),
        computing=False,
    ),
    _land(
        "regression with a bandwidth of a millimetre",
        _regression("adaptive: false, bandwidth: 0.000001"),
        """\
1 fault in assessment.yaml
  assessment.yaml:22  spatial.regression.bandwidth: at bandwidth 1e-06 km the columns are collinear around 62 of 62 units; widen the window or leave columns out
""",
    ),
    _land(
        "regression of which few units have everything",
        _regression(""),
        """\
1 fault in assessment.yaml
  assessment.yaml:22  spatial.regression: 43 of 64 units have a value for everything (most lack 'Rain': 20 units), fewer than 50: too few for local regression; `force: true` lets it pass
""",
        lambda project: project.write(
            "data.csv",
            re.sub(
                r"(C0[01]\d,2021,[^,]*,[^,]*,[^,]*),.*",
                r"\1,,",
                (project.folder / "data.csv").read_text(encoding="utf-8"),
            ),
        ),
    ),
    _land(
        "regression of types that are all too small",
        _regression(""),
        """\
2 faults in assessment.yaml
  assessment.yaml:22  spatial.regression: type 'Resource': 30 of 32 units have a value for everything (most lack 'Composite': 2 units), fewer than 50: too few for local regression; `force: true` lets it pass
  assessment.yaml:22  spatial.regression: type 'Industrial': 32 of 32 units have a value for everything, fewer than 50: too few for local regression; `force: true` lets it pass
""",
        _apart,
    ),
    _land(
        "regression with a bandwidth beyond the smallest type",
        _regression("bandwidth: 32, force: true"),
        """\
1 fault in assessment.yaml
  assessment.yaml:22  spatial.regression.bandwidth: a bandwidth of nearest units is a whole number from 1 to 30 (the units of the type 'Resource', the smallest); found 32
""",
        _apart,
    ),
    _land(
        "weights that vary over space with a bandwidth beyond the smallest type",
        "  local_weights: {bandwidth: 70}",
        """\
1 fault in assessment.yaml
  assessment.yaml:22  spatial.local_weights.bandwidth: a bandwidth of nearest units is a whole number from 1 to 30 (the units of the type 'Resource', the smallest); found 70
""",
        _apart,
    ),
    _land(
        "regression by what does not vary or says the same",
        "  regression: {target: wealth, explained_by: [rain, slope, slope * 2], models: [gwr]}",
        """\
2 faults in assessment.yaml
  assessment.yaml:22  spatial.regression: 'Rain' is the same everywhere and explains nothing
  assessment.yaml:22  spatial.regression: 'slope * 2' follows from Slope; leave one of them out
""",
        _columns(rain=lambda n, year: 3, slope=lambda n, year: 100 + n),
    ),
    _land(
        "regression of what follows from its columns",
        "  regression: {target: slope, explained_by: [rain], models: [gwr]}",
        """\
1 fault in assessment.yaml
  assessment.yaml:22  spatial.regression: the explained variable follows from the columns exactly: nothing is left for local regression
""",
        _columns(rain=lambda n, year: 100 + n, slope=lambda n, year: 201 + 2 * n),
    ),
    _land(
        "regression of what does not vary",
        "  regression: {target: slope, explained_by: [rain], models: [gwr]}",
        """\
1 fault in assessment.yaml
  assessment.yaml:22  spatial.regression: the explained variable is the same everywhere: nothing to explain
""",
        _columns(slope=lambda n, year: 7),
    ),
    _land(
        "regression with all units at one place",
        _regression(""),
        """\
1 fault in assessment.yaml
  assessment.yaml:22  spatial.regression: all units stand at one place
""",
        _points(lambda n: (110.0, 30.0)),
    ),
    _land(
        "regression with a bandwidth beyond the units",
        _regression("bandwidth: 63"),
        """\
1 fault in assessment.yaml
  assessment.yaml:22  spatial.regression.bandwidth: a bandwidth of nearest units is a whole number from 1 to 62; found 63
""",
    ),
    _land(
        "regression with a bandwidth of two units",
        _regression("bandwidth: 2"),
        """\
1 fault in assessment.yaml
  assessment.yaml:22  spatial.regression.bandwidth: at bandwidth 2 the columns are collinear around 62 of 62 units; widen the window or leave columns out
""",
    ),
    _land(
        "regression with more units at a place than its bandwidth",
        _regression("bandwidth: 12"),
        """\
1 fault in assessment.yaml
  assessment.yaml:22  spatial.regression.bandwidth: at bandwidth 12 the window has no extent at 19 unit(s), where too many share a place; widen it
""",
        _points(lambda n: (110.0, 30.0) if n < 20 else (100.0 + n, 25.0 + n % 7)),
    ),
    _land(
        "regression by what one unit alone has",
        _regression("criterion: cv").replace("slope", "slope > 0"),
        """\
1 fault in assessment.yaml
  assessment.yaml:22  spatial.regression: each of 6 bandwidths tried leaves columns collinear around some unit, or a unit that alone determines its own fit; leave columns out
""",
        _columns(slope=lambda n, year: float(n == 40)),
    ),
    _land(
        "local entropy of scores below 0",
        "  local_weights: {methods: [local_entropy]}",
        """\
4 faults in assessment.yaml
  assessment.yaml:22  spatial.local_weights: local entropy needs scores of 0 or more; 'CO2 per GDP' is negative in 26 unit(s)
  assessment.yaml:22  spatial.local_weights: local entropy needs scores of 0 or more; 'CO2 reduction' is negative in 22 unit(s)
  assessment.yaml:22  spatial.local_weights: local entropy needs scores of 0 or more; 'SO2 per GDP' is negative in 25 unit(s)
  assessment.yaml:22  spatial.local_weights: local entropy needs scores of 0 or more; 'Size of the economy' is negative in 31 unit(s)
""",
        lambda project: project.assess(
            ("{method: min_max, bounds: [1, 100]}", "{method: z_score, mean: 0, sd: 1}"),
            ("dimensions: {method: geometric}", "dimensions: {method: arithmetic}"),
        ),
    ),
    _land(
        "weights that vary over space with a bandwidth beyond the units",
        "  local_weights: {bandwidth: 70}",
        """\
1 fault in assessment.yaml
  assessment.yaml:22  spatial.local_weights.bandwidth: a bandwidth of nearest units is a whole number from 1 to 62; found 70
""",
    ),
]
