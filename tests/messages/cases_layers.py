# ruff: noqa: E501
"""Bad input: statistics of rasters, their weights and their files."""

from collections.abc import Callable
from typing import Any

import numpy as np
import rasterio
import xarray
from pyproj import CRS
from rasterio import Affine

from tests.evaluate.tiny import Project
from tests.messages.cases import Case

NORTH_UP = Affine(1, 0, 100, 0, -1, 31)  # the six squares, a cell each
AIR = "air.tif"
AT = "  assessment.yaml:14  layers[0]"


def raster(project: Project, name: str = AIR, cells: Any = None, where: Affine = NORTH_UP, **more: Any) -> None:
    """Write a row of six cells, 1 to 6 unless told otherwise."""
    held = np.arange(1.0, 7.0)[None] if cells is None else np.asarray(cells)
    held = held if held.ndim == 3 else held[None]
    profile = {
        "driver": "GTiff", "count": len(held), "height": held.shape[1], "width": held.shape[2], "dtype": held.dtype,
        "transform": where, "crs": "EPSG:4326", **more,
    }  # fmt: skip
    with rasterio.open(project.folder / name, "w", **profile) as out:
        out.write(held)


def cube(
    project: Project, crs: str | None = "EPSG:4326", dims: str = "time", steps: Any = (2020, 2021), lon: Any = None
) -> None:
    """Write a NetCDF file of the six cells and some years."""
    longitudes = np.arange(100.5, 106) if lon is None else np.asarray(lon)
    coords: dict[str, Any] = {
        dims: (dims, list(steps)),
        "lat": ("lat", [30.5, 29.5], {"units": "degrees_north"}),
        "lon": ("lon", longitudes, {"units": "degrees_east"}),
    }
    attributes = {} if crs is None else {"grid_mapping": "crs"}
    if crs is not None:
        coords["crs"] = ((), 0, CRS(crs).to_cf())
    held = np.ones((len(steps), 2, len(longitudes)))
    names = ("so2", "gdp")
    data = {name: ((dims, "lat", "lon"), held, attributes) for name in names}
    xarray.Dataset(data, coords=coords).to_netcdf(project.folder / "air.nc", engine="h5netcdf")


def layer(
    name: str, layer: str, said: str, change: Callable[[Project], object] = raster, *, quoting: bool = False
) -> Case:
    """Return a case in which so2 comes from a layer; each line of `said` is a fault."""

    def write(project: Project) -> None:
        project.draw()
        change(project)
        project.assess(
            ("period:", f"layers:\n  - {{variable: so2, {layer}}}\nperiod:"),
            ("      so2_t: {variable: so2, unit_of_measure: t}\n", ""),
        )

    lines = said.splitlines()
    head = "1 fault" if len(lines) == 1 else f"{len(lines)} faults"
    # the line with the variable is 15 as soon as the boundaries stand above it
    return Case(name, write, "\n".join([f"{head} in assessment.yaml", *lines, ""]), quoting=quoting)


def _with(*more: Callable[[Project], object]) -> Callable[[Project], None]:
    def change(project: Project) -> None:
        raster(project)
        for one in more:
            one(project)

    return change


def _people(**how: Any) -> Callable[[Project], None]:
    return _with(lambda project: raster(project, "people.tif", **how))


TONNES = "path: air.tif, unit_of_measure: t"
WEIGHED = f"{TONNES}, weight: {{path: people.tif}}"
CUBE = "path: air.nc, unit_of_measure: t, field: so2"

CASES = [
    layer(
        "quantile without saying which", f"{TONNES}, statistic: quantile",
        f"{AT}: the statistic quantile needs q, such as q: 0.5",
    ),
    layer(
        "quantile beyond 1", f"{TONNES}, statistic: quantile, q: 90",
        f"{AT}.q: must be at most 1; found 90",
    ),
    layer(
        "which quantile, of a mean", f"{TONNES}, q: 0.9",
        f"{AT}: q belongs to the statistic quantile; found mean",
    ),
    layer(
        "share without classes", "path: air.tif, unit_of_measure: '1', statistic: share",
        f"{AT}: the statistic share needs classes, such as classes: [311, 312]",
    ),
    layer(
        "classes without a share", f"{TONNES}, statistic: sum, classes: [1]",
        f"{AT}: classes belong to the statistic share; found sum",
    ),
    layer(
        "greatest value with weights", f"{WEIGHED}, statistic: max",
        f"{AT}: the statistic max takes no weight; those that do: mean, sum, quantile, share", _people(),
    ),
    layer(
        "unknown statistic of a raster", f"{TONNES}, statistic: maen",
        f"{AT}.statistic: must be one of 'mean', 'sum', 'min', 'max', 'quantile', 'share', 'coverage'; found 'maen'; did you mean 'mean'?",
    ),
    layer(
        "share in tonnes", f"{TONNES}, statistic: share, classes: [1]",
        f"{AT}.unit_of_measure: the statistic share gives a share from 0 to 1; expected the unit of measure '1', found 't'",
    ),
    layer(
        "band that is not there", f"{TONNES}, band: 2",
        f"{AT}: the raster 'air.tif' has no band 2; it has 1",
    ),
    layer(
        "classes that the cells cannot hold",
        "path: air.tif, unit_of_measure: '1', statistic: share, classes: [1, 300, 0.5, -1]",
        f"{AT}.unit_of_measure: units of measure do not fit: 1 cannot become t\n" + "\n".join(
            f"{AT}: band 1 of the raster 'air.tif' holds cells of the kind 'uint8', which cannot be of the class {value}"
            for value in ("300", "0.5", "-1")
        ),
        lambda project: raster(project, cells=np.arange(1, 7, dtype=np.uint8)[None]),
    ),
    layer(
        "a class that stands for no data", "path: air.tif, unit_of_measure: '1', statistic: share, classes: [1, 255]",
        f"{AT}.unit_of_measure: units of measure do not fit: 1 cannot become t\n"
        f"{AT}: band 1 of the raster 'air.tif' holds cells of the kind 'uint8 (NoData 255)', which cannot be of the class 255",
        lambda project: raster(project, cells=np.arange(1, 7, dtype=np.uint8)[None], nodata=255),
    ),
    layer(
        "band that is none", f"{TONNES}, band: 0",
        f"{AT}.band: must be at least 1; found 0",
    ),
    layer(
        "band in words", f"{TONNES}, band: first",
        f"{AT}.band: must be a whole number or a mapping of keys; found 'first'",
    ),
    layer(
        "year without a band", f"{TONNES}, band: {{2019: 1, 2020: 1}}",
        f"{AT}: no band of 'air.tif' is given for 2021; years with one: 2019, 2020",
    ),
    layer(
        "raster without a CRS", TONNES,
        f"{AT}: the raster 'air.tif' does not say its coordinate reference system; state it, such as crs: EPSG:4326",
        lambda project: raster(project, crs=None),
    ),
    layer(
        "raster with another CRS than stated", f"{TONNES}, crs: EPSG:4490",
        f"{AT}: the stated coordinate reference system is EPSG:4490, but 'air.tif' is in EPSG:4326",
    ),
    layer(
        "raster that is rotated", TONNES,
        f"{AT}: the raster 'air.tif' is rotated; expected rows and columns along the axes",
        lambda project: raster(project, where=Affine(1, 0.1, 100, 0.1, -1, 31)),
    ),
    layer(
        "raster elsewhere", TONNES,
        f"{AT}: the raster 'air.tif' meets none of the boundaries: in EPSG:4326 the raster covers x 10 … 16, y 30 … 31, the boundaries x 100 … 106, y 30 … 31",
        lambda project: raster(project, where=Affine(1, 0, 10, 0, -1, 31)),
    ),
    layer(
        "raster without any data", TONNES,
        f"{AT}: band 1 of the raster 'air.tif' holds nothing but NoData in every unit",
        lambda project: raster(project, cells=np.full((1, 6), -9.0), nodata=-9.0),
    ),
    layer(
        "raster with infinite cells", TONNES,
        f"{AT}: band 1 of the raster 'air.tif' holds infinite values within the extent of the boundaries",
        lambda project: raster(project, cells=[[1, 2, np.inf, 4, 5, 6]]),
    ),
    layer(
        "weights that are not there", WEIGHED, f"{AT}.weight: there is no file 'people.tif'",
    ),
    layer(
        "weights on another grid", WEIGHED,
        f"{AT}.weight: the weights 'people.tif' are not on the grid of 'air.tif', which is EPSG:4326, 1 × 6, 1 × 1, x 100 … 106, y 30 … 31; theirs is EPSG:4326, 1 × 6, 0.5 × 0.5, x 100 … 103, y 30.5 … 31. Resample them to that grid first",
        _people(where=Affine(0.5, 0, 100, 0, -0.5, 31)),
    ),
    layer(
        "weights below 0", WEIGHED,
        f"{AT}.weight: the weights 'people.tif' hold values below 0", _people(cells=[[1.0, 1, -1, 1, 1, 1]]),
    ),
    layer(
        "weights that say nothing", WEIGHED,
        f"{AT}.weight: where 'air.tif' holds data, the weights 'people.tif' are 0 or hold nothing in every unit", _people(cells=np.zeros((1, 6))),
    ),
    layer(
        "areas in a projection that distorts them", f"{TONNES}, statistic: sum, area: true",
        f"{AT}: in EPSG:3857 the cells of 'air.tif' differ in true area by more than 1 %, so they cannot count by it; expected a raster in degrees or in an equal-area projection",
        lambda project: raster(
            project, cells=np.ones((40, 60)), where=Affine(2e4, 0, 1.1e7, 0, -2e4, 3.8e6), crs="EPSG:3857"
        ),
    ),
    layer(
        "NetCDF without a CRS", CUBE,
        f"{AT}: the raster 'air.nc' does not say its coordinate reference system; state it, such as crs: EPSG:4326",
        lambda project: cube(project, crs=None),
    ),
    layer(
        "NetCDF without the variable", "path: air.nc, unit_of_measure: t, field: so3",
        f"{AT}: 'air.nc' has no variable 'so3' over latitude and longitude, or y and x; it has: so2, gdp; did you mean 'so2'?",
        cube,
    ),
    layer(
        "NetCDF with several variables", "path: air.nc, unit_of_measure: t",
        f"{AT}: 'air.nc' has several variables: so2, gdp; name one with field", cube,
    ),
    layer(
        "NetCDF without the year", CUBE,
        f"{AT}: the time of 'air.nc' has no year 2021; it has: 2019, 2020", lambda project: cube(project, steps=(2019, 2020)),
    ),
    layer(
        "NetCDF with steps without a date", CUBE,
        f"{AT}: 1 step(s) of the time 'time' of 'air.nc' have no date, the first of them number 2; expected a date for every step",
        lambda project: cube(project, steps=np.array(["2020-06-01", "NaT", "2021-06-01"], dtype="datetime64[ns]")),
    ),
    layer(
        "raster of complex numbers", TONNES,
        f"{AT}: band 1 of the raster 'air.tif' holds cells of the kind 'complex64'; expected real numbers",
        lambda project: raster(project, cells=np.array([[1 + 2j] * 6], dtype=np.complex64)),
    ),
    layer(
        "NetCDF with a further dimension", CUBE,
        f"{AT}: the variable 'so2' of 'air.nc' has dimensions besides place and one time: sheet (2)",
        lambda project: cube(project, dims="sheet"),
    ),
    layer(
        "NetCDF with uneven longitudes", CUBE,
        f"{AT}: the coordinates 'lon' of 'air.nc' are not evenly spaced, or there is only one; expected a regular grid",
        lambda project: cube(project, lon=[100.5, 101.5, 103.5]),
    ),
    layer(
        "NetCDF that is broken", CUBE,
        f"{AT}: cannot read the raster 'air.nc'; expected a GeoTIFF, NetCDF or Zarr (…)",
        lambda project: project.write("air.nc", b"\x89HDF\r\n\x1a\n"), quoting=True,
    ),
]  # fmt: skip
