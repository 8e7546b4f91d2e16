"""NetCDF files and Zarr stores, read by xarray where it is installed."""

import importlib
import json
import warnings
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pyproj import CRS
from pyproj.exceptions import CRSError

from geo.coverage import Grid, Window
from geo.crs.systems import half_turn
from geo.zonal.raster import Cells, Raster, Source, no_numbers, system_of, unreadable
from indicators.errors import fault, nearest
from indicators.texts import both, listed

_X = ("x", "lon", "longitude", "easting")
_Y = ("y", "lat", "latitude", "northing")
_UNEVEN = 0.01
"""Coordinates may be off an even spacing by this share of a cell: many are numbers of 4 bytes."""
_CODECS = frozenset({
    "bytes", "endian", "crc32c", "crc32", "adler32", "fletcher32", "transpose", "sharding_indexed", "shuffle", "delta",
    "fixedscaleoffset", "bitround", "quantize", "blosc", "gzip", "zstd", "zlib", "lz4", "bz2", "lzma", "vlen-utf8",
    "string",
})  # fmt: skip
"""How the chunks of a Zarr store may be packed; others, pickled objects among them, could run what they hold."""
_PACKAGES = {"zarr": ("zarr",), "h5netcdf": ("h5netcdf", "h5py"), "scipy": ()}
"""What each engine of xarray needs."""
_FAILING = (OSError, RuntimeError, ValueError, KeyError, TypeError, IndexError, AttributeError, NotImplementedError)


def engine_of(path: Path) -> str | None:
    """Return what reads a NetCDF file or Zarr store, told by its content; None for anything else."""
    if path.is_dir():
        named = any((path / name).is_file() for name in ("zarr.json", ".zgroup", ".zmetadata"))
        return "zarr" if named else None
    try:
        with path.open("rb") as stream:
            head = stream.read(8)
    except OSError:  # said where it is opened
        return None
    if head == b"\x89HDF\r\n\x1a\n":
        return "h5netcdf"
    return "scipy" if head[:4] in (b"CDF\x01", b"CDF\x02") else None


class Multidimensional(Source):
    """One year of a variable over latitude and longitude, or over y and x."""

    def __init__(self, raster: Raster, engine: str, opened: ExitStack) -> None:
        """Open file or store, which `opened` closes, by what `engine_of` says.

        Raises:
            InputError: see `geo.zonal.zonal`.
        """
        self.raster = raster
        for name in ("xarray", *_PACKAGES[engine]):
            try:
                importlib.import_module(name)
            except ImportError:
                raise fault("layers.needs_netcdf", raster.at, file=raster.name, package=name) from None
        try:
            dataset = opened.enter_context(_opened(raster, engine))
        except _FAILING as error:
            raise unreadable(raster, error) from error
        array = _variable(dataset, raster)
        self.part, self.said = str(array.name), both("layers.part_field", field=array.name)
        if array.dtype.kind not in "iufb":
            raise no_numbers(raster, self.said, str(array.dtype))
        y, x = _axes(array) or ("", "")  # others were left out
        _check_dated(array, raster, engine)
        self.steps = list(_steps(array, raster, (y, x)))
        self.array = array.transpose(..., y, x)
        self.y, self.x = y, x
        self.cells = _cells(array, len(self.steps))
        crs = system_of(raster, _crs(dataset, array, raster))
        across, self.columns = _ordered(_metres(array[x], crs), crs)
        down, self.rows = _ordered(-_metres(array[y], crs), None)
        west, width = _spacing(across, raster, x)
        north, height = _spacing(down, raster, y)
        self.grid = Grid(crs.to_wkt(), west, -north, width, height, len(down), len(across))

    def read(self, window: Window) -> NDArray[Any]:
        """Return the cells of a window: the mean of the year's time steps that have data."""
        rows = self.rows[window.row : window.row + window.rows]
        columns = self.columns[window.column : window.column + window.columns]
        if len(self.steps) == 1:
            return self._step(self.steps[0], rows, columns)
        total, count = np.zeros((len(rows), len(columns))), np.zeros((len(rows), len(columns)))
        for step in self.steps:
            cells = self._step(step, rows, columns)
            known = ~np.isnan(cells)
            total[known] += cells[known]
            count += known
        return np.where(count > 0, total / np.maximum(count, 1), np.nan)

    def _step(self, step: dict[str, int], rows: Any, columns: Any) -> NDArray[Any]:
        slabs = []
        try:
            for part in np.split(columns, np.flatnonzero(np.abs(np.diff(columns)) != 1) + 1):
                found = self.array.isel({**step, self.y: _slice(rows), self.x: _slice(part)}).to_numpy()
                slabs.append(found if found.dtype in (np.float32, np.float64) else found.astype(float))
        except _FAILING as error:
            raise unreadable(self.raster, error) from error
        return np.concatenate(slabs, axis=1)


def _cells(array: Any, steps: int) -> Cells:
    """Return how the file holds values; the mean of several steps may be any number."""
    about = array.encoding
    if steps > 1 or "_Unsigned" in about:
        return Cells(np.dtype(float))
    decoded = array.dtype if array.dtype in (np.float32, np.float64) else np.dtype(float)
    scale, offset = float(about.get("scale_factor", 1.0)), float(about.get("add_offset", 0.0))
    filled = [number for key in ("_FillValue", "missing_value") for number in np.ravel(about.get(key, ())).tolist()]
    absent = dict.fromkeys(number for number in filled if isinstance(number, int | float) and number == number)
    return Cells(np.dtype(about.get("dtype", array.dtype)), decoded, scale, offset, tuple(absent))


def _slice(positions: Any) -> slice:
    """Return neighbouring positions, which run up or down, as a slice."""
    first, last = int(positions[0]), int(positions[-1])
    if last >= first:
        return slice(first, last + 1)
    return slice(first, last - 1 if last else None, -1)


def _opened(raster: Raster, engine: str, **options: Any) -> Any:
    import xarray

    store: Any = raster.path.resolve()
    if engine == "zarr":
        from zarr.storage import LocalStore

        _check_codecs(raster)
        store, options = LocalStore(store, read_only=True), {**options, "consolidated": False}
    elif engine == "h5netcdf":
        _check_contained(raster)
    with warnings.catch_warnings():  # what xarray would do otherwise in a later version is no matter of the user's
        warnings.simplefilter("ignore")
        return xarray.open_dataset(store, engine=engine, decode_coords="all", cache=False, **options)


def _check_contained(raster: Raster) -> None:
    """Raise a ValueError where an HDF5 file would have other files read in its place."""
    h5py: Any = importlib.import_module("h5py")

    def outside(name: str, link: Any) -> str | None:
        found = file.get(name) if isinstance(link, h5py.HardLink) else None
        sent = isinstance(found, h5py.Dataset) and (found.external or found.is_virtual)
        return name if sent or isinstance(link, h5py.ExternalLink) else None

    with h5py.File(raster.path, "r") as file:
        name = file.visititems_links(outside)
    if name is not None:
        raise ValueError(f"{name[:40]}: external")


def _check_codecs(raster: Raster) -> None:
    for path in sorted([*raster.path.rglob("zarr.json"), *raster.path.rglob(".zarray")]):
        about = json.loads(path.read_bytes())
        for name in _codecs(about):
            if name.rpartition(".")[2] not in _CODECS:
                raise ValueError(f"{path.parent.name}: codec {name[:40]}")


def _codecs(about: Any) -> Iterator[str]:
    """Yield the names of codecs anywhere in the metadata of an array."""
    if not isinstance(about, dict):
        return
    for key in ("codecs", "index_codecs", "filters", "compressor", "compressors", "serializer"):
        listed_there = about.get(key)
        for codec in listed_there if isinstance(listed_there, list) else [listed_there]:
            if isinstance(codec, dict):
                yield str(codec.get("name", codec.get("id", "")))
                yield from _codecs(codec.get("configuration", codec))


def _variable(dataset: Any, raster: Raster) -> Any:
    fitting = [str(name) for name, array in dataset.data_vars.items() if _axes(array) is not None]
    if raster.field is not None:
        if raster.field not in fitting:
            meant = nearest(raster.field, fitting)
            known = listed(fitting, 20) or "–"
            raise fault("layers.no_field", raster.at, file=raster.name, found=raster.field, known=known, meant=meant)
        return dataset[raster.field]
    if len(fitting) != 1:
        key = "layers.several_fields" if fitting else "layers.no_fields"
        raise fault(key, raster.at, file=raster.name, known=listed(fitting, 20))
    return dataset[fitting[0]]


def _axes(array: Any) -> tuple[str, str] | None:
    """Return the dimensions along which y and x run, by the CF conventions or by their names."""
    found = {}
    for name in array.dims:
        if name not in array.coords or array.coords[name].dtype.kind not in "iuf":
            continue
        about = array.coords[name].attrs
        told = {str(about.get(key, "")).lower() for key in ("axis", "standard_name", "units")}
        if told & {"x", "longitude", "projection_x_coordinate", "degrees_east"} or str(name).lower() in _X:
            found["x"] = str(name)
        elif told & {"y", "latitude", "projection_y_coordinate", "degrees_north"} or str(name).lower() in _Y:
            found["y"] = str(name)
    return (found["y"], found["x"]) if len(found) == 2 else None


def _steps(array: Any, raster: Raster, axes: tuple[str, str]) -> Iterator[dict[str, int]]:
    """Yield the positions, along the other dimensions, of what the year consists of."""
    others = [str(name) for name in array.dims if name not in axes]
    years = {name: found for name in others if (found := _years(array, name)) is not None}
    long = [name for name in others if array.sizes[name] > 1 or name in years]
    times = [name for name in long if name in years]
    if len(long) > len(times) or len(times) > 1:
        names = ", ".join(f"{name} ({array.sizes[name]})" for name in long)
        raise fault("layers.other_dimensions", raster.at, file=raster.name, field=array.name, dimensions=names)
    fixed = dict.fromkeys(others, 0)
    if not times:
        yield fixed
        return
    found = years[times[0]]
    positions = np.flatnonzero(found == raster.year)
    if not len(positions):
        there = listed(sorted({int(year) for year in found}), 12) or "–"
        raise fault("layers.no_year", raster.at, file=raster.name, year=raster.year or "–", known=there)
    for position in positions:
        yield {**fixed, times[0]: int(position)}


def _check_dated(array: Any, raster: Raster, engine: str) -> None:
    """Refuse steps of a time without a date."""
    for name in map(str, array.dims):
        years = _years(array, name)
        if years is None:
            continue
        undated = np.isnan(years)
        if array.coords[name].dtype.kind == "O":  # there xarray takes the first day of the calendar for what is missing
            with _opened(raster, engine, decode_times=False) as raw:
                undated |= raw[name].isnull().to_numpy()
        at = np.flatnonzero(undated)
        if at.size:
            raise fault("layers.undated", raster.at, file=raster.name, axis=name, count=len(at), first=int(at[0]) + 1)


def _years(array: Any, name: str) -> NDArray[np.float64] | None:
    """Return the year of each step of a dimension, NaN for one without a date; None where it is no time."""
    if name not in array.coords:
        return None
    values = array.coords[name]
    if values.dtype.kind == "M":
        return np.asarray(values.dt.year.to_numpy(), dtype=float)
    held = values.to_numpy()
    if held.dtype.kind == "O" and any(hasattr(step, "year") for step in held):  # another calendar
        return np.array([getattr(step, "year", np.nan) for step in held], dtype=float)
    if held.dtype.kind in "iu" and name.lower() in ("time", "year", "years"):
        return np.asarray(held, dtype=float)
    return None


def _crs(dataset: Any, array: Any, raster: Raster) -> CRS | None:
    named = str(array.encoding.get("grid_mapping") or array.attrs.get("grid_mapping") or "spatial_ref")
    name = named.split()[0].rstrip(":")
    if name not in dataset.variables:
        return None
    about = dict(dataset[name].attrs)
    about.setdefault("crs_wkt", about.get("spatial_ref", ""))
    try:
        return CRS.from_cf(about)
    except (CRSError, KeyError, TypeError) as error:
        found = about.get("crs_wkt") or about.get("grid_mapping_name") or name
        raise fault("geo.crs_of_file_unknown", raster.at, file=raster.name, found=str(found)[:200]) from error


def _metres(coordinate: Any, crs: CRS) -> NDArray[np.float64]:
    """Return coordinates in the unit of the system; those of a projection are often written in kilometres."""
    values = np.asarray(coordinate.to_numpy(), dtype=float)
    if crs.is_projected and str(coordinate.attrs.get("units", "")).lower() in ("km", "kilometer", "kilometre"):
        values = values * 1000 / crs.axis_info[0].unit_conversion_factor
    return values


def _ordered(values: NDArray[np.float64], crs: CRS | None) -> tuple[NDArray[np.float64], NDArray[np.intp]]:
    """Return coordinates in ascending order and where each stands; longitudes from 0° to 360° begin at 180° W."""
    order = np.argsort(values, kind="stable")
    if crs is not None and crs.is_geographic and len(values) > 1 and values.max() > half_turn(crs):
        half = half_turn(crs)
        turned = (values + half) % (2 * half) - half
        again = np.argsort(turned, kind="stable")
        if np.ptp(np.diff(turned[again])) <= _UNEVEN * np.diff(turned[again]).mean():
            return turned[again], again
    return values[order], order


def _spacing(values: NDArray[np.float64], raster: Raster, axis: str) -> tuple[float, float]:
    """Return where cells begin and how wide they are."""
    step = (values[-1] - values[0]) / (len(values) - 1) if len(values) > 1 else float("nan")
    even = np.abs(values - (values[0] + step * np.arange(len(values)))) <= _UNEVEN * step
    if not (step > 0 and even.all()):
        raise fault("layers.uneven_axis", raster.at, file=raster.name, axis=axis)
    return float(values[0] - step / 2), float(step)
