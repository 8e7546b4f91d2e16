"""What a map shows, as plain tables: the caller fills it, `render_map` draws it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import geopandas as gpd
import pandas as pd

Kind = Literal["score", "ordinal", "nominal", "number"]
Group = Literal["score", "class", "state", "spatial", "group", "cohort"]


@dataclass(frozen=True)
class Category:
    """One category of a layer: its code in the values, its label, and a colour where it has its own, striped or not."""

    code: str
    label: str
    colour: str = ""
    stripe: str = ""


@dataclass(frozen=True)
class MapLayer:
    """One thing that the map can be coloured by.

    Args:
        code: Code of the dimension, column or measure.
        label: What the reader sees.
        kind: `score` (numbers, higher is better), `ordinal` (categories from worst to best), `nominal`, or `number`
            (neither high nor low is good: local coefficients, weights, shares).
        values: A number (score, number) or a category's code by unit; None or absent where there is none.
        group: Heading that the layer stands under.
        depth: How deep a dimension lies below the composite, which has 0.
        categories: The categories in order; those without a unit are left out of a nominal legend.
        missing: What the legend calls units without a value.
        note: A remark below the legend.
        within_type: Scores say something within a type only: colours then compare units of one type.
        on_card: Whether the card of a unit names its category; scores always stand there.
        by_year: Further years: values by unit, by year; `values` stand for the map's own year. Classes and legend are
            shared by all years, so that a colour means the same in each.
        centre: For `number`: where two colours part, such as 0 for coefficients; None for one colour from low to high.
        unit_of_measure: Of a `number`, for legend and card.
        worst_first: Of an `ordinal`: whether its first category is the worst, or merely that of the lowest mean.
        timeless: Known of no year at all, as the share of an area is; groups without further years are so too.
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
    by_year: Mapping[int, Mapping[str, float | str | None]] = field(default_factory=dict)
    centre: float | None = None
    unit_of_measure: str = ""
    worst_first: bool = True
    timeless: bool = False

    @property
    def lasting(self) -> bool:
        """Whether the layer is the same in every year, and not that of one year."""
        return not self.by_year and (self.timeless or self.group in ("cohort", "group"))


@dataclass(frozen=True)
class Flow:
    """One directed link between two units that have a place: from, to, and its strength."""

    start: str
    end: str
    value: float


@dataclass(frozen=True)
class Flows:
    """Directed links that are drawn as lines, wider the stronger: trades, air, industry.

    Args:
        code: Name of the table of links.
        label: What the reader sees.
        links: The links of the map's own year, or of no year.
        by_year: Further years.
        unit_of_measure: Of the strengths.
        note: A remark below the legend.
    """

    code: str
    label: str
    links: tuple[Flow, ...]
    by_year: Mapping[int, tuple[Flow, ...]] = field(default_factory=dict)
    unit_of_measure: str = ""
    note: str = ""


@dataclass(frozen=True)
class Overlay:
    """Outlines, lines or points that are drawn over the units, such as an ecological red line or an airshed.

    Args:
        code: Name of the overlay.
        label: What the reader sees.
        shapes: Column `geometry` (EPSG:4326), and `label` where shapes have names; simplified for display already.
        note: A remark below its switch.
        kind: `red_line`, `airshed` and `basin` have lines of their own on every map; others take what is left.
    """

    code: str
    label: str
    shapes: gpd.GeoDataFrame
    note: str = ""
    kind: str = "other"


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
        ranks: Rank and rank within its type in further years; all else that stands here is of the map's own year.
    """

    rank: int | None = None
    rank_in_type: int | None = None
    grade: str = ""
    interval: tuple[int, int] | None = None
    tier: int | None = None
    notes: tuple[str, ...] = ()
    ranks: Mapping[int, tuple[int | None, int | None]] = field(default_factory=dict)


@dataclass(frozen=True)
class MapData:
    """Everything that one map file shows; texts are in its language already.

    Args:
        title: Heading.
        subtitle: Line below it; the page adds the year and how many units have a score in it.
        year: Year that is shown first.
        language: `zh` or `en`.
        frame: Columns `unit`, `geometry` (EPSG:4326; polygons or points); other units are off the map.
        units: Columns `unit`, `name`, `type` (empty where there are no types), one row a unit.
        layers: What the map can be coloured by; the first is shown first.
        profiles: By unit.
        type_labels: Label by type, in the order of the filter.
        notice: A remark that must never be missed, such as that the data are made up.
        tiles: Address of background tiles, the only outside address that the page may then use.
        flows: Tables of links that can be drawn over the units.
        overlays: Shapes that can be drawn over the units.
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
    flows: tuple[Flows, ...] = ()
    overlays: tuple[Overlay, ...] = ()
