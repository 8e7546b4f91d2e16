"""Every command: what it prints, what it writes, what its JSON holds."""

import json
import shutil
from pathlib import Path

import pytest

from tests.evaluate.cli.conftest import Told
from tests.evaluate.tiny import DATA, Project, full


def test_check_says_what_was_read(project: Project, tell: Told) -> None:
    assert tell("check", project.path) == (0, "no faults: 6 units, 42 reported values, framework tiny, 2020–2021\n", "")
    assert tell("check", project.path, "--quiet") == (0, "", "")
    assert sorted(path.name for path in project.folder.parent.iterdir()) == ["project"]


def test_check_as_json(project: Project, tell: Told) -> None:
    project.write("data.csv", DATA + "X1,2020,1,1,1\n")
    status, out, err = tell("check", project.path, "--json")
    assert (status, err) == (0, "")
    found = json.loads(out)
    assert (found["faults"], found["units"]) == ([], 6)
    assert [w["key"] for w in found["warnings"]] == ["assessment.ignored_units"]
    project.change("data.csv", ("C1,2020,4800,", "C1,2020,—,"))
    project.assess(("runs: 20", "runs: 0"))
    status, out, err = tell("check", project.path, "--json")
    assert (status, err) == (1, "")
    found = json.loads(out)
    assert [(f["file"], f["line"], f["path"]) for f in found["faults"]] == [
        ("assessment.yaml", 18, "robustness.runs"), ("data.csv", 3, "co2_t"),
    ]  # fmt: skip
    assert set(found["faults"][0]) == {"key", "message", "file", "line", "sheet", "cell", "path"}
    assert found["faults"][0]["message"] == "robustness.runs: must be at least 1; found 0"


RANKING = """
Tiny assessment  (2021)

Industrial (3)
rank  unit  name     composite  interval  grade
────  ────  ───────  ─────────  ────────  ─────
   1  C4    Dunmore      61.78       1–2      –
   2  C6    Fenwick      61.08       1–2      –
   3  C5    Elm          32.09       3–3      –

Resource (3)
rank  unit  name     composite  interval  grade
────  ────  ───────  ─────────  ────────  ─────
   1  C3    Calder       61.06       1–1      –
   2  C1    Ashford      55.14       2–2      –
   3  C2    Birch        11.80       3–3      –


scores   {out}/scores.csv
"""


def test_run_prints_the_ranking_and_where_the_results_are(project: Project, tell: Told) -> None:
    status, out, err = tell("run", project.path, "--out", project.out)
    assert (status, err) == (0, "")
    assert out == RANKING.format(out=project.out.as_posix())


def test_run_is_quiet_when_asked(project: Project, tell: Told) -> None:
    project.write("data.csv", DATA + "X1,2020,1,1,1\n")
    status, out, err = tell("run", project.path, "--out", project.out, "--quiet")
    assert (status, out) == (0, "")
    assert err == "warning: data.csv: 1 unit(s) outside the roster are ignored\n"


def test_run_tells_timings_and_rows_when_asked(project: Project, tell: Told) -> None:
    status, _, err = tell("run", project.path, "--out", project.out, "--verbose")
    assert status == 0
    lines = err.splitlines()
    assert lines[0] == "checking the inputs …"
    assert any(line.startswith("  took ") and line.endswith(" s, reported: 42") for line in lines)
    assert any("scores: 12, weights: 8" in line for line in lines)
    status, _, err = tell("run", project.path, "--out", project.out, "--overwrite", "--verbose", lang="zh")
    assert err.splitlines()[0] == "检查输入…"
    assert tell("run", project.path, "--out", project.out, "--overwrite")[2] == ""


def test_options_may_stand_before_the_command(project: Project, tell: Told) -> None:
    status, out, err = tell("--quiet", "--lang", "zh", "run", project.path, "--out", project.out, lang="")
    assert (status, out, err) == (0, "", "")
    assert json.loads((project.out / "manifest.json").read_text())["language"] == "zh"
    status, _, err = tell("--verbose", "run", project.path, "--out", project.out, "--overwrite")
    assert "checking the inputs" in err


def test_the_language_is_asked_for_else_the_assessments_else_the_locales(
    project: Project, tell: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    def language(*options: str) -> str:
        shutil.rmtree(project.out, ignore_errors=True)
        status, out, _ = tell("run", project.path, "--out", project.out, *options, lang="")
        assert status == 0
        said = "zh" if "小型评价" in out else "en"
        assert json.loads((project.out / "manifest.json").read_text())["language"] == said
        return said

    monkeypatch.setenv("LC_ALL", "en_GB.UTF-8")
    assert language("--lang", "zh") == "zh"
    assert language() == "en"
    project.assess(("language: en", "language: zh"))
    assert language() == "zh"
    assert language("--lang", "en") == "en"
    project.assess(("language: zh, ", ""))
    assert language() == "en"
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    assert language() == "zh"


def test_faults_are_told_in_the_language_of_the_assessment(
    project: Project, tell: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", "en_GB.UTF-8")
    project.assess(("language: en", "language: zh"), ("runs: 20", "runs: 0"))
    for arguments in (["check", project.path], ["run", project.path, "--out", project.out]):
        status, _, err = tell(*arguments, lang="")
        assert status == 1
        assert err.startswith("assessment.yaml 中有 1 处错误")
    assert "应不小于" in json.loads(tell("check", project.path, "--json", lang="")[1])["faults"][0]["message"]
    assert tell("check", project.path)[2].startswith("1 fault in")
    project.assess(("language: zh", "language: xx"))
    assert tell("check", project.path, lang="")[2].startswith("2 faults in")
    project.write("assessment.yaml", "outputs: [\n")
    assert tell("check", project.path, lang="")[2].startswith("1 fault in")


def test_a_run_speaks_its_own_language(project: Project, tell: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "en_GB.UTF-8")
    project.assess(("language: en", "language: zh"))
    tell("run", project.path, "--out", project.out, lang="")
    assert "没有代码或名称为“C9”的评价单元" in tell("explain", project.out, "C9", lang="")[2]
    assert tell("explain", project.out, "C1", lang="")[1].startswith("Ashford（C1），资源型，2021 年")
    assert "全部与记录一致" in tell("verify", project.out, lang="")[1]
    assert "没有“colour”列" in tell("cohorts", project.out, "--by", "colour", lang="")[2]
    assert tell("explain", project.out, "C1")[1].startswith("Ashford (C1), Resource, 2021")


def test_overwrite_is_needed_and_enough(made: Project, tell: Told) -> None:
    status, out, err = tell("run", made.path, "--out", made.out)
    assert (status, out) == (1, "")
    assert "the output folder exists already; --overwrite replaces it" in err
    assert tell("run", made.path, "--out", made.out, "--overwrite")[0] == 0


def test_explain(made: Project, tell: Told) -> None:
    status, out, _ = tell("explain", made.out, "Calder")
    assert status == 0
    assert out.splitlines()[0] == "Calder (C3), Resource, 2021"
    status, out, _ = tell("explain", made.out, "C3", "--year", "2020", "--json")
    found = json.loads(out)
    assert set(found) == {
        "unit", "name", "type", "year", "framework", "run_id", "notice", "scored", "composite", "rank", "rank_in_type",
        "grade", "grade_label", "units_of_type", "treatment", "tree",
    }  # fmt: skip
    assert found["year"] == 2020
    for arguments, said in (
        (["Caldr"], "there is no unit with the code or name 'Caldr'; did you mean 'Calder'?"),
        (["C3", "--year", "2019"], "the year 2019 is outside the scored years 2020–2021"),
    ):
        status, out, err = tell("explain", made.out, *arguments)
        assert (status, out) == (1, "")
        assert said in err


def test_commands_on_a_run_never_look_at_the_inputs(complete: Project, tell: Told, tmp_path: Path) -> None:
    alone = tmp_path / "run"
    shutil.copytree(complete.out, alone)
    assert tell("explain", alone, "C1")[0] == 0
    assert tell("cohorts", alone, "--by", "region")[0] == 0
    assert tell("map", alone, "--out", tmp_path / "map.html")[0] == 0
    status, _, err = tell("verify", alone)
    assert status == 1
    assert "--assessment says where it is now" in err


def test_verify(made: Project, tell: Told) -> None:
    status, out, err = tell("verify", made.out, "--rerun")
    assert (status, err) == (0, "")
    run_id = json.loads((made.out / "manifest.json").read_text())["run_id"]
    assert out == f"run {run_id}: all 56 items are as recorded\n"
    (made.out / "scores.csv").write_text("unit\n")
    (made.out / "more.txt").write_text("")
    status, out, err = tell("verify", made.out)
    assert status == 1
    assert out.splitlines() == [
        "artifact  scores.csv  changed", "artifact  more.txt  not recorded",
        f"run {run_id}: 2 items differ from the record",
    ]  # fmt: skip
    status, out, err = tell("verify", made.out, "--json")
    assert (status, err) == (1, "")
    found = json.loads(out)
    assert set(found) == {"run_id", "same", "checked", "other_versions"}
    assert found["same"] is False
    assert {"what": "artifact", "path": "scores.csv", "state": "changed"} in found["checked"]
    moved = made.folder.rename(made.folder.parent / "moved")
    assert tell("verify", made.out)[0] == 1
    (made.out / "more.txt").unlink()
    assert tell("verify", made.out, "--assessment", moved / "assessment.yaml")[0] == 1
    assert tell("run", moved / "assessment.yaml", "--out", made.out, "--overwrite")[0] == 0
    assert tell("verify", made.out)[0] == 0


def test_cohorts(complete: Project, tell: Told, tmp_path: Path) -> None:
    status, out, err = tell("cohorts", complete.out, "--by", "region")
    assert (status, err) == (0, "")
    assert "north" in out
    assert "south" in out
    status, out, err = tell("cohorts", complete.out, "--by", "regoin")
    assert (status, out) == (1, "")
    assert "the roster has no column 'regoin'" in err
    assert "region" in err
    found = json.loads(tell("cohorts", complete.out, "--by", "region", "--json")[1])
    assert found["by"] == "region"
    assert "notice" in found
    page = tmp_path / "cohorts.html"
    status, out, _ = tell("cohorts", complete.out, "--by", "region", "--out", page)
    assert status == 0
    assert out.splitlines()[-1] == page.as_posix()
    assert "<html" in page.read_text(encoding="utf-8")
    assert tell("cohorts", complete.out, "--by", "region", "--out", page)[0] == 1
    assert tell("cohorts", complete.out, "--by", "region", "--out", page, "--overwrite")[0] == 0


def test_explain_writes_units_of_measure_in_the_language_asked_for(made: Project, tell: Told) -> None:
    said = tell("explain", made.out, "C1", lang="zh")[1]
    assert "吨/万元；公式" in said
    assert "亿元" in said
    assert "CNY" not in said
    assert "t / (1e4 CNY); formula" in tell("explain", made.out, "C1")[1]
    assert '"t / (1e4 CNY)"' in tell("explain", made.out, "C1", "--json", lang="zh")[1]


@pytest.mark.parametrize("name", ["manifest.json", "scores.csv", "x.gpkg", "sub/x.html"])
def test_a_map_is_never_written_into_a_run(complete: Project, tell: Told, name: str) -> None:
    before = {path: path.read_bytes() for path in complete.out.iterdir()}
    status, out, err = tell("map", complete.out, "--out", complete.out / name, "--overwrite")
    assert (status, out) == (1, "")
    assert f"lies within the run folder '{complete.out.name}', whose record lists everything in it" in err
    assert {path: path.read_bytes() for path in complete.out.iterdir()} == before
    assert "is a folder; expected a file name" in tell("map", complete.out, "--out", ".", "--overwrite")[2]


def test_map(complete: Project, made: Project, tell: Told, tmp_path: Path) -> None:
    page = tmp_path / "deep" / "map.html"
    status, out, err = tell("map", complete.out, "--out", page)
    assert (status, out, err) == (0, f"{page.as_posix()}\n", "")
    assert page.read_bytes() == (complete.out / "map.html").read_bytes()
    page.write_text("mine")
    status, out, err = tell("map", complete.out, "--out", page)
    assert (status, out) == (1, "")
    assert "the file exists already; --overwrite replaces it" in err
    assert page.read_text() == "mine"
    assert tell("map", complete.out, "--out", page, "--overwrite", lang="zh")[0] == 0
    assert 'lang="zh' in page.read_text(encoding="utf-8")
    assert sorted(path.name for path in page.parent.iterdir()) == ["map.html"]
    status, _, err = tell("map", made.out, "--out", tmp_path / "other.html")
    assert status == 1
    assert "the run has no boundaries, so there is nothing to map" in err
    assert not (tmp_path / "other.html").exists()


def test_a_notice_is_shown_by_every_command(project: Project, tell: Told) -> None:
    full(project)
    project.assess(("framework: framework.yaml", "notice: {zh: 编造数据, en: Made-up data}\nframework: framework.yaml"))
    assert "*** Made-up data ***" in tell("run", project.path, "--out", project.out)[1]
    assert "*** Made-up data ***" in tell("explain", project.out, "C1")[1]
    assert "*** 编造数据 ***" in tell("cohorts", project.out, "--by", "region", lang="zh")[1]
    assert json.loads(tell("explain", project.out, "C1", "--json")[1])["notice"]["en"] == "Made-up data"
    assert json.loads(tell("cohorts", project.out, "--by", "region", "--json")[1])["notice"]["en"] == "Made-up data"


@pytest.mark.parametrize(
    "command", [["explain", "C1"], ["verify"], ["cohorts", "--by", "x"], ["map", "--out", "m.html"]]
)
def test_a_folder_that_is_no_run_is_a_fault(command: list[str], tell: Told, tmp_path: Path) -> None:
    name, *rest = command
    status, out, err = tell(name, tmp_path, *rest)
    assert (status, out) == (1, "")
    assert "is no run folder (there is no manifest.json)" in err
    assert "Traceback" not in err
