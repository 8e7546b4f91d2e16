"""A whole run on 295 cities, 2011-2019: check, score, 1,000 replicates, all files.

Claim: `city-synergy run` takes at most 12 s and 1.5 GB on 2 cores. Peer in the same run: the same 1,000
replicates alone, as a loop of pandas statements over the normalised scores, which is how such an analysis is
usually written; it checks nothing and writes nothing.
"""

import json
import sys
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
from measuring import in_turn, process, report, shared

RUNS = 1000


def pandas_loop(folder: Path) -> None:
    """Rank the cities of the rank year 1,000 times with disturbed weights."""
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    year = manifest["period"]["rank"]
    scores = pd.read_csv(folder / "scores.csv", dtype={"unit": str})
    scored = scores[scores["year"] == year].set_index("unit")
    normalised = pd.read_csv(folder / "normalised.csv", dtype={"unit": str})
    normalised = normalised[normalised["year"] == year].set_index("unit").loc[scored.index]
    tree, types = manifest["assessment"]["framework"]["tree"], manifest["assessment"]["framework"]["types"]
    rng = np.random.default_rng(1)
    ranks = []
    for _ in range(RUNS):
        noise = {code: rng.uniform(0.75, 1.25) for code in [*normalised.columns, *tree]}
        dimensions = pd.DataFrame(index=scored.index)
        for code, node in tree.items():
            weights = pd.Series({i: w * noise[i] for i, w in node["indicators"].items()})
            part = normalised[weights.index]
            dimensions[code] = part.mul(weights).sum(axis=1) / part.notna().mul(weights).sum(axis=1)
        composite = pd.Series(index=scored.index, dtype=float)
        for kind, units in scored.groupby("type").groups.items():
            own = types[kind].get("weights", {})
            weights = pd.Series({c: own.get(c, n["weight"]) * noise[c] for c, n in tree.items()})
            composite[units] = np.exp(np.log(dimensions.loc[units]).mul(weights).sum(axis=1) / weights.sum())
        ranks.append(composite.groupby(scored["type"]).rank(ascending=False, method="min"))
    pd.DataFrame(ranks).quantile([0.05, 0.5, 0.95])


def main() -> None:
    """Measure both and print the ratio."""
    if len(sys.argv) == 3:
        pandas_loop(Path(sys.argv[2]))
        return
    assessment = shared() / "examples" / "china-cities" / "assessment.yaml"
    with tempfile.TemporaryDirectory() as temporary:
        out = Path(temporary) / "run"
        start = "import sys; from indicators.launcher import entry; sys.exit(entry())"
        ours = [sys.executable, "-c", start, "run", str(assessment), "--out", str(out), "--overwrite", "--quiet"]
        process(ours)
        peer = [sys.executable, __file__, "peer", str(out)]
        costs = in_turn(lambda: process(ours), lambda: process(peer), 3)
    title = "295 cities, 8 scored years, 1,000 replicates"
    report(title, *costs, "city-synergy run, all files", "pandas loop, ranks only")


if __name__ == "__main__":
    main()
