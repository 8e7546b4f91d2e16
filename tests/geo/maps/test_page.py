"""The page as text: nothing to fetch, nothing that a name can break, the same bytes every time."""

import base64
import hashlib
import json
import os
import re
import subprocess
import sys
from html.parser import HTMLParser
from importlib.resources import files
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
import yaml

import geo.maps
from geo.maps import MapData, MapLayer, render_map
from geo.maps.payload import SCRIPT_TEXTS, payload, script_json
from geo.simplify import simplify_for_display
from indicators.errors import InputError
from indicators.texts import both
from tests.geo.maps.made_up import HOSTILE, ROWS, make, rich

ASSETS = Path(geo.maps.__file__).parent / "assets"


class Reader(HTMLParser):
    """What a browser would see: elements with attributes, texts, scripts."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.inside: dict[str, list[str]] = {"script": [], "style": []}
        self.texts: list[str] = []
        self._raw = ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self._raw = tag if tag in self.inside else ""
        if self._raw:
            self.inside[tag].append("")

    def handle_endtag(self, tag: str) -> None:
        self._raw = ""

    def handle_data(self, data: str) -> None:
        if self._raw:
            self.inside[self._raw][-1] += data
        else:
            self.texts.append(data)

    def attributes(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]

    @property
    def data(self) -> dict[str, Any]:
        kinds = [attributes.get("type") for attributes in self.attributes("script")]
        return json.loads(self.inside["script"][kinds.index("application/json")])

    @property
    def scripts(self) -> list[str]:
        pairs = zip(self.attributes("script"), self.inside["script"], strict=True)
        return [text for attributes, text in pairs if "type" not in attributes]

    @property
    def policy(self) -> dict[str, list[str]]:
        metas = [m for m in self.attributes("meta") if m.get("http-equiv") == "Content-Security-Policy"]
        parts = [part.split() for part in str(metas[0]["content"]).split(";")]
        return {name: sources for name, *sources in parts}


@pytest.fixture(scope="module")
def page() -> Reader:
    return Reader(render_map(make()))


@pytest.fixture(scope="module")
def hostile() -> Reader:
    return Reader(render_map(make(hostile=True)))


def test_nothing_is_fetched(page: Reader) -> None:
    for tag, attributes in page.elements:
        for name, value in attributes.items():
            if name in ("src", "href", "srcset", "data", "action", "poster", "background"):
                assert str(value).startswith("data:"), (tag, name, value)
    assert not page.attributes("base")
    for style in page.inside["style"]:
        assert "url(" not in style
        assert "@import" not in style
    assert not any("sourceMappingURL" in script for script in page.scripts)
    outside = {address for script in page.scripts for address in re.findall(r"https?://[^\s\"'<>)]*", script)}
    # Leaflet names itself in its licence and in a prefix that is switched off, and the SVG namespace.
    assert outside == {"https://leafletjs.com", "http://www.w3.org/2000/svg"}


def test_only_these_scripts_run(page: Reader) -> None:
    expected = [
        f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'" for script in page.scripts
    ]
    assert len(expected) == 3
    assert page.policy["script-src"] == expected
    assert page.policy["default-src"] == ["'none'"]
    assert page.policy["img-src"] == ["data:"]
    first = [tag for tag, _ in page.elements if tag not in ("html", "head")][:2]
    assert first == ["meta", "meta"]  # the policy holds before anything else is read


def test_no_inline_handlers(hostile: Reader) -> None:
    for tag, attributes in hostile.elements:
        assert not [name for name in attributes if name.startswith("on")], tag


def test_the_scripts_touch_no_html() -> None:
    own = "".join(path.read_text("utf-8") for path in Path(str(files("geo.maps"))).glob("assets/*.js"))
    assert not re.search(r"\beval\b|new Function|innerHTML|insertAdjacentHTML|outerHTML|document\.write", own)
    # Leaflet reads its attribution as HTML: it gets this text of the catalogue and nothing else.
    assert re.findall(r"addAttribution\((.*?)\)", own) == ["words.scale_note"]
    assert not re.search("[<>&]", "".join(both("map.scale_note").values()))


def test_leaflet_is_as_it_was_shipped(page: Reader) -> None:
    shipped = (files("xstatic.pkg.leaflet") / "data" / "leaflet.js").read_text("utf-8")
    version = re.search(r"Leaflet ([\d.]+)", shipped)
    assert version is not None
    assert version[1] == "1.9.3", "another Leaflet: read anew what geo/maps/assets/leaflet.js says of its private parts"
    assert page.scripts[0] + "//# sourceMappingURL=leaflet.js.map" == shipped
    assert "</script" not in shipped.lower()
    assert "<!--" not in shipped


def test_private_parts_of_leaflet_are_used_in_one_place_and_are_there() -> None:
    shipped = (files("xstatic.pkg.leaflet") / "data" / "leaflet.js").read_text("utf-8")
    scripts = {path.name: path.read_text("utf-8") for path in ASSETS.glob("*.js")}
    used = {
        name: set(re.findall(r"(?:\.|^ +)(_[a-zA-Z]\w*)", script, re.MULTILINE)) for name, script in scripts.items()
    }
    assert [name for name, parts in used.items() if parts] == ["leaflet.js"]
    assert all(re.search(rf"\b{part}\b", shipped) for part in used["leaflet.js"])


def test_neither_jquery_nor_bootstrap_nor_icons(page: Reader) -> None:
    rest = "".join(page.scripts[1:])
    assert "$(" not in rest
    assert "jQuery" not in rest
    assert "awesome" not in rest.lower()


def test_hostile_names_stay_text(page: Reader, hostile: Reader) -> None:
    assert [tag for tag, _ in hostile.elements] == [tag for tag, _ in page.elements]
    names = dict(zip(hostile.data["unit"], hostile.data["name"], strict=True))
    assert [names[unit] for unit in ("01", "02", "07", "09")] == list(HOSTILE)
    shown = " ".join("".join(hostile.texts).split())
    for text in HOSTILE:
        assert " ".join(text.split()) in shown  # title, notice, layers, types, unit off the map
    assert hostile.data["layers"][3]["labels"] == ["2010", HOSTILE[0]]


@pytest.mark.parametrize("text", HOSTILE)
def test_data_cannot_leave_their_script(text: str) -> None:
    written = script_json({text: [text]})
    assert json.loads(written) == {text: [text]}
    assert not re.search("[<>&\u2028\u2029]", written)


def test_language_and_title(page: Reader) -> None:
    assert page.attributes("html") == [{"lang": "zh-CN"}]
    english = render_map(make(language="en"))
    assert '<html lang="en">' in english
    assert "Find a unit" in english
    assert "查找单元" not in english
    assert "示例数据" in english  # the notice is the caller's


def test_every_control_has_a_name() -> None:
    page = Reader(render_map(rich()))
    labelled = [attributes["for"] for attributes in page.attributes("label") if "for" in attributes]
    for tag in ("input", "select"):
        for attributes in page.attributes(tag):
            assert attributes.get("type") in ("radio", "checkbox") or attributes["id"] in labelled
    assert len(labelled) == len(set(labelled))
    wrapped = [a for a in page.attributes("input") if a["type"] in ("radio", "checkbox")]
    assert len(page.attributes("label")) == len(wrapped) + len(labelled)
    for name in ("year", "flow-most", "layer-b", "year-b", "type-a", "type-b", "ranking-type", "search"):
        assert name in labelled


def test_units_without_a_place_are_listed(page: Reader) -> None:
    assert [a["data-unit"] for a in page.attributes("details")] == ["8"]
    assert page.data["shape"][8] is None
    assert "未上图的单元（1）" in "".join(page.texts)
    everywhere = Reader(render_map(make(units=make().units[:8])))
    assert not everywhere.attributes("details")


def test_no_types_no_filter() -> None:
    plain = Reader(render_map(make(units=make().units.assign(type=""), type_labels={}, within=False)))
    assert not [a for a in plain.attributes("input") if a["type"] == "checkbox"]
    assert plain.data["types"] == []
    assert set(plain.data["type"]) == {0}


def test_without_any_place_the_page_still_opens() -> None:
    data = make()
    empty = Reader(render_map(make(frame=data.frame.iloc[:0])))
    assert len(empty.attributes("details")) == len(ROWS)


@pytest.mark.parametrize(
    ("scores", "decimals", "scale"),
    [
        ([3.0, 98.0], 1, (0, 100)),
        ([0.2, 0.9], 3, (0, 1)),
        ([48.5, 52.0], 2, (0, 100)),
        ([-3.2, 104.1], 1, (-4, 105)),
        ([], 1, (0, 100)),
    ],
)
def test_decimals_and_bars_follow_the_scores(scores: list[float], decimals: int, scale: tuple[float, float]) -> None:
    values: dict[str, float | str | None] = dict(zip(ROWS, scores, strict=False))
    data = payload(make(layers=(MapLayer("composite", "c", "score", values),)))
    assert (data["decimals"], data["scale"]) == (decimals, scale)


def test_noise_in_the_last_digits_changes_nothing() -> None:
    data = make()
    noisy = tuple(
        MapLayer(**{**vars(layer), "values": {u: v and v * (1 + 4e-16) for u, v in layer.values.items()}})  # type: ignore[operator]
        if layer.kind == "score"
        else layer
        for layer in data.layers
    )
    assert render_map(make(layers=noisy)) == render_map(data)


def test_the_order_of_rows_does_not_matter() -> None:
    data = make()
    turned = make(
        units=data.units.iloc[::-1],
        frame=data.frame.iloc[::-1],
        profiles=dict(reversed(list(data.profiles.items()))),
        layers=tuple(
            MapLayer(**{**vars(layer), "values": dict(reversed(list(layer.values.items())))}) for layer in data.layers
        ),
    )
    assert render_map(turned) == render_map(data)


def test_two_processes_write_the_same_bytes(root: Path) -> None:
    program = (
        "import hashlib; from tests.geo.maps.made_up import make; from geo.maps import render_map;"
        "tiles = 'https://tile.example.org/{z}/{x}/{y}.png';"
        "print(hashlib.sha256(render_map(make(tiles=tiles)).encode()).hexdigest())"
    )
    digests = {
        subprocess.run(
            [sys.executable, "-c", program], cwd=root,
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": "."},
            capture_output=True, text=True, check=True,
        ).stdout
        for seed in ("1", "2")
    }  # fmt: skip
    assert len(digests) == 1


def test_tiles_are_the_only_way_out(page: Reader) -> None:
    assert "L.tileLayer(" not in page.scripts[1]
    tiled = Reader(render_map(make(tiles="https://{s}.tile.example.org/{z}/{x}/{y}.png?key=a&b=c")))
    assert tiled.policy["img-src"] == ["data:", "https://*.tile.example.org"]
    assert tiled.policy["default-src"] == ["'none'"]
    assert "L.tileLayer(" in tiled.scripts[1]
    assert "底图：tile.example.org" in tiled.scripts[1].encode().decode("unicode_escape")


def test_a_bad_tile_address_is_a_fault() -> None:
    with pytest.raises(InputError):
        render_map(make(tiles="OpenStreetMap"))


def test_texts_of_the_page_are_those_that_the_scripts_use(root: Path) -> None:
    assets = root / "geo" / "maps" / "assets"
    own = "".join(path.read_text("utf-8") for path in assets.glob("*.js"))
    assert set(re.findall(r"\bwords\.(\w+)", own)) == set(SCRIPT_TEXTS)


def test_no_text_of_the_map_is_idle(root: Path) -> None:
    held = set(yaml.safe_load((root / "configs" / "locales" / "map.yaml").read_text("utf-8")))
    sources = [*(root / "geo" / "maps").rglob("*.*"), *(root / "evaluate" / "report").glob("map_*.py")]
    said = "".join(path.read_text("utf-8") for path in sources if path.suffix in (".py", ".html"))
    named = set(re.findall(r"[\"'](?:map\.)?(\w+)[\"']", said))
    made = {"fifth", "group", "quadrant"}  # fifth_1 … are put together
    assert not {key for key in held - named if key.split("_")[0] not in made}


def national(count: int, seed: int = 1) -> gpd.GeoDataFrame:
    """Return `count` units with winding borders that neighbours share vertex by vertex, as wide as China."""
    points = np.random.default_rng(seed).uniform((75, 20), (133, 52), (count, 2))
    cells = shapely.get_parts(shapely.voronoi_polygons(shapely.MultiPoint(points)))
    cells = shapely.segmentize(shapely.intersection(cells, shapely.box(74, 19, 134, 53)), 0.02)

    def wind(xy: np.ndarray) -> np.ndarray:
        x, y = xy[:, 0], xy[:, 1]
        shift = [
            0.05 * np.sin(9 * y) + 0.02 * np.sin(61 * (x + y)),
            0.05 * np.cos(9 * x) + 0.02 * np.sin(67 * (x - y)),
        ]
        return xy + np.column_stack(shift)

    frame = gpd.GeoDataFrame({"unit": [f"{i:05d}" for i in range(count)]}, geometry=cells, crs="EPSG:4326")
    return frame.assign(geometry=shapely.transform(cells, wind))


def of_frame(frame: gpd.GeoDataFrame, layers: int = 12) -> MapData:
    """Return made-up scores on real or made-up boundaries."""
    rng = np.random.default_rng(2)
    units = [str(unit) for unit in frame["unit"]]
    scored: list[dict[str, float | str | None]] = [
        dict(zip(units, rng.uniform(1, 100, len(units)).tolist(), strict=True)) for _ in range(layers)
    ]
    return make(
        frame=simplify_for_display(frame[["unit", "geometry"]]),
        units=pd.DataFrame(
            {
                "unit": units,
                "name": units,
                "type": ["mine", "mill"] * (len(units) // 2) + ["mine"] * (len(units) % 2),
            }
        ),
        layers=tuple(MapLayer(f"l{i}", f"Layer {i}", "score", values) for i, values in enumerate(scored)),
    )


def test_the_cities_of_china_are_well_below_two_megabytes(shared: Path) -> None:
    frame = gpd.read_file(shared / "data" / "china-cities" / "cities.geojson")
    assert len(render_map(of_frame(frame)).encode()) < 1_000_000


@pytest.mark.slow
def test_all_counties_are_below_four_megabytes() -> None:
    frame = national(2850)
    assert shapely.get_num_coordinates(frame.geometry.to_numpy()).sum() > 400_000
    assert len(render_map(of_frame(frame)).encode()) < 3_500_000
