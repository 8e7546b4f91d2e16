"""A framework that has every form of the contract, and changes of it."""

from copy import deepcopy
from typing import Any

PLAIN: dict[str, Any] = {
    "schema": "framework/1",
    "code": "my-index",
    "label": {"zh": "我的指数", "en": "My index"},
    "assesses": "city",
    "source": "made for the tests",
    "variables": {
        "co2": {"unit_of_measure": "t", "range": [0, None], "breaks": {2016: {"zh": "调整", "en": "re-based"}}},
        "so2": {"unit_of_measure": "kg"},
        "gdp": {"unit_of_measure": "CNY"},
        "people": {"unit_of_measure": "person", "label": "People"},
        "area": {"unit_of_measure": "km^2"},
    },
    "indicators": {
        "intensity": {"label": "Intensity", "formula": "co2 / gdp", "unit_of_measure": "t / (1e4 CNY)",
                      "direction": "negative", "scale": "log", "goalposts": [8, 0.2]},
        "per_head": {"label": "Per head", "formula": "co2 / people", "unit_of_measure": "t / person",
                     "direction": "negative"},
        "density": {"label": "Density", "formula": "people / area", "unit_of_measure": "person / km^2",
                    "direction": "target", "target": 2000, "goalposts": [500, 2000]},
        "joint": {"label": "Joint", "measure": {"method": "co_control", "carbon": "co2", "pollutants": ["so2"],
                                                "output": "signed_distance"},
                  "unit_of_measure": "1", "direction": "positive"},
        "wealth": {"label": "Wealth", "formula": "gdp", "unit_of_measure": "1e8 CNY", "direction": "positive",
                   "thresholds": {"pass_mark": 10, "ideal": 50}},
    },
    "tree": {
        "carbon": {"label": "Carbon", "weight": 3, "indicators": {"intensity": 0.6, "per_head": 0.2}},
        "rest": {
            "label": "Rest", "weight": 1,
            "dimensions": {
                "space": {"label": "Space", "weight": 0.5, "indicators": {"density": 1}},
                "synergy": {"label": "Synergy", "weight": 1.5, "indicators": {"joint": 7, "wealth": 1}},
            },
        },
    },
    "types": {
        "resource": {"label": "Resource", "weights": {"carbon": 1, "per_head": 0.6, "space": 4.5},
                     "goalposts": {"intensity": [20, 0.5]}, "indicators": {"synergy": {"joint": 2}}},
        "other": {"label": "Other"},
    },
}  # fmt: skip


def changed(*changes: tuple[str, Any]) -> dict[str, Any]:
    """Return the framework above with some keys set; None takes a key away."""
    out = deepcopy(PLAIN)
    for path, value in changes:
        here: Any = out
        *above, last = path.split(".")
        for key in above:
            here = here[key]
        if value is None:
            del here[last]
        else:
            here[last] = value
    return out
