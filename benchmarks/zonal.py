"""Zonal means of a national map: 2,850 polygons, ten rasters of 5,000 × 4,000 cells.

Claim: from the second raster on, a grid's coverage fractions being there, the means of a raster take at least
fifteen times less than exactextract's; peak memory is at most 1.2 GB. Peer in the same run: exactextract on the same
raster. The first raster, for which fractions are worked out and written to the cache, and a later process, which finds
them there, are told beside. `--columns`, `--rows` and `--polygons` make it smaller.
"""

import argparse
import resource
import statistics
import sys
import tempfile
import time
from pathlib import Path

import geopandas as gpd
import numpy as np
import rasterio
import shapely
from exactextract import exact_extract
from measuring import Cost, after_imports, report, tell

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from geo.coverage import Edition
from geo.zonal import Raster, zonal

RASTERS, TIMES, MEGABYTES = 10, 15, 1200
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


def rasters(folder: Path, rows: int, columns: int, count: int) -> list[Path]:
    """Write rasters with a sea of NoData along the eastern edge."""
    rng = np.random.default_rng(2)
    profile = {
        "driver": "GTiff", "count": 1, "dtype": "float32", "crs": "EPSG:4326", "height": rows, "width": columns,
        "transform": rasterio.Affine(WIDTH / columns, 0, WEST, 0, -HEIGHT / rows, NORTH), "nodata": -9999.0,
        "tiled": True, "blockxsize": 512, "blockysize": 512,
    }  # fmt: skip
    paths = [folder / f"{number}.tif" for number in range(count)]
    for path in paths:
        cells = rng.random((rows, columns), dtype=np.float32) * 80
        cells[:, -columns // 20 :] = -9999.0
        with rasterio.open(path, "w", **profile) as raster:
            raster.write(cells, 1)
    return paths


def cost(began: float) -> Cost:
    """Return the time since `began`; memory is the peak of the process."""
    return Cost(time.perf_counter() - began, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def ours(folder: Path, frame: gpd.GeoDataFrame, paths: list[Path]) -> tuple[Cost, list[Cost], list[np.ndarray]]:
    """Return what the first raster took, what each of the others did, and all means."""
    edition = Edition(frame, cache=folder / "cache")
    costs, means = [], []
    for path in paths:
        began = time.perf_counter()
        means.append(zonal([Raster(path)], edition).value[0].to_numpy())
        costs.append(cost(began))
    return costs[0], costs[1:], means


def main() -> None:
    """Measure what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=4000)
    parser.add_argument("--columns", type=int, default=5000)
    parser.add_argument("--polygons", type=int, default=2850)
    parser.add_argument("--one", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    frame = polygons(asked.polygons)
    if asked.one:
        began = time.perf_counter()
        ours(asked.one, frame, sorted(asked.one.glob("*.tif")))
        tell(began)
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        paths = rasters(folder, asked.rows, asked.columns, RASTERS)
        first, later, means = ours(folder, frame, paths)
        peers, found = [], []
        for path in paths[1:4]:
            began = time.perf_counter()
            found.append(exact_extract(str(path), frame, ["mean"], output="pandas")["mean"].to_numpy())
            peers.append(cost(began))
        for mean, other in zip(means[1:4], found, strict=True):
            np.testing.assert_allclose(mean, other, rtol=1e-6)
        size = f"{len(frame)} polygons, {asked.columns} × {asked.rows} cells"
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
