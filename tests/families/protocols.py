"""What the protocols of families share: every member of a family, and arrays that cannot be written to."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from indicators.measures import Setting
from tests.families.cases import of

Array = NDArray[np.float64]
NAN = float("nan")

SETTING = Setting(("a", "b"), ("resource", "ecological"), (2019, 2020), (2019, 2020), 2019)
WIDE = Setting(tuple("abcdef"), ("resource", "ecological") * 3, (2018, 2019, 2020), (2018, 2019, 2020), 2018)


def cases(family: str) -> Any:
    """Run a test for every member of a family."""
    return pytest.mark.parametrize("case", of(family), ids=str)


def locked(values: Any) -> Array:
    """Return a copy that refuses to be written to."""
    made = np.array(values, dtype=float)
    made.flags.writeable = False
    return made


def plain(learned: Any) -> Any:
    """Return what a file would give back."""
    return json.loads(json.dumps(learned, allow_nan=False))


def measured(measure: Any, parts: dict[str, Any], setting: Setting = SETTING, held: Any = None) -> dict[str, Any]:
    """Return the outputs of a measure after what it learned (or an earlier run: `held`) went through JSON and back."""
    learned = {**measure.learn(parts, setting), **(held or {})}
    return dict(measure.outputs(parts, setting, plain(learned)))


def drawn(names: Iterable[str], least: float, gaps: float) -> dict[str, Any]:
    """Return parts at random: levels between `least` and 10, changes about 0 with a share of gaps."""
    draws = np.random.default_rng(5)

    def part(name: str) -> Any:
        if not name.endswith(("_growth", "_reduction")):
            return locked(draws.uniform(least, 10, (6, 3)))
        return locked(np.where(draws.random((6, 3)) < gaps, NAN, draws.uniform(-0.5, 0.5, (6, 3))))

    return {name: part(name) for name in names}


def with_one_changed(parts: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the parts with every other cell of one of them missing, another number, 0 or below 0; and its name."""
    for name, values in parts.items():
        factors = np.linspace(0.3, 1.9, values.size).reshape(values.shape)
        for made in (values * NAN, values * factors, values * 0, -values):
            for first in (0, 1):
                chosen = np.arange(values.size).reshape(values.shape) % 2 == first
                yield name, {**parts, name: locked(np.where(chosen, made, values))}
