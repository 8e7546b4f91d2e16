"""The demo project as a set of files: an imaginary province with 24 cities and 12 parks."""

import csv
import io
import json
from string import Template
from typing import Any

import numpy as np
import rasterio
import yaml
from numpy.typing import NDArray

from evaluate.demo import province, reported, shapes, supplement
from evaluate.demo.tables import Numbers, table
from indicators.bundled import configs
from indicators.texts import LANGUAGES, text

SEED = 2014
ASSESSMENTS = ("cities/assessment.yaml", "parks/assessment.yaml")
FURTHER = ("cities/synergy-index.yaml", "cities/isec-shaped.yaml", "parks/five-layers.yaml", "cities/spatial.yaml")
"""The same units under other frameworks, which ask for more; the first two are run beside each other; then what the
scores have to do with place."""
VARIANTS = {
    "cities": ("data-driven.yaml", "experts.yaml", "synergy-index.yaml", "isec-shaped.yaml", "spatial.yaml"),
    "parks": ("five-layers.yaml",),
}
"""The same units under other whole methodologies and frameworks, to be compared with the first."""
TITLES = {
    "environment.xlsx": "demo.table_environment",
    "built_up.xlsx": "demo.table_built_up",
    "resources.xlsx": "demo.table_resources",
}
_COHORTS = {
    "north": "demo.north", "middle": "demo.middle", "south": "demo.south",
    "first": "demo.first", "second": "demo.second", "none": "demo.none",
}  # fmt: skip
_OVER = {
    "regions": "demo.regions", "cluster": "demo.cluster", "belt": "demo.belt", "airsheds": "demo.airsheds",
    "basins": "demo.basins", "springs": "demo.springs", "forest": "demo.forest", "wetland": "demo.wetland",
    "valley": "demo.valley", "plain": "demo.plain", "upper": "demo.upper", "middle_reach": "demo.middle_reach",
    "lower": "demo.lower",
}  # fmt: skip
_ROSTER = ("unit", "name", "name_en", "type", "region", "batch")


def contents(language: str) -> dict[str, bytes]:
    """Return every file of the demo project: relative path to bytes."""
    order = sorted(LANGUAGES, key=lambda other: other != language)
    readme = "\n\n---\n\n".join(text("demo.readme", other) for other in order) + "\n"
    polygons = province.cities(SEED)
    return {"README.md": readme.encode(), **_cities(language, polygons), **_parks(language, polygons)}


def _cities(language: str, polygons: list[Any]) -> dict[str, bytes]:
    units = _units("cities")
    values, plumes = reported.cities(units, SEED)
    towns = np.array([polygon.representative_point().coords[0] for polygon in polygons])
    rasters = province.pm25(SEED, towns, plumes)
    values |= supplement.cities(units, SEED, values)
    out = _assessed("cities", "city-basic", language, units, values)
    out["cities/cities.geojson"] = _geojson(units, polygons)
    for year, cells in zip(reported.YEARS, rasters, strict=True):
        out[f"cities/pm25_{year}.tif"] = _geotiff(cells)
    return out | _over(language, units, polygons, values["built_up"])


def _over(
    language: str, units: list[dict[str, str]], polygons: list[Any], built_up: NDArray[np.float64]
) -> dict[str, bytes]:
    """Return what lies over the cities: overlays, outlines of built-up land, groups and links."""
    codes = [unit["unit"] for unit in units]
    over = {"airsheds": shapes.airsheds(SEED), "basins": shapes.basins(polygons)}
    drawn = {"red_line": shapes.protected(SEED, polygons), **over}
    out = {f"cities/{name}.geojson": _geojson(_parts(made), list(made.values())) for name, made in drawn.items()}
    for position, year in enumerate(reported.YEARS):
        outlines = shapes.built_up(SEED, polygons, _between(built_up)[:, position])
        out[f"cities/built_up_{year}.geojson"] = _geojson(units, outlines)
    named = ("regions", "cluster", "belt", *over, *over["airsheds"], *over["basins"])
    out["cities/groups.csv"] = shapes.groups({n: text(_OVER[n], language) for n in named}, codes, polygons, over)
    out["cities/links.csv"] = shapes.links(SEED, units, polygons, reported.YEARS)
    return out


def _parts(made: dict[str, Any]) -> list[dict[str, str]]:
    return [{"unit": f"DEMO-{n}", "name": text(_OVER[n], "zh"), "name_en": text(_OVER[n], "en")} for n in made]


def _between(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return yearly values with the gaps filled in a straight line: land is there though nobody reported it."""
    years = np.arange(values.shape[1])
    return np.array([np.interp(years, years[~np.isnan(row)], row[~np.isnan(row)]) for row in values])


def _parks(language: str, polygons: list[Any]) -> dict[str, bytes]:
    units = _units("parks")
    hosts = dict(zip((unit["unit"] for unit in _units("cities")), polygons, strict=True))
    sites = province.park_sites(SEED, [hosts[unit["city"]] for unit in units])
    values = reported.parks(units, SEED)
    values |= supplement.parks(units, SEED, values)
    out = _assessed("parks", "park-basic", language, units, values)
    out["parks/parks.geojson"] = _geojson(units, sites)
    return out


def _units(folder: str) -> list[dict[str, str]]:
    """Return the units as their definition states them, with their pathway."""
    path = configs() / "examples" / "demo" / folder / "units.csv"
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def _assessed(
    folder: str,
    framework: str,
    language: str,
    units: list[dict[str, str]],
    values: dict[str, NDArray[np.float64]],
) -> dict[str, bytes]:
    """Return framework, assessment, roster, and the tables that the assessment reads."""
    template = (configs() / "examples" / "demo" / folder / "assessment.yaml").read_text(encoding="utf-8")
    assessment = Template(template).substitute(language=language, name="name" if language == "zh" else "name_en")
    out = {
        f"{folder}/framework.yaml": (configs() / "frameworks" / f"{framework}.yaml").read_bytes(),
        f"{folder}/assessment.yaml": assessment.encode(),
        f"{folder}/roster.csv": _roster(units, language),
    }
    entries = yaml.safe_load(assessment)["data"]
    for name in VARIANTS[folder]:
        variant = (configs() / "examples" / "demo" / folder / name).read_text(encoding="utf-8")
        variant = Template(variant).substitute(name="name" if language == "zh" else "name_en")
        out[f"{folder}/{name}"] = variant.encode()
        entries += yaml.safe_load(variant).get("data", [])
    stated = reported.REPORTED_IN | supplement.REPORTED_IN
    numbers = Numbers([unit["unit"] for unit in units], reported.YEARS, values, stated)
    for path, entry in {entry["path"]: entry for entry in reversed(entries)}.items():
        title = " / ".join(text(TITLES[path], other) for other in LANGUAGES) if path in TITLES else ""
        out[f"{folder}/{path}"] = table(entry, numbers, title)
    return out


def _roster(units: list[dict[str, str]], language: str) -> bytes:
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow(_ROSTER)
    for unit in units:
        cohorts = {column: text(_COHORTS[unit[column]], language) for column in ("region", "batch")}
        writer.writerow([{**unit, **cohorts}[column] for column in _ROSTER])
    return stream.getvalue().encode("utf-8-sig")


def _geojson(units: list[dict[str, str]], places: list[Any]) -> bytes:
    """Return a GeoJSON file; by RFC 7946 its coordinates are WGS 84 longitude and latitude (EPSG:4326)."""
    features = [
        {
            "type": "Feature",
            "properties": {column: unit[column] for column in ("unit", "name", "name_en")},
            "geometry": place.__geo_interface__,
        }
        for unit, place in zip(units, places, strict=True)
    ]
    notice = " / ".join(text("demo.notice", language) for language in LANGUAGES)
    collection = {"type": "FeatureCollection", "notice": notice, "features": features}
    return json.dumps(collection, ensure_ascii=False, separators=(",", ":")).encode()


def _geotiff(cells: NDArray[np.float64]) -> bytes:
    """Return a GeoTIFF (EPSG:4326, float32, one band)."""
    with rasterio.MemoryFile() as memory:
        with memory.open(
            driver="GTiff",
            height=cells.shape[0],
            width=cells.shape[1],
            count=1,
            dtype="float32",
            crs="EPSG:4326",
            transform=rasterio.Affine(province.CELL, 0, province.WEST, 0, -province.CELL, province.NORTH),
            nodata=-9999.0,
            compress="deflate",
            predictor=3,
        ) as raster:
            raster.write(cells.astype(np.float32), 1)
            raster.set_band_description(1, "PM2.5 ug/m^3")
            raster.update_tags(NOTICE=text("demo.notice", "en"))
        return bytes(memory.read())
