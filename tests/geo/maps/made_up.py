"""A small made-up map: nine units of two types, as squares, a point, and one without a place."""

from dataclasses import replace
from typing import Any

import geopandas as gpd
import pandas as pd
from shapely import MultiPolygon, Point, box

from geo.maps import Category, MapData, MapLayer, UnitProfile

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
