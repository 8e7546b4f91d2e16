"""COINr's ASEM example as frameworks and panels: 51 countries, 49 indicators, four levels.

Metadata and numbers come from the shared oracles (COINr 1.1.14); nothing of them is copied here.
"""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from evaluate import Framework, Methodology, Panel, Scores, score

YEAR = 2018
TOLERANCE = 1e-9
INDEX = "Index"
"""What COINr calls the composite."""


def read(shared: Path, name: str) -> pd.DataFrame:
    """Return one table of the example, indexed by its codes."""
    table = pd.read_csv(shared / "oracles" / "coinr-asem" / f"{name}.csv")
    return table.set_index("uCode" if "uCode" in table else "iCode")


def framework(shared: Path, step: str = "Treated", group: str | None = None) -> Framework:
    """Return COINr's metadata as a framework; the groups of the column `group` become types.

    Its targets become goalposts as `dist2targ` has them: from the worst value of the step's table to the target.
    """
    meta, values = read(shared, "00_iMeta"), read(shared, f"02_dset_{step}")
    indicators = meta[meta["Type"] == "Indicator"]
    groups = sorted(read(shared, "00_iData")[group].unique()) if group else []

    def children(parent: str) -> dict[str, Any]:
        below = meta[meta["Parent"] == parent]
        if (below["Type"] == "Indicator").all():
            return {"indicators": {code: float(weight) for code, weight in below["Weight"].items()}}
        return {"dimensions": {code: dimension(code) for code in below.index}}

    def dimension(code: str) -> dict[str, Any]:
        return {
            "label": meta.loc[code, "iName"],
            "weight": float(meta.loc[code, "Weight"]),
            **children(code),
        }

    def indicator(code: str, row: Any) -> dict[str, Any]:
        positive = row["Direction"] > 0
        return {
            "label": row["iName"],
            "formula": f"`{code}`",
            "unit_of_measure": "1",
            "direction": "positive" if positive else "negative",
            "target": float(row["Target"]),
            "goalposts": [values[code].min() if positive else values[code].max(), float(row["Target"])],
        }

    return Framework.from_dict(
        {
            "schema": "framework/1",
            "code": "asem",
            "label": meta.loc[INDEX, "iName"],
            "assesses": "region",
            "source": "COINr 1.1.14, ASEM example",
            "variables": {code: {"unit_of_measure": "1"} for code in indicators.index},
            "indicators": {code: indicator(code, row) for code, row in indicators.iterrows()},
            "tree": children(INDEX)["dimensions"],
            "types": {name: {"label": name} for name in groups},
        }
    )


def panel(shared: Path, step: str = "Treated", group: str | None = None) -> Panel:
    """Return the countries as they are after one of COINr's steps."""
    table = read(shared, f"02_dset_{step}").rename_axis("unit").reset_index()
    units = read(shared, "00_iData").rename_axis("unit").reset_index()
    named = {"uName": "name"} | ({group: "type"} if group else {})
    return Panel.from_frame(table, units[["unit", *named]].rename(columns=named), year=YEAR)


def scored(shared: Path, step: str = "Treated", group: str | None = None, **methodology: Any) -> Scores:
    """Score the countries from one of COINr's steps onward."""
    chosen = Methodology.model_validate(methodology)
    return score(panel(shared, step, group), framework(shared, step, group), chosen)


def by_unit(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table of ours as COINr's tables are: one row a country, the composite called `Index`."""
    return table.set_index("unit").rename(columns={"composite": INDEX})


def same(ours: pd.DataFrame, theirs: pd.DataFrame) -> None:
    """Fail unless every number of theirs is ours too; every country counts, and so does every blank."""
    assert len(theirs.columns) and set(ours.index) == set(theirs.index)
    found = ours.loc[theirs.index, theirs.columns].to_numpy(dtype=float)
    np.testing.assert_allclose(found, theirs.to_numpy(dtype=float), rtol=0, atol=TOLERANCE)
