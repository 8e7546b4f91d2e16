"""Commands that list what there is: methods, frameworks, sources, the forms of files."""

import json

import pytest

from tests.evaluate.cli.conftest import Told


def test_methods(tell: Told) -> None:
    status, out, _ = tell("methods")
    assert status == 0
    assert out.split()[:4] == ["family", "method", "parameters", "source"]
    assert "min_max" in out
    listed = json.loads(tell("methods", "--json")[1])
    assert all(set(m) >= {"family", "method", "parameters", "source"} for m in listed)
    assert tell("methods", lang="zh")[1].split()[:4] == ["方法族", "方法", "参数", "来源"]


def test_frameworks(tell: Told) -> None:
    status, out, _ = tell("frameworks")
    assert status == 0
    assert "city-basic" in out
    listed = json.loads(tell("frameworks", "--json")[1])
    assert {"city-basic", "park-basic"} <= {f["code"] for f in listed}
    assert all(set(f) == {"code", "label", "assesses", "source", "indicators"} for f in listed)
    assert {f["assesses"] for f in listed} == {"city", "park"}


def test_sources(tell: Told) -> None:
    status, out, _ = tell("sources")
    assert status == 0
    assert out.split()[:4] == ["code", "label", "files", "years"]
    listed = json.loads(tell("sources", "--json")[1])
    assert [s["code"] for s in listed] == sorted(s["code"] for s in listed)
    edgar = next(s for s in listed if s["code"] == "edgar_co2")
    assert edgar["layer"]["field"] == "emissions"
    assert edgar["years"]["from"] == 1970
    assert tell("sources", lang="zh")[1].split()[:4] == ["代码", "名称", "文件", "年份"]


def test_groups(tell: Told) -> None:
    status, out, _ = tell("groups")
    assert status == 0
    assert out.split()[:5] == ["code", "label", "Group", "Members", "source"]
    assert "Fen-Wei plain (2023)" in out
    listed = json.loads(tell("groups", "--json")[1])
    assert [one["code"] for one in listed] == sorted(one["code"] for one in listed)
    plain = next(one for one in listed if one["code"] == "clean_air_2023")["groups"]["fen_wei_2023"]
    assert plain["members"]["6105"] == "渭南市"
    assert tell("groups", lang="zh")[1].split()[:5] == ["代码", "名称", "组", "成员数", "来源"]
    for language in ("zh", "en"):
        said = tell("groups", lang=language)[1]
        assert all(f"{one['code']}: {one['note'][language]}" in said.splitlines() for one in listed)


@pytest.mark.parametrize("form", ["framework", "assessment"])
def test_schema(form: str, tell: Told) -> None:
    status, out, _ = tell("schema", form)
    assert status == 0
    assert json.loads(out)["properties"]["schema"]["const"] == f"{form}/1"
