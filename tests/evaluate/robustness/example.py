"""A small assessment with types, gaps and breaks, for everything that a replicate may change."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from evaluate.methodology import Methodology
from evaluate.robustness.data import without
from evaluate.robustness.draws import Draws, disturbed, draw
from evaluate.robustness.inputs import Inputs, read_inputs
from evaluate.robustness.replicates import weight_codes
from evaluate.robustness_spec import RobustnessSpec
from evaluate.scoring.score import finish, score
from evaluate.scoring.scores import Scores
from evaluate.scoring.values import indicator_values
from indicators.framework import Framework
from indicators.panel import Panel
from indicators.spec import build
from tests.evaluate.scoring.builder import framework, methodology

CODES = [f"u{n}" for n in range(8)]
KINDS = {code: "xy"[n % 2] for n, code in enumerate(CODES)}
VARIABLES: dict[str, Any] = {
    "co2": {"unit_of_measure": "t", "range": [0, None]},
    "co2_other": {"unit_of_measure": "Mt", "range": [0, None], "breaks": {2020: "new survey"}},
    "u_co2": {"unit_of_measure": "t"},
    "gdp": {"unit_of_measure": "1"},
    "area": {"unit_of_measure": "1"},
    "waste": {"unit_of_measure": "1"},
}
ENTRIES: dict[str, Any] = {
    "intensity": {"formula": "co2 / gdp", "unit_of_measure": "t", "direction": "negative"},
    "change": {"formula": "growth(co2)", "direction": "negative"},
    "density": {"formula": "gdp / area"},
    "dump": {"formula": "waste / gdp", "direction": "negative"},
    "wealth": {"formula": "gdp"},
}
TREE: dict[str, Any] = {
    "d": {"weight": 2, "indicators": {"intensity": 2, "change": 1, "density": 1}},
    "e": {"weight": 1, "indicators": {"dump": 1, "wealth": 3}},
}
BOUNDED: dict[str, Any] = {"normalisation": {"method": "min_max", "bounds": [5, 100]}}


def definition(types: Mapping[str, Any] | None = None, tree: Mapping[str, Any] | None = None) -> Framework:
    entries = {code: {"unit_of_measure": "1", **entry} for code, entry in ENTRIES.items()}
    kinds = types if types is not None else {"x": {}, "y": {"weights": {"intensity": 3, "e": 4}}}
    return framework(tree or TREE, entries, kinds, VARIABLES)


def table(order: Sequence[int] | None = None) -> Panel:
    rng = np.random.default_rng(11)
    rows = []
    for code in CODES:
        for year in (2018, 2019, 2020):
            co2 = float(rng.uniform(20, 90))
            rows.append({
                "unit": code, "year": year, "co2": co2, "co2_other": co2 * float(rng.uniform(0.7, 1.4)) / 1e6,
                "u_co2": float(rng.uniform(10, 30)), "gdp": float(rng.uniform(5, 20)), "area": float(rng.uniform(1, 3)),
                "waste": float(rng.uniform(1, 30)),
            })  # fmt: skip
    frame = pd.DataFrame(rows)
    frame.loc[(frame["unit"] == "u3") & (frame["year"] == 2020), "waste"] = np.nan
    units = pd.DataFrame({"unit": CODES, "type": [KINDS[code] for code in CODES]})
    if order is not None:
        frame, units = frame.iloc[::-1], units.iloc[list(order)]
    return Panel.from_frame(frame, units, period=(2019, 2020), rank=2020)


def base(order: Sequence[int] | None = None, framework_: Framework | None = None, **raw: Any) -> Scores:
    return score(table(order), framework_ or definition(), methodology(**(raw or BOUNDED)))


def drawn(scores: Scores, runs: int, seed: int, **settings: Any) -> tuple[Inputs, Draws]:
    inputs = read_inputs(build(RobustnessSpec, settings), scores.methodology, scores.framework)
    return inputs, draw(inputs, weight_codes(scores), runs, seed)


def explicit(
    scores: Scores, inputs: Inputs, draws: Draws, run: int, chosen: Methodology,
    panel: Panel | None = None, definition_: Framework | None = None, left: str | None = None,
    indicators: Mapping[str, np.ndarray] | None = None,
) -> Scores:  # fmt: skip
    """Score a replicate as a user would, with calls of `score` alone.

    `panel`, `definition_`: as the replicate sees them; `left`: the indicator left out; `indicators`: values that
    take the place of those from formulas. A first run gives the nominal weights; disturbed they are stated by type.
    """
    seen, whole = panel or scores.values.panel, definition_ or scores.framework
    if left is not None:
        whole = without(whole, left)

    def once(frame: Framework, how: Methodology) -> Scores:
        if not indicators:
            return score(seen, frame, how)
        values = indicator_values(seen, frame, how.imputation)
        kept = {code: indicators.get(code, matrix) for code, matrix in values.indicators.items()}
        return finish(type(values)(**{**vars(values), "indicators": kept}), how)

    nominal = once(whole, chosen).fitted.weights
    plain = whole.to_dict()
    for kind in plain["types"]:
        scope = next(s for s, kinds in nominal.items() if kind in kinds)
        weights: dict[str, float] = {}
        for own in nominal[scope][kind].values():
            uniforms = np.array([draws.weights[c][[run]] for c in own]) if inputs.noise else np.zeros((len(own), 1))
            found = disturbed(inputs.noise, np.array(list(own.values())), uniforms)[0]
            weights |= dict(zip(own, map(float, found), strict=True))
        plain["types"][kind]["weights"] = weights
    stated = chosen.to_dict(with_none=True) | {
        "weighting": {"indicators": {"method": "given"}, "dimensions": {"method": "given"}}
    }
    return once(Framework.from_dict(plain), build(Methodology, stated))


def ranks_of(found: Scores, year: int = 2020) -> list[int]:
    """Return the ranks within type of all units, 0 where not scored."""
    ranks = found.scores[found.scores["year"] == year].set_index("unit")["rank_in_type"]
    return [int(ranks.get(unit, 0)) for unit in CODES]
