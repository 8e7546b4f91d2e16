"""A small made-up map: nine units of two types, as squares, a point, and one without a place."""

from dataclasses import replace
from typing import Any

import geopandas as gpd
import pandas as pd
from shapely import LineString, MultiPolygon, Point, box

from geo.maps import Category, Flow, Flows, MapData, MapLayer, Overlay, UnitProfile

HOSTILE = (
    "</script><img src=x onerror=alert(1)>",
    "{{7*7}} {low} ${x} $& $1",
    "\"double\" 'single' `back` \\ \u2028\u2029 <!-- ]]>",
    "&lt;b&gt; &amp; =cmd|' /C calc'!A0\nsecond line",
)

# unit: name, type, composite, carbon, group
ROWS: dict[str, tuple[str, str, float | None, float | None, str | None]] = {
    "01": ("甲市", "mine", 90.0, 95.0, "2010"),
    "02": ("乙市", "mine", 70.0, 30.0, "2013"),
    "03": ("丙市", "mine", 50.0, 60.0, None),
    "04": ("丁市", "mine", 30.0, 45.0, "2010"),
    "05": ("戊市", "mine", 10.0, 15.0, "2013"),
    "06": ("己市", "mill", 80.0, 55.0, "2013"),
    "07": ("庚园区", "mill", 20.0, 65.0, None),
    "08": ("辛市", "mill", None, None, "2010"),
    "09": ("壬市", "mill", 40.0, 5.0, "2010"),
}


def make(hostile: bool = False, within: bool = True, **changes: Any) -> MapData:
    """Return the map's data; unit 07 is a point, unit 08 has no score, unit 09 no place."""
    names = {unit: row[0] for unit, row in ROWS.items()}
    kinds = {"mine": "资源型", "mill": "工业型"}
    title, notice, label, group = "评价", "示例数据", "综合得分", "批次"
    if hostile:
        names |= dict(zip(("01", "02", "07", "09"), HOSTILE, strict=True))
        title, notice, label, group = HOSTILE
        kinds = {"mine": HOSTILE[0], "mill": HOSTILE[1]}
    shapes = {f"0{i + 1}": box(100 + i % 3, 30 - i // 3, 101 + i % 3, 31 - i // 3) for i in range(8)}
    shapes["06"] = MultiPolygon([shapes["06"], box(103.2, 29.4, 103.4, 29.6)])
    shapes["07"] = Point(100.5, 28.5)
    column = {name: {u: row[i] for u, row in ROWS.items()} for i, name in ((2, "score"), (3, "carbon"), (4, "group"))}
    types = [row[1] for row in ROWS.values()]
    none = {"missing": "无得分", "within_type": within}
    data = MapData(
        title=title,
        subtitle="2019 年",
        year=2019,
        language="zh",
        frame=gpd.GeoDataFrame({"unit": list(shapes)}, geometry=list(shapes.values()), crs="EPSG:4326"),
        units=pd.DataFrame({"unit": list(ROWS), "name": list(names.values()), "type": types}),
        layers=(
            MapLayer("composite", label, "score", column["score"], **none),
            MapLayer("carbon", "降碳", "score", column["carbon"], depth=1, **none),
            MapLayer(
                "grade", "等级", "ordinal", {"01": "3", "02": "3", "03": "2", "04": "1"}, "class",
                categories=(Category("1", "差"), Category("2", "中"), Category("3", "好")),
            ),
            MapLayer(
                "batch", group, "nominal", column["group"], "cohort",
                categories=(Category("2010", "2010"), Category("2013", HOSTILE[0] if hostile else "2013")),
                missing="未注明",
            ),
        ),
        profiles={
            "01": UnitProfile(rank_in_type=1, grade=HOSTILE[3] if hostile else "好", interval=(1, 1), tier=1),
            "02": UnitProfile(rank_in_type=2, grade="好", interval=(2, 4), tier=2),
            "08": UnitProfile(notes=(HOSTILE[2] if hostile else "无得分：缺数据",)),
            "09": UnitProfile(rank_in_type=2),
        },
        type_labels=kinds,
        notice=notice,
    )  # fmt: skip
    return replace(data, **changes)


YEARS = (2017, 2018, 2019)


def rich(hostile: bool = False, **changes: Any) -> MapData:
    """Return a map with three years, numbers on two sides of zero, links and outlines over the units.

    In 2017 the composite is in the reverse order of 2019 (100 less the score), in 2018 it lies between (50 for all).
    """
    data = make(hostile=hostile)
    composite, carbon, grade, batch = data.layers
    then = {u: None if v is None else 100 - float(v) for u, v in composite.values.items()}
    middle = {u: None if v is None else 50.0 for u, v in composite.values.items()}
    name = HOSTILE[0] if hostile else "系数"
    local = {"01": -0.3, "02": -0.2, "03": -0.1, "04": 0.0, "05": 0.1, "06": 0.2, "07": 0.3}
    layers = (
        replace(composite, by_year={2017: then, 2018: middle}),
        carbon,
        replace(grade, by_year={2017: {"01": "1", "02": "1", "03": "2", "04": "3"}}),
        batch,
        MapLayer(
            "slope",
            name,
            "number",
            local,
            "spatial",
            by_year={2017: {"01": 0.4, "02": -0.4}},
            centre=0.0,
            unit_of_measure="t/km²",
        ),
        MapLayer("share", "比重", "number", {u: 10.0 * i for i, u in enumerate(ROWS)}, "spatial", unit_of_measure="%"),
    )
    links = (
        Flow("01", "06", 10.0),
        Flow("06", "01", 4.0),
        Flow("02", "05", 1.0),
        Flow("03", "03", 7.0),
        Flow("01", "09", 2.0),
    )
    flows = (
        Flows("trade", HOSTILE[1] if hostile else "电力", links, {2017: (Flow("05", "01", 8.0),)}, "GWh", "跨区输电"),
        Flows("wind", "风", (Flow("04", "02", 3.0),)),
    )
    shapes = gpd.GeoDataFrame(
        {"label": [HOSTILE[2] if hostile else "北岭", ""]},
        geometry=[box(100.2, 29.2, 102, 30.8), Point(102.5, 28.5)],
        crs="EPSG:4326",
    )
    river = gpd.GeoDataFrame(geometry=[LineString([(100, 28), (101.5, 29.6), (103, 31)])], crs="EPSG:4326")
    profiles = {u: replace(p, ranks={2017: (None, 5 - i)}) for i, (u, p) in enumerate(data.profiles.items())}
    changes = {
        "layers": layers,
        "flows": flows,
        "profiles": profiles,
        "overlays": (
            Overlay("line", "生态保护红线", shapes, "示意", "red_line"),
            Overlay("basin", "流域", river, kind="airshed"),
        ),
        **changes,
    }
    return replace(data, **changes)
