"""A scored panel with groups, without files: the tiny cities of the other tests, all of one kind."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from evaluate import score
from evaluate.methodology import Methodology
from evaluate.scoring.scores import Scores
from evaluate.spatial import Setting
from evaluate.spatial_spec import GroupsSpec, PilotsSpec, SpatialSpec
from indicators.framework import Framework
from indicators.panel import Panel
from tests.evaluate.tiny import DATA, ROSTER

FRAMEWORK: dict[str, Any] = {
    "schema": "framework/1", "code": "tiny", "label": "Tiny", "assesses": "city", "source": "made for the tests",
    "variables": {
        "co2": {"unit_of_measure": "t"}, "so2": {"unit_of_measure": "t"}, "gdp": {"unit_of_measure": "CNY"},
    },
    "indicators": {
        "co2_intensity": {"label": "a", "formula": "co2 / gdp", "unit_of_measure": "t / CNY", "direction": "negative"},
        "co2_fall": {"label": "b", "formula": "-change(co2)", "unit_of_measure": "1", "direction": "positive"},
        "so2_intensity": {"label": "c", "formula": "so2 / gdp", "unit_of_measure": "t / CNY", "direction": "negative"},
    },
    "tree": {
        "carbon": {"label": "d", "indicators": {"co2_intensity": 0.6, "co2_fall": 0.4}},
        "air": {"label": "e", "indicators": {"so2_intensity": 1}},
    },
}  # fmt: skip
RULES = {"co2": "sum", "so2": "sum", "gdp": "sum"}


def lines(text: str) -> list[list[str]]:
    """The rows of a small table below its heading."""
    return [line.split(",") for line in text.splitlines()[1:]]


def data() -> pd.DataFrame:
    """`unit, year, co2, so2, gdp`."""
    table = pd.DataFrame(lines(DATA), columns=["unit", "year", "co2", "so2", "gdp"])
    return table.astype({"year": int, "co2": float, "so2": float, "gdp": float})


def roster() -> pd.DataFrame:
    """`unit, name, type, region`."""
    return pd.DataFrame(lines(ROSTER), columns=["unit", "name", "type", "region"])


def scored(
    table: pd.DataFrame | None = None, units: pd.DataFrame | None = None,
    framework: Mapping[str, Any] | None = None, **methodology: Any,
) -> Scores:  # fmt: skip
    """Score the cities of a table by a framework."""
    made = Framework.from_dict(dict(framework or FRAMEWORK))
    given = data() if table is None else table
    units = roster().drop(columns="type") if units is None else units
    panel = Panel.from_frame(given, units, period=(2020, 2021), baseline=2019)
    stated = {"normalisation": {"method": "min_max", "bounds": [0, 100]}} | methodology
    return score(panel, made, Methodology.model_validate(stated))


def memberships(*rows: tuple[str, str, str, int | None, int | None]) -> pd.DataFrame:
    """A table of groups from `set, group, unit, from, to`."""
    table = pd.DataFrame(rows, columns=["set", "group", "unit", "from", "to"])
    for end in ("from", "to"):
        table[end] = table[end].astype("Int64")
    return table


NORTH_AND_SOUTH = memberships(
    *(("region", "north", unit, None, None) for unit in ("C1", "C3", "C5")),
    *(("region", "south", unit, None, None) for unit in ("C2", "C4", "C6")),
)


def setting(
    scores: Scores, groups: pd.DataFrame | None = None, pilots: PilotsSpec | None = None, **spec: Any
) -> Setting:  # fmt: skip
    """The setting of analyses of groups; `spec`: keys of `groups` besides the path."""
    grouped = None if groups is None else GroupsSpec.model_validate({"path": "groups.csv", **spec})
    return Setting(SpatialSpec(), scores, groups=groups, grouped=grouped, pilots=pilots)


def shuffled(table: pd.DataFrame, seed: int = 1) -> pd.DataFrame:
    """The rows in another order."""
    return table.iloc[np.random.default_rng(seed).permutation(len(table))].reset_index(drop=True)
