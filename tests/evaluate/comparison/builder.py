"""Runs made in memory, as `compare` reads them from folders, but in full precision."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from evaluate.comparison import PARTS, Comparison, Edition, explain_difference
from evaluate.methodology import Methodology
from evaluate.results import Results
from evaluate.scoring.fitted import Fitted
from evaluate.scoring.score import score
from indicators.framework import Framework
from indicators.panel import Panel

TREE = {"one": ["a", "b"], "two": ["c", "d", "e"]}
Parts = Mapping[str, Mapping[str, float]]


def framework(
    tree: Mapping[str, Any] = TREE, *, goalposts: bool = False, types: Mapping[str, Any] | None = None, **changed: Any
) -> Framework:
    """Return a framework of two levels; `tree`: children, or their weights, by dimension. Values are plain numbers.

    `changed`: what differs for single indicators.
    """
    codes = [code for children in tree.values() for code in children if code != "weight"]
    posts = {"goalposts": [0, 100]} if goalposts else {}
    return Framework.from_dict({
        "schema": "framework/1", "code": "made", "label": "Made", "assesses": "city", "source": "made for the tests",
        "variables": {f"x_{code}": {"unit_of_measure": "t"} for code in codes},
        "indicators": {
            code: {"label": code.upper(), "formula": f"x_{code}", "unit_of_measure": "t", "direction": "positive"}
            | posts | changed.get(code, {})
            for code in codes
        },
        "tree": {
            name: {
                "label": name, "weight": 1 if isinstance(children, list) else children.get("weight", 1),
                "indicators": dict.fromkeys(children, 1.0) if isinstance(children, list) else {
                    code: weight for code, weight in children.items() if code != "weight"
                },
            }
            for name, children in tree.items()
        },
        "types": types or {},
    })  # fmt: skip


def edition(
    values: pd.DataFrame, made: Framework, methods: Mapping[str, Any] | None = None, *,
    year: int | None = None, fitted: Fitted | None = None, types: Mapping[str, str] | None = None,
) -> Edition:  # fmt: skip
    """Score values (unit, year, one column an indicator) and return them as a finished run."""
    methodology = Methodology.from_dict(methods or {})
    settings = methodology.to_dict()
    coverage = settings.pop("coverage")
    units = pd.DataFrame({"unit": sorted(set(values["unit"]))})
    units["type"] = [(types or {}).get(unit, "") for unit in units["unit"]]
    named = {code: f"x_{code}" for code in values.columns if code not in ("unit", "year")}
    scores = score(Panel.from_frame(values.rename(columns=named), units=units), made, methodology, fitted)
    last = max(values["year"])
    manifest = {
        "run_id": "0123456789abcdef", "title": "Made", "notice": None, "language": "en",
        "comparable": scores.comparable, "methodology": settings, "coverage": coverage,
        "assessment": {"framework": made.to_dict()},
        "period": {"from": min(values["year"]), "to": last, "baseline": None, "rank": last},
    }  # fmt: skip
    empty = pd.DataFrame({name: [] for name in ("unit", "year", "variable", "value")})
    results = Results(
        manifest=manifest, units=scores.units, reported=empty, values=scores.value_table,
        normalised=scores.normalised_table, measures=scores.measures, scores=scores.scores, weights=scores.weights,
        treatment=scores.treatment, excluded=scores.exclusions,
    )  # fmt: skip
    return Edition(results, scores.fitted, year if year is not None else last)


def table(values: Any, codes: str = "abcde", year: int = 2020) -> pd.DataFrame:
    """Return values (units × indicators) as a table of one year."""
    array = np.asarray(values, dtype=float)
    frame = pd.DataFrame(array, columns=list(codes[: array.shape[1]]))
    frame.insert(0, "unit", [f"u{n:02d}" for n in range(len(array))])
    frame.insert(1, "year", year)
    return frame


def compared(a: Edition, b: Edition) -> Comparison:
    """Compare two runs, and make sure that what adds up adds up."""
    found = explain_difference(a, b)
    assert_adds_up(found)
    return found


def assert_adds_up(found: Comparison, tolerance: float = 1e-9) -> None:
    """The parts sum to the difference, those of the indicators to that of the data, shares to one."""
    moved = found.composites
    assert np.isfinite(moved[list(PARTS)].to_numpy(dtype=float)).all()
    assert np.abs(moved[list(PARTS)].sum(axis=1) - moved["difference"]).max() < tolerance
    assert np.abs(moved["composite_b"] - moved["composite_a"] - moved["difference"]).max() < tolerance
    if moved["relearned"].notna().all():
        of_indicators = found.indicators.groupby("unit")["part"].sum().reindex(moved["unit"]).to_numpy()
        assert np.abs(of_indicators + moved["relearned"] - moved["data"]).max() < tolerance
    for column in ("share", "share_of_order"):
        assert abs(found.summary[column].sum()) < 1e-9 or abs(found.summary[column].sum() - 1) < 1e-9
    assert found.summary["reversals"].sum() == found.reversed_pairs


def parts(found: Comparison, unit: str = "u00") -> dict[str, float]:
    """Return the parts of one unit that are not 0."""
    row = found.composites.set_index("unit").loc[unit]
    return {name: float(row[name]) for name in PARTS if row[name] != 0}
