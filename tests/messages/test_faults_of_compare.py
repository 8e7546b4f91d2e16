# ruff: noqa: E501
"""Runs that cannot be compared: the whole message in both languages, and nothing written."""

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from evaluate import run
from evaluate.cli.main import entry
from evaluate.manifest import sealed
from tests.evaluate.tiny import Project, make
from tests.messages.test_messages import everything

Change = Callable[[Project], object]


def _codes(project: Project) -> None:
    for name in ("roster.csv", "data.csv"):
        path = project.folder / name
        path.write_text(re.sub(r"(?m)^C", "X", path.read_text("utf-8")), encoding="utf-8")


def _half(project: Project) -> None:
    """Leave the second run with units that the first does not score."""
    project.change(
        "roster.csv",
        (
            "C6,Fenwick,industrial,south\n",
            "C6,Fenwick,industrial,south\nC7,Gale,industrial,south\nC8,Holm,resource,south\n",
        ),
    )
    more = "".join(
        f"{c},{y},{5000 - 99 * (y - 2019) * k},{400 - 5 * (y - 2019)},{100 + k}\n"
        for k, c in ((1, "C7"), (2, "C8"))
        for y in (2019, 2020, 2021)
    )
    path = project.folder / "data.csv"
    rows = [
        ",".join([*line.split(",")[:2], "", "", ""]) if re.match(r"C[1-6],2021", line) else line
        for line in path.read_text("utf-8").splitlines()
    ]
    path.write_text("\n".join(rows) + "\n" + more, encoding="utf-8")
    project.assess(("methodology:", "coverage: {unit: 0.5}\nmethodology:"))


def _other_indicators(project: Project) -> None:
    text = (project.folder / "framework.yaml").read_text("utf-8")
    for code in ("co2_intensity", "co2_reduction", "so2_intensity", "wealth"):
        text = re.sub(rf"\b{code}\b", f"new_{code}", text)
    project.write("framework.yaml", text.replace("code: tiny", "code: other"))


CASES: dict[str, tuple[Change, list[str], str, str]] = {
    "another kind of units": (
        lambda project: project.change("framework.yaml", ("assesses: city", "assesses: park")),
        ["a", "b"],
        "1 fault\n  the two runs assess different kinds of units (city and park) and cannot be compared\n",
        "共 1 处错误\n  两次运行的评价对象不同（city 与 park），不能比较\n",
    ),
    "other units": (
        _codes,
        ["a", "b"],
        "1 fault\n  the two runs have no unit in common, so that there is nothing to compare; are the codes the same?\n",
        "共 1 处错误\n  两次运行没有共同的评价单元，不能比较；请核对单元代码\n",
    ),
    "units that are scored in one alone": (
        _half,
        ["a", "b"],
        "1 fault\n  no unit is scored both in 2021 by the first run and in 2021 by the second, so that there is nothing to compare\n",
        "共 1 处错误\n  没有在 2021 年和 2021 年均得分的评价单元，不能比较\n",
    ),
    "other indicators": (
        _other_indicators,
        ["a", "b"],
        "1 fault\n  the frameworks 'tiny' and 'other' have no indicator in common, so that there is nothing to compare\n",
        "共 1 处错误\n  指标体系“tiny”与“other”没有共同的指标，不能比较\n",
    ),
    "other years": (
        lambda project: project.assess(("from: 2020, to: 2021", "from: 2020, to: 2020")),
        ["late", "b"],
        "1 fault\n  the two runs have no scored year in common: 2021 and 2020; --years names one of each\n",
        "共 1 处错误\n  两次运行没有共同的得分年份：前者为 2021，后者为 2020；可用 --years 各指定一年\n",
    ),
    "a year that is not scored": (
        lambda project: None,
        ["a", "b", "--years", "2021", "2030"],
        "1 fault\n  years: no unit is scored in 2030; years with scores: 2020, 2021\n",
        "共 1 处错误\n  years: 2030 年没有得分；有得分的年份：2020, 2021\n",
    ),
    "one run without years": (
        lambda project: None,
        ["a"],
        "1 fault in a\n  a  a single run needs --years with two of its years\n",
        "a 中有 1 处错误\n  a  只给出一次运行时，须用 --years 指定其中两年\n",
    ),
    "no run": (
        lambda project: None,
        ["a", "project"],
        "1 fault in project\n  project  is no run folder (there is no manifest.json)\n",
        "project 中有 1 处错误\n  project  不是运行结果文件夹（没有 manifest.json）\n",
    ),
    "a folder within a run": (
        lambda project: None,
        ["a", "b", "--out", "a/deep/difference"],
        "1 fault in a/deep/difference\n  a/deep/difference  lies within the run folder 'a', whose record lists everything in it; give another place\n",
        "a/deep/difference 中有 1 处错误\n  a/deep/difference  位于运行结果文件夹“a”之内，其记录列出了其中的全部文件；请另选位置\n",
    ),
    "a run where the comparison is to go": (
        lambda project: None,
        ["a", "b", "--out", "b", "--overwrite"],
        "1 fault in b\n  b  is a run folder, which a comparison never replaces; give another name\n",
        "b 中有 1 处错误\n  b  是运行结果文件夹，不会被比较结果替换；请另取名称\n",
    ),
}


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Runs of a good assessment, `a`, and of its last year alone, `late`."""
    folder = tmp_path_factory.mktemp("first")
    project = make(folder / "project")
    project.assess(("robustness:", "# robustness:"))
    run(project.path, folder / "a")
    project.assess(("from: 2020, to: 2021", "from: 2021, to: 2021"))
    run(project.path, folder / "late")
    return folder


@pytest.mark.parametrize("name", CASES)
def test_the_message(
    name: str, first: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    change, arguments, english, chinese = CASES[name]
    monkeypatch.chdir(tmp_path)
    for run_name in ("a", "late"):
        shutil.copytree(first / run_name, tmp_path / run_name)
    project = make(tmp_path / "project")
    project.assess(("robustness:", "# robustness:"))
    change(project)
    run(project.path, tmp_path / "b")
    before = everything(tmp_path)
    out = [] if "--out" in arguments else ["--out", "out"]
    for language, said in (("en", english), ("zh", chinese)):
        assert entry(["compare", *arguments, *out, "--lang", language]) == 1
        told = capsys.readouterr()
        assert (told.out, told.err) == ("", said)
    assert everything(tmp_path) == before


def test_scores_that_the_tables_do_not_give(
    first: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A weight is changed and every digest with it, so that only the scores tell."""
    from evaluate.inputs import digest_of

    monkeypatch.chdir(tmp_path)
    shutil.copytree(first / "a", tmp_path / "a")
    shutil.copytree(first / "a", tmp_path / "b")
    fitted = json.loads((tmp_path / "b" / "fitted.json").read_text("utf-8"))
    for kinds in fitted["weights"].values():
        for tree in kinds.values():
            tree["composite"] = {"carbon": 0.9, "other": 0.1}
    (tmp_path / "b" / "fitted.json").write_text(json.dumps(fitted), encoding="utf-8")
    manifest = json.loads((tmp_path / "b" / "manifest.json").read_text("utf-8"))
    manifest["artifacts"]["fitted.json"] = digest_of(tmp_path / "b" / "fitted.json")
    (tmp_path / "b" / "manifest.json").write_text(json.dumps(sealed(manifest)), encoding="utf-8")
    assert entry(["compare", "a", "b", "--lang", "en"]) == 1
    said = capsys.readouterr().err
    assert re.fullmatch(
        rf"1 fault\n  the tables of run {manifest['run_id']} do not give the scores that it records: unit C1 in 2021 has [\d.]+, the tables give [\d.]+; verify tells which file was changed\n",
        said,
    )
    assert entry(["compare", "a", "b", "--lang", "zh"]) == 1
    assert "由表格算得" in capsys.readouterr().err
