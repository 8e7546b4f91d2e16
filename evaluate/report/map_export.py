"""What the map shows as data for a GIS: a row a unit at full detail, a column a layer and year."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from evaluate.forms import as_csv
from evaluate.report.map_data import map_data
from evaluate.results import Results
from indicators.texts import text

if TYPE_CHECKING:
    import geopandas as gpd

    from geo.maps import Flow, Flows, MapData, MapLayer

SUFFIXES = (".gpkg", ".parquet", ".geoparquet")
"""File name endings that ask for data instead of a page."""
_LINKS = "links"
"""The file of `map_files` that holds links, and what its name is marked with beside that of the units."""
_COLUMNS = "columns"
"""What says what each column is: a table of a GeoPackage, a CSV file beside GeoParquet."""
_TAKEN = {"fid", "geom", "geometry", "unit", "name", "type", "notice"}


def map_beside(results: Results, language: str, out: Path) -> dict[Path, bytes | None]:
    """Return the data of a run's map by where it lies: at `out`, and beside it what has no room in that format.

    Args:
        results: A finished run with boundaries.
        language: `zh` or `en`, of labels.
        out: A path that ends in one of `SUFFIXES`.

    Returns:
        The content of each file; None of one that must not be there, since links of another run would go unnoticed
        beside these units.
    """
    suffix = out.suffix.lower()
    made = map_files(results, language, suffix)
    if not _links_apart(suffix):
        return {out: made["units"]}
    columns, links = out.with_suffix(f".{_COLUMNS}.csv"), out.with_suffix(f".{_LINKS}{out.suffix}")
    return {out: made["units"], columns: made[_COLUMNS], links: made.get(_LINKS)}


def _links_apart(suffix: str) -> bool:
    """Return whether a format holds one layer a file."""
    return suffix != ".gpkg"


def map_files(results: Results, language: str, suffix: str) -> dict[str, bytes]:
    """Return the data of a run's map as GeoPackage or GeoParquet files by name, the same bytes for the same run.

    A GeoPackage, named `units`, holds the layer `units`, the plain table `columns` that says what each column is, and
    a layer of lines for every table of links. GeoParquet has one layer a file: `units`, and, where there are any,
    `links` of all tables, whose column `table` names theirs; `columns` is a CSV file.

    Args:
        results: A finished run with boundaries.
        language: `zh` or `en`, of labels.
        suffix: One of `SUFFIXES`.

    Raises:
        InputError: The run has no boundaries.
    """
    from geo.writing import geopackage, geoparquet

    data = map_data(results, language)
    units, columns = unit_table(results, data)
    lines = [_lines(data, flows) for flows in data.flows]
    if _links_apart(suffix):
        links = [_named(held, flows) for held, flows in zip(lines, data.flows, strict=True) if len(held)]
        joined = {_LINKS: geoparquet(pd.concat(links, ignore_index=True))} if links else {}
        return {"units": geoparquet(units), _COLUMNS: as_csv(columns), **joined}
    names = [f"links_{position}_{_plain(flows.code)}" for position, flows in enumerate(data.flows, 1)]
    return {"units": geopackage({"units": units, _COLUMNS: columns, **dict(zip(names, lines, strict=True))})}


def unit_table(results: Results, data: "MapData") -> "tuple[gpd.GeoDataFrame, pd.DataFrame]":
    """Return the units with a place, and the list of the columns; the notice stands in every row.

    A layer of several years has a column a year, `composite_2019`. Scores and numbers are numbers; an ordinal layer
    is the place of its category from the worst or lowest, 1, with the label in a further column; a nominal one is its
    label.
    """
    import geopandas as gpd

    assert results.geometry is not None
    held = results.geometry[["unit", "geometry"]]
    held = held[~(held.geometry.isna() | held.geometry.is_empty)].to_crs("EPSG:4326")
    places = held.assign(unit=held["unit"].astype(str))
    frame = data.units.merge(places, on="unit", how="inner").sort_values("unit", ignore_index=True)
    codes = list(frame["unit"])
    names = _Names()
    made: dict[str, Any] = {}
    rows = []
    for layer in data.layers:
        for year, values in _years(layer, data.year):
            for name, label, cells in _columns(layer, names.of(layer.code, year), values, codes, data.language):
                made[name] = cells
                rows.append({
                    "column": name, "label": label, "group": text(f"map.group_{layer.group}", data.language),
                    "year": None if layer.lasting else year or data.year, "unit_of_measure": layer.unit_of_measure,
                })  # fmt: skip
    table = pd.DataFrame(rows)
    table["year"] = table["year"].astype("Int64")
    frame = frame if data.notice is None else frame.assign(notice=data.notice)
    named = [name for name in ("unit", "name", "type", "notice") if name in frame]
    joined = pd.concat([frame[named], pd.DataFrame(made, index=frame.index)], axis=1)
    return gpd.GeoDataFrame(joined, geometry=frame["geometry"].to_numpy(), crs="EPSG:4326"), table


def _years(layer: "MapLayer", own: int) -> "Iterator[tuple[int | None, Mapping[str, Any]]]":
    if not layer.by_year:
        yield None, layer.values
        return
    for year in sorted({own, *layer.by_year}):
        yield year, layer.values if year == own else layer.by_year[year]


def _columns(
    layer: "MapLayer", name: str, values: Mapping[str, Any], codes: list[str], language: str
) -> Iterator[tuple[str, str, "pd.Series[Any]"]]:
    cells = [values.get(code) for code in codes]
    if layer.kind in ("score", "number"):
        yield name, layer.label, pd.Series(cells, dtype=float)
        return
    labels = {category.code: category.label for category in layer.categories}
    said = pd.Series([None if cell is None else labels.get(str(cell)) for cell in cells], dtype=object)
    if layer.kind == "nominal":
        yield name, layer.label, said
        return
    place = {category.code: float(i) for i, category in enumerate(layer.categories, 1)}
    steps = pd.Series([None if cell is None else place.get(str(cell)) for cell in cells], dtype=float)
    counted = "map.from_worst" if layer.worst_first else "map.from_lowest"
    yield name, text(counted, language, label=layer.label), steps
    yield f"{name}_label", layer.label, said


def _lines(data: "MapData", flows: "Flows") -> "gpd.GeoDataFrame":
    """Return links as straight lines between points inside their units; those of units without a place are left out."""
    import geopandas as gpd
    from shapely import LineString

    inside = dict(zip(data.frame["unit"].astype(str), data.frame.geometry.representative_point(), strict=True))
    held: dict[int | None, tuple[Flow, ...]] = {data.year if flows.by_year else None: flows.links}
    for further, links in flows.by_year.items():
        held[further] = links
    rows, lines = [], []
    for year in sorted(held, key=lambda year: year or 0):
        for link in sorted(held[year], key=lambda link: (link.start, link.end)):
            if link.start in inside and link.end in inside and link.start != link.end:
                rows.append((link.start, link.end, year, link.value))
                lines.append(LineString([inside[link.start], inside[link.end]]))
    table = pd.DataFrame(rows, columns=["from", "to", "year", "value"])
    table["year"] = table["year"].astype("Int64")
    return gpd.GeoDataFrame(table, geometry=lines, crs="EPSG:4326")


def _named(lines: "gpd.GeoDataFrame", flows: "Flows") -> "gpd.GeoDataFrame":
    """Return links with the table that they stand in, its label, and the unit of measure of their strengths."""
    about = {"table": flows.code, "label": flows.label, "unit_of_measure": flows.unit_of_measure}
    named = lines.assign(**about)
    return named[[*about, *lines.columns]]


def _plain(code: str) -> str:
    return re.sub(r"\W+", "_", code).strip("_") or "layer"


@dataclass
class _Names:
    """Column names that differ from each other whatever their capitals, as SQLite asks for."""

    taken: set[str] = field(default_factory=lambda: set(_TAKEN))

    def of(self, code: str, year: int | None) -> str:
        """Return a name for the column of a layer and year that no other column has."""
        plain = _plain(code) if year is None else f"{_plain(code)}_{year}"
        name, count = plain, 1
        while {name.lower(), f"{name}_label".lower()} & self.taken:
            count += 1
            name = f"{plain}_{count}"
        self.taken |= {name.lower(), f"{name}_label".lower()}
        return name
