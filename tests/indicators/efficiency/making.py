"""Made-up production."""

import numpy as np

from indicators.efficiency.production import Production, production


def made_up(seed: int = 1, units: int = 20, shape: tuple[int, int, int] = (2, 1, 2), prefix: str = "u") -> Production:
    """Return units with a seed, all figures above 0."""
    rng = np.random.default_rng(seed)
    table = rng.lognormal(0, 0.5, (units, sum(shape))) * rng.lognormal(0, 0.5, (units, 1))
    inputs, goods, bads = np.split(table, np.cumsum(shape)[:2], axis=1)
    return production(
        inputs, goods, bads=bads if shape[2] else None, units=[f"{prefix}{at:02d}" for at in range(units)]
    )


def rescaled(given: Production, factors: np.ndarray) -> Production:
    """Return the same units in other units of measure."""
    inputs, goods, bads = np.split(given.table * factors, np.cumsum(given.shape)[:2], axis=1)
    return production(inputs, goods, bads=bads if given.shape[2] else None, units=given.units)
