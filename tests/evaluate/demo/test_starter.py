"""A new assessment can be read as it is, names every variable, and waits to be filled in."""

import csv
from pathlib import Path
from typing import Any

import pytest
import yaml

from evaluate.demo.starter import write_starter
from indicators.bundled import configs
from indicators.errors import InputError


def bundled(code: str) -> dict[str, Any]:
    raw = yaml.safe_load((configs() / "frameworks" / f"{code}.yaml").read_text(encoding="utf-8"))
    assert isinstance(raw, dict)
    return raw


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("code", ["city-basic", "park-basic"])
def test_columns_are_the_variables_in_their_unit_of_measure(code: str, language: str, tmp_path: Path) -> None:
    framework = bundled(code)
    paths = write_starter(tmp_path, framework, language)
    assert [path.name for path in paths] == ["assessment.yaml", "roster.csv", "data.csv"]
    assessment = yaml.safe_load(paths[0].read_text(encoding="utf-8"))
    assert assessment["framework"] == code
    assert assessment["title"] == framework["label"]
    assert assessment["outputs"]["language"] == language
    with paths[1].open(encoding="utf-8-sig", newline="") as stream:
        assert list(csv.reader(stream)) == [["unit", "name", "type"]]
    with paths[2].open(encoding="utf-8-sig", newline="") as stream:
        head, *rows = csv.reader(stream)
    columns = assessment["data"][0]["columns"]
    assert rows == []
    assert head == ["unit", "year", *columns]
    assert {c["variable"]: c["unit_of_measure"] for c in columns.values()} == {
        name: variable["unit_of_measure"] for name, variable in framework["variables"].items()
    }


def test_every_optional_form_can_be_taken_in(tmp_path: Path) -> None:
    text = write_starter(tmp_path, bundled("city-basic"), "en")[0].read_text(encoding="utf-8")
    lines = text.splitlines()
    keys = (
        "notice",
        "cohorts",
        "encoding",
        "missing",
        "overrides",
        "veto",
        "grades",
        "correlates",
        "boundaries",
        "layers",
    )
    taken = {key: 0 for key in keys}
    for number, line in enumerate(lines):
        said = line.lstrip().removeprefix("# ")
        key = said.split(":")[0]
        if line.lstrip().startswith("# ") and taken.get(key) == 0:
            taken[key] += 1
            lines[number] = line.replace("# ", "", 1)
        elif line.startswith('#   - {path: "raster_'):
            lines[number] = line.removeprefix("# ")
    assert set(taken.values()) == {1}, taken
    assessment = yaml.safe_load("\n".join(lines))
    assert assessment["layers"][0]["variable"] == "co2"
    assert assessment["roster"]["cohorts"] == ["batch", "region"]
    assert assessment["data"][0]["missing"] == ["-", "—"]
    assert assessment["methodology"]["veto"] == {"co2_intensity": {"above": 100, "cap": 60}}


def test_odd_texts_and_a_framework_without_types(tmp_path: Path) -> None:
    framework = {
        "code": "1e5",
        "label": {"zh": '甲: {乙} # "丙"\n丁 $x', "en": "no"},
        "variables": {"on": {"unit_of_measure": "1", "label": {"zh": "多\n行", "en": "two\nlines: - x"}}},
        "indicators": {"yes": {"formula": "on"}},
    }
    paths = write_starter(tmp_path, framework, "en")
    assessment = yaml.safe_load(paths[0].read_text(encoding="utf-8"))
    assert assessment["framework"] == "1e5"
    assert assessment["title"] == framework["label"]
    assert "type" not in assessment["roster"]
    assert assessment["data"][0]["columns"] == {"on": {"variable": "on", "unit_of_measure": "1"}}
    assert paths[1].read_text(encoding="utf-8-sig").strip() == "unit,name"


def test_work_already_begun_is_not_overwritten(tmp_path: Path) -> None:
    (tmp_path / "data.csv").write_text("unit,year\n", encoding="utf-8")
    with pytest.raises(InputError, match="is not overwritten"):
        write_starter(tmp_path, bundled("park-basic"), "zh")
    assert [path.name for path in tmp_path.iterdir()] == ["data.csv"]
