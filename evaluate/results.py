"""Everything that a finished run holds; map, report, cohorts and `explain` read only this."""

from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields
from functools import cached_property
from html import escape
from typing import TYPE_CHECKING, Any

from indicators.framework import Framework
from indicators.texts import pick

if TYPE_CHECKING:
    import geopandas
    import pandas as pd


@dataclass(frozen=True, eq=False, repr=False)
class Results:
    """The tables of a run folder, with its manifest.

    Columns are those of the contract; `unit` is text, `year` a whole number. `robustness`, `acceptability` and
    `pairwise` are None without such an analysis, `sensitivity` without one of its inputs, `correlates` without
    correlates, `decomposition` and `common_direction` without decompositions, `accounts` and `account_totals` without
    emission accounting, `geometry` (unit, geometry; WGS 84) without boundaries. The tables of coherence (`correlations`
    to `flags`) and diagnosis (`diagnosis` to `rank_bounds`) are None in run folders that were made before there were
    any, and so are those of dynamics (`dynamics`, `transitions`, `density`) and `coordination`, which is None where the
    assessment leaves it out, too.
    `overlays` (overlay, part, geometry; WGS 84, made simpler for a map) is None without overlays.
    `spatial` holds the tables of `evaluate.spatial.FORMS` by name, those that the assessment asks for.
    """

    manifest: dict[str, Any]
    units: "pd.DataFrame"
    reported: "pd.DataFrame"
    values: "pd.DataFrame"
    normalised: "pd.DataFrame"
    measures: "pd.DataFrame"
    scores: "pd.DataFrame"
    weights: "pd.DataFrame"
    treatment: "pd.DataFrame"
    excluded: "pd.DataFrame"
    robustness: "pd.DataFrame | None" = None
    acceptability: "pd.DataFrame | None" = None
    pairwise: "pd.DataFrame | None" = None
    sensitivity: "pd.DataFrame | None" = None
    correlates: "pd.DataFrame | None" = None
    correlations: "pd.DataFrame | None" = None
    alpha: "pd.DataFrame | None" = None
    pca: "pd.DataFrame | None" = None
    drop_one: "pd.DataFrame | None" = None
    flags: "pd.DataFrame | None" = None
    diagnosis: "pd.DataFrame | None" = None
    lift: "pd.DataFrame | None" = None
    progress: "pd.DataFrame | None" = None
    rank_bounds: "pd.DataFrame | None" = None
    decomposition: "pd.DataFrame | None" = None
    common_direction: "pd.DataFrame | None" = None
    dynamics: "pd.DataFrame | None" = None
    transitions: "pd.DataFrame | None" = None
    density: "pd.DataFrame | None" = None
    coordination: "pd.DataFrame | None" = None
    accounts: "pd.DataFrame | None" = None
    account_totals: "pd.DataFrame | None" = None
    spatial: "Mapping[str, pd.DataFrame]" = field(default_factory=dict)
    geometry: "geopandas.GeoDataFrame | None" = None
    overlays: "geopandas.GeoDataFrame | None" = None

    def __repr__(self) -> str:
        about = self.manifest
        code = about["assessment"]["framework"]["code"]
        return f"Results({about['run_id']}: {len(self.units)} units, {len(self.scores)} scores, framework {code!r})"

    def _repr_html_(self) -> str:
        title, notice = (pick(self.manifest[key], self.language) for key in ("title", "notice"))
        told = f"<p><b>{escape(str(notice))}</b></p>" if notice else ""
        return (
            f"<p><b>{escape(str(title))}</b> ({self.rank_year})</p>{told}{self.ranking().head(20).to_html(index=False)}"
        )

    @classmethod
    def of(
        cls,
        manifest: dict[str, Any],
        tables: "Mapping[str, pd.DataFrame]",
        geometry: "geopandas.GeoDataFrame | None" = None,
        overlays: "geopandas.GeoDataFrame | None" = None,
    ) -> "Results":
        """Return results that hold tables by name: under the field of that name, else among those of `spatial`."""
        own: dict[str, Any] = {name: table for name, table in tables.items() if name in FIELDS}
        spatial = {name: table for name, table in tables.items() if name not in FIELDS}
        return cls(manifest, spatial=spatial, geometry=geometry, overlays=overlays, **own)

    @property
    def tables(self) -> "dict[str, pd.DataFrame]":
        """Every table that the run has, by the name of its file."""
        held = {name: getattr(self, name) for name in FIELDS}
        return {name: table for name, table in held.items() if table is not None} | dict(self.spatial)

    @cached_property
    def framework(self) -> Framework:
        """The framework as it was when the run was made."""
        return Framework.from_dict(self.manifest["assessment"]["framework"])

    def rows(self) -> dict[str, int]:
        """Return the number of rows of every table."""
        return {name: len(table) for name, table in self.tables.items()}

    @property
    def rank_year(self) -> int:
        """The year that the ranking is made for."""
        return int(self.manifest["period"]["rank"])

    @property
    def comparable(self) -> bool:
        """Whether scores of different types may be compared."""
        return bool(self.manifest["comparable"])

    @property
    def language(self) -> str:
        """The language that the run was made in."""
        return str(self.manifest["language"])

    @property
    def rank_robustness(self) -> "pd.DataFrame | None":
        """The robustness analysis of the rank year, one row a unit; None without one."""
        table = self.robustness
        return None if table is None else table[table["year"] == self.rank_year].reset_index(drop=True)

    def ranking(self) -> "pd.DataFrame":
        """Return the scores of the rank year, by type and rank."""
        table = self.scores[self.scores["year"] == self.rank_year]
        return table.sort_values(["type", "rank_in_type", "unit"], ignore_index=True)


_NO_TABLES = ("manifest", "spatial", "geometry", "overlays")
FIELDS = tuple(entry.name for entry in fields(Results) if entry.name not in _NO_TABLES)
"""Tables with a field of their own."""
NEEDED = frozenset(entry.name for entry in fields(Results) if entry.default is MISSING) & set(FIELDS)
"""Tables without which a folder is no run."""
