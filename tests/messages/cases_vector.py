# ruff: noqa: E501
"""Bad input: vector layers and overlays."""

import json
from collections.abc import Callable, Sequence
from typing import Any

from tests.evaluate.tiny import Project
from tests.messages.cases import Case

COLUMN = ("      so2_t: {variable: so2, unit_of_measure: t}\n", "")
GOOD = "{path: plants.geojson, variable: so2, unit_of_measure: t, statistic: count, weight: {column: so2, unit_of_measure: t}}"
PLANTS: tuple[tuple[dict[str, Any], list[Any]], ...] = tuple(
    ({"kind": kind, "so2": amount, "name": f"Plant {kind}"}, [100.5 + n, 30.5])
    for n, (kind, amount) in enumerate(
        [("coal", 400), ("coal", 900), ("gas", 100), ("coal", 1500), ("gas", 300), ("oil", 600)]
    )
)


def plants(project: Project, rows: Sequence[tuple[dict[str, Any], Any]] = PLANTS, name: str = "plants.geojson") -> None:
    """Write points, or whatever a row holds in their place, as GeoJSON."""
    made = [
        {
            "type": "Feature",
            "properties": held,
            "geometry": {"type": "Point", "coordinates": at} if isinstance(at, list) else at,
        }
        for held, at in rows
    ]
    project.write(name, json.dumps({"type": "FeatureCollection", "features": made}))


def layer(project: Project, *entries: str) -> None:
    """Take SO2 from layers in place of the table, with boundaries and the plants."""
    project.draw()
    plants(project)
    lines = "".join(f"  - {entry}\n" for entry in entries or (GOOD,))
    project.assess(COLUMN, ("period:", f"layers:\n{lines}period:"))


def overlay(project: Project, *entries: str) -> None:
    """Draw overlays over the cities."""
    project.draw()
    plants(project)
    lines = "".join(f"  - {entry}\n" for entry in entries)
    project.assess(("period:", f"overlays:\n{lines}period:"))


def _layers(*entries: str, change: Callable[[Project], object] | None = None) -> Callable[[Project], None]:
    def write(project: Project) -> None:
        layer(project, *entries)
        if change is not None:
            change(project)

    return write


def _ring(x: float) -> dict[str, Any]:
    return {"type": "Polygon", "coordinates": [[[x, 30], [x + 1, 30], [x + 1, 31], [x, 31], [x, 30]]]}


def _two_layers(project: Project) -> None:
    import geopandas as gpd
    import pyogrio
    from shapely import Point

    layer(project, GOOD.replace("plants.geojson", "plants.gpkg"))
    frame = gpd.GeoDataFrame({"so2": [1.0]}, geometry=[Point(100.5, 30.5)], crs=4326)
    for name in ("plants", "gas"):
        pyogrio.write_dataframe(frame, project.folder / "plants.gpkg", layer=name, append=name == "gas")


def _plain_parquet(project: Project) -> None:
    import pandas as pd

    pd.DataFrame({"so2": [1.0]}).to_parquet(project.folder / "plants.parquet")


def _other_layer(project: Project) -> None:
    _two_layers(project)
    project.assess(("path: plants.gpkg,", "path: plants.gpkg, layer: gs,"))


SETTINGS = "variable: so2, unit_of_measure: t"

CASES = [
    Case(
        "settings that do not fit the statistic of a vector layer",
        _layers(
            f"{{path: plants.geojson, {SETTINGS}, statistic: share_within}}",
            f"{{path: plants.geojson, {SETTINGS}, statistic: count, distance: 5}}",
            f"{{path: plants.geojson, {SETTINGS}, statistic: count, measured_from: centre}}",
            f"{{path: plants.geojson, {SETTINGS}, statistic: area_share, weight: {{column: so2, unit_of_measure: t}}}}",
            f"{{path: plants.geojson, {SETTINGS}, statistic: lenght}}",
        ),
        """\
5 faults in assessment.yaml
  assessment.yaml:14  layers[0]: the statistic share_within needs a distance in km, such as distance: 5
  assessment.yaml:15  layers[1]: distance belongs to the statistic share_within; found count
  assessment.yaml:16  layers[2]: measured_from belongs to the statistic nearest_distance; found count
  assessment.yaml:17  layers[3]: the statistic area_share takes no weight; those that do: count, density, length, length_per_area
  assessment.yaml:18  layers[4].statistic: must be one of 'count', 'density', 'length', 'length_per_area', 'area', 'area_share', 'share_within', 'nearest_distance'; found 'lenght'; did you mean 'length'?
""",
    ),
    Case(
        "units of measure that do not fit the statistic of a vector layer",
        _layers(GOOD.replace("count", "density")),
        """\
1 fault in assessment.yaml
  assessment.yaml:14  layers[0].unit_of_measure: units of measure do not fit: (t) * (1/km^2) cannot become t
""",
    ),
    Case(
        "weight of a vector layer in no unit of measure",
        _layers(GOOD.replace("unit_of_measure: t}}", "unit_of_measure: tones}}")),
        """\
1 fault in assessment.yaml
  assessment.yaml:14  layers[0].weight.unit_of_measure: 'tones' is no unit of measure; did you mean 't'?
""",
    ),
    Case(
        "no such vector file",
        _layers(GOOD.replace("plants.geojson", "'plants_{year}.gpkg'")),
        """\
2 faults in assessment.yaml
  assessment.yaml:14  layers[0]: there is no file 'plants_2020.gpkg'
  assessment.yaml:14  layers[0]: there is no file 'plants_2021.gpkg'
""",
    ),
    Case(
        "vector layer that is none",
        _layers(GOOD, change=lambda project: project.write("plants.geojson", "{")),
        """\
1 fault in assessment.yaml
  assessment.yaml:14  layers[0]: cannot read the vector file 'plants.geojson'; expected GeoJSON, GeoPackage, Shapefile or GeoParquet (…)
""",
        quoting=True,
    ),
    Case(
        "several layers that a vector layer could be",
        _two_layers,
        """\
1 fault in assessment.yaml
  assessment.yaml:14  layers[0]: 'plants.gpkg' has several layers: plants, gas; say with `layer` which one is meant
""",
    ),
    Case(
        "no such layer of a file",
        _other_layer,
        """\
1 fault in assessment.yaml
  assessment.yaml:14  layers[0]: 'plants.gpkg' has no layer 'gs'; it has: plants, gas; did you mean 'gas'?
""",
    ),
    Case(
        "vector layer without features",
        _layers(GOOD, change=lambda project: plants(project, [])),
        """\
1 fault in assessment.yaml
  assessment.yaml:14  layers[0]: 'plants.geojson' holds no feature
""",
    ),
    Case(
        "column that features do not have",
        _layers(GOOD.replace("column: so2", "column: SO2")),
        """\
1 fault in assessment.yaml
  assessment.yaml:14  layers[0]: 'plants.geojson' has no column 'SO2'; it has: kind, so2, name; did you mean 'so2'?
""",
    ),
    Case(
        "value that no feature has",
        _layers(GOOD[:-1] + ", where: {kind: [coat]}}"),
        """\
1 fault in assessment.yaml
  assessment.yaml:14  layers[0]: no feature of 'plants.geojson' has coat in the column 'kind'; it has: coal, gas, oil; did you mean 'coal'?
""",
    ),
    Case(
        "filter that leaves no feature",
        _layers(GOOD[:-1] + ", where: {kind: [gas], so2: [400]}}"),
        """\
1 fault in assessment.yaml
  assessment.yaml:14  layers[0]: no feature of 'plants.geojson' has what is asked of all these columns at once: kind, so2
""",
    ),
    Case(
        "features of another kind than the statistic is of",
        _layers(
            "{path: plants.geojson, variable: so2, unit_of_measure: t, statistic: length, weight: {column: so2, unit_of_measure: t/km}}"
        ),
        """\
1 fault in assessment.yaml
  assessment.yaml:14  layers[0]: 'plants.geojson': the statistic 'length' is one of lines, but 6 feature(s) are none, such as number 1, a Point
""",
    ),
    Case(
        "texts where features should have numbers",
        _layers(GOOD.replace("column: so2", "column: kind")),
        """\
1 fault in assessment.yaml
  assessment.yaml:14  layers[0]: 'plants.geojson': expected numbers in the column 'kind', but feature number 1 has 'coal'; features concerned: 6
""",
    ),
    Case(
        "weights of features too great to compute with",
        _layers(
            GOOD, change=lambda project: plants(project, [(held | {"so2": -1e308}, at) for held, at in PLANTS[:1]])
        ),
        """\
1 fault in assessment.yaml
  assessment.yaml:14  layers[0]: 'plants.geojson': in the column 'so2' feature number 1 has '-1e+308', too great to compute with: expected at most 1e+100 either way; features concerned: 1
""",
    ),
    Case(
        "vector layer of a table without geometry",
        _layers(GOOD.replace("plants.geojson", "plants.parquet"), change=_plain_parquet),
        """\
1 fault in assessment.yaml
  assessment.yaml:14  layers[0]: 'plants.parquet' holds no geometry; expected points or polygons
""",
    ),
    Case(
        "overlay with a wrong column of names and of a filter",
        lambda project: overlay(project, "{path: plants.geojson, kind: basin, name: nmae, where: {knid: [coal]}}"),
        """\
2 faults in assessment.yaml
  assessment.yaml:15  overlays[0]: 'plants.geojson' has no column 'nmae'; it has: kind, so2, name; did you mean 'name'?
  assessment.yaml:15  overlays[0]: 'plants.geojson' has no column 'knid'; it has: kind, so2, name; did you mean 'kind'?
""",
    ),
    Case(
        "features that all lie elsewhere",
        _layers(GOOD, change=lambda project: plants(project, [(held, [at[0] - 90, at[1]]) for held, at in PLANTS])),
        """\
1 fault in assessment.yaml
  assessment.yaml:14  layers[0]: no feature of 'plants.geojson' meets any unit: the features lie at 10.5° … 15.5°, 30.5° … 30.5°, the boundaries at 100° … 106°, 30° … 31°
""",
    ),
    Case(
        "overlays without boundaries, and two of one name",
        lambda project: project.assess(
            ("period:", "overlays:\n  - {path: a.geojson, kind: basin}\n  - {path: b.geojson, kind: basin}\nperiod:")
        ),
        """\
4 faults in assessment.yaml
  assessment.yaml:13  overlays: overlays need `boundaries`
  assessment.yaml:14  overlays[0]: there is no file 'a.geojson'
  assessment.yaml:15  overlays[1]: two overlays are called 'basin'; give each a `code` of its own
  assessment.yaml:15  overlays[1]: there is no file 'b.geojson'
""",
    ),
    Case(
        "overlays of a kind that there is not, and a column that is not there",
        lambda project: overlay(project, "{path: plants.geojson, kind: redline}", "{path: plants.geojson, nmae: name}"),
        """\
2 faults in assessment.yaml
  assessment.yaml:15  overlays[0].kind: must be one of 'red_line', 'airshed', 'basin', 'other'; found 'redline'; did you mean 'red_line'?
  assessment.yaml:16  overlays[1].nmae: unknown key; known here: path, kind, code, label, name, layer, crs, where; did you mean 'name'?
""",
    ),
]
