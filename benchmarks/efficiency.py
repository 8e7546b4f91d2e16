"""Efficiency with bad outputs: 3,000 units with three inputs, one good and two bad outputs.

Claim: directional distances take under 10 s on 2 cores and at least five times less than a loop of scipy's `linprog`
over the textbook program, and so does the slacks-based measure; slacks (a second program a unit) are included on our
side only. Where that does not hold the script ends with an error. Peer in the same run: the loop on the first 150
units of the 3,000, each against all of them, its time multiplied by 20; `--whole` scores every unit with it. The scores
of those units are compared as well.
"""

import argparse
import resource
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from measuring import Cost, in_turn, report

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from indicators.efficiency.directional import directional
from indicators.efficiency.production import Production, production
from indicators.efficiency.results import Efficiency
from indicators.efficiency.slacks import slacks_based
from tests.oracles import textbook

UNITS, SAMPLE = 3000, 150
SECONDS, RATIO, APART = 10, 5, 1e-6
"""What is claimed: seconds at most, how many times faster at least, and how near the scores are to the peer's."""
NONE = np.zeros(3)


def national() -> Production:
    """Return made-up units, Cobb–Douglas with inefficiency, with a seed."""
    rng = np.random.default_rng(1)
    inputs = rng.lognormal(0, 0.6, (UNITS, 3))
    good = np.prod(inputs ** [0.3, 0.4, 0.3], axis=1) * rng.beta(4, 2, UNITS)
    return production(inputs, good, bads=good[:, None] * rng.lognormal(0, 0.5, (UNITS, 2)))


def cost(work: Callable[[], object], factor: float = 1.0) -> Cost:
    """Return the processor time of one piece of work, which runs on one thread; memory is that of the process."""
    began = time.process_time()
    work()
    seconds = (time.process_time() - began) * factor
    return Cost(seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def by_distance(made: Production, at: int) -> float | None:
    """Return the directional distance of one unit by the textbook program, weak disposability."""
    own = (made.inputs[at], made.goods[at], made.bads[at])
    return textbook.distance(
        made.inputs, made.goods, made.bads, own, (NONE, own[1], own[2]), variable=False, weak=True
    )  # fmt: skip


def by_slacks(made: Production, at: int) -> float | None:
    """Return the slacks-based measure of one unit by the textbook program."""
    return textbook.slacks(made.inputs, made.goods, made.bads, at, variable=False)


def measure(
    made: Production,
    title: str,
    mine: Callable[[Production], Efficiency],
    peer: Callable[[Production, int], float | None],
    whole: bool,
) -> None:
    """Time both sides and compare their scores."""
    count = UNITS if whole else SAMPLE
    expected = [peer(made, at) for at in range(count)]
    found = mine(made).scores[:count]
    apart = max(abs(one - other) for one, other in zip(found, expected, strict=True) if other is not None)
    ours, theirs = in_turn(
        lambda: cost(lambda: mine(made)),
        lambda: cost(lambda: [peer(made, at) for at in range(count)], UNITS / count),
        1 if whole else 3,
    )
    scope = "whole" if whole else f"{count} units × {UNITS // count}"
    report(f"{title}, {UNITS} units", ours, theirs, "ours, with slacks and peers", f"scipy loop ({scope})")
    print(f"  scores differ by at most {apart:.1e}")
    fast = statistics.median(one.seconds for one in ours)
    ratio = statistics.median(two.seconds / one.seconds for one, two in zip(ours, theirs, strict=True))
    if fast >= SECONDS or ratio < RATIO or apart > APART:
        sys.exit(f"{title}: the claim does not hold")


def main() -> None:
    """Measure two measures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--whole", action="store_true", help="let the loop score every unit")
    whole = parser.parse_args().whole
    made = national()
    measure(made, "directional distances", directional, by_distance, whole)
    measure(made, "slacks-based measure", slacks_based, by_slacks, whole)


if __name__ == "__main__":
    main()
