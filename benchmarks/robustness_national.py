"""10,000 uncertainty replicates of a national ranking: 3,000 units × 50 indicators in five dimensions.

Claim: under 2.5 s and 0.5 GB after import, with linear and geometric aggregation drawn and every weight disturbed by
±25 %, rank intervals, probabilities and tiers included; the cost grows in proportion to replicates and to units, which
the last lines show. Peer in the same run: a tenth of the replicates as a loop of pandas statements over the normalised
scores. The data are
made up, with a fixed seed.
"""

import statistics
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
from measuring import after_imports, in_turn, report, tell

UNITS, INDICATORS, DIMENSIONS, RUNS, TENTH = 3000, 50, 5, 10_000, 1000
CODES = [f"i{number:02}" for number in range(INDICATORS)]


def values(units: int) -> pd.DataFrame:
    """Return made-up values, skewed as such figures are."""
    rng = np.random.default_rng(7)
    table = pd.DataFrame(rng.gamma(3, 1, (units, INDICATORS)), columns=CODES)
    return table.assign(unit=[f"u{number:05}" for number in range(units)], year=2020)


def ours(units: int, runs: int) -> None:
    """Put a ranking to the test."""
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
    from evaluate import Framework, Methodology, Panel, score
    from evaluate.robustness.summary import analyse
    from evaluate.spec import RobustnessSpec

    plain = {"label": "made up", "unit_of_measure": "1"}
    definition = Framework.from_dict({
        "schema": "framework/1", "code": "national", "label": "National", "assesses": "city", "source": "made up",
        "variables": {code: {"unit_of_measure": "1"} for code in CODES},
        "indicators": {code: {**plain, "formula": code, "direction": "positive"} for code in CODES},
        "tree": {
            f"d{number}": {"label": "made up", "weight": 1, "indicators": dict.fromkeys(CODES[number::DIMENSIONS], 1)}
            for number in range(DIMENSIONS)
        },
    })  # fmt: skip
    chosen = Methodology.model_validate({"normalisation": {"method": "min_max", "bounds": [1, 100]}})
    ways = [{"indicators": {"method": m}, "dimensions": {"method": m}} for m in ("arithmetic", "geometric")]
    base = score(Panel.from_frame(values(units)), definition, chosen)
    began = time.perf_counter()
    found = analyse(base, RobustnessSpec(runs=runs, seed=1, vary={"aggregation": ways}, weight_noise=0.25))
    tell(began)
    assert found.outcome["succeeded"] == runs


def pandas_loop(runs: int) -> None:
    """Rank the units again and again."""
    table = values(UNITS)[CODES]
    scores = 1 + 99 * (table - table.min()) / (table.max() - table.min())
    began = time.perf_counter()
    rng, ranks = np.random.default_rng(1), []
    for _ in range(runs):
        geometric = rng.random() < 0.5
        dimensions = pd.DataFrame(index=scores.index)
        for number in range(DIMENSIONS):
            part = scores[CODES[number::DIMENSIONS]]
            weights = pd.Series(rng.uniform(0.75, 1.25, part.shape[1]), index=part.columns)
            part = np.log(part) if geometric else part
            dimensions[number] = part.mul(weights / weights.sum()).sum(axis=1)
        weights = pd.Series(rng.uniform(0.75, 1.25, DIMENSIONS), index=dimensions.columns)
        composite = dimensions.mul(weights / weights.sum()).sum(axis=1)
        ranks.append((np.exp(composite) if geometric else composite).rank(ascending=False, method="min"))
    pd.DataFrame(ranks).quantile([0.05, 0.5, 0.95])
    tell(began)


def grows(what: str, sizes: list[tuple[int, int]]) -> None:
    """Print what one replicate of one unit costs at several sizes."""
    print(f"  cost as {what} grow")
    for units, runs in sizes:
        command = [sys.executable, __file__, "ours", str(units), str(runs)]
        seconds = statistics.median(after_imports(command).seconds for _ in range(3))
        each = 1e9 * seconds / (units * runs)
        print(f"    {units:6} units × {runs:6} replicates {seconds:9.3f} s, {each:7.1f} ns for one unit and replicate")


def main() -> None:
    """Measure both and print the ratio, then how the cost grows."""
    if len(sys.argv) > 1:
        numbers = [int(argument) for argument in sys.argv[2:]]
        {"ours": ours, "peer": pandas_loop}[sys.argv[1]](*numbers)
        return
    mine = [sys.executable, __file__, "ours", str(UNITS), str(RUNS)]
    peer = [sys.executable, __file__, "peer", str(TENTH)]
    costs = in_turn(lambda: after_imports(mine), lambda: after_imports(peer), 5)
    title = "3,000 units × 50 indicators, 10,000 replicates after import; the peer does 1,000"
    report(title, *costs, "robustness analysis", "pandas loop, 1,000 replicates")
    grows("replicates", [(UNITS, RUNS // 4), (UNITS, RUNS // 2), (UNITS, RUNS)])
    grows("units", [(UNITS // 4, RUNS), (UNITS // 2, RUNS), (UNITS, RUNS)])


if __name__ == "__main__":
    main()
