"""Coverage fractions: windows, the cache in which they are kept, and the areas of cells."""

import json
import logging
import os
import stat
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pytest
import shapely
from pyproj import CRS, Geod
from shapely import Point, Polygon, box

from geo.coverage import Edition, Grid, Window, cell_areas_km2, store
from geo.coverage.fractions import fractions_in, windows_of
from geo.crs.systems import WGS84
from indicators.errors import InputError

GRID = Grid(WGS84.to_wkt(), 100, 40, 0.5, 0.25, 40, 30)
SHAPES = {
    "a": Polygon([(100.1, 39.9), (108.3, 38.2), (104.7, 31.1), (101.2, 35.5)]),
    "b": box(103.3, 33.3, 103.4, 33.35),  # smaller than a cell
    "c": box(98, 30.1, 100.6, 30.6),  # beyond the western edge
    "d": Point(107.77, 39.01),
    "e": box(10, 10, 11, 11),  # elsewhere
    "f": box(104.9, 36.9, 105.1, 37.1),  # across the corner of four cells
}


@pytest.fixture
def frame(units: Any) -> Any:
    return units(**SHAPES)


def dense(edition: Edition, grid: Grid = GRID) -> Any:
    """Return the fractions of all cells, (units, rows, columns)."""
    out = np.zeros((len(edition.frame), grid.rows, grid.columns))
    for block in edition.on(grid).blocks():
        w = block.window
        there = block.fractions.toarray().reshape(-1, w.rows, w.columns)
        out[block.units, w.row : w.row + w.rows, w.column : w.column + w.columns] = there
    return out


# --- fractions


def test_fractions_are_shares_of_cells(frame: Any) -> None:
    found = dense(Edition(frame))
    # Each cell cut out of each polygon by shapely.
    for number, shape in enumerate(SHAPES.values()):
        if shape.geom_type == "Point":
            assert np.argwhere(found[number] > 0).tolist() == [[3, 15]]  # (40 - 39.01)/0.25, (107.77 - 100)/0.5
            continue
        rows, columns = np.mgrid[: GRID.rows, : GRID.columns]
        left, top = GRID.left + columns * GRID.width, GRID.top - rows * GRID.height
        cells = shapely.box(left, top - GRID.height, left + GRID.width, top)
        expected = shapely.area(shapely.intersection(cells, shape)) / (GRID.width * GRID.height)
        assert found[number] == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize("cells", [1, 30, 100, 333])
def test_windows_of_any_size_give_the_same(frame: Any, cells: int) -> None:
    assert dense(Edition(frame, cells=cells)) == pytest.approx(dense(Edition(frame)), abs=1e-7)


def test_a_point_on_an_edge_belongs_to_the_cell_east_and_south(units: Any) -> None:
    found = dense(Edition(units(a=Point(101, 39.5), b=Point(115, 35), c=Point(100, 40))))
    assert [np.argwhere(cells).tolist() for cells in found] == [[[2, 2]], [], [[0, 0]]]


def test_no_more_is_held_than_agreed(frame: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    worked = built(monkeypatch)
    for held, times in ((400 * 2**20, 1), (0, 2)):
        monkeypatch.setattr("geo.coverage.edition.HELD", held)
        worked.clear()
        edition = Edition(frame, cells=300)
        one, two = dense(edition), dense(edition)
        assert (one == two).all()
        assert len(worked) == times * 3


# --- the cache


def test_an_entry_grows_by_the_windows_that_are_wanted(
    frame: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    worked = built(monkeypatch)
    fresh = [block.fractions.toarray() for block in Edition(frame, cells=300).on(GRID).blocks()]
    worked.clear()
    for wanted, times in (([1], 1), ([0, 1], 2), ([2], 3), ([0, 2], 3), ([0, 1, 2], 3)):
        blocks = list(Edition(frame, cache=tmp_path, cells=300).on(GRID).blocks(wanted))
        assert all((block.fractions.toarray() == fresh[at]).all() for at, block in zip(wanted, blocks, strict=True))
        assert len(worked) == times
        assert len(list(tmp_path.iterdir())) == 1
    # what is held is not asked for again
    coverage = Edition(frame, cells=300).on(GRID)
    list(coverage.blocks([0]))
    list(coverage.blocks())
    assert len(worked) == 6


def built(monkeypatch: pytest.MonkeyPatch) -> list[Window]:
    """Return a list that grows by each window whose fractions are worked out."""
    from geo.coverage import edition

    worked: list[Window] = []
    original = edition.fractions_in

    def counted(grid: Grid, window: Window, shapes: Any) -> Any:
        worked.append(window)
        return original(grid, window, shapes)

    monkeypatch.setattr(edition, "fractions_in", counted)
    return worked


def test_what_is_in_the_cache_is_not_worked_out_again(
    frame: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    worked = built(monkeypatch)
    cache = tmp_path / "some/cache"
    fresh = dense(Edition(frame, cache=cache, cells=300))
    assert len(worked) == 3
    kept = dense(Edition(frame, cache=cache, cells=300))
    assert len(worked) == 3
    assert (fresh == kept).all()
    assert (fresh == dense(Edition(frame, cells=300))).all()
    (entry,) = store.entries(cache)
    assert (entry.units, entry.grid) == (6, str(GRID))
    assert entry.bytes == (cache / f"{entry.key}.npz").stat().st_size
    assert [path.name for path in cache.iterdir()] == [f"{entry.key}.npz"]


def test_other_boundaries_and_other_grids_have_entries_of_their_own(units: Any, tmp_path: Path) -> None:
    moved = {**SHAPES, "b": box(103.3, 33.3, 103.4, 33.3500001)}
    finer = Grid(GRID.wkt, 100, 40, 0.25, 0.25, 40, 60)
    for shapes, grid in ((SHAPES, GRID), (moved, GRID), (SHAPES, finer), (SHAPES, GRID)):
        dense(Edition(units(**shapes), cache=tmp_path), grid)
    assert len(store.entries(tmp_path)) == 3


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-400])


def _flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 0xFF
    path.write_bytes(content)


def _replace(name: str, change: Callable[[Any], Any]) -> Callable[[Path], None]:
    def apply(path: Path) -> None:
        with zipfile.ZipFile(path) as archive:
            parts = {part: archive.read(part) for part in archive.namelist()}
        if name == "about.json":
            parts[name] = json.dumps(change(json.loads(parts[name]))).encode()
        else:
            with zipfile.ZipFile(path) as archive, archive.open(name) as stream:
                array = change(np.lib.format.read_array(stream))
            with zipfile.ZipFile(path.with_suffix(".one"), "w") as one, one.open(name, "w") as out:
                np.lib.format.write_array(out, array, allow_pickle=True)
            with zipfile.ZipFile(path.with_suffix(".one")) as one:
                parts[name] = one.read(name)
            path.with_suffix(".one").unlink()
        with zipfile.ZipFile(path, "w") as archive:
            for part, content in parts.items():
                archive.writestr(part, content)

    return apply


@pytest.mark.parametrize(
    "spoil",
    [
        lambda path: path.write_bytes(b""),
        lambda path: path.write_bytes(b"something else"),
        _cut,
        _flip,
        _replace("about.json", lambda about: {**about, "version": 0}),
        _replace("about.json", lambda about: {**about, "units": 7}),
        _replace("about.json", lambda about: [about]),
        _replace("c0.npy", lambda cells: cells + 10_000),  # beyond the window: scipy would read anywhere
        _replace("c0.npy", lambda cells: cells.astype(np.int64)),
        _replace("c0.npy", lambda cells: np.array([{}], dtype=object)),  # a pickle
        _replace("u0.npy", lambda found: found + 9),
        _replace("p0.npy", lambda found: found[::-1].copy()),
        _replace("f0.npy", lambda found: found * 2),
        _replace("f0.npy", lambda found: found[:-1]),
    ],
)
def test_a_broken_entry_is_worked_out_again(frame: Any, tmp_path: Path, spoil: Callable[[Path], None]) -> None:
    fresh = dense(Edition(frame, cache=tmp_path))
    (path,) = tmp_path.iterdir()
    spoil(path)
    assert (dense(Edition(frame, cache=tmp_path)) == fresh).all()
    for _ in range(2):  # written anew at once, or by the next run
        assert (dense(Edition(frame, cache=tmp_path)) == fresh).all()
    assert [entry.units for entry in store.entries(tmp_path)] == [6]


def test_a_cache_that_cannot_be_written_is_done_without(
    frame: Any, tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    fresh = dense(Edition(frame))
    (tmp_path / "file").write_text("no folder")
    with caplog.at_level(logging.WARNING):
        assert (dense(Edition(frame, cache=tmp_path / "file/cache")) == fresh).all()
    assert "cannot be written" in caplog.text
    # a disk that fills up after some blocks
    original, written = np.lib.format.write_array, []

    def full(stream: Any, array: Any, **how: Any) -> None:
        written.append(array)
        if len(written) > 5:
            raise OSError(28, "No space left on device")
        original(stream, array, **how)

    monkeypatch.setattr(np.lib.format, "write_array", full)
    cache = tmp_path / "cache"
    assert (dense(Edition(frame, cache=cache, cells=300)) == fresh).all()
    assert list(cache.iterdir()) == []


def test_a_reader_that_stops_leaves_nothing_unfinished(frame: Any, tmp_path: Path) -> None:
    blocks = Edition(frame, cache=tmp_path, cells=300).on(GRID).blocks()
    next(blocks)
    assert len(list(tmp_path.iterdir())) == 1
    blocks.close()  # type: ignore[attr-defined]
    assert list(tmp_path.iterdir()) == []


def test_clearing_removes_entries_and_nothing_else(frame: Any, tmp_path: Path) -> None:
    dense(Edition(frame, cache=tmp_path))
    (tmp_path / "mine.npz").write_text("not an entry")
    left, written = (tmp_path / ("0" * 64 + f".{name}.part") for name in ("left", "written"))
    for path, age in ((left, 3700), (written, 3500)):
        path.write_text("by a run that was killed, by one that goes on")
        os.utime(path, (time.time() - age,) * 2)
    assert [(entry.units, entry.finished) for entry in store.entries(tmp_path)].count((0, False)) == 2
    assert sorted((entry.units, entry.finished) for entry in store.clear(tmp_path)) == [(0, False), (6, True)]
    assert sorted(path.name for path in tmp_path.iterdir()) == [written.name, "mine.npz"]
    written.unlink()
    (tmp_path / "mine.npz").unlink()
    assert store.clear(tmp_path) == []
    assert not tmp_path.exists()
    assert store.entries(tmp_path) == []


def test_an_entry_that_grows_beyond_the_limit_is_given_up_in_the_log(
    frame: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    expected = dense(Edition(frame))
    monkeypatch.setattr(store, "MOST", 2000)
    with caplog.at_level(logging.WARNING):
        assert (dense(Edition(frame, cache=tmp_path, cells=300)) == expected).all()
    assert list(tmp_path.iterdir()) == []
    assert "an entry may have 0.0 GB" in caplog.text and "computed anew in every run" in caplog.text


def test_where_the_cache_is(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("CITY_SYNERGY_CACHE", " OFF ")
    assert store.cache_folder() is None
    monkeypatch.setenv("CITY_SYNERGY_CACHE", str(tmp_path / "mine"))
    assert store.cache_folder() == tmp_path / "mine"
    monkeypatch.delenv("CITY_SYNERGY_CACHE")
    for platform, name, below in (
        ("linux", "XDG_CACHE_HOME", "city-synergy"),
        ("win32", "LOCALAPPDATA", "city-synergy"),
    ):
        monkeypatch.setattr("sys.platform", platform)
        monkeypatch.setenv(name, str(tmp_path))
        assert store.cache_folder() == tmp_path / below
    monkeypatch.setattr("sys.platform", "darwin")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert store.cache_folder() == tmp_path / "Library/Caches/city-synergy"


@pytest.mark.parametrize("named", ["x" * 5000, "x/" * 1500])
def test_a_cache_whose_name_is_too_long_is_done_without(frame: Any, tmp_path: Path, named: str) -> None:
    assert np.array_equal(dense(Edition(frame, cache=tmp_path / named)), dense(Edition(frame)))


def test_a_cache_in_the_home_of_nobody_is_done_without(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CITY_SYNERGY_CACHE", "~nobody-of-this-name/cache")
    assert store.cache_folder() is None


def test_entries_are_for_their_owner_alone(frame: Any, tmp_path: Path) -> None:
    dense(Edition(frame, cache=tmp_path))
    (path,) = tmp_path.iterdir()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


# --- areas


@pytest.mark.parametrize("top", [0.25, 31.0, 70.0, 90.0, -69.5])
def test_areas_of_cells_are_those_of_the_ellipsoid(top: float) -> None:
    found = cell_areas_km2(Grid(WGS84.to_wkt(), 20, top, 0.5, 0.25, 3, 1), Window(0, 0, 3, 1))
    for row, area in enumerate(found):
        north, south = top - row * 0.25, top - (row + 1) * 0.25
        # The geodesic area of a polygon that follows the parallels in small steps.
        x = np.linspace(20, 20.5, 2001)
        lon, lat = np.concatenate([x, x[::-1]]), np.concatenate([np.full(2001, south), np.full(2001, north)])
        expected, _ = Geod(ellps="WGS84").polygon_area_perimeter(lon, lat)
        assert area == pytest.approx(expected / 1e6, rel=1e-6)


def test_areas_in_the_plane() -> None:
    window = Window(0, 0, 2, 2)
    equal = Grid(CRS("EPSG:6933").to_wkt(), 1e7, 4e6, 1000, 2000, 2, 2)
    utm = Grid(CRS("EPSG:32650").to_wkt(), 500_000, 4_000_000, 1000, 2000, 2, 2)
    feet = Grid(CRS("EPSG:2263").to_wkt(), 900_000, 200_000, 1000, 2000, 2, 2)
    assert cell_areas_km2(equal, window) == pytest.approx([2, 2], rel=1e-6)
    assert cell_areas_km2(utm, window) == pytest.approx([2 / 0.9996**2] * 2, rel=1e-5)  # the scale of the zone's middle
    assert cell_areas_km2(feet, window) == pytest.approx([2 * 0.3048006096**2] * 2, rel=1e-3)
    mercator = Grid(CRS("EPSG:3857").to_wkt(), 1.1e7, 5e6, 1e5, 1e5, 20, 2)
    with pytest.raises(InputError) as error:
        cell_areas_km2(mercator, Window(0, 0, 20, 2), shown="web.tif")
    assert "in EPSG:3857 the cells of 'web.tif' differ in true area by more than 1 %" in error.value.render("en")
    assert "EPSG:3857 中，各像元的真实面积相差超过 1%" in error.value.render("zh")


# --- windows and cells that exactextract has wrong


def test_what_no_unit_touches_is_in_no_window() -> None:
    grid = Grid("", 0, 200_000, 1, 1, 200_000, 400_000)
    shapes = [
        box(10_000, 10_000, 10_499.5, 10_499.5), box(100_000, 170_000, 100_199.5, 170_099.5), Point(390_000.5, 0.5),
        box(9_000, 170_000, 9_499.5, 170_199.5),
    ]  # fmt: skip
    windows = windows_of(grid, np.array(shapes))
    # a unit reaches into the cells below the edge that it ends on
    assert windows == [
        Window(29_800, 9_000, 201, 500), Window(29_900, 100_000, 101, 200), Window(189_500, 10_000, 501, 500),
        Window(199_999, 390_000, 1, 1),
    ]  # fmt: skip


def test_units_side_by_side_are_worked_through_in_blocks_of_rows(units: Any) -> None:
    grid = Grid(WGS84.to_wkt(), 0, 90, 0.01, 0.01, 18_000, 36_000)
    cities = units(**{f"u{x}_{y}": box(x, y, x + 1, y + 1) for x in range(70, 100) for y in range(20, 40)})
    windows = windows_of(grid, cities.geometry.to_numpy())
    assert {(w.column, w.columns) for w in windows} == {(7000, 3001)}
    assert {w.rows for w in windows[:-1]} == {2**21 // 3001}
    assert sum(w.rows for w in windows) == 2001


@pytest.mark.parametrize(
    ("unit", "grid", "window"),
    [
        # exactextract 0.3.0 loses a cell that lies wholly inside the first, and has half a cell too much of the second
        ("360700", Grid(WGS84.to_wkt(), 70.025, 55.025, 0.05, 0.05, 800, 1320), Window(33, 242, 705, 1060)),
        ("360500", Grid(WGS84.to_wkt(), 73.5, 54.99, 0.04, 0.04, 1000, 1650), Window(41, 216, 881, 1324)),
    ],
)
def test_every_cell_has_the_share_that_an_intersection_has(shared: Path, unit: str, grid: Grid, window: Window) -> None:
    cities = gpd.read_file(shared / "data/china-cities/cities.geojson")
    shape = cities.geometry[cities["unit"].astype(str) == unit].iloc[0]
    part = grid.part(window)
    found = fractions_in(grid, window, np.array([shape])).fractions.toarray().reshape(window.rows, window.columns)
    # every cell under the unit by shapely
    x0, y0, x1, y1 = shape.bounds
    rows = np.arange(int((part.top - y1) / part.height), int((part.top - y0) / part.height) + 1)
    columns = np.arange(int((x0 - part.left) / part.width), int((x1 - part.left) / part.width) + 1)
    left, top = part.left + columns * part.width, (part.top - rows * part.height)[:, None]
    cells = shapely.box(left, top - part.height, left + part.width, top)
    expected = shapely.area(shapely.intersection(cells, shape)) / (part.width * part.height)
    assert found[np.ix_(rows, columns)] == pytest.approx(expected, abs=1e-6)
    assert found.sum() == pytest.approx(expected.sum(), abs=1e-4)
