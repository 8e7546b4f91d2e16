"""What the composite goes along with: its correlation with every dimension and with the correlates."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from evaluate.coherence import pearson, spearman
from evaluate.coherence.flags import FEWEST
from evaluate.report.parts import LIMIT, Column, Kind, Labels, Table


@dataclass(frozen=True)
class Warned:
    """A correlation that is so strong that the reader must know."""

    sentence: str
    correlate: bool


def correlations(labels: Labels) -> tuple[Table, list[Warned]]:
    """Return the correlations of the rank year, within type too where types are not comparable, and the warnings."""
    results = labels.results
    table = results.ranking()
    codes = [(code, labels.code(code), False) for code in labels.dimensions]
    if results.correlates is not None:
        held = results.correlates[results.correlates["year"] == results.rank_year]
        own = [str(code) for code in held.columns if code not in ("unit", "year")]
        spoken = {code: f"correlate:{code}" for code in own}
        table = table.merge(held[["unit", *own]].rename(columns=spoken), on="unit", how="left")
        formulas = results.manifest["outputs"]["correlates"]
        for code in own:
            label = labels.code(code)
            codes.append((spoken[code], f"{code} = {formulas[code]}" if label == code else label, True))
    scopes: list[tuple[str, pd.DataFrame]] = [(labels.say("all_units"), table)]
    if labels.typed and not results.comparable:
        kinds = table["type"].fillna("").astype(str)
        scopes = [(labels.kind(kind), table[kinds == kind]) for kind in labels.types]
    rows, warned = [], []
    for code, label, correlate in codes:
        role = labels.say("role_correlate" if correlate else "role_dimension")
        row: dict[str, Any] = {"item": label, "role": role}
        rows.append(row)
        along, against = ("warn_correlate", "warn_correlate_against")
        if not correlate:
            along, against = ("warn_dimension", "warn_dimension_against")
        strong: dict[str, list[str]] = {along: [], against: []}
        for place, (scope, part) in enumerate(scopes):
            x = part["composite"].to_numpy(dtype=float)
            y = pd.to_numeric(part[code], errors="coerce").to_numpy(dtype=float)
            (r, n), rho = pearson(x, y), spearman(x, y)
            row[f"pearson:{place}"] = None if np.isnan(r) else r
            row[f"spearman:{place}"] = None if np.isnan(rho) else rho
            if max(abs(r), abs(rho)) > LIMIT and n >= FEWEST:
                values = {"pearson": _signed(r), "spearman": _signed(rho), "count": n}
                said = labels.say("strong", scope=scope, **values)
                strong[along if max(r, rho, key=abs) > 0 else against].append(said)
        for name, places in strong.items():
            if places:
                warned.append(Warned(labels.say(name, label=label, where=labels.listed(places)), correlate))
    columns = [Column("item", labels.say("column_item"), "name"), Column("role", labels.say("column_role"))]
    for place, (scope, part) in enumerate(scopes):
        group = labels.say("scope", scope=scope, count=len(part))
        kind: Kind = "correlation" if len(part) >= FEWEST else "signed"
        columns.append(Column(f"pearson:{place}", "r", kind, group))
        columns.append(Column(f"spearman:{place}", "ρ", kind, group))
    caption = labels.say("correlations_caption", year=results.rank_year, limit=LIMIT)
    return Table("correlations", caption, tuple(columns), rows), sorted(warned, key=lambda w: not w.correlate)


def _signed(value: float) -> str:
    return f"{value:+.2f}".replace("-", "−")
