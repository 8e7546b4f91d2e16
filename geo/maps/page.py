"""The map as one HTML page: folium makes the map and its tiles, what it would fetch is written in."""

import html
import re
from functools import cache
from importlib.resources import files
from typing import Any

import folium
from branca.element import Figure
from jinja2 import Environment, Template
from markupsafe import Markup

from geo.maps.data import MapData, MapLayer
from geo.maps.payload import payload, script_json, type_order, years_of
from geo.maps.policy import check_tiles, content_security_policy, tile_host
from indicators.texts import text

_SCRIPTS = (
    "core.js", "leaflet.js", "layers.js", "pane.js", "legend.js", "card.js", "flows.js", "overlays.js", "slider.js",
    "compare.js", "ranking.js", "search.js", "export.js", "paper.js", "main.js",
)  # fmt: skip
_CHINA = (73.0, 18.0, 135.0, 54.0)
_MAP_ID = "units"  # folium's own ids are random


def render_map(data: MapData) -> str:
    """Return the text of one HTML file that shows the map and needs no network.

    The same data give the same text. Boundaries are drawn as they come: simplify them before, with
    `geo.simplify.simplify_for_display`.

    Args:
        data: What is shown.

    Raises:
        InputError: The tile address is none.
    """
    origin = check_tiles(data.tiles) if data.tiles else ""
    figure = _Page(data)
    figure.add_child(_folium_map(data))
    body = figure.render()
    scripts = re.findall(r"<script>(.*?)</script>", body, flags=re.DOTALL)
    policy = html.escape(content_security_policy(scripts, origin), quote=False)
    language = "zh-CN" if data.language == "zh" else "en"
    head = f'<!DOCTYPE html>\n<html lang="{language}">\n<head>\n<meta charset="utf-8">\n'
    return f'{head}<meta http-equiv="Content-Security-Policy" content="{policy}">\n{body}'


class _Page(Figure):
    """A figure whose page is ours: folium's header, with its outside scripts and styles, is not rendered."""

    def __init__(self, data: MapData) -> None:
        super().__init__()
        self._data = data

    def render(self, **kwargs: Any) -> str:
        for child in self._children.values():
            child.render(**kwargs)
        return _template("page.html").render(
            data=self._data,
            t=lambda name, **values: text(f"map.{name}", self._data.language, **values),
            groups=_groups(self._data),
            types=[(i, self._data.type_labels.get(code) or code) for i, code in enumerate(type_order(self._data))],
            off_map=_off_map(self._data),
            years=years_of(self._data),
            style=Markup(_leaflet_css() + _asset("map.css")),
            map_html=Markup(self.html.render(**kwargs)),
            map_data=Markup(script_json(payload(self._data))),
            leaflet=Markup(_leaflet_js()),
            map_script=Markup(self.script.render(**kwargs)),
            app=Markup(_app()),
        )


def _folium_map(data: MapData) -> folium.Map:
    west, south, east, north = data.frame.total_bounds if _placed(data) else _CHINA
    chart = folium.Map(
        location=[float(south + north) / 2, float(west + east) / 2],  # the page's script fits the units in
        zoom_start=4,
        tiles=None,
        prefer_canvas=True,
        zoom_control=False,
        attribution_control=False,
        fade_animation=False,  # a card that fades away would stand beside the next one
        zoom_snap=1 if data.tiles else 0.25,
        zoom_delta=1,
    )
    chart._id = _MAP_ID
    if data.tiles:
        source = html.escape(text("map.tiles_source", data.language, host=tile_host(data.tiles)))
        layer = folium.TileLayer(tiles=data.tiles, attr=source, name="tiles", max_zoom=20, max_native_zoom=18)
        layer._id = _MAP_ID
        chart.add_child(layer, name="tiles")
    return chart


def _groups(data: MapData) -> list[tuple[str, list[tuple[int, MapLayer]]]]:
    """Return the layers with their positions, under the headings of their groups."""
    found: dict[str, list[tuple[int, MapLayer]]] = {}
    for position, layer in enumerate(data.layers):
        found.setdefault(layer.group, []).append((position, layer))
    return [(text(f"map.group_{group}", data.language), layers) for group, layers in found.items()]


def _off_map(data: MapData) -> list[tuple[int, str, str]]:
    """Return position, code and name of the units without a place."""
    placed = _placed(data)
    units = data.units.sort_values("unit")
    rows = zip(units["unit"].astype(str), units["name"].astype(str), strict=True)
    return [(i, code, name) for i, (code, name) in enumerate(rows) if code not in placed]


def _placed(data: MapData) -> set[str]:
    shown = ~(data.frame.geometry.isna() | data.frame.geometry.is_empty)
    return set(data.frame.loc[shown, "unit"].astype(str))


@cache
def _template(name: str) -> Template:
    return Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True).from_string(_asset(name))


@cache
def _asset(name: str) -> str:
    return files("geo.maps").joinpath("assets", name).read_text(encoding="utf-8")


def _leaflet(name: str) -> str:
    raw = files("xstatic.pkg.leaflet").joinpath("data", name).read_bytes()
    return raw.decode("utf-8").replace("\r\n", "\n")


@cache
def _leaflet_js() -> str:
    """Leaflet without the address of its source map."""
    return re.sub(r"\n//# sourceMappingURL=\S*\s*$", "\n", _leaflet("leaflet.js"))


@cache
def _leaflet_css() -> str:
    """Leaflet's style without its pictures: nothing here shows its layer switch or its markers."""
    return re.sub(r"[^{};]*url\([^)]*\)[^;}]*;", "", _leaflet("leaflet.css"))


@cache
def _app() -> str:
    """The page's own script, in one function so that it shares no name with folium's."""
    return '(function () {\n"use strict";\n' + "\n".join(_asset(name) for name in _SCRIPTS) + "})();\n"
