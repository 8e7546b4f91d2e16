"""What a map shows, as plain tables: the caller fills it, `render_map` draws it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import geopandas as gpd
import pandas as pd

Kind = Literal["score", "ordinal", "nominal"]
Group = Literal["score", "class", "state", "cohort"]


@dataclass(frozen=True)
class Category:
    """One category of a layer: its code in the values, its label, and a colour where it has its own."""

    code: str
    label: str
    colour: str = ""


@dataclass(frozen=True)
class MapLayer:
    """One thing that the map can be coloured by.

    Args:
        code: Code of the dimension, column or measure.
        label: What the reader sees.
        kind: `score` (numbers, higher is better), `ordinal` (categories from worst to best) or `nominal`.
        values: A number (score) or a category's code by unit; None or absent where there is none.
        group: Heading that the layer stands under.
        depth: How deep a dimension lies below the composite, which has 0.
        categories: The categories in order; those without a unit are left out of a nominal legend.
        missing: What the legend calls units without a value.
        note: A remark below the legend.
        within_type: Scores say something within a type only: colours then compare units of one type.
        on_card: Whether the card of a unit names its category; scores always stand there.
    """

    code: str
    label: str
    kind: Kind
    values: Mapping[str, float | str | None]
    group: Group = "score"
    depth: int = 0
    categories: tuple[Category, ...] = ()
    missing: str = ""
    note: str = ""
    within_type: bool = False
    on_card: bool = True


@dataclass(frozen=True)
class UnitProfile:
    """What the card of a unit says besides its scores and categories.

    Args:
        rank: Rank among all scored units, where types may be compared.
        rank_in_type: Rank among the scored units of its type.
        grade: Label of its grade.
        interval: 5th and 95th percentile of its rank within its type.
        tier: Tier of units within the type that cannot be told apart; 1 is best.
        notes: Remarks, such as why it has no score.
    """

    rank: int | None = None
    rank_in_type: int | None = None
    grade: str = ""
    interval: tuple[int, int] | None = None
    tier: int | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class MapData:
    """Everything that one map file shows; texts are in its language already.

    Args:
        title: Heading.
        subtitle: Line below it.
        year: Year that is shown.
        language: `zh` or `en`.
        frame: Columns `unit`, `geometry` (EPSG:4326; polygons or points); other units are off the map.
        units: Columns `unit`, `name`, `type` (empty where there are no types), one row a unit.
        layers: What the map can be coloured by; the first is shown first.
        profiles: By unit.
        type_labels: Label by type, in the order of the filter.
        notice: A remark that must never be missed, such as that the data are made up.
        tiles: Address of background tiles, the only outside address that the page may then use.
    """

    title: str
    subtitle: str
    year: int
    language: str
    frame: gpd.GeoDataFrame
    units: pd.DataFrame
    layers: tuple[MapLayer, ...]
    profiles: Mapping[str, UnitProfile] = field(default_factory=dict)
    type_labels: Mapping[str, str] = field(default_factory=dict)
    notice: str | None = None
    tiles: str | None = None
