"""What a local regression costs, and how many rows are still bearable."""

from typing import Literal

Local = Literal["gwr", "gtwr", "mgwr"]

MOST: dict[Local, int] = {"gwr": 30_000, "gtwr": 30_000, "mgwr": 6_000}
"""Rows beyond which a local regression is refused unless forced: then it takes from a quarter of an hour upwards."""

_PASSES = 24
"""Bandwidths that a search tries, and what is computed at the best one."""
_ROUNDS = 20
"""Rounds of backfitting, about."""
_SEARCHED = 12
"""Bandwidths that the search for one term tries."""


def minutes(model: Local, rows: int, columns: int, *, shuffles: int = 0, searched: bool = False) -> float:
    """Return about how long a local regression takes on two processors: an order of magnitude.

    `gwr`, `gtwr`: passes · n² · 30 ns, a shuffle being one pass, or 15 with a search of its own. `mgwr`: rounds · k ·
    (12 · n² · 3 ns + n³ · 0.05 ns), a shuffle being the first part. What it rests on stands in docs/performance.md.

    Args:
        model: by name.
        rows: n.
        columns: k, with the constant.
        shuffles: of the test of spatial variability.
        searched: whether each of them looks for bandwidths of its own.

    >>> round(minutes("gwr", 30_000, 6)), round(minutes("mgwr", 6_000, 5)), round(minutes("gwr", 100, 3))
    (11, 20, 0)
    """
    if model == "mgwr":
        rounds = _ROUNDS * columns
        passes = _SEARCHED + shuffles * (_SEARCHED if searched else 1)
        return rounds * (passes * rows**2 * 3e-9 + rows**3 * 5e-11) / 60
    return (_PASSES + shuffles * (15 if searched else 1)) * rows**2 * 3e-8 / 60


def megabytes(model: Local, rows: int, columns: int) -> float:
    """Return about how much memory the arrays of a local regression take, the program itself aside.

    Distances and their order are kept where each takes at most 600 MB, else made anew; `mgwr` keeps at
    most 600 MB of its hat matrices at a time.

    >>> round(megabytes("gwr", 3_000, 6)), round(megabytes("gwr", 30_000, 6)), round(megabytes("mgwr", 3_000, 6))
    (146, 20, 746)
    """
    from geo.regression.hat import HATS
    from geo.regression.kernels import HELD

    kept = 2 * 8 * rows**2 if 8 * rows**2 <= HELD else 0
    local = 8 * rows * columns * 14
    hats = min(HATS, 8 * rows**2 * (columns + 3)) if model == "mgwr" else 0
    return (kept + local + hats) / 1e6
