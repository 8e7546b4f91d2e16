"""What lies over the imaginary province: protected land, airsheds, basins, built-up land; who belongs, who trades."""

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Any

import geopandas as gpd
import numpy as np
import shapely

from evaluate.demo.province import CENTRE, Array
from geo.crs.systems import WGS84, areas_km2

Row = Mapping[str, str]

_PROTECTED = {"springs": ((108.2, 35.5), 0.24), "forest": ((106.0, 34.02), 0.22), "wetland": ((108.75, 34.15), 0.2)}
"""Parts of the ecological red line: middle and usual radius of each, degrees."""
_AIRSHEDS = {"valley": ((106.3, 35.1), (1.75, 0.62), 0.18), "plain": ((107.9, 34.1), (1.35, 0.66), -0.1)}
"""Middle, half axes (degrees) and turn (radians) of each airshed; they overlap and reach beyond the province."""
_BASINS = {"upper": (105.5, 35.3), "middle_reach": (107.3, 33.9), "lower": (108.6, 35.0)}
"""About where each basin lies; every place belongs to the nearest, along bent lines."""
_JOINED = {"DEMO-C07": 2017, "DEMO-C13": 2017}
"""Cities that joined their city cluster later, and when."""
_CLUSTERS = {
    "cluster": ("DEMO-C04", "DEMO-C06", "DEMO-C07", "DEMO-C09", "DEMO-C10", "DEMO-C11", "DEMO-C12", "DEMO-C13"),
    "belt": ("DEMO-C10", "DEMO-C13", "DEMO-C15", "DEMO-C17", "DEMO-C19", "DEMO-C20", "DEMO-C23"),
}
"""Members of the city cluster and of the economic belt; two cities belong to both."""


def protected(seed: int, cities: Sequence[Any]) -> dict[str, Any]:
    """Return the parts of the ecological red line, within the province."""
    rng = np.random.default_rng([seed, 6])
    province = shapely.coverage_union_all(np.array(cities))
    return {
        name: _rounded(shapely.intersection(_blob(rng, middle, radius, 90), province))
        for name, (middle, radius) in _PROTECTED.items()
    }


def airsheds(seed: int) -> dict[str, Any]:
    """Return the airsheds: wide ovals that overlap."""
    rng = np.random.default_rng([seed, 7])
    made = {}
    for name, (middle, axes, turn) in _AIRSHEDS.items():
        ring = shapely.get_coordinates(_blob(rng, (0.0, 0.0), 1.0, 120, 0.04)) * axes
        turned = ring @ np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
        made[name] = _rounded(shapely.Polygon(turned + middle))
    return made


def basins(cities: Sequence[Any]) -> dict[str, Any]:
    """Return the basins, which share the whole province between them."""
    province = shapely.coverage_union_all(np.array(cities))
    places = shapely.MultiPoint(list(_BASINS.values()))
    cells = shapely.get_parts(shapely.voronoi_polygons(places, extend_to=province.buffer(1), ordered=True))
    bent = shapely.transform(shapely.segmentize(cells, 0.05), _meander)
    parts = shapely.intersection(bent, province)
    return {name: _rounded(part) for name, part in zip(_BASINS, parts, strict=True)}


def built_up(seed: int, cities: Sequence[Any], areas: Array) -> list[Any]:
    """Return the outline of each city's built-up land, of the area given in km² (EPSG:6933)."""
    rng = np.random.default_rng([seed, 8])
    rings = [_blob(rng, city.representative_point().coords[0], 0.03, 24) for city in cities]
    frame = gpd.GeoDataFrame(geometry=rings, crs=WGS84)
    steps = np.sqrt(areas / areas_km2(frame).to_numpy())
    middles = [city.representative_point() for city in cities]
    grown = [
        shapely.transform(ring, lambda xy, m=middle.coords[0], s=step: m + (xy - m) * s)
        for ring, middle, step in zip(rings, middles, steps, strict=True)
    ]
    return [_rounded(shape, 5) for shape in grown]


def groups(names: Mapping[str, str], codes: Sequence[str], cities: Sequence[Any], over: Mapping[str, Any]) -> bytes:
    """Return the table of groups: city clusters by list; airsheds and basins by where the middle of a city lies.

    Parameters:
        names: what each set and group is called
        over: airsheds and basins by set and name
    """
    rows = []
    for group, members in _CLUSTERS.items():
        for code in members:
            joined = _JOINED.get(code, "") if group == "cluster" else ""
            rows.append((names["regions"], names[group], code, joined, ""))
    for set_, shapes in over.items():
        for group, shape in shapes.items():
            inside = [c for c, city in zip(codes, cities, strict=True) if shape.contains(city.representative_point())]
            rows += [(names[set_], names[group], code, "", "") for code in inside]
    return _csv(("set", "group", "unit", "from", "to"), rows)


def links(seed: int, units: Sequence[Row], cities: Sequence[Any], years: Sequence[int]) -> bytes:
    """Return the table of power sold, in GWh a year: resource-based cities sell to the nearest three that use much."""
    rng = np.random.default_rng([seed, 9])
    middles = np.array([city.representative_point().coords[0] for city in cities])
    users = [row for row, unit in enumerate(units) if unit["type"] in ("industrial", "comprehensive")]
    rows = []
    for seller, unit in enumerate(units):
        if unit["type"] != "resource":
            continue
        far = np.hypot(*(middles[users] - middles[seller]).T)
        for position in np.argsort(far, kind="stable")[:3]:
            start, growth = rng.uniform(300, 2400), rng.uniform(-0.03, 0.09)
            for year in years:
                sold = start * (1 + growth) ** (year - years[0])
                rows.append((unit["unit"], units[users[position]]["unit"], year, f"{sold:.0f}"))
    return _csv(("from", "to", "year", "power_gwh"), rows)


def _blob(rng: np.random.Generator, middle: Sequence[float], radius: float, count: int, waves: float = 0.1) -> Any:
    """Return a ring with bays around a place."""
    angle = np.linspace(0, 2 * np.pi, count, endpoint=False)
    reach = np.full(count, radius)
    for number in (2, 3, 5, 9):
        reach *= 1 + rng.normal(0, 2 * waves / number) * np.sin(number * angle + rng.uniform(0, 6))
    return shapely.Polygon(np.array(middle) + np.column_stack([1.2 * np.cos(angle), np.sin(angle)]) * reach[:, None])


def _meander(points: Array) -> Array:
    away = points - np.array(CENTRE)
    shift = np.column_stack([0.09 * np.sin(5 * away[:, 1]) + 0.03 * np.sin(13 * away[:, 1]),
                             0.07 * np.sin(4 * away[:, 0]) + 0.03 * np.sin(11 * away[:, 0])])  # fmt: skip
    bent: Array = points + shift
    return bent


def _rounded(shape: Any, decimals: int = 4) -> Any:
    snapped = shapely.set_precision(shape, 10.0**-decimals)
    plain = shapely.transform(snapped, lambda xy: np.round(xy, decimals))
    return shapely.orient_polygons(plain)


def _csv(head: Sequence[str], rows: Sequence[Sequence[object]]) -> bytes:
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow(head)
    writer.writerows(rows)
    return stream.getvalue().encode("utf-8-sig")
