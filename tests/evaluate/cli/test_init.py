"""Commands that write a project: an empty one to fill in, and the demo."""

import csv
import io
import random
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.evaluate.cli.conftest import Told
from tests.evaluate.tiny import FRAMEWORK


def numbers(folder: Path, framework: dict[str, Any]) -> None:
    """Fill in what `init` left empty: six units, six years, numbers within the allowed ranges."""
    draw = random.Random(5)
    with (folder / "roster.csv").open(encoding="utf-8-sig", newline="") as stream:
        roster = next(csv.reader(stream))
    with (folder / "data.csv").open(encoding="utf-8-sig", newline="") as stream:
        data = next(csv.reader(stream))
    units, types = [f"U{number}" for number in range(6)], list(framework.get("types", {"": None}))
    assessment = yaml.safe_load((folder / "assessment.yaml").read_text(encoding="utf-8"))
    columns = assessment["data"][0]["columns"]
    rows = io.StringIO()
    writer = csv.writer(rows)
    writer.writerow(data)
    for unit in units:
        for year in range(assessment["period"]["baseline"], assessment["period"]["to"] + 1):
            cells = []
            for name in data[2:]:
                low, high = framework["variables"][columns[name]["variable"]].get("range") or [0, None]
                low, high = low or 0, high if high is not None else 1000
                cells.append(round(low + (high - low) * draw.uniform(0.2, 0.8), 6))
            writer.writerow([unit, year, *cells])
    (folder / "data.csv").write_text(rows.getvalue(), encoding="utf-8")
    written = {"unit": lambda n: units[n], "name": lambda n: f"Unit {n}", "type": lambda n: types[n % len(types)]}
    lines = [",".join(roster), *(",".join(written[column](n) for column in roster) for n in range(6))]
    (folder / "roster.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")


@pytest.mark.parametrize("code", ["city-basic", "park-basic"])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_init_gives_an_assessment_that_runs_once_it_is_filled_in(
    code: str, language: str, tell: Told, tmp_path: Path
) -> None:
    from evaluate.assessment import bundled_frameworks

    folder = tmp_path / "new"
    status, out, err = tell("init", folder, "--framework", code, lang=language)
    assert status == 0
    assert [Path(line).name for line in out.splitlines()] == ["assessment.yaml", "roster.csv", "data.csv"]
    assert "city-synergy check" in err
    status, _, err = tell("check", folder / "assessment.yaml")
    assert status == 1
    assert "the table is empty" in err
    numbers(folder, yaml.safe_load(bundled_frameworks()[code].read_text(encoding="utf-8")))
    status, out, err = tell("check", folder / "assessment.yaml", lang="")
    assert (status, err) == (0, "")
    assert ("6 个评价单元" in out) == (language == "zh")
    status, out, err = tell("run", folder / "assessment.yaml", "--out", folder / "run", "--quiet")
    assert status == 0, err
    assert (folder / "run" / "report.html").is_file()
    status, _, err = tell("init", folder, "--framework", code)
    assert status == 1
    assert "is not overwritten" in err


def test_init_with_a_framework_of_ones_own(tell: Told, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "definitions").mkdir()
    (tmp_path / "definitions" / "tiny.yaml").write_text(FRAMEWORK, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert tell("init", "2021/new", "--framework", "definitions/tiny.yaml")[0] == 0
    text = (tmp_path / "2021/new/assessment.yaml").read_text(encoding="utf-8")
    assert yaml.safe_load(text)["framework"] == "../../definitions/tiny.yaml"
    numbers(tmp_path / "2021/new", yaml.safe_load(FRAMEWORK))
    assert tell("check", "2021/new/assessment.yaml") == (
        0, "no faults: 6 units, 96 reported values, framework tiny, 2020–2024\n", "",
    )  # fmt: skip
    assert "did you mean 'city-basic'" in tell("init", "other", "--framework", "city-basik")[2]
    assert "did you mean 'definitions/tiny.yaml'" in tell("init", "other", "--framework", "definitions/tny.yaml")[2]
    assert not (tmp_path / "other").exists()


@pytest.mark.slow
def test_demo_writes_and_runs_its_project(tell: Told, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    status, out, _ = tell("demo")
    assert status == 0
    # six runs, and the comparison of two of them
    assert out.count("*** Made-up data") == 7
    assert "city-synergy-demo/comparison/comparison.html" in out
    for kind in ("cities", "parks"):
        for name in ("map.html", "report.html", "report.xlsx", "scores.csv"):
            assert f"city-synergy-demo/{kind}-run/{name}" in out
        assert tell("verify", f"city-synergy-demo/{kind}-run")[0] == 0
    before = (tmp_path / "city-synergy-demo/cities-run/scores.csv").read_bytes()
    # Once more: what is there is made again, the same.
    assert tell("demo", "--quiet")[0] == 0
    assert (tmp_path / "city-synergy-demo/cities-run/scores.csv").read_bytes() == before
    # A reader's own changes are not overwritten.
    (tmp_path / "city-synergy-demo/cities/roster.csv").write_text("mine", encoding="utf-8")
    status, _, err = tell("demo")
    assert status == 1
    assert "roster.csv" in err
    assert (tmp_path / "city-synergy-demo/cities/roster.csv").read_text(encoding="utf-8") == "mine"
