"""What `score` gives: every stage, and the tables that people and scripts read."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from html import escape
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from evaluate.forms import Form
from evaluate.methodology import Methodology
from evaluate.methods.base import Array
from evaluate.scoring.fitted import Fitted
from evaluate.scoring.population import Change, Exclusion, Population
from evaluate.scoring.values import Values
from indicators.errors import Fault
from indicators.framework import Framework
from indicators.structure import TOP
from indicators.texts import pick

SCORES = Form("scores", {
    "unit": "text", "name": "text", "type": "text", "year": "whole", TOP: "number", "each dimension": "number",
    "rank": "whole", "rank_in_type": "whole", "grade": "whole", "grade_label": "text",
})  # fmt: skip
VALUES = Form("values", {"unit": "text", "year": "whole", "each indicator": "number"})
NORMALISED = Form("normalised", VALUES.columns)
WEIGHTS = Form("weights", {
    "type": "text", "year": "whole", "level": "whole", "code": "text", "parent": "text", "weight": "number",
    "effective_weight": "number",
})  # fmt: skip
"""The file has more columns, see `evaluate.coherence.influence`."""
TREATMENT = Form("treatment", {
    "unit": "text", "year": "whole", "code": "text", "step": "text", "before": "number", "after": "number",
    "reason": "text",
})  # fmt: skip
EXCLUDED = Form("excluded", {"what": "text", "code": "text", "year": "whole", "reason": "text"})
MEASURES = Form("measures", {"unit": "text", "year": "whole", "measure": "text", "output": "text", "value": "text"})
"""`value` is a number or a state."""
FORMS = (SCORES, VALUES, NORMALISED, TREATMENT, EXCLUDED, MEASURES)


@dataclass(frozen=True, eq=False)
class Scores:
    """Scores of every unit-year, with all stages that led to them.

    Tables are those of the run folder: `scores`, `value_table`, `normalised_table`, `weights`, `treatment`,
    `exclusions`, `measures`. Reasons are in English; `…_in(language)` gives them in another language.
    """

    values: Values
    methodology: Methodology
    rows: Population
    normalised: dict[str, Array]
    columns: dict[str, Array]
    """Indicators, dimensions and composite by row."""
    rank: NDArray[np.int_] | None
    """None where scores of different types cannot be compared."""
    rank_in_type: NDArray[np.int_]
    grade: NDArray[np.int_] | None
    comparable: bool
    fitted: Fitted
    changes: list[Change]
    excluded: list[Exclusion]
    warnings: list[Fault]

    @property
    def framework(self) -> Framework:
        """The framework."""
        return self.values.framework

    @property
    def units(self) -> pd.DataFrame:
        """The units with types and cohorts."""
        return self.values.panel.units

    @cached_property
    def scores(self) -> pd.DataFrame:
        """Composite, dimensions, ranks and grades; scored unit-years only, sorted by unit and year."""
        return self.scores_in("en")

    def scores_in(self, language: str) -> pd.DataFrame:
        """Return `scores` with the grades in a language."""
        at = np.flatnonzero(self.rows.scored)
        units = self.units
        table: dict[str, Any] = {
            "unit": self.rows.codes[at],
            "name": units["name"].to_numpy(dtype=object)[self.rows.unit[at]],
            "type": self.rows.type[at],
            "year": self.rows.year[at],
            TOP: self.columns[TOP][at],
        }
        for code in self.framework.dimensions():
            table[code] = self.columns[code][at] if code in self.columns else np.nan
        count = len(at)
        table["rank"] = pd.array(self.rank[at] if self.rank is not None else [None] * count, dtype="Int64")
        table["rank_in_type"] = self.rank_in_type[at]
        table["grade"] = pd.array(self.grade[at] if self.grade is not None else [None] * count, dtype="Int64")
        grades = self.methodology.grades
        table["grade_label"] = [
            grades.label(int(g), language) if grades and g is not pd.NA else "" for g in table["grade"]
        ]
        return pd.DataFrame(table).sort_values(["unit", "year"], ignore_index=True)

    @cached_property
    def value_table(self) -> pd.DataFrame:
        """Indicator values in their units of measure after imputation, every unit × scored year."""
        return self._by_indicator(self.rows.columns, self.values.indicators)

    @cached_property
    def normalised_table(self) -> pd.DataFrame:
        """Scores of the indicators, every unit × scored year; blank where a unit-year takes no part."""
        kept = {code: np.where(self.rows.scored, c, np.nan) for code, c in self.normalised.items()}
        return self._by_indicator(kept, {})

    def _by_indicator(self, columns: dict[str, Array], otherwise: Any) -> pd.DataFrame:
        panel = self.values.panel
        at = np.flatnonzero(np.isin(self.rows.year, panel.scored))
        table: dict[str, Any] = {"unit": self.rows.codes[at], "year": self.rows.year[at]}
        for code in self.framework.indicators:
            if code in columns:
                table[code] = columns[code][at]
            elif code in otherwise:
                table[code] = otherwise[code][self.rows.unit[at], np.searchsorted(panel.years, self.rows.year[at])]
            else:
                table[code] = np.full(len(at), np.nan)
        return pd.DataFrame(table).sort_values(["unit", "year"], ignore_index=True)

    @cached_property
    def weights(self) -> pd.DataFrame:
        """Weights within each parent and effective weights, by type and year where they differ."""
        entries = {
            (kind, scope.partition(":")[2] if scope.startswith("year:") else ""): effective_weights(tree)
            for scope, kinds in self.fitted.weights.items()
            for kind, tree in kinds.items()
            if kind in self.rows.structures
        }
        table = []
        for (label, year), (kind, tree) in _shared(entries).items():
            level = self.rows.structures[kind].level
            for code, (parent, weight, effective) in tree.items():
                table.append((label, year, level[code], code, parent, weight, effective))
        frame = pd.DataFrame(table, columns=list(WEIGHTS.columns))
        frame["year"] = pd.array([int(y) if y else None for y in frame["year"]], dtype="Int64")
        return frame.sort_values(["type", "year"], kind="stable", ignore_index=True)

    @cached_property
    def treatment(self) -> pd.DataFrame:
        """Every cell that was changed."""
        return self.treatment_in("en")

    def treatment_in(self, language: str) -> pd.DataFrame:
        """Return `treatment` with the reasons in a language."""
        table = [(c.unit, c.year, c.code, c.step, c.before, c.after, c.reason.message(language)) for c in self.changes]
        frame = pd.DataFrame(table, columns=list(TREATMENT.columns))
        return frame.sort_values(["unit", "year"], kind="stable", ignore_index=True)

    @cached_property
    def exclusions(self) -> pd.DataFrame:
        """What was left out, and why."""
        return self.exclusions_in("en")

    def exclusions_in(self, language: str) -> pd.DataFrame:
        """Return `exclusions` with the reasons in a language."""
        frame = EXCLUDED.frame(vars(e) | {"reason": e.reason.message(language)} for e in self.excluded)
        return frame.sort_values(["what", "code", "year"], kind="stable", ignore_index=True)

    @cached_property
    def measures(self) -> pd.DataFrame:
        """States and numbers of measures, every unit × scored year."""
        panel = self.values.panel
        positions = [panel.years.index(year) for year in panel.scored]
        frames = []
        for name, outputs in self.values.measures.items():
            for output, matrix in outputs.items():
                part = matrix[:, positions].reshape(-1)
                frames.append(
                    pd.DataFrame({
                        "unit": np.repeat(np.asarray(panel.codes, dtype=object), len(positions)),
                        "year": np.tile(np.asarray(panel.scored), len(panel.codes)),
                        "measure": name,
                        "output": output,
                        "value": part.astype(object),
                    })
                )  # fmt: skip
        return MEASURES.joined(frames).sort_values(["unit", "year", "measure"], kind="stable", ignore_index=True)

    @cached_property
    def marks(self) -> list[dict[str, Any]]:
        """Figures that touch a break: indicator, year, year of the break, `chained` or `missing`, its reason."""
        out = []
        for code, marks in self.values.marks.items():
            names = {v for f in self.framework.computed[code].rests_on().values() for v in f.variables}
            for mark in sorted(marks, key=lambda m: (m.year, m.broken, m.kind)):
                if mark.year in self.values.panel.scored:
                    labels = [self.framework.variables[v].breaks.get(mark.broken) for v in sorted(names)]
                    label = next((dict(found) for found in labels if found), {})
                    out.append({"code": code, "year": mark.year, "break": mark.broken, "kind": mark.kind,
                                "label": label})  # fmt: skip
        return out

    def __repr__(self) -> str:
        return (
            f"Scores({self.framework.code!r}: {len(self.units)} units, {int(self.rows.scored.sum())} scored unit-years)"
        )

    def _repr_html_(self) -> str:
        label = pick(self.framework.label, "en")
        head = f"<p><b>{escape(str(label))}</b>, {self.rows.scored.sum()} scored unit-years</p>"
        last = self.scores[self.scores["year"] == self.values.panel.rank]
        return head + str(last.sort_values(["type", "rank_in_type"]).head(20).to_html(index=False))


def effective_weights(tree: Mapping[str, Mapping[str, float]]) -> dict[str, tuple[str, float, float]]:
    """Return parent, weight and effective weight, the product from the top, of every child of a tree of weights.

    >>> effective_weights({"composite": {"air": 0.5, "co2": 0.5}, "air": {"so2": 0.2, "nox": 0.8}})["nox"]
    ('air', 0.8, 0.4)
    """
    out: dict[str, tuple[str, float, float]] = {}

    def visit(parent: str, effective: float) -> None:
        for child, weight in tree[parent].items():
            out[child] = (parent, weight, effective * weight)
            if child in tree:
                visit(child, effective * weight)

    visit(TOP, 1.0)
    return out


def _shared(entries: dict[tuple[str, str], Any]) -> dict[tuple[str, str], tuple[str, Any]]:
    """Return one entry, with the type that it was taken from, for all types and years that share it."""
    merged: dict[tuple[str, str], tuple[str, Any]] = {}
    for by_type, by_year in ((False, False), (False, True), (True, False), (True, True)):
        merged = {}
        for (kind, year), tree in entries.items():
            merged.setdefault((kind if by_type else "", year if by_year else ""), (kind, tree))
        if all(
            merged[kind if by_type else "", year if by_year else ""][1] == tree
            for (kind, year), tree in entries.items()
        ):
            break
    return merged
