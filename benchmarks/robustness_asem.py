"""1,000 uncertainty replicates on COINr's ASEM example: 51 countries × 49 indicators on four levels.

Claim: under 0.7 s after import, with outlier limit, normalisation, weighting and aggregation varied and every weight
disturbed by ±25 %. Peer in the same run: the same replicates as a loop of pandas statements, each of which winsorises,
normalises, weighs and aggregates the table again, as such an analysis is usually written. COINr 1.1.14 took 137 s for
1,000 replicates on such a machine.
"""

import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
from measuring import after_imports, in_turn, report, shared, tell

RUNS = 1000
BEFORE_TREATMENT = "Imputed"
LIMITS = [1, 2, 3, 4, 5]
CHOICES = {
    "outliers.limit": LIMITS,
    "normalisation": [{"method": "min_max"}, {"method": "percentile_rank"}],
    "weighting.indicators": [{"method": "given"}, {"method": "equal"}],
    "aggregation": [
        {"indicators": {"method": method}, "dimensions": {"method": method}} for method in ("arithmetic", "geometric")
    ],
}


def ours() -> None:
    """Score and put the ranking to the test."""
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
    from evaluate import Methodology, score
    from evaluate.robustness.summary import analyse
    from evaluate.spec import RobustnessSpec
    from tests.oracles.asem import framework, panel

    whole, definition = panel(shared(), BEFORE_TREATMENT), framework(shared(), BEFORE_TREATMENT)
    chosen = Methodology.model_validate({
        "outliers": {"method": "winsorise", "limit": 5},
        "normalisation": {"method": "min_max", "bounds": [1, 100]},
    })  # fmt: skip
    began = time.perf_counter()
    base = score(whole, definition, chosen)
    found = analyse(base, RobustnessSpec(runs=RUNS, seed=1, vary=CHOICES, weight_noise=0.25))
    tell(began)
    assert found.outcome["succeeded"] == RUNS


def _table() -> tuple[pd.DataFrame, pd.DataFrame]:
    folder = shared() / "oracles" / "coinr-asem"
    meta = pd.read_csv(folder / "00_iMeta.csv").set_index("iCode")
    values = pd.read_csv(folder / f"02_dset_{BEFORE_TREATMENT}.csv").set_index("uCode")
    return meta, values


def winsorised(column: pd.Series, limit: int) -> pd.Series:
    """Winsorise point by point while skewness and kurtosis ask for it."""
    out = column.copy()
    for _ in range(limit):
        if abs(out.skew()) < 2 or out.kurt() < 3.5:
            break
        if out.skew() > 0:
            out[out == out.max()] = out[out < out.max()].max()
        else:
            out[out == out.min()] = out[out > out.min()].min()
    return out


def pandas_loop() -> None:
    """Rank the countries 1,000 times."""
    meta, values = _table()
    codes = meta.index[meta["Type"] == "Indicator"]
    began = time.perf_counter()
    rng, ranks = np.random.default_rng(1), []
    for _ in range(RUNS):
        table = values[codes].apply(winsorised, limit=int(rng.choice(LIMITS)))
        table = table * meta.loc[codes, "Direction"]
        if rng.random() < 0.5:
            table = 1 + 99 * (table - table.min()) / (table.max() - table.min())
        else:
            table = 1 + 99 * (table.rank(method="min") - 1) / (len(table) - 1)
        weights = meta["Weight"].astype(float).copy()
        if rng.random() < 0.5:
            weights[codes] = 1.0
        weights = weights * rng.uniform(0.75, 1.25, len(weights))
        geometric = rng.random() < 0.5
        for level in sorted(meta["Level"].unique())[:-1]:
            for parent, below in meta[meta["Level"] == level].groupby("Parent"):
                own, part = weights[below.index], table[below.index]
                if geometric:
                    part = np.log(part)
                mean = part.mul(own).sum(axis=1) / part.notna().mul(own).sum(axis=1)
                table[parent] = np.exp(mean) if geometric else mean
        ranks.append(table["Index"].rank(ascending=False, method="min"))
    pd.DataFrame(ranks).quantile([0.05, 0.5, 0.95])
    tell(began)


def main() -> None:
    """Measure both and print the ratio."""
    if len(sys.argv) == 2:
        {"ours": ours, "peer": pandas_loop}[sys.argv[1]]()
        return
    mine, peer = ([sys.executable, __file__, name] for name in ("ours", "peer"))
    costs = in_turn(lambda: after_imports(mine), lambda: after_imports(peer), 2)
    report("ASEM, 1,000 replicates, after import", *costs, "score and robustness analysis", "pandas loop")


if __name__ == "__main__":
    main()
