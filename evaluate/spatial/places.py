"""Who is whose neighbour in an assessment: rules by name, what they draw upon, and what they cannot do."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import pandas as pd

from evaluate.spatial.formulas import check_quantities
from evaluate.spatial.quantities import Quantities
from geo.neighbours import DistanceBand, Economic, EconomicGeographic, KNearest, NeighbourRule, Queen, Table
from indicators.errors import Fault, Faults, InputError, nearest
from indicators.framework import Framework
from indicators.spec import Locate, plain_place

if TYPE_CHECKING:
    import geopandas as gpd

    from evaluate.spec import AssessmentFile
    from geo.neighbours import Ground, Neighbours

NEAREST, MORE = 4, 8
"""Nearest units that the rules count where an assessment states none."""


def default_rules(borders: bool, count: int) -> dict[str, NeighbourRule]:
    """Return three rules for an assessment that states none.

    A common border, the nearest four, and the least band in which nobody is alone. Where there are no borders to go by
    the nearest eight take their place, for fewer than ten units the nearest two.

    Args:
        borders: whether units border on each other, see `bordering`.
        count: units with a place.

    >>> list(default_rules(True, 30)), list(default_rules(False, 30)), list(default_rules(False, 4))
    (['queen', 'nearest_4', 'band'], ['nearest_4', 'nearest_8', 'band'], ['nearest_2', 'nearest_3', 'band'])
    """
    others = max(count - 1, 1)
    few = min(NEAREST, others)
    more = MORE if others > MORE else min(2, others)
    made: dict[str, NeighbourRule] = {"queen": Queen(rule="queen")} if borders else {}
    for k in [few] if borders else sorted({few, more}):
        made[f"nearest_{k}"] = KNearest(rule="k_nearest", k=k)
    return {**made, "band": DistanceBand(rule="distance_band")}


def bordering(frame: "gpd.GeoDataFrame") -> bool:
    """Return whether a rule of common borders says something: most units are areas that border on another one.

    Pilots scattered over a country seldom do, and points never.
    """
    from geo.neighbours import Ground, find_neighbours

    try:
        found = find_neighbours(Queen(rule="queen"), Ground.of(frame["unit"].tolist(), frame))
    except InputError:  # points, or a single place
        return False
    return 2 * (len(found.codes) - len(found.islands)) > len(found.codes) - len(found.unplaced)


def rules_of(
    stated: Mapping[str, NeighbourRule] | None, frame: "gpd.GeoDataFrame | None"
) -> Mapping[str, NeighbourRule]:
    """Return the rules of an assessment by name, in its order; the default ones where it states none.

    Args:
        stated: as `SpatialSpec.neighbours`.
        frame: where the units lie; without it there are no default rules.
    """
    if stated is not None or frame is None:
        return stated or {}
    there = frame[~(frame.geometry.isna() | frame.geometry.is_empty)]
    return default_rules(bordering(there), len(there))


def ground_of(
    quantities: Quantities,
    rules: Mapping[str, NeighbourRule],
    frame: "gpd.GeoDataFrame | None",
    links: Mapping[str, pd.DataFrame],
    place: Locate = plain_place,
) -> "Ground":
    """Return what the rules draw upon, in the rank year: places, the quantities that they name, tables of links.

    Args:
        quantities: of the scored panel.
        rules: by name.
        frame: `unit, geometry`.
        links: `from, to`, perhaps `value` and `year`, by name; of those with years the rows of the rank year.
        place: gives the place of a key of the assessment.

    Raises:
        InputError: a rule names a quantity that there is not.
    """
    from geo.neighbours import Ground

    year = quantities.scores.values.panel.rank
    columns, faults = {}, Faults()
    for name, rule in rules.items():
        if isinstance(rule, Economic | EconomicGeographic) and rule.column not in columns:
            with faults.collecting():
                at = place(("spatial", "neighbours", name, "column"))
                columns[rule.column] = quantities.in_year(rule.column, year, at)
    faults.raise_if_any()
    tables = {name: table[table["year"].isna() | (table["year"] == year)] for name, table in links.items()}
    return Ground.of(quantities.codes, frame, pd.DataFrame(columns, index=quantities.codes), tables)


def check_rules(file: "AssessmentFile", framework: Framework, place: Locate) -> Faults:
    """Return what is wrong with the rules of an assessment before anything is read."""
    faults, spec = Faults(), file.spatial
    if spec is None:
        return faults
    if spec.neighbours is None and file.boundaries is None and any((spec.autocorrelation, spec.dynamics)):
        faults.add("patterns.no_rules", place(("spatial",)))
    columns = []
    for name, rule in (spec.neighbours or {}).items():
        keys = ("spatial", "neighbours", name)
        if file.boundaries is None and rule.placed:
            faults.add("patterns.no_boundaries", place((*keys, "rule")), found=rule.word())
        elif file.boundaries is None and rule.islands == "nearest":
            faults.add("patterns.islands_nowhere", place((*keys, "islands")))
        if isinstance(rule, Economic | EconomicGeographic):
            columns.append((rule.column, place((*keys, "column"))))
        if isinstance(rule, Table) and rule.table not in file.links:
            at, known = place((*keys, "table")), ", ".join(file.links) or "–"
            faults.add("links.unknown", at, found=rule.table, known=known, meant=nearest(rule.table, file.links))
    faults.extend(check_quantities(columns, file, framework))
    return faults


def check_ground(
    file: "AssessmentFile",
    codes: Sequence[str],
    frame: "gpd.GeoDataFrame | None",
    links: Mapping[str, pd.DataFrame],
    place: Locate,
) -> Faults:
    """Return what the rules of an assessment cannot do with the places and tables that were read.

    Args:
        file: the assessment.
        codes: the units.
        frame: where they lie.
        links: `from, to, value, year` by name.
        place: gives the place of a key of the assessment.
    """
    faults, spec = Faults(), file.spatial
    if spec is None or spec.neighbours is None:
        return faults
    from geo.neighbours import Ground, bearable

    year, ground = file.period.rank or file.period.to, Ground.of(codes, frame)
    for name, rule in spec.neighbours.items():
        at = place(("spatial", "neighbours", name))
        if isinstance(rule, Table) and rule.table in links:
            years = links[rule.table]["year"]
            if not (years.isna() | (years == year)).any():
                held = ", ".join(str(one) for one in sorted(set(years)))
                faults.add("links.not_in_year", at, table=rule.table, year=year, years=held)
        elif frame is not None or not rule.placed:
            try:
                rule.check(ground)
                bearable(rule, ground)
            except InputError as error:
                faults.extend(Fault(one.text_key, one.values, at) for one in error.faults)
    return faults


def neighbours_of(
    rules: Mapping[str, NeighbourRule], ground: "Ground", place: Locate = plain_place
) -> "Mapping[str, Neighbours]":
    """Return the neighbours of every unit by each rule.

    Raises:
        InputError: what any of the rules needs and does not find, at the rule.
    """
    from geo.neighbours import find_neighbours

    faults, found = Faults(), {}
    for name, rule in rules.items():
        try:
            found[name] = find_neighbours(rule, ground)
        except InputError as error:
            at = place(("spatial", "neighbours", name))
            faults.extend(Fault(one.text_key, one.values, at) for one in error.faults)
    faults.raise_if_any()
    return found
