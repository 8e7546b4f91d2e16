"""A what-if as one offline page: the curve, the measures, the units before and after, what it rests on."""

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
from markupsafe import Markup

from evaluate.abatement.objective import co_controls
from evaluate.abatement.outcome import WhatIf
from evaluate.abatement.words import how, in_words, label_said, measure_said, rank_columns, rises, state_said, unit_said
from evaluate.report.abatement_figure import (
    LEFT_OUT,
    SAVING,
    TAKEN,
    Move,
    Step,
    abatement_figure,
    co_control_figure,
    reach,
)
from evaluate.report.co_control import MARK, crossed
from evaluate.report.page import render
from evaluate.report.parts import Column, Kind, Labels, Table, missing, plain, significant, written
from evaluate.results import Results
from indicators.texts import text

_OTHERS, _ROWS, _ARROWS = 40, 300, 40
_KINDS: dict[str, Kind] = {
    **dict.fromkeys(("measure", "unit"), "code"), "name": "name",
    **dict.fromkeys(("cost", "reduction", "unit_cost", "before", "after", "change", "outside", "net", "direct", "side",
                     "power", "landed"), "number"),
    **dict.fromkeys(("carbon_before", "carbon_after", "pollutant_before", "pollutant_after"), "share"),
    **dict.fromkeys(("composite_before", "composite_after"), "score"), "composite_change": "signed", "rise": "rise",
    **dict.fromkeys(("rank_before", "rank_after", "tier_before", "tier_after"), "whole"),
}  # fmt: skip


def render_whatif(found: WhatIf, results: Results, language: str) -> str:
    """Return the page of a what-if; `results`: the run that it is about."""
    page = _Page(found, results, language)
    tables, steps, quadrants = page.tables(), page.steps(), page.quadrants()
    there = {
        "words": True, "curve": True, **{name: bool(tables[name].rows) for name in ("measures", "totals", "units")},
        "quadrants": bool(quadrants),
        **{name: bool(tables[name].rows) for name in ("targets", "others", "changes", "effects")}, "how": True,
    }  # fmt: skip
    units = {"unit": page.unit, "cost_unit": page.cost_unit}
    title = page.say("figure_curve", **units)
    figure = abatement_figure(
        "curve", title, steps, page.say("axis_reduction", **units), page.say("axis_cost", **units)
    )
    return render(
        "whatif.html.jinja",
        page.labels,
        page.say("page_title"),
        contents=[(name, page.say(f"section_{name}")) for name, held in there.items() if held],
        word=page.say,
        words=in_words(found, language),
        how=how(found, language),
        key=page.key(steps),
        curve=figure,
        curve_title=title,
        curve_notes=page.curve_notes(steps),
        quadrants=quadrants,
        tables=tables,
    )


class _Page:
    """Tables and pictures of a what-if in one language."""

    def __init__(self, found: WhatIf, results: Results, language: str) -> None:
        self.found, self.language, self.labels = found, language, Labels(results, language)
        options = found.about["options"]
        self.unit, self.cost_unit = (unit_said(options[k], language) for k in ("unit_of_measure", "cost_unit"))

    def say(self, name: str, /, **values: object) -> str:
        """Return a text of the page."""
        return text(f"whatif.{name}", self.language, **values)

    def code(self, code: str) -> str:
        """Return the label of a variable, indicator or dimension."""
        return label_said(code, self.labels.results.framework, self.language)

    def steps(self) -> list[Step]:
        """Return the steps of the curve."""
        return [
            Step(
                str(row["measure"]), float(row["reduction"]), float(row["unit_cost"]), row["chosen"] == "yes",
                self.say(
                    "bar_step", measure=row["measure"], unit=self.labels.units.get(str(row["unit"]), str(row["unit"])),
                    reduction=f"{significant(row['reduction'])} {self.unit}", unit_cost=significant(row["unit_cost"]),
                    state=self.say("state_chosen" if row["chosen"] == "yes" else "state_left_out"),
                ),
            )
            for row in self.found.curve.to_dict("records")
        ]  # fmt: skip

    def key(self, steps: list[Step]) -> list[tuple[str, str]]:
        """Return colours and what they mean, those that occur."""
        taken = [step for step in steps if step.taken]
        out = [(TAKEN, self.say("key_chosen"))] if any(step.height >= 0 for step in taken) else []
        out += [(SAVING, self.say("key_saving"))] if any(step.height < 0 for step in taken) else []
        return out + ([(LEFT_OUT, self.say("key_left"))] if len(taken) < len(steps) else [])

    def curve_notes(self, steps: list[Step]) -> list[str]:
        """Return what is to be known of the curve."""
        if not steps:
            return []
        low, high = reach(steps)
        cut = any(not low <= step.height <= high for step in steps)
        saves = any(step.height < 0 for step in steps)
        return [self.say("curve_saves")] * saves + [self.say("curve_cut")] * cut

    def tables(self) -> dict[str, Table]:
        """Return every table of the page by name."""
        own = self.found.units[self.found.units["role"] != ""]
        moved = self.found.units.assign(rise=rises(self.found))
        others = moved[(moved["role"] == "") & (moved["rise"] != 0)]
        others = others.assign(far=others["rise"].abs()).sort_values(
            ["far", "unit"], ascending=[False, True], kind="stable"
        )
        changes, effects = self._changes(), self._effects()
        return {
            "measures": self._table("measures", self._measures(), "note", cost_unit=self.cost_unit, unit=self.unit),
            "totals": self._table("totals", self._totals()),
            "units": self._table("units", self._units(own, roles=True)),
            "targets": self._table("targets", self._targets()),
            "others": self._table(
                "others", self._units(others.head(_OTHERS), roles=False), shown=min(len(others), _OTHERS),
                count=len(others),
            ),
            "changes": self._table("changes", changes.head(_ROWS), shown=min(len(changes), _ROWS), count=len(changes)),
            "effects": self._table("effects", effects.head(_ROWS), shown=min(len(effects), _ROWS), count=len(effects)),
        }  # fmt: skip

    def _table(self, name: str, frame: pd.DataFrame, note: str = "", /, **values: object) -> Table:
        rows: list[dict[str, Any]] = [
            {str(key): plain(value) for key, value in row.items()} for row in frame.astype(object).to_dict("records")
        ]
        columns = tuple(self._heading(str(key)) for key in frame.columns)
        return Table(
            name, self.say(f"caption_{name}", **values), columns, rows, self.say(f"note_{name}") if note else ""
        )

    def _heading(self, key: str) -> Column:
        """Return a column; what is there twice, before and after, stands under one heading."""
        stem, _, when = key.rpartition("_")
        if stem and when in ("before", "after", "change") and key not in ("before", "after", "change"):
            return Column(key, self.say(f"column_{when}"), _KINDS.get(key, "text"), self.say(f"column_{stem}"))
        return Column(key, self.say(f"column_{key}"), _KINDS.get(key, "text"))

    def _measures(self) -> pd.DataFrame:
        table = self.found.measures
        out = pd.DataFrame({
            "measure": table["measure"], "title": table["name"],
            "name": table["unit"].map(self.labels.units), "sector": table["sector"],
            "state": [
                state_said(chosen, state, self.language)
                for chosen, state in zip(table["chosen"], table["state"], strict=True)
            ],
            "cost": table["cost"], "reduction": table["reduction"], "unit_cost": table["unit_cost"],
            "relocated": [
                f"{self.labels.units.get(to, to)} {written(float(share), 'share')}" if to and share else ""
                for to, share in zip(table["relocated_to"], table["relocated_share"], strict=True)
            ],
        })  # fmt: skip
        order = np.lexsort((np.arange(len(out)), table["unit_cost"].fillna(np.inf)))
        return self._filled(out.iloc[order], "title", "sector", "relocated")

    def _filled(self, frame: pd.DataFrame, *names: str) -> pd.DataFrame:
        """Leave out columns without content."""
        return frame.drop(columns=[name for name in names if all(missing(v) for v in frame[name])])

    def _totals(self) -> pd.DataFrame:
        table = self.found.totals
        out = table.assign(
            variable=table["variable"].map(self.code),
            unit_of_measure=[unit_said(unit, self.language) for unit in table["unit_of_measure"]],
        )
        return out if (table["outside"] != 0).any() else out.drop(columns=["outside", "net"])

    def _units(self, table: pd.DataFrame, *, roles: bool) -> pd.DataFrame:
        before, after = rank_columns(self.found)
        out = pd.DataFrame({"unit": table["unit"], "name": table["name"]})
        if self.labels.typed:
            out["type"] = table["type"].map(self.labels.kind)
        if roles and (table["role"] != "measure").any():
            out["role"] = [self.say(f"role_{role}") for role in table["role"]]
        out["composite_before"], out["composite_after"] = table["composite_before"], table["composite_after"]
        out["composite_change"] = table["change"]
        out["rank_before"], out["rank_after"] = table[before], table[after]
        if (table["grade_label_before"] != table["grade_label_after"]).any():
            out["grade_label_before"], out["grade_label_after"] = (
                table["grade_label_before"],
                table["grade_label_after"],
            )
        if "tier_before" in table:
            out["tier_before"], out["tier_after"] = table["tier_before"], table["tier_after"]
            for when in ("before", "after"):
                out[f"interval_{when}"] = [
                    "" if pd.isna(low) else f"{low}–{high}"
                    for low, high in zip(table[f"p05_{when}"], table[f"p95_{when}"], strict=True)
                ]
        return out

    def _targets(self) -> pd.DataFrame:
        table = self.found.targets
        relative = (table["kind"] == "change").to_numpy()

        def gap(column: str) -> list[str]:
            # the gap between two changes in per cent is one in points
            return [
                written(round(100 * value, 1) if share else value, "number")
                for value, share in zip(table[column], relative, strict=True)
            ]

        return pd.DataFrame({
            "name": table["name"], "label": table["code"].map(self.code),
            "target": [
                self._aim(self.say(f"rule_{rule}"), value, change=bool(share))
                for rule, value, share in zip(table["rule"], table["target"], relative, strict=True)
            ],
            "unit_of_measure": [
                self.say("points") if share else unit_said(unit, self.language)
                for unit, share in zip(table["unit_of_measure"], relative, strict=True)
            ],
            **{f"gap_{when}": gap(f"gap_{when}") for when in ("before", "after")},
            **{f"met_{when}": [self.say(f"met_{met}") for met in table[f"met_{when}"]] for when in ("before", "after")},
        })  # fmt: skip

    def _aim(self, rule: str, value: float, *, change: bool) -> str:
        if not change:
            return f"{rule} {written(value, 'number')}"
        year = self.labels.results.manifest["assessment"]["period"]["baseline"]
        return self.say("change_since", year=year, rule=rule, amount=written(value, "share"))

    def _changes(self) -> pd.DataFrame:
        table = self.found.changes
        own = set(self.found.units.loc[self.found.units["role"] != "", "unit"])
        # those of the units touched first
        table = table.assign(far=~table["unit"].isin(own)).sort_values("far", kind="stable")
        return pd.DataFrame({
            "name": table["unit"].map(self.labels.units), "what": [self.say(f"what_{what}") for what in table["what"]],
            "label": table["code"].map(self.code),
            "unit_of_measure": [unit_said(unit, self.language) if unit else "" for unit in table["unit_of_measure"]],
            "before": table["before"], "after": table["after"], "change": table["change"],
        })  # fmt: skip

    def _effects(self) -> pd.DataFrame:
        table = self.found.effects
        out = pd.DataFrame({
            "measure": table["measure"], "name": table["unit"].map(self.labels.units),
            "variable": table["variable"].map(self.code),
            "unit_of_measure": [unit_said(unit, self.language) for unit in table["unit_of_measure"]],
            **{name: table[name] for name in ("direct", "side", "power", "landed")},
            "landing": [
                f"{self.labels.units.get(to, to)} ({self.say(f'landing_{where}')})" if to else ""
                for to, where in zip(table["landed_at"], table["landing"], strict=True)
            ],
            "net": table["net"],
        })  # fmt: skip
        unused = [name for name in ("side", "power", "landed") if not (table[name] != 0).any()]
        return self._filled(out.drop(columns=unused), "landing")

    def quadrants(self) -> list[tuple[str, Markup, Table]]:
        """Return picture and table of each co-control measure."""
        out = []
        chosen = {measure.name: measure for measure in co_controls(self.labels.results.framework)}
        names = [self.say(f"quadrant_{q}") for q in ("both_fall", "carbon_only", "pollutant_only", "both_rise")]
        for n, (measure, part) in enumerate(self.found.quadrants.groupby("measure", sort=False)):
            known = part[(part["quadrant_before"] != "") & (part["quadrant_after"] != "")]
            far = np.hypot(
                known["carbon_after"] - known["carbon_before"], known["pollutant_after"] - known["pollutant_before"]
            )
            drawn = known.assign(far=far.round(12)).sort_values(["far", "unit"], ascending=[False, True]).head(_ARROWS)
            moves = [self._move(row) for row in drawn.to_dict("records")]
            label = measure_said(str(measure), self.labels.results.framework, self.language)
            over = crossed(self.labels, chosen[str(measure)], int(self.found.about["year"]))
            label += f" {MARK}" if over.note else ""
            title = self.say("figure_quadrants", measure=label, shown=len(moves))
            axes = self.say("axis_pollutant") + over.pollutant, self.say("axis_carbon") + over.carbon
            picture = co_control_figure(f"quadrants-{n}", title, moves, axes, (names[0], names[1], names[2], names[3]))
            table = self._table("quadrants", self._states(part), measure=label)
            out.append((title, picture, replace(table, note=over.note)))
        return out

    def _move(self, row: dict[Any, Any]) -> Move:
        points = [(float(row[f"pollutant_{when}"]), float(row[f"carbon_{when}"])) for when in ("before", "after")]
        shares = dict(zip("abcd", (written(v, "share") for point in points for v in point), strict=True))
        said = self.say("arrow_unit", name=row["name"], **shares)
        return Move(str(row["name"]), points[0], points[1], said)

    def _states(self, part: pd.DataFrame) -> pd.DataFrame:
        def state(code: str) -> str:
            return self.say(f"quadrant_{code}") if code else ""

        return pd.DataFrame({
            "name": part["name"],
            "quadrant_before": part["quadrant_before"].map(state), "quadrant_after": part["quadrant_after"].map(state),
            **{
                f"{what}_{when}": part[f"{what}_{when}"]
                for what in ("carbon", "pollutant") for when in ("before", "after")
            },
        })  # fmt: skip
