"""Zonal statistics: what the cells of rasters say about each unit."""

import math
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geo.coverage import Block, Coverage, Edition, Grid, cell_areas_km2
from geo.crs.systems import crs_name, half_turn
from geo.zonal.geotiff import GeoTiff
from geo.zonal.multidimensional import Multidimensional, engine_of
from geo.zonal.raster import Raster as Raster
from geo.zonal.raster import Source
from geo.zonal.remote import Run, runner
from geo.zonal.statistics import Gathering, Partial, Whole, partial
from geo.zonal.statistics import Statistic as Statistic
from indicators.errors import Faults, InputError, fault

Tell = Callable[[int, int], None]
"""Takes how many of how many cells are done."""


@dataclass(frozen=True, eq=False)
class Zonal:
    """What rasters say about the units: a row for each unit and a column for each raster, in their order."""

    value: pd.DataFrame
    """The statistic, NaN where no cell counts."""
    covered: pd.DataFrame
    """Share of the unit's area that cells with data cover, 0–1; for a point 1 or 0."""
    parts: tuple[str, ...]
    """What of its file each raster is: `band 1`, or the name of a variable."""
    weights: tuple[str, ...]
    """The same of the weights, empty without any."""
    varying: pd.Series
    """By which share the smallest cell of each unit is smaller than its largest, 0–1: degrees shrink with latitude."""


@dataclass(frozen=True, eq=False)
class _Open:
    """A raster and its weights, opened."""

    position: int
    raster: Raster
    source: Source
    weights: Raster | None
    scale: Source | None


def zonal(
    rasters: Sequence[Raster], edition: Edition, statistic: Statistic | None = None,
    weights: Sequence[Raster] | None = None, tell: Tell | None = None,
) -> Zonal:  # fmt: skip
    r"""Return a statistic of the cells of each unit, for several rasters.

    Fractions are those of `geo.coverage`, worked out once for all rasters of a grid; cells without data (the
    declared NoData value, a mask, NaN) do not count. Boundaries are brought into the raster's coordinate reference
    system; the raster is never resampled. Rasters are read window by window.

    Args:
        rasters: what is read.
        edition: boundaries of the units, polygons and points; a point holds the whole of its cell.
        statistic: how cells become a value; the mean when absent.
        weights: for each raster the one by which its cells count; its cells lie on those of the raster, and those that
            lie beyond its edge or hold no data count nothing.
        tell: is told, window by window of each grid, how many cells are read and how many there are to read.

    Raises:
        InputError: for every raster that is missing, cannot be read, has no coordinate reference system or no
            position, is rotated, lacks the band, variable or year, cannot hold a class that is asked for, meets none
            of the boundaries, or holds only NoData or infinite values there; weights on another grid, or below 0.
    """
    how = statistic or Statistic()
    shape = (len(edition.frame), len(rasters))
    value, covered = np.full(shape, np.nan), np.zeros(shape)
    parts, scales = [""] * len(rasters), [""] * len(rasters)
    faults, varying = Faults(), np.zeros(len(edition.frame))
    with ExitStack() as opened:
        run = opened.enter_context(runner())
        grids: dict[Grid, list[_Open]] = {}
        known: dict[Raster, Source] = {}
        for position, raster in enumerate(rasters):
            with faults.collecting():
                one = _opened(position, raster, weights[position] if weights else None, known, opened)
                _check_classes(one, how)
                parts[position], scales[position] = one.source.part, one.scale.part if one.scale else ""
                grids.setdefault(one.source.grid, []).append(one)
        for grid, group in grids.items():
            coverage = edition.on(grid)
            varying = np.maximum(varying, _variation(coverage))
            for one, whole in _over(coverage, group, how, run, faults, tell):
                value[:, one.position], covered[:, one.position] = whole.value, whole.covered
                with faults.collecting():
                    _check(coverage, one, whole)
    faults.raise_if_any()
    units = pd.Index(edition.frame["unit"], name="unit")
    return Zonal(
        pd.DataFrame(value, units), pd.DataFrame(covered, units), tuple(parts), tuple(scales), pd.Series(varying, units)
    )


def open_raster(raster: Raster, opened: ExitStack) -> Source:
    """Open a raster by what its content is; `opened` closes it.

    Raises:
        InputError: see `zonal`.
    """
    if not raster.path.exists():
        raise fault("geo.file_missing", raster.at, file=raster.name)
    engine = engine_of(raster.path)
    return Multidimensional(raster, engine, opened) if engine else GeoTiff(raster, opened)


def _opened(
    position: int, raster: Raster, weights: Raster | None, known: dict[Raster, Source], opened: ExitStack
) -> _Open:
    faults = Faults()
    for wanted in (raster, weights):
        if wanted is not None and wanted not in known:
            with faults.collecting():
                known[wanted] = open_raster(wanted, opened)
    faults.raise_if_any()
    source, scale = known[raster], known[weights] if weights is not None else None
    if weights is not None and scale is not None and scale.grid.offset(source.grid) is None:
        grids = {"grid": str(source.grid), "other": str(scale.grid)}
        raise fault("layers.weight_on_another_grid", weights.at, file=raster.name, weight=weights.name, **grids)
    return _Open(position, raster, source, weights, scale)


def _over(
    coverage: Coverage, group: list[_Open], statistic: Statistic, run: Run | None, faults: Faults, tell: Tell | None
) -> list[tuple[_Open, Whole]]:
    """Return the values of rasters on one grid; those that cannot be read to the end are left out."""
    gathered = [(one, Gathering(statistic, coverage.size)) for one in group]
    # windows without data matter for the area alone that a share of it is of
    every = statistic.area and statistic.name == "coverage"
    wanted = [
        position for position, window in enumerate(coverage.windows)
        if every or not all(one.source.empty(window) for one in group)
    ]  # fmt: skip
    done, of = 0, sum(coverage.windows[position].cells for position in wanted)
    for block in coverage.blocks(wanted):
        if tell:
            tell(done, of)
        done += block.window.cells
        if not len(block.units):
            continue
        areas = None
        if statistic.area:
            with faults.collecting():
                areas = cell_areas_km2(coverage.grid, block.window, group[0].raster.at, group[0].raster.name)
            if areas is None:
                return []
        about = (coverage.grid, block, statistic, areas)
        if run:
            results = run(_elsewhere, [(one.raster, one.weights, *about) for one, _ in gathered])
        else:
            results = (_partial(one.source, one.scale, one.weights, *about) for one, _ in gathered)
        left = []
        for (one, gathering), found in zip(gathered, results, strict=True):
            if isinstance(found, InputError):
                faults.extend(found.faults)
            else:
                gathering.add(block, found)
                left.append((one, gathering))
        gathered = left
    return [(one, gathering.whole()) for one, gathering in gathered]


def _partial(
    source: Source, scale: Source | None, weights: Raster | None, grid: Grid, block: Block, statistic: Statistic,
    areas: NDArray[np.float64] | None,
) -> Partial | InputError:  # fmt: skip
    """Return what one window of one raster says, or why it cannot be read."""
    try:
        cells = source.read(block.window)
        by = None if scale is None else scale.over(grid, block.window)
        if by is not None and scale is not None and weights is not None:
            if block.any(by.ravel() < 0):
                raise fault("layers.weight_negative", weights.at, file=weights.name)
            if block.any(np.isinf(by.ravel())):
                raise fault("geo.infinite_cells", weights.at, file=weights.name, part=scale.said)
        # classes as the file holds them: 0.1 in 4 bytes is another number than in 8
        held = [source.cells.held(value) for value in statistic.classes]
        return partial(replace(statistic, classes=tuple(v for v in held if v is not None)), block, cells, by, areas)
    except InputError as error:
        return error


def _elsewhere(raster: Raster, weights: Raster | None, *about: Any) -> Partial | InputError:
    """Open the rasters in the process of a worker and return what one window says."""
    try:
        with ExitStack() as opened:
            scale = None if weights is None else open_raster(weights, opened)
            return _partial(open_raster(raster, opened), scale, weights, *about)
    except InputError as error:
        return error


def _check_classes(one: _Open, statistic: Statistic) -> None:
    """Raise a fault for each class that the cells of a raster cannot hold."""
    cells, faults = one.source.cells, Faults()
    for value in statistic.classes:
        if cells.held(value) is None:
            known = {"file": one.raster.name, "part": one.source.said, "kind": str(cells)}
            faults.add("layers.class_not_held", one.raster.at, **known, found=f"{value:.10g}")
    faults.raise_if_any()


def _check(coverage: Coverage, one: _Open, whole: Whole) -> None:
    """Raise a fault where a raster holds infinite values or says nothing of any unit."""
    at, known = one.raster.at, {"file": one.raster.name, "part": one.source.said}
    if whole.infinite:
        raise fault("geo.infinite_cells", at, **known)
    if not len(whole.value):
        return
    if (whole.covered > 0).any():
        if one.weights is not None and np.isnan(whole.value).all():
            raise fault("layers.weight_says_nothing", one.weights.at, file=one.raster.name, weight=one.weights.name)
        return
    x0, y0, x1, y1 = shapely.total_bounds(coverage.shapes)
    left, bottom, right, top = coverage.grid.bounds
    if x0 < right and x1 > left and y0 < top and y1 > bottom:
        raise fault("geo.no_data", at, **known)
    extents = {"raster": _box(coverage.grid.bounds), "boundaries": _box((x0, y0, x1, y1))}
    raise fault("geo.no_overlap", at, file=one.raster.name, crs=crs_name(coverage.grid.crs), **extents)


def _box(bounds: tuple[float, float, float, float]) -> str:
    x0, y0, x1, y1 = (f"{value:.7g}" for value in bounds)
    return f"x {x0} … {x1}, y {y0} … {y1}"


def _variation(coverage: Coverage) -> NDArray[np.float64]:
    """Return by which share the smallest cell of each unit is smaller than its largest: degrees shrink polewards."""
    crs, bounds = coverage.grid.crs, shapely.bounds(coverage.shapes)
    if not crs.is_geographic:
        return np.zeros(len(bounds))
    _, south, _, north = coverage.grid.bounds
    lower, upper = (np.clip(bounds[:, i], south, north) * math.pi / half_turn(crs) for i in (1, 3))
    far = np.maximum(np.abs(lower), np.abs(upper))
    near = np.where(lower * upper < 0, 0.0, np.minimum(np.abs(lower), np.abs(upper)))
    return np.asarray(np.nan_to_num(1 - np.cos(far) / np.cos(near)), dtype=float)
