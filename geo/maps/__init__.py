"""One interactive map in one HTML file that needs no network and allows none."""

from geo.maps.data import Category, Flow, Flows, MapData, MapLayer, Overlay, UnitProfile
from geo.maps.page import render_map
from geo.maps.policy import check_tiles

__all__ = [
    "Category",
    "Flow",
    "Flows",
    "MapData",
    "MapLayer",
    "Overlay",
    "UnitProfile",
    "check_tiles",
    "render_map",
]
