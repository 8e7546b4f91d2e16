"""Directed links between units as the map draws them."""

from typing import TYPE_CHECKING

import pandas as pd

from evaluate.report.parts import Labels
from evaluate.spatial_spec.links import LinksSpec
from indicators.texts import text
from indicators.units import said_in

if TYPE_CHECKING:
    from geo.maps import Flow, Flows


def flows_of(labels: Labels) -> "tuple[Flows, ...]":
    """Return every table of links that the assessment lets the map draw, in its order.

    Links without a year hold for every year; those of years that are not scored are left out, and so is a table that
    has no others.
    """
    from geo.maps import Flows

    table = labels.results.spatial.get("links")
    if table is None:
        return ()
    own = labels.results.rank_year
    scored = set(labels.results.scores["year"].astype(int))
    table = table[table["year"].isna() | table["year"].isin(scored)]
    made = []
    for name, stated in (labels.results.manifest["assessment"].get("links") or {}).items():
        spec = LinksSpec.model_validate(stated)
        held = table[table["name"] == name]
        if not spec.draw or held.empty:
            continue
        lasting = held[held["year"].isna()]
        years = {int(year): _links(rows) for year, rows in held.dropna(subset="year").groupby("year")}
        made.append(
            Flows(
                name,
                labels.picked(spec.label) if spec.label else name,
                _links(lasting) if not years else years.get(own, ()),
                {year: links for year, links in years.items() if year != own},
                said_in(spec.unit_of_measure, labels.language) if spec.unit_of_measure else "",
                "" if spec.value else text("map.flows_of_one", labels.language),
            )
        )
    return tuple(made)


def _links(rows: pd.DataFrame) -> "tuple[Flow, ...]":
    """Return the links of some rows; one without a strength counts 1, as it does for neighbours."""
    from geo.maps import Flow

    columns = (rows["from"], rows["to"], rows["value"].fillna(1.0))
    return tuple(Flow(str(start), str(end), float(value)) for start, end, value in zip(*columns, strict=True))
