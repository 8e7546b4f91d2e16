"""Directed links between units, for neighbours and for lines on the map."""

import pandas as pd

from evaluate.forms import Form
from evaluate.spatial.setting import Found, Setting

LINKS = Form("links", {"name": "text", "from": "text", "to": "text", "year": "whole", "value": "number"})
FORMS: tuple[Form, ...] = (LINKS,)


def found(setting: Setting) -> Found:
    """Return every link between two units of the roster, by table, year and unit; nothing where there are no tables."""
    if not setting.links:
        return Found()
    parts = [table.assign(name=name) for name, table in sorted(setting.links.items())]
    joined = pd.concat(parts, ignore_index=True)
    years = [None if pd.isna(year) else int(year) for year in joined["year"]]
    rows = [dict(zip(LINKS.columns, row, strict=True)) for row in zip(
        joined["name"], joined["from"], joined["to"], years, joined["value"], strict=True
    )]  # fmt: skip
    return Found({LINKS.name: LINKS.frame(rows)})
