# ruff: noqa: E501
"""Bad input: systems used in China, coordinates that contradict them, reference points, boundaries of cnmaps."""

import json
from collections.abc import Callable

import numpy as np
import rasterio
from pyproj import Transformer
from rasterio import Affine

from tests.evaluate.tiny import Project, squares
from tests.messages.cases import Case

CODES = ("C1", "C2", "C3", "C4", "C5", "C6")


def _drawn(stated: str, change: Callable[[float, float], tuple[float, float]]) -> Callable[[Project], None]:
    """Draw the squares with every coordinate changed, as a file that says the system that is stated."""

    def write(project: Project) -> None:
        project.draw()
        document = json.loads(squares(CODES, {"type": "name", "properties": {"name": stated}}))
        for feature in document["features"]:
            rings = feature["geometry"]["coordinates"]
            feature["geometry"]["coordinates"] = [[list(change(*place)) for place in ring] for ring in rings]
        project.write("cities.geojson", json.dumps(document))

    return write


def _projected(epsg: int, east: float = 0.0, *, turned: bool = False) -> Callable[[float, float], tuple[float, float]]:
    to = Transformer.from_crs("EPSG:4490", f"EPSG:{epsg}", always_xy=True)

    def change(longitude: float, latitude: float) -> tuple[float, float]:
        # squares about 102°, the middle of a zone of 3°
        x, y = to.transform(102 + (longitude - 103) / 100, latitude)
        x += east
        return (round(y), round(x)) if turned else (round(x), round(y))

    return change


def _path(path: str) -> Callable[[Project], None]:
    return lambda project: project.assess(("period:", f"boundaries: {{path: '{path}'}}\nperiod:"))


def _points(rows: dict[str, str], named: str = "longitude: lon, latitude: lat") -> Callable[[Project], None]:
    def write(project: Project) -> None:
        project.draw()
        lines = (project.folder / "roster.csv").read_text(encoding="utf-8").splitlines()
        lines = [lines[0] + ",lon,lat", *(f"{line},{rows.get(line[:2], ',')}" for line in lines[1:])]
        project.write("roster.csv", "\n".join(lines) + "\n")
        project.assess(("cohorts: [region]}", f"cohorts: [region], {named}}}"))

    return write


def _boundaries_stated(crs: str, own: str) -> Callable[[Project], None]:
    def write(project: Project) -> None:
        _drawn(own, lambda x, y: (x, y))(project)
        project.assess(("cities.geojson, unit: unit", f"cities.geojson, unit: unit, crs: {crs}"))

    return write


def _shifted_raster(project: Project) -> None:
    project.draw()
    rows = {"driver": "GTiff", "count": 1, "height": 2, "width": 7, "dtype": "float32"}
    with rasterio.open(
        project.folder / "air.tif", "w", **rows, crs="EPSG:4326", transform=Affine(1, 0, 100, 0, -1, 32)
    ) as raster:
        raster.write(np.ones((1, 2, 7), dtype=np.float32))
    project.assess(
        ("period:", "layers:\n  - {path: air.tif, variable: so2, unit_of_measure: t, crs: GCJ-02}\nperiod:"),
        ("      so2_t: {variable: so2, unit_of_measure: t}\n", ""),
    )


CASES = [
    Case(
        "raster in a shifted system",
        _shifted_raster,
        """\
1 fault in assessment.yaml
  assessment.yaml:14  layers[0]: GCJ-02 is no coordinate reference system that can be projected: it shifts every place differently, which a raster can only follow by resampling. Resample it to WGS 84 first; where its cells are 1 km or more, the shift is less than a cell and EPSG:4326 may be stated
""",
    ),
    Case(
        "latitude before longitude",
        _drawn("EPSG:4326", lambda x, y: (y, x)),
        """\
1 fault in assessment.yaml
  assessment.yaml:13  boundaries: 'cities.geojson' is in EPSG:4326, so longitude and then latitude are expected, but latitude seems to stand first: unit C1 has the coordinate (30, 100); units concerned: 6. Exchange the two in the file
""",
    ),
    Case(
        "northing before easting",
        _drawn("EPSG:4543", _projected(4543, turned=True)),
        """\
1 fault in assessment.yaml
  assessment.yaml:13  boundaries: 'cities.geojson' is in EPSG:4543, so easting and then northing are expected, but northing seems to stand first: the middle of all units is (3375543.5, 499517.5). Exchange the two in the file
""",
    ),
    Case(
        "zone with its number stated as one without",
        _drawn("EPSG:4543", _projected(4522)),
        """\
1 fault in assessment.yaml
  assessment.yaml:13  boundaries: 'cities.geojson' is in EPSG:4543, but its eastings are not of that zone: the middle of all units is (34499517.5, 3375543.5), as in 'CGCS2000 / 3-degree Gauss-Kruger zone 34'; did you mean 'EPSG:4522'?
""",
    ),
    Case(
        "metres far outside the area of use",
        _drawn("EPSG:4543", _projected(4543, east=2_000_000)),
        """\
1 fault in assessment.yaml
  assessment.yaml:13  boundaries: 'cities.geojson' is in EPSG:4543, which is for 100.5–103.5°, 21.13–42.69°, but its coordinates lie far outside: the middle of all units, (2499517.5, 3375543.5), falls on 122.3°, 28.9°
""",
    ),
    Case(
        "shift stated for a file of another datum",
        _boundaries_stated("GCJ-02", "EPSG:4214"),
        """\
1 fault in assessment.yaml
  assessment.yaml:13  boundaries: the stated coordinate reference system is GCJ-02, but 'cities.geojson' is in EPSG:4214
""",
    ),
    Case(
        "no level of cnmaps",
        _path("cnmaps:cities"),
        """\
1 fault in assessment.yaml
  assessment.yaml:13  boundaries: 'cnmaps:cities' is no level of the boundaries of cnmaps; expected one of 'cnmaps:province', 'cnmaps:city', 'cnmaps:county'; did you mean 'cnmaps:city'?
""",
    ),
    Case(
        "longitude of the reference points alone",
        _points({}, "longitude: lon"),
        """\
1 fault in assessment.yaml
  assessment.yaml:4  roster: only longitude is stated; `longitude` and `latitude` go together
""",
    ),
    Case(
        "reference points that are no places",
        _points({"C1": "30.5,100.5", "C2": "101.5,", "C3": "x,30.5"}),
        """\
3 faults in roster.csv
  roster.csv:2  lat: 100.5° is above the allowed maximum 90°
  roster.csv:3  lat: the reference point has only one of longitude and latitude; fill in both or neither
  roster.csv:4  lon: 'x' is no number
""",
    ),
]
