# ruff: noqa: E501
"""Bindings of published files: the bundled ones, a user's own, and what an entry takes from them."""

import json
import re
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import yaml

from evaluate import load
from evaluate.cli.main import entry
from evaluate.intake.based import read_assessment
from evaluate.layer_spec import RasterLayer
from evaluate.sources.binding import with_sources
from evaluate.sources.reading import bundled_sources, load_source
from evaluate.sources.spec import PART_OF, Source, check_keys, keys_of
from geo.crs.systems import parse_crs
from indicators.errors import InputError, Place
from indicators.spec import build, plain_place
from indicators.units import measure
from tests.evaluate.tiny import Project, make

OWN = """\
schema: source/1
code: own
label: {zh: 自有来源, en: Own source}
publisher: A statistical office
homepage: https://example.org
download: {zh: 下载全部, en: Download all}
files: ["data.csv"]
table:
  unit: unit
  year: year
  columns:
    co2_t: {variable: co2, unit_of_measure: t}
    so2_t: {variable: so2, unit_of_measure: t}
    gdp_1e8: {variable: gdp, unit_of_measure: 1e8 CNY}
citation: A statistical office, Data, 2021.
basis: [made for the tests]
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """The tiny project with its table bound to a source of its own."""
    made = make(tmp_path / "project")
    monkeypatch.chdir(made.folder)
    made.write("own.yaml", OWN)
    text = made.path.read_text(encoding="utf-8")
    bound = re.sub(r"  - path: data\.csv\n(?:    .*\n)+", "  - {source: own.yaml, path: data.csv}\n", text)
    made.write("assessment.yaml", bound)
    return made


def bundled(code: str) -> Source:
    return load_source(code, Path(), Place())[0]


# --- the bundled bindings


@pytest.mark.parametrize("code", bundled_sources())
def test_a_bundled_binding_is_whole(code: str) -> None:
    source = bundled(code)
    assert source.code == code
    for label in (source.label, source.download, source.note):
        assert label is not None
        assert set(label) == {"zh", "en"}
        assert re.search(r"[\u4e00-\u9fff]", label["zh"])
        assert not re.search(r"[\u4e00-\u9fff]", label["en"])
    assert source.homepage.startswith("https://")
    if source.crs is not None:
        assert parse_crs(source.crs).to_epsg() == 4326
        assert source.keys.get("crs", source.crs) == source.crs
    if source.unit_of_measure is not None:
        measure(source.unit_of_measure)
    assert source.years is None or source.years.to is None or source.years.from_ <= source.years.to


@pytest.mark.parametrize("code", [code for code in bundled_sources() if bundled(code).layer is not None])
def test_a_layer_needs_only_path_and_variable_besides(code: str) -> None:
    entry_ = {**bundled(code).keys, "source": code, "path": "x_{year}.nc", "variable": "x"}
    layer = build(RasterLayer, entry_)
    assert layer.source == code


@pytest.mark.parametrize("code", ["edgar_co2", "acag_pm25", "chap_pm25", "ntl_harmonised", "viirs_ntl"])
def test_the_files_of_a_layer_are_one_a_year(code: str) -> None:
    assert all("{year}" in name for name in bundled(code).files)


def test_counties_of_ceads_are_read_as_published(shared: Path) -> None:
    frame = pd.read_excel(shared / "data/counties-co2/co2.xlsx", engine="calamine")
    keys = bundled("ceads_county_co2").keys
    assert keys["unit"] in frame.columns
    years = [f"{keys['prefix']}{year}" for year in range(keys["from"], keys["to"] + 1)]
    assert years == [column for column in frame.columns if re.fullmatch(r"C\d{4}", column)]
    # Chen et al. 2020: 2,735 counties; national emissions of 2017 from energy lie near 9 to 10 Gt.
    assert frame["County Name"].notna().sum() == 2735
    assert 8e3 < frame[years[-1]].sum() < 11e3


def test_cities_of_ceads_are_read_in_the_layout_of_the_release(project: Project) -> None:
    # as the programs named in the binding read it: sheet "emission vector" with city, year and emission in million tonnes
    data = pd.read_csv(project.folder / "data.csv")
    vector = pd.DataFrame({"city": data["unit"], "year": data["year"], "emission": data["co2_t"] / 1e6})
    with pd.ExcelWriter(project.folder / "cities.xlsx", engine="xlsxwriter") as workbook:
        pd.DataFrame({"note": ["first sheet"]}).to_excel(workbook, sheet_name="Note", index=False)
        vector.to_excel(workbook, sheet_name="emission vector", index=False)
    keys = dict(yaml.safe_load(OWN)["table"])
    del keys["columns"]["co2_t"]
    own = json.dumps({"path": "data.csv", **keys})
    project.assess(
        ("  - {source: own.yaml, path: data.csv}\n", f"  - {own}\n  - {{source: ceads_city, path: cities.xlsx}}\n")
    )
    reported = load(project.path).reported.set_index(["variable", "unit", "year"])["value"]
    assert reported["co2", "C1", 2019] == pytest.approx(5000)


# --- taking keys from a binding


def test_an_entry_takes_what_it_does_not_state(project: Project) -> None:
    plain = make(project.folder.parent / "plain")
    expected, found = load(plain.path), load(project.path)
    pd.testing.assert_frame_equal(found.reported, expected.reported)
    assert [bound.source.code for bound in found.sources] == ["own"]
    assert [(i.path, i.role) for i in found.inputs if i.role == "source"] == [("own.yaml", "source")]


def test_what_an_entry_states_wins(project: Project) -> None:
    project.assess(
        ("{source: own.yaml, path: data.csv}",
         "{source: own.yaml, path: data.csv, columns: {co2_t: {variable: co2, unit_of_measure: kt}, "
         "so2_t: {variable: so2, unit_of_measure: t}, gdp_1e8: {variable: gdp, unit_of_measure: 1e8 CNY}}}"),
    )  # fmt: skip
    reported = load(project.path).reported.set_index(["variable", "unit", "year"])["value"]
    assert reported["co2", "C1", 2019] == 5000 * 1000
    assert reported["so2", "C1", 2020] == 380


def test_the_file_as_written_is_left_alone(project: Project) -> None:
    written = read_assessment(project.path)
    before = json.dumps(written.data)
    filled, bound = with_sources(written, project.folder)
    assert json.dumps(written.data) == before
    assert filled.data["data"][0]["year"] == "year"
    assert str(filled.place(("data", 0, "year"))) == "assessment.yaml:6"
    assert bound[0].key == "data[0]"


def test_entries_that_are_none_are_left_to_the_form(project: Project) -> None:
    for data in ("data: 7", "data: [7]", "data: [{source: 7, path: x}]"):
        project.write("assessment.yaml", f"schema: assessment/1\n{data}\n")
        assert with_sources(read_assessment(project.path), project.folder)[1] == ()


def test_citations_are_carried_into_record_and_report(project: Project) -> None:
    project.assess(("report: []", "report: [html, xlsx]"))
    assert entry(["run", "assessment.yaml", "--out", "../results/run", "--quiet"]) == 0
    manifest = json.loads((project.out / "manifest.json").read_text(encoding="utf-8"))
    (named,) = manifest["sources"]
    assert (named["entry"], named["path"], named["source"]) == ("data[0]", "data.csv", "own")
    assert named["citation"] == "A statistical office, Data, 2021."
    page = (project.out / "report.html").read_text(encoding="utf-8")
    assert "A statistical office, Data, 2021." in page
    assert "Published data and how to cite them" in page
    assert not re.search(r'(?:href|src)="https?:', page)
    sheets = pd.read_excel(project.out / "report.xlsx", sheet_name=None, header=None, engine="calamine")
    assert sheets["Sources"].astype(str).stack().str.contains("A statistical office, Data, 2021.").any()
    assert entry(["verify", str(project.out)]) == 0
    project.change("own.yaml", ("Data, 2021", "Data, 2022"))
    assert entry(["verify", str(project.out)]) == 1


def test_a_bundled_binding_is_verified_as_such(project: Project) -> None:
    # A binding without a layout carries its citation and leaves the layout to the entry.
    text = project.path.read_text(encoding="utf-8")
    keys = yaml.safe_load(OWN)["table"]
    entry_ = json.dumps({"source": "city_yearbook", "path": "data.csv", **keys})
    project.write("assessment.yaml", text.replace("{source: own.yaml, path: data.csv}", entry_))
    assert entry(["run", "assessment.yaml", "--out", "../results/run", "--quiet"]) == 0
    manifest = json.loads((project.out / "manifest.json").read_text(encoding="utf-8"))
    assert "bundled:sources/city_yearbook" in [i["path"] for i in manifest["inputs"]]
    assert entry(["verify", str(project.out)]) == 0


# --- the form


@pytest.mark.parametrize("part", PART_OF.values())
def test_keys_of_a_part_are_those_of_the_entries(part: str) -> None:
    known = keys_of(part)
    assert "unit_of_measure" in known
    assert not {"path", "source"} & set(known)
    assert len(known) == len(set(known))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"layer": {"statistic": "sum"}}, "state one of `layer` and `table`"),
        ({"table": None}, "state one of `layer` and `table`"),
        ({"citation": ""}, "citation"),
        ({"basis": []}, "basis"),
        ({"schema": "source/2"}, "schema"),
        ({"years": {"from": "now"}}, "years.from"),
        ({"surplus": 1}, "surplus: unknown key"),
    ],
)
def test_what_is_wrong_with_a_binding(change: dict[str, Any], said: str) -> None:
    raw: dict[str, Any] = {**yaml.safe_load(OWN), **change}
    raw = {key: value for key, value in raw.items() if value is not None}
    with pytest.raises(InputError) as error:
        build(Source, raw)
    assert said in error.value.render("en")


def faults_of(part: str, keys: dict[str, Any]) -> list[str]:
    """Return what is wrong with the keys of a binding."""
    raw = {key: value for key, value in yaml.safe_load(OWN).items() if key not in PART_OF.values()} | {part: keys}
    try:
        check_keys(build(Source, raw), plain_place)
    except InputError as error:
        return [found.message("en") for found in error.faults]
    return []


@pytest.mark.parametrize(
    ("part", "keys"),
    [
        ("table", {}),
        ("table", {"year": "year", "unit": "unit"}),
        # which layout it is may be left to the entry
        ("table", {"variable": "item", "value": "amount", "variables": {"a": {"variable": "x", "unit_of_measure": "t"}}}),
        ("table", {"prefix": "C", "from": 1997}),
        ("layer", {"where": {"kind": ["road"]}, "layer": "roads"}),
        # keys that need others are the entry's to complete
        ("layer", {"statistic": "share"}),
        ("layer", {"q": 0.5}),
        ("table", {"layout": "long"}),
    ],
)  # fmt: skip
def test_keys_that_an_entry_can_complete_are_left_to_it(part: str, keys: dict[str, Any]) -> None:
    assert faults_of(part, keys) == []


@pytest.mark.parametrize(
    ("part", "keys", "said"),
    [
        ("table", {"colums": {}}, ["table.colums: unknown key; known here: unit, …; did you mean 'columns'?"]),
        ("table", {"path": "x.csv"}, ["table.path: unknown key; known here: unit, …"]),
        ("table", {"layout": "yeers"}, [
            "table.layout: must be one of 'wide', 'long', 'years'; found 'yeers'; did you mean 'years'?",
        ]),
        ("table", {"layout": "wide", "prefix": "C"}, ["table.prefix: unknown key; known here: path, …"]),
        ("table", {"columns": {"a": {"variabel": "x", "unit_of_measure": "t"}}}, [
            "table.columns.a.variable: this key is missing",
            "table.columns.a.variabel: unknown key; known here: variable, …; did you mean 'variable'?",
        ]),
        ("layer", {"statistic": "maen", "unit_of_messure": "t"}, [
            "layer.unit_of_messure: unknown key; known here: kind, …; did you mean 'unit_of_measure'?",
            "layer.statistic: must be one of 'mean', 'sum', 'min', 'max', 'quantile', 'share', 'coverage'; found 'maen'; did you mean 'mean'?",
        ]),
        ("layer", {"weight": {"pth": "x.tif", "path": "y.tif"}}, [
            "layer.weight.pth: unknown key; known here: path, …; did you mean 'path'?",
        ]),
        ("layer", {"band": 0}, ["layer.band: must be at least 1; found 0"]),
        ("layer", {"statistic": "share_within", "distance": 0}, ["layer.distance: must be above 0; found 0"]),
        ("layer", {"kind": "vector", "distance": -1}, ["layer.distance: must be above 0; found -1"]),
    ],
)  # fmt: skip
def test_keys_that_no_entry_can_mend_are_told_of_the_binding(part: str, keys: dict[str, Any], said: list[str]) -> None:
    assert [re.sub(r"(known here: \w+), [^;]*", r"\1, …", line) for line in faults_of(part, keys)] == said


def test_years_are_said_open_or_closed() -> None:
    assert bundled("edgar_co2").years_said() == "1970–2023"
    assert bundled("chap_pm25").years_said() == "2000–"
    assert bundled("city_yearbook").years_said() == ""
