# ruff: noqa: E501
"""Bad input: boundaries, layers, and where the results are to go."""

from collections.abc import Callable
from pathlib import Path

from tests.evaluate.tiny import Project
from tests.messages.cases import Case

LAYER = "layers:\n  - {path: 'air_{year}.tif', variable: so2, unit_of_measure: t}\nperiod:"


def _drawn(
    name: str, said: str, change: Callable[[Project], object] | None = None, *, quoting: bool = False, **how: object
) -> Case:
    """Return a case with boundaries."""

    def write(project: Project) -> None:
        project.draw(**how)  # type: ignore[arg-type]
        if change is not None:
            change(project)

    return Case(name, write, said, quoting=quoting)


def _stated(crs: str) -> Callable[[Project], object]:
    return lambda project: project.assess(("cities.geojson, unit: unit", f"cities.geojson, unit: unit, crs: {crs}"))


def _layer(project: Project) -> None:
    project.assess(("period:", LAYER), ("      so2_t: {variable: so2, unit_of_measure: t}\n", ""))


def _no_rasters(project: Project) -> None:
    _layer(project)
    for year in (2020, 2021):
        project.write(f"air_{year}.tif", "no raster")


def _out(make: Callable[[Path], object]) -> Callable[[Project], None]:
    def change(project: Project) -> None:
        project.out.parent.mkdir()
        make(project.out)

    return change


CASES = [
    _drawn(
        "boundaries without a CRS",
        """\
1 fault in assessment.yaml
  assessment.yaml:13  boundaries: 'cities.geojson' does not say its coordinate reference system; state it, such as crs: EPSG:4326
""",
        crs=None,
    ),
    _drawn(
        "boundaries with another CRS than stated",
        """\
1 fault in assessment.yaml
  assessment.yaml:13  boundaries: the stated coordinate reference system is EPSG:3857, but 'cities.geojson' is in EPSG:4326
""",
        _stated("EPSG:3857"),
    ),
    _drawn(
        "boundaries with a CRS that is none",
        """\
1 fault in assessment.yaml
  assessment.yaml:13  boundaries: 'WGS-84-ish' is no coordinate reference system; expected a name such as EPSG:4326
""",
        _stated("WGS-84-ish"),
    ),
    _drawn(
        "boundaries with none of the codes",
        """\
1 fault in assessment.yaml
  assessment.yaml:13  boundaries: none of the roster's units is in the column 'unit' of 'cities.geojson': it has X1, X2; the roster has C1, C2, C3, …
""",
        codes=("X1", "X2"),
    ),
    _drawn(
        "boundaries with a unit twice",
        """\
1 fault in assessment.yaml
  assessment.yaml:13  boundaries: 1 unit(s) stand more than once in 'cities.geojson': C1 (×2); expected one geometry a unit
""",
        codes=("C1", "C1", "C2"),
    ),
    _drawn(
        "boundaries without the column",
        """\
1 fault in assessment.yaml
  assessment.yaml:13  boundaries: 'cities.geojson' has no column 'code'; it has: unit
""",
        lambda project: project.assess(("cities.geojson, unit: unit", "cities.geojson, unit: code")),
    ),
    _drawn(
        "no such boundaries",
        """\
1 fault in assessment.yaml
  assessment.yaml:13  boundaries: there is no file 'cities.geojson'
""",
        lambda project: (project.folder / "cities.geojson").unlink(),
    ),
    _drawn(
        "boundaries that cannot be read",
        """\
1 fault in assessment.yaml
  assessment.yaml:13  boundaries: cannot read the boundaries 'cities.geojson'; expected GeoJSON, GeoPackage, Shapefile or GeoParquet (…)
""",
        lambda project: project.write("cities.geojson", "{"),
        quoting=True,
    ),
    _drawn(
        "boundaries that are a table",
        """\
1 fault in assessment.yaml
  assessment.yaml:13  boundaries: cannot read the boundaries 'data.csv'; expected GeoJSON, GeoPackage, Shapefile or GeoParquet (its content is none of these)
""",
        lambda project: project.assess(("cities.geojson, unit", "data.csv, unit")),
    ),
    Case(
        "layer without boundaries",
        _layer,
        said="""\
1 fault in assessment.yaml
  assessment.yaml:12  layers: layers need `boundaries`
""",
    ),
    _drawn(
        "no such layer",
        """\
2 faults in assessment.yaml
  assessment.yaml:14  layers[0]: there is no file 'air_2020.tif'
  assessment.yaml:14  layers[0]: there is no file 'air_2021.tif'
""",
        _layer,
    ),
    _drawn(
        "layer that is no raster",
        """\
2 faults in assessment.yaml
  assessment.yaml:14  layers[0]: cannot read the raster 'air_2020.tif'; expected a GeoTIFF, NetCDF or Zarr (…)
  assessment.yaml:14  layers[0]: cannot read the raster 'air_2021.tif'; expected a GeoTIFF, NetCDF or Zarr (…)
""",
        _no_rasters,
        quoting=True,
    ),
    _drawn(
        "variable from a table and from a layer",
        """\
3 faults in assessment.yaml
  assessment.yaml:15  layers[0]: the variable 'so2' comes from a table and from a layer
  assessment.yaml:15  layers[0]: there is no file 'air_2020.tif'
  assessment.yaml:15  layers[0]: there is no file 'air_2021.tif'
""",
        lambda project: project.assess(("period:", LAYER)),
    ),
    Case(
        "boundaries that only say where they are",
        lambda project: (
            project.draw(),
            project.write(
                "cities.geojson", "<OGRVRTDataSource><SrcDataSource>/vsicurl/x</SrcDataSource></OGRVRTDataSource>"
            ),
        ),
        said="""\
1 fault in assessment.yaml
  assessment.yaml:13  boundaries: cannot read the boundaries 'cities.geojson'; expected GeoJSON, GeoPackage, Shapefile or GeoParquet (its content is none of these)
""",
    ),
    Case(
        "output folder exists",
        _out(lambda out: (out.mkdir(), (out / "manifest.json").write_text("{}"))),
        said="""\
1 fault in ../results/run
  ../results/run  the output folder exists already; --overwrite replaces it
""",
        computing=True,
    ),
    Case(
        "output folder within a run",
        _out(lambda out: (out.parent / "manifest.json").write_text('{"artifacts": {}}')),
        said="""\
1 fault in ../results/run
  ../results/run  lies within the run folder 'results', whose record lists everything in it; give another place
""",
        computing=True,
    ),
    Case(
        "output folder is somebody's",
        _out(lambda out: out.mkdir()),
        said="""\
1 fault in ../results/run
  ../results/run  exists already and is no run folder, so it is never replaced; give another name
""",
        computing=True,
    ),
    Case(
        "output folder is a file",
        _out(lambda out: out.write_text("mine")),
        said="""\
1 fault in ../results/run
  ../results/run  exists already and is no run folder, so it is never replaced; give another name
""",
        computing=True,
    ),
    Case(
        "output folder inside a file",
        lambda project: project.out.parent.write_text("mine"),
        said="""\
1 fault in ../results/run
  ../results/run  cannot be made: 'results' is no folder
""",
        computing=True,
    ),
]
