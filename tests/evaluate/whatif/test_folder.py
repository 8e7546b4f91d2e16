"""The folder of a what-if: whole or not at all, the same bytes, a page that is safe and says everything."""

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from evaluate import whatif
from evaluate.abatement import TABLES
from evaluate.cli.main import entry
from evaluate.report.abatement_figure import Move, Step, abatement_figure, co_control_figure, reach
from evaluate.version import own_version
from indicators.errors import InputError
from indicators.texts import text
from tests.evaluate.report.builder import NASTY
from tests.evaluate.report.reader import Reader
from tests.evaluate.whatif.two_cities import FRAMEWORK, listed, made

CURVE = """\
measure,name,unit,sector,cost,co2,so2,electricity,electricity_factor,relocated_to,relocated_share
M1,Boiler,B,heat,200,-60,-5,40,0.5,,
M2,Works,B,cement,-50,-20,-2,,,A,0.5
M3,Foundry,B,metal,90,-30,-1,,,Z,1
M4,Kiln,B,cement,500,-10,-4,,,,
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    run = made(tmp_path_factory.mktemp("two"))
    listed(run.parent, CURVE)
    return run


def made_in(folder: Path, out: Path, **given: object) -> Path:
    whatif(folder, folder.parent / "measures.csv", out, budget=300, targets=["co2=-5%"], **given)  # type: ignore[arg-type]
    return out


def test_it_holds_every_table_and_the_record(folder: Path, tmp_path: Path) -> None:
    out = made_in(folder, tmp_path / "out", language="en")
    assert {path.name for path in out.iterdir()} == {*(f"{t}.csv" for t in TABLES), "whatif.html", "manifest.json"}
    record = json.loads((out / "manifest.json").read_text("utf-8"))
    assert record["schema"] == "whatif/1"
    assert record["versions"]["city-synergy"] == own_version()
    assert record["run"]["run_id"] == json.loads((folder / "manifest.json").read_text("utf-8"))["run_id"]
    assert record["options"]["budget"] == 300
    assert set(record["artifacts"]) == {path.name for path in out.iterdir()} - {"manifest.json"}
    measures = pd.read_csv(out / "measures.csv", encoding="utf-8-sig").set_index("measure")
    # net of power and of what lands elsewhere: 60 - 20, 20 - 10, 30 - 30, 10
    assert measures["reduction"].tolist() == [40, 10, 0, 10]
    assert measures["state"].tolist() == ["chosen", "chosen", "no_reduction", "left_out"]


def test_the_same_bytes_every_time_but_for_the_time(folder: Path, tmp_path: Path) -> None:
    one, other = (made_in(folder, tmp_path / name, language="zh") for name in ("one", "other"))
    for path in one.iterdir():
        if path.name != "manifest.json":
            assert path.read_bytes() == (other / path.name).read_bytes()
    records = [json.loads((out / "manifest.json").read_text("utf-8")) for out in (one, other)]
    for record in records:
        del record["times"]
    assert records[0] == records[1]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_page_holds_every_section_and_every_link_leads_somewhere(
    language: str, folder: Path, tmp_path: Path
) -> None:
    content = (made_in(folder, tmp_path / "out", language=language) / "whatif.html").read_text("utf-8")
    seen = Reader(content)
    assert len(set(seen.ids)) == len(seen.ids)
    assert {link.removeprefix("#") for link in seen.links} <= set(seen.ids)
    sections = {"words", "curve", "measures", "totals", "units", "quadrants", "targets", "changes", "effects", "how"}
    assert sections <= set(seen.ids)
    assert seen.tags.count("svg") >= 2
    assert seen.tags.count("script") == 1
    assert not {"img", "link", "iframe", "object"} & set(seen.tags)
    assert not re.search(r"""(?:src|href)=["']?(?:https?:)?//""", content)
    said = re.sub(r"<style>.*?</style>|<script>.*?</script>|<[^>]*>", " ", content, flags=re.S)
    han = re.search(r"[\u4e00-\u9fff]", said)
    assert bool(han) == (language == "zh")


def test_a_target_names_its_baseline_and_a_stated_factor_its_list(folder: Path, tmp_path: Path) -> None:
    made = made_in(folder, tmp_path / "out", language="en")
    content = (made / "whatif.html").read_text("utf-8")
    baseline = json.loads((folder / "manifest.json").read_text("utf-8"))["assessment"]["period"]["baseline"]
    assert f"change since {baseline}: at most −5.0%" in content and "percentage points" in content
    assert "0.5 t/MWh (stated in the list)" in content and "0.5 = 0.5" not in content
    table = pd.read_csv(made / "targets.csv", encoding="utf-8-sig")
    assert f">{100 * table['gap_before'].iloc[0]:.1f}<".replace("-", "−").replace(".0<", "<") in content


def test_names_are_shown_as_they_are(folder: Path, tmp_path: Path) -> None:
    table = pd.DataFrame({
        "measure": [NASTY[0]], "name": [NASTY[0]], "unit": "B", "sector": [NASTY[0]], "cost": 1.0, "co2": -100.0,
        "electricity": 1.0, "electricity_factor": "0.5", "relocated_to": [NASTY[0]], "relocated_share": 0.5,
    })  # fmt: skip
    whatif(folder, table, tmp_path / "out", language="en")
    content = (tmp_path / "out" / "whatif.html").read_text("utf-8")
    assert NASTY[0] not in content
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in content


def test_a_failure_leaves_nothing(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> str:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("evaluate.report.whatif_page.render_whatif", full)
    with pytest.raises(InputError) as raised:
        made_in(folder, tmp_path / "new" / "out")
    assert [f.text_key for f in raised.value.faults] == ["artifacts.cannot_write"]
    assert list(tmp_path.iterdir()) == []


def test_it_is_replaced_only_when_asked(folder: Path, tmp_path: Path) -> None:
    out = made_in(folder, tmp_path / "out")
    with pytest.raises(InputError) as raised:
        made_in(folder, out)
    assert [f.text_key for f in raised.value.faults] == ["artifacts.exists"]
    made_in(folder, out, overwrite=True)


def told(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    status = entry(["whatif", *map(str, arguments)])
    found = capsys.readouterr()
    return status, found.out, found.err


def test_the_command_prints_what_it_brings(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    measures = folder.parent / "measures.csv"
    status, said, error = told(capsys, folder, measures, "--budget", 300, "--lang", "en", "--out", tmp_path / "out")
    assert (status, error) == (0, "")
    lines = said.splitlines()
    assert lines[0].endswith("2 of 4 measures are taken.")
    assert lines[1] == "The budget is 300 (1e4 CNY)."
    assert lines[2] == "They cost 150 (1e4 CNY) and reduce CO2 by 50 t."
    # B: 300 - 60 + 20 - 20; A gets 10
    assert "The assessed units together: CO2 goes from 400 to 350 t (−12.5%)." in lines
    assert any(re.match(r"B +Brook +0.00 → ", line) for line in lines)
    assert lines[-2].endswith("out/whatif.html")
    # with all of them B moves further than any unit of the run did: the best score of the yardstick is all that it gets
    assert told(capsys, folder, measures, "--quiet", "--lang", "en") == (
        0, "",
        "warning: the indicator 'Co-control' (together) has 1 values beyond the range of the reference population "
        "(all scored years); they get the score at its end\n",
    )  # fmt: skip


def test_a_place_that_is_spelled_nearly_like_a_unit_is_told(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    header = "measure,unit,cost,co2,relocated_to,relocated_share\n"
    path = listed(tmp_path, f"{header}M1,B,1,-10,a,0.5\nM2,B,1,-10,elsewhere,0.5\n")
    for language, said in (
        ("en", "warning: capacity lands at 'a', which is no assessed unit, and counts as outside; did you mean 'A'?\n"),
        ("zh", "警告：产能转入“a”，不在被评价单元之列，按评价范围之外计；是否应为“A”？\n"),
    ):
        status, _, error = told(capsys, folder, path, "--lang", language)
        assert (status, error) == (0, said)


def test_the_record_names_files_and_no_folders(folder: Path, tmp_path: Path) -> None:
    targets = listed(tmp_path, "code,value\nco2,200\n", "targets.csv")
    whatif(folder, folder.parent / "measures.csv", tmp_path / "out", targets=[targets])
    text = (tmp_path / "out" / "manifest.json").read_text("utf-8")
    assert str(tmp_path) not in text
    assert str(folder.parent) not in text
    assert json.loads(text)["options"]["targets"][0]["file"] == "targets.csv"


@pytest.mark.parametrize("language", ["zh", "en"])
def test_in_a_browser_without_a_network(language: str, folder: Path, tmp_path: Path, page: Any) -> None:
    out = made_in(folder, tmp_path / "out", language=language)
    page.goto((out / "whatif.html").as_uri())
    assert page.locator("svg.picture").count() == 2
    assert page.locator("svg.picture").first.bounding_box()["height"] > 200
    # nothing is wider than the window
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_json_holds_every_table(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, said, _ = told(capsys, folder, folder.parent / "measures.csv", "--budget", 300, "--json")

    def refuse(constant: str) -> None:
        raise AssertionError(constant)

    found = json.loads(said, parse_constant=refuse)
    assert status == 0
    assert set(found["tables"]) == set(TABLES)
    assert found["summary"]["chosen"] == 2
    assert found["tables"]["measures"][2]["unit_cost"] is None


@pytest.mark.parametrize("arguments", [["--budget", "much"], ["--choose", "best"], []])
def test_a_wrong_command_line(arguments: list[str], folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    given = [folder, "measures.csv", *arguments, "--lang", "en"] if arguments else ["--lang", "en"]
    status, _, error = told(capsys, *given)
    assert status == 2
    assert "Usage: city-synergy whatif [OPTIONS] RUN MEASURES" in error
    assert "Traceback" not in error


def bars(drawn: str) -> list[tuple[float, float, float, float]]:
    """Return x, y, width and height of every bar of the curve."""
    found = re.findall(r'<rect x="([\d.-]+)" y="([\d.-]+)" width="([\d.-]+)" height="([\d.-]+)"', drawn)
    return [(float(x), float(y), float(w), float(h)) for x, y, w, h in found]


def test_widths_are_reductions_and_heights_are_unit_costs() -> None:
    steps = [Step("a", 10, -2, True, "a"), Step("b", 30, 1, True, "b"), Step("c", 60, 4, False, "c")]
    drawn = bars(str(abatement_figure("x", "t", steps, "r", "c")))
    widths, heights = np.array([b[2] for b in drawn]), np.array([b[3] for b in drawn])
    assert widths / widths.sum() == pytest.approx([0.1, 0.3, 0.6], abs=1e-3)
    assert heights / heights[1] == pytest.approx([2, 1, 4], rel=0.01)
    axis = drawn[1][1] + drawn[1][3]
    assert drawn[0][1] == pytest.approx(axis, abs=0.11)  # hangs below the axis
    assert drawn[2][1] + drawn[2][3] == pytest.approx(axis, abs=0.11)


def test_a_step_that_is_far_too_dear_is_cut_and_marked() -> None:
    steps = [Step("a", 100, 2, True, "a"), Step("b", 4, 500, True, "b")]
    assert reach(steps) == (0, 8)
    drawn = str(abatement_figure("x", "t", steps, "r", "c"))
    assert "↑" in drawn
    assert "↑" not in str(abatement_figure("x", "t", steps[:1], "r", "c"))
    assert str(abatement_figure("x", "t", [], "r", "c")) == ""


def test_labels_of_pictures_are_escaped() -> None:
    step = Step(NASTY[0], 10, 2, True, NASTY[0])
    move = Move(NASTY[0], (0.1, 0.1), (0.2, -0.1), NASTY[0])
    quadrants = (NASTY[0], "b", "c", "d")
    for drawn in (
        abatement_figure("x", NASTY[0], [step], NASTY[0], NASTY[0]),
        co_control_figure("x", NASTY[0], [move], (NASTY[0], NASTY[0]), quadrants),
    ):
        assert "<script" not in str(drawn)
        assert "&lt;" in str(drawn)
    assert str(co_control_figure("x", "t", [], ("a", "b"), quadrants)) == ""


def test_the_command_tells_its_stages(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run = made(tmp_path / "two")
    listed(tmp_path, "measure,unit,cost,co2\nM1,B,10,-50\n")
    for language, said in (("en", "choosing measures"), ("zh", "选择措施")):
        assert entry(["whatif", str(run), str(tmp_path / "measures.csv"), "--verbose", "--lang", language]) == 0
        assert said in capsys.readouterr().err


def test_a_break_on_the_way_from_the_baseline_is_marked(tmp_path: Path) -> None:
    breaks = "label: {zh: 二氧化硫, en: SO2}, breaks: {2020: {zh: 口径调整, en: re-based}}"
    run = made(tmp_path, framework=FRAMEWORK.replace("label: {zh: 二氧化硫, en: SO2}", breaks))
    listed(tmp_path, CURVE)
    for language, reason in (("en", "SO2, 2020, re-based"), ("zh", "二氧化硫，2020 年，口径调整")):
        content = (made_in(run, tmp_path / language, language=language) / "whatif.html").read_text("utf-8")
        section = content[content.index('id="quadrants"') : content.index('id="targets"')]
        assert reason in section
        assert text("whatif.axis_pollutant", language) + "†" in section
        assert text("whatif.axis_carbon", language) + "†" not in section
