"""Neighbours of everybody with everybody, economic distance and inverse distance: 1,500, 3,000 and 6,000 units.

Claim: from 3,000 units on finding them takes at most 0.8 of the memory of the same with a dense matrix of numpy; the
economic ones of 3,000 units are found at least ten times faster than by libpysal; and neither finding neighbours nor
the statistics of spatial patterns drawn from them take more memory than `check` foretells. Peer in the same run: a
dense matrix of all distances, strengths and shares of rows, turned into a sparse one, which is about as fast. Each is a
process of its own, timed after imports, with its peak memory above the program; the lags of both sides are compared.
`--most` adds 12,000 units, and patterns of 6,000 and 12,000, which takes 10 GB and a quarter of an hour; `--units`
makes it smaller. The script ends with an error where a claim does not hold.
"""

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from measuring import after_imports, in_turn, peak, report, tell

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from geo.neighbours.effort import megabytes

if TYPE_CHECKING:
    import pandas as pd

    from geo.neighbours import Neighbours

UNITS, MOST, FROM = [1500, 3000, 6000], 12000, 3000
RULES = ("economic", "inverse_distance")
STRONGEST, PERMUTATIONS, BATCH = 10, 999, 125
SHARE, TIMES = 0.8, 10
WARM = 20
"""Units of a first go, so that what is imported on the way is neither timed nor counted."""


def national(units: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return made-up places (longitude, latitude in degrees), GDP per head, and values with a pattern, with a seed."""
    random = np.random.default_rng(1)
    places = np.column_stack([random.uniform(80, 125, units), random.uniform(22, 48, units)])
    wave = np.sin(places[:, 0] / 4) + np.cos(places[:, 1] / 3)
    return places, random.lognormal(11, 0.6, units), np.exp(wave + random.normal(0, 1, units))


def mine(rule: str, units: int, permutations: int = 0) -> np.ndarray:
    """Find neighbours with this package; return the lag of the values, or what each statistic of them took."""
    import geopandas as gpd
    import pandas as pd

    from geo.neighbours import Economic, Ground, InverseDistance, find_neighbours

    places, wealth, values = national(units)
    codes = [f"u{at:05d}" for at in range(units)]
    frame = gpd.GeoDataFrame({"unit": codes}, geometry=gpd.points_from_xy(*places.T), crs=4326)
    ground = Ground.of(codes, frame, pd.DataFrame({"wealth": wealth}, index=codes))
    strongest = STRONGEST if rule == "strongest" else None
    near = find_neighbours(
        InverseDistance(rule="inverse_distance", force=True) if rule == "inverse_distance"
        else Economic(rule="economic", column="wealth", strongest=strongest, force=True),
        ground,
    )  # fmt: skip
    if not permutations:
        return near.lag(values)
    _ = near.components, near.symmetric
    return patterns(near, pd.Series(values, index=codes), pd.Series(wealth, index=codes), permutations)


def patterns(near: "Neighbours", one: "pd.Series", other: "pd.Series", permutations: int) -> np.ndarray:
    """Draw every statistic from the neighbours; return the seconds that each took."""
    import pandas as pd

    from geo import autocorrelation as by

    drawn = {"permutations": permutations, "seed": 1, "tail": "two_sided"}
    asked: list[Callable[[], object]] = [
        lambda: by.moran(one, near, **drawn),
        lambda: by.geary(one, near, **drawn),
        lambda: by.getis_ord(one, near, **drawn),
        lambda: by.bivariate_moran(one, other, near, **drawn),
        lambda: by.clusters(by.local_moran(one, near, **drawn)),
        lambda: by.clusters(by.local_geary(one, near, **drawn)),
        lambda: by.clusters(by.local_getis_ord(one, near, **drawn)),
        lambda: by.clusters(by.local_getis_ord(one, near, star=True, **drawn)),
        lambda: by.clusters(by.local_bivariate_moran(one, other, near, **drawn)),
        lambda: by.join_counts(pd.cut(one, 4, labels=False), near, **drawn),
    ]
    took = []
    for statistic in asked:
        began = time.perf_counter()
        statistic()
        took.append(time.perf_counter() - began)
    return np.array(took)


def dense(rule: str, units: int) -> np.ndarray:
    """Return the lag of the values by a dense matrix, as it is usually written."""
    from scipy import sparse

    from geo.crs.systems import EARTH_RADIUS_KM

    places, wealth, values = national(units)
    if rule == "economic":
        apart = np.abs(wealth[:, None] - wealth)
    else:
        lon, lat = np.radians(places).T
        half = np.sin((lat[:, None] - lat) / 2) ** 2
        half += np.cos(lat[:, None]) * np.cos(lat) * np.sin((lon[:, None] - lon) / 2) ** 2
        apart = np.maximum(2 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(half)), 1)
    np.fill_diagonal(apart, np.inf)
    strength = 1 / apart
    strength /= strength.sum(axis=1, keepdims=True)
    return sparse.csr_array(strength) @ values


def libpysal(rule: str, units: int) -> np.ndarray:
    """Return the lag of the values by the links that libpysal finds, of economic distance alone."""
    import geopandas as gpd
    from libpysal.graph import Graph

    assert rule == "economic"
    _, wealth, values = national(units)
    points = gpd.GeoSeries(gpd.points_from_xy(wealth, np.zeros(units)))
    return Graph.build_distance_band(points, np.ptp(wealth) + 1, binary=False, alpha=-1).transform("r").lag(values)


SIDES = {"mine": mine, "dense": dense, "libpysal": libpysal}


def be(side: str, rule: str, units: int, permutations: int, folder: Path) -> None:
    """Be one side: tell what each statistic took, then seconds and memory above the program."""
    how = (permutations,) if permutations else ()
    SIDES[side](rule, WARM, *how)
    before, began = peak(), time.perf_counter()
    made = SIDES[side](rule, units, *how)
    if permutations:
        print(*made)
    tell(began, before)
    np.save(folder / f"{side}.npy", made)


def main() -> None:
    """Measure both sides, or be one of them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--units", type=int, nargs="+", default=UNITS)
    parser.add_argument("--most", action="store_true", help=f"{MOST} units as well, and patterns of the larger ones")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--side", choices=SIDES, help=argparse.SUPPRESS)
    parser.add_argument("--rule", help=argparse.SUPPRESS)
    parser.add_argument("--permutations", type=int, default=0, help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.side:
        be(asked.side, asked.rule, asked.units[0], asked.permutations, asked.folder)
        return
    with tempfile.TemporaryDirectory() as name:
        for units in [*asked.units, *([MOST] if asked.most else [])]:
            for rule in RULES:
                measure(Path(name), rule, units, asked.runs)
            if units == FROM:
                measure_libpysal(Path(name))
            if units >= FROM and (asked.most or units == FROM):
                measure_patterns(Path(name), units)
        few = after_imports(command(Path(name), "mine", "strongest", MOST))
        print(f"economic, the {STRONGEST} strongest of {MOST} units: {few.seconds:.2f} s, {few.megabytes:.0f} MB")


def command(folder: Path, side: str, rule: str, units: int, permutations: int = 0) -> list[str]:
    """Return how one side is called."""
    asked = {"side": side, "rule": rule, "units": units, "permutations": permutations, "folder": folder}
    return [sys.executable, __file__, *(f"--{key}={value}" for key, value in asked.items())]


def measure(folder: Path, rule: str, units: int, runs: int) -> None:
    """Time this package and a dense matrix in turn, and compare what they found."""
    sides = ("mine", "dense")
    ours, peer = in_turn(*(lambda side=side: after_imports(command(folder, side, rule, units)) for side in sides), runs)
    report(f"{rule}, {units} units", ours, peer, "ours", "a dense matrix")
    one, other = (np.load(folder / f"{side}.npy") for side in sides)
    np.testing.assert_allclose(one, other, rtol=1e-9)
    share = statistics.median(a.megabytes / b.megabytes for a, b in zip(ours, peer, strict=True))
    print(f"  memory: {share:.2f} of the dense matrix's")
    assert units < FROM or share <= SHARE, f"{share:.2f} of the memory; expected at most {SHARE}"
    bearable(units, max(cost.megabytes for cost in ours))


def measure_libpysal(folder: Path) -> None:
    """Time libpysal once, beside this package."""
    ours, peer = (after_imports(command(folder, side, "economic", FROM)) for side in ("mine", "libpysal"))
    report(f"economic, {FROM} units", [ours], [peer], "ours", "libpysal")
    np.testing.assert_allclose(np.load(folder / "mine.npy"), np.load(folder / "libpysal.npy"), rtol=1e-9)
    times = peer.seconds / ours.seconds
    assert times >= TIMES, f"only {times:.1f} times faster than libpysal; expected {TIMES}"


def measure_patterns(folder: Path, units: int) -> None:
    """Tell what the statistics take; of the most units a batch of permutations, for memory does not grow with more."""
    permutations = PERMUTATIONS if units < MOST else BATCH
    told = subprocess.run(
        command(folder, "mine", "economic", units, permutations), stdout=subprocess.PIPE, check=True, text=True
    ).stdout.split()  # fmt: skip
    *took, _, most = map(float, told)
    each = f"{min(took):.1f} to {max(took):.1f} s each"
    print(f"patterns, {units} units, {permutations} permutations: {each}, {most:.0f} MB with the neighbours")
    bearable(units, most)


def bearable(units: int, most: float) -> None:
    """Hold memory against what `check` foretells."""
    expected = megabytes(units * (units - 1))
    print(f"  foretold by check: {expected:.0f} MB")
    assert units < FROM or most <= expected, f"{most:.0f} MB; foretold were {expected:.0f}"


if __name__ == "__main__":
    main()
