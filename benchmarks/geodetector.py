"""Geodetector at national size: 15 factors, their 105 interactions and 999 permutations of all on 3,000 units.

Claim: factors, interactions and the permutation p of both take under 5 s on 2 cores. Peer in the same run: a pandas
loop that groups by each factor and by each pair, on a few of the permutations, its time multiplied accordingly;
`--whole` runs all. The q of every factor and pair are compared as well. A table of cost against size follows. The
script ends with an error where the claim does not hold.
"""

import argparse
import resource
import sys
import time
from collections.abc import Callable
from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd
from measuring import Cost, in_turn, report

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from geo.detector.choice import choice_p, choose
from geo.detector.factor import factors, interactions
from geo.detector.sample import sample

UNITS, FACTORS, PERMUTATIONS, TRIED = 3000, 15, 999, 4
SECONDS = 5.0


def national(units: int = UNITS) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """Return made-up units with a seed: factors of 4 to 8 classes, three of which tell something."""
    rng = np.random.default_rng(1)
    columns = {f"x{i}": rng.integers(0, 4 + i % 5, units) for i in range(FACTORS)}
    return rng.normal(size=units) + 0.2 * (columns["x0"] + columns["x1"] * columns["x2"] / 4), columns


def cost(work: Callable[[], object], factor: float = 1.0) -> Cost:
    """Time one piece of work; memory is that of the process."""
    began = time.perf_counter()
    work()
    seconds = (time.perf_counter() - began) * factor
    return Cost(seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def ours(
    y: np.ndarray, columns: dict[str, np.ndarray], permutations: int = PERMUTATIONS
) -> dict[tuple[str, ...], float]:
    """Return q of every factor and pair, each with its permutation p made."""
    made = sample(y, columns)
    one, two = factors(made, permutations=permutations), interactions(made, permutations=permutations)
    return {**{(f.name,): f.q for f in one}, **{(i.first, i.second): i.q for i in two}}


def in_pandas(frame: pd.DataFrame, y: str) -> dict[tuple[str, ...], float]:
    """Return q of every factor and pair as a script has it."""
    names = [name for name in frame.columns if name != y]
    total = frame[y].var(ddof=0) * len(frame)
    keys = [(name,) for name in names] + list(combinations(names, 2))
    out = {}
    for key in keys:
        groups = frame.groupby(list(key))[y]
        out[key] = 1 - (groups.var(ddof=0) * groups.size()).sum() / total
    return out


def loop(y: np.ndarray, columns: dict[str, np.ndarray], permutations: int) -> dict[tuple[str, ...], int]:
    """Count for every factor and pair how many shuffles reach its q."""
    frame = pd.DataFrame({"y": y, **columns})
    observed = in_pandas(frame, "y")
    reached = dict.fromkeys(observed, 0)
    rng = np.random.default_rng(1)
    for _ in range(permutations):
        shuffled = in_pandas(frame.assign(y=rng.permutation(y)), "y")
        for key, q in shuffled.items():
            reached[key] += q >= observed[key]
    return reached


def main() -> None:
    """Measure both, compare q, and print cost against size."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--whole", action="store_true", help="let the loop make every permutation")
    tried = PERMUTATIONS if parser.parse_args().whole else TRIED
    y, columns = national()
    mine, theirs = ours(y, columns, 1), in_pandas(pd.DataFrame({"y": y, **columns}), "y")
    apart = max(abs(mine[key] - q) for key, q in theirs.items())
    both = in_turn(
        lambda: cost(lambda: ours(y, columns)),
        # the observed q is one arrangement more
        lambda: cost(lambda: loop(y, columns, tried), (PERMUTATIONS + 1) / (tried + 1)),
        1 if tried == PERMUTATIONS else 3,
    )
    title = f"{FACTORS} factors, all pairs, {PERMUTATIONS} permutations, {UNITS} units"
    scope = "whole" if tried == PERMUTATIONS else f"{tried + 1} arrangements × {(PERMUTATIONS + 1) // (tried + 1)}"
    report(title, *both, "ours", f"pandas loop ({scope})")
    print(f"  q differ by at most {apart:.1e}")
    assert both[0][0].seconds < SECONDS, f"{both[0][0].seconds:.1f} s; expected less than {SECONDS:g}"
    for units in (300, 3000, 30000):
        y, columns = national(units)
        spent = cost(lambda y=y, columns=columns: ours(y, columns))
        print(f"  {units:>6} units: {spent.seconds:6.2f} s {spent.megabytes:6.0f} MB, the process so far")
    rng = np.random.default_rng(2)
    y, _ = national()
    continuous = {f"v{i}": rng.lognormal(size=UNITS) for i in range(FACTORS)}
    spent = cost(lambda: choose(y, continuous))
    print(f"  the q table of {FACTORS} variables × 6 ways × 6 numbers of classes: {spent.seconds:.2f} s")
    for held, said in ((continuous, "all different"), ({k: v.round(2) for k, v in continuous.items()}, "with ties")):
        made = choose(y, held)
        spent = cost(lambda made=made: choice_p(made, permutations=PERMUTATIONS))
        print(f"  p of the choice, {PERMUTATIONS} shuffles choosing anew, values {said}: {spent.seconds:.2f} s")


if __name__ == "__main__":
    main()
