"""The imaginary province: a coverage of cities with shared borders, park sites and a yearly PM2.5 raster."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

Array = NDArray[np.float64]

CENTRE = (107.0, 34.5)
"""Longitude and latitude of the middle, degrees; an arbitrary place."""
BANDS, IN_BAND = 3, 8
"""Bands from north to south, and the cities of each from west to east."""
CELL = 0.025
"""Width of a raster cell, degrees."""
WEST, NORTH, RASTER_SHAPE = 104.5, 36.4, (152, 200)
"""Upper left corner of the raster, degrees, and its rows and columns."""


def cities(seed: int) -> list[Any]:
    """Return 24 polygons (EPSG:4326) that share their borders, by bands from the north, each from the west.

    The borders are those of a Voronoi diagram within an oval. They are cut into short pieces and bent all
    together by one smooth map of the plane onto itself, so that neighbours keep exactly the same border.
    """
    rng = np.random.default_rng([seed, 1])
    oval = shapely.Polygon(_oval(2.0, 1.42))
    places = _places(rng, oval)
    edges = shapely.voronoi_polygons(shapely.MultiPoint(places), extend_to=oval, only_edges=True)
    borders = shapely.node(shapely.GeometryCollection([edges, oval.exterior]))
    bend = _bending(rng)
    lines = shapely.transform(shapely.segmentize(borders, 0.015), bend)
    faces = np.array(shapely.polygonize([*lines.geoms]).geoms)
    inside = shapely.contains(faces[None, :], shapely.points(bend(places))[:, None])
    return [shapely.orient_polygons(face) for face in faces[inside.argmax(axis=1)]]


def park_sites(seed: int, hosts: Sequence[Any]) -> list[Any]:
    """Return one site inside each host city, in turn a polygon (EPSG:4326) and a point."""
    rng = np.random.default_rng([seed, 2])
    sites = []
    for number, host in enumerate(hosts):
        middle = np.array(host.representative_point().coords[0])
        angle = np.linspace(0, 2 * np.pi, 36, endpoint=False)
        radius = np.full(len(angle), rng.uniform(0.045, 0.075))
        for waves in (2, 3, 5):
            radius *= 1 + rng.normal(0, 0.1) * np.sin(waves * angle + rng.uniform(0, 6))
        ring = middle + np.column_stack([1.2 * np.cos(angle), np.sin(angle)]) * radius[:, None]
        outline = shapely.Polygon(np.round(ring, 4))
        point = shapely.Point(np.round(middle, 4))
        sites.append(shapely.orient_polygons(outline) if number % 2 == 0 else point)
    return sites


def pm25(seed: int, towns: Array, loads: Array) -> Array:
    """Return the annual mean of PM2.5 in ug/m^3, shape (years, rows, columns), rounded to 0.1.

    Around every town lies a plume; the background falls towards the south-east and varies by year.

    Parameters:
        towns: longitude and latitude of the towns, shape (towns, 2)
        loads: height of each town's plume in ug/m^3, shape (years, towns); negative where the air is clean
    """
    rng = np.random.default_rng([seed, 3])
    rows, columns = RASTER_SHAPE
    lon = WEST + CELL * (np.arange(columns) + 0.5)
    lat = NORTH - CELL * (np.arange(rows) + 0.5)
    along = np.exp(-(((lon[None, :] - towns[:, :1]) / 0.24) ** 2))
    across = np.exp(-(((lat[None, :] - towns[:, 1:]) / 0.24) ** 2))
    plumes = np.einsum("yt,tr,tc->yrc", loads, across, along)
    background = 29.0 + 3.5 * (lat[:, None] - CENTRE[1]) - 1.5 * (lon[None, :] - CENTRE[0])
    weather = 1 + rng.normal(0, 0.025, len(loads))
    grain = rng.normal(0, 0.6, (len(loads), rows, columns))
    cells: Array = np.round((background + plumes) * weather[:, None, None] + grain, 1)
    return cells


def _places(rng: np.random.Generator, oval: Any) -> Array:
    """Return where the towns lie, ordered by band: random places, moved apart by a few rounds of k-means."""
    ground = rng.uniform(-2.3, 2.3, (6000, 2))
    ground = ground[shapely.contains_xy(oval, ground)]
    places = ground[: BANDS * IN_BAND]
    for _ in range(4):
        nearest = ((ground[:, None, :] - places[None, :, :]) ** 2).sum(axis=2).argmin(axis=1)
        places = np.array([ground[nearest == place].mean(axis=0) for place in range(len(places))])
    bands = places[np.argsort(-places[:, 1])].reshape(BANDS, IN_BAND, 2)
    return np.concatenate([band[np.argsort(band[:, 0])] for band in bands])


def _oval(width: float, height: float) -> Array:
    """Return a ring that bulges more than an ellipse, so that corners get their share, with large bays."""
    angle = np.linspace(0, 2 * np.pi, 180, endpoint=False)
    across, along = np.cos(angle), np.sin(angle)
    bays = 1 + 0.05 * np.sin(3 * angle + 1) + 0.04 * np.sin(7 * angle + 2) + 0.02 * np.sin(13 * angle)
    reach = bays * (np.abs(across) ** 3 + np.abs(along) ** 3) ** (-1 / 3)
    return np.column_stack([width * across * reach, height * along * reach])


def _bending(rng: np.random.Generator) -> Any:
    """Return a smooth map of the plane, from large bends to small ones, to degrees in steps of ten metres.

    Each wave shifts points at right angles to its direction by at most 4 % of its length: too little to fold
    the plane, so that borders never meet (the tests check the outcome).
    """
    lengths = np.array([2.4, 1.5, 0.9, 0.55, 0.33, 0.2, 0.12, 0.08])
    turn, phase = rng.uniform(0, 2 * np.pi, (2, len(lengths)))
    ahead = np.column_stack([np.cos(turn), np.sin(turn)])
    sideways = np.column_stack([-np.sin(turn), np.cos(turn)])

    def bend(points: Array) -> Array:
        waves = 0.04 * lengths * np.sin(2 * np.pi * (points @ ahead.T) / lengths + phase)
        bent: Array = np.round(points + waves @ sideways + np.array(CENTRE), 4)
        return bent

    return bend
