"""Local regression at national size: GWR with a bandwidth search on 3,000 points, MGWR bandwidths, cost against size.

Claims: GWR (five columns, adaptive bisquare, AICc) takes at least ten times less than mgwr with all processors, MGWR
at least eight times less; bandwidths and AICc are the same. Peer in the same run: mgwr itself, whose MGWR takes two
minutes at 3,000 points; `--points 800` is quicker. `--sizes` prints the cost of GWR from 750 to 30,000 units and of
MGWR with its standard errors up to 6,000, each in a process of its own with its peak memory, next to what a run
expects beforehand; `--most 3000` ends earlier. The script ends with an error where a claim does not hold.
"""

import argparse
import resource
import statistics
import subprocess
import sys
import time
import warnings
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
from measuring import Cost, in_turn, report

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from geo.regression.design import Design, design, standardised
from geo.regression.effort import MOST, Local, megabytes, minutes
from geo.regression.gwr import find_bandwidth, gwr
from geo.regression.hat import infer
from geo.regression.mgwr import Backfitted, mgwr

POINTS, COLUMNS = 3000, 5
TIMES = {"gwr": 10.0, "mgwr": 8.0}
SIZES: dict[Local, tuple[int, ...]] = {
    "gwr": (750, 1500, 3000, 6000, 12000, 30000), "mgwr": (375, 750, 1500, 3000, 6000),
}  # fmt: skip
MEGABYTES = 1900
"""Most that any size may take."""


def national(points: int, columns: int = COLUMNS, *, degrees: bool = False) -> Design:
    """Return made-up units with a seed: one slope that varies over the country, one within regions, the rest do not.

    `degrees`: by longitude and latitude, as in an assessment, else in metres, as the peer takes them.
    """
    rng = np.random.default_rng(1)
    at = rng.uniform(0, 4e6, (points, 2))
    x = rng.normal(size=(points, columns))
    east, north = (at / 4e6).T
    y = 1 + east * x[:, 0] + np.sin(6 * north) * x[:, 1] + x[:, 2:].sum(axis=1) + rng.normal(size=points)
    where = np.column_stack([80 + 40 * east, 20 + 30 * north]) if degrees else at
    metric = "great_circle" if degrees else "planar"
    return design(y, {f"x{i}": x[:, i] for i in range(columns)}, where, metric=metric)


def cost(work: Callable[[], object]) -> Cost:
    """Time one piece of work; memory is that of the process."""
    began = time.perf_counter()
    work()
    return Cost(time.perf_counter() - began, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def local(points: int) -> None:
    """Compare regressions with one bandwidth."""
    from mgwr.gwr import GWR
    from mgwr.sel_bw import Sel_BW

    made = national(points)
    found: dict[str, object] = {}

    def mine() -> None:
        fit = gwr(made)
        found["ours"] = (fit.window.bandwidth, round(fit.criteria.aicc, 5))

    def theirs() -> None:
        y, x = made.y[:, None], made.x[:, 1:]
        selector = Sel_BW(made.coordinates, y, x)
        fit = GWR(made.coordinates, y, x, selector.search()).fit()
        found["mgwr"] = (selector.bw[0], round(fit.aicc, 5))

    # mgwr once to warm up its processes and compiled parts, on a few points
    few = national(100)
    Sel_BW(few.coordinates, few.y[:, None], few.x[:, 1:]).search()
    costs = in_turn(lambda: cost(mine), lambda: cost(theirs), 1)
    report(f"GWR with bandwidth search, {points} points, k = {COLUMNS}", *costs, "ours", "mgwr")
    print(f"  bandwidth and AICc: {found['ours']}, mgwr {found['mgwr']}")
    hold("gwr", *costs, found)


def multiscale(points: int) -> None:
    """Compare searches for a bandwidth a term."""
    from mgwr.sel_bw import Sel_BW

    made = standardised(national(points, 3))
    found: dict[str, list[float]] = {}

    def mine() -> None:
        found["ours"] = mgwr(made).bandwidths.tolist()

    def theirs() -> None:
        selector = Sel_BW(made.coordinates, made.y[:, None], made.x[:, 1:], multi=True)
        found["mgwr"] = [float(b) for b in selector.search()]

    costs = [cost(mine), cost(mine)], [cost(theirs)]
    report(f"MGWR bandwidths, {points} points, 4 terms", costs[0][1:], costs[1], "ours", "mgwr")
    print(f"  bandwidths: {found['ours']}, mgwr {found['mgwr']}")
    hold("mgwr", costs[0][1:], costs[1], found)


def hold(model: str, ours: list[Cost], theirs: list[Cost], found: Mapping[str, object]) -> None:
    """End with an error where a claim does not hold."""
    ratio = statistics.median(b.seconds / a.seconds for a, b in zip(ours, theirs, strict=True))
    assert found["ours"] == found["mgwr"], f"{found['ours']} is not {found['mgwr']}"
    assert ratio >= TIMES[model], f"only {ratio:.1f} times faster than mgwr; expected {TIMES[model]:g}"


def sizes(most: int) -> None:
    """Print cost against size, and what a run does beyond."""
    for model, points in SIZES.items():
        for n in points:
            if n <= most:
                command = [sys.executable, __file__, "--one", str(n), "--model", model]
                done = subprocess.run(command, capture_output=True, check=True, text=True).stdout.split("|")
                columns = COLUMNS + 1 if model == "gwr" else 4
                before = f"{minutes(model, n, columns):6.1f} min, {megabytes(model, n, columns):5.0f} MB"
                print(f"  {model:<4} {n:>6} units: {done[0]}; expected beforehand {before}", flush=True)
                assert float(done[1]) <= MEGABYTES, f"{float(done[1]):.0f} MB; expected at most {MEGABYTES}"
        print(f"  {model:<4} above {MOST[model]} units: refused unless forced")


def one(points: int, model: Local) -> None:
    """Measure one size in this process."""
    found: list[float] = []
    if model == "gwr":
        made = national(points, degrees=True)
        search = cost(lambda: found.append(find_bandwidth(made).bandwidth))
        rest = cost(lambda: gwr(made, bandwidth=found[0]))
    else:
        made = standardised(national(points, 3, degrees=True))
        fits: list[Backfitted] = []
        search = cost(lambda: fits.append(mgwr(made)))
        rest = cost(lambda: infer(fits[0]))
        found.append(float(len(fits[0].history)))
    told = "bandwidth" if model == "gwr" else "rounds"
    seconds = f"search {search.seconds:8.2f} s, figures {rest.seconds:8.2f} s, {rest.megabytes:5.0f} MB"
    print(f"{seconds}, {told} {found[0]:.0f}|{rest.megabytes}")


def main() -> None:
    """Measure what is asked for."""
    warnings.simplefilter("ignore")
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--points", type=int, default=POINTS, help="points of both comparisons")
    parser.add_argument("--sizes", action="store_true", help="print cost against size")
    parser.add_argument("--most", type=int, default=30000, help="the most units of --sizes")
    parser.add_argument("--one", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--model", choices=list(SIZES), default="gwr", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.one:
        one(asked.one, asked.model)
    elif asked.sizes:
        sizes(asked.most)
    else:
        local(asked.points)
        multiscale(asked.points)


if __name__ == "__main__":
    main()
