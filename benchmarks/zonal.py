"""Zonal means of a national map: 2,850 polygons, ten rasters of 5,000 × 4,000 cells.

Claim: from the second raster on, a grid's coverage fractions being there, the means of a raster take at least
fifteen times less than exactextract's; peak memory is at most 1.2 GB. Peer in the same run: exactextract on the same
raster. The first raster, for which fractions are worked out and written to the cache, and a later process, which finds
them there, are told beside. `--columns`, `--rows` and `--polygons` make it smaller.

`--sparse` measures a sparse raster of 20,000 × 20,000 cells instead, with data in one corner. Claim: its means, the
fractions worked out as well, take at least three times less than exactextract's, for blocks that the file leaves
out are not worked through. Whole processes after imports.
"""

import argparse
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import rasterio
import shapely
from exactextract import exact_extract
from measuring import Cost, after_imports, in_turn, peak, report, tell

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from geo.coverage import Edition
from geo.zonal import Raster, zonal

RASTERS, TIMES, MEGABYTES = 10, 15, 1200
SIDE, CORNER, SPARSE_TIMES = 20_000, 10, 3
"""Rows and columns of the sparse raster; which part of either has data; how many times faster its means are."""
WEST, NORTH, WIDTH, HEIGHT = 73.0, 54.0, 62.0, 36.0


def polygons(count: int) -> gpd.GeoDataFrame:
    """Return made-up counties with winding borders: cells around random points, their borders bent alike."""
    rng = np.random.default_rng(1)
    at = rng.uniform((WEST, NORTH - HEIGHT), (WEST + WIDTH, NORTH), (count, 2))
    edge = shapely.box(WEST, NORTH - HEIGHT, WEST + WIDTH, NORTH)
    cells = shapely.get_parts(shapely.voronoi_polygons(shapely.multipoints(at), extend_to=edge))
    shapes = shapely.segmentize(shapely.intersection(cells, edge), 0.02)

    def bent(xy: np.ndarray) -> np.ndarray:
        x, y = xy.T
        return np.column_stack([x + 0.02 * np.sin(40 * y + x), y + 0.02 * np.sin(37 * x - y)])

    return gpd.GeoDataFrame(
        {"unit": [f"{i:05d}" for i in range(len(shapes))]}, geometry=shapely.transform(shapes, bent), crs="EPSG:4326"
    )


def profile(rows: int, columns: int) -> dict[str, Any]:
    """Return how a raster is written."""
    return {
        "driver": "GTiff", "count": 1, "dtype": "float32", "crs": "EPSG:4326", "height": rows, "width": columns,
        "transform": rasterio.Affine(WIDTH / columns, 0, WEST, 0, -HEIGHT / rows, NORTH), "nodata": -9999.0,
        "tiled": True, "blockxsize": 512, "blockysize": 512,
    }  # fmt: skip


def rasters(folder: Path, rows: int, columns: int, count: int) -> list[Path]:
    """Write rasters with a sea of NoData along the eastern edge."""
    rng = np.random.default_rng(2)
    paths = [folder / f"{number}.tif" for number in range(count)]
    for path in paths:
        cells = rng.random((rows, columns), dtype=np.float32) * 80
        cells[:, -columns // 20 :] = -9999.0
        with rasterio.open(path, "w", **profile(rows, columns)) as raster:
            raster.write(cells, 1)
    return paths


def cost(began: float) -> Cost:
    """Return the time since `began`; memory is the peak of the process."""
    return Cost(time.perf_counter() - began, peak())


def ours(folder: Path, frame: gpd.GeoDataFrame, paths: list[Path]) -> tuple[Cost, list[Cost], list[np.ndarray]]:
    """Return what the first raster took, what each of the others did, and all means."""
    edition = Edition(frame, cache=folder / "cache")
    costs, means = [], []
    for path in paths:
        began = time.perf_counter()
        means.append(zonal([Raster(path)], edition).value[0].to_numpy())
        costs.append(cost(began))
    return costs[0], costs[1:], means


def sparse_side(side: str, folder: Path, frame: gpd.GeoDataFrame) -> None:
    """Be one side of the sparse raster."""
    path = folder / "sparse.tif"
    began = time.perf_counter()
    if side == "ours":
        means = zonal([Raster(path)], Edition(frame)).value[0].to_numpy()
    else:
        means = exact_extract(str(path), frame, ["mean"], output="pandas")["mean"].to_numpy()
    tell(began)
    np.save(folder / f"{side}.npy", means)


def sparse(folder: Path, rows: int, columns: int, count: int) -> None:
    """Measure a sparse raster with data in its north-western corner, under units that cover all of it."""
    cells = np.random.default_rng(3).random((rows // CORNER, columns // CORNER), dtype=np.float32)
    with rasterio.open(folder / "sparse.tif", "w", **profile(rows, columns), SPARSE_OK="TRUE") as raster:
        raster.write(cells, 1, window=rasterio.windows.Window(0, 0, columns // CORNER, rows // CORNER))
    command = [sys.executable, __file__, "--one", str(folder), "--polygons", str(count), "--sparse", "--side"]
    sides = ("ours", "exactextract")
    costs, peers = in_turn(*(lambda side=side: after_imports([*command, side]) for side in sides), runs=1)
    size = f"{count} polygons, {columns} × {rows} cells, data in 1/{CORNER**2} of them"
    report(f"zonal mean of a sparse raster, {size}", costs, peers, "ours, with the fractions", "exactextract")
    one, other = (np.load(folder / f"{side}.npy") for side in sides)
    np.testing.assert_allclose(one, other, rtol=1e-6)
    ratio = peers[0].seconds / costs[0].seconds
    assert ratio >= SPARSE_TIMES, f"only {ratio:.1f} times faster than exactextract; expected {SPARSE_TIMES}"


def main() -> None:
    """Measure what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, help="4000, or of the sparse raster 20000")
    parser.add_argument("--columns", type=int, help="5000, or of the sparse raster 20000")
    parser.add_argument("--polygons", type=int, default=2850)
    parser.add_argument("--sparse", action="store_true", help="a sparse raster instead")
    parser.add_argument("--one", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--side", choices=["ours", "exactextract"], help=argparse.SUPPRESS)
    asked = parser.parse_args()
    rows, columns = asked.rows or (SIDE if asked.sparse else 4000), asked.columns or (SIDE if asked.sparse else 5000)
    frame = polygons(asked.polygons)
    if asked.side:
        sparse_side(asked.side, asked.one, frame)
        return
    if asked.sparse:
        with tempfile.TemporaryDirectory() as name:
            sparse(Path(name), rows, columns, asked.polygons)
        return
    if asked.one:
        began = time.perf_counter()
        ours(asked.one, frame, sorted(asked.one.glob("*.tif")))
        tell(began)
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        paths = rasters(folder, rows, columns, RASTERS)
        first, later, means = ours(folder, frame, paths)
        peers, found = [], []
        for path in paths[1:4]:
            began = time.perf_counter()
            found.append(exact_extract(str(path), frame, ["mean"], output="pandas")["mean"].to_numpy())
            peers.append(cost(began))
        for mean, other in zip(means[1:4], found, strict=True):
            np.testing.assert_allclose(mean, other, rtol=1e-6)
        size = f"{len(frame)} polygons, {columns} × {rows} cells"
        report(f"zonal mean of a raster, {size}", later[: len(peers)], peers, "ours, second raster on", "exactextract")
        entry = next((folder / "cache").iterdir()).stat().st_size / 1e6
        print(f"  first raster, with the fractions: {first.seconds:.2f} s; entry in the cache {entry:.0f} MB")
        again = [sys.executable, __file__, "--one", name, "--polygons", str(asked.polygons)]
        (folder / "cache").rename(folder / "kept")
        cold = after_imports(again)
        warm = after_imports(again)
        print(f"  ten rasters in one process: {cold.seconds:.2f} s, {cold.megabytes:.0f} MB; with a cache from before "
              f"{warm.seconds:.2f} s, {warm.megabytes:.0f} MB")  # fmt: skip
        ratio = statistics.median(peer.seconds for peer in peers) / statistics.median(cost.seconds for cost in later)
        assert ratio >= TIMES, f"only {ratio:.1f} times faster than exactextract; expected {TIMES}"
        peak = max(cold.megabytes, warm.megabytes)
        assert peak <= MEGABYTES, f"{peak:.0f} MB; expected at most {MEGABYTES}"


if __name__ == "__main__":
    main()
