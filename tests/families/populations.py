"""Small frameworks and panels, ordinary and odd, that every method is tried on."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from evaluate import Framework, Panel

YEARS = (2018, 2019, 2020)
TYPES = ("resource", "ecological")
WORST, PASS, BEST = 0.5, 4.0, 8.0
"""Reference values of every indicator, in tonnes."""

_FORMULAS = {"so2": ("positive", "negative", "target"), "nox": ("positive", "negative"), "co2": ("negative",)}


def indicator(code: str, direction: str, scale: str = "linear", unit_of_measure: str = "t") -> dict[str, Any]:
    """Return an indicator that is one variable, with everything that a method may need of it.

    `unit_of_measure`: `t` or `kg`; the reference values are the same amounts in both.
    """
    step = {"t": 1.0, "kg": 1000.0}[unit_of_measure]
    points = [WORST * step, PASS * step, BEST * step]
    worst, passing, best = points[::-1] if direction == "negative" else points
    return {
        "label": f"{code} {direction}",
        "formula": code,
        "unit_of_measure": unit_of_measure,
        "direction": direction,
        "scale": scale,
        "goalposts": [worst, best],
        "thresholds": {"pass_mark": passing, "ideal": best},
        "target": best,
    }


def framework(
    scale: str = "linear",
    unit_of_measure: str = "t",
    measure: Mapping[str, Any] | None = None,
) -> Framework:
    """Return three variables whose more, less or nearness is best, in a tree of three levels.

    `unit_of_measure`: of variables, indicators and their reference values, `t` or `kg`: the same amounts in both.
    """

    def dimension(weight: float, **inner: Any) -> dict[str, Any]:
        return {"label": "Dimension", "weight": weight, **inner}

    indicators = {
        f"{code}_{way}": indicator(code, way, scale, unit_of_measure)
        for code, ways in _FORMULAS.items()
        for way in ways
    }
    if measure is not None:
        indicators["joint"] = {
            "label": "Joint", "measure": measure, "unit_of_measure": "1", "direction": "positive",
            "goalposts": [-1, 1], "thresholds": {"pass_mark": 0, "ideal": 1},
        }  # fmt: skip
    sulphur = {"so2_positive": 3, "so2_target": 1, "nox_negative": 2}
    joint = {"joint": 1} if measure is not None else {}
    nitrogen = {"so2_negative": 1, "nox_positive": 1.5, **joint}
    return Framework.from_dict(
        {
            "schema": "framework/1",
            "code": "odd",
            "label": "Odd",
            "assesses": "city",
            "source": "tests",
            "variables": {code: {"unit_of_measure": unit_of_measure} for code in _FORMULAS},
            "indicators": indicators,
            "tree": {
                "pollution": dimension(
                    2,
                    dimensions={
                        "sulphur": dimension(1, indicators=sulphur),
                        "nitrogen": dimension(3, indicators=nitrogen),
                    },
                ),
                "carbon": dimension(1, indicators={"co2_negative": 5}),
            },
            "types": {kind: {"label": kind} for kind in TYPES},
        }
    )


def table(odd: NDArray[np.float64]) -> pd.DataFrame:
    """Return units and years with the odd values as `so2` and ordinary ones beside it; units × years."""
    width = odd.shape[1]
    unit, year = (axis.reshape(-1) for axis in np.indices(odd.shape))
    return pd.DataFrame(
        {
            "unit": [f"u{position * 7 % 100:02d}" for position in unit],
            "year": np.array(YEARS[-width:])[year],
            "so2": odd.reshape(-1),
            "nox": 1 + (7 * unit + 3 * year) % 11 * 0.6,
            "co2": 9 - (5 * unit + 4 * year) % 13 * 0.5,
        }
    )


def panel(odd: NDArray[np.float64]) -> Panel:
    """Return the same as a panel of two types; its first year is the baseline."""
    frame = table(odd)
    codes = sorted(frame["unit"].unique())
    units = pd.DataFrame({"unit": codes, "type": [TYPES[at % 2] for at in range(len(codes))]})
    return Panel.from_frame(frame, units, baseline=int(frame["year"].min()))


def _steps(count: int = 12, width: int = len(YEARS)) -> NDArray[np.float64]:
    """Distinct values above zero, in no order."""
    return 0.3 + (np.arange(count * width) * 17 % 37).reshape(count, width) * 0.25


def _with(values: NDArray[np.float64], at: Any, value: float) -> NDArray[np.float64]:
    changed = values.copy()
    changed[at] = value
    return changed


ORDINARY = _steps()
NAN = float("nan")

POPULATIONS: dict[str, NDArray[np.float64]] = {
    "ordinary": ORDINARY,
    "constant": np.full((12, 3), 5.0),
    "constant and large": np.full((12, 3), 0.1 + 1e12),
    "constant but for rounding": _with(np.full((12, 3), 0.3), (0, 0), 0.1 + 0.2),
    "all zero": np.zeros((12, 3)),
    "some zero": _with(ORDINARY, np.s_[::3], 0.0),
    "all negative": -ORDINARY,
    "some negative": ORDINARY - 4,
    "tied": np.floor(ORDINARY),
    "tied but one": _with(np.ones((12, 3)), (5, 1), 2.0),
    "one far out": _with(ORDINARY, (3, 1), 1e6),
    "one far below": _with(ORDINARY, (3, 1), -1e6),
    "one missing": _with(ORDINARY, (4, 1), NAN),
    "gap between": _with(ORDINARY, np.s_[:, 1], NAN),
    "unit missing": _with(ORDINARY, 2, NAN),
    "baseline missing": _with(ORDINARY, np.s_[:, 0], NAN),
    "all but one missing": _with(np.full((12, 3), NAN), (4, 2), 5.0),
    "all missing": np.full((12, 3), NAN),
    "tiny": ORDINARY * 1e-300,
    "least": np.round(ORDINARY * 4) * 5e-324,
    "huge": ORDINARY * 1e290,
    "greatest": _with(_with(ORDINARY, (0, 0), np.finfo(float).max), (1, 1), -np.finfo(float).max),
    "tiny and huge": ORDINARY * np.where(np.indices((12, 3))[0] % 2, 1e-300, 1e290),
    "one unit": ORDINARY[:1],
    "one unit, one year": ORDINARY[:1, :1],
    "two units": ORDINARY[:2],
    "two units, one year": ORDINARY[:2, :1],
    "two units alike": np.full((2, 1), 3.0),
}
"""Odd columns, units × years."""
