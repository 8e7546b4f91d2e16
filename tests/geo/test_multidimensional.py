"""NetCDF files and Zarr stores: axes, times, systems, and what cannot be used."""

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xarray
from pyproj import CRS
from rasterio import Affine
from shapely import Point, box

from geo.coverage import Edition
from geo.layers import Rasters, read_layer
from geo.zonal import Raster, Statistic, zonal
from indicators.errors import InputError, Place

FOUR = np.array([[1.0, 2.0], [3.0, 4.0]])  # cells of 1° from 100° E, 32° N: 1 2 above 3 4
AT = Place("assessment.yaml", line=30, key="layers[0]")
FRAME = {"a": box(100, 31, 101, 32), "b": box(100.5, 30, 101.25, 31), "c": Point(101.5, 31.5)}
EXPECTED = [1, (0.5 * 3 + 0.25 * 4) / 0.75, 2]


def cube(
    cells: Any = FOUR, lat: Any = (31.5, 30.5), lon: Any = (100.5, 101.5), dims: Any = ("lat", "lon"),
    name: str = "pm25", crs: str | None = "EPSG:4326", times: Any = None, **attrs: Any,
) -> xarray.Dataset:  # fmt: skip
    """Return a data set over latitude and longitude, with a grid mapping where a system is given."""
    coords: dict[str, Any] = {
        "lat": ("lat", np.asarray(lat, dtype=float), {"units": "degrees_north"}),
        "lon": ("lon", np.asarray(lon, dtype=float), {"units": "degrees_east"}),
    }
    if times is not None:
        coords["time"] = ("time", times)
    if crs is not None:
        coords["crs"] = ((), 0, CRS(crs).to_cf())
        attrs["grid_mapping"] = "crs"
    data = xarray.DataArray(np.asarray(cells, dtype=float), dims=dims, attrs=attrs)
    return xarray.Dataset({name: data}, coords=coords)


@pytest.fixture
def write(tmp_path: Path) -> Any:
    def write(data: xarray.Dataset, name: str = "x.nc", **encoding: Any) -> Path:
        path = tmp_path / name
        if path.suffix == ".zarr":
            data.to_zarr(path, consolidated=False, zarr_format=int(encoding.get("form", 3)))  # type: ignore[call-overload]
        else:
            kind = encoding.pop("engine", "h5netcdf")
            data.to_netcdf(path, engine=kind, encoding={str(k): encoding for k in data.data_vars})
        return path

    return write


def values(path: Path, frame: Any, **how: Any) -> list[float]:
    found = zonal([Raster(path, path.name, AT, **how)], Edition(frame))
    return [float(value) for value in found.value[0]]


def faults_of(path: Path, frame: Any, language: str = "en", **how: Any) -> str:
    with pytest.raises(InputError) as error:
        values(path, frame, **how)
    return error.value.render(language)


@pytest.mark.parametrize(
    ("name", "how"),
    [("x.nc", {}), ("x.nc", {"engine": "scipy"}), ("x.zarr", {}), ("x.zarr", {"form": 2}), ("named.tif", {})],
)
def test_every_form_is_told_by_its_content(write: Any, units: Any, name: str, how: Any) -> None:
    assert values(write(cube(), name, **how), units(**FRAME)) == pytest.approx(EXPECTED)


@pytest.mark.parametrize(
    "made",
    [
        cube(FOUR[::-1], lat=(30.5, 31.5)),
        cube(FOUR[:, ::-1], lon=(101.5, 100.5)),
        cube(FOUR.T, dims=("lon", "lat")),
        cube(np.stack([FOUR, FOUR * 9])[:1], dims=("level", "lat", "lon")),
        cube().rename({"lat": "south_north", "lon": "west_east"}),
        cube(lon=(100.5 - 360, 101.5 - 360)).assign_coords(lon=("lon", [100.5, 101.5])),
    ],
)
def test_axes_may_run_either_way_and_stand_in_any_order(write: Any, units: Any, made: Any) -> None:
    assert values(write(made), units(**FRAME)) == pytest.approx(EXPECTED)


def test_longitudes_from_0_to_360(write: Any, units: Any) -> None:
    lon = np.arange(5, 360, 10.0)
    cells = np.tile(lon, (2, 1))
    path = write(cube(cells, lat=(35, 25), lon=lon))
    frame = units(a=box(100, 30, 110, 40), b=box(-30, 20, -20, 40), c=box(-10, 30, 10, 40), d=box(-180, 30, -170, 40))
    assert values(path, frame) == pytest.approx([105, 335, (355 + 5) / 2, 185])
    parts = zonal([Raster(path)], Edition(frame, cells=1)).value[0]
    assert parts.tolist() == pytest.approx([105, 335, 180, 185])


def test_numbers_packed_as_whole_numbers(write: Any, units: Any) -> None:
    cells = FOUR.copy()
    cells[0, 1] = np.nan
    path = write(cube(cells), dtype="int16", scale_factor=0.5, add_offset=-3.0, _FillValue=-99)
    found = zonal([Raster(path)], Edition(units(a=box(100, 30, 102, 32))))
    assert found.value[0].tolist() == pytest.approx([8 / 3])
    assert found.covered[0].tolist() == pytest.approx([0.75])
    assert found.parts == ("pm25",)


def test_a_projection_in_kilometres(write: Any, write_raster: Any, units: Any) -> None:
    cells = np.arange(100.0).reshape(10, 10)
    made = cube(cells, lat=np.arange(3399.5, 3389.5, -1), lon=np.arange(500.5, 510.5), crs="EPSG:32648")
    made["lat"].attrs = {"standard_name": "projection_y_coordinate", "units": "km"}
    made["lon"].attrs = {"standard_name": "projection_x_coordinate", "units": "km"}
    frame = units(crs="EPSG:32648", a=box(501000, 3397500, 502500, 3399000)).to_crs("EPSG:4326")
    tiff = write_raster(cells, Affine(1000, 0, 500000, 0, -1000, 3400000), crs="EPSG:32648")
    assert values(write(made), frame) == pytest.approx(values(tiff, frame))


# --- times


MONTHS = np.array(["2018-11-15", "2019-01-15", "2019-02-15", "2019-03-15", "2021-07-01"], dtype="datetime64[ns]")


def test_a_year_is_the_mean_of_its_steps_that_have_data(write: Any, units: Any) -> None:
    steps = np.stack([FOUR * 0 + n for n in (7, 1, 2, 6, 9)])
    steps[3, 0, 0] = np.nan
    path = write(cube(steps, times=MONTHS, dims=("time", "lat", "lon")))
    frame = units(a=box(100, 31, 101, 32), b=box(101, 31, 102, 32))
    assert [values(path, frame, year=year) for year in (2018, 2019, 2021)] == [[7, 7], [1.5, 3], [9, 9]]
    said = faults_of(path, frame, year=2020)
    assert "the time of 'x.nc' has no year 2020; it has: 2018, 2019, 2021" in said
    assert "“x.nc”的时间轴上没有 2020 年；现有的年份：2018, 2019, 2021" in faults_of(path, frame, "zh", year=2020)


def test_a_layer_takes_its_years_from_the_time(write: Any, units: Any, tmp_path: Path) -> None:
    path = write(cube(np.stack([FOUR, FOUR * 10]), times=[2018, 2019], dims=("time", "lat", "lon")))
    found = read_layer(Rasters(path, "x.nc"), [2018, 2019], Edition(units(a=box(100, 31, 101, 32))))
    assert found.table.to_numpy().tolist() == [
        ["a", 2018, 1.0, "x.nc", "pm25, mean"],
        ["a", 2019, 10.0, "x.nc", "pm25, mean"],
    ]
    assert found.files == ("x.nc",)
    alone = write(cube(), "{year}.nc")
    alone.rename(tmp_path / "2018.nc")
    found = read_layer(Rasters(alone, "{year}.nc"), [2018], Edition(units(a=box(100, 31, 101, 32))))
    assert found.table["value"].tolist() == [1]


def test_further_dimensions_are_a_fault(write: Any, units: Any) -> None:
    path = write(cube(np.stack([FOUR, FOUR]), dims=("level", "lat", "lon")))
    said = faults_of(path, units(**FRAME))
    assert "the variable 'pm25' of 'x.nc' has dimensions besides place and one time: level (2)" in said


# --- which variable, which system


def test_the_variable_is_named_where_there_are_several(write: Any, units: Any) -> None:
    frame = units(**FRAME)
    both = cube().assign(no2=cube()["pm25"] * 10, hours=("lat", [1.0, 2.0]))
    path = write(both)
    assert values(path, frame, field="no2") == pytest.approx([10 * value for value in EXPECTED])
    assert "'x.nc' has several variables: pm25, no2; name one with field" in faults_of(path, frame)
    said = faults_of(path, frame, field="pm2.5")
    assert "'x.nc' has no variable 'pm2.5' over latitude and longitude, or y and x; it has: pm25, no2" in said
    assert said.endswith("did you mean 'pm25'?")
    none = write(both[["hours"]], "y.nc")
    assert "'y.nc' has no variable over latitude and longitude, or y and x" in faults_of(none, frame)


def test_the_system_is_stated_where_the_file_has_none(write: Any, units: Any) -> None:
    path, frame = write(cube(crs=None)), units(**FRAME)
    assert faults_of(path, frame) == (
        "1 fault in assessment.yaml\n  assessment.yaml:30  layers[0]: the raster 'x.nc' does not say its coordinate "
        "reference system; state it, such as crs: EPSG:4326"
    )
    assert values(path, frame, crs="EPSG:4326") == pytest.approx(EXPECTED)
    own = write(cube(), "y.nc")
    assert "the stated coordinate reference system is EPSG:4490" in faults_of(own, frame, crs="EPSG:4490")
    made = cube()
    made["crs"].attrs = {"grid_mapping_name": "nonsense"}
    said = faults_of(write(made, "z.nc"), frame)
    assert "the coordinate reference system that 'z.nc' names is unknown: nonsense" in said


def test_uneven_axes_are_a_fault(write: Any, units: Any) -> None:
    frame = units(**FRAME)
    cells = np.ones((2, 3))
    uneven = write(cube(cells, lon=(100.5, 101.5, 103.5)))
    assert "the coordinates 'lon' of 'x.nc' are not evenly spaced, or there is only one" in faults_of(uneven, frame)
    single = write(cube(FOUR[:1], lat=(31.5,)), "y.nc")
    assert "the coordinates 'lat' of 'y.nc' are not evenly spaced" in faults_of(single, frame)


# --- files that cannot be used


@pytest.mark.parametrize("calendar", ["standard", "noleap"])
def test_a_step_without_a_date_is_a_fault(write: Any, units: Any, calendar: str) -> None:
    path = write(cube(np.stack([FOUR] * 3), dims=("time", "lat", "lon"), times=[0.0, np.nan, 366.0]))
    with xarray.open_dataset(path, engine="h5netcdf", decode_times=False) as data:
        held = data.load()
    held["time"].attrs = {"units": "days since 2020-01-01", "calendar": calendar}
    said = faults_of(write(held, "y.nc"), units(**FRAME), year=2020)
    assert "1 step(s) of the time 'time' of 'y.nc' have no date, the first of them number 2" in said


@pytest.mark.parametrize("kind", ["complex64", "<U3", "datetime64[ns]"])
def test_cells_that_are_no_real_numbers_are_a_fault(write: Any, units: Any, kind: str) -> None:
    made = cube()
    made["pm25"] = made["pm25"].astype("int64").astype(kind).assign_attrs(made["pm25"].attrs)
    said = faults_of(write(made, "x.zarr", form=2), units(**FRAME))
    assert "variable pm25 of the raster 'x.zarr' holds cells of the kind '" in said


def test_why_a_file_cannot_be_read_names_no_folder_and_gives_no_advice(write: Any, units: Any, tmp_path: Path) -> None:
    made = cube(FOUR[None], dims=("time", "lat", "lon"), times=[0.0])
    made["time"].attrs = {"units": "fortnights since the flood"}
    said = faults_of(write(made), units(**FRAME), year=2020)
    assert "cannot read the raster 'x.nc'; expected a GeoTIFF, NetCDF or Zarr (" in said
    assert "decode_times" not in said
    for content in (b"\x89HDF\r\n\x1a\n", b"no raster"):
        (tmp_path / "y.nc").write_bytes(content)
        assert str(tmp_path) not in faults_of(tmp_path / "y.nc", units(**FRAME))


@pytest.mark.parametrize(
    "content", [b"\x89HDF\r\n\x1a\n", b"\x89HDF\r\n\x1a\n" + b"x" * 500, b"CDF\x01", b"CDF\x05abc"]
)
def test_a_broken_file_is_a_fault(tmp_path: Path, units: Any, content: bytes) -> None:
    (tmp_path / "x.nc").write_bytes(content)
    assert "cannot read the raster 'x.nc'; expected a GeoTIFF, NetCDF or Zarr (" in faults_of(
        tmp_path / "x.nc", units(**FRAME)
    )


def test_a_file_that_breaks_off_is_a_fault(write: Any, units: Any) -> None:
    random = np.random.default_rng(1)
    lon, lat = np.arange(200) / 100 + 100, 32 - np.arange(200) / 100
    path = write(cube(random.random((200, 200)), lat=lat, lon=lon), chunksizes=(20, 20))
    path.write_bytes(path.read_bytes()[:-100_000])
    assert "cannot read the raster 'x.nc'" in faults_of(path, units(**FRAME))


def test_a_folder_that_is_no_store_is_a_fault(tmp_path: Path, units: Any) -> None:
    for name, content in (("zarr.json", "no json"), (".zgroup", '{"zarr_format": 9}')):
        folder = tmp_path / f"{len(list(tmp_path.iterdir()))}.zarr"
        folder.mkdir()
        (folder / name).write_text(content)
        assert "cannot read the raster" in faults_of(folder, units(**FRAME))
    (tmp_path / "plain").mkdir()
    assert "cannot read the raster 'plain'" in faults_of(tmp_path / "plain", units(**FRAME))


def test_a_file_that_sends_readers_to_another_is_refused(write: Any, units: Any, tmp_path: Path) -> None:
    import h5py

    secret = tmp_path / "secret.bin"
    secret.write_bytes(FOUR.tobytes())
    layout = h5py.VirtualLayout((2, 2), dtype="f8")
    layout[:] = h5py.VirtualSource(write(cube(), "other.nc"), "pm25", (2, 2))
    ways = {
        "link": lambda file: file.__setitem__("no2", h5py.ExternalLink("other.nc", "pm25")),
        "raw": lambda file: file.create_dataset("no2", (2, 2), "f8", external=[(str(secret), 0, 32)]),
        "virtual": lambda file: file.create_virtual_dataset("no2", layout),
    }
    for name, way in ways.items():
        path = write(cube(), f"{name}.nc")
        with h5py.File(path, "a") as file:
            way(file)
        assert f"cannot read the raster '{name}.nc'" in faults_of(path, units(**FRAME))


@pytest.mark.parametrize("form", [2, 3])
def test_a_store_whose_chunks_would_run_code_is_never_decoded(write: Any, units: Any, form: int) -> None:
    path = write(cube(), "x.zarr", form=form)
    about = path / "pm25" / ("zarr.json" if form == 3 else ".zarray")
    told = json.loads(about.read_text())
    if form == 3:
        told["codecs"].append({"name": "numcodecs.pickle", "configuration": {"id": "pickle"}})
    else:
        told["filters"] = [{"id": "pickle", "protocol": 5}]
    about.write_text(json.dumps(told))
    said = faults_of(path, units(**FRAME))
    assert "cannot read the raster 'x.zarr'" in said
    assert "codec" in said


@pytest.mark.parametrize(
    ("name", "package"), [("x.nc", "xarray"), ("x.nc", "h5netcdf"), ("x.nc", "h5py"), ("x.zarr", "zarr")]
)
def test_without_the_extra_it_is_told_what_to_install(
    write: Any, units: Any, monkeypatch: pytest.MonkeyPatch, name: str, package: str
) -> None:
    path = write(cube(), name)
    monkeypatch.setitem(sys.modules, package, None)
    said = faults_of(path, units(**FRAME))
    assert f"'{name}' needs the Python package {package}; install the extra netcdf" in said
    assert f"读取“{name}”需要 Python 包 {package}；请安装可选依赖 netcdf" in faults_of(path, units(**FRAME), "zh")


def test_weights_may_come_from_another_form(write: Any, write_raster: Any, units: Any) -> None:
    people = write(cube(np.array([[0.0, 30], [10, np.nan]]), name="people"))
    found = zonal(
        [Raster(write_raster(FOUR))], Edition(units(a=box(100, 30, 102, 32))), Statistic("mean"), [Raster(people)]
    )
    assert found.value[0].tolist() == pytest.approx([90 / 40])
    assert found.weights == ("people",)


@pytest.mark.parametrize(
    "how",
    [
        {"dtype": "float32"},
        {"dtype": "float64"},
        {"dtype": "int16", "scale_factor": 0.1, "_FillValue": -999},
        {"dtype": "int16", "scale_factor": 0.1, "add_offset": 5.0, "_FillValue": -999},
        {"dtype": "int32", "scale_factor": np.float32(0.1), "_FillValue": -999},
    ],
)
def test_every_class_that_was_written_is_found(write: Any, units: Any, how: Any) -> None:
    # tenths, none of which 4 or 8 bytes hold exactly
    cells = np.arange(1, 41).reshape(1, 40) / 10 * np.ones((2, 1))
    path = write(cube(cells, lon=np.arange(100.5, 140)), **how)
    raster, edition = Raster(path), Edition(units(a=box(100, 30, 140, 32)))
    for value in (0.1, 0.3, 0.7, 2.3, 4):
        found = zonal([raster], edition, Statistic("share", classes=(value,))).value.iloc[0, 0]
        assert found == pytest.approx(1 / 40), value
    if how["dtype"].startswith("int"):
        with pytest.raises(InputError, match=r"variable pm25 .* cannot be of the class 0.25"):
            zonal([raster], edition, Statistic("share", classes=(0.25,)))
        absent = how["_FillValue"] * how["scale_factor"] + how.get("add_offset", 0)
        with pytest.raises(InputError, match=r"NoData -999\)"):
            zonal([raster], edition, Statistic("share", classes=(absent,)))


def test_numbers_that_stand_for_no_data_are_no_classes(write: Any, units: Any) -> None:
    edition = Edition(units(a=box(100, 30, 102, 32)))
    for stated, absent in ((np.array([-1.0, np.nan]), (-1,)), ("none", ())):  # a text stands for nothing
        raster = Raster(write(cube(missing_value=stated)))
        assert zonal([raster], edition, Statistic("share", classes=(1,))).value.iloc[0, 0] == 0.25
        for value in absent:
            with pytest.raises(InputError, match=r"NoData -1\)"):
                zonal([raster], edition, Statistic("share", classes=(value,)))
